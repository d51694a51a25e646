//! Objects: what stands or falls in a scene.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Attribute, Count, Flag, Light, Material, Number, Pick, Place, Shape};
use crate::weather::ground::grip::Contact;

/// A thing, or several of a kind that are drawn independently of each other.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// Name of its category; without one it is never annotated.
    #[serde(default)]
    pub category: Option<Pick<String>>,
    /// What it looks like.
    pub shape: Pick<Shape>,
    /// How many there are.
    #[serde(default = "one")]
    pub count: Count,
    /// Factor on its size.
    #[serde(default = "unit")]
    pub scale: Number,
    /// What it is made of.
    #[serde(default)]
    pub material: Material,
    /// Where it begins.
    #[serde(default)]
    pub place: Place,
    /// How it moves.
    #[serde(default)]
    pub body: Body,
    /// A distractor with a category is drawn but not annotated.
    #[serde(default)]
    pub distractor: Flag,
    /// A volume is annotated but not there: it is not drawn, hides nothing, and nothing stands on it or bumps into it.
    #[serde(default)]
    pub volume: bool,
    /// Points with names, in the frame of the shape (its origin is the middle of its bounding box), in metres before
    /// `scale`. Those of a glTF file, its nodes whose names start with `kp_`, need not be named again.
    #[serde(default)]
    pub keypoints: IndexMap<String, [f64; 3]>,
    /// Lamps that it carries, `Point` or `Spot`, by name; places are in the frame of the shape, in metres before `scale`.
    #[serde(default)]
    pub lights: IndexMap<String, Light>,
    /// Pairs of keypoints that a bone joins.
    #[serde(default)]
    pub skeleton: Vec<(String, String)>,
    /// What else is to stand in the records about it.
    #[serde(default)]
    pub attributes: IndexMap<String, Attribute>,
}

/// How an object takes part in the physics.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Body {
    /// Whether it moves.
    pub kind: BodyKind,
    /// Mass of the whole object; from its density if left out.
    pub mass_kg: Option<Number>,
    /// 1000 is water; the library's own, or 500, if left out.
    pub density_kg_per_m3: Option<Number>,
    /// Coulomb friction coefficient; 0.5 if left out.
    pub friction: Option<Number>,
    /// 0 (dead) to 1 (all energy kept); 0.1 if left out.
    pub restitution: Option<Number>,
    /// What it touches the ground with: by that friction falls on wet, snowy and icy ground.
    pub contact: Contact,
    /// How long the tracks are that its wheels have left behind it where there is snow: of what stands on the ground and
    /// has its front at +x. None if left out.
    pub tracks_m: Option<Number>,
}

/// Whether a body moves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize, JsonSchema)]
pub enum BodyKind {
    /// It falls, slides and topples.
    #[default]
    Dynamic,
    /// It stays, and others rest on it.
    Static,
}

fn one() -> Count {
    Count(1.0.into())
}
fn unit() -> Number {
    1.0.into()
}
