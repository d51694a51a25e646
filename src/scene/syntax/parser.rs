//! Reads tokens into a tree, and goes on after an error.

use super::super::diagnostic::Diagnostic;
use super::lexer::{self, Token, TokenKind};
use super::recover::partner;
use super::{DEEPEST, Entry, Field, Kind, Lines, Name, Node, Span, Tree};

/// After this many errors the rest are of no use.
const MOST_ERRORS: usize = 20;

/// Reads a text. Where there are errors, the tree holds what could be read, with [`Kind::Hole`] for the rest.
pub fn parse(text: &str) -> (Tree, Vec<Diagnostic>) {
    let tokens = lexer::tokens(text);
    let mut parser = Parser {
        lines: Lines::new(text),
        tokens: tokens.list,
        at: 0,
        open: Vec::new(),
        errors: tokens.errors,
        open_at_end: tokens.open_at_end,
        told_at: None,
        crooked: None,
        stopped: false,
    };
    let extensions = parser.extensions();
    let root = parser.value();
    parser.end(&root);
    parser.missing_quote();
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.primary.span.start);
    errors.truncate(MOST_ERRORS);
    (Tree { text: text.to_owned(), root, comments: tokens.comments, extensions }, errors)
}

/// An opening bracket that is not closed yet.
#[derive(Clone, Copy)]
pub(super) struct Bracket {
    pub(super) character: char,
    pub(super) span: Span,
}

/// Tokens on their way into a tree.
pub(super) struct Parser<'t> {
    pub(super) lines: Lines<'t>,
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    pub(super) open: Vec<Bracket>,
    pub(super) errors: Vec<Diagnostic>,
    pub(super) open_at_end: bool,
    /// The token that the last error was about: one error a token is enough.
    pub(super) told_at: Option<usize>,
    /// The first bracket whose partner is indented differently: likely the one that was left open.
    pub(super) crooked: Option<(Bracket, Span)>,
    pub(super) stopped: bool,
}

impl Parser<'_> {
    pub(super) fn token(&self, ahead: usize) -> &Token {
        let last = self.tokens.len() - 1;
        &self.tokens[(self.at + ahead).min(last)]
    }

    pub(super) fn kind(&self, ahead: usize) -> &TokenKind {
        &self.token(ahead).kind
    }

    pub(super) fn bump(&mut self) -> Span {
        let span = self.token(0).span;
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        span
    }

    pub(super) fn previous(&self) -> Option<&Token> {
        self.tokens.get(self.at.checked_sub(1)?)
    }

    /// `#![enable(implicit_some)]` and the like.
    fn extensions(&mut self) -> Vec<Name> {
        let mut names = Vec::new();
        while *self.kind(0) == TokenKind::Attribute {
            self.bump();
            let list = self.value();
            match list.kind {
                Kind::List(items) => {
                    for item in items {
                        match item.kind {
                            Kind::Tuple(enabled) if item.name.as_ref().is_some_and(|name| name.text == "enable") => {
                                names.extend(enabled.into_iter().filter_map(|node| node.name));
                            }
                            _ => self.attribute_error(item.span),
                        }
                    }
                }
                _ => self.attribute_error(list.span),
            }
        }
        names
    }

    fn attribute_error(&mut self, span: Span) {
        let message = "only `#![enable(…)]` may stand before the value";
        self.errors.push(Diagnostic::error("scene::syntax", message, span));
    }

    /// What follows the root.
    fn end(&mut self, root: &Node) {
        if *self.kind(0) == TokenKind::End {
            return;
        }
        let headless = root.kind == Kind::Bare && matches!(self.kind(0), TokenKind::Colon | TokenKind::Stray('='));
        if let Some(error) = self.expected("the end of the file")
            && headless
        {
            error.help = Some("the whole file stands in round brackets: `( … )`".to_owned());
        }
    }

    fn value(&mut self) -> Node {
        let span = self.token(0).span;
        let kind = match self.kind(0).clone() {
            TokenKind::Integer(value) => Kind::Integer(value),
            TokenKind::Float(value) => Kind::Float(value),
            TokenKind::Text(text) => Kind::Text(text),
            TokenKind::Char(c) => Kind::Char(c),
            TokenKind::Bytes(bytes) => Kind::Bytes(bytes),
            TokenKind::Broken => Kind::Hole,
            TokenKind::Name(name) => return self.named(name),
            TokenKind::Open(bracket) => return self.bracketed(bracket, None),
            _ => {
                self.expected("a value");
                return Node { span, name: None, kind: Kind::Hole };
            }
        };
        self.bump();
        Node { span, name: None, kind }
    }

    fn named(&mut self, text: String) -> Node {
        let span = self.bump();
        if matches!(text.as_str(), "true" | "false") {
            return Node { span, name: None, kind: Kind::Bool(text == "true") };
        }
        let name = Some(Name { text, span });
        if *self.kind(0) == TokenKind::Open('(') {
            return self.bracketed('(', name);
        }
        Node { span, name, kind: Kind::Bare }
    }

    fn bracketed(&mut self, character: char, name: Option<Name>) -> Node {
        let bracket = self.token(0).span;
        let start = name.as_ref().map_or(bracket, |name| name.span);
        if self.open.len() >= DEEPEST {
            self.error(format!("brackets stand more than {DEEPEST} deep"), "expected none here");
            self.stopped = true;
            self.at = self.tokens.len() - 1;
            return Node { span: start.to(bracket), name, kind: Kind::Hole };
        }
        self.bump();
        self.open.push(Bracket { character, span: bracket });
        let kind = match character {
            '[' => Kind::List(self.items(Self::value)),
            '{' => Kind::Map(self.items(Self::entry)),
            _ if self.begins_struct() => Kind::Struct(self.items(Self::field).into_iter().flatten().collect()),
            _ => Kind::Tuple(self.items(Self::value)),
        };
        self.open.pop();
        let end = self.previous().map_or(bracket, |token| token.span);
        Node { span: start.to(end), name, kind }
    }

    fn begins_struct(&self) -> bool {
        let colon = matches!(self.kind(1), TokenKind::Colon | TokenKind::Stray('='));
        colon && matches!(self.kind(0), TokenKind::Name(_) | TokenKind::Text(_))
    }

    /// Items up to and with the closing bracket.
    fn items<T>(&mut self, item: fn(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        while !self.closed() {
            let before = self.at;
            items.push(item(self));
            match self.kind(0) {
                TokenKind::Comma => {
                    self.bump();
                }
                TokenKind::Close(_) | TokenKind::End => {}
                _ => self.missing_comma(before),
            }
        }
        items
    }

    /// Whether the innermost bracket ends here; takes the closing bracket that ends it.
    fn closed(&mut self) -> bool {
        let Some(bracket) = self.open.last().copied() else { return true };
        let close = partner(bracket.character);
        match *self.kind(0) {
            TokenKind::Close(found) if found == close => {
                let span = self.bump();
                self.compare_indent(bracket, span);
                true
            }
            TokenKind::Close(found) => {
                let belongs_outside = self.open.iter().any(|outer| partner(outer.character) == found);
                self.left_open(bracket);
                if !belongs_outside {
                    self.bump();
                }
                true
            }
            TokenKind::End => {
                self.left_open(bracket);
                true
            }
            // `"key":` at the start of a line, inside of a struct that stands in a map: the struct was left open.
            TokenKind::Text(_)
                if bracket.character == '('
                    && *self.kind(1) == TokenKind::Colon
                    && self.open.iter().rev().nth(1).is_some_and(|outer| outer.character == '{')
                    && self.is_first_on_line(self.token(0).span) =>
            {
                self.left_open(bracket);
                true
            }
            _ => false,
        }
    }

    /// `:` between a name and its value; whether a value follows.
    fn colon(&mut self, after: &str) -> bool {
        match self.kind(0) {
            TokenKind::Colon => {}
            TokenKind::Stray('=') => {
                self.expected(&format!("`:` after {after}"));
            }
            TokenKind::Comma | TokenKind::Close(_) | TokenKind::Attribute | TokenKind::Stray(_) | TokenKind::End => {
                self.expected(&format!("`:` after {after}"));
                return false;
            }
            _ => {
                // The value follows all the same.
                self.expected(&format!("`:` after {after}"));
                return true;
            }
        }
        self.bump();
        true
    }

    fn field(&mut self) -> Option<Field> {
        let span = self.token(0).span;
        let text = match self.kind(0).clone() {
            TokenKind::Name(text) => text,
            TokenKind::Text(text) if *self.kind(1) == TokenKind::Colon => {
                if let Some(error) = self.error("names of fields stand without quotes".to_owned(), "expected a name") {
                    error.help = Some(format!("write `{text}`"));
                }
                text
            }
            _ => {
                let comma = self.decimal_comma();
                if let Some(error) = self.expected("the name of a field") {
                    error.help = error.help.take().or(comma);
                }
                return None;
            }
        };
        self.bump();
        let value = if self.colon(&format!("the field name `{text}`")) { self.value() } else { self.hole() };
        Some(Field { name: Name { text, span }, value })
    }

    fn entry(&mut self) -> Entry {
        let key = self.value();
        let value = if key.kind != Kind::Hole && self.colon("a key") { self.value() } else { self.hole() };
        Entry { key, value }
    }

    fn hole(&self) -> Node {
        Node { span: Span::point(self.token(0).span.start), name: None, kind: Kind::Hole }
    }
}
