//! What a lens does to light on its way to the sensor: less of it in the corners, its colours apart, some of it elsewhere.

use super::Light;

/// How far light is scattered, as share of the image's height.
const BLOOM_REACH: f32 = 0.04;

/// Natural vignetting goes with the fourth power of the cosine of the angle: 1 / (1 + t²)² at the tangent t.
pub(super) fn vignette(light: &mut Light, (width, height): (usize, usize), lost: f32) {
    if lost <= 0.0 {
        return;
    }
    let tangent_squared = 1.0 / (1.0 - lost).sqrt() - 1.0;
    let (w, h) = (width as f32, height as f32);
    // Squared distance from the middle along one axis, of which both are the tangent's square in the corners.
    let scale = tangent_squared * 4.0 / (w * w + h * h);
    let aside = |place: usize, length: f32| (place as f32 + 0.5 - 0.5 * length).powi(2) * scale;
    let columns: Vec<f32> = (0..width).map(|x| aside(x, w)).collect();
    for (y, row) in light.chunks_mut(width).enumerate() {
        let down = 1.0 + aside(y, h);
        for (pixel, across) in row.iter_mut().zip(&columns) {
            let cosine = 1.0 / (down + across);
            let left = cosine * cosine;
            pixel[0] *= left;
            pixel[1] *= left;
            pixel[2] *= left;
        }
    }
}

/// Between which two places of an axis something is taken, and how far along.
type Between = (usize, usize, f32);

/// Red is seen farther out and blue farther in, in proportion to the distance from the middle.
pub(super) fn aberrate(light: &Light, (width, height): (usize, usize), pixels: f32) -> Light {
    let half = 0.5 * ((width * width + height * height) as f32).sqrt();
    let along = |length: usize, share: f32| -> Vec<Between> {
        let (middle, last) = (0.5 * (length as f32 - 1.0), length as f32 - 1.0);
        let from = |place: usize| between(place as f32 - (place as f32 - middle) * share, last);
        (0..length).map(from).collect()
    };
    let share = pixels / half;
    let [red_columns, blue_columns] = [share, -share].map(|share| along(width, share));
    let [red_rows, blue_rows] = [share, -share].map(|share| along(height, share));
    // A channel of what lies between two rows.
    let line = |line: &mut [f32], (top, bottom, down): Between, channel: usize| {
        let (top, bottom) = (&light[top * width..][..width], &light[bottom * width..][..width]);
        for ((value, above), below) in line.iter_mut().zip(top).zip(bottom) {
            *value = above[channel] + (below[channel] - above[channel]) * down;
        }
    };
    let (mut reds, mut blues) = (vec![0.0; width], vec![0.0; width]);
    let mut seen = light.clone();
    for (y, row) in seen.chunks_mut(width).enumerate() {
        line(&mut reds, red_rows[y], 0);
        line(&mut blues, blue_rows[y], 2);
        let look = |line: &[f32], (left, right, across): Between| line[left] + (line[right] - line[left]) * across;
        for ((red, blue), pixel) in red_columns.iter().zip(&blue_columns).zip(row) {
            (pixel[0], pixel[2]) = (look(&reds, *red), look(&blues, *blue));
        }
    }
    seen
}

/// Of places from 0 to `last`.
fn between(place: f32, last: f32) -> Between {
    let place = place.clamp(0.0, last);
    let first = place as usize;
    (first, (first + 1).min(last as usize), place - first as f32)
}

/// Ghosts: how large each is against the picture, mirrored about the middle below 0, and its tint, which the coatings
/// give it. Light that is mirrored twice between surfaces of a lens is, by paraxial optics, such a picture of all light
/// (Hullin et al. 2011; Lee and Eisemann 2013).
const GHOSTS: [(f32, [f32; 3]); 4] =
    [(-0.45, [1.0, 0.95, 0.7]), (-0.85, [0.75, 1.0, 0.85]), (0.35, [0.85, 0.8, 1.0]), (-1.6, [1.0, 0.8, 0.75])];

/// A share of the light falls around where it belongs, and another comes back as ghosts: the picture, made small and
/// smooth, is added.
pub(super) fn scatter(light: &mut Light, (width, height): (usize, usize), share: f32, flare: f32) {
    let step = ((height as f32 * BLOOM_REACH / 3.0) as usize).max(1);
    let (columns, rows) = (width.div_ceil(step), height.div_ceil(step));
    let mut small = shrunk(light, (width, height), step);
    let ghosts = if flare > 0.0 { ghosts(&small, columns, rows) } else { Vec::new() };
    smoothed(&mut small, columns);
    for (around, ghost) in small.iter_mut().zip(&ghosts) {
        *around = [0, 1, 2].map(|channel| share * around[channel] + flare * ghost[channel]);
    }
    // What makes ghosts is lost where it belongs.
    let lost = if ghosts.is_empty() { 0.0 } else { flare };
    let (own, more) = if ghosts.is_empty() { (1.0 - share, share) } else { (1.0 - share, 1.0) };
    let half = 0.5 * (step as f32 - 1.0);
    let from = |place: usize, last: usize| between((place as f32 - half) / step as f32, last as f32 - 1.0);
    let across: Vec<Between> = (0..width).map(|x| from(x, columns)).collect();
    let mut line = vec![[0.0_f32; 3]; columns];
    for (y, row) in light.chunks_mut(width).enumerate() {
        let (top, bottom, down) = from(y, rows);
        let (top, bottom) = (&small[top * columns..][..columns], &small[bottom * columns..][..columns]);
        let values = line.as_flattened_mut().iter_mut().zip(top.as_flattened()).zip(bottom.as_flattened());
        values.for_each(|((value, above), below)| *value = more * (above + (below - above) * down));
        for (pixel, (left, right, across)) in row.iter_mut().zip(&across) {
            let (left, right) = (line[*left], line[*right]);
            for channel in 0..3 {
                let value = pixel[channel];
                let around = left[channel] + (right[channel] - left[channel]) * across;
                pixel[channel] = own * value - lost * (value - 1.0).max(0.0) + around;
            }
        }
    }
}

/// The means of squares of so many pixels along an edge.
fn shrunk(light: &Light, (width, height): (usize, usize), step: usize) -> Vec<[f32; 3]> {
    let columns = width.div_ceil(step);
    let mut small = vec![[0.0_f32; 3]; columns * height.div_ceil(step)];
    for (y, row) in light.chunks(width).enumerate() {
        for (sum, pixels) in small[y / step * columns..].iter_mut().zip(row.chunks(step)) {
            for pixel in pixels {
                sum[0] += pixel[0];
                sum[1] += pixel[1];
                sum[2] += pixel[2];
            }
        }
    }
    for (place, sum) in small.iter_mut().enumerate() {
        let (x, y) = (place % columns * step, place / columns * step);
        let count = (step.min(width - x) * step.min(height - y)) as f32;
        *sum = sum.map(|sum| sum / count);
    }
    small
}

/// Towards the edge of the picture, at 1, less and less light goes through all of the lens.
fn fades(aside: f32) -> f32 {
    let left = (1.0 - aside * aside).max(0.0);
    left * left
}

/// The mean of all ghosts of a small picture. What is as many times as large is as many times squared less bright.
fn ghosts(small: &[[f32; 3]], columns: usize, rows: usize) -> Vec<[f32; 3]> {
    // What is not brighter than white makes ghosts that nobody sees.
    if small.as_flattened().iter().all(|value| *value <= 1.0) {
        return vec![[0.0; 3]; columns * rows];
    }
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
                let bright = (seen[channel] - 1.0).max(0.0);
                sum[channel] += tint[channel] * fade * bright / (size * size * GHOSTS.len() as f32);
            }
        }
        sum
    };
    let mut ghosts: Vec<[f32; 3]> = (0..columns * rows).map(ghost).collect();
    // As round as what is scattered.
    smoothed(&mut ghosts, columns);
    ghosts
}

/// The means of neighbours: three times a box of three along both axes, which is near enough to a bell.
fn smoothed(values: &mut [[f32; 3]], columns: usize) {
    let mean = |value: &mut [f32; 3], [before, at, after]: [&[f32; 3]; 3]| {
        for channel in 0..3 {
            value[channel] = (before[channel] + at[channel] + after[channel]) * (1.0 / 3.0);
        }
    };
    let mut other = vec![[0.0; 3]; values.len()];
    let last = values.len() / columns - 1;
    for _ in 0..3 {
        for (row, values) in other.chunks_mut(columns).zip(values.chunks(columns)) {
            for (x, value) in row.iter_mut().enumerate() {
                mean(value, [x.saturating_sub(1), x, (x + 1).min(columns - 1)].map(|x| &values[x]));
            }
        }
        for (y, row) in values.chunks_mut(columns).enumerate() {
            let rows = [y.saturating_sub(1), y, (y + 1).min(last)].map(|y| &other[y * columns..][..columns]);
            for (x, value) in row.iter_mut().enumerate() {
                mean(value, rows.map(|row| &row[x]));
            }
        }
    }
}
