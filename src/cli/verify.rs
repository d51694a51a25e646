//! `maquette verify`.

use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure, Verdict, progress};
use crate::audit;
use crate::dataset::DatasetError;

/// Check a dataset: its annotations against each other, and its files against the manifest
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette verify out/tabletop")]
pub(super) struct Verify {
    /// Folder of the dataset
    dataset: PathBuf,
    /// Threads; the number of processors if left out
    #[arg(long, env = "MAQUETTE_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: Option<u16>,
    /// Print the table only if something fails, and no progress
    #[arg(long, short)]
    quiet: bool,
}

impl Verify {
    pub fn run(self) -> Verdict {
        let workers = super::workers(self.workers);
        let bar = progress::bar(self.quiet, "frames");
        let progress = |done: u64, all: u64| {
            if let Some(bar) = &bar {
                bar.set_length(all);
                bar.set_position(done);
            }
        };
        let report = audit::verify(&self.dataset, workers, &progress);
        if let Some(bar) = &bar {
            bar.finish_and_clear();
        }
        let report = report.map_err(|error| {
            let exit = if matches!(error, DatasetError::Io { .. }) { Exit::InputOutput } else { Exit::BadData };
            Failure::new(exit, error)
        })?;
        if !self.quiet || !report.holds() {
            super::schema::print(report.to_string().trim_end())?;
        }
        if report.holds() {
            return Ok(Exit::Done);
        }
        let failed = report.rows.iter().filter(|row| !row.holds()).count();
        let frames = report.frames;
        Err(Failure::new(Exit::BadData, format!("{failed} of {} checks fail on {frames} frames", report.rows.len())))
    }
}
