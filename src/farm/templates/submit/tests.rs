//! Handing over to programs that only pretend.

use std::path::Path;

use super::super::tests::{job, pretend, seen};
use super::super::{Runner, openjd, slurm};
use super::*;

/// The submission with its programs taken from a folder.
fn with_programs_of(folder: &Path, mut submission: Submission) -> Submission {
    for command in &mut submission.commands {
        command.program = folder.join(&command.program).display().to_string();
    }
    submission
}

/// An `sbatch` that counts: the first job is 41, the next 42.
const COUNT: &str =
    r#"n=$(cat "$0.count" 2>/dev/null || echo 40); echo $((n + 1)) > "$0.count"; echo "$((n + 1));trial""#;

#[test]
fn the_merge_depends_on_the_array() {
    let (programs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    pretend(programs.path(), "sbatch", COUNT);
    let submission = with_programs_of(programs.path(), slurm(&job()).unwrap());
    let folder = folder.path().join("new/folder with spaces");
    assert_eq!(execute(&submission, &folder).unwrap(), ["41", "42"]);
    let words = ["--parsable", "render.sbatch", "--parsable", "--dependency=afterok:41", "merge.sbatch"];
    assert_eq!(seen(programs.path(), "sbatch"), words);
    for file in &submission.files {
        assert_eq!(std::fs::read_to_string(folder.join(file.name)).unwrap(), file.text);
    }
}

#[test]
fn the_printed_lines_do_the_same() {
    let (programs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    pretend(programs.path(), "sbatch", COUNT);
    let job = super::super::Job { scene: "/it's\n$x `id`\\".to_owned(), ..job() };
    let submission = slurm(&job).unwrap();
    let text = in_words(&submission, &folder.path().join("a b"));
    let path = format!("{}:{}", programs.path().display(), std::env::var("PATH").unwrap());
    let output = std::process::Command::new("bash").arg("-ec").arg(text).env("PATH", path).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let words = ["--parsable", "render.sbatch", "--parsable", "--dependency=afterok:41", "merge.sbatch"];
    assert_eq!(seen(programs.path(), "sbatch"), words);
    for file in &submission.files {
        assert_eq!(std::fs::read_to_string(folder.path().join("a b").join(file.name)).unwrap(), file.text);
    }
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut submission = openjd(&job(), Runner::Here).unwrap();
    submission.commands[0].program = "no-such-scheduler".to_owned();
    let error = execute(&submission, folder.path()).unwrap_err();
    assert!(matches!(&error, SubmitError::NotFound { program, .. } if program == "no-such-scheduler"));
    assert!(error.to_string().contains("`no-such-scheduler`"), "{error}");
}

#[test]
fn what_the_scheduler_says_is_said_again() {
    let (programs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    pretend(programs.path(), "sbatch", "echo 'invalid partition: gpu' >&2; exit 3");
    let submission = with_programs_of(programs.path(), slurm(&job()).unwrap());
    let error = execute(&submission, folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("invalid partition: gpu") && error.contains("render.sbatch") && error.contains('3'),
        "{error}"
    );
    assert!(!error.contains("handed over"), "{error}");
}

#[test]
fn a_job_in_the_queue_is_not_forgotten() {
    let (programs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    pretend(programs.path(), "sbatch", "case \"$*\" in *merge*) echo no >&2; exit 1;; esac; echo 41");
    let submission = with_programs_of(programs.path(), slurm(&job()).unwrap());
    let error = execute(&submission, folder.path()).unwrap_err().to_string();
    assert!(error.contains("no") && error.ends_with("handed over already: job 41"), "{error}");
}

#[test]
fn a_number_is_a_number() {
    for printed in ["", "Submitted batch job 41", "41a", "-1"] {
        let (programs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        pretend(programs.path(), "sbatch", &format!("echo '{printed}'"));
        let submission = with_programs_of(programs.path(), slurm(&job()).unwrap());
        assert!(matches!(execute(&submission, folder.path()), Err(SubmitError::NoJobId { .. })), "{printed}");
        assert_eq!(seen(programs.path(), "sbatch").len(), 2, "nothing is handed over that depends on no job");
    }
}

#[test]
fn a_folder_that_is_a_file_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = execute(&slurm(&job()).unwrap(), file.path()).unwrap_err();
    assert!(matches!(&error, SubmitError::Write { path, .. } if path == file.path()), "{error}");
}
