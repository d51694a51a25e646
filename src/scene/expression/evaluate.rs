//! Works through the steps of a formula, in reverse Polish order: without recursion, however deep the formula is.

use super::lexer::Comparison;
use super::{EvaluationError, Value, part};
use std::ops::Range;

/// A step of a formula and the bytes of the sub-formula whose value it gives.
#[derive(Debug)]
pub(super) struct Step {
    pub action: Action,
    pub at: Range<usize>,
}

/// What a step does with the operands, of which it takes the last ones and adds its result.
#[derive(Debug)]
pub(super) enum Action {
    Push(Value),
    Name(String),
    One(fn(f64) -> f64),
    Two(fn(f64, f64) -> f64),
    Three(fn(f64, f64, f64) -> f64),
    Compare(Comparison),
    /// Goes on at a later step.
    Jump(Jump, usize),
}

/// When to jump.
#[derive(Debug, Clone, Copy)]
pub(super) enum Jump {
    Always,
    /// If the last operand, which is taken, is false.
    IfFalse,
    /// If the last operand is as true as this; then its truth stays as the result, and otherwise it is taken.
    Settled(bool),
}

/// A value and the bytes of its sub-formula.
pub(super) type Operand<'a> = (Value, &'a Range<usize>);

/// The value of a formula, `text`, which was read as `steps`.
pub(super) fn evaluate<'a, E>(
    text: &str,
    steps: &'a [Step],
    known: &mut dyn FnMut(&str) -> Result<Value, E>,
) -> Result<Operand<'a>, EvaluationError<E>> {
    let mut operands = Operands(Vec::new());
    let mut next = 0;
    while let Some(Step { action, at }) = steps.get(next) {
        next += 1;
        let result = match action {
            Action::Push(value) => value.clone(),
            Action::Name(name) => known(name).map_err(EvaluationError::Name)?,
            Action::One(body) => body(operands.number()?).into(),
            Action::Two(body) => {
                let (left, right) = operands.pair()?;
                body(number(left)?, number(right)?).into()
            }
            Action::Three(body) => {
                let last = operands.take()?;
                let (first, second) = operands.pair()?;
                body(number(first)?, number(second)?, number(last)?).into()
            }
            Action::Compare(comparison) => {
                let (left, right) = operands.pair()?;
                compare(*comparison, left, right)?.into()
            }
            Action::Jump(jump, to) => {
                let (jumps, result) = match jump {
                    Jump::Always => (true, None),
                    Jump::IfFalse => (operands.number()? == 0.0, None),
                    Jump::Settled(truth) => {
                        let settled = (operands.number()? != 0.0) == *truth;
                        (settled, settled.then_some(Value::from(*truth)))
                    }
                };
                operands.0.extend(result.map(|result| (result, at)));
                next = if jumps { *to } else { next };
                continue;
            }
        };
        if let Value::Number(number) = result
            && !number.is_finite()
        {
            let message = format!("`{}` is not finite", part(text, at.clone()));
            return Err(EvaluationError::NotFinite { message });
        }
        operands.0.push((result, at));
    }
    operands.take()
}

/// The values that no step has taken yet.
struct Operands<'a>(Vec<Operand<'a>>);

impl<'a> Operands<'a> {
    /// Takes the last operand. The parser writes no step without its operands, so that one is always there.
    fn take<E>(&mut self) -> Result<Operand<'a>, EvaluationError<E>> {
        let none = || EvaluationError::Type { at: 0..0, message: "expected an operand, found none".to_owned() };
        self.0.pop().ok_or_else(none)
    }

    /// Takes the last two operands, in the order of the text.
    fn pair<E>(&mut self) -> Result<(Operand<'a>, Operand<'a>), EvaluationError<E>> {
        let right = self.take()?;
        Ok((self.take()?, right))
    }

    /// Takes the last operand, which must be a number.
    fn number<E>(&mut self) -> Result<f64, EvaluationError<E>> {
        number(self.take()?)
    }
}

/// The number that an operand must be.
pub(super) fn number<E>((value, at): Operand) -> Result<f64, EvaluationError<E>> {
    match value {
        Value::Number(number) => Ok(number),
        Value::Text(text) => {
            let message = format!("expected a number, found the text `{text}`");
            Err(EvaluationError::Type { at: at.clone(), message })
        }
    }
}

/// Compares two operands. Texts can only be equal or not, and only to texts.
fn compare<E>(comparison: Comparison, left: Operand, right: Operand) -> Result<bool, EvaluationError<E>> {
    let equality = matches!(comparison, Comparison::Equal | Comparison::Unequal);
    let order = match (&left.0, &right.0) {
        (Value::Text(left), Value::Text(right)) if equality => Some(left.cmp(right)),
        (Value::Text(_), Value::Number(_)) if equality => {
            let message = format!("expected a text, found the number {}", right.0);
            return Err(EvaluationError::Type { at: right.1.clone(), message });
        }
        _ => number(left)?.partial_cmp(&number(right)?),
    };
    Ok(order.is_some_and(|order| match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::Unequal => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }))
}
