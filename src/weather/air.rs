//! What air with fog, rain or snow in it takes from light and adds to it.

#[cfg(test)]
mod tests;

use super::{positive, product};

/// ln 50: at the visibility a black object's contrast with the sky is 2 % (Koschmieder 1924, "Theorie der horizontalen
/// Sichtweite").
pub const LOG_50: f64 = 3.912_023_005_428_146;
/// ln 20: at the meteorological optical range it is 5 % (WMO-No. 8).
pub const LOG_20: f64 = 2.995_732_273_553_991;
/// Share of light that is left of it after an optical depth; as much is left of the contrast with the horizon's sky.
pub fn transmittance(optical_depth: f64) -> f64 {
    libm::exp(-positive(optical_depth))
}

/// Optical depth of so much of air that is everywhere the same.
pub fn optical_depth(extinction_per_m: f64, distance_m: f64) -> f64 {
    product(positive(extinction_per_m), positive(distance_m))
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
