//! Where and when on earth a scene is.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Count, Number};

/// Where and when on earth a scene is; a [`super::Light::Sun`] without a direction of its own stands where it does
/// then and there.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// −90 at the south pole to 90 at the north pole.
    pub latitude_deg: Number,
    /// East of Greenwich, −180 to 180.
    #[serde(default = "zero")]
    pub longitude_deg: Number,
    /// 1900 to 2100.
    #[serde(default = "default_year")]
    pub year: Count,
    /// 1 is 1 January, 366 the last day of a leap year.
    #[serde(default = "any_day")]
    pub day_of_year: Count,
    /// By the clock, 0 to 24.
    pub hour: Number,
    /// How far the clock is ahead of UTC, in hours. With this and the longitude left out, hours are those of mean solar
    /// time: the sun is highest at about 12.
    #[serde(default = "zero")]
    pub utc_offset_h: Number,
    /// The azimuth of north, as azimuths of the sun count: 0 is +z, 90 is +x, 180 is −z.
    #[serde(default = "default_north")]
    pub north_deg: Number,
    /// Hours of the day that pass in a second of a sequence: sun and moon go on with them. Physics keeps its own time.
    #[serde(default = "zero")]
    pub hours_per_s: Number,
}

fn zero() -> Number {
    0.0.into()
}

fn default_year() -> Count {
    Count(2025.0.into())
}

fn any_day() -> Count {
    Count(Number::Uniform(1.0, 365.0))
}

/// East is +x then, as on maps seen from above with north at the top.
fn default_north() -> Number {
    180.0.into()
}
