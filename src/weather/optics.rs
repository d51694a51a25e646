//! Lidars and time-of-flight sensors in fog, rain and snow: light that is lost, and light that comes back too soon.
//!
//! Powers are against what a sensor just notices, which it does of a surface of the weakest reflectance that it is
//! specified for, at the end of its range and in clear air.

#[cfg(test)]
mod tests;

use super::air::{LOG_20, optical_depth, transmittance};
use super::{Falling, bounded, positive, towards};

/// Steps, each longer than the last by the same factor, into which a beam is cut.
const STEPS: u32 = 64;
/// Nearer than this nothing is looked for.
const NEAREST_M: f64 = 0.01;
/// Places of the Gauss–Legendre rule of 2 points on (0, 1).
const PLACES: [f64; 2] = [0.211_324_865_405_187_1, 0.788_675_134_594_812_9];

/// Light to and fro.
pub fn two_way_transmittance(extinction_per_m: f64, range_m: f64) -> f64 {
    transmittance(2.0 * optical_depth(extinction_per_m, range_m))
}

/// Backscatter of fog: 0.046 over the meteorological optical range, per metre and steradian (Rasshofer, Spies and Spies
/// 2011, "Influences of weather phenomena on automotive laser radar systems"; Hahner et al. 2021, "Fog simulation on
/// real LiDAR point clouds for 3D object detection in adverse weather").
pub fn backscatter_per_m_sr(extinction_per_m: f64) -> f64 {
    0.046 / LOG_20 * bounded(extinction_per_m)
}

/// A beam and what its sensor notices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beam {
    /// How wide it leaves the sensor.
    pub aperture_m: f64,
    /// How much wider it is after each metre.
    pub divergence: f64,
    /// Nearest and farthest.
    pub range_m: [f64; 2],
    /// Nearer than this the receiver's gain falls with the square of range, as its view overlaps the beam only in part
    /// or as it is made so.
    pub full_gain_m: f64,
    /// What it just notices at its farthest.
    pub weakest_reflectance: f64,
}

impl Beam {
    /// Its width.
    pub fn width_m(&self, range_m: f64) -> f64 {
        (bounded(self.aperture_m) + bounded(self.divergence) * bounded(range_m)).clamp(1e-6, 1e6)
    }

    /// Power that comes back of all the beam from a surface: 1 is just noticed.
    pub fn power(&self, reflectance: f64, range_m: f64, extinction_per_m: f64) -> f64 {
        let nearness = bounded(self.range_m[1]) / self.spread(range_m);
        let back = bounded(reflectance) / self.weakest() * nearness * nearness;
        back * two_way_transmittance(extinction_per_m, range_m)
    }

    /// The range up to which a surface is noticed: where r exp(α r) = r₀ √(ρ / ρ₀), that is at W(α r₀ √(ρ / ρ₀)) / α
    /// with Lambert's W, or nearer where the gain is not full. In clear air it may be beyond the sensor's own range.
    pub fn reach_m(&self, reflectance: f64, extinction_per_m: f64) -> f64 {
        let extinction = positive(extinction_per_m).min(1e6);
        let clear = bounded(self.range_m[1]) * (bounded(reflectance) / self.weakest()).sqrt();
        if !clear.is_normal() {
            return 0.0;
        }
        // Newton's method for ln r + α r = ln r₀, which is concave: from below it comes nearer from below.
        let mut range = clear / (1.0 + extinction * clear);
        for _ in 0..60 {
            let off = libm::log(range / clear) + extinction * range;
            let next = range - off * range / (1.0 + extinction * range);
            if (next - range).abs() <= 1e-15 * range || !next.is_normal() {
                break;
            }
            range = next;
        }
        let gain = self.spread(0.0);
        if range < gain { positive(libm::log(clear / gain) / extinction).min(gain) } else { range }
    }

    /// What comes back of fog itself: where it is brightest, and its power. The pulse's power goes as sin², and its
    /// length is how far light goes in its duration at half its height: there and back, it is so long from end to end.
    ///
    /// The convolution of Rasshofer, Spies and Spies (2011) for what fills the beam, against the same of a surface; a
    /// surface that is fainter than this is not seen, and one that is nearer is seen in its place.
    pub fn fog_echo(&self, extinction_per_m: f64, pulse_m: f64) -> Echo {
        const PLACES_ALONG: u32 = 64;
        let (near, pulse) = (self.near(), positive(pulse_m).clamp(1e-3, 1e3));
        let backscatter = backscatter_per_m_sr(extinction_per_m);
        let from = |range: f64| {
            let spread = self.spread(range);
            if range < near { 0.0 } else { two_way_transmittance(extinction_per_m, range) / (spread * spread) }
        };
        // Over the pulse by the middle of each piece: its ends are 0.
        let gathered = |range: f64| {
            let piece = |piece: u32| {
                let along = (f64::from(piece) + 0.5) / f64::from(PLACES_ALONG) - 0.5;
                let height = libm::cos(std::f64::consts::PI * along);
                height * height * from(range + along * pulse)
            };
            (0..PLACES_ALONG).map(piece).sum::<f64>() * pulse / f64::from(PLACES_ALONG)
        };
        let farthest = near.max(bounded(self.full_gain_m)) + pulse;
        let mut brightest = Echo { range_m: near, power: 0.0 };
        let far = bounded(self.range_m[1]);
        let just = self.weakest() / std::f64::consts::PI / (far * far).max(1e-12);
        for step in 0..=PLACES_ALONG {
            let range_m = near + (farthest - near) * f64::from(step) / f64::from(PLACES_ALONG);
            let power = backscatter * gathered(range_m) / just;
            if power > brightest.power {
                brightest = Echo { range_m, power };
            }
        }
        brightest
    }

    fn near(&self) -> f64 {
        bounded(self.range_m[0]).max(NEAREST_M)
    }

    fn weakest(&self) -> f64 {
        bounded(self.weakest_reflectance).max(1e-6)
    }

    /// The range as power falls with it.
    fn spread(&self, range_m: f64) -> f64 {
        bounded(range_m).max(bounded(self.full_gain_m)).max(NEAREST_M)
    }
}

/// Something that comes back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Echo {
    /// From where.
    pub range_m: f64,
    /// How much of it: 1 is just noticed.
    pub power: f64,
}

/// Particles that send a beam back.
///
/// A particle of diameter D in a beam of width w meets (D / w)² of it, and of that sends its reflectance back (Kilic et
/// al. 2021, "Lidar light scattering augmentation (LISA)"). So at each range particles from some diameter on are
/// noticed, and how many of them the beam meets follows Poisson's law. Theirs are drawn one by one; here the nearest is
/// drawn at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clutter {
    /// What falls.
    pub falling: Falling,
    /// Through what.
    pub beam: Beam,
    /// Of all that is in the air.
    pub extinction_per_m: f64,
}

impl Clutter {
    /// The least diameter that sends back so much from a range; `None` where even one that fills the beam doesn't.
    pub fn least_mm(&self, range_m: f64, power: f64) -> Option<f64> {
        let full = self.beam.power(self.falling.reflectance(), range_m, self.extinction_per_m);
        let wanted = positive(power);
        (full > 0.0 && full >= wanted).then(|| 1e3 * self.beam.width_m(range_m) * (wanted / full).sqrt())
    }

    /// Particles a metre that send back at least so much.
    pub fn density_per_m(&self, range_m: f64, power: f64) -> f64 {
        let Some(least_mm) = self.least_mm(range_m, power) else { return 0.0 };
        let width = self.beam.width_m(range_m);
        std::f64::consts::FRAC_PI_4 * width * width * self.falling.number_per_m3(least_mm)
    }

    /// What the beam meets of particles that are just noticed, or more.
    pub fn met(&self) -> Met {
        let mut before = vec![(self.beam.near(), 0.0)];
        let mut met = 0.0;
        self.walk(1.0, f64::INFINITY, |from, length, density| {
            met += length * density;
            before.push((from + length, met));
            None
        });
        Met(before)
    }

    /// What such a particle that is at a range sends back, by inverse transform from a number in [0, 1).
    pub fn power(&self, unit: f64, range_m: f64, at_least: f64) -> f64 {
        let full = self.beam.power(self.falling.reflectance(), range_m, self.extinction_per_m);
        let Some(least_mm) = self.least_mm(range_m, at_least) else { return 0.0 };
        let ratio = self.falling.diameter_mm(unit, least_mm) / (1e3 * self.beam.width_m(range_m));
        (full * (ratio * ratio).min(1.0)).max(positive(at_least))
    }

    /// Goes along the beam, step by step, until something is found: from where, how far, and the mean density there.
    fn walk(&self, power: f64, before_m: f64, mut step: impl FnMut(f64, f64, f64) -> Option<f64>) -> Option<f64> {
        let (near, far) = (self.beam.near(), positive(self.beam.range_m[1]).min(1e6));
        if far <= near {
            return None;
        }
        let growth = libm::exp(libm::log(far / near) / f64::from(STEPS));
        let mut from = near;
        for _ in 0..STEPS {
            // Steps do not depend on where the surface is, so that neither does what is found before it.
            let to = from * growth;
            if from >= before_m {
                return None;
            }
            let density: f64 = PLACES.map(|place| self.density_per_m(from + place * (to - from), power)).iter().sum();
            let length = to.min(before_m) - from;
            if let Some(found) = step(from, length, 0.5 * density) {
                return Some(found);
            }
            from = to;
        }
        None
    }
}

/// How many particles a beam meets in the mean before ranges: range and number, both ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct Met(Vec<(f64, f64)>);

impl Met {
    /// Where the first one is met, by inverse transform from a number in [0, 1); `None` where none is within range.
    pub fn first_m(&self, unit: f64) -> Option<f64> {
        let wanted = -libm::log1p(-unit);
        let next = self.0.partition_point(|(_, number)| *number <= wanted);
        let (&(from, low), &(to, high)) = (self.0.get(next.checked_sub(1)?)?, self.0.get(next)?);
        Some(towards(from, to, (wanted - low) / (high - low)))
    }
}

/// The waves that fog before ranges sends back to a sensor whose light is modulated: ascending ranges, and up to each the
/// part in phase, that a quarter later, and how much light it is, against that from a white surface which faces it at 1 m.
/// Added to that of what is behind, itself dimmed by [`two_way_transmittance`], it makes depths too small.
pub fn fog_waves(extinction_per_m: f64, [near_m, far_m]: [f64; 2], ambiguity_m: f64) -> Vec<(f64, [f64; 3])> {
    let (near, far) = (positive(near_m).max(NEAREST_M), positive(far_m).min(1e4));
    let ambiguity = positive(ambiguity_m);
    let mut wave = [0.0; 3];
    let mut waves = vec![(near, wave)];
    if far <= near || ambiguity < 1e-3 {
        return waves;
    }
    let steps = 2 * STEPS;
    let growth = libm::exp(libm::log(far / near) / f64::from(steps));
    // π times the backscatter is a matt surface's albedo a metre.
    let albedo_per_m = std::f64::consts::PI * backscatter_per_m_sr(extinction_per_m);
    let mut from = near;
    for _ in 0..steps {
        let to = from * growth;
        for place in PLACES {
            let range = towards(from, to, place);
            let light =
                0.5 * (to - from) * albedo_per_m * two_way_transmittance(extinction_per_m, range) / (range * range);
            let phase = std::f64::consts::TAU * range / ambiguity;
            wave[0] += light * libm::cos(phase);
            wave[1] += light * libm::sin(phase);
            wave[2] += light;
        }
        waves.push((to, wave));
        from = to;
    }
    waves
}
