//! Street furniture: litter bin and bench.

use glam::{Quat, Vec3, vec3};

use super::kit::{Kit, Rng, curve, cycle, hoop, look, slab, soft, turn, yaw};
use crate::assets::Model;
use crate::assets::mesh::{circle, rounded_box, sweep};

/// A litter bin: slatted, round with a hood, or a wheeled box.
pub(super) fn litter_bin(variant: u32) -> Model {
    let mut rng = Rng::new("litter_bin", variant);
    let mut kit = Kit::default();
    if variant % 3 == 2 {
        let (w, d, h) = (0.56, 0.6, rng.range(0.98, 1.06));
        let plastic = look("plastic", cycle(&[0x2f4a36, 0x34383b, 0x27466e], variant / 3)).rough(0.55);
        let taper = |p: Vec3, y: f32| {
            let s = 0.84 + 0.16 * (y / h).clamp(0.0, 1.0);
            vec3(p.x * s, y, p.z * s)
        };
        let body = rounded_box(vec3(w, h - 0.1, d - 0.06), 0.03, 2)
            .deformed(40.0, |p| taper(p, p.y + (h - 0.1) * 0.5 + 0.04) - Vec3::Z * 0.01);
        let rim = soft([w + 0.03, 0.05, d], [0.0, h - 0.075, 0.0], 0.015);
        let lid = rounded_box(vec3(w + 0.02, 0.06, d), 0.025, 2)
            .deformed(50.0, |p| vec3(p.x, p.y + h - 0.03 - (p.z / d + 0.1).max(0.0) * 0.03 + 0.0, p.z));
        let grips = [
            soft([w * 0.6, 0.03, 0.03], [0.0, h - 0.07, -d * 0.5 - 0.06], 0.012),
            slab([0.03, 0.03, 0.09], [-w * 0.26, h - 0.07, -d * 0.5 - 0.02], 0.006),
            slab([0.03, 0.03, 0.09], [w * 0.26, h - 0.07, -d * 0.5 - 0.02], 0.006),
        ];
        kit.hull_around(&body.positions, 40);
        kit.add("body", &plastic, [body, rim]);
        kit.add("lid", &look("plastic", cycle(&[0xc9a024, 0x2f4a36, 0x2c2f32], variant / 3)).rough(0.5), [lid]);
        kit.add("grips", &plastic, grips);
        let wheel = |x: f32| {
            [super::kit::along_x(crate::assets::mesh::cylinder(0.1, 0.05, 20, 0.012)).translated(vec3(
                x,
                0.1,
                -d * 0.36,
            ))]
        };
        kit.add("wheels", &look("rubber", 0x1a1a1b), [wheel(-w * 0.47), wheel(w * 0.47)].concat());
        kit.hull_box(vec3(w + 0.03, 0.1, d), vec3(0.0, h - 0.05, 0.0));
        kit.hull_box(vec3(w * 0.6, 0.03, 0.09), vec3(0.0, h - 0.07, -d * 0.5 - 0.03));
        kit.hull_box(vec3(w * 0.94 + 0.05, 0.2, 0.14), vec3(0.0, 0.1, -d * 0.36));
        kit.hull_box(vec3(w * 0.8, 0.06, 0.1), vec3(0.0, 0.03, d * 0.3));
        kit.add("feet", &plastic, [soft([w * 0.7, 0.06, 0.08], [0.0, 0.03, d * 0.3], 0.015)]);
        return kit.finish();
    }
    let (r, h) = (rng.range(0.22, 0.27), rng.range(0.72, 0.85));
    let metal =
        look("painted_metal", cycle(&[0x26332b, 0x2a2c2f, 0x5c3d2a, 0x35506a, 0x22262a, 0x3c4a3e], variant)).rough(0.5);
    if variant.is_multiple_of(3) {
        let slats = 18;
        let slat = (0..slats).map(|k| {
            yaw(
                rounded_box(vec3(0.055, h * 0.82, 0.018), 0.005, 1).translated(vec3(0.0, h * 0.5, r)),
                360.0 * k as f32 / slats as f32,
            )
            .uv_shifted(0.17 * k as f32, 0.0)
        });
        let wood = look(if variant.is_multiple_of(2) { "oak" } else { "pine_planks" }, 0xd8c0a8);
        kit.add("slats", &wood, slat);
        let ring = |y: f32, out: f32| {
            hoop(
                &[
                    [r - 0.04, y - 0.02, 0.0],
                    [r + out, y - 0.02, 0.006],
                    [r + out, y + 0.02, 0.006],
                    [r - 0.04, y + 0.02, 0.0],
                ],
                32,
            )
        };
        kit.add("rings", &metal, [ring(h * 0.2, 0.014), ring(h * 0.8, 0.014), ring(h * 0.93, 0.018)]);
        kit.add(
            "liner",
            &look("galvanised_steel", 0x9a9a9a),
            [turn(
                &[
                    [0.0, 0.05, 0.0],
                    [r - 0.02, 0.05, 0.0],
                    [r - 0.02, h * 0.95, 0.003],
                    [r - 0.03, h * 0.95, 0.003],
                    [r - 0.034, h * 0.3, 0.0],
                    [0.0, h * 0.3, 0.0],
                ],
                32,
            )],
        );
        kit.add(
            "foot",
            &metal,
            [turn(&[[0.0, 0.0, 0.0], [r * 0.7, 0.0, 0.0], [r * 0.7, 0.06, 0.01], [0.0, 0.06, 0.0]], 24)],
        );
        kit.hull_cylinder(r + 0.012, 0.05, h * 0.95);
        kit.hull_cylinder(r * 0.7, 0.0, 0.06);
    } else {
        let top = h + 0.18;
        kit.add(
            "body",
            &metal,
            [turn(
                &[
                    [0.0, 0.0, 0.0],
                    [r * 0.93, 0.0, 0.004],
                    [r * 0.93, 0.05, 0.006],
                    [r, 0.06, 0.008],
                    [r, h, 0.01],
                    [r - 0.02, h, 0.006],
                    [r - 0.025, h * 0.5, 0.0],
                    [0.0, h * 0.5, 0.0],
                ],
                34,
            )],
        );
        let mut hood: Vec<[f32; 3]> =
            vec![[0.0, top - 0.03, 0.0], [r * 0.9, top - 0.05, 0.0], [r * 1.04, top - 0.06, 0.004]];
        hood.extend([[r * 1.04, top - 0.035, 0.008], [r * 0.6, top - 0.006, 0.05], [0.0, top, 0.03]]);
        kit.add("hood", &metal, [turn(&hood, 34)]);
        let posts = (0..3).map(|k| {
            let p = circle(r * 0.93, 3)[k];
            slab([0.028, top - h + 0.02, 0.028], [p.x, (h + top) * 0.5 - 0.04, p.y], 0.006)
        });
        kit.add("posts", &metal, posts);
        kit.add(
            "label_band",
            &look("painted_metal", cycle(&[0xc9c4b4, 0xc9a030, 0x9fb0a0], variant)),
            [hoop(
                &[
                    [r - 0.005, h * 0.76, 0.0],
                    [r + 0.0015, h * 0.76, 0.0],
                    [r + 0.0015, h * 0.84, 0.0],
                    [r - 0.005, h * 0.84, 0.0],
                ],
                34,
            )],
        );
        kit.hull_cylinder(r * 0.95, 0.0, 0.06);
        kit.hull_cylinder(r, 0.05, h);
        kit.hull_cylinder(r * 1.03, top - 0.06, top - 0.03);
        kit.hull_cylinder(r * 0.7, h, top);
    }
    kit.finish()
}

/// A bench with slats on iron sides; it faces +Z.
pub(super) fn bench(variant: u32) -> Model {
    let mut rng = Rng::new("bench", variant);
    let (l, seat, top) = (cycle(&[1.8, 1.5, 2.1], variant), rng.range(0.43, 0.46), rng.range(0.78, 0.86));
    let wood = look(
        cycle(&["oak", "pine_planks", "walnut"], variant),
        cycle(&[0xe2cdb4, 0xcbb59c, 0xffffff, 0xb8ab9c], variant),
    );
    let iron = look("painted_metal", cycle(&[0x1e2021, 0x27372d, 0x4a4e50], variant)).rough(0.5);
    let mut kit = Kit::default();
    let mut slats = Vec::new();
    let (n, w) = (cycle(&[4, 5], variant), 0.43);
    let each = w / n as f32;
    for k in 0..n {
        let z = w * 0.5 - each * (k as f32 + 0.5);
        slats.push(
            slab([l, 0.035, each - 0.014], [0.0, seat - 0.0175 - 0.012 * (k as f32 / n as f32), z], 0.006)
                .uv_shifted(k as f32 * 0.61, 0.17 * k as f32),
        );
    }
    let back = 3;
    for k in 0..back {
        let t = (k as f32 + 0.5) / back as f32;
        let y = seat + 0.06 + (top - seat - 0.06) * t;
        let z = -w * 0.5 - 0.035 - 0.1 * (y - seat) / (top - seat);
        let m = rounded_box(vec3(l, (top - seat - 0.06) / back as f32 - 0.016, 0.03), 0.006, 1)
            .rotated(Quat::from_rotation_x(-0.24))
            .translated(vec3(0.0, y, z));
        slats.push(m.uv_shifted(0.37 * k as f32, 0.7));
    }
    kit.add("slats", &wood, slats);
    let bar = |points: &[[f32; 2]], x: f32| {
        let path = curve(&points.iter().map(|p| vec3(x, p[0], p[1])).collect::<Vec<_>>(), 4);
        let section = crate::assets::mesh::rounded_outline(
            &[[-0.011, -0.023, 0.005], [0.011, -0.023, 0.005], [0.011, 0.023, 0.005], [-0.011, 0.023, 0.005]],
            1,
            true,
        );
        sweep(&section, &path, Vec3::X, 40.0, |_| 1.0)
    };
    let mut sides = Vec::new();
    let xs: &[f32] = if l > 2.0 { &[-0.44, 0.0, 0.44] } else { &[-0.42, 0.42] };
    for q in xs {
        let x = q * l;
        sides.push(bar(&[[0.012, 0.2], [0.1, 0.17], [0.3, 0.18], [seat - 0.05, 0.205]], x));
        sides.push(bar(
            &[[0.012, -0.29], [0.12, -0.22], [seat - 0.05, -0.2], [seat + 0.12, -0.25], [top - 0.02, -0.35]],
            x,
        ));
        sides.push(bar(&[[seat - 0.055, -0.215], [seat - 0.05, 0.0], [seat - 0.055, 0.225]], x));
        if variant.is_multiple_of(2) {
            sides.push(bar(
                &[
                    [seat - 0.05, 0.2],
                    [seat + 0.14, 0.2],
                    [seat + 0.2, 0.12],
                    [seat + 0.19, -0.05],
                    [seat + 0.17, -0.27],
                ],
                x,
            ));
            kit.hull_rod(vec3(x, seat + 0.19, 0.16), vec3(x, seat + 0.18, -0.25), 0.02);
        }
        for z in [0.2, -0.29] {
            sides.push(slab([0.06, 0.012, 0.09], [x, 0.006, z], 0.003));
        }
        kit.hull_rod(vec3(x, 0.03, 0.2), vec3(x, seat - 0.05, 0.2), 0.022);
        kit.hull_rod(vec3(x, 0.03, -0.28), vec3(x, seat - 0.05, -0.2), 0.022);
        kit.hull_box(vec3(0.06, 0.03, 0.09), vec3(x, 0.015, 0.2));
        kit.hull_box(vec3(0.06, 0.03, 0.09), vec3(x, 0.015, -0.29));
        kit.hull_rod(vec3(x, seat, -0.21), vec3(x, top - 0.03, -0.345), 0.02);
    }
    kit.add("sides", &iron, sides);
    kit.hull_box(vec3(l, 0.047, w - 0.014), vec3(0.0, seat - 0.0235, 0.0));
    let lean = Quat::from_rotation_x(-0.24);
    let mid = vec3(0.0, (seat + 0.06 + top) * 0.5, -w * 0.5 - 0.035 - 0.1 * 0.55);
    kit.hull(crate::assets::Hull::Cuboid {
        half_extents: vec3(l * 0.5, (top - seat - 0.06) * 0.5, 0.016),
        position: mid,
        rotation: lean,
    });
    kit.finish()
}
