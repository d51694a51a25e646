//! Puts the text of a scene together from its files and presets, before anything else looks at it.
//!
//! `include` takes in other files, `presets` names what others may extend, and `extends` takes in the fields of a
//! preset. None of the three is left in the composed text, so that it is a scene by itself; where each of its bytes
//! stands in which file stays known, so that whatever is wrong with it is told there.

mod extend;
mod files;
mod presets;
mod unite;
mod value;
mod write;

#[cfg(test)]
mod tests;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::sources::{SourceFile, Sources};
use super::syntax::{self, Kind, Node};
use super::{Edit, EditError};
use files::Files;
use presets::Composer;
use value::fields;

/// Most files that a scene is put together from.
pub const MOST_FILES: usize = 64;
/// Most bytes of all files of a scene that has several, and of the text that is put together from them.
pub const MOST_BYTES: usize = 8 << 20;
/// Most bytes of a scene or sweep that is one file.
pub const MOST_TEXT: usize = 16 << 20;
/// Files include one another at most this deep.
pub const DEEPEST_INCLUDE: usize = 16;

/// After this many errors the rest are of no use.
const MOST_ERRORS: usize = 20;

/// The field of a file that names the files it includes.
const INCLUDE: &str = "include";
/// The field of a file that holds its presets.
const PRESETS: &str = "presets";
/// The field of a struct that names the presets that it takes fields from.
const EXTENDS: &str = "extends";
/// The list of a scene whose entries are united over files.
const CATEGORIES: &str = "categories";
/// The name that the root of a file may have.
const ROOT: &str = "Scene";

/// A scene's text put together from its files, and where each part of it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    text: String,
    sources: Sources,
    warnings: Vec<Diagnostic>,
}

impl Composed {
    /// A text that is a whole by itself. `source_name` is the file's name for messages.
    pub fn plain(source_name: &str, text: &str) -> Self {
        Composed { text: text.to_owned(), sources: Sources::single(source_name, text), warnings: Vec::new() }
    }

    /// A scene by itself.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Included files: the path as it was first given, and the text.
    pub fn included(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources.files().iter().filter_map(|file| Some((file.path.as_deref()?, file.text.as_str())))
    }

    /// What was found about the text, and what was found when it was put together, shown where it really stands. The
    /// places of `list` are those of the text.
    pub fn diagnostics(&self, mut list: Vec<Diagnostic>) -> Diagnostics {
        list.extend(self.warnings.iter().cloned());
        Diagnostics::placed(self.sources.clone(), list)
    }

    /// Sets a value of the text. What is wrong with the value is then shown in the value itself, or, where the text is
    /// one file, in the file as if it were changed.
    ///
    /// # Errors
    ///
    /// As [`Edit::apply`].
    pub fn set(&self, edit: &Edit) -> Result<Composed, EditError> {
        let change = edit.change(&self.text)?;
        let text = change.applied(&self.text);
        if self.sources.is_single() {
            return Ok(Composed { sources: Sources::single(self.sources.name(0), &text), text, ..self.clone() });
        }
        let said = format!("{}={}", edit.path, edit.value);
        let file = SourceFile { name: "(set)".to_owned(), path: None, text: said };
        let mut sources = self.sources.clone();
        sources.replaced(change.span, change.with.len(), change.span.start + change.value, file, edit.path.len() + 1);
        Ok(Composed { text, sources, warnings: self.warnings.clone() })
    }
}

/// Composes a scene. `source_name` is the main file's name for messages. `open` gives the text of an included file by
/// its path, which is relative to the folder of the main file, or says why there is none: "there is no such file".
/// `open` has to see to it that the path stays in that folder and that the file is no longer than [`MOST_BYTES`]. A
/// text that says neither `include` nor `presets` nor `extends` comes out as it is.
///
/// # Errors
///
/// What is wrong with the writing of any of the files, with what is included, or with presets and their use.
pub fn compose(
    source_name: &str,
    text: &str,
    open: &mut dyn FnMut(&str) -> Result<String, String>,
) -> Result<Composed, Diagnostics> {
    let (tree, errors) = syntax::parse(text);
    if !errors.is_empty() {
        return Err(Diagnostics::new(source_name, text, errors));
    }
    let is_composed = fields(&tree.root).iter().any(|field| field.name.text == INCLUDE || field.name.text == PRESETS);
    if !is_composed && !extends_anything(&tree.root) {
        return Ok(Composed::plain(source_name, text));
    }
    let files = Files::open(source_name, tree, open)?;
    let written = Composer::new(&files).compose();
    let mut sources = files.sources;
    match written {
        Ok((text, pieces, warnings)) => {
            sources.put_together(pieces);
            Ok(Composed { text, sources, warnings })
        }
        Err(errors) => Err(Diagnostics::placed(sources, errors)),
    }
}

fn extends_anything(node: &Node) -> bool {
    match &node.kind {
        Kind::Struct(fields) => fields.iter().any(|field| field.name.text == EXTENDS || extends_anything(&field.value)),
        Kind::Map(entries) => entries.iter().any(|entry| extends_anything(&entry.value)),
        Kind::Tuple(items) | Kind::List(items) => items.iter().any(extends_anything),
        _ => false,
    }
}
