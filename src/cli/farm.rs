//! `maquette farm`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::given::Given;
use super::{Exit, Failure, Verdict};
use crate::dataset::Place;
use crate::farm::parse_frames;
use crate::farm::templates::{
    self, Container, Job, JobError, Mount, Resources, Runner, SLURM_MOST_PARTS, Submission, SubmitError,
};

/// Hand a run over to a scheduler: its parts, and the merge after the last of them
///
/// Every part is `maquette render --shard`, the merge is `maquette merge`. With `--dry-run` nothing is written or
/// handed over; what would be is printed, as lines for a shell.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  maquette farm slurm /net/scene.ron --frames 0-999999 --output /net/out --cpus 4 --dry-run"
)]
pub(super) struct Farm {
    #[command(subcommand)]
    scheduler: Scheduler,
}

#[derive(Debug, Subcommand)]
enum Scheduler {
    /// An array of tasks and a job that depends on it
    Slurm {
        #[command(flatten)]
        asked: Asked,
        /// Partition, or several: `gpu,spare`
        #[arg(long, value_name = "NAME")]
        partition: Option<String>,
    },
    /// A job template, run here by `openjd` or in a queue of AWS Deadline Cloud
    Openjd {
        #[command(flatten)]
        asked: Asked,
        /// Submit it to the queue that `deadline` is set up for, instead of running it here
        #[arg(long)]
        deadline: bool,
    },
    /// An indexed Job, and one that merges; all paths are those in the container
    Kubernetes {
        #[command(flatten)]
        asked: Asked,
        #[command(flatten)]
        pods: Pods,
    },
    /// Say how far a dataset is, from its folder or store alone
    Status(super::status::Status),
}

/// What all schedulers are told.
#[derive(Debug, Args)]
struct Asked {
    /// Scene file, where all workers can read it
    scene: PathBuf,
    /// How many frames, or which: `100`, `0-99`, `1-3,5,7-20:2`
    #[arg(long, env = "MAQUETTE_FRAMES", value_name = "FRAMES")]
    frames: String,
    /// Seed of every random choice
    #[arg(long, env = "MAQUETTE_SEED", default_value_t = 0)]
    seed: u64,
    /// Where the dataset goes: a folder that all workers share, or `s3://bucket/prefix`, `gs://…`, `az://…`
    #[arg(long, short, env = "MAQUETTE_OUTPUT", value_name = "DIR")]
    output: PathBuf,
    /// Frame numbers a shard holds
    #[arg(long, env = "MAQUETTE_SHARD_FRAMES", default_value_t = 100, value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    shard_frames: u64,
    /// Parts to make it in; one for each shard if left out, and 1000 at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    parts: Option<u32>,
    /// Parts that may run at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    at_once: Option<u32>,
    /// Processors for a part
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    cpus: Option<u32>,
    /// Memory for a part, in MiB
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..))]
    memory_mib: Option<u64>,
    /// Graphics cards for a part
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    gpus: Option<u32>,
    /// Minutes after which a part is told to stop
    #[arg(long, value_name = "MIN", value_parser = clap::value_parser!(u32).range(1..))]
    time_limit_min: Option<u32>,
    /// What the job is called; after the scene file if left out
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The program as workers find it; this one if left out, and in containers `maquette`
    #[arg(long, value_name = "PATH")]
    program: Option<String>,
    /// Folder for the job's scripts and logs; NAME.job if left out
    #[arg(long, value_name = "DIR")]
    job_dir: Option<PathBuf>,
    #[command(flatten)]
    given: Given,
    /// Print what would be written and run, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// More arguments of `render`, behind `--`: `-- --workers 4`
    #[arg(last = true, value_name = "ARGUMENT")]
    render: Vec<String>,
}

/// What Kubernetes is told besides.
#[derive(Debug, Args)]
struct Pods {
    /// Image with the program in it
    #[arg(long)]
    image: String,
    /// A persistent volume claim and where it is mounted: `datasets=/data`
    #[arg(long, value_name = "CLAIM=DIR")]
    mount: Vec<Mount>,
    /// Secret whose keys become variables, to sign in to an object store
    #[arg(long, value_name = "NAME")]
    secret: Option<String>,
    /// Service account that the pods run as
    #[arg(long, value_name = "NAME")]
    service_account: Option<String>,
    /// Namespace, if not the one `kubectl` is set to
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
    /// Wait until all parts are done, and have them merged
    #[arg(long)]
    wait: bool,
}

/// As many parts as there are by themselves.
const MOST_PARTS: u32 = SLURM_MOST_PARTS - 1;

impl Farm {
    pub fn run(self) -> Verdict {
        match self.scheduler {
            Scheduler::Status(verb) => verb.run(),
            Scheduler::Slurm { asked, partition } => {
                let mut job = asked.job_here()?;
                job.resources.partition = partition;
                asked.carry_out(&job, templates::slurm(&job).map_err(refused)?)
            }
            Scheduler::Openjd { asked, deadline } => {
                let job = asked.job_here()?;
                let runner = if deadline { Runner::Deadline } else { Runner::Here };
                asked.carry_out(&job, templates::openjd(&job, runner).map_err(refused)?)
            }
            Scheduler::Kubernetes { asked, pods } => {
                let job = asked.job(&|path| text(path), || Ok("maquette".to_owned()))?;
                let wait = pods.wait;
                let mut submission = templates::kubernetes(&job, &pods.container()).map_err(refused)?;
                if wait {
                    submission.commands.append(&mut submission.later);
                }
                asked.carry_out(&job, submission)
            }
        }
    }
}

impl Pods {
    fn container(self) -> Container {
        let Pods { image, mount: mounts, secret, service_account, namespace, wait: _ } = self;
        Container { image, mounts, secret, service_account, namespace }
    }
}

impl Asked {
    /// A job whose workers see the files that are seen here: paths are made absolute, and the scene is read once before
    /// a thousand workers find it wrong.
    fn job_here(&self) -> Result<Job, Failure> {
        self.given.open(&self.scene, self.dry_run)?;
        self.job(&absolute, || {
            let here = std::env::current_exe();
            text(&here.map_err(|error| Failure::new(Exit::InputOutput, format!("cannot find this program: {error}")))?)
        })
    }

    /// The job, with paths as `path` gives them.
    fn job(
        &self,
        path: &dyn Fn(&Path) -> Result<String, Failure>,
        program: impl FnOnce() -> Result<String, Failure>,
    ) -> Result<Job, Failure> {
        let usage = |error| Failure::new(Exit::Usage, format!("--frames: {error}"));
        let mut shards: Vec<u64> =
            parse_frames(&self.frames).map_err(usage)?.iter().map(|frame| frame / self.shard_frames).collect();
        shards.dedup();
        let shards = u32::try_from(shards.len()).unwrap_or(u32::MAX);
        let parts = self.parts.unwrap_or_else(|| shards.min(MOST_PARTS));
        if parts > shards {
            say!("warning: there are {shards} shards of frames only; {} parts will have nothing to do", parts - shards);
        }
        super::check_render(&self.render)?;
        let scene = path(&self.scene)?;
        let mut arguments = self.given.arguments(path)?;
        arguments.extend(self.render.iter().cloned());
        Ok(Job {
            name: self.name.clone().unwrap_or_else(|| templates::suitable_name(&scene)),
            scene,
            frames: self.frames.clone(),
            seed: self.seed,
            shard_frames: self.shard_frames,
            parts,
            output: match Place::from(&self.output) {
                Place::Folder(dir) => path(&dir)?,
                Place::Store(url) => url,
            },
            program: self.program.clone().map_or_else(program, Ok)?,
            arguments,
            resources: Resources {
                cpus: self.cpus,
                memory_mib: self.memory_mib,
                gpus: self.gpus,
                time_limit_min: self.time_limit_min,
                partition: None,
                at_once: self.at_once,
            },
        })
    }

    /// Prints what would be done, or does it.
    fn carry_out(&self, job: &Job, submission: Submission) -> Verdict {
        let folder = self.job_dir.clone().unwrap_or_else(|| PathBuf::from(format!("{}.job", job.name)));
        if self.dry_run {
            use std::io::Write as _;
            // Where nobody reads on, nothing is lost.
            let _ = write!(std::io::stdout(), "{}", templates::in_words(&submission, &folder));
            return Ok(Exit::Done);
        }
        let jobs = templates::execute(&submission, &folder).map_err(failed)?;
        let with_number = submission.commands.iter().filter(|command| command.reads == templates::Reads::JobId);
        for (command, number) in with_number.zip(&jobs) {
            say!("{}: job {number}", command.does);
        }
        say!("{}: scripts and logs", folder.display());
        if !submission.later.is_empty() {
            say!(
                "when all parts are done, in that folder:\n{}",
                templates::command_lines(&submission.later).trim_end()
            );
        }
        Ok(Exit::Done)
    }
}

fn absolute(path: &Path) -> Result<String, Failure> {
    let failed = |error| Failure::new(Exit::InputOutput, format!("cannot tell where {} is: {error}", path.display()));
    text(&std::path::absolute(path).map_err(failed)?)
}

fn text(path: &Path) -> Result<String, Failure> {
    let failed = || Failure::new(Exit::Usage, format!("not a path that scripts can hold: {}", path.display()));
    path.to_str().map(str::to_owned).ok_or_else(failed)
}

fn refused(error: JobError) -> Failure {
    Failure::new(Exit::Usage, error)
}

fn failed(error: SubmitError) -> Failure {
    let exit = if matches!(error, SubmitError::Write { .. }) { Exit::InputOutput } else { Exit::Failed };
    Failure::new(exit, error)
}
