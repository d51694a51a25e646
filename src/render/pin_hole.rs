//! The projection of a camera that keeps lines straight, by its intrinsics.

use bevy::camera::{CameraProjection, SubCameraView};
use bevy::math::Vec3A;
use glam::Mat4;

use crate::lens::{Lens, Optics};

/// Nearest distance that is drawn.
pub(super) const NEAR_M: f32 = 0.02;

/// Projection by intrinsics, reverse z: of a pin-hole without a far plane, or of parallel rays.
#[derive(Debug, Clone)]
pub(super) struct PinHole {
    clip_from_view: Mat4,
    /// Tangents of the view's left, right, bottom and top edges; metres where rays are parallel.
    edges: [f32; 4],
    /// Where rays are parallel, how far is seen.
    far_m: Option<f64>,
}

impl PinHole {
    /// Of a lens that keeps lines straight. Only parallel rays end, after `far_m`: their depth is as fine as that is near.
    pub fn new(optics: &Optics, [width, height]: [u32; 2], far_m: f64) -> PinHole {
        let k = &optics.intrinsics;
        let (w, h) = (f64::from(width), f64::from(height));
        let parallel = matches!(optics.lens, Lens::Orthographic);
        let (across, down) = (1.0 - 2.0 * k.cx / w, 2.0 * k.cy / h - 1.0);
        let (near, far) = (f64::from(NEAR_M), far_m);
        let (scale_x, scale_y) = ([2.0 * k.fx / w, 0.0, 0.0, 0.0], [0.0, 2.0 * k.fy / h, 0.0, 0.0]);
        let columns = if parallel {
            // Bevy takes it from the last number that rays are parallel.
            [scale_x, scale_y, [0.0, 0.0, 1.0 / (far - near), 0.0], [-across, -down, far / (far - near), 1.0]]
        } else {
            [scale_x, scale_y, [across, down, 0.0, -1.0], [0.0, 0.0, near, 0.0]]
        };
        let clip_from_view = Mat4::from_cols_array_2d(&columns.map(|c| c.map(|v| v as f32)));
        let edges = [-k.cx / k.fx, (w - k.cx) / k.fx, -(h - k.cy) / k.fy, k.cy / k.fy].map(|v| v as f32);
        PinHole { clip_from_view, edges, far_m: parallel.then_some(far_m) }
    }

    pub fn clip_from_view(&self) -> Mat4 {
        self.clip_from_view
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
        self.far_m.map_or(20_000.0, |far_m| far_m as f32)
    }

    fn get_frustum_corners(&self, z_near: f32, z_far: f32) -> [Vec3A; 8] {
        let [left, right, bottom, top] = self.edges;
        let (n, f) = (z_near.abs(), z_far.abs());
        let corner = |x: f32, y: f32, z: f32| {
            let away = if self.far_m.is_some() { 1.0 } else { z };
            Vec3A::new(x * away, y * away, -z)
        };
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
    use glam::DVec3;

    use super::*;
    use crate::lens::Intrinsics;

    #[test]
    fn projection_agrees_with_the_intrinsics() {
        let k = Intrinsics { fx: 500.0, fy: 400.0, cx: 300.0, cy: 260.0 };
        for (lens, depth) in [(Lens::Pinhole, NEAR_M / 2.0), (Lens::Orthographic, 1.0 - 1.98 / 99.98)] {
            let optics = Optics::new(k, lens);
            let projection = PinHole::new(&optics, [640, 480], 100.0);
            // A point in the camera frame of labels, and the same in Bevy's.
            let point = DVec3::new(0.3, -0.2, 2.0);
            let clip = projection.clip_from_view * glam::Vec4::new(0.3, 0.2, -2.0, 1.0);
            let ndc = clip.truncate() / clip.w;
            let (u, v) = ((ndc.x + 1.0) * 320.0, (1.0 - ndc.y) * 240.0);
            let expected = optics.project(point).unwrap().as_vec2();
            assert!((u - expected.x).abs() < 1e-3 && (v - expected.y).abs() < 1e-3, "{lens:?}: {u} {v}");
            assert!((ndc.z - depth).abs() < 1e-6, "{}", ndc.z);
        }
    }
}
