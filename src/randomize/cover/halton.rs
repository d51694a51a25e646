//! Radical inverses in prime bases (Halton 1960) with Owen's nested scrambling, and a base for each variable.

use super::strata::permuted;
use super::{BELOW_ONE, hash};

/// How many primes there are to choose a base from.
const BASES: u64 = 64;

/// The radical inverse in a prime base of the frame number plus a random start common to all variables of a run
/// (`order` modulo 2^32; Wang & Hickernell 2000). Its digits are permuted at random, by a permutation of their own
/// after each prefix (Owen 1995), to the precision of the result. Bases below 2 are taken as 2.
pub(in super::super) fn halton(frame: u64, base: u32, key: u64, order: u64) -> f64 {
    let base = u64::from(base.max(2));
    let mut rest = frame.wrapping_add(order & u64::from(u32::MAX));
    let (mut numerator, mut denominator, mut prefix) = (0_u128, 1_u128, key);
    while denominator >> f64::MANTISSA_DIGITS == 0 {
        let digit = rest % base;
        rest /= base;
        numerator = numerator * u128::from(base) + u128::from(permuted(digit, base, prefix));
        denominator *= u128::from(base);
        // The permutation hashes numbers below the base: the complement is none of them.
        prefix = hash(prefix, !digit);
    }
    (numerator as f64 / denominator as f64).min(BELOW_ONE)
}

/// A prime base for each of several variables by their keys: each tries the first 64 primes in an order of its own and
/// takes the first that no earlier variable of the list has; after 64 variables all are free again.
pub(in super::super) fn halton_bases(keys: &[u64]) -> Vec<u32> {
    let primes = primes();
    let mut bases: Vec<u32> = Vec::with_capacity(keys.len());
    for (position, key) in keys.iter().enumerate() {
        let taken = bases.get(position - position % BASES as usize..).unwrap_or(&[]);
        let tries = (0..BASES).filter_map(|attempt| primes.get(permuted(attempt, BASES, *key) as usize));
        let base = tries.copied().find(|prime| !taken.contains(prime)).unwrap_or(2);
        bases.push(base);
    }
    bases
}

/// The first 64 primes.
fn primes() -> Vec<u32> {
    let prime = |number: &u32| !(2..=number.isqrt()).any(|divisor| number.is_multiple_of(divisor));
    (2..).filter(prime).take(BASES as usize).collect()
}
