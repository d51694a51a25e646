//! What `lighting.wgsl` reads of the scene: the light from all around, and who stands about and hides it.

use bevy::asset::{AssetId, Assets, Handle, RenderAssetUsages};
use bevy::prelude::{App, IntoScheduleConfigs, Plugin, Res, Resource, World};
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::BufferUsages;
use bevy::render::renderer::RenderQueue;
use bevy::render::storage::{GpuShaderBuffer, ShaderBuffer};
use bevy::render::{Render, RenderApp, RenderSystems};
use glam::{Quat, Vec3};

/// Longest list; one for all, so that a shader reads the same entry for every pixel, which is what is quick.
const MOST: usize = 64;
/// Vectors of four that a neighbour takes.
const VECTORS: usize = 4;
/// Coefficients of the light from all around.
pub(super) const AROUND: usize = 9;
/// An ellipsoid within a box touches its faces; this much larger, it has about the volume of the box.
const INFLATION: f32 = 1.12;
/// Longer things, which stand for no single obstacle.
const LONGEST_M: f32 = 12.0;

/// A thing as its neighbours see it.
#[derive(Debug, Clone)]
pub(super) struct Ellipsoid {
    pub center: Vec3,
    pub rotation: Quat,
    pub half_extents: Vec3,
    /// Reflectance, linear RGB 0–1.
    pub albedo: [f32; 3],
    /// The tag of the thing itself, which it does not darken.
    pub tag: u32,
}

/// Light that comes from no direction of its own.
pub(super) struct Around {
    /// The radiance that a white neighbour sends, cd/m² in linear RGB.
    pub bounce: [f32; 3],
    /// Irradiance / π over the normal, cd/m²: coefficients of the polynomials that `lighting.wgsl` names.
    pub harmonics: [[f32; 3]; AROUND],
    /// The last level of the reflections.
    pub last_level: u32,
    /// Between things and eyes, as `lighting.wgsl` has it.
    pub air: [f32; 4],
    /// What lies on them, as `lighting.wgsl` has it.
    pub lying: [f32; 8],
}

/// The list's buffer, the same for all scenes; only its contents change.
#[derive(Resource, Clone)]
pub(super) struct List {
    pub buffer: Handle<ShaderBuffer>,
}

/// What is to be written before the next draw. Lives in the render world.
#[derive(Resource, Default)]
struct Contents {
    buffer: Option<AssetId<ShaderBuffer>>,
    bytes: Vec<u8>,
}

pub(super) struct OccluderPlugin;

impl Plugin for OccluderPlugin {
    fn build(&self, app: &mut App) {
        let mut buffer = ShaderBuffer::new(&[0; 16 * (4 + AROUND + MOST * VECTORS)], RenderAssetUsages::RENDER_WORLD);
        buffer.buffer_description.usage = BufferUsages::UNIFORM | BufferUsages::COPY_DST;
        let buffer = app.world_mut().resource_mut::<Assets<ShaderBuffer>>().add(buffer);
        app.insert_resource(List { buffer });
        let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
        render_app.init_resource::<Contents>().add_systems(Render, write.in_set(RenderSystems::PrepareResources));
    }
}

fn write(contents: Res<Contents>, buffers: Res<RenderAssets<GpuShaderBuffer>>, queue: Res<RenderQueue>) {
    let Some(buffer) = contents.buffer.and_then(|id| buffers.get(id)) else { return };
    queue.write_buffer(&buffer.buffer, 0, &contents.bytes);
}

/// Fills the list with the neighbours that matter most about `middles`, what the cameras look at.
///
/// The light is given with it.
pub(super) fn fill(render_world: &mut World, list: &List, things: &[Ellipsoid], middles: &[Vec3], light: &Around) {
    // Things that carry others are no obstacle but a ground to them.
    let carries = |thing: &Ellipsoid| {
        things.iter().any(|other| {
            let local = thing.rotation.inverse() * (other.center - thing.center);
            let over = local.x.abs() < thing.half_extents.x && local.z.abs() < thing.half_extents.z;
            over && local.y > 0.0 && other.tag != thing.tag
        })
    };
    let mut chosen: Vec<(f32, &Ellipsoid)> = things
        .iter()
        .filter(|thing| {
            let longest = 2.0 * thing.half_extents.max_element();
            longest > 0.0 && longest < LONGEST_M && !carries(thing)
        })
        .map(|thing| {
            let distance = middles.iter().map(|m| m.distance(thing.center)).fold(f32::INFINITY, f32::min);
            (distance / thing.half_extents.max_element(), thing)
        })
        .collect();
    // Equal ones go by order, so that the choice repeats.
    chosen.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.tag.cmp(&b.1.tag)));
    chosen.truncate(MOST);
    let mut values: Vec<f32> = Vec::with_capacity(4 * (4 + AROUND + chosen.len() * VECTORS));
    let [r, g, b] = light.bounce;
    values.extend([r, g, b, chosen.len() as f32]);
    values.extend(light.air);
    values.extend(light.lying);
    for [r, g, b] in light.harmonics {
        values.extend([r, g, b, light.last_level as f32]);
    }
    for (_, thing) in &chosen {
        let radii = (thing.half_extents * INFLATION).max(Vec3::splat(1e-3));
        let axes = [(Vec3::X, radii.x), (Vec3::Y, radii.y), (Vec3::Z, radii.z)];
        values.extend(thing.center.to_array());
        values.push(thing.tag as f32);
        for ((unit, radius), albedo) in axes.into_iter().zip(thing.albedo) {
            values.extend((thing.rotation * unit / radius).to_array());
            values.push(albedo);
        }
    }
    let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    *render_world.resource_mut::<Contents>() = Contents { buffer: Some(list.buffer.id()), bytes };
}
