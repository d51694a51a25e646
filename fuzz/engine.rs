//! The loop: take an input that reaches much, damage it, run it, keep it if it reaches more.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::coverage::Coverage;
use crate::limits;
use crate::random::Random;
use crate::slug_of;

/// Something that reads what strangers wrote.
pub trait Target {
    /// What to begin with, in a fixed order.
    fn seeds(&mut self) -> Vec<Vec<u8>>;

    /// Damages an input; `others` are those that are known.
    fn mutate(&self, input: &mut Vec<u8>, others: &[Kept], random: &mut Random);

    /// Reads an input as the program would, and panics where what comes of it is wrong.
    fn run(&mut self, input: &[u8]);

    /// Where an input can be cut to make it smaller: ranges one after the other that make it up.
    fn pieces(&self, input: &[u8]) -> Vec<Range<usize>>;

    /// Longer inputs are not tried.
    fn most_bytes(&self) -> usize;
}

/// An input that reaches what none before it did.
pub struct Kept {
    /// The input.
    pub bytes: Vec<u8>,
}

/// How long to go on, and where to put what is found.
pub struct Settings {
    /// Name of the target.
    pub name: String,
    /// Of all dice.
    pub seed: u64,
    /// Number of the first input; those before it were run by a process that came to an end.
    pub first: u64,
    /// Damaged inputs to try beside the seeds, and no more.
    pub runs: Option<u64>,
    /// When to end, in any case.
    pub end: Option<Instant>,
    /// Inputs that were kept, for the next process.
    pub queue: PathBuf,
    /// Inputs that panic.
    pub findings: PathBuf,
    /// The number of the input that is under way and its bytes.
    pub current: PathBuf,
}

/// What was done.
#[derive(Debug, Default, Clone, Copy)]
pub struct Report {
    /// Number of the next input.
    pub next: u64,
    /// Inputs that reached something new.
    pub kept: usize,
    /// Branches reached, and all.
    pub branches: (usize, usize),
    /// Panics at places where none was before.
    pub found: usize,
}

/// Inputs that take longer are not damaged further, so that there is time for others.
const SLOW: Duration = Duration::from_secs(1);
/// Tries to make an input that panics smaller, at most.
const SHRINKS: usize = 1500;
const SHRINKING: Duration = Duration::from_secs(20);

/// Where the input that runs panicked first, and what was said.
static PANIC: Mutex<Option<(String, String)>> = Mutex::new(None);

/// Notes panics instead of printing them.
fn listen_to_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!("{}:{}", shortened(at.file()), at.line()));
        let said = info.payload_as_str().unwrap_or("something that is no text").to_owned();
        PANIC.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert((place, said));
    }));
}

/// The path of a source without where this machine keeps it.
fn shortened(file: &str) -> &str {
    ["/registry/src/", "/library/"].iter().find_map(|part| file.rsplit_once(part)).map_or(file, |(_, rest)| rest)
}

/// Runs one input. Gives where it panicked and what was said.
pub fn attempt(target: &mut dyn Target, input: &[u8]) -> Option<(String, String)> {
    let ended = limits::within(|| catch_unwind(AssertUnwindSafe(|| target.run(input))));
    let said = PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    ended.err().map(|_| said.unwrap_or_default())
}

/// Where an input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// A process before this one kept it.
    Before,
    Seeds,
    Damage,
}

/// The loop, and what it knows.
pub struct Engine<'t> {
    target: &'t mut dyn Target,
    settings: Settings,
    coverage: Coverage,
    queue: Vec<Kept>,
    favoured: Vec<u32>,
    current: File,
    /// By place of the panic, how often.
    panics: BTreeMap<String, u64>,
    report: Report,
}

impl<'t> Engine<'t> {
    /// A loop about a target.
    pub fn new(target: &'t mut dyn Target, settings: Settings) -> Engine<'t> {
        for folder in [&settings.queue, &settings.findings] {
            fs::create_dir_all(folder).unwrap();
        }
        let current = File::create(&settings.current).unwrap();
        let report = Report { next: settings.first, ..Report::default() };
        let (queue, favoured, panics) = Default::default();
        Engine { target, settings, coverage: Coverage::new(), queue, favoured, current, panics, report }
    }

    /// Runs until the end that the settings say.
    pub fn go(mut self) -> Report {
        let seeds = self.target.seeds();
        listen_to_panics();
        // What earlier processes kept stands for what they saw.
        for path in files_of(&self.settings.queue) {
            let bytes = fs::read(path).unwrap();
            if self.is_over() {
                break;
            }
            self.take(self.settings.first.wrapping_sub(1), bytes, From::Before);
        }
        let runs = self.settings.runs.map(|runs| seeds.len() as u64 + runs);
        let mut number = self.settings.first;
        while runs.is_none_or(|runs| number < runs) && !self.is_over() {
            if let Some(input) = self.input(number, &seeds) {
                let from = if number < seeds.len() as u64 { From::Seeds } else { From::Damage };
                self.take(number, input, from);
            }
            number += 1;
        }
        self.report.next = number;
        self.report.branches = self.coverage.branches();
        self.report
    }

    fn is_over(&self) -> bool {
        self.settings.end.is_some_and(|end| Instant::now() > end)
    }

    /// The input of a number: a seed, or a damaged one of those that were kept.
    fn input(&mut self, number: u64, seeds: &[Vec<u8>]) -> Option<Vec<u8>> {
        if let Some(seed) = seeds.get(number as usize) {
            return Some(seed.clone());
        }
        let mut random = Random::of(self.settings.seed, number);
        // Mostly one of those that reach all there is to reach, and of these the latest more often.
        let parent = match random.below(4) {
            0 => random.below(self.queue.len()),
            1 => self.queue.len().saturating_sub(1 + random.small(self.queue.len())),
            _ => random.pick(&self.favoured).map_or_else(|| random.below(self.queue.len()), |place| *place as usize),
        };
        let mut input = self.queue.get(parent)?.bytes.clone();
        let parent = input.clone();
        self.target.mutate(&mut input, &self.queue, &mut random);
        (input != parent && input.len() <= self.target.most_bytes()).then_some(input)
    }

    /// Runs an input; keeps it if it reaches something new, and writes it down if it panics.
    fn take(&mut self, number: u64, input: Vec<u8>, from: From) {
        self.note(number, &input);
        self.coverage.begin();
        let begin = Instant::now();
        let panic = attempt(self.target, &input);
        let took = begin.elapsed();
        let reached = self.coverage.end();
        if let Some((place, said)) = panic {
            let count = self.panics.entry(place.clone()).or_default();
            *count += 1;
            if *count == 1 {
                self.found(&place, &said, input);
            }
            return;
        }
        // Without branches to count, what there was to begin with is all there is.
        let keep = if self.coverage.is_there() { reached.new > 0 } else { from != From::Damage };
        if took > SLOW || !keep {
            return;
        }
        if from != From::Before {
            fs::write(self.settings.queue.join(format!("{number:012}")), &input).unwrap();
        }
        // Not by the time that it took, which is another in each run.
        self.coverage.credit(self.queue.len() as u32, input.len() as u64);
        self.queue.push(Kept { bytes: input });
        self.favoured = self.coverage.favoured();
        self.report.kept += 1;
    }

    /// Leaves the input where it is found if this process does not survive it.
    fn note(&mut self, number: u64, input: &[u8]) {
        let whole = [&number.to_le_bytes()[..], input].concat();
        self.current.set_len(whole.len() as u64).and_then(|()| self.current.write_all_at(&whole, 0)).unwrap();
    }

    /// Writes an input down that panics, made as small as can be done quickly.
    fn found(&mut self, place: &str, said: &str, input: Vec<u8>) {
        let path = self.settings.findings.join(format!("{}-panic-{}", self.settings.name, slug_of(place)));
        if path.exists() {
            return;
        }
        let input = self.smaller(place, input);
        fs::write(&path, &input).unwrap();
        self.report.found += 1;
        println!("{}: panics at {place}: {said}", self.settings.name);
        println!("  {} ({} bytes)", path.display(), input.len());
    }

    /// An input that panics at the same place, with as many pieces left out as can be (Zeller's ddmin, 2002).
    fn smaller(&mut self, place: &str, mut input: Vec<u8>) -> Vec<u8> {
        let (begin, mut tries) = (Instant::now(), 0);
        let mut share = 2;
        loop {
            let pieces = self.target.pieces(&input);
            let length = pieces.len().div_ceil(share).max(1);
            let mut less = None;
            for begins in (0..pieces.len()).step_by(length) {
                tries += 1;
                if tries > SHRINKS || begin.elapsed() > SHRINKING {
                    return input;
                }
                let ends = (begins + length).min(pieces.len());
                let candidate = [&input[..pieces[begins].start], &input[pieces[ends - 1].end..]].concat();
                self.note(self.report.next, &candidate);
                if attempt(self.target, &candidate).is_some_and(|(other, _)| other == place) {
                    less = Some(candidate);
                    break;
                }
            }
            match less {
                Some(candidate) if !candidate.is_empty() => input = candidate,
                _ if length <= 1 => return input,
                _ => share *= 2,
            }
        }
    }
}

/// The files of a folder by name; none where there is no folder.
pub fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}
