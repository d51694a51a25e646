//! The record of a frame: cameras, instances and every annotation, as the JSON file beside the planes.

mod lidar;
mod written;

use std::collections::BTreeMap;

use glam::{DMat3, DMat4, DVec3};
use serde::{Deserialize, Serialize};

use super::identity::Category;
use super::layout::Layout;
use super::png::check_pixels;
use super::{DatasetError, SCHEMA_VERSION, json};
use crate::annotate::{Amodal, Annotation, Annotations, Occluder, OrientedBox, Rle, RleError, SeenKeypoint};
use crate::frame::{Box3d, Camera, Frame, Weather};
use crate::lens::Optics;
pub use crate::lens::{Intrinsics, Lens};
use crate::weather::air::{Air, Fog};
pub use lidar::{LidarRecord, PointCount};
use written::{camera_record, corner, instance_record, rounded, rows};

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
    /// The weather, where it is outdoors and has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weather: Option<WeatherRecord>,
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
    /// Share of the light from the centre of its box that the air lets through to the camera, where there is weather.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transmittance: Option<f64>,
}

/// The weather of a frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeatherRecord {
    /// By which light grows weaker at all heights, for air, haze, rain and snow.
    pub even_extinction_per_m: f64,
    /// The same at height 0 for fog, dust, smoke and drifting snow.
    pub veil_extinction_per_m: f64,
    /// Height over which that falls to 1/e.
    pub veil_height_m: f64,
    /// Its quantities, as in the concrete scene.
    #[serde(flatten)]
    pub state: BTreeMap<String, serde_json::Value>,
}

impl WeatherRecord {
    fn of(weather: &Weather) -> WeatherRecord {
        WeatherRecord {
            even_extinction_per_m: weather.air.even_per_m,
            veil_extinction_per_m: weather.air.veil.extinction_per_m,
            veil_height_m: weather.air.veil.scale_height_m,
            state: weather.state.clone(),
        }
    }

    /// The air between things and cameras.
    pub fn air(&self) -> Air {
        let veil = Fog { extinction_per_m: self.veil_extinction_per_m, scale_height_m: self.veil_height_m };
        Air { even_per_m: self.even_extinction_per_m, veil }
    }
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
            weather: frame.weather.as_ref().map(WeatherRecord::of),
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
        if let Some(weather) = &self.weather {
            check("the air", &[weather.even_extinction_per_m, weather.veil_extinction_per_m, weather.veil_height_m])?;
        }
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
            transmittance: self.transmittance,
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
        if check_pixels(width.into(), height.into()).is_err() {
            return Err(RleError::Size { width, height });
        }
        Rle::from_coco_string(width, height, &self.counts)
    }
}
