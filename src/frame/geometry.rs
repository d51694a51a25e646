//! Where an instance is, seen from a camera: its pose, its 3D box, and the box of that box's projection.

use glam::{DMat3, DMat4, DVec2, DVec3};

use super::{Camera, Instance};

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
        let (low, high) = self.extent(camera, NEAR_M)?;
        let size = DVec2::new(f64::from(camera.width), f64::from(camera.height));
        let (low, high) = (low.max(DVec2::ZERO), high.min(size));
        (low.x < high.x && low.y < high.y).then_some([low.x, low.y, high.x - low.x, high.y - low.y])
    }

    /// Lowest and highest x and y in pixels, however far outside the image, of what of it is farther than `near_m`
    /// along the optical axis; `None` where nothing is.
    pub fn extent(&self, camera: &Camera, near_m: f64) -> Option<(DVec2, DVec2)> {
        let corners = self.corners();
        let project = |p: DVec3| DVec2::new(camera.fx * p.x / p.z + camera.cx, camera.fy * p.y / p.z + camera.cy);
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
}

#[cfg(test)]
mod tests {
    use glam::DQuat;
    use proptest::prelude::*;

    use super::*;

    /// At the origin of the world, looking along its −z, 100 × 80 pixels, 90° wide.
    fn camera() -> Camera {
        Camera {
            name: "main".to_owned(),
            width: 100,
            height: 80,
            fx: 50.0,
            fy: 50.0,
            cx: 50.0,
            cy: 40.0,
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

    proptest! {
        // Most places are out of sight.
        #![proptest_config(ProptestConfig { max_global_rejects: 50_000, failure_persistence: None, ..ProptestConfig::default() })]

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
            let (u, v) = (camera.fx * point.x / point.z + camera.cx, camera.fy * point.y / point.z + camera.cy);
            prop_assume!((0.0..100.0).contains(&u) && (0.0..80.0).contains(&v));
            let [x, y, width, height] = box_of(&thing).projected(&camera).unwrap();
            prop_assert!(x <= u + 1e-9 && u <= x + width + 1e-9 && y <= v + 1e-9 && v <= y + height + 1e-9);
        }
    }
}
