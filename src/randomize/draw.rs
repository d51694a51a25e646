//! Drawing numbers, counts and choices.

use super::error::RandomizeError;
use super::normal;
use super::stream::Cursor;
use crate::scene::{Count, Number, Pick, Weighted};

/// What a drawn number may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Limits {
    /// Any number.
    Any,
    /// Above 0.
    Positive,
    /// 0 or above.
    NotNegative,
    /// Between the two, which are included.
    Between(f64, f64),
    /// Between the two, which are not included.
    Within(f64, f64),
}

impl Limits {
    /// 0 to 1.
    pub(super) const SHARE: Limits = Limits::Between(0.0, 1.0);

    fn admit(self, value: f64) -> bool {
        match self {
            Limits::Any => true,
            Limits::Positive => value > 0.0,
            Limits::NotNegative => value >= 0.0,
            Limits::Between(low, high) => (low..=high).contains(&value),
            Limits::Within(low, high) => low < value && value < high,
        }
    }

    fn describe(self) -> String {
        match self {
            Limits::Any => "a number that single precision can hold".to_owned(),
            Limits::Positive => "a number above 0".to_owned(),
            Limits::NotNegative => "a number of at least 0".to_owned(),
            Limits::Between(low, high) => format!("a number from {low} to {high}"),
            Limits::Within(low, high) => format!("a number between {low} and {high}"),
        }
    }
}

impl Cursor {
    /// Draws a number.
    pub(super) fn number(&self, number: &Number) -> Result<f64, RandomizeError> {
        let malformed = |expected| RandomizeError::Malformed {
            path: self.path().to_owned(),
            expected,
            found: format!("{number:?}"),
        };
        match *number {
            Number::Constant(value) if value.is_finite() => Ok(value),
            Number::Constant(_) => Err(malformed("a finite number")),
            Number::Uniform(low, high) => {
                if !(low <= high && low.is_finite() && high.is_finite()) {
                    return Err(malformed("two finite numbers, the lower first"));
                }
                let unit = self.stream().unit();
                Ok((low * (1.0 - unit) + high * unit).max(low).min(high))
            }
            Number::LogUniform(low, high) => {
                if !(0.0 < low && low <= high && high.is_finite()) {
                    return Err(malformed("two finite numbers above 0, the lower first"));
                }
                let unit = self.stream().unit();
                let logarithm = libm::log(low) * (1.0 - unit) + libm::log(high) * unit;
                Ok(libm::exp(logarithm).max(low).min(high))
            }
            Number::Normal { mean, std_dev, min, max } => {
                if !(mean.is_finite() && std_dev >= 0.0 && std_dev.is_finite()) {
                    return Err(malformed("a finite mean and a finite standard deviation of at least 0"));
                }
                if !(min <= max && min < f64::INFINITY && max > f64::NEG_INFINITY) {
                    return Err(malformed("a min that is at most max"));
                }
                Ok(normal::truncated(self.stream().unit(), mean, std_dev, min, max))
            }
            Number::Choice(ref options) => {
                let (place, chosen) = self.weighted(options)?;
                self.child(&place.to_string()).number(chosen)
            }
        }
    }

    /// Draws a number and holds it against what it may be.
    pub(super) fn number_in(&self, number: &Number, limits: Limits) -> Result<f64, RandomizeError> {
        let value = self.number(number)?;
        if limits.admit(value) { Ok(value) } else { Err(self.out_of_range(limits.describe(), value)) }
    }

    /// The same in single precision, at the child of that name.
    pub(super) fn value(&self, name: &str, number: &Number, limits: Limits) -> Result<f32, RandomizeError> {
        let place = self.child(name);
        let value = place.number_in(number, limits)?;
        let single = value as f32;
        if single.is_finite() && (single > 0.0 || limits != Limits::Positive) {
            Ok(single)
        } else {
            Err(place.out_of_range(Limits::Any.describe(), value))
        }
    }

    /// The same for a value that may be left out.
    pub(super) fn optional(
        &self,
        name: &str,
        number: Option<&Number>,
        limits: Limits,
    ) -> Result<Option<f32>, RandomizeError> {
        number.map(|number| self.value(name, number, limits)).transpose()
    }

    /// Draws x, y and z at the child of that name.
    pub(super) fn vector(
        &self,
        name: &str,
        numbers: &[Number; 3],
        limits: Limits,
    ) -> Result<glam::Vec3, RandomizeError> {
        let place = self.child(name);
        let [x, y, z] = numbers;
        Ok(glam::Vec3::new(place.value("x", x, limits)?, place.value("y", y, limits)?, place.value("z", z, limits)?))
    }

    /// Draws a whole number of at least 0.
    pub(super) fn count(&self, count: &Count) -> Result<u32, RandomizeError> {
        self.whole(&count.0)
    }

    fn whole(&self, number: &Number) -> Result<u32, RandomizeError> {
        match *number {
            Number::Uniform(low, high) if libm::ceil(low) <= libm::floor(high) && (high - low).is_finite() => {
                let (low, high) = (libm::ceil(low), libm::floor(high));
                let steps = libm::floor(self.stream().unit() * (high - low + 1.0));
                Ok((low + steps).min(high) as u32) // `as` saturates, at 0 too
            }
            Number::Choice(ref options) => {
                let (place, chosen) = self.weighted(options)?;
                self.child(&place.to_string()).whole(chosen)
            }
            _ => Ok(libm::round(self.number(number)?) as u32),
        }
    }

    /// Draws one of several values.
    pub(super) fn pick<'a, T>(&self, pick: &'a Pick<T>) -> Result<&'a T, RandomizeError> {
        match pick {
            Pick::Constant(value) => Ok(value),
            Pick::Choice(options) => Ok(self.weighted(options)?.1),
        }
    }

    /// Draws an entry in proportion to the weights: its place in the list and its value.
    fn weighted<'a, T>(&self, options: &'a [Weighted<T>]) -> Result<(usize, &'a T), RandomizeError> {
        let malformed = |expected, found| RandomizeError::Malformed { path: self.path().to_owned(), expected, found };
        if let Some(option) = options.iter().find(|option| !(option.weight > 0.0 && option.weight.is_finite())) {
            return Err(malformed("finite weights above 0", option.weight.to_string()));
        }
        let total: f64 = options.iter().map(|option| option.weight).sum();
        let mut left = self.stream().unit() * total;
        for (place, option) in options.iter().enumerate() {
            if left < option.weight || place + 1 == options.len() {
                return Ok((place, &option.value));
            }
            left -= option.weight;
        }
        Err(malformed("a choice of at least one", "an empty one".to_owned()))
    }

    /// An error that names this place.
    pub(super) fn out_of_range(&self, expected: impl Into<String>, found: f64) -> RandomizeError {
        RandomizeError::OutOfRange { path: self.path().to_owned(), expected: expected.into(), found }
    }
}

/// Whether a count is 1 whatever is drawn.
pub(super) fn is_always_one(number: &Number) -> bool {
    match *number {
        Number::Constant(value) => libm::round(value) == 1.0,
        Number::Uniform(low, high) => libm::ceil(low) == 1.0 && libm::floor(high) == 1.0,
        Number::Choice(ref options) => options.iter().all(|option| is_always_one(&option.value)),
        Number::LogUniform(..) | Number::Normal { .. } => false,
    }
}
