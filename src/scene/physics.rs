//! How a scene comes to rest or plays on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How things fall and when they rest.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Physics {
    /// Acceleration downwards.
    pub gravity_m_per_s2: f32,
    /// Fixed steps a second.
    pub steps_per_second: u32,
    /// Settling ends when all bodies sleep, or after this time.
    pub time_limit_s: f32,
    /// What happens to objects that have left their support.
    pub fallen: Fallen,
}

/// What happens to a dynamic object that ends lower than its support's top by more than its own size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Fallen {
    /// It stays where it is.
    Keep,
    /// It is taken out.
    #[default]
    Remove,
    /// It is dropped once more from a newly drawn place, up to four times, and then taken out.
    DrawAgain,
}

/// Play on and take several pictures.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// Pictures a take.
    pub frames: u32,
    /// Pictures a second; physics plays on between them.
    pub fps: f32,
    /// Whether the scene comes to rest before the first picture.
    #[serde(default)]
    pub settle_first: bool,
}

impl Default for Physics {
    fn default() -> Self {
        Physics { gravity_m_per_s2: 9.81, steps_per_second: 60, time_limit_s: 4.0, fallen: Fallen::default() }
    }
}
