//! The value at the seam between the engine and everything after it: image planes, cameras, instances, poses.
//!
//! Camera frame: x right, y down, z forward. Pixel (0, 0) is the top-left one, its centre is (0.5, 0.5).

mod cloud;
mod geometry;

use std::collections::BTreeMap;
use std::sync::Arc;

use glam::{DMat4, DQuat, DVec3};
pub use half::f16;

use crate::lens::Optics;
use crate::weather::air::Air;
pub use cloud::{Cloud, Lidar, Point, SCATTERED};
pub use geometry::{Box3d, camera_from_object};

/// Pixels of a side of a picture, at most: what scenes may ask for.
pub const LONGEST_SIDE_PX: u64 = 8192;

/// One moment of one scene, seen by every camera.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Frame number; in a sequence the number of the take.
    pub index: u64,
    /// Time step within the take, if the scene is a sequence.
    pub step: Option<u32>,
    /// Seconds since the first picture of the take.
    pub time_s: f64,
    /// One a camera, in scene order.
    pub views: Vec<View>,
    /// One a lidar, in scene order.
    pub clouds: Vec<Cloud>,
    /// Every instance that is in the scene at this moment, by ascending id.
    pub instances: Vec<Instance>,
    /// What lights the scene, as the concrete scene says it.
    pub light: serde_json::Value,
    /// What was drawn for it by name.
    pub drawn: Drawn,
    /// The weather, where it is outdoors and has any.
    pub weather: Option<Weather>,
}

/// The weather of a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Weather {
    /// What is between things and cameras.
    pub air: Air,
    /// Its quantities, as the concrete scene says them.
    pub state: BTreeMap<String, serde_json::Value>,
}

/// What was drawn for a frame by name, and how often.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The scene's named variables: numbers and texts.
    pub variables: BTreeMap<String, serde_json::Value>,
    /// How much more often such a frame happens in the world than in the dataset.
    pub importance_weight: f64,
    /// How often it was drawn before, as it did not meet the scene's constraints.
    pub attempt: u32,
    /// In how many of these attempts each constraint was not met, by name.
    pub rejected: BTreeMap<String, u32>,
    /// Constraints that it does not meet though it is kept.
    pub unmet: Vec<String>,
}

impl Default for Drawn {
    fn default() -> Self {
        Drawn {
            variables: BTreeMap::new(),
            importance_weight: 1.0,
            attempt: 0,
            rejected: BTreeMap::new(),
            unmet: Vec::new(),
        }
    }
}

/// What one camera saw.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Who saw it.
    pub camera: Camera,
    /// sRGB, 3 bytes a pixel.
    pub rgb: Plane<[u8; 3]>,
    /// The same in linear light, red, green and blue of BT.709, 1 for white, before the tone curve. Where it is asked for.
    pub linear: Option<Plane<[f16; 3]>>,
    /// Id of the nearest labelled surface that counts, 0 for all else. A nearer unlabelled surface hides it.
    pub instance: Plane<u16>,
    /// z-depth of the nearest surface that counts, in metres, or its distance where the lens
    /// [sees all around](crate::lens::Lens::depth_is_distance); 0 where there is none.
    pub depth: Plane<f32>,
    /// Unit normal of that surface in the camera frame, smooth where the mesh is: its vertices' normals, without
    /// normal maps; zeros where there is no surface. Where it is asked for.
    pub normal: Option<Plane<[f16; 3]>>,
    /// Where in its instance's box the surface is seen, 0 at the box's lowest corner and 1 at its highest (normalised
    /// object coordinates); zeros where `instance` is 0. Where it is asked for.
    pub object_coordinates: Option<Plane<[f16; 3]>>,
    /// Which part of its instance is seen, from 1, 0 where `instance` is 0. Where it is asked for.
    pub part: Option<Plane<u16>>,
    /// Id of the nearest surface's instance, labelled or not, 0 for what belongs to none. Where flow is asked for.
    pub owner: Option<Plane<u16>>,
    /// Whole silhouettes, hidden parts included. Where they are asked for.
    pub silhouettes: Option<Silhouettes>,
    /// z-depth as the camera's depth sensor measures it, in metres; 0 where it measures none. Where it has one.
    pub measured_depth: Option<Plane<f32>>,
}

/// An image plane that can be written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaneKind {
    /// [`View::rgb`].
    Rgb,
    /// [`View::instance`].
    Instance,
    /// [`View::depth`].
    Depth,
    /// How far from the camera's centre the surface is, which follows from depth and intrinsics.
    Distance,
    /// [`View::depth`] in whole millimetres.
    DepthMillimetres,
    /// [`View::normal`].
    Normal,
    /// [`View::object_coordinates`].
    ObjectCoordinates,
    /// [`View::part`].
    Part,
    /// Category of [`View::instance`].
    Category,
    /// [`View::linear`].
    Linear,
    /// [`View::measured_depth`].
    MeasuredDepth,
    /// Where each point is in the next picture of the take.
    ForwardFlow,
    /// Where each point is in the picture before.
    BackwardFlow,
}

/// The part of a silhouette outside the image; all zeros where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Outside {
    /// How large it is, in pixels.
    pub pixels: f64,
    /// Lowest x and y, in pixels.
    pub low: [f64; 2],
    /// Highest x and y.
    pub high: [f64; 2],
}

/// What each labelled instance would cover were it alone in the scene.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Silhouettes {
    /// Instances whose silhouettes were drawn, ascending; all others are not within the image.
    pub ids: Vec<u32>,
    /// Bit `k % 32` of sheet `k / 32` says whether a pixel is in the silhouette of `ids[k]`. Pixels stand column by
    /// column from the left, each from the top, as in masks.
    pub bits: Vec<Vec<u32>>,
    /// What of each silhouette lies outside the image, in the order of `ids`.
    pub outside: Vec<Outside>,
}

/// An image plane, rows from the top.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane<T> {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// `width * height` values.
    pub data: Vec<T>,
}

/// A camera at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Camera {
    /// Unique in the scene.
    pub name: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// How it takes directions to pixels.
    pub optics: Optics,
    /// Camera axes x right, y down, z forward; world Y up; metres.
    pub world_from_camera: DMat4,
    /// Exposure value at ISO 100 that the picture was taken with.
    pub exposure_ev100: f64,
}

/// One thing in the scene at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// From 1.
    pub id: u32,
    /// As in the concrete scene.
    pub name: String,
    /// From 1.
    pub category_id: Option<u32>,
    /// Whether it may own pixels of the instance plane.
    pub labelled: bool,
    /// Metres.
    pub position_m: DVec3,
    /// Unit quaternion.
    pub rotation: DQuat,
    /// Box of the mesh in its own frame, lowest corner, metres.
    pub bounds_min_m: DVec3,
    /// Box of the mesh in its own frame, highest corner, metres.
    pub bounds_max_m: DVec3,
    /// Names of its parts; part 1 is the first one. Where the plane of parts is asked for.
    pub parts: Arc<[String]>,
    /// Whether it is a volume that is labelled but not there: nothing of it is drawn and it hides nothing.
    pub volume: bool,
    /// Points on it that have names.
    pub keypoints: Arc<[Keypoint]>,
    /// What else the scene says of it.
    pub attributes: Arc<BTreeMap<String, serde_json::Value>>,
}

/// A point on an instance that has a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Keypoint {
    /// Unique on its instance.
    pub name: String,
    /// In the instance's own frame, metres.
    pub position_m: DVec3,
}

impl Instance {
    /// The pose as a matrix.
    pub fn world_from_object(&self) -> DMat4 {
        DMat4::from_rotation_translation(self.rotation, self.position_m)
    }
}

impl Frame {
    /// The name of its files up to the first dot: `00000012`, or `00000012_0007` for a time step.
    pub fn key(&self) -> String {
        match self.step {
            None => format!("{:08}", self.index),
            Some(step) => format!("{:08}_{step:04}", self.index),
        }
    }
}
