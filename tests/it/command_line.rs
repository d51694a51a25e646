//! What a person at a terminal gets: exit codes, messages, progress.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

fn maquette() -> Command {
    Command::new(env!("CARGO_BIN_EXE_maquette"))
}

fn scene(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes").join(name)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn example_scenes_are_good() {
    for name in ["tabletop.ron", "warehouse.ron", "street.ron", "shapes.ron", "bench/drop.ron", "bench/sequence.ron"] {
        let output = maquette().arg("check").arg(scene(name)).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(text(&output.stderr), "", "{name} has warnings");
    }
}

#[test]
fn help_shows_an_example() {
    for verb in ["render", "check", "preview", "doctor", "schema", "library"] {
        let output = maquette().args([verb, "--help"]).output().unwrap();
        assert!(output.status.success());
        assert!(text(&output.stdout).contains(&format!("Example:\n  maquette {verb}")), "{verb}");
    }
    assert!(text(&maquette().arg("--help").output().unwrap().stdout).contains("Example:\n  maquette render"));
}

#[test]
fn a_broken_scene_is_65_and_says_where() {
    let temp = TempDir::new().unwrap();
    let path = temp.path().join("bad.ron");
    std::fs::write(&path, "Scene(\n    objects: {\n        \"ball\": Object(shap: Sphere(radius_m: 1)),\n    },\n)\n")
        .unwrap();
    for verb in ["check", "render", "preview"] {
        let mut command = maquette();
        command.arg(verb).arg(&path);
        if verb != "check" {
            command.arg("--output").arg(temp.path().join("out"));
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(65), "{verb}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains("bad.ron:3:24: error"), "{verb}: {stderr}");
        assert!(stderr.contains("`shape`"), "{verb}: {stderr}");
    }
}

#[test]
fn usage_errors_are_2() {
    let temp = TempDir::new().unwrap();
    let output = maquette()
        .arg("render")
        .arg(scene("bench/drop.ron"))
        .args(["--frames", "5-1", "--output"])
        .arg(temp.path().join("out"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("5-1"), "{}", text(&output.stderr));
    assert_eq!(maquette().arg("paint").output().unwrap().status.code(), Some(2));
}

#[test]
fn a_missing_file_is_74() {
    let output = maquette().args(["check", "no/such/scene.ron"]).output().unwrap();
    assert_eq!(output.status.code(), Some(74));
    assert!(text(&output.stderr).contains("no/such/scene.ron"));
}

#[test]
fn no_driver_is_69_with_a_way_out() {
    let temp = TempDir::new().unwrap();
    let mut render = maquette();
    render.arg("render").arg(scene("bench/drop.ron")).arg("--output").arg(temp.path().join("out"));
    let mut doctor = maquette();
    doctor.arg("doctor");
    for command in [&mut render, &mut doctor] {
        let output =
            command.env("VK_DRIVER_FILES", "/nonexistent.json").env_remove("VK_ICD_FILENAMES").output().unwrap();
        assert_eq!(output.status.code(), Some(69), "{}", text(&output.stderr));
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(said.contains("make setup") && said.contains("VK_DRIVER_FILES"), "{said}");
    }
}

#[test]
fn the_doctor_finds_this_machine_well() {
    let output = maquette().arg("doctor").output().unwrap();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(text(&output.stdout).contains("self-test  passed"));
}

#[test]
fn a_foreign_folder_is_refused() {
    let temp = TempDir::new().unwrap();
    std::fs::write(temp.path().join("thesis.txt"), "years of work").unwrap();
    let output =
        maquette().arg("render").arg(scene("bench/drop.ron")).arg("--output").arg(temp.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(65), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("thesis.txt"));
    assert!(temp.path().join("thesis.txt").exists());
}

#[test]
fn progress_is_json_where_asked_and_silent_where_asked() {
    let temp = TempDir::new().unwrap();
    let run = |name: &str, more: &[&str]| {
        let output = maquette()
            .arg("render")
            .arg(scene("bench/drop.ron"))
            .args(["--frames", "2", "--output"])
            .arg(temp.path().join(name))
            .args(more)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "");
        text(&output.stderr)
    };
    assert_eq!(run("quiet", &["--quiet"]), "");
    let lines = run("json", &["--progress", "json"]);
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!((last["event"].as_str(), last["images"].as_u64()), (Some("done"), Some(2)));
    assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

#[test]
fn schema_is_json() {
    let output = maquette().arg("schema").output().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(schema["properties"]["objects"].is_object());
}
