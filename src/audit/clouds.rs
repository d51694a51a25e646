//! Clouds of lidars against records, 3D boxes, and what cameras see.

use std::collections::BTreeMap;

use glam::{DMat4, DVec3, Vec3};

use super::findings::Findings;
use super::picture::{Picture, matrix};
use crate::dataset::LidarRecord;
use crate::frame::{Point, SCATTERED};

/// Points of a cloud with their categories.
pub(super) type Points = Vec<(Point, u16)>;

/// Standard deviations beyond which there is no noise.
const MOST_NOISE: f64 = 6.0;

/// Clouds belong to a record and not to a picture: they are looked at with the first one.
fn of_record<'p>(picture: &'p Picture) -> impl Iterator<Item = (&'p LidarRecord, &'p Option<Points>)> {
    let first = picture.stored.record.cameras.first().is_some_and(|camera| camera.name == picture.record.name);
    let lidars = picture.stored.record.lidars.iter().zip(picture.clouds());
    lidars.filter(move |_| first)
}

/// Clouds can be read and hold what records say: as many points of each instance, with its category, in the range.
pub(super) fn counts(picture: &Picture, found: &mut Findings) {
    for (lidar, points) in of_record(picture) {
        found.well();
        let Some(points) = points else {
            found.fault(|| format!("lidar `{}` cannot be read", lidar.name));
            continue;
        };
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        for (place, (point, category)) in points.iter().enumerate() {
            let of = picture.instance_of(u32::from(point.instance));
            let expected = of.and_then(|instance| instance.category_id).unwrap_or(0);
            let known = matches!(point.instance, 0 | SCATTERED)
                || of.is_some_and(|instance| instance.labelled && !instance.volume);
            if !known || u32::from(*category) != expected {
                found.fault(|| format!("point {place} of lidar `{}`", lidar.name));
            }
            if !matches!(point.instance, 0 | SCATTERED) {
                *counts.entry(u32::from(point.instance)).or_default() += 1;
            }
            let range = f64::from(Vec3::from(point.position_m).length());
            let [nearest, farthest] = lidar.range_m;
            // Single precision has 24 bits.
            if !(nearest * (1.0 - 1e-6)..=farthest * (1.0 + 1e-6)).contains(&range)
                || !(0.0..=1.0).contains(&point.intensity)
                || f64::from(point.time_s.abs()) > 0.5 * lidar.sweep_s + 1e-6
            {
                found.fault(|| format!("point {place} of lidar `{}` is beyond what it can measure", lidar.name));
            }
        }
        let said = lidar.instances.iter().map(|count| (count.instance_id, count.points));
        if points.len() as u64 != lidar.points || !counts.into_iter().eq(said) {
            found.fault(|| format!("the record's counts of lidar `{}`", lidar.name));
        }
    }
}

/// Points of instances lie in their 3D boxes, but for the noise of ranges. In a sweep that takes time things may have
/// moved.
pub(super) fn within_boxes(picture: &Picture, found: &mut Findings) {
    for (lidar, points) in of_record(picture).filter(|(lidar, _)| lidar.sweep_s == 0.0) {
        let world_from_lidar = matrix(&lidar.world_from_lidar);
        let mut poses: BTreeMap<u16, DMat4> = BTreeMap::new();
        for (place, (point, _)) in points.iter().flatten().enumerate().filter(|(_, (point, _))| point.instance > 0) {
            let Some(instance) = picture.instance_of(u32::from(point.instance)) else { continue };
            let object_from_lidar = poses
                .entry(point.instance)
                .or_insert_with(|| matrix(&instance.world_from_object).inverse() * world_from_lidar);
            let own = object_from_lidar.transform_point3(Vec3::from(point.position_m).as_dvec3());
            let (min, max) = (DVec3::from(instance.bounds.min), DVec3::from(instance.bounds.max));
            let off = (min - own).max(own - max).max(DVec3::ZERO).length();
            // Twice as much where little light comes back.
            let noise = MOST_NOISE * 2.0 * lidar.range_noise_m;
            found.see((1000.0 * (off - noise)).max(0.0), || format!("point {place} of lidar `{}`", lidar.name));
        }
    }
}

/// Nearer than this nothing is drawn, in metres, and a little more.
const NEAREST_M: f64 = 0.025;
/// Steps along a ray between the ends of its noise.
const STEPS: i32 = 8;

/// Of points that are what a camera sees there, fewer say too little of their labels.
const FEWEST: u64 = 20;

/// No point is in front of what a camera sees there, wherever on its ray noise may have put it. What is thinner than a
/// pixel may be hit by a ray and cover no pixel's middle.
pub(super) fn behind(picture: &Picture, found: &mut Findings) {
    for (name, seen) in picture.seen_points() {
        let wrong = seen.iter().filter(|point| point.in_front);
        if !seen.is_empty() {
            let share = 100.0 * wrong.clone().count() as f64 / seen.len() as f64;
            found.see(share, || {
                format!("point {} of lidar `{name}` first", wrong.clone().next().map_or(0, |point| point.place))
            });
        }
    }
}

/// Points that are what a camera sees have the same label, where there is no noise to speak of; of each label so many
/// are wrong.
pub(super) fn labels(picture: &Picture, found: &mut Findings) {
    for (name, seen) in picture.seen_points() {
        let mut counts: BTreeMap<u16, (u64, u64)> = BTreeMap::new();
        for (expected, label) in seen.iter().filter_map(|point| point.labels) {
            let (all, wrong) = counts.entry(expected).or_default();
            (*all, *wrong) = (*all + 1, *wrong + u64::from(label != expected));
        }
        for (label, (all, wrong)) in counts.into_iter().filter(|(_, (all, _))| *all >= FEWEST) {
            let share = 100.0 * wrong as f64 / all as f64;
            found.see(share, || format!("points of lidar `{name}` on instance {label}"));
        }
    }
}

/// What a camera says of a point in its picture.
pub(super) struct SeenPoint {
    place: usize,
    /// Wherever on its ray noise may have put it.
    in_front: bool,
    /// What the camera sees there and what the point is said to be, if it is on what the camera sees.
    labels: Option<(u16, u16)>,
}

/// What a camera says of all points of each cloud that it can see, with the lidar's name.
pub(super) fn seen(picture: &Picture) -> Vec<(String, Vec<SeenPoint>)> {
    let (Some(ids), Some(depth)) = (picture.instance(), picture.depth()) else { return Vec::new() };
    let (width, height) = (ids.width as usize, ids.height as usize);
    let camera = &picture.camera;
    let camera_from_world = camera.world_from_camera.inverse();
    let lidars = picture.stored.record.lidars.iter().zip(picture.clouds());
    let of_lidar = |(lidar, points): (&LidarRecord, &Option<Points>)| {
        let camera_from_lidar = camera_from_world * matrix(&lidar.world_from_lidar);
        // What is at a place in the frame of the lidar, and around there: how far it is, where the nearest seen
        // about it is and the surface that is seen there, and which label all about it has; none outside of the picture.
        let look = |at: DVec3| {
            let at = camera_from_lidar.transform_point3(at);
            let (pixel, away) = (camera.optics.project(at)?, camera.optics.depth(at));
            let inside = (1.0..width as f64 - 1.0).contains(&pixel.x) && (1.0..height as f64 - 1.0).contains(&pixel.y);
            if !inside || away <= NEAREST_M {
                return None;
            }
            let middle = pixel.y as usize * width + pixel.x as usize;
            let (mut near, mut label) = (f32::INFINITY, Some(ids.data[middle]));
            for row in [middle - width, middle, middle + width] {
                for place in row - 1..=row + 1 {
                    // A depth of 0 is farther than any.
                    let z = if depth.data[place] > 0.0 { depth.data[place] } else { f32::INFINITY };
                    near = near.min(z);
                    label = label.filter(|label| *label == ids.data[place]);
                }
            }
            // Between the middles of four pixels the inverse of depth is linear on a plane.
            let (left, top) = ((pixel.x - 0.5).floor(), (pixel.y - 0.5).floor());
            let (across, down) = (pixel.x - 0.5 - left, pixel.y - 0.5 - top);
            let corner = top as usize * width + left as usize;
            let inverse = |place: usize| 1.0 / f64::from(depth.data[place]);
            let row = |place: usize| inverse(place) * (1.0 - across) + inverse(place + 1) * across;
            let there = 1.0 / (row(corner) * (1.0 - down) + row(corner + width) * down);
            Some((away, f64::from(near), there, label))
        };
        let noise = MOST_NOISE * 2.0 * lidar.range_noise_m;
        // What is in the air hides nothing from a camera.
        let solid = points.iter().flatten().enumerate().filter(|(_, (point, _))| point.instance != SCATTERED);
        let seen = solid.filter_map(|(place, (point, _))| {
            let at = Vec3::from(point.position_m).as_dvec3();
            let (away, _, there, label) = look(at)?;
            let slack = 0.002 * away;
            // Infinity is far, and no number is no surface.
            let even = (away - there).abs() < slack && noise < slack;
            let along = at.normalize_or_zero() * noise / f64::from(STEPS);
            let behind = |step: i32| {
                let seen = look(at + along * f64::from(step));
                seen.is_none_or(|(away, near, ..)| away >= near - 0.002 * away)
            };
            let labels = label.filter(|_| even).map(|label| (label, point.instance));
            Some(SeenPoint { place, in_front: !(-STEPS..=STEPS).any(behind), labels })
        });
        (lidar.name.clone(), seen.collect())
    };
    lidars.filter(|(lidar, _)| lidar.sweep_s == 0.0).map(of_lidar).collect()
}
