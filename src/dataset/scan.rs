//! What is already in a dataset's folder: which frames of which shard are whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::layout::{Layout, parse_shard_folder};
use super::manifest::ShardEntry;
use super::ranges::{Frames, from_ranges, to_ranges};
use super::work::Work;
use super::{DatasetError, files};

/// What is in the shards, kept up to date while they are written.
#[derive(Debug, Default)]
pub(super) struct State {
    /// By index.
    pub shards: BTreeMap<u64, Shard>,
    /// Shards that the plan asks for and that are not finished.
    pub pending: BTreeSet<u64>,
    /// Whether a shard was written, so that the manifest has to be made again.
    pub changed: bool,
}

/// What is in a shard.
#[derive(Debug, Default, Clone)]
pub(super) struct Shard {
    /// Frames with all their files.
    pub whole: Frames,
    /// Frames that should be there, or are there in part, ascending.
    pub broken: Vec<u64>,
    /// What the manifest says about the shard, where it is known.
    pub entry: Option<ShardEntry>,
}

/// Looks at every shard in the folder, or at some. `known` is what the last manifest that was whole says.
///
/// # Errors
/// [`DatasetError::Foreign`] for what no shard has.
pub(super) fn scan(
    work: &Work,
    layout: &Layout,
    known: &[ShardEntry],
    only: Option<&BTreeSet<u64>>,
) -> Result<State, DatasetError> {
    let wanted = |shard: u64| only.is_none_or(|only| only.contains(&shard));
    let mut state = State::default();
    let known: BTreeMap<u64, &ShardEntry> =
        known.iter().filter(|entry| wanted(entry.index)).map(|entry| (entry.index, entry)).collect();
    for name in files::names_in(&work.frames())? {
        let path = work.frames().join(&name);
        let shard = parse_shard_folder(&name).filter(|_| path.is_dir() && !path.is_symlink());
        let Some(shard) = shard else { return Err(DatasetError::Foreign { path }) };
        if wanted(shard) {
            let found = scan_shard(work, layout, shard, known.get(&shard).copied())?;
            state.shards.insert(shard, found);
        }
    }
    for (&shard, entry) in &known {
        let damaged = || DatasetError::Damaged {
            path: work.manifest(),
            reason: format!("the frames of shard {shard} are `{}`", entry.frames),
        };
        let promised = from_ranges(&entry.frames).ok_or_else(damaged)?;
        let found = state.shards.entry(shard).or_default();
        found.broken.extend(promised.into_iter().filter(|&frame| !found.whole.has(frame)));
        found.broken.sort_unstable();
        found.broken.dedup();
    }
    state.shards.retain(|_, shard| !shard.whole.is_empty() || !shard.broken.is_empty());
    Ok(state)
}

pub(super) fn scan_shard(
    work: &Work,
    layout: &Layout,
    shard: u64,
    known: Option<&ShardEntry>,
) -> Result<Shard, DatasetError> {
    let folder = work.shard(shard);
    let mut files_of: BTreeMap<u64, u64> = BTreeMap::new();
    let mut bytes = 0;
    for name in files::names_in(&folder)? {
        let path = folder.join(&name);
        let Some(frame) = layout.frame_of(shard, &name) else { return Err(DatasetError::Foreign { path }) };
        // A power cut may leave files empty or cut short that were written last.
        let length = fs::metadata(&path).map_err(DatasetError::io("look at", &path))?.len();
        bytes += length;
        *files_of.entry(frame).or_default() += u64::from(length > 0);
    }
    if files_of.is_empty() {
        files::remove(&folder)?;
    }
    let all = layout.files_per_frame();
    let (whole, broken): (Vec<_>, Vec<_>) = files_of.into_iter().partition(|&(_, count)| count == all);
    let [whole, broken] = [whole, broken].map(|frames| frames.into_iter().map(|(frame, _)| frame).collect::<Vec<_>>());
    let entry = if broken.is_empty() { remembered(work, shard, &whole, known)? } else { None };
    if entry.as_ref().is_some_and(|entry| entry.bytes != bytes) {
        // Which of them is not known without reading them all.
        return Ok(Shard { whole: Frames::default(), broken: whole, entry: None });
    }
    Ok(Shard { whole: whole.into_iter().collect(), broken, entry })
}

/// What is known about a shard with just these frames, from a run that was killed or from the manifest.
fn remembered(
    work: &Work,
    shard: u64,
    frames: &[u64],
    known: Option<&ShardEntry>,
) -> Result<Option<ShardEntry>, DatasetError> {
    let written = files::read_if_there(&work.hashes(shard))?;
    let written: Option<ShardEntry> = written.and_then(|text| serde_json::from_slice(&text).ok());
    let frames = to_ranges(frames.iter().copied());
    Ok([written, known.cloned()].into_iter().flatten().find(|entry| entry.frames == frames))
}
