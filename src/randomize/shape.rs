//! Drawing the geometry of objects.

use glam::Vec3;

use super::catalog::{Catalog, CatalogError};
use super::concrete::Shape;
use super::draw::Limits;
use super::error::RandomizeError;
use super::stream::Cursor;
use crate::scene;

/// Draws the sizes of a shape, times `factor` where it is a primitive.
pub(super) fn draw(
    cursor: &Cursor,
    shape: &scene::Shape,
    factor: f64,
    catalog: &dyn Catalog,
) -> Result<Shape, RandomizeError> {
    let length = |cursor: &Cursor, name: &str, number: &scene::Number| {
        let place = cursor.child(name);
        let drawn = place.number_in(number, Limits::Positive)? * factor;
        let single = drawn as f32;
        if single > 0.0 && single.is_finite() {
            Ok(single)
        } else {
            Err(place.out_of_range("a length above 0 that single precision can hold", drawn))
        }
    };
    Ok(match shape {
        scene::Shape::Box { size_m: [x, y, z] } => {
            let edges = cursor.child("size_m");
            let edge = |name: &str, number| length(&edges, name, number);
            Shape::Box { size_m: Vec3::new(edge("x", x)?, edge("y", y)?, edge("z", z)?) }
        }
        scene::Shape::Sphere { radius_m } => Shape::Sphere { radius_m: length(cursor, "radius_m", radius_m)? },
        scene::Shape::Cylinder { radius_m, height_m } => Shape::Cylinder {
            radius_m: length(cursor, "radius_m", radius_m)?,
            height_m: length(cursor, "height_m", height_m)?,
        },
        scene::Shape::Cone { radius_m, height_m } => Shape::Cone {
            radius_m: length(cursor, "radius_m", radius_m)?,
            height_m: length(cursor, "height_m", height_m)?,
        },
        scene::Shape::Capsule { radius_m, height_m } => {
            let (radius_m, height_m) = (length(cursor, "radius_m", radius_m)?, length(cursor, "height_m", height_m)?);
            if height_m < 2.0 * radius_m {
                let expected = format!("at least twice the radius, {} m", 2.0 * radius_m);
                return Err(cursor.child("height_m").out_of_range(expected, f64::from(height_m)));
            }
            Shape::Capsule { radius_m, height_m }
        }
        scene::Shape::Torus { ring_radius_m, tube_radius_m } => {
            let ring_radius_m = length(cursor, "ring_radius_m", ring_radius_m)?;
            let tube_radius_m = length(cursor, "tube_radius_m", tube_radius_m)?;
            if tube_radius_m >= ring_radius_m {
                let expected = format!("less than the radius of the ring, {ring_radius_m} m");
                return Err(cursor.child("tube_radius_m").out_of_range(expected, f64::from(tube_radius_m)));
            }
            Shape::Torus { ring_radius_m, tube_radius_m }
        }
        scene::Shape::Library { name, variant } => {
            let failed = |source: CatalogError| RandomizeError::Catalog { path: cursor.path().to_owned(), source };
            let count = catalog.variants(name).map_err(failed)?;
            let place = cursor.child("variant");
            let variant = match variant {
                Some(variant) => place.count(variant)?,
                None => place.stream().index(count as usize) as u32,
            };
            if variant >= count {
                let expected = format!("one of the {count} variants of `{name}`, which count from 0");
                return Err(place.out_of_range(expected, f64::from(variant)));
            }
            Shape::Library { name: name.clone(), variant }
        }
        scene::Shape::Model { file } => Shape::Model { file: file.clone() },
    })
}
