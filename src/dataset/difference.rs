//! In what two datasets differ, named so that a person finds it.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::manifest::Manifest;

/// One thing that is not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Such as `seed`, or `scene, line 12`.
    pub what: String,
    /// What the folder's dataset has.
    pub folder: String,
    /// What the run wants.
    pub wanted: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Difference { what, folder, wanted } = self;
        write!(out, "{what}: the folder has {folder}, this run {wanted}")
    }
}

/// In what the dataset in the folder differs from the wanted one, frames aside; empty where in nothing.
///
/// `folder_scene` is the scene description in the folder where it can be read.
pub(super) fn differences(
    folder: &Manifest,
    folder_scene: Option<&str>,
    wanted: &Manifest,
    wanted_scene: &str,
) -> Vec<Difference> {
    let mut found = Vec::new();
    let (mut folder, wanted) = (folder.without_frames(), wanted.without_frames());
    if folder.scene.sha256 != wanted.scene.sha256 {
        found.push(scene_difference(&folder, folder_scene, wanted_scene));
        folder.scene.sha256.clone_from(&wanted.scene.sha256);
    }
    // What follows from the version, such as descriptions of planes, is not worth naming beside it.
    if folder.program != wanted.program {
        found.push(Difference {
            what: "program".into(),
            folder: format!("{} {}", folder.program.name, folder.program.version),
            wanted: format!("{} {}", wanted.program.name, wanted.program.version),
        });
        folder.program.clone_from(&wanted.program);
        folder.planes.clone_from(&wanted.planes);
        folder.conventions.clone_from(&wanted.conventions);
    }
    if let (Ok(folder), Ok(wanted)) = (serde_json::to_value(&folder), serde_json::to_value(&wanted)) {
        compare("", &folder, &wanted, &mut found);
    }
    found
}

/// The first line in which two scene descriptions differ.
fn scene_difference(folder: &Manifest, folder_scene: Option<&str>, wanted: &str) -> Difference {
    let unchanged = folder_scene.filter(|text| super::files::sha256(text.as_bytes()) == folder.scene.sha256);
    let Some(text) = unchanged else {
        return Difference {
            what: "scene".into(),
            folder: "another text (its scene.ron is missing or was changed since)".into(),
            wanted: "its own".into(),
        };
    };
    let (mut there, mut here) = (text.lines(), wanted.lines());
    let mut number = 1;
    let (there, here) = loop {
        match (there.next(), here.next()) {
            (Some(there), Some(here)) if there == here => number += 1,
            other => break other,
        }
    };
    let quote = |line: Option<&str>| match line {
        Some(line) => format!("`{}`", line.trim()),
        None => "no such line".into(),
    };
    if there == here {
        return Difference {
            what: "scene".into(),
            folder: "the same lines".into(),
            wanted: "other line ends or an end without a newline".into(),
        };
    }
    Difference { what: format!("scene, line {number}"), folder: quote(there), wanted: quote(here) }
}

/// Walks two JSON values side by side and names every leaf that differs.
fn compare(what: &str, folder: &Value, wanted: &Value, found: &mut Vec<Difference>) {
    match (folder, wanted) {
        (Value::Object(there), Value::Object(here)) => {
            // In an order that does not depend on how the maps are built.
            let keys: BTreeSet<&String> = here.keys().collect();
            for key in keys {
                let name = if what.is_empty() { key.clone() } else { format!("{what}.{key}") };
                compare(&name, there.get(key).unwrap_or(&Value::Null), &here[key], found);
            }
        }
        (Value::Array(there), Value::Array(here)) if there.len() == here.len() => {
            for (there, here) in there.iter().zip(here) {
                compare(&entry_name(what, here), there, here, found);
            }
        }
        (Value::Array(there), Value::Array(here)) => found.push(Difference {
            what: what.to_owned(),
            folder: format!("{} entries", there.len()),
            wanted: here.len().to_string(),
        }),
        _ if folder != wanted => {
            found.push(Difference { what: what.to_owned(), folder: said(folder), wanted: said(wanted) });
        }
        _ => {}
    }
}

/// An entry of a list by its own name where it has one.
fn entry_name(list: &str, entry: &Value) -> String {
    match ["name", "asset"].iter().find_map(|key| entry.get(key)?.as_str()) {
        Some(name) => format!("{list} `{name}`"),
        None => list.to_owned(),
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::String(text) => format!("`{text}`"),
        other => other.to_string(),
    }
}
