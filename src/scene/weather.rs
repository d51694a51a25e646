//! Weather: what is in the air, what falls, and what lies on the ground.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::limits::{self, Limits};
use super::{Number, Pick, Pooled};

/// The weather outdoors.
///
/// Its quantities go together: a kind of weather is drawn, and from it wind, temperature, cloud, rain and all the rest,
/// by what is known of how they follow from one another. What is said here stays as it is said, and what follows from it
/// follows.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Weather {
    /// Which kind of weather; if left out the one that goes with what is said, without anything `Clear`.
    pub regime: Option<Pick<Regime>>,
    /// Of the air, 2 m above the ground.
    pub temperature_celsius: Option<Number>,
    /// 0 to 1.
    pub relative_humidity: Option<Number>,
    /// Share of the sky that clouds cover, 0 to 1.
    pub cloud_cover: Option<Number>,
    /// Haze, Preetham's measure of it: 1.5 (extremely clear) to 10 (hazy).
    pub turbidity: Option<Number>,
    /// At which a black thing before the horizon keeps 2 % of its contrast, near the ground. Extinction is ln 50 over it.
    pub visibility_m: Option<Number>,
    /// Height over which fog, dust, smoke or drifting snow thins to 1/e.
    pub fog_scale_height_m: Option<Number>,
    /// Rain.
    pub rain_mm_per_h: Option<Number>,
    /// Falling snow, as the water that it melts to.
    pub snow_mm_per_h: Option<Number>,
    /// Hail, as the water that it melts to.
    pub hail_mm_per_h: Option<Number>,
    /// Mean of 10 minutes, 10 m above the ground.
    pub wind_m_per_s: Option<Number>,
    /// Where the wind comes from: 0 blows from +z, 90 from +x.
    pub wind_azimuth_deg: Option<Number>,
    /// Strongest 3 s of 10 minutes over their mean.
    pub gust_factor: Option<Number>,
    /// Dust in the air.
    pub dust_mg_per_m3: Option<Number>,
    /// Smoke in the air.
    pub smoke_mg_per_m3: Option<Number>,
    /// Mean depth of water on level pavement.
    pub water_film_mm: Option<Number>,
    /// Share of level pavement under standing water, 0 to 1.
    pub puddle_share: Option<Number>,
    /// Snow on level ground.
    pub snow_depth_m: Option<Number>,
    /// Share of level pavement under ice, 0 to 1.
    pub ice_share: Option<Number>,
    /// Flashes of lightning.
    pub lightning_per_min: Option<Number>,
    /// What it has become by the last picture of a sequence; until then it is on its way there. All that is not said anew
    /// stays as it was, or, where a `regime` is said, follows from that.
    pub becomes: Option<Box<Weather>>,
}

/// Kinds of weather.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
pub enum Regime {
    /// Up to two eighths of cloud.
    #[default]
    Clear,
    /// Two to seven eighths of cloud.
    Scattered,
    /// Closed cloud, dry.
    Overcast,
    /// Small drops from low cloud, often in mist.
    Drizzle,
    /// Steady rain.
    Rain,
    /// A heavy shower.
    Downpour,
    /// Heavy rain with lightning, gusts, at times hail.
    Thunderstorm,
    /// Droplets in the air: 1 to 5 km of visibility.
    Mist,
    /// Droplets in the air: less than 1 km of visibility.
    Fog,
    /// Falling snow, wind too light to lift it.
    Snowfall,
    /// Falling and lifted snow in a gale.
    Blizzard,
    /// Rain and snow mixed, the British meaning.
    Sleet,
    /// Dust raised by strong wind: less than 1 km of visibility.
    DustStorm,
    /// Smoke of fires near the ground.
    Smoke,
    /// Hot, dry, sunny and nearly calm, so that air shimmers over the ground.
    HeatHaze,
}

impl Pooled for Regime {}

/// A quantity of the weather.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantity<'w> {
    /// As scene files name it.
    pub name: &'static str,
    /// What is said of it.
    pub said: Option<&'w Number>,
    /// Lowest and highest that it may be.
    pub limits: Limits,
}

impl Weather {
    /// All its quantities, in the order of the fields.
    pub fn quantities(&self) -> [Quantity<'_>; 19] {
        let of = |name, said, limits| Quantity { name, said, limits };
        [
            of("temperature_celsius", self.temperature_celsius.as_ref(), limits::AIR_TEMPERATURE),
            of("relative_humidity", self.relative_humidity.as_ref(), limits::SHARE),
            of("cloud_cover", self.cloud_cover.as_ref(), limits::SHARE),
            of("turbidity", self.turbidity.as_ref(), limits::TURBIDITY),
            of("visibility_m", self.visibility_m.as_ref(), limits::VISIBILITY),
            of("fog_scale_height_m", self.fog_scale_height_m.as_ref(), limits::FOG_HEIGHT),
            of("rain_mm_per_h", self.rain_mm_per_h.as_ref(), limits::RAIN),
            of("snow_mm_per_h", self.snow_mm_per_h.as_ref(), limits::SNOW),
            of("hail_mm_per_h", self.hail_mm_per_h.as_ref(), limits::RAIN),
            of("wind_m_per_s", self.wind_m_per_s.as_ref(), limits::WIND),
            of("wind_azimuth_deg", self.wind_azimuth_deg.as_ref(), limits::ANGLE),
            of("gust_factor", self.gust_factor.as_ref(), limits::GUST_FACTOR),
            of("dust_mg_per_m3", self.dust_mg_per_m3.as_ref(), limits::DUST),
            of("smoke_mg_per_m3", self.smoke_mg_per_m3.as_ref(), limits::DUST),
            of("water_film_mm", self.water_film_mm.as_ref(), limits::WATER_FILM),
            of("puddle_share", self.puddle_share.as_ref(), limits::SHARE),
            of("snow_depth_m", self.snow_depth_m.as_ref(), limits::SNOW_DEPTH),
            of("ice_share", self.ice_share.as_ref(), limits::SHARE),
            of("lightning_per_min", self.lightning_per_min.as_ref(), limits::LIGHTNING),
        ]
    }
}
