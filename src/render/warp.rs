//! Takes what is drawn of the faces of a lens that bends straight lines to the pixels of its image, picture and truth
//! alike.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::Arc;

use bevy::prelude::{Commands, Res, Resource};
use bevy::render::render_resource::{
    BindGroupEntry, BindGroupLayout, BindGroupLayoutEntry, BindingResource, BindingType, Buffer, BufferBinding,
    BufferBindingType, BufferInitDescriptor, BufferUsages, ColorTargetState, ColorWrites, CommandEncoder,
    RenderPipeline, ShaderModule, ShaderModuleDescriptor, ShaderSource, ShaderStages, Texture, TextureFormat,
    TextureSampleType, TextureUsages, TextureView, TextureViewDescriptor, TextureViewDimension,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use glam::Vec4;
use wgpu::util::{DeviceExt, TextureDataOrder};

use super::faces::{Face, Faces};
use super::full_screen::{self, Picture, described};
use super::readback::Source;
use super::truth::{EMPTY_FORMAT, FORMATS, Grown};

/// Lenses whose maps stay on the device.
const MOST_MAPS: usize = 8;

/// The maps of lenses on the device.
#[derive(Default)]
pub(super) struct Maps(Vec<(Arc<Faces>, TextureView)>);

impl Maps {
    /// That of a lens; `None` where it has none.
    pub fn of(&mut self, device: &RenderDevice, queue: &RenderQueue, faces: &Arc<Faces>) -> Option<TextureView> {
        let map = faces.map.as_ref()?;
        if let Some((_, view)) = self.0.iter().find(|(known, _)| Arc::ptr_eq(known, faces)) {
            return Some(view.clone());
        }
        let bytes: Vec<u8> = map.iter().flatten().flat_map(|word| word.to_le_bytes()).collect();
        let descriptor = described(faces.size, TextureFormat::Rg32Uint, TextureUsages::TEXTURE_BINDING);
        let texture =
            device.wgpu_device().create_texture_with_data(queue, &descriptor, TextureDataOrder::LayerMajor, &bytes);
        let view = TextureView::from(texture.create_view(&TextureViewDescriptor::default()));
        if self.0.len() >= MOST_MAPS {
            self.0.remove(0);
        }
        self.0.push((faces.clone(), view.clone()));
        Some(view)
    }
}

/// What takes faces to images, and what it takes them to.
#[derive(Resource)]
pub(super) struct Warps {
    module: ShaderModule,
    layouts: [BindGroupLayout; 4],
    made: HashMap<(Kernel, TextureFormat), RenderPipeline>,
    /// Image planes, of one camera after the other.
    planes: Vec<Picture>,
    /// One a batch.
    bits: Vec<Grown>,
}

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kernel {
    Picture,
    Few,
    All,
    Silhouettes,
}

/// A face of a camera, and the map of its lens.
pub(super) struct Warp<'a> {
    pub device: &'a RenderDevice,
    pub faces: &'a Faces,
    pub face: u32,
    pub map: &'a TextureView,
}

/// What there is of the surfaces that a face shows.
pub(super) struct Surfaces<'a> {
    pub instances: &'a TextureView,
    pub depth: &'a TextureView,
    /// Of each instance by its id three rows: what takes the camera frame to shares of its box.
    pub boxes: Vec<[Vec4; 3]>,
    /// All else.
    pub more: Option<&'a TextureView>,
}

impl Kernel {
    fn fragment(self) -> &'static str {
        match self {
            Kernel::Picture => "picture",
            Kernel::Few => "surfaces_few",
            Kernel::All => "surfaces_all",
            Kernel::Silhouettes => "silhouettes",
        }
    }

    /// `picture` is the format of that.
    fn formats(self, picture: TextureFormat) -> Vec<TextureFormat> {
        match self {
            Kernel::Picture => vec![picture],
            Kernel::Few => FORMATS[..2].to_vec(),
            Kernel::All => FORMATS.to_vec(),
            // A pass has to have a target; nothing is written to this one.
            Kernel::Silhouettes => vec![EMPTY_FORMAT],
        }
    }
}

impl Warps {
    pub fn make(mut commands: Commands, device: Res<RenderDevice>) {
        commands.insert_resource(Warps::new(&device));
    }

    fn new(device: &RenderDevice) -> Warps {
        let entry = |binding, ty| BindGroupLayoutEntry { binding, visibility: ShaderStages::FRAGMENT, ty, count: None };
        let buffer = |ty| BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None };
        let read = || buffer(BufferBindingType::Storage { read_only: true });
        let texture = |sample_type| BindingType::Texture {
            sample_type,
            view_dimension: TextureViewDimension::D2,
            multisampled: false,
        };
        let (whole, real) = (TextureSampleType::Uint, TextureSampleType::Float { filterable: false });
        let common = [entry(0, buffer(BufferBindingType::Uniform)), entry(1, texture(whole))];
        let few = [entry(3, texture(whole)), entry(4, texture(whole)), entry(6, read())];
        let more = [entry(5, texture(whole))];
        let bits = [entry(7, read()), entry(8, buffer(BufferBindingType::Storage { read_only: false }))];
        let layout =
            |entries: &[&[BindGroupLayoutEntry]]| device.create_bind_group_layout("warp", &entries.concat()[..]);
        Warps {
            module: device.create_and_validate_shader_module(ShaderModuleDescriptor {
                label: Some("warp"),
                source: ShaderSource::Wgsl(include_str!("warp.wgsl").into()),
            }),
            layouts: [
                layout(&[&common, &[entry(2, texture(real))]]),
                layout(&[&common, &few]),
                layout(&[&common, &few, &more]),
                layout(&[&common, &bits]),
            ],
            made: HashMap::new(),
            planes: Vec::new(),
            bits: Vec::new(),
        }
    }

    /// Takes the picture of a face to the image; gives that.
    pub fn picture(
        &mut self,
        warp: &Warp,
        encoder: &mut CommandEncoder,
        picture: &TextureView,
        format: TextureFormat,
    ) -> (Texture, TextureView) {
        let bound = vec![(2, BindingResource::TextureView(picture))];
        self.run(warp, encoder, Kernel::Picture, format, bound, 0);
        let plane = self.plane(warp.device, warp.faces.size, format);
        (plane.texture.clone(), plane.view.clone())
    }

    /// Takes surfaces to the image.
    pub fn surfaces(&mut self, warp: &Warp, encoder: &mut CommandEncoder, surfaces: &Surfaces) {
        let Surfaces { instances, depth, boxes, more } = surfaces;
        let bytes: Vec<u8> = boxes.iter().flatten().flat_map(|row| row.to_array()).flat_map(f32::to_le_bytes).collect();
        let boxes = buffer(warp.device, &bytes, BufferUsages::STORAGE);
        let mut bound = vec![
            (3, BindingResource::TextureView(instances)),
            (4, BindingResource::TextureView(depth)),
            (6, boxes.as_entire_binding()),
        ];
        let mut kernel = Kernel::Few;
        if let Some(view) = more {
            kernel = Kernel::All;
            bound.push((5, BindingResource::TextureView(view)));
        }
        self.run(warp, encoder, kernel, EMPTY_FORMAT, bound, 0);
    }

    /// Takes a batch of so many words of silhouettes to the image; gives that, and how many bytes it has.
    pub fn silhouettes(
        &mut self,
        warp: &Warp,
        encoder: &mut CommandEncoder,
        batch: usize,
        face_bits: &Buffer,
        words: u32,
    ) -> Source<'static> {
        let plane = |[width, height]: [u32; 2]| 4 * u64::from(width) * u64::from(height) * u64::from(words);
        self.bits.resize_with(self.bits.len().max(batch + 1), Grown::default);
        let bytes = plane(warp.faces.size);
        let bits = self.bits[batch].of(warp.device, bytes).clone();
        if warp.face == 0 {
            // What no face shows is not written to.
            encoder.clear_buffer(&bits, 0, Some(bytes));
        }
        let whole =
            |buffer, size| BindingResource::Buffer(BufferBinding { buffer, offset: 0, size: NonZero::new(size) });
        let bound = vec![(7, whole(face_bits, plane(warp.truth().size))), (8, whole(&bits, bytes))];
        self.run(warp, encoder, Kernel::Silhouettes, EMPTY_FORMAT, bound, words);
        Source::Buffer(bits, bytes)
    }

    /// The planes of truth that were taken to the image of a camera, the first so many.
    pub fn truth(&mut self, device: &RenderDevice, faces: &Faces, count: usize) -> Vec<Texture> {
        let plane = |format: &TextureFormat| self.plane(device, faces.size, *format).texture.clone();
        FORMATS[..count].iter().map(plane).collect()
    }

    fn plane(&mut self, device: &RenderDevice, size: [u32; 2], format: TextureFormat) -> &Picture {
        let place = self.planes.iter().position(|plane| (plane.size, plane.format) == (size, format));
        let place = place.unwrap_or_else(|| {
            // Those of other sizes are not needed again soon.
            self.planes.retain(|plane| plane.size == size);
            self.planes.push(Picture::new(device, size, format));
            self.planes.len() - 1
        });
        &self.planes[place]
    }

    fn run(
        &mut self,
        warp: &Warp,
        encoder: &mut CommandEncoder,
        kernel: Kernel,
        format: TextureFormat,
        bound: Vec<(u32, BindingResource)>,
        words: u32,
    ) {
        self.pipeline(warp.device, kernel, format);
        let views: Vec<TextureView> = kernel
            .formats(format)
            .into_iter()
            .map(|format| self.plane(warp.device, warp.faces.size, format).view.clone())
            .collect();
        let uniform = buffer(warp.device, &warp.uniform(words), BufferUsages::UNIFORM);
        let mut entries = vec![
            BindGroupEntry { binding: 0, resource: uniform.as_entire_binding() },
            BindGroupEntry { binding: 1, resource: BindingResource::TextureView(warp.map) },
        ];
        entries.extend(bound.into_iter().map(|(binding, resource)| BindGroupEntry { binding, resource }));
        let group = warp.device.create_bind_group("warp", &self.layouts[kernel as usize], &entries);
        let Some(pipeline) = self.made.get(&(kernel, format)) else { return };
        // The first face begins the image; what no face shows is all zeros.
        full_screen::draw(encoder, (pipeline, &group), &views, warp.face == 0);
    }

    fn pipeline(&mut self, device: &RenderDevice, kernel: Kernel, format: TextureFormat) {
        let Warps { module, layouts, made, .. } = self;
        made.entry((kernel, format)).or_insert_with(|| {
            let write_mask = if kernel == Kernel::Silhouettes { ColorWrites::empty() } else { ColorWrites::ALL };
            let target = |format| Some(ColorTargetState { format, blend: None, write_mask });
            let targets: Vec<_> = kernel.formats(format).into_iter().map(target).collect();
            full_screen::pipeline(device, &layouts[kernel as usize], (module, kernel.fragment()), &targets)
        });
    }
}

fn buffer(device: &RenderDevice, contents: &[u8], usage: BufferUsages) -> Buffer {
    device.create_buffer_with_data(&BufferInitDescriptor { label: Some("warp"), contents, usage })
}

impl Warp<'_> {
    /// What truth was drawn for.
    fn truth(&self) -> Face {
        self.faces.faces[self.face as usize].finer(self.faces.fineness)
    }

    fn uniform(&self, words: u32) -> Vec<u8> {
        let face = self.truth();
        let k = face.intrinsics;
        let distance = u32::from(self.faces.optics.lens.depth_is_distance());
        let [width, height] = self.faces.size;
        let mut bytes = Vec::with_capacity(96);
        let mut push = |words: [u32; 4]| words.iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        push([width, height, self.face, self.faces.fineness]);
        push([k.fx, k.fy, k.cx, k.cy].map(|value| (value as f32).to_bits()));
        push([face.size[0], face.size[1], words, distance]);
        for column in face.camera_from_face.to_cols_array_2d() {
            let [x, y, z] = column.map(|value| (value as f32).to_bits());
            push([x, y, z, 0]);
        }
        bytes
    }
}
