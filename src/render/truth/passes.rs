//! What of a scene is drawn in one pass: its nearest surfaces, or silhouettes.

use bevy::render::mesh::allocator::MeshAllocator;
use bevy::render::mesh::{RenderMesh, RenderMeshBufferInfo};
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{
    BindGroup, BindGroupEntry, BindingResource, Buffer, BufferBinding, BufferInitDescriptor, BufferUsages,
    CommandEncoder, LoadOp, Operations, RenderPassColorAttachment, RenderPassDepthStencilAttachment,
    RenderPassDescriptor, StoreOp, TextureView,
};
use bevy::render::renderer::RenderDevice;
use wgpu::RenderPass;

use super::pipelines::{Pipelines, Stage};
use super::targets::{self, Targets};
use super::{Draw, Eye, TruthScene, silhouettes};

/// The scene of one view on the device.
pub(super) struct OnDevice<'a> {
    pub device: &'a RenderDevice,
    pub scene: &'a TruthScene,
    pub pipelines: &'a Pipelines,
    pub meshes: &'a RenderAssets<RenderMesh>,
    pub allocator: &'a MeshAllocator,
    /// Whether the lens bends straight lines.
    pub bent: bool,
    pub draws: Buffer,
    pub cutouts: Vec<Option<BindGroup>>,
}

pub(super) fn push(bytes: &mut Vec<u8>, values: &[f32]) {
    for value in values {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
}

pub(super) fn push_words(bytes: &mut Vec<u8>, values: &[u32]) {
    for value in values {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
}

pub(super) fn buffer(device: &RenderDevice, contents: &[u8], usage: BufferUsages) -> Buffer {
    device.create_buffer_with_data(&BufferInitDescriptor { label: Some("truth"), contents, usage })
}

/// Of a target of so many pixels across and down.
fn camera_bytes(eye: &Eye, size: (u32, u32)) -> Vec<u8> {
    // As the colour pass computes it, so that both rasterise the same.
    let view_from_world = eye.world_from_view.inverse();
    let clip_from_world = eye.clip_from_view * view_from_world;
    let mut bytes = Vec::with_capacity(128);
    push(&mut bytes, &clip_from_world.to_cols_array());
    for row in [view_from_world.row(0), -view_from_world.row(1), -view_from_world.row(2)] {
        push(&mut bytes, &row.to_array());
    }
    // Where rays are parallel the last number of the projection is 1.
    push(&mut bytes, &[eye.clip_from_view.w_axis.w, 0.0, size.0 as f32, size.1 as f32]);
    bytes
}

/// What silhouettes are drawn on.
pub(super) struct Sheet<'a> {
    pub eye: &'a Eye,
    /// What the grid around an image has to know of a lens that bends straight lines.
    pub lens: Option<&'a [u8]>,
    /// Cells across and down.
    pub grid: (u32, u32),
    /// Of the image, or of the face, in pixels.
    pub size: (u32, u32),
    pub bits: &'a Buffer,
    pub words: usize,
    pub outside: &'a Buffer,
    pub empty: &'a TextureView,
}

impl OnDevice<'_> {
    /// Draws the nearest surfaces; says whether all of it was ready.
    pub fn surfaces(&self, encoder: &mut CommandEncoder, stage: Stage, eye: &Eye, targets: &Targets) -> bool {
        let camera = buffer(self.device, &camera_bytes(eye, targets.size), BufferUsages::UNIFORM);
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
            BindGroupEntry { binding: 0, resource: camera.as_entire_binding() },
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
    pub fn silhouettes(&self, encoder: &mut CommandEncoder, stage: Stage, sheet: &Sheet, marks: Vec<[u32; 4]>) -> bool {
        let (grid, plane) = (sheet.grid, sheet.grid);
        let camera = buffer(self.device, &camera_bytes(sheet.eye, sheet.grid), BufferUsages::UNIFORM);
        let lens = buffer(self.device, sheet.lens.unwrap_or(&[0; silhouettes::LENS_BYTES]), BufferUsages::UNIFORM);
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
            BindGroupEntry { binding: 0, resource: camera.as_entire_binding() },
            BindGroupEntry { binding: 1, resource: self.draws.as_entire_binding() },
            BindGroupEntry { binding: 2, resource: extent.as_entire_binding() },
            BindGroupEntry { binding: 3, resource: marks_buffer.as_entire_binding() },
            BindGroupEntry { binding: 4, resource: BindingResource::Buffer(bits) },
            BindGroupEntry { binding: 5, resource: sheet.outside.as_entire_binding() },
            BindGroupEntry { binding: 6, resource: lens.as_entire_binding() },
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
        pass.set_pipeline(self.pipelines.get(draw.variant(stage, self.bent))?);
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
