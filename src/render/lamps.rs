//! The lamps of a scene at a moment: its own, and those that its things carry; and what cones of light are.

use glam::Vec3;

use crate::randomize::concrete::{ConcreteScene, Light, Pose};
use crate::simulate::Moment;

/// Share of a spot light's half angle within which it does not fade.
pub const INNER_CONE: f32 = 0.7;
/// Cosines of the half angles up to which a spot light is full and at which it ends.
pub(super) fn cone(half_angle_deg: f32) -> [f32; 2] {
    let outer = half_angle_deg.to_radians();
    [outer * INNER_CONE, outer].map(libm::cosf)
}

/// Of the light that a spot light would give off all round, the share that it does: from one cosine to the other it
/// fades as the square of a line, which has a third of the whole.
pub(super) fn cone_share([full, ends]: [f32; 2]) -> f32 {
    0.5 * ((1.0 - full) + (full - ends) / 3.0)
}

/// All lamps of a scene whose things stand so, in the world, always as many and in one order; those of what is not there
/// give no light.
pub(super) fn at(scene: &ConcreteScene, moment: &Moment) -> Vec<Light> {
    of(scene, |place| moment.poses.get(place).copied().flatten())
}

/// The same where things begin.
pub(super) fn at_first(scene: &ConcreteScene) -> Vec<Light> {
    of(scene, |place| scene.instances.get(place).map(|instance| instance.start))
}

fn of(scene: &ConcreteScene, pose: impl Fn(usize) -> Option<Pose>) -> Vec<Light> {
    let own = scene.lights.iter().filter(|light| light.is_lamp()).cloned();
    let carried = scene.instances.iter().enumerate().flat_map(|(place, instance)| {
        let pose = pose(place);
        instance.lamps.iter().map(move |lamp| carried(lamp, pose.as_ref()))
    });
    own.chain(carried).collect()
}

/// A lamp of a thing, in the world.
pub fn carried(lamp: &Light, pose: Option<&Pose>) -> Light {
    let mut lamp = lamp.clone();
    let there = |place: &mut Vec3| {
        if let Some(pose) = pose {
            *place = pose.position_m + pose.rotation * *place;
        }
    };
    let flux = match &mut lamp {
        Light::Point { position_m, flux_lm, .. } => {
            there(position_m);
            flux_lm
        }
        Light::Spot { position_m, target_m, flux_lm, .. } => {
            there(position_m);
            there(target_m);
            flux_lm
        }
        Light::Sun { .. } | Light::Moon { .. } => return lamp,
    };
    if pose.is_none() {
        *flux = 0.0;
    }
    lamp
}

#[cfg(test)]
mod tests {
    use glam::Quat;

    use super::*;

    #[test]
    fn lamps_go_where_their_things_go() {
        let lamp = Light::Spot {
            name: "left".to_owned(),
            position_m: Vec3::X,
            target_m: Vec3::X * 2.0,
            flux_lm: 100.0,
            temperature_kelvin: 4000.0,
            half_angle_deg: 20.0,
            shadows: true,
            radius_m: 0.0,
        };
        let pose = Pose { position_m: Vec3::Y, rotation: Quat::from_rotation_y(std::f32::consts::FRAC_PI_2) };
        let Light::Spot { position_m, target_m, flux_lm, .. } = carried(&lamp, Some(&pose)) else { panic!() };
        assert!(position_m.distance(Vec3::new(0.0, 1.0, -1.0)) < 1e-6);
        assert!(target_m.distance(Vec3::new(0.0, 1.0, -2.0)) < 1e-6);
        assert_eq!(flux_lm, 100.0);
        let Light::Spot { flux_lm, .. } = carried(&lamp, None) else { panic!() };
        assert_eq!(flux_lm, 0.0, "what has been taken out does not shine");
    }
}
