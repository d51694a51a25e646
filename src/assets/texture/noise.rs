//! Seamless noise on a square of pixels: hashed lattices that wrap, so that the left edge meets the right one.
//!
//! Whole fields are computed at once, row by row and lattice cell by lattice cell, which is several times faster
//! than asking for one pixel after another. Only `+ - * /`, square roots and integer hashes are used.

use super::field::Field;

/// A well mixed 32-bit hash.
#[inline]
pub(super) fn hash(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// The hash of a lattice point.
#[inline]
pub(super) fn hash2(seed: u32, x: u32, y: u32) -> u32 {
    hash(hash(seed ^ x.wrapping_mul(0x9e37_79b1)).wrapping_add(y.wrapping_mul(0x85eb_ca77)))
}

/// A hash as a number in 0–1 (1 excluded).
#[inline]
pub(super) fn unit(h: u32) -> f32 {
    (h >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// The largest whole number not above `x`; faster than `f32::floor` where the processor has no instruction for it.
#[inline]
pub(super) fn floor(x: f32) -> i32 {
    let i = x as i32;
    i - i32::from(x < i as f32)
}

/// What is left of `x` after its floor.
#[inline]
pub(super) fn fract(x: f32) -> f32 {
    x - floor(x) as f32
}

/// A smooth wave of period 1 through 0 at 0 and 1 at ¼, close to a sine.
#[inline]
pub(super) fn wave(t: f32) -> f32 {
    let t = fract(t) - 0.5;
    let parabola = -8.0 * t * (1.0 - 2.0 * t.abs());
    parabola * (0.775 + 0.225 * parabola.abs())
}

/// `i` brought back into 0–`n`, from at most one `n` outside it.
#[inline]
pub(super) fn wrap(i: i32, n: i32) -> i32 {
    let i = if i < 0 { i + n } else { i };
    if i >= n { i - n } else { i }
}

/// 0 below `from`, 1 above `to`, smooth in between; `from` may exceed `to`.
#[inline]
pub(super) fn smooth(from: f32, to: f32, x: f32) -> f32 {
    // With constant limits the reciprocal is a constant too.
    let t = ((x - from) * (1.0 / (to - from))).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Straight mix.
#[inline]
pub(super) fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// A small stream of random numbers.
pub(super) struct Rng(u32);

impl Rng {
    /// Same seed, same stream.
    pub(super) fn new(seed: u32) -> Rng {
        Rng(hash(seed ^ 0x5bd1_e995))
    }

    /// 32 random bits.
    #[inline]
    pub(super) fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        hash(self.0)
    }

    /// 0–1.
    #[inline]
    pub(super) fn unit(&mut self) -> f32 {
        unit(self.bits())
    }

    /// Uniform between two numbers.
    #[inline]
    pub(super) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// One of `n` choices.
    #[inline]
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f32) as usize).min(n.saturating_sub(1))
    }

    /// Sine and cosine of a random angle.
    #[inline]
    pub(super) fn direction(&mut self) -> (f32, f32) {
        libm::sincosf(self.range(0.0, core::f32::consts::TAU))
    }
}

/// What [`Cx::cells`] finds for each pixel, in units of lattice cells.
pub(super) struct Cells {
    /// Distance to the nearest point.
    pub(super) near: Field,
    /// Distance to the border between the nearest point's region and its closest neighbour's.
    pub(super) edge: Field,
    /// A hash that names the region.
    pub(super) id: Vec<u32>,
}

/// What every recipe works with: the size of the square, the variant and the seed.
pub(super) struct Cx {
    /// Pixels along one side.
    pub(super) n: usize,
    /// Which of the variants, for tables of palettes: 0–3.
    pub(super) variant: usize,
    /// Differs for every name and variant.
    pub(super) seed: u32,
}

/// The pixels of each lattice cell along one axis, and for each pixel the place in its cell and its weight.
struct Axis {
    starts: Vec<usize>,
    place: Vec<f32>,
    weight: Vec<f32>,
    cell: Vec<usize>,
}

impl Axis {
    fn new(n: usize, cells: usize) -> Axis {
        let mut axis = Axis {
            starts: Vec::with_capacity(cells + 1),
            place: Vec::with_capacity(n),
            weight: Vec::with_capacity(n),
            cell: Vec::with_capacity(n),
        };
        let scale = cells as f32 / n as f32;
        for x in 0..n {
            let at = (x as f32 + 0.5) * scale;
            let cell = (at as usize).min(cells - 1);
            while axis.starts.len() <= cell {
                axis.starts.push(x);
            }
            let f = at - cell as f32;
            axis.place.push(f);
            axis.weight.push(f * f * f * (f * (f * 6.0 - 15.0) + 10.0));
            axis.cell.push(cell);
        }
        while axis.starts.len() <= cells {
            axis.starts.push(n);
        }
        axis
    }
}

/// The least of twelve numbers.
#[inline]
fn least(v: &[f32; 12]) -> f32 {
    let min = |a: f32, b: f32| if a < b { a } else { b };
    let mut four = [0.0_f32; 4];
    for (j, out) in four.iter_mut().enumerate() {
        *out = min(min(v[j], v[j + 4]), v[j + 8]);
    }
    min(min(four[0], four[1]), min(four[2], four[3]))
}

impl Cx {
    /// A seed for the `k`-th ingredient of a recipe.
    pub(super) fn seed(&self, k: u32) -> u32 {
        hash(self.seed.wrapping_add(k.wrapping_mul(0x632b_e5ab)))
    }

    /// A stream of random numbers for the `k`-th ingredient.
    pub(super) fn rng(&self, k: u32) -> Rng {
        Rng::new(self.seed(k))
    }

    /// A field of one number.
    pub(super) fn flat(&self, value: f32) -> Field {
        let mut out = Field::with_room(self.n * self.n);
        out.resize(self.n * self.n, value);
        out
    }

    /// Adds one octave of noise with `fx` × `fy` lattice cells, about −1–1 times `amp`.
    ///
    /// Each lattice point has a gradient and a value: gradients alone leave a visible grid of zeros.
    /// Adds nothing where the cells are too fine for the pixels to show.
    pub(super) fn octave(&self, out: &mut Field, seed: u32, fx: usize, fy: usize, amp: f32) {
        let n = self.n;
        if fx == 0 || fy == 0 || fx * 2 > n || fy * 2 > n {
            return;
        }
        let (ax, ay) = (Axis::new(n, fx), Axis::new(n, fy));
        let mut slopes = Vec::with_capacity(fx * fy);
        for y in 0..fy {
            for x in 0..fx {
                let h = hash2(seed, x as u32, y as u32);
                let gx = (h & 0xffff) as f32 * (2.0 / 65535.0) - 1.0;
                let gy = (h >> 16) as f32 * (2.0 / 65535.0) - 1.0;
                let norm = 1.35 * amp / (gx * gx + gy * gy).sqrt().max(0.05);
                let value = 0.62 * amp * (unit(hash(h)) * 2.0 - 1.0);
                slopes.push((gx * norm, gy * norm, value));
            }
        }
        let mut line = vec![(0.0_f32, 0.0_f32); fx + 1];
        for (y, row) in out.chunks_exact_mut(n).enumerate() {
            let (cy, f, w) = (ay.cell[y], ay.place[y], ay.weight[y]);
            let top = &slopes[cy * fx..][..fx];
            let bottom = &slopes[(cy + 1) % fy * fx..][..fx];
            for ((slot, a), b) in line.iter_mut().zip(top).zip(bottom) {
                *slot = (lerp(a.0, b.0, w), lerp(a.1 * f + a.2, b.1 * (f - 1.0) + b.2, w));
            }
            line[fx] = line[0];
            for (cell, pair) in line.windows(2).enumerate() {
                let span = ax.starts[cell]..ax.starts[cell + 1];
                let ((a0, b0), (a1, b1)) = (pair[0], pair[1]);
                let places = ax.place[span.clone()].iter().zip(&ax.weight[span.clone()]);
                for (value, (&f, &w)) in row[span].iter_mut().zip(places) {
                    let left = a0 * f + b0;
                    let right = a1 * (f - 1.0) + b1;
                    *value += left + (right - left) * w;
                }
            }
        }
    }

    /// Octaves of gradient noise, each twice as fine and `gain` times as strong as the one before; about −1–1.
    pub(super) fn fbm(&self, k: u32, fx: usize, fy: usize, octaves: u32, gain: f32) -> Field {
        let mut out = self.flat(0.0);
        let mut power = 0.0;
        let mut amp = 1.0;
        for _ in 0..octaves {
            power += amp * amp;
            amp *= gain;
        }
        let mut amp = 1.0 / f32::sqrt(power);
        for o in 0..octaves {
            self.octave(&mut out, self.seed(k).wrapping_add(o), fx << o, fy << o, amp);
            amp *= gain;
        }
        out
    }

    /// Independent noise in −1–1 for each pixel.
    pub(super) fn white(&self, k: u32) -> Field {
        let seed = self.seed(k);
        let len = self.n * self.n;
        Field::of(len, (0..len).map(|i| unit(hash(seed.wrapping_add(i as u32))) * 2.0 - 1.0))
    }

    /// The regions around one random point in each of `cx` × `cy` lattice cells; `jitter` 0 leaves a grid.
    pub(super) fn cells(&self, k: u32, cx: usize, cy: usize, jitter: f32) -> Cells {
        let n = self.n;
        let (cx, cy) = (cx.clamp(1, n), cy.clamp(1, n));
        let seed = self.seed(k);
        let (ax, ay) = (Axis::new(n, cx), Axis::new(n, cy));
        let mut out = Cells { near: self.flat(0.0), edge: self.flat(0.0), id: vec![0; n * n] };
        for gy in 0..cy {
            for gx in 0..cx {
                // Nine neighbours, and three that are too far to matter: a multiple of four for the processor.
                let (mut px, mut py, mut id) = ([1e3_f32; 12], [1e3_f32; 12], [0_u32; 12]);
                for j in 0..9 {
                    let (ox, oy) = (j % 3, j / 3);
                    let h = hash2(seed, ((gx + cx + ox - 1) % cx) as u32, ((gy + cy + oy - 1) % cy) as u32);
                    let (rx, ry) = ((h & 0xffff) as f32 / 65536.0, (h >> 16) as f32 / 65536.0);
                    px[j] = ox as f32 - 0.5 + (rx - 0.5) * jitter;
                    py[j] = oy as f32 - 0.5 + (ry - 0.5) * jitter;
                    id[j] = hash(h ^ seed);
                }
                // Half the inverse of the distance between two points; a point is kept apart from itself.
                let mut half = [[1.0_f32; 12]; 12];
                let mut apart = [[0.0_f32; 12]; 12];
                for a in 0..9 {
                    apart[a][a] = 1e9;
                    for b in 0..a {
                        let (dx, dy) = (px[a] - px[b], py[a] - py[b]);
                        let value = 0.5 / (dx * dx + dy * dy).sqrt().max(1e-3);
                        half[a][b] = value;
                        half[b][a] = value;
                    }
                }
                for y in ay.starts[gy]..ay.starts[gy + 1] {
                    let fy = ay.place[y];
                    for x in ax.starts[gx]..ax.starts[gx + 1] {
                        let fx = ax.place[x];
                        let (mut d, mut key) = ([0.0_f32; 12], [0.0_f32; 12]);
                        for j in 0..12 {
                            let (dx, dy) = (px[j] - fx, py[j] - fy);
                            d[j] = dx * dx + dy * dy;
                            // The index rides in the lowest bits, so that the least distance says whose it is.
                            key[j] = f32::from_bits((d[j].to_bits() & !15) | j as u32);
                        }
                        let best = (least(&key).to_bits() & 15).min(11) as usize;
                        let (near, half, apart) = (d[best], &half[best], &apart[best]);
                        let mut gap = [0.0_f32; 12];
                        for j in 0..12 {
                            gap[j] = (d[j] - near) * half[j] + apart[j];
                        }
                        let i = y * n + x;
                        out.near[i] = near.sqrt();
                        out.edge[i] = least(&gap).max(0.0);
                        out.id[i] = id[best];
                    }
                }
            }
        }
        out
    }

    /// A field slid along v by as much as it lies along u: what ran along an axis runs aslant, and still tiles.
    pub(super) fn shear(&self, field: &[f32]) -> Field {
        let n = self.n;
        let mut out = Field::with_room(field.len());
        for y in 0..n {
            out.extend((0..n).map(|x| field[(y + x) % n * n + x]));
        }
        out
    }

    /// Reads a field between its pixels, at a place in pixels that may lie outside.
    #[inline]
    pub(super) fn sample(&self, field: &[f32], x: f32, y: f32) -> f32 {
        let n = self.n as i32;
        let (x, y) = (x - 0.5, y - 0.5);
        let (ix, iy) = (floor(x), floor(y));
        let (fx, fy) = (x - ix as f32, y - iy as f32);
        let wrap = |i: i32| {
            if (0..n).contains(&i) { i as usize } else { i.rem_euclid(n) as usize }
        };
        let (x0, x1) = (wrap(ix), wrap(ix + 1));
        let (y0, y1) = (wrap(iy) * self.n, wrap(iy + 1) * self.n);
        let top = lerp(field[y0 + x0], field[y0 + x1], fx);
        let bottom = lerp(field[y1 + x0], field[y1 + x1], fx);
        lerp(top, bottom, fy)
    }

    /// A field pushed about by two others; `amount` is in tiles.
    pub(super) fn warp(&self, field: &[f32], dx: &[f32], dy: &[f32], amount: f32) -> Field {
        let scale = amount * self.n as f32;
        let mut out = Field::with_room(field.len());
        for y in 0..self.n {
            for x in 0..self.n {
                let i = y * self.n + x;
                let (px, py) = (x as f32 + 0.5 + dx[i] * scale, y as f32 + 0.5 + dy[i] * scale);
                out.push(self.sample(field, px, py));
            }
        }
        out
    }

    /// A field averaged over a square of `radius` tiles to each side, twice, which looks round.
    pub(super) fn blur(&self, field: &[f32], radius: f32) -> Field {
        let r = ((radius * self.n as f32 + 0.5) as usize).clamp(1, (self.n - 1) / 2);
        let mut out = Field::copy(field);
        for _ in 0..2 {
            self.blur_rows(&mut out, r);
            self.blur_columns(&mut out, r);
        }
        out
    }

    fn blur_rows(&self, field: &mut [f32], r: usize) {
        let n = self.n;
        let scale = 1.0 / (2 * r + 1) as f32;
        let mut copy = vec![0.0; n + 2 * r + 1];
        for row in field.chunks_exact_mut(n) {
            copy[..r].copy_from_slice(&row[n - r..]);
            copy[r..n + r].copy_from_slice(row);
            copy[n + r..].copy_from_slice(&row[..=r]);
            let mut sum: f32 = copy[..2 * r + 1].iter().sum();
            for (x, value) in row.iter_mut().enumerate() {
                *value = sum * scale;
                sum += copy[x + 2 * r + 1] - copy[x];
            }
        }
    }

    fn blur_columns(&self, field: &mut [f32], r: usize) {
        let n = self.n;
        let scale = 1.0 / (2 * r + 1) as f32;
        let source = Field::copy(field);
        let line = |y: usize| &source[y % n * n..][..n];
        let mut sum = vec![0.0_f32; n];
        for y in 0..2 * r + 1 {
            for (s, v) in sum.iter_mut().zip(line(y + n - r)) {
                *s += v;
            }
        }
        for (y, row) in field.chunks_exact_mut(n).enumerate() {
            for (value, s) in row.iter_mut().zip(&sum) {
                *value = s * scale;
            }
            for ((s, gain), loss) in sum.iter_mut().zip(line(y + r + 1)).zip(line(y + n - r)) {
                *s += gain - loss;
            }
        }
    }
}
