//! From linear light to the picture that is stored.

use std::sync::LazyLock;

/// Pixels that are worked out side by side.
const LANES: usize = 16;

/// Linear light, 1 for white, as sRGB with 8 bits a channel.
///
/// The same as `tone.wgsl` and a target in sRGB give, but for rounding.
pub(super) fn developed(light: &[[f32; 3]]) -> Vec<[u8; 3]> {
    let mut picture = vec![[0; 3]; light.len()];
    let encoded = ENCODED.as_slice();
    let (whole, rest) = light.as_chunks::<LANES>();
    let (pixels, rest_pixels) = picture.as_chunks_mut::<LANES>();
    for (pixels, light) in pixels.iter_mut().zip(whole) {
        *pixels = side_by_side(light, encoded);
    }
    let mut last = [[0.0; 3]; LANES];
    last[..rest.len()].copy_from_slice(rest);
    rest_pixels.copy_from_slice(&side_by_side(&last, encoded)[..rest.len()]);
    picture
}

#[inline(always)]
fn side_by_side(light: &[[f32; 3]; LANES], encoded: &[u8]) -> [[u8; 3]; LANES] {
    let mut channels = [[0.0; LANES]; 3];
    for (lane, light) in light.iter().enumerate() {
        for channel in 0..3 {
            channels[channel][lane] = light[channel];
        }
    }
    tone_map(&mut channels);
    let mut codes = [[0; LANES]; 3];
    for (codes, values) in codes.iter_mut().zip(&channels) {
        for (code_of, value) in codes.iter_mut().zip(values) {
            *code_of = code(*value);
        }
    }
    let mut pixels = [[0; 3]; LANES];
    for (lane, pixel) in pixels.iter_mut().enumerate() {
        for channel in 0..3 {
            pixel[channel] = encoded[codes[channel][lane] as usize];
        }
    }
    pixels
}

/// The Khronos PBR Neutral tone mapper (2024), as in `tone.wgsl`.
#[inline(always)]
fn tone_map([red, green, blue]: &mut [[f32; LANES]; 3]) {
    const START: f32 = 0.8 - 0.04;
    const DESATURATION: f32 = 0.15;
    let mut peak = [0.0_f32; LANES];
    for lane in 0..LANES {
        let [r, g, b] = [red[lane].max(0.0), green[lane].max(0.0), blue[lane].max(0.0)];
        let lowest = r.min(g).min(b);
        let offset = if lowest < 0.08 { lowest - 6.25 * lowest * lowest } else { 0.04 };
        (red[lane], green[lane], blue[lane]) = (r - offset, g - offset, b - offset);
        peak[lane] = r.max(g).max(b) - offset;
    }
    if peak.iter().all(|peak| *peak < START) {
        return;
    }
    let d = 1.0 - START;
    for (lane, peak) in peak.into_iter().enumerate().filter(|(_, peak)| *peak >= START) {
        let new_peak = 1.0 - d * d / (peak + d - START);
        let grey = 1.0 - 1.0 / (DESATURATION * (peak - new_peak) + 1.0);
        for channel in [&mut red[lane], &mut green[lane], &mut blue[lane]] {
            *channel = *channel * (new_peak / peak) * (1.0 - grey) + new_peak * grey;
        }
    }
}

/// What is less is black.
const LEAST: f32 = 1.0 / 8192.0;
/// What is more is white.
const MOST: f32 = 1.0 - f32::EPSILON / 2.0;
/// The bits of a number that do not tell steps apart: there are 1024 for each doubling, at least twelve for each step of
/// the result.
const STEP_BITS: u32 = 13;

/// IEC 61966-2-1 for all steps of linear light.
static ENCODED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let encoded = |code: u32| {
        // The middle of a step.
        let linear = f32::from_bits(LEAST.to_bits() + (code << STEP_BITS) + (1 << (STEP_BITS - 1)));
        let nonlinear =
            if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * libm::powf(linear, 1.0 / 2.4) - 0.055 };
        (nonlinear * 255.0).round() as u8
    };
    (0..=code(MOST)).map(encoded).collect()
});

/// Which step linear light is.
#[inline(always)]
fn code(linear: f32) -> u32 {
    // A number that is none is black.
    let linear = if linear > LEAST { linear.min(MOST) } else { LEAST };
    (linear.to_bits() - LEAST.to_bits()) >> STEP_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_of_srgb_come_out() {
        for (linear, wanted) in [(0.0, 0), (0.000_303_5, 1), (0.215_860_5, 128), (0.5, 188), (1.0, 255), (7.0, 255)] {
            assert_eq!(ENCODED[code(linear) as usize], wanted, "{linear}");
        }
        assert_eq!(developed(&[[-1.0, f32::NAN, 0.0]]), [[0; 3]]);
    }

    fn tone_mapped(linear: [f32; 3]) -> [f32; 3] {
        let mut channels = linear.map(|channel| [channel; LANES]);
        tone_map(&mut channels);
        channels.map(|channel| channel[LANES - 1])
    }

    #[test]
    fn colours_keep_until_they_are_bright_and_then_turn_white() {
        // Below the shoulder the tone mapper only takes off what dielectrics mirror.
        let [r, g, b] = tone_mapped([0.5, 0.3, 0.2]);
        assert!((r - 0.46).abs() < 1e-6 && (g - 0.26).abs() < 1e-6 && (b - 0.16).abs() < 1e-6, "{r} {g} {b}");
        let mut before = 0.0;
        for power in 0..20 {
            let [r, g, b] = tone_mapped([1.0, 0.5, 0.25].map(|channel| channel * 2.0_f32.powi(power)));
            assert!(r >= g && g >= b && r < 1.0 && r > before, "{power}: {r} {g} {b}");
            before = r;
        }
        let [_, _, b] = tone_mapped([1000.0, 500.0, 250.0]);
        assert!(b > 0.9, "{b}");
    }
}
