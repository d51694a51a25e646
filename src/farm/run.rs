//! One run: from frame numbers to a finished dataset.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::pairing::{Job, Pairing};
use super::{Flight, Parts, Source, kept_frames};
use crate::annotate::{AnnotateError, Policy, annotate, flows};
use crate::assets::AssetError;
use crate::dataset::{Context, Dataset, DatasetError, Place, ShardPlan, ShardWriter, Summary, encode};
use crate::frame::Frame;
use crate::randomize::concrete::LabelPlane;
use crate::randomize::{ConcreteScene, RandomizeError};
use crate::render::{Engine, RenderError, Stop};
use crate::station::{Station, give_way};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Run {
    /// Frame numbers, ascending.
    pub frames: Vec<u64>,
    /// Of every random choice.
    pub seed: u64,
    /// Of the dataset.
    pub output: Place,
    /// Threads that annotate, encode and write; at least 1.
    pub workers: usize,
    /// Frame numbers a shard holds.
    pub shard_frames: u64,
    /// Whether a dataset of something else may be replaced.
    pub overwrite: bool,
    /// Which parts of it to make, where other processes make the others; the dataset is then left to be merged.
    pub parts: Option<Parts>,
    /// Frames to leave out.
    pub skip: Vec<u64>,
    /// Hears which frames are under way.
    pub flight: Arc<Flight>,
}

/// Hears how a run goes, from any thread.
pub trait Progress: Sync {
    /// Before the first frame: how many frames there are to make.
    fn begin(&self, _frames: u64) {}
    /// After each written picture.
    fn image(&self) {}
    /// After each frame (in a sequence: each take): how many are written.
    fn advance(&self, _frames_done: u64) {}
}

/// How a run ended without error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All is there.
    Done(Summary),
    /// The parts asked for are there.
    Part {
        /// How many frames they have.
        frames: u64,
    },
    /// It was asked to stop; the same command goes on.
    Interrupted {
        /// Frames written by this run.
        frames_done: u64,
    },
}

/// Why a run failed. What was written whole stays.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A scene could not be drawn.
    #[error("frame {frame}: {source}")]
    Randomize {
        /// Of which frame.
        frame: u64,
        /// Why.
        source: RandomizeError,
    },
    /// A frame could not be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A frame's parts contradict each other.
    #[error("frame {frame}: {source}; this is a fault of the program, please report it")]
    Annotate {
        /// Which.
        frame: u64,
        /// How.
        source: AnnotateError,
    },
    /// The dataset could not be written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// An asset could not be had.
    #[error(transparent)]
    Asset(#[from] AssetError),
    /// A frame does not meet the scene's constraints however often it is drawn.
    #[error(
        "frame {frame}: {} after {attempts} attempts; {}",
        blamed(reasons),
        "widen what is drawn, raise `attempts`, \
             or take `unmet: Keep`"
    )]
    Unmet {
        /// Which.
        frame: u64,
        /// How often it was drawn.
        attempts: u32,
        /// In how many of these each constraint was not met.
        reasons: BTreeMap<String, u32>,
    },
    /// A constraint's formula has no value.
    #[error("frame {frame}: {reason}")]
    Formula {
        /// Of which frame.
        frame: u64,
        /// Which, and why.
        reason: String,
    },
    /// The process that was to do it could not be started or watched.
    #[error("cannot run `{}`: {source}", program.display())]
    Supervise {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A concrete scene could not be written down.
    #[error("cannot write down the concrete scene of frame {frame}: {reason}")]
    Concrete {
        /// Of which frame.
        frame: u64,
        /// Why.
        reason: String,
    },
}

impl RunError {
    /// Says which frames may be at fault, where any are: those of which it tells, or all that were under way.
    fn blame(&self, flight: &Flight) {
        let frame = match self {
            RunError::Randomize { frame, .. }
            | RunError::Annotate { frame, .. }
            | RunError::Unmet { frame, .. }
            | RunError::Formula { frame, .. }
            | RunError::Concrete { frame, .. } => Some(*frame),
            RunError::Render(RenderError::Device(_) | RenderError::Asset(_))
            | RunError::Dataset(
                DatasetError::Plane { .. } | DatasetError::Mismatch { .. } | DatasetError::NotFinite { .. },
            ) => None,
            _ => return,
        };
        flight.blame(frame, &self.to_string());
    }
}

/// Constraints by how often they were not met, the worst first.
pub fn blamed<N: Ord + Copy + std::fmt::Display>(reasons: &BTreeMap<String, N>) -> String {
    let mut worst: Vec<_> = reasons.iter().collect();
    worst.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let told: Vec<String> = worst.iter().map(|(name, count)| format!("`{name}` not met {count} times")).collect();
    told.join(", ")
}

/// An engine that is opened when it is first needed, and serves one run after the other.
pub struct EngineOnce<'o> {
    open: &'o mut dyn FnMut() -> Result<Box<dyn Engine>, RenderError>,
    opened: Option<Box<dyn Engine>>,
}

impl<'o> EngineOnce<'o> {
    /// One that is opened so.
    pub fn new(open: &'o mut dyn FnMut() -> Result<Box<dyn Engine>, RenderError>) -> Self {
        EngineOnce { open, opened: None }
    }

    fn get(&mut self) -> Result<&mut dyn Engine, RenderError> {
        let engine = match self.opened.take() {
            Some(engine) => engine,
            None => (self.open)()?,
        };
        Ok(self.opened.insert(engine).as_mut())
    }
}

/// Between two looks at whether the run is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Frames that wait for a worker.
const QUEUE: usize = 4;

/// Renders what is missing of `run` and finishes the dataset.
///
/// `stop` is looked at between frames: once set, what is under way is finished and written, and the outcome is
/// [`Outcome::Interrupted`]. The engine is opened only if there is something to do.
pub fn run(
    engine: &mut EngineOnce<'_>,
    source: &Source,
    run: &Run,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Outcome, RunError> {
    let identity = source.identity(run.seed, run.shard_frames)?;
    let mut frames = match &run.parts {
        None => run.frames.clone(),
        Some(parts) => parts.frames(&run.frames, run.shard_frames),
    };
    let dataset = match &run.parts {
        None => Dataset::open(run.output.clone(), identity, run.overwrite)?,
        Some(_) => Dataset::join(run.output.clone(), &identity, &frames)?,
    };
    run.flight.open();
    frames.retain(|frame| run.skip.binary_search(frame).is_err());
    let ended = AtomicBool::new(false);
    let hurry = dataset.hurry();
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                if stop.load(Ordering::Relaxed) {
                    return hurry();
                }
                std::thread::park_timeout(LOOK_EVERY);
            }
        });
        let outcome = fill(dataset, engine, source, run, &frames, progress, stop);
        ended.store(true, Ordering::Relaxed);
        watcher.thread().unpark();
        outcome
    })
}

/// Renders those of `frames` that a dataset lacks.
fn fill(
    dataset: Dataset,
    engine: &mut EngineOnce<'_>,
    source: &Source,
    run: &Run,
    frames: &[u64],
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Outcome, RunError> {
    let plans = dataset.plan(frames);
    let done = |dataset: Dataset| match &run.parts {
        None => Ok(Outcome::Done(dataset.finish()?)),
        Some(_) => Ok(Outcome::Part { frames: dataset.leave()? }),
    };
    let total: u64 = plans.iter().map(|plan| plan.todo.len() as u64).sum();
    progress.begin(total);
    if total == 0 {
        return done(dataset);
    }
    let engine = engine.get()?;
    let desk = Desk {
        dataset: &dataset,
        context: dataset.context(),
        policy: source.policy(),
        steps: source.steps().unwrap_or(1),
        progress,
        flight: &run.flight,
        shards: Mutex::default(),
        frames_done: AtomicU64::new(0),
        failed: AtomicBool::new(false),
        error: Mutex::new(None),
    };
    let result = desk.serve(engine, source, run, &plans, stop);
    let frames_done = desk.frames_done.load(Ordering::Relaxed);
    let left_over = desk.put_down();
    let error = desk.error.into_inner().unwrap_or_else(PoisonError::into_inner);
    match (error, result) {
        (Some(error), _) | (None, Err(error)) => {
            error.blame(&run.flight);
            return Err(error);
        }
        (None, Ok(())) => left_over?,
    }
    if frames_done < total {
        dataset.pause()?;
        return Ok(Outcome::Interrupted { frames_done });
    }
    done(dataset)
}

/// Where the workers sit.
struct Desk<'a> {
    dataset: &'a Dataset,
    context: Context,
    policy: Policy,
    steps: u32,
    progress: &'a dyn Progress,
    flight: &'a Flight,
    shards: Mutex<BTreeMap<u64, Open>>,
    frames_done: AtomicU64,
    failed: AtomicBool,
    error: Mutex<Option<RunError>>,
}

/// A shard that is being written.
struct Open {
    writer: Arc<ShardWriter>,
    /// Pictures still to come.
    left: u64,
    /// Pictures still to come of each take that has begun.
    takes: BTreeMap<u64, u32>,
}

/// Empties the queue should its worker panic, so that nobody waits on it for ever.
struct Guard<'a> {
    jobs: &'a Mutex<Receiver<Job>>,
    failed: &'a AtomicBool,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.failed.store(true, Ordering::Relaxed);
            while self.jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().is_ok() {}
        }
    }
}

impl Desk<'_> {
    fn serve(
        &self,
        engine: &mut dyn Engine,
        source: &Source,
        run: &Run,
        plans: &[ShardPlan],
        stop: &AtomicBool,
    ) -> Result<(), RunError> {
        let shard_of: BTreeMap<u64, &ShardPlan> =
            plans.iter().flat_map(|plan| plan.todo.iter().map(move |&frame| (frame, plan))).collect();
        let (sender, receiver) = sync_channel::<Job>(QUEUE);
        let receiver = Mutex::new(receiver);
        std::thread::scope(|scope| {
            for _ in 0..run.workers.max(1) {
                scope.spawn(|| self.work(&receiver, &shard_of));
            }
            let sender: SyncSender<Job> = sender;
            let mut pairing = Pairing::default();
            let mut take = |frame: Frame, scene: Arc<ConcreteScene>| {
                self.flight.moved();
                if self.failed.load(Ordering::Relaxed) {
                    return Err(Stop);
                }
                let mut jobs = pairing.take(frame, scene);
                jobs.try_for_each(|job| Station::Draw.wait(|| sender.send(job)).map_err(|_| Stop))
            };
            let ended = || stop.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed);
            let mut numbers = shard_of.keys().copied().inspect(|&frame| self.flight.begin(frame));
            let result = kept_frames(engine, source, run.seed, &mut numbers, &ended, &mut take);
            drop(sender);
            result
        })
    }

    fn work(&self, jobs: &Mutex<Receiver<Job>>, shard_of: &BTreeMap<u64, &ShardPlan>) {
        let _guard = Guard { jobs, failed: &self.failed };
        give_way();
        loop {
            let job = Station::Label.wait(|| jobs.lock().unwrap_or_else(PoisonError::into_inner).recv());
            let Ok(job) = job else { return };
            // After a failure the queue is only emptied, so that nobody waits on it.
            if self.failed.load(Ordering::Relaxed) {
                continue;
            }
            let Some(plan) = shard_of.get(&job.frame.index) else { continue };
            if let Err(error) = self.write(&job, plan) {
                self.fail(error);
            }
        }
    }

    fn write(&self, job: &Job, plan: &ShardPlan) -> Result<(), RunError> {
        let frame = job.frame.index;
        let at = Station::Label.work(frame);
        let mut annotations =
            annotate(&job.frame, &self.policy).map_err(|source| RunError::Annotate { frame, source })?;
        if job.scene.labels.planes.contains(&LabelPlane::Flow) {
            let [before, after] = &job.neighbours;
            annotations.flows = flows(&job.frame, before.as_deref(), after.as_deref());
        }
        drop(at);
        let at = Station::Encode.work(frame);
        let text = match job.frame.step {
            None | Some(0) => to_ron(&job.scene).map_err(|reason| RunError::Concrete { frame, reason })?,
            Some(_) => String::new(),
        };
        let encoded = encode(&job.frame, &annotations, &text, &self.context)?;
        drop(at);
        let _at = Station::Write.work(frame);
        let writer = self.writer(plan)?;
        writer.write(encoded)?;
        drop(writer);
        self.written(frame, plan)
    }

    fn writer(&self, plan: &ShardPlan) -> Result<Arc<ShardWriter>, RunError> {
        let mut shards = self.shards.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = shards.get(&plan.index) {
            return Ok(open.writer.clone());
        }
        let writer = Arc::new(self.flight.aside(|| self.dataset.begin(plan))?);
        let left = plan.todo.len() as u64 * u64::from(self.steps);
        shards.insert(plan.index, Open { writer: writer.clone(), left, takes: BTreeMap::new() });
        Ok(writer)
    }

    /// Counts a picture; finishes its shard after the last one.
    fn written(&self, frame: u64, plan: &ShardPlan) -> Result<(), RunError> {
        let mut shards = self.shards.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = shards.get_mut(&plan.index) else { return Ok(()) };
        open.left -= 1;
        let steps_left = open.takes.entry(frame).or_insert(self.steps);
        *steps_left -= 1;
        self.progress.image();
        let take_done = *steps_left == 0;
        if take_done {
            open.takes.remove(&frame);
        }
        let finished = if open.left == 0 { shards.remove(&plan.index) } else { None };
        drop(shards);
        if let Some(open) = finished {
            let writer = close(open)?;
            self.flight.aside(|| writer.finish())?;
        }
        if take_done {
            self.flight.end(frame);
            let done = self.frames_done.fetch_add(1, Ordering::Relaxed) + 1;
            self.progress.advance(done);
        }
        Ok(())
    }

    /// Lets unfinished shards appear with what they have.
    fn put_down(&self) -> Result<(), RunError> {
        let shards = std::mem::take(&mut *self.shards.lock().unwrap_or_else(PoisonError::into_inner));
        for open in shards.into_values() {
            close(open)?.finish_in_part()?;
        }
        Ok(())
    }

    fn fail(&self, error: RunError) {
        let mut first = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(error);
        self.failed.store(true, Ordering::Relaxed);
    }
}

fn close(open: Open) -> Result<ShardWriter, RunError> {
    Arc::try_unwrap(open.writer).map_err(|writer| {
        let what = format!("shard {}", writer.plan().index);
        RunError::Dataset(DatasetError::Unfinished {
            what,
            missing: "a file is still being written; frames are".to_owned(),
        })
    })
}

/// A concrete scene as the text of a file that `render` takes again.
pub(super) fn to_ron(scene: &ConcreteScene) -> Result<String, String> {
    let config = ron::ser::PrettyConfig::new().struct_names(true).depth_limit(3).compact_arrays(true);
    ron::ser::to_string_pretty(scene, config).map(|text| text + "\n").map_err(|error| error.to_string())
}
