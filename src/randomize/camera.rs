//! Drawing cameras.

use super::concrete::{Camera, Glass, Shutter, Wiper};
use super::draw::Limits;
use super::error::RandomizeError;
use super::lens;
use super::lidar;
use super::pose::pose;
use super::sensor;
use super::stream::Cursor;
use crate::scene::{self, limits};

/// Draws a camera for images of that many pixels.
pub(super) fn draw(
    cursor: &Cursor,
    name: &str,
    camera: &scene::Camera,
    resolution: [u32; 2],
) -> Result<Camera, RandomizeError> {
    let stands = pose(&cursor.child("pose"), &camera.pose)?;
    let optics = lens::draw(&cursor.child("lens"), &camera.lens, resolution)?;
    Ok(Camera {
        name: name.to_owned(),
        position_m: stands.position_m,
        target_m: stands.target_m,
        roll_deg: stands.roll_deg,
        arc_deg: stands.arc_deg,
        intrinsics: optics.intrinsics,
        lens: optics.lens,
        aperture: lens::aperture(cursor, camera, &optics, resolution)?,
        shutter: camera.shutter.as_ref().map(|shutter| self::shutter(&cursor.child("shutter"), shutter)).transpose()?,
        glass: camera.glass.as_ref().map(|glass| self::glass(&cursor.child("glass"), glass)).transpose()?,
        sensor: camera.sensor.as_ref().map(|sensor| sensor::draw(&cursor.child("sensor"), sensor)).transpose()?,
        depth_sensor: (camera.depth_sensor.as_ref())
            .map(|sensor| lidar::depth_sensor(&cursor.child("depth_sensor"), sensor))
            .transpose()?,
        exposure_ev100: cursor.optional("exposure_ev100", camera.exposure_ev100.as_ref(), Limits::Any)?,
        exposure_compensation: cursor.value("exposure_compensation", &camera.exposure_compensation, Limits::Any)?,
    })
}

fn shutter(cursor: &Cursor, shutter: &scene::Shutter) -> Result<Shutter, RandomizeError> {
    Ok(Shutter {
        exposure_s: cursor.value("exposure_s", &shutter.exposure_s, Limits::Positive)?,
        readout_s: cursor.value("readout_s", &shutter.readout_s, Limits::NotNegative)?,
        velocity_m_per_s: cursor.vector("velocity_m_per_s", &shutter.velocity_m_per_s, Limits::Any)?,
        turn_deg_per_s: cursor.vector("turn_deg_per_s", &shutter.turn_deg_per_s, Limits::Any)?,
    })
}

fn glass(cursor: &Cursor, glass: &scene::Glass) -> Result<Glass, RandomizeError> {
    let share = |name: &str, number: &Option<scene::Number>, (low, high)| {
        cursor.optional(name, number.as_ref(), Limits::Between(low, high))
    };
    let wiper = |wiper: &scene::Wiper| -> Result<Wiper, RandomizeError> {
        let cursor = cursor.child("wiper");
        let within = |name, number, (low, high)| cursor.value(name, number, Limits::Between(low, high));
        let period_s = within("period_s", &wiper.period_s, limits::WIPER_PERIOD)?;
        Ok(Wiper { period_s, phase: within("phase", &wiper.phase, limits::SHARE)? })
    };
    let (near, far) = limits::GLASS_DISTANCE;
    Ok(Glass {
        distance_m: cursor.value("distance_m", &glass.distance_m, Limits::Between(near, far))?,
        water_share: share("water_share", &glass.water_share, limits::WATER_ON_GLASS)?,
        frost_share: share("frost_share", &glass.frost_share, limits::SHARE)?,
        dirt_share: share("dirt_share", &glass.dirt_share, limits::DIRT_ON_GLASS)?,
        wiper: glass.wiper.as_ref().map(wiper).transpose()?,
        seed: cursor.child("seed").stream().bits() as u32,
    })
}
