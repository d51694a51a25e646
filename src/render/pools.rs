//! Meshes, textures and materials on the device, each once, for as long as a scene holds it.
//!
//! What a scene shares with the one before stays; what no scene holds any more goes. Nothing is ever changed
//! in place, which is what makes engines of this kind leak.

use std::collections::HashMap;
use std::sync::Arc;

use bevy::asset::{Assets, Handle, RenderAssetUsages};
use bevy::image::{Image, ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};
use bevy::prelude::World;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

use super::surface::{LitBy, SurfaceMaterial};
use crate::assets::{MeshData, Surface, Texture};

/// Everything on the device that scenes may share.
#[derive(Default)]
pub(super) struct Pools {
    meshes: HashMap<usize, (Arc<MeshData>, Handle<Mesh>)>,
    textures: HashMap<usize, (Arc<Texture>, Handle<Image>)>,
    cubes: HashMap<usize, (Arc<Image>, Handle<Image>)>,
    materials: HashMap<(SurfaceKey, LitBy), (Surface, Handle<SurfaceMaterial>, u64)>,
    /// Counts scenes; what was not used in the last few goes.
    generation: u64,
}

/// Scenes for which an unused material is kept.
const KEEP: u64 = 4;

/// A surface by value, its textures by identity.
type SurfaceKey = ([u32; 14], [usize; 4]);

fn key(surface: &Surface) -> SurfaceKey {
    let [r, g, b, a] = surface.base_color.map(f32::to_bits);
    let [er, eg, eb] = surface.emissive.map(f32::to_bits);
    // No cutoff is −1.
    let (mode, cutoff) = (u32::from(surface.blended), surface.cutoff.unwrap_or(-1.0).to_bits());
    let numbers = [
        r,
        g,
        b,
        a,
        er,
        eg,
        eb,
        mode,
        cutoff,
        surface.metallic.to_bits(),
        surface.roughness.to_bits(),
        surface.texture_size_m.to_bits(),
        u32::from(surface.double_sided),
        u32::from(surface.seen_through),
    ];
    let identity = |texture: Option<&Arc<Texture>>| texture.map_or(0, |t| Arc::as_ptr(t) as usize);
    (numbers, surface.textures().map(identity))
}

impl Pools {
    /// Drops what no scene holds any more. Call when the last scene has been taken down.
    pub fn prune(&mut self) {
        self.generation += 1;
        let oldest = self.generation.saturating_sub(KEEP);
        self.materials.retain(|_, (_, _, used)| *used >= oldest);
        self.meshes.retain(|_, (data, _)| Arc::strong_count(data) > 1);
        self.textures.retain(|_, (data, _)| Arc::strong_count(data) > 1);
        self.cubes.retain(|_, (data, _)| Arc::strong_count(data) > 1);
    }

    pub fn mesh(&mut self, world: &mut World, data: &Arc<MeshData>) -> Handle<Mesh> {
        let entry = self.meshes.entry(Arc::as_ptr(data) as usize);
        let make = || (data.clone(), world.resource_mut::<Assets<Mesh>>().add(mesh(data)));
        entry.or_insert_with(make).1.clone()
    }

    pub fn texture(&mut self, world: &mut World, data: &Arc<Texture>) -> Handle<Image> {
        let entry = self.textures.entry(Arc::as_ptr(data) as usize);
        let make = || (data.clone(), world.resource_mut::<Assets<Image>>().add(image(data)));
        entry.or_insert_with(make).1.clone()
    }

    /// A cube map that is an image already.
    pub fn cube(&mut self, world: &mut World, data: &Arc<Image>) -> Handle<Image> {
        let entry = self.cubes.entry(Arc::as_ptr(data) as usize);
        let make = || (data.clone(), world.resource_mut::<Assets<Image>>().add(Image::clone(data)));
        entry.or_insert_with(make).1.clone()
    }

    pub fn material(&mut self, world: &mut World, surface: &Surface, lit_by: &LitBy) -> Handle<SurfaceMaterial> {
        let key = (key(surface), lit_by.clone());
        if let Some((_, handle, used)) = self.materials.get_mut(&key) {
            *used = self.generation;
            return handle.clone();
        }
        let mut texture = |t: &Option<Arc<Texture>>| t.as_ref().map(|t| self.texture(world, t));
        let material = SurfaceMaterial {
            base_color: surface.base_color,
            emissive: surface.emissive,
            metallic: surface.metallic,
            roughness: surface.roughness,
            uv_scale: surface.texture_size_m.max(1e-6).recip(),
            cutoff: surface.cutoff,
            blended: surface.blended,
            double_sided: surface.double_sided,
            base_color_texture: texture(&surface.base_color_texture),
            orm_texture: texture(&surface.orm_texture),
            normal_texture: texture(&surface.normal_texture),
            emissive_texture: texture(&surface.emissive_texture),
            lit_by: lit_by.clone(),
        };
        let handle = world.resource_mut::<Assets<SurfaceMaterial>>().add(material);
        self.materials.insert(key, (surface.clone(), handle.clone(), self.generation));
        handle
    }
}

/// Position, normal, uv and tangent, always all four, so that every mesh has the same vertex layout.
fn mesh(data: &MeshData) -> Mesh {
    let normals: Vec<[f32; 3]> = data.normals.iter().map(|n| n.to_array()).collect();
    let positions: Vec<[f32; 3]> = data.positions.iter().map(|p| p.to_array()).collect();
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, data.uvs.clone())
        .with_inserted_attribute(Mesh::ATTRIBUTE_TANGENT, data.tangents.clone())
        .with_inserted_indices(Indices::U32(data.indices.clone()))
}

fn image(texture: &Texture) -> Image {
    let format = if texture.srgb { TextureFormat::Rgba8UnormSrgb } else { TextureFormat::Rgba8Unorm };
    let mut image = Image::new_uninit(
        Extent3d { width: texture.width, height: texture.height, depth_or_array_layers: 1 },
        TextureDimension::D2,
        format,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.texture_descriptor.mip_level_count = texture.levels.len() as u32;
    image.data = Some(texture.levels.concat());
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        address_mode_u: ImageAddressMode::Repeat,
        address_mode_v: ImageAddressMode::Repeat,
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        ..Default::default()
    });
    image
}
