//! One of several equal strata of 0..1 for each frame, every stratum once in each block of frames, and the keyed
//! permutations for it that need no table.

use super::{below, hash, unit};

/// Up to so many things a permutation is drawn exactly; above it a Feistel network permutes.
const DRAWN: u64 = 16;
/// Pairs of rounds of the Feistel network.
const ROUND_PAIRS: u64 = 4;
/// Binary digits that number of stratum and place within it share, so that rounding moves no value to a neighbour.
const DIGITS: u32 = 50;

/// One of `count` strata of 0..1 in a random order, and a random place within it: within each aligned block of
/// `count` frames every stratum comes once, in an order of its own for each block and key. Several variables with
/// keys of their own form Latin hypercubes (McKay, Beckman & Conover 1979). Counts outside 1..=2^49 are taken as the
/// nearest of these.
pub(in super::super) fn stratified(frame: u64, count: u64, key: u64) -> f64 {
    let count = count.clamp(1, 1 << (DIGITS - 1));
    let stratum = permuted(frame % count, count, hash(hash(key, 0), frame / count));
    // The place is the middle of one of 2^places cells: as stratum + place is exact and no nearer to a whole number
    // than half a cell, while a division and a product err by less, floor(result * count) is the stratum.
    let places = DIGITS - (u64::BITS - (count - 1).leading_zeros());
    let cells = (1_u64 << places) as f64;
    let place = ((unit(hash(hash(key, 1), frame)) * cells).floor() + 0.5) / cells;
    (stratum as f64 + place) / count as f64
}

/// Where a random permutation of 0..`count`, chosen by `key`, puts `position` (which lies in 0..`count`).
/// Small ones are drawn exactly: the exchanges of Durstenfeld (1964) are followed for the one position. Larger ones
/// come from a generalised Feistel network on a grid of rows by columns with cycle walking (Black & Rogaway 2002).
pub(in super::super) fn permuted(position: u64, count: u64, key: u64) -> u64 {
    if count > DRAWN { walked(position, count, key) } else { drawn(position, count, key) }
}

/// Follows one position through the exchanges of each place with a random one not behind it.
fn drawn(position: u64, count: u64, key: u64) -> u64 {
    let mut place = position;
    for last in (1..count).rev() {
        let other = below(hash(key, last), last + 1);
        if place == last {
            place = other;
        } else if place == other {
            return last;
        }
    }
    place
}

/// The Feistel network: a walk leaves the range at most once for each cell of the grid beyond the range.
fn walked(position: u64, count: u64, key: u64) -> u64 {
    let rows = (count - 1).isqrt() + 1;
    let columns = count.div_ceil(rows);
    let mut place = position;
    for _ in 0..=rows * columns - count {
        let (mut row, mut column) = (place / columns, place % columns);
        for pair in 0..ROUND_PAIRS {
            row = added(row, hash(key, (column * ROUND_PAIRS + pair) * 2), rows);
            column = added(column, hash(key, (row * ROUND_PAIRS + pair) * 2 + 1), columns);
        }
        place = row * columns + column;
        if place < count {
            return place;
        }
    }
    position
}

/// The sum of a number in 0..`modulus` and a random one, modulo `modulus`.
fn added(number: u64, hash: u64, modulus: u64) -> u64 {
    let sum = number + below(hash, modulus);
    if sum < modulus { sum } else { sum - modulus }
}
