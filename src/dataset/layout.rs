//! Names of files and folders in a dataset, both ways.

use std::collections::BTreeMap;

use super::clouds::CLOUD_END;
use super::color::ColorFormat;
use super::identity::CameraSettings;
use super::manifest::Manifest;
use super::planes::{PlaneFormat, TABLE, color_of, format_of};
use crate::frame::PlaneKind;

/// Name of the manifest.
pub(super) const MANIFEST: &str = "manifest.json";
/// Name of the copy of the scene.
pub(super) const SCENE: &str = "scene.ron";
/// Folder of the shards.
pub(super) const FRAMES: &str = "frames";
/// Folder of the COCO index.
pub(super) const COCO: &str = "coco";
/// The COCO index, in its folder.
pub(super) const COCO_INSTANCES: &str = "instances.json";
/// Folder of what was made for other tools.
pub(super) const EXPORT: &str = "export";
/// Folder of notes about frames that could not be made.
pub(super) const FAILED: &str = "failed";
/// In the one of exports, settled scenes.
pub const SCENES: &str = "gltf";
/// Everything at the top of a dataset that a person is to see.
pub(super) const TOP_LEVEL: [&str; 6] = [MANIFEST, SCENE, FRAMES, COCO, EXPORT, FAILED];

/// Which files a frame has, and which frames a shard.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// In scene order.
    pub cameras: Vec<CameraSettings>,
    /// Names in scene order.
    pub lidars: Vec<String>,
    /// How many pictures a take has, for a sequence.
    pub steps: Option<u32>,
    /// How many frame numbers a shard holds.
    pub shard_frames: u64,
    /// Image planes of all cameras.
    planes: Vec<PlaneKind>,
    /// How colour is stored.
    pub color: ColorFormat,
    /// What may follow the first dot in the name of a plane or cloud.
    plane_ends: Vec<String>,
}

impl Layout {
    /// That of the dataset which a manifest describes.
    pub fn of(manifest: &Manifest) -> Layout {
        let named = |name: &str| TABLE.iter().find(|format| format.name == name).map(|format| format.kind);
        let mut layout = Layout {
            cameras: manifest.cameras.clone(),
            lidars: manifest.lidars.iter().map(|lidar| lidar.name.clone()).collect(),
            steps: manifest.steps,
            shard_frames: manifest.shard_frames.max(1),
            planes: manifest.planes.iter().filter_map(|plane| named(&plane.name)).collect(),
            color: manifest.planes.first().map_or(ColorFormat::Png, |plane| color_of(&plane.file)),
            plane_ends: Vec::new(),
        };
        let names = layout.step_files("");
        layout.plane_ends = names.map(|name| name.trim_start_matches('.').to_owned()).collect();
        layout
    }

    /// The shard that holds a frame.
    pub fn shard_of(&self, frame: u64) -> u64 {
        frame / self.shard_frames
    }

    /// How each plane of the camera at `place` is written, in order.
    pub fn formats(&self, place: usize) -> impl Iterator<Item = &'static PlaneFormat> {
        let measures = self.cameras.get(place).is_some_and(|camera| camera.depth_sensor);
        let planes = self.planes.iter().filter(move |kind| measures || **kind != PlaneKind::MeasuredDepth);
        planes.map(|&kind| format_of(kind, self.color))
    }

    /// Name of the cloud of the lidar at `place`.
    pub fn cloud_file(&self, key: &str, place: usize) -> String {
        let name = self.lidars.get(place).map_or("", String::as_str);
        format!("{key}.{name}.{CLOUD_END}")
    }

    /// Names of all planes and clouds of a frame or step.
    fn step_files(&self, key: &str) -> impl Iterator<Item = String> {
        let planes = (0..self.cameras.len())
            .flat_map(move |place| self.formats(place).map(move |format| self.plane_file(key, place, format)));
        planes.chain((0..self.lidars.len()).map(move |place| self.cloud_file(key, place)))
    }

    /// Name of a plane of the camera at `place`.
    pub fn plane_file(&self, key: &str, place: usize, format: &PlaneFormat) -> String {
        format!("{key}{}.{}", self.camera_part(place), format.end)
    }

    /// Names of all planes of the camera at `place`, by the planes' names.
    pub fn plane_files(&self, key: &str, place: usize) -> BTreeMap<String, String> {
        self.formats(place).map(|format| (format.name.to_owned(), self.plane_file(key, place, format))).collect()
    }

    /// `.left` where there are several cameras, nothing where there is one.
    fn camera_part(&self, place: usize) -> String {
        match self.cameras.get(place) {
            Some(camera) if self.cameras.len() > 1 => format!(".{}", camera.name),
            _ => String::new(),
        }
    }

    /// Names of all files of a frame, of all its steps in a sequence.
    pub fn frame_files(&self, frame: u64) -> Vec<String> {
        let mut names = vec![scene_file(frame)];
        for step in self.step_numbers() {
            let key = key(frame, step);
            names.extend(self.step_files(&key));
            names.push(record_file(&key));
        }
        names
    }

    /// Name of a frame's record, of its first step in a sequence.
    pub fn first_record(&self, frame: u64) -> String {
        record_file(&key(frame, self.steps.map(|_| 0)))
    }

    /// How many files a frame has.
    pub fn files_per_frame(&self) -> u64 {
        u64::from(self.steps.unwrap_or(1)) * (self.plane_ends.len() as u64 + 1) + 1
    }

    /// The steps of a frame: one without a number where the scene is no sequence.
    pub fn step_numbers(&self) -> impl Iterator<Item = Option<u32>> + use<> {
        let steps = self.steps;
        (0..steps.unwrap_or(1)).map(move |step| steps.map(|_| step))
    }

    /// The frame that a file of shard `shard` belongs to; `None` where no frame of it has such a file.
    pub fn frame_of(&self, shard: u64, name: &str) -> Option<u64> {
        let (key_part, rest) = name.split_once('.')?;
        let (frame, step) = parse_key(key_part)?;
        if self.shard_of(frame) != shard {
            return None;
        }
        if rest == "scene.ron" {
            return step.is_none().then_some(frame);
        }
        let known_step = match (self.steps, step) {
            (None, None) => true,
            (Some(steps), Some(step)) => step < steps,
            _ => false,
        };
        let known_file = rest == "json" || self.plane_ends.iter().any(|end| end == rest);
        (known_step && known_file).then_some(frame)
    }
}

/// Whether the name of a camera or a lidar can be part of those of files: letters, digits, `-` and `_`.
pub(super) fn is_plain(name: &str) -> bool {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    !name.is_empty() && name.chars().all(letter)
}

/// The key of a frame, or of one step of a take.
pub(super) fn key(frame: u64, step: Option<u32>) -> String {
    match step {
        None => format!("{frame:08}"),
        Some(step) => format!("{frame:08}_{step:04}"),
    }
}

/// Frame and step of a key; `None` where it is none.
pub(super) fn parse_key(text: &str) -> Option<(u64, Option<u32>)> {
    let (frame, step) = match text.split_once('_') {
        None => (text.parse().ok()?, None),
        Some((frame, step)) => (frame.parse().ok()?, Some(step.parse().ok()?)),
    };
    // Only the one spelling that is written: no sign, no missing or further zeros.
    (key(frame, step) == text).then_some((frame, step))
}

/// Name of the record with this key.
pub(super) fn record_file(key: &str) -> String {
    format!("{key}.json")
}

/// Name of the concrete scene of a frame, or of a take.
pub(super) fn scene_file(frame: u64) -> String {
    format!("{frame:08}.scene.ron")
}

/// Name of a shard's folder.
pub(super) fn shard_folder(shard: u64) -> String {
    format!("{shard:05}")
}

/// Number of a shard from its folder's name; `None` where it is none.
pub(super) fn parse_shard_folder(name: &str) -> Option<u64> {
    let shard = name.parse().ok()?;
    (shard_folder(shard) == name).then_some(shard)
}
