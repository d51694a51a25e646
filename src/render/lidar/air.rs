//! What the air does to lidars: light that it takes, and echoes of drops, flakes and fog.
//!
//! Of a beam the strongest echo is told. What lies along it is worked out once for a lidar; a ray only looks up where it
//! meets the first particle that is noticed at all.

use super::DIVERGENCE;
use crate::randomize::concrete::{Lidar, Weather};
use crate::render::air::{air, falling};
use crate::weather::air::Air;
use crate::weather::optics::{Beam, Clutter, Echo, Met};

/// How wide a beam leaves usual lidars.
const APERTURE_M: f64 = 0.01;
/// Nearer than this the receiver sees the beam in part only (Hahner et al. 2021 have 0.9 to 1 m).
const FULL_GAIN_M: f64 = 1.0;
/// Length of a pulse of 5 ns at half its height.
const PULSE_M: f64 = 1.5;

/// Air about a lidar.
pub(super) struct Scattering {
    air: Air,
    /// Of the fog itself, where it is noticed.
    fog: Option<Echo>,
    /// What falls, and what is met of it.
    clutter: Vec<(Clutter, Met)>,
}

/// Something in the air that is told in place of what is behind it.
pub(super) struct Scattered {
    pub range_m: f64,
    pub power: f64,
}

impl Scattering {
    /// About a lidar that stands so high.
    pub fn of(weather: &Weather, lidar: &Lidar, height_m: f64) -> Scattering {
        let air = air(weather);
        let extinction_per_m = air.extinction_at(height_m);
        let beam = Beam {
            aperture_m: APERTURE_M,
            divergence: DIVERGENCE,
            range_m: lidar.range_m.map(f64::from),
            full_gain_m: FULL_GAIN_M,
            weakest_reflectance: f64::from(lidar.weakest_reflectance),
        };
        let fog = beam.fog_echo(air.veil.extinction_at(height_m), PULSE_M);
        let met = |falling| {
            let clutter = Clutter { falling, beam, extinction_per_m };
            (clutter, clutter.met())
        };
        Scattering {
            air,
            fog: (fog.power >= 1.0).then_some(fog),
            clutter: falling(weather).into_iter().map(met).collect(),
        }
    }

    /// Share of the light of a surface that comes back, there and back through the air between two heights.
    pub fn left(&self, from_height_m: f64, to_height_m: f64, distance_m: f64) -> f64 {
        libm::exp(-2.0 * self.air.optical_depth(from_height_m, to_height_m, distance_m))
    }

    /// The strongest echo of the air before something that comes back with such a power (1 is just noticed) from a range.
    pub fn before(&self, units: &mut dyn FnMut() -> f64, power: f64, range_m: f64) -> Option<Scattered> {
        let fog = self.fog.map(|echo| Scattered { range_m: echo.range_m, power: echo.power });
        let mut found = fog.filter(|fog| fog.range_m < range_m && fog.power > power);
        for (clutter, met) in &self.clutter {
            let (first, size) = (units(), units());
            let Some(range) = met.first_m(first).filter(|range| *range < range_m) else { continue };
            let back = clutter.power(size, range, 1.0);
            let strongest = found.as_ref().map_or(power, |found| found.power.max(power));
            if back > strongest {
                found = Some(Scattered { range_m: range, power: back });
            }
        }
        found
    }
}
