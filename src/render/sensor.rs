//! What a sensor and the lens before it make of light, in the order in which it happens: vignetting, chromatic aberration
//! and light that is scattered or mirrored in the lens; shot noise, dark current, hot pixels, read noise, colour filters
//! and the converter on the sensor; white balance, demosaicing, the tone curve, sharpening and JPEG in the camera's processor.
//!
//! Noise is that of the photon transfer curve (Janesick 2007; EMVA 1288): electrons are counted by a Poisson law, and
//! reading adds normal noise. Every pixel draws from numbers of its own, so that the order of work does not matter.

mod optics;
mod sites;

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};

use super::develop::developed;
use super::samples::{Sample, hash};
use crate::randomize::concrete::{Camera, ConcreteScene, Sensor};
use optics::{aberrate, scatter, vignette};
use sites::{demosaic, expose, mosaic};

/// Light as it comes to a sensor: red, green and blue of each pixel, 1 for white.
pub(super) type Light = Vec<[f32; 3]>;

/// The picture that a camera's sensor gives at a step of a scene: the same sensor in all frames of a run, another in
/// another run and another camera.
pub(super) fn picture(light: Light, camera: &Camera, scene: &ConcreteScene, step: Option<u32>) -> Vec<[u8; 3]> {
    let (fixed, moment) = seeds(&camera.name, scene, step);
    let [width, height] = scene.resolution.map(|edge| edge as usize);
    captured(light, (width, height), &camera.sensor.unwrap_or_default(), fixed, moment)
}

/// What tells sensors of a run apart, and what one picture of theirs from the next.
pub(super) fn seeds(name: &str, scene: &ConcreteScene, step: Option<u32>) -> (u32, u32) {
    let name = name.bytes().fold(0, |sum, byte| hash(sum ^ u32::from(byte)));
    let fixed = hash(name ^ hash(scene.seed as u32 ^ hash((scene.seed >> 32) as u32)));
    (fixed, hash(name ^ hash(Sample::seed(scene) ^ hash(step.map_or(0, |step| step + 1)))))
}

/// The picture that a sensor gives. `fixed` tells sensors apart, `moment` one picture from the next.
fn captured(mut light: Light, size: (usize, usize), sensor: &Sensor, fixed: u32, moment: u32) -> Vec<[u8; 3]> {
    vignette(&mut light, size, sensor.vignetting);
    if sensor.chromatic_aberration_px != 0.0 {
        light = aberrate(&light, size, sensor.chromatic_aberration_px);
    }
    if sensor.bloom > 0.0 || sensor.flare > 0.0 {
        scatter(&mut light, size, sensor.bloom, sensor.flare);
    }
    if sensor.bayer {
        let raw = mosaic(&light, size, sensor, fixed, moment);
        demosaic(&raw, size, &mut light);
    } else {
        expose(&mut light, sensor, fixed, moment);
    }
    let error = libm::exp2f(sensor.white_balance_error);
    if error != 1.0 {
        for [red, _, blue] in &mut light {
            (*red, *blue) = (*red * error, *blue / error);
        }
    }
    let mut picture = developed(&light);
    if sensor.sharpening > 0.0 {
        picture = sharpened(&picture, size, sensor.sharpening);
    }
    if sensor.jpeg_quality > 0 {
        picture = compressed(picture, size, sensor.jpeg_quality);
    }
    picture
}

/// Unsharp masking of brightness, as processors do it after the tone curve.
fn sharpened(picture: &[[u8; 3]], (width, height): (usize, usize), amount: f32) -> Vec<[u8; 3]> {
    let brightness = |[r, g, b]: &[u8; 3]| 0.299 * f32::from(*r) + 0.587 * f32::from(*g) + 0.114 * f32::from(*b);
    let bright: Vec<f32> = picture.iter().map(brightness).collect();
    let mut sharp = picture.to_vec();
    // The sum of three rows, the one between counted twice, with its ends once more at both sides.
    let mut sums = vec![0.0; width + 2];
    for (y, pixels) in sharp.chunks_mut(width).enumerate() {
        let row = |y: usize| &bright[y * width..][..width];
        let (above, level, below) = (row(y.saturating_sub(1)), row(y), row((y + 1).min(height - 1)));
        for (x, sum) in sums[1..=width].iter_mut().enumerate() {
            *sum = above[x] + 2.0 * level[x] + below[x];
        }
        (sums[0], sums[width + 1]) = (sums[1], sums[width]);
        for (x, pixel) in pixels.iter_mut().enumerate() {
            let smooth = (sums[x] + 2.0 * sums[x + 1] + sums[x + 2]) / 16.0;
            let more = amount * (level[x] - smooth) + 0.5;
            for channel in pixel {
                // Rounded; casts end at 0 and 255 by themselves.
                *channel = (f32::from(*channel) + more) as u8;
            }
        }
    }
    sharp
}

/// What is left after the camera's own compression; the picture as it is where it cannot be compressed.
fn compressed(picture: Vec<[u8; 3]>, (width, height): (usize, usize), quality: u8) -> Vec<[u8; 3]> {
    let mut file = Vec::with_capacity(picture.len() / 2);
    let encoded = JpegEncoder::new_with_quality(&mut file, quality.clamp(1, 100)).encode(
        picture.as_flattened(),
        width as u32,
        height as u32,
        ExtendedColorType::Rgb8,
    );
    let decoded = encoded.and_then(|()| image::load_from_memory_with_format(&file, ImageFormat::Jpeg));
    match decoded {
        Ok(decoded) => decoded.into_rgb8().as_raw().as_chunks::<3>().0.to_vec(),
        Err(_) => picture,
    }
}

#[cfg(test)]
mod tests;
