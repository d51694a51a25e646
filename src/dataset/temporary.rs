//! Folders among the system's temporary ones, which do not outlive their processes for long.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::lock::Lock;
use super::work::{LOCK, WORK, Work};
use super::{DatasetError, files};

/// A folder of this process. It goes when it is done with; should the process be killed, when the next one makes such a folder.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
    /// Says that somebody is here. `None` where a dataset that is made in the folder has its own.
    lock: Option<Lock>,
}

/// How their names begin.
const PREFIX: &str = "maquette-scratch-";

impl TemporaryFolder {
    /// Makes one where TMPDIR says.
    ///
    /// # Errors
    /// [`DatasetError::Io`].
    pub fn new() -> Result<TemporaryFolder, DatasetError> {
        let mut folder = TemporaryFolder::for_dataset()?;
        folder.lock = Some(Lock::take(&Work::new(&folder.path))?);
        Ok(folder)
    }

    /// One that a dataset is made in, which locks it.
    pub(super) fn for_dataset() -> Result<TemporaryFolder, DatasetError> {
        let parent = std::env::temp_dir();
        for name in files::names_in(&parent)?.into_iter().filter(|name| name.starts_with(PREFIX)) {
            let folder = parent.join(name);
            // Whoever works there has locked it.
            let lock = files::join(&folder, &[WORK, LOCK]);
            let abandoned = File::open(&lock).is_ok_and(|file| file.try_lock().is_ok());
            if abandoned {
                let _ = fs::remove_dir_all(folder);
            }
        }
        let path = parent.join(format!("{PREFIX}{}", files::unique()));
        fs::create_dir(&path).map_err(DatasetError::io("create, where TMPDIR says, the folder", &path))?;
        Ok(TemporaryFolder { path, lock: None })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_with_its_process_or_with_the_next() {
        let one = TemporaryFolder::new().unwrap();
        // As a process leaves one that is killed.
        let left = std::env::temp_dir().join(format!("{PREFIX}{}", files::unique()));
        let lock = files::join(&left, &[WORK, LOCK]);
        fs::create_dir_all(left.join(WORK)).unwrap();
        fs::write(&lock, b"").unwrap();
        let other = TemporaryFolder::new().unwrap();
        assert!(!left.exists(), "nobody has locked it");
        assert!(one.path().exists() && other.path().exists() && one.path() != other.path());
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists());
    }
}
