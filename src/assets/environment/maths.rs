//! Small helpers that the environments share: colour, interpolation and a seedable hash.
//!
//! Only `+ - * /`, square roots and `libm` are used here and in the neighbouring files, so that the same
//! specification gives the same bits on every machine.

use glam::Vec3;

/// Linear-sRGB luminance weights (ITU-R BT.709).
pub(super) const LUMINANCE: Vec3 = Vec3::new(0.2126, 0.7152, 0.0722);

/// Luminance of a linear RGB value, in the unit of the value.
pub(super) fn luminance(rgb: Vec3) -> f32 {
    rgb.dot(LUMINANCE)
}

/// The colour `tint` scaled so that its luminance is `level`; a black tint gives grey.
pub(super) fn tinted(level: f32, tint: [f32; 3]) -> Vec3 {
    let tint = Vec3::from_array(tint).max(Vec3::ZERO);
    let own = luminance(tint);
    if own > 1e-6 { tint * (level / own) } else { Vec3::splat(level) }
}

/// `e^x`.
pub(super) fn exp(x: f32) -> f32 {
    libm::expf(x)
}

/// `e^x` for each component.
pub(super) fn exp3(v: Vec3) -> Vec3 {
    Vec3::new(libm::expf(v.x), libm::expf(v.y), libm::expf(v.z))
}

/// Clamps to 0–1.
pub(super) fn saturate(x: f32) -> f32 {
    x.clamp(0.0, 1.0)
}

/// Linear interpolation.
pub(super) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// Hermite step from 0 at `low` to 1 at `high`.
pub(super) fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    let t = saturate((x - low) / (high - low));
    t * t * (3.0 - 2.0 * t)
}

/// A 32-bit permutation with good avalanche (the output function of PCG-RXS-M-XS, O'Neill 2014).
pub(super) fn hash(x: u32) -> u32 {
    let state = x.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

/// Hash of two lattice coordinates and a salt.
pub(super) fn hash2(x: i32, y: i32, salt: u32) -> u32 {
    hash((x as u32).wrapping_add(hash((y as u32).wrapping_add(hash(salt)))))
}

/// The upper 24 bits of a hash as a number in [0, 1).
pub(super) fn unit(h: u32) -> f32 {
    (h >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// A tiny counter-based generator for the choices that a seed makes.
#[derive(Clone, Debug)]
pub(super) struct Dice {
    seed: u32,
    count: u32,
}

impl Dice {
    /// Independent streams for different `stream`s of one seed.
    pub(super) fn new(seed: u32, stream: u32) -> Self {
        Dice { seed: hash(seed ^ hash(stream.wrapping_add(0x9e37_79b9))), count: 0 }
    }

    /// The next number in [0, 1).
    pub(super) fn next(&mut self) -> f32 {
        self.count = self.count.wrapping_add(1);
        unit(hash(self.seed.wrapping_add(self.count.wrapping_mul(0x9e37_79b9))))
    }

    /// The next number in [low, high).
    pub(super) fn range(&mut self, low: f32, high: f32) -> f32 {
        mix(low, high, self.next())
    }

    /// The next whole number in 0..n (0 for n = 0).
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((self.next() * n as f32) as usize).min(n.saturating_sub(1))
    }
}
