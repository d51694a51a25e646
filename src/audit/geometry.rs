//! Poses, 3D boxes and keypoints against depth, intrinsics and each other.

use std::collections::BTreeMap;

use glam::{DMat3, DMat4, DVec2, DVec3};

use super::findings::Findings;
use super::masks::mask;
use super::picture::{Picture, matrix};
use crate::annotate::{self, SeenKeypoint, Visibility};
use crate::dataset::{AnnotationRecord, InstanceRecord, WeatherRecord};
use crate::frame::{Box3d, PlaneKind};
use crate::lens::Lens;

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

/// The light that arrives from things is what the weather's air leaves of it on the way.
pub(super) fn transmittance(picture: &Picture, found: &mut Findings) {
    let air = picture.weather().map(WeatherRecord::air);
    for annotation in &picture.record.annotations {
        match (&air, annotation.transmittance) {
            (Some(air), Some(share)) => {
                let centre = DVec3::from(annotation.box_3d.center_m);
                let expected = annotate::transmittance(air, &picture.camera, centre);
                found.see((share - expected).abs(), || named(annotation));
            }
            (None, None) => found.well(),
            _ => found.see(1.0, || format!("{} and the weather do not go together", named(annotation))),
        }
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
        let given = annotation.box_3d.to_box();
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
        if let Some([x, y, width, height]) = annotation.box_3d.to_box().projected(&picture.camera) {
            let expected = [x, y, x + width, y + height];
            let off = given.iter().zip(expected).map(|(given, expected)| (given - expected).abs()).fold(0.0, f64::max);
            // Where a box passes close to the camera its projection runs far, and rounding with it.
            found.see(if off < 1e-3 { 0.0 } else { off.max(1.0) }, || format!("projection of {}", named(annotation)));
        }
        let tight = annotation.amodal.as_ref().map_or(annotation.bbox_visible, |amodal| amodal.bbox);
        let [x, y, width, height] = tight;
        // The middles of the outermost pixels are half a pixel within the tight box.
        let out = [given[0] - x, given[1] - y, x + width - given[2], y + height - given[3]];
        let out = out.into_iter().fold(0.0, f64::max) - aside(picture, [y, y + height]);
        found.see(out.max(0.0), || named(annotation));
    }
}

/// Where a lens bends straight lines each pixel's label is that of the nearest of places half a pixel apart, so that an
/// edge may be half their diagonal off. Towards its poles a panorama is stretched, and these places with it.
fn aside(picture: &Picture, rows: [f64; 2]) -> f64 {
    const HALF_DIAGONAL: f64 = 0.36;
    const POLE: f64 = 1.55;
    let optics = &picture.camera.optics;
    let latitude = |row: f64| ((row - optics.intrinsics.cy) / optics.intrinsics.fy).abs().min(POLE);
    match optics.lens {
        Lens::Pinhole | Lens::Orthographic => 0.0,
        Lens::BrownConrady { .. } | Lens::KannalaBrandt { .. } => HALF_DIAGONAL,
        Lens::Equirectangular => HALF_DIAGONAL / rows.map(latitude).into_iter().fold(0.0, f64::max).cos(),
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
        let at = object_from_camera.transform_point3(picture.point(place, f64::from(z)));
        see(place, instance, (at - min) / (max - min).max(DVec3::splat(1e-9)));
    }
}

/// At an edge.
const EDGE_PIXELS: f64 = 2.0;

/// By how much more than it may a point is off, as share of its instance's box: devices place corners on a grid of a
/// 256th of a pixel, so that a surface may be seen a fiftieth of a pixel aside. At edges triangles are often narrower
/// than that grid can tell, a bevel far away for one; there it is `EDGE_PIXELS`.
fn excess(picture: &Picture, place: usize, instance: &InstanceRecord, off: DVec3) -> f64 {
    let Some(depth) = picture.depth() else { return 0.0 };
    let (min, max) = bounds(instance);
    let distance = picture.point(place, f64::from(depth.data[place])).length();
    let left = |pixels: f64| {
        let aside = 1e-5 * distance + pixels * picture.pixel_m(distance);
        (off - DVec3::splat(aside) / (max - min).max(DVec3::splat(1e-9))).max_element().max(0.0)
    };
    let amid = left(0.02);
    // Few points come so far that it must be known.
    if amid > 0.0 && picture.is_edge(place) { left(EDGE_PIXELS) } else { amid }
}

/// Depth, intrinsics and pose put every pixel of an instance within its 3D box.
pub(super) fn within_boxes(picture: &Picture, found: &mut Findings) {
    shares(picture, |place, instance, share| {
        let out = (share - share.clamp(DVec3::ZERO, DVec3::ONE)).abs();
        let out = excess(picture, place, instance, out);
        found.see(100.0 * out, || format!("instance {}, {}", instance.id, picture.pixel(place)));
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
        let off = (given - share).abs();
        // Along an edge without length nothing is uncertain.
        let sure = DVec3::select(flat, off, DVec3::ZERO).max_element();
        let off = excess(picture, place, instance, DVec3::select(flat, DVec3::ZERO, off)).max(sure);
        found.see(100.0 * off, || format!("instance {}, {}", instance.id, picture.pixel(place)));
    });
    let Some(ids) = picture.instance() else { return };
    for (place, (id, vector)) in ids.data.iter().zip(&plane.data).enumerate() {
        if *id == 0 && vector.iter().any(|value| value.to_f64() != 0.0) {
            found.see(100.0, || format!("no instance, {}", picture.pixel(place)));
        }
    }
}

/// Keypoints are in the image where their place in space is projected to, and in space where their instance has them.
pub(super) fn keypoints(picture: &Picture, found: &mut Findings) {
    let camera = &picture.camera;
    for annotation in &picture.record.annotations {
        let known = picture.instance_of(annotation.instance_id).map_or(&[][..], |instance| &instance.keypoints);
        let names = annotation.keypoints.iter().map(|point| &point.name);
        if !names.eq(known.iter().map(|point| &point.name)) {
            found.see(f64::INFINITY, || format!("the names of those of {}", named(annotation)));
            continue;
        }
        let pose = matrix(&annotation.camera_from_object);
        for (SeenKeypoint { name, visibility, position, position_m }, known) in annotation.keypoints.iter().zip(known) {
            let at = DVec3::from(*position_m);
            let expected = pose.transform_point3(DVec3::from(known.position_m));
            // In millimetres, as little as pixels are.
            let away = 1000.0 * at.distance(expected) / (1.0 + expected.length());
            found.see(away, || format!("`{name}` of {} in space", named(annotation)));
            let seen = camera.optics.project(at);
            let DVec2 { x, y } = seen.unwrap_or_default();
            let (width, height) = (f64::from(camera.width), f64::from(camera.height));
            // At the border rounding decides.
            let within = |hair: f64| (hair..width - hair).contains(&x) && (hair..height - hair).contains(&y);
            let off = match visibility {
                Visibility::Absent => f64::from(u8::from(seen.is_some() && within(1e-6))),
                _ if seen.is_none() || !within(-1e-6) => 1.0,
                _ => (x - position[0]).abs().max((y - position[1]).abs()),
            };
            found.see(off, || format!("`{name}` of {}", named(annotation)));
        }
    }
}

/// How far behind the surface that is seen a keypoint may be, as share of its instance's box's diagonal.
const INSIDE: f64 = 0.025;

/// A keypoint is visible where it is before all surfaces, or little behind one of its own instance; hidden else.
pub(super) fn visibility(picture: &Picture, found: &mut Findings) {
    let (Some(ids), Some(depth)) = (picture.instance(), picture.depth()) else { return };
    for annotation in &picture.record.annotations {
        let Some(instance) = picture.instance_of(annotation.instance_id) else { continue };
        let (min, max) = bounds(instance);
        for point in annotation.keypoints.iter().filter(|point| point.visibility != Visibility::Absent) {
            let ([x, y], z) = (point.position, picture.camera.optics.depth(DVec3::from(point.position_m)));
            // Positions and depths as they are, and a hair aside for what rounding decides.
            let seen = |[dx, dy]: [f64; 2], hair: f64| {
                let x = (x + dx).clamp(0.0, f64::from(ids.width) - 1.0) as usize;
                let y = (y + dy).clamp(0.0, f64::from(ids.height) - 1.0) as usize;
                let place = y * ids.width as usize + x;
                let (own, nearest) =
                    (u32::from(ids.data[place]) == annotation.instance_id, f64::from(depth.data[place]));
                let within = INSIDE * (max - min).length();
                nearest == 0.0 || z < nearest + hair || own && z <= nearest + within + hair
            };
            let hair = 1e-6 * (1.0 + z.abs());
            let near = [[-1e-6, -1e-6], [1e-6, -1e-6], [-1e-6, 1e-6], [1e-6, 1e-6]];
            let contradicts = match point.visibility {
                Visibility::Visible => near.iter().all(|&by| !seen(by, hair)),
                _ => near.iter().all(|&by| seen(by, -hair)),
            };
            found.see(f64::from(u8::from(contradicts)), || format!("`{}` of {}", point.name, named(annotation)));
        }
    }
}

/// What a silhouette has of pixels that its instance does not own lies within the projection of its 3D box, and what
/// is seen there is not behind that box.
pub(super) fn hidden(picture: &Picture, found: &mut Findings) {
    let (Some(ids), Some(depth)) = (picture.instance(), picture.depth()) else { return };
    let (width, height) = (ids.width as usize, ids.height as usize);
    for annotation in &picture.record.annotations {
        let Some(amodal) = &annotation.amodal else { continue };
        let Some(mask) = mask(picture, &amodal.mask) else { continue };
        let Box3d { center_m, size_m, rotation } = annotation.box_3d.to_box();
        // An outline of what is all around may be far away although its middle is near.
        let farthest_m = center_m.length() + 0.5 * size_m.length();
        let half = size_m * 0.5 + 1e-6 + EDGE_PIXELS * picture.pixel_m(farthest_m);
        let (mut wrong, mut first) = (0.0, 0);
        for position in mask.set_runs().flat_map(|(start, end)| start..end) {
            let place = position % height * width + position / height;
            if u32::from(ids.data[place]) == annotation.instance_id {
                continue;
            }
            // Where the ray enters and leaves the box, grown by what a silhouette's edge may be off.
            let (eye, ray) = (picture.point(place, 0.0), picture.ray(place));
            let (along, from) = (rotation.transpose() * ray, rotation.transpose() * (eye - center_m));
            let (one, two) = ((-half - from) / along, (half - from) / along);
            let (enter, leave) = (one.min(two).max_element().max(0.0), one.max(two).min_element());
            let z = f64::from(depth.data[place]);
            // A volume may have anything behind it.
            let well = enter <= leave && (annotation.volume || z > 0.0 && z <= leave);
            if !well {
                (wrong, first) = (wrong + 1.0, place);
            }
        }
        found.see(wrong, || format!("{}, {}", named(annotation), picture.pixel(first)));
    }
}
