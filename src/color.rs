//! The mathematics of colours: black bodies, and OKLab, a space in which equal steps look equal (Ottosson 2020).
//!
//! Colours are linear red, green and blue with the primaries of BT.709 (those of sRGB).

/// Halvings of the interval in which the greatest chroma within sRGB is sought: to 1/65536 of the chroma asked for.
const HALVINGS: u32 = 16;

/// How far a component may lie outside 0–1 and still count as within sRGB: less than half a step of 8 bits.
const SLACK: f32 = 1e-4;

/// A colour with the same hue whose photometric weight (BT.709) is 1, so that it tints a light of given lux
/// without changing it.
pub fn of_luminance_one(color: [f32; 3]) -> [f32; 3] {
    let luminance = luminance(color).max(1e-6);
    color.map(|c| c / luminance)
}

/// Photometric weight of a linear colour (BT.709).
pub fn luminance([r, g, b]: [f32; 3]) -> f32 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Linear RGB of a black body, of luminance 1: the Planckian locus after Krystek 1985, in CIE 1960
/// (u, v), converted to BT.709 primaries.
pub fn blackbody(temperature_kelvin: f32) -> [f32; 3] {
    let t = f64::from(temperature_kelvin.clamp(1000.0, 15000.0));
    let u = (0.860_117_757 + 1.541_182_54e-4 * t + 1.286_412_12e-7 * t * t)
        / (1.0 + 8.424_202_35e-4 * t + 7.081_451_63e-7 * t * t);
    let v = (0.317_398_726 + 4.228_062_45e-5 * t + 4.204_816_91e-8 * t * t)
        / (1.0 - 2.897_418_16e-5 * t + 1.614_560_53e-7 * t * t);
    let (x, y) = (3.0 * u / (2.0 * u - 8.0 * v + 4.0), 2.0 * v / (2.0 * u - 8.0 * v + 4.0));
    let (cx, cy, cz) = (x / y, 1.0, (1.0 - x - y) / y);
    let rgb = [
        3.240_97 * cx - 1.537_383 * cy - 0.498_611 * cz,
        -0.969_244 * cx + 1.875_968 * cy + 0.041_555 * cz,
        0.055_63 * cx - 0.203_977 * cy + 1.056_972 * cz,
    ];
    of_luminance_one(rgb.map(|c| c.max(0.0) as f32))
}

/// The linear colour of a place in OKLab, each component 0–1. Where it would leave sRGB chroma gives way, not hue or
/// lightness.
pub fn within_srgb([lightness, a, b]: [f32; 3]) -> [f32; 3] {
    let lightness = lightness.clamp(0.0, 1.0);
    let at = |share: f32| linear_from_oklab([lightness, a * share, b * share]);
    let whole = at(1.0);
    if within(whole) {
        return whole.map(|c| c.clamp(0.0, 1.0));
    }
    let (mut inside, mut outside) = (0.0_f32, 1.0_f32);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (inside + outside);
        if within(at(middle)) { inside = middle } else { outside = middle }
    }
    at(inside).map(|c| c.clamp(0.0, 1.0))
}

/// Whether a linear colour is within sRGB.
fn within(color: [f32; 3]) -> bool {
    color.iter().all(|c| (-SLACK..=1.0 + SLACK).contains(c))
}

/// Lightness and the two axes of colour of linear sRGB.
pub fn oklab([r, g, b]: [f32; 3]) -> [f32; 3] {
    let l = libm::cbrtf(0.412_221_47 * r + 0.536_332_55 * g + 0.051_445_995 * b);
    let m = libm::cbrtf(0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b);
    let s = libm::cbrtf(0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b);
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

/// The inverse of [`oklab`]; components may lie outside 0–1.
pub fn linear_from_oklab([lightness, a, b]: [f32; 3]) -> [f32; 3] {
    let cube = |x: f32| x * x * x;
    let l = cube(lightness + 0.396_337_78 * a + 0.215_803_76 * b);
    let m = cube(lightness - 0.105_561_346 * a - 0.063_854_17 * b);
    let s = cube(lightness - 0.089_484_18 * a - 1.291_485_5 * b);
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values that Ottosson's article lists for primaries, to three digits.
    #[test]
    fn primaries_are_where_ottosson_has_them() {
        for (color, wanted) in [
            ([1.0, 0.0, 0.0], [0.628, 0.225, 0.126]),
            ([0.0, 1.0, 0.0], [0.866, -0.234, 0.179]),
            ([0.0, 0.0, 1.0], [0.452, -0.032, -0.312]),
            ([1.0, 1.0, 1.0], [1.0, 0.0, 0.0]),
        ] {
            let got = oklab(color);
            for (g, w) in got.iter().zip(wanted) {
                assert!((g - w).abs() < 6e-4, "{color:?}: {got:?} instead of {wanted:?}");
            }
        }
    }

    #[test]
    fn daylight_is_white_and_bulbs_are_warm() {
        let daylight = blackbody(6500.0);
        assert!(daylight.iter().all(|c| (c - 1.0).abs() < 0.06), "{daylight:?}");
        let bulb = blackbody(2700.0);
        // sRGB (255, 169, 87) in tables of Planckian colours, linearised.
        let (green, blue) = (bulb[1] / bulb[0], bulb[2] / bulb[0]);
        assert!((green - 0.40).abs() < 0.04 && (blue - 0.095).abs() < 0.02, "{bulb:?}");
        let shade = blackbody(12000.0);
        assert!(shade[0] / shade[2] < 0.75, "{shade:?}");
    }
}
