//! Tileable noise that is made once and looked up for each sky.

use std::sync::OnceLock;

use super::maths::{hash2, mix, saturate, unit};

/// Texels along an edge of the tile.
const SIZE: usize = 256;

/// Texels along an edge of a block.
const BLOCK: usize = 4;
const BLOCKS: usize = SIZE / BLOCK;

/// Two fields over the unit square, each spread evenly over 0–1.
pub(super) struct Tile {
    texels: Vec<[f32; 2]>,
    /// Bounds of the first field, by block.
    highest: Vec<f32>,
}

/// The tile: first field large billowing shapes (gradient noise of Perlin, "Improving Noise", 2002, swollen
/// by cells), second field small cells (Worley, "A Cellular Texture Basis Function", 1996).
pub(super) fn tile() -> &'static Tile {
    static TILE: OnceLock<Tile> = OnceLock::new();
    TILE.get_or_init(Tile::new)
}

impl Tile {
    fn new() -> Self {
        let mut texels = Vec::with_capacity(SIZE * SIZE);
        for y in 0..SIZE {
            for x in 0..SIZE {
                let (u, v) = ((x as f32 + 0.5) / SIZE as f32, (y as f32 + 0.5) / SIZE as f32);
                let mut fbm = 0.0;
                for (octave, gain) in [(4, 1.0), (8, 0.5), (16, 0.25), (32, 0.125), (64, 0.0625)] {
                    fbm += gain * gradient(u, v, octave);
                }
                let puffs = 0.6 * cells(u, v, 8) + 0.3 * cells(u, v, 18) + 0.15 * cells(u, v, 40);
                let detail = 0.5 * cells(u, v, 10) + 0.3 * cells(u, v, 23) + 0.2 * cells(u, v, 51);
                texels.push([fbm + 0.55 * puffs, detail]);
            }
        }
        // Spread evenly, so that a threshold of t leaves a share of 1 − t.
        for channel in 0..2 {
            let mut order: Vec<usize> = (0..texels.len()).collect();
            order.sort_by(|a, b| texels[*a][channel].total_cmp(&texels[*b][channel]));
            let last = (texels.len() - 1) as f32;
            for (rank, index) in order.into_iter().enumerate() {
                texels[index][channel] = rank as f32 / last;
            }
        }
        let highest = (0..BLOCKS * BLOCKS).map(|block| {
            let (left, top) = (block % BLOCKS * BLOCK, block / BLOCKS * BLOCK);
            // One more on each side, which is mixed in.
            let within = (0..=BLOCK).flat_map(|y| (0..=BLOCK).map(move |x| ((top + y) % SIZE, (left + x) % SIZE)));
            within.map(|(y, x)| texels[y * SIZE + x][0]).fold(0.0, f32::max)
        });
        Tile { highest: highest.collect(), texels }
    }

    /// What the first field does not exceed around a point; quick to look up.
    pub(super) fn highest(&self, u: f32, v: f32) -> f32 {
        let block = |t: f32| (floor(t * SIZE as f32) as usize & (SIZE - 1)) / BLOCK;
        self.highest[block(v) * BLOCKS + block(u)]
    }

    /// Both fields at a point; the unit square repeats.
    pub(super) fn at(&self, u: f32, v: f32) -> [f32; 2] {
        let (x, y) = (u * SIZE as f32, v * SIZE as f32);
        let (i, j) = (floor(x), floor(y));
        let (wx, wy) = (x - i as f32, y - j as f32);
        let mask = SIZE - 1;
        let (x, y) = (i as usize & mask, j as usize & mask);
        let row = |y: usize| (y & mask) * SIZE;
        let (x1, above, below) = ((x + 1) & mask, row(y), row(y + 1));
        let (a, b) = (self.texels[above + x], self.texels[above + x1]);
        let (c, d) = (self.texels[below + x], self.texels[below + x1]);
        std::array::from_fn(|i| mix(mix(a[i], b[i], wx), mix(c[i], d[i], wx), wy))
    }
}

/// The whole number below; what `f32::floor` gives, without the call that it is on processors of 2008.
fn floor(x: f32) -> i32 {
    let towards_zero = x as i32;
    towards_zero - i32::from(towards_zero as f32 > x)
}

/// Gradient noise with a period of 1, about −0.7 to 0.7.
fn gradient(u: f32, v: f32, cells: i32) -> f32 {
    const D: f32 = std::f32::consts::FRAC_1_SQRT_2;
    const DIRECTIONS: [(f32, f32); 8] =
        [(1.0, 0.0), (D, D), (0.0, 1.0), (-D, D), (-1.0, 0.0), (-D, -D), (0.0, -1.0), (D, -D)];
    let (x, y) = (u * cells as f32, v * cells as f32);
    let (fx, fy) = (x.floor(), y.floor());
    let (wx, wy) = (x - fx, y - fy);
    let corner = |i: i32, j: i32| {
        let h = hash2((fx as i32 + i).rem_euclid(cells), (fy as i32 + j).rem_euclid(cells), cells as u32);
        let (gx, gy) = DIRECTIONS[(h >> 29) as usize];
        gx * (wx - i as f32) + gy * (wy - j as f32)
    };
    let fade = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let top = mix(corner(0, 0), corner(1, 0), fade(wx));
    mix(top, mix(corner(0, 1), corner(1, 1), fade(wx)), fade(wy))
}

/// One minus the distance to the nearest of scattered points, with a period of 1; 1 at the points.
fn cells(u: f32, v: f32, cells: i32) -> f32 {
    let (x, y) = (u * cells as f32, v * cells as f32);
    let (fx, fy) = (x.floor() as i32, y.floor() as i32);
    let mut nearest = 2.0_f32;
    for j in -1..=1 {
        for i in -1..=1 {
            let h = hash2((fx + i).rem_euclid(cells), (fy + j).rem_euclid(cells), cells as u32 ^ 0x5bd1);
            let px = (fx + i) as f32 + unit(h) - x;
            let py = (fy + j) as f32 + unit(h.wrapping_mul(0x9e37_79b9)) - y;
            nearest = nearest.min(px * px + py * py);
        }
    }
    saturate(1.0 - nearest.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_block_is_exceeded_or_far_from_it() {
        let tile = tile();
        let mut slack = 0.0;
        const POINTS: usize = 1500;
        for i in 0..POINTS {
            for j in 0..POINTS {
                let at = |i: usize| 3.0 * i as f32 / POINTS as f32 - 1.0;
                let (value, highest) = (tile.at(at(i), at(j))[0], tile.highest(at(i), at(j)));
                assert!(value <= highest + 1e-6, "{value} over {highest} at {i} {j}");
                slack += highest - value;
            }
        }
        let mean = slack / (POINTS * POINTS) as f32;
        assert!(mean < 0.1, "{mean}");
    }
}
