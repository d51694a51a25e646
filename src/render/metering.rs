//! Exposure, as an incident-light meter would set it.

use glam::Vec3;

use super::room;
use super::suns::Sun;
use crate::randomize::concrete::{ConcreteScene, Light};

/// Calibration constant of incident-light meters with a flat receptor, in lux seconds (ISO 2720).
const CALIBRATION: f32 = 250.0;
/// Light on the surfaces that a camera sees, which face all ways, as a share of that on a level one.
const FACING: f32 = 0.7;
/// Darkest that is metered for: a moonlit night.
const LOWEST_LUX: f32 = 0.1;

/// Exposure value at ISO 100 for the light, of these lamps too, that falls on a level surface at `subject`.
///
/// EV₁₀₀ = log₂(E · 100 / C), E being the light that falls on what is seen.
pub(super) fn ev100(scene: &ConcreteScene, lamps: &[Light], ambient_lux: f32, suns: &[Sun], subject: Vec3) -> f32 {
    let sun: f32 = suns.iter().map(|sun| sun.illuminance_lux * sun.to_sun.y.max(0.0)).sum();
    let lamps: f32 = lamps.iter().chain(&room::lamps(scene)).map(|light| lamp_lux(light, subject)).sum();
    libm::log2f((FACING * (ambient_lux + sun + lamps)).max(LOWEST_LUX) * 100.0 / CALIBRATION)
}

fn lamp_lux(light: &Light, subject: Vec3) -> f32 {
    match light {
        Light::Sun { .. } | Light::Moon { .. } => 0.0,
        Light::Point { position_m, flux_lm, .. } => falling(*position_m - subject, *flux_lm),
        Light::Spot { position_m, target_m, flux_lm, half_angle_deg, .. } => {
            let axis = (*position_m - *target_m).normalize_or(Vec3::Y);
            let towards = (*position_m - subject).normalize_or(Vec3::Y);
            let inside = axis.dot(towards) > libm::cosf(half_angle_deg.to_radians());
            if inside { falling(*position_m - subject, *flux_lm) } else { 0.0 }
        }
    }
}

/// Lux on a level surface from a lamp of that flux, as if it shone all round, in that direction and distance.
fn falling(to_lamp: Vec3, flux_lm: f32) -> f32 {
    let distance = to_lamp.length().max(0.1);
    flux_lm / (4.0 * std::f32::consts::PI) * (to_lamp.y / distance).max(0.0) / (distance * distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_sun_and_lit_rooms_are_metered_for_what_faces_all_ways() {
        let sun = Sun { to_sun: Vec3::Y, illuminance_lux: 80_000.0, color: [1.0; 3] };
        let mut scene = crate::render::doctor::test_scene();
        scene.lights.clear();
        let ev = ev100(&scene, &[], 5_000.0, &[sun], Vec3::ZERO);
        assert!((ev - 14.5).abs() < 0.3, "{ev}");
        assert!((ev100(&scene, &[], 320.0, &[], Vec3::ZERO) - 6.5).abs() < 0.1, "a lit room");
    }
}
