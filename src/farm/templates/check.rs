//! What a job must be before anything is written or run.

use super::{Container, Job, Resources};

/// Tasks that an array of Slurm has at most: `MaxArraySize` is 1001 unless a cluster says otherwise, and indices begin
/// at 0.
pub const SLURM_MOST_PARTS: u32 = 1001;
/// Indices that a Job of Kubernetes has at most.
const KUBERNETES_MOST_PARTS: u32 = 100_000;
/// Characters of an OpenJD parameter.
const OPENJD_LONGEST: usize = 1024;
/// Time limits of Slurm are told to the program up to two minutes ahead.
const SLURM_SHORTEST_MIN: u32 = 5;
/// Letters of a host name, which every pod of a Job has.
const LABEL_LONGEST: usize = 63;
/// Arguments of `render` that the job sets itself, or that parts must not have.
const TAKEN: [&str; 9] =
    ["--frames", "--seed", "--output", "-o", "--shard", "--shard-frames", "--overwrite", "--progress", "--format"];
const STORES: [&str; 3] = ["s3://", "gs://", "az://"];

/// What a job may be called.
pub const NAME_RULE: &str = "letters, digits, `.`, `_` and `-`, a letter or digit first, 63 at most";

/// Why there can be no such job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// There is nothing to do.
    #[error("a job has at least one part")]
    NoParts,
    /// The scheduler does not take as many.
    #[error("{parts} parts are too many: {scheduler} takes {most}{}", if *scheduler == "Slurm" {
        " (its MaxArraySize, if it is not set otherwise)"
    } else { "" })]
    TooManyParts {
        /// How many were asked for.
        parts: u32,
        /// How many there may be.
        most: u32,
        /// Whose limit it is.
        scheduler: &'static str,
    },
    /// It cannot be called that.
    #[error("{what} cannot be called `{name}`: {rule}")]
    Name {
        /// What it is the name of.
        what: &'static str,
        /// As it was given.
        name: String,
        /// What it may be.
        rule: String,
    },
    /// Something must be given.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// Workers run elsewhere, in folders of their own.
    #[error("{what} must be an absolute path, as workers start in other folders: `{path}`")]
    Relative {
        /// What it is the path of.
        what: &'static str,
        /// As it was given.
        path: String,
    },
    /// An address that is none of an object store.
    #[error("the output is neither a folder nor s3://BUCKET, gs://BUCKET or az://CONTAINER: `{0}`")]
    Address(String),
    /// No program can be given such an argument.
    #[error("{0} has a NUL character in it")]
    Nul(&'static str),
    /// It would contradict what the job says.
    #[error("`{0}` is the job's own matter and cannot be among the arguments")]
    Taken(String),
    /// OpenJD would read it as a reference.
    #[error("OpenJD reads `{{{{` as the beginning of a reference, so this cannot be an argument: `{0}`")]
    Reference(String),
    /// OpenJD takes less.
    #[error("{what} is longer than the {OPENJD_LONGEST} characters that OpenJD takes")]
    Long {
        /// What it is.
        what: &'static str,
    },
    /// None of something cannot be asked for.
    #[error("{0} must be at least 1, or left out")]
    Zero(&'static str),
    /// There would be no time to draw anything.
    #[error("a time limit of {0} min is too short: Slurm may say so two minutes ahead; {SLURM_SHORTEST_MIN} or more")]
    Short(u32),
    /// It would be lost with the pod.
    #[error("the output `{0}` is a folder that no volume is mounted at: what a pod writes there is lost with it")]
    NotMounted(String),
    /// Two volumes at one place.
    #[error("two volumes are mounted at `{0}`")]
    MountedTwice(String),
}

/// What every scheduler asks for.
pub(super) fn common(job: &Job) -> Result<(), JobError> {
    for (what, text) in texts(job) {
        if text.is_empty() {
            return Err(JobError::Empty(what));
        }
        if text.contains('\0') {
            return Err(JobError::Nul(what));
        }
    }
    if job.parts == 0 {
        return Err(JobError::NoParts);
    }
    named("a job", &job.name, LABEL_LONGEST)?;
    absolute("the scene", &job.scene)?;
    output(&job.output)?;
    for argument in &job.arguments {
        let flag = argument.split_once('=').map_or(argument.as_str(), |(flag, _)| flag);
        if TAKEN.contains(&flag) || (argument.starts_with("-o") && !argument.starts_with("--")) {
            return Err(JobError::Taken(argument.clone()));
        }
        if argument.contains('\0') {
            return Err(JobError::Nul("an argument"));
        }
    }
    resources(&job.resources)?;
    if job.shard_frames == 0 { Err(JobError::Zero("the number of frames a shard holds")) } else { Ok(()) }
}

/// What may hold anything.
fn texts(job: &Job) -> [(&'static str, &str); 4] {
    [("the scene", &job.scene), ("the frames", &job.frames), ("the program", &job.program), ("the output", &job.output)]
}

/// What Slurm asks for besides.
pub(super) fn slurm(job: &Job) -> Result<(), JobError> {
    common(job)?;
    absolute("the program", &job.program)?;
    most(job.parts, SLURM_MOST_PARTS, "Slurm")?;
    // A list of partitions is as good as one.
    job.resources
        .partition
        .iter()
        .flat_map(|names| names.split(','))
        .try_for_each(|name| named("a partition", name, LABEL_LONGEST))?;
    match job.resources.time_limit_min {
        Some(limit) if limit < SLURM_SHORTEST_MIN => Err(JobError::Short(limit)),
        _ => Ok(()),
    }
}

/// What OpenJD asks for besides.
pub(super) fn openjd(job: &Job) -> Result<(), JobError> {
    common(job)?;
    absolute("the program", &job.program)?;
    for (what, text) in texts(job) {
        if text.chars().count() > OPENJD_LONGEST {
            return Err(JobError::Long { what });
        }
    }
    match job.arguments.iter().find(|argument| argument.contains("{{")) {
        Some(argument) => Err(JobError::Reference(argument.clone())),
        None => Ok(()),
    }
}

/// What Kubernetes asks for besides.
pub(super) fn kubernetes(job: &Job, container: &Container) -> Result<(), JobError> {
    common(job)?;
    if job.program.contains('/') {
        absolute("the program", &job.program)?;
    }
    most(job.parts, KUBERNETES_MOST_PARTS, "Kubernetes")?;
    // A pod's host name ends in its index, the merge's name in `-merge`; `-` and the digits are counted.
    let ending = job.parts.saturating_sub(1).to_string().len().saturating_add(1).max("-merge".len());
    label(&job.name, LABEL_LONGEST.saturating_sub(ending))?;
    if container.image.trim().is_empty() {
        return Err(JobError::Empty("the container image"));
    }
    let claims = container.mounts.iter().map(|mount| ("a claim", &mount.claim));
    let secret = container.secret.iter().map(|name| ("a secret", name));
    let account = container.service_account.iter().map(|name| ("a service account", name));
    let namespace = container.namespace.iter().map(|name| ("a namespace", name));
    claims.chain(secret).chain(account).chain(namespace).try_for_each(|(what, name)| subdomain(what, name))?;
    for (number, mount) in container.mounts.iter().enumerate() {
        absolute("a volume's folder", &mount.folder)?;
        if container.mounts.iter().take(number).any(|other| other.folder == mount.folder) {
            return Err(JobError::MountedTwice(mount.folder.clone()));
        }
    }
    let within = |folder: &str| std::path::Path::new(&job.output).starts_with(folder);
    if !is_address(&job.output) && !container.mounts.iter().any(|mount| within(&mount.folder)) {
        return Err(JobError::NotMounted(job.output.clone()));
    }
    Ok(())
}

fn most(parts: u32, most: u32, scheduler: &'static str) -> Result<(), JobError> {
    if parts > most { Err(JobError::TooManyParts { parts, most, scheduler }) } else { Ok(()) }
}

fn absolute(what: &'static str, path: &str) -> Result<(), JobError> {
    if path.starts_with('/') { Ok(()) } else { Err(JobError::Relative { what, path: path.to_owned() }) }
}

fn is_address(output: &str) -> bool {
    STORES.iter().any(|scheme| output.starts_with(scheme))
}

fn output(output: &str) -> Result<(), JobError> {
    let bucket = |scheme: &&str| output.strip_prefix(*scheme).map(|rest| !rest.is_empty() && !rest.starts_with('/'));
    match STORES.iter().find_map(bucket) {
        Some(true) => Ok(()),
        None if !output.contains("://") || output.starts_with('/') => absolute("the output", output),
        _ => Err(JobError::Address(output.to_owned())),
    }
}

fn resources(asked: &Resources) -> Result<(), JobError> {
    let numbers = [
        ("the number of processors", asked.cpus.map(u64::from)),
        ("the memory", asked.memory_mib),
        ("the number of graphics cards", asked.gpus.map(u64::from)),
        ("the time limit", asked.time_limit_min.map(u64::from)),
        ("the number of parts at once", asked.at_once.map(u64::from)),
    ];
    match numbers.into_iter().find(|(_, number)| *number == Some(0)) {
        Some((what, _)) => Err(JobError::Zero(what)),
        None => Ok(()),
    }
}

/// Holds a name against [`NAME_RULE`]: nothing in it needs quotes anywhere.
fn named(what: &'static str, name: &str, longest: usize) -> Result<(), JobError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && name.chars().all(plain) && name.len() <= longest {
        return Ok(());
    }
    Err(JobError::Name { what, name: name.to_owned(), rule: NAME_RULE.to_owned() })
}

/// Holds a name against what a part of a host name may be (RFC 1123).
fn label(name: &str, longest: usize) -> Result<(), JobError> {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let ends = name.starts_with(letter) && name.ends_with(letter);
    if ends && name.chars().all(|c| letter(c) || c == '-') && name.len() <= longest {
        return Ok(());
    }
    let rule = format!("Kubernetes takes a-z, 0-9 and `-`, not at an end, {longest} at most with this many parts");
    Err(JobError::Name { what: "a job", name: name.to_owned(), rule })
}

/// Holds the name of a thing that the cluster has against what such names may be.
fn subdomain(what: &'static str, name: &str) -> Result<(), JobError> {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let part =
        |part: &str| part.starts_with(letter) && part.ends_with(letter) && part.chars().all(|c| letter(c) || c == '-');
    if name.len() <= 253 && name.split('.').all(part) {
        return Ok(());
    }
    Err(JobError::Name { what, name: name.to_owned(), rule: "Kubernetes takes a-z, 0-9, `-` and `.`".to_owned() })
}

/// A name for a job after its scene file, that every scheduler takes: `Table top.ron` is `table-top`.
#[must_use]
pub fn suitable_name(scene: &str) -> String {
    let file = scene.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').find(|part| !part.is_empty()).unwrap_or_default();
    let letters = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let joined = letters.collect::<String>();
    let words: Vec<&str> = joined.split('-').filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").chars().take(40).collect();
    let name = name.trim_end_matches('-');
    if name.is_empty() { "maquette".to_owned() } else { name.to_owned() }
}
