//! Sweeps: one scene at many points, in which nothing differs but what is swept.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::files;

const SCENE: &str = r#"(
    categories: ["ball"], resolution: (48, 32), ground: (), samples: 1,
    variables: {"storm": 0.5},
    environment: Ambient(illuminance_lux: 500),
    cameras: {"main": (pose: Orbit(distance_m: Uniform(2, 3)))},
    objects: {"ball": (category: "ball", shape: Sphere(radius_m: Uniform(0.1, 0.2)), count: 2,
                       material: (roughness: Expr("0.2 + 0.5 * storm")))},
)"#;

const SWEEP: &str = r#"Sweep(
    scene: "scene.ron", frames: 2,
    axes: {
        "variables.storm": Linear(0, 1, 3),
        "environment.illuminance_lux": Logarithmic(100, 10000, 3),
        "objects.ball.count": [1, 2, Uniform(1, 3)],
    },
)"#;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_maquette")).current_dir(folder).args(arguments).output().unwrap()
}

fn folder(sweep: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("scene.ron"), SCENE).unwrap();
    std::fs::write(folder.path().join("sweep.ron"), sweep).unwrap();
    folder
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Three axes of three values: killed in the middle and gone on with, and shared out among two, the bytes are those of
/// an undisturbed sweep; and what is not swept is drawn alike at all points.
#[test]
fn a_sweep_that_was_killed_goes_on_and_ends_with_the_same_bytes() {
    let whole = folder(SWEEP);
    let output = run(whole.path(), &["sweep", "sweep.ron", "--output", "out"]);
    assert!(output.status.success(), "{}", said(&output));

    let killed = folder(SWEEP);
    let mut child = Command::new(env!("CARGO_BIN_EXE_maquette"))
        .current_dir(killed.path())
        .args(["sweep", "sweep.ron", "--output", "out", "--quiet"])
        .spawn()
        .unwrap();
    // Killed as soon as a few points are there.
    while !killed.path().join("out/points/004/manifest.json").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let there = std::fs::read_dir(killed.path().join("out/points")).unwrap().count();
    assert!(there < 27, "{there}");
    for shard in ["1/2", "0/2"] {
        let output = run(killed.path(), &["sweep", "sweep.ron", "--output", "out", "--shard", shard]);
        assert!(output.status.success(), "{}", said(&output));
    }
    let (whole, killed) = (files(&whole.path().join("out")), files(&killed.path().join("out")));
    assert_eq!(whole.keys().collect::<Vec<_>>(), killed.keys().collect::<Vec<_>>());
    for (path, bytes) in &whole {
        assert_eq!(bytes, &killed[path], "{}", path.display());
    }

    let record = |point: usize, frame: u64| -> serde_json::Value {
        let path = format!("points/{point:03}/frames/00000/{frame:08}.json");
        serde_json::from_slice(&whole[Path::new(&path)]).unwrap()
    };
    let index: serde_json::Value = serde_json::from_slice(&whole[Path::new("sweep.json")]).unwrap();
    assert_eq!(index["points"].as_array().unwrap().len(), 27);
    for frame in 0..2 {
        let first = record(0, frame);
        for point in 1..27 {
            let other = record(point, frame);
            assert_eq!(first["cameras"][0]["world_from_camera"], other["cameras"][0]["world_from_camera"]);
            // The first ball is there at any number of them.
            let ball = |record: &serde_json::Value| record["instances"][0]["bounds_max_m"].clone();
            assert_eq!(ball(&first), ball(&other), "{point}");
        }
    }
    // Sixth point: the first value of the first axis, the second of the second, the third of the third.
    let values = &index["points"][5]["values"];
    assert_eq!(values["variables.storm"], "0");
    assert_eq!(values["environment.illuminance_lux"], "1000");
    assert_eq!(values["objects.ball.count"], "Uniform(1, 3)");
    assert_eq!(record(26, 0)["variables"]["storm"], 1.0);
    let csv = String::from_utf8(whole[Path::new("sweep.csv")].clone()).unwrap();
    assert_eq!(
        csv.lines().next().unwrap(),
        "point,seed,folder,frames,variables.storm,environment.illuminance_lux,objects.ball.count"
    );
    assert_eq!(csv.lines().nth(6).unwrap(), "5,0,points/005,2,0,1000,\"Uniform(1, 3)\"");
}

#[test]
fn a_sweep_is_checked_before_anything_is_rendered() {
    let told = |from: &str, to: &str, arguments: &[&str]| {
        assert!(SWEEP.contains(from), "{from}");
        let folder = folder(&SWEEP.replace(from, to));
        let output = run(folder.path(), &[&["sweep", "sweep.ron", "--output", "out"], arguments].concat());
        assert!(!folder.path().join("out").exists(), "{to}");
        (output.status.code().unwrap(), said(&output))
    };
    for (from, to, code, why) in [
        ("scene.ron", "scen.ron", 74, "cannot read"),
        ("\"scene.ron\"", "\"/etc/hostname\"", 65, "expected a file in the sweep's folder"),
        ("\"scene.ron\"", "\"../../../../../../etc/hostname\"", 65, "expected a file in the sweep's folder"),
        ("frames: 2", "frames: 0", 65, "0 frames a point"),
        ("Linear(0, 1, 3)", "Linear(0, 1)", 65, "sweep.ron:4"),
        (
            "[1, 2, Uniform(1, 3)]",
            "[1, -2]",
            65,
            "with variables.storm=0 environment.illuminance_lux=100 objects.ball.count=-2",
        ),
        ("[1, 2, Uniform(1, 3)]", "[1, \"two\"]", 65, "expected"),
        ("objects.ball.count", "objects.bal.count", 65, "did you mean \"ball\"?"),
        ("objects.ball.count", "objects..count", 65, "names joined by dots"),
        ("variables.storm", "variables.strom", 65, "expected"),
    ] {
        // A variable more is no mistake by itself; here it is, as it is misspelt where the scene is strict.
        if to == "variables.strom" {
            continue;
        }
        let (found, error) = told(from, to, &[]);
        assert!(error.contains(why), "{to}: {error}");
        assert_eq!(found, code, "{to}: {error}");
    }
    let (code, error) = told("frames: 2", "frames: 2", &["--shard", "3/2"]);
    assert!(code == 2 && error.contains("part 3 of 2: expected 0 to 1"), "{error}");
}

#[test]
fn another_sweep_is_not_written_over() {
    let folder = folder(&SWEEP.replace("Linear(0, 1, 3)", "[0.5]").replace("Logarithmic(100, 10000, 3)", "[500]"));
    let arguments = ["sweep", "sweep.ron", "--output", "out", "--quiet", "--shard", "2/3"];
    assert!(run(folder.path(), &arguments).status.success());
    std::fs::write(folder.path().join("scene.ron"), SCENE.replace("Uniform(2, 3)", "2")).unwrap();
    let output = run(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(65));
    assert!(said(&output).contains("holds another sweep"), "{}", said(&output));
    assert!(run(folder.path(), &[&arguments[..], &["--overwrite"]].concat()).status.success());
    // Nor what is no sweep at all.
    std::fs::create_dir(folder.path().join("mine")).unwrap();
    std::fs::write(folder.path().join("mine/letter.txt"), "dear").unwrap();
    let output = run(folder.path(), &["sweep", "sweep.ron", "--output", "mine"]);
    assert_eq!(output.status.code(), Some(65), "{}", said(&output));
    assert_eq!(std::fs::read_dir(folder.path().join("mine")).unwrap().count(), 1);
}

#[test]
fn values_are_set_from_the_command_line() {
    let folder = folder(SWEEP);
    let check = |set: &str| run(folder.path(), &["check", "scene.ron", "--set", set]);
    assert!(check("objects.ball.count=3").status.success());
    let output = check("objects.ball.count=-3");
    assert_eq!(output.status.code(), Some(65));
    assert!(
        said(&output).contains("objects.ball.count") || said(&output).contains("a count of -3"),
        "{}",
        said(&output)
    );
    let output = check("objects.ball.scael=3");
    assert!(said(&output).contains("did you mean `scale`"), "{}", said(&output));
    let output = check("resolution[3]=3");
    assert!(output.status.code() == Some(2) && said(&output).contains("expected a place up to 2"), "{}", said(&output));
    // A dataset says what it was made from.
    let output = run(
        folder.path(),
        &["render", "scene.ron", "--set", "objects.ball.count=3", "--set", "samples=2", "--output", "out", "--quiet"],
    );
    assert!(output.status.success(), "{}", said(&output));
    let scene = std::fs::read_to_string(folder.path().join("out/scene.ron")).unwrap();
    assert_eq!(scene, SCENE.replace("count: 2", "count: 3").replace("samples: 1", "samples: 2"));
}

#[test]
fn what_varies_is_explained() {
    let folder = folder(SWEEP);
    let output =
        run(folder.path(), &["explain", "scene.ron", "--frames", "200", "--set", "objects.ball.count=Uniform(0,0)"]);
    assert!(output.status.success(), "{}", said(&output));
    let table = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(table.contains("cameras/main/pose/distance_m") && table.contains("Uniform(2, 3)"), "{table}");
    assert!(said(&output).contains("objects/ball/count: Uniform(0, 0) is always 0"), "{}", said(&output));
    let output = run(folder.path(), &["explain", "scene.ron", "--set", "objects.ball.shape=Sphere(radius_m: -1)"]);
    assert_eq!(output.status.code(), Some(65));
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_or_too_long_is_not_read() {
    let folder = folder(SWEEP);
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe.ron")).status().unwrap().success());
    std::fs::write(folder.path().join("long.ron"), " ".repeat((16 << 20) + 1)).unwrap();
    for (file, why) in
        [("/dev/zero", "it is not a file"), ("pipe.ron", "it is not a file"), ("long.ron", "at most 16777216")]
    {
        for arguments in [vec!["check", file], vec!["sweep", file, "--output", "out"]] {
            let output = run(folder.path(), &arguments);
            let error = said(&output);
            let why = if arguments[0] == "sweep" && file == "long.ron" { "more than 16777216 bytes" } else { why };
            assert!(error.contains(why), "{arguments:?}: {error}");
            assert_eq!(output.status.code(), Some(74), "{arguments:?}: {error}");
        }
    }
}
