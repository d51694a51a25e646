//! Scenes of several files: they are one scene, whose mistakes are told where they stand.

use std::path::Path;
use std::process::{Command, Output};

use maquette::farm::Source;
use tempfile::TempDir;

const MAIN: &str = r#"Scene(
    include: ["common/props.ron", "./common/light.ron"],
    presets: { "crate": (category: "crate", shape: Box(size_m: [0.4, 0.4, 0.4]), body: (mass_kg: 3, friction: 0.4)) },
    categories: ["crate"], resolution: (64, 48), ground: (),
    objects: {
        "small": (extends: "crate", count: 3, body: (mass_kg: 1)), // lighter
        "large": (extends: ["crate", "worn"], scale: 2),
    },
)"#;
const PROPS: &str = r#"(
    include: ["common/light.ron"],
    presets: { "worn": (material: (roughness: 0.8)) },
    categories: ["table"],
    objects: { "table": (category: "table", shape: Library(name: "table"), body: (kind: Static), place: On()) },
)"#;
const LIGHT: &str = r#"(lights: { "sun": Sun(elevation_deg: Uniform(30, 60)) })"#;
/// The same in one file.
const WHOLE: &str = r#"Scene(
    categories: ["crate", "table"], resolution: (64, 48), ground: (),
    lights: { "sun": Sun(elevation_deg: Uniform(30, 60)) },
    objects: {
        "small": (category: "crate", shape: Box(size_m: [0.4, 0.4, 0.4]), body: (mass_kg: 1, friction: 0.4), count: 3),
        "large": (category: "crate", shape: Box(size_m: [0.4, 0.4, 0.4]), body: (mass_kg: 3, friction: 0.4),
                  material: (roughness: 0.8), scale: 2),
        "table": (category: "table", shape: Library(name: "table"), body: (kind: Static), place: On()),
    },
)"#;

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("common")).unwrap();
    for (name, text) in
        [("main.ron", MAIN), ("common/props.ron", PROPS), ("common/light.ron", LIGHT), ("whole.ron", WHOLE)]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn maquette(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_maquette")).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn several_files_are_one_scene() {
    let folder = folder();
    let open = |name: &str| Source::open(&folder.path().join(name), None).unwrap_or_else(|error| panic!("{error}"));
    let (main, whole) = (open("main.ron"), open("whole.ron"));
    for frame in 0..5 {
        assert_eq!(main.concrete(7, frame).unwrap(), whole.concrete(7, frame).unwrap());
    }
    assert!(main.text.contains("// lighter"));
    // What a dataset keeps is a whole by itself.
    let alone = TempDir::new().unwrap();
    std::fs::write(alone.path().join("scene.ron"), &main.text).unwrap();
    let again = Source::open(&alone.path().join("scene.ron"), None).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.concrete(7, 1).unwrap(), whole.concrete(7, 1).unwrap());
    assert_eq!(again.text, main.text);
}

#[test]
fn mistakes_are_told_where_they_stand() {
    for (file, from, to, place, why) in [
        ("common/props.ron", "0.8", "1.8", "common/props.ron:3:47", "a roughness of 1.8"),
        ("common/light.ron", "elevation_deg", "elevation", "common/light.ron:1:23", "did you mean `elevation_deg`?"),
        ("main.ron", r#"["crate", "worn"]"#, r#"["crate", "wron"]"#, "main.ron:7:38", "did you mean \"worn\"?"),
        ("main.ron", "common/props.ron", "common/porps.ron", "main.ron:2:15", "there is no such file"),
        ("main.ron", "common/props.ron", "/etc/passwd", "main.ron:2:15", "must be relative"),
        ("main.ron", "common/props.ron", "common/../../x.ron", "main.ron:2:15", "may not leave"),
        ("common/light.ron", "(lights", r#"(include: ["common/props.ron"], lights"#, "common/light.ron:1:12", "circle"),
        ("common/light.ron", "})", "}", "common/light.ron:1:56", "is not closed"),
    ] {
        let folder = folder();
        let path = folder.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from));
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let output = maquette(folder.path(), &["check", "main.ron"]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(65), "{told}");
        assert!(told.contains(place) && told.contains(why), "{to}: {told}");
    }
}

#[test]
fn values_of_included_files_can_be_set() {
    let folder = folder();
    let output = maquette(folder.path(), &["explain", "main.ron", "--set", "lights.sun.elevation_deg=Uniform(5, 6)"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("Uniform(5, 6)"), "{told}");
    let output = maquette(folder.path(), &["check", "main.ron", "--set", "objects.table.scale=-1"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("objects.table.scale=-1") && told.contains("a scale of -1"), "{told}");
}
