//! Models of the primitive shapes, made to measure.

use std::sync::Arc;

use glam::{Quat, Vec3};

use super::mesh;
use super::{Hull, MeshData, Model, Part, Surface};
use crate::randomize::concrete::Shape;

/// Share of the smallest edge that the rounding of a box takes: enough to catch the light.
const BOX_ROUNDING: f32 = 0.02;
const BOX_ROUNDING_MAX_M: f32 = 0.01;
/// Hulls of a torus: capsules along the ring.
const TORUS_PIECES: usize = 12;

/// The model of a primitive; `None` for shapes that are made elsewhere.
pub(super) fn model(shape: &Shape) -> Option<Model> {
    let (mesh, hulls): (MeshData, Vec<Hull>) = match *shape {
        Shape::Box { size_m } => {
            let rounding = (size_m.min_element() * BOX_ROUNDING).min(BOX_ROUNDING_MAX_M);
            let hull = Hull::Cuboid { half_extents: size_m * 0.5, position: Vec3::ZERO, rotation: Quat::IDENTITY };
            (mesh::rounded_box(size_m, rounding, 1), vec![hull])
        }
        Shape::Sphere { radius_m } => {
            (mesh::uv_sphere(radius_m, 32, 16), vec![Hull::Ball { radius: radius_m, position: Vec3::ZERO }])
        }
        Shape::Cylinder { radius_m, height_m } => {
            let bevel = (radius_m.min(height_m) * BOX_ROUNDING).min(BOX_ROUNDING_MAX_M);
            let hull = Hull::Cylinder {
                half_height: height_m * 0.5,
                radius: radius_m,
                position: Vec3::ZERO,
                rotation: Quat::IDENTITY,
            };
            (mesh::cylinder(radius_m, height_m, 32, bevel), vec![hull])
        }
        Shape::Cone { radius_m, height_m } => {
            let hull = Hull::Cone {
                half_height: height_m * 0.5,
                radius: radius_m,
                position: Vec3::ZERO,
                rotation: Quat::IDENTITY,
            };
            (mesh::cone(radius_m, 0.0, height_m, 32), vec![hull])
        }
        Shape::Capsule { radius_m, height_m } => {
            let straight = (height_m - 2.0 * radius_m).max(0.0);
            let hull = Hull::Capsule {
                half_height: straight * 0.5,
                radius: radius_m,
                position: Vec3::ZERO,
                rotation: Quat::IDENTITY,
            };
            (mesh::capsule(radius_m, straight, 32, 8), vec![hull])
        }
        Shape::Torus { ring_radius_m, tube_radius_m } => {
            let chord = std::f32::consts::TAU / TORUS_PIECES as f32;
            let hulls = (0..TORUS_PIECES).map(|i| {
                let angle = (i as f32 + 0.5) * chord;
                let position = Vec3::new(libm::cosf(angle), 0.0, libm::sinf(angle)) * ring_radius_m;
                let along = Vec3::new(-libm::sinf(angle), 0.0, libm::cosf(angle));
                let half_height = ring_radius_m * libm::tanf(chord * 0.5);
                let rotation = Quat::from_rotation_arc(Vec3::Y, along);
                Hull::Capsule { half_height, radius: tube_radius_m, position, rotation }
            });
            (mesh::torus(ring_radius_m, tube_radius_m, 40, 14), hulls.collect())
        }
        Shape::Library { .. } | Shape::Model { .. } => return None,
    };
    let part = Part { name: "body".to_owned(), mesh: Arc::new(mesh), surface: Surface::default() };
    Some(Model { parts: vec![part], hulls, ..Model::default() })
}
