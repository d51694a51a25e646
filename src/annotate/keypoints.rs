//! Named points of an instance, and whether they can be seen.

use glam::{DMat4, DVec3};

use super::{SeenKeypoint, Visibility};
use crate::frame::{Instance, Keypoint, View};

/// A point this share of its instance's box diagonal behind the surface that is seen still counts as being on it:
/// people name points a little inside a thing as often as on it.
const TOLERANCE: f64 = 0.025;

/// The named points of an instance in a view, in the order of the instance's list.
///
/// A point is visible where its pixel belongs to its own instance and the depth there is not nearer than the point by
/// more than a fortieth of the diagonal of the instance's box. One before all surfaces of its own instance is visible
/// where nothing is nearer.
pub(super) fn seen(view: &View, instance: &Instance, camera_from_object: DMat4) -> Vec<SeenKeypoint> {
    let tolerance_m = TOLERANCE * (instance.bounds_max_m - instance.bounds_min_m).length();
    let look = |keypoint: &Keypoint| {
        let at = camera_from_object.transform_point3(keypoint.position_m);
        let found = place(view, at).map(|(position, pixel)| {
            let depth = f64::from(view.depth.data[pixel]);
            let own = u32::from(view.instance.data[pixel]) == instance.id;
            let own_depth = view.camera.optics.depth(at);
            let before_all = depth == 0.0 || own_depth < depth;
            let visible = before_all || own && own_depth <= depth + tolerance_m;
            (position, if visible { Visibility::Visible } else { Visibility::Occluded })
        });
        let (position, visibility) = found.unwrap_or(([0.0; 2], Visibility::Absent));
        SeenKeypoint { name: keypoint.name.clone(), visibility, position, position_m: at.to_array() }
    };
    instance.keypoints.iter().map(look).collect()
}

/// Where a point of the camera frame is in the image, and the place of its pixel in the planes.
pub fn place(view: &View, at: DVec3) -> Option<([f64; 2], usize)> {
    let camera = &view.camera;
    let position = camera.optics.project(at)?.to_array();
    let [x, y] = position;
    let inside = (0.0..f64::from(camera.width)).contains(&x) && (0.0..f64::from(camera.height)).contains(&y);
    let pixel = y.max(0.0) as usize * view.depth.width as usize + x.max(0.0) as usize;
    (inside && pixel < view.depth.data.len().min(view.instance.data.len())).then_some((position, pixel))
}
