//! What things are made of, with all drawn.

use serde::{Deserialize, Serialize};

/// Overrides of what a shape brings; colours linear.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Colour of the surface, or the tint of its texture: linear red, green and blue, 0 to 1.
    pub base_color: Option<[f32; 3]>,
    /// Perceptual roughness, 0 to 1.
    pub roughness: Option<f32>,
    /// 0 (dielectric) to 1 (metal).
    pub metallic: Option<f32>,
    /// Colour, roughness and bumps together.
    pub texture: Option<Texture>,
    /// Metres of surface that one repeat of the texture covers.
    pub texture_size_m: Option<f32>,
    /// Light given off, in cd/m², times the base colour.
    pub luminance_cd_per_m2: Option<f32>,
    /// Labels look through it.
    pub seen_through: Option<bool>,
    /// 0 (clear) to 1 (opaque).
    pub opacity: Option<f32>,
    /// What lies over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wear: Option<Wear>,
    /// Changes of its look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjust: Option<Adjust>,
}

/// What lies over a surface, each from 0 (nothing) to 1 (most).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wear {
    /// A bright matte film that collects in hollows.
    pub dust: f32,
    /// Dark rough blotches and streaks.
    pub dirt: f32,
    /// Light rough lines.
    pub scratches: f32,
    /// Orange-brown rough patches that are not metal.
    pub rust: f32,
    /// Rings, dried drops and drips.
    pub stains: f32,
    /// White blotches and streaks.
    #[serde(default)]
    pub salt: f32,
    /// Which of several patterns.
    pub pattern: u32,
}

/// Changes of the look of a surface, textures included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjust {
    /// Turn of the hue in OKLCH, in degrees.
    pub hue_deg: f32,
    /// Factor on chroma.
    pub saturation: f32,
    /// Factor on reflectance.
    pub brightness: f32,
    /// Factor on perceptual roughness.
    pub roughness: f32,
    /// Factor on the slopes of the normal map.
    pub normal_strength: f32,
}

impl Default for Adjust {
    /// No change.
    fn default() -> Self {
        Adjust { hue_deg: 0.0, saturation: 1.0, brightness: 1.0, roughness: 1.0, normal_strength: 1.0 }
    }
}

/// A texture with its variant chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Texture {
    /// None at all, even where the shape brings one.
    Plain,
    /// Of the program's own.
    Library {
        /// As the scene names it.
        name: String,
        /// Below the number of its variants.
        variant: u32,
    },
    /// An image file, relative to the scene's folder.
    Image(String),
}
