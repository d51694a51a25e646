//! COCO panoptic (cocodataset.org/#format-data): every pixel belongs to one thing, or to the one stuff `background`.

use serde::Serialize;

use super::coco::Index;
use super::voc::colour;
use super::{Format, Picture, Target, Writer, checked};
use crate::dataset::record::AnnotationRecord;
use crate::dataset::{DatasetError, encode_rgb};
use crate::frame::{Plane, PlaneKind};

pub(super) const FORMAT: Format = Format {
    name: "coco-panoptic",
    summary: "COCO panoptic: a PNG of segments a picture, things and one background",
    open: |target| Ok(Box::new(Panoptic::new(target)?)),
};

const BACKGROUND: &str = "background";
/// Id of the background's segment in every picture; ids of instances are lower.
const BACKGROUND_SEGMENT: u32 = 1 << 16;

#[derive(Serialize)]
struct Kind<'a> {
    id: u32,
    name: &'a str,
    supercategory: &'a str,
    isthing: u8,
    /// To draw it in.
    color: [u8; 3],
}

#[derive(Serialize)]
struct Segments<'a> {
    image_id: u64,
    file_name: &'a str,
    segments_info: &'a [Segment],
}

#[derive(Serialize)]
struct Segment {
    id: u32,
    category_id: u32,
    area: u64,
    bbox: [usize; 4],
    iscrowd: u8,
}

/// A segment is the pixels of an annotated instance, under the instance's id. All else is background: what is
/// nothing, what is not labelled, and what misses the limits of the labels.
struct Panoptic {
    target: Target,
    index: Index,
    /// Id of its category.
    background: u32,
}

impl Panoptic {
    fn new(target: Target) -> Result<Panoptic, DatasetError> {
        let categories = &target.manifest.categories;
        let background = categories.iter().map(|category| category.id).max().unwrap_or(0).saturating_add(1);
        let kind = |id, name, supercategory, isthing| Kind { id, name, supercategory, isthing, color: colour(id) };
        let things = categories.iter().map(|category| kind(category.id, &category.name, &category.supercategory, 1));
        let kinds: Vec<_> = things.chain([kind(background, BACKGROUND, BACKGROUND, 0)]).collect();
        let index = Index::new(&target, "annotations/panoptic_train.json", &kinds)?;
        Ok(Panoptic { target, index, background })
    }
}

impl Writer for Panoptic {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        let Picture { id, stored, camera, .. } = *picture;
        let name = format!("{}.png", picture.stem);
        let instances = stored.ids(camera, PlaneKind::Instance)?;
        let (width, height) = (instances.width, instances.height);
        if (width, height) != (camera.width, camera.height) {
            let expected = format!("{}×{}", camera.width, camera.height);
            let reason = format!("the instance plane of camera `{}` is {width}×{height}, not {expected}", camera.name);
            return Err(checked::damaged(picture, reason));
        }
        let things: Vec<_> = camera.annotations.iter().filter(|annotation| !annotation.volume).collect();
        let (ids, segments) = segments(&instances, &things, self.background);
        let png = encode_rgb(&ids).map_err(|error| error.of_frame(&stored.record.key))?;
        self.target.write(&format!("annotations/panoptic_train/{name}"), &png)?;
        self.target.link(picture, &format!("images/train/{}", picture.file_name()))?;
        self.index.image(picture, &picture.file_name())?;
        self.index.annotation(&Segments { image_id: id, file_name: &name, segments_info: &segments })
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        self.index.finish()
    }
}

/// The ids of all pixels' segments, lowest byte first, and the segments that have pixels, background last.
fn segments(instances: &Plane<u16>, things: &[&AnnotationRecord], background: u32) -> (Plane<[u8; 3]>, Vec<Segment>) {
    // For each instance id the place of its segment; those that are not annotated belong to the last one.
    let mut place_of = vec![things.len(); usize::from(u16::MAX) + 1];
    for (place, thing) in things.iter().enumerate() {
        if let Some(found) = place_of.get_mut(thing.instance_id as usize) {
            *found = place;
        }
    }
    let mut found: Vec<_> = things
        .iter()
        .map(|thing| Growing::new(thing.instance_id, thing.category_id, thing.crowd))
        .chain([Growing::new(BACKGROUND_SEGMENT, background, false)])
        .collect();
    let width = instances.width.max(1) as usize;
    let mut data = Vec::with_capacity(instances.data.len());
    for (pixel, id) in instances.data.iter().enumerate() {
        let place = place_of.get(usize::from(*id)).copied().unwrap_or(things.len());
        if let Some(segment) = found.get_mut(place) {
            segment.add([pixel % width, pixel / width]);
            let [red, green, blue, _] = segment.id.to_le_bytes();
            data.push([red, green, blue]);
        }
    }
    let segments = found.into_iter().filter(|segment| segment.area > 0).map(Growing::finish).collect();
    (Plane { width: instances.width, height: instances.height, data }, segments)
}

/// A segment while its pixels come in.
struct Growing {
    id: u32,
    category_id: u32,
    crowd: bool,
    area: u64,
    /// Lowest x and y.
    low: [usize; 2],
    /// Highest x and y.
    high: [usize; 2],
}

impl Growing {
    fn new(id: u32, category_id: u32, crowd: bool) -> Growing {
        Growing { id, category_id, crowd, area: 0, low: [usize::MAX; 2], high: [0; 2] }
    }

    fn add(&mut self, [x, y]: [usize; 2]) {
        self.area += 1;
        self.low = [self.low[0].min(x), self.low[1].min(y)];
        self.high = [self.high[0].max(x), self.high[1].max(y)];
    }

    /// Of at least one pixel.
    fn finish(self) -> Segment {
        let ([x, y], [right, bottom]) = (self.low, self.high);
        let bbox = [x, y, right - x + 1, bottom - y + 1];
        Segment { id: self.id, category_id: self.category_id, area: self.area, bbox, iscrowd: u8::from(self.crowd) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::checked::sample::{annotation, text, volume, written};
    use super::*;
    use crate::dataset::decode_rgb;
    use crate::dataset::tests::{exported, identity, sequence_identity, text_of};

    const INDEX: &str = "annotations/panoptic_train.json";

    /// What all indexes of the fixture begin with.
    fn head() -> String {
        format!(
            r#"{{
"info": {{"description":"table.ron, seed 1","version":"maquette {}"}},
"licenses": [
{{"id":1,"name":"CC0-1.0","url":"https://example.org"}}
],
"categories": [
{{"id":1,"name":"mug","supercategory":"thing","isthing":1,"color":[128,0,0]}},
{{"id":2,"name":"box","supercategory":"thing","isthing":1,"color":[0,128,0]}},
{{"id":3,"name":"background","supercategory":"background","isthing":0,"color":[128,128,0]}}
],
"images": ["#,
            env!("CARGO_PKG_VERSION")
        )
    }

    #[test]
    fn a_folder_has_its_shape() {
        let tree = exported(&identity(), &[0], "coco-panoptic");
        let files: Vec<&str> = tree.keys().map(String::as_str).filter(|name| !name.ends_with('/')).collect();
        let png = "annotations/panoptic_train/00000000.png";
        assert_eq!(files, [INDEX, png, "images/train/00000000.png"]);
        assert_eq!(
            text_of(&tree, INDEX),
            head()
                + r#"
{"id":1,"file_name":"00000000.png","width":12,"height":8,"frame":0,"camera":"main"}
],
"annotations": [
{"image_id":1,"file_name":"00000000.png","segments_info":[{"id":1,"category_id":1,"area":9,"bbox":[0,2,3,3],"iscrowd":0},{"id":300,"category_id":2,"area":15,"bbox":[4,3,3,5],"iscrowd":0},{"id":65536,"category_id":3,"area":72,"bbox":[0,0,12,8],"iscrowd":0}]}
]
}
"#
        );
        let ids = decode_rgb(&tree[png]).unwrap();
        assert_eq!((ids.width, ids.height), (12, 8));
        for (place, colour) in ids.data.iter().enumerate() {
            let expected = match (place % 12, place / 12) {
                (0..=2, 2..=4) => [1, 0, 0],
                (4..=6, 3..=7) => [44, 1, 0],
                _ => [0, 0, 1],
            };
            assert_eq!(*colour, expected, "{place}");
        }
    }

    #[test]
    fn what_is_not_annotated_is_background() {
        let mut identity = identity();
        identity.settings.policy.minimum_pixels = 10;
        let tree = exported(&identity, &[0], "coco-panoptic");
        let index: Value = serde_json::from_str(&text_of(&tree, INDEX)).unwrap();
        let segments = index["annotations"][0]["segments_info"].as_array().unwrap();
        let areas: Vec<_> = segments.iter().map(|segment| (segment["id"].as_u64(), segment["area"].as_u64())).collect();
        assert_eq!(areas, [(Some(300), Some(15)), (Some(65536), Some(81))]);
        let ids = decode_rgb(&tree["annotations/panoptic_train/00000000.png"]).unwrap();
        assert_eq!(ids.data[2 * 12], [0, 0, 1]);
    }

    #[test]
    fn crowds_are_segments_and_volumes_are_none() {
        let crowd = AnnotationRecord { crowd: true, ..annotation(1, 1, &["##..", "##.."]) };
        let fog = volume(2, 2, &["####", "####"]);
        let dir = written(&FORMAT, &identity(), vec![crowd, fog, annotation(9, 2, &["..##", "..##"])]).unwrap();
        let index = text(&dir, INDEX);
        let line = index.lines().find(|line| line.contains("segments_info")).unwrap();
        assert_eq!(
            line,
            r#"{"image_id":1,"file_name":"00000000.png","segments_info":[{"id":1,"category_id":1,"area":4,"bbox":[0,0,2,2],"iscrowd":1},{"id":9,"category_id":2,"area":4,"bbox":[2,0,2,2],"iscrowd":0}]}"#,
            "a background without pixels is none"
        );
    }

    #[test]
    fn names_tell_steps_and_cameras_apart() {
        let tree = exported(&sequence_identity(), &[0], "coco-panoptic");
        let index: Value = serde_json::from_str(&text_of(&tree, INDEX)).unwrap();
        let names = |list: &str| -> Vec<String> {
            let entries = index[list].as_array().unwrap().iter();
            entries.map(|entry| entry["file_name"].as_str().unwrap().to_owned()).collect()
        };
        let step = |step: u32| ["left", "right"].map(|camera| format!("00000000_{step:04}-{camera}.png"));
        assert_eq!(names("images"), [step(0), step(1), step(2)].concat());
        assert_eq!(names("annotations"), names("images"));
        for name in names("images") {
            assert!(tree.contains_key(&format!("annotations/panoptic_train/{name}")));
            assert!(tree.contains_key(&format!("images/train/{name}")));
        }
    }

    #[test]
    fn an_empty_index_is_still_one() {
        let tree = exported(&identity(), &[], "coco-panoptic");
        assert_eq!(text_of(&tree, INDEX), head() + "\n],\n\"annotations\": [\n]\n}\n");
    }
}
