//! Street trees: a trunk with branches and clumps of leaves, broad-leaved or conifer.

use std::f32::consts::TAU;

use glam::{Vec3, vec3};

use super::kit::{Kit, Rng, along, curve, cycle, look};
use crate::assets::mesh::{Builder, circle, sweep, uv_sphere};
use crate::assets::{MeshData, Model};

/// Leaves on the shell of an ellipsoid; they are shaded as the clump is, so that it looks soft.
fn clump(b: &mut Builder, rng: &mut Rng, centre: Vec3, size: Vec3, count: usize, leaf: f32) {
    for _ in 0..count {
        let dir = loop {
            let d = rng.jitter();
            if d.length_squared() > 0.05 && d.length_squared() <= 1.0 {
                break d.normalize();
            }
        };
        let at = centre + dir * size * rng.range(0.78, 1.1);
        let out = (dir / size).normalize();
        let facing = (out + rng.jitter() * 0.75).normalize_or(out);
        let hang = (facing.cross(Vec3::Y) + rng.jitter() * 0.4).normalize_or(Vec3::X);
        let side = (hang - facing * facing.dot(hang)).normalize_or(facing.any_orthonormal_vector());
        let tip = facing.cross(side).normalize_or_zero();
        let (l, w) = (leaf * rng.range(0.75, 1.25), leaf * rng.range(0.42, 0.6));
        let normal = (facing * 0.55 + out * 0.85).normalize_or(facing);
        let normal = if normal.dot(facing) > 0.1 { normal } else { facing };
        let corner = |p: Vec3, u: f32, v: f32| (at + p, normal, [u * leaf, -v * leaf]);
        b.poly(&[
            corner(tip * -l, 0.5, 0.0),
            corner(side * w, 1.0, 0.55),
            corner(tip * l, 0.5, 1.0),
            corner(side * -w, 0.0, 0.55),
        ]);
    }
}

/// A dark core that closes the gaps between the leaves.
fn core(rng: &mut Rng, centre: Vec3, size: Vec3) -> MeshData {
    let (a, b, c) = (rng.range(0.0, TAU), rng.range(0.0, TAU), rng.range(0.0, TAU));
    uv_sphere(1.0, 12, 8).deformed(80.0, |p| {
        let bump =
            1.0 + 0.1 * libm::sinf(4.0 * p.x + a) + 0.1 * libm::sinf(5.0 * p.y + b) + 0.08 * libm::sinf(4.5 * p.z + c);
        centre + p * size * (0.72 * bump)
    })
}

/// A street tree.
pub(super) fn tree(variant: u32) -> Model {
    let mut rng = Rng::new("tree", variant);
    let conifer = variant % 4 == 3;
    let h = rng.range(4.6, 7.2);
    let r = h * rng.range(0.017, 0.022);
    let lean = vec3(rng.range(-0.03, 0.03), 0.0, rng.range(-0.03, 0.03)) * h;
    let bend = vec3(rng.range(-0.02, 0.02), 0.0, rng.range(-0.02, 0.02)) * h;
    let reach = if conifer { 0.97 } else { 0.78 };
    let trunk = curve(
        &[
            Vec3::ZERO,
            Vec3::Y * h * 0.03,
            Vec3::Y * h * 0.07,
            Vec3::Y * h * 0.3 + bend,
            vec3(lean.x, h * reach, lean.z),
        ],
        4,
    );
    let n = trunk.len() - 1;
    let at = |t: f32| trunk[((t * n as f32) as usize).min(n)];
    let thick = |t: f32| along(&[[0.0, 1.7], [0.1, 1.15], [0.25, 1.0], [0.7, 0.62], [1.0, 0.16]], t);
    let mut kit = Kit::default();
    let mut wood = vec![sweep(&circle(r, 12), &trunk, Vec3::Z, 70.0, thick)];
    let (mut light, mut dark, mut cores) = (Builder::default(), Builder::default(), Vec::new());
    let mut points = Vec::new();
    if conifer {
        let tiers = 8;
        for k in 0..tiers {
            let t = k as f32 / (tiers - 1) as f32;
            let y = h * (0.16 + 0.78 * t);
            let wide = h * (0.235 * (1.0 - t) + 0.03) * rng.range(0.92, 1.08);
            let centre = vec3(lean.x * t, y, lean.z * t);
            let arms = if t > 0.8 { 4 } else { 9 };
            let high = h * 0.075 * (1.0 - 0.5 * t);
            cores.push(uv_sphere(1.0, 12, 6).deformed(80.0, |p| {
                centre + vec3(p.x * wide * 0.5, p.y * high - (p.x * p.x + p.z * p.z) * high * 0.7, p.z * wide * 0.5)
            }));
            for a in 0..arms {
                let (s, c) = libm::sincosf(TAU * (a as f32 + 0.37 * k as f32 + rng.range(-0.2, 0.2)) / arms as f32);
                let out = vec3(c, -0.24, s);
                let b = if a % 3 == 0 { &mut dark } else { &mut light };
                let q = centre + out * wide * 0.62;
                clump(
                    b,
                    &mut rng,
                    q,
                    vec3(0.42 * wide * c.abs().max(0.45), wide * 0.16, 0.42 * wide * s.abs().max(0.45)),
                    22,
                    0.07 + wide * 0.12,
                );
            }
            points.extend(circle(wide * 0.97, 10).into_iter().map(|p| centre + vec3(p.x, -0.02 * h, p.y)));
        }
        points.push(vec3(lean.x, h, lean.z));
        cores.push(crate::assets::mesh::cone(h * 0.03, 0.0, h * 0.12, 8).translated(vec3(lean.x, h * 0.95, lean.z)));
    } else {
        let crown = vec3(lean.x, h * rng.range(0.64, 0.7), lean.z);
        let spread = h * cycle(&[0.24, 0.19, 0.28, 0.2], variant);
        let tall = h * cycle(&[0.25, 0.29, 0.22, 0.27], variant);
        let clumps = 9;
        for k in 0..clumps {
            let y = 1.0 - 2.0 * (k as f32 + 0.5) / clumps as f32;
            let (s, c) = libm::sincosf(k as f32 * 2.399_963 + rng.range(-0.3, 0.3));
            let ring = (1.0 - y * y).sqrt();
            let centre = crown + vec3(c * ring * spread * 0.66, y * tall * 0.62, s * ring * spread * 0.66);
            let size = vec3(spread, spread * 0.85, spread) * rng.range(0.46, 0.62);
            let start = at(rng.range(0.78, 0.93));
            if y < 0.7 {
                let mid = start.lerp(centre, 0.55) - Vec3::Y * spread * 0.08;
                wood.push(sweep(
                    &circle(r * 0.42, 7),
                    &curve(&[start - Vec3::Y * r, mid, centre], 3),
                    Vec3::Z,
                    70.0,
                    |t| 1.0 - 0.65 * t,
                ));
            }
            cores.push(core(&mut rng, centre, size));
            let leaf = h * 0.027;
            clump(&mut light, &mut rng, centre, size, 120, leaf);
            clump(&mut dark, &mut rng, centre - Vec3::Y * size.y * 0.1, size * 0.97, 70, leaf);
            points.extend(uv_sphere(1.0, 8, 5).positions.into_iter().map(|p| centre + p * size * 1.06));
        }
        cores.push(core(&mut rng, crown, vec3(spread, tall, spread) * 0.62));
    }
    let [a, b, c] = cycle(
        &[
            [0x6c8a3c, 0x4d6c2e, 0x2a3d1c],
            [0x7f9442, 0x5f7a34, 0x33451f],
            [0x5f7f3a, 0x45652f, 0x263a1c],
            [0x48683f, 0x345230, 0x1c2f1e],
            [0x8f9a3e, 0x6a7a30, 0x3b4820],
            [0x5c8446, 0x426634, 0x253c20],
            [0xb08a36, 0x8c6a2c, 0x4c3c1e],
            [0x3f6248, 0x2e4c36, 0x1a2e22],
        ],
        variant,
    );
    let bark = look("bark", cycle(&[0xffffff, 0xe0d8cc, 0xc8c0b8, 0xf0e0d0], variant));
    kit.add("wood", &bark, wood);
    kit.add("leaf_core", &look("leaves", c).rough(0.95), cores);
    let green = |tint: u32| look("leaves", tint).rough(0.75).double_sided();
    let (light, dark) = (light.finish(), dark.finish());
    points.extend(light.positions.iter().chain(&dark.positions).copied());
    kit.add("leaves", &green(a), [light]);
    kit.add("leaves_dark", &green(b), [dark]);
    kit.hull_cylinder(r * 1.15, 0.0, h * 0.4);
    kit.hull_around(&points, 60);
    kit.finish()
}
