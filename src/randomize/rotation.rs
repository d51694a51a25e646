//! Drawing rotations and directions, in double precision and from degrees.

use std::f64::consts::{PI, TAU};

use glam::{DQuat, DVec3, Quat};

use super::draw::Limits;
use super::error::RandomizeError;
use super::stream::Cursor;
use crate::scene::{Orientation, Pick};

/// How a thing is turned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turned {
    /// `world_from_object`, a unit quaternion.
    pub(super) rotation: Quat,
    /// Whether it is against the directions of the thing's place instead of the world's.
    pub(super) aligned: bool,
}

impl Cursor<'_> {
    /// Draws how a thing is turned.
    pub(super) fn orientation(&self, orientation: &Pick<Orientation>) -> Result<Turned, RandomizeError> {
        let (place, orientation) = self.pick(orientation)?;
        let angle = |name, number| place.child(name).number(number);
        let rotation = match orientation {
            Orientation::Free => {
                let mut stream = place.child("free").stream();
                uniform([stream.unit(), stream.unit(), stream.unit()])
            }
            Orientation::Upright { yaw_deg } | Orientation::Aligned { yaw_deg } => {
                about(DVec3::Y, angle("yaw_deg", yaw_deg)?)
            }
            Orientation::About { axis, angle_deg } => {
                let axis = DVec3::from(*axis);
                let Some(axis) = axis.try_normalize() else {
                    return Err(place.child("axis").out_of_range("an axis with a length above 0", axis.length()));
                };
                about(axis, angle("angle_deg", angle_deg)?)
            }
            Orientation::Cone { half_angle_deg } => {
                let limits = Limits::Between(0.0, 180.0);
                let widest = place.child("half_angle_deg").number_in(half_angle_deg, limits)?;
                let mut stream = place.child("cone").stream();
                // The height of a point on a sphere is uniform (Archimedes).
                let cosine = 1.0 - stream.unit() * (1.0 - sin_cos_deg(widest).1);
                let lean_deg = libm::acos(cosine.clamp(-1.0, 1.0)).to_degrees();
                let (sin, cos) = sin_cos_deg(360.0 * stream.unit());
                about(DVec3::new(cos, 0.0, sin), lean_deg) * about(DVec3::Y, 360.0 * stream.unit())
            }
            Orientation::Angles { yaw_deg, pitch_deg, roll_deg } => {
                about(DVec3::Y, angle("yaw_deg", yaw_deg)?)
                    * about(DVec3::X, angle("pitch_deg", pitch_deg)?)
                    * about(DVec3::Z, angle("roll_deg", roll_deg)?)
            }
        };
        let rotation = rotation.normalize().as_quat();
        Ok(Turned { rotation, aligned: matches!(orientation, Orientation::Aligned { .. }) })
    }
}

/// A rotation uniform on SO(3) from three numbers uniform from 0 to 1.
///
/// K. Shoemake, "Uniform random rotations", Graphics Gems III (1992) 124–132.
pub(super) fn uniform([share, first, second]: [f64; 3]) -> DQuat {
    let (s1, c1) = libm::sincos(TAU * first);
    let (s2, c2) = libm::sincos(TAU * second);
    let (low, high) = ((1.0 - share).sqrt(), share.sqrt());
    DQuat::from_xyzw(low * s1, low * c1, high * s2, high * c2)
}

/// A rotation about a unit axis, counter-clockwise as seen from its tip.
pub(super) fn about(axis: DVec3, angle_deg: f64) -> DQuat {
    let (sin, cos) = sin_cos_deg(angle_deg / 2.0);
    DQuat::from_xyzw(axis.x * sin, axis.y * sin, axis.z * sin, cos)
}

/// The unit vector at an azimuth (0 is +z, 90 is +x) and an elevation above the level.
pub(super) fn direction(azimuth_deg: f64, elevation_deg: f64) -> DVec3 {
    let (sin_azimuth, cos_azimuth) = sin_cos_deg(azimuth_deg);
    let (sin_elevation, cos_elevation) = sin_cos_deg(elevation_deg);
    DVec3::new(cos_elevation * sin_azimuth, sin_elevation, cos_elevation * cos_azimuth)
}

/// Sine and cosine; exact at multiples of 90.
pub(super) fn sin_cos_deg(angle_deg: f64) -> (f64, f64) {
    let within_turn = angle_deg % 360.0;
    let quarter = libm::round(within_turn / 90.0);
    let (sin, cos) = libm::sincos((within_turn - 90.0 * quarter) * (PI / 180.0));
    let (sin, cos) = match quarter.rem_euclid(4.0) as u8 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    };
    (sin + 0.0, cos + 0.0) // no negative zeros
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_and_cosine_agree_with_radians_and_are_exact_on_the_axes() {
        for degrees in -800..800 {
            let (sin, cos) = sin_cos_deg(f64::from(degrees));
            let radians = f64::from(degrees).to_radians();
            assert!((sin - radians.sin()).abs() < 1e-14 && (cos - radians.cos()).abs() < 1e-14, "{degrees}");
        }
        assert_eq!(sin_cos_deg(-90.0), (-1.0, 0.0));
        assert_eq!(sin_cos_deg(540.0), (0.0, -1.0));
    }

    #[test]
    fn azimuth_runs_from_z_to_x_and_elevation_upwards() {
        assert_eq!(direction(0.0, 0.0), DVec3::Z);
        assert_eq!(direction(90.0, 0.0), DVec3::X);
        assert_eq!(direction(33.0, 90.0), DVec3::Y);
    }

    #[test]
    fn a_rotation_about_y_carries_z_to_x() {
        assert!((about(DVec3::Y, 90.0) * DVec3::Z - DVec3::X).length() < 1e-15);
    }
}
