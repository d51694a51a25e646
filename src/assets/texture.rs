//! Procedural materials: seamlessly tiling sets of base colour, occlusion–roughness–metalness and normals.
//!
//! A set depends on its name, variant and resolution alone: nothing but `+ - * /`, square roots, integer hashes
//! and `libm` goes into a pixel, so that every machine makes the same bytes.

mod earth;
mod fibre;
mod field;
mod label;
pub mod layer;
mod metal;
mod mip;
mod noise;
mod paint;
mod pattern;
mod plant;
mod polymer;
mod sheet;
mod stone;
#[cfg(test)]
mod tests;
mod wall;
mod wood;

use crate::assets::Texture;
use noise::Cx;

/// How many variants of each set there are; they differ in hue, wear and layout.
pub const VARIANTS: u32 = 4;

/// The names that [`build`] knows, each with a sentence about it.
pub const NAMES: &[(&str, &str)] = &[
    ("oak", "Oak boards along u, planed, with rings, open pores and hairline or bevelled joints."),
    ("walnut", "Dark walnut boards along u with fine pores and pale sapwood streaks."),
    ("plywood", "Rotary-cut birch or okoume veneer with wild, wide figure and no joints."),
    ("pine_planks", "Pale pine planks along u with knots and open joints, fresh to weathered."),
    ("cardboard", "Brown kraft cardboard with fibres, stains and the faint corrugation of its flutes along v."),
    ("label", "A printed label of a parcel, a product, a warning or a bin, with a bar code that can be read."),
    ("paper", "Near-white paper with fine fibres, to be tinted."),
    ("concrete", "Cast concrete with stains, pinholes and, in one variant, cracks."),
    ("asphalt", "Road surface: grey stone aggregate in dark binder, fresh to worn."),
    ("brick", "Brick wall, courses along u, with mortar, chipped edges and a tone for each brick."),
    ("plaster", "Near-white plaster, trowelled to rough-cast, to be tinted."),
    ("fabric", "Near-white woven cloth (plain, twill, linen, basket), to be tinted."),
    ("carpet", "Looped or cut pile carpet in its own colours."),
    ("tiles", "Glazed ceramic tiles with recessed grout: square, large, staggered or hexagonal."),
    ("painted_metal", "Near-white paint on steel with scratches and chips down to the metal, to be tinted."),
    ("rusty_metal", "Steel with layered rust, from patches to a full scale."),
    ("brushed_steel", "Bare stainless steel brushed along u."),
    ("galvanised_steel", "Zinc-coated steel with crystalline spangles."),
    ("rubber", "Near-white matte rubber, plain, ribbed, studded or with a diamond tread, to be tinted."),
    ("plastic", "Near-white moulded plastic, glossy to coarsely grained, to be tinted."),
    ("leather", "Near-white grained leather with creases and pores, to be tinted."),
    ("ceramic", "Near-white glaze, plain, speckled, crackled or thrown, to be tinted."),
    ("marble", "Polished marble with branching veins: white, black, green or beige."),
    ("terrazzo", "Polished terrazzo: stone chips of many sizes in a cement ground."),
    ("grass", "Lawn seen from above: thousands of blades over soil, lush to dry."),
    ("gravel", "Loose rounded or broken stones in layers."),
    ("bark", "Tree bark, its trunk along v: furrowed, plated, mossy, or birch."),
    ("leaves", "A layer of leaves: fresh foliage, autumn litter, dry litter, or broad dark leaves."),
    ("fruit_skin", "Near-white fruit skin (apple, orange, pear, banana), to be tinted."),
    ("glass", "Near-white clear glass, smooth but for smudges, fingerprints and dust, to be tinted."),
    ("checker", "Random saturated checks, for domain randomisation."),
    ("noise_colour", "Wild colourful noise, for domain randomisation."),
    ("stripes", "Random saturated stripes, straight, slanted or wavy, for domain randomisation."),
    ("dots", "Random saturated dots and rings, for domain randomisation."),
];

/// A physically based set of textures that tiles without seams.
#[derive(Debug, Clone, PartialEq)]
pub struct TextureSet {
    /// sRGB albedo; near white where a model's own colour is meant to multiply it.
    pub base_color: Texture,
    /// Linear: red occlusion, green perceptual roughness, blue metalness.
    pub orm: Texture,
    /// Linear, tangent space, +Y towards the top row (OpenGL).
    pub normal: Texture,
    /// Metres that one repeat covers.
    pub size_m: f32,
}

/// Makes one variant of a set, `resolution` pixels square, or `None` where the name is unknown.
///
/// `resolution` is kept within 16–8192. Variants beyond [`VARIANTS`] repeat the palettes with other layouts.
pub fn build(name: &str, variant: u32, resolution: u32) -> Option<TextureSet> {
    let recipe: fn(&Cx) -> TextureSet = match name {
        "oak" => wood::oak,
        "walnut" => wood::walnut,
        "plywood" => wood::plywood,
        "pine_planks" => wood::pine_planks,
        "cardboard" => sheet::cardboard,
        "label" => label::label,
        "paper" => sheet::paper,
        "concrete" => wall::concrete,
        "asphalt" => earth::asphalt,
        "brick" => wall::brick,
        "plaster" => wall::plaster,
        "fabric" => fibre::fabric,
        "carpet" => fibre::carpet,
        "tiles" => wall::tiles,
        "painted_metal" => metal::painted,
        "rusty_metal" => metal::rusty,
        "brushed_steel" => metal::brushed,
        "galvanised_steel" => metal::galvanised,
        "rubber" => polymer::rubber,
        "plastic" => polymer::plastic,
        "leather" => fibre::leather,
        "ceramic" => polymer::ceramic,
        "marble" => stone::marble,
        "terrazzo" => stone::terrazzo,
        "grass" => plant::grass,
        "gravel" => earth::gravel,
        "bark" => plant::bark,
        "leaves" => plant::leaves,
        "fruit_skin" => sheet::fruit_skin,
        "glass" => sheet::glass,
        "checker" => pattern::checker,
        "noise_colour" => pattern::noise_colour,
        "stripes" => pattern::stripes,
        "dots" => pattern::dots,
        _ => return None,
    };
    let mut seed = variant.wrapping_mul(0x9e37_79b9);
    for byte in name.bytes() {
        seed = noise::hash(seed ^ u32::from(byte));
    }
    let n = resolution.clamp(16, 8192) as usize;
    Some(recipe(&Cx { n, variant: (variant % VARIANTS) as usize, seed }))
}
