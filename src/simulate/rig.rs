//! Where a camera stands and looks at a moment.

use glam::{DMat4, DQuat, DVec3, Vec3};

use crate::randomize::concrete::{Camera, Lidar};
use crate::randomize::looking;

/// Pose of a camera, axes x right, y down, z forward, after `progress` (0–1) of the sequence.
///
/// Looking straight down the top of the image faces −z, straight up it faces +z.
pub fn world_from_camera(camera: &Camera, progress: f64) -> DMat4 {
    looking(camera.position_m, camera.target_m, f64::from(camera.roll_deg), f64::from(camera.arc_deg) * progress)
}

/// Pose of a lidar, axes x right, y down, z forward, after `progress` (0–1) of the sequence.
pub fn world_from_rig(lidar: &Lidar, progress: f64) -> DMat4 {
    looking(lidar.position_m, lidar.target_m, f64::from(lidar.roll_deg), f64::from(lidar.arc_deg) * progress)
}

/// The pose of a camera that moves to its right, up and forward, and turns to its left, up and clockwise, that much
/// later, or earlier below 0.
pub fn moved(pose: DMat4, velocity_m_per_s: Vec3, turn_deg_per_s: Vec3, seconds: f64) -> DMat4 {
    // From right, up and forward to right, down and forward; turns to the left are about up.
    let way = velocity_m_per_s.as_dvec3() * DVec3::new(1.0, -1.0, 1.0) * seconds;
    let [left, up, clockwise] = (turn_deg_per_s.as_dvec3() * seconds).to_array().map(f64::to_radians);
    let turn = DQuat::from_scaled_axis(DVec3::new(up, -left, clockwise));
    pose * DMat4::from_rotation_translation(turn, way)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomize::concrete::Intrinsics;

    fn camera(position_m: Vec3, target_m: Vec3) -> Camera {
        Camera {
            name: "main".to_owned(),
            position_m,
            target_m,
            roll_deg: 0.0,
            arc_deg: 90.0,
            intrinsics: Intrinsics { fx: 100.0, fy: 100.0, cx: 50.0, cy: 50.0 },
            lens: Default::default(),
            aperture: None,
            shutter: None,
            glass: None,
            sensor: None,
            depth_sensor: None,
            exposure_ev100: None,
            exposure_compensation: 0.0,
        }
    }

    #[test]
    fn axes_are_right_down_forward() {
        let pose = world_from_camera(&camera(Vec3::new(0.0, 0.0, 3.0), Vec3::ZERO), 0.0);
        assert!((pose.transform_vector3(DVec3::X) - DVec3::X).length() < 1e-12);
        assert!((pose.transform_vector3(DVec3::Y) - DVec3::NEG_Y).length() < 1e-12);
        assert!((pose.transform_vector3(DVec3::Z) - DVec3::NEG_Z).length() < 1e-12);
        assert!((pose.determinant() - 1.0).abs() < 1e-12, "right-handed");
    }

    #[test]
    fn the_arc_goes_round_the_target() {
        let pose = world_from_camera(&camera(Vec3::new(0.0, 1.0, 3.0), Vec3::Y), 1.0);
        assert!((pose.transform_point3(DVec3::ZERO) - DVec3::new(3.0, 1.0, 0.0)).length() < 1e-9);
    }

    #[test]
    fn straight_down_keeps_north_up() {
        let pose = world_from_camera(&camera(Vec3::new(0.0, 5.0, 0.0), Vec3::ZERO), 0.0);
        assert!((pose.transform_vector3(DVec3::Y) - DVec3::Z).length() < 1e-12);
    }

    #[test]
    fn roll_turns_the_camera_clockwise() {
        let mut camera = camera(Vec3::new(0.0, 0.0, 3.0), Vec3::ZERO);
        camera.roll_deg = 90.0;
        // A camera turned clockwise by a quarter, as seen from behind it, has its right side down.
        let pose = world_from_camera(&camera, 0.0);
        assert!((pose.transform_vector3(DVec3::X) - DVec3::NEG_Y).length() < 1e-12);
    }
}
