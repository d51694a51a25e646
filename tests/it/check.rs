//! Broken scene files, each with what is said about it next to it: `check/*.ron` and `check/*.txt`.
//!
//! `MAQUETTE_BLESS=1 cargo test --test it check` writes the texts anew; read the difference before keeping it.

use std::fs;
use std::path::{Path, PathBuf};

use maquette::scene::{Asset, Library, find_asset, read};

/// Two models, two textures, and the files in `check/`.
struct Shelf;

impl Library for Shelf {
    fn model_names(&self) -> Vec<&str> {
        vec!["mug", "crate", "table"]
    }

    fn texture_names(&self) -> Vec<&str> {
        vec!["oak", "concrete"]
    }

    fn variants(&self, model: &str) -> Option<u32> {
        (model == "mug").then_some(3)
    }

    fn column(&self, _: &str, column: &str) -> Result<(f64, f64), String> {
        if column == "kmh" { Ok((0.5, 130.0)) } else { Err(format!("there is no column `{column}`; it has kmh")) }
    }

    fn file(&self, path: &str, asset: Asset) -> Result<(), String> {
        find_asset(&folder(), path, asset).map(|_| ())
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/check")
}

/// What is said about a file; it must be something.
fn said(file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let text = fs::read_to_string(file).unwrap();
    let all = match read(&name, &text, &Shelf) {
        Ok(loaded) => loaded.warnings,
        Err(all) => all,
    };
    assert!(!all.is_empty(), "{name}: nothing is said about it");
    format!("{}\n{}\n", all.render(false), all.summary())
}

#[test]
fn every_broken_file_gets_a_good_answer() {
    let mut files: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ron"));
    files.sort();
    assert!(files.len() >= 25, "{}", files.len());
    let bless = std::env::var_os("MAQUETTE_BLESS").is_some();
    let mut wrong = Vec::new();
    for file in files {
        let said = said(&file);
        let kept = file.with_extension("txt");
        if bless {
            fs::write(&kept, &said).unwrap();
        } else if fs::read_to_string(&kept).unwrap_or_default() != said {
            wrong.push(format!("{}:\n{said}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "said otherwise than what is kept (MAQUETTE_BLESS=1 keeps it):\n{}", wrong.join("\n"));
}
