//! What stands along a road: cone, barriers, kerb, bollard, hydrant.

use glam::{Quat, Vec3, vec2, vec3};

use super::kit::{Kit, Rng, along_x, along_z, both_sides, curve2, cycle, hoop, look, painted_band, slab, turn, yaw};
use crate::assets::Model;
use crate::assets::mesh::{CREASE_DEG, circle, cylinder, extrude, lathe, rounded_outline, uv_sphere};

/// A traffic cone, hollow inside, on a square base.
pub(super) fn traffic_cone(variant: u32) -> Model {
    let mut rng = Rng::new("traffic_cone", variant);
    let h = cycle(&[0.72, 0.5, 0.75, 0.46, 0.92, 0.7, 0.3, 0.74], variant) * rng.range(0.98, 1.02);
    let (base, foot) = (h * rng.range(0.5, 0.56), h * 0.19);
    let (r0, r1, t) = (foot, h * 0.042, h * 0.045);
    let mut kit = Kit::default();
    let orange = look("rubber", cycle(&[0xe0521a, 0xdd4a14, 0xe65f22, 0xd94b1c], variant)).rough(0.6);
    let at = |y: f32| r0 + (r1 - r0) * (y - t) / (h - t);
    let body = turn(
        &[
            [0.0, t * 0.4, 0.0],
            [r0 + 0.012, t * 0.4, 0.0],
            [r0 + 0.012, t, 0.004],
            [r0, t + 0.012, 0.012],
            [r1, h, 0.004],
            [r1 * 0.72, h, 0.003],
            [r1 * 0.72, h - 0.02, 0.003],
            [0.0, h - 0.02, 0.0],
        ],
        32,
    );
    kit.add("cone", &orange, [body]);
    let b = base * 0.5;
    let plate = rounded_outline(&[[-b, -b, b * 0.22], [b, -b, b * 0.22], [b, b, b * 0.22], [-b, b, b * 0.22]], 3, true);
    let flat = Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2);
    let feet = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0f32)]
        .map(|(x, z)| slab([b * 0.3, t * 0.3, b * 0.3], [x * b * 0.8, t * 0.15, z * b * 0.8], t * 0.05));
    let slab_look = if variant.is_multiple_of(2) { orange.clone() } else { look("rubber", 0x26262a) };
    kit.add("base", &slab_look, [extrude(&plate, t * 0.8, t * 0.2).rotated(flat).translated(Vec3::Y * t * 0.6)]);
    kit.add("feet", &slab_look, feet);
    let bands: &[(f32, f32)] = if h > 0.6 { &[(0.42, 0.6), (0.7, 0.82)] } else { &[(0.45, 0.7)] };
    let ring = |&(a, b): &(f32, f32)| {
        let (y0, y1) = (h * a, h * b);
        hoop(
            &[
                [at(y0) - 0.002, y0, 0.0],
                [at(y0) + 0.0015, y0, 0.0005],
                [at(y1) + 0.0015, y1, 0.0005],
                [at(y1) - 0.002, y1, 0.0],
            ],
            32,
        )
    };
    kit.add("sleeve", &look("plastic", 0xe9ebea).rough(0.35), bands.iter().map(ring));
    kit.hull_box(vec3(base, t, base), Vec3::Y * t * 0.5);
    let rings: Vec<Vec3> =
        [(r0, t), (r1, h)].iter().flat_map(|(r, y)| circle(*r, 16).into_iter().map(|p| vec3(p.x, *y, p.y))).collect();
    kit.hull_around(&rings, 60);
    kit.finish()
}

/// A concrete barrier of the jersey type, lying along X.
pub(super) fn jersey_barrier(variant: u32) -> Model {
    let mut rng = Rng::new("jersey_barrier", variant);
    let (l, h) = (cycle(&[2.0, 3.0, 1.5, 2.5], variant) + rng.range(-0.05, 0.05), rng.range(0.8, 0.84));
    let (foot, top) = (rng.range(0.29, 0.31), rng.range(0.075, 0.09));
    let half = [[foot, 0.0, 0.01], [foot, 0.075, 0.015], [foot * 0.6, 0.33, 0.05], [top, h, 0.025]];
    let mut outline: Vec<[f32; 3]> = half.to_vec();
    outline.extend(half.iter().rev().map(|p| [-p[0], p[1], p[2]]));
    let section = rounded_outline(&outline, 3, true);
    let mut kit = Kit::default();
    let concrete = look("concrete", cycle(&[0xffffff, 0xe8e4dc, 0xd6d4d0, 0xf4efe4], variant));
    let body = yaw(extrude(&section, l, 0.012), 90.0);
    kit.hull_around(&body.positions.iter().filter(|p| p.y < 0.34).copied().collect::<Vec<_>>(), 60);
    kit.hull_around(&body.positions.iter().filter(|p| p.y > 0.3).copied().collect::<Vec<_>>(), 60);
    kit.add("body", &concrete, [body]);
    let slot = |x: f32| both_sides([slab([0.16, 0.07, 0.012], [x, 0.036, foot - 0.0045], 0.0)]);
    kit.add("slots", &look("concrete", 0x4a4844), [slot(-l * 0.25), slot(l * 0.25)].concat());
    let hook = |x: f32| {
        crate::assets::mesh::tube(
            &curve2(&[[x - 0.05, h - 0.02], [x - 0.045, h + 0.008], [x + 0.045, h + 0.008], [x + 0.05, h - 0.02]], 3)
                .iter()
                .map(|p| p.extend(0.0))
                .collect::<Vec<_>>(),
            0.008,
            6,
        )
    };
    kit.add("hooks", &look("rusty_metal", 0xffffff), [hook(-l * 0.3), hook(l * 0.3)]);
    let post = |x: f32| both_sides([slab([0.075, 0.05, 0.012], [x, h * 0.78, top + 0.035], 0.003)]);
    let colour = cycle(&[0xd8902a, 0xe9e7df, 0xb8352a], variant);
    kit.add("reflectors", &look("plastic", colour).rough(0.2), [post(-l * 0.36), post(0.0), post(l * 0.36)].concat());
    kit.finish()
}

/// A water-filled plastic barrier, red or white, along X.
pub(super) fn plastic_barrier(variant: u32) -> Model {
    let mut rng = Rng::new("plastic_barrier", variant);
    let (l, h) = (rng.range(1.0, 1.3), rng.range(0.75, 0.9));
    let (foot, top) = (0.24, 0.09);
    let half = [
        [foot, 0.0, 0.035],
        [foot, 0.12, 0.035],
        [foot * 0.58, 0.26, 0.04],
        [top + 0.015, h * 0.6, 0.02],
        [top, h, 0.035],
    ];
    let mut outline: Vec<[f32; 3]> = half.to_vec();
    outline.extend(half.iter().rev().map(|p| [-p[0], p[1], p[2]]));
    let section = rounded_outline(&outline, 3, true);
    let skin = look(
        "plastic",
        cycle(&[0xb5281f, 0xe6e4de, 0xc5301f, 0xd9641c, 0xecebe6, 0xb5281f, 0xd7a51d, 0xc63a24], variant),
    )
    .rough(0.5);
    let mut kit = Kit::default();
    let main = l - 0.12;
    let body = yaw(extrude(&section, main, 0.015), 90.0);
    kit.hull_around(&body.positions.iter().filter(|p| p.y < 0.27).copied().collect::<Vec<_>>(), 60);
    kit.hull_around(&body.positions.iter().filter(|p| p.y > 0.2).copied().collect::<Vec<_>>(), 60);
    kit.add("body", &skin, [body]);
    let ribs = [-0.3, 0.0, 0.3].map(|q: f32| {
        let (w, y) = (0.09, h * 0.47);
        both_sides([slab([w, h * 0.55, 0.03], [0.0; 3], 0.01).deformed(CREASE_DEG, |p| {
            vec3(p.x + q * l, p.y + y + 0.12, p.z + top + 0.012 + (0.6 - (p.y + y + 0.12) / h) * 0.06)
        })])
    });
    kit.add("ribs", &skin, ribs.concat());
    let lug = |x: f32, y: f32| cylinder(0.045, h * 0.16, 16, 0.008).translated(vec3(x, y, 0.0));
    let lugs = [
        lug(main * 0.5 + 0.015, h * 0.3),
        lug(main * 0.5 + 0.015, h * 0.72),
        lug(-main * 0.5 - 0.015, h * 0.5),
        lug(-main * 0.5 - 0.015, h * 0.88),
    ];
    for m in &lugs {
        let (low, high) = m.bounds();
        kit.hull_box(high - low, (low + high) * 0.5);
    }
    kit.add("lugs", &skin, lugs);
    kit.add(
        "cap",
        &look("plastic", 0x24262a),
        [cylinder(0.045, 0.03, 16, 0.006).translated(vec3(l * 0.2, h + 0.005, 0.0))],
    );
    let strip = both_sides([slab([main * 0.9, 0.07, 0.004], [0.0, h * 0.88, top + 0.004], 0.001)
        .deformed(CREASE_DEG, |p| vec3(p.x, p.y, p.z + (h - p.y) * 0.05))]);
    kit.add("strip", &look("plastic", if variant % 3 == 1 { 0xc23325 } else { 0xeeeeea }).rough(0.3), strip);
    kit.finish()
}

/// A kerb stone, along X; its street side faces +Z.
pub(super) fn kerb(variant: u32) -> Model {
    let mut rng = Rng::new("kerb", variant);
    let (l, h, d) = (rng.range(0.9, 1.0), rng.range(0.24, 0.3), cycle(&[0.15, 0.12, 0.18], variant));
    let stone = cycle(
        &[("concrete", 0xffffff), ("terrazzo", 0xbab6ae), ("concrete", 0xe0dad0), ("concrete", 0xc8c6c2)],
        variant,
    );
    let chamfer = d * rng.range(0.1, 0.22);
    let front = d * 0.5;
    let section = rounded_outline(
        &[
            [-front, 0.0, 0.01],
            [front, 0.0, 0.01],
            [front, h - chamfer * 1.8, 0.02],
            [front - chamfer, h, 0.02],
            [-front, h, 0.01],
        ],
        3,
        true,
    );
    let body = yaw(extrude(&section, l, 0.005), -90.0);
    let body = body.scaled(vec3(1.0, 1.0, -1.0));
    let mut kit = Kit::default();
    kit.hull_around(&body.positions, 60);
    kit.add("stone", &look(stone.0, stone.1), [body]);
    kit.finish()
}

/// A street bollard of cast iron, steel or plastic.
pub(super) fn bollard(variant: u32) -> Model {
    let mut rng = Rng::new("bollard", variant);
    let h = rng.range(0.85, 1.05);
    let mut kit = Kit::default();
    let r = match variant % 3 {
        0 => {
            let r = rng.range(0.07, 0.085);
            let body = turn(
                &[
                    [0.0, 0.0, 0.0],
                    [r * 1.45, 0.0, 0.004],
                    [r * 1.45, 0.1, 0.012],
                    [r * 1.15, 0.14, 0.012],
                    [r, 0.2, 0.02],
                    [r * 0.82, h * 0.72, 0.0],
                    [r * 0.82, h * 0.78, 0.0],
                    [r * 1.02, h * 0.79, 0.008],
                    [r * 1.02, h * 0.825, 0.008],
                    [r * 0.72, h * 0.85, 0.01],
                    [r * 0.9, h * 0.93, 0.035],
                    [0.0, h, 0.03],
                ],
                28,
            );
            kit.add("body", &look("painted_metal", cycle(&[0x1d1f20, 0x2a3a30], variant)).rough(0.5), [body]);
            kit.hull_cylinder(r * 1.45, 0.0, 0.11);
            r * 0.95
        }
        1 => {
            let r = rng.range(0.05, 0.06);
            kit.add(
                "body",
                &look("brushed_steel", 0xffffff),
                [turn(&[[0.0, 0.0, 0.0], [r, 0.0, 0.0], [r, h, 0.012], [0.0, h, 0.0]], 28)],
            );
            kit.add(
                "collar",
                &look("brushed_steel", 0xdcdcdc),
                [turn(&[[0.0, 0.0, 0.0], [r * 1.5, 0.0, 0.0], [r * 1.5, 0.008, 0.003], [0.0, 0.012, 0.0]], 28)],
            );
            kit.hull_cylinder(r * 1.5, 0.0, 0.01);
            r
        }
        _ => {
            let r = rng.range(0.08, 0.1);
            kit.add(
                "body",
                &look("concrete", 0xf0ece4),
                [turn(
                    &[
                        [0.0, 0.0, 0.0],
                        [r, 0.0, 0.006],
                        [r * 0.9, h - r * 0.6, 0.02],
                        [r * 0.55, h - r * 0.1, 0.05],
                        [0.0, h, 0.05],
                    ],
                    28,
                )],
            );
            r
        }
    };
    let (y0, y1) = (h * 0.64, h * 0.71);
    let q = match variant % 3 {
        0 => r / 0.95 * 0.84,
        1 => r,
        _ => r * 0.93,
    };
    kit.add(
        "label_band",
        &look("plastic", cycle(&[0xe8e8e2, 0xd2a32a, 0xb52c22, 0xe8e8e2], variant)).rough(0.25),
        [painted_band([q + 0.0012, y0], [q + 0.0012, y1], 28)],
    );
    kit.hull_cylinder(r, 0.0, h * 0.94);
    kit.hull_cylinder(r * 0.5, h * 0.9, h);
    kit.finish()
}

/// A fire hydrant.
pub(super) fn hydrant(variant: u32) -> Model {
    let mut rng = Rng::new("hydrant", variant);
    let (h, r) = (rng.range(0.72, 0.85), rng.range(0.095, 0.115));
    let paint = look(
        "painted_metal",
        cycle(&[0xa3241c, 0xc9a01f, 0xb32a1e, 0x2a5a8c, 0xc2261c, 0xd0b030, 0x8f2019, 0xb8bcbc], variant),
    )
    .rough(0.45);
    let cap = look(
        "painted_metal",
        cycle(&[0xc9c6ba, 0x2f5a3c, 0xd6b53a, 0xc9c6ba, 0x3a3d40, 0xa82a20, 0xd6d2c4, 0xa82a20], variant),
    )
    .rough(0.45);
    let mut kit = Kit::default();
    let mut profile = rounded_outline(
        &[
            [0.0, 0.0, 0.0],
            [r * 1.5, 0.0, 0.004],
            [r * 1.5, 0.03, 0.006],
            [r * 1.02, 0.034, 0.01],
            [r, h * 0.62, 0.0],
            [r * 1.3, h * 0.625, 0.006],
            [r * 1.3, h * 0.655, 0.006],
            [r * 1.08, h * 0.665, 0.006],
        ],
        2,
        false,
    );
    profile.extend(curve2(&[[r * 1.08, h * 0.68], [r * 1.02, h * 0.8], [r * 0.72, h * 0.89], [r * 0.3, h * 0.93]], 4));
    profile.push(vec2(0.0, h * 0.935));
    kit.add("body", &paint, [lathe(&profile, 28, CREASE_DEG)]);
    let nut = cylinder(r * 0.26, h * 0.08, 5, 0.004).translated(Vec3::Y * h * 0.96);
    let outlet = |q: f32| {
        [
            cylinder(r * q, r * 0.7, 20, 0.004),
            cylinder(r * q * 1.25, r * 0.16, 8, 0.004).translated(Vec3::Y * r * 0.25),
            cylinder(r * q * 0.3, r * 0.3, 5, 0.003).translated(Vec3::Y * r * 0.42),
        ]
    };
    let y = h * 0.5;
    let side: Vec<_> = outlet(0.42).into_iter().map(|m| along_z(m).translated(vec3(0.0, y, r * 1.15))).collect();
    let mut caps = both_sides(side);
    caps.extend(outlet(0.6).map(|m| along_x(m).translated(vec3(r * 1.15, y - h * 0.04, 0.0))));
    caps.push(nut);
    kit.add("caps", &cap, caps);
    let bolts = (0..8).map(|k| {
        let p = circle(r * 1.26, 8)[k];
        [0.034, h * 0.66].map(|y: f32| {
            cylinder(0.011, 0.016, 6, 0.002).translated(vec3(
                p.x * if y > 0.1 { 0.94 } else { 1.0 },
                y,
                p.y * if y > 0.1 { 0.94 } else { 1.0 },
            ))
        })
    });
    kit.add("bolts", &look("rusty_metal", 0xffffff), bolts.flatten());
    let chain = uv_sphere(0.012, 8, 6).translated(vec3(r * 0.9, y - 0.09, r * 0.55));
    kit.add("stud", &cap, [chain]);
    kit.hull_cylinder(r * 1.5, 0.0, 0.032);
    kit.hull_cylinder(r * 1.05, 0.03, h * 0.8);
    kit.hull_cylinder(r * 1.3, h * 0.625, h * 0.655);
    kit.hull_cylinder(r * 0.7, h * 0.8, h * 0.91);
    kit.hull_cylinder(r * 0.26, h * 0.9, h);
    kit.hull_wheel(r * 0.5, r * 3.42, vec3(0.0, y, 0.0));
    kit.hull_box(vec3(r * 1.72, r * 1.3, r * 1.3), vec3(r * 0.86, y - h * 0.04, 0.0));
    kit.finish()
}
