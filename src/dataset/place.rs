//! Where a dataset is written: a folder, or an address in object storage.

use std::fmt;
use std::path::{Path, PathBuf};

use super::store::Store;

/// Where a dataset is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder, on this machine or a network.
    Folder(PathBuf),
    /// `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`, well or badly written.
    Store(String),
}

impl Place {
    /// The folder, where it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Place::Folder(dir) => Some(dir),
            Place::Store(_) => None,
        }
    }
}

impl From<&Path> for Place {
    /// What looks like an address is one; `./s3:` is a folder.
    fn from(path: &Path) -> Place {
        match path.to_str().filter(|text| Store::is_url(text)) {
            Some(url) => Place::Store(url.to_owned()),
            None => Place::Folder(path.to_path_buf()),
        }
    }
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Place {
        Place::from(path.as_path())
    }
}

impl From<&PathBuf> for Place {
    fn from(path: &PathBuf) -> Place {
        Place::from(path.as_path())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Folder(dir) => dir.display().fmt(out),
            Place::Store(url) => out.write_str(url),
        }
    }
}
