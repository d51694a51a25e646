//! Same in, same out: whatever was rendered before, with however many workers, killed or not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use maquette::farm::Source;
use maquette::frame::Frame;
use maquette::render::{Engine, Options, Renderer};
use tempfile::TempDir;

fn scene(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes").join(name)
}

/// A small copy of a scene, for speed.
fn small(folder: &Path, name: &str) -> PathBuf {
    let text = std::fs::read_to_string(scene(name)).unwrap();
    let text = text.replace("resolution: (640, 480)", "resolution: (160, 120)");
    let text = text.replace("(amodal: false)", "(planes: [Distance, Normal, ObjectCoordinates, Part, Category])");
    let lidar = "lidars: {\"top\": (pose: Orbit(distance_m: 3), steps: 90, preset: Spinning16, drop_out: 0.1)},";
    let text = text.replace("resolution: (160, 120),", &format!("resolution: (160, 120), {lidar}"));
    let text = text.replacen("Camera(", "Camera(depth_sensor: StructuredLight(farthest_m: 10), ", 1);
    assert!(text.contains("lidars") && text.contains("depth_sensor"));
    assert!(text.contains("(160, 120)") && text.contains("ObjectCoordinates"));
    let path = folder.join("small.ron");
    std::fs::write(&path, text).unwrap();
    path
}

fn render(scene: &Path, frames: &str, output: &Path, more: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_maquette"))
        .args(["render", "--quiet", "--seed", "5", "--shard-frames", "8", "--frames", frames])
        .arg(scene)
        .arg("--output")
        .arg(output)
        .args(more)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Every file of a folder with its bytes.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn assert_same(a: &Path, b: &Path) {
    let (a, b) = (tree(a), tree(b));
    let names = |t: &BTreeMap<PathBuf, Vec<u8>>| t.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&a), names(&b));
    let differing: Vec<&PathBuf> = a.keys().filter(|name| a[*name] != b[*name]).collect();
    assert!(differing.is_empty(), "these files differ: {differing:?}");
}

#[test]
fn order_workers_and_growth_change_no_byte() {
    let temp = TempDir::new().unwrap();
    let scene = small(temp.path(), "bench/drop.ron");
    let (whole, parts) = (temp.path().join("whole"), temp.path().join("parts"));
    render(&scene, "0-19", &whole, &["--workers", "4"]);
    render(&scene, "10-19", &parts, &["--workers", "1"]);
    render(&scene, "0-9", &parts, &["--workers", "4"]);
    assert_same(&whole, &parts);
    assert!(tree(&whole).len() > 100);
}

#[test]
fn engines_side_by_side_change_no_byte() {
    let temp = TempDir::new().unwrap();
    let text = std::fs::read_to_string(scene("bench/sequence.ron")).unwrap();
    let text = text.replace("resolution: (640, 480)", "resolution: (160, 120)");
    let text = text.replace("labels: (amodal: false)", "labels: (planes: [Flow, Normal])");
    let text = text.replace("frames: 24", "frames: 5");
    // Takes are judged by their first picture, and drawn again while others are under way.
    let all = "constraints: Constraints(require: { \"whole\": InFrame(truncation_at_most: 0.2) }, attempts: 20, unmet: Keep),\n)";
    let text = text.trim_end().strip_suffix(')').unwrap().to_owned() + all;
    assert!(text.contains("(160, 120)") && text.contains("Flow") && text.contains("frames: 5"));
    let scene = temp.path().join("takes.ron");
    std::fs::write(&scene, text).unwrap();
    let (one, three) = (temp.path().join("one"), temp.path().join("three"));
    render(&scene, "0-11", &one, &["--engines", "1"]);
    render(&scene, "0-11", &three, &["--engines", "3"]);
    assert_same(&one, &three);
    let records = tree(&one);
    let record = |name: &PathBuf| name.starts_with("frames") && name.extension().is_some_and(|end| end == "json");
    let records: Vec<_> = records.iter().filter(|(name, _)| record(name)).collect();
    assert_eq!(records.len(), 12 * 5);
    let again = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("\"attempt\":");
    let rejected = records.iter().filter(|(_, bytes)| again(bytes)).count();
    assert!(rejected > 0 && rejected < records.len(), "{rejected} records of takes that were drawn again");
}

#[test]
fn a_killed_run_is_completed() {
    let temp = TempDir::new().unwrap();
    let scene = small(temp.path(), "bench/drop.ron");
    let (whole, killed) = (temp.path().join("whole"), temp.path().join("killed"));
    render(&scene, "0-31", &whole, &[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_maquette"))
        .args(["render", "--quiet", "--seed", "5", "--shard-frames", "8", "--frames", "0-31"])
        .arg(&scene)
        .arg("--output")
        .arg(&killed)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Kill it once the first shard has appeared, in the middle of a later one.
    let start = Instant::now();
    while !killed.join("frames/00000").exists() && start.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(killed.join("frames/00000").exists(), "no shard in two minutes");
    assert!(!killed.join("manifest.json").exists(), "it was done before it was killed");
    render(&scene, "0-31", &killed, &[]);
    assert_same(&whole, &killed);
}

fn frames(renderer: &mut Renderer, source: &Source, numbers: &[u64]) -> Vec<Frame> {
    let mut scenes = numbers.iter().map(|&n| source.concrete(3, n).unwrap());
    let mut found = Vec::new();
    renderer
        .render(&mut scenes, &mut |frame, _| {
            found.push(frame);
            Ok(())
        })
        .unwrap();
    found
}

#[test]
fn what_was_rendered_before_changes_nothing() {
    let a = Source::open(&scene("bench/drop.ron"), None).unwrap();
    let b = Source::open(&scene("shapes.ron"), None).unwrap();
    let mut renderer = Renderer::new(a.assets.clone(), Options::default()).unwrap();
    let first = frames(&mut renderer, &a, &[0, 1]);
    let _ = frames(&mut renderer, &b, &[0, 1]);
    let again = frames(&mut renderer, &a, &[1, 0]);
    assert!(first[0] == again[1], "frame 0 differs after another scene");
    assert!(first[1] == again[0], "frame 1 differs when it comes first");
    let mut fresh = Renderer::new(a.assets.clone(), Options::default()).unwrap();
    assert!(first == frames(&mut fresh, &a, &[0, 1]), "a fresh engine sees something else");
}

#[test]
fn a_concrete_scene_gives_its_frame_again() {
    let temp = TempDir::new().unwrap();
    let scene = small(temp.path(), "bench/drop.ron");
    let (first, again) = (temp.path().join("first"), temp.path().join("again"));
    render(&scene, "3-3", &first, &[]);
    render(&first.join("frames/00000/00000003.scene.ron"), "1", &again, &[]);
    for file in
        ["00000003.rgb.png", "00000003.instance.png", "00000003.depth.exr", "00000003.scene.ron", "00000003.json"]
    {
        let read = |folder: &Path| std::fs::read(folder.join("frames/00000").join(file)).unwrap();
        assert!(read(&first) == read(&again), "{file} differs");
    }
}

/// Where things lie in one plane the order of drawing decides which is seen.
#[test]
fn ties_are_settled_the_same_way_every_time() {
    let temp = TempDir::new().unwrap();
    let scene = temp.path().join("ties.ron");
    let slab = |category: &str, reach: f64| {
        let at = format!("Uniform(-{reach}, {reach})");
        format!(
            "Object(category: \"{category}\", shape: Box(size_m: (0.6, 0.2, 0.6)), count: 3, \
             place: At(position_m: ({at}, -0.1, {at})), body: Body(kind: Static))"
        )
    };
    let text = format!(
        "Scene(categories: [\"a\", \"b\"], resolution: (95, 63), \
         cameras: {{\"main\": Camera(pose: Orbit(distance_m: 2, elevation_deg: Uniform(10, 80)))}}, \
         objects: {{\"a\": {}, \"b\": {}}})",
        slab("a", 0.3),
        slab("b", 0.9)
    );
    std::fs::write(&scene, text).unwrap();
    let picture = |folder: &str, frames: &str| {
        let output = temp.path().join(folder);
        render(&scene, frames, &output, &["--workers", "1"]);
        tree(&output).into_iter().find(|(path, _)| path.ends_with("00000002.rgb.png")).unwrap().1
    };
    let alone = picture("alone", "2-2");
    for (folder, frames) in [("a", "0-2"), ("b", "0-2"), ("c", "1-2"), ("d", "0-2")] {
        assert!(picture(folder, frames) == alone, "frame 2 after the others of {frames}");
    }
}
