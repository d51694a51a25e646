//! Distributions, formulas and named variables: whether something can be drawn from them, and only what is allowed.

use std::collections::BTreeSet;

use indexmap::IndexSet;

use super::super::diagnostic::Diagnostic;
use super::super::limits;
use super::super::syntax::{Cursor, Kind, Span};
use super::super::{Asset, Biased, Cover, Expression, Flag, Number, Quota, Variable};
use super::Checker;
use super::number::{Rule, show};

/// Names that formulas have besides variables.
const FRAME: &str = "frame";
/// The name by which formulas of an object or group know which of its instances is meant, from 0.
pub(super) const NUMBER: &str = "number";
/// The name by which formulas of an object in a group know which instance of the group is meant, from 0.
pub(super) const GROUP_NUMBER: &str = "group_number";

/// What a distribution without limits may draw, as the rule for it.
const SHARE: Rule = Rule::within("a share", limits::SHARE);

impl Checker<'_> {
    /// Distributions that are not told of elsewhere.
    pub(super) fn distribution(&mut self, at: &Cursor, number: &Number, rule: &Rule) {
        match number {
            Number::Beta(alpha, beta) => {
                for (index, parameter) in [alpha, beta].into_iter().enumerate() {
                    let parameters = Rule::within("a parameter of `Beta`", limits::BETA);
                    self.value(&at.argument(index), *parameter, &parameters);
                }
                self.reaches(at, number, rule);
            }
            Number::Triangular(low, mode, high) => {
                if !(low <= mode && mode <= high) {
                    let message = "the numbers of `Triangular` are not in ascending order";
                    return self.error(
                        at,
                        "scene::empty_range",
                        message,
                        "expected lowest, likeliest and highest value",
                    );
                }
                self.value(&at.argument(0), *low, rule);
                self.value(&at.argument(2), *high, rule);
            }
            Number::Exponential { mean, max } => {
                self.value(&at.field("mean"), *mean, &Rule::positive("a mean", 1e-12, 1e12));
                if max.is_finite() {
                    self.value(&at.field("max").inside("Some"), *max, rule);
                } else if let Some((_, high)) = number.range()
                    && !rule.admits(high)
                {
                    let message = format!("{} drawn from this `Exponential` may be {}", rule.what(), show(high));
                    let error = Diagnostic::error("scene::out_of_range", message, at.span()).label(rule.expected());
                    self.tell(at, error.help(format!("give it a limit: `max: {}`", show(rule.high()))));
                }
                if !rule.admits(0.0) {
                    let message = format!("{} drawn from this `Exponential` may be as good as 0", rule.what());
                    let error = Diagnostic::error("scene::out_of_range", message, at.span()).label(rule.expected());
                    self.tell(at, error.help("use a distribution that stays away from 0"));
                }
            }
            Number::Poisson(mean) => {
                self.value(&at.argument(0), *mean, &Rule::within("a mean of `Poisson`", limits::POISSON));
                self.reaches(at, number, rule);
            }
            Number::Histogram { edges, weights } => self.histogram(at, edges, weights, rule),
            Number::Column { file, column } => {
                self.file(&at.field("file"), file, Asset::Table);
                // What is no file is not read: a pipe would never end.
                if !matches!(self.files.get(&(file.clone(), Asset::Table)), Some(Ok(()))) {
                    return;
                }
                match self.library.column(file, column) {
                    Ok((low, high)) => {
                        for value in [low, high] {
                            if let Some(fault) = rule.fault(value) {
                                let message = format!("{} of {} in this column {fault}", rule.what(), show(value));
                                self.error(&at.field("column"), "scene::out_of_range", message, &rule.expected());
                            }
                        }
                    }
                    Err(reason) => {
                        self.error(&at.field("column"), "scene::file", reason, "expected a column of numbers")
                    }
                }
            }
            Number::Sequence(entries) => {
                self.not_empty(at, entries.len());
                for (index, entry) in entries.iter().enumerate() {
                    self.number(&at.argument(0).index(index), entry, rule);
                }
            }
            Number::Between(low, high, share) => {
                self.value(&at.argument(0), *low, rule);
                self.value(&at.argument(1), *high, rule);
                self.number(&at.argument(2), share, &SHARE);
            }
            Number::Expr(formula) => self.formula(&at.argument(0), formula),
            Number::Curve(formula, points) => {
                self.formula(&at.argument(0), formula);
                let list = at.argument(1);
                self.not_empty_list(&list, points.len());
                for (index, (_, output)) in points.iter().enumerate() {
                    self.value(&list.index(index).index(1), *output, rule);
                }
                self.ascending(&list, points.iter().map(|(input, _)| *input));
            }
            Number::When(condition, one, other) => {
                self.formula(&at.argument(0), condition);
                self.number(&at.argument(1), one, rule);
                self.number(&at.argument(2), other, rule);
            }
            Number::Match(name, entries) => {
                self.matched(at, name, entries.keys());
                for (text, entry) in entries {
                    self.number(&at.argument(1).key(text), entry, rule);
                }
            }
            Number::Curriculum(stages) => {
                let list = at.argument(0);
                self.not_empty_list(&list, stages.len());
                for (index, (_, stage)) in stages.iter().enumerate() {
                    self.number(&list.index(index).index(1), stage, rule);
                }
                self.ascending(&list, stages.iter().map(|(frame, _)| *frame as f64));
            }
            Number::Shared(_, value) => self.number(&at.argument(1), value, rule),
            Number::Correlated { variable, correlation, value } => {
                self.value(&at.field("correlation"), *correlation, &Rule::between("a correlation", -1.0, 1.0));
                self.correlated(&at.field("variable"), variable);
                if !value.is_ranked() {
                    let message = "only what is drawn from a distribution of numbers can be correlated";
                    let label = "expected `Uniform`, `Normal`, `Beta` or the like";
                    return self.error(&at.field("value"), "scene::correlation", message, label);
                }
                self.number(&at.field("value"), value, rule);
            }
            Number::Covered(cover, value) => {
                self.cover(&at.argument(0), *cover);
                self.number(&at.argument(1), value, rule);
            }
            Number::Constant(_)
            | Number::Uniform(..)
            | Number::LogUniform(..)
            | Number::Normal { .. }
            | Number::Choice(_) => {}
        }
    }

    /// That all of a distribution's range is allowed.
    fn reaches(&mut self, at: &Cursor, number: &Number, rule: &Rule) {
        let Some((low, high)) = number.range() else { return };
        if let Some(bad) = [low, high].into_iter().find(|value| !rule.admits(*value)) {
            let name = at.name().unwrap_or("distribution");
            let message = format!("{} drawn from this `{name}` may be {}", rule.what(), show(bad));
            let error = Diagnostic::error("scene::out_of_range", message, at.span()).label(rule.expected());
            let within_one = matches!(number, Number::Beta(..));
            let help = format!("`Between(low, high, {name}(…))` carries 0 to 1 over to other limits");
            self.tell(at, if within_one { error.help(help) } else { error });
        }
    }

    fn histogram(&mut self, at: &Cursor, edges: &[f64], weights: &[f64], rule: &Rule) {
        let (at_edges, at_weights) = (at.field("edges"), at.field("weights"));
        if edges.len() != weights.len() + 1 || weights.is_empty() {
            let message = format!("a histogram of {} edges and {} weights", edges.len(), weights.len());
            return self.error(at, "scene::histogram", message, "expected one edge more than weights");
        }
        for (index, weight) in weights.iter().enumerate() {
            self.value(&at_weights.index(index), *weight, &Rule::between("a weight", 0.0, 1e300));
        }
        if weights.iter().all(|weight| *weight == 0.0) {
            self.error(&at_weights, "scene::histogram", "all weights are 0", "expected one above 0");
        }
        for (index, edge) in edges.iter().enumerate() {
            self.value(&at_edges.index(index), *edge, rule);
        }
        self.ascending(&at_edges, edges.iter().copied());
    }

    fn ascending(&mut self, list: &Cursor, values: impl Iterator<Item = f64>) {
        let mut before = f64::NEG_INFINITY;
        for (index, value) in values.enumerate() {
            if value < before {
                let message = format!("{} comes after {}", show(value), show(before));
                return self.error(&list.index(index), "scene::order", message, "expected ascending numbers");
            }
            before = value;
        }
    }

    /// That a list in the brackets of a distribution holds something.
    pub(super) fn not_empty(&mut self, at: &Cursor, length: usize) {
        self.not_empty_list(&at.argument(0), length);
    }

    fn not_empty_list(&mut self, list: &Cursor, length: usize) {
        if length == 0 {
            self.error(list, "scene::empty_choice", "an empty list", "expected at least one entry");
        }
    }

    /// A cover.
    pub(super) fn cover(&mut self, at: &Cursor, cover: Cover) {
        if let Cover::Stratified(count) | Cover::LatinHypercube(count) = cover {
            let strata = Rule::whole_within("a number of strata", limits::STRATA);
            self.value(&at.argument(0), f64::from(count), &strata);
        }
    }

    /// Whether something is so.
    pub(super) fn flag(&mut self, at: &Cursor, flag: &Flag) {
        let at = &at.inside("Some");
        match flag {
            Flag::Constant(_) => {}
            Flag::Chance(share) => self.value(&at.argument(0), *share, &Rule::within("a probability", limits::SHARE)),
            Flag::Expr(formula) => self.formula(&at.argument(0), formula),
            Flag::Shared(_, flag) => self.flag(&at.argument(1), flag),
        }
    }

    /// A formula: that it can be read, and that its names are known.
    pub(super) fn formula(&mut self, at: &Cursor, formula: &Expression) {
        let numbers = self.numbers.clone();
        self.formula_over(at, formula, &|name| numbers.contains(&name));
    }

    /// Looks at something with these names for instances.
    pub(super) fn with_numbers(&mut self, numbers: Vec<&'static str>, look: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.numbers, numbers);
        look(self);
        self.numbers = before;
    }

    /// Looks at what is drawn for each instance.
    pub(super) fn for_each(&mut self, look: impl FnOnce(&mut Self)) {
        let numbers = self.numbers.iter().copied().chain([NUMBER]).collect();
        self.with_numbers(numbers, look);
    }

    /// Looks at what is drawn once for all instances.
    pub(super) fn for_all(&mut self, look: impl FnOnce(&mut Self)) {
        let others = self.numbers.iter().copied().filter(|name| *name != NUMBER).collect();
        self.with_numbers(others, look);
    }

    /// The same with names besides variables and the frame's number.
    pub(super) fn formula_over(&mut self, at: &Cursor, formula: &Expression, also: &dyn Fn(&str) -> bool) {
        self.formula_near(at, formula, also, &|_| Vec::new());
    }

    /// The same, where those for which an unknown name may have been mistaken are more than variables.
    pub(super) fn formula_near(
        &mut self,
        at: &Cursor,
        formula: &Expression,
        also: &dyn Fn(&str) -> bool,
        near: &dyn Fn(&str) -> Vec<String>,
    ) {
        if let Some(fault) = formula.fault() {
            let span = within(at, formula, &fault.at);
            let mut error =
                Diagnostic::error("scene::formula", format!("this formula cannot be read: {}", fault.message), span);
            error.help.clone_from(&fault.help);
            return self.tell(at, error);
        }
        let scene = self.scene;
        let mut told = BTreeSet::new();
        for (name, place) in formula.names() {
            let known = name == FRAME || also(name) || scene.variables.contains_key(name);
            if self.found.is_full() {
                return;
            }
            if known || !told.insert(name) || self.variables_unknown {
                continue;
            }
            if let NUMBER | GROUP_NUMBER = name.as_str() {
                let message = format!("`{name}` is not known here");
                let error = Diagnostic::error("scene::unknown_variable", message, within(at, formula, place));
                let label = "expected a value of which there is one";
                let help = "what is drawn for each instance has numbers; counts, regions, paths and the like are not";
                self.tell(at, error.label(label).help(help));
                continue;
            }
            let near = near(name);
            let (what, names): (_, Vec<&str>) = match near[..] {
                [] => ("variable", scene.variables.keys().map(String::as_str).chain([FRAME]).collect()),
                _ => ("name", near.iter().map(String::as_str).collect()),
            };
            self.unknown_at(at, within(at, formula, place), "scene::unknown_variable", what, name, &names);
        }
    }

    fn correlated(&mut self, at: &Cursor, name: &str) {
        let scene = self.scene;
        match scene.variables.get(name) {
            Some(variable) if variable.is_ranked() => {}
            Some(_) => {
                let message = format!("{name:?} is not drawn from a distribution of numbers");
                self.error(at, "scene::correlation", message, "expected a variable that is");
            }
            None if self.found.is_full() => {}
            None => {
                let ranked = scene.variables.iter().filter(|(_, variable)| variable.is_ranked());
                let known: Vec<&str> = ranked.map(|(name, _)| name.as_str()).collect();
                self.unknown(at, "scene::unknown_variable", "variable", name, &known);
            }
        }
    }

    /// That a variable has texts, and each of them an entry.
    pub(super) fn matched<'n>(&mut self, at: &Cursor, name: &str, entries: impl Iterator<Item = &'n String>) {
        let scene = self.scene;
        let Some(variable) = scene.variables.get(name) else {
            let known: Vec<&str> = scene.variables.keys().map(String::as_str).collect();
            return self.unknown(&at.argument(0), "scene::unknown_variable", "variable", name, &known);
        };
        let Some(texts) = variable.texts() else { return };
        let entries: IndexSet<&str> = entries.map(String::as_str).collect();
        let texts: IndexSet<&str> = texts.into_iter().collect();
        let list = at.argument(1);
        if let Some(missing) = texts.iter().find(|text| !entries.contains(*text)) {
            let message = format!("there is no entry for the {name} {missing:?}");
            self.error(&list, "scene::no_entry", message, "expected an entry for each value");
        }
        if let Some(never) = entries.iter().find(|entry| !texts.contains(*entry)) {
            let message = format!("{name:?} is never {never:?}");
            let warning = Diagnostic::warning("scene::unused", message, list.key_span(never));
            self.tell(&list.key(never), warning.label("this is never used"));
        }
    }

    /// All named variables.
    pub(super) fn variables(&mut self, root: &Cursor) {
        let scene = self.scene;
        let variables = root.field("variables");
        self.cover(&root.field("cover"), scene.cover);
        if scene.variables.len() > limits::MOST_VARIABLES {
            let message = format!("a scene of {} variables", scene.variables.len());
            let label = format!("expected at most {}", limits::MOST_VARIABLES);
            return self.error(&variables, "scene::too_many", message, &label);
        }
        for (name, variable) in &scene.variables {
            self.variable_name(&variables, name);
            self.variable(&variables.key(name), name, variable);
        }
        self.standing(&variables);
    }

    fn variable_name(&mut self, variables: &Cursor, name: &str) {
        let mut letters = name.chars();
        let begins = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
        let fault = if !begins || letters.any(|letter| !(letter.is_ascii_alphanumeric() || letter == '_')) {
            "cannot stand in a formula"
        } else if [FRAME, NUMBER, GROUP_NUMBER, "pi", "true", "false", "and", "or", "not", "if"].contains(&name) {
            "means something else in a formula"
        } else {
            return;
        };
        let message = format!("the variable name {name:?} {fault}");
        let error = Diagnostic::error("scene::name", message, variables.key_span(name));
        self.tell(&variables.key(name), error.label("expected another name of letters, digits and `_`"));
    }

    fn variable(&mut self, at: &Cursor, own: &str, variable: &Variable) {
        match variable {
            Variable::Number(number) => self.number(at, number, &Rule::between("a variable", -1e300, 1e300)),
            Variable::Text(_) => {}
            Variable::Choice(entries) => self.biased(at, own, entries),
            Variable::Quota(quota) => self.quota(at, own, quota),
            Variable::Grid(_, _, steps) => {
                let rule = Rule::whole_within("a number of steps", limits::GRID_STEPS);
                self.value(&at.argument(2), f64::from(*steps), &rule);
            }
            Variable::GridOf(values) => self.not_empty(at, values.len()),
        }
    }

    fn biased(&mut self, at: &Cursor, own: &str, entries: &[Biased]) {
        self.not_empty(at, entries.len());
        let list = at.argument(0);
        for (index, Biased { entry, natural }) in entries.iter().enumerate() {
            let place = list.index(index);
            let brackets = matches!(place.name(), Some("Weighted" | "Biased"));
            if brackets {
                self.value(&place.argument(0), entry.weight, &Rule::positive("a weight", 1e-9, 1e9));
            }
            if let Some(natural) = natural {
                self.value(&place.argument(1), *natural, &Rule::positive("a weight", 1e-9, 1e9));
            }
            let inner = if natural.is_some() { place.argument(2) } else { place.argument(1) };
            self.variable(&if brackets { inner } else { place }, own, &entry.value);
        }
    }

    fn quota(&mut self, at: &Cursor, own: &str, quota: &Quota) {
        let scene = self.scene;
        self.value(&at.field("share"), quota.share, &Rule::within("a share of the frames", limits::SHARE));
        if let Some(natural) = quota.natural {
            let place = at.field("natural").inside("Some");
            self.value(&place, natural, &SHARE);
            if (quota.share == 0.0 && natural > 0.0) || (quota.share == 1.0 && natural < 1.0) {
                let message = "what happens in the world is never drawn, so that no weight makes up for it";
                self.error(&at.field("share"), "scene::quota", message, "expected above 0 and below 1");
            }
        }
        let with = at.field("with");
        for (name, share) in &quota.with {
            self.value(&with.key(name), *share, &Rule::within("a share of the frames", limits::SHARE));
            if name == own {
                let message = format!("{name:?} happens with itself whenever it does");
                self.error(&with.key(name), "scene::quota", message, "expected another variable with a quota");
                continue;
            }
            if let Some(Variable::Quota(other)) = scene.variables.get(name)
                && other.with.contains_key(own)
                && scene.variables.get_index_of(name) < scene.variables.get_index_of(own)
            {
                let message = format!("how often {name:?} and {own:?} happen together is said twice");
                self.error(&with.key(name), "scene::quota", message, "expected it in one of the two");
                continue;
            }
            match scene.variables.get(name) {
                Some(Variable::Quota(other)) if *share > quota.share.min(other.share) => {
                    let most = quota.share.min(other.share);
                    let message =
                        format!("both in {} of the frames, though one is in {} only", show(*share), show(most));
                    self.error(&with.key(name), "scene::quota", message, &format!("expected at most {}", show(most)));
                }
                Some(Variable::Quota(other)) if *share < quota.share + other.share - 1.0 => {
                    let least = quota.share + other.share - 1.0;
                    let message = format!("both in {} of the frames, which leaves no room for the rest", show(*share));
                    self.error(&with.key(name), "scene::quota", message, &format!("expected at least {}", show(least)));
                }
                Some(Variable::Quota(_)) => {}
                _ if self.found.is_full() => {}
                _ => {
                    let quotas = scene.variables.iter().filter(|(_, variable)| matches!(variable, Variable::Quota(_)));
                    let known: Vec<&str> = quotas.map(|(name, _)| name.as_str()).collect();
                    self.unknown(&with.key(name), "scene::unknown_variable", "variable with a quota", name, &known);
                }
            }
        }
    }
}

/// The place in the file of a part of a formula.
fn within(at: &Cursor, formula: &Expression, part: &std::ops::Range<usize>) -> Span {
    let span = at.span();
    match at.node().map(|node| &node.kind) {
        // Nothing in it is escaped.
        Some(Kind::Text(text)) if span.end - span.start == text.len() + 2 && text == formula.text() => {
            Span::new(span.start + 1 + part.start, span.start + 1 + part.end)
        }
        _ => span,
    }
}
