//! Sums of pictures, one for each camera, in linear light.

use std::num::NonZero;

use bevy::prelude::{App, Commands, Plugin, Res, Resource};
use bevy::render::render_resource::{
    BindGroupEntry, BindGroupLayout, BindGroupLayoutEntry, BindingResource, BindingType, Buffer, BufferBinding,
    BufferBindingType, BufferInitDescriptor, BufferUsages, CommandEncoder, ComputePassDescriptor, ComputePipeline,
    PipelineCompilationOptions, PipelineLayoutDescriptor, RawComputePipelineDescriptor, ShaderModuleDescriptor,
    ShaderSource, ShaderStages, TextureFormat, TextureSampleType, TextureView, TextureViewDimension,
};
use bevy::render::renderer::RenderDevice;
use bevy::render::{RenderApp, RenderStartup};

use super::samples::Sample;
use super::truth::Grown;
use crate::randomize::concrete::Shutter;

/// Of pictures that can be added: light, not what is left of it after the tone curve.
pub(super) const LINEAR_FORMAT: TextureFormat = TextureFormat::Rgba16Float;
/// Bytes of a pixel of a sum: red, green, blue, and how many pictures it is of.
pub(super) const PIXEL_BYTES: u64 = 16;
/// Of so many rows of any width the bytes are a multiple of 256, where a binding may begin.
const BAND_ROWS: u32 = 16;
/// Pixels of a row that one workgroup takes.
const GROUP: u32 = 64;

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
    pipeline: ComputePipeline,
    buffers: Vec<Grown>,
}

pub(super) struct AccumulatePlugin;

impl Plugin for AccumulatePlugin {
    fn build(&self, app: &mut App) {
        let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
        let make = |mut commands: Commands, device: Res<RenderDevice>| commands.insert_resource(Sums::new(&device));
        render_app.add_systems(RenderStartup, make);
    }
}

/// Rows that are added at once, as first row and number, since no more than so many bytes can be bound. Bands begin
/// where bindings may.
fn bands((width, height): (u32, u32), most_bytes: u64) -> impl Iterator<Item = (u32, u32)> {
    let rows = most_bytes / (u64::from(width.max(1)) * PIXEL_BYTES);
    let rows = (rows.min(u64::from(height)) as u32 / BAND_ROWS * BAND_ROWS).max(BAND_ROWS);
    (0..height).step_by(rows as usize).map(move |first| (first, rows.min(height - first)))
}

impl Sums {
    fn new(device: &RenderDevice) -> Sums {
        let entry = |binding, ty| BindGroupLayoutEntry { binding, visibility: ShaderStages::COMPUTE, ty, count: None };
        let buffer = |ty| BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None };
        let picture = BindingType::Texture {
            sample_type: TextureSampleType::Float { filterable: false },
            view_dimension: TextureViewDimension::D2,
            multisampled: false,
        };
        let entries = [
            entry(0, picture),
            entry(1, buffer(BufferBindingType::Uniform)),
            entry(2, buffer(BufferBindingType::Storage { read_only: false })),
        ];
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
        let pipeline = device.create_compute_pipeline(&RawComputePipelineDescriptor {
            label: Some("accumulate"),
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some("add"),
            compilation_options: PipelineCompilationOptions::default(),
            cache: None,
        });
        Sums { layout, pipeline, buffers: Vec::new() }
    }

    /// Adds what a camera has seen as one of several samples; gives the sum so far.
    pub fn add(
        &mut self,
        device: &RenderDevice,
        encoder: &mut CommandEncoder,
        camera: u32,
        (width, height): (u32, u32),
        picture: &TextureView,
        (sample, exposed): (Sample, Exposed),
    ) -> Buffer {
        let camera = camera as usize;
        self.buffers.resize_with(self.buffers.len().max(camera + 1), Grown::default);
        let bytes = u64::from(width) * u64::from(height) * PIXEL_BYTES;
        let sum = self.buffers[camera].of(device, bytes).clone();
        let mut pass =
            encoder.begin_compute_pass(&ComputePassDescriptor { label: Some("accumulate"), timestamp_writes: None });
        pass.set_pipeline(&self.pipeline);
        let most = device.limits().max_storage_buffer_binding_size;
        for (first, rows) in bands((width, height), most) {
            let (middle, half) = (exposed.middle.to_bits(), exposed.half.to_bits());
            let extent = [width, first, u32::from(sample.index == 0), 0, middle, half, 0, 0].map(u32::to_le_bytes);
            let extent = device.create_buffer_with_data(&BufferInitDescriptor {
                label: Some("accumulate"),
                contents: extent.as_flattened(),
                usage: BufferUsages::UNIFORM,
            });
            let row_bytes = u64::from(width) * PIXEL_BYTES;
            let offset = u64::from(first) * row_bytes;
            let band = BufferBinding { buffer: &sum, offset, size: NonZero::new(u64::from(rows) * row_bytes) };
            let entries = [
                BindGroupEntry { binding: 0, resource: BindingResource::TextureView(picture) },
                BindGroupEntry { binding: 1, resource: extent.as_entire_binding() },
                BindGroupEntry { binding: 2, resource: BindingResource::Buffer(band) },
            ];
            let group = device.create_bind_group("accumulate", &self.layout, &entries);
            pass.set_bind_group(0, &*group, &[]);
            pass.dispatch_workgroups(width.div_ceil(GROUP), rows, 1);
        }
        drop(pass);
        sum
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

    #[test]
    fn bands_cover_every_row_once_and_can_be_bound() {
        for (size, most) in [
            ((640, 480), 128 << 20),
            ((4096, 2304), 128 << 20),
            ((8192, 8192), 128 << 20),
            ((17, 5), 1),
            ((8192, 40), 4 << 20),
        ] {
            let mut next = 0;
            for (first, rows) in bands(size, most) {
                assert_eq!(first, next);
                let row_bytes = u64::from(size.0) * PIXEL_BYTES;
                assert!(u64::from(rows) * row_bytes <= most.max(16 * row_bytes), "{size:?}: {rows} rows");
                assert!((u64::from(first) * row_bytes).is_multiple_of(256), "{size:?}: from row {first}");
                next = first + rows;
            }
            assert_eq!(next, size.1);
        }
        assert_eq!(bands((640, 480), 128 << 20).count(), 1);
    }
}
