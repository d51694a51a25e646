//! Distributions between limits, each with its quantile function and its distribution function in closed form.

use super::super::normal;

/// How one quantity is distributed within a regime. Every law ends at its limits `min` and `max`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Law {
    /// Always 0: the regime doesn't have it.
    Nothing,
    /// Mean and standard deviation are those before the ends are cut off, as are all parameters here.
    Normal { mean: f64, std_dev: f64, min: f64, max: f64 },
    /// `spread` is the standard deviation of the natural logarithm.
    LogNormal { median: f64, spread: f64, min: f64, max: f64 },
    /// What wind speeds follow; shape 2 is Rayleigh's distribution.
    Weibull { scale: f64, shape: f64, min: f64, max: f64 },
    /// Much like the beta distribution, with a closed form: P. Kumaraswamy, "A generalized probability density
    /// function for double-bounded random processes", Journal of Hydrology 46 (1980). Below 1, a parameter piles the
    /// values up at its end: `low` at `min`, `high` at `max`.
    Kumaraswamy { low: f64, high: f64, min: f64, max: f64 },
}

impl Law {
    pub(super) const fn normal(mean: f64, std_dev: f64, min: f64, max: f64) -> Self {
        Law::Normal { mean, std_dev, min, max }
    }

    pub(super) const fn log_normal(median: f64, spread: f64, min: f64, max: f64) -> Self {
        Law::LogNormal { median, spread, min, max }
    }

    /// Rayleigh's distribution, the usual one of wind speeds.
    pub(super) const fn wind(scale: f64, min: f64, max: f64) -> Self {
        Law::Weibull { scale, shape: 2.0, min, max }
    }

    pub(super) const fn between(low: f64, high: f64, min: f64, max: f64) -> Self {
        Law::Kumaraswamy { low, high, min, max }
    }

    /// The value below which this share of the distribution lies; never falls with the share.
    pub(super) fn value(self, share: f64) -> f64 {
        match self {
            Law::Nothing => 0.0,
            Law::Normal { mean, std_dev, min, max } => normal::truncated(share, mean, std_dev, min, max),
            Law::LogNormal { median, spread, min, max } => {
                let log = normal::truncated(share, libm::log(median), spread, libm::log(min), libm::log(max));
                libm::exp(log).max(min).min(max)
            }
            Law::Weibull { scale, shape, min, max } => {
                let (most, least) = (above(min, scale, shape), above(max, scale, shape));
                let left = most - share * (most - least);
                (scale * libm::pow(-libm::log(left), 1.0 / shape)).max(min).min(max)
            }
            Law::Kumaraswamy { low, high, min, max } => {
                let place = libm::pow(1.0 - libm::pow(1.0 - share, 1.0 / high), 1.0 / low);
                (min + (max - min) * place).max(min).min(max)
            }
        }
    }

    /// The share of the distribution that lies below a value: 0 below its limits, 1 above, one half for
    /// [`Law::Nothing`], which says nothing about others.
    pub(super) fn share(self, value: f64) -> f64 {
        match self {
            Law::Nothing => 0.5,
            Law::Normal { mean, std_dev, min, max } => {
                let below = |value: f64| normal::lower_tail((value - mean) / std_dev);
                part(below(min), below(value), below(max))
            }
            Law::LogNormal { median, spread, min, max } => {
                let below = |value: f64| normal::lower_tail(libm::log(value.max(1e-300) / median) / spread);
                part(below(min), below(value), below(max))
            }
            Law::Weibull { scale, shape, min, max } => {
                let below = |value: f64| -above(value.max(0.0), scale, shape);
                part(below(min), below(value), below(max))
            }
            Law::Kumaraswamy { low, high, min, max } => {
                let place = ((value - min) / (max - min)).clamp(0.0, 1.0);
                1.0 - libm::pow(1.0 - libm::pow(place, low), high)
            }
        }
    }
}

/// The share of a Weibull distribution above a value.
fn above(value: f64, scale: f64, shape: f64) -> f64 {
    libm::exp(-libm::pow(value / scale, shape))
}

/// How far between two others a value lies, from 0 to 1.
fn part(least: f64, value: f64, most: f64) -> f64 {
    ((value - least) / (most - least)).clamp(0.0, 1.0)
}
