//! Tests of the quantile functions against closed forms, high-precision values (mpmath, 45 digits), integrals and sums
//! written here independently, and the statistics of 10,000 draws.

use super::super::normal::lower_tail as normal_share;
use super::*;

/// 2^-53, the smallest `unit` above 0.
const STEP: f64 = 1.0 / 9_007_199_254_740_992.0;
const LAST: f64 = 1.0 - STEP;

/// Parameters across the range that the beta quantile promises.
const SHAPES: [f64; 11] = [0.01, 0.03, 0.1, 0.5, 0.99, 1.0, 1.5, 4.0, 50.0, 1e3, 1e4];

fn unit_of(steps: u64) -> f64 {
    steps as f64 * STEP
}

/// Units at both ends and between, ascending.
fn units() -> Vec<f64> {
    let ends = [STEP, 1e-15, 1e-12, 1e-9, 1e-6, 1e-4, 1e-3].map(|unit: f64| (unit / STEP).round() * STEP);
    let mut units = vec![0.0];
    units.extend(ends);
    units.extend((1..200).map(|number| unit_of(number * (1 << 53) / 200)));
    units.extend(ends.iter().rev().map(|unit| 1.0 - unit));
    units
}

/// 10,000 units from SplitMix64 (Steele, Lea and Flood 2014).
fn random_units(seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        unit_of((mixed ^ (mixed >> 31)) >> 11)
    };
    (0..10_000).map(|_| next()).collect()
}

/// Fails unless the Kolmogorov-Smirnov distance of sorted draws whose shares are given passes at the 0.1 % level. With
/// a right quantile function it is that of the units themselves, at most 1.3 for the seeds used here.
fn assert_uniform(shares: &[f64], name: &str) {
    let count = shares.len() as f64;
    let distance = shares.iter().enumerate().fold(0.0_f64, |worst, (rank, share)| {
        worst.max(share - rank as f64 / count).max((rank + 1) as f64 / count - share)
    });
    assert!(distance * count.sqrt() < 1.95, "{name}: {}", distance * count.sqrt());
}

fn sorted_draws(seed: u64, quantile: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut draws: Vec<f64> = random_units(seed).into_iter().map(quantile).collect();
    draws.sort_by(f64::total_cmp);
    draws
}

fn assert_close(found: f64, wanted: f64, relative: f64, name: &str) {
    assert!((found - wanted).abs() <= relative * wanted.abs(), "{name}: {found:e} is not {wanted:e}");
}

#[test]
fn beta_agrees_with_high_precision_values() {
    for (unit, alpha, beta, x, rest, accuracy) in [
        (0.25, 2.5, 0.75, 0.648_410_353_469_003_4, 0.351_589_646_530_996_5, 2e-15),
        (0.875, 0.3, 4.0, 0.182_717_949_819_077_6, 0.817_282_050_180_922_4, 4e-15),
        (STEP, 1.5, 40.0, 6.938_714_691_696_922e-13, 0.999_999_999_999_306_1, 2e-14),
        (LAST, 1.5, 40.0, 0.617_853_300_049_994_1, 0.382_146_699_950_005_94, 2e-15),
        (0.3, 1e4, 1e4, 0.498_145_947_404_840_2, 0.501_854_052_595_159_8, 2e-15),
        (1.0 - 2.0_f64.powi(-40), 1e4, 30.0, 0.999_425_932_269_499_2, 0.000_574_067_730_500_856_6, 2e-15),
        (0.0625, 0.01, 0.015625, 1.151_938_048_430_904_1e-99, 1.0, 2e-13),
        (0.75, 0.01, 1e4, 1.815_603_047_207_632e-17, 1.0, 2e-13),
        (0.005, 1e4, 0.02, 0.999_906_575_567_651_1, 9.342_443_234_889_906e-5, 4e-13),
        (2.0_f64.powi(-30), 1e3, 0.5, 0.981_437_932_179_927_6, 0.018_562_067_820_072_446, 2e-15),
        (0.5, 0.9, 1e4, 5.967_282_276_862_739e-5, 0.999_940_327_177_231_4, 2e-15),
        (2.0_f64.powi(-20), 0.1, 0.1, 5.519_366_902_312_766_5e-58, 1.0, 4e-14),
        (0.6, 37.0, 11.0, 0.789_708_818_709_647_3, 0.210_291_181_290_352_7, 2e-15),
    ] {
        let name = format!("Beta({alpha}, {beta}) at {unit:e}");
        let (lower, upper) = beta_parts(unit, alpha, beta);
        assert_close(lower, x, accuracy, &name);
        assert_close(upper, rest, accuracy, &name);
    }
}

#[test]
fn beta_agrees_with_closed_forms() {
    for unit in units() {
        for shape in SHAPES {
            let accuracy = if shape < 0.2 { 2e-13 } else { 2e-14 };
            // Beta(a, 1) has the distribution function x^a, where powers do not underflow.
            if unit.ln() / shape > -690.0 {
                let ((lower, upper), name) = (beta_parts(unit, shape, 1.0), format!("Beta({shape}, 1) at {unit}"));
                assert_close(lower, unit.powf(1.0 / shape), accuracy, &name);
                assert_close(upper, -(unit.ln() / shape).exp_m1(), accuracy, &name);
            }
            // Beta(1, b) has 1 - (1 - x)^b.
            let wanted = -((-unit).ln_1p() / shape).exp_m1();
            assert_close(beta(unit, 1.0, shape), wanted, accuracy, &format!("Beta(1, {shape}) at {unit}"));
        }
        let arcsine = (unit * std::f64::consts::FRAC_PI_2).sin().powi(2);
        assert_close(beta(unit, 0.5, 0.5), arcsine, 1e-14, &format!("arcsine at {unit}"));
        let x = beta(unit, 2.0, 2.0);
        assert_close(x * x * (3.0 - 2.0 * x), unit, 2e-14, &format!("Beta(2, 2) at {unit}"));
    }
}

#[test]
fn beta_is_symmetric_monotone_and_finite() {
    for alpha in SHAPES {
        for beta_shape in SHAPES {
            let mut before = 0.0;
            for unit in units() {
                let name = format!("Beta({alpha}, {beta_shape}) at {unit:e}");
                let x = beta(unit, alpha, beta_shape);
                assert!((0.0..=1.0).contains(&x) && x >= before, "{name}: {x}");
                before = x;
                if unit > 0.0 {
                    let mirrored = 1.0 - beta(1.0 - unit, beta_shape, alpha);
                    // At one half the same tail is solved for twice, by different steps.
                    let accuracy = if unit == 0.5 { 2e-13 } else { 2.0 * STEP };
                    assert!((x - mirrored).abs() <= accuracy, "{name}: {x} and {mirrored}");
                }
            }
            // Both sides of the middle are solved for in different tails.
            let (low, high) = (beta(0.5, alpha, beta_shape), beta(0.5 + STEP, alpha, beta_shape));
            assert!((low - high).abs() <= 2e-13 * low, "Beta({alpha}, {beta_shape}): {low} and {high}");
            assert_eq!(beta(0.0, alpha, beta_shape), 0.0);
        }
    }
}

#[test]
fn beta_search_is_quick_and_safe_from_any_start() {
    for alpha in SHAPES {
        for beta_shape in SHAPES {
            let law = BetaLaw::new(alpha, beta_shape);
            for unit in units().into_iter().filter(|unit| *unit > 0.0 && *unit <= 0.5) {
                let name = format!("Beta({alpha}, {beta_shape}) at {unit:e}");
                let (logit, evaluations) = law.logit_quantile(unit);
                assert!(evaluations <= 6, "{name}: {evaluations} evaluations");
                // Without evaluations the answer was the leading term, perhaps out of the bracket.
                for guess in [-99.0, -9.0, 2.0, 99.0].into_iter().filter(|_| evaluations > 0) {
                    let (found, count) = law.search(unit, guess);
                    assert!((found - logit).abs() <= 1e-12 && count < 40, "{name}: {found}, not {logit}, in {count}");
                }
            }
        }
    }
}

/// Shares of Beta(alpha, beta) below sorted values, by Simpson's rule over the logit.
fn beta_shares(values: &[f64], alpha: f64, beta: f64) -> Vec<f64> {
    let density = |logit: f64| (-alpha * (-logit).exp().ln_1p() - beta * logit.exp().ln_1p()).exp();
    let integral = |from: f64, to: f64| {
        let panels = 2 * (1.0 + (to - from) * 200.0).ceil() as usize;
        let width = (to - from) / panels as f64;
        let inner: f64 =
            (1..panels).map(|number| (2 + 2 * (number % 2)) as f64 * density(from + width * number as f64)).sum();
        (density(from) + inner + density(to)) * width / 3.0
    };
    let (mut before, mut sum) = (-60.0, 0.0);
    let mut sums: Vec<f64> = values
        .iter()
        .map(|value| {
            let logit = (value / (1.0 - value)).ln();
            sum += integral(before, logit);
            before = logit;
            sum
        })
        .collect();
    let total = sum + integral(before, 60.0);
    sums.iter_mut().for_each(|sum| *sum /= total);
    sums
}

#[test]
fn beta_draws_follow_the_integrated_density() {
    for (seed, alpha, beta_shape) in [(6, 2.5, 4.0), (2, 0.6, 0.7), (3, 0.9, 30.0), (4, 300.0, 70.0), (5, 1.0, 1.0)] {
        let draws = sorted_draws(seed, |unit| beta(unit, alpha, beta_shape));
        assert_uniform(&beta_shares(&draws, alpha, beta_shape), &format!("Beta({alpha}, {beta_shape})"));
        // Far sharper than the statistic of the draws: the share below the quantile is the unit.
        let middle: Vec<f64> = (1..50).map(|number| f64::from(number) / 50.0).collect();
        let values: Vec<f64> = middle.iter().map(|unit| beta(*unit, alpha, beta_shape)).collect();
        for (unit, share) in middle.iter().zip(beta_shares(&values, alpha, beta_shape)) {
            assert!((unit - share).abs() < 1e-10, "Beta({alpha}, {beta_shape}) at {unit}: {share}");
        }
    }
}

/// Share of Beta(alpha, beta) below x for whole parameters: P(at least alpha successes in alpha + beta - 1 trials).
fn binomial_share(x: f64, alpha: u32, beta: u32) -> f64 {
    let trials = alpha + beta - 1;
    let mut term = x.powi(alpha as i32) * (1.0 - x).powi(beta as i32 - 1);
    for number in 1..beta {
        term *= f64::from(trials - number + 1) / f64::from(number);
    }
    let mut sum = 0.0;
    for successes in alpha..=trials {
        sum += term;
        term *= f64::from(trials - successes) / f64::from(successes + 1) * x / (1.0 - x);
    }
    sum
}

#[test]
fn share_below_the_beta_quantile_is_the_unit() {
    for (alpha, beta_shape) in [(1, 3), (2, 2), (2, 7), (5, 3), (12, 12), (40, 6), (60, 90)] {
        for unit in units().into_iter().skip(1) {
            let share = binomial_share(beta(unit, f64::from(alpha), f64::from(beta_shape)), alpha, beta_shape);
            assert!((share - unit).abs() < 1e-13, "Beta({alpha}, {beta_shape}) at {unit}: {share}");
            // The lower tail keeps its relative accuracy too.
            assert!(unit > 0.5 || (share - unit).abs() < 1e-12 * unit, "Beta({alpha}, {beta_shape}) at {unit:e}");
        }
    }
}

#[test]
fn poisson_steps_where_high_precision_sums_do() {
    // (mean, count, P(X <= count) in steps of 2^-53 rounded down).
    for (mean, count, steps) in [
        (0.001_044_610_724_380_151_9, 0.0, 8_997_795_150_472_102_u64),
        (0.1, 0.0, 8_150_050_917_395_258),
        (0.1, 5.0, 9_007_199_243_257_725),
        (4.0, 0.0, 164_972_608_948_711),
        (4.0, 4.0, 5_664_059_573_905_766),
        (30.0, 4.0, 32_644_800),
        (30.0, 75.0, 9_007_199_254_727_694),
        (199.0, 199.0, 4_673_307_978_703_682),
        (199.0, 260.0, 9_007_062_749_258_910),
        (200.0, 140.0, 41_549_980_071),
        (200.0, 203.0, 5_422_338_469_697_219),
        (1e3, 811.0, 3_293_398),
        (1e3, 1200.0, 9_007_199_251_241_749),
        (1e4, 9500.0, 2_143_152_452),
        (1e6, 994_000.0, 8_598_402),
        (1e6, 1_000_000.0, 4_505_995_195_471_539),
        (1e6, 1_004_321.0, 9_007_128_525_335_368),
    ] {
        let margin = (steps.min((1 << 53) - steps) as f64 * 4e-15) as u64;
        assert_eq!(poisson(unit_of(steps - margin), mean), count, "mean {mean}, below the step");
        assert_eq!(poisson(unit_of(steps + 1 + margin), mean), count + 1.0, "mean {mean}, above the step");
    }
}

#[test]
fn poisson_is_the_smallest_count_whose_share_exceeds_the_unit() {
    for mean in [1e-9, 0.1, 0.7, 1.0, 4.0, 9.9, 10.1, 30.0, 150.0] {
        let (mut probability, mut share) = (f64::exp(-mean), 0.0);
        for count in 0..400 {
            let before = share;
            share += probability;
            probability *= mean / f64::from(count + 1);
            let (low, high) = (before * (1.0 + 1e-12) + 1e-15, share * (1.0 - 1e-12));
            if low < high && high < 1.0 - 1e-9 {
                for unit in [low, 0.5 * (low + high), high] {
                    assert_eq!(poisson(unit, mean), f64::from(count), "mean {mean} at {unit:e}");
                }
            }
        }
    }
}

/// Fails unless a chi-squared statistic is within 3.3 deviations (Wilson and Hilferty 1931) of what is due.
#[test]
fn poisson_draws_pass_a_chi_squared_test() {
    for (seed, mean) in [(11, 0.1), (12, 1.0), (13, 4.0), (14, 30.0), (15, 1000.0)] {
        let draws = sorted_draws(seed, |unit| poisson(unit, mean));
        assert!(draws.iter().all(|draw| draw.fract() == 0.0));
        let (mut statistic, mut classes, mut due, mut seen) = (0.0, 0, 0.0, 0.0);
        let (mut left, mut rest) = (1e4, 1e4);
        let mut log_probability = -mean;
        for count in 0..3000 {
            let expected = 1e4 * log_probability.exp();
            due += expected;
            rest -= expected;
            seen += draws.iter().filter(|draw| **draw == f64::from(count)).count() as f64;
            log_probability += (mean / f64::from(count + 1)).ln();
            // Neighbouring counts are joined until 20 draws are due, the last ones all.
            if due >= 20.0 && rest >= 20.0 {
                statistic += (seen - due) * (seen - due) / due;
                left -= seen;
                (classes, due, seen) = (classes + 1, 0.0, 0.0);
            }
        }
        let due = due + rest;
        statistic += (left - due) * (left - due) / due;
        let variance = 2.0 / (9.0 * f64::from(classes));
        let deviate = ((statistic / f64::from(classes)).cbrt() - (1.0 - variance)) / variance.sqrt();
        assert!(classes >= 1 && deviate.abs() < 3.3, "mean {mean}: {statistic} for {classes} degrees of freedom");
    }
}

#[test]
fn poisson_is_monotone_and_finite() {
    for mean in [0.0, 5e-324, 1e-300, 1e-12, 0.01, 0.5, 3.0, 10.0, 77.0, 199.99, 200.0, 5e3, 1e5, 1e6] {
        assert_eq!(poisson(0.0, mean), 0.0);
        let mut before = 0.0;
        for unit in units() {
            let count = poisson(unit, mean);
            assert!(count >= before && count.fract() == 0.0, "mean {mean} at {unit}: {count}");
            before = count;
        }
        assert!(before <= mean + 9.0 * f64::sqrt(mean) + 15.0, "mean {mean}: {before}");
        assert!(mean > 0.0 || before == 0.0);
    }
}

#[test]
fn poisson_tails_agree_on_both_sides_of_the_asymptotic_range() {
    for count in [130.0, 180.0, 199.0, 200.0, 230.0, 290.0] {
        let (lower, upper) = gamma_shares_uniform(count + 1.0, 199.5);
        let (lower_sum, upper_sum) = poisson_tails(count, 199.5);
        assert!((lower + upper - 1.0).abs() < 4e-16);
        let (found, wanted) = if lower < 0.5 { (lower, lower_sum) } else { (upper, upper_sum) };
        assert_close(found, wanted, 2e-14, &format!("tail at {count}"));
    }
}

#[test]
fn triangular_inverts_its_distribution_function() {
    for (low, mode, high) in [(-1.0, 0.0, 3.0), (0.0, 0.0, 2.0), (1.0, 5.0, 5.0), (-8.0, -7.5, -7.0)] {
        let share = |x: f64| {
            if x < mode || mode == high {
                (x - low) * (x - low) / ((high - low) * (mode - low))
            } else {
                1.0 - (high - x) * (high - x) / ((high - low) * (high - mode))
            }
        };
        let mut before = low;
        for unit in units() {
            let x = triangular(unit, low, mode, high);
            assert!(x >= before && x <= high, "{low}, {mode}, {high} at {unit}: {x}");
            assert!((share(x) - unit).abs() < 1e-14, "{low}, {mode}, {high} at {unit}: {}", share(x));
            before = x;
        }
        let draws = sorted_draws(21, |unit| triangular(unit, low, mode, high));
        assert_uniform(&draws.into_iter().map(share).collect::<Vec<_>>(), "triangular");
    }
    assert_eq!(triangular(0.3, 2.5, 2.5, 2.5), 2.5);
    // Here 0.4 + (0.1 - 0.4) is below 0.1.
    assert_eq!(triangular(0.0, 0.1, 0.1, 0.4), 0.1);
    // Relative accuracy next to both ends.
    assert_close(triangular(STEP, 0.0, 1.0, 2.0), (2.0 * STEP).sqrt(), 4e-16, "next to the low end");
    assert_close(triangular(LAST, -2.0, -1.0, 0.0), -(2.0 * STEP).sqrt(), 4e-16, "next to the high end");
    for unit in units() {
        let x = triangular(unit, -1.7e308, 1e308, 1.7e308);
        assert!((-1.7e308..=1.7e308).contains(&x), "{x}");
    }
}

#[test]
fn exponential_agrees_with_high_precision_values() {
    for (unit, mean, max, wanted) in [
        (0.5, 2.0, 3.0, 0.983_467_805_154_385_8),
        (LAST, 2.0, 60.0, 59.997_628_532_493_9),
        (0.75, 1e10, 1.0, 0.749_999_999_990_625),
        (STEP, 5.0, f64::INFINITY, 5.551_115_123_125_783e-16),
        (LAST, 5.0, f64::INFINITY, 183.684_002_848_385_5),
        (0.875, 0.001, 10.0, 0.002_079_441_541_679_836),
        (LAST, 1.0, 36.0, 35.608_875_324_262_5),
        (0.9, 1e17, 3.0, 2.7),
        (0.75, 1e300, 1e-20, 0.75e-20),
        (0.0, 1.0, 3.0, 0.0),
        (0.9, 1.0, 0.0, 0.0),
    ] {
        assert_close(exponential(unit, mean, max), wanted, 4e-16, &format!("{unit}, mean {mean}, max {max}"));
    }
}

#[test]
fn exponential_follows_the_truncated_law_without_mass_at_its_end() {
    for (seed, mean, max) in [(31, 2.0, 1.0), (32, 0.5, 3.0), (33, 7.0, f64::INFINITY), (34, 1e3, 1.0)] {
        let draws = sorted_draws(seed, |unit| exponential(unit, mean, max));
        assert!(draws.iter().all(|draw| *draw >= 0.0 && *draw < max));
        let whole = -(-max / mean).exp_m1();
        let shares: Vec<f64> = draws.iter().map(|draw| -(-draw / mean).exp_m1() / whole).collect();
        assert_uniform(&shares, &format!("mean {mean}, max {max}"));
    }
    for mean in [1e-300, 0.1, 1.0, 1e300] {
        for max in [1e-300, 1.0, 30.0, 700.0, 1e300, f64::INFINITY] {
            let mut before = 0.0;
            for unit in units() {
                let x = exponential(unit, mean, max);
                assert!(x >= before && x <= max && x.is_finite(), "{unit}, mean {mean}, max {max}: {x}");
                before = x;
            }
        }
    }
}

#[test]
fn histogram_spreads_each_weight_evenly() {
    let (edges, weights) = ([-1.0, 0.0, 0.5, 2.0, 4.0, 9.0], [0.0, 1.0, 0.0, 3.0, 0.0]);
    assert_eq!(histogram(0.0, &edges, &weights), 0.0);
    assert_eq!(histogram(0.125, &edges, &weights), 0.25);
    assert_eq!(histogram(0.25, &edges, &weights), 2.0);
    assert_eq!(histogram(0.625, &edges, &weights), 3.0);
    assert!((4.0 - histogram(LAST, &edges, &weights)).abs() < 1e-15);
    let share = |x: f64| if x < 1.0 { 0.5 * x } else { 0.25 + 0.375 * (x - 2.0) };
    let draws = sorted_draws(41, |unit| histogram(unit, &edges, &weights));
    assert!(draws.iter().all(|x| (0.0..0.5).contains(x) || (2.0..4.0).contains(x)));
    assert_uniform(&draws.into_iter().map(share).collect::<Vec<_>>(), "histogram");
    // Weights whose sum overflows or has few digits, and widths that overflow.
    assert_eq!(histogram(0.75, &[0.0, 1.0, 2.0], &[1.5e308, 1.5e308]), 1.5);
    assert_eq!(histogram(0.75, &[0.0, 1.0, 2.0], &[5e-324, 0.0]), 1.0);
    assert_eq!(histogram(0.75, &[-1.5e308, 1.5e308], &[1.0]), 0.75e308);
    for weights in [[5e-324, 5e-324], [1e308, 1.7e308], [0.1, 0.7]] {
        let mut before = -1.7e308;
        for unit in units() {
            let x = histogram(unit, &[-1.7e308, 0.0, 1.7e308], &weights);
            assert!(x >= before && x <= 1.7e308, "{unit}: {x}");
            before = x;
        }
    }
}

#[test]
fn sample_takes_each_value_equally_often() {
    let sorted = [-3.0, 0.0, 0.0, 4.0, 5.0];
    let drawn: Vec<f64> = (0..1000).map(|number| sample((f64::from(number) + 0.5) / 1000.0, &sorted)).collect();
    for (value, wanted) in [(-3.0, 200), (0.0, 400), (4.0, 200), (5.0, 200)] {
        assert_eq!(drawn.iter().filter(|draw| **draw == value).count(), wanted);
    }
    assert_eq!((sample(0.0, &sorted), sample(LAST, &sorted)), (-3.0, 5.0));
    assert_eq!((sample(0.25, &[1.0, 2.0, 3.0, 4.0]), sample(0.25 - STEP, &[1.0, 2.0, 3.0, 4.0])), (2.0, 1.0));
    assert_eq!((sample(0.0, &[7.0]), sample(LAST, &[7.0])), (7.0, 7.0));
}

#[test]
fn helpers_agree_with_high_precision_values() {
    for (z, wanted, accuracy) in [
        (-30.0, 4.906_713_927_148_187e-198, 2e-13),
        (-8.0, 6.220_960_574_271_784e-16, 2e-14),
        (-1.96, 0.024_997_895_148_220_435, 2e-15),
        (-0.5, 0.308_537_538_725_986_9, 4e-16),
        (0.0, 0.5, 0.0),
        (1.5, 0.933_192_798_731_141_9, 2e-16),
        (6.0, 0.999_999_999_013_412_3, 2e-16),
        (f64::NEG_INFINITY, 0.0, 0.0),
        (f64::INFINITY, 1.0, 0.0),
    ] {
        assert_close(normal_share(z), wanted, accuracy, &format!("share of the normal distribution below {z}"));
    }
    for (shape, wanted) in [
        (0.01, 1.434_007_953_703_184_2),
        (0.5, 0.153_426_409_720_027_36),
        (3.0, 0.027_677_925_684_998_34),
        (9.75, 0.008_544_020_505_848_588),
        (10.0, 0.008_330_563_433_362_87),
        (123.0, 0.000_677_505_282_362_833_3),
        (1e4, 8.333_333_330_555_555e-6),
    ] {
        let accuracy = if shape < 10.0 { 2e-15 } else { 4e-17 };
        assert!((stirling_error(shape) - wanted).abs() < accuracy, "Stirling error of {shape}");
    }
    for (excess, wanted) in [
        (-0.999, 5.908_755_278_982_136),
        (-0.25, 0.037_682_072_451_780_93),
        (-1e-5, 5.000_033_333_583_336_4e-11),
        (1e-9, 4.999_999_996_666_667e-19),
        (-0.3, 0.056_674_943_938_732_374),
        (-0.45, 0.147_837_000_755_620_46),
        (0.7, 0.169_371_748_937_829_6),
        (0.125, 0.007_216_964_343_616_545),
        (0.31, 0.039_972_862_786_939_824),
        (5.0, 3.208_240_530_771_945),
    ] {
        assert_close(deviance(excess, 1.0 + excess), wanted, 2e-15, &format!("deviance of {excess}"));
    } // The series of eta / (lambda - 1), where a further term would count less than 1e-14.
    for lambda in [0.5, 0.8, 1.3, 1.9] {
        let eta = (2.0 * deviance(lambda - 1.0, lambda)).sqrt().copysign(lambda - 1.0);
        let series = UNIFORM_COEFFICIENTS.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * eta);
        assert_close(1.0 + series, eta / (lambda - 1.0), 1e-14, &format!("series for {lambda}"));
    }
}
