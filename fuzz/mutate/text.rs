//! Damage to text in brackets: RON and JSON. Names, numbers, values and fields are taken as what they are.

use std::ops::Range;

use crate::random::Random;

/// A number that stands where another one stood.
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "3",
    "8",
    "0.5",
    "-0.5",
    "1e-9",
    "0.001",
    "10",
    "45",
    "90",
    "-90",
    "180",
    "360",
    "100",
    "255",
    "256",
    "1000",
    "4096",
    "65535",
    "65536",
    "100000",
    "1e6",
    "1e9",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "18446744073709551615",
    "-9223372036854775808",
    "1e19",
    "1e38",
    "1e39",
    "1e300",
    "-1e300",
    "1e309",
    "NaN",
    "inf",
    "-inf",
    "-0.0",
    "0x10",
    "1_000",
    ".5",
    "5.",
    "00",
    "+1",
];
/// What is put between pieces.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "'",
    "\\",
    "/*",
    "*/",
    "//",
    "r#\"",
    "\"#",
    "Some(",
    "None",
    "()",
    "[]",
    "{}",
    "é",
    "\u{0}",
    "\u{feff}",
    "\u{2028}",
    "😀",
    "\\u{110000}",
    "\r",
    "true",
    "false",
    "null",
    "#![enable(implicit_some)]",
];

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Comma,
    Colon,
    /// A name or a number.
    Word,
    Text,
    Other,
}

/// A piece of text, with the space behind it.
#[derive(Debug, Clone, Copy)]
struct Token {
    start: usize,
    /// Without the space behind it.
    stop: usize,
    end: usize,
    kind: Kind,
    /// Place of the bracket that belongs to this one; its own where there is none.
    partner: usize,
}

/// Ranges that make a text up, each a name, a number, a bracket…
pub fn pieces(text: &[u8]) -> Vec<Range<usize>> {
    tokens(text).iter().map(|token| token.start..token.end).collect()
}

/// The names and texts in a text, each once.
pub fn words(text: &[u8], all: &mut std::collections::BTreeSet<Vec<u8>>) {
    let worth = |token: &&Token| match token.kind {
        Kind::Word => !text[token.start].is_ascii_digit(),
        Kind::Text => token.stop - token.start < 60,
        _ => false,
    };
    all.extend(tokens(text).iter().filter(worth).map(|token| text[token.start..token.stop].to_vec()));
}

fn tokens(text: &[u8]) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut open = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
        let kind = match text[at] {
            b'(' | b'[' | b'{' => Kind::Open,
            b')' | b']' | b'}' => Kind::Close,
            b',' => Kind::Comma,
            b':' => Kind::Colon,
            b'"' => Kind::Text,
            byte if word(byte) => Kind::Word,
            _ => Kind::Other,
        };
        at += 1;
        match kind {
            Kind::Text => {
                while at < text.len() && text[at] != b'"' {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
                at = (at + 1).min(text.len());
            }
            Kind::Word => at += text[at..].iter().take_while(|byte| word(**byte)).count(),
            _ => {}
        }
        let stop = at;
        // Comments are space.
        loop {
            at += text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            if !text[at..].starts_with(b"//") {
                break;
            }
            at += text[at..].iter().take_while(|byte| **byte != b'\n').count();
        }
        let place = tokens.len();
        let mut partner = place;
        match kind {
            Kind::Open => open.push(place),
            Kind::Close => {
                if let Some(opened) = open.pop() {
                    partner = opened;
                    tokens[opened].partner = place;
                }
            }
            _ => {}
        }
        tokens.push(Token { start, stop, end: at, kind, partner });
    }
    tokens
}

/// The end of the value that begins at a token.
fn value_end(tokens: &[Token], at: usize) -> usize {
    let kind = |at: usize| tokens.get(at).map(|token| token.kind);
    match kind(at) {
        Some(Kind::Open) => tokens[at].partner.max(at) + 1,
        Some(Kind::Word) if kind(at + 1) == Some(Kind::Open) => tokens[at + 1].partner.max(at + 1) + 1,
        Some(Kind::Other) => (at + 2).min(tokens.len()),
        Some(_) => at + 1,
        None => tokens.len(),
    }
}

/// The bytes of tokens, without the space behind the last.
fn bytes_of(tokens: &[Token], range: Range<usize>) -> Range<usize> {
    match tokens.get(range.clone()) {
        Some([only]) => only.start..only.stop,
        Some([first, .., last]) => first.start..last.stop,
        _ => {
            let at =
                tokens.get(range.start).map_or_else(|| tokens.last().map_or(0, |last| last.end), |token| token.start);
            at..at
        }
    }
}

/// A value of a text: an item, or what stands behind a name.
fn value(tokens: &[Token], random: &mut Random) -> Range<usize> {
    let begins = |at: usize| {
        matches!(tokens[at].kind, Kind::Open | Kind::Word | Kind::Text)
            && (at == 0 || matches!(tokens[at - 1].kind, Kind::Open | Kind::Comma | Kind::Colon))
    };
    let from = random.below(tokens.len());
    let at = (from..tokens.len()).chain(0..from).find(|at| begins(*at)).unwrap_or(0);
    at..value_end(tokens, at).max(at)
}

/// An item of a list or a field, with the comma behind it.
fn item(tokens: &[Token], random: &mut Random) -> Range<usize> {
    let begins = |at: usize| at == 0 || matches!(tokens[at - 1].kind, Kind::Open | Kind::Comma);
    let from = random.below(tokens.len());
    let start = (from..tokens.len()).chain(0..from).find(|at| begins(*at)).unwrap_or(0);
    let mut at = start;
    while at < tokens.len() && !matches!(tokens[at].kind, Kind::Comma | Kind::Close) {
        at = value_end(tokens, at).max(at + 1);
    }
    start..at + usize::from(tokens.get(at).is_some_and(|token| token.kind == Kind::Comma))
}

/// Damages a text: `others` are those whose values may be taken over, `words` names that mean something, and `make` gives
/// a value for a name, or a name and value that go beside it.
pub fn mutate(
    text: &mut Vec<u8>,
    others: &[&[u8]],
    words: &[Vec<u8>],
    make: &dyn Fn(&str, bool, &mut Random) -> Option<String>,
    random: &mut Random,
) {
    for _ in 0..=random.small(5) {
        let tokens = tokens(text);
        if tokens.is_empty() {
            text.extend_from_slice(random.pick(words).map_or(b"()", |word| word));
            continue;
        }
        let (range, new) = change(text, &tokens, others, words, make, random);
        text.splice(range, new).for_each(drop);
    }
}

fn change(
    text: &[u8],
    tokens: &[Token],
    others: &[&[u8]],
    words: &[Vec<u8>],
    make: &dyn Fn(&str, bool, &mut Random) -> Option<String>,
    random: &mut Random,
) -> (Range<usize>, Vec<u8>) {
    let of_kind = |random: &mut Random, kind: &dyn Fn(usize) -> bool| {
        let from = random.below(tokens.len());
        (from..tokens.len()).chain(0..from).find(|at| kind(*at)).unwrap_or(from)
    };
    let is_number = |at: usize| tokens[at].kind == Kind::Word && text[tokens[at].start].is_ascii_digit();
    let is_named = |at: usize| tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Colon);
    match random.below(16) {
        0..3 => {
            let at = of_kind(random, &is_number);
            let number = random.pick(NUMBERS).copied().unwrap_or_default();
            (tokens[at].start..tokens[at].stop, number.as_bytes().to_vec())
        }
        3 => {
            let at = of_kind(random, &|at| matches!(tokens[at].kind, Kind::Word | Kind::Text) && !is_number(at));
            (tokens[at].start..tokens[at].stop, random.pick(words).cloned().unwrap_or_default())
        }
        4 => {
            let range = item(tokens, random);
            let start = bytes_of(tokens, range.clone()).start;
            (start..range.end.checked_sub(1).map_or(start, |last| tokens[last].end).max(start), Vec::new())
        }
        5 => {
            let from = bytes_of(tokens, item(tokens, random));
            let to = bytes_of(tokens, item(tokens, random)).start;
            let mut copy = text[from].to_vec();
            if copy.last() != Some(&b',') {
                copy.push(b',');
            }
            (to..to, copy)
        }
        6 => {
            let from = bytes_of(tokens, value(tokens, random));
            (bytes_of(tokens, value(tokens, random)), text[from].to_vec())
        }
        7 | 8 => {
            let Some(other) = random.pick(others) else { return (0..0, Vec::new()) };
            let theirs = self::tokens(other);
            if random.once_in(2) {
                let mut copy = other[bytes_of(&theirs, item(&theirs, random))].to_vec();
                if copy.last() != Some(&b',') {
                    copy.push(b',');
                }
                let to = bytes_of(tokens, item(tokens, random)).start;
                return (to..to, copy);
            }
            // What has the same name there fits best.
            let at = of_kind(random, &is_named);
            let name = &text[tokens[at].start..tokens[at].stop];
            let same: Vec<usize> = (2..theirs.len())
                .filter(|place| theirs[place - 1].kind == Kind::Colon)
                .filter(|place| &other[theirs[place - 2].start..theirs[place - 2].stop] == name)
                .collect();
            match random.pick(&same) {
                Some(place) => {
                    let range = bytes_of(&theirs, *place..value_end(&theirs, *place));
                    (bytes_of(tokens, at + 2..value_end(tokens, at + 2)), other[range].to_vec())
                }
                None => {
                    (bytes_of(tokens, value(tokens, random)), other[bytes_of(&theirs, value(&theirs, random))].to_vec())
                }
            }
        }
        9..14 => {
            let at = of_kind(random, &is_named);
            let name = String::from_utf8_lossy(&text[tokens[at].start..tokens[at].stop]);
            let beside = random.once_in(3);
            match make(name.trim_matches('"'), beside, random) {
                Some(made) if beside => (tokens[at].start..tokens[at].start, made.into_bytes()),
                Some(made) => (bytes_of(tokens, at + 2..value_end(tokens, at + 2)), made.into_bytes()),
                None => (0..0, Vec::new()),
            }
        }
        14 => {
            let at = tokens[random.below(tokens.len())].start;
            let end = tokens[random.below(tokens.len())].start;
            let piece = random.pick(PIECES).copied().unwrap_or_default();
            match random.below(3) {
                0 if at < end && end - at < 200 => (at..end, Vec::new()),
                _ => (at..at, piece.as_bytes().to_vec()),
            }
        }
        _ => {
            let mut bytes = text.to_vec();
            super::bytes::mutate(&mut bytes, 0, random);
            (0..text.len(), bytes)
        }
    }
}
