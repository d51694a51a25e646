//! An event that is linked with no other: once in each stretch of 1 / share frames, at an irregular place.

#[cfg(test)]
mod tests;

use super::super::{below, hash};

/// An event with a share of the frames, which is a fraction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lone {
    bit: u32,
    numerator: u64,
    denominator: u64,
    key: u64,
}

impl Lone {
    pub(super) fn new(event: usize, share: f64, key: u64) -> Self {
        let (numerator, denominator) = fraction(share);
        Self { bit: 1 << event, numerator, denominator, key }
    }

    /// The bit of the event if it happens in a frame.
    pub(super) fn events(&self, frame: u64) -> u32 {
        if self.spread(frame).1 { self.bit } else { 0 }
    }

    /// How often the event has happened in the first `count` frames, and whether it does in the next one: time is cut
    /// into stretches of 1 / share from frame 0 on, and the event comes once in each, at a uniform place. Above a
    /// share of one half what comes once is that the event does not happen.
    fn spread(&self, count: u64) -> (u64, bool) {
        let rare = self.numerator <= self.denominator / 2;
        let numerator = if rare { self.numerator } else { self.denominator - self.numerator };
        let (before, now) = if numerator == 0 {
            (0, false)
        } else {
            let stretch = (u128::from(count) * u128::from(numerator) / u128::from(self.denominator)) as u64;
            let place = |stretch| u128::from(count).cmp(&self.place(stretch, numerator));
            // The next stretch may begin within this frame.
            let (this, next) = (place(stretch), place(stretch.saturating_add(1)));
            (stretch + u64::from(this.is_gt()), this.is_eq() || next.is_eq())
        };
        if rare { (before, now) } else { (count - before, !now) }
    }

    /// The frame of the event of one stretch. Where the next one falls into the same frame, which then belongs to both
    /// stretches, it goes to one that belongs to this stretch alone.
    fn place(&self, stretch: u64, numerator: u64) -> u128 {
        let (numerator, denominator) = (u128::from(numerator), u128::from(self.denominator));
        let start = u128::from(stretch) * denominator;
        let within = |stretch| u128::from(below(hash(self.key, stretch), self.denominator));
        let place = (start + within(stretch)) / numerator;
        if place != (start + denominator + within(stretch.wrapping_add(1))) / numerator {
            return place;
        }
        let first = start.div_ceil(numerator);
        let own = (start + denominator) / numerator - first;
        first + u128::from(below(hash(hash(self.key, stretch), 0), own as u64))
    }
}

/// A number from 0 to 1 as the fraction of smallest denominator that is it to the last bit (continued fractions).
fn fraction(number: f64) -> (u64, u64) {
    let one = 1_u64 << 62;
    let (mut above, mut below) = ((number * one as f64) as u64, one);
    let (mut before, mut current) = ((0, 1), (1, 0));
    while below != 0 {
        let whole = above / below;
        (before, current) = (current, (whole * current.0 + before.0, whole * current.1 + before.1));
        (above, below) = (below, above % below);
        if current.0 as f64 / current.1 as f64 == number {
            break;
        }
    }
    current
}
