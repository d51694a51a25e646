//! `maquette sweep`.

use std::path::PathBuf;

use clap::Args;

use super::progress::{Mode, Reporter};
use super::render::{Signals, explain};
use super::{Exit, Failure, Verdict, given};
use crate::audit::{self, Statistic};
use crate::farm::{self, EngineOnce, Outcome, Planned, Run, SourceError, SweepError};
use crate::render::{Engine, Options, RenderError, Renderer};

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
    /// Only every N-th dataset from the K-th on, for machines that share the work: `1/4` to `4/4`
    #[arg(long, env = "MAQUETTE_SHARD", value_name = "K/N", value_parser = parse_share)]
    shard: Option<(usize, usize)>,
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
        planned.index.write(&self.output, self.overwrite).map_err(failed)?;
        let (first, step) = self.shard.map_or((0, 1), |(share, of)| (share - 1, of));
        let points: Vec<_> = planned.index.points.iter().skip(first).step_by(step).collect();
        let signals = Signals::listen()?;
        let mode = if self.quiet { Mode::None } else { self.progress };
        let workers = super::workers(self.workers);
        let assets = planned.assets();
        let mut open = || -> Result<Box<dyn Engine>, RenderError> {
            Ok(Box::new(Renderer::new(assets.clone(), Options::default())?))
        };
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

/// `2/4`: the second of four.
fn parse_share(text: &str) -> Result<(usize, usize), String> {
    let expected = || format!("expected a share such as `1/4`, found `{text}`");
    let (share, of) = text.split_once('/').ok_or_else(expected)?;
    match (share.trim().parse(), of.trim().parse()) {
        (Ok(share), Ok(of)) if (1..=of).contains(&share) => Ok((share, of)),
        _ => Err(expected()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read() {
        assert_eq!(parse_share("2/4"), Ok((2, 4)));
        for bad in ["", "2", "0/4", "5/4", "a/4", "1/0", "-1/4"] {
            assert!(parse_share(bad).is_err(), "{bad}");
        }
    }
}
