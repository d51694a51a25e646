//! Whether a scene that is well written also makes sense: physically, and in what it refers to.

mod camera;
mod constraints;
mod distribution;
mod environment;
mod files;
mod labels;
mod lens;
mod lidar;
mod material;
mod number;
mod object;
mod place;
mod pool;
mod shape;
mod standing;
mod support;
mod weather;
mod whole;

use std::collections::HashMap;

use super::diagnostic::{Diagnostic, Found};
use super::syntax::{Cursor, Repairs, Span, Tree, listed, suggest};
pub(super) use number::show;

use super::{Asset, Library, Scene};

/// Everything that is wrong with a scene that was read from a tree. Where the tree was repaired nothing is said.
pub(super) fn validate(scene: &Scene, tree: &Tree, repairs: &Repairs, library: &dyn Library) -> Vec<Diagnostic> {
    let root = Cursor::new(tree, repairs);
    let categories = root.field("categories");
    let any_category = |index: usize| categories.index(index).is_unknown();
    let mut checker = Checker {
        scene,
        library,
        categories_unknown: categories.is_unknown() || (0..scene.categories.len()).any(any_category),
        variables_unknown: root.field("variables").is_unknown(),
        surroundings_unknown: root.field("environment").is_unknown() || root.field("ground").is_unknown(),
        numbers: Vec::new(),
        files: HashMap::new(),
        found: Found::default(),
    };
    checker.variables(&root);
    checker.whole(&root);
    checker.pools(&root);
    checker.labels(&root);
    checker.environment(&root);
    checker.weather(&root);
    checker.location(&root);
    checker.lights(&root);
    checker.cameras(&root);
    checker.lidars(&root);
    checker.objects(&root);
    checker.constraints(&root);
    checker.found.into_list()
}

/// Collects what is wrong. Each topic has its methods in a file of its own.
struct Checker<'c> {
    scene: &'c Scene,
    library: &'c dyn Library,
    /// Part of the list of categories could not be read.
    categories_unknown: bool,
    /// Part of the variables could not be read.
    variables_unknown: bool,
    /// Whether there is a ground could not be read.
    surroundings_unknown: bool,
    /// What formulas may call instances by here, besides variables.
    numbers: Vec<&'static str>,
    /// What was found out about each file, so that none is opened twice.
    files: HashMap<(String, Asset), Result<(), String>>,
    found: Found,
}

impl Checker<'_> {
    /// Keeps a diagnostic, unless the value it is about was not read from the file as it stands.
    fn tell(&mut self, at: &Cursor, diagnostic: Diagnostic) {
        if !at.is_unknown() {
            self.found.push(diagnostic.path(at.path()));
        }
    }

    fn error(&mut self, at: &Cursor, code: &'static str, message: impl Into<String>, label: &str) {
        self.tell(at, Diagnostic::error(code, message, at.span()).label(label));
    }

    /// An error about a name that is none of the known ones.
    fn unknown(&mut self, at: &Cursor, code: &'static str, what: &str, name: &str, known: &[&str]) {
        self.unknown_at(at, at.span(), code, what, name, known);
    }

    /// The same about a part of a value.
    fn unknown_at(&mut self, at: &Cursor, span: Span, code: &'static str, what: &str, name: &str, known: &[&str]) {
        if self.found.is_full() {
            return;
        }
        let mut error = Diagnostic::error(code, format!("there is no {what} {name:?}"), span);
        error.primary.text = listed(known);
        error.help = suggest(name, known.iter().copied()).map(|meant| format!("did you mean {meant:?}?"));
        self.tell(at, error);
    }

    fn file(&mut self, at: &Cursor, path: &str, asset: Asset) {
        let library = self.library;
        let key = (path.to_owned(), asset);
        let result = self.files.entry(key).or_insert_with(|| files::check(library, path, asset)).clone();
        if let Err(message) = result {
            self.error(at, "scene::file", format!("{path:?}: {message}"), asset.expected());
        }
    }
}
