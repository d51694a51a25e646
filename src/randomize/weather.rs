//! Weather: one coherent state of air, sky and ground, drawn from what a kind of weather is like.
//!
//! Eight quantities are drawn together (wind, temperature, humidity, cloud, haze, precipitation, the density of fog,
//! dust, smoke or drifting snow, and gustiness; see `scores`), each distributed as the kind of weather has it (see
//! `regime`). The rest follows by physical relations (see `air` and `ground`) or is drawn alone. These always hold:
//!
//! - Extinction is ln 50 over visibility, and the sum of its parts.
//! - Turbidity and the haze's extinction say the same, and so do dust, smoke and theirs.
//! - It doesn't snow above 4 °C; nothing falls from a sky of less than seven tenths of cloud; lightning and hail come
//!   with thunderstorms only. Fog below 1 km has a relative humidity of at least 95 %.
//! - Standing water and what evaporates agree, there is ice below 0 °C only, and new snow is as deep as has fallen.
//!
//! What is said stays as it is said ([`complete`]), even against these rules.
//!
//! # From CARLA
//!
//! Its 14 parameters (each apart from the others, most from 0 to 100 without unit) and what has their place here:
//!
//! | CARLA | here |
//! |---|---|
//! | `cloudiness` | `cloud_cover` × 100 |
//! | `precipitation` | `rain_mm_per_h`: 30, 60 and 100 of their presets are about 2, 8 and 40 |
//! | `precipitation_deposits` | `puddle_share` × 100 |
//! | `wind_intensity` | `wind_m_per_s`, which here moves things too |
//! | `sun_azimuth_angle`, `sun_altitude_angle` | the sun's `azimuth_deg`, `elevation_deg`: a light, not weather |
//! | `fog_density` | `visibility_m` |
//! | `fog_distance` | none: fog has no edge to begin at |
//! | `fog_falloff` | 1 / `fog_scale_height_m` |
//! | `wetness` | `water_film_mm` |
//! | `scattering_intensity` | none: scattering follows from extinction |
//! | `mie_scattering_scale` | `turbidity` |
//! | `rayleigh_scattering_scale` | none: 0.0331 is the earth's air |
//! | `dust_storm` | `dust_mg_per_m3` |
//!
//! Its 22 presets are seven, each at noon (sun at 45°), at sunset (15°) and by night (−90°), and `DustStorm`:
//!
//! | CARLA | here |
//! |---|---|
//! | `ClearNoon`, `ClearSunset`, `ClearNight` | `Clear`, cloud 0.05 |
//! | `CloudyNoon`, `CloudySunset`, `CloudyNight` | `Scattered`, cloud 0.6 |
//! | `WetNoon`, `WetSunset`, `WetNight` | `Clear`, cloud 0.05, puddles 0.5 |
//! | `WetCloudyNoon`, `WetCloudySunset`, `WetCloudyNight` | `Scattered`, cloud 0.6, puddles 0.5 |
//! | `SoftRainNoon`, `SoftRainSunset`, `SoftRainNight` | `Rain`, 2 mm/h (CARLA: a fifth of cloud) |
//! | `MidRainyNoon`, `MidRainSunset`, `MidRainyNight` | `Rain`, 8 mm/h |
//! | `HardRainNoon`, `HardRainSunset`, `HardRainNight` | `Downpour`, 40 mm/h |
//! | `DustStorm` | `DustStorm` |

mod air;
mod between;
mod ground;
mod law;
mod regime;
mod scores;
#[cfg(test)]
mod tests;

pub use crate::scene::Regime;
pub use air::Extinction;
use glam::DVec3;
use serde::{Deserialize, Serialize};

use super::draw::Limits;
use super::error::RandomizeError;
use super::ledger::FOLLOWS;
use super::normal;
use super::rotation::direction;
use super::stream::Cursor;
use crate::scene::limits::{DUST, SNOW_DEPTH, VISIBILITY};
use crate::scene::{self, Quantity};
use crate::weather::air::LOG_50;
use crate::weather::drops::Drops;
use crate::weather::lightning::{Flash, flash};
use ground::{Air, Past};
use law::Law;
use regime::{Phase, Veil};

/// How many units every draw takes, whatever the weather.
pub const UNITS: usize = scores::COUNT + ALONE;

/// How many of them are for quantities that go with no other.
const ALONE: usize = 9;

/// Rain before what falls now.
const EARLIER_MM_PER_H: Law = Law::log_normal(1.5, 0.8, 0.2, 20.0);
/// Snow from before.
const OLD_SNOW_M: Law = Law::log_normal(0.12, 0.9, 0.01, 1.5);
/// How much more or less than average flakes take of the light.
const FLAKES: Law = Law::log_normal(1.0, 0.4, 0.35, 2.8);
/// Share of thunderstorms' draws in which it hails: more than at a place by nature, for there to be some.
const HAIL_SHARE: f64 = 0.2;
/// Correlation of lightning and of hail with rain in a thunderstorm.
const STORM_CORRELATION: f64 = 0.5;
/// Of shares that follow from others.
const SHARE: (f64, f64) = (0.0, 1.0);
/// While flashes are looked for.
const FLASH_EXPOSURE_S: f64 = 0.01;
/// How high fog reaches in weather that is not foggy by itself.
const STRAY_FOG_HEIGHT_M: f64 = 150.0;

/// The state of the air, the sky and the ground.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weather {
    /// Which kind of weather it is.
    pub regime: Regime,
    /// Of what is left to those who make it: where each drop falls.
    pub seed: u64,
    /// Of the air, 2 m above the ground.
    pub temperature_celsius: f64,
    /// 0 to 1.
    pub relative_humidity: f64,
    /// Share of the sky, 0 to 1.
    pub cloud_cover: f64,
    /// Share of the irradiance below a clear sky that clouds let through on average, 0 to 1.
    pub cloud_transmittance: f64,
    /// Preetham's: haze, 1.5 to 10. Fog, dust, smoke and what falls are apart.
    pub turbidity: f64,
    /// At which a black thing keeps 2 % of its contrast: ln 50 / [`Extinction::total_per_m`], near the ground.
    pub visibility_m: f64,
    /// What visibility is made of.
    pub extinction: Extinction,
    /// Height over which fog, mist, dust, smoke or drifting snow thins to 1/e; the haze's where there is none of them.
    pub fog_scale_height_m: f64,
    /// Drops.
    pub rain_mm_per_h: f64,
    /// Flakes, as water.
    pub snow_mm_per_h: f64,
    /// Hail, as water. It takes no light here and leaves no water on the ground.
    pub hail_mm_per_h: f64,
    /// Mean of 10 minutes, 10 m above the ground.
    pub wind_m_per_s: f64,
    /// Where the wind comes from, 0 to 360: 0 blows from +z, 90 from +x, like lights.
    pub wind_azimuth_deg: f64,
    /// Strongest 3 s of 10 minutes over their mean. Steady strong wind over open country has about 1.45 (ESDU 2002:
    /// 1.52 over 1.05); rough ground, light wind, showers and thunderstorms have more.
    pub gust_factor: f64,
    /// In the air.
    pub dust_mg_per_m3: f64,
    /// In the air.
    pub smoke_mg_per_m3: f64,
    /// Mean depth of water on level pavement.
    pub water_film_mm: f64,
    /// Share of level pavement under standing water, 0 to 1.
    pub puddle_share: f64,
    /// Of snow on level ground that nobody cleared.
    pub snow_depth_m: f64,
    /// Share of level pavement under ice, 0 to 1.
    pub ice_share: f64,
    /// Flashes of the whole storm.
    pub lightning_per_min: f64,
    /// The one that is seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flash: Option<Flash>,
}

impl Weather {
    /// The weather as it is so long after the first picture: with the flash of then.
    #[must_use]
    pub fn when(self, time_s: f64) -> Weather {
        Weather { flash: flash(self.lightning_per_min, self.seed, time_s, FLASH_EXPOSURE_S), ..self }
    }

    /// What of it cannot be.
    pub(super) fn faults(&self) -> Vec<String> {
        let known = scene::Weather::default();
        let limits = |name: &str| known.quantities().into_iter().find(|known| known.name == name);
        // Nothing is as dense as the most smoke that can be said, or air in which one sees no farther than can be said.
        let densest = air::smoke_per_m(DUST.1).max(LOG_50 / VISIBILITY.0) * (1.0 + 1e-9);
        let parts = self.extinction.parts().map(|(name, value)| (name, value, (0.0, densest)));
        let quantities =
            self.quantities().map(|(name, value)| (name, value, limits(name).map_or(SHARE, |known| known.limits)));
        let wrong = |(_, value, (low, high)): &(&str, f64, (f64, f64))| !(low..=high).contains(&value);
        let told = |(name, value, (low, high))| format!("{name} of the weather is {value}; expected {low} to {high}");
        quantities.into_iter().chain(parts).filter(wrong).map(told).collect()
    }

    /// All quantities by name, as scene files name them where they do.
    pub fn quantities(mut self) -> [(&'static str, f64); 20] {
        self.quantities_mut().map(|(name, quantity)| (name, *quantity))
    }

    fn quantities_mut(&mut self) -> [(&'static str, &mut f64); 20] {
        [
            ("temperature_celsius", &mut self.temperature_celsius),
            ("relative_humidity", &mut self.relative_humidity),
            ("cloud_cover", &mut self.cloud_cover),
            ("cloud_transmittance", &mut self.cloud_transmittance),
            ("turbidity", &mut self.turbidity),
            ("visibility_m", &mut self.visibility_m),
            ("fog_scale_height_m", &mut self.fog_scale_height_m),
            ("rain_mm_per_h", &mut self.rain_mm_per_h),
            ("snow_mm_per_h", &mut self.snow_mm_per_h),
            ("hail_mm_per_h", &mut self.hail_mm_per_h),
            ("wind_m_per_s", &mut self.wind_m_per_s),
            ("wind_azimuth_deg", &mut self.wind_azimuth_deg),
            ("gust_factor", &mut self.gust_factor),
            ("dust_mg_per_m3", &mut self.dust_mg_per_m3),
            ("smoke_mg_per_m3", &mut self.smoke_mg_per_m3),
            ("water_film_mm", &mut self.water_film_mm),
            ("puddle_share", &mut self.puddle_share),
            ("snow_depth_m", &mut self.snow_depth_m),
            ("ice_share", &mut self.ice_share),
            ("lightning_per_min", &mut self.lightning_per_min),
        ]
    }

    /// How large its drops are.
    pub fn drops(&self) -> Drops {
        self.regime.climate().drops
    }

    /// Mean velocity of the air, 10 m above the ground.
    pub fn wind_velocity_m_per_s(&self) -> DVec3 {
        -direction(self.wind_azimuth_deg, 0.0) * self.wind_m_per_s
    }

    /// Extinction near the ground by what is in the air besides haze.
    pub fn veil_per_m(&self) -> f64 {
        self.extinction.besides_haze()
    }

    /// Optical depth of that, straight up.
    pub fn veil_depth(&self) -> f64 {
        self.extinction.depth_besides_haze(self.fog_scale_height_m)
    }
}

/// What is known of a state beforehand, each as in [`Weather`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Said {
    pub temperature_celsius: Option<f64>,
    pub relative_humidity: Option<f64>,
    pub cloud_cover: Option<f64>,
    pub turbidity: Option<f64>,
    pub visibility_m: Option<f64>,
    pub fog_scale_height_m: Option<f64>,
    pub rain_mm_per_h: Option<f64>,
    pub snow_mm_per_h: Option<f64>,
    pub hail_mm_per_h: Option<f64>,
    pub wind_m_per_s: Option<f64>,
    pub wind_azimuth_deg: Option<f64>,
    pub gust_factor: Option<f64>,
    pub dust_mg_per_m3: Option<f64>,
    pub smoke_mg_per_m3: Option<f64>,
    pub water_film_mm: Option<f64>,
    pub puddle_share: Option<f64>,
    pub snow_depth_m: Option<f64>,
    pub ice_share: Option<f64>,
    pub lightning_per_min: Option<f64>,
}

impl Said {
    /// Rain and snow together, if either is said.
    fn falling_mm_per_h(&self) -> Option<f64> {
        match (self.rain_mm_per_h, self.snow_mm_per_h) {
            (None, None) => None,
            (rain, snow) => Some(rain.unwrap_or(0.0) + snow.unwrap_or(0.0)),
        }
    }
}

impl Said {
    /// What is said, by the names of the quantities.
    fn all_mut(&mut self) -> [(&'static str, &mut Option<f64>); 19] {
        [
            ("temperature_celsius", &mut self.temperature_celsius),
            ("relative_humidity", &mut self.relative_humidity),
            ("cloud_cover", &mut self.cloud_cover),
            ("turbidity", &mut self.turbidity),
            ("visibility_m", &mut self.visibility_m),
            ("fog_scale_height_m", &mut self.fog_scale_height_m),
            ("rain_mm_per_h", &mut self.rain_mm_per_h),
            ("snow_mm_per_h", &mut self.snow_mm_per_h),
            ("hail_mm_per_h", &mut self.hail_mm_per_h),
            ("wind_m_per_s", &mut self.wind_m_per_s),
            ("wind_azimuth_deg", &mut self.wind_azimuth_deg),
            ("gust_factor", &mut self.gust_factor),
            ("dust_mg_per_m3", &mut self.dust_mg_per_m3),
            ("smoke_mg_per_m3", &mut self.smoke_mg_per_m3),
            ("water_film_mm", &mut self.water_film_mm),
            ("puddle_share", &mut self.puddle_share),
            ("snow_depth_m", &mut self.snow_depth_m),
            ("ice_share", &mut self.ice_share),
            ("lightning_per_min", &mut self.lightning_per_min),
        ]
    }

    /// What is said of a quantity.
    fn of(mut self, name: &str) -> Option<f64> {
        self.all_mut().into_iter().find(|(known, _)| *known == name).and_then(|(_, said)| *said)
    }

    fn set(&mut self, name: &str, value: f64) {
        if let Some((_, said)) = self.all_mut().into_iter().find(|(known, _)| *known == name) {
            *said = Some(value);
        }
    }
}

/// Draws the weather of a frame, and what it becomes.
pub(super) fn of_scene(
    cursor: &Cursor,
    weather: &scene::Weather,
) -> Result<(Weather, Option<Weather>), RandomizeError> {
    let said = cursor.said(weather)?;
    let kind = weather.regime.as_ref().map(|regime| cursor.child("regime").pick(regime)).transpose()?;
    let kind = kind.map(|(_, regime)| *regime);
    // What is as windy as can be stays so in other weather.
    let mut stream = cursor.child("state").stream();
    let units: [f64; UNITS] = std::array::from_fn(|_| stream.unit());
    let seed = cursor.child("seed").stream().bits();
    let of = |cursor: &Cursor, weather: &scene::Weather, kind: Option<Regime>, said: &Said| {
        let mut units = units.into_iter();
        let drawn = complete(kind.unwrap_or_else(|| Regime::of(said)), said, &mut || units.next().unwrap_or(0.5));
        let drawn = Weather { seed, ..drawn }.when(0.0);
        cursor.note_weather(weather, &drawn);
        drawn
    };
    let first = of(cursor, weather, kind, &said);
    let Some(later) = &weather.becomes else { return Ok((first, None)) };
    let cursor = cursor.child("becomes");
    let said = cursor.said(later)?;
    let becomes = match &later.regime {
        Some(regime) => of(&cursor, later, Some(*cursor.child("regime").pick(regime)?.1), &said),
        None => first.but(&said),
    };
    Ok((first, Some(becomes)))
}

impl Cursor<'_> {
    /// What is said of a weather.
    fn said(&self, weather: &scene::Weather) -> Result<Said, RandomizeError> {
        let mut known = Said::default();
        for Quantity { name, said, limits: (low, high) } in weather.quantities() {
            if let Some(number) = said {
                known.set(name, self.child(name).number_in(number, Limits::Between(low, high))?);
            }
        }
        Ok(known)
    }

    /// Notes what followed from what was said.
    fn note_weather(&self, weather: &scene::Weather, drawn: &Weather) {
        let Some(ledger) = &self.context.ledger else { return };
        let said = weather.quantities();
        for (name, value) in drawn.quantities() {
            if !said.iter().any(|quantity| quantity.name == name && quantity.said.is_some()) {
                ledger.borrow_mut().number(self.child(name).path(), || FOLLOWS.to_owned(), value);
            }
        }
    }
}

/// That of air of such an extinction, as far as there are any.
fn visibility_m(extinction: &Extinction) -> f64 {
    let (nearest, farthest) = VISIBILITY;
    (LOG_50 / extinction.total_per_m()).clamp(nearest, farthest)
}

/// Draws a state of this kind of weather, from exactly [`UNITS`] numbers in [0, 1).
pub fn draw(regime: Regime, unit: &mut dyn FnMut() -> f64) -> Weather {
    complete(regime, &Said::default(), unit)
}

/// Draws what isn't said, from as many numbers as [`draw`]; what is said stays as it is.
///
/// - Wind, temperature, humidity, cloud cover, rain plus snow, visibility and gust factor, where said, move the
///   others of these and haze as the correlations have it, exactly so for the Gaussian copula. A value beyond what
///   the kind of weather has counts as an extreme one.
/// - Everything computed follows what is said: extinction and visibility follow rain, snow, turbidity, dust and smoke;
///   water, puddles, snow and ice follow rain, snow, temperature, humidity and wind; puddles follow the film; the
///   clouds' light follows their cover.
/// - A visibility that is said is met by haze, fog, dust, smoke or drifting snow, whichever the weather has; if it is
///   too far, by clearer haze first, and then by less extinction of rain, snow and the rest at the same rates.
/// - Nothing else goes backwards: a film of water says nothing about rain, nor turbidity about humidity.
pub fn complete(regime: Regime, said: &Said, unit: &mut dyn FnMut() -> f64) -> Weather {
    let (mut together, mut alone) = ([0.0; scores::COUNT], [0.0; ALONE]);
    together.iter_mut().chain(&mut alone).for_each(|share| *share = unit());
    let [azimuth, height, falling, dry, earlier, old_snow, flakes, hail, lightning] = alone;
    let climate = regime.climate();

    let share = |law: Law, quantity: Option<f64>| quantity.map(|value| law.share(value));
    let known = [
        share(climate.wind_m_per_s, said.wind_m_per_s),
        share(climate.temperature_celsius, said.temperature_celsius),
        share(climate.relative_humidity, said.relative_humidity),
        share(climate.cloud_cover, said.cloud_cover),
        None,
        share(climate.precipitation_mm_per_h, said.falling_mm_per_h()),
        // Low visibility is a dense veil. Without one it says nothing of it.
        share(climate.veiled_visibility_m, said.visibility_m).map(|share| 1.0 - share),
        share(climate.gust_factor, said.gust_factor),
    ];
    let [wind, temperature, humidity, cloud, haze, precipitation, veil, gust] =
        scores::shares(climate.veil_with, &known, &together);

    let temperature = said.temperature_celsius.unwrap_or_else(|| {
        let drawn = climate.temperature_celsius.value(temperature);
        if said.snow_mm_per_h.is_some_and(|rate| rate > 0.0) { drawn.min(1.5) } else { drawn }
    });
    let amount = climate.precipitation_mm_per_h.value(precipitation);
    let snow_share = match climate.phase {
        Phase::Liquid => 0.0,
        Phase::Mixed => ground::snow_share(temperature),
        Phase::Solid => (2.0 - 0.5 * temperature).clamp(0.0, 1.0),
    };
    let rain_mm_per_h = said.rain_mm_per_h.unwrap_or(amount * (1.0 - snow_share));
    let snow_mm_per_h = said.snow_mm_per_h.unwrap_or(amount * snow_share);
    // Hail and lightning go with rain.
    let hail = 1.0 - normal::correlated(precipitation, hail, STORM_CORRELATION);
    let hail = if hail < HAIL_SHARE { climate.hail_mm_per_h.value(1.0 - hail / HAIL_SHARE) } else { 0.0 };
    let hail_mm_per_h = said.hail_mm_per_h.unwrap_or(hail);
    let lightning = normal::correlated(precipitation, lightning, STORM_CORRELATION);
    let falls = rain_mm_per_h + snow_mm_per_h + hail_mm_per_h > 0.0;

    let least_humidity = if falls { 0.6 } else { 0.0 };
    let drawn_humidity = climate.relative_humidity.value(humidity).max(least_humidity);
    let mut relative_humidity = said.relative_humidity.unwrap_or(drawn_humidity);
    let least_cloud = if falls { 0.7 } else { 0.0 };
    let cloud_cover = said.cloud_cover.unwrap_or_else(|| climate.cloud_cover.value(cloud).max(least_cloud));
    let transmittance = air::cloud_transmittance(cloud_cover, climate.cloud_light);
    let wind_m_per_s = said.wind_m_per_s.unwrap_or_else(|| climate.wind_m_per_s.value(wind));

    let haze_visibility = climate.haze_visibility_m.value(1.0 - haze);
    let turbidity = said.turbidity.unwrap_or_else(|| air::haze_turbidity(haze_visibility, relative_humidity));
    let mut extinction = Extinction::hazy(turbidity);
    extinction.rain_per_m = air::rain_per_m(rain_mm_per_h, climate.drops);
    extinction.snow_per_m = air::snow_per_m(snow_mm_per_h, FLAKES.value(flakes));
    extinction.dust_per_m = air::dust_per_m(said.dust_mg_per_m3.unwrap_or(0.0));
    extinction.smoke_per_m = air::smoke_per_m(said.smoke_mg_per_m3.unwrap_or(0.0));
    if let Some(visibility) = said.visibility_m {
        let of = |turbidity| Extinction::hazy(turbidity).haze_per_m;
        let (least, most) = air::TURBIDITY;
        let limits = said.turbidity.map_or((of(least), of(most)), |turbidity| (of(turbidity), of(turbidity)));
        extinction.meet(LOG_50 / visibility, climate.veil, limits);
    } else {
        let is_said = match climate.veil {
            Veil::Dust => said.dust_mg_per_m3.is_some(),
            Veil::Smoke => said.smoke_mg_per_m3.is_some(),
            Veil::Nothing | Veil::Fog | Veil::DriftingSnow => false,
        };
        let visibility = climate.veiled_visibility_m.value(1.0 - veil);
        extinction.fill(LOG_50 / visibility, if is_said { Veil::Nothing } else { climate.veil });
    }
    if extinction.fog_per_m > 0.0 && said.relative_humidity.is_none() {
        let visibility = LOG_50 / extinction.total_per_m();
        let least = if visibility < 1e3 { 0.95 } else { 0.85 };
        relative_humidity = relative_humidity.max(least);
    }
    let veil_height_m = match climate.veil {
        Veil::Nothing if extinction.fog_per_m > 0.0 => STRAY_FOG_HEIGHT_M,
        Veil::Nothing => air::HAZE_HEIGHT_M,
        _ => climate.veil_height_m.value(height),
    };

    let over = Air { temperature_celsius: temperature, relative_humidity, wind_m_per_s };
    let past = Past {
        falling_h: climate.falling_h.value(falling),
        dry_h: climate.dry_h.value(dry),
        earlier_mm_per_h: EARLIER_MM_PER_H.value(earlier),
    };
    let settling = snow_mm_per_h * ground::settling_share(temperature);
    let chance = ground::old_snow_chance(temperature);
    let old_snow_m = if old_snow < chance { OLD_SNOW_M.value(old_snow / chance) } else { 0.0 };
    let new_snow_m = ground::snow_depth_m(settling * past.falling_h, temperature);
    let snow_depth_m = said.snow_depth_m.unwrap_or((old_snow_m + new_snow_m).min(SNOW_DEPTH.1));
    let melt = if snow_depth_m > 0.0 { ground::melt_mm_per_h(temperature) } else { 0.0 };
    let water = ground::water_mm(rain_mm_per_h + snow_mm_per_h - settling + melt, &over, &past);
    let frozen = ground::frozen_share(temperature);
    let water_film_mm = said.water_film_mm.unwrap_or(water * (1.0 - frozen));

    Weather {
        regime,
        seed: 0,
        temperature_celsius: temperature,
        relative_humidity,
        cloud_cover,
        cloud_transmittance: transmittance,
        turbidity: said.turbidity.unwrap_or_else(|| air::turbidity(extinction.haze_per_m)),
        visibility_m: said.visibility_m.unwrap_or_else(|| visibility_m(&extinction)),
        extinction,
        fog_scale_height_m: said.fog_scale_height_m.unwrap_or(veil_height_m),
        rain_mm_per_h,
        snow_mm_per_h,
        hail_mm_per_h,
        wind_m_per_s,
        wind_azimuth_deg: said.wind_azimuth_deg.unwrap_or(azimuth * 360.0),
        gust_factor: said.gust_factor.unwrap_or_else(|| climate.gust_factor.value(gust)),
        dust_mg_per_m3: said.dust_mg_per_m3.unwrap_or(air::dust_mg_per_m3(extinction.dust_per_m)),
        smoke_mg_per_m3: said.smoke_mg_per_m3.unwrap_or(air::smoke_mg_per_m3(extinction.smoke_per_m)),
        water_film_mm,
        puddle_share: said.puddle_share.unwrap_or_else(|| ground::puddle_share(water_film_mm)),
        snow_depth_m,
        ice_share: said.ice_share.unwrap_or(ground::ice_share(water * frozen)),
        lightning_per_min: said.lightning_per_min.unwrap_or(climate.lightning_per_min.value(lightning)),
        flash: None,
    }
}
