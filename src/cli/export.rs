//! `maquette export`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Exit, Failure, Verdict, progress};
use crate::assets::AssetStore;
use crate::dataset::formats::{FORMATS, Format};
use crate::dataset::{self, DatasetError, SCENES};
use crate::farm::{self, GltfError};

/// Write a finished dataset in the formats of other tools, without rendering again
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette export out/tabletop --format yolo,voc")]
pub(super) struct Export {
    /// Folder of the dataset
    #[arg(required_unless_present = "list")]
    dataset: Option<PathBuf>,
    /// Formats, by name
    #[arg(long, short, value_name = "NAME", value_delimiter = ',', required_unless_present = "list")]
    format: Vec<String>,
    /// Folder that gets a folder for each format, if not `export` in the dataset
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Frame numbers, where not all are wanted (`gltf` only): `0`, `0-9`, `1-3,5`
    #[arg(long, value_name = "FRAMES")]
    frames: Option<String>,
    /// Folder that the scene's assets are relative to (`gltf` only)
    #[arg(long, env = "MAQUETTE_ASSETS", value_name = "DIR")]
    assets: Option<PathBuf>,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
    /// List the formats
    #[arg(long, exclusive = true)]
    list: bool,
}

impl Export {
    pub fn run(self) -> Verdict {
        if self.list {
            let mut lines: Vec<String> =
                FORMATS.iter().map(|format| format!("{:16} {}", format.name, format.summary)).collect();
            lines.push(format!("{SCENES:16} glTF: each settled scene with ids, materials, cameras and lamps"));
            return super::schema::print(&lines.join("\n"));
        }
        let wanted = Wanted::of(&self.format)?;
        if self.frames.is_some() && (!wanted.scenes || !wanted.formats.is_empty()) {
            let message = "--frames: only `gltf` can be had of some frames alone";
            return Err(Failure::new(Exit::Usage, message));
        }
        let frames = self.frames.as_deref().map(numbers).transpose()?;
        let dataset = self.dataset.unwrap_or_default();
        let assets = AssetStore::new(self.assets.unwrap_or_else(|| ".".into()));
        let folders = wanted.write(&dataset, self.output.as_deref(), frames.as_deref(), &assets, self.quiet)?;
        let lines: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        super::schema::print(&lines.join("\n"))
    }
}

/// What a dataset is to be exported to.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Formats that records alone give.
    pub formats: Vec<&'static Format>,
    /// Settled scenes, which take assets, too.
    pub scenes: bool,
}

impl Wanted {
    /// From the names of formats.
    pub fn of(names: &[String]) -> Result<Wanted, Failure> {
        let mut wanted = Wanted::default();
        for name in names {
            match Format::find(name) {
                Some(format) => wanted.formats.push(format),
                None if name == SCENES => wanted.scenes = true,
                None => return Err(unknown(name)),
            }
        }
        Ok(wanted)
    }

    /// Writes all of it, with a bar on standard error unless `quiet`. Gives the folders.
    pub fn write(
        &self,
        dataset: &Path,
        output: Option<&Path>,
        frames: Option<&[u64]>,
        assets: &AssetStore,
        quiet: bool,
    ) -> Result<Vec<PathBuf>, Failure> {
        let bar = progress::bar(quiet, "frames");
        let progress = |done: u64, all: u64| {
            if let Some(bar) = &bar {
                bar.set_length(all);
                bar.set_position(done);
            }
        };
        let write = || {
            let mut folders = Vec::new();
            if !self.formats.is_empty() {
                folders = dataset::export(dataset, &self.formats, output, &progress).map_err(explain)?;
            }
            if self.scenes {
                let written = farm::export_scenes(dataset, frames, assets, output, &progress);
                folders.push(written.map_err(|error| match error {
                    GltfError::Dataset(error) => explain(error),
                    GltfError::Io { .. } => Failure::new(Exit::InputOutput, error),
                    _ => Failure::new(Exit::BadData, error),
                })?);
            }
            Ok(folders)
        };
        let folders = write();
        if let Some(bar) = &bar {
            bar.finish_and_clear();
        }
        folders
    }
}

/// Frame numbers: a single number is that frame, not so many.
fn numbers(text: &str) -> Result<Vec<u64>, Failure> {
    if let Ok(frame) = text.trim().parse() {
        return Ok(vec![frame]);
    }
    farm::parse_frames(text).map_err(|error| Failure::new(Exit::Usage, format!("--frames: {error}")))
}

/// An error that names the likeliest format.
fn unknown(name: &str) -> Failure {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).chain([SCENES]).collect();
    let likeness = |one: &str| strsim::jaro_winkler(name, one);
    let likeliest = names.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    let hint = likeliest.filter(|one| likeness(one) > 0.7);
    let hint = hint.map_or(String::new(), |one| format!("; did you mean `{one}`?"));
    Failure::new(Exit::Usage, format!("--format: found `{name}`, expected one of {}{hint}", names.join(", ")))
}

pub(super) fn explain(error: DatasetError) -> Failure {
    let exit = if matches!(error, DatasetError::Io { .. }) { Exit::InputOutput } else { Exit::BadData };
    Failure::new(exit, error)
}
