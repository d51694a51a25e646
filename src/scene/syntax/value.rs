//! A node on its way into a type, and the record of what was wrong with it.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;

use super::super::diagnostic::{Diagnostic, Found};
use super::stand_in::StandIn;
use super::{Kind, Node, Path, Repairs, Span, describe};

#[derive(Default)]
pub(super) struct State<'t> {
    pub(super) text: &'t str,
    pub(super) diagnostics: RefCell<Found>,
    /// Of those told, so that a later pass does not tell them again.
    pub(super) told: RefCell<HashSet<(&'static str, Span, String)>>,
    pub(super) repairs: RefCell<Repairs>,
    /// Another pass would see more.
    pub(super) again: Cell<bool>,
}

impl State<'_> {
    fn report(&self, diagnostic: Diagnostic) {
        if self.diagnostics.borrow().is_full() {
            return;
        }
        let key = (diagnostic.code, diagnostic.primary.span, diagnostic.message.clone());
        if self.told.borrow_mut().insert(key) {
            self.diagnostics.borrow_mut().push(diagnostic);
        }
    }

    pub(super) fn repair(&self, error: Error) {
        let place = error.place.unwrap_or_default();
        let at = if place.head == Span::default() { place.span } else { place.head };
        let changed = match error.raised {
            Raised::Missing(field) => {
                let owner = place.name.map_or_else(String::new, |name| format!(" of `{name}`"));
                let message = format!("the field `{field}`{owner} is missing");
                let diagnostic = Diagnostic::error("scene::missing_field", message, at);
                self.report(diagnostic.label(format!("expected `{field}: …` in here")).path(&place.path));
                self.repairs.borrow_mut().add(place.span, field)
            }
            Raised::Message(message) => {
                self.report(Diagnostic::error("scene::invalid", message, at).path(&place.path));
                self.repairs.borrow_mut().replace(place.span)
            }
        };
        self.again.set(changed);
    }
}

/// What a type raises while it is filled.
#[derive(Debug)]
pub(super) struct Error {
    raised: Raised,
    place: Option<Place>,
}

#[derive(Debug)]
enum Raised {
    Missing(&'static str),
    Message(String),
}

#[derive(Debug, Default)]
struct Place {
    span: Span,
    head: Span,
    path: Path,
    name: Option<String>,
}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error { raised: Raised::Message(message.to_string()), place: None }
    }

    fn missing_field(field: &'static str) -> Self {
        Error { raised: Raised::Missing(field), place: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.raised {
            Raised::Missing(field) => write!(formatter, "the field `{field}` is missing"),
            Raised::Message(message) => formatter.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

/// A node on its way into a type.
#[derive(Clone)]
pub(super) struct Value<'a> {
    pub(super) node: &'a Node,
    pub(super) path: Path,
    pub(super) state: &'a State<'a>,
    /// Variants of the open enums around it, which may stand here too.
    pub(super) besides: Vec<&'static str>,
}

impl<'a> Value<'a> {
    pub(super) fn node(&self) -> &'a Node {
        self.node
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn text(&self) -> &'a str {
        self.state.text
    }

    pub(super) fn child(&self, node: &'a Node, path: Path) -> Value<'a> {
        Value { node, path, state: self.state, besides: Vec::new() }
    }

    pub(super) fn report(&self, diagnostic: Diagnostic) {
        self.state.report(diagnostic);
    }

    /// Whether so much is wrong with the file that nothing more is told.
    pub(super) fn is_hopeless(&self) -> bool {
        self.state.diagnostics.borrow().is_full()
    }

    pub(super) fn replace(&self) {
        self.state.repairs.borrow_mut().replace(self.node.span);
    }

    pub(super) fn rename(&self, name: Span, meant: &str) {
        self.state.repairs.borrow_mut().rename(name, meant);
    }

    pub(super) fn added(&self) -> Vec<&'static str> {
        self.state.repairs.borrow().added(self.node.span)
    }

    /// Its name, or what that most likely means.
    pub(super) fn meant_name(&self) -> Option<String> {
        let repairs = self.state.repairs.borrow();
        self.node.name.as_ref().map(|name| repairs.meant(name).to_owned())
    }

    /// Gives an error that has no place yet this one.
    pub(super) fn located<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        result.map_err(|error| {
            let here = || Place {
                span: self.node.span,
                head: self.node.head(),
                path: self.path.clone(),
                name: self.meant_name(),
            };
            Error { place: Some(error.place.unwrap_or_else(here)), ..error }
        })
    }

    pub(super) fn is_unknown(&self) -> bool {
        self.node.kind == Kind::Hole || self.state.repairs.borrow().is_unknown(self.node.span)
    }

    /// Tells that the value does not have the form that it should, and takes it for unknown.
    pub(super) fn wrong_shape(&self, message: &str, label: &str, help: &str) {
        let mut error = Diagnostic::error("scene::wrong_type", message, self.node.span).label(label).path(&self.path);
        error.help = (!help.is_empty()).then(|| help.to_owned());
        self.report(error);
        self.replace();
    }

    /// Tells that something else was expected, and takes the value for unknown.
    pub(super) fn wrong_type(&self, expected: &str) -> StandIn {
        if self.is_unknown() {
            return StandIn::default();
        }
        if let (Some(name), false) = (&self.node.name, self.besides.is_empty()) {
            return self.unknown_name(&name.text, expected, &[]);
        }
        let message = format!("expected {expected}, found {}", describe::describe(self.node));
        let help = describe::help(self.node, expected, self.text(), &self.besides);
        self.wrong_shape(&message, "", &help);
        StandIn::default()
    }

    /// Tells that a name is none of those that may stand here.
    pub(super) fn unknown_name(&self, name: &str, expected: &str, variants: &[&str]) -> StandIn {
        let known: Vec<&str> = variants.iter().chain(&self.besides).copied().collect();
        let meant = describe::suggest(name, known.iter().copied());
        let names = describe::names(&known, "or");
        let expected = if expected.is_empty() { names } else { format!("{expected}, {names}") };
        let message = format!("`{name}` means nothing here");
        let error = Diagnostic::error("scene::unknown_variant", message, self.node.head());
        let mut error = error.label(format!("expected {expected}")).path(&self.path);
        error.help = meant.map(|meant| format!("did you mean `{meant}`?")).or_else(|| {
            let help = describe::help(self.node, &expected, self.text(), &self.besides);
            (!help.is_empty()).then_some(help)
        });
        self.report(error);
        match (meant, &self.node.name) {
            // The next pass looks inside, as if it had been written so.
            (Some(meant), Some(name)) if self.state.repairs.borrow_mut().rename(name.span, meant) => {
                self.state.again.set(true);
            }
            _ => self.replace(),
        }
        StandIn::default()
    }

    /// A number that is finite in the given precision.
    pub(super) fn number(&self, largest: f64) -> Option<f64> {
        let value = match self.node.kind {
            _ if self.is_unknown() => return None,
            Kind::Integer(value) => value as f64,
            Kind::Float(value) => value,
            _ => {
                self.wrong_type("a number");
                return None;
            }
        };
        if value.is_finite() && value.abs() <= largest {
            return Some(value);
        }
        self.wrong_type("a finite number");
        None
    }

    pub(super) fn integer(&self, low: i128, high: i128) -> Option<i128> {
        match self.node.kind {
            _ if self.is_unknown() => None,
            Kind::Integer(value) if (low..=high).contains(&value) => Some(value),
            _ => {
                self.wrong_type(&format!("a whole number from {low} to {high}"));
                None
            }
        }
    }

    pub(super) fn string(&self) -> Option<&'a str> {
        match &self.node.kind {
            _ if self.is_unknown() => None,
            Kind::Text(text) => Some(text),
            Kind::Bare if !self.node.is_none() && self.near_besides().is_none() => {
                let name = self.node.name()?;
                let message = format!("text stands in quotes, found `{name}`");
                let error = Diagnostic::error("scene::wrong_type", message, self.node.span).path(&self.path);
                self.report(error.label("expected text in quotes").help(format!("write \"{name}\"")));
                Some(name)
            }
            _ => {
                self.wrong_type("text in quotes");
                None
            }
        }
    }

    fn near_besides(&self) -> Option<&'static str> {
        describe::suggest(self.node.name()?, self.besides.iter().copied())
    }

    pub(super) fn items(&self, items: &'a [Node]) -> Vec<Value<'a>> {
        items.iter().enumerate().map(|(index, item)| self.child(item, self.path.index(index))).collect()
    }
}
