//! What the sites of a sensor say of light, and the colours that come of it.

use super::super::normal::{MANY, Normal, poisson};
use super::super::samples::{Stream, hash};
use super::{Light, Sensor};

/// Full is so many times as much as white.
const HEADROOM: f32 = 2.0;
/// Values that are worked on together.
const BLOCK: usize = 1024;
/// Standard deviations beyond which nothing is.
const SURE: f32 = 6.0;
/// How much of red, green and blue light its filter lets through, and the sensor then turns into electrons, against green.
const FILTERS: [f32; 3] = [0.55, 1.0, 0.7];

/// How a sensor reads its sites.
struct Reader<'s> {
    sensor: &'s Sensor,
    normal: Normal,
    /// What tells one picture from the next.
    moment: u32,
    /// Electrons that are white; 0 where they are not counted.
    white_e: f32,
    /// Electrons beyond which none count.
    full_e: f32,
    /// From [`MANY`] to so many electrons their number is as good as normal.
    most_normal_e: f32,
    /// The converter's highest level; 0 where there is none.
    highest: f32,
}

impl<'s> Reader<'s> {
    fn of(sensor: &'s Sensor, moment: u32) -> Reader<'s> {
        let white_e = sensor.full_well_e.max(0.0) / HEADROOM * 100.0 / sensor.iso;
        // More than a full pixel holds is lost, and more than the converter takes cut off.
        let full_e = sensor.full_well_e.min(HEADROOM * white_e);
        Reader {
            sensor,
            normal: Normal::default(),
            moment,
            white_e,
            full_e,
            // Where the mean and so many of its deviations, which are its root, are as many.
            most_normal_e: ((full_e + 0.25 * SURE * SURE).sqrt() - 0.5 * SURE).max(0.0).powi(2),
            highest: if sensor.bits > 0 { (1u32 << sensor.bits.min(16)) as f32 - 1.0 } else { 0.0 },
        }
    }

    /// What tells a site's numbers from those of all others.
    #[inline(always)]
    fn seed(&self, site: u32) -> u32 {
        hash(self.moment ^ hash(site ^ 0x5e_0f))
    }

    /// Takes what light falls on sites behind filters that let a share of it through to what they say of it; 1 for
    /// white again. The share is that of even and that of odd places.
    fn read(&self, values: &mut [f32], first: u32, filters: [f32; 2]) {
        for (place, value) in values.iter_mut().enumerate() {
            *value = value.max(0.0) * filters[place & 1];
        }
        if self.white_e > 0.0 {
            let (dark, read_2) = (self.sensor.dark_e, self.sensor.read_noise_e * self.sensor.read_noise_e);
            for (place, value) in values.iter_mut().enumerate() {
                let mean = *value * self.white_e + dark;
                let seed = self.seed(first + place as u32);
                *value = if mean > MANY && mean < self.most_normal_e {
                    // So many are normal as reading's noise is, and one number does for both.
                    mean + (mean + read_2).sqrt() * self.normal.draw(seed)
                } else {
                    self.counted(poisson(mean, seed), seed)
                };
            }
            let scale = 1.0 / self.white_e;
            // Dark current is known and taken off again.
            values.iter_mut().for_each(|value| *value = (*value - dark) * scale);
        }
        self.convert(values, filters);
    }

    /// What a hot site says, which is full always.
    fn hot(&self, filter: f32, site: u32) -> f32 {
        let electrons = self.counted(f32::MAX, self.seed(site));
        let mut value = [(electrons - self.sensor.dark_e) / self.white_e];
        self.convert(&mut value, [filter; 2]);
        value[0]
    }

    /// Of so many electrons what is read.
    fn counted(&self, electrons: f32, seed: u32) -> f32 {
        electrons.min(self.full_e) + self.sensor.read_noise_e * self.normal.draw(hash(seed ^ 0x9e37))
    }

    /// What the converter makes of it.
    fn convert(&self, values: &mut [f32], filters: [f32; 2]) {
        if self.highest > 0.0 {
            // The converter's zero lies a 16th up, so that noise about black is not cut in half.
            let black = self.highest / 16.0;
            let scale = (self.highest - black) / HEADROOM;
            let back = 1.0 / scale;
            for value in values.iter_mut() {
                let level = (*value * scale + black + 0.5).min(self.highest).max(0.0);
                *value = (level as i32 as f32 - black) * back;
            }
        }
        // What is full is white, whatever its filter.
        let back = filters.map(|filter| 1.0 / filter);
        for (place, value) in values.iter_mut().enumerate() {
            *value = (*value * back[place & 1]).min(HEADROOM);
        }
    }

    /// The hot ones among so many sites: the same in all pictures of a sensor. `fixed` tells sensors apart.
    fn hot_sites(&self, fixed: u32, sites: usize) -> Vec<usize> {
        let share = f64::from(self.sensor.hot_pixels.min(1.0));
        if share <= 0.0 || self.white_e <= 0.0 {
            return Vec::new();
        }
        // Between two of them lie as many as the geometric law says.
        let mut stream = Stream::new(fixed, 0);
        let mut gap = || (libm::log(1.0 - f64::from(stream.next())) / libm::log1p(-share)) as usize;
        let mut hot = Vec::new();
        let mut site = gap();
        while site < sites {
            hot.push(site);
            site = site.saturating_add(1).saturating_add(gap());
        }
        hot
    }
}

/// Every pixel sees all colours. `fixed` tells sensors apart, `moment` one picture from the next.
pub(super) fn expose(light: &mut Light, sensor: &Sensor, fixed: u32, moment: u32) {
    if sensor.full_well_e <= 0.0 && sensor.bits == 0 {
        return;
    }
    let reader = Reader::of(sensor, moment);
    let values = light.as_flattened_mut();
    for (block, values) in values.chunks_mut(BLOCK).enumerate() {
        reader.read(values, (block * BLOCK) as u32, [1.0; 2]);
    }
    for site in reader.hot_sites(fixed, values.len()) {
        values[site] = reader.hot(1.0, site as u32);
    }
}

/// Which colour a site sees: red, green, green and blue.
pub(super) fn filter(x: usize, y: usize) -> usize {
    [[0, 1], [1, 2]][y & 1][x & 1]
}

/// What the sites of a colour filter array say, in their own order.
pub(super) fn mosaic(light: &Light, (width, _): (usize, usize), sensor: &Sensor, fixed: u32, moment: u32) -> Vec<f32> {
    let reader = Reader::of(sensor, moment);
    let mut raw = vec![0.0; light.len()];
    for (y, (row, values)) in light.chunks(width).zip(raw.chunks_mut(width)).enumerate() {
        let channels = [filter(0, y), filter(1, y)];
        for (x, (value, pixel)) in values.iter_mut().zip(row).enumerate() {
            *value = pixel[channels[x & 1]];
        }
        reader.read(values, (y * width) as u32, channels.map(|channel| FILTERS[channel]));
    }
    for site in reader.hot_sites(fixed, raw.len()) {
        raw[site] = reader.hot(FILTERS[filter(site % width, site / width)], site as u32);
    }
    raw
}

/// By gradient-corrected linear interpolation (Malvar, He and Cutler 2004).
pub(super) fn demosaic(raw: &[f32], (width, height): (usize, usize), light: &mut Light) {
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
    // All that a site may need, so that all sites are alike to the processor.
    let mut found = [const { Vec::new() }; 4];
    found.iter_mut().for_each(|line| line.resize(width, 0.0_f32));
    let [greens, opposites, in_rows, in_columns] = &mut found;
    for (y, seen) in light.chunks_mut(width).enumerate() {
        let row = |down: usize, across: usize| &padded[(y + down) * wide + across..][..width];
        let (top, bottom) = (row(0, 2), row(4, 2));
        let (above, below) = ([1, 2, 3].map(|x| row(1, x)), [1, 2, 3].map(|x| row(3, x)));
        let level = [0, 1, 2, 3, 4].map(|x| row(2, x));
        for x in 0..width {
            let own = level[2][x];
            let (beside, over) = (level[1][x] + level[3][x], above[1][x] + below[1][x]);
            let (beside_2, over_2) = (level[0][x] + level[4][x], top[x] + bottom[x]);
            let diagonal = above[0][x] + above[2][x] + below[0][x] + below[2][x];
            // At red and blue sites green, and the other of the two; at green sites what is in the same row, and in the
            // same column.
            greens[x] = (4.0 * own + 2.0 * (beside + over) - beside_2 - over_2) * 0.125;
            opposites[x] = (6.0 * own + 2.0 * diagonal - 1.5 * (beside_2 + over_2)) * 0.125;
            in_rows[x] = (5.0 * own + 4.0 * beside - beside_2 - diagonal + 0.5 * over_2) * 0.125;
            in_columns[x] = (5.0 * own + 4.0 * over - over_2 - diagonal + 0.5 * beside_2) * 0.125;
        }
        for (x, pixel) in seen.iter_mut().enumerate() {
            let own = level[2][x];
            *pixel = if (x ^ y) & 1 == 0 { [own, greens[x], opposites[x]] } else { [in_rows[x], own, in_columns[x]] };
            if y & 1 == 1 {
                pixel.swap(0, 2);
            }
        }
    }
}
