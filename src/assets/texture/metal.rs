//! Metals: painted, rusty, brushed and zinc-coated steel.

use super::TextureSet;
use super::noise::{Cx, hash, lerp, smooth, unit, wave};
use super::paint::{Finish, Pixel, mix, render, scratches, signed, srgb, stamp, times};

/// Paint on steel: new, used, chipped, peeling with rust.
pub(super) fn painted(cx: &Cx) -> TextureSet {
    let wear = [0.12, 0.45, 0.8, 1.0][cx.variant];
    let cloud = cx.fbm(1, 2, 2, 4, 0.55);
    let peel = cx.fbm(2, 56, 56, 2, 0.5);
    let ragged = cx.fbm(3, 12, 12, 5, 0.7);
    let mut deep = cx.flat(0.0);
    scratches(cx, 4, &mut deep, [5, 26, 48, 36][cx.variant], 0.5, 0.0009);
    let mut light = cx.flat(0.0);
    scratches(cx, 5, &mut light, [30, 130, 200, 160][cx.variant], 0.35, 0.0004);
    let mut chip = cx.flat(0.0);
    let mut rng = cx.rng(6);
    let n = cx.n as f32;
    for _ in 0..[4, 28, 110, 90][cx.variant] {
        let big = rng.unit();
        let (s, c) = rng.direction();
        let long = rng.range(0.35, 0.9);
        let r = n * lerp(0.002, [0.004, 0.008, 0.02, 0.03][cx.variant], big * big * big);
        let (x, y) = (rng.unit() * n, rng.unit() * n);
        stamp(cx.n, x, y, r * 2.0 + 2.0, |i, dx, dy| {
            let (a, b) = (dx * c + dy * s, (dy * c - dx * s) / long);
            let d = (a * a + b * b).sqrt() - r * (0.75 + 1.15 * ragged[i]);
            chip[i] = chip[i].max((0.5 - d * 0.7).clamp(0.0, 1.0));
        });
    }
    let rusts = cx.variant == 3;
    let spread = cx.blur(&chip, 0.012);
    let rust_noise = cx.fbm(7, 20, 20, 4, 0.7);
    let run = cx.fbm(8, 40, 3, 2, 0.5);
    let grain = cx.fbm(9, 8, 128, 2, 0.8);
    let (steel, rust, deep_rust) = (srgb(0xc6c4c0), srgb(0x8a4a24), srgb(0x4d2a1a));
    render(cx, &Finish { tinted: true, ..Finish::natural(0.6, 0.002) }, |i, _, _| {
        let cut = smooth(0.45, 0.75, deep[i]);
        let bare = chip[i].max(cut);
        let tone = 0.95 + 0.015 * peel[i] - 0.035 * wear * smooth(0.0, 1.0, cloud[i] + 0.3 * ragged[i]);
        let mut color = [tone; 3];
        color = times(color, 1.0 - 0.05 * light[i]);
        // Primer shows around a chip.
        let primer = smooth(0.05, 0.4, bare) * (1.0 - smooth(0.5, 0.9, bare));
        color = mix(color, [0.62, 0.6, 0.58], 0.7 * primer);
        color = mix(color, times(steel, 1.0 + 0.07 * grain[i]), smooth(0.4, 0.9, bare));
        let mut metal = smooth(0.4, 0.8, bare);
        let mut rough = 0.3 + 0.12 * wear + 0.05 * cloud[i] + 0.12 * light[i];
        rough = lerp(rough, 0.36 + 0.06 * grain[i], metal);
        let mut height = 0.012 * peel[i] - 0.16 * bare - 0.012 * light[i];
        if rusts {
            let rusted = smooth(0.25, 0.75, bare) * smooth(-0.45, 0.25, rust_noise[i]);
            let stain =
                smooth(0.03, 0.5, spread[i] + 0.1 * run[i] * smooth(0.01, 0.1, spread[i])) * (1.0 - rusted) * 0.5;
            color = mix(color, mix(rust, deep_rust, smooth(-0.3, 0.8, rust_noise[i])), rusted);
            color = mix(color, [0.62, 0.4, 0.26], stain);
            metal *= 1.0 - rusted;
            rough = lerp(rough, 0.85, rusted.max(0.5 * stain));
            height += (0.12 + 0.1 * rust_noise[i]) * rusted;
        }
        Pixel { metal, ..Pixel::new(color, height, rough) }
    })
}

/// Rust on steel: first patches, pitted, full scale, dark and flaking.
pub(super) fn rusty(cx: &Cx) -> TextureSet {
    let cover = [-0.45, 0.05, 0.75, 1.4][cx.variant];
    let cloud = cx.fbm(1, 3, 3, 6, 0.62);
    let other = cx.fbm(2, 4, 4, 4, 0.6);
    let fine = cx.fbm(3, 48, 48, 3, 0.8);
    let grit = cx.white(4);
    let patch = cx.warp(&cx.shear(&cloud), &other, &cx.fbm(8, 5, 5, 3, 0.6), 0.06);
    let flakes = cx.cells(5, 26, 26, 1.0);
    let flake_edge = cx.warp(&flakes.edge, &other, &fine, 0.008);
    let run = cx.fbm(6, 36, 2, 4, 0.6);
    let brush = cx.fbm(7, 6, 128, 2, 0.8);
    let steel = srgb(0x9c9a98);
    let tones = [
        [0xa5562a, 0x6f3a22, 0xc77b3d, 0x37241d],
        [0x9a4d26, 0x65331e, 0xc06f35, 0x2f1f1a],
        [0x8f4524, 0x5d2f1d, 0xb5652f, 0x3a231a],
        [0x6b3d2a, 0x43291f, 0x97592f, 0x241a17],
    ];
    let [orange, brown, bright, black] = tones[cx.variant].map(srgb);
    render(cx, &Finish::natural(0.8, 0.004), |i, _, _| {
        let amount = patch[i] * 1.1 + cover + 0.25 * fine[i] + 0.12 * run[i];
        let rust = smooth(-0.12, 0.25, amount);
        let thick = smooth(0.3, 1.5, amount);
        let flake = smooth(0.5, 1.2, other[i] * 0.7 + thick) * smooth(0.02, 0.1, flake_edge[i]);
        let mut color = mix(orange, brown, smooth(-0.6, 0.8, other[i] + 0.5 * fine[i]));
        color = mix(color, bright, 0.65 * smooth(0.25, 1.0, fine[i] - 0.5 * patch[i] + 0.25 * run[i]));
        color = mix(color, black, 0.6 * thick * smooth(0.0, 1.1, cloud[i] - 0.4 * fine[i]));
        color = times(color, 1.0 + 0.13 * grit[i] + 0.16 * fine[i]);
        color = mix(color, times(color, 0.65 + 0.5 * unit(flakes.id[i])), 0.6 * flake);
        let fringe = smooth(-0.5, 0.0, amount) * (1.0 - rust);
        let bare = times(mix(steel, orange, 0.5 * fringe), 1.0 + 0.06 * brush[i]);
        let rust_height = 0.22 * fine[i] + 0.3 * thick + 0.35 * flake * unit(hash(flakes.id[i])) + 0.06 * grit[i];
        Pixel {
            metal: (1.0 - rust) * (1.0 - 0.5 * fringe),
            ..Pixel::new(
                mix(bare, color, rust),
                lerp(0.012 * brush[i], rust_height, rust),
                lerp(0.4 + 0.08 * brush[i] + 0.2 * fringe, 0.88 + 0.05 * fine[i], rust),
            )
        }
    })
}

/// Stainless steel: hairline, coarse brush, used with scratches, smeared with fingermarks.
pub(super) fn brushed(cx: &Cx) -> TextureSet {
    let n = cx.n;
    let coarse = cx.fbm(1, 2, 60, 2, 0.8);
    let fine = cx.fbm(2, 4, n / 2, 1, 1.0);
    let short = cx.fbm(3, 14, n / 2, 1, 1.0);
    let mid = cx.fbm(4, 7, n / 4, 1, 1.0);
    let cloud = cx.fbm(5, 2, 3, 4, 0.55);
    let mut scratch = cx.flat(0.0);
    scratches(cx, 6, &mut scratch, [2, 8, 60, 20][cx.variant], 0.3, 0.0005);
    let smear = cx.fbm(7, 4, 5, 4, 0.5);
    let color = srgb([0xcbc9c6, 0xc2c2c3, 0xc6c3be, 0x9d9c9b][cx.variant]);
    let depth = [0.6, 1.3, 0.8, 0.7][cx.variant];
    render(cx, &Finish::natural(0.3, 0.0), |i, _, _| {
        let line = 0.45 * fine[i] + 0.4 * short[i] + 0.5 * mid[i] + 0.3 * coarse[i];
        let film = smooth(-0.4, 1.2, smear[i]) * [0.15, 0.1, 0.3, 1.0][cx.variant];
        let tone = 1.0 + 0.055 * line * depth + 0.02 * cloud[i] - 0.07 * film + 0.06 * scratch[i];
        let rough = 0.3 + 0.075 * line * depth + 0.03 * cloud[i] + 0.13 * film + 0.08 * scratch[i];
        Pixel { metal: 1.0, ..Pixel::new(times(color, tone), 0.009 * depth * line - 0.01 * scratch[i], rough) }
    })
}

/// Zinc: large bright spangles, small ones, weathered, white-rusted.
pub(super) fn galvanised(cx: &Cx) -> TextureSet {
    let count = [11, 24, 15, 18][cx.variant];
    let cells = cx.cells(1, count, count, 1.0);
    let wobble = cx.fbm(2, 30, 30, 3, 0.6);
    let cloud = cx.fbm(3, 2, 2, 5, 0.55);
    let fine = cx.fbm(4, 90, 90, 2, 0.8);
    let spot = cx.fbm(5, 22, 22, 4, 0.65);
    let (light, dark) = (srgb(0xc9ced2), srgb(0x8b9197));
    let aged = [0.1, 0.2, 0.7, 0.5][cx.variant];
    let corroded = [0.0, 0.05, 0.25, 0.9][cx.variant];
    render(cx, &Finish::natural(0.4, 0.0), |i, u, v| {
        let id = cells.id[i];
        // Each crystal has feathered lines in a direction of its own, a whole number of waves to a tile.
        let (a, b) = (signed(id, 1), signed(id, 2));
        let waves = |x: f32| (x * 60.0) as i32 as f32;
        let feather = wave(u * waves(a) + v * waves(b) + 0.6 * wobble[i]) * 0.6
            + wave(u * waves(-b) * 2.0 + v * waves(a) * 2.0 + 0.8 * wobble[i]) * 0.4;
        let tone =
            0.5 + 0.33 * signed(id, 3) * (1.0 - 0.5 * aged) + 0.06 * feather + 0.09 * wobble[i] + 0.08 * cloud[i];
        let border = smooth(0.05, 0.0, cells.edge[i] + 0.02 * wobble[i]);
        let mut color = mix(dark, light, tone.clamp(0.0, 1.0));
        color = times(color, 1.0 - 0.09 * border);
        let white = corroded * smooth(0.35, 0.95, spot[i] + 0.5 * cloud[i]);
        let grey = aged * smooth(-0.5, 0.8, cloud[i]);
        color = mix(color, srgb(0x9b9d9e), 0.5 * grey);
        color = mix(color, srgb(0xc4c5c1), 0.85 * white);
        let height = 0.005 * feather + 0.05 * signed(id, 6) * cells.edge[i] + 0.006 * fine[i] + 0.03 * white * spot[i];
        let rough = 0.33 + 0.11 * signed(id, 7) + 0.05 * feather + 0.16 * grey + 0.4 * white + 0.06 * border;
        Pixel { metal: 1.0 - 0.8 * white, ..Pixel::new(color, height, rough) }
    })
}
