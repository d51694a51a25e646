//! Frames that could not be made: why, and of which scene, for whoever looks into it.
//!
//! ```text
//! failed/00000017.json         how often it was tried, and what was said
//! failed/00000017.scene.ron    the concrete scene, where there is one: `maquette render` takes it
//! ```
//!
//! A run notes them where it may go on without them. Once such a frame is made, its note goes.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::bucket::Bucket;
use super::layout::{FAILED, key, parse_key, record_file, scene_file};
use super::{DatasetError, Place, files};

/// Why a frame is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedFrame {
    /// Which.
    pub frame: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// What was said the last time.
    pub reason: String,
}

impl FailedFrame {
    /// Notes it in a dataset, with the concrete scene where there is one.
    ///
    /// # Errors
    /// [`DatasetError::Io`], [`DatasetError::Store`].
    pub fn note(&self, at: &Place, scene: Option<&str>) -> Result<(), DatasetError> {
        let name = record_file(&key(self.frame, None));
        let damaged = |error: serde_json::Error| DatasetError::Damaged {
            path: Path::new(FAILED).join(&name),
            reason: error.to_string(),
        };
        let told = serde_json::to_string_pretty(self).map_err(damaged)? + "\n";
        // The note last: it says that the other is there.
        let scene = scene.map(|scene| (scene_file(self.frame), scene.to_owned()));
        let mut notes = scene.into_iter().chain([(name, told)]);
        match at {
            Place::Folder(dir) => {
                let folder = dir.join(FAILED);
                files::make_folder(&folder)?;
                notes.try_for_each(|(name, text)| {
                    let draft = folder.join(format!(".{name}.{}.draft", files::unique()));
                    files::write_whole(&draft, &folder.join(name), text.as_bytes())
                })
            }
            Place::Store(url) => {
                let bucket = Bucket::open(url)?;
                notes.try_for_each(|(name, text)| bucket.put_failed(&name, text))
            }
        }
    }
}

/// The frame that a note is of, by its name.
pub(super) fn noted_frame(name: &str) -> Option<u64> {
    let (frame, step) = parse_key(name.strip_suffix(".json")?)?;
    step.is_none().then_some(frame)
}

/// The frames that are noted in a dataset's folder, ascending.
pub(super) fn noted(dir: &Path) -> Result<Vec<u64>, DatasetError> {
    let mut frames: Vec<u64> =
        files::names_in(&dir.join(FAILED))?.iter().filter_map(|name| noted_frame(name)).collect();
    frames.sort_unstable();
    Ok(frames)
}

/// Removes the notes of frames that are there by now. Gives those of which the notes stay, ascending.
pub(super) fn settle(dir: &Path, is_there: &dyn Fn(u64) -> bool) -> Result<Vec<u64>, DatasetError> {
    let (made, left): (Vec<u64>, Vec<u64>) = noted(dir)?.into_iter().partition(|&frame| is_there(frame));
    for frame in made {
        files::remove(&dir.join(FAILED).join(record_file(&key(frame, None))))?;
        files::remove(&dir.join(FAILED).join(scene_file(frame)))?;
    }
    if left.is_empty() {
        files::remove(&dir.join(FAILED))?;
    }
    Ok(left)
}

/// Takes notes along from a folder of which frames are taken.
pub(super) fn adopt(from: &Path, to: &Path) -> Result<(), DatasetError> {
    for frame in noted(from)? {
        files::make_folder(&to.join(FAILED))?;
        for name in [scene_file(frame), record_file(&key(frame, None))] {
            let (one, other) = (from.join(FAILED).join(&name), to.join(FAILED).join(&name));
            if let Some(text) = files::read_if_there(&one)? {
                files::write(&other, &text)?;
            }
        }
    }
    Ok(())
}
