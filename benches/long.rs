//! Memory and speed over a very long run, on the engine that paints discs: all but the drawing is the real thing.
//!
//! ```sh
//! cargo bench --bench long                 # 100,000 frames
//! cargo bench --bench long -- 10000
//! ```
//!
//! The memory in the end, with the dataset finished, is to be within 3 % of that after the first 1,000 frames.

use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use maquette::dataset::Place;
use maquette::farm::{self, EngineOnce, Flight, Outcome, Progress, Run, Source};
use maquette::render::{Engine, Painter};

const SCENE: &str = r#"(
    categories: ["ball"], resolution: (32, 24), ground: (), samples: 1,
    environment: Ambient(illuminance_lux: 500),
    cameras: {"main": (pose: Orbit(distance_m: Uniform(2, 3)))},
    objects: {"ball": (category: "ball", shape: Sphere(radius_m: Uniform(0.1, 0.2)), count: 2)},
)"#;

const EARLY: u64 = 1000;
const MOST_GROWTH: f64 = 1.03;

/// Frames done, seconds, and KiB in memory.
type Step = (u64, f64, u64);

struct Steps {
    begin: Instant,
    every: u64,
    taken: Mutex<Vec<Step>>,
}

impl Progress for Steps {
    fn advance(&self, done: u64) {
        if done.is_multiple_of(self.every) || done == EARLY {
            let step = (done, self.begin.elapsed().as_secs_f64(), resident_kib());
            self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(step);
        }
    }
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

fn main() -> ExitCode {
    let frames: u64 = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a folder for the dataset");
    let path = folder.path().join("scene.ron");
    std::fs::write(&path, SCENE).expect("the scene can be written");
    let source = Source::open(&path, None).expect("the scene is one");
    let run = Run {
        frames: (0..frames).collect(),
        seed: 1,
        output: Place::from(folder.path().join("out")),
        workers: 2,
        shard_frames: 100,
        overwrite: false,
        parts: None,
        skip: Vec::new(),
        flight: Arc::new(Flight::new(None)),
    };
    let steps = Steps { begin: Instant::now(), every: (frames / 10).max(1), taken: Mutex::default() };
    let mut open = || Ok(Box::new(Painter { radius_m: 0.2 }) as Box<dyn Engine>);
    let outcome = farm::run(&mut EngineOnce::new(&mut open), &source, &run, &steps, &AtomicBool::new(false));
    assert!(matches!(outcome, Ok(Outcome::Done(_))), "{outcome:?}");
    let end: Step = (frames, steps.begin.elapsed().as_secs_f64(), resident_kib());
    let mut taken = steps.taken.into_inner().unwrap_or_else(PoisonError::into_inner);
    taken.sort_by_key(|step| step.0);
    taken.dedup_by_key(|step| step.0);
    let mut last = (0, 0.0);
    println!("{:>8} {:>9} {:>10} {:>9}", "frames", "seconds", "frames/s", "MiB");
    for &(done, seconds, kib) in &taken {
        let speed = (done - last.0) as f64 / (seconds - last.1);
        println!("{done:>8} {seconds:>9.1} {speed:>10.0} {:>9.1}", kib as f64 / 1024.0);
        last = (done, seconds);
    }
    println!("finished {:>9.1} {:>10} {:>9.1}", end.1, "", end.2 as f64 / 1024.0);
    let early = taken.iter().find(|step| step.0 == EARLY).map_or(0, |step| step.2);
    let growth = end.2 as f64 / early.max(1) as f64;
    println!("in memory in the end over that after {EARLY} frames: {growth:.3}");
    if growth > MOST_GROWTH { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
