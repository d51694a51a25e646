//! Opening a dataset's folder: making it, or making sure that it holds the same dataset, and picking up what a
//! killed run left.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::basis::{Basis, Last, refuse_names};
use super::bucket::{Bucket, Uploader};
use super::difference::differences;
use super::layout::Layout;
use super::lock::{Lock, ShardLock};
use super::manifest::{Manifest, is_ours};
use super::scan::{State, scan};
use super::shard::held;
use super::temporary::TemporaryFolder;
use super::work::Work;
use super::{Dataset, DatasetError, files};

/// See [`Dataset::open`].
pub(super) fn open(dir: &Path, basis: Basis, overwrite: bool) -> Result<Dataset, DatasetError> {
    let work = Work::new(dir);
    prepare(dir, &work, overwrite)?;
    let lock = Lock::take(&work)?;
    let layout = Layout::of(&basis.manifest);
    let last = put_in_order(dir, &work, &basis, overwrite)?;
    let mut state = scan(&work, &layout, last.shards(), None)?;
    let known = state.shards.values().all(|shard| shard.entry.is_some());
    state.changed = !last.holds || !known || !files::is_there(&work.coco());
    Ok(opened(dir, work, basis, layout, state, lock))
}

/// See [`Dataset::join`].
pub(super) fn join(dir: &Path, basis: Basis, frames: &[u64]) -> Result<Dataset, DatasetError> {
    let work = Work::new(dir);
    prepare(dir, &work, false)?;
    let lock = Lock::share(&work, &|| put_in_order(dir, &work, &basis, false).map(drop))?;
    // Where others were here already, it is they who have put it in order.
    let last = Last::of(&work)?;
    refuse_others(dir, &work, &basis, &last)?;
    let layout = Layout::of(&basis.manifest);
    let own: BTreeSet<u64> = frames.iter().map(|frame| layout.shard_of(*frame)).collect();
    for &shard in &own {
        if files::is_there(&work.replaced(shard)) {
            let _lock = ShardLock::take(&work, shard)?;
            work.recover_shard(shard)?;
        }
    }
    let state = scan(&work, &layout, last.shards(), Some(&own))?;
    Ok(opened(dir, work, basis, layout, state, lock))
}

/// As [`open`] and [`join`], in object storage: shards are made in a folder of this machine, and leave it.
pub(super) fn open_store(
    bucket: Bucket,
    basis: Basis,
    overwrite: bool,
    frames: Option<&[u64]>,
) -> Result<Dataset, DatasetError> {
    let last = bucket.begin(&basis, overwrite)?;
    let layout = Layout::of(&basis.manifest);
    let own = frames.map(|frames| frames.iter().map(|frame| layout.shard_of(*frame)).collect());
    let shards = bucket.shards(&last, &layout, own.as_ref())?;
    let scratch = TemporaryFolder::for_dataset()?;
    let uploader = Uploader::start(bucket, &basis, scratch);
    let dir = uploader.scratch.path().to_owned();
    let mut dataset = open(&dir, basis, false)?;
    *held(&dataset.state) = State { shards, ..State::default() };
    dataset.uploader = Some(Arc::new(uploader));
    Ok(dataset)
}

fn opened(dir: &Path, work: Work, basis: Basis, layout: Layout, state: State, lock: Lock) -> Dataset {
    let manifest = basis.manifest;
    Dataset {
        dir: dir.to_path_buf(),
        work,
        layout: Arc::new(layout),
        categories: manifest.categories.clone().into(),
        cameras: manifest.cameras.clone().into(),
        manifest,
        state: Arc::new(Mutex::new(state)),
        lock,
        uploader: None,
    }
}

/// Makes the folder, unless it holds something else.
fn prepare(dir: &Path, work: &Work, overwrite: bool) -> Result<(), DatasetError> {
    files::make_folder(dir)?;
    // What is at the end of a link is nobody's to write to or to remove.
    let own = [work.folder.clone(), work.frames(), work.overwriting(), work.manifest(), work.scene()];
    if let Some(path) = own.into_iter().find(|path| path.is_symlink()) {
        return Err(DatasetError::Foreign { path });
    }
    // Another run may move its manifest just between two looks. Where one is at work the lock decides, and where it
    // has ended the manifest is in its place.
    if refuse_strangers(dir, work, overwrite).is_err() && !work.is_there() {
        refuse_strangers(dir, work, overwrite)?;
    }
    Ok(())
}

/// Completes or removes what is there, and makes the folder known as this dataset's. Nobody else may write to the folder.
fn put_in_order(dir: &Path, work: &Work, basis: &Basis, overwrite: bool) -> Result<Last, DatasetError> {
    // Another run may have come and gone before the lock was ours.
    refuse_strangers(dir, work, overwrite)?;
    if overwrite || files::is_there(&work.overwriting()) {
        work.wipe()?;
    }
    work.recover()?;
    let mut last = Last::of(work)?;
    match refuse_others(dir, work, basis, &last) {
        Err(DatasetError::Different { .. })
            if last.shards().is_empty() && files::names_in(&work.frames())?.is_empty() =>
        {
            work.wipe()?;
            last = Last::default();
        }
        result => result?,
    }
    // From here on the folder is known as this dataset's, whatever happens.
    work.write_whole(&work.identity(), basis.manifest.to_json()?.as_bytes())?;
    let scene = basis.scene_text.as_bytes();
    if files::read_if_there(&work.scene())?.as_deref() != Some(scene) {
        work.write_whole(&work.scene(), scene)?;
    }
    Ok(last)
}

/// Refuses the folder of a dataset that is made from something else.
fn refuse_others(dir: &Path, work: &Work, basis: &Basis, last: &Last) -> Result<(), DatasetError> {
    let Some(begun) = last.or(|| Manifest::read(&work.identity()))? else { return Ok(()) };
    let scene = files::read_if_there(&work.scene())?.and_then(|text| String::from_utf8(text).ok());
    let differences = differences(&begun, scene.as_deref(), &basis.manifest, &basis.scene_text);
    if differences.is_empty() { Ok(()) } else { Err(DatasetError::Different { dir: dir.to_path_buf(), differences }) }
}

/// Refuses a folder with contents that are no dataset of ours, before anything in it is touched.
fn refuse_strangers(dir: &Path, work: &Work, overwrite: bool) -> Result<(), DatasetError> {
    let ours = [work.identity(), work.previous(), work.overwriting()].iter().any(|path| files::is_there(path))
        || is_our_manifest(&work.manifest())?;
    if ours {
        return Ok(());
    }
    refuse_names(dir, files::names_in(dir)?, overwrite)
}

/// Whether a manifest of this program stands at `path`, of whatever version.
fn is_our_manifest(path: &Path) -> Result<bool, DatasetError> {
    Ok(files::read_if_there(path)?.is_some_and(|text| is_ours(&text)))
}
