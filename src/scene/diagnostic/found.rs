//! How much is told of what is wrong: files of strangers may have a mistake in every byte, and quote themselves.

use super::{Diagnostic, Label, Severity};

/// After this many errors, or warnings, the rest are of no use.
const MOST_TOLD: usize = 100;
/// Characters of a sentence that are shown.
const LONGEST: usize = 1000;
/// Of these, the last ones.
const LAST: usize = 200;

/// What was found while a file is read: one more of each kind than is told, so that it shows that there are more.
#[derive(Debug, Default, Clone)]
pub(in super::super) struct Found {
    list: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl Found {
    /// Keeps a diagnostic, unless there are too many of its kind.
    pub(in super::super) fn push(&mut self, diagnostic: Diagnostic) {
        let count = match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= MOST_TOLD + 1 {
            self.list.push(diagnostic);
        }
    }

    /// How many there were, with those that were not kept.
    pub(in super::super) fn len(&self) -> usize {
        self.errors + self.warnings
    }

    /// Whether one more error makes no difference.
    pub(in super::super) fn is_full(&self) -> bool {
        self.errors > MOST_TOLD
    }

    /// Those that were kept.
    pub(in super::super) fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }
}

/// The first ones of each kind, and whether there are others.
pub(super) fn kept(list: Vec<Diagnostic>) -> (Vec<Diagnostic>, bool) {
    let all = list.len();
    let (mut errors, mut warnings) = (0, 0);
    let is_told = |diagnostic: &Diagnostic| {
        let count = if diagnostic.severity == Severity::Error { &mut errors } else { &mut warnings };
        *count += 1;
        *count <= MOST_TOLD
    };
    let list: Vec<Diagnostic> = list.into_iter().filter(is_told).collect();
    let more = list.len() < all;
    (list, more)
}

/// A diagnostic of which no sentence is long, whatever it quotes.
pub(super) fn shortened(diagnostic: Diagnostic) -> Diagnostic {
    let label = |label: Label| Label { text: short(label.text), ..label };
    Diagnostic {
        message: short(diagnostic.message),
        primary: label(diagnostic.primary),
        secondary: diagnostic.secondary.into_iter().take(MOST_TOLD).map(label).collect(),
        help: diagnostic.help.map(short),
        path: short(diagnostic.path),
        ..diagnostic
    }
}

/// The beginning and the end of a text that is long.
fn short(text: String) -> String {
    let Some((cut, _)) = text.char_indices().nth(LONGEST) else { return text };
    let first = text.char_indices().nth(LONGEST - LAST).map_or(cut, |(at, _)| at);
    let last = text.char_indices().rev().nth(LAST - 1).map_or(cut, |(at, _)| at);
    format!("{} … {}", text.get(..first).unwrap_or_default(), text.get(last..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::super::syntax::Span;
    use super::super::Diagnostics;
    use super::*;

    fn error(number: usize) -> Diagnostic {
        Diagnostic::error("scene::test", format!("error {number}"), Span::point(number))
    }

    #[test]
    fn no_more_than_a_hundred_of_a_kind_are_told_and_that_there_are_more() {
        let text = " ".repeat(1000);
        let mut found = Found::default();
        (0..500).for_each(|number| found.push(error(number)));
        let warning = Diagnostic::warning("scene::test", "a warning", Span::point(700));
        found.push(warning);
        assert!(found.is_full() && found.len() == 501);
        let all = Diagnostics::new("a.ron", &text, found.into_list());
        assert_eq!((all.errors(), all.len()), (100, 101));
        assert_eq!(all.summary(), "100 errors and 1 warning, and there are more");
        assert!(all.render(false).ends_with("there are more; these are the first\n"));
        // Exactly a hundred are all.
        let all = Diagnostics::new("a.ron", &text, (0..100).map(error).collect());
        assert_eq!(all.summary(), "100 errors");
        assert!(!all.render(false).contains("more"));
    }

    #[test]
    fn warnings_do_not_hide_an_error() {
        let mut found = Found::default();
        (0..500).for_each(|at| found.push(Diagnostic::warning("scene::test", format!("{at}"), Span::point(at))));
        assert!(!found.is_full());
        found.push(error(900));
        let all = Diagnostics::new("a.ron", &" ".repeat(1000), found.into_list());
        assert_eq!((all.errors(), all.len()), (1, 101));
    }

    #[test]
    fn what_is_quoted_is_shortened() {
        let long = "ß".repeat(1_000_000);
        let error = Diagnostic::error("scene::test", format!("begins {long} ends"), Span::new(0, 1));
        let error = error.label(&long).help(&long).also(Span::new(0, 1), &long);
        let text = Diagnostics::new("a.ron", "a", vec![error]).render(false);
        assert!(text.len() < 10_000, "{}", text.len());
        assert!(text.contains("begins ßß") && text.contains("ß ends"));
        assert_eq!(short("ß".repeat(LONGEST)), "ß".repeat(LONGEST));
        assert_eq!(short("ß".repeat(LONGEST + 1)).chars().count(), LONGEST + 3);
    }
}
