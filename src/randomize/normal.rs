//! The normal distribution: its quantiles, and draws between limits that may lie far in a tail.

use std::f64::consts::FRAC_1_SQRT_2;

/// Half the distance between two neighbouring values of [`super::Stream::unit`].
const HALF_STEP: f64 = 1.0 / (1_u64 << 54) as f64;

/// Standard deviations beyond which a draw goes by ratios of the tail instead of by the distribution function.
const FAR: f64 = 5.0;

/// The value of a normal distribution cut off at `min` and `max` below which a share of `unit` (0 to 1) lies.
///
/// Expects `min` ≤ `max` and `std_dev` ≥ 0; the limits may be infinite.
pub(super) fn truncated(unit: f64, mean: f64, std_dev: f64, min: f64, max: f64) -> f64 {
    let low = (min - mean) / std_dev;
    let high = (max - mean) / std_dev;
    let drawn = if std_dev == 0.0 || low == f64::INFINITY || high == f64::NEG_INFINITY {
        mean // the limit of an ever narrower distribution, moved to the nearest limit below
    } else if low > FAR {
        min + std_dev * beyond(low, high - low, unit)
    } else if high < -FAR {
        max - std_dev * beyond(-high, high - low, 1.0 - unit)
    } else {
        mean + std_dev * between(low, high, unit)
    };
    drawn.max(min).min(max)
}

/// A share that is uniform by itself and goes with another one: both as shares of normal distributions that have this
/// correlation (−1 to 1), the Gaussian copula. `unit` is uniform and independent of `rank`.
///
/// R. B. Nelsen, "An Introduction to Copulas" (2006), section 2.3.
pub(super) fn correlated(rank: f64, unit: f64, correlation: f64) -> f64 {
    let score = |share: f64| quantile((share + HALF_STEP).min(1.0 - HALF_STEP));
    let mixed = correlation * score(rank) + (1.0 - correlation * correlation).max(0.0).sqrt() * score(unit);
    lower_tail(mixed).clamp(0.0, 1.0 - 2.0 * HALF_STEP)
}

/// The same in standard deviations from the mean, for limits that are not both far out on one side.
fn between(low: f64, high: f64, unit: f64) -> f64 {
    // Neither end is ever hit, so that infinite limits give finite values.
    let (from_low, from_high) = (unit + HALF_STEP, (1.0 - unit) - HALF_STEP);
    let below = from_low * lower_tail(high) + from_high * lower_tail(low);
    if below < 0.5 { quantile(below) } else { -quantile(from_low * lower_tail(-high) + from_high * lower_tail(-low)) }
}

/// How far beyond `start` (in standard deviations, well above 0) the value lies when at most `width` is allowed.
///
/// Solves Q(start + t) / Q(start) = 1 − unit · (1 − Q(start + width) / Q(start)) for t with the logarithm of the
/// ratio of tails, ln Q(start + t) / Q(start) = −t·start − t²/2 + ln M(start + t) / M(start), where M is Mills'
/// ratio: nothing in it underflows.
fn beyond(start: f64, width: f64, unit: f64) -> f64 {
    let start_ratio = mills_ratio(start);
    let log_ratio = |t: f64| -t * start - t * t / 2.0 + libm::log(mills_ratio(start + t) / start_ratio);
    let covered = if width.is_finite() { -libm::expm1(log_ratio(width)) } else { 1.0 };
    let target = libm::log1p(-(unit * covered).min(1.0 - 2.0 * HALF_STEP));
    // Without Mills' ratio the equation is quadratic; that start is close, and Newton's steps do the rest.
    let mut t = -2.0 * target / (start + (start * start - 2.0 * target).sqrt());
    for _ in 0..6 {
        t += (log_ratio(t) - target) * mills_ratio(start + t);
        t = t.max(0.0);
    }
    t
}

/// The share of the standard normal distribution below `z`, with full relative accuracy below 0.
pub(super) fn lower_tail(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// The upper tail over the density, for `z` ≥ 5, by its continued fraction z + 1/(z + 2/(z + 3/(z + …))).
fn mills_ratio(z: f64) -> f64 {
    let mut tail = z;
    for term in (1..=60).rev() {
        tail = z + f64::from(term) / tail;
    }
    1.0 / tail
}

/// The value below which a share `p` (above 0, below 1) of the standard normal distribution lies.
///
/// Algorithm AS 241 (PPND16): M. J. Wichura, "The Percentage Points of the Normal Distribution",
/// Applied Statistics 37 (1988) 477–484; its relative accuracy is about 10⁻¹⁶.
pub(super) fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * polynomial(&CENTRE_ABOVE, r) / polynomial(&CENTRE_BELOW, r);
    }
    let r = (-libm::log(if q < 0.0 { p } else { 1.0 - p })).sqrt();
    let size = if r <= 5.0 {
        polynomial(&MIDDLE_ABOVE, r - 1.6) / polynomial(&MIDDLE_BELOW, r - 1.6)
    } else {
        polynomial(&TAIL_ABOVE, r - 5.0) / polynomial(&TAIL_BELOW, r - 5.0)
    };
    if q < 0.0 { -size } else { size }
}

/// By Horner's rule, highest power first.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

const CENTRE_ABOVE: [f64; 8] = [
    2_509.080_928_730_122_7,
    33_430.575_583_588_13,
    67_265.770_927_008_7,
    45_921.953_931_549_87,
    13_731.693_765_509_46,
    1_971.590_950_306_551_3,
    133.141_667_891_784_38,
    3.387_132_872_796_366_5,
];
const CENTRE_BELOW: [f64; 8] = [
    5_226.495_278_852_545,
    28_729.085_735_721_943,
    39_307.895_800_092_71,
    21_213.794_301_586_597,
    5_394.196_021_424_751,
    687.187_007_492_057_9,
    42.313_330_701_600_91,
    1.0,
];
const MIDDLE_ABOVE: [f64; 8] = [
    7.745_450_142_783_414e-4,
    0.022_723_844_989_269_184,
    0.241_780_725_177_450_6,
    1.270_458_252_452_368_4,
    3.647_848_324_763_204_5,
    5.769_497_221_460_691,
    4.630_337_846_156_546,
    1.423_437_110_749_683_5,
];
const MIDDLE_BELOW: [f64; 8] = [
    1.050_750_071_644_416_9e-9,
    5.475_938_084_995_345e-4,
    0.015_198_666_563_616_457,
    0.148_103_976_427_480_08,
    0.689_767_334_985_1,
    1.676_384_830_183_803_8,
    2.053_191_626_637_759,
    1.0,
];
const TAIL_ABOVE: [f64; 8] = [
    2.010_334_399_292_288_1e-7,
    2.711_555_568_743_487_6e-5,
    1.242_660_947_388_078_4e-3,
    0.026_532_189_526_576_124,
    0.296_560_571_828_504_87,
    1.784_826_539_917_291_3,
    5.463_784_911_164_114,
    6.657_904_643_501_103,
];
const TAIL_BELOW: [f64; 8] = [
    2.044_263_103_389_939_8e-15,
    1.421_511_758_316_446e-7,
    1.846_318_317_510_054_8e-5,
    7.868_691_311_456_133e-4,
    0.014_875_361_290_850_615,
    0.136_929_880_922_735_8,
    0.599_832_206_555_887_9,
    1.0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_the_inverse_of_the_distribution_function() {
        for step in 1..4000 {
            let z = -8.0 + f64::from(step) * 0.002;
            let back = quantile(lower_tail(z));
            assert!((back - z).abs() < 1e-13 * (1.0 + z * z), "{z}: {back}");
        }
        assert_eq!(quantile(0.5), 0.0);
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-15);
        assert!((quantile(1e-300) + 37.047_096_299_361_2).abs() < 1e-12);
    }

    #[test]
    fn mills_ratio_is_the_tail_over_the_density() {
        for step in 0..300 {
            let z = FAR + f64::from(step) * 0.1;
            let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
            assert!((mills_ratio(z) / (lower_tail(-z) / density) - 1.0).abs() < 1e-12, "{z}");
        }
    }

    #[test]
    fn draws_in_a_tail_solve_their_equation() {
        for start in [FAR, 8.0, 20.0, 35.0] {
            for width in [1e-3, 0.1, 1.0, f64::INFINITY] {
                for unit in [0.0, 1e-9, 0.1, 0.5, 0.9, 1.0 - 1e-9] {
                    let left = |t: f64| lower_tail(-(start + t)) / lower_tail(-start);
                    let expected = 1.0 - unit * (1.0 - if width.is_finite() { left(width) } else { 0.0 });
                    let t = beyond(start, width, unit);
                    assert!((left(t) - expected).abs() < 1e-12, "{start} + {t} of {width} at {unit}");
                }
            }
        }
    }
}
