//! Killed at any moment, alone or beside another process, a run is gone on with and ends with the same bytes.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::files;

const SCENE: &str = r#"(
    categories: ["ball"], resolution: (32, 24), ground: (), samples: 1,
    environment: Ambient(illuminance_lux: 500),
    cameras: {"main": (pose: Orbit(distance_m: Uniform(2, 3)))},
    objects: {"ball": (category: "ball", shape: Sphere(radius_m: Uniform(0.1, 0.2)), count: 2)},
)"#;

const ROUNDS: u64 = 200;
/// Frames that each round asks for beyond those of the round before, so that there is always something to do.
const MORE: u64 = 3;

fn start(folder: &Path, output: &str, frames: u64, more: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maquette"));
    command.current_dir(folder).args(["render", "scene.ron", "--quiet", "--shard-frames", "7", "--output", output]);
    command.args(["--frames", &format!("0-{}", frames - 1)]).args(more).stderr(Stdio::null()).spawn().unwrap()
}

/// Uniform in 0 to 1, another for each number (SplitMix64).
fn chance(number: u64) -> f64 {
    let bits = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((bits ^ (bits >> 27)) >> 11) as f64 / 9_007_199_254_740_992.0
}

/// Lets processes live for so long and kills those that have not ended. Gives how many were killed.
fn kill_after(mut children: Vec<(Child, Duration)>) -> u32 {
    let begin = Instant::now();
    children.sort_by_key(|(_, life)| *life);
    let mut killed = 0;
    for (mut child, life) in children {
        std::thread::sleep(life.saturating_sub(begin.elapsed()));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            killed += 1;
        }
        child.wait().unwrap();
    }
    killed
}

#[test]
fn two_hundred_kills_change_no_byte() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("scene.ron"), SCENE).unwrap();
    let begin = Instant::now();
    assert!(start(folder.path(), "first", 10, &[]).wait().unwrap().success());
    // Kills fall from before the lock is taken to when the manifest is there.
    let longest = begin.elapsed().mul_f64(1.2);
    let mut killed = 0;
    for round in 0..ROUNDS {
        let frames = 10 + MORE * round;
        // More often soon than late.
        let life = |which: u64| longest.mul_f64(chance(2 * round + which).powi(2));
        // Every other time two processes share the work.
        killed += if round % 2 == 0 {
            kill_after(vec![(start(folder.path(), "out", frames, &[]), life(0))])
        } else {
            let part =
                |which: u64| (start(folder.path(), "out", frames, &["--shard", &format!("{which}/2")]), life(which));
            kill_after(vec![part(0), part(1)])
        };
    }
    assert!(u64::from(killed) > ROUNDS / 2, "only {killed} were killed");
    let frames = 10 + MORE * ROUNDS;
    assert!(start(folder.path(), "out", frames, &[]).wait().unwrap().success());
    assert!(start(folder.path(), "whole", frames, &[]).wait().unwrap().success());
    let [out, whole] = ["out", "whole"].map(|name| files(&folder.path().join(name)));
    assert_eq!(out.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>());
    for (name, bytes) in &whole {
        assert!(out[name] == *bytes, "{} differs after {killed} kills", name.display());
    }
}

/// Parts in one folder and parts in folders of their own merge to what one process writes; `merge` says what is missing.
#[test]
fn parts_merge_to_what_one_process_writes() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("scene.ron"), SCENE).unwrap();
    let merge = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_maquette"));
        command.current_dir(folder.path()).arg("merge").args(arguments).output().unwrap()
    };
    assert!(start(folder.path(), "whole", 30, &[]).wait().unwrap().success());
    let whole = files(&folder.path().join("whole"));
    assert!(start(folder.path(), "shared", 30, &["--shard", "1-2/3"]).wait().unwrap().success());
    let missing = merge(&["--output", "shared", "--frames", "30"]);
    assert_eq!(missing.status.code(), Some(65));
    let told = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(told.contains("frames 0-6 are missing"), "{told}");
    assert!(start(folder.path(), "shared", 30, &["--shard", "0/3"]).wait().unwrap().success());
    assert!(merge(&["--output", "shared", "--frames", "30"]).status.success());
    assert!(files(&folder.path().join("shared")) == whole);
    for part in ["0/2", "1/2"] {
        let own = &part[..1];
        assert!(start(folder.path(), own, 30, &["--shard", part]).wait().unwrap().success());
    }
    let done = merge(&["0", "1", "--output", "both", "--quiet"]);
    assert!(done.status.success() && done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(files(&folder.path().join("both")) == whole);
    for (arguments, code) in
        [(&["--output", "nothing"][..], 65), (&["0", "--output", "s3://there/x"], 2), (&["--output", "s3:there"], 2)]
    {
        assert_eq!(merge(arguments).status.code(), Some(code), "{arguments:?}");
    }
}

/// TERM: the frame is finished and what is whole stays; a second one ends it at once. Both leave 75.
#[test]
fn whoever_is_told_to_stop_leaves_whole_frames() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("scene.ron"), SCENE).unwrap();
    let tell = |child: &Child| {
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    };
    for times in [1, 2] {
        let output = format!("out{times}");
        let mut child = start(folder.path(), &output, 5000, &[]);
        while !folder.path().join(&output).join("frames/00000").exists() {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it was told to");
            std::thread::sleep(Duration::from_millis(2));
        }
        (0..times).for_each(|_| tell(&child));
        assert_eq!(child.wait().unwrap().code(), Some(75));
        let there = files(&folder.path().join(&output));
        assert!(!there.contains_key(Path::new("manifest.json")));
        let records = there.keys().filter(|name| name.starts_with("frames") && name.extension().unwrap() == "json");
        let frames = records.count() as u64;
        assert!((7..5000).contains(&frames), "{frames}");
        if times == 1 {
            assert!(start(folder.path(), &output, frames, &[]).wait().unwrap().success());
            assert!(start(folder.path(), "whole", frames, &[]).wait().unwrap().success());
            assert!(files(&folder.path().join(&output)) == files(&folder.path().join("whole")));
        }
    }
}

/// A file system that is full time and again: what was finished is whole, and once there is room the bytes are the same.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_costs_nothing_that_was_finished() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("scene.ron"), SCENE).unwrap();
    // A file system of its own, in a name space of its own, in which anybody may mount one.
    let script = r#"
        mkdir out && mount -t tmpfs -o size=32k none out || exit 99
        for size in 32k 200k 500k 1000k 1500k 64m; do
            mount -o remount,size=$size out || exit 98
            "$MAQUETTE" render scene.ron --quiet --frames 60 --shard-frames 7 --output out 2>>said
            echo "$size $?"
            ls out/frames 2>/dev/null | wc -l
        done
        cp -a out copy
    "#;
    let done = Command::new("unshare")
        .current_dir(folder.path())
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .env("MAQUETTE", env!("CARGO_BIN_EXE_maquette"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    if told.is_empty() {
        // Containers may forbid it.
        eprintln!("not tested: no file system can be mounted here: {}", String::from_utf8_lossy(&done.stderr));
        return;
    }
    let said = std::fs::read_to_string(folder.path().join("said")).unwrap();
    assert!(done.status.success(), "{told}{said}{}", String::from_utf8_lossy(&done.stderr));
    assert!(told.contains("32k 74\n") && told.contains("64m 0\n9\n"), "{told}{said}");
    assert!(told.matches(" 74\n").count() >= 3, "{told}{said}");
    assert!(said.contains("No space left on device"), "{said}");
    assert!(start(folder.path(), "whole", 60, &[]).wait().unwrap().success());
    assert!(files(&folder.path().join("copy")) == files(&folder.path().join("whole")));
}
