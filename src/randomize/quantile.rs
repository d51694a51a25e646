//! Quantile functions (inverse distribution functions) for drawing by inverse transform from one number `unit` in
//! [0, 1), a multiple of 2^-53. Every result is a non-decreasing function of `unit` up to rounding.

#[cfg(test)]
mod tests;

use super::normal;

/// Half the natural logarithm of 2 pi.
const HALF_LOG_TAU: f64 = 0.918_938_533_204_672_7;

/// Relative change below which a continued fraction or a sum of positive terms has converged.
const CONVERGED: f64 = 1.2e-16;

/// Poisson means from this one on use the uniform asymptotic expansion, smaller ones sum probabilities.
const ASYMPTOTIC_MEAN: f64 = 200.0;

/// Taylor coefficients 1 to 20 of eta / (lambda - 1), where eta^2 / 2 = lambda - 1 - ln lambda (Gil, Segura and Temme
/// 2012; they follow from eta d(eta) = (1 - 1/lambda) d(lambda)).
const UNIFORM_COEFFICIENTS: [f64; 20] = [
    -3.333_333_333_333_333e-1,
    8.333_333_333_333_333e-2,
    -1.481_481_481_481_481_5e-2,
    1.157_407_407_407_407_3e-3,
    3.527_336_860_670_194e-4,
    -1.787_551_440_329_218e-4,
    3.919_263_178_522_438e-5,
    -2.185_448_510_679_992e-6,
    -1.854_062_210_715_16e-6,
    8.296_711_340_953_087e-7,
    -1.766_595_273_682_607_8e-7,
    6.707_853_543_401_498e-9,
    1.026_180_978_424_030_9e-8,
    -4.382_036_018_453_353e-9,
    9.147_699_582_236_79e-10,
    -2.551_419_399_494_624_8e-11,
    -5.830_772_132_550_426e-11,
    2.436_194_802_066_741_5e-11,
    -5.027_669_280_114_175_5e-12,
    1.100_439_203_195_613_5e-13,
];

/// Quantile of the Beta(alpha, beta) distribution on 0..1, for alpha and beta from 0.01 to 1e4.
///
/// The share of the distribution below the result is `unit` within 2e-14, and the smaller of the result x and 1 - x has
/// a relative accuracy of 2e-14 (1e-12 where a parameter is below 1), both before the result is rounded to double
/// precision: with a very small parameter it may well round to 0 or to 1.
pub(super) fn beta(unit: f64, alpha: f64, beta: f64) -> f64 {
    beta_parts(unit, alpha, beta).0
}

/// The quantile x of Beta(alpha, beta) and 1 - x, each with its own full relative accuracy.
fn beta_parts(unit: f64, alpha: f64, beta: f64) -> (f64, f64) {
    if unit <= 0.0 {
        return (0.0, 1.0);
    }
    // Solving for the smaller tail keeps relative accuracy at both ends and makes the function symmetric.
    if unit <= 0.5 {
        parts_of_logit(BetaLaw::new(alpha, beta).logit_quantile(unit).0)
    } else {
        let (upper, lower) = parts_of_logit(BetaLaw::new(beta, alpha).logit_quantile(1.0 - unit).0);
        (lower, upper)
    }
}

/// The share x with ln(x / (1 - x)) = `logit`, and 1 - x.
fn parts_of_logit(logit: f64) -> (f64, f64) {
    let odds = libm::exp(-logit.abs());
    let (smaller, larger) = (odds / (1.0 + odds), 1.0 / (1.0 + odds));
    if logit < 0.0 { (smaller, larger) } else { (larger, smaller) }
}

/// A beta distribution seen through the logit s = ln(x / (1 - x)), whose density x^alpha (1 - x)^beta / B(alpha, beta)
/// is log-concave for all parameters.
struct BetaLaw {
    alpha: f64,
    beta: f64,
    /// Logarithm of the density of the logit at its mode x = alpha / (alpha + beta).
    log_peak: f64,
}

impl BetaLaw {
    /// Prepares the law; the peak is written with Stirling errors since log-gamma functions of 1e4 would cancel badly.
    fn new(alpha: f64, beta: f64) -> Self {
        let both = alpha + beta;
        let stirling = stirling_error(alpha) + stirling_error(beta) - stirling_error(both);
        let log_peak = 0.5 * libm::log(alpha * (beta / both)) - HALF_LOG_TAU - stirling;
        Self { alpha, beta, log_peak }
    }

    /// Quantile of the logit for a share `lower` in (0, 1/2], and how many evaluations of the tail it took.
    fn logit_quantile(&self, lower: f64) -> (f64, u32) {
        match self.start(lower) {
            Start::Exact(logit) => (logit, 0),
            Start::Guess(logit) => self.search(lower, logit),
        }
    }

    /// Finds the logit with the share `lower` below it, from a guess: Halley's iteration on the logarithm of the tail
    /// that the continued fraction yields directly, guarded by a bracket.
    ///
    /// That logarithm is concave in the logit, and its derivatives cost nothing more.
    fn search(&self, lower: f64, guess: f64) -> (f64, u32) {
        let (log_lower, log_upper) = (libm::log(lower), libm::log(1.0 - lower));
        let mut logit = guess;
        // Beyond these bounds the leading term of the distribution function is exact.
        let (mut least, mut most) = (-100.0, 100.0);
        for evaluations in 1..=100 {
            let tail = self.tail(logit);
            let excess = tail.log_share - if tail.is_lower { log_lower } else { log_upper };
            if (excess > 0.0) == tail.is_lower {
                most = logit;
            } else {
                least = logit;
            }
            let newton = -excess / tail.slope;
            let step = newton / (1.0 + 0.5 * newton * (tail.density_slope - tail.slope));
            // Convergence is of third order: the error left is about the cube of a step measured in this scale.
            if step.abs() * (1.0 + tail.slope.abs() + tail.density_slope.abs()) < 3e-6 {
                return (logit + step, evaluations);
            }
            let next = logit + step;
            logit = if next > least && next < most { next } else { 0.5 * (least + most) };
        }
        (logit, 100)
    }

    /// Where to start the search for the logit with the share `lower` below it.
    fn start(&self, lower: f64) -> Start {
        let Self { alpha, beta, log_peak } = *self;
        if alpha >= 1.0 && beta >= 1.0 {
            // Abramowitz and Stegun 26.5.22.
            let normal = -normal::quantile(lower);
            let (first, second) = (1.0 / (2.0 * alpha - 1.0), 1.0 / (2.0 * beta - 1.0));
            let harmonic = 2.0 / (first + second);
            let curvature = (normal * normal - 3.0) / 6.0;
            let half_logit = normal * (harmonic + curvature).sqrt() / harmonic
                - (second - first) * (curvature + 5.0 / 6.0 - 2.0 / (3.0 * harmonic));
            return Start::Guess(libm::log(alpha / beta) - 2.0 * half_logit);
        }
        // Leading terms: x^alpha / (alpha B) below and (1 - x)^beta / (beta B) above.
        let log_complete = -alpha * libm::log1p(beta / alpha) - beta * libm::log1p(alpha / beta) - log_peak;
        let log_x = (libm::log(lower) + libm::log(alpha) + log_complete) / alpha;
        if log_x < -30.0 && libm::exp(log_x) * beta.max(1.0) < 1e-17 {
            return Start::Exact(log_x);
        }
        let log_y = (libm::log(1.0 - lower) + libm::log(beta) + log_complete) / beta;
        if log_y < -30.0 && libm::exp(log_y) * alpha.max(1.0) < 1e-17 {
            return Start::Exact(-log_y);
        }
        // One of the two logarithms is below 0, as Gamma(1 + a) Gamma(1 + b) < Gamma(1 + a + b).
        Start::Guess(if log_x < 0.0 {
            log_x - libm::log(-libm::expm1(log_x))
        } else {
            libm::log(-libm::expm1(log_y)) - log_y
        })
    }

    /// The tail beyond `logit` on the side away from the bulk of the distribution, with its derivatives.
    fn tail(&self, logit: f64) -> Tail {
        let Self { alpha, beta, log_peak } = *self;
        let (x, y) = parts_of_logit(logit);
        let density_slope = alpha * y - beta * x;
        let both = alpha + beta;
        let log_density = log_peak
            - alpha * deviance(-density_slope / alpha, x * (both / alpha))
            - beta * deviance(density_slope / beta, y * (both / beta));
        let is_lower = x * (both + 2.0) <= alpha + 1.0;
        let ratio = if is_lower {
            tail_to_density(alpha, beta, x, y, density_slope)
        } else {
            tail_to_density(beta, alpha, y, x, -density_slope)
        };
        let slope = if is_lower { 1.0 / ratio } else { -1.0 / ratio };
        Tail { is_lower, log_share: log_density + libm::log(ratio), slope, density_slope }
    }
}

/// Start of the search for a logit: a guess, or the answer to double precision.
enum Start {
    Exact(f64),
    Guess(f64),
}

/// One tail of a beta distribution at a point on the logit scale.
struct Tail {
    /// Whether it is the tail below the point.
    is_lower: bool,
    /// Logarithm of the share of the distribution in the tail.
    log_share: f64,
    /// Derivative of `log_share` by the logit.
    slope: f64,
    /// Derivative by the logit of the logarithm of the logit's density.
    density_slope: f64,
}

/// I_x(a, b) B(a, b) / (x^a y^b) with y = 1 - x and slope = a y - b x, for x up to about (a + 1) / (a + b + 2).
///
/// The even part of the continued fraction DLMF 8.17.22, its terms grouped so that none cancels (as in DiDonato and
/// Morris 1992), by the modified Lentz method. Some 120 terms suffice for a and b up to 1e4.
fn tail_to_density(a: f64, b: f64, x: f64, y: f64, slope: f64) -> f64 {
    let mut value = a * (slope + 1.0) / (a + 1.0);
    let (mut numerator, mut denominator) = (value, 0.0);
    for term in 1..1000 {
        let n = f64::from(term);
        let odd = a + 2.0 * n - 1.0;
        let turned = n * (b - n) * x / odd;
        let above = (a + n - 1.0) * (a + b + n - 1.0) * x / odd * turned;
        let below = n + turned + (a + n) / (odd + 2.0) * (slope + 1.0 + n * (1.0 + y));
        denominator = 1.0 / away_from_zero(below + above * denominator);
        numerator = away_from_zero(below + above / numerator);
        let change = numerator * denominator;
        value *= change;
        if (change - 1.0).abs() <= 2.0 * CONVERGED {
            break;
        }
    }
    1.0 / value
}

/// Replaces a vanishing term of the Lentz method by a tiny one.
fn away_from_zero(value: f64) -> f64 {
    if value.abs() < 1e-300 { 1e-300 } else { value }
}

/// Quantile of the Poisson distribution, the number of events: the smallest whole k with P(X <= k) > `unit`, for means
/// from 0 to 1e6.
///
/// Exact but for a `unit` within a relative 1e-14 (of the smaller tail) of a step of the distribution function.
pub(super) fn poisson(unit: f64, mean: f64) -> f64 {
    if unit <= 0.0 || mean <= 0.0 {
        return 0.0;
    }
    let exceeds = |count: f64| {
        let (lower, upper) = poisson_tails(count, mean);
        if unit < 0.5 { lower > unit } else { upper < 1.0 - unit }
    };
    // Cornish-Fisher expansion; its last term helps only where the skewness is small.
    let normal = if unit < 0.5 { normal::quantile(unit) } else { -normal::quantile(1.0 - unit) };
    let deviation = mean.sqrt();
    let third = if mean > 10.0 { normal * (1.0 - normal * normal) / (72.0 * deviation) } else { 0.0 };
    let guess = mean + deviation * normal + (normal * normal - 1.0) / 6.0 + third;
    let mut count = (guess + 0.5).floor().max(0.0);
    // The guess is a few counts off at most; the bound only makes the end of the walk certain.
    let down = exceeds(count);
    for _ in 0..1000 {
        if down {
            if count < 1.0 || !exceeds(count - 1.0) {
                break;
            }
            count -= 1.0;
        } else {
            count += 1.0;
            if exceeds(count) {
                break;
            }
        }
    }
    count
}

/// P(X <= count) and P(X > count) of the Poisson distribution; the smaller has full relative accuracy.
fn poisson_tails(count: f64, mean: f64) -> (f64, f64) {
    if mean >= ASYMPTOTIC_MEAN {
        return gamma_shares_uniform(count + 1.0, mean);
    }
    // The median lies above mean - ln 2: the smaller tail is the one summed.
    let below = count + 0.7 <= mean;
    let (mut term, mut sum) = (1.0, 1.0);
    let start = if below { count } else { count + 1.0 };
    for number in 0..1000 {
        let n = f64::from(number);
        term *= if below { (start - n) / mean } else { mean / (start + n + 1.0) };
        sum += term;
        if term <= CONVERGED * sum {
            break;
        }
    }
    let share = sum * poisson_probability(start, mean);
    if below { (share, 1.0 - share) } else { (1.0 - share, share) }
}

/// P(X = count) of the Poisson distribution in the saddle-point form of Loader (2000), for a mean above 0.
fn poisson_probability(count: f64, mean: f64) -> f64 {
    if count < 1.0 {
        return libm::exp(-mean);
    }
    let exponent = count * deviance((mean - count) / count, mean / count) + stirling_error(count);
    libm::exp(-exponent - HALF_LOG_TAU) / count.sqrt()
}

/// The regularised incomplete gamma functions Q(a, x) and P(a, x) for large a and x of similar size.
///
/// Uniform asymptotic expansion DLMF 8.12.3 and 8.12.4; the series of its correction comes from the backward recurrence
/// of Gil, Segura and Temme (2012, "Efficient and accurate algorithms for the computation and inversion of
/// the incomplete gamma function ratios").
fn gamma_shares_uniform(a: f64, x: f64) -> (f64, f64) {
    let excess = (x - a) / a;
    let half_square = deviance(excess, x / a);
    let eta = if excess < 0.0 { -(2.0 * half_square).sqrt() } else { (2.0 * half_square).sqrt() };
    let (mut next, mut after_next, mut series) = (0.0, 0.0, 0.0);
    let mut order = 20.0;
    for coefficient in UNIFORM_COEFFICIENTS.iter().rev() {
        // Here `order` is that of the coefficient, and the term found is one order lower.
        let term = (order + 1.0) / a * after_next + coefficient;
        series = series * eta + term;
        (next, after_next) = (term, next);
        order -= 1.0;
    }
    let first = after_next;
    let correction = series * a / (a + first) * libm::exp(-a * half_square - HALF_LOG_TAU) / a.sqrt();
    let argument = eta * (0.5 * a).sqrt();
    (0.5 * libm::erfc(argument) + correction, 0.5 * libm::erfc(-argument) - correction)
}

/// Quantile of the triangular distribution with low <= mode <= high.
pub(super) fn triangular(unit: f64, low: f64, mode: f64, high: f64) -> f64 {
    // Halves, so that no width can overflow.
    let width = 0.5 * high - 0.5 * low;
    let (left, right) = ((0.5 * mode - 0.5 * low) / width, (0.5 * high - 0.5 * mode) / width);
    if width <= 0.0 {
        low
    } else if unit < left {
        towards(low, mode, (unit / left).sqrt())
    } else {
        towards(high, mode, ((1.0 - unit) / right).sqrt())
    }
}

/// Quantile of the exponential distribution of this mean (before truncation), truncated to 0..max; max may be infinite.
pub(super) fn exponential(unit: f64, mean: f64, max: f64) -> f64 {
    if mean <= 0.0 || max <= 0.0 {
        return 0.0;
    }
    let extent = max / mean;
    if extent < f64::EPSILON {
        return unit * max;
    }
    // The share above the result is 1 - unit * (1 - e^-extent); each form is accurate on its side.
    let removed = -unit * libm::expm1(-extent);
    let log_share =
        if removed < 0.5 { libm::log1p(-removed) } else { libm::log((1.0 - unit) + unit * libm::exp(-extent)) };
    // The true value is below max: only a rounding error could pass it.
    (-mean * log_share).min(max)
}

/// Quantile of the piecewise uniform distribution: `edges` ascend and are one more than the `weights`, which are at
/// least 0 and not all 0.
pub(super) fn histogram(unit: f64, edges: &[f64], weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    // A power of two keeps the sum of huge weights finite and changes no digit.
    let scale = if total.is_finite() { 1.0 } else { 1.0 / 18_446_744_073_709_551_616.0 };
    let target = unit * weights.iter().map(|weight| weight * scale).sum::<f64>();
    let mut before = 0.0;
    let mut last = edges.first().copied().unwrap_or(0.0);
    for (edge, weight) in edges.windows(2).zip(weights) {
        let (&[low, high], after) = (edge, before + weight * scale) else { break };
        if target < after {
            return towards(low, high, (target - before) / (weight * scale));
        }
        if *weight > 0.0 {
            last = high;
        }
        before = after;
    }
    // Only rounding of weights near the smallest number can lead here.
    last
}

/// The point at this share (0 to 1) of the way from one value to another.
fn towards(from: f64, to: f64, share: f64) -> f64 {
    let width = to - from;
    let point = if width.is_finite() { from + width * share } else { from * (1.0 - share) + to * share };
    point.max(from.min(to)).min(from.max(to))
}

/// Quantile of the empirical distribution of a sample sorted ascending, at least one value: each is equally likely.
pub(super) fn sample(unit: f64, sorted: &[f64]) -> f64 {
    // A unit below 1 times a whole number is rounded to less than that number.
    let position = (unit * sorted.len() as f64).floor() as usize;
    sorted.get(position).copied().unwrap_or(0.0)
}

/// ln Gamma(shape) less Stirling's formula (shape - 1/2) ln shape - shape + ln(2 pi) / 2; DLMF 5.11.1 from 10 on.
fn stirling_error(shape: f64) -> f64 {
    if shape < 10.0 {
        return libm::lgamma(shape) - (shape - 0.5) * libm::log(shape) + shape - HALF_LOG_TAU;
    }
    let inverse = 1.0 / shape;
    let square = inverse * inverse;
    let tail = 1.0 / 1188.0 - square * (691.0 / 360_360.0 - square / 156.0);
    inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0 - square * tail))))
}

/// excess - ln(1 + excess), given also ratio = 1 + excess (with its own accuracy, where it is small).
fn deviance(excess: f64, ratio: f64) -> f64 {
    if excess.abs() <= 0.3 {
        small_deviance(excess)
    } else if excess > -0.5 && excess < 0.8 {
        // With 1 + e = (1 + h)^2 both terms of h^2 + 2 (h - ln(1 + h)) are positive.
        let half = excess / (1.0 + ratio.sqrt());
        half * half + 2.0 * small_deviance(half)
    } else {
        excess - libm::log(ratio)
    }
}

/// excess - ln(1 + excess) to full relative accuracy for an excess from -0.3 to 0.35.
fn small_deviance(excess: f64) -> f64 {
    // ln(1 + e) = 2 artanh r with r = e / (2 + e), and e - 2 r = e r.
    let r = excess / (2.0 + excess);
    let square = r * r;
    let mut series = 0.0;
    for odd in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        series = series * square + 1.0 / odd;
    }
    r * (excess - 2.0 * square * series)
}
