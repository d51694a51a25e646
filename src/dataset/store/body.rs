//! What is to be uploaded: bytes in memory, or a file that is read when its turn comes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::StoreError;

/// The contents of an object. Clones share their bytes.
#[derive(Debug, Clone)]
pub(super) enum Body {
    Memory(Bytes),
    File { path: PathBuf, length: u64 },
}

impl Body {
    pub fn memory(bytes: Vec<u8>) -> Body {
        Body::Memory(bytes.into())
    }

    /// A file with the length that it has now.
    pub fn file(path: &Path) -> Result<Body, StoreError> {
        let about = std::fs::metadata(path).map_err(unreadable(path))?;
        if !about.is_file() {
            return Err(StoreError::File { path: path.to_path_buf(), reason: "it is no file".to_owned() });
        }
        Ok(Body::File { path: path.to_path_buf(), length: about.len() })
    }

    pub fn length(&self) -> u64 {
        match self {
            Body::Memory(bytes) => bytes.len() as u64,
            Body::File { length, .. } => *length,
        }
    }

    /// A piece of the contents, which is wholly within them.
    pub fn read(&self, offset: u64, length: u64) -> Result<Bytes, StoreError> {
        match self {
            Body::Memory(bytes) => {
                let range = usize::try_from(offset).ok().zip(usize::try_from(offset + length).ok());
                let range = range.filter(|(_, end)| *end <= bytes.len());
                Ok(range.map_or_else(Bytes::new, |(begin, end)| bytes.slice(begin..end)))
            }
            Body::File { path, .. } => read_piece(path, offset, length).map_err(unreadable(path)),
        }
    }
}

fn read_piece(path: &Path, offset: u64, length: u64) -> io::Result<Bytes> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut piece = Vec::new();
    let read = file.take(length).read_to_end(&mut piece)?;
    if read as u64 == length {
        Ok(piece.into())
    } else {
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it became shorter while it was uploaded"))
    }
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_path_buf();
    move |error| StoreError::File { path, reason: error.to_string() }
}
