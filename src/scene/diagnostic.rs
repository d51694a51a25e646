//! What is wrong with a scene file, and where.

mod found;
mod render;

use std::collections::HashSet;
use std::fmt;

use super::sources::{Place, Sources};
use super::syntax::{Lines, Path, Position, Span};
pub(super) use found::Found;
use found::{kept, shortened};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scene cannot be used.
    Error,
    /// The scene can be used, but likely does not do what was meant.
    Warning,
}

/// A place in the file and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Bytes of the text that was read.
    pub span: Span,
    /// May be empty.
    pub text: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A short name for this kind of mistake, the same in every version: `scene::unknown_field`.
    pub code: &'static str,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// Where, and what was expected there.
    pub primary: Label,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// The value it is about: `objects["mug"].material.roughness`; empty for the whole file and for syntax.
    pub path: String,
}

impl From<(Span, String)> for Label {
    fn from((span, text): (Span, String)) -> Self {
        Label { span, text }
    }
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            help: None,
            path: String::new(),
        }
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message, span) }
    }

    /// Says what was expected at the place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Points at one more place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Says which value it is about.
    #[must_use]
    pub fn path(mut self, path: &Path) -> Self {
        self.path = path.to_string();
        self
    }
}

/// Everything that is wrong with a file and those that it includes, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics {
    /// Where the places of the list really stand.
    sources: Sources,
    /// Sorted by place.
    list: Vec<Diagnostic>,
    /// Whether there are more than the list holds.
    more: bool,
}

impl Diagnostics {
    /// Of one file. Sorts by place; of several that say the same about the same place, one stays.
    pub fn new(source_name: &str, source: &str, list: Vec<Diagnostic>) -> Self {
        Diagnostics::placed(Sources::single(source_name, source), list)
    }

    /// Of a text that was put together from several files; sorts by file, then as [`Diagnostics::new`].
    pub(super) fn placed(sources: Sources, list: Vec<Diagnostic>) -> Self {
        let placed = |diagnostic: Diagnostic| (sources.place(diagnostic.primary.span), shortened(diagnostic));
        let mut list: Vec<(Place, Diagnostic)> = list.into_iter().map(placed).collect();
        list.sort_by_key(|(place, diagnostic)| (place.file, place.span.start, diagnostic.severity, place.span.end));
        let mut told = HashSet::new();
        list.retain(|(place, diagnostic)| told.insert((*place, diagnostic.message.clone())));
        let (list, more) = kept(list.into_iter().map(|(_, diagnostic)| diagnostic).collect());
        Diagnostics { sources, list, more }
    }

    /// The name of the main file as people know it.
    pub fn source_name(&self) -> &str {
        self.sources.name(0)
    }

    /// In the order of the files.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// How many errors and warnings there are, as far as they are told.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many of them are errors.
    pub fn errors(&self) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// The name of the file that a diagnostic is about.
    pub fn file(&self, diagnostic: &Diagnostic) -> &str {
        self.sources.name(self.sources.place(diagnostic.primary.span).file)
    }

    /// Line and column of a diagnostic in its file.
    pub fn position(&self, diagnostic: &Diagnostic) -> Position {
        let place = self.sources.place(diagnostic.primary.span);
        Lines::new(self.sources.text(place.file)).position(place.span.start)
    }

    /// All of them as text: `file:line:column: error: message`, the line with a caret, and help. `color` adds the
    /// colours of a terminal.
    pub fn render(&self, color: bool) -> String {
        render::render(self, color)
    }

    /// "3 errors and 1 warning".
    pub fn summary(&self) -> String {
        let count = |number: usize, what: &str| match number {
            0 => None,
            1 => Some(format!("1 {what}")),
            _ => Some(format!("{number} {what}s")),
        };
        let errors = self.errors();
        let parts = [count(errors, "error"), count(self.len() - errors, "warning")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.as_slice() {
            [] => "nothing wrong".to_owned(),
            parts if self.more => format!("{}, and there are more", parts.join(" and ")),
            parts => parts.join(" and "),
        }
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
