//! Drawing numbers, counts and choices.

use std::fmt::Debug;

use indexmap::IndexMap;

use super::error::{RandomizeError, list};
use super::stream::Cursor;
use super::{normal, quantile};
use crate::scene::{Count, Flag, Number, Pick, Weighted, limits};

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

impl Cursor<'_> {
    /// Draws a number.
    pub(super) fn number(&self, number: &Number) -> Result<f64, RandomizeError> {
        let (value, _) = self.drawn(number, false)?;
        self.note(number, value);
        Ok(value)
    }

    fn note(&self, number: &Number, value: f64) {
        if let (Some(ledger), false) = (&self.context.ledger, matches!(number, Number::Constant(_))) {
            ledger.borrow_mut().number(self.path(), || number.to_string(), value);
        }
    }

    /// Draws a number, and the share of draws below it where its distribution has ranks.
    pub(super) fn ranked(&self, number: &Number) -> Result<(f64, Option<f64>), RandomizeError> {
        self.drawn(number, false)
    }

    /// Draws a number and its rank. Where it is to be `whole`, a uniform one has whole values only, each as likely.
    fn drawn(&self, number: &Number, whole: bool) -> Result<(f64, Option<f64>), RandomizeError> {
        let unranked = |value| Ok((value, None));
        match number {
            Number::Constant(value) if value.is_finite() => unranked(*value),
            Number::Constant(_) => Err(self.malformed("a finite number", number)),
            Number::Choice(entries) => {
                let (place, chosen) = self.by_weight(entries, |entry| entry.weight)?;
                unranked(self.child(&place.to_string()).drawn(&chosen.value, whole)?.0)
            }
            Number::Sequence(entries) => unranked(self.drawn(self.by_turn(entries)?, whole)?.0),
            Number::Expr(formula) => unranked(self.formula_number(formula)?),
            Number::Curve(formula, points) => match curve(self.formula_number(formula)?, points) {
                Some(value) => unranked(value),
                None => Err(self.malformed("a curve of finite points, inputs ascending", number)),
            },
            Number::When(condition, one, other) => self.drawn(if self.holds(condition)? { one } else { other }, whole),
            Number::Match(name, entries) => self.drawn(self.matched(name, entries)?, whole),
            Number::Curriculum(stages) => {
                let (before, after, share) = self.stage(stages)?;
                let (from, rank) = self.drawn(before, whole)?;
                let (to, _) = if share > 0.0 { self.drawn(after, whole)? } else { (from, None) };
                Ok((from * (1.0 - share) + to * share, rank))
            }
            Number::Shared(name, value) => self.shared(name).drawn(value, whole),
            Number::Covered(cover, value) => self.covered(*cover).drawn(value, whole),
            Number::Correlated { variable, correlation, value } => {
                if !(-1.0..=1.0).contains(correlation) {
                    return Err(self.malformed("a correlation from −1 to 1", number));
                }
                let Some(rank) = self.known(variable)?.rank else {
                    return Err(self.malformed("a variable that is drawn from a distribution of numbers", number));
                };
                let unit = normal::correlated(rank, self.stream().unit(), *correlation);
                Ok((self.quantile(value, unit, whole)?, Some(unit)))
            }
            _ => {
                let unit = self.stream().unit();
                Ok((self.quantile(number, unit, whole)?, Some(unit)))
            }
        }
    }

    /// The value of a distribution below which a share of `unit` (0 to 1) lies.
    fn quantile(&self, number: &Number, unit: f64, whole: bool) -> Result<f64, RandomizeError> {
        let malformed = |expected| Err(self.malformed(expected, number));
        match number {
            Number::Uniform(low, high) => {
                let (first, last) = (libm::ceil(*low), libm::floor(*high));
                if whole && first <= last && (high - low).is_finite() {
                    let steps = libm::floor(unit * (last - first + 1.0));
                    return Ok((first + steps).min(last));
                }
                if !(low <= high && low.is_finite() && high.is_finite()) {
                    return malformed("two finite numbers, the lower first");
                }
                Ok((low * (1.0 - unit) + high * unit).max(*low).min(*high))
            }
            Number::LogUniform(low, high) => {
                if !(0.0 < *low && low <= high && high.is_finite()) {
                    return malformed("two finite numbers above 0, the lower first");
                }
                let logarithm = libm::log(*low) * (1.0 - unit) + libm::log(*high) * unit;
                Ok(libm::exp(logarithm).max(*low).min(*high))
            }
            Number::Normal { mean, std_dev, min, max } => {
                if !(mean.is_finite() && *std_dev >= 0.0 && std_dev.is_finite()) {
                    return malformed("a finite mean and a finite standard deviation of at least 0");
                }
                if !(min <= max && *min < f64::INFINITY && *max > f64::NEG_INFINITY) {
                    return malformed("a min that is at most max");
                }
                Ok(normal::truncated(unit, *mean, *std_dev, *min, *max))
            }
            Number::Beta(alpha, beta) => {
                let (low, high) = limits::BETA;
                if !((low..=high).contains(alpha) && (low..=high).contains(beta)) {
                    return malformed("two parameters from 0.01 to 10,000");
                }
                Ok(quantile::beta(unit, *alpha, *beta))
            }
            Number::Triangular(low, mode, high) => {
                if !(low <= mode && mode <= high && low.is_finite() && high.is_finite()) {
                    return malformed("three finite numbers in ascending order");
                }
                Ok(quantile::triangular(unit, *low, *mode, *high))
            }
            Number::Exponential { mean, max } => {
                if !(*mean > 0.0 && mean.is_finite() && *max >= 0.0) {
                    return malformed("a finite mean above 0 and a max of at least 0");
                }
                Ok(quantile::exponential(unit, *mean, *max))
            }
            Number::Poisson(mean) => {
                let (low, high) = limits::POISSON;
                if !(low..=high).contains(mean) {
                    return malformed("a mean from 0 to 1,000,000");
                }
                Ok(quantile::poisson(unit, *mean))
            }
            Number::Histogram { edges, weights } => {
                let ascending = edges.windows(2).all(|pair| pair[0] <= pair[1]) && edges.iter().all(|e| e.is_finite());
                let weighed = weights.iter().all(|weight| *weight >= 0.0 && weight.is_finite());
                if !(ascending && weighed && edges.len() == weights.len() + 1 && weights.iter().sum::<f64>() > 0.0) {
                    return malformed("ascending edges, and for each bin between them a weight of at least 0");
                }
                Ok(quantile::histogram(unit, edges, weights))
            }
            Number::Column { file, column } => {
                Ok(quantile::sample(unit, &self.context.column(self.path(), file, column)?))
            }
            Number::Between(low, high, share) => {
                if !(low.is_finite() && high.is_finite()) {
                    return malformed("two finite numbers");
                }
                let share = match &**share {
                    constant @ Number::Constant(_) => self.number(constant)?,
                    ranked if ranked.is_ranked() => self.quantile(ranked, unit, false)?,
                    other => self.child("share").number(other)?,
                };
                Ok(low * (1.0 - share) + high * share)
            }
            Number::Covered(_, value) => self.quantile(value, unit, whole),
            _ => malformed("a distribution of numbers"),
        }
    }

    fn malformed(&self, expected: &'static str, found: &Number) -> RandomizeError {
        RandomizeError::Malformed { path: self.path().to_owned(), expected, found: format!("{found:?}") }
    }

    /// The stages before and after this frame, and how far it is from the one to the other.
    fn stage<'n>(&self, stages: &'n [(u64, Number)]) -> Result<(&'n Number, &'n Number, f64), RandomizeError> {
        let frame = self.context.frame;
        let next = stages.partition_point(|(begins, _)| *begins <= frame);
        match (next.checked_sub(1).and_then(|before| stages.get(before)), stages.get(next)) {
            (Some((first, before)), Some((last, after))) if first < last => {
                Ok((before, after, (frame - first) as f64 / (last - first) as f64))
            }
            (Some((_, only)), _) | (None, Some((_, only))) => Ok((only, only, 0.0)),
            (None, None) => {
                let (expected, found) = ("a curriculum of at least one stage", "an empty one".to_owned());
                Err(RandomizeError::Malformed { path: self.path().to_owned(), expected, found })
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
        let whole = libm::round(self.drawn(number, true)?.0) as u32; // `as` saturates, at 0 too
        self.note(number, f64::from(whole));
        Ok(whole)
    }

    /// Draws one of several values; gives the place, too, where what it leaves open is drawn.
    pub(super) fn pick<'a, T: Debug>(&self, pick: &'a Pick<T>) -> Result<(Self, &'a T), RandomizeError> {
        let (place, value) = self.picked(pick)?;
        if let (Some(ledger), false) = (&self.context.ledger, matches!(pick, Pick::Constant(_))) {
            let values: Vec<&T> = pick.values().collect();
            let labels = || values.iter().map(label).collect();
            let picked = values.iter().position(|known| std::ptr::eq(*known, value)).unwrap_or(usize::MAX);
            ledger.borrow_mut().pick(self.path(), pick.way(), labels, picked);
        }
        Ok((place, value))
    }

    fn picked<'a, T>(&self, pick: &'a Pick<T>) -> Result<(Self, &'a T), RandomizeError> {
        match pick {
            Pick::Constant(value) => Ok((self.clone(), value)),
            Pick::Choice(entries) => match self.by_weight(entries, |entry| entry.weight)? {
                (_, Weighted { value: Pick::Constant(value), .. }) => Ok((self.clone(), value)),
                (place, Weighted { value, .. }) => self.child(&place.to_string()).picked(value),
            },
            Pick::Sequence(entries) => self.picked(self.by_turn(entries)?),
            Pick::When(condition, one, other) => self.picked(if self.holds(condition)? { one } else { other }),
            Pick::Match(name, entries) => self.picked(self.matched(name, entries)?),
            Pick::Shared(name, value) => self.shared(name).picked(value),
            Pick::Pool(name) => Err(RandomizeError::Malformed {
                path: self.path().to_owned(),
                expected: "pools that were written out as choices",
                found: format!("the pool `{name}`"),
            }),
        }
    }

    /// The entry for the text that a variable has.
    fn matched<'a, T>(&self, name: &str, entries: &'a IndexMap<String, T>) -> Result<&'a T, RandomizeError> {
        let value = self.known(name)?.value.to_string();
        entries.get(&value).ok_or_else(|| RandomizeError::UnknownName {
            path: self.path().to_owned(),
            expected: "an entry for each value of the variable",
            found: value,
            known: list(entries.keys().map(String::as_str)),
        })
    }

    /// Draws whether something is so.
    pub(super) fn flag(&self, flag: &Flag) -> Result<bool, RandomizeError> {
        let value = self.drawn_flag(flag)?;
        if let (Some(ledger), false) = (&self.context.ledger, matches!(flag, Flag::Constant(_))) {
            let labels = || vec!["false".to_owned(), "true".to_owned()];
            ledger.borrow_mut().pick(self.path(), &flag.to_string(), labels, usize::from(value));
        }
        Ok(value)
    }

    fn drawn_flag(&self, flag: &Flag) -> Result<bool, RandomizeError> {
        match flag {
            Flag::Constant(value) => Ok(*value),
            Flag::Chance(share) if (0.0..=1.0).contains(share) => Ok(self.stream().unit() < *share),
            Flag::Chance(share) => Err(self.out_of_range("a probability from 0 to 1", *share)),
            Flag::Expr(formula) => self.holds(formula),
            Flag::Shared(name, value) => self.shared(name).drawn_flag(value),
        }
    }

    /// The entry whose turn it is in this frame.
    fn by_turn<'a, T>(&self, entries: &'a [T]) -> Result<&'a T, RandomizeError> {
        let turn = self.context.frame.checked_rem(entries.len() as u64);
        turn.and_then(|turn| entries.get(turn as usize)).ok_or_else(|| RandomizeError::Malformed {
            path: self.path().to_owned(),
            expected: "a sequence of at least one",
            found: "an empty one".to_owned(),
        })
    }

    /// Draws an entry in proportion to the weights: its place in the list and itself.
    pub(super) fn by_weight<'a, T>(
        &self,
        entries: &'a [T],
        weight: impl Fn(&T) -> f64,
    ) -> Result<(usize, &'a T), RandomizeError> {
        let malformed = |expected, found| RandomizeError::Malformed { path: self.path().to_owned(), expected, found };
        if let Some(bad) = entries.iter().map(&weight).find(|weight| !(*weight > 0.0 && weight.is_finite())) {
            return Err(malformed("finite weights above 0", bad.to_string()));
        }
        let total: f64 = entries.iter().map(&weight).sum();
        let mut left = self.stream().unit() * total;
        for (place, entry) in entries.iter().enumerate() {
            if left < weight(entry) || place + 1 == entries.len() {
                return Ok((place, entry));
            }
            left -= weight(entry);
        }
        Err(malformed("a choice of at least one", "an empty one".to_owned()))
    }

    /// An error that names this place.
    pub(super) fn out_of_range(&self, expected: impl Into<String>, found: f64) -> RandomizeError {
        RandomizeError::OutOfRange { path: self.path().to_owned(), expected: expected.into(), found }
    }
}

/// What stands for a value in a list of those that can be picked.
fn label<T: Debug>(value: &T) -> String {
    const LONGEST: usize = 48;
    let text = format!("{value:?}");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The value of a curve of straight lines; `None` where it has no finite points in order.
fn curve(input: f64, points: &[(f64, f64)]) -> Option<f64> {
    let ordered = points.windows(2).all(|pair| pair[0].0 <= pair[1].0);
    let finite = points.iter().all(|(input, output)| input.is_finite() && output.is_finite());
    let next = points.partition_point(|(at, _)| *at <= input);
    if !(ordered && finite) {
        return None;
    }
    match (next.checked_sub(1).and_then(|before| points.get(before)), points.get(next)) {
        (Some((from, low)), Some((to, high))) => Some(low + (high - low) * ((input - from) / (to - from))),
        (Some((_, level)), None) | (None, Some((_, level))) => Some(*level),
        (None, None) => None,
    }
}

/// Whether a count is 1 whatever is drawn.
pub(super) fn is_always_one(number: &Number) -> bool {
    match number {
        Number::Constant(value) => libm::round(*value) == 1.0,
        Number::Uniform(low, high) => libm::ceil(*low) == 1.0 && libm::floor(*high) == 1.0,
        Number::Choice(entries) => entries.iter().all(|entry| is_always_one(&entry.value)),
        Number::Sequence(entries) => entries.iter().all(is_always_one),
        Number::When(_, one, other) => is_always_one(one) && is_always_one(other),
        Number::Match(_, entries) => entries.values().all(is_always_one),
        Number::Curriculum(stages) => stages.iter().all(|(_, stage)| is_always_one(stage)),
        Number::Shared(_, value) | Number::Covered(_, value) => is_always_one(value),
        _ => false,
    }
}
