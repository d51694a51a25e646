//! Weather as it reaches pictures, sensors and the ground: mathematics that several rooms share.
//!
//! What falls is counted by the cubic metre of air and by diameter in millimetres. A quantity that is not a number, or
//! below 0 where there can't be less than nothing, counts as 0, so that nothing here fails; who wants to complain does
//! it before.

pub mod air;

pub mod chance;

pub mod drops;

pub mod flakes;

pub mod ground;

pub mod lightning;

pub mod optics;

pub mod shower;

pub mod spectrum;

pub mod splashes;

pub mod streaks;

#[cfg(test)]
mod tests;

use drops::Drops;
use spectrum::Spectrum;

/// What falls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Drops of water.
    Rain,
    /// Flakes, dry (0) to wet or rimed (1).
    Snow {
        /// As [`flakes::wetness`] has it.
        wetness: f64,
    },
    /// Stones of ice.
    Hail,
}

/// All that falls through the air, by the size that is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Falling {
    kind: Kind,
    /// By the diameter seen, but for snow by that of the drop that a flake melts to.
    spectrum: Spectrum,
}

impl Falling {
    /// Rain.
    pub fn rain(rate_mm_per_h: f64, drops: Drops) -> Falling {
        Falling { kind: Kind::Rain, spectrum: drops.spectrum(rate_mm_per_h) }
    }

    /// Snow of so much water, dry (0) to wet (1).
    pub fn snow(rate_mm_per_h: f64, wetness: f64) -> Falling {
        Falling { kind: Kind::Snow { wetness: share(wetness) }, spectrum: flakes::snow(rate_mm_per_h) }
    }

    /// Hail whose stones have this mean diameter.
    pub fn hail(mean_diameter_mm: f64) -> Falling {
        Falling { kind: Kind::Hail, spectrum: flakes::hail(mean_diameter_mm) }
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Particles in a cubic metre of air that are at least so large.
    pub fn number_per_m3(&self, above_mm: f64) -> f64 {
        self.spectrum.number_per_m3(self.counted(above_mm))
    }

    /// The diameter of one of those that are at least so large, by inverse transform from a number in [0, 1).
    pub fn diameter_mm(&self, unit: f64, above_mm: f64) -> f64 {
        self.seen(self.spectrum.quantile_mm(unit, self.counted(above_mm)))
    }

    /// The largest diameter that there is.
    pub fn largest_mm(&self) -> f64 {
        self.seen(self.spectrum.most_mm())
    }

    /// How fast a particle of this diameter falls through air at rest, at sea level.
    pub fn fall_speed_m_per_s(&self, diameter_mm: f64) -> f64 {
        match self.kind {
            Kind::Rain => drops::fall_speed_m_per_s(diameter_mm),
            Kind::Snow { wetness } => flakes::fall_speed_m_per_s(diameter_mm, wetness),
            Kind::Hail => flakes::hail_speed_m_per_s(diameter_mm),
        }
    }

    /// Share of the light that those that are at least so large take out of a beam on each metre, for a receiver that
    /// sees little but that beam: twice their cross sections, since as much light as meets them is diffracted at their
    /// rims.
    ///
    /// Where the larger ones are drawn one by one, what is left is the veil of the smaller ones.
    pub fn extinction_per_m(&self, above_mm: f64) -> f64 {
        let area_mm2 = |diameter: f64| {
            let seen = self.seen(diameter);
            std::f64::consts::FRAC_PI_2 * seen * seen
        };
        1e-6 * self.spectrum.sum(self.counted(above_mm), area_mm2)
    }

    /// Millimetres of water that arrive on level ground in an hour, as sizes and speeds have it: near the rate that the
    /// spectrum was asked for, but no spectrum of the literature gives quite that.
    pub fn rate_mm_per_h(&self) -> f64 {
        // A cubic millimetre on a square metre is a nanometre.
        let density = if self.kind == Kind::Hail { flakes::ICE_DENSITY } else { 1.0 };
        let volume = |d: f64| std::f64::consts::PI / 6.0 * d * d * d * self.fall_speed_m_per_s(self.seen(d));
        3600.0 * 1e-6 * density * self.spectrum.sum(0.0, volume)
    }

    /// Share of the light that meets a particle and is sent back to a sensor beside the lamp: for water the mirror at
    /// its front (Kilic et al. 2021), for snow nearly all of it (Hahner et al. 2022). That hail is between them is a
    /// guess: its ice is clear in layers and milky in others.
    pub fn reflectance(&self) -> f64 {
        match self.kind {
            Kind::Rain => 0.02,
            Kind::Snow { .. } => 0.9,
            Kind::Hail => 0.6,
        }
    }

    /// What the spectrum counts for a diameter that is seen.
    fn counted(&self, seen_mm: f64) -> f64 {
        match self.kind {
            Kind::Snow { wetness } => flakes::melted_mm(seen_mm, wetness),
            _ => positive(seen_mm),
        }
    }

    /// What is seen of a diameter that the spectrum counts.
    fn seen(&self, counted_mm: f64) -> f64 {
        match self.kind {
            Kind::Snow { wetness } => flakes::diameter_mm(counted_mm, wetness),
            _ => counted_mm,
        }
    }
}

/// The value, or 0 where it is below 0 or not a number.
fn positive(value: f64) -> f64 {
    if value > 0.0 { value } else { 0.0 }
}

/// The value, at most 1e12, or 0 where it is below 0 or not a number.
fn bounded(value: f64) -> f64 {
    positive(value).min(1e12)
}

/// The value from 0 to 1, and 0 where it is not a number.
fn share(value: f64) -> f64 {
    positive(value).min(1.0)
}

/// The product of two that are not negative; 0 where one is 0, even if the other is infinite.
fn product(one: f64, other: f64) -> f64 {
    if one == 0.0 || other == 0.0 { 0.0 } else { one * other }
}

/// The point at this share (0 to 1) of the way from one value to another.
fn towards(from: f64, to: f64, share: f64) -> f64 {
    from + (to - from) * share
}

/// What a table of ascending places and their values says at a place, by straight lines; beyond its ends as at them.
fn table(rows: &[(f64, f64)], at: f64) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for &(place, value) in rows {
        if at <= place {
            return before.map_or(value, |(from, low)| towards(low, value, (at - from) / (place - from)));
        }
        before = Some((place, value));
    }
    before.map_or(0.0, |(_, value)| value)
}
