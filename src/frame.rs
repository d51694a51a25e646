//! The value at the seam between the engine and everything after it: image planes, cameras, instances, poses.
//!
//! Camera frame: x right, y down, z forward. Pixel (0, 0) is the top-left one, its centre is (0.5, 0.5).

use glam::{DMat4, DQuat, DVec3};

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
    /// Every instance that is in the scene at this moment, by ascending id.
    pub instances: Vec<Instance>,
}

/// What one camera saw.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Who saw it.
    pub camera: Camera,
    /// sRGB, 3 bytes a pixel.
    pub rgb: Plane<[u8; 3]>,
    /// Id of the nearest labelled surface that counts, 0 for all else. A nearer unlabelled surface hides it.
    pub instance: Plane<u16>,
    /// z-depth of the nearest surface that counts, in metres; 0 where there is none.
    pub depth: Plane<f32>,
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

/// A pin-hole camera at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Camera {
    /// Unique in the scene.
    pub name: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Focal lengths and principal point in pixels.
    pub fx: f64,
    /// See `fx`.
    pub fy: f64,
    /// See `fx`.
    pub cx: f64,
    /// See `fx`.
    pub cy: f64,
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
