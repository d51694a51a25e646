//! What a scene file may say: its types, units, defaults, validation, and diagnostics that point at the line.
//!
//! A [`Scene`] is a description: wherever a value stands, a distribution may stand too, and nothing is drawn yet.
//! [`crate::randomize`] turns it into a [`crate::randomize::ConcreteScene`].

mod attribute;
mod camera;
mod compose;
pub mod constraints;
mod cover;
pub mod diagnostic;
mod edit;
mod environment;
mod expression;
mod glass;
mod group;
mod labels;
mod lens;
mod library;
mod lidar;
pub mod limits;
mod location;
mod material;
mod number;
mod object;
mod open;
mod physics;
mod pictures;
mod place;
mod pool;
mod read;
mod sensor;
mod shape;
mod show;
mod sources;
mod sweep;
pub mod syntax;
mod validate;
mod variable;
mod weather;

#[cfg(test)]
mod tests;

pub use attribute::Attribute;
pub use camera::{Camera, CameraPose, Focus, Shutter};
pub use compose::{Composed, MOST_BYTES, MOST_TEXT, compose};
pub use constraints::{Constraint, Constraints, Of, Unmet, measured};
pub use cover::Cover;
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use edit::{Edit, EditError};
pub use environment::{Environment, Ground, Light};
pub use expression::{EvaluationError, Expression, Value};
pub use glass::{Glass, Wiper};
pub use group::{Group, Member, Scope, is_meant};
pub use labels::{LabelPlane, Labels, Rejected};
pub use lens::{Distortion, Lens, PixelOrigin};
pub use library::{Asset, Library, files_below, find_asset, find_file, read_file};
pub use lidar::{DepthSensor, Lidar, LidarPreset, UsualLidar};
pub use location::Location;
pub use material::{Adjust, Color, Material, TextureSource, Wear};
pub use number::{Count, Flag, Number, Pick, Weighted};
pub use object::{Body, BodyKind, Object};
pub use physics::{Fallen, Physics, Sequence};
pub use pictures::Pictures;
pub use place::{Orientation, Place, Position, Region, Solid};
pub use pool::{Entry, PanoramaFile, Pool, Pooled};
pub use read::{Loaded, decode, read, read_composed, schema};
pub use sensor::{Sensor, SensorPreset};
pub use shape::Shape;
pub use sweep::{Axis, Design, Point, Sweep, edits};
pub use variable::{Biased, Quota, Variable};
pub use weather::{Quantity, Regime, Weather};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

/// A scene description, as a RON file gives it.
///
/// Everything may be left out but something to see: `objects` or `groups`. Their order, objects first, is that of instance
/// ids.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Names of the categories; their ids are their places in this list, from 1.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Named values, drawn once a frame and used anywhere by formulas.
    #[serde(default)]
    pub variables: IndexMap<String, Variable>,
    /// How the frames of a run cover what may be drawn.
    #[serde(default)]
    pub cover: Cover,
    /// Assets to pick from, by name.
    #[serde(default)]
    pub pools: IndexMap<String, Pool>,
    /// Parts into which the assets of pools are divided, by name, with their shares: `{"train": 0.8, "validation": 0.2}`.
    #[serde(default)]
    pub splits: IndexMap<String, f64>,
    /// The split whose assets are picked; those of all if left out. Each has frames of its own.
    #[serde(default)]
    pub split: Option<String>,
    /// Width and height of the images in pixels.
    #[serde(default = "default_resolution")]
    pub resolution: [u32; 2],
    /// Whether the edges of things are smooth in the colour image (four samples a pixel there); off is quicker. Labels
    /// always belong to the pixel's centre.
    #[serde(default = "yes")]
    pub smooth_edges: bool,
    /// Of how many pictures each colour picture is the mean, each seen through another point of every pixel and lit from
    /// another point of the sun's disc and another direction of the sky. 1 is quickest.
    #[serde(default = "one")]
    pub samples: u32,
    /// How the colour pictures are stored.
    #[serde(default)]
    pub pictures: Pictures,
    /// Cameras by name; one orbiting camera named `main` if left out.
    #[serde(default = "camera::default_cameras")]
    pub cameras: IndexMap<String, Camera>,
    /// Lidars by name, which give clouds of labelled points.
    #[serde(default)]
    pub lidars: IndexMap<String, Lidar>,
    /// What surrounds the objects and lights them from all sides.
    #[serde(default)]
    pub environment: Pick<Environment>,
    /// The weather outdoors; what is indoors has none.
    #[serde(default)]
    pub weather: Option<Weather>,
    /// Where and when on earth it is.
    #[serde(default)]
    pub location: Option<Location>,
    /// Sun and lamps by name.
    #[serde(default)]
    pub lights: IndexMap<String, Light>,
    /// The level ground at height 0; an outdoor scene usually has one, a room brings its own floor.
    #[serde(default)]
    pub ground: Option<Ground>,
    /// Things by name.
    #[serde(default)]
    pub objects: IndexMap<String, Object>,
    /// Things that are placed together, by name.
    #[serde(default)]
    pub groups: IndexMap<String, Group>,
    /// By category, the share of its instances that are kept, 0 to 1; each of the others is left out of its frame.
    #[serde(default)]
    pub kept: IndexMap<String, f64>,
    /// How things fall and when they rest.
    #[serde(default)]
    pub physics: Physics,
    /// Play on after settling and take several pictures.
    #[serde(default)]
    pub sequence: Option<Sequence>,
    /// What is labelled and which instances are annotated.
    #[serde(default)]
    pub labels: Labels,
    /// What every frame has to show; one that does not is drawn again.
    #[serde(default)]
    pub constraints: Constraints,
}

impl Scene {
    /// What stands in the world itself.
    pub fn scope(&self) -> Scope<'_> {
        Scope { objects: &self.objects, groups: &self.groups }
    }
}

fn one() -> u32 {
    1
}

fn yes() -> bool {
    true
}

/// 640 × 480: large enough for small things, small enough to be quick.
fn default_resolution() -> [u32; 2] {
    [640, 480]
}
