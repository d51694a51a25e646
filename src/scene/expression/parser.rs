//! Turns the tokens of a formula into steps: top-down operator precedence (Pratt 1973, doi:10.1145/512927.512931).

use super::Fault;
use super::evaluate::{Action, Jump, Step};
use super::functions::{self, Body, Function};
use super::lexer::{Comparison, Lexer, Operator, Symbol, Token, did_you_mean};
use super::{Value, part};
use std::ops::Range;

/// The longest formula, in bytes.
pub(super) const LONGEST: usize = 4096;

/// How deep parentheses, calls, unary operators and powers may be nested, so that no formula overflows the stack.
pub(super) const DEEPEST: usize = 64;

/// What may stand where a value is needed.
const OPERAND: &str = "a number, a text, a name or `(`";

/// How tightly operators bind, loosest first. Unary minus binds tighter than `Product` and looser than `Power`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Power,
}

/// What an operator between two operands does.
enum Effect {
    /// The right operand counts only where the left one has not settled the result by being this.
    Settle(bool),
    Compare(Comparison),
    Compute(fn(f64, f64) -> f64),
}

/// The level of an operator, the loosest level of its right operand, and what it does.
fn meaning(operator: Operator) -> (Level, Level, Effect) {
    match operator {
        Operator::Or => (Level::Or, Level::And, Effect::Settle(true)),
        Operator::And => (Level::And, Level::Not, Effect::Settle(false)),
        Operator::Compare(comparison) => (Level::Compare, Level::Sum, Effect::Compare(comparison)),
        Operator::Plus => (Level::Sum, Level::Product, Effect::Compute(|a, b| a + b)),
        Operator::Minus => (Level::Sum, Level::Product, Effect::Compute(|a, b| a - b)),
        Operator::Times => (Level::Product, Level::Power, Effect::Compute(|a, b| a * b)),
        Operator::Divide => (Level::Product, Level::Power, Effect::Compute(|a, b| a / b)),
        Operator::Remainder => (Level::Product, Level::Power, Effect::Compute(functions::remainder)),
        Operator::Power => (Level::Power, Level::Power, Effect::Compute(libm::pow)),
    }
}

/// The names in a formula, each with its bytes.
type Names = Vec<(String, Range<usize>)>;

/// Reads a formula; the names up to the fault, if there is one, come with it.
pub(super) fn read(text: &str) -> (Result<Vec<Step>, Fault>, Names) {
    if text.len() > LONGEST {
        let message = format!("expected a formula of at most {LONGEST} bytes, found {}", text.len());
        return (Err(Fault { at: text.floor_char_boundary(LONGEST)..text.len(), message, help: None }), Names::new());
    }
    let mut lexer = Lexer::new(text);
    let token = lexer.next();
    let mut parser = Parser { text, lexer, token, steps: Vec::new(), names: Names::new(), depth: 0 };
    let read = parser.whole();
    (read.map(|()| parser.steps).map_err(|fault| *fault), parser.names)
}

/// Writes steps as it reads; `token` is the one that comes next. Each method gives the bytes of what it has read.
struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    token: Token<'a>,
    steps: Vec<Step>,
    names: Names,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// The whole text.
    fn whole(&mut self) -> Result<(), Box<Fault>> {
        self.formula(Level::Or)?;
        let help = match self.token.symbol {
            Symbol::End => return Ok(()),
            Symbol::Close => Some("no `(` belongs to it".to_owned()),
            _ => self.meant_operator(),
        };
        Err(self.expected("an operator or the end of the formula", help))
    }

    /// An operand, and every operator after it that binds at least as tightly as `loosest`, with its own operand.
    fn formula(&mut self, loosest: Level) -> Result<Range<usize>, Box<Fault>> {
        let mut left = self.operand(loosest)?;
        let mut compared = None;
        while let Symbol::Operator(operator) = self.token.symbol
            && meaning(operator).0 >= loosest
        {
            let comparison = meaning(operator).0 == Level::Compare;
            if let (true, Some(middle)) = (comparison, compared) {
                return Err(self.chained_comparison(left, middle)?);
            }
            let right = self.operation(operator, left.start)?;
            left.end = right.end;
            compared = comparison.then_some(right);
        }
        Ok(left)
    }

    /// An operator and its right operand; `start` is where its left operand begins.
    fn operation(&mut self, operator: Operator, start: usize) -> Result<Range<usize>, Box<Fault>> {
        let (level, right_level, effect) = meaning(operator);
        let sign = self.advance().at;
        let jump = match effect {
            Effect::Settle(truth) => Some(self.jump(Jump::Settled(truth), &sign)),
            _ => None,
        };
        let right = match level {
            Level::Power => self.nested(&sign, right_level)?,
            _ => self.formula(right_level)?,
        };
        let action = match effect {
            Effect::Settle(_) => Action::One(functions::truth),
            Effect::Compare(comparison) => Action::Compare(comparison),
            Effect::Compute(body) => Action::Two(body),
        };
        self.steps.push(Step { action, at: start..right.end });
        if let Some(jump) = jump {
            self.land(jump);
        }
        Ok(right)
    }

    /// The fault of `a < b < c`, which would compare a truth with `c`: `first` is `a < b` and `middle` is `b`.
    fn chained_comparison(&mut self, first: Range<usize>, mut middle: Range<usize>) -> Result<Box<Fault>, Box<Fault>> {
        let at = self.token.at.clone();
        let mut proposal = part(self.text, first).to_owned();
        while let Symbol::Operator(Operator::Compare(_)) = self.token.symbol {
            self.advance();
            let right = self.formula(Level::Sum)?;
            proposal.push_str(" and ");
            proposal.push_str(part(self.text, middle.start..right.end));
            middle = right;
        }
        let sign = part(self.text, at.clone());
        let message = format!("expected `and` or `or` after a comparison, found a second comparison `{sign}`");
        Ok(Box::new(Fault { at, message, help: did_you_mean(&proposal) }))
    }

    /// A number, a text, a name, a call, a formula in parentheses, or one of these after unary operators.
    fn operand(&mut self, loosest: Level) -> Result<Range<usize>, Box<Fault>> {
        let Token { symbol, at } = self.token.clone();
        match symbol {
            Symbol::Number(number) => Ok(self.push(Value::Number(number))),
            Symbol::Text(text) => Ok(self.push(text.into())),
            Symbol::Name(name) => self.name_or_call(name),
            Symbol::Open => {
                self.advance();
                self.nested(&at, Level::Or)?;
                let end = self.close("an operator or `)`")?;
                Ok(at.start..end)
            }
            Symbol::Operator(Operator::Minus) => self.unary(|number| -number, Level::Power),
            Symbol::Not if loosest <= Level::Not => self.unary(functions::not, Level::Not),
            Symbol::Not => {
                let help = "`not` binds loosely: put it and what follows in parentheses";
                Err(self.expected(OPERAND, Some(help.to_owned())))
            }
            _ => Err(self.expected(OPERAND, None)),
        }
    }

    /// Takes a token that stands for this value.
    fn push(&mut self, value: Value) -> Range<usize> {
        let at = self.advance().at;
        self.steps.push(Step { action: Action::Push(value), at: at.clone() });
        at
    }

    /// An operator before its only operand, which binds at least as tightly as `loosest`.
    fn unary(&mut self, body: fn(f64) -> f64, loosest: Level) -> Result<Range<usize>, Box<Fault>> {
        let sign = self.advance().at;
        let operand = self.nested(&sign, loosest)?;
        let at = sign.start..operand.end;
        self.steps.push(Step { action: Action::One(body), at: at.clone() });
        Ok(at)
    }

    /// What follows a name decides whether it is that of a function.
    fn name_or_call(&mut self, name: &str) -> Result<Range<usize>, Box<Fault>> {
        let at = self.advance().at;
        match (&self.token.symbol, functions::find(name)) {
            (Symbol::Open, Some(function)) => self.call(function, at),
            (Symbol::Open, None) => {
                let help = functions::closest(name).and_then(did_you_mean);
                Err(Box::new(Fault { at, message: format!("expected the name of a function, found `{name}`"), help }))
            }
            (Symbol::Number(_) | Symbol::Text(_) | Symbol::Name(_) | Symbol::Not, Some(function)) => {
                let help = did_you_mean(&function.form());
                Err(self.expected(&format!("`(` after the function `{name}`"), help))
            }
            _ => {
                self.names.push((name.to_owned(), at.clone()));
                self.steps.push(Step { action: Action::Name(name.to_owned()), at: at.clone() });
                Ok(at)
            }
        }
    }

    /// The arguments of a function, from the opening parenthesis on.
    fn call(&mut self, function: &Function, name: Range<usize>) -> Result<Range<usize>, Box<Fault>> {
        self.advance();
        let mut count = 0;
        let mut pending = None;
        while self.token.symbol != Symbol::Close {
            if count > 0 {
                self.comma()?;
            }
            let argument = self.nested(&name, Level::Or)?;
            count += 1;
            let jump = match (function.body, count) {
                (Body::If, 1) => Some(self.jump(Jump::IfFalse, &argument)),
                (Body::If, 2) => Some(self.jump(Jump::Always, &argument)),
                (Body::Fold(body), 2..) => {
                    self.steps.push(Step { action: Action::Two(body), at: name.start..argument.end });
                    None
                }
                _ => None,
            };
            if let Some(before) = std::mem::replace(&mut pending, jump) {
                self.land(before);
            }
        }
        let at = name.start..self.advance().at.end;
        let (right, wanted, action) = match function.body {
            Body::One(body) => (count == 1, "1 argument", Some(Action::One(body))),
            Body::Two(body) => (count == 2, "2 arguments", Some(Action::Two(body))),
            Body::Three(body) => (count == 3, "3 arguments", Some(Action::Three(body))),
            Body::If => (count == 3, "3 arguments", None),
            Body::Fold(_) => (count >= 2, "2 or more arguments", None),
        };
        if !right {
            let message = format!("expected {wanted} for `{}`, found {count}", function.name);
            return Err(Box::new(Fault { at, message, help: Some(format!("write `{}`", function.form())) }));
        }
        self.steps.extend(action.map(|action| Step { action, at: at.clone() }));
        Ok(at)
    }

    /// Takes a closing parenthesis and gives the byte after it.
    fn close(&mut self, expected: &str) -> Result<usize, Box<Fault>> {
        match self.token.symbol {
            Symbol::Close => Ok(self.advance().at.end),
            _ => Err(self.expected(expected, self.meant_operator())),
        }
    }

    /// Takes the comma after an argument.
    fn comma(&mut self) -> Result<(), Box<Fault>> {
        if self.token.symbol != Symbol::Comma {
            return Err(self.expected("an operator, `,` or `)`", self.meant_operator()));
        }
        self.advance();
        Ok(())
    }

    /// A formula one level deeper; `at` is what opens that level.
    fn nested(&mut self, at: &Range<usize>, loosest: Level) -> Result<Range<usize>, Box<Fault>> {
        if self.depth == DEEPEST {
            let message = format!("expected at most {DEEPEST} nested levels, found one more");
            return Err(Box::new(Fault { at: at.clone(), message, help: None }));
        }
        self.depth += 1;
        let formula = self.formula(loosest)?;
        self.depth -= 1;
        Ok(formula)
    }

    /// Writes a jump that is still to [land](Self::land), and gives its number.
    fn jump(&mut self, jump: Jump, at: &Range<usize>) -> usize {
        self.steps.push(Step { action: Action::Jump(jump, usize::MAX), at: at.clone() });
        self.steps.len() - 1
    }

    /// Lets a jump lead to the step that comes next.
    fn land(&mut self, jump: usize) {
        let here = self.steps.len();
        if let Some(Step { action: Action::Jump(_, to), .. }) = self.steps.get_mut(jump) {
            *to = here;
        }
    }

    /// Takes the next token.
    fn advance(&mut self) -> Token<'a> {
        let next = self.lexer.next();
        std::mem::replace(&mut self.token, next)
    }

    /// The fault that the next token is not what is expected there.
    fn expected(&self, expected: &str, help: Option<String>) -> Box<Fault> {
        let at = self.token.at.clone();
        let found = match &self.token.symbol {
            Symbol::Unreadable(fault) => return fault.clone(),
            Symbol::End => "the end of the formula".to_owned(),
            _ => format!("`{}`", part(self.text, at.clone())),
        };
        Box::new(Fault { at, message: format!("expected {expected}, found {found}"), help })
    }

    /// Help where an operator is missing before the next token.
    fn meant_operator(&self) -> Option<String> {
        match self.token.symbol {
            Symbol::Open => did_you_mean("*("),
            Symbol::Name(name) => {
                let meant = ["and", "or"].into_iter().find(|word| name.eq_ignore_ascii_case(word));
                meant.and_then(did_you_mean)
            }
            _ => None,
        }
    }
}
