//! Datasets from strangers: nothing outside their folder is read, written or removed.

use std::os::unix::fs::symlink;

use super::*;

/// A dataset of two frames, and a file beside it with a secret.
fn there() -> (tempfile::TempDir, std::path::PathBuf, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (dir, outside) = (folder.path().join("set"), folder.path().join("outside"));
    run(&dir, &identity(), &[0, 1]).unwrap();
    put(&outside, "file", "secret");
    (folder, dir, outside)
}

fn export_to(dir: &Path, format: &str) -> Result<Vec<std::path::PathBuf>, DatasetError> {
    export(dir, &[formats::Format::find(format).unwrap()], None, &|_, _| ())
}

#[test]
fn links_in_place_of_folders_are_refused_before_anything_is_touched() {
    for name in [".maquette", "frames", "manifest.json", "scene.ron", ".maquette/overwriting"] {
        let (_folder, dir, outside) = there();
        let before = tree(&outside);
        let place = dir.join(name);
        if name.contains('/') {
            fs::create_dir_all(place.parent().unwrap()).unwrap();
        }
        files::remove(&place).unwrap();
        symlink(if name.contains('.') && name != ".maquette" { outside.join("file") } else { outside.clone() }, &place)
            .unwrap();
        for overwrite in [false, true] {
            let refused = Dataset::open(&dir, identity(), overwrite);
            assert!(refused.is_err(), "{name}");
        }
        assert_same(&tree(&outside), &before, name);
    }
    let (_folder, dir, outside) = there();
    files::remove(&dir.join("frames/00000")).unwrap();
    symlink(&outside, dir.join("frames/00000")).unwrap();
    assert!(matches!(Dataset::open(&dir, identity(), false), Err(DatasetError::Foreign { .. })));
}

#[test]
fn what_links_lead_to_is_not_exported() {
    for name in ["00000000.rgb.png", "00000000.json"] {
        let (_folder, dir, outside) = there();
        let path = dir.join("frames/00000").join(name);
        files::remove(&path).unwrap();
        symlink(outside.join("file"), &path).unwrap();
        let error = export_to(&dir, "yolo").unwrap_err();
        assert!(error.to_string().contains("expected a file"), "{name}: {error}");
    }
}

#[test]
fn names_that_lead_out_are_refused() {
    let (folder, dir, _) = there();
    let record = dir.join("frames/00000/00000000.json");
    let text = fs::read_to_string(&record).unwrap();
    assert!(text.contains("\"name\":\"main\"") || text.contains("\"name\": \"main\""), "{text}");
    let strange = text.replace("\"main\"", "\"x/../../../../escaped\"");
    fs::write(&record, strange).unwrap();
    let error = export_to(&dir, "yolo").unwrap_err();
    assert!(error.to_string().contains("letters, digits"), "{error}");
    assert!(!folder.path().join("escaped.txt").exists());
    let manifest = dir.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"main\"", "\"../main\"")).unwrap();
    assert!(matches!(Reader::open(&dir), Err(DatasetError::Damaged { .. })));
    fs::write(&manifest, text.replace("\"steps\": null", "\"steps\": 4294967295")).unwrap();
    assert!(text.contains("\"steps\": null") == Reader::open(&dir).is_err());
}

#[test]
fn links_in_exports_are_not_followed() {
    let (_folder, dir, outside) = there();
    let manifest = || Reader::open(&dir).unwrap().manifest().unwrap().clone();
    let faults = || faults_of_formats(&dir, &manifest()).unwrap().1;
    let good = faults();
    for name in ["a", "b", "c", "d"] {
        symlink(".", dir.join("coco").join(name)).unwrap();
    }
    let told = faults();
    assert_eq!(told.len(), good.len() + 4, "{told:?}");
    assert!(told.iter().any(|fault| fault.starts_with("coco/a is not what the records give")), "{told:?}");
    // What a link leads to may be as it should be, and still be no part of the dataset.
    let file = dir.join("coco/instances.json");
    fs::rename(&file, outside.join("instances.json")).unwrap();
    symlink(outside.join("instances.json"), &file).unwrap();
    assert!(faults().contains(&"coco/instances.json is not what the records give".to_owned()), "{:?}", faults());
}

#[test]
fn pictures_beyond_all_bounds_are_refused() {
    let (_folder, dir, _) = there();
    let record = dir.join("frames/00000/00000000.json");
    let text = fs::read_to_string(&record).unwrap();
    let Stored { record: read, .. } = Reader::open(&dir).unwrap().records().unwrap().next().unwrap().unwrap();
    let camera = &read.cameras[0];
    let (size, huge) = (format!("\"width\": {}", camera.width), "\"width\": 150000");
    let size = if text.contains(&size) { size } else { size.replace(' ', "") };
    assert!(text.contains(&size), "{text}");
    fs::write(&record, text.replace(&size, huge)).unwrap();
    let error = Reader::open(&dir).unwrap().records().unwrap().next().unwrap().unwrap_err();
    assert!(error.to_string().contains("expected at most 8192 a side"), "{error}");
    let mask = |size: [u32; 2]| MaskRecord { size, counts: "0".to_owned() }.to_rle().unwrap_err().to_string();
    assert!(mask([150_000, 150_000]).contains("too large for any"));
    assert!(mask([u32::MAX, u32::MAX]).contains("too large for any"));
}
