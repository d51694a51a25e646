//! What a dataset is made from: all of it must be equal before frames may be added to a folder.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::layout::is_plain;
use super::{ColorFormat, DatasetError};
use crate::annotate::Policy;
use crate::frame::PlaneKind;

/// How many frame numbers a shard holds unless the run says otherwise.
pub const DEFAULT_SHARD_FRAMES: u64 = 100;

/// What a dataset is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// File name of the scene, without its folder.
    pub scene_name: String,
    /// The scene file as it was given.
    pub scene_text: String,
    /// Every file that the scene takes in, by path.
    pub assets: Vec<AssetHash>,
    /// Of every random choice.
    pub seed: u64,
    /// What follows from the scene and from the command line.
    pub settings: Settings,
    /// How many frame numbers a shard holds, at least 1.
    pub shard_frames: u64,
}

/// What of the scene and the command line decides on the shape of the dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// In scene order, at least one.
    pub cameras: Vec<CameraSettings>,
    /// Names of lidars in scene order, fit for file names as those of cameras.
    pub lidars: Vec<String>,
    /// In scene order, ids from 1.
    pub categories: Vec<Category>,
    /// How many pictures a take has, for a sequence.
    pub steps: Option<u32>,
    /// Which instances are written.
    pub policy: Policy,
    /// Image planes of each camera, ascending; colour, instance ids and depth among them.
    pub planes: Vec<PlaneKind>,
    /// How colour is stored.
    pub color: ColorFormat,
    /// Under which terms the assets, and so the pictures, stand.
    pub licences: Vec<Licence>,
}

/// A camera of the scene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameraSettings {
    /// Unique; letters, digits, `-` and `_`, because it becomes part of file names.
    pub name: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Whether it also measures depth.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub depth_sensor: bool,
}

/// A category of the scene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// From 1, the same in every format that allows it.
    pub id: u32,
    /// Unique.
    pub name: String,
    /// What it is a kind of; empty where nothing is said.
    pub supercategory: String,
    /// Names of the keypoints that its instances have.
    pub keypoints: Vec<String>,
    /// Which of them are joined by a bone, as places in `keypoints` from 1.
    pub skeleton: Vec<[u32; 2]>,
}

/// Terms that apply to something in the pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// Such as `CC0-1.0`.
    pub name: String,
    /// Where the terms can be read.
    pub url: String,
    /// What they apply to.
    pub covers: String,
}

/// A file that the scene takes in. It lies outside the dataset, so the manifest calls its path `asset`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetHash {
    /// As the scene names it, relative to the scene's folder, with `/`.
    #[serde(rename = "asset")]
    pub path: String,
    /// Of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Identity {
    /// Says what of it no dataset can have.
    ///
    /// # Errors
    /// [`DatasetError::Settings`].
    pub(super) fn check(&self) -> Result<(), DatasetError> {
        let refuse = |what: &str, found: String, expected| {
            Err(DatasetError::Settings { what: what.to_owned(), found, expected })
        };
        let settings = &self.settings;
        if self.shard_frames == 0 {
            return refuse("the number of frames in a shard", "0".into(), "at least 1");
        }
        if settings.steps == Some(0) {
            return refuse("the number of pictures in a take", "0".into(), "at least 1");
        }
        if settings.cameras.is_empty() {
            return refuse("the number of cameras", "0".into(), "at least 1");
        }
        let needed = [PlaneKind::Rgb, PlaneKind::Instance, PlaneKind::Depth];
        if !settings.planes.is_sorted_by(|one, other| one < other) || !settings.planes.starts_with(&needed) {
            let expected = "distinct ones in order, colour, instance ids and depth first";
            return refuse("the list of image planes", format!("{:?}", settings.planes), expected);
        }
        let mut names = BTreeSet::new();
        for name in &settings.lidars {
            if !is_plain(name) {
                return refuse("the name of a lidar", format!("`{name}`"), "letters, digits, `-` and `_`");
            }
            if !names.insert(name) {
                return refuse("the name of a lidar", format!("`{name}` twice"), "a name of its own");
            }
        }
        let mut names = BTreeSet::new();
        for camera in &settings.cameras {
            let name = &camera.name;
            if !is_plain(name) {
                return refuse("the name of a camera", format!("`{name}`"), "letters, digits, `-` and `_`");
            }
            if !names.insert(name) {
                return refuse("the name of a camera", format!("`{name}` twice"), "a name of its own");
            }
            if camera.width == 0 || camera.height == 0 {
                let found = format!("{}×{}", camera.width, camera.height);
                return refuse(&format!("the resolution of camera `{name}`"), found, "at least 1×1");
            }
        }
        let mut ids = BTreeSet::new();
        for category in &settings.categories {
            if category.id == 0 || !ids.insert(category.id) {
                return refuse(
                    &format!("the id of category `{}`", category.name),
                    category.id.to_string(),
                    "a number of its own from 1",
                );
            }
        }
        Ok(())
    }
}
