//! Lorry and city bus; they drive towards +X.

use glam::{Vec3, vec2, vec3};

use super::glyphs;
use super::kit::{Kit, Rng, along_z, both_sides, cycle, look, rod, slab, soft, yaw};
use super::vehicle::{plate, wheels};
use crate::assets::mesh::{cylinder, extrude, rounded_outline};
use crate::assets::{MeshData, Model};

/// A flat panel on the side (both sides): corners in x and y, at half width z.
fn panels(corners: &[[f32; 4]], z: f32, round: f32) -> Vec<MeshData> {
    let one = |c: &[f32; 4]| {
        let [x0, y0, x1, y1] = *c;
        let shape = rounded_outline(&[[x0, y0, round], [x1, y0, round], [x1, y1, round], [x0, y1, round]], 2, true);
        extrude(&shape, 0.012, 0.003).translated(Vec3::Z * z)
    };
    both_sides(corners.iter().map(one))
}

/// The same across: corners in z and y, at x, facing along `turn` degrees.
fn across(corners: [f32; 4], x: f32, turn: f32, round: f32) -> MeshData {
    let [z0, y0, z1, y1] = corners;
    let shape = rounded_outline(&[[z0, y0, round], [z1, y0, round], [z1, y1, round], [z0, y1, round]], 2, true);
    yaw(extrude(&shape, 0.014, 0.003), turn).translated(Vec3::X * x)
}

/// A lorry with a box body.
pub(super) fn truck(variant: u32) -> Model {
    let mut rng = Rng::new("truck", variant);
    let (w, cab_l, r) = (2.36, rng.range(1.75, 2.0), 0.46);
    let box_l = cycle(&[5.2, 6.2, 4.4], variant) * rng.range(0.97, 1.03);
    let (front, cab_h) = (0.0, rng.range(2.75, 2.95));
    let rear = -cab_l - 0.12 - box_l;
    let paint = look(
        "painted_metal",
        cycle(&[0xe8e8e4, 0x2a5b9a, 0xa8261f, 0xd8d4c8, 0x33704e, 0xe0a020, 0x6d7276, 0x27384e], variant),
    )
    .rough(0.34);
    let dark = look("plastic", 0x202224).rough(0.6);
    let glass = look("glass", 0x11161a).rough(0.06);
    let mut kit = Kit::default();
    let side = rounded_outline(
        &[
            [-cab_l, 0.62, 0.03],
            [-1.72, 0.62, 0.02],
            [-1.62, 0.95, 0.14],
            [-1.16, 0.95, 0.14],
            [-1.06, 0.45, 0.03],
            [front - 0.03, 0.45, 0.06],
            [front, 1.1, 0.1],
            [front - 0.04, 1.62, 0.06],
            [front - 0.26, cab_h - 0.06, 0.16],
            [-cab_l + 0.2, cab_h, 0.1],
            [-cab_l, cab_h - 0.15, 0.08],
        ],
        3,
        true,
    );
    let cab = extrude(&side, w - 0.06, 0.09);
    kit.hull_around(&cab.positions, 70);
    kit.add("cab", &paint, [cab]);
    let half = (w - 0.06) * 0.5 + 0.002;
    let window =
        rounded_outline(&[[-1.45, 1.66, 0.06], [-0.24, 1.6, 0.06], [-0.36, 2.42, 0.1], [-1.45, 2.42, 0.08]], 3, true);
    let mut panes = both_sides([extrude(&window, 0.012, 0.003).translated(Vec3::Z * half)]);
    let (dx, dy) = (0.22, cab_h - 0.06 - 1.62);
    let lean = libm::atan2f(dx, dy);
    let screen = rounded_outline(
        &[
            [-1.02, -0.5 * dy + 0.03, 0.08],
            [1.02, -0.5 * dy + 0.03, 0.08],
            [0.98, 0.5 * dy - 0.2, 0.12],
            [-0.98, 0.5 * dy - 0.2, 0.12],
        ],
        3,
        true,
    );
    let screen = yaw(extrude(&screen, 0.02, 0.004).rotated(glam::Quat::from_rotation_x(-lean)), 90.0).translated(vec3(
        front - 0.145,
        1.62 + dy * 0.5,
        0.0,
    ));
    panes.push(screen);
    kit.add("panes", &glass, panes);
    let wiper = [-0.5, 0.2].map(|z| slab([0.02, 0.02, 0.62], [front - 0.035, 1.68, z], 0.004));
    let mut trim: Vec<MeshData> = vec![
        across([-w * 0.4, 0.72, w * 0.4, 1.02], front + 0.004, 90.0, 0.04),
        soft([0.14, 0.26, w - 0.04], [front - 0.03, 0.52, 0.0], 0.05),
        slab([0.24, 0.1, w - 0.3], [front - 0.26, cab_h - 0.02, 0.0], 0.03),
    ];
    trim.extend(wiper);
    trim.extend(both_sides([
        slab([0.1, 0.42, 0.22], [-0.16, 2.06, w * 0.5 + 0.13], 0.04),
        slab([0.04, 0.04, 0.16], [-0.18, 2.26, w * 0.5 + 0.03], 0.01),
        slab([0.5, 0.06, 0.16], [-0.6, 0.5, w * 0.5 - 0.1], 0.015),
        slab([0.16, 0.035, 0.035], [-1.3, 1.42, half + 0.012], 0.01),
    ]));
    kit.add("trim", &dark, trim);
    for s in [-1.0, 1.0] {
        kit.hull_box(vec3(0.1, 0.42, 0.22), vec3(-0.16, 2.06, s * (w * 0.5 + 0.13)));
    }
    let bars = (0..3).map(|k| slab([0.014, 0.026, w * 0.74], [front + 0.014, 0.79 + 0.08 * k as f32, 0.0], 0.004));
    kit.add("grille_bars", &look("brushed_steel", 0xd0d0d0), bars);
    kit.add(
        "headlamps",
        &look("glass", 0xe2e7ea).rough(0.1),
        both_sides([slab([0.06, 0.15, 0.3], [front + 0.022, 0.53, w * 0.36], 0.03)]),
    );
    kit.add(
        "indicators",
        &look("glass", 0xd98a1e).rough(0.15),
        both_sides([slab([0.05, 0.15, 0.07], [front + 0.02, 0.53, w * 0.455], 0.02)]),
    );
    let seam = |x: f32| panels(&[[x - 0.006, 0.75, x + 0.006, 2.5]], half - 0.004, 0.0);
    kit.add("door_seams", &look("rubber", 0x121213), [seam(-1.52), seam(-0.17)].concat());
    // the box
    let (b0, b1, floor, top) = (rear, -cab_l - 0.12, 1.02, rng.range(3.3, 3.6));
    let (bx, by) = ((b0 + b1) * 0.5, (floor + top) * 0.5);
    let skin = look("painted_metal", cycle(&[0xe9e9e6, 0xdfe2e4, 0xece6d8, 0xcfd6da], variant)).rough(0.4);
    kit.add("box", &skin, [soft([b1 - b0, top - floor, w + 0.08], [bx, by, 0.0], 0.02)]);
    let z = w * 0.5 + 0.04;
    let rails = look("galvanised_steel", 0xe6e6e6);
    let mut edge = both_sides([
        slab([b1 - b0 + 0.02, 0.09, 0.03], [bx, top - 0.045, z], 0.008),
        slab([b1 - b0 + 0.02, 0.12, 0.03], [bx, floor + 0.05, z], 0.008),
    ]);
    for x in [b0 + 0.02, b1 - 0.02] {
        edge.extend(both_sides([slab([0.07, top - floor + 0.01, 0.05], [x, by, z - 0.008], 0.012)]));
    }
    kit.add("rails", &rails, edge);
    let bold = look(
        "painted_metal",
        cycle(&[0x1f5aa0, 0xb02a22, 0x2f7a4a, 0xd98a1e, 0x3a3f86, 0x1f7a86, 0xa8471e, 0x5a2a6a], variant),
    );
    let name = cycle(&["NORD", "CARGO", "HELIX", "FRESH", "MOVE", "TRANS", "BAKER", "EXPRESS"], variant);
    let band = glyphs::flat(&[
        vec2(b0 + 0.3, floor + 0.45),
        vec2(b1 - 0.3, floor + 0.45),
        vec2(b1 - 0.3, floor + 0.62),
        vec2(b0 + 0.3, floor + 0.62),
    ]);
    let title = glyphs::text(name, 0.72, 0.13).translated(vec3(bx, by + 0.25, 0.0));
    let other = yaw(glyphs::text(name, 0.72, 0.13), 180.0).translated(vec3(bx, by + 0.25, -z - 0.003));
    let mirrored = band.clone().scaled(vec3(1.0, 1.0, -1.0)).translated(Vec3::Z * (-z - 0.003));
    kit.add(
        "label_name",
        &bold,
        [band.translated(Vec3::Z * (z + 0.003)), mirrored, title.translated(Vec3::Z * (z + 0.003)), other],
    );
    let bars = [-0.55, -0.2, 0.2, 0.55]
        .map(|q| rod(vec3(rear - 0.02, floor + 0.1, q), vec3(rear - 0.02, top - 0.1, q), 0.016, 8));
    let mut doors: Vec<MeshData> = bars.into_iter().collect();
    doors.push(slab([0.012, top - floor - 0.12, 0.014], [rear, by, 0.0], 0.002));
    kit.add("door_bars", &rails, doors);
    // chassis
    let beam = both_sides([slab([cab_l + box_l, 0.2, 0.09], [(rear + front) * 0.5 - 0.1, 0.85, 0.4], 0.01)]);
    let axles = [-1.39, rear + cycle(&[1.5, 1.9, 1.25], variant)];
    let mut low = beam;
    low.extend(both_sides([
        along_z(cylinder(0.27, 0.6, 22, 0.03))
            .rotated(glam::Quat::from_rotation_y(std::f32::consts::FRAC_PI_2))
            .translated(vec3(-cab_l - 0.85, 0.72, 0.86)),
        slab([0.6, 0.42, 0.4], [-cab_l - 1.7, 0.74, 0.88], 0.03),
        slab([0.03, 0.42, 0.5], [axles[1] - 0.62, 0.58, 0.86], 0.01),
    ]));
    low.push(slab([0.1, 0.14, w - 0.1], [rear + 0.12, 0.52, 0.0], 0.02));
    low.push(slab([0.06, 0.35, 0.5], [rear + 0.14, 0.72, 0.0], 0.01));
    kit.add("chassis", &look("painted_metal", 0x232526).rough(0.6), low);
    kit.add(
        "tail_lamps",
        &look("glass", 0x971614).rough(0.2),
        both_sides([slab([0.04, 0.13, 0.34], [rear + 0.06, 0.54, w * 0.4], 0.012)]),
    );
    let [sheet, text] = plate(&mut rng);
    let put = |m: &MeshData| {
        [
            yaw(m.clone(), 90.0).translated(vec3(front + 0.046, 0.48, 0.0)),
            yaw(m.clone(), -90.0).translated(vec3(rear + 0.064, 0.52, 0.0)),
        ]
    };
    kit.add("plates", &look("paper", 0xeef0ee), put(&sheet));
    kit.add("label_plates", &look("paper", 0x17181a), put(&text));
    wheels(&mut kit, &axles, w * 0.5 - 0.17, r, 0.3, 6, 0xb8b8b8);
    kit.hull_box(vec3(b1 - b0, top - floor, w + 0.1), vec3(bx, by, 0.0));
    kit.hull_box(vec3(box_l + cab_l - 0.3, 0.5, 1.0), vec3((rear + front) * 0.5 - 0.1, 0.78, 0.0));
    kit.finish()
}

/// A city bus.
pub(super) fn bus(variant: u32) -> Model {
    let mut rng = Rng::new("bus", variant);
    let (l, w, h, r) = (cycle(&[11.9, 10.4, 12.2, 9.0], variant), 2.5, rng.range(2.95, 3.1), 0.47);
    let (front, rear) = (l * 0.5, -l * 0.5);
    let axles = [rear + l * 0.27, front - l * 0.225];
    let arch = r + 0.09;
    // a plain band with the arches between the axles; the rest has its edges well rounded
    let (waist, bevel) = (1.08, 0.13);
    let (a0, a1) = (axles[0] - arch, axles[1] + arch);
    let mut low: Vec<[f32; 3]> = vec![[a0 - 0.42, 0.36, 0.03]];
    for a in axles {
        low.extend([
            [a - arch, 0.36, 0.03],
            [a - arch, r + 0.32, 0.3],
            [a + arch, r + 0.32, 0.3],
            [a + arch, 0.36, 0.03],
        ]);
    }
    low.extend([[a1 + 0.42, 0.36, 0.03], [a1 + 0.42, waist, 0.03], [a0 - 0.42, waist, 0.03]]);
    let lower = extrude(&rounded_outline(&low, 4, true), w, 0.012);
    let high = [
        [rear + 0.06, 0.33, 0.16],
        [a0 - 0.14, 0.33, 0.15],
        [a0 - 0.14, waist - bevel, 0.15],
        [a1 + 0.14, waist - bevel, 0.15],
        [a1 + 0.14, 0.33, 0.15],
        [front - 0.04, 0.33, 0.16],
        [front, 0.9, 0.3],
        [front - 0.03, 1.5, 0.3],
        [front - 0.16, h, 0.24],
        [rear + 0.08, h, 0.2],
        [rear, 1.4, 0.3],
    ];
    let upper = extrude(&rounded_outline(&high, 3, true), w, bevel);
    let paint = look(
        "painted_metal",
        cycle(&[0xb3261e, 0x2a6a9c, 0xd9a51e, 0x3d7a52, 0xe5e5e0, 0x6a3a7a, 0xc75a1e, 0x28507a], variant),
    )
    .rough(0.32);
    let dark = look("plastic", 0x1d1f21).rough(0.5);
    let glass = look("glass", 0x12171b).rough(0.06);
    let mut kit = Kit::default();
    kit.hull_around(&[&lower.positions[..], &upper.positions].concat(), 90);
    kit.add("body", &paint, [lower, upper]);
    let second = look("painted_metal", cycle(&[0xe6e3da, 0xe6e6e2, 0x2a2c2e, 0xe8e2cf], variant)).rough(0.35);
    let skirt = panels(&[[axles[0] + arch + 0.02, 0.4, axles[1] - arch - 0.02, 0.62]], w * 0.5, 0.02);
    kit.add("skirts", &second, skirt);
    let (y0, y1) = (1.22, 2.42);
    let doors = [front - 1.28, (axles[0] + axles[1]) * 0.5 - 0.1];
    let n = (l / 1.45) as usize;
    let each = (l - 0.7) / n as f32;
    let mut windows = Vec::new();
    let mut right = Vec::new();
    for k in 0..n {
        let x0 = rear + 0.35 + each * k as f32;
        let c = [x0 + 0.04, y0, x0 + each - 0.04, y1];
        let at = |s: f32| {
            let [a, b, c, d] = c;
            let shape = rounded_outline(&[[a, b, 0.06], [c, b, 0.06], [c, d, 0.06], [a, d, 0.06]], 1, true);
            extrude(&shape, 0.014, 0.003).translated(Vec3::Z * s * w * 0.5)
        };
        windows.push(at(-1.0));
        if doors.iter().all(|d| (d - (x0 + each * 0.5)).abs() > each * 0.5 + 0.5) {
            right.push(at(1.0));
        }
    }
    let mut frames = Vec::new();
    for d in doors {
        let leaf = |x0: f32, x1: f32, y0: f32, y1: f32, out: f32| {
            let shape = rounded_outline(&[[x0, y0, 0.05], [x1, y0, 0.05], [x1, y1, 0.05], [x0, y1, 0.05]], 1, true);
            extrude(&shape, 0.014, 0.003).translated(Vec3::Z * (w * 0.5 + out))
        };
        frames.push(leaf(d - 0.63, d + 0.63, 0.38, 2.46, 0.0));
        right.push(leaf(d - 0.57, d - 0.03, 0.5, 2.38, 0.008));
        right.push(leaf(d + 0.03, d + 0.57, 0.5, 2.38, 0.008));
    }
    right.extend(windows);
    right.push(across([-w * 0.42, 1.3, w * 0.42, 2.36], rear + 0.02, -90.0, 0.12));
    let lean = libm::atan2f(0.13, h - 1.5);
    let pane = |y0: f32, y1: f32, half: f32| {
        let m = (y0 + y1) * 0.5;
        let shape = rounded_outline(
            &[[-half, y0 - m, 0.12], [half, y0 - m, 0.12], [half * 0.98, y1 - m, 0.12], [-half * 0.98, y1 - m, 0.12]],
            3,
            true,
        );
        yaw(extrude(&shape, 0.02, 0.004).rotated(glam::Quat::from_rotation_x(-lean)), 90.0).translated(vec3(
            front - 0.035 - 0.13 * (m - 1.5) / (h - 1.5),
            m,
            0.0,
        ))
    };
    right.push(pane(1.3, 2.44, w * 0.45));
    kit.add("panes", &glass, right);
    frames.push(pane(2.5, 2.82, w * 0.4));
    frames.extend([
        soft([0.1, 0.24, w * 0.9], [front - 0.05, 0.5, 0.0], 0.04),
        soft([0.1, 0.24, w * 0.9], [rear + 0.07, 0.52, 0.0], 0.04),
    ]);
    frames.extend(both_sides([
        soft([0.16, 0.36, 0.12], [front + 0.12, 2.1, w * 0.48], 0.04),
        slab([0.26, 0.04, 0.04], [front + 0.0, 2.34, w * 0.47], 0.01),
    ]));
    frames.push(across([-0.7, 0.75, 0.7, 1.1], rear - 0.0 + 0.045, -90.0, 0.03));
    kit.add("frames", &dark, frames);
    let amber = look("plastic", 0xffb22e).glowing(super::kit::hex(0xff9a20).map(|c| c * 300.0));
    let line = cycle(
        &["42 CENTRE", "7 HARBOUR", "108 PARK", "15 STATION", "3 MUSEUM", "61 AIRPORT", "24 HILL", "9 SCHOOL"],
        variant,
    );
    let sign = yaw(glyphs::text(line, 0.17, 0.026).rotated(glam::Quat::from_rotation_x(-lean)), 90.0).translated(vec3(
        front - 0.023 - 0.13 * (2.66 - 1.5) / (h - 1.5),
        2.66,
        0.0,
    ));
    kit.add("label_line", &amber, [sign]);
    kit.add(
        "headlamps",
        &look("glass", 0xe2e7ea).rough(0.1),
        both_sides([soft([0.06, 0.2, 0.34], [front - 0.028, 0.82, w * 0.36], 0.04)]),
    );
    kit.add(
        "tail_lamps",
        &look("glass", 0x971614).rough(0.2),
        both_sides([soft([0.06, 0.4, 0.14], [rear + 0.045, 1.02, w * 0.43], 0.03)]),
    );
    kit.add(
        "roof_units",
        &second,
        [
            soft([l * 0.26, 0.2, w * 0.72], [l * 0.12, h + 0.08, 0.0], 0.07),
            soft([l * 0.12, 0.16, w * 0.6], [-l * 0.28, h + 0.06, 0.0], 0.06),
        ],
    );
    let [sheet, text] = plate(&mut rng);
    let put = |m: &MeshData| {
        [
            yaw(m.clone(), 90.0).translated(vec3(front + 0.006, 0.5, 0.0)),
            yaw(m.clone(), -90.0).translated(vec3(rear + 0.014, 0.52, 0.0)),
        ]
    };
    kit.add("plates", &look("paper", 0xeef0ee), put(&sheet));
    kit.add("label_plates", &look("paper", 0x17181a), put(&text));
    let core =
        slab([axles[1] - axles[0] + 2.0 * arch + 0.2, 0.5, w - 0.7], [(axles[0] + axles[1]) * 0.5, 0.66, 0.0], 0.02);
    kit.add("floor", &look("rubber", 0x0e0e0f), [core]);
    wheels(&mut kit, &axles, w * 0.5 - 0.17, r, 0.3, 6, 0xb0b0b0);
    kit.hull_box(vec3(l * 0.26, 0.2, w * 0.72), vec3(l * 0.12, h + 0.08, 0.0));
    for s in [-1.0, 1.0] {
        kit.hull_box(vec3(0.16, 0.36, 0.12), vec3(front + 0.12, 2.1, s * w * 0.48));
    }
    kit.finish()
}
