//! Formats that other tools read, made from the records one picture at a time, without rendering again.
//!
//! A format is one file in this folder and one line in [`FORMATS`]. It says how it is called, and makes a [`Writer`]
//! that is shown every picture of the dataset in order and writes into a folder of its own, which appears when all of
//! it is there. Writers hold no more than one picture and a few counts, so that memory does not grow with the dataset.

mod bop;
mod checked;
mod classes;
pub(super) mod coco;
mod coco_panoptic;
mod coco_tree;
mod huggingface;
mod kitti;
mod mot;
mod names;
mod ply;
#[cfg(test)]
mod sample;
mod tar;
mod voc;
mod webdataset;
mod yolo;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use serde::Serialize;

use super::manifest::Manifest;
use super::read::Stored;
use super::record::CameraRecord;
use super::{DatasetError, files};

/// A format that a dataset can be exported to.
#[derive(Debug)]
pub struct Format {
    /// As it is asked for, and the name of its folder.
    pub name: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    open: fn(Target) -> Result<Box<dyn Writer>, DatasetError>,
}

/// Every format there is.
pub const FORMATS: &[Format] = &[
    coco_tree::FORMAT,
    coco_tree::POLYGONS,
    coco_panoptic::FORMAT,
    yolo::FORMAT,
    yolo::SEGMENT,
    yolo::ORIENTED,
    yolo::POSE,
    voc::FORMAT,
    kitti::FORMAT,
    bop::FORMAT,
    mot::FORMAT,
    webdataset::FORMAT,
    huggingface::FORMAT,
    classes::FORMAT,
    ply::FORMAT,
];

/// Writes one format.
pub(super) trait Writer {
    /// Takes the next picture, in order of frame, step and camera.
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError>;

    /// Writes what can only be known when all pictures have been seen.
    fn finish(self: Box<Self>) -> Result<(), DatasetError>;
}

/// One picture with all that is known about it.
pub(super) struct Picture<'a> {
    /// From 1, in order of frame, step and camera, without gaps.
    pub id: u64,
    /// The record that it is in.
    pub stored: &'a Stored,
    /// Its camera.
    pub camera: &'a CameraRecord,
    /// A name without dots that no other picture of the dataset has: `00000012`, `00000012_0007`, and with several
    /// cameras `00000012-left`.
    pub stem: String,
    /// Path of its colour image from the dataset's folder, with `/`.
    pub file: String,
}

impl Picture<'_> {
    /// `png`, or how else the colour image is stored.
    pub fn extension(&self) -> &str {
        self.file.rsplit('.').next().unwrap_or_default()
    }

    /// A name for the colour image: the stem and how it is stored.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.stem, self.extension())
    }
}

/// Where a format is written to.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// Its own folder; it is there, and empty.
    pub folder: PathBuf,
    /// The dataset's folder.
    pub dataset: PathBuf,
    /// What the dataset says of itself.
    pub manifest: Manifest,
}

impl Target {
    /// A file of the format that is written piece by piece; folders above it are made.
    pub fn create(&self, name: &str) -> Result<Output, DatasetError> {
        let path = self.path(name)?;
        let file = File::create(&path).map_err(DatasetError::io("create", &path))?;
        Ok(Output { file: BufWriter::new(file), path })
    }

    /// A file of the format that is written at once; folders above it are made.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), DatasetError> {
        let path = self.path(name)?;
        std::fs::write(&path, bytes).map_err(DatasetError::io("write", &path))
    }

    /// The colour image of a picture under another name: a hard link where the file system has them.
    pub fn link(&self, picture: &Picture, name: &str) -> Result<(), DatasetError> {
        files::link(&files::join(&self.dataset, &[&picture.file]), &self.path(name)?)
    }

    fn path(&self, name: &str) -> Result<PathBuf, DatasetError> {
        let path = files::join(&self.folder, &[name]);
        if Path::new(name).components().any(|step| !matches!(step, Component::Normal(_))) {
            let reason = "a name in the dataset leads out of the export's folder".to_owned();
            return Err(DatasetError::Damaged { path, reason });
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(DatasetError::io("create the folder", folder))?;
        }
        Ok(path)
    }
}

/// A file that grows.
pub(super) struct Output {
    file: BufWriter<File>,
    path: PathBuf,
}

impl Output {
    /// Adds a text.
    pub fn text(&mut self, text: &str) -> Result<(), DatasetError> {
        self.file.write_all(text.as_bytes()).map_err(DatasetError::io("write", &self.path))
    }

    /// Adds an entry of a JSON list on a line of its own, after a comma where it is not the first.
    pub fn entry<T: Serialize>(&mut self, first: bool, entry: &T) -> Result<(), DatasetError> {
        self.text(if first { "\n" } else { ",\n" })?;
        self.json(entry)
    }

    /// Adds all entries of a JSON list, each on a line of its own.
    pub fn entries<T: Serialize>(&mut self, entries: &[T]) -> Result<(), DatasetError> {
        entries.iter().enumerate().try_for_each(|(place, entry)| self.entry(place == 0, entry))
    }

    /// Adds a value as JSON.
    pub fn json<T: Serialize>(&mut self, value: &T) -> Result<(), DatasetError> {
        serde_json::to_writer(&mut self.file, value)
            .map_err(|error| DatasetError::io("write", &self.path)(error.into()))
    }

    /// Adds all of another file, and removes that.
    pub fn swallow(&mut self, other: Output) -> Result<(), DatasetError> {
        let path = other.path.clone();
        other.close()?;
        let mut from = File::open(&path).map_err(DatasetError::io("read", &path))?;
        std::io::copy(&mut from, &mut self.file).map_err(DatasetError::io("write", &self.path))?;
        files::remove(&path)
    }

    /// Waits until all of it is on the disk.
    pub fn close(mut self) -> Result<(), DatasetError> {
        let flushed = self.file.flush().and_then(|()| files::flush(self.file.get_ref()));
        flushed.map_err(DatasetError::io("write", &self.path))
    }
}

impl Format {
    /// The format of this name.
    pub fn find(name: &str) -> Option<&'static Format> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Starts to write into a folder, which is made anew.
    pub(super) fn open(
        &self,
        folder: &Path,
        dataset: &Path,
        manifest: &Manifest,
    ) -> Result<Box<dyn Writer>, DatasetError> {
        files::remove(folder)?;
        files::make_folder(folder)?;
        (self.open)(Target { folder: folder.to_path_buf(), dataset: dataset.to_path_buf(), manifest: manifest.clone() })
    }
}
