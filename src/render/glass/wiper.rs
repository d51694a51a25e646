//! A wiper: when its blade passes a place, and where it is.

use std::f64::consts::PI;

use crate::randomize::concrete::Wiper;

/// No pass takes longer, however seldom the wiper goes.
const LONGEST_PASS_S: f64 = 0.7;
/// Width of a blade.
const BLADE_M: f32 = 0.012;
/// A blade hides no more of the width of the picture: cameras with their own wipers have small ones.
const BLADE_SHARE: f32 = 0.04;

/// The wiper over the part of the glass that is seen. Its pivot is below that part and left of its middle, its blade
/// reaches beyond, and between passes it rests outside.
pub(super) struct Sweep {
    pivot_m: [f32; 2],
    /// Angles from straight up, to the right, between which it goes.
    from: f32,
    to: f32,
    blade_m: f32,
    period_s: f64,
    pass_s: f64,
    /// When the cycle began that is under way.
    began_s: f64,
    time_s: f64,
}

impl Sweep {
    /// For a part of the glass that reaches so far from its middle; none where the period is no period.
    pub(super) fn new(wiper: &Wiper, half_m: [f32; 2], time_s: f64) -> Option<Sweep> {
        let period_s = f64::from(wiper.period_s);
        if !(1e-3..=1e6).contains(&period_s) {
            return None;
        }
        let phase = if wiper.phase.is_finite() { f64::from(wiper.phase) } else { 0.0 };
        let cycles = time_s / period_s + phase;
        let pivot_m = [-0.3 * half_m[0], half_m[1] + 0.8 * half_m[0].min(half_m[1])];
        let corners = [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]];
        let angles = corners.map(|[x, y]| angle(pivot_m, [x * half_m[0], y * half_m[1]]));
        Some(Sweep {
            pivot_m,
            from: angles.into_iter().fold(f32::INFINITY, f32::min) - 0.15,
            to: angles.into_iter().fold(f32::NEG_INFINITY, f32::max) + 0.15,
            blade_m: BLADE_M.min(2.0 * half_m[0] * BLADE_SHARE),
            period_s,
            pass_s: (0.25 * period_s).min(LONGEST_PASS_S),
            began_s: time_s - (cycles - cycles.floor()) * period_s,
            time_s,
        })
    }

    /// After so long each place has been wiped again.
    pub(super) fn period_s(&self) -> f64 {
        self.period_s
    }

    /// When the blade last passed a place.
    pub(super) fn passed_s(&self, place_m: [f32; 2]) -> f64 {
        let share = (angle(self.pivot_m, place_m) - self.from) / (self.to - self.from);
        // It starts and stops softly.
        let along = libm::acos(f64::from((1.0 - 2.0 * share).clamp(-1.0, 1.0))) / PI * self.pass_s;
        let before = self.began_s - self.period_s;
        let passes = [self.began_s + 2.0 * self.pass_s - along, self.began_s + along];
        passes.into_iter().find(|at| *at <= self.time_s).unwrap_or(before + 2.0 * self.pass_s - along)
    }

    /// The share of a place that the blade hides, for pixels of this width.
    pub(super) fn blade(&self, place_m: [f32; 2], pixel_m: f32) -> f32 {
        let along = (self.time_s - self.began_s) / self.pass_s;
        if along >= 2.0 {
            return 0.0;
        }
        let share = (0.5 - 0.5 * libm::cos(PI * along)) as f32;
        let at = self.from + share * (self.to - self.from);
        let (sin, cos) = (libm::sinf(at), libm::cosf(at));
        let [x, y] = [place_m[0] - self.pivot_m[0], self.pivot_m[1] - place_m[1]];
        if x * sin + y * cos <= 0.0 {
            return 0.0;
        }
        let off = (x * cos - y * sin).abs();
        ((0.5 * self.blade_m - off) / pixel_m + 0.5).clamp(0.0, 1.0)
    }
}

/// From straight up, to the right; y is down.
fn angle(pivot: [f32; 2], place: [f32; 2]) -> f32 {
    libm::atan2f(place[0] - pivot[0], pivot[1] - place[1])
}
