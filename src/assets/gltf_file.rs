//! Models from glTF 2.0 files: static meshes with metallic-roughness materials.
//!
//! Skins, morph targets and animations are left aside. The model is moved so that the centre of its bounding
//! box is the origin. For collisions each mesh node counts as its convex hull.

use std::path::Path;
use std::sync::Arc;

use glam::{Mat3, Mat4, Vec3};

use super::mesh::{self, bounds_of, hull_points};
use super::{Alpha, AssetError, Hull, MeshData, Model, Part, Surface, Texture};

/// Points kept of each convex hull.
const HULL_DIRECTIONS: usize = 64;

/// Reads a `.gltf` or `.glb` file with everything that it refers to.
pub(super) fn read(path: &Path) -> Result<Model, AssetError> {
    let unreadable = |reason: String| AssetError::Unreadable { path: path.to_owned(), reason };
    let (document, buffers, images) = gltf::import(path).map_err(|e| unreadable(e.to_string()))?;
    let scene = document
        .default_scene()
        .or_else(|| document.scenes().next())
        .ok_or_else(|| unreadable("it has no scene".to_owned()))?;
    let mut reader = Reader { buffers: &buffers, images: &images, textures: Default::default(), parts: Vec::new() };
    for node in scene.nodes() {
        reader.node(&node, Mat4::IDENTITY).map_err(unreadable)?;
    }
    let mut parts = reader.parts;
    let corners = bounds_of(parts.iter().flat_map(|p| p.mesh.positions.iter().copied()));
    let Some((min, max)) = corners else { return Err(unreadable("it has no triangles".to_owned())) };
    if !(max - min).is_finite() {
        return Err(unreadable("it has positions that are not finite numbers".to_owned()));
    }
    let center = (min + max) * 0.5;
    for part in &mut parts {
        part.mesh = Arc::new(MeshData::clone(&part.mesh).translated(-center));
    }
    let hulls =
        parts.iter().map(|p| Hull::Convex { points: hull_points(&p.mesh.positions, HULL_DIRECTIONS) }).collect();
    let licence = document.as_json().asset.copyright.clone().unwrap_or_default();
    Ok(Model { parts, hulls, licence })
}

struct Reader<'a> {
    buffers: &'a [gltf::buffer::Data],
    images: &'a [gltf::image::Data],
    /// By image and whether it holds colour.
    textures: std::collections::BTreeMap<(usize, bool), Arc<Texture>>,
    parts: Vec<Part>,
}

impl Reader<'_> {
    fn node(&mut self, node: &gltf::Node, parent: Mat4) -> Result<(), String> {
        let model_from_node = parent * Mat4::from_cols_array_2d(&node.transform().matrix());
        if let Some(mesh) = node.mesh() {
            let name = node.name().or(mesh.name()).unwrap_or("part").to_owned();
            for primitive in mesh.primitives() {
                self.primitive(&name, &primitive, model_from_node)?;
            }
        }
        for child in node.children() {
            self.node(&child, model_from_node)?;
        }
        Ok(())
    }

    fn primitive(&mut self, name: &str, primitive: &gltf::Primitive, transform: Mat4) -> Result<(), String> {
        if primitive.mode() != gltf::mesh::Mode::Triangles {
            return Ok(());
        }
        let reader = primitive.reader(|buffer| self.buffers.get(buffer.index()).map(|b| &b.0[..]));
        let positions: Vec<Vec3> = reader
            .read_positions()
            .ok_or_else(|| format!("mesh `{name}` has no positions"))?
            .map(|p| transform.transform_point3(Vec3::from(p)))
            .collect();
        let count = positions.len();
        let mut indices: Vec<u32> = match reader.read_indices() {
            Some(indices) => indices.into_u32().collect(),
            None => (0..count as u32).collect(),
        };
        if !indices.len().is_multiple_of(3) || indices.iter().any(|&i| i as usize >= count) {
            return Err(format!("mesh `{name}` has indices that point outside its {count} vertices"));
        }
        let normal_transform = Mat3::from_mat4(transform).inverse().transpose();
        if transform.determinant() < 0.0 {
            for triangle in indices.chunks_exact_mut(3) {
                triangle.swap(1, 2);
            }
        }
        let normals: Option<Vec<Vec3>> = reader
            .read_normals()
            .map(|normals| normals.map(|n| (normal_transform * Vec3::from(n)).normalize_or(Vec3::Y)).collect());
        let uvs = match reader.read_tex_coords(0) {
            Some(uvs) => uvs.into_f32().collect(),
            None => vec![[0.0; 2]; count],
        };
        let mut mesh = MeshData { positions, normals: Vec::new(), uvs, tangents: Vec::new(), indices };
        match normals {
            Some(normals) if normals.len() == count => mesh.normals = normals,
            _ => mesh = flat(&mesh),
        }
        if mesh.uvs.len() != mesh.positions.len() {
            return Err(format!("mesh `{name}` has texture coordinates for only some of its vertices"));
        }
        mesh.compute_tangents();
        let surface = self.surface(&primitive.material());
        self.parts.push(Part { name: name.to_owned(), mesh: Arc::new(mesh), surface });
        Ok(())
    }

    fn surface(&mut self, material: &gltf::Material) -> Surface {
        let pbr = material.pbr_metallic_roughness();
        let strength = material.emissive_strength().unwrap_or(1.0);
        let transmission = material.transmission().map_or(0.0, |t| t.transmission_factor());
        let mut base_color = pbr.base_color_factor();
        let mut alpha = match material.alpha_mode() {
            gltf::material::AlphaMode::Opaque => Alpha::Opaque,
            gltf::material::AlphaMode::Mask => Alpha::Mask(material.alpha_cutoff().unwrap_or(0.5)),
            gltf::material::AlphaMode::Blend => Alpha::Blend,
        };
        if transmission > 0.5 {
            base_color[3] *= 0.25;
            alpha = Alpha::Blend;
        }
        Surface {
            base_color,
            metallic: pbr.metallic_factor(),
            roughness: pbr.roughness_factor(),
            emissive: material.emissive_factor().map(|e| e * strength),
            base_color_texture: pbr.base_color_texture().map(|t| self.texture(&t.texture(), true)),
            orm_texture: pbr.metallic_roughness_texture().map(|t| self.texture(&t.texture(), false)),
            normal_texture: material.normal_texture().map(|t| self.texture(&t.texture(), false)),
            emissive_texture: material.emissive_texture().map(|t| self.texture(&t.texture(), true)),
            texture_size_m: 1.0,
            alpha,
            double_sided: material.double_sided(),
            seen_through: transmission > 0.5,
        }
    }

    fn texture(&mut self, texture: &gltf::Texture, srgb: bool) -> Arc<Texture> {
        let index = texture.source().index();
        let images = self.images;
        self.textures
            .entry((index, srgb))
            .or_insert_with(|| {
                let (width, height, rgba) = images.get(index).map_or((1, 1, vec![255; 4]), rgba8);
                Arc::new(Texture::from_rgba8(width, height, srgb, rgba))
            })
            .clone()
    }
}

/// Hard-edged copy of a mesh that brings no normals.
fn flat(mesh: &MeshData) -> MeshData {
    let mut out = MeshData::default();
    for triangle in mesh.indices.chunks_exact(3) {
        let p = [0, 1, 2].map(|k| mesh.positions[triangle[k] as usize]);
        let normal = (p[1] - p[0]).cross(p[2] - p[0]).normalize_or(Vec3::Y);
        for k in 0..3 {
            out.indices.push(out.positions.len() as u32);
            out.positions.push(p[k]);
            out.normals.push(normal);
            out.uvs.push(mesh.uvs.get(triangle[k] as usize).copied().unwrap_or_default());
        }
    }
    mesh::merge([out])
}

fn rgba8(image: &gltf::image::Data) -> (u32, u32, Vec<u8>) {
    use gltf::image::Format;
    let bytes = &image.pixels;
    let expand = |step: usize, pick: &dyn Fn(&[u8]) -> [u8; 4]| bytes.chunks_exact(step).flat_map(pick).collect();
    let rgba = match image.format {
        Format::R8 => expand(1, &|p| [p[0], p[0], p[0], 255]),
        Format::R8G8 => expand(2, &|p| [p[0], p[1], 0, 255]),
        Format::R8G8B8 => expand(3, &|p| [p[0], p[1], p[2], 255]),
        Format::R8G8B8A8 => bytes.clone(),
        Format::R16 => expand(2, &|p| [p[1], p[1], p[1], 255]),
        Format::R16G16 => expand(4, &|p| [p[1], p[3], 0, 255]),
        Format::R16G16B16 => expand(6, &|p| [p[1], p[3], p[5], 255]),
        Format::R16G16B16A16 => expand(8, &|p| [p[1], p[3], p[5], p[7]]),
        Format::R32G32B32FLOAT | Format::R32G32B32A32FLOAT => {
            let channels = if image.format == Format::R32G32B32FLOAT { 3 } else { 4 };
            expand(4 * channels, &|p| {
                let at = |c: usize| {
                    let value = f32::from_le_bytes([p[4 * c], p[4 * c + 1], p[4 * c + 2], p[4 * c + 3]]);
                    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
                };
                [at(0), at(1), at(2), if channels == 4 { at(3) } else { 255 }]
            })
        }
    };
    (image.width, image.height, rgba)
}
