//! Tins of paint and spray cans.

use std::f32::consts::{PI, TAU};

use glam::{Vec3, vec3};

use super::glyphs;
use super::kit::{Kit, Rng, curve, cycle, hoop, look, painted_band, turn};
use crate::assets::mesh::{circle, cylinder, tube, uv_sphere};
use crate::assets::{MeshData, Model};

const COLOURS: [u32; 8] = [0x2f6fa8, 0xb8382a, 0xe2b33a, 0x3f7d54, 0xe6e2d8, 0x6a4a86, 0xd9742a, 0x3a4a58];

/// A flat thing that faces +Z, bent around an upright cylinder of radius `r` (m).
fn wrapped(mut mesh: MeshData, r: f32) -> MeshData {
    for (p, n) in mesh.positions.iter_mut().zip(&mut mesh.normals) {
        let (sin, cos) = libm::sincosf(p.x / r);
        let out = vec3(sin, 0.0, cos);
        *n = out * n.z + vec3(cos, 0.0, -sin) * n.x + Vec3::Y * n.y;
        *p = out * (r + p.z) + Vec3::Y * p.y;
    }
    mesh.compute_tangents();
    mesh
}

/// A rectangle bent around a cylinder, from angle to angle (rad) and height to height.
fn patch(r: f32, angles: [f32; 2], heights: [f32; 2]) -> MeshData {
    let n = 10;
    let wide = (angles[1] - angles[0]) * r;
    let m = crate::assets::mesh::grid(wide, heights[1] - heights[0], n, 1);
    let m = m.rotated(glam::Quat::from_rotation_x(PI * 0.5));
    let middle = vec3((angles[0] + angles[1]) * 0.5 * r, (heights[0] + heights[1]) * 0.5, 0.0);
    wrapped(m.translated(middle), r)
}

/// A tin of paint with a lid, a label and a wire handle that hangs down.
pub(super) fn paint_can(variant: u32) -> Model {
    let mut rng = Rng::new("paint_can", variant);
    let (r, h) = cycle(&[(0.083, 0.19), (0.054, 0.122), (0.083, 0.19), (0.067, 0.15)], variant);
    let (r, h) = (r * rng.range(0.98, 1.02), h * rng.range(0.97, 1.03));
    let colour = cycle(&COLOURS, variant);
    let mut kit = Kit::default();
    let tin = look("brushed_steel", cycle(&[0xffffff, 0xe8e8ea, 0xd8d8da], variant));
    let body = turn(
        &[
            [0.0, 0.003, 0.0],
            [r - 0.004, 0.003, 0.0],
            [r - 0.0032, 0.0, 0.0],
            [r + 0.0004, 0.0, 0.0],
            [r + 0.001, 0.001, 0.0],
            [r + 0.001, 0.004, 0.0],
            [r, 0.0055, 0.0],
            [r, h - 0.009, 0.0],
            [r + 0.0014, h - 0.007, 0.0],
            [r + 0.0014, h - 0.001, 0.0],
            [r + 0.0006, h, 0.0],
            [r - 0.0018, h, 0.0],
            [r - 0.003, h - 0.004, 0.0],
            [0.0, h - 0.005, 0.0],
        ],
        36,
    );
    kit.hull_cylinder(r + 0.0012, 0.0, h);
    kit.add("tin", &tin, [body]);
    let lid = turn(
        &[
            [0.0, h - 0.006, 0.0],
            [r - 0.006, h - 0.006, 0.0],
            [r - 0.0058, h - 0.001, 0.0],
            [r - 0.0066, h - 0.0003, 0.0],
            [r - 0.0105, h - 0.0006, 0.0],
            [r - 0.0125, h - 0.0045, 0.0],
            [r * 0.62, h - 0.0045, 0.0],
            [r * 0.6, h - 0.0034, 0.0],
            [0.0, h - 0.0034, 0.0],
        ],
        36,
    );
    kit.add("lid", &tin, [lid]);
    let (low, high) = (h * 0.075, h * 0.9);
    let paper = cycle(&[0xf0ede4, 0x26282b, 0xe8e2d0, 0xf0ede4, 0x2f4f6a, 0xf0ede4, 0x26282b, 0xd8d2c4], variant);
    kit.add("label", &look("paper", paper).rough(0.45), [painted_band([r + 0.0003, low], [r + 0.0003, high], 40)]);
    let stripe = [high - h * cycle(&[0.16, 0.26, 0.1], variant), high - h * 0.03];
    let band = painted_band([r + 0.0006, stripe[0]], [r + 0.0006, stripe[1]], 40);
    let swatch = patch(r + 0.0006, [-0.62, 0.62], [low + h * 0.06, low + h * cycle(&[0.26, 0.34, 0.2], variant)]);
    kit.add("label_colour", &look("paper", colour).rough(0.4), [band, swatch]);
    let word = cycle(&["PAINT", "GLOSS", "MATT", "PRIMER", "SATIN", "VARNISH", "ENAMEL", "PAINT"], variant);
    let tall = r * if word.len() > 5 { 0.2 } else { 0.27 };
    let text = glyphs::text(word, tall, tall * 0.17).translated(Vec3::Y * (low + h * 0.44));
    let ink = if paper == 0xf0ede4 || paper == 0xe8e2d0 || paper == 0xd8d2c4 { 0x26282b } else { 0xf0ede4 };
    kit.add("label_text", &look("paper", ink).rough(0.45), [wrapped(text, r + 0.0006)]);
    let ear_y = h * 0.83;
    let ears = [1.0, -1.0f32].map(|side| {
        super::kit::along_x(cylinder(0.0085, 0.005, 12, 0.0015)).translated(vec3(side * (r + 0.0015), ear_y, 0.0))
    });
    kit.add("ears", &tin, ears);
    let drop = h * rng.range(0.34, 0.5);
    let wire: Vec<Vec3> = (0..=26)
        .map(|k| {
            let (sin, cos) = libm::sincosf(PI * k as f32 / 26.0);
            let out = r + 0.0048 + 0.0025 * sin;
            vec3(out * cos, ear_y - drop * sin, -out * sin)
        })
        .collect();
    for part in wire.chunks(7) {
        if let (Some(a), Some(b)) = (part.first(), part.last()) {
            kit.hull_rod(*a, *b, 0.0016);
        }
    }
    kit.add("handle", &look("galvanised_steel", 0xffffff), [tube(&wire, 0.0017, 7)]);
    if variant % 4 == 1 {
        let grip = wire.get(10..17).map(|middle| tube(middle, 0.0052, 12)).unwrap_or_default();
        kit.hull_around(&grip.positions, 24);
        kit.add("grip", &look("plastic", 0xe9e6de).rough(0.5), [grip]);
    }
    if variant % 2 == 1 {
        // it was poured from
        let mut runs = Vec::new();
        let start = rng.range(0.6, 2.0);
        for k in 0..4 {
            let (sin, cos) = libm::sincosf(start + k as f32 * rng.range(0.13, 0.2));
            let (long, wide) = (h * rng.range(0.05, 0.24), rng.range(0.004, 0.0065));
            let drip = uv_sphere(1.0, 10, 7).deformed(80.0, |p| {
                let w = wide * (0.85 + 0.3 * -p.y);
                vec3(p.x * w, p.y * long, p.z * 0.0016)
            });
            let turned = drip.rotated(glam::Quat::from_rotation_y(libm::atan2f(sin, cos)));
            runs.push(turned.translated(vec3(sin, 0.0, cos) * (r + 0.0006) + Vec3::Y * (h - 0.004 - long)));
        }
        kit.add("drips", &look("painted_metal", colour).rough(0.25), runs);
        let pool = hoop(
            &[
                [r - 0.0098, h - 0.0035, 0.0],
                [r - 0.0068, h - 0.0035, 0.0],
                [r - 0.0068, h - 0.0001, 0.0],
                [r - 0.0098, h - 0.0002, 0.0],
            ],
            36,
        );
        kit.add("rim_paint", &look("painted_metal", colour).rough(0.25), [pool]);
    }
    kit.finish()
}

/// A spray can, with its cap or showing its nozzle.
pub(super) fn spray_can(variant: u32) -> Model {
    let mut rng = Rng::new("spray_can", variant);
    let (r, h) = (cycle(&[0.0325, 0.0325, 0.0285, 0.026], variant), rng.range(0.125, 0.168));
    let colour = cycle(&COLOURS, variant + 1);
    let mut kit = Kit::default();
    let steel = look("brushed_steel", 0xffffff);
    let (base, neck) = (0.004, h + r * 0.42);
    let body = turn(
        &[
            [0.0, 0.0065, 0.0],
            [r * 0.6, 0.0045, 0.0],
            [r * 0.88, 0.0012, 0.0],
            [r * 0.92, 0.0, 0.0],
            [r + 0.0001, 0.0, 0.0],
            [r + 0.0006, 0.0008, 0.0],
            [r + 0.0006, base, 0.0],
            [r - 0.0003, base + 0.0012, 0.0],
            [r, base + 0.003, 0.0],
            [r, h, 0.0],
            [r - 0.0012, h + 0.0015, 0.0],
            [r - 0.0004, h + 0.0028, 0.0008],
            [r * 0.86, h + r * 0.2, 0.006],
            [r * 0.5, neck - 0.003, 0.002],
            [r * 0.51, neck - 0.0006, 0.0],
            [r * 0.47, neck, 0.0],
            [r * 0.43, neck - 0.0004, 0.0],
            [r * 0.4, neck - 0.004, 0.0],
            [0.0, neck - 0.004, 0.0],
        ],
        36,
    );
    kit.add("can", &steel, [body]);
    kit.hull_cylinder(r + 0.0004, 0.0, h + 0.0035);
    let print =
        look("plastic", cycle(&[0x232528, 0xe8e5dc, 0x2b3f5c, 0x34373c, 0x1f1f22, 0xe4e0d6], variant)).rough(0.3);
    let (low, high) = (base + 0.0035, h - 0.0005);
    kit.add("label", &print, [painted_band([r + 0.0002, low], [r + 0.0002, high], 40)]);
    let main = look("plastic", colour).rough(0.3);
    let tall = h - base;
    let mut bands = vec![painted_band(
        [r + 0.0004, base + tall * cycle(&[0.62, 0.1, 0.7, 0.3], variant)],
        [r + 0.0004, base + tall * cycle(&[0.96, 0.34, 0.78, 0.62], variant)],
        40,
    )];
    let spot = patch(r + 0.0004, [-0.45, 0.45], [base + tall * 0.14, base + tall * 0.32]);
    if variant.is_multiple_of(4) || variant % 4 == 2 {
        bands.push(spot);
    }
    kit.add("label_colour", &main, bands);
    let word = cycle(&["SPRAY", "GLOSS", "PRIMER", "ENAMEL", "CHROME", "MATT", "NEON", "SPRAY"], variant);
    let size = r * if word.len() > 5 { 0.3 } else { 0.38 };
    let dark = matches!(variant % 6, 0 | 2 | 3 | 4);
    let text = glyphs::text(word, size, size * 0.17)
        .translated(Vec3::Y * (base + tall * cycle(&[0.46, 0.55, 0.5, 0.78], variant)));
    kit.add(
        "label_text",
        &look("paper", if dark { 0xf2f0ea } else { 0x1f2023 }).rough(0.4),
        [wrapped(text, r + 0.0006)],
    );
    if variant % 4 == 1 {
        let stem = cylinder(0.0022, 0.008, 12, 0.0005).translated(Vec3::Y * (neck - 0.001));
        let head = turn(
            &[
                [0.0, neck + 0.002, 0.0],
                [0.0062, neck + 0.002, 0.0005],
                [0.0058, neck + 0.0125, 0.001],
                [0.003, neck + 0.0118, 0.001],
                [0.0, neck + 0.0112, 0.0],
            ],
            20,
        );
        let jet = super::kit::along_z(cylinder(0.0012, 0.0014, 10, 0.0003)).translated(vec3(0.0, neck + 0.008, 0.0061));
        kit.add("stem", &look("plastic", 0xe4e2da), [stem]);
        kit.add("nozzle", &look("plastic", cycle(&[0xf0eee6, 0x232428], variant / 4)), [head]);
        kit.add("jet", &look("plastic", 0xc03020), [jet]);
        let points = |radius: f32, y: f32| circle(radius, 16).into_iter().map(move |p| vec3(p.x, y, p.y));
        kit.hull_around(&points(r, h).chain(points(r * 0.5, neck)).collect::<Vec<_>>(), 60);
        kit.hull_cylinder(0.0061, neck, neck + 0.0125);
    } else {
        let (top, wide) = (h + r * rng.range(1.1, 1.35), r * if variant % 4 == 3 { 1.0 } else { 0.93 });
        let cap = turn(
            &[
                [0.0, h + 0.003, 0.0],
                [wide, h + 0.003, 0.0008],
                [wide, h + 0.006, 0.0006],
                [wide * 0.985, h + 0.0075, 0.0006],
                [wide * 0.93, top, if variant % 4 == 2 { 0.011 } else { 0.0035 }],
                [0.0, top + 0.0004, 0.0],
            ],
            36,
        );
        kit.hull_around(&cap.positions, 70);
        kit.add("cap", &look("plastic", colour).rough(0.35), [cap]);
        if variant % 4 == 3 {
            let ribs = (0..24).map(|k| {
                let (sin, cos) = libm::sincosf(TAU * k as f32 / 24.0);
                let (low, high) = (h + 0.0085, top - 0.006);
                let at = |y: f32| {
                    let t = (y - h - 0.0075) / (top - h - 0.0075);
                    vec3(cos, 0.0, sin) * (wide * (0.985 - 0.055 * t)) + Vec3::Y * y
                };
                tube(&curve(&[at(low), at(high)], 1), 0.0009, 4)
            });
            kit.add("cap_ribs", &look("plastic", colour).rough(0.35), ribs);
        }
    }
    kit.finish()
}
