//! From shards in a store to a finished dataset: the COCO index, then the manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::basis::{Last, refuse_missing};
use super::super::layout::{
    COCO, COCO_INSTANCES, EXPORT, FAILED, FRAMES, Layout, MANIFEST, key, record_file, scene_file,
};
use super::super::manifest::{Manifest, ShardEntry};
use super::super::ranges::to_ranges;
use super::super::read::{Key, Keys};
use super::super::scan::Shard;
use super::super::temporary::TemporaryFolder;
use super::super::work::WORK;
use super::super::{DatasetError, Summary, export, files, formats};
use super::{Bucket, each, entry_key, identity_key, previous_key, shard_key};

/// Finishes the dataset of which shards are in a store. Where `frames` are given, ascending, all of these have to be there,
/// or be noted as failed.
/// `progress` is told how many of how many shards are done.
///
/// # Errors
/// [`DatasetError::Unfinished`] where a frame is missing; [`DatasetError::Damaged`] where a shard is not what is noted of it,
/// which is then forgotten, so that it is made again; [`DatasetError::Store`].
pub(in super::super) fn finish(
    bucket: &Bucket,
    basis: &Manifest,
    frames: Option<&[u64]>,
    progress: &dyn Fn(u64, u64),
) -> Result<Summary, DatasetError> {
    let layout = Layout::of(basis);
    let (last, shards) = steady(bucket, &layout)?;
    let all: Vec<u64> = shards.values().flat_map(|shard| shard.whole.iter()).collect();
    let noted = bucket.failed()?;
    refuse_missing(frames, &all, &noted, &format!("the dataset at `{}`", bucket.url))?;
    let entries: Vec<ShardEntry> = shards.values().filter_map(|shard| shard.entry.clone()).collect();
    let manifest = Manifest { frames: to_ranges(all.iter().copied()), shards: entries, ..basis.without_frames() };
    let changed = !last.holds;
    check(bucket, basis, last, &shards, &layout)?;
    if changed {
        write(bucket, &manifest, &shards, &layout, progress)?;
        bucket.store.put(MANIFEST, manifest.to_json()?.into_bytes())?;
    }
    let (made, failed): (Vec<u64>, Vec<u64>) = noted.into_iter().partition(|frame| all.binary_search(frame).is_ok());
    each(&made, |&frame| {
        bucket.store.remove(&format!("{FAILED}/{}", record_file(&key(frame, None))))?;
        Ok(bucket.store.remove(&format!("{FAILED}/{}", scene_file(frame)))?)
    })?;
    // What a run that was killed here would leave.
    bucket.remove_below(WORK)?;
    Ok(Summary { failed, changed, ..Summary::of(PathBuf::from(&bucket.url), &manifest, all.len() as u64) })
}

/// The dataset when it was last complete, and the shards: of one moment, while another process may finish the same dataset,
/// which puts the manifest before it removes what was noted.
fn steady(bucket: &Bucket, layout: &Layout) -> Result<(Last, BTreeMap<u64, Shard>), DatasetError> {
    const TRIES: usize = 10;
    for _ in 0..TRIES {
        let last = bucket.last()?;
        let shards = bucket.shards(&last, layout, None)?;
        if bucket.last()? == last {
            return Ok((last, shards));
        }
    }
    Err(DatasetError::Locked { dir: PathBuf::from(&bucket.url) })
}

/// Compares what the store lists with what is noted, and removes what uploads left that were cut off.
fn check(
    bucket: &Bucket,
    basis: &Manifest,
    last: Last,
    shards: &BTreeMap<u64, Shard>,
    layout: &Layout,
) -> Result<(), DatasetError> {
    let known: BTreeSet<String> = shards.keys().map(|&shard| shard_key(shard)).collect();
    for name in bucket.store.names(FRAMES)? {
        let folder = format!("{FRAMES}/{name}");
        if !known.contains(&folder) {
            bucket.remove_below(&folder)?;
        }
    }
    let shards: Vec<(&u64, &Shard)> = shards.iter().collect();
    let faults = each(&shards, |(index, shard)| fault(bucket, **index, shard, layout))?;
    let faults: BTreeMap<u64, String> =
        shards.iter().zip(faults).filter_map(|((index, _), fault)| Some((**index, fault?))).collect();
    let Some((&first, reason)) = faults.first_key_value() else { return Ok(()) };
    for &index in faults.keys() {
        bucket.store.remove(&entry_key(index))?;
    }
    if last.holds {
        bucket.put_if_other(&identity_key(), basis.to_json()?)?;
    }
    if let Some(mut manifest) = last.manifest {
        manifest.shards.retain(|entry| !faults.contains_key(&entry.index));
        bucket.store.put(&previous_key(), manifest.to_json()?.into_bytes())?;
    }
    if last.holds {
        bucket.store.remove(MANIFEST)?;
    }
    let shards = to_ranges(faults.keys().copied());
    let reason = format!("{reason}; shards {shards} have to be made again: run the same command again");
    Err(DatasetError::Damaged { path: bucket.path(&shard_key(first)), reason })
}

/// What is wrong with the objects of a shard.
fn fault(bucket: &Bucket, index: u64, shard: &Shard, layout: &Layout) -> Result<Option<String>, DatasetError> {
    let expected: BTreeSet<String> = shard
        .whole
        .iter()
        .flat_map(|frame| layout.frame_files(frame))
        .map(|name| format!("{}/{name}", shard_key(index)))
        .collect();
    let mut found = (0, 0);
    for object in bucket.store.list(&shard_key(index))? {
        if expected.contains(&object.key) {
            found = (found.0 + 1, found.1 + object.bytes);
        } else {
            bucket.store.remove(&object.key)?;
        }
    }
    let noted = shard.entry.as_ref().map_or((0, 0), |entry| (entry.files, entry.bytes));
    let told = |(files, bytes): (u64, u64)| format!("{files} files of {bytes} bytes in all");
    Ok((found != noted).then(|| format!("expected {}, found {}", told(noted), told(found))))
}

/// Makes the COCO index from the records, one shard after the other.
fn write(
    bucket: &Bucket,
    manifest: &Manifest,
    shards: &BTreeMap<u64, Shard>,
    layout: &Layout,
    progress: &dyn Fn(u64, u64),
) -> Result<(), DatasetError> {
    let scratch = TemporaryFolder::new()?;
    let scratch = scratch.path();
    let draft = scratch.join(COCO);
    let mut writers = [formats::coco::FORMAT.open(&draft, scratch, manifest)?];
    let mut left = shards.iter();
    let mut keys: Option<(u64, Keys)> = None;
    let mut done = 0;
    let next = || -> Option<Result<Key, DatasetError>> {
        loop {
            if let Some((_, keys)) = &mut keys
                && let Some(key) = keys.next()
            {
                return Some(key);
            }
            if let Some((shard, _)) = keys.take() {
                done += 1;
                progress(done, shards.len() as u64);
                if let Err(error) = files::remove(&scratch.join(shard_key(shard))) {
                    return Some(Err(error));
                }
            }
            let (&shard, found) = left.next()?;
            match records(bucket, shard, found, layout, scratch) {
                Ok(records) => keys = Some((shard, records)),
                Err(error) => return Some(Err(error)),
            }
        }
    };
    export::show_keys(std::iter::from_fn(next), &mut writers, &|_| ())?;
    writers.into_iter().try_for_each(|writer| writer.finish())?;
    // What was exported before is not what is there now.
    bucket.remove_below(EXPORT)?;
    Ok(bucket.store.put_file(&format!("{COCO}/{COCO_INSTANCES}"), &draft.join(COCO_INSTANCES))?)
}

/// Fetches the records of a shard.
fn records(bucket: &Bucket, shard: u64, found: &Shard, layout: &Layout, dir: &Path) -> Result<Keys, DatasetError> {
    let of_frame = |frame: u64| layout.step_numbers().map(move |step| record_file(&key(frame, step)));
    let names: Vec<String> = found.whole.iter().flat_map(of_frame).collect();
    bucket.fetch(shard, &names, &dir.join(shard_key(shard)))?;
    Ok(Keys::of_shard(dir, shard))
}
