//! Numbers of the normal and the Poisson law, each from 32 bits of its own.

use std::sync::LazyLock;

const CELLS: usize = 4096;

/// Quantiles of the normal law at the edges of equal cells of probability; the outermost at a quarter of a cell.
static QUANTILES: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let edge = |cell: usize| (cell as f64).clamp(0.25, CELLS as f64 - 0.25) / CELLS as f64;
    (0..=CELLS).map(|cell| quantile(edge(cell)) as f32).collect()
});

/// The standard normal law, for many numbers of it.
#[derive(Clone, Copy)]
pub(super) struct Normal(&'static [f32]);

impl Default for Normal {
    fn default() -> Normal {
        Normal(&QUANTILES)
    }
}

impl Normal {
    /// A number of it.
    #[inline(always)]
    pub fn draw(self, bits: u32) -> f32 {
        let (cell, share) = ((bits >> 20) as usize, (bits & 0xf_ffff) as f32 / (1 << 20) as f32);
        self.0[cell] + (self.0[cell + 1] - self.0[cell]) * share
    }
}

/// A number of the standard normal law.
pub(super) fn normal(bits: u32) -> f32 {
    Normal::default().draw(bits)
}

/// More than this many are as good as normal.
pub(super) const MANY: f32 = 40.0;

/// A number of the Poisson law with that mean.
pub(super) fn poisson(mean: f32, bits: u32) -> f32 {
    if mean <= 0.0 {
        return 0.0;
    }
    if mean > MANY {
        return (mean + mean.sqrt() * normal(bits) + 0.5) as u32 as f32;
    }
    // The first count whose probability and that of all before it exceed a number drawn evenly.
    let wanted = f64::from(bits) / f64::from(u32::MAX);
    let mean = f64::from(mean);
    let (mut count, mut share) = (0.0, libm::exp(-mean));
    let mut sum = share;
    while sum < wanted && count < 200.0 {
        count += 1.0;
        share *= mean / count;
        sum += share;
    }
    count as f32
}

/// The inverse of the normal law's distribution function, by bisection.
fn quantile(probability: f64) -> f64 {
    let below = |value: f64| 0.5 * libm::erfc(-value / std::f64::consts::SQRT_2);
    let (mut low, mut high) = (-8.0, 8.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if below(middle) < probability { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::super::samples::hash;
    use super::*;

    fn moments(draw: impl Fn(u32) -> f32) -> (f64, f64) {
        const COUNT: u32 = 200_000;
        let values = || (0..COUNT).map(|index| f64::from(draw(hash(index ^ hash(7)))));
        let mean = values().sum::<f64>() / f64::from(COUNT);
        (mean, values().map(|value| (value - mean).powi(2)).sum::<f64>() / f64::from(COUNT))
    }

    #[test]
    fn normal_numbers_are_normal() {
        let (mean, variance) = moments(normal);
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.01, "{mean} {variance}");
        assert!((quantile(0.975) - 1.959_964).abs() < 1e-5);
        let (within, _) = moments(|bits| f32::from(u8::from(normal(bits).abs() < 1.0)));
        assert!((within - 0.6827).abs() < 0.005, "{within}");
    }

    #[test]
    fn counts_have_the_variance_of_their_mean() {
        for wanted in [0.05, 0.7, 4.0, 30.0, 45.0, 900.0] {
            let (mean, variance) = moments(|bits| poisson(wanted, bits));
            let wanted = f64::from(wanted);
            let slack = 0.02 * wanted + 0.003;
            assert!(
                (mean - wanted).abs() < slack && (variance - wanted).abs() < 2.0 * slack,
                "{wanted}: {mean} {variance}"
            );
        }
        assert_eq!(poisson(0.0, 77), 0.0);
    }
}
