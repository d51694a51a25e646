//! Surface appearance: metallic-roughness materials whose every value may vary.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Flag, Number, Pick};

/// Overrides of a shape's own material; what is left out stays as the shape brings it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Material {
    /// Colour of the surface, or the tint of its texture.
    pub base_color: Option<Pick<Color>>,
    /// Perceptual roughness, 0.03 (mirror) to 1 (chalk).
    pub roughness: Option<Number>,
    /// 0 (dielectric) to 1 (metal).
    pub metallic: Option<Number>,
    /// Texture set: colour, roughness and bumps together.
    pub texture: Option<Pick<TextureSource>>,
    /// Metres of surface that one repeat of the texture covers; the texture's own size if left out.
    pub texture_size_m: Option<Number>,
    /// Light given off, in cd/m², times the base colour.
    pub luminance_cd_per_m2: Option<Number>,
    /// Labels look through it: it owns no pixel of any mask and has no depth.
    pub seen_through: Option<Flag>,
    /// 0 (clear) to 1 (opaque).
    pub opacity: Option<Number>,
    /// Dust, dirt, scratches, rust, stains and salt over whatever it is made of.
    pub wear: Option<Wear>,
    /// Changes of its look, textures included, without new assets.
    pub adjust: Option<Adjust>,
}

/// What lies over a surface, each from 0 (nothing) to 1 (most); drawn in sixteenths.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wear {
    /// A bright matte film that collects in hollows.
    pub dust: Option<Number>,
    /// Dark rough blotches and streaks.
    pub dirt: Option<Number>,
    /// Light rough lines along a few directions.
    pub scratches: Option<Number>,
    /// Orange-brown rough patches that are not metal.
    pub rust: Option<Number>,
    /// Rings, dried drops and drips.
    pub stains: Option<Number>,
    /// White blotches and streaks that the spray of salted winter roads leaves.
    pub salt: Option<Number>,
}

/// Changes of the look of a surface.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Adjust {
    /// Turn of the hue, lightness and chroma kept (OKLCH).
    pub hue_deg: Option<Number>,
    /// Factor on the chroma, 0 (grey) to 4.
    pub saturation: Option<Number>,
    /// Factor on the reflectance, 0 (black) to 4.
    pub brightness: Option<Number>,
    /// Factor on the roughness, 0 to 4.
    pub roughness: Option<Number>,
    /// Factor on the slopes of the normal map, 0 (flat) to 4.
    pub normal_strength: Option<Number>,
}

/// Where a texture comes from.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum TextureSource {
    /// No texture: one flat colour.
    Plain,
    /// A texture set that the program makes itself, e.g. `Library("oak")`.
    Library(String),
    /// A colour image, PNG or JPEG; path relative to the scene file.
    Image(String),
}

/// A colour.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Color {
    /// sRGB as on the web, `Hex("#c0ffee")`.
    Hex(String),
    /// sRGB components, 0 to 1.
    Srgb(Number, Number, Number),
    /// Linear components, 0 to 1: the albedo itself.
    Linear(Number, Number, Number),
    /// Hue in degrees, saturation and value 0 to 1, of sRGB.
    Hsv(Number, Number, Number),
    /// Lightness 0 to 1, chroma 0 to 0.4, and hue in degrees, of OKLCH: equal steps look equal. Chroma that sRGB does
    /// not have gives way.
    Oklch(Number, Number, Number),
    /// Of a black body at that temperature in kelvin, the largest component 1.
    Kelvin(Number),
}
