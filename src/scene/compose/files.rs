//! The files that a scene is put together from.

use std::collections::HashMap;

use super::super::diagnostic::{Diagnostic, Diagnostics};
use super::super::sources::{SourceFile, Sources};
use super::super::syntax::{self, Field, Kind, Node, Path, Span, Tree, describe};
use super::value::fields;
use super::{DEEPEST_INCLUDE, INCLUDE, MOST_BYTES, MOST_ERRORS, MOST_FILES, ROOT};

/// All files of a scene. The main file has number 0; the others follow in the order in which they are first included.
pub(super) struct Files {
    pub(super) sources: Sources,
    pub(super) trees: Vec<Tree>,
    /// In the order in which all that they include was read: each comes after what it includes.
    finished: Vec<usize>,
}

impl Files {
    /// Reads the main file's includes, theirs, and so on.
    pub(super) fn open(
        source_name: &str,
        main: Tree,
        open: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<Files, Diagnostics> {
        let folder_ends = source_name.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
        let (folder, name) = source_name.split_at(folder_ends);
        let files = Files { sources: Sources::default(), trees: Vec::new(), finished: Vec::new() };
        let known = HashMap::from([(plain(name), 0)]);
        let mut reader = Reader { files, open, folder, known, chain: Vec::new(), errors: Vec::new(), bytes: 0 };
        reader.add(source_name.to_owned(), None, main);
        reader.root(0);
        reader.errors.truncate(MOST_ERRORS);
        if reader.errors.is_empty() {
            Ok(reader.files)
        } else {
            Err(Diagnostics::placed(reader.files.sources, reader.errors))
        }
    }

    /// An error about a place in a file.
    pub(super) fn error(&self, code: &'static str, message: String, file: usize, span: Span) -> Diagnostic {
        let path = self.trees.get(file).map_or_else(Path::default, |tree| path_to(tree, span));
        Diagnostic::error(code, message, self.sources.span_of(file, span)).path(&path)
    }

    /// An error about a value that is not what it should be.
    pub(super) fn wrong_type(&self, expected: &str, file: usize, node: &Node) -> Diagnostic {
        let message = format!("expected {expected}, found {}", describe(node));
        self.error("scene::wrong_type", message, file, node.span)
    }

    /// An error about a field or key of a file that is given twice.
    pub(super) fn doubled(&self, what: &str, name: &str, file: usize, second: Span, first: Span) -> Diagnostic {
        let code = if what == "field" { "scene::duplicate_field" } else { "scene::duplicate_key" };
        let error = self.error(code, format!("the {what} `{name}` is given twice"), file, second);
        error.label("given again").also(self.sources.span_of(file, first), "given first")
    }

    /// For each file its place in the order in which files win over others; the main file has 0. An including file wins
    /// over what it includes, by whatever way, and else what is included later wins.
    pub(super) fn ranks(&self) -> Vec<usize> {
        let mut ranks = vec![usize::MAX; self.trees.len()];
        for (rank, file) in self.finished.iter().rev().enumerate() {
            if let Some(place) = ranks.get_mut(*file) {
                *place = rank;
            }
        }
        ranks
    }
}

/// Reads files, one after the other.
struct Reader<'r> {
    files: Files,
    open: &'r mut dyn FnMut(&str) -> Result<String, String>,
    /// The main file's folder, for messages.
    folder: &'r str,
    /// By path: the numbers of the files.
    known: HashMap<String, usize>,
    /// The file that is read, before it that which includes it, and so on.
    chain: Vec<usize>,
    errors: Vec<Diagnostic>,
    /// Of all files so far.
    bytes: usize,
}

impl Reader<'_> {
    fn add(&mut self, name: String, path: Option<String>, tree: Tree) -> usize {
        self.bytes += tree.text.len();
        let number = self.files.sources.add(SourceFile { name, path, text: tree.text.clone() });
        self.files.trees.push(tree);
        number
    }

    /// Looks at the root of a file and reads what it includes.
    fn root(&mut self, file: usize) {
        let Some(tree) = self.files.trees.get(file) else { return };
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut errors = Vec::new();
        for Field { name, .. } in fields(&tree.root) {
            if errors.len() >= MOST_ERRORS {
                break;
            }
            match seen.get(name.text.as_str()) {
                Some(first) => errors.push(self.files.doubled("field", &name.text, file, name.span, *first)),
                None => drop(seen.insert(&name.text, name.span)),
            }
        }
        let include = fields(&tree.root).iter().find(|field| field.name.text == INCLUDE);
        let paths = include.map_or_else(Vec::new, |field| self.paths(file, &field.value, &mut errors));
        self.errors.append(&mut errors);
        self.chain.push(file);
        for (path, span) in paths {
            if self.errors.len() >= MOST_ERRORS {
                break;
            }
            self.include(file, &path, span);
        }
        self.chain.pop();
        self.files.finished.push(file);
    }

    /// The list of files in a file.
    fn paths(&self, file: usize, list: &Node, errors: &mut Vec<Diagnostic>) -> Vec<(String, Span)> {
        let Kind::List(items) = &list.kind else {
            let error = self.files.wrong_type("a list of files, `[\"…\"]`", file, list);
            let written = list.span.of(self.files.sources.text(file));
            let is_path = matches!(list.kind, Kind::Text(_));
            errors.push(if is_path { error.help(format!("write `[{written}]`")) } else { error });
            return Vec::new();
        };
        let mut paths = Vec::new();
        for item in items {
            if errors.len() >= MOST_ERRORS {
                break;
            }
            match &item.kind {
                Kind::Text(path) => paths.push((path.clone(), item.span)),
                _ => errors.push(self.files.wrong_type("the path of a file in quotes", file, item)),
            }
        }
        paths
    }

    fn include(&mut self, file: usize, path: &str, span: Span) {
        match self.known.get(&plain(path)) {
            Some(&number) if self.chain.contains(&number) => {
                let error = self.circle(file, number, span);
                self.errors.push(error);
            }
            Some(_) => {}
            None => self.read(file, path, span),
        }
    }

    /// Reads a file that has not been read yet, and what it includes.
    fn read(&mut self, file: usize, path: &str, span: Span) {
        let (code, message, label) = if self.files.trees.len() >= MOST_FILES {
            let message = format!("the scene has more than {MOST_FILES} files");
            ("scene::too_many", message, "expected no more files here")
        } else if self.chain.len() > DEEPEST_INCLUDE {
            let message = format!("files include one another more than {DEEPEST_INCLUDE} deep");
            ("scene::too_deep", message, "expected a file that is included further out")
        } else {
            match (self.open)(path) {
                Err(reason) => {
                    ("scene::file", format!("{path:?}: {reason}"), "expected a scene file below the main file's folder")
                }
                Ok(text) if self.bytes + text.len() > MOST_BYTES => {
                    let message = format!("with this file the scene is longer than {} MB", MOST_BYTES >> 20);
                    ("scene::too_large", message, "expected less text")
                }
                Ok(text) => return self.keep(file, path, span, &text),
            }
        };
        self.errors.push(self.files.error(code, message, file, span).label(label));
    }

    /// Takes in a file that is named at a place in another.
    fn keep(&mut self, file: usize, path: &str, span: Span, text: &str) {
        let (tree, errors) = syntax::parse(text);
        let is_sound = errors.is_empty();
        let is_root = is_struct(&tree.root) && tree.root.name().is_none_or(|name| name == ROOT);
        let number = self.add(format!("{}{path}", self.folder), Some(path.to_owned()), tree);
        self.known.insert(plain(path), number);
        self.errors.extend(errors.into_iter().map(|error| self.files.sources.moved(number, error)));
        if is_sound && is_root {
            self.root(number);
        } else if is_sound {
            let error = self.files.trees.get(number).map(|tree| {
                let expected = format!("`{ROOT}(…)` or `(…)` in a file that is included");
                let error = self.files.wrong_type(&expected, number, &tree.root);
                error.also(self.files.sources.span_of(file, span), "it is included here")
            });
            self.errors.extend(error);
        }
    }

    fn circle(&self, file: usize, number: usize, span: Span) -> Diagnostic {
        let from = self.chain.iter().position(|link| *link == number).unwrap_or(0);
        let links = self.chain.iter().skip(from).chain([&number]);
        let names: Vec<&str> = links.map(|link| self.files.sources.name(*link)).collect();
        let message = format!("files include one another in a circle: {}", names.join(" → "));
        let error = self.files.error("scene::include_circle", message, file, span);
        error.label("expected a file that does not lead back")
    }
}

/// Whether a value is a struct, be it without fields.
pub(super) fn is_struct(node: &Node) -> bool {
    match &node.kind {
        Kind::Struct(_) => true,
        Kind::Tuple(items) => items.is_empty(),
        _ => false,
    }
}

/// A path without what changes nothing about it, so that it is the same however it is written. What leads up or begins
/// at the root of the disk stays, since it is not for this to judge.
fn plain(path: &str) -> String {
    let root = if path.starts_with('/') { "/" } else { "" };
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    format!("{root}{}", parts.join("/"))
}

/// The way from the root of a file to the value at a place.
fn path_to(tree: &Tree, span: Span) -> Path {
    let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end;
    let mut node = &tree.root;
    let mut path = Path::default();
    loop {
        let next = match &node.kind {
            Kind::Struct(fields) => {
                fields.iter().find(|field| holds(field.name.span.to(field.value.span))).map(|field| {
                    path = path.field(&field.name.text);
                    &field.value
                })
            }
            Kind::Map(entries) => {
                entries.iter().find(|entry| holds(entry.key.span.to(entry.value.span))).map(|entry| {
                    path = path.key(entry.key.key_text().unwrap_or_else(|| entry.key.span.of(&tree.text)));
                    &entry.value
                })
            }
            Kind::Tuple(items) | Kind::List(items) => {
                items.iter().enumerate().find(|(_, item)| holds(item.span)).map(|(index, item)| {
                    // What stands in the brackets of `Name(…)` has no path of its own.
                    path = if node.name.is_some() { path.clone() } else { path.index(index) };
                    item
                })
            }
            _ => None,
        };
        match next {
            Some(next) => node = next,
            None => return path,
        }
    }
}
