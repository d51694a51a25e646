//! Files that a scene names.

use super::super::library::well_formed;
use super::super::{Asset, Library};

impl Asset {
    /// What should have stood there.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Asset::Model => "expected a glTF file below the scene's folder",
            Asset::Image => "expected a picture below the scene's folder",
            Asset::Table => "expected a CSV file below the scene's folder",
            Asset::Scene => "expected a RON file below the scene's folder",
            Asset::Panorama => "expected a panorama, `.hdr` or `.exr`, below the scene's folder",
        }
    }
}

/// First what the path itself tells, then what the disk does.
pub(super) fn check(library: &dyn Library, path: &str, asset: Asset) -> Result<(), String> {
    well_formed(path, asset)?;
    library.file(path, asset)
}
