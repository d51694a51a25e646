//! All that can be known of a scene without the device: physics, models, light, and what its lenses need.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use glam::DVec3;

use super::faces::Faces;
use super::ground;
use super::lamps;
use super::light::{self, Lighting};
use super::snow::{Laid, laid};
use super::stage;
use crate::assets::{AssetError, AssetStore, Model};
use crate::randomize::concrete::{self, ConcreteScene};
use crate::simulate::{Moment, Player, world_from_camera};
use crate::station::{Station, give_way};

/// A scene with its physics and its light done, or, where light or weather change as it plays, a moment of it.
pub(super) struct Simulated {
    /// As it was drawn.
    pub take: Arc<ConcreteScene>,
    /// As it is at its moments.
    pub scene: Arc<ConcreteScene>,
    pub models: Vec<Arc<Model>>,
    pub moments: Vec<Moment>,
    /// Whether no more moments of the scene follow.
    pub ends: bool,
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

/// Gives all that can be known of scenes without the device, one after the other, in a thread of its own.
pub(super) fn simulate_all(
    orders: &Receiver<ConcreteScene>,
    done: &SyncSender<Result<Simulated, AssetError>>,
    assets: &AssetStore,
) {
    give_way();
    let mut maker = Maker::default();
    let mut wanted = true;
    while let Ok(scene) = Station::Physics.wait(|| orders.recv()) {
        let mut give = |simulated| {
            wanted = Station::Physics.wait(|| done.send(Ok(simulated)).is_ok());
            wanted
        };
        if let Err(error) = simulate(scene, assets, &mut maker, &mut give) {
            wanted = done.send(Err(error)).is_ok();
        }
        if !wanted {
            break;
        }
    }
}

/// Gives all that can be known of a scene without the device, until `give` says that nobody wants more.
pub(super) fn simulate(
    take: ConcreteScene,
    assets: &AssetStore,
    maker: &mut Maker,
    give: &mut dyn FnMut(Simulated) -> bool,
) -> Result<(), AssetError> {
    let take = Arc::new(take);
    let at = Station::Spawn.work(take.frame);
    let models = stage::dress(&take, assets)?;
    let weights: Vec<_> = take.instances.iter().map(|i| assets.weight(&i.shape)).collect();
    let faces = Faces::of_scene(&take, &maker.faces);
    maker.faces.clone_from(&faces);
    drop(at);
    let at = Station::Physics.work(take.frame);
    let mut player = Player::new(&take, &models, &weights);
    let mut moments: Vec<Moment> = std::iter::from_fn(|| player.next_moment()).collect();
    drop(at);
    let at_once = if take.changes() { 1 } else { moments.len() };
    while !moments.is_empty() {
        let later = moments.split_off(at_once.min(moments.len()));
        let scene = match take.at(moments.first().and_then(|moment| moment.step)) {
            Cow::Borrowed(_) => take.clone(),
            Cow::Owned(scene) => Arc::new(scene),
        };
        let (light, snow) = lit(&scene, (&models, &faces), moments.first(), assets, &mut maker.light)?;
        let ends = later.is_empty();
        let (take, models, faces) = (take.clone(), models.clone(), faces.clone());
        if !give(Simulated { take, scene, models, moments, ends, light, faces, snow }) {
            break;
        }
        moments = later;
    }
    Ok(())
}

/// The light of a scene, and the snow on its things, at a moment.
fn lit(
    scene: &ConcreteScene,
    (models, faces): (&[Arc<Model>], &[Arc<Faces>]),
    moment: Option<&Moment>,
    assets: &AssetStore,
    maker: &mut light::Maker,
) -> Result<(Lighting, Vec<Arc<Laid>>), AssetError> {
    let _at = Station::Spawn.work(scene.frame);
    let shown = match &scene.environment {
        concrete::Environment::Panorama { file, .. } => Some(assets.panorama(file)?),
        _ => None,
    };
    // Things that are taken out light nothing.
    let lamps = moment.map(|moment| lamps::at(scene, moment)).unwrap_or_default();
    let light = maker.light(scene, faces, ground::albedos(scene, assets)?, &lamps, shown);
    let snow = moment.map(|moment| laid(scene, models, moment)).unwrap_or_default();
    Ok((light, snow.into_iter().map(Arc::new).collect()))
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
    spread(ranges.fold((f32::INFINITY, 1.0), |(near, far), (n, f)| (near.min(n), far.max(f))))
}

/// Where a scene goes on to the horizon, its parts would be so unlike that one of them would have all that is near and not so
/// near. The map then begins at this share of the farthest distance.
const WIDEST: f32 = 300.0;
/// Scenes that are no deeper than this are not among those.
const DEEP: f32 = 1000.0;

fn spread((near, far): (f32, f32)) -> (f32, f32) {
    if far <= DEEP * near {
        return (near, far);
    }
    (near.max(far / WIDEST), far)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shadows_of_what_is_near_stay_sharp_in_scenes_that_go_on_to_the_horizon() {
        assert_eq!(spread((0.1, 65.0)), (0.1, 65.0));
        // Each of three parts of the map reaches as many times as far as the one before.
        let (near, far) = spread((0.1, 1700.0));
        let step = libm::cbrtf(far / near);
        assert!(far == 1700.0 && near * step < 40.0 && near * step * step < 300.0, "{near} {far}");
    }
}
