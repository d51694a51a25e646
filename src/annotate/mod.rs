//! Pure functions from a `Frame` to what is known about each instance in it: pixels, boxes, masks, poses.
//!
//! What is written and what is not is decided here, once, by [`Policy`]; every format obeys it.

mod font;
mod geometry;
mod instances;
pub mod overlay;
mod rle;
#[cfg(test)]
mod tests;

pub use geometry::{Box3d, camera_from_object};
pub use instances::{Region, regions};
pub use rle::{Rle, RleError};

use glam::DMat4;

use crate::frame::{Frame, Instance, View};

/// Which instances are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// An instance with fewer visible pixels gets no annotation. One with none never gets any.
    pub minimum_pixels: u32,
}

impl Default for Policy {
    /// Whatever is seen at all.
    fn default() -> Policy {
        Policy { minimum_pixels: 1 }
    }
}

/// What is known about one instance in one view.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// As in the instance plane and the instance table, from 1.
    pub instance_id: u32,
    /// As in the scene's list of categories, from 1.
    pub category_id: u32,
    /// Tight box of the visible mask: `[x, y, width, height]` in pixels, (0, 0) at the image's top-left corner.
    pub bbox_visible: [f64; 4],
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
}

/// The annotations of a frame.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Annotations {
    /// One list a view, in the frame's order; each by ascending instance id.
    pub views: Vec<Vec<Annotation>>,
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
    let views =
        frame.views.iter().map(|view| annotate_view(view, &frame.instances, policy)).collect::<Result<_, _>>()?;
    Ok(Annotations { views })
}

/// Annotates one view; `instances` by ascending id. The result is by ascending id.
///
/// # Errors
/// As for [`annotate`].
pub fn annotate_view(view: &View, instances: &[Instance], policy: &Policy) -> Result<Vec<Annotation>, AnnotateError> {
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
        if region.pixels >= u64::from(policy.minimum_pixels) {
            let camera_from_object = camera_from_object(&view.camera, instance);
            let box_3d = Box3d::of(camera_from_object, instance);
            annotations.push(Annotation {
                instance_id: id,
                category_id,
                bbox_visible: region.bbox(),
                // What owns a pixel is within the image.
                bbox_loose: box_3d.projected(&view.camera).unwrap_or_else(|| region.bbox()),
                box_3d,
                camera_from_object,
                pixels: region.pixels,
                mask: region.mask,
            });
        }
    }
    Ok(annotations)
}
