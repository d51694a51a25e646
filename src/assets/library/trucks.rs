//! Trucks of a warehouse: hand pallet truck and forklift; they drive towards +X.

use glam::{Quat, Vec2, Vec3, vec2, vec3};

use super::glyphs;
use super::kit::{Kit, Rng, along_x, along_z, both_sides, curve, cycle, look, rod, slab, soft, yaw};
use super::vehicle::wheels;
use crate::assets::Model;
use crate::assets::mesh::{cylinder, extrude, rounded_outline, torus, tube};

/// A hand pallet truck; its forks point to +X.
pub(super) fn hand_pallet_truck(variant: u32) -> Model {
    let mut rng = Rng::new("hand_pallet_truck", variant);
    let (len, span, fw) = (cycle(&[1.15, 1.0, 1.22], variant), cycle(&[0.54, 0.52, 0.685], variant), 0.155);
    let top = rng.range(0.085, 0.12);
    let paint = look(
        "painted_metal",
        cycle(&[0xb8321f, 0xc99a1c, 0x2a5a94, 0xc2621c, 0x3a3f44, 0x2f6b4a, 0xa82a1f, 0xd0a522], variant),
    )
    .rough(0.42);
    let dark = look("rubber", 0x1b1b1c);
    let mut kit = Kit::default();
    let z = (span - fw) * 0.5;
    let outline = rounded_outline(
        &[
            [0.0, -fw * 0.5, 0.006],
            [len - 0.1, -fw * 0.5, 0.04],
            [len, -fw * 0.24, 0.03],
            [len, fw * 0.24, 0.03],
            [len - 0.1, fw * 0.5, 0.04],
            [0.0, fw * 0.5, 0.006],
        ],
        3,
        true,
    );
    let fork = extrude(&outline, 0.05, 0.008)
        .rotated(Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2))
        .translated(vec3(0.0, top - 0.025, z));
    kit.add("forks", &paint, both_sides([fork]));
    let roller = |dx: f32| along_z(cylinder(0.037, 0.07, 18, 0.006)).translated(vec3(len - 0.2 + dx, 0.037, z));
    let bogie = slab([0.22, 0.03, 0.09], [len - 0.2, 0.05, z], 0.006);
    kit.add("rollers", &look("plastic", 0xc2a878).rough(0.5), both_sides([roller(-0.047), roller(0.047)]));
    kit.add("bogies", &look("painted_metal", 0x2a2c2e), both_sides([bogie]));
    let head = rounded_outline(
        &[
            [-0.1, 0.06, 0.02],
            [0.02, 0.06, 0.01],
            [0.02, top + 0.26, 0.03],
            [-0.05, top + 0.3, 0.03],
            [-0.1, top + 0.2, 0.03],
        ],
        3,
        true,
    );
    kit.add(
        "frame",
        &paint,
        [extrude(&head, span * 0.92, 0.012), slab([0.05, top - 0.02, span], [-0.005, top * 0.5 + 0.02, 0.0], 0.008)],
    );
    let pump = [
        cylinder(0.05, 0.2, 20, 0.008).translated(vec3(-0.15, 0.31, 0.0)),
        cylinder(0.024, 0.12, 16, 0.004).translated(vec3(-0.15, 0.44, 0.0)),
        soft([0.14, 0.07, 0.14], [-0.15, 0.205, 0.0], 0.015),
    ];
    kit.add("pump", &paint, pump);
    kit.add(
        "piston",
        &look("brushed_steel", 0xffffff),
        [cylinder(0.016, 0.2, 12, 0.003).translated(vec3(-0.15, 0.46, 0.0))],
    );
    let steer = |s: f32| along_z(cylinder(0.09, 0.05, 26, 0.01)).translated(vec3(-0.15, 0.09, s * 0.055));
    kit.add("steer_wheels", &dark, [steer(1.0), steer(-1.0)]);
    kit.add(
        "axle",
        &look("galvanised_steel", 0xffffff),
        [
            along_z(cylinder(0.02, 0.19, 12, 0.003)).translated(vec3(-0.15, 0.09, 0.0)),
            slab([0.06, 0.1, 0.03], [-0.15, 0.14, 0.0], 0.004),
        ],
    );
    let lean = rng.range(0.12, 0.3);
    let (s, c) = libm::sincosf(lean);
    let foot = vec3(-0.19, 0.36, 0.0);
    let at = |t: f32, z: f32| foot + vec3(-s * t, c * t, z);
    let reach = 0.83;
    let shaft = rod(foot, at(reach - 0.19, 0.0), 0.019, 14);
    let grip: Vec<Vec3> = curve(
        &[
            at(reach - 0.2, 0.0),
            at(reach - 0.17, 0.07),
            at(reach - 0.1, 0.15),
            at(reach - 0.02, 0.13),
            at(reach, 0.06),
            at(reach, -0.06),
            at(reach - 0.02, -0.13),
            at(reach - 0.1, -0.15),
            at(reach - 0.17, -0.07),
            at(reach - 0.2, 0.0),
        ],
        3,
    );
    kit.add("bar", &paint, [shaft, slab([0.09, 0.06, 0.1], [foot.x, foot.y, 0.0], 0.01)]);
    kit.add("grip", &dark, [tube(&grip, 0.014, 10)]);
    kit.add("lever", &look("plastic", 0xb02a20), [rod(at(reach - 0.16, 0.0), at(reach - 0.06, 0.04), 0.007, 8)]);
    let label = glyphs::text(cycle(&["2000 KG", "2500 KG", "2300 KG"], variant), 0.035, 0.006);
    kit.add(
        "label_load",
        &look("paper", 0xf0ede2),
        [0.0, 180.0].map(|a| {
            yaw(label.clone(), a).translated(vec3(
                -0.04,
                top + 0.12,
                (span * 0.46 + 0.0008) * if a > 0.0 { -1.0 } else { 1.0 },
            ))
        }),
    );
    for q in [-z, z] {
        kit.hull_box(vec3(len, 0.05, fw), vec3(len * 0.5, top - 0.025, q));
        kit.hull_box(vec3(0.168, 0.074, 0.07), vec3(len - 0.2, 0.037, q));
    }
    kit.hull_box(vec3(0.12, top + 0.2, span * 0.92), vec3(-0.04, (top + 0.32) * 0.5, 0.0));
    kit.hull_wheel(0.09, 0.16, vec3(-0.15, 0.09, 0.0));
    kit.hull_box(vec3(0.12, 0.36, 0.12), vec3(-0.16, 0.35, 0.0));
    kit.hull_rod(foot, at(reach - 0.2, 0.0), 0.016);
    let ring: Vec<Vec3> = [(reach - 0.19, 0.04), (reach - 0.1, 0.16), (reach + 0.012, 0.07)]
        .iter()
        .flat_map(|(t, z)| [at(*t, *z), at(*t, -*z)])
        .flat_map(|p| [p + vec3(0.012, 0.0, 0.0), p - vec3(0.012, 0.0, 0.0)])
        .collect();
    kit.hull_around(&ring, 20);
    kit.finish()
}

/// A counterbalance forklift; its forks point to +X.
pub(super) fn forklift(variant: u32) -> Model {
    let mut rng = Rng::new("forklift", variant);
    let s = rng.range(0.95, 1.06);
    let (w, r, rr) = (1.12 * s, 0.31, 0.24);
    let paint = look(
        "painted_metal",
        cycle(&[0xd9a11a, 0xc8581c, 0xd2b23a, 0xa82c22, 0xe0ac20, 0x3a7a5c, 0xcf6a1f, 0x2f62a0], variant),
    )
    .rough(0.38);
    let dark = look("painted_metal", 0x25272a).rough(0.55);
    let steel = look("painted_metal", 0x3a3c3f).metal(0.5).rough(0.45);
    let mut kit = Kit::default();
    // the counterweight and the body, as a slab across
    let back = rounded_outline(
        &[
            [-1.32, 0.24, 0.08],
            [-0.62, 0.24, 0.05],
            [-0.62, 1.0, 0.05],
            [-0.8, 1.04, 0.06],
            [-1.2, 1.0, 0.12],
            [-1.36, 0.72, 0.12],
        ],
        3,
        true,
    );
    let tail = extrude(&back, w * 0.96, 0.035);
    let floor = rounded_outline(
        &[
            [-0.64, 0.2, 0.04],
            [0.62, 0.2, 0.04],
            [0.62, 0.86, 0.04],
            [0.5, 0.9, 0.05],
            [0.36, 0.52, 0.05],
            [-0.1, 0.47, 0.05],
            [-0.14, 0.9, 0.06],
            [-0.64, 0.9, 0.04],
        ],
        3,
        true,
    );
    let mid = extrude(&floor, w * 0.82, 0.02);
    kit.hull_around(&tail.positions, 60);
    kit.hull_box(vec3(0.5, 0.7, w * 0.82), vec3(-0.39, 0.55, 0.0));
    kit.hull_box(vec3(1.26, 0.3, w * 0.82), vec3(-0.01, 0.35, 0.0));
    kit.hull_box(vec3(0.24, 0.66, w * 0.82), vec3(0.5, 0.53, 0.0));
    kit.add("counterweight", &dark, [tail]);
    kit.add("body", &paint, [mid]);
    let arches = both_sides([
        slab([0.72, 0.12, 0.2], [0.42, 0.69, w * 0.41], 0.035),
        slab([0.3, 0.03, 0.16], [-0.1, 0.36, w * 0.41], 0.01),
    ]);
    kit.add("fenders", &paint, arches);
    kit.add(
        "seat",
        &look("leather", 0x1d1e20),
        [soft([0.46, 0.1, 0.44], [-0.36, 0.96, 0.0], 0.04), soft([0.1, 0.42, 0.42], [-0.6, 1.19, 0.0], 0.045)],
    );
    let column = [
        rod(vec3(0.44, 0.88, 0.0), vec3(0.24, 1.12, 0.0), 0.022, 10),
        torus(0.15, 0.014, 18, 6).rotated(Quat::from_rotation_z(0.7)).translated(vec3(0.23, 1.14, 0.0)),
        rod(vec3(0.34, 0.99, -0.18), vec3(0.32, 1.1, -0.18), 0.01, 6),
        rod(vec3(0.34, 0.99, -0.24), vec3(0.32, 1.1, -0.24), 0.01, 6),
    ];
    kit.add("steering", &dark, column);
    // overhead guard
    let top = 2.08 * s;
    let z = w * 0.41;
    let mut bars = Vec::new();
    for q in [-z, z] {
        let front = [vec3(0.52, 0.82, q), vec3(0.3, top - 0.08, q * 0.96), vec3(0.2, top, q * 0.94)];
        let rear = [vec3(-0.7, 0.98, q), vec3(-0.68, top - 0.1, q * 0.96), vec3(-0.6, top, q * 0.94)];
        let section = rounded_outline(
            &[[-0.025, -0.035, 0.01], [0.025, -0.035, 0.01], [0.025, 0.035, 0.01], [-0.025, 0.035, 0.01]],
            1,
            true,
        );
        for path in [front, rear] {
            bars.push(crate::assets::mesh::sweep(&section, &path, Vec3::Z, 40.0, |_| 1.0));
            kit.hull_rod(path[0], path[1], 0.03);
        }
        bars.push(slab([0.86, 0.055, 0.05], [-0.2, top, q * 0.94], 0.012));
    }
    for k in 0..6 {
        let x = -0.6 + 0.8 * k as f32 / 5.0;
        bars.push(slab([0.035, 0.03, 2.0 * z * 0.92], [x, top + 0.004, 0.0], 0.006));
    }
    kit.hull_box(vec3(0.9, 0.07, 2.0 * z * 0.97), vec3(-0.2, top, 0.0));
    kit.add("guard", &dark, bars);
    // mast
    let (mx, tall) = (0.76, rng.range(2.0, 2.25));
    let rail = |x: f32, q: f32, h: f32| slab([0.11, h, 0.06], [x, 0.09 + h * 0.5, q], 0.012);
    let mut mast = both_sides([rail(mx, 0.34, tall), rail(mx + 0.03, 0.27, tall - 0.05)]);
    for y in [0.3, tall - 0.02, tall * 0.66] {
        mast.push(slab([0.06, 0.1, 0.66], [mx - 0.02, y, 0.0], 0.012));
    }
    kit.add("mast", &steel, mast);
    let ram =
        [0.17, -0.17].map(|q| cylinder(0.03, tall * 0.78, 12, 0.0).translated(vec3(mx - 0.06, 0.1 + tall * 0.39, q)));
    kit.add("rams", &look("brushed_steel", 0xd0d0d0), ram);
    let chain = [0.1, -0.1].map(|q| slab([0.014, tall * 0.8, 0.03], [mx + 0.02, tall * 0.5, q], 0.002));
    kit.add("chains", &look("rusty_metal", 0x8a8a8a), chain);
    let tilt = both_sides([rod(vec3(0.3, 0.42, 0.3), vec3(mx - 0.03, 0.72, 0.3), 0.03, 10)]);
    kit.add("tilt_rams", &steel, tilt);
    // carriage and forks
    let lift = cycle(&[0.05, 0.12, 0.3, 0.06], variant);
    let cx = mx + 0.12;
    let mut carriage = vec![
        slab([0.05, 0.1, 0.98], [cx, lift + 0.15, 0.0], 0.01),
        slab([0.05, 0.1, 0.98], [cx, lift + 0.52, 0.0], 0.01),
    ];
    for k in 0..6 {
        carriage.push(slab([0.025, 0.62, 0.025], [cx, lift + 0.82, -0.45 + 0.18 * k as f32], 0.005));
    }
    carriage.push(slab([0.03, 0.04, 0.96], [cx, lift + 1.13, 0.0], 0.008));
    kit.add("carriage", &dark, carriage);
    let fork: Vec<Vec2> = rounded_outline(
        &[
            [cx + 0.025, lift, 0.02],
            [cx + 1.1, lift, 0.0],
            [cx + 1.12, lift + 0.012, 0.0],
            [cx + 0.5, lift + 0.042, 0.0],
            [cx + 0.068, lift + 0.045, 0.012],
            [cx + 0.068, lift + 0.58, 0.006],
            [cx + 0.025, lift + 0.58, 0.006],
        ],
        2,
        true,
    );
    let (fz, fw) = (rng.range(0.24, 0.36), 0.11);
    kit.add("forks", &steel, both_sides([extrude(&fork, fw, 0.006).translated(Vec3::Z * fz)]));
    for q in [-fz, fz] {
        kit.hull_box(vec3(1.095, 0.043, fw), vec3(cx + 0.5725, lift + 0.0215, q));
        kit.hull_box(vec3(0.045, 0.58, fw), vec3(cx + 0.045, lift + 0.29, q));
    }
    kit.hull_box(vec3(0.07, 1.05, 0.98), vec3(cx, lift + 0.625, 0.0));
    kit.hull_box(vec3(0.14, tall, 0.74), vec3(mx, 0.09 + tall * 0.5, 0.0));
    // wheels, lamps, print
    kit_wheels(&mut kit, r, rr, w);
    kit.add(
        "lamps",
        &look("glass", 0xdfe4e6).rough(0.1),
        both_sides([along_x(cylinder(0.07, 0.06, 18, 0.012)).translated(vec3(0.44, top - 0.14, z * 0.8))]),
    );
    kit.add(
        "beacon",
        &look("plastic", 0xd9781a).rough(0.2),
        [cylinder(0.05, 0.1, 18, 0.016).translated(vec3(-0.5, top + 0.075, z * 0.5))],
    );
    kit.hull_box(vec3(0.09, 0.1, 0.09), vec3(-0.5, top + 0.075, z * 0.5));
    kit.add(
        "tail_lamps",
        &look("glass", 0x8f1512).rough(0.2),
        both_sides([slab([0.03, 0.1, 0.09], [-1.352, 0.74, w * 0.36], 0.008)]),
    );
    let number = glyphs::text(cycle(&["07", "12", "25", "03", "18", "31", "44", "09"], variant), 0.16, 0.03);
    kit.add(
        "label_number",
        &look("paper", 0xefece2),
        [0.0, 180.0].map(|a| {
            yaw(number.clone(), a).translated(vec3(-0.4, 0.66, (w * 0.41 + 0.002) * if a > 0.0 { -1.0 } else { 1.0 }))
        }),
    );
    let stripe = glyphs::flat(&[vec2(-0.5, 0.0), vec2(0.5, 0.0), vec2(0.5, 0.05), vec2(-0.5, 0.05)]);
    kit.add(
        "label_stripe",
        &look("painted_metal", 0x1b1c1e),
        both_sides([stripe.translated(vec3(-0.08, 0.27, w * 0.41 + 0.002))]),
    );
    kit.finish()
}

/// Large driven wheels in front, small steered ones behind.
fn kit_wheels(kit: &mut Kit, r: f32, rr: f32, w: f32) {
    wheels(kit, &[0.42], w * 0.5 - 0.09, r, 0.2, 6, 0xc9b48a);
    let small = |q: f32| along_z(cylinder(rr, 0.18, 22, 0.03)).translated(vec3(-0.95, rr, q * (w * 0.5 - 0.1)));
    kit.add("rear_tyres", &look("rubber", 0x1a1a1b), [small(1.0), small(-1.0)]);
    kit.add(
        "rear_hubs",
        &look("painted_metal", 0xb8b4a8),
        both_sides([along_z(cylinder(rr * 0.55, 0.02, 18, 0.006)).translated(vec3(-0.95, rr, w * 0.5 - 0.008))]),
    );
    for q in [-1.0, 1.0] {
        kit.hull_wheel(rr, 0.18, vec3(-0.95, rr, q * (w * 0.5 - 0.1)));
    }
}
