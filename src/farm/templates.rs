//! A run as a job of somebody else's scheduler: batch scripts for Slurm, a template for OpenJD, manifests for Kubernetes.
//!
//! All of them start `render --shard` for each part and `merge` after the last. What the parts are, what is there
//! already and how to stop is the program's matter; nothing of it is said again here.

mod check;
mod kubernetes;
mod openjd;
mod quote;
mod slurm;
mod submit;
#[cfg(test)]
mod tests;
mod words;

pub use check::{JobError, NAME_RULE, SLURM_MOST_PARTS, suitable_name};
pub use kubernetes::kubernetes;
pub use openjd::{Runner, openjd};
pub use slurm::slurm;
pub use submit::{Argument, Command, File, Reads, Submission, SubmitError, command_lines, execute, in_words};

/// A run that is to be made in parts, wherever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What people see in the queue; [`NAME_RULE`] says what it may be.
    pub name: String,
    /// Scene file: an absolute path that the workers can read.
    pub scene: String,
    /// Frame numbers as `--frames` takes them.
    pub frames: String,
    /// Of every random choice.
    pub seed: u64,
    /// Frame numbers that a shard of the dataset holds.
    pub shard_frames: u64,
    /// How many parts the work is made in.
    pub parts: u32,
    /// Where the dataset goes: an absolute path that all workers share, or the address of an object store.
    pub output: String,
    /// The program: an absolute path, or in a container also a name that is found there.
    pub program: String,
    /// More arguments of `render`, each as the program is to see it: `--set`, `lights.sun.elevation_deg=30`.
    pub arguments: Vec<String>,
    /// What a part needs.
    pub resources: Resources,
}

/// What the scheduler is told that a part needs. What is left out is the scheduler's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resources {
    /// Processors.
    pub cpus: Option<u32>,
    /// Memory, in MiB.
    pub memory_mib: Option<u64>,
    /// Graphics cards.
    pub gpus: Option<u32>,
    /// Time after which a part is asked to stop, in minutes. Slurm and Kubernetes then queue it again.
    pub time_limit_min: Option<u32>,
    /// Partition of Slurm.
    pub partition: Option<String>,
    /// Parts that may run at once.
    pub at_once: Option<u32>,
}

/// What Kubernetes has to know besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Container {
    /// Image with the program in it.
    pub image: String,
    /// Volumes that are there for all.
    pub mounts: Vec<Mount>,
    /// Secret whose keys become variables: how object stores are signed in to.
    pub secret: Option<String>,
    /// Account that the pods run as: the other way to sign in.
    pub service_account: Option<String>,
    /// Namespace, if not the one that `kubectl` is set to.
    pub namespace: Option<String>,
}

/// A volume of Kubernetes and where it is to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Name of a persistent volume claim.
    pub claim: String,
    /// Folder, an absolute path.
    pub folder: String,
}

impl std::str::FromStr for Mount {
    type Err = String;

    /// Reads `CLAIM=/folder`.
    fn from_str(text: &str) -> Result<Mount, String> {
        let (claim, folder) = text
            .split_once('=')
            .ok_or_else(|| format!("expected a volume such as `datasets=/data`, found `{text}`"))?;
        Ok(Mount { claim: claim.to_owned(), folder: folder.to_owned() })
    }
}
