//! What surrounds a scene without a sky: the same light from everywhere, a studio, a room.

use glam::Vec3;

use super::MEASURE_SIZE;
use crate::assets::environment::{self, EnvironmentSpec};
use crate::color::blackbody;
use crate::randomize::concrete::{ConcreteScene, Environment};
use crate::render::suns::fold;

/// What surrounds a scene that has no sky.
pub(super) fn indoors(scene: &ConcreteScene, albedo: [f32; 3], wall_albedo: [f32; 3]) -> EnvironmentSpec {
    match &scene.environment {
        // These were made before.
        Environment::Sky { .. } | Environment::Panorama { .. } => {
            EnvironmentSpec::Uniform { luminance_cd_per_m2: 0.0, colour: [1.0; 3] }
        }
        Environment::Ambient { illuminance_lux, color } => {
            EnvironmentSpec::Uniform { luminance_cd_per_m2: illuminance_lux / std::f32::consts::PI, colour: *color }
        }
        Environment::Studio { illuminance_lux, backdrop, seed } => studio(*illuminance_lux, *backdrop, *seed),
        Environment::Room { .. } => room(scene, albedo, wall_albedo),
    }
}

/// Soft boxes that light a level surface as told.
fn studio(illuminance_lux: f32, backdrop: [f32; 3], seed: u64) -> EnvironmentSpec {
    let measured =
        environment::horizontal_illuminance(&environment::render(&soft_boxes(1.0, backdrop, seed), MEASURE_SIZE));
    soft_boxes(illuminance_lux / measured.max(1e-6), backdrop, seed)
}

/// Three of them: a key, a fill, and a large one overhead. All luminances go with `base`, in cd/m².
fn soft_boxes(base: f32, backdrop: [f32; 3], seed: u64) -> EnvironmentSpec {
    let turn = (seed % 360) as f32;
    let towards = |azimuth_deg: f32, elevation_deg: f32| {
        let (a, e) = ((azimuth_deg + turn).to_radians(), elevation_deg.to_radians());
        Vec3::new(libm::sinf(a) * libm::cosf(e), libm::sinf(e), libm::cosf(a) * libm::cosf(e))
    };
    let soft_box = |direction, size, gain: f32| environment::SoftBox {
        direction,
        size,
        roll: 0.0,
        luminance_cd_per_m2: base * gain,
        colour: [1.0; 3],
        softness: 0.3,
    };
    let shade = |gain: f32| backdrop.map(|c| c * base * gain);
    EnvironmentSpec::Gradient {
        zenith: shade(0.5),
        horizon: shade(0.9),
        ground: shade(0.5),
        soft_boxes: vec![
            soft_box(Vec3::Y, [1.4, 1.4], 4.0),
            soft_box(towards(40.0, 40.0), [0.9, 0.9], 6.0),
            soft_box(towards(-70.0, 25.0), [0.7, 1.0], 2.5),
        ],
    }
}

/// The room seen from where its things stand.
fn room(scene: &ConcreteScene, floor_albedo: [f32; 3], wall_albedo: [f32; 3]) -> EnvironmentSpec {
    let plan = super::super::room::Plan::of(scene);
    let half = plan.size_m * 0.5;
    let side = [
        environment::Side::NegativeZ,
        environment::Side::NegativeX,
        environment::Side::PositiveZ,
        environment::Side::PositiveX,
    ];
    let windows = plan.windows.iter().zip(side).filter_map(|(window, side)| {
        window.as_ref().map(|window| environment::Window {
            side,
            centre_m: [0.0, window.center_height_m],
            size_m: window.size_m,
            luminance_cd_per_m2: plan.window_luminance_cd_per_m2,
            colour: super::super::room::DAYLIGHT,
        })
    });
    let lamps = (plan.lamp_luminance() > 0.0).then(|| environment::CeilingLamps {
        columns: 1,
        rows: 1,
        size_m: plan.lamp_size_m,
        luminance_cd_per_m2: plan.lamp_luminance(),
        colour: blackbody(plan.lamp_temperature_kelvin),
    });
    EnvironmentSpec::Room(environment::Room {
        half_extents_m: half,
        viewpoint_m: Vec3::new(0.0, 0.9 - half.y, 0.0),
        wall_albedo,
        floor_albedo,
        ceiling_albedo: super::super::room::CEILING_ALBEDO,
        windows: windows.collect(),
        lamps,
        illuminance_lux: None,
        seed: fold(plan.seed),
    })
}
