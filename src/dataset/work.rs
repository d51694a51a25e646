//! The hidden folder `.maquette`, where everything grows before it appears.
//!
//! It is there while a run works, after one that was killed, and while parts of a run are to be merged. In it lie
//! `lock` and `locks/00003` (of a shard), `identity.json` (what the dataset is made from), `previous.json` (the manifest
//! of a complete dataset that is being added to), `building/00003` (a shard that grows), `replaced/00003` (the shard it
//! takes the place of, for the moment of the exchange), `hashes/00003.json` (what the manifest will say about a finished
//! shard) and, while an old dataset is being removed, `overwriting`.

use std::path::{Path, PathBuf};

use super::layout::{self, FRAMES, TOP_LEVEL, parse_shard_folder, shard_folder};
use super::{DatasetError, files};

/// Name of the folder.
pub(super) const WORK: &str = ".maquette";
/// Name of the lock in it.
pub(super) const LOCK: &str = "lock";

/// Paths in a dataset's folder and its work folder.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub dir: PathBuf,
    pub folder: PathBuf,
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

    pub fn shard_lock(&self, shard: u64) -> PathBuf {
        files::join(&self.folder, &["locks", &shard_folder(shard)])
    }

    /// Where a file is written before it is renamed to its name. Another process may write the same one.
    pub fn draft(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{}.draft", files::unique()))
    }

    /// Says that from here on, until it is finished again, the dataset is not what its manifest says.
    pub fn set_manifest_aside(&self) -> Result<(), DatasetError> {
        if !files::is_there(&self.manifest()) {
            return Ok(());
        }
        match files::rename(&self.manifest(), &self.previous()) {
            // Another process has done it.
            Err(DatasetError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
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

    /// Completes what a killed run left behind: exchanges of shards, half-built shards.
    pub fn recover(&self) -> Result<(), DatasetError> {
        for name in files::names_in(&self.folder.join("replaced"))? {
            parse_shard_folder(&name).map_or(Ok(()), |shard| self.recover_shard(shard))?;
        }
        files::remove(&self.folder.join("replaced"))?;
        files::remove(&self.folder.join("building"))
    }

    /// Completes the exchange of a shard.
    pub fn recover_shard(&self, shard: u64) -> Result<(), DatasetError> {
        let (successor, replaced) = (self.building(shard), self.replaced(shard));
        if !files::is_there(&replaced) {
            return Ok(());
        }
        // A shard is taken out of its place only when the one to follow it is whole.
        if !files::is_there(&self.shard(shard)) {
            let whole = if files::is_there(&successor) { &successor } else { &replaced };
            files::make_folder(&self.frames())?;
            files::rename(whole, &self.shard(shard))?;
        }
        files::remove(&replaced)
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
