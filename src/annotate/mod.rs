//! Pure functions from a `Frame` to what is known about each instance in it: pixels, boxes, masks, poses.
//!
//! What is written and what is not is decided here, once, by [`Policy`]; every format obeys it.

mod flow;
mod font;
mod instances;
mod keypoints;
mod oriented;
pub mod overlay;
mod polygon;
mod rle;
mod silhouettes;
#[cfg(test)]
mod tests;

pub use flow::{Flows, flows};
pub use instances::{Region, regions};
pub use keypoints::place;
pub use oriented::OrientedBox;
pub use polygon::polygons;
pub use rle::{Rle, RleError};
pub use silhouettes::is_within;

use glam::{DMat4, DVec3};
use serde::{Deserialize, Serialize};

use crate::frame::{Box3d, Camera, Frame, Instance, Outside, View, camera_from_object};
use crate::lens::Lens;
use crate::weather::air::{self, Air};
use silhouettes::{Whole, wholes};

/// Which instances are written.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// An instance with fewer visible pixels misses it. One with none never gets an annotation.
    pub minimum_pixels: u32,
    /// So does one of which a smaller share is visible, where whole silhouettes are known.
    pub minimum_visible_fraction: f64,
    /// And one of which a larger share is outside the image, where whole silhouettes are known.
    pub maximum_truncation: f64,
    /// And one of which the air lets a smaller share of the light through, where there is weather.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub minimum_transmittance: f64,
    /// Whether what misses it is annotated as crowd; it is not annotated at all else.
    pub rejected_as_crowd: bool,
}

impl Default for Policy {
    /// Whatever is seen at all.
    fn default() -> Policy {
        Policy {
            minimum_pixels: 1,
            minimum_visible_fraction: 0.0,
            maximum_truncation: 1.0,
            minimum_transmittance: 0.0,
            rejected_as_crowd: false,
        }
    }
}

impl Policy {
    /// Whether an instance of which so much is seen meets it.
    pub fn accepts(&self, pixels: u64, amodal: Option<&Amodal>, transmittance: Option<f64>) -> bool {
        let seen = amodal.is_none_or(|amodal| {
            amodal.visible_fraction >= self.minimum_visible_fraction && amodal.truncation <= self.maximum_truncation
        });
        let through = transmittance.is_none_or(|share| share >= self.minimum_transmittance);
        seen && through && pixels >= u64::from(self.minimum_pixels)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

/// Share of the light from the centre of an instance's box that arrives at a camera through this air.
pub fn transmittance(air: &Air, camera: &Camera, centre_m: DVec3) -> f64 {
    let at = camera.world_from_camera.transform_point3(centre_m);
    // Parallel rays start each at a place of their own.
    let parallel = camera.optics.lens == Lens::Orthographic;
    let eye = if parallel { DVec3::new(centre_m.x, centre_m.y, 0.0) } else { DVec3::ZERO };
    let eye = camera.world_from_camera.transform_point3(eye);
    air::transmittance(air.optical_depth(at.y, eye.y, at.distance(eye)))
}

/// What is known about one instance in one view.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// As in the instance plane and the instance table, from 1.
    pub instance_id: u32,
    /// As in the scene's list of categories, from 1.
    pub category_id: u32,
    /// Whether it misses the policy, and is to be neither learnt from nor counted against anyone.
    pub crowd: bool,
    /// Tight box of the visible mask: `[x, y, width, height]` in pixels, (0, 0) at the image's top-left corner.
    pub bbox_visible: [f64; 4],
    /// The smallest box around the visible mask that may be turned.
    pub bbox_oriented: OrientedBox,
    /// Box of the projected 3D box within the image, `[x, y, width, height]` in pixels, not rounded to whole ones. It
    /// encloses all of the instance that is within the image, hidden or not.
    pub bbox_loose: [f64; 4],
    /// The box of the mesh in the camera frame.
    pub box_3d: Box3d,
    /// The pose of the instance in the camera frame.
    pub camera_from_object: DMat4,
    /// How many pixels the visible mask has.
    pub pixels: u64,
    /// The visible mask.
    pub mask: Rle,
    /// Of the whole silhouette, where it is known.
    pub amodal: Option<Amodal>,
    /// Whether it is a volume that is labelled but not there. It has no visible pixel; `bbox_visible` and
    /// `bbox_oriented` are then those of the whole silhouette.
    pub volume: bool,
    /// Its named points, in the order of the instance's list.
    pub keypoints: Vec<SeenKeypoint>,
    /// Share of the light from the centre of its box that the air lets through to the camera, where there is weather.
    pub transmittance: Option<f64>,
}

/// A named point of an instance in one view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenKeypoint {
    /// Unique on its instance.
    pub name: String,
    /// Whether it can be seen.
    pub visibility: Visibility,
    /// Where it is in the image, x and y in pixels; zeros where it is absent.
    pub position: [f64; 2],
    /// Where it is in the camera frame, in metres.
    pub position_m: [f64; 3],
}

/// Whether a point can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// It is outside the image or behind the camera.
    Absent,
    /// Something is before it, a part of its own instance perhaps.
    Occluded,
    /// Nothing is before it.
    Visible,
}

/// What is known of an instance's whole silhouette, hidden parts included.
#[derive(Debug, Clone, PartialEq)]
pub struct Amodal {
    /// Tight box of the amodal mask: `[x, y, width, height]` in pixels.
    pub bbox: [f64; 4],
    /// Tight box of the silhouette, also where it is outside the image.
    pub bbox_whole: [f64; 4],
    /// How many pixels the amodal mask has.
    pub pixels: u64,
    /// The amodal mask: what the instance would cover within the image were it alone in the scene.
    pub mask: Rle,
    /// Visible pixels over amodal ones.
    pub visible_fraction: f64,
    /// The share of the silhouette that lies outside the image.
    pub truncation: f64,
    /// Which labelled instances hide how many of its pixels, by ascending id.
    pub occluded_by: Vec<Occluder>,
}

/// An instance that hides another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occluder {
    /// From 1.
    pub instance_id: u32,
    /// How many pixels of the other one's silhouette it owns.
    pub pixels: u64,
}

/// The annotations of a frame.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Annotations {
    /// One list a view, in the frame's order; each by ascending instance id.
    pub views: Vec<Vec<Annotation>>,
    /// One a view, where [`flows`] was asked for it; empty else.
    pub flows: Vec<Flows>,
}

/// Why a frame cannot be annotated: its parts contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnnotateError {
    /// A pixel belongs to an instance that is not in the table.
    #[error("camera `{camera}` sees instance {id}, which is not in the frame's table of instances")]
    UnknownInstance {
        /// Whose plane it is in.
        camera: String,
        /// What the plane holds.
        id: u32,
    },
    /// A pixel belongs to an instance that may not own any.
    #[error(
        "camera `{camera}` sees instance {id} (`{name}`) in its instance plane, but it is not labelled or has no category"
    )]
    Unlabelled {
        /// Whose plane it is in.
        camera: String,
        /// What the plane holds.
        id: u32,
        /// What the table calls it.
        name: String,
    },
    /// A pixel belongs to an instance whose whole silhouette does not cover it.
    #[error("camera `{camera}` sees instance {id} where its whole silhouette is not")]
    NotWithin {
        /// Whose plane it is in.
        camera: String,
        /// What the plane holds.
        id: u32,
    },
    /// A plane is not as large as it says, or not as large as its camera's image.
    #[error("the instance plane of camera `{camera}` is {found}, its image {expected}")]
    Size {
        /// Whose plane it is.
        camera: String,
        /// What the camera says.
        expected: String,
        /// What the plane says.
        found: String,
    },
}

/// Annotates every view of a frame.
///
/// # Errors
/// [`AnnotateError`] where the instance plane and the table of instances contradict each other.
pub fn annotate(frame: &Frame, policy: &Policy) -> Result<Annotations, AnnotateError> {
    let air = frame.weather.as_ref().map(|weather| &weather.air);
    let views =
        frame.views.iter().map(|view| annotate_view(view, &frame.instances, air, policy)).collect::<Result<_, _>>()?;
    Ok(Annotations { views, flows: Vec::new() })
}

/// Annotates one view through this air; `instances` by ascending id. The result is by ascending id.
///
/// # Errors
/// As for [`annotate`].
pub fn annotate_view(
    view: &View,
    instances: &[Instance],
    air: Option<&Air>,
    policy: &Policy,
) -> Result<Vec<Annotation>, AnnotateError> {
    let camera = || view.camera.name.clone();
    let plane = &view.instance;
    let expected = (view.camera.width, view.camera.height);
    if (plane.width, plane.height) != expected
        || plane.data.len() as u64 != u64::from(plane.width) * u64::from(plane.height)
    {
        return Err(AnnotateError::Size {
            camera: camera(),
            expected: format!("{}×{}", expected.0, expected.1),
            found: format!("{}×{} with {} values", plane.width, plane.height, plane.data.len()),
        });
    }
    let wholes = view.silhouettes.as_ref().map(|silhouettes| wholes(silhouettes, plane));
    let mut annotations = Vec::new();
    for region in regions(plane) {
        let id = u32::from(region.id);
        let instance = instances
            .binary_search_by_key(&id, |instance| instance.id)
            .map(|place| &instances[place])
            .map_err(|_| AnnotateError::UnknownInstance { camera: camera(), id })?;
        let category_id = instance
            .category_id
            .filter(|_| instance.labelled)
            .ok_or_else(|| AnnotateError::Unlabelled { camera: camera(), id, name: instance.name.clone() })?;
        let amodal = match &wholes {
            None => None,
            Some(wholes) => {
                let amodal = wholes.get(&id).and_then(|whole| amodal(&region, whole));
                Some(amodal.ok_or_else(|| AnnotateError::NotWithin { camera: camera(), id })?)
            }
        };
        let camera_from_object = camera_from_object(&view.camera, instance);
        let box_3d = Box3d::of(camera_from_object, instance);
        let transmittance = air.map(|air| transmittance(air, &view.camera, box_3d.center_m));
        let accepted = policy.accepts(region.pixels, amodal.as_ref(), transmittance);
        if accepted || policy.rejected_as_crowd {
            annotations.push(Annotation {
                instance_id: id,
                category_id,
                crowd: !accepted,
                bbox_visible: region.bbox(),
                bbox_oriented: OrientedBox::of(&region.mask),
                // What owns a pixel is within the image.
                bbox_loose: box_3d.projected(&view.camera).unwrap_or_else(|| region.bbox()),
                box_3d,
                camera_from_object,
                pixels: region.pixels,
                mask: region.mask,
                amodal,
                volume: false,
                keypoints: keypoints::seen(view, instance, camera_from_object),
                transmittance,
            });
        }
    }
    if let Some(wholes) = &wholes {
        let volumes = instances.iter().filter(|instance| instance.volume && instance.labelled);
        annotations
            .extend(volumes.filter_map(|instance| volume(view, instance, wholes.get(&instance.id)?, air, policy)));
        annotations.sort_by_key(|annotation| annotation.instance_id);
    }
    Ok(annotations)
}

/// What is known of a volume, which has a silhouette but no pixel of its own. Its silhouette's size and truncation
/// decide whether it meets the policy.
fn volume(view: &View, instance: &Instance, whole: &Whole, air: Option<&Air>, policy: &Policy) -> Option<Annotation> {
    let region = whole.region.as_ref()?;
    let nothing = Rle {
        width: region.mask.width,
        height: region.mask.height,
        counts: vec![region.mask.width * region.mask.height],
    };
    // It is not there to be hidden.
    let amodal = Amodal { visible_fraction: 1.0, occluded_by: Vec::new(), ..amodal_of(0, region, whole) };
    let camera_from_object = camera_from_object(&view.camera, instance);
    let box_3d = Box3d::of(camera_from_object, instance);
    let transmittance = air.map(|air| transmittance(air, &view.camera, box_3d.center_m));
    let accepted = policy.accepts(amodal.pixels, Some(&amodal), transmittance);
    if !accepted && !policy.rejected_as_crowd {
        return None;
    }
    Some(Annotation {
        instance_id: instance.id,
        category_id: instance.category_id?,
        crowd: !accepted,
        bbox_visible: region.bbox(),
        bbox_oriented: OrientedBox::of(&region.mask),
        bbox_loose: box_3d.projected(&view.camera).unwrap_or_else(|| region.bbox()),
        box_3d,
        camera_from_object,
        pixels: 0,
        mask: nothing,
        amodal: Some(amodal),
        volume: true,
        keypoints: keypoints::seen(view, instance, camera_from_object),
        transmittance,
    })
}

/// `None` where what is seen is not part of the silhouette.
fn amodal(visible: &Region, whole: &Whole) -> Option<Amodal> {
    let region = whole.region.as_ref().filter(|region| is_within(&visible.mask, &region.mask))?;
    Some(amodal_of(visible.pixels, region, whole))
}

fn amodal_of(visible: u64, region: &Region, whole: &Whole) -> Amodal {
    let inside = region.pixels as f64;
    let cut_off = whole.outside.pixels > 0.0;
    let bbox_whole = if cut_off { grown(region.bbox(), &whole.outside) } else { region.bbox() };
    // Outside it is counted in cells, and those that the image's edge cuts count whole.
    let outside = whole.outside.pixels.min(beyond(bbox_whole, [region.mask.width, region.mask.height]));
    Amodal {
        bbox: region.bbox(),
        bbox_whole,
        pixels: region.pixels,
        visible_fraction: visible as f64 / inside,
        truncation: outside / (inside + outside),
        occluded_by: whole.hidden_by.iter().map(|(&instance_id, &pixels)| Occluder { instance_id, pixels }).collect(),
        mask: region.mask.clone(),
    }
}

/// How much of a box `[x, y, width, height]` is beyond an image of so many pixels.
fn beyond([x, y, width, height]: [f64; 4], size: [u32; 2]) -> f64 {
    let within = |low: f64, length: f64, size: u32| ((low + length).min(f64::from(size)) - low.max(0.0)).max(0.0);
    (width * height - within(x, width, size[0]) * within(y, height, size[1])).max(0.0)
}

/// A box `[x, y, width, height]` that holds what is outside, too.
fn grown([x, y, width, height]: [f64; 4], outside: &Outside) -> [f64; 4] {
    let (left, top) = (x.min(outside.low[0]), y.min(outside.low[1]));
    let (right, bottom) = ((x + width).max(outside.high[0]), (y + height).max(outside.high[1]));
    [left, top, right - left, bottom - top]
}
