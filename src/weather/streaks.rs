//! What a picture sees of falling particles: how far the wind carries them while the shutter is open, how many there
//! are in view, and which are large enough to be seen one by one.

#[cfg(test)]
mod tests;

use glam::DVec3;

use super::{bounded, positive, product};

/// Acceleration of gravity.
const GRAVITY_M_PER_S2: f64 = 9.81;
/// Height at which winds are told.
const TOLD_AT_M: f64 = 10.0;
/// Least and greatest roughness length.
const ROUGHNESS_M: [f64; 2] = [1e-5, 2.0];

/// Roughness length of open, flat country with short grass and few obstacles (class 3 of Davenport and Wieringa;
/// WMO-No. 8 has 0.0002 for the sea, 0.005 for smooth, 0.03 for open, 0.1 for roughly open, 0.25 for rough, 0.5 for
/// very rough country and 1 for towns).
pub const OPEN_COUNTRY_M: f64 = 0.03;

/// Share of the wind at 10 m that blows at a height, by the logarithmic law for air that is neither stable nor
/// unstable: ln(h / z₀) / ln(10 m / z₀), and none below the roughness length z₀.
pub fn wind_share(height_m: f64, roughness_length_m: f64) -> f64 {
    let roughness = positive(roughness_length_m).clamp(ROUGHNESS_M[0], ROUGHNESS_M[1]);
    let height = positive(height_m).clamp(roughness, 1e4);
    libm::log(height / roughness) / libm::log(TOLD_AT_M / roughness)
}

/// Velocity of a particle that has long been falling in this wind. y is up.
pub fn velocity_m_per_s(wind_m_per_s: DVec3, fall_speed_m_per_s: f64) -> DVec3 {
    let wind = if wind_m_per_s.is_finite() { wind_m_per_s } else { DVec3::ZERO };
    wind - DVec3::Y * positive(fall_speed_m_per_s)
}

/// Time in which a particle takes up 1 − 1/e of a change of the wind, v / g: a tenth of a second for flakes, most of a
/// second for large drops.
pub fn response_time_s(fall_speed_m_per_s: f64) -> f64 {
    positive(fall_speed_m_per_s) / GRAVITY_M_PER_S2
}

/// How far a particle moves while the shutter is open, for a camera that moves too.
pub fn streak_m(velocity_m_per_s: DVec3, camera_m_per_s: DVec3, exposure_s: f64) -> DVec3 {
    let streak = (velocity_m_per_s - camera_m_per_s) * positive(exposure_s);
    if streak.is_finite() { streak } else { DVec3::ZERO }
}

/// How opaque a streak of this length is in the mean, for particles that are opaque themselves. A disc that moves on
/// covers more, each place for a part of the time, so that area times opacity stays the same.
pub fn streak_opacity(diameter_m: f64, streak_m: f64) -> f64 {
    let (diameter, streak) = (positive(diameter_m), positive(streak_m));
    let disc = std::f64::consts::FRAC_PI_4 * diameter * diameter;
    let swept = disc + product(diameter, streak);
    if swept > 0.0 && swept.is_finite() { disc / swept } else { 0.0 }
}

/// A pin-hole camera's view between two distances along its axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Half the width and half the height of what is seen at a distance of 1.
    pub half_extent: [f64; 2],
    /// From and to.
    pub distance_m: [f64; 2],
}

impl View {
    /// Its volume.
    pub fn volume_m3(&self) -> f64 {
        let [near, far] = self.distance_m.map(positive);
        let area = 4.0 * product(positive(self.half_extent[0]), positive(self.half_extent[1]));
        product(area, (far * far * far - near * near * near).max(0.0) / 3.0)
    }

    /// How many particles are in it in the mean, of so many in a cubic metre; their number follows Poisson's law.
    pub fn number(&self, number_per_m3: f64) -> f64 {
        product(positive(number_per_m3), self.volume_m3())
    }

    /// The distance of one of them, by inverse transform from a number in [0, 1).
    pub fn distance_of_one_m(&self, unit: f64) -> f64 {
        let [near, far] = self.distance_m.map(positive);
        let (near_cubed, far_cubed) = (near * near * near, far * far * far);
        let cubed = near_cubed + (far_cubed - near_cubed).max(0.0) * positive(unit).min(1.0);
        libm::cbrt(cubed).clamp(near, far.max(near))
    }
}

/// As far as this a particle is so many pixels wide (Garg and Nayar 2007, "Vision and rain", z = 2 f a for 1 pixel).
/// The focal length is in pixels.
pub fn resolved_distance_m(diameter_m: f64, focal_px: f64, width_px: f64) -> f64 {
    let seen = bounded(diameter_m) * bounded(focal_px);
    if seen == 0.0 { 0.0 } else { seen / bounded(width_px) }
}

/// The diameter that is so many pixels wide at a distance: the inverse of [`resolved_distance_m`].
pub fn resolved_diameter_m(distance_m: f64, focal_px: f64, width_px: f64) -> f64 {
    let seen = bounded(distance_m) * bounded(width_px);
    if seen == 0.0 { 0.0 } else { seen / bounded(focal_px) }
}
