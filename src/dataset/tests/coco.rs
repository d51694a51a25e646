//! The COCO index.

use serde_json::{Value, json};

use super::*;

fn index(identity: &Identity, frames: &[u64]) -> (String, Value) {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), identity, frames).unwrap();
    let text = fs::read_to_string(dir.path().join("coco/instances.json")).unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

#[test]
fn an_index_has_its_shape() {
    let (text, index) = index(&identity(), &[0, 5]);
    let version = format!("maquette {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(index["info"], json!({"description": "table.ron, seed 1", "version": version}));
    assert_eq!(index["licenses"], json!([{"id": 1, "name": "CC0-1.0", "url": "https://example.org"}]));
    assert_eq!(
        index["categories"],
        json!([{"id": 1, "name": "mug", "supercategory": "thing", "keypoints": ["base", "tip"], "skeleton": [[1, 2]]}, {"id": 2, "name": "box", "supercategory": "thing"}])
    );
    assert_eq!(
        index["images"],
        json!([
            {"id": 1, "file_name": "frames/00000/00000000.rgb.png", "width": 12, "height": 8, "frame": 0, "camera": "main"},
            {"id": 2, "file_name": "frames/00001/00000005.rgb.png", "width": 12, "height": 8, "frame": 5, "camera": "main"},
        ])
    );
    assert_eq!(
        index["annotations"][1],
        json!({
            "id": 2, "image_id": 1, "category_id": 2, "bbox": [4.0, 3.0, 3.0, 5.0], "area": 15,
            "segmentation": {"size": [8, 12], "counts": "S153000U1"}, "iscrowd": 0, "instance_id": 300,
        })
    );
    assert_eq!(index["annotations"].as_array().unwrap().len(), 4);
    assert!(text.lines().any(|line| line.starts_with("{\"id\":4,\"image_id\":2,")), "one entry a line");
}

#[test]
fn images_come_in_order_of_frame_step_and_camera() {
    let (_, index) = index(&sequence_identity(), &[4, 0]);
    let names: Vec<&str> =
        index["images"].as_array().unwrap().iter().map(|i| i["file_name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 12);
    assert_eq!(names[0], "frames/00000/00000000_0000.left.rgb.png");
    assert_eq!(names[1], "frames/00000/00000000_0000.right.rgb.png");
    assert_eq!(names[2], "frames/00000/00000000_0001.left.rgb.png");
    assert_eq!(names[11], "frames/00001/00000004_0002.right.rgb.png");
    let ids: Vec<u64> = index["images"].as_array().unwrap().iter().map(|i| i["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, (1..=12).collect::<Vec<_>>());
}

#[test]
fn an_empty_index_is_still_one() {
    let (_, index) = index(&identity(), &[]);
    assert_eq!((&index["images"], &index["annotations"]), (&json!([]), &json!([])));
}

#[test]
fn small_things_are_left_out_of_every_file() {
    let mut identity = identity();
    identity.settings.policy.minimum_pixels = 10;
    let (_, index) = index(&identity, &[0]);
    let ids: Vec<u64> =
        index["annotations"].as_array().unwrap().iter().map(|a| a["instance_id"].as_u64().unwrap()).collect();
    assert_eq!(ids, [300]);
}
