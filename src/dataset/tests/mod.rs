//! Tests of the dataset on disk, with small frames made by hand.

mod bucket;
mod coco;
pub(super) mod fault;
mod folder;
mod kill;
mod parts;
mod planes;
mod record;
mod refusal;
mod status;
mod strange;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use glam::{DMat4, DQuat, DVec3};

use super::*;
use crate::annotate::{Policy, annotate};
use crate::frame::{Camera, Frame, Instance, Keypoint, Outside, Plane, PlaneKind, Silhouettes, View, f16};
use crate::lens::{Lens, Optics};

const WIDTH: u32 = 12;
const HEIGHT: u32 = 8;

/// What a test's dataset is made from.
pub(in crate::dataset) fn identity() -> Identity {
    let category = |id, name: &str| Category {
        id,
        name: name.into(),
        supercategory: "thing".into(),
        keypoints: if id == 1 { vec!["base".into(), "tip".into()] } else { Vec::new() },
        skeleton: if id == 1 { vec![[1, 2]] } else { Vec::new() },
    };
    Identity {
        scene_name: "table.ron".into(),
        scene_text: "Scene(\n    objects: 3,\n    lamps: 1,\n)\n".into(),
        assets: vec![AssetHash { path: "models/mug.glb".into(), sha256: "ab".repeat(32) }],
        seed: 1,
        settings: Settings {
            cameras: vec![camera("main")],
            lidars: Vec::new(),
            categories: vec![category(1, "mug"), category(2, "box")],
            steps: None,
            policy: Policy::default(),
            planes: vec![PlaneKind::Rgb, PlaneKind::Instance, PlaneKind::Depth],
            color: ColorFormat::Png,
            licences: vec![Licence { name: "CC0-1.0".into(), url: "https://example.org".into(), covers: "all".into() }],
        },
        shard_frames: 4,
    }
}

fn camera(name: &str) -> CameraSettings {
    CameraSettings { name: name.into(), width: WIDTH, height: HEIGHT, depth_sensor: false }
}

/// With two cameras and takes of three pictures.
pub(in crate::dataset) fn sequence_identity() -> Identity {
    let mut identity = identity();
    identity.settings.cameras = vec![camera("left"), camera("right")];
    identity.settings.steps = Some(3);
    identity
}

/// A frame whose contents follow from its number: two boxes on a ramp.
fn frame(identity: &Identity, index: u64, step: Option<u32>) -> Frame {
    let moved = (index * 3 + u64::from(step.unwrap_or(0))) as u32 % 5;
    let views = identity.settings.cameras.iter().zip(0..).map(|(camera, place)| view(&camera.name, moved + place));
    let instance = |id: u32, category_id: Option<u32>| Instance {
        id,
        name: format!("thing_{id}"),
        category_id,
        labelled: category_id.is_some(),
        position_m: DVec3::new(0.1 * f64::from(id), f64::from(moved), 1.0 / 3.0),
        rotation: DQuat::from_rotation_y(0.5),
        bounds_min_m: DVec3::splat(-0.05),
        bounds_max_m: DVec3::splat(0.05),
        parts: ["handle".to_owned(), "body".to_owned()].into(),
        volume: false,
        keypoints: [Keypoint { name: "tip".to_owned(), position_m: DVec3::new(0.0, 0.05, 0.0) }].into(),
        attributes: Arc::new([("fragile".to_owned(), true.into())].into()),
    };
    Frame {
        index,
        step,
        time_s: f64::from(step.unwrap_or(0)) / 30.0,
        views: views.collect(),
        clouds: Vec::new(),
        instances: vec![instance(1, Some(1)), instance(2, None), instance(300, Some(2))],
        light: serde_json::json!({"environment": "Sky"}),
        drawn: Default::default(),
        weather: None,
    }
}

fn view(name: &str, moved: u32) -> View {
    let plane = |at: &dyn Fn(u32, u32) -> u16| Plane {
        width: WIDTH,
        height: HEIGHT,
        data: (0..WIDTH * HEIGHT).map(|place| at(place % WIDTH, place / WIDTH)).collect(),
    };
    let instance = plane(&|x, y| match (x, y) {
        (0..3, 2..5) => 1,
        (x, 3..8) if x >= 4 + moved && x < 7 + moved => 300,
        _ => 0,
    });
    let ramp = plane(&|x, y| (x * 7 + y * 5 + moved) as u16);
    View {
        camera: Camera {
            name: name.into(),
            width: WIDTH,
            height: HEIGHT,
            optics: Optics::new(Intrinsics { fx: 10.5, fy: 10.5, cx: 6.0, cy: 4.0 }, Lens::Pinhole),
            world_from_camera: DMat4::from_translation(DVec3::new(0.1, 1.0, 2.0)),
            exposure_ev100: 9.7,
        },
        rgb: Plane {
            width: WIDTH,
            height: HEIGHT,
            data: ramp.data.iter().map(|&v| [v as u8, 2 * v as u8, 255]).collect(),
        },
        depth: Plane { width: WIDTH, height: HEIGHT, data: ramp.data.iter().map(|&v| f32::from(v) / 7.0).collect() },
        normal: Some(vectors(&|x, y| [x as f32 / 12.0, y as f32 / 8.0, -0.5])),
        linear: Some(vectors(&|x, y| [x as f32, y as f32 / 4.0, 9.5])),
        object_coordinates: Some(vectors(&|x, y| [x as f32 / 12.0, y as f32 / 8.0, 0.25])),
        part: Some(Plane {
            width: WIDTH,
            height: HEIGHT,
            data: instance.data.iter().map(|&id| u16::from(id > 0)).collect(),
        }),
        owner: None,
        silhouettes: Some(silhouettes(&instance)),
        measured_depth: None,
        instance,
    }
}

/// Thing 1 goes on for three columns behind thing 300 and beyond, thing 300 is seen whole; a sixth of thing 1 lies
/// outside the image.
fn silhouettes(seen: &Plane<u16>) -> Silhouettes {
    let bits = (0..WIDTH * HEIGHT).map(|place| {
        let (x, y) = (place / HEIGHT, place % HEIGHT);
        let id = seen.data[(y * WIDTH + x) as usize];
        u32::from(id == 1 || (x < 6 && (2..5).contains(&y))) | u32::from(id == 300) << 1
    });
    let beyond = Outside { pixels: 3.6, low: [-2.0, 2.0], high: [0.0, 5.0] };
    Silhouettes { ids: vec![1, 300], bits: vec![bits.collect()], outside: vec![beyond, Outside::default()] }
}

fn vectors(at: &dyn Fn(u32, u32) -> [f32; 3]) -> Plane<[f16; 3]> {
    let value = |place| at(place % WIDTH, place / WIDTH).map(f16::from_f32);
    Plane { width: WIDTH, height: HEIGHT, data: (0..WIDTH * HEIGHT).map(value).collect() }
}

fn encoded(identity: &Identity, dataset: &Dataset, index: u64, step: Option<u32>) -> EncodedFrame {
    let frame = frame(identity, index, step);
    let annotations = annotate(&frame, &identity.settings.policy).unwrap();
    encode(&frame, &annotations, &format!("ConcreteScene(frame: {index})\n"), &dataset.context()).unwrap()
}

/// What the program does: everything that is missing of `frames`, and the end of the dataset.
fn run(dir: &Path, identity: &Identity, frames: &[u64]) -> Result<Summary, DatasetError> {
    run_with(dir, identity, frames, false)
}

fn run_with(dir: &Path, identity: &Identity, frames: &[u64], overwrite: bool) -> Result<Summary, DatasetError> {
    let dataset = Dataset::open(dir, identity.clone(), overwrite)?;
    for plan in dataset.plan(frames) {
        let shard = dataset.begin(&plan)?;
        for &frame in &plan.todo {
            for step in steps(identity) {
                shard.write(encoded(identity, &dataset, frame, step))?;
            }
        }
        shard.finish()?;
    }
    dataset.finish()
}

fn steps(identity: &Identity) -> Vec<Option<u32>> {
    identity.settings.steps.map_or(vec![None], |steps| (0..steps).map(Some).collect())
}

/// Every file under a folder, with its contents; folders end in `/`.
fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    collect(dir, "", &mut found);
    found
}

fn collect(dir: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            found.insert(format!("{name}/"), Vec::new());
            collect(&path, &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// Compares two trees without printing pictures.
fn assert_same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>, when: &str) {
    let names = |tree: &BTreeMap<String, Vec<u8>>| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(one), names(other), "{when}");
    for (name, bytes) in one {
        assert!(*bytes == other[name], "{when}: {name} differs");
    }
}

/// What a format makes of frames: every file with its contents, folders ending in `/`.
pub(in crate::dataset) fn exported(identity: &Identity, frames: &[u64], format: &str) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), identity, frames).unwrap();
    let folders = export(dir.path(), &[formats::Format::find(format).unwrap()], None, &|_, _| ()).unwrap();
    assert_eq!(folders, [dir.path().join("export").join(format)]);
    tree(&folders[0])
}

/// A text file of an exported tree.
pub(in crate::dataset) fn text_of(tree: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    let bytes = tree.get(name).unwrap_or_else(|| panic!("no `{name}` among {:?}", tree.keys()));
    String::from_utf8(bytes.clone()).unwrap()
}

/// The tree of an undisturbed run.
fn fresh(identity: &Identity, frames: &[u64]) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), identity, frames).unwrap();
    tree(dir.path())
}

/// Makes a text file, and the folders above it.
fn put(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
