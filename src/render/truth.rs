//! The ground-truth pass: ids, z-depth and more of the nearest surface that counts, in one draw of the scene, and the
//! whole silhouettes of all instances in another.
//!
//! It uses the meshes and the matrices of the colour pass, without multisampling, into integer and float
//! targets of its own. Instances are drawn in the order of their ids, and what is around them after them, with a strict
//! depth test, so that a tie goes to the lower id every time, and never to the ground. See-through surfaces are not in
//! its list; cutouts count where they are opaque.
//!
//! Silhouettes have no depth test: each fragment sets its instance's bit at its pixel, so that the order of drawing
//! does not matter. What of them lies outside the image is counted on a grid around it.

mod pipelines;
mod silhouettes;
mod targets;

use bevy::asset::AssetId;
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::image::Image;
use bevy::mesh::Mesh;
use bevy::prelude::{App, Component, IntoScheduleConfigs, Mat4, Plugin, Res, ResMut, Resource, Vec3, Vec4};
use bevy::render::extract_component::{ExtractComponent, ExtractComponentPlugin};
use bevy::render::mesh::allocator::MeshAllocator;
use bevy::render::mesh::{RenderMesh, RenderMeshBufferInfo};
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{
    BindGroup, BindGroupEntry, BindingResource, Buffer, BufferBinding, BufferInitDescriptor, BufferUsages,
    CommandEncoder, LoadOp, Operations, RenderPassColorAttachment, RenderPassDepthStencilAttachment,
    RenderPassDescriptor, StoreOp, TextureView,
};
use bevy::render::renderer::{RenderContext, RenderDevice, ViewQuery};
use bevy::render::texture::GpuImage;
use bevy::render::view::{ExtractedView, ViewTarget};
use bevy::render::{RenderApp, RenderStartup};

use super::accumulate::{self, Sums};
use super::readback::{Readbacks, Source};
use super::samples::Sample;
use pipelines::{Pipelines, Stage, Variant};
pub(super) use silhouettes::Wanted;
pub(super) use targets::Grown;
use targets::{Empty, Targets};
use wgpu::RenderPass;

/// Marks a camera whose truth is wanted; the number is its place in the scene.
#[derive(Component, Clone, Copy, ExtractComponent)]
pub(super) struct TruthView(pub u32);

/// Planes that are wanted besides ids and depth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Extra {
    pub normal: bool,
    pub object_coordinates: bool,
    pub part: bool,
    pub owner: bool,
    /// The picture in linear light.
    pub linear: bool,
}

impl Extra {
    fn any(self) -> bool {
        self.normal || self.object_coordinates || self.part || self.owner
    }
}

/// What the pass draws, in order. Lives in the render world.
#[derive(Resource, Default)]
pub(super) struct TruthScene {
    /// Tells the frames apart when they are read back.
    pub ticket: u64,
    pub draws: Vec<Draw>,
    /// What is wanted besides ids and depth.
    pub extra: Extra,
    /// Of each camera, where silhouettes are wanted.
    pub silhouettes: Vec<Wanted>,
    /// From where each camera's truth is seen, whatever its picture is seen through.
    pub cameras: Vec<Eye>,
    /// Which of the pictures that make one is drawn. Truth is drawn along with the last.
    pub sample: Sample,
}

/// How a camera sees the world: Bevy's axes, x right, y up, z back.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Eye {
    pub clip_from_view: Mat4,
    pub world_from_view: Mat4,
}

/// One mesh of the pass.
pub(super) struct Draw {
    pub mesh: AssetId<Mesh>,
    pub world_from_local: Mat4,
    /// 0 for surfaces that hide others and have depth but no label.
    pub instance: u16,
    /// The same, labelled or not; 0 for what is no instance.
    pub owner: u16,
    /// From 1; 0 where there is no label.
    pub part: u16,
    /// Corners of its instance's box in local coordinates.
    pub bounds: (Vec3, Vec3),
    pub double_sided: bool,
    pub cutout: Option<Cutout>,
    /// Whether normals are those of its triangles, whatever its corners say.
    pub flat: bool,
    /// Whether it only has a silhouette.
    pub volume: bool,
}

/// Where the texture's alpha is below `cutoff` there is no surface.
#[derive(Clone)]
pub(super) struct Cutout {
    pub image: AssetId<Image>,
    pub cutoff: f32,
    pub uv_scale: f32,
}

/// Bytes of `Draw` in `truth.wgsl`.
const DRAW_BYTES: usize = 128;
/// Of bits that are drawn at once.
const MOST_BYTES: u64 = 64 << 20;

pub(super) struct TruthPlugin;

impl Plugin for TruthPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(ExtractComponentPlugin::<TruthView>::default());
        let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
        let make = |mut commands: bevy::prelude::Commands, device: Res<RenderDevice>| {
            commands.insert_resource(Pipelines::new(&device));
        };
        render_app
            .init_resource::<TruthScene>()
            .init_resource::<Readbacks>()
            .init_resource::<Canvas>()
            .add_systems(RenderStartup, make)
            .add_systems(Core3d, draw_truth.after(Core3dSystems::MainPass).before(Core3dSystems::EarlyPostProcess));
    }
}

/// Words that are known of what lies outside of the image, for each instance: cells, and the reach to four sides.
pub(in crate::render) const OUTSIDE_WORDS: usize = 5;

/// What is drawn into.
#[derive(Resource, Default)]
struct Canvas {
    targets: Vec<Targets>,
    /// One a batch.
    bits: Vec<Grown>,
    bits_beyond: Grown,
    outside: Grown,
    empty: Empty,
}

/// The scene of one view on the device.
struct OnDevice<'a> {
    device: &'a RenderDevice,
    scene: &'a TruthScene,
    pipelines: &'a Pipelines,
    meshes: &'a RenderAssets<RenderMesh>,
    allocator: &'a MeshAllocator,
    camera: Buffer,
    draws: Buffer,
    cutouts: Vec<Option<BindGroup>>,
}

fn push(bytes: &mut Vec<u8>, values: &[f32]) {
    for value in values {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
}

fn push_words(bytes: &mut Vec<u8>, values: &[u32]) {
    for value in values {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
}

fn buffer(device: &RenderDevice, contents: &[u8], usage: BufferUsages) -> Buffer {
    device.create_buffer_with_data(&BufferInitDescriptor { label: Some("truth"), contents, usage })
}

fn camera_bytes(eye: &Eye) -> Vec<u8> {
    // As the colour pass computes it, so that both rasterise the same.
    let view_from_world = eye.world_from_view.inverse();
    let clip_from_world = eye.clip_from_view * view_from_world;
    let mut bytes = Vec::with_capacity(112);
    push(&mut bytes, &clip_from_world.to_cols_array());
    for row in [view_from_world.row(0), -view_from_world.row(1), -view_from_world.row(2)] {
        push(&mut bytes, &row.to_array());
    }
    bytes
}

fn draw_bytes(draws: &[Draw]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(draws.len().max(1) * DRAW_BYTES);
    for draw in draws {
        push(&mut bytes, &draw.world_from_local.to_cols_array());
        let scale = draw.cutout.as_ref().map_or(1.0, |c| c.uv_scale);
        push(&mut bytes, &[scale, scale, 0.0, 0.0]);
        let (scale, offset) = if draw.instance > 0 { coordinates(draw.bounds) } else { (Vec3::ZERO, Vec3::ZERO) };
        push(&mut bytes, &Vec4::from((scale, 0.0)).to_array());
        push(&mut bytes, &Vec4::from((offset, 0.0)).to_array());
        let cutoff = draw.cutout.as_ref().map_or(0.0, |c| c.cutoff);
        push_words(
            &mut bytes,
            &[u32::from(draw.instance), cutoff.to_bits(), u32::from(draw.part), u32::from(draw.owner)],
        );
    }
    bytes.resize(bytes.len().max(DRAW_BYTES), 0);
    bytes
}

/// Factor and summand that take a box to 0–1 along each edge; what has no extent lies in the middle.
fn coordinates((min, max): (Vec3, Vec3)) -> (Vec3, Vec3) {
    let size = max - min;
    let flat = size.cmple(Vec3::splat(1e-9));
    let scale = Vec3::select(flat, Vec3::ZERO, size.recip());
    (scale, Vec3::select(flat, Vec3::splat(0.5), -min * scale))
}

#[expect(clippy::too_many_arguments, reason = "a system takes what it reads")]
fn draw_truth(
    view: ViewQuery<(&ExtractedView, &ViewTarget, &TruthView)>,
    scene: Res<TruthScene>,
    mut pipelines: ResMut<Pipelines>,
    mut canvas: ResMut<Canvas>,
    mut readbacks: ResMut<Readbacks>,
    mut sums: ResMut<Sums>,
    meshes: Res<RenderAssets<RenderMesh>>,
    images: Res<RenderAssets<GpuImage>>,
    allocator: Res<MeshAllocator>,
    device: Res<RenderDevice>,
    mut context: RenderContext,
) {
    let (view, target, TruthView(camera)) = view.into_inner();
    let size = (view.viewport.z, view.viewport.w);
    let sample = scene.sample;
    let encoder = context.command_encoder();
    let picture = if view.target_format == accumulate::LINEAR_FORMAT {
        let sum = sums.add(&device, encoder, *camera, size, target.main_texture_view(), sample);
        if sample.index + 1 < sample.of {
            return;
        }
        Source::Buffer(sum, u64::from(size.0) * u64::from(size.1) * accumulate::PIXEL_BYTES)
    } else {
        Source::Texture(target.main_texture())
    };
    let samples = matches!(picture, Source::Buffer(..)).then_some(sample.of);
    let Some(eye) = scene.cameras.get(*camera as usize) else { return };
    let stage = if scene.extra.any() { Stage::All } else { Stage::Few };
    let wanted = scene.silhouettes.get(*camera as usize);
    if let Some(first) = scene.draws.iter().find_map(|d| meshes.get(d.mesh)) {
        let mut stages = vec![stage];
        stages.extend(wanted.map(|_| Stage::Within));
        stages.extend(wanted.filter(|wanted| !wanted.beyond.is_empty()).map(|_| Stage::Beyond));
        let variants = stages.iter().flat_map(|stage| scene.draws.iter().map(|draw| draw.variant(*stage)));
        pipelines.prepare(&device, first.layout.0.layout(), variants);
    }
    let on_device = OnDevice {
        device: &device,
        scene: &scene,
        pipelines: &pipelines,
        meshes: &meshes,
        allocator: &allocator,
        camera: buffer(&device, &camera_bytes(eye), BufferUsages::UNIFORM),
        draws: buffer(&device, &draw_bytes(&scene.draws), BufferUsages::STORAGE),
        cutouts: scene.draws.iter().map(|draw| cutout_group(draw, &device, &pipelines, &images)).collect(),
    };
    let Canvas { targets, bits, bits_beyond, outside, empty } = &mut *canvas;
    let count = if scene.extra.any() { targets::FORMATS.len() } else { targets::FEW };
    let targets = Targets::of(targets, &device, size, count);
    let mut whole = on_device.surfaces(encoder, stage, targets);
    let mut sources = vec![picture];
    sources.extend(targets.colors.iter().take(count).map(|(texture, _)| Source::Texture(texture)));
    if let Some(wanted) = wanted {
        let empty = empty.of(&device, (size.0.max(wanted.grid.0), size.1.max(wanted.grid.1)));
        let counts = 4 * OUTSIDE_WORDS as u64 * wanted.beyond.len().max(1) as u64;
        let outside = outside.of(&device, counts);
        encoder.clear_buffer(outside, 0, Some(counts));
        let plane = u64::from(size.0) * u64::from(size.1) * 4;
        let at_once = ((MOST_BYTES / plane).max(1) as usize).min(wanted.words().max(1));
        let batches = wanted.words().div_ceil(at_once);
        bits.resize_with(bits.len().max(batches), Grown::default);
        for (batch, bits) in bits.iter_mut().take(batches).enumerate() {
            let words = (wanted.words() - batch * at_once).min(at_once);
            let bits = bits.of(&device, plane * words as u64);
            encoder.clear_buffer(bits, 0, Some(plane * words as u64));
            let sheet = Sheet { wanted, size, bits, words, outside, empty };
            let first = (batch * at_once * 32) as u32;
            let marks = scene.draws.iter().map(|draw| {
                let [bit, beyond, cell, _] = wanted.mark(draw.instance);
                let here = (first..first + words as u32 * 32).contains(&bit);
                [if here { bit - first } else { silhouettes::NONE }, beyond, cell, 0]
            });
            whole &= on_device.silhouettes(encoder, Stage::Within, &sheet, marks.collect());
        }
        if !wanted.beyond.is_empty() {
            let bytes = 4 * u64::from(wanted.grid.0) * u64::from(wanted.grid.1) * wanted.words_beyond() as u64;
            let bits = bits_beyond.of(&device, bytes);
            encoder.clear_buffer(bits, 0, Some(bytes));
            let sheet = Sheet { wanted, size, bits, words: wanted.words_beyond(), outside, empty };
            let marks = scene.draws.iter().map(|draw| wanted.mark(draw.instance));
            whole &= on_device.silhouettes(encoder, Stage::Beyond, &sheet, marks.collect());
        }
        for (batch, bits) in bits.iter_mut().take(batches).enumerate() {
            let words = (wanted.words() - batch * at_once).min(at_once) as u64;
            sources.push(Source::Buffer(bits.of(&device, plane * words).clone(), plane * words));
        }
        sources.push(Source::Buffer(outside.clone(), counts));
    }
    if whole {
        readbacks.copy(&device, encoder, (scene.ticket, *camera), size, &sources, (scene.extra, wanted, samples));
    } else {
        readbacks.incomplete(scene.ticket);
    }
}

fn cutout_group(
    draw: &Draw,
    device: &RenderDevice,
    pipelines: &Pipelines,
    images: &RenderAssets<GpuImage>,
) -> Option<BindGroup> {
    let image = images.get(draw.cutout.as_ref()?.image)?;
    let entries = [
        BindGroupEntry { binding: 0, resource: BindingResource::TextureView(&image.texture_view) },
        BindGroupEntry { binding: 1, resource: BindingResource::Sampler(&image.sampler) },
    ];
    Some(device.create_bind_group("truth_cutout", &pipelines.cutout_layout, &entries))
}

/// What silhouettes are drawn on.
struct Sheet<'a> {
    wanted: &'a Wanted,
    size: (u32, u32),
    bits: &'a Buffer,
    words: usize,
    outside: &'a Buffer,
    empty: &'a TextureView,
}

impl OnDevice<'_> {
    /// Draws the nearest surfaces; says whether all of it was ready.
    fn surfaces(&self, encoder: &mut CommandEncoder, stage: Stage, targets: &Targets) -> bool {
        let color = |view, load| {
            Some(RenderPassColorAttachment {
                view,
                depth_slice: None,
                resolve_target: None,
                ops: Operations { load, store: StoreOp::Store },
            })
        };
        let count = if stage == Stage::All { targets::FORMATS.len() } else { targets::FEW };
        // A software device clears wide pixels slowly. The last target counts only where depth says that something is.
        let loads = [LoadOp::Clear(Default::default()), LoadOp::Clear(Default::default()), LoadOp::Load];
        let attachments = targets.colors.iter().zip(loads).take(count);
        let attachments: Vec<_> = attachments.map(|((_, view), load)| color(&**view, load)).collect();
        let entries = [
            BindGroupEntry { binding: 0, resource: self.camera.as_entire_binding() },
            BindGroupEntry { binding: 1, resource: self.draws.as_entire_binding() },
        ];
        let group = self.device.create_bind_group("truth_scene", &self.pipelines.scene_layout, &entries);
        let mut pass = encoder.begin_render_pass(&RenderPassDescriptor {
            label: Some("truth"),
            color_attachments: &attachments,
            depth_stencil_attachment: Some(RenderPassDepthStencilAttachment {
                view: &targets.z,
                depth_ops: Some(Operations { load: LoadOp::Clear(0.0), store: StoreOp::Discard }),
                stencil_ops: None,
            }),
            timestamp_writes: None,
            occlusion_query_set: None,
            multiview_mask: None,
        });
        pass.set_bind_group(0, &*group, &[]);
        self.draw_all(&mut pass, stage, |index| !self.scene.draws[index].volume)
    }

    /// Draws the silhouettes of the draws whose marks have a bit; says whether all of it was ready.
    fn silhouettes(&self, encoder: &mut CommandEncoder, stage: Stage, sheet: &Sheet, marks: Vec<[u32; 4]>) -> bool {
        let (grid, plane) = match stage {
            Stage::Beyond => (sheet.wanted.grid, sheet.wanted.grid),
            _ => (sheet.size, sheet.size),
        };
        let mut extent = Vec::with_capacity(16);
        push_words(&mut extent, &[sheet.size.0, sheet.size.1, grid.0, grid.1]);
        let mut bytes = Vec::with_capacity(16 * marks.len().max(1));
        marks.iter().for_each(|mark| push_words(&mut bytes, mark));
        bytes.resize(bytes.len().max(16), 0);
        let extent = buffer(self.device, &extent, BufferUsages::UNIFORM);
        let marks_buffer = buffer(self.device, &bytes, BufferUsages::STORAGE);
        let bits = 4 * u64::from(plane.0) * u64::from(plane.1) * sheet.words as u64;
        let bits = BufferBinding { buffer: sheet.bits, offset: 0, size: std::num::NonZero::new(bits) };
        let entries = [
            BindGroupEntry { binding: 0, resource: self.camera.as_entire_binding() },
            BindGroupEntry { binding: 1, resource: self.draws.as_entire_binding() },
            BindGroupEntry { binding: 2, resource: extent.as_entire_binding() },
            BindGroupEntry { binding: 3, resource: marks_buffer.as_entire_binding() },
            BindGroupEntry { binding: 4, resource: BindingResource::Buffer(bits) },
            BindGroupEntry { binding: 5, resource: sheet.outside.as_entire_binding() },
        ];
        let group = self.device.create_bind_group("truth_silhouette", &self.pipelines.silhouette_layout, &entries);
        let mut pass = encoder.begin_render_pass(&RenderPassDescriptor {
            label: Some("silhouettes"),
            color_attachments: &[Some(RenderPassColorAttachment {
                view: sheet.empty,
                depth_slice: None,
                resolve_target: None,
                ops: Operations { load: LoadOp::Load, store: StoreOp::Discard },
            })],
            depth_stencil_attachment: None,
            timestamp_writes: None,
            occlusion_query_set: None,
            multiview_mask: None,
        });
        pass.set_viewport(0.0, 0.0, plane.0 as f32, plane.1 as f32, 0.0, 1.0);
        pass.set_scissor_rect(0, 0, plane.0, plane.1);
        pass.set_bind_group(0, &*group, &[]);
        let bit = if stage == Stage::Beyond { 1 } else { 0 };
        self.draw_all(&mut pass, stage, |index| marks[index][bit] != silhouettes::NONE)
    }

    /// Draws what is chosen, by its place; says whether all of it was ready.
    fn draw_all(&self, pass: &mut RenderPass, stage: Stage, chosen: impl Fn(usize) -> bool) -> bool {
        let mut whole = true;
        for (index, (draw, cutout)) in self.scene.draws.iter().zip(&self.cutouts).enumerate() {
            if chosen(index) {
                whole &= self.draw(pass, index as u32, draw, cutout.as_ref(), stage).is_some();
            }
        }
        whole
    }

    /// `None` where something is not on the device yet.
    fn draw(
        &self,
        pass: &mut RenderPass,
        index: u32,
        draw: &Draw,
        cutout: Option<&BindGroup>,
        stage: Stage,
    ) -> Option<()> {
        let mesh = self.meshes.get(draw.mesh)?;
        let vertices = self.allocator.mesh_vertex_slice(&draw.mesh)?;
        let RenderMeshBufferInfo::Indexed { count, index_format } = &mesh.buffer_info else { return None };
        let indices = self.allocator.mesh_index_slice(&draw.mesh)?;
        if cutout.is_some() != draw.cutout.is_some() {
            return None;
        }
        pass.set_pipeline(self.pipelines.get(draw.variant(stage))?);
        if let Some(cutout) = cutout {
            pass.set_bind_group(1, &**cutout, &[]);
        }
        pass.set_vertex_buffer(0, *vertices.buffer.slice(..));
        pass.set_index_buffer(*indices.buffer.slice(..), *index_format);
        let range = indices.range.start..indices.range.start + count;
        pass.draw_indexed(range, vertices.range.start as i32, index..index + 1);
        Some(())
    }
}

impl Draw {
    fn variant(&self, stage: Stage) -> Variant {
        Variant {
            stage,
            double_sided: self.double_sided,
            cutout: self.cutout.is_some(),
            flat: self.flat && stage == Stage::All,
        }
    }
}
