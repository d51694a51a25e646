//! Rays cast at a settled scene: at the triangles that are drawn, with their surfaces, and as they move.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Weak};

use bevy_rapier3d::rapier::parry::bounding_volume::Aabb;
use bevy_rapier3d::rapier::parry::partitioning::{Bvh, BvhBuildStrategy};
use bevy_rapier3d::rapier::parry::query::Ray;
use glam::{DVec2, DVec3, Vec3};

use crate::assets::{MeshData, Model, Surface};
use crate::randomize::concrete::Pose;
use crate::simulate::Motion;

/// Meshes that were sorted lately, by where they are kept.
#[derive(Default)]
pub(super) struct Meshes(Vec<(Weak<MeshData>, Arc<Bvh>)>);

impl Meshes {
    fn of(&mut self, mesh: &Arc<MeshData>) -> Arc<Bvh> {
        let known = self.0.iter().find(|(known, _)| std::ptr::eq(known.as_ptr(), Arc::as_ptr(mesh)));
        if let Some((_, tree)) = known {
            return tree.clone();
        }
        let boxes: Vec<Aabb> = (0..mesh.indices.len() / 3)
            .map(|triangle| {
                let [a, b, c] = corners(mesh, triangle as u32).map(|corner| mesh.positions[corner]);
                Aabb::new(a.min(b).min(c), a.max(b).max(c))
            })
            .collect();
        let tree = Arc::new(Bvh::from_leaves(BvhBuildStrategy::Binned, &boxes));
        self.0.push((Arc::downgrade(mesh), tree.clone()));
        tree
    }

    /// Forgets those that nobody has any more.
    fn prune(&mut self) {
        self.0.retain(|(mesh, _)| mesh.strong_count() > 0);
    }
}

/// Places of a triangle's corners in the lists of a mesh.
fn corners(mesh: &MeshData, triangle: u32) -> [usize; 3] {
    let at = triangle as usize * 3;
    [mesh.indices[at] as usize, mesh.indices[at + 1] as usize, mesh.indices[at + 2] as usize]
}

/// A thing that rays can hit.
pub(super) struct Standing<'m> {
    pub model: &'m Model,
    pub pose: Pose,
    pub motion: Motion,
    pub scale: f32,
    /// In the instance plane.
    pub label: u16,
}

/// A part of a thing.
struct Solid {
    mesh: Arc<MeshData>,
    tree: Arc<Bvh>,
    surface: Surface,
    scale: f32,
    pose: Pose,
    motion: Motion,
    label: u16,
}

/// All that rays can hit at a moment.
pub(super) struct Rays {
    solids: Vec<Solid>,
    tree: Bvh,
}

/// Where a ray ends.
pub(super) struct Hit<'r> {
    pub distance_m: f64,
    /// In the instance plane.
    pub label: u16,
    /// Cosine of the angle between the surface's normal and the ray.
    pub cosine: f64,
    pub surface: &'r Surface,
    /// In metres of surface, or shares of its textures.
    pub uv: DVec2,
    /// Share of light that comes through all that is seen through on the way, one way.
    pub through: f64,
}

impl Solid {
    fn later(&self, time_s: f32) -> Pose {
        if time_s == 0.0 || self.motion == Motion::default() {
            self.pose
        } else {
            self.motion.later(&self.pose, time_s)
        }
    }

    /// What it may cover during a time before and after the moment.
    fn bounds(&self, half_s: f32) -> Aabb {
        let local = self.tree.root_aabb();
        let (low, high) = (local.mins * self.scale, local.maxs * self.scale);
        let ends: &[f32] = if half_s > 0.0 && self.motion != Motion::default() {
            &[-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0]
        } else {
            &[0.0]
        };
        let (mut min, mut max) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        let mut reach = 0.0_f32;
        for end in ends {
            let pose = self.later(end * half_s);
            for corner in 0..8 {
                let pick = |axis: u32, low: f32, high: f32| if corner >> axis & 1 == 0 { low } else { high };
                let corner = Vec3::new(pick(0, low.x, high.x), pick(1, low.y, high.y), pick(2, low.z, high.z));
                let place = pose.position_m + pose.rotation * corner;
                (min, max) = (min.min(place), max.max(place));
                reach = reach.max(place.distance(self.motion.center_m));
            }
        }
        // What it may do between two of these, and what rounding may.
        let speed = self.motion.velocity_m_per_s.length() + self.motion.spin_rad_per_s.length() * reach;
        let slack = if ends.len() > 1 { speed * half_s * 0.25 } else { 0.0 }
            + 1e-5 * (1.0 + max.abs().max(min.abs()).max_element());
        Aabb::new(min - slack, max + slack)
    }
}

impl Rays {
    /// Of what stands at a moment and moves for `span_s` about it.
    pub fn new<'m>(things: impl Iterator<Item = Standing<'m>>, span_s: f32, meshes: &mut Meshes) -> Rays {
        meshes.prune();
        let mut solids = Vec::new();
        for Standing { model, pose, motion, scale, label } in things {
            for part in model.parts.iter().filter(|part| !part.mesh.indices.is_empty()) {
                let (mesh, surface) = (part.mesh.clone(), part.surface.clone());
                solids.push(Solid { tree: meshes.of(&mesh), mesh, surface, scale, pose, motion, label });
            }
        }
        let boxes: Vec<Aabb> = solids.iter().map(|solid| solid.bounds(0.5 * span_s)).collect();
        Rays { tree: Bvh::from_leaves(BvhBuildStrategy::Binned, &boxes), solids }
    }

    /// The nearest surface that counts, so long after the moment. `direction` has unit length.
    pub fn cast(&self, origin: DVec3, direction: DVec3, time_s: f32, farthest_m: f32) -> Option<Hit<'_>> {
        let nearest: Cell<Option<(usize, Crossing)>> = Cell::new(None);
        let through: RefCell<Vec<(f64, f64)>> = RefCell::default();
        let outer = Ray::new(origin.as_vec3(), direction.as_vec3());
        self.tree.cast_ray(&outer, farthest_m, |leaf, best| {
            let solid = self.solids.get(leaf as usize)?;
            let pose = solid.later(time_s);
            let (turn, scale) = (pose.rotation.as_dquat().normalize().inverse(), f64::from(solid.scale));
            let from = turn * (origin - pose.position_m.as_dvec3()) / scale;
            let along = turn * direction / scale;
            let inner = Ray::new(from.as_vec3(), along.as_vec3());
            let (_, distance) = solid.tree.cast_ray(&inner, best, |triangle, best| {
                let crossing = solid.crossing(triangle, from, along).filter(|c| c.distance_m < f64::from(best))?;
                if solid.surface.seen_through {
                    through.borrow_mut().push((crossing.distance_m, transmittance(&solid.surface, crossing.uv)));
                    return None;
                }
                let is_nearest = nearest.get().is_none_or(|(_, known)| crossing.distance_m < known.distance_m);
                if is_nearest {
                    nearest.set(Some((leaf as usize, crossing)));
                }
                Some(crossing.distance_m as f32)
            })?;
            Some(distance)
        });
        let (place, crossing) = nearest.get()?;
        let before = through.into_inner().into_iter().filter(|(distance, _)| *distance < crossing.distance_m);
        Some(Hit {
            distance_m: crossing.distance_m,
            label: self.solids[place].label,
            cosine: crossing.cosine,
            surface: &self.solids[place].surface,
            uv: crossing.uv,
            through: before.map(|(_, share)| share).product(),
        })
    }
}

/// Where a ray goes through a triangle.
#[derive(Clone, Copy)]
struct Crossing {
    distance_m: f64,
    cosine: f64,
    uv: DVec2,
}

impl Solid {
    /// In its own frame, as Möller and Trumbore (1997) find it; none where there is no surface.
    fn crossing(&self, triangle: u32, from: DVec3, along: DVec3) -> Option<Crossing> {
        let places = corners(&self.mesh, triangle);
        let [a, b, c] = places.map(|place| self.mesh.positions[place].as_dvec3());
        let (ab, ac) = (b - a, c - a);
        let across = along.cross(ac);
        let volume = ab.dot(across);
        // Only front faces are drawn, unless both are.
        if volume == 0.0 || volume < 0.0 && !self.surface.double_sided {
            return None;
        }
        let off = from - a;
        let u = off.dot(across) / volume;
        let turned = off.cross(ab);
        let v = along.dot(turned) / volume;
        let distance_m = ac.dot(turned) / volume;
        if u < 0.0 || v < 0.0 || u + v > 1.0 || distance_m <= 0.0 {
            return None;
        }
        let mix = |values: [DVec2; 3]| values[0] * (1.0 - u - v) + values[1] * u + values[2] * v;
        let uv = if self.mesh.uvs.len() == self.mesh.positions.len() {
            mix(places.map(|place| DVec2::from(self.mesh.uvs[place].map(f64::from))))
        } else {
            DVec2::ZERO
        };
        if let (Some(cutoff), Some(texture)) = (self.surface.cutoff, &self.surface.base_color_texture) {
            let alpha = texture.texel((uv / f64::from(self.surface.texture_size_m.max(1e-6))).to_array(), 0)[3];
            if alpha * self.surface.base_color[3] < cutoff {
                return None;
            }
        }
        let normal = ab.cross(ac);
        let cosine = (normal.dot(along) / (normal.length() * along.length())).abs().min(1.0);
        Some(Crossing { distance_m, cosine, uv })
    }
}

/// Share of light that comes through a surface that is seen through: what is not its own, less what both sides of glass
/// mirror.
fn transmittance(surface: &Surface, uv: DVec2) -> f64 {
    const MIRRORED: f64 = 0.08;
    let alpha = match &surface.base_color_texture {
        Some(texture) => texture.texel((uv / f64::from(surface.texture_size_m.max(1e-6))).to_array(), 0)[3],
        None => 1.0,
    };
    let own = if surface.blended { f64::from(surface.base_color[3] * alpha) } else { 0.0 };
    (1.0 - own).max(0.0) * (1.0 - MIRRORED)
}
