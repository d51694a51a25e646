//! The material that everything wears: Bevy's PBR, and what the neighbours hide and give back (`surface.wgsl`).

use bevy::asset::{Asset, Handle, embedded_asset};
use bevy::image::Image;
use bevy::pbr::{ExtendedMaterial, Material, MaterialExtension, MaterialPlugin, StandardMaterial};
use bevy::prelude::{AlphaMode, App, Plugin, TypePath};
use bevy::render::render_resource::AsBindGroup;
use bevy::render::storage::ShaderBuffer;
use bevy::shader::{ShaderRef, load_shader_library};

/// What things wear.
pub(super) type SurfaceMaterial = ExtendedMaterial<StandardMaterial, Neighbours>;

/// The list of neighbours that `surface.wgsl` reads; one for all materials, see [`super::occluders`].
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
pub(super) struct Neighbours {
    #[storage(100, read_only)]
    pub list: Handle<ShaderBuffer>,
}

impl MaterialExtension for Neighbours {
    fn vertex_shader() -> ShaderRef {
        ShaderRef::Path("embedded://maquette/render/surface.wgsl".into())
    }

    fn fragment_shader() -> ShaderRef {
        ShaderRef::Path("embedded://maquette/render/surface.wgsl".into())
    }

    fn enable_prepass() -> bool {
        false
    }
}

/// What lies behind everything (`backdrop.wgsl`).
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
pub(super) struct BackdropMaterial {
    /// Luminance in cd/m².
    #[texture(0, dimension = "cube")]
    #[sampler(1)]
    pub surroundings: Handle<Image>,
}

impl Material for BackdropMaterial {
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
}

pub(super) struct SurfacePlugin;

impl Plugin for SurfacePlugin {
    fn build(&self, app: &mut App) {
        load_shader_library!(app, "tone.wgsl");
        load_shader_library!(app, "lighting.wgsl");
        load_shader_library!(app, "wear.wgsl");
        embedded_asset!(app, "surface.wgsl");
        embedded_asset!(app, "backdrop.wgsl");
        app.add_plugins((MaterialPlugin::<SurfaceMaterial>::default(), MaterialPlugin::<BackdropMaterial>::default()));
    }
}
