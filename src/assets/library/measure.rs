//! A tape measure.

use std::f32::consts::FRAC_PI_2;

use glam::{Quat, Vec2, vec2, vec3};

use super::glyphs;
use super::kit::{Kit, Look, Rng, along_z, cycle, look, slab};
use crate::assets::Model;
use crate::assets::mesh::{Soup, circle, cylinder, extrude, merge, rounded_outline};

/// A tape measure that stands on its flat foot; the tape comes out at +X.
pub(super) fn tape_measure(variant: u32) -> Model {
    let mut rng = Rng::new("tape_measure", variant);
    let s = cycle(&[1.0, 0.86, 1.1, 0.94], variant) * rng.range(0.97, 1.03);
    let (w, h, d) = (0.074 * s, 0.068 * s, rng.range(0.031, 0.038) * s);
    let round = cycle(&[0.3, 0.42, 0.22, 0.36], variant / 2) * h;
    let shape = |grow: f32| {
        let (x0, x1, y1) = (-w * 0.5 - grow, w * 0.5 + grow, h + grow);
        let foot = if grow > 0.0 { 0.0 } else { 0.0012 };
        rounded_outline(
            &[
                [x0, foot, 0.006],
                [x1, foot, 0.006],
                [x1, h * 0.3, 0.0],
                [x1 - w * 0.07, h * 0.62, 0.0],
                [x1 - w * 0.2, y1, round],
                [x0, y1, round],
            ],
            5,
            true,
        )
    };
    let mut kit = Kit::default();
    let [main, trim, disc] = cycle(
        &[
            [0xd9a80f, 0x1e1f21, 0x1e1f21],
            [0x232427, 0xc23a20, 0xc9ccd0],
            [0xb8281e, 0x222224, 0xe6e2d6],
            [0x2b5f9e, 0x1d1e20, 0xd9a80f],
            [0xc9ccd0, 0x26272a, 0x26272a],
            [0xd9651a, 0x2a2b2d, 0xe6e2d6],
            [0x2f7d4a, 0x1e1f21, 0xd9d4c6],
            [0x3a3c40, 0xd9a80f, 0xd9a80f],
        ],
        variant,
    );
    let shell = if variant == 4 { look("brushed_steel", 0xffffff) } else { look("plastic", main).rough(0.35) };
    let case = extrude(&shape(0.0), d, 0.004 * s);
    let bumper = extrude(&shape(0.0016), d * 0.58, 0.0016);
    kit.hull_around(&merge([case.clone(), bumper.clone()]).positions, 60);
    kit.add("case", &shell, [case]);
    kit.add("bumper", &look("plastic", trim).rough(0.75), [bumper]);
    let centre = vec2(-w * 0.05, h * 0.5);
    let badge = h * 0.31;
    let plate = |side: f32| {
        let m = along_z(cylinder(badge, 0.0012, 32, 0.0004));
        m.translated(vec3(centre.x, centre.y, side * (d * 0.5 + 0.0004)))
    };
    kit.add("badge", &look("plastic", disc).rough(0.3), [plate(1.0), plate(-1.0)]);
    let word = cycle(&["5M", "3M", "8M", "5M", "10M", "3M", "8M", "5M"], variant);
    let ink = if disc == 0x1e1f21 || disc == 0x26272a { 0xd9a80f } else { 0x1e1f21 };
    let front = d * 0.5 + 0.0012;
    let tall = if word.len() > 2 { 0.52 } else { 0.72 };
    let letters = glyphs::text(word, badge * tall, badge * tall * 0.18).translated(centre.extend(front));
    let line = glyphs::outline(&circle(badge * 0.86, 28), badge * 0.06).translated(centre.extend(front));
    kit.add("label_size", &look("paper", ink).rough(0.4), [letters, line]);
    let screws = [[-0.41, 0.12], [0.38, 0.12], [-0.42, 0.52]].map(|[x, y]| {
        along_z(cylinder(0.0022 * s, 0.0012, 10, 0.0004)).translated(vec3(x * w, y * h, d * 0.5 - 0.0002))
    });
    let steel = look("brushed_steel", 0xffffff);
    kit.add("screws", &steel, screws);
    let clip = slab([w * 0.17, h * 0.62, 0.0012], [w * 0.02, h * 0.56, -d * 0.5 - 0.0036], 0.0005);
    let bend = slab([w * 0.17, 0.0012, 0.0045], [w * 0.02, h * 0.86, -d * 0.5 - 0.0019], 0.0005);
    kit.add("clip", &steel, [clip, bend]);
    kit.hull_box(vec3(w * 0.17, h * 0.62, 0.0012), vec3(w * 0.02, h * 0.56, -d * 0.5 - 0.0036));
    let button = slab([0.013 * s, 0.0085 * s, d * 0.42], [0.0, 0.0, 0.0], 0.002).rotated(Quat::from_rotation_z(1.15));
    let ribs = (0..3).map(|k| {
        let m = slab([0.0013, 0.0012, d * 0.36], [(k as f32 - 1.0) * 0.003 * s, 0.0046 * s, 0.0], 0.0004);
        m.rotated(Quat::from_rotation_z(1.15 - FRAC_PI_2 * 2.0))
    });
    let thumb = vec3(w * 0.455, h * 0.5, 0.0);
    let lock = merge([button].into_iter().chain(ribs)).translated(thumb);
    kit.hull_around(&lock.positions, 24);
    kit.add("lock", &look("plastic", if trim == 0x1e1f21 || trim == 0x1d1e20 { 0xb8281e } else { 0x1b1b1d }), [lock]);
    let out = cycle(&[0.012, 0.07, 0.02, 0.006, 0.045, 0.1, 0.008, 0.03], variant) + rng.range(0.0, 0.004);
    tape(&mut kit, w * 0.5 + 0.001, out, d * 0.62, &look("painted_metal", cycle(&[0xe0b820, 0xe8e4d6], variant / 3)));
    kit.finish()
}

/// The tape itself: a thin strip bent to a trough, marks, and the hook at its end.
fn tape(kit: &mut Kit, from: f32, out: f32, wide: f32, paint: &Look) {
    let y = 0.0056;
    let trough = |z: f32| y + 0.0022 * (2.0 * z / wide) * (2.0 * z / wide);
    let n = 8;
    let across = |k: usize| wide * (k as f32 / n as f32 - 0.5);
    let mut section: Vec<Vec2> = (0..=n).map(|k| vec2(across(k), trough(across(k)))).collect();
    section.extend((0..=n).rev().map(|k| vec2(across(k), trough(across(k)) + 0.0004)));
    let ring = |x: f32| section.iter().map(|p| vec3(x, p.y, p.x)).collect::<Vec<_>>();
    let mut strip = Soup::default();
    let (a, b) = (ring(from - 0.01), ring(from + out));
    let count = section.len();
    for k in 0..count {
        let next = (k + 1) % count;
        strip.quad_flat([a[k], b[k], b[next], a[next]], 0);
    }
    for k in 0..n {
        let far = count - 1 - k;
        strip.quad_flat([a[k], a[k + 1], a[far - 1], a[far]], 0);
        strip.quad_flat([b[k + 1], b[k], b[far], b[far - 1]], 0);
    }
    kit.add("tape", paint, [strip.smooth(40.0)]);
    let mut marks = Soup::default();
    let count = (out / 0.002) as usize;
    for k in 1..count {
        let (x, steps) = (from + k as f32 * 0.002, if k.is_multiple_of(5) { 3 } else { 2 });
        for j in n - steps..n {
            let corner = |x: f32, j: usize| vec3(x, trough(across(j)) + 0.0006, across(j));
            let ahead = x + 0.0004;
            marks.quad_flat([corner(x, j + 1), corner(ahead, j + 1), corner(ahead, j), corner(x, j)], 0);
        }
    }
    kit.add("label_marks", &look("paper", 0x1a1a1a), [marks.smooth(40.0)]);
    let end = from + out;
    let hook = [
        slab([0.0011, 0.0085, wide * 0.92], [end + 0.0005, 0.0044, 0.0], 0.0004),
        slab([0.009, 0.001, wide * 0.5], [end - 0.004, y + 0.0007, 0.0], 0.0004),
    ];
    kit.add("hook", &look("brushed_steel", 0xffffff), hook);
    let rivets =
        [-0.14, 0.14].map(|z| cylinder(0.0012, 0.0008, 8, 0.0003).translated(vec3(end - 0.005, y + 0.0014, z * wide)));
    kit.add("rivets", &look("brushed_steel", 0xc8b890), rivets);
    let half = wide * 0.5;
    kit.hull_box(vec3(out + 0.011, 0.0028, half * 2.0), vec3(end - out * 0.5 - 0.0045, y + 0.0012, 0.0));
    kit.hull_box(vec3(0.0012, 0.0085, wide * 0.92), vec3(end + 0.0005, 0.0044, 0.0));
}
