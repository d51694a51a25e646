//! What was put in place of mistakes, so that the rest of a file could be read too.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Name, Span};

/// What was put in place of mistakes, by the places of the nodes that had them.
#[derive(Debug, Clone, Default)]
pub struct Repairs {
    unknown: HashSet<Span>,
    added: HashMap<Span, BTreeSet<&'static str>>,
    renamed: HashMap<Span, String>,
}

impl Repairs {
    /// Whether the value at this place was replaced by a stand-in.
    pub fn is_unknown(&self, value: Span) -> bool {
        self.unknown.contains(&value)
    }

    /// Whether the struct at this place was given a stand-in for this field.
    pub fn was_added(&self, value: Span, field: &str) -> bool {
        self.added.get(&value).is_some_and(|fields| fields.contains(field))
    }

    /// The fields that the struct at this place was given stand-ins for.
    pub fn added(&self, value: Span) -> Vec<&'static str> {
        self.added.get(&value).into_iter().flatten().copied().collect()
    }

    /// What a name was taken for: itself, or what it most likely means.
    pub fn meant<'n>(&'n self, name: &'n Name) -> &'n str {
        self.renamed.get(&name.span).map_or(name.text.as_str(), String::as_str)
    }

    /// Replaces a value; false if it had been replaced before.
    pub(super) fn replace(&mut self, value: Span) -> bool {
        self.unknown.insert(value)
    }

    /// Adds a field; false if it had been added before.
    pub(super) fn add(&mut self, value: Span, field: &'static str) -> bool {
        self.added.entry(value).or_default().insert(field)
    }

    /// Takes a name for another; false if it had been before.
    pub(super) fn rename(&mut self, name: Span, meant: &str) -> bool {
        self.renamed.insert(name, meant.to_owned()).is_none_or(|before| before != meant)
    }
}
