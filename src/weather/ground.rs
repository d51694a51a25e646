//! What weather does to the ground: water that stands, runs off and dries, and snow that stays.

#[cfg(test)]
mod tests;

pub mod grip;

pub mod look;

use super::{bounded, positive, product, share};

const SECONDS_PER_HOUR: f64 = 3600.0;

/// How ground gets rid of water.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drainage {
    /// Water between its stones that does not run off, only dries.
    pub held_mm: f64,
    /// Time in which of what is above that 1 − 1/e runs off.
    pub time_s: f64,
}

impl Default for Drainage {
    /// A road: half a millimetre does not run off (Denby et al. 2013, "A coupled road dust and surface moisture model",
    /// part 2), and a heavy rain of 15 mm/h leaves 1 mm on it, as the Bosch Automotive Handbook has it.
    fn default() -> Self {
        Drainage { held_mm: 0.5, time_s: 120.0 }
    }
}

/// What became of water: what there was and what fell is what there is, ran off and dried.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Balance {
    /// Water on the ground at the end.
    pub film_mm: f64,
    /// What ran off.
    pub drained_mm: f64,
    /// What dried.
    pub dried_mm: f64,
}

impl Drainage {
    /// Water on the ground after a time of steady rain and drying: dw/dt = rain − drying − (w − held)⁺ / time, solved
    /// piece by piece, so that one long step and many short ones are the same.
    pub fn after(&self, film_mm: f64, rain_mm_per_h: f64, drying_mm_per_h: f64, seconds: f64) -> Balance {
        let (held, time) = (bounded(self.held_mm), bounded(self.time_s).max(1e-3));
        let [rain, drying] = [rain_mm_per_h, drying_mm_per_h].map(|rate| bounded(rate) / SECONDS_PER_HOUR);
        let mut balance = Balance { film_mm: bounded(film_mm), ..Balance::default() };
        let (mut left, gain) = (bounded(seconds), rain - drying);
        // From above what is held down to it, from there to nothing, and then dry; or the other way.
        for _ in 0..4 {
            let film = balance.film_mm;
            if left <= 0.0 {
                break;
            }
            if film <= 0.0 && gain <= 0.0 {
                // What falls on dry ground dries as it falls.
                balance.dried_mm += rain * left;
                break;
            }
            let span = if film > held || (film == held && gain > 0.0) {
                let target = held + gain * time;
                let to_held = if gain < 0.0 { time * libm::log1p((film - held) / (-gain * time)) } else { left };
                let span = left.min(to_held);
                let along = target + (film - target) * libm::exp(-span / time);
                let next = if span < left { held } else { along.max(held) };
                balance.drained_mm += (film + gain * span - next).max(0.0);
                balance.film_mm = next;
                span
            } else {
                let to_end = if gain > 0.0 { (held - film) / gain } else { film / (drying - rain) };
                let span = left.min(to_end);
                let end = if gain > 0.0 { held } else { 0.0 };
                balance.film_mm = if span < left { end } else { (film + gain * span).clamp(0.0, film.max(held)) };
                span
            };
            balance.dried_mm += drying * span;
            left -= span;
        }
        balance
    }
}

/// How fast a film of water dries: the equation of Penman (1948, "Natural evaporation from open water, bare soil and
/// grass") as Shuttleworth (1993) has it, here for an hour rather than a day. Air temperature, relative humidity from 0
/// to 1, wind at 2 m, and what the ground takes up of sunshine less what it radiates. Nothing where dew would fall.
///
/// In the shade a wet road takes hours to dry, in the sun of a summer's day about one.
pub fn drying_mm_per_h(
    air_celsius: f64,
    relative_humidity: f64,
    wind_m_per_s: f64,
    net_radiation_w_per_m2: f64,
) -> f64 {
    /// In kPa/K.
    const PSYCHROMETRIC: f64 = 0.066;
    /// To evaporate water, in MJ/kg.
    const LATENT: f64 = 2.45;
    let celsius = if air_celsius.is_nan() { 0.0 } else { air_celsius.clamp(-40.0, 60.0) };
    let radiation = if net_radiation_w_per_m2.is_finite() { net_radiation_w_per_m2 * 0.0864 } else { 0.0 };
    // Pressure of vapour in saturated air, in kPa (Tetens 1930), and its slope.
    let saturated = 0.6108 * libm::exp(17.27 * celsius / (celsius + 237.3));
    let slope = 4098.0 * saturated / ((celsius + 237.3) * (celsius + 237.3));
    let deficit = saturated * (1.0 - share(relative_humidity));
    let carried = 6.43 * (1.0 + 0.536 * positive(wind_m_per_s).min(100.0)) * deficit;
    let mm_per_day = (slope * radiation + PSYCHROMETRIC * carried) / (LATENT * (slope + PSYCHROMETRIC));
    positive(mm_per_day / 24.0)
}

/// Water that the hollows of ground can hold before it runs off, in the mean: 0.243 r + 0.010 r² − 0.012 r s for r, the
/// standard deviation of its heights, in cm and a slope s in % (Kamphorst et al. 2000, "Predicting depressional storage
/// from soil surface roughness"). The slope here is rise over run.
pub fn depression_storage_mm(roughness_mm: f64, slope: f64) -> f64 {
    let (roughness, percent) = (0.1 * positive(roughness_mm).min(1e3), 100.0 * positive(slope).min(1e3));
    10.0 * positive(roughness * (0.243 + 0.010 * roughness - 0.012 * percent))
}

/// Share of level ground that stands under water, where there is so much of it in the mean on ground whose heights have
/// this standard deviation: 1 − exp(−1.875 w / r), as openLISEM (Jetten and others) has it. Smooth ground is under
/// water as soon as there is any.
pub fn puddle_share(water_mm: f64, roughness_mm: f64) -> f64 {
    let (water, roughness) = (bounded(water_mm), bounded(roughness_mm));
    if water == 0.0 { 0.0 } else { -libm::expm1(-1.875 * (water / roughness).min(1e3)) }
}

/// Density of fresh snow: 67.92 + 51.25 exp(T / 2.59) up to 0 °C (Hedstrom and Pomeroy 1998, "Measurements and
/// modelling of snow interception in the boreal forest"), and above it 119.17 + 20 T, at most 200 (Pomeroy and Gray
/// 1995).
pub fn fresh_snow_kg_per_m3(air_celsius: f64) -> f64 {
    let celsius = if air_celsius.is_nan() { 0.0 } else { air_celsius };
    if celsius <= 0.0 { 67.92 + 51.25 * libm::exp(celsius / 2.59) } else { (119.17 + 20.0 * celsius).min(200.0) }
}

/// How much deeper fresh snow is than the water that it melts to: 14 in hard frost, 8 at 0 °C, 5 where it thaws.
pub fn snow_to_liquid_ratio(air_celsius: f64) -> f64 {
    1000.0 / fresh_snow_kg_per_m3(air_celsius)
}

/// Depth of snow that lies after a time, as it fell: it settles only later.
pub fn snow_depth_m(rate_mm_per_h: f64, air_celsius: f64, seconds: f64) -> f64 {
    let water_mm = product(positive(rate_mm_per_h), positive(seconds)) / SECONDS_PER_HOUR;
    // A millimetre of water is a kilogram on a square metre.
    water_mm / fresh_snow_kg_per_m3(air_celsius)
}

/// Share of snow that stays on a slope: all of it up to 30°, none from 60° on and a straight line between, as roofs are
/// reckoned with (EN 1991-1-3, shape coefficient μ₁ over its value on the level).
pub fn held_snow_share(slope_deg: f64) -> f64 {
    share((60.0 - positive(slope_deg)) / 30.0)
}

/// Share of ground that snow of this depth hides: tanh(d / (2.5 z₀)) (Niu and Yang 2007, "An observation-based
/// formulation of snow cover fraction", for fresh snow). The roughness length z₀ is about a tenth of what sticks out: 1
/// cm for soil, 1 mm for a road.
pub fn snow_cover_share(depth_m: f64, roughness_length_m: f64) -> f64 {
    let depth = bounded(depth_m);
    if depth == 0.0 { 0.0 } else { libm::tanh(depth / (2.5 * bounded(roughness_length_m))) }
}
