//! The record: its shape, its text, and reading it back.

use super::*;

fn stored(identity: &Identity, frames: &[u64]) -> (tempfile::TempDir, Vec<Stored>) {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), identity, frames).unwrap();
    let records = Reader::open(dir.path()).unwrap().records().unwrap().collect::<Result<_, _>>().unwrap();
    (dir, records)
}

#[test]
fn a_record_has_its_shape() {
    let (_dir, records) = stored(&identity(), &[0]);
    let text = fs::read_to_string(records[0].folder.join("00000000.json")).unwrap();
    let expected = r#"{
  "schema_version": 3,
  "frame": 0,
  "step": null,
  "time_s": 0.0,
  "key": "00000000",
  "cameras": [
    {"name":"main","width":12,"height":8,"intrinsics":{"fx":10.5,"fy":10.5,"cx":6.0,"cy":4.0},"lens":"Pinhole","world_from_camera":[[1.0,0.0,0.0,0.1],[0.0,1.0,0.0,1.0],[0.0,0.0,1.0,2.0],[0.0,0.0,0.0,1.0]],"exposure_ev100":9.7,"planes":{"depth":"00000000.depth.exr","instance":"00000000.instance.png","rgb":"00000000.rgb.png"},"annotations":[
      {"instance_id":1,"category_id":1,"crowd":false,"bbox_visible":[0.0,2.0,3.0,3.0],"bbox_oriented":{"center":[1.5,3.5],"size":[3.0,3.0],"angle_deg":0.0},"bbox_loose":[0.0,2.0,3.0,3.0],"box_3d":{"center_m":[0.0,-1.0,-1.666666667],"size_m":[0.1,0.1,0.1],"rotation":[[0.877582562,0.0,0.479425539],[0.0,1.0,0.0],[-0.479425539,0.0,0.877582562]]},"camera_from_object":[[0.877582562,0.0,0.479425539,0.0],[0.0,1.0,0.0,-1.0],[-0.479425539,0.0,0.877582562,-1.666666667],[0.0,0.0,0.0,1.0]],"pixels":9,"mask":{"size":[8,12],"counts":"235000V2"},"amodal":{"bbox":[0.0,2.0,6.0,3.0],"bbox_whole":[-2.0,2.0,8.0,3.0],"pixels":18,"mask":{"size":[8,12],"counts":"235000000000^1"},"visible_fraction":0.5,"truncation":0.166666667,"occluded_by":[{"instance_id":300,"pixels":4}]},"volume":false,"keypoints":[{"name":"tip","visibility":"absent","position":[0.0,0.0],"position_m":[0.0,-0.95,-1.666666667]}]},
      {"instance_id":300,"category_id":2,"crowd":false,"bbox_visible":[4.0,3.0,3.0,5.0],"bbox_oriented":{"center":[5.5,5.5],"size":[3.0,5.0],"angle_deg":0.0},"bbox_loose":[4.0,3.0,3.0,5.0],"box_3d":{"center_m":[29.9,-1.0,-1.666666667],"size_m":[0.1,0.1,0.1],"rotation":[[0.877582562,0.0,0.479425539],[0.0,1.0,0.0],[-0.479425539,0.0,0.877582562]]},"camera_from_object":[[0.877582562,0.0,0.479425539,29.9],[0.0,1.0,0.0,-1.0],[-0.479425539,0.0,0.877582562,-1.666666667],[0.0,0.0,0.0,1.0]],"pixels":15,"mask":{"size":[8,12],"counts":"S153000U1"},"amodal":{"bbox":[4.0,3.0,3.0,5.0],"bbox_whole":[4.0,3.0,3.0,5.0],"pixels":15,"mask":{"size":[8,12],"counts":"S153000U1"},"visible_fraction":1.0,"truncation":0.0,"occluded_by":[]},"volume":false,"keypoints":[{"name":"tip","visibility":"absent","position":[0.0,0.0],"position_m":[29.9,-0.95,-1.666666667]}]}
    ]}
  ],
  "instances": [
    {"id":1,"name":"thing_1","category":"mug","category_id":1,"labelled":true,"world_from_object":[[0.877582562,0.0,0.479425539,0.1],[0.0,1.0,0.0,0.0],[-0.479425539,0.0,0.877582562,0.333333333],[0.0,0.0,0.0,1.0]],"bounds":{"min":[-0.05,-0.05,-0.05],"max":[0.05,0.05,0.05]},"parts":["handle","body"],"volume":false,"keypoints":[{"name":"tip","position_m":[0.0,0.05,0.0]}],"attributes":{"fragile":true}},
    {"id":2,"name":"thing_2","category":null,"category_id":null,"labelled":false,"world_from_object":[[0.877582562,0.0,0.479425539,0.2],[0.0,1.0,0.0,0.0],[-0.479425539,0.0,0.877582562,0.333333333],[0.0,0.0,0.0,1.0]],"bounds":{"min":[-0.05,-0.05,-0.05],"max":[0.05,0.05,0.05]},"parts":["handle","body"],"volume":false,"keypoints":[{"name":"tip","position_m":[0.0,0.05,0.0]}],"attributes":{"fragile":true}},
    {"id":300,"name":"thing_300","category":"box","category_id":2,"labelled":true,"world_from_object":[[0.877582562,0.0,0.479425539,30.0],[0.0,1.0,0.0,0.0],[-0.479425539,0.0,0.877582562,0.333333333],[0.0,0.0,0.0,1.0]],"bounds":{"min":[-0.05,-0.05,-0.05],"max":[0.05,0.05,0.05]},"parts":["handle","body"],"volume":false,"keypoints":[{"name":"tip","position_m":[0.0,0.05,0.0]}],"attributes":{"fragile":true}}
  ],
  "light": {"environment":"Sky"}
}
"#;
    assert_eq!(text, expected);
    assert_eq!(records[0].record.to_json().unwrap(), text);
}

#[test]
fn a_dataset_is_read_back_as_it_was() {
    let identity = sequence_identity();
    let (_dir, records) = stored(&identity, &[0, 3, 9]);
    let order: Vec<_> = records.iter().map(|stored| (stored.record.frame, stored.record.step.unwrap())).collect();
    assert_eq!(order, [(0, 0), (0, 1), (0, 2), (3, 0), (3, 1), (3, 2), (9, 0), (9, 1), (9, 2)]);
    for stored in &records {
        let record = &stored.record;
        let frame = frame(&identity, record.frame, record.step);
        let annotations = annotate(&frame, &identity.settings.policy).unwrap();
        assert_eq!(record.time_s, frame.time_s);
        for ((camera, view), expected) in record.cameras.iter().zip(&frame.views).zip(&annotations.views) {
            assert_eq!(stored.rgb(camera).unwrap(), view.rgb);
            assert_eq!(stored.ids(camera, PlaneKind::Instance).unwrap(), view.instance);
            assert_eq!(stored.metres(camera, PlaneKind::Depth).unwrap(), view.depth);
            let found = stored.annotations(camera).unwrap();
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                // Poses are written with nine digits after the point.
                let pose = found.camera_from_object;
                assert!(pose.abs_diff_eq(expected.camera_from_object, 1e-9), "{pose}");
                let (at, turned) = (found.box_3d.center_m, found.box_3d.rotation);
                assert!(at.abs_diff_eq(expected.box_3d.center_m, 1e-9), "{at}");
                assert!(turned.abs_diff_eq(expected.box_3d.rotation, 1e-9), "{turned}");
                let mut exact = found.clone();
                (exact.camera_from_object, exact.box_3d) = (expected.camera_from_object, expected.box_3d);
                for (found, expected) in exact.keypoints.iter_mut().zip(&expected.keypoints) {
                    assert!(DVec3::from(found.position_m).abs_diff_eq(expected.position_m.into(), 1e-9));
                    found.position_m = expected.position_m;
                }
                if let (Some(found), Some(expected)) = (&mut exact.amodal, &expected.amodal) {
                    assert!((found.truncation - expected.truncation).abs() < 1e-9);
                    found.truncation = expected.truncation;
                }
                assert_eq!(&exact, expected);
            }
        }
        assert_eq!(stored.concrete_scene().unwrap(), format!("ConcreteScene(frame: {})\n", record.frame));
    }
}

#[test]
fn damage_is_said_with_its_path() {
    let (_dir, records) = stored(&identity(), &[0]);
    let stored = &records[0];
    let camera = &stored.record.cameras[0];
    fs::write(stored.folder.join("00000000.rgb.png"), "no picture").unwrap();
    let said = stored.rgb(camera).unwrap_err().to_string();
    assert!(said.contains("00000000.rgb.png` is damaged: cannot decode an RGB plane: "), "{said}");
    let mut camera = camera.clone();
    camera.annotations[0].mask.counts = "!".into();
    let said = stored.annotations(&camera).unwrap_err().to_string();
    assert!(said.contains("instance 1 of `") && said.contains("byte 0 of the compressed mask is 0x21"), "{said}");
    fs::write(stored.folder.join("00000000.json"), "{").unwrap();
    let out = stored.folder.ancestors().nth(2).unwrap();
    let said = Reader::open(out).unwrap().records().unwrap().next().unwrap().unwrap_err().to_string();
    assert!(said.contains("00000000.json` is damaged: EOF while parsing"), "{said}");
}

#[test]
fn what_no_dataset_can_hold_is_refused() {
    let identity = identity();
    let dir = tempfile::tempdir().unwrap();
    let dataset = Dataset::open(dir.path(), identity.clone(), false).unwrap();
    let said = |change: fn(&mut Frame)| {
        let mut frame = frame(&identity, 7, None);
        let annotations = annotate(&frame, &identity.settings.policy).unwrap();
        change(&mut frame);
        encode(&frame, &annotations, "", &dataset.context()).unwrap_err().to_string()
    };
    assert_eq!(
        said(|frame| frame.instances[1].position_m.x = f64::INFINITY),
        "frame 00000007: the pose of instance `thing_2` is inf, expected a finite number"
    );
    assert_eq!(
        said(|frame| frame.views[0].camera.optics.intrinsics.fx = f64::NAN),
        "frame 00000007: the intrinsics of camera `main` is NaN, expected a finite number"
    );
    assert_eq!(said(|frame| frame.step = Some(1)), "frame 00000007_0001: the time step is 1, the dataset expects none");
    assert_eq!(
        said(|frame| frame.views[0].camera.name = "other".into()),
        "frame 00000007: the name of a camera is other, the dataset expects main"
    );
    assert_eq!(said(|frame| frame.views.clear()), "frame 00000007: the number of views is 0, the dataset expects 1");
    assert_eq!(
        said(|frame| frame.views[0].rgb.width = 6),
        "frame 00000007: the RGB plane is 6×8, the dataset expects 12×8"
    );
    assert_eq!(
        said(|frame| frame.instances[0].category_id = Some(9)),
        "frame 00000007: the category of instance `thing_1` is 9, the dataset expects one of its 2 categories"
    );
    assert_eq!(
        said(|frame| frame.views[0].depth.data[13] = -1.0),
        "cannot encode the depth plane of frame 00000007: the value at (1, 1) is -1, expected metres, 0 for none"
    );
}
