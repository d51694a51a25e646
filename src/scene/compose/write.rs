//! Writes a value as text and notes where each part of it comes from.

use super::super::sources::Piece;
use super::super::syntax::{Span, Tree};
use super::MOST_BYTES;
use super::files::Files;
use super::value::{Made, Member, Value, parts};

/// What is added to a struct or map on one line stays on it up to this many bytes.
const LONGEST_ON_LINE: usize = 80;
/// How far the beginning of a line is looked for.
const LONGEST_BEFORE: usize = 500;
/// Characters that lines are indented by.
const BLANK: [char; 2] = [' ', '\t'];

/// The text of a value in place of the root of the main file, and where its parts come from. The error is the place at
/// which it becomes too long.
pub(super) fn write(files: &Files, root: &Value) -> Result<(String, Vec<Piece>), (usize, Span)> {
    let mut writer = Writer { files, out: String::new(), pieces: Vec::new() };
    match writer.whole(root) {
        Ok(()) => Ok((writer.out, writer.pieces)),
        Err(TooLong) => {
            let head = (root.file, root.node.head());
            let end = |last: &Piece| (last.file, Span::point(last.offset + last.length));
            Err(writer.pieces.last().map_or(head, end))
        }
    }
}

struct TooLong;

struct Writer<'w> {
    files: &'w Files,
    out: String,
    pieces: Vec<Piece>,
}

/// What belongs between the parts of a value and those that are added.
enum Layout {
    Line,
    Lines { inside: String, closing: String },
}

impl<'w> Writer<'w> {
    fn put(&mut self, text: &str) -> Result<(), TooLong> {
        if self.out.len() + text.len() > MOST_BYTES {
            return Err(TooLong);
        }
        self.out.push_str(text);
        Ok(())
    }

    /// Copies a part of a file as it stands.
    fn copy(&mut self, file: usize, start: usize, end: usize) -> Result<(), TooLong> {
        let files = self.files;
        let text = files.sources.text(file).get(start..end).unwrap_or("");
        let at = self.out.len();
        self.put(text)?;
        let new = Piece { start: at, length: text.len(), file, offset: start };
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if (last.start + last.length, last.file, last.offset + last.length) == (at, file, start) => {
                last.length += new.length;
            }
            _ => self.pieces.push(new),
        }
        Ok(())
    }

    fn whole(&mut self, root: &Value) -> Result<(), TooLong> {
        self.copy(root.file, 0, root.node.span.start)?;
        self.value(root)?;
        self.copy(root.file, root.node.span.end, self.files.sources.text(root.file).len())
    }

    fn value(&mut self, value: &Value) -> Result<(), TooLong> {
        match &value.made {
            None => self.copy(value.file, value.node.span.start, value.node.span.end),
            Some(made) => self.made(value, made),
        }
    }

    fn member(&mut self, member: &Member) -> Result<(), TooLong> {
        self.copy(member.value.file, member.start, member.value.node.span.start)?;
        self.value(&member.value)
    }

    fn made(&mut self, value: &Value, made: &Made) -> Result<(), TooLong> {
        let files = self.files;
        let Some(tree) = files.trees.get(value.file) else { return Ok(()) };
        let (text, span) = (tree.text.as_str(), value.node.span);
        let bracket = next(tree, value.node.name.as_ref().map_or(span.start, |name| name.span.end));
        if let Some((file, name)) = made.name {
            // Glue rather than a piece of that file: what is wrong with the value is to be told here.
            self.put(name.span.of(files.sources.text(file)))?;
        }
        // Up to where the file is written or left out.
        let mut at = span.start;
        let mut comma_missing = false;
        for (part, own) in std::iter::zip(parts(value.node, text), &made.own) {
            let end = part.node.span.end;
            let comma = Some(next(tree, end)).filter(|comma| text.get(*comma..).unwrap_or("").starts_with(','));
            if let Some(own) = own {
                self.copy(value.file, at, part.node.span.start)?;
                self.value(own)?;
                at = end;
                comma_missing = comma.is_none();
            } else {
                let end = comma.map_or(end, |comma| comma + 1);
                let left_out = left_out(text, at.max(bracket + 1), part.start, end);
                self.copy(value.file, at, left_out.start)?;
                at = left_out.end;
                comma_missing = false;
            }
        }
        if !made.taken.is_empty() {
            if comma_missing {
                self.put(",")?;
            }
            let end = last_of_inside(tree, at.max(bracket + 1), span.end - 1);
            self.copy(value.file, at, end)?;
            at = self.added(value, made, text, end)?;
        }
        self.copy(value.file, at, span.end)
    }

    /// Writes what is added at the end of a value; gives the byte at which the file goes on.
    fn added(&mut self, value: &Value, made: &Made, text: &str, at: usize) -> Result<usize, TooLong> {
        let rest = text.get(at..value.node.span.end - 1).unwrap_or("");
        match self.layout(value, made, text) {
            Layout::Line => {
                for (index, member) in made.taken.iter().enumerate() {
                    self.put(if index > 0 { "," } else { "" })?;
                    self.put(if self.out.ends_with(['(', '{', '[', ' ']) { "" } else { " " })?;
                    self.member(member)?;
                }
                Ok(at)
            }
            Layout::Lines { inside, closing } => {
                for member in &made.taken {
                    self.put("\n")?;
                    self.put(&inside)?;
                    self.member(member)?;
                    self.put(",")?;
                }
                if rest.contains('\n') {
                    return Ok(at);
                }
                self.put("\n")?;
                self.put(&closing)?;
                Ok(at + rest.len())
            }
        }
    }

    fn layout(&self, value: &Value, made: &Made, text: &str) -> Layout {
        let span = value.node.span;
        let own = span.of(text);
        let mut length = 0;
        let fits_line = |member: &Member| {
            let added = self.files.sources.text(member.value.file);
            let added = added.get(member.start..member.value.node.span.end).unwrap_or("");
            length += added.len();
            length <= LONGEST_ON_LINE && !added.contains('\n')
        };
        if !own.contains('\n') && made.taken.iter().all(fits_line) {
            return Layout::Line;
        }
        let closing = indent(text, span.start);
        let first = parts(value.node, text).first().map(|part| (part.start, line_before(text, part.start)));
        let begins_line = |(start, line): &(usize, &str)| {
            line.trim_start_matches(BLANK).is_empty() && start - line.len() > span.start
        };
        let inside = match first.filter(begins_line) {
            Some((_, line)) => line.to_owned(),
            None => format!("{closing}    "),
        };
        Layout::Lines { inside, closing: closing.to_owned() }
    }
}

/// What stands before a byte on its line; nothing where that is too much to be looked at.
fn line_before(text: &str, at: usize) -> &str {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let length = before.iter().rev().take(LONGEST_BEFORE).take_while(|byte| **byte != b'\n').count();
    if length < LONGEST_BEFORE { text.get(at - length..at).unwrap_or("") } else { "" }
}

/// The blanks at the beginning of the line that a byte is in.
fn indent(text: &str, at: usize) -> &str {
    let line = line_before(text, at);
    line.get(..line.len() - line.trim_start_matches(BLANK).len()).unwrap_or("")
}

/// The next bracket or comma from a byte on that is in no comment. Only blanks and comments may stand before it.
fn next(tree: &Tree, from: usize) -> usize {
    let mut at = from;
    loop {
        let rest = tree.text.get(at..).unwrap_or("");
        let stop = rest.find([',', '(', ')', '[', ']', '{', '}', '/']).unwrap_or(rest.len());
        at += stop;
        match tree.comments.binary_search_by_key(&at, |comment| comment.start) {
            Ok(comment) => at = tree.comments.get(comment).map_or(at, |comment| comment.end.max(at + 1)),
            Err(_) => return at,
        }
    }
}

/// Where the last comma or comment between two bytes ends; the first byte where there is none. Only blanks, comments
/// and a comma may stand between them.
fn last_of_inside(tree: &Tree, start: usize, end: usize) -> usize {
    let comma = next(tree, start);
    let after_comma = if comma < end { comma + 1 } else { start };
    let before = tree.comments.partition_point(|comment| comment.start < end);
    let comment = before.checked_sub(1).and_then(|last| tree.comments.get(last)).map_or(0, |comment| comment.end);
    after_comma.max(comment)
}

/// What to leave out so that a part is gone that stands from `start` to `end` with its comma: a line of its own goes
/// with it, else the blanks at one side. Nothing goes before `lowest`.
fn left_out(text: &str, lowest: usize, start: usize, end: usize) -> Span {
    let before = text.get(lowest..start).unwrap_or("");
    let from = lowest + before.trim_end_matches(BLANK).len();
    let rest = text.get(end..).unwrap_or("");
    let after = rest.trim_start_matches(BLANK);
    let to = end + rest.len() - after.len();
    let begins_line = text.get(..from).unwrap_or("").ends_with('\n');
    if begins_line && let Some(line_end) = ["\n", "\r\n"].into_iter().find(|line_end| after.starts_with(line_end)) {
        return Span::new(from, to + line_end.len());
    }
    if after.starts_with(['\r', '\n', ')', ']', '}']) {
        return Span::new(from, to);
    }
    Span::new(start, to)
}
