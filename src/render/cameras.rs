//! The cameras of a scene in Bevy's world.

use bevy::camera::{
    Camera, Camera3d, CameraOutputMode, CameraProjection, ClearColorConfig, Exposure, Hdr, Projection, RenderTarget,
};
use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::light::cluster::ClusterConfig;
use bevy::math::UVec2;
use bevy::prelude::{Entity, GlobalTransform, Msaa, Transform, World};
use bevy::render::camera::MipBias;
use glam::DMat4;

use super::photons::FlatLights;
use super::pin_hole::PinHole;
use super::samples::{Effect, Sample};
use super::stage;
use super::truth::{Eye, TruthView};
use crate::randomize::concrete::{ConcreteScene, Intrinsics, LabelPlane};

/// Where a scene's cameras are at a moment, how long they expose, and what light they see things by.
pub(super) struct Placed {
    /// Where pictures are the mean of many.
    pub flat: FlatLights,
    /// `world_from_camera`.
    pub poses: Vec<DMat4>,
    /// Exposure values at ISO 100.
    pub exposures: Vec<f32>,
}

/// One entity a camera; they are kept and changed.
#[derive(Default)]
pub(super) struct Cameras(Vec<Entity>);

fn transform(pose: &DMat4) -> Transform {
    Transform::from_matrix(stage::camera_axes(pose.as_mat4()))
}

/// What a camera sees through its middle.
pub(super) fn eyes(scene: &ConcreteScene, placed: &Placed) -> Vec<Eye> {
    let cameras = scene.cameras.iter().zip(&placed.poses);
    let eye = |(camera, pose): (&crate::randomize::concrete::Camera, &DMat4)| Eye {
        clip_from_view: PinHole::new(&camera.intrinsics, scene.resolution).get_clip_from_view(),
        world_from_view: GlobalTransform::from(transform(pose)).to_matrix(),
    };
    cameras.map(eye).collect()
}

/// Projection through another point of every pixel.
fn shifted(k: &Intrinsics, scene: &ConcreteScene, sample: Sample) -> Intrinsics {
    let [x, y] = if scene.smooth_edges { sample.point(Effect::Pixel) } else { [0.5; 2] };
    Intrinsics { cx: k.cx + 0.5 - f64::from(x), cy: k.cy + 0.5 - f64::from(y), ..*k }
}

impl Cameras {
    pub fn entities(&self) -> &[Entity] {
        &self.0
    }

    /// Has as many cameras as the scene, each placed as it sees one of the pictures that make one.
    pub fn place(&mut self, world: &mut World, scene: &ConcreteScene, placed: &Placed, sample: Sample) {
        while self.0.len() > placed.poses.len() {
            if let Some(entity) = self.0.pop() {
                world.despawn(entity);
            }
        }
        while self.0.len() < placed.poses.len() {
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
                TruthView(index as u32),
            ));
            self.0.push(entity.id());
        }
        let smooth = if scene.smooth_edges && sample.of == 1 { Msaa::Sample4 } else { Msaa::Off };
        let size = UVec2::new(scene.resolution[0], scene.resolution[1]);
        for (index, &entity) in self.0.iter().enumerate() {
            let Ok(mut entity) = world.get_entity_mut(entity) else { continue };
            let transform = transform(&placed.poses[index]);
            let intrinsics = shifted(&scene.cameras[index].intrinsics, scene, sample);
            entity.insert((
                smooth,
                RenderTarget::None { size },
                Projection::custom(PinHole::new(&intrinsics, scene.resolution)),
                transform,
                GlobalTransform::from(transform),
                Exposure { ev100: placed.exposures[index] },
                // Of many points of a pixel each has a part of its area, whose edge goes with the root.
                MipBias(if scene.smooth_edges { -0.5 * libm::log2f(sample.of as f32) } else { 0.0 }),
            ));
            if scene.samples > 1 || scene.labels.planes.contains(&LabelPlane::Linear) {
                entity.insert(Hdr);
            } else {
                entity.remove::<Hdr>();
            }
        }
    }
}
