//! Lidars and depth cameras: what measures distances, with the faults of doing so.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{CameraPose, Count, Number};

/// What sends out rays of light, ring by ring, and measures how far they come. What is left out is as the preset has it.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lidar {
    /// Where it stands and which way is ahead. The middle of its field of view is ahead.
    pub pose: CameraPose,
    /// Where all that is left out comes from.
    #[serde(default)]
    pub preset: LidarPreset,
    /// How many rings there are, evenly from the lowest to the highest.
    #[serde(default)]
    pub rings: Option<Count>,
    /// Elevation of the lowest ring in degrees.
    #[serde(default)]
    pub lowest_deg: Option<Number>,
    /// Elevation of the highest ring in degrees.
    #[serde(default)]
    pub highest_deg: Option<Number>,
    /// Elevation of each ring in degrees, instead of even ones.
    #[serde(default)]
    pub elevations_deg: Option<Vec<Number>>,
    /// From the leftmost ray to the rightmost, in degrees: 360 for all round.
    #[serde(default)]
    pub horizontal_deg: Option<Number>,
    /// How many rays a ring has.
    #[serde(default)]
    pub steps: Option<Count>,
    /// Nothing nearer is measured, in metres.
    #[serde(default)]
    pub nearest_m: Option<Number>,
    /// Nothing farther is measured, in metres.
    #[serde(default)]
    pub farthest_m: Option<Number>,
    /// Reflectance of the darkest surface that is seen at the farthest range, facing it.
    #[serde(default)]
    pub weakest_reflectance: Option<Number>,
    /// Standard deviation of ranges where much light comes back, in metres.
    #[serde(default)]
    pub range_noise_m: Option<Number>,
    /// Share of rays that come back with nothing, for no reason.
    #[serde(default)]
    pub drop_out: Option<Number>,
    /// How long a sweep from left to right takes, in seconds: 0 for an instant.
    #[serde(default = "zero")]
    pub sweep_s: Number,
    /// How it moves meanwhile: to its right, up and forward, in m/s.
    #[serde(default = "origin")]
    pub velocity_m_per_s: [Number; 3],
    /// How it turns meanwhile: to its left, up and clockwise, in degrees a second.
    #[serde(default = "origin")]
    pub turn_deg_per_s: [Number; 3],
}

/// Lidars of a kind, with rings and ranges as data sheets have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
pub enum LidarPreset {
    /// 16 rings from −15° to 15°, 100 m.
    Spinning16,
    /// 32 rings from −30.67° to 10.67°, 100 m.
    Spinning32,
    /// 64 rings from −24.8° to 2°, 120 m.
    #[default]
    Spinning64,
    /// 128 rings from −22.5° to 22.5°, 240 m.
    Spinning128,
    /// Looks ahead only: 120° by 25.6°, 128 rings, 200 m.
    SolidState,
}

/// What data sheets say of a kind of lidar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UsualLidar {
    /// How many.
    pub rings: u32,
    /// Of the lowest and the highest ring.
    pub elevations_deg: (f64, f64),
    /// From left to right.
    pub horizontal_deg: f32,
    /// Rays of a ring.
    pub steps: u32,
    /// Nearest and farthest.
    pub range_m: [f32; 2],
    /// Of what is just seen at the farthest range.
    pub weakest_reflectance: f32,
    /// Standard deviation.
    pub range_noise_m: f32,
}

impl LidarPreset {
    /// Rings, ranges and noise are those of common sensors of each kind.
    pub fn usual(self) -> UsualLidar {
        let base = UsualLidar {
            rings: 64,
            elevations_deg: (-24.8, 2.0),
            horizontal_deg: 360.0,
            steps: 2048,
            range_m: [0.9, 120.0],
            weakest_reflectance: 0.15,
            range_noise_m: 0.02,
        };
        match self {
            LidarPreset::Spinning16 => {
                UsualLidar { rings: 16, elevations_deg: (-15.0, 15.0), steps: 1800, range_m: [0.5, 100.0], ..base }
            }
            LidarPreset::Spinning32 => {
                UsualLidar { rings: 32, elevations_deg: (-30.67, 10.67), steps: 1800, range_m: [0.5, 100.0], ..base }
            }
            LidarPreset::Spinning64 => base,
            LidarPreset::Spinning128 => UsualLidar {
                rings: 128,
                elevations_deg: (-22.5, 22.5),
                range_m: [0.5, 240.0],
                weakest_reflectance: 0.1,
                range_noise_m: 0.025,
                ..base
            },
            LidarPreset::SolidState => UsualLidar {
                rings: 128,
                elevations_deg: (-12.8, 12.8),
                horizontal_deg: 120.0,
                steps: 600,
                range_m: [0.5, 200.0],
                weakest_reflectance: 0.1,
                range_noise_m: 0.03,
            },
        }
    }
}

/// How a camera measures depth, beside the depth that is exactly so. It must have a pin-hole lens: such depths are
/// rectified.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum DepthSensor {
    /// Two cameras: what both see is found again by its texture.
    Stereo {
        /// How far to its right the other camera stands, in metres; to its left if below 0.
        #[serde(default = "stereo_baseline")]
        baseline_m: Number,
        /// Whether a projector makes texture where there is none.
        #[serde(default)]
        projector: bool,
        /// Nothing nearer is measured, in metres.
        #[serde(default = "stereo_nearest")]
        nearest_m: Number,
        /// Nothing farther is measured, in metres.
        #[serde(default = "stereo_farthest")]
        farthest_m: Number,
        /// Standard deviation of a disparity where all is well, in pixels.
        #[serde(default = "stereo_noise")]
        noise_px: Number,
        /// Disparities are multiples of it, in pixels; 0 for exact ones.
        #[serde(default = "stereo_step")]
        step_px: Number,
        /// Edge of the square that is matched, in pixels, the next odd number: edges of things are as coarse.
        #[serde(default = "window")]
        window_px: Count,
        /// Share of pixels without a value, for no reason.
        #[serde(default = "zero")]
        drop_out: Number,
    },
    /// A camera and a projector of a known pattern.
    StructuredLight {
        /// How far to its right the projector stands, in metres; to its left if below 0.
        #[serde(default = "structured_baseline")]
        baseline_m: Number,
        /// Nothing nearer is measured, in metres.
        #[serde(default = "structured_nearest")]
        nearest_m: Number,
        /// Nothing farther is measured, in metres.
        #[serde(default = "structured_farthest")]
        farthest_m: Number,
        /// Standard deviation of a disparity where all is well, in pixels.
        #[serde(default = "structured_noise")]
        noise_px: Number,
        /// Disparities are multiples of it, in pixels; 0 for exact ones.
        #[serde(default = "structured_step")]
        step_px: Number,
        /// Edge of the square that is matched, in pixels, the next odd number: edges of things are as coarse.
        #[serde(default = "window")]
        window_px: Count,
        /// Share of pixels without a value, for no reason.
        #[serde(default = "zero")]
        drop_out: Number,
    },
    /// Light that is modulated, and comes back with another phase.
    TimeOfFlight {
        /// Of the modulation. Where `farthest_m` is more than half its wavelength, what is farther than that comes out
        /// nearer by whole halves.
        #[serde(default = "modulation")]
        modulation_mhz: Number,
        /// Nothing nearer is measured, in metres.
        #[serde(default = "flight_nearest")]
        nearest_m: Number,
        /// Nothing farther is measured, in metres.
        #[serde(default = "flight_farthest")]
        farthest_m: Number,
        /// Standard deviation on a white surface that faces it, 1 m away, in metres.
        #[serde(default = "flight_noise")]
        noise_m: Number,
        /// Amplitude of the error that harmonics of the modulation make, in metres.
        #[serde(default = "wiggling")]
        wiggling_m: Number,
        /// Over how many pixels light is mixed, so that edges of things have depths between.
        #[serde(default = "one")]
        flying_pixels: Number,
        /// Share of pixels without a value, for no reason.
        #[serde(default = "zero")]
        drop_out: Number,
    },
}

fn origin() -> [Number; 3] {
    [zero(), zero(), zero()]
}
fn zero() -> Number {
    0.0.into()
}
fn one() -> Number {
    1.0.into()
}
fn window() -> Count {
    Count(9.0.into())
}
fn stereo_baseline() -> Number {
    0.05.into()
}
fn stereo_nearest() -> Number {
    0.2.into()
}
fn stereo_farthest() -> Number {
    10.0.into()
}
fn stereo_noise() -> Number {
    0.1.into()
}
fn stereo_step() -> Number {
    0.03125.into()
}
fn structured_baseline() -> Number {
    0.075.into()
}
fn structured_nearest() -> Number {
    0.4.into()
}
fn structured_farthest() -> Number {
    5.0.into()
}
fn structured_noise() -> Number {
    0.0625.into()
}
fn structured_step() -> Number {
    0.125.into()
}
fn modulation() -> Number {
    20.0.into()
}
fn flight_nearest() -> Number {
    0.2.into()
}
fn flight_farthest() -> Number {
    6.0.into()
}
fn flight_noise() -> Number {
    0.003.into()
}
fn wiggling() -> Number {
    0.005.into()
}
