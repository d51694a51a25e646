//! The geometry of an object.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Count, Number};

/// What an object looks like: a primitive, a model of the library, or a file.
///
/// Round shapes stand along Y. The origin of each is the centre of its bounding box.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Shape {
    /// A box with slightly rounded edges.
    Box {
        /// Edge lengths along x, y, z in metres.
        size_m: [Number; 3],
    },
    /// A ball.
    Sphere {
        /// Metres.
        radius_m: Number,
    },
    /// A cylinder along Y.
    Cylinder {
        /// Metres.
        radius_m: Number,
        /// Metres.
        height_m: Number,
    },
    /// A cone along Y, tip up.
    Cone {
        /// Radius of the base in metres.
        radius_m: Number,
        /// Metres.
        height_m: Number,
    },
    /// A cylinder along Y with a half ball at each end.
    Capsule {
        /// Metres.
        radius_m: Number,
        /// Height over all in metres, at least twice the radius.
        height_m: Number,
    },
    /// A ring lying flat.
    Torus {
        /// Radius of the circle that the tube follows, in metres.
        ring_radius_m: Number,
        /// Radius of the tube in metres, below that of the ring.
        tube_radius_m: Number,
    },
    /// A model that the program makes itself; `maquette library` lists them.
    Library {
        /// Its name, e.g. `"mug"`.
        name: String,
        /// Which of its variants; any of them if left out.
        #[serde(default)]
        variant: Option<Count>,
    },
    /// A glTF 2.0 file, `.gltf` or `.glb`.
    Model {
        /// Path relative to the scene file; it may not leave that folder.
        file: String,
    },
}
