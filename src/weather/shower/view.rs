//! What an eye can see of particles that move as one.

#[cfg(test)]
mod tests;

use std::f64::consts::{PI, TAU};

use glam::DVec3;

use super::super::streaks::streak_m;
use super::{DISTANCES_M, Eye, bounded, positive};

/// Farther from the world's origin, or with longer lenses, nobody sees anything.
const MOST_PLACE_M: f64 = 1e9;
const MOST_FOCAL_PX: f64 = 1e9;
/// How much farther the far end of a shell is than its near end.
const SHELL_RATIO: f64 = 1.2;

/// A cone about an eye's axis, and how far and how wide beside it particles are seen.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct View {
    place: DVec3,
    axis: DVec3,
    cosine: f64,
    sine: f64,
    /// Particles whose middles are so far beside the cone reach into it while the shutter is open.
    margin_m: f64,
    /// The greatest diameter, and how far such particles are told.
    most_m: f64,
    reach_m: f64,
    /// How far a particle is told, in multiples of its diameter.
    far: f64,
}

impl View {
    /// An eye's view of particles of a velocity and a greatest diameter that are told from a width on. `None` where it
    /// sees none of them.
    pub fn new(eye: &Eye, velocity: DVec3, exposure_s: f64, most_m: f64, width_px: f64) -> Option<View> {
        let pose = eye.world_from_camera;
        let place = pose.w_axis.truncate();
        let axis = pose.z_axis.truncate().try_normalize()?;
        if !pose.is_finite() || place.abs().max_element() > MOST_PLACE_M {
            return None;
        }
        let half_angle = positive(eye.half_angle).min(PI);
        let way = streak_m(velocity, eye.velocity_m_per_s, exposure_s).length();
        // Beyond twice the farthest distance it makes no difference.
        let margin_m = (0.5 * (way + most_m)).min(2.0 * DISTANCES_M[1]);
        let far = bounded(eye.focal_px).min(MOST_FOCAL_PX) / width_px;
        let reach_m = (far * most_m).min(DISTANCES_M[1]);
        let (cosine, sine) = (libm::cos(half_angle), libm::sin(half_angle));
        Some(View { place, axis, cosine, sine, margin_m, most_m, reach_m, far }).filter(View::reaches)
    }

    /// The view of those that are so many times as wide.
    pub(super) fn coarser(&self, times: f64) -> Option<View> {
        let far = self.far / times;
        Some(View { far, reach_m: self.reach_m.min(far * self.most_m), ..*self }).filter(View::reaches)
    }

    fn reaches(&self) -> bool {
        self.reach_m >= DISTANCES_M[0]
    }

    /// The corners of a box that has all in it that is near enough.
    pub fn corners(&self) -> [DVec3; 2] {
        [self.place - self.reach_m, self.place + self.reach_m]
    }

    /// Whether something of a ball may be seen.
    pub fn meets(&self, middle: DVec3, radius: f64) -> bool {
        let way = middle - self.place;
        let squared = way.length_squared();
        let reach = self.reach_m + radius;
        squared <= reach * reach && self.opens_to(way, squared, radius + self.margin_m)
    }

    /// How far a particle at a place is told, in multiples of its diameter and of its distance; 0 where it is not, no
    /// matter how large it is.
    pub fn resolution(&self, middle: DVec3) -> f64 {
        let way = middle - self.place;
        let squared = way.length_squared();
        let near = squared >= DISTANCES_M[0] * DISTANCES_M[0] && squared <= self.reach_m * self.reach_m;
        if near && self.opens_to(way, squared, self.margin_m) { self.far / squared.sqrt() } else { 0.0 }
    }

    /// The same at the distance of a place, whether it is in view or not.
    pub fn resolution_about(&self, place: DVec3) -> f64 {
        self.far / place.distance(self.place).max(DISTANCES_M[0])
    }

    /// Whether the cone is within a margin of the end of a way from its tip, of this length squared.
    fn opens_to(&self, way: DVec3, squared: f64, margin: f64) -> bool {
        let along = way.dot(self.axis);
        let across = (squared - along * along).max(0.0).sqrt();
        // Distance from the cone's surface, by the sine of the angle between the way and that.
        let beside = across * self.cosine - along * self.sine;
        let is_before_tip = along * self.cosine + across * self.sine >= 0.0;
        beside <= 0.0 || (beside <= margin && is_before_tip) || squared <= margin * margin
    }

    /// Volumes of what is seen, shell by shell, each with the least diameter that is told there.
    pub(super) fn shells(&self) -> impl Iterator<Item = (f64, f64)> {
        let reach = self.reach_m;
        let ends = std::iter::successors(Some(DISTANCES_M[0]), |near| Some(near * SHELL_RATIO));
        ends.take_while(move |near| *near < reach).map(move |near| {
            let end = (near * SHELL_RATIO).min(reach);
            let middle = 0.5 * (near + end);
            (self.solid_angle(middle) * (end * end * end - near * near * near) / 3.0, middle / self.far)
        })
    }

    /// Solid angle under which the cone with its margin is seen at a distance.
    fn solid_angle(&self, distance: f64) -> f64 {
        let sine = self.margin_m / distance;
        if sine >= 1.0 || (self.cosine <= 0.0 && sine >= self.sine) {
            return 2.0 * TAU;
        }
        // The cosine of the sum of both angles.
        let cosine = self.cosine * (1.0 - sine * sine).sqrt() - self.sine * sine;
        TAU * (1.0 - cosine)
    }
}

/// A part of what is seen in which particles of a class are told from a diameter on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shell {
    /// Particles of the class in it.
    pub(super) number: f64,
    /// The least diameter that is told.
    pub(super) least_m: f64,
    /// The class's.
    pub(super) diameters_m: [f64; 2],
}

impl Shell {
    /// How many are told if that requires so many times the width, as if each diameter of a class were as frequent.
    pub(super) fn number(&self, coarseness: f64) -> f64 {
        let [least, most] = self.diameters_m;
        self.number * ((most - self.least_m * coarseness) / (most - least)).clamp(0.0, 1.0)
    }
}
