//! What a scene can show: meshes, textures and models as plain data, made by the project or read from files.
//!
//! Nothing here knows the engine. Physics takes its hulls from the same [`Model`] that the renderer draws
//! and that the tests cast rays at, so that the three cannot disagree.
//!
//! Lengths are metres, Y is up, colours are linear unless a name says sRGB.

mod catalog;
pub mod environment;
mod gltf_file;
mod latest;
pub mod library;
pub mod mesh;
mod primitive;
mod store;
mod table;
pub mod texture;
mod worn;

pub use store::{AssetError, AssetStore};
pub use table::Table;

use std::collections::HashMap;
use std::sync::Arc;

use glam::{Quat, Vec3};

/// A thing that can stand in a scene: parts that are drawn, and hulls that collide.
///
/// The origin is the point that a pose places; by convention the centre of the bounding box.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    /// What is drawn, in a fixed order.
    pub parts: Vec<Part>,
    /// What collides: convex pieces whose union stands for the solid.
    pub hulls: Vec<Hull>,
    /// Under which terms the model may be passed on, as an SPDX expression or a sentence.
    pub licence: String,
    /// Points with names, in the frame of the model.
    pub keypoints: Vec<(String, Vec3)>,
}

impl Model {
    /// The lowest and highest corner of the box around everything drawn; zero for an empty model.
    pub fn bounds(&self) -> (Vec3, Vec3) {
        mesh::bounds_of(self.parts.iter().flat_map(|part| part.mesh.positions.iter().copied()))
            .unwrap_or((Vec3::ZERO, Vec3::ZERO))
    }

    /// Of memory that its meshes take.
    fn mesh_bytes(&self) -> usize {
        let corner = size_of::<[Vec3; 2]>() + size_of::<[f32; 2]>() + size_of::<[f32; 4]>();
        let bytes = |mesh: &MeshData| mesh.positions.len() * corner + size_of_val(&mesh.indices[..]);
        self.parts.iter().map(|part| bytes(&part.mesh)).sum()
    }

    /// Of memory that its textures take.
    fn texture_bytes(&self) -> usize {
        let textures = self.parts.iter().flat_map(|part| part.surface.textures()).flatten();
        let bytes = |texture: &Texture| texture.levels.iter().map(Vec::len).sum();
        // Parts may share them.
        let each: HashMap<*const Texture, usize> = textures.map(|t| (Arc::as_ptr(t), bytes(t))).collect();
        each.values().sum()
    }

    /// The names of its parts, each once, in the order of their ids, which start at 1.
    pub fn part_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for part in &self.parts {
            if !names.contains(&part.plain_name()) {
                names.push(part.plain_name());
            }
        }
        names
    }

    /// The id of each of `parts`.
    pub fn part_ids(&self) -> Vec<u16> {
        let names = self.part_names();
        let id =
            |part: &Part| names.iter().position(|name| *name == part.plain_name()).map_or(0, |place| place as u16 + 1);
        self.parts.iter().map(id).collect()
    }
}

/// One mesh with one surface.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it is, e.g. `"wheel_front_left"`. Meshes that differ in their surface only may share one.
    pub name: String,
    /// The triangles.
    pub mesh: Arc<MeshData>,
    /// The material that the model itself brings.
    pub surface: Surface,
}

impl Part {
    /// Its name without what the library keeps behind it, the texture that it wears.
    pub fn plain_name(&self) -> &str {
        self.name.split('@').next().unwrap_or(&self.name)
    }
}

/// An indexed triangle mesh; counter-clockwise triangles face outwards.
///
/// `positions`, `normals`, `uvs` and `tangents` have the same length; `indices` has three entries a triangle.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MeshData {
    /// Metres, in the frame of the model.
    pub positions: Vec<Vec3>,
    /// Unit length.
    pub normals: Vec<Vec3>,
    /// Texture coordinates **in metres** of surface for procedural meshes (so that a texture keeps its
    /// physical scale on every object), or 0–1 across the image for meshes that come with their own textures.
    pub uvs: Vec<[f32; 2]>,
    /// Unit tangent along +u and, in the fourth place, the sign of the bitangent (glTF convention).
    pub tangents: Vec<[f32; 4]>,
    /// Three a triangle.
    pub indices: Vec<u32>,
}

/// A convex piece for collisions, in the frame of the model.
#[derive(Debug, Clone, PartialEq)]
pub enum Hull {
    /// A box, by its half extents.
    Cuboid { half_extents: Vec3, position: Vec3, rotation: Quat },
    /// A ball.
    Ball { radius: f32, position: Vec3 },
    /// A cylinder along its local Y.
    Cylinder { half_height: f32, radius: f32, position: Vec3, rotation: Quat },
    /// A cone along its local Y, its tip up; the origin is half way up.
    Cone { half_height: f32, radius: f32, position: Vec3, rotation: Quat },
    /// A capsule along its local Y; `half_height` is that of the straight part.
    Capsule { half_height: f32, radius: f32, position: Vec3, rotation: Quat },
    /// The convex hull of points.
    Convex { points: Vec<Vec3> },
}

/// Metallic-roughness material, as glTF 2.0 defines it.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// Linear RGB and alpha; multiplies the texture.
    pub base_color: [f32; 4],
    /// 0 dielectric – 1 metal; multiplies the blue channel of `orm_texture`.
    pub metallic: f32,
    /// Perceptual roughness, 0–1; multiplies the green channel of `orm_texture`.
    pub roughness: f32,
    /// Emitted radiance, linear RGB, relative to the scene's exposure units of cd/m².
    pub emissive: [f32; 3],
    /// sRGB colour and alpha.
    pub base_color_texture: Option<Arc<Texture>>,
    /// Linear: red occlusion, green roughness, blue metalness.
    pub orm_texture: Option<Arc<Texture>>,
    /// Linear, tangent space, +Y up (OpenGL), as glTF wants it.
    pub normal_texture: Option<Arc<Texture>>,
    /// sRGB; multiplies `emissive`.
    pub emissive_texture: Option<Arc<Texture>>,
    /// Metres of surface that one repeat of the textures covers; uvs are divided by it. 1 leaves uvs alone.
    pub texture_size_m: f32,
    /// There is no surface where the texture's alpha is below this; needs `base_color_texture`.
    pub cutoff: Option<f32>,
    /// Whether it is mixed with what lies behind, by its alpha; alpha is ignored else.
    pub blended: bool,
    /// Whether the back of a triangle is drawn.
    pub double_sided: bool,
    /// Whether a label looks through it (glass): it then owns no pixel.
    pub seen_through: bool,
}

impl Default for Surface {
    fn default() -> Self {
        Surface {
            base_color: [0.8, 0.8, 0.8, 1.0],
            metallic: 0.0,
            roughness: 0.6,
            emissive: [0.0; 3],
            base_color_texture: None,
            orm_texture: None,
            normal_texture: None,
            emissive_texture: None,
            texture_size_m: 1.0,
            cutoff: None,
            blended: false,
            double_sided: false,
            seen_through: false,
        }
    }
}

/// Pixels along an edge of an image that every device takes.
const LARGEST_IMAGE: u32 = 8192;

/// Whether a device can take an image of this size; else why not.
fn check_size((width, height): (u32, u32)) -> Result<(), String> {
    if width.max(height) <= LARGEST_IMAGE {
        return Ok(());
    }
    Err(format!("it has {width} × {height} pixels; expected at most {LARGEST_IMAGE} along an edge"))
}

impl Surface {
    /// Of its colour, of what its surface is like, of its normals and of its glow.
    pub(crate) fn textures(&self) -> [Option<&Arc<Texture>>; 4] {
        [&self.base_color_texture, &self.orm_texture, &self.normal_texture, &self.emissive_texture].map(Option::as_ref)
    }

    /// Reflectance on the whole, textures included: linear RGB.
    pub fn albedo(&self) -> [f32; 3] {
        let [r, g, b, _] = self.flattened().base_color;
        [r, g, b]
    }

    /// The same on the whole, without its textures.
    pub fn flattened(&self) -> Surface {
        let mean = |texture: &Option<Arc<Texture>>| texture.as_ref().map_or([1.0; 4], |texture| texture.mean());
        let ([r, g, b, _], [_, roughness, metallic, _]) = (mean(&self.base_color_texture), mean(&self.orm_texture));
        let glow = mean(&self.emissive_texture);
        let [own_r, own_g, own_b, alpha] = self.base_color;
        Surface {
            base_color: [own_r * r, own_g * g, own_b * b, alpha],
            roughness: self.roughness * roughness,
            metallic: self.metallic * metallic,
            emissive: std::array::from_fn(|channel| self.emissive[channel] * glow[channel]),
            base_color_texture: None,
            orm_texture: None,
            normal_texture: None,
            emissive_texture: None,
            cutoff: None,
            ..self.clone()
        }
    }
}

/// An image of 8 bits a channel, RGBA, rows from the top, with its mip levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Texture {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Whether RGB is sRGB-encoded (colour) or linear (normals, roughness).
    pub srgb: bool,
    /// Level 0 first, each half the size of the one before down to 1 × 1; `width * height * 4` bytes for level 0.
    pub levels: Vec<Vec<u8>>,
}
