//! What the templates say, by those who read them: bash, a reader of double-quoted strings, the rules of Kubernetes.

use std::path::Path;

use super::quote::{shell, yaml};
use super::*;

/// What paths may be called, if somebody means it.
const HOSTILE: &str = "/a b/it's \"q\" $HOME `id` $(JOB_COMPLETION_INDEX) $$(X) \\x \\\n#SBATCH --wrap=x\r\n'; exit 3; \
    {{Param.Output}} {{ %x é\u{85}\u{2028}\u{feff}\u{7} ~!*?[";

pub(super) fn job() -> Job {
    Job {
        name: "tabletop".to_owned(),
        scene: "/net/tabletop.ron".to_owned(),
        frames: "0-9999".to_owned(),
        seed: 7,
        shard_frames: 100,
        parts: 8,
        output: "/net/out".to_owned(),
        program: "/usr/bin/maquette".to_owned(),
        arguments: Vec::new(),
        resources: Resources::default(),
    }
}

fn hostile() -> Job {
    Job {
        scene: format!("{HOSTILE}.ron"),
        frames: "0-9,$(id)".to_owned(),
        output: format!("/out{HOSTILE}"),
        program: format!("/bin{HOSTILE}"),
        arguments: vec!["--set".to_owned(), "a=\"$b\"'\n'".to_owned(), "--workers".to_owned(), "4".to_owned()],
        ..job()
    }
}

fn container() -> Container {
    let mount = |claim: &str, folder: &str| Mount { claim: claim.to_owned(), folder: folder.to_owned() };
    Container {
        image: "maquette:1".to_owned(),
        mounts: vec![mount("scenes", "/net"), mount("datasets", "/out/a b")],
        ..Container::default()
    }
}

/// The arguments of part 3 as `render` should see them.
fn expected(job: &Job, shard: &str, more: &[&str]) -> Vec<String> {
    let (scene, frames, output) = (job.scene.as_str(), job.frames.as_str(), job.output.as_str());
    let fixed = ["render", scene, "--frames", frames, "--seed", "7", "--shard-frames", "100", "--shard", shard];
    let words = fixed.into_iter().chain(["--output", output]);
    words.chain(job.arguments.iter().map(String::as_str)).chain(more.iter().copied()).map(str::to_owned).collect()
}

fn text<'a>(submission: &'a Submission, name: &str) -> &'a str {
    &submission.files.iter().find(|file| file.name == name).unwrap().text
}

fn bash(script: &str, folder: &Path, environment: &[(&str, &str)]) -> std::process::Output {
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let file = folder.join("script");
    std::fs::write(&file, script).unwrap();
    let mut command = std::process::Command::new("bash");
    command.arg(&file).env("PATH", path).envs(environment.iter().copied()).output().unwrap()
}

/// A program in the folder that writes its arguments to a file of its name, each with a NUL behind it.
pub(super) fn pretend(folder: &Path, name: &str, more: &str) {
    let file = folder.join(name);
    let seen = shell(&folder.join(format!("{name}.seen")).display().to_string());
    let text = format!("#!/bin/bash\nprintf '%s\\0' \"$@\" >> {seen}\n{more}\n");
    // Another process writes it: what this one has open, so has a process that another test is starting just now, and
    // what somebody has open for writing cannot be run.
    let mut shell = std::process::Command::new("bash");
    shell.args(["-c", "printf %s \"$2\" > \"$1\" && chmod +x \"$1\"", "bash"]).arg(file).arg(text);
    assert!(shell.status().unwrap().success());
}

pub(super) fn seen(folder: &Path, name: &str) -> Vec<String> {
    let bytes = std::fs::read(folder.join(format!("{name}.seen"))).unwrap_or_default();
    let mut words: Vec<String> =
        bytes.split(|&b| b == 0).map(|word| String::from_utf8(word.to_vec()).unwrap()).collect();
    assert_eq!(words.pop().as_deref(), Some(""));
    words
}

/// All strings in double quotes of a line or a text, read as JSON reads them, of which YAML's strings are no less.
fn strings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        let tail = &rest[start..];
        let mut escaped = false;
        let end = tail.char_indices().skip(1).find(|&(_, c)| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let end = end.unwrap().0 + 1;
        found.push(serde_json::from_str(&tail[..end]).unwrap());
        rest = &tail[end..];
    }
    found
}

/// The strings of the list behind the first `args` after a mark.
fn args(template: &str, mark: &str) -> Vec<String> {
    let list = template.split_once(mark).unwrap().1.split_once("args: [\n").unwrap().1;
    strings(list.split_once("\n          ]").unwrap().0)
}

/// What Kubernetes makes of an argument: `$(NAME)` of a variable that is there is its value, `$$` is `$`.
fn expanded(text: &str, index: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        result.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(tail) = rest.strip_prefix('$') {
            result.push('$');
            rest = tail;
        } else if let Some(tail) = rest.strip_prefix("(JOB_COMPLETION_INDEX)") {
            result.push_str(index);
            rest = tail;
        } else {
            result.push('$');
        }
    }
    result + rest
}

#[test]
fn bash_reads_words_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    pretend(folder.path(), "hear", "");
    let words =
        [HOSTILE, "", "plain", "-n", "a'b", "\u{1}1", "~", "a=b", "\\", "'", "\n", "\\'\n", "é", "{a,b}", "#x", "!"];
    let line = words.map(shell).join(" ");
    assert!(!line.contains('\n'), "a word ends no line");
    assert!(bash(&format!("hear {line}\n"), folder.path(), &[]).status.success());
    assert_eq!(seen(folder.path(), "hear"), words);
}

#[test]
fn yaml_reads_strings_as_they_were() {
    for text in [HOSTILE, "", "on", "1e3", "~", "a: b", "# x", "\u{2029}\u{ffff}\u{9f}\u{7f}\u{1f600}", "\\u0041"] {
        let quoted = yaml(text);
        let bare = |c: char| c.is_control() || "\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}".contains(c);
        assert!(!quoted.contains(bare), "{quoted}");
        assert_eq!(strings(&quoted), [text]);
    }
}

#[test]
fn a_task_of_slurm_starts_its_part() {
    let folder = tempfile::tempdir().unwrap();
    pretend(folder.path(), "srun", "");
    pretend(folder.path(), "scontrol", "");
    let mut job = hostile();
    job.resources.cpus = Some(4);
    let submission = slurm(&job).unwrap();
    let task = [("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_JOB_ID", "70"), ("SLURM_JOB_ID", "73")];
    let output = bash(text(&submission, "render.sbatch"), folder.path(), &task);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let step = ["--ntasks=1", "--cpus-per-task=4", &job.program].map(str::to_owned);
    assert_eq!(seen(folder.path(), "srun"), [step.to_vec(), expected(&job, "3/8", &[])].concat());
    assert!(!folder.path().join("scontrol.seen").exists(), "what is done is not queued again");
}

#[test]
fn only_75_is_queued_again_and_only_that_task() {
    for code in [1, 2, 65, 69, 74, 75, 130] {
        let folder = tempfile::tempdir().unwrap();
        pretend(folder.path(), "srun", &format!("exit {code}"));
        pretend(folder.path(), "scontrol", "");
        let submission = slurm(&job()).unwrap();
        // The last task of an array has the number of the whole array as its own.
        let task = [("SLURM_ARRAY_TASK_ID", "7"), ("SLURM_ARRAY_JOB_ID", "70"), ("SLURM_JOB_ID", "70")];
        let output = bash(text(&submission, "render.sbatch"), folder.path(), &task);
        assert_eq!(output.status.code(), Some(code));
        match code {
            75 => assert_eq!(seen(folder.path(), "scontrol"), ["requeue", "70_7"]),
            _ => assert!(!folder.path().join("scontrol.seen").exists(), "{code}"),
        }
    }
}

#[test]
fn the_merge_of_slurm_becomes_the_program() {
    let folder = tempfile::tempdir().unwrap();
    pretend(folder.path(), "maquette 'x'", "exit 65");
    let program = folder.path().join("maquette 'x'").display().to_string();
    let job = Job { program, ..hostile() };
    let submission = slurm(&job).unwrap();
    let output = bash(text(&submission, "merge.sbatch"), folder.path(), &[]);
    assert_eq!(output.status.code(), Some(65), "{output:?}");
    assert_eq!(seen(folder.path(), "maquette 'x'"), ["merge", "--frames", &job.frames, "--output", &job.output]);
}

#[test]
fn slurm_reads_what_was_asked_for_and_nothing_else() {
    let directives = |text: &str| -> Vec<String> {
        let lines = text.lines().take_while(|line| line.starts_with('#'));
        lines.filter_map(|line| line.strip_prefix("#SBATCH --")).map(str::to_owned).collect()
    };
    let always = ["requeue", "open-mode=append"].map(str::to_owned);
    let bare = directives(text(&slurm(&hostile()).unwrap(), "render.sbatch"));
    let expected = ["job-name=tabletop", "array=0-7", "ntasks=1"].map(str::to_owned).to_vec();
    let log = ["output=%x-%A_%a.log", "signal=TERM@60"].map(str::to_owned);
    assert_eq!(bare, [expected, always.to_vec(), log.to_vec()].concat());
    let resources = Resources {
        cpus: Some(4),
        memory_mib: Some(8000),
        gpus: Some(2),
        time_limit_min: Some(90),
        partition: Some("gpu,spare".to_owned()),
        at_once: Some(3),
    };
    let full = slurm(&Job { resources, ..hostile() }).unwrap();
    let asked = ["cpus-per-task=4", "mem=8000M", "time=90", "partition=gpu,spare"];
    for (file, more) in
        [("render.sbatch", vec!["array=0-7%3", "gres=gpu:2"]), ("merge.sbatch", vec!["kill-on-invalid-dep=yes"])]
    {
        let found = directives(text(&full, file));
        for line in asked.iter().chain(&more) {
            assert!(found.contains(&(*line).to_owned()), "{line} in {found:?}");
        }
        assert!(!text(&full, file).contains("\n#SBATCH --wrap"), "a path is no directive");
    }
    assert!(!text(&full, "merge.sbatch").contains("gres"), "the merge draws nothing");
}

#[test]
fn openjd_gives_values_as_parameters_and_parts_as_chunks() {
    let job = hostile();
    let submission = openjd(&job, Runner::Here).unwrap();
    let template = text(&submission, "template.yaml");
    let defaults: Vec<String> =
        template.lines().filter(|line| line.starts_with("    default: ")).flat_map(strings).collect();
    assert_eq!(defaults, [&job.program, &job.scene, &job.frames, &job.output].map(String::as_str));
    let named = Job {
        scene: "{{Param.Scene}}".to_owned(),
        frames: "{{Param.Frames}}".to_owned(),
        output: "{{Param.Output}}".to_owned(),
        ..job.clone()
    };
    let render = expected(&named, "{{Task.Param.Part}}/8", &["--progress", "openjd"]);
    assert_eq!(args(template, "- name: Render\n"), render);
    assert_eq!(args(template, "- name: Merge\n"), ["merge", "--frames", &named.frames, "--output", &named.output]);
    assert!(template.contains("range: \"0-7\"\n") && template.contains("dependsOn: Render\n"));
    assert!(!template.contains("hostRequirements") && !template.contains("timeout"));
    let resources = Resources { gpus: Some(1), time_limit_min: Some(2), ..Resources::default() };
    let submission = openjd(&Job { resources, ..job }, Runner::Deadline).unwrap();
    let template = text(&submission, "template.yaml");
    assert!(template.contains("- name: amount.worker.gpu\n          min: 1\n") && template.contains("timeout: 120\n"));
}

#[test]
fn kubernetes_hands_on_what_looks_like_its_variables() {
    let job = hostile();
    let submission = kubernetes(&job, &container()).unwrap();
    let seen = |file: &str| -> Vec<String> {
        args(text(&submission, file), "containers:").iter().map(|text| expanded(text, "3")).collect()
    };
    assert_eq!(seen("render.yaml"), expected(&job, "3/8", &[]));
    assert_eq!(seen("merge.yaml"), ["merge", "--frames", &job.frames, "--output", &job.output]);
    let command = text(&submission, "render.yaml").lines().find(|line| line.contains("command: [")).unwrap();
    assert_eq!(expanded(&strings(command)[0], ""), job.program);
}

#[test]
fn kubernetes_is_told_of_volumes_cards_and_keys() {
    let resources = Resources { gpus: Some(1), memory_mib: Some(512), at_once: Some(99), ..Resources::default() };
    let job = Job { output: "s3://bucket/out".to_owned(), program: "maquette".to_owned(), resources, ..job() };
    let container = Container { secret: Some("s3.keys".to_owned()), namespace: Some("me".to_owned()), ..container() };
    let submission = kubernetes(&job, &container).unwrap();
    let render = text(&submission, "render.yaml");
    for line in [
        "  parallelism: 8\n",
        "              nvidia.com/gpu: 1\n",
        "                name: \"s3.keys\"\n",
        "              mountPath: \"/out/a b\"\n",
        "            claimName: \"datasets\"\n",
        "          values: [2, 65, 78]\n",
    ] {
        assert!(render.contains(line), "{line}");
    }
    assert!(!text(&submission, "merge.yaml").contains("nvidia"));
    assert_eq!(command_lines(&submission.commands), "kubectl --namespace me apply -f render.yaml\n");
    assert!(command_lines(&submission.later).contains(" job/tabletop\nkubectl --namespace me apply -f merge.yaml\n"));
}

#[test]
fn names_come_from_scenes() {
    for (scene, name) in [
        ("/net/tabletop.ron", "tabletop"),
        ("/net/Table top_2.scene.ron", "table-top-2"),
        ("/net/.ron", "ron"),
        ("/net/ümläut.ron", "ml-ut"),
        ("/net/--.ron", "maquette"),
        ("", "maquette"),
    ] {
        assert_eq!(suitable_name(scene), name, "{scene}");
        let job = Job { name: suitable_name(scene), parts: 100_000, ..job() };
        assert!(kubernetes(&job, &Container { mounts: vec!["c=/net".parse().unwrap()], ..container() }).is_ok());
    }
    assert_eq!(suitable_name(&"abc ".repeat(99)).len(), 40 - 1, "cut at 40, and not behind a dash");
}

mod refused;
