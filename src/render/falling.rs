//! Rain, snow and hail before the cameras: the particles that they see one by one, as a mesh of strips for a moment.
//!
//! A drop shows what is around it, turned over: on the whole the light of the half of the world behind it (K. Garg and S.
//! K. Nayar 2007, "Vision and rain"). Flakes and hailstones are white and lit from all sides.

use std::sync::Arc;

use bevy::asset::{Asset, AssetId, Assets, Handle, RenderAssetUsages, embedded_asset};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::light::NotShadowCaster;
use bevy::mesh::{Indices, Mesh, Mesh3d, MeshVertexBufferLayoutRef, PrimitiveTopology};
use bevy::pbr::{Material, MaterialPipeline, MaterialPipelineKey, MaterialPlugin, MeshMaterial3d};
use bevy::prelude::{AlphaMode, App, Entity, Plugin, Resource, Transform, TypePath, World};
use bevy::render::render_resource::{AsBindGroup, RenderPipelineDescriptor, SpecializedMeshPipelineError};
use bevy::shader::ShaderRef;
use glam::{DMat4, DVec3, Vec3};

use super::air::{FLASH_KELVIN, air, falling};
use super::cameras::Placed;
use super::faces::Faces;
use super::glass::OPENING_M;
use super::lamps::cone;
use super::light::{Around, irradiance_over_pi};
use super::lying;
use super::shelter::Shelter;
use super::suns::Sun;
use super::surface::define_linear;
use crate::color::blackbody;
use crate::randomize::concrete::{Camera, ConcreteScene, Light};
use crate::weather::air::Air;
use crate::weather::lightning::Flash;
use crate::weather::shower::{Eye, Shower, Streak};
use crate::weather::splashes::Splashes;
use crate::weather::{Falling, Kind};

/// Of cameras that say nothing of their exposure.
const EXPOSURE_S: f64 = 0.01;
/// The most particles of a picture.
const MOST: usize = 40_000;
const MOST_SPLASHES: usize = 10_000;
/// Light that a drop sends on of what is behind it.
const DROP: f32 = 0.94;
/// Of the light that falls on it from one side, what a drop and a flake send to an eye, as a white matt disc that faces
/// both would send all.
const FROM_ONE_SIDE: [f32; 2] = [0.06, 0.45];
/// What flakes send on of light from everywhere.
const FLAKE: f32 = 0.9;
/// Of its disc a flake covers so much, more or less.
const FLAKE_COVERS: (f32, f32) = (0.4, 0.35);

/// What strips are drawn with.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
pub(super) struct FallingMaterial {}

impl Material for FallingMaterial {
    fn vertex_shader() -> ShaderRef {
        ShaderRef::Path("embedded://maquette/render/falling.wgsl".into())
    }

    fn fragment_shader() -> ShaderRef {
        ShaderRef::Path("embedded://maquette/render/falling.wgsl".into())
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Premultiplied
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        define_linear(descriptor, key.mesh_key);
        descriptor.primitive.cull_mode = None;
        let attributes = [
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            Mesh::ATTRIBUTE_NORMAL.at_shader_location(1),
            Mesh::ATTRIBUTE_UV_0.at_shader_location(2),
            Mesh::ATTRIBUTE_TANGENT.at_shader_location(4),
            Mesh::ATTRIBUTE_COLOR.at_shader_location(5),
        ];
        descriptor.vertex.buffers = vec![layout.0.get_layout(&attributes)?];
        Ok(())
    }
}

/// The material, which all strips share.
#[derive(Resource)]
struct Shared(Handle<FallingMaterial>);

pub(super) struct FallingPlugin;

impl Plugin for FallingPlugin {
    fn build(&self, app: &mut App) {
        embedded_asset!(app, "falling.wgsl");
        app.add_plugins(MaterialPlugin::<FallingMaterial>::default());
        let material = app.world_mut().resource_mut::<Assets<FallingMaterial>>().add(FallingMaterial {});
        app.insert_resource(Shared(material));
    }
}

/// What light there is for what falls.
pub(super) struct Shining<'l> {
    pub around: &'l Around,
    pub suns: &'l [Sun],
    pub lamps: &'l [Light],
}

/// What falls at a moment, if anything does that cameras can see.
pub(super) fn mesh(
    scene: &ConcreteScene,
    placed: &Placed,
    time_s: f64,
    light: &Shining,
    shelter: &dyn Fn() -> Shelter,
) -> Option<Mesh> {
    let weather = scene.weather.as_ref()?;
    let kinds = falling(weather);
    let air = air(weather);
    // What is far away is drawn first.
    let mut strips = weather.flash.as_ref().map(|flash| bolt(flash, &air, placed)).unwrap_or_default();
    let eyes = eyes(scene, placed);
    if let (false, Some(first)) = (kinds.is_empty(), eyes.first()) {
        let shutter = scene.cameras.iter().find_map(|camera| camera.shutter.as_ref());
        let exposure_s = shutter.map_or(EXPOSURE_S, |shutter| f64::from(shutter.exposure_s));
        let height = eyes.iter().map(|eye| eye.world_from_camera.w_axis.y).sum::<f64>() / eyes.len() as f64;
        let seen = Shower::new(&kinds, weather.wind_velocity_m_per_s(), height, weather.seed)
            .seen(&eyes, time_s, exposure_s, MOST);
        let rain = kinds.iter().find(|falling| falling.kind() == Kind::Rain);
        let bare = scene.ground.is_some() && lying::thick_snow_m(weather).is_none();
        let splashes = rain.filter(|_| bare).map(|rain| {
            let splashes = Splashes::new(*rain, 0.0, weather.water_film_mm, weather.seed);
            splashes.seen(&eyes, time_s, exposure_s, MOST_SPLASHES)
        });
        let eye = first.world_from_camera.w_axis.truncate();
        let from_above = irradiance_over_pi(&light.around.harmonics, Vec3::Y);
        let shelter = shelter();
        let falling = seen.streaks.iter().map(|streak| {
            let kind = kinds.get(streak.kind).map_or(Kind::Rain, Falling::kind);
            (streak, kind, -streak.way_m.as_vec3().normalize_or(Vec3::NEG_Y))
        });
        let open = falling
            .chain(splashes.iter().flatten().map(|streak| (streak, Kind::Rain, Vec3::Y)))
            .filter(|(streak, _, against)| !shelter.is_before(streak.middle_m.as_vec3(), *against));
        strips.extend(open.map(|(streak, kind, _)| strip(streak, kind, (eye, &air), (light, from_above))));
    }
    (!strips.is_empty()).then(|| assembled(strips))
}

/// Width of a channel of lightning, with the air that glows about it, and of its branches against it.
const BOLT_M: f32 = 0.5;
const BRANCH: f32 = 0.4;

/// The channel of a flash, as strips that shine by themselves.
fn bolt(flash: &Flash, air: &Air, placed: &Placed) -> Vec<Strip> {
    let channels = flash.channels();
    let length: f64 = channels.first().map_or(0.0, |main| main.windows(2).map(|ends| ends[0].distance(ends[1])).sum());
    let color = Vec3::from_array(blackbody(FLASH_KELVIN));
    let eye = placed.poses.first().map_or(DVec3::ZERO, |pose| pose.w_axis.truncate());
    let piece = |(channel, ends): (usize, &[DVec3])| {
        let width = if channel == 0 { BOLT_M } else { BRANCH * BOLT_M };
        let (middle, long) = (0.5 * (ends[0] + ends[1]), ends[0].distance(ends[1]) as f32);
        let left = libm::exp(-air.optical_depth(middle.y, eye.y, middle.distance(eye))) as f32;
        // Flux of a cylinder is π² times its luminance, length and diameter.
        let luminance = (flash.flux_lm / (length * std::f64::consts::PI.powi(2))) as f32 / BOLT_M;
        let light = color * luminance;
        Strip {
            middle: middle.as_vec3().to_array(),
            way: (ends[1] - ends[0]).as_vec3().to_array(),
            // It does not move but is as long as that.
            about: [width, width, long / (std::f32::consts::FRAC_PI_4 * width), 0.5],
            light: [light.x, light.y, light.z, left],
        }
    };
    let pieces = channels.iter().enumerate().flat_map(|(at, channel)| channel.windows(2).map(move |ends| (at, ends)));
    pieces.map(piece).collect()
}

/// The cameras as the shower knows them.
fn eyes(scene: &ConcreteScene, placed: &Placed) -> Vec<Eye> {
    let cameras = scene.cameras.iter().zip(&placed.faces).zip(&placed.poses);
    let eye = |((camera, faces), pose): ((&Camera, &Arc<Faces>), &DMat4)| {
        let k = faces.optics.intrinsics;
        let [width, height] = scene.resolution.map(f64::from);
        let corner = libm::hypot(k.cx.max(width - k.cx) / k.fx, k.cy.max(height - k.cy) / k.fy);
        let wide = faces.is_bent() || faces.is_parallel();
        let velocity = camera.shutter.as_ref().map_or(Vec3::ZERO, |shutter| shutter.velocity_m_per_s);
        // To its right, up and forward; cameras have their y axis down.
        let velocity = DVec3::new(f64::from(velocity.x), -f64::from(velocity.y), f64::from(velocity.z));
        Eye {
            world_from_camera: *pose,
            focal_px: k.fy,
            half_angle: if wide { std::f64::consts::PI } else { libm::atan(corner) },
            velocity_m_per_s: pose.transform_vector3(velocity),
        }
    };
    cameras.map(eye).collect()
}

/// A particle as the shader knows it.
struct Strip {
    middle: [f32; 3],
    way: [f32; 3],
    about: [f32; 4],
    light: [f32; 4],
}

fn strip(streak: &Streak, kind: Kind, (eye, air): (DVec3, &Air), (light, from_above): (&Shining, Vec3)) -> Strip {
    let from_eye = streak.middle_m - eye;
    let direction = from_eye.normalize_or(DVec3::Z).as_vec3();
    let is_drop = kind == Kind::Rain;
    let white = if is_drop {
        DROP * irradiance_over_pi(&light.around.harmonics, direction)
    } else {
        0.5 * FLAKE * (from_above + irradiance_over_pi(&light.around.harmonics, -direction))
    };
    let one_sided = FROM_ONE_SIDE[usize::from(!is_drop)] / std::f32::consts::PI;
    let of_suns = light.suns.iter().map(|sun| Vec3::from_array(sun.color) * (sun.illuminance_lux * one_sided));
    let of_lamps = light.lamps.iter().map(|lamp| from_lamp(lamp, streak.middle_m.as_vec3()) * one_sided);
    let own = white + of_suns.chain(of_lamps).sum::<Vec3>();
    // Through the air before it.
    let depth = air.optical_depth(streak.middle_m.y, eye.y, from_eye.length());
    let left = libm::exp(-depth) as f32;
    let horizon = irradiance_over_pi(&light.around.harmonics, Vec3::new(direction.x, 0.0, direction.z));
    let seen = own * left + horizon * (1.0 - left);
    let diameter = streak.diameter_m as f32;
    let blurred = (diameter * diameter + OPENING_M * OPENING_M).sqrt();
    let (least, more) = FLAKE_COVERS;
    let covers = if is_drop { 1.0 } else { least + more * streak.look as f32 };
    Strip {
        middle: streak.middle_m.as_vec3().to_array(),
        way: streak.way_m.as_vec3().to_array(),
        about: [diameter, blurred, covers, streak.look as f32],
        light: [seen.x, seen.y, seen.z, 1.0],
    }
}

/// Illuminance from a lamp on what faces it, linear RGB in lux.
fn from_lamp(lamp: &Light, at: Vec3) -> Vec3 {
    let (position, flux_lm, temperature, share) = match lamp {
        Light::Sun { .. } | Light::Moon { .. } => return Vec3::ZERO,
        Light::Point { position_m, flux_lm, temperature_kelvin, .. } => (position_m, flux_lm, temperature_kelvin, 1.0),
        Light::Spot { position_m, target_m, flux_lm, temperature_kelvin, half_angle_deg, .. } => {
            let axis = (*target_m - *position_m).normalize_or(Vec3::NEG_Y);
            let [full, ends] = cone(*half_angle_deg);
            let inside =
                (((at - *position_m).normalize_or(Vec3::Y).dot(axis) - ends) / (full - ends).max(1e-6)).clamp(0.0, 1.0);
            (position_m, flux_lm, temperature_kelvin, inside * inside)
        }
    };
    let squared = position.distance_squared(at).max(0.01);
    Vec3::from_array(blackbody(*temperature)) * (share * flux_lm / (4.0 * std::f32::consts::PI * squared))
}

fn assembled(strips: Vec<Strip>) -> Mesh {
    const CORNERS: [[f32; 2]; 4] = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];
    let four = |value: fn(&Strip) -> [f32; 3]| strips.iter().flat_map(|strip| [value(strip); 4]).collect::<Vec<_>>();
    let wide = |value: fn(&Strip) -> [f32; 4]| strips.iter().flat_map(|strip| [value(strip); 4]).collect::<Vec<_>>();
    let indices = (0..strips.len() as u32).flat_map(|strip| [0, 1, 2, 0, 2, 3].map(|corner| 4 * strip + corner));
    let mut mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD);
    mesh.insert_attribute(Mesh::ATTRIBUTE_POSITION, four(|strip| strip.middle));
    mesh.insert_attribute(Mesh::ATTRIBUTE_NORMAL, four(|strip| strip.way));
    mesh.insert_attribute(Mesh::ATTRIBUTE_UV_0, strips.iter().flat_map(|_| CORNERS).collect::<Vec<_>>());
    mesh.insert_attribute(Mesh::ATTRIBUTE_TANGENT, wide(|strip| strip.about));
    mesh.insert_attribute(Mesh::ATTRIBUTE_COLOR, wide(|strip| strip.light));
    mesh.insert_indices(Indices::U32(indices.collect()));
    mesh
}

/// What falls in the world of the engine.
#[derive(Default)]
pub(super) struct Falls(Option<Entity>);

impl Falls {
    /// Puts this in place of what fell before.
    pub fn put(&mut self, world: &mut World, mesh: Option<Mesh>) {
        if let Some(entity) = self.0.take() {
            world.despawn(entity);
        }
        let Some(mesh) = mesh else { return };
        let mesh = world.resource_mut::<Assets<Mesh>>().add(mesh);
        let material = world.resource::<Shared>().0.clone();
        let parts = (Mesh3d(mesh), MeshMaterial3d(material), NotShadowCaster, NoFrustumCulling, Transform::IDENTITY);
        self.0 = Some(world.spawn(parts).id());
    }

    /// What has to be on the device for it to be drawn.
    pub fn needs(&self, world: &World) -> Option<(AssetId<Mesh>, AssetId<FallingMaterial>)> {
        let entity = world.get_entity(self.0?).ok()?;
        Some((entity.get::<Mesh3d>()?.0.id(), entity.get::<MeshMaterial3d<FallingMaterial>>()?.0.id()))
    }
}
