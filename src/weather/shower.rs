//! The field of falling particles that cameras see one by one.
//!
//! It has no end, nothing of it is stored, and it is the same for whoever looks: particles of nearly the same diameter
//! and speed are a class, and each class has a grid of cells that moves with it. What is in a cell is hashed from its
//! place in that grid. So two cameras see the same particles, and a later picture sees them moved on.

mod cells;

#[cfg(test)]
mod tests;

mod view;

use glam::{DMat4, DVec3};

use super::streaks::{OPEN_COUNTRY_M, resolved_diameter_m, wind_share};
use super::{Falling, Kind, bounded, positive};
use cells::Class;
pub(super) use view::View;

/// Particles are drawn between these distances from a camera. Nearer ones would be on its lens; farther ones are a
/// veil, even where a long lens could tell them.
pub const DISTANCES_M: [f64; 2] = [0.15, 60.0];
/// No more particles than this are drawn, whatever is asked for.
pub const MOST: usize = 1_000_000;

/// No wind of the ground has been faster, and time is told within three centuries.
const MOST_WIND_M_PER_S: f64 = 150.0;
pub(super) const MOST_TIME_S: f64 = 1e10;
/// How often the octave in which the coarseness is found is cut in half.
const HALVINGS: u32 = 24;

/// A camera as the shower knows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eye {
    /// World from camera in the middle of the exposure: camera axes x right, y down, z forward; metres; the world is
    /// right-handed with y up. An eye whose pose is not finite sees nothing.
    pub world_from_camera: DMat4,
    /// Pixels per unit of tangent (the focal length in pixels); where a lens is no pin-hole, pixels per radian on its
    /// axis.
    pub focal_px: f64,
    /// Half of the view's opening angle from the axis to a corner, in radian; π for one that sees all around.
    pub half_angle: f64,
    /// How fast it moves through the world.
    pub velocity_m_per_s: DVec3,
}

/// A particle while the shutter is open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Streak {
    /// Where it is in the middle of the exposure, in the world.
    pub middle_m: DVec3,
    /// From where it is at the beginning of the exposure to where it is at the end, in the world. Who draws takes off
    /// the camera's own way.
    pub way_m: DVec3,
    /// As large as it is seen.
    pub diameter_m: f64,
    /// Uniform in [0, 1) and independent of all else, for whoever draws it: the shape of a flake, how it tumbles. It
    /// stays with the particle, and among millions no two have the same.
    pub look: f64,
    /// Which of the things that fall it is.
    pub kind: usize,
}

/// What is drawn one by one.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// In an order that does not depend on that of the eyes.
    pub streaks: Vec<Streak>,
    /// How many times as wide as [`least_width_px`] the narrowest are: 1, or more where there would be too many.
    pub coarseness: f64,
}

/// How wide a particle has to be to be drawn by itself, in pixels.
///
/// A drop of 0.2 pixels covers 3 % of one, and if it moves by some pixels less than 1 % of each: about the noise of a
/// good picture. Flakes cover only about half of the disc about them, so that those of 0.3 pixels cover as much.
pub fn least_width_px(kind: Kind) -> f64 {
    match kind {
        Kind::Snow { .. } => 0.3,
        Kind::Rain | Kind::Hail => 0.2,
    }
}

/// All that falls, everywhere and for ever.
#[derive(Debug, Clone)]
pub struct Shower {
    falling: Vec<Falling>,
    classes: Vec<Class>,
}

impl Shower {
    /// What falls in a wind that is told for 10 m above the ground and blows over open country, seen from this height,
    /// that of the cameras in the mean: one wind for the whole field. A wind that is not finite counts as none.
    pub fn new(falling: &[Falling], wind_m_per_s: DVec3, height_m: f64, seed: u64) -> Shower {
        let told = if wind_m_per_s.is_finite() { wind_m_per_s } else { DVec3::ZERO };
        let most = DVec3::splat(MOST_WIND_M_PER_S);
        let wind = (told.clamp(-most, most) * wind_share(height_m, OPEN_COUNTRY_M)).clamp(-most, most);
        let classes = falling.iter().enumerate().flat_map(|(kind, one)| cells::classes(*one, kind, wind, seed));
        Shower { classes: classes.collect(), falling: falling.to_vec() }
    }

    /// All particles that at least one of the eyes can tell while the shutter is open, with `time_s` in the middle of
    /// the exposure; `most` of them at most.
    ///
    /// An eye can tell what in the middle of the exposure is within [`DISTANCES_M`] and, at that distance, at least
    /// [`least_width_px`] wide, and what meets the cone of its view about then: within half of its way as the eye sees
    /// it. Where more than `most` are to be expected, counted for each eye by itself, the least width is raised for all
    /// eyes and kinds; that depends on the lenses, the exposure and the velocities, not on where the eyes are or when,
    /// so that it stays the same through a sequence. If chance still brings more, the narrowest are left out.
    pub fn seen(&self, eyes: &[Eye], time_s: f64, exposure_s: f64, most: usize) -> Seen {
        let most = most.min(MOST);
        let time = if time_s.is_finite() { time_s.clamp(-MOST_TIME_S, MOST_TIME_S) } else { 0.0 };
        let watched: Vec<(&Class, Vec<View>)> = self.classes.iter().map(|c| (c, c.views(eyes, exposure_s))).collect();
        let coarseness = coarseness(&watched, most as f64);
        let mut found = Vec::new();
        for (class, views) in watched {
            let views: Vec<View> = views.iter().filter_map(|view| view.coarser(coarseness)).collect();
            class.collect(&views, time, exposure_s, &mut found);
        }
        Seen { streaks: widest(found, most), coarseness }
    }

    /// Which part of the extinction by one of the things that fall ([`Falling::extinction_per_m`]) those take that are
    /// drawn one by one, at a distance from an eye and for the coarseness of [`Seen`]: the veil of the others has 1
    /// less this. Nearer than [`DISTANCES_M`] it is as at the first of them, beyond the second it is 0.
    ///
    /// It never grows with distance. It takes a sum over the whole spectrum: who needs it for each pixel makes a table
    /// first.
    pub fn drawn_share(&self, kind: usize, eye: &Eye, distance_m: f64, coarseness: f64) -> f64 {
        let Some(falling) = self.falling.get(kind) else { return 0.0 };
        let [near, far] = DISTANCES_M;
        let distance = positive(distance_m).max(near);
        let focal = bounded(eye.focal_px);
        let all = falling.extinction_per_m(0.0);
        if distance > far || focal == 0.0 || all <= 0.0 {
            return 0.0;
        }
        let width = least_width_px(falling.kind()) * positive(coarseness).max(1.0);
        let least_mm = 1e3 * resolved_diameter_m(distance, focal, width);
        (falling.extinction_per_m(least_mm) / all).min(1.0)
    }
}

/// The least coarseness at which no more than so many are to be expected, or a little more than that.
fn coarseness(watched: &[(&Class, Vec<View>)], most: f64) -> f64 {
    let shells: Vec<view::Shell> = watched.iter().flat_map(|(class, views)| class.shells(views)).collect();
    let fits = |coarseness: f64| shells.iter().map(|shell| shell.number(coarseness)).sum::<f64>() <= most;
    if fits(1.0) {
        return 1.0;
    }
    // The widest are some 10⁹ pixels wide.
    let (mut low, mut high) = (1.0, 2.0);
    while !fits(high) && high < 1e15 {
        (low, high) = (high, 2.0 * high);
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if fits(middle) { high = middle } else { low = middle }
    }
    high
}

/// Those of the greatest widths, in the order that they came in.
pub(super) fn widest(mut found: Vec<(f64, Streak)>, most: usize) -> Vec<Streak> {
    if found.len() > most {
        let mut widths: Vec<f64> = found.iter().map(|(width, _)| *width).collect();
        let (_, bar, _) = widths.select_nth_unstable_by(most, |one, other| other.total_cmp(one));
        let bar = *bar;
        found.retain(|(width, _)| *width > bar);
    }
    found.into_iter().map(|(_, streak)| streak).collect()
}
