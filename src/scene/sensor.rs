//! Sensors: what a camera makes of the light that its lens gives it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Count, Number};

/// The faults of a sensor and of the lens before it. What is left out is as the preset has it, and without a preset not
/// there at all.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sensor {
    /// Where all that is left out comes from.
    pub preset: Option<SensorPreset>,
    /// Share of the light that is lost in the corners, 0 to 0.95.
    pub vignetting: Option<Number>,
    /// How far out red is in the corners, and how far in blue, in pixels.
    pub chromatic_aberration_px: Option<Number>,
    /// Share of the light that is scattered around where it belongs, 0 to 0.5.
    pub bloom: Option<Number>,
    /// Share of the light that is mirrored to and fro between the surfaces of the lens, and comes back as ghosts of what is
    /// bright on the other side of the middle, 0 to 0.2.
    pub flare: Option<Number>,
    /// Electrons of a pixel that is full, which is twice white at ISO 100; 0 for a sensor without noise.
    pub full_well_e: Option<Number>,
    /// Gain: at twice as much, half as many electrons are white.
    pub iso: Option<Number>,
    /// Noise of reading a pixel, as standard deviation in electrons.
    pub read_noise_e: Option<Number>,
    /// Electrons that come without light during the exposure.
    pub dark_e: Option<Number>,
    /// Share of pixels that are always full.
    pub hot_pixels: Option<Number>,
    /// Whether each pixel sees one colour, and the others are guessed from those around it.
    pub bayer: Option<bool>,
    /// Of the converter, up to 16; 0 for one that is exact.
    pub bits: Option<Count>,
    /// Stops by which red is too bright and blue too dark.
    pub white_balance_error: Option<Number>,
    /// How much of what is finer than two pixels is added again, 0 to 3.
    pub sharpening: Option<Number>,
    /// Quality of the camera's own JPEG, 1 to 100; 0 for none.
    pub jpeg_quality: Option<Number>,
}

/// Cameras of a kind, each with middling values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum SensorPreset {
    /// Small pixels, much processing.
    Phone,
    /// A wide lens behind glass, compressed.
    DashCamera,
    /// Large pixels, no processing but for colour.
    MachineVision,
    /// The smallest pixels, and strong compression.
    Webcam,
    /// A good small sensor.
    Drone,
    /// By night: high gain, strong compression.
    NightSurveillance,
}
