//! The projection of a camera by its intrinsics.

use bevy::camera::{CameraProjection, SubCameraView};
use bevy::math::Vec3A;
use glam::Mat4;

use crate::randomize::concrete;

/// Nearest distance that is drawn.
pub(super) const NEAR_M: f32 = 0.02;

/// Pin-hole projection by intrinsics, reverse z, no far plane.
#[derive(Debug, Clone)]
pub(super) struct PinHole {
    clip_from_view: Mat4,
    /// Tangents of the view's left, right, bottom and top edges.
    edges: [f32; 4],
}

impl PinHole {
    pub fn new(k: &concrete::Intrinsics, [width, height]: [u32; 2]) -> PinHole {
        let (w, h) = (f64::from(width), f64::from(height));
        let columns = [
            [2.0 * k.fx / w, 0.0, 0.0, 0.0],
            [0.0, 2.0 * k.fy / h, 0.0, 0.0],
            [1.0 - 2.0 * k.cx / w, 2.0 * k.cy / h - 1.0, 0.0, -1.0],
            [0.0, 0.0, f64::from(NEAR_M), 0.0],
        ];
        let clip_from_view = Mat4::from_cols_array_2d(&columns.map(|c| c.map(|v| v as f32)));
        let edges = [-k.cx / k.fx, (w - k.cx) / k.fx, -(h - k.cy) / k.fy, k.cy / k.fy].map(|v| v as f32);
        PinHole { clip_from_view, edges }
    }
}

impl CameraProjection for PinHole {
    fn get_clip_from_view(&self) -> Mat4 {
        self.clip_from_view
    }

    fn get_clip_from_view_for_sub(&self, _: &SubCameraView) -> Mat4 {
        self.clip_from_view
    }

    fn update(&mut self, _: f32, _: f32) {}

    fn far(&self) -> f32 {
        20_000.0
    }

    fn get_frustum_corners(&self, z_near: f32, z_far: f32) -> [Vec3A; 8] {
        let [left, right, bottom, top] = self.edges;
        let (n, f) = (z_near.abs(), z_far.abs());
        let corner = |x: f32, y: f32, z: f32| Vec3A::new(x * z, y * z, -z);
        [
            corner(right, bottom, n),
            corner(right, top, n),
            corner(left, top, n),
            corner(left, bottom, n),
            corner(right, bottom, f),
            corner(right, top, f),
            corner(left, top, f),
            corner(left, bottom, f),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projection_agrees_with_the_intrinsics() {
        let k = concrete::Intrinsics { fx: 500.0, fy: 400.0, cx: 300.0, cy: 260.0 };
        let pin_hole = PinHole::new(&k, [640, 480]);
        // A point in the camera frame of labels, and the same in Bevy's.
        let (x, y, z) = (0.3, -0.2, 2.0);
        let clip = pin_hole.clip_from_view * glam::Vec4::new(x, -y, -z, 1.0);
        let ndc = clip.truncate() / clip.w;
        let (u, v) = ((ndc.x + 1.0) * 320.0, (1.0 - ndc.y) * 240.0);
        assert!((u - (500.0 * x / z + 300.0)).abs() < 1e-3, "{u}");
        assert!((v - (400.0 * y / z + 260.0)).abs() < 1e-3, "{v}");
        assert!((ndc.z - NEAR_M / z).abs() < 1e-6);
    }
}
