//! Pools and splits: whether there is something in them.

use std::collections::{BTreeSet, HashSet};

use super::super::diagnostic::Diagnostic;
use super::super::pool::{Pool, Stocked};
use super::super::syntax::Cursor;
use super::super::{Asset, Entry};
use super::Checker;
use super::number::Rule;

/// Names that tell a kind of asset in the plural.
fn plural(kind: Asset) -> &'static str {
    match kind {
        Asset::Model => "models",
        Asset::Image => "textures",
        Asset::Panorama => "panoramas",
        Asset::Table => "tables",
        Asset::Scene => "scenes",
    }
}

impl Checker<'_> {
    /// All pools and splits.
    pub(super) fn pools(&mut self, root: &Cursor) {
        let scene = self.scene;
        let splits = root.field("splits");
        for (name, share) in &scene.splits {
            self.name(&splits, name, "split");
            self.value(&splits.key(name), *share, &Rule::positive("a share", 1e-9, 1e9));
        }
        if let Some(split) = scene.split.as_ref().filter(|split| !scene.splits.contains_key(*split)) {
            let known: Vec<&str> = scene.splits.keys().map(String::as_str).collect();
            self.unknown(&root.field("split").inside("Some"), "scene::unknown_split", "split", split, &known);
        }
        let pools = root.field("pools");
        for (name, pool) in &scene.pools {
            self.name(&pools, name, "pool");
            self.pool(&pools.key(name), pool);
        }
    }

    fn pool(&mut self, at: &Cursor, pool: &Pool) {
        if pool.folder.is_none() && pool.library.is_empty() {
            self.error(at, "scene::pool", "a pool of nothing", "expected a `folder` or names of the `library`");
        }
        let library = self.library;
        for (index, name) in pool.library.iter().enumerate() {
            if !library.has_model(name) && !library.has_texture(name) {
                let here = at.field("library").index(index);
                let known: Vec<&str> = library.model_names().into_iter().chain(library.texture_names()).collect();
                self.unknown(&here, "scene::unknown_model", "model or texture", name, &known);
            }
        }
        let mut files = Vec::new();
        if let Some(folder) = &pool.folder {
            match library.folder(folder) {
                Ok(found) => files = found,
                Err(reason) => {
                    let here = at.field("folder").inside("Some");
                    let message = format!("{folder:?}: {reason}");
                    self.error(&here, "scene::file", message, "expected a folder below that of the scene");
                    return;
                }
            }
        }
        let known: Vec<&str> = files.iter().chain(&pool.library).map(String::as_str).collect();
        let members: HashSet<&str> = known.iter().copied().collect();
        let weights = at.field("weights");
        for (name, weight) in &pool.weights {
            self.value(&weights.key(name), *weight, &Rule::between("a weight", 0.0, 1e9));
            if !members.contains(name.as_str()) {
                self.no_member(&weights, name, &known);
            }
        }
        let splits = at.field("splits");
        for (name, split) in &pool.splits {
            if !members.contains(name.as_str()) {
                self.no_member(&splits, name, &known);
            }
            if !self.scene.splits.contains_key(split) {
                let known: Vec<&str> = self.scene.splits.keys().map(String::as_str).collect();
                self.unknown(&splits.key(name), "scene::unknown_split", "split", split, &known);
            }
        }
    }

    fn no_member(&mut self, map: &Cursor, name: &str, known: &[&str]) {
        self.unknown_at(&map.key(name), map.key_span(name), "scene::pool", "member of the pool", name, known);
    }

    /// What is picked from a pool: that there is something of its kind, and that it can be used.
    pub(super) fn picked_from(&mut self, at: &Cursor, name: &str, kind: Option<Asset>) {
        let scene = self.scene;
        let at = &at.argument(0);
        let Some(kind) = kind else {
            let message = "nothing of this kind comes from pools";
            return self.error(at, "scene::pool", message, "expected pools for shapes, textures and panoramas");
        };
        let Some(pool) = scene.pools.get(name) else {
            let known: Vec<&str> = scene.pools.keys().map(String::as_str).collect();
            return self.unknown(at, "scene::unknown_pool", "pool", name, &known);
        };
        // A folder that is none is told where the pool stands.
        if pool.folder.as_ref().is_some_and(|folder| self.library.folder(folder).is_err()) {
            return;
        }
        let stock = match pool.stock(kind, &scene.splits, self.library) {
            Ok(stock) => stock,
            Err(reason) => return self.error(at, "scene::file", format!("pool {name:?}: {reason}"), "picked here"),
        };
        let mut broken = false;
        for Stocked { entry, .. } in &stock {
            if let Entry::File(file) = entry {
                let found = self.found.len();
                self.file(at, file, kind);
                broken |= self.found.len() > found;
            }
        }
        if broken {
            return;
        }
        if stock.is_empty() {
            let message = format!("the pool {name:?} has no {}", plural(kind));
            let endings: Vec<String> = kind.extensions().iter().map(|ending| format!("`.{ending}`")).collect();
            let label = format!("expected files that end in {} or names of the library", endings.join(" or "));
            return self.error(at, "scene::pool", message, &label);
        }
        let there: BTreeSet<&str> = stock.iter().filter_map(|stocked| stocked.split.as_deref()).collect();
        for split in scene.splits.keys().filter(|split| !there.contains(split.as_str())) {
            let message =
                format!("none of the {} {} of the pool {name:?} is in the split {split:?}", stock.len(), plural(kind));
            let help = format!("put some there: `splits: {{{:?}: {split:?}}}` in the pool", stock[0].name);
            let wanted = scene.split.as_ref() == Some(split);
            let told = if wanted { Diagnostic::error } else { Diagnostic::warning };
            self.tell(at, told("scene::pool", message, at.span()).label("picked here").help(help));
        }
    }
}
