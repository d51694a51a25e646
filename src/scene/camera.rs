//! Cameras: where they stand, where they look, and their lens.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Count, DepthSensor, Glass, Lens, Number, Position, Sensor};

/// A camera.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Camera {
    /// Where it stands and looks.
    pub pose: CameraPose,
    /// What it sees of it.
    pub lens: Lens,
    /// How far away it is sharp; everywhere if left out. Seen with more than one of `samples`.
    pub focus: Option<Focus>,
    /// How long it is exposed; for an instant if left out. Seen with more than one of `samples`.
    pub shutter: Option<Shutter>,
    /// Glass before it that the weather comes to; kept clean and dry if left out.
    pub glass: Option<Glass>,
    /// What it makes of light; exactly what there is if left out.
    pub sensor: Option<Sensor>,
    /// How it measures depth, in a plane beside the exact one; not at all if left out.
    pub depth_sensor: Option<DepthSensor>,
    /// Exposure value at ISO 100 (15: full sun, 7: a lit room); metered from the scene's light if left out.
    pub exposure_ev100: Option<Number>,
    /// Stops by which the picture is brighter than metered, or than `exposure_ev100` would give.
    pub exposure_compensation: Number,
}

/// The aperture of a lens, and what it is focused on.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Focus {
    /// Of what is sharp, along the optical axis, in metres.
    pub distance_m: Number,
    /// Focal length over diameter of the aperture.
    pub f_number: Number,
    /// In millimetres; that of a `Physical` lens, or of what would see as much on a full frame, 36 mm wide, if left out.
    #[serde(default)]
    pub focal_length_mm: Option<Number>,
    /// Of the aperture, which has as many corners; round if 0.
    #[serde(default = "round")]
    pub blades: Count,
}

/// When the sensor is exposed. What is labelled is where it is in the middle of that.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shutter {
    /// Of each row, in seconds.
    pub exposure_s: Number,
    /// From the first row to the last one, in seconds: 0 for a global shutter.
    #[serde(default = "zero")]
    pub readout_s: Number,
    /// How the camera itself moves meanwhile: to its right, up and forward, in m/s.
    #[serde(default = "origin")]
    pub velocity_m_per_s: [Number; 3],
    /// How it turns meanwhile: to its left, up and clockwise, in degrees a second.
    #[serde(default = "origin")]
    pub turn_deg_per_s: [Number; 3],
}

/// Where a camera stands and looks. Up is +Y.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "a scene holds a few")]
pub enum CameraPose {
    /// On a sphere about a target.
    Orbit {
        /// What it looks at, in metres.
        #[serde(default = "middle")]
        target_m: Position,
        /// From the target.
        distance_m: Number,
        /// Above the level.
        #[serde(default = "default_elevation")]
        elevation_deg: Number,
        /// 0 looks from +z, 90 from +x.
        #[serde(default = "any_azimuth")]
        azimuth_deg: Number,
        /// How far it goes round over a sequence, about the target.
        #[serde(default = "zero")]
        arc_deg: Number,
        /// Rotation about the optical axis, clockwise as seen in the image.
        #[serde(default = "zero")]
        roll_deg: Number,
    },
    /// From one point towards another.
    LookAt {
        /// Where it stands, in metres.
        eye_m: Position,
        /// What it looks at, in metres.
        target_m: Position,
        /// Rotation about the optical axis, clockwise as seen in the image.
        #[serde(default = "zero")]
        roll_deg: Number,
    },
    /// By position and angles, as a pan-tilt head has them.
    Fixed {
        /// Metres.
        position_m: Position,
        /// 0 looks along −z, 90 along −x.
        yaw_deg: Number,
        /// Above the level.
        pitch_deg: Number,
        /// Rotation about the optical axis, clockwise as seen in the image.
        #[serde(default = "zero")]
        roll_deg: Number,
    },
}

impl Default for Camera {
    fn default() -> Self {
        Camera {
            pose: CameraPose::Orbit {
                target_m: middle(),
                distance_m: 3.0.into(),
                elevation_deg: default_elevation(),
                azimuth_deg: any_azimuth(),
                arc_deg: zero(),
                roll_deg: zero(),
            },
            lens: Lens::Fov { vertical_deg: 50.0.into(), distortion: Default::default() },
            focus: None,
            shutter: None,
            glass: None,
            sensor: None,
            depth_sensor: None,
            exposure_ev100: None,
            exposure_compensation: zero(),
        }
    }
}

/// One camera named `main`.
pub(super) fn default_cameras() -> IndexMap<String, Camera> {
    IndexMap::from([("main".to_owned(), Camera::default())])
}

fn middle() -> Position {
    origin().into()
}
fn origin() -> [Number; 3] {
    [zero(), zero(), zero()]
}
fn round() -> Count {
    Count(zero())
}
fn zero() -> Number {
    0.0.into()
}
fn default_elevation() -> Number {
    Number::Uniform(15.0, 60.0)
}
fn any_azimuth() -> Number {
    Number::Uniform(0.0, 360.0)
}
