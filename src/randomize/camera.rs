//! Drawing cameras.

use super::concrete::{Camera, Shutter};
use super::draw::Limits;
use super::error::RandomizeError;
use super::lens;
use super::lidar;
use super::pose::pose;
use super::sensor;
use super::stream::Cursor;
use crate::scene;

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
