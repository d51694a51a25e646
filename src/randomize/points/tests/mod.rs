//! Whether points are where they should be, and as often. Seeds are fixed, so nothing here is chance.

mod frames;
mod paths;
mod poisson;
mod solids;
mod surfaces;
mod views;

use std::f64::consts::TAU;

use glam::DVec3;

const DRAWS: usize = 10_000;
/// The largest number below 1 that a unit can be.
const LAST: f64 = 1.0 - f64::EPSILON / 2.0;

/// Units from SplitMix64 (Steele, Lea & Flood 2014).
fn units(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 * (f64::EPSILON / 2.0)
    }
}

/// Many draws, each of which has to take three units.
fn drawn<T>(seed: u64, mut draw: impl FnMut(&mut dyn FnMut() -> f64) -> T) -> Vec<T> {
    let (mut unit, mut taken) = (units(seed), 0);
    let mut counted = || {
        taken += 1;
        unit()
    };
    let draws = (0..DRAWS).map(|_| draw(&mut counted)).collect();
    assert_eq!(taken, 3 * DRAWS);
    draws
}

/// All draws from units at their ends, in their middle, and that are not numbers.
fn drawn_at_extremes<T>(mut draw: impl FnMut(&mut dyn FnMut() -> f64) -> T) -> Vec<T> {
    let values = [0.0, 0.5, LAST, f64::NAN];
    let mut draws = Vec::new();
    for number in 0..64 {
        let mut next = [values[number / 16], values[number / 4 % 4], values[number % 4]].into_iter();
        draws.push(draw(&mut || next.next().unwrap()));
    }
    draws
}

/// Kolmogorov and Smirnov's test against a distribution function, at a level of 0.1 %.
fn assert_follows(values: impl IntoIterator<Item = f64>, below: impl Fn(f64) -> f64) {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let widest = (values.iter().enumerate())
        .map(|(rank, value)| {
            let expected = below(*value);
            assert!((-1e-9..1.0 + 1e-9).contains(&expected), "{value} is out of range");
            (expected - rank as f64 / count).abs().max((expected - (rank + 1) as f64 / count).abs())
        })
        .fold(0.0, f64::max);
    assert!(widest * count.sqrt() < 1.95, "distance {widest} of {count} values");
}

/// Pearson's test of how often each class comes; the limit is about the 99.9th percentile for up to ten classes.
fn assert_shares(classes: impl IntoIterator<Item = usize>, shares: &[f64]) {
    let mut counts = vec![0.0; shares.len()];
    classes.into_iter().for_each(|class| counts[class] += 1.0);
    let total: f64 = counts.iter().sum();
    let whole: f64 = shares.iter().sum();
    let chi_squared: f64 = (counts.iter().zip(shares))
        .map(|(count, share)| {
            let expected = share / whole * total;
            if expected > 0.0 { (count - expected) * (count - expected) / expected } else { count * f64::INFINITY }
        })
        .filter(|term| !term.is_nan())
        .sum();
    assert!(chi_squared < 28.0, "χ² = {chi_squared}: {counts:?}");
}

/// The share of a full turn from +z to +x at which a point is on the level.
fn turn(point: DVec3) -> f64 {
    (point.x.atan2(point.z) / TAU).rem_euclid(1.0)
}

/// Which of the eight octants a point is in.
fn octant(point: DVec3) -> usize {
    usize::from(point.x > 0.0) + 2 * usize::from(point.y > 0.0) + 4 * usize::from(point.z > 0.0)
}
