//! Sums of pictures, one for each camera, in linear light.

use bevy::prelude::{App, Commands, Plugin, Res, Resource};
use bevy::render::render_resource::{
    BindGroupEntry, BindGroupLayout, BindGroupLayoutEntry, BindingResource, BindingType, BufferBindingType,
    BufferInitDescriptor, BufferUsages, ColorTargetState, ColorWrites, CommandEncoder, Extent3d, LoadOp,
    MultisampleState, Operations, PipelineCompilationOptions, PipelineLayoutDescriptor, PrimitiveState,
    RawFragmentState, RawRenderPipelineDescriptor, RawVertexState, RenderPassColorAttachment, RenderPassDescriptor,
    RenderPipeline, ShaderModuleDescriptor, ShaderSource, ShaderStages, StoreOp, Texture, TextureDescriptor,
    TextureDimension, TextureFormat, TextureSampleType, TextureUsages, TextureView, TextureViewDescriptor,
    TextureViewDimension,
};
use bevy::render::renderer::RenderDevice;
use bevy::render::{RenderApp, RenderStartup};

use super::samples::Sample;
use crate::randomize::concrete::Shutter;

/// Of pictures that can be added: light, not what is left of it after the tone curve.
pub(super) const LINEAR_FORMAT: TextureFormat = TextureFormat::Rgba16Float;
/// Of sums: red, green, blue, and how many pictures they are of.
const SUM_FORMAT: TextureFormat = TextureFormat::Rgba32Float;

/// The rows of a picture that are exposed when it is seen, from the top: their middle, and half their number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Exposed {
    pub middle: f32,
    pub half: f32,
}

impl Exposed {
    /// Every row.
    pub const ALL: Exposed = Exposed { middle: 0.0, half: f32::MAX };

    /// Those of a sensor with so many rows, that long after the middle of its exposure; one of `of` samples that are
    /// spread over `span_s`.
    pub fn of(shutter: &Shutter, rows: u32, after_s: f32, of: u32, span_s: f32) -> Exposed {
        // Each row is to have a sample, however short its exposure is.
        let half_s = (0.5 * shutter.exposure_s).max(span_s / of.max(1) as f32);
        if shutter.readout_s <= 0.0 {
            let half = if after_s.abs() <= half_s * 1.0001 { f32::MAX } else { -1.0 };
            return Exposed { middle: 0.0, half };
        }
        let rows_a_second = rows as f32 / shutter.readout_s;
        Exposed { middle: 0.5 * rows as f32 + after_s * rows_a_second, half: half_s * rows_a_second }
    }
}

/// The sums of all cameras. Lives in the render world.
#[derive(Resource)]
pub(super) struct Sums {
    layout: BindGroupLayout,
    pipeline: RenderPipeline,
    /// By camera.
    pairs: Vec<Option<Pair>>,
}

/// Two sums of one camera, of which each is the other and one picture more: nothing is read from what is drawn into.
struct Pair {
    size: (u32, u32),
    sums: [(Texture, TextureView); 2],
}

impl Pair {
    fn new(device: &RenderDevice, size: (u32, u32)) -> Pair {
        let sum = || {
            let texture = device.create_texture(&TextureDescriptor {
                label: Some("accumulate"),
                size: Extent3d { width: size.0, height: size.1, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: TextureDimension::D2,
                format: SUM_FORMAT,
                usage: TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_SRC,
                view_formats: &[],
            });
            let view = texture.create_view(&TextureViewDescriptor::default());
            (texture, view)
        };
        Pair { size, sums: [sum(), sum()] }
    }
}

pub(super) struct AccumulatePlugin;

impl Plugin for AccumulatePlugin {
    fn build(&self, app: &mut App) {
        let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
        let make = |mut commands: Commands, device: Res<RenderDevice>| commands.insert_resource(Sums::new(&device));
        render_app.add_systems(RenderStartup, make);
    }
}

impl Sums {
    fn new(device: &RenderDevice) -> Sums {
        let entry = |binding, ty| BindGroupLayoutEntry { binding, visibility: ShaderStages::FRAGMENT, ty, count: None };
        let picture = BindingType::Texture {
            sample_type: TextureSampleType::Float { filterable: false },
            view_dimension: TextureViewDimension::D2,
            multisampled: false,
        };
        let extent =
            BindingType::Buffer { ty: BufferBindingType::Uniform, has_dynamic_offset: false, min_binding_size: None };
        let entries = [entry(0, picture), entry(1, extent), entry(2, picture)];
        let layout = device.create_bind_group_layout("accumulate", &entries);
        let module = device.create_and_validate_shader_module(ShaderModuleDescriptor {
            label: Some("accumulate"),
            source: ShaderSource::Wgsl(include_str!("accumulate.wgsl").into()),
        });
        let pipeline_layout = device.create_pipeline_layout(&PipelineLayoutDescriptor {
            label: Some("accumulate"),
            bind_group_layouts: &[Some(&*layout)],
            immediate_size: 0,
        });
        // A pass of fragments, since software devices run those on all processors, and kernels on one.
        let pipeline = device.create_render_pipeline(&RawRenderPipelineDescriptor {
            label: Some("accumulate"),
            layout: Some(&pipeline_layout),
            vertex: RawVertexState {
                module: &module,
                entry_point: Some("everywhere"),
                compilation_options: PipelineCompilationOptions::default(),
                buffers: &[],
            },
            primitive: PrimitiveState::default(),
            depth_stencil: None,
            multisample: MultisampleState::default(),
            fragment: Some(RawFragmentState {
                module: &module,
                entry_point: Some("add"),
                compilation_options: PipelineCompilationOptions::default(),
                targets: &[Some(ColorTargetState { format: SUM_FORMAT, blend: None, write_mask: ColorWrites::ALL })],
            }),
            multiview_mask: None,
            cache: None,
        });
        Sums { layout, pipeline, pairs: Vec::new() }
    }

    /// Adds what a camera has seen as one of several samples; gives the sum so far.
    pub fn add(
        &mut self,
        device: &RenderDevice,
        encoder: &mut CommandEncoder,
        (camera, size): (u32, (u32, u32)),
        picture: &TextureView,
        (sample, exposed): (Sample, Exposed),
    ) -> Texture {
        let camera = camera as usize;
        self.pairs.resize_with(self.pairs.len().max(camera + 1), || None);
        let pair = match &mut self.pairs[camera] {
            Some(pair) if pair.size == size => pair,
            other => other.insert(Pair::new(device, size)),
        };
        let [even, odd] = &pair.sums;
        let ((texture, sum), (_, before)) = if sample.index & 1 == 0 { (even, odd) } else { (odd, even) };
        let first = u32::from(sample.index == 0);
        let extent = [exposed.middle.to_bits(), exposed.half.to_bits(), first, 0].map(u32::to_le_bytes);
        let extent = device.create_buffer_with_data(&BufferInitDescriptor {
            label: Some("accumulate"),
            contents: extent.as_flattened(),
            usage: BufferUsages::UNIFORM,
        });
        let entries = [
            BindGroupEntry { binding: 0, resource: BindingResource::TextureView(picture) },
            BindGroupEntry { binding: 1, resource: extent.as_entire_binding() },
            BindGroupEntry { binding: 2, resource: BindingResource::TextureView(before) },
        ];
        let group = device.create_bind_group("accumulate", &self.layout, &entries);
        let mut pass = encoder.begin_render_pass(&RenderPassDescriptor {
            label: Some("accumulate"),
            color_attachments: &[Some(RenderPassColorAttachment {
                view: sum,
                depth_slice: None,
                resolve_target: None,
                // Every pixel is written.
                ops: Operations { load: LoadOp::Load, store: StoreOp::Store },
            })],
            depth_stencil_attachment: None,
            timestamp_writes: None,
            occlusion_query_set: None,
            multiview_mask: None,
        });
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &*group, &[]);
        pass.draw(0..3, 0..1);
        drop(pass);
        texture.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::Vec3;

    #[test]
    fn every_row_is_exposed_in_its_turn() {
        for (exposure_s, readout_s) in [(0.01, 0.03), (0.0001, 0.03), (0.02, 0.0)] {
            let shutter = Shutter { exposure_s, readout_s, velocity_m_per_s: Vec3::ZERO, turn_deg_per_s: Vec3::ZERO };
            let (of, span) = (32, shutter.span_s());
            let mut counts = vec![0; 480];
            for index in 0..of {
                let point = Sample { index, of, seed: 5 }.point(super::super::samples::Effect::Time)[0];
                let Exposed { middle, half } = Exposed::of(&shutter, 480, (point - 0.5) * span, of, span);
                for (row, count) in counts.iter_mut().enumerate() {
                    *count += u32::from((row as f32 + 0.5 - middle).abs() <= half);
                }
            }
            let share = (exposure_s / span).max(2.0 / of as f32);
            let expected = share * of as f32;
            let near = |count: &u32| *count >= 1 && (*count as f32 - expected).abs() <= 2.0;
            assert!(counts.iter().all(near), "{exposure_s} {readout_s}: {counts:?}, about {expected}");
        }
    }
}
