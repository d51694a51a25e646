//! Delivery van; it drives towards +X.

use glam::{vec2, vec3};

use super::glyphs;
use super::kit::{Kit, Rng, along_x, both_sides, cycle, look, slab, soft, yaw};
use super::shell::Shell;
use super::vehicle::{body, plate, wheels};
use crate::assets::mesh::cone;
use crate::assets::{MeshData, Model};

/// A delivery van with a high roof.
pub(super) fn van(variant: u32) -> Model {
    let mut rng = Rng::new("van", variant);
    let (l, w, h) = (
        cycle(&[5.4, 5.9, 4.9], variant) * rng.range(0.98, 1.02),
        2.0,
        cycle(&[2.35, 2.6, 2.0], variant) * rng.range(0.98, 1.02),
    );
    let (r, clear, wb) = (0.34, 0.24, l * 0.6);
    let at = |x: f32| x - l * 0.5;
    let end = l;
    let (belt, nose) = (1.18, 1.02);
    let top = [
        [at(0.0), h * 0.93],
        [at(0.03), h * 0.97],
        [at(0.12), h * 0.99],
        [at(l * 0.5), h],
        [at(end - 1.95), h * 0.995],
        [at(end - 1.65), h * 0.965],
        [at(end - 0.78), 1.3],
        [at(end - 0.7), 1.255],
        [at(end - 0.3), 1.13],
        [at(end - 0.07), nose],
        [at(end - 0.02), nose * 0.95],
        [at(end), nose * 0.86],
    ];
    let axles = [at(l * 0.2), at(l * 0.2) + wb];
    let shell = Shell {
        length: l,
        width: w,
        top: &top,
        belt: &[[at(0.0), belt], [at(end - 0.9), belt], [at(end), nose * 0.8]],
        sill: &[[at(0.0), 0.42], [at(0.08), 0.34], [at(0.4), clear + 0.02], [at(end - 0.3), clear], [at(end), 0.3]],
        plan: &[
            [at(0.0), 0.92],
            [at(0.02), 0.95],
            [at(0.1), 0.98],
            [at(0.6), 1.0],
            [at(end - 1.6), 1.0],
            [at(end - 0.8), 0.975],
            [at(end - 0.3), 0.92],
            [at(end - 0.1), 0.84],
            [at(end), 0.68],
        ],
        roof: 0.86,
        crown: 0.07,
        axles,
        arch: r + 0.06,
        hub: r + 0.005,
        screen: [at(end - 0.8), at(end - 1.62)],
        rear: [at(0.0), at(0.0)],
        windows: &[[at(end - 2.15), at(end - 1.12)]],
    };
    let trim = look("plastic", 0x232527).rough(0.65);
    let paint = look(
        "painted_metal",
        cycle(&[0xe7e7e3, 0x2f5c94, 0xd7b13a, 0x7c8286, 0xe7e7e3, 0x8d2a22, 0x3c5a46, 0xc9ccce], variant),
    )
    .rough(0.32);
    let mut kit = Kit::default();
    body(&mut kit, &shell, &paint, &trim, h * 0.75);
    let mut seams = Vec::new();
    let low = clear + 0.12;
    for x in [end - 2.25, end - 1.02] {
        seams.extend(shell.seam([at(x), low], [at(x), belt * 0.99], 0.009));
    }
    seams.extend(shell.seam([at(end - 2.25), low], [at(end - 1.2), low], 0.009));
    seams.extend(shell.seam([at(end - 3.3), low], [at(end - 3.3), belt * 0.99], 0.009));
    kit.add("label_seams", &look("rubber", 0x121213), seams);
    let strip =
        |x: f32, len: f32, y: f32| both_sides([slab([len, 0.12, 0.03], [x, y, shell.side(x, y) + 0.004], 0.012)]);
    kit.add("rub_strips", &trim, [strip((axles[0] + axles[1]) * 0.5, wb - 1.0, 0.52)].concat());
    let handle =
        |x: f32| both_sides([slab([0.16, 0.03, 0.034], [x, belt * 0.87, shell.side(x, belt * 0.87) + 0.01], 0.01)]);
    kit.add("door_handles", &trim, [handle(at(end - 2.08)), handle(at(end - 2.45))].concat());
    let m = at(end - 1.06);
    let mz = shell.side(m, belt * 0.97);
    kit.add(
        "mirrors",
        &trim,
        both_sides([
            soft([0.12, 0.27, 0.19], [m, belt + 0.17, mz + 0.1], 0.04),
            slab([0.06, 0.04, 0.12], [m, belt + 0.04, mz], 0.01),
        ]),
    );
    for s in [-1.0, 1.0] {
        kit.hull_box(vec3(0.12, 0.27, 0.19), vec3(m, belt + 0.17, s * (mz + 0.1)));
    }
    let front = l * 0.5;
    let lamp_y = nose * 0.76;
    kit.add(
        "glass_headlamps",
        &look("glass", 0xd9e1e6).rough(0.1),
        shell.lamp(true, 0.36, w * 0.27, [nose * 0.86, nose * 0.98], [nose * 0.6, nose * 0.82]),
    );
    let bulbs = both_sides([along_x(cone(0.06, 0.052, 0.03, 14)).translated(vec3(
        front - 0.004,
        nose * 0.72,
        w * 0.27 + 0.09,
    ))]);
    kit.add("bulbs", &look("glass", 0xf6f8fa).rough(0.05), bulbs);
    let grille = [
        soft([0.06, 0.16, w * 0.42], [front - 0.016, lamp_y - 0.02, 0.0], 0.03),
        soft([0.08, 0.26, w * 0.62], [front - 0.022, clear + 0.22, 0.0], 0.04),
    ];
    kit.add(
        "grille",
        &trim,
        grille.into_iter().chain(both_sides([yaw(slab([0.08, 0.22, 0.36], [0.0; 3], 0.03), -26.0).translated(vec3(
            front - 0.1,
            clear + 0.22,
            w * 0.36,
        ))])),
    );
    kit.add(
        "grille_bars",
        &look("brushed_steel", 0xc8c8c8),
        [0.03, -0.05].map(|d| slab([0.012, 0.014, w * 0.4], [front + 0.014, lamp_y - 0.01 + d, 0.0], 0.003)),
    );
    let side = shell.side(-front + 0.01, 1.0);
    kit.add(
        "tail_lamps",
        &look("glass", 0x9c1512).rough(0.15),
        both_sides([slab([0.08, 0.5, 0.1], [0.035 - front, 1.05, side - 0.055], 0.02)]),
    );
    kit.add("rear_bumper", &trim, [soft([0.14, 0.2, w * 0.9], [0.05 - front, 0.5, 0.0], 0.04)]);
    let back = -front - 0.002;
    let line = |x: f32, y0: f32, y1: f32, half: f32| {
        yaw(glyphs::flat(&[vec2(x - half, y0), vec2(x + half, y0), vec2(x + half, y1), vec2(x - half, y1)]), -90.0)
            .translated(vec3(back, 0.0, 0.0))
    };
    kit.add(
        "label_rear_doors",
        &look("rubber", 0x121213),
        [line(0.0, 0.62, h * 0.88, 0.006), line(0.0, 0.62, 0.63, w * 0.4), line(0.0, h * 0.88, h * 0.885, w * 0.38)],
    );
    if variant.is_multiple_of(2) {
        kit.add(
            "label_rear_glass",
            &look("glass", 0x11161a).rough(0.06),
            [-0.4, 0.4].map(|x| line(x, h * 0.58, h * 0.8, 0.28)),
        );
    }
    kit.add(
        "hinges",
        &trim,
        both_sides([
            slab([0.03, 0.1, 0.04], [-front, 0.85, side - 0.02], 0.008),
            slab([0.03, 0.1, 0.04], [-front, h * 0.76, side - 0.07], 0.008),
        ]),
    );
    let [sheet, text] = plate(&mut rng);
    let put = |m: &MeshData| {
        [
            yaw(m.clone(), 90.0).translated(vec3(front + 0.022, clear + 0.2, 0.0)),
            yaw(m.clone(), -90.0).translated(vec3(-front - 0.024, 0.52, 0.0)),
        ]
    };
    kit.add("plates", &look("paper", 0xeef0ee), put(&sheet));
    kit.add("label_plates", &look("paper", 0x17181a), put(&text));
    wheels(&mut kit, &axles, w * 0.5 - 0.13, r, 0.215, cycle(&[6, 7], variant), cycle(&[0xb8b8b8, 0x6a6c6e], variant));
    kit.finish()
}
