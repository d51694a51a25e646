//! Sets a concrete scene up in Bevy's world, moves its things, and takes it down whole.

use std::sync::Arc;

use bevy::asset::{Assets, Handle};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::image::Image;
use bevy::light::NotShadowCaster;
use bevy::mesh::MeshTag;
use bevy::pbr::PreparedMaterial;
use bevy::prelude::{Cuboid, Entity, Mesh, Mesh3d, MeshMaterial3d, Transform, Visibility, World};
use bevy::render::erased_render_asset::ErasedRenderAssets;
use glam::{Mat4, Quat, Vec3};

use super::air;
use super::fixtures::Fixtures;
use super::ground::{self, Coat};
use super::light::Lighting;
use super::lying;
use super::occluders::{Ellipsoid, List};
use super::photons::{FlatLights, Hall};
use super::pools::Pools;
use super::rays::Standing;
use super::room;
use super::samples::Sample;
use super::snow::Laid;
use super::surface::{BackdropMaterial, Lies, LitBy, SurfaceMaterial};
use super::truth::{Cutout, Draw};
use crate::assets::{AssetError, AssetStore, Model, Surface};
use crate::randomize::concrete::{BodyKind, ConcreteScene, Instance, LabelPlane, Light, Pose};
use crate::simulate::{Moment, Motion};
use crate::station::Station;

/// One thing of the stage: an instance, or part of what surrounds them.
struct Thing {
    /// Index among the scene's instances.
    instance: Option<usize>,
    /// The instance that it lies on, and how that stood when it came to lie there.
    on: Option<(usize, Pose)>,
    /// In the instance plane.
    label: u16,
    /// Id of the instance, 0 for what is none.
    owner: u16,
    model: Arc<Model>,
    scale: f32,
    /// Where it is if no moment says otherwise.
    rest: Pose,
    albedo: [f32; 3],
    /// What the weather has left on it.
    coat: Coat,
    parts: Vec<Entity>,
    /// Of each part, from 1; parts of one name are one.
    part_ids: Vec<u16>,
    /// Of the model.
    bounds: (Vec3, Vec3),
    /// Of each part.
    cutouts: Vec<Option<Cutout>>,
    /// Of each part: whether its triangles' own normals are the true ones.
    flat: Vec<bool>,
    /// Whether it has a silhouette, but nothing of it is drawn.
    volume: bool,
}

/// A scene that stands in Bevy's world.
pub(super) struct Stage {
    things: Vec<Thing>,
    others: Vec<Entity>,
    fixtures: Fixtures,
}

/// The models of a scene's instances, dressed, in their order.
pub(super) fn dress(scene: &ConcreteScene, assets: &AssetStore) -> Result<Vec<Arc<Model>>, AssetError> {
    let carried: Vec<Vec3> =
        scene.instances.iter().filter(|i| i.body.kind == BodyKind::Dynamic).map(|i| i.start.position_m).collect();
    let dress = |instance: &Instance| {
        let model = assets.dress(&instance.shape, &instance.material)?;
        let (min, max) = model.bounds();
        let reach = 0.5 * (max - min).length() * instance.scale;
        let middle = instance.start.position_m;
        let over = |p: &Vec3| p.y > middle.y && (*p - middle).with_y(0.0).length() < reach;
        if instance.body.kind == BodyKind::Static && carried.iter().any(over) {
            return assets.dress_finely(&instance.shape, &instance.material);
        }
        Ok(model)
    };
    scene.instances.iter().map(dress).collect()
}

impl Stage {
    /// Spawns everything that does not depend on a moment or a camera.
    pub fn set(
        world: &mut World,
        pools: &mut Pools,
        scene: &ConcreteScene,
        (models, snow): (&[Arc<Model>], &[Arc<Laid>]),
        assets: &AssetStore,
        light: &Lighting,
        shadow_reach_m: (f32, f32),
    ) -> Result<Stage, AssetError> {
        let _at = Station::Spawn.work(scene.frame);
        let mut things = surrounding_things(scene, assets, models)?;
        things.extend(scene.instances.iter().zip(models).enumerate().map(|(i, (instance, model))| Thing {
            instance: Some(i),
            on: None,
            label: if instance.labelled { instance.id as u16 } else { 0 },
            owner: instance.id as u16,
            model: model.clone(),
            scale: instance.scale,
            rest: instance.start,
            albedo: model.parts.first().map_or([0.5; 3], |part| part.surface.albedo()),
            coat: Coat::Fresh,
            parts: Vec::new(),
            part_ids: model.part_ids(),
            bounds: model.bounds(),
            cutouts: Vec::new(),
            flat: Vec::new(),
            volume: instance.volume,
        }));
        for laid in snow {
            things.push(snow_on(laid, assets)?);
        }
        let reflections = pools.cube(world, &light.around.reflections);
        let behind = light.backdrop.as_ref().map(|image| pools.cube(world, image));
        let fixtures = Fixtures::spawn(world, scene, light, shadow_reach_m);
        let shine = !(fixtures.lamps.is_empty() && fixtures.flat.is_empty());
        let air = scene.weather.as_ref().map(|weather| (air::shade(weather), shine));
        let mut others = vec![spawn_backdrop(world, behind.unwrap_or_else(|| reflections.clone()), air)];
        others.extend(fixtures.entities());
        let lit_by = LitBy {
            around: world.resource::<List>().buffer.clone(),
            reflections,
            suns: fixtures.suns.len(),
            dome: fixtures.dome.is_some(),
            cascades: fixtures.cascades,
            lamps: shine,
            sampled: scene.samples > 1,
            smooth: scene.smooth_edges && scene.samples == 1,
            air: scene.weather.is_some(),
            lies: scene.weather.as_ref().map_or(Lies::default(), lying::lies),
        };
        let first = things.iter().position(|thing| thing.instance.is_some()).unwrap_or(0);
        for (index, thing) in things.iter_mut().enumerate() {
            // What lies on a thing is not darkened by it either.
            let tag = thing.on.map_or(index, |(on, _)| first + on) as u32;
            let lies = match thing.coat {
                Coat::Fresh => lit_by.lies,
                Coat::Trodden => Lies { trodden: true, ..lit_by.lies },
                Coat::Bare => Lies { snow: false, ..lit_by.lies },
                Coat::Sheltered => Lies::default(),
            };
            let lit_by = LitBy { lies, ..lit_by.clone() };
            thing.parts = spawn_parts(world, pools, thing, tag, &lit_by);
            thing.cutouts = thing.model.parts.iter().map(|part| cutout(world, pools, &part.surface)).collect();
            if scene.labels.planes.contains(&LabelPlane::Normal) {
                thing.flat = thing.model.parts.iter().map(|part| part.mesh.has_bent_normals()).collect();
            }
        }
        Ok(Stage { things, others, fixtures })
    }

    /// Lights it as one of the pictures that make one sees it.
    pub fn light(&self, world: &mut World, light: &Lighting, near: (&FlatLights, &[Light]), sample: Sample) {
        self.fixtures.shine(world, light, near, sample);
    }

    /// What light falls on at a moment.
    pub fn hall(&self, moment: &Moment) -> Hall {
        Hall::of(self.standing(moment).map(|thing| (thing.model, thing.pose, thing.scale)))
    }

    /// What rays can hit at a moment.
    pub fn standing<'s>(&'s self, moment: &'s Moment) -> impl Iterator<Item = Standing<'s>> {
        let there = self.things.iter().filter(|thing| !thing.volume);
        there.filter_map(|thing| {
            let motion = thing.moves_with().and_then(|index| moment.motions.get(index)).copied().unwrap_or_default();
            let (model, pose) = (&*thing.model, thing.pose(moment)?);
            Some(Standing { model, pose, motion, scale: thing.scale, label: thing.label })
        })
    }

    /// Moves the things to where they are so long after a moment; those that have been taken out vanish.
    pub fn pose(&self, world: &mut World, moment: &Moment, after_s: f32) {
        for thing in &self.things {
            let pose = thing.pose(moment).map(|pose| thing.later(pose, moment, after_s));
            for &part in &thing.parts {
                let Ok(mut entity) = world.get_entity_mut(part) else { continue };
                match pose {
                    Some(pose) => {
                        entity.insert((transform(&pose, thing.scale), Visibility::Visible));
                    }
                    None => {
                        entity.insert(Visibility::Hidden);
                    }
                }
            }
        }
    }

    /// In the order of drawing, which settles ties: instances by their ids, then what is around them, most of which is
    /// hidden by then.
    fn things(&self) -> impl Iterator<Item = &Thing> {
        let around = |thing: &&Thing| thing.instance.is_none();
        self.things.iter().filter(move |thing| !around(thing)).chain(self.things.iter().filter(around))
    }

    /// All that is drawn in the colour pass, in the same order.
    pub fn in_order(&self) -> impl Iterator<Item = Entity> {
        self.things().flat_map(|thing| &thing.parts).chain(&self.others).copied()
    }

    /// What the ground-truth pass draws at a moment.
    pub fn draws(&self, world: &World, moment: &Moment) -> Vec<Draw> {
        let mut draws = Vec::new();
        for thing in self.things() {
            let Some(pose) = thing.pose(moment) else { continue };
            let world_from_local = transform(&pose, thing.scale).to_matrix();
            let parts = thing.model.parts.iter().zip(&thing.part_ids);
            let flat = thing.flat.iter().chain(std::iter::repeat(&false));
            for ((((part, &id), &entity), cutout), &flat) in parts.zip(&thing.parts).zip(&thing.cutouts).zip(flat) {
                let Some(mesh) = world.get::<Mesh3d>(entity) else { continue };
                // What a volume is dressed in says nothing.
                if !counts(&part.surface) && !thing.volume {
                    continue;
                }
                draws.push(Draw {
                    mesh: mesh.0.id(),
                    world_from_local,
                    instance: thing.label,
                    owner: thing.owner,
                    part: if thing.label > 0 { id } else { 0 },
                    bounds: thing.bounds,
                    double_sided: part.surface.double_sided,
                    cutout: cutout.clone(),
                    flat,
                    volume: thing.volume,
                });
            }
        }
        draws
    }

    /// Whether a material of it is not on the device yet: what wears it would silently be left out.
    pub fn bare(&self, world: &World, on_device: &ErasedRenderAssets<PreparedMaterial>) -> bool {
        self.things.iter().flat_map(|thing| &thing.parts).any(|&part| {
            let material = world.get::<MeshMaterial3d<SurfaceMaterial>>(part);
            material.is_some_and(|material| on_device.get(material.0.id()).is_none())
        })
    }

    /// The instances as their neighbours see them at a moment.
    pub fn ellipsoids(&self, moment: &Moment) -> Vec<Ellipsoid> {
        let things = self.things.iter().enumerate().filter(|(_, thing)| thing.instance.is_some() && !thing.volume);
        let seen = things.filter_map(|(tag, thing)| {
            let pose = thing.pose(moment)?;
            let (min, max) = thing.model.bounds();
            Some(Ellipsoid {
                center: pose.position_m + pose.rotation * ((min + max) * 0.5 * thing.scale),
                rotation: pose.rotation,
                half_extents: (max - min) * 0.5 * thing.scale,
                albedo: thing.albedo,
                tag: tag as u32,
            })
        });
        seen.collect()
    }

    /// Despawns all of it.
    pub fn strike(self, world: &mut World) {
        for entity in self.things.iter().flat_map(|thing| &thing.parts).chain(&self.others) {
            world.despawn(*entity);
        }
    }
}

impl Thing {
    fn later(&self, pose: Pose, moment: &Moment, after_s: f32) -> Pose {
        let motion = self.moves_with().and_then(|index| moment.motions.get(index));
        motion.filter(|motion| **motion != Motion::default()).map_or(pose, |motion| motion.later(&pose, after_s))
    }

    fn pose(&self, moment: &Moment) -> Option<Pose> {
        let there = |index: usize| moment.poses.get(index).copied().flatten();
        match (self.instance, &self.on) {
            (Some(index), _) => there(index),
            (None, Some((on, start))) => {
                let pose = there(*on)?;
                let turn = pose.rotation * start.rotation.inverse();
                let aside = turn * (self.rest.position_m - start.position_m);
                Some(Pose { position_m: pose.position_m + aside, rotation: (turn * self.rest.rotation).normalize() })
            }
            (None, None) => Some(self.rest),
        }
    }

    /// The instance whose motion it has.
    fn moves_with(&self) -> Option<usize> {
        self.instance.or(self.on.map(|(on, _)| on))
    }
}

/// Whether a surface is the nearest one that counts wherever it is drawn.
fn counts(surface: &Surface) -> bool {
    !surface.seen_through
}

fn transform(pose: &Pose, scale: f32) -> Transform {
    Transform { translation: pose.position_m, rotation: pose.rotation, scale: Vec3::splat(scale) }
}

/// The camera frame of labels (x right, y down, z forward) has its axes from Bevy's (y up, z backward) so.
pub(super) fn camera_axes(world_from_view: Mat4) -> Mat4 {
    world_from_view * Mat4::from_quat(Quat::from_rotation_x(std::f32::consts::PI))
}

/// Snow on a thing: it hides what is beneath, and is none of it.
fn snow_on(laid: &Laid, assets: &AssetStore) -> Result<Thing, AssetError> {
    let surface = assets.surface(&lying::snow())?;
    let model = room::single("snow", laid.mesh.clone(), surface.clone());
    let rest = Pose { position_m: laid.start.position_m, rotation: Quat::IDENTITY };
    Ok(Thing { on: Some((laid.on, laid.start)), rest, ..unlabelled(model, &surface) })
}

/// A thing that is no instance.
fn unlabelled(model: Model, surface: &Surface) -> Thing {
    Thing {
        instance: None,
        on: None,
        label: 0,
        owner: 0,
        part_ids: vec![0; model.parts.len()],
        bounds: model.bounds(),
        model: Arc::new(model),
        scale: 1.0,
        rest: Pose { position_m: Vec3::ZERO, rotation: Quat::IDENTITY },
        albedo: surface.albedo(),
        coat: Coat::Fresh,
        parts: Vec::new(),
        cutouts: Vec::new(),
        flat: Vec::new(),
        volume: false,
    }
}

/// The ground, or the room.
fn surrounding_things(
    scene: &ConcreteScene,
    assets: &AssetStore,
    models: &[Arc<Model>],
) -> Result<Vec<Thing>, AssetError> {
    let pieces = ground::pieces(scene, assets, models)?.into_iter();
    Ok(pieces.map(|piece| Thing { coat: piece.coat, ..unlabelled(piece.model, &piece.surface) }).collect())
}

fn spawn_parts(world: &mut World, pools: &mut Pools, thing: &Thing, tag: u32, lit_by: &LitBy) -> Vec<Entity> {
    let mut entities = Vec::with_capacity(thing.model.parts.len());
    for part in &thing.model.parts {
        let mesh = pools.mesh(world, &part.mesh);
        let transform = transform(&thing.rest, thing.scale);
        if thing.volume {
            // Without a material it is on the device, and in no picture.
            entities.push(world.spawn((Mesh3d(mesh), transform)).id());
            continue;
        }
        let material = pools.material(world, &part.surface, lit_by);
        entities.push(world.spawn((Mesh3d(mesh), MeshMaterial3d(material), MeshTag(tag), transform)).id());
    }
    entities
}

fn cutout(world: &mut World, pools: &mut Pools, surface: &Surface) -> Option<Cutout> {
    let (cutoff, texture) = (surface.cutoff?, surface.base_color_texture.as_ref()?);
    let uv_scale = surface.texture_size_m.max(1e-6).recip();
    Some(Cutout { image: pools.texture(world, texture).id(), cutoff, uv_scale })
}

/// Behind air, as `lighting.wgsl` has it, that lamps may light.
fn spawn_backdrop(world: &mut World, surroundings: Handle<Image>, air: Option<([f32; 4], bool)>) -> Entity {
    // Seen from within: the box is turned inside out. Its shader takes it to infinity.
    let mut mesh: Mesh = Cuboid::from_length(2.0).into();
    mesh.asset_usage = bevy::asset::RenderAssetUsages::RENDER_WORLD;
    let mesh = mesh.with_inverted_winding().unwrap_or_else(|_| Cuboid::from_length(2.0).into());
    let mesh = world.resource_mut::<Assets<Mesh>>().add(mesh);
    let (air, glows) = air.unwrap_or_default();
    let material = BackdropMaterial { surroundings, air: air.into(), glows };
    let material = world.resource_mut::<Assets<BackdropMaterial>>().add(material);
    world.spawn((Mesh3d(mesh), MeshMaterial3d(material), NotShadowCaster, NoFrustumCulling, Transform::IDENTITY)).id()
}

/// Nearest and farthest distance along a camera's axis at which the scene's things lie.
pub(super) fn depth_range(scene: &ConcreteScene, models: &[Arc<Model>], eye: Vec3, forward: Vec3) -> (f32, f32) {
    let reach = |(instance, model): (&Instance, &Arc<Model>)| {
        let (min, max) = model.bounds();
        let radius = 0.5 * (max - min).length() * instance.scale;
        // From where it starts down to where it may come to rest.
        let start = instance.start.position_m;
        let down = Vec3::new(start.x, radius, start.z);
        [start, down].map(|p| ((p - eye).dot(forward), radius))
    };
    let reaches: Vec<(f32, f32)> = scene.instances.iter().zip(models).flat_map(reach).collect();
    let near = reaches.iter().map(|(d, r)| d - r).fold(f32::INFINITY, f32::min);
    let far = reaches.iter().map(|(d, r)| d + r).fold(0.0, f32::max);
    let near = if near.is_finite() { near.max(0.1) } else { 0.1 };
    (near, far.max(near + 1.0))
}
