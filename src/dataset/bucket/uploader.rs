//! Finished shards on their way to the store, one after the other, while others are made.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use super::super::basis::Basis;
use super::super::layout::{self, Layout};
use super::super::manifest::ShardEntry;
use super::super::shard::held;
use super::super::temporary::TemporaryFolder;
use super::super::work::Work;
use super::super::{DatasetError, files};
use super::{AT_ONCE, Bucket, entry_key, frames_of, identity_key, previous_key, shard_key};

/// Bytes in memory, on their way.
const MOST_BYTES: u64 = 64 << 20;
/// Shards that wait while one is on its way; a run that makes them faster than they leave waits then.
const MOST_WAITING: usize = 1;

/// Takes finished shards out of the folder where they are made.
#[derive(Debug)]
pub(in super::super) struct Uploader {
    pub bucket: Bucket,
    queue: Mutex<Option<SyncSender<ShardEntry>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    failure: Arc<Mutex<Option<DatasetError>>>,
    /// Outlives the thread.
    pub scratch: TemporaryFolder,
}

impl Uploader {
    pub fn start(bucket: Bucket, basis: &Basis, scratch: TemporaryFolder) -> Uploader {
        let (queue, shards) = sync_channel::<ShardEntry>(MOST_WAITING);
        let failure: Arc<Mutex<Option<DatasetError>>> = Arc::default();
        let errand = Errand {
            bucket: bucket.clone(),
            basis: basis.clone(),
            layout: Layout::of(&basis.manifest),
            work: Work::new(scratch.path()),
        };
        let told = failure.clone();
        let thread = std::thread::spawn(move || {
            for entry in shards {
                if let Err(error) = errand.send(&entry) {
                    *held(&told) = Some(error);
                    return;
                }
            }
        });
        Uploader { bucket, queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)), failure, scratch }
    }

    /// Takes a shard that is whole in its folder.
    ///
    /// # Errors
    /// Why an earlier one could not be put into the store.
    pub fn give(&self, entry: ShardEntry) -> Result<(), DatasetError> {
        let queue = held(&self.queue).clone();
        if queue.is_some_and(|queue| queue.send(entry).is_ok()) { Ok(()) } else { self.end() }
    }

    /// Waits until all shards are in the store.
    ///
    /// # Errors
    /// Why one of them is not.
    pub fn end(&self) -> Result<(), DatasetError> {
        drop(held(&self.queue).take());
        let thread = held(&self.thread).take();
        let ended = thread.is_none_or(|thread| thread.join().is_ok());
        match held(&self.failure).take() {
            Some(error) => Err(error),
            None if ended => Ok(()),
            None => Err(DatasetError::Unfinished {
                what: format!("the dataset at `{}`", self.bucket.url),
                missing: "shards that could not be sent are".to_owned(),
            }),
        }
    }
}

impl Drop for Uploader {
    fn drop(&mut self) {
        // Who wanted to know has asked before.
        let _ = self.end();
    }
}

/// What the thread knows.
struct Errand {
    bucket: Bucket,
    basis: Basis,
    layout: Layout,
    work: Work,
}

impl Errand {
    fn send(&self, entry: &ShardEntry) -> Result<(), DatasetError> {
        let folder = self.work.shard(entry.index);
        if !self.is_there(entry)? {
            let bucket = &self.bucket;
            // From here on until the end the shard is in between.
            bucket.store.remove(&entry_key(entry.index))?;
            let uploads = bucket.store.uploads(AT_ONCE, MOST_BYTES);
            for name in files::names_in(&folder)? {
                uploads.put_file(format!("{}/{name}", shard_key(entry.index)), &folder.join(&name))?;
            }
            uploads.flush()?;
            let path = bucket.path(&entry_key(entry.index));
            let text =
                serde_json::to_vec(entry).map_err(|error| DatasetError::Damaged { path, reason: error.to_string() })?;
            // Another process may have been here meanwhile.
            if !self.is_there(entry)? {
                bucket.store.put(&entry_key(entry.index), text)?;
                // And it may have finished the dataset, without this shard.
                self.is_there(entry)?;
            }
        }
        files::remove(&folder)?;
        files::remove(&self.work.hashes(entry.index))
    }

    /// Whether another process has put this shard there meanwhile. Where it has to be changed in a finished dataset, that is
    /// none from here on.
    fn is_there(&self, entry: &ShardEntry) -> Result<bool, DatasetError> {
        let bucket = &self.bucket;
        let own = frames_of(entry, &self.layout).unwrap_or_default();
        let covers = |other: &ShardEntry| -> Result<bool, DatasetError> {
            let there = frames_of(other, &self.layout).unwrap_or_default();
            let holds = |all: &[u64], some: &[u64]| some.iter().all(|frame| all.binary_search(frame).is_ok());
            match (holds(&there, &own), holds(&own, &there)) {
                (true, _) => Ok(true),
                (false, true) => Ok(false),
                // To put this one there would take those away.
                (false, false) => Err(DatasetError::Locked { dir: bucket.path(&shard_key(entry.index)) }),
            }
        };
        if let Some(manifest) = bucket.manifest(layout::MANIFEST)? {
            let known = manifest.shards.iter().find(|other| other.index == entry.index);
            if known.is_some_and(|known| matches!(covers(known), Ok(true))) {
                return Ok(true);
            }
            known.map_or(Ok(false), covers)?;
            bucket.put_if_other(&identity_key(), self.basis.manifest.to_json()?)?;
            bucket.store.put(&previous_key(), manifest.to_json()?.into_bytes())?;
            bucket.store.remove(layout::MANIFEST)?;
            return Ok(false);
        }
        bucket.entry(entry.index)?.map_or(Ok(false), |other| covers(&other))
    }
}
