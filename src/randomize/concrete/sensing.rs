//! What looks at a scene: cameras with their faults, and lidars.

use glam::Vec3;
use serde::{Deserialize, Serialize};

use crate::lens::{Intrinsics, Lens};

/// A camera.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Camera {
    /// Unique in the scene.
    pub name: String,
    /// Where it stands at the first picture.
    pub position_m: Vec3,
    /// What it looks at, a point ahead on the optical axis.
    ///
    /// Angles stay 0.01° off the vertical, so that position and target tell the heading. Only `LookAt` can be
    /// vertical; the top of the image then faces −z looking down and +z looking up, as for a yaw of 0.
    pub target_m: Vec3,
    /// Of the camera, clockwise for who looks along it: what it sees turns the other way.
    pub roll_deg: f32,
    /// How far it goes round the target about +Y over the sequence.
    pub arc_deg: f32,
    /// fx, fy, cx, cy in pixels.
    pub intrinsics: Intrinsics,
    /// The kind of projection; pin-hole if it is not said.
    #[serde(default)]
    pub lens: Lens,
    /// A pin-hole's is a point.
    #[serde(default)]
    pub aperture: Option<Aperture>,
    /// Without one it sees an instant.
    #[serde(default)]
    pub shutter: Option<Shutter>,
    /// Open to the weather, before the lens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glass: Option<Glass>,
    /// Without one the picture is what light there is.
    #[serde(default)]
    pub sensor: Option<Sensor>,
    /// Without one there is no measured depth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth_sensor: Option<DepthSensor>,
    /// Exposure value at ISO 100; metered if none.
    pub exposure_ev100: Option<f32>,
    /// Stops brighter than the exposure, metered or given.
    pub exposure_compensation: f32,
}

/// The opening of a lens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aperture {
    /// What is sharp, along the optical axis, in metres.
    pub focus_m: f32,
    /// In metres; of the circle around it where it has corners.
    pub diameter_m: f32,
    /// How many corners it has; round if 0.
    pub blades: u32,
}

/// When the sensor is exposed, and how the camera moves meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shutter {
    /// Of each row, in seconds.
    pub exposure_s: f32,
    /// From the first row to the last one, in seconds.
    pub readout_s: f32,
    /// To its right, up and forward.
    pub velocity_m_per_s: Vec3,
    /// To its left, up and clockwise.
    pub turn_deg_per_s: Vec3,
}

/// Glass before a lens. What is `None` follows from the weather.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Glass {
    /// From the lens.
    pub distance_m: f32,
    /// Share of it that drops cover in the long run.
    pub water_share: Option<f32>,
    /// Share of it under frost.
    pub frost_share: Option<f32>,
    /// Share of the light that dirt takes.
    pub dirt_share: Option<f32>,
    /// What clears it.
    pub wiper: Option<Wiper>,
    /// Of where all that is.
    pub seed: u32,
}

/// A wiper.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wiper {
    /// From one start to the next.
    pub period_s: f32,
    /// How much of a period has gone by at the first picture, 0 to 1.
    pub phase: f32,
}

/// What a sensor and the lens before it make of light. See [`crate::scene::Sensor`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sensor {
    /// Share of the light that is lost in the corners.
    pub vignetting: f32,
    /// How far out red is in the corners, and how far in blue.
    pub chromatic_aberration_px: f32,
    /// Share of the light that is scattered.
    pub bloom: f32,
    /// Share of the light that comes back as ghosts.
    #[serde(default)]
    pub flare: f32,
    /// Electrons of a pixel that is full at ISO 100; 0 for no noise.
    pub full_well_e: f32,
    /// Gain.
    pub iso: f32,
    /// Standard deviation.
    pub read_noise_e: f32,
    /// Electrons without light.
    pub dark_e: f32,
    /// Share of pixels that are always full.
    pub hot_pixels: f32,
    /// Whether each pixel sees one colour.
    pub bayer: bool,
    /// Of the converter; 0 for an exact one.
    pub bits: u32,
    /// Stops, red up and blue down.
    pub white_balance_error: f32,
    /// Of what is fine.
    pub sharpening: f32,
    /// Of the camera's own JPEG; 0 for none.
    pub jpeg_quality: u8,
}

impl Default for Sensor {
    /// One without faults.
    fn default() -> Sensor {
        Sensor {
            vignetting: 0.0,
            chromatic_aberration_px: 0.0,
            bloom: 0.0,
            flare: 0.0,
            full_well_e: 0.0,
            iso: 100.0,
            read_noise_e: 0.0,
            dark_e: 0.0,
            hot_pixels: 0.0,
            bayer: false,
            bits: 0,
            white_balance_error: 0.0,
            sharpening: 0.0,
            jpeg_quality: 0,
        }
    }
}

impl Shutter {
    /// From when the first row is exposed until the last one is not any more, in seconds.
    pub fn span_s(&self) -> f32 {
        self.exposure_s + self.readout_s
    }
}

/// How a camera measures depth. See [`crate::scene::DepthSensor`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum DepthSensor {
    /// Two cameras, or a camera and a projector, by triangulation.
    Stereo {
        /// How far to its right the other one stands, in metres; to its left if below 0.
        baseline_m: f32,
        /// Nearest and farthest depth.
        range_m: [f32; 2],
        /// Standard deviation of a disparity, in pixels.
        noise_px: f32,
        /// Disparities are multiples of it, in pixels; 0 for exact ones.
        step_px: f32,
        /// Edge of what is matched, in pixels: odd.
        window_px: u32,
        /// Whether a pattern is projected.
        active: bool,
        /// Share of pixels without a value.
        drop_out: f32,
    },
    /// By the phase of modulated light that comes back.
    TimeOfFlight {
        /// Of the modulation.
        modulation_mhz: f32,
        /// Nearest and farthest depth.
        range_m: [f32; 2],
        /// Standard deviation on a white surface that faces it, 1 m away.
        noise_m: f32,
        /// Amplitude of the error that the modulation's harmonics make.
        wiggling_m: f32,
        /// Over how many pixels light is mixed.
        flying_pixels: f32,
        /// Share of pixels without a value.
        drop_out: f32,
    },
}

/// What measures with rays of light. See [`crate::scene::Lidar`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lidar {
    /// Unique in the scene.
    pub name: String,
    /// Where it stands.
    pub position_m: Vec3,
    /// A point straight ahead, as of a camera.
    pub target_m: Vec3,
    /// Clockwise for who looks along it.
    pub roll_deg: f32,
    /// How far it goes round the target about +Y over the sequence.
    #[serde(default)]
    pub arc_deg: f32,
    /// Of each ring, above its own level; the first one is ring 0.
    pub elevations_deg: Vec<f32>,
    /// From the leftmost ray to the rightmost, in degrees.
    pub horizontal_deg: f32,
    /// Rays of a ring.
    pub steps: u32,
    /// Nearest and farthest range.
    pub range_m: [f32; 2],
    /// Reflectance of what is just seen at the farthest range, facing it.
    pub weakest_reflectance: f32,
    /// Standard deviation of ranges where much light comes back.
    pub range_noise_m: f32,
    /// Share of rays that come back with nothing for no reason.
    pub drop_out: f32,
    /// How long it takes over a sweep; 0 for an instant.
    pub sweep_s: f32,
    /// How it moves meanwhile: to its right, up and forward.
    pub velocity_m_per_s: Vec3,
    /// To its left, up and clockwise.
    pub turn_deg_per_s: Vec3,
}
