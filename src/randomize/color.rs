//! Drawing colours, and what they are in linear light.

use super::draw::Limits;
use super::error::RandomizeError;
use super::rotation::sin_cos_deg;
use super::stream::Cursor;
use crate::color;
use crate::scene::{Color, Number, Pick, limits};

impl Cursor<'_> {
    /// Draws a colour: linear red, green and blue with the primaries of sRGB, 0 to 1.
    pub(super) fn color(&self, color: &Pick<Color>) -> Result<[f32; 3], RandomizeError> {
        let (place, picked) = self.pick(color)?;
        let component = |name, number: &Number| place.child(name).number_in(number, Limits::SHARE);
        let linear = match picked {
            Color::Hex(text) => match hex(text) {
                Some(srgb) => srgb.map(linear_from_srgb),
                None => {
                    return Err(RandomizeError::Malformed {
                        path: self.path().to_owned(),
                        expected: "a colour such as #c0ffee",
                        found: text.clone(),
                    });
                }
            },
            Color::Srgb(red, green, blue) => {
                [component("red", red)?, component("green", green)?, component("blue", blue)?].map(linear_from_srgb)
            }
            Color::Linear(red, green, blue) => {
                [component("red", red)?, component("green", green)?, component("blue", blue)?]
            }
            Color::Oklch(lightness, chroma, hue) => {
                let lightness = component("lightness", lightness)? as f32;
                let chroma = place.child("chroma").number_in(chroma, Limits::NotNegative)?;
                let (sin, cos) = sin_cos_deg(place.child("hue").number(hue)?);
                let ab = [chroma * cos, chroma * sin].map(|along| along as f32);
                color::within_srgb([lightness, ab[0], ab[1]]).map(f64::from)
            }
            Color::Kelvin(temperature) => {
                let (low, high) = limits::TEMPERATURE;
                let between = Limits::Between(low, high);
                let body = color::blackbody(place.child("temperature").number_in(temperature, between)? as f32);
                let most = body.into_iter().fold(0.0, f32::max);
                body.map(|component| f64::from(component / most))
            }
            Color::Hsv(hue, saturation, value) => srgb_from_hsv(
                place.child("hue").number(hue)?,
                component("saturation", saturation)?,
                component("value", value)?,
            )
            .map(linear_from_srgb),
        };
        Ok(linear.map(|component| component as f32))
    }
}

/// The transfer function of IEC 61966-2-1, from 0–1 to 0–1.
fn linear_from_srgb(component: f64) -> f64 {
    if component <= 0.04045 { component / 12.92 } else { libm::pow((component + 0.055) / 1.055, 2.4) }
}

/// `#c0ffee` or `#fed` as components from 0 to 1.
fn hex(text: &str) -> Option<[f64; 3]> {
    let digits: Vec<u32> = text.strip_prefix('#')?.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let bytes = match digits[..] {
        [r, g, b] => [17 * r, 17 * g, 17 * b],
        [r1, r0, g1, g0, b1, b0] => [16 * r1 + r0, 16 * g1 + g0, 16 * b1 + b0],
        _ => return None,
    };
    Some(bytes.map(|byte| f64::from(byte) / 255.0))
}

/// Hue in degrees, saturation and value from 0 to 1.
fn srgb_from_hsv(hue_deg: f64, saturation: f64, value: f64) -> [f64; 3] {
    let sixths = hue_deg.rem_euclid(360.0) / 60.0;
    [5.0, 3.0, 1.0].map(|offset| {
        let k = (sixths + offset) % 6.0;
        value - value * saturation * k.min(4.0 - k).clamp(0.0, 1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfer_function_is_that_of_the_standard() {
        assert_eq!(linear_from_srgb(0.0), 0.0);
        assert_eq!(linear_from_srgb(1.0), 1.0);
        assert!((linear_from_srgb(0.5) - 0.214_041_140_482_232_55).abs() < 1e-15);
        assert!((linear_from_srgb(0.04) - 0.04 / 12.92).abs() < 1e-18);
        assert!((linear_from_srgb(0.040_450_1) - 0.040_45 / 12.92).abs() < 1e-7);
    }

    #[test]
    fn hex_takes_three_or_six_digits_after_a_hash() {
        assert_eq!(hex("#ff0033"), Some([1.0, 0.0, 0.2]));
        assert_eq!(hex("#f03"), hex("#FF0033"));
        for wrong in ["", "#", "ff0033", "#ff003", "#gg0000", "#ff00330", "#ä0"] {
            assert_eq!(hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn hsv_gives_the_corners_of_the_cube() {
        assert_eq!(srgb_from_hsv(0.0, 1.0, 1.0), [1.0, 0.0, 0.0]);
        assert_eq!(srgb_from_hsv(60.0, 1.0, 1.0), [1.0, 1.0, 0.0]);
        assert_eq!(srgb_from_hsv(480.0, 1.0, 0.5), [0.0, 0.5, 0.0]);
        assert_eq!(srgb_from_hsv(-120.0, 1.0, 1.0), [0.0, 0.0, 1.0]);
        assert_eq!(srgb_from_hsv(217.0, 0.0, 0.3), [0.3; 3]);
        assert_eq!(srgb_from_hsv(0.0, 0.5, 1.0), [1.0, 0.5, 0.5]);
    }
}
