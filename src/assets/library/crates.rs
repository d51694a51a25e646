//! What goods are stacked in and on: crate, cardboard box, tote, pallet and rack.

use glam::{Vec2, Vec3, vec2, vec3};

use super::glyphs;
use super::kit::{Kit, Rng, cycle, look, rod, slab, yaw};
use crate::assets::mesh::{CREASE_DEG, loft, rounded_box, rounded_outline};
use crate::assets::{MeshData, Model};

/// A wooden crate: planks on a frame, some with a diagonal brace.
pub(super) fn wooden_crate(variant: u32) -> Model {
    let mut rng = Rng::new("crate", variant);
    let (w, h, d) = (rng.range(0.55, 1.0), rng.range(0.4, 0.75), rng.range(0.45, 0.8));
    let (board, batten) = (0.018, 0.022);
    let out = board + batten;
    let tint = cycle(&[0xffffff, 0xe8d6c0, 0xd6c8b8, 0xf4e0c0], variant);
    let mut kit = Kit::default();
    let (iw, id) = (w - 2.0 * out, d - 2.0 * out);
    kit.add("lining", &look("plywood", 0x8a7a66), [slab([iw, h - 2.0 * board, id], [0.0; 3], 0.001)]);
    let (mut light, mut dark, mut frame) = (Vec::new(), Vec::new(), Vec::new());
    let rows = ((h - 0.01) / 0.105) as usize;
    let pitch = h / rows as f32;
    for (across, off, turned) in [(iw + 2.0 * board, id * 0.5 + board * 0.5, 0.0), (id, iw * 0.5 + board * 0.5, 90.0)] {
        for side in [0.0, 180.0] {
            for k in 0..rows {
                let y = pitch * (k as f32 + 0.5) - h * 0.5;
                let gap = rng.range(0.004, 0.011);
                let m = slab([across - 0.002, pitch - gap, board + rng.range(-0.0015, 0.001)], [0.0, y, off], 0.0022);
                let m = yaw(m, turned + side).uv_shifted(rng.range(0.0, 3.0), rng.range(0.0, 3.0));
                if rng.chance(0.4) { dark.push(m) } else { light.push(m) }
            }
        }
    }
    let lid = (d / 0.11) as usize;
    for k in 0..lid {
        let z = d / lid as f32 * (k as f32 + 0.5) - d * 0.5;
        for y in [-1.0, 1.0] {
            let m = slab([w, board, d / lid as f32 - rng.range(0.003, 0.008)], [0.0, y * (h - board) * 0.5, z], 0.0022)
                .uv_shifted(rng.range(0.0, 3.0), 0.3 * k as f32);
            if rng.chance(0.4) { dark.push(m) } else { light.push(m) }
        }
    }
    let (bw, tall) = (rng.range(0.06, 0.08), h - 2.0 * board - 0.002);
    let mut bolts = Vec::new();
    for (across, off, turned) in
        [(w - 0.002, d * 0.5 - batten * 0.5, 0.0), (d - 2.0 * batten - 0.002, w * 0.5 - batten * 0.5, 90.0)]
    {
        for side in [0.0, 180.0] {
            let mut put = |m: MeshData| frame.push(yaw(m, turned + side).uv_shifted(rng.range(0.0, 3.0), 0.1));
            let x = (across - bw) * 0.5;
            put(slab([bw, tall, batten], [-x, 0.0, off], 0.003));
            put(slab([bw, tall, batten], [x, 0.0, off], 0.003));
            for s in [-1.0, 1.0] {
                put(slab([across - 2.0 * bw - 0.001, bw, batten], [0.0, s * (tall - bw) * 0.5, off], 0.003));
                for q in [-1.0, 1.0] {
                    let nail = rounded_box(vec3(0.009, 0.009, 0.003), 0.001, 1).translated(vec3(
                        q * x,
                        s * (tall * 0.5 - 0.03),
                        off + batten * 0.5,
                    ));
                    bolts.push(yaw(nail, turned + side));
                }
            }
            if variant.is_multiple_of(2) {
                let (a, b) = (across - 2.0 * bw, tall - 2.0 * bw);
                let t = (a * a + b * b).sqrt();
                let angle = if side > 0.0 { 1.0 } else { -1.0 } * libm::atan2f(b, a);
                let brace = slab([t - bw * 0.75, bw * 0.9, batten * 0.9], [0.0; 3], 0.003)
                    .rotated(glam::Quat::from_rotation_z(angle))
                    .translated(vec3(0.0, 0.0, off - 0.001));
                put(brace);
            }
        }
    }
    kit.add("planks", &look("pine_planks", tint), light);
    kit.add("planks_dark", &look("pine_planks", 0xd9c2a6), dark);
    kit.add("frame", &look("pine_planks", cycle(&[0xf2ddbd, 0xc4ae94], variant / 2)), frame);
    kit.add("nails", &look("galvanised_steel", 0x909090), bolts);
    let z = id * 0.5 + board + 0.0035;
    let stencil =
        [0.0, 180.0].map(|a| {
            yaw(
                glyphs::text(cycle(&["LOT 17", "A-204", "TOP", "FRAGILE"], variant), h * 0.09, h * 0.013)
                    .translated(vec3(0.0, h * cycle(&[0.18, 0.05], variant), z)),
                a,
            )
        });
    kit.add("label_stencil", &look("paper", 0x1d1a18), stencil);
    kit.hull_box(vec3(w, h, d), Vec3::ZERO);
    kit.finish()
}

/// A closed cardboard box with flaps, tape and print.
pub(super) fn cardboard_box(variant: u32) -> Model {
    let mut rng = Rng::new("cardboard_box", variant);
    let (w, h, d) = (rng.range(0.28, 0.6), rng.range(0.18, 0.42), rng.range(0.22, 0.42));
    let card = look("cardboard", cycle(&[0xffffff, 0xf2e4d2, 0xe2d2c0, 0xfff4e6], variant));
    let mut kit = Kit::default();
    let fold = 0.003;
    let bulge = rng.range(0.0, 0.004);
    let body = rounded_box(vec3(w, h - 2.0 * fold, d), 0.0035, 2);
    kit.add("body", &card, [body]);
    let gap = 0.0025;
    let mut flaps = Vec::new();
    for y in [-1.0, 1.0f32] {
        for z in [-1.0, 1.0f32] {
            let size = vec3(w - 0.001, fold, d * 0.5 - gap * 0.5 - 0.0005);
            let lift = if y > 0.0 { bulge } else { 0.0 };
            let m = rounded_box(size, 0.0011, 1).deformed(CREASE_DEG, |p| {
                let inner = 0.5 - z * p.z / size.z;
                p + vec3(0.0, y * (h - fold) * 0.5 - lift * (1.0 - inner), z * (d * 0.25 + gap * 0.25))
            });
            flaps.push(m.uv_shifted(0.21 * z, 0.13 * y));
        }
    }
    kit.add("flaps", &card, flaps);
    let (tw, drop, y) = (0.05, h * rng.range(0.16, 0.26), h * 0.5 + 0.0003);
    let tape = [
        slab([w + 0.0006, 0.0006, tw], [0.0, y - bulge * 0.25, 0.0], 0.0),
        slab([w + 0.0006, 0.0006, tw], [0.0, -h * 0.5 + 0.0001, 0.0], 0.0),
        slab([0.0006, drop, tw], [w * 0.5 + 0.0002, h * 0.5 - drop * 0.5, 0.0], 0.0),
        slab([0.0006, drop, tw], [-w * 0.5 - 0.0002, h * 0.5 - drop * 0.5, 0.0], 0.0),
    ];
    kit.add("tape", &look("plastic", cycle(&[0xb98f52, 0xd8cdb4, 0xa8783c, 0xe6e2d6], variant)).rough(0.2), tape);
    let z = d * 0.5 + 0.0004;
    let ink = look("paper", cycle(&[0x2a211b, 0x5a1f1a, 0x22303f], variant));
    let mut print = Vec::new();
    for a in [0.0, 180.0] {
        let put = |m: MeshData, x: f32, y: f32| yaw(m.translated(vec3(x, y, z)), a);
        let u = h.min(w) * 0.11;
        for k in 0..2 {
            let arrow = [vec2(-0.4, 0.0), vec2(0.0, 1.0), vec2(0.4, 0.0)].map(|p| p * u);
            let shaft = [vec2(-0.14, -0.9), vec2(0.14, -0.9), vec2(0.14, 0.0), vec2(-0.14, 0.0)].map(|p| p * u);
            let x = w * 0.5 - u * (1.2 + 1.2 * k as f32);
            print.extend([
                put(glyphs::flat(&arrow), x, h * 0.5 - u * 2.2),
                put(glyphs::flat(&shaft), x, h * 0.5 - u * 2.2),
            ]);
        }
        print.push(put(
            glyphs::flat(&[
                vec2(-u * 1.1, -0.06 * u),
                vec2(u * 1.1, -0.06 * u),
                vec2(u * 1.1, 0.06 * u),
                vec2(-u * 1.1, 0.06 * u),
            ]),
            w * 0.5 - u * 1.8,
            h * 0.5 - u * 3.4,
        ));
        let word = cycle(&["FRAGILE", "PARTS", "BOOKS", "24 X", "TEA", "SPARES", "MODEL 7", "LAMPS"], variant);
        print.push(put(glyphs::text(word, u * 0.9, u * 0.17), -w * 0.16, -h * 0.5 + u * 1.4));
    }
    kit.add("label_print", &ink, print);
    let (lw, lh) = (w.min(0.4) * 0.32, h.min(0.3) * 0.36);
    let at = vec3(-w * 0.5 + lw * 0.62, h * 0.06, z);
    let sheet = |x0: f32, y0: f32, x1: f32, y1: f32| {
        glyphs::flat(&[vec2(x0, y0), vec2(x1, y0), vec2(x1, y1), vec2(x0, y1)].map(|p| Vec2::new(p.x * lw, p.y * lh)))
    };
    kit.add("label", &look("paper", 0xf3f1ea), [sheet(-0.5, -0.5, 0.5, 0.5).translated(at + Vec3::Z * 0.0002)]);
    let bars = (0..14).map(|k| {
        let x = -0.42 + 0.06 * k as f32;
        sheet(x, -0.4, x + rng.range(0.012, 0.045), -0.08)
    });
    let lines = [0.3, 0.18, 0.06].map(|y| sheet(-0.42, y, 0.1 + y, y + 0.05));
    kit.add(
        "label_bars",
        &look("paper", 0x17171a),
        bars.chain(lines).map(|m| m.translated(at + Vec3::Z * 0.0005)).collect::<Vec<_>>(),
    );
    kit.hull_box(vec3(w, h, d), Vec3::ZERO);
    kit.finish()
}

/// An open plastic tote with rim and ribs.
pub(super) fn tote(variant: u32) -> Model {
    let mut rng = Rng::new("tote", variant);
    let (w, d) = cycle(&[(0.6, 0.4), (0.4, 0.3)], variant);
    let h = cycle(&[0.22, 0.17, 0.32, 0.12], variant) + rng.range(-0.01, 0.01);
    let (t, taper) = (0.004, 0.022);
    let loop_at = |inset: f32, y: f32| {
        let (x, z) = (w * 0.5 - inset, d * 0.5 - inset);
        let shape = rounded_outline(&[[-x, -z, 0.025], [x, -z, 0.025], [x, z, 0.025], [-x, z, 0.025]], 3, true);
        shape.into_iter().map(|p| vec3(p.x, y, -p.y)).collect::<Vec<_>>()
    };
    let lip = 0.012;
    let body = loft(
        &[
            loop_at(taper, 0.0),
            loop_at(lip, h - 0.02),
            loop_at(0.0, h - 0.02),
            loop_at(0.0, h - 0.001),
            loop_at(0.001, h),
            loop_at(lip + t - 0.001, h),
            loop_at(lip + t, h - 0.001),
            loop_at(taper + t, t),
        ],
        CREASE_DEG,
    );
    let plastic = look(
        "plastic",
        cycle(&[0x2f5f94, 0x8b8f92, 0xa3352b, 0x3d6b4c, 0x2a2d31, 0xc9a13a, 0x5f7f94, 0x7a5a8a], variant),
    )
    .rough(0.5);
    let mut kit = Kit::default();
    let mut ribs = Vec::new();
    for (half, off, a, n) in [(w, d, 0.0, 5), (d, w, 90.0, 3)] {
        for side in [0.0, 180.0] {
            for k in 0..n {
                let x = half * 0.8 * (k as f32 / (n - 1) as f32 - 0.5);
                let tall = h - 0.045;
                let m = rounded_box(vec3(0.007, tall, 0.008), 0.002, 1).deformed(CREASE_DEG, |p| {
                    let y = p.y + tall * 0.5 + 0.012;
                    vec3(p.x + x, y, p.z + off * 0.5 - taper + (taper - lip) * y / (h - 0.02) + 0.002)
                });
                ribs.push(yaw(m, a + side));
            }
        }
    }
    kit.add("body", &plastic, [body]);
    kit.add("ribs", &plastic, ribs);
    let card =
        [-1.0, 1.0].map(|s: f32| slab([0.001, h * 0.26, d * 0.3], [s * (w * 0.5 - lip + 0.004), h * 0.5, 0.0], 0.0));
    kit.add("card", &look("paper", 0xefece2), card);
    for (size, at, s) in
        [(vec3(w, h, lip), vec3(0.0, h * 0.5, d * 0.5), 0), (vec3(lip, h, d), vec3(w * 0.5, h * 0.5, 0.0), 1)]
    {
        for side in [-1.0, 1.0f32] {
            let (a, b) = (taper + 0.001, lip);
            let wall = |y: f32, inset: f32| {
                let (long, off) =
                    if s == 0 { (size.x * 0.5 - inset, at.z - inset) } else { (size.z * 0.5 - inset, at.x - inset) };
                [(-long, off), (long, off), (-long, off - t), (long, off - t)]
                    .map(|(l, o)| if s == 0 { vec3(l, y, o * side) } else { vec3(o * side, y, l) })
            };
            kit.hull_around(&[wall(0.0, a), wall(h - 0.02, b)].concat(), 16);
            let rim = if s == 0 {
                (vec3(w, 0.02, lip + t), vec3(0.0, h - 0.01, side * (d - lip - t) * 0.5))
            } else {
                (vec3(lip + t, 0.02, d), vec3(side * (w - lip - t) * 0.5, h - 0.01, 0.0))
            };
            kit.hull_box(rim.0, rim.1);
        }
    }
    kit.hull_box(vec3(w - 2.0 * taper, t, d - 2.0 * taper), Vec3::Y * t * 0.5);
    kit.finish()
}

/// A euro pallet, 1200 × 800 × 144 mm.
pub(super) fn pallet(variant: u32) -> Model {
    let mut rng = Rng::new("pallet", variant);
    let mut kit = Kit::default();
    let (mut light, mut dark, mut blocks) = (Vec::new(), Vec::new(), Vec::new());
    let mut plank = |kit: &mut Kit, size: [f32; 3], at: [f32; 3], solid: bool| {
        let warp = rng.range(-0.0012, 0.0);
        let m = slab([size[0], size[1] - 0.0006, size[2] + 2.0 * warp], at, 0.0022)
            .uv_shifted(rng.range(0.0, 3.0), rng.range(0.0, 3.0));
        if rng.chance(0.35) {
            dark.push(m)
        } else {
            light.push(m)
        }
        if solid {
            kit.hull_box(size.into(), at.into());
        }
    };
    for (z, wide) in [(-0.35, 0.1), (0.0, 0.145), (0.35, 0.1f32)] {
        plank(&mut kit, [1.2, 0.022, wide], [0.0, 0.011, z], true);
        for x in [-0.5275, 0.0, 0.5275f32] {
            let size = [0.145, 0.078, wide];
            blocks.push(slab(size, [x, 0.061, z], 0.0025).uv_shifted(x, z));
            kit.hull_box(size.into(), vec3(x, 0.061, z));
        }
    }
    for x in [-0.5275, 0.0, 0.5275f32] {
        // across: made lengthwise, then turned, so that the grain runs along
        plank(&mut kit, [0.145, 0.022, 0.8], [x, 0.111, 0.0], false);
    }
    for (z, wide) in [(-0.3275, 0.145), (-0.17, 0.1), (0.0, 0.145), (0.17, 0.1), (0.3275, 0.145f32)] {
        plank(&mut kit, [1.2, 0.022, wide], [0.0, 0.133, z], false);
    }
    kit.hull_box(vec3(1.2, 0.044, 0.8), Vec3::Y * 0.122);
    let (a, b) =
        cycle(&[(0xffffff, 0xdcc8b0), (0xcfc6bc, 0xa89f95), (0xf4e2c8, 0xd2b896), (0xb8aea2, 0x958b80)], variant);
    kit.add("planks", &look("pine_planks", a), light);
    kit.add("planks_dark", &look("pine_planks", b), dark);
    kit.add("blocks", &look("pine_planks", cycle(&[0xd8c0a0, 0xa89a8a], variant)), blocks);
    let mark = [0.0, 180.0].map(|a| {
        yaw(glyphs::text(cycle(&["EUR", "EPAL"], variant), 0.04, 0.007).translated(vec3(0.0, 0.061, 0.4005)), a)
    });
    let nails = (0..2).flat_map(|s| {
        [-0.5275, 0.0, 0.5275f32].into_iter().flat_map(move |x| {
            [-0.3275, 0.0, 0.3275].map(|z: f32| {
                let q = 0.03 * (2.0 * s as f32 - 1.0);
                slab([0.007, 0.0012, 0.007], [x + q, 0.1441, z + q], 0.0)
            })
        })
    });
    kit.add("nails", &look("galvanised_steel", 0x8c8c8c), nails);
    kit.add("label_brand", &look("paper", 0x3a2a1e), mark);
    kit.finish()
}

/// A pallet rack of one bay: two upright frames, beams and decks; the floor below may hold pallets.
pub(super) fn rack(variant: u32) -> Model {
    let mut rng = Rng::new("rack", variant);
    let (w, d) = (cycle(&[2.8, 1.9, 2.8, 3.4], variant), cycle(&[1.1, 0.9], variant / 2));
    let levels = 2 + variant as usize % 2;
    let first = rng.range(1.35, 1.6);
    let pitch = rng.range(1.15, 1.4);
    let h = first + pitch * (levels - 1) as f32 + rng.range(0.35, 0.8);
    let post = look("painted_metal", cycle(&[0x24456e, 0x4a5a62, 0x2f5a48, 0x7d8488], variant)).rough(0.45);
    let beam = look("painted_metal", cycle(&[0xc95f1e, 0xd98a1f, 0xc14b22, 0xd7a529], variant / 2)).rough(0.45);
    let mut kit = Kit::default();
    let (mut posts, mut holes, mut feet, mut beams, mut decks, mut pins) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (pw, pd) = (0.09, 0.07);
    for sx in [-1.0, 1.0f32] {
        let x = sx * (w - pw) * 0.5;
        for sz in [-1.0, 1.0f32] {
            let z = sz * (d - pd) * 0.5;
            posts.push(slab([pw, h - 0.006, pd], [x, h * 0.5 + 0.003, z], 0.006));
            kit.hull_box(vec3(pw, h, pd), vec3(x, h * 0.5, z));
            feet.push(slab([0.13, 0.008, 0.11], [x - sx * 0.02, 0.004, z - sz * 0.02], 0.001));
            let n = (h / 0.1) as usize;
            for k in 1..n {
                for q in [-1.0, 1.0] {
                    let m = glyphs::flat(&[
                        vec2(-0.007, -0.017),
                        vec2(0.007, -0.017),
                        vec2(0.009, 0.017),
                        vec2(-0.009, 0.017),
                    ]);
                    let m = m.translated(vec3(q * 0.02, 0.1 * k as f32, pd * 0.5 + 0.0005));
                    holes.push(yaw(m, if sz > 0.0 { 0.0 } else { 180.0 }).translated(vec3(x, 0.0, z)));
                }
            }
        }
        let n = (h / 0.6) as usize;
        let (z, step) = ((d - pd) * 0.5, (h - 0.3) / n as f32);
        for k in 0..n {
            let (y, s) = (0.15 + step * k as f32, if k % 2 == 0 { 1.0 } else { -1.0 });
            posts.push(rod(vec3(x, y, -s * z), vec3(x, y + step, s * z), 0.014, 6));
        }
        for y in [0.15, h - 0.12] {
            posts.push(slab([0.03, 0.03, d - 2.0 * pd + 0.01], [x, y, 0.0], 0.003));
        }
    }
    for k in 0..levels {
        let y = first + pitch * k as f32;
        for sz in [-1.0, 1.0f32] {
            let (size, at) = ([w - 2.0 * pw + 0.002, 0.12, 0.045], [0.0, y - 0.06, sz * (d * 0.5 - 0.03)]);
            beams.push(slab(size, at, 0.006));
            kit.hull_box(size.into(), at.into());
            for sx in [-1.0, 1.0] {
                beams.push(slab(
                    [0.008, 0.2, 0.06],
                    [sx * (w * 0.5 - pw - 0.003), y - 0.07, sz * (d * 0.5 - 0.032)],
                    0.002,
                ));
                pins.push(slab(
                    [0.02, 0.02, 0.008],
                    [sx * (w * 0.5 - pw * 0.6), y - 0.04, sz * (d * 0.5 + 0.001)],
                    0.002,
                ));
            }
        }
        let n = (w / 0.45) as usize;
        let each = (w - 2.0 * pw) / n as f32;
        for i in 0..n {
            let x = each * (i as f32 + 0.5) - (w - 2.0 * pw) * 0.5;
            decks.push(
                slab([each - 0.006, 0.018, d - 0.06], [x, y + 0.006, 0.0], 0.003)
                    .uv_shifted(0.7 * i as f32, 0.3 * k as f32),
            );
        }
        kit.hull_box(vec3(w - 2.0 * pw, 0.018, d - 0.06), Vec3::Y * (y + 0.006));
    }
    kit.add("uprights", &post, posts);
    kit.add("label_holes", &look("painted_metal", 0x0f1216).rough(0.9), holes);
    kit.add("feet", &look("galvanised_steel", 0xffffff), feet);
    kit.add("beams", &beam, beams);
    let deck = if variant.is_multiple_of(2) { look("plywood", 0xeadbc8) } else { look("galvanised_steel", 0xffffff) };
    kit.add("decks", &deck, decks);
    kit.add("pins", &look("painted_metal", 0xd9c23a), pins);
    let plates: Vec<MeshData> = (0..levels)
        .map(|k| slab([0.16, 0.07, 0.002], [w * 0.22, first + pitch * k as f32 - 0.06, d * 0.5 - 0.007], 0.0))
        .collect();
    kit.add("plates", &look("paper", 0xf0ead2), plates);
    kit.finish()
}
