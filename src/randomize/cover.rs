//! Points that cover a space better than independent draws, and events in exact shares: each value is worked out
//! from the frame number and a key alone, in any order, so that no frame and no variable depends on another.

mod halton;
mod quota;
mod sobol;
mod strata;
#[cfg(test)]
mod tests;

pub(super) use halton::{halton, halton_bases};
pub(super) use quota::Quotas;
pub(super) use sobol::{padded, sobol};
pub(super) use strata::{permuted, stratified};

/// The largest number below 1 in double precision.
const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

/// A 64-bit hash: output number `value` of the SplitMix64 generator that starts at `key` (Steele, Lea & Flood 2014).
fn hash(key: u64, value: u64) -> u64 {
    let mut state = key.wrapping_add(value.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// A hash as a number in 0..1 with 53 bits.
fn unit(hash: u64) -> f64 {
    (hash >> 11) as f64 * (f64::EPSILON / 2.0)
}

/// A hash as a whole number in 0..`count` (unequal by less than `count` / 2^64); 0 where `count` is 0.
fn below(hash: u64, count: u64) -> u64 {
    ((u128::from(hash) * u128::from(count)) >> 64) as u64
}
