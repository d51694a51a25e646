//! Passenger cars; they drive towards +X.

use glam::vec3;

use super::kit::{Kit, Rng, along_x, both_sides, cycle, look, slab, soft, yaw};
use super::shell::Shell;
use super::vehicle::{body, lifted, plate, wheels};
use crate::assets::mesh::{CREASE_DEG, cone, uv_sphere};
use crate::assets::{MeshData, Model};

const PAINTS: [u32; 8] = [0xa9adb0, 0x8d1f1d, 0xe6e5e0, 0x1f3d63, 0x26292c, 0x5c6b5f, 0x6f7478, 0xb88a3e];

/// A sedan, hatchback, estate or sport utility.
pub(super) fn car(variant: u32) -> Model {
    let mut rng = Rng::new("car", variant);
    let kind = variant % 4;
    let [l, w, h, wb, r, clear] = match kind {
        0 => [4.6, 1.8, 1.44, 2.7, 0.325, 0.19],
        1 => [3.98, 1.74, 1.49, 2.53, 0.305, 0.19],
        2 => [4.5, 1.86, 1.68, 2.68, 0.36, 0.25],
        _ => [4.65, 1.82, 1.48, 2.75, 0.325, 0.19],
    };
    let (l, h) = (l * rng.range(0.98, 1.03), h * rng.range(0.985, 1.015));
    let at = |s: f32| (s - 0.5) * l;
    let belt_h = h * cycle(&[0.655, 0.635, 0.64, 0.645], kind);
    let hood = belt_h * cycle(&[1.0, 1.03, 1.02, 1.0], kind);
    let nose = hood * cycle(&[0.76, 0.8, 0.86, 0.77], kind);
    // x as a share of the length, height in metres
    let line: Vec<[f32; 2]> = match kind {
        0 => vec![
            [0.0, belt_h * 0.93],
            [0.012, belt_h * 1.02],
            [0.04, belt_h * 1.07],
            [0.13, belt_h * 1.09],
            [0.2, belt_h * 1.25],
            [0.265, h * 0.935],
            [0.33, h * 0.98],
            [0.42, h],
            [0.52, h * 0.992],
            [0.585, h * 0.963],
        ],
        1 => vec![
            [0.0, belt_h * 0.9],
            [0.012, belt_h * 1.04],
            [0.025, belt_h * 1.1],
            [0.055, belt_h * 1.27],
            [0.1, h * 0.945],
            [0.14, h * 0.975],
            [0.3, h],
            [0.46, h * 0.992],
            [0.56, h * 0.955],
        ],
        2 => vec![
            [0.0, belt_h * 0.92],
            [0.01, belt_h * 1.03],
            [0.022, belt_h * 1.08],
            [0.05, belt_h * 1.25],
            [0.085, h * 0.955],
            [0.12, h * 0.98],
            [0.3, h],
            [0.48, h * 0.992],
            [0.57, h * 0.962],
        ],
        _ => vec![
            [0.0, belt_h * 0.9],
            [0.012, belt_h * 1.03],
            [0.024, belt_h * 1.08],
            [0.07, belt_h * 1.28],
            [0.115, h * 0.95],
            [0.15, h * 0.975],
            [0.35, h],
            [0.5, h * 0.993],
            [0.585, h * 0.963],
        ],
    };
    let cowl = cycle(&[0.715, 0.73, 0.725, 0.712], kind);
    let head = line.last().map_or(0.58, |p| p[0]);
    let mut top: Vec<[f32; 2]> = line.iter().map(|p| [at(p[0]), p[1]]).collect();
    top.extend([
        [at(cowl), hood * 1.045],
        [at(cowl + 0.025), hood * 1.015],
        [at(0.86), hood * 0.95],
        [at(0.94), hood * 0.88],
        [at(0.98), nose * 1.04],
        [at(0.993), nose * 0.985],
        [at(1.0), nose * 0.9],
    ]);
    let tail_foot = match kind {
        0 => 0.145,
        1 => 0.027,
        2 => 0.024,
        _ => 0.026,
    };
    let tail_head = match kind {
        0 => 0.262,
        1 => 0.1,
        2 => 0.085,
        _ => 0.112,
    };
    let (first, c_pillar) = match kind {
        0 => (0.25, 0.3),
        1 => (0.2, 0.25),
        2 => (0.1, 0.3),
        _ => (0.115, 0.3),
    };
    let b_pillar = cycle(&[0.455, 0.44, 0.455, 0.455], kind);
    let mut glazed = vec![[at(c_pillar), at(b_pillar - 0.012)], [at(b_pillar + 0.012), at(cowl - 0.06)]];
    if kind >= 2 {
        glazed.insert(0, [at(first + 0.02), at(c_pillar - 0.014)]);
    } else if kind == 0 {
        glazed[0][0] = at(first + 0.015);
    }
    let (axle, arch) =
        ([at(cycle(&[0.21, 0.19, 0.2, 0.2], kind)), at(cycle(&[0.21, 0.19, 0.2, 0.2], kind)) + wb], r + 0.045);
    let bumper = clear + 0.06;
    let shell = Shell {
        length: l,
        width: w,
        top: &top,
        belt: &[
            [at(0.0), belt_h * 1.0],
            [at(0.1), belt_h * 1.04],
            [at(0.4), belt_h],
            [at(cowl), belt_h * 0.965],
            [at(0.9), belt_h * 0.9],
            [at(1.0), nose * 0.86],
        ],
        sill: &[
            [at(0.0), bumper + 0.08],
            [at(0.03), bumper],
            [at(0.12), clear],
            [at(0.9), clear],
            [at(0.975), clear + 0.02],
            [at(1.0), bumper + 0.03],
        ],
        plan: &[
            [at(0.0), 0.8],
            [at(0.008), 0.87],
            [at(0.03), 0.925],
            [at(0.09), 0.965],
            [at(0.2), 0.99],
            [at(0.35), 1.0],
            [at(0.65), 1.0],
            [at(0.8), 0.985],
            [at(0.9), 0.945],
            [at(0.955), 0.885],
            [at(0.985), 0.8],
            [at(1.0), 0.66],
        ],
        roof: cycle(&[0.69, 0.72, 0.76, 0.72], kind),
        crown: 0.045,
        axles: axle,
        arch,
        hub: r + 0.005,
        screen: [at(cowl - 0.004), at(head + 0.004)],
        rear: [at(tail_foot), at(tail_head)],
        windows: &glazed,
    };
    let trim = look("plastic", 0x1d1e20).rough(0.6);
    let mut kit = Kit::default();
    let paint = look("painted_metal", cycle(&PAINTS, variant))
        .metal(if variant.is_multiple_of(2) { 0.35 } else { 0.1 })
        .rough(0.28);
    body(&mut kit, &shell, &paint, &trim, h);
    // doors
    let (low, y) = (clear + 0.09, belt_h * 0.985);
    let rear_door = axle[0] + arch * 0.93;
    let mut seams = Vec::new();
    for x in [b_pillar, cowl - 0.035] {
        seams.extend(shell.seam([at(x), low], [at(x), y], 0.008));
    }
    seams.extend(shell.seam([rear_door + 0.03, low + 0.3], [at(c_pillar), y], 0.008));
    seams.extend(shell.seam([rear_door + 0.06, low], [at(cowl - 0.035), low], 0.008));
    kit.add("label_seams", &look("rubber", 0x121213), seams);
    let handle = |x: f32| {
        let y = belt_h * 0.9;
        both_sides([slab([0.17, 0.028, 0.03], [x, y, shell.side(x, y) + 0.008], 0.009)])
    };
    kit.add("door_handles", &paint, [handle(at(b_pillar - 0.0) + 0.16), handle(at(c_pillar) + 0.16)].concat());
    let m = at(cowl - 0.055);
    let (my, mz) = (belt_h * 1.03, shell.side(m, belt_h * 0.97));
    let mirror = soft([0.11, 0.12, 0.19], [m, my + 0.03, mz + 0.085], 0.04)
        .deformed(CREASE_DEG, |p| vec3(p.x + (p.z - mz - 0.085) * -0.25, p.y, p.z));
    kit.add("mirrors", &paint, both_sides([mirror]));
    kit.add("mirror_feet", &trim, both_sides([slab([0.07, 0.03, 0.09], [m + 0.01, my - 0.015, mz], 0.01)]));
    for s in [-1.0, 1.0] {
        kit.hull_box(vec3(0.12, 0.12, 0.19), vec3(m, my + 0.03, s * (mz + 0.085)));
    }
    // face
    let front = l * 0.5;
    let lamp_y = nose * 0.86;
    let (l0, l1) = (nose * 0.69, nose * 0.865);
    let inner = w * 0.235;
    kit.add(
        "shell_lamp_rims",
        &look("plastic", 0x141517).rough(0.3),
        shell.lamp(true, 0.42, inner - 0.02, [l1 + 0.02, l1 + 0.035], [l0 - 0.01, l1]),
    );
    let lens = shell.lamp(true, 0.33, inner, [l1 - 0.005, l1 + 0.012], [l0 + 0.012, l1 - 0.014]);
    kit.add("glass_headlamps", &look("glass", 0xd9e1e6).rough(0.1), lens.into_iter().map(|m| lifted(m, 0.003)));
    let bulbs = both_sides([0.0, 0.13].map(|d| {
        along_x(cone(0.045, 0.04, 0.03, 12)).translated(vec3(front - 0.004, (l0 + l1) * 0.5 - 0.004, inner + 0.075 + d))
    }));
    kit.add("bulbs", &look("glass", 0xf6f8fa).rough(0.05), bulbs);
    let grille_w = w * cycle(&[0.36, 0.3, 0.42, 0.38], kind);
    let mut dark = vec![
        slab([0.05, 0.1, grille_w], [front - 0.014, lamp_y - 0.005, 0.0], 0.015),
        slab([0.06, 0.13, w * 0.5], [front - 0.016, clear + 0.185, 0.0], 0.03),
    ];
    dark.extend(both_sides([slab([0.06, 0.1, 0.16], [front - 0.065, clear + 0.2, w * 0.34], 0.02)]));
    kit.add("grille", &trim, dark);
    let bars = (0..3)
        .map(|k| slab([0.012, 0.008, grille_w * 0.94], [front + 0.012, lamp_y - 0.032 + 0.027 * k as f32, 0.0], 0.002));
    kit.add("grille_bars", &look("brushed_steel", 0xd8d8d8), bars);
    let (t0, t1) = if kind == 0 || kind == 3 { (belt_h * 0.76, belt_h * 0.93) } else { (belt_h * 0.7, belt_h * 0.97) };
    let tail_in = if kind == 0 || kind == 3 { w * 0.22 } else { w * 0.31 };
    kit.add(
        "glass_tail_lamps",
        &look("glass", 0x8f1210).rough(0.15),
        shell.lamp(false, 0.34, tail_in, [t1 - 0.07, t1], [t0, t1]),
    );
    let (i0, i1) = (t0 + (t1 - t0) * 0.16, t0 + (t1 - t0) * 0.42);
    let inset = shell.lamp(false, 0.05, tail_in + 0.02, [i0 + 0.01, i1], [i0, i1]);
    kit.add("glass_tail_insets", &look("glass", 0xdccfc6).rough(0.15), inset.into_iter().map(|m| lifted(m, 0.003)));
    kit.add("rear_bumper", &trim, [soft([0.09, 0.13, w * 0.68], [0.03 - front, clear + 0.16, 0.0], 0.03)]);
    let [sheet, text] = plate(&mut rng);
    let (fx, bx) = (front + 0.014, 0.004 - front);
    let back_y = if kind == 0 { belt_h * 0.72 } else { belt_h * 0.6 };
    let put = |m: &MeshData| {
        [
            yaw(m.clone(), 90.0).translated(vec3(fx, clear + 0.19, 0.0)),
            yaw(m.clone(), -90.0).translated(vec3(bx - 0.006, back_y, 0.0)),
        ]
    };
    kit.add("plates", &look("paper", 0xeef0ee), put(&sheet));
    kit.add("label_plates", &look("paper", 0x17181a), put(&text));
    let fin = uv_sphere(1.0, 10, 6).scaled(vec3(0.085, 0.045, 0.018)).translated(vec3(
        at(if kind == 0 { 0.36 } else { 0.17 }),
        h * 0.985,
        0.0,
    ));
    if kind == 2 {
        let rail = [at(0.16), at(0.54)];
        let y = h * 0.985;
        kit.add(
            "roof_rails",
            &look("brushed_steel", 0xb0b0b0),
            both_sides([slab([rail[1] - rail[0], 0.024, 0.03], [(rail[0] + rail[1]) * 0.5, y, w * 0.5 * 0.7], 0.009)]),
        );
    }
    kit.add("aerial", &paint, [fin]);
    let rim = cycle(&[0xd0d0d0, 0x8a8c8e, 0xe0e0e0, 0x55585a], variant / 2);
    wheels(
        &mut kit,
        &axle,
        w * 0.5 - 0.115,
        r,
        cycle(&[0.2, 0.185, 0.22, 0.205], kind),
        cycle(&[5, 6, 5, 7], variant + variant / 4),
        rim,
    );
    kit.finish()
}
