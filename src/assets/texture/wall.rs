//! Walls: concrete, brick, plaster and glazed tiles.

use super::TextureSet;
use super::field::Field;
use super::noise::{Cx, floor, fract, hash2, lerp, smooth, unit, wave, wrap};
use super::paint::{Finish, Pixel, Rgb, mix, render, signed, srgb, stamp, times};

/// Round pits of many sizes: 1 in the middle of one.
fn pits(cx: &Cx, k: u32, count: usize, radius: f32) -> Field {
    let n = cx.n as f32;
    let mut out = cx.flat(0.0);
    let mut rng = cx.rng(k);
    for _ in 0..count {
        let small = rng.unit();
        let r = (radius * n * (0.15 + 0.85 * small * small * small)).max(0.6);
        let (x, y) = (rng.unit() * n, rng.unit() * n);
        let (s, c) = rng.direction();
        let long = rng.range(0.6, 1.0);
        stamp(cx.n, x, y, r + 1.5, |i, dx, dy| {
            let (a, b) = (dx * c + dy * s, (dy * c - dx * s) / long);
            let d = (a * a + b * b).sqrt();
            out[i] = out[i].max((r + 0.5 - d).clamp(0.0, 1.0) * (1.0 - 0.4 * (d / (r + 1.0)).min(1.0)));
        });
    }
    out
}

/// Cast concrete: smooth, board-marked, stained, cracked.
pub(super) fn concrete(cx: &Cx) -> TextureSet {
    let palettes = [(0xa6a39c, 0x85827b), (0x9c9a96, 0x75736f), (0xb0aa9d, 0x857c6d), (0x92918d, 0x6a6966)];
    let (light, dark) = palettes[cx.variant];
    let (light, dark) = (srgb(light), srgb(dark));
    let cloud = cx.fbm(1, 2, 2, 6, 0.6);
    let blotch = cx.fbm(2, 5, 5, 4, 0.55);
    let warped = cx.warp(&blotch, &cloud, &cx.fbm(3, 3, 3, 3, 0.5), 0.09);
    let sand = cx.fbm(4, 100, 100, 2, 0.9);
    let grit = cx.white(5);
    let pit = pits(cx, 6, [420, 300, 750, 380][cx.variant], 0.0075);
    let drip = cx.fbm(7, 22, 2, 3, 0.6);
    let boards = cx.variant == 1;
    let grain = cx.fbm(8, 5, 110, 2, 0.7);
    let crack = if cx.variant == 3 {
        let cells = cx.cells(9, 3, 3, 1.0);
        cx.warp(&cells.edge, &cx.fbm(10, 6, 6, 4, 0.6), &cx.fbm(11, 6, 6, 4, 0.6), 0.022)
    } else {
        cx.flat(1.0)
    };
    render(cx, &Finish::natural(1.2, 0.008), |i, u, v| {
        let tone = 0.45 - 0.3 * cloud[i] - 0.28 * warped[i] + 0.12 * sand[i] + 0.09 * grit[i];
        let mut color = mix(light, dark, tone.clamp(-0.15, 1.15));
        let stain = smooth(0.35, 1.0, warped[i] + 0.3 * cloud[i]);
        color = mix(color, times(light, 1.13), 0.45 * stain * [0.7, 0.5, 1.0, 0.4][cx.variant]);
        let mut height = 0.35 * cloud[i] + 0.14 * warped[i] + 0.075 * sand[i] + 0.04 * grit[i] - 2.2 * pit[i];
        if cx.variant == 2 {
            let run = smooth(0.15, 0.95, drip[i] + 0.35 * cloud[i]);
            color = mix(color, srgb(0x6e5c45), 0.38 * run);
        }
        if boards {
            let at = v * 8.0;
            let row = floor(at);
            let edge = (fract(at) - 0.5).abs();
            let joint = smooth(0.485, 0.497, edge);
            let lift = signed(hash2(cx.seed(20), row as u32, 0), 1);
            color = times(color, (1.0 + 0.06 * lift + 0.05 * grain[i]) * (1.0 - 0.22 * joint));
            height += 0.22 * grain[i] + 0.7 * lift + 0.9 * joint;
        }
        let fine = smooth(0.011, 0.003, crack[i]) * smooth(-0.5, 0.1, cloud[i] + wave(u) * 0.3);
        color = mix(color, times(dark, 0.25), 0.8 * fine);
        color = times(color, 1.0 - 0.12 * smooth(0.06, 0.0, crack[i]) * fine.max(0.35));
        color = times(color, 1.0 - 0.5 * pit[i]);
        height -= 1.5 * fine;
        let rough = 0.78 + 0.06 * sand[i] - 0.1 * smooth(0.2, 1.0, cloud[i]) + 0.1 * pit[i];
        Pixel { open: 1.0 - 0.45 * pit[i] - 0.4 * fine, ..Pixel::new(color, height, rough) }
    })
}

/// Which unit of a bond a place lies in: its name, and the distances to its sides in the units of `u` and `v`.
struct Laid {
    id: u32,
    edge: (f32, f32),
    place: (f32, f32),
}

/// A brick bond of `across` stretchers by `courses`; with `headers`, each course alternates long and short.
fn bond(seed: u32, u: f32, v: f32, across: f32, courses: f32, headers: bool, shift: f32) -> Laid {
    let row = floor(v * courses);
    let y = fract(v * courses);
    let odd = row & 1 == 1;
    let x = u * across + if odd { shift } else { 0.0 };
    let column = wrap(floor(x), across as i32);
    let x = fract(x);
    let (half, x, width) = match headers {
        true if x < 2.0 / 3.0 => (0, x, 2.0 / 3.0),
        true => (1, x - 2.0 / 3.0, 1.0 / 3.0),
        false => (0, x, 1.0),
    };
    let id = hash2(seed, (column * 2 + half) as u32, row as u32);
    Laid { id, edge: (x.min(width - x) / across, y.min(1.0 - y) / courses), place: (x / width, y) }
}

/// Brick: red stretcher bond, dark clinker, yellow stock, weathered Flemish bond.
pub(super) fn brick(cx: &Cx) -> TextureSet {
    let palettes: [[u32; 5]; 4] = [
        [0x985040, 0x824235, 0xa9675a, 0x6a3a32, 0xb3aca0],
        [0x55382f, 0x3f2d2a, 0x6f4a3c, 0x4a4041, 0x8f8a84],
        [0xc2a06a, 0xad8a58, 0xd0b684, 0x8f7350, 0xb5ada0],
        [0x9d5f4b, 0x8a5043, 0xb58068, 0x6b463e, 0xc6beb0],
    ];
    let palette = palettes[cx.variant].map(srgb);
    let mortar = palette[4];
    let flemish = cx.variant == 3;
    let (across, shift) = (if flemish { 3.0 } else { 4.0 }, 0.5);
    let wear = [0.5, 0.35, 0.7, 1.0][cx.variant];
    let ragged = cx.fbm(1, 24, 24, 4, 0.65);
    let cloud = cx.fbm(2, 3, 3, 4, 0.55);
    let sand = cx.fbm(3, 90, 90, 2, 0.9);
    let body = cx.fbm(4, 14, 26, 4, 0.65);
    let grit = cx.white(5);
    let pit = pits(cx, 6, 900, 0.004);
    let seed = cx.seed(7);
    let pixel = 1.0 / cx.n as f32;
    let size = 0.9;
    let joint = 0.005 / size;
    render(cx, &Finish::natural(size, 0.012), |i, u, v| {
        let laid = bond(seed, u, v, across, 12.0, flemish, shift);
        let corner = {
            // A rounded corner: the two distances combine near it.
            let r = 0.006;
            let (a, b) = ((r - (laid.edge.0 - joint)).max(0.0), (r - (laid.edge.1 - joint)).max(0.0));
            r - (a * a + b * b).sqrt()
        };
        let chip = smooth(0.5, 1.1, ragged[i]) * wear * 0.0045;
        let edge = corner + 0.0012 * ragged[i] * (0.5 + wear) - chip;
        let inside = smooth(-0.6 * pixel, 0.8 * pixel, edge);
        let round = smooth(0.0, 0.004, edge);
        let pick = unit(laid.id);
        let base = if pick < 0.45 {
            mix(palette[0], palette[1], pick / 0.45)
        } else if pick < 0.85 {
            mix(palette[0], palette[2], (pick - 0.45) / 0.4)
        } else {
            mix(palette[1], palette[3], (pick - 0.85) / 0.15)
        };
        let lean = signed(laid.id, 5) * (laid.place.0 - 0.5) + signed(laid.id, 6) * (laid.place.1 - 0.5);
        let mut face = times(base, 1.0 + 0.14 * body[i] + 0.09 * sand[i] + 0.05 * grit[i] + 0.1 * signed(laid.id, 7));
        face = mix(face, palette[3], 0.35 * smooth(0.35, 1.1, body[i] + 0.5 * signed(laid.id, 8)));
        face = times(face, 1.0 - 0.45 * pit[i]);
        face = mix(face, times(palette[2], 1.1), 0.35 * (1.0 - round));
        let bloom = smooth(0.2, 1.3, cloud[i] + 0.45 * ragged[i]) * [0.1, 0.04, 0.07, 0.3][cx.variant];
        face = mix(face, [0.62, 0.6, 0.57], bloom);
        let bed = times(mortar, 0.92 + 0.1 * ragged[i] + 0.12 * sand[i] + 0.08 * grit[i] - 0.12 * cloud[i]);
        let color = times(mix(bed, face, inside), 1.0 + 0.07 * cloud[i]);
        let wall =
            1.4 * round + 0.5 * body[i] * 0.35 + 0.1 * sand[i] + 0.8 * lean + 0.25 * signed(laid.id, 9) - 0.9 * pit[i];
        let low = -3.2 + 0.35 * ragged[i] + 0.22 * sand[i] + 0.12 * grit[i];
        Pixel {
            open: lerp(0.78, 1.0, inside),
            ..Pixel::new(color, lerp(low, wall, inside), lerp(0.93, 0.8, inside) + 0.06 * sand[i])
        }
    })
}

/// Plaster: trowelled, sponged, rough-cast, orange peel.
pub(super) fn plaster(cx: &Cx) -> TextureSet {
    let cloud = cx.fbm(1, 2, 2, 4, 0.5);
    let other = cx.fbm(2, 3, 3, 3, 0.5);
    let fine = cx.fbm(3, 80, 80, 2, 0.8);
    let sweep = cx.warp(&cx.fbm(4, 6, 26, 4, 0.6), &other, &cloud, 0.13);
    let lumps = cx.cells(5, 56, 56, 1.0);
    let lump_height = cx.warp(&cx.blur(&lumps.edge, 0.003), &fine, &sweep, 0.004);
    let peel = cx.fbm(6, 42, 42, 2, 0.5);
    let pit = pits(cx, 7, 160, 0.004);
    render(cx, &Finish::tinted(1.0, 0.006), |i, _, _| {
        let mut tone = 0.945 + 0.025 * cloud[i] + 0.012 * fine[i];
        let mut height = 0.4 * cloud[i] + 0.03 * fine[i];
        match cx.variant {
            0 => {
                let ridge = 1.0 - sweep[i].abs();
                height += 0.55 * sweep[i] + 0.3 * smooth(0.85, 1.0, ridge) - 0.5 * pit[i];
                tone += 0.02 * sweep[i] - 0.06 * pit[i];
            }
            1 => {
                height += 0.45 * peel[i] + 0.2 * sweep[i] + 0.12 * fine[i];
                tone += 0.03 * peel[i] + 0.02 * sweep[i];
            }
            2 => {
                let lump = smooth(0.02, 0.4, lump_height[i]) * (0.55 + 0.45 * unit(lumps.id[i]));
                height += 4.0 * lump + 0.3 * fine[i];
                tone += 0.05 * lump - 0.06;
            }
            _ => {
                height += 0.5 * smooth(-0.5, 0.8, peel[i]) + 0.05 * fine[i];
                tone += 0.015 * peel[i];
            }
        }
        Pixel::new([tone, tone * 0.995, tone * 0.985], height, 0.88 + 0.04 * fine[i])
    })
}

/// Where a place lies among hexagons in `columns` × `rows` (even): the name of its hexagon and the distance to
/// its border, in widths of a hexagon.
fn hexagon(seed: u32, u: f32, v: f32, columns: i32, rows: i32) -> Laid {
    let (x, y) = (u * columns as f32, v * rows as f32);
    let mut best = (f32::MAX, 0, 0, 0.0, 0.0);
    let base = floor(y);
    for row in base - 1..=base + 1 {
        let offset = if row & 1 == 1 { 0.5 } else { 0.0 };
        let column = floor(x - offset);
        for column in column - 1..=column + 1 {
            let dx = x - (column as f32 + offset + 0.5);
            let dy = (y - (row as f32 + 0.5)) * 0.866;
            let d = dx * dx + dy * dy;
            if d < best.0 {
                best = (d, column, row, dx, dy);
            }
        }
    }
    let (_, column, row, dx, dy) = best;
    let reach = dx.abs().max(dx.abs() * 0.5 + dy.abs() * 0.866);
    let edge = (0.5 - reach) / columns as f32;
    let id = hash2(seed, wrap(column, columns) as u32, wrap(row, rows) as u32);
    Laid { id, edge: (edge, edge), place: (dx + 0.5, dy + 0.5) }
}

/// Glazed tiles: white squares, large stone-coloured slabs, staggered subway tiles, hexagons.
pub(super) fn tiles(cx: &Cx) -> TextureSet {
    let glazes: [[u32; 3]; 4] = [
        [0xe6e4de, 0xf0eeea, 0x9aa7a8],
        [0xb7a68d, 0xa18f77, 0xcbbba4],
        [0x3f7f86, 0x2f6a78, 0x5b9a98],
        [0xd9d4c8, 0x33424f, 0xb9744f],
    ];
    let glaze = glazes[cx.variant].map(srgb);
    let grout: Rgb = srgb([0xa8a49c, 0x6f6a63, 0xd0ccc2, 0x8b8780][cx.variant]);
    let size = [0.6, 1.2, 0.6, 0.7][cx.variant];
    let half = [0.0015, 0.002, 0.0013, 0.0016][cx.variant] / size;
    let cloud = cx.fbm(1, 3, 3, 4, 0.55);
    let wavy = cx.fbm(2, 9, 9, 3, 0.4);
    let sand = cx.fbm(3, 110, 110, 2, 0.8);
    let stone = cx.warp(&cx.fbm(4, 5, 8, 5, 0.6), &wavy, &cloud, 0.05);
    let chip = cx.fbm(5, 40, 40, 3, 0.6);
    let seed = cx.seed(6);
    let pixel = 1.0 / cx.n as f32;
    render(cx, &Finish::natural(size, 0.004), |i, u, v| {
        let laid = match cx.variant {
            0 => bond(seed, u, v, 4.0, 4.0, false, 0.0),
            1 => bond(seed, u, v, 2.0, 2.0, false, 0.0),
            2 => bond(seed, u, v, 4.0, 8.0, false, 0.5),
            _ => hexagon(seed, u, v, 7, 8),
        };
        let (id, edge) = (laid.id, laid.edge.0.min(laid.edge.1));
        let broken = smooth(0.85, 1.2, chip[i]) * 0.003;
        let edge = edge - half - broken;
        let inside = smooth(-0.5 * pixel, 0.8 * pixel, edge);
        let round = smooth(0.0, 0.0022 / size, edge);
        let t = unit(id);
        let face = match cx.variant {
            1 => {
                let grain = (0.5 + 0.45 * stone[i] + 0.25 * signed(id, 2)).clamp(0.0, 1.0);
                mix(glaze[1], mix(glaze[0], glaze[2], grain), 0.4 + 0.6 * grain)
            }
            3 => {
                glaze[if t < 0.62 {
                    0
                } else if t < 0.88 {
                    1
                } else {
                    2
                }]
            }
            _ => mix(glaze[0], glaze[1], t),
        };
        let thin = if cx.variant == 1 { 0.0 } else { (1.0 - round) * 0.2 };
        let face = mix(times(face, 1.0 + 0.035 * signed(id, 3) + 0.03 * wavy[i]), glaze[2], thin);
        let dirt = smooth(-0.4, 1.0, cloud[i]);
        let bed = times(grout, 0.95 + 0.1 * sand[i] - 0.3 * dirt);
        let lean = signed(id, 4) * (laid.place.0 - 0.5) + signed(id, 5) * (laid.place.1 - 0.5);
        let flat = if cx.variant == 1 { 0.05 * stone[i] } else { 0.11 * wavy[i] };
        let wall = flat + 0.12 * lean + 0.7 * round;
        let rough = [0.12, 0.38, 0.1, 0.3][cx.variant] + 0.06 * dirt + 0.04 * signed(id, 6);
        Pixel {
            open: lerp(0.75, 1.0, inside),
            ..Pixel::new(mix(bed, face, inside), lerp(-0.9 + 0.12 * sand[i], wall, inside), lerp(0.9, rough, inside))
        }
    })
}
