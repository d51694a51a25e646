//! Whether bodies slide and topple as far as they should.

use rapier::{ActiveHooks, ColliderBuilder, PhysicsWorld, RigidBodyBuilder, RigidBodyHandle};

use super::*;
use crate::randomize::weather::{Regime, draw};

const GRAVITY: f32 = 9.81;

fn weather(change: impl FnOnce(&mut Weather)) -> Weather {
    let mut weather = draw(Regime::Clear, &mut || 0.5);
    (weather.wind_m_per_s, weather.gust_factor, weather.wind_azimuth_deg) = (0.0, 1.0, 0.0);
    change(&mut weather);
    weather
}

/// A level ground and a box on it.
fn world(contact: Contact, size: Vec3, mass_kg: f32) -> (PhysicsWorld, RigidBodyHandle) {
    let mut world = PhysicsWorld { gravity: Vec3::NEG_Y * GRAVITY, ..Default::default() };
    world.integration_parameters.dt = 1.0 / 120.0;
    let ground = ColliderBuilder::cuboid(100.0, 0.5, 100.0).translation(Vec3::NEG_Y * 0.5).friction(0.8);
    world.insert(RigidBodyBuilder::fixed(), ground);
    let half = size * 0.5;
    let handle = world.insert_body(RigidBodyBuilder::dynamic().translation(Vec3::Y * half.y));
    let collider = ColliderBuilder::cuboid(half.x, half.y, half.z)
        .density(mass_kg / (size.x * size.y * size.z))
        .friction(0.6)
        .user_data(Weathered::mark(contact))
        .active_hooks(ActiveHooks::MODIFY_SOLVER_CONTACTS);
    world.insert_collider(collider, Some(handle));
    (world, handle)
}

/// How far a box goes that begins at such a speed.
fn slides(contact: Contact, weather: &Weather, speed: f32) -> f32 {
    let (mut world, handle) = world(contact, Vec3::new(1.0, 0.2, 1.0), 20.0);
    let weathered = Weathered::new(weather);
    for _ in 0..120 {
        world.step_with_events(&weathered, &());
    }
    world.bodies[handle].set_linvel(Vec3::X * speed, true);
    let from = world.bodies[handle].translation().x;
    for _ in 0..120 * 30 {
        world.step_with_events(&weathered, &());
    }
    world.bodies[handle].translation().x - from
}

#[test]
fn bodies_slide_as_far_as_the_friction_of_the_ground_lets_them() {
    let dry = weather(|_| {});
    let wet = weather(|weather| weather.water_film_mm = 0.6);
    let snowy = weather(|weather| weather.snow_depth_m = 0.05);
    let icy = weather(|weather| weather.ice_share = 1.0);
    for contact in CONTACTS {
        for (name, weather) in [("dry", &dry), ("wet", &wet), ("snow", &snowy), ("ice", &icy)] {
            let left = friction_factor(contact, weather.water_film_mm, weather.snow_depth_m, weather.ice_share) as f32;
            let speed = 3.0;
            let expected = speed * speed / (2.0 * 0.7 * left * GRAVITY);
            let found = slides(contact, weather, speed);
            assert!((found / expected - 1.0).abs() < 0.05, "{contact:?} {name}: {found} m, expected {expected} m");
        }
    }
    assert!(slides(Contact::Tyre, &icy, 3.0) > 5.0 * slides(Contact::Tyre, &dry, 3.0));
}

/// Where a box ends after some seconds of wind from −x, and how far its top has turned from above.
fn blown(size: Vec3, mass_kg: f32, wind_m_per_s: f64) -> (f32, f32) {
    let windy = weather(|weather| {
        (weather.wind_m_per_s, weather.gust_factor, weather.wind_azimuth_deg) = (wind_m_per_s, 1.5, 270.0);
    });
    let (mut world, handle) = world(Contact::Hard, size, mass_kg);
    let weathered = Weathered::new(&windy);
    for tick in 0..120 * 6 {
        let PhysicsWorld { bodies, colliders, .. } = &mut world;
        weathered.blow(bodies, colliders, tick as f32 / 120.0);
        world.step_with_events(&weathered, &());
    }
    let body = &world.bodies[handle];
    (body.translation().x, (body.rotation() * Vec3::Y).angle_between(Vec3::Y))
}

#[test]
fn wind_moves_what_is_light_and_topples_what_is_slender() {
    let carton = Vec3::splat(0.5);
    // ½ ρ C A v² is 99 N for 25 m/s at 10 m, a third of it near the ground; 2 kg hold with 14 N, 60 kg with 412 N.
    assert!(blown(carton, 2.0, 25.0).0 > 1.0, "{:?}", blown(carton, 2.0, 25.0));
    assert!(blown(carton, 60.0, 25.0).0.abs() < 0.01);
    assert!(blown(carton, 2.0, 2.0).0.abs() < 0.01);
    let board = Vec3::new(0.05, 1.2, 0.8);
    assert!(blown(board, 8.0, 20.0).1 > 1.0, "{:?}", blown(board, 8.0, 20.0));
    assert!(blown(board, 8.0, 1.0).1 < 0.1);
}

#[test]
fn gusts_stay_between_lulls_and_the_strongest() {
    let weathered = Weathered::new(&weather(|weather| weather.gust_factor = 1.6));
    let gusts: Vec<f32> = (0..6000).map(|tick| weathered.gust(tick as f32 * 0.1)).collect();
    let mean = gusts.iter().sum::<f32>() / gusts.len() as f32;
    assert!((mean - 1.0).abs() < 0.02, "{mean}");
    let most = gusts.iter().copied().fold(0.0, f32::max);
    assert!((1.5..=1.6001).contains(&most), "{most}");
}
