//! Small deeds on files that either happen whole or not at all, with errors that name the path.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use super::DatasetError;

/// SHA-256 in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// SHA-256 of a file in hexadecimal, read piece by piece.
pub(super) fn sha256_of_file(path: &Path) -> Result<String, DatasetError> {
    let mut file = File::open(path).map_err(DatasetError::io("read", path))?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        let length = file.read(&mut piece).map_err(DatasetError::io("read", path))?;
        if length == 0 {
            return Ok(hex(hash.finalize().as_slice()));
        }
        hash.update(&piece[..length]);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The contents of a file; `None` where there is none.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, DatasetError> {
    match read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(DatasetError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The contents of a plain file, unless it is longer than any of a dataset that is read whole.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, DatasetError> {
    const MOST_BYTES: u64 = 2 << 30;
    let length = expect_file(path)?.len();
    if length > MOST_BYTES {
        let reason = format!("it has {length} bytes, expected at most {MOST_BYTES}");
        return Err(DatasetError::Damaged { path: path.to_path_buf(), reason });
    }
    fs::read(path).map_err(DatasetError::io("read", path))
}

/// Writes a file that nobody reads before it is whole.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), DatasetError> {
    strike(path, || fs::write(path, &bytes[..bytes.len() / 2]))?;
    fs::write(path, bytes).map_err(DatasetError::io("write", path))
}

/// Puts a file in place whole: written and flushed to the disk as `draft`, on the same file system, then renamed.
pub(super) fn write_whole(draft: &Path, path: &Path, bytes: &[u8]) -> Result<(), DatasetError> {
    strike(draft, || fs::write(draft, &bytes[..bytes.len() / 2]))?;
    let mut file = File::create(draft).map_err(DatasetError::io("create", draft))?;
    file.write_all(bytes).and_then(|()| flush(&file)).map_err(DatasetError::io("write", draft))?;
    rename(draft, path)
}

/// Waits until a file is on the disk, so that a power cut cannot take it back. Tests can do without.
pub(super) fn flush(file: &File) -> io::Result<()> {
    if cfg!(test) { Ok(()) } else { file.sync_all() }
}

/// Moves a file or a folder, which takes effect at once.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), DatasetError> {
    strike(to, || Ok(()))?;
    fs::rename(from, to).map_err(DatasetError::io("move a finished file to", to))
}

/// Moves a folder to where another one may be, which goes.
pub(super) fn replace(from: &Path, to: &Path) -> Result<(), DatasetError> {
    /// Somebody else may do the same at the same time.
    const TRIES: u32 = 100;
    let old = from.with_extension("old");
    let mut tries = 0;
    loop {
        strike(to, || Ok(()))?;
        remove(&old)?;
        match fs::rename(to, &old) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(DatasetError::io("move away", to)(error));
            }
            _ => remove(&old)?,
        }
        tries += 1;
        match fs::rename(from, to) {
            Err(error)
                if matches!(error.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists) && tries < TRIES => {
            }
            moved => return moved.map_err(DatasetError::io("move a finished folder to", to)),
        }
    }
}

/// A path without links and steps up, as far as there is something at it.
pub(super) fn resolved(path: &Path) -> Result<PathBuf, DatasetError> {
    let whole = std::path::absolute(path).map_err(DatasetError::io("find", path))?;
    let mut found = PathBuf::new();
    for step in whole.components() {
        match step {
            Component::ParentDir => {
                found.pop();
            }
            step => found.push(step),
        }
        match fs::canonicalize(&found) {
            Ok(without_links) => found = without_links,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(DatasetError::io("find", path)(error)),
        }
    }
    Ok(found)
}

/// What tells a folder from every other one on this machine; `Some(None)` where it is something else, a link for one, and
/// `None` where nothing is there.
pub(super) fn which(path: &Path) -> Result<Option<Option<String>>, DatasetError> {
    let about = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        about => about.map_err(DatasetError::io("look at", path))?,
    };
    // Numbers of files are given anew, moments are not.
    let born = about.created().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let born = born.map_or(0, |time| time.as_nanos());
    #[cfg(unix)]
    let which = {
        use std::os::unix::fs::MetadataExt;
        format!("{}:{}:{born}", about.dev(), about.ino())
    };
    #[cfg(not(unix))]
    let which = born.to_string();
    Ok(Some(about.is_dir().then_some(which)))
}

/// Adds a line to a file, which need not be there.
pub(super) fn add_line(path: &Path, line: &str) -> Result<(), DatasetError> {
    strike(path, || Ok(()))?;
    let file = File::options().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes())).map_err(DatasetError::io("write", path))
}

/// Makes a folder and those above it.
pub(super) fn make_folder(path: &Path) -> Result<(), DatasetError> {
    strike(path, || Ok(()))?;
    fs::create_dir_all(path).map_err(DatasetError::io("create the folder", path))
}

/// Removes a file or a folder with all that is in it; nothing happens where there is none.
pub(super) fn remove(path: &Path) -> Result<(), DatasetError> {
    strike(path, || {
        names_in(path)
            .map_or(Ok(()), |names| names.iter().take(1).try_for_each(|name| fs::remove_file(path.join(name))))
    })?;
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(DatasetError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Says that something of a dataset is no plain file: nothing outside is read or linked in its name, and a pipe would
/// have its reader wait for ever.
pub(super) fn expect_file(path: &Path) -> Result<fs::Metadata, DatasetError> {
    let about = fs::symlink_metadata(path).map_err(DatasetError::io("look at", path))?;
    if about.is_file() {
        return Ok(about);
    }
    let reason = "it is a link, a folder or a device, expected a file".to_owned();
    Err(DatasetError::Damaged { path: path.to_path_buf(), reason })
}

/// Makes a file appear in a second place: by a hard link where the file system has them, else by a copy.
pub(super) fn link(from: &Path, to: &Path) -> Result<(), DatasetError> {
    strike(to, || Ok(()))?;
    expect_file(from)?;
    match fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        // To copy onto a name of the file itself would empty it.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(DatasetError::io("link a frame's file to", to)(error))
        }
        Err(_) => fs::copy(from, to).map(drop).map_err(DatasetError::io("copy a frame's file to", to)),
    }
}

/// What is in a folder, by name; nothing where there is no folder. Names that are no text are given as far as
/// they can be shown.
pub(super) fn names_in(folder: &Path) -> Result<Vec<String>, DatasetError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(DatasetError::io("look into", folder)(error)),
    };
    let names: io::Result<Vec<String>> =
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect();
    let mut names = names.map_err(DatasetError::io("look into", folder))?;
    names.sort_unstable();
    Ok(names)
}

/// Whether something stands at a path.
pub(super) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Where tests let a run die: before this deed, or after `half` of it.
#[cfg(test)]
fn strike(path: &Path, half: impl FnOnce() -> io::Result<()>) -> Result<(), DatasetError> {
    super::tests::fault::strike(half).map_err(DatasetError::io("go on with", path))
}

#[cfg(not(test))]
fn strike(_: &Path, _: impl FnOnce() -> io::Result<()>) -> Result<(), DatasetError> {
    Ok(())
}

/// A path with another piece at its end.
pub(super) fn join(folder: &Path, names: &[&str]) -> PathBuf {
    names.iter().fold(folder.to_path_buf(), |path, name| path.join(name))
}

/// Part of a name that nobody else takes: processes in containers have the same numbers, but not at the same moment.
pub(super) fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let moment = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    format!("{}-{moment}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
