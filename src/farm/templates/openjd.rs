//! OpenJD, the template language of AWS Deadline Cloud.

use super::quote::yaml;
use super::submit::{Argument, Command, File, Reads, Submission};
use super::words::{self, Line, Word};
use super::{Job, JobError, check};

const TEMPLATE: &str = "template.yaml";
/// How long a chunk of parts should take, in seconds: long beside the start of the program.
const CHUNK_S: u32 = 600;

/// Who runs a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// `openjd`, here and now, one chunk after another.
    Here,
    /// A queue of AWS Deadline Cloud, as `deadline` is set up.
    Deadline,
}

/// A job template of OpenJD, and how it is run.
///
/// # Errors
///
/// What OpenJD would not take.
pub fn openjd(job: &Job, runner: Runner) -> Result<Submission, JobError> {
    check::openjd(job)?;
    let (program, arguments, reads) = match runner {
        Runner::Here => ("openjd", ["run", TEMPLATE].as_slice(), Reads::Nothing),
        Runner::Deadline => ("deadline", ["bundle", "submit", "--yes", "."].as_slice(), Reads::Nothing),
    };
    let arguments = arguments.iter().map(|&argument| Argument::Text(argument.to_owned())).collect();
    Ok(Submission {
        files: vec![File { name: TEMPLATE, text: template(job) }],
        commands: vec![Command { program: program.to_owned(), arguments, does: "render and merge", reads }],
        later: Vec::new(),
    })
}

fn template(job: &Job) -> String {
    let Job { name, parts, .. } = job;
    let name = yaml(name);
    let last = parts.saturating_sub(1);
    let mut lines = words::render(job);
    lines.push(vec![Word::Text("--progress".to_owned()), Word::Text("openjd".to_owned())]);
    let render = arguments(&lines, *parts);
    let merge = arguments(&words::merge(job), *parts);
    let needs = needs(job);
    let timeout =
        job.resources.time_limit_min.map(|minutes| format!("\n          timeout: {}", u64::from(minutes) * 60));
    let timeout = timeout.unwrap_or_default();
    let parameter = |(name, value): (&str, &str)| {
        let value = yaml(value);
        format!("  - name: {name}\n    type: STRING\n    default: {value}\n")
    };
    // Values of parameters are taken as they are, while text in a template may be a reference.
    let parameters =
        [("Program", &job.program), ("Scene", &job.scene), ("Frames", &job.frames), ("Output", &job.output)];
    let parameters: String = parameters.map(|(name, value)| parameter((name, value.as_str()))).concat();
    format!(
        r#"specificationVersion: jobtemplate-2023-09
extensions: [TASK_CHUNKING]
name: {name}
parameterDefinitions:
{parameters}steps:
  # Makes the dataset in {parts} parts. A part may run again at any time.
  - name: Render
    parameterSpace:
      taskParameterDefinitions:
        - name: Part
          type: CHUNK[INT]
          range: "0-{last}"
          # A worker is given parts that follow each other, as many as take ten minutes.
          chunks:
            defaultTaskCount: 1
            targetRuntimeSeconds: {CHUNK_S}
            rangeConstraint: CONTIGUOUS
{needs}    script:
      actions:
        onRun:
          command: "{{{{Param.Program}}}}"
          args: [
            {render}
          ]{timeout}
          # Told to stop, the program finishes its frame.
          cancelation:
            mode: NOTIFY_THEN_TERMINATE
            notifyPeriodInSeconds: 60
  # Sees whether every frame is there, and writes indexes and manifest.
  - name: Merge
    dependencies:
      - dependsOn: Render
    script:
      actions:
        onRun:
          command: "{{{{Param.Program}}}}"
          args: [
            {merge}
          ]
"#
    )
}

/// What a worker must have.
fn needs(job: &Job) -> String {
    let asked = &job.resources;
    let amounts =
        [("vcpu", asked.cpus.map(u64::from)), ("memory", asked.memory_mib), ("gpu", asked.gpus.map(u64::from))];
    let amount = |(name, number): (&str, Option<u64>)| {
        number.map(|number| format!("        - name: amount.worker.{name}\n          min: {number}\n"))
    };
    let amounts: String = amounts.into_iter().filter_map(amount).collect();
    if amounts.is_empty() { amounts } else { format!("    hostRequirements:\n      amounts:\n{amounts}") }
}

fn arguments(lines: &[Line], parts: u32) -> String {
    let quote = |word: &Word| match word {
        Word::Text(text) => yaml(text),
        Word::Named(name, _) => format!("\"{{{{Param.{name}}}}}\""),
        Word::Shard => format!("\"{{{{Task.Param.Part}}}}/{parts}\""),
    };
    words::write(lines, &quote, ", ", ",\n            ")
}
