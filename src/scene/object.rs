//! Objects: what stands or falls in a scene.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Attribute, Count, Flag, Light, Material, Number, Pick, Shape};

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

/// Where an object begins.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Place {
    /// At a pose; `position_m` is where the centre of its bounding box lies.
    At {
        /// Metres.
        position_m: [Number; 3],
        /// How it is turned.
        #[serde(default = "as_is")]
        orientation: Pick<Orientation>,
    },
    /// Standing on a support (its lowest point touches), without falling first.
    On {
        /// Name of a static object, or `"ground"`.
        #[serde(default = "ground")]
        support: String,
        /// Part of the support's top.
        #[serde(default)]
        region: Region,
        /// How it is turned.
        #[serde(default = "upright")]
        orientation: Pick<Orientation>,
    },
    /// In a volume above a support, clear of what was placed before it; from there it falls.
    Above {
        /// Name of a static object, or `"ground"`.
        #[serde(default = "ground")]
        support: String,
        /// Part of the support's top, and so the base of the volume.
        #[serde(default)]
        region: Region,
        /// From the support's top to the lowest point of the object.
        #[serde(default = "default_height")]
        height_m: Number,
        /// How it is turned.
        #[serde(default = "free")]
        orientation: Pick<Orientation>,
    },
}

/// Part of the top of a support.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Region {
    /// All of it (of the ground: 2 × 2 m about the origin), less a margin that keeps the object on it.
    #[default]
    Top,
    /// A rectangle.
    Rectangle {
        /// Its middle, x and z in metres from the support's centre.
        #[serde(default)]
        center_m: [f64; 2],
        /// Along x and z in metres.
        size_m: [f64; 2],
    },
    /// A disk.
    Disk {
        /// Its middle, x and z in metres from the support's centre.
        #[serde(default)]
        center_m: [f64; 2],
        /// Metres.
        radius_m: f64,
    },
}

/// How an object is turned.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Orientation {
    /// Any rotation, uniform on SO(3).
    Free,
    /// Turned about the vertical only.
    Upright {
        /// About +Y.
        #[serde(default = "any_yaw")]
        yaw_deg: Number,
    },
    /// Turned about an axis of its own frame.
    About {
        /// Of any length above 0.
        axis: [f64; 3],
        /// Counter-clockwise as seen from the axis' tip.
        angle_deg: Number,
    },
    /// Its own up leans away from the vertical, to any side, uniform on the cap of a sphere; turned about itself at
    /// random.
    Cone {
        /// The most that it leans.
        half_angle_deg: Number,
    },
    /// Yaw about Y, then pitch about X, then roll about Z, each about the turned axes.
    Angles {
        /// About Y.
        yaw_deg: Number,
        /// About X.
        pitch_deg: Number,
        /// About Z.
        roll_deg: Number,
    },
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

impl Default for Place {
    fn default() -> Self {
        Place::Above { support: ground(), region: Region::default(), height_m: default_height(), orientation: free() }
    }
}

fn one() -> Count {
    Count(1.0.into())
}
fn unit() -> Number {
    1.0.into()
}
fn ground() -> String {
    "ground".to_owned()
}
fn default_height() -> Number {
    Number::Uniform(0.05, 1.0)
}
fn free() -> Pick<Orientation> {
    Pick::Constant(Orientation::Free)
}
fn upright() -> Pick<Orientation> {
    Pick::Constant(Orientation::Upright { yaw_deg: any_yaw() })
}
fn as_is() -> Pick<Orientation> {
    Pick::Constant(Orientation::Upright { yaw_deg: 0.0.into() })
}
fn any_yaw() -> Number {
    Number::Uniform(0.0, 360.0)
}
