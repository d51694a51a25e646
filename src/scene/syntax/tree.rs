//! The tree of a RON text: every value with the place at which it stands.

use std::fmt;

use super::Span;

/// A RON text and the value that it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The text as given; all spans are byte ranges of it.
    pub text: String,
    /// The value.
    pub root: Node,
    /// Where comments stand, in order.
    pub comments: Vec<Span>,
    /// Names in `#![enable(…)]` at the top.
    pub extensions: Vec<Name>,
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// From its first character (of its name, if it has one) to its last bracket.
    pub span: Span,
    /// The name before its bracket, as in `Box(…)`, or the whole of it, as in `Free`.
    pub name: Option<Name>,
    /// What it is.
    pub kind: Kind,
}

/// A name and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// Without any `r#` before it.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A number with a point or an exponent, or `inf` or `NaN`.
    Float(f64),
    /// `'c'`
    Char(char),
    /// `"text"`
    Text(String),
    /// `b"bytes"`
    Bytes(Vec<u8>),
    /// A name without brackets: `Free`, `None`.
    Bare,
    /// `(a, b)` or `Name(a, b)`; also `()` and `Name()`.
    Tuple(Vec<Node>),
    /// `(a: 1)` or `Name(a: 1)`.
    Struct(Vec<Field>),
    /// `[a, b]`
    List(Vec<Node>),
    /// `{ "a": 1 }`
    Map(Vec<Entry>),
    /// Nothing could be read here; an error tells why.
    Hole,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: Node,
}

/// An entry of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its key.
    pub key: Node,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// The name as text.
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|name| name.text.as_str())
    }

    /// Whether it is `None`.
    pub fn is_none(&self) -> bool {
        self.kind == Kind::Bare && self.name() == Some("None")
    }

    /// The one value inside of `Name(value)`, where that is the name.
    pub fn wrapped_in(&self, name: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Tuple(items) if self.name() == Some(name) && items.len() == 1 => items.first(),
            _ => None,
        }
    }

    /// The text of a map's key, be it quoted or not.
    pub fn key_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Bare => self.name(),
            _ => None,
        }
    }

    /// Where to point when only its beginning matters: its name if it has one, its bracket, or all of it.
    pub fn head(&self) -> Span {
        match (&self.name, &self.kind) {
            (Some(name), _) => name.span,
            (None, Kind::Tuple(_) | Kind::Struct(_) | Kind::List(_) | Kind::Map(_)) => {
                Span::new(self.span.start, self.span.start + 1)
            }
            _ => self.span,
        }
    }
}

/// The way from the root to a value, as people write it: `objects["mug"].material.roughness`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path(String);

impl Path {
    /// On to a field.
    pub fn field(&self, name: &str) -> Path {
        Path(if self.0.is_empty() { name.to_owned() } else { format!("{}.{name}", self.0) })
    }

    /// On to the value of a key, of which long ones are cut: everything below has it in its path.
    pub fn key(&self, key: &str) -> Path {
        const LONGEST: usize = 100;
        match key.char_indices().nth(LONGEST) {
            Some((end, _)) => Path(format!("{}[{:?}…]", self.0, key.get(..end).unwrap_or_default())),
            None => Path(format!("{}[{key:?}]", self.0)),
        }
    }

    /// On to an item, counted from 0.
    pub fn index(&self, index: usize) -> Path {
        Path(format!("{}[{index}]", self.0))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
