//! Drawing lenses: intrinsics and what bends straight lines.

use super::concrete::{Aperture, Intrinsics, Lens};
use super::draw::Limits;
use super::error::RandomizeError;
use super::rotation::sin_cos_deg;
use super::stream::Cursor;
use crate::lens::Optics;
use crate::scene::{self, Distortion, Number, PixelOrigin};

/// Draws the lens of a camera whose images have so many pixels.
pub(super) fn draw(cursor: &Cursor, lens: &scene::Lens, resolution: [u32; 2]) -> Result<Optics, RandomizeError> {
    let [width, height] = resolution.map(f64::from);
    let (cx, cy) = (width / 2.0, height / 2.0);
    let square = |focal: f64| Intrinsics { fx: focal, fy: focal, cx, cy };
    let positive = |name: &str, number: &Number| cursor.child(name).number_in(number, Limits::Positive);
    let (intrinsics, bent) = match lens {
        scene::Lens::Fov { vertical_deg, distortion } => {
            let angle = cursor.child("vertical_deg").number_in(vertical_deg, Limits::Within(0.0, 180.0))?;
            let (sin, cos) = sin_cos_deg(angle / 2.0);
            (square(cy * cos / sin), bend(cursor, distortion)?)
        }
        scene::Lens::Physical { focal_length_mm, sensor_mm: [sensor_width, sensor_height], distortion } => {
            let sensor = cursor.child("sensor_mm");
            let edge = |index: &str, number| sensor.child(index).number_in(number, Limits::Positive);
            let pixel_mm = (edge("0", sensor_width)? / width).min(edge("1", sensor_height)? / height);
            (square(positive("focal_length_mm", focal_length_mm)? / pixel_mm), bend(cursor, distortion)?)
        }
        scene::Lens::Intrinsics { fx, fy, cx, cy, distortion, origin } => {
            (intrinsics(cursor, [fx, fy], [cx, cy], *origin, [width, height])?, bend(cursor, distortion)?)
        }
        scene::Lens::Fisheye { horizontal_deg } => {
            let angle = cursor.child("horizontal_deg").number_in(horizontal_deg, Limits::Positive)?;
            (square(width / angle.to_radians()), Lens::KannalaBrandt { k1: 0.0, k2: 0.0, k3: 0.0, k4: 0.0 })
        }
        scene::Lens::KannalaBrandt { fx, fy, cx, cy, k1, k2, k3, k4, origin } => {
            let k = |name: &str, number: &Number| cursor.child(name).number(number);
            let bent = Lens::KannalaBrandt { k1: k("k1", k1)?, k2: k("k2", k2)?, k3: k("k3", k3)?, k4: k("k4", k4)? };
            (intrinsics(cursor, [fx, fy], [cx, cy], *origin, [width, height])?, bent)
        }
        scene::Lens::Orthographic { height_m } => {
            (square(height / positive("height_m", height_m)?), Lens::Orthographic)
        }
        scene::Lens::Equirectangular { horizontal_deg } => {
            let angle = cursor.child("horizontal_deg").number_in(horizontal_deg, Limits::Positive)?;
            (square(width / angle.to_radians()), Lens::Equirectangular)
        }
    };
    let optics = Optics::new(intrinsics, bent);
    match optics.blind_spot(resolution) {
        None => Ok(optics),
        Some(spot) => Err(RandomizeError::Blind { path: cursor.path().to_owned(), what: spot.to_string() }),
    }
}

/// Edges of a full frame are as long, in metres.
const FULL_FRAME_M: f64 = 0.036;

/// Draws the opening of a camera's lens, where it has one.
pub(super) fn aperture(
    cursor: &Cursor,
    camera: &scene::Camera,
    optics: &Optics,
    resolution: [u32; 2],
) -> Result<Option<Aperture>, RandomizeError> {
    let Some(focus) = &camera.focus else { return Ok(None) };
    if !optics.is_narrow(resolution) {
        let what = "the lens sees farther than 60° from its axis; expected no focus, or a narrower lens".to_owned();
        return Err(RandomizeError::Blind { path: cursor.child("focus").path().to_owned(), what });
    }
    let own = match &camera.lens {
        scene::Lens::Physical { focal_length_mm, .. } => {
            Some(cursor.child("lens").child("focal_length_mm").number_in(focal_length_mm, Limits::Positive)?)
        }
        _ => None,
    };
    let cursor = cursor.child("focus");
    let positive = |name: &str, number: &Number| cursor.child(name).number_in(number, Limits::Positive);
    let focal_m = match (&focus.focal_length_mm, own) {
        (Some(focal), _) => positive("focal_length_mm", focal)? / 1000.0,
        (None, Some(focal)) => focal / 1000.0,
        (None, None) => optics.intrinsics.fx / f64::from(resolution[0]) * FULL_FRAME_M,
    };
    Ok(Some(Aperture {
        focus_m: positive("distance_m", &focus.distance_m)? as f32,
        diameter_m: (focal_m / positive("f_number", &focus.f_number)?) as f32,
        blades: cursor.child("blades").count(&focus.blades)?,
    }))
}

fn intrinsics(
    cursor: &Cursor,
    [fx, fy]: [&Number; 2],
    [cx, cy]: [&Option<Number>; 2],
    origin: PixelOrigin,
    [width, height]: [f64; 2],
) -> Result<Intrinsics, RandomizeError> {
    let first = match origin {
        PixelOrigin::Corner => 0.0,
        PixelOrigin::Center => 0.5,
    };
    let or_middle = |name, number: &Option<Number>, middle| match number {
        Some(number) => Ok(cursor.child(name).number(number)? + first),
        None => Ok(middle),
    };
    Ok(Intrinsics {
        fx: cursor.child("fx").number_in(fx, Limits::Positive)?,
        fy: cursor.child("fy").number_in(fy, Limits::Positive)?,
        cx: or_middle("cx", cx, width / 2.0)?,
        cy: or_middle("cy", cy, height / 2.0)?,
    })
}

/// A lens without distortion is a pin-hole.
fn bend(cursor: &Cursor, distortion: &Distortion) -> Result<Lens, RandomizeError> {
    if distortion.is_none() {
        return Ok(Lens::Pinhole);
    }
    let cursor = cursor.child("distortion");
    let mut drawn = [0.0; 8];
    for (value, (name, number)) in drawn.iter_mut().zip(distortion.coefficients()) {
        *value = cursor.child(name).number(number)?;
    }
    let [k1, k2, p1, p2, k3, k4, k5, k6] = drawn;
    Ok(Lens::BrownConrady { k1, k2, p1, p2, k3, k4, k5, k6 })
}
