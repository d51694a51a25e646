//! `maquette render`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use clap::Args;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::given::Given;
use super::profile::Profiling;
use super::progress::{Mode, Reporter};
use super::{Exit, Failure, Verdict, export};
use crate::dataset::{self, DatasetError};
use crate::farm::{self, EngineOnce, Outcome, Parts, Progress, Run, RunError};
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
    /// Folder of the dataset
    #[arg(long, short, env = "MAQUETTE_OUTPUT", value_name = "DIR")]
    output: PathBuf,
    /// Remove the dataset that is there, the same one too, and begin anew
    #[arg(long)]
    overwrite: bool,
    /// Threads that label, encode and write; the number of processors if left out
    #[arg(long, env = "MAQUETTE_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: Option<u16>,
    /// Frame numbers a shard holds
    #[arg(long, env = "MAQUETTE_SHARD_FRAMES", default_value_t = 100, value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    shard_frames: u64,
    /// Make only some parts of the run, `3/8` or `2-5/8`, numbered from 0, while other processes make the others in the same
    /// folder; in the end `maquette merge` finishes the dataset
    #[arg(long, env = "MAQUETTE_SHARD", value_name = "PART/PARTS", conflicts_with_all = ["overwrite", "format"])]
    shard: Option<Parts>,
    /// Formats to export to when all frames are there, as `maquette export` does
    #[arg(long, short, env = "MAQUETTE_FORMAT", value_name = "NAME", value_delimiter = ',')]
    format: Vec<String>,
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
    /// Only draw the colour image, with no physics, labels or files: what the renderer alone could do
    #[arg(long, hide = true)]
    limit: bool,
}

impl Render {
    /// Whether programs are to read how it goes.
    pub fn tells_json(&self) -> bool {
        !self.quiet && self.progress == Mode::Json
    }

    pub fn run(self) -> Verdict {
        let mut frames = farm::parse_frames(self.frames.as_deref().unwrap_or("1"))
            .map_err(|error| Failure::new(Exit::Usage, format!("--frames: {error}")))?;
        // Before anything that takes time: a scheduler may change its mind at once.
        let signals = Signals::listen()?;
        super::folder(&self.output)?;
        let wanted = export::Wanted::of(&self.format)?;
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
        let workers = super::workers(self.workers);
        let run = Run {
            frames,
            seed,
            output: self.output.clone(),
            workers,
            shard_frames: self.shard_frames,
            overwrite: self.overwrite,
            parts: self.shard.clone(),
        };
        if !wanted.formats.is_empty() {
            let identity = source.identity(seed, self.shard_frames).map_err(|error| explain(error.into()))?;
            dataset::check_formats(&identity, &wanted.formats).map_err(export::explain)?;
        }
        let mode = if self.quiet { Mode::None } else { self.progress };
        let reporter = Reporter::new(mode, source.images_per_frame());
        let assets = source.assets.clone();
        let mut open = || -> Result<Box<dyn Engine>, RenderError> {
            let engine = Renderer::new(source.assets.clone(), Options::default())?;
            reporter.engine_ready();
            Ok(Box::new(engine))
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
        let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP]).map_err(failed)?;
        let (to_stop, to_which) = (stop.clone(), which.clone());
        std::thread::spawn(move || {
            for signal in signals.forever() {
                let before = to_which.swap(signal, Ordering::Relaxed);
                if to_stop.swap(true, Ordering::Relaxed) && (signal == SIGINT || signal == before) {
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
