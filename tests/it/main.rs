//! Integration tests, one binary: each one would link the engine again.

mod amodal;
mod balance;
mod chaos;
mod check;
mod command_line;
mod compose;
mod constraints;
mod edge_cases;
mod exposure;
mod failures;
mod lidar;
mod lights;
mod look;
mod mutations;
mod pools;
mod repeatable;
mod samples;
mod sweep;
mod truth;
mod verify;
mod walls;
mod weather;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// All files below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}
