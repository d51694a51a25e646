//! Sums of pictures, one for each camera, in linear light.

use bevy::prelude::{App, Commands, Plugin, Res, Resource};
use bevy::render::render_resource::{
    BindGroupEntry, BindGroupLayout, BindGroupLayoutEntry, BindingResource, BindingType, BufferBindingType,
    BufferInitDescriptor, BufferUsages, ColorTargetState, ColorWrites, CommandEncoder, RenderPipeline,
    ShaderModuleDescriptor, ShaderSource, ShaderStages, Texture, TextureFormat, TextureSampleType, TextureView,
    TextureViewDimension,
};
use bevy::render::renderer::RenderDevice;
use bevy::render::{RenderApp, RenderStartup};

use super::full_screen::{self, Picture};
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
    sums: Vec<Option<Picture>>,
    /// Which the next is drawn into, since none can be read and drawn into at once.
    spare: Option<Picture>,
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
        let target = ColorTargetState { format: SUM_FORMAT, blend: None, write_mask: ColorWrites::ALL };
        let pipeline = full_screen::pipeline(device, &layout, (&module, "add"), &[Some(target)]);
        Sums { layout, pipeline, sums: Vec::new(), spare: None }
    }

    /// Adds what a camera has seen as one of several samples; gives the sum so far.
    pub fn add(
        &mut self,
        device: &RenderDevice,
        encoder: &mut CommandEncoder,
        (camera, size): (u32, [u32; 2]),
        picture: &TextureView,
        (sample, exposed): (Sample, Exposed),
    ) -> Texture {
        let camera = camera as usize;
        self.sums.resize_with(self.sums.len().max(camera + 1), || None);
        let fitting = |known: Option<Picture>| {
            known.filter(|sum| sum.size == size).unwrap_or_else(|| Picture::new(device, size, SUM_FORMAT))
        };
        let (before, sum) = (fitting(self.sums[camera].take()), fitting(self.spare.take()));
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
            BindGroupEntry { binding: 2, resource: BindingResource::TextureView(&before.view) },
        ];
        let group = device.create_bind_group("accumulate", &self.layout, &entries);
        full_screen::draw(encoder, (&self.pipeline, &group), std::slice::from_ref(&sum.view), false);
        let texture = sum.texture.clone();
        self.sums[camera] = Some(sum);
        self.spare = Some(before);
        texture
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
