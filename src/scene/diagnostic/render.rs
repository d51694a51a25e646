//! Diagnostics as text for a terminal or a log.

use std::fmt::Write as _;

use super::super::syntax::{Lines, Span};
use super::{Diagnostic, Diagnostics, Label, Severity};

/// A source line is cut to about this many columns around its caret.
const WIDEST: usize = 120;
/// Columns that stay before the caret when a line is cut.
const BEFORE: usize = 60;
/// Columns to the next tab stop.
const TAB: usize = 4;

const RED: &str = "\u{1b}[1;31m";
const YELLOW: &str = "\u{1b}[1;33m";
const BLUE: &str = "\u{1b}[1;34m";
const CYAN: &str = "\u{1b}[36m";
const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

pub(super) fn render(diagnostics: &Diagnostics, color: bool) -> String {
    let lines = Lines::new(&diagnostics.source);
    let mut out = String::new();
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let mut writer = Writer { lines: &lines, color, gutter: gutter(&lines, diagnostic), out: &mut out };
        writer.diagnostic(&diagnostics.source_name, diagnostic);
    }
    out
}

fn gutter(lines: &Lines, diagnostic: &Diagnostic) -> usize {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
    let last = labels.map(|label| lines.position(label.span.start).line).max().unwrap_or(1);
    last.to_string().len()
}

struct Writer<'w, 't> {
    lines: &'w Lines<'t>,
    color: bool,
    gutter: usize,
    out: &'w mut String,
}

impl Writer<'_, '_> {
    fn paint(&self, color: &str, text: &str) -> String {
        if self.color { format!("{color}{text}{PLAIN}") } else { text.to_owned() }
    }

    fn line(&mut self, text: &str) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.out, "{}", text.trim_end());
    }

    fn diagnostic(&mut self, source_name: &str, diagnostic: &Diagnostic) {
        let (word, color) = match diagnostic.severity {
            Severity::Error => ("error", RED),
            Severity::Warning => ("warning", YELLOW),
        };
        let at = self.lines.position(diagnostic.primary.span.start);
        let place = self.paint(BOLD, &format!("{source_name}:{}:{}:", at.line, at.column));
        let message = self.paint(BOLD, &diagnostic.message);
        self.line(&format!("{place} {} {message}", self.paint(color, &format!("{word}:"))));
        let bar = format!("{} {}", " ".repeat(self.gutter), self.paint(BLUE, "|"));
        self.line(&bar);
        let mut labels: Vec<(&Label, bool)> = diagnostic.secondary.iter().map(|label| (label, false)).collect();
        labels.push((&diagnostic.primary, true));
        labels.sort_by_key(|(label, _)| label.span.start);
        let mut previous: Option<usize> = None;
        for (label, is_primary) in labels {
            let line = self.lines.position(label.span.start).line;
            if previous.is_some_and(|previous| line > previous + 1) {
                let dots = self.paint(BLUE, "...");
                self.line(&dots);
            }
            self.excerpt(line, label, if is_primary { ('^', color) } else { ('-', BLUE) }, previous == Some(line));
            previous = Some(line);
        }
        let notes = [("in", Some(&diagnostic.path)), ("help", diagnostic.help.as_ref())];
        for (word, text) in notes {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                let indent = " ".repeat(self.gutter);
                let head = format!("{indent} {} {}", self.paint(BLUE, "="), self.paint(CYAN, &format!("{word}:")));
                self.line(&format!("{head} {text}"));
            }
        }
    }

    /// A line of the source, and under it the mark with what it says.
    fn excerpt(&mut self, line: usize, label: &Label, (mark, color): (char, &str), again: bool) {
        let (text, column, width) = self.visible(line, label.span);
        let number = format!("{line:>width$}", width = self.gutter);
        if !again {
            let head = self.paint(BLUE, &format!("{number} |"));
            self.line(&format!("{head} {text}"));
        }
        let mut marks = mark.to_string().repeat(width);
        if !label.text.is_empty() {
            marks = format!("{marks} {}", label.text);
        }
        let bar = format!("{} {}", " ".repeat(self.gutter), self.paint(BLUE, "|"));
        let marks = self.paint(color, &marks);
        self.line(&format!("{bar} {}{marks}", " ".repeat(column)));
    }

    /// The line as shown, the column (from 0) at which the mark begins, and the mark's width.
    fn visible(&self, line: usize, span: Span) -> (String, usize, usize) {
        let text = self.lines.line(line);
        let start = self.lines.start(line);
        let mut shown: Vec<char> = Vec::new();
        let mut from = None;
        let mut to = None;
        for (index, c) in text.char_indices() {
            let byte = start + index;
            if byte >= span.start && from.is_none() {
                from = Some(shown.len());
            }
            if byte >= span.end && to.is_none() {
                to = Some(shown.len());
            }
            match c {
                '\t' => shown.extend(std::iter::repeat_n(' ', TAB - shown.len() % TAB)),
                c if c.is_control() => shown.push('\u{fffd}'),
                c => shown.push(c),
            }
        }
        let from = from.unwrap_or(shown.len());
        let to = to.unwrap_or(shown.len()).max(from + 1);
        if shown.len() <= WIDEST {
            return (shown.into_iter().collect(), from, to - from);
        }
        let first = from.saturating_sub(BEFORE).min(shown.len() - WIDEST);
        let last = (first + WIDEST).min(shown.len());
        let mut part: String = shown[first..last].iter().collect();
        let mut column = from - first;
        if first > 0 {
            part.insert_str(0, "… ");
            column += 2;
        }
        if last < shown.len() {
            part.push_str(" …");
        }
        (part, column, (to - from).min(last.saturating_sub(from).max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(source: &str, span: Span) -> String {
        let diagnostic = Diagnostic::error("scene::test", "no", span).label("here").help("do");
        Diagnostics::new("a.ron", source, vec![diagnostic]).render(false)
    }

    #[test]
    fn tabs_do_not_move_the_caret() {
        let text = one("(\n\ta:\tbad,\n)", Span::new(6, 9));
        let expected = "a.ron:2:5: error: no\n  |\n2 |     a:  bad,\n  |         ^^^ here\n  = help: do\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_long_line_is_cut_around_its_caret() {
        let source = format!("({}bad{})", " ".repeat(300), "x".repeat(300));
        let text = one(&source, Span::new(301, 304));
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[2].chars().count() < 135, "{text}");
        let caret = lines[3].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[2].chars().skip(caret).take(3).collect::<String>(), "bad");
    }

    #[test]
    fn the_end_of_the_file_and_empty_lines_can_be_pointed_at() {
        for source in ["", "\n", "(", "a\r\n", "\u{feff}"] {
            let text = one(source, Span::point(source.len()));
            assert!(text.contains("^ here"), "{text}");
        }
    }

    #[test]
    fn colour_adds_nothing_but_escapes() {
        let diagnostic = Diagnostic::warning("scene::test", "no", Span::new(1, 2)).also(Span::new(0, 1), "there");
        let all = Diagnostics::new("a.ron", "ab", vec![diagnostic]);
        let plain = all.render(true).split('\u{1b}').enumerate().fold(String::new(), |text, (index, part)| {
            text + if index == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) }
        });
        assert_eq!(plain, all.render(false));
    }
}
