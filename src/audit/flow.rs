//! Optical flow against depth, poses and the pictures that it leads to.

use std::collections::BTreeMap;

use glam::{DMat4, DVec3};

use super::findings::Findings;
use super::picture::{Picture, matrix};
use crate::dataset::Stored;
use crate::frame::{Camera, Plane, PlaneKind};

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

/// Takes points of labelled instances from the camera of one picture to that of another.
struct Motion<'a> {
    picture: &'a Picture<'a>,
    other: &'a Stored,
    camera: Camera,
    known: BTreeMap<u16, Option<DMat4>>,
}

impl<'a> Motion<'a> {
    /// `None` where the other picture was not taken.
    fn new(picture: &'a Picture, other: &'a Stored) -> Option<Motion<'a>> {
        let camera = other.record.cameras.iter().find(|camera| camera.name == picture.record.name)?.to_camera();
        Some(Motion { picture, other, camera, known: BTreeMap::new() })
    }

    /// Where the point that instance `id` shows at `place`, `z` metres deep, is in the other camera's frame; `None`
    /// where the instance is gone.
    fn of(&mut self, id: u16, place: usize, z: f64) -> Option<DVec3> {
        let Motion { picture, other, camera, known } = self;
        let moved = known.entry(id).or_insert_with(|| {
            let now = matrix(&picture.instance_of(u32::from(id))?.world_from_object);
            let then = other.record.instances.iter().find(|instance| instance.id == u32::from(id))?;
            let world = matrix(&then.world_from_object) * now.inverse();
            Some(camera.world_from_camera.inverse() * world * picture.camera.world_from_camera)
        });
        moved.map(|moved| moved.transform_point3(picture.point(place, z)))
    }
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
        let Some(mut motion) = Motion::new(picture, &other) else { continue };
        for (place, flow) in plane.data.iter().enumerate() {
            let (id, z) = (ids.data[place], f64::from(depth.data[place]));
            let sound = flow.iter().all(|value| value.is_finite()) && (flow[2] == 0.0 || flow[2] == 1.0);
            if id == 0 || !sound {
                // Of what else moves nothing is known.
                found.see(if sound { 0.0 } else { f64::INFINITY }, || format!("{name}, {}", picture.pixel(place)));
                continue;
            }
            let at = motion.of(id, place, z).and_then(|at| motion.camera.optics.project(at));
            let expected = at.map_or([0.0; 2], |at| (at - picture.middle(place)).to_array());
            let off = (f64::from(flow[0]) - expected[0]).abs().max((f64::from(flow[1]) - expected[1]).abs());
            // Close to the camera flow is long, and rounding with it, by its square close to the camera's plane.
            let pixels = expected[0].abs().max(expected[1].abs());
            let long = 1.0 + 1e-4 * pixels + 1e-6 * pixels * pixels;
            found.see(off / long, || format!("{name}, instance {id}, {}", picture.pixel(place)));
        }
    }
}

/// A point this share of its depth behind what is seen there is on that surface, give or take what rounding makes.
const BEHIND: f64 = 0.01;
const ROUNDING: f64 = 1e-4;
/// Positions closer to a border of pixels than this may be on either side of it.
const HAIR: f64 = 1e-3;

/// What is said to be seen in the other picture is there, and what is said to be hidden is not: whether one of the
/// four pixels around its place shows the same instance, no nearer than it.
pub(super) fn targets(picture: &Picture, found: &mut Findings) {
    let (Some(ids), Some(depth)) = (picture.instance(), picture.depth()) else { return };
    for Flow { name, plane, other } in flows(picture) {
        found.well();
        let Some(other) = other else { continue };
        let Some(mut motion) = Motion::new(picture, &other) else { continue };
        let there = other.record.cameras.iter().find(|camera| camera.name == picture.record.name);
        let Some(there) = there.map(|camera| Picture::new(picture.manifest, &other, camera)) else { continue };
        let (Some(other_ids), Some(other_depth)) = (there.instance(), there.depth()) else { continue };
        let (width, height) = (f64::from(other_ids.width), f64::from(other_ids.height));
        let (mut wrong, mut first) = (0.0, None);
        for (place, flow) in plane.data.iter().enumerate() {
            let (own, z) = (ids.data[place], f64::from(depth.data[place]));
            let at = if own == 0 { None } else { motion.of(own, place, z) };
            let optics = motion.camera.optics;
            let (column, row) = (place % ids.width.max(1) as usize, place / ids.width.max(1) as usize);
            let x = column as f64 + 0.5 + f64::from(flow[0]);
            let y = row as f64 + 0.5 + f64::from(flow[1]);
            // What is unlabelled has no known depth there.
            let shows = |x: f64, y: f64, behind: f64| {
                let x = x.clamp(0.0, width - 1.0) as usize;
                let y = y.clamp(0.0, height - 1.0) as usize;
                let pixel = y * other_ids.width as usize + x;
                let nearest = f64::from(other_depth.data[pixel]);
                other_ids.data[pixel] == own
                    && (own == 0
                        || at.is_some_and(|at| {
                            optics.project(at).is_some() && optics.depth(at) <= nearest * (1.0 + behind)
                        }))
            };
            let seen = |x: f64, y: f64, behind: f64| {
                let inside = (0.0..width).contains(&x) && (0.0..height).contains(&y);
                let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
                let around = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
                inside && around.into_iter().any(|(dx, dy)| shows(left + dx, top + dy, behind))
            };
            let near = [(-HAIR, -HAIR), (HAIR, -HAIR), (-HAIR, HAIR), (HAIR, HAIR)];
            let contradicts = if flow[2] != 0.0 {
                near.iter().all(|(dx, dy)| !seen(x + dx, y + dy, BEHIND + ROUNDING))
            } else {
                own != 0 && near.iter().all(|(dx, dy)| seen(x + dx, y + dy, BEHIND - ROUNDING))
            };
            if contradicts {
                wrong += 1.0;
                first.get_or_insert(place);
            }
        }
        found.see(wrong, || format!("{name}, {}", picture.pixel(first.unwrap_or(0))));
    }
}
