//! Points inside simple solids and on their boundaries.

use std::f64::consts::TAU;

use glam::DVec3;

use super::{cubic, three};

/// A solid about the origin, its sizes in metres and at least 0; where they leave it no volume or no area, the points
/// are on what is left of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) enum Solid {
    /// Half the edges along the axes.
    Box { half: DVec3 },
    /// A full ball.
    Sphere { radius: f64 },
    /// What is between two spheres.
    Shell { inner: f64, outer: f64 },
    /// Flat, on the level.
    Disk { radius: f64 },
    /// Upright.
    Cylinder { radius: f64, height: f64 },
}

impl Solid {
    /// A point uniform in the volume, or in the area of a disk.
    ///
    /// The first unit says how far out the point is.
    pub(in super::super) fn inside(&self, unit: &mut dyn FnMut() -> f64) -> DVec3 {
        let [first, second, third] = three(unit);
        match *self {
            Solid::Box { half } => half * (2.0 * DVec3::new(first, second, third) - 1.0),
            Solid::Sphere { radius } => direction(second, third) * cubic(0.0, radius, first),
            Solid::Shell { inner, outer } => direction(second, third) * cubic(inner, outer, first),
            Solid::Disk { radius } => around(third) * (radius * first.sqrt()),
            Solid::Cylinder { radius, height } => {
                around(third) * (radius * first.sqrt()) + DVec3::Y * (height * (second - 0.5))
            }
        }
    }

    /// A point uniform on the area of the whole boundary, and the normal there, which points away from the solid: at
    /// the hollow of a shell to its centre. The boundary of a disk is its rim, with normals in its plane.
    ///
    /// The first unit says on which part of the boundary the point is.
    pub(in super::super) fn surface(&self, unit: &mut dyn FnMut() -> f64) -> (DVec3, DVec3) {
        let [first, second, third] = three(unit);
        match *self {
            Solid::Box { half } => on_box(half, [first, second, third]),
            Solid::Sphere { radius } => {
                let normal = direction(second, third);
                (normal * radius, normal)
            }
            Solid::Shell { inner, outer } => {
                let out = direction(second, third);
                let (inner_share, outer_share) = (inner * inner, outer * outer);
                if first * (inner_share + outer_share) < inner_share { (out * inner, -out) } else { (out * outer, out) }
            }
            Solid::Disk { radius } => {
                let normal = around(third);
                (normal * radius, normal)
            }
            Solid::Cylinder { radius, height } => {
                let out = around(third);
                // Of the areas of the caps and of the side, each is taken as a share of 2π × the radius.
                let (cap_share, side_share) = (radius / 2.0, height);
                let place = first * (radius + height) - cap_share;
                let cap = |normal: DVec3| (out * (radius * second.sqrt()) + normal * (height / 2.0), normal);
                if place < 0.0 {
                    cap(DVec3::NEG_Y)
                } else if place < side_share {
                    (out * radius + DVec3::Y * (height * (second - 0.5)), out)
                } else {
                    cap(DVec3::Y)
                }
            }
        }
    }
}

/// A direction uniform on the sphere: the height of a point on a sphere is uniform (Archimedes).
fn direction(unit: f64, turn: f64) -> DVec3 {
    let height = 2.0 * unit - 1.0;
    // 1 − height² as a product, so that it keeps its accuracy near the poles.
    around(turn) * (2.0 * (unit * (1.0 - unit)).sqrt()) + DVec3::Y * height
}

/// A level direction at a share of the full turn: 0 is +z, a quarter is +x.
fn around(turn: f64) -> DVec3 {
    let (sin, cos) = libm::sincos(TAU * turn);
    DVec3::new(sin, 0.0, cos)
}

/// A point on the faces of a box, and its normal.
fn on_box(half: DVec3, [first, second, third]: [f64; 3]) -> (DVec3, DVec3) {
    let areas = DVec3::new(half.y * half.z, half.z * half.x, half.x * half.y);
    // A box that is only an edge, or less, has its points on faces that hold all of it.
    let all_of_it = DVec3::select(half.cmpeq(DVec3::splat(half.min_element())), DVec3::ONE, DVec3::ZERO);
    let areas = if areas.element_sum() > 0.0 { areas } else { all_of_it };
    let (side, share) = if first < 0.5 { (-1.0, 2.0 * first) } else { (1.0, 2.0 * first - 1.0) };
    let (second, third) = (2.0 * second - 1.0, 2.0 * third - 1.0);
    let place = share * areas.element_sum();
    let (point, axis) = if place < areas.x {
        (DVec3::new(side, second, third), DVec3::X)
    } else if place < areas.x + areas.y {
        (DVec3::new(second, side, third), DVec3::Y)
    } else {
        (DVec3::new(second, third, side), DVec3::Z)
    };
    (half * point, axis * side)
}
