//! Damages scenes, assets and datasets, and watches what the library makes of them; `fuzz/README.md` says how to run it.
//!
//! Each target runs in a process of its own, so that an input that ends the process ends no more than that: what it was
//! is written down, and the next process goes on after it.

mod coverage;
mod engine;
mod limits;
mod mutate;
mod random;
mod targets;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use engine::{Engine, Report, Settings};
use targets::{TARGETS, open, repository};

/// After so many inputs that end the process a target is left.
const MOST_ENDS: usize = 100;

/// What is asked for.
#[derive(Debug, Default)]
struct Asked {
    /// How long each target runs; a fixed number of inputs if left out.
    seconds: Option<f64>,
    /// Of all dice.
    seed: u64,
    /// Names of targets, or parts of them, and files.
    words: Vec<String>,
    /// For the process that does the work: target, folder to work in, and number of the first input.
    worker: Option<(String, PathBuf, u64)>,
}

fn asked() -> Asked {
    let mut asked = Asked::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut next = || arguments.next().unwrap_or_default();
        match argument.as_str() {
            "--seconds" => asked.seconds = next().parse().ok(),
            "--seed" => asked.seed = next().parse().unwrap_or(0),
            "--worker" => asked.worker = Some((next(), PathBuf::from(next()), next().parse().unwrap_or(0))),
            // Those of the test harness.
            option if option.starts_with('-') => {}
            _ => asked.words.push(argument),
        }
    }
    asked
}

fn main() -> ExitCode {
    let asked = asked();
    if let Some((target, scratch, first)) = &asked.worker {
        return work(target, scratch, *first, &asked);
    }
    let files: Vec<PathBuf> = asked.words.iter().map(PathBuf::from).filter(|path| path.is_file()).collect();
    if !files.is_empty() {
        return replay(&files);
    }
    let is_asked = |name: &str| asked.words.is_empty() || asked.words.iter().any(|word| name.contains(word.as_str()));
    let mut found = 0;
    for (name, _) in TARGETS.iter().filter(|(name, _)| is_asked(name)) {
        found += supervise(name, &asked);
    }
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs inputs again, one after the other, and lets them panic.
fn replay(files: &[PathBuf]) -> ExitCode {
    limits::watch();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let known = TARGETS.iter().find(|(target, _)| name.starts_with(&format!("{target}-")) || folder == *target);
        let Some((target, _)) = known else {
            eprintln!("{}: expected the name to begin with a target: scene-, asset- or dataset-", path.display());
            return ExitCode::FAILURE;
        };
        let scratch = scratch();
        let mut target = open(target, scratch.path());
        let _ = target.seeds();
        println!("{}", path.display());
        let input = fs::read(path).unwrap();
        limits::within(|| target.run(&input));
    }
    ExitCode::SUCCESS
}

/// A folder in memory, where there is one: files are written by the thousand.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

fn folder(name: &str, target: &str) -> PathBuf {
    repository("out/fuzz").join(name).join(target)
}

/// Lets processes work on a target until all is done, and tells how it went. Gives how many findings there are.
fn supervise(name: &str, asked: &Asked) -> usize {
    let begin = Instant::now();
    if let Some(seconds) = asked.seconds {
        println!("{name}: for {seconds} s");
    }
    let findings = folder("findings", "");
    fs::create_dir_all(&findings).unwrap();
    let _ = fs::remove_dir_all(folder("queue", name));
    let (mut first, mut found, mut ends) = (0, 0, 0);
    let report = loop {
        let scratch = scratch();
        let errors = scratch.path().join("errors");
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("--worker").arg(name).arg(scratch.path()).arg(first.to_string());
        command.arg("--seed").arg(asked.seed.to_string()).env("TMPDIR", scratch.path());
        // Of what is out of memory; panics are told apart without.
        command.env("RUST_BACKTRACE", "1");
        if let Some(seconds) = asked.seconds {
            let left = (seconds - begin.elapsed().as_secs_f64()).max(0.0);
            command.arg("--seconds").arg(left.to_string());
        }
        let status = command.stderr(File::create(&errors).unwrap()).stdin(Stdio::null()).status().unwrap();
        if status.success() {
            break told(&scratch.path().join("report"));
        }
        // The process came to an end: over what?
        let said = fs::read_to_string(&errors).unwrap_or_default();
        let current = fs::read(scratch.path().join("current")).unwrap_or_default();
        let Some((number, input)) = current.split_first_chunk::<8>() else {
            println!("{name}: cannot be run: {status}: {said}");
            return found + 1;
        };
        let why = ["too slow", "overflowed its stack", "memory allocation"].iter().find(|why| said.contains(*why));
        let slug = why.map_or_else(|| "end".to_owned(), |why| why.replace(' ', "_"));
        // Where the backtrace enters the library tells one finding from another.
        let place = said.lines().find_map(|line| line.split_once("maquette::").map(|(_, place)| place.trim()));
        let place = place.map_or_else(|| format!("{:016x}", hash(input)), slug_of);
        let path = findings.join(format!("{name}-{slug}-{place}"));
        (first, ends) = (u64::from_le_bytes(*number) + 1, ends + 1);
        if !path.exists() {
            fs::write(&path, input).unwrap();
            println!("{name}: {status}: {}", said.trim());
            println!("  {} ({} bytes)", path.display(), input.len());
            found += 1;
        }
        if ends == MOST_ENDS {
            println!("{name}: left after {ends} inputs that end the process");
            break Report { next: first, ..Report::default() };
        }
    };
    let seconds = begin.elapsed().as_secs_f64();
    let (reached, all) = report.branches;
    let coverage = match all {
        0 => "branches not counted".to_owned(),
        _ => format!("{reached} of {all} branches, {} inputs kept", report.kept),
    };
    let each = report.next as f64 / seconds;
    println!("{name}: {} inputs in {seconds:.0} s ({each:.0} a second), {coverage}", report.next);
    found += report.found;
    if found > 0 {
        println!("  run one again: make fuzz INPUT=out/fuzz/findings/…");
    }
    found
}

/// What a process wrote at its end.
fn told(path: &Path) -> Report {
    let text = fs::read_to_string(path).unwrap_or_default();
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [next, kept, reached, all, found] = numbers[..] else { return Report::default() };
    Report { next, kept: kept as usize, branches: (reached as usize, all as usize), found: found as usize }
}

/// A text as part of a file's name.
pub fn slug_of(text: &str) -> String {
    text.chars().take(100).map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' }).collect()
}

/// A name for an input (FNV-1a).
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

/// The process that runs the inputs of one target.
fn work(name: &str, scratch: &Path, first: u64, asked: &Asked) -> ExitCode {
    let runs = TARGETS.iter().find(|(target, _)| *target == name).map_or(0, |(_, runs)| *runs);
    let settings = Settings {
        name: name.to_owned(),
        seed: asked.seed,
        first,
        runs: asked.seconds.is_none().then_some(runs),
        end: asked.seconds.map(|seconds| Instant::now() + Duration::from_secs_f64(seconds)),
        queue: folder("queue", name),
        findings: folder("findings", ""),
        current: scratch.join("current"),
    };
    let mut target = open(name, scratch);
    limits::watch();
    let report = Engine::new(&mut *target, settings).go();
    let Report { next, kept, branches: (reached, all), found } = report;
    fs::write(scratch.join("report"), format!("{next} {kept} {reached} {all} {found}")).unwrap();
    ExitCode::SUCCESS
}
