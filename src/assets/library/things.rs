//! Small things on a table: toys, lamp, plant and picture frame.

use std::f32::consts::{FRAC_PI_2, PI};

use glam::{Quat, Vec2, Vec3, vec2, vec3};

use super::fruit::blade;
use super::glyphs;
use super::kit::{Kit, Rng, along_z, curve, curve2, cycle, hex, look, rod, slab, turn};
use crate::assets::mesh::{Soup, circle, cylinder, lathe, merge, rounded_box, sweep, tube, uv_sphere};
use crate::assets::{Hull, MeshData, Model};

/// A wooden block with a letter on its faces.
pub(super) fn toy_block(variant: u32) -> Model {
    let mut rng = Rng::new("toy_block", variant);
    let a = rng.range(0.036, 0.048);
    let mut kit = Kit::default();
    kit.add("wood", &look("pine_planks", 0xfff0dc), [rounded_box(Vec3::splat(a), 0.0028, 2)]);
    let colour = cycle(&[0xa83a2c, 0x2f5f8f, 0xc9972a, 0x3f7a4a, 0x7a4a86, 0xc2622a, 0x2f7f86, 0xa8435f], variant);
    let set = cycle(&["ABCDEF", "GHIKLM", "NOPRST", "UVXYZA", "123456", "BDFHKM", "CEGILN", "RSTUVX"], variant);
    let (mut frames, mut letters) = (Vec::new(), Vec::new());
    let turns = [
        Quat::IDENTITY,
        Quat::from_rotation_y(FRAC_PI_2),
        Quat::from_rotation_y(PI),
        Quat::from_rotation_y(-FRAC_PI_2),
        Quat::from_rotation_x(FRAC_PI_2),
        Quat::from_rotation_x(-FRAC_PI_2),
    ];
    let q = a * 0.37;
    let square = [vec2(-q, -q), vec2(q, -q), vec2(q, q), vec2(-q, q)];
    for (k, turn) in turns.into_iter().enumerate() {
        let up = |m: MeshData| m.translated(Vec3::Z * (a * 0.5 + 0.0002)).rotated(turn);
        frames.push(up(glyphs::outline(&square, a * 0.05)));
        letters.push(up(glyphs::text(&set[k..=k], a * 0.5, a * 0.085)));
    }
    kit.add("label_frame", &look("paper", colour).rough(0.5), frames);
    kit.add(
        "label_letters",
        &look("paper", cycle(&[0x2f5f8f, 0xa83a2c, 0x3f7a4a, 0xa83a2c], variant)).rough(0.5),
        letters,
    );
    kit.hull_box(Vec3::splat(a), Vec3::ZERO);
    kit.finish()
}

/// A rubber duck that looks to +X.
pub(super) fn rubber_duck(variant: u32) -> Model {
    let mut rng = Rng::new("rubber_duck", variant);
    let s = rng.range(0.85, 1.15);
    let body = uv_sphere(1.0, 22, 14).deformed(80.0, |p| {
        let flat = p.y.max(-0.72);
        let tail = (-p.x - 0.35).max(0.0);
        vec3(p.x * 0.043 - 0.002, flat * 0.027 + 0.0195 + tail * tail * 0.052, p.z * 0.0315 * (1.0 - 0.35 * tail)) * s
    });
    let head = vec3(0.0195, 0.061, 0.0) * s;
    let skull = uv_sphere(0.0225 * s, 20, 12).scaled(vec3(1.0, 0.96, 0.96)).translated(head);
    let neck = lathe(
        &curve2(&[[0.0, 0.03], [0.021, 0.03], [0.0155, 0.043], [0.017, 0.055], [0.0, 0.058]], 3)
            .iter()
            .map(|p| *p * s)
            .collect::<Vec<_>>(),
        20,
        60.0,
    )
    .translated(vec3(0.017 * s, 0.0, 0.0));
    let mut kit = Kit::default();
    let yellow = look(
        "plastic",
        cycle(&[0xe0b41c, 0xe3bd2e, 0xd9a514, 0xe6c24a, 0xd98aa0, 0x6fa8c4, 0xe0b41c, 0xe8e2d2], variant),
    )
    .rough(0.3);
    let wing = |side: f32| {
        uv_sphere(1.0, 12, 6).deformed(80.0, |p| {
            vec3(
                p.x * 0.022 - 0.008,
                p.y * 0.0125 + 0.03 - 0.006 * p.x + (-p.x).max(0.0) * 0.006,
                side * (0.0285 + p.z * side * 0.006),
            ) * s
        })
    };
    kit.hull_around(&merge([body.clone(), wing(1.0), wing(-1.0)]).positions, 80);
    kit.hulls_ball(0.0222 * s, head);
    kit.add("body", &yellow, [body, neck]);
    kit.add("head", &yellow, [skull]);
    kit.add("wings", &yellow, [wing(1.0), wing(-1.0)]);
    let bill = |up: f32| {
        uv_sphere(1.0, 12, 6).deformed(80.0, |p| {
            let out = (p.x + 1.0) * 0.5;
            vec3(
                p.x * 0.0125 + 0.022,
                (p.y * 0.0032 + up * 0.0028) + up * out * out * 0.0022 - 0.004,
                p.z * (0.0085 + 0.0035 * out),
            ) * s
                + head
        })
    };
    kit.add("bill", &look("plastic", cycle(&[0xd0581a, 0xc9481a], variant)).rough(0.35), [bill(1.0), bill(-1.0)]);
    let eye = |side: f32, out: f32, r: f32| {
        let d = vec3(0.66, 0.36, 0.66 * side).normalize();
        uv_sphere(1.0, 10, 6).scaled(vec3(r, r * 1.15, r)).translated(head + d * (0.0225 * s * 0.93 + out))
    };
    kit.add("eyes", &look("plastic", 0xf2efe6).rough(0.2), [eye(1.0, 0.0, 0.0042 * s), eye(-1.0, 0.0, 0.0042 * s)]);
    kit.add(
        "pupils",
        &look("plastic", 0x151515).rough(0.15),
        [eye(1.0, 0.0026 * s, 0.0026 * s), eye(-1.0, 0.0026 * s, 0.0026 * s)],
    );
    kit.hull_around(&merge([bill(1.0), bill(-1.0)]).positions, 30);
    kit.hull_around(&merge([eye(1.0, 0.0026 * s, 0.0026 * s), eye(-1.0, 0.0026 * s, 0.0026 * s)]).positions, 20);
    kit.finish()
}

/// A jointed desk lamp on a round foot.
pub(super) fn desk_lamp(variant: u32) -> Model {
    let mut rng = Rng::new("desk_lamp", variant);
    let paint = look(
        "painted_metal",
        cycle(&[0x1f2022, 0xc9c6bc, 0x8c2a22, 0x2d5a55, 0xd2a53a, 0x3c4f66, 0xe6e2d8, 0x5a5d60], variant),
    )
    .rough(0.35);
    let steel = look("brushed_steel", 0xffffff);
    let (foot, arm) = (rng.range(0.075, 0.095), rng.range(0.19, 0.24));
    let mut kit = Kit::default();
    kit.add(
        "foot",
        &paint,
        [turn(
            &[
                [0.0, 0.0, 0.0],
                [foot, 0.0, 0.001],
                [foot, 0.012, 0.005],
                [0.022, 0.021, 0.006],
                [0.016, 0.04, 0.004],
                [0.0, 0.042, 0.0],
            ],
            36,
        )],
    );
    kit.hull_cylinder(foot, 0.0, 0.016);
    let (a, b) = (rng.range(0.15, 0.4), rng.range(0.8, 1.1));
    let polar = |angle: f32, l: f32| {
        let (s, c) = libm::sincosf(angle);
        vec3(s * l, c * l, 0.0)
    };
    let base = Vec3::Y * 0.045;
    let elbow = base + polar(-a, arm);
    let wrist = elbow + polar(b, arm * 0.95);
    let mut bars = Vec::new();
    for (from, to) in [(base, elbow), (elbow, wrist)] {
        for z in [-0.0075, 0.0075] {
            bars.push(rod(from + Vec3::Z * z, to + Vec3::Z * z, 0.0032, 8));
        }

        kit.hull_rod(from, to, 0.009);
    }
    kit.add("arms", &steel, bars);
    let joint = |p: Vec3| along_z(cylinder(0.0115, 0.027, 18, 0.003)).translated(p);
    kit.add("joints", &paint, [joint(base), joint(elbow), joint(wrist)]);
    let (r, tall) = (rng.range(0.055, 0.068), rng.range(0.085, 0.1));
    let shade = turn(
        &[
            [0.0, 0.002, 0.0],
            [0.02, 0.002, 0.0],
            [0.024, -0.03, 0.01],
            [r, -tall, 0.0],
            [r + 0.001, -tall - 0.0005, 0.0],
            [r + 0.002, -tall, 0.0],
            [0.0265, -0.027, 0.012],
            [0.0245, 0.022, 0.008],
            [0.0, 0.026, 0.0],
        ],
        32,
    );
    let tilt = Quat::from_rotation_z(rng.range(0.25, 0.55));
    let place = |m: MeshData| m.rotated(tilt).translated(wrist + vec3(0.018, -0.012, 0.0));
    let shade = place(shade);
    kit.hull_around(&shade.positions, 40);
    kit.add("shade", &paint, [shade]);
    let bulb = place(lathe(
        &curve2(
            &[
                [0.0, -tall * 0.82],
                [0.017, -tall * 0.74],
                [0.022, -tall * 0.55],
                [0.014, -tall * 0.32],
                [0.012, -0.012],
                [0.0, -0.01],
            ],
            3,
        ),
        18,
        70.0,
    ));
    let mut glow = look("glass", 0xfff4dc);
    glow = glow.glowing(hex(0xffe2b0).map(|c| c * 2000.0));
    kit.add("bulb", &glow, [bulb]);
    let cord = curve(
        &[
            vec3(-foot * 0.9, 0.004, 0.0),
            vec3(-foot - 0.03, 0.003, 0.01),
            vec3(-foot - 0.06, 0.003, -0.012),
            vec3(-foot - 0.1, 0.003, 0.0),
        ],
        4,
    );
    kit.add("cord", &look("rubber", 0x1a1a1a), [tube(&cord, 0.0028, 6)]);
    kit.hull_box(vec3(0.1, 0.0056, 0.02), vec3(-foot - 0.053, 0.0028, 0.0));
    kit.finish()
}

/// A small house plant: blades, or round leaves on stalks.
pub(super) fn potted_plant(variant: u32) -> Model {
    let mut rng = Rng::new("potted_plant", variant);
    let (r, h) = (rng.range(0.05, 0.075), rng.range(0.085, 0.13));
    let mut kit = Kit::default();
    let clay = match variant % 3 {
        0 => look("ceramic", 0xa85c3c).rough(0.75),
        1 => look("ceramic", cycle(&[0xe4e0d6, 0x3d4a52], variant / 3)),
        _ => look("concrete", 0xe8e4dc),
    };
    let pot = turn(
        &[
            [0.0, 0.0, 0.0],
            [r * 0.74, 0.0, 0.003],
            [r * 0.94, h * 0.76, 0.0],
            [r * 1.04, h * 0.77, 0.002],
            [r * 1.06, h, 0.003],
            [r * 0.96, h, 0.002],
            [r * 0.92, h * 0.84, 0.003],
            [0.0, h * 0.86, 0.0],
        ],
        32,
    );
    kit.add("pot", &clay, [pot]);
    kit.add("soil", &look("gravel", 0x4a3a2e), [cylinder(r * 0.9, 0.01, 20, 0.003).translated(Vec3::Y * h * 0.87)]);
    kit.hull_around(
        &[
            circle(r * 0.74, 16).into_iter().map(|p| vec3(p.x, 0.0, p.y)).collect::<Vec<_>>(),
            circle(r * 1.05, 16).into_iter().map(|p| vec3(p.x, h, p.y)).collect(),
        ]
        .concat(),
        60,
    );
    let green = cycle(&[0x4a6f35, 0x5d7f3e, 0x3d6238, 0x6f8a45], variant);
    let (mut soup, mut dark, mut stalks) = (Soup::default(), Soup::default(), Vec::new());
    let tall = rng.range(0.16, 0.28);
    let n = if variant.is_multiple_of(2) { 13 } else { 15 };
    for k in 0..n {
        let a = k as f32 * 2.399_963 + rng.range(-0.2, 0.2);
        let (s, c) = libm::sincosf(a);
        let (out, side) = (vec3(c, 0.0, s), vec3(-s, 0.0, c));
        let (lean, reach) = (rng.range(0.1, 0.55) * (0.35 + 0.65 * k as f32 / n as f32), tall * rng.range(0.7, 1.0));
        let base = vec3(c, 0.0, s) * (r * 0.3) + Vec3::Y * h * 0.86;
        let which = if k % 3 == 1 { &mut dark } else { &mut soup };
        if variant.is_multiple_of(2) {
            let at = |t: f32| base + Vec3::Y * reach * (t - 0.28 * lean * t * t) + out * reach * lean * t * t;
            let path: Vec<Vec3> = (0..=6).map(|i| at(i as f32 / 6.0)).collect();
            let wide = rng.range(0.011, 0.017);
            blade(
                which,
                &path,
                side,
                |t| wide * (0.45 + 1.5 * t) * (1.0 - t * t * t * 0.98).max(0.02) * (1.35 - t * 0.6),
                0.3,
            );
        } else {
            let tip = base + Vec3::Y * reach * (0.9 - lean * 0.7) + out * reach * lean * 1.3;
            let bow = curve(&[base, base.lerp(tip, 0.5) + Vec3::Y * 0.02, tip], 3);
            stalks.push(sweep(&circle(0.0016, 5), &bow, side, 80.0, |t| 1.3 - 0.6 * t));
            let size = rng.range(0.028, 0.044);
            let dir = (out * 0.9 - Vec3::Y * (0.1 + 0.5 * lean)).normalize();
            let path: Vec<Vec3> = (0..=5)
                .map(|i| {
                    let t = i as f32 / 5.0;
                    tip + dir * (size * 1.7 * (t - 0.12)) - Vec3::Y * size * 0.35 * t * t
                })
                .collect();
            blade(
                which,
                &path,
                side,
                |t| size * (0.08 + 1.25 * (t * (1.0 - t * 0.985)).max(0.0).sqrt() * (1.15 - 0.3 * t)),
                0.22,
            );
        }
    }
    kit.add("stalks", &look("leaves", 0x6a7f42), stalks);
    let meshes = [soup.smooth(70.0), dark.smooth(70.0)];
    let points: Vec<Vec3> = meshes.iter().flat_map(|m| m.positions.iter().copied()).collect();
    kit.hull_around(&points, 110);
    let [a, b] = meshes;
    kit.add("leaves", &look("leaves", green).double_sided(), [a]);
    kit.add("leaves_dark", &look("leaves", cycle(&[0x35562a, 0x47683a, 0x2e4d2e], variant)).double_sided(), [b]);
    kit.finish()
}

/// A picture frame that leans on its stand and faces +Z.
pub(super) fn picture_frame(variant: u32) -> Model {
    let mut rng = Rng::new("picture_frame", variant);
    let (mut w, mut h) = (rng.range(0.13, 0.18), rng.range(0.18, 0.25));
    if variant % 3 == 1 {
        std::mem::swap(&mut w, &mut h);
    }
    let (bar, t) = (rng.range(0.013, 0.024), 0.016);
    let lean = Quat::from_rotation_x(-rng.range(0.18, 0.26));
    let mut kit = Kit::default();
    let (kind, tint) = cycle(
        &[
            ("walnut", 0xffffff),
            ("painted_metal", 0x1c1c1d),
            ("oak", 0xffffff),
            ("brushed_steel", 0xe0c080),
            ("painted_metal", 0xe9e6de),
            ("oak", 0xd8b890),
        ],
        variant,
    );
    let frame = [
        slab([w, bar, t], [0.0, bar * 0.5, 0.0], 0.003),
        slab([w, bar, t], [0.0, h - bar * 0.5, 0.0], 0.003),
        slab([bar, h - 2.0 * bar + 0.001, t - 0.0008], [(bar - w) * 0.5, h * 0.5, 0.0], 0.003),
        slab([bar, h - 2.0 * bar + 0.001, t - 0.0008], [(w - bar) * 0.5, h * 0.5, 0.0], 0.003),
    ];
    let up = |m: MeshData| m.rotated(lean);
    let (iw, ih) = (w - 2.0 * bar, h - 2.0 * bar);
    let mount = slab([iw + 0.004, ih + 0.004, 0.004], [0.0, h * 0.5, -0.001], 0.0);
    let sheet = |x0: f32, y0: f32, x1: f32, y1: f32, z: f32| {
        glyphs::flat(
            &[vec2(x0, y0), vec2(x1, y0), vec2(x1, y1), vec2(x0, y1)].map(|p| Vec2::new(p.x * iw, h * 0.5 + p.y * ih)),
        )
        .translated(Vec3::Z * (0.001 + z))
    };
    kit.add("frame", &look(kind, tint), frame.map(up));
    kit.add("mount", &look("paper", 0xeeeae0), [up(mount)]);
    let horizon = rng.range(-0.12, 0.02);
    let sky = cycle(&[0x9fb9c9, 0xd9a878, 0xb8c4c0, 0x7f98b5], variant);
    kit.add("label_sky", &look("paper", sky), [up(sheet(-0.38, horizon, 0.38, 0.38, 0.0004))]);
    kit.add(
        "label_land",
        &look("paper", cycle(&[0x5f7348, 0x35495a, 0x8a7a52], variant)),
        [up(sheet(-0.38, -0.38, 0.38, horizon, 0.0004))],
    );
    let hill = |x: f32, wide: f32, y: f32| {
        let p = [
            [x - wide, horizon],
            [x + wide, horizon],
            [x + wide * 0.35, horizon + y * 0.8],
            [x - wide * 0.1, horizon + y],
        ];
        glyphs::flat(&p.map(|q| vec2(q[0] * iw, h * 0.5 + q[1] * ih))).translated(Vec3::Z * 0.0018)
    };
    kit.add(
        "label_hills",
        &look("paper", cycle(&[0x6f8288, 0x5a4a5c, 0x7d8f7a], variant)),
        [up(hill(-0.14, 0.22, 0.17)), up(hill(0.16, 0.2, 0.11))],
    );
    let sun = glyphs::flat(&circle(iw.min(ih) * 0.06, 18)).translated(vec3(
        iw * rng.range(-0.2, 0.22),
        h * 0.5 + ih * 0.26,
        0.0018,
    ));
    kit.add("label_sun", &look("paper", 0xf3e3b4), [up(sun)]);
    let back = slab([w - bar, h - bar, 0.003], [0.0, h * 0.5, -t * 0.5 + 0.0005], 0.0005);
    let leg_h = h * 0.72;
    let foot = vec3(0.0, 0.0, -leg_h * 0.62);
    let hinge = lean * vec3(0.0, leg_h, -t * 0.5 - 0.001);
    let leg = (hinge - foot).length();
    let tilt = libm::atan2f(hinge.z - foot.z, hinge.y - foot.y);
    let low = (lean * vec3(0.0, 0.0, t * 0.5)).y.min((lean * vec3(0.0, 0.0, -t * 0.5)).y);
    let strut = slab([0.03, leg, 0.003], [0.0, leg * 0.5, 0.0], 0.001)
        .rotated(Quat::from_rotation_x(tilt))
        .translated(foot + Vec3::Y * low);
    kit.hull_around(&strut.positions, 20);
    kit.add("back", &look("cardboard", 0x5a5048), [up(back), strut]);
    kit.hull(Hull::Cuboid { half_extents: vec3(w, h, t) * 0.5, position: lean * (Vec3::Y * h * 0.5), rotation: lean });
    kit.finish()
}
