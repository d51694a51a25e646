//! Reading a dataset back: its records in order, and the planes that belong to them.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::color::decode_rgb;
use super::layout::{
    self, FRAMES, MANIFEST, is_plain, parse_key, parse_shard_folder, record_file, scene_file, shard_folder,
};
use super::manifest::Manifest;
use super::planes::{self, name_of};
use super::png::check_pixels;
use super::record::{CameraRecord, LidarRecord, Record};
use super::{DatasetError, SCHEMA_VERSION, clouds, files};
use crate::annotate::Annotation;
use crate::frame::{Plane, PlaneKind, Point, f16};

/// A dataset to be read, whether it is complete or still being written.
#[derive(Debug, Clone)]
pub struct Reader {
    dir: PathBuf,
    manifest: Option<Manifest>,
}

impl Reader {
    /// Opens the dataset in a folder.
    ///
    /// # Errors
    /// [`DatasetError::Io`]; [`DatasetError::Damaged`] where its manifest cannot be read.
    pub fn open(dir: &Path) -> Result<Reader, DatasetError> {
        fs::read_dir(dir).map_err(DatasetError::io("look into", dir))?;
        Ok(Reader { dir: dir.to_path_buf(), manifest: Manifest::read(&dir.join(MANIFEST))? })
    }

    /// The manifest, where the dataset is complete.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// The manifest of a dataset that has to be complete.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where it is not.
    pub fn finished(&self) -> Result<&Manifest, DatasetError> {
        self.manifest.as_ref().ok_or_else(|| DatasetError::Damaged {
            path: self.dir.join(MANIFEST),
            reason: "it is not there; expected a finished dataset, so run `maquette render` to its end first"
                .to_owned(),
        })
    }

    /// Says whether the dataset is still the one that was opened, after a long look at it.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where it is not; [`DatasetError::Io`].
    pub fn unchanged(&self) -> Result<(), DatasetError> {
        let path = self.dir.join(MANIFEST);
        if Manifest::read(&path)? == self.manifest {
            return Ok(());
        }
        let reason = "it was changed while the dataset was exported; run the export again".to_owned();
        Err(DatasetError::Damaged { path, reason })
    }

    /// Every record in order of frame and step, read one at a time.
    ///
    /// # Errors
    /// [`DatasetError::Io`] and [`DatasetError::Damaged`], here and from the iterator.
    pub fn records(&self) -> Result<impl Iterator<Item = Result<Stored, DatasetError>> + use<>, DatasetError> {
        Ok(self.keys()?.map(|key| key?.read()))
    }

    /// Where every record lies, in order of frame and step, for readers on several threads.
    ///
    /// # Errors
    /// [`DatasetError::Io`], here and from the iterator.
    pub fn keys(&self) -> Result<impl Iterator<Item = Result<Key, DatasetError>> + use<>, DatasetError> {
        Keys::open(&self.dir)
    }
}

/// A record and where it lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// What it says.
    pub record: Record,
    /// The shard's folder, in which the planes lie too.
    pub folder: PathBuf,
}

impl Stored {
    /// The picture that a camera of this record took.
    ///
    /// # Errors
    /// [`DatasetError::Io`] and [`DatasetError::Damaged`]; the latter also where the record names no such plane.
    pub fn rgb(&self, camera: &CameraRecord) -> Result<Plane<[u8; 3]>, DatasetError> {
        self.plane(camera, PlaneKind::Rgb, decode_rgb)
    }

    /// The ids of a plane of instances or parts.
    ///
    /// # Errors
    /// As for [`rgb`](Stored::rgb).
    pub fn ids(&self, camera: &CameraRecord, kind: PlaneKind) -> Result<Plane<u16>, DatasetError> {
        self.plane(camera, kind, planes::decode_ids)
    }

    /// The metres of a plane of depths or distances.
    ///
    /// # Errors
    /// As for [`rgb`](Stored::rgb).
    pub fn metres(&self, camera: &CameraRecord, kind: PlaneKind) -> Result<Plane<f32>, DatasetError> {
        self.plane(camera, kind, planes::decode_depth)
    }

    /// The vectors of a plane of normals or object coordinates.
    ///
    /// # Errors
    /// As for [`rgb`](Stored::rgb).
    pub fn vectors(&self, camera: &CameraRecord, kind: PlaneKind) -> Result<Plane<[f16; 3]>, DatasetError> {
        self.plane(camera, kind, planes::decode_vectors)
    }

    /// The flow to the picture before or after: du, dv in pixels, and 1 where the point can be seen there.
    ///
    /// # Errors
    /// As for [`rgb`](Stored::rgb).
    pub fn flow(&self, camera: &CameraRecord, kind: PlaneKind) -> Result<Plane<[f32; 3]>, DatasetError> {
        self.plane(camera, kind, planes::decode_flow)
    }

    /// What a lidar of this record measured, with the category of each point, 0 for none.
    ///
    /// # Errors
    /// As for [`rgb`](Stored::rgb).
    pub fn cloud(&self, lidar: &LidarRecord) -> Result<Vec<(Point, u16)>, DatasetError> {
        self.file(&lidar.cloud, clouds::decode_cloud)
    }

    /// The record of another step of the same take; `None` where the take has no such step.
    ///
    /// # Errors
    /// [`DatasetError::Io`] and [`DatasetError::Damaged`].
    pub fn step(&self, step: u32) -> Result<Option<Stored>, DatasetError> {
        let key = Key { shard: 0, folder: self.folder.clone(), name: layout::key(self.record.frame, Some(step)) };
        let there = files::is_there(&self.folder.join(record_file(&key.name)));
        there.then(|| key.read()).transpose()
    }

    /// Whether a camera of this record has a plane.
    pub fn has(&self, camera: &CameraRecord, kind: PlaneKind) -> bool {
        camera.planes.contains_key(name_of(kind))
    }

    /// The annotations of a camera of this record, as they were before they were written.
    ///
    /// # Errors
    /// [`DatasetError::Mask`] where a mask is none.
    pub fn annotations(&self, camera: &CameraRecord) -> Result<Vec<Annotation>, DatasetError> {
        let read = camera.annotations.iter().map(|annotation| {
            annotation.to_annotation().map_err(|source| DatasetError::Mask {
                path: self.folder.join(record_file(&self.record.key)),
                instance_id: annotation.instance_id,
                source,
            })
        });
        read.collect()
    }

    /// The concrete scene that the frame was made from.
    ///
    /// # Errors
    /// [`DatasetError::Io`] and [`DatasetError::Damaged`].
    pub fn concrete_scene(&self) -> Result<String, DatasetError> {
        let path = self.folder.join(scene_file(self.record.frame));
        let reason = "it is not UTF-8".to_owned();
        String::from_utf8(files::read(&path)?).map_err(|_| DatasetError::Damaged { path, reason })
    }

    fn plane<T>(
        &self,
        camera: &CameraRecord,
        kind: PlaneKind,
        decode: impl Fn(&[u8]) -> Result<Plane<T>, DatasetError>,
    ) -> Result<Plane<T>, DatasetError> {
        let name = camera.planes.get(name_of(kind)).ok_or_else(|| DatasetError::Damaged {
            path: self.folder.join(record_file(&self.record.key)),
            reason: format!("camera `{}` has no plane `{}`", camera.name, name_of(kind)),
        })?;
        self.file(name, decode)
    }

    fn file<T>(&self, name: &str, decode: impl Fn(&[u8]) -> Result<T, DatasetError>) -> Result<T, DatasetError> {
        let path = self.folder.join(name);
        let bytes = files::read(&path)?;
        decode(&bytes).map_err(|error| DatasetError::Damaged { path, reason: error.to_string() })
    }
}

/// Where a record lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Number of its shard.
    pub shard: u64,
    /// The shard's folder.
    pub folder: PathBuf,
    /// Name of the frame's files up to the first dot.
    pub name: String,
}

impl Key {
    /// The frame number; in a sequence that of the take.
    pub fn frame(&self) -> u64 {
        parse_key(&self.name).map_or(0, |(frame, _)| frame)
    }

    /// Reads the record.
    ///
    /// # Errors
    /// [`DatasetError::Io`] and [`DatasetError::Damaged`].
    pub fn read(self) -> Result<Stored, DatasetError> {
        let record: Record = self.read_record()?;
        if let Some(reason) = self.misfit(&record) {
            return Err(DatasetError::Damaged { path: self.folder.join(record_file(&self.name)), reason });
        }
        Ok(Stored { record, folder: self.folder })
    }

    /// Why a record cannot be the one of this key. Files that it names are its own, so that nothing outside the shard
    /// is ever read or linked in its name.
    fn misfit(&self, record: &Record) -> Option<String> {
        let said = |what: &str, found: &dyn std::fmt::Display, expected: &dyn std::fmt::Display| {
            Some(format!("its {what} is {found}, expected {expected}"))
        };
        if record.schema_version != SCHEMA_VERSION {
            return said("`schema_version`", &record.schema_version, &SCHEMA_VERSION);
        }
        if record.key != self.name {
            return said("`key`", &record.key, &self.name);
        }
        if parse_key(&self.name) != Some((record.frame, record.step)) {
            let step = record.step.map_or("none".to_owned(), |step| step.to_string());
            return Some(format!("it says that it is of frame {} and step {step}", record.frame));
        }
        let lidars = record.lidars.iter().map(|lidar| &lidar.name);
        let mut names = record.cameras.iter().map(|camera| &camera.name).chain(lidars);
        if let Some(name) = names.find(|name| !is_plain(name)) {
            return Some(format!("it names a camera or lidar `{name}`, expected letters, digits, `-` and `_`"));
        }
        for CameraRecord { name, width, height, .. } in &record.cameras {
            if let Err(reason) = check_pixels((*width).into(), (*height).into()) {
                return Some(format!("the picture of camera `{name}` cannot be: {reason}"));
            }
        }
        let planes = record.cameras.iter().flat_map(|camera| camera.planes.values());
        let mut files = planes.chain(record.lidars.iter().map(|lidar| &lidar.cloud));
        let strange = files.find(|file| !file.starts_with(&self.name) || file.contains(['/', '\\', '\0']))?;
        Some(format!("it names the file `{strange}`, expected the name of one beside it that begins with its key"))
    }

    /// Reads the record, or as much of it as `T` asks for.
    pub(super) fn read_record<T: DeserializeOwned>(&self) -> Result<T, DatasetError> {
        let path = self.folder.join(record_file(&self.name));
        let text = files::read(&path)?;
        serde_json::from_slice(&text).map_err(|error| DatasetError::Damaged { path, reason: error.to_string() })
    }
}

/// The keys of all records in a dataset, in order of frame and step; it holds those of one shard at a time.
#[derive(Debug)]
pub(super) struct Keys {
    frames: PathBuf,
    /// Shards still to come, the next one last.
    shards: Vec<u64>,
    /// Keys of the current shard still to come, the next one last.
    keys: Vec<Key>,
}

impl Keys {
    pub fn open(dir: &Path) -> Result<Keys, DatasetError> {
        let frames = dir.join(FRAMES);
        let names = files::names_in(&frames)?;
        let mut shards: Vec<u64> = names.iter().filter_map(|name| parse_shard_folder(name)).collect();
        shards.sort_unstable_by(|one, other| other.cmp(one));
        Ok(Keys { frames, shards, keys: Vec::new() })
    }

    /// Those of one shard.
    pub fn of_shard(dir: &Path, shard: u64) -> Keys {
        Keys { frames: dir.join(FRAMES), shards: vec![shard], keys: Vec::new() }
    }

    fn enter(&mut self, shard: u64) -> Result<(), DatasetError> {
        let folder = self.frames.join(shard_folder(shard));
        let mut found = Vec::new();
        for name in files::names_in(&folder)? {
            let Some(key) = name.strip_suffix(".json") else { continue };
            if let Some(order) = parse_key(key) {
                found.push((order, key.to_owned()));
            }
        }
        found.sort_unstable_by(|one, other| other.cmp(one));
        let keys = found.into_iter().map(|(_, name)| Key { shard, folder: folder.clone(), name });
        self.keys = keys.collect();
        Ok(())
    }
}

impl Iterator for Keys {
    type Item = Result<Key, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(key) = self.keys.pop() {
                return Some(Ok(key));
            }
            let shard = self.shards.pop()?;
            if let Err(error) = self.enter(shard) {
                return Some(Err(error));
            }
        }
    }
}
