//! Exponential spectra of sizes, cut off at both ends: what drops, flakes and stones have in common.

#[cfg(test)]
mod tests;

use super::positive;

/// Nothing falls that is larger, in multiples of 1/Λ beyond the least: e⁻⁴⁰ of it would.
const REACH: f64 = 40.0;
/// Pieces into which sums over all sizes are cut.
const PIECES: u32 = 24;
/// Places and weights of the Gauss–Legendre rule of 8 points on (−1, 1), which is symmetric.
const RULE: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_3),
];

/// How many particles of which diameter D are in a cubic metre of air: N(D) = N₀ exp(−Λ D) from a least to a greatest
/// diameter, and none beyond.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spectrum {
    intercept_per_m3_mm: f64,
    slope_per_mm: f64,
    least_mm: f64,
    most_mm: f64,
}

impl Spectrum {
    /// Nothing at all.
    pub const NONE: Spectrum = Spectrum { intercept_per_m3_mm: 0.0, slope_per_mm: 1.0, least_mm: 0.0, most_mm: 0.0 };

    /// A spectrum of this N₀ and Λ; [`Self::NONE`] where they or its ends make no sense.
    pub fn new(intercept_per_m3_mm: f64, slope_per_mm: f64, [least_mm, most_mm]: [f64; 2]) -> Spectrum {
        let values = [intercept_per_m3_mm, slope_per_mm, least_mm, most_mm];
        let sound = values.iter().all(|value| value.is_finite() && *value >= 0.0) && slope_per_mm > 0.0;
        if !sound || most_mm <= least_mm {
            return Spectrum::NONE;
        }
        Spectrum { intercept_per_m3_mm, slope_per_mm, least_mm, most_mm }
    }

    /// Λ.
    pub fn slope_per_mm(&self) -> f64 {
        self.slope_per_mm
    }

    /// The least diameter.
    pub fn least_mm(&self) -> f64 {
        self.least_mm
    }

    /// The greatest diameter.
    pub fn most_mm(&self) -> f64 {
        self.most_mm
    }

    /// N(D): particles per cubic metre and millimetre of diameter.
    pub fn density_per_m3_mm(&self, diameter_mm: f64) -> f64 {
        if !(self.least_mm..=self.most_mm).contains(&diameter_mm) {
            return 0.0;
        }
        self.intercept_per_m3_mm * libm::exp(-self.slope_per_mm * diameter_mm)
    }

    /// Particles in a cubic metre that are at least so large.
    pub fn number_per_m3(&self, above_mm: f64) -> f64 {
        let (from, slope) = (self.from(above_mm), self.slope_per_mm);
        let kept = -libm::expm1(-slope * (self.most_mm - from));
        self.intercept_per_m3_mm / slope * libm::exp(-slope * from) * kept
    }

    /// The diameter of one of those that are at least so large, by inverse transform from a number in [0, 1). It does
    /// not fall as that number grows.
    pub fn quantile_mm(&self, unit: f64, above_mm: f64) -> f64 {
        let (from, unit) = (self.from(above_mm), positive(unit).min(1.0));
        let extent = self.slope_per_mm * (self.most_mm - from);
        // The share above the result is 1 − unit · (1 − e^−extent); each form is accurate on its side.
        let removed = -unit * libm::expm1(-extent);
        let log_share =
            if removed < 0.5 { libm::log1p(-removed) } else { libm::log((1.0 - unit) + unit * libm::exp(-extent)) };
        (from - log_share / self.slope_per_mm).clamp(from, self.most_mm)
    }

    /// The sum of a quantity over all particles in a cubic metre that are at least so large, of their diameters in mm.
    /// Its relative error is below 1e-6 where the quantity is smooth.
    pub fn sum(&self, above_mm: f64, of: impl Fn(f64) -> f64) -> f64 {
        let from = self.from(above_mm);
        let to = self.most_mm.min(from + REACH / self.slope_per_mm);
        let half = 0.5 * (to - from) / f64::from(PIECES);
        let mut sum = 0.0;
        for piece in 0..PIECES {
            let middle = from + half * f64::from(2 * piece + 1);
            for (place, weight) in RULE {
                for diameter in [middle - half * place, middle + half * place] {
                    sum += weight * self.density_per_m3_mm(diameter) * of(diameter);
                }
            }
        }
        sum * half
    }

    /// Where sums that begin at this diameter do.
    fn from(&self, above_mm: f64) -> f64 {
        positive(above_mm).clamp(self.least_mm, self.most_mm)
    }
}
