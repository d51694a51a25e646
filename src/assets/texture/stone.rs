//! Polished stone: marble and terrazzo.

use super::TextureSet;
use super::noise::{Cx, Rng, lerp, smooth, unit};
use super::paint::{Finish, Pixel, Rgb, crossing, mix, render, signed, srgb, stamp, times};

/// Marble: white with grey veins, black with white, green, beige breccia.
pub(super) fn marble(cx: &Cx) -> TextureSet {
    let palettes = [
        [0xe9e7e3, 0xc9c8c7, 0x77797c, 0xb9a78a],
        [0x2a2a2d, 0x353437, 0xd8d2c6, 0xa88f66],
        [0x3d5c4b, 0x2c4438, 0xa9bfa9, 0x1f2d27],
        [0xd8c4a4, 0xc4a985, 0x8d6a49, 0xeadfcb],
    ];
    let [ground, cloudy, vein, accent] = palettes[cx.variant].map(srgb);
    let (a, b) = (cx.fbm(1, 2, 2, 5, 0.52), cx.fbm(2, 2, 2, 5, 0.52));
    let strength = [0.16, 0.12, 0.2, 0.1][cx.variant];
    let broad = cx.shear(&cx.warp(&cx.fbm(3, 2, 3, 4, 0.5), &a, &b, strength));
    let main = cx.shear(&cx.warp(&cx.fbm(4, 2, 4, 2, 0.4), &b, &a, strength));
    let vein_far = crossing(cx, &main);
    let thin = crossing(cx, &cx.warp(&cx.fbm(5, 5, 7, 2, 0.4), &a, &b, strength * 0.7));
    let cells = cx.cells(6, 6, 6, 1.0);
    let breccia = cx.warp(&cells.edge, &a, &b, 0.05);
    let fine = cx.fbm(7, 60, 60, 3, 0.8);
    let mask = cx.fbm(8, 2, 2, 3, 0.5);
    let broken = cx.variant == 3;
    let heavy = [0.8, 0.65, 0.9, 0.45][cx.variant];
    render(cx, &Finish::natural(1.2, 0.0), |i, _, _| {
        let present = smooth(-0.7, 0.5, mask[i]);
        let mut color = mix(ground, cloudy, smooth(-0.5, 0.9, broad[i] + 0.1 * fine[i]));
        let width = 0.0035 * (1.0 + 1.1 * b[i]).clamp(0.25, 2.2);
        let soft = smooth(9.0, 0.0, vein_far[i] / width) * present;
        let sharp = smooth(1.6, 0.3, vein_far[i] / width) * present;
        let hair = smooth(0.0026, 0.0, thin[i]) * smooth(-0.3, 0.7, -mask[i] + 0.4 * broad[i]);
        if cx.variant == 0 || cx.variant == 3 {
            color = mix(color, vein, 0.34 * soft * soft);
        }
        color = mix(color, accent, 0.3 * soft * smooth(0.2, 0.9, a[i]));
        color = mix(color, vein, heavy * sharp * (0.75 + 0.25 * fine[i]).clamp(0.0, 1.0));
        color = mix(color, vein, 0.5 * heavy * hair);
        if broken {
            let seam = smooth(0.055, 0.0, breccia[i]);
            color = mix(color, vein, 0.55 * seam * present);
        }
        color = times(color, 1.0 + 0.022 * fine[i]);
        let rough = [0.12, 0.08, 0.14, 0.2][cx.variant] + 0.05 * sharp + 0.02 * broad[i].abs() + 0.015 * fine[i];
        Pixel::new(color, 0.02 * broad[i] - 0.008 * sharp, rough)
    })
}

/// A convex chip: the half planes that bound it, in pixels from its middle.
struct Chip {
    sides: [(f32, f32, f32); 7],
    radius: f32,
    color: Rgb,
    id: u32,
}

fn chip(rng: &mut Rng, radius: f32, palette: &[Rgb]) -> Chip {
    let mut sides = [(0.0, 0.0, 0.0); 7];
    let turn = rng.unit();
    let (ls, lc) = rng.direction();
    let long = rng.range(1.0, 1.9);
    for (j, side) in sides.iter_mut().enumerate() {
        let angle = (turn + (j as f32 + rng.range(-0.3, 0.3)) / 7.0) * core::f32::consts::TAU;
        let (s, c) = libm::sincosf(angle);
        let stretch = lerp(1.0 / long, 1.0, (c * lc + s * ls).abs());
        *side = (c, s, radius * stretch * rng.range(0.55, 0.95));
    }
    let color = palette[rng.below(palette.len())];
    Chip { sides, radius, color: times(color, rng.range(0.85, 1.12)), id: rng.bits() }
}

/// Terrazzo: pale with mixed chips, warm, dark, fine and colourful.
pub(super) fn terrazzo(cx: &Cx) -> TextureSet {
    let grounds = [0xd6d0c4, 0xcfb9a0, 0x3b3d40, 0xdedbd6];
    let palettes: [[u32; 6]; 4] = [
        [0xf0ece4, 0x8a8478, 0xb59a78, 0x4d4a47, 0xc9c0b0, 0x9c6b4f],
        [0xa5573c, 0xe9ddc9, 0x7c4a37, 0xc78e62, 0x5c5048, 0xdcc7a6],
        [0xdad8d3, 0x7d8084, 0xa9a69f, 0x5b6167, 0xb98f5e, 0xeeeae2],
        [0xc8553d, 0x2f6f73, 0xe0a73a, 0x35506e, 0xd48a8a, 0x5d7f56],
    ];
    let ground = srgb(grounds[cx.variant]);
    let palette = palettes[cx.variant].map(srgb);
    let n = cx.n as f32;
    let size = cx.n;
    let mut owner = vec![0_u16; size * size];
    let mut depth = cx.flat(0.0);
    let mut chips: Vec<Chip> = Vec::new();
    let mut rng = cx.rng(1);
    let scale: f32 = [1.0, 1.25, 0.8, 0.7][cx.variant];
    // Large chips first, then ever smaller ones into what is left free.
    for (count, radius) in [(150, 0.036), (420, 0.021), (1000, 0.012), (2400, 0.0058)] {
        for _ in 0..(count as f32 / (scale * scale)) as usize {
            let r = n * radius * scale * rng.range(0.65, 1.2);
            let (x, y) = (rng.unit() * n, rng.unit() * n);
            let chip = chip(&mut rng, r, &palette);
            let mut free = true;
            stamp(size, x, y, r, |i, dx, dy| {
                free &= owner[i] == 0 || dx * dx + dy * dy > r * r * 0.8;
            });
            if !free || chips.len() > 60_000 {
                continue;
            }
            let name = chips.len() as u16 + 1;
            stamp(size, x, y, chip.radius + 1.0, |i, dx, dy| {
                let mut inside = f32::MAX;
                for (c, s, d) in &chip.sides {
                    inside = inside.min(d - c * dx - s * dy);
                }
                if inside > -0.5 && (owner[i] == 0 || inside > depth[i]) {
                    owner[i] = name;
                    depth[i] = inside;
                }
            });
            chips.push(chip);
        }
    }
    let cloud = cx.fbm(2, 3, 3, 4, 0.55);
    let fine = cx.fbm(3, 80, 80, 2, 0.9);
    let marbled = cx.fbm(4, 24, 24, 4, 0.6);
    let grit = cx.white(5);
    render(cx, &Finish::natural(0.5, 0.0), |i, _, _| {
        let bed = times(ground, 1.0 + 0.05 * cloud[i] + 0.06 * fine[i] + 0.05 * grit[i]);
        let Some(chip) = owner[i].checked_sub(1).and_then(|c| chips.get(c as usize)) else {
            return Pixel::new(bed, -0.004 + 0.003 * fine[i], 0.3 + 0.04 * fine[i] + 0.04 * cloud[i]);
        };
        let cover = (depth[i] + 0.5).clamp(0.0, 1.0);
        let figure = marbled[i] * signed(chip.id, 1) + 0.4 * fine[i] * unit(chip.id);
        let stone = times(chip.color, 1.0 + 0.14 * figure);
        let stone = times(stone, lerp(0.9, 1.0, (depth[i] * 0.4).min(1.0)));
        Pixel::new(mix(bed, stone, cover), 0.004 * cover, lerp(0.3, 0.16 + 0.05 * signed(chip.id, 2), cover))
    })
}
