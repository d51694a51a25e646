//! What weather does to bodies: wind that pushes them, and wet, snowy or icy ground on which they slide.

#[cfg(test)]
mod tests;

use bevy_rapier3d::parry::bounding_volume::BoundingVolume;
use bevy_rapier3d::rapier::prelude as rapier;
use glam::Vec3;
use rapier::{Collider, ColliderSet, ContactModificationContext, PhysicsHooks, RigidBody, RigidBodySet};

use crate::randomize::concrete::{Contact, Weather};
use crate::weather::ground::grip::friction_factor;
use crate::weather::streaks::{OPEN_COUNTRY_M, wind_share};

/// Density of air at 15 °C, at sea level.
const AIR_KG_PER_M3: f32 = 1.225;
/// Drag of a cube that faces the wind (S. F. Hoerner, "Fluid-dynamic drag", 1965, section 3), which stands for all.
const DRAG: f32 = 1.05;
/// Least time in which wind takes a body's speed away.
const STEP_S: f32 = 1.0 / 60.0;
/// Gusts are the mean of so long.
const GUST_S: f32 = 3.0;
/// How often within that, and by how much, the wind rises and falls; all together it is as strong as gusts are.
const TURNS: [(f32, f32); 4] = [(1.0, 0.45), (1.618, 0.3), (2.73, 0.15), (0.377, 0.1)];

/// Wind and slippery ground.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weathered {
    /// At a height of 10 m, the mean of ten minutes.
    wind_m_per_s: Vec3,
    gust_factor: f32,
    /// Where in their course gusts begin.
    phase: f32,
    /// What is left of the friction of each kind of contact, on the ground and between bodies.
    left: [(f32, f32); 3],
}

/// Kinds of contact, in the order in which they are counted.
const CONTACTS: [Contact; 3] = [Contact::Hard, Contact::Tyre, Contact::Footwear];

impl Weathered {
    pub fn new(weather: &Weather) -> Weathered {
        let left = |contact| {
            let (water, snow, ice) = (weather.water_film_mm, weather.snow_depth_m, weather.ice_share);
            let of = |snow, ice| friction_factor(contact, water, snow, ice) as f32;
            (of(snow, ice), of(0.0, 0.0))
        };
        Weathered {
            wind_m_per_s: weather.wind_velocity_m_per_s().as_vec3(),
            gust_factor: weather.gust_factor as f32,
            phase: (weather.seed % 1000) as f32,
            left: CONTACTS.map(left),
        }
    }

    /// What a collider of a body has to know for it.
    pub fn mark(contact: Contact) -> u128 {
        CONTACTS.iter().position(|known| *known == contact).map_or(0, |place| place as u128 + 1)
    }

    /// Blows for a step at whatever moves and is not asleep.
    pub fn blow(&self, bodies: &mut RigidBodySet, colliders: &ColliderSet, time_s: f32) {
        let gust = self.gust(time_s);
        for (_, body) in bodies.iter_mut().filter(|(_, body)| body.is_dynamic() && !body.is_sleeping()) {
            body.reset_forces(false);
            let Some(bounds) = bounds(body, colliders) else { continue };
            let (middle, size) = (bounds.center(), bounds.extents());
            let share = wind_share(f64::from(middle.y), OPEN_COUNTRY_M) as f32;
            let against = self.wind_m_per_s * (share * gust) - body.linvel();
            let speed = against.length();
            if speed < 1e-3 {
                continue;
            }
            let towards = (against / speed).abs();
            // Of the box around it as much as it fills of that.
            let filled = (volume(body, colliders) / (size.x * size.y * size.z).max(1e-9)).min(1.0);
            let area = towards.x * size.y * size.z + towards.y * size.x * size.z + towards.z * size.x * size.y;
            let area = area * libm::cbrtf(filled * filled);
            let force = against * (0.5 * AIR_KG_PER_M3 * DRAG * area * speed);
            // Over a step it takes no more speed than there is.
            let most = body.mass() * speed / STEP_S;
            let force = force * (most / force.length().max(1e-9)).min(1.0);
            body.add_force_at_point(force, middle, false);
        }
    }

    /// How many times its mean the wind is at a moment: the strongest of gusts comes within some seconds.
    fn gust(&self, time_s: f32) -> f32 {
        let angle = (time_s / GUST_S + self.phase) * std::f32::consts::TAU;
        let course: f32 = TURNS.iter().map(|(rate, share)| share * libm::sinf(angle * rate)).sum();
        1.0 + (self.gust_factor - 1.0) * course
    }
}

fn volume(body: &RigidBody, colliders: &ColliderSet) -> f32 {
    body.colliders().iter().filter_map(|handle| colliders.get(*handle)).map(Collider::volume).sum()
}

/// The box around a body.
fn bounds(body: &RigidBody, colliders: &ColliderSet) -> Option<rapier::Aabb> {
    let all = body.colliders().iter().filter_map(|handle| colliders.get(*handle)).map(Collider::compute_aabb);
    all.reduce(|mut all, next| {
        all.merge(&next);
        all
    })
}

impl PhysicsHooks for Weathered {
    fn modify_solver_contacts(&self, context: &mut ContactModificationContext) {
        let mark = |handle| context.colliders.get(handle).map_or(0, |collider| collider.user_data as usize);
        let (one, other) = (mark(context.collider1), mark(context.collider2));
        let left = |mark: usize| mark.checked_sub(1).and_then(|place| self.left.get(place));
        let factor = match (left(one), left(other)) {
            (Some((_, one)), Some((_, other))) => 0.5 * (one + other),
            // The other is the ground, or stands as firmly.
            (Some((on_ground, _)), None) | (None, Some((on_ground, _))) => *on_ground,
            (None, None) => 1.0,
        };
        *context.friction *= factor;
    }
}
