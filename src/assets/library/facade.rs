//! A block of flats: walls with recessed windows, ledges, balconies, a shop front and a roof; its front faces +Z.

use glam::{Vec3, vec3};

use super::kit::{Kit, Rng, cycle, look, slab, soft, yaw};
use crate::assets::Model;

/// A building of three to six storeys.
pub(super) fn building(variant: u32) -> Model {
    let mut rng = Rng::new("building", variant);
    let bays = cycle(&[4usize, 5, 3, 6], variant);
    let floors = cycle(&[4usize, 3, 5, 4, 6, 3, 4, 5], variant);
    let (bay, storey, ground) = (rng.range(2.5, 3.0), rng.range(2.9, 3.2), rng.range(3.5, 4.0));
    let (w, d) = (bay * bays as f32, rng.range(7.5, 10.0));
    let h = ground + storey * (floors - 1) as f32;
    let (wall_kind, wall_tint) = cycle(
        &[
            ("brick", 0xffffff),
            ("plaster", 0xd9c9a8),
            ("brick", 0xd8c8c0),
            ("plaster", 0xc9cfd0),
            ("plaster", 0xcf9f84),
            ("brick", 0xf0d0b0),
            ("concrete", 0xe4e0d8),
            ("plaster", 0xe6dfcf),
        ],
        variant,
    );
    let wall = look(wall_kind, wall_tint);
    let stone = look("concrete", cycle(&[0xffffff, 0xf4e8d4, 0xd0ccc4], variant));
    let base = look(
        cycle(&["concrete", "terrazzo", "concrete"], variant),
        cycle(&[0xb8b4ac, 0x8f8a84, 0x9a9690, 0xc8b8a4], variant),
    );
    let frame = look("painted_metal", cycle(&[0xe9e7e0, 0x33383b, 0xe9e7e0, 0x4a5a52], variant)).rough(0.5);
    let glass = look("glass", cycle(&[0x232b31, 0x1c2328, 0x2a3236], variant)).rough(0.06);
    let deep = 0.22;
    let front = d * 0.5;
    let mut kit = Kit::default();
    // the core stands behind the front and the back wall, which are made of piers and spandrels around openings
    let core = slab([w - 0.004, h, d - 2.0 * deep], [0.0, h * 0.5, 0.0], 0.0);
    let (ww, wh, sill) = (bay * rng.range(0.42, 0.52), storey * rng.range(0.5, 0.58), storey * 0.28);
    let (mut walls, mut ledges, mut panes, mut frames, mut bottom, mut rails) =
        (vec![core], Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let balcony = variant % 3 == 1;
    let door_bay = variant as usize % bays;
    for side in [0.0, 180.0] {
        let z = front - deep * 0.5;
        let put =
            |list: &mut Vec<_>, size: [f32; 3], at: [f32; 3], bevel: f32| list.push(yaw(slab(size, at, bevel), side));
        let upper = h - ground;
        for k in 0..=bays {
            let full = bay - ww;
            let (x, pw) = if k == 0 {
                (-w * 0.5 + full * 0.25, full * 0.5)
            } else if k == bays {
                (w * 0.5 - full * 0.25, full * 0.5)
            } else {
                (bay * k as f32 - w * 0.5, full)
            };
            put(&mut walls, [pw, upper, deep], [x, ground + upper * 0.5, z], 0.0);
        }
        for f in 0..floors - 1 {
            let y = ground + storey * f as f32;
            for k in 0..bays {
                let x = bay * (k as f32 + 0.5) - w * 0.5;
                let tall = balcony && side == 0.0 && k % 2 == 0;
                let low = if tall { 0.06 } else { sill };
                let top = sill + wh;
                put(&mut walls, [ww, low, deep], [x, y + low * 0.5, z], 0.0);
                put(&mut walls, [ww, storey - top, deep], [x, y + (storey + top) * 0.5, z], 0.0);
                // a frame with two panes that stand a little proud of it, so that it shows around them
                let (fz, t, m) = (front - deep + 0.02, 0.06, (top + low) * 0.5);
                put(&mut frames, [ww, top - low, 0.04], [x, y + m, fz], 0.0);
                let leaf = (ww - 2.6 * t) * 0.5;
                for q in [-1.0, 1.0] {
                    let size = [leaf, top - low - 2.0 * t, 0.014];
                    put(&mut panes, size, [x + q * (leaf + 0.6 * t) * 0.5, y + m, fz + 0.018], 0.0);
                }
                if !tall {
                    put(&mut ledges, [ww + 0.2, 0.07, 0.16], [x, y + low - 0.03, front + 0.03], 0.0);
                } else {
                    put(&mut ledges, [ww + 0.7, 0.14, 0.9], [x, y - 0.02, front + 0.44], 0.02);
                    for e in 0..7 {
                        let q = (ww + 0.6) * (e as f32 / 6.0 - 0.5);
                        rails.push(slab([0.022, 0.94, 0.022], [x + q, y + 0.52, front + 0.85], 0.0));
                    }
                    rails.push(slab([ww + 0.66, 0.05, 0.05], [x, y + 1.0, front + 0.85], 0.0));
                    for q in [-1.0, 1.0] {
                        rails.push(slab([0.04, 0.05, 0.86], [x + q * (ww + 0.62) * 0.5, y + 1.0, front + 0.43], 0.0));
                        rails.push(slab([0.02, 0.04, 0.86], [x + q * (ww + 0.62) * 0.5, y + 0.5, front + 0.43], 0.0));
                    }
                }
                if variant.is_multiple_of(4) {
                    put(&mut ledges, [ww + 0.24, 0.16, 0.08], [x, y + top + 0.08, front + 0.02], 0.0);
                }
            }
            if f > 0 && variant.is_multiple_of(2) {
                put(&mut ledges, [w + 0.02, 0.1, 0.1], [0.0, y - 0.02, front + 0.03], 0.02);
            }
        }
        // ground floor: wide shop windows between piers, a door in one bay
        let (pier, head) = (bay * 0.2, 0.62);
        for k in 0..=bays {
            let (x, pw) = if k == 0 {
                ((pier * 0.75 - w) * 0.5, pier * 0.75)
            } else if k == bays {
                ((w - pier * 0.75) * 0.5, pier * 0.75)
            } else {
                (bay * k as f32 - w * 0.5, pier)
            };
            put(&mut bottom, [pw, ground - head, deep + 0.03], [x, (ground - head) * 0.5, z + 0.015], 0.015);
        }
        put(&mut bottom, [w, head, deep + 0.03], [0.0, ground - head * 0.5, z + 0.015], 0.015);
        for k in 0..bays {
            let x = bay * (k as f32 + 0.5) - w * 0.5;
            let shop = bay - pier;
            let door = k == door_bay;
            let low = if door { 0.1 } else { 0.55 };
            if side > 0.0 && !door {
                put(&mut bottom, [shop, ground - head, deep * 0.8], [x, (ground - head) * 0.5, z - 0.02], 0.0);
                continue;
            }
            put(&mut bottom, [shop, low, deep], [x, low * 0.5, z], 0.01);
            let (y, tall) = ((ground - head + low) * 0.5, ground - head - low);
            put(&mut panes, [shop, tall, 0.03], [x, y, front - deep + 0.015], 0.0);
            let bars = if door { 3 } else { 2 };
            for q in 0..=bars {
                let bx = x + shop * 0.97 * (q as f32 / bars as f32 - 0.5);
                put(&mut frames, [0.08, tall, 0.07], [bx, y, front - deep + 0.06], 0.01);
            }
            put(
                &mut frames,
                [shop, 0.09, 0.06],
                [x, y + tall * 0.5 - if door { 0.75 } else { 0.05 }, front - deep + 0.06],
                0.01,
            );
            put(&mut frames, [shop, 0.09, 0.06], [x, y - tall * 0.5 + 0.045, front - deep + 0.06], 0.01);
        }
        put(&mut ledges, [w + 0.1, 0.2, 0.26], [0.0, ground + 0.02, front + 0.06], 0.03);
        put(&mut ledges, [w + 0.16, 0.3, 0.34], [0.0, h - 0.05, front + 0.06], 0.04);
    }
    // end walls: a string course and a few small windows
    for turn in [90.0, 270.0] {
        for f in 0..floors - 1 {
            let y = ground + storey * f as f32 + sill + wh * 0.5;
            for q in [-0.22, 0.22] {
                let x = q * d;
                panes.push(yaw(slab([ww * 0.7, wh * 0.9, 0.02], [x, y, w * 0.5 + 0.004], 0.0), turn));
                frames.extend(
                    [
                        slab([ww * 0.7 + 0.12, 0.06, 0.05], [x, y + wh * 0.45 + 0.03, w * 0.5 + 0.01], 0.0),
                        slab([0.06, wh * 0.9, 0.05], [x - ww * 0.35 - 0.03, y, w * 0.5 + 0.01], 0.0),
                        slab([0.06, wh * 0.9, 0.05], [x + ww * 0.35 + 0.03, y, w * 0.5 + 0.01], 0.0),
                    ]
                    .map(|m| yaw(m, turn)),
                );
                ledges
                    .push(yaw(slab([ww * 0.7 + 0.2, 0.06, 0.1], [x, y - wh * 0.45 - 0.03, w * 0.5 + 0.03], 0.0), turn));
            }
        }
        bottom.push(yaw(slab([d - 0.02, 0.6, 0.06], [0.0, 0.3, w * 0.5 + 0.01], 0.01), turn));
    }
    // roof
    let parapet = 0.55;
    for (size, at) in [
        ([w, parapet, 0.2], [0.0, h + parapet * 0.5, front - 0.1]),
        ([w, parapet, 0.2], [0.0, h + parapet * 0.5, 0.1 - front]),
        ([0.2, parapet, d - 0.4], [w * 0.5 - 0.1, h + parapet * 0.5, 0.0]),
        ([0.2, parapet, d - 0.4], [0.1 - w * 0.5, h + parapet * 0.5, 0.0]),
    ] {
        walls.push(slab(size, at, 0.0));
        ledges.push(slab([size[0] + 0.08, 0.07, size[2] + 0.08], [at[0], h + parapet + 0.02, at[2]], 0.012));
    }
    let (hx, hz) = (w * rng.range(-0.25, 0.25), -d * 0.15);
    walls.push(slab([2.6, 1.7, 2.4], [hx, h + 0.85, hz], 0.0));
    ledges.push(slab([2.8, 0.1, 2.6], [hx, h + 1.74, hz], 0.02));
    let inside = |x: f32| x.clamp(0.9 - w * 0.5, w * 0.5 - 0.9);
    let units = [
        soft([1.1, 0.8, 0.9], [inside(hx + 2.6), h + 0.45, d * 0.12], 0.04),
        soft([0.7, 0.6, 0.7], [inside(hx - 2.4), h + 0.35, d * 0.2], 0.04),
        slab([0.5, 1.2, 0.5], [-w * 0.34, h + 0.6, -d * 0.32], 0.02),
    ];
    let door_x = bay * (door_bay as f32 + 0.5) - w * 0.5;
    let (aw, ah) = (bay * 0.78, ground - 0.55);
    let canopy = match variant % 3 {
        0 => soft([aw + 0.3, 0.12, 1.0], [door_x, ah, front + 0.5], 0.03),
        _ => slab([bay * 0.86, 0.06, 1.1], [0.0; 3], 0.015)
            .rotated(glam::Quat::from_rotation_x(0.35))
            .translated(vec3(door_x, ah, front + 0.5)),
    };
    kit.add("walls", &wall, walls);
    kit.add("ground_floor", &base, bottom);
    kit.add("ledges", &stone, ledges);
    kit.add("panes", &glass, panes);
    kit.add("window_frames", &frame, frames);
    kit.add("balcony_rails", &look("painted_metal", 0x2a2d2f), rails);
    kit.add(
        "canopy",
        &look(
            if variant.is_multiple_of(3) { "painted_metal" } else { "fabric" },
            cycle(&[0x3a3e40, 0x8a2f28, 0x2f5a4a, 0x2d4a6a], variant),
        ),
        [canopy],
    );
    kit.add("roof_units", &look("galvanised_steel", 0xffffff), units);
    kit.add("step", &look("concrete", 0xe0dcd4), [slab([bay * 0.8, 0.1, 0.7], [door_x, 0.05, front + 0.3], 0.02)]);
    let high = h + parapet;
    kit.hull_box(vec3(w, high, d), Vec3::Y * high * 0.5);
    kit.hull_box(vec3(2.6, 1.2, 2.4), vec3(hx, high + 0.6, hz));
    kit.hull_box(vec3(bay * 0.8, 0.1, 0.7), vec3(door_x, 0.05, front + 0.3));
    kit.hull_box(vec3(aw, 0.15, 0.9), vec3(door_x, ah, front + 0.5));
    if balcony {
        for f in 0..floors - 1 {
            for k in (0..bays).step_by(2) {
                let (x, y) = (bay * (k as f32 + 0.5) - w * 0.5, ground + storey * f as f32);
                kit.hull_box(vec3(ww + 0.7, 1.1, 0.88), vec3(x, y + 0.45, front + 0.44));
            }
        }
    }
    kit.finish()
}
