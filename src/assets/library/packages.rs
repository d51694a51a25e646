//! Things that goods come in: bottle, jar, can and carton.

use glam::{Vec2, Vec3, vec2, vec3};

use super::glyphs;
use super::kit::{Kit, Rng, curve2, cycle, look, painted_band, slab, soft, turn, yaw};
use crate::assets::mesh::{CREASE_DEG, circle, extrude, lathe, rounded_outline};
use crate::assets::{MeshData, Model};

/// A thin band around Y, `proud` metres over the radius.
fn band(r: f32, low: f32, high: f32, proud: f32, segments: usize) -> MeshData {
    painted_band([r + proud, low], [r + proud, high], segments)
}

/// A cap with grip ribs, standing on the origin.
fn ribbed_cap(r: f32, h: f32) -> [MeshData; 2] {
    let n = 14;
    let gear = (0..2 * n).map(|k| circle(if k % 2 == 0 { r } else { r * 0.95 }, 2 * n)[k]).collect::<Vec<Vec2>>();
    let skirt = extrude(&gear, h * 0.8, r * 0.04).rotated(glam::Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2));
    [
        skirt.translated(Vec3::Y * h * 0.42),
        turn(&[[0.0, h * 0.5, 0.0], [r * 0.93, h * 0.5, 0.0], [r * 0.93, h, 0.0012], [0.0, h, 0.0]], 24),
    ]
}

/// A bottle with cap and label: for water, wine, sauce or soap.
pub(super) fn bottle(variant: u32) -> Model {
    let mut rng = Rng::new("bottle", variant);
    let kind = variant % 4;
    let mut kit = Kit::default();
    let (r, h, neck, tall) = match kind {
        0 => (rng.range(0.031, 0.036), rng.range(0.2, 0.24), 0.0125, 0.86),
        1 => (rng.range(0.036, 0.039), rng.range(0.29, 0.315), 0.0135, 0.66),
        2 => (rng.range(0.027, 0.031), rng.range(0.15, 0.18), 0.012, 0.74),
        _ => (rng.range(0.034, 0.042), rng.range(0.18, 0.23), 0.014, 0.8),
    };
    let glass = matches!(kind, 1 | 2);
    let colour = match kind {
        0 => cycle(&[0x9fc4d6, 0xb9d3c2], variant / 4),
        1 => cycle(&[0x17301c, 0x2b1408], variant / 4),
        2 => cycle(&[0x7d1d12, 0x36200f], variant / 4),
        _ => cycle(&[0xe7e4da, 0x3c7a8c], variant / 4),
    };
    let skin = if glass { look("glass", colour).rough(0.06) } else { look("plastic", colour).rough(0.22) };
    let shoulder = h * tall * if kind == 1 { 0.92 } else { 0.88 };
    let top = h - 0.004;
    let mut profile = rounded_outline(
        &[[0.0, 0.004, 0.0], [r * 0.55, 0.003, 0.004], [r * 0.72, 0.0, 0.002], [r, 0.0, 0.007], [r, h * 0.1, 0.0]],
        3,
        false,
    );
    if kind == 0 {
        for k in 0..3 {
            let y = h * (0.13 + 0.035 * k as f32);
            profile.extend([vec2(r, y), vec2(r - 0.0014, y + 0.0028), vec2(r, y + 0.0056)]);
        }
    }
    let bend = if kind == 3 { 0.9 } else { 0.82 };
    profile.extend(curve2(
        &[
            [r, shoulder * 0.82],
            [r * 0.97, shoulder * 0.93],
            [r * bend * 0.82 + neck * 0.18, shoulder * 1.02],
            [neck * 1.06, h * tall + (h - h * tall) * 0.42],
            [neck, h * tall + (h - h * tall) * 0.62],
        ],
        4,
    ));
    profile.extend([
        vec2(neck, top - 0.012),
        vec2(neck + 0.0022, top - 0.0115),
        vec2(neck + 0.0022, top - 0.009),
        vec2(neck, top - 0.0085),
        vec2(neck, top),
        vec2(0.0, top),
    ]);
    kit.add("body", &skin, [lathe(&profile, 28, CREASE_DEG)]);
    let cap_r = neck + 0.0022;
    let cap = look(
        "plastic",
        match kind {
            0 => cycle(&[0x2a64a8, 0xd7dbdc], variant / 4),
            1 => cycle(&[0x5a1420, 0x8a7430], variant / 4),
            2 => cycle(&[0x1f1f1f, 0xe9e4d2], variant / 4),
            _ => cycle(&[0x35505c, 0xe8e6df], variant / 4),
        },
    )
    .rough(0.35);
    if kind == 1 {
        let foil = turn(
            &[
                [0.0, h - 0.062, 0.0],
                [neck + 0.0006, h - 0.062, 0.0],
                [neck + 0.0006, h - 0.013, 0.0],
                [neck + 0.0028, h - 0.0125, 0.0005],
                [neck + 0.0028, h - 0.007, 0.0005],
                [neck + 0.001, h - 0.006, 0.0005],
                [neck + 0.0006, h, 0.0012],
                [0.0, h, 0.0],
            ],
            28,
        );
        kit.add("cap", &cap.metal(0.4), [foil]);
    } else if kind == 3 {
        let y = h - 0.016;
        let nozzle = [turn(
            &[
                [0.0, y, 0.0],
                [cap_r + 0.002, y, 0.001],
                [cap_r + 0.002, y + 0.014, 0.002],
                [0.006, y + 0.016, 0.002],
                [0.005, y + 0.034, 0.0015],
                [0.0, y + 0.034, 0.0],
            ],
            28,
        )];
        let spout = [
            slab([0.05, 0.009, 0.013], [0.014, y + 0.036, 0.0], 0.003),
            slab([0.008, 0.008, 0.009], [0.0355, y + 0.0295, 0.0], 0.002),
        ];
        kit.add("cap", &cap, nozzle.into_iter().chain(spout));
        kit.hull_box(vec3(0.05, 0.009, 0.013), vec3(0.014, y + 0.036, 0.0));
        kit.hull_cylinder(cap_r + 0.002, y, y + 0.03);
    } else {
        let y = h - 0.0165;
        kit.add("cap", &cap, ribbed_cap(cap_r + 0.0006, 0.0175).map(|m| m.translated(Vec3::Y * y)));
    }
    let (y0, y1) = if kind == 1 { (h * 0.12, h * 0.44) } else { (h * 0.27, shoulder * 0.8) };
    let paper = look(
        "paper",
        cycle(&[0xe8ecee, 0xece2cb, 0xd8b23c, 0x6fa287, 0x2c5f9e, 0x2a2622, 0xc8402c, 0xefe9da], variant),
    )
    .rough(0.55);
    let ink = look(
        "paper",
        cycle(&[0x2468a6, 0x6a1f2b, 0x9a1c14, 0x24473b, 0xe9eef2, 0xbb9a4a, 0xf3e7c3, 0x4a7186], variant),
    )
    .rough(0.55);
    kit.add("label", &paper, [band(r, y0, y1, 0.0003, 28)]);
    let m = (y1 - y0) * 0.07;
    let accent = [band(r, y0 + m, y0 + 2.2 * m, 0.0005, 28), band(r, y1 - 4.0 * m, y1 - m, 0.0005, 28)];
    kit.add("label_print", &ink, accent);
    kit.hull_cylinder(r, 0.0, shoulder * 0.86);
    let upper: Vec<Vec3> = profile
        .iter()
        .filter(|p| p.y > shoulder * 0.85 && p.y < h * tall + (h - h * tall) * 0.7)
        .flat_map(|p| circle(p.x, 14).into_iter().map(|q| vec3(q.x, p.y, q.y)))
        .collect();
    kit.hull_around(&upper, 50);
    kit.hull_cylinder(cap_r, h * tall + (h - h * tall) * 0.5, if kind == 3 { h - 0.01 } else { h });
    kit.finish()
}

/// A drinks can, or a tin with beads and a paper label.
pub(super) fn can(variant: u32) -> Model {
    let mut rng = Rng::new("can", variant);
    let mut kit = Kit::default();
    let metal = look("brushed_steel", 0xf4f4f4).rough(0.28);
    let paint = cycle(&[0xa8201a, 0x1f4f86, 0x3d7a4a, 0x23262b, 0xd8902a, 0xd9dcd6, 0x6b2a5e, 0x2b8a93], variant);
    if variant.is_multiple_of(2) {
        let (r, h) = (
            if variant.is_multiple_of(4) { 0.0331 } else { 0.0265 },
            rng.range(0.114, 0.117) * if variant.is_multiple_of(4) { 1.0 } else { 1.16 },
        );
        let (lid, rim) = (r - 0.0062, r - 0.0052);
        let low = [
            [0.0, 0.009, 0.0],
            [r * 0.5, 0.006, 0.008],
            [r - 0.0105, 0.0, 0.0008],
            [r - 0.0085, 0.0, 0.0008],
            [r - 0.0005, 0.008, 0.003],
        ];
        let high = [
            [lid + 0.0012, h - 0.004, 0.001],
            [rim, h - 0.0025, 0.0006],
            [rim, h, 0.0006],
            [rim - 0.0014, h, 0.0006],
            [rim - 0.0018, h - 0.004, 0.0006],
            [0.0, h - 0.004, 0.0],
        ];
        let walls = [[r, 0.01, 0.0], [r, h - 0.016, 0.005], [lid + 0.0012, h - 0.004, 0.0]];
        kit.add(
            "ends",
            &metal,
            [turn(&[&low[..], &[[r - 0.0003, 0.01, 0.0], [r - 0.0003, h - 0.0165, 0.004]], &high].concat(), 30)],
        );
        let skin = rounded_outline(
            &[
                [r - 0.0012, 0.0105, 0.0],
                walls[0],
                walls[1],
                [r - 0.0058 + 0.0008, h - 0.0062, 0.0],
                [r - 0.0062, h - 0.0075, 0.0],
            ],
            4,
            true,
        );
        let mut closed = skin.clone();
        closed.push(skin[0]);
        kit.add("label", &look("painted_metal", paint).metal(0.35).rough(0.3), [lathe(&closed, 30, CREASE_DEG)]);
        let stripe =
            look("painted_metal", cycle(&[0xe9e7e0, 0xc9d6e2, 0xe6d9a2, 0xb9985a], variant / 2)).metal(0.3).rough(0.3);
        kit.add(
            "label_print",
            &stripe,
            [
                band(r, h * 0.2, h * 0.235, 0.0002, 30),
                band(r, h * 0.52, h * 0.7, 0.0002, 30),
                band(r, h * 0.72, h * 0.728, 0.0002, 30),
            ],
        );
        let tab = extrude(
            &rounded_outline(
                &[[-0.009, -0.005, 0.004], [0.012, -0.0075, 0.006], [0.012, 0.0075, 0.006], [-0.009, 0.005, 0.004]],
                3,
                true,
            ),
            0.001,
            0.0003,
        );
        kit.add(
            "tab",
            &metal,
            [tab.rotated(glam::Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2)).translated(vec3(
                0.002,
                h - 0.003,
                0.0,
            ))],
        );
        kit.hull_cylinder(r, 0.008, h - 0.014);
        kit.hull_cylinder(r - 0.007, 0.0, h);
    } else {
        let (r, h) = (rng.range(0.034, 0.05), rng.range(0.07, 0.118));
        let (w, k) = (0.0012, 0.0022);
        let mut corners = vec![
            [0.0, 0.003, 0.0],
            [r - 0.003, 0.003, 0.001],
            [r - 0.0025, 0.0, 0.0006],
            [r + w, 0.0, 0.0006],
            [r + w, k, 0.0006],
            [r, k + 0.0006, 0.0],
        ];
        corners.extend([
            [r, h - k - 0.0006, 0.0],
            [r + w, h - k, 0.0006],
            [r + w, h, 0.0006],
            [r - 0.0025, h, 0.0006],
            [r - 0.003, h - 0.003, 0.001],
            [r * 0.8, h - 0.003, 0.0],
            [r * 0.78, h - 0.0022, 0.001],
            [0.0, h - 0.0022, 0.0],
        ]);
        kit.add("ends", &metal, [turn(&corners, 30)]);
        let label = look("paper", paint).rough(0.5);
        kit.add("label", &label, [band(r, k + 0.002, h - k - 0.002, 0.0004, 30)]);
        let print = look("paper", cycle(&[0xefe6cf, 0xf2efe8, 0xe3c04a, 0xd9dcd6], variant / 2));
        kit.add("label_print", &print, [band(r, h * 0.3, h * 0.72, 0.0006, 30)]);
        kit.add(
            "label_ink",
            &look("paper", cycle(&[0x8e1f17, 0x23402a, 0x2a2a30, 0x7a4a1a], variant / 2 + 1)),
            [band(r, h * 0.36, h * 0.375, 0.0008, 30), band(r, h * 0.44, h * 0.6, 0.0008, 30)],
        );
        kit.hull_cylinder(r + w, 0.0, h);
    }
    kit.finish()
}

/// A cereal box or a gable-top milk carton.
pub(super) fn carton(variant: u32) -> Model {
    let mut rng = Rng::new("carton", variant);
    let mut kit = Kit::default();
    let base = cycle(&[0xd8a324, 0xeef0ee, 0x2c6f9e, 0xe7ecf0, 0x9c2b23, 0xe9e3d0, 0x4d7a3a, 0xdfe8df], variant);
    let accent = cycle(&[0x8f2318, 0x2f66ad, 0xf0e2b0, 0x3c8a5a, 0xf2dfb4, 0xb0552a, 0xf3ecd2, 0x7a4f8e], variant);
    let card = look("paper", base).rough(0.45);
    let print = look("paper", accent).rough(0.45);
    if variant.is_multiple_of(2) {
        let size = [rng.range(0.17, 0.2), rng.range(0.26, 0.31), rng.range(0.055, 0.075)];
        let [w, h, d] = size;
        kit.add("box", &card, [soft(size, [0.0; 3], 0.0018)]);
        let mut shapes = Vec::new();
        for (turned, z) in [(0.0, d * 0.5 + 0.0003), (180.0, d * 0.5 + 0.0003)] {
            let disc = glyphs::flat(&circle(w * 0.3, 28)).translated(vec3(w * 0.06, -h * 0.14, z));
            let title = glyphs::text(cycle(&["OATS", "CORN", "PUFFS", "BRAN"], variant / 2), h * 0.13, h * 0.026)
                .translated(vec3(0.0, h * 0.3, z));
            shapes.extend([yaw(disc, turned), yaw(title, turned)]);
        }
        let foot = |x: f32, a: f32| {
            yaw(glyphs::flat(&[vec2(-x, 0.0), vec2(x, 0.0), vec2(x, h * 0.06), vec2(-x, h * 0.06)]), a)
        };
        for (a, half, out) in [(0.0, w, d), (90.0, d, w), (180.0, w, d), (270.0, d, w)] {
            let dir = yaw(foot(half * 0.495, 0.0).translated(vec3(0.0, -h * 0.47, out * 0.5 + 0.0002)), a);
            shapes.push(dir);
        }
        kit.add("label_print", &print, shapes);
        let bowl = |q: f32| glyphs::flat(&circle(w * q, 24)).translated(vec3(w * 0.06, -h * 0.14, d * 0.5 + 0.0006));
        kit.add("label_food", &look("paper", 0xe9d2a0), [bowl(0.22)]);
        let crease = |y: f32| slab([w * 0.985, 0.0006, 0.0012], [0.0, h * 0.5, y], 0.0);
        kit.add("seam", &look("cardboard", 0xffffff), [crease(0.0), crease(d * 0.2)]);
        kit.hull_box(size.into(), Vec3::ZERO);
    } else {
        let (w, h) = (rng.range(0.068, 0.075), rng.range(0.17, 0.2));
        let (roof, fin, q) = (w * 0.42, 0.018, w * 0.5);
        kit.add("box", &card, [soft([w, h, w], [0.0, h * 0.5, 0.0], 0.0015)]);
        let gable = [
            vec2(-q + 0.0012, h - 0.001),
            vec2(q - 0.0012, h - 0.001),
            vec2(0.0022, h + roof),
            vec2(-0.0022, h + roof),
        ];
        let tucked = extrude(&gable, w - 0.003, 0.0008)
            .deformed(CREASE_DEG, |p| vec3(p.x, p.y, p.z * (1.0 - 0.16 * ((p.y - h) / roof).clamp(0.0, 1.0))));
        kit.add(
            "gable",
            &card,
            [tucked, slab([0.0036, fin + 0.004, w - 0.004], [0.0, h + roof + fin * 0.5 - 0.002, 0.0], 0.0008)],
        );
        let z = q + 0.0003;
        let mut shapes = Vec::new();
        for k in 0..4 {
            let a = 90.0 * k as f32;
            shapes.push(yaw(
                glyphs::flat(&[
                    vec2(-q * 0.96, h * 0.03),
                    vec2(q * 0.96, h * 0.03),
                    vec2(q * 0.96, h * 0.22),
                    vec2(0.0, h * 0.3),
                    vec2(-q * 0.96, h * 0.22),
                ])
                .translated(Vec3::Z * z),
                a,
            ));
        }
        for a in [0.0, 180.0] {
            shapes.push(yaw(glyphs::text("MILK", h * 0.12, h * 0.024).translated(vec3(0.0, h * 0.72, z)), a));
            shapes.push(yaw(
                glyphs::flat(&[
                    vec2(-q * 0.6, h * 0.56),
                    vec2(q * 0.6, h * 0.56),
                    vec2(q * 0.6, h * 0.575),
                    vec2(-q * 0.6, h * 0.575),
                ])
                .translated(Vec3::Z * z),
                a,
            ));
        }
        kit.add("label_print", &print, shapes);
        let slope = libm::atan2f(roof, q);
        let cap = ribbed_cap(0.0125, 0.014).map(|m| {
            m.rotated(glam::Quat::from_rotation_z(slope - std::f32::consts::FRAC_PI_2)).translated(vec3(
                q * 0.52,
                h + roof * 0.46,
                0.0,
            ))
        });
        for m in &cap {
            kit.hull_around(&m.positions, 20);
        }
        kit.add("cap", &look("plastic", accent).rough(0.35), cap);
        kit.hull_box(vec3(w, h, w), vec3(0.0, h * 0.5, 0.0));
        let edge = |x: f32, y: f32| [vec3(x, y, q * 0.97), vec3(x, y, -q * 0.97)];
        kit.hull_around(&[edge(-q, h), edge(q, h), edge(-0.0022, h + roof), edge(0.0022, h + roof)].concat(), 16);
        kit.hull_box(vec3(0.0036, fin, w - 0.004), vec3(0.0, h + roof + fin * 0.5 - 0.001, 0.0));
    }
    kit.finish()
}

/// A glass jar with contents, label and lid.
pub(super) fn jar(variant: u32) -> Model {
    let mut rng = Rng::new("jar", variant);
    let (r, h) = (rng.range(0.032, 0.046), rng.range(0.085, 0.14));
    let neck = r * rng.range(0.8, 0.92);
    let shoulder = h * 0.82;
    let outside = [
        [0.0, 0.003, 0.0],
        [r * 0.75, 0.0, 0.002],
        [r, 0.0, 0.006],
        [r, shoulder, 0.012],
        [neck, h * 0.9, 0.006],
        [neck, h, 0.001],
    ];
    let inside = [
        [neck - 0.003, h, 0.001],
        [neck - 0.003, h * 0.9, 0.004],
        [r - 0.003, shoulder - 0.002, 0.01],
        [r - 0.003, 0.005, 0.006],
        [0.0, 0.006, 0.0],
    ];
    let fill = rng.range(0.62, 0.8) * h;
    let mut kit = Kit::default();
    let content = cycle(&[0x8a1f1b, 0xc77a1a, 0x5b3a1e, 0xe0c27a, 0x3d2548, 0x7a8a3a, 0xb5482a, 0x4a2417], variant);
    kit.add(
        "content",
        &look("fruit_skin", content).rough(0.35),
        [turn(&[[0.0, 0.0065, 0.0], [r - 0.0035, 0.0065, 0.005], [r - 0.0035, fill, 0.0], [0.0, fill, 0.0]], 32)],
    );
    kit.add("glass", &look("glass", 0xf4fbf8).clear(0.16), [turn(&[&outside[..], &inside].concat(), 26)]);
    let lid = look(
        "painted_metal",
        cycle(&[0xc9a94f, 0xb03a2e, 0x2f2f2f, 0xd8d8d4, 0x3c6b45, 0xc9a94f, 0x27476e, 0xe8e2d0], variant),
    )
    .rough(0.35);
    let (lr, l0, l1) = (neck + 0.0025, h * 0.915, h + 0.003);
    kit.add(
        "lid",
        &lid,
        [turn(
            &[
                [0.0, l0 + 0.004, 0.0],
                [lr - 0.002, l0 + 0.004, 0.0],
                [lr - 0.002, l0, 0.0005],
                [lr + 0.0008, l0, 0.0008],
                [lr + 0.0008, l0 + 0.002, 0.0008],
                [lr, l0 + 0.003, 0.0005],
                [lr, l1, 0.0018],
                [lr - 0.006, l1, 0.001],
                [lr - 0.007, l1 - 0.001, 0.001],
                [0.0, l1 - 0.001, 0.0],
            ],
            30,
        )],
    );
    let (y0, y1) = (h * 0.2, h * 0.66);
    kit.add(
        "label",
        &look("paper", cycle(&[0xf1ead8, 0xe8d9b0, 0xf5f5f0, 0xd9c7a0], variant)).double_sided(),
        [painted_band([r + 0.0003, y0], [r + 0.0003, y1], 30)],
    );
    let s0 = y0 + (y1 - y0) * 0.16;
    kit.add(
        "label_stripe",
        &look("paper", content).double_sided(),
        [painted_band([r + 0.0005, s0], [r + 0.0005, s0 + 0.007], 30)],
    );
    kit.hull_cylinder(r, 0.0, shoulder - 0.002);
    kit.hull_cylinder(neck + 0.003, shoulder - 0.002, l1);
    kit.finish()
}
