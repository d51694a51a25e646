//! Numbers at random that hang on a key and on nothing else, so that what they say can be asked for in any order.

/// That there are so many in a cell never comes about.
const MOST_NUMBER: u64 = 64;
/// The step of SplitMix64.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A number by Poisson's law, by inverse transform from one in [0, 1), for a small mean; `none` is e^−mean.
pub fn poisson(unit: f64, mean: f64, none: f64) -> u64 {
    let (mut number, mut chance, mut below) = (0, none, none);
    while unit >= below && number < MOST_NUMBER {
        number += 1;
        chance *= mean / number as f64;
        below += chance;
    }
    number
}

/// A number in [0, 1): output `which` of the SplitMix64 generator that starts at `key` (Steele, Lea and Flood 2014).
pub fn unit(key: u64, which: u64) -> f64 {
    let bits = mixed(key.wrapping_add((which + 1).wrapping_mul(STEP)));
    (bits >> 11) as f64 / 9_007_199_254_740_992.0
}

/// A key for each value that hangs on a key.
pub fn chained(key: u64, value: u64) -> u64 {
    mixed(key.wrapping_add(value.wrapping_mul(STEP)).wrapping_add(STEP))
}

/// The output function of SplitMix64.
pub fn mixed(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
