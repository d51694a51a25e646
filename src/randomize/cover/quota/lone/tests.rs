//! How often an event by itself happens in many frames, and whether shares are the fractions meant.

use super::*;

impl Lone {
    /// How often the event happened in the first frames, if it is that of a set.
    pub(in super::super) fn count(&self, frames: u64, bits: u32) -> Option<u64> {
        (self.bit & bits != 0).then(|| self.spread(frames).0)
    }
}

#[test]
fn fractions_are_those_meant() {
    for denominator in (1..=300_u64).chain([9973, 1_000_000, 9_999_991, 1 << 26, 67_108_859]) {
        for numerator in (0..=denominator).step_by(1 + denominator as usize / 300) {
            let (above, below) = fraction(numerator as f64 / denominator as f64);
            assert_eq!(
                u128::from(above) * u128::from(denominator),
                u128::from(numerator) * u128::from(below),
                "{numerator} / {denominator}"
            );
            assert!(below <= denominator);
        }
    }
    let number = 0.5_f64.sqrt();
    let (above, below) = fraction(number);
    assert_eq!(above as f64 / below as f64, number);
}
