//! Particles of nearly the same diameter and speed, in the cells of a grid that moves with them.

#[cfg(test)]
mod tests;

use glam::{DVec3, I64Vec3};

use super::super::chance::{chained, mixed, poisson, unit};

use super::super::streaks::{streak_m, velocity_m_per_s};
use super::super::towards;
use super::view::{Shell, View};
use super::{Eye, Falling, Streak, least_width_px};

/// The largest diameter of a class is at most so many times the smallest, as smaller ones are looked at in vain where
/// only larger ones are told, and the fastest at most so many times as fast as the slowest: each moves at its own speed
/// within 5 %.
const DIAMETER_RATIO: f64 = 1.2;
const SPEED_RATIO: f64 = 1.1;
/// More classes than any spectrum has.
const MOST_CLASSES: usize = 128;
/// In so many pieces of a class, each with as many particles, all diameters are as frequent: the share of the whole that
/// is below a diameter is right within 2e-4.
const PIECES: usize = 32;
/// Particles in a cell in the mean, unless the cell would be larger than the second.
const MEAN_NUMBER: f64 = 4.0;
const MOST_CELL_M: f64 = 64.0;
/// Random numbers of a particle: three for its place, one for its diameter and one for its look.
const UNITS: u64 = 5;

/// Particles that move as one.
#[derive(Debug, Clone)]
pub(super) struct Class {
    falling: Falling,
    kind: usize,
    diameters_mm: [f64; 2],
    /// Of the class.
    number_per_m3: f64,
    /// Diameters in mm such that as many are between any two that follow each other.
    quantiles_mm: [f64; PIECES + 1],
    velocity_m_per_s: DVec3,
    cell_m: f64,
    key: u64,
}

/// The classes of one thing that falls, from small to large.
pub(super) fn classes(falling: Falling, kind: usize, wind: DVec3, seed: u64) -> impl Iterator<Item = Class> {
    let largest = falling.largest_mm();
    let next = move |least: f64| {
        let most_speed = SPEED_RATIO * falling.fall_speed_m_per_s(least);
        let ratios = std::iter::successors(Some(DIAMETER_RATIO), |ratio| (*ratio > 1.01).then(|| ratio.sqrt()));
        let slow = |ratio: &f64| falling.fall_speed_m_per_s(ratio * least) <= most_speed;
        let ratio = ratios.into_iter().find(slow).unwrap_or(1.01);
        (ratio * least).min(largest)
    };
    let ends = std::iter::successors(Some(falling.diameter_mm(0.0, 0.0)), move |least| Some(next(*least)));
    let keyed = ends.take_while(move |least| *least > 0.0 && *least < largest).take(MOST_CLASSES).zip(0..);
    keyed.filter_map(move |(least, index)| {
        let key = [kind as u64, index].into_iter().fold(mixed(seed), chained);
        Class::new(falling, kind, [least, next(least)], wind, key)
    })
}

impl Class {
    fn new(falling: Falling, kind: usize, diameters_mm: [f64; 2], wind: DVec3, key: u64) -> Option<Class> {
        let [above, beyond] = diameters_mm.map(|diameter| falling.number_per_m3(diameter));
        let number_per_m3 = above - beyond;
        if number_per_m3.is_nan() || number_per_m3 <= 0.0 {
            return None;
        }
        // Of all that are at least as large as the smallest.
        let piece = number_per_m3 / above / PIECES as f64;
        let quantiles_mm = std::array::from_fn(|at| falling.diameter_mm(piece * at as f64, diameters_mm[0]));
        let [slow, fast] = diameters_mm.map(|diameter| falling.fall_speed_m_per_s(diameter));
        Some(Class {
            falling,
            kind,
            diameters_mm,
            number_per_m3,
            quantiles_mm,
            velocity_m_per_s: velocity_m_per_s(wind, (slow * fast).sqrt()),
            cell_m: libm::cbrt(MEAN_NUMBER / number_per_m3).min(MOST_CELL_M),
            key,
        })
    }

    /// The diameter of one, by inverse transform from a number in [0, 1).
    fn diameter_m(&self, unit: f64) -> f64 {
        let place = unit * PIECES as f64;
        let piece = (place as usize).min(PIECES - 1);
        match self.quantiles_mm.get(piece..piece + 2) {
            Some([from, to]) => 1e-3 * towards(*from, *to, place - piece as f64),
            _ => 0.0,
        }
    }

    fn most_m(&self) -> f64 {
        1e-3 * self.diameters_mm[1]
    }

    /// What each of the eyes can see of it.
    pub(super) fn views(&self, eyes: &[Eye], exposure_s: f64) -> Vec<View> {
        let width = least_width_px(self.falling.kind());
        let view = |eye| View::new(eye, self.velocity_m_per_s, exposure_s, self.most_m(), width);
        eyes.iter().filter_map(view).collect()
    }

    /// How many are to be expected where.
    pub(super) fn shells(&self, views: &[View]) -> impl Iterator<Item = Shell> {
        let diameters_m = self.diameters_mm.map(|diameter| 1e-3 * diameter);
        let shell = move |(volume, least_m)| Shell { number: self.number_per_m3 * volume, least_m, diameters_m };
        views.iter().flat_map(View::shells).map(shell)
    }

    /// Adds the particles that are seen at a time, each with how many times as wide as it has to be it is.
    pub(super) fn collect(&self, views: &[View], time_s: f64, exposure_s: f64, found: &mut Vec<(f64, Streak)>) {
        let moved = self.velocity_m_per_s * time_s;
        let cell = |corner: DVec3| ((corner - moved) / self.cell_m).floor().as_i64vec3();
        let corners = views.iter().map(|view| view.corners().map(cell));
        let around = |[from, to]: [I64Vec3; 2], [first, last]: [I64Vec3; 2]| [from.min(first), to.max(last)];
        let Some([first, last]) = corners.reduce(around) else { return };
        let mean = self.number_per_m3 * self.cell_m * self.cell_m * self.cell_m;
        let way_m = streak_m(self.velocity_m_per_s, DVec3::ZERO, exposure_s);
        let mut gathering = Gathering { class: self, views, moved, mean, none: libm::exp(-mean), way_m, found };
        gathering.block(first, last + I64Vec3::ONE);
    }
}

/// A walk through the cells of a class.
struct Gathering<'a> {
    class: &'a Class,
    views: &'a [View],
    /// How far the grid has moved.
    moved: DVec3,
    /// Particles in a cell in the mean, and how often there are none.
    mean: f64,
    none: f64,
    way_m: DVec3,
    found: &'a mut Vec<(f64, Streak)>,
}

impl Gathering<'_> {
    /// Goes through cells from the first up to, but without, the end, half by half, and leaves out what nobody sees.
    fn block(&mut self, first: I64Vec3, end: I64Vec3) {
        let cells = end - first;
        let half = 0.5 * self.class.cell_m * cells.as_dvec3();
        let middle = first.as_dvec3() * self.class.cell_m + half + self.moved;
        let radius = half.length();
        if !self.views.iter().any(|view| view.meets(middle, radius)) {
            return;
        }
        let most = cells.max_element();
        if most <= 1 {
            return self.cell(first);
        }
        let axis = cells.cmpge(I64Vec3::splat(most));
        let cut = if axis.test(0) {
            I64Vec3::X
        } else if axis.test(1) {
            I64Vec3::Y
        } else {
            I64Vec3::Z
        };
        let (lower, upper) = (cut * (most / 2), cut * (most - most / 2));
        self.block(first, end - upper);
        self.block(first + lower, end);
    }

    /// Adds those particles of a cell that are seen.
    fn cell(&mut self, cell: I64Vec3) {
        let class = self.class;
        let key = cell.to_array().into_iter().fold(class.key, |key, place| chained(key, place as u64));
        let corner = cell.as_dvec3();
        for particle in 0..poisson(unit(key, 0), self.mean, self.none) {
            let number = |which: u64| unit(key, 1 + UNITS * particle + which);
            let within = DVec3::new(number(0), number(1), number(2));
            let middle_m = (corner + within) * class.cell_m + self.moved;
            let resolution = self.views.iter().map(|view| view.resolution(middle_m)).fold(0.0, f64::max);
            if resolution == 0.0 {
                continue;
            }
            let diameter_m = class.diameter_m(number(3));
            let width = diameter_m * resolution;
            if width >= 1.0 {
                let streak = Streak { middle_m, way_m: self.way_m, diameter_m, look: number(4), kind: class.kind };
                self.found.push((width, streak));
            }
        }
    }
}
