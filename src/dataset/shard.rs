//! Writing a shard: its files gather in the work folder and appear in the dataset all at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::bucket::Uploader;
use super::encode::EncodedFrame;
use super::layout::{FRAMES, Layout, shard_folder};
use super::lock::ShardLock;
use super::manifest::ShardEntry;
use super::ranges::to_ranges;
use super::retries::Retries;
use super::scan::{Shard, State, scan_shard};
use super::work::Work;
use super::{Dataset, DatasetError, files};

/// Work that is left to do on a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardPlan {
    /// Number of the shard.
    pub index: u64,
    /// Frames that are there already and stay as they are, ascending.
    pub keep: Vec<u64>,
    /// Frames to be made, ascending.
    pub todo: Vec<u64>,
}

/// Takes the frames of a shard, from any thread and in any order.
#[derive(Debug)]
pub struct ShardWriter {
    plan: ShardPlan,
    folder: PathBuf,
    work: Work,
    layout: Arc<Layout>,
    state: Arc<Mutex<State>>,
    /// SHA-256 of every file written, by name.
    written: Mutex<BTreeMap<String, String>>,
    /// Takes it where it is kept in object storage.
    uploader: Option<Arc<Uploader>>,
    /// Where others write to the folder too.
    _lock: Option<ShardLock>,
}

impl ShardWriter {
    pub(super) fn new(plan: &ShardPlan, dataset: &Dataset) -> Result<ShardWriter, DatasetError> {
        let Dataset { work, layout, .. } = dataset;
        let lock = if dataset.lock.is_sole() { None } else { Some(lock_unchanged(plan, work, layout)?) };
        let folder = work.building(plan.index);
        files::remove(&folder)?;
        files::make_folder(&folder)?;
        Ok(ShardWriter {
            plan: plan.clone(),
            folder,
            work: work.clone(),
            layout: Arc::clone(layout),
            state: Arc::clone(&dataset.state),
            written: Mutex::default(),
            uploader: dataset.uploader.clone(),
            _lock: lock,
        })
    }

    /// The plan that is being followed.
    pub fn plan(&self) -> &ShardPlan {
        &self.plan
    }

    /// Writes the files of one frame, or of one step of a take.
    ///
    /// # Errors
    /// [`DatasetError::Io`]; [`DatasetError::Mismatch`] where the plan does not ask for the frame.
    pub fn write(&self, encoded: EncodedFrame) -> Result<(), DatasetError> {
        if self.plan.todo.binary_search(&encoded.frame).is_err() {
            return Err(DatasetError::Mismatch {
                key: encoded.key,
                what: "the frame number".into(),
                expected: format!("one of {} in shard {}", to_ranges(self.plan.todo.iter().copied()), self.plan.index),
                found: encoded.frame.to_string(),
            });
        }
        for file in &encoded.files {
            files::write(&self.folder.join(&file.name), &file.bytes)?;
        }
        let mut written = held(&self.written);
        written.extend(encoded.files.into_iter().map(|file| (file.name, file.sha256)));
        Ok(())
    }

    /// Takes the files of a frame of the plan from another folder.
    ///
    /// # Errors
    /// [`DatasetError::Io`].
    pub(super) fn adopt(&self, frame: u64, from: &Path) -> Result<(), DatasetError> {
        for name in self.layout.frame_files(frame) {
            let path = self.folder.join(&name);
            files::link(&from.join(&name), &path)?;
            let sha256 = files::sha256_of_file(&path)?;
            held(&self.written).insert(name, sha256);
        }
        Ok(())
    }

    /// Lets the shard appear in the dataset, in place of the one that was there.
    ///
    /// # Errors
    /// [`DatasetError::Unfinished`] where a frame of the plan has not been written, [`DatasetError::Io`]. The
    /// dataset is then as it was before.
    pub fn finish(self) -> Result<(), DatasetError> {
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(DatasetError::Unfinished {
                what: format!("shard {}", self.plan.index),
                missing: format!("frames {} are", to_ranges(missing)),
            });
        }
        self.publish(BTreeSet::new())
    }

    /// Lets the shard appear with those frames that have been written whole, for a run that is asked to stop.
    /// Gives the frames that are left to do.
    ///
    /// # Errors
    /// [`DatasetError::Io`].
    pub fn finish_in_part(self) -> Result<Vec<u64>, DatasetError> {
        let missing = self.missing();
        let left: Vec<u64> = missing.iter().copied().collect();
        if left.len() < self.plan.todo.len() {
            self.publish(missing)?;
        }
        Ok(left)
    }

    /// Frames of the plan that lack a file.
    fn missing(&self) -> BTreeSet<u64> {
        let written = held(&self.written);
        let whole = |frame: u64| self.layout.frame_files(frame).iter().all(|name| written.contains_key(name));
        self.plan.todo.iter().copied().filter(|&frame| !whole(frame)).collect()
    }

    fn publish(self, without: BTreeSet<u64>) -> Result<(), DatasetError> {
        let index = self.plan.index;
        for &frame in &without {
            for name in self.layout.frame_files(frame) {
                files::remove(&self.folder.join(&name))?;
                held(&self.written).remove(&name);
            }
        }
        let place = self.work.shard(index);
        for &frame in &self.plan.keep {
            self.adopt(frame, &place)?;
        }
        let mut frames: Vec<u64> = [&self.plan.keep[..], &self.plan.todo].concat();
        frames.retain(|frame| !without.contains(frame));
        frames.sort_unstable();
        let hashes = std::mem::take(&mut *held(&self.written));
        let entry = entry(index, &frames, &hashes, &self.folder, &self.layout)?;

        let mut state = held(&self.state);
        remember(&self.work, &entry)?;
        self.work.set_manifest_aside()?;
        self.work.exchange(index)?;
        if without.is_empty() {
            state.pending.remove(&index);
        }
        state.shards.insert(
            index,
            Shard { whole: frames.into_iter().collect(), broken: Vec::new(), entry: Some(entry.clone()) },
        );
        state.changed = true;
        drop(state);
        self.uploader.as_ref().map_or(Ok(()), |uploader| uploader.give(entry))
    }
}

/// Locks a shard among several processes; what is there of it must still be what was planned with.
fn lock_unchanged(plan: &ShardPlan, work: &Work, layout: &Layout) -> Result<ShardLock, DatasetError> {
    let lock = ShardLock::take(work, plan.index)?;
    work.recover_shard(plan.index)?;
    let there = scan_shard(work, layout, plan.index, None)?;
    let kept = |frame: &u64| there.whole.has(*frame);
    // Another process has been here meanwhile.
    if plan.keep.iter().all(kept) && !plan.todo.iter().any(kept) {
        Ok(lock)
    } else {
        Err(DatasetError::Locked { dir: work.shard(plan.index) })
    }
}

/// What the manifest says about a shard whose files have these hashes.
fn entry(
    index: u64,
    frames: &[u64],
    hashes: &BTreeMap<String, String>,
    folder: &Path,
    layout: &Layout,
) -> Result<ShardEntry, DatasetError> {
    let lines: String = hashes.iter().map(|(name, sha256)| format!("{sha256}  {name}\n")).collect();
    let mut retries = Retries::default();
    for &frame in frames {
        // All pictures of a take went through the same.
        let path = folder.join(layout.first_record(frame));
        let text = std::fs::read_to_string(&path).map_err(DatasetError::io("read", &path))?;
        let damaged = |error: serde_json::Error| DatasetError::Damaged { path, reason: error.to_string() };
        retries.add_record(&text).map_err(damaged)?;
    }
    let mut bytes = 0;
    for name in hashes.keys() {
        let path = folder.join(name);
        bytes += std::fs::metadata(&path).map_err(DatasetError::io("look at", &path))?.len();
    }
    Ok(ShardEntry {
        index,
        folder: format!("{FRAMES}/{}", shard_folder(index)),
        frames: to_ranges(frames.iter().copied()),
        files: hashes.len() as u64,
        bytes,
        sha256: files::sha256(lines.as_bytes()),
        retries: Some(retries).filter(|retries| retries.frames > 0),
    })
}

/// The manifest's entry of a shard that is there, made from its files.
pub(super) fn entry_of_files(
    index: u64,
    frames: &[u64],
    layout: &Layout,
    work: &Work,
) -> Result<ShardEntry, DatasetError> {
    let folder = work.shard(index);
    let mut hashes = BTreeMap::new();
    for &frame in frames {
        for name in layout.frame_files(frame) {
            let sha256 = files::sha256_of_file(&folder.join(&name))?;
            hashes.insert(name, sha256);
        }
    }
    entry(index, frames, &hashes, &folder, layout)
}

/// Leaves a note for a run that goes on after this one was killed.
fn remember(work: &Work, entry: &ShardEntry) -> Result<(), DatasetError> {
    let path = work.hashes(entry.index);
    if let Some(folder) = path.parent() {
        files::make_folder(folder)?;
    }
    let text = serde_json::to_vec(entry)
        .map_err(|error| DatasetError::Damaged { path: path.clone(), reason: error.to_string() })?;
    files::write(&path, &text)
}

/// Locks; a thread that panicked while it held the lock has left nothing half-changed behind it.
pub(super) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
