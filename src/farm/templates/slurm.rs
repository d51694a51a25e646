//! Slurm: an array of tasks, and a job that depends on it.

use super::quote::shell;
use super::submit::{Argument, Command, File, Reads, Submission};
use super::words::{self, Line, Word};
use super::{Job, JobError, check};

const RENDER: &str = "render.sbatch";
const MERGE: &str = "merge.sbatch";

/// Batch scripts for Slurm, and how they are submitted.
///
/// A task is one step (`srun`) under a script. Slurm tells steps when time runs out, and not the script, which so lives
/// to queue the task again when the program leaves 75. `scancel` reaches both, so what is cancelled stays cancelled.
///
/// # Errors
///
/// What Slurm would not take.
pub fn slurm(job: &Job) -> Result<Submission, JobError> {
    check::slurm(job)?;
    let file = |name, text| File { name, text };
    let sbatch = |does, arguments| Command { program: "sbatch".to_owned(), arguments, does, reads: Reads::JobId };
    let text = |text: &str| Argument::Text(text.to_owned());
    Ok(Submission {
        files: vec![file(RENDER, render(job)), file(MERGE, merge(job))],
        commands: vec![
            sbatch("render", vec![text("--parsable"), text(RENDER)]),
            sbatch(
                "merge",
                vec![text("--parsable"), Argument::AfterJob("--dependency=afterok:".to_owned()), text(MERGE)],
            ),
        ],
        later: Vec::new(),
    })
}

fn render(job: &Job) -> String {
    let Job { name, parts, resources, .. } = job;
    let last = parts.saturating_sub(1);
    let at_once = resources.at_once.map(|number| format!("%{number}")).unwrap_or_default();
    let gpus = resources.gpus.map(|number| format!("#SBATCH --gres=gpu:{number}\n")).unwrap_or_default();
    let cpus = resources.cpus.map(|number| format!(" --cpus-per-task={number}")).unwrap_or_default();
    let asked = needs(job);
    let program = shell(&job.program);
    let arguments = arguments(&words::render(job), *parts);
    format!(
        r#"#!/bin/bash
# Renders a dataset: each task of the array makes one of {parts} parts. A task may run again at any time.
#SBATCH --job-name={name}
#SBATCH --array=0-{last}{at_once}
#SBATCH --ntasks=1
{asked}{gpus}# A task whose node is lost is queued again, and goes on in the same log.
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A_%a.log
# A minute before the time limit the program is told to stop, and this script is not.
#SBATCH --signal=TERM@60

srun --ntasks=1{cpus} {program} \
    {arguments}
code=$?

# 75: it was stopped, or another held the output. Queued again, it goes on where it was.
if [ "$code" -eq 75 ]; then
    scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_${{SLURM_ARRAY_TASK_ID}}"
fi
exit "$code"
"#
    )
}

fn merge(job: &Job) -> String {
    let name = &job.name;
    let asked = needs(job);
    let program = shell(&job.program);
    let arguments = arguments(&words::merge(job), job.parts);
    format!(
        r"#!/bin/bash
# Runs when all parts are done: sees whether every frame is there, and writes indexes and manifest.
#SBATCH --job-name={name}-merge
#SBATCH --ntasks=1
{asked}#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%j.log
# If a part failed for good, this job leaves the queue.
#SBATCH --kill-on-invalid-dep=yes

exec {program} \
    {arguments}
"
    )
}

/// What both jobs ask for.
fn needs(job: &Job) -> String {
    let asked = &job.resources;
    let lines = [
        asked.cpus.map(|number| format!("#SBATCH --cpus-per-task={number}\n")),
        asked.memory_mib.map(|mebibytes| format!("#SBATCH --mem={mebibytes}M\n")),
        asked.time_limit_min.map(|minutes| format!("#SBATCH --time={minutes}\n")),
        asked.partition.as_ref().map(|name| format!("#SBATCH --partition={name}\n")),
    ];
    lines.into_iter().flatten().collect()
}

fn arguments(lines: &[Line], parts: u32) -> String {
    let quote = |word: &Word| match word {
        Word::Text(text) => shell(text),
        Word::Named(_, text) => shell(text),
        // Not the array's own count of tasks, which is less where only some of them are submitted again.
        Word::Shard => format!("\"$SLURM_ARRAY_TASK_ID/{parts}\""),
    };
    words::write(lines, &quote, " ", " \\\n    ")
}
