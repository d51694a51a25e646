//! Tests against values that were worked out by hand, of records that were written by hand.

use std::fs;
use std::path::Path;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::*;
use crate::dataset::{SCHEMA_VERSION, SweepIndex, SweepPoint};

/// An annotation; what is not said is the same in each.
fn label(category: u32, bbox: [f64; 4], pixels: u64, center_m: [f64; 3], amodal: Option<(f64, f64)>) -> Value {
    let mask = json!({"size": [8, 12], "counts": ""});
    let amodal = amodal.map(|(visible_fraction, truncation)| {
        json!({
            "bbox": bbox, "bbox_whole": bbox, "pixels": pixels, "mask": mask, "visible_fraction": visible_fraction,
            "truncation": truncation, "occluded_by": [],
        })
    });
    json!({
        "instance_id": 1, "category_id": category, "crowd": false, "bbox_visible": bbox, "bbox_loose": bbox,
        "bbox_oriented": {"center": [0.0, 0.0], "size": [1.0, 1.0], "angle_deg": 0.0},
        "box_3d": {"center_m": center_m, "size_m": [1.0, 1.0, 1.0], "rotation": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]},
        "camera_from_object": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
        "pixels": pixels, "mask": mask, "amodal": amodal, "volume": false, "keypoints": [],
    })
}

fn with(mut value: Value, field: &str, other: Value) -> Value {
    value[field] = other;
    value
}

fn camera(name: &str, exposure_ev100: f64, annotations: &[Value]) -> Value {
    json!({
        "name": name, "width": 12, "height": 8, "intrinsics": {"fx": 10.0, "fy": 10.0, "cx": 6.0, "cy": 4.0},
        "world_from_camera": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
        "exposure_ev100": exposure_ev100, "planes": {}, "annotations": annotations,
    })
}

fn record(frame: u64, step: Option<u32>, cameras: &[Value], drawn: (u32, f64), variables: Value) -> Value {
    let key = step.map_or(format!("{frame:08}"), |step| format!("{frame:08}_{step:04}"));
    json!({
        "schema_version": SCHEMA_VERSION, "frame": frame, "step": step, "time_s": 0.0, "key": key, "cameras": cameras,
        "instances": [], "light": {}, "variables": variables, "attempt": drawn.0, "importance_weight": drawn.1,
    })
}

/// Writes a finished dataset.
fn write(dir: &Path, seed: u64, scene: &str, records: &[Value]) {
    fs::create_dir_all(dir.join("frames/00000")).unwrap();
    for record in records {
        let name = format!("frames/00000/{}.json", record["key"].as_str().unwrap());
        fs::write(dir.join(name), record.to_string()).unwrap();
    }
    let named = json!({"supercategory": "thing", "keypoints": [], "skeleton": []});
    let category = |id: u32, name: &str| with(with(named.clone(), "id", json!(id)), "name", json!(name));
    let frames: BTreeSet<u64> = records.iter().map(|record| record["frame"].as_u64().unwrap()).collect();
    let SweepPoint { scene_sha256: sha256, .. } = SweepPoint::new((0, 0), String::new(), IndexMap::new(), scene);
    let manifest = json!({
        "program": {"name": "maquette", "version": "0"}, "schema_version": SCHEMA_VERSION,
        "scene": {"file": "scene.ron", "given_as": "table.ron", "sha256": sha256}, "assets": [], "seed": seed,
        "frames": crate::dataset::to_ranges(frames), "steps": null, "shard_frames": 100, "cameras": [],
        "categories": [category(1, "mug"), category(2, "box")], "labels": crate::annotate::Policy::default(),
        "planes": [], "licences": [], "shards": [],
        "conventions": {
            "world": "", "camera": "", "pixel": "", "bbox": "", "depth": "", "instant": "", "matrices": "",
        },
    });
    fs::write(dir.join("scene.ron"), scene).unwrap();
    fs::write(dir.join("manifest.json"), manifest.to_string()).unwrap();
}

/// Two frames, the second seen by two cameras.
fn records() -> Vec<Value> {
    let mug = label(1, [0.0, 0.0, 3.0, 4.0], 10, [3.0, 0.0, 4.0], Some((0.5, 0.25)));
    let large = label(2, [1.0, 1.0, 5.0, 8.0], 40, [0.0, 0.0, 2.0], Some((1.0, 0.0)));
    let bare = label(1, [0.0, 0.0, 1.0, 6.0], 4, [2.0, 3.0, 6.0], None);
    let crowd = with(label(1, [0.0, 0.0, 99.0, 99.0], 99, [99.0, 0.0, 0.0], Some((0.1, 0.9))), "crowd", json!(true));
    let volume = with(label(2, [0.0, 0.0, 7.0, 2.0], 0, [0.0, 0.0, 9.0], Some((1.0, 0.5))), "volume", json!(true));
    let first = camera("left", 9.0, &[mug, large, crowd]);
    let second = [camera("left", 11.0, &[bare]), camera("right", 13.0, &[volume])];
    vec![
        record(0, None, &[first], (3, 2.0), json!({"storm": 0.5, "season": "summer", "mixed": "none"})),
        record(1, None, &second, (0, 0.5), json!({"storm": 1.0, "season": "winter", "mixed": 4})),
    ]
}

fn of(dir: &Path, names: &[&str]) -> Result<Vec<Summary>, StatisticsError> {
    let statistics: Vec<Statistic> = names.iter().map(|name| name.parse()).collect::<Result<_, _>>()?;
    collect(&Reader::open(dir).unwrap(), &statistics)
}

#[test]
fn statistics_are_those_worked_out_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 1, "Scene()", &records());
    let root = f64::sqrt;
    for (name, count, mean, deviation, minimum, maximum) in [
        // Pictures with 2, 1 and 1.
        ("instances", 3, 4.0 / 3.0, root(1.0 / 3.0), 1.0, 2.0),
        ("instances.mug", 3, 2.0 / 3.0, root(1.0 / 3.0), 0.0, 1.0),
        ("instances.box", 3, 2.0 / 3.0, root(1.0 / 3.0), 0.0, 1.0),
        ("visible_fraction", 2, 0.75, root(0.125), 0.5, 1.0),
        ("truncation", 3, 0.25, 0.25, 0.0, 0.5),
        // 3, 5, 1 and 7; 4, 8, 6 and 2.
        ("box_width_px", 4, 4.0, root(20.0 / 3.0), 1.0, 7.0),
        ("box_height_px", 4, 5.0, root(20.0 / 3.0), 2.0, 8.0),
        ("pixels", 3, 18.0, root(372.0), 4.0, 40.0),
        // 5, 2, 7 and 9.
        ("distance_m", 4, 5.75, root(26.75 / 3.0), 2.0, 9.0),
        ("exposure_ev100", 3, 11.0, 2.0, 9.0, 13.0),
        ("attempts", 2, 1.5, root(4.5), 0.0, 3.0),
        ("importance_weight", 2, 1.25, root(1.125), 0.5, 2.0),
        ("variables.storm", 2, 0.75, root(0.125), 0.5, 1.0),
        ("variables.mixed", 1, 4.0, f64::NAN, 4.0, 4.0),
    ] {
        let found = of(dir.path(), &[name]).unwrap()[0];
        let near = |one: f64, other: f64| one.is_nan() && other.is_nan() || (one - other).abs() < 1e-14 * (1.0 + other);
        assert_eq!((found.count, found.minimum, found.maximum), (count, minimum, maximum), "{name}");
        assert!(near(found.mean, mean) && near(found.standard_deviation, deviation), "{name}: {found:?}");
    }
    // All together, and in the order asked for.
    let names: Vec<&str> = MEASURES.iter().rev().map(|measure| measure.name).collect();
    let together = of(dir.path(), &names).unwrap();
    let alone: Vec<Summary> = names.iter().map(|name| of(dir.path(), &[name]).unwrap()[0]).collect();
    assert_eq!(together, alone);
}

#[test]
fn takes_are_drawn_once() {
    let dir = tempfile::tempdir().unwrap();
    let camera = camera("left", 9.0, &[]);
    let step = |frame, step, storm: f64| {
        record(frame, Some(step), std::slice::from_ref(&camera), (0, 1.0), json!({"storm": storm}))
    };
    write(dir.path(), 1, "Scene()", &[step(0, 0, 1.0), step(0, 1, 1.0), step(1, 0, 3.0), step(1, 1, 3.0)]);
    let found = of(dir.path(), &["variables.storm", "attempts", "instances", "distance_m"]).unwrap();
    assert_eq!(found.iter().map(|summary| summary.count).collect::<Vec<_>>(), [2, 2, 4, 0]);
    assert_eq!(found[0].standard_deviation, 2.0_f64.sqrt());
    let none = found[3];
    assert!([none.mean, none.standard_deviation, none.minimum, none.maximum].iter().all(|value| value.is_nan()));
}

#[test]
fn deviations_keep_their_digits_far_from_zero() {
    let mut running = Running::EMPTY;
    [4.0, 7.0, 13.0, 16.0].into_iter().for_each(|sample| running.add(1e9 + sample));
    // The sum of squares would have lost all digits of the variance.
    assert_eq!((running.summary().mean, running.summary().standard_deviation), (1e9 + 10.0, 30.0_f64.sqrt()));
}

#[test]
fn wrong_names_are_answered() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 1, "Scene()", &records());
    let error = |name: &str| of(dir.path(), &[name]).unwrap_err().to_string();
    for (name, meant) in [
        ("instnces", "`instances`"),
        ("distance", "`distance_m`"),
        ("variables.strom", "`variables.storm`"),
        ("instances.mugs", "`instances.mug`"),
    ] {
        let error = error(name);
        assert!(error.contains(&format!("found `{name}`, did you mean {meant}?; there are `instances`, ")), "{error}");
    }
    let nothing = error("zzz");
    assert!(nothing.contains("found `zzz`; there are"), "{nothing}");
    assert!(nothing.ends_with("`importance_weight`, `instances.CATEGORY`, `variables.NAME`"), "{nothing}");
    assert!(error("variables.x").ends_with("`instances.box`, `instances.mug`, `variables.mixed`, `variables.storm`"));
    assert!(error("variables.").contains("`variables.NAME`"));
    let text = error("variables.season");
    assert!(
        text.ends_with(
            "found `variables.season`, which is always a text; numbers are `variables.mixed`, `variables.storm`"
        ),
        "{text}"
    );
}

#[test]
fn a_dataset_has_to_be_finished() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 1, "Scene()", &records());
    fs::remove_file(dir.path().join("manifest.json")).unwrap();
    assert!(of(dir.path(), &["pixels"]).unwrap_err().to_string().contains("expected a finished dataset"));
    // Nobody knows the variables of a dataset without frames.
    let empty = tempfile::tempdir().unwrap();
    write(empty.path(), 1, "Scene()", &[]);
    assert_eq!(of(empty.path(), &["variables.storm"]).unwrap()[0].count, 0);
}

/// A sweep of three points, of which the second is not finished.
fn sweep(dir: &Path) {
    let values = |value: &str| IndexMap::from([("samples".to_owned(), value.to_owned())]);
    let point = |(point, value): (usize, &str)| {
        let scene = format!("Scene(samples: {value})");
        SweepPoint::new((point, 1), format!("points/{point:03}"), values(value), &scene)
    };
    let points = ["1", "2", "4"].into_iter().enumerate().map(point).collect();
    let axes = IndexMap::from([("samples".to_owned(), ["1", "2", "4"].map(str::to_owned).to_vec())]);
    SweepIndex::new(("samples.sweep.ron", "table.ron", ""), 2, axes, points).write(dir, false).unwrap();
    write(&dir.join("points/000"), 1, "Scene(samples: 1)", &records());
    let mut records = records();
    records.iter_mut().for_each(|record| record["variables"] = json!({"calm": 1}));
    write(&dir.join("points/002"), 1, "Scene(samples: 4)", &records);
}

fn means(dir: &Path, name: &str, threads: usize) -> Result<Vec<Option<f64>>, StatisticsError> {
    let (_, found) = collect_sweep(dir, &[name.parse()?], threads, &|_, _| ())?;
    Ok(found.rows[0].summaries.iter().map(|summary| summary.map(|summary| summary.mean)).collect())
}

#[test]
fn a_sweep_gives_the_datasets_that_are_finished() {
    let dir = tempfile::tempdir().unwrap();
    sweep(dir.path());
    let seen = std::sync::Mutex::new(Vec::new());
    let statistics: Vec<Statistic> = ["attempts", "instances"].map(|name| name.parse().unwrap()).into();
    let (index, found) =
        collect_sweep(dir.path(), &statistics, 1, &|done, all| seen.lock().unwrap().push((done, all))).unwrap();
    assert_eq!((index.points.len(), found.pictures), (3, vec![Some(3), None, Some(3)]));
    assert_eq!(found.rows.iter().map(|row| row.statistic.name()).collect::<Vec<_>>(), ["attempts", "instances"]);
    assert_eq!(seen.into_inner().unwrap(), [(1, 3), (2, 3), (3, 3)]);
    for threads in [0, 2, 8] {
        assert_eq!(means(dir.path(), "attempts", threads).unwrap(), [Some(1.5), None, Some(1.5)]);
    }
    // A folder that a run has begun.
    fs::create_dir_all(dir.path().join("points/001/.maquette")).unwrap();
    assert_eq!(means(dir.path(), "attempts", 2).unwrap()[1], None);
}

#[test]
fn a_name_has_to_be_in_one_dataset_of_a_sweep() {
    let dir = tempfile::tempdir().unwrap();
    sweep(dir.path());
    let storm = means(dir.path(), "variables.storm", 2).unwrap();
    assert!(storm[0] == Some(0.75) && storm[2].unwrap().is_nan(), "{storm:?}");
    let error = means(dir.path(), "variables.strom", 2).unwrap_err().to_string();
    assert!(error.contains("did you mean `variables.storm`?") && error.contains("`variables.calm`"), "{error}");
}

#[test]
fn datasets_of_another_sweep_are_left_out() {
    let others =
        [(2, "Scene(samples: 1)", 2), (1, "Scene(samples: 9)", 2), (1, "Scene()", 2), (1, "Scene(samples: 1)", 1)];
    for (seed, scene, frames) in others {
        let dir = tempfile::tempdir().unwrap();
        sweep(dir.path());
        write(&dir.path().join("points/000"), seed, scene, &records()[..frames]);
        assert_eq!(means(dir.path(), "attempts", 2).unwrap(), [None, None, Some(1.5)], "{seed} {scene} {frames}");
    }
}

#[test]
fn folders_without_a_sweep_and_damaged_datasets_are_told() {
    let dir = tempfile::tempdir().unwrap();
    assert!(means(dir.path(), "pixels", 1).unwrap_err().to_string().contains("holds no sweep"));
    sweep(dir.path());
    let record = dir.path().join("points/002/frames/00000/00000001.json");
    fs::write(&record, "{").unwrap();
    let error = means(dir.path(), "pixels", 4).unwrap_err();
    assert!(
        matches!(&error, StatisticsError::Dataset(DatasetError::Damaged { path, .. }) if *path == record),
        "{error}"
    );
}
