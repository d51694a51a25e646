//! Rotations from an up and a forward.

use glam::DQuat;

use super::super::{Solid, frame_from};
use super::*;

/// Directions everywhere, and those around which a frame could fail.
fn directions() -> Vec<DVec3> {
    let mut unit = units(1);
    let mut directions: Vec<DVec3> = (0..60).map(|_| Solid::Sphere { radius: 1.0 }.surface(&mut unit).1).collect();
    for axis in DVec3::AXES {
        for side in [-1.0, 1.0] {
            directions.push(side * axis);
            for tilt in [1e-3, 1e-7, 1e-8, 1e-9, 1e-12, 1e-17, 1e-170, 1e-320] {
                directions.push((side * axis + tilt * DVec3::new(-0.48, 0.6, 0.64)).normalize());
            }
        }
    }
    directions
}

#[test]
fn up_is_up_and_forward_as_near_as_it_can_be() {
    for up in directions() {
        let beside = [1e-3, 1e-6, 1e-8, 3e-9, 1e-12].map(|tilt| up + tilt * DVec3::new(0.36, -0.48, 0.8));
        for forward in directions().into_iter().chain(beside) {
            let rotation = frame_from(3.0 * up, Some(0.2 * forward));
            assert!((rotation.length() - 1.0).abs() < 1e-14, "{up}, {forward}: {rotation}");
            assert!((rotation * DVec3::Y - up).length() < 1e-14, "{up}, {forward}: {}", rotation * DVec3::Y);
            // The best that is left is the part of `forward` across `up`.
            let across = forward - up * up.dot(forward);
            if across.length() > 2e-9 {
                let near = (rotation * DVec3::Z).dot(across);
                assert!((near - across.length()).abs() < 1e-14, "{up}, {forward}: {near}");
            } else if across.length() < 0.5e-9 {
                assert_eq!(rotation, frame_from(3.0 * up, None), "{up}, {forward}");
            }
        }
    }
}

#[test]
fn without_a_forward_the_rotation_is_the_shortest() {
    for up in directions() {
        let rotation = frame_from(up, None);
        assert!((rotation.length() - 1.0).abs() < 1e-14 && rotation.w >= 0.0, "{up}: {rotation}");
        assert!((rotation * DVec3::Y - up).length() < 1e-14, "{up}: {}", rotation * DVec3::Y);
        // A shortest rotation is about a level axis.
        assert_eq!(rotation.y, 0.0);
    }
}

#[test]
fn frames_on_the_axes() {
    assert_eq!(frame_from(DVec3::Y, None), DQuat::IDENTITY);
    assert_eq!(frame_from(DVec3::Y, Some(DVec3::Z)), DQuat::IDENTITY);
    assert_eq!(frame_from(DVec3::Y, Some(DVec3::NEG_Y)), DQuat::IDENTITY);
    assert_eq!(frame_from(DVec3::NEG_Y, None) * DVec3::Z, DVec3::NEG_Z);
    assert!((frame_from(DVec3::NEG_Y, Some(DVec3::X)) * DVec3::Z - DVec3::X).length() < 1e-15);
    assert!((frame_from(DVec3::Y, Some(DVec3::X)) * DVec3::X - DVec3::NEG_Z).length() < 1e-15);
    for up in [DVec3::ZERO, DVec3::NAN, DVec3::INFINITY] {
        assert_eq!(frame_from(up, None), DQuat::IDENTITY);
        assert_eq!(frame_from(DVec3::Y, Some(up)), DQuat::IDENTITY);
    }
}
