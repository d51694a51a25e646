//! Numbers that are hashed from whole numbers, and a smooth noise of them.

use crate::weather::chance::chained;

/// The numbers of one thing, one after the other.
pub(super) struct Draws {
    key: u64,
    drawn: u64,
}

impl Draws {
    pub(super) fn new(seed: u32, salt: u64, place: [i64; 3]) -> Draws {
        let key = place.iter().fold(chained(u64::from(seed), salt), |key, at| chained(key, at.cast_unsigned()));
        Draws { key, drawn: 0 }
    }

    /// Uniform in [0, 1), with 24 bits.
    pub(super) fn unit(&mut self) -> f32 {
        let drawn = chained(self.key, self.drawn);
        self.drawn += 1;
        (drawn >> 40) as f32 / 16_777_216.0
    }

    /// Uniform between two numbers.
    pub(super) fn between(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * self.unit()
    }

    /// How many there are, where there is one in the mean: Poisson's law by Knuth's product, up to 9.
    pub(super) fn about_one(&mut self) -> u32 {
        const NONE: f32 = 0.367_879_45;
        let (mut product, mut count) = (self.unit(), 0);
        while product > NONE && count < 9 {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

/// The whole number below, for what is within those of 32 bits; std's is a call on many machines.
pub(super) fn floor(value: f32) -> f32 {
    let whole = value as i32 as f32;
    if whole > value { whole - 1.0 } else { whole }
}

/// Smooth noise within 0..1 that changes over about 1, from values at whole places.
pub(super) fn noise([x, y]: [f32; 2], seed: u32) -> f32 {
    let (left, top) = (floor(x), floor(y));
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (across, down) = (ease(x - left), ease(y - top));
    let place = |x: f32, y: f32| u64::from((x as i32).cast_unsigned()) | u64::from((y as i32).cast_unsigned()) << 32;
    let at = |x: f32, y: f32| (chained(u64::from(seed), place(left + x, top + y)) >> 40) as f32 / 16_777_216.0;
    let row = |y: f32| at(0.0, y) + across * (at(1.0, y) - at(0.0, y));
    row(0.0) + down * (row(1.0) - row(0.0))
}

/// Noise of four octaves, within 0..1.
pub(super) fn rough(place: [f32; 2], seed: u32) -> f32 {
    let octave = |sum: f32, (number, share): (u32, f32)| {
        let finer = (1 << number) as f32;
        sum + share * noise(place.map(|at| at * finer), seed.wrapping_add(number))
    };
    [0.54, 0.26, 0.13, 0.07].iter().enumerate().fold(0.0, |sum, (number, share)| octave(sum, (number as u32, *share)))
}
