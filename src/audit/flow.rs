//! Optical flow against depth, poses and the pictures that it leads to.

use std::collections::BTreeMap;

use glam::DMat4;

use super::checks::Findings;
use super::picture::{Picture, matrix};
use crate::dataset::Stored;
use crate::frame::{Plane, PlaneKind};

/// A flow of a picture.
struct Flow {
    name: &'static str,
    plane: Plane<[f32; 3]>,
    /// The record that it leads to.
    other: Option<Stored>,
}

fn flows(picture: &Picture) -> Vec<Flow> {
    let Some(step) = picture.stored.record.step else { return Vec::new() };
    let kinds = [
        ("forward", PlaneKind::ForwardFlow, step.checked_add(1)),
        ("backward", PlaneKind::BackwardFlow, step.checked_sub(1)),
    ];
    let read = |(name, kind, other): (&'static str, PlaneKind, Option<u32>)| {
        let there = picture.stored.has(picture.record, kind);
        let plane = there.then(|| picture.stored.flow(picture.record, kind).ok()).flatten()?;
        let fits = (plane.width, plane.height) == (picture.record.width, picture.record.height);
        let other = other.and_then(|other| picture.stored.step(other).ok().flatten());
        fits.then_some(Flow { name, plane, other })
    };
    kinds.into_iter().filter_map(read).collect()
}

/// Every labelled pixel moves as its instance and the camera do.
pub(super) fn vectors(picture: &Picture, found: &mut Findings) {
    let (Some(ids), Some(depth)) = (picture.instance(), picture.depth()) else { return };
    for Flow { name, plane, other } in flows(picture) {
        found.well();
        let Some(other) = other else {
            let moved = plane.data.iter().position(|flow| *flow != [0.0; 3]);
            if let Some(place) = moved {
                found.see(f64::INFINITY, || format!("{name}, {} leads nowhere", picture.pixel(place)));
            }
            continue;
        };
        let seen = other.record.cameras.iter().find(|camera| camera.name == picture.record.name);
        let Some(camera) = seen.map(|camera| camera.to_camera()) else { continue };
        let there_from_world = camera.world_from_camera.inverse();
        let mut known: BTreeMap<u16, Option<DMat4>> = BTreeMap::new();
        for (place, flow) in plane.data.iter().enumerate() {
            let (id, z) = (ids.data[place], f64::from(depth.data[place]));
            if id == 0 {
                continue;
            }
            let moved = known.entry(id).or_insert_with(|| {
                let now = matrix(&picture.instance_of(u32::from(id))?.world_from_object);
                let then = other.record.instances.iter().find(|instance| instance.id == u32::from(id))?;
                let world = matrix(&then.world_from_object) * now.inverse();
                Some(there_from_world * world * picture.camera.world_from_camera)
            });
            let at = moved.map(|moved| moved.transform_point3(picture.ray(place) * z));
            let at = at.filter(|at| at.z > 0.0);
            let width = picture.record.width.max(1) as usize;
            let from = [(place % width) as f64 + 0.5, (place / width) as f64 + 0.5];
            let expected = at.map_or([0.0; 2], |at| {
                [camera.fx * at.x / at.z + camera.cx - from[0], camera.fy * at.y / at.z + camera.cy - from[1]]
            });
            let off = (f64::from(flow[0]) - expected[0]).abs().max((f64::from(flow[1]) - expected[1]).abs());
            // Close to the camera flow is long, and rounding with it.
            let long = 1.0 + 1e-4 * expected[0].abs().max(expected[1].abs());
            found.see(off / long, || format!("{name}, instance {id}, {}", picture.pixel(place)));
        }
    }
}

/// What can be seen in the other picture is there: one of the four pixels around its place shows the same instance.
pub(super) fn targets(picture: &Picture, found: &mut Findings) {
    let Some(ids) = picture.instance() else { return };
    for Flow { name, plane, other } in flows(picture) {
        found.well();
        let Some(other) = other else { continue };
        let camera = other.record.cameras.iter().find(|camera| camera.name == picture.record.name);
        let Some(there) = camera.and_then(|camera| other.ids(camera, PlaneKind::Instance).ok()) else { continue };
        let width = ids.width as usize;
        let (mut lost, mut first) = (0.0, None);
        for (place, flow) in plane.data.iter().enumerate().filter(|(_, flow)| flow[2] != 0.0) {
            let (x, y) = ((place % width) as f64 + f64::from(flow[0]), (place / width) as f64 + f64::from(flow[1]));
            // A hair to each side, for what lies in the middle of a pixel.
            let columns = [(x - 1e-3).floor(), (x + 1e-3).ceil()];
            let rows = [(y - 1e-3).floor(), (y + 1e-3).ceil()];
            let shows = |x: f64, y: f64| {
                let x = x.clamp(0.0, f64::from(there.width) - 1.0) as usize;
                let y = y.clamp(0.0, f64::from(there.height) - 1.0) as usize;
                there.data.get(y * there.width as usize + x) == Some(&ids.data[place])
            };
            if !columns.iter().any(|x| rows.iter().any(|y| shows(*x, *y))) {
                lost += 1.0;
                first.get_or_insert(place);
            }
        }
        found.see(lost, || format!("{name}, {}", picture.pixel(first.unwrap_or(0))));
    }
}
