//! What every model of the library is put together with: looks, a small random generator, shapes by the dozen.

use std::f32::consts::{FRAC_PI_2, PI, TAU};
use std::sync::Arc;

use glam::{Quat, Vec2, Vec3, vec2, vec3};

use super::surface;
use crate::assets::mesh::{CREASE_DEG, bounds_of, hull_points, lathe, merge, rounded_box, rounded_outline, tube};
use crate::assets::{Hull, MeshData, Model, Part, Surface};

/// A surface and the name of the texture that it would like.
#[derive(Clone)]
pub(super) struct Look {
    kind: &'static str,
    surface: Surface,
}

/// The look of a kind of material (see [`surface`]); `tint` is sRGB, e.g. `0xff8000`.
pub(super) fn look(kind: &'static str, tint: u32) -> Look {
    Look { kind, surface: surface(kind, hex(tint)) }
}

impl Look {
    /// With another roughness, 0–1.
    pub(super) fn rough(mut self, roughness: f32) -> Self {
        self.surface.roughness = roughness;
        self
    }

    /// With another metalness, 0–1.
    pub(super) fn metal(mut self, metallic: f32) -> Self {
        self.surface.metallic = metallic;
        self
    }

    /// Drawn on both sides.
    pub(super) fn double_sided(mut self) -> Self {
        self.surface.double_sided = true;
        self
    }

    /// With another base colour, linear RGB.
    pub(super) fn tinted(mut self, rgb: [f32; 3]) -> Self {
        self.surface.base_color = [rgb[0], rgb[1], rgb[2], self.surface.base_color[3]];
        self
    }

    /// Shines by itself: linear RGB in cd/m².
    pub(super) fn glowing(mut self, emissive: [f32; 3]) -> Self {
        self.surface.emissive = emissive;
        self
    }

    /// Clear as glass: `alpha` of it is seen, and labels look through it.
    pub(super) fn clear(mut self, alpha: f32) -> Self {
        self.surface.base_color[3] = alpha;
        self.surface.blended = true;
        self.surface.seen_through = true;
        self
    }
}

/// Linear RGB of an sRGB colour written as `0xrrggbb`.
pub(super) fn hex(rgb: u32) -> [f32; 3] {
    [16, 8, 0].map(|shift| {
        let c = ((rgb >> shift) & 255) as f32 / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { libm::powf((c + 0.055) / 1.055, 2.4) }
    })
}

/// splitmix64: the same numbers for the same model and variant, everywhere.
pub(super) struct Rng(u64);

impl Rng {
    /// A generator for a model (by name) and a variant.
    pub(super) fn new(name: &str, variant: u32) -> Self {
        let seed =
            name.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        Rng(seed ^ u64::from(variant).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Evenly spread between `low` and `high`.
    pub(super) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * ((self.next() >> 40) as f32 / 16_777_216.0)
    }

    /// True with probability `p`.
    pub(super) fn chance(&mut self, p: f32) -> bool {
        self.range(0.0, 1.0) < p
    }

    /// A vector with each place between -1 and 1.
    pub(super) fn jitter(&mut self) -> Vec3 {
        let mut one = || self.range(-1.0, 1.0);
        let (x, y, z) = (one(), one(), one());
        vec3(x, y, z)
    }
}

/// Cycles through choices by variant, so that neighbouring variants differ.
pub(super) fn cycle<T: Copy>(choices: &[T], variant: u32) -> T {
    choices[variant as usize % choices.len()]
}

/// A model under construction.
#[derive(Default)]
pub(super) struct Kit {
    parts: Vec<Part>,
    hulls: Vec<Hull>,
}

impl Kit {
    /// Adds a part from one or more meshes; nothing for none.
    pub(super) fn add(&mut self, name: &str, look: &Look, meshes: impl IntoIterator<Item = MeshData>) {
        let name = format!("{name}@{}", look.kind);
        let mesh = merge(meshes);
        if !mesh.indices.is_empty() {
            self.parts.push(Part { name, mesh: Arc::new(mesh), surface: look.surface.clone() });
        }
    }

    /// Adds any hull.
    pub(super) fn hull(&mut self, hull: Hull) {
        self.hulls.push(hull);
    }

    /// Adds a ball that collides.
    pub(super) fn hulls_ball(&mut self, radius: f32, position: Vec3) {
        self.hulls.push(Hull::Ball { radius, position });
    }

    /// Adds a square bar that collides, between two points, `half` as thick.
    pub(super) fn hull_rod(&mut self, from: Vec3, to: Vec3, half: f32) {
        let d = (to - from).normalize_or(Vec3::Y);
        let (u, v) = d.any_orthonormal_pair();
        let points = [from, to].into_iter().flat_map(|p| [u + v, u - v, -u - v, v - u].map(|o| p + o * half)).collect();
        self.hulls.push(Hull::Convex { points });
    }

    /// Adds a box that collides, by size and centre (m).
    pub(super) fn hull_box(&mut self, size: Vec3, at: Vec3) {
        self.hulls.push(Hull::Cuboid { half_extents: size * 0.5, position: at, rotation: Quat::IDENTITY });
    }

    /// Adds an upright cylinder that collides, between two heights (m).
    pub(super) fn hull_cylinder(&mut self, radius: f32, low: f32, high: f32) {
        let (half_height, position) = ((high - low) * 0.5, Vec3::Y * (low + high) * 0.5);
        self.hulls.push(Hull::Cylinder { half_height, radius, position, rotation: Quat::IDENTITY });
    }

    /// Adds a cylinder along Z that collides.
    pub(super) fn hull_wheel(&mut self, radius: f32, width: f32, at: Vec3) {
        let rotation = Quat::from_rotation_x(FRAC_PI_2);
        self.hulls.push(Hull::Cylinder { half_height: width * 0.5, radius, position: at, rotation });
    }

    /// Adds the convex hull of points (m), thinned to the farthest along `directions` directions.
    pub(super) fn hull_around(&mut self, points: &[Vec3], directions: usize) {
        self.hulls.push(Hull::Convex { points: hull_points(points, directions) });
    }

    /// Adds the wall of a round vessel: wedges between neighbouring `(height, outer radius, inner radius)`, `n` around.
    pub(super) fn hull_wall(&mut self, bands: &[[f32; 3]], n: usize) {
        // between inside and outside of the circle, so that the error is halved
        let swell = 0.5 + 0.5 / libm::cosf(PI / n as f32);
        for pair in bands.windows(2) {
            for k in 0..n {
                let corner = |y: f32, r: f32, k: usize| {
                    let (s, c) = libm::sincosf(TAU * k as f32 / n as f32);
                    vec3(r * swell * c, y, r * swell * s)
                };
                let at = |b: &[f32; 3], k: usize| [corner(b[0], b[1], k), corner(b[0], b[2], k)];
                let points = [at(&pair[0], k), at(&pair[0], k + 1), at(&pair[1], k), at(&pair[1], k + 1)].concat();
                self.hulls.push(Hull::Convex { points });
            }
        }
    }

    /// The model, centred on the origin.
    pub(super) fn finish(self) -> Model {
        let corners = self.parts.iter().flat_map(|p| <[Vec3; 2]>::from(p.mesh.bounds()));
        let (low, high) = bounds_of(corners).unwrap_or_default();
        let shift = -(low + high) * 0.5;
        let moved = |p: Part| Part { mesh: Arc::new(Arc::unwrap_or_clone(p.mesh).translated(shift)), ..p };
        Model {
            parts: self.parts.into_iter().map(moved).collect(),
            hulls: self.hulls.into_iter().map(|h| h.translated(shift)).collect(),
            licence: "MIT OR Apache-2.0".into(),
            keypoints: Vec::new(),
        }
    }
}

/// A box with a shaded chamfer, by size, centre and bevel (m).
pub(super) fn slab(size: [f32; 3], at: [f32; 3], bevel: f32) -> MeshData {
    rounded_box(size.into(), bevel, 1).translated(at.into())
}

/// A box with a round edge in two steps, by size, centre and radius (m).
pub(super) fn soft(size: [f32; 3], at: [f32; 3], radius: f32) -> MeshData {
    rounded_box(size.into(), radius, 2).translated(at.into())
}

/// A lathe of `[radius, height, fillet]` corners.
pub(super) fn turn(corners: &[[f32; 3]], segments: usize) -> MeshData {
    lathe(&rounded_outline(corners, 2, false), segments, CREASE_DEG)
}

/// A lathe of a profile that closes on itself, such as a ring: `[radius, height, fillet]` corners.
pub(super) fn hoop(corners: &[[f32; 3]], segments: usize) -> MeshData {
    let mut profile = rounded_outline(corners, 2, true);
    profile.extend(profile.first().copied());
    lathe(&profile, segments, CREASE_DEG)
}

/// A painted band around Y: only its outside, from `[radius, height]` to `[radius, height]`.
pub(super) fn painted_band(low: [f32; 2], high: [f32; 2], segments: usize) -> MeshData {
    lathe(&[low.into(), high.into()], segments, CREASE_DEG)
}

/// A straight round bar between two points.
pub(super) fn rod(from: Vec3, to: Vec3, radius: f32, sides: usize) -> MeshData {
    tube(&[from, to], radius, sides)
}

/// Lays a mesh that stands along Y along X.
pub(super) fn along_x(mesh: MeshData) -> MeshData {
    mesh.rotated(Quat::from_rotation_z(-FRAC_PI_2))
}

/// Lays a mesh that stands along Y along Z.
pub(super) fn along_z(mesh: MeshData) -> MeshData {
    mesh.rotated(Quat::from_rotation_x(FRAC_PI_2))
}

/// Turned about Y by degrees.
pub(super) fn yaw(mesh: MeshData, degrees: f32) -> MeshData {
    mesh.rotated(Quat::from_rotation_y(degrees.to_radians()))
}

/// A smooth curve through points, `per` steps from each to the next.
pub(super) fn curve(points: &[Vec3], per: usize) -> Vec<Vec3> {
    let n = points.len();
    let at = |i: isize| points[i.clamp(0, n as isize - 1) as usize];
    let mut out = Vec::new();
    for i in 0..n as isize - 1 {
        let (a, b, c, d) = (at(i - 1), at(i), at(i + 1), at(i + 2));
        for k in 0..per {
            let t = k as f32 / per as f32;
            let (x, y, z) =
                ((c - a) * t, (a * 2.0 - b * 5.0 + c * 4.0 - d) * (t * t), (b * 3.0 - a - c * 3.0 + d) * (t * t * t));
            out.push(b + (x + y + z) * 0.5);
        }
    }
    out.push(at(n as isize - 1));
    out
}

/// A smooth curve in the plane, see [`curve`].
pub(super) fn curve2(points: &[[f32; 2]], per: usize) -> Vec<Vec2> {
    let lifted: Vec<Vec3> = points.iter().map(|p| vec3(p[0], p[1], 0.0)).collect();
    curve(&lifted, per).iter().map(|p| vec2(p.x, p.y)).collect()
}

/// A line through `(x, y)` points, sorted by x; flat beyond its ends.
pub(super) fn along(points: &[[f32; 2]], x: f32) -> f32 {
    for w in points.windows(2) {
        if x <= w[1][0] {
            let t = ((x - w[0][0]) / (w[1][0] - w[0][0]).max(1e-9)).clamp(0.0, 1.0);
            return w[0][1] + (w[1][1] - w[0][1]) * t;
        }
    }
    points.last().map_or(0.0, |p| p[1])
}

/// Every mesh with its mirror image across the XY plane.
pub(super) fn both_sides(meshes: impl IntoIterator<Item = MeshData>) -> Vec<MeshData> {
    meshes.into_iter().flat_map(|m| [m.clone(), m.scaled(vec3(1.0, 1.0, -1.0))]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_repeat_and_spread() {
        let draw = |v| {
            let mut r = Rng::new("mug", v);
            [r.range(0.0, 1.0), r.range(0.0, 1.0)]
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let mut r = Rng::new("x", 0);
        let mean = (0..1000).map(|_| r.range(0.0, 1.0)).sum::<f32>() / 1000.0;
        assert!((mean - 0.5).abs() < 0.05);
    }

    #[test]
    fn curves_pass_through_their_points() {
        let points = [[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]];
        let c = curve2(&points, 4);
        assert_eq!((c[0], c[4], c[8]), (vec2(0.0, 0.0), vec2(1.0, 2.0), vec2(3.0, 1.0)));
        assert_eq!(along(&points, 2.0), 1.5);
        assert_eq!(hex(0xffffff), [1.0; 3]);
    }
}
