//! A run in a process of its own, which is begun again without the frames that it fails of.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::flight::Note;
use super::run::to_ron;
use super::{RunError, Source};
use crate::dataset::{FailedFrame, Place, TemporaryFolder, to_ranges};

/// What is done in another process.
pub struct Supervised<'a> {
    /// Where the notes of failed frames go.
    pub output: Place,
    /// What is rendered.
    pub source: &'a Source,
    /// Of every random choice.
    pub seed: u64,
    /// How many frames may fail.
    pub most: u64,
    /// The program, and its arguments, to which those are added that say what to leave out.
    pub program: PathBuf,
    /// See [`program`](Supervised::program).
    pub arguments: Vec<OsString>,
    /// The same for all processes but the first.
    pub again: Vec<OsString>,
}

/// How it ended.
#[derive(Debug)]
pub struct Verdict {
    /// What the last process left; `None` where a signal killed it.
    pub code: Option<i32>,
    /// The frames that failed, and what was said of them.
    pub failed: BTreeMap<u64, String>,
}

/// Ends that are nobody's fault when they come this often in a row, with no frame made in between, have some other reason.
const MOST_IN_VAIN: u32 = 3;
/// Between two looks at whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Codes that say: stopped on request.
const STOPPED: [i32; 2] = [75, 130];

impl Supervised<'_> {
    /// Runs until all frames are there, or noted as failed. A frame that may have ended the process is tried again on its
    /// own; if that fails, too, it is noted, and left out from then on.
    ///
    /// # Errors
    /// [`RunError::Supervise`] where no process can be started, [`RunError::Dataset`] where a failed frame cannot be noted.
    pub fn run(&self, stop: &AtomicBool, tell: &dyn Fn(&str)) -> Result<Verdict, RunError> {
        let folder = TemporaryFolder::new()?;
        self.run_noting(&folder.path().join("note"), stop, tell)
    }

    fn run_noting(&self, file: &Path, stop: &AtomicBool, tell: &dyn Fn(&str)) -> Result<Verdict, RunError> {
        let mut failed = BTreeMap::new();
        let (mut made, mut in_vain) = (0, 0);
        let begin = Instant::now();
        let mut arguments = &self.arguments;
        loop {
            let (status, note) = self.process(arguments, file, &failed, Kind::All(made, begin.elapsed()), stop)?;
            made += note.written;
            if note.opened {
                arguments = &self.again;
            }
            let suspected = suspects(status, &note);
            in_vain = if note.written > 0 { 0 } else { in_vain + 1 };
            let Some(suspected) = suspected.filter(|_| in_vain <= MOST_IN_VAIN && !stop.load(Ordering::Relaxed)) else {
                return Ok(Verdict { code: status.code(), failed });
            };
            let frames = to_ranges(suspected.iter().copied());
            let what = if suspected.is_empty() {
                "it is begun again".to_owned()
            } else {
                format!("frames {frames} are tried again, one at a time")
            };
            tell(&format!("{}; {what}", ended(status, &note)));
            for frame in suspected {
                let (status, note) = self.process(arguments, file, &failed, Kind::One(frame), stop)?;
                made += note.written;
                if status.success() {
                    continue;
                }
                match suspects(status, &note) {
                    // It had not begun.
                    Some(none) if none.is_empty() => break,
                    Some(_) if !stop.load(Ordering::Relaxed) => {}
                    _ => return Ok(Verdict { code: status.code(), failed }),
                }
                in_vain = 0;
                let reason = ended(status, &note);
                let scene = self.source.concrete(self.seed, frame).ok().and_then(|scene| to_ron(&scene).ok());
                FailedFrame { frame, attempts: 2, reason: reason.clone() }.note(&self.output, scene.as_deref())?;
                tell(&format!("frame {frame} failed twice and is left out: {reason}"));
                failed.insert(frame, reason);
                if failed.len() as u64 > self.most {
                    return Ok(Verdict { code: status.code().or(Some(1)), failed });
                }
            }
        }
    }

    /// Lets a process make all frames, or one of them.
    fn process(
        &self,
        arguments: &[OsString],
        file: &Path,
        failed: &BTreeMap<u64, String>,
        kind: Kind,
        stop: &AtomicBool,
    ) -> Result<(ExitStatus, Note), RunError> {
        let cannot = |source: std::io::Error| RunError::Supervise { program: self.program.clone(), source };
        if stop.load(Ordering::Relaxed) {
            return Ok((stopped(), Note::default()));
        }
        // A note from before would speak of another process.
        std::fs::write(file, "").map_err(cannot)?;
        let mut command = Command::new(&self.program);
        // After a `--` among the arguments nothing is a flag.
        let (verb, others) = arguments.split_at(arguments.len().min(1));
        command.args(verb).arg("--note").arg(file);
        if !failed.is_empty() {
            command.arg("--skip").arg(to_ranges(failed.keys().copied()));
        }
        match kind {
            Kind::All(made, since) => command.arg("--before").arg(format!("{made}:{}", since.as_secs_f64())),
            Kind::One(frame) => command.arg("--only").arg(frame.to_string()),
        };
        command.args(others);
        dies_with_us(&mut command);
        let mut child = command.spawn().map_err(cannot)?;
        let mut told = false;
        loop {
            if let Some(status) = child.try_wait().map_err(cannot)? {
                return Ok((status, Note::read(file)));
            }
            if stop.load(Ordering::Relaxed) && !told {
                told = true;
                ask_to_stop(&child);
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

/// What a process makes.
enum Kind {
    /// All that is left, after so many frames were made since so long ago.
    All(u64, Duration),
    One(u64),
}

/// The frames that may be why a process ended, which may be none; `None` where it would end so again, or was to end.
fn suspects(status: ExitStatus, note: &Note) -> Option<BTreeSet<u64>> {
    match status.code() {
        Some(0) => None,
        Some(code) if STOPPED.contains(&code) => None,
        // Killed, or a panic.
        None | Some(101) if note.blamed.is_empty() => Some(note.under_way.clone()),
        _ => Some(note.blamed.clone()).filter(|blamed| !blamed.is_empty()),
    }
}

/// How a process ends that is asked to stop.
fn stopped() -> ExitStatus {
    #[cfg(unix)]
    let status = std::os::unix::process::ExitStatusExt::from_raw(STOPPED[0] << 8);
    #[cfg(not(unix))]
    let status = ExitStatus::default();
    status
}

fn ended(status: ExitStatus, note: &Note) -> String {
    if !note.reason.is_empty() {
        return note.reason.clone();
    }
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("the process was ended by signal {signal}");
    }
    format!("the process ended with {}", status.code().unwrap_or(-1))
}

/// Should this process be killed, so is the other, which would else hold the dataset's lock.
pub fn dies_with_us(command: &mut Command) {
    #[cfg(target_os = "linux")]
    // SAFETY: `prctl` and `getppid` may be called between fork and exec, and touch no memory of ours.
    unsafe {
        use std::os::unix::process::CommandExt as _;
        let parent = libc::getpid();
        command.pre_exec(move || {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            // It may have died just before.
            if libc::getppid() == parent { Ok(()) } else { Err(std::io::ErrorKind::Interrupted.into()) }
        });
    }
}

/// Sends USR1, which asks to stop once however often: the other may have had the signal that this process had.
fn ask_to_stop(child: &Child) {
    #[cfg(unix)]
    // SAFETY: the process has not been waited for, so that the number is still its own.
    unsafe {
        libc::kill(child.id() as libc::pid_t, libc::SIGUSR1);
    }
}
