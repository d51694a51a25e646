//! What serde sees inside of a value: items, fields, entries.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess};

use super::super::diagnostic::Diagnostic;
use super::stand_in::StandIn;
use super::value::{Error, Value};
use super::{Entry, Field, Name, Node, Span, describe};

/// A value of the file, or a stand-in for one that is not there.
pub(super) enum Child<'a> {
    Read(Value<'a>),
    StandIn,
}

impl Child<'_> {
    fn fill<'de, T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        match self {
            Child::Read(value) => seed.deserialize(value),
            Child::StandIn => seed.deserialize(StandIn::default()),
        }
    }
}

/// Items one after the other.
pub(super) struct Items<'a>(std::vec::IntoIter<Child<'a>>);

impl<'a> Items<'a> {
    pub(super) fn new(items: Vec<Child<'a>>) -> Self {
        Items(items.into_iter())
    }
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|item| item.fill(seed)).transpose()
    }
}

/// The key of an entry: a value of its own in a map, a plain name in a struct.
pub(super) enum Key<'a> {
    Read(Value<'a>),
    Name(String),
}

/// Keys and their values one after the other.
pub(super) struct Pairs<'a> {
    left: std::vec::IntoIter<(Key<'a>, Child<'a>)>,
    value: Child<'a>,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(pairs: Vec<(Key<'a>, Child<'a>)>) -> Self {
        Pairs { left: pairs.into_iter(), value: Child::StandIn }
    }
}

impl<'de> MapAccess<'de> for Pairs<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = value;
        let key = match key {
            Key::Read(key) => seed.deserialize(key)?,
            Key::Name(name) => {
                let name: StrDeserializer<Error> = name.as_str().into_deserializer();
                seed.deserialize(name)?
            }
        };
        Ok(Some(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        std::mem::replace(&mut self.value, Child::StandIn).fill(seed)
    }
}

/// Exactly `len` items; tells an error where the file has more or fewer.
pub(super) fn exactly<'a>(value: &Value<'a>, items: Vec<Value<'a>>, len: usize, sample: &str) -> Items<'a> {
    let found = items.len();
    if found != len {
        let message = format!("expected {}, found {found}", describe::values(len));
        let mut error = Diagnostic::error("scene::wrong_length", message, value.node().span);
        error = error.label(format!("expected {}", describe::values(len))).path(value.path());
        error.help = (!sample.is_empty()).then(|| format!("write {sample}"));
        value.report(error);
        value.replace();
    }
    let mut items: Vec<Child> = items.into_iter().map(Child::Read).take(len).collect();
    items.resize_with(len, || Child::StandIn);
    Items::new(items)
}

/// The fields of a struct that has these fields; tells unknown and doubled ones.
pub(super) fn fields<'a>(value: &Value<'a>, given: &'a [Field], known: &'static [&'static str]) -> Pairs<'a> {
    named_values(value, given.iter().map(|field| (field.name.clone(), &field.value)).collect(), known)
}

/// As [`fields`], for a map that stands where a struct should.
pub(super) fn entries_as_fields<'a>(
    value: &Value<'a>,
    given: &'a [Entry],
    known: &'static [&'static str],
) -> Pairs<'a> {
    let name = |entry: &Entry| Name { text: entry.key.key_text().unwrap_or("").to_owned(), span: entry.key.span };
    named_values(value, given.iter().map(|entry| (name(entry), &entry.value)).collect(), known)
}

fn named_values<'a>(value: &Value<'a>, given: Vec<(Name, &'a Node)>, known: &'static [&'static str]) -> Pairs<'a> {
    let names: HashSet<&str> = given.iter().map(|(name, _)| name.text.as_str()).collect();
    let absent: Vec<&str> = known.iter().copied().filter(|field| !names.contains(field)).collect();
    let mut seen: Vec<(&str, Span)> = Vec::new();
    let mut pairs = Vec::new();
    for (name, node) in &given {
        let field = match known.iter().find(|field| **field == name.text) {
            Some(field) => *field,
            None => {
                let meant =
                    if value.is_hopeless() { None } else { describe::suggest(&name.text, absent.iter().copied()) };
                unknown_field(value, name, known, meant);
                let Some(meant) = meant else { continue };
                value.rename(name.span, meant);
                meant
            }
        };
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == field) {
            value.report(doubled("field", "scene::duplicate_field", field, name.span, *first).path(value.path()));
            continue;
        }
        seen.push((field, name.span));
        pairs.push((Key::Name(field.to_owned()), Child::Read(value.child(node, value.path().field(field)))));
    }
    for field in value.added() {
        if !seen.iter().any(|(other, _)| *other == field) {
            pairs.push((Key::Name(field.to_owned()), Child::StandIn));
        }
    }
    Pairs::new(pairs)
}

fn unknown_field(value: &Value, name: &Name, known: &'static [&'static str], meant: Option<&str>) {
    let owner = value.meant_name().map_or_else(String::new, |owner| format!(" in `{owner}`"));
    let message = format!("there is no field `{}`{owner}", name.text);
    let mut error = Diagnostic::error("scene::unknown_field", message, name.span).path(value.path());
    error.primary.text = if known.is_empty() {
        "expected no fields".to_owned()
    } else {
        format!("expected {}", describe::names(known, "or"))
    };
    error.help = meant.map(|meant| format!("did you mean `{meant}`?"));
    value.report(error);
}

pub(super) fn doubled(what: &str, code: &'static str, name: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(code, format!("the {what} `{name}` is given twice"), second)
        .label("given again")
        .also(first, "given first")
}

/// The entries of a map; tells doubled keys.
pub(super) fn entries<'a>(value: &Value<'a>, given: &'a [Entry]) -> Pairs<'a> {
    let mut seen: HashMap<(bool, Cow<str>), Span> = HashMap::new();
    let mut pairs = Vec::new();
    for entry in given {
        let text = entry.key.key_text().map_or_else(|| describe::describe(&entry.key), str::to_owned);
        let key = match entry.key.key_text() {
            Some(text) => (true, Cow::Borrowed(text)),
            None => (false, Cow::Owned(format!("{:?} {:?}", entry.key.name(), entry.key.kind))),
        };
        if let Some(first) = seen.get(&key) {
            let error = doubled("key", "scene::duplicate_key", &text, entry.key.span, *first);
            value.report(error.path(value.path()));
            continue;
        }
        seen.insert(key, entry.key.span);
        let path = value.path().key(&text);
        let key = Key::Read(value.child(&entry.key, path.clone()));
        pairs.push((key, Child::Read(value.child(&entry.value, path))));
    }
    Pairs::new(pairs)
}

/// As [`entries`], for fields that stand where a map should.
pub(super) fn fields_as_entries<'a>(value: &Value<'a>, given: &'a [Field]) -> Pairs<'a> {
    let pair = |field: &'a Field| {
        let path = value.path().key(&field.name.text);
        (Key::Name(field.name.text.clone()), Child::Read(value.child(&field.value, path)))
    };
    Pairs::new(given.iter().map(pair).collect())
}
