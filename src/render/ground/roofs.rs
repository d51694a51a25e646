//! Ground on which nothing falls, because a roof is over it.

use glam::{Vec2, Vec3};

use super::tracks::Track;
use crate::assets::Model;
use crate::randomize::concrete::{BodyKind, ConcreteScene, Instance};
use crate::render::shelter;

/// A roof is as much wider than high, at least.
const FLAT: f32 = 3.0;
/// What is narrower keeps nothing dry.
const LEAST_WIDTH_M: f32 = 0.5;
/// Under a roof that is lower, nobody sees the ground.
const LEAST_HEIGHT_M: f32 = 0.5;
/// A roof is level that leans no more than a quarter of a right angle.
const LEVEL: f32 = 0.92;

/// What is under the roofs of things that stay where they are: as long as deep and as wide as they are. `snow_m` lies on the
/// ground.
pub(super) fn under_roofs(scene: &ConcreteScene, models: &[std::sync::Arc<Model>], snow_m: f32) -> Vec<Track> {
    let stays = |(instance, _): &(&Instance, _)| instance.body.kind == BodyKind::Static && !instance.volume;
    let things = scene.instances.iter().zip(models).filter(stays);
    things.flat_map(|(instance, model)| roofs(instance, model, snow_m + LEAST_HEIGHT_M)).collect()
}

fn roofs(instance: &Instance, model: &Model, above_m: f32) -> Vec<Track> {
    let (pose, scale) = (instance.start, instance.scale);
    if (pose.rotation * Vec3::Y).y < LEVEL {
        return Vec::new();
    }
    let level = |way: Vec3| Vec2::new(way.x, way.z);
    let (across, along) = (level(pose.rotation * Vec3::X), level(pose.rotation * Vec3::Z));
    let roof = |[low, high]: [Vec3; 2]| {
        let size = (high - low) * scale;
        let middle = pose.position_m + pose.rotation * (0.5 * (low + high) * scale);
        let is_roof = size.x.min(size.z) >= LEAST_WIDTH_M.max(FLAT * size.y) && middle.y - 0.5 * size.y >= above_m;
        let half = 0.5 * size.z * along;
        let width_m = size.x * across.length();
        is_roof.then(|| Track { from: level(middle) - half, to: level(middle) + half, width_m })
    };
    model.hulls.iter().filter_map(shelter::bounds).filter_map(roof).collect()
}
