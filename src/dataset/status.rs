//! How far a dataset is that many processes make, from what lies in its folder or store alone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::basis::{Last, no_dataset};
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

/// What lies in a folder or a store that says so.
#[derive(Debug)]
pub(super) struct Noticed {
    pub last: Last,
    /// What is noted of shards, and when it came.
    pub shards: Vec<(ShardEntry, SystemTime)>,
    /// Frames that are noted as failed.
    pub failed: Vec<u64>,
}

impl Status {
    /// Looks at a dataset, finished or not.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where there is none, or a note of it cannot be read; [`DatasetError::Io`],
    /// [`DatasetError::Store`].
    pub fn of(at: &Place) -> Result<Status, DatasetError> {
        Status::from(match at {
            Place::Store(url) => Bucket::open(url)?.noticed()?,
            Place::Folder(dir) => {
                let work = Work::new(dir);
                let last = Last::of(&work)?;
                last.or(|| Manifest::read(&work.identity()))?.ok_or_else(|| no_dataset(dir))?;
                Noticed { last, shards: noted(&work)?, failed: failed::noted(dir)? }
            }
        })
    }

    pub(super) fn from(noticed: Noticed) -> Result<Status, DatasetError> {
        let Noticed { last, shards: noted, failed } = noticed;
        // Where it is complete they are left over from before.
        let noted = if last.holds { Vec::new() } else { noted };
        let times: Vec<SystemTime> = noted.iter().map(|(_, came)| *came).collect();
        let (first, latest) = (times.iter().min().copied(), times.iter().max().copied());
        let mut shards: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        let mut come = 0;
        let known = last.shards().iter().map(|entry| (entry, None));
        for (entry, came) in known.chain(noted.iter().map(|(entry, came)| (entry, Some(*came)))) {
            let frames = from_ranges(&entry.frames).ok_or_else(|| DatasetError::Damaged {
                path: PathBuf::from(&entry.folder),
                reason: format!("it is said to have frames `{}`", entry.frames),
            })?;
            let count = frames.len();
            let before = shards.insert(entry.index, frames).map_or(0, |before| before.len());
            // The first was begun before it came, and those of before did not come now.
            if came.is_some() && came > first {
                come += count.saturating_sub(before);
            }
        }
        let mut done: Vec<u64> = shards.values().flatten().copied().collect();
        done.sort_unstable();
        let spell = first.zip(latest).and_then(|(first, latest)| latest.duration_since(first).ok());
        let frames_per_s =
            spell.filter(|spell| !spell.is_zero() && come > 0).map(|spell| come as f64 / spell.as_secs_f64());
        Ok(Status {
            finished: last.holds,
            shards: shards.len() as u64,
            failed: failed.into_iter().filter(|frame| done.binary_search(frame).is_err()).collect(),
            done,
            frames_per_s,
            quiet: latest.and_then(|latest| latest.elapsed().ok()),
        })
    }
}

/// The notes in a work folder.
fn noted(work: &Work) -> Result<Vec<(ShardEntry, SystemTime)>, DatasetError> {
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
