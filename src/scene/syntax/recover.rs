//! What the parser does about mistakes: says what was expected, guesses what was meant, and finds where to go on.

use super::super::diagnostic::Diagnostic;
use super::Span;
use super::lexer::{MOST_KEPT, Token, TokenKind};
use super::parser::{Bracket, Parser};

impl Parser<'_> {
    pub(super) fn line_of(&self, byte: usize) -> usize {
        self.lines.line_of(byte)
    }

    /// Tells an error about the token that stands here, unless one has been told about it.
    pub(super) fn error(&mut self, message: String, label: &str) -> Option<&mut Diagnostic> {
        let told = match self.kind(0) {
            TokenKind::Broken => true,
            TokenKind::End => self.open_at_end,
            _ => false,
        };
        if told || self.stopped || self.told_at == Some(self.at) || self.errors.len() > 2 * MOST_KEPT {
            return None;
        }
        self.told_at = Some(self.at);
        let span = self.token(0).span;
        let mut error = Diagnostic::error("scene::syntax", message, span).label(label);
        if let Some(before) = self.previous()
            && matches!(before.kind, TokenKind::Text(_))
            && self.line_of(before.span.start) < self.line_of(before.span.end)
        {
            error =
                error.also(Span::new(before.span.start, before.span.start + 1), "this text runs over several lines");
            error.help = Some("a closing quote may be missing".to_owned());
        }
        self.errors.push(error);
        self.errors.last_mut()
    }

    pub(super) fn expected(&mut self, what: &str) -> Option<&mut Diagnostic> {
        let found = describe(self.kind(0));
        self.error(format!("expected {what}, found {found}"), &format!("expected {what}"))
    }

    /// Something other than a comma follows an item.
    pub(super) fn missing_comma(&mut self, item_began: usize) {
        let Some(bracket) = self.open.last().copied() else { return };
        let next = self.token(0).clone();
        if self.told_at != Some(self.at) && self.at > item_began {
            let what = format!("`,` or `{}`", partner(bracket.character));
            let before = self.previous().cloned();
            let on_next_line = before
                .as_ref()
                .is_some_and(|token| self.line_of(token.span.end.saturating_sub(1)) < self.line_of(next.span.start));
            let after_name = before.as_ref().and_then(|token| match &token.kind {
                TokenKind::Name(name) if !on_next_line => Some(name.clone()),
                _ => None,
            });
            if let Some(error) = self.expected(&what) {
                if let (true, Some(before)) = (on_next_line, before) {
                    error.primary.span = Span::point(before.span.end);
                }
                error.help = match (&next.kind, after_name) {
                    (TokenKind::Open(_), Some(name)) => {
                        Some(format!("the values of `{name}` stand in round brackets: `{name}(…)`"))
                    }
                    (TokenKind::Colon, _) if bracket.character != '{' => {
                        Some("keys with values stand in a map: `{ \"key\": value }`".to_owned())
                    }
                    _ => error.help.take(),
                };
            }
        }
        let goes_on = match (&next.kind, bracket.character) {
            (TokenKind::Open(_) | TokenKind::Colon | TokenKind::Stray(_) | TokenKind::Attribute, _) => false,
            (TokenKind::Name(_), '(') => matches!(self.kind(1), TokenKind::Colon),
            _ => self.at > item_began,
        };
        if !goes_on {
            self.skip();
        }
    }

    /// On to the next comma (and past it) or closing bracket of this level.
    pub(super) fn skip(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.kind(0) {
                TokenKind::End => return,
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) if depth == 0 => return,
                TokenKind::Close(_) => depth -= 1,
                TokenKind::Comma if depth == 0 => {
                    self.bump();
                    return;
                }
                _ => {}
            }
            self.bump();
        }
    }

    pub(super) fn left_open(&mut self, bracket: Bracket) {
        let what = format!("`{}`", partner(bracket.character));
        let crooked = self.crooked.filter(|(inner, _)| inner.span.start > bracket.span.start);
        let suspect = crooked.map(|(inner, closed)| (inner, self.line_of(closed.start)));
        if let Some(error) = self.expected(&what) {
            let label = format!("this `{}` is not closed", bracket.character);
            match suspect {
                Some((inner, line)) => {
                    let doubt = format!(
                        "or this `{}`: the bracket that closes it, on line {line}, is indented otherwise",
                        inner.character
                    );
                    error.secondary.extend([(bracket.span, label), (inner.span, doubt)].map(Into::into));
                }
                None => error.secondary.push((bracket.span, label).into()),
            }
        }
    }

    pub(super) fn compare_indent(&mut self, bracket: Bracket, close: Span) {
        let line = self.line_of(bracket.span.start);
        let differs = line < self.line_of(close.start)
            && self.is_first_on_line(close)
            && self.indent(bracket.span.start) != self.indent(close.start);
        if self.crooked.is_none() && differs {
            self.crooked = Some((bracket, close));
        }
    }

    /// The blanks before a line, as far as anyone would indent one: a line may be a whole file.
    pub(super) fn indent(&self, byte: usize) -> &str {
        const WIDEST: usize = 1000;
        let line = self.lines.line(self.line_of(byte));
        let blank = line.char_indices().take(WIDEST).take_while(|(_, c)| c.is_whitespace()).last();
        blank.and_then(|(at, c)| line.get(..at + c.len_utf8())).unwrap_or_default()
    }

    pub(super) fn is_first_on_line(&self, span: Span) -> bool {
        self.lines.start(self.line_of(span.start)) + self.indent(span.start).len() == span.start
    }

    /// Help for `9,81`, of which `81` stands here.
    pub(super) fn decimal_comma(&self) -> Option<String> {
        let whole = self.tokens.get(self.at.checked_sub(2)?)?;
        let (comma, part) = (self.previous()?, self.token(0));
        match (&whole.kind, &comma.kind, &part.kind) {
            (TokenKind::Integer(whole_value), TokenKind::Comma, TokenKind::Integer(value))
                if whole.span.end == comma.span.start && comma.span.end == part.span.start =>
            {
                Some(format!("decimals stand after a point: `{whole_value}.{value}`"))
            }
            _ => None,
        }
    }

    /// A quote that is missing turns texts inside out, to the end of the file. So where the last is open and an
    /// earlier one runs over the end of its line, that line is told, and nothing of what follows from it.
    pub(super) fn missing_quote(&mut self) {
        let is_text = |token: &&Token| matches!(token.kind, TokenKind::Text(_));
        let runs_on = |token: &&Token| self.line_of(token.span.start) < self.line_of(token.span.end);
        let Some(odd) = self.tokens.iter().filter(is_text).find(runs_on).filter(|_| self.open_at_end) else { return };
        let line = self.line_of(odd.span.start);
        let first = self.tokens.iter().filter(is_text).find(|token| self.line_of(token.span.start) == line);
        let start = first.unwrap_or(odd).span.start;
        let span = Span::new(start, self.lines.start(line) + self.lines.line(line).len());
        let before: Vec<Diagnostic> =
            (self.errors.iter()).filter(|error| self.line_of(error.primary.span.start) < line).cloned().collect();
        self.errors = before;
        let error = Diagnostic::error("scene::syntax", "a quote is missing on this line", span);
        self.errors.push(error.label("expected as many closing as opening quotes"));
    }
}

/// The bracket that closes another.
pub(super) fn partner(open: char) -> char {
    match open {
        '[' => ']',
        '{' => '}',
        _ => ')',
    }
}

fn describe(kind: &TokenKind) -> String {
    match kind {
        TokenKind::Open(c) | TokenKind::Close(c) => format!("`{c}`"),
        TokenKind::Stray(c) => format!("`{}`", c.escape_debug()),
        TokenKind::Comma => "`,`".to_owned(),
        TokenKind::Colon => "`:`".to_owned(),
        TokenKind::Name(name) => format!("`{name}`"),
        TokenKind::Integer(value) => format!("the number {value}"),
        TokenKind::Float(value) => format!("the number {value:?}"),
        TokenKind::Text(text) => super::describe::quoted(text),
        TokenKind::Char(c) => format!("the character {c:?}"),
        TokenKind::Bytes(_) => "bytes".to_owned(),
        TokenKind::Attribute => "`#!`".to_owned(),
        TokenKind::Broken => "an unreadable value".to_owned(),
        TokenKind::End => "the end of the file".to_owned(),
    }
}
