//! Wood: boards cut from a log whose rings, fibres and pores run along u.

use super::TextureSet;
use super::field::Field;
use super::noise::{Cx, fract, hash, lerp, smooth, unit, wave};
use super::paint::{Finish, Pixel, Rgb, mix, render, signed, srgb, stamp, times};

/// What tells one wood from another.
struct Wood {
    size_m: f32,
    /// Rows of boards.
    rows: usize,
    /// Most boards in a row.
    boards: usize,
    /// Early wood, late wood, pores or streaks.
    palette: [Rgb; 3],
    /// Rings in one tile.
    rings: f32,
    /// How strongly rings show.
    contrast: f32,
    /// How strongly pores show.
    pores: f32,
    /// Half the width of a joint, and of the bevel beside it, millimetres.
    gap: (f32, f32),
    /// Knots in one tile.
    knots: usize,
    /// How grey and furrowed the weather made it.
    weather: f32,
    rough: f32,
    /// How far boards differ in tone.
    spread: f32,
}

/// One board: where it begins along u, and how it was cut from its log.
struct Board {
    start: f32,
    id: u32,
    /// Offset, in pixels, at which it reads the noise.
    shift: (usize, usize),
    /// The pith beside and below its middle, in tiles, and how that depth changes along u.
    aside: f32,
    depth: f32,
    tilt: f32,
    tone: f32,
}

/// The boards of each row, by where they begin.
fn saw(cx: &Cx, rows: usize, most: usize) -> Vec<Vec<Board>> {
    let mut rng = cx.rng(1);
    let mut out = Vec::with_capacity(rows);
    for _ in 0..rows {
        let count = 1 + rng.below(most);
        let first = rng.unit();
        let mut row: Vec<Board> = (0..count)
            .map(|b| Board {
                start: fract(first + (b as f32 + rng.range(-0.25, 0.25)) / count as f32),
                id: rng.bits(),
                shift: (rng.below(cx.n), rng.below(cx.n)),
                aside: rng.range(-0.16, 0.16),
                depth: rng.range(0.02, 0.11),
                tilt: rng.range(-0.16, 0.16),
                tone: rng.range(-1.0, 1.0),
            })
            .collect();
        row.sort_by(|a, b| a.start.total_cmp(&b.start));
        out.push(row);
    }
    out
}

/// Knots: how much of a pixel is knot, how dark, and by how much rings are pushed aside.
struct Knots {
    core: Field,
    rim: Field,
    push: Field,
}

fn knots(cx: &Cx, wood: &Wood, wobble: &Field) -> Knots {
    let mut out = Knots { core: cx.flat(0.0), rim: cx.flat(0.0), push: cx.flat(0.0) };
    let mut rng = cx.rng(7);
    let n = cx.n as f32;
    for _ in 0..wood.knots {
        let row = rng.below(wood.rows) as f32;
        let y = (row + rng.range(0.3, 0.7)) / wood.rows as f32 * n;
        let x = rng.unit() * n;
        let r = n / wood.rows as f32 * (0.03 + 0.1 * rng.unit() * rng.unit());
        let side = if rng.unit() < 0.5 { -1.0 } else { 1.0 };
        stamp(cx.n, x, y, r * 7.0, |i, dx, dy| {
            let (dx, dy) = (dx / r * 0.75, dy / r);
            let d = (dx * dx + dy * dy).sqrt() * (1.0 + 0.14 * wobble[i]);
            let far = 1.0 / (1.0 + 0.12 * dx * dx + 0.55 * dy * dy);
            let fade = smooth(5.0, 2.5, d);
            out.push[i] += side * far * far * r / n * 1.4 * fade;
            let core = smooth(1.1, 0.9, d);
            if core > out.core[i] {
                out.core[i] = core;
            }
            let rings = 0.5 + 0.5 * wave(d * 3.0);
            let rim = smooth(0.55, 1.0, d) * smooth(1.5, 1.0, d) + 0.35 * rings * core;
            out.rim[i] = out.rim[i].max(rim);
        });
    }
    out
}

fn planks(cx: &Cx, wood: &Wood) -> TextureSet {
    let n = cx.n;
    let rows = saw(cx, wood.rows, wood.boards);
    let wobble = cx.fbm(2, 3, 10, 3, 0.5);
    let fibre = cx.fbm(3, 8, 128, 2, 0.8);
    let pore = cx.fbm(4, 36, 256, 1, 0.7);
    let streak = cx.fbm(5, 2, 24, 3, 0.6);
    let cloud = cx.fbm(6, 2, 2, 3, 0.5);
    let ray = cx.fbm(8, 24, 90, 1, 0.5);
    let knots = knots(cx, wood, &wobble);
    let visible = smooth(1.4, 4.5, n as f32 / wood.rings);
    let millimetre = 0.001 / wood.size_m;
    let (gap, bevel) = ((wood.gap.0 * millimetre).max(0.35 / n as f32), wood.gap.1 * millimetre);
    let endless = wood.boards == 1;
    let [early, late, dark] = wood.palette;
    let grey = srgb(0x8d8a84);
    render(cx, &Finish::natural(wood.size_m, 0.006), |i, u, v| {
        let at = v * wood.rows as f32;
        let r = (at as usize).min(wood.rows - 1);
        let across = (at - r as f32 - 0.5) / wood.rows as f32;
        let row = &rows[r];
        let b = row.iter().rposition(|b| b.start <= u).unwrap_or(row.len() - 1);
        let (board, next) = (&row[b], &row[(b + 1) % row.len()]);
        let along = fract(u - board.start);
        let mut edge = 0.5 / wood.rows as f32 - across.abs();
        if !endless {
            edge = edge.min(along).min(fract(next.start - u));
        }
        let slide = |t: f32, shift: usize| {
            let at = (t * n as f32) as usize + shift;
            if at >= n { at - n } else { at }
        };
        let j = slide(v, board.shift.1) * n + slide(u, board.shift.0);

        // A board without ends must lean back to where it began.
        let lean = if endless { 0.25 * wave(along) } else { along - 0.4 };
        let depth = board.depth + board.tilt * lean + 0.016 * wobble[j] + knots.push[i];
        let side = across + board.aside + 0.006 * cloud[j];
        let radius = (side * side + depth * depth).sqrt();
        let ring = radius * wood.rings + 0.16 * fibre[j];
        let phase = fract(ring);
        let year = unit(hash(board.id ^ (ring - phase) as i32 as u32));
        let grown = smooth(0.1, 0.78, phase) * smooth(1.0, 0.86, phase);
        let lateness = (grown - 0.35) * visible * (0.45 + 0.55 * year);

        let mut color =
            mix(early, late, (0.34 + wood.contrast * lateness + 0.15 * streak[j] + 0.12 * fibre[j]).clamp(-0.1, 1.2));
        let opened = smooth(0.18, 0.75, pore[j] + 0.22 * fibre[j]) * (1.0 - 0.6 * grown * visible) * wood.pores;
        color = mix(color, dark, 0.62 * opened);
        let fleck = smooth(0.55, 0.9, ray[j]) * wood.pores * smooth(0.1, 0.16, board.aside.abs());
        color = mix(color, times(early, 1.12), 0.35 * fleck);
        let (core, rim) = (knots.core[i], knots.rim[i]);
        color =
            mix(color, dark, ((0.3 + 0.12 * fibre[i]) * core + 0.42 * rim * (1.0 + 0.5 * wobble[i])).clamp(0.0, 0.8));
        color = times(color, 1.0 + wood.spread * board.tone + 0.05 * cloud[i]);
        let warm = signed(board.id, 3) * wood.spread * 0.35;
        color = [color[0] * (1.0 + warm), color[1], color[2] * (1.0 - warm)];
        if wood.weather > 0.0 {
            let faded = wood.weather * (0.75 + 0.25 * cloud[j]);
            color = mix(
                color,
                times(grey, 0.45 + 0.5 * early[1] + 0.18 * streak[j] - 0.3 * lateness),
                faded.clamp(0.0, 0.95),
            );
            let furrow = smooth(0.25, 0.8, pore[j] * 0.6 + streak[j] * 0.7);
            color = times(color, 1.0 - 0.45 * furrow * wood.weather);
        }
        let joint = smooth(gap + 1.0 / n as f32, gap, edge);
        let slope = smooth(gap + bevel, gap, edge);
        let color = times(color, (1.0 - 0.82 * joint) * (1.0 - 0.16 * slope));
        let relief =
            0.045 * fibre[j] - 0.12 * opened + (0.05 + 0.25 * wood.weather) * lateness + 0.16 * core - 0.1 * rim;
        let weathered = wood.weather * (0.16 * streak[j] + 0.12 * fibre[j]);
        Pixel {
            open: 1.0 - 0.55 * joint,
            ..Pixel::new(
                color,
                relief + weathered - slope * wood.gap.1 * 0.35 - joint * wood.gap.0.max(0.25) * 1.2,
                wood.rough + 0.14 * opened - 0.06 * lateness + 0.05 * cloud[i] + 0.25 * wood.weather + 0.2 * joint,
            )
        }
    })
}

/// Oak: ring-porous, honey to smoked.
pub(super) fn oak(cx: &Cx) -> TextureSet {
    let palettes = [
        [0xc9a273, 0xa97d4e, 0x7a5530],
        [0xb98a58, 0x946637, 0x5e3d20],
        [0xd8bc93, 0xbd9a6c, 0x94734b],
        [0x80603f, 0x624528, 0x3a2716],
    ];
    let (rows, gap) = [(6, (0.1, 0.0)), (4, (0.5, 2.2)), (8, (0.1, 0.0)), (4, (0.4, 1.8))][cx.variant];
    planks(
        cx,
        &Wood {
            size_m: 0.6,
            rows,
            boards: 2,
            palette: palettes[cx.variant].map(srgb),
            rings: 105.0,
            contrast: 0.75,
            pores: 1.0,
            gap,
            knots: [0, 2, 0, 3][cx.variant],
            weather: 0.0,
            rough: [0.48, 0.4, 0.58, 0.42][cx.variant],
            spread: 0.12,
        },
    )
}

/// Walnut: dark, fine-grained, with sapwood here and there.
pub(super) fn walnut(cx: &Cx) -> TextureSet {
    let palettes = [
        [0x7d5638, 0x55351f, 0x2e1c11],
        [0x6a4630, 0x452a1a, 0x25160d],
        [0x936a48, 0x684427, 0x3b2413],
        [0x6f5442, 0x493526, 0x281b13],
    ];
    planks(
        cx,
        &Wood {
            size_m: 0.6,
            rows: [5, 4, 7, 3][cx.variant],
            boards: [1, 2, 2, 1][cx.variant],
            palette: palettes[cx.variant].map(srgb),
            rings: 82.0,
            contrast: 0.85,
            pores: 0.65,
            gap: [(0.1, 0.0), (0.4, 1.6), (0.1, 0.0), (0.1, 0.0)][cx.variant],
            knots: [0, 1, 0, 2][cx.variant],
            weather: 0.0,
            rough: [0.4, 0.45, 0.34, 0.5][cx.variant],
            spread: 0.17,
        },
    )
}

/// Pine: pale, with strong rings and knots; the last variant has stood outdoors.
pub(super) fn pine_planks(cx: &Cx) -> TextureSet {
    let palettes = [
        [0xe3c594, 0xc08c50, 0x6b4020],
        [0xd9b27a, 0xb0743a, 0x5b3419],
        [0xeedcb8, 0xcfa673, 0x805432],
        [0xb59c78, 0x8a6c48, 0x4a3521],
    ];
    planks(
        cx,
        &Wood {
            size_m: 0.8,
            rows: [6, 7, 8, 6][cx.variant],
            boards: [2, 2, 1, 2][cx.variant],
            palette: palettes[cx.variant].map(srgb),
            rings: 88.0,
            contrast: 0.8,
            pores: 0.12,
            gap: [(0.9, 2.4), (0.8, 2.0), (0.6, 3.0), (2.2, 2.5)][cx.variant],
            knots: [9, 14, 8, 10][cx.variant],
            weather: [0.0, 0.12, 0.0, 0.85][cx.variant],
            rough: 0.55,
            spread: 0.09,
        },
    )
}

/// Plywood: one sheet peeled off a log, so that its rings lie flat and wide.
pub(super) fn plywood(cx: &Cx) -> TextureSet {
    let palettes = [
        [0xe2c79c, 0xc79d68, 0x8d6236],
        [0xd8b58a, 0xb98755, 0x7a4f2b],
        [0xc98f6b, 0xa76846, 0x6b3d26],
        [0xe8d3ae, 0xd2b081, 0x9a7347],
    ];
    let [early, late, dark] = palettes[cx.variant].map(srgb);
    let figure = cx.fbm(1, 1, 7, 2, 0.3);
    let wobble = cx.fbm(2, 5, 40, 3, 0.6);
    let fibre = cx.fbm(3, 10, 128, 2, 0.8);
    let pore = cx.fbm(4, 40, 256, 1, 0.7);
    let cloud = cx.fbm(5, 2, 3, 3, 0.6);
    let mut plug = cx.flat(0.0);
    let mut rim = cx.flat(0.0);
    let mut rng = cx.rng(6);
    for _ in 0..[0, 2, 1, 3][cx.variant] {
        let (x, y) = (rng.unit() * cx.n as f32, rng.unit() * cx.n as f32);
        let r = cx.n as f32 * rng.range(0.022, 0.035);
        stamp(cx.n, x, y, r * 2.6, |i, dx, dy| {
            // A boat-shaped patch: where two wide circles overlap.
            let (dx, dy) = (dx / r, dy.abs() / r + 2.2);
            let d = ((dx * dx + dy * dy).sqrt() - 3.1) * r;
            plug[i] = plug[i].max((0.5 - d).clamp(0.0, 1.0));
            rim[i] = rim[i].max((1.4 - d.abs()).clamp(0.0, 1.0));
        });
    }
    let rings = [4.5, 6.5, 4.0, 5.0][cx.variant];
    let n = cx.n;
    render(cx, &Finish::natural(0.8, 0.004), |i, _, _| {
        let j = if plug[i] > 0.5 { (i + n * (n / 3) + n / 2) % (n * n) } else { i };
        let ring = figure[j] * rings + 0.3 * cloud[j] + 0.17 * wobble[j];
        let phase = fract(ring);
        let line = smooth(0.0, 0.85, phase) * smooth(1.0, 0.9, phase);
        let soft = 0.5 * line + 0.5 * smooth(0.55, 0.9, phase) * smooth(1.0, 0.93, phase);
        let tone = 0.25 + 0.48 * soft + 0.13 * wobble[j] + 0.12 * fibre[j] + 0.12 * cloud[i];
        let mut color = mix(early, late, tone.clamp(-0.1, 1.1));
        let opened = smooth(0.3, 0.85, pore[j]);
        color = mix(color, dark, 0.4 * opened);
        color = times(color, lerp(1.0, 0.93, plug[i]));
        color = mix(color, dark, 0.6 * rim[i]);
        Pixel::new(
            color,
            0.04 * fibre[j] - 0.08 * opened + 0.05 * soft - 0.25 * rim[i],
            0.62 + 0.1 * opened - 0.06 * soft + 0.04 * cloud[i],
        )
    })
}
