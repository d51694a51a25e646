//! What is labelled, in which planes, and which instances are annotated.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is labelled and which instances are annotated; every format obeys it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Labels {
    /// Image planes that are written beside the picture, the instance ids and the depth.
    pub planes: Vec<LabelPlane>,
    /// Whether whole silhouettes are found, hidden parts included: amodal masks and boxes, visible fractions, truncation
    /// and who hides whom.
    pub amodal: bool,
    /// Instances with fewer visible pixels are not annotated.
    pub minimum_pixels: u32,
    /// Instances of which a smaller share is visible (visible pixels over those of the whole silhouette within the
    /// image) are not annotated.
    pub minimum_visible_fraction: f64,
    /// Instances of which a larger share of the silhouette is outside the image are not annotated.
    pub maximum_truncation: f64,
    /// Instances from whose middle the air lets a smaller share of the light through to the camera are not annotated: what
    /// fog swallows. Without weather all of it arrives.
    #[serde(skip_serializing_if = "is_zero")]
    pub minimum_transmittance: f64,
    /// What becomes of seen instances that miss one of these limits.
    pub rejected: Rejected,
}

/// An image plane that a scene may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum LabelPlane {
    /// How far from the camera's centre the surface is, in metres; depth is measured along the optical axis instead.
    Distance,
    /// The depth once more in whole millimetres, for readers that want it so; 0 beyond 65.535 m.
    DepthMillimetres,
    /// Of the surface, in the camera frame.
    Normal,
    /// Where in its instance's box the surface is, 0 to 1 along each edge.
    ObjectCoordinates,
    /// Which part of its instance is seen.
    Part,
    /// The category of the instance that is seen.
    Category,
    /// The picture in linear light, before the tone curve.
    Linear,
    /// Where each point that is seen is in the next picture of the sequence and in the one before, and whether it can
    /// be seen there.
    Flow,
}

/// What becomes of instances that are seen but miss a limit of the labels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Rejected {
    /// They get no annotation.
    #[default]
    LeaveOut,
    /// They are annotated as crowd, which evaluations neither reward nor punish: `iscrowd` in COCO, `DontCare` in
    /// KITTI, `difficult` in Pascal VOC.
    Crowd,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

impl Default for Labels {
    fn default() -> Self {
        Labels {
            planes: Vec::new(),
            amodal: true,
            minimum_pixels: 1,
            minimum_visible_fraction: 0.0,
            maximum_truncation: 1.0,
            minimum_transmittance: 0.0,
            rejected: Rejected::default(),
        }
    }
}
