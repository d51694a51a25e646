//! Changes of hue, saturation and brightness in OKLCH.

use crate::assets::texture::paint::Rgb;
use crate::color::{oklab, within_srgb};

/// A turn of the hue and factors, ready to be applied to many colours.
#[derive(Debug, Clone, Copy)]
pub(in crate::assets) struct Shift {
    sine: f32,
    cosine: f32,
    saturation: f32,
    brightness: f32,
}

impl Shift {
    /// `hue_deg` in degrees, anticlockwise from red over yellow; `saturation` multiplies chroma and `brightness`
    /// reflectance, both 0 or more.
    pub(in crate::assets) fn new(hue_deg: f32, saturation: f32, brightness: f32) -> Shift {
        let (sine, cosine) = libm::sincosf(hue_deg * (core::f32::consts::PI / 180.0));
        Shift { sine, cosine, saturation: saturation.max(0.0), brightness: brightness.max(0.0) }
    }

    /// Linear RGB, each 0–1, to the same. Where the colour would leave sRGB chroma gives way, not hue or lightness.
    pub(in crate::assets) fn apply(&self, color: Rgb) -> Rgb {
        // OKLab is homogeneous: a factor on linear light leaves hue and the ratio of chroma to lightness alone.
        let [lightness, a, b] = oklab(color.map(|c| c * self.brightness));
        let turned_a = (a * self.cosine - b * self.sine) * self.saturation;
        let turned_b = (a * self.sine + b * self.cosine) * self.saturation;
        within_srgb([lightness, turned_a, turned_b])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polar(color: Rgb) -> (f32, f32, f32) {
        let [lightness, a, b] = oklab(color);
        (lightness, a.hypot(b), b.atan2(a).to_degrees().rem_euclid(360.0))
    }

    #[test]
    fn hue_turns_and_lightness_stays() {
        let color = [0.3, 0.2, 0.15];
        let (lightness, chroma, hue) = polar(color);
        for turn in [-120.0, 30.0, 90.0, 180.0, 350.0_f32] {
            let (l, c, h) = polar(Shift::new(turn, 1.0, 1.0).apply(color));
            assert!((l - lightness).abs() < 1e-4 && (c - chroma).abs() < 2e-4, "{turn}: {l} {c}");
            let off = (h - hue - turn).rem_euclid(360.0);
            assert!(off.min(360.0 - off) < 0.3, "{turn}: off by {off}");
        }
    }

    #[test]
    fn saturation_and_brightness_are_factors() {
        let color = [0.3, 0.2, 0.15];
        let (_, chroma, hue) = polar(color);
        let (_, c, h) = polar(Shift::new(0.0, 0.5, 1.0).apply(color));
        assert!((c - 0.5 * chroma).abs() < 1e-4 && (h - hue).abs() < 0.3);
        let grey = Shift::new(40.0, 0.0, 1.0).apply(color);
        assert!((grey[0] - grey[1]).abs() < 1e-4 && (grey[1] - grey[2]).abs() < 1e-4, "{grey:?}");
        let dark = Shift::new(0.0, 1.0, 0.25).apply(color);
        for (d, c) in dark.iter().zip(color) {
            assert!((d - 0.25 * c).abs() < 1e-5, "{dark:?}");
        }
    }

    #[test]
    fn chroma_gives_way_at_the_border_of_srgb() {
        for color in [[0.9, 0.02, 0.02], [0.02, 0.8, 0.02], [0.03, 0.02, 0.9], [0.8, 0.7, 0.02]] {
            let (lightness, _, hue) = polar(color);
            for turn in [0.0, 60.0, 150.0, 240.0] {
                let out = Shift::new(turn, 3.0, 1.0).apply(color);
                assert!(out.iter().all(|c| (0.0..=1.0).contains(c)), "{out:?}");
                let (l, c, h) = polar(out);
                assert!((l - lightness).abs() < 3e-3, "{color:?} {turn}: lightness {l} instead of {lightness}");
                let off = (h - hue - turn).rem_euclid(360.0);
                assert!(off.min(360.0 - off) < 2.0, "{color:?} {turn}: hue off by {off}");
                // It lies on the border: one component is as far as it can go.
                assert!(c > 0.02 && out.iter().any(|c| *c < 2e-4 || *c > 1.0 - 2e-4), "{out:?}");
            }
        }
        assert_eq!(Shift::new(0.0, 1.0, 9.0).apply([0.9, 0.9, 0.9]).map(|c| (c * 1000.0).round()), [1000.0; 3]);
    }
}
