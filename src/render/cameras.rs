//! The cameras of a scene in Bevy's world.

use std::sync::Arc;

use bevy::camera::{Camera, Camera3d, CameraOutputMode, ClearColorConfig, Exposure, Hdr, Projection, RenderTarget};
use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::light::cluster::ClusterConfig;
use bevy::math::UVec2;
use bevy::prelude::{Entity, GlobalTransform, Msaa, Transform, World};
use bevy::render::camera::MipBias;
use glam::{DMat4, DVec3};

use super::faces::{Face, Faces};
use super::pending::needs_light;
use super::photons::FlatLights;
use super::pin_hole::PinHole;
use super::samples::{self, Effect, Sample};
use super::stage;
use super::truth::{Eye, TruthView};
use crate::lens::{Intrinsics, Lens, Optics};
use crate::randomize::concrete::{self, Aperture, ConcreteScene, LabelPlane, Light, Shutter};
use crate::simulate::{moved, world_from_camera};

/// Where a scene's cameras are at a moment, how long they expose, and what light they see things by.
pub(super) struct Placed {
    /// Where pictures are the mean of many.
    pub flat: FlatLights,
    /// In the world.
    pub lamps: Vec<Light>,
    /// `world_from_camera`.
    pub poses: Vec<DMat4>,
    /// How much of the sequence is over.
    pub progress: f64,
    /// Exposure values at ISO 100.
    pub exposures: Vec<f32>,
    /// How far anything is from them.
    pub far_m: f64,
    /// What is drawn for each.
    pub faces: Vec<Arc<Faces>>,
}

impl Placed {
    /// All pictures that are drawn by cameras with such poses: camera, face, and pose.
    fn seen<'s>(&'s self, poses: &'s [DMat4]) -> impl Iterator<Item = (usize, usize, &'s Face, DMat4)> {
        let cameras = self.faces.iter().zip(poses).enumerate();
        cameras.flat_map(|(camera, (faces, pose))| {
            faces.faces.iter().enumerate().map(move |(number, face)| (camera, number, face, face.pose(pose)))
        })
    }
}

/// One entity a face of a camera; they are kept and changed.
#[derive(Default)]
pub(super) struct Cameras(Vec<Entity>);

fn transform(pose: &DMat4) -> Transform {
    Transform::from_matrix(stage::camera_axes(pose.as_mat4()))
}

/// What the faces of each camera see through their middles.
pub(super) fn eyes(placed: &Placed) -> Vec<Vec<Eye>> {
    let mut eyes = vec![Vec::new(); placed.faces.len()];
    for (camera, _, face, pose) in placed.seen(&placed.poses) {
        eyes[camera].push(Eye {
            clip_from_view: PinHole::new(&straight(&placed.faces[camera], face), face.size, placed.far_m)
                .clip_from_view(),
            world_from_view: GlobalTransform::from(transform(&pose)).to_matrix(),
        });
    }
    eyes
}

/// The lens of a face.
fn straight(faces: &Faces, face: &Face) -> Optics {
    let lens = if faces.is_bent() { Lens::Pinhole } else { faces.optics.lens };
    Optics::new(face.intrinsics, lens)
}

/// Projection through another point of every pixel.
fn shifted(optics: Optics, scene: &ConcreteScene, sample: Sample) -> Optics {
    let [x, y] = if scene.smooth_edges { sample.point(Effect::Pixel) } else { [0.5; 2] };
    let k = optics.intrinsics;
    Optics::new(Intrinsics { cx: k.cx + 0.5 - f64::from(x), cy: k.cy + 0.5 - f64::from(y), ..k }, optics.lens)
}

/// How long after the middle of the exposure a sample is seen, in seconds.
pub(super) fn after_s(scene: &ConcreteScene, sample: Sample) -> f32 {
    (sample.point(Effect::Time)[0] - 0.5) * span_s(scene)
}

/// How long any camera of a scene is exposed, in seconds.
pub(super) fn span_s(scene: &ConcreteScene) -> f32 {
    let shutters = scene.cameras.iter().filter_map(|camera| camera.shutter.as_ref());
    shutters.map(Shutter::span_s).fold(0.0, f32::max)
}

/// Where cameras are that long after the middle of their exposure.
fn later(scene: &ConcreteScene, placed: &Placed, after_s: f64) -> Vec<DMat4> {
    let duration_s = scene.sequence.as_ref().map_or(0.0, |s| f64::from(s.frames.saturating_sub(1)) / f64::from(s.fps));
    let cameras = scene.cameras.iter().zip(&placed.poses);
    let pose = |(camera, pose): (&concrete::Camera, &DMat4)| match &camera.shutter {
        Some(shutter) if after_s != 0.0 => {
            let still = camera.arc_deg == 0.0 || duration_s == 0.0;
            let on_its_way =
                if still { *pose } else { world_from_camera(camera, placed.progress + after_s / duration_s) };
            moved(on_its_way, shutter.velocity_m_per_s, shutter.turn_deg_per_s, after_s)
        }
        _ => *pose,
    };
    cameras.map(pose).collect()
}

/// The lens as it is seen through one point of its opening, and where that is: what is in focus stays where it is.
fn through(optics: Optics, aperture: &Aperture, sample: Sample) -> (Optics, DVec3) {
    if sample.of <= 1 {
        return (optics, DVec3::ZERO);
    }
    let radius_m = 0.5 * f64::from(aperture.diameter_m);
    let [x, y] = samples::on_polygon(sample.point(Effect::Lens), aperture.blades).map(|at| f64::from(at) * radius_m);
    let (k, focus_m) = (optics.intrinsics, f64::from(aperture.focus_m));
    let shifted = Intrinsics { cx: k.cx + k.fx * x / focus_m, cy: k.cy + k.fy * y / focus_m, ..k };
    (Optics::new(shifted, optics.lens), DVec3::new(x, y, 0.0))
}

impl Cameras {
    pub fn entities(&self) -> &[Entity] {
        &self.0
    }

    /// Has as many eyes as the scene's cameras have faces, each placed as it sees one of the pictures that make one.
    pub fn place(&mut self, world: &mut World, scene: &ConcreteScene, placed: &Placed, sample: Sample) {
        let poses: Vec<DMat4> = later(scene, placed, f64::from(after_s(scene, sample)));
        let seen: Vec<_> = placed.seen(&poses).collect();
        while self.0.len() > seen.len() {
            if let Some(entity) = self.0.pop() {
                world.despawn(entity);
            }
        }
        while self.0.len() < seen.len() {
            let index = self.0.len();
            let camera = Camera {
                order: index as isize,
                // Our own pass takes the picture from the main texture; the backdrop covers all of it.
                output_mode: CameraOutputMode::Skip,
                clear_color: ClearColorConfig::None,
                ..Default::default()
            };
            let entity = world.spawn((
                Camera3d::default(),
                camera,
                Tonemapping::None,
                DebandDither::Disabled,
                ClusterConfig::Single,
            ));
            self.0.push(entity.id());
        }
        let smooth = if scene.smooth_edges && sample.of == 1 { Msaa::Sample4 } else { Msaa::Off };
        for (&entity, (camera, number, face, pose)) in self.0.iter().zip(seen) {
            let Ok(mut entity) = world.get_entity_mut(entity) else { continue };
            let optics = shifted(straight(&placed.faces[camera], face), scene, sample);
            let (optics, aside) = match &scene.cameras[camera].aperture {
                Some(aperture) => through(optics, aperture, sample),
                None => (optics, DVec3::ZERO),
            };
            let transform = transform(&(pose * DMat4::from_translation(aside)));
            let size = UVec2::from(face.size);
            entity.insert((
                smooth,
                RenderTarget::None { size },
                Projection::custom(PinHole::new(&optics, face.size, placed.far_m)),
                TruthView { camera: camera as u32, face: number as u32 },
                transform,
                GlobalTransform::from(transform),
                Exposure { ev100: placed.exposures[camera] },
                // Of many points of a pixel each has a part of its area, whose edge goes with the root.
                MipBias(if scene.smooth_edges { -0.5 * libm::log2f(sample.of as f32) } else { 0.0 }),
            ));
            let linear = scene.samples > 1 || scene.labels.planes.contains(&LabelPlane::Linear);
            if linear || needs_light(&scene.cameras[camera]) {
                entity.insert(Hdr);
            } else {
                entity.remove::<Hdr>();
            }
        }
    }
}
