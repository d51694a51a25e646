//! Where the moon stands at a place, a day and an hour, and how much light it gives.
//!
//! Chapters and tables named here are those of Meeus, "Astronomical Algorithms" (2nd edition, 1998). Directions
//! are good to 0.01°, a fiftieth of the moon's width, and to 0.02° by 2100: how the earth's turning slows is not known.

use std::f64::consts::PI;

use glam::DVec3;

use super::concrete::Location;
use super::rotation::{direction, sin_cos_deg};
use super::sun::moment;

/// The equatorial radius of the earth in km, and its polar radius over it (WGS 84).
const EARTH_KM: f64 = 6378.137;
const POLAR_SHARE: f64 = 1.0 - 1.0 / 298.257_223_563;
const ASTRONOMICAL_UNIT_KM: f64 = 149_597_870.7;
/// Illuminance by the full moon at its mean distance outside of the atmosphere, in lux: 10^(−0.4 · 3.84) foot-candles
/// in Krisciunas & Schaefer 1991. Without the opposition effect, which adds up to a third within a few degrees.
const FULL_MOON_LUX: f32 = 0.3133;
/// Illuminance by the sun outside of the atmosphere in lux, the same as for daylight skies.
const SOLAR_LUX: f32 = 128_000.0;
/// Where the moon is seen from a place at a moment, and how much of it is lit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moon {
    /// Unit vector towards its middle, from sea level and with the refraction of the standard atmosphere.
    pub direction: DVec3,
    /// Share of the disc that is lit, from 0 to 1. The shadow of the earth, in an eclipse, is not looked at.
    pub phase: f64,
    /// From the place, not from the middle of the earth.
    pub distance_km: f64,
}

/// Where the moon is seen from, by the same clock as the sun. `None` where a value is beyond its limits.
pub(super) fn moon(location: &Location) -> Option<Moon> {
    let moment = moment(location)?;
    let t = moment.julian_ephemeris_century();
    let geocentric = geocentric(t);
    let (nutation, obliquity) = nutation(t);

    // From the ecliptic to the equator, then to the meridian of the place: x to where it meets the equator, y east.
    let (sin_longitude, cos_longitude) = sin_cos_deg(geocentric.longitude_deg + nutation);
    let (sin_latitude, cos_latitude) = sin_cos_deg(geocentric.latitude_deg);
    let ecliptic = DVec3::new(cos_latitude * cos_longitude, cos_latitude * sin_longitude, sin_latitude);
    let (sin, cos) = sin_cos_deg(obliquity);
    let (x, y) = (ecliptic.x, ecliptic.y * cos - ecliptic.z * sin);
    let z = ecliptic.y * sin + ecliptic.z * cos;
    let sidereal = sidereal_deg(moment.julian_date()) + nutation * cos + location.longitude_deg;
    let (sin, cos) = sin_cos_deg(sidereal);
    let from_center = geocentric.distance_km * DVec3::new(x * cos + y * sin, y * cos - x * sin, z);

    // The moon is so near that it matters by up to a degree where on earth one stands (chapters 11 and 40).
    let (sin, cos) = sin_cos_deg(location.latitude_deg);
    let widening = EARTH_KM / (cos * cos + POLAR_SHARE * POLAR_SHARE * sin * sin).sqrt();
    let place = widening * DVec3::new(cos, 0.0, POLAR_SHARE * POLAR_SHARE * sin);
    let seen = from_center - place;
    let distance_km = seen.length();
    let (up, north) = (seen.x * cos + seen.z * sin, seen.z * cos - seen.x * sin);
    let elevation = libm::asin((up / distance_km).clamp(-1.0, 1.0)) * (180.0 / PI);
    let bearing = libm::atan2(seen.y, north) * (180.0 / PI);

    // Bearings go from north by east.
    let direction = direction(location.north_deg - bearing, elevation + refraction_deg(elevation));
    direction.is_finite().then_some(Moon { direction, phase: lit(&geocentric, t), distance_km })
}

/// As seen from the middle of the earth, for the mean equinox of the date.
struct Geocentric {
    longitude_deg: f64,
    latitude_deg: f64,
    distance_km: f64,
}

/// Mean longitude of the moon, its elongation from the sun, the anomalies of sun and moon, and the distance of the moon
/// from its ascending node, in degrees. `t` is in Julian centuries from 2000, of dynamical time, here and below.
///
/// Powers above the second are below 0.00001° from 1900 to 2100.
fn arguments(t: f64) -> (f64, [f64; 4]) {
    let longitude = 218.316_447_7 + t * (481_267.881_234_21 - t * 0.001_578_6);
    let elongation = 297.850_192_1 + t * (445_267.111_403_4 - t * 0.001_881_9);
    let solar = 357.529_109_2 + t * (35_999.050_290_9 - t * 0.000_153_6);
    let lunar = 134.963_396_4 + t * (477_198.867_505_5 + t * 0.008_741_4);
    let node = 93.272_095_0 + t * (483_202.017_523_3 - t * 0.003_653_9);
    (longitude, [elongation, solar, lunar, node])
}

/// Chapter 47.
fn geocentric(t: f64) -> Geocentric {
    let sin = |degrees| sin_cos_deg(degrees).0;
    let (mean, arguments) = arguments(t);
    let [_, _, lunar, node] = arguments;
    // The orbit of the earth gets rounder, which the terms with the sun's anomaly follow.
    let rounder = 1.0 - t * (0.002_516 + t * 0.000_007_4);
    let term = |multiples: [i8; 4]| {
        let angle: f64 = multiples.iter().zip(arguments).map(|(&n, argument)| f64::from(n) * argument).sum();
        let share = match multiples[1].abs() {
            0 => 1.0,
            1 => rounder,
            _ => rounder * rounder,
        };
        (share, sin_cos_deg(angle))
    };
    // By Venus, by the flattening of the earth, and by Jupiter.
    let (venus, jupiter) = (119.75 + 131.849 * t, 53.09 + 479_264.29 * t);
    let mut longitude = 3958.0 * sin(venus) + 1962.0 * sin(mean - node) + 318.0 * sin(jupiter);
    let mut latitude = -2235.0 * sin(mean) + 382.0 * sin(313.45 + 481_266.484 * t) + 127.0 * sin(mean - lunar)
        - 115.0 * sin(mean + lunar)
        + 175.0 * (sin(venus - node) + sin(venus + node));
    let mut distance = 0.0;
    for (multiples, along, away) in LONGITUDE_AND_DISTANCE {
        let (share, (sin, cos)) = term(multiples);
        longitude += share * along * sin;
        distance += share * away * cos;
    }
    for (multiples, across) in LATITUDE {
        let (share, (sin, _)) = term(multiples);
        latitude += share * across * sin;
    }
    Geocentric {
        longitude_deg: (mean + longitude * 1e-6).rem_euclid(360.0),
        latitude_deg: latitude * 1e-6,
        distance_km: 385_000.56 + distance * 1e-3,
    }
}

/// Nutation in longitude and the true obliquity of the ecliptic, in degrees (chapter 22, to half an arc second).
fn nutation(t: f64) -> (f64, f64) {
    let (sin_node, cos_node) = sin_cos_deg(125.044_52 - 1_934.136_261 * t);
    let (sin_sun, cos_sun) = sin_cos_deg(2.0 * (280.4665 + 36_000.769_8 * t));
    let (sin_moon, cos_moon) = sin_cos_deg(2.0 * (218.3165 + 481_267.881_3 * t));
    let longitude = -17.2 * sin_node - 1.32 * sin_sun - 0.23 * sin_moon;
    let tilt = 9.2 * cos_node + 0.57 * cos_sun + 0.1 * cos_moon;
    (longitude / 3600.0, 23.439_291_1 - 0.013_004_2 * t + tilt / 3600.0)
}

/// Mean sidereal time at Greenwich in degrees, from the Julian date of universal time (12.4).
fn sidereal_deg(julian_date: f64) -> f64 {
    let days = julian_date - 2_451_545.0;
    let t = days / 36_525.0;
    280.460_618_37 + 360.985_647_366_29 * days + 0.000_387_933 * t * t
}

/// Share of the disc that is lit (chapter 48), with the sun of low accuracy (chapter 25).
fn lit(moon: &Geocentric, t: f64) -> f64 {
    let (_, [_, anomaly, _, _]) = arguments(t);
    let (sin, cos) = sin_cos_deg(anomaly);
    let center = (1.914_602 - 0.004_817 * t) * sin + 0.039_986 * sin * cos;
    let sun_deg = 280.466_46 + 36_000.769_83 * t + center;
    let eccentricity = 0.016_708_634 - 0.000_042_037 * t;
    let round = 1.0 - eccentricity * eccentricity;
    let sun_km = ASTRONOMICAL_UNIT_KM * round / (1.0 + eccentricity * sin_cos_deg(anomaly + center).1);
    // Of the angle between the two, from the earth.
    let cos_apart = sin_cos_deg(moon.latitude_deg).1 * sin_cos_deg(moon.longitude_deg - sun_deg).1;
    let sin_apart = (1.0 - cos_apart * cos_apart).max(0.0).sqrt();
    let angle = libm::atan2(sun_km * sin_apart, moon.distance_km - sun_km * cos_apart);
    0.5 + 0.5 * libm::cos(angle)
}

/// How much higher a thing is seen than it is, in degrees (16.4, Sæmundsson 1986, 1010 hPa and 10 °C).
///
/// Fades out from 1° to 2° below the horizon, where nobody sees it, so that heights keep their order.
fn refraction_deg(elevation_deg: f64) -> f64 {
    let fade = (elevation_deg + 2.0).clamp(0.0, 1.0);
    if fade <= 0.0 {
        return 0.0;
    }
    let (sin, cos) = sin_cos_deg(elevation_deg + 10.3 / (elevation_deg + 5.11));
    fade * (1.02 / 60.0 * cos / sin).max(0.0)
}

/// What the daylight sky with the sun at the moon's place is to be multiplied by to be the moonlit sky; `phase` is the
/// lit share of the disc. Moonlight is sunlight, so that the air scatters it alike: 1/409,000 at full moon.
pub fn sky_ratio(phase: f32) -> f32 {
    FULL_MOON_LUX / SOLAR_LUX * share_of_full(phase)
}

/// Light of the moon over that of a full one, by the lit share of its disc (Krisciunas & Schaefer 1991, equation 20).
///
/// Half a moon gives an eleventh, since shadows lengthen on its rough ground. 1/3600 is left at new moon, about as much
/// as the earth lights it up to.
fn share_of_full(phase: f32) -> f32 {
    let phase = if phase.is_nan() { 0.0 } else { phase.clamp(0.0, 1.0) };
    let angle = libm::acosf(2.0 * phase - 1.0) * (180.0 / std::f32::consts::PI);
    let squared = angle * angle;
    libm::exp10f(-0.4 * (0.026 * angle + 4e-9 * squared * squared))
}

/// Multiples of elongation, anomaly of the sun, anomaly of the moon and distance from the node, and what their sum adds
/// to the longitude (by its sine, in 0.000001°) and to the distance (by its cosine, in m); from table 47.A.
#[rustfmt::skip]
const LONGITUDE_AND_DISTANCE: [([i8; 4], f64, f64); 46] = [
    ([0, 0, 1, 0], 6_288_774.0, -20_905_355.0), ([2, 0, -1, 0], 1_274_027.0, -3_699_111.0),
    ([2, 0, 0, 0], 658_314.0, -2_955_968.0), ([0, 0, 2, 0], 213_618.0, -569_925.0),
    ([0, 1, 0, 0], -185_116.0, 48_888.0), ([0, 0, 0, 2], -114_332.0, -3149.0), ([2, 0, -2, 0], 58_793.0, 246_158.0),
    ([2, -1, -1, 0], 57_066.0, -152_138.0), ([2, 0, 1, 0], 53_322.0, -170_733.0),
    ([2, -1, 0, 0], 45_758.0, -204_586.0), ([0, 1, -1, 0], -40_923.0, -129_620.0),
    ([1, 0, 0, 0], -34_720.0, 108_743.0), ([0, 1, 1, 0], -30_383.0, 104_755.0), ([2, 0, 0, -2], 15_327.0, 10_321.0),
    ([0, 0, 1, 2], -12_528.0, 0.0), ([0, 0, 1, -2], 10_980.0, 79_661.0), ([4, 0, -1, 0], 10_675.0, -34_782.0),
    ([0, 0, 3, 0], 10_034.0, -23_210.0), ([4, 0, -2, 0], 8548.0, -21_636.0), ([2, 1, -1, 0], -7888.0, 24_208.0),
    ([2, 1, 0, 0], -6766.0, 30_824.0), ([1, 0, -1, 0], -5163.0, -8379.0), ([1, 1, 0, 0], 4987.0, -16_675.0),
    ([2, -1, 1, 0], 4036.0, -12_831.0), ([2, 0, 2, 0], 3994.0, -10_445.0), ([4, 0, 0, 0], 3861.0, -11_650.0),
    ([2, 0, -3, 0], 3665.0, 14_403.0), ([0, 1, -2, 0], -2689.0, -7003.0), ([2, 0, -1, 2], -2602.0, 0.0),
    ([2, -1, -2, 0], 2390.0, 10_056.0), ([1, 0, 1, 0], -2348.0, 6322.0), ([2, -2, 0, 0], 2236.0, -9884.0),
    ([0, 1, 2, 0], -2120.0, 5751.0), ([0, 2, 0, 0], -2069.0, 0.0), ([2, -2, -1, 0], 2048.0, -4950.0),
    ([2, 0, 1, -2], -1773.0, 4130.0), ([2, 0, 0, 2], -1595.0, 0.0), ([4, -1, -1, 0], 1215.0, -3958.0),
    ([0, 0, 2, 2], -1110.0, 0.0), ([3, 0, -1, 0], -892.0, 3258.0), ([2, 1, 1, 0], -810.0, 2616.0),
    ([4, -1, -2, 0], 759.0, -1897.0), ([0, 2, -1, 0], -713.0, -2117.0), ([2, 2, -1, 0], -700.0, 2354.0),
    ([0, 0, 2, -2], -381.0, -4421.0), ([2, 0, -1, -2], 0.0, 8752.0),
];

/// The same for the latitude (by the sine, in 0.000001°), from table 47.B.
#[rustfmt::skip]
const LATITUDE: [([i8; 4], f64); 30] = [
    ([0, 0, 0, 1], 5_128_122.0), ([0, 0, 1, 1], 280_602.0), ([0, 0, 1, -1], 277_693.0), ([2, 0, 0, -1], 173_237.0),
    ([2, 0, -1, 1], 55_413.0), ([2, 0, -1, -1], 46_271.0), ([2, 0, 0, 1], 32_573.0), ([0, 0, 2, 1], 17_198.0),
    ([2, 0, 1, -1], 9266.0), ([0, 0, 2, -1], 8822.0), ([2, -1, 0, -1], 8216.0), ([2, 0, -2, -1], 4324.0),
    ([2, 0, 1, 1], 4200.0), ([2, 1, 0, -1], -3359.0), ([2, -1, -1, 1], 2463.0), ([2, -1, 0, 1], 2211.0),
    ([2, -1, -1, -1], 2065.0), ([0, 1, -1, -1], -1870.0), ([4, 0, -1, -1], 1828.0), ([0, 1, 0, 1], -1794.0),
    ([0, 0, 0, 3], -1749.0), ([0, 1, -1, 1], -1565.0), ([1, 0, 0, 1], -1491.0), ([0, 1, 1, 1], -1475.0),
    ([0, 1, 1, -1], -1410.0), ([0, 1, 0, -1], -1344.0), ([1, 0, 0, -1], -1335.0), ([0, 0, 3, 1], 1107.0),
    ([4, 0, 0, -1], 1021.0), ([4, 0, -1, 1], 833.0),
];

#[cfg(test)]
mod tests;
