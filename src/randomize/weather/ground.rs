//! What lies on the ground: a water balance of the last hours, snow and ice.

use super::super::normal;

/// Water that level pavement holds before any runs off, in mm. A choice, towards the smooth end of what hydrologists
/// take for paved ground.
const HELD_MM: f64 = 0.6;
/// Of that, what hides in the pores of the surface and makes no mirror.
const PORES_MM: f64 = 0.3;
/// Unevenness of the ground that puddles gather in, as standard deviation of its height. A choice: good asphalt.
const UNEVENNESS_MM: f64 = 3.0;

/// Air over the ground.
#[derive(Debug, Clone, Copy)]
pub(super) struct Air {
    pub temperature_celsius: f64,
    pub relative_humidity: f64,
    pub wind_m_per_s: f64,
}

/// When and how much it fell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Past {
    /// How long what falls now has been falling.
    pub falling_h: f64,
    /// How long it had been dry before that (or has been dry until now).
    pub dry_h: f64,
    /// How much fell before that.
    pub earlier_mm_per_h: f64,
}

/// Mean depth of water on level pavement while `water_mm_per_h` of rain and melt water arrive (0 if it is dry).
///
/// First the pavement fills, then a sheet runs off. It dries by evaporation, at the present air's rate throughout.
pub(super) fn water_mm(water_mm_per_h: f64, air: &Air, past: &Past) -> f64 {
    let evaporation = evaporation_mm_per_h(air);
    // Runs off as the sheet's depth cubed, so that dW/dt = −k W³ with k = R / W³ of the steady sheet.
    let sheet = sheet_mm(past.earlier_mm_per_h);
    let sheet = sheet / (1.0 + 2.0 * past.earlier_mm_per_h * past.dry_h / sheet.max(1e-9)).sqrt();
    let left = (HELD_MM + sheet - evaporation * past.dry_h).max(0.0);
    if water_mm_per_h <= 0.0 {
        return left;
    }
    let more = (water_mm_per_h - evaporation).max(0.0) * past.falling_h;
    let held = (left.min(HELD_MM) + more).min(HELD_MM);
    held + (left + more - held).min(sheet_mm(water_mm_per_h)).max(0.0)
}

/// Mean depth of the steady sheet on a smooth plane of 2 % slope, over the 5 m to its gutter: laminar flow carries g
/// s d³ / 3ν (Nusselt's film), all that fell upslope. With the viscosity of water at 20 °C the edge has 0.277 R^(1/3)
/// mm and the mean is three quarters of it.
fn sheet_mm(water_mm_per_h: f64) -> f64 {
    let edge_m3 = 3.0 * 1.004e-6 * 5.0 * (water_mm_per_h / 3.6e6) / (9.81 * 0.02);
    0.75e3 * libm::cbrt(edge_m3)
}

/// Dalton's law with H. L. Penman's wind function (1948), 0.26 (1 + 0.54 u) mm a day for each hPa that the air lacks
/// of saturation, u at 2 m. Without the sun's heat, which dries a dark road faster.
fn evaporation_mm_per_h(air: &Air) -> f64 {
    let lacking_hpa = saturation_hpa(air.temperature_celsius) * (1.0 - air.relative_humidity).max(0.0);
    let wind_at_2_m = 0.72 * air.wind_m_per_s;
    0.26 * (1.0 + 0.54 * wind_at_2_m) * lacking_hpa / 24.0
}

/// Magnus' formula, over water.
fn saturation_hpa(temperature_celsius: f64) -> f64 {
    6.112 * libm::exp(17.62 * temperature_celsius / (243.12 + temperature_celsius))
}

/// Share of level ground under standing water, from its mean depth: water gathers in the hollows of ground whose
/// heights are normally distributed, so that σ (z Φ(z) + φ(z)) is its depth and Φ(z) the share.
pub(super) fn puddle_share(water_mm: f64) -> f64 {
    let depth = (water_mm - PORES_MM) / UNEVENNESS_MM;
    if depth <= 0.0 {
        return 0.0;
    }
    // Newton's method from the right of the root of a convex function that rises.
    let mut level = depth;
    for _ in 0..60 {
        let covered = normal::lower_tail(level).max(1e-12);
        let density = libm::exp(-0.5 * level * level) * 0.398_942_280_401_432_7;
        level -= (level * covered + density - depth) / covered;
    }
    normal::lower_tail(level)
}

/// Share of precipitation that falls as snow near the ground: how often it does by temperature, over land (A. Dai,
/// Geophysical Research Letters 35, 2008, L12802: a hyperbolic tangent of slope 0.7 per K about 1.2 °C, over a
/// transition from −2 to 4 °C, where it is cut off here), taken as a share of the water.
pub(super) fn snow_share(temperature_celsius: f64) -> f64 {
    let curve = |celsius: f64| 0.5 - 0.5 * libm::tanh(0.7 * (celsius - 1.2));
    let (all, none) = (curve(-2.0), curve(4.0));
    ((curve(temperature_celsius) - none) / (all - none)).clamp(0.0, 1.0)
}

/// Share of falling snow that stays: all up to 0 °C, none from 2 °C. A choice.
pub(super) fn settling_share(temperature_celsius: f64) -> f64 {
    (1.0 - 0.5 * temperature_celsius).clamp(0.0, 1.0)
}

/// Depth of new snow, from its water: N. R. Hedstrom and J. W. Pomeroy (1998) have a density of 67.92 + 51.25
/// e^(T/2.59) kg/m³, that is 8 to 15 times the water's depth, up to 0 °C. Above, 20 kg/m³ more for each degree, up to
/// 200.
pub(super) fn snow_depth_m(water_mm: f64, temperature_celsius: f64) -> f64 {
    let density = if temperature_celsius <= 0.0 {
        67.92 + 51.25 * libm::exp(temperature_celsius / 2.59)
    } else {
        (119.17 + 20.0 * temperature_celsius).min(200.0)
    };
    water_mm / density
}

/// Melt water of snow on the ground: 4 mm a day for each degree above 0 °C. A choice.
pub(super) fn melt_mm_per_h(temperature_celsius: f64) -> f64 {
    temperature_celsius.max(0.0) * 4.0 / 24.0
}

/// How likely old snow lies, by temperature alone: not from 3 °C on, nearly always in deep frost. A choice.
pub(super) fn old_snow_chance(temperature_celsius: f64) -> f64 {
    ((3.0 - temperature_celsius) / 15.0).clamp(0.0, 0.9)
}

/// Share of the water on the ground that is frozen: none at 0 °C, all from −1 °C. A choice, without salt.
pub(super) fn frozen_share(temperature_celsius: f64) -> f64 {
    (-temperature_celsius).clamp(0.0, 1.0)
}

/// Share of the ground that frozen water covers: a fifth of a millimetre covers most of it.
pub(super) fn ice_share(ice_mm: f64) -> f64 {
    1.0 - libm::exp(-ice_mm / 0.2)
}
