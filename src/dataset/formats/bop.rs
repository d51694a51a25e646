//! BOP (bop.felk.cvut.cz/datasets): the 6D pose of every instance, with depth and masks, in folders of one camera each.
//!
//! ```text
//! train_pbr/000000/                      a take of a sequence, or up to a thousand single pictures
//!   rgb/000000.png
//!   depth/000000.png                     16 bit, times `depth_scale` in millimetres
//!   mask/000000_000000.png               the whole silhouette, where it is known
//!   mask_visib/000000_000000.png
//!   scene_camera.json
//!   scene_gt.json
//!   scene_gt_info.json
//! ```
//!
//! Poses are in millimetres, from the frame that the instance's mesh is given in. BOP numbers models; a record does
//! not name them, so `obj_id` is the category's id. Pixels are counted as OpenCV does, with 0 at the centre of the
//! first one. Boxes are `[x, y, width, height]` from first to last pixel, as the BOP toolkit makes them: their width
//! is one less than the number of columns. Box and `px_count_all` of the whole silhouette count what lies beyond the image.
//! Crowd and volumes are left out.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use serde::Serialize;

use super::checked::damaged;
use super::{Format, Output, Picture, Target, Writer};
use crate::annotate::Rle;
use crate::dataset::layout::record_file;
use crate::dataset::record::{AnnotationRecord, CameraRecord, Intrinsics, MaskRecord};
use crate::dataset::{DatasetError, encode_ids};
use crate::frame::{Plane, PlaneKind};

pub(super) const FORMAT: Format = Format {
    name: "bop",
    summary: "BOP: 6D poses with 16-bit depth and a mask for each instance",
    open: |target| Ok(Box::new(Bop::new(target, SCENE_PICTURES))),
};

/// How many single pictures a folder holds.
const SCENE_PICTURES: u32 = 1000;

/// Folders are numbered in the order in which their first pictures come.
struct Bop {
    target: Target,
    /// How many single pictures a folder holds.
    most: u32,
    /// How many folders there are.
    scenes: u64,
    /// Those that may still grow, by camera.
    open: BTreeMap<String, Scene>,
}

/// A folder of one camera's pictures.
struct Scene {
    folder: String,
    /// In a sequence.
    take: Option<u64>,
    pictures: u32,
    cameras: Output,
    truths: Output,
    infos: Output,
}

#[derive(Serialize)]
struct View {
    #[serde(rename = "cam_K")]
    intrinsics: [f64; 9],
    #[serde(rename = "cam_R_w2c")]
    rotation: [f64; 9],
    #[serde(rename = "cam_t_w2c")]
    position_mm: [f64; 3],
    /// Millimetres a step of the depth image.
    depth_scale: f64,
}

#[derive(Serialize)]
struct Truth {
    #[serde(rename = "cam_R_m2c")]
    rotation: [f64; 9],
    #[serde(rename = "cam_t_m2c")]
    position_mm: [f64; 3],
    obj_id: u32,
}

#[derive(Serialize)]
struct Info {
    bbox_obj: [i64; 4],
    bbox_visib: [i64; 4],
    px_count_all: u64,
    px_count_valid: u64,
    px_count_visib: u64,
    visib_fract: f64,
}

impl Bop {
    fn new(target: Target, most: u32) -> Bop {
        Bop { target, most, scenes: 0, open: BTreeMap::new() }
    }
}

impl Writer for Bop {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        let (record, camera) = (&picture.stored.record, picture.camera);
        camera.check_pinhole(&record.key, FORMAT.name)?;
        let take = record.step.map(|_| record.frame);
        let full = |scene: &Scene| scene.take != take || (take.is_none() && scene.pictures == self.most);
        if self.open.get(&camera.name).is_some_and(full)
            && let Some(scene) = self.open.remove(&camera.name)
        {
            scene.end()?;
        }
        let scene = match self.open.entry(camera.name.clone()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let scene = Scene::begin(&self.target, self.scenes, take)?;
                self.scenes += 1;
                entry.insert(scene)
            }
        };
        scene.picture(&self.target, picture)
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        self.open.into_values().try_for_each(Scene::end)
    }
}

impl Scene {
    fn begin(target: &Target, number: u64, take: Option<u64>) -> Result<Scene, DatasetError> {
        let folder = format!("train_pbr/{number:06}");
        let map = |name: &str| -> Result<Output, DatasetError> {
            let mut output = target.create(&format!("{folder}/{name}.json"))?;
            output.text("{")?;
            Ok(output)
        };
        Ok(Scene {
            cameras: map("scene_camera")?,
            truths: map("scene_gt")?,
            infos: map("scene_gt_info")?,
            folder,
            take,
            pictures: 0,
        })
    }

    fn picture(&mut self, target: &Target, picture: &Picture) -> Result<(), DatasetError> {
        let camera = picture.camera;
        let number = self.pictures;
        self.pictures += 1;
        let path = |folder: &str, name: &str| format!("{}/{folder}/{name}.png", self.folder);
        target.link(picture, &format!("{}/rgb/{number:06}.{}", self.folder, picture.extension()))?;
        let depth = picture.stored.metres(camera, PlaneKind::Depth)?;
        let (depth_scale, steps) = depth_steps(&depth);
        target.write(&path("depth", &format!("{number:06}")), &encode_ids("the depth plane", &steps)?)?;
        let (mut truths, mut infos) = (Vec::new(), Vec::new());
        for annotation in camera.annotations.iter().filter(|annotation| !annotation.crowd && !annotation.volume) {
            let name = format!("{number:06}_{:06}", truths.len());
            let visible = mask(picture, annotation, &annotation.mask)?;
            target.write(&path("mask_visib", &name), &encode_mask(&visible)?)?;
            let whole = match &annotation.amodal {
                None => visible,
                Some(amodal) => {
                    let whole = mask(picture, annotation, &amodal.mask)?;
                    target.write(&path("mask", &name), &encode_mask(&whole)?)?;
                    whole
                }
            };
            let (rotation, position_mm) = pose(&annotation.camera_from_object);
            truths.push(Truth { rotation, position_mm, obj_id: annotation.category_id });
            infos.push(info(annotation, &whole, &steps));
        }
        keyed(&mut self.cameras, number, &view(camera, depth_scale))?;
        keyed(&mut self.truths, number, &truths)?;
        keyed(&mut self.infos, number, &infos)
    }

    fn end(self) -> Result<(), DatasetError> {
        [self.cameras, self.truths, self.infos].into_iter().try_for_each(|mut map| {
            map.text("\n}\n")?;
            map.close()
        })
    }
}

/// Adds an entry of a JSON map from numbers that count from 0.
fn keyed<T: Serialize>(map: &mut Output, number: u32, value: &T) -> Result<(), DatasetError> {
    let comma = if number == 0 { "" } else { "," };
    map.text(&format!("{comma}\n\"{number}\": "))?;
    map.json(value)
}

fn view(camera: &CameraRecord, depth_scale: f64) -> View {
    let Intrinsics { fx, fy, cx, cy } = camera.intrinsics;
    let ([a, b, c, d, e, f, g, h, i], [x, y, z]) = pose(&camera.world_from_camera);
    // The inverse of a pose is its transpose, and what that makes of the way back.
    let back = [a * x + d * y + g * z, b * x + e * y + h * z, c * x + f * y + i * z];
    View {
        intrinsics: [fx, 0.0, cx - 0.5, 0.0, fy, cy - 0.5, 0.0, 0.0, 1.0],
        rotation: [a, d, g, b, e, h, c, f, i],
        position_mm: back.map(|length| rounded(-length)),
        depth_scale,
    }
}

/// Rotation row by row, and position in millimetres.
fn pose(matrix: &[[f64; 4]; 4]) -> ([f64; 9], [f64; 3]) {
    let [[a, b, c, x], [d, e, f, y], [g, h, i, z], _] = *matrix;
    ([a, b, c, d, e, f, g, h, i], [x, y, z].map(|length| rounded(length * 1000.0)))
}

/// To a millionth of a millimetre, which is what records hold; never −0.
fn rounded(length_mm: f64) -> f64 {
    (length_mm * 1e6).round() / 1e6 + 0.0
}

/// Depth in steps of 0.1 mm, which reach to 6.5 m, where that is not enough of 1 mm, else of 10 mm; what is beyond
/// 655 m has no depth then. Gives the step in millimetres too.
fn depth_steps(depth: &Plane<f32>) -> (f64, Plane<u16>) {
    let farthest = f64::from(depth.data.iter().copied().fold(0.0, f32::max));
    let most = f64::from(u16::MAX);
    let steps = [(0.1, 10_000.0), (1.0, 1000.0)].into_iter().find(|(_, a_metre)| (farthest * a_metre).round() <= most);
    let (step_mm, a_metre) = steps.unwrap_or((10.0, 100.0));
    // 0 stays what it is: no depth.
    let step = |&z: &f32| match (f64::from(z) * a_metre).round().max(1.0) {
        steps if z > 0.0 && steps <= most => steps as u16,
        _ => 0,
    };
    (step_mm, Plane { width: depth.width, height: depth.height, data: depth.data.iter().map(step).collect() })
}

/// What is known of the pixels of an instance; `whole` is its silhouette as far as that is known, `depth` as it is written.
fn info(annotation: &AnnotationRecord, whole: &Rle, depth: &Plane<u16>) -> Info {
    let visible = annotation.pixels;
    let inside = whole.pixels();
    let (bbox, truncation) = match &annotation.amodal {
        None => (annotation.bbox_visible, 0.0),
        Some(amodal) => (amodal.bbox_whole, amodal.truncation),
    };
    let all = if truncation < 1.0 { (inside as f64 / (1.0 - truncation)).round() as u64 } else { inside };
    let (width, height) = (depth.width as usize, (whole.height as usize).max(1));
    let deep = |place: &usize| depth.data.get(place % height * width + place / height).is_some_and(|steps| *steps > 0);
    let valid = whole.set_runs().map(|(start, end)| (start..end).filter(deep).count() as u64).sum();
    Info {
        bbox_obj: from_first_to_last(bbox),
        bbox_visib: from_first_to_last(annotation.bbox_visible),
        px_count_all: all,
        px_count_valid: valid,
        px_count_visib: visible,
        visib_fract: if all > 0 { visible as f64 / all as f64 } else { 0.0 },
    }
}

/// A box of whole pixels with the place of its last pixel against its first one as size.
fn from_first_to_last([x, y, width, height]: [f64; 4]) -> [i64; 4] {
    [x, y, width - 1.0, height - 1.0].map(|side| side.round() as i64)
}

/// A mask of an annotation, which is as large as the image.
fn mask(picture: &Picture, annotation: &AnnotationRecord, mask: &MaskRecord) -> Result<Rle, DatasetError> {
    let path = picture.stored.folder.join(record_file(&picture.stored.record.key));
    let instance_id = annotation.instance_id;
    let [height, width] = mask.size;
    let CameraRecord { width: expected_width, height: expected_height, .. } = *picture.camera;
    if (width, height) != (expected_width, expected_height) {
        let reason = format!(
            "a mask of instance {instance_id} is {width}×{height}, the image {expected_width}×{expected_height}"
        );
        return Err(damaged(picture, reason));
    }
    mask.to_rle().map_err(|source| DatasetError::Mask { path, instance_id, source })
}

/// As PNG, 8 bit grey, 255 in the mask.
fn encode_mask(mask: &Rle) -> Result<Vec<u8>, DatasetError> {
    let Plane { width, height, data } = mask.to_plane();
    let bytes: Vec<u8> = data.into_iter().map(|set| if set { 255 } else { 0 }).collect();
    let mut file = Vec::new();
    PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Up)
        .write_image(&bytes, width, height, ExtendedColorType::L8)
        .map_err(|error| DatasetError::Plane { action: "encode", what: "a mask".into(), reason: error.to_string() })?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, files_in, mug, volume};
    use super::*;
    use crate::annotate::Policy;
    use crate::dataset::tests::{exported, identity, sequence_identity, text_of};
    use crate::dataset::{decode_ids, decode_rgb};

    /// Width, height and the value at a pixel.
    fn grey(tree: &BTreeMap<String, Vec<u8>>, name: &str, x: u32, y: u32) -> (u32, u32, u8) {
        match image::load_from_memory(&tree[name]).unwrap() {
            image::DynamicImage::ImageLuma8(image) => (image.width(), image.height(), image.get_pixel(x, y).0[0]),
            other => panic!("{:?}", other.color()),
        }
    }

    #[test]
    fn a_picture_has_its_files() {
        let tree = exported(&identity(), &[0], "bop");
        let names: Vec<&str> = tree
            .keys()
            .filter(|name| !name.ends_with('/'))
            .map(|name| name.trim_start_matches("train_pbr/000000/"))
            .collect();
        let expected = [
            "depth/000000.png",
            "mask/000000_000000.png",
            "mask/000000_000001.png",
            "mask_visib/000000_000000.png",
            "mask_visib/000000_000001.png",
            "rgb/000000.png",
            "scene_camera.json",
            "scene_gt.json",
            "scene_gt_info.json",
        ];
        assert_eq!(names, expected);
        assert_eq!(
            text_of(&tree, "train_pbr/000000/scene_camera.json"),
            "{\n\"0\": {\"cam_K\":[10.5,0.0,5.5,0.0,10.5,3.5,0.0,0.0,1.0],\
             \"cam_R_w2c\":[1.0,0.0,0.0,0.0,1.0,0.0,0.0,0.0,1.0],\
             \"cam_t_w2c\":[-100.0,-1000.0,-2000.0],\"depth_scale\":1.0}\n}\n"
        );
        let turn = "[0.877582562,0.0,0.479425539,0.0,1.0,0.0,-0.479425539,0.0,0.877582562]";
        assert_eq!(
            text_of(&tree, "train_pbr/000000/scene_gt.json"),
            format!(
                "{{\n\"0\": [{{\"cam_R_m2c\":{turn},\"cam_t_m2c\":[0.0,-1000.0,-1666.666667],\"obj_id\":1}},\
                 {{\"cam_R_m2c\":{turn},\"cam_t_m2c\":[29900.0,-1000.0,-1666.666667],\"obj_id\":2}}]\n}}\n"
            )
        );
        assert_eq!(
            text_of(&tree, "train_pbr/000000/scene_gt_info.json"),
            "{\n\"0\": [{\"bbox_obj\":[-2,2,7,2],\"bbox_visib\":[0,2,2,2],\"px_count_all\":22,\
             \"px_count_valid\":18,\"px_count_visib\":9,\"visib_fract\":0.4090909090909091},\
             {\"bbox_obj\":[4,3,2,4],\"bbox_visib\":[4,3,2,4],\"px_count_all\":15,\
             \"px_count_valid\":15,\"px_count_visib\":15,\"visib_fract\":1.0}]\n}\n"
        );
        let depth = decode_ids(&tree["train_pbr/000000/depth/000000.png"]).unwrap();
        assert_eq!((depth.width, depth.height), (12, 8));
        assert_eq!((depth.data[0], depth.data[27], depth.data[95]), (0, 4429, 16_000));
        assert_eq!(grey(&tree, "train_pbr/000000/mask/000000_000000.png", 5, 4), (12, 8, 255));
        assert_eq!(grey(&tree, "train_pbr/000000/mask_visib/000000_000000.png", 5, 4), (12, 8, 0));
        assert_eq!(grey(&tree, "train_pbr/000000/mask_visib/000000_000000.png", 2, 4), (12, 8, 255));
        assert_eq!(decode_rgb(&tree["train_pbr/000000/rgb/000000.png"]).unwrap().data[1], [7, 14, 255]);
    }

    #[test]
    fn takes_and_cameras_have_folders() {
        let tree = exported(&sequence_identity(), &[0, 4], "bop");
        let folders: Vec<&String> = tree.keys().filter(|name| name.matches('/').count() == 2).collect();
        let folders: Vec<&str> = folders.into_iter().filter(|name| name.ends_with('/')).map(String::as_str).collect();
        let expected = ["train_pbr/000000/", "train_pbr/000001/", "train_pbr/000002/", "train_pbr/000003/"];
        assert_eq!(folders, expected);
        for folder in expected {
            assert!(tree.contains_key(&format!("{folder}rgb/000002.png")));
            assert!(!tree.contains_key(&format!("{folder}rgb/000003.png")));
            let text = text_of(&tree, &format!("{folder}scene_gt_info.json"));
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(read.as_object().unwrap().len(), 3);
        }
        // The box moves with the camera's place and the step: 4 in the first picture on the left of take 0.
        for (folder, x) in [("000000", 4), ("000001", 5), ("000002", 6), ("000003", 7)] {
            let text = text_of(&tree, &format!("train_pbr/{folder}/scene_gt_info.json"));
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(read["0"][1]["bbox_visib"][0], x, "{folder}");
        }
        assert!(exported(&identity(), &[], "bop").is_empty());
    }

    #[test]
    fn crowd_and_volumes_are_left_out() {
        let mut identity = identity();
        identity.settings.policy = Policy { minimum_pixels: 10, rejected_as_crowd: true, ..Policy::default() };
        let tree = exported(&identity, &[0], "bop");
        assert_eq!(text_of(&tree, "train_pbr/000000/scene_gt.json").matches("obj_id\":").count(), 1);
        assert!(!tree.contains_key("train_pbr/000000/mask_visib/000000_000001.png"));
        let sample = Sample::new(2.0, vec![volume(1, [1, 1, 4, 4])]);
        let folder = sample.show((FORMAT.open)(sample.target()).unwrap(), 1).join("train_pbr/000000");
        let expected =
            ["depth/000000.png", "rgb/000000.png", "scene_camera.json", "scene_gt.json", "scene_gt_info.json"];
        assert_eq!(files_in(&folder), expected);
        assert_eq!(std::fs::read_to_string(folder.join("scene_gt.json")).unwrap(), "{\n\"0\": []\n}\n");
    }

    #[test]
    fn without_silhouettes_what_is_seen_is_all() {
        let sample = Sample::new(2.0, vec![mug(1, [10, 20, 30, 5])]);
        let folder = sample.show((FORMAT.open)(sample.target()).unwrap(), 1).join("train_pbr/000000");
        assert!(!folder.join("mask").exists());
        assert_eq!(
            std::fs::read_to_string(folder.join("scene_gt_info.json")).unwrap(),
            "{\n\"0\": [{\"bbox_obj\":[10,20,29,4],\"bbox_visib\":[10,20,29,4],\"px_count_all\":150,\
             \"px_count_valid\":150,\"px_count_visib\":150,\"visib_fract\":1.0}]\n}\n"
        );
        assert!(std::fs::read_to_string(folder.join("scene_camera.json")).unwrap().contains("\"depth_scale\":0.1}"));
    }

    #[test]
    fn folders_are_of_bounded_length() {
        let sample = Sample::new(2.0, Vec::new());
        let folder = sample.show(Box::new(Bop::new(sample.target(), 2)), 5).join("train_pbr");
        let pictures: Vec<String> = files_in(&folder).into_iter().filter(|name| name.contains("/rgb/")).collect();
        let expected = ["000000/rgb/000000.png", "000000/rgb/000001.png", "000001/rgb/000000.png"];
        assert_eq!(pictures[..3], expected);
        assert_eq!(pictures[3..], ["000001/rgb/000001.png", "000002/rgb/000000.png"]);
    }

    #[test]
    fn depth_is_as_fine_as_it_can_be() {
        let found = |depths: &[f32]| {
            let (step_mm, plane) = depth_steps(&Plane { width: depths.len() as u32, height: 1, data: depths.to_vec() });
            (step_mm, plane.data)
        };
        assert_eq!(found(&[0.0, 1.2345, 6.5535]), (0.1, vec![0, 12_345, 65_535]));
        assert_eq!(found(&[0.0, 0.0001, 6.554]), (1.0, vec![0, 1, 6554]));
        assert_eq!(found(&[65.535, 1.0]), (1.0, vec![65_535, 1000]));
        assert_eq!(found(&[66.0, 0.0, 655.354, 655.36, 1800.0]), (10.0, vec![6600, 0, 65_535, 0, 0]));
        assert_eq!(found(&[]), (0.1, Vec::new()));
    }

    #[test]
    fn a_view_is_the_way_back() {
        let mut pose = mug(1, [0, 0, 1, 1]).camera_from_object;
        // A quarter turn about y: the camera's z is the world's x.
        pose[0] = [0.0, 0.0, 1.0, 1.0];
        pose[2] = [-1.0, 0.0, 0.0, 3.0];
        let camera = CameraRecord {
            name: "main".into(),
            width: 4,
            height: 4,
            intrinsics: Intrinsics { fx: 1.0, fy: 2.0, cx: 2.0, cy: 2.5 },
            lens: Default::default(),
            world_from_camera: pose,
            exposure_ev100: 0.0,
            planes: BTreeMap::new(),
            annotations: Vec::new(),
        };
        let found = view(&camera, 0.1);
        assert_eq!(found.intrinsics, [1.0, 0.0, 1.5, 0.0, 2.0, 2.0, 0.0, 0.0, 1.0]);
        assert_eq!(found.rotation, [0.0, 0.0, -1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
        // The world's origin is 3 m to the right and 1 m behind.
        assert_eq!(found.position_mm, [3000.0, 0.0, -1000.0]);
    }
}
