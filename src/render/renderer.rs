//! The real engine: one headless Bevy app that draws scene after scene.
//!
//! Physics of the next scene is simulated on a thread of its own while the device draws; results are read back
//! some draws later, so that the device never waits for a reader.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use bevy::app::App;
use bevy::light::DirectionalLightShadowMap;
use bevy::pbr::PreparedMaterial;
use bevy::prelude::World;
use bevy::render::RenderApp;
use bevy::render::erased_render_asset::ErasedRenderAssets;
use bevy::render::mesh::RenderMesh;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{CachedPipelineState, PipelineCache, PollType};
use bevy::render::renderer::{RenderAdapterInfo, RenderDevice};
use bevy::shader::ShaderCacheError;
use glam::Vec3;

use super::accumulate::Exposed;
use super::cameras::{self, Cameras, Placed};
use super::faces::Faces;
use super::falling::{self, Falls, Shining};
use super::light::{self, Lighting};
use super::order::DrawOrder;
use super::pending::{Finisher, Pending, Reflectances, needs_light};
use super::photons::{FlatLights, flat_lights};
use super::pools::Pools;
use super::rays::Meshes;
use super::readback::Readbacks;
use super::ready::{Simulated, reach, shadow_reach, simulate_all};
use super::room;
use super::samples::Sample;
use super::shelter::Shelter;
use super::snow::Laid;
use super::stage::Stage;
use super::suns::Sun;
use super::truth::{self, Extra, TruthScene, Wanted};
use super::{Engine, RenderError, Sink, Stop, app, label, lamps, lidar, metering, occluders};
use crate::assets::{AssetError, AssetStore, Model};
use crate::frame::Frame;
use crate::randomize::concrete::{self, ConcreteScene, LabelPlane};
use crate::simulate::{Moment, world_from_camera};
use crate::station::Station;

/// How the renderer is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Pixels along an edge of the shadow map of the sun and of each spot light; twice as many where edges are smooth.
    pub shadow_map_pixels: usize,
    /// Frames that may be on the device at once.
    pub in_flight: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { shadow_map_pixels: 1024, in_flight: 3 }
    }
}

/// How long the device may take over a frame.
const FRAME_LIMIT: Duration = Duration::from_secs(300);
/// How long a scene is drawn again and again because something was not on the device yet.
pub(super) const READY_LIMIT: Duration = Duration::from_secs(60);
/// Scenes that are simulated, or wait for the device: some take several times as long as others.
const SIMULATED_AHEAD: usize = 4;
/// Engines that are opened where nobody says how many.
const MOST_SIDE_BY_SIDE: usize = 4;

/// The real engine.
pub struct Renderer {
    pub(super) app: App,
    pub(super) options: Options,
    pub(super) assets: Arc<AssetStore>,
    pools: Pools,
    meshes: Meshes,
    pub(super) cameras: Cameras,
    falls: Falls,
    next_ticket: u64,
    /// Whether the app was ever updated.
    updated: bool,
}

/// A scene that stands on the stage, and its light.
pub(super) struct Set {
    pub stage: Stage,
    light: Lighting,
    faces: Vec<Arc<Faces>>,
}

impl Renderer {
    /// Opens the device. Errors with [`RenderError::NoAdapter`] where there is none.
    pub fn new(assets: Arc<AssetStore>, options: Options) -> Result<Renderer, RenderError> {
        light::prepare();
        let app = app::build(options.shadow_map_pixels)?;
        Ok(Renderer {
            app,
            options,
            assets,
            pools: Pools::default(),
            meshes: Meshes::default(),
            cameras: Cameras::default(),
            falls: Falls::default(),
            next_ticket: 0,
            updated: false,
        })
    }

    fn device(&self) -> RenderDevice {
        self.app.world().resource::<RenderDevice>().clone()
    }

    fn render_world(&mut self) -> &mut World {
        self.app.sub_app_mut(RenderApp).world_mut()
    }

    /// Draws all moments of a scene; frames that have arrived meanwhile go to the sink.
    fn draw_scene(
        &mut self,
        simulated: Simulated,
        (pending, finisher): (&mut VecDeque<Pending>, &mut Finisher),
        sink: &mut Sink<'_>,
    ) -> Result<(), RenderError> {
        let Simulated { take, scene, models, moments, light, faces, snow, .. } = simulated;
        truth::fits(&scene, &faces, &self.device())?;
        let reflectances = Reflectances::of(&scene, &models, &self.assets)?.map(Arc::new);
        let set = self.set(&scene, &models, (light, &snow), faces)?;
        let mut result = Ok(());
        for moment in &moments {
            let _at = Station::Render.work(scene.frame);
            // While the device draws what came before.
            let clouds = match lidar::clouds(&scene, &set.stage, moment, &mut self.meshes) {
                Ok(clouds) => clouds,
                Err(error) => {
                    result = Err(error);
                    break;
                }
            };
            let placed = self.show(&set, &scene, moment);
            let cameras = label::cameras(&scene, &placed);
            let frame = Frame {
                index: scene.frame,
                step: moment.step,
                time_s: moment.time_s,
                views: Vec::new(),
                clouds,
                instances: label::instances(&scene, &models, moment),
                light: label::light(&scene),
                drawn: label::drawn(&scene),
                weather: label::weather(&scene),
            };
            let planes = cameras.iter().map(|_| None).collect();
            let silhouettes = |(camera, faces): (_, &Arc<Faces>)| Wanted::of(camera, faces, &frame.instances);
            let silhouettes =
                cameras.iter().zip(&placed.faces).filter(|_| scene.labels.amodal).map(silhouettes).collect();
            let wanted = |plane| scene.labels.planes.contains(&plane);
            let measured = reflectances.is_some();
            let extra = Extra {
                normal: measured || wanted(LabelPlane::Normal),
                object_coordinates: wanted(LabelPlane::ObjectCoordinates),
                part: measured || wanted(LabelPlane::Part),
                owner: measured || wanted(LabelPlane::Flow),
                linear: wanted(LabelPlane::Linear),
                light: scene.cameras.iter().any(needs_light),
            };
            result = self.draw(&set, &scene, moment, &placed, (extra, silhouettes)).and_then(|ticket| {
                pending.push_back(Pending {
                    ticket,
                    frame,
                    take: take.clone(),
                    scene: scene.clone(),
                    cameras,
                    planes,
                    reflectances: reflectances.clone(),
                });
                self.collect((pending, finisher), self.options.in_flight, sink)
            });
            if result.is_err() {
                break;
            }
        }
        self.strike(set, models);
        result
    }

    /// Sets a scene up but for what depends on a moment.
    pub(super) fn set(
        &mut self,
        scene: &ConcreteScene,
        models: &[Arc<Model>],
        (light, snow): (Lighting, &[Arc<Laid>]),
        faces: Vec<Arc<Faces>>,
    ) -> Result<Set, RenderError> {
        let reach = shadow_reach(scene, models, &faces);
        // The mean of many maps is fine enough, but for those of points in a room, which are wide.
        let finer = if scene.smooth_edges && (scene.samples == 1 || room::is_lit_by_points(scene)) { 2 } else { 1 };
        let world = self.app.world_mut();
        let size = finer * self.options.shadow_map_pixels;
        if world.resource::<DirectionalLightShadowMap>().size != size {
            world.insert_resource(DirectionalLightShadowMap { size });
        }
        let stage = Stage::set(world, &mut self.pools, scene, (models, snow), &self.assets, &light, reach)?;
        self.render_world().insert_resource(DrawOrder::of(stage.in_order()));
        Ok(Set { stage, light, faces })
    }

    /// Poses things for a moment; says where the cameras then are.
    pub(super) fn show(&mut self, set: &Set, scene: &ConcreteScene, moment: &Moment) -> Placed {
        let progress = scene.progress(moment.step);
        let Set { stage, light, faces } = set;
        let Lighting { suns, around, dome, .. } = light;
        let (steady_lux, steady_suns) = light.metered();
        let lamps = lamps::at(scene, moment);
        let exposure = |camera: &concrete::Camera| {
            let metered = || metering::ev100(scene, &lamps, steady_lux, steady_suns, camera.target_m);
            camera.exposure_ev100.unwrap_or_else(metered) - camera.exposure_compensation
        };
        let by_points = room::is_lit_by_points(scene);
        let placed = Placed {
            flat: if by_points { flat_lights(scene, &lamps, &stage.hall(moment)) } else { FlatLights::default() },
            poses: scene.cameras.iter().map(|camera| world_from_camera(camera, progress)).collect(),
            exposures: scene.cameras.iter().map(exposure).collect(),
            progress,
            far_m: reach(scene),
            faces: faces.clone(),
            lamps,
        };
        stage.pose(self.app.world_mut(), moment, 0.0);
        let shining = Shining { around, suns, lamps: &placed.lamps };
        let falling = falling::mesh(scene, &placed, moment.time_s, &shining, &|| Shelter::of(stage.standing(moment)));
        self.falls.put(self.app.world_mut(), falling);
        // What comes from single directions and points is not to come from all around again.
        let harmonics = match dome {
            Some(dome) => dome.rest,
            None if scene.samples > 1 => Default::default(),
            None => around.harmonics,
        };
        let seen_light = occluders::Around {
            bounce: if by_points { [0.0; 3] } else { bounce(around, suns) },
            harmonics,
            last_level: around.levels.saturating_sub(1),
            air: scene.weather.as_ref().map_or([0.0; 4], |weather| super::air::values(weather, suns)),
            lying: scene.weather.as_ref().map_or([0.0; 8], |weather| super::lying::values(weather, moment.time_s)),
        };
        let list = self.app.world().resource::<occluders::List>().clone();
        let middles: Vec<Vec3> = scene.cameras.iter().map(|camera| camera.target_m).collect();
        occluders::fill(self.render_world(), &list, &stage.ellipsoids(moment), &middles, &seen_light);
        placed
    }

    pub(super) fn strike(&mut self, set: Set, models: Vec<Arc<Model>>) {
        set.stage.strike(self.app.world_mut());
        self.falls.put(self.app.world_mut(), None);
        drop(models);
        self.pools.prune();
    }

    /// Draws what stands on the stage, all samples of it, again where something was not ready, and gives its ticket.
    fn draw(
        &mut self,
        set: &Set,
        scene: &ConcreteScene,
        moment: &Moment,
        placed: &Placed,
        (extra, silhouettes): (Extra, Vec<Wanted>),
    ) -> Result<u64, RenderError> {
        let start = Instant::now();
        while start.elapsed() < READY_LIMIT {
            let ticket = self.next_ticket;
            self.next_ticket += 1;
            let ready = self.draw_samples(set, (scene, moment), placed, |world, sample| {
                let faces = placed.faces.clone();
                let exposed = exposed(scene, sample);
                if !sample.is_last() {
                    return TruthScene { ticket, sample, faces, exposed, ..Default::default() };
                }
                let (draws, cameras) = (set.stage.draws(world, moment), cameras::eyes(placed));
                TruthScene { ticket, draws, extra, silhouettes: silhouettes.clone(), cameras, faces, exposed, sample }
            })?;
            let readbacks = &mut *self.app.sub_app_mut(RenderApp).world_mut().resource_mut::<Readbacks>();
            if !ready {
                readbacks.incomplete(ticket);
            }
            if readbacks.submitted(ticket) == Some(placed.poses.len()) {
                return Ok(ticket);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Err(RenderError::Device(format!("a scene was not on the device after {} s", READY_LIMIT.as_secs())))
    }

    /// Draws the pictures that make one, until something is found not to be ready; says whether all was.
    fn draw_samples(
        &mut self,
        set: &Set,
        (scene, moment): (&ConcreteScene, &Moment),
        placed: &Placed,
        truth: impl Fn(&World, Sample) -> TruthScene,
    ) -> Result<bool, RenderError> {
        for sample in Sample::all(scene) {
            let after_s = cameras::after_s(scene, sample);
            if after_s != 0.0 {
                set.stage.pose(self.app.world_mut(), moment, after_s);
            }
            self.cameras.place(self.app.world_mut(), scene, placed, sample);
            set.stage.light(self.app.world_mut(), &set.light, (&placed.flat, &placed.lamps), sample);
            // What the device has done with can go.
            self.poll(PollType::Poll)?;
            let truth = truth(self.app.world(), sample);
            self.render_world().insert_resource(truth);
            self.app.update();
            if !(self.pipelines_ready()? && self.dressed(&set.stage)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn poll(&self, how: PollType) -> Result<(), RenderError> {
        let _at = matches!(how, PollType::Wait { .. }).then(|| Station::Device.work_on_any());
        let polled = self.device().poll(how);
        polled.map(drop).map_err(|error| RenderError::Device(format!("the graphics device failed: {error}")))
    }

    pub(super) fn dressed(&self, stage: &Stage) -> bool {
        let device = self.app.sub_app(RenderApp).world();
        let (materials, meshes) =
            (device.resource::<ErasedRenderAssets<PreparedMaterial>>(), device.resource::<RenderAssets<RenderMesh>>());
        let falls = self
            .falls
            .needs(self.app.world())
            .is_none_or(|(mesh, material)| meshes.get(mesh).is_some() && materials.get(material).is_some());
        falls && !stage.bare(self.app.world(), materials)
    }

    /// Whether every pipeline that was asked for is compiled; until then some things are not drawn.
    pub(super) fn pipelines_ready(&mut self) -> Result<bool, RenderError> {
        let cache = self.render_world().resource::<PipelineCache>();
        let broken = cache.pipelines().find_map(|pipeline| match &pipeline.state {
            CachedPipelineState::Err(
                ShaderCacheError::ShaderNotLoaded(_) | ShaderCacheError::ShaderImportNotYetAvailable,
            ) => None,
            CachedPipelineState::Err(error) => Some(error.to_string()),
            _ => None,
        });
        match broken {
            Some(error) => Err(RenderError::Device(format!("a shader did not compile: {error}"))),
            None => Ok(cache.waiting_pipelines().next().is_none()),
        }
    }

    /// Hands over frames in order until at most `keep` are still on the device.
    fn collect(
        &mut self,
        (pending, finisher): (&mut VecDeque<Pending>, &mut Finisher),
        keep: usize,
        sink: &mut Sink<'_>,
    ) -> Result<(), RenderError> {
        let start = Instant::now();
        loop {
            let poll = if pending.len() > keep { PollType::wait_indefinitely() } else { PollType::Poll };
            self.poll(poll)?;
            let readbacks = &mut *self.app.sub_app_mut(RenderApp).world_mut().resource_mut::<Readbacks>();
            while let Some(((ticket, camera), planes)) = readbacks.take() {
                let planes =
                    planes.map_err(|()| RenderError::Device("the graphics device lost a picture".to_owned()))?;
                let slot =
                    pending.iter_mut().find(|p| p.ticket == ticket).and_then(|p| p.planes.get_mut(camera as usize));
                if let Some(slot) = slot {
                    *slot = Some(planes);
                }
            }
            while pending.front().is_some_and(|p| p.planes.iter().all(Option::is_some)) {
                // One too many would wait for ever.
                while let Some((frame, scene)) = finisher.take(false)? {
                    sink(frame, scene).map_err(|Stop| RenderError::Stopped)?;
                }
                if let Some(done) = pending.pop_front() {
                    finisher.give(done)?;
                }
            }
            while let Some((frame, scene)) = finisher.take(false)? {
                sink(frame, scene).map_err(|Stop| RenderError::Stopped)?;
            }
            if pending.len() <= keep {
                return Ok(());
            }
            if start.elapsed() > FRAME_LIMIT {
                return Err(RenderError::Device("the graphics device gave no picture for five minutes".to_owned()));
            }
        }
    }
}

impl Engine for Renderer {
    fn render(
        &mut self,
        scenes: &mut dyn Iterator<Item = ConcreteScene>,
        sink: &mut Sink<'_>,
    ) -> Result<(), RenderError> {
        let assets = self.assets.clone();
        let (to_simulate, orders) = sync_channel::<ConcreteScene>(SIMULATED_AHEAD);
        let (done, simulated) = sync_channel(SIMULATED_AHEAD);
        std::thread::scope(|scope| {
            scope.spawn(move || simulate_all(&orders, &done, &assets));
            let mut finisher = Finisher::start(scope);
            self.pump(scenes, (to_simulate, simulated), &mut finisher, sink)
        })
    }

    /// Measured on two processors: one engine keeps 1.7 of them at work.
    fn side_by_side(&self) -> usize {
        let software = self.app.world().resource::<RenderAdapterInfo>().device_type == wgpu::DeviceType::Cpu;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        if software { (processors / 2 + 1).min(MOST_SIDE_BY_SIDE) } else { 1 }
    }
}

impl Renderer {
    /// Keeps the simulation thread supplied and draws what it gives.
    fn pump(
        &mut self,
        scenes: &mut dyn Iterator<Item = ConcreteScene>,
        (to_simulate, simulated): (SyncSender<ConcreteScene>, Receiver<Result<Simulated, AssetError>>),
        finisher: &mut Finisher,
        sink: &mut Sink<'_>,
    ) -> Result<(), RenderError> {
        let mut pending = VecDeque::new();
        let mut under_way = 0;
        let mut exhausted = false;
        loop {
            while !exhausted && under_way < SIMULATED_AHEAD {
                match scenes.next() {
                    Some(scene) => {
                        // Fails only when the thread has died; receiving then says so.
                        let _ = to_simulate.send(scene);
                        under_way += 1;
                    }
                    None => exhausted = true,
                }
            }
            if !self.updated {
                // An empty picture: what the engine does but once is done while the first scene is made.
                self.app.update();
                self.updated = true;
            }
            if under_way == 0 {
                break;
            }
            let received = Station::Render.wait(|| simulated.recv());
            let scene =
                received.map_err(|_| RenderError::Device("the physics thread ended before its time".to_owned()))??;
            under_way -= usize::from(scene.ends);
            self.draw_scene(scene, (&mut pending, finisher), sink)?;
        }
        self.collect((&mut pending, finisher), 0, sink)?;
        while let Some((frame, scene)) = finisher.take(true)? {
            sink(frame, scene).map_err(|Stop| RenderError::Stopped)?;
        }
        Ok(())
    }
}

/// Which rows of each camera are exposed when a sample is seen.
fn exposed(scene: &ConcreteScene, sample: Sample) -> Vec<Exposed> {
    let (after_s, span_s) = (cameras::after_s(scene, sample), cameras::span_s(scene));
    let of_camera = |camera: &concrete::Camera| match &camera.shutter {
        Some(shutter) => Exposed::of(shutter, scene.resolution[1], after_s, sample.of, span_s),
        None => Exposed::ALL,
    };
    scene.cameras.iter().map(of_camera).collect()
}

/// What a white neighbour sends: the mean of all light that reaches it, the sun's share included.
fn bounce(around: &light::Around, suns: &[Sun]) -> [f32; 3] {
    // A body in the sun is lit on half its side, at half the cosine.
    let sun = |channel: usize| -> f32 {
        suns.iter().map(|s| 0.25 * s.illuminance_lux * s.color[channel] / std::f32::consts::PI).sum()
    };
    [0, 1, 2].map(|channel| around.bounce[channel] + sun(channel))
}
