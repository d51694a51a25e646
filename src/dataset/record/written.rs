//! From frames and annotations to what records say: rows of matrices, and numbers with nine digits after the point.

use std::collections::BTreeMap;

use glam::{DMat4, DVec3};

use super::{
    AmodalRecord, AnnotationRecord, Bounds, Box3dRecord, CameraRecord, InstanceRecord, KeypointRecord, MaskRecord,
};
use crate::annotate::{Annotation, OrientedBox, SeenKeypoint};
use crate::dataset::{Category, DatasetError};
use crate::frame::{Camera, Instance, Keypoint};

pub(super) fn camera_record(
    camera: &Camera,
    annotations: &[Annotation],
    planes: BTreeMap<String, String>,
) -> CameraRecord {
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
        transmittance: annotation.transmittance.map(rounded),
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

pub(super) fn instance_record(
    instance: &Instance,
    categories: &[Category],
    key: &str,
) -> Result<InstanceRecord, DatasetError> {
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

pub(super) fn rows(matrix: DMat4) -> [[f64; 4]; 4] {
    matrix.transpose().to_cols_array_2d().map(|row| row.map(rounded))
}

pub(super) fn corner(position_m: DVec3) -> [f64; 3] {
    position_m.to_array().map(rounded)
}

/// To nine digits after the point; never −0.
pub(super) fn rounded(value: f64) -> f64 {
    let scaled = (value * 1e9).round() / 1e9;
    // Beyond this a double has no ninth digit after the point.
    if value.abs() < 4e6 { scaled + 0.0 } else { value }
}
