//! A bicycle; it rides towards +X.

use std::f32::consts::TAU;

use glam::{Vec2, Vec3, vec2, vec3};

use super::kit::{Kit, Rng, along_x, along_z, curve, cycle, hoop, look, rod, slab, soft};
use crate::assets::mesh::{CREASE_DEG, circle, cylinder, extrude, lathe, rounded_outline, sweep, torus, tube};
use crate::assets::{MeshData, Model};

/// A bicycle, upright on its wheels.
pub(super) fn bicycle(variant: u32) -> Model {
    let mut rng = Rng::new("bicycle", variant);
    let (r, base) = (rng.range(0.325, 0.35), rng.range(1.0, 1.08));
    let paint = look(
        "painted_metal",
        cycle(&[0x1f4f6b, 0xa8281f, 0x26292b, 0xd8d2c2, 0x3c6b4a, 0xc9861f, 0x6d7378, 0x7a3a5a], variant),
    )
    .rough(0.3);
    let (black, chrome) = (look("rubber", 0x1b1b1c), look("brushed_steel", 0xffffff));
    let city = variant.is_multiple_of(2);
    let mut kit = Kit::default();
    let (back, front) = (vec3(-base * 0.5, r, 0.0), vec3(base * 0.5, r, 0.0));
    let tyre = along_z(torus(r - 0.018, 0.018, 36, 7));
    let rim = along_z(hoop(
        &[[r - 0.05, -0.011, 0.0], [r - 0.032, -0.011, 0.0], [r - 0.032, 0.011, 0.0], [r - 0.05, 0.011, 0.0]],
        32,
    ));
    let mut wires = vec![rim, along_z(cylinder(0.02, 0.07, 12, 0.004))];
    for k in 0..18 {
        let (s, c) = libm::sincosf(TAU * k as f32 / 18.0);
        let (s2, c2) = libm::sincosf(TAU * (k as f32 + if k % 2 == 0 { 1.4 } else { -1.4 }) / 18.0);
        let z = if k % 4 < 2 { 0.026 } else { -0.026 };
        wires.push(rod(vec3(c2 * 0.018, s2 * 0.018, z), vec3(c * (r - 0.045), s * (r - 0.045), 0.0), 0.0013, 3));
    }
    let at_both = |m: &MeshData| [m.clone().translated(back), m.clone().translated(front)];
    kit.add("tyres", &black, at_both(&tyre));
    kit.add("wheels", &chrome, wires.iter().flat_map(at_both));
    let crank = vec3(-base * 0.08, r * 0.84, 0.0);
    let seat = vec3(crank.x - 0.17, r + 0.5, 0.0);
    let head = [vec3(base * 0.5 - 0.21, r + 0.5, 0.0), vec3(base * 0.5 - 0.165, r + 0.37, 0.0)];
    let dip = if variant % 4 == 2 { 0.24 } else { 0.02 };
    let mut frame = vec![
        rod(crank, seat, 0.0165, 10),
        rod(crank, head[1], 0.019, 10),
        rod(head[1] - (head[0] - head[1]) * 0.15, head[0] + (head[0] - head[1]) * 0.15, 0.021, 10),
        rod(seat - Vec3::Y * (0.05 + dip), head[0] - vec3(0.0, 0.01 + dip * 0.3, 0.0), 0.0155, 10),
        along_z(cylinder(0.024, 0.075, 12, 0.004)).translated(crank),
    ];
    let fork = curve(
        &[head[1] - (head[0] - head[1]) * 0.1, head[1] + vec3(0.03, -0.12, 0.0), front - vec3(0.03, -0.05, 0.0), front],
        3,
    );
    for s in [-1.0, 1.0f32] {
        let path: Vec<Vec3> = fork
            .iter()
            .enumerate()
            .map(|(i, p)| *p + Vec3::Z * s * (0.012 + 0.028 * (i as f32 / 4.0).min(1.0)))
            .collect();
        frame.push(tube(&path, 0.0095, 8));
        frame.push(rod(crank + Vec3::Z * s * 0.025, back + Vec3::Z * s * 0.045, 0.0085, 8));
        frame.push(rod(seat - Vec3::Y * 0.04 + Vec3::Z * s * 0.012, back + Vec3::Z * s * 0.045, 0.0075, 8));
    }
    kit.add("frame", &paint, frame);
    let up = (head[0] - head[1]).normalize_or(Vec3::Y);
    let stem = head[0] + up * 0.1;
    let grip_z = if city { 0.29 } else { 0.21 };
    let bar_path = |s: f32| {
        if city {
            curve(
                &[
                    stem,
                    stem + vec3(0.05, 0.02, s * 0.1),
                    stem + vec3(0.02, 0.06, s * 0.24),
                    stem + vec3(-0.16, 0.05, s * grip_z),
                ],
                4,
            )
        } else {
            curve(
                &[
                    stem + vec3(0.05, 0.0, 0.0),
                    stem + vec3(0.06, 0.0, s * 0.17),
                    stem + vec3(0.13, -0.01, s * grip_z),
                    stem + vec3(0.15, -0.07, s * grip_z),
                    stem + vec3(0.1, -0.12, s * grip_z),
                    stem + vec3(0.02, -0.125, s * grip_z),
                ],
                3,
            )
        }
    };
    let post = seat + (seat - crank).normalize_or(Vec3::Y) * 0.12;
    let mut metal = vec![
        rod(head[0], stem, 0.012, 8),
        rod(seat, post, 0.0125, 8),
        rod(stem, stem + vec3(0.055, 0.0, 0.0), 0.013, 8),
    ];
    let mut grips = Vec::new();
    for s in [-1.0, 1.0] {
        let path = bar_path(s);
        metal.push(tube(&path, 0.011, 8));
        let n = path.len();
        grips.push(tube(&path[n - 4..], 0.0155, 10));
    }
    let arm = vec3(0.06, -0.155, 0.0);
    metal.extend([
        rod(crank + Vec3::Z * 0.05, crank + arm + Vec3::Z * 0.06, 0.009, 6),
        rod(crank - Vec3::Z * 0.05, crank - arm - Vec3::Z * 0.06, 0.009, 6),
    ]);
    let teeth: Vec<Vec2> = (0..56).map(|k| circle(if k % 2 == 0 { 0.095 } else { 0.089 }, 56)[k]).collect();
    metal.push(extrude(&teeth, 0.004, 0.0).translated(crank + Vec3::Z * 0.042));
    metal.push(along_z(cylinder(0.035, 0.012, 16, 0.002)).translated(back + Vec3::Z * 0.042));
    kit.add("metal", &chrome, metal);
    let chain =
        [0.088, -0.088].map(|d: f32| rod(crank + vec3(0.0, d, 0.042), back + vec3(0.0, d * 0.37, 0.042), 0.004, 4));
    grips.extend(chain);
    let pedal = |s: f32| soft([0.09, 0.018, 0.085], (crank + arm * s + Vec3::Z * s * 0.11).to_array(), 0.006);
    grips.extend([pedal(1.0), pedal(-1.0)]);
    let top_post = post + Vec3::Y * 0.02;
    let saddle = rounded_outline(
        &[
            [-0.13, -0.07, 0.04],
            [0.0, -0.045, 0.08],
            [0.14, -0.022, 0.018],
            [0.14, 0.022, 0.018],
            [0.0, 0.045, 0.08],
            [-0.13, 0.07, 0.04],
        ],
        3,
        true,
    );
    let saddle = extrude(&saddle, 0.045, 0.012)
        .rotated(glam::Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2))
        .deformed(CREASE_DEG, |p| vec3(p.x, p.y + 0.12 * p.x * p.x, p.z) + top_post);
    kit.add("saddle", &look("leather", cycle(&[0x1e1d1c, 0x6a3a20], variant / 2)), [saddle]);
    kit.add("grips", &black, grips);
    if city {
        let guard = |c: Vec3, from: f32, to: f32| {
            let path: Vec<Vec3> = (0..=12)
                .map(|i| {
                    let (s, k) = libm::sincosf(from + (to - from) * i as f32 / 12.0);
                    c + vec3(k, s, 0.0) * (r + 0.022)
                })
                .collect();
            let shape = rounded_outline(
                &[[-0.026, -0.006, 0.0], [0.0, 0.004, 0.0], [0.026, -0.006, 0.0], [0.0, 0.008, 0.0]],
                1,
                true,
            );
            sweep(&shape, &path, (path[0] - c).normalize_or(Vec3::Y), 50.0, |_| 1.0)
        };
        kit.add("mudguards", &paint, [guard(back, 0.5, 3.3), guard(front, 0.75, 2.9)]);
        let lamp = lathe(&[vec2(0.0, -0.03), vec2(0.018, -0.026), vec2(0.032, 0.018), vec2(0.0, 0.024)], 14, 40.0);
        kit.add("lamp", &chrome, [along_x(lamp).translated(head[0] + vec3(0.075, 0.02, 0.0))]);
        let rack = [
            rod(back + vec3(-0.14, r + 0.06, 0.05), seat + vec3(0.0, -0.13, 0.02), 0.006, 6),
            rod(back + vec3(-0.14, r + 0.06, -0.05), seat + vec3(0.0, -0.13, -0.02), 0.006, 6),
            rod(back + Vec3::Z * 0.05, back + vec3(-0.1, r + 0.06, 0.05), 0.005, 6),
            rod(back - Vec3::Z * 0.05, back + vec3(-0.1, r + 0.06, -0.05), 0.005, 6),
            slab([0.26, 0.006, 0.1], [back.x - 0.01, back.y + r + 0.063, 0.0], 0.002),
        ];
        kit.add("rack", &black, rack);
        kit.hull_box(vec3(0.3, 0.02, 0.1), back + vec3(-0.02, r + 0.055, 0.0));
    }
    kit.hull_wheel(r, 0.034, back);
    kit.hull_wheel(r, 0.034, front);
    kit.hull_rod(crank, head[0], 0.018);
    kit.hull_rod(crank, post, 0.015);
    kit.hull_rod(seat - Vec3::Y * 0.03, head[0], 0.015);
    kit.hull_rod(stem, front, 0.014);
    kit.hull_box(vec3(0.27, 0.05, 0.13), top_post + Vec3::Y * 0.004);
    let bars = [bar_path(1.0), bar_path(-1.0)].concat();
    kit.hull_around(&bars, 20);
    kit.hull_box(vec3(0.14, 0.2, 0.12), crank);
    for s in [-1.0, 1.0] {
        kit.hull_box(vec3(0.09, 0.018, 0.085), crank + arm * s + Vec3::Z * s * 0.11);
    }
    kit.finish()
}
