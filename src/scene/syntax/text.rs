//! Places in a text: byte ranges, and the lines and columns that people count in.

use std::ops::Range;

/// A range of bytes of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Index of the first byte.
    pub start: usize,
    /// Index after the last byte.
    pub end: usize,
}

impl Span {
    /// From one byte index to another.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// Between two bytes.
    pub fn point(at: usize) -> Self {
        Span { start: at, end: at }
    }

    /// From the start of this to the end of the other.
    pub fn to(self, other: Span) -> Self {
        Span { start: self.start, end: other.end.max(self.start) }
    }

    /// The part of a text that it names; empty where it does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.start..span.end
    }
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Where each line of a text begins.
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Of a text; a byte order mark at its start belongs to no column.
    pub fn new(text: &'t str) -> Self {
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let starts = std::iter::once(first).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// The line (from 1) of a byte.
    pub fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start <= byte).max(1)
    }

    /// The line (from 1) and column of a byte.
    pub fn position(&self, byte: usize) -> Position {
        let line = self.line_of(byte);
        let start = self.start(line);
        let mut end = byte.clamp(start, self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(start..end).unwrap_or("");
        Position { line, column: before.chars().count() + 1 }
    }

    /// The text of a line (from 1) without its end; empty beyond the last.
    pub fn line(&self, line: usize) -> &'t str {
        if line == 0 || line > self.starts.len() {
            return "";
        }
        let end = self.starts.get(line).map_or(self.text.len(), |&next| next - 1);
        let text = self.text.get(self.start(line)..end).unwrap_or("");
        text.strip_suffix('\r').unwrap_or(text)
    }

    /// The byte at which a line (from 1) begins.
    pub fn start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_lose_their_ends() {
        let text = "\u{feff}a\r\nßé x\n";
        let lines = Lines::new(text);
        assert_eq!(lines.position(3), Position { line: 1, column: 1 });
        assert_eq!(lines.line(1), "a");
        assert_eq!(lines.line(2), "ßé x");
        let x = text.find('x').unwrap();
        assert_eq!(lines.position(x), Position { line: 2, column: 4 });
        assert_eq!(lines.position(x - 2), Position { line: 2, column: 2 }, "inside of a character");
        assert_eq!(lines.position(999), Position { line: 3, column: 1 });
        assert_eq!(lines.line(3), "");
        assert_eq!(lines.line(4), "");
    }
}
