//! Lightning: when it flashes, how bright, and what shape the channel has.
//!
//! Flashes come by Poisson's law. One of five goes to the ground, with several strokes along the same channel some 60 ms
//! apart, the others stay in the cloud, which glows as long as either lasts (V. A. Rakov and M. A. Uman 2003, "Lightning:
//! physics and effects", chapters 1, 4 and 9). All of it is worked out from a seed and a time, so that nothing is stored.

#[cfg(test)]
mod tests;

use std::f64::consts::PI;

use glam::DVec3;
use serde::{Deserialize, Serialize};

use super::chance::{chained, poisson, unit};
use super::positive;

/// Time is cut into slots, in each of which flashes are drawn anew.
const SLOT_S: f64 = 5.0;
/// Of all flashes.
const TO_GROUND: f64 = 0.2;
/// No flash is longer.
const LONGEST_S: f64 = 0.6;
/// Strokes of a flash to the ground, at most, and the mean time between them.
const STROKES: u32 = 5;
const BETWEEN_S: f64 = 0.06;
/// Light of a first stroke: 2.3 GW at its peak between 0.4 and 1.1 µm, later ones a fifth of it (C. Guo and E. P. Krider
/// 1982, "The optical and radiation field signatures produced by lightning return strokes"), over 0.15 ms, at 150 lm/W,
/// which are assumptions.
const FIRST_LM_S: f64 = 2.3e9 * 0.15e-3 * 150.0;
const LATER: f64 = 0.2;
/// Of what a flash sends in all its strokes, the share that it sends between them, evenly: an assumption.
const GLOW: f64 = 0.3;
/// Share of the light in a cloud that leaves it below: an assumption.
const THROUGH_CLOUD: f64 = 0.2;
/// Nearest and farthest.
const DISTANCES_M: [f64; 2] = [800.0, 12_000.0];
/// How high clouds are above.
const BASE_M: f64 = 1500.0;
/// Pieces of a channel are a power of 2 in number; each bends by 16° in the mean (R. D. Hill 1968, "Analysis of irregular
/// paths of lightning channels").
const HALVINGS: u32 = 6;
const BEND: f64 = 0.14;
/// A channel's branches, at most.
const BRANCHES: u64 = 6;

/// Lightning while the shutter is open.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flash {
    /// Which one it is.
    pub seed: u64,
    /// Where it is: 0 is +z, 90 is +x.
    pub azimuth_deg: f64,
    /// On the level from the origin.
    pub distance_m: f64,
    /// Whether it goes to the ground, so that its channel is seen.
    pub to_ground: bool,
    /// Light that it sends in all directions, the mean while the shutter is open.
    pub flux_lm: f64,
}

/// The brightest flash of so many a minute while the shutter is open about a time, if there is one.
pub fn flash(per_min: f64, seed: u64, time_s: f64, exposure_s: f64) -> Option<Flash> {
    let (rate, exposure) = (positive(per_min).min(600.0) * SLOT_S / 60.0, positive(exposure_s).clamp(1e-5, 10.0));
    if rate == 0.0 || !time_s.is_finite() || time_s.abs() > 1e10 {
        return None;
    }
    let from = time_s - 0.5 * exposure;
    let slots = ((from - LONGEST_S) / SLOT_S).floor() as i64..=((from + exposure) / SLOT_S).floor() as i64;
    let all = slots.flat_map(|slot| {
        let of_slot = chained(seed, slot as u64);
        let number = poisson(unit(of_slot, 0), rate, libm::exp(-rate));
        (0..number).map(move |one| (slot as f64 * SLOT_S, chained(of_slot, one)))
    });
    let seen = all.filter_map(|(slot_s, seed)| {
        let start = slot_s + SLOT_S * unit(seed, 0);
        let to_ground = unit(seed, 1) < TO_GROUND;
        let flux_lm = sent(seed, to_ground, from - start, exposure) / exposure;
        let [near, far] = DISTANCES_M;
        let distance_m = (near * near + unit(seed, 2) * (far * far - near * near)).sqrt();
        let azimuth_deg = 360.0 * unit(seed, 3);
        (flux_lm > 0.0).then_some(Flash { seed, azimuth_deg, distance_m, to_ground, flux_lm })
    });
    seen.max_by(|one, other| one.cloud_lux().total_cmp(&other.cloud_lux()))
}

/// Light of a flash from so long after it began, in lumen seconds.
fn sent(seed: u64, to_ground: bool, from_s: f64, exposure_s: f64) -> f64 {
    let strokes = 1 + (f64::from(STROKES) * unit(seed, 4)) as u32;
    let (mut at, mut all, mut within) = (0.0, 0.0, 0.0);
    for stroke in 0..strokes {
        // Strokes in clouds, which are many and faint, are as bright as later ones.
        let light = FIRST_LM_S * if stroke == 0 && to_ground { 1.0 } else { LATER };
        all += light;
        within += if (from_s..from_s + exposure_s).contains(&at) { light } else { 0.0 };
        if stroke + 1 < strokes {
            at += (0.5 + unit(seed, 5 + u64::from(stroke))) * BETWEEN_S;
        }
    }
    let lasts = (at + BETWEEN_S).min(LONGEST_S);
    let glows = (from_s + exposure_s).min(lasts) - from_s.max(0.0);
    within + GLOW * all * positive(glows) / lasts
}

impl Flash {
    /// What comes straight from its channel, on what faces it, in lux.
    pub fn channel_lux(&self) -> f64 {
        if self.to_ground { self.at(0.5 * BASE_M) } else { 0.0 }
    }

    /// What the cloud above sends down of it, on level ground, in lux.
    pub fn cloud_lux(&self) -> f64 {
        THROUGH_CLOUD * self.at(BASE_M)
    }

    fn at(&self, height_m: f64) -> f64 {
        self.flux_lm / (4.0 * PI * (self.distance_m * self.distance_m + height_m * height_m))
    }

    /// Unit vector towards the middle of its channel.
    pub fn direction(&self) -> DVec3 {
        (self.foot() + 0.5 * BASE_M * DVec3::Y).normalize()
    }

    fn foot(&self) -> DVec3 {
        let angle = self.azimuth_deg.to_radians();
        DVec3::new(libm::sin(angle), 0.0, libm::cos(angle)) * self.distance_m
    }

    /// The channel from cloud to ground, and its branches, each as points in metres; none where it stays in the cloud.
    pub fn channels(&self) -> Vec<Vec<DVec3>> {
        if !self.to_ground {
            return Vec::new();
        }
        let draw = |which: u64| unit(self.seed, 16 + which) - 0.5;
        let top = self.foot() + DVec3::new(draw(0) * 0.6, 1.0, draw(1) * 0.6) * BASE_M;
        let main = bent(vec![top, self.foot()], chained(self.seed, 0));
        let branches = (1..=BRANCHES).filter_map(|branch| {
            let draw = |which: u64| draw(5 * branch + which);
            if draw(4) < 0.0 {
                return None;
            }
            let from = *main.get(((0.1 + 0.6 * (draw(0) + 0.5)) * main.len() as f64) as usize)?;
            // Branches go down as well, and end in the air.
            let way = DVec3::new(draw(1), -0.25 - 0.4 * (draw(2) + 0.5), draw(3)) * from.y * 0.8;
            Some(bent(vec![from, from + way], chained(self.seed, branch)))
        });
        let branches: Vec<Vec<DVec3>> = branches.collect();
        std::iter::once(main).chain(branches).collect()
    }
}

/// Bends a way by moving the middle of each piece aside, again and again.
fn bent(mut way: Vec<DVec3>, seed: u64) -> Vec<DVec3> {
    for halving in 0..HALVINGS {
        let mut finer = Vec::with_capacity(2 * way.len());
        for (place, ends) in way.windows(2).enumerate() {
            let [from, to] = [ends[0], ends[1]];
            let key = chained(chained(seed, u64::from(halving)), place as u64);
            // Nearly normal, of variance 1.
            let draw = |axis: u64| 3.0_f64.sqrt() * ((0..4).map(|one| unit(key, 4 * axis + one)).sum::<f64>() - 2.0);
            let aside = DVec3::new(draw(0), draw(1), draw(2)) * (0.5 * BEND * from.distance(to));
            finer.extend([from, 0.5 * (from + to) + aside]);
        }
        finer.extend(way.last());
        way = finer;
    }
    way
}
