//! Drawing what surrounds the objects: environment, lights and ground.

use super::catalog::Catalog;
use super::concrete::{Environment, Ground, Light, Location, Weather};
use super::draw::Limits;
use super::error::RandomizeError;
use super::material;
use super::moon;
use super::rotation::direction;
use super::stream::Cursor;
use super::sun::towards_sun;
use crate::scene::{self, Number, Pick};
use glam::DVec3;

/// Colour temperatures above 0; what they look like is not decided here.
const TEMPERATURE: Limits = Limits::Positive;

/// Of a sky in no weather of its own.
const TURBIDITY: f32 = 3.0;
const CLOUD_COVER: f32 = 0.3;

/// Draws the environment in this weather.
pub(super) fn environment(
    cursor: &Cursor,
    environment: &Pick<scene::Environment>,
    weather: Option<&Weather>,
    catalog: &dyn Catalog,
) -> Result<Environment, RandomizeError> {
    let seed = cursor.child("seed").stream().bits();
    let (cursor, environment) = cursor.pick(environment)?;
    Ok(match environment {
        scene::Environment::Panorama { file, illuminance_lux, yaw_deg } => Environment::Panorama {
            file: cursor.child("file").pick(file)?.1.0.clone(),
            illuminance_lux: cursor.value("illuminance_lux", illuminance_lux, Limits::Positive)?,
            yaw_deg: cursor.value("yaw_deg", yaw_deg, Limits::Any)?,
        },
        scene::Environment::Sky { turbidity, cloud_cover, glow_cd_per_m2 } => Environment::Sky {
            glow_cd_per_m2: cursor.value("glow_cd_per_m2", glow_cd_per_m2, Limits::NotNegative)?,
            turbidity: (cursor.optional("turbidity", turbidity.as_ref(), Limits::Positive)?)
                .unwrap_or(weather.map_or(TURBIDITY, |weather| weather.turbidity as f32)),
            cloud_cover: (cursor.optional("cloud_cover", cloud_cover.as_ref(), Limits::SHARE)?)
                .unwrap_or(weather.map_or(CLOUD_COVER, |weather| weather.cloud_cover as f32)),
            seed,
        },
        scene::Environment::Room {
            size_m,
            walls,
            floor,
            windows,
            window_luminance_cd_per_m2,
            lamp_flux_lm,
            lamp_temperature_kelvin,
        } => {
            let place = cursor.child("windows");
            let count = place.count(windows)?;
            if count > 4 {
                return Err(place.out_of_range("a number from 0 to 4, one window a wall", f64::from(count)));
            }
            Environment::Room {
                size_m: cursor.vector("size_m", size_m, Limits::Positive)?,
                walls: material::draw(&cursor.child("walls"), walls, catalog)?,
                floor: material::draw(&cursor.child("floor"), floor, catalog)?,
                windows: count,
                window_luminance_cd_per_m2: cursor.value(
                    "window_luminance_cd_per_m2",
                    window_luminance_cd_per_m2,
                    Limits::NotNegative,
                )?,
                lamp_flux_lm: cursor.value("lamp_flux_lm", lamp_flux_lm, Limits::NotNegative)?,
                lamp_temperature_kelvin: cursor.value(
                    "lamp_temperature_kelvin",
                    lamp_temperature_kelvin,
                    TEMPERATURE,
                )?,
                seed,
            }
        }
        scene::Environment::Studio { illuminance_lux, backdrop } => Environment::Studio {
            illuminance_lux: cursor.value("illuminance_lux", illuminance_lux, Limits::NotNegative)?,
            backdrop: cursor.child("backdrop").color(backdrop)?,
            seed,
        },
        scene::Environment::Ambient { illuminance_lux, color } => Environment::Ambient {
            illuminance_lux: cursor.value("illuminance_lux", illuminance_lux, Limits::NotNegative)?,
            color: cursor.child("color").color(color)?,
        },
    })
}

/// Draws a light.
pub(super) fn light(
    cursor: &Cursor,
    name: &str,
    light: &scene::Light,
    location: Option<&Location>,
) -> Result<Light, RandomizeError> {
    let name = name.to_owned();
    Ok(match light {
        scene::Light::Sun { elevation_deg, azimuth_deg, illuminance_lux, temperature_kelvin } => {
            let said = direction_of(cursor, elevation_deg.as_ref(), azimuth_deg.as_ref())?;
            let towards = match said {
                Some(towards) => towards,
                None => location.and_then(towards_sun).ok_or_else(|| nowhere(cursor, location))?,
            };
            Light::Sun {
                name,
                direction_to_sun: towards.as_vec3(),
                follows_location: said.is_none(),
                illuminance_lux: cursor.optional("illuminance_lux", illuminance_lux.as_ref(), Limits::NotNegative)?,
                temperature_kelvin: cursor.optional("temperature_kelvin", temperature_kelvin.as_ref(), TEMPERATURE)?,
            }
        }
        scene::Light::Moon { elevation_deg, azimuth_deg, phase } => {
            let phase = cursor.optional("phase", phase.as_ref(), Limits::SHARE)?;
            let said = direction_of(cursor, elevation_deg.as_ref(), azimuth_deg.as_ref())?;
            let (towards, lit) = match said {
                Some(towards) => (towards, 1.0),
                None => {
                    let moon = location.and_then(moon::moon).ok_or_else(|| nowhere(cursor, location))?;
                    (moon.direction, moon.phase as f32)
                }
            };
            Light::Moon {
                name,
                direction_to_moon: towards.as_vec3(),
                phase: phase.unwrap_or(lit),
                follows_location: said.is_none(),
            }
        }
        scene::Light::Point { position_m, flux_lm, temperature_kelvin, shadows, radius_m } => Light::Point {
            name,
            position_m: cursor.position("position_m", position_m)?,
            flux_lm: cursor.value("flux_lm", flux_lm, Limits::NotNegative)?,
            temperature_kelvin: cursor.value("temperature_kelvin", temperature_kelvin, TEMPERATURE)?,
            shadows: cursor.child("shadows").flag(shadows)?,
            radius_m: cursor.value("radius_m", radius_m, Limits::NotNegative)?,
        },
        scene::Light::Spot { position_m, target_m, flux_lm, temperature_kelvin, half_angle_deg, shadows, radius_m } => {
            let position = cursor.position("position_m", position_m)?;
            let target = cursor.position("target_m", target_m)?;
            if position == target {
                return Err(cursor.child("target_m").out_of_range("a point away from the lamp, in metres", 0.0));
            }
            Light::Spot {
                name,
                position_m: position,
                target_m: target,
                flux_lm: cursor.value("flux_lm", flux_lm, Limits::NotNegative)?,
                temperature_kelvin: cursor.value("temperature_kelvin", temperature_kelvin, TEMPERATURE)?,
                half_angle_deg: cursor.value("half_angle_deg", half_angle_deg, Limits::Within(0.0, 90.0))?,
                shadows: cursor.child("shadows").flag(shadows)?,
                radius_m: cursor.value("radius_m", radius_m, Limits::NotNegative)?,
            }
        }
    })
}

/// Where a sun or moon stands, if angles say so.
fn direction_of(
    cursor: &Cursor,
    elevation: Option<&Number>,
    azimuth: Option<&Number>,
) -> Result<Option<DVec3>, RandomizeError> {
    let Some(elevation) = elevation else {
        if azimuth.is_none() {
            return Ok(None);
        }
        let (path, found) = (cursor.child("elevation_deg").path().to_owned(), "nothing".to_owned());
        let expected = "an elevation, since there is an azimuth";
        return Err(RandomizeError::Malformed { path, expected, found });
    };
    let elevation = cursor.child("elevation_deg").number_in(elevation, Limits::Between(-90.0, 90.0))?;
    let any = Number::Uniform(0.0, 360.0);
    Ok(Some(direction(cursor.child("azimuth_deg").number(azimuth.unwrap_or(&any))?, elevation)))
}

fn nowhere(cursor: &Cursor, location: Option<&Location>) -> RandomizeError {
    let expected = match location {
        None => "an elevation, or a `location` of the scene",
        Some(_) => "an elevation, or a `location` on earth",
    };
    let (path, found) = (cursor.child("elevation_deg").path().to_owned(), "nothing".to_owned());
    RandomizeError::Malformed { path, expected, found }
}

/// Draws the ground.
pub(super) fn ground(cursor: &Cursor, ground: &scene::Ground, catalog: &dyn Catalog) -> Result<Ground, RandomizeError> {
    Ok(Ground {
        size_m: cursor.value("size_m", &ground.size_m.into(), Limits::Positive)?,
        material: material::draw(&cursor.child("material"), &ground.material, catalog)?,
        friction: cursor.value("friction", &ground.friction, Limits::NotNegative)?,
        restitution: cursor.value("restitution", &ground.restitution, Limits::SHARE)?,
    })
}
