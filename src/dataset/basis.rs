//! What is known of a dataset beside its shards: what it is made from, when it was last complete, and what is refused.

use std::path::Path;

use super::identity::Identity;
use super::layout::TOP_LEVEL;
use super::manifest::{Manifest, ShardEntry};
use super::ranges::to_ranges;
use super::work::Work;
use super::{DatasetError, files};

/// What a dataset is made from, as its folder or store has it.
#[derive(Debug, Clone)]
pub(super) struct Basis {
    /// Without frames.
    pub manifest: Manifest,
    pub scene_text: String,
}

impl Basis {
    /// # Errors
    /// [`DatasetError::Settings`] where there is no such dataset.
    pub fn of(identity: &Identity) -> Result<Basis, DatasetError> {
        identity.check()?;
        Ok(Basis { manifest: Manifest::new(identity), scene_text: identity.scene_text.clone() })
    }

    /// That of the dataset in a folder, finished or not.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where there is none.
    pub fn found(dir: &Path) -> Result<Basis, DatasetError> {
        let work = Work::new(dir);
        let last = Last::of(&work)?;
        Basis::read(last.or(|| Manifest::read(&work.identity()))?, files::read_if_there(&work.scene())?, dir)
    }

    /// That of the manifest and the scene which stand at `place`.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where there are none, or they are not of one dataset.
    pub fn read(manifest: Option<Manifest>, scene: Option<Vec<u8>>, place: &Path) -> Result<Basis, DatasetError> {
        let manifest = manifest.ok_or_else(|| no_dataset(place))?.without_frames();
        let scene = scene.and_then(|text| String::from_utf8(text).ok());
        let scene_text = scene.filter(|text| files::sha256(text.as_bytes()) == manifest.scene.sha256);
        let scene_text = scene_text.ok_or_else(|| DatasetError::Damaged {
            path: place.to_path_buf(),
            reason: "its scene.ron is not there, or is not what it was made from".to_owned(),
        })?;
        Ok(Basis { manifest, scene_text })
    }
}

/// A dataset when it was last complete.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Last {
    /// `None` where it never was.
    pub manifest: Option<Manifest>,
    /// Whether it still is: nothing was changed since.
    pub holds: bool,
}

impl Last {
    /// In a folder.
    pub fn of(work: &Work) -> Result<Last, DatasetError> {
        Last::read(Manifest::read(&work.manifest())?, || Manifest::read(&work.previous()))
    }

    /// From the manifest that is in its place, and where there is none, that which was set aside.
    pub fn read(
        current: Option<Manifest>,
        previous: impl FnOnce() -> Result<Option<Manifest>, DatasetError>,
    ) -> Result<Last, DatasetError> {
        Ok(Last { holds: current.is_some(), manifest: current.map_or_else(previous, |current| Ok(Some(current)))? })
    }

    /// The manifest of the dataset that is there, finished or not: where it never was, that which an `identity` is.
    pub fn or(
        &self,
        identity: impl FnOnce() -> Result<Option<Manifest>, DatasetError>,
    ) -> Result<Option<Manifest>, DatasetError> {
        self.manifest.clone().map_or_else(identity, |manifest| Ok(Some(manifest)))
    }

    /// The shards that it had.
    pub fn shards(&self) -> &[ShardEntry] {
        self.manifest.as_ref().map_or(&[], |manifest| &manifest.shards)
    }
}

/// There is no dataset at a place.
pub(super) fn no_dataset(place: &Path) -> DatasetError {
    let reason = "expected a dataset, or part of one, and found none".to_owned();
    DatasetError::Damaged { path: place.to_path_buf(), reason }
}

/// Refuses a place which nothing says to be a dataset of ours, for what else is there: things of these `names`.
pub(super) fn refuse_names(place: &Path, names: Vec<String>, overwrite: bool) -> Result<(), DatasetError> {
    // Files that systems and version control put everywhere are nobody's data.
    let found: Vec<String> = names.into_iter().filter(|name| !name.starts_with('.')).collect();
    let removable = !found.iter().any(|name| TOP_LEVEL.contains(&name.as_str()));
    if found.is_empty() || overwrite && removable {
        return Ok(());
    }
    Err(DatasetError::NotADataset { dir: place.to_path_buf(), found, removable })
}

/// Refuses to finish `what` without frames that have to be there, or to be noted as failed; all ascending.
pub(super) fn refuse_missing(
    wanted: Option<&[u64]>,
    there: &[u64],
    noted: &[u64],
    what: &str,
) -> Result<(), DatasetError> {
    let found = |frame: &u64| there.binary_search(frame).is_ok() || noted.binary_search(frame).is_ok();
    let missing: Vec<u64> = wanted.unwrap_or_default().iter().copied().filter(|frame| !found(frame)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(DatasetError::Unfinished { what: what.to_owned(), missing: format!("frames {} are", to_ranges(missing)) })
}
