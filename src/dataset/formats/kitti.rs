//! KITTI object detection (www.cvlibs.net/datasets/kitti/eval_object.php): pictures, 2D and upright 3D boxes as text,
//! and the camera's calibration.
//!
//! ```text
//! names.txt                       number and name of each picture
//! training/image_2/000000.png
//! training/label_2/000000.txt
//! training/calib/000000.txt
//! training/velodyne/000000.bin    where the scene has a lidar, of the first one
//! ```
//!
//! KITTI's 3D boxes are turned about the camera's y axis only, as if the camera were level. Instances may lie in any
//! pose and cameras may be tilted, so the box written is the one around the instance's own: see [`Upright`].
//!
//! Left and top are those of the 2D box in pixels from 0 at the image's corner, right and bottom its x + width and
//! y + height: readers take the difference for the size. The calibration counts pixels as KITTI does, with 0 at the
//! centre of the first one.

use std::f64::consts::{PI, TAU};

use glam::{DMat3, DMat4, DVec3, Vec3};

use super::names::Names;
use super::{Format, Output, Picture, Target, Writer};
use crate::dataset::record::{AnnotationRecord, Box3dRecord, CameraRecord, Intrinsics, LidarRecord};
use crate::dataset::{DatasetError, encode_rgb};
use crate::frame::{Lidar, Point};

pub(super) const FORMAT: Format = Format {
    name: "kitti",
    summary: "KITTI object detection: text files of 2D boxes and upright 3D boxes, and calibration",
    open: |target| Ok(Box::new(Kitti::new(target)?)),
};

/// Pictures are numbered from 0 in order of frame, step and camera.
struct Kitti {
    target: Target,
    /// One word each.
    names: Names,
    list: Output,
}

impl Kitti {
    fn new(target: Target) -> Result<Kitti, DatasetError> {
        let names = Names::new(&target.manifest.categories, |letter| !letter.is_whitespace());
        Ok(Kitti { names, list: target.create("names.txt")?, target })
    }
}

impl Writer for Kitti {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        picture.camera.check_pinhole(&picture.stored.record.key, FORMAT.name)?;
        let number = format!("{:06}", picture.id.saturating_sub(1));
        let mut lines = String::new();
        for annotation in &picture.camera.annotations {
            lines.push_str(&line(self.names.of(picture, annotation)?, annotation));
        }
        // It knows one lidar, whose axes are ours.
        let lidar = picture.stored.record.lidars.first();
        let calibration =
            calibration(&picture.camera.intrinsics, lidar.map(|lidar| velo_to_cam(picture.camera, lidar)));
        if let Some(lidar) = lidar {
            let cloud = velodyne(&lidar.to_lidar(), &picture.stored.cloud(lidar)?);
            self.target.write(&format!("training/velodyne/{number}.bin"), &cloud)?;
        }
        // Its readers look for PNG and nothing else.
        let name = format!("training/image_2/{number}.png");
        match picture.extension() {
            "png" => self.target.link(picture, &name)?,
            _ => self.target.write(&name, &encode_rgb(&picture.stored.rgb(picture.camera)?)?)?,
        }
        self.target.write(&format!("training/label_2/{number}.txt"), lines.as_bytes())?;
        self.target.write(&format!("training/calib/{number}.txt"), calibration.as_bytes())?;
        self.list.text(&format!("{number} {}\n", picture.stem))
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        self.list.close()
    }
}

/// Points as x, y, z in the frame of the lidar in the middle of its sweep and what is sent back, single precision.
fn velodyne(lidar: &Lidar, points: &[(Point, u16)]) -> Vec<u8> {
    let values = points.iter().flat_map(|(point, _)| {
        let at = Vec3::from(point.position_m).as_dvec3();
        let [x, y, z] = lidar.later(f64::from(point.time_s)).transform_point3(at).as_vec3().to_array();
        [x, y, z, point.intensity]
    });
    values.flat_map(f32::to_le_bytes).collect()
}

/// Takes points of the lidar to the camera.
fn velo_to_cam(camera: &CameraRecord, lidar: &LidarRecord) -> DMat4 {
    let matrix = |rows: &[[f64; 4]; 4]| DMat4::from_cols_array_2d(rows).transpose();
    matrix(&camera.world_from_camera).inverse() * matrix(&lidar.world_from_lidar)
}

/// Four equal cameras, and no motion between them and the sensors that do not exist.
fn calibration(intrinsics: &Intrinsics, velo_to_cam: Option<DMat4>) -> String {
    let Intrinsics { fx, fy, cx, cy } = *intrinsics;
    let projection = row(&[fx, 0.0, cx - 0.5, 0.0, 0.0, fy, cy - 0.5, 0.0, 0.0, 0.0, 1.0, 0.0]);
    let mut text: String = (0..4).map(|camera| format!("P{camera}: {projection}\n")).collect();
    text.push_str("R0_rect: 1 0 0 0 1 0 0 0 1\n");
    let columns = velo_to_cam.unwrap_or(DMat4::IDENTITY);
    let rows: Vec<f64> = (0..3).flat_map(|place| columns.row(place).to_array()).collect();
    text.push_str(&format!("Tr_velo_to_cam: {}\n", row(&rows)));
    text.push_str("Tr_imu_to_velo: 1 0 0 0 0 1 0 0 0 0 1 0\n");
    text
}

/// Type, truncated, occluded, alpha, left, top, right, bottom, height, width, length, x, y, z, rotation_y.
///
/// Occluded is 0 where nine tenths are visible, 1 where half is, 2 where less is, and 3 where nobody knows.
fn line(name: &str, annotation: &AnnotationRecord) -> String {
    let [x, y, width, height] = annotation.bbox_visible;
    let sides = row(&[x, y, x + width, y + height]);
    if annotation.crowd {
        return format!("DontCare -1 -1 -10 {sides} -1 -1 -1 -1000 -1000 -1000 -10\n");
    }
    let (truncated, occluded) = match &annotation.amodal {
        None => (0.0, 3),
        Some(amodal) if amodal.visible_fraction >= 0.9 => (amodal.truncation, 0),
        Some(amodal) if amodal.visible_fraction >= 0.5 => (amodal.truncation, 1),
        Some(amodal) => (amodal.truncation, 2),
    };
    let upright = Upright::around(&annotation.box_3d);
    let Upright { height, width, length, bottom, rotation_y } = upright;
    let solid = row(&[height, width, length, bottom.x, bottom.y, bottom.z, rotation_y]);
    format!("{name} {} {occluded} {} {sides} {solid}\n", row(&[truncated]), row(&[upright.alpha()]))
}

/// Numbers to six digits after the point, with spaces between them; never −0.
fn row(values: &[f64]) -> String {
    let short = |value: &f64| ((value * 1e6).round() / 1e6 + 0.0).to_string();
    values.iter().map(short).collect::<Vec<_>>().join(" ")
}

/// A box in the camera frame that is turned about the camera's y axis only, in metres and radians.
struct Upright {
    /// Along y.
    height: f64,
    width: f64,
    /// Along the way that `rotation_y` points.
    length: f64,
    /// The middle of the side where y is largest.
    bottom: DVec3,
    /// From the camera's x towards its −z, in (−π, π].
    rotation_y: f64,
}

impl Upright {
    /// The smallest one around a box with its length along the instance's x axis, as that is seen from above.
    ///
    /// Where the instance's x axis stands upright its z axis is taken for the width. A box that stands upright itself
    /// stays as it is.
    fn around(solid: &Box3dRecord) -> Upright {
        /// Shorter than this, an axis seen from above points nowhere.
        const POINT: f64 = 1e-6;
        let turned = DMat3::from_cols_array_2d(&solid.rotation).transpose();
        let (x, z) = (turned.x_axis, turned.z_axis);
        let rotation_y = wrapped(if x.x.hypot(x.z) > POINT { (-x.z).atan2(x.x) } else { z.x.atan2(z.z) });
        let (sin, cos) = rotation_y.sin_cos();
        // As seen from the box, `way` runs along each of its edges for a part of its length.
        let extent = |way: DVec3| (turned.transpose() * way).abs().dot(DVec3::from(solid.size_m));
        let height = extent(DVec3::Y);
        Upright {
            height,
            width: extent(DVec3::new(sin, 0.0, cos)),
            length: extent(DVec3::new(cos, 0.0, -sin)),
            bottom: DVec3::from(solid.center_m) + DVec3::Y * (height * 0.5),
            rotation_y,
        }
    }

    /// The turn against the ray from the camera to the box, in (−π, π].
    fn alpha(&self) -> f64 {
        wrapped(self.rotation_y - self.bottom.x.atan2(self.bottom.z))
    }
}

/// The same angle in (−π, π].
fn wrapped(angle: f64) -> f64 {
    let positive = angle.rem_euclid(TAU);
    if positive > PI { positive - TAU } else { positive }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_PI_2;

    use glam::{DQuat, EulerRot};

    use super::super::sample::{Sample, files_in, mug, volume};
    use super::*;
    use crate::annotate::Policy;
    use crate::dataset::record::AmodalRecord;
    use crate::dataset::tests::{exported, identity, sequence_identity, text_of};

    #[test]
    fn a_picture_has_its_files() {
        let mut identity = identity();
        identity.settings.categories[0].name = "coffee mug".into();
        let tree = exported(&identity, &[0], "kitti");
        let names: Vec<&str> = tree.keys().map(String::as_str).filter(|name| !name.ends_with('/')).collect();
        let expected =
            ["names.txt", "training/calib/000000.txt", "training/image_2/000000.png", "training/label_2/000000.txt"];
        assert_eq!(names, expected);
        assert_eq!(text_of(&tree, "names.txt"), "000000 00000000\n");
        assert_eq!(
            text_of(&tree, "training/label_2/000000.txt"),
            "coffee_mug 0.166667 1 -2.641593 0 2 3 5 0.1 0.1 0.1 0 -0.95 -1.666667 0.5\n\
             box 0 0 -1.12648 4 3 7 8 0.1 0.1 0.1 29.9 -0.95 -1.666667 0.5\n"
        );
        assert_eq!(
            text_of(&tree, "training/calib/000000.txt"),
            "P0: 10.5 0 5.5 0 0 10.5 3.5 0 0 0 1 0\n\
             P1: 10.5 0 5.5 0 0 10.5 3.5 0 0 0 1 0\n\
             P2: 10.5 0 5.5 0 0 10.5 3.5 0 0 0 1 0\n\
             P3: 10.5 0 5.5 0 0 10.5 3.5 0 0 0 1 0\n\
             R0_rect: 1 0 0 0 1 0 0 0 1\n\
             Tr_velo_to_cam: 1 0 0 0 0 1 0 0 0 0 1 0\n\
             Tr_imu_to_velo: 1 0 0 0 0 1 0 0 0 0 1 0\n"
        );
    }

    #[test]
    fn crowd_is_not_cared_about() {
        let mut identity = identity();
        identity.settings.policy = Policy { minimum_pixels: 10, rejected_as_crowd: true, ..Policy::default() };
        let tree = exported(&identity, &[0], "kitti");
        let text = text_of(&tree, "training/label_2/000000.txt");
        let expected = "DontCare -1 -1 -10 0 2 3 5 -1 -1 -1 -1000 -1000 -1000 -10";
        assert_eq!(text.lines().next(), Some(expected));
        assert_eq!(text.lines().count(), 2);
    }

    #[test]
    fn pictures_are_numbered_from_nought() {
        let tree = exported(&sequence_identity(), &[4], "kitti");
        assert_eq!(
            text_of(&tree, "names.txt"),
            "000000 00000004_0000-left\n000001 00000004_0000-right\n000002 00000004_0001-left\n\
             000003 00000004_0001-right\n000004 00000004_0002-left\n000005 00000004_0002-right\n"
        );
        assert!(tree.contains_key("training/image_2/000005.png"));
        let empty = exported(&identity(), &[], "kitti");
        assert_eq!(empty.into_iter().collect::<Vec<_>>(), [("names.txt".to_owned(), Vec::<u8>::new())]);
    }

    #[test]
    fn volumes_have_boxes_and_empty_pictures_empty_files() {
        let written = |annotations| {
            let sample = Sample::new(1.0, annotations);
            let folder = sample.show((FORMAT.open)(sample.target()).unwrap(), 1);
            assert_eq!(files_in(&folder).len(), 4);
            std::fs::read_to_string(folder.join("training/label_2/000000.txt")).unwrap()
        };
        assert_eq!(written(Vec::new()), "");
        assert_eq!(written(vec![volume(1, [5, 6, 20, 30])]), "mug 0 3 0 5 6 25 36 1.5 2 4 0 0.75 10 0\n");
    }

    #[test]
    fn what_is_seen_says_how_much_is_hidden() {
        let mut annotation = mug(1, [0, 0, 10, 10]);
        let mut found = Vec::new();
        for visible_fraction in [1.0, 0.9, 0.89, 0.5, 0.49] {
            let (bbox, mask) = (annotation.bbox_visible, annotation.mask.clone());
            let (pixels, occluded_by) = (100, Vec::new());
            annotation.amodal = Some(AmodalRecord {
                bbox,
                bbox_whole: bbox,
                pixels,
                mask,
                visible_fraction,
                truncation: 0.25,
                occluded_by,
            });
            found.push(line("mug", &annotation).split(' ').take(3).collect::<Vec<_>>().join(" "));
        }
        assert_eq!(found, ["mug 0.25 0", "mug 0.25 0", "mug 0.25 1", "mug 0.25 1", "mug 0.25 2"]);
    }

    fn solid(turn: DQuat, center: DVec3) -> Box3dRecord {
        let rotation = DMat3::from_quat(turn).transpose().to_cols_array_2d();
        Box3dRecord { center_m: center.into(), size_m: [4.0, 1.5, 2.0], rotation }
    }

    fn corners(solid: &Box3dRecord) -> [DVec3; 8] {
        let turned = DMat3::from_cols_array_2d(&solid.rotation).transpose();
        std::array::from_fn(|bits| {
            let side = |axis: usize| if bits >> axis & 1 == 1 { 0.5 } else { -0.5 };
            DVec3::from(solid.center_m) + turned * (DVec3::new(side(0), side(1), side(2)) * DVec3::from(solid.size_m))
        })
    }

    #[test]
    fn an_upright_box_stays_as_it_is() {
        for turn in [-3.0, -1.5, 0.0, 0.5, FRAC_PI_2, 3.0, PI] {
            let found = Upright::around(&solid(DQuat::from_rotation_y(turn), DVec3::new(1.0, 2.0, 8.0)));
            assert!(wrapped(found.rotation_y - turn).abs() < 1e-9, "{turn}: {}", found.rotation_y);
            for (found, expected) in [(found.height, 1.5), (found.width, 2.0), (found.length, 4.0)] {
                assert!((found - expected).abs() < 1e-9, "{turn}: {found}, expected {expected}");
            }
            assert!(found.bottom.distance(DVec3::new(1.0, 2.75, 8.0)) < 1e-9);
            assert!((found.alpha() - wrapped(turn - 0.125_f64.atan())).abs() < 1e-9, "{turn}");
        }
    }

    #[test]
    fn a_box_on_end_lies_along_its_z() {
        // Its x runs along the camera's −y.
        let found = Upright::around(&solid(DQuat::from_rotation_z(-FRAC_PI_2), DVec3::Z));
        assert!(found.rotation_y.abs() < 1e-9, "{}", found.rotation_y);
        let sizes = DVec3::new(found.height, found.width, found.length);
        assert!(sizes.distance(DVec3::new(4.0, 2.0, 1.5)) < 1e-9, "{sizes}");
    }

    #[test]
    fn the_box_encloses_whatever_is_tilted() {
        for step in 0..200 {
            let angle = |factor: f64| (f64::from(step) * factor).sin() * PI;
            let turn = DQuat::from_euler(EulerRot::XYZ, angle(1.7), angle(2.3), angle(0.9));
            let solid = solid(turn, DVec3::new(angle(0.3), angle(0.5), 9.0));
            let found = Upright::around(&solid);
            let (sin, cos) = found.rotation_y.sin_cos();
            let (mut low, mut high) = (DVec3::INFINITY, DVec3::NEG_INFINITY);
            for corner in corners(&solid) {
                let at = corner - found.bottom;
                let at = DVec3::new(at.x * cos - at.z * sin, at.y, at.x * sin + at.z * cos);
                (low, high) = (low.min(at), high.max(at));
            }
            let half = DVec3::new(found.length * 0.5, 0.0, found.width * 0.5);
            assert!(high.distance(half) < 1e-9, "{step}: {high}");
            assert!(low.distance(-half - DVec3::Y * found.height) < 1e-9, "{step}: {low}");
            let forward = turn * DVec3::X;
            let along = forward.x * cos - forward.z * sin;
            assert!((along - forward.x.hypot(forward.z)).abs() < 1e-9, "{step}: the length points along x");
        }
    }

    #[test]
    fn angles_are_wrapped() {
        for (angle, expected) in [(0.0, 0.0), (PI, PI), (-PI, PI), (3.0 * PI, PI), (-0.5, -0.5), (4.0, 4.0 - TAU)] {
            assert!((wrapped(angle) - expected).abs() < 1e-12, "{angle}");
        }
    }
}
