//! All that can be known of a scene without the device: physics, models, light, and what its lenses need.

use std::sync::Arc;

use glam::DVec3;

use super::faces::Faces;
use super::lamps;
use super::light::{self, Lighting};
use super::snow::{Laid, laid};
use super::stage;
use crate::assets::{AssetError, AssetStore, Model};
use crate::randomize::concrete::{self, ConcreteScene};
use crate::simulate::{Moment, Player, world_from_camera};

/// A scene with its physics and its light done.
pub(super) struct Simulated {
    pub scene: ConcreteScene,
    pub models: Vec<Arc<Model>>,
    pub moments: Vec<Moment>,
    pub light: Lighting,
    pub faces: Vec<Arc<Faces>>,
    /// Snow on things.
    pub snow: Vec<Arc<Laid>>,
}

/// Makes what depends on a scene, and keeps what it made lately.
#[derive(Default)]
pub(super) struct Maker {
    light: light::Maker,
    faces: Vec<Arc<Faces>>,
}

/// All that can be known of a scene without the device.
pub(super) fn simulate(scene: ConcreteScene, assets: &AssetStore, maker: &mut Maker) -> Result<Simulated, AssetError> {
    let models = stage::dress(&scene, assets)?;
    let weights: Vec<_> = scene.instances.iter().map(|i| assets.weight(&i.shape)).collect();
    let mut player = Player::new(&scene, &models, &weights);
    let moments: Vec<Moment> = std::iter::from_fn(|| player.next_moment()).collect();
    let (albedo, walls) = stage::albedos(&scene, assets)?;
    let faces = Faces::of_scene(&scene, &maker.faces);
    maker.faces.clone_from(&faces);
    let shown = match &scene.environment {
        concrete::Environment::Panorama { file, .. } => Some(assets.panorama(file)?),
        _ => None,
    };
    // Things that are taken out light nothing.
    let lamps = moments.first().map(|moment| lamps::at(&scene, moment)).unwrap_or_default();
    let light = maker.light.light(&scene, &faces, (albedo, walls), &lamps, shown);
    let snow = moments.first().map(|moment| laid(&scene, &models, moment)).unwrap_or_default();
    let snow = snow.into_iter().map(Arc::new).collect();
    Ok(Simulated { scene, models, moments, light, faces, snow })
}

/// How far the farthest of what there is may be from a camera.
pub(super) fn reach(scene: &ConcreteScene) -> f64 {
    let cameras =
        scene.cameras.iter().map(|camera| camera.target_m.length() + camera.position_m.distance(camera.target_m));
    let ground = scene.ground.as_ref().map_or(0.0, |ground| ground.size_m);
    let room = match &scene.environment {
        concrete::Environment::Room { size_m, .. } => size_m.length(),
        _ => 0.0,
    };
    let things = scene.instances.iter().map(|instance| instance.start.position_m.length());
    // Things are as large as their cameras are far away, or little larger.
    let far = 2.0 * cameras.fold(10.0, f32::max) + ground.max(room) + things.fold(0.0, f32::max);
    f64::from(far)
}

/// Depths over which the sun's shadow map is spread, for the camera that needs the most.
pub(super) fn shadow_reach(scene: &ConcreteScene, models: &[Arc<Model>], faces: &[Arc<Faces>]) -> (f32, f32) {
    let ranges = scene.cameras.iter().zip(faces).flat_map(|(camera, faces)| {
        let pose = world_from_camera(camera, 0.0);
        faces.faces.iter().map(move |face| {
            let forward = face.pose(&pose).transform_vector3(DVec3::Z).as_vec3();
            stage::depth_range(scene, models, camera.position_m, forward)
        })
    });
    ranges.fold((f32::INFINITY, 1.0), |(near, far), (n, f)| (near.min(n), far.max(f)))
}
