//! Walks a tree side by side with the type that was read from it, to say where a value stands.

use std::collections::HashMap;
use std::rc::Rc;

use super::{Entry, Kind, Node, Path, Repairs, Span, Tree};

/// Maps with more entries than this are looked up in an index: to go through them for each of their entries would take
/// for ever.
const MOST_SEARCHED: usize = 16;

/// A place in a tree, or the nearest to it where a value was left out.
#[derive(Debug, Clone)]
pub struct Cursor<'t> {
    node: Option<&'t Node>,
    nearest: Span,
    path: Path,
    unknown: bool,
    repairs: &'t Repairs,
    large: Rc<Large<'t>>,
}

/// The entries of large maps by their keys, by the places of the maps.
type Large<'t> = HashMap<Span, HashMap<&'t str, &'t Entry>>;

fn index<'t>(node: &'t Node, large: &mut Large<'t>) {
    match &node.kind {
        Kind::Map(entries) => {
            if entries.len() > MOST_SEARCHED {
                let of_map = large.entry(node.span).or_default();
                for entry in entries {
                    // Of doubled keys the first one counts.
                    entry.key.key_text().map(|key| of_map.entry(key).or_insert(entry));
                }
            }
            entries.iter().for_each(|entry| index(&entry.value, large));
        }
        Kind::Struct(fields) => fields.iter().for_each(|field| index(&field.value, large)),
        Kind::Tuple(items) | Kind::List(items) => items.iter().for_each(|item| index(item, large)),
        _ => {}
    }
}

impl<'t> Cursor<'t> {
    /// At the root.
    pub fn new(tree: &'t Tree, repairs: &'t Repairs) -> Self {
        let mut large = Large::new();
        index(&tree.root, &mut large);
        let (nearest, large) = (tree.root.head(), Rc::new(large));
        let start = Cursor { node: None, nearest, path: Path::default(), unknown: false, repairs, large };
        start.at(Some(&tree.root), Path::default())
    }

    /// The value here, if the file gives one.
    pub fn node(&self) -> Option<&'t Node> {
        self.node
    }

    /// Where to point: the value, or the nearest thing around it where it was left out.
    pub fn span(&self) -> Span {
        self.node.map_or(self.nearest, |node| node.span)
    }

    /// As [`Cursor::span`], but only the name or bracket where the value begins.
    pub fn head(&self) -> Span {
        self.node.map_or(self.nearest, Node::head)
    }

    /// The way here from the root.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a stand-in takes the place of the value, so that nothing can be said about it.
    pub fn is_unknown(&self) -> bool {
        self.unknown
    }

    /// On to a field of a struct.
    #[must_use]
    pub fn field(&self, name: &str) -> Cursor<'t> {
        let path = self.path.field(name);
        let unwrapped = self.inside("Some");
        let Some(node) = unwrapped.node else { return self.at(None, path) };
        let found = match &node.kind {
            Kind::Struct(fields) => fields.iter().find(|field| self.repairs.meant(&field.name) == name),
            _ => None,
        };
        let found = found.map(|field| &field.value).or_else(|| Some(&self.entry(node, name)?.value));
        let mut next = unwrapped.at(found, path);
        next.unknown |= self.repairs.was_added(node.span, name);
        next
    }

    /// On to the value of a key of a map.
    #[must_use]
    pub fn key(&self, key: &str) -> Cursor<'t> {
        let path = self.path.key(key);
        let unwrapped = self.inside("Some");
        let found = unwrapped.node.and_then(|node| match &node.kind {
            Kind::Struct(fields) => fields.iter().find(|field| field.name.text == key).map(|field| &field.value),
            _ => self.entry(node, key).map(|entry| &entry.value),
        });
        unwrapped.at(found, path)
    }

    /// Where the key of a map itself stands.
    pub fn key_span(&self, key: &str) -> Span {
        let entry = self.inside("Some").node.and_then(|node| self.entry(node, key));
        entry.map_or_else(|| self.head(), |entry| entry.key.span)
    }

    /// On to an item of a list or tuple, counted from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Cursor<'t> {
        let mut next = self.inside("Some").argument(index);
        next.path = self.path.index(index);
        next
    }

    /// On to a value in the brackets of `Name(…, …)`, which has no path of its own.
    #[must_use]
    pub fn argument(&self, index: usize) -> Cursor<'t> {
        let found = self.node.and_then(|node| match &node.kind {
            Kind::Tuple(items) | Kind::List(items) => items.get(index),
            Kind::Struct(fields) => fields.get(index).map(|field| &field.value),
            _ => None,
        });
        self.at(found, self.path.clone())
    }

    /// On to the one value in `Name(value)` where that is the name, else nowhere.
    #[must_use]
    pub fn inside(&self, name: &str) -> Cursor<'t> {
        if self.name() == Some(name)
            && let Some(Kind::Tuple(items)) = self.node.map(|node| &node.kind)
            && items.len() == 1
        {
            return self.argument(0);
        }
        self.clone()
    }

    /// The name of the value here, as it was most likely meant.
    pub fn name(&self) -> Option<&'t str> {
        self.node.and_then(|node| node.name.as_ref()).map(|name| self.repairs.meant(name))
    }

    /// The entry of a map; `None` where there is none, or no map.
    fn entry(&self, node: &'t Node, key: &str) -> Option<&'t Entry> {
        match &node.kind {
            Kind::Map(entries) if entries.len() <= MOST_SEARCHED => {
                entries.iter().find(|entry| entry.key.key_text() == Some(key))
            }
            Kind::Map(_) => self.large.get(&node.span)?.get(key).copied(),
            _ => None,
        }
    }

    fn at(&self, node: Option<&'t Node>, path: Path) -> Cursor<'t> {
        let replaced = node.is_some_and(|node| node.kind == Kind::Hole || self.repairs.is_unknown(node.span));
        let (nearest, unknown, large) = (self.head(), self.unknown || replaced, self.large.clone());
        Cursor { node, nearest, path, unknown, repairs: self.repairs, large }
    }
}
