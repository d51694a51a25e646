//! Frames that are on the device, and what becomes of their planes once these are there: pictures through sensors, depths
//! as sensors measure them.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::Scope;

use glam::DVec3;

use super::depth_sensor::{self, Murk, Seen};
use super::lidar::infrared;
use super::readback::Planes;
use super::{RenderError, glass, ground, sensor};
use crate::assets::{AssetError, AssetStore, Model};
use crate::frame::{self, Frame, Plane, View};
use crate::randomize::concrete::{Camera, ConcreteScene, DepthSensor, LabelPlane};
use crate::station::Station;

/// A frame on the device, waiting for its planes.
pub(super) struct Pending {
    pub ticket: u64,
    pub frame: Frame,
    /// As it was drawn.
    pub take: Arc<ConcreteScene>,
    /// As it is at that moment.
    pub scene: Arc<ConcreteScene>,
    pub cameras: Vec<frame::Camera>,
    pub planes: Vec<Option<Planes>>,
    /// Where a camera measures depth.
    pub reflectances: Option<Arc<Reflectances>>,
}

/// A frame that is done, and its scene.
pub(super) type Finished = (Frame, Arc<ConcreteScene>);

/// Frames that may be on their way through sensors at once.
const MOST: usize = 4;

/// A thread of its own that makes frames of planes, one after the other, while the device draws the next.
pub(super) struct Finisher {
    orders: SyncSender<Pending>,
    finished: Receiver<Finished>,
    under_way: usize,
}

impl Finisher {
    /// Starts it; it ends when this is dropped.
    pub fn start<'scope>(scope: &'scope Scope<'scope, '_>) -> Finisher {
        let (orders, waiting) = sync_channel::<Pending>(MOST);
        let (done, finished) = sync_channel(MOST);
        scope.spawn(move || {
            while let Ok(pending) = Station::Sensor.wait(|| waiting.recv()) {
                let finished = pending.finish();
                if !Station::Sensor.wait(|| done.send(finished).is_ok()) {
                    break;
                }
            }
        });
        Finisher { orders, finished, under_way: 0 }
    }

    /// Gives it a frame whose planes are all there. What [`Finisher::take`] gives is to be taken before.
    pub fn give(&mut self, pending: Pending) -> Result<(), RenderError> {
        self.under_way += 1;
        Station::Render.wait(|| self.orders.send(pending).map_err(|_| ended()))
    }

    /// The next frame in order, if there is one; waits for it where all are wanted or too many are under way.
    pub fn take(&mut self, all: bool) -> Result<Option<Finished>, RenderError> {
        if self.under_way == 0 {
            return Ok(None);
        }
        let taken = if all || self.under_way >= MOST {
            Some(Station::Render.wait(|| self.finished.recv()).map_err(|_| ended())?)
        } else {
            match self.finished.try_recv() {
                Ok(finished) => Some(finished),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => return Err(ended()),
            }
        };
        self.under_way -= usize::from(taken.is_some());
        Ok(taken)
    }
}

fn ended() -> RenderError {
    RenderError::Device("the thread of the sensors ended before its time".to_owned())
}

/// Share of infrared light that things send back.
pub(super) struct Reflectances {
    floor: f32,
    walls: f32,
    /// Of each part of each instance, in the order of their ids.
    instances: Vec<Vec<f32>>,
}

/// Whether a camera is to be given its picture in linear light: for its sensor, for glass before it, or for two eyes that match it.
pub(super) fn needs_light(camera: &Camera) -> bool {
    camera.sensor.is_some()
        || camera.glass.is_some()
        || matches!(camera.depth_sensor, Some(DepthSensor::Stereo { active: false, .. }))
}

impl Reflectances {
    /// Those of a scene in which a camera measures depth.
    pub fn of(
        scene: &ConcreteScene,
        models: &[Arc<Model>],
        assets: &AssetStore,
    ) -> Result<Option<Reflectances>, AssetError> {
        if scene.cameras.iter().all(|camera| camera.depth_sensor.is_none()) {
            return Ok(None);
        }
        let (floor, walls) = ground::albedos(scene, assets)?;
        let parts = |model: &Arc<Model>| {
            let mut of: Vec<f32> = Vec::new();
            // Of several surfaces of one part the first counts.
            for (id, part) in model.part_ids().into_iter().zip(&model.parts) {
                if usize::from(id) > of.len() {
                    of.push(infrared(part.surface.albedo()));
                }
            }
            of
        };
        Ok(Some(Reflectances {
            floor: infrared(floor),
            walls: infrared(walls),
            instances: models.iter().map(parts).collect(),
        }))
    }

    /// What a camera's depth sensor makes of its planes.
    pub fn measured(
        &self,
        camera: &frame::Camera,
        concrete: &Camera,
        planes: &Planes,
        scene: &ConcreteScene,
        step: Option<u32>,
    ) -> Option<Vec<f32>> {
        let sensor = concrete.depth_sensor.as_ref()?;
        let (normal, owner, part) = (planes.normal.as_ref()?, planes.owner.as_ref()?, planes.part.as_ref()?);
        let up = camera.world_from_camera.transpose().transform_vector3(DVec3::Y).as_vec3();
        let places = owner.iter().zip(part).zip(normal);
        let reflectance = places.map(|((owner, part), normal)| {
            let Some(parts) = usize::from(*owner).checked_sub(1).and_then(|place| self.instances.get(place)) else {
                let upwards: f32 = normal.iter().zip(up.to_array()).map(|(n, up)| n.to_f32() * up).sum();
                return if upwards > 0.9 { self.floor } else { self.walls };
            };
            // What is not labelled has no parts.
            let part = usize::from(*part).saturating_sub(1);
            parts.get(part).or(parts.first()).copied().unwrap_or(0.5)
        });
        let reflectance: Vec<f32> = reflectance.collect();
        let (fixed, moment) = sensor::seeds(&concrete.name, scene, step);
        let height_m = camera.world_from_camera.w_axis.y;
        let murk = scene.weather.as_ref().and_then(|weather| Murk::of(weather, height_m));
        let seen = Seen {
            size: (camera.width as usize, camera.height as usize),
            intrinsics: camera.optics.intrinsics,
            depth: &planes.depth,
            normal,
            reflectance: &reflectance,
            light: planes.light.as_deref().unwrap_or_default(),
            air: murk.as_ref(),
        };
        Some(depth_sensor::measured(sensor, &seen, fixed, moment))
    }
}

impl Pending {
    /// The frame, once all planes are there, and its scene.
    fn finish(self) -> Finished {
        let Pending { mut frame, take, scene, cameras, planes, reflectances, .. } = self;
        let _at = Station::Sensor.work(frame.index);
        let step = frame.step;
        let wanted = |plane| scene.labels.planes.contains(&plane);
        frame.views = cameras
            .into_iter()
            .zip(planes.into_iter().flatten())
            .zip(&scene.cameras)
            .map(|((camera, planes), concrete)| {
                let (width, height) = (camera.width, camera.height);
                let measured =
                    reflectances.as_ref().and_then(|table| table.measured(&camera, concrete, &planes, &scene, step));
                let rgb = match planes.light {
                    Some(mut light) => {
                        glass::cover(&mut light, &camera, concrete, scene.weather.as_ref(), frame.time_s);
                        sensor::picture(light, concrete, &scene, step)
                    }
                    None => planes.rgb,
                };
                View {
                    camera,
                    rgb: Plane { width, height, data: rgb },
                    linear: planes.linear.map(|data| Plane { width, height, data }),
                    instance: Plane { width, height, data: planes.instance },
                    depth: Plane { width, height, data: planes.depth },
                    normal: planes.normal.filter(|_| wanted(LabelPlane::Normal)).map(|data| Plane {
                        width,
                        height,
                        data,
                    }),
                    object_coordinates: planes.object_coordinates.map(|data| Plane { width, height, data }),
                    part: planes.part.filter(|_| wanted(LabelPlane::Part)).map(|data| Plane { width, height, data }),
                    owner: planes.owner.filter(|_| wanted(LabelPlane::Flow)).map(|data| Plane { width, height, data }),
                    silhouettes: planes.silhouettes,
                    measured_depth: measured.map(|data| Plane { width, height, data }),
                }
            })
            .collect();
        (frame, take)
    }
}
