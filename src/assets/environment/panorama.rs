//! Image-based light from files: pictures of all directions, the sun in them, and cube maps made of them.
//!
//! A picture of all directions lights a scene as in Debevec, "Rendering Synthetic Objects into Real Scenes"
//! (1998). Where the sun is in view, a few texels are far brighter than a map can light with: they make a blur
//! instead of a hard shadow, and overflow half floats. As in Stumpfel et al., "Direct HDR Capture of the Sun and
//! Sky" (2004), and Debevec, "A Median Cut Algorithm for Light Probe Sampling" (2005), what they have more than
//! the sky around becomes a light of its own with the same energy; see [`Panorama::sun`].

use std::borrow::Cow;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

use glam::{DVec3, Vec3, Vec4};

use super::cube::{CubeMap, direction_texel, face_coordinates, face_direction};
use super::maths::luminance;

mod read;
#[cfg(test)]
mod tests;

/// The largest value that is read, so that sums stay finite; pictures with less than its inverse are black.
const BRIGHTEST: f32 = 1e30;
/// Half angles in radian: 1°, the core of a sun; 3°, all of it; 6°, the ring around it.
const CORE: f64 = PI / 180.0;
const SPOT: f64 = 3.0 * CORE;
const RING: f64 = 6.0 * CORE;

/// A picture of all directions in linear light, relative to BT.709 primaries, of no unit of its own.
///
/// Rows are equally spaced in elevation, columns in azimuth. Columns run from left to right as seen from inside:
/// the middle looks along world −Z, the middle of the right half along +X, both edges along +Z.
#[derive(Debug, Clone, PartialEq)]
pub struct Panorama {
    /// Texels from left to right, twice the height.
    pub width: u32,
    /// Texels from the zenith down to the nadir.
    pub height: u32,
    /// Linear RGB, rows from the top.
    pub data: Vec<[f32; 3]>,
    /// What is too small and too bright for a map; taken out of `data`.
    ///
    /// Around the brightest texel above the horizon, the sun is what exceeds the median of the ring from 3° to 6°
    /// in the connected texels within 3° that are more than twice as bright as that median. It counts as one
    /// where its irradiance is more than 15 % of what the rest of the upper half sends to level ground, more than
    /// half of it comes from within 1° (one and a half texels, if that is more), and those texels hold more than
    /// 90 % of what the same rule finds within 6°; so windows and soft boxes do not. Pictures with texels of more
    /// than 1.5° (less than 240 columns) are too coarse to tell.
    pub sun: Option<Spot>,
}

/// Light from one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Towards it, unit length.
    pub direction: Vec3,
    /// Linear RGB irradiance of a plane that faces it, in the panorama's own unit times steradian.
    pub irradiance: [f32; 3],
}

/// A direction after the surroundings are turned about +Y, counter-clockwise as seen from above: 90° bring what
/// was along −Z to −X.
pub fn turned(direction: Vec3, yaw_deg: f32) -> Vec3 {
    turn(yaw_deg)(direction)
}

/// As [`turned`], with the angle worked out once.
fn turn(yaw_deg: f32) -> impl Fn(Vec3) -> Vec3 {
    let (sin, cos) = libm::sincos(f64::from(yaw_deg) % 360.0 * (PI / 180.0));
    let (sin, cos) = (sin as f32, cos as f32);
    move |d| Vec3::new(d.x * cos + d.z * sin, d.y, d.z * cos - d.x * sin)
}

impl Panorama {
    /// Reads the bytes of a Radiance or an OpenEXR file; its name does not matter, its first bytes do.
    ///
    /// Of an OpenEXR file it takes the first layer with channels R, G and B, in either case and with any layer
    /// name before them. Negative values, which resampling leaves behind, become 0.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn read(bytes: &[u8]) -> Result<Panorama, String> {
        let (width, height, mut data) = read::decoded(bytes)?;
        let mut brightest = 0.0_f32;
        for (place, texel) in data.iter_mut().enumerate() {
            if !texel.iter().all(|value| value.abs() <= BRIGHTEST) {
                let (x, y) = (place % width as usize, place / width as usize);
                return Err(format!("its pixel at ({x}, {y}) is {texel:?}; expected finite numbers up to 1e30"));
            }
            *texel = texel.map(|value| value.max(0.0));
            brightest = texel.iter().fold(brightest, |most, value| most.max(*value));
        }
        if brightest <= BRIGHTEST.recip() {
            return Err("it is black".into());
        }
        let mut panorama = Panorama { width, height, data, sun: None };
        panorama.sun = panorama.take_sun();
        Ok(panorama)
    }

    /// Irradiance of a level surface by the upper half, as BT.709 luminance in the panorama's own unit times
    /// steradian, the sun's share included; 0 where all light comes from below.
    pub fn level_irradiance(&self) -> f32 {
        let sun = self.sun.map_or(0.0, |sun| luminance(Vec3::from_array(sun.irradiance)) * sun.direction.y.max(0.0));
        self.level_without_sun() as f32 + sun
    }

    fn level_without_sun(&self) -> f64 {
        let height = self.height as usize;
        let rows = self.data.chunks_exact(self.width as usize).take(height.div_ceil(2)).enumerate();
        let sum = rows.map(|(y, row)| {
            let [top, bottom] = [y, y + 1].map(|edge| sine(height, edge).max(0.0));
            // ∫ sin θ cos θ dθ over the row.
            0.5 * (top * top - bottom * bottom) * row.iter().map(|texel| light(*texel)).sum::<f64>()
        });
        sum.sum::<f64>() * TAU / f64::from(self.width)
    }

    /// The light as a cube map of `size` texels along an edge of a face, in which each texel is the mean of what
    /// it covers, or interpolated where it covers less than a texel of the panorama.
    ///
    /// The surroundings are [`turned`] by `yaw_deg` and multiplied by `gain`. Black where nobody looks, see
    /// [`super::Prepared::render_where`].
    pub fn render(&self, size: u32, yaw_deg: f32, gain: f32, wanted: &dyn Fn(Vec3, f32) -> bool) -> CubeMap {
        let mut map = CubeMap::black(size);
        let size = map.size;
        let blocks = map.blocks(wanted);
        let back = turn(-yaw_deg);
        if u64::from(size) * 4 <= u64::from(self.width) {
            let place = |direction| {
                let (face, x, y) = direction_texel(size, direction);
                ((face as u32 * size + y) * size + x) as usize
            };
            let mut asked = vec![false; (6 * size * size) as usize];
            map.fill(&blocks, |direction| {
                asked[place(direction)] = true;
                None
            });
            let sums = self.spread(size, yaw_deg, &asked);
            map.fill(&blocks, |direction| {
                let sum = sums[place(direction)];
                Some(gain * if sum.w > 0.0 { sum.truncate() / sum.w } else { self.sample(back(direction)) })
            });
            return map;
        }
        // Texels nearly as large as those of the panorama are sampled at four points, so that none is missed.
        let finer = u64::from(size) * 2 < u64::from(self.width);
        let offsets: &[(f32, f32)] =
            if finer { &[(-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)] } else { &[(0.0, 0.0)] };
        let factor = gain / offsets.len() as f32;
        map.fill(&blocks, |direction| {
            let (face, u, v) = face_coordinates(direction);
            let at = |(x, y): &(f32, f32)| face_direction(face, u + x / size as f32, v + y / size as f32);
            Some(offsets.iter().fold(Vec3::ZERO, |sum, offset| sum + self.sample(back(at(offset)))) * factor)
        });
        map
    }

    /// For each texel of a cube map, the sum of all light that falls into it and how much of the sphere sent it.
    ///
    /// Each texel of the panorama covers a parallelogram on a face, taken as the upright rectangle of the same
    /// extent. Where texels are narrow, towards the poles, some are taken together.
    fn spread(&self, size: u32, yaw_deg: f32, asked: &[bool]) -> Vec<Vec4> {
        let (width, height, data) = self.shrunk(32 * size as usize);
        let turn = turn(yaw_deg);
        // The level directions of half columns.
        let level: Vec<Vec3> = (0..=2 * width).map(|i| turn(direction(width, height, 0.5 * i as f64, None))).collect();
        let axes: [[Vec3; 3]; 6] = std::array::from_fn(|face| {
            let ahead = face_direction(face, 0.0, 0.0);
            let aside = |u, v| face_direction(face, u, v) * std::f32::consts::SQRT_2 - ahead;
            [ahead, aside(1.0, 0.0), aside(0.0, 1.0)]
        });
        let n = size as usize;
        let texels = size as f32 * 0.5;
        let mut sums = vec![Vec4::ZERO; asked.len()];
        for (y, row) in data.chunks_exact(width).enumerate() {
            let (sin, cos) = libm::sincos(FRAC_PI_2 - PI * (y as f64 + 0.5) / height as f64);
            let together = (1.0 / cos).clamp(1.0, (width / 4).max(1) as f64) as usize;
            let (sin, cos) = (sin as f32, cos as f32);
            let angle = solid_angle(width, height, y) as f32;
            let step = (TAU / width as f64) as f32;
            for (first, texels_of) in (0..).step_by(together).zip(row.chunks(together)) {
                let count = texels_of.len();
                let flat = level[2 * first + count];
                let towards = Vec3::new(flat.x * cos, sin, flat.z * cos);
                let (face, u, v) = face_coordinates(towards);
                let [ahead, right, down] = axes[face];
                let scale = texels / towards.dot(ahead);
                let east = Vec3::new(-flat.z, 0.0, flat.x) * (cos * step * count as f32);
                let north = Vec3::new(-flat.x * sin, cos, -flat.z * sin) * step;
                let (east_ahead, north_ahead) = (east.dot(ahead), north.dot(ahead));
                // Where the rectangle begins and ends, in texels, along one axis.
                let range = |axis: Vec3, at: f32| {
                    let (a, b) = (east.dot(axis) - at * east_ahead, north.dot(axis) - at * north_ahead);
                    let half = 0.5 * scale * (a * a + b * b).sqrt();
                    let middle = (at + 1.0) * texels;
                    ((middle - half).max(0.0), (middle + half).min(size as f32))
                };
                let ((left, end), (top, bottom)) = (range(right, u), range(down, v));
                let sum = texels_of.iter().fold(Vec3::ZERO, |sum, texel| sum + Vec3::from_array(*texel));
                // Sums and counts of texels, each with its solid angle, per area of the rectangle.
                let light = sum.extend(count as f32) * (angle / ((end - left) * (bottom - top)).max(f32::MIN_POSITIVE));
                let columns = left as usize..(end as usize + 1).min(n);
                for j in top as usize..(bottom as usize + 1).min(n) {
                    let light = light * (bottom.min((j + 1) as f32) - top.max(j as f32));
                    let line = (face * n + j) * n;
                    let places = line + columns.start..line + columns.end;
                    let into = sums[places.clone()].iter_mut().zip(&asked[places]).zip(columns.clone());
                    for ((sum, _), i) in into.filter(|((_, asked), _)| **asked) {
                        *sum += light * (end.min((i + 1) as f32) - left.max(i as f32));
                    }
                }
            }
        }
        sums
    }

    /// The picture halved as long as it stays as wide as this; the light that each texel sends is kept.
    fn shrunk(&self, least: usize) -> (usize, usize, Cow<'_, [[f32; 3]]>) {
        let (mut width, mut height) = (self.width as usize, self.height as usize);
        let mut data = Cow::from(&self.data);
        while width / 2 >= least && height % 2 == 0 {
            let mut half = Vec::with_capacity(data.len() / 4);
            for (y, rows) in data.chunks_exact(2 * width).enumerate() {
                let [above, below] = [2 * y, 2 * y + 1].map(|y| solid_angle(width, height, y));
                let share = (above / (above + below)) as f32;
                let [above, below] = [0.5 * share, 0.5 * (1.0 - share)];
                let (upper, lower) = rows.split_at(width);
                half.extend(
                    upper.chunks_exact(2).zip(lower.chunks_exact(2)).map(|(a, b)| {
                        std::array::from_fn(|c| (a[0][c] + a[1][c]) * above + (b[0][c] + b[1][c]) * below)
                    }),
                );
            }
            (width, height, data) = (width / 2, height / 2, half.into());
        }
        (width, height, data)
    }

    /// The light from a direction, interpolated.
    fn sample(&self, direction: Vec3) -> Vec3 {
        let Vec3 { x, y, z } = direction;
        let (across, down) = (libm::atan2f(x, -z), libm::atan2f(y, (x * x + z * z).sqrt()));
        let scale = self.height as f32 / std::f32::consts::PI;
        let px = across * scale + self.width as f32 * 0.5 - 0.5;
        let py = self.height as f32 * 0.5 - down * scale - 0.5;
        let (column, row) = (px.floor(), py.floor());
        let (wx, wy) = (px - column, py - row);
        let at = |dx, dy| Vec3::from_array(self.data[self.place(column as i64 + dx, row as i64 + dy)]);
        at(0, 0).lerp(at(1, 0), wx).lerp(at(0, 1).lerp(at(1, 1), wx), wy)
    }

    /// Where a texel is that may lie beyond an edge: the sides join, and over a pole one comes down opposite.
    fn place(&self, x: i64, y: i64) -> usize {
        let (width, height) = (i64::from(self.width), i64::from(self.height));
        let inside = y.clamp(0, height - 1);
        let x = if inside == y { x } else { x + width / 2 };
        (inside * width + x.rem_euclid(width)) as usize
    }

    /// The texels within a half angle (radian): index, direction, solid angle.
    fn within(&self, axis: DVec3, half_angle: f64) -> Vec<(usize, DVec3, f64)> {
        let (width, height) = (self.width as usize, self.height as usize);
        let (least, middle) = (libm::cos(half_angle), libm::acos(axis.y.clamp(-1.0, 1.0)));
        let row = |angle: f64| (angle / PI * height as f64).max(0.0) as usize;
        let mut found = Vec::new();
        let columns: Vec<_> = (0..width).map(|x| direction(width, height, x as f64 + 0.5, None).as_dvec3()).collect();
        for y in row(middle - half_angle)..(row(middle + half_angle) + 1).min(height) {
            let (sin, cos) = libm::sincos(FRAC_PI_2 - PI * (y as f64 + 0.5) / height as f64);
            let angle = solid_angle(width, height, y);
            for (x, flat) in columns.iter().enumerate() {
                let towards = DVec3::new(flat.x * cos, sin, flat.z * cos);
                if towards.dot(axis) >= least {
                    found.push((y * width + x, towards, angle));
                }
            }
        }
        found
    }

    /// Finds the sun and takes it out of the picture; see [`Panorama::sun`].
    fn take_sun(&mut self) -> Option<Spot> {
        let (width, height) = (self.width as usize, self.height as usize);
        let pitch = TAU / width as f64;
        let upper = self.data[..width * (height / 2)].iter().map(|texel| light(*texel)).enumerate();
        let (peak, most) = upper.fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
        if pitch > 0.5 * SPOT || most <= 0.0 {
            return None;
        }
        // A disc that was clipped has many brightest texels: to the middle of what is about as bright.
        let (x, y) = ((peak % width) as f64 + 0.5, (peak / width) as f64 + 0.5);
        let mut axis = direction(width, height, x, Some(y)).as_dvec3();
        for _ in 0..2 {
            let near = self.within(axis, SPOT).into_iter().filter(|(i, ..)| light(self.data[*i]) > 0.5 * most);
            axis = near.map(|(_, towards, angle)| towards * angle).sum::<DVec3>().try_normalize()?;
        }
        let near = self.within(axis, RING);
        let inside = |towards: DVec3, axis: DVec3, angle: f64| towards.dot(axis) >= libm::cos(angle);
        let ring: Vec<_> = near.iter().filter(|(_, towards, _)| !inside(*towards, axis, SPOT)).collect();
        let median_of = |value: &dyn Fn([f32; 3]) -> f64| {
            median(ring.iter().map(|(i, _, angle)| (value(self.data[*i]), *angle)).collect())
        };
        let level = median_of(&light)?;
        let mut median = [0.0_f32; 3];
        for (channel, median) in median.iter_mut().enumerate() {
            *median = median_of(&|texel| f64::from(texel[channel]))? as f32;
        }
        let bright: Vec<_> = near.iter().filter(|(i, ..)| light(self.data[*i]) > 2.0 * level).collect();
        let joined = self.joined(peak, bright.iter().map(|(i, ..)| *i));
        // What each joined texel has more than the ring, times its solid angle.
        let excess = |i: usize, angle: f64| {
            let more = |c: usize| f64::from((self.data[i][c] - median[c]).max(0.0)) * angle;
            DVec3::new(more(0), more(1), more(2))
        };
        let parts: Vec<_> =
            bright.iter().filter(|(i, ..)| joined[*i]).map(|(i, d, a)| (*i, *d, excess(*i, *a))).collect();
        let [mut all, mut level_part] = [0.0; 2];
        let [mut irradiance, mut centroid] = [DVec3::ZERO; 2];
        for (_, towards, part) in &parts {
            all += weight(*part);
            if inside(*towards, axis, SPOT) {
                irradiance += part;
                centroid += *towards * weight(*part);
                level_part += weight(*part) * towards.y.max(0.0);
            }
        }
        let own = weight(irradiance);
        let centroid = centroid.try_normalize()?;
        let core = parts.iter().filter(|(_, towards, _)| inside(*towards, centroid, CORE.max(1.5 * pitch)));
        let core: f64 = core.map(|(.., part)| weight(*part)).sum();
        let rest = (self.level_without_sun() - level_part).max(0.0);
        if own <= 0.15 * rest || own <= 0.9 * all || core <= 0.5 * own {
            return None;
        }
        for (i, ..) in parts.iter().filter(|(_, towards, _)| inside(*towards, axis, SPOT)) {
            self.data[*i] = std::array::from_fn(|c| self.data[*i][c].min(median[c]));
        }
        Some(Spot { direction: centroid.as_vec3().normalize(), irradiance: irradiance.as_vec3().to_array() })
    }

    /// Which of some texels are connected with `start`, if it is one of them.
    fn joined(&self, start: usize, candidates: impl Iterator<Item = usize>) -> Vec<bool> {
        let mut waiting = vec![false; self.data.len()];
        candidates.for_each(|i| waiting[i] = true);
        let mut joined = vec![false; self.data.len()];
        let mut next = vec![start];
        while let Some(i) = next.pop() {
            if std::mem::take(&mut waiting[i]) {
                joined[i] = true;
                let (x, y) = ((i % self.width as usize) as i64, (i / self.width as usize) as i64);
                next.extend((0..9).map(|k| self.place(x + k % 3 - 1, y + k / 3 - 1)));
            }
        }
        joined
    }
}

/// Luminance of a texel.
fn light(texel: [f32; 3]) -> f64 {
    f64::from(luminance(Vec3::from_array(texel)))
}

/// Luminance of a sum.
fn weight(rgb: DVec3) -> f64 {
    rgb.dot(super::maths::LUMINANCE.as_dvec3())
}

/// Sine of the elevation of the upper edge of a row.
fn sine(height: usize, row: usize) -> f64 {
    libm::cos(PI * row as f64 / height as f64)
}

/// Solid angle of each texel of a row.
fn solid_angle(width: usize, height: usize, row: usize) -> f64 {
    TAU / width as f64 * (sine(height, row) - sine(height, row + 1))
}

/// Towards a place in columns from the left and rows from the top; without a row, on the horizon.
fn direction(width: usize, height: usize, column: f64, row: Option<f64>) -> Vec3 {
    let (sin, cos) = libm::sincos(TAU * column / width as f64 - PI);
    let (up, flat) = row.map_or((0.0, 1.0), |row| libm::sincos(FRAC_PI_2 - PI * row / height as f64));
    DVec3::new(sin * flat, up, -cos * flat).as_vec3()
}

/// The value that half of the weight lies below.
fn median(mut values: Vec<(f64, f64)>) -> Option<f64> {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut left = 0.5 * values.iter().map(|(_, weight)| weight).sum::<f64>();
    values
        .into_iter()
        .find(|(_, weight)| {
            left -= weight;
            left <= 0.0
        })
        .map(|(value, _)| value)
}
