//! Drawing lidars, and how cameras measure depth.

use super::concrete::{DepthSensor, Lidar};
use super::draw::Limits;
use super::error::RandomizeError;
use super::pose::pose;
use super::stream::Cursor;
use crate::scene::limits::MOST_RAYS;
use crate::scene::{self, Number};

/// Draws what is given and takes the rest from the preset.
pub(super) fn draw(cursor: &Cursor, name: &str, lidar: &scene::Lidar) -> Result<Lidar, RandomizeError> {
    let usual = lidar.preset.usual();
    let stands = pose(&cursor.child("pose"), &lidar.pose)?;
    let or = |name: &str, number: &Option<Number>, usual: f32| match number {
        Some(number) => cursor.value(name, number, Limits::Any),
        None => Ok(usual),
    };
    let count = |name: &str, count: &Option<scene::Count>, usual: u32| match count {
        Some(count) => cursor.child(name).count(count),
        None => Ok(usual),
    };
    let elevations_deg = match &lidar.elevations_deg {
        Some(elevations) => {
            let place = cursor.child("elevations_deg");
            let one = |(ring, number): (usize, &Number)| place.value(&ring.to_string(), number, Limits::Any);
            elevations.iter().enumerate().map(one).collect::<Result<Vec<f32>, _>>()?
        }
        None => {
            let rings = count("rings", &lidar.rings, usual.rings)?;
            let low = f64::from(or("lowest_deg", &lidar.lowest_deg, usual.elevations_deg.0 as f32)?);
            let high = f64::from(or("highest_deg", &lidar.highest_deg, usual.elevations_deg.1 as f32)?);
            if low > high {
                return Err(cursor.child("highest_deg").out_of_range(format!("at least `lowest_deg`, {low}"), high));
            }
            let last = f64::from(rings.saturating_sub(1).max(1));
            (0..rings).map(|ring| (low + (high - low) * f64::from(ring) / last) as f32).collect()
        }
    };
    let steps = count("steps", &lidar.steps, usual.steps)?;
    let rays = elevations_deg.len() as f64 * f64::from(steps);
    if !(1.0..=MOST_RAYS as f64).contains(&rays) {
        return Err(cursor.child("steps").out_of_range(format!("1 to {MOST_RAYS} rays, rings × steps"), rays));
    }
    Ok(Lidar {
        name: name.to_owned(),
        position_m: stands.position_m,
        target_m: stands.target_m,
        roll_deg: stands.roll_deg,
        arc_deg: stands.arc_deg,
        elevations_deg,
        horizontal_deg: or("horizontal_deg", &lidar.horizontal_deg, usual.horizontal_deg)?,
        steps,
        range_m: ordered(
            cursor,
            or("nearest_m", &lidar.nearest_m, usual.range_m[0])?,
            or("farthest_m", &lidar.farthest_m, usual.range_m[1])?,
        )?,
        weakest_reflectance: or("weakest_reflectance", &lidar.weakest_reflectance, usual.weakest_reflectance)?,
        range_noise_m: or("range_noise_m", &lidar.range_noise_m, usual.range_noise_m)?,
        drop_out: or("drop_out", &lidar.drop_out, 0.0)?,
        sweep_s: cursor.value("sweep_s", &lidar.sweep_s, Limits::NotNegative)?,
        velocity_m_per_s: cursor.vector("velocity_m_per_s", &lidar.velocity_m_per_s, Limits::Any)?,
        turn_deg_per_s: cursor.vector("turn_deg_per_s", &lidar.turn_deg_per_s, Limits::Any)?,
    })
}

fn ordered(cursor: &Cursor, nearest: f32, farthest: f32) -> Result<[f32; 2], RandomizeError> {
    let wrong =
        || cursor.child("farthest_m").out_of_range(format!("more than `nearest_m`, {nearest}"), farthest.into());
    if nearest < farthest { Ok([nearest, farthest]) } else { Err(wrong()) }
}

/// Draws how a camera measures depth.
pub(super) fn depth_sensor(cursor: &Cursor, sensor: &scene::DepthSensor) -> Result<DepthSensor, RandomizeError> {
    let any = |name: &str, number: &Number| cursor.value(name, number, Limits::Any);
    let range =
        |nearest: &Number, farthest: &Number| ordered(cursor, any("nearest_m", nearest)?, any("farthest_m", farthest)?);
    let window = |count: &scene::Count| cursor.child("window_px").count(count).map(|drawn| drawn | 1);
    Ok(match sensor {
        scene::DepthSensor::Stereo {
            baseline_m,
            nearest_m,
            farthest_m,
            noise_px,
            step_px,
            window_px,
            drop_out,
            ..
        }
        | scene::DepthSensor::StructuredLight {
            baseline_m,
            nearest_m,
            farthest_m,
            noise_px,
            step_px,
            window_px,
            drop_out,
        } => DepthSensor::Stereo {
            baseline_m: any("baseline_m", baseline_m)?,
            range_m: range(nearest_m, farthest_m)?,
            noise_px: any("noise_px", noise_px)?,
            step_px: any("step_px", step_px)?,
            window_px: window(window_px)?,
            active: !matches!(sensor, scene::DepthSensor::Stereo { projector: false, .. }),
            drop_out: any("drop_out", drop_out)?,
        },
        scene::DepthSensor::TimeOfFlight {
            modulation_mhz,
            nearest_m,
            farthest_m,
            noise_m,
            wiggling_m,
            flying_pixels,
            drop_out,
        } => DepthSensor::TimeOfFlight {
            modulation_mhz: any("modulation_mhz", modulation_mhz)?,
            range_m: range(nearest_m, farthest_m)?,
            noise_m: any("noise_m", noise_m)?,
            wiggling_m: any("wiggling_m", wiggling_m)?,
            flying_pixels: any("flying_pixels", flying_pixels)?,
            drop_out: any("drop_out", drop_out)?,
        },
    })
}
