//! Values that may be drawn: a plain value wherever a distribution may stand.

/// A number, or a distribution to draw it from.
///
/// In a file: `0.4`, `Uniform(0.2, 0.9)`, `LogUniform(0.01, 1)`,
/// `Normal(mean: 0.5, std_dev: 0.1, min: 0, max: 1)`, `Choice([0.1, Weighted(3, 0.5)])`, `Constant(0.4)`.
#[derive(Debug, Clone, PartialEq)]
pub enum Number {
    /// Always this value.
    Constant(f64),
    /// Every value from the first (included) to the second equally likely.
    Uniform(f64, f64),
    /// The logarithm is uniform: every factor equally likely. Both limits are above 0.
    LogUniform(f64, f64),
    /// A normal distribution cut off at its limits (drawn by inverse transform, so that no value is clamped).
    Normal {
        /// Mean of the uncut distribution.
        mean: f64,
        /// Standard deviation of the uncut distribution, at least 0.
        std_dev: f64,
        /// Lowest value; −∞ if left out.
        min: f64,
        /// Highest value; ∞ if left out.
        max: f64,
    },
    /// One of several numbers or distributions.
    Choice(Vec<Weighted<Number>>),
}

/// A whole number of at least 0, or a distribution to draw it from.
///
/// `Uniform(2, 5)` gives 2, 3, 4 or 5, each equally often; other distributions are rounded to the nearest.
#[derive(Debug, Clone, PartialEq)]
pub struct Count(pub Number);

/// A value of any kind, or a choice between several.
///
/// In a file: the value itself, `Choice([a, b])`, or `Choice([a, Weighted(3, b)])`.
#[derive(Debug, Clone, PartialEq)]
pub enum Pick<T> {
    /// Always this value.
    Constant(T),
    /// One of several.
    Choice(Vec<Weighted<T>>),
}

/// An entry of a choice, drawn in proportion to its weight.
///
/// In a file: the value itself, or `Weighted(3, value)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted<T> {
    /// Above 0; 1 if the entry is given bare.
    pub weight: f64,
    /// What is drawn; a number may itself be a choice.
    pub value: T,
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Number::Constant(value)
    }
}

impl<T: Default> Default for Pick<T> {
    fn default() -> Self {
        Pick::Constant(T::default())
    }
}

impl Number {
    /// The lowest and the highest value that can be drawn; of a normal distribution without limits those that are
    /// ever met in 2⁵³ draws.
    pub fn range(&self) -> (f64, f64) {
        match self {
            Number::Constant(value) => (*value, *value),
            Number::Uniform(low, high) | Number::LogUniform(low, high) => (low.min(*high), high.max(*low)),
            Number::Normal { mean, std_dev, min, max } => {
                let reach = FARTHEST_DRAW * std_dev.abs();
                ((mean - reach).max(*min).min(*max), (mean + reach).min(*max).max(*min))
            }
            Number::Choice(entries) => entries
                .iter()
                .map(|entry| entry.value.range())
                .reduce(|(low, high), (a, b)| (low.min(a), high.max(b)))
                .unwrap_or((0.0, 0.0)),
        }
    }
}

/// Standard deviations from the mean beyond which no draw from 53 random bits falls.
pub(super) const FARTHEST_DRAW: f64 = 8.3;

impl<T> Pick<T> {
    /// All the values that can be drawn.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        let (one, several) = match self {
            Pick::Constant(value) => (Some(value), [].as_slice()),
            Pick::Choice(entries) => (None, entries.as_slice()),
        };
        one.into_iter().chain(several.iter().map(|entry| &entry.value))
    }
}
