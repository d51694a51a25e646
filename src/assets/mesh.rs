//! Mesh building blocks: pure functions that give [`MeshData`] for procedural models, and what is asked of a mesh.
//!
//! Lengths are metres and Y is up. Triangles are counter-clockwise seen from outside, uvs are metres of surface.
//! Trigonometry goes through `libm`, so that the same call gives the same bits on every machine.

mod solid;
mod subdivide;
mod sweep;

use std::collections::HashMap;

use foldhash::fast::FixedState;
use glam::{Mat3, Quat, Vec2, Vec3};

use super::{Hull, MeshData};

pub use solid::{capsule, cone, cuboid, cylinder, grid, rounded_box, torus, uv_sphere};
pub use sweep::{circle, extrude, lathe, loft, rounded_outline, sweep, triangulate, tube};

/// Faces that meet at less than this many degrees are shaded as one smooth surface, unless told otherwise.
pub const CREASE_DEG: f32 = 50.0;

/// One corner of a polygon: position (m), unit normal, uv (m).
pub type Corner = (Vec3, Vec3, [f32; 2]);

/// Collects polygons with known normals; corners that agree in all respects become one vertex.
#[derive(Debug, Default)]
pub struct Builder {
    mesh: MeshData,
    seen: HashMap<[u32; 8], u32, FixedState>,
}

impl Builder {
    fn vertex(&mut self, (p, n, uv): Corner) -> u32 {
        let all = [p.x, p.y, p.z, n.x, n.y, n.z, uv[0], uv[1]];
        let next = self.mesh.positions.len() as u32;
        let index = *self.seen.entry(all.map(bits)).or_insert(next);
        if index == next {
            self.mesh.positions.push(p);
            self.mesh.normals.push(n);
            self.mesh.uvs.push(uv);
        }
        index
    }

    /// Adds a convex polygon as a fan of triangles. Its winding follows its normals; triangles with two corners
    /// in one place are left out.
    pub fn poly(&mut self, corners: &[Corner]) {
        for k in 1..corners.len().saturating_sub(1) {
            let (a, mut b, mut c) = (corners[0], corners[k], corners[k + 1]);
            if a.0 == b.0 || b.0 == c.0 || c.0 == a.0 {
                continue;
            }
            if (b.0 - a.0).cross(c.0 - a.0).dot(a.1 + b.1 + c.1) < 0.0 {
                std::mem::swap(&mut b, &mut c);
            }
            let triangle = [self.vertex(a), self.vertex(b), self.vertex(c)];
            self.mesh.indices.extend(triangle);
        }
    }

    /// The mesh, with its tangents.
    pub fn finish(self) -> MeshData {
        let mut mesh = self.mesh;
        mesh.compute_tangents();
        mesh
    }
}

/// Collects triangles without normals, which are found from the faces around every corner.
#[derive(Debug, Default)]
pub struct Soup {
    triangles: Vec<([Vec3; 3], [[f32; 2]; 3], usize)>,
}

impl Soup {
    /// Adds a triangle, counter-clockwise from outside, to a group (see [`Soup::split`]).
    pub fn triangle(&mut self, p: [Vec3; 3], uv: [[f32; 2]; 3], group: usize) {
        if p[0] != p[1] && p[1] != p[2] && p[2] != p[0] {
            self.triangles.push((p, uv, group));
        }
    }

    /// Adds a quadrilateral, counter-clockwise from outside; it is cut along its shorter diagonal.
    pub fn quad(&mut self, p: [Vec3; 4], uv: [[f32; 2]; 4], group: usize) {
        let cuts = if p[0].distance_squared(p[2]) <= p[1].distance_squared(p[3]) * 1.000_1 {
            [[0, 1, 2], [0, 2, 3]]
        } else {
            [[0, 1, 3], [1, 2, 3]]
        };
        for c in cuts {
            self.triangle(c.map(|i| p[i]), c.map(|i| uv[i]), group);
        }
    }

    /// Adds a quadrilateral whose uvs are its positions seen along its main axis.
    pub fn quad_flat(&mut self, p: [Vec3; 4], group: usize) {
        let n = (p[2] - p[0]).cross(p[3] - p[1]);
        self.quad(p, p.map(|q| box_uv(q, n)), group);
    }

    /// Adds a triangle whose uvs are its positions seen along its main axis.
    pub fn triangle_flat(&mut self, p: [Vec3; 3], group: usize) {
        let n = (p[1] - p[0]).cross(p[2] - p[0]);
        self.triangle(p, p.map(|q| box_uv(q, n)), group);
    }

    /// One mesh of all groups; faces within `crease_deg` degrees of each other share smooth normals.
    pub fn smooth(self, crease_deg: f32) -> MeshData {
        let soup = Soup { triangles: self.triangles.into_iter().map(|(p, uv, _)| (p, uv, 0)).collect() };
        soup.split(crease_deg, 1).pop().unwrap_or_default()
    }

    /// One mesh for each of `groups` groups; normals run smoothly across their borders.
    pub fn split(self, crease_deg: f32, groups: usize) -> Vec<MeshData> {
        let limit = libm::cosf(crease_deg.to_radians());
        let mut places: HashMap<[u32; 3], usize, FixedState> = HashMap::default();
        // By corner: the place where it is. By place: normals of faces and the weights that they have there.
        let mut corners = Vec::with_capacity(self.triangles.len());
        let mut around: Vec<Vec<(Vec3, f32)>> = Vec::new();
        let mut faces = Vec::with_capacity(self.triangles.len());
        for (p, _, _) in &self.triangles {
            let at = p.map(|p| {
                let next = around.len();
                let place = *places.entry(key(p)).or_insert(next);
                if place == next {
                    around.push(Vec::with_capacity(8));
                }
                place
            });
            corners.push(at);
            let cross = (p[1] - p[0]).cross(p[2] - p[0]);
            let (normal, area) = (cross.normalize_or_zero(), cross.length());
            faces.push(normal);
            for k in 0..3 {
                let (a, b) = (p[(k + 1) % 3] - p[k], p[(k + 2) % 3] - p[k]);
                let cos = a.normalize_or_zero().dot(b.normalize_or_zero()).clamp(-1.0, 1.0);
                around[at[k]].push((normal, area * libm::acosf(cos)));
            }
        }
        let mut out: Vec<Builder> = (0..groups).map(|_| Builder::default()).collect();
        for (((p, uv, group), face), at) in self.triangles.iter().zip(&faces).zip(&corners) {
            let corner = |k: usize| {
                let near = around[at[k]].iter();
                let sum = near.filter(|(n, _)| n.dot(*face) >= limit).fold(Vec3::ZERO, |s, (n, w)| s + *n * *w);
                let normal = sum.normalize_or(*face);
                (p[k], if normal.dot(*face) > 0.05 { normal } else { *face }, uv[k])
            };
            if let Some(builder) = out.get_mut(*group) {
                builder.poly(&[corner(0), corner(1), corner(2)]);
            }
        }
        out.into_iter().map(Builder::finish).collect()
    }
}

fn bits(x: f32) -> u32 {
    (x + 0.0).to_bits()
}

fn key(p: Vec3) -> [u32; 3] {
    [bits(p.x), bits(p.y), bits(p.z)]
}

/// Projects a point along the main axis of a normal; the result is in metres. Pictures stand upright on sides and are
/// nowhere mirrored.
pub fn box_uv(p: Vec3, normal: Vec3) -> [f32; 2] {
    let a = normal.abs();
    if a.y >= a.x && a.y >= a.z {
        [p.x, if normal.y < 0.0 { -p.z } else { p.z }]
    } else if a.x >= a.z {
        [if normal.x < 0.0 { p.z } else { -p.z }, -p.y]
    } else {
        [if normal.z < 0.0 { -p.x } else { p.x }, -p.y]
    }
}

/// All triangles of several meshes as one mesh.
pub fn merge(meshes: impl IntoIterator<Item = MeshData>) -> MeshData {
    let mut all = MeshData::default();
    for m in meshes {
        let base = all.positions.len() as u32;
        all.positions.extend(m.positions);
        all.normals.extend(m.normals);
        all.uvs.extend(m.uvs);
        all.tangents.extend(m.tangents);
        all.indices.extend(m.indices.into_iter().map(|i| i + base));
    }
    all
}

impl MeshData {
    /// How many triangles there are.
    pub fn triangle_count(&self) -> usize {
        self.indices.len() / 3
    }

    /// The corners of every triangle (m).
    pub fn triangles(&self) -> impl Iterator<Item = [Vec3; 3]> + '_ {
        self.indices.chunks_exact(3).map(|t| [0, 1, 2].map(|k| self.positions[t[k] as usize]))
    }

    /// The lowest and the highest corner of the bounding box (m); zeros for an empty mesh.
    pub fn bounds(&self) -> (Vec3, Vec3) {
        bounds_of(self.positions.iter().copied()).unwrap_or_default()
    }

    /// Whether its normals say how to shade it rather than how its surface lies, as leaves often have those of the
    /// crown that they are part of: over more than a twentieth of its area the normal in the middle of a triangle is
    /// not the triangle's, by more than 30° or, where all three corners share one, 2°.
    pub fn has_bent_normals(&self) -> bool {
        let (mut area, mut bent) = (0.0, 0.0);
        for triangle in self.indices.as_chunks::<3>().0 {
            let [a, b, c] = triangle.map(|corner| self.positions[corner as usize]);
            let [i, j, k] = triangle.map(|corner| self.normals[corner as usize]);
            let across = (b - a).cross(c - a);
            let size = across.length();
            let least = if i == j && i == k { 0.9994 } else { 0.866 };
            area += size;
            if across.dot(i + j + k) < least * size * (i + j + k).length() {
                bent += size;
            }
        }
        bent > 0.05 * area
    }

    /// The enclosed volume (m³); means something only for a closed mesh.
    pub fn volume(&self) -> f32 {
        self.triangles().map(|[a, b, c]| a.dot(b.cross(c))).sum::<f32>() / 6.0
    }

    /// Whether every edge is shared by as many triangles of one sense as of the other, corners in one place
    /// counting as one.
    pub fn is_closed(&self) -> bool {
        let mut edges: HashMap<([u32; 3], [u32; 3]), i32> = HashMap::new();
        for t in self.triangles() {
            for k in 0..3 {
                let (a, b) = (key(t[k]), key(t[(k + 1) % 3]));
                let (edge, sign) = if a < b { ((a, b), 1) } else { ((b, a), -1) };
                *edges.entry(edge).or_default() += sign;
            }
        }
        edges.values().all(|n| *n == 0)
    }

    /// Moved by `by` (m).
    pub fn translated(mut self, by: Vec3) -> Self {
        self.positions.iter_mut().for_each(|p| *p += by);
        self
    }

    /// Turned about the origin.
    pub fn rotated(mut self, by: Quat) -> Self {
        let by = Mat3::from_quat(by); // matrices are scalar on every machine, quaternions are not
        self.positions.iter_mut().for_each(|p| *p = by * *p);
        self.normals.iter_mut().for_each(|n| *n = (by * *n).normalize_or_zero());
        for t in &mut self.tangents {
            let v = (by * Vec3::new(t[0], t[1], t[2])).normalize_or_zero();
            *t = [v.x, v.y, v.z, t[3]];
        }
        self
    }

    /// Stretched about the origin; an odd number of negative factors mirrors, and outside stays outside.
    /// The uvs stay as they are.
    pub fn scaled(mut self, by: Vec3) -> Self {
        self.positions.iter_mut().for_each(|p| *p *= by);
        self.normals.iter_mut().for_each(|n| *n = (*n / by).normalize_or_zero());
        if by.x * by.y * by.z < 0.0 {
            self.indices.chunks_exact_mut(3).for_each(|t| t.swap(1, 2));
            self.uvs.iter_mut().for_each(|uv| uv[0] = -uv[0]);
        }
        self.compute_tangents();
        self
    }

    /// Turned inside out.
    pub fn flipped(mut self) -> Self {
        self.indices.chunks_exact_mut(3).for_each(|t| t.swap(1, 2));
        self.uvs.iter_mut().for_each(|uv| uv[0] = -uv[0]);
        self.normals.iter_mut().for_each(|n| *n = -*n);
        self.compute_tangents();
        self
    }

    /// Every position moved by a function (m to m), the normals found anew.
    pub fn deformed(self, crease_deg: f32, f: impl Fn(Vec3) -> Vec3) -> Self {
        let mut soup = Soup::default();
        for t in self.indices.chunks_exact(3) {
            let at = |k: usize| t[k] as usize;
            let p = [0, 1, 2].map(|k| f(self.positions[at(k)]));
            soup.triangle(p, [0, 1, 2].map(|k| self.uvs[at(k)]), 0);
        }
        soup.smooth(crease_deg)
    }

    /// With its texture slid by `(du, dv)` metres, so that twin pieces do not look alike.
    pub fn uv_shifted(mut self, du: f32, dv: f32) -> Self {
        self.uvs.iter_mut().for_each(|uv| *uv = [uv[0] + du, uv[1] + dv]);
        self
    }

    /// Finds the tangents from positions, normals and uvs: x along u; the bitangent, normal × tangent times w, against v,
    /// as the green of a normal map means the top row of its picture (glTF 2.0, 3.9.3).
    pub fn compute_tangents(&mut self) {
        let mut sums = vec![(Vec3::ZERO, Vec3::ZERO); self.positions.len()];
        for t in self.indices.chunks_exact(3) {
            let at = |k: usize| t[k] as usize;
            let [p, q, r] = [0, 1, 2].map(|k| self.positions[at(k)]);
            let [a, b, c] = [0, 1, 2].map(|k| Vec2::from(self.uvs[at(k)]));
            let (e, f, d, g) = (q - p, r - p, b - a, c - a);
            let det = d.perp_dot(g);
            if det.abs() < 1e-14 {
                continue;
            }
            let (u, v) = ((e * g.y - f * d.y) / det, (f * d.x - e * g.x) / det);
            let weight = e.cross(f).length();
            let (u, v) = (u.normalize_or_zero() * weight, v.normalize_or_zero() * weight);
            for k in 0..3 {
                sums[at(k)].0 += u;
                sums[at(k)].1 += v;
            }
        }
        let one = |(n, (u, v)): (&Vec3, &(Vec3, Vec3))| {
            let t = (*u - *n * n.dot(*u)).normalize_or(n.any_orthonormal_vector());
            [t.x, t.y, t.z, if n.cross(t).dot(*v) < 0.0 { 1.0 } else { -1.0 }]
        };
        self.tangents = self.normals.iter().zip(&sums).map(one).collect();
    }
}

/// The lowest and the highest corner around points; `None` without points.
pub fn bounds_of(points: impl IntoIterator<Item = Vec3>) -> Option<(Vec3, Vec3)> {
    let each = points.into_iter().map(|p| (p, p));
    each.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The points that lie farthest along the axes and along `directions` evenly spread directions: few points whose
/// convex hull is close to that of all, and has the same bounding box.
pub fn hull_points(points: &[Vec3], directions: usize) -> Vec<Vec3> {
    let mut kept: Vec<Vec3> = Vec::new();
    let axes = [Vec3::X, Vec3::NEG_X, Vec3::Y, Vec3::NEG_Y, Vec3::Z, Vec3::NEG_Z];
    let spread = (0..directions).map(|i| {
        let y = 1.0 - (2.0 * i as f32 + 1.0) / directions as f32;
        let (sin, cos) = libm::sincosf(i as f32 * 2.399_963);
        let r = (1.0 - y * y).max(0.0).sqrt();
        Vec3::new(r * cos, y, r * sin)
    });
    for d in axes.into_iter().chain(spread) {
        let best = points.iter().copied().reduce(|a, b| if b.dot(d) > a.dot(d) { b } else { a });
        kept.extend(best.filter(|b| !kept.contains(b)));
    }
    kept
}

impl Hull {
    /// Moved by `by` (m).
    pub fn translated(mut self, by: Vec3) -> Self {
        match &mut self {
            Hull::Cuboid { position, .. }
            | Hull::Ball { position, .. }
            | Hull::Cylinder { position, .. }
            | Hull::Cone { position, .. }
            | Hull::Capsule { position, .. } => *position += by,
            Hull::Convex { points } => points.iter_mut().for_each(|p| *p += by),
        }
        self
    }

    /// The lowest and the highest corner of the bounding box (m); zeros for a hull without points.
    pub fn bounds(&self) -> (Vec3, Vec3) {
        let disc = |axis: Vec3, r: f32| (Vec3::ONE - axis * axis).max(Vec3::ZERO).map(f32::sqrt) * r;
        let (centre, reach) = match self {
            Hull::Cuboid { half_extents: h, position, rotation } => {
                let [x, y, z] = [Vec3::X * h.x, Vec3::Y * h.y, Vec3::Z * h.z].map(|a| (*rotation * a).abs());
                (*position, x + y + z)
            }
            Hull::Ball { radius, position } => (*position, Vec3::splat(*radius)),
            Hull::Cylinder { half_height, radius, position, rotation } => {
                let axis = *rotation * Vec3::Y;
                (*position, axis.abs() * *half_height + disc(axis, *radius))
            }
            Hull::Cone { half_height, radius, position, rotation } => {
                let axis = *rotation * Vec3::Y;
                let (tip, base) = (*position + axis * *half_height, *position - axis * *half_height);
                let rim = disc(axis, *radius);
                let (low, high) = (tip.min(base - rim), tip.max(base + rim));
                ((low + high) * 0.5, (high - low) * 0.5)
            }
            Hull::Capsule { half_height, radius, position, rotation } => {
                (*position, (*rotation * Vec3::Y).abs() * *half_height + Vec3::splat(*radius))
            }
            Hull::Convex { points } => return bounds_of(points.iter().copied()).unwrap_or_default(),
        };
        (centre - reach, centre + reach)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What is wrong with a mesh, or nothing.
    pub(crate) fn fault(m: &MeshData) -> Option<String> {
        let n = m.positions.len();
        if m.normals.len() != n || m.uvs.len() != n || m.tangents.len() != n || !m.indices.len().is_multiple_of(3) {
            return Some("lengths differ".into());
        }
        if n == 0 || m.indices.is_empty() || m.indices.iter().any(|i| *i as usize >= n) {
            return Some("empty, or an index out of range".into());
        }
        for i in 0..n {
            let t = Vec3::new(m.tangents[i][0], m.tangents[i][1], m.tangents[i][2]);
            let finite = m.positions[i].is_finite() && m.normals[i].is_finite() && t.is_finite();
            if !finite || !m.uvs[i].iter().all(|x| x.is_finite()) {
                return Some(format!("vertex {i} is not finite"));
            }
            if (m.normals[i].length() - 1.0).abs() > 1e-3 || (t.length() - 1.0).abs() > 1e-3 {
                return Some(format!("normal {:?} or tangent {t:?} is not of unit length", m.normals[i]));
            }
            if t.dot(m.normals[i]).abs() > 1e-3 || m.tangents[i][3].abs() != 1.0 {
                return Some(format!("tangent {t:?} leans on its normal {:?}", m.normals[i]));
            }
        }
        let (mut mirrored, mut area) = (0.0, 0.0);
        for (k, [a, b, c]) in m.triangles().enumerate() {
            let cross = (b - a).cross(c - a);
            let longest = (b - a).length().max((c - b).length()).max((a - c).length());
            if cross.length() < 1e-9 || cross.length() < longest * longest * 1e-4 {
                return Some(format!("triangle {k} is degenerate: {a} {b} {c}"));
            }
            // The rows of a picture run downwards: counter-clockwise in space is clockwise in it.
            let [d, e, f] = [0, 1, 2].map(|corner| Vec2::from(m.uvs[m.indices[3 * k + corner] as usize]));
            area += cross.length();
            mirrored += if (e - d).perp_dot(f - d) > 0.0 { cross.length() } else { 0.0 };
            for i in &m.indices[3 * k..3 * k + 3] {
                if m.normals[*i as usize].dot(cross.normalize()) <= 0.0 {
                    return Some(format!("triangle {k} faces away from a normal: {a} {b} {c}"));
                }
            }
        }
        if mirrored > 0.01 * area {
            return Some(format!("pictures are mirrored on {:.0} % of it", 100.0 * mirrored / area));
        }
        None
    }

    #[test]
    fn moving_a_mesh_keeps_it_sound() {
        let m = rounded_box(Vec3::new(0.2, 0.1, 0.3), 0.01, 2);
        let v = m.volume();
        let turned = m.clone().rotated(Quat::from_rotation_x(0.7)).translated(Vec3::splat(3.0));
        assert_eq!(fault(&turned), None);
        let mirrored = m.clone().scaled(Vec3::new(-2.0, 1.0, 1.0));
        assert_eq!(fault(&mirrored), None);
        assert!((mirrored.volume() - 2.0 * v).abs() < 1e-5);
        assert!((m.clone().flipped().volume() + v).abs() < 1e-6);
        let bent = m.clone().deformed(CREASE_DEG, |p| p + Vec3::X * p.y * 0.2);
        assert_eq!(fault(&bent), None);
        assert!(bent.is_closed());
        let two = merge([m.clone(), m.translated(Vec3::X)]);
        assert!((two.volume() - 2.0 * v).abs() < 1e-5);
    }

    #[test]
    fn few_hull_points_keep_the_bounds() {
        let m = uv_sphere(0.5, 24, 12);
        let few = hull_points(&m.positions, 40);
        assert!(few.len() <= 46);
        assert_eq!(bounds_of(few), Some(m.bounds()));
    }

    #[test]
    fn hull_bounds_are_those_of_the_shape() {
        let rotation = Quat::from_rotation_z(std::f32::consts::FRAC_PI_2);
        let cylinder = Hull::Cylinder { half_height: 1.0, radius: 0.5, position: Vec3::Y, rotation };
        let (low, high) = cylinder.translated(Vec3::X).bounds();
        assert!(low.distance(Vec3::new(0.0, 0.5, -0.5)) < 1e-3 && high.distance(Vec3::new(2.0, 1.5, 0.5)) < 1e-3);
        let cone = Hull::Cone { half_height: 1.0, radius: 0.5, position: Vec3::ZERO, rotation: Quat::IDENTITY };
        assert_eq!(cone.bounds(), (Vec3::new(-0.5, -1.0, -0.5), Vec3::new(0.5, 1.0, 0.5)));
    }
}
