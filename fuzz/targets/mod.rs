//! What is damaged and read: scenes, assets, datasets.

pub mod asset;
pub mod dataset;
pub mod models;
pub mod scene;

use std::path::{Path, PathBuf};

use crate::engine::{Target, files_of};

/// Every target by name, and how many damaged inputs `cargo test` tries.
pub const TARGETS: &[(&str, u64)] = &[("scene", 6000), ("asset", 10_000), ("dataset", 1000)];

/// Makes a target that works in a folder of its own.
pub fn open(name: &str, scratch: &Path) -> Box<dyn Target> {
    match name {
        "scene" => Box::new(scene::Scenes::new(scratch)),
        "asset" => Box::new(asset::Assets::new(scratch)),
        _ => Box::new(dataset::Datasets::new(scratch)),
    }
}

/// A path in the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Inputs that once were findings, or reach what no others do.
pub fn kept(target: &str) -> Vec<Vec<u8>> {
    files_of(&repository("fuzz/corpus").join(target)).iter().map(|path| std::fs::read(path).unwrap()).collect()
}
