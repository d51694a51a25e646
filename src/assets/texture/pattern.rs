//! Patterns for domain randomisation: strong, saturated, random.

use super::TextureSet;
use super::noise::{Cx, Rng, floor, fract, hash2, smooth, unit};
use super::paint::{Finish, Pixel, Rgb, hsv, mix, render, stamp};

/// A colour that is seldom dull.
fn vivid(rng: &mut Rng) -> Rgb {
    let grey = rng.unit() < 0.12;
    hsv(rng.unit(), if grey { rng.range(0.0, 0.1) } else { rng.range(0.6, 1.0) }, rng.range(0.35, 1.0))
}

/// What the patterns share: finish and relief drawn at random.
struct Gloss {
    size_m: f32,
    rough: (f32, f32),
    metal: (f32, f32),
    relief: f32,
}

impl Gloss {
    fn new(rng: &mut Rng) -> Gloss {
        let one = |rng: &mut Rng| if rng.unit() < 0.15 { 1.0 } else { 0.0 };
        Gloss {
            size_m: rng.range(0.25, 1.0),
            rough: (rng.range(0.08, 0.9), rng.range(0.08, 0.9)),
            metal: (one(rng), one(rng)),
            relief: rng.range(-0.6, 0.6),
        }
    }

    /// A pixel that is `t` of the way from the first finish to the second.
    fn pixel(&self, color: Rgb, t: f32, noise: f32) -> Pixel {
        let between = |(a, b): (f32, f32)| a + (b - a) * t;
        let rough = between(self.rough) + 0.05 * noise;
        Pixel { metal: between(self.metal), ..Pixel::new(color, self.relief * t * self.size_m, rough) }
    }
}

/// Checks: two colours, many colours, skewed, or of two sizes.
pub(super) fn checker(cx: &Cx) -> TextureSet {
    let mut rng = cx.rng(1);
    let gloss = Gloss::new(&mut rng);
    let count = [8, 6, 10, 4][cx.variant] + 2 * rng.below(3) as i32;
    let colors: Vec<Rgb> = (0..8).map(|_| vivid(&mut rng)).collect();
    let fine = cx.fbm(2, 20, 20, 3, 0.6);
    let seed = cx.seed(3);
    let n = cx.n as f32;
    render(cx, &Finish::natural(gloss.size_m, 0.0), |i, u, v| {
        let (mut u, v) = (u, v);
        if cx.variant == 2 {
            u = fract(u + v);
        }
        let (x, y) = (u * count as f32, v * count as f32);
        let (cell_x, cell_y) = (floor(x), floor(y));
        let dark = (cell_x + cell_y) & 1 == 1;
        let edge = fract(x).min(1.0 - fract(x)).min(fract(y).min(1.0 - fract(y))) / count as f32 * n;
        let pick = hash2(seed, cell_x as u32, cell_y as u32) as usize;
        let mut color = match cx.variant {
            1 => colors[pick % 8],
            3 if dark => {
                let inner = (floor(x * 4.0) + floor(y * 4.0)) & 1 == 1;
                colors[if inner { 2 } else { 3 }]
            }
            _ => colors[usize::from(dark)],
        };
        if cx.variant == 2 {
            color = mix(color, colors[4], 0.35 * unit(pick as u32));
        }
        let t = if dark { 1.0 } else { 0.0 };
        // Relief is kept off the very edge, where a step would be one pixel wide.
        let pixel = gloss.pixel(color, t, fine[i]);
        Pixel { height: pixel.height * smooth(0.0, 2.5, edge), ..pixel }
    })
}

/// Noise: warped rainbow, patches of flat colour, fine speckle, mixed gradients.
pub(super) fn noise_colour(cx: &Cx) -> TextureSet {
    let mut rng = cx.rng(1);
    let gloss = Gloss::new(&mut rng);
    let (a, b) = (cx.fbm(2, 3, 3, 4, 0.55), cx.fbm(3, 3, 3, 4, 0.55));
    let hue = cx.warp(&cx.fbm(4, 3, 3, 5, 0.6), &a, &b, 0.15);
    let other = cx.warp(&cx.fbm(5, 4, 4, 5, 0.6), &b, &a, 0.1);
    let fine = cx.fbm(6, 30, 30, 4, 0.75);
    let cells = cx.cells(7, 14, 14, 1.0);
    let colors: Vec<Rgb> = (0..16).map(|_| vivid(&mut rng)).collect();
    let shift = rng.unit();
    // The colour wheel, sampled once: 256 hues.
    let wheel: Vec<Rgb> = (0..256).map(|h| hsv(h as f32 / 256.0, 0.9, 0.95)).collect();
    let turn = |t: f32| wheel[(fract(t) * 256.0) as usize & 255];
    render(cx, &Finish::natural(gloss.size_m, 0.0), |i, _, _| {
        let color = match cx.variant {
            0 => mix(turn(shift + 1.3 * hue[i]), colors[0], 0.6 * smooth(0.1, 0.9, other[i])),
            1 => mix(colors[cells.id[i] as usize & 15], turn(hue[i]), 0.3 * smooth(0.0, 1.0, fine[i])),
            2 => {
                let t = 0.5 + 0.5 * fine[i];
                let pair = (floor((hue[i] + 1.5) * 5.0) & 7) as usize;
                mix(colors[pair], colors[pair + 8], smooth(0.2, 0.8, t))
            }
            _ => {
                let t = smooth(-0.8, 0.8, hue[i]);
                let s = smooth(-0.8, 0.8, other[i]);
                mix(mix(colors[0], colors[1], t), mix(colors[2], colors[3], t), s)
            }
        };
        let t = smooth(-0.6, 0.6, other[i]);
        let pixel = gloss.pixel(color, t, fine[i]);
        Pixel { height: pixel.height * 4.0 + 0.4 * gloss.relief * fine[i], ..pixel }
    })
}

/// Stripes: across, slanted, wavy, crossed.
pub(super) fn stripes(cx: &Cx) -> TextureSet {
    let mut rng = cx.rng(1);
    let gloss = Gloss::new(&mut rng);
    let colors: Vec<Rgb> = (0..6).map(|_| vivid(&mut rng)).collect();
    // Where each stripe of one repeat ends.
    let band = |rng: &mut Rng| {
        let count = 2 + rng.below(4);
        let widths: Vec<f32> = (0..count).map(|_| rng.range(0.3, 1.0)).collect();
        let total: f32 = widths.iter().sum();
        let mut end = 0.0;
        let ends = widths.iter().map(|w| {
            end += w / total;
            end
        });
        ends.collect::<Vec<f32>>()
    };
    let (one, two) = (band(&mut rng), band(&mut rng));
    let repeats = (2 + rng.below(4)) as f32;
    let slant = [0.0, 1.0 + rng.below(2) as f32, 0.0, 0.0][cx.variant];
    let bend = cx.fbm(2, 2, 3, 2, 0.4);
    let fine = cx.fbm(3, 24, 24, 3, 0.6);
    let n = cx.n as f32;
    // Which stripe, and the distance to its nearer side in pixels.
    let find = |ends: &[f32], t: f32| {
        let t = fract(t);
        let j = ends.iter().position(|e| t < *e).unwrap_or(0);
        let begin = if j == 0 { 0.0 } else { ends[j - 1] };
        (j, (t - begin).min(ends[j] - t).abs() * n / repeats)
    };
    render(cx, &Finish::natural(gloss.size_m, 0.0), |i, u, v| {
        let wavy = if cx.variant == 2 { 0.35 * bend[i] } else { 0.0 };
        let (j, edge) = find(&one, (v + wavy) * repeats + u * slant * repeats);
        let mut color = colors[j];
        let mut t = (j % 2) as f32;
        let mut edge = edge;
        if cx.variant == 3 {
            let (k, other) = find(&two, u * repeats);
            color = mix(color, colors[5 - k], 0.55);
            t = 0.5 * t + 0.5 * (k % 2) as f32;
            edge = edge.min(other);
        }
        let pixel = gloss.pixel(color, t, fine[i]);
        Pixel { height: pixel.height * smooth(0.0, 2.5, edge), ..pixel }
    })
}

/// Dots: a grid, many sizes, rings, splashes.
pub(super) fn dots(cx: &Cx) -> TextureSet {
    let mut rng = cx.rng(1);
    let gloss = Gloss::new(&mut rng);
    let n = cx.n as f32;
    let ground = vivid(&mut rng);
    let colors: Vec<Rgb> = (0..6).map(|_| vivid(&mut rng)).collect();
    let mut paint = vec![ground; cx.n * cx.n];
    let mut raised = cx.flat(0.0);
    let ragged = cx.fbm(2, 12, 12, 4, 0.6);
    let fine = cx.fbm(3, 24, 24, 3, 0.6);
    let side = 4 + 2 * rng.below(3);
    let count = [side * side, 150, 60, 120][cx.variant];
    let (two, regular) = (rng.below(6), rng.range(0.22, 0.42));
    for d in 0..count {
        let (x, y, r) = if cx.variant == 0 {
            let (column, row) = (d % side, d / side);
            let offset = if row % 2 == 1 { 0.5 } else { 0.0 };
            ((column as f32 + 0.5 + offset) / side as f32, (row as f32 + 0.5) / side as f32, regular / side as f32)
        } else {
            let small = rng.unit();
            (rng.unit(), rng.unit(), 0.012 + 0.075 * small * small)
        };
        let color = colors[if cx.variant == 0 { (two + d % 2) % 6 } else { rng.below(6) }];
        let inner = colors[rng.below(6)];
        let (r, rings) = (r * n, 2.0 + rng.below(3) as f32);
        let rough_edge = if cx.variant == 3 { 0.55 } else { 0.0 };
        stamp(cx.n, x * n, y * n, r * (1.0 + rough_edge) + 1.5, |i, dx, dy| {
            let far = (dx * dx + dy * dy).sqrt();
            let inside = (0.5 - (far - r * (1.0 + rough_edge * ragged[i]))).clamp(0.0, 1.0);
            if inside > 0.0 {
                let ring = cx.variant == 2 && floor(far / r * rings) & 1 == 1;
                paint[i] = mix(paint[i], if ring { inner } else { color }, inside);
                raised[i] = raised[i].max(inside);
            }
        });
    }
    render(cx, &Finish::natural(gloss.size_m, 0.0), |i, _, _| gloss.pixel(paint[i], raised[i], fine[i]))
}
