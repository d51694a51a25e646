//! The pipelines of the ground-truth pass, each made when it is first needed.

use std::collections::HashMap;

use bevy::mesh::VertexBufferLayout;
use bevy::prelude::Resource;
use bevy::render::render_resource::{
    BindGroupLayout, BindGroupLayoutEntry, BindingType, BufferBindingType, ColorTargetState, ColorWrites,
    CompareFunction, DepthBiasState, DepthStencilState, Face, FrontFace, MultisampleState, PipelineCompilationOptions,
    PipelineLayoutDescriptor, PrimitiveState, RawFragmentState, RawRenderPipelineDescriptor, RawVertexBufferLayout,
    RawVertexState, RenderPipeline, SamplerBindingType, ShaderModule, ShaderModuleDescriptor, ShaderSource,
    ShaderStages, StencilState, TextureFormat, TextureSampleType, TextureViewDimension, VertexAttribute, VertexFormat,
    VertexStepMode,
};
use bevy::render::renderer::RenderDevice;

use super::targets::{self, Z_FORMAT};

/// What a pipeline draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    /// Ids and depth.
    Few,
    /// Everything that is known of a surface.
    All,
    /// Silhouettes within the image.
    Within,
    /// Silhouettes outside the image.
    Beyond,
}

/// Which of the pipelines of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Variant {
    pub stage: Stage,
    pub double_sided: bool,
    pub cutout: bool,
    /// Only where normals are drawn.
    pub flat: bool,
    /// Whether the lens bends straight lines.
    pub bent: bool,
}

#[derive(Resource)]
pub(super) struct Pipelines {
    pub scene_layout: BindGroupLayout,
    pub silhouette_layout: BindGroupLayout,
    pub cutout_layout: BindGroupLayout,
    module: ShaderModule,
    made: HashMap<Variant, RenderPipeline>,
    /// Bytes from one vertex to the next, which all meshes of a stage share.
    stride: u64,
}

impl Stage {
    fn is_silhouette(self) -> bool {
        matches!(self, Stage::Within | Stage::Beyond)
    }

    fn vertex(self) -> &'static str {
        match self {
            Stage::Few => "vertex_few",
            Stage::All => "vertex_all",
            Stage::Within => "vertex_within",
            Stage::Beyond => "vertex_beyond",
        }
    }

    fn targets(self, bent: bool) -> Vec<Option<ColorTargetState>> {
        let targets = |formats: &[TextureFormat]| formats.iter().map(|&format| Some(format.into())).collect();
        match self {
            Stage::Few => targets(&targets::formats(bent)[..targets::FEW]),
            Stage::All => targets(&targets::formats(bent)),
            // A pass has to have a target; nothing is written to this one.
            Stage::Within | Stage::Beyond => {
                vec![Some(ColorTargetState {
                    format: targets::EMPTY_FORMAT,
                    blend: None,
                    write_mask: ColorWrites::empty(),
                })]
            }
        }
    }
}

impl Variant {
    /// Its entry point.
    fn fragment(self) -> String {
        let kind = if self.cutout { "cutout" } else { "solid" };
        let stage = match self.stage {
            Stage::Few => "few",
            Stage::All if self.flat => "flat",
            Stage::All => "all",
            Stage::Within => "within",
            Stage::Beyond => "beyond",
        };
        // Within an image all lenses are the same.
        let bent = if self.bent && self.stage != Stage::Within { "_bent" } else { "" };
        format!("{kind}_{stage}{bent}")
    }
}

impl Pipelines {
    pub fn new(device: &RenderDevice) -> Pipelines {
        let entry =
            |binding, ty| BindGroupLayoutEntry { binding, visibility: ShaderStages::VERTEX_FRAGMENT, ty, count: None };
        let buffer = |ty| BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None };
        let uniform = || buffer(BufferBindingType::Uniform);
        let read = || buffer(BufferBindingType::Storage { read_only: true });
        let write = |binding| BindGroupLayoutEntry {
            binding,
            visibility: ShaderStages::FRAGMENT,
            ty: buffer(BufferBindingType::Storage { read_only: false }),
            count: None,
        };
        let scene = [entry(0, uniform()), entry(1, read())];
        let silhouette =
            [scene[0], scene[1], entry(2, uniform()), entry(3, read()), write(4), write(5), entry(6, uniform())];
        let texture = BindingType::Texture {
            sample_type: TextureSampleType::Float { filterable: true },
            view_dimension: TextureViewDimension::D2,
            multisampled: false,
        };
        let cutout = [entry(0, texture), entry(1, BindingType::Sampler(SamplerBindingType::Filtering))];
        Pipelines {
            scene_layout: device.create_bind_group_layout("truth_scene", &scene),
            silhouette_layout: device.create_bind_group_layout("truth_silhouette", &silhouette),
            cutout_layout: device.create_bind_group_layout("truth_cutout", &cutout),
            module: device.create_and_validate_shader_module(ShaderModuleDescriptor {
                label: Some("truth"),
                source: ShaderSource::Wgsl(include_str!("../truth.wgsl").into()),
            }),
            made: HashMap::new(),
            stride: 0,
        }
    }

    /// Makes what is not made yet, for vertices of this layout.
    pub fn prepare(
        &mut self,
        device: &RenderDevice,
        vertices: &VertexBufferLayout,
        variants: impl Iterator<Item = Variant>,
    ) {
        if self.stride != vertices.array_stride {
            self.stride = vertices.array_stride;
            self.made.clear();
        }
        for variant in variants {
            if !self.made.contains_key(&variant) {
                let pipeline = self.make(device, variant);
                self.made.insert(variant, pipeline);
            }
        }
    }

    pub fn get(&self, variant: Variant) -> Option<&RenderPipeline> {
        self.made.get(&variant)
    }

    fn make(&self, device: &RenderDevice, variant: Variant) -> RenderPipeline {
        let Variant { stage, double_sided, cutout, bent, .. } = variant;
        let scene = if stage.is_silhouette() { &self.silhouette_layout } else { &self.scene_layout };
        let groups = [Some(&**scene), Some(&*self.cutout_layout)];
        let layout = device.create_pipeline_layout(&PipelineLayoutDescriptor {
            label: Some("truth"),
            bind_group_layouts: &groups[..if cutout { 2 } else { 1 }],
            immediate_size: 0,
        });
        // Bevy interleaves attributes in the order of their ids: position, normal, uv, tangent.
        let attributes = [
            VertexAttribute { format: VertexFormat::Float32x3, offset: 0, shader_location: 0 },
            VertexAttribute { format: VertexFormat::Float32x2, offset: 24, shader_location: 1 },
            VertexAttribute { format: VertexFormat::Float32x3, offset: 12, shader_location: 2 },
        ];
        device.create_render_pipeline(&RawRenderPipelineDescriptor {
            label: Some("truth"),
            layout: Some(&layout),
            vertex: RawVertexState {
                module: &self.module,
                entry_point: Some(stage.vertex()),
                compilation_options: PipelineCompilationOptions::default(),
                buffers: &[RawVertexBufferLayout {
                    array_stride: self.stride,
                    step_mode: VertexStepMode::Vertex,
                    attributes: &attributes,
                }],
            },
            primitive: PrimitiveState {
                front_face: FrontFace::Ccw,
                cull_mode: if double_sided { None } else { Some(Face::Back) },
                ..Default::default()
            },
            depth_stencil: (!stage.is_silhouette()).then(|| DepthStencilState {
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
                entry_point: Some(&variant.fragment()),
                compilation_options: PipelineCompilationOptions::default(),
                targets: &stage.targets(bent),
            }),
            multiview_mask: None,
            cache: None,
        })
    }
}
