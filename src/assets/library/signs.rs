//! Signs on poles, painted with geometry; traffic light and street lamp. They face +Z.

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use glam::{Vec2, Vec3, vec2, vec3};

use super::glyphs::{flat, outline, text};
use super::kit::{Kit, Rng, along_z, curve, cycle, hex, hoop, look, slab, soft, turn};
use crate::assets::mesh::{circle, cylinder, extrude, lathe, rounded_outline, sweep, uv_sphere};
use crate::assets::{MeshData, Model};

const RED: u32 = 0xa81c1c;
const WHITE: u32 = 0xf0f0ec;
const BLACK: u32 = 0x161617;
const BLUE: u32 = 0x1d4a94;
const YELLOW: u32 = 0xdca820;

/// A layer of paint: colour and shape in the XY plane.
type Layer = (&'static str, u32, Vec<MeshData>);

/// A pole with a plate of the given outline and layers of paint on it, the lowest first.
fn sign(name: &str, variant: u32, shape: &[Vec2], face: u32, layers: Vec<Layer>) -> Model {
    let mut rng = Rng::new(name, variant);
    let (low, high) = shape.iter().fold((Vec2::MAX, Vec2::MIN), |(a, b), p| (a.min(*p), b.max(*p)));
    let size = high - low;
    let (r, top) = (cycle(&[0.03, 0.038, 0.03], variant), rng.range(2.35, 2.95));
    let middle = top - high.y - 0.03;
    let lift = Vec3::Y * middle;
    let front = r + 0.014;
    let mut kit = Kit::default();
    let steel = look("galvanised_steel", 0xffffff);
    let mut pole = vec![turn(&[[0.0, 0.0, 0.0], [r, 0.0, 0.0], [r, top, 0.006], [0.0, top, 0.0]], 18)];
    pole.push(turn(
        &[[0.0, 0.0, 0.0], [r * 1.9, 0.0, 0.0], [r * 1.9, 0.012, 0.004], [r * 1.1, 0.05, 0.01], [0.0, 0.05, 0.0]],
        18,
    ));
    for y in [-0.28, 0.28] {
        pole.push(slab([size.x * 0.24, 0.035, 0.012], [0.0, middle + y * size.y, front - 0.009], 0.003));
        pole.push(slab([2.2 * r, 0.03, 2.0 * r + 0.012], [0.0, middle + y * size.y, 0.0], 0.006));
    }
    kit.add("pole", &steel, pole);
    kit.add(
        "plate",
        &look("painted_metal", face).rough(0.45),
        [extrude(shape, 0.004, 0.001).translated(lift + Vec3::Z * front)],
    );
    kit.add(
        "back",
        &look("galvanised_steel", 0xd0d0d0),
        [extrude(&shape.iter().map(|p| *p * 0.985).collect::<Vec<_>>(), 0.003, 0.0)
            .translated(lift + Vec3::Z * (front - 0.0032))],
    );
    for (k, (part, colour, meshes)) in layers.into_iter().enumerate() {
        let out = lift + Vec3::Z * (front + 0.0035 + 0.0015 * k as f32);
        kit.add(part, &look("painted_metal", colour).rough(0.45), meshes.into_iter().map(|m| m.translated(out)));
    }
    kit.hull_cylinder(r, 0.0, top);
    kit.hull_cylinder(r * 1.85, 0.0, 0.03);
    let around: Vec<Vec3> =
        shape.iter().flat_map(|p| [0.0, 0.008].map(|z| p.extend(front - 0.004 + z) + lift)).collect();
    kit.hull_around(&around, 50);
    kit.finish()
}

fn disc(r: f32) -> Vec<Vec2> {
    circle(r, 36)
}

/// A regular polygon with rounded corners; `turn` in radians.
fn regular(n: usize, r: f32, turn: f32, fillet: f32) -> Vec<Vec2> {
    let corner = |k: usize| {
        let (s, c) = libm::sincosf(turn + TAU * k as f32 / n as f32);
        [r * c, r * s, fillet]
    };
    rounded_outline(&(0..n).map(corner).collect::<Vec<_>>(), 4, true)
}

fn square(w: f32, h: f32, fillet: f32) -> Vec<Vec2> {
    let (x, y) = (w * 0.5, h * 0.5);
    rounded_outline(&[[-x, -y, fillet], [x, -y, fillet], [x, y, fillet], [-x, y, fillet]], 3, true)
}

/// An octagonal stop sign.
pub(super) fn stop_sign(variant: u32) -> Model {
    let r = cycle(&[0.4, 0.33, 0.46], variant);
    let turn = PI / 8.0;
    let shape = regular(8, r, turn, 0.02);
    let word = cycle(&["STOP", "STOP", "STOP", "ALTO"], variant);
    let layers: Vec<Layer> = vec![
        ("label_border", WHITE, vec![outline(&regular(8, r * 0.915, turn, 0.015), r * 0.055)]),
        ("label_text", WHITE, vec![text(word, r * 0.47, r * 0.088)]),
    ];
    sign("stop_sign", variant, &shape, cycle(&[RED, 0xa01818, 0xb22020], variant), layers)
}

/// A round sign with a red ring and a number.
pub(super) fn speed_sign(variant: u32) -> Model {
    let r = cycle(&[0.3, 0.375, 0.32, 0.28], variant);
    let number = cycle(&["50", "30", "80", "20", "100", "60", "40", "120"], variant);
    let tall = if number.len() > 2 { 0.58 } else { 0.8 };
    let layers: Vec<Layer> = vec![
        ("label_ring", RED, vec![outline(&disc(r * 0.875), r * 0.19)]),
        ("label_number", BLACK, vec![text(number, r * tall, r * 0.125)]),
    ];
    sign("speed_sign", variant, &disc(r), WHITE, layers)
}

/// A triangle with a red border, or a yellow diamond.
pub(super) fn warning_sign(variant: u32) -> Model {
    let bend = |pts: &[[f32; 2]], w: f32, r: f32| {
        let mut b = crate::assets::mesh::Builder::default();
        super::glyphs::ribbon(&mut b, &pts.iter().map(|p| vec2(p[0], p[1]) * r).collect::<Vec<_>>(), w * r);
        b.finish()
    };
    let r = cycle(&[0.52, 0.48, 0.58], variant);
    let symbol = |r: f32| match variant % 4 {
        0 => vec![
            flat(&[vec2(-0.055, 0.46), vec2(-0.032, 0.02), vec2(0.032, 0.02), vec2(0.055, 0.46)].map(|p| p * r)),
            flat(&circle(r * 0.05, 16)).translated(vec3(0.0, -0.08 * r, 0.0)),
        ],
        1 => vec![
            bend(&[[-0.05, -0.12], [-0.05, 0.1], [0.09, 0.24], [0.09, 0.36]], 0.075, r),
            flat(&[vec2(-0.03, 0.35), vec2(0.21, 0.35), vec2(0.09, 0.5)].map(|p| p * r)),
        ],
        2 => vec![bend(&[[0.0, -0.13], [0.0, 0.48]], 0.09, r), bend(&[[-0.19, 0.12], [0.19, 0.12]], 0.06, r)],
        _ => vec![
            flat(&circle(r * 0.055, 14)).translated(vec3(0.03 * r, 0.4 * r, 0.0)),
            bend(&[[0.02, 0.31], [-0.01, 0.12]], 0.1, r),
            bend(&[[-0.01, 0.1], [0.09, 0.0], [0.1, -0.12]], 0.05, r),
            bend(&[[-0.02, 0.1], [-0.05, 0.0], [-0.13, -0.1]], 0.05, r),
            bend(&[[0.02, 0.28], [0.11, 0.2], [0.17, 0.21]], 0.04, r),
            bend(&[[0.0, 0.28], [-0.09, 0.21], [-0.1, 0.12]], 0.04, r),
        ],
    };
    if (variant / 4).is_multiple_of(2) {
        let shape = regular(3, r, FRAC_PI_2, 0.06);
        let layers: Vec<Layer> = vec![
            ("label_border", RED, vec![outline(&regular(3, r * 0.8, FRAC_PI_2, 0.04), r * 0.14)]),
            ("label_symbol", BLACK, symbol(r * 0.84).into_iter().map(|m| m.translated(Vec3::Y * -r * 0.1)).collect()),
        ];
        sign("warning_sign", variant, &shape, WHITE, layers)
    } else {
        let r = r * 0.92;
        let shape = regular(4, r, FRAC_PI_2, 0.05);
        let layers: Vec<Layer> = vec![
            ("label_border", BLACK, vec![outline(&regular(4, r * 0.9, FRAC_PI_2, 0.04), r * 0.035)]),
            ("label_symbol", BLACK, symbol(r).into_iter().map(|m| m.translated(Vec3::Y * -r * 0.18)).collect()),
        ];
        sign("warning_sign", variant, &shape, YELLOW, layers)
    }
}

/// A give-way sign, a triangle on its tip.
pub(super) fn yield_sign(variant: u32) -> Model {
    let r = cycle(&[0.52, 0.46, 0.58, 0.5], variant);
    let shape = regular(3, r, -FRAC_PI_2, 0.06);
    let mut layers: Vec<Layer> = vec![(
        "label_border",
        RED,
        vec![outline(&regular(3, r * 0.78, -FRAC_PI_2, 0.04), r * cycle(&[0.16, 0.2], variant))],
    )];
    if variant % 4 == 1 {
        layers.push(("label_text", RED, vec![text("YIELD", r * 0.13, r * 0.026).translated(Vec3::Y * r * 0.18)]));
    }
    sign("yield_sign", variant, &shape, WHITE, layers)
}

/// A red disc with a white bar.
pub(super) fn no_entry_sign(variant: u32) -> Model {
    let r = cycle(&[0.3, 0.375, 0.32, 0.28], variant);
    let bar = square(r * cycle(&[1.4, 1.5], variant), r * cycle(&[0.34, 0.3, 0.38], variant), r * 0.03);
    let layers: Vec<Layer> =
        vec![("label_ring", WHITE, vec![outline(&disc(r * 0.955), r * 0.035)]), ("label_bar", WHITE, vec![flat(&bar)])];
    sign("no_entry_sign", variant, &disc(r), RED, layers)
}

/// A blue square with a white P, some with a panel below.
pub(super) fn parking_sign(variant: u32) -> Model {
    let (w, h) = cycle(&[(0.6, 0.6), (0.42, 0.63), (0.5, 0.5), (0.4, 0.6)], variant);
    let mut white = vec![outline(&square(w * 0.93, h - w * 0.07, 0.03), w * 0.022)];
    if h > w {
        white.push(text("P", w * 0.68, w * 0.13).translated(Vec3::Y * h * 0.13));
        white.push(
            text(cycle(&["2H", "8-18", "24H", "30"], variant / 2), w * 0.19, w * 0.034).translated(Vec3::Y * -h * 0.33),
        );
    } else {
        white.push(text("P", w * 0.7, w * 0.13));
    }
    sign("parking_sign", variant, &square(w, h, 0.035), BLUE, vec![("label_white", WHITE, white)])
}

/// A traffic light with three lamps, one of them lit.
pub(super) fn traffic_light(variant: u32) -> Model {
    let mut rng = Rng::new("traffic_light", variant);
    let (r, top) = (0.055, rng.range(3.2, 3.7));
    let lit = variant as usize % 3;
    let (q, pitch) = (0.1, 0.27);
    let (w, h, d) = (0.29, 3.0 * pitch + 0.06, 0.17);
    let middle = top - h * 0.5 - 0.05;
    let z = r + 0.05 + d * 0.5;
    let mut kit = Kit::default();
    let dark = look("painted_metal", cycle(&[0x1b1d1e, 0x23301f, 0x1b1d1e, 0xc99a1c], variant)).rough(0.5);
    let post = look(
        if variant.is_multiple_of(2) { "galvanised_steel" } else { "painted_metal" },
        if variant.is_multiple_of(2) { 0xffffff } else { 0x2b3a35 },
    );
    let mut pole = vec![turn(
        &[
            [0.0, 0.0, 0.0],
            [r * 2.2, 0.0, 0.0],
            [r * 2.2, 0.025, 0.006],
            [r * 1.35, 0.04, 0.0],
            [r * 1.3, 0.9, 0.01],
            [r, 0.94, 0.01],
            [r, top, 0.015],
            [0.0, top, 0.0],
        ],
        22,
    )];
    for y in [-0.36, 0.36] {
        pole.push(soft([0.06, 0.05, 0.14], [0.0, middle + y * h, r + 0.02], 0.012));
        pole.push(hoop(
            &[
                [r - 0.002, middle + y * h - 0.03, 0.0],
                [r + 0.008, middle + y * h - 0.03, 0.003],
                [r + 0.008, middle + y * h + 0.03, 0.003],
                [r - 0.002, middle + y * h + 0.03, 0.0],
            ],
            20,
        ));
    }
    kit.add("pole", &post, pole);
    kit.add("housing", &dark, [soft([w, h, d], [0.0, middle, z], 0.03)]);
    let front = z + d * 0.5;
    let mut visors = Vec::new();
    for k in 0..3 {
        let y = middle + pitch * (1.0 - k as f32);
        let (colour, glow) = cycle(&[(0xc0221a, 0xff3a20), (0xd29a1a, 0xffb020), (0x1f9a63, 0x30ff98)], k as u32);
        let on = k == lit;
        let dim = hex(colour).map(|c| c * 0.22);
        let mut lens = look("glass", colour).rough(0.25);
        if on {
            lens = lens.glowing(hex(glow).map(|c| c * 5000.0))
        } else {
            lens = lens.tinted(dim)
        }
        let dome =
            uv_sphere(1.0, 20, 10).scaled(vec3(q * 0.96, q * 0.96, 0.028)).translated(vec3(0.0, y, front - 0.002));
        kit.add(["red", "amber", "green"][k], &lens, [dome]);
        let ring = along_z(hoop(
            &[[q * 0.94, -0.01, 0.0], [q * 1.12, -0.01, 0.0], [q * 1.1, 0.02, 0.004], [q * 0.96, 0.02, 0.0]],
            24,
        ))
        .translated(vec3(0.0, y, front));
        // a hood: a band along the upper part of the rim
        let arc = |rad: f32, out: f32| -> Vec<Vec3> {
            (0..=12)
                .map(|i| {
                    let a = -0.35 + (PI + 0.7) * i as f32 / 12.0;
                    let (s, c) = libm::sincosf(a);
                    vec3(rad * c, y + rad * s, front + out * (0.35 + 0.65 * s.max(0.0)))
                })
                .collect()
        };
        let mut soup = crate::assets::mesh::Soup::default();
        let (a, b, c, e) = (arc(q * 1.07, -0.06), arc(q * 1.07, 0.17), arc(q * 1.03, 0.17), arc(q * 1.03, -0.06));
        for i in 0..12 {
            for (u, v) in [(&a, &b), (&b, &c), (&c, &e), (&e, &a)] {
                soup.quad_flat([u[i], v[i], v[i + 1], u[i + 1]], 0);
            }
        }
        soup.quad_flat([a[0], e[0], c[0], b[0]], 0);
        soup.quad_flat([a[12], b[12], c[12], e[12]], 0);
        let hood = soup.smooth(50.0);
        visors.extend([ring, if hood.volume() < 0.0 { hood.flipped() } else { hood }]);
    }
    kit.add("visors", &dark, visors);
    if variant % 4 >= 2 {
        let board = extrude(&square(w + 0.2, h + 0.2, 0.06), 0.006, 0.002).translated(vec3(0.0, middle, z + d * 0.3));
        kit.add("backboard", &look("painted_metal", BLACK).rough(0.6), [board]);
        kit.add(
            "label_backboard",
            &look("painted_metal", WHITE),
            [outline(&square(w + 0.165, h + 0.165, 0.05), 0.025).translated(vec3(0.0, middle, z + d * 0.3 + 0.0045))],
        );
        kit.hull_box(vec3(w + 0.2, h + 0.2, 0.006), vec3(0.0, middle, z + d * 0.3));
    }
    kit.add(
        "button",
        &look("painted_metal", YELLOW),
        [
            soft([0.1, 0.15, 0.06], [0.0, 1.05, r + 0.03], 0.015),
            along_z(cylinder(0.022, 0.02, 14, 0.004)).translated(vec3(0.0, 1.03, r + 0.066)),
        ],
    );
    kit.hull_cylinder(r * 2.2, 0.0, 0.03);
    kit.hull_cylinder(r, 0.0, top);
    kit.hull_box(vec3(w, h, d), vec3(0.0, middle, z));
    kit.hull_box(vec3(0.2, pitch * 2.0 + 0.2, 0.16), vec3(0.0, middle, front + 0.08));
    kit.finish()
}

/// A street lamp with one or two arms along X.
pub(super) fn street_lamp(variant: u32) -> Model {
    let mut rng = Rng::new("street_lamp", variant);
    let h = rng.range(5.2, 7.8);
    let post = look(
        if variant.is_multiple_of(2) { "galvanised_steel" } else { "painted_metal" },
        cycle(&[0xffffff, 0x26332e, 0xe0e0e0, 0x22262a], variant),
    );
    let mut kit = Kit::default();
    let (r0, r1) = (rng.range(0.08, 0.095), 0.04);
    let shaft = [
        vec2(0.0, 0.0),
        vec2(r0 * 1.5, 0.0),
        vec2(r0 * 1.5, 0.03),
        vec2(r0 * 1.12, 0.05),
        vec2(r0 * 1.1, 1.0),
        vec2(r0, 1.05),
        vec2(r1, h),
        vec2(0.0, h),
    ];
    let mut metal = vec![lathe(&shaft, 20, 30.0), slab([r0 * 0.9, 0.42, 0.02], [0.0, 0.6, r0 * 1.06], 0.004)];
    let glow = look("glass", 0xfff2d8).glowing(hex(0xffdca8).map(|c| c * 4000.0));
    kit.hull_cylinder(r0 * 1.5, 0.0, 0.04);
    kit.hull_cylinder(r0 * 1.1, 0.0, 1.05);
    kit.hull_cylinder((r0 + r1) * 0.5, 1.0, h);
    if variant % 4 == 3 {
        let globe = h + 0.22;
        kit.add(
            "globe",
            &look("glass", 0xf6efe0).glowing(hex(0xffe2b8).map(|c| c * 2500.0)),
            [uv_sphere(0.21, 24, 16).translated(Vec3::Y * globe)],
        );
        metal.push(turn(&[[0.0, h - 0.03, 0.0], [0.1, h, 0.01], [0.13, h + 0.06, 0.008], [0.0, h + 0.06, 0.0]], 20));
        metal.push(turn(
            &[
                [0.0, globe + 0.19, 0.0],
                [0.09, globe + 0.185, 0.0],
                [0.05, globe + 0.24, 0.01],
                [0.0, globe + 0.28, 0.01],
            ],
            20,
        ));
        kit.hulls_ball(0.21, Vec3::Y * globe);
        kit.hull_cylinder(0.05, globe + 0.15, globe + 0.28);
    } else {
        let arm = rng.range(0.9, 1.6);
        let mut lamps = Vec::new();
        let sides: &[f32] = if variant % 4 == 2 { &[1.0, -1.0] } else { &[1.0] };
        let mut heads = Vec::new();
        for s in sides {
            let path = curve(
                &[
                    vec3(0.0, h - 0.12, 0.0),
                    vec3(s * arm * 0.18, h + 0.1, 0.0),
                    vec3(s * arm * 0.55, h + 0.22, 0.0),
                    vec3(s * arm, h + 0.26, 0.0),
                ],
                4,
            );
            metal.push(sweep(&circle(0.03, 10), &path, Vec3::Z, 60.0, |t| 1.1 - 0.25 * t));
            let at = vec3(s * (arm + 0.2), h + 0.262, 0.0);
            let head = soft([0.62, 0.1, 0.24], [0.0; 3], 0.04).deformed(60.0, |p| {
                let t = (p.x * s / 0.62 + 0.5).clamp(0.0, 1.0);
                vec3(p.x, p.y * (1.0 - 0.45 * t), p.z * (0.75 + 0.25 * t)) + at
            });
            heads.push(head);
            lamps.push(soft([0.36, 0.03, 0.17], [at.x + s * 0.05, at.y - 0.036, 0.0], 0.01));
            kit.hull_rod(vec3(s * 0.03, h, 0.0), vec3(s * arm * 0.5, h + 0.2, 0.0), 0.03);
            kit.hull_rod(vec3(s * arm * 0.5, h + 0.2, 0.0), vec3(s * arm, h + 0.26, 0.0), 0.03);
            kit.hull_box(vec3(0.62, 0.09, 0.22), at);
        }
        kit.add("heads", &look("painted_metal", cycle(&[0x8f9496, 0x22262a], variant)).rough(0.4), heads);
        kit.add("lamps", &glow, lamps);
    }
    let bolts = (0..4).map(|k| {
        let p = circle(r0 * 1.32, 4)[k];
        cylinder(0.012, 0.05, 6, 0.003).translated(vec3(p.x, 0.03, p.y))
    });
    metal.extend(bolts);
    kit.add("post", &post, metal);
    kit.finish()
}
