//! What depth cameras measure instead of the depth that is there: by triangulation between two eyes, or by the time that
//! light takes.
//!
//! Every pixel draws from numbers of its own, so that the order of work does not matter.

mod air;

pub(super) use air::Murk;

use super::normal::normal;
use super::samples::{hash, unit};
use crate::frame::f16;
use crate::lens::Intrinsics;
use crate::randomize::concrete::DepthSensor;

/// No surface is matched whose normal is farther from the line of sight: the cosine of 80°, about where the noise that
/// Nguyen, Izadi and Lovell measured runs away.
const GRAZING: f32 = 0.173_648;
/// How much noise grows at an angle θ, times θ² / (π/2 - θ)²: 0.0001 m of 0.0019 m at a depth of 1 m (Nguyen, Izadi and
/// Lovell 2012, "Modeling Kinect sensor noise for improved 3D reconstruction and tracking").
const OBLIQUE: f32 = 0.053;
/// A facing surface that sends back this share of light is seen just up to the end of the range, as makers specify it.
const DARK: f32 = 0.1;
/// Disparities that differ more from one pixel to the next belong to two surfaces: no matching, ours or by machines,
/// takes them for one (Burt and Julesz 1980, "A disparity gradient limit for binocular fusion").
const GRADIENT_LIMIT: f32 = 1.0;
/// How much of the variance of disparity is the same in all pictures, as it comes from the pattern and the eyes.
const FIXED_SHARE: f32 = 0.25;
/// How much more variance disparity has where the signal is just enough to match than where it is plenty.
const WEAK: f32 = 9.0;
/// Electrons of a white pixel in the eyes of a passive sensor.
const WHITE_E: f32 = 10_000.0;
/// Those of its read noise.
const READ_E: f32 = 5.0;
/// Light of the sun and lamps and dark current behind a time-of-flight sensor's filter, against its own light from a
/// white, facing surface 1 m away.
const BACKGROUND: f32 = 0.01;
/// Half the speed of light in metres per microsecond: divided by the modulation in MHz it is the ambiguity range.
const HALF_LIGHT: f32 = 149.896_23;
/// A pixel mixes no more than this many others' widths.
const WIDEST_MIX: f32 = 8.0;

/// What there is to measure.
pub(super) struct Seen<'a> {
    /// Width and height.
    pub size: (usize, usize),
    /// Of a pin-hole without distortion.
    pub intrinsics: Intrinsics,
    /// Along the optical axis in metres, 0 where nothing is seen.
    pub depth: &'a [f32],
    /// In the camera frame (x right, y down, z forward), zeros where there is none: nothing is measured there.
    pub normal: &'a [[f16; 3]],
    /// Share of infrared light that the surface sends back diffusely; only what lights the scene itself needs it.
    pub reflectance: &'a [f32],
    /// The picture in linear light, 1 for white; only passive stereo needs it.
    pub light: &'a [[f32; 3]],
    /// What is in the air.
    pub air: Option<&'a Murk>,
}

impl Seen<'_> {
    /// Light of the sensor's own that comes back from a pixel's surface.
    fn back(&self, place: usize, facing: f32, distance_m: f32) -> f32 {
        let left = self.air.map_or(1.0, |air| air.left(distance_m));
        left * returned(self.reflectance[place], facing, distance_m)
    }
}

/// The depth that a sensor measures, along the optical axis in metres, 0 where it measures none. `fixed` tells sensors
/// apart, `moment` one picture from the next.
pub(super) fn measured(sensor: &DepthSensor, seen: &Seen, fixed: u32, moment: u32) -> Vec<f32> {
    let Some(count) = seen.size.0.checked_mul(seen.size.1) else { return Vec::new() };
    let lit = !matches!(sensor, DepthSensor::Stereo { active: false, .. });
    let other = if lit { seen.reflectance.len() } else { seen.light.len() };
    if count == 0 || seen.depth.len().min(seen.normal.len()).min(other) < count {
        return vec![0.0; count];
    }
    let (mut depth, lost) = match *sensor {
        DepthSensor::Stereo { baseline_m, range_m, noise_px, step_px, window_px, active, drop_out } => {
            let shift = seen.intrinsics.fx as f32 * baseline_m;
            let window = window_px.clamp(1, 31) as usize | 1;
            let eyes = Eyes { shift: shift.abs(), right: shift > 0.0, range_m, noise_px, step_px, window, active };
            (eyes.measured(seen, fixed, moment), drop_out)
        }
        DepthSensor::TimeOfFlight { modulation_mhz, range_m, noise_m, wiggling_m, flying_pixels, drop_out } => {
            let ambiguity_m = HALF_LIGHT / modulation_mhz;
            let clock = Clock { ambiguity_m, range_m, noise_m, wiggling_m, flying_pixels };
            (clock.measured(seen, fixed, moment), drop_out)
        }
    };
    if lost > 0.0 {
        for (place, depth) in depth.iter_mut().enumerate() {
            if unit(hash(moment ^ hash(place as u32 ^ 0x10_57))) < lost {
                *depth = 0.0;
            }
        }
    }
    depth
}

/// A depth that is within a range, or 0.
fn within(depth: f32, [near, far]: [f32; 2]) -> f32 {
    if depth.is_finite() && depth > 0.0 && depth >= near && depth <= far { depth } else { 0.0 }
}

/// The lines of sight of a pin-hole's pixels: how far aside and down they go in going 1 forward.
struct Rays {
    aside: Vec<f32>,
    down: Vec<f32>,
}

impl Rays {
    fn new(seen: &Seen) -> Rays {
        let Intrinsics { fx, fy, cx, cy } = seen.intrinsics;
        let along = |length: usize, focal: f64, middle: f64| -> Vec<f32> {
            (0..length).map(|place| ((place as f64 + 0.5 - middle) / focal) as f32).collect()
        };
        Rays { aside: along(seen.size.0, fx, cx), down: along(seen.size.1, fy, cy) }
    }

    fn length(&self, x: usize, y: usize) -> f32 {
        (self.aside[x] * self.aside[x] + self.down[y] * self.down[y] + 1.0).sqrt()
    }

    /// The cosine of the angle between a normal and the line of sight; either side of a surface will do.
    fn facing(&self, x: usize, y: usize, normal: [f16; 3]) -> f32 {
        let [right, down, forward] = normal.map(f16::to_f32);
        share((right * self.aside[x] + down * self.down[y] + forward).abs() / self.length(x, y))
    }
}

/// From 0 to 1, and 0 where it is not a number.
fn share(value: f32) -> f32 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}

/// Light of one's own that comes back, against that from a white, facing surface 1 m away: Lambert's and the inverse
/// square law.
fn returned(reflectance: f32, facing: f32, distance_m: f32) -> f32 {
    share(reflectance) * facing / (distance_m * distance_m).max(1e-6)
}

/// The sums over square windows about all pixels, of values that go half a window farther on all sides.
fn summed(values: &[f32], (width, height): (usize, usize), window: usize) -> Vec<f32> {
    let more = window - 1;
    let mut rows = Vec::with_capacity(width * (height + more));
    // Sums that run on are kept with twice the digits, so that nothing is left of what was taken off again.
    for row in values.chunks_exact(width + more) {
        let mut sum: f64 = row[..more].iter().map(|value| f64::from(*value)).sum();
        for (next, last) in row[more..].iter().zip(row) {
            sum += f64::from(*next);
            rows.push(sum as f32);
            sum -= f64::from(*last);
        }
    }
    let mut squares = Vec::with_capacity(width * height);
    let mut sums = vec![0.0_f64; width];
    for (y, row) in rows.chunks_exact(width).enumerate() {
        sums.iter_mut().zip(row).for_each(|(sum, next)| *sum += f64::from(*next));
        if y >= more {
            squares.extend(sums.iter().map(|sum| *sum as f32));
            let row = &rows[(y - more) * width..][..width];
            sums.iter_mut().zip(row).for_each(|(sum, last)| *sum -= f64::from(*last));
        }
    }
    squares
}

/// Two eyes, or an eye and a projector, in a line along the picture's rows.
///
/// Disparity d = f b / z, so that an error of it is one of depth by z² / (f b) (Khoshelham and Elberink 2012, "Accuracy
/// and resolution of Kinect depth data"; Chang and Chatterjee 1992, "Quantization error analysis in stereo vision").
struct Eyes {
    /// Disparity at a depth of 1 m.
    shift: f32,
    /// Whether the other eye is to the right.
    right: bool,
    range_m: [f32; 2],
    noise_px: f32,
    step_px: f32,
    window: usize,
    active: bool,
}

impl Eyes {
    fn measured(&self, seen: &Seen, fixed: u32, moment: u32) -> Vec<f32> {
        let width = seen.size.0;
        // What is not there is infinitely far. No picture is wider than the most.
        let disparity = |depth: &f32| if *depth > 0.0 { (self.shift / depth).min(1e6) } else { 0.0 };
        let disparities: Vec<f32> = seen.depth[..width * seen.size.1].iter().map(disparity).collect();
        let shared = self.shared(&disparities, width);
        let mut matched = (0..disparities.len() as u32).collect();
        for stride in [1, width] {
            matched = self.grown(matched, &disparities, width, stride, fixed);
        }
        let contrast = if self.active { Vec::new() } else { self.contrast(seen) };
        let rays = Rays::new(seen);
        let errors = self.errors(seen.size, fixed, moment);
        let faintest = DARK / (self.range_m[1] * self.range_m[1]);
        // Drops and flakes before eyes that see by their own light; others have them in their pictures.
        let air = seen.air.filter(|_| self.active);
        let specks = air.map(|air| air.specks(1.0 / seen.intrinsics.fx, self.range_m[1]));
        let look = |(place, (matched, error)): (usize, (&u32, &f32))| {
            let at = *matched as usize;
            let (x, y) = (at % width, at / width);
            let facing = rays.facing(x, y, seen.normal[at]);
            if !shared[at] || facing < GRAZING {
                return 0.0;
            }
            let power = if self.active {
                let distance = seen.depth[at] * rays.length(x, y);
                let signal = seen.back(at, facing, distance);
                let speck = specks.as_ref().and_then(|specks| specks.before(place, moment, distance));
                if speck.is_some_and(|(_, light)| light > signal) {
                    return 0.0;
                }
                (signal / faintest) * (signal / faintest)
            } else {
                contrast[at]
            };
            // About where there is just enough to match some pixels still are, and some are not.
            if power < 1.5 && power < 0.5 + unit(hash(moment ^ hash(place as u32 ^ 0xfa_17))) {
                return 0.0;
            }
            let spread = self.noise_px * oblique(facing) * (1.0 + WEAK / power).sqrt();
            let mut disparity = disparities[at] + spread * error;
            if self.step_px > 0.0 {
                disparity = (disparity / self.step_px).round() * self.step_px;
            }
            if disparity > 0.0 { within(self.shift / disparity, self.range_m) } else { 0.0 }
        };
        matched.iter().zip(&errors).enumerate().map(look).collect()
    }

    /// Which pixels the other eye sees too: not those beside its picture, nor those behind what is nearer.
    fn shared(&self, disparities: &[f32], width: usize) -> Vec<bool> {
        let mut shared = Vec::with_capacity(disparities.len());
        let mut nearest = vec![0.0_f32; width];
        for row in disparities.chunks_exact(width) {
            // Where the other eye sees a pixel's middle.
            let there = |x: usize| x as f32 + 0.5 + if self.right { -row[x] } else { row[x] };
            // It sees a pixel as far as half way to the next of the same surface, or as wide as it is.
            let edge = |x: usize, next: usize, side: f32| {
                let one = next < width && row[next] > 0.0 && (row[next] - row[x]).abs() <= GRADIENT_LIMIT;
                if one { 0.5 * (there(x) + there(next)) } else { there(x) + side }
            };
            nearest.fill(0.0);
            for x in (0..width).filter(|x| row[*x] > 0.0) {
                // Casts end at 0 by themselves; before the first pixel there is none.
                let from = (edge(x, x.wrapping_sub(1), -0.5) - 0.5).ceil() as usize;
                let to = ((edge(x, x + 1, 0.5) - 0.5).ceil() as usize).min(width);
                for nearest in nearest.get_mut(from..to).into_iter().flatten() {
                    *nearest = nearest.max(row[x]);
                }
            }
            let sees = |x: usize| {
                let there = there(x);
                let inside = row[x] > 0.0 && there >= 0.0 && there < width as f32;
                inside && nearest[(there as usize).min(width - 1)] <= row[x] + GRADIENT_LIMIT
            };
            shared.extend((0..width).map(sees));
        }
        shared
    }

    /// Which pixel's surface each pixel's window is matched with: its own, or a nearer one that is in the window too. To
    /// be called for columns (a stride of 1), then for rows.
    ///
    /// Beside what is nearer, on the side that the other eye does not see, nothing else in the window has a match, and
    /// so the nearer surface grows by half a window; at its other edges that depends on which of the two has more
    /// contrast, and is left to chance here (Okutomi, Katayama and Oka 2002, "boundary overreach"; Hirschmüller, Innocent
    /// and Garibaldi 2002).
    fn grown(&self, matched: Vec<u32>, disparities: &[f32], width: usize, stride: usize, fixed: u32) -> Vec<u32> {
        let half = self.window / 2;
        let mut grown = matched.clone();
        let by_chance = |near: usize| {
            let (column, row) = (near % width / self.window, near / width / self.window);
            (unit(hash(fixed ^ hash((row * width + column) as u32 ^ 0xed_6e))) * (half + 1) as f32) as usize
        };
        for (at, (one, next)) in matched.iter().zip(&matched[stride..]).enumerate() {
            let (before, after) = (disparities[*one as usize], disparities[*next as usize]);
            if (after - before).abs() <= GRADIENT_LIMIT || (stride == 1 && (at + 1) % width == 0) {
                continue;
            }
            let back = before < after;
            let near = if back { *next } else { *one };
            let hidden = stride == 1 && self.right == back;
            let reach = if hidden { half } else { by_chance(near as usize) };
            let length = if stride == 1 { width } else { matched.len() / width };
            let place = at / stride % length;
            let room = if back { place + 1 } else { length - 1 - place };
            for step in 0..reach.min(room) {
                let far = if back { at - step * stride } else { at + (step + 1) * stride };
                if disparities[far] > 0.5 * (before + after) {
                    break;
                }
                if disparities[grown[far] as usize] < before.max(after) {
                    grown[far] = near;
                }
            }
        }
        grown
    }

    /// How much stronger the picture's contrast along rows is in each pixel's window than the noise of the eyes: the
    /// variance of a match goes with the inverse (Matthies, Kanade and Szeliski 1989; Sabater, Morel and Almansa 2011).
    fn contrast(&self, seen: &Seen) -> Vec<f32> {
        let (width, height) = seen.size;
        let (half, wide) = (self.window / 2, width + self.window - 1);
        let mut ratios = vec![0.0_f32; wide * (height + self.window - 1)];
        // What is over-exposed has no contrast.
        let brightness = |[r, g, b]: &[f32; 3]| 0.2126 * share(*r) + 0.7152 * share(*g) + 0.0722 * share(*b);
        let bright: Vec<f32> = seen.light.iter().map(brightness).collect();
        let rows = ratios.chunks_exact_mut(wide).skip(half).take(height);
        for (row, ratios) in bright.chunks_exact(width).zip(rows) {
            for (x, ratio) in ratios[half..half + width].iter_mut().enumerate() {
                let own = row[x];
                let (before, after) = (own - row[x.saturating_sub(1)], own - row[(x + 1).min(width - 1)]);
                // Photons by Poisson's law, and read noise, in both of two pixels.
                let noise = own / WHITE_E + READ_E * READ_E / (WHITE_E * WHITE_E);
                *ratio = 0.5 * (before * before + after * after) / (2.0 * noise);
            }
        }
        let all = (self.window * self.window) as f32;
        summed(&ratios, seen.size, self.window).iter().map(|sum| sum / all).collect()
    }

    /// Errors of variance 1. Neighbours' windows share pixels, and so they share errors.
    fn errors(&self, (width, height): (usize, usize), fixed: u32, moment: u32) -> Vec<f32> {
        let more = self.window - 1;
        // Squared, the two and the window's many make 1.
        let all = self.window as f32;
        let (kept, new) = (FIXED_SHARE.sqrt() / all, (1.0 - FIXED_SHARE).sqrt() / all);
        let error = |site: usize| {
            let [own, now] = [0xe440, 0xe441].map(|salt| hash(site as u32 ^ salt));
            kept * normal(hash(fixed ^ own)) + new * normal(hash(moment ^ now))
        };
        let errors: Vec<f32> = (0..(width + more) * (height + more)).map(error).collect();
        summed(&errors, (width, height), self.window)
    }
}

/// Noise at an angle to the line of sight, against that of a surface that faces it: Nguyen, Izadi and Lovell (2012).
fn oblique(facing: f32) -> f32 {
    let angle = libm::acosf(facing);
    let ratio = angle / (std::f32::consts::FRAC_PI_2 - angle);
    1.0 + OBLIQUE * ratio * ratio
}

/// Light that is modulated by a continuous wave, whose phase tells how long it was away.
///
/// Variance of phase is that of the light counted, over the square of the wave's amplitude (Lange and Seitz 2001,
/// "Solid-state time-of-flight range camera"): σ goes with 1/√amplitude where the sensor's own light prevails, and with
/// 1/amplitude where the background does.
struct Clock {
    ambiguity_m: f32,
    range_m: [f32; 2],
    noise_m: f32,
    wiggling_m: f32,
    flying_pixels: f32,
}

impl Clock {
    fn measured(&self, seen: &Seen, fixed: u32, moment: u32) -> Vec<f32> {
        use std::f32::consts::TAU;
        let (width, height) = seen.size;
        let rays = Rays::new(seen);
        // The wave that comes back, in phase and a quarter later, and how much light it is.
        let from = |distance: f32, amplitude: f32| {
            let (sin, cos) = libm::sincosf((distance / self.ambiguity_m).fract() * TAU);
            [amplitude * cos, amplitude * sin, amplitude]
        };
        let fog = seen.air.map(|air| air.waves(self.range_m[1], self.ambiguity_m));
        let specks = seen.air.map(|air| air.specks(1.0 / seen.intrinsics.fx, self.range_m[1]));
        let wave = |place: usize| {
            let (x, y, depth) = (place % width, place / width, seen.depth[place]);
            let is_there = depth > 0.0 && depth.is_finite();
            let distance = if is_there { depth * rays.length(x, y) } else { self.range_m[1] };
            let facing = rays.facing(x, y, seen.normal[place]);
            let surface = if is_there { from(distance, seen.back(place, facing, distance)) } else { [0.0; 3] };
            let fog = fog.as_ref().map_or([0.0; 3], |fog| fog.before(distance));
            let speck = specks.as_ref().and_then(|specks| specks.before(place, moment, distance));
            let speck = speck.map_or([0.0; 3], |(range, light)| from(range, light));
            [0, 1, 2].map(|part| surface[part] + fog[part] + speck[part])
        };
        let waves = mixed((0..width * height).map(wave).collect(), seen.size, self.flying_pixels);
        let faintest = DARK / (self.range_m[1] * self.range_m[1]);
        // Within the ambiguity range a sensor is trusted to tell, by a second frequency, what is beyond it.
        let wraps = self.range_m[1] > self.ambiguity_m;
        let lead = unit(hash(fixed ^ 0x1d_ea)) * TAU;
        let look = |(place, [cos, sin, light]): (usize, [f32; 3])| {
            let amplitude = (cos * cos + sin * sin).sqrt();
            if amplitude <= faintest.max(0.0) {
                return 0.0;
            }
            let length = rays.length(place % width, place / width);
            let phase = libm::atan2f(sin, cos);
            let mut turns = phase / TAU;
            if !wraps {
                let own = seen.depth[place] * length / self.ambiguity_m;
                turns += (if own > 0.0 { own } else { 0.5 } - turns).round();
            }
            let spread = self.noise_m * ((light + BACKGROUND) / (1.0 + BACKGROUND)).sqrt() / amplitude;
            let noise = spread * normal(hash(moment ^ hash(place as u32 ^ 0x70_f0)));
            // The wave's third and fifth harmonics beat with four samples a turn, so that the error has four periods in
            // the ambiguity range (Lindner and Kolb 2006, "Lateral and depth calibration of PMD-distance sensors";
            // Lange 2000 for why four); where it begins each sensor has for itself.
            let wiggling = self.wiggling_m * libm::sinf(4.0 * phase + lead);
            let mut distance = turns * self.ambiguity_m + noise + wiggling;
            if wraps {
                distance = distance.rem_euclid(self.ambiguity_m);
            }
            within(distance / length, self.range_m)
        };
        waves.into_iter().enumerate().map(look).collect()
    }
}

/// Waves add up where a pixel sees two things, and so what it says is between, the nearer to what is brighter ("flying
/// pixels", Lindner, Schiller, Kolb and Koch 2010). A pixel sees so much more than its own width and height.
fn mixed(mut waves: Vec<[f32; 3]>, (width, height): (usize, usize), more: f32) -> Vec<[f32; 3]> {
    let half = 0.5 * WIDEST_MIX * share(more / WIDEST_MIX);
    // Weights of the pixel itself, of its two neighbours, and so on.
    let weight = |aside: usize| (half + 1.0 - aside as f32).min(1.0) / (1.0 + 2.0 * half);
    let weights: Vec<f32> = (0..=half.ceil() as usize).map(weight).collect();
    for (stride, length) in [(1, width), (width, height)] {
        let mix = |at: usize| {
            let place = at / stride % length;
            let mut sum = waves[at].map(|value| value * weights[0]);
            for (aside, weight) in weights.iter().enumerate().skip(1) {
                // What is beyond the picture is as its edge.
                let before = waves[at - aside.min(place) * stride];
                let after = waves[at + aside.min(length - 1 - place) * stride];
                for (sum, (before, after)) in sum.iter_mut().zip(before.iter().zip(after)) {
                    *sum += weight * (before + after);
                }
            }
            sum
        };
        waves = (0..waves.len()).map(mix).collect();
    }
    waves
}

#[cfg(test)]
mod tests;
