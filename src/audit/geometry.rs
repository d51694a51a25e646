//! Poses, 3D boxes and keypoints against depth, intrinsics and each other.

use std::collections::BTreeMap;

use glam::{DMat3, DMat4, DVec3};

use super::checks::Findings;
use super::picture::{Picture, matrix};
use crate::annotate::{SeenKeypoint, Visibility};
use crate::dataset::{AnnotationRecord, InstanceRecord};
use crate::frame::{Box3d, PlaneKind};

fn named(annotation: &AnnotationRecord) -> String {
    format!("instance {}", annotation.instance_id)
}

/// The largest difference of two poses in millimetres: that of positions, and of axes a metre long.
fn off_mm(one: DMat4, other: DMat4) -> f64 {
    let off = one - other;
    1000.0 * off.to_cols_array().iter().map(|value| value.abs()).fold(0.0, f64::max)
}

/// How far a matrix is from a rotation and a shift, in millimetres a metre.
fn bent(pose: DMat4) -> f64 {
    let rotation = DMat3::from_mat4(pose);
    let product = rotation.transpose() * rotation - DMat3::IDENTITY;
    let off = product.to_cols_array().iter().map(|value| value.abs()).fold(0.0, f64::max);
    1000.0 * off.max((rotation.determinant() - 1.0).abs())
}

/// A pose in the camera frame is the one in the world, seen from the camera; all of them turn and shift only.
pub(super) fn poses(picture: &Picture, found: &mut Findings) {
    let world_from_camera = picture.camera.world_from_camera;
    found.see(bent(world_from_camera), || "the camera's pose".to_owned());
    for annotation in &picture.record.annotations {
        let Some(instance) = picture.instance_of(annotation.instance_id) else { continue };
        let world_from_object = matrix(&instance.world_from_object);
        found.see(bent(world_from_object), || format!("the pose of {} in the world", named(annotation)));
        let expected = world_from_camera.inverse() * world_from_object;
        // Far from the origin rounded matrices differ by more.
        let reach = 1.0 + world_from_object.w_axis.truncate().length() + world_from_camera.w_axis.truncate().length();
        found.see(off_mm(matrix(&annotation.camera_from_object), expected) / reach, || named(annotation));
    }
}

fn box_of(annotation: &AnnotationRecord) -> Box3d {
    Box3d {
        center_m: DVec3::from(annotation.box_3d.center_m),
        size_m: DVec3::from(annotation.box_3d.size_m),
        rotation: DMat3::from_cols_array_2d(&annotation.box_3d.rotation).transpose(),
    }
}

fn bounds(instance: &InstanceRecord) -> (DVec3, DVec3) {
    (DVec3::from(instance.bounds.min), DVec3::from(instance.bounds.max))
}

/// A 3D box is the box of the instance's mesh at its pose.
pub(super) fn boxes(picture: &Picture, found: &mut Findings) {
    for annotation in &picture.record.annotations {
        let Some(instance) = picture.instance_of(annotation.instance_id) else { continue };
        let (min, max) = bounds(instance);
        let pose = matrix(&annotation.camera_from_object);
        let given = box_of(annotation);
        let expected = Box3d {
            center_m: pose.transform_point3((min + max) * 0.5),
            size_m: max - min,
            rotation: DMat3::from_mat4(pose),
        };
        let corners = given.corners().into_iter().zip(expected.corners());
        let off = corners.map(|(given, expected)| given.distance(expected)).fold(0.0, f64::max);
        let reach = 1.0 + expected.center_m.length() + expected.size_m.length();
        found.see(1000.0 * off / reach, || named(annotation));
    }
}

/// Loose boxes are the projected 3D boxes within the image, and hold the middles of all pixels of the silhouette.
pub(super) fn loose_boxes(picture: &Picture, found: &mut Findings) {
    for annotation in &picture.record.annotations {
        let [x, y, width, height] = annotation.bbox_loose;
        let given = [x, y, x + width, y + height];
        if let Some([x, y, width, height]) = box_of(annotation).projected(&picture.camera) {
            let expected = [x, y, x + width, y + height];
            let off = given.iter().zip(expected).map(|(given, expected)| (given - expected).abs()).fold(0.0, f64::max);
            // Where a box passes close to the camera its projection runs far, and rounding with it.
            found.see(if off < 1e-3 { 0.0 } else { off.max(1.0) }, || format!("projection of {}", named(annotation)));
        }
        let tight = annotation.amodal.as_ref().map_or(annotation.bbox_visible, |amodal| amodal.bbox);
        let [x, y, width, height] = tight;
        // The middles of the outermost pixels are half a pixel within the tight box.
        let out = [given[0] - x, given[1] - y, x + width - given[2], y + height - given[3]];
        found.see(out.into_iter().fold(0.0, f64::max), || named(annotation));
    }
}

/// Takes what is seen of each instance back to its own frame, as share of its box from the lowest corner.
fn shares(picture: &Picture, mut see: impl FnMut(usize, &InstanceRecord, DVec3)) {
    let (Some(ids), Some(depth)) = (picture.instance(), picture.depth()) else { return };
    let camera = picture.camera.world_from_camera;
    let mut known: BTreeMap<u16, Option<(DMat4, &InstanceRecord)>> = BTreeMap::new();
    for (place, (&id, &z)) in ids.data.iter().zip(&depth.data).enumerate() {
        if id == 0 {
            continue;
        }
        let entry = known.entry(id).or_insert_with(|| {
            let instance = picture.instance_of(u32::from(id))?;
            Some((matrix(&instance.world_from_object).inverse() * camera, instance))
        });
        let Some((object_from_camera, instance)) = entry else { continue };
        let (min, max) = bounds(instance);
        let at = object_from_camera.transform_point3(picture.ray(place) * f64::from(z));
        see(place, instance, (at - min) / (max - min).max(DVec3::splat(1e-9)));
    }
}

/// How exactly a point can be known, as share of a box: devices place corners on a grid of a 256th of a pixel, so that
/// a surface may be seen a fiftieth of a pixel aside. At the edge of an instance triangles are often narrower than that
/// grid can tell; there it is half a pixel.
fn slack(picture: &Picture, place: usize, instance: &InstanceRecord) -> DVec3 {
    let (Some(ids), Some(depth)) = (picture.instance(), picture.depth()) else { return DVec3::ZERO };
    let width = ids.width as usize;
    let own = |other: Option<usize>| other.is_some_and(|other| ids.data.get(other) == ids.data.get(place));
    let around = [place.checked_sub(1), Some(place + 1), place.checked_sub(width), Some(place + width)];
    let pixels = if around.into_iter().all(own) { 0.02 } else { 0.5 };
    let aside = 1e-5 + pixels / picture.camera.fx.min(picture.camera.fy);
    let (min, max) = bounds(instance);
    let distance = f64::from(depth.data[place]) * picture.ray(place).length();
    DVec3::splat(aside * distance) / (max - min).max(DVec3::splat(1e-9))
}

/// Depth, intrinsics and pose put every pixel of an instance within its 3D box.
pub(super) fn within_boxes(picture: &Picture, found: &mut Findings) {
    shares(picture, |place, instance, share| {
        let out = (share - share.clamp(DVec3::ZERO, DVec3::ONE)).abs() - slack(picture, place, instance);
        found.see(100.0 * out.max_element().max(0.0), || format!("instance {}, {}", instance.id, picture.pixel(place)));
    });
}

/// They also give its object coordinates.
pub(super) fn coordinates(picture: &Picture, found: &mut Findings) {
    let Some(plane) = picture.vectors(PlaneKind::ObjectCoordinates) else { return };
    found.well();
    shares(picture, |place, instance, share| {
        let given = DVec3::from(plane.data[place].map(f64::from));
        let (min, max) = bounds(instance);
        // What has no extent lies in the middle.
        let flat = (max - min).cmple(DVec3::splat(1e-6));
        let share = DVec3::select(flat, DVec3::splat(0.5), share);
        let off = (given - share).abs() - DVec3::select(flat, DVec3::ZERO, slack(picture, place, instance));
        found.see(100.0 * off.max_element().max(0.0), || format!("instance {}, {}", instance.id, picture.pixel(place)));
    });
    let Some(ids) = picture.instance() else { return };
    for (place, (id, vector)) in ids.data.iter().zip(&plane.data).enumerate() {
        if *id == 0 && vector.iter().any(|value| value.to_f64() != 0.0) {
            found.see(100.0, || format!("no instance, {}", picture.pixel(place)));
        }
    }
}

/// Keypoints are in the image where their place in space is projected to.
pub(super) fn keypoints(picture: &Picture, found: &mut Findings) {
    let camera = &picture.camera;
    for annotation in &picture.record.annotations {
        for SeenKeypoint { name, visibility, position, position_m } in &annotation.keypoints {
            let at = DVec3::from(*position_m);
            let [x, y] = [camera.fx * at.x / at.z + camera.cx, camera.fy * at.y / at.z + camera.cy];
            let inside = at.z > 0.0
                && (0.0..f64::from(camera.width)).contains(&x)
                && (0.0..f64::from(camera.height)).contains(&y);
            let off = match visibility {
                Visibility::Absent => f64::from(u8::from(inside)),
                _ if !inside => 1.0,
                _ => (x - position[0]).abs().max((y - position[1]).abs()),
            };
            found.see(off, || format!("`{name}` of {}", named(annotation)));
        }
    }
}

/// A keypoint that is visible has nothing before it that is not its own instance; one that is hidden has.
pub(super) fn visibility(picture: &Picture, found: &mut Findings) {
    let (Some(ids), Some(depth)) = (picture.instance(), picture.depth()) else { return };
    for annotation in &picture.record.annotations {
        for point in &annotation.keypoints {
            let [x, y] = point.position;
            let place = y.max(0.0) as usize * ids.width as usize + x.max(0.0) as usize;
            if point.visibility == Visibility::Absent || place >= ids.data.len() {
                continue;
            }
            let (own, z) = (u32::from(ids.data[place]) == annotation.instance_id, f64::from(depth.data[place]));
            let before_all = z == 0.0 || point.position_m[2] < z;
            let contradicts = match point.visibility {
                Visibility::Visible => !own && !before_all,
                _ => before_all,
            };
            found.see(f64::from(u8::from(contradicts)), || format!("`{}` of {}", point.name, named(annotation)));
        }
    }
}
