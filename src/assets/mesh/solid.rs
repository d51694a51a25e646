//! Simple solids: box, sphere, cylinder, cone, capsule, torus and grid.

use std::f32::consts::{FRAC_PI_2, TAU};

use glam::{Vec2, Vec3};

use super::{Builder, CREASE_DEG, Corner, box_uv, lathe, rounded_outline};
use crate::assets::MeshData;

/// A box of the given size (m) with sharp edges, centred on the origin.
pub fn cuboid(size: Vec3) -> MeshData {
    rounded_box(size, 0.0, 0)
}

/// A box of the given size (m) whose edges are rounded with `radius` (m) in `segments` steps, centred on the
/// origin. One step is a chamfer that is shaded as if round: 44 triangles. Pictures stand upright, but on faces that are over
/// twice as high as wide: there the grain (u) runs along the height.
pub fn rounded_box(size: Vec3, radius: f32, segments: usize) -> MeshData {
    let half = size * 0.5;
    let r = if segments == 0 { 0.0 } else { radius.min(half.min_element() * 0.98).max(0.0) };
    let s = if r > 0.0 { segments } else { 0 };
    let inner = half - Vec3::splat(r);
    let arc: Vec<(f32, f32)> = (0..=s).map(|k| quarter(k, s)).collect();
    let at = |sign: Vec3, n: Vec3| (sign * inner + sign * n * r, sign * n);
    let mut b = Builder::default();
    let mut face = |corners: &[(Vec3, Vec3)]| {
        let mean = corners.iter().fold(Vec3::ZERO, |m, c| m + c.1);
        let mapped: Vec<Corner> = corners.iter().map(|(p, n)| (*p, *n, face_uv(*p, mean, size))).collect();
        b.poly(&mapped);
    };
    const SIGNS: [f32; 2] = [-1.0, 1.0];
    const AXES: [Vec3; 3] = [Vec3::X, Vec3::Y, Vec3::Z];
    for k in 0..3 {
        let (a, u, v) = (AXES[k], AXES[(k + 1) % 3], AXES[(k + 2) % 3]);
        for side in SIGNS {
            let corner = |i: f32, j: f32| at(a * side + u * i + v * j, a);
            face(&[corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)]);
        }
        for (i, j) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
            for w in arc.windows(2) {
                let on = |end: f32, (cos, sin): (f32, f32)| at(a * end + u * i + v * j, u * cos + v * sin);
                face(&[on(-1.0, w[0]), on(1.0, w[0]), on(1.0, w[1]), on(-1.0, w[1])]);
            }
        }
    }
    for x in SIGNS {
        for y in SIGNS {
            for z in SIGNS {
                for lat in arc.windows(2) {
                    for lon in arc.windows(2) {
                        let on = |(cos, sin): (f32, f32), (c, s): (f32, f32)| {
                            at(Vec3::new(x, y, z), Vec3::new(cos * c, sin, cos * s))
                        };
                        face(&[on(lat[0], lon[0]), on(lat[0], lon[1]), on(lat[1], lon[1]), on(lat[1], lon[0])]);
                    }
                }
            }
        }
    }
    b.finish()
}

/// Cosine and sine of the k-th of s steps from 0° to 90°; bit for bit, the sine is the cosine of the rest.
fn quarter(k: usize, s: usize) -> (f32, f32) {
    let cos = |k: usize| match k {
        0 => 1.0,
        k if k == s => 0.0,
        k => libm::cosf(FRAC_PI_2 * k as f32 / s as f32),
    };
    if s == 0 { (1.0, 0.0) } else { (cos(k), cos(s - k)) }
}

fn face_uv(p: Vec3, normal: Vec3, size: Vec3) -> [f32; 2] {
    let [u, v] = box_uv(p, normal);
    let [across, down] = box_uv(size, normal).map(f32::abs);
    // A quarter turn, not a mirror.
    if 2.0 * across >= down { [u, v] } else { [-v, u] }
}

/// A sphere around the origin; `segments` run around, `rings` from pole to pole.
pub fn uv_sphere(radius: f32, segments: usize, rings: usize) -> MeshData {
    let (segments, rings) = (segments.max(3), rings.max(2));
    let dir = |i: usize, j: usize| {
        if i == 0 || i == rings {
            return if i == 0 { Vec3::NEG_Y } else { Vec3::Y };
        }
        let (sin, cos) = libm::sincosf(FRAC_PI_2 * (2.0 * i as f32 / rings as f32 - 1.0));
        let (s, c) = libm::sincosf(TAU * (j % segments) as f32 / segments as f32);
        Vec3::new(cos * c, sin, -cos * s)
    };
    let mut b = Builder::default();
    for i in 0..rings {
        for j in 0..segments {
            let corner = |i: usize, j: usize, dj: f32| {
                let (u, v) = ((j as f32 + dj) / segments as f32, i as f32 / rings as f32);
                let n = dir(i, j);
                (n * radius, n, [u * TAU * radius, -v * FRAC_PI_2 * 2.0 * radius])
            };
            if i == 0 {
                b.poly(&[corner(0, j, 0.5), corner(1, j + 1, 0.0), corner(1, j, 0.0)]);
            } else if i + 1 == rings {
                b.poly(&[corner(i, j, 0.0), corner(i, j + 1, 0.0), corner(rings, j, 0.5)]);
            } else {
                let (low, high) =
                    ([corner(i, j, 0.0), corner(i, j + 1, 0.0)], [corner(i + 1, j + 1, 0.0), corner(i + 1, j, 0.0)]);
                b.poly(&[low[0], low[1], high[0], high[1]]);
            }
        }
    }
    b.finish()
}

/// A cylinder along Y around the origin; its rims are rounded with `bevel` (m), sharp for 0.
pub fn cylinder(radius: f32, height: f32, segments: usize, bevel: f32) -> MeshData {
    let h = height * 0.5;
    let bevel = bevel.min(radius * 0.9).min(h * 0.9);
    let outline = [[0.0, -h, 0.0], [radius, -h, bevel], [radius, h, bevel], [0.0, h, 0.0]];
    lathe(&rounded_outline(&outline, 2, false), segments, CREASE_DEG)
}

/// A cone along Y, half way up at the origin, tip up; with a `top` radius over 0 it is cut off flat.
pub fn cone(radius: f32, top: f32, height: f32, segments: usize) -> MeshData {
    let h = height * 0.5;
    let mut profile = vec![Vec2::new(0.0, -h), Vec2::new(radius, -h), Vec2::new(top.max(0.0), h)];
    if top > 0.0 {
        profile.push(Vec2::new(0.0, h));
    }
    lathe(&profile, segments, CREASE_DEG)
}

/// A capsule along Y around the origin; `straight` is the length (m) between its half spheres.
pub fn capsule(radius: f32, straight: f32, segments: usize, rings: usize) -> MeshData {
    let rings = rings.max(2);
    let mut profile = Vec::new();
    for half in [-1.0, 1.0f32] {
        for k in 0..=rings {
            let (cos, sin) = quarter(if half < 0.0 { rings - k } else { k }, rings);
            profile.push(Vec2::new(cos * radius, half * (sin * radius + straight * 0.5)));
        }
    }
    profile.dedup();
    lathe(&profile, segments, 80.0)
}

/// A ring around Y: `major` from the axis to the middle of the ring, `minor` the thickness radius (m).
pub fn torus(major: f32, minor: f32, around: usize, section: usize) -> MeshData {
    let mut b = Builder::default();
    let corner = |i: usize, j: usize| {
        let (s, c) = libm::sincosf(TAU * (j % around) as f32 / around as f32);
        let (sin, cos) = libm::sincosf(TAU * (i % section) as f32 / section as f32);
        let n = Vec3::new(cos * c, sin, -cos * s);
        let uv = [TAU * major * j as f32 / around as f32, -TAU * minor * i as f32 / section as f32];
        (Vec3::new(c, 0.0, -s) * major + n * minor, n, uv)
    };
    for i in 0..section {
        for j in 0..around {
            b.poly(&[corner(i, j), corner(i, j + 1), corner(i + 1, j + 1), corner(i + 1, j)]);
        }
    }
    b.finish()
}

/// A flat rectangle in the XZ plane that faces up, `width` (x) by `depth` (z) metres, cut into cells.
pub fn grid(width: f32, depth: f32, columns: usize, rows: usize) -> MeshData {
    let (columns, rows) = (columns.max(1), rows.max(1));
    let corner = |i: usize, j: usize| {
        let x = width * (i as f32 / columns as f32 - 0.5);
        let z = depth * (j as f32 / rows as f32 - 0.5);
        (Vec3::new(x, 0.0, z), Vec3::Y, [x, z])
    };
    let mut b = Builder::default();
    for j in 0..rows {
        for i in 0..columns {
            b.poly(&[corner(i, j), corner(i, j + 1), corner(i + 1, j + 1), corner(i + 1, j)]);
        }
    }
    b.finish()
}

#[cfg(test)]
mod tests {
    use super::super::tests::fault;
    use super::*;

    fn sound(m: &MeshData, size: Vec3, volume: f32) {
        assert_eq!(fault(m), None);
        assert!(m.is_closed());
        let (low, high) = m.bounds();
        assert!((high - low).distance(size) < size.length() * 0.02, "{low} {high}");
        assert!((low + high).length() < size.length() * 0.02);
        assert!((m.volume() / volume - 1.0).abs() < 0.05, "{} for {volume}", m.volume());
    }

    #[test]
    fn boxes() {
        let size = Vec3::new(0.4, 0.2, 0.1);
        sound(&cuboid(size), size, 0.008);
        for s in 1..5 {
            let m = rounded_box(size, 0.01, s);
            sound(&m, size, 0.008);
            assert_eq!(m.triangle_count(), 12 + 24 * s + 8 * (2 * s * s - s));
        }
    }

    #[test]
    fn round_solids() {
        use std::f32::consts::PI;
        sound(&uv_sphere(0.5, 32, 16), Vec3::ONE, PI / 6.0);
        sound(&cylinder(0.5, 2.0, 32, 0.0), Vec3::new(1.0, 2.0, 1.0), PI * 0.5);
        sound(&cylinder(0.5, 2.0, 32, 0.02), Vec3::new(1.0, 2.0, 1.0), PI * 0.5);
        sound(&cone(0.5, 0.0, 1.0, 32), Vec3::ONE, PI / 12.0);
        sound(&cone(0.5, 0.25, 1.0, 32), Vec3::ONE, PI * 1.75 / 12.0);
        sound(&capsule(0.5, 1.0, 32, 8), Vec3::new(1.0, 2.0, 1.0), PI / 6.0 + PI * 0.25);
        sound(&torus(0.4, 0.1, 48, 24), Vec3::new(1.0, 0.2, 1.0), 2.0 * PI * PI * 0.004);
    }

    #[test]
    fn uvs_are_metres() {
        let m = cylinder(0.5, 2.0, 32, 0.0);
        let v: Vec<f32> = m.uvs.iter().map(|uv| uv[0]).collect();
        let wide = v.iter().copied().fold(f32::MIN, f32::max) - v.iter().copied().fold(f32::MAX, f32::min);
        assert!((wide - std::f32::consts::PI).abs() < 0.6, "{wide}");
        let g = grid(3.0, 2.0, 4, 4);
        assert_eq!(fault(&g), None);
        assert_eq!(g.triangle_count(), 32);
        assert_eq!(g.uvs[0], [-1.5, -1.0]);
    }
}
