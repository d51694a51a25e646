//! Half-precision bytes of cube maps, in the order that wgpu uploads.

use super::cube::CubeMap;

/// The largest finite half: brighter texels are clamped to it.
const LARGEST: u16 = 0x7bff;

/// Converts to IEEE 754 binary16, rounding to nearest even; values out of range become ±65504, NaN stays NaN.
pub fn f16_bits(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    if magnitude > 0x7f80_0000 {
        return sign | 0x7e00;
    }
    let exponent = (magnitude >> 23) as i32 - 127;
    if exponent < -25 {
        return sign;
    }
    if exponent > 15 {
        return sign | LARGEST;
    }
    // `kept` is the half before rounding, `rest` of `half` what is cut off (in units of half a last place).
    let (kept, rest, half) = if exponent < -14 {
        let mantissa = (magnitude & 0x007f_ffff) | 0x0080_0000;
        let shift = (-1 - exponent) as u32;
        (mantissa >> shift, mantissa & ((1 << shift) - 1), 1 << (shift - 1))
    } else {
        let rebased = magnitude - ((127 - 15) << 23);
        (rebased >> 13, rebased & 0x1fff, 0x1000)
    };
    let up = rest > half || (rest == half && kept & 1 == 1);
    sign | ((kept + u32::from(up)) as u16).min(LARGEST)
}

/// Bytes of a cube texture in `Rgba16Float`, alpha 1, little-endian, layer by layer with all levels of a layer
/// together (`TextureDataOrder::LayerMajor`).
///
/// `levels` are the mip levels from the largest on; luminances in cd/m² are stored as they are, clamped to
/// 65504.
pub fn rgba16f_bytes(levels: &[CubeMap]) -> Vec<u8> {
    let texels: usize = levels.iter().map(|map| map.faces.iter().map(Vec::len).sum::<usize>()).sum();
    let mut bytes = Vec::with_capacity(texels * 8);
    for face in 0..6 {
        for level in levels {
            for texel in &level.faces[face] {
                if *texel == [0.0; 3] {
                    // Most of a map of which little is looked at.
                    bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0x00, 0x3c]);
                    continue;
                }
                for value in texel {
                    bytes.extend_from_slice(&f16_bits(*value).to_le_bytes());
                }
                bytes.extend_from_slice(&0x3c00_u16.to_le_bytes());
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a half, by definition.
    fn value(bits: u16) -> f64 {
        let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
        let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
        let scale = |power: i32| (0..power.abs()).fold(1.0, |s, _| if power > 0 { s * 2.0 } else { s / 2.0 });
        sign * if exponent == 0 {
            mantissa / 1024.0 * scale(-14)
        } else {
            (1.0 + mantissa / 1024.0) * scale(exponent - 15)
        }
    }

    #[test]
    fn every_finite_half_survives() {
        for bits in (0..=0x7bff_u16).chain(0x8000..=0xfbff) {
            assert_eq!(f16_bits(value(bits) as f32), bits, "{bits:#x}");
        }
    }

    #[test]
    fn rounds_to_nearest_even_and_clamps() {
        for bits in 0..0x7bff_u16 {
            let middle = ((value(bits) + value(bits + 1)) / 2.0) as f32;
            assert_eq!(f16_bits(middle), bits + (bits & 1), "{bits:#x}");
            assert_eq!(f16_bits(f32::from_bits(middle.to_bits() + 1)), bits + 1);
        }
        assert_eq!(f16_bits(1e9), LARGEST);
        assert_eq!(f16_bits(65519.9), LARGEST);
        assert_eq!(f16_bits(f32::INFINITY), LARGEST);
        assert_eq!(f16_bits(-1e9), LARGEST | 0x8000);
        assert_eq!(f16_bits(1e-12), 0);
        assert_eq!(f16_bits(f32::NAN) & 0x7c00, 0x7c00);
    }

    #[test]
    fn layers_come_one_after_the_other_with_all_their_levels() {
        let level = |size: u32, base: f32| CubeMap {
            size,
            faces: std::array::from_fn(|face| vec![[base + face as f32, 0.0, 0.5]; (size * size) as usize]),
        };
        let bytes = rgba16f_bytes(&[level(2, 0.0), level(1, 8.0)]);
        assert_eq!(bytes.len(), 6 * 5 * 8);
        let red = |texel: usize| u16::from_le_bytes([bytes[texel * 8], bytes[texel * 8 + 1]]);
        assert_eq!(red(0), f16_bits(0.0));
        assert_eq!(red(4), f16_bits(8.0), "the small level follows within the layer");
        assert_eq!(red(5), f16_bits(1.0), "then the next layer");
        assert_eq!(red(9), f16_bits(9.0));
        assert_eq!(&bytes[4..8], &[0x00, 0x38, 0x00, 0x3c], "blue 0.5, alpha 1");
    }
}
