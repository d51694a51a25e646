//! Damage to bytes of which nothing is known.

use crate::random::Random;

/// Numbers at which things change.
const NUMBERS: &[u64] = &[
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    16,
    63,
    64,
    127,
    128,
    255,
    256,
    1000,
    4096,
    32_767,
    32_768,
    65_535,
    65_536,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_fffe,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_ffff_ffff,
];
/// The same for numbers with a point.
const FLOATS: &[f32] =
    &[0.0, -0.0, 1.0, -1.0, 0.5, 1e-30, 1e30, 3.4e38, f32::MIN_POSITIVE, f32::NAN, f32::INFINITY, f32::NEG_INFINITY];

/// Changes a few bytes from `start` on, and now and then the length.
pub fn mutate(bytes: &mut Vec<u8>, start: usize, random: &mut Random) {
    for _ in 0..=random.small(6) {
        let start = start.min(bytes.len());
        let at = start + random.below(bytes.len() - start);
        let length = 1 + random.small(64);
        let end = (at + length).min(bytes.len());
        match random.below(10) {
            0 => bytes.splice(at..at, std::iter::repeat_n(random.next() as u8, length)).for_each(drop),
            1 => bytes.splice(at..end, []).for_each(drop),
            2 => {
                let piece = bytes[at..end].to_vec();
                let to = start + random.below(bytes.len() - start);
                bytes.splice(to..to, piece).for_each(drop);
            }
            3 if random.once_in(4) => bytes.truncate(at),
            3 | 4 => {
                let number = random.pick(NUMBERS).copied().unwrap_or_default().to_le_bytes();
                write(bytes, at, &number[..1 << random.below(4)]);
            }
            5 => {
                let mut number = random.pick(NUMBERS).copied().unwrap_or_default().to_be_bytes();
                let size = 1 << random.below(4);
                number.rotate_left(8 - size);
                write(bytes, at, &number[..size]);
            }
            6 => {
                let at = at - (at - start) % 4;
                let float = random.pick(FLOATS).copied().unwrap_or_default().to_le_bytes();
                write(bytes, at, &float);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = match random.below(4) {
                        0 => *byte ^ (1 << random.below(8)),
                        1 => byte.wrapping_add(1),
                        2 => byte.wrapping_sub(1),
                        _ => random.next() as u8,
                    };
                }
            }
        }
    }
}

fn write(bytes: &mut [u8], at: usize, what: &[u8]) {
    bytes.iter_mut().skip(at).zip(what).for_each(|(byte, new)| *byte = *new);
}
