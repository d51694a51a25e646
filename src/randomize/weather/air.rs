//! What the air does to light: extinction by everything in it, and cloud.

use serde::{Deserialize, Serialize};

use super::regime::Veil;
use crate::weather::air::LOG_50;
use crate::weather::drops::Drops;

/// Extinction by air alone at sea level, at 550 nm.
const AIR_PER_M: f64 = 1.16e-5;
/// How high air would reach were it as dense throughout as at the ground, at 15 °C.
const AIR_HEIGHT_M: f64 = 8_430.0;
/// The same of haze. A choice: a mixed layer.
pub(super) const HAZE_HEIGHT_M: f64 = 1_200.0;
/// The same of rain and snow. A choice: as far as the cloud above.
const FALLING_HEIGHT_M: f64 = 2_000.0;

/// Limits of Preetham's turbidity here, as of a `Sky`.
pub(super) const TURBIDITY: (f64, f64) = (1.5, 10.0);

/// Extinction of dust in m²/g: what the US IMPROVE network takes for coarse particles (M. Pitchford et al., Journal
/// of the Air & Waste Management Association 57, 2007). That makes 6.5 mg/m³ at 1 km of visibility, where Z. Song, J.
/// Wang and S. Wang (2007) have dust storms from 3 to 6.
const DUST_M2_PER_G: f64 = 0.6;
/// The same of smoke, between that network's 2.8 and 6.1 for small and large organic particles.
const SMOKE_M2_PER_G: f64 = 4.0;

/// By how much light grows weaker in air near the ground, per metre, at 550 nm: part by part, since a part that is
/// droplets, flakes or grains acts otherwise on radar, LiDAR or infrared light.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extinction {
    /// Air itself.
    pub air_per_m: f64,
    /// Fine particles, swollen by humidity; what turbidity measures.
    pub haze_per_m: f64,
    /// Fog and mist.
    pub fog_per_m: f64,
    /// Falling drops.
    pub rain_per_m: f64,
    /// Falling flakes.
    pub snow_per_m: f64,
    /// Snow lifted by wind.
    pub drifting_snow_per_m: f64,
    /// Raised dust.
    pub dust_per_m: f64,
    /// Smoke.
    pub smoke_per_m: f64,
}

impl Extinction {
    /// Air that has only a haze of this turbidity.
    pub(super) fn hazy(turbidity: f64) -> Self {
        let haze_per_m = (turbidity - 1.0) * AIR_PER_M * AIR_HEIGHT_M / HAZE_HEIGHT_M;
        Extinction { air_per_m: AIR_PER_M, haze_per_m, ..Extinction::default() }
    }

    /// Its parts by name.
    pub fn parts(mut self) -> [(&'static str, f64); 8] {
        self.parts_mut().map(|(name, part)| (name, *part))
    }

    pub(super) fn parts_mut(&mut self) -> [(&'static str, &mut f64); 8] {
        [
            ("air_per_m", &mut self.air_per_m),
            ("haze_per_m", &mut self.haze_per_m),
            ("fog_per_m", &mut self.fog_per_m),
            ("rain_per_m", &mut self.rain_per_m),
            ("snow_per_m", &mut self.snow_per_m),
            ("drifting_snow_per_m", &mut self.drifting_snow_per_m),
            ("dust_per_m", &mut self.dust_per_m),
            ("smoke_per_m", &mut self.smoke_per_m),
        ]
    }

    /// By everything.
    pub fn total_per_m(&self) -> f64 {
        self.air_per_m + self.haze_per_m + self.besides_haze()
    }

    /// By everything but haze and air.
    pub(super) fn besides_haze(&self) -> f64 {
        let drops = self.fog_per_m + self.rain_per_m + self.snow_per_m;
        drops + self.drifting_snow_per_m + self.dust_per_m + self.smoke_per_m
    }

    /// Thickens the veil until all of it is as dense as `total_per_m`, if it is not denser already.
    pub(super) fn fill(&mut self, total_per_m: f64, veil: Veil) {
        let missing = (total_per_m - self.total_per_m()).max(0.0);
        match veil {
            Veil::Nothing => {}
            Veil::Fog => self.fog_per_m += missing,
            Veil::Dust => self.dust_per_m += missing,
            Veil::Smoke => self.smoke_per_m += missing,
            Veil::DriftingSnow => self.drifting_snow_per_m += missing,
        }
    }

    /// Makes all of it as dense as `total_per_m`: what is missing is haze, if `haze` lets it be, then the veil, which
    /// is fog if there is none. If there is too much, haze goes first, then the rest in proportion.
    pub(super) fn meet(&mut self, total_per_m: f64, veil: Veil, haze: (f64, f64)) {
        let room = total_per_m - self.air_per_m - self.besides_haze();
        if veil == Veil::Nothing || room < self.haze_per_m {
            self.haze_per_m = room.max(haze.0).min(haze.1).min((total_per_m - self.air_per_m).max(0.0));
        }
        self.fill(total_per_m, if veil == Veil::Nothing { Veil::Fog } else { veil });
        let (rest, room) = (self.besides_haze(), total_per_m - self.air_per_m - self.haze_per_m);
        if rest > 0.0 && rest > room {
            let share = room.max(0.0) / rest;
            let parts = [
                &mut self.fog_per_m,
                &mut self.rain_per_m,
                &mut self.snow_per_m,
                &mut self.drifting_snow_per_m,
                &mut self.dust_per_m,
                &mut self.smoke_per_m,
            ];
            parts.into_iter().for_each(|part| *part *= share);
        }
    }

    /// Optical depth, straight up, of everything but haze and air.
    pub(super) fn depth_besides_haze(&self, veil_height_m: f64) -> f64 {
        let falling = self.rain_per_m + self.snow_per_m;
        falling * FALLING_HEIGHT_M + (self.besides_haze() - falling) * veil_height_m
    }
}

/// Turbidity as by A. J. Preetham, P. Shirley and B. Smits, "A Practical Analytic Model for Daylight" (1999): how many
/// times as thick as air alone air and haze are, straight up. `haze_per_m` is at the ground.
pub(super) fn turbidity(haze_per_m: f64) -> f64 {
    let turbidity = 1.0 + haze_per_m * HAZE_HEIGHT_M / (AIR_PER_M * AIR_HEIGHT_M);
    turbidity.max(TURBIDITY.0).min(TURBIDITY.1)
}

/// Haze at a relative humidity, from the visibility that it leaves at 50 %: particles swell, and extinction grows by
/// the inverse square root of 1 − humidity (F. Kasten, "Visibility forecast in the phase of pre-condensation", Tellus
/// 21, 1969, with his mean exponents). Above 95 % the largest become fog, which is apart.
pub(super) fn haze_turbidity(visibility_m: f64, relative_humidity: f64) -> f64 {
    let dry = (LOG_50 / visibility_m - AIR_PER_M).max(0.0);
    turbidity(dry * (0.5 / (1.0 - relative_humidity.min(0.95))).sqrt())
}

/// Extinction by rain: twice the cross-section of all drops, which are exponentially distributed in size with
/// N₀ e^(−ΛD), so π N₀ / Λ³ together.
///
/// N₀ and Λ by J. Joss, J. C. Thams and A. Waldvogel (1968): steeper for drizzle and flatter for thunderstorms than
/// the distribution of Marshall and Palmer (1948), for which this gives 0.365 R^0.63 per km.
pub(super) fn rain_per_m(rain_mm_per_h: f64, drops: Drops) -> f64 {
    let (number_per_m3_mm, slope_per_mm) = drops.law();
    let one_mm_per_h = 1e-6 * std::f64::consts::PI * number_per_m3_mm / (slope_per_mm * slope_per_mm * slope_per_mm);
    one_mm_per_h * libm::pow(rain_mm_per_h.max(0.0), 0.63)
}

/// Extinction by falling snow: 10.36 C^0.7776 per km for C g of snow in a m³ of air (J. R. Stallabrass 1985, as used
/// by M. T. Stoelinga and T. T. Warner, Journal of Applied Meteorology 38, 1999), with flakes that fall at 1 m/s.
///
/// `scatter` multiplies it: crystal type, riming and wetness make it vary by a factor of 3 to 10 at the same rate (R.
/// M. Rasmussen et al., "The Estimation of Snowfall Rate Using Visibility", 1999).
pub(super) fn snow_per_m(snow_mm_per_h: f64, scatter: f64) -> f64 {
    let grams_per_m3 = snow_mm_per_h.max(0.0) / 3.6;
    10.36e-3 * libm::pow(grams_per_m3, 0.7776) * scatter
}

/// Extinction by a concentration of dust.
pub(super) fn dust_per_m(dust_mg_per_m3: f64) -> f64 {
    dust_mg_per_m3.max(0.0) * 1e-3 * DUST_M2_PER_G
}

/// The concentration of dust that has this extinction.
pub(super) fn dust_mg_per_m3(dust_per_m: f64) -> f64 {
    dust_per_m * 1e3 / DUST_M2_PER_G
}

/// Extinction by a concentration of smoke.
pub(super) fn smoke_per_m(smoke_mg_per_m3: f64) -> f64 {
    smoke_mg_per_m3.max(0.0) * 1e-3 * SMOKE_M2_PER_G
}

/// The concentration of smoke that has this extinction.
pub(super) fn smoke_mg_per_m3(smoke_per_m: f64) -> f64 {
    smoke_per_m * 1e3 / SMOKE_M2_PER_G
}

/// Share of the irradiance below a clear sky that reaches the ground below clouds: 1 − 0.75 N^3.4 (F. Kasten and G.
/// Czeplak, Solar Energy 24, 1980), whatever the sun's height. `light` is what a closed cloud lets through, compared
/// with their mean of a quarter.
pub(super) fn cloud_transmittance(cloud_cover: f64, light: f64) -> f64 {
    1.0 - (1.0 - 0.25 * light) * libm::pow(cloud_cover.clamp(0.0, 1.0), 3.4)
}
