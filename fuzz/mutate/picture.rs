//! Damage to pictures: in PNG files the check sums are put right again, so that somebody looks at what is damaged.

use super::bytes;
use crate::random::Random;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Damages a picture of any kind.
pub fn mutate(picture: &mut Vec<u8>, random: &mut Random) {
    bytes::mutate(picture, 0, random);
    if picture.starts_with(PNG) && !random.once_in(8) {
        repair(picture);
    }
}

/// Puts the check sums of a PNG file right (RFC 2083, section 3.4).
fn repair(png: &mut [u8]) {
    let mut at = PNG.len();
    while let Some(length) = png.get(at..at + 4) {
        let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        let sum = at.saturating_add(8).saturating_add(length);
        let Some(covered) = png.get(at + 4..sum) else { return };
        let crc = crc32(covered).to_be_bytes();
        png.iter_mut().skip(sum).zip(crc).for_each(|(byte, new)| *byte = new);
        at = sum + 4;
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}
