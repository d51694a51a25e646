//! Passes whose fragments are all pixels of a picture.
//!
//! Software devices run fragments on all processors, and compute kernels on one.

use bevy::render::render_resource::{
    BindGroup, BindGroupLayout, ColorTargetState, CommandEncoder, Extent3d, LoadOp, MultisampleState, Operations,
    PipelineCompilationOptions, PipelineLayoutDescriptor, PrimitiveState, RawFragmentState,
    RawRenderPipelineDescriptor, RawVertexState, RenderPassColorAttachment, RenderPassDescriptor, RenderPipeline,
    ShaderModule, StoreOp, Texture, TextureDescriptor, TextureDimension, TextureFormat, TextureUsages, TextureView,
    TextureViewDescriptor,
};
use bevy::render::renderer::RenderDevice;

/// A picture of one level.
pub(super) fn described(size: [u32; 2], format: TextureFormat, usage: TextureUsages) -> TextureDescriptor<'static> {
    TextureDescriptor {
        label: Some("picture"),
        size: Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: TextureDimension::D2,
        format,
        usage,
        view_formats: &[],
    }
}

/// What can be drawn into, read and copied.
pub(super) struct Picture {
    pub size: [u32; 2],
    pub format: TextureFormat,
    pub texture: Texture,
    pub view: TextureView,
}

impl Picture {
    pub fn new(device: &RenderDevice, size: [u32; 2], format: TextureFormat) -> Picture {
        let usage = TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_SRC;
        let texture = device.create_texture(&described(size, format, usage));
        let view = texture.create_view(&TextureViewDescriptor::default());
        Picture { size, format, texture, view }
    }
}

/// What runs a module's `fragment` for every pixel; its vertices are those of `everywhere`.
pub(super) fn pipeline(
    device: &RenderDevice,
    layout: &BindGroupLayout,
    (module, fragment): (&ShaderModule, &'static str),
    targets: &[Option<ColorTargetState>],
) -> RenderPipeline {
    let label = Some(fragment);
    let layout = device.create_pipeline_layout(&PipelineLayoutDescriptor {
        label,
        bind_group_layouts: &[Some(&**layout)],
        immediate_size: 0,
    });
    device.create_render_pipeline(&RawRenderPipelineDescriptor {
        label,
        layout: Some(&layout),
        vertex: RawVertexState {
            module,
            entry_point: Some("everywhere"),
            compilation_options: PipelineCompilationOptions::default(),
            buffers: &[],
        },
        primitive: PrimitiveState::default(),
        depth_stencil: None,
        multisample: MultisampleState::default(),
        fragment: Some(RawFragmentState {
            module,
            entry_point: Some(fragment),
            compilation_options: PipelineCompilationOptions::default(),
            targets,
        }),
        multiview_mask: None,
        cache: None,
    })
}

/// Runs it for every pixel of `views`, which are cleared before where `cleared`.
pub(super) fn draw(
    encoder: &mut CommandEncoder,
    (pipeline, group): (&RenderPipeline, &BindGroup),
    views: &[TextureView],
    cleared: bool,
) {
    let load = if cleared { LoadOp::Clear(Default::default()) } else { LoadOp::Load };
    let attachment = |view| {
        let ops = Operations { load, store: StoreOp::Store };
        Some(RenderPassColorAttachment { view, depth_slice: None, resolve_target: None, ops })
    };
    let attachments: Vec<_> = views.iter().map(|view| attachment(&**view)).collect();
    let mut pass = encoder.begin_render_pass(&RenderPassDescriptor {
        label: Some("full screen"),
        color_attachments: &attachments,
        depth_stencil_attachment: None,
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    pass.set_pipeline(pipeline);
    pass.set_bind_group(0, &**group, &[]);
    pass.draw(0..3, 0..1);
}
