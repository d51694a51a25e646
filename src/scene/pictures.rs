//! How colour pictures are stored.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How colour pictures are stored. Labels are never compressed with a loss.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Pictures {
    /// Exactly as they were drawn.
    #[default]
    Png,
    /// With a loss, and smaller by far; colour is kept as finely as brightness.
    Jpeg {
        /// From 1 to 100.
        #[serde(default = "good")]
        quality: u8,
    },
    /// Exactly as they were drawn, and mostly smaller than PNG.
    WebP,
}

fn good() -> u8 {
    90
}
