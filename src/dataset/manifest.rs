//! `manifest.json`: what made the dataset, what is in it and what it means. Its presence says that all is there.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::identity::{AssetHash, CameraSettings, Category, Identity, Licence, Settings};
use super::layout::{MANIFEST, SCENE, is_plain};
use super::planes::{PlaneFormat, format_of};
use super::retries::Retries;
use super::{DatasetError, SCHEMA_VERSION, clouds, files, json};
use crate::annotate::Policy;

/// The manifest of a dataset. Nothing in it changes from one run to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What made the dataset.
    pub program: Program,
    /// Of the manifest's and the records' shape.
    pub schema_version: u32,
    /// The scene description.
    pub scene: SceneFile,
    /// Files that the scene takes in.
    pub assets: Vec<AssetHash>,
    /// Of every random choice.
    pub seed: u64,
    /// Frame numbers that are there: `0-99,200`.
    pub frames: String,
    /// How many pictures each of these takes has, if the scene is a sequence.
    pub steps: Option<u32>,
    /// How many frame numbers a shard holds.
    pub shard_frames: u64,
    /// In scene order.
    pub cameras: Vec<CameraSettings>,
    /// In scene order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lidars: Vec<CloudInfo>,
    /// In scene order.
    pub categories: Vec<Category>,
    /// Which instances are written.
    pub labels: Policy,
    /// The image planes of each camera.
    pub planes: Vec<PlaneInfo>,
    /// How numbers are to be read.
    pub conventions: Conventions,
    /// Terms that apply to the pictures.
    pub licences: Vec<Licence>,
    /// By ascending index.
    pub shards: Vec<ShardEntry>,
}

/// A program and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// `maquette`.
    pub name: String,
    /// As `maquette --version` says.
    pub version: String,
}

impl Default for Program {
    fn default() -> Self {
        Program { name: PROGRAM.into(), version: env!("CARGO_PKG_VERSION").into() }
    }
}

/// The scene description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneFile {
    /// Where its text is in the dataset.
    pub file: String,
    /// Name that the file had.
    pub given_as: String,
    /// Of its bytes, in hexadecimal.
    pub sha256: String,
}

/// What an image plane holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaneInfo {
    /// As in the records.
    pub name: String,
    /// End of its file names.
    pub file: String,
    /// How it is stored.
    pub format: String,
    /// Of its values.
    pub unit: String,
    /// What a value says.
    pub meaning: String,
}

/// What the clouds of a lidar hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudInfo {
    /// Of the lidar.
    pub name: String,
    /// End of its file names.
    pub file: String,
    /// How it is stored.
    pub format: String,
    /// What a point says.
    pub meaning: String,
}

/// How numbers are to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conventions {
    /// Axes and units of the world.
    pub world: String,
    /// Axes of a camera.
    pub camera: String,
    /// Origin of pixel coordinates.
    pub pixel: String,
    /// Form of boxes.
    pub bbox: String,
    /// Which distance a depth is.
    pub depth: String,
    /// What labels are of, where the picture is of more than an instant and a point.
    pub instant: String,
    /// How matrices are written.
    pub matrices: String,
}

/// What is known about a shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardEntry {
    /// Number of the shard.
    pub index: u64,
    /// Its folder in the dataset: `frames/00000`.
    pub folder: String,
    /// Frame numbers that are there: `0-99`.
    pub frames: String,
    /// How many files it has.
    pub files: u64,
    /// Bytes of all of them, by which files are found out that a power cut has shortened.
    pub bytes: u64,
    /// Of the lines `SHA256  NAME` of its files in the order of their names: in the folder,
    /// `LC_ALL=C sha256sum * | sha256sum`.
    pub sha256: String,
    /// Its frames that did not meet the scene's constraints at once, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<Retries>,
}

impl Manifest {
    /// Frames of all shards that did not meet the scene's constraints at once.
    pub fn retries(&self) -> Retries {
        let mut all = Retries::default();
        self.shards.iter().filter_map(|shard| shard.retries.as_ref()).for_each(|retries| all.add(retries));
        all
    }

    /// The manifest of a dataset that has no frames yet.
    pub(super) fn new(identity: &Identity) -> Manifest {
        let settings = &identity.settings;
        Manifest {
            program: Program::default(),
            schema_version: SCHEMA_VERSION,
            scene: SceneFile {
                file: SCENE.into(),
                given_as: identity.scene_name.clone(),
                sha256: files::sha256(identity.scene_text.as_bytes()),
            },
            assets: identity.assets.clone(),
            seed: identity.seed,
            frames: String::new(),
            steps: settings.steps,
            shard_frames: identity.shard_frames,
            cameras: settings.cameras.clone(),
            lidars: settings.lidars.iter().map(|name| clouds::described(name)).collect(),
            categories: settings.categories.clone(),
            labels: settings.policy,
            planes: planes(settings),
            conventions: conventions(),
            licences: settings.licences.clone(),
            shards: Vec::new(),
        }
    }

    /// The same without frames: what must be equal for frames to be added.
    pub(super) fn without_frames(&self) -> Manifest {
        Manifest { frames: String::new(), shards: Vec::new(), ..self.clone() }
    }

    /// The manifest as JSON, one asset, camera, plane or shard a line.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where it cannot be JSON, which none that [`read`](Manifest::read) gives is.
    pub fn to_json(&self) -> Result<String, DatasetError> {
        json::to_text(self, &["assets", "cameras", "lidars", "categories", "planes", "licences", "shards"])
            .map_err(|error| DatasetError::Damaged { path: MANIFEST.into(), reason: error.to_string() })
    }

    /// Reads a manifest; `None` where there is no such file.
    ///
    /// # Errors
    /// [`DatasetError::Io`], or [`DatasetError::Damaged`] where it is no manifest of this version.
    pub fn read(path: &Path) -> Result<Option<Manifest>, DatasetError> {
        files::read_if_there(path)?.map(|text| Manifest::from_json(&text, path)).transpose()
    }

    /// Reads the text of a manifest that is kept at `path`.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where it is no manifest of this version.
    pub(super) fn from_json(text: &[u8], path: &Path) -> Result<Manifest, DatasetError> {
        let damaged = |reason: String| DatasetError::Damaged { path: path.to_path_buf(), reason };
        let unread = |error: serde_json::Error| {
            damaged(format!("{error}; remove it, and render the same again to have it made anew"))
        };
        let version: Version = serde_json::from_slice(text).map_err(unread)?;
        if version.schema_version != SCHEMA_VERSION {
            let found = version.schema_version;
            return Err(damaged(format!(
                "its schema_version is {found}, this program reads {SCHEMA_VERSION}; \
                 choose another folder, or render the dataset again with --overwrite"
            )));
        }
        let manifest: Manifest = serde_json::from_slice(text).map_err(unread)?;
        match manifest.fault() {
            Some(reason) => Err(damaged(reason)),
            None => Ok(manifest),
        }
    }

    /// What nobody who reads on could bear.
    fn fault(&self) -> Option<String> {
        let lidars = self.lidars.iter().map(|lidar| &lidar.name);
        let mut names = self.cameras.iter().map(|camera| &camera.name).chain(lidars);
        if let Some(name) = names.find(|name| !is_plain(name)) {
            return Some(format!("it names a camera or lidar `{name}`, expected letters, digits, `-` and `_`"));
        }
        let steps = self.steps.unwrap_or(1);
        if !(1..=MOST_STEPS).contains(&steps) {
            return Some(format!("its takes have {steps} pictures, expected 1 to {MOST_STEPS}"));
        }
        None
    }
}

/// No sequence is longer.
const MOST_STEPS: u32 = 10_000;

/// Name of this program in its manifests.
const PROGRAM: &str = "maquette";

/// Whether a text is a manifest of this program, of whatever version.
pub(super) fn is_ours(text: &[u8]) -> bool {
    let value: serde_json::Value = serde_json::from_slice(text).unwrap_or_default();
    value["program"]["name"] == PROGRAM
}

/// As much of a manifest as every version has.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

fn planes(settings: &Settings) -> Vec<PlaneInfo> {
    let stem = if settings.cameras.len() > 1 { "KEY.CAMERA" } else { "KEY" };
    let plane = |format: &PlaneFormat| PlaneInfo {
        name: format.name.into(),
        file: format!("{stem}.{}", format.end),
        format: format.format.into(),
        unit: format.unit.into(),
        meaning: format.meaning.into(),
    };
    settings.planes.iter().map(|&kind| plane(format_of(kind, settings.color))).collect()
}

fn conventions() -> Conventions {
    Conventions {
        world: "metres, kilograms, seconds; right-handed, Y up".into(),
        camera: "x right, y down, z forward".into(),
        pixel: "(0, 0) is the top-left corner of the top-left pixel, its centre (0.5, 0.5)".into(),
        bbox: "[x, y, width, height] in pixels, enclosing whole pixels".into(),
        depth: "along the optical axis (z), not along the ray; the distance where the lens is KannalaBrandt or Equirectangular"
            .into(),
        instant: "labels are those of the middle of the exposure, seen through the middle of the lens".into(),
        matrices: "row-major; world_from_camera takes camera coordinates to world coordinates".into(),
    }
}
