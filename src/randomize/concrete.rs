//! One scene with every choice made: a value that serialises, prints and compares.
//!
//! World frame: metres, right-handed, Y up. Angles of the description are rotations here, colours are linear.

mod later;
mod material;
mod sensing;

use std::collections::BTreeMap;

use glam::{Quat, Vec3};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

pub use super::weather::{Extinction, Weather};
pub use crate::lens::{Intrinsics, Lens};
pub use crate::scene::{Attribute, BodyKind, Fallen, LabelPlane, Labels, Physics, Pictures, Sequence, Value};
pub use crate::weather::ground::grip::Contact;
pub use material::{Adjust, Material, Texture, Wear};
pub use sensing::{Aperture, Camera, DepthSensor, Glass, Lidar, Sensor, Shutter, Wiper};

/// A scene with nothing left open. Rendering it again gives the same frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcreteScene {
    /// The seed that it was drawn with.
    pub seed: u64,
    /// The frame number (in a sequence: the take) that it was drawn for.
    pub frame: u64,
    /// How often the frame was drawn before, as it did not meet the scene's constraints.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempt: u32,
    /// The scene's named variables.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub variables: IndexMap<String, Value>,
    /// How much more often such a frame happens in the world than in the dataset: the factor by which a mean over
    /// frames becomes one over the world.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub importance_weight: f64,
    /// Category names; ids are places in this list, from 1.
    pub categories: Vec<String>,
    /// Image width and height in pixels.
    pub resolution: [u32; 2],
    /// Whether the colour image has four samples a pixel along edges, and shadows are filtered wider.
    pub smooth_edges: bool,
    /// Of how many pictures each colour picture is the mean.
    #[serde(default = "one")]
    pub samples: u32,
    /// How the colour pictures are stored.
    #[serde(default)]
    pub pictures: Pictures,
    /// At least one.
    pub cameras: Vec<Camera>,
    /// What measures with rays of light.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lidars: Vec<Lidar>,
    /// Light and backdrop all round.
    pub environment: Environment,
    /// The weather, where it is outdoors and has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weather: Option<Weather>,
    /// What it has become by the last picture of a sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weather_becomes: Option<Weather>,
    /// Where and when on earth it is; suns that follow it have their direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Sun and lamps.
    pub lights: Vec<Light>,
    /// The level ground at height 0.
    pub ground: Option<Ground>,
    /// In the order of their ids, which start at 1 and have no gaps.
    pub instances: Vec<Instance>,
    /// How it comes to rest.
    pub physics: Physics,
    /// Several pictures of the scene playing on.
    pub sequence: Option<Sequence>,
    /// What is annotated.
    pub labels: Labels,
}

fn one() -> u32 {
    1
}

fn whole() -> f64 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_whole(weight: &f64) -> bool {
    *weight == 1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Position and rotation together: `world_from_object`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pose {
    /// Metres.
    pub position_m: Vec3,
    /// Unit quaternion x, y, z, w.
    pub rotation: Quat,
}

/// What surrounds the objects. See [`crate::scene::Environment`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "a scene has one")]
pub enum Environment {
    /// The open sky about the first sun of the scene.
    Sky {
        /// Haze: 1.5 (extremely clear) to 10 (hazy).
        turbidity: f32,
        /// Share of the sky that clouds cover, 0 to 1.
        cloud_cover: f32,
        /// Of cities, on the sky, in cd/m².
        #[serde(default)]
        glow_cd_per_m2: f32,
        /// Of what is left to the sky's maker: the clouds' shapes.
        seed: u64,
    },
    /// What a picture of all directions shows.
    Panorama {
        /// As the scene names it.
        file: String,
        /// On a level surface, the sun's share included, in lux.
        illuminance_lux: f32,
        /// Counter-clockwise about +Y as seen from above.
        yaw_deg: f32,
    },
    /// A closed room about the origin.
    Room {
        /// Width (x), height (y) and length (z) in metres; the floor lies at height 0.
        size_m: Vec3,
        /// Of the walls.
        walls: Material,
        /// Of the floor.
        floor: Material,
        /// 0 to 4, one a wall.
        windows: u32,
        /// Luminance of the sky that the windows show, in cd/m².
        window_luminance_cd_per_m2: f32,
        /// Light of the ceiling lamps together, in lumen.
        lamp_flux_lm: f32,
        /// Colour temperature of the ceiling lamps, in kelvin.
        lamp_temperature_kelvin: f32,
        /// Of what is left to the room's maker: which walls have the windows, what its reflections show.
        seed: u64,
    },
    /// Soft boxes around a neutral backdrop.
    Studio {
        /// On a level surface, in lux.
        illuminance_lux: f32,
        /// Colour of the backdrop, linear red, green and blue, 0 to 1.
        backdrop: [f32; 3],
        /// Of what is left to the studio's maker: where the soft boxes stand.
        seed: u64,
    },
    /// The same light from everywhere.
    Ambient {
        /// On any surface, in lux.
        illuminance_lux: f32,
        /// Of the light and the background, linear red, green and blue, 0 to 1.
        color: [f32; 3],
    },
}

impl Environment {
    /// Whether there is weather.
    pub fn is_outdoors(&self) -> bool {
        !matches!(self, Environment::Room { .. } | Environment::Studio { .. })
    }
}

/// Where and when on earth a scene is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// North of the equator.
    pub latitude_deg: f64,
    /// East of Greenwich.
    pub longitude_deg: f64,
    /// Of the Gregorian calendar.
    pub year: u32,
    /// From 1 for 1 January.
    pub day_of_year: u32,
    /// By the clock.
    pub hour: f64,
    /// How far the clock is ahead of UTC, in hours.
    pub utc_offset_h: f64,
    /// The azimuth of north: 0 is +z, 90 is +x.
    pub north_deg: f64,
    /// Hours of the day that pass in a second of a sequence.
    #[serde(default)]
    pub hours_per_s: f64,
}

/// A light with a place or a direction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Light {
    /// Parallel light; what is `None` follows from elevation and haze.
    Sun {
        /// Unique in the scene.
        name: String,
        /// Unit vector.
        direction_to_sun: Vec3,
        /// On a surface facing the sun, in lux.
        illuminance_lux: Option<f32>,
        /// Colour temperature in kelvin.
        temperature_kelvin: Option<f32>,
        /// Whether it stands where the scene's place and time have it.
        #[serde(default)]
        follows_location: bool,
    },
    /// Parallel light of the night.
    Moon {
        /// Unique in the scene.
        name: String,
        /// Unit vector.
        direction_to_moon: Vec3,
        /// Share of its disc that is lit.
        phase: f32,
        /// Whether it stands where the scene's place and time have it.
        #[serde(default)]
        follows_location: bool,
    },
    /// All round.
    Point {
        /// Unique in the scene.
        name: String,
        /// Metres.
        position_m: Vec3,
        /// Light given off, in lumen.
        flux_lm: f32,
        /// Colour temperature in kelvin.
        temperature_kelvin: f32,
        /// Whether it casts shadows.
        shadows: bool,
        /// Of the ball that it is, in metres.
        #[serde(default)]
        radius_m: f32,
    },
    /// In a cone; `flux_lm` as if it were opened to the full sphere.
    Spot {
        /// Unique in the scene.
        name: String,
        /// Metres.
        position_m: Vec3,
        /// The point that it shines at, in metres; not where the lamp is.
        target_m: Vec3,
        /// In lumen, were the cone opened to the full sphere.
        flux_lm: f32,
        /// Colour temperature in kelvin.
        temperature_kelvin: f32,
        /// From the axis to the edge of the cone, in degrees.
        half_angle_deg: f32,
        /// Whether it casts shadows.
        shadows: bool,
        /// Of the ball that it is, in metres.
        #[serde(default)]
        radius_m: f32,
    },
}

impl Light {
    /// Unique among those beside it.
    pub fn name(&self) -> &str {
        let (Light::Sun { name, .. } | Light::Moon { name, .. } | Light::Point { name, .. } | Light::Spot { name, .. }) =
            self;
        name
    }

    /// Whether it stands somewhere, and is not as far away as can be.
    pub fn is_lamp(&self) -> bool {
        matches!(self, Light::Point { .. } | Light::Spot { .. })
    }
}

/// The level ground at height 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Edge length of the square about the origin, in metres.
    pub size_m: f32,
    /// What it is made of.
    pub material: Material,
    /// Coulomb friction coefficient.
    pub friction: f32,
    /// 0 (dead) to 1 (all energy kept).
    pub restitution: f32,
}

/// One thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// From 1, in scene order.
    pub id: u32,
    /// The object's name, and `#` with its number where the object may be several: `mug#0`.
    pub name: String,
    /// From 1; `None` is never annotated.
    pub category_id: Option<u32>,
    /// Whether it is annotated (a distractor is not).
    pub labelled: bool,
    /// Geometry, already scaled where a primitive; `scale` still to be applied to models.
    pub shape: Shape,
    /// Factor on the size of library and file models (1 for primitives).
    pub scale: f32,
    /// Overrides.
    pub material: Material,
    /// Where it begins: the pose of the shape's own origin.
    pub start: Pose,
    /// Where it begins again should it fall off, in turn ([`Fallen::DrawAgain`] only).
    pub spares: Vec<Pose>,
    /// Height in metres of the top of what it should rest on; lower than that it has fallen off. `None`: it
    /// cannot, as it is static or was placed at a pose.
    pub support_top_m: Option<f32>,
    /// Physics.
    pub body: Body,
    /// Whether it is annotated but not there.
    #[serde(default)]
    pub volume: bool,
    /// Points with names, besides those that its model brings.
    #[serde(default)]
    pub keypoints: Vec<Keypoint>,
    /// Points and spots that it carries: places are in the frame of the shape, scaled, in metres.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lamps: Vec<Light>,
    /// Pairs of keypoints that a bone joins.
    #[serde(default)]
    pub skeleton: Vec<(String, String)>,
    /// What else is to stand in the records about it.
    #[serde(default)]
    pub attributes: BTreeMap<String, Attribute>,
}

/// A point of an instance that has a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keypoint {
    /// Unique on its instance.
    pub name: String,
    /// In the frame of the shape, scaled, in metres.
    pub position_m: Vec3,
}

/// Geometry in metres, without anything left to draw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Shape {
    /// A box; its edges are slightly rounded.
    Box {
        /// Along x, y and z.
        size_m: Vec3,
    },
    /// A ball.
    Sphere {
        /// Metres.
        radius_m: f32,
    },
    /// Along Y.
    Cylinder {
        /// Metres.
        radius_m: f32,
        /// Metres.
        height_m: f32,
    },
    /// Along Y, tip up; the origin is half-way up.
    Cone {
        /// Of the base, in metres.
        radius_m: f32,
        /// Metres.
        height_m: f32,
    },
    /// Along Y.
    Capsule {
        /// Metres.
        radius_m: f32,
        /// Over all, in metres, at least twice the radius.
        height_m: f32,
    },
    /// A ring lying flat.
    Torus {
        /// Of the circle that the tube follows, in metres.
        ring_radius_m: f32,
        /// Of the tube, in metres, below that of the ring.
        tube_radius_m: f32,
    },
    /// A model that the program makes itself.
    Library {
        /// As the scene names it.
        name: String,
        /// Below the number of its variants.
        variant: u32,
    },
    /// A glTF 2.0 file.
    Model {
        /// Relative to the scene's folder.
        file: String,
    },
}

/// How a thing takes part in the physics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Whether it moves.
    pub kind: BodyKind,
    /// Of the whole object, scale included; takes precedence over density.
    pub mass_kg: Option<f32>,
    /// The library's own, or 500, if `None`.
    pub density_kg_per_m3: Option<f32>,
    /// Coulomb friction coefficient.
    pub friction: f32,
    /// 0 (dead) to 1 (all energy kept).
    pub restitution: f32,
    /// What it touches the ground with.
    #[serde(default)]
    pub contact: Contact,
    /// How far back its wheels have left tracks in snow.
    #[serde(default)]
    pub tracks_m: f32,
}
