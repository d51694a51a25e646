//! Which of the many pictures that make one picture sees what: where in the pixel, where on the sun's disc.
//!
//! Every effect has points of its own in the unit square: a Sobol sequence, of which any power of two is a (0, 2)-net
//! (Sobol 1967), shuffled and scrambled as Owen's nested permutations do it, by hashes (Burley 2020, "Practical
//! hash-based Owen scrambling"). So each effect is spread evenly, and no two go together.

use crate::randomize::ConcreteScene;

/// What there are points for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Where in a pixel.
    Pixel,
    /// Where on the discs of suns.
    Sun,
    /// From where of all around.
    Dome,
    /// Where on what glows.
    Panel,
    /// Where paths of light begin.
    PathOrigin,
    /// Which way they begin.
    PathDirection,
    /// Where in the lens.
    Lens,
    /// When.
    Time,
    /// Where on lamps.
    Lamp,
}

/// One of the pictures that make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sample {
    /// From 0.
    pub index: u32,
    /// How many there are.
    pub of: u32,
    /// Different points for different numbers.
    pub seed: u32,
}

impl Sample {
    /// The only one of a picture that is made of no others.
    pub const ALONE: Sample = Sample { index: 0, of: 1, seed: 0 };

    /// Those of a scene.
    pub fn all(scene: &ConcreteScene) -> impl Iterator<Item = Sample> + use<> {
        let (of, seed) = (scene.samples, Sample::seed(scene));
        (0..of).map(move |index| Sample { index, of, seed })
    }

    /// Of all points of a scene.
    pub fn seed(scene: &ConcreteScene) -> u32 {
        hash(scene.seed as u32 ^ hash((scene.seed >> 32) as u32 ^ hash(scene.frame as u32)))
    }

    pub fn is_last(self) -> bool {
        self.index + 1 >= self.of
    }

    /// Its point for an effect, each coordinate at least 0 and less than 1; the middle where there is but one picture.
    pub fn point(self, effect: Effect) -> [f32; 2] {
        if self.of <= 1 {
            return [0.5; 2];
        }
        let seed = hash(self.seed ^ hash(effect as u32 + 1));
        let index = scrambled(self.index, seed);
        let [x, y] = sobol(index);
        [(x, 0), (y, 1)].map(|(value, axis)| unit(scrambled(value, hash(seed ^ hash(axis + 0x51)))))
    }
}

/// Numbers without order, where a path has no end that could be known beforehand (O'Neill 2014, PCG).
pub(super) struct Stream(u64);

impl Stream {
    pub fn new(seed: u32, index: u32) -> Stream {
        let mut stream = Stream((u64::from(seed) << 32) | u64::from(index));
        stream.next();
        stream
    }

    /// At least 0 and less than 1.
    pub fn next(&mut self) -> f32 {
        let state = self.0;
        self.0 = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (((state >> 18) ^ state) >> 27) as u32;
        unit(mixed.rotate_right((state >> 59) as u32))
    }
}

/// The first two dimensions of Sobol's sequence, as fractions of 2³².
fn sobol(index: u32) -> [u32; 2] {
    let mut direction = 1u32 << 31;
    let (mut second, mut left) = (0, index);
    while left != 0 {
        if left & 1 != 0 {
            second ^= direction;
        }
        direction ^= direction >> 1;
        left >>= 1;
    }
    [index.reverse_bits(), second]
}

/// Owen's scrambling: each bit is flipped or not by all higher ones.
fn scrambled(value: u32, seed: u32) -> u32 {
    // The mixing only carries upwards (Laine and Karras 2011, with Vegdahl's constants of 2021).
    let mut bits = value.reverse_bits();
    bits ^= bits.wrapping_mul(0x3d20_adea);
    bits = bits.wrapping_add(seed);
    bits = bits.wrapping_mul((seed >> 16) | 1);
    bits ^= bits.wrapping_mul(0x0552_6c56);
    bits ^= bits.wrapping_mul(0x53a2_2864);
    bits.reverse_bits()
}

pub(super) fn hash(mut value: u32) -> u32 {
    value ^= value >> 16;
    value = value.wrapping_mul(0x7feb_352d);
    value ^= value >> 15;
    value = value.wrapping_mul(0x846c_a68b);
    value ^ (value >> 16)
}

/// At least 0 and less than 1.
pub(super) fn unit(bits: u32) -> f32 {
    // 24 bits, so that it stays below 1.
    (bits >> 8) as f32 / (1u32 << 24) as f32
}

/// A point of the regular polygon with so many corners on the unit circle, with as much area around each; of the unit
/// disc for fewer than three.
pub(super) fn on_polygon([x, y]: [f32; 2], corners: u32) -> [f32; 2] {
    if corners < 3 {
        return on_disc([x, y]);
    }
    // One of the triangles about the middle, and a point of that (Turk 1990).
    let chosen = x * corners as f32;
    let (first, along) = (chosen.floor(), chosen.fract());
    let out = y.sqrt();
    let corner = |number: f32| {
        let angle = std::f32::consts::TAU * number / corners as f32;
        [libm::cosf(angle), libm::sinf(angle)]
    };
    let ([a, b], [c, d]) = (corner(first), corner(first + 1.0));
    [out * (a + (c - a) * along), out * (b + (d - b) * along)]
}

/// A point of the unit disc for one of the unit square, with as much area around each (Shirley and Chiu 1997).
pub(super) fn on_disc([x, y]: [f32; 2]) -> [f32; 2] {
    use std::f32::consts::{FRAC_PI_2, FRAC_PI_4};
    let (a, b) = (2.0 * x - 1.0, 2.0 * y - 1.0);
    if a == 0.0 && b == 0.0 {
        return [0.0; 2];
    }
    let (radius, angle) =
        if a.abs() > b.abs() { (a, FRAC_PI_4 * (b / a)) } else { (b, FRAC_PI_2 - FRAC_PI_4 * (a / b)) };
    [radius * libm::cosf(angle), radius * libm::sinf(angle)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(effect: Effect, of: u32, seed: u32) -> Vec<[f32; 2]> {
        (0..of).map(|index| Sample { index, of, seed }.point(effect)).collect()
    }

    #[test]
    fn every_elementary_box_has_one_point() {
        for seed in 0..20 {
            for (effect, bits) in [(Effect::Pixel, 4), (Effect::Sun, 6)] {
                let of = 1 << bits;
                let points = points(effect, of, seed);
                for wide in 0..=bits {
                    let (columns, rows) = (1u32 << wide, 1u32 << (bits - wide));
                    let mut boxes: Vec<_> =
                        points.iter().map(|[x, y]| ((x * columns as f32) as u32, (y * rows as f32) as u32)).collect();
                    boxes.sort_unstable();
                    boxes.dedup();
                    assert_eq!(boxes.len() as u32, of, "{effect:?}, seed {seed}, {columns} × {rows}");
                }
            }
        }
    }

    #[test]
    fn effects_and_seeds_do_not_go_together() {
        let mean = |f: &dyn Fn(usize) -> f32| (0..1024).map(f).sum::<f32>() / 1024.0;
        let sets = [points(Effect::Pixel, 1024, 1), points(Effect::Sun, 1024, 1), points(Effect::Pixel, 1024, 2)];
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            for (a, b) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let together = mean(&|i| (sets[one][i][a] - 0.5) * (sets[other][i][b] - 0.5)) * 12.0;
                // Four and a half times what chance makes of it.
                assert!(together.abs() < 0.2, "{one}.{a} and {other}.{b}: {together}");
            }
        }
    }

    #[test]
    fn one_picture_sees_the_middle() {
        assert_eq!(Sample { index: 0, of: 1, seed: 9 }.point(Effect::Pixel), [0.5; 2]);
        assert_eq!(on_disc([0.5; 2]), [0.0; 2]);
    }

    #[test]
    fn polygons_are_covered_evenly() {
        let points: Vec<_> = points(Effect::Lens, 4096, 3).into_iter().map(|point| on_polygon(point, 6)).collect();
        // A hexagon has 0.827 of its circle's area, and half as wide a one a quarter of its own.
        let within = |size: f32| {
            points
                .iter()
                .filter(|[x, y]| {
                    (0..6).all(|side| {
                        let angle = std::f32::consts::TAU * (side as f32 + 0.5) / 6.0;
                        x * angle.cos() + y * angle.sin() <= 0.866_03 * size
                    })
                })
                .count()
        };
        assert_eq!(within(1.0001), 4096);
        assert!((within(0.5) as f32 / 4096.0 - 0.25).abs() < 0.01, "{}", within(0.5));
        let mean = points.iter().fold([0.0; 2], |[a, b], [x, y]| [a + x, b + y]);
        assert!(mean[0].abs().max(mean[1].abs()) < 20.0, "{mean:?}");
    }

    #[test]
    fn discs_are_covered_evenly() {
        let points: Vec<_> = points(Effect::Sun, 4096, 3).into_iter().map(on_disc).collect();
        for radius in [0.25_f32, 0.5, 0.75, 1.0] {
            let inside = points.iter().filter(|[x, y]| x * x + y * y <= radius * radius).count();
            let share = inside as f32 / points.len() as f32;
            assert!((share - radius * radius).abs() < 0.01, "{radius}: {share}");
        }
    }
}
