//! Suns and moons of a scene, and the sky or panorama that goes with them.

use glam::Vec3;

use crate::assets::environment::{self, EnvironmentSpec, Prepared, Shown};
use crate::color::{blackbody, luminance, of_luminance_one};
use crate::randomize::concrete::{ConcreteScene, Environment, Light};
use crate::randomize::sky_ratio;

/// Towards the sun where the scene has none but the sky needs one.
const DEFAULT_TO_SUN: Vec3 = Vec3::new(0.0, 0.64, 0.77);

/// The sun as a directional light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sun {
    pub to_sun: Vec3,
    pub illuminance_lux: f32,
    pub color: [f32; 3],
}

/// The suns of a scene, moons among them, and its sky lit by the first of each.
pub(super) fn suns(scene: &ConcreteScene, ground_albedo: [f32; 3]) -> (Vec<Sun>, Option<Prepared>) {
    let mut suns = Vec::new();
    let first_sun = scene.lights.iter().find_map(|light| match light {
        Light::Sun { direction_to_sun, .. } => Some(*direction_to_sun),
        _ => None,
    });
    let first_moon = scene.lights.iter().find_map(|light| match light {
        Light::Moon { direction_to_moon, phase, .. } => Some((*direction_to_moon, sky_ratio(*phase))),
        _ => None,
    });
    // A moon alone makes a night.
    let by_day = first_sun.unwrap_or(if first_moon.is_some() { Vec3::NEG_Y } else { DEFAULT_TO_SUN });
    let mut under = sky(scene, by_day, first_moon, ground_albedo);
    let (mut seen_sun, mut seen_moon) = (false, false);
    for light in &scene.lights {
        let (to_sun, share) = match light {
            Light::Sun { direction_to_sun, .. } => (*direction_to_sun, None),
            Light::Moon { direction_to_moon, phase, .. } => (*direction_to_moon, Some(sky_ratio(*phase))),
            Light::Point { .. } | Light::Spot { .. } => continue,
        };
        let turbidity = match under.as_ref().map(Prepared::spec) {
            Some(EnvironmentSpec::Sky { turbidity, .. }) => *turbidity,
            _ => 3.0,
        };
        let is_first = if share.is_some() { !seen_moon } else { !seen_sun };
        let through = match (&under, share) {
            (Some(sky), None) if is_first => sky.sun_through_clouds(),
            (Some(sky), Some(_)) if is_first => sky.moon_through_clouds(),
            // Of others each has a place of its own behind the clouds.
            (Some(_), _) => sky(scene, to_sun, None, ground_albedo).map_or(1.0, |sky| sky.sun_through_clouds()),
            (None, _) => 1.0,
        };
        let (clear_lux, clear_color) = environment::sun_light(turbidity, libm::asinf(to_sun.y.clamp(-1.0, 1.0)));
        let mut sun = Sun { to_sun, illuminance_lux: clear_lux * through, color: of_luminance_one(clear_color) };
        match (light, share) {
            (Light::Sun { illuminance_lux, temperature_kelvin, .. }, _) => {
                sun.illuminance_lux = illuminance_lux.unwrap_or(sun.illuminance_lux);
                sun.color = temperature_kelvin.map_or(sun.color, blackbody);
            }
            (_, share) => sun.illuminance_lux *= share.unwrap_or(1.0),
        }
        if share.is_none() && is_first {
            under = under.map(|sky| sky.with_sun(sun.illuminance_lux));
        }
        (seen_sun, seen_moon) = (seen_sun || share.is_none(), seen_moon || share.is_some());
        suns.push(sun);
    }
    (suns, under)
}

/// The sky of a scene that has one, under a sun, and a moon with its share of the sun's light.
fn sky(scene: &ConcreteScene, to_sun: Vec3, moon: Option<(Vec3, f32)>, ground_albedo: [f32; 3]) -> Option<Prepared> {
    let Environment::Sky { turbidity, cloud_cover, glow_cd_per_m2, seed } = scene.environment else { return None };
    Some(Prepared::new(EnvironmentSpec::Sky {
        sun_direction: to_sun,
        sun_illuminance_lux: 0.0,
        turbidity,
        cloud_cover,
        ground_albedo,
        seed: fold(seed),
        moon,
        glow_cd_per_m2,
    }))
}

/// What a panorama shows, made as bright as the scene has it; its sun comes before all others.
pub(super) fn panorama(scene: &ConcreteScene, shown: Shown, suns: &mut Vec<Sun>) -> Option<Prepared> {
    let Environment::Panorama { illuminance_lux, yaw_deg, .. } = scene.environment else { return None };
    let gain = illuminance_lux / shown.0.level_irradiance().max(f32::MIN_POSITIVE);
    if let Some(spot) = &shown.0.sun {
        let sun = Sun {
            to_sun: environment::turned(spot.direction, yaw_deg),
            illuminance_lux: luminance(spot.irradiance) * gain,
            color: of_luminance_one(spot.irradiance),
        };
        suns.insert(0, sun);
    }
    Some(Prepared::new(EnvironmentSpec::Panorama { shown, yaw_deg, gain }))
}

pub(super) fn fold(seed: u64) -> u32 {
    (seed ^ (seed >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(light: Light) -> (Sun, f32) {
        let mut scene = crate::render::doctor::test_scene();
        let (turbidity, cloud_cover) = (2.5, 0.0);
        scene.environment = Environment::Sky { turbidity, cloud_cover, glow_cd_per_m2: 0.0, seed: 0 };
        scene.lights = vec![light];
        let (suns, sky) = suns(&scene, [0.2; 3]);
        (suns[0], environment::horizontal_illuminance(&sky.unwrap().render(16)))
    }

    fn moon(elevation_deg: f32, phase: f32) -> Light {
        let (y, z) = (libm::sinf(elevation_deg.to_radians()), libm::cosf(elevation_deg.to_radians()));
        Light::Moon { name: "moon".to_owned(), direction_to_moon: Vec3::new(0.0, y, z), phase, follows_location: false }
    }

    #[test]
    fn moonlight_is_as_bright_as_it_is() {
        // Krisciunas and Schaefer 1991: about a quarter of a lux from a full moon high up, a tenth of that from half a one.
        let (full, sky) = under(moon(90.0, 1.0));
        assert!((0.22..0.3).contains(&full.illuminance_lux), "{full:?}");
        let (half, _) = under(moon(90.0, 0.5));
        assert!((0.08..0.11).contains(&(half.illuminance_lux / full.illuminance_lux)), "{half:?}");
        // The sky scatters as much of it as it does of the sun's light, and glows a little itself.
        let sun = Light::Sun {
            name: "sun".to_owned(),
            direction_to_sun: Vec3::Y,
            illuminance_lux: None,
            temperature_kelvin: None,
            follows_location: false,
        };
        let (sun, by_day) = under(sun);
        let expected = by_day / sun.illuminance_lux;
        let found = (sky - 0.001) / full.illuminance_lux;
        assert!((found / expected - 1.0).abs() < 0.05, "{found} {expected}");
        assert!(under(moon(-8.0, 1.0)).1 < 0.005, "a moon that has set leaves the night sky");
    }
}
