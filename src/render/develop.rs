//! From linear light to the picture that is stored.

use std::sync::LazyLock;

/// Linear light, 1 for white, as sRGB with 8 bits a channel.
///
/// The same as `tone.wgsl` and a target in sRGB give, but for rounding.
pub(super) fn developed(linear: [f32; 3]) -> [u8; 3] {
    tone_mapped(linear).map(encoded)
}

/// The Khronos PBR Neutral tone mapper (2024), as in `tone.wgsl`.
fn tone_mapped(linear: [f32; 3]) -> [f32; 3] {
    const START: f32 = 0.8 - 0.04;
    const DESATURATION: f32 = 0.15;
    let color = linear.map(|channel| channel.max(0.0));
    let lowest = color[0].min(color[1]).min(color[2]);
    let offset = if lowest < 0.08 { lowest - 6.25 * lowest * lowest } else { 0.04 };
    let color = color.map(|channel| channel - offset);
    let peak = color[0].max(color[1]).max(color[2]);
    if peak < START {
        return color;
    }
    let d = 1.0 - START;
    let new_peak = 1.0 - d * d / (peak + d - START);
    let grey = 1.0 - 1.0 / (DESATURATION * (peak - new_peak) + 1.0);
    color.map(|channel| channel * (new_peak / peak) * (1.0 - grey) + new_peak * grey)
}

/// Steps in which linear light is looked up: fine enough for a twentieth of the smallest step of the result.
const STEPS: usize = 1 << 16;

/// IEC 61966-2-1 for all steps of linear light.
static ENCODED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let encoded = |step: usize| {
        let linear = step as f32 / (STEPS - 1) as f32;
        let nonlinear =
            if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * libm::powf(linear, 1.0 / 2.4) - 0.055 };
        (nonlinear * 255.0).round() as u8
    };
    (0..STEPS).map(encoded).collect()
});

fn encoded(linear: f32) -> u8 {
    // A number that is none becomes 0, one that is too high the highest.
    let step = (linear * (STEPS - 1) as f32 + 0.5) as usize;
    ENCODED[step.min(STEPS - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_of_srgb_come_out() {
        for (linear, wanted) in [(0.0, 0), (0.000_303_5, 1), (0.215_860_5, 128), (0.5, 188), (1.0, 255), (7.0, 255)] {
            assert_eq!(encoded(linear), wanted, "{linear}");
        }
        assert_eq!((encoded(-1.0), encoded(f32::NAN)), (0, 0));
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
