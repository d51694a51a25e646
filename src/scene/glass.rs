//! Glass before a lens, open to the weather.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Number;

/// A window, a dome or the front of the lens, on which drops, frost and dirt lie. What is not said follows from the
/// weather.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Glass {
    /// From the lens: 0.02 for its own front or a dome, 0.3 to 1 for a windscreen.
    pub distance_m: Number,
    /// Share of it that drops cover in the long run, 0 to 0.9.
    pub water_share: Option<Number>,
    /// Share of it under frost, from its border inwards, 0 to 1.
    pub frost_share: Option<Number>,
    /// Share of the light that dirt takes, 0 to 0.95: dust, salt, what drops left.
    pub dirt_share: Option<Number>,
    /// What clears it.
    pub wiper: Option<Wiper>,
}

/// A wiper, whose blade passes to and fro once in each period.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wiper {
    /// From one start to the next.
    pub period_s: Number,
    /// How much of a period has gone by at the first picture, 0 to 1.
    pub phase: Number,
}

impl Default for Glass {
    fn default() -> Self {
        Glass { distance_m: 0.02.into(), water_share: None, frost_share: None, dirt_share: None, wiper: None }
    }
}

impl Default for Wiper {
    fn default() -> Self {
        Wiper { period_s: 1.5.into(), phase: Number::Uniform(0.0, 1.0) }
    }
}
