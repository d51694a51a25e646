//! Sheets and skins: cardboard, paper, fruit skin, smudged glass.

use super::TextureSet;
use super::field::Field;
use super::noise::{Cx, lerp, smooth, wave};
use super::paint::{Finish, Pixel, Stroke, cover, mix, render, scratches, smooth_ends, srgb, stamp, stroke, times};

/// Adds `count` short curled fibres, half of them negative.
fn fibres(cx: &Cx, k: u32, count: usize, length: f32, half: f32) -> Field {
    let mut out = cx.flat(0.0);
    let mut rng = cx.rng(k);
    for _ in 0..count {
        let (s, c) = rng.direction();
        let reach = length * rng.range(0.3, 1.0);
        let strength = rng.range(-1.0, 1.0);
        let line = Stroke {
            from: (rng.unit(), rng.unit()),
            along: (c * reach, s * reach),
            bend: rng.range(-0.3, 0.3) * reach,
            half,
        };
        stroke(cx.n, &line, |i, t, d| out[i] += strength * cover(d) * smooth_ends(t));
    }
    out
}

/// Kraft board: its flutes run along v.
pub(super) fn cardboard(cx: &Cx) -> TextureSet {
    let palettes = [(0xb58a5c, 0x7d5a37), (0xa67c52, 0x6f4d2d), (0xc49c6d, 0x8d6a45), (0x9d7f60, 0x5f4935)];
    let (ground, dark) = palettes[cx.variant];
    let (ground, dark, pale) = (srgb(ground), srgb(dark), srgb(0xdcc09a));
    let recycled = [0.3, 0.6, 0.2, 1.0][cx.variant];
    let flutes = [42.0, 60.0, 42.0, 60.0][cx.variant];
    let depth = [0.055, 0.035, 0.07, 0.045][cx.variant];
    let cloud = cx.fbm(1, 3, 3, 4, 0.55);
    let mottle = cx.fbm(2, 40, 28, 3, 0.8);
    let fibre = fibres(cx, 3, 2600, 0.02, 0.0008);
    let dust = cx.white(4);
    let mut crease = cx.flat(0.0);
    scratches(cx, 5, &mut crease, [3, 10, 0, 16][cx.variant], 0.5, 0.0016);
    let speck = cx.fbm(6, 120, 120, 2, 0.6);
    render(cx, &Finish::natural(0.3, 0.002), |i, u, _| {
        let flute = wave((u + 0.0006 * cloud[i]) * flutes);
        let tone = 0.05 * cloud[i] + 0.05 * mottle[i] + 0.045 * fibre[i] + 0.03 * dust[i] + 0.022 * flute;
        let mut color = times(ground, 1.0 + 1.2 * tone);
        color = mix(color, pale, (0.16 * fibre[i]).clamp(0.0, 0.35));
        color = mix(color, dark, (recycled * smooth(0.75, 1.1, speck[i]) * 0.6).min(0.7));
        color = mix(color, dark, 0.18 * smooth(0.3, 1.1, cloud[i]));
        color = mix(color, times(pale, 0.9), 0.4 * crease[i]);
        let height = depth * flute + 0.014 * mottle[i] + 0.016 * fibre[i] - 0.1 * crease[i];
        Pixel::new(color, height, 0.82 + 0.05 * mottle[i] - 0.05 * smooth(0.2, 1.0, flute))
    })
}

/// Paper: smooth, laid, crumpled, or rough water-colour stock.
pub(super) fn paper(cx: &Cx) -> TextureSet {
    let cloud = cx.fbm(1, 4, 4, 4, 0.6);
    let pulp = cx.fbm(2, 60, 60, 3, 0.8);
    let fibre = fibres(cx, 3, 2200, 0.03, 0.0009);
    let grain = cx.fbm(4, 110, 110, 2, 0.7);
    // Creases: the borders between flat facets, each of which leans its own way.
    let crumpled = cx.variant == 2;
    let facets = cx.cells(5, 5, 5, 1.0);
    let small = cx.cells(6, 11, 11, 1.0);
    let tint = [[1.0, 0.995, 0.985], [1.0, 0.98, 0.945], [1.0, 1.0, 1.0], [0.99, 0.985, 0.97]][cx.variant];
    let fold = if crumpled { cx.blur(&facets.near, 0.004) } else { cx.flat(0.0) };
    render(cx, &Finish::tinted(0.2, if crumpled { 0.006 } else { 0.0 }), |i, u, v| {
        let tone = 0.955 + 0.018 * cloud[i] + 0.014 * pulp[i] + 0.016 * fibre[i];
        let mut height = 0.006 * pulp[i] + 0.006 * fibre[i];
        let mut tone = tone;
        match cx.variant {
            1 => {
                let laid = wave(v * 100.0);
                let chain = smooth(0.97, 1.0, wave(u * 8.0 + 0.01 * cloud[i]));
                height += 0.012 * laid + 0.02 * chain;
                tone += 0.008 * laid - 0.02 * chain;
            }
            2 => {
                let crease = smooth(0.05, 0.0, facets.edge[i]) + 0.5 * smooth(0.06, 0.0, small.edge[i]);
                height += 2.2 * fold[i] + 0.8 * small.near[i] + 0.06 * crease;
                tone -= 0.05 * crease;
            }
            3 => height += 0.05 * grain[i] + 0.03 * cloud[i],
            _ => {}
        }
        Pixel::new(times(tint, tone), height, 0.86 + 0.04 * pulp[i])
    })
}

/// Fruit: apple, orange, pear, banana; near white, for a tint.
pub(super) fn fruit_skin(cx: &Cx) -> TextureSet {
    let n = cx.n as f32;
    let cloud = cx.fbm(1, 3, 3, 4, 0.55);
    let streak = cx.fbm(2, 40, 3, 3, 0.6);
    let fine = cx.fbm(3, 64, 64, 3, 0.7);
    let mut spot = cx.flat(0.0);
    let mut rng = cx.rng(4);
    let (count, radius) = [(420, 0.004), (0, 0.0), (2600, 0.0035), (170, 0.007)][cx.variant];
    for _ in 0..count {
        let r = n * radius * rng.range(0.4, 1.0) * rng.range(0.6, 1.4);
        let strength = rng.range(0.4, 1.0);
        let long = if cx.variant == 3 { rng.range(0.3, 0.9) } else { 1.0 };
        stamp(cx.n, rng.unit() * n, rng.unit() * n, r + 1.5, |i, dx, dy| {
            let d = (dx * dx / (long * long) + dy * dy).sqrt() - r;
            spot[i] = spot[i].max(strength * (0.7 - d).clamp(0.0, 1.0));
        });
    }
    let dimples = cx.cells(5, 46, 46, 0.9);
    let mut scuff = cx.flat(0.0);
    scratches(cx, 6, &mut scuff, [10, 4, 14, 30][cx.variant], 0.12, 0.0012);
    render(cx, &Finish::tinted(0.12, 0.001), |i, _, _| {
        let (color, height, rough) = match cx.variant {
            0 => {
                let tone = 0.9 + 0.05 * streak[i] + 0.04 * cloud[i] - 0.025 * fine[i].abs();
                let flush = smooth(-0.2, 0.9, streak[i] + 0.6 * cloud[i]);
                let color = mix([tone, tone * 0.985, tone * 0.96], [1.0, 0.8, 0.72], 0.32 * flush);
                (mix(color, [1.0, 0.97, 0.88], 0.75 * spot[i]), 0.012 * cloud[i] + 0.012 * spot[i], 0.3 + 0.1 * spot[i])
            }
            1 => {
                let pit = smooth(0.42, 0.0, dimples.near[i]);
                let tone = 0.95 + 0.04 * cloud[i] - 0.1 * pit + 0.02 * fine[i];
                ([tone, tone * 0.97, tone * 0.9], 0.12 * cloud[i] - 0.34 * pit + 0.02 * fine[i], 0.38 + 0.12 * pit)
            }
            2 => {
                let russet = smooth(0.3, 1.0, cloud[i] + 0.45 * fine[i]);
                let tone = 0.93 + 0.04 * cloud[i] + 0.02 * fine[i];
                let color = mix([tone, tone * 0.98, tone * 0.92], [0.72, 0.52, 0.34], 0.55 * russet);
                (mix(color, [0.62, 0.46, 0.32], 0.6 * spot[i]), 0.02 * fine[i] + 0.03 * spot[i], 0.42 + 0.2 * russet)
            }
            _ => {
                let bruise = smooth(0.65, 1.15, cloud[i] + 0.25 * streak[i]);
                let tone = 0.95 + 0.03 * cloud[i] + 0.025 * streak[i];
                let color =
                    mix([tone, tone * 0.98, tone * 0.9], [0.42, 0.3, 0.22], (0.8 * spot[i] + 0.5 * bruise).min(0.9));
                (color, 0.03 * streak[i] + 0.02 * cloud[i] - 0.02 * spot[i], 0.46 + 0.12 * bruise + 0.04 * fine[i])
            }
        };
        let color = mix(color, [0.78, 0.66, 0.52], 0.4 * scuff[i]);
        Pixel::new(color, height - 0.02 * scuff[i], rough + 0.15 * scuff[i])
    })
}

/// The whorls of a finger on a field: 1 where a ridge left grease.
fn fingerprint(
    cx: &Cx,
    out: &mut Field,
    wobble: &Field,
    place: (f32, f32),
    turn: (f32, f32),
    size: f32,
    strength: f32,
) {
    let (s, c) = turn;
    let r = size * cx.n as f32;
    stamp(cx.n, place.0 * cx.n as f32, place.1 * cx.n as f32, r * 1.3, |i, dx, dy| {
        let (x, y) = ((dx * c + dy * s) / r, (dy * c - dx * s) / r);
        let inside = smooth(1.0, 0.72, (x * x * 1.7 + y * y).sqrt() + 0.12 * wobble[i]);
        if inside > 0.0 {
            let (lx, ly) = (x, y + 0.25);
            let round = (lx * lx * 1.6 + ly * ly * if ly < 0.0 { 1.0 } else { 0.35 }).sqrt();
            let ridge = smooth(-0.35, 0.35, wave(round * 11.0 + 0.3 * wobble[i]));
            out[i] = out[i].max(inside * strength * lerp(0.25, 1.0, ridge));
        }
    });
}

/// Clear glass: clean, fingerprints, wiped, dusty.
pub(super) fn glass(cx: &Cx) -> TextureSet {
    let cloud = cx.fbm(1, 3, 3, 5, 0.6);
    let wobble = cx.fbm(2, 16, 16, 2, 0.5);
    let swirl = cx.fbm(3, 2, 2, 2, 0.5);
    let wiped = cx.warp(&cx.fbm(4, 4, 90, 3, 0.7), &swirl, &swirl, 0.12);
    let mut print = cx.flat(0.0);
    let mut rng = cx.rng(5);
    for _ in 0..[2, 11, 3, 4][cx.variant] {
        let (place, turn) = ((rng.unit(), rng.unit()), rng.direction());
        let (size, strength) = (rng.range(0.034, 0.045), rng.range(0.4, 1.0));
        fingerprint(cx, &mut print, &wobble, place, turn, size, strength);
    }
    let mut dust = cx.flat(0.0);
    for _ in 0..[150, 250, 200, 1500][cx.variant] {
        let (x, y) = (rng.unit() * cx.n as f32, rng.unit() * cx.n as f32);
        let (r, strength) = (rng.range(0.3, 1.1), rng.range(0.2, 1.0));
        stamp(cx.n, x, y, r + 1.0, |i, dx, dy| {
            let value: f32 = (r + 0.5 - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0) * strength;
            dust[i] = dust[i].max(value);
        });
    }
    let mut hair = cx.flat(0.0);
    scratches(cx, 6, &mut hair, [3, 5, 10, 8][cx.variant], 0.2, 0.0006);
    let (haze, wipe) = ([0.25, 0.4, 0.3, 0.8][cx.variant], [0.1, 0.2, 1.0, 0.3][cx.variant]);
    render(cx, &Finish::tinted(0.3, 0.0), |i, _, _| {
        let smear = wipe * smooth(0.1, 0.9, wiped[i] + 0.3 * cloud[i]);
        let film = haze * smooth(0.0, 1.0, cloud[i]);
        let dirt = (0.5 * film + 0.5 * smear + print[i]).min(1.0);
        let color = times([0.985, 0.995, 0.99], 1.0 - 0.035 * dirt - 0.07 * dust[i] - 0.02 * hair[i]);
        let rough = 0.05 + 0.09 * film + 0.13 * smear + 0.22 * print[i] + 0.4 * dust[i] + 0.1 * hair[i];
        Pixel::new(color, 0.02 * swirl[i] - 0.002 * hair[i], rough)
    })
}
