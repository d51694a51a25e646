//! A dataset in object storage. Its shards are made in a folder of this machine and go to the store when they are whole;
//! the same keys hold the same bytes as the files of a folder.
//!
//! ```text
//! PREFIX/
//!   scene.ron  frames/00000/…  coco/instances.json  manifest.json    as in a folder
//!   .maquette/identity.json        until it is finished: what it is made from
//!   .maquette/previous.json        the manifest of a complete dataset that is being added to
//!   .maquette/overwriting          while an old dataset is being removed
//!   .maquette/hashes/00003.json    a shard that is there: comes when all its files are
//! ```
//!
//! Object storage has no locks. Any number of processes may make parts of one dataset. Where two make the same frames, what
//! the first has finished counts; where they make other frames of one shard, the second is told that it is locked.

mod finish;
mod uploader;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::SystemTime;

pub(super) use finish::finish;
pub(super) use uploader::Uploader;

use super::basis::{Basis, Last, no_dataset, refuse_names};
use super::difference::differences;
use super::failed::noted_frame;
use super::layout::{FAILED, FRAMES, Layout, MANIFEST, SCENE, TOP_LEVEL, shard_folder};
use super::manifest::{Manifest, ShardEntry, is_ours};
use super::ranges::from_ranges;
use super::scan::Shard;
use super::shard::ShardPlan;
use super::status::Noticed;
use super::store::{Object, Store};
use super::work::WORK;
use super::{DatasetError, files};

/// Requests under way at a time.
const AT_ONCE: usize = 16;

/// The objects of a dataset.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    store: Store,
    url: String,
}

impl Bucket {
    /// # Errors
    /// [`DatasetError::Store`] where there is no such store, or it cannot be reached.
    pub fn open(url: &str) -> Result<Bucket, DatasetError> {
        Ok(Bucket { store: Store::open(url)?, url: url.trim_end_matches('/').to_owned() })
    }

    /// See [`super::Dataset::hurry`].
    pub fn hurry(&self) {
        self.store.hurry();
    }

    #[cfg(test)]
    pub fn memory() -> Bucket {
        Bucket { store: Store::memory(), url: "s3://memory/runs/a".to_owned() }
    }

    #[cfg(test)]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What says how far the dataset is.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where there is none.
    pub fn noticed(&self) -> Result<Noticed, DatasetError> {
        let last = self.last()?;
        last.or(|| self.manifest(&identity_key()))?.ok_or_else(|| no_dataset(Path::new(&self.url)))?;
        let times: BTreeMap<u64, SystemTime> = self
            .store
            .times(&hashes_key())?
            .into_iter()
            .filter_map(|(key, came)| Some((shard_of_key(&key)?, came)))
            .collect();
        let shards: Vec<u64> = times.keys().copied().collect();
        let entries = each(&shards, |&shard| self.entry(shard))?;
        let came = |entry: ShardEntry| times.get(&entry.index).map(|&came| (entry, came));
        let shards = entries.into_iter().flatten().filter_map(came).collect();
        Ok(Noticed { last, shards, failed: self.failed()? })
    }

    /// What the dataset that is there is made from.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where there is none.
    pub fn basis(&self) -> Result<Basis, DatasetError> {
        let begun = self.last()?.or(|| self.manifest(&identity_key()))?;
        Basis::read(begun, self.store.get(SCENE)?, Path::new(&self.url))
    }

    /// Makes the place known as that of this dataset, unless it holds anything else.
    pub fn begin(&self, basis: &Basis, overwrite: bool) -> Result<Last, DatasetError> {
        self.refuse_strangers(overwrite)?;
        // What an earlier one was removing goes first.
        if overwrite || self.store.get(&overwriting_key())?.is_some() {
            self.wipe()?;
        }
        let mut last = self.last()?;
        if let Some(begun) = last.or(|| self.manifest(&identity_key()))? {
            let scene = self.store.get(SCENE)?.and_then(|text| String::from_utf8(text).ok());
            let differences = differences(&begun, scene.as_deref(), &basis.manifest, &basis.scene_text);
            if !differences.is_empty() {
                if !last.shards().is_empty() || !self.store.list(&hashes_key())?.is_empty() {
                    return Err(DatasetError::Different { dir: PathBuf::from(&self.url), differences });
                }
                self.wipe()?;
                last = Last::default();
            }
        }
        if !last.holds {
            self.put_if_other(&identity_key(), basis.manifest.to_json()?)?;
            self.put_if_other(SCENE, basis.scene_text.clone())?;
        }
        Ok(last)
    }

    /// The shards that are there, or some of them.
    pub fn shards(
        &self,
        last: &Last,
        layout: &Layout,
        only: Option<&BTreeSet<u64>>,
    ) -> Result<BTreeMap<u64, Shard>, DatasetError> {
        let mut entries: BTreeMap<u64, ShardEntry> = last
            .shards()
            .iter()
            .filter(|entry| only.is_none_or(|only| only.contains(&entry.index)))
            .map(|entry| (entry.index, entry.clone()))
            .collect();
        if !last.holds {
            let noted: Vec<u64> = match only {
                Some(only) => only.iter().copied().collect(),
                None => self.noted()?,
            };
            let found = each(&noted, |&shard| self.entry(shard))?;
            for entry in found.into_iter().flatten() {
                // A note may be left over from when the manifest was made.
                let fewer = |known: &&ShardEntry| known.files > entry.files;
                if entries.get(&entry.index).filter(fewer).is_none() {
                    entries.insert(entry.index, entry);
                }
            }
        }
        let mut shards = BTreeMap::new();
        for (index, entry) in entries {
            let whole = frames_of(&entry, layout);
            let whole = whole.filter(|_| entry.folder == shard_key(index)).ok_or_else(|| DatasetError::Damaged {
                path: self.path(&entry_key(index)),
                reason: format!("it says that `{}` has frames `{}`", entry.folder, entry.frames),
            })?;
            shards.insert(index, Shard { whole: whole.into_iter().collect(), broken: Vec::new(), entry: Some(entry) });
        }
        Ok(shards)
    }

    /// The frames that are noted as failed, ascending.
    pub fn failed(&self) -> Result<Vec<u64>, DatasetError> {
        let mut frames: Vec<u64> = self.store.names(FAILED)?.iter().filter_map(|name| noted_frame(name)).collect();
        frames.sort_unstable();
        Ok(frames)
    }

    /// Puts a note about a frame that could not be made.
    pub fn put_failed(&self, name: &str, text: String) -> Result<(), DatasetError> {
        Ok(self.store.put(&format!("{FAILED}/{name}"), text.into_bytes())?)
    }

    /// Puts the frames of a plan that are there already where the shard is made.
    pub fn fetch_kept(&self, plan: &ShardPlan, layout: &Layout, folder: &Path) -> Result<(), DatasetError> {
        let names: Vec<String> = plan.keep.iter().flat_map(|&frame| layout.frame_files(frame)).collect();
        self.fetch(plan.index, &names, folder)
    }

    /// Copies files of a shard into a folder.
    fn fetch(&self, shard: u64, names: &[String], folder: &Path) -> Result<(), DatasetError> {
        files::remove(folder)?;
        files::make_folder(folder)?;
        let fetched = each(names, |name| {
            let key = format!("{}/{name}", shard_key(shard));
            let bytes = self.store.get(&key)?.ok_or_else(|| DatasetError::Damaged {
                path: self.path(&key),
                reason: "it is not there; make its shard again".to_owned(),
            })?;
            files::write(&folder.join(name), &bytes)
        });
        fetched.map(drop)
    }

    /// What is noted of a shard that is there.
    fn entry(&self, shard: u64) -> Result<Option<ShardEntry>, DatasetError> {
        let key = entry_key(shard);
        let Some(text) = self.store.get(&key)? else { return Ok(None) };
        let damaged = |reason: String| DatasetError::Damaged { path: self.path(&key), reason };
        let entry: ShardEntry = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        if entry.index == shard {
            Ok(Some(entry))
        } else {
            Err(damaged(format!("it is that of shard {}", entry.index)))
        }
    }

    /// The shards of which something is noted.
    fn noted(&self) -> Result<Vec<u64>, DatasetError> {
        let objects = self.store.list(&hashes_key())?;
        Ok(objects.iter().filter_map(|object| shard_of_key(&object.key)).collect())
    }

    /// The dataset when it was last complete. Its manifest is set aside before it goes from its place, and what the
    /// dataset is made from is there before that.
    fn last(&self) -> Result<Last, DatasetError> {
        Last::read(self.manifest(MANIFEST)?, || self.manifest(&previous_key()))
    }

    fn manifest(&self, key: &str) -> Result<Option<Manifest>, DatasetError> {
        self.store.get(key)?.map(|text| Manifest::from_json(&text, &self.path(key))).transpose()
    }

    fn put_if_other(&self, key: &str, text: String) -> Result<(), DatasetError> {
        if self.store.get(key)?.as_deref() != Some(text.as_bytes()) {
            self.store.put(key, text.into_bytes())?;
        }
        Ok(())
    }

    /// Refuses a place with contents that are no dataset of ours, before anything in it is touched.
    fn refuse_strangers(&self, overwrite: bool) -> Result<(), DatasetError> {
        // Before what makes it ours: that is the first that another process puts here.
        let found = self.store.names("")?;
        let ours = [identity_key(), MANIFEST.to_owned(), previous_key()];
        for key in ours {
            if self.store.get(&key)?.is_some_and(|text| is_ours(&text)) {
                return Ok(());
            }
        }
        if self.store.get(&overwriting_key())?.is_some() {
            return Ok(());
        }
        refuse_names(Path::new(&self.url), found, overwrite)
    }

    /// Removes the dataset, but nothing else that is there. Cut off, it is continued by the next run.
    fn wipe(&self) -> Result<(), DatasetError> {
        self.store.put(&overwriting_key(), Vec::new())?;
        // By their listed keys: to some servers a key with others below it is a folder, which they do not remove.
        for name in [MANIFEST, SCENE] {
            self.store.remove(name)?;
        }
        for name in TOP_LEVEL {
            self.remove_below(name)?;
        }
        let known: Vec<Object> = self.store.list(WORK)?;
        let others: Vec<Object> = known.into_iter().filter(|object| object.key != overwriting_key()).collect();
        each(&others, |object| Ok(self.store.remove(&object.key)?))?;
        Ok(self.store.remove(&overwriting_key())?)
    }

    fn remove_below(&self, prefix: &str) -> Result<(), DatasetError> {
        each(&self.store.list(prefix)?, |object| Ok(self.store.remove(&object.key)?)).map(drop)
    }

    /// As it is named in messages.
    fn path(&self, key: &str) -> PathBuf {
        PathBuf::from(format!("{}/{key}", self.url))
    }
}

fn identity_key() -> String {
    format!("{WORK}/identity.json")
}

fn overwriting_key() -> String {
    format!("{WORK}/overwriting")
}

fn previous_key() -> String {
    format!("{WORK}/previous.json")
}

fn hashes_key() -> String {
    format!("{WORK}/hashes")
}

fn entry_key(shard: u64) -> String {
    format!("{WORK}/hashes/{}.json", shard_folder(shard))
}

/// The shard of which a note has this key.
fn shard_of_key(key: &str) -> Option<u64> {
    key.rsplit('/').next()?.strip_suffix(".json")?.parse().ok()
}

fn shard_key(shard: u64) -> String {
    format!("{FRAMES}/{}", shard_folder(shard))
}

/// The frames of an entry; `None` where they are none of its shard.
fn frames_of(entry: &ShardEntry, layout: &Layout) -> Option<Vec<u64>> {
    let frames = from_ranges(&entry.frames)?;
    let of_shard = |frame: Option<&u64>| frame.is_some_and(|&frame| layout.shard_of(frame) == entry.index);
    (of_shard(frames.first()) && of_shard(frames.last())).then_some(frames)
}

/// Does something for each of many things, several at a time; the results are in the order of the things.
fn each<T: Sync, R: Send>(
    things: &[T],
    work: impl Fn(&T) -> Result<R, DatasetError> + Sync,
) -> Result<Vec<R>, DatasetError> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        while let Some((place, thing)) = {
            let place = next.fetch_add(1, Ordering::Relaxed);
            things.get(place).map(|thing| (place, thing))
        } {
            let result = work(thing);
            if result.is_err() {
                next.store(things.len(), Ordering::Relaxed);
            }
            done.push((place, result));
        }
        done
    };
    let mut results = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE.min(things.len())).map(|_| scope.spawn(some)).collect();
        let done = workers.into_iter().flat_map(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.collect::<Vec<_>>()
    });
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}
