//! What all choices of a frame have in common: its named variables, drawn when first asked for, and its tables.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::catalog::Catalog;
use super::error::{RandomizeError, list};
use super::ledger::Ledger;
use super::plan::Plan;
use super::stream::Cursor;
use crate::scene::{Biased, Cover, EvaluationError, Expression, Quota, Value, Variable};

/// The name by which formulas know the frame number.
pub(super) const FRAME: &str = "frame";
/// The name by which formulas of an object know which of its instances is meant, from 0.
pub(super) const NUMBER: &str = "number";

/// The name by which formulas of an object know which instance of its group it is in, from 0.
pub(super) const GROUP_NUMBER: &str = "group_number";

/// One frame of a scene that is being drawn.
#[derive(Debug)]
pub(super) struct Context<'c> {
    pub(super) seed: u64,
    pub(super) frame: u64,
    /// How often the frame has been drawn before.
    pub(super) attempt: u32,
    /// The key that the joint coordinates of all variables share.
    pub(super) order: u64,
    scene: Option<Surroundings<'c>>,
    /// Notes what is drawn, where somebody wants to know.
    pub(super) ledger: Option<RefCell<Ledger>>,
    /// `None` while a variable is being drawn.
    known: RefCell<BTreeMap<String, Option<Known>>>,
}

/// What the variables of a scene are drawn from.
#[derive(Clone, Copy)]
struct Surroundings<'c> {
    cover: Cover,
    variables: &'c IndexMap<String, Variable>,
    plan: &'c Plan,
    catalog: &'c dyn Catalog,
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Surroundings").field("cover", &self.cover).finish_non_exhaustive()
    }
}

/// A variable that has been drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    pub(super) value: Value,
    /// The share of draws below it, where it is drawn from a distribution of numbers.
    pub(super) rank: Option<f64>,
    /// How much more often it happens in the world than it is drawn.
    pub(super) importance: f64,
}

impl<'c> Context<'c> {
    /// Of a frame in which nothing has a name.
    pub(super) fn bare(seed: u64, frame: u64) -> Self {
        Context { seed, frame, attempt: 0, order: 0, scene: None, ledger: None, known: RefCell::default() }
    }

    /// Of a frame of a scene, drawn for the `attempt`th time.
    pub(super) fn new(
        (frame, attempt): (u64, u32),
        cover: Cover,
        variables: &'c IndexMap<String, Variable>,
        plan: &'c Plan,
        catalog: &'c dyn Catalog,
    ) -> Self {
        let scene = Some(Surroundings { cover, variables, plan, catalog });
        Context {
            seed: plan.streams,
            frame,
            attempt,
            order: plan.order,
            scene,
            ledger: None,
            known: RefCell::default(),
        }
    }

    /// The same, with what is drawn noted.
    pub(super) fn noting(self, ledger: Ledger) -> Self {
        Context { ledger: Some(RefCell::new(ledger)), ..self }
    }

    /// How the frames cover the scene.
    pub(super) fn cover(&self) -> Cover {
        self.scene.map_or(Cover::Independent, |scene| scene.cover)
    }

    /// The base of a variable's coordinate in Halton's sequence, by the path at which it is drawn.
    pub(super) fn halton_base(&self, path: &str) -> u32 {
        self.scene.map_or(2, |scene| scene.plan.halton_base(path))
    }

    /// The numbers in a column of a table, ascending.
    pub(super) fn column(&self, path: &str, file: &str, column: &str) -> Result<Arc<[f64]>, RandomizeError> {
        let Some(scene) = self.scene else {
            let (expected, found) = ("a scene that has tables", file.to_owned());
            return Err(RandomizeError::Malformed { path: path.to_owned(), expected, found });
        };
        let failed = |source| RandomizeError::Catalog { path: path.to_owned(), source };
        scene.catalog.column(file, column).map_err(failed)
    }
}

impl Cursor<'_> {
    /// What a formula gives here.
    pub(super) fn formula(&self, formula: &Expression) -> Result<Value, RandomizeError> {
        let fault = |reason: String| RandomizeError::Formula {
            path: self.path().to_owned(),
            text: formula.text().to_owned(),
            reason,
        };
        if let Some(error) = formula.fault() {
            return Err(fault(error.message.clone()));
        }
        formula.value(&mut |name| self.named(name)).map_err(|error| match error {
            EvaluationError::Name(error) => error,
            EvaluationError::Type { message, .. } | EvaluationError::NotFinite { message } => fault(message),
        })
    }

    /// Whether a formula is other than 0.
    pub(super) fn holds(&self, condition: &Expression) -> Result<bool, RandomizeError> {
        Ok(self.formula_number(condition)? != 0.0)
    }

    /// The number that a formula gives.
    pub(super) fn formula_number(&self, formula: &Expression) -> Result<f64, RandomizeError> {
        match self.formula(formula)? {
            Value::Number(number) => Ok(number),
            Value::Text(text) => Err(RandomizeError::Formula {
                path: self.path().to_owned(),
                text: formula.text().to_owned(),
                reason: format!("expected a number, found the text {text:?}"),
            }),
        }
    }

    fn named(&self, name: &str) -> Result<Value, RandomizeError> {
        match (name, self.number, self.group) {
            (FRAME, _, _) => Ok(Value::Number(self.context.frame as f64)),
            (NUMBER, Some(number), _) | (GROUP_NUMBER, _, Some(number)) => Ok(Value::Number(number as f64)),
            _ => Ok(self.known(name)?.value),
        }
    }

    /// A variable of the scene, drawn if it has not been yet.
    pub(super) fn known(&self, name: &str) -> Result<Known, RandomizeError> {
        let definition = self.context.scene.and_then(|scene| scene.variables.get(name));
        let Some(definition) = definition else {
            let names = self.context.scene.map_or_else(Vec::new, |scene| scene.variables.keys().collect());
            return Err(RandomizeError::UnknownName {
                path: self.path().to_owned(),
                expected: "the name of a variable",
                found: name.to_owned(),
                known: list(names.into_iter().map(String::as_str)),
            });
        };
        let before = self.context.known.borrow().get(name).cloned();
        match before {
            Some(Some(known)) => return Ok(known),
            Some(None) => return Err(RandomizeError::VariableCircle { name: name.to_owned() }),
            None => {}
        }
        self.context.known.borrow_mut().insert(name.to_owned(), None);
        let place = self.variable(name);
        let known = place.draw_variable(name, definition)?;
        place.note_variable(definition, &known.value);
        self.context.known.borrow_mut().insert(name.to_owned(), Some(known.clone()));
        Ok(known)
    }

    /// All variables by name, in the order of the scene, and the frame's importance weight.
    pub(super) fn all_known(&self) -> Result<(IndexMap<String, Value>, f64), RandomizeError> {
        let mut values = IndexMap::new();
        let mut importance = 1.0;
        for name in self.context.scene.iter().flat_map(|scene| scene.variables.keys()) {
            let known = self.known(name)?;
            importance *= known.importance;
            values.insert(name.clone(), known.value);
        }
        Ok((values, importance))
    }

    fn draw_variable(&self, name: &str, variable: &Variable) -> Result<Known, RandomizeError> {
        let plain = |value| Known { value, rank: None, importance: 1.0 };
        Ok(match variable {
            Variable::Number(number) => {
                let (value, rank) = self.ranked(number)?;
                Known { rank, ..plain(Value::Number(value)) }
            }
            Variable::Text(text) => plain(Value::Text(text.clone())),
            Variable::Choice(entries) => {
                let weights = |entry: &Biased| entry.entry.weight;
                let (place, chosen) = self.by_weight(entries, weights)?;
                let inner = self.child(&place.to_string()).draw_variable(name, &chosen.entry.value)?;
                let drawn: f64 = entries.iter().map(weights).sum();
                let in_world = |entry: &Biased| entry.natural.unwrap_or(entry.entry.weight);
                let natural: f64 = entries.iter().map(in_world).sum();
                let importance = (in_world(chosen) / natural) / (weights(chosen) / drawn);
                Known { importance: importance * inner.importance, rank: None, ..inner }
            }
            Variable::Quota(quota) => {
                let happens = self.context.scene.is_some_and(|scene| scene.plan.happens(name, self.context.frame));
                Known { importance: quota.importance(happens), ..plain(Value::from(happens)) }
            }
            Variable::Grid(first, last, steps) => {
                let step = self.grid_step(name);
                let share = if *steps < 2 { 0.0 } else { step as f64 / f64::from(steps - 1) };
                plain(Value::Number(first * (1.0 - share) + last * share))
            }
            Variable::GridOf(values) => match values.get(self.grid_step(name) as usize) {
                Some(value) => plain(value.clone()),
                None => {
                    let (expected, found) = ("a grid of at least one value", "an empty one".to_owned());
                    return Err(RandomizeError::Malformed { path: self.path().to_owned(), expected, found });
                }
            },
        })
    }

    fn note_variable(&self, variable: &Variable, value: &Value) {
        let Some(ledger) = &self.context.ledger else { return };
        match (value, variable.texts()) {
            (Value::Number(number), _) => ledger.borrow_mut().number(self.path(), || variable.to_string(), *number),
            (Value::Text(text), Some(texts)) => {
                let labels = || texts.iter().map(|text| (*text).to_owned()).collect();
                let picked = texts.iter().position(|known| known == text).unwrap_or(usize::MAX);
                ledger.borrow_mut().pick(self.path(), &variable.to_string(), labels, picked);
            }
            (Value::Text(_), None) => {}
        }
    }

    fn grid_step(&self, name: &str) -> u64 {
        self.context.scene.map_or(0, |scene| scene.plan.grid_step(name, self.context.frame))
    }
}

impl Quota {
    /// How much more often in the world something comes out so than in the frames.
    fn importance(&self, happens: bool) -> f64 {
        match self.natural {
            None => 1.0,
            Some(natural) if happens => natural / self.share,
            Some(natural) => (1.0 - natural) / (1.0 - self.share),
        }
    }
}
