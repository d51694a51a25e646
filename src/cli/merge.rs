//! `maquette merge`.

use std::path::PathBuf;

use clap::Args;

use super::render::explain_dataset;
use super::{Exit, Failure, Verdict, progress};
use crate::dataset::{self, Place};
use crate::farm;

/// Put parts of a dataset together and finish it
///
/// Without inputs it finishes what `maquette render --shard` left in the folder. The dataset is then that of a single run,
/// byte for byte.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  maquette merge --output out/street --frames 0-9999
  maquette merge out/monday out/tuesday --output out/both")]
pub(super) struct Merge {
    /// Datasets of the same scene, seed and settings, finished or not
    inputs: Vec<PathBuf>,
    /// Folder of the dataset, which may hold some of the frames; or the place in object storage that parts were made at
    #[arg(long, short, env = "MAQUETTE_OUTPUT", value_name = "DIR")]
    output: PathBuf,
    /// Frames that have to be there in the end: `100`, `0-99`, `1-3,5,7-20:2`
    #[arg(long, env = "MAQUETTE_FRAMES", value_name = "FRAMES")]
    frames: Option<String>,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl Merge {
    pub fn run(self) -> Verdict {
        let frames = self.frames.as_deref().map(farm::parse_frames).transpose();
        let frames = frames.map_err(|error| Failure::new(Exit::Usage, format!("--frames: {error}")))?;
        let output = Place::from(&self.output);
        let places = self.inputs.iter().map(Place::from).chain([output.clone()]);
        if let Some(store) = places.into_iter().find(|place| place.folder().is_none() && !self.inputs.is_empty()) {
            let message = format!(
                "expected folders to merge, found the address `{store}`; in object storage, `--output` alone finishes what parts of a run left there"
            );
            return Err(Failure::new(Exit::Usage, message));
        }
        let bar = progress::bar(self.quiet, "shards");
        let told = |done: u64, all: u64| {
            if let Some(bar) = &bar {
                bar.set_length(all);
                bar.set_position(done);
            }
        };
        let summary = dataset::merge(&self.inputs, &output, frames.as_deref(), &told);
        if let Some(bar) = &bar {
            bar.finish_and_clear();
        }
        let summary = summary.map_err(explain_dataset)?;
        if !self.quiet {
            progress::warn_of_failed(&summary);
            say!("{}: {} frames in {} shards", summary.dir.display(), summary.frames, summary.shards);
        }
        Ok(Exit::Done)
    }
}
