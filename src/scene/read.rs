//! From the text of a scene file to a checked scene, or to everything that is wrong with it.

use super::diagnostic::{Diagnostic, Diagnostics};
use super::syntax::{self, Span, Tree};
use super::validate::validate;
use super::{Library, Scene};

/// A scene that can be used.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The scene.
    pub scene: Scene,
    /// The file it was read from, with the place of every value.
    pub tree: Tree,
    /// What likely is not meant so, but does not stand in the way.
    pub warnings: Diagnostics,
}

/// The text of a file, or where it is not text.
///
/// # Errors
///
/// Where the bytes are not UTF-8.
pub fn decode(source_name: &str, bytes: Vec<u8>) -> Result<String, Diagnostics> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let utf_16 = error.as_bytes().starts_with(&[0xff, 0xfe]) || error.as_bytes().starts_with(&[0xfe, 0xff]);
        // The text before the place is the same, so that line and column are right.
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let found = if utf_16 { "UTF-16" } else { "bytes that are no text" };
        let error = Diagnostic::error("scene::encoding", format!("expected UTF-8, found {found}"), Span::point(at));
        Diagnostics::new(source_name, &text, vec![error.help("save the file as UTF-8")])
    })
}

/// Reads and checks a scene, and writes its pools out. `source_name` is the file's name for messages. The error holds everything that is wrong
/// with the file, sorted by place: all syntax errors, or where there are none, all others and the warnings.
///
/// # Errors
///
/// Where anything but warnings is found.
pub fn read(source_name: &str, text: &str, library: &dyn Library) -> Result<Loaded, Diagnostics> {
    let (tree, errors) = syntax::parse(text);
    if !errors.is_empty() {
        return Err(Diagnostics::new(source_name, text, errors));
    }
    let (scene, repairs, mut found) = syntax::deserialize::<Scene>(&tree);
    if let Some(scene) = &scene {
        found.extend(validate(scene, &tree, &repairs, library));
    }
    let diagnostics = Diagnostics::new(source_name, text, found);
    match scene {
        Some(scene) if diagnostics.errors() == 0 => {
            Ok(Loaded { scene: scene.with_pools(library), tree, warnings: diagnostics })
        }
        _ => Err(diagnostics),
    }
}

/// The JSON schema of a scene file, for editors and other programs.
///
/// RON writes what JSON would write as `{"Box": {"size_m": [1, 1, 1]}}` as `Box(size_m: (1, 1, 1))`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Scene).to_value()
}
