//! Diagnostics as text for a terminal or a log.

use std::fmt::Write as _;

use super::super::sources::{Place, Sources};
use super::super::syntax::{Lines, Position, Span};
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
    let sources = &diagnostics.sources;
    let lines: Vec<Lines> = sources.files().iter().map(|file| Lines::new(&file.text)).collect();
    let mut out = String::new();
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let marks = marks(sources, &lines, diagnostic);
        let last = marks.iter().map(|mark| mark.at.line).max().unwrap_or(1);
        let mut writer = Writer { sources, color, gutter: last.to_string().len(), out: &mut out };
        writer.diagnostic(diagnostic, &marks);
    }
    if diagnostics.more {
        out.push_str("\nthere are more; these are the first\n");
    }
    out
}

/// A label at the place where it really stands.
struct Mark<'m, 't> {
    place: Place,
    at: Position,
    lines: &'m Lines<'t>,
    text: &'m str,
    is_primary: bool,
}

/// All labels: those in the file of the primary one, then those in others.
fn marks<'m, 't>(sources: &Sources, lines: &'m [Lines<'t>], diagnostic: &'m Diagnostic) -> Vec<Mark<'m, 't>> {
    let mark = |label: &'m Label, is_primary| {
        let place = sources.place(label.span);
        let lines = lines.get(place.file)?;
        Some(Mark { place, at: lines.position(place.span.start), lines, text: &label.text, is_primary })
    };
    let secondary = diagnostic.secondary.iter().map(|label| mark(label, false));
    let mut marks: Vec<Mark> = secondary.chain([mark(&diagnostic.primary, true)]).flatten().collect();
    let main = sources.place(diagnostic.primary.span).file;
    marks.sort_by_key(|mark| (mark.place.file != main, mark.place.file, mark.place.span.start));
    marks
}

struct Writer<'w> {
    sources: &'w Sources,
    color: bool,
    gutter: usize,
    out: &'w mut String,
}

impl Writer<'_> {
    fn paint(&self, color: &str, text: &str) -> String {
        if self.color { format!("{color}{text}{PLAIN}") } else { text.to_owned() }
    }

    fn line(&mut self, text: &str) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.out, "{}", text.trim_end());
    }

    fn bar(&self) -> String {
        format!("{} {}", " ".repeat(self.gutter), self.paint(BLUE, "|"))
    }

    fn place(&self, mark: &Mark) -> String {
        format!("{}:{}:{}", self.sources.name(mark.place.file), mark.at.line, mark.at.column)
    }

    fn diagnostic(&mut self, diagnostic: &Diagnostic, marks: &[Mark]) {
        let (word, color) = match diagnostic.severity {
            Severity::Error => ("error", RED),
            Severity::Warning => ("warning", YELLOW),
        };
        let primary = marks.iter().find(|mark| mark.is_primary).map(|mark| self.place(mark)).unwrap_or_default();
        let place = self.paint(BOLD, &format!("{primary}:"));
        let message = self.paint(BOLD, &diagnostic.message);
        self.line(&format!("{place} {} {message}", self.paint(color, &format!("{word}:"))));
        let mut previous: Option<&Mark> = None;
        for mark in marks {
            let before = previous.filter(|previous| previous.place.file == mark.place.file);
            if before.is_none() {
                if previous.is_some() {
                    let arrow = self.paint(BLUE, "-->");
                    self.line(&format!("{}{arrow} {}", " ".repeat(self.gutter), self.place(mark)));
                }
                let bar = self.bar();
                self.line(&bar);
            }
            if before.is_some_and(|before| mark.at.line > before.at.line + 1) {
                let dots = self.paint(BLUE, "...");
                self.line(&dots);
            }
            let sign = if mark.is_primary { ('^', color) } else { ('-', BLUE) };
            self.excerpt(mark, sign, before.is_some_and(|before| before.at.line == mark.at.line));
            previous = Some(mark);
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
    fn excerpt(&mut self, mark: &Mark, (sign, color): (char, &str), again: bool) {
        let line = mark.at.line;
        let (text, column, width) = visible(mark.lines, line, mark.place.span);
        let number = format!("{line:>width$}", width = self.gutter);
        if !again {
            let head = self.paint(BLUE, &format!("{number} |"));
            self.line(&format!("{head} {text}"));
        }
        let mut marks = sign.to_string().repeat(width);
        if !mark.text.is_empty() {
            marks = format!("{marks} {}", mark.text);
        }
        let (bar, marks) = (self.bar(), self.paint(color, &marks));
        self.line(&format!("{bar} {}{marks}", " ".repeat(column)));
    }
}

/// The line as shown, the column (from 0) at which the mark begins, and the mark's width.
fn visible(lines: &Lines, line: usize, span: Span) -> (String, usize, usize) {
    let (text, start) = around(lines.line(line), lines.start(line), span.start);
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
/// As much of a long line as matters about a byte, and where that begins: a line may be a whole file.
fn around(line: &str, start: usize, byte: usize) -> (&str, usize) {
    // No character takes more bytes than four, and two more make it seen that the line goes on.
    const MOST_BYTES: usize = 4 * (WIDEST + 2);
    let at = byte.saturating_sub(start).min(line.len());
    let mut first = at.saturating_sub(MOST_BYTES);
    let mut last = at.saturating_add(MOST_BYTES).min(line.len());
    while !line.is_char_boundary(first) {
        first -= 1;
    }
    while !line.is_char_boundary(last) {
        last += 1;
    }
    (line.get(first..last).unwrap_or(line), start + first)
}

#[cfg(test)]
mod tests {
    use super::super::super::sources::SourceFile;
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
    #[test]
    fn each_place_is_shown_in_its_own_file() {
        let mut sources = Sources::default();
        let file = |name: &str, text: &str| SourceFile { name: name.to_owned(), path: None, text: text.to_owned() };
        let main = sources.add(file("main.ron", "(\n    a: 1,\n)"));
        let other = sources.add(file("other.ron", "(b: 2,\n\n\n\n\n\n\n\n\nc: 3)"));
        let at = |file, start, end| sources.span_of(file, Span::new(start, end));
        let list = vec![
            Diagnostic::error("scene::test", "second", at(other, 1, 2)).also(at(main, 6, 7), "main"),
            Diagnostic::warning("scene::test", "first", at(main, 9, 10))
                .label("here")
                .also(at(other, 15, 16), "there")
                .also(at(other, 1, 2), "also")
                .help("do"),
            Diagnostic::error("scene::test", "second", at(other, 1, 2)),
        ];
        let all = Diagnostics::placed(sources, list);
        assert_eq!(all.iter().map(|one| all.file(one)).collect::<Vec<_>>(), ["main.ron", "other.ron"]);
        assert_eq!(all.iter().map(|one| all.position(one).line).collect::<Vec<_>>(), [2, 1]);
        let expected = "\
main.ron:2:8: warning: first
   |
 2 |     a: 1,
   |        ^ here
  --> other.ron:1:2
   |
 1 | (b: 2,
   |  - also
...
10 | c: 3)
   | - there
   = help: do

other.ron:1:2: error: second
  |
1 | (b: 2,
  |  ^
 --> main.ron:2:5
  |
2 |     a: 1,
  |     - main
";
        assert_eq!(all.render(false), expected);
    }
}
