//! The kinds of weather, and the distributions of each.
//!
//! Limits between kinds are those of observers: cloud in eighths; mist from 1 to 5 km and fog below 1 km visibility
//! (WMO's present weather); drizzle heavy from 0.5 mm/h and rain light, moderate and heavy up to 2.5, to 7.6 and
//! above (Glossary of Meteorology of the American Meteorological Society); a blizzard from 35 miles an hour with less
//! than a quarter of a mile of visibility (US National Weather Service); a dust storm below 1 km (WMO). Rates and
//! visibilities are lognormal, as rain rates are found to be (H.-K. Cho, K. P. Bowman and G. R. North, Journal of
//! Applied Meteorology 43, 2004: gamma and lognormal fit about as well), wind speeds Rayleigh's. Medians and spreads
//! within the limits are choices for a temperate climate over all seasons: no place or season is looked at.

use super::law::Law;
use super::{Regime, Said};
use crate::weather::drops::Drops;

/// In which form precipitation falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Always drops; below 0 °C they are supercooled and freeze on what they hit.
    Liquid,
    /// Drops and flakes, by temperature.
    Mixed,
    /// Flakes, unless it is far too warm.
    Solid,
}

/// What takes the view besides haze and what falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Veil {
    Nothing,
    Fog,
    Dust,
    Smoke,
    DriftingSnow,
}

/// The distributions of one kind of weather.
#[derive(Debug, Clone, Copy)]
pub(super) struct Climate {
    pub temperature_celsius: Law,
    pub relative_humidity: Law,
    pub cloud_cover: Law,
    /// How much more a closed cloud takes than [`super::air::cloud_transmittance`] has it on average: 1 is average,
    /// 0.5 lets half as much through.
    pub cloud_light: f64,
    /// Visibility through haze alone, were the relative humidity 50 %.
    pub haze_visibility_m: Law,
    /// Rain and snow, as water.
    pub precipitation_mm_per_h: Law,
    pub phase: Phase,
    pub drops: Drops,
    /// How long it has been falling.
    pub falling_h: Law,
    /// How long ago it fell before.
    pub dry_h: Law,
    pub wind_m_per_s: Law,
    pub gust_factor: Law,
    pub veil: Veil,
    /// Visibility with everything.
    pub veiled_visibility_m: Law,
    /// Correlation of how dense the veil is with wind, and the share of humidity in it.
    pub veil_with: (f64, f64),
    pub veil_height_m: Law,
    pub lightning_per_min: Law,
    /// Where it hails.
    pub hail_mm_per_h: Law,
}

/// A fair day, from which the others differ.
const FAIR: Climate = Climate {
    temperature_celsius: Law::normal(16.0, 9.0, -15.0, 36.0),
    relative_humidity: Law::normal(0.55, 0.17, 0.15, 0.92),
    cloud_cover: Law::between(0.8, 1.6, 0.0, 0.25),
    cloud_light: 1.0,
    haze_visibility_m: Law::log_normal(32e3, 0.5, 6e3, 120e3),
    precipitation_mm_per_h: Law::Nothing,
    phase: Phase::Liquid,
    drops: Drops::Widespread,
    falling_h: Law::log_normal(1.5, 0.9, 0.1, 12.0),
    dry_h: Law::log_normal(60.0, 1.3, 1.0, 1000.0),
    wind_m_per_s: Law::wind(4.0, 0.0, 14.0),
    gust_factor: Law::normal(1.6, 0.15, 1.2, 2.2),
    veil: Veil::Nothing,
    veiled_visibility_m: Law::Nothing,
    veil_with: (0.0, 0.0),
    veil_height_m: Law::Nothing,
    lightning_per_min: Law::Nothing,
    hail_mm_per_h: Law::Nothing,
};

/// Steady rain, from which other rain differs.
const RAINY: Climate = Climate {
    temperature_celsius: Law::normal(11.0, 5.5, 2.5, 28.0),
    relative_humidity: Law::normal(0.91, 0.045, 0.75, 1.0),
    cloud_cover: Law::between(3.0, 0.5, 0.875, 1.0),
    cloud_light: 0.65,
    haze_visibility_m: Law::log_normal(40e3, 0.4, 10e3, 120e3),
    precipitation_mm_per_h: Law::log_normal(2.5, 0.75, 0.5, 12.0),
    dry_h: Law::log_normal(15.0, 1.3, 0.3, 1000.0),
    wind_m_per_s: Law::wind(6.0, 0.0, 18.0),
    ..FAIR
};

/// Falling snow, from which a blizzard and sleet differ.
const SNOWY: Climate = Climate {
    temperature_celsius: Law::normal(-3.0, 3.5, -20.0, 1.5),
    relative_humidity: Law::normal(0.88, 0.06, 0.68, 1.0),
    cloud_light: 0.8,
    precipitation_mm_per_h: Law::log_normal(0.8, 0.75, 0.1, 5.0),
    phase: Phase::Solid,
    falling_h: Law::log_normal(3.0, 0.8, 0.2, 24.0),
    // Above this dry snow drifts: L. Li and J. W. Pomeroy, Journal of Applied Meteorology 36 (1997), 7.7 m/s on
    // average.
    wind_m_per_s: Law::wind(4.0, 0.0, 7.7),
    ..RAINY
};

/// Droplets from nearly saturated, nearly still air, often below a clear sky.
const FOGGY: Climate = Climate {
    temperature_celsius: Law::normal(5.0, 6.0, -10.0, 20.0),
    relative_humidity: Law::normal(0.985, 0.012, 0.95, 1.0),
    cloud_cover: Law::between(0.5, 0.5, 0.0, 1.0),
    // Turbidity is that of all air above, most of which is drier.
    haze_visibility_m: Law::log_normal(45e3, 0.4, 15e3, 120e3),
    dry_h: Law::log_normal(15.0, 1.2, 1.0, 300.0),
    wind_m_per_s: Law::wind(1.5, 0.0, 4.0),
    veil: Veil::Fog,
    veiled_visibility_m: Law::log_normal(250.0, 0.9, 25.0, 1000.0),
    veil_with: (-0.4, 0.3),
    veil_height_m: Law::log_normal(70.0, 0.7, 10.0, 300.0),
    ..FAIR
};

impl Regime {
    /// All kinds.
    pub const ALL: [Regime; 15] = [
        Regime::Clear,
        Regime::Scattered,
        Regime::Overcast,
        Regime::Drizzle,
        Regime::Rain,
        Regime::Downpour,
        Regime::Thunderstorm,
        Regime::Mist,
        Regime::Fog,
        Regime::Snowfall,
        Regime::Blizzard,
        Regime::Sleet,
        Regime::DustStorm,
        Regime::Smoke,
        Regime::HeatHaze,
    ];

    pub(super) fn climate(self) -> Climate {
        match self {
            Regime::Clear => FAIR,
            Regime::Scattered => Climate {
                temperature_celsius: Law::normal(15.0, 8.0, -15.0, 34.0),
                relative_humidity: Law::normal(0.62, 0.15, 0.2, 0.95),
                cloud_cover: Law::between(1.5, 1.5, 0.25, 0.875),
                dry_h: Law::log_normal(30.0, 1.3, 0.5, 1000.0),
                wind_m_per_s: Law::wind(5.0, 0.0, 16.0),
                ..FAIR
            },
            Regime::Overcast => Climate {
                temperature_celsius: Law::normal(10.0, 8.0, -15.0, 30.0),
                relative_humidity: Law::normal(0.76, 0.11, 0.4, 0.98),
                cloud_cover: Law::between(2.0, 0.6, 0.875, 1.0),
                dry_h: Law::log_normal(12.0, 1.4, 0.2, 1000.0),
                wind_m_per_s: Law::wind(5.0, 0.0, 16.0),
                ..FAIR
            },
            Regime::Drizzle => Climate {
                temperature_celsius: Law::normal(9.0, 4.5, 1.0, 20.0),
                relative_humidity: Law::normal(0.95, 0.025, 0.85, 1.0),
                cloud_light: 0.8,
                precipitation_mm_per_h: Law::log_normal(0.25, 0.55, 0.05, 0.8),
                drops: Drops::Drizzle,
                wind_m_per_s: Law::wind(4.0, 0.0, 12.0),
                veil: Veil::Fog,
                veiled_visibility_m: Law::log_normal(4e3, 0.6, 1e3, 15e3),
                veil_with: (-0.2, 0.4),
                veil_height_m: Law::log_normal(250.0, 0.4, 100.0, 600.0),
                ..RAINY
            },
            Regime::Rain => RAINY,
            Regime::Downpour => Climate {
                temperature_celsius: Law::normal(18.0, 5.0, 5.0, 32.0),
                relative_humidity: Law::normal(0.9, 0.05, 0.72, 1.0),
                cloud_light: 0.45,
                precipitation_mm_per_h: Law::log_normal(25.0, 0.6, 8.0, 120.0),
                falling_h: Law::log_normal(0.4, 0.6, 0.05, 3.0),
                wind_m_per_s: Law::wind(6.5, 0.0, 20.0),
                gust_factor: Law::normal(1.75, 0.2, 1.3, 2.6),
                ..RAINY
            },
            Regime::Thunderstorm => Climate {
                temperature_celsius: Law::normal(21.0, 5.0, 8.0, 35.0),
                relative_humidity: Law::normal(0.88, 0.06, 0.65, 1.0),
                cloud_light: 0.35,
                precipitation_mm_per_h: Law::log_normal(20.0, 0.8, 2.0, 150.0),
                drops: Drops::Thunderstorm,
                falling_h: Law::log_normal(0.4, 0.6, 0.05, 3.0),
                wind_m_per_s: Law::wind(8.0, 1.0, 26.0),
                gust_factor: Law::normal(1.9, 0.25, 1.4, 3.0),
                lightning_per_min: Law::log_normal(3.0, 1.0, 0.2, 60.0),
                hail_mm_per_h: Law::log_normal(8.0, 0.8, 0.5, 80.0),
                ..RAINY
            },
            Regime::Mist => Climate {
                temperature_celsius: Law::normal(7.0, 6.0, -10.0, 24.0),
                relative_humidity: Law::normal(0.95, 0.02, 0.88, 1.0),
                wind_m_per_s: Law::wind(2.0, 0.0, 5.0),
                veiled_visibility_m: Law::log_normal(2.5e3, 0.5, 1e3, 5e3),
                veil_height_m: Law::log_normal(150.0, 0.6, 30.0, 500.0),
                ..FOGGY
            },
            Regime::Fog => FOGGY,
            Regime::Snowfall => SNOWY,
            Regime::Blizzard => Climate {
                temperature_celsius: Law::normal(-8.0, 5.0, -30.0, -1.0),
                relative_humidity: Law::normal(0.86, 0.06, 0.65, 1.0),
                precipitation_mm_per_h: Law::log_normal(1.2, 0.7, 0.1, 6.0),
                falling_h: Law::log_normal(6.0, 0.6, 3.0, 36.0),
                wind_m_per_s: Law::wind(13.0, 15.65, 32.0),
                veil: Veil::DriftingSnow,
                veiled_visibility_m: Law::log_normal(150.0, 0.6, 15.0, 400.0),
                veil_with: (0.5, 0.0),
                veil_height_m: Law::log_normal(30.0, 0.5, 8.0, 100.0),
                ..SNOWY
            },
            Regime::Sleet => Climate {
                temperature_celsius: Law::normal(1.3, 0.7, 0.0, 3.0),
                relative_humidity: Law::normal(0.93, 0.04, 0.78, 1.0),
                cloud_light: 0.65,
                precipitation_mm_per_h: Law::log_normal(1.5, 0.65, 0.3, 8.0),
                phase: Phase::Mixed,
                falling_h: Law::log_normal(1.5, 0.8, 0.2, 12.0),
                wind_m_per_s: Law::wind(5.5, 0.0, 16.0),
                ..SNOWY
            },
            Regime::DustStorm => Climate {
                temperature_celsius: Law::normal(28.0, 6.0, 8.0, 45.0),
                relative_humidity: Law::normal(0.22, 0.09, 0.05, 0.5),
                cloud_cover: Law::between(0.8, 1.5, 0.0, 0.9),
                haze_visibility_m: Law::log_normal(20e3, 0.4, 6e3, 60e3),
                dry_h: Law::log_normal(300.0, 0.8, 48.0, 1000.0),
                // Z. Song, J. Wang and S. Wang, Journal of Geophysical Research 112 (2007): dust storms from 10 m/s.
                wind_m_per_s: Law::wind(11.0, 10.0, 28.0),
                veil: Veil::Dust,
                veiled_visibility_m: Law::log_normal(450.0, 0.7, 40.0, 1000.0),
                veil_with: (0.6, -0.2),
                veil_height_m: Law::log_normal(600.0, 0.5, 150.0, 2000.0),
                ..FAIR
            },
            Regime::Smoke => Climate {
                temperature_celsius: Law::normal(22.0, 6.0, 2.0, 40.0),
                relative_humidity: Law::normal(0.42, 0.12, 0.1, 0.75),
                cloud_cover: Law::between(0.7, 1.5, 0.0, 0.8),
                haze_visibility_m: Law::log_normal(20e3, 0.4, 8e3, 60e3),
                dry_h: Law::log_normal(200.0, 0.8, 24.0, 1000.0),
                wind_m_per_s: Law::wind(3.0, 0.0, 10.0),
                veil: Veil::Smoke,
                veiled_visibility_m: Law::log_normal(2.5e3, 0.8, 150.0, 8e3),
                veil_with: (-0.4, 0.0),
                veil_height_m: Law::log_normal(500.0, 0.6, 80.0, 2000.0),
                ..FAIR
            },
            Regime::HeatHaze => Climate {
                temperature_celsius: Law::normal(35.0, 4.0, 28.0, 47.0),
                relative_humidity: Law::normal(0.28, 0.08, 0.08, 0.5),
                haze_visibility_m: Law::log_normal(20e3, 0.4, 6e3, 60e3),
                dry_h: Law::log_normal(250.0, 0.8, 36.0, 1000.0),
                wind_m_per_s: Law::wind(2.2, 0.0, 5.0),
                ..FAIR
            },
        }
    }

    /// The kind of weather that single quantities speak of: what falls, then what takes the view, then cloud.
    pub fn of(said: &Said) -> Regime {
        let at_least = |quantity: Option<f64>, limit: f64| quantity.is_some_and(|value| value >= limit);
        let some = |quantity: Option<f64>| quantity.is_some_and(|value| value > 0.0);
        if some(said.lightning_per_min) || some(said.hail_mm_per_h) {
            Regime::Thunderstorm
        } else if some(said.snow_mm_per_h) && some(said.rain_mm_per_h) {
            Regime::Sleet
        } else if some(said.snow_mm_per_h) {
            if at_least(said.wind_m_per_s, 15.65) { Regime::Blizzard } else { Regime::Snowfall }
        } else if some(said.rain_mm_per_h) {
            match said.rain_mm_per_h {
                Some(rate) if rate < 0.5 => Regime::Drizzle,
                Some(rate) if rate >= 10.0 => Regime::Downpour,
                _ => Regime::Rain,
            }
        } else if some(said.dust_mg_per_m3) {
            Regime::DustStorm
        } else if some(said.smoke_mg_per_m3) {
            Regime::Smoke
        } else if said.visibility_m.is_some_and(|visibility| visibility < 1e3) {
            Regime::Fog
        } else if said.visibility_m.is_some_and(|visibility| visibility < 5e3) {
            Regime::Mist
        } else if at_least(said.cloud_cover, 0.875) {
            Regime::Overcast
        } else if at_least(said.cloud_cover, 0.25) {
            Regime::Scattered
        } else {
            Regime::Clear
        }
    }
}
