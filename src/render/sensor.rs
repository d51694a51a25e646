//! What a sensor and the lens before it make of light, in the order in which it happens: vignetting, chromatic aberration
//! and light that is scattered or mirrored in the lens; shot noise, dark current, hot pixels, read noise, colour filters and the converter
//! on the sensor; white balance, demosaicing, the tone curve, sharpening and JPEG in the camera's processor.
//!
//! Noise is that of the photon transfer curve (Janesick 2007; EMVA 1288): electrons are counted by a Poisson law, and
//! reading adds normal noise. Every pixel draws from numbers of its own, so that the order of work does not matter.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};

use super::develop::developed;
use super::normal::{MANY, normal, poisson};
use super::samples::{Sample, hash, unit};
use crate::randomize::concrete::{Camera, ConcreteScene, Sensor};

/// Light as it comes to a sensor: red, green and blue of each pixel, 1 for white.
pub(super) type Light = Vec<[f32; 3]>;

/// Full is so many times as much as white.
const HEADROOM: f32 = 2.0;
/// Standard deviations beyond which nothing is.
const SURE: f32 = 6.0;
/// How far light is scattered, as share of the image's height.
const BLOOM_REACH: f32 = 0.04;
/// How much of red, green and blue light its filter lets through, and the sensor then turns into electrons, against green.
const FILTERS: [f32; 3] = [0.55, 1.0, 0.7];

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
    for [red, _, blue] in &mut light {
        (*red, *blue) = (*red * error, *blue / error);
    }
    let mut picture: Vec<[u8; 3]> = light.iter().map(|light| developed(*light)).collect();
    if sensor.sharpening > 0.0 {
        picture = sharpened(&picture, size, sensor.sharpening);
    }
    if sensor.jpeg_quality > 0 {
        picture = compressed(picture, size, sensor.jpeg_quality);
    }
    picture
}

/// Squared distance from the middle, 1 in the corners.
fn corner_distance((width, height): (usize, usize)) -> impl Fn(usize, usize) -> f32 {
    let (w, h) = (width as f32, height as f32);
    let scale = 4.0 / (w * w + h * h);
    move |x, y| {
        let (dx, dy) = (x as f32 + 0.5 - 0.5 * w, y as f32 + 0.5 - 0.5 * h);
        (dx * dx + dy * dy) * scale
    }
}

/// Natural vignetting goes with the fourth power of the cosine of the angle: 1 / (1 + t²)² at the tangent t.
fn vignette(light: &mut Light, size: (usize, usize), lost: f32) {
    if lost <= 0.0 {
        return;
    }
    let tangent_squared = 1.0 / (1.0 - lost).sqrt() - 1.0;
    let aside = corner_distance(size);
    for (y, row) in light.chunks_mut(size.0).enumerate() {
        for (x, pixel) in row.iter_mut().enumerate() {
            let cosine = 1.0 / (1.0 + tangent_squared * aside(x, y));
            *pixel = pixel.map(|channel| channel * cosine * cosine);
        }
    }
}

/// Red is seen farther out and blue farther in, in proportion to the distance from the middle.
fn aberrate(light: &Light, (width, height): (usize, usize), pixels: f32) -> Light {
    let half = 0.5 * ((width * width + height * height) as f32).sqrt();
    // Along each axis, where a place is taken from: between which two, and how far along.
    let along = |length: usize, share: f32| -> Vec<(usize, usize, f32)> {
        let middle = 0.5 * (length as f32 - 1.0);
        let from = |place: usize| {
            let from = (place as f32 - (place as f32 - middle) * share).clamp(0.0, length as f32 - 1.0);
            let first = from as usize;
            (first, (first + 1).min(length - 1), from - first as f32)
        };
        (0..length).map(from).collect()
    };
    let share = pixels / half;
    let [red_columns, blue_columns] = [share, -share].map(|share| along(width, share));
    let [red_rows, blue_rows] = [share, -share].map(|share| along(height, share));
    let mut seen = Vec::with_capacity(light.len());
    for (y, row) in light.chunks(width).enumerate() {
        let rows = |(top, bottom, down): (usize, usize, f32)| {
            (&light[top * width..][..width], &light[bottom * width..][..width], down)
        };
        let (red_row, blue_row) = (rows(red_rows[y]), rows(blue_rows[y]));
        let look = |(top, bottom, down): (&[[f32; 3]], &[[f32; 3]], f32),
                    (left, right, across): (usize, usize, f32),
                    channel: usize| {
            let mix = |row: &[[f32; 3]]| row[left][channel] + (row[right][channel] - row[left][channel]) * across;
            let above = mix(top);
            above + (mix(bottom) - above) * down
        };
        let columns = red_columns.iter().zip(&blue_columns).zip(row);
        seen.extend(columns.map(|((red, blue), pixel)| [look(red_row, *red, 0), pixel[1], look(blue_row, *blue, 2)]));
    }
    seen
}

/// Ghosts: how large each is against the picture, mirrored about the middle below 0, and its tint, which the coatings
/// give it. Light that is mirrored twice between surfaces of a lens is, by paraxial optics, such a picture of all light
/// (Hullin et al. 2011; Lee and Eisemann 2013).
const GHOSTS: [(f32, [f32; 3]); 4] =
    [(-0.45, [1.0, 0.95, 0.7]), (-0.85, [0.75, 1.0, 0.85]), (0.35, [0.85, 0.8, 1.0]), (-1.6, [1.0, 0.8, 0.75])];

/// A share of the light falls around where it belongs, and another comes back as ghosts: the picture, made small and
/// smooth, is added.
fn scatter(light: &mut Light, (width, height): (usize, usize), share: f32, flare: f32) {
    let step = ((height as f32 * BLOOM_REACH / 3.0) as usize).max(1);
    let (columns, rows) = (width.div_ceil(step), height.div_ceil(step));
    let mut small = vec![[0.0_f32; 3]; columns * rows];
    let mut counts = vec![0.0_f32; columns * rows];
    for (y, row) in light.chunks(width).enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            let at = y / step * columns + x / step;
            counts[at] += 1.0;
            for (sum, value) in small[at].iter_mut().zip(pixel) {
                *sum += value;
            }
        }
    }
    for (sums, count) in small.iter_mut().zip(&counts) {
        *sums = sums.map(|sum| sum / count);
    }
    let ghosts = if flare > 0.0 { ghosts(&small, columns, rows) } else { Vec::new() };
    // Three times a box of three is near enough to a bell.
    for _ in 0..3 {
        small = boxed(&small, columns, rows, 1, columns);
        small = boxed(&small, columns, rows, columns, rows);
    }
    for (around, ghost) in small.iter_mut().zip(&ghosts) {
        *around = [0, 1, 2].map(|channel| share * around[channel] + flare * ghost[channel]);
    }
    // What makes ghosts is lost where it belongs.
    let lost = if ghosts.is_empty() { 0.0 } else { flare };
    let share = if ghosts.is_empty() { (1.0 - share, share) } else { (1.0 - share, 1.0) };
    let half = 0.5 * (step as f32 - 1.0);
    for (y, row) in light.chunks_mut(width).enumerate() {
        let v = ((y as f32 - half) / step as f32).clamp(0.0, rows as f32 - 1.0);
        let (top, down) = (v as usize, v.fract());
        let bottom = (top + 1).min(rows - 1);
        for (x, pixel) in row.iter_mut().enumerate() {
            let u = ((x as f32 - half) / step as f32).clamp(0.0, columns as f32 - 1.0);
            let (left, across) = (u as usize, u.fract());
            let right = (left + 1).min(columns - 1);
            for (channel, value) in pixel.iter_mut().enumerate() {
                let at = |x: usize, y: usize| small[y * columns + x][channel];
                let above = at(left, top) * (1.0 - across) + at(right, top) * across;
                let below = at(left, bottom) * (1.0 - across) + at(right, bottom) * across;
                let own = share.0 * *value - lost * (*value - 1.0).max(0.0);
                *value = own + share.1 * (above * (1.0 - down) + below * down);
            }
        }
    }
}

/// Towards the edge of the picture, at 1, less and less light goes through all of the lens.
fn fades(aside: f32) -> f32 {
    let left = (1.0 - aside * aside).max(0.0);
    left * left
}

/// The mean of all ghosts of a small picture. What is as many times as large is as many times squared less bright.
fn ghosts(small: &[[f32; 3]], columns: usize, rows: usize) -> Vec<[f32; 3]> {
    let middle = (0.5 * (columns as f32 - 1.0), 0.5 * (rows as f32 - 1.0));
    let ghost = |place: usize| {
        let (x, y) = ((place % columns) as f32 - middle.0, (place / columns) as f32 - middle.1);
        let mut sum = [0.0; 3];
        for (size, tint) in GHOSTS {
            let (u, v) = ((x / size + middle.0).round(), (y / size + middle.1).round());
            // Casts end at 0 by themselves; what is outside of the picture is not known.
            if u < 0.0 || v < 0.0 || u as usize >= columns || v as usize >= rows {
                continue;
            }
            let seen = small[v as usize * columns + u as usize];
            let fade = fades((u - middle.0) / (middle.0 + 0.5)) * fades((v - middle.1) / (middle.1 + 0.5));
            for channel in 0..3 {
                // What is not brighter than white makes ghosts that nobody sees.
                let bright = (seen[channel] - 1.0).max(0.0);
                sum[channel] += tint[channel] * fade * bright / (size * size * GHOSTS.len() as f32);
            }
        }
        sum
    };
    let mut ghosts: Vec<[f32; 3]> = (0..columns * rows).map(ghost).collect();
    // As round as what is scattered.
    for _ in 0..3 {
        ghosts = boxed(&ghosts, columns, rows, 1, columns);
        ghosts = boxed(&ghosts, columns, rows, columns, rows);
    }
    ghosts
}

/// The mean of three neighbours along an axis on which the next is `stride` further and there are `length`.
fn boxed(values: &[[f32; 3]], columns: usize, rows: usize, stride: usize, length: usize) -> Vec<[f32; 3]> {
    let place = |at: usize| if stride == 1 { at % columns } else { at / columns };
    let mean = |at: usize| {
        let before = if place(at) > 0 { at - stride } else { at };
        let after = if place(at) + 1 < length { at + stride } else { at };
        [0, 1, 2].map(|channel| (values[before][channel] + values[at][channel] + values[after][channel]) / 3.0)
    };
    (0..columns * rows).map(mean).collect()
}

/// What one photosite says of so much light behind a filter that lets a share of it through; 1 for white again.
fn read(light: f32, filter: f32, sensor: &Sensor, (fixed, moment): (u32, u32), site: u32) -> f32 {
    let mut value = light.max(0.0) * filter;
    if sensor.full_well_e > 0.0 {
        let white_e = sensor.full_well_e / HEADROOM * 100.0 / sensor.iso;
        let hot = sensor.hot_pixels > 0.0 && unit(hash(fixed ^ hash(site))) < sensor.hot_pixels;
        let seed = hash(moment ^ hash(site ^ 0x5e_0f));
        let mean = value * white_e + sensor.dark_e;
        // More than a full pixel holds is lost, and more than the converter takes cut off.
        let full = sensor.full_well_e.min(HEADROOM * white_e);
        let read = if !hot && mean > MANY && mean + SURE * mean.sqrt() < full {
            // So many are normal as reading's noise is, and one number does for both.
            mean + (mean + sensor.read_noise_e * sensor.read_noise_e).sqrt() * normal(seed)
        } else {
            let electrons = if hot { f32::MAX } else { poisson(mean, seed) };
            electrons.min(full) + sensor.read_noise_e * normal(hash(seed ^ 0x9e37))
        };
        // Dark current is known and taken off again.
        value = (read - sensor.dark_e) / white_e;
    }
    if sensor.bits > 0 {
        // The converter's zero lies a 16th up, so that noise about black is not cut in half.
        let steps = (1u32 << sensor.bits.min(16)) as f32 - 1.0;
        let black = steps / 16.0;
        // Rounded; casts end at 0 by themselves.
        let level = ((value * ((steps - black) / HEADROOM) + black + 0.5) as u32 as f32).min(steps);
        value = (level - black) / (steps - black) * HEADROOM;
    }
    // What is full is white, whatever its filter.
    (value / filter).min(HEADROOM)
}

/// Every pixel sees all colours.
fn expose(light: &mut Light, sensor: &Sensor, fixed: u32, moment: u32) {
    if sensor.full_well_e <= 0.0 && sensor.bits == 0 {
        return;
    }
    for (place, pixel) in light.iter_mut().enumerate() {
        for (channel, value) in pixel.iter_mut().enumerate() {
            *value = read(*value, 1.0, sensor, (fixed, moment), (3 * place + channel) as u32);
        }
    }
}

/// Which colour a site sees: red, green, green and blue.
fn filter(x: usize, y: usize) -> usize {
    [[0, 1], [1, 2]][y & 1][x & 1]
}

/// What the sites of a colour filter array say, in their own order.
fn mosaic(light: &Light, (width, _): (usize, usize), sensor: &Sensor, fixed: u32, moment: u32) -> Vec<f32> {
    let site = |(place, pixel): (usize, &[f32; 3])| {
        let channel = filter(place % width, place / width);
        read(pixel[channel], FILTERS[channel], sensor, (fixed, moment), place as u32)
    };
    light.iter().enumerate().map(site).collect()
}

/// By gradient-corrected linear interpolation (Malvar, He and Cutler 2004).
fn demosaic(raw: &[f32], (width, height): (usize, usize), light: &mut Light) {
    // Two more on every side, mirrored, so that there is no edge.
    let mirrored = |place: usize, length: usize| {
        let place = (place as isize - 2).abs();
        let last = length as isize - 1;
        (if place > last { 2 * last - place } else { place }).clamp(0, last) as usize
    };
    let wide = width + 4;
    let mut padded = Vec::with_capacity(wide * (height + 4));
    for y in 0..height + 4 {
        let row = &raw[mirrored(y, height) * width..][..width];
        padded.extend([row[mirrored(0, width)], row[mirrored(1, width)]]);
        padded.extend_from_slice(row);
        padded.extend([row[mirrored(width + 2, width)], row[mirrored(width + 3, width)]]);
    }
    for (y, seen) in light.chunks_mut(width).enumerate() {
        let row = |down: usize| &padded[(y + down) * wide..][..wide];
        let rows = row(0).windows(5).zip(row(1).windows(5)).zip(row(2).windows(5)).zip(row(3).windows(5));
        let rows = rows.zip(row(4).windows(5)).zip(seen).enumerate();
        for (x, (((((a, b), c), d), e), pixel)) in rows {
            let own = c[2];
            let (beside, above) = (c[1] + c[3], b[2] + d[2]);
            let (beside_2, above_2) = (c[0] + c[4], a[2] + e[2]);
            let diagonal = b[1] + b[3] + d[1] + d[3];
            // At red and blue sites green, and the other of the two; at green sites what is in the same row, and in the
            // same column.
            *pixel = if (x ^ y) & 1 == 0 {
                let green = (4.0 * own + 2.0 * (beside + above) - beside_2 - above_2) / 8.0;
                let opposite = (6.0 * own + 2.0 * diagonal - 1.5 * (beside_2 + above_2)) / 8.0;
                if y & 1 == 0 { [own, green, opposite] } else { [opposite, green, own] }
            } else {
                let in_row = (5.0 * own + 4.0 * beside - beside_2 - diagonal + 0.5 * above_2) / 8.0;
                let in_column = (5.0 * own + 4.0 * above - above_2 - diagonal + 0.5 * beside_2) / 8.0;
                if y & 1 == 0 { [in_row, own, in_column] } else { [in_column, own, in_row] }
            };
        }
    }
}

/// Unsharp masking of brightness, as processors do it after the tone curve.
fn sharpened(picture: &[[u8; 3]], (width, height): (usize, usize), amount: f32) -> Vec<[u8; 3]> {
    let brightness = |[r, g, b]: [u8; 3]| 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
    let bright: Vec<f32> = picture.iter().map(|pixel| brightness(*pixel)).collect();
    let mut sharp = Vec::with_capacity(picture.len());
    for y in 0..height {
        let rows = [y.saturating_sub(1), y, (y + 1).min(height - 1)].map(|row| &bright[row * width..][..width]);
        for x in 0..width {
            let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
            let row = |row: &[f32]| row[left] + 2.0 * row[x] + row[right];
            let smooth = (row(rows[0]) + 2.0 * row(rows[1]) + row(rows[2])) / 16.0;
            let more = amount * (rows[1][x] - smooth);
            let pixel = picture[y * width + x];
            sharp.push(pixel.map(|channel| (f32::from(channel) + more).round().clamp(0.0, 255.0) as u8));
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
