//! Kubernetes: a Job with an index for each part, and a Job that merges.

use super::quote::yaml;
use super::submit::{Argument, Command, File, Reads, Submission};
use super::words::{self, Line, Word};
use super::{Container, Job, JobError, check};

const RENDER: &str = "render.yaml";
const MERGE: &str = "merge.yaml";

/// Manifests for Kubernetes, and how they are applied.
///
/// Kubernetes has no jobs that wait for others. The merge is to be applied when all parts are done, which
/// [`Submission::later`] waits for.
///
/// # Errors
///
/// What Kubernetes would not take, or what would be lost there.
pub fn kubernetes(job: &Job, container: &Container) -> Result<Submission, JobError> {
    check::kubernetes(job, container)?;
    let kubectl = |does, arguments: &[&str]| {
        let namespace = container.namespace.iter().flat_map(|name| ["--namespace", name]);
        let arguments = namespace.chain(arguments.iter().copied()).map(|text| Argument::Text(text.to_owned()));
        Command { program: "kubectl".to_owned(), arguments: arguments.collect(), does, reads: Reads::Nothing }
    };
    let jobs_name = format!("job/{}", job.name);
    Ok(Submission {
        files: vec![
            File { name: RENDER, text: render(job, container) },
            File { name: MERGE, text: merge(job, container) },
        ],
        commands: vec![kubectl("render", &["apply", "-f", RENDER])],
        later: vec![
            // A negative time is a week.
            kubectl("wait", &["wait", "--for=condition=complete", "--timeout=-1s", &jobs_name]),
            kubectl("merge", &["apply", "-f", MERGE]),
        ],
    })
}

fn render(job: &Job, container: &Container) -> String {
    let Job { parts, resources, .. } = job;
    let name = yaml(&job.name);
    let at_once = resources.at_once.map_or(*parts, |number| number.min(*parts));
    let deadline = resources.time_limit_min.map(|minutes| u64::from(minutes) * 60);
    let deadline = deadline.map(|seconds| format!("      activeDeadlineSeconds: {seconds}\n")).unwrap_or_default();
    let pod = pod(job, container, &words::render(job), resources.gpus);
    format!(
        r#"# Renders a dataset: each index of the Job makes one of {parts} parts. An index may run again at any time.
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
spec:
  completionMode: Indexed
  completions: {parts}
  parallelism: {at_once}
  backoffLimitPerIndex: 5
  podFailurePolicy:
    rules:
      # The command line, the scene or the set-up is wrong: to run it again would not help.
      - action: FailIndex
        onExitCodes:
          containerName: maquette
          operator: In
          values: [2, 65, 78]
      # It was stopped, or another held the output: the next pod goes on where it was.
      - action: Ignore
        onExitCodes:
          containerName: maquette
          operator: In
          values: [75]
      # The node was taken away.
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: "True"
  template:
    spec:
      restartPolicy: Never
      # Told to stop, the program finishes its frame.
      terminationGracePeriodSeconds: 60
{deadline}{pod}"#
    )
}

fn merge(job: &Job, container: &Container) -> String {
    let name = yaml(&format!("{}-merge", job.name));
    let pod = pod(job, container, &words::merge(job), None);
    format!(
        r#"# To be applied when all parts are done: sees whether every frame is there, and writes indexes and manifest.
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
spec:
  backoffLimit: 5
  podFailurePolicy:
    rules:
      # Frames are missing, which waiting does not mend.
      - action: FailJob
        onExitCodes:
          containerName: maquette
          operator: In
          values: [2, 65, 78]
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: "True"
  template:
    spec:
      restartPolicy: Never
{pod}"#
    )
}

/// The pod's container and what it is given.
fn pod(job: &Job, container: &Container, lines: &[Line], gpus: Option<u32>) -> String {
    let account = container.service_account.as_deref();
    let account = account.map(|name| format!("      serviceAccountName: {}\n", yaml(name))).unwrap_or_default();
    let image = yaml(&container.image);
    let program = yaml(&literal(&job.program));
    let arguments = arguments(lines, job.parts);
    let secret = container.secret.as_deref().map(|name| {
        let name = yaml(name);
        format!("          envFrom:\n            - secretRef:\n                name: {name}\n")
    });
    // Left out, NVIDIA's container runtime brings no Vulkan.
    let driver = gpus.map(|_| {
        let value = yaml("graphics,utility,compute");
        format!("          env:\n            - name: NVIDIA_DRIVER_CAPABILITIES\n              value: {value}\n")
    });
    let more: String =
        [secret, driver, Some(resources(job, gpus)), Some(mounts(container))].into_iter().flatten().collect();
    let volumes = volumes(container);
    format!(
        r"{account}      containers:
        - name: maquette
          image: {image}
          command: [{program}]
          args: [
            {arguments}
          ]
{more}{volumes}"
    )
}

fn resources(job: &Job, gpus: Option<u32>) -> String {
    let cpus = job.resources.cpus.map(|number| format!("              cpu: {number}\n"));
    let memory = job.resources.memory_mib.map(|mebibytes| format!("              memory: {mebibytes}Mi\n"));
    let gpus = gpus.map(|number| format!("              nvidia.com/gpu: {number}\n"));
    let block = |title: &str, lines: String| {
        if lines.is_empty() { lines } else { format!("            {title}:\n{lines}") }
    };
    let requests = block("requests", [cpus, memory.clone()].into_iter().flatten().collect());
    let limits = block("limits", [memory, gpus].into_iter().flatten().collect());
    let both = requests + &limits;
    if both.is_empty() { both } else { format!("          resources:\n{both}") }
}

fn mounts(container: &Container) -> String {
    let mount = |(number, mount): (usize, &super::Mount)| {
        format!("            - name: volume-{number}\n              mountPath: {}\n", yaml(&mount.folder))
    };
    let mounts: String = container.mounts.iter().enumerate().map(mount).collect();
    if mounts.is_empty() { mounts } else { format!("          volumeMounts:\n{mounts}") }
}

fn volumes(container: &Container) -> String {
    let volume = |(number, mount): (usize, &super::Mount)| {
        let claim = yaml(&mount.claim);
        format!("        - name: volume-{number}\n          persistentVolumeClaim:\n            claimName: {claim}\n")
    };
    let volumes: String = container.mounts.iter().enumerate().map(volume).collect();
    if volumes.is_empty() { volumes } else { format!("      volumes:\n{volumes}") }
}

/// Text that Kubernetes leaves as it is: `$(NAME)` would be a variable's value, and `$$` is `$`.
fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

fn arguments(lines: &[Line], parts: u32) -> String {
    let quote = |word: &Word| match word {
        Word::Text(text) => yaml(&literal(text)),
        Word::Named(_, text) => yaml(&literal(text)),
        Word::Shard => format!("\"$(JOB_COMPLETION_INDEX)/{parts}\""),
    };
    words::write(lines, &quote, ", ", ",\n            ")
}
