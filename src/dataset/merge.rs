//! Parts of one dataset, made in several folders or by several processes in one, put together and finished.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::basis::{Basis, Last, refuse_missing};
use super::bucket::Bucket;
use super::difference::differences;
use super::intact::same;
use super::layout::Layout;
use super::lock::Lock;
use super::open;
use super::ranges::to_ranges;
use super::scan::scan;
use super::shard::held;
use super::work::Work;
use super::{DatasetError, Place, Summary, bucket, failed, files};

/// A folder to take frames from.
struct Input {
    dir: PathBuf,
    work: Work,
    /// By shard, ascending.
    frames: BTreeMap<u64, Vec<u64>>,
    /// Nobody puts it in order meanwhile.
    _lock: Option<Lock>,
}

/// Puts datasets of one run, finished or not, together in the folder `output`, which may hold some of it already, and finishes that.
/// Files are linked where the file system can, else copied. Without `inputs`, what processes that
/// [joined](super::Dataset::join) left in `output` is finished. Where `frames` are given, ascending, all of these have to
/// be there, or be noted as failed. `progress` is told how many of how many shards are done.
///
/// The result is that of a single run, byte for byte.
///
/// # Errors
/// [`DatasetError::Unlike`] where the inputs are not of one run; [`DatasetError::Conflict`] where two have the same frame
/// with other bytes; [`DatasetError::Unfinished`] where a frame is missing; as for [`Dataset::open`](super::Dataset::open)
/// and [`Dataset::finish`](super::Dataset::finish).
pub fn merge(
    inputs: &[PathBuf],
    output: &Place,
    frames: Option<&[u64]>,
    progress: &dyn Fn(u64, u64),
) -> Result<Summary, DatasetError> {
    let store = inputs.iter().map(Place::from).chain([output.clone()]).find(|place| place.folder().is_none());
    let output = match (output, store) {
        (Place::Folder(dir), None) => dir,
        (Place::Store(url), _) if inputs.is_empty() => {
            let bucket = Bucket::open(url)?;
            return bucket::finish(&bucket, &bucket.basis()?.manifest, frames, progress);
        }
        (_, store) => {
            return Err(DatasetError::Settings {
                what: "what to merge".to_owned(),
                found: format!("`{}`", store.as_ref().unwrap_or(output)),
                expected: "folders; in object storage, `--output` alone finishes what parts of a run left there",
            });
        }
    };
    let basis = Basis::found(inputs.first().map_or(output, PathBuf::as_path))?;
    let place = files::resolved(output)?;
    let mut sources = Vec::with_capacity(inputs.len());
    for dir in inputs {
        let input = files::resolved(dir)?;
        if input != place && (place.starts_with(&input) || input.starts_with(&place)) {
            return Err(DatasetError::Settings {
                what: "where to merge".to_owned(),
                found: format!("`{}`, which holds, or lies in, `{}`", output.display(), dir.display()),
                expected: "a folder beside those that are merged, or one of them",
            });
        }
        if input != place {
            sources.push(Input::open(dir, &basis, &inputs[0])?);
        }
    }
    let dataset = open::open(output, basis, false)?;
    let there: BTreeMap<u64, Vec<u64>> =
        held(&dataset.state).shards.iter().map(|(&shard, found)| (shard, found.whole.iter().collect())).collect();
    let own = Input { dir: output.to_path_buf(), work: dataset.work.clone(), frames: there, _lock: None };
    let mut from: BTreeMap<u64, BTreeMap<u64, &Input>> = BTreeMap::new();
    for source in std::iter::once(&own).chain(&sources) {
        for (&shard, frames) in &source.frames {
            let known = from.entry(shard).or_default();
            for &frame in frames {
                match known.get(&frame) {
                    Some(other) => other.agrees(source, shard, &dataset.layout.frame_files(frame), frame)?,
                    None => drop(known.insert(frame, source)),
                }
            }
        }
    }
    let all: Vec<u64> = from.values().flat_map(|frames| frames.keys().copied()).collect();
    for source in &sources {
        failed::adopt(&source.dir, output)?;
    }
    let noted = failed::noted(output)?;
    refuse_missing(frames, &all, &noted, &format!("the dataset in `{}`", output.display()))?;
    let plans = dataset.plan(&all);
    for (plan, done) in plans.iter().zip(1..) {
        let shard = dataset.begin(plan)?;
        for &frame in &plan.todo {
            if let Some(source) = from.get(&plan.index).and_then(|frames| frames.get(&frame)) {
                shard.adopt(frame, &source.work.shard(plan.index))?;
            }
        }
        shard.finish()?;
        progress(done, plans.len() as u64);
    }
    dataset.finish()
}

impl Input {
    fn open(dir: &Path, basis: &Basis, first: &Path) -> Result<Input, DatasetError> {
        let found = Basis::found(dir)?;
        let differences = differences(&basis.manifest, Some(&basis.scene_text), &found.manifest, &found.scene_text);
        if !differences.is_empty() {
            return Err(DatasetError::Unlike { one: first.to_path_buf(), other: dir.to_path_buf(), differences });
        }
        let work = Work::new(dir);
        let lock = if work.is_there() { Some(Lock::share(&work, &|| work.recover())?) } else { None };
        let state = scan(&work, &Layout::of(&found.manifest), Last::of(&work)?.shards(), None)?;
        let broken: Vec<u64> = state.shards.values().flat_map(|shard| shard.broken.iter().copied()).collect();
        if !broken.is_empty() {
            let reason = format!("frames {} are not whole; render them again", to_ranges(broken));
            return Err(DatasetError::Damaged { path: dir.to_path_buf(), reason });
        }
        let frames = state.shards.into_iter().map(|(shard, found)| (shard, found.whole.iter().collect())).collect();
        Ok(Input { dir: dir.to_path_buf(), work, frames, _lock: lock })
    }

    /// Whether another input has the same bytes for a frame that both have.
    fn agrees(&self, other: &Input, shard: u64, names: &[String], frame: u64) -> Result<(), DatasetError> {
        for name in names {
            if !same(&self.work.shard(shard).join(name), &other.work.shard(shard).join(name))? {
                let (one, other) = (self.dir.clone(), other.dir.clone());
                return Err(DatasetError::Conflict { frame, name: name.clone(), one, other });
            }
        }
        Ok(())
    }
}
