//! Rain, frost and dirt on the glass before a camera's lens, as its picture shows them.
//!
//! All of it is drawn as a layer, out of focus as the lens has it, and put over the picture. The lens is taken as a
//! pin-hole that looks at the glass straight on, and the scene as far away as if it were at no end.

mod dirt;
mod drops;
mod exposed;
mod frost;
mod layer;
mod pyramid;
mod random;
mod relief;
#[cfg(test)]
mod tests;
mod wiper;

pub(super) use exposed::{OPENING_M, cover};
use layer::Layer;
use pyramid::Pyramid;
use relief::Relief;
use wiper::Sweep;

use crate::randomize::concrete::Wiper;

/// Drops of a smaller radius than this, in pixels of the layer, are not drawn by themselves.
const LEAST_PX: f32 = 0.45;
/// Drops that are thought of, for each pixel of the layer, those that are cleared again included.
const MOST_PER_PIXEL: f32 = 0.2;
/// Light of the blade, of the mean.
const BLADE: f32 = 0.03;
/// No light is brighter.
const MOST_LIGHT: f32 = 1e9;
/// Time is told within three centuries.
const MOST_TIME_S: f64 = 1e10;

/// What is on the glass (window, dome or front lens) before a camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glass {
    /// From the lens' entrance pupil to the glass, 0.005–2.
    pub distance_m: f32,
    /// Share of the glass that drops cover in the long run if no wiper clears it, 0 (dry) to 0.9.
    pub water_share: f32,
    /// Share of the picture under frost, which grows from its border inwards, 0–1.
    pub frost_share: f32,
    /// Share of the light that dried dirt takes in the mean, 0–0.95: film, dust, rims of dried drops and streaks.
    pub dirt_share: f32,
    /// Linear albedo of the dirt: brown dust, white salt.
    pub dirt_color: [f32; 3],
    /// Raindrops that hit a square metre of the glass in a second. It tells how soon drops come and go; where it is 0
    /// they stay as they are.
    pub arrivals_per_m2_s: f32,
    /// Median diameter of those drops in the air.
    pub drop_mm: f32,
    /// What clears the glass.
    pub wiper: Option<Wiper>,
    /// Another glass for each.
    pub seed: u32,
}

/// The lens behind the glass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Through {
    /// Pixels per unit of tangent.
    pub focal_px: f32,
    /// Diameter of the entrance pupil.
    pub opening_m: f32,
    /// Distance that is in focus; may be infinite.
    pub focus_m: f32,
}

impl Through {
    /// Width of the disc as which a point of the glass is seen.
    pub(super) fn blur_px(&self, distance_m: f32) -> f32 {
        let apart = (1.0 / distance(distance_m) - 1.0 / self.focus_m.max(1e-3)).abs();
        within(self.opening_m * apart * self.focal_px, 0.0, 1e6)
    }
}

/// Changes a picture of `size` (width, height), row by row in linear light, to how it is seen through the glass.
///
/// Light that is not finite or below 0 counts as 0 then. A bare glass changes nothing, and neither does a picture that
/// has not as many pixels as its size says, or a lens without a focal length. Drops too small for the picture are a
/// slight haze.
pub(super) fn look(light: &mut [[f32; 3]], size: (usize, usize), glass: &Glass, through: &Through, time_s: f64) {
    let size = [size.0, size.1];
    let glass = glass.bounded();
    let bare = glass.water_share == 0.0 && glass.frost_share == 0.0 && glass.dirt_share == 0.0 && glass.wiper.is_none();
    let focal_px = within(through.focal_px, 0.0, 1e6);
    let pixels = size[0].checked_mul(size[1]);
    if bare || focal_px < 1.0 || light.is_empty() || pixels != Some(light.len()) {
        return;
    }
    for pixel in light.iter_mut() {
        *pixel = pixel.map(|value| within(value, 0.0, MOST_LIGHT));
    }
    let time_s = if time_s.is_finite() { time_s.clamp(-MOST_TIME_S, MOST_TIME_S) } else { 0.0 };
    let picture = Pyramid::new(light, size);
    let mut layer = Layer::new(size, through.blur_px(glass.distance_m));
    let px_per_m = focal_px / glass.distance_m;
    if glass.dirt_share > 0.0 {
        dirt::draw(&mut layer, &picture, &glass, size, px_per_m);
    }
    if glass.frost_share > 0.0 {
        frost::draw(&mut layer, &picture, &glass, size, focal_px);
    }
    let half_m = [layer.width, layer.height].map(|side| 0.5 * side as f32 * layer.step / px_per_m);
    let sweep = glass.wiper.and_then(|wiper| Sweep::new(&wiper, half_m, time_s));
    if glass.water_share > 0.0 {
        let most = MOST_PER_PIXEL * (layer.width * layer.height) as f32;
        let least_m = LEAST_PX * layer.step / px_per_m;
        let field = drops::field(&glass, half_m, least_m, most as usize, sweep.as_ref(), time_s);
        if field.mist > 0.005 {
            for index in 0..layer.pixels.len() {
                layer.cover(index, picture.mean, field.mist);
            }
        }
        Relief::new(&layer, &field.drops, size, px_per_m).refract(&mut layer, &picture, focal_px);
    }
    if let Some(sweep) = &sweep {
        draw_blade(&mut layer, sweep, picture.mean, size, px_per_m);
    }
    layer.defocus();
    for (y, row) in light.chunks_exact_mut(size[0]).enumerate() {
        for (x, pixel) in row.iter_mut().enumerate() {
            let [red, green, blue, hidden] = layer.at(x, y);
            if hidden <= 0.0 {
                continue;
            }
            let left = (1.0 - hidden).max(0.0);
            *pixel = [left * pixel[0] + red, left * pixel[1] + green, left * pixel[2] + blue];
        }
    }
}

fn draw_blade(layer: &mut Layer, sweep: &Sweep, mean: [f32; 3], size: [usize; 2], px_per_m: f32) {
    for y in 0..layer.height {
        for x in 0..layer.width {
            let place = layer.place(x, y);
            let place_m = [0, 1].map(|axis| (place[axis] - 0.5 * size[axis] as f32) / px_per_m);
            let share = sweep.blade(place_m, layer.step / px_per_m);
            if share > 0.0 {
                layer.cover(y * layer.width + x, mean.map(|mean| BLADE * mean), share);
            }
        }
    }
}

impl Glass {
    /// With all that is not a number, or beyond its bounds, within them.
    fn bounded(&self) -> Glass {
        Glass {
            distance_m: distance(self.distance_m),
            water_share: within(self.water_share, 0.0, 0.9),
            frost_share: within(self.frost_share, 0.0, 1.0),
            dirt_share: within(self.dirt_share, 0.0, 0.95),
            dirt_color: self.dirt_color.map(|albedo| within(albedo, 0.0, 1.0)),
            arrivals_per_m2_s: within(self.arrivals_per_m2_s, 0.0, 1e9),
            drop_mm: within(self.drop_mm, 0.01, 10.0),
            ..*self
        }
    }
}

fn distance(distance_m: f32) -> f32 {
    within(distance_m, 0.005, 2.0)
}

/// The lower bound where it is not a number.
fn within(value: f32, least: f32, most: f32) -> f32 {
    if value.is_nan() { least } else { value.clamp(least, most) }
}
