//! What makes snow uneven.

use crate::weather::chance::{chained, unit};

/// Smooth noise from −1 to 1 with waves of length 1, and weaker ones of half that.
pub(in crate::render) fn noise(place: [f32; 2], seed: u64) -> f32 {
    0.7 * wave(place, seed) + 0.3 * wave(place.map(|place| 2.0 * place), !seed)
}

/// A lattice of random numbers, smoothly filled in.
fn wave([x, z]: [f32; 2], seed: u64) -> f32 {
    let (column, row) = (x.floor(), z.floor());
    let whole = |place: f32| (place as i64).cast_unsigned();
    let corner =
        |right: u64, front: u64| random(seed, whole(column).wrapping_add(right), whole(row).wrapping_add(front));
    let ease = |share: f32| share * share * share * (10.0 - share * (15.0 - 6.0 * share));
    let (right, front) = (ease(x - column), ease(z - row));
    let mix = |from: f32, to: f32, share: f32| from + (to - from) * share;
    mix(mix(corner(0, 0), corner(1, 0), right), mix(corner(0, 1), corner(1, 1), right), front)
}

/// From −1 to 1.
fn random(seed: u64, column: u64, row: u64) -> f32 {
    (2.0 * unit(chained(seed, column), row) - 1.0) as f32
}
