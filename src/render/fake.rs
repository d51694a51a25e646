//! An engine without an engine: every instance is a disc about its projected centre, at the depth of that centre.
//!
//! What lies behind the seam can be tested with it in milliseconds.

use std::sync::Arc;

use glam::{DMat4, DVec2, DVec3};

use super::{Engine, RenderError, Sink, Stop};
use super::{label, lidar};
use crate::frame::{Camera, Cloud, Frame, Instance, Outside, Plane, Point, Silhouettes, View, f16};
use crate::lens::Optics;
use crate::randomize::concrete::{self, ConcreteScene, LabelPlane};

/// Paints discs into the id plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Painter {
    /// Radius of every disc in metres.
    pub radius_m: f64,
}

impl Default for Painter {
    fn default() -> Self {
        Painter { radius_m: 0.2 }
    }
}

impl Engine for Painter {
    fn render(
        &mut self,
        scenes: &mut dyn Iterator<Item = ConcreteScene>,
        sink: &mut Sink<'_>,
    ) -> Result<(), RenderError> {
        for scene in scenes {
            let scene = Arc::new(scene);
            let steps = scene.sequence.as_ref().map(|s| s.frames);
            for step in 0..steps.unwrap_or(1) {
                let frame = self.frame(&scene, steps.map(|_| step));
                sink(frame, scene.clone()).map_err(|Stop| RenderError::Stopped)?;
            }
        }
        Ok(())
    }
}

impl Painter {
    fn frame(&self, scene: &ConcreteScene, step: Option<u32>) -> Frame {
        let instances: Vec<Instance> = scene.instances.iter().map(|i| instance(i, self.radius_m)).collect();
        let views = scene.cameras.iter().map(|camera| self.view(scene, camera, &instances)).collect();
        let now = scene.at(step);
        let fps = scene.sequence.as_ref().map_or(1.0, |s| f64::from(s.fps));
        Frame {
            index: scene.frame,
            step,
            time_s: step.map_or(0.0, |s| f64::from(s) / fps),
            views,
            clouds: scene.lidars.iter().map(|lidar| cloud(lidar, &instances)).collect(),
            instances,
            light: label::light(&now),
            drawn: label::drawn(scene),
            weather: label::weather(&now),
        }
    }

    fn view(&self, scene: &ConcreteScene, camera: &concrete::Camera, instances: &[Instance]) -> View {
        let [width, height] = scene.resolution;
        let (eye, target) = (camera.position_m.as_dvec3(), camera.target_m.as_dvec3());
        let forward = (target - eye).normalize_or(DVec3::NEG_Z);
        let right = forward.cross(DVec3::Y).normalize_or(DVec3::X);
        let down = forward.cross(right);
        let world_from_camera =
            DMat4::from_cols(right.extend(0.0), down.extend(0.0), forward.extend(0.0), eye.extend(1.0));
        let camera_from_world = world_from_camera.inverse();
        let optics = Optics::new(camera.intrinsics, camera.lens);
        let pixels = (width * height) as usize;
        let mut rgb = vec![[90, 90, 100]; pixels];
        let mut ids = vec![0; pixels];
        let mut owners = vec![0; pixels];
        let mut depth = vec![0.0; pixels];
        let labelled: Vec<u32> = instances.iter().filter(|i| i.labelled).map(|i| i.id).collect();
        let mut bits = vec![vec![0u32; pixels]; labelled.len().div_ceil(32)];
        for instance in instances {
            if instance.volume {
                continue;
            }
            let center = camera_from_world.transform_point3(instance.position_m);
            let Some(DVec2 { x: u, y: v }) = optics.project(center) else { continue };
            let away = optics.depth(center);
            let radius = self.radius_m * camera.intrinsics.fx / away;
            let low = |c: f64| (c - radius).floor().max(0.0) as u32;
            let high = |c: f64, end: u32| ((c + radius).ceil().max(0.0) as u32).min(end);
            for y in low(v)..high(v, height) {
                for x in low(u)..high(u, width) {
                    let (dx, dy) = (f64::from(x) + 0.5 - u, f64::from(y) + 0.5 - v);
                    let at = (y * width + x) as usize;
                    let nearer = depth[at] == 0.0 || (away as f32) < depth[at];
                    if dx * dx + dy * dy > radius * radius {
                        continue;
                    }
                    if let Ok(bit) = labelled.binary_search(&instance.id) {
                        bits[bit / 32][(x * height + y) as usize] |= 1 << (bit % 32);
                    }
                    if nearer {
                        depth[at] = away as f32;
                        owners[at] = instance.id as u16;
                        ids[at] = if instance.labelled { instance.id as u16 } else { 0 };
                        rgb[at] = [(instance.id * 73 % 200) as u8 + 40, (instance.id * 151 % 200) as u8 + 40, 120];
                    }
                }
            }
        }
        let camera_measures = camera.depth_sensor.is_some();
        let camera = Camera {
            name: camera.name.clone(),
            width,
            height,
            optics,
            world_from_camera,
            exposure_ev100: f64::from(camera.exposure_ev100.unwrap_or(10.0)),
        };
        // Discs face the camera and have one part; all of a disc is where its middle is.
        let wanted = |plane| scene.labels.planes.contains(&plane);
        let is_hit = |depth: &f32| f16::from_f32(if *depth > 0.0 { 1.0 } else { 0.0 });
        let normals = || depth.iter().map(|d| [f16::ZERO, f16::ZERO, -is_hit(d)]).collect();
        let middle = |id: &u16| [f16::from_f32(if *id > 0 { 0.5 } else { 0.0 }); 3];
        let linear = |rgb: &[u8; 3]| rgb.map(|byte| f16::from_f32(f32::from(byte) / 255.0));
        let silhouettes =
            || Silhouettes { outside: vec![Outside::default(); labelled.len()], ids: labelled.clone(), bits };
        View {
            camera,
            linear: wanted(LabelPlane::Linear).then(|| Plane { width, height, data: rgb.iter().map(linear).collect() }),
            rgb: Plane { width, height, data: rgb },
            normal: wanted(LabelPlane::Normal).then(|| Plane { width, height, data: normals() }),
            object_coordinates: wanted(LabelPlane::ObjectCoordinates).then(|| Plane {
                width,
                height,
                data: ids.iter().map(middle).collect(),
            }),
            part: wanted(LabelPlane::Part).then(|| Plane {
                width,
                height,
                data: ids.iter().map(|id| u16::from(*id > 0)).collect(),
            }),
            owner: wanted(LabelPlane::Flow).then(|| Plane { width, height, data: owners.clone() }),
            silhouettes: scene.labels.amodal.then(silhouettes),
            measured_depth: camera_measures.then(|| Plane { width, height, data: depth.clone() }),
            instance: Plane { width, height, data: ids },
            depth: Plane { width, height, data: depth },
        }
    }
}

/// A point in the middle of each instance.
fn cloud(lidar: &concrete::Lidar, instances: &[Instance]) -> Cloud {
    let lidar = lidar::described(lidar, 0.0);
    let lidar_from_world = lidar.world_from_lidar.inverse();
    let point = |instance: &Instance| Point {
        position_m: lidar_from_world.transform_point3(instance.position_m).as_vec3().to_array(),
        intensity: 0.5,
        time_s: 0.0,
        ring: 0,
        instance: if instance.labelled { instance.id as u16 } else { 0 },
    };
    Cloud { points: instances.iter().filter(|instance| !instance.volume).map(point).collect(), lidar }
}

fn instance(instance: &concrete::Instance, radius_m: f64) -> Instance {
    Instance {
        id: instance.id,
        name: instance.name.clone(),
        category_id: instance.category_id,
        labelled: instance.labelled,
        position_m: instance.start.position_m.as_dvec3(),
        rotation: instance.start.rotation.as_dquat(),
        bounds_min_m: DVec3::splat(-radius_m),
        bounds_max_m: DVec3::splat(radius_m),
        parts: ["disc".to_owned()].into(),
        volume: instance.volume,
        keypoints: [].into(),
        attributes: Default::default(),
    }
}
