//! The moon against published tables.

use super::*;
use crate::randomize::sun::towards_sun;

/// By UTC, north to −z and east to +x.
fn at(latitude_deg: f64, longitude_deg: f64, (year, day_of_year, hour): (u32, u32, f64)) -> Location {
    Location {
        latitude_deg,
        longitude_deg,
        year,
        day_of_year,
        hour,
        utc_offset_h: 0.0,
        north_deg: 180.0,
        hours_per_s: 0.0,
    }
}

fn degrees_apart(a: DVec3, b: DVec3) -> f64 {
    a.cross(b).length().atan2(a.dot(b)).to_degrees()
}

/// Elevation and bearing.
fn angles(direction: DVec3) -> (f64, f64) {
    (direction.y.asin().to_degrees(), direction.x.atan2(-direction.z).to_degrees().rem_euclid(360.0))
}

/// Examples 47.a and 48.a of Meeus: 12 April 1992 at 0 h of dynamical time.
#[test]
fn the_moon_is_where_the_published_example_has_it() {
    let t = (2_448_724.5 - 2_451_545.0) / 36_525.0;
    let moon = geocentric(t);
    assert!((moon.longitude_deg - 133.162_655).abs() < 0.002, "{}", moon.longitude_deg);
    assert!((moon.latitude_deg + 3.229_126).abs() < 0.001, "{}", moon.latitude_deg);
    assert!((moon.distance_km - 368_409.7).abs() < 10.0, "{}", moon.distance_km);
    let (nutation, obliquity) = nutation(t);
    assert!((nutation - 0.004_610).abs() < 0.000_15 && (obliquity - 23.440_636).abs() < 0.000_15);
    let lit = lit(&moon, t);
    assert!((lit - 0.6786).abs() < 0.0002, "{lit}");
}

/// Example 12.a of Meeus: 10 April 1987 at 0 h, 13 h 10 min 46.3668 s.
#[test]
fn sidereal_time_is_that_of_the_published_example() {
    let sidereal = sidereal_deg(2_446_895.5).rem_euclid(360.0);
    assert!((sidereal - 197.693_195).abs() < 1e-5, "{sidereal}");
}

/// Where an eclipse is total, the middles of sun and moon are within the difference of their radii, some 0.013°, of
/// each other: at Mazatlán on 8 April 2024, in Svalbard on 20 March 2015, and in Chile on 2 July 2019 with a low sun.
#[test]
fn the_moon_is_before_the_sun_in_total_eclipses() {
    let mazatlan = at(23.25, -106.41, (2024, 99, 18.0 + 9.6 / 60.0));
    let svalbard = at(78.22, 15.65, (2015, 79, 10.0 + 12.0 / 60.0));
    let chile = at(-29.97, -70.74, (2019, 183, 20.0 + 39.8 / 60.0));
    for place in [mazatlan, svalbard, chile] {
        let (moon, sun) = (moon(&place).unwrap(), towards_sun(&place).unwrap());
        let apart = degrees_apart(moon.direction, sun);
        assert!(apart < 0.025, "{apart}° at {place:?}");
        assert!(moon.phase < 1e-3, "{}", moon.phase);
    }
    // From elsewhere the moon is seen beside the sun.
    let away = at(-40.0, -70.0, (2024, 99, 18.0 + 9.6 / 60.0));
    let apart = degrees_apart(moon(&away).unwrap().direction, towards_sun(&away).unwrap());
    assert!((1.1..1.2).contains(&apart), "{apart}");
}

/// Full on 14 March 2025 at 06:55 and on 5 October 1998 at 20:12; in its first quarter on 6 March 2025 at 16:32.
#[test]
fn phases_are_those_of_the_almanac() {
    for (time, expected) in
        [((2025, 73, 6.92), 1.0), ((1998, 278, 20.2), 1.0), ((2025, 65, 16.53), 0.5), ((2024, 99, 18.35), 0.0)]
    {
        let phase = moon(&at(50.0, 10.0, time)).unwrap().phase;
        assert!((phase - expected).abs() < 0.004, "{phase} at {time:?}");
    }
}

/// By the independent ephemeris of XEphem, which has no air in it here.
#[test]
fn the_moon_is_where_another_ephemeris_has_it() {
    for (latitude, longitude, time, elevation, bearing, distance_km) in [
        (52.52, 13.4, (2025, 200, 2.0), 34.2355, 105.5469, 365_255.4),
        (-33.9, 151.2, (1969, 201, 8.0), 47.4542, 315.0653, 387_126.0),
        (35.7, 139.7, (1995, 15, 12.0), 61.2547, 119.6208, 393_894.5),
        (0.0, -78.5, (2006, 166, 6.5), 52.1449, 127.1653, 364_618.8),
        (64.1, -21.9, (1925, 40, 23.0), 25.8542, 119.6932, 393_342.3),
    ] {
        let moon = moon(&at(latitude, longitude, time)).unwrap();
        let found = angles(moon.direction);
        let elevation = elevation + refraction_deg(elevation);
        assert!((found.0 - elevation).abs() < 0.01 && (found.1 - bearing).abs() < 0.02, "{found:?}");
        assert!((moon.distance_km - distance_km).abs() < 40.0, "{}", moon.distance_km);
    }
}

#[test]
fn a_moon_is_found_at_any_place_and_time_and_north_may_lie_anywhere() {
    for step in 0..2000_u32 {
        let part = f64::from(step) / 2000.0;
        let (latitude, longitude) = (180.0 * (part * 77.0).fract() - 90.0, 360.0 * (part * 31.0).fract() - 180.0);
        let mut place = at(latitude, longitude, (1900 + step / 10, 1 + step % 366, 24.0 * part));
        let first = moon(&place).unwrap();
        assert!((first.direction.length() - 1.0).abs() < 1e-12);
        assert!((0.0..=1.0).contains(&first.phase) && (349_000.0..414_000.0).contains(&first.distance_km));
        place.north_deg = 90.0;
        let turned = moon(&place).unwrap().direction;
        let expected = DVec3::new(-first.direction.z, first.direction.y, first.direction.x);
        assert!((turned - expected).length() < 1e-12, "{turned}");
    }
    for pole in [-90.0, 90.0] {
        assert!(moon(&at(pole, 0.0, (2025, 100, 12.0))).is_some());
    }
    assert_eq!(moon(&at(f64::NAN, 0.0, (2025, 100, 12.0))), None);
}

/// Half a degree at the horizon (chapter 16), and heights keep their order from below it to the zenith.
#[test]
fn air_lifts_the_moon() {
    assert!((refraction_deg(0.0) - 0.48).abs() < 0.01);
    assert!((refraction_deg(-0.575) - 0.575).abs() < 0.02);
    assert!((refraction_deg(45.0) - 0.0167).abs() < 0.001);
    assert_eq!((refraction_deg(-30.0), refraction_deg(90.0)), (0.0, 0.0));
    let seen = |step: i32| f64::from(step) * 0.01 + refraction_deg(f64::from(step) * 0.01);
    assert!((-9000..9000).all(|step| seen(step) < seen(step + 1)));
}

#[test]
fn moonlight_follows_the_phase() {
    assert!((1.0 / sky_ratio(1.0) - 408_554.0).abs() < 100.0);
    let half = sky_ratio(0.5) / sky_ratio(1.0);
    assert!((0.08..0.11).contains(&half), "{half}");
    let share = |step: i32| step as f32 / 500.0;
    assert!((0..500).all(|step| sky_ratio(share(step)) < sky_ratio(share(step + 1))));
    let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0, 2.0, f32::MAX];
    assert!(odd.into_iter().all(|phase| sky_ratio(phase).is_finite()));
}
