//! Fruit, and the blades that leaves are made of.

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use glam::{Quat, Vec2, Vec3, vec3};

use super::kit::{Kit, Rng, curve, curve2, cycle, look};
use crate::assets::mesh::{Soup, circle, extrude, lathe, sweep};
use crate::assets::{MeshData, Model};

/// A folded leaf along `dir`, from `at`; a thin sheet drawn on both sides.
pub(super) fn blade(soup: &mut Soup, path: &[Vec3], side: Vec3, width: impl Fn(f32) -> f32, fold: f32) {
    let n = path.len() - 1;
    let row = |i: usize| {
        let t = i as f32 / n as f32;
        let d = (path[(i + 1).min(n)] - path[i.saturating_sub(1)]).normalize_or_zero();
        let up = side.cross(d).normalize_or_zero();
        let w = side * width(t);
        let lift = up * (width(t) * fold);
        [path[i] - w + lift, path[i], path[i] + w + lift]
    };
    for i in 0..n {
        let (a, b) = (row(i), row(i + 1));
        for k in 0..2 {
            soup.quad_flat([a[k], a[k + 1], b[k + 1], b[k]], 0);
        }
    }
}

/// An apple with stem and leaf.
pub(super) fn apple(variant: u32) -> Model {
    let mut rng = Rng::new("apple", variant);
    let (r, tall) = (rng.range(0.034, 0.042), rng.range(0.88, 1.02));
    let h = r * 2.0 * tall * 0.88;
    let profile = curve2(
        &[
            [0.0, h * 0.07],
            [r * 0.2, h * 0.03],
            [r * 0.36, 0.0],
            [r * 0.72, h * 0.14],
            [r * 0.97, h * 0.45],
            [r * 0.96, h * 0.7],
            [r * 0.7, h * 0.93],
            [r * 0.4, h],
            [r * 0.14, h * 0.94],
            [0.0, h * 0.84],
        ],
        3,
    );
    let lobes = rng.range(0.01, 0.025);
    let body = lathe(&profile, 30, 80.0).deformed(80.0, |p| {
        let (a, low) = (libm::atan2f(p.z, p.x), 1.0 - p.y / h);
        let s = 1.0 + lobes * libm::sinf(5.0 * a) * low + 0.015 * libm::sinf(2.0 * a + 1.0);
        vec3(p.x * s, p.y, p.z * s)
    });
    let mut kit = Kit::default();
    let points = body.positions.clone();
    kit.add(
        "skin",
        &look(
            "fruit_skin",
            cycle(&[0x9e1b1b, 0x7da23a, 0xb8342a, 0xc9a83c, 0x7d1620, 0xa9b64a, 0xc0452c, 0x8f2a22], variant),
        )
        .rough(0.32),
        [body],
    );
    let lean = vec3(rng.range(-0.004, 0.004), 0.0, rng.range(-0.004, 0.004));
    let foot = Vec3::Y * h * 0.85;
    let tip = foot + vec3(lean.x, h * 0.26, lean.z);
    let stem = curve(&[foot, foot + vec3(0.0, h * 0.15, 0.0), tip], 3);
    kit.add("stem", &look("bark", 0xffffff), [sweep(&circle(0.0012, 6), &stem, Vec3::Z, 80.0, |t| 1.0 + 0.7 * t * t)]);
    if variant % 3 != 2 {
        let a = rng.range(0.0, TAU);
        let (s, c) = libm::sincosf(a);
        let out = vec3(c, 0.0, s);
        let base = foot + Vec3::Y * h * 0.12;
        let path = curve(
            &[
                base,
                base + out * 0.009 + Vec3::Y * 0.003,
                base + out * 0.018 + Vec3::Y * 0.002,
                base + out * 0.026 - Vec3::Y * 0.002,
            ],
            2,
        );
        let mut soup = Soup::default();
        blade(&mut soup, &path, vec3(-s, 0.0, c), |t| 0.0006 + 0.0075 * libm::sinf(PI * t).max(0.0).sqrt(), 0.25);
        kit.add("leaf", &look("leaves", 0x4d7030).double_sided(), [soup.smooth(70.0)]);
    }
    kit.hull_around(&points, 70);
    kit.hull_box(vec3(0.004, h * 0.16, 0.004) + lean.abs(), tip - Vec3::Y * h * 0.08 - lean * 0.4);
    kit.finish()
}

/// An orange, a lemon or a lime.
pub(super) fn orange(variant: u32) -> Model {
    let mut rng = Rng::new("orange", variant);
    let kind = variant % 4;
    let (r, colour) = match kind {
        1 => (rng.range(0.024, 0.028), 0xd9b52a),
        3 => (rng.range(0.023, 0.026), 0x6f8f34),
        _ => (rng.range(0.034, 0.043), cycle(&[0xd87a1a, 0xd98a24, 0xcf6a16], variant / 2)),
    };
    let long = if kind % 2 == 1 { 1.22 } else { rng.range(0.93, 1.0) };
    let mut half: Vec<[f32; 2]> = Vec::new();
    for k in 0..=14 {
        let (s, c) = libm::sincosf(FRAC_PI_2 * (k as f32 / 7.0 - 1.0));
        // By multiplication, which is the same on every machine.
        let third = s.abs() * s.abs() * s.abs();
        let ninth = third * third * third;
        let tip = if kind % 2 == 1 { 0.16 * ninth * s.signum() } else { -0.05 * ninth * third * s.signum() };
        half.push([(c * r).max(if k == 0 || k == 14 { 0.0 } else { 1e-4 }), r * (s * long + tip)]);
    }
    half[0][0] = 0.0;
    half[14][0] = 0.0;
    let profile: Vec<Vec2> = half.into_iter().map(Vec2::from).collect();
    let lay = |m: MeshData| {
        if kind % 2 == 1 { m.rotated(Quat::from_rotation_z(FRAC_PI_2)) } else { m.rotated(Quat::from_rotation_z(0.16)) }
    };
    let body = lay(lathe(&profile, 28, 80.0).deformed(80.0, |p| {
        let a = libm::atan2f(p.z, p.x);
        let s = 1.0 + 0.008 * libm::sinf(3.0 * a + 0.7) + 0.006 * libm::sinf(7.0 * a);
        vec3(p.x * s, p.y, p.z * s)
    }));
    let mut kit = Kit::default();
    let top = profile[14].y;
    let star: Vec<Vec2> = (0..10).map(|k| circle(if k % 2 == 0 { r * 0.13 } else { r * 0.07 }, 10)[k]).collect();
    let calyx = extrude(&star, r * 0.05, r * 0.012).rotated(Quat::from_rotation_x(-FRAC_PI_2));
    kit.hull_around(&body.positions, 80);
    kit.add("skin", &look("fruit_skin", colour).rough(0.45), [body]);
    kit.add("calyx", &look("bark", 0x9fae6a), [lay(calyx.translated(Vec3::Y * (top + r * 0.006)))]);
    kit.finish()
}

/// A banana, lying on its side.
pub(super) fn banana(variant: u32) -> Model {
    let mut rng = Rng::new("banana", variant);
    let (bend, r) = (rng.range(0.075, 0.095), rng.range(0.0165, 0.02));
    let sweep_angle = rng.range(1.5, 2.0);
    let n = 18;
    let path: Vec<Vec3> = (0..=n)
        .map(|k| {
            let (s, c) = libm::sincosf(sweep_angle * (k as f32 / n as f32 - 0.5));
            vec3(s * bend, 0.0, -c * bend)
        })
        .collect();
    let shape: Vec<Vec2> = (0..10).map(|k| circle(if k % 2 == 0 { 1.0 } else { 0.93 }, 10)[k] * r).collect();
    let width = |t: f32| {
        if t < 0.14 {
            0.3 + 0.2 * (t / 0.14) * (t / 0.14)
        } else {
            let q = (t - 0.14) / 0.86;
            0.5 + 0.5 * (1.0 - (1.0 - (q / 0.3).min(1.0)) * (1.0 - (q / 0.3).min(1.0)))
                - 0.62 * (q - 0.3).max(0.0) * (q - 0.3).max(0.0) / 0.49
                - if q > 0.9 { (q - 0.9) * 2.0 } else { 0.0 }
        }
    };
    let body = sweep(&shape, &path, Vec3::Y, 46.0, width);
    let mut kit = Kit::default();
    let end = |at: usize, to: usize, s: f32, reach: f32| {
        let d = (path[at] - path[to]).normalize_or_zero();
        sweep(&circle(r * s, 8), &[path[at] - d * 0.002, path[at] + d * reach], Vec3::Y, 50.0, |t| 1.0 - 0.12 * t)
    };
    for k in 0..4 {
        let (a, b) = (n * k / 4, n * (k + 1) / 4);
        let near = |p: &&Vec3| {
            let t = libm::atan2f(p.x, -p.z) / sweep_angle + 0.5;
            t >= a as f32 / n as f32 - 0.03 && t <= b as f32 / n as f32 + 0.03
        };
        let points: Vec<Vec3> = body.positions.iter().filter(near).copied().collect();
        kit.hull_around(&points, 30);
    }
    kit.add("skin", &look("fruit_skin", cycle(&[0xd9b838, 0xc9b23c, 0xdcc04a, 0xb8b04a], variant)).rough(0.5), [body]);
    kit.add("tips", &look("fruit_skin", 0x4a3a20), [end(0, 1, 0.31, 0.003), end(n, n - 1, 0.24, 0.0025)]);
    kit.finish()
}
