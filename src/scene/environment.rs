//! What surrounds the objects: skies, rooms, ground, sun and lamps.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Color, Flag, Material, Number, PanoramaFile, Pick, Position};

/// What surrounds the objects and lights them from all sides.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "a scene holds one or a few")]
pub enum Environment {
    /// The open sky, in keeping with the first [`Light::Sun`] of the scene.
    Sky {
        /// Haze: 1.5 (extremely clear) to 10 (hazy). If left out that of the scene's `weather`, else 3.
        #[serde(default)]
        turbidity: Option<Number>,
        /// Share of the sky that clouds cover, 0 to 1. If left out that of the scene's `weather`, else 0.3.
        #[serde(default)]
        cloud_cover: Option<Number>,
        /// Light of cities that comes back from the night sky, in cd/m²: 0.01 over a large one.
        #[serde(default = "zero")]
        glow_cd_per_m2: Number,
    },
    /// What a picture of all directions shows, of no unit of its own.
    Panorama {
        /// An equirectangular picture in linear light, `.hdr` or `.exr`, below the scene's folder.
        file: Pick<PanoramaFile>,
        /// On a level surface, the sun's share included, in lux.
        illuminance_lux: Number,
        /// How far it is turned about +Y, counter-clockwise as seen from above.
        #[serde(default = "any_turn")]
        yaw_deg: Number,
    },
    /// A closed room whose floor lies at height 0, its centre over the origin.
    Room {
        /// Width (x), height (y) and length (z) in metres.
        #[serde(default = "default_room_size")]
        size_m: [Number; 3],
        /// Of the walls.
        #[serde(default)]
        walls: Material,
        /// Of the floor.
        #[serde(default)]
        floor: Material,
        /// Windows: 0 to 4, one a wall.
        #[serde(default = "default_windows")]
        windows: super::Count,
        /// Luminance of the sky that the windows show, in cd/m².
        #[serde(default = "default_window_luminance")]
        window_luminance_cd_per_m2: Number,
        /// Light of the ceiling lamps together, in lumen.
        #[serde(default = "default_lamp_flux")]
        lamp_flux_lm: Number,
        /// Colour temperature of the ceiling lamps.
        #[serde(default = "default_lamp_temperature")]
        lamp_temperature_kelvin: Number,
    },
    /// A photographer's studio: soft boxes around a neutral backdrop.
    Studio {
        /// Illuminance on a level surface, in lux.
        #[serde(default = "default_studio_illuminance")]
        illuminance_lux: Number,
        /// Of the backdrop.
        #[serde(default = "default_backdrop")]
        backdrop: Pick<Color>,
    },
    /// The same light from everywhere.
    Ambient {
        /// Illuminance on any surface, in lux.
        illuminance_lux: Number,
        /// Of the light and the background.
        #[serde(default = "white")]
        color: Pick<Color>,
    },
}

/// A light with a place or a direction.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "a scene holds a few")]
pub enum Light {
    /// The sun: parallel light with shadows.
    Sun {
        /// Above the horizon; as place and time have it if left out, which takes a [`super::Location`].
        #[serde(default)]
        elevation_deg: Option<Number>,
        /// 0 lights from +z, 90 from +x; any, each as likely, if only this is left out.
        #[serde(default)]
        azimuth_deg: Option<Number>,
        /// On a surface facing the sun, in lux; from elevation and haze if left out.
        #[serde(default)]
        illuminance_lux: Option<Number>,
        /// Colour temperature; from elevation and haze if left out.
        #[serde(default)]
        temperature_kelvin: Option<Number>,
    },
    /// The moon: parallel light with shadows, by which a night sky is lit.
    Moon {
        /// Above the horizon; as place and time have it if left out, which takes a [`super::Location`].
        #[serde(default)]
        elevation_deg: Option<Number>,
        /// 0 lights from +z, 90 from +x; any, each as likely, if only this is left out.
        #[serde(default)]
        azimuth_deg: Option<Number>,
        /// Share of its disc that is lit, 0 to 1; as place and time have it, or all of it, if left out.
        #[serde(default)]
        phase: Option<Number>,
    },
    /// A lamp that shines all round.
    Point {
        /// Metres.
        position_m: Position,
        /// Light given off, in lumen.
        flux_lm: Number,
        /// 2700 is a light bulb, 6500 daylight.
        #[serde(default = "default_lamp_temperature")]
        temperature_kelvin: Number,
        /// Whether it casts shadows (six more views of the scene).
        #[serde(default)]
        shadows: Flag,
        /// How large it is: with several samples its shadows are as soft.
        #[serde(default = "zero")]
        radius_m: Number,
    },
    /// A lamp that shines in a cone.
    Spot {
        /// Metres.
        position_m: Position,
        /// The point that it shines at, in metres.
        target_m: Position,
        /// Light given off, in lumen, were the cone opened to the full sphere.
        flux_lm: Number,
        /// 2700 is a light bulb, 6500 daylight.
        #[serde(default = "default_lamp_temperature")]
        temperature_kelvin: Number,
        /// From the axis to the edge of the cone, up to 80.
        #[serde(default = "default_cone")]
        half_angle_deg: Number,
        /// Whether it casts shadows.
        #[serde(default = "yes")]
        shadows: Flag,
        /// How large it is: with several samples its shadows are as soft.
        #[serde(default = "zero")]
        radius_m: Number,
    },
}

/// The level ground at height 0.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ground {
    /// Edge length of the square in metres.
    pub size_m: f64,
    /// What it is made of.
    pub material: Material,
    /// Coulomb friction coefficient.
    pub friction: Number,
    /// 0 (dead) to 1 (all energy kept).
    pub restitution: Number,
}

impl Default for Ground {
    fn default() -> Self {
        Ground { size_m: 100.0, material: Material::default(), friction: 0.7.into(), restitution: 0.1.into() }
    }
}

impl Default for Environment {
    fn default() -> Self {
        Environment::Sky { turbidity: None, cloud_cover: None, glow_cd_per_m2: zero() }
    }
}

fn yes() -> Flag {
    true.into()
}
fn white() -> Pick<Color> {
    Pick::Constant(Color::Linear(1.0.into(), 1.0.into(), 1.0.into()))
}
fn default_room_size() -> [Number; 3] {
    [7.0.into(), 2.9.into(), 8.0.into()]
}
fn default_windows() -> super::Count {
    super::Count(1.0.into())
}
fn default_window_luminance() -> Number {
    3000.0.into()
}
fn default_lamp_flux() -> Number {
    6000.0.into()
}
fn default_lamp_temperature() -> Number {
    4000.0.into()
}
fn default_studio_illuminance() -> Number {
    1500.0.into()
}
fn default_backdrop() -> Pick<Color> {
    Pick::Constant(Color::Linear(0.4.into(), 0.4.into(), 0.4.into()))
}
fn default_cone() -> Number {
    35.0.into()
}
fn zero() -> Number {
    0.0.into()
}
fn any_turn() -> Number {
    Number::Uniform(0.0, 360.0)
}
