//! Colours of light: of black bodies, and of a given hue.

/// A colour with the same hue whose photometric weight (BT.709) is 1, so that it tints a light of given lux
/// without changing it.
pub(super) fn of_luminance_one(color: [f32; 3]) -> [f32; 3] {
    let luminance = luminance(color).max(1e-6);
    color.map(|c| c / luminance)
}

/// Photometric weight of a linear colour (BT.709).
pub(super) fn luminance([r, g, b]: [f32; 3]) -> f32 {
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

#[cfg(test)]
mod tests {
    use super::*;

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
