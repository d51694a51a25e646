//! Hand tools that lie flat, their length along X: hammer and screwdriver; and what tools are made with.

use std::f32::consts::{FRAC_PI_2, TAU};

use glam::{Quat, Vec3, vec2, vec3};

use super::glyphs;
use super::kit::{Kit, Rng, along, along_x, along_z, curve2, cycle, look, slab, turn};
use crate::assets::mesh::{circle, loft, merge, uv_sphere};
use crate::assets::{MeshData, Model};

/// A bar with chamfered edges through `[x, z, half width, y, half height]` (m), bent in the level plane.
pub(super) fn bar(stations: &[[f32; 5]], chamfer: f32) -> MeshData {
    let at = |s: &[f32; 5]| vec3(s[0], s[3], s[1]);
    let last = stations.len().saturating_sub(1);
    let ring = |(i, s): (usize, &[f32; 5])| {
        let ends = [i.saturating_sub(1), (i + 1).min(last)].map(|k| stations.get(k).map_or(Vec3::ZERO, at));
        let ahead = ends[1] - ends[0];
        let (u, v) = (Vec3::Y.cross(vec3(ahead.x, 0.0, ahead.z)).normalize_or(Vec3::NEG_Z), Vec3::Y);
        let (a, b) = (s[2], s[4]);
        let c = chamfer.min(0.6 * a).min(0.6 * b);
        let (p, q) = (a - c, b - c);
        let corners = [[a, -q], [a, q], [p, b], [-p, b], [-a, q], [-a, -q], [-p, -b], [p, -b]];
        corners.map(|[x, y]| at(s) + u * x + v * y).to_vec()
    };
    loft(&stations.iter().enumerate().map(ring).collect::<Vec<_>>(), 50.0)
}

/// A stick of oval section along X through `[x, half width, half height]` (m).
pub(super) fn stick(stations: &[[f32; 3]], sides: usize) -> MeshData {
    let ring = |s: &[f32; 3]| circle(1.0, sides).into_iter().map(|p| vec3(s[0], s[2] * p.y, -s[1] * p.x)).collect();
    loft(&stations.iter().map(ring).collect::<Vec<_>>(), 50.0)
}

/// A smooth [`stick`]: its half width and half height run through `(x, half)` points.
fn handle(wide: &[[f32; 2]], high: &[[f32; 2]], per: usize, sides: usize) -> MeshData {
    let (w, h) = (curve2(wide, per), curve2(high, per));
    stick(&w.iter().zip(&h).map(|(a, b)| [a.x, a.y, b.y]).collect::<Vec<_>>(), sides)
}

/// Text that lies on top of something, to be read from the side of +Z.
pub(super) fn lying_text(line: &str, height: f32, stroke: f32) -> MeshData {
    glyphs::text(line, height, stroke).rotated(Quat::from_rotation_x(-FRAC_PI_2))
}

/// A claw hammer or a ball-peen hammer; its head lies at −X, the face looks to +Z.
pub(super) fn hammer(variant: u32) -> Model {
    let mut rng = Rng::new("hammer", variant);
    let ball = variant % 4 >= 2;
    let rubber = variant % 2 == 1;
    let long = if ball { rng.range(0.27, 0.33) } else { rng.range(0.3, 0.345) };
    let s = if ball { rng.range(0.88, 1.05) } else { rng.range(0.96, 1.1) };
    let mut kit = Kit::default();
    let bright = look("brushed_steel", cycle(&[0xffffff, 0xe6e6ea, 0xd8d8dc], variant));
    let (kind, tint, dull) = cycle(
        &[
            ("painted_metal", 0x2a2b2e, 0.45),
            ("brushed_steel", 0xb8b8bc, 0.35),
            ("painted_metal", 0x3b3e42, 0.5),
            ("brushed_steel", 0xffffff, 0.32),
            ("painted_metal", 0x263a55, 0.4),
            ("painted_metal", 0x1f1f21, 0.4),
            ("painted_metal", 0x7a1f1c, 0.4),
            ("brushed_steel", 0x9a9a9e, 0.4),
        ],
        variant,
    );
    let forged = look(kind, tint).rough(dull);
    let r = 0.0145 * s;
    let sides = if variant % 3 == 1 { 8 } else { 26 };
    let neck = if ball { 0.0098 * s } else { 0.0102 * s };
    let (z0, z1) = (0.0115 * s, 0.05 * s);
    let face = along_z(turn(
        &[
            [0.0, z1 - 0.014, 0.0],
            [r, z1 - 0.014, 0.0],
            [r, z1 - 0.0012, 0.001],
            [r - 0.0016, z1, 0.0006],
            [0.0, z1, 0.0],
        ],
        26,
    ));
    let throat = along_z(turn(
        &[
            [0.0, z0 - 0.004, 0.0],
            [neck * 1.12, z0 - 0.004, 0.0],
            [neck, z0 + 0.006, 0.006],
            [neck, z1 - 0.021, 0.003],
            [r * 0.97, z1 - 0.0135, 0.001],
            [0.0, z1 - 0.013, 0.0],
        ],
        sides,
    ));
    kit.hull_around(&merge([face.clone(), throat.clone()]).positions, 40);
    let mut head = vec![throat];
    if ball {
        let cheek = uv_sphere(1.0, 20, 12).deformed(70.0, |p| {
            let flat = |x: f32, most: f32| x.clamp(-most, most);
            vec3(flat(p.x, 0.9) * 0.0145, flat(p.y, 0.82) * 0.0165, p.z * 0.0215) * s
        });
        let peen = along_z(turn(
            &[
                [0.0, -0.04 * s, 0.0],
                [neck * 0.86, -0.04 * s, 0.0],
                [neck * 1.1, -0.008 * s, 0.0],
                [0.0, -0.008 * s, 0.0],
            ],
            20,
        ));
        let end = uv_sphere(0.0128 * s, 20, 12).translated(Vec3::Z * -0.041 * s);
        kit.hull_around(&merge([cheek.clone(), end.clone()]).positions, 44);
        head.extend([cheek, peen]);
        kit.add("peen", &bright, [end]);
    } else {
        head.push(bar(
            &[
                [0.0, -0.0145 * s, 0.0118 * s, 0.0, 0.0112 * s],
                [0.0, -0.012 * s, 0.0135 * s, 0.0, 0.0128 * s],
                [0.0, 0.011 * s, 0.0135 * s, 0.0, 0.0128 * s],
                [0.0, 0.0145 * s, 0.0115 * s, 0.0, 0.0108 * s],
            ],
            0.003,
        ));
        kit.hull_box(vec3(0.027, 0.0256, 0.029) * s, Vec3::ZERO);
        let droop = rng.range(0.6, 1.15);
        let prong = |side: f32| {
            let at = |x: f32, z: f32, thick: f32, y: f32, wide: f32| {
                [x * droop * s, z * s, thick * s, side * y * s, wide * s]
            };
            [
                at(-0.0015, -0.011, 0.0098, 0.0055, 0.006),
                at(-0.002, -0.02, 0.008, 0.0057, 0.006),
                at(0.0, -0.031, 0.006, 0.0062, 0.0056),
                at(0.0055, -0.043, 0.004, 0.0071, 0.0052),
                at(0.0135, -0.053, 0.0022, 0.008, 0.0048),
                at(0.023, -0.06, 0.0007, 0.0088, 0.0042),
            ]
        };
        let claws = [bar(&prong(1.0), 0.0014), bar(&prong(-1.0), 0.0014)];
        for (from, to) in [(0.0, -0.0345), (-0.03, -1.0)] {
            let points = claws.iter().flat_map(|m| m.positions.iter().copied());
            let piece: Vec<Vec3> = points.filter(|p| p.z <= (from + 0.002) * s && p.z >= to * s).collect();
            kit.hull_around(&piece, 30);
        }
        kit.add("claw", &forged, claws);
    }
    kit.add("face", &bright, [face]);
    kit.add("head", &forged, head);
    let top = -0.0155 * s;
    let thick = rng.range(0.94, 1.08);
    if rubber {
        let shaft = [[top, 0.0076, 0.0062], [top + 0.0015, 0.0088, 0.0072], [long * 0.5, 0.0084, 0.007]];
        kit.add("shaft", cycle(&[&bright, &forged], variant / 2), [stick(&shaft, 16)]);
        let (start, end) = (long * 0.38, long);
        let mut rings: Vec<[f32; 3]> = Vec::new();
        let girth = |x: f32| {
            let t = (x - start) / (end - start);
            let w = along(&[[0.0, 0.0118], [0.3, 0.0142], [0.6, 0.0152], [0.85, 0.014], [1.0, 0.0172]], t);
            (w * thick, w * 0.8 * thick)
        };
        rings.push([start, 0.0092, 0.0078]);
        for k in 0..=30 {
            let t = k as f32 / 30.0;
            let (w, h) = girth(start + 0.0015 + (end - start - 0.004) * t);
            let dent = if k % 3 == 1 && (4..27).contains(&k) { 0.93 } else { 1.0 };
            rings.push([start + 0.0015 + (end - start - 0.004) * t, w * dent, h * dent]);
        }
        rings.push([end, 0.0145 * thick, 0.0115 * thick]);
        let tint = cycle(&[0x1d1e20, 0x1f3b66, 0x232325, 0x8f1f1b], variant / 2);
        let grip = stick(&rings, 18);
        kit.hull_around(&grip.positions, 60);
        kit.add("grip", &look("rubber", tint).rough(0.75), [grip]);
        let collar = stick(
            &[
                [start + 0.012, 0.0135 * thick, 0.011 * thick],
                [start + 0.014, 0.0146 * thick, 0.0119 * thick],
                [start + 0.021, 0.0149 * thick, 0.0121 * thick],
                [start + 0.023, 0.0138 * thick, 0.0114 * thick],
            ],
            18,
        );
        kit.add("collar", &look("plastic", cycle(&[0xd9a31a, 0xc9cdd2, 0xc8371e, 0x2a2a2c], variant / 2)), [collar]);
        kit.hull_rod(vec3(top, 0.0, 0.0), vec3(start, 0.0, 0.0), 0.0066);
    } else {
        let wide = [
            [top, 0.0092],
            [0.02, 0.0102],
            [long * 0.28, 0.0104 * thick],
            [long * 0.55, 0.0142 * thick],
            [long * 0.8, 0.0145 * thick],
            [long - 0.02, 0.0158 * thick],
            [long - 0.003, 0.0155 * thick],
            [long, 0.0118],
        ];
        let high = wide.map(|[x, w]| [x, if x < 0.03 { w * 0.8 } else { w * 0.74 }]);
        let wood = handle(&wide, &high, 3, 18);
        for (low, high) in [(-1.0, long * 0.5), (long * 0.3, 1.0)] {
            let piece: Vec<Vec3> = wood.positions.iter().filter(|p| p.x >= low && p.x <= high).copied().collect();
            kit.hull_around(&piece, 44);
        }
        let (kind, tint) = cycle(
            &[("plywood", 0xffe2ae), ("plywood", 0xd8a878), ("walnut", 0xffffff), ("plywood", 0xf4e2c4)],
            variant / 2,
        );
        kit.add("handle", &look(kind, tint).rough(0.4), [wood]);
        kit.add("wedge", &bright, [slab([0.0012, 0.0095, 0.0016], [top, 0.0, 0.0], 0.0004)]);
        if variant.is_multiple_of(4) {
            // the end was dipped in paint
            let (w, h) = (curve2(&wide, 3), curve2(&high, 3));
            let outer = w.iter().zip(&h).filter(|(p, _)| p.x > long * 0.76);
            let rings: Vec<[f32; 3]> = outer.map(|(p, q)| [p.x + 0.0008, p.y + 0.0005, q.y + 0.0005]).collect();
            kit.add(
                "dip",
                &look("painted_metal", cycle(&[0xa8241d, 0x1f4f86], variant / 4)).rough(0.35),
                [stick(&rings, 18)],
            );
        }
    }
    kit.finish()
}

/// A screwdriver, flat or cross, its tip at +X.
pub(super) fn screwdriver(variant: u32) -> Model {
    let mut rng = Rng::new("screwdriver", variant);
    let cross = variant % 2 == 1;
    let stubby = variant == 5;
    let (shank, grip) = if stubby { (0.032, 0.052) } else { (rng.range(0.075, 0.16), rng.range(0.092, 0.115)) };
    let r = if stubby { 0.0155 } else { rng.range(0.0125, 0.0165) };
    let thin = rng.range(0.0027, 0.0036);
    let mut kit = Kit::default();
    let fluted = |profile: &[[f32; 2]], flutes: f32, deep: f32, sides: usize| {
        let rings: Vec<Vec<Vec3>> = curve2(profile, 2)
            .iter()
            .map(|p| {
                let hold = along(&[[0.0, 0.0], [0.12, 0.0], [0.24, 1.0], [0.7, 1.0], [0.82, 0.0]], p.x / grip);
                let point = |k: usize| {
                    let (a, share) = (TAU * k as f32 / sides as f32, k as f32 / sides as f32);
                    let wave = 0.5 + 0.5 * libm::cosf(TAU * share * flutes);
                    let radius = p.y * (1.0 - deep * hold * wave * wave);
                    let (sin, cos) = libm::sincosf(a);
                    vec3(p.x, radius * sin, -radius * cos)
                };
                (0..sides).map(point).collect()
            })
            .collect();
        loft(&rings, 42.0)
    };
    let profile = [
        [0.0, r * 0.62],
        [0.0035, r * 0.86],
        [grip * 0.1, r * 0.97],
        [grip * 0.3, r],
        [grip * 0.55, r * 1.02],
        [grip * 0.7, r * 0.93],
        [grip * 0.8, r * 0.7],
        [grip * 0.86, r * 0.66],
        [grip * 0.93, r * 0.8],
        [grip * 0.975, r * 0.76],
        [grip, r * 0.5],
    ];
    let (flutes, sides) = cycle(&[(6.0, 36), (6.0, 36), (8.0, 40), (3.0, 36)], variant);
    let body = fluted(&profile, flutes, cycle(&[0.15, 0.13, 0.1, 0.17], variant), sides);
    kit.hull_around(&body.positions, 60);
    let colour = cycle(&[0xc02a1c, 0xd9a516, 0x1f5fa8, 0x232427, 0x2d8a4a, 0xd4611a, 0xd8d2c4, 0x7a1f2a], variant);
    let two_tone = variant % 4 >= 2;
    let skin = look("plastic", colour).rough(0.3);
    kit.add("handle", &skin, [body]);
    if two_tone {
        let sleeve: Vec<[f32; 2]> = profile[2..6].iter().map(|p| [p[0], p[1] + 0.0006]).collect();
        let first = sleeve.first().map_or([0.0; 2], |p| [p[0] - 0.0006, p[1] - 0.0011]);
        let last = sleeve.last().map_or([0.0; 2], |p| [p[0] + 0.0006, p[1] - 0.0011]);
        let whole: Vec<[f32; 2]> = [vec![first], sleeve, vec![last]].concat();
        let tint = cycle(&[0x1b1c1e, 0xc02a1c, 0x1b1c1e, 0xd9a516], variant / 2);
        kit.add("grip", &look("plastic", tint).rough(0.75), [fluted(&whole, flutes, 0.15, sides)]);
    }
    let cap = along_x(turn(
        &[[0.0, -0.0016, 0.0], [r * 0.5, -0.0016, 0.0006], [r * 0.62, 0.003, 0.0], [0.0, 0.003, 0.0]],
        20,
    ));
    kit.add("cap", &look("plastic", cycle(&[0x1d1d1f, 0xe6e2d8, 0x1d1d1f, 0xc02a1c], variant)).rough(0.35), [cap]);
    let steel = look("brushed_steel", 0xffffff);
    let tip = grip + shank;
    let reach = 0.012 + thin;
    let rod = |end: f32| {
        along_x(turn(&[[0.0, grip - 0.006, 0.0], [thin, grip - 0.006, 0.0], [thin, end, 0.0], [0.0, end, 0.0]], 16))
    };
    kit.add("shank", &steel, [rod(tip - reach + 0.0005)]);
    let ferrule = along_x(turn(
        &[
            [0.0, grip - 0.004, 0.0],
            [thin * 1.7, grip - 0.004, 0.0],
            [thin * 1.55, grip + 0.0045, 0.0008],
            [0.0, grip + 0.005, 0.0],
        ],
        16,
    ));
    kit.add("ferrule", &steel, [ferrule]);
    let dark = look("brushed_steel", 0x77787c);
    let blade = if cross {
        // a cone with four grooves
        let ring = |x: f32, radius: f32, groove: f32| -> Vec<Vec3> {
            (0..16)
                .map(|k| {
                    let (sin, cos) = libm::sincosf(TAU * k as f32 / 16.0);
                    let q = match k % 4 {
                        0 => 1.0,
                        2 => 1.0 - groove,
                        _ => 1.0 - groove * 0.35,
                    };
                    vec3(x, radius * q * sin, -radius * q * cos)
                })
                .collect()
        };
        loft(
            &[
                ring(tip - reach, thin, 0.0),
                ring(tip - reach * 0.62, thin * 0.98, 0.12),
                ring(tip - reach * 0.22, thin * 0.62, 0.5),
                ring(tip, thin * 0.24, 0.45),
            ],
            34.0,
        )
    } else {
        let wide = thin * rng.range(1.0, 1.3);
        let station = |x: f32, w: f32, h: f32, square: f32| -> Vec<Vec3> {
            let box_of = |c: f32| (c * 1.6).clamp(-1.0, 1.0);
            circle(1.0, 16)
                .into_iter()
                .map(|p| p.lerp(vec2(box_of(p.x), box_of(p.y)), square))
                .map(|p| vec3(x, h * p.y, -w * p.x))
                .collect()
        };
        loft(
            &[
                station(tip - reach, thin, thin, 0.0),
                station(tip - reach * 0.55, wide * 1.1, thin * 0.72, 0.5),
                station(tip - reach * 0.3, wide * 1.18, thin * 0.4, 0.9),
                station(tip, wide, thin * 0.15, 1.0),
            ],
            40.0,
        )
    };
    kit.add("tip", &dark, [blade]);
    kit.hull_rod(vec3(grip - 0.004, 0.0, 0.0), vec3(tip, 0.0, 0.0), thin * 0.82);
    kit.finish()
}
