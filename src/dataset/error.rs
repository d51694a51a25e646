//! What can go wrong with a dataset on disk, said so that a person knows what to do next.

use std::io;
use std::path::{Path, PathBuf};

use super::difference::Difference;
use super::store::StoreError;
use crate::annotate::RleError;

/// Why a dataset could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// The operating system refused: no space, no permission, no such folder.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried, as it stands after "cannot".
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder has contents, but is no dataset of this program.
    #[error(
        "`{}` is not empty and holds no maquette dataset: found {}; {}",
        dir.display(), list(found), if *removable {
            "choose another folder, or --overwrite to write the dataset beside these"
        } else {
            "choose another folder, or delete them yourself: --overwrite replaces datasets only"
        }
    )]
    NotADataset {
        /// The folder asked for.
        dir: PathBuf,
        /// Names of what is in it.
        found: Vec<String>,
        /// Whether none of these stands where a dataset would write.
        removable: bool,
    },
    /// The folder holds a dataset of something else.
    #[error(
        "`{}` holds another dataset:{}\nchoose another folder, or replace this one with --overwrite",
        dir.display(), lines(differences)
    )]
    Different {
        /// The folder asked for.
        dir: PathBuf,
        /// In what, never empty.
        differences: Vec<Difference>,
    },
    /// Two datasets are not of one run, so that they cannot become one.
    #[error(
        "`{}` and `{}` are not of one run:{}\nonly what was made from the same scene, seed and settings can be merged",
        one.display(), other.display(), between(differences)
    )]
    Unlike {
        /// The one.
        one: PathBuf,
        /// The other.
        other: PathBuf,
        /// In what, never empty; `folder` is that of the one.
        differences: Vec<Difference>,
    },
    /// Two datasets of one run have the same frame, but not the same bytes.
    #[error(
        "frame {frame} is in `{}` and in `{}`, but `{name}` is not the same: expected equal bytes; render it again in one of \
         the two, or leave that out",
        one.display(), other.display()
    )]
    Conflict {
        /// Which frame.
        frame: u64,
        /// The file that differs.
        name: String,
        /// Where it is.
        one: PathBuf,
        /// Where it is too.
        other: PathBuf,
    },
    /// The folder belongs to another sweep.
    #[error(
        "`{}` holds another sweep, or one of a scene that has been changed since\nchoose another folder, or replace this \
         one with --overwrite",
        dir.display()
    )]
    OtherSweep {
        /// The folder asked for.
        dir: PathBuf,
    },
    /// A file or folder among the shards that no dataset of this kind has.
    #[error(
        "`{}` does not belong to the dataset; move it away, or start the dataset again with --overwrite",
        path.display()
    )]
    Foreign {
        /// What stands there.
        path: PathBuf,
    },
    /// Another process is writing to the folder.
    #[error("another process is writing to `{}`; wait until it is done, or choose another folder", dir.display())]
    Locked {
        /// The folder asked for.
        dir: PathBuf,
    },
    /// A file of the dataset does not hold what it should.
    #[error("`{}` is damaged: {reason}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A plane cannot be turned into a file, or back.
    #[error("cannot {action} {what}: {reason}")]
    Plane {
        /// `encode` or `decode`.
        action: &'static str,
        /// Which plane, and where it is known of which frame.
        what: String,
        /// What the encoder said.
        reason: String,
    },
    /// A frame does not fit the settings that the dataset was opened with.
    #[error("frame {key}: {what} is {found}, the dataset expects {expected}")]
    Mismatch {
        /// The frame's key.
        key: String,
        /// What does not fit.
        what: String,
        /// What the dataset was opened with.
        expected: String,
        /// What the frame has.
        found: String,
    },
    /// A number in a frame is infinite or none at all.
    #[error("frame {key}: {what} is {value}, expected a finite number")]
    NotFinite {
        /// The frame's key.
        key: String,
        /// Which number.
        what: String,
        /// What it is.
        value: f64,
    },
    /// Settings that no dataset can have.
    #[error("{what} is {found}, expected {expected}")]
    Settings {
        /// Which of them.
        what: String,
        /// What it is.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A shard, or the dataset, was to be finished before all of it was written.
    #[error("{what} cannot be finished: {missing} missing")]
    Unfinished {
        /// Shard or dataset.
        what: String,
        /// What has not been written yet.
        missing: String,
    },
    /// A format that knows pin-holes alone.
    #[error(
        "{format} cannot say what lens camera `{camera}` of frame {key} has: expected a pin-hole, found a {lens} lens; \
         render through a pin-hole, or export to a format without intrinsics"
    )]
    Lens {
        /// Which format.
        format: &'static str,
        /// The frame's key.
        key: String,
        /// Its camera.
        camera: String,
        /// What it sees through.
        lens: &'static str,
    },
    /// Object storage refused, or is not there.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A mask in a record is no mask.
    #[error("instance {instance_id} of `{}`: {source}", path.display())]
    Mask {
        /// Which record.
        path: PathBuf,
        /// Whose mask.
        instance_id: u32,
        /// What is wrong with it.
        source: RleError,
    },
}

impl DatasetError {
    /// For `map_err`: what was tried on which path.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DatasetError {
        let path = path.to_path_buf();
        move |source| DatasetError::Io { action, path, source }
    }

    /// Names the frame in an error about one of its planes.
    pub(super) fn of_frame(self, key: &str) -> DatasetError {
        match self {
            DatasetError::Plane { action, what, reason } => {
                DatasetError::Plane { action, what: format!("{what} of frame {key}"), reason }
            }
            other => other,
        }
    }
}

/// The first few of some names, and how many more there are.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let mut text = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

/// The first few differences from what a run wants, one a line.
fn lines(differences: &[Difference]) -> String {
    shown(differences.iter().map(ToString::to_string).collect())
}

/// The first few differences between two datasets, one a line.
fn between(differences: &[Difference]) -> String {
    let told = |Difference { what, folder, wanted }: &Difference| {
        format!("{what}: the first has {folder}, the second {wanted}")
    };
    shown(differences.iter().map(told).collect())
}

fn shown(differences: Vec<String>) -> String {
    const SHOWN: usize = 5;
    let mut text: String = differences.iter().take(SHOWN).map(|difference| format!("\n  {difference}")).collect();
    if differences.len() > SHOWN {
        text.push_str(&format!("\n  and {} more", differences.len() - SHOWN));
    }
    text
}
