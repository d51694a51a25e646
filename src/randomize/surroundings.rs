//! Drawing what surrounds the objects: environment, lights and ground.

use super::catalog::Catalog;
use super::concrete::{Environment, Ground, Light, Location};
use super::draw::Limits;
use super::error::RandomizeError;
use super::material;
use super::rotation::direction;
use super::stream::Cursor;
use super::sun::towards_sun;
use crate::scene::{self, Number, Pick};

/// Colour temperatures above 0; what they look like is not decided here.
const TEMPERATURE: Limits = Limits::Positive;

/// Draws the environment.
pub(super) fn environment(
    cursor: &Cursor,
    environment: &Pick<scene::Environment>,
    catalog: &dyn Catalog,
) -> Result<Environment, RandomizeError> {
    let seed = cursor.child("seed").stream().bits();
    Ok(match cursor.pick(environment)? {
        scene::Environment::Sky { turbidity, cloud_cover } => Environment::Sky {
            turbidity: cursor.value("turbidity", turbidity, Limits::Positive)?,
            cloud_cover: cursor.value("cloud_cover", cloud_cover, Limits::SHARE)?,
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
            let towards = match (elevation_deg, azimuth_deg) {
                (Some(elevation), azimuth) => {
                    let limits = Limits::Between(-90.0, 90.0);
                    let elevation = cursor.child("elevation_deg").number_in(elevation, limits)?;
                    let any = Number::Uniform(0.0, 360.0);
                    direction(cursor.child("azimuth_deg").number(azimuth.as_ref().unwrap_or(&any))?, elevation)
                }
                (None, None) if let Some(towards) = location.and_then(towards_sun) => towards,
                (None, azimuth) => {
                    let expected = match (azimuth, location) {
                        (Some(_), _) => "an elevation, since there is an azimuth",
                        (None, None) => "an elevation, or a `location` of the scene",
                        (None, Some(_)) => "an elevation, or a `location` on earth",
                    };
                    let (path, found) = (cursor.child("elevation_deg").path().to_owned(), "nothing".to_owned());
                    return Err(RandomizeError::Malformed { path, expected, found });
                }
            };
            Light::Sun {
                name,
                direction_to_sun: towards.as_vec3(),
                illuminance_lux: cursor.optional("illuminance_lux", illuminance_lux.as_ref(), Limits::NotNegative)?,
                temperature_kelvin: cursor.optional("temperature_kelvin", temperature_kelvin.as_ref(), TEMPERATURE)?,
            }
        }
        scene::Light::Point { position_m, flux_lm, temperature_kelvin, shadows } => Light::Point {
            name,
            position_m: cursor.vector("position_m", position_m, Limits::Any)?,
            flux_lm: cursor.value("flux_lm", flux_lm, Limits::NotNegative)?,
            temperature_kelvin: cursor.value("temperature_kelvin", temperature_kelvin, TEMPERATURE)?,
            shadows: *shadows,
        },
        scene::Light::Spot { position_m, target_m, flux_lm, temperature_kelvin, half_angle_deg, shadows } => {
            let position = cursor.vector("position_m", position_m, Limits::Any)?;
            let target = cursor.vector("target_m", target_m, Limits::Any)?;
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
                shadows: *shadows,
            }
        }
    })
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
