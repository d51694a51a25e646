//! Numbers and choices: whether all that can be drawn is allowed.

use super::super::diagnostic::Diagnostic;
use super::super::limits::{self, Limits};
use super::super::number::FARTHEST_DRAW;
use super::super::syntax::{Cursor, Kind};
use super::super::{Number, Pick, Pooled, Weighted};
use super::Checker;

/// What a number may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// With its article: "a roughness".
    what: &'static str,
    low: f64,
    high: f64,
    /// The lower bound is there for what computers can tell from 0; people think "above 0".
    positive: bool,
    whole: bool,
}

impl Rule {
    /// Bounds that are allowed themselves.
    pub(super) const fn between(what: &'static str, low: f64, high: f64) -> Self {
        Rule { what, low, high, positive: false, whole: false }
    }

    /// Limits that concrete scenes have, too.
    pub(super) const fn within(what: &'static str, (low, high): Limits) -> Self {
        Rule::between(what, low, high)
    }

    /// A whole number within such limits.
    pub(super) const fn whole_within(what: &'static str, (low, high): Limits) -> Self {
        Rule::whole(what, low, high)
    }

    /// Above 0; the bounds tell what can be computed with.
    pub(super) const fn positive(what: &'static str, low: f64, high: f64) -> Self {
        Rule { what, low, high, positive: true, whole: false }
    }

    /// Length of a side or radius in metres.
    pub(super) const fn size(what: &'static str) -> Self {
        Rule::positive(what, 0.0001, 10_000.0)
    }

    /// An angle in degrees.
    pub(super) const fn angle(what: &'static str) -> Self {
        Rule::within(what, limits::ANGLE)
    }

    /// A whole number.
    pub(super) const fn whole(what: &'static str, low: f64, high: f64) -> Self {
        Rule { what, low, high, positive: false, whole: true }
    }

    pub(super) fn expected(&self) -> String {
        let kind = if self.whole { "a whole number from " } else { "" };
        if self.positive {
            format!("expected above 0, up to {}", show(self.high))
        } else {
            format!("expected {kind}{} to {}", show(self.low), show(self.high))
        }
    }

    /// With its article: "a roughness".
    pub(super) fn what(&self) -> &'static str {
        self.what
    }

    /// The highest that is allowed.
    pub(super) fn high(&self) -> f64 {
        self.high
    }

    /// Whether a value is allowed, were it whole where it has to be.
    pub(super) fn admits(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value) && !(self.positive && value <= 0.0)
    }

    pub(super) fn fault(&self, value: f64) -> Option<String> {
        if self.positive && value <= 0.0 {
            Some("is not above 0".to_owned())
        } else if value < self.low {
            Some(format!("is below {}", show(self.low)))
        } else if value > self.high {
            Some(format!("is above {}", show(self.high)))
        } else if self.whole && value.fract() != 0.0 {
            Some("is not whole".to_owned())
        } else {
            None
        }
    }
}

/// In metres.
pub(super) const COORDINATE: Rule = Rule::within("a coordinate", limits::COORDINATE);

impl Checker<'_> {
    /// A plain number.
    pub(super) fn value(&mut self, at: &Cursor, value: f64, rule: &Rule) {
        let Some(fault) = rule.fault(value) else { return };
        let written = match at.node().map(|node| &node.kind) {
            Some(Kind::Integer(value)) => value.to_string(),
            Some(Kind::Float(value)) => show(*value),
            _ => show(value),
        };
        self.error(at, "scene::out_of_range", format!("{} of {written} {fault}", rule.what), &rule.expected());
    }

    /// A number or distribution: all that can be drawn from it.
    pub(super) fn number(&mut self, at: &Cursor, number: &Number, rule: &Rule) {
        let at = &at.inside("Some").inside("Constant");
        match number {
            Number::Constant(value) => self.value(at, *value, rule),
            Number::Uniform(low, high) | Number::LogUniform(low, high) => {
                self.limits(at, *low, *high, matches!(number, Number::LogUniform(..)), rule);
            }
            Number::Normal { mean, std_dev, min, max } => {
                self.normal(at, (*mean, *std_dev), (*min, *max), rule);
            }
            Number::Choice(entries) => {
                self.choice(at, entries, |checker, at, entry| checker.number(at, entry, rule));
            }
            other => self.distribution(at, other, rule),
        }
    }

    /// Three numbers, of a place in the world.
    pub(super) fn place(&mut self, at: &Cursor, place: &[Number; 3]) {
        self.triple(at, place, &COORDINATE);
    }

    /// Three numbers.
    pub(super) fn triple(&mut self, at: &Cursor, numbers: &[Number; 3], rule: &Rule) {
        for (index, number) in numbers.iter().enumerate() {
            self.number(&at.index(index), number, rule);
        }
    }

    fn limits(&mut self, at: &Cursor, low: f64, high: f64, logarithmic: bool, rule: &Rule) {
        let (first, second) = (at.argument(0), at.argument(1));
        let name = if logarithmic { "LogUniform" } else { "Uniform" };
        if low > high && !first.is_unknown() && !second.is_unknown() {
            let message = format!("the range of `{name}` is empty: {} is above {}", show(low), show(high));
            let error = Diagnostic::error("scene::empty_range", message, at.span());
            self.tell(at, error.label("expected the lower limit first").help(format!("write `{name}({high}, {low})`")));
        }
        for (limit, value) in [(first, low), (second, high)] {
            if logarithmic && value <= 0.0 {
                let message = format!("a limit of `LogUniform` of {} is not above 0", show(value));
                self.error(&limit, "scene::out_of_range", message, "expected above 0");
            } else {
                self.value(&limit, value, rule);
            }
        }
    }

    fn normal(&mut self, at: &Cursor, (mean, std_dev): (f64, f64), (min, max): (f64, f64), rule: &Rule) {
        let at_std_dev = at.field("std_dev");
        if std_dev < 0.0 {
            let message = format!("a standard deviation of {} is below 0", show(std_dev));
            return self.error(&at_std_dev, "scene::out_of_range", message, "expected 0 or more");
        }
        let parts = ["mean", "std_dev", "min", "max"];
        if parts.iter().any(|part| at.field(part).is_unknown()) {
            return;
        }
        if min > max {
            let message = format!("the limits of `Normal` leave nothing: min {} is above max {}", show(min), show(max));
            return self.error(at, "scene::empty_range", message, "expected `min` below `max`");
        }
        let (lowest, highest) = (mean - FARTHEST_DRAW * std_dev, mean + FARTHEST_DRAW * std_dev);
        if lowest > max || highest < min {
            let message = "no draw falls between the limits of this `Normal`: they are too far from its mean";
            return self.error(at, "scene::empty_range", message, "expected the mean near the limits");
        }
        for (name, limit, reach, bound) in [("min", min, lowest, rule.low), ("max", max, highest, rule.high)] {
            if limit.is_finite() {
                self.value(&at.field(name).inside("Some"), limit, rule);
            } else if reach < rule.low || reach > rule.high {
                let side = if name == "min" { "below" } else { "above" };
                let bound = show(if rule.positive && name == "min" { 0.0 } else { bound });
                let message = format!("{} drawn from this `Normal` may be {side} {bound}", rule.what);
                let help = match name {
                    "min" if rule.positive => "give it a limit above 0: `min: …`".to_owned(),
                    _ => format!("give it a limit: `{name}: {bound}`"),
                };
                let error = Diagnostic::error("scene::out_of_range", message, at.span()).help(help);
                self.tell(at, error.label(rule.expected()));
            }
        }
    }

    /// A choice: that there is one, its weights, and each entry.
    pub(super) fn choice<T>(
        &mut self,
        at: &Cursor,
        entries: &[Weighted<T>],
        mut check: impl FnMut(&mut Self, &Cursor, &T),
    ) {
        if entries.is_empty() {
            self.error(at, "scene::empty_choice", "a choice between nothing", "expected at least one entry");
        }
        let list = at.argument(0);
        for (index, entry) in entries.iter().enumerate() {
            let at = list.index(index);
            let weighted = at.name() == Some("Weighted");
            if weighted {
                self.value(&at.argument(0), entry.weight, &Rule::positive("a weight", 1e-9, 1e9));
            }
            check(self, &if weighted { at.argument(1) } else { at }, &entry.value);
        }
    }

    /// A value or a choice: each that can be drawn.
    pub(super) fn pick<T: Pooled>(
        &mut self,
        at: &Cursor,
        pick: &Pick<T>,
        mut check: impl FnMut(&mut Self, &Cursor, &T),
    ) {
        let at = &at.inside("Some").inside("Constant");
        self.picked(at, pick, &mut check);
    }

    fn picked<T: Pooled>(&mut self, at: &Cursor, pick: &Pick<T>, check: &mut dyn FnMut(&mut Self, &Cursor, &T)) {
        match pick {
            Pick::Constant(value) => check(self, at, value),
            Pick::Choice(entries) => self.choice(at, entries, |checker, at, entry| checker.picked(at, entry, check)),
            Pick::Sequence(entries) => {
                self.not_empty(at, entries.len());
                for (index, entry) in entries.iter().enumerate() {
                    self.picked(&at.argument(0).index(index), entry, check);
                }
            }
            Pick::When(condition, one, other) => {
                self.formula(&at.argument(0), condition);
                self.picked(&at.argument(1), one, check);
                self.picked(&at.argument(2), other, check);
            }
            Pick::Match(name, entries) => {
                self.matched(at, name, entries.keys());
                for (value, entry) in entries {
                    self.picked(&at.argument(1).key(value), entry, check);
                }
            }
            Pick::Shared(_, value) => self.picked(&at.argument(1), value, check),
            Pick::Pool(name) => self.picked_from(at, name, T::KIND),
        }
    }
}

/// A number for a message: with an exponent where it has many digits.
pub(in super::super) fn show(number: f64) -> String {
    let size = number.abs();
    if size >= 1e7 || (size > 0.0 && size < 1e-4) { format!("{number:e}") } else { format!("{number}") }
}
