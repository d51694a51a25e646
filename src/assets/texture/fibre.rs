//! Woven cloth, carpet and leather.

use super::TextureSet;
use super::noise::{Cx, floor, fract, hash, hash2, lerp, smooth, unit, wave, wrap};
use super::paint::{Finish, Pixel, Rgb, crossing, mix, render, scratches, signed, srgb, times};

/// Cloth: plain weave, twill, slubby linen, basket weave.
pub(super) fn fabric(cx: &Cx) -> TextureSet {
    let count = [56_i32, 64, 52, 72][cx.variant];
    let wander = [0.12, 0.08, 0.3, 0.12][cx.variant];
    let across = cx.fbm(1, 10, 6, 3, 0.5);
    let down = cx.fbm(2, 6, 10, 3, 0.5);
    let cloud = cx.fbm(3, 2, 2, 4, 0.55);
    let fuzz = cx.fbm(4, 128, 128, 2, 0.9);
    let grit = cx.white(5);
    // How thick each thread is along its length.
    let weft_slub = cx.fbm(6, 5, 56, 1, 1.0);
    let warp_slub = cx.fbm(7, 56, 5, 1, 1.0);
    let seed = cx.seed(8);
    render(cx, &Finish::tinted(0.08, 0.0012), |i, u, v| {
        let x = u * count as f32 + wander * across[i];
        let y = v * count as f32 + wander * down[i];
        let (cx_, cy_) = (wrap(floor(x), count), wrap(floor(y), count));
        let (fx, fy) = (fract(x) - 0.5, fract(y) - 0.5);
        // Does the warp thread (along v) lie on top here, and how far is the crossing along its float?
        let up = match cx.variant {
            1 => (cx_ + cy_) & 3 < 2,
            3 => ((cx_ >> 1) + (cy_ >> 1)) & 1 == 0,
            _ => (cx_ + cy_) & 1 == 0,
        };
        let (aside, along, slub, name) =
            if up { (fx, fy, warp_slub[i], cx_) } else { (fy, fx, weft_slub[i], cy_ + 977) };
        let float = match cx.variant {
            1 => {
                let step = (cx_ + cy_) & 3;
                let at = if up { step } else { step - 2 } as f32;
                // Two crossings long.
                (at + along + 0.5) * 0.5 - 0.5
            }
            3 => {
                let second = if up { cy_ & 1 } else { cx_ & 1 } as f32;
                (second + along + 0.5) * 0.5 - 0.5
            }
            _ => along,
        };
        let id = hash2(seed, name as u32, u32::from(up));
        let thick = 0.46 + 0.05 * slub * (0.4 + wander * 3.0) + 0.03 * signed(id, 1);
        let round = (1.0 - (aside / thick) * (aside / thick)).max(0.0).sqrt();
        let arch = (1.0 - 3.2 * float * float).max(0.0);
        let twist = wave(along * 1.5 + aside * 1.2 + unit(id));
        let height = round * (0.35 + 0.65 * arch);
        let gap = smooth(0.45, 0.0, round);
        let tone = 0.95 - 0.24 * gap - 0.1 * (1.0 - arch)
            + 0.025 * twist
            + 0.03 * fuzz[i]
            + 0.02 * grit[i]
            + 0.03 * signed(id, 2)
            + 0.025 * cloud[i]
            + if up { 0.0 } else { -0.02 };
        let rough = 0.85 + 0.05 * fuzz[i] + 0.05 * gap;
        Pixel {
            open: 1.0 - 0.5 * gap,
            ..Pixel::new(
                [tone, tone * 0.995, tone * 0.985],
                0.42 * height + 0.02 * twist * round + 0.015 * fuzz[i],
                rough,
            )
        }
    })
}

/// Carpet: grey loops, berber flecks, deep cut pile, stair runner with bands.
pub(super) fn carpet(cx: &Cx) -> TextureSet {
    let palettes: [[u32; 4]; 4] = [
        [0x6f7277, 0x5b5e63, 0x83868a, 0x4a4c50],
        [0xbfae93, 0xa8957a, 0xd5c8b0, 0x6f5b46],
        [0x7a2f33, 0x692529, 0x8c3d3f, 0x551d21],
        [0x39527a, 0x2c4064, 0x4d6890, 0xb79a5c],
    ];
    let palette: [Rgb; 4] = palettes[cx.variant].map(srgb);
    let cut = cx.variant == 2;
    let count = [64, 52, 72, 64][cx.variant];
    let jitter = [0.55, 0.7, 1.0, 0.6][cx.variant];
    let tufts = cx.cells(1, count, count, jitter);
    let cloud = cx.fbm(2, 2, 2, 4, 0.5);
    let pile = cx.fbm(3, 5, 5, 4, 0.6);
    let strand = cx.fbm(4, 120, 120, 2, 0.9);
    let grit = cx.white(5);
    render(cx, &Finish::natural(0.4, 0.004), |i, u, v| {
        let id = tufts.id[i];
        let t = unit(hash(id));
        let mut yarn = if t < 0.55 {
            mix(palette[0], palette[1], t / 0.55)
        } else {
            mix(palette[0], palette[2], (t - 0.55) / 0.45)
        };
        match cx.variant {
            1 if unit(id) > 0.86 => yarn = palette[3],
            3 => {
                let band = fract(v * 4.0 + 0.01 * signed(id, 1));
                let key = floor(u * 16.0) & 1 == 1;
                if (0.08..0.14).contains(&band) || (0.34..0.4).contains(&band) || (band > 0.18 && band < 0.3 && key) {
                    yarn = mix(yarn, palette[3], 0.85);
                }
            }
            _ => {}
        }
        let dome = (1.0 - 1.6 * tufts.near[i] * tufts.near[i]).max(0.0);
        let gap = smooth(0.16, 0.0, tufts.edge[i]);
        let twist = wave((u * signed(id, 2) + v * signed(id, 3)) * 260.0 + 0.4 * strand[i]);
        let fibre =
            if cut { 0.2 * strand[i] + 0.16 * grit[i] } else { 0.1 * twist + 0.12 * strand[i] + 0.08 * grit[i] };
        let brushed = 0.12 * cloud[i] + 0.1 * pile[i] * if cut { 1.6 } else { 0.5 };
        let shade = (0.62 + 0.38 * dome) * (1.0 - 0.4 * gap) * (1.0 + fibre + brushed + 0.08 * signed(id, 4));
        let height =
            2.0 * dome * (0.8 + 0.2 * unit(id)) + 0.25 * strand[i] + 0.12 * grit[i] + 0.12 * twist + 0.8 * pile[i];
        Pixel {
            open: (0.55 + 0.45 * dome) * (1.0 - 0.3 * gap),
            ..Pixel::new(times(yarn, shade * 1.15), height, 0.95 - 0.04 * dome)
        }
    })
}

/// Leather: fine grain, pebbled, creased and worn, suede.
pub(super) fn leather(cx: &Cx) -> TextureSet {
    let count = [52, 30, 44, 60][cx.variant];
    let (a, b) = (cx.fbm(1, 8, 8, 3, 0.55), cx.fbm(2, 8, 8, 3, 0.55));
    let cells = cx.cells(3, count, count, 1.0);
    let edge = cx.warp(&cells.edge, &a, &b, 0.012);
    let pores = cx.fbm(4, 96, 96, 2, 0.6);
    let cloud = cx.fbm(5, 2, 2, 5, 0.55);
    let nap = cx.fbm(6, 110, 110, 2, 0.9);
    let grit = cx.white(7);
    let c = cx.fbm(8, 3, 3, 4, 0.6);
    let folds = crossing(cx, &cx.fbm(10, 4, 9, 3, 0.4));
    let mut scuff = cx.flat(0.0);
    scratches(cx, 11, &mut scuff, [6, 4, 60, 10][cx.variant], 0.25, 0.0008);
    let suede = cx.variant == 3;
    let depth = [0.1, 0.26, 0.12, 0.0][cx.variant];
    render(cx, &Finish::tinted(0.2, 0.002), |i, _, _| {
        let crease = smooth(0.0055, 0.0, folds[i]) * smooth(-0.5, 0.4, cloud[i]);
        let crease = crease * [0.35, 0.25, 1.0, 0.0][cx.variant];
        if suede {
            let lie = smooth(-0.8, 0.8, cloud[i] + 0.4 * c[i]);
            let tone = 0.89 + 0.05 * lie + 0.04 * nap[i] + 0.03 * grit[i];
            return Pixel::new(
                [tone, tone * 0.985, tone * 0.965],
                0.035 * nap[i] + 0.02 * grit[i] + 0.05 * cloud[i],
                0.95,
            );
        }
        let pebble = smooth(0.0, 0.26, edge[i]);
        let pore = smooth(0.35, 0.9, pores[i]);
        let worn = [0.1, 0.1, 0.8, 0.0][cx.variant] * smooth(0.1, 1.0, c[i]);
        let mut tone = 0.95 - 0.1 * (1.0 - pebble) - 0.04 * pore - 0.1 * crease + 0.025 * cloud[i];
        tone = lerp(tone, 0.98, 0.5 * worn * pebble) + 0.05 * scuff[i];
        let height = depth * pebble - 0.02 * pore - 0.28 * crease + 0.006 * nap[i] + 0.1 * cloud[i] - 0.03 * scuff[i];
        let rough = 0.46 + 0.14 * (1.0 - pebble) + 0.05 * cloud[i] + 0.12 * worn + 0.1 * crease + 0.1 * scuff[i];
        Pixel::new([tone, tone * 0.99, tone * 0.975], height, rough)
    })
}
