//! Which things of a scene carry snow, and how much.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use glam::Vec3;

use super::cap;
use crate::assets::{MeshData, Model};
use crate::randomize::concrete::{ConcreteScene, Pose};
use crate::render::lying;
use crate::simulate::Moment;

/// Snow on a thing.
pub(in crate::render) struct Laid {
    /// Index of the thing among the scene's instances.
    pub on: usize,
    /// In metres about the thing's origin, upright in the world as the thing stood when it snowed.
    pub mesh: MeshData,
    /// How it stood then.
    pub start: Pose,
}

/// What is no higher above a thing shelters nothing.
const NEAR_M: f32 = 0.05;

/// A box.
struct Bounds {
    low: Vec3,
    high: Vec3,
}

/// Snow on all things that stand so, where there is enough for it to be a thing of its own. What has something over the
/// middle of its top has none.
pub(in crate::render) fn laid(scene: &ConcreteScene, models: &[Arc<Model>], moment: &Moment) -> Vec<Laid> {
    let Some(depth_m) = scene.weather.as_ref().and_then(lying::thick_snow_m) else { return Vec::new() };
    let seed = scene.weather.as_ref().map_or(0, |weather| weather.seed);
    let things = scene.instances.iter().zip(models).zip(&moment.poses).enumerate();
    let things: Vec<_> = things
        .filter(|(_, ((instance, _), _))| !instance.volume)
        .filter_map(|(on, ((instance, model), pose))| {
            let pose = (*pose)?;
            let solid = triangles(model, &pose, instance.scale);
            Some((on, pose, bounds(&solid)?, solid))
        })
        .collect();
    // Over the middle of its top.
    let sheltered = |on: usize, below: &Bounds| {
        let top = (0.5 * (below.low + below.high)).with_y(below.high.y);
        things.iter().any(|(other, pose, above, solid)| {
            let (low, high) = (above.low + pose.position_m, above.high + pose.position_m);
            let near = low.x < top.x && low.z < top.z && high.x > top.x && high.z > top.z && high.y > top.y;
            let covers = |corners: &[Vec3; 3]| is_over(corners, top - pose.position_m);
            *other != on && near && solid.iter().any(covers)
        })
    };
    let snow = |(on, pose, bounds, solid): &(usize, Pose, Bounds, Vec<[Vec3; 3]>)| {
        let place = Bounds { low: bounds.low + pose.position_m, high: bounds.high + pose.position_m };
        if sheltered(*on, &place) {
            return None;
        }
        let cap = cap(solid, depth_m, seed ^ *on as u64)?;
        let count = cap.positions.len();
        let mesh = MeshData {
            positions: cap.positions,
            normals: cap.normals,
            uvs: cap.uvs,
            // v runs along +z, against the bitangent of +x and +y.
            tangents: vec![[1.0, 0.0, 0.0, 1.0]; count],
            indices: cap.indices,
        };
        Some(Laid { on: *on, mesh, start: *pose })
    };
    things.iter().filter_map(snow).collect()
}

/// The triangles of what is solid of a thing, turned as it stands, about its origin. Leaves and the like carry none.
fn triangles(model: &Model, pose: &Pose, scale: f32) -> Vec<[Vec3; 3]> {
    let solid = model.parts.iter().filter(|part| part.surface.cutoff.is_none() && !part.surface.seen_through);
    let of_part = |part: &crate::assets::Part| {
        let corner = |index: &u32| part.mesh.positions.get(*index as usize).map(|p| pose.rotation * (*p * scale));
        let (all, _) = part.mesh.indices.as_chunks::<3>();
        all.iter().filter_map(|[a, b, c]| Some([corner(a)?, corner(b)?, corner(c)?])).collect::<Vec<_>>()
    };
    solid.flat_map(of_part).collect()
}

/// Whether a triangle is straight above a point.
fn is_over([a, b, c]: &[Vec3; 3], point: Vec3) -> bool {
    let side = |from: Vec3, to: Vec3, at: Vec3| (to.x - from.x) * (at.z - from.z) - (to.z - from.z) * (at.x - from.x);
    let all = side(*a, *b, *c);
    let (u, v, w) = (side(*b, *c, point) / all, side(*c, *a, point) / all, side(*a, *b, point) / all);
    u >= 0.0 && v >= 0.0 && w >= 0.0 && u * a.y + v * b.y + w * c.y > point.y + NEAR_M
}

fn bounds(triangles: &[[Vec3; 3]]) -> Option<Bounds> {
    let corners = triangles.iter().flatten().map(|corner| (*corner, *corner));
    let (low, high) = corners.reduce(|(low, high), (corner, _)| (low.min(corner), high.max(corner)))?;
    Some(Bounds { low, high })
}
