//! Values on their way into the composed text.

use std::rc::Rc;

use super::super::syntax::{Entry, Field, Kind, Name, Node};
use super::files::is_struct;

/// A value of a file, perhaps with parts left out, replaced and added. Cloning it is cheap.
#[derive(Clone)]
pub(super) struct Value<'t> {
    /// The number of the file.
    pub(super) file: usize,
    /// What the file says.
    pub(super) node: &'t Node,
    /// How deep brackets stand in one another in it.
    pub(super) depth: usize,
    /// What becomes of its parts; `None` where all of it is as the file says it.
    pub(super) made: Option<Rc<Made<'t>>>,
}

/// What becomes of the parts of a value in brackets.
#[derive(Clone, Default)]
pub(super) struct Made<'t> {
    /// A name that it did not have, and the file that it comes from.
    pub(super) name: Option<(usize, &'t Name)>,
    /// For each of its parts, in order, what stands there; `None` where it is left out.
    pub(super) own: Vec<Option<Value<'t>>>,
    /// What is added, in order.
    pub(super) taken: Vec<Member<'t>>,
}

/// A field or entry with its key, or an item.
#[derive(Clone)]
pub(super) struct Member<'t> {
    /// By which it is known among others.
    pub(super) key: &'t str,
    /// The byte at which it begins in the file of its value, with its key.
    pub(super) start: usize,
    pub(super) value: Value<'t>,
}

/// A part of a node.
pub(super) struct Part<'t> {
    /// By which it is known among others.
    pub(super) key: &'t str,
    /// The byte at which it begins, with its key.
    pub(super) start: usize,
    pub(super) node: &'t Node,
}

impl<'t> Value<'t> {
    /// A value of which nothing changes, and in which nothing will.
    pub(super) fn verbatim(file: usize, node: &'t Node, depth: usize) -> Self {
        Value { file, node, depth, made: None }
    }

    /// A value whose parts are known.
    pub(super) fn of_parts(file: usize, node: &'t Node, made: Made<'t>) -> Self {
        let own = made.own.iter().flatten().map(|value| value.depth);
        let deepest = own.chain(made.taken.iter().map(|member| member.value.depth)).max().unwrap_or(0);
        Value { file, node, depth: deepest + 1, made: Some(Rc::new(made)) }
    }

    /// The name before its bracket, and the file that it comes from.
    pub(super) fn name(&self) -> Option<(usize, &'t Name)> {
        let taken = self.made.as_ref().and_then(|made| made.name);
        self.node.name.as_ref().map(|name| (self.file, name)).or(taken)
    }

    /// Whether the parts of one can stand among those of the other: both are maps, or structs of which a name does not
    /// say that they differ.
    pub(super) fn fits(&self, other: &Value) -> bool {
        let names_differ = match (self.name(), other.name()) {
            (Some((_, a)), Some((_, b))) => a.text != b.text,
            _ => false,
        };
        match (&self.node.kind, &other.node.kind) {
            (Kind::Map(_), Kind::Map(_)) => true,
            _ => is_struct(self.node) && is_struct(other.node) && !names_differ,
        }
    }

    /// How many parts it has, with those that are left out.
    pub(super) fn size(&self) -> usize {
        self.made.as_ref().map_or(0, |made| made.own.len() + made.taken.len())
    }

    /// Its parts, without those that are left out. `text` is that of its file.
    pub(super) fn members(&self, text: &'t str) -> Vec<Member<'t>> {
        let Some(made) = &self.made else { return Vec::new() };
        let own = std::iter::zip(parts(self.node, text), &made.own)
            .filter_map(|(part, value)| Some(Member { key: part.key, start: part.start, value: value.clone()? }));
        own.chain(made.taken.iter().cloned()).collect()
    }
}

/// The fields of a node, where it is a struct.
pub(super) fn fields(node: &Node) -> &[Field] {
    match &node.kind {
        Kind::Struct(fields) => fields,
        _ => &[],
    }
}

/// The parts of a node in order. `text` is that of its file.
pub(super) fn parts<'t>(node: &'t Node, text: &'t str) -> Vec<Part<'t>> {
    let key_of = |key: &'t Node| key.key_text().unwrap_or_else(|| key.span.of(text));
    match &node.kind {
        Kind::Struct(fields) => {
            let part =
                |field: &'t Field| Part { key: &field.name.text, start: field.name.span.start, node: &field.value };
            fields.iter().map(part).collect()
        }
        Kind::Map(entries) => {
            let part =
                |entry: &'t Entry| Part { key: key_of(&entry.key), start: entry.key.span.start, node: &entry.value };
            entries.iter().map(part).collect()
        }
        Kind::Tuple(items) | Kind::List(items) => {
            items.iter().map(|item| Part { key: key_of(item), start: item.span.start, node: item }).collect()
        }
        _ => Vec::new(),
    }
}
