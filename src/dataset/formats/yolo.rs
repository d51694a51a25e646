//! YOLO as Ultralytics reads it (docs.ultralytics.com/datasets): a line of shares of the image's size per instance.
//!
//! The form has no way to say that something is to be ignored, so crowds are left out. Paths in `data.yaml` are from
//! its own folder, which is what Ultralytics takes where no `path` is given; a relative `path` is from where the
//! trainer was started.

use super::coco::keypoints;
use super::{Format, Picture, Target, Writer, checked};
use crate::annotate::polygons;
use crate::dataset::DatasetError;
use crate::dataset::identity::Category;
use crate::dataset::record::AnnotationRecord;

pub(super) const FORMAT: Format =
    Format { name: "yolo", summary: "YOLO: boxes", open: |target| Ok(Box::new(Yolo::new(target, Task::Detect)?)) };

pub(super) const SEGMENT: Format = Format {
    name: "yolo-seg",
    summary: "YOLO: masks as one polygon each",
    open: |target| Ok(Box::new(Yolo::new(target, Task::Segment)?)),
};

pub(super) const ORIENTED: Format = Format {
    name: "yolo-obb",
    summary: "YOLO: boxes that may be turned",
    open: |target| Ok(Box::new(Yolo::new(target, Task::Oriented)?)),
};

pub(super) const POSE: Format = Format {
    name: "yolo-pose",
    summary: "YOLO: boxes and keypoints of what has keypoints",
    open: |target| Ok(Box::new(Yolo::new(target, Task::Pose)?)),
};

/// What is written of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Detect,
    Segment,
    Oriented,
    Pose,
}

struct Yolo {
    target: Target,
    task: Task,
    /// How many every instance has; lists that are shorter are filled up with absent ones.
    keypoints: usize,
}

impl Yolo {
    fn new(target: Target, task: Task) -> Result<Yolo, DatasetError> {
        let categories = &target.manifest.categories;
        let keypoints = categories.iter().map(|category| category.keypoints.len()).max().unwrap_or(0);
        let mut text = "train: images/train\nval: images/train\n".to_owned();
        if task == Task::Pose {
            if keypoints == 0 {
                return Err(DatasetError::Settings {
                    what: "the number of keypoints that any category has".to_owned(),
                    found: "0".to_owned(),
                    expected: "at least 1 for a dataset of poses",
                });
            }
            text.push_str(&format!("kpt_shape: [{keypoints}, 3]\n"));
        }
        text.push_str("names:\n");
        for (class, category) in categories.iter().enumerate() {
            // YAML takes texts in JSON's form, whatever is in them.
            text.push_str(&format!("  {class}: {}\n", serde_json::Value::from(category.name.as_str())));
        }
        target.write("data.yaml", text.as_bytes())?;
        Ok(Yolo { target, task, keypoints })
    }

    /// Adds what follows the class. Gives whether the instance can be written at all.
    fn describe(
        &self,
        label: &mut Label,
        category: &Category,
        picture: &Picture,
        annotation: &AnnotationRecord,
    ) -> Result<bool, DatasetError> {
        match self.task {
            Task::Detect => label.add_box(annotation.bbox_visible),
            Task::Segment => {
                if annotation.volume {
                    return Ok(false);
                }
                let pieces = polygons(&checked::mask(picture, annotation)?);
                let line = joined(pieces.iter().map(|piece| inset(piece)).collect());
                if line.is_empty() {
                    return Ok(false);
                }
                line.into_iter().for_each(|point| label.add(point));
            }
            Task::Oriented => annotation.bbox_oriented.corners().into_iter().for_each(|corner| label.add(corner)),
            Task::Pose => {
                let mut points = keypoints(category, annotation);
                if points.is_empty() {
                    return Ok(false);
                }
                points.resize(self.keypoints, [0.0; 3]);
                label.add_box(annotation.bbox_visible);
                for [x, y, visibility] in points {
                    label.add([x, y]);
                    label.text.push_str(&format!(" {visibility}"));
                }
            }
        }
        Ok(true)
    }
}

impl Writer for Yolo {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        let mut text = String::new();
        for annotation in picture.camera.annotations.iter().filter(|annotation| !annotation.crowd) {
            let (class, category) = checked::category(&self.target.manifest, picture, annotation)?;
            let size = [picture.camera.width, picture.camera.height].map(f64::from);
            let mut label = Label { text: class.to_string(), size };
            if self.describe(&mut label, category, picture, annotation)? {
                text.push_str(&label.text);
                text.push('\n');
            }
        }
        // One without labels is there too, so that its picture counts as background.
        self.target.write(&format!("labels/train/{}.txt", picture.stem), text.as_bytes())?;
        self.target.link(picture, &format!("images/train/{}", picture.file_name()))
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        Ok(())
    }
}

/// A line of a file of labels.
struct Label {
    text: String,
    /// Width and height of the image, in pixels.
    size: [f64; 2],
}

impl Label {
    /// Adds x and y, in pixels, as shares of the image's size.
    fn add(&mut self, position: [f64; 2]) {
        for (value, size) in position.into_iter().zip(self.size) {
            // The sum turns −0 into 0.
            let share = (value / size).clamp(0.0, 1.0) + 0.0;
            self.text.push_str(&format!(" {share:.6}"));
        }
    }

    /// Adds the middle and the size of a box `[x, y, width, height]` in pixels.
    fn add_box(&mut self, [x, y, width, height]: [f64; 4]) {
        self.add([x + width / 2.0, y + height / 2.0]);
        self.add([width, height]);
    }
}

/// How far outlines are drawn in, in pixels: more than what six digits round away in the largest picture.
const INSET: f64 = 0.02;

/// An outline along the edges of pixels, drawn in by a hair. Readers cut coordinates off to whole pixels and draw those
/// that the line passes through too (OpenCV's `fillPoly`): these are then all of the mask, and none beside it.
fn inset(outline: &[[u32; 2]]) -> Vec<[f64; 2]> {
    let count = outline.len();
    // The mask is on the right of each step.
    let inwards = |from: [u32; 2], to: [u32; 2]| {
        let step = |axis: usize| (f64::from(to[axis]) - f64::from(from[axis])).clamp(-1.0, 1.0);
        [-step(1), step(0)]
    };
    let moved = |place: usize| {
        let (before, at, after) = (outline[(place + count - 1) % count], outline[place], outline[(place + 1) % count]);
        let (one, two) = (inwards(before, at), inwards(at, after));
        [0, 1].map(|axis| f64::from(at[axis]) + INSET * (one[axis] + two[axis]))
    };
    (0..count).map(moved).collect()
}

/// The outlines of the pieces of a mask as one line: each piece is tied to those before it where their corners are
/// nearest to each other, by a straight stretch there and back. What the line encloses stays the same.
fn joined(pieces: Vec<Vec<[f64; 2]>>) -> Vec<[f64; 2]> {
    let mut pieces = pieces.into_iter();
    let mut line = pieces.next().unwrap_or_default();
    for piece in pieces {
        let mut nearest: Option<(f64, usize, usize)> = None;
        for (leave, from) in line.iter().enumerate() {
            for (enter, to) in piece.iter().enumerate() {
                let distance = (from[0] - to[0]).powi(2) + (from[1] - to[1]).powi(2);
                if nearest.is_none_or(|(least, ..)| distance < least) {
                    nearest = Some((distance, leave, enter));
                }
            }
        }
        if let Some((_, leave, enter)) = nearest {
            let back = [piece[enter], line[leave]];
            let detour: Vec<_> = piece[enter..].iter().chain(&piece[..enter]).copied().chain(back).collect();
            line.splice(leave + 1..leave + 1, detour);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::checked::sample::{annotation, text, volume, written};
    use super::*;
    use crate::annotate::{Rle, SeenKeypoint, Visibility};
    use crate::dataset::tests::{exported, identity, sequence_identity, text_of};
    use crate::frame::Plane;

    const LABELS: &str = "labels/train/00000000.txt";
    const NAMES: &str = "train: images/train\nval: images/train\nnames:\n  0: \"mug\"\n  1: \"box\"\n";

    #[test]
    fn boxes_are_shares_of_the_image() {
        let tree = exported(&identity(), &[0], "yolo");
        let names: Vec<&str> = tree.keys().map(String::as_str).collect();
        let images = ["images/", "images/train/", "images/train/00000000.png"];
        assert_eq!(names, [&["data.yaml"][..], &images, &["labels/", "labels/train/", LABELS]].concat());
        assert_eq!(text_of(&tree, "data.yaml"), NAMES);
        assert_eq!(
            text_of(&tree, LABELS),
            "0 0.125000 0.437500 0.250000 0.375000\n1 0.458333 0.687500 0.250000 0.625000\n"
        );
    }

    #[test]
    fn masks_are_polygons() {
        let tree = exported(&identity(), &[0], "yolo-seg");
        assert_eq!(text_of(&tree, "data.yaml"), NAMES);
        assert_eq!(
            text_of(&tree, LABELS),
            "0 0.001667 0.252500 0.248333 0.252500 0.248333 0.622500 0.001667 0.622500\n\
             1 0.335000 0.377500 0.581667 0.377500 0.581667 0.997500 0.335000 0.997500\n"
        );
    }

    #[test]
    fn outlines_pass_through_the_pixels_of_the_mask_alone() {
        // Holes beside each other, and a bay: cuts end at corners, and run through them.
        let ring = ["#####", "#.#.#", "#####", "#...#", "####."];
        let data: Vec<bool> = ring.iter().flat_map(|row| row.bytes().map(|pixel| pixel == b'#')).collect();
        let mask = Rle::of_value(&Plane { width: 5, height: 5, data: data.clone() }, &true);
        let mut passed = vec![false; 25];
        for outline in polygons(&mask) {
            let points = inset(&outline);
            for (from, to) in points.iter().zip(points.iter().cycle().skip(1)) {
                // As the line is drawn: between the pixels of its ends, which are in one row or column.
                let ([x0, y0], [x1, y1]) = (from.map(|value| value as usize), to.map(|value| value as usize));
                assert!(x0 == x1 || y0 == y1, "{from:?} to {to:?}");
                for y in y0.min(y1)..=y0.max(y1) {
                    for x in x0.min(x1)..=x0.max(x1) {
                        passed[y * 5 + x] = true;
                    }
                }
            }
        }
        assert_eq!(passed, data, "every pixel of this mask is at its edge");
    }

    #[test]
    fn turned_boxes_are_corners() {
        let tree = exported(&identity(), &[0], "yolo-obb");
        assert_eq!(text_of(&tree, "data.yaml"), NAMES);
        assert_eq!(
            text_of(&tree, LABELS),
            "0 0.000000 0.250000 0.250000 0.250000 0.250000 0.625000 0.000000 0.625000\n\
             1 0.333333 0.375000 0.583333 0.375000 0.583333 1.000000 0.333333 1.000000\n"
        );
    }

    #[test]
    fn poses_are_of_what_has_keypoints() {
        let mut identity = identity();
        identity.settings.categories[1].name = "a \"big\" box".into();
        let tree = exported(&identity, &[0], "yolo-pose");
        assert_eq!(
            text_of(&tree, "data.yaml"),
            "train: images/train\nval: images/train\nkpt_shape: [2, 3]\n\
             names:\n  0: \"mug\"\n  1: \"a \\\"big\\\" box\"\n"
        );
        assert_eq!(
            text_of(&tree, LABELS),
            "0 0.125000 0.437500 0.250000 0.375000 0.000000 0.000000 0 0.000000 0.000000 0\n"
        );

        let mut mug = annotation(1, 1, &["....", ".##.", ".##.", "...."]);
        let point = |name: &str, visibility, position| SeenKeypoint {
            name: name.into(),
            visibility,
            position,
            position_m: [0.0, 0.0, 2.0],
        };
        let base = point("base", Visibility::Occluded, [1.0, 3.0]);
        mug.keypoints = vec![point("tip", Visibility::Visible, [2.5, 1.0]), base];
        identity.settings.categories[1].keypoints = ["a", "b", "c"].map(String::from).into();
        let dir = written(&POSE, &identity, vec![mug]).unwrap();
        assert_eq!(
            text(&dir, LABELS),
            "0 0.500000 0.500000 0.500000 0.500000 0.250000 0.750000 1 0.625000 0.250000 2 0.000000 0.000000 0\n"
        );

        for category in &mut identity.settings.categories {
            category.keypoints.clear();
        }
        let error = written(&POSE, &identity, vec![annotation(1, 1, &["##"])]).unwrap_err().to_string();
        assert_eq!(
            error,
            "the number of keypoints that any category has is 0, expected at least 1 for a dataset of poses"
        );
    }

    #[test]
    fn crowds_are_left_out_and_volumes_where_masks_are_asked_for() {
        let crowd = AnnotationRecord { crowd: true, ..annotation(1, 1, &["#...", "...."]) };
        let fog = volume(2, 2, &["..##", "...."]);
        let list = || vec![crowd.clone(), fog.clone()];
        let labels = |format: Format| text(&written(&format, &identity(), list()).unwrap(), LABELS);
        assert_eq!(labels(FORMAT), "1 0.750000 0.250000 0.500000 0.500000\n");
        let corners = "1 0.500000 0.000000 1.000000 0.000000 1.000000 0.500000 0.500000 0.500000\n";
        assert_eq!(labels(ORIENTED), corners);
        assert_eq!(labels(SEGMENT), "");
        assert_eq!(labels(POSE), "", "boxes have no keypoints");
    }

    #[test]
    fn names_tell_steps_and_cameras_apart() {
        let tree = exported(&sequence_identity(), &[0], "yolo");
        let names: Vec<&str> = tree.keys().filter_map(|name| name.strip_prefix("labels/train/")).collect();
        let step = |step: u32| ["left", "right"].map(|camera| format!("00000000_{step:04}-{camera}.txt"));
        assert_eq!(names[1..], [step(0), step(1), step(2)].concat());
        assert!(tree.contains_key("images/train/00000000_0002-right.png"));
    }

    #[test]
    fn an_empty_dataset_has_names() {
        let tree = exported(&identity(), &[], "yolo");
        assert_eq!(tree.keys().collect::<Vec<_>>(), ["data.yaml"]);
        assert_eq!(text_of(&tree, "data.yaml"), NAMES);
    }

    #[test]
    fn pieces_are_tied_at_their_nearest_corners() {
        let square =
            |x: i32, y: i32| [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]].map(|p| p.map(f64::from)).to_vec();
        assert_eq!(joined(Vec::new()), [[0.0; 2]; 0]);
        assert_eq!(joined(vec![square(0, 0)]), square(0, 0));
        let two = joined(vec![square(0, 0), square(3, 1)]);
        let expected = [[0, 0], [1, 0], [1, 1], [3, 1], [4, 1], [4, 2], [3, 2], [3, 1], [1, 1], [0, 1]];
        assert_eq!(two, expected.map(|point| point.map(f64::from)));
        let three = joined(vec![square(0, 0), square(3, 1), square(6, 0)]);
        let ends = three.iter().zip(three.iter().cycle().skip(1));
        let doubled: f64 = ends.map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum();
        assert_eq!(doubled, 6.0, "twice three pixels");
    }

    #[test]
    fn an_unknown_category_is_named() {
        let error = written(&FORMAT, &identity(), vec![annotation(5, 9, &["##"])]).unwrap_err().to_string();
        assert!(error.ends_with("instance 5 has category 9, which the manifest does not know"), "{error}");
    }
}
