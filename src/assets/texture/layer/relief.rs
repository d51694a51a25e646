//! Heights from normals: the periodic surface whose slopes fit a normal map best, and the hollows in it.
//!
//! The fit is least squares in the space of frequencies (Frankot and Chellappa 1988).

use super::super::field::Field;
use super::super::noise::{Cx, smooth};

/// Steepest slope that is believed; normals that are nearly level with the surface would else stand for cliffs.
const STEEPEST: f32 = 3.0;

/// Relief, in pixels, below which it is too shallow to hold anything: hollows then come from noise.
const SHALLOW: f32 = 0.05;

/// Heights, in pixels, on a square of `n` pixels (a power of two), of a periodic surface with the given unit normals,
/// +Y towards the top row.
pub(super) fn heights(n: usize, normals: impl Iterator<Item = [f32; 3]>) -> Field {
    let (mut re, mut im) = (Field::with_room(n * n), Field::with_room(n * n));
    for [x, y, z] in normals.take(n * n) {
        let inverse = 1.0 / z.max(0.05);
        re.push((-x * inverse).clamp(-STEEPEST, STEEPEST));
        im.push((y * inverse).clamp(-STEEPEST, STEEPEST));
    }
    re.resize(n * n, 0.0);
    im.resize(n * n, 0.0);
    let roots = roots(n);
    let step = core::f32::consts::TAU / n as f32;
    // The highest frequency has no slope of its own.
    let frequency = |j: usize| match (2 * j).cmp(&n) {
        core::cmp::Ordering::Less => j as f32 * step,
        core::cmp::Ordering::Equal => 0.0,
        core::cmp::Ordering::Greater => (j as f32 - n as f32) * step,
    };
    // Both slopes travel through one transform as real and imaginary part; their spectra are its even and odd parts.
    transform(n, &mut re, &mut im, &roots);
    transpose(n, &mut re);
    transpose(n, &mut im);
    transform(n, &mut re, &mut im, &roots);
    let (mut out_re, mut out_im) = (Field::with_room(n * n), Field::with_room(n * n));
    for u in 0..n {
        let mirrored = (n - u) % n * n;
        for v in 0..n {
            let (kx, ky) = (frequency(u), frequency(v));
            let square = kx * kx + ky * ky;
            if square <= 0.0 {
                out_re.push(0.0);
                out_im.push(0.0);
                continue;
            }
            let (here, there) = (u * n + v, mirrored + (n - v) % n);
            let (px, py) = (0.5 * (re[here] + re[there]), 0.5 * (im[here] - im[there]));
            let (qx, qy) = (0.5 * (im[here] + im[there]), 0.5 * (re[there] - re[here]));
            out_re.push((kx * py + ky * qy) / square);
            out_im.push(-(kx * px + ky * qx) / square);
        }
    }
    // The inverse is the transform with real and imaginary parts exchanged.
    transform(n, &mut out_im, &mut out_re, &roots);
    transpose(n, &mut out_re);
    transpose(n, &mut out_im);
    transform(n, &mut out_im, &mut out_re, &roots);
    let scale = 1.0 / (n * n) as f32;
    out_re.iter_mut().for_each(|h| *h *= scale);
    out_re
}

/// How deep each place lies below its surroundings, about −2 (ridge) to 2 (hollow); noise where there is no relief.
pub(super) fn hollows(cx: &Cx, heights: Option<&Field>, noise: Field) -> Field {
    let mut out = noise;
    let Some(heights) = heights else { return out };
    let mut fine = cx.blur(heights, 0.012);
    let mut coarse = cx.blur(heights, 0.05);
    for field in [&mut fine, &mut coarse] {
        let mut square = 0.0_f32;
        for (around, own) in field.iter_mut().zip(heights.iter()) {
            *around -= own;
            square += *around * *around;
        }
        let depth = (square / field.len().max(1) as f32).sqrt();
        let scale = 1.0 / (depth + SHALLOW);
        field.iter_mut().for_each(|d| *d = (*d * scale).clamp(-2.0, 2.0));
        let shallow = 1.0 - smooth(0.2 * SHALLOW, 2.0 * SHALLOW, depth);
        out.iter_mut().for_each(|noise| *noise *= 0.3 + 0.7 * shallow);
    }
    for ((out, fine), coarse) in out.iter_mut().zip(fine.iter()).zip(coarse.iter()) {
        *out = (*out + 0.6 * fine + 0.7 * coarse).clamp(-2.0, 2.0);
    }
    out
}

/// The first half of the `n`-th roots of unity, clockwise.
fn roots(n: usize) -> Vec<(f32, f32)> {
    let step = -core::f64::consts::TAU / n as f64;
    (0..n / 2).map(|k| libm::sincos(step * k as f64)).map(|(s, c)| (c as f32, s as f32)).collect()
}

/// Fourier transform of every row, in place, by Cooley and Tukey (1965).
fn transform(n: usize, re: &mut [f32], im: &mut [f32], roots: &[(f32, f32)]) {
    let bits = n.trailing_zeros();
    for (re, im) in re.chunks_exact_mut(n).zip(im.chunks_exact_mut(n)) {
        for i in 0..n {
            let j = i.reverse_bits() >> (usize::BITS - bits);
            if i < j {
                re.swap(i, j);
                im.swap(i, j);
            }
        }
        let mut half = 1;
        while half < n {
            let stride = n / (2 * half);
            for (re, im) in re.chunks_exact_mut(2 * half).zip(im.chunks_exact_mut(2 * half)) {
                let ((re_low, re_high), (im_low, im_high)) = (re.split_at_mut(half), im.split_at_mut(half));
                let low = re_low.iter_mut().zip(im_low);
                let high = re_high.iter_mut().zip(im_high);
                for (((a, b), (c, d)), (cos, sin)) in low.zip(high).zip(roots.iter().step_by(stride)) {
                    let (x, y) = (*c * cos - *d * sin, *c * sin + *d * cos);
                    (*c, *d) = (*a - x, *b - y);
                    (*a, *b) = (*a + x, *b + y);
                }
            }
            half *= 2;
        }
    }
}

/// Exchanges rows and columns, in blocks that stay in the cache.
fn transpose(n: usize, field: &mut [f32]) {
    const BLOCK: usize = 16;
    for top in (0..n).step_by(BLOCK) {
        for left in (top..n).step_by(BLOCK) {
            for y in top..(top + BLOCK).min(n) {
                for x in left.max(y + 1)..(left + BLOCK).min(n) {
                    field.swap(y * n + x, x * n + y);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Normals by central differences of a surface of few waves, whose slopes they give nearly exactly.
    fn normals_of(n: usize, h: &[f32]) -> Vec<[f32; 3]> {
        let at = |x: usize, y: usize| h[y % n * n + x % n];
        let normal = |i: usize| {
            let (x, y) = (i % n, i / n);
            let p = 0.5 * (at(x + 1, y) - at(x + n - 1, y));
            let q = 0.5 * (at(x, y + 1) - at(x, y + n - 1));
            let length = (p * p + q * q + 1.0).sqrt();
            [-p / length, q / length, 1.0 / length]
        };
        (0..n * n).map(normal).collect()
    }

    #[test]
    fn heights_come_back_from_normals() {
        let n = 64;
        let tau = std::f32::consts::TAU;
        let wave = |x: f32, y: f32| {
            2.0 * (tau * x).sin() + 1.2 * (tau * (2.0 * x - y) + 1.0).cos() + 0.7 * (tau * 3.0 * y).sin()
        };
        let h: Vec<f32> = (0..n * n).map(|i| wave((i % n) as f32 / n as f32, (i / n) as f32 / n as f32)).collect();
        let got = heights(n, normals_of(n, &h).into_iter());
        for (i, (g, h)) in got.iter().zip(&h).enumerate() {
            // Central differences shorten a slope by sin(k) / k: 1.4 % for the third wave.
            assert!((g - h).abs() < 0.04, "{i}: {g} instead of {h}");
        }
    }

    #[test]
    fn a_groove_is_a_hollow_and_a_ridge_is_none() {
        let n = 64;
        let h: Vec<f32> = (0..n * n)
            .map(|i| {
                [(0..1, -3.0), (32..33, 3.0)].iter().map(|(r, h)| if r.contains(&(i % n)) { *h } else { 0.0 }).sum()
            })
            .collect();
        let cx = Cx { n, variant: 0, seed: 1 };
        let found = heights(n, normals_of(n, &h).into_iter());
        let hollow = hollows(&cx, Some(&found), cx.flat(0.0));
        for y in 0..n {
            assert!(hollow[y * n] > 0.5 && hollow[y * n + 32] < -0.5, "{} {}", hollow[y * n], hollow[y * n + 32]);
            assert!(hollow[y * n + 16].abs() < 0.2);
        }
    }

    #[test]
    fn without_relief_the_noise_stays() {
        let cx = Cx { n: 32, variant: 0, seed: 1 };
        let noise = cx.fbm(1, 4, 4, 2, 0.5);
        let level = heights(32, std::iter::repeat([0.0, 0.0, 1.0]));
        assert!(level.iter().all(|h| h.abs() < 1e-6));
        assert_eq!(*hollows(&cx, None, Field::copy(&noise)), *noise);
        let kept = hollows(&cx, Some(&level), Field::copy(&noise));
        assert!(kept.iter().zip(noise.iter()).all(|(a, b)| (a - b.clamp(-2.0, 2.0)).abs() < 1e-5));
    }
}
