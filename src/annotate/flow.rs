//! Optical flow from depth and poses: where each point that is seen is in the picture before or after.

use std::collections::BTreeMap;

use glam::{DMat4, DVec2};

use crate::frame::{Frame, Plane, View};

/// Flow of one picture. Each value is du and dv in pixels and whether the point can be seen in the other picture: 1,
/// or 0 where it is hidden, outside the image, or there is no such picture or instance any more.
#[derive(Debug, Clone, PartialEq)]
pub struct Flows {
    /// To the next picture of the take.
    pub forward: Plane<[f32; 3]>,
    /// To the picture before.
    pub backward: Plane<[f32; 3]>,
}

/// A point this share of its depth behind what is seen beside it is still on that surface, for rounding and for what a
/// surface falls away within a pixel.
const TOLERANCE: f64 = 0.01;

/// The flow of every view of a frame, by the frames before and after it in its take; none where the planes that it
/// takes are not there.
pub fn flows(frame: &Frame, before: Option<&Frame>, after: Option<&Frame>) -> Vec<Flows> {
    let of_view = |(place, view): (usize, &View)| {
        Some(Flows { forward: flow(frame, place, view, after)?, backward: flow(frame, place, view, before)? })
    };
    frame.views.iter().enumerate().filter_map(of_view).collect()
}

fn flow(frame: &Frame, place: usize, view: &View, other: Option<&Frame>) -> Option<Plane<[f32; 3]>> {
    let owners = view.owner.as_ref()?;
    let (width, height) = (view.depth.width, view.depth.height);
    let Some((other, seen)) = other.and_then(|other| Some((other, other.views.get(place)?))) else {
        return Some(Plane { width, height, data: vec![[0.0; 3]; view.depth.data.len()] });
    };
    let (camera, there) = (&view.camera, &seen.camera);
    let there_from_world = there.world_from_camera.inverse();
    let mut moves: BTreeMap<u16, Option<DMat4>> = BTreeMap::new();
    let mut data = Vec::with_capacity(view.depth.data.len());
    for (pixel, (&z, &owner)) in view.depth.data.iter().zip(&owners.data).enumerate() {
        let (u, v) = (f64::from(pixel as u32 % width) + 0.5, f64::from(pixel as u32 / width) + 0.5);
        let moved = moves.entry(owner).or_insert_with(|| {
            let world = world_moves(frame, other, owner)?;
            Some(there_from_world * world * camera.world_from_camera)
        });
        let Some(moved) = moved else {
            data.push([0.0; 3]);
            continue;
        };
        // What has no depth is infinitely far away and only turns.
        let at = if z > 0.0 {
            camera.optics.point(DVec2::new(u, v), f64::from(z)).map(|point| moved.transform_point3(point))
        } else {
            camera.optics.ray(DVec2::new(u, v)).map(|ray| moved.transform_vector3(ray))
        };
        let Some((at, place)) = at.and_then(|at| Some((at, there.optics.project(at)?))) else {
            data.push([0.0; 3]);
            continue;
        };
        let (x, y) = (place.x, place.y);
        let depth = if z > 0.0 { there.optics.depth(at) } else { f64::INFINITY };
        let visible = is_seen(seen, owner, [x, y], depth);
        data.push([(x - u) as f32, (y - v) as f32, f32::from(u8::from(visible))]);
    }
    Some(Plane { width, height, data })
}

/// How what an instance is made of moves in the world from one frame to the other; `None` where it is taken out.
fn world_moves(frame: &Frame, other: &Frame, owner: u16) -> Option<DMat4> {
    if owner == 0 {
        return Some(DMat4::IDENTITY);
    }
    let pose = |frame: &Frame| {
        let place = frame.instances.binary_search_by_key(&u32::from(owner), |instance| instance.id).ok()?;
        Some(frame.instances[place].world_from_object())
    };
    Some(pose(other)? * pose(frame)?.inverse())
}

/// Whether a point at this depth is on what is seen about its place: one of the four pixels whose middles are around
/// it shows the same instance, no nearer.
fn is_seen(view: &View, owner: u16, [x, y]: [f64; 2], z: f64) -> bool {
    let (width, height) = (f64::from(view.depth.width), f64::from(view.depth.height));
    if !(0.0..width).contains(&x) || !(0.0..height).contains(&y) {
        return false;
    }
    let Some(owners) = &view.owner else { return false };
    let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
    [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].into_iter().any(|(dx, dy)| {
        let (x, y) = ((left + dx).clamp(0.0, width - 1.0), (top + dy).clamp(0.0, height - 1.0));
        let pixel = y as usize * view.depth.width as usize + x as usize;
        let depth = f64::from(view.depth.data[pixel]);
        let nearest = if depth > 0.0 { depth } else { f64::INFINITY };
        owners.data[pixel] == owner && z <= nearest * (1.0 + TOLERANCE)
    })
}

#[cfg(test)]
mod tests {
    use glam::{DQuat, DVec3};

    use super::*;
    use crate::frame::{Camera, Instance};
    use crate::lens::{Intrinsics, Lens, Optics};

    const SIZE: (u32, u32) = (40, 20);

    /// A wall 8 m away, and before it, at 4 m, an instance that covers the columns from `left` to `left + 10`.
    fn frame(left: u32, position_m: DVec3, camera_m: DVec3) -> Frame {
        let (width, height) = SIZE;
        let camera = Camera {
            name: "main".to_owned(),
            width,
            height,
            optics: Optics::new(Intrinsics { fx: 20.0, fy: 20.0, cx: 20.0, cy: 10.0 }, Lens::Pinhole),
            world_from_camera: DMat4::from_translation(camera_m),
            exposure_ev100: 0.0,
        };
        let instance = Instance {
            id: 3,
            name: "thing".to_owned(),
            category_id: None,
            labelled: false,
            position_m,
            rotation: DQuat::IDENTITY,
            bounds_min_m: DVec3::NEG_ONE,
            bounds_max_m: DVec3::ONE,
            parts: [].into(),
            volume: false,
            keypoints: [].into(),
            attributes: Default::default(),
        };
        let inside = |pixel: u32| (left..left + 10).contains(&(pixel % width));
        let plane = |value: &dyn Fn(u32) -> u16| (0..width * height).map(value).collect::<Vec<u16>>();
        let view = View {
            camera,
            rgb: Plane { width, height, data: vec![[0; 3]; (width * height) as usize] },
            linear: None,
            instance: Plane { width, height, data: plane(&|_| 0) },
            depth: Plane {
                width,
                height,
                data: (0..width * height).map(|pixel| if inside(pixel) { 4.0 } else { 8.0 }).collect(),
            },
            owner: Some(Plane { width, height, data: plane(&|pixel| if inside(pixel) { 3 } else { 0 }) }),
            normal: None,
            object_coordinates: None,
            part: None,
            silhouettes: None,
            measured_depth: None,
        };
        let (index, step) = (0, Some(0));
        Frame {
            index,
            step,
            time_s: 0.0,
            views: vec![view],
            clouds: Vec::new(),
            instances: vec![instance],
            light: Default::default(),
            weather: None,
            drawn: Default::default(),
        }
    }

    #[test]
    fn a_thing_that_moves_takes_its_pixels_along() {
        // 1 m at 4 m is 5 pixels.
        let (now, next) = (frame(10, DVec3::ZERO, DVec3::ZERO), frame(15, DVec3::X, DVec3::ZERO));
        let flows = flows(&now, None, Some(&next)).remove(0);
        let at = |x: usize| flows.forward.data[5 * 40 + x];
        assert_eq!(at(12), [5.0, 0.0, 1.0]);
        assert_eq!(at(5), [0.0, 0.0, 1.0], "the wall stays");
        assert_eq!(at(22), [0.0, 0.0, 0.0], "and is hidden where the thing goes");
        assert!(flows.backward.data.iter().all(|flow| *flow == [0.0; 3]), "there is no picture before");
    }

    #[test]
    fn a_camera_that_moves_shifts_what_is_near_by_more() {
        // The camera goes 1 m to the right: 5 pixels at 4 m, 2.5 at 8 m.
        let (now, next) = (frame(20, DVec3::ZERO, DVec3::ZERO), frame(15, DVec3::ZERO, DVec3::X));
        let found = flows(&now, Some(&next), Some(&next)).remove(0);
        let at = |x: usize| found.forward.data[5 * 40 + x];
        assert_eq!(found.forward, found.backward);
        assert_eq!(at(25), [-5.0, 0.0, 1.0]);
        assert_eq!(at(35), [-2.5, 0.0, 1.0]);
        assert_eq!(at(1), [-2.5, 0.0, 0.0], "outside the image");
        // Seen between 17 and 20 now, behind the thing then.
        assert_eq!(at(18), [-2.5, 0.0, 0.0]);
    }

    #[test]
    fn what_is_gone_has_no_flow() {
        let (now, mut next) = (frame(10, DVec3::ZERO, DVec3::ZERO), frame(10, DVec3::ZERO, DVec3::ZERO));
        next.instances.clear();
        let found = flows(&now, None, Some(&next)).remove(0);
        assert_eq!(found.forward.data[5 * 40 + 12], [0.0; 3]);
        assert_eq!(found.forward.data[5 * 40 + 2], [0.0, 0.0, 1.0]);
        assert!(flows_without_owner(now).is_empty());
    }

    fn flows_without_owner(mut frame: Frame) -> Vec<Flows> {
        frame.views[0].owner = None;
        flows(&frame, None, None)
    }
}
