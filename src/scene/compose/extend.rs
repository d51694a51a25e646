//! What takes fields from presets, and what it then is.

use std::collections::HashMap;

use super::super::diagnostic::Diagnostic;
use super::super::syntax::{DEEPEST, Field, Kind, Node, listed, suggest};
use super::files::is_struct;
use super::presets::{Composer, Stopped, items};
use super::value::{Made, Value, fields, parts};
use super::{EXTENDS, MOST_BYTES};

/// Parts of values that may be looked at when they are merged. A part of a text takes four bytes at least, so that what
/// needs more would not fit.
const MOST_MERGED: usize = MOST_BYTES / 4;

impl<'t> Composer<'t> {
    /// A value with all that its parts and it itself take from presets. `level` brackets stand around it. The parts of
    /// structs and maps are kept apart where others `merge` with them.
    pub(super) fn value(
        &mut self,
        file: usize,
        node: &'t Node,
        level: usize,
        merge: bool,
    ) -> Result<Value<'t>, Stopped> {
        let extends: Vec<&Field> = fields(node).iter().filter(|field| field.name.text == EXTENDS).collect();
        let merge = (merge || !extends.is_empty()) && (is_struct(node) || matches!(node.kind, Kind::Map(_)));
        let mut made = Made::default();
        let mut changed = merge;
        let mut deepest = 0;
        for part in parts(node, self.text(file)) {
            if extends.iter().any(|field| field.name.span.start == part.start) {
                made.own.push(None);
                continue;
            }
            let value = self.value(file, part.node, level + 1, merge)?;
            changed |= value.made.is_some();
            deepest = deepest.max(value.depth);
            made.own.push(Some(value));
        }
        if !changed {
            let is_bracketed = matches!(node.kind, Kind::Tuple(_) | Kind::Struct(_) | Kind::List(_) | Kind::Map(_));
            return Ok(Value::verbatim(file, node, deepest + usize::from(is_bracketed)));
        }
        let value = Value::of_parts(file, node, made);
        let Some((first, others)) = extends.split_first() else { return Ok(value) };
        for again in others {
            let error = self.files.doubled("field", EXTENDS, file, again.name.span, first.name.span);
            self.tell(error)?;
        }
        self.extended(value, file, &first.value, level)
    }

    /// A struct with what it takes from the presets that `names` in a file names.
    pub(super) fn extended(
        &mut self,
        own: Value<'t>,
        file: usize,
        names: &'t Node,
        level: usize,
    ) -> Result<Value<'t>, Stopped> {
        if !matches!(names.kind, Kind::Text(_) | Kind::List(_)) {
            let error = self.files.wrong_type("the name of a preset in quotes, or a list of them", file, names);
            self.tell(with_quotes(error, names))?;
        }
        let mut base: Option<Value> = None;
        let mut kind = own.name();
        for item in items(names) {
            let Some(preset) = self.named(file, item)? else { continue };
            if let (Some((_, name)), Some((preset_file, preset_name))) = (kind, preset.name())
                && name.text != preset_name.text
            {
                let (name, preset_name, place) = (&name.text, &preset_name.text, preset_name.span);
                let message = format!("a `{name}` cannot extend a preset that is a `{preset_name}`");
                let error = self.files.error("scene::preset_kind", message, file, item.span);
                let error =
                    error.label(format!("expected a preset that is a `{name}` or has no name before its bracket"));
                self.tell(error.also(self.files.sources.span_of(preset_file, place), "it has this name"))?;
                continue;
            }
            kind = kind.or(preset.name());
            base = Some(match base {
                Some(base) => self.merge(&preset, &base)?,
                None => preset,
            });
        }
        let Some(base) = base else { return Ok(own) };
        let value = self.merge(&own, &base)?;
        if level + value.depth > DEEPEST {
            let message = format!("with what is taken here brackets stand more than {DEEPEST} deep");
            let error = self.files.error("scene::too_deep", message, file, names.span);
            self.tell(error.label("expected a preset that is less deep"))?;
            // What is deeper still would only be told again.
            return Err(Stopped);
        }
        Ok(value)
    }

    /// The preset that is named at a place, where there is one.
    fn named(&mut self, file: usize, item: &Node) -> Result<Option<Value<'t>>, Stopped> {
        let Kind::Text(name) = &item.kind else {
            let error = self.files.wrong_type("the name of a preset in quotes", file, item);
            self.tell(with_quotes(error, item))?;
            return Ok(None);
        };
        if let Some(preset) = self.by_name.get(name.as_str()).and_then(|index| self.presets.get_mut(*index)) {
            preset.is_used = true;
            return Ok(preset.value.clone());
        }
        let known: Vec<&str> = self.presets.iter().map(|preset| preset.name).collect();
        let error = self.files.error("scene::unknown_preset", format!("there is no preset {name:?}"), file, item.span);
        let mut error = error.label(listed(&known));
        let meant = suggest(name, known.iter().copied());
        error.help = meant.map(|meant| format!("did you mean {meant:?}?"));
        self.tell(error)?;
        Ok(None)
    }

    /// The first value with those parts of the second that it lacks, in depth.
    fn merge(&mut self, over: &Value<'t>, under: &Value<'t>) -> Result<Value<'t>, Stopped> {
        self.merged += over.size() + under.size();
        if self.merged > MOST_MERGED {
            self.too_large(over.file, over.node.head());
            return Err(Stopped);
        }
        let Some(made) = &over.made else { return Ok(over.clone()) };
        let mut made = Made::clone(made);
        if over.name().is_none() {
            made.name = under.name();
        }
        let own = made.own.len();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (place, part) in parts(over.node, self.text(over.file)).into_iter().enumerate() {
            places.entry(part.key).or_insert(place);
        }
        for (place, member) in made.taken.iter().enumerate() {
            places.entry(member.key).or_insert(own + place);
        }
        for member in under.members(self.text(under.file)) {
            let place = places.get(member.key).copied();
            let there = match place {
                Some(place) if place < own => made.own.get_mut(place).and_then(Option::as_mut),
                Some(place) => made.taken.get_mut(place - own).map(|member| &mut member.value),
                None => {
                    made.taken.push(member);
                    continue;
                }
            };
            if let Some(there) = there
                && there.fits(&member.value)
            {
                *there = self.merge(there, &member.value)?;
            }
        }
        Ok(Value::of_parts(over.file, over.node, made))
    }
}

fn with_quotes(error: Diagnostic, node: &Node) -> Diagnostic {
    match (&node.kind, node.name()) {
        (Kind::Bare, Some(name)) => error.help(format!("write \"{name}\"")),
        _ => error,
    }
}
