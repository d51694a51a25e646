//! Drawing what things are made of.

use super::catalog::Catalog;
use super::concrete::{Material, Texture};
use super::draw::Limits;
use super::error::RandomizeError;
use super::stream::Cursor;
use crate::scene::{self, TextureSource};

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
    })
}

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
