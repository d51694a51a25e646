//! The hidden folder `.maquette`, where everything grows before it appears, and the lock that lies in it.
//!
//! It is there while a run works, and after one that was killed. In it lie
//! `lock`, `identity.json` (what the dataset is made from), `previous.json` (the manifest of a complete dataset
//! that is being added to), `building/00003` (a shard that grows), `replaced/00003` (the shard it takes the place
//! of, for the moment of the exchange), `hashes/00003.json` (what the manifest will say about a finished shard)
//! and, while an old dataset is being removed, `overwriting`.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::layout::{self, FRAMES, TOP_LEVEL, parse_shard_folder, shard_folder};
use super::{DatasetError, files};

/// Name of the folder.
pub(super) const WORK: &str = ".maquette";
const LOCK: &str = "lock";

/// Paths in a dataset's folder and its work folder.
#[derive(Debug, Clone)]
pub(super) struct Work {
    dir: PathBuf,
    folder: PathBuf,
}

impl Work {
    pub fn new(dir: &Path) -> Work {
        Work { dir: dir.to_path_buf(), folder: dir.join(WORK) }
    }

    pub fn manifest(&self) -> PathBuf {
        self.dir.join(layout::MANIFEST)
    }

    pub fn scene(&self) -> PathBuf {
        self.dir.join(layout::SCENE)
    }

    pub fn coco(&self) -> PathBuf {
        files::join(&self.dir, &[layout::COCO, layout::COCO_INSTANCES])
    }

    /// Whether a run is at work, or was when it was killed.
    pub fn is_there(&self) -> bool {
        files::is_there(&self.folder)
    }

    pub fn frames(&self) -> PathBuf {
        self.dir.join(FRAMES)
    }

    pub fn shard(&self, shard: u64) -> PathBuf {
        files::join(&self.dir, &[FRAMES, &shard_folder(shard)])
    }

    pub fn identity(&self) -> PathBuf {
        self.folder.join("identity.json")
    }

    pub fn previous(&self) -> PathBuf {
        self.folder.join("previous.json")
    }

    pub fn overwriting(&self) -> PathBuf {
        self.folder.join("overwriting")
    }

    pub fn building(&self, shard: u64) -> PathBuf {
        files::join(&self.folder, &["building", &shard_folder(shard)])
    }

    pub fn replaced(&self, shard: u64) -> PathBuf {
        files::join(&self.folder, &["replaced", &shard_folder(shard)])
    }

    pub fn hashes(&self, shard: u64) -> PathBuf {
        files::join(&self.folder, &["hashes", &format!("{}.json", shard_folder(shard))])
    }

    /// Where a file is written before it is renamed to its name.
    pub fn draft(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.draft"))
    }

    /// Puts `bytes` in place whole at `path`.
    pub fn write_whole(&self, path: &Path, bytes: &[u8]) -> Result<(), DatasetError> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        files::write_whole(&self.draft(&name), path, bytes)
    }

    /// Exchanges the shard for the finished one in the work folder. Wherever this is cut off,
    /// [`recover`](Work::recover) finds one of the two, whole.
    pub fn exchange(&self, shard: u64) -> Result<(), DatasetError> {
        let (building, replaced, place) = (self.building(shard), self.replaced(shard), self.shard(shard));
        files::make_folder(&self.frames())?;
        if files::is_there(&place) {
            files::make_folder(&self.folder.join("replaced"))?;
            files::rename(&place, &replaced)?;
        }
        files::rename(&building, &place)?;
        files::remove(&replaced)
    }

    /// Completes what a killed run left behind: an exchange of shards, half-built shards.
    pub fn recover(&self) -> Result<(), DatasetError> {
        for name in files::names_in(&self.folder.join("replaced"))? {
            let Some(shard) = parse_shard_folder(&name) else { continue };
            // A shard is taken out of its place only when the one to follow it is whole.
            if !files::is_there(&self.shard(shard)) {
                let successor = self.building(shard);
                let whole = if files::is_there(&successor) { successor } else { self.replaced(shard) };
                files::make_folder(&self.frames())?;
                files::rename(&whole, &self.shard(shard))?;
            }
        }
        files::remove(&self.folder.join("replaced"))?;
        files::remove(&self.folder.join("building"))
    }

    /// Removes the dataset and all that is known about it, but nothing else that is in the folder. Cut off, it is
    /// continued by the next run.
    pub fn wipe(&self) -> Result<(), DatasetError> {
        files::write(&self.overwriting(), b"")?;
        for name in TOP_LEVEL {
            files::remove(&self.dir.join(name))?;
        }
        for name in files::names_in(&self.folder)? {
            let path = self.folder.join(name);
            if path != self.overwriting() && !path.ends_with(LOCK) {
                files::remove(&path)?;
            }
        }
        files::remove(&self.overwriting())
    }
}

/// How long a process may take to vanish after it was killed. Tests see no such thing.
const PATIENCE: Duration = if cfg!(test) { Duration::ZERO } else { Duration::from_secs(2) };

/// The sole right to write to a dataset's folder, held as long as it lives. Its end, however it comes, gives it up.
#[derive(Debug)]
pub(super) struct Lock {
    work: Work,
    file: File,
}

impl Lock {
    /// Takes the right, and makes the work folder if there is none. Waits a little for a process that is ending.
    pub fn take(work: &Work) -> Result<Lock, DatasetError> {
        let begin = Instant::now();
        loop {
            match Lock::take_now(work) {
                Err(DatasetError::Locked { .. }) if begin.elapsed() < PATIENCE => std::thread::sleep(PATIENCE / 50),
                result => return result,
            }
        }
    }

    fn take_now(work: &Work) -> Result<Lock, DatasetError> {
        // Another run that ends just now removes file and folder under our hands: then it is tried again.
        const TRIES: usize = 1000;
        let mut result = Lock::try_take(work);
        for _ in 1..TRIES {
            match result {
                Ok(None) => result = Lock::try_take(work),
                Err(DatasetError::Io { ref source, .. })
                    if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::AlreadyExists) =>
                {
                    result = Lock::try_take(work);
                }
                _ => break,
            }
        }
        result?.ok_or_else(|| DatasetError::Locked { dir: work.dir.clone() })
    }

    /// One try; `None` where the file that was locked is not the lock any more.
    fn try_take(work: &Work) -> Result<Option<Lock>, DatasetError> {
        let path = work.folder.join(LOCK);
        files::make_folder(&work.folder)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(DatasetError::io("create the lock", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DatasetError::Locked { dir: work.dir.clone() }),
            // A file system without locks: a run is on its own then.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(DatasetError::io("lock", &path)(error)),
        }
        Ok(same_file(&file, &path).then(|| Lock { work: work.clone(), file }))
    }

    /// Removes the work folder with all that is in it and gives up the right.
    pub fn end(self) -> Result<(), DatasetError> {
        for name in files::names_in(&self.work.folder)? {
            if name != LOCK {
                files::remove(&self.work.folder.join(name))?;
            }
        }
        drop(self);
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The name goes first, then the right: who opened the file before sees that it has no name any more.
        // Nothing depends on either removal; a folder with contents stays for the next run to go on with.
        let _ = fs::remove_file(self.work.folder.join(LOCK));
        let _ = fs::remove_dir(&self.work.folder);
        let _ = self.file.unlock();
    }
}

/// Whether the file at `path` is the one that is open: it may have been removed, or made again, in between.
#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_file(_: &File, path: &Path) -> bool {
    files::is_there(path)
}
