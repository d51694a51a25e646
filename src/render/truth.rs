//! The ground-truth pass: instance ids and z-depth of the nearest surface that counts, in one draw of the scene.
//!
//! It uses the meshes and the matrices of the colour pass, without multisampling, into integer and float
//! targets of its own. Things are drawn in the order of their ids with a strict depth test, so that a tie goes
//! to the lower id every time. See-through surfaces are not in its list; cutouts count where they are opaque.

use bevy::asset::AssetId;
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::image::Image;
use bevy::mesh::Mesh;
use bevy::prelude::{App, Component, IntoScheduleConfigs, Mat4, Plugin, Res, ResMut, Resource};
use bevy::render::extract_component::{ExtractComponent, ExtractComponentPlugin};
use bevy::render::mesh::allocator::MeshAllocator;
use bevy::render::mesh::{RenderMesh, RenderMeshBufferInfo};
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{
    BindGroup, BindGroupEntry, BindGroupLayout, BindGroupLayoutEntry, BindingType, Buffer, BufferBindingType,
    BufferInitDescriptor, BufferUsages, CompareFunction, DepthBiasState, DepthStencilState, Extent3d, Face, FrontFace,
    LoadOp, MultisampleState, Operations, PipelineCompilationOptions, PipelineLayoutDescriptor, PrimitiveState,
    RawFragmentState, RawRenderPipelineDescriptor, RawVertexBufferLayout, RawVertexState, RenderPassColorAttachment,
    RenderPassDepthStencilAttachment, RenderPassDescriptor, RenderPipeline, SamplerBindingType, ShaderModuleDescriptor,
    ShaderSource, ShaderStages, StencilState, StoreOp, Texture, TextureDescriptor, TextureDimension, TextureFormat,
    TextureSampleType, TextureUsages, TextureView, TextureViewDescriptor, TextureViewDimension, VertexAttribute,
    VertexFormat, VertexStepMode,
};
use bevy::render::renderer::{RenderContext, RenderDevice, ViewQuery};
use bevy::render::texture::GpuImage;
use bevy::render::view::{ExtractedView, ViewTarget};
use bevy::render::{RenderApp, RenderStartup};

use super::readback::Readbacks;

/// Marks a camera whose truth is wanted; the number is its place in the scene.
#[derive(Component, Clone, Copy, ExtractComponent)]
pub(super) struct TruthView(pub u32);

/// What the pass draws, in order. Lives in the render world.
#[derive(Resource, Default)]
pub(super) struct TruthScene {
    /// Tells the frames apart when they are read back.
    pub ticket: u64,
    pub draws: Vec<Draw>,
}

/// One mesh of the pass.
pub(super) struct Draw {
    pub mesh: AssetId<Mesh>,
    pub world_from_local: Mat4,
    /// 0 for surfaces that hide others and have depth but no label.
    pub instance: u16,
    pub double_sided: bool,
    pub cutout: Option<Cutout>,
}

/// Where the texture's alpha is below `cutoff` there is no surface.
#[derive(Clone)]
pub(super) struct Cutout {
    pub image: AssetId<Image>,
    pub cutoff: f32,
    pub uv_scale: f32,
}

pub(super) const INSTANCE_FORMAT: TextureFormat = TextureFormat::R16Uint;
pub(super) const DEPTH_FORMAT: TextureFormat = TextureFormat::R32Float;
const Z_FORMAT: TextureFormat = TextureFormat::Depth32Float;
/// Bytes of `Draw` in `truth.wgsl`.
const DRAW_BYTES: usize = 96;

pub(super) struct TruthPlugin;

impl Plugin for TruthPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(ExtractComponentPlugin::<TruthView>::default());
        let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
        render_app
            .init_resource::<TruthScene>()
            .init_resource::<Readbacks>()
            .add_systems(RenderStartup, create_pipelines)
            .add_systems(Core3d, draw_truth.after(Core3dSystems::MainPass).before(Core3dSystems::EarlyPostProcess));
    }
}

#[derive(Resource)]
struct TruthPipelines {
    scene_layout: BindGroupLayout,
    cutout_layout: BindGroupLayout,
    module: bevy::render::render_resource::ShaderModule,
    /// Made when first needed, for the vertex stride that all meshes of the stage share.
    made: Pipelines,
    stride: u64,
    targets: Vec<Targets>,
}

/// By double_sided, then by cutout.
type Pipelines = [[Option<RenderPipeline>; 2]; 2];

/// Textures of one size; kept, since few sizes are ever in use.
pub(super) struct Targets {
    size: (u32, u32),
    pub instance: Texture,
    instance_view: TextureView,
    pub depth: Texture,
    depth_view: TextureView,
    z_view: TextureView,
}

fn create_pipelines(mut commands: bevy::prelude::Commands, device: Res<RenderDevice>) {
    let entry =
        |binding, ty| BindGroupLayoutEntry { binding, visibility: ShaderStages::VERTEX_FRAGMENT, ty, count: None };
    let buffer = |ty| BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None };
    let scene_layout = device.create_bind_group_layout(
        "truth_scene",
        &[
            entry(0, buffer(BufferBindingType::Uniform)),
            entry(1, buffer(BufferBindingType::Storage { read_only: true })),
        ],
    );
    let texture = BindingType::Texture {
        sample_type: TextureSampleType::Float { filterable: true },
        view_dimension: TextureViewDimension::D2,
        multisampled: false,
    };
    let cutout_layout = device.create_bind_group_layout(
        "truth_cutout",
        &[entry(0, texture), entry(1, BindingType::Sampler(SamplerBindingType::Filtering))],
    );
    let module = device.create_and_validate_shader_module(ShaderModuleDescriptor {
        label: Some("truth"),
        source: ShaderSource::Wgsl(include_str!("truth.wgsl").into()),
    });
    commands.insert_resource(TruthPipelines {
        scene_layout,
        cutout_layout,
        module,
        made: Pipelines::default(),
        stride: 0,
        targets: Vec::new(),
    });
}

impl TruthPipelines {
    fn prepare(&mut self, device: &RenderDevice, mesh: &RenderMesh, draws: &[Draw]) {
        let stride = mesh.layout.0.layout().array_stride;
        if self.stride != stride {
            (self.stride, self.made) = (stride, Pipelines::default());
        }
        for draw in draws {
            let (double_sided, cutout) = (draw.double_sided, draw.cutout.is_some());
            if self.made[usize::from(double_sided)][usize::from(cutout)].is_none() {
                let pipeline = self.make(device, stride, double_sided, cutout);
                self.made[usize::from(double_sided)][usize::from(cutout)] = Some(pipeline);
            }
        }
    }

    fn make(&self, device: &RenderDevice, stride: u64, double_sided: bool, cutout: bool) -> RenderPipeline {
        let groups = [Some(&*self.scene_layout), Some(&*self.cutout_layout)];
        let layout = device.create_pipeline_layout(&PipelineLayoutDescriptor {
            label: Some("truth"),
            bind_group_layouts: &groups[..if cutout { 2 } else { 1 }],
            immediate_size: 0,
        });
        // Bevy interleaves attributes in the order of their ids: position, normal, uv, tangent.
        let attributes = [
            VertexAttribute { format: VertexFormat::Float32x3, offset: 0, shader_location: 0 },
            VertexAttribute { format: VertexFormat::Float32x2, offset: 24, shader_location: 1 },
        ];
        device.create_render_pipeline(&RawRenderPipelineDescriptor {
            label: Some("truth"),
            layout: Some(&layout),
            vertex: RawVertexState {
                module: &self.module,
                entry_point: Some("vertex"),
                compilation_options: PipelineCompilationOptions::default(),
                buffers: &[RawVertexBufferLayout {
                    array_stride: stride,
                    step_mode: VertexStepMode::Vertex,
                    attributes: &attributes,
                }],
            },
            primitive: PrimitiveState {
                front_face: FrontFace::Ccw,
                cull_mode: if double_sided { None } else { Some(Face::Back) },
                ..Default::default()
            },
            depth_stencil: Some(DepthStencilState {
                format: Z_FORMAT,
                depth_write_enabled: Some(true),
                // Reverse z; strict, so that the first of two equal ones stays.
                depth_compare: Some(CompareFunction::Greater),
                stencil: StencilState::default(),
                bias: DepthBiasState::default(),
            }),
            multisample: MultisampleState::default(),
            fragment: Some(RawFragmentState {
                module: &self.module,
                entry_point: Some(if cutout { "cutout" } else { "solid" }),
                compilation_options: PipelineCompilationOptions::default(),
                targets: &[Some(INSTANCE_FORMAT.into()), Some(DEPTH_FORMAT.into())],
            }),
            multiview_mask: None,
            cache: None,
        })
    }

    fn targets(&mut self, device: &RenderDevice, size: (u32, u32)) -> usize {
        if let Some(found) = self.targets.iter().position(|t| t.size == size) {
            return found;
        }
        let texture = |label, format, usage| {
            device.create_texture(&TextureDescriptor {
                label: Some(label),
                size: Extent3d { width: size.0, height: size.1, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: TextureDimension::D2,
                format,
                usage: TextureUsages::RENDER_ATTACHMENT | usage,
                view_formats: &[],
            })
        };
        let instance = texture("truth_instance", INSTANCE_FORMAT, TextureUsages::COPY_SRC);
        let depth = texture("truth_depth", DEPTH_FORMAT, TextureUsages::COPY_SRC);
        let z = texture("truth_z", Z_FORMAT, TextureUsages::empty());
        let view = |t: &Texture| t.create_view(&TextureViewDescriptor::default());
        self.targets.push(Targets {
            size,
            instance_view: view(&instance),
            depth_view: view(&depth),
            z_view: view(&z),
            instance,
            depth,
        });
        self.targets.len() - 1
    }
}

fn push(bytes: &mut Vec<u8>, values: &[f32]) {
    for value in values {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
}

fn scene_buffers(device: &RenderDevice, view: &ExtractedView, scene: &TruthScene) -> (Buffer, Buffer) {
    // As the colour pass computes it, so that both rasterise the same.
    let view_from_world = view.world_from_view.to_matrix().inverse();
    let clip_from_world = view.clip_from_world.unwrap_or_else(|| view.clip_from_view * view_from_world);
    let mut camera = Vec::with_capacity(80);
    push(&mut camera, &clip_from_world.to_cols_array());
    push(&mut camera, &(-view_from_world.row(2)).to_array());
    let mut draws = Vec::with_capacity(scene.draws.len().max(1) * DRAW_BYTES);
    for draw in &scene.draws {
        push(&mut draws, &draw.world_from_local.to_cols_array());
        let scale = draw.cutout.as_ref().map_or(1.0, |c| c.uv_scale);
        push(&mut draws, &[scale, scale, 0.0, 0.0]);
        draws.extend_from_slice(&u32::from(draw.instance).to_le_bytes());
        push(&mut draws, &[draw.cutout.as_ref().map_or(0.0, |c| c.cutoff), 0.0, 0.0]);
    }
    draws.resize(draws.len().max(DRAW_BYTES), 0);
    let make = |label, contents: &[u8], usage| {
        device.create_buffer_with_data(&BufferInitDescriptor { label: Some(label), contents, usage })
    };
    (make("truth_camera", &camera, BufferUsages::UNIFORM), make("truth_draws", &draws, BufferUsages::STORAGE))
}

#[expect(clippy::too_many_arguments, reason = "a system takes what it reads")]
fn draw_truth(
    view: ViewQuery<(&ExtractedView, &ViewTarget, &TruthView)>,
    scene: Res<TruthScene>,
    mut pipelines: ResMut<TruthPipelines>,
    mut readbacks: ResMut<Readbacks>,
    meshes: Res<RenderAssets<RenderMesh>>,
    images: Res<RenderAssets<GpuImage>>,
    allocator: Res<MeshAllocator>,
    device: Res<RenderDevice>,
    mut context: RenderContext,
) {
    let (view, target, TruthView(camera)) = view.into_inner();
    let size = (view.viewport.z, view.viewport.w);
    let targets = pipelines.targets(&device, size);
    let (camera_buffer, draw_buffer) = scene_buffers(&device, view, &scene);
    let bind_group = device.create_bind_group(
        "truth_scene",
        &pipelines.scene_layout,
        &[
            BindGroupEntry { binding: 0, resource: camera_buffer.as_entire_binding() },
            BindGroupEntry { binding: 1, resource: draw_buffer.as_entire_binding() },
        ],
    );
    if let Some(first) = scene.draws.iter().find_map(|d| meshes.get(d.mesh)) {
        pipelines.prepare(&device, first, &scene.draws);
    }
    let cutouts: Vec<Option<BindGroup>> = scene
        .draws
        .iter()
        .map(|draw| {
            let image = images.get(draw.cutout.as_ref()?.image)?;
            Some(device.create_bind_group(
                "truth_cutout",
                &pipelines.cutout_layout,
                &[
                    BindGroupEntry {
                        binding: 0,
                        resource: bevy::render::render_resource::BindingResource::TextureView(&image.texture_view),
                    },
                    BindGroupEntry {
                        binding: 1,
                        resource: bevy::render::render_resource::BindingResource::Sampler(&image.sampler),
                    },
                ],
            ))
        })
        .collect();
    let targets = &pipelines.targets[targets];
    let color = |view| {
        Some(RenderPassColorAttachment {
            view,
            depth_slice: None,
            resolve_target: None,
            ops: Operations { load: LoadOp::Clear(Default::default()), store: StoreOp::Store },
        })
    };
    let encoder = context.command_encoder();
    let mut whole = true;
    {
        let mut pass = encoder.begin_render_pass(&RenderPassDescriptor {
            label: Some("truth"),
            color_attachments: &[color(&targets.instance_view), color(&targets.depth_view)],
            depth_stencil_attachment: Some(RenderPassDepthStencilAttachment {
                view: &targets.z_view,
                depth_ops: Some(Operations { load: LoadOp::Clear(0.0), store: StoreOp::Discard }),
                stencil_ops: None,
            }),
            timestamp_writes: None,
            occlusion_query_set: None,
            multiview_mask: None,
        });
        pass.set_bind_group(0, &*bind_group, &[]);
        for (index, (draw, cutout)) in scene.draws.iter().zip(&cutouts).enumerate() {
            let (Some(mesh), Some(vertices)) = (meshes.get(draw.mesh), allocator.mesh_vertex_slice(&draw.mesh)) else {
                whole = false;
                continue;
            };
            whole &= cutout.is_some() == draw.cutout.is_some();
            let Some(pipeline) = &pipelines.made[usize::from(draw.double_sided)][usize::from(draw.cutout.is_some())]
            else {
                whole = false;
                continue;
            };
            pass.set_pipeline(pipeline);
            if let Some(cutout) = cutout {
                pass.set_bind_group(1, &**cutout, &[]);
            }
            pass.set_vertex_buffer(0, *vertices.buffer.slice(..));
            let instances = index as u32..index as u32 + 1;
            match (&mesh.buffer_info, allocator.mesh_index_slice(&draw.mesh)) {
                (RenderMeshBufferInfo::Indexed { count, index_format }, Some(indices)) => {
                    pass.set_index_buffer(*indices.buffer.slice(..), *index_format);
                    let range = indices.range.start..indices.range.start + count;
                    pass.draw_indexed(range, vertices.range.start as i32, instances);
                }
                _ => whole = false,
            }
        }
    }
    if whole {
        readbacks.copy(
            &device,
            encoder,
            (scene.ticket, *camera),
            size,
            [target.main_texture(), &targets.instance, &targets.depth],
        );
    } else {
        readbacks.incomplete(scene.ticket);
    }
}
