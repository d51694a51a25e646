//! What the air does to light of a sensor's own: what it takes of it, and what fog, drops and flakes send back.

use super::{DARK, hash, unit};
use crate::randomize::concrete::Weather;
use crate::render::air::{air, falling};
use crate::weather::Falling;
use crate::weather::optics::{Beam, Clutter, Met, fog_waves, two_way_transmittance};

/// Thinner air is not told from none over the ranges of such sensors.
const THINNEST_PER_M: f64 = 1e-3;
/// Nearer to it what its lamp lights is not in its view.
const NEAREST_M: f64 = 0.2;
/// How wide its lens is.
const APERTURE_M: f64 = 0.002;

/// Air before a sensor.
pub(in crate::render) struct Murk {
    extinction_per_m: f64,
    falling: Vec<Falling>,
}

/// Particles before the pixels of a sensor.
pub(super) struct Specks {
    met: Vec<(Clutter, Met)>,
    /// Light that is just noticed.
    faintest: f64,
}

impl Murk {
    /// That of a weather at such a height, where it is noticed.
    pub fn of(weather: &Weather, height_m: f64) -> Option<Murk> {
        let murk = Murk { extinction_per_m: air(weather).extinction_at(height_m), falling: falling(weather) };
        (murk.extinction_per_m > THINNEST_PER_M || !murk.falling.is_empty()).then_some(murk)
    }

    /// Share of the light that comes back from so far.
    pub(super) fn left(&self, distance_m: f32) -> f32 {
        two_way_transmittance(self.extinction_per_m, f64::from(distance_m)) as f32
    }

    /// The waves of the fog before ranges, for a sensor that is unambiguous so far.
    pub(super) fn waves(&self, range_m: f32, ambiguity_m: f32) -> Waves {
        Waves(fog_waves(self.extinction_per_m, [NEAREST_M, f64::from(range_m)], f64::from(ambiguity_m)))
    }

    /// What falls before pixels this wide, in radian.
    pub(super) fn specks(&self, pixel: f64, range_m: f32) -> Specks {
        let range = f64::from(range_m);
        let (full_gain_m, weakest_reflectance) = (NEAREST_M, f64::from(DARK));
        let range_m = [NEAREST_M, range];
        let beam = Beam { aperture_m: APERTURE_M, divergence: pixel, range_m, full_gain_m, weakest_reflectance };
        let met = |falling: &Falling| {
            let clutter = Clutter { falling: *falling, beam, extinction_per_m: self.extinction_per_m };
            (clutter, clutter.met())
        };
        let met = self.falling.iter().map(met).collect();
        Specks { met, faintest: weakest_reflectance / (range * range).max(1e-12) }
    }
}

/// Waves of fog up to ascending ranges.
pub(super) struct Waves(Vec<(f64, [f64; 3])>);

impl Waves {
    /// That of the fog before something.
    pub fn before(&self, distance_m: f32) -> [f32; 3] {
        let next = self.0.partition_point(|(range, _)| *range <= f64::from(distance_m));
        next.checked_sub(1).and_then(|last| self.0.get(last)).map_or([0.0; 3], |(_, wave)| wave.map(|part| part as f32))
    }
}

impl Specks {
    /// The brightest particle before a pixel that is nearer than something: its range, and its light against that from a
    /// white surface which faces the sensor at 1 m.
    pub fn before(&self, place: usize, moment: u32, distance_m: f32) -> Option<(f32, f32)> {
        let seen = self.met.iter().enumerate().filter_map(|(kind, (clutter, met))| {
            let draw = |salt: u32| f64::from(unit(hash(moment ^ hash(place as u32 ^ (salt + 2 * kind as u32) << 24))));
            let range = met.first_m(draw(0x51)).filter(|range| *range < f64::from(distance_m))?;
            Some((range as f32, (clutter.power(draw(0x52), range, 1.0) * self.faintest) as f32))
        });
        seen.max_by(|(_, one), (_, other)| one.total_cmp(other))
    }
}
