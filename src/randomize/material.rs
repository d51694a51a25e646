//! Drawing what things are made of.

use super::catalog::Catalog;
use super::concrete::{Adjust, Material, Texture, Wear};
use super::draw::Limits;
use super::error::RandomizeError;
use super::stream::Cursor;
use crate::scene::{self, Number, TextureSource, limits};

/// Draws the overrides of a material.
pub(super) fn draw(
    cursor: &Cursor,
    material: &scene::Material,
    catalog: &dyn Catalog,
) -> Result<Material, RandomizeError> {
    let base_color = match &material.base_color {
        Some(color) => Some(cursor.child("base_color").color(color)?),
        None => None,
    };
    let texture = match &material.texture {
        Some(texture) => {
            let (place, texture) = cursor.child("texture").pick(texture)?;
            Some(draw_texture(&place, texture, catalog)?)
        }
        None => None,
    };
    let seen_through = match &material.seen_through {
        Some(flag) => Some(cursor.child("seen_through").flag(flag)?),
        None => None,
    };
    Ok(Material {
        base_color,
        roughness: cursor.optional("roughness", material.roughness.as_ref(), Limits::SHARE)?,
        metallic: cursor.optional("metallic", material.metallic.as_ref(), Limits::SHARE)?,
        texture,
        texture_size_m: cursor.optional("texture_size_m", material.texture_size_m.as_ref(), Limits::Positive)?,
        luminance_cd_per_m2: cursor.optional(
            "luminance_cd_per_m2",
            material.luminance_cd_per_m2.as_ref(),
            Limits::NotNegative,
        )?,
        seen_through,
        opacity: cursor.optional("opacity", material.opacity.as_ref(), Limits::SHARE)?,
        wear: material.wear.as_ref().map(|wear| self::wear(&cursor.child("wear"), wear)).transpose()?,
        adjust: material.adjust.as_ref().map(|adjust| self::adjust(&cursor.child("adjust"), adjust)).transpose()?,
    })
}

/// Steps of an amount from 0 to 1, and patterns of layers: few, so that textures can be kept.
const STEPS: f32 = 16.0;
const PATTERNS: usize = 8;

fn wear(cursor: &Cursor, wear: &scene::Wear) -> Result<Wear, RandomizeError> {
    let amount = |name: &str, number: &Option<Number>| {
        let drawn = cursor.optional(name, number.as_ref(), Limits::SHARE)?.unwrap_or(0.0);
        Ok::<f32, RandomizeError>(libm::roundf(drawn * STEPS) / STEPS)
    };
    Ok(Wear {
        dust: amount("dust", &wear.dust)?,
        dirt: amount("dirt", &wear.dirt)?,
        scratches: amount("scratches", &wear.scratches)?,
        rust: amount("rust", &wear.rust)?,
        stains: amount("stains", &wear.stains)?,
        salt: amount("salt", &wear.salt)?,
        pattern: cursor.child("pattern").stream().index(PATTERNS) as u32,
    })
}

fn adjust(cursor: &Cursor, adjust: &scene::Adjust) -> Result<Adjust, RandomizeError> {
    let factor = |name: &str, number: &Option<Number>| {
        Ok::<f32, RandomizeError>(cursor.optional(name, number.as_ref(), FACTOR)?.unwrap_or(1.0))
    };
    Ok(Adjust {
        hue_deg: cursor.optional("hue_deg", adjust.hue_deg.as_ref(), Limits::Any)?.unwrap_or(0.0),
        saturation: factor("saturation", &adjust.saturation)?,
        brightness: factor("brightness", &adjust.brightness)?,
        roughness: factor("roughness", &adjust.roughness)?,
        normal_strength: factor("normal_strength", &adjust.normal_strength)?,
    })
}

/// Of a factor on a quality of a surface.
const FACTOR: Limits = Limits::Between(limits::ADJUSTMENT.0, limits::ADJUSTMENT.1);

fn draw_texture(cursor: &Cursor, texture: &TextureSource, catalog: &dyn Catalog) -> Result<Texture, RandomizeError> {
    Ok(match texture {
        TextureSource::Plain => Texture::Plain,
        TextureSource::Image(file) => Texture::Image(file.clone()),
        TextureSource::Library(name) => {
            let count = catalog
                .texture_variants(name)
                .map_err(|source| RandomizeError::Catalog { path: cursor.path().to_owned(), source })?;
            let variant = cursor.child("variant").stream().index(count as usize) as u32;
            Texture::Library { name: name.clone(), variant }
        }
    })
}
