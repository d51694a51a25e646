//! The roots of all files as one.

use std::collections::HashMap;

use super::super::syntax::{Field, Kind, Node};
use super::presets::{Composer, Stopped};
use super::value::{Made, Member, Value, fields, parts};
use super::{CATEGORIES, EXTENDS, INCLUDE, PRESETS};

/// A field as one of the files gives it.
#[derive(Clone, Copy)]
struct Given<'t> {
    file: usize,
    field: &'t Field,
}

impl<'t> Composer<'t> {
    /// The root of the main file with all that included files add to it; `None` where there is no file.
    pub(super) fn root(&mut self) -> Result<Option<Value<'t>>, Stopped> {
        let files = self.files;
        let Some(root) = files.trees.first().map(|tree| &tree.root) else { return Ok(None) };
        if !matches!(root.kind, Kind::Struct(_)) {
            return self.value(0, root, 0, false).map(Some);
        }
        let mut given: HashMap<&str, Vec<Given>> = HashMap::new();
        for (file, tree) in files.trees.iter().enumerate() {
            for field in fields(&tree.root) {
                given.entry(&field.name.text).or_default().push(Given { file, field });
            }
        }
        let extends = given.get(EXTENDS).and_then(|given| self.winner(given));
        let mut made = Made::default();
        for (file, tree) in files.trees.iter().enumerate() {
            for field in fields(&tree.root) {
                let name = field.name.text.as_str();
                let is_left_out = [INCLUDE, PRESETS, EXTENDS].contains(&name);
                // The first to name a field tells what all say about it.
                let value = match if is_left_out { None } else { given.remove(name) } {
                    Some(given) => self.united(&given, extends.is_some())?.map(|value| (given, value)),
                    None => None,
                };
                match value {
                    _ if file == 0 => made.own.push(value.map(|(_, value)| value)),
                    Some((given, value)) => made.taken.extend(member(&given, value)),
                    None => {}
                }
            }
        }
        let value = Value::of_parts(0, root, made);
        match extends {
            Some(extends) => self.extended(value, extends.file, &extends.field.value, 0).map(Some),
            None => Ok(Some(value)),
        }
    }

    /// The one that stands where files differ.
    fn winner(&self, given: &[Given<'t>]) -> Option<Given<'t>> {
        given.iter().copied().min_by_key(|given| self.ranks.get(given.file))
    }

    /// What several files say about a field as one value.
    fn united(&mut self, given: &[Given<'t>], merge: bool) -> Result<Option<Value<'t>>, Stopped> {
        let Some(winner) = self.winner(given) else { return Ok(None) };
        let is_united = |node: &Node| match (&winner.field.value.kind, &node.kind) {
            (Kind::Map(_), Kind::Map(_)) => true,
            (Kind::List(_), Kind::List(_)) => winner.field.name.text == CATEGORIES,
            _ => false,
        };
        let united: Vec<&Given> = given.iter().filter(|given| is_united(&given.field.value)).collect();
        let (frame, others) = match united.split_first() {
            Some((frame, others)) if !others.is_empty() => (frame, others),
            _ => return self.value(winner.file, &winner.field.value, 1, merge).map(Some),
        };
        // By key: the file whose entry stands. Categories are all the same, so that the first one does.
        let is_list = matches!(winner.field.value.kind, Kind::List(_));
        let mut standing: HashMap<&str, usize> = HashMap::new();
        for Given { file, field } in &united {
            for part in parts(&field.value, self.text(*file)) {
                let known = standing.entry(part.key).or_insert(*file);
                if !is_list && self.ranks.get(*file) < self.ranks.get(*known) {
                    *known = *file;
                }
            }
        }
        let mut made = Made::default();
        for part in parts(&frame.field.value, self.text(frame.file)) {
            let stands = standing.get(part.key) == Some(&frame.file);
            made.own.push(if stands { Some(self.value(frame.file, part.node, 2, merge)?) } else { None });
        }
        for Given { file, field } in others {
            for part in parts(&field.value, self.text(*file)) {
                if standing.get(part.key) == Some(file) {
                    let value = self.value(*file, part.node, 2, merge)?;
                    made.taken.push(Member { key: part.key, start: part.start, value });
                }
            }
        }
        Ok(Some(Value::of_parts(frame.file, &frame.field.value, made)))
    }
}

/// A field with the name that stands before the value in its file.
fn member<'t>(given: &[Given<'t>], value: Value<'t>) -> Option<Member<'t>> {
    let Given { field, .. } = given.iter().find(|given| std::ptr::eq(&given.field.value, value.node))?;
    Some(Member { key: &field.name.text, start: field.name.span.start, value })
}
