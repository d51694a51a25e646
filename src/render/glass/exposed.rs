//! What a weather brings to the glass before a camera.

use super::{Glass, Through, look};
use crate::frame;
use crate::randomize::concrete::{Camera, Weather};
use crate::render::air::falling;
use crate::weather::Kind;
use crate::weather::flakes::wetness;

/// Openings of lenses that say nothing of theirs.
pub(in crate::render) const OPENING_M: f32 = 0.001;
/// Share of glass under drops in the heaviest rain, and the rain in which it is nearly that: assumptions that look right.
const WETTEST: f64 = 0.35;
const WETTING_MM_PER_H: f64 = 5.0;
/// Smaller drops go round the camera with the air.
const LEAST_MM: f64 = 0.5;
/// Air moves past any camera.
const LEAST_M_PER_S: f64 = 1.0;
/// Below this there is frost, all over so much farther below; drier air leaves none: assumptions.
const FROST_CELSIUS: f64 = -2.0;
const FROST_OVER_CELSIUS: f64 = 15.0;
const FROST_HUMIDITY: f64 = 0.7;
/// Salt is on roads below this; how much of the light spray of wet salted roads takes, and dust in the thickest air.
const SALT_CELSIUS: f64 = 4.0;
const SALT_LEAST_CELSIUS: f64 = -16.0;
const SALT_SHARE: f64 = 0.12;
const DUST_SHARE: f64 = 0.3;
const DUST_MG_PER_M3: f64 = 20.0;
/// What they look like.
const SALT: [f32; 3] = [0.62, 0.62, 0.6];
const DUST: [f32; 3] = [0.36, 0.28, 0.19];

/// Changes what a camera sees by what is on the glass before it, if it has one.
pub(in crate::render) fn cover(
    light: &mut [[f32; 3]],
    camera: &frame::Camera,
    concrete: &Camera,
    weather: Option<&Weather>,
    time_s: f64,
) {
    let Some(said) = &concrete.glass else { return };
    let speed = concrete.shutter.map_or(0.0, |shutter| f64::from(shutter.velocity_m_per_s.length()));
    let brought = weather.map(|weather| brought(weather, speed)).unwrap_or_default();
    let cold = weather.map_or(0.0, |weather| salted(weather.temperature_celsius)) as f32;
    let glass = Glass {
        distance_m: said.distance_m,
        water_share: said.water_share.unwrap_or(brought.water_share as f32),
        frost_share: said.frost_share.unwrap_or(brought.frost_share as f32),
        dirt_share: said.dirt_share.unwrap_or(brought.dirt_share as f32),
        dirt_color: [0, 1, 2].map(|channel| DUST[channel] + (SALT[channel] - DUST[channel]) * cold),
        arrivals_per_m2_s: brought.arrivals_per_m2_s as f32,
        drop_mm: if brought.drop_mm > 0.0 { brought.drop_mm as f32 } else { 1.2 },
        wiper: said.wiper,
        seed: said.seed,
    };
    let through = Through {
        focal_px: camera.optics.intrinsics.fy as f32,
        opening_m: concrete.aperture.map_or(OPENING_M, |aperture| aperture.diameter_m),
        focus_m: concrete.aperture.map_or(f32::INFINITY, |aperture| aperture.focus_m),
    };
    look(light, (camera.width as usize, camera.height as usize), &glass, &through, time_s);
}

/// What comes to any glass.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Brought {
    water_share: f64,
    frost_share: f64,
    dirt_share: f64,
    arrivals_per_m2_s: f64,
    drop_mm: f64,
}

/// How much salt there is on roads, 0 to 1: none where it is warm, and none where it is too cold for it to help.
fn salted(celsius: f64) -> f64 {
    let (colder, warmer) = ((celsius - SALT_LEAST_CELSIUS) / 4.0, (SALT_CELSIUS - celsius) / 4.0);
    colder.min(warmer).clamp(0.0, 1.0)
}

fn brought(weather: &Weather, speed_m_per_s: f64) -> Brought {
    let celsius = weather.temperature_celsius;
    // Flakes that melt on it are drops too.
    let water = weather.rain_mm_per_h + weather.snow_mm_per_h * wetness(celsius);
    let rain = falling(weather).into_iter().find(|falling| falling.kind() == Kind::Rain);
    let passing = weather.wind_m_per_s.max(speed_m_per_s).max(LEAST_M_PER_S);
    let frozen = ((FROST_CELSIUS - celsius) / FROST_OVER_CELSIUS).clamp(0.0, 1.0);
    let humid = ((weather.relative_humidity - FROST_HUMIDITY) / (1.0 - FROST_HUMIDITY)).clamp(0.0, 1.0);
    let wet = (weather.water_film_mm + 100.0 * weather.snow_depth_m).min(1.0);
    let salt = SALT_SHARE * salted(celsius) * wet;
    let dust = DUST_SHARE * (1.0 - libm::exp(-weather.dust_mg_per_m3 / DUST_MG_PER_M3));
    Brought {
        water_share: WETTEST * (1.0 - libm::exp(-water / WETTING_MM_PER_H)),
        frost_share: frozen * humid,
        dirt_share: salt.max(dust),
        arrivals_per_m2_s: rain.map_or(0.0, |rain| rain.number_per_m3(LEAST_MM) * passing),
        drop_mm: rain.map_or(0.0, |rain| rain.diameter_mm(0.5, LEAST_MM)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomize::weather::{Regime, draw};

    #[test]
    fn glass_is_wet_in_rain_frosty_in_cold_and_dirty_in_dust() {
        let clear = brought(&draw(Regime::Clear, &mut || 0.5), 0.0);
        assert_eq!((clear.water_share, clear.frost_share, clear.dirt_share), (0.0, 0.0, 0.0));
        let [drizzle, rain, downpour] =
            [Regime::Drizzle, Regime::Rain, Regime::Downpour].map(|regime| brought(&draw(regime, &mut || 0.5), 0.0));
        assert!(drizzle.water_share < rain.water_share && rain.water_share < downpour.water_share);
        assert!(rain.arrivals_per_m2_s < downpour.arrivals_per_m2_s && drizzle.drop_mm < downpour.drop_mm);
        // Who drives into the rain meets more of it.
        let driven = brought(&draw(Regime::Rain, &mut || 0.5), 30.0);
        assert!(driven.arrivals_per_m2_s > 2.0 * rain.arrivals_per_m2_s);
        let cold = Weather { temperature_celsius: -12.0, relative_humidity: 0.95, ..draw(Regime::Clear, &mut || 0.5) };
        assert!((0.4..0.7).contains(&brought(&cold, 0.0).frost_share));
        assert!(brought(&draw(Regime::DustStorm, &mut || 0.5), 0.0).dirt_share > 0.05);
    }
}
