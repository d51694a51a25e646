//! Who may write to a dataset's folder: one process alone, or several that make parts of one run.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use super::work::{LOCK, Work};
use super::{DatasetError, files};

/// How long a process may take to vanish after it was killed. Tests see no such thing.
const PATIENCE: Duration = if cfg!(test) { Duration::ZERO } else { Duration::from_secs(2) };

/// While one process puts a folder in order, the others that share it wait.
const PATIENCE_OF_MANY: Duration = if cfg!(test) { Duration::from_secs(2) } else { Duration::from_secs(60) };

/// The right to write to a dataset's folder, alone or with others, held as long as it lives. Its end, however it comes,
/// gives it up.
#[derive(Debug)]
pub(super) struct Lock {
    work: Work,
    file: File,
    /// Nobody else has it.
    sole: bool,
}

impl Lock {
    /// Takes the sole right, and makes the work folder if there is none. Waits a little for a process that is ending.
    pub fn take(work: &Work) -> Result<Lock, DatasetError> {
        patiently(PATIENCE, || Lock::take_now(work))
    }

    /// Takes the right along with others. Where nobody has it yet, puts the folder in order first, alone.
    pub fn share(work: &Work, alone: &dyn Fn() -> Result<(), DatasetError>) -> Result<Lock, DatasetError> {
        patiently(PATIENCE_OF_MANY, || {
            match Lock::take_now(work) {
                Ok(mut lock) => {
                    alone()?;
                    // The name stays: others may wait for it.
                    lock.sole = false;
                    lock.file.unlock().map_err(DatasetError::io("unlock", &work.folder.join(LOCK)))?;
                }
                Err(DatasetError::Locked { .. }) => {}
                Err(error) => return Err(error),
            }
            let shared = Lock::retried(work, || Lock::try_take(work, false))?;
            // A run of its own may have come in between and gone again, with all that was put in order.
            if files::is_there(&work.identity()) {
                Ok(shared)
            } else {
                Err(DatasetError::Locked { dir: work.dir.clone() })
            }
        })
    }

    fn take_now(work: &Work) -> Result<Lock, DatasetError> {
        Lock::retried(work, || Lock::try_take(work, true))
    }

    /// Another run that ends just now removes file and folder under our hands: then it is tried again.
    fn retried(work: &Work, take: impl Fn() -> Result<Option<Lock>, DatasetError>) -> Result<Lock, DatasetError> {
        const TRIES: usize = 1000;
        let mut result = take();
        for _ in 1..TRIES {
            match result {
                Ok(None) => result = take(),
                Err(DatasetError::Io { ref source, .. })
                    if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::AlreadyExists) =>
                {
                    result = take();
                }
                _ => break,
            }
        }
        result?.ok_or_else(|| DatasetError::Locked { dir: work.dir.clone() })
    }

    /// One try; `None` where the file that was locked is not the lock any more.
    fn try_take(work: &Work, sole: bool) -> Result<Option<Lock>, DatasetError> {
        let path = work.folder.join(LOCK);
        files::make_folder(&work.folder)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(DatasetError::io("create the lock", &path))?;
        lock(&file, sole, &path, &work.dir)?;
        Ok(same_file(&file, &path).then(|| Lock { work: work.clone(), file, sole }))
    }

    /// Whether nobody else has it.
    pub fn is_sole(&self) -> bool {
        self.sole
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
        // Nothing depends on either removal; a folder with contents stays for the next run to go on with. Where others
        // share it, they wait by that name.
        if self.sole {
            let _ = fs::remove_file(self.work.folder.join(LOCK));
            let _ = fs::remove_dir(&self.work.folder);
        }
        // By name, for a process that is just being started has the file open as well.
        let _ = self.file.unlock();
    }
}

/// Tries again for a while where another process has the lock.
fn patiently(patience: Duration, take: impl Fn() -> Result<Lock, DatasetError>) -> Result<Lock, DatasetError> {
    let begin = Instant::now();
    loop {
        match take() {
            Err(DatasetError::Locked { .. }) if begin.elapsed() < patience => {
                std::thread::sleep(Duration::from_millis(40));
            }
            result => return result,
        }
    }
}

/// The sole right to write a shard, of a process that shares the folder.
#[derive(Debug)]
pub(super) struct ShardLock {
    file: File,
}

impl ShardLock {
    pub fn take(work: &Work, shard: u64) -> Result<ShardLock, DatasetError> {
        let path = work.shard_lock(shard);
        path.parent().map_or(Ok(()), files::make_folder)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(DatasetError::io("create the lock", &path))?;
        lock(&file, true, &path, &work.shard(shard))?;
        Ok(ShardLock { file })
    }
}

impl Drop for ShardLock {
    fn drop(&mut self) {
        // As with the folder's.
        let _ = self.file.unlock();
    }
}

/// Locks a file, or says that `what` is locked.
fn lock(file: &File, sole: bool, path: &Path, what: &Path) -> Result<(), DatasetError> {
    match if sole { file.try_lock() } else { file.try_lock_shared() } {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(DatasetError::Locked { dir: what.to_path_buf() }),
        // A file system without locks: a run is on its own then.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(error)) => Err(DatasetError::io("lock", path)(error)),
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
