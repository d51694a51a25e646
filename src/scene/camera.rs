//! Cameras: where they stand, where they look, and their lens.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Lens, Number};

/// A camera.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Camera {
    /// Where it stands and looks.
    pub pose: CameraPose,
    /// What it sees of it.
    pub lens: Lens,
    /// Exposure value at ISO 100 (15: full sun, 7: a lit room); metered from the scene's light if left out.
    pub exposure_ev100: Option<Number>,
    /// Stops by which the picture is brighter than metered, or than `exposure_ev100` would give.
    pub exposure_compensation: Number,
}

/// Where a camera stands and looks. Up is +Y.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum CameraPose {
    /// On a sphere about a target.
    Orbit {
        /// What it looks at, in metres.
        #[serde(default = "origin")]
        target_m: [Number; 3],
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
        eye_m: [Number; 3],
        /// What it looks at, in metres.
        target_m: [Number; 3],
        /// Rotation about the optical axis, clockwise as seen in the image.
        #[serde(default = "zero")]
        roll_deg: Number,
    },
    /// By position and angles, as a pan-tilt head has them.
    Fixed {
        /// Metres.
        position_m: [Number; 3],
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
                target_m: origin(),
                distance_m: 3.0.into(),
                elevation_deg: default_elevation(),
                azimuth_deg: any_azimuth(),
                arc_deg: zero(),
                roll_deg: zero(),
            },
            lens: Lens::Fov { vertical_deg: 50.0.into(), distortion: Default::default() },
            exposure_ev100: None,
            exposure_compensation: zero(),
        }
    }
}

/// One camera named `main`.
pub(super) fn default_cameras() -> IndexMap<String, Camera> {
    IndexMap::from([("main".to_owned(), Camera::default())])
}

fn origin() -> [Number; 3] {
    [zero(), zero(), zero()]
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
