//! The index of a sweep: which dataset was made with which values, as JSON and as CSV.

use std::path::Path;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::manifest::Program;
use super::{DatasetError, files};

/// Of the index's shape.
const SCHEMA_VERSION: u32 = 1;
/// The index in a sweep's folder.
const JSON: &str = "sweep.json";
const CSV: &str = "sweep.csv";
/// What is being written.
const DRAFT: &str = ".sweep.draft";

/// All datasets of a sweep, and the values that each was made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepIndex {
    /// Of this file's shape.
    pub schema_version: u32,
    /// What made it.
    pub program: Program,
    /// Name of the sweep file.
    pub sweep: String,
    /// The scene file that the values are set in, as the sweep names it.
    pub scene: String,
    /// SHA-256 of the scene file as it is, in hexadecimal.
    pub scene_sha256: String,
    /// Frames of each dataset.
    pub frames: u64,
    /// By the way to the value in the scene: all the values of an axis, as a scene file says them.
    pub axes: IndexMap<String, Vec<String>>,
    /// One dataset each.
    pub points: Vec<SweepPoint>,
}

/// One dataset of a sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepPoint {
    /// From 0; the same values with another seed are the same point.
    pub point: usize,
    /// Of every random choice.
    pub seed: u64,
    /// The dataset, relative to the sweep's folder.
    pub folder: String,
    /// SHA-256 of the scene with these values, in hexadecimal.
    pub scene_sha256: String,
    /// What was set, by axis; an axis that is not named is as the scene has it.
    pub values: IndexMap<String, String>,
}

impl SweepPoint {
    /// A dataset that is made from this text of a scene.
    pub fn new(
        (point, seed): (usize, u64),
        folder: String,
        values: IndexMap<String, String>,
        scene_text: &str,
    ) -> SweepPoint {
        SweepPoint { point, seed, folder, scene_sha256: files::sha256(scene_text.as_bytes()), values }
    }
}

impl SweepIndex {
    /// Of a sweep and its points.
    pub fn new(
        (sweep, scene, scene_text): (&str, &str, &str),
        frames: u64,
        axes: IndexMap<String, Vec<String>>,
        points: Vec<SweepPoint>,
    ) -> SweepIndex {
        SweepIndex {
            schema_version: SCHEMA_VERSION,
            program: Program::default(),
            sweep: sweep.to_owned(),
            scene: scene.to_owned(),
            scene_sha256: files::sha256(scene_text.as_bytes()),
            frames,
            axes,
            points,
        }
    }

    /// Reads the index in a sweep's folder; `None` where there is none.
    ///
    /// # Errors
    ///
    /// Where it cannot be read or is none.
    pub fn read(dir: &Path) -> Result<Option<SweepIndex>, DatasetError> {
        let path = dir.join(JSON);
        let Some(bytes) = files::read_if_there(&path)? else { return Ok(None) };
        let damaged = |error: serde_json::Error| DatasetError::Damaged { path, reason: error.to_string() };
        serde_json::from_slice(&bytes).map(Some).map_err(damaged)
    }

    /// Writes the index into a sweep's folder, which is made where it is not there.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Different`] where there is the index of another sweep and it may not be replaced,
    /// [`DatasetError::NotADataset`] where other things are there, and what the system says.
    pub fn write(&self, dir: &Path, overwrite: bool) -> Result<(), DatasetError> {
        files::make_folder(dir)?;
        match SweepIndex::read(dir)? {
            Some(there) if there == *self => return Ok(()),
            Some(_) if !overwrite => {
                return Err(DatasetError::OtherSweep { dir: dir.to_path_buf() });
            }
            Some(_) => {}
            None => {
                let names = files::names_in(dir)?;
                let found: Vec<String> = names.into_iter().filter(|name| !name.starts_with('.')).collect();
                if !found.is_empty() {
                    return Err(DatasetError::NotADataset { dir: dir.to_path_buf(), found, removable: false });
                }
            }
        }
        let json = serde_json::to_string_pretty(self).map_err(|error| self.unwritable(dir, error.to_string()))?;
        files::write_whole(
            &dir.join(DRAFT),
            &dir.join(CSV),
            &self.csv().map_err(|reason| self.unwritable(dir, reason))?,
        )?;
        // Last, as it is what tells that there is a sweep.
        files::write_whole(&dir.join(DRAFT), &dir.join(JSON), format!("{json}\n").as_bytes())
    }

    fn unwritable(&self, dir: &Path, reason: String) -> DatasetError {
        DatasetError::Damaged { path: dir.join(JSON), reason }
    }

    /// One line a dataset: point, seed, folder, frames, and a column for each axis.
    fn csv(&self) -> Result<Vec<u8>, String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let names = ["point", "seed", "folder", "frames"].into_iter().chain(self.axes.keys().map(String::as_str));
        writer.write_record(names).map_err(|error| error.to_string())?;
        for point in &self.points {
            let own = [point.point.to_string(), point.seed.to_string(), point.folder.clone(), self.frames.to_string()];
            let value = |axis: &String| point.values.get(axis).cloned().unwrap_or_default();
            let values = self.axes.keys().map(value);
            writer.write_record(own.into_iter().chain(values)).map_err(|error| error.to_string())?;
        }
        writer.into_inner().map_err(|error| error.to_string())
    }
}
