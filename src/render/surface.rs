//! The material that everything wears (`surface.wgsl`) and what lies behind everything (`backdrop.wgsl`).

use bevy::asset::{Asset, Handle, embedded_asset};
use bevy::ecs::system::SystemParamItem;
use bevy::ecs::system::lifetimeless::SRes;
use bevy::image::Image;
use bevy::math::Vec4;
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::pbr::{Material, MaterialPipeline, MaterialPipelineKey, MaterialPlugin, MeshPipelineKey};
use bevy::prelude::{AlphaMode, App, Plugin, TypePath};
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{
    AsBindGroup, AsBindGroupError, BindGroupLayout, BindGroupLayoutEntry, BindingResources, BindingType,
    BufferBindingType, BufferInitDescriptor, BufferUsages, CompareFunction, Face, OwnedBindingResource,
    RenderPipelineDescriptor, SamplerBindingType, ShaderStages, SpecializedMeshPipelineError, TextureSampleType,
    TextureViewDimension, UnpreparedBindGroup,
};
use bevy::render::renderer::RenderDevice;
use bevy::render::storage::{GpuShaderBuffer, ShaderBuffer};
use bevy::render::texture::{FallbackImage, GpuImage};
use bevy::shader::{ShaderRef, load_shader_library};

use super::accumulate::LINEAR_FORMAT;

/// What things wear.
#[derive(Asset, TypePath, Debug, Clone)]
pub(super) struct SurfaceMaterial {
    /// Linear RGB and alpha; multiplies the texture.
    pub base_color: [f32; 4],
    /// cd/m², linear RGB; multiplies the texture.
    pub emissive: [f32; 3],
    /// 0–1; multiplies the blue channel of the texture.
    pub metallic: f32,
    /// Perceptual, 0–1; multiplies the green channel of the texture.
    pub roughness: f32,
    /// From metres to texture coordinates.
    pub uv_scale: f32,
    /// No surface where the texture's alpha is below.
    pub cutoff: Option<f32>,
    pub blended: bool,
    pub double_sided: bool,
    pub base_color_texture: Option<Handle<Image>>,
    pub orm_texture: Option<Handle<Image>>,
    pub normal_texture: Option<Handle<Image>>,
    pub emissive_texture: Option<Handle<Image>>,
    pub lit_by: LitBy,
}

/// The light of a scene, as far as its materials must know.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct LitBy {
    /// What `lighting.wgsl` reads of the scene, see [`super::occluders`].
    pub around: Handle<ShaderBuffer>,
    /// Radiance from around, the blurrier the higher the level.
    pub reflections: Handle<Image>,
    pub suns: usize,
    /// Whether light from all around comes from one direction at a time, as from a sun.
    pub dome: bool,
    /// Whether the suns' shadows take more than one map.
    pub cascades: bool,
    /// Whether any lamp shines.
    pub lamps: bool,
    /// Whether light from all around comes from single directions and points, others for each picture.
    pub sampled: bool,
    /// Whether edges of shadows are filtered well.
    pub smooth: bool,
    /// Whether there is air between things and eyes.
    pub air: bool,
    /// What lies on them.
    pub lies: Lies,
}

/// What the weather leaves on surfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Lies {
    /// Water, or thin snow.
    pub anything: bool,
    /// Drops fall into it.
    pub ripples: bool,
    /// Thin snow.
    pub snow: bool,
    /// Wheels have gone over it.
    pub trodden: bool,
}

/// What is compiled in: a software device runs both sides of a branch, so there are none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Variant {
    textures: [bool; 4],
    cutout: bool,
    see_through: bool,
    double_sided: bool,
    /// So rough all over that what it mirrors is as blurred as what it scatters.
    rough: bool,
    suns: usize,
    /// Besides one sun.
    dome: bool,
    cascades: bool,
    lamps: bool,
    sampled: bool,
    smooth: bool,
    air: bool,
    lies: Lies,
}

impl Variant {
    fn definitions(&self) -> impl Iterator<Item = &'static str> {
        let [base_color, orm, normal, emissive] = self.textures;
        let all = [
            ("BASE_COLOR_TEXTURE", base_color),
            ("ORM_TEXTURE", orm),
            ("NORMAL_TEXTURE", normal),
            ("EMISSIVE_TEXTURE", emissive),
            ("TEXTURED", self.textures.contains(&true)),
            ("CUTOUT", self.cutout),
            ("SEE_THROUGH", self.see_through),
            ("DOUBLE_SIDED", self.double_sided),
            ("ROUGH", self.rough),
            ("SUN", self.suns > 0),
            ("MORE_SUNS", self.suns > 1),
            ("SUN_AND_DOME", self.dome),
            ("CASCADES", (self.suns > 0 || self.sampled) && self.cascades),
            ("LAMPS", self.lamps),
            ("SAMPLED", self.sampled),
            ("SMOOTH", self.smooth),
            ("AIR", self.air),
            ("WET", self.lies.anything),
            ("RIPPLES", self.lies.ripples),
            ("COATED", self.lies.snow),
            ("TRODDEN", self.lies.snow && self.lies.trodden),
        ];
        all.into_iter().filter_map(|(name, defined)| defined.then_some(name))
    }
}

impl SurfaceMaterial {
    fn textures(&self) -> [Option<&Handle<Image>>; 4] {
        [&self.base_color_texture, &self.orm_texture, &self.normal_texture, &self.emissive_texture].map(Option::as_ref)
    }

    /// As `Values` of `material.wgsl`.
    fn values(&self) -> Vec<u8> {
        let cutoff = self.cutoff.unwrap_or(0.0);
        let [er, eg, eb] = self.emissive;
        let rest = [er, eg, eb, self.metallic, self.roughness, cutoff, self.uv_scale, 0.0];
        self.base_color.iter().chain(&rest).flat_map(|value| value.to_le_bytes()).collect()
    }
}

/// Perceptual roughness from which on reflections come from the harmonics: there the GGX lobe is about as wide as
/// the cosine that they are blurred with.
const ROUGH: f32 = 0.75;
/// The same where a picture is the mean of many, as `lighting.wgsl` has it.
const ROUGH_OF_MANY: f32 = 0.8;

/// Bindings in the shaders, in order; a material without some texture binds white.
const VALUES: u32 = 0;
const AROUND: u32 = 1;
const REFLECTIONS: u32 = 2;
const REFLECTIONS_SAMPLER: u32 = 3;
const TEXTURES: u32 = 4;
const TEXTURES_SAMPLER: u32 = 8;

// By hand, since Bevy's attributes let materials share a buffer as storage only, which a software device reads for
// one pixel after another and a uniform one for eight at once.
impl AsBindGroup for SurfaceMaterial {
    type Data = Variant;
    type Param = (SRes<RenderAssets<GpuShaderBuffer>>, SRes<RenderAssets<GpuImage>>, SRes<FallbackImage>);

    fn label() -> &'static str {
        "surface"
    }

    fn bind_group_data(&self) -> Variant {
        Variant {
            textures: self.textures().map(|texture| texture.is_some()),
            cutout: self.cutoff.is_some() && self.base_color_texture.is_some(),
            see_through: self.blended,
            double_sided: self.double_sided,
            rough: self.orm_texture.is_none()
                // What lies on it may be as smooth as water.
                && !self.lit_by.lies.anything
                && self.roughness >= if self.lit_by.sampled { ROUGH_OF_MANY } else { ROUGH },
            // Two or more are one loop.
            suns: self.lit_by.suns.min(2),
            dome: self.lit_by.suns == 1 && self.lit_by.dome,
            cascades: self.lit_by.cascades,
            lamps: self.lit_by.lamps,
            sampled: self.lit_by.sampled,
            smooth: self.lit_by.smooth,
            air: self.lit_by.air,
            lies: self.lit_by.lies,
        }
    }

    fn unprepared_bind_group(
        &self,
        _: &BindGroupLayout,
        device: &RenderDevice,
        (buffers, images, fallback): &mut SystemParamItem<'_, '_, Self::Param>,
        _: bool,
    ) -> Result<UnpreparedBindGroup, AsBindGroupError> {
        let later = AsBindGroupError::RetryNextUpdate;
        let Some(around) = buffers.get(&self.lit_by.around) else { return Err(later) };
        let Some(reflections) = images.get(&self.lit_by.reflections) else { return Err(later) };
        let values = device.create_buffer_with_data(&BufferInitDescriptor {
            label: Some("surface"),
            contents: &self.values(),
            usage: BufferUsages::UNIFORM,
        });
        let filtering = SamplerBindingType::Filtering;
        let mut bindings = vec![
            (VALUES, OwnedBindingResource::Buffer(values)),
            (AROUND, OwnedBindingResource::Buffer(around.buffer.clone())),
            (
                REFLECTIONS,
                OwnedBindingResource::TextureView(TextureViewDimension::Cube, reflections.texture_view.clone()),
            ),
            (REFLECTIONS_SAMPLER, OwnedBindingResource::Sampler(filtering, reflections.sampler.clone())),
        ];
        // All textures repeat and filter alike.
        let mut sampler = &fallback.d2.sampler;
        for (binding, texture) in (TEXTURES..).zip(self.textures()) {
            let image = match texture {
                None => &fallback.d2,
                Some(handle) => {
                    let Some(image) = images.get(handle) else { return Err(later) };
                    sampler = &image.sampler;
                    image
                }
            };
            let view = OwnedBindingResource::TextureView(TextureViewDimension::D2, image.texture_view.clone());
            bindings.push((binding, view));
        }
        bindings.push((TEXTURES_SAMPLER, OwnedBindingResource::Sampler(filtering, sampler.clone())));
        Ok(UnpreparedBindGroup { bindings: BindingResources(bindings) })
    }

    fn bind_group_layout_entries(_: &RenderDevice, _: bool) -> Vec<BindGroupLayoutEntry> {
        let entry =
            |binding, ty| BindGroupLayoutEntry { binding, visibility: ShaderStages::VERTEX_FRAGMENT, ty, count: None };
        let uniform =
            BindingType::Buffer { ty: BufferBindingType::Uniform, has_dynamic_offset: false, min_binding_size: None };
        let texture = |view_dimension| BindingType::Texture {
            sample_type: TextureSampleType::Float { filterable: true },
            view_dimension,
            multisampled: false,
        };
        let sampler = BindingType::Sampler(SamplerBindingType::Filtering);
        let mut entries = vec![
            entry(VALUES, uniform),
            entry(AROUND, uniform),
            entry(REFLECTIONS, texture(TextureViewDimension::Cube)),
            entry(REFLECTIONS_SAMPLER, sampler),
        ];
        entries.extend((TEXTURES..TEXTURES_SAMPLER).map(|binding| entry(binding, texture(TextureViewDimension::D2))));
        entries.push(entry(TEXTURES_SAMPLER, sampler));
        entries
    }
}

impl Material for SurfaceMaterial {
    fn vertex_shader() -> ShaderRef {
        ShaderRef::Path("embedded://maquette/render/surface.wgsl".into())
    }

    fn fragment_shader() -> ShaderRef {
        ShaderRef::Path("embedded://maquette/render/surface.wgsl".into())
    }

    /// Used for shadow maps, and there for cutouts only.
    fn prepass_fragment_shader() -> ShaderRef {
        ShaderRef::Path("embedded://maquette/render/shadow.wgsl".into())
    }

    fn alpha_mode(&self) -> AlphaMode {
        match self.cutoff {
            _ if self.blended => AlphaMode::Blend,
            Some(cutoff) => AlphaMode::Mask(cutoff),
            None => AlphaMode::Opaque,
        }
    }

    fn enable_prepass() -> bool {
        false
    }

    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let variant = key.bind_group_data;
        define_linear(descriptor, key.mesh_key);
        descriptor.vertex.shader_defs.extend(variant.definitions().map(Into::into));
        if let Some(fragment) = descriptor.fragment.as_mut() {
            fragment.shader_defs.extend(variant.definitions().map(Into::into));
        }
        descriptor.primitive.cull_mode = if variant.double_sided { None } else { Some(Face::Back) };
        // The first of two surfaces that are equally near stays, as in the ground-truth pass.
        if let Some(depth) = &mut descriptor.depth_stencil {
            depth.depth_compare = Some(CompareFunction::Greater);
        }
        Ok(())
    }
}

/// What lies behind everything.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
#[bind_group_data(Glows)]
pub(super) struct BackdropMaterial {
    /// Luminance in cd/m².
    #[texture(0, dimension = "cube")]
    #[sampler(1)]
    pub surroundings: Handle<Image>,
    /// What is before it, as in `lighting.wgsl`.
    #[uniform(2)]
    pub air: Vec4,
    /// Whether lamps light that.
    pub glows: bool,
}

/// Whether lamps light the air before the backdrop.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Glows(bool);

impl From<&BackdropMaterial> for Glows {
    fn from(material: &BackdropMaterial) -> Glows {
        Glows(material.glows)
    }
}

impl Material for BackdropMaterial {
    fn vertex_shader() -> ShaderRef {
        ShaderRef::Path("embedded://maquette/render/backdrop.wgsl".into())
    }

    fn fragment_shader() -> ShaderRef {
        ShaderRef::Path("embedded://maquette/render/backdrop.wgsl".into())
    }

    /// Nothing is cut out: this makes it be drawn after all opaque things, and so only where none is.
    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Mask(0.0)
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        define_linear(descriptor, key.mesh_key);
        if let (Glows(true), Some(fragment)) = (key.bind_group_data, descriptor.fragment.as_mut()) {
            fragment.shader_defs.push("GLOW".into());
        }
        Ok(())
    }
}

/// Leaves light as it is where the target can hold it.
pub(super) fn define_linear(descriptor: &mut RenderPipelineDescriptor, key: MeshPipelineKey) {
    if key.target_format() == LINEAR_FORMAT
        && let Some(fragment) = descriptor.fragment.as_mut()
    {
        fragment.shader_defs.push("LINEAR".into());
    }
}

pub(super) struct SurfacePlugin;

impl Plugin for SurfacePlugin {
    fn build(&self, app: &mut App) {
        load_shader_library!(app, "tone.wgsl");
        load_shader_library!(app, "material.wgsl");
        load_shader_library!(app, "brdf.wgsl");
        load_shader_library!(app, "shadow_map.wgsl");
        load_shader_library!(app, "lamps.wgsl");
        load_shader_library!(app, "glow.wgsl");
        load_shader_library!(app, "lighting.wgsl");
        load_shader_library!(app, "wet.wgsl");
        embedded_asset!(app, "surface.wgsl");
        embedded_asset!(app, "shadow.wgsl");
        embedded_asset!(app, "backdrop.wgsl");
        app.add_plugins((MaterialPlugin::<SurfaceMaterial>::default(), MaterialPlugin::<BackdropMaterial>::default()));
    }
}
