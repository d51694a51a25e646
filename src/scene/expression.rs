//! Formulas that a scene file may use, such as `30*storm^2` or `season == 'winter' and storm > 0.5`.
//!
//! The grammar, loosest first: `or` (`||`); `and` (`&&`); `not` (`!`, as loose as `not`); one comparison with
//! `== != < <= > >=`; `+ -`; `* / %`; unary `-`; `^` (right-associative); numbers, texts in single or double quotes,
//! `true false pi`, names joined by dots, calls, parentheses. True is 1 and false is 0; texts have no escapes.

mod evaluate;
mod functions;
mod lexer;
mod parser;
mod read;
#[cfg(test)]
mod tests;

use evaluate::{Operand, Step};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A number or a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number, in the unit that the formula's writer means; 1 and 0 stand for true and false.
    Number(f64),
    /// A text, such as the name of a season.
    Text(String),
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Number(if truth { 1.0 } else { 0.0 })
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for Value {
    /// A text as it is; a number with the fewest digits that read back as the same number, and never as `-0`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Number(number) if *number == 0.0 => formatter.write_str("0"),
            Self::Number(number) if (1e-5..1e16).contains(&number.abs()) => write!(formatter, "{number}"),
            Self::Number(number) => write!(formatter, "{number:e}"),
        }
    }
}

/// Why a formula cannot be read: where in the text, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The bytes at fault, on character boundaries; empty where something is missing at the end.
    pub at: Range<usize>,
    /// What was expected and what was found.
    pub message: String,
    /// What the writer may have meant.
    pub help: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(formatter, "; {help}"))
    }
}

impl std::error::Error for Fault {}

/// Why a formula has no value.
#[derive(Debug, Clone, PartialEq)]
pub enum EvaluationError<E> {
    /// A name has no value: the caller's own error, as the caller gave it.
    Name(E),
    /// A text where a number is needed, or the reverse; also the fault of a formula that cannot be read.
    Type {
        /// The bytes of the sub-formula at fault.
        at: Range<usize>,
        /// What was expected and what was found.
        message: String,
    },
    /// A result that is infinite or undefined.
    NotFinite {
        /// Shows the text of the sub-formula at fault.
        message: String,
    },
}

impl<E: fmt::Display> fmt::Display for EvaluationError<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(error) => error.fmt(formatter),
            Self::Type { message, .. } | Self::NotFinite { message } => formatter.write_str(message),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for EvaluationError<E> {}

/// A formula; what is wrong with it, if anything, is kept with it. Two formulas are equal if their texts are.
#[derive(Debug, Clone)]
pub struct Expression(Arc<Formula>);

/// What clones of an [`Expression`] share.
#[derive(Debug)]
struct Formula {
    text: String,
    names: Vec<(String, Range<usize>)>,
    read: Result<Vec<Step>, Fault>,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Expression {}

impl Expression {
    /// Reads a formula; never fails, see [`Expression::fault`].
    pub fn new(text: &str) -> Self {
        let (read, names) = parser::read(text);
        Self(Arc::new(Formula { text: text.to_owned(), names, read }))
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Why the formula cannot be read, if so.
    pub fn fault(&self) -> Option<&Fault> {
        self.0.read.as_ref().err()
    }

    /// Every use of a name, in order of the text, with its bytes in the text; after a fault, those read until then.
    pub fn names(&self) -> &[(String, Range<usize>)] {
        &self.0.names
    }

    /// The value, where `known` gives the value of each name that is needed. A formula with a fault has a type error.
    pub fn value<E>(&self, known: &mut dyn FnMut(&str) -> Result<Value, E>) -> Result<Value, EvaluationError<E>> {
        Ok(self.operand(known)?.0)
    }

    /// The value as a number; a text is a type error.
    pub fn number<E>(&self, known: &mut dyn FnMut(&str) -> Result<Value, E>) -> Result<f64, EvaluationError<E>> {
        evaluate::number(self.operand(known)?)
    }

    /// Whether the value is a number other than 0; a text is a type error.
    pub fn truth<E>(&self, known: &mut dyn FnMut(&str) -> Result<Value, E>) -> Result<bool, EvaluationError<E>> {
        Ok(self.number(known)? != 0.0)
    }

    /// The value with its place, or the fault as an error of evaluation.
    fn operand<E>(&self, known: &mut dyn FnMut(&str) -> Result<Value, E>) -> Result<Operand<'_>, EvaluationError<E>> {
        match &self.0.read {
            Ok(steps) => evaluate::evaluate(self.text(), steps, known),
            Err(fault) => Err(EvaluationError::Type { at: fault.at.clone(), message: fault.to_string() }),
        }
    }
}

/// The bytes `at` of a text; nothing where they are no part of it.
fn part(text: &str, at: Range<usize>) -> &str {
    text.get(at).unwrap_or_default()
}
