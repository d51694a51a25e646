//! `maquette verify` on what the program writes, and on copies with planted damage.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use maquette::annotate::Rle;
use maquette::audit::{Report, verify};
use maquette::dataset::{
    self, decode_depth, decode_flow, decode_ids, decode_vectors, encode_depth, encode_flow, encode_ids, encode_vectors,
    formats::Format,
};
use maquette::farm::{self, Outcome, Progress, Run, Source};
use maquette::frame::f16;
use maquette::render::{Options, Renderer};
use serde_json::Value;

struct Silent;

impl Progress for Silent {}

/// A few frames of a table, with every plane, keypoints, a volume and crowds.
fn good() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let scenes = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes");
        let text = fs::read_to_string(scenes.join("shapes.ron")).unwrap();
        let text = text.replacen(
            "Scene(",
            "Scene(labels: (planes: [Distance, DepthMillimetres, Normal, ObjectCoordinates, Part, Category], minimum_visible_fraction: 0.5, \
             rejected: Crowd),",
            1,
        );
        let lidar = "Scene(lidars: {\"top\": (pose: Orbit(distance_m: 3), steps: 400, horizontal_deg: 90, \
                     lowest_deg: -20, highest_deg: 10, rings: 100, range_noise_m: 0.0002)},";
        let text = text.replacen("Scene(", lidar, 1);
        let extra = "objects: {\"bay\": (category: \"box\", shape: Box(size_m: (0.5, 0.3, 0.5)), volume: true, \
                     place: At(position_m: (0, 0.2, 0)), keypoints: {\"middle\": (0, 0, 0), \"corner\": (0.25, 0.15, \
                     0.25)}, skeleton: [(\"middle\", \"corner\")]),";
        let text = text.replacen("objects: {", extra, 1);
        let path = folder.path().join("shapes.ron");
        fs::write(&path, text).unwrap();
        render(&path, &folder.path().join("out"), 3);
        folder
    });
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| folder.path().join("out"))
}

fn render(scene: &Path, output: &Path, frames: u64) {
    let source = Source::open(scene, Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes")))
        .unwrap_or_else(|error| panic!("{error}"));
    let run = Run {
        frames: (0..frames).collect(),
        seed: 5,
        output: output.into(),
        workers: 2,
        shard_frames: 100,
        overwrite: false,
        parts: None,
        skip: Vec::new(),
        flight: std::sync::Arc::new(maquette::farm::Flight::new(None)),
    };
    let mut open = || {
        let renderer = Renderer::new(source.assets.clone(), Options::default())?;
        Ok(Box::new(renderer) as Box<dyn maquette::render::Engine>)
    };
    let outcome =
        farm::run(&mut farm::EngineOnce::new(&mut open), &source, &run, &Silent, &Default::default()).unwrap();
    assert!(matches!(outcome, Outcome::Done(_)));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

fn failing(report: &Report) -> Vec<&'static str> {
    report.rows.iter().filter(|row| !row.holds()).map(|row| row.name).collect()
}

/// The checks that fail on a copy that was changed so.
fn after(damage: impl FnOnce(&Path)) -> Vec<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    copy(good(), folder.path());
    damage(folder.path());
    let report = verify(folder.path(), 2, &|_, _| ()).unwrap();
    println!("{report}");
    failing(&report)
}

const FRAME: &str = "frames/00000/00000001";

fn edit_file(dir: &Path, end: &str, edit: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let path = dir.join(format!("{FRAME}.{end}"));
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, edit(bytes)).unwrap();
}

fn edit_record(dir: &Path, edit: impl FnOnce(&mut Value)) {
    edit_file(dir, "json", |bytes| {
        let mut record = serde_json::from_slice(&bytes).unwrap();
        edit(&mut record);
        serde_json::to_vec(&record).unwrap()
    });
}

/// The first annotation of something that has pixels, at least a few hundred.
fn annotation(record: &mut Value) -> &mut Value {
    let annotations = record["cameras"][0]["annotations"].as_array_mut().unwrap();
    annotations.iter_mut().find(|annotation| annotation["pixels"].as_u64().unwrap() > 300).unwrap()
}

/// Both indexes follow from records, so that whatever changes one of those shows there, too.
fn expect(found: &[&str], wanted: &[&str]) {
    for check in wanted {
        assert!(found.contains(check), "`{check}` should fail, found {found:?}");
    }
    assert!(found.contains(&"files are there and intact"), "{found:?}");
}

#[test]
fn what_the_program_writes_is_sound() {
    let report = verify(good(), 2, &|_, _| ()).unwrap();
    assert!(report.holds(), "\n{report}");
    assert_eq!(report.frames, 3);
    let unseen: Vec<_> = report.rows.iter().filter(|row| row.looked_at == 0).map(|row| row.name).collect();
    assert_eq!(unseen, ["flow follows from depth, poses", "flow leads to what it says"], "a still has no flow");
}

#[test]
fn flow_is_checked_against_the_pictures_it_leads_to() {
    let folder = tempfile::tempdir().unwrap();
    let scene = folder.path().join("fall.ron");
    let text = "Scene(
        categories: [\"thing\"], resolution: (160, 120), smooth_edges: false,
        cameras: {\"main\": (pose: Orbit(target_m: (0, 0.2, 0), distance_m: 1.5, elevation_deg: 30, arc_deg: 20))},
        environment: Ambient(illuminance_lux: 1000), ground: (),
        objects: {
            \"box\": (category: \"thing\", count: 4, shape: Box(size_m: (0.2, 0.1, 0.15))),
            \"ball\": (count: 3, shape: Sphere(radius_m: 0.1)),
        },
        sequence: (frames: 5, fps: 15),
        labels: (planes: [Flow]),
    )";
    fs::write(&scene, text).unwrap();
    let out = folder.path().join("out");
    render(&scene, &out, 2);
    let report = verify(&out, 2, &|_, _| ()).unwrap();
    assert!(report.holds(), "\n{report}");
    let looked = |name: &str| report.rows.iter().find(|row| row.name == name).unwrap().looked_at;
    assert_eq!(looked("flow follows from depth, poses"), 10);
    // Most of what is seen can be seen in the next picture; at the end of a take nothing can.
    let share = |key: &str, end: &str| {
        let flow = decode_flow(&fs::read(out.join(format!("frames/00000/{key}.{end}"))).unwrap()).unwrap();
        flow.data.iter().filter(|flow| flow[2] == 1.0).count() as f64 / flow.data.len() as f64
    };
    for key in ["00000000_0000", "00000001_0003"] {
        assert!(share(key, "forward_flow.exr") > 0.7, "{key}: {}", share(key, "forward_flow.exr"));
    }
    assert_eq!(share("00000000_0004", "forward_flow.exr"), 0.0);
    assert_eq!(share("00000001_0000", "backward_flow.exr"), 0.0);
    let path = out.join("frames/00000/00000000_0001.forward_flow.exr");
    let good = fs::read(&path).unwrap();
    let ids = decode_ids(&fs::read(out.join("frames/00000/00000000_0001.instance.png")).unwrap()).unwrap();
    let damaged = |damage: &dyn Fn(&mut [[f32; 3]])| {
        let mut flow = decode_flow(&good).unwrap();
        damage(&mut flow.data);
        fs::write(&path, encode_flow("flow", &flow).unwrap()).unwrap();
        failing(&verify(&out, 2, &|_, _| ()).unwrap())
    };
    let found = damaged(&|flow| flow.iter_mut().for_each(|flow| flow[0] += 1.0));
    expect(&found, &["flow follows from depth, poses", "flow leads to what it says"]);
    // One point that could be seen is called hidden; one of the ground has half a verdict.
    let labelled = |flow: &[[f32; 3]]| (0..flow.len()).find(|&at| ids.data[at] > 0 && flow[at][2] == 1.0).unwrap();
    let found = damaged(&|flow| flow[labelled(flow)][2] = 0.0);
    expect(&found, &["flow leads to what it says"]);
    let bare = ids.data.iter().position(|id| *id == 0).unwrap();
    expect(&damaged(&|flow| flow[bare][2] = 0.5), &["flow follows from depth, poses"]);
}

#[test]
fn one_pixel_is_found() {
    let found = after(|dir| {
        edit_file(dir, "instance.png", |bytes| {
            let mut plane = decode_ids(&bytes).unwrap();
            let place = plane.data.iter().position(|id| *id > 0).unwrap();
            plane.data[place] = 0;
            encode_ids("ids", &plane).unwrap()
        });
    });
    expect(&found, &["masks are the instance plane"]);
    let found = after(|dir| {
        edit_file(dir, "depth.exr", |bytes| {
            let mut plane = decode_depth(&bytes).unwrap();
            let ids = decode_ids(&fs::read(dir.join(format!("{FRAME}.instance.png"))).unwrap()).unwrap();
            let place = ids.data.iter().position(|id| *id > 0).unwrap();
            plane.data[place] *= 1.05;
            encode_depth(&plane).unwrap()
        });
    });
    expect(&found, &["depth gives object coordinates", "distance follows from depth"]);
    for (end, value, wanted) in [
        ("normal.exr", 0.5, "normals have unit length"),
        ("object_coordinates.exr", 0.99, "depth gives object coordinates"),
    ] {
        let found = after(|dir| {
            edit_file(dir, end, |bytes| {
                let mut plane = decode_vectors(&bytes).unwrap();
                let middle = plane.data.iter().position(|vector| vector[0].to_f32() != 0.0).unwrap();
                plane.data[middle] = [f16::from_f32(value); 3];
                encode_vectors("vectors", &plane).unwrap()
            });
        });
        expect(&found, &[wanted]);
    }
    let found = after(|dir| {
        edit_file(dir, "part.png", |bytes| {
            let mut plane = decode_ids(&bytes).unwrap();
            let place = plane.data.iter().position(|id| *id > 0).unwrap();
            plane.data[place] = 99;
            encode_ids("parts", &plane).unwrap()
        });
    });
    expect(&found, &["parts are those of instances"]);
}

#[test]
fn a_wrong_frame_of_reference_is_found() {
    let found = after(|dir| {
        edit_file(dir, "normal.exr", |bytes| {
            let mut plane = decode_vectors(&bytes).unwrap();
            plane.data.iter_mut().for_each(|vector| vector[1] = -vector[1]);
            encode_vectors("vectors", &plane).unwrap()
        });
    });
    expect(&found, &["flat normals are depth's, median"]);
    // A single one that faces away.
    let found = after(|dir| {
        edit_file(dir, "normal.exr", |bytes| {
            let mut plane = decode_vectors(&bytes).unwrap();
            let place = plane.data.iter().position(|vector| vector[2].to_f32() < -0.5).unwrap();
            plane.data[place] = plane.data[place].map(|value| -value);
            encode_vectors("vectors", &plane).unwrap()
        });
    });
    expect(&found, &["normals face the camera"]);
    let found = after(|dir| edit_record(dir, |record| record["cameras"][0]["intrinsics"]["fx"] = 640.into()));
    expect(&found, &["depth gives object coordinates", "formats are what records give"][..1]);
}

#[test]
fn one_box_or_number_is_found() {
    type Edit = fn(&mut Value);
    let edits: &[(Edit, &str)] = &[
        (|a| a["bbox_visible"][0] = (a["bbox_visible"][0].as_f64().unwrap() + 1.0).into(), "visible boxes are tight"),
        (|a| a["bbox_oriented"]["size"][0] = 500.into(), "turned boxes are tight"),
        (|a| a["bbox_loose"][2] = 1.into(), "loose boxes hold silhouettes"),
        (|a| a["amodal"]["bbox"][3] = 3.into(), "amodal boxes are tight"),
        (|a| a["amodal"]["bbox_whole"][2] = 4000.into(), "whole boxes hold amodal ones"),
        (|a| a["amodal"]["truncation"] = 0.3.into(), "visible fractions, truncation"),
        (|a| a["amodal"]["visible_fraction"] = 0.123.into(), "visible fractions, truncation"),
        (|a| a["amodal"]["pixels"] = 7.into(), "visible is within amodal"),
        (|a| a["amodal"]["mask"] = empty(&a["mask"]), "visible is within amodal"),
        (
            |a| a["amodal"]["occluded_by"] = serde_json::json!([{"instance_id": 99, "pixels": 3}]),
            "occluders own what they hide",
        ),
        (|a| a["crowd"] = (!a["crowd"].as_bool().unwrap()).into(), "limits of the labels are kept"),
        (|a| a["pixels"] = 1.into(), "masks are the instance plane"),
        (|a| a["mask"] = empty(&a["mask"]), "masks are the instance plane"),
        (|a| a["category_id"] = 99.into(), "masks are the instance plane"),
        (|a| a["camera_from_object"][0][3] = 0.123.into(), "poses agree with each other"),
        (|a| a["box_3d"]["size_m"][1] = 3.into(), "3D boxes are the instances'"),
        (|a| a["mask"]["counts"] = "5".into(), "masks are the instance plane"),
        (|a| a["amodal"]["mask"] = full(&a["mask"]), "hidden parts are behind others"),
    ];
    for (edit, wanted) in edits {
        expect(&after(|dir| edit_record(dir, |record| edit(annotation(record)))), &[wanted]);
    }
}

fn empty(mask: &Value) -> Value {
    let [height, width] = [0, 1].map(|place| mask["size"][place].as_u64().unwrap() as u32);
    let counts = Rle { width, height, counts: vec![width * height] }.to_coco_string();
    serde_json::json!({"size": [height, width], "counts": counts})
}

fn full(mask: &Value) -> Value {
    let [height, width] = [0, 1].map(|place| mask["size"][place].as_u64().unwrap() as u32);
    let counts = Rle { width, height, counts: vec![0, width * height] }.to_coco_string();
    serde_json::json!({"size": [height, width], "counts": counts})
}

#[test]
fn records_that_name_what_is_not_theirs_are_found() {
    for name in ["/dev/zero", "../00000/00000001.rgb.png", "00000000.rgb.png", "00000001/../x"] {
        let found = after(|dir| edit_record(dir, |record| record["cameras"][0]["planes"]["rgb"] = name.into()));
        expect(&found, &["records are there and readable", "formats are what records give"]);
    }
    let found = after(|dir| {
        let path = dir.join(format!("{FRAME}.rgb.png"));
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
    });
    expect(&found, &["planes can be read and fit"]);
    for (field, value) in
        [("key", "00000002".into()), ("frame", 7.into()), ("step", 0.into()), ("schema_version", 1.into())]
    {
        let found = after(|dir| edit_record(dir, |record| record[field] = value));
        expect(&found, &["records are there and readable"]);
    }
}

#[test]
fn volumes_that_are_changed_are_found() {
    let volume = |record: &Value| {
        let annotations = record["cameras"][0]["annotations"].as_array().unwrap();
        annotations.iter().position(|annotation| annotation["volume"] == true).unwrap()
    };
    let found = after(|dir| {
        edit_record(dir, |record| {
            let place = volume(record);
            let bbox = &mut record["cameras"][0]["annotations"][place]["bbox_visible"][0];
            *bbox = (bbox.as_f64().unwrap() + 1.0).into();
        });
    });
    expect(&found, &["visible boxes are tight"]);
    let found = after(|dir| {
        edit_record(dir, |record| {
            let place = volume(record);
            record["cameras"][0]["annotations"][place]["volume"] = false.into();
        });
    });
    expect(&found, &["masks are the instance plane"]);
}

#[test]
fn wrong_keypoints_are_found() {
    let volume = |record: &mut Value| -> usize {
        let annotations = record["cameras"][0]["annotations"].as_array().unwrap();
        annotations.iter().position(|annotation| annotation["volume"] == true).unwrap()
    };
    let found = after(|dir| {
        edit_record(dir, |record| {
            let place = volume(record);
            record["cameras"][0]["annotations"][place]["keypoints"][0]["position"][0] = 3.25.into();
        });
    });
    expect(&found, &["keypoints are where they say"]);
    let found = after(|dir| {
        edit_record(dir, |record| {
            let place = volume(record);
            for point in record["cameras"][0]["annotations"][place]["keypoints"].as_array_mut().unwrap() {
                let other = if point["visibility"] == "visible" { "occluded" } else { "visible" };
                point["visibility"] = other.into();
            }
        });
    });
    expect(&found, &["keypoints are hidden by depth"]);
    // All of it consistent with itself, but not with the instance.
    let found = after(|dir| {
        edit_record(dir, |record| {
            let instances = record["instances"].as_array_mut().unwrap();
            let instance = instances.iter_mut().find(|instance| instance["volume"] == true).unwrap();
            instance["keypoints"][1]["position_m"][2] = 0.24.into();
        });
    });
    expect(&found, &["keypoints are where they say"]);
}

#[test]
fn one_byte_is_found() {
    let flip = |mut bytes: Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    };
    for end in ["rgb.png", "instance.png", "depth.exr", "normal.exr", "json", "distance.exr"] {
        let found = after(|dir| edit_file(dir, end, flip));
        expect(&found, &[]);
    }
    let found = after(|dir| {
        let path = dir.join(format!("{FRAME}.rgb.png"));
        fs::write(&path, &fs::read(&path).unwrap()[..1000]).unwrap();
    });
    expect(&found, &["planes can be read and fit"]);
}

#[test]
fn missing_and_foreign_files_are_found() {
    let remove = |name: &'static str| move |dir: &Path| fs::remove_file(dir.join(name)).unwrap();
    expect(&after(remove("frames/00000/00000001.rgb.png")), &["planes can be read and fit"]);
    expect(&after(remove("frames/00000/00000001.json")), &["records are there and readable"]);
    expect(&after(remove("frames/00000/00000001.scene.ron")), &[]);
    expect(&after(|dir| fs::write(dir.join("frames/00000/notes.txt"), "hello").unwrap()), &[]);
    assert_eq!(after(remove("scene.ron")), ["the manifest is what is there"]);
    assert_eq!(after(|dir| fs::write(dir.join("scene.ron"), "Scene()").unwrap()), ["the manifest is what is there"]);
    assert_eq!(after(remove("coco/instances.json")), ["formats are what records give"]);
    let error = verify(tempfile::tempdir().unwrap().path(), 1, &|_, _| ()).unwrap_err().to_string();
    assert!(error.contains("manifest.json` is damaged: it is not there"), "{error}");
}

#[test]
fn a_damaged_index_or_export_is_found() {
    let found = after(|dir| {
        let path = dir.join("coco/instances.json");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen("\"iscrowd\":0", "\"iscrowd\":1", 1)).unwrap();
    });
    assert_eq!(found, ["formats are what records give"]);
    let export = |dir: &Path| {
        let formats: Vec<&Format> = ["yolo", "kitti"].map(|name| Format::find(name).unwrap()).to_vec();
        dataset::export(dir, &formats, None, &|_, _| ()).unwrap();
    };
    assert_eq!(after(export), Vec::<&str>::new());
    let trained = |dir: &Path| {
        export(dir);
        fs::write(dir.join("export/yolo/labels/train.cache"), "of a trainer").unwrap();
    };
    assert_eq!(after(trained), Vec::<&str>::new());
    let twice = |dir: &Path| {
        export(dir);
        let mot = Format::find("mot").unwrap();
        let said =
            dataset::export(dir, &[Format::find("voc").unwrap(), mot], None, &|_, _| ()).unwrap_err().to_string();
        assert!(said.contains("sequence"), "{said}");
        let yolo = Format::find("yolo").unwrap();
        dataset::export(dir, &[yolo, yolo], None, &|_, _| ()).unwrap();
        // Outside the dataset an export replaces an export, and nothing else.
        let elsewhere = tempfile::tempdir().unwrap();
        let out = elsewhere.path().join("deep/out");
        for _ in 0..2 {
            dataset::export(dir, &[yolo], Some(&out), &|_, _| ()).unwrap();
        }
        fs::create_dir_all(out.join("voc")).unwrap();
        for (format, folder, expected) in [
            ("voc", out.as_path(), "which is there and was not made by an export"),
            ("coco", dir, "which is among the dataset's own files"),
        ] {
            let format = Format::find(format).unwrap();
            let said = dataset::export(dir, &[format], Some(folder), &|_, _| ()).unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
    };
    assert_eq!(after(twice), Vec::<&str>::new());
    let found = after(|dir| {
        export(dir);
        fs::write(dir.join("export/yolo/labels/train/00000001.txt"), "0 0.5 0.5 0.1 0.1\n").unwrap();
    });
    assert_eq!(found, ["formats are what records give"]);
}

#[test]
fn settled_scenes_come_out_as_gltf() {
    let folder = tempfile::tempdir().unwrap();
    let assets = maquette::assets::AssetStore::new(".");
    let export = |frame| farm::export_scenes(good(), Some(&[frame]), &assets, Some(folder.path()), &|_, _| ());
    let error = export(7).unwrap_err().to_string();
    assert!(error.contains("has none of these frames"), "{error}");
    let out = export(1).unwrap();
    assert_eq!(out, folder.path().join("gltf"));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    let path = out.join("00000001.glb");
    let bytes = fs::read(&path).unwrap();
    let length = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
    let root: Value = serde_json::from_slice(&bytes[20..20 + length]).unwrap();
    let record: Value = serde_json::from_slice(&fs::read(good().join(format!("{FRAME}.json"))).unwrap()).unwrap();
    let nodes = root["nodes"].as_array().unwrap();
    for instance in record["instances"].as_array().unwrap() {
        let node = nodes.iter().find(|node| node["extras"]["instance_id"] == instance["id"]).unwrap();
        assert_eq!(node["name"], instance["name"]);
        for axis in 0..3 {
            let [placed, recorded] = [&node["translation"][axis], &instance["world_from_object"][axis][3]];
            assert!((placed.as_f64().unwrap() - recorded.as_f64().unwrap()).abs() < 1e-9);
        }
    }
    assert!(nodes.iter().any(|node| node["camera"] == 0 && node["extras"]["intrinsics"]["fx"].as_f64().unwrap() > 1.0));
    // Our own reader takes it, as any other does: it spans at least all that is in the record.
    let shape = maquette::randomize::concrete::Shape::Model { file: "00000001.glb".to_owned() };
    let model = maquette::assets::AssetStore::new(&out).model(&shape).unwrap();
    assert!(model.parts.len() >= record["instances"].as_array().unwrap().len() - 1);
}

/// What the checks of clouds find once the points of one have been changed so; each is 26 bytes.
fn after_points(edit: impl Fn(&mut [u8; 26])) -> Vec<&'static str> {
    after(|dir| {
        edit_file(dir, "top.lidar.ply", |mut bytes| {
            let head = bytes.windows(11).position(|at| at == b"end_header\n").unwrap() + 11;
            bytes[head..].as_chunks_mut::<26>().0.iter_mut().for_each(&edit);
            bytes
        });
    })
}

#[test]
fn points_that_are_changed_are_found() {
    let record = fs::read(good().join(format!("{FRAME}.json"))).unwrap();
    let record: Value = serde_json::from_slice(&record).unwrap();
    let mut counts: Vec<(u64, u16)> = record["lidars"][0]["instances"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| (count["points"].as_u64().unwrap(), count["instance_id"].as_u64().unwrap() as u16))
        .collect();
    counts.sort_unstable();
    let [.., (_, other), (most, one)] = counts[..] else { panic!("two instances were expected, found {counts:?}") };
    assert!(most > 100, "{counts:?}");
    let instance = |point: &[u8; 26]| u16::from_le_bytes([point[22], point[23]]);
    // One category, one instance for another, points that have moved aside.
    let found = after_points(|point| {
        if instance(point) == one {
            point[24] ^= 1;
        }
    });
    expect(&found, &["clouds are what records say"]);
    let found = after_points(|point| {
        if instance(point) == one {
            point[22..24].copy_from_slice(&other.to_le_bytes());
        }
    });
    expect(&found, &["clouds are what records say", "points are within 3D boxes", "points have the cameras' labels"]);
    let found = after_points(|point| {
        let y = f32::from_le_bytes([point[4], point[5], point[6], point[7]]);
        point[4..8].copy_from_slice(&(y * 0.9).to_le_bytes());
    });
    expect(&found, &["points are within 3D boxes"]);
    // All of them nearer: in front of what they were on.
    let found = after_points(|point| {
        for axis in 0..3 {
            let bytes = &mut point[4 * axis..4 * axis + 4];
            let value = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            bytes.copy_from_slice(&(value * 0.8).to_le_bytes());
        }
    });
    expect(&found, &["points are within 3D boxes", "no point is before what is seen"]);
    let found = after(|dir| edit_file(dir, "top.lidar.ply", |bytes| bytes[..bytes.len() - 1].to_vec()));
    expect(&found, &["clouds are what records say"]);
    let found = after(|dir| edit_record(dir, |record| record["lidars"][0]["instances"][0]["points"] = 1.into()));
    expect(&found, &["clouds are what records say"]);
}

#[test]
fn what_is_seen_from_its_edge_is_where_it_is_behind_a_lens_too() {
    let folder = tempfile::tempdir().unwrap();
    let scene = folder.path().join("discs.ron");
    let text = "Scene(
        categories: [\"disc\"], resolution: (320, 240), smooth_edges: false,
        labels: (amodal: false, planes: [Normal, ObjectCoordinates]),
        cameras: {\"main\": (
            pose: LookAt(eye_m: (0, 0, 4), target_m: (0, 0, 0)), lens: Fov(vertical_deg: 50, distortion: (k1: -0.2)),
        )},
        environment: Ambient(illuminance_lux: 1000),
        objects: {\"disc\": (
            category: \"disc\", count: 150, shape: Cylinder(radius_m: 0.25, height_m: 0.02), body: (kind: Static),
            place: At(position_m: (Uniform(-1.6, 1.6), Uniform(-1.2, 1.2), Uniform(-1, 1)), orientation: Free),
        )},
    )";
    fs::write(&scene, text).unwrap();
    let out = folder.path().join("out");
    render(&scene, &out, 8);
    let report = verify(&out, 2, &|_, _| ()).unwrap();
    assert!(report.holds(), "\n{report}");
}

/// Its edge, where a wall hides it, is far away although its middle is near.
#[test]
fn what_is_all_around_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    let scene = r#"Scene(
        categories: ["thing"], resolution: (320, 160), environment: Ambient(illuminance_lux: 1000),
        cameras: {"main": (
            pose: Fixed(position_m: (0, 0, 0), yaw_deg: 0, pitch_deg: -4), lens: Equirectangular(),
        )},
        objects: {
            "floor": (category: "thing", shape: Box(size_m: (40, 0.1, 40)), body: (kind: Static), place: At(
                position_m: (0.7, -1.05, 0.3), orientation: Angles(yaw_deg: 31, pitch_deg: 1, roll_deg: 2))),
            "wall": (category: "thing", shape: Box(size_m: (0.02, 3, 60)), body: (kind: Static), place: At(
                position_m: (-0.6, 0, -7))),
        },
    )"#;
    let path = folder.path().join("scene.ron");
    fs::write(&path, scene).unwrap();
    let out = folder.path().join("out");
    render(&path, &out, 1);
    let report = verify(&out, 2, &|_, _| ()).unwrap();
    assert!(report.holds(), "\n{report}");
}
