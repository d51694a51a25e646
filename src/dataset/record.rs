//! The record of a frame: cameras, instances and every annotation, as the JSON file beside the planes.

mod lidar;

use std::collections::BTreeMap;

use glam::{DMat3, DMat4, DVec3};
use serde::{Deserialize, Serialize};

use super::identity::Category;
use super::layout::Layout;
use super::{DatasetError, SCHEMA_VERSION, json};
use crate::annotate::{Amodal, Annotation, Annotations, Occluder, OrientedBox, Rle, RleError, SeenKeypoint};
use crate::frame::{Box3d, Camera, Frame, Instance, Keypoint};
use crate::lens::Optics;
pub use crate::lens::{Intrinsics, Lens};
pub use lidar::{LidarRecord, PointCount};

/// Everything that is known about one frame, save for its planes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Of this file's shape.
    pub schema_version: u32,
    /// Frame number; in a sequence the number of the take.
    pub frame: u64,
    /// Time step within the take, if the scene is a sequence.
    pub step: Option<u32>,
    /// Seconds since the first picture of the take.
    pub time_s: f64,
    /// The name of the frame's files up to the first dot.
    pub key: String,
    /// What each camera saw, in scene order.
    pub cameras: Vec<CameraRecord>,
    /// What each lidar measured, in scene order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lidars: Vec<LidarRecord>,
    /// Everything that was in the scene, by ascending id.
    pub instances: Vec<InstanceRecord>,
    /// What lit the scene: `environment` and `lights` as in the concrete scene.
    pub light: serde_json::Value,
    /// The scene's named variables: numbers and texts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, serde_json::Value>,
    /// How much more often such a frame happens in the world than in the dataset; 1 if it is not said.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub importance_weight: f64,
    /// How often the frame was drawn before, as it did not meet the scene's constraints.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempt: u32,
    /// In how many of these attempts each constraint was not met, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rejected: BTreeMap<String, u32>,
    /// Constraints that the frame does not meet though it is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<String>,
}

fn one() -> f64 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_one(weight: &f64) -> bool {
    *weight == 1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// One camera and what it saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CameraRecord {
    /// Unique in the scene.
    pub name: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Focal lengths and principal point.
    pub intrinsics: Intrinsics,
    /// The kind of projection; pin-hole if it is not said.
    #[serde(default)]
    pub lens: Lens,
    /// Row by row; camera axes x right, y down, z forward; metres.
    pub world_from_camera: [[f64; 4]; 4],
    /// Exposure value at ISO 100 that the picture was taken with.
    pub exposure_ev100: f64,
    /// Names of the files that hold the image planes, in the record's folder, by the planes' names.
    pub planes: BTreeMap<String, String>,
    /// By ascending instance id.
    pub annotations: Vec<AnnotationRecord>,
}

/// What is known about one instance in one picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnnotationRecord {
    /// As in the instance plane, from 1.
    pub instance_id: u32,
    /// As in the scene's list of categories, from 1.
    pub category_id: u32,
    /// Whether it misses a limit of the labels, and is to be neither learnt from nor counted against anyone.
    pub crowd: bool,
    /// Tight box of the visible mask: `[x, y, width, height]` in pixels.
    pub bbox_visible: [f64; 4],
    /// The smallest box around the visible mask that may be turned, in pixels.
    pub bbox_oriented: OrientedBox,
    /// Box of the projected 3D box within the image: `[x, y, width, height]` in pixels, not rounded to whole ones.
    pub bbox_loose: [f64; 4],
    /// The box of the mesh in the camera frame.
    pub box_3d: Box3dRecord,
    /// Row by row; camera axes x right, y down, z forward; metres.
    pub camera_from_object: [[f64; 4]; 4],
    /// How many pixels the visible mask has.
    pub pixels: u64,
    /// The visible mask.
    pub mask: MaskRecord,
    /// Of the whole silhouette, where it was asked for.
    pub amodal: Option<AmodalRecord>,
    /// Whether it is a volume that is labelled but not there. It has no visible pixel; `bbox_visible` and
    /// `bbox_oriented` are then those of the whole silhouette.
    pub volume: bool,
    /// Its named points.
    pub keypoints: Vec<SeenKeypoint>,
}

/// What is known of an instance's whole silhouette, hidden parts included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AmodalRecord {
    /// Tight box of the amodal mask: `[x, y, width, height]` in pixels.
    pub bbox: [f64; 4],
    /// Tight box of the silhouette, also where it is outside the image.
    pub bbox_whole: [f64; 4],
    /// How many pixels the amodal mask has.
    pub pixels: u64,
    /// The amodal mask: what the instance would cover within the image were it alone in the scene.
    pub mask: MaskRecord,
    /// Visible pixels over amodal ones.
    pub visible_fraction: f64,
    /// The share of the silhouette that lies outside the image.
    pub truncation: f64,
    /// Which labelled instances hide how many of its pixels, by ascending id.
    pub occluded_by: Vec<Occluder>,
}

/// A box that is turned as its instance is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Box3dRecord {
    /// In the camera frame, in metres.
    pub center_m: [f64; 3],
    /// Along the instance's own x, y and z, in metres.
    pub size_m: [f64; 3],
    /// Row by row; its columns are the instance's axes in the camera frame.
    pub rotation: [[f64; 3]; 3],
}

/// A mask as COCO's compressed RLE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskRecord {
    /// `[height, width]` in pixels.
    pub size: [u32; 2],
    /// Run lengths, column by column.
    pub counts: String,
}

/// One thing in the scene.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceRecord {
    /// From 1.
    pub id: u32,
    /// As in the concrete scene.
    pub name: String,
    /// Name of its category, if it has one.
    pub category: Option<String>,
    /// From 1.
    pub category_id: Option<u32>,
    /// Whether it may own pixels of the instance plane.
    pub labelled: bool,
    /// Row by row; metres.
    pub world_from_object: [[f64; 4]; 4],
    /// Box of the mesh in its own frame.
    pub bounds: Bounds,
    /// Names of its parts, where the plane of parts was asked for; part 1 is the first one.
    pub parts: Vec<String>,
    /// Whether it is a volume that is labelled but not there.
    pub volume: bool,
    /// Its named points.
    pub keypoints: Vec<KeypointRecord>,
    /// What else the scene says of it.
    pub attributes: BTreeMap<String, serde_json::Value>,
}

/// A named point of an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeypointRecord {
    /// Unique on its instance.
    pub name: String,
    /// Where it is in the instance's own frame, in metres.
    pub position_m: [f64; 3],
}

/// An axis-aligned box in metres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Lowest corner.
    pub min: [f64; 3],
    /// Highest corner.
    pub max: [f64; 3],
}

impl Record {
    /// The record of `frame`. Lengths and poses are rounded to a millionth of a millimetre, which keeps the text
    /// short.
    ///
    /// # Errors
    /// [`DatasetError::NotFinite`] where a number cannot be written, [`DatasetError::Mismatch`] where an instance
    /// has a category that the dataset does not know.
    pub(super) fn new(
        frame: &Frame,
        annotations: &Annotations,
        layout: &Layout,
        categories: &[Category],
    ) -> Result<Record, DatasetError> {
        let key = frame.key();
        let cameras = frame.views.iter().zip(&annotations.views).enumerate();
        let cameras = cameras
            .map(|(place, (view, seen))| camera_record(&view.camera, seen, layout.plane_files(&key, place)))
            .collect();
        let clouds = frame.clouds.iter().enumerate();
        let lidars = clouds.map(|(place, cloud)| LidarRecord::of(cloud, layout.cloud_file(&key, place))).collect();
        let instances = frame.instances.iter().map(|instance| instance_record(instance, categories, &key));
        let record = Record {
            schema_version: SCHEMA_VERSION,
            frame: frame.index,
            step: frame.step,
            time_s: frame.time_s,
            cameras,
            lidars,
            instances: instances.collect::<Result<_, _>>()?,
            light: frame.light.clone(),
            variables: frame.drawn.variables.clone(),
            importance_weight: frame.drawn.importance_weight,
            attempt: frame.drawn.attempt,
            rejected: frame.drawn.rejected.clone(),
            unmet: frame.drawn.unmet.clone(),
            key,
        };
        record.check_finite()?;
        Ok(record)
    }

    /// The record as JSON, one annotation and one instance a line.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where it cannot be JSON, which no record that [`encode`](super::encode) makes is.
    pub fn to_json(&self) -> Result<String, DatasetError> {
        json::to_text(self, &["cameras", "annotations", "lidars", "instances"])
            .map_err(|error| DatasetError::Damaged { path: self.key.clone().into(), reason: error.to_string() })
    }

    fn check_finite(&self) -> Result<(), DatasetError> {
        let check = |what: &str, values: &[f64]| match values.iter().find(|value| !value.is_finite()) {
            None => Ok(()),
            Some(&value) => Err(DatasetError::NotFinite { key: self.key.clone(), what: what.to_owned(), value }),
        };
        check("time_s", &[self.time_s])?;
        for camera in &self.cameras {
            let Intrinsics { fx, fy, cx, cy } = camera.intrinsics;
            check(&format!("the intrinsics of camera `{}`", camera.name), &[fx, fy, cx, cy])?;
            let coefficients: Vec<f64> = camera.lens.coefficients().into_iter().map(|(_, value)| value).collect();
            check(&format!("the lens of camera `{}`", camera.name), &coefficients)?;
            check(&format!("the pose of camera `{}`", camera.name), camera.world_from_camera.as_flattened())?;
            check(&format!("the exposure of camera `{}`", camera.name), &[camera.exposure_ev100])?;
            for annotation in &camera.annotations {
                let of = |what: &str| format!("{what} of instance {}", annotation.instance_id);
                let Box3dRecord { center_m, size_m, rotation } = &annotation.box_3d;
                check(&of("the loose box"), &annotation.bbox_loose)?;
                check(&of("the 3D box"), &[&center_m[..], &size_m[..], rotation.as_flattened()].concat())?;
                check(&of("the pose"), annotation.camera_from_object.as_flattened())?;
                for point in &annotation.keypoints {
                    check(&of(&format!("keypoint `{}`", point.name)), &point.position)?;
                    check(&of(&format!("keypoint `{}`", point.name)), &point.position_m)?;
                }
            }
        }
        for lidar in &self.lidars {
            let name = &lidar.name;
            check(&format!("the pose of lidar `{name}`"), lidar.world_from_lidar.as_flattened())?;
            let (velocity, spin) = (&lidar.velocity_m_per_s[..], &lidar.spin_rad_per_s[..]);
            let values = [&lidar.range_m[..], &[lidar.range_noise_m, lidar.sweep_s], velocity, spin].concat();
            check(&format!("the settings of lidar `{name}`"), &values)?;
        }
        for instance in &self.instances {
            let name = &instance.name;
            check(&format!("the pose of instance `{name}`"), instance.world_from_object.as_flattened())?;
            check(&format!("the bounds of instance `{name}`"), &instance.bounds.min)?;
            check(&format!("the bounds of instance `{name}`"), &instance.bounds.max)?;
            for point in &instance.keypoints {
                check(&format!("keypoint `{}` of instance `{name}`", point.name), &point.position_m)?;
            }
        }
        Ok(())
    }
}

impl CameraRecord {
    /// For what knows pin-holes alone.
    ///
    /// # Errors
    /// [`DatasetError::Lens`] where it is none.
    pub fn check_pinhole(&self, key: &str, format: &'static str) -> Result<(), DatasetError> {
        match self.lens {
            Lens::Pinhole => Ok(()),
            lens => {
                Err(DatasetError::Lens { format, key: key.to_owned(), camera: self.name.clone(), lens: lens.name() })
            }
        }
    }

    /// The camera as it was before it was written.
    pub fn to_camera(&self) -> Camera {
        Camera {
            name: self.name.clone(),
            width: self.width,
            height: self.height,
            optics: Optics::new(self.intrinsics, self.lens),
            world_from_camera: DMat4::from_cols_array_2d(&self.world_from_camera).transpose(),
            exposure_ev100: self.exposure_ev100,
        }
    }
}

impl AnnotationRecord {
    /// The annotation as it was before it was written.
    ///
    /// # Errors
    /// [`RleError`] where the mask is none.
    pub fn to_annotation(&self) -> Result<Annotation, RleError> {
        Ok(Annotation {
            instance_id: self.instance_id,
            category_id: self.category_id,
            crowd: self.crowd,
            bbox_visible: self.bbox_visible,
            bbox_oriented: self.bbox_oriented,
            bbox_loose: self.bbox_loose,
            box_3d: self.box_3d.to_box(),
            camera_from_object: DMat4::from_cols_array_2d(&self.camera_from_object).transpose(),
            pixels: self.pixels,
            mask: self.mask.to_rle()?,
            amodal: match &self.amodal {
                None => None,
                Some(amodal) => Some(Amodal {
                    bbox: amodal.bbox,
                    bbox_whole: amodal.bbox_whole,
                    pixels: amodal.pixels,
                    mask: amodal.mask.to_rle()?,
                    visible_fraction: amodal.visible_fraction,
                    truncation: amodal.truncation,
                    occluded_by: amodal.occluded_by.clone(),
                }),
            },
            volume: self.volume,
            keypoints: self.keypoints.clone(),
        })
    }
}

impl Box3dRecord {
    /// The box as it was before it was written.
    pub fn to_box(&self) -> Box3d {
        Box3d {
            center_m: DVec3::from(self.center_m),
            size_m: DVec3::from(self.size_m),
            rotation: DMat3::from_cols_array_2d(&self.rotation).transpose(),
        }
    }
}

impl MaskRecord {
    fn of(mask: &Rle) -> MaskRecord {
        MaskRecord { size: [mask.height, mask.width], counts: mask.to_coco_string() }
    }

    /// The mask.
    ///
    /// # Errors
    /// [`RleError`] where it is none.
    pub fn to_rle(&self) -> Result<Rle, RleError> {
        let [height, width] = self.size;
        Rle::from_coco_string(width, height, &self.counts)
    }
}

fn camera_record(camera: &Camera, annotations: &[Annotation], planes: BTreeMap<String, String>) -> CameraRecord {
    CameraRecord {
        name: camera.name.clone(),
        width: camera.width,
        height: camera.height,
        intrinsics: camera.optics.intrinsics,
        lens: camera.optics.lens,
        world_from_camera: rows(camera.world_from_camera),
        exposure_ev100: rounded(camera.exposure_ev100),
        planes,
        annotations: annotations.iter().map(annotation_record).collect(),
    }
}

fn annotation_record(annotation: &Annotation) -> AnnotationRecord {
    let OrientedBox { center, size, angle_deg } = annotation.bbox_oriented;
    AnnotationRecord {
        instance_id: annotation.instance_id,
        category_id: annotation.category_id,
        crowd: annotation.crowd,
        bbox_visible: annotation.bbox_visible,
        bbox_oriented: OrientedBox {
            center: center.map(rounded),
            size: size.map(rounded),
            angle_deg: rounded(angle_deg),
        },
        bbox_loose: annotation.bbox_loose.map(rounded),
        box_3d: Box3dRecord {
            center_m: corner(annotation.box_3d.center_m),
            size_m: corner(annotation.box_3d.size_m),
            rotation: annotation.box_3d.rotation.transpose().to_cols_array_2d().map(|row| row.map(rounded)),
        },
        camera_from_object: rows(annotation.camera_from_object),
        pixels: annotation.pixels,
        mask: MaskRecord::of(&annotation.mask),
        amodal: annotation.amodal.as_ref().map(|amodal| AmodalRecord {
            bbox: amodal.bbox,
            bbox_whole: amodal.bbox_whole.map(rounded),
            pixels: amodal.pixels,
            mask: MaskRecord::of(&amodal.mask),
            visible_fraction: rounded(amodal.visible_fraction),
            truncation: rounded(amodal.truncation),
            occluded_by: amodal.occluded_by.clone(),
        }),
        volume: annotation.volume,
        keypoints: annotation.keypoints.iter().map(keypoint_record).collect(),
    }
}

fn keypoint_record(keypoint: &SeenKeypoint) -> SeenKeypoint {
    let SeenKeypoint { name, visibility, position, position_m } = keypoint;
    SeenKeypoint {
        name: name.clone(),
        visibility: *visibility,
        position: position.map(rounded),
        position_m: position_m.map(rounded),
    }
}

fn instance_record(instance: &Instance, categories: &[Category], key: &str) -> Result<InstanceRecord, DatasetError> {
    let category = match instance.category_id {
        None => None,
        Some(id) => {
            let category = categories.iter().find(|category| category.id == id);
            Some(category.ok_or_else(|| DatasetError::Mismatch {
                key: key.to_owned(),
                what: format!("the category of instance `{}`", instance.name),
                expected: format!("one of its {} categories", categories.len()),
                found: id.to_string(),
            })?)
        }
    };
    Ok(InstanceRecord {
        id: instance.id,
        name: instance.name.clone(),
        category: category.map(|category| category.name.clone()),
        category_id: instance.category_id,
        labelled: instance.labelled,
        world_from_object: rows(instance.world_from_object()),
        bounds: Bounds { min: corner(instance.bounds_min_m), max: corner(instance.bounds_max_m) },
        parts: instance.parts.to_vec(),
        volume: instance.volume,
        keypoints: instance.keypoints.iter().map(of_instance).collect(),
        attributes: BTreeMap::clone(&instance.attributes),
    })
}

fn of_instance(keypoint: &Keypoint) -> KeypointRecord {
    KeypointRecord { name: keypoint.name.clone(), position_m: corner(keypoint.position_m) }
}

fn rows(matrix: DMat4) -> [[f64; 4]; 4] {
    matrix.transpose().to_cols_array_2d().map(|row| row.map(rounded))
}

fn corner(position_m: DVec3) -> [f64; 3] {
    position_m.to_array().map(rounded)
}

/// To nine digits after the point; never −0.
fn rounded(value: f64) -> f64 {
    let scaled = (value * 1e9).round() / 1e9;
    // Beyond this a double has no ninth digit after the point.
    if value.abs() < 4e6 { scaled + 0.0 } else { value }
}
