//! Physics of one scene: drop, settle, play on.

use std::sync::Arc;

use bevy_rapier3d::rapier::prelude as rapier;
use glam::{Quat, Vec3};
use rapier::{ActiveHooks, ColliderBuilder, PhysicsWorld, RigidBodyBuilder, RigidBodyHandle, SharedShape};

use super::weathered::Weathered;
use crate::assets::library::Weight;
use crate::assets::{Hull, Model};
use crate::randomize::concrete::{BodyKind, ConcreteScene, Environment, Fallen, Instance, Pose, Sequence, Weather};

/// Where everything is at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// The time step within a take; `None` where the scene is not a sequence.
    pub step: Option<u32>,
    /// Seconds since the first picture.
    pub time_s: f64,
    /// `world_from_object` of each instance in scene order; `None` once it has been taken out.
    pub poses: Vec<Option<Pose>>,
    /// How each of them moves.
    pub motions: Vec<Motion>,
}

/// How a thing moves.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Motion {
    /// Of its centre of mass.
    pub velocity_m_per_s: Vec3,
    /// Axis times angle a second, about that.
    pub spin_rad_per_s: Vec3,
    /// Where that is in the world.
    pub center_m: Vec3,
}

impl Motion {
    /// Where a thing is that much later, or earlier below 0, as if nothing held it.
    pub fn later(&self, pose: &Pose, seconds: f32) -> Pose {
        let turn = Quat::from_scaled_axis(self.spin_rad_per_s * seconds);
        let aside = turn * (pose.position_m - self.center_m);
        Pose {
            position_m: self.center_m + self.velocity_m_per_s * seconds + aside,
            rotation: (turn * pose.rotation).normalize(),
        }
    }
}

/// Gives the moments of a scene one after the other, simulating up to each as it is asked for.
pub struct Player {
    world: PhysicsWorld,
    /// Parallel to the scene's instances.
    bodies: Vec<Option<RigidBodyHandle>>,
    sequence: Option<Sequence>,
    next_step: u32,
    steps_done: u64,
    steps_per_second: u32,
    weathered: Option<Weathered>,
    /// The weather at the first and at the last picture, where it changes.
    changing: Option<(Weather, Weather)>,
    /// Steps since the very first, settling included.
    ticks: u64,
}

/// Bodies lose this share of their spin a second: stands for rolling resistance, without which a ball on a
/// level floor never stops.
const ANGULAR_DAMPING: f32 = 0.6;
/// How often a thing that fell off is dropped again.
const MAX_ATTEMPTS: usize = 4;
/// Friction and restitution of a room's floor and walls.
const ROOM_FRICTION: f32 = 0.7;
const ROOM_RESTITUTION: f32 = 0.1;
/// Half the thickness of floors and walls; thick, so that nothing tunnels through.
const WALL_HALF_THICKNESS_M: f32 = 0.5;
/// Of what says nothing of its weight: wood.
const DEFAULT_DENSITY_KG_PER_M3: f32 = 500.0;

impl Player {
    /// Builds the scene and, unless it is a sequence that begins in the air, lets it settle.
    ///
    /// `models` are those of the instances, in their order, before `scale`; `weights` what things of their kind
    /// usually weigh, for those that the scene gives neither mass nor density.
    pub fn new(scene: &ConcreteScene, models: &[Arc<Model>], weights: &[Option<Weight>]) -> Player {
        let mut world = PhysicsWorld { gravity: Vec3::NEG_Y * scene.physics.gravity_m_per_s2, ..Default::default() };
        world.integration_parameters.dt = 1.0 / scene.physics.steps_per_second as f32;
        insert_surroundings(&mut world, scene);
        let things = scene.instances.iter().zip(models).zip(weights);
        let bodies = things.map(|((i, m), w)| insert(&mut world, i, m, *w, scene.weather.is_some())).collect();
        let mut player = Player {
            world,
            bodies,
            sequence: scene.sequence.clone(),
            next_step: 0,
            steps_done: 0,
            steps_per_second: scene.physics.steps_per_second,
            weathered: scene.weather.as_ref().map(Weathered::new),
            changing: scene.weather.zip(scene.weather_becomes),
            ticks: 0,
        };
        if scene.sequence.as_ref().is_none_or(|s| s.settle_first) {
            player.settle(scene, models);
            player.steps_done = 0;
        }
        player
    }

    /// The next moment that is pictured, or `None` after the last one.
    pub fn next_moment(&mut self) -> Option<Moment> {
        let step = self.next_step;
        let moment = match &self.sequence {
            None if step > 0 => return None,
            None => Moment { step: None, time_s: 0.0, poses: self.poses(), motions: self.motions() },
            Some(sequence) if step >= sequence.frames => return None,
            Some(sequence) => {
                let time_s = f64::from(step) / f64::from(sequence.fps);
                let target = (time_s * f64::from(self.steps_per_second)).round() as u64;
                let duration_s = f64::from(sequence.frames.saturating_sub(1).max(1)) / f64::from(sequence.fps);
                while self.steps_done < target {
                    if let Some((first, last)) = &self.changing {
                        let now_s = self.steps_done as f64 / f64::from(self.steps_per_second);
                        self.weathered = Some(Weathered::new(&first.towards(last, now_s / duration_s)));
                    }
                    self.step();
                    self.steps_done += 1;
                }
                Moment { step: Some(step), time_s, poses: self.poses(), motions: self.motions() }
            }
        };
        self.next_step += 1;
        Some(moment)
    }

    fn step(&mut self) {
        let PhysicsWorld { bodies, colliders, .. } = &mut self.world;
        match &self.weathered {
            None => self.world.step(),
            Some(weathered) => {
                weathered.blow(bodies, colliders, self.ticks as f32 / self.steps_per_second as f32);
                self.world.step_with_events(weathered, &());
            }
        }
        self.ticks += 1;
    }

    fn poses(&self) -> Vec<Option<Pose>> {
        self.bodies
            .iter()
            .map(|handle| {
                let body = self.world.bodies.get((*handle)?)?;
                let pose = body.position();
                pose.is_finite().then_some(Pose { position_m: pose.translation, rotation: pose.rotation.normalize() })
            })
            .collect()
    }

    fn motions(&self) -> Vec<Motion> {
        let motion = |handle: &Option<RigidBodyHandle>| {
            let body = self.world.bodies.get((*handle)?)?;
            (body.is_dynamic() && !body.is_sleeping()).then(|| Motion {
                velocity_m_per_s: body.linvel(),
                spin_rad_per_s: body.angvel(),
                center_m: body.center_of_mass(),
            })
        };
        self.bodies.iter().map(|handle| motion(handle).unwrap_or_default()).collect()
    }

    fn settle(&mut self, scene: &ConcreteScene, models: &[Arc<Model>]) {
        self.run_until_rest(scene);
        if scene.physics.fallen == Fallen::Keep {
            return;
        }
        if scene.physics.fallen == Fallen::DrawAgain {
            for attempt in 0..MAX_ATTEMPTS {
                let fallen = self.fallen(scene, models);
                let again: Vec<_> = fallen
                    .iter()
                    .filter_map(|&i| Some((self.bodies[i]?, *scene.instances[i].spares.get(attempt)?)))
                    .collect();
                if again.is_empty() {
                    break;
                }
                for (handle, pose) in again {
                    if let Some(body) = self.world.bodies.get_mut(handle) {
                        body.set_position(pose_of(&pose), true);
                        body.set_linvel(Vec3::ZERO, true);
                        body.set_angvel(Vec3::ZERO, true);
                    }
                }
                self.run_until_rest(scene);
            }
        }
        for i in self.fallen(scene, models) {
            if let Some(handle) = self.bodies[i].take() {
                self.world.remove_body(handle);
            }
        }
    }

    /// Steps until every body sleeps or the time limit is reached.
    fn run_until_rest(&mut self, scene: &ConcreteScene) {
        let limit = (scene.physics.time_limit_s * scene.physics.steps_per_second as f32).round() as u64;
        for _ in 0..limit {
            self.step();
            let asleep =
                |h: &RigidBodyHandle| self.world.bodies.get(*h).is_none_or(|b| b.is_fixed() || b.is_sleeping());
            if self.bodies.iter().flatten().all(asleep) {
                break;
            }
        }
    }

    /// Indices of the things that ended below their support by more than their own size.
    fn fallen(&self, scene: &ConcreteScene, models: &[Arc<Model>]) -> Vec<usize> {
        let below = |i: usize| {
            let instance = &scene.instances[i];
            let (Some(handle), Some(top)) = (self.bodies[i], instance.support_top_m) else { return false };
            let Some(body) = self.world.bodies.get(handle) else { return false };
            let (min, max) = models[i].bounds();
            let reach = 0.5 * (max - min).length() * instance.scale;
            !body.position().is_finite() || body.translation().y < top - reach
        };
        (0..scene.instances.len()).filter(|&i| scene.instances[i].body.kind == BodyKind::Dynamic && below(i)).collect()
    }
}

fn pose_of(pose: &Pose) -> rapier::Pose {
    rapier::Pose::from_parts(pose.position_m, pose.rotation)
}

/// Ground, or floor, walls and ceiling.
fn insert_surroundings(world: &mut PhysicsWorld, scene: &ConcreteScene) {
    let t = WALL_HALF_THICKNESS_M;
    if let Environment::Room { size_m, .. } = &scene.environment {
        let h = *size_m * 0.5;
        let slabs = [
            (Vec3::new(0.0, -t, 0.0), Vec3::new(h.x + 2.0 * t, t, h.z + 2.0 * t)),
            (Vec3::new(0.0, size_m.y + t, 0.0), Vec3::new(h.x + 2.0 * t, t, h.z + 2.0 * t)),
            (Vec3::new(h.x + t, h.y, 0.0), Vec3::new(t, h.y, h.z)),
            (Vec3::new(-h.x - t, h.y, 0.0), Vec3::new(t, h.y, h.z)),
            (Vec3::new(0.0, h.y, h.z + t), Vec3::new(h.x, h.y, t)),
            (Vec3::new(0.0, h.y, -h.z - t), Vec3::new(h.x, h.y, t)),
        ];
        for (center, half) in slabs {
            let collider = ColliderBuilder::cuboid(half.x, half.y, half.z)
                .translation(center)
                .friction(ROOM_FRICTION)
                .restitution(ROOM_RESTITUTION);
            world.insert(RigidBodyBuilder::fixed(), collider);
        }
    } else if let Some(ground) = &scene.ground {
        let half = ground.size_m * 0.5;
        let collider = ColliderBuilder::cuboid(half, t, half)
            .translation(Vec3::NEG_Y * t)
            .friction(ground.friction)
            .restitution(ground.restitution);
        world.insert(RigidBodyBuilder::fixed(), collider);
    }
}

fn insert(
    world: &mut PhysicsWorld,
    instance: &Instance,
    model: &Model,
    usual: Option<Weight>,
    outdoors: bool,
) -> Option<RigidBodyHandle> {
    let body = match instance.body.kind {
        BodyKind::Static => RigidBodyBuilder::fixed(),
        BodyKind::Dynamic => RigidBodyBuilder::dynamic().angular_damping(ANGULAR_DAMPING),
    };
    let handle = world.insert_body(body.pose(pose_of(&instance.start)));
    if instance.volume {
        // It is labelled, not there.
        return Some(handle);
    }
    let scale = instance.scale;
    let mut builders: Vec<ColliderBuilder> = model.hulls.iter().filter_map(|hull| collider(hull, scale)).collect();
    if builders.is_empty() {
        // A model without volume (a sheet): its bounding box stands for it.
        let (min, max) = model.bounds();
        let half = ((max - min) * 0.5 * scale).max(Vec3::splat(1e-3));
        builders.push(ColliderBuilder::cuboid(half.x, half.y, half.z).translation((min + max) * 0.5 * scale));
    }
    let volume: f32 = builders.iter().map(|b| b.shape.mass_properties(1.0).mass()).sum();
    let density_of = |mass: f32| mass / volume.max(1e-9);
    let density = match (instance.body.mass_kg, instance.body.density_kg_per_m3, usual) {
        (Some(mass), ..) => density_of(mass),
        (None, Some(density), _) => density,
        // A model twice as large is eight times as heavy.
        (None, None, Some(Weight::Mass(mass))) => density_of(mass * scale * scale * scale),
        (None, None, Some(Weight::Density(density))) => density,
        (None, None, None) => DEFAULT_DENSITY_KG_PER_M3,
    };
    for builder in builders {
        let collider = builder.density(density).friction(instance.body.friction).restitution(instance.body.restitution);
        // On what is static others stand as on the ground.
        let collider = match instance.body.kind {
            BodyKind::Dynamic if outdoors => collider
                .user_data(Weathered::mark(instance.body.contact))
                .active_hooks(ActiveHooks::MODIFY_SOLVER_CONTACTS),
            _ => collider,
        };
        world.insert_collider(collider, Some(handle));
    }
    Some(handle)
}

fn collider(hull: &Hull, scale: f32) -> Option<ColliderBuilder> {
    let placed = |shape: SharedShape, position: Vec3, rotation: glam::Quat| {
        ColliderBuilder::new(shape).position(rapier::Pose::from_parts(position * scale, rotation))
    };
    Some(match hull {
        Hull::Cuboid { half_extents, position, rotation } => {
            let h = *half_extents * scale;
            placed(SharedShape::cuboid(h.x, h.y, h.z), *position, *rotation)
        }
        Hull::Ball { radius, position } => placed(SharedShape::ball(radius * scale), *position, glam::Quat::IDENTITY),
        Hull::Cylinder { half_height, radius, position, rotation } => {
            placed(SharedShape::cylinder(half_height * scale, radius * scale), *position, *rotation)
        }
        Hull::Cone { half_height, radius, position, rotation } => {
            placed(SharedShape::cone(half_height * scale, radius * scale), *position, *rotation)
        }
        Hull::Capsule { half_height, radius, position, rotation } => {
            placed(SharedShape::capsule_y(half_height * scale, radius * scale), *position, *rotation)
        }
        Hull::Convex { points } => {
            let points: Vec<Vec3> = points.iter().map(|p| *p * scale).collect();
            ColliderBuilder::new(SharedShape::convex_hull(&points)?)
        }
    })
}
