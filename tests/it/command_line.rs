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

/// Ten frames, half of them with nothing in them at all.
const SPARSE: &str = r#"Scene(
    categories: ["ball"],
    resolution: (64, 48),
    environment: Sky(),
    objects: {
        "ball": Object(
            category: "ball", shape: Sphere(radius_m: 0.5), count: Uniform(0, 1), body: (kind: Static),
            place: At(position_m: (0, 0, 0)),
        ),
    },
)"#;

#[test]
fn a_frame_with_nothing_in_it_is_a_frame() {
    let temp = TempDir::new().unwrap();
    let scene = temp.path().join("sparse.ron");
    std::fs::write(&scene, SPARSE).unwrap();
    let out = temp.path().join("out");
    let output = maquette().arg("render").arg(&scene).args(["--frames", "10", "--output"]).arg(&out).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let manifest = std::fs::read_to_string(out.join("manifest.json")).unwrap();
    assert!(manifest.contains(r#""frames": "0-9""#), "{manifest}");
    let coco: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("coco/instances.json")).unwrap()).unwrap();
    let labelled = coco["annotations"].as_array().unwrap().len();
    assert!((1..10).contains(&labelled), "{labelled} of 10 frames have a ball");
}

#[cfg(target_os = "linux")]
#[test]
fn where_nobody_listens_the_work_goes_on() {
    let temp = TempDir::new().unwrap();
    let scene = temp.path().join("sparse.ron");
    std::fs::write(&scene, SPARSE).unwrap();
    for mode in ["auto", "json", "openjd"] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_maquette"));
        command.arg("render").arg(&scene).args(["--frames", "3", "--progress", mode, "--output"]);
        let status = command.arg(temp.path().join(mode)).stderr(full).status().unwrap();
        assert!(status.success(), "{mode}: {status}");
    }
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let check =
        std::process::Command::new(env!("CARGO_BIN_EXE_maquette")).arg("check").arg(&scene).stdout(full).status();
    assert_eq!(check.unwrap().code(), Some(74));
}

#[test]
fn a_concrete_scene_that_was_edited_badly_is_65() {
    let temp = TempDir::new().unwrap();
    let scene = temp.path().join("sparse.ron");
    std::fs::write(&scene, SPARSE.replace("Uniform(0, 1)", "2")).unwrap();
    let out = temp.path().join("out");
    assert!(maquette().arg("render").arg(&scene).arg("--output").arg(&out).output().unwrap().status.success());
    let concrete = std::fs::read_to_string(out.join("frames/00000/00000000.scene.ron")).unwrap();
    let edits = [
        ("id: 2", "id: 1", "has the id 1; expected 2"),
        ("(64, 48)", "(60000, 60000)", "resolution"),
        ("scale: 1.0", "scale: NaN", "scale of"),
        ("scale: 1.0", "scal: 1.0", "scal"),
    ];
    for (old, new, expected) in edits {
        assert!(concrete.contains(old), "{old}: {concrete}");
        let path = temp.path().join("edited.scene.ron");
        std::fs::write(&path, format!("// edited\n{}", concrete.replacen(old, new, 1))).unwrap();
        for verb in ["check", "render"] {
            let mut command = maquette();
            command.arg(verb).arg(&path);
            if verb == "render" {
                command.arg("--output").arg(temp.path().join("again"));
            }
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(65), "{verb} {new}");
            assert!(text(&output.stderr).contains(expected), "{verb} {new}: {}", text(&output.stderr));
        }
    }
}

#[test]
fn exports_stay_out_of_the_dataset() {
    let temp = TempDir::new().unwrap();
    let out = temp.path().join("yolo");
    let render = |format: &str| {
        let mut command = maquette();
        command.arg("render").arg(scene("bench/drop.ron")).args(["--format", format]).arg("--output").arg(&out);
        command.output().unwrap()
    };
    // What cannot be written is refused before anything is rendered.
    for (format, exit, says) in [("mot", 65, "sequence"), ("yolo-pose", 65, "keypoints"), ("yola", 2, "`yolo`?")] {
        let output = render(format);
        assert_eq!(output.status.code(), Some(exit), "{format}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(says), "{format}: {}", text(&output.stderr));
        assert!(!out.exists(), "{format}");
    }
    let output = render("voc,gltf");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(out.join("export/voc/labelmap.txt").exists() && out.join("export/gltf/00000000.glb").exists());

    let export = |format: &str, to: &Path| {
        let mut command = maquette();
        command.arg("export").arg(&out).args(["--format", format]).arg("--output").arg(to);
        command.output().unwrap()
    };
    for to in [out.clone(), out.join("frames"), out.join("export/voc"), out.join("new"), out.join("frames/../coco")] {
        for format in ["coco", "gltf"] {
            let output = export(format, &to);
            assert_eq!(output.status.code(), Some(65), "{}", to.display());
            assert!(text(&output.stderr).contains("among the dataset's own files"), "{}", text(&output.stderr));
        }
    }
    // Steps up from what is not there lead into it, too.
    assert_eq!(export("voc", &temp.path().join("nothing/../yolo/frames")).status.code(), Some(65));
    // A mark that is left over says nothing of what stands there now, nor does an export that is a link.
    let kept = temp.path().join("kept");
    assert!(export("coco", &kept).status.success() && export("coco", &kept).status.success());
    std::fs::rename(kept.join("coco"), kept.join("coco_v1")).unwrap();
    std::fs::create_dir(kept.join("coco")).unwrap();
    std::fs::write(kept.join("coco/precious"), "mine").unwrap();
    assert_eq!(export("coco", &kept).status.code(), Some(65));
    std::fs::rename(kept.join("coco"), kept.join("own")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(kept.join("own"), kept.join("coco")).unwrap();
        assert_eq!(export("coco", &kept).status.code(), Some(65));
        let linked = temp.path().join("linked");
        std::fs::rename(out.join("export"), &linked).unwrap();
        std::os::unix::fs::symlink(&linked, out.join("export")).unwrap();
        assert_eq!(export("voc", &out.join("export")).status.code(), Some(65));
        std::fs::remove_file(out.join("export")).unwrap();
        std::fs::rename(&linked, out.join("export")).unwrap();
    }
    assert_eq!(std::fs::read_to_string(kept.join("own/precious")).unwrap(), "mine");
    // Where the dataset itself stands in the place of the export.
    std::fs::write(temp.path().join(".yolo.maquette"), "").unwrap();
    assert_eq!(export("yolo", temp.path()).status.code(), Some(65));
    assert!(export("yolo", &out.join("export")).status.success());
    let verdict = maquette().arg("verify").arg(&out).output().unwrap();
    assert!(verdict.status.success(), "{}", text(&verdict.stdout));

    // Several at once do not get into each other's way.
    let to = temp.path().join("elsewhere");
    let all: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| export("kitti,webdataset", &to))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for output in all {
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let mut left: Vec<String> =
        std::fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, [".kitti.maquette", ".webdataset.maquette", "kitti", "webdataset"]);
}
