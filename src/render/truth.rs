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
//!
//! Where a lens bends straight lines all of this is done for its faces, and then taken to the image.

mod passes;
mod pipelines;
mod silhouettes;
mod targets;

use std::sync::Arc;

use bevy::asset::AssetId;
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::image::Image;
use bevy::mesh::Mesh;
use bevy::prelude::{App, Component, IntoScheduleConfigs, Mat4, Plugin, Res, ResMut, Resource, Vec3, Vec4};
use bevy::render::extract_component::{ExtractComponent, ExtractComponentPlugin};
use bevy::render::mesh::RenderMesh;
use bevy::render::mesh::allocator::MeshAllocator;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{BindGroup, BindGroupEntry, BindingResource, BufferUsages};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::texture::GpuImage;
use bevy::render::view::{ExtractedView, ViewTarget};
use bevy::render::{RenderApp, RenderStartup};
use glam::{DMat3, DMat4, DVec3};

use super::accumulate::{self, Exposed, Sums};
use super::faces::{Face, Faces};
use super::readback::{Readbacks, Source};
use super::samples::Sample;
use super::warp::{Maps, Surfaces, Warp, Warps};
use passes::{OnDevice, Sheet, buffer, push, push_words};
use pipelines::{Pipelines, Stage, Variant};
pub(super) use silhouettes::{Wanted, fits};
pub(super) use targets::{EMPTY_FORMAT, FORMATS, Grown};
use targets::{Empty, Targets};

/// Marks an eye whose truth is wanted.
#[derive(Component, Clone, Copy, ExtractComponent)]
pub(super) struct TruthView {
    /// Its camera's place in the scene.
    pub camera: u32,
    /// Which of the faces of that.
    pub face: u32,
}

/// Planes that are wanted besides ids and depth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Extra {
    pub normal: bool,
    pub object_coordinates: bool,
    pub part: bool,
    pub owner: bool,
    /// The picture in linear light.
    pub linear: bool,
    /// The same for a sensor.
    pub light: bool,
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
    /// From where the truth of each face of each camera is seen, whatever its picture is seen through.
    pub cameras: Vec<Vec<Eye>>,
    /// Of each camera.
    pub faces: Vec<Arc<Faces>>,
    /// Which rows of each camera's picture are exposed as it is drawn.
    pub exposed: Vec<Exposed>,
    /// Which of the pictures that make one is drawn. Truth is drawn along with the last.
    pub sample: Sample,
}

/// How a camera sees the world: Bevy's axes, x right, y up, z back.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Eye {
    pub clip_from_view: Mat4,
    pub world_from_view: Mat4,
}

impl Eye {
    /// Of a face, the pose of its camera.
    fn world_from_camera(&self, face: &Face) -> DMat4 {
        self.world_from_view.as_dmat4() * flipped() * DMat4::from_mat3(face.camera_from_face).inverse()
    }
}

/// From x right, y down, z forward to Bevy's axes and back.
fn flipped() -> DMat4 {
    DMat4::from_scale(DVec3::new(1.0, -1.0, -1.0))
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
    /// Corners of a box around all of its model, in local coordinates.
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
            .add_systems(RenderStartup, (make, Warps::make))
            .add_systems(Core3d, draw_truth.after(Core3dSystems::MainPass).before(Core3dSystems::EarlyPostProcess));
    }
}

/// Words that are known of what lies outside of the image, for each instance: cells, and the reach to four sides.
pub(in crate::render) const OUTSIDE_WORDS: usize = 5;

/// What is drawn into.
#[derive(Resource, Default)]
struct Canvas {
    maps: Maps,
    targets: Vec<Targets>,
    /// One a batch.
    bits: Vec<Grown>,
    bits_beyond: Grown,
    outside: Grown,
    empty: Empty,
}

/// As they are seen from somewhere.
fn draw_bytes(draws: &[Draw], eye: &Eye) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(draws.len().max(1) * DRAW_BYTES);
    for draw in draws {
        push(&mut bytes, &draw.world_from_local.to_cols_array());
        let scale = draw.cutout.as_ref().map_or(1.0, |c| c.uv_scale);
        push(&mut bytes, &[scale, scale, 0.0, 0.0]);
        let (scale, offset) = if draw.instance > 0 { coordinates(draw.bounds) } else { (Vec3::ZERO, Vec3::ZERO) };
        let (least, greatest) = draw.depths(eye);
        push(&mut bytes, &Vec4::from((scale, least)).to_array());
        push(&mut bytes, &Vec4::from((offset, greatest)).to_array());
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
    (mut sums, mut warps, queue): (ResMut<Sums>, ResMut<Warps>, Res<RenderQueue>),
    meshes: Res<RenderAssets<RenderMesh>>,
    images: Res<RenderAssets<GpuImage>>,
    allocator: Res<MeshAllocator>,
    device: Res<RenderDevice>,
    mut context: RenderContext,
) {
    let (view, target, TruthView { camera, face }) = view.into_inner();
    let (place, number) = (*camera as usize, *face as usize);
    let Some(faces) = scene.faces.get(place) else { return };
    let size = (view.viewport.z * faces.fineness, view.viewport.w * faces.fineness);
    let image = (faces.size[0], faces.size[1]);
    let sample = scene.sample;
    let encoder = context.command_encoder();
    let map = canvas.maps.of(&device, &queue, faces);
    let is_last = number + 1 == faces.faces.len();
    let warp = map.as_ref().map(|map| Warp { device: &device, faces, face: *face, map });
    let (picture, picture_view) = match &warp {
        Some(warp) => warps.picture(warp, encoder, target.main_texture_view(), view.target_format),
        None => (target.main_texture().clone(), target.main_texture_view().clone()),
    };
    // A single picture is what it would be the sum of.
    let linear = view.target_format == accumulate::LINEAR_FORMAT;
    let picture = if linear && is_last && sample.of > 1 {
        let exposed = scene.exposed.get(place).copied().unwrap_or(Exposed::ALL);
        sums.add(&device, encoder, (*camera, faces.size), &picture_view, (sample, exposed))
    } else {
        picture
    };
    if !sample.is_last() {
        return;
    }
    let Some(eye) = scene.cameras.get(place).and_then(|eyes| eyes.get(number)) else { return };
    let stage = if scene.extra.any() { Stage::All } else { Stage::Few };
    let wanted = scene.silhouettes.get(place);
    if let Some(first) = scene.draws.iter().find_map(|d| meshes.get(d.mesh)) {
        let mut stages = vec![stage];
        stages.extend(wanted.map(|_| Stage::Within));
        stages.extend(wanted.filter(|wanted| !wanted.beyond.is_empty()).map(|_| Stage::Beyond));
        let variant = |draw: &Draw, stage| draw.variant(stage, map.is_some());
        let variants = stages.iter().flat_map(|stage| scene.draws.iter().map(move |draw| variant(draw, *stage)));
        pipelines.prepare(&device, first.layout.0.layout(), variants);
    }
    let on_device = OnDevice {
        device: &device,
        scene: &scene,
        pipelines: &pipelines,
        meshes: &meshes,
        allocator: &allocator,
        bent: map.is_some(),
        draws: buffer(&device, &draw_bytes(&scene.draws, eye), BufferUsages::STORAGE),
        cutouts: scene.draws.iter().map(|draw| cutout_group(draw, &device, &pipelines, &images)).collect(),
    };
    let Canvas { targets, bits, bits_beyond, outside, empty, .. } = &mut *canvas;
    let count = if scene.extra.any() { targets::FORMATS.len() } else { targets::FEW };
    let targets = Targets::of(targets, &device, size, count, map.is_some());
    let mut whole = on_device.surfaces(encoder, stage, eye, targets);
    if let Some(warp) = &warp {
        let view = |place: usize| targets.colors.get(place).map(|(_, view)| view);
        if let (Some(instances), Some(depth)) = (view(0), view(1)) {
            let more = view(2).filter(|_| scene.extra.any());
            let boxes = boxes(&scene.draws, eye, faces, number);
            warps.surfaces(warp, encoder, &Surfaces { instances, depth, boxes, more });
        }
    }
    let mut sheets = Vec::new();
    if let Some(wanted) = wanted {
        let widest = (size.0.max(wanted.grid.0), size.1.max(wanted.grid.1));
        let empty = empty.of(&device, widest);
        let counts = 4 * OUTSIDE_WORDS as u64 * wanted.beyond.len().max(1) as u64;
        let outside = outside.of(&device, counts);
        if number == 0 {
            encoder.clear_buffer(outside, 0, Some(counts));
        }
        let plane = |size: (u32, u32)| u64::from(size.0) * u64::from(size.1) * 4;
        // As many for every face of a camera.
        let largest = faces.truth().map(|face| plane((face.size[0], face.size[1]))).fold(plane(image), u64::max);
        let at_once = ((MOST_BYTES / largest).max(1) as usize).min(wanted.words().max(1));
        let batches = wanted.words().div_ceil(at_once);
        let words_of = |batch: usize| (wanted.words() - batch * at_once).min(at_once);
        bits.resize_with(bits.len().max(batches), Grown::default);
        for (batch, bits) in bits.iter_mut().take(batches).enumerate() {
            let words = words_of(batch);
            let bytes = plane(size) * words as u64;
            let bits = bits.of(&device, bytes);
            encoder.clear_buffer(bits, 0, Some(bytes));
            let sheet = Sheet { eye, lens: None, grid: size, size, bits, words, outside, empty };
            let first = (batch * at_once * 32) as u32;
            let marks = scene.draws.iter().map(|draw| {
                let [bit, beyond, cell, _] = wanted.mark(draw.instance);
                let here = (first..first + words as u32 * 32).contains(&bit);
                [if here { bit - first } else { silhouettes::NONE }, beyond, cell, 0]
            });
            whole &= on_device.silhouettes(encoder, Stage::Within, &sheet, marks.collect());
            if let Some(warp) = &warp {
                let taken = warps.silhouettes(warp, encoder, batch, bits, words as u32);
                sheets.extend(is_last.then_some(taken));
            } else {
                sheets.push(Source::Buffer(bits.clone(), bytes));
            }
        }
        if !wanted.beyond.is_empty() && is_last {
            let bytes = plane(wanted.grid) * wanted.words_beyond() as u64;
            for around in silhouettes::around(faces, eye, wanted) {
                let bits = bits_beyond.of(&device, bytes);
                encoder.clear_buffer(bits, 0, Some(bytes));
                let (words, size, lens) = (wanted.words_beyond(), around.size, around.lens.as_deref());
                let sheet = Sheet { eye: &around.eye, lens, grid: wanted.grid, size, bits, words, outside, empty };
                let marks = scene.draws.iter().map(|draw| wanted.mark(draw.instance));
                whole &= on_device.silhouettes(encoder, Stage::Beyond, &sheet, marks.collect());
            }
        }
        sheets.push(Source::Buffer(outside.clone(), counts));
    }
    if !whole {
        readbacks.incomplete(scene.ticket);
    } else if is_last {
        let taken = if warp.is_some() { warps.truth(&device, faces, count) } else { Vec::new() };
        let drawn = targets.colors.iter().take(count).map(|(texture, _)| texture).filter(|_| warp.is_none());
        let planes = drawn.chain(&taken).map(Source::Texture);
        let sources: Vec<Source> = std::iter::once(Source::Texture(&picture)).chain(planes).chain(sheets).collect();
        readbacks.copy(&device, encoder, (scene.ticket, *camera), image, &sources, (scene.extra, wanted));
    }
}

/// Of each instance by its id, what takes the camera frame to shares of its box.
fn boxes(draws: &[Draw], eye: &Eye, faces: &Faces, number: usize) -> Vec<[Vec4; 3]> {
    let world_from_camera = eye.world_from_camera(&faces.faces[number]);
    let last = draws.iter().map(|draw| draw.instance).max().unwrap_or(0);
    let mut boxes = vec![[Vec4::ZERO; 3]; usize::from(last) + 1];
    for draw in draws.iter().filter(|draw| draw.instance > 0) {
        let (scale, offset) = coordinates(draw.bounds);
        let local = draw.world_from_local.as_dmat4().inverse() * world_from_camera;
        let share = DMat4::from_translation(offset.as_dvec3())
            * DMat4::from_mat3(DMat3::from_diagonal(scale.as_dvec3()))
            * local;
        boxes[usize::from(draw.instance)] = [share.row(0), share.row(1), share.row(2)].map(|row| row.as_vec4());
    }
    boxes
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

impl Draw {
    /// The least and the greatest depth that it can have as seen from somewhere, rounded outwards; no more than 0 where it
    /// reaches behind the camera.
    fn depths(&self, eye: &Eye) -> (f32, f32) {
        let view_from_local = eye.world_from_view.as_dmat4().inverse() * self.world_from_local.as_dmat4();
        let (low, high) = self.bounds;
        let depths = (0..8).map(|corner| {
            let pick = |axis: usize| if corner >> axis & 1 == 0 { low[axis] } else { high[axis] };
            -view_from_local.transform_point3(DVec3::new(pick(0).into(), pick(1).into(), pick(2).into())).z
        });
        let (least, greatest) = depths.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), depth| {
            (least.min(depth), greatest.max(depth))
        });
        // Matrices in single precision are as good as this.
        let slack = 1e-5 * least.abs().max(greatest.abs());
        ((least - slack) as f32, (greatest + slack) as f32)
    }

    fn variant(&self, stage: Stage, bent: bool) -> Variant {
        Variant {
            stage,
            bent,
            double_sided: self.double_sided,
            cutout: self.cutout.is_some(),
            flat: self.flat && stage == Stage::All,
        }
    }
}
