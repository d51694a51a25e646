//! `maquette sweep`.

use std::path::PathBuf;

use clap::Args;

use super::progress::{Mode, Reporter};
use super::render::{Signals, explain};
use super::{Exit, Failure, Verdict, given};
use crate::audit::{self, Statistic};
use crate::dataset::{self, Place};
use crate::farm::{self, EngineOnce, Outcome, Parts, Planned, Run, SourceError, SweepError};

/// Render a dataset for each point of a sweep
///
/// All that is not swept is drawn alike at every point. Running the same command again completes what was interrupted.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette sweep light.sweep.ron --output out/light")]
pub(super) struct Sweep {
    /// Sweep file
    sweep: PathBuf,
    /// Folder of the sweep: an index and a dataset for each point
    #[arg(long, short, env = "MAQUETTE_OUTPUT", value_name = "DIR")]
    output: PathBuf,
    /// Make only some parts of the sweep, `3/8` or `2-5/8`, numbered from 0, each of them whole datasets, while other processes
    /// make the others in the same folder
    #[arg(long, env = "MAQUETTE_SHARD", value_name = "PART/PARTS")]
    shard: Option<Parts>,
    /// Remove the datasets that are there and begin anew
    #[arg(long)]
    overwrite: bool,
    /// Statistics of the records to draw over the axes, as `sweep.svg`: `instances`, `visible_fraction`, `truncation`,
    /// `pixels`, `distance_m`, `instances.CATEGORY`, `variables.NAME` and others
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    plot: Vec<Statistic>,
    /// Threads that label, encode and write; the number of processors if left out
    #[arg(long, env = "MAQUETTE_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: Option<u16>,
    /// Engines that draw side by side; each takes memory. If left out one, and where there is no GPU another for every two
    /// processors, at most 4, once a run has lasted a few seconds
    #[arg(long, env = "MAQUETTE_ENGINES", value_name = "N", value_parser = clap::value_parser!(u8).range(1..=16))]
    engines: Option<u8>,
    /// Folder that the scene's assets are relative to, if not its own
    #[arg(long, env = "MAQUETTE_ASSETS", value_name = "DIR")]
    assets: Option<PathBuf>,
    /// How to tell of progress on standard error
    #[arg(long, env = "MAQUETTE_PROGRESS", value_enum, default_value_t = Mode::Auto)]
    progress: Mode,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// What is drawn, in the sweep's folder.
const PLOT: &str = "sweep.svg";

impl Sweep {
    pub fn run(self) -> Verdict {
        let planned = Planned::open(&self.sweep, self.assets.as_deref()).map_err(explain_sweep)?;
        let failed = |error: crate::dataset::DatasetError| explain(error.into());
        if let Some(store) = Some(Place::from(&self.output)).filter(|place| place.folder().is_none()) {
            let message = format!(
                "--output: expected a folder for the sweep, found the address `{store}`; its datasets can be sent there when they are finished"
            );
            return Err(Failure::new(Exit::Usage, message));
        }
        self.refuse_unknown(&planned)?;
        planned.index.write(&self.output, self.overwrite).map_err(failed)?;
        let parts = self.shard.clone().unwrap_or_else(Parts::all);
        let points = parts.of(&planned.index.points);
        let signals = Signals::listen()?;
        let mode = if self.quiet { Mode::None } else { self.progress };
        let workers = super::workers(self.workers);
        let assets = planned.assets();
        let mut open = || super::team(&assets, self.engines);
        let mut engine = EngineOnce::new(&mut open);
        for (number, point) in points.iter().enumerate() {
            let source = planned.source(point).map_err(explain_sweep)?;
            if mode == Mode::Auto {
                let values: Vec<String> = point.values.iter().map(|(path, value)| format!("{path}={value}")).collect();
                say!("{} of {}: seed {} {}", number + 1, points.len(), point.seed, values.join(" "));
            }
            let reporter = Reporter::new(mode, source.images_per_frame());
            let run = Run {
                frames: (0..planned.index.frames).collect(),
                seed: point.seed,
                output: self.output.join(&point.folder).into(),
                workers,
                shard_frames: crate::dataset::DEFAULT_SHARD_FRAMES,
                overwrite: self.overwrite,
                parts: None,
                skip: Vec::new(),
                flight: std::sync::Arc::new(farm::Flight::new(None)),
            };
            match farm::run(&mut engine, &source, &run, &reporter, &signals.stop).map_err(explain)? {
                Outcome::Done(summary) => reporter.done(&summary),
                Outcome::Part { .. } => {}
                Outcome::Interrupted { frames_done } => {
                    reporter.stopped(frames_done);
                    return Ok(signals.exit());
                }
            }
        }
        self.draw(workers)?;
        Ok(Exit::Done)
    }

    /// Refuses to draw what no dataset of the sweep will have, before any is made.
    fn refuse_unknown(&self, planned: &Planned) -> Result<(), Failure> {
        // To know a scene's categories takes all of its assets.
        let named = self.plot.iter().any(|statistic| matches!(statistic, Statistic::Category(_)));
        let Some(point) = planned.index.points.first().filter(|_| named) else { return Ok(()) };
        let source = planned.source(point).map_err(explain_sweep)?;
        let identity =
            source.identity(point.seed, dataset::DEFAULT_SHARD_FRAMES).map_err(|error| explain(error.into()))?;
        for statistic in &self.plot {
            if let Statistic::Category(name) = statistic
                && !identity.settings.categories.iter().any(|category| category.name == *name)
            {
                let known: Vec<String> =
                    identity.settings.categories.iter().map(|category| format!("`{}`", category.name)).collect();
                let message = format!("--plot: the scene has no category `{name}`; it has {}", known.join(", "));
                return Err(Failure::new(Exit::Usage, message));
            }
        }
        Ok(())
    }

    /// Draws what is asked for of the datasets that are there.
    fn draw(&self, workers: usize) -> Result<(), Failure> {
        if self.plot.is_empty() {
            return Ok(());
        }
        let collected = audit::collect_sweep(&self.output, &self.plot, workers, &|_, _| ());
        let (index, statistics) = collected.map_err(|error| Failure::new(Exit::BadData, format!("--plot: {error}")))?;
        let path = self.output.join(PLOT);
        let written = std::fs::write(&path, audit::plot(&index, &statistics));
        written
            .map_err(|error| Failure::new(Exit::InputOutput, format!("cannot write {}: {error}", path.display())))?;
        if !self.quiet && self.progress == Mode::Auto {
            say!("{}", path.display());
        }
        Ok(())
    }
}

fn explain_sweep(error: SweepError) -> Failure {
    match error {
        SweepError::Invalid(diagnostics) => given::explain(SourceError::Invalid(diagnostics)),
        SweepError::Unreadable { .. } => Failure::new(Exit::InputOutput, error),
        SweepError::Elsewhere { .. } => Failure::new(Exit::BadData, error),
        SweepError::Point { values, source } => {
            let set: Vec<String> = values.iter().map(|(path, value)| format!("{path}={value}")).collect();
            let Failure { exit, message } = match *source {
                SourceError::Edit(error) => Failure::new(Exit::BadData, error),
                other => given::explain(other),
            };
            let with = if set.is_empty() { String::new() } else { format!("with {}:\n", set.join(" ")) };
            Failure { exit, message: format!("{with}{message}") }
        }
    }
}
