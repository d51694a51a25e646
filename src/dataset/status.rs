//! How far a dataset is that many processes make, from what lies in its folder or store alone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::bucket::Bucket;
use super::failed;
use super::manifest::{Manifest, ShardEntry};
use super::ranges::from_ranges;
use super::work::Work;
use super::{DatasetError, Place, files};

/// How far a dataset is.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// Whether the manifest is there: all was merged.
    pub finished: bool,
    /// Frames of shards that are there, ascending.
    pub done: Vec<u64>,
    /// How many shards these are.
    pub shards: u64,
    /// Frames that are noted as failed and are not there, ascending.
    pub failed: Vec<u64>,
    /// Frames that came per second, from the first finished shard to the last; `None` where there are fewer than two of this
    /// run.
    pub frames_per_s: Option<f64>,
    /// Since the last shard came.
    pub quiet: Option<Duration>,
}

/// A note that a shard is there, and when it came.
pub(super) type Noted = (ShardEntry, SystemTime);

impl Status {
    /// Looks at a dataset, finished or not.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where there is none, or a note of it cannot be read; [`DatasetError::Io`],
    /// [`DatasetError::Store`].
    pub fn of(at: &Place) -> Result<Status, DatasetError> {
        let (last, finished, noted, failed) = match at {
            Place::Store(url) => Bucket::open(url)?.noticed()?,
            Place::Folder(dir) => {
                let work = Work::new(dir);
                let manifest = Manifest::read(&work.manifest())?;
                let finished = manifest.is_some();
                let last = manifest.map_or_else(|| Manifest::read(&work.previous()), |manifest| Ok(Some(manifest)))?;
                if last.is_none() && !files::is_there(&work.identity()) {
                    let reason = "expected a dataset, or part of one, and found none".to_owned();
                    return Err(DatasetError::Damaged { path: dir.clone(), reason });
                }
                (last, finished, noted(&work)?, failed::noted(dir)?)
            }
        };
        Status::from(last, finished, noted, failed)
    }

    pub(super) fn from(
        last: Option<Manifest>,
        finished: bool,
        noted: Vec<Noted>,
        failed: Vec<u64>,
    ) -> Result<Status, DatasetError> {
        let times: Vec<SystemTime> = noted.iter().map(|(_, came)| *came).collect();
        let (first, latest) = (times.iter().min().copied(), times.iter().max().copied());
        let mut shards: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        let mut come = 0;
        for (entry, came) in last
            .into_iter()
            .flat_map(|last| last.shards)
            .map(|entry| (entry, None))
            .chain(noted.into_iter().filter(|_| !finished).map(|(entry, came)| (entry, Some(came))))
        {
            let frames = from_ranges(&entry.frames).ok_or_else(|| DatasetError::Damaged {
                path: PathBuf::from(&entry.folder),
                reason: format!("it is said to have frames `{}`", entry.frames),
            })?;
            // The first was begun before it came.
            if came.is_some() && came > first {
                come += frames.len();
            }
            shards.insert(entry.index, frames);
        }
        let mut done: Vec<u64> = shards.values().flatten().copied().collect();
        done.sort_unstable();
        let spell = first.zip(latest).and_then(|(first, latest)| latest.duration_since(first).ok());
        let frames_per_s =
            spell.filter(|spell| !spell.is_zero() && come > 0).map(|spell| come as f64 / spell.as_secs_f64());
        Ok(Status {
            finished,
            shards: shards.len() as u64,
            failed: failed.into_iter().filter(|frame| done.binary_search(frame).is_err()).collect(),
            done,
            frames_per_s,
            quiet: latest.filter(|_| !finished).and_then(|latest| latest.elapsed().ok()),
        })
    }
}

/// The notes in a work folder.
fn noted(work: &Work) -> Result<Vec<Noted>, DatasetError> {
    let folder = work.folder.join("hashes");
    let mut found = Vec::new();
    for name in files::names_in(&folder)? {
        let path = folder.join(name);
        // One that is being written, or was when its run was killed, says nothing yet.
        let entry = files::read_if_there(&path)?.and_then(|text| serde_json::from_slice::<ShardEntry>(&text).ok());
        let about = std::fs::metadata(&path).and_then(|about| about.modified());
        if let (Some(entry), Ok(came)) = (entry, about) {
            // It is noted just before it appears.
            if files::is_there(&work.shard(entry.index)) {
                found.push((entry, came));
            }
        }
    }
    Ok(found)
}
