//! Points that a camera sees.

use glam::DVec3;

use super::{cubic, three};

/// What a pin-hole camera sees between two depths: a pyramid cut off at its tip.
///
/// In the camera's frame: x points right, y down, and z forward.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Frustum {
    /// Tangent of the angle from the optical axis to the left edge, as a positive number; the other three likewise.
    /// They differ where the axis doesn't meet the middle of the image.
    pub(in super::super) left: f64,
    pub(in super::super) right: f64,
    pub(in super::super) top: f64,
    pub(in super::super) bottom: f64,
    /// Depths along the axis in metres, at least 0.
    pub(in super::super) near: f64,
    pub(in super::super) far: f64,
}

impl Frustum {
    /// A point uniform in the volume. The first unit says how deep it is.
    pub(in super::super) fn inside(&self, unit: &mut dyn FnMut() -> f64) -> DVec3 {
        let [first, second, third] = three(unit);
        let Frustum { left, right, top, bottom, near, far } = *self;
        // The area of a section grows with the square of its depth, so that the cube of the depth is uniform.
        let across = second * right - (1.0 - second) * left;
        let down = third * bottom - (1.0 - third) * top;
        DVec3::new(across, down, 1.0) * cubic(near, far, first)
    }
}
