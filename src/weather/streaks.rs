//! What a picture sees of falling particles: how far the wind carries them while the shutter is open, and which are large
//! enough to be seen one by one.

#[cfg(test)]
mod tests;

use glam::DVec3;

use super::{bounded, positive};

/// Height at which winds are told.
const TOLD_AT_M: f64 = 10.0;
/// Least and greatest roughness length.
const ROUGHNESS_M: [f64; 2] = [1e-5, 2.0];

/// Roughness length of open, flat country with short grass and few obstacles (class 3 of Davenport and Wieringa;
/// WMO-No. 8 has 0.0002 for the sea, 0.005 for smooth, 0.03 for open, 0.1 for roughly open, 0.25 for rough, 0.5 for
/// very rough country and 1 for suburbs and forests).
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

/// How far a particle moves while the shutter is open, for a camera that moves too.
pub fn streak_m(velocity_m_per_s: DVec3, camera_m_per_s: DVec3, exposure_s: f64) -> DVec3 {
    let streak = (velocity_m_per_s - camera_m_per_s) * positive(exposure_s);
    if streak.is_finite() { streak } else { DVec3::ZERO }
}

/// The diameter that is so many pixels wide at a distance.
pub fn resolved_diameter_m(distance_m: f64, focal_px: f64, width_px: f64) -> f64 {
    let seen = bounded(distance_m) * bounded(width_px);
    if seen == 0.0 { 0.0 } else { seen / bounded(focal_px) }
}
