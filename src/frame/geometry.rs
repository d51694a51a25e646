//! Where an instance is, seen from a camera: its pose, its 3D box, and the box of that box's projection.

use std::cell::Cell;

use glam::{DMat3, DMat4, DVec2, DVec3};

use super::{Camera, Instance};
use crate::lens::{Lens, Optics};

/// The box of an instance's mesh, oriented as the instance is, in the camera frame (x right, y down, z forward).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Box3d {
    /// Of the box, in metres.
    pub center_m: DVec3,
    /// Edge lengths along the instance's own x, y and z, in metres.
    pub size_m: DVec3,
    /// Its columns are the instance's axes.
    pub rotation: DMat3,
}

/// What is nearer than this to the plane of the camera is cut off before it is projected.
const NEAR_M: f64 = 1e-4;

/// The pose of an instance in the camera frame.
pub fn camera_from_object(camera: &Camera, instance: &Instance) -> DMat4 {
    camera.world_from_camera.inverse() * instance.world_from_object()
}

impl Box3d {
    /// Of an instance with this pose before the camera.
    pub fn of(camera_from_object: DMat4, instance: &Instance) -> Box3d {
        let pose = camera_from_object;
        let (min, max) = (instance.bounds_min_m, instance.bounds_max_m);
        Box3d {
            center_m: pose.transform_point3((min + max) * 0.5),
            size_m: max - min,
            rotation: DMat3::from_mat4(pose),
        }
    }

    /// In the camera frame, in the order of their bits: 1 for the higher x of the instance, 2 for y, 4 for z.
    pub fn corners(&self) -> [DVec3; 8] {
        std::array::from_fn(|bits| {
            let side = |axis: usize| if bits >> axis & 1 == 1 { 0.5 } else { -0.5 };
            self.center_m + self.rotation * (DVec3::new(side(0), side(1), side(2)) * self.size_m)
        })
    }

    /// The tight box `[x, y, width, height]` of its projection within the image, in pixels; `None` where nothing of it
    /// is in front of the camera and within the image.
    ///
    /// The sides are those of the projected solid, not rounded to pixels: it encloses the instance, hidden or not.
    pub fn projected(&self, camera: &Camera) -> Option<[f64; 4]> {
        let (low, high) = match camera.optics.lens {
            lens if lens.is_straight() => self.extent(&camera.optics, NEAR_M)?,
            _ => self.bent_extent(camera)?,
        };
        let size = DVec2::new(f64::from(camera.width), f64::from(camera.height));
        let (low, high) = (low.max(DVec2::ZERO), high.min(size));
        (low.x < high.x && low.y < high.y).then_some([low.x, low.y, high.x - low.x, high.y - low.y])
    }

    /// Lowest and highest x and y in the pixels of a lens that keeps lines straight, however far outside the image, of what of it is
    /// farther than `near_m` along the optical axis; `None` where nothing is.
    pub fn extent(&self, optics: &Optics, near_m: f64) -> Option<(DVec2, DVec2)> {
        let corners = self.corners();
        let k = &optics.intrinsics;
        let parallel = matches!(optics.lens, Lens::Orthographic);
        let project = |p: DVec3| {
            let away = if parallel { 1.0 } else { p.z };
            DVec2::new(k.fx * p.x / away + k.cx, k.fy * p.y / away + k.cy)
        };
        let (mut low, mut high) = (DVec2::INFINITY, DVec2::NEG_INFINITY);
        let mut take = |p: DVec3| {
            let seen = project(p);
            (low, high) = (low.min(seen), high.max(seen));
        };
        corners.iter().filter(|corner| corner.z >= near_m).for_each(|corner| take(*corner));
        for from in 0..8_usize {
            for to in [1, 2, 4].map(|bit| from | bit).into_iter().filter(|to| *to != from) {
                let (a, b) = (corners[from], corners[to]);
                if (a.z < near_m) != (b.z < near_m) {
                    let cut = a.lerp(b, (near_m - a.z) / (b.z - a.z));
                    take(cut.with_z(near_m));
                }
            }
        }
        (low.x <= high.x).then_some((low, high))
    }

    /// The same for any lens, of what is within the image: its edges, followed in short steps, and what of the image's
    /// own edge and the rim of what the lens sees is before it.
    fn bent_extent(&self, camera: &Camera) -> Option<(DVec2, DVec2)> {
        let optics = &camera.optics;
        let size = DVec2::new(f64::from(camera.width), f64::from(camera.height));
        let (mut low, mut high) = (DVec2::INFINITY, DVec2::NEG_INFINITY);
        let is_cut = Cell::new(false);
        let mut take = |at: DVec2| {
            let inside = at.cmpge(DVec2::splat(-HAIR)).all() && at.cmple(size + HAIR).all();
            is_cut.set(is_cut.get() || !inside);
            if inside {
                (low, high) = (low.min(at), high.max(at));
            }
        };
        let corners = self.corners();
        for from in 0..8_usize {
            for to in [1, 2, 4].map(|bit| from | bit).into_iter().filter(|to| *to != from) {
                follow((optics, size), corners[from], corners[to], MOST_HALVINGS + FINER, &mut take);
            }
        }
        let is_seen = |corner: &DVec3| optics.project(*corner).is_some();
        let eye = (self.rotation.transpose() * self.center_m).abs();
        let surrounds = eye.cmple(self.size_m * 0.5).all();
        if !is_cut.get() && !surrounds && corners.iter().all(is_seen) && !matches!(optics.lens, Lens::Equirectangular) {
            return Some((low, high));
        }
        for (start, end) in [
            (DVec2::ZERO, size.with_y(0.0)),
            (DVec2::ZERO, size.with_x(0.0)),
            (size, size.with_y(0.0)),
            (size, size.with_x(0.0)),
        ] {
            let steps = (start.distance(end) / BORDER_PIXELS).ceil().max(1.0);
            let at = |step: f64| start.lerp(end, step / steps);
            let hit = |at: DVec2| self.is_before(optics, at);
            let mut before = hit(start);
            if before {
                take(start);
            }
            for step in 1..=steps as u32 {
                let (mut one, mut other) = (at(f64::from(step - 1)), at(f64::from(step)));
                let now = hit(other);
                if now {
                    take(other);
                }
                if now != before {
                    for _ in 0..20 {
                        let middle = one.midpoint(other);
                        if hit(middle) == before { one = middle } else { other = middle }
                    }
                    take(one.midpoint(other));
                }
                before = now;
            }
        }
        for ray in optics.rim() {
            if self.is_on(DVec3::ZERO, ray)
                && let Some(at) = optics.project(ray)
            {
                take(at);
            }
        }
        (low.x <= high.x).then_some((low, high))
    }

    /// Whether it is seen at a place in the image, were it alone.
    fn is_before(&self, optics: &Optics, at: DVec2) -> bool {
        let ray = optics.point(at, 0.0).zip(optics.ray(at));
        ray.is_some_and(|(eye, ray)| self.is_on(eye, ray))
    }

    /// Whether a ray meets it.
    fn is_on(&self, eye: DVec3, ray: DVec3) -> bool {
        let (along, from) = (self.rotation.transpose() * ray, self.rotation.transpose() * (eye - self.center_m));
        let half = self.size_m * 0.5 + 1e-9;
        let (one, two) = ((-half - from) / along, (half - from) / along);
        let (enter, leave) = (one.min(two).max_element().max(0.0), one.max(two).min_element());
        enter <= leave
    }
}

/// How far outside the image what is taken to be at its edge may be, in pixels.
const HAIR: f64 = 1e-6;
/// Steps along edges are no longer than this in the image, so that what a bent one rises between is less than a
/// hundredth of a pixel.
const STEP_PIXELS: f64 = 3.0;
/// Steps along the image's own edge.
const BORDER_PIXELS: f64 = 8.0;
/// An edge is halved no more often than this: it may run to where nothing is seen.
const MOST_HALVINGS: u32 = 12;

/// The same where an edge leaves the image: where it does may be as far as a thin thing reaches.
const STEP_PIXELS_ACROSS: f64 = 0.01;
/// Halvings more that this takes.
const FINER: u32 = 10;

/// Takes places along the image of a straight line, close to each other where it is seen, and closer where it enters or
/// leaves the image, which is of this size.
fn follow((optics, size): (&Optics, DVec2), from: DVec3, to: DVec3, halvings: u32, take: &mut impl FnMut(DVec2)) {
    let (start, end) = (optics.project(from), optics.project(to));
    start.into_iter().chain(end).for_each(&mut *take);
    let near = match (start, end) {
        (Some(start), Some(end)) => {
            let inside = |at: DVec2| at.cmpge(DVec2::ZERO).all() && at.cmple(size).all();
            let touches = start.max(end).cmpge(DVec2::ZERO).all() && start.min(end).cmple(size).all();
            let step = if touches && !(inside(start) && inside(end)) { STEP_PIXELS_ACROSS } else { STEP_PIXELS };
            start.distance(end) < step
        }
        // It may still be seen between two ends that are not, if it is long.
        (None, None) => halvings + 6 < MOST_HALVINGS + FINER,
        _ => false,
    };
    if !near && halvings > 0 {
        let middle = from.midpoint(to);
        follow((optics, size), from, middle, halvings - 1, take);
        follow((optics, size), middle, to, halvings - 1, take);
    }
}

#[cfg(test)]
mod tests {
    use glam::DQuat;
    use proptest::prelude::*;

    use super::*;
    use crate::lens::Intrinsics;

    /// At the origin of the world, looking along its −z, 100 × 80 pixels, 90° wide.
    fn camera() -> Camera {
        Camera {
            name: "main".to_owned(),
            width: 100,
            height: 80,
            optics: Optics::new(Intrinsics { fx: 50.0, fy: 50.0, cx: 50.0, cy: 40.0 }, Lens::Pinhole),
            world_from_camera: DMat4::from_rotation_x(std::f64::consts::PI),
            exposure_ev100: 0.0,
        }
    }

    fn thing(position_m: DVec3, half_m: DVec3) -> Instance {
        Instance {
            id: 1,
            name: "thing".to_owned(),
            category_id: Some(1),
            labelled: true,
            position_m,
            rotation: DQuat::IDENTITY,
            bounds_min_m: -half_m,
            bounds_max_m: half_m,
            parts: [].into(),
            volume: false,
            keypoints: [].into(),
            attributes: Default::default(),
        }
    }

    fn box_of(instance: &Instance) -> Box3d {
        Box3d::of(camera_from_object(&camera(), instance), instance)
    }

    fn seen(position_m: DVec3, half_m: f64) -> Option<[f64; 4]> {
        box_of(&thing(position_m, DVec3::splat(half_m))).projected(&camera())
    }

    #[test]
    fn a_cube_ahead_is_as_large_as_its_near_face() {
        let found = box_of(&thing(DVec3::new(0.5, 1.0, -5.0), DVec3::new(1.0, 0.5, 1.0)));
        assert!(found.center_m.distance(DVec3::new(0.5, -1.0, 5.0)) < 1e-12, "y runs down, z forward");
        assert_eq!(found.size_m, DVec3::new(2.0, 1.0, 2.0));
        let [x, y, width, height] = seen(DVec3::new(0.0, 0.0, -5.0), 1.0).unwrap();
        for (found, expected) in [(x, 37.5), (y, 27.5), (width, 25.0), (height, 25.0)] {
            assert!((found - expected).abs() < 1e-9, "{found}, expected {expected}");
        }
    }

    #[test]
    fn what_is_outside_or_behind_has_none() {
        assert_eq!(seen(DVec3::new(0.0, 0.0, 5.0), 1.0), None, "behind");
        assert_eq!(seen(DVec3::new(20.0, 0.0, -5.0), 1.0), None, "to the right");
        assert_eq!(seen(DVec3::new(0.0, -20.0, -5.0), 1.0), None, "below");
    }

    #[test]
    fn what_is_cut_by_an_edge_ends_there() {
        let [x, _, width, _] = seen(DVec3::new(5.0, 0.0, -5.0), 1.0).unwrap();
        assert!((x - (50.0 * 4.0 / 6.0 + 50.0)).abs() < 1e-9 && (x + width - 100.0).abs() < 1e-9, "{x} {width}");
    }

    #[test]
    fn what_crosses_the_plane_of_the_camera_reaches_to_the_edges() {
        assert_eq!(seen(DVec3::ZERO, 1.0), Some([0.0, 0.0, 100.0, 80.0]), "around the camera");
        // A floor under the camera: all of the lower half, nothing above the horizon.
        let floor = thing(DVec3::new(0.0, -1.0, 0.0), DVec3::new(50.0, 0.01, 50.0));
        let [x, y, width, height] = box_of(&floor).projected(&camera()).unwrap();
        assert_eq!((x, width), (0.0, 100.0));
        assert!(y > 40.0 && y < 42.0 && (y + height - 80.0).abs() < 1e-9, "{y} {height}");
    }

    /// Thinner than the steps in which the image's edge is looked at.
    #[test]
    fn what_is_thin_reaches_to_the_edge_through_any_lens() {
        let intrinsics = Intrinsics { fx: 24.0, fy: 24.0, cx: 50.0, cy: 40.0 };
        let lens = Lens::KannalaBrandt { k1: 0.02, k2: 0.0, k3: 0.0, k4: 0.0 };
        let camera = Camera { optics: Optics::new(intrinsics, lens), ..camera() };
        let half = DVec3::new(0.05, 0.15119061846811874, 0.05);
        let mut thing = thing(DVec3::new(2.5025056304304343, 2.5742161320605756, 2.364618657257511), half);
        thing.rotation = DQuat::from_scaled_axis(DVec3::new(-1.225448181396171, 0.0, -1.6853063310710445));
        let pose = camera_from_object(&camera, &thing);
        let at = camera.optics.project(pose.transform_point3(DVec3::new(0.0, 0.72327898690163, 0.0) * half)).unwrap();
        let [x, y, width, height] = Box3d::of(pose, &thing).projected(&camera).unwrap();
        let out = (x - at.x).max(at.x - x - width).max(y - at.y).max(at.y - y - height);
        assert!(out < 0.02, "{at} is {out} outside of {x} {y} {width} {height}");
    }

    proptest! {
        // Most places are out of sight.
        #![proptest_config(ProptestConfig { max_global_rejects: 50_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_point_within_is_enclosed_through_any_lens(
            kind in 0..4,
            place in prop::array::uniform3(-4.0..4.0_f64),
            half in prop::array::uniform3(0.05..2.0_f64),
            turn in prop::array::uniform3(-3.0..3.0_f64),
            inside in prop::array::uniform3(-1.0..1.0_f64),
        ) {
            let lens = match kind {
                0 => Lens::BrownConrady { k1: -0.2, k2: 0.03, p1: 0.01, p2: 0.002, k3: 0.0, k4: 0.0, k5: 0.0, k6: 0.0 },
                1 => Lens::KannalaBrandt { k1: 0.02, k2: 0.0, k3: 0.0, k4: 0.0 },
                2 => Lens::Orthographic,
                _ => Lens::Equirectangular,
            };
            // The whole of a panorama, and a fisheye lens that sees behind itself.
            let focal = [50.0, 24.0, 20.0, 50.0 / std::f64::consts::PI][kind as usize];
            let intrinsics = Intrinsics { fx: focal, fy: focal, cx: 50.0, cy: if kind == 3 { 25.0 } else { 40.0 } };
            let height = if kind == 3 { 50 } else { 80 };
            let camera = Camera { optics: Optics::new(intrinsics, lens), height, ..camera() };
            let mut thing = thing(DVec3::from(place), DVec3::from(half));
            thing.rotation = DQuat::from_scaled_axis(DVec3::from(turn));
            let pose = camera_from_object(&camera, &thing);
            let point = pose.transform_point3(DVec3::from(inside) * DVec3::from(half));
            let seen = camera.optics.project(point);
            prop_assume!(seen.is_some_and(|at| (0.0..100.0).contains(&at.x) && (0.0..f64::from(height)).contains(&at.y)));
            let at = seen.unwrap();
            prop_assume!(kind != 2 || point.z > NEAR_M);
            let [x, y, width, height] = Box3d::of(pose, &thing).projected(&camera).unwrap();
            let out = (x - at.x).max(at.x - x - width).max(y - at.y).max(at.y - y - height);
            prop_assert!(out < 0.02, "{out} outside");
        }

        #[test]
        fn every_point_within_is_enclosed(
            place in prop::array::uniform3(-4.0..4.0_f64),
            half in prop::array::uniform3(0.05..2.0_f64),
            turn in prop::array::uniform3(-3.0..3.0_f64),
            inside in prop::array::uniform3(-1.0..1.0_f64),
        ) {
            let mut thing = thing(DVec3::from(place), DVec3::from(half));
            thing.rotation = DQuat::from_scaled_axis(DVec3::from(turn));
            let camera = camera();
            let point = camera_from_object(&camera, &thing).transform_point3(DVec3::from(inside) * DVec3::from(half));
            prop_assume!(point.z > NEAR_M);
            let DVec2 { x: u, y: v } = camera.optics.project(point).unwrap();
            prop_assume!((0.0..100.0).contains(&u) && (0.0..80.0).contains(&v));
            let [x, y, width, height] = box_of(&thing).projected(&camera).unwrap();
            prop_assert!(x <= u + 1e-9 && u <= x + width + 1e-9 && y <= v + 1e-9 && v <= y + height + 1e-9);
        }
    }
}
