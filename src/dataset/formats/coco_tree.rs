//! COCO folders (cocodataset.org/#format-data), as datumaro, torchvision, detectron2 and FiftyOne take them.
//!
//! Instances and keypoints have an index each, as in COCO's own folders: readers of instances trip over keypoints that
//! only some of them have. An annotation has the same id in both.

use super::coco::{self, Coco, Contents, Keypoints, Segment, Segmentation};
use super::{Format, Picture, Target, Writer, checked};
use crate::annotate::polygons;
use crate::dataset::DatasetError;
use crate::dataset::record::AnnotationRecord;

pub(super) const FORMAT: Format = Format {
    name: "coco",
    summary: "COCO folder: boxes, masks as RLE, keypoints",
    open: |target| Ok(Box::new(Tree::new(target, coco::rle)?)),
};

pub(super) const POLYGONS: Format = Format {
    name: "coco-polygons",
    summary: "COCO folder: boxes, masks as polygons along pixel edges, keypoints",
    open: |target| Ok(Box::new(Tree::new(target, outlines)?)),
};

struct Tree {
    target: Target,
    indexes: Vec<Box<dyn Writer>>,
}

impl Tree {
    fn new(target: Target, segmentation: Segment) -> Result<Tree, DatasetError> {
        let index = |file, keypoints| -> Result<Box<dyn Writer>, DatasetError> {
            Ok(Box::new(Coco::new(&target, Contents { file, own_images: false, keypoints, segmentation })?))
        };
        let mut indexes = vec![index("annotations/instances_train.json", Keypoints::Without)?];
        if target.manifest.categories.iter().any(|category| !category.keypoints.is_empty()) {
            indexes.push(index("annotations/person_keypoints_train.json", Keypoints::Only)?);
        }
        Ok(Tree { target, indexes })
    }
}

impl Writer for Tree {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        self.target.link(picture, &format!("images/train/{}", picture.file_name()))?;
        self.indexes.iter_mut().try_for_each(|index| index.picture(picture))
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        self.indexes.into_iter().try_for_each(|index| index.finish())
    }
}

/// A polygon for each piece of a mask; a crowd must stay RLE.
fn outlines<'a>(picture: &Picture, annotation: &'a AnnotationRecord) -> Result<Segmentation<'a>, DatasetError> {
    if annotation.crowd {
        return coco::rle(picture, annotation);
    }
    let pieces = polygons(&checked::mask(picture, annotation)?);
    Ok(Segmentation::Polygons(pieces.into_iter().map(Vec::into_flattened).collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::checked::sample::{annotation, text, volume, written};
    use super::*;
    use crate::annotate::{SeenKeypoint, Visibility};
    use crate::dataset::tests::{exported, identity, sequence_identity, text_of};

    const INSTANCES: &str = "annotations/instances_train.json";
    const KEYPOINTS: &str = "annotations/person_keypoints_train.json";

    /// What all indexes of the fixture begin with.
    fn head() -> String {
        format!(
            "{{\n\"info\": {{\"description\":\"table.ron, seed 1\",\"version\":\"maquette {}\"}},\n\
             \"licenses\": [\n{{\"id\":1,\"name\":\"CC0-1.0\",\"url\":\"https://example.org\"}}\n],\n",
            env!("CARGO_PKG_VERSION")
        )
    }

    #[test]
    fn a_folder_has_its_shape() {
        let tree = exported(&identity(), &[0], "coco");
        let names: Vec<&str> = tree.keys().map(String::as_str).collect();
        let images = ["images/", "images/train/", "images/train/00000000.png"];
        assert_eq!(names, [&["annotations/", INSTANCES, KEYPOINTS][..], &images].concat());
        assert_eq!(
            text_of(&tree, INSTANCES),
            head()
                + r#""categories": [
{"id":1,"name":"mug","supercategory":"thing"},
{"id":2,"name":"box","supercategory":"thing"}
],
"images": [
{"id":1,"file_name":"00000000.png","width":12,"height":8,"frame":0,"camera":"main"}
],
"annotations": [
{"id":1,"image_id":1,"category_id":1,"bbox":[0.0,2.0,3.0,3.0],"area":9,"segmentation":{"size":[8,12],"counts":"235000V2"},"iscrowd":0,"instance_id":1},
{"id":2,"image_id":1,"category_id":2,"bbox":[4.0,3.0,3.0,5.0],"area":15,"segmentation":{"size":[8,12],"counts":"S153000U1"},"iscrowd":0,"instance_id":300}
]
}
"#
        );
        assert_eq!(
            text_of(&tree, KEYPOINTS),
            head()
                + r#""categories": [
{"id":1,"name":"mug","supercategory":"thing","keypoints":["base","tip"],"skeleton":[[1,2]]}
],
"images": [
{"id":1,"file_name":"00000000.png","width":12,"height":8,"frame":0,"camera":"main"}
],
"annotations": [
{"id":1,"image_id":1,"category_id":1,"bbox":[0.0,2.0,3.0,3.0],"area":9,"segmentation":{"size":[8,12],"counts":"235000V2"},"iscrowd":0,"keypoints":[0.0,0.0,0.0,0.0,0.0,0.0],"num_keypoints":0,"instance_id":1}
]
}
"#
        );
    }

    #[test]
    fn masks_can_be_polygons() {
        let tree = exported(&identity(), &[0], "coco-polygons");
        let index = text_of(&tree, INSTANCES);
        assert!(index.contains(r#""area":9,"segmentation":[[0,2,3,2,3,5,0,5]],"iscrowd":0"#), "{index}");
        assert!(index.contains(r#""area":15,"segmentation":[[4,3,7,3,7,8,4,8]],"iscrowd":0"#), "{index}");
    }

    #[test]
    fn names_and_ids_come_in_order_of_frame_step_and_camera() {
        let tree = exported(&sequence_identity(), &[0], "coco");
        let images: Vec<&str> = tree.keys().filter_map(|name| name.strip_prefix("images/train/")).collect();
        let step = |step: u32| ["left", "right"].map(|camera| format!("00000000_{step:04}-{camera}.png"));
        assert_eq!(images[1..], [step(0), step(1), step(2)].concat());
        let index: Value = serde_json::from_str(&text_of(&tree, INSTANCES)).unwrap();
        let list = |list: &str, key: &str| -> Vec<Value> {
            index[list].as_array().unwrap().iter().map(|entry| entry[key].clone()).collect()
        };
        assert_eq!(Value::from(list("images", "file_name")), json!([step(0), step(1), step(2)].concat()));
        assert_eq!(Value::from(list("annotations", "id")), json!((1..=12).collect::<Vec<_>>()));
        assert_eq!(Value::from(list("annotations", "image_id")), json!([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]));
    }

    #[test]
    fn an_empty_folder_is_still_one() {
        let mut identity = identity();
        identity.settings.categories.truncate(0);
        let tree = exported(&identity, &[], "coco");
        assert_eq!(tree.keys().collect::<Vec<_>>(), ["annotations/", INSTANCES]);
        assert_eq!(
            text_of(&tree, INSTANCES),
            head() + "\"categories\": [\n],\n\"images\": [\n],\n\"annotations\": [\n]\n}\n"
        );
    }

    #[test]
    fn crowds_volumes_and_keypoints_are_told_apart() {
        let crowd = AnnotationRecord { crowd: true, ..annotation(1, 2, &["##....", "##....", "......", "......"]) };
        let fog = volume(2, 1, &["######", "######", "######", "######"]);
        let mut mug = annotation(3, 1, &["......", "......", "...#..", "....##"]);
        mug.keypoints = vec![SeenKeypoint {
            name: "tip".into(),
            visibility: Visibility::Occluded,
            position: [3.5, 2.25],
            position_m: [0.0, 0.0, 2.0],
        }];
        let dir = written(&POLYGONS, &identity(), vec![crowd, fog, mug]).unwrap();
        let instances = text(&dir, INSTANCES);
        let lines: Vec<&str> = instances.lines().filter(|line| line.contains("image_id")).collect();
        assert_eq!(
            lines,
            [
                r#"{"id":1,"image_id":1,"category_id":2,"bbox":[0.0,0.0,2.0,2.0],"area":4,"segmentation":{"size":[4,6],"counts":"0220`0"},"iscrowd":1,"instance_id":1},"#,
                r#"{"id":2,"image_id":1,"category_id":1,"bbox":[3.0,2.0,3.0,2.0],"area":3,"segmentation":[[3,2,4,2,4,3,3,3],[4,3,6,3,6,4,4,4]],"iscrowd":0,"instance_id":3}"#,
            ]
        );
        let keypoints = text(&dir, KEYPOINTS);
        let lines: Vec<&str> = keypoints.lines().filter(|line| line.contains("image_id")).collect();
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with(r#"{"id":2,"#), "{keypoints}");
        assert!(lines[0].contains(r#""keypoints":[0.0,0.0,0.0,3.5,2.25,1.0],"num_keypoints":1"#), "{keypoints}");
    }

    #[test]
    fn a_damaged_mask_is_named() {
        let mut cut = annotation(7, 1, &["##..", "...."]);
        cut.mask.counts = "0".into();
        let error = written(&POLYGONS, &identity(), vec![cut]).unwrap_err().to_string();
        assert!(error.starts_with("instance 7 of `") && error.contains("00000000.json"), "{error}");
    }
}
