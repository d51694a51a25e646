//! Cuts a RON text into tokens.

use super::super::diagnostic::Diagnostic;
use super::Span;
use super::literal::{self, Number};

/// A token and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub span: Span,
    pub kind: TokenKind,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    /// `(`, `[` or `{`
    Open(char),
    /// `)`, `]` or `}`
    Close(char),
    Comma,
    Colon,
    Name(String),
    Integer(i128),
    Float(f64),
    Text(String),
    Char(char),
    Bytes(Vec<u8>),
    /// `#!`, before `[enable(…)]`
    Attribute,
    /// A literal that an error has been told about.
    Broken,
    /// A character that means nothing.
    Stray(char),
    End,
}

/// The tokens of a text.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// At least one: the last is [`TokenKind::End`].
    pub list: Vec<Token>,
    pub comments: Vec<Span>,
    pub errors: Vec<Diagnostic>,
    /// A text or comment is open at the end, so that nothing can be said about what is missing there.
    pub open_at_end: bool,
}

/// Errors that are kept; far fewer are told.
pub(super) const MOST_KEPT: usize = 1000;
/// How far the partner of a single quote is looked for.
const LONGEST_WORD: usize = 80;

/// Cuts a text into tokens.
pub(super) fn tokens(text: &str) -> Tokens {
    let mut lexer = Lexer { text, at: 0, out: Tokens::default() };
    if text.starts_with('\u{feff}') {
        lexer.at = '\u{feff}'.len_utf8();
    }
    while let Some(c) = lexer.peek() {
        lexer.next(c);
    }
    lexer.out.list.push(Token { span: Span::point(text.len()), kind: TokenKind::End });
    lexer.out
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    out: Tokens,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, start: usize, kind: TokenKind) {
        self.out.list.push(Token { span: Span::new(start, self.at), kind });
    }

    fn error(&mut self, message: impl Into<String>, span: Span, label: &str) -> &mut Diagnostic {
        let errors = &mut self.out.errors;
        errors.truncate(MOST_KEPT);
        errors.push(Diagnostic::error("scene::syntax", message, span).label(label));
        let last = errors.len() - 1;
        &mut errors[last]
    }

    fn next(&mut self, c: char) {
        let start = self.at;
        let rest = self.rest();
        if is_blank(c) {
            self.at += c.len_utf8();
        } else if rest.starts_with("//") {
            self.at += rest.find('\n').unwrap_or(rest.len());
            let end = start + self.text[start..self.at].trim_end_matches('\r').len();
            self.out.comments.push(Span::new(start, end));
        } else if rest.starts_with("/*") {
            self.block_comment();
        } else if let Some(kind) = punctuation(c) {
            self.at += 1;
            self.push(start, kind);
        } else if rest.starts_with("#!") {
            self.at += 2;
            self.push(start, TokenKind::Attribute);
        } else if c == '"' {
            self.at += 1;
            self.quoted(start, false);
        } else if c == '\'' {
            self.at += 1;
            self.character(start, false);
        } else if !self.prefixed(start, rest) {
            if begins_number(rest) {
                self.number(start);
            } else if is_name_start(c) {
                self.name(start, start);
            } else {
                self.at += c.len_utf8();
                self.push(start, TokenKind::Stray(c));
            }
        }
    }

    /// Raw texts, bytes and raw names: those that begin with `r` or `b`.
    fn prefixed(&mut self, start: usize, rest: &str) -> bool {
        let letters = rest.len() - rest.trim_start_matches(['b', 'r']).len();
        let (prefix, tail) = rest.split_at(letters);
        let hashes = tail.len() - tail.trim_start_matches('#').len();
        let raw = tail[hashes..].starts_with('"');
        match prefix {
            "r" | "br" if raw => {
                self.at += letters + hashes + 1;
                self.raw(start, hashes, prefix == "br");
            }
            "b" if tail.starts_with('"') => {
                self.at += 2;
                self.quoted(start, true);
            }
            "b" if tail.starts_with('\'') => {
                self.at += 2;
                self.character(start, true);
            }
            "r" if hashes == 1 && tail[1..].starts_with(is_raw_name_part) => {
                self.at += 2;
                let name = self.run(is_raw_name_part).to_owned();
                self.push(start, TokenKind::Name(name));
            }
            _ => return false,
        }
        true
    }

    fn run(&mut self, is_part: fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn name(&mut self, start: usize, from: usize) {
        self.at = from;
        let name = self.run(is_name_part);
        let kind = match literal::named_float(name) {
            Some(value) => TokenKind::Float(value),
            None => TokenKind::Name(name.to_owned()),
        };
        self.push(start, kind);
    }

    fn number(&mut self, start: usize) {
        let rest = self.rest();
        let mut previous = ' ';
        let mut length = 0;
        for c in rest.chars() {
            let radix = rest.trim_start_matches(['+', '-']).starts_with("0x");
            let sign = matches!(c, '+' | '-') && (length == 0 || (matches!(previous, 'e' | 'E') && !radix));
            if !(sign || c == '.' || is_name_part(c)) {
                break;
            }
            length += c.len_utf8();
            previous = c;
        }
        self.at += length;
        let kind = match literal::number(&rest[..length]) {
            Ok(Number::Integer(value)) => TokenKind::Integer(value),
            Ok(Number::Float(value)) => TokenKind::Float(value),
            Err(message) => {
                let span = Span::new(start, self.at);
                let text = &rest[..length];
                let unit = text.trim_start_matches(|c: char| !c.is_alphabetic());
                let error = self.error(message, span, "expected a number");
                if !unit.is_empty() && text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
                    error.help =
                        Some("numbers stand without a unit; the name of a field says which it is in".to_owned());
                }
                TokenKind::Broken
            }
        };
        self.push(start, kind);
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let mut open = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") {
                open.push(self.at);
                self.at += 2;
            } else if rest.starts_with("*/") {
                open.pop();
                self.at += 2;
                if open.is_empty() {
                    break;
                }
            } else if let Some(c) = rest.chars().next() {
                self.at += c.len_utf8();
            } else {
                let from = open.last().copied().unwrap_or(start);
                self.error("a comment is never closed", Span::new(from, from + 2), "expected `*/` after this");
                self.out.open_at_end = true;
                break;
            }
        }
        self.out.comments.push(Span::new(start, self.at));
    }

    fn raw(&mut self, start: usize, hashes: usize, bytes: bool) {
        let rest = self.rest();
        let close = format!("\"{}", "#".repeat(hashes));
        let Some(length) = rest.find(&close) else {
            let span = Span::new(start, self.at);
            self.error("a text is never closed", span, &format!("expected `{close}` after this"));
            self.out.open_at_end = true;
            self.at = self.text.len();
            return self.push(start, TokenKind::Broken);
        };
        let text = rest[..length].to_owned();
        self.at += length + close.len();
        self.push(start, if bytes { TokenKind::Bytes(text.into_bytes()) } else { TokenKind::Text(text) });
    }

    /// What follows an opening quote.
    fn quoted(&mut self, start: usize, bytes: bool) {
        let mut text = String::new();
        let mut raw_bytes = Vec::new();
        loop {
            let before = self.at;
            let Some(c) = self.peek() else {
                // Where it began is what matters; the rest of the file is not a text.
                self.error("a text is never closed", Span::new(start, start + 1), "expected `\"` after this");
                self.out.open_at_end = true;
                return self.push(start, TokenKind::Broken);
            };
            self.at += c.len_utf8();
            let mut meant = c;
            match c {
                '"' => break,
                '\\' => match self.escaped() {
                    Some(c) => meant = c,
                    None => continue,
                },
                _ => {}
            }
            text.push(meant);
            let byte_escape = self.text[before..].starts_with("\\x");
            match u8::try_from(u32::from(meant)) {
                Ok(byte) if byte_escape || meant.is_ascii() => raw_bytes.push(byte),
                _ => raw_bytes.extend_from_slice(meant.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        self.push(start, if bytes { TokenKind::Bytes(raw_bytes) } else { TokenKind::Text(text) });
    }

    /// What follows a backslash; `None` if an error has been told.
    fn escaped(&mut self) -> Option<char> {
        let start = self.at - 1;
        match literal::escape(self.rest()) {
            Ok((c, used)) => {
                self.at += used;
                Some(c)
            }
            Err((message, used)) => {
                self.at += used;
                let error = self.error(message, Span::new(start, self.at), "expected an escape");
                error.help = Some("a backslash itself is written `\\\\`; paths take `/`".to_owned());
                None
            }
        }
    }

    /// What follows an opening single quote.
    fn character(&mut self, start: usize, byte: bool) {
        let rest = self.rest();
        let first = rest.chars().next().filter(|&c| c != '\n' && (c != '\'' || rest.starts_with("''")));
        let value = match first {
            Some('\\') => {
                self.at += 1;
                self.escaped()
            }
            Some(c) => {
                self.at += c.len_utf8();
                Some(c)
            }
            None => None,
        };
        if self.rest().starts_with('\'') && value.is_some_and(|c| !byte || u32::from(c) < 256) {
            self.at += 1;
            let value = value.unwrap_or('\0');
            let kind = if byte { TokenKind::Integer(i128::from(u32::from(value))) } else { TokenKind::Char(value) };
            return self.push(start, kind);
        }
        let near = rest.char_indices().take(LONGEST_WORD).take_while(|(_, c)| *c != '\n');
        let close = near.filter(|(_, c)| *c == '\'').map(|(at, _)| at).next();
        self.at = start + 1 + usize::from(byte);
        match close {
            Some(close) => self.at += close + 1,
            None => {
                self.run(is_name_part);
            }
        }
        let end = if close.is_some() { self.at } else { start + 1 };
        let error = self.error("single quotes hold one character", Span::new(start, end), "expected one character");
        error.help = Some("text stands in double quotes".to_owned());
        self.push(start, TokenKind::Broken);
    }
}

fn punctuation(c: char) -> Option<TokenKind> {
    match c {
        '(' | '[' | '{' => Some(TokenKind::Open(c)),
        ')' | ']' | '}' => Some(TokenKind::Close(c)),
        ',' => Some(TokenKind::Comma),
        ':' => Some(TokenKind::Colon),
        _ => None,
    }
}

fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, '\u{b}' | '\u{85}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
}

fn is_name_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_name_part(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn is_raw_name_part(c: char) -> bool {
    is_name_part(c) || matches!(c, '.' | '+' | '-')
}

fn begins_number(rest: &str) -> bool {
    let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let signed = unsigned.len() < rest.len();
    let digits = unsigned.strip_prefix('.').unwrap_or(unsigned);
    digits.starts_with(|c: char| c.is_ascii_digit()) || (signed && unsigned.starts_with(is_name_start))
}
