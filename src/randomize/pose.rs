//! Drawing where cameras and lidars stand and look.

use glam::{DMat4, DVec3, Vec3};

use super::draw::Limits;
use super::error::RandomizeError;
use super::rotation::{about, direction};
use super::stream::Cursor;
use crate::scene::{CameraPose, Number};

/// A camera that looks steeper than this would lose its heading: position and target alone can't tell it.
const STEEPEST_DEG: f64 = 89.99;
const STEEPNESS: Limits = Limits::Between(-90.0, 90.0);

/// The pose of what looks at a target, axes x right, y down, z forward, once it has gone so far round it about +Y.
///
/// Looking straight down the top of the image faces −z, straight up it faces +z.
pub fn looking(position_m: Vec3, target_m: Vec3, roll_deg: f64, arc_deg: f64) -> DMat4 {
    let target = target_m.as_dvec3();
    let turn = about(DVec3::Y, arc_deg);
    let eye = target + turn * (position_m.as_dvec3() - target);
    let forward = (target - eye).normalize_or(DVec3::NEG_Z);
    let level = forward.cross(DVec3::Y).normalize_or(turn * DVec3::X);
    // Clockwise for who looks along it is a right-handed turn about the axis.
    let right = about(forward, roll_deg) * level;
    let down = forward.cross(right);
    DMat4::from_cols(right.extend(0.0), down.extend(0.0), forward.extend(0.0), eye.extend(1.0))
}

/// Where something stands and looks.
pub(super) struct Stands {
    pub position_m: Vec3,
    pub target_m: Vec3,
    pub roll_deg: f32,
    pub arc_deg: f32,
}

/// Draws it.
pub(super) fn pose(pose: &Cursor, camera_pose: &CameraPose) -> Result<Stands, RandomizeError> {
    let steepness = |name: &str, number: &Number| {
        let drawn = pose.child(name).number_in(number, STEEPNESS)?;
        Ok::<f64, RandomizeError>(drawn.clamp(-STEEPEST_DEG, STEEPEST_DEG))
    };
    let mut arc = 0.0;
    let (position_m, target_m, roll_deg) = match camera_pose {
        CameraPose::Orbit { target_m, distance_m, elevation_deg, azimuth_deg, arc_deg, roll_deg } => {
            let target = pose.position("target_m", target_m)?;
            let distance = pose.child("distance_m").number_in(distance_m, Limits::Positive)?;
            let azimuth = pose.child("azimuth_deg").number(azimuth_deg)?;
            let outwards = direction(azimuth, steepness("elevation_deg", elevation_deg)?);
            arc = pose.value("arc_deg", arc_deg, Limits::Any)?;
            (target.as_dvec3() + outwards * distance, target.as_dvec3(), roll_deg)
        }
        CameraPose::LookAt { eye_m, target_m, roll_deg } => {
            let eye = pose.position("eye_m", eye_m)?;
            let target = pose.position("target_m", target_m)?;
            (eye.as_dvec3(), target.as_dvec3(), roll_deg)
        }
        CameraPose::Fixed { position_m, yaw_deg, pitch_deg, roll_deg } => {
            let position = pose.position("position_m", position_m)?.as_dvec3();
            let yaw = pose.child("yaw_deg").number(yaw_deg)?;
            let forwards: DVec3 = direction(yaw + 180.0, steepness("pitch_deg", pitch_deg)?);
            (position, position + forwards, roll_deg)
        }
    };
    let (position_m, target_m) = (position_m.as_vec3(), target_m.as_vec3());
    let ahead = f64::from(position_m.distance(target_m));
    if !(ahead > 0.0 && ahead.is_finite()) {
        return Err(pose.out_of_range("a camera some way from what it looks at, in metres", ahead));
    }
    Ok(Stands { position_m, target_m, roll_deg: pose.value("roll_deg", roll_deg, Limits::Any)?, arc_deg: arc })
}
