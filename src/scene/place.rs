//! Where things begin and how they are turned.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

use super::open::{Open, either};
use super::{Number, Pick};

/// Where an object begins.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Place {
    /// At a pose; `position_m` is where the centre of its bounding box lies (on the surface of an object: where it
    /// touches).
    At {
        /// Metres.
        position_m: Position,
        /// How it is turned.
        #[serde(default = "as_is")]
        orientation: Pick<Orientation>,
        /// Whether positions are drawn until it is clear of what was placed before it.
        #[serde(default)]
        clear: bool,
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

/// Part of the top of a support: x and z in metres from the support's centre, along its own axes. What it leaves open is
/// drawn once for all instances of the object.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Region {
    /// All of it (of the ground: 2 × 2 m about the origin), less a margin that keeps the object on it.
    #[default]
    Top,
    /// A rectangle.
    Rectangle {
        /// Its middle.
        #[serde(default = "middle")]
        center_m: [Number; 2],
        /// Along x and z.
        size_m: [Number; 2],
    },
    /// A disk.
    Disk {
        /// Its middle.
        #[serde(default = "middle")]
        center_m: [Number; 2],
        /// Metres.
        radius_m: Number,
    },
    /// What is left of a disk without a smaller one.
    Ring {
        /// Its middle.
        #[serde(default = "middle")]
        center_m: [Number; 2],
        /// Metres.
        inner_radius_m: Number,
        /// Metres.
        outer_radius_m: Number,
    },
    /// A strip along a line through points.
    Path {
        /// At least two.
        points_m: Vec<[f64; 2]>,
        /// Whether it leads back from the last point to the first.
        #[serde(default)]
        closed: bool,
        /// Whether it is a curve through the points instead of straight pieces.
        #[serde(default)]
        smooth: bool,
        /// From one side of the strip to the other.
        #[serde(default = "zero")]
        width_m: Number,
    },
    /// The points of a grid, one for each instance as long as there are free ones.
    Grid {
        /// Its middle.
        #[serde(default = "middle")]
        center_m: [Number; 2],
        /// From point to point along x and z.
        spacing_m: [Number; 2],
        /// How many points along x and z.
        cells: [u32; 2],
        /// How far from its point a thing may be, along x and along z.
        #[serde(default = "zero")]
        jitter_m: Number,
        /// Whether points are taken in any order; else row by row.
        #[serde(default = "yes")]
        shuffled: bool,
    },
    /// Points of another region that keep their distance, as far as there is room for so many.
    PoissonDisk {
        /// Where they lie.
        within: Box<Region>,
        /// Between the centres of any two instances of the object.
        distance_m: Number,
    },
}

/// A point in the world, in metres: `[x, y, z]`, or where to draw it from.
#[derive(Debug, Clone, PartialEq)]
pub enum Position {
    /// Each coordinate for itself.
    Coordinates([Number; 3]),
    /// Within a solid, each part of its volume equally likely.
    In(Solid),
    /// On the surface of a solid, each part of it equally likely.
    On(Solid),
    /// On a line through points, each part of it equally likely.
    Path {
        /// At least two.
        points_m: Vec<[f64; 3]>,
        /// Whether it leads back from the last point to the first.
        closed: bool,
        /// Whether it is a curve through the points instead of straight pieces.
        smooth: bool,
    },
    /// The points of a grid, one for each instance, over and over.
    Grid {
        /// Its middle.
        center_m: [Number; 3],
        /// From point to point along x, y and z.
        spacing_m: [Number; 3],
        /// How many points along x, y and z.
        cells: [u32; 3],
        /// How far from its point a thing may be, along each axis.
        jitter_m: Number,
        /// Whether points are taken in any order; else row by row.
        shuffled: bool,
    },
    /// Points within a solid that keep their distance, as far as there is room for so many.
    PoissonDisk {
        /// Where they lie.
        within: Solid,
        /// Between the points of any two instances of the object.
        distance_m: Number,
    },
    /// In what a camera sees, each part of the volume equally likely. Objects only.
    Frustum {
        /// Name of a camera with a pin-hole's lens, distorted or not; its distortion is not heeded.
        camera: String,
        /// Least depth.
        near_m: Number,
        /// Largest depth.
        far_m: Number,
        /// Share of width and height of the image that is left out at each border; below 0 it reaches beyond.
        margin: f64,
    },
    /// On the surface of a static object, each part of it equally likely. Objects only.
    Surface {
        /// Its name; of several instances one is drawn.
        object: String,
        /// The steepest part that counts, as the angle between its normal and the vertical: 0 is level ground, 90 a wall,
        /// 180 a ceiling.
        slope_at_most_deg: f64,
    },
}

/// A simple solid along the axes of the world.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Solid {
    /// A box.
    Box {
        /// Its middle.
        #[serde(default = "origin")]
        center_m: [Number; 3],
        /// Along x, y and z.
        size_m: [Number; 3],
    },
    /// A ball.
    Sphere {
        /// Its middle.
        #[serde(default = "origin")]
        center_m: [Number; 3],
        /// Metres.
        radius_m: Number,
    },
    /// What is left of a ball without a smaller one.
    Shell {
        /// Its middle.
        #[serde(default = "origin")]
        center_m: [Number; 3],
        /// Metres.
        inner_radius_m: Number,
        /// Metres.
        outer_radius_m: Number,
    },
    /// A level disk without thickness; its surface is its rim.
    Disk {
        /// Its middle.
        #[serde(default = "origin")]
        center_m: [Number; 3],
        /// Metres.
        radius_m: Number,
    },
    /// A cylinder along Y.
    Cylinder {
        /// Its middle.
        #[serde(default = "origin")]
        center_m: [Number; 3],
        /// Metres.
        radius_m: Number,
        /// Metres.
        height_m: Number,
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
    /// As the place is: its up along the normal of the surface, its z axis along the path, or along that of the support.
    Aligned {
        /// From there about its own up.
        #[serde(default = "zero")]
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

/// Ways to draw a position, as a file names them.
#[derive(Deserialize, JsonSchema)]
#[serde(remote = "Position", deny_unknown_fields)]
enum Drawn {
    /// Each coordinate for itself.
    Coordinates([Number; 3]),
    /// Within a solid, each part of its volume equally likely.
    In(Solid),
    /// On the surface of a solid, each part of it equally likely.
    On(Solid),
    /// On a line through points, each part of it equally likely.
    Path {
        /// At least two.
        points_m: Vec<[f64; 3]>,
        /// Whether it leads back from the last point to the first.
        #[serde(default)]
        closed: bool,
        /// Whether it is a curve through the points instead of straight pieces.
        #[serde(default)]
        smooth: bool,
    },
    /// The points of a grid, one for each instance, over and over.
    Grid {
        /// Its middle.
        #[serde(default = "origin")]
        center_m: [Number; 3],
        /// From point to point along x, y and z.
        spacing_m: [Number; 3],
        /// How many points along x, y and z.
        cells: [u32; 3],
        /// How far from its point a thing may be, along each axis.
        #[serde(default = "zero")]
        jitter_m: Number,
        /// Whether points are taken in any order; else row by row.
        #[serde(default = "yes")]
        shuffled: bool,
    },
    /// Points within a solid that keep their distance, as far as there is room for so many.
    PoissonDisk {
        /// Where they lie.
        within: Solid,
        /// Between the points of any two instances of the object.
        distance_m: Number,
    },
    /// In what a camera sees, each part of the volume equally likely. Objects only.
    Frustum {
        /// Name of a camera with a pin-hole's lens, distorted or not; its distortion is not heeded.
        camera: String,
        /// Least depth.
        near_m: Number,
        /// Largest depth.
        far_m: Number,
        /// Share of width and height of the image that is left out at each border; below 0 it reaches beyond.
        #[serde(default)]
        margin: f64,
    },
    /// On the surface of a static object, each part of it equally likely. Objects only.
    Surface {
        /// Its name; of several instances one is drawn.
        object: String,
        /// The steepest part that counts, as the angle between its normal and the vertical.
        #[serde(default = "any_slope")]
        slope_at_most_deg: f64,
    },
}

const POSITIONS: &[&str] = &["Coordinates", "In", "On", "Path", "Grid", "PoissonDisk", "Frustum", "Surface"];

/// A position that a file names.
struct Named(Position);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        Drawn::deserialize(deserializer).map(Named)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let open: Open<[Number; 3], Named, Position> = Open {
            expected: "a position such as `[0, 1, 0]` or where to draw it from, such as `In(Sphere(radius_m: 1))`",
            plain: Position::Coordinates,
            named: |Named(position)| position,
            types: PhantomData,
        };
        deserializer.deserialize_enum("$position", POSITIONS, open)
    }
}

impl JsonSchema for Position {
    fn schema_name() -> Cow<'static, str> {
        "Position".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<[Number; 3]>();
        let named = generator.subschema_for::<Drawn>();
        either(plain, named, "A point in the world, in metres, or where to draw it from.")
    }
}

impl From<[Number; 3]> for Position {
    fn from(coordinates: [Number; 3]) -> Self {
        Position::Coordinates(coordinates)
    }
}

impl Position {
    /// The lowest and highest x, y and z, where that can be told from the description alone.
    pub fn range(&self) -> Option<[(f64, f64); 3]> {
        match self {
            Position::Coordinates([x, y, z]) => Some([x.range()?, y.range()?, z.range()?]),
            Position::In(solid) | Position::On(solid) | Position::PoissonDisk { within: solid, .. } => solid.range(),
            _ => None,
        }
    }

    /// The point that it always is, if it does not vary.
    pub fn constant(&self) -> Option<[f64; 3]> {
        let ranges = self.range()?;
        ranges.iter().all(|(low, high)| low == high).then(|| ranges.map(|(low, _)| low))
    }
}

impl Solid {
    fn range(&self) -> Option<[(f64, f64); 3]> {
        let most = |number: &Number| number.range().map(|(_, most)| most);
        let (center, half) = match self {
            Solid::Box { center_m, size_m: [x, y, z] } => (center_m, [most(x)? / 2.0, most(y)? / 2.0, most(z)? / 2.0]),
            Solid::Sphere { center_m, radius_m } | Solid::Shell { center_m, outer_radius_m: radius_m, .. } => {
                (center_m, [most(radius_m)?; 3])
            }
            Solid::Disk { center_m, radius_m } => (center_m, [most(radius_m)?, 0.0, most(radius_m)?]),
            Solid::Cylinder { center_m, radius_m, height_m } => {
                let radius = most(radius_m)?;
                (center_m, [radius, most(height_m)? / 2.0, radius])
            }
        };
        let [x, y, z] = center;
        let mut ranges = [x.range()?, y.range()?, z.range()?];
        for ((low, high), half) in ranges.iter_mut().zip(half) {
            (*low, *high) = (*low - half, *high + half);
        }
        Some(ranges)
    }
}

impl Default for Place {
    fn default() -> Self {
        Place::Above { support: ground(), region: Region::default(), height_m: default_height(), orientation: free() }
    }
}

impl Place {
    /// Standing anywhere on the ground, turned anyhow about the vertical.
    pub(super) fn standing() -> Self {
        Place::On { support: ground(), region: Region::default(), orientation: upright() }
    }

    /// The support that it names.
    pub fn support(&self) -> Option<&str> {
        match self {
            Place::At { .. } => None,
            Place::On { support, .. } | Place::Above { support, .. } => Some(support),
        }
    }

    /// The object on whose surface it is.
    pub fn surface(&self) -> Option<&str> {
        match self {
            Place::At { position_m: Position::Surface { object, .. }, .. } => Some(object),
            _ => None,
        }
    }
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
fn zero() -> Number {
    0.0.into()
}
fn middle() -> [Number; 2] {
    [zero(), zero()]
}
fn origin() -> [Number; 3] {
    [zero(), zero(), zero()]
}
fn yes() -> bool {
    true
}
fn any_slope() -> f64 {
    180.0
}
