//! What air with fog, rain or snow in it takes from light and adds to it.

#[cfg(test)]
mod tests;

use super::{positive, product, share, towards};

/// ln 50: at the visibility a black object's contrast with the sky is 2 % (Koschmieder 1924, "Theorie der horizontalen
/// Sichtweite").
pub const LOG_50: f64 = 3.912_023_005_428_146;
/// ln 20: at the meteorological optical range it is 5 % (WMO-No. 8).
pub const LOG_20: f64 = 2.995_732_273_553_991;
/// Fog in which nobody sees his feet; lesser visibilities are taken for it.
const LEAST_VISIBILITY_M: f64 = 0.1;

/// Extinction of air at a visibility; none at an infinite one, nor where it is not a number.
pub fn extinction_per_m(visibility_m: f64) -> f64 {
    if visibility_m.is_nan() { 0.0 } else { LOG_50 / visibility_m.max(LEAST_VISIBILITY_M) }
}

/// Visibility in air of this extinction; infinite where there is none.
pub fn visibility_m(extinction_per_m: f64) -> f64 {
    LOG_50 / positive(extinction_per_m)
}

/// The meteorological optical range, which papers on sensors mean by visibility.
pub fn optical_range_m(extinction_per_m: f64) -> f64 {
    LOG_20 / positive(extinction_per_m)
}

/// Share of light that is left of it after an optical depth; as much is left of the contrast with the horizon's sky.
pub fn transmittance(optical_depth: f64) -> f64 {
    libm::exp(-positive(optical_depth))
}

/// Share of the horizon's light that is added on the way: what the transmittance leaves of 1, accurate where that is
/// near to 0.
pub fn airlight_share(optical_depth: f64) -> f64 {
    -libm::expm1(-positive(optical_depth))
}

/// Optical depth of so much of air that is everywhere the same.
pub fn optical_depth(extinction_per_m: f64, distance_m: f64) -> f64 {
    product(positive(extinction_per_m), positive(distance_m))
}

/// Extinction of several things in the same air.
pub fn total_extinction_per_m(parts_per_m: &[f64]) -> f64 {
    parts_per_m.iter().copied().map(positive).sum()
}

/// Fog that thins out with height: β(h) = β₀ exp(−h / H).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fog {
    /// β₀, extinction at height 0.
    pub extinction_per_m: f64,
    /// H, the height in which it falls to 1/e; infinite for fog without a top.
    pub scale_height_m: f64,
}

impl Fog {
    /// Extinction at a height.
    pub fn extinction_at(&self, height_m: f64) -> f64 {
        product(positive(self.extinction_per_m), self.fading(height_m))
    }

    /// Optical depth of a straight way of this length between two heights, in closed form; the same there and back.
    pub fn optical_depth(&self, from_height_m: f64, to_height_m: f64, distance_m: f64) -> f64 {
        let [from, to] = [from_height_m, to_height_m].map(|height| if height.is_finite() { height } else { 0.0 });
        // From the lower end, where the fog is thickest, so that nothing grows without bound.
        let (low, rise) = (from.min(to), (to - from).abs() / self.scale());
        // The mean of exp(−x) from 0 to the rise.
        let mean = if rise > 0.0 { -libm::expm1(-rise) / rise } else { 1.0 };
        product(optical_depth(self.extinction_at(low), distance_m), mean)
    }

    /// Optical depth of a straight way up without end, of this sine of its elevation; infinite where it is level or
    /// goes down.
    pub fn optical_depth_to_sky(&self, height_m: f64, sine: f64) -> f64 {
        let here = self.extinction_at(height_m);
        if here == 0.0 { 0.0 } else { here * self.scale() / share(sine) }
    }

    fn fading(&self, height_m: f64) -> f64 {
        let height = if height_m.is_nan() { 0.0 } else { height_m };
        libm::exp((-height / self.scale()).min(700.0))
    }

    /// H, above 0.
    fn scale(&self) -> f64 {
        positive(self.scale_height_m).max(1e-3)
    }
}

/// Air as far as one sees: what is the same at all heights of a scene, and a veil that thins out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Air {
    /// Extinction by what reaches far up: air itself, haze, rain and snow.
    pub even_per_m: f64,
    /// Fog, dust, smoke or drifting snow.
    pub veil: Fog,
}

impl Air {
    /// Optical depth of a straight way of this length between two heights.
    pub fn optical_depth(&self, from_height_m: f64, to_height_m: f64, distance_m: f64) -> f64 {
        optical_depth(self.even_per_m, distance_m) + self.veil.optical_depth(from_height_m, to_height_m, distance_m)
    }

    /// Extinction at a height.
    pub fn extinction_at(&self, height_m: f64) -> f64 {
        positive(self.even_per_m) + self.veil.extinction_at(height_m)
    }
}

/// Extinction that rain adds to what is seen: 0.25 R^0.63 km⁻¹ for R in mm/h (Atlas 1953, "Optical extinction by
/// rainfall").
///
/// That is two thirds of what the drops' cross sections give ([`super::Falling::extinction_per_m`]): much of what drops
/// diffract goes on within the same pixel. The international visibility code (ITU-R P.1817-1) has visibilities within a
/// fifth of it from 2.5 to 100 mm/h.
pub fn rain_extinction_per_m(rate_mm_per_h: f64) -> f64 {
    0.25e-3 * libm::pow(positive(rate_mm_per_h), 0.63)
}

/// Extinction that snow of so much water an hour, dry (0) to wet (1), adds: 3 S / (C v) for flakes whose density is C /
/// D and that fall at v, whatever their sizes; C = 0.17 kg/m², v = 1 m/s where dry and 0.72 kg/m², 2 m/s where wet or
/// rimed (Rasmussen et al. 1999, "The estimation of snowfall rate using visibility"). At one rate visibility differs by
/// a factor of 3 to 10 from storm to storm.
pub fn snow_extinction_per_m(rate_mm_per_h: f64, wetness: f64) -> f64 {
    // In kg/(m s), in between by the logarithm.
    let falling = libm::exp(towards(libm::log(0.17 * 1.0), libm::log(0.72 * 2.0), share(wetness)));
    3.0 * positive(rate_mm_per_h) / 3600.0 / falling
}
