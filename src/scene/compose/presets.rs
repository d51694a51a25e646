//! Presets, and what takes their fields.

use std::collections::HashMap;

use super::super::diagnostic::{Diagnostic, Severity};
use super::super::sources::Piece;
use super::super::syntax::{Kind, Node, Span};
use super::files::{Files, is_struct};
use super::value::{Value, fields, parts};
use super::{EXTENDS, MOST_BYTES, MOST_ERRORS, PRESETS, write};

/// Nothing more can be done.
pub(super) struct Stopped;

/// A preset that counts: of several files that have one of the name, that of the file that wins.
pub(super) struct Preset<'t> {
    pub(super) name: &'t str,
    file: usize,
    key: Span,
    node: &'t Node,
    /// With all that it takes itself; `None` until that is known, or if nothing can be taken from it.
    pub(super) value: Option<Value<'t>>,
    pub(super) is_used: bool,
}

/// Puts one value together from the files.
pub(super) struct Composer<'t> {
    pub(super) files: &'t Files,
    /// Which file wins: the one with the lowest.
    pub(super) ranks: Vec<usize>,
    pub(super) presets: Vec<Preset<'t>>,
    pub(super) by_name: HashMap<&'t str, usize>,
    errors: Vec<Diagnostic>,
    /// Parts of values that have been merged so far.
    pub(super) merged: usize,
}

impl<'t> Composer<'t> {
    pub(super) fn new(files: &'t Files) -> Self {
        let (presets, by_name, errors) = (Vec::new(), HashMap::new(), Vec::new());
        Composer { files, ranks: files.ranks(), presets, by_name, errors, merged: 0 }
    }

    /// The text, where its parts come from, and what is not as it should be but does not stand in the way.
    pub(super) fn compose(mut self) -> Result<(String, Vec<Piece>, Vec<Diagnostic>), Vec<Diagnostic>> {
        self.collect_presets();
        let root = match self.complete_presets() {
            Ok(()) => self.root(),
            Err(Stopped) => Err(Stopped),
        };
        match root {
            Ok(Some(root)) if self.errors.is_empty() => match write::write(self.files, &root) {
                Ok((text, pieces)) => Ok((text, pieces, self.warnings())),
                Err((file, span)) => {
                    self.too_large(file, span);
                    Err(self.errors)
                }
            },
            _ => Err(self.errors),
        }
    }

    pub(super) fn text(&self, file: usize) -> &'t str {
        self.files.sources.text(file)
    }

    /// Keeps an error; there are only so many that are of use.
    pub(super) fn tell(&mut self, error: Diagnostic) -> Result<(), Stopped> {
        self.errors.push(error);
        if self.errors.len() < MOST_ERRORS { Ok(()) } else { Err(Stopped) }
    }

    pub(super) fn too_large(&mut self, file: usize, span: Span) {
        let message = format!("with all that is taken into it the scene is longer than {} MB", MOST_BYTES >> 20);
        let error = self.files.error("scene::too_large", message, file, span);
        self.errors.push(error.label("expected less text up to here"));
    }

    /// Finds the presets of all files.
    fn collect_presets(&mut self) {
        for (file, tree) in self.files.trees.iter().enumerate() {
            let Some(field) = fields(&tree.root).iter().find(|field| field.name.text == PRESETS) else { continue };
            let Kind::Map(entries) = &field.value.kind else {
                let error = self.files.wrong_type("a map of presets, `{ \"name\": (…) }`", file, &field.value);
                self.errors.push(error);
                continue;
            };
            for entry in entries {
                if self.errors.len() >= MOST_ERRORS {
                    return;
                }
                let Kind::Text(name) = &entry.key.kind else {
                    let error = self.files.wrong_type("the name of a preset in quotes", file, &entry.key);
                    self.errors.push(error);
                    continue;
                };
                let (key, node) = (entry.key.span, &entry.value);
                let new = Preset { name, file, key, node, value: None, is_used: false };
                let Some(preset) = self.by_name.get(name.as_str()).and_then(|index| self.presets.get_mut(*index))
                else {
                    self.by_name.insert(name, self.presets.len());
                    self.presets.push(new);
                    continue;
                };
                if preset.file == file {
                    let error = self.files.doubled("key", name, file, key, preset.key);
                    self.errors.push(error);
                } else if self.ranks.get(file) < self.ranks.get(preset.file) {
                    *preset = new;
                }
            }
        }
    }

    /// Gives each preset what it takes itself, those first that others take from.
    fn complete_presets(&mut self) -> Result<(), Stopped> {
        for index in self.order()? {
            let Some(&Preset { file, node, .. }) = self.presets.get(index) else { continue };
            if !is_struct(node) {
                let error = self.files.wrong_type("a struct, `(…)` or `Name(…)`, as a preset", file, node);
                self.tell(error)?;
                continue;
            }
            let value = self.value(file, node, 0, true)?;
            if let Some(preset) = self.presets.get_mut(index) {
                preset.value = Some(value);
            }
        }
        Ok(())
    }

    /// An order in which each preset comes after those that it needs.
    fn order(&mut self) -> Result<Vec<usize>, Stopped> {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let needs: Vec<Vec<(usize, Span)>> = self.presets.iter().map(|preset| self.needs(preset.node)).collect();
        let mut states = vec![State::New; needs.len()];
        let mut order = Vec::new();
        for start in 0..needs.len() {
            // The presets on the way, and how many of their needs have been looked at.
            let mut way = vec![(start, 0)];
            if states.get(start) != Some(&State::New) {
                continue;
            }
            while let Some((preset, seen)) = way.pop() {
                if let Some(state) = states.get_mut(preset) {
                    *state = State::Open;
                }
                let Some(&(next, span)) = needs.get(preset).and_then(|needs| needs.get(seen)) else {
                    if let Some(state) = states.get_mut(preset) {
                        *state = State::Done;
                    }
                    order.push(preset);
                    continue;
                };
                way.push((preset, seen + 1));
                match states.get(next) {
                    Some(State::New) => way.push((next, 0)),
                    Some(State::Open) => {
                        let links: Vec<usize> = way.iter().map(|(link, _)| *link).collect();
                        self.circle(&links, next, span)?;
                    }
                    _ => {}
                }
            }
        }
        if self.errors.is_empty() { Ok(order) } else { Err(Stopped) }
    }

    fn circle(&mut self, way: &[usize], back_to: usize, span: Span) -> Result<(), Stopped> {
        let Some(file) = way.last().and_then(|last| self.presets.get(*last)).map(|preset| preset.file) else {
            return Ok(());
        };
        let links: Vec<usize> = way.iter().copied().skip_while(|link| *link != back_to).chain([back_to]).collect();
        let name = |link: &usize| self.presets.get(*link).map(|preset| format!("{:?}", preset.name));
        let mut names: Vec<String> = links.iter().filter_map(name).collect();
        if names.len() > MOST_ERRORS {
            names.splice(MOST_ERRORS / 2..names.len() - MOST_ERRORS / 2, ["…".to_owned()]);
        }
        let message = format!("presets extend one another in a circle: {}", names.join(" → "));
        let error = self.files.error("scene::preset_circle", message, file, span);
        self.tell(error.label("expected a preset that does not lead back"))
    }

    /// The presets that are named anywhere in a value, as far as they are known, and where.
    fn needs(&self, node: &Node) -> Vec<(usize, Span)> {
        let mut needs = Vec::new();
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            for part in parts(node, "") {
                let is_extends = matches!(node.kind, Kind::Struct(_)) && part.key == EXTENDS;
                waiting.extend((!is_extends).then_some(part.node));
                let names = if is_extends { items(part.node) } else { &[] };
                for item in names {
                    let known = item.key_text().and_then(|name| self.by_name.get(name));
                    needs.extend(known.map(|known| (*known, item.span)));
                }
            }
        }
        needs
    }

    /// What is in the main file for nothing.
    fn warnings(&self) -> Vec<Diagnostic> {
        let unused = self.presets.iter().filter(|preset| preset.file == 0 && !preset.is_used).take(MOST_ERRORS);
        let warning = |preset: &Preset| {
            let message = format!("nothing extends the preset {:?}", preset.name);
            let error = self.files.error("scene::unused_preset", message, 0, preset.key);
            Diagnostic { severity: Severity::Warning, ..error.label("this is never used") }
        };
        unused.map(warning).collect()
    }
}

/// The names in an `extends`.
pub(super) fn items(names: &Node) -> &[Node] {
    match &names.kind {
        Kind::List(items) => items,
        Kind::Text(_) => std::slice::from_ref(names),
        _ => &[],
    }
}
