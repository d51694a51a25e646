//! The lights of a scene in Bevy's world: suns, lamps, and what stands for light from all around.

use bevy::light::CascadeShadowConfigBuilder;
use bevy::prelude::{
    Alpha, Color, DirectionalLight, Entity, EntityWorldMut, LinearRgba, PointLight, SpotLight, Transform, World,
};
use glam::Vec3;

use super::lamps::{self, INNER_CONE};
use super::light::Lighting;
use super::photons::{FlatLight, FlatLights};
use super::room;
use super::samples::{self, Effect, Sample};
use super::suns::Sun;
use crate::color::{blackbody, luminance, of_luminance_one};
use crate::randomize::concrete::{ConcreteScene, Light};

/// Farthest over nearest distance that one shadow map of a sun is spread over.
const ONE_CASCADE: f32 = 6.0;
/// How far a lamp shines: farther than scenes are large.
const LAMP_RANGE_M: f32 = 2000.0;
/// Alpha of a light's colour, by which shaders know what it stands for: they see it times the illuminance, so that its sign
/// tells, whatever comes from a sun.
const SUN: f32 = 1.0;
const DOME: f32 = -1.0;
/// Half the angle that the sun's disc has in the sky, in radians: 0.2666°, at the mean distance.
const SUN_RADIUS: f32 = 0.004_653;

/// The lights that stand in the world.
pub(super) struct Fixtures {
    pub suns: Vec<Entity>,
    pub lamps: Vec<Entity>,
    /// Shines from one direction of the dome at a time.
    pub dome: Option<Entity>,
    /// One for what glows and one for what sends light back, where pictures are the mean of many.
    pub flat: Vec<Entity>,
    /// Whether the suns' shadows take more than one map.
    pub cascades: bool,
}

impl Fixtures {
    /// Spawns them. Shadows of what is parallel reach from the nearest to the farthest distance given.
    pub fn spawn(world: &mut World, scene: &ConcreteScene, light: &Lighting, shadow_reach_m: (f32, f32)) -> Fixtures {
        let by_points = room::is_lit_by_points(scene);
        // First those that `shine` is given, then what stands still.
        let of_room = if by_points { Vec::new() } else { room::lamps(scene) };
        let lamps = lamps::at_first(scene);
        let dome = light
            .dome
            .as_ref()
            .filter(|dome| dome.shines())
            .map(|dome| spawn_sun(world, &dome.draw([0.5; 2]), DOME, shadow_reach_m));
        Fixtures {
            suns: light.suns.iter().map(|sun| spawn_sun(world, sun, SUN, shadow_reach_m)).collect(),
            lamps: lamps.iter().chain(&of_room).filter_map(|light| spawn_lamp(world, light)).collect(),
            dome,
            flat: if by_points { (0..2).map(|_| spawn_flat(world)).collect() } else { Vec::new() },
            cascades: cascades(shadow_reach_m) > 1,
        }
    }

    pub fn entities(&self) -> impl Iterator<Item = Entity> {
        self.suns.iter().chain(&self.lamps).chain(&self.dome).chain(&self.flat).copied()
    }

    /// Shines as one of the pictures that make one sees it: from one point of the disc of each sun, from one direction
    /// of the dome, from one point of each lamp, of what glows and of what sends light back.
    pub fn shine(&self, world: &mut World, light: &Lighting, (flat, lamps): (&FlatLights, &[Light]), sample: Sample) {
        for (place, (lamp, &entity)) in lamps.iter().zip(&self.lamps).enumerate() {
            if let Ok(mut entity) = world.get_entity_mut(entity) {
                place_lamp(&mut entity, lamp, aside(sample, place as u32));
            }
        }
        for (lights, &entity) in [&flat.glowing, &flat.bounced].into_iter().zip(&self.flat) {
            if let Ok(mut entity) = world.get_entity_mut(entity) {
                place_flat(&mut entity, lights.get(sample.index as usize));
            }
        }
        for (sun, &entity) in light.suns.iter().zip(&self.suns) {
            if let Some(mut transform) = world.get_mut::<Transform>(entity) {
                *transform = sunlight(sun, samples::on_disc(sample.point(Effect::Sun)));
            }
        }
        let drawn = light.dome.as_ref().map(|dome| dome.draw(sample.point(Effect::Dome)));
        if let (Some(drawn), Some(mut entity)) = (drawn, self.dome.and_then(|dome| world.get_entity_mut(dome).ok())) {
            if let Some(mut transform) = entity.get_mut::<Transform>() {
                *transform = sunlight(&drawn, [0.0; 2]);
            }
            if let Some(mut directional) = entity.get_mut::<DirectionalLight>() {
                directional.illuminance = drawn.illuminance_lux;
                directional.color = color(drawn.color).with_alpha(DOME);
            }
        }
    }
}

fn color([r, g, b]: [f32; 3]) -> Color {
    Color::LinearRgba(LinearRgba::rgb(r, g, b))
}

fn cascades((near_m, far_m): (f32, f32)) -> usize {
    if far_m > ONE_CASCADE * near_m { 3 } else { 1 }
}

fn spawn_sun(world: &mut World, sun: &Sun, alpha: f32, (near_m, far_m): (f32, f32)) -> Entity {
    let num_cascades = cascades((near_m, far_m));
    // Each of three maps covers as many times its nearest distance as the others.
    let first = if num_cascades > 1 { near_m * libm::cbrtf(far_m / near_m) } else { far_m };
    let cascades = CascadeShadowConfigBuilder {
        num_cascades,
        minimum_distance: near_m,
        maximum_distance: far_m,
        first_cascade_far_bound: first,
        ..Default::default()
    };
    let light = DirectionalLight {
        color: color(sun.color).with_alpha(alpha),
        illuminance: sun.illuminance_lux,
        shadow_maps_enabled: sun.illuminance_lux > 0.0,
        ..Default::default()
    };
    world.spawn((light, cascades.build(), sunlight(sun, [0.0; 2]))).id()
}

/// Which way a sun shines from a point of its disc.
fn sunlight(sun: &Sun, [x, y]: [f32; 2]) -> Transform {
    let up = if sun.to_sun.y.abs() > 0.99 { Vec3::X } else { Vec3::Y };
    let across = sun.to_sun.any_orthonormal_vector();
    let beside = (across * x + sun.to_sun.cross(across) * y) * SUN_RADIUS;
    Transform::default().looking_to(-(sun.to_sun + beside), up)
}

/// Half the angle into which a flat light shines: all but three hundredths of what it sends leave so. The wider it is, the
/// coarser is its shadow map.
const FLAT_HALF_ANGLE: f32 = 1.396_26;

/// What is nearer to a flat light than this throws no shadow: the surface that it stands on.
const FLAT_NEAR_M: f32 = 0.005;

/// A light that shines as a matt surface does. Shaders know it by a cone that is full on its axis alone.
fn spawn_flat(world: &mut World) -> Entity {
    let light = SpotLight {
        range: LAMP_RANGE_M,
        outer_angle: FLAT_HALF_ANGLE,
        inner_angle: 0.0,
        shadow_maps_enabled: true,
        // Its map is wide, and so its texels are large: less of them, since the mean of many hides what shows of it.
        shadow_normal_bias: 0.7,
        shadow_depth_bias: 0.01,
        shadow_map_near_z: FLAT_NEAR_M,
        ..Default::default()
    };
    world.spawn((light, Transform::IDENTITY)).id()
}

fn place_flat(entity: &mut EntityWorldMut, flat: Option<&FlatLight>) {
    let Some(mut spot) = entity.get_mut::<SpotLight>() else { return };
    let Some(FlatLight { position_m, normal, radius_m, flux_lm }) = flat else {
        spot.intensity = 0.0;
        return;
    };
    let flux = luminance(*flux_lm);
    // Φ / π candela on the axis; a lamp of as many lumen that shines all round has Φ / 4π.
    spot.intensity = 4.0 * flux;
    spot.radius = *radius_m;
    spot.color = color(of_luminance_one(*flux_lm));
    let up = if normal.y.abs() > 0.99 { Vec3::X } else { Vec3::Y };
    if let Some(mut transform) = entity.get_mut::<Transform>() {
        *transform = Transform::from_translation(*position_m).looking_to(*normal, up);
    }
}

/// A point of a ball of radius 1, another for each lamp of a sample: those of one lamp are spread as evenly as all
/// effects' are, since turning them all round by one share leaves that as it is (Cranley and Patterson 1976).
fn aside(sample: Sample, place: u32) -> Vec3 {
    if sample.of <= 1 {
        return Vec3::ZERO;
    }
    let [u, v] = sample.point(Effect::Lamp).map(|t| t + 0.618_034 * place as f32).map(|t| t - t.floor());
    let (z, angle) = (1.0 - 2.0 * u, std::f32::consts::TAU * v);
    let across = (1.0 - z * z).max(0.0).sqrt();
    Vec3::new(across * libm::cosf(angle), across * libm::sinf(angle), z)
}

/// Where a lamp stands, seen from a point of it.
fn place_lamp(entity: &mut EntityWorldMut, lamp: &Light, aside: Vec3) {
    let (transform, flux) = match lamp {
        Light::Sun { .. } | Light::Moon { .. } => return,
        Light::Point { position_m, flux_lm, radius_m, .. } => {
            (Transform::from_translation(*position_m + aside * *radius_m), *flux_lm)
        }
        Light::Spot { position_m, target_m, flux_lm, radius_m, .. } => {
            let direction = (*target_m - *position_m).normalize_or(Vec3::NEG_Y);
            let up = if direction.y.abs() > 0.99 { Vec3::X } else { Vec3::Y };
            // It is a disc that faces what it shines at.
            let across = (aside - direction * aside.dot(direction)) * *radius_m;
            (Transform::from_translation(*position_m + across).looking_to(direction, up), *flux_lm)
        }
    };
    if let Some(mut stands) = entity.get_mut::<Transform>() {
        *stands = transform;
    }
    if let Some(mut point) = entity.get_mut::<PointLight>() {
        point.intensity = flux;
    }
    if let Some(mut spot) = entity.get_mut::<SpotLight>() {
        spot.intensity = flux;
    }
}

fn spawn_lamp(world: &mut World, light: &Light) -> Option<Entity> {
    let spawned = match light {
        Light::Sun { .. } | Light::Moon { .. } => return None,
        Light::Point { temperature_kelvin, shadows, .. } => {
            let light = PointLight {
                color: color(blackbody(*temperature_kelvin)),
                range: LAMP_RANGE_M,
                shadow_maps_enabled: *shadows,
                ..Default::default()
            };
            world.spawn((light, Transform::IDENTITY)).id()
        }
        Light::Spot { temperature_kelvin, half_angle_deg, shadows, .. } => {
            let outer_angle = half_angle_deg.to_radians();
            let light = SpotLight {
                color: color(blackbody(*temperature_kelvin)),
                range: LAMP_RANGE_M,
                shadow_maps_enabled: *shadows,
                outer_angle,
                inner_angle: outer_angle * INNER_CONE,
                ..Default::default()
            };
            world.spawn((light, Transform::IDENTITY)).id()
        }
    };
    if let Ok(mut entity) = world.get_entity_mut(spawned) {
        place_lamp(&mut entity, light, Vec3::ZERO);
    }
    Some(spawned)
}
