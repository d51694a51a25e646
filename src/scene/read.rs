//! From the text of a scene file to a checked scene, or to everything that is wrong with it.

use serde_json::{Value, json};

use super::compose::{Composed, compose};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::syntax::{self, Span, Tree};
use super::validate::validate;
use super::{Library, Scene};

/// A scene that can be used.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The scene.
    pub scene: Scene,
    /// The same with what all splits hold, where the scene is of one.
    pub of_all_splits: Option<Scene>,
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

/// Reads and checks a scene of one file. `source_name` is the file's name for messages.
///
/// # Errors
///
/// As [`read_composed`]; and where the file includes others.
pub fn read(source_name: &str, text: &str, library: &dyn Library) -> Result<Loaded, Diagnostics> {
    let composed = compose(source_name, text, &mut |_| Err("a scene without a folder includes no files".to_owned()))?;
    read_composed(&composed, library)
}

/// Reads and checks a scene, and writes its pools out. The error holds everything that is wrong with it, sorted by place:
/// all syntax errors, or where there are none, all others and the warnings.
///
/// # Errors
///
/// Where anything but warnings is found.
pub fn read_composed(composed: &Composed, library: &dyn Library) -> Result<Loaded, Diagnostics> {
    let (tree, errors) = syntax::parse(composed.text());
    if !errors.is_empty() {
        return Err(composed.diagnostics(errors));
    }
    let (scene, repairs, mut found) = syntax::deserialize::<Scene>(&tree);
    if let Some(scene) = &scene {
        found.extend(validate(scene, &tree, &repairs, library));
    }
    let diagnostics = composed.diagnostics(found);
    match scene {
        Some(scene) if diagnostics.errors() == 0 => {
            let of_all_splits = scene.split.is_some().then(|| Scene { split: None, ..scene.clone() });
            let of_all_splits = of_all_splits.map(|scene| scene.with_pools(library));
            Ok(Loaded { scene: scene.with_pools(library), of_all_splits, tree, warnings: diagnostics })
        }
        _ => Err(diagnostics),
    }
}

/// What stands at the root of a file beside the fields of a scene, and in any struct.
const COMPOSITION: [(&str, &str); 3] = [
    ("include", "Other files whose content becomes part of the scene; paths are relative to the main file's folder."),
    ("presets", "Structs by name, whose fields others take by `extends`."),
    ("extends", "Names of presets whose fields are taken where the struct has none of its own; later ones win."),
];

/// The JSON schema of a scene file, for editors and other programs.
///
/// RON writes what JSON would write as `{"Box": {"size_m": [1, 1, 1]}}` as `Box(size_m: (1, 1, 1))`.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Scene).to_value();
    let [include, presets, extends] = COMPOSITION;
    extended(&mut schema, extends);
    if let Some(properties) = schema.get_mut("properties").and_then(|properties| properties.as_object_mut()) {
        properties.remove(extends.0);
        let list = json!({ "description": include.1, "type": "array", "items": { "type": "string" } });
        properties.insert(include.0.to_owned(), list);
        properties.insert(presets.0.to_owned(), json!({ "description": presets.1, "type": "object" }));
    }
    schema
}

/// Lets every struct of a schema extend presets, which then may bring what it must have.
fn extended(schema: &mut Value, (name, what): (&str, &str)) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(|inner| extended(inner, (name, what)));
            let is_struct = fields.get("additionalProperties") == Some(&Value::Bool(false));
            let has_to = fields.contains_key("required");
            if let (true, Some(Value::Object(properties))) = (is_struct, fields.get_mut("properties")) {
                // Of an enum's variant it is the value inside that has fields.
                if properties.len() != 1 || !has_to {
                    let names = json!({ "description": what, "anyOf": [
                        { "type": "string" }, { "type": "array", "items": { "type": "string" } }
                    ] });
                    properties.insert(name.to_owned(), names);
                    if let Some(required) = fields.remove("required") {
                        let either = json!([{ "required": required }, { "required": [name] }]);
                        fields.insert("anyOf".to_owned(), either);
                    }
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| extended(inner, (name, what))),
        _ => {}
    }
}
