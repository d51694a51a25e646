//! Handing a job over: which files and which commands, as values, and carrying that out.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use super::quote::shell;

/// What is to be written and run. Commands run in the folder of the files, one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// What the commands read.
    pub files: Vec<File>,
    /// What hands the job over.
    pub commands: Vec<Command>,
    /// What is still to be done when the scheduler is through, where it does not do that itself.
    pub later: Vec<Command>,
}

/// A file and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// In the job's folder.
    pub name: &'static str,
    /// All of it.
    pub text: String,
}

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// As it is found in `PATH`.
    pub program: String,
    /// In order.
    pub arguments: Vec<Argument>,
    /// What it is for, in a word or two.
    pub does: &'static str,
    /// What is done with what it prints.
    pub reads: Reads,
}

/// An argument of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// As it is.
    Text(String),
    /// This, and behind it the number of the job that the command before made.
    AfterJob(String),
}

/// What is done with what a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// It is the job's number, perhaps with `;` and a cluster's name behind it.
    JobId,
    /// It goes where ours goes.
    Nothing,
}

/// Why a job could not be handed over.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The folder or a file of it.
    #[error("cannot write {path}: {source}")]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The scheduler's own program is not installed.
    #[error("there is no `{program}` here: it is part of the scheduler and has to be in PATH{}", already(before))]
    NotFound {
        /// Which.
        program: String,
        /// Jobs that were handed over before.
        before: Vec<String>,
    },
    /// It could not be started.
    #[error("cannot run `{program}`: {source}{}", already(before))]
    Start {
        /// Which.
        program: String,
        /// What the system said.
        source: io::Error,
        /// Jobs that were handed over before.
        before: Vec<String>,
    },
    /// The scheduler said no.
    #[error("`{command}` failed ({status}){}{}", said(printed), already(before))]
    Failed {
        /// As it was run.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What it printed, if that was not shown.
        printed: String,
        /// Jobs that were handed over before.
        before: Vec<String>,
    },
    /// It went well, but nobody knows which job it is.
    #[error("`{command}` printed no job number{}{}", said(printed), already(before))]
    NoJobId {
        /// As it was run.
        command: String,
        /// What it printed.
        printed: String,
        /// Jobs that were handed over before.
        before: Vec<String>,
    },
}

fn said(printed: &str) -> String {
    let printed = printed.trim();
    if printed.is_empty() { String::new() } else { format!(": {printed}") }
}

fn already(before: &[String]) -> String {
    if before.is_empty() { String::new() } else { format!("; handed over already: job {}", before.join(", job ")) }
}

/// Writes the files into a folder, which is made if need be, and runs the commands there. Gives the numbers of jobs,
/// in the order of the commands that tell one.
///
/// # Errors
///
/// The first thing that failed; what was handed over before that stays with the scheduler, and the error names it.
pub fn execute(submission: &Submission, folder: &Path) -> Result<Vec<String>, SubmitError> {
    let unwritten = |path: &Path| {
        let path = path.to_owned();
        move |source| SubmitError::Write { path, source }
    };
    std::fs::create_dir_all(folder).map_err(unwritten(folder))?;
    for file in &submission.files {
        let path = folder.join(file.name);
        std::fs::write(&path, &file.text).map_err(unwritten(&path))?;
    }
    let mut jobs = Vec::new();
    for command in &submission.commands {
        if let Some(job) = run(command, folder, &jobs)? {
            jobs.push(job);
        }
    }
    Ok(jobs)
}

fn run(command: &Command, folder: &Path, jobs: &[String]) -> Result<Option<String>, SubmitError> {
    let program = command.program.clone();
    let before = || jobs.to_vec();
    let arguments: Vec<String> = command.arguments.iter().map(|argument| argument.with(jobs)).collect();
    let words = std::iter::once(&program).chain(&arguments);
    let line = words.map(|word| shell(word)).collect::<Vec<_>>().join(" ");
    let mut process = std::process::Command::new(&program);
    process.args(&arguments).current_dir(folder).stdin(Stdio::null());
    let ended = match command.reads {
        Reads::JobId => process.output(),
        Reads::Nothing => {
            process.status().map(|status| std::process::Output { status, stdout: vec![], stderr: vec![] })
        }
    };
    let output = ended.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => SubmitError::NotFound { program: program.clone(), before: before() },
        _ => SubmitError::Start { program, source, before: before() },
    })?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let printed = || format!("{stdout}{}", String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        let status = output.status;
        return Err(SubmitError::Failed { command: line, status, printed: printed(), before: before() });
    }
    if command.reads == Reads::Nothing {
        return Ok(None);
    }
    let job = stdout.trim().split(';').next().unwrap_or_default();
    if job.is_empty() || !job.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(SubmitError::NoJobId { command: line, printed: printed(), before: before() });
    }
    Ok(Some(job.to_owned()))
}

impl Argument {
    fn with(&self, jobs: &[String]) -> String {
        match self {
            Argument::Text(text) => text.clone(),
            Argument::AfterJob(before) => format!("{before}{}", jobs.last().map_or("", String::as_str)),
        }
    }
}

/// What [`execute`] would do, as lines for a shell.
#[must_use]
pub fn in_words(submission: &Submission, folder: &Path) -> String {
    let folder = shell(&folder.display().to_string());
    let mut text = format!("mkdir -p {folder} && cd {folder}\n");
    for file in &submission.files {
        // A line that no text of ours has ends what goes into the file.
        let _ = write!(text, "\ncat > {} <<'END OF FILE'\n{}END OF FILE\n", file.name, file.text);
    }
    text.push('\n');
    for command in &submission.commands {
        let line = command_line(command);
        let _ = match command.reads {
            Reads::JobId => writeln!(text, "job=$({line})"),
            Reads::Nothing => writeln!(text, "{line}"),
        };
    }
    if !submission.later.is_empty() {
        let _ = write!(text, "# When all parts are done:\n{}", command_lines(&submission.later));
    }
    text
}

/// Commands as lines for a shell.
#[must_use]
pub fn command_lines(commands: &[Command]) -> String {
    commands.iter().map(|command| command_line(command) + "\n").collect()
}

fn command_line(command: &Command) -> String {
    let arguments = command.arguments.iter().map(|argument| match argument {
        Argument::Text(text) => shell(text),
        // `$job` is what the command before printed: a number, or a number, `;` and a cluster.
        Argument::AfterJob(before) => format!("{}\"${{job%%;*}}\"", shell(before)),
    });
    std::iter::once(shell(&command.program)).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
