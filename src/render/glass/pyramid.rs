//! A picture made small again and again, to look up places of it that are as wide as one likes.

use super::random::floor;

/// The picture and its halves.
pub(super) struct Pyramid {
    levels: Vec<Level>,
    /// Of all the picture.
    pub(super) mean: [f32; 3],
}

struct Level {
    size: [usize; 2],
    light: Vec<[f32; 3]>,
}

impl Pyramid {
    /// Of a picture of at least a pixel.
    pub(super) fn new(light: &[[f32; 3]], size: [usize; 2]) -> Pyramid {
        let mut sum = [0.0_f64; 3];
        for pixel in light {
            sum = std::array::from_fn(|c| sum[c] + f64::from(pixel[c]));
        }
        let mean = sum.map(|sum| (sum / light.len().max(1) as f64) as f32);
        let mut levels = vec![Level { size, light: light.to_vec() }];
        while let Some(half) = levels.last().and_then(Level::half) {
            levels.push(half);
        }
        Pyramid { levels, mean }
    }

    /// The light at a place in pixels, whole numbers being corners of pixels, of so many pixels around it. Beyond the
    /// border the picture is mirrored.
    pub(super) fn at(&self, place: [f32; 2], width_px: f32) -> [f32; 3] {
        // The exponent of a float is the floor of its logarithm; a width that is half as much again is rounded up.
        let level = (((width_px.clamp(1.0, 1e9) * 1.414).to_bits() >> 23) - 127) as usize;
        let level = level.min(self.levels.len().saturating_sub(1));
        self.levels.get(level).map_or([0.0; 3], |found| found.at(place.map(|at| at / (1_u64 << level) as f32)))
    }
}

impl Level {
    fn half(&self) -> Option<Level> {
        if self.size == [1, 1] {
            return None;
        }
        let [width, height] = self.size;
        let size = self.size.map(|side| side.div_ceil(2));
        let mut light = Vec::with_capacity(size[0] * size[1]);
        for y in 0..size[1] {
            let rows = [2 * y, (2 * y + 1).min(height - 1)].map(|row| &self.light[row * width..(row + 1) * width]);
            for x in 0..size[0] {
                let [left, right] = [2 * x, (2 * x + 1).min(width - 1)];
                let four = [rows[0][left], rows[0][right], rows[1][left], rows[1][right]];
                light.push(std::array::from_fn(|c| 0.25 * (four[0][c] + four[1][c] + four[2][c] + four[3][c])));
            }
        }
        Some(Level { size, light })
    }

    fn at(&self, place: [f32; 2]) -> [f32; 3] {
        let [x, y] = [0, 1].map(|axis| mirrored(place[axis], self.size[axis]));
        let row = |y: usize| {
            let [one, other] = [x.0, x.1].map(|x| self.light[y * self.size[0] + x]);
            std::array::from_fn::<f32, 3, _>(|c| one[c] + x.2 * (other[c] - one[c]))
        };
        let (one, other) = (row(y.0), row(y.1));
        std::array::from_fn(|c| one[c] + y.2 * (other[c] - one[c]))
    }
}

/// Two pixels next to a place, and how far it is from the first to the second.
fn mirrored(place: f32, count: usize) -> (usize, usize, f32) {
    let length = count as f32;
    let mut place = if place.is_finite() { place } else { 0.0 };
    if !(0.0..length).contains(&place) {
        place -= 2.0 * length * floor(place / (2.0 * length));
        place = if place > length { 2.0 * length - place } else { place };
    }
    let place = (place - 0.5).clamp(0.0, length - 1.0);
    let first = (place as usize).min(count - 1);
    (first, (first + 1).min(count - 1), place - first as f32)
}
