//! Opening a dataset's folder: making it, or making sure that it holds the same dataset, and picking up what a
//! killed run left.

use std::path::Path;
use std::sync::{Arc, Mutex};

use super::difference::differences;
use super::identity::Identity;
use super::layout::{Layout, TOP_LEVEL};
use super::manifest::{Manifest, PROGRAM};
use super::scan::scan;
use super::work::{Lock, Work};
use super::{Dataset, DatasetError, files};

/// See [`Dataset::open`].
pub(super) fn open(dir: &Path, identity: Identity, overwrite: bool) -> Result<Dataset, DatasetError> {
    identity.check()?;
    files::make_folder(dir)?;
    let work = Work::new(dir);
    // Another run may move its manifest just between two looks. Where one is at work the lock decides, and where it
    // has ended the manifest is in its place.
    if refuse_strangers(dir, &work, overwrite).is_err() && !work.is_there() {
        refuse_strangers(dir, &work, overwrite)?;
    }
    let lock = Lock::take(&work)?;
    // Another run may have come and gone before the lock was ours.
    refuse_strangers(dir, &work, overwrite)?;

    if overwrite || files::is_there(&work.overwriting()) {
        work.wipe()?;
    }
    work.recover()?;
    let wanted = Manifest::new(&identity);
    let layout = Layout::new(&identity);
    let (mut last, finished) = last_manifest(&work)?;
    let begun = match &last {
        Some(manifest) => Some(manifest.clone()),
        None => Manifest::read(&work.identity())?,
    };
    if let Some(begun) = begun {
        let scene = files::read_if_there(&work.scene())?.and_then(|text| String::from_utf8(text).ok());
        let differences = differences(&begun, scene.as_deref(), &wanted, &identity.scene_text);
        if !differences.is_empty() {
            let empty = files::names_in(&work.frames())?.is_empty() && begun.shards.is_empty();
            if !empty {
                return Err(DatasetError::Different { dir: dir.to_path_buf(), differences });
            }
            work.wipe()?;
            last = None;
        }
    }
    let mut state = scan(&work, &layout, last.as_ref())?;
    // From here on the folder is known as this dataset's, whatever happens.
    work.write_whole(&work.identity(), wanted.to_json()?.as_bytes())?;
    let scene = identity.scene_text.as_bytes();
    if files::read_if_there(&work.scene())?.as_deref() != Some(scene) {
        work.write_whole(&work.scene(), scene)?;
    }
    let known = state.shards.values().all(|shard| shard.entry.is_some());
    state.changed = !finished || !known || !files::is_there(&work.coco());
    Ok(Dataset {
        dir: dir.to_path_buf(),
        work,
        layout: Arc::new(layout),
        categories: identity.settings.categories.into(),
        cameras: identity.settings.cameras.into(),
        manifest: wanted,
        state: Arc::new(Mutex::new(state)),
        lock,
    })
}

/// The manifest of the dataset when it was last complete, and whether it still is.
fn last_manifest(work: &Work) -> Result<(Option<Manifest>, bool), DatasetError> {
    match Manifest::read(&work.manifest())? {
        Some(manifest) => Ok((Some(manifest), true)),
        None => Ok((Manifest::read(&work.previous())?, false)),
    }
}

/// Refuses a folder with contents that are no dataset of ours, before anything in it is touched.
fn refuse_strangers(dir: &Path, work: &Work, overwrite: bool) -> Result<(), DatasetError> {
    let ours = [work.identity(), work.previous(), work.overwriting()].iter().any(|path| files::is_there(path))
        || is_our_manifest(&work.manifest())?;
    if ours {
        return Ok(());
    }
    // Files that systems and version control put everywhere are nobody's data.
    let found: Vec<String> = files::names_in(dir)?.into_iter().filter(|name| !name.starts_with('.')).collect();
    let removable = !found.iter().any(|name| TOP_LEVEL.contains(&name.as_str()));
    if found.is_empty() || overwrite && removable {
        return Ok(());
    }
    Err(DatasetError::NotADataset { dir: dir.to_path_buf(), found, removable })
}

/// Whether a manifest of this program stands at `path`, of whatever version.
fn is_our_manifest(path: &Path) -> Result<bool, DatasetError> {
    let Some(text) = files::read_if_there(path)? else { return Ok(false) };
    let value: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    Ok(value["program"]["name"] == PROGRAM)
}
