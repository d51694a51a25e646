//! `maquette bench`.

use std::cell::Cell;
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::render::explain_dataset;
use super::schema::print;
use super::{Exit, Failure, Verdict};
use crate::dataset::TemporaryFolder;
use crate::{farm, render};

/// Measure how fast this machine is
///
/// W1: random scenes of 20 objects that drop for two seconds, a picture of each at 640 × 480. W2: one such scene as a
/// sequence of 24 pictures. W3: many frames of W1 at 320 × 240, for the memory and the speed over time. The limit is the
/// colour image of such scenes by one engine, with no physics, labels or files. All in processes of their own; of several
/// rounds the median counts. Close other programs first.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette bench --rounds 5")]
pub(super) struct Bench {
    /// Scenes of W1
    #[arg(long, default_value_t = 400, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=100_000))]
    frames: u64,
    /// How often each is measured, but W3 once
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100))]
    rounds: u64,
    /// Frames of W3; 0 leaves it out
    #[arg(long, default_value_t = 2000, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=10_000_000))]
    long: u64,
    /// Print figures as JSON, for programs
    #[arg(long)]
    json: bool,
}

const DROP: &str = include_str!("../../scenes/bench/drop.ron");
const SEQUENCE: &str = include_str!("../../scenes/bench/sequence.ron");

/// What is measured: name, what it is, scene, whether the number of scenes can be chosen.
const WORKS: [(&str, &str, &str, bool); 2] =
    [("W1", "scenes, 640 × 480", DROP, true), ("W2", "a sequence, 640 × 480", SEQUENCE, false)];

/// Frames after which all engines have joined.
const LONG_ENOUGH: u64 = 150;

/// Scenes of which the limit is measured: all of them are in memory at once.
const MOST_OF_LIMIT: u64 = 100;

/// Figures of a machine.
#[derive(Debug, Serialize)]
struct Figures {
    program: String,
    adapter: String,
    driver: String,
    processors: usize,
    rounds: u64,
    works: Vec<Work>,
    #[serde(skip_serializing_if = "Option::is_none")]
    long: Option<Long>,
}

/// Medians, in images per second.
#[derive(Debug, Serialize)]
struct Work {
    name: &'static str,
    what: &'static str,
    /// Of the whole process, its start included.
    whole: f64,
    /// Once all is under way.
    marginal: f64,
    /// What the renderer alone could do, from the first picture on.
    limit: f64,
    /// Of the limit.
    efficiency: f64,
}

/// A long run.
#[derive(Debug, Serialize)]
struct Long {
    frames: u64,
    /// Images per second, in quarters of the run.
    quarters: [f64; 4],
    /// MiB that the process had in memory, by number of frames, where the system says it.
    resident_mib: Vec<(u64, f64)>,
}

impl Bench {
    pub fn run(self) -> Verdict {
        let adapter = render::adapter().map_err(|error| Failure::new(Exit::NoDevice, error))?;
        let folder = Folder::new()?;
        let mut figures = Figures {
            program: format!("maquette {}", env!("CARGO_PKG_VERSION")),
            adapter: adapter.name.clone(),
            driver: format!("{} {}", adapter.driver, adapter.driver_version),
            processors: super::workers(None),
            rounds: self.rounds,
            works: Vec::new(),
            long: None,
        };
        let mut runs: [Vec<[f64; 3]>; 2] = Default::default();
        for round in 1..=self.rounds {
            for ((name, _, scene, many), runs) in WORKS.iter().zip(&mut runs) {
                self.tell(&format!("round {round} of {}: {name}", self.rounds));
                let frames = if *many { self.frames } else { 1 };
                // After a run that wrote much the machine is slower for a while.
                let limit = folder.render(scene, frames.min(MOST_OF_LIMIT), &["--limit"])?;
                let whole = folder.render(scene, frames, &[])?;
                runs.push([whole.images / whole.wall_s, whole.marginal(), limit.marginal()]);
            }
        }
        for ((name, what, ..), runs) in WORKS.iter().zip(&runs) {
            let median = |which: usize| {
                let mut values: Vec<f64> = runs.iter().map(|run| run[which]).collect();
                values.sort_by(f64::total_cmp);
                (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
            };
            let [whole, marginal, limit] = [median(0), median(1), median(2)];
            figures.works.push(Work { name, what, whole, marginal, limit, efficiency: marginal / limit });
        }
        if self.long > 0 {
            self.tell(&format!("W3: {} frames", self.long));
            figures.long = Some(folder.render(DROP, self.long, &["--set", "resolution=(320, 240)"])?.long());
        }
        if self.json {
            let text = serde_json::to_string(&figures).map_err(|error| Failure::new(Exit::Failed, error))?;
            return print(&text);
        }
        print(&table(&figures))
    }

    fn tell(&self, what: &str) {
        if !self.json {
            say!("{what}");
        }
    }
}

fn table(figures: &Figures) -> String {
    let mut text = String::new();
    macro_rules! tell {
        ($($what:tt)*) => {{
            // Writing to a string does not fail.
            let _ = writeln!(text, $($what)*);
        }};
    }
    let Figures { program, adapter, driver, processors, rounds, .. } = figures;
    tell!("{program} on {adapter}, {driver}, {processors} processors; median of {rounds}\n");
    tell!("{:26}{:>9}{:>10}{:>9}{:>10}", "images/s", "whole", "marginal", "limit", "of it");
    for Work { name, what, whole, marginal, limit, efficiency } in &figures.works {
        let percent = 100.0 * efficiency;
        tell!("{:26}{whole:>9.2}{marginal:>10.2}{limit:>9.2}{percent:>8.0} %", format!("{name}  {what}"));
    }
    if let Some(Long { frames, quarters, resident_mib }) = &figures.long {
        let [first, .., last] = quarters;
        tell!("W3  {frames} frames, 320 × 240: {first:.1} images/s in the first quarter, {last:.1} in the last");
        let late = resident_mib.last().map(|(_, late)| *late);
        for (frame, early) in resident_mib {
            let growth = late.map_or(0.0, |late| 100.0 * (late / early - 1.0));
            tell!("    {early:.1} MiB in memory after {frame} frames ({growth:+.1} % to the end)");
        }
    }
    text.trim_end().to_owned()
}

/// What a process told of itself.
struct Told {
    images: f64,
    wall_s: f64,
    first_image_s: f64,
    /// Frames written, seconds, and MiB in memory, at each step of progress.
    steps: Vec<(u64, f64, Option<f64>)>,
}

impl Told {
    /// Images per second once all is under way: over the second half of the frames, or where these are few from the first
    /// image on.
    fn marginal(&self) -> f64 {
        if let (Some((frames, end_s, _)), Some((half, half_s, _))) =
            (self.steps.last(), self.steps.get(self.steps.len() / 2))
            && *half >= LONG_ENOUGH
        {
            let images = self.images / *frames as f64 * (frames - half) as f64;
            return images / (end_s - half_s).max(1e-9);
        }
        let started = self.first_image_s > 0.0;
        let (images, seconds) =
            if started { (self.images - 1.0, self.wall_s - self.first_image_s) } else { (self.images, self.wall_s) };
        images / seconds.max(1e-9)
    }

    fn long(&self) -> Long {
        let frames = self.steps.last().map_or(0, |step| step.0);
        // The step at which so many frames were written, or the next one.
        let at = |frame: u64| self.steps.iter().find(|step| step.0 >= frame).copied().unwrap_or((0, 0.0, None));
        let quarters = [0, 1, 2, 3].map(|quarter| {
            let (from, to) = (at((frames * quarter / 4).max(1)), at(frames * (quarter + 1) / 4));
            (to.0 - from.0.min(to.0)) as f64 / (to.1 - from.1).max(1e-9)
        });
        let marks = [frames / 4, 1000, frames / 2, frames];
        let mut resident: Vec<(u64, f64)> = marks
            .into_iter()
            .filter(|&frame| frame > 0 && frame <= frames)
            .filter_map(|frame| Some((frame, at(frame).2?)))
            .collect();
        resident.sort_by_key(|(frame, _)| *frame);
        resident.dedup_by_key(|(frame, _)| *frame);
        Long { frames, quarters, resident_mib: resident }
    }
}

/// Where scenes and datasets lie while it is measured.
///
/// Every run has a new one for its dataset, as runs have that are not measured: where files have just been removed, some file
/// systems take longer to make others.
struct Folder(TemporaryFolder, Cell<u32>);

impl Folder {
    fn new() -> Result<Folder, Failure> {
        TemporaryFolder::new().map(|folder| Folder(folder, Cell::new(0))).map_err(explain_dataset)
    }

    fn render(&self, scene: &str, frames: u64, more: &[&str]) -> Result<Told, Failure> {
        let (file, output) = (self.0.path().join("scene.ron"), self.0.path().join(self.1.get().to_string()));
        self.1.set(self.1.get() + 1);
        std::fs::write(&file, scene).map_err(|error| unwritable(&file, &error))?;
        let program = std::env::current_exe().map_err(|error| Failure::new(Exit::Failed, error))?;
        let frames = format!("0-{}", frames - 1);
        let mut command = Command::new(program);
        command.arg("render").arg(&file).args(["--frames", &frames, "--seed", "1", "--progress", "json"]);
        command.arg("--output").arg(&output).args(more).stdout(Stdio::null()).stderr(Stdio::piped());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MAQUETTE_")) {
            command.env_remove(name);
        }
        let failed = |what: String| Failure::new(Exit::Failed, format!("a run that was to be measured failed: {what}"));
        farm::dies_with_us(&mut command);
        let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
        let mut told = Told { images: 0.0, wall_s: 0.0, first_image_s: 0.0, steps: Vec::new() };
        let mut other = String::new();
        for line in child.stderr.take().into_iter().flat_map(|lines| BufReader::new(lines).lines()) {
            let line = line.map_err(|error| failed(error.to_string()))?;
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            let number = |name: &str| entry[name].as_f64().unwrap_or(0.0);
            match entry["event"].as_str() {
                Some("progress") => {
                    let done = entry["frames_done"].as_u64().unwrap_or(0);
                    told.steps.push((done, number("wall_s"), resident_mib(child.id())));
                }
                Some("done") => {
                    (told.images, told.wall_s) = (number("images"), number("wall_s"));
                    told.first_image_s = number("first_image_s");
                }
                _ => other = line,
            }
        }
        let status = child.wait().map_err(|error| failed(error.to_string()))?;
        if status.success() { Ok(told) } else { Err(failed(format!("{status}; {other}"))) }
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::InputOutput, format!("cannot write `{}`: {error}", path.display()))
}

/// What a process has in memory, where the system says it.
fn resident_mib(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}
