//! Values that may be drawn: a plain value wherever a distribution may stand.

use super::{Cover, Expression};

/// A number, or a distribution to draw it from.
///
/// In a file: `0.4`, `Uniform(0.2, 0.9)`, `Normal(mean: 0.5, std_dev: 0.1, min: 0, max: 1)`,
/// `Choice([0.1, Weighted(3, 0.5)])`, `Expr("30 * storm^2")`.
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
    /// A beta distribution on 0 to 1 of these two parameters, α and β.
    Beta(f64, f64),
    /// Lowest, likeliest and highest value; the density falls linearly to both sides.
    Triangular(f64, f64, f64),
    /// An exponential distribution, cut off at its limit.
    Exponential {
        /// Mean of the uncut distribution, above 0.
        mean: f64,
        /// Highest value; ∞ if left out.
        max: f64,
    },
    /// How many of independent events happen that do so this often in the mean.
    Poisson(f64),
    /// Uniform within each bin, each as likely as its weight.
    Histogram {
        /// Ascending, one more than there are bins.
        edges: Vec<f64>,
        /// At least 0.
        weights: Vec<f64>,
    },
    /// One of the numbers in a column of a table, each as likely.
    Column {
        /// Of a CSV file whose first line names its columns; relative to the scene's folder.
        file: String,
        /// Name of the column.
        column: String,
    },
    /// One of several numbers or distributions.
    Choice(Vec<Weighted<Number>>),
    /// The first in frame 0, the second in frame 1, and after the last the first again.
    Sequence(Vec<Number>),
    /// The value that a share (0 to 1) of the way from the first to the second.
    Between(f64, f64, Box<Number>),
    /// What a formula over the scene's variables gives.
    Expr(Expression),
    /// What a formula gives, carried over by straight lines between points (input, output), inputs ascending; level
    /// before the first and after the last.
    Curve(Expression, Vec<(f64, f64)>),
    /// One of two, by whether a formula is other than 0.
    When(Expression, Box<Number>, Box<Number>),
    /// By the text that a variable has.
    Match(String, indexmap::IndexMap<String, Number>),
    /// A distribution that changes from frame to frame: between those of two frame numbers, ascending, values are
    /// mixed that the same share of draws lies below.
    Curriculum(Vec<(u64, Number)>),
    /// Drawn once a frame under this name: the same wherever it is named so.
    Shared(String, Box<Number>),
    /// Drawn so that its rank goes with that of a variable (Gaussian copula).
    Correlated {
        /// Name of a variable that is drawn from a distribution of numbers.
        variable: String,
        /// −1 to 1: Pearson's coefficient of the underlying normal distributions.
        correlation: f64,
        /// From which it is drawn.
        value: Box<Number>,
    },
    /// Drawn with a cover of its own instead of the scene's.
    Covered(Cover, Box<Number>),
}

/// A whole number of at least 0, or a distribution to draw it from.
///
/// `Uniform(2, 5)` gives 2, 3, 4 or 5, each equally often; other distributions are rounded to the nearest.
#[derive(Debug, Clone, PartialEq)]
pub struct Count(pub Number);

/// Whether something is so, or how often.
///
/// In a file: `true`, `Chance(0.3)`, `Expr("storm > 0.5")`.
#[derive(Debug, Clone, PartialEq)]
pub enum Flag {
    /// Always or never.
    Constant(bool),
    /// With this probability.
    Chance(f64),
    /// Where a formula over the scene's variables is other than 0.
    Expr(Expression),
    /// The same wherever it is named so.
    Shared(String, Box<Flag>),
}

/// A value of any kind, or a choice between several.
///
/// In a file: the value itself, `Choice([a, b])`, or `Choice([a, Weighted(3, b)])`.
#[derive(Debug, Clone, PartialEq)]
pub enum Pick<T> {
    /// Always this value.
    Constant(T),
    /// One of several.
    Choice(Vec<Weighted<Pick<T>>>),
    /// The first in frame 0, the second in frame 1, and after the last the first again.
    Sequence(Vec<Pick<T>>),
    /// One of two, by whether a formula over the scene's variables is other than 0.
    When(Expression, Box<Pick<T>>, Box<Pick<T>>),
    /// By the text that a variable has.
    Match(String, indexmap::IndexMap<String, Pick<T>>),
    /// Drawn once a frame under this name, with all that it holds: the same wherever it is named so.
    Shared(String, Box<Pick<T>>),
    /// One of a pool's assets, by its name; written out as a choice where a scene is read.
    Pool(String),
}

/// An entry of a choice, drawn in proportion to its weight.
///
/// In a file: the value itself, or `Weighted(3, value)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted<T> {
    /// Above 0; 1 if the entry is given bare.
    pub weight: f64,
    /// What is drawn; it may itself be a choice.
    pub value: T,
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Number::Constant(value)
    }
}

impl From<bool> for Flag {
    fn from(value: bool) -> Self {
        Flag::Constant(value)
    }
}

impl Default for Flag {
    fn default() -> Self {
        Flag::Constant(false)
    }
}

impl<T: Default> Default for Pick<T> {
    fn default() -> Self {
        Pick::Constant(T::default())
    }
}

impl Number {
    /// The lowest and the highest value that can be drawn, where that can be told from the description alone; of
    /// distributions without limits those that are ever met in 2⁵³ draws.
    pub fn range(&self) -> Option<(f64, f64)> {
        Some(match self {
            Number::Constant(value) => (*value, *value),
            Number::Uniform(low, high) | Number::LogUniform(low, high) => (low.min(*high), high.max(*low)),
            Number::Normal { mean, std_dev, min, max } => {
                let reach = FARTHEST_DRAW * std_dev.abs();
                ((mean - reach).max(*min).min(*max), (mean + reach).min(*max).max(*min))
            }
            Number::Beta(..) => (0.0, 1.0),
            Number::Triangular(low, _, high) => (*low, *high),
            Number::Exponential { mean, max } => (0.0, (mean * LONGEST_WAIT).min(*max).max(0.0)),
            // Chernoff: P(X ≥ mean + t) ≤ exp(−t² / (2 (mean + t/3))), 2⁻⁵³ at most for this t.
            Number::Poisson(mean) => (0.0, (mean + 25.0 + (625.0 + 74.0 * mean).max(0.0).sqrt()).ceil()),
            Number::Histogram { edges, .. } => (*edges.first()?, *edges.last()?),
            Number::Choice(entries) => union(entries.iter().map(|entry| &entry.value))?,
            Number::Sequence(entries) => union(entries)?,
            Number::Between(low, high, share) => {
                let (first, last) = share.range()?;
                let at = |share: f64| low + (high - low) * share;
                (at(first).min(at(last)), at(first).max(at(last)))
            }
            Number::Curve(_, points) => {
                let outputs = || points.iter().map(|(_, output)| *output);
                (outputs().reduce(f64::min)?, outputs().reduce(f64::max)?)
            }
            Number::When(_, one, other) => union([&**one, &**other])?,
            Number::Match(_, entries) => union(entries.values())?,
            Number::Curriculum(stages) => union(stages.iter().map(|(_, stage)| stage))?,
            Number::Shared(_, value) | Number::Correlated { value, .. } | Number::Covered(_, value) => value.range()?,
            Number::Column { .. } | Number::Expr(_) => return None,
        })
    }

    /// Adds the names that its formulas use.
    pub fn names<'n>(&'n self, names: &mut Vec<&'n str>) {
        let of = |formula: &'n Expression| formula.names().iter().map(|(name, _)| name.as_str());
        match self {
            Number::Expr(formula) | Number::Curve(formula, _) => names.extend(of(formula)),
            Number::When(condition, one, other) => {
                names.extend(of(condition));
                one.names(names);
                other.names(names);
            }
            Number::Match(variable, entries) => {
                names.push(variable);
                entries.values().for_each(|entry| entry.names(names));
            }
            Number::Choice(entries) => entries.iter().for_each(|entry| entry.value.names(names)),
            Number::Sequence(entries) => entries.iter().for_each(|entry| entry.names(names)),
            Number::Curriculum(stages) => stages.iter().for_each(|(_, stage)| stage.names(names)),
            Number::Correlated { variable, value, .. } => {
                names.push(variable);
                value.names(names);
            }
            Number::Between(_, _, value) | Number::Shared(_, value) | Number::Covered(_, value) => value.names(names),
            _ => {}
        }
    }

    /// Whether it is a distribution whose draws are ranked: of numbers, from which one share of all draws lies below
    /// any value.
    pub fn is_ranked(&self) -> bool {
        match self {
            Number::Uniform(..)
            | Number::LogUniform(..)
            | Number::Normal { .. }
            | Number::Beta(..)
            | Number::Triangular(..)
            | Number::Exponential { .. }
            | Number::Poisson(_)
            | Number::Histogram { .. }
            | Number::Column { .. } => true,
            Number::Between(_, _, share) => share.is_ranked(),
            Number::Covered(_, value) => value.is_ranked(),
            _ => false,
        }
    }
}

/// From the lowest to the highest of several.
fn union<'n>(numbers: impl IntoIterator<Item = &'n Number>) -> Option<(f64, f64)> {
    let mut all: Option<(f64, f64)> = None;
    for number in numbers {
        let (low, high) = number.range()?;
        all = Some(all.map_or((low, high), |(lowest, highest)| (lowest.min(low), highest.max(high))));
    }
    Some(all.unwrap_or((0.0, 0.0)))
}

/// Standard deviations from the mean beyond which no draw from 53 random bits falls.
pub(super) const FARTHEST_DRAW: f64 = 8.3;
/// Means beyond which no draw of an exponential distribution from 53 random bits falls: −ln 2⁻⁵⁴.
const LONGEST_WAIT: f64 = 37.5;

impl<T> Pick<T> {
    /// The name by which a file says how it is picked.
    pub fn way(&self) -> &'static str {
        match self {
            Pick::Constant(_) => "Constant",
            Pick::Choice(_) => "Choice",
            Pick::Sequence(_) => "Sequence",
            Pick::When(..) => "When",
            Pick::Match(..) => "Match",
            Pick::Shared(..) => "Shared",
            Pick::Pool(_) => "Pool",
        }
    }

    /// All the values that can be drawn.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        let mut values = Vec::new();
        self.collect(&mut values);
        values.into_iter()
    }

    fn collect<'p>(&'p self, values: &mut Vec<&'p T>) {
        match self {
            Pick::Constant(value) => values.push(value),
            Pick::Choice(entries) => entries.iter().for_each(|entry| entry.value.collect(values)),
            Pick::Sequence(entries) => entries.iter().for_each(|entry| entry.collect(values)),
            Pick::When(_, one, other) => {
                one.collect(values);
                other.collect(values);
            }
            Pick::Match(_, entries) => entries.values().for_each(|entry| entry.collect(values)),
            Pick::Shared(_, inner) => inner.collect(values),
            Pick::Pool(_) => {}
        }
    }
}
