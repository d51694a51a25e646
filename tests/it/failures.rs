//! Frames that fail, processes that are killed and devices that hang: the run goes on, and says what it left out.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::files;

/// Some frames do not meet the constraint, and are not drawn again.
const SCENE: &str = r#"(
    categories: ["ball"], resolution: (32, 24), ground: (), samples: 1,
    environment: Ambient(illuminance_lux: 500),
    variables: {"x": Uniform(0, 1)},
    constraints: (attempts: 1, require: {"large x": Expr("x > 0.2")}),
    cameras: {"main": (pose: Orbit(distance_m: Uniform(2, 3)))},
    objects: {"ball": (category: "ball", shape: Sphere(radius_m: Uniform(0.1, 0.2)), count: 2)},
)"#;

fn command(folder: &Path, verb: &[&str], output: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maquette"));
    command.current_dir(folder).args(verb).args(["--output", output]).args(more);
    command
}

fn render(folder: &Path, output: &str, more: &[&str]) -> Output {
    command(folder, &["render", "scene.ron", "--frames", "30", "--shard-frames", "7"], output, more).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn scene(text: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("scene.ron"), text).unwrap();
    folder
}

#[test]
fn frames_that_fail_are_noted_and_left_out() {
    let folder = scene(SCENE);
    let folder = folder.path();
    let strict = render(folder, "strict", &[]);
    assert_eq!(strict.status.code(), Some(65), "{}", told(&strict));
    let done = render(folder, "out", &["--max-failures", "20"]);
    assert!(done.status.success(), "{}", told(&done));
    let failed: Vec<String> = files(&folder.join("out/failed")).keys().map(|path| path.display().to_string()).collect();
    let frames: Vec<u64> =
        failed.iter().filter_map(|name| name.strip_suffix(".json")).map(|name| name.parse().unwrap()).collect();
    assert!((2..15).contains(&frames.len()), "{failed:?}");
    assert_eq!(failed.len(), 2 * frames.len(), "{failed:?}");
    let manifest = std::fs::read_to_string(folder.join("out/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let there = maquette::dataset::from_ranges(manifest["frames"].as_str().unwrap()).unwrap();
    assert_eq!((0..30).filter(|frame| !there.contains(frame)).collect::<Vec<u64>>(), frames);
    for frame in &frames {
        let note = std::fs::read_to_string(folder.join(format!("out/failed/{frame:08}.json"))).unwrap();
        assert!(note.contains("`large x` not met"), "{note}");
        assert!(told(&done).contains(&format!("frame {frame} failed twice")), "{}", told(&done));
        let scene = format!("out/failed/{frame:08}.scene.ron");
        let again = command(folder, &["render", &scene], "again", &["--overwrite"]).output().unwrap();
        assert!(again.status.success(), "{}", told(&again));
    }
    let mut verify = Command::new(env!("CARGO_BIN_EXE_maquette"));
    let clean = verify.current_dir(folder).args(["verify", "out"]).output().unwrap();
    assert!(clean.status.success(), "{}", told(&clean));

    // More than may fail.
    let most = (frames.len() - 1).to_string();
    let refused = render(folder, "few", &["--max-failures", &most]);
    assert_eq!(refused.status.code(), Some(65));
    assert!(told(&refused).contains("more than --max-failures"), "{}", told(&refused));

    // In silence, and as programs are told: of the run, not of the processes that it took.
    let silent = render(folder, "silent", &["--max-failures", "20", "--quiet"]);
    assert!(silent.status.success(), "{}", told(&silent));
    assert!(!told(&silent).contains("warning"), "{}", told(&silent));
    let json = render(folder, "json", &["--max-failures", "20", "--progress", "json"]);
    let events: Vec<serde_json::Value> =
        told(&json).lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let done: Vec<u64> = events.iter().filter_map(|event| event["frames_done"].as_u64()).collect();
    assert!(done.is_sorted() && done.len() > 3, "{done:?}");
    let last = events.last().unwrap();
    assert_eq!((&last["event"], last["frames"].as_u64()), (&"done".into(), Some(30 - frames.len() as u64)), "{last}");
    let profiled = render(folder, "json", &["--max-failures", "20", "--profile"]);
    assert_eq!(profiled.status.code(), Some(2), "{}", told(&profiled));

    // Parts note theirs where the merge finds them.
    for part in ["0/2", "1/2"] {
        let done = render(folder, "parts", &["--max-failures", "20", "--shard", part]);
        assert!(done.status.success(), "{}", told(&done));
    }
    let merged = command(folder, &["merge", "--frames", "30"], "parts", &[]).output().unwrap();
    assert!(merged.status.success() && told(&merged).contains("failed and are left out"), "{}", told(&merged));
    assert!(files(&folder.join("parts")) == files(&folder.join("out")));
    let both = command(folder, &["merge", "out", "parts", "--frames", "30"], "both", &[]).output().unwrap();
    assert!(both.status.success(), "{}", told(&both));
    assert!(files(&folder.join("both")) == files(&folder.join("out")));

    // What can be made after all is no failure any more.
    let note = folder.join("out/failed/00000029.json");
    std::fs::write(&note, "{}").unwrap();
    let again = render(folder, "out", &["--max-failures", "20"]);
    assert!(again.status.success() && !note.exists(), "{}", told(&again));
}

/// The process that a watched run works in.
#[cfg(target_os = "linux")]
fn child_of(parent: &Child) -> Option<u32> {
    let id = parent.id();
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_is_killed_is_no_frames_fault() {
    let folder = scene(&SCENE.replace("x > 0.2", "x > -1"));
    let folder = folder.path();
    assert!(render(folder, "whole", &[]).status.success());
    let start = |output: &str| {
        let verb = ["render", "scene.ron", "--frames", "30", "--shard-frames", "7", "--max-failures", "1"];
        command(folder, &verb, output, &[]).stderr(Stdio::null()).spawn().unwrap()
    };
    let mut run = start("out");
    let mut killed = None;
    let begin = Instant::now();
    // As soon as it has something under way.
    while run.try_wait().unwrap().is_none() && killed.is_none() && begin.elapsed() < Duration::from_secs(60) {
        let building =
            std::fs::read_dir(folder.join("out/.maquette/building")).is_ok_and(|mut found| found.next().is_some());
        if let Some(child) = child_of(&run).filter(|_| building) {
            assert!(Command::new("kill").args(["-9", &child.to_string()]).status().unwrap().success());
            killed = Some(child);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(killed.is_some());
    assert!(run.wait().unwrap().success());
    assert!(files(&folder.join("out")) == files(&folder.join("whole")));

    // Who watches takes the other along, and with it the lock.
    let mut run = start("other");
    while !folder.join("other/.maquette/lock").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let again = render(folder, "other", &[]);
    assert!(again.status.success(), "{}", told(&again));
    assert!(files(&folder.join("other")) == files(&folder.join("whole")));
}

/// What who watches is told is told to who works, once, though all of a group may have heard it.
#[cfg(unix)]
#[test]
fn a_watched_run_stops_on_request() {
    use std::os::unix::process::CommandExt;
    let folder = scene(&SCENE.replace("x > 0.2", "x > -1"));
    let folder = folder.path();
    let verb = ["render", "--frames", "5000", "--shard-frames", "50", "--max-failures", "1"];
    for (signal, group, code) in [("-TERM", "", 75), ("-INT", "", 130), ("-TERM", "-", 75), ("-INT", "-", 130)] {
        let output = format!("out{signal}{group}");
        let mut run = command(folder, &verb, &output, &["--", "scene.ron"]);
        let mut run = run.stderr(Stdio::null()).process_group(0).spawn().unwrap();
        while !folder.join(&output).join("frames/00000").exists() {
            assert!(run.try_wait().unwrap().is_none());
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(100));
        let whom = format!("{group}{}", run.id());
        assert!(Command::new("kill").args([signal, "--", &whom]).status().unwrap().success());
        assert_eq!(run.wait().unwrap().code(), Some(code), "{signal} {whom}");
        assert!(!folder.join(&output).join("manifest.json").exists() && !folder.join(&output).join("failed").exists());
        let merged = command(folder, &["merge"], &output, &[]).output().unwrap();
        assert!(merged.status.success(), "{}", told(&merged));
        // More than whole shards: what was begun was finished.
        let frames = std::fs::read_to_string(folder.join(&output).join("manifest.json")).unwrap();
        let frames: serde_json::Value = serde_json::from_str(&frames).unwrap();
        let frames = maquette::dataset::from_ranges(frames["frames"].as_str().unwrap()).unwrap();
        assert!(frames.len() > 50, "{signal} {whom}: {}", frames.len());
    }
}

/// Killed before it has removed what is to be written over, it still does.
#[cfg(target_os = "linux")]
#[test]
fn overwriting_is_not_forgotten() {
    let folder = scene(&SCENE.replace("x > 0.2", "x > -1"));
    let folder = folder.path();
    assert!(render(folder, "out", &[]).status.success());
    let mark = folder.join("out/frames/00000/00000000.rgb.png");
    let before = std::fs::metadata(&mark).unwrap().modified().unwrap();
    let verb = ["render", "scene.ron", "--frames", "30", "--shard-frames", "7", "--max-failures", "1", "--overwrite"];
    let mut run = command(folder, &verb, "out", &[]).stderr(Stdio::null()).spawn().unwrap();
    let child = loop {
        assert!(run.try_wait().unwrap().is_none());
        if let Some(child) = child_of(&run) {
            break child;
        }
    };
    assert!(Command::new("kill").args(["-9", &child.to_string()]).status().unwrap().success());
    assert!(run.wait().unwrap().success());
    assert!(std::fs::metadata(&mark).unwrap().modified().unwrap() > before);
}

#[test]
fn a_device_that_hangs_ends_the_run() {
    let folder = scene(SCENE);
    let stuck = render(folder.path(), "out", &["--frame-timeout", "0.000001"]);
    assert_eq!(stuck.status.code(), Some(69), "{}", told(&stuck));
    assert!(
        told(&stuck).contains("nothing came of frames") && told(&stuck).contains("device hangs"),
        "{}",
        told(&stuck)
    );
    let frames = render(folder.path(), "out", &["--frame-timeout", "0.000001", "--max-failures", "2"]);
    assert_eq!(frames.status.code(), Some(69), "{}", told(&frames));
    assert_eq!(files(&folder.path().join("out/failed")).len(), 6, "three frames, one more than may fail");
    for bad in ["0", "-1", "NaN", "soon", "inf"] {
        assert_eq!(render(folder.path(), "bad", &["--frame-timeout", bad]).status.code(), Some(2), "{bad}");
    }
}
