//! `maquette render`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::Duration;

use clap::Args;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};

use super::given::Given;
use super::profile::Profiling;
use super::progress::{Before, Mode, Reporter};
use super::{Exit, Failure, Verdict, export};
use crate::dataset::{self, DatasetError, Place, StoreError};
use crate::farm::{self, EngineOnce, Flight, Outcome, Parts, Progress, Run, RunError, Source, Supervised};
use crate::render::{Engine, Options, RenderError, Renderer};

/// Render a dataset from a scene file
///
/// Running the same command again completes what was interrupted; asking for more frames adds them. A concrete
/// scene (a `.scene.ron` of a dataset) is rendered as it is.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette render scenes/tabletop.ron --frames 100 --seed 1 --output out/tabletop")]
pub(super) struct Render {
    /// Scene file, or the concrete scene of a frame
    scene: PathBuf,
    /// How many frames, or which: `100`, `0-99`, `1-3,5,7-20:2` [default: 1]
    #[arg(long, env = "MAQUETTE_FRAMES", value_name = "FRAMES")]
    frames: Option<String>,
    /// Seed of every random choice [default: 0]
    #[arg(long, env = "MAQUETTE_SEED")]
    seed: Option<u64>,
    /// Folder of the dataset, or its place in object storage: `s3://bucket/prefix`, `gs://…`, `az://…`
    #[arg(long, short, env = "MAQUETTE_OUTPUT", value_name = "DIR")]
    output: PathBuf,
    /// Remove the dataset that is there, the same one too, and begin anew
    #[arg(long)]
    overwrite: bool,
    /// Threads that label, encode and write; the number of processors if left out
    #[arg(long, env = "MAQUETTE_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: Option<u16>,
    /// Engines that draw side by side; each takes memory. If left out one, and where there is no GPU another for every two
    /// processors, at most 4, once a run has lasted a few seconds
    #[arg(long, env = "MAQUETTE_ENGINES", value_name = "N", value_parser = clap::value_parser!(u8).range(1..=16))]
    engines: Option<u8>,
    /// Frame numbers a shard holds
    #[arg(long, env = "MAQUETTE_SHARD_FRAMES", default_value_t = 100, value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    shard_frames: u64,
    /// Make only some parts of the run, `3/8` or `2-5/8`, numbered from 0, while other processes make the others in the same
    /// folder; in the end `maquette merge` finishes the dataset
    #[arg(long, env = "MAQUETTE_SHARD", value_name = "PART/PARTS")]
    shard: Option<Parts>,
    /// Formats to export to when all frames are there, as `maquette export` does [env: MAQUETTE_FORMAT, but not for parts]
    #[arg(long, short, value_name = "NAME", value_delimiter = ',')]
    format: Vec<String>,
    /// How many frames may fail: one that ends the run is tried again on its own, and left out if it fails once more; the
    /// dataset's folder `failed` then says why, and has its concrete scene
    #[arg(long, env = "MAQUETTE_MAX_FAILURES", default_value_t = 0, value_name = "N")]
    max_failures: u64,
    /// Seconds without any picture after which the device counts as hung, and the run ends with 69
    #[arg(long, env = "MAQUETTE_FRAME_TIMEOUT", default_value_t = 1800.0, value_name = "SECONDS", value_parser = seconds)]
    frame_timeout: f64,
    #[command(flatten)]
    given: Given,
    /// How to tell of progress on standard error
    #[arg(long, env = "MAQUETTE_PROGRESS", value_enum, default_value_t = Mode::Auto)]
    progress: Mode,
    #[command(flatten)]
    pub(super) profiling: Profiling,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Where to keep note of the frames under way, for the process that watches over this one
    #[arg(long, hide = true)]
    note: Option<PathBuf>,
    /// Frames to leave out
    #[arg(long, hide = true, value_parser = ranges)]
    skip: Option<Ranges>,
    /// The only frame to make, as a part of its own, in silence
    #[arg(long, hide = true)]
    only: Option<u64>,
    /// Frames that were made of this run before, and the seconds that took
    #[arg(long, hide = true)]
    before: Option<Before>,
    /// Only draw the colour image, with no physics, labels or files: what the renderer alone could do
    #[arg(long, hide = true)]
    limit: bool,
}

impl Render {
    /// Whether programs are to read how it goes.
    pub fn tells_json(&self) -> bool {
        !self.quiet && self.progress == Mode::Json
    }

    pub fn run(mut self) -> Verdict {
        self.quiet |= self.only.is_some();
        self.settle_formats()?;
        let mut frames = farm::parse_frames(self.frames.as_deref().unwrap_or("1"))
            .map_err(|error| Failure::new(Exit::Usage, format!("--frames: {error}")))?;
        // Before anything that takes time: a scheduler may change its mind at once.
        let signals = Signals::listen()?;
        let output = Place::from(&self.output);
        let wanted = export::Wanted::of(&self.format)?;
        if output.folder().is_none() && !self.format.is_empty() {
            let message =
                "--format: exports are made of a dataset in a folder; fetch it when it is finished, and export that";
            return Err(Failure::new(Exit::Usage, message));
        }
        let source = self.given.open(&self.scene, self.quiet || self.progress == Mode::Json)?;
        let mut seed = self.seed.unwrap_or(0);
        if let Some((frame, its_seed)) = source.fixed() {
            let others = self.seed.is_some_and(|seed| seed != its_seed) || (self.frames.is_some() && frames != [frame]);
            if others && !self.quiet {
                say!(
                    "warning: {} is frame {frame} of seed {its_seed}; --frames and --seed do not change that",
                    self.scene.display()
                );
            }
            (frames, seed) = (vec![frame], its_seed);
        }
        if self.max_failures > 0 && self.note.is_none() && !self.limit {
            return self.supervise(output, &source, seed, &signals);
        }
        if let Some(only) = self.only {
            frames = vec![only];
        }
        let flight = Arc::new(Flight::new(self.note.clone()));
        let limit = Duration::try_from_secs_f64(self.frame_timeout).unwrap_or(Duration::MAX);
        flight.watch(limit, |reason| {
            say!("error: {reason}: the graphics device hangs; run the same command again to go on, with a longer --frame-timeout if it is \
                 only slow");
            std::process::exit(Exit::NoDevice as i32);
        });
        let workers = super::workers(self.workers);
        let run = Run {
            frames,
            seed,
            output,
            workers,
            shard_frames: self.shard_frames,
            overwrite: self.overwrite,
            parts: if self.only.is_some() { Some(Parts::all()) } else { self.shard.clone() },
            skip: self.skip.clone().unwrap_or_default().0,
            flight,
        };
        if !wanted.formats.is_empty() {
            let identity = source.identity(seed, self.shard_frames).map_err(|error| explain(error.into()))?;
            dataset::check_formats(&identity, &wanted.formats).map_err(export::explain)?;
        }
        let mode = if self.quiet { Mode::None } else { self.progress };
        let reporter = Reporter::after(mode, source.images_per_frame(), self.before.unwrap_or_default());
        let assets = source.assets.clone();
        let mut open = || -> Result<Box<dyn Engine>, RenderError> {
            let team = super::team(&source.assets, self.engines)?;
            reporter.engine_ready();
            Ok(team)
        };
        if self.limit {
            let scene = |&frame: &u64| {
                let concrete = source.concrete(seed, frame);
                concrete.map_err(|source| explain(RunError::Randomize { frame, source }))
            };
            let scenes = run.frames.iter().map(scene).collect::<Result<Vec<_>, Failure>>()?;
            let mut renderer = Renderer::new(assets, Options::default()).map_err(|error| explain(error.into()))?;
            let mut reporter = None;
            let mut begin = || {
                let begun = reporter.insert(Reporter::new(mode, source.images_per_frame()));
                begun.begin(run.frames.len() as u64);
            };
            renderer.draw_only(scenes, &mut begin).map_err(|error| explain(error.into()))?;
            if let Some(reporter) = reporter {
                reporter.drawn();
            }
            return Ok(Exit::Done);
        }
        let outcome =
            farm::run(&mut EngineOnce::new(&mut open), &source, &run, &reporter, &signals.stop).map_err(explain)?;
        match outcome {
            Outcome::Done(summary) => {
                reporter.done(&summary);
                let quiet = self.quiet || self.progress == Mode::Json;
                wanted.write(&self.output, None, None, &source.assets, quiet)?;
                Ok(Exit::Done)
            }
            Outcome::Part { frames } => {
                let parts = self.shard.map(|parts| parts.to_string()).unwrap_or_default();
                reporter.part_done(&format!("{}: part {parts}", self.output.display()), frames);
                Ok(Exit::Done)
            }
            Outcome::Interrupted { frames_done } => {
                reporter.stopped(frames_done);
                Ok(signals.exit())
            }
        }
    }
}

impl Render {
    /// Takes the formats from the environment where none are given. Schedulers hand that on to parts, which export nothing:
    /// it is not meant there.
    fn settle_formats(&mut self) -> Result<(), Failure> {
        let Some(parts) = &self.shard else {
            let given = std::env::var(FORMAT).unwrap_or_default();
            if self.format.is_empty() && !given.is_empty() {
                self.format = given.split(',').map(str::to_owned).collect();
            }
            return Ok(());
        };
        let refused = |option: &str, why: &str| {
            let message =
                format!("{option} does not go with parts, and --shard or MAQUETTE_SHARD says `{parts}`: {why}");
            Err(Failure::new(Exit::Usage, message))
        };
        if self.overwrite {
            return refused("--overwrite", "it would remove the others; remove the dataset before all parts");
        }
        if !self.format.is_empty() {
            return refused("--format", "export the dataset when it is merged");
        }
        Ok(())
    }

    /// Lets other processes do it, and leaves out what they fail of.
    fn supervise(&self, output: Place, source: &Source, seed: u64, signals: &Signals) -> Verdict {
        if self.profiling.is_asked() {
            let message = "--profile and --trace are of one process, and --max-failures or MAQUETTE_MAX_FAILURES asks for several; \
                           leave one of them out";
            return Err(Failure::new(Exit::Usage, message));
        }
        let failed = |error| Failure::new(Exit::Failed, format!("cannot find the program itself: {error}"));
        let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
        let again = arguments.iter().filter(|argument| *argument != "--overwrite").cloned().collect();
        let supervised = Supervised {
            output,
            source,
            seed,
            most: self.max_failures,
            program: std::env::current_exe().map_err(failed)?,
            arguments,
            again,
        };
        let tell = |what: &str| {
            if !self.quiet {
                say!("warning: {what}");
            }
        };
        let verdict = supervised.run(&signals.stop, &tell).map_err(explain)?;
        if verdict.failed.len() as u64 > self.max_failures {
            let frames = dataset::to_ranges(verdict.failed.keys().copied());
            let (count, most) = (verdict.failed.len(), self.max_failures);
            let message = format!("{count} frames failed ({frames}), more than --max-failures {most}");
            return Err(Failure::new(verdict.code.and_then(Exit::of).unwrap_or(Exit::Failed), message));
        }
        match verdict.code {
            Some(code) if code != Exit::Done as i32 && signals.stop.load(Ordering::Relaxed) => Ok(signals.exit()),
            None if signals.stop.load(Ordering::Relaxed) => Ok(signals.exit()),
            Some(code) => Ok(Exit::of(code).unwrap_or(Exit::Failed)),
            None => Err(Failure::new(Exit::Failed, "the process was killed; run the same command again to go on")),
        }
    }
}

/// Names formats to export to.
const FORMAT: &str = "MAQUETTE_FORMAT";

/// Frame numbers, as `0-99,200`.
#[derive(Debug, Clone, Default)]
struct Ranges(Vec<u64>);

fn ranges(text: &str) -> Result<Ranges, String> {
    dataset::from_ranges(text).map(Ranges).ok_or_else(|| format!("expected frames such as `3,5-7`, found `{text}`"))
}

fn seconds(text: &str) -> Result<f64, String> {
    let expected = || format!("expected seconds, more than 0, found `{text}`");
    text.parse().ok().filter(|&seconds: &f64| seconds > 0.0 && seconds.is_finite()).ok_or_else(expected)
}

pub(super) fn explain(error: RunError) -> Failure {
    let exit = match error {
        RunError::Dataset(error) => return explain_dataset(error),
        RunError::Render(RenderError::NoAdapter(_)) => Exit::NoDevice,
        RunError::Asset(_) | RunError::Randomize { .. } | RunError::Unmet { .. } | RunError::Formula { .. } => {
            Exit::BadData
        }
        _ => Exit::Failed,
    };
    Failure::new(exit, error)
}

pub(super) fn explain_dataset(error: DatasetError) -> Failure {
    let exit = match &error {
        DatasetError::Io { .. } => Exit::InputOutput,
        DatasetError::Locked { .. } => Exit::TryAgain,
        DatasetError::Store(StoreError::Stopped { .. }) => Exit::TryAgain,
        DatasetError::Store(StoreError::Url { .. }) => Exit::Usage,
        DatasetError::Store(_) => Exit::InputOutput,
        _ => Exit::BadData,
    };
    Failure::new(exit, error)
}

/// Asks the run to stop on TERM, HUP and INT; a second one of the same, or an INT after another, ends the process at once.
pub(super) struct Signals {
    pub(super) stop: Arc<AtomicBool>,
    which: Arc<AtomicI32>,
}

impl Signals {
    pub(super) fn listen() -> Result<Signals, Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let which = Arc::new(AtomicI32::new(0));
        let failed = |error| Failure::new(Exit::Failed, format!("cannot listen for signals: {error}"));
        let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP, SIGUSR1]).map_err(failed)?;
        let (to_stop, to_which) = (stop.clone(), which.clone());
        std::thread::spawn(move || {
            for signal in signals.forever() {
                // The first says how the run ends. USR1 comes from a process that watches over this one, which may have had
                // the same signal from elsewhere.
                let first = to_which.compare_exchange(0, signal, Ordering::Relaxed, Ordering::Relaxed).err();
                let again = first.is_some_and(|first| signal == SIGINT || signal == first);
                if to_stop.swap(true, Ordering::Relaxed) && again && signal != SIGUSR1 {
                    std::process::exit(exit_of(signal) as i32);
                }
            }
        });
        Ok(Signals { stop, which })
    }

    pub(super) fn exit(&self) -> Exit {
        exit_of(self.which.load(Ordering::Relaxed))
    }
}

fn exit_of(signal: i32) -> Exit {
    if signal == SIGINT { Exit::Interrupted } else { Exit::TryAgain }
}
