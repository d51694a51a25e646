//! Cuts the text of a formula into tokens, one at a time.

use super::{Fault, part};
use std::ops::Range;

/// A comparison of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Compare(Comparison),
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    Power,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Symbol<'a> {
    Number(f64),
    /// A text, without its quotes.
    Text(&'a str),
    /// A name, which may have dots in it.
    Name(&'a str),
    Operator(Operator),
    Not,
    Open,
    Close,
    Comma,
    End,
    /// No token starts here; the fault counts only once the parser gets this far.
    Unreadable(Box<Fault>),
}

/// A token and its bytes in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'a> {
    pub symbol: Symbol<'a>,
    pub at: Range<usize>,
}

/// The signs, and the mistaken ones with the sign that was probably meant; of two that fit, the first counts.
static SIGNS: [(&str, Result<Symbol, &str>); 38] = [
    ("&&", Ok(Symbol::Operator(Operator::And))),
    ("||", Ok(Symbol::Operator(Operator::Or))),
    ("==", Ok(Symbol::Operator(Operator::Compare(Comparison::Equal)))),
    ("!=", Ok(Symbol::Operator(Operator::Compare(Comparison::Unequal)))),
    ("<=", Ok(Symbol::Operator(Operator::Compare(Comparison::LessOrEqual)))),
    (">=", Ok(Symbol::Operator(Operator::Compare(Comparison::GreaterOrEqual)))),
    ("**", Err("^")),
    ("<>", Err("!=")),
    ("=<", Err("<=")),
    ("=>", Err(">=")),
    ("=", Err("==")),
    ("&", Err("and")),
    ("|", Err("or")),
    ("<", Ok(Symbol::Operator(Operator::Compare(Comparison::Less)))),
    (">", Ok(Symbol::Operator(Operator::Compare(Comparison::Greater)))),
    ("!", Ok(Symbol::Not)),
    ("+", Ok(Symbol::Operator(Operator::Plus))),
    ("-", Ok(Symbol::Operator(Operator::Minus))),
    ("*", Ok(Symbol::Operator(Operator::Times))),
    ("/", Ok(Symbol::Operator(Operator::Divide))),
    ("%", Ok(Symbol::Operator(Operator::Remainder))),
    ("^", Ok(Symbol::Operator(Operator::Power))),
    ("(", Ok(Symbol::Open)),
    (")", Ok(Symbol::Close)),
    (",", Ok(Symbol::Comma)),
    ("?", Err("if(condition, then, otherwise)")),
    ("\u{2212}", Err("-")),
    ("\u{2013}", Err("-")),
    ("×", Err("*")),
    ("·", Err("*")),
    ("÷", Err("/")),
    ("≤", Err("<=")),
    ("≥", Err(">=")),
    ("≠", Err("!=")),
    ("‘", Err("'")),
    ("’", Err("'")),
    ("“", Err("\"")),
    ("”", Err("\"")),
];

/// The help that proposes another spelling.
pub(super) fn did_you_mean(proposal: &str) -> Option<String> {
    Some(format!("did you mean `{proposal}`?"))
}

/// Reads tokens from a text, from the left.
pub(super) struct Lexer<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Lexer<'a> {
    /// Starts at the beginning of the text.
    pub fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    /// The next token; at the end of the text, and for ever after it, [`Symbol::End`].
    pub fn next(&mut self) -> Token<'a> {
        self.position += length_of(self.rest(self.position), |letter| letter.is_ascii_whitespace());
        let start = self.position;
        let rest = self.rest(start);
        let (symbol, length) = match rest.chars().next() {
            None => (Symbol::End, 0),
            Some(quote @ ('\'' | '"')) => self.text_in(start, quote),
            Some(first) if starts_name(first) => self.name(start),
            Some(first) if first.is_ascii_digit() => self.number(start),
            Some('.') if rest.chars().nth(1).is_some_and(|second| second.is_ascii_digit()) => self.number(start),
            Some(first) => self.sign(start, first),
        };
        self.position = start + length;
        Token { symbol, at: start..self.position }
    }

    /// What is left of the text from a byte on.
    fn rest(&self, from: usize) -> &'a str {
        part(self.text, from..self.text.len())
    }

    /// A text in quotes, and its length with them.
    fn text_in(&self, start: usize, quote: char) -> (Symbol<'a>, usize) {
        let inside = self.rest(start + 1);
        match inside.find(quote) {
            Some(length) => (Symbol::Text(part(inside, 0..length)), length + 2),
            None => {
                let message = format!("expected {quote} at the end of the text, found the end of the formula");
                unreadable(start..self.text.len(), message, None)
            }
        }
    }

    /// A name, a word of the language or a constant, and its length.
    fn name(&self, start: usize) -> (Symbol<'a>, usize) {
        let mut end = start;
        loop {
            end += length_of(self.rest(end), continues_name);
            if !self.rest(end).starts_with('.') {
                break;
            }
            end += 1;
            if let Some(quote @ ('\'' | '"')) = self.rest(end).chars().next() {
                // What a name may hold is said nowhere; quotes around it make it one word.
                let (text, length) = self.text_in(end, quote);
                end += length;
                if matches!(text, Symbol::Unreadable(_)) {
                    return (text, end - start);
                }
                break;
            }
            if !self.rest(end).starts_with(starts_name) {
                let (at, found) = self.character(end);
                let before = part(self.text, start..end);
                return unreadable(at, format!("expected a letter or `_` after `{before}`, found {found}"), None);
            }
        }
        let name = part(self.text, start..end);
        let symbol = match name {
            "or" => Symbol::Operator(Operator::Or),
            "and" => Symbol::Operator(Operator::And),
            "not" => Symbol::Not,
            "true" => Symbol::Number(1.0),
            "false" => Symbol::Number(0.0),
            "pi" => Symbol::Number(std::f64::consts::PI),
            _ => Symbol::Name(name),
        };
        (symbol, name.len())
    }

    /// A number such as `3`, `0.5`, `.5` or `1e-3`, and its length.
    fn number(&self, start: usize) -> (Symbol<'a>, usize) {
        let digits = |from: usize| length_of(self.rest(from), |letter| letter.is_ascii_digit());
        let mut end = start + digits(start);
        if self.rest(end).starts_with('.') {
            let fraction = digits(end + 1);
            if fraction == 0 {
                let (at, found) = self.character(end + 1);
                let before = part(self.text, start..end + 1);
                return unreadable(at, format!("expected a digit after `{before}`, found {found}"), None);
            }
            end += 1 + fraction;
        }
        if self.rest(end).starts_with(['e', 'E']) {
            let sign = usize::from(self.rest(end + 1).starts_with(['+', '-']));
            let exponent = digits(end + 1 + sign);
            if exponent > 0 {
                end += 1 + sign + exponent;
            }
        }
        let number = part(self.text, start..end);
        let word = length_of(self.rest(end), continues_name);
        let after = part(self.text, end..end + word);
        if !matches!(after, "" | "or" | "and") {
            let help = did_you_mean(&format!("{number}*{after}"));
            let message = format!("expected an operator after `{number}`, found `{after}`");
            return unreadable(end..end + word, message, help);
        }
        match number.parse::<f64>() {
            Ok(value) if value.is_finite() => (Symbol::Number(value), number.len()),
            _ => unreadable(start..end, format!("expected a number below 1.8e308, found `{number}`"), None),
        }
    }

    /// A sign such as `+` or `<=`, and its length.
    fn sign(&self, start: usize, first: char) -> (Symbol<'a>, usize) {
        let rest = self.rest(start);
        let wrong = "expected a number, a text, a name or an operator, found";
        match SIGNS.iter().find(|(spelling, _)| rest.starts_with(spelling)) {
            Some((spelling, Ok(symbol))) => (symbol.clone(), spelling.len()),
            Some((spelling, Err(meant))) => {
                unreadable(start..start + spelling.len(), format!("{wrong} `{spelling}`"), did_you_mean(meant))
            }
            None => {
                let (at, found) = self.character(start);
                let help = "a name is made of the letters A to Z and a to z, digits and `_`";
                unreadable(at, format!("{wrong} {found}"), first.is_alphanumeric().then(|| help.to_owned()))
            }
        }
    }

    /// The bytes of the character at a byte, and how to call it in a message.
    fn character(&self, start: usize) -> (Range<usize>, String) {
        match self.rest(start).chars().next() {
            Some(letter) => (start..start + letter.len_utf8(), format!("`{}`", letter.escape_debug())),
            None => (start..start, "the end of the formula".to_owned()),
        }
    }
}

/// A place where no token starts. The lexer is not asked again, so that the length does not count.
fn unreadable<'a>(at: Range<usize>, message: String, help: Option<String>) -> (Symbol<'a>, usize) {
    (Symbol::Unreadable(Box::new(Fault { at, message, help })), 0)
}

/// The bytes at the beginning of a text that consist of such characters.
fn length_of(text: &str, such: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !such(letter)).unwrap_or(text.len())
}

/// Whether a part of a name may start with this.
fn starts_name(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_'
}

/// Whether a part of a name may go on with this.
fn continues_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}
