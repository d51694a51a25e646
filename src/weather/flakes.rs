//! Snow and hail: how many flakes or stones of which size there are, and how fast they fall.

#[cfg(test)]
mod tests;

use super::spectrum::Spectrum;
use super::{bounded, positive, share, towards};

/// Diameters of the drops that flakes melt to, in mm.
const MELTED_MM: [f64; 2] = [0.2, 6.0];
/// Such heavy snow was not measured: beyond this rate, in mm of water an hour and of our choice, flakes get more, not
/// larger.
const MOST_SNOW_MM_PER_H: f64 = 5.0;
/// Diameters of hailstones, in mm; what is smaller is called ice pellets.
const HAIL_MM: [f64; 2] = [5.0, 75.0];
/// Of ice without air, against water.
pub const ICE_DENSITY: f64 = 0.917;
/// Density against water of a dry and of a wet flake 1 mm across.
const DRY_DENSITY: f64 = 0.178;
const WET_DENSITY: f64 = 0.72;
/// How density falls with diameter.
const THINNING: f64 = 0.922;

/// How many flakes there are at a rate in mm of water an hour, by the diameter of the drops that they melt to: N₀ =
/// 3800 R^−0.87 m⁻³ mm⁻¹, Λ = 2.55 R^−0.48 mm⁻¹ (Gunn and Marshall 1958, "The distribution with size of aggregate
/// snowflakes"). With their fall speeds that is indeed about as much water as R.
pub fn snow(rate_mm_per_h: f64) -> Spectrum {
    let rate = positive(rate_mm_per_h).min(1000.0);
    if rate == 0.0 {
        return Spectrum::NONE;
    }
    let measured = rate.min(MOST_SNOW_MM_PER_H);
    let intercept = 3800.0 * libm::pow(measured, -0.87) * (rate / measured);
    Spectrum::new(intercept, 2.55 * libm::pow(measured, -0.48), MELTED_MM)
}

/// How wet flakes are at an air temperature, 0 to 1: wet or rimed from −1 °C up is the more frequent (Rasmussen et al.
/// 1999); that this comes about over two degrees is our reading of it.
pub fn wetness(air_celsius: f64) -> f64 {
    share(0.5 * (air_celsius + 2.0))
}

/// Share of what falls that is snow rather than rain: the logistic regression of Jennings et al. (2018, "Spatial
/// variation of the rain–snow temperature threshold across the Northern Hemisphere"). Dry air keeps flakes from
/// melting. Relative humidity from 0 to 1.
pub fn snow_share(air_celsius: f64, relative_humidity: f64) -> f64 {
    let exponent = -10.04 + 1.41 * air_celsius + 9.0 * share(relative_humidity);
    // What has no temperature is rain.
    if exponent.is_nan() { 0.0 } else { 1.0 / (1.0 + libm::exp(exponent)) }
}

/// Density of a flake of this diameter against water, ice at most: 0.178 D^−0.922 for dry ones, D in mm (Brandes et al.
/// 2007, "A statistical and physical description of hydrometeor distributions in Colorado snowstorms using a video
/// disdrometer"), and four times as much for wet ones (0.072 g/cm² against 0.017 g/cm², Rasmussen et al. 1999).
pub fn density(diameter_mm: f64, wetness: f64) -> f64 {
    (at_one_mm(wetness) * libm::pow(positive(diameter_mm), -THINNING)).min(ICE_DENSITY)
}

/// The diameter of a flake that melts to a drop of this one.
pub fn diameter_mm(melted_mm: f64, wetness: f64) -> f64 {
    let melted = bounded(melted_mm);
    let loose = libm::pow(melted * melted * melted / at_one_mm(wetness), 1.0 / (3.0 - THINNING));
    loose.max(melted / libm::cbrt(ICE_DENSITY))
}

/// The diameter of the drop that a flake of this one melts to: the inverse of [`diameter_mm`].
pub fn melted_mm(diameter_mm: f64, wetness: f64) -> f64 {
    let diameter = bounded(diameter_mm);
    if diameter == 0.0 { 0.0 } else { diameter * libm::cbrt(density(diameter, wetness)) }
}

/// Speed at which a flake of this diameter falls through air at rest: 0.8 D^0.16 for aggregates of unrimed dendrites of
/// 2 to 10 mm (Locatelli and Hobbs 1974, "Fall speeds and masses of solid precipitation particles"); wet or rimed ones
/// fall about twice as fast (Rasmussen et al. 1999).
pub fn fall_speed_m_per_s(diameter_mm: f64, wetness: f64) -> f64 {
    0.8 * libm::pow(positive(diameter_mm).min(100.0), 0.16) * (1.0 + share(wetness))
}

/// How many hailstones of which size there are where those of 5 mm or more have this mean diameter: N₀ = 115 Λ^3.63 m⁻³
/// mm⁻¹ for Λ from 0.1 to 1 mm⁻¹ (Cheng and English 1983, "A relationship between hailstone concentration and size").
/// The mean is 5 mm + 1/Λ, less a little as no stone is larger than 75 mm; it is taken for 6 to 15 mm.
pub fn hail(mean_diameter_mm: f64) -> Spectrum {
    let mean = positive(mean_diameter_mm);
    if mean == 0.0 {
        return Spectrum::NONE;
    }
    let slope = 1.0 / (mean - HAIL_MM[0]).clamp(1.0, 10.0);
    Spectrum::new(115.0 * libm::pow(slope, 3.63), slope, HAIL_MM)
}

/// Speed at which a hailstone falls at sea level: 11.45 √D for D in cm, which Matson and Huggins 1980, "The direct
/// measurement of the sizes, shapes and kinematics of falling hailstones", found for 5 to 25 mm in air of 0.99 kg/m³, and
/// which denser air lessens by the root of the ratio.
pub fn hail_speed_m_per_s(diameter_mm: f64) -> f64 {
    11.45 * (0.99_f64 / 1.225).sqrt() * (0.1 * positive(diameter_mm).min(200.0)).sqrt()
}

/// Density of a flake 1 mm across; in between dry and wet by the logarithm.
fn at_one_mm(wetness: f64) -> f64 {
    libm::exp(towards(libm::log(DRY_DENSITY), libm::log(WET_DENSITY), share(wetness)))
}
