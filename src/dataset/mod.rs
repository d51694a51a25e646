//! The dataset on disk: one file per format, shards that appear whole, the manifest, and reading it all back.
//!
//! ```text
//! OUT/
//!   manifest.json              what made it and what it means; its presence says that all is there
//!   scene.ron                  the description as given
//!   frames/00000/              a shard: a fixed block of frame numbers
//!     00000000.rgb.png         with several cameras 00000000.left.rgb.png
//!     00000000.instance.png
//!     00000000.depth.exr
//!     00000000.top.lidar.ply   what a lidar measured
//!     00000000.json            the record
//!     00000000.scene.ron       the concrete scene; in a sequence one for the take
//!   coco/instances.json
//!   export/yolo/               what was exported to another format
//!   failed/00000017.json       why a frame is missing, where it may be
//!   .maquette/                 only while a run works, or after one that was killed
//! ```
//!
//! A shard grows in `.maquette` and is renamed into place; the manifest is taken away before the first shard
//! changes and comes back last. Killed at any moment, the same run goes on with what is whole and ends with the
//! same bytes. A run writes so:
//!
//! ```text
//! let dataset = Dataset::open(dir, identity, overwrite)?;
//! for plan in dataset.plan(&frames) {
//!     let shard = dataset.begin(&plan)?;
//!     // for every frame of plan.todo, on any thread:
//!     shard.write(encode(&frame, &annotations, &concrete_scene, &dataset.context())?)?;
//!     shard.finish()?;
//! }
//! dataset.finish()?;
//! ```

mod basis;
mod bucket;
mod clouds;
mod color;
mod difference;
mod encode;
mod error;
mod export;
mod failed;
mod files;
pub mod formats;
mod identity;
mod intact;
mod json;
mod layout;
mod lock;
mod manifest;
mod merge;
mod open;
mod place;
mod planes;
mod png;
mod ranges;
mod read;
mod record;
mod retries;
mod rows;
mod scan;
mod shard;
mod status;
mod store;
mod sweep;
mod temporary;
#[cfg(test)]
mod tests;
mod work;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub use clouds::{decode_cloud, encode_cloud};
pub use color::{ColorFormat, decode_rgb, encode_jpeg, encode_rgb, encode_webp};
pub use difference::Difference;
pub use encode::{Context, EncodedFile, EncodedFrame, encode};
pub use error::DatasetError;
pub use export::{Draft, check_formats, export};
pub use failed::FailedFrame;
pub use identity::{AssetHash, CameraSettings, Category, DEFAULT_SHARD_FRAMES, Identity, Licence, Settings};
pub use intact::{faults_of_formats, faults_of_manifest, faults_of_shard};
pub use layout::SCENES;
pub use manifest::{CloudInfo, Conventions, Manifest, PlaneInfo, Program, SceneFile, ShardEntry};
pub use merge::merge;
pub use place::Place;
pub use planes::{
    decode_depth, decode_flow, decode_ids, decode_vectors, distances, encode_depth, encode_flow, encode_ids,
    encode_vectors, millimetres,
};
pub use ranges::{from_ranges, to_ranges};
pub use read::{Key, Reader, Stored};
pub use record::{
    AmodalRecord, AnnotationRecord, Bounds, Box3dRecord, CameraRecord, InstanceRecord, Intrinsics, KeypointRecord,
    LidarRecord, MaskRecord, PointCount, Record, WeatherRecord,
};
pub use retries::Retries;
pub use shard::{ShardPlan, ShardWriter};
pub use status::Status;
pub use store::StoreError;
pub use sweep::{SweepIndex, SweepPoint};
pub use temporary::TemporaryFolder;

use crate::station::Station;
use basis::Basis;
use bucket::{Bucket, Uploader};
use layout::Layout;
use lock::Lock;
use scan::State;
use shard::held;
use work::Work;

/// Of the shape of manifest and records; a reader refuses others.
pub const SCHEMA_VERSION: u32 = 3;

/// A dataset that this process writes to; no other process can while it lives, but those that make other parts of it.
#[derive(Debug)]
pub struct Dataset {
    dir: PathBuf,
    work: Work,
    layout: Arc<Layout>,
    cameras: Arc<[CameraSettings]>,
    categories: Arc<[Category]>,
    /// Without frames.
    manifest: Manifest,
    state: Arc<Mutex<State>>,
    lock: Lock,
    /// Where finished shards go, when it is kept in object storage.
    uploader: Option<Arc<Uploader>>,
}

/// What stands in a finished dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its folder, or its address.
    pub dir: PathBuf,
    /// How many frames, or takes.
    pub frames: u64,
    /// How many pictures: frames × steps × cameras.
    pub images: u64,
    /// How many shards.
    pub shards: u64,
    /// How many files the shards have.
    pub files: u64,
    /// Frames that did not meet the scene's constraints at once.
    pub retries: Retries,
    /// Frames that are not there because they could not be made, ascending.
    pub failed: Vec<u64>,
    /// Whether this run changed anything.
    pub changed: bool,
}

impl Summary {
    /// Of what a manifest with so many frames says.
    fn of(dir: PathBuf, manifest: &Manifest, frames: u64) -> Summary {
        Summary {
            dir,
            frames,
            images: frames * u64::from(manifest.steps.unwrap_or(1)) * manifest.cameras.len() as u64,
            shards: manifest.shards.len() as u64,
            files: manifest.shards.iter().map(|entry| entry.files).sum(),
            retries: manifest.retries(),
            failed: Vec::new(),
            changed: false,
        }
    }
}

impl Dataset {
    /// Opens a folder, or a place in object storage, to write the dataset of `identity` to it; makes the folder if there is none. What a killed
    /// run left is put in order.
    ///
    /// With `overwrite`, a dataset that is there, the same one too, is removed first; nothing else in the folder
    /// is touched.
    ///
    /// # Errors
    /// [`DatasetError::NotADataset`], [`DatasetError::Different`] and [`DatasetError::Foreign`] where the folder
    /// holds anything else, [`DatasetError::Locked`] where another process writes to it,
    /// [`DatasetError::Settings`] where the identity is none, [`DatasetError::Damaged`], [`DatasetError::Io`],
    /// [`DatasetError::Store`].
    pub fn open(at: impl Into<Place>, identity: Identity, overwrite: bool) -> Result<Dataset, DatasetError> {
        match at.into() {
            Place::Folder(dir) => open::open(&dir, Basis::of(&identity)?, overwrite),
            Place::Store(url) => open::open_store(Bucket::open(&url)?, Basis::of(&identity)?, overwrite, None),
        }
    }

    /// Opens a folder to write part of the dataset of `identity` to it, the shards of `frames`, while other processes
    /// write others. [`leave`](Dataset::leave) ends that; in the end one process [opens](Dataset::open) and finishes the
    /// dataset, or merges it.
    ///
    /// # Errors
    /// As for [`open`](Dataset::open); [`DatasetError::Locked`] where a process writes to it alone.
    pub fn join(at: impl Into<Place>, identity: &Identity, frames: &[u64]) -> Result<Dataset, DatasetError> {
        match at.into() {
            Place::Folder(dir) => open::join(&dir, Basis::of(identity)?, frames),
            Place::Store(url) => open::open_store(Bucket::open(&url)?, Basis::of(identity)?, false, Some(frames)),
        }
    }

    /// The folder in which shards are made.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What [`encode`] has to know.
    pub fn context(&self) -> Context {
        Context {
            layout: Arc::clone(&self.layout),
            cameras: Arc::clone(&self.cameras),
            categories: Arc::clone(&self.categories),
        }
    }

    /// The shards on which work is left before all of `frames` are there, ascending; none where nothing is to be
    /// done. Frames that the dataset should have but that are damaged are part of it. The order of `frames`, and
    /// whether one stands there twice, does not matter.
    pub fn plan(&self, frames: &[u64]) -> Vec<ShardPlan> {
        let mut state = held(&self.state);
        let mut todo: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for &frame in frames {
            todo.entry(self.layout.shard_of(frame)).or_default().push(frame);
        }
        for (&index, shard) in &state.shards {
            if !shard.broken.is_empty() {
                todo.entry(index).or_default().extend(&shard.broken);
            }
        }
        let mut plans = Vec::new();
        for (index, mut todo) in todo {
            let keep = state.shards.get(&index).map(|shard| shard.whole.iter().collect::<Vec<_>>()).unwrap_or_default();
            todo.retain(|frame| keep.binary_search(frame).is_err());
            todo.sort_unstable();
            todo.dedup();
            if !todo.is_empty() {
                plans.push(ShardPlan { index, keep, todo });
            }
        }
        state.pending = plans.iter().map(|plan| plan.index).collect();
        plans
    }

    /// Begins to write a shard. Several can be written at the same time.
    ///
    /// # Errors
    /// [`DatasetError::Io`]; [`DatasetError::Locked`] where another process writes it, or has written it since.
    pub fn begin(&self, plan: &ShardPlan) -> Result<ShardWriter, DatasetError> {
        if let Some(uploader) = self.uploader.as_ref().filter(|_| !plan.keep.is_empty()) {
            uploader.bucket.fetch_kept(plan, &self.layout, &self.work.shard(plan.index))?;
        }
        ShardWriter::new(plan, self)
    }

    /// Finishes the dataset: writes the COCO index and, last, the manifest, and removes the work folder. Where
    /// nothing has changed nothing is written.
    ///
    /// # Errors
    /// [`DatasetError::Unfinished`] where a shard of the plan has not been finished, [`DatasetError::Damaged`]
    /// where a record cannot be read, [`DatasetError::Io`]. What has been written stays for the next run.
    pub fn finish(self) -> Result<Summary, DatasetError> {
        let _at = Station::Write.work_on_any();
        let mut state = std::mem::take(&mut *held(&self.state));
        self.nothing_pending(&mut state)?;
        if let Some(uploader) = &self.uploader {
            uploader.end()?;
            let frames: Vec<u64> = state.shards.values().flat_map(|shard| shard.whole.iter()).collect();
            return bucket::finish(&uploader.bucket, &self.manifest, Some(&frames), &|_, _| ());
        }
        let manifest = self.manifest_of(&state)?;
        let frames = state.shards.values().map(|shard| shard.whole.count()).sum();
        let mut summary = Summary { changed: state.changed, ..Summary::of(self.dir, &manifest, frames) };
        if state.changed {
            if let Some(folder) = self.work.coco().parent() {
                files::make_folder(folder)?;
            }
            files::make_folder(&self.work.frames())?;
            let draft = self.work.draft("coco");
            let mut writers = [formats::coco::FORMAT.open(&draft, &summary.dir, &manifest)?];
            export::show(&summary.dir, &mut writers, &|_| ())?;
            writers.into_iter().try_for_each(|writer| writer.finish())?;
            files::rename(&draft.join(layout::COCO_INSTANCES), &self.work.coco())?;
            // What was exported before is not what is there now.
            files::remove(&summary.dir.join(layout::EXPORT))?;
            self.work.write_whole(&self.work.manifest(), manifest.to_json()?.as_bytes())?;
        }
        let is_there = |frame| state.shards.values().any(|shard| shard.whole.has(frame));
        summary.failed = failed::settle(&summary.dir, &is_there)?;
        self.lock.end()?;
        Ok(summary)
    }

    /// Leaves the dataset to other processes when the shards that were planned are finished. Gives how many frames are
    /// there in this part.
    ///
    /// # Errors
    /// As for [`finish`](Dataset::finish).
    pub fn leave(self) -> Result<u64, DatasetError> {
        let mut state = std::mem::take(&mut *held(&self.state));
        self.nothing_pending(&mut state)?;
        self.uploader.as_ref().map_or(Ok(()), |uploader| uploader.end())?;
        Ok(state.shards.values().map(|shard| shard.whole.count()).sum())
    }

    /// Leaves what has been finished so far to a later run: in object storage it is there only then.
    ///
    /// # Errors
    /// [`DatasetError::Store`].
    pub fn pause(self) -> Result<(), DatasetError> {
        self.uploader.as_ref().map_or(Ok(()), |uploader| uploader.end())
    }

    /// What says, from any thread, that the process is to end soon: all that is on its way to object storage has half a minute
    /// left then, however long the store is away. After that [`StoreError::Stopped`] is the answer to all.
    pub fn hurry(&self) -> impl Fn() + Send + use<> {
        let bucket = self.uploader.as_ref().map(|uploader| uploader.bucket.clone());
        move || bucket.iter().for_each(Bucket::hurry)
    }

    fn nothing_pending(&self, state: &mut State) -> Result<(), DatasetError> {
        let broken = state.shards.iter().filter(|(_, shard)| !shard.broken.is_empty()).map(|(&index, _)| index);
        state.pending.extend(broken);
        if state.pending.is_empty() {
            return Ok(());
        }
        let shards = to_ranges(state.pending.iter().copied());
        let what = format!("the dataset in `{}`", self.dir.display());
        Err(DatasetError::Unfinished { what, missing: format!("frames of shards {shards} are") })
    }

    /// The manifest with all shards.
    fn manifest_of(&self, state: &State) -> Result<Manifest, DatasetError> {
        let mut shards = Vec::with_capacity(state.shards.len());
        for (&index, shard) in &state.shards {
            shards.push(match &shard.entry {
                Some(entry) => entry.clone(),
                None => {
                    let whole: Vec<u64> = shard.whole.iter().collect();
                    shard::entry_of_files(index, &whole, &self.layout, &self.work)?
                }
            });
        }
        let frames = to_ranges(state.shards.values().flat_map(|shard| shard.whole.iter()));
        Ok(Manifest { frames, shards, ..self.manifest.clone() })
    }
}
