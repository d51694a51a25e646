//! Drums and other vessels and posts of a warehouse.

use glam::{Quat, Vec3, vec2, vec3};

use super::glyphs;
use super::kit::{Kit, Rng, along_x, curve, curve2, cycle, hoop, look, painted_band, rod, slab, soft, turn, yaw};
use crate::assets::Model;
use crate::assets::mesh::{CREASE_DEG, circle, cylinder, extrude, lathe, rounded_box, rounded_outline, tube};

/// A 200-litre steel drum with rolling hoops.
pub(super) fn steel_drum(variant: u32) -> Model {
    let mut rng = Rng::new("steel_drum", variant);
    let (r, h) = (rng.range(0.284, 0.29), rng.range(0.86, 0.89));
    let (rim, hoop_r) = (r + 0.006, r + 0.009);
    let mut corners = vec![
        [0.0, 0.014, 0.0],
        [r - 0.012, 0.014, 0.006],
        [r - 0.008, 0.0, 0.003],
        [rim, 0.0, 0.004],
        [rim, 0.014, 0.003],
        [r, 0.02, 0.004],
    ];
    for y in [h * 0.34, h * 0.66] {
        corners.extend([
            [r, y - 0.026, 0.014],
            [hoop_r, y - 0.007, 0.008],
            [hoop_r, y + 0.007, 0.008],
            [r, y + 0.026, 0.014],
        ]);
    }
    corners.extend([
        [r, h - 0.02, 0.004],
        [rim, h - 0.014, 0.003],
        [rim, h, 0.004],
        [r - 0.008, h, 0.003],
        [r - 0.012, h - 0.014, 0.006],
        [0.0, h - 0.014, 0.0],
    ]);
    let colour = cycle(&[0x244d7c, 0x7d2a22, 0x2c2f33, 0x3a6650, 0xc7902a, 0x9aa0a3, 0x5d6a3a, 0x24606b], variant);
    let rusty = variant % 8 == 5;
    let skin = if rusty { look("rusty_metal", 0xffffff) } else { look("painted_metal", colour).rough(0.42) };
    let mut kit = Kit::default();
    kit.add("body", &skin, [lathe(&rounded_outline(&corners, 1, false), 30, CREASE_DEG)]);
    let y = h - 0.012;
    let bung = |x: f32, z: f32, q: f32| {
        [
            cylinder(q * 1.35, 0.006, 16, 0.002).translated(vec3(x, y, z)),
            cylinder(q, 0.012, 6, 0.002).translated(vec3(x, y + 0.001, z)),
        ]
    };
    kit.add("bungs", &look("galvanised_steel", 0xffffff), [bung(0.2, 0.0, 0.032), bung(-0.21, 0.03, 0.018)].concat());
    let band = |a: f32, b: f32, s: f32| painted_band([r + s, a], [r + s, b], 40);
    if variant.is_multiple_of(2) {
        kit.add("label_band", &look("painted_metal", 0xd9d6cc), [band(h * 0.42, h * 0.58, 0.0008)]);
    }
    let (s, n) = (0.13, 6);
    let patch = |half: f32, out: f32| {
        let piece = |i: usize| {
            let a = |k: usize| half * 2.0 * (k as f32 / n as f32 - 0.5) / r;
            let p = |k: usize, y: f32| {
                let (sin, cos) = libm::sincosf(a(k));
                vec3((r + out) * sin, h * 0.5 + y, (r + out) * cos)
            };
            [p(i, -half), p(i + 1, -half), p(i + 1, half), p(i, half)]
        };
        let mut soup = crate::assets::mesh::Soup::default();
        (0..n).for_each(|i| soup.quad_flat(piece(i), 0));
        soup.smooth(CREASE_DEG)
    };
    kit.add(
        "label",
        &look("paper", cycle(&[0xe8b62a, 0xf0efe9, 0xd8662a, 0xf0efe9], variant)),
        [patch(s * 0.5, 0.0016)],
    );
    kit.add("label_mark", &look("paper", 0x1a1a1c), [patch(s * 0.2, 0.0022)]);
    kit.hull_cylinder(rim, 0.0, h);
    kit.hull_cylinder(hoop_r, h * 0.34 - 0.01, h * 0.66 + 0.01);
    kit.finish()
}

/// A blue plastic barrel with a clamped lid.
pub(super) fn plastic_barrel(variant: u32) -> Model {
    let mut rng = Rng::new("plastic_barrel", variant);
    let r = cycle(&[0.29, 0.2, 0.24], variant) + rng.range(-0.01, 0.01);
    let h = r * rng.range(2.7, 3.2);
    let mut profile = rounded_outline(
        &[
            [0.0, 0.01, 0.0],
            [r * 0.7, 0.01, 0.01],
            [r * 0.78, 0.0, 0.006],
            [r * 0.88, 0.0, 0.02],
            [r * 0.93, h * 0.08, 0.0],
        ],
        3,
        false,
    );
    profile.extend(curve2(
        &[[r * 0.955, h * 0.14], [r, h * 0.4], [r * 0.995, h * 0.6], [r * 0.93, h * 0.82], [r * 0.8, h * 0.885]],
        4,
    ));
    profile.extend(
        rounded_outline(&[[r * 0.8, h * 0.885, 0.0], [r * 0.8, h * 0.93, 0.0], [0.0, h * 0.93, 0.0]], 1, false)
            .split_off(1),
    );
    let skin = look(
        "plastic",
        cycle(&[0x1f4f94, 0x24303a, 0x2a62a0, 0x3c3f42, 0x19457e, 0x2f6b4a, 0x9a2f26, 0xdcd8cc], variant),
    )
    .rough(0.4);
    let mut kit = Kit::default();
    kit.add("body", &skin, [lathe(&profile, 28, CREASE_DEG)]);
    let q = r * 0.83;
    kit.add(
        "lid",
        &look("plastic", cycle(&[0x1b1d20, 0x1b3a68], variant)).rough(0.5),
        [turn(
            &[
                [0.0, h * 0.92, 0.0],
                [q * 0.99, h * 0.92, 0.0],
                [q * 0.99, h, 0.008],
                [q * 0.85, h, 0.006],
                [q * 0.82, h * 0.985, 0.006],
                [0.0, h * 0.985, 0.0],
            ],
            28,
        )],
    );
    kit.add(
        "clamp",
        &look("galvanised_steel", 0xffffff),
        [
            hoop(
                &[
                    [q * 0.97, h * 0.925, 0.0],
                    [q + 0.006, h * 0.925, 0.004],
                    [q + 0.006, h * 0.96, 0.004],
                    [q * 0.97, h * 0.96, 0.0],
                ],
                28,
            ),
            slab([0.02, h * 0.03, 0.12], [q + 0.008, h * 0.9425, 0.0], 0.003),
        ],
    );
    let ring = |y: f32| {
        hoop(
            &[
                [r * 0.9, y - 0.012, 0.0],
                [r + 0.003, y - 0.006, 0.003],
                [r + 0.003, y + 0.006, 0.003],
                [r * 0.9, y + 0.012, 0.0],
            ],
            28,
        )
    };
    kit.add("ribs", &skin, [ring(h * 0.36), ring(h * 0.62)]);
    kit.hull_cylinder(r * 0.875, 0.0, h * 0.1);
    let around: Vec<Vec3> = profile
        .iter()
        .filter(|p| p.y > 0.02 * h && p.x > r * 0.5)
        .flat_map(|p| circle(p.x, 16).into_iter().map(|c| vec3(c.x, p.y, c.y)))
        .collect();
    kit.hull_around(&around, 80);
    kit.hull_cylinder(q + 0.004, h * 0.92, h);
    kit.hull_cylinder(r + 0.003, h * 0.36, h * 0.62);
    kit.finish()
}

/// A twenty-litre jerrycan.
pub(super) fn jerrycan(variant: u32) -> Model {
    let mut rng = Rng::new("jerrycan", variant);
    let (w, h, d) = (rng.range(0.33, 0.35), rng.range(0.4, 0.43), rng.range(0.155, 0.17));
    let metal = variant.is_multiple_of(2);
    let paint = cycle(&[0x4c5636, 0xa8281f, 0x8d1f1b, 0x244a7a, 0x6b5d3c, 0x2c3f31, 0x3b3f45, 0xd2d6d2], variant);
    let skin = look(if metal { "painted_metal" } else { "plastic" }, paint).rough(if metal { 0.45 } else { 0.35 });
    let mut kit = Kit::default();
    let outline = rounded_outline(
        &[
            [-w * 0.5, 0.0, 0.03],
            [w * 0.5, 0.0, 0.03],
            [w * 0.5, h * 0.86, 0.05],
            [w * 0.26, h, 0.02],
            [-w * 0.5, h, 0.045],
        ],
        3,
        true,
    );
    let bar = |z: f32| {
        tube(
            &curve(
                &[
                    vec3(-w * 0.36, h - 0.01, z),
                    vec3(-w * 0.34, h + 0.032, z),
                    vec3(-w * 0.05, h + 0.036, z),
                    vec3(w * 0.1, h + 0.034, z),
                    vec3(w * 0.13, h - 0.008, z),
                ],
                3,
            ),
            0.0085,
            8,
        )
    };
    let body = extrude(&outline, d, 0.018);
    let x =
        outline.iter().map(|p| p.extend(d * 0.5)).chain(outline.iter().map(|p| p.extend(-d * 0.5))).collect::<Vec<_>>();
    kit.hull_around(&x, 60);
    kit.add("body", &skin, [body]);
    kit.add("handles", &skin, [bar(-d * 0.3), bar(0.0), bar(d * 0.3)]);
    let mut press = Vec::new();
    for a in [0.0, 180.0] {
        for s in [-1.0, 1.0f32] {
            let rib = rounded_box(vec3(h * 0.72, 0.02, 0.008), 0.0035, 1)
                .rotated(Quat::from_rotation_z(s * 0.85))
                .translated(vec3(0.0, h * 0.44, d * 0.5));
            press.push(yaw(rib, a));
        }
    }
    kit.add("pressing", &skin, press);
    let cap = [
        cylinder(0.03, 0.03, 20, 0.004).rotated(Quat::from_rotation_z(-0.5)).translated(vec3(
            w * 0.405,
            h * 0.955,
            0.0,
        )),
        slab([0.07, 0.012, 0.03], [w * 0.31, h + 0.004, 0.0], 0.003),
    ];
    kit.add("cap", &look(if metal { "painted_metal" } else { "plastic" }, cycle(&[0x3d452c, 0x1c1c1e], variant)), cap);
    kit.hull_box(vec3(w * 0.5, 0.045, d * 0.68), vec3(-w * 0.11, h + 0.0215, 0.0));
    kit.hull_box(vec3(0.05, 0.05, 0.055), vec3(w * 0.405, h * 0.95, 0.0));
    kit.finish()
}

/// A steel gas cylinder with a valve and guard.
pub(super) fn gas_cylinder(variant: u32) -> Model {
    let mut rng = Rng::new("gas_cylinder", variant);
    let (r, h) = cycle(&[(0.115, 1.45), (0.15, 0.58), (0.102, 1.0), (0.16, 0.62)], variant);
    let (r, h) = (r * rng.range(0.97, 1.03), h * rng.range(0.97, 1.03));
    let mut kit = Kit::default();
    let neck = h - r * 0.62;
    let mut profile = rounded_outline(
        &[[0.0, 0.01, 0.0], [r * 0.8, 0.01, 0.01], [r * 0.86, 0.0, 0.006], [r, 0.0, 0.012], [r, h * 0.2, 0.0]],
        2,
        false,
    );
    profile.extend(curve2(
        &[[r, neck - r * 0.55], [r * 0.93, neck - r * 0.26], [r * 0.66, neck], [r * 0.32, neck + r * 0.12]],
        4,
    ));
    profile.extend([vec2(r * 0.28, neck + r * 0.3), vec2(0.0, neck + r * 0.3)]);
    let paint = cycle(&[0x6b7175, 0xb4542a, 0x2f5f86, 0x88929a, 0x3c5d45, 0xa8352a, 0x23272b, 0x3d6aa0], variant);
    kit.add("body", &look("painted_metal", paint).rough(0.4), [lathe(&profile, 32, CREASE_DEG)]);
    let band = painted_band([r + 0.0008, neck - r * 1.5], [r + 0.0008, neck - r * 0.6], 32);
    kit.add(
        "label_shoulder",
        &look("painted_metal", cycle(&[0x2b2b2e, 0xd9d5c8, 0xc9a12e, 0x2c5d3e], variant)),
        [band],
    );
    let y = neck + r * 0.28;
    let valve = [
        cylinder(r * 0.16, r * 0.3, 12, 0.003).translated(Vec3::Y * (y + r * 0.13)),
        along_x(cylinder(r * 0.1, r * 0.36, 10, 0.003)).translated(vec3(r * 0.14, y + r * 0.12, 0.0)),
    ];
    kit.add("valve", &look("brushed_steel", 0xd9b25a), valve);
    kit.add(
        "handwheel",
        &look("plastic", 0x1f1f22),
        [cylinder(r * 0.22, r * 0.07, 12, r * 0.02).translated(Vec3::Y * (h - r * 0.05))],
    );
    let guard: Vec<_> = (0..=14)
        .map(|k| {
            let (s, c) = libm::sincosf(0.6 + 5.1 * k as f32 / 14.0);
            vec3(r * 0.62 * c, h - r * 0.06, r * 0.62 * s)
        })
        .collect();
    let mut cage = vec![tube(&guard, r * 0.055, 8)];
    for k in [1, 7, 13] {
        cage.push(rod(guard[k], vec3(guard[k].x, neck - r * 0.02, guard[k].z), r * 0.05, 8));
    }
    kit.add("guard", &look("painted_metal", paint).rough(0.4), cage);
    kit.hull_cylinder(r, 0.0, neck - r * 0.5);
    let top: Vec<Vec3> = profile
        .iter()
        .filter(|p| p.y > neck - r * 0.6)
        .flat_map(|p| circle(p.x, 14).into_iter().map(|c| vec3(c.x, p.y, c.y)))
        .collect();
    kit.hull_around(&top, 50);
    kit.hull_cylinder(r * 0.66, neck, h - 0.01 * r);
    kit.finish()
}

/// A toolbox of sheet steel with a hinged lid and a handle.
pub(super) fn toolbox(variant: u32) -> Model {
    let mut rng = Rng::new("toolbox", variant);
    let (w, h, d) = (rng.range(0.4, 0.54), rng.range(0.16, 0.21), rng.range(0.19, 0.24));
    let paint = cycle(&[0x9c211c, 0x27548c, 0x2b2d30, 0x4b5a50, 0xc97a1e, 0x7c1f22, 0x33506a, 0x8a8d8f], variant);
    let skin = look("painted_metal", paint).rough(0.35);
    let mut kit = Kit::default();
    let split = h * 0.64;
    let roof = rounded_outline(
        &[
            [-d * 0.5, 0.0, 0.003],
            [d * 0.5, 0.0, 0.003],
            [d * 0.5, (h - split) * 0.45, 0.01],
            [d * 0.3, h - split, 0.012],
            [-d * 0.3, h - split, 0.012],
            [-d * 0.5, (h - split) * 0.45, 0.01],
        ],
        2,
        true,
    );
    let lid = yaw(extrude(&roof, w, 0.004), 90.0).translated(Vec3::Y * (split + 0.003));
    let hull: Vec<Vec3> = lid.positions.clone();
    kit.add("tray", &skin, [soft([w, split, d], [0.0, split * 0.5, 0.0], 0.005)]);
    kit.add("lid", &skin, [lid]);
    kit.add("seam", &look("rubber", 0x1c1c1e), [slab([w - 0.006, 0.006, d - 0.006], [0.0, split + 0.0015, 0.0], 0.0)]);
    let steel = look("brushed_steel", 0xffffff);
    let latch = |x: f32| {
        [
            slab([0.034, 0.05, 0.006], [x, split - 0.008, d * 0.5 + 0.002], 0.002),
            slab([0.022, 0.02, 0.008], [x, split + 0.01, d * 0.5 + 0.003], 0.002),
        ]
    };
    kit.add("latches", &steel, [latch(-w * 0.3), latch(w * 0.3)].concat());
    let top = h + 0.003;
    let grip = curve(
        &[
            vec3(-w * 0.2, top - 0.004, 0.0),
            vec3(-w * 0.19, top + 0.026, 0.0),
            vec3(-w * 0.1, top + 0.034, 0.0),
            vec3(w * 0.1, top + 0.034, 0.0),
            vec3(w * 0.19, top + 0.026, 0.0),
            vec3(w * 0.2, top - 0.004, 0.0),
        ],
        3,
    );
    kit.add("handle", &steel, [tube(&grip, 0.005, 8)]);
    kit.add(
        "grip",
        &look("rubber", 0x232326),
        [along_x(cylinder(0.0085, w * 0.22, 12, 0.002)).translated(vec3(0.0, top + 0.034, 0.0))],
    );
    kit.add(
        "label_badge",
        &look("painted_metal", 0xe4e0d4),
        [glyphs::text("TOOLS", 0.026, 0.005).translated(vec3(0.0, split * 0.5, d * 0.5 + 0.0006))],
    );
    kit.hull_box(vec3(w, split, d), Vec3::Y * split * 0.5);
    kit.hull_around(&hull, 30);
    kit.hull_box(vec3(w * 0.4, 0.043, 0.015), vec3(0.0, top + 0.02, 0.0));
    kit.finish()
}

/// A traffic-yellow steel bollard with black bands on a bolted foot.
pub(super) fn safety_bollard(variant: u32) -> Model {
    let mut rng = Rng::new("safety_bollard", variant);
    let (r, h) = (cycle(&[0.057, 0.076, 0.045, 0.084], variant), rng.range(0.85, 1.15));
    let foot = r * 2.1;
    let mut kit = Kit::default();
    let yellow = look("painted_metal", cycle(&[0xd9a514, 0xe0ad1c, 0xcf9a10, 0xd9a514], variant)).rough(0.4);
    kit.add("post", &yellow, [turn(&[[0.0, 0.005, 0.0], [r, 0.005, 0.0], [r, h, r * 0.55], [0.0, h, 0.0]], 32)]);
    kit.add("foot", &yellow, [slab([2.0 * foot, 0.012, 2.0 * foot], [0.0, 0.006, 0.0], 0.003)]);
    let n = 2 + variant as usize % 3;
    let ring = |k: usize| {
        let y = h * (0.52 + 0.42 * (k as f32 + 0.3) / n as f32);
        painted_band([r + 0.0008, y], [r + 0.0008, y + h * 0.2 / n as f32], 32)
    };
    kit.add(
        "label_bands",
        &look("painted_metal", cycle(&[0x17181a, 0x17181a, 0xb02a20, 0x17181a], variant)),
        (0..n).map(ring),
    );
    let bolt =
        |x: f32, z: f32| cylinder(0.011, 0.014, 6, 0.002).translated(vec3(x * foot * 0.75, 0.018, z * foot * 0.75));
    kit.add(
        "bolts",
        &look("galvanised_steel", 0xffffff),
        [bolt(-1.0, -1.0), bolt(-1.0, 1.0), bolt(1.0, -1.0), bolt(1.0, 1.0)],
    );
    kit.hull_box(vec3(2.0 * foot, 0.012, 2.0 * foot), Vec3::Y * 0.006);
    kit.hull_cylinder(r, 0.012, h);
    kit.finish()
}
