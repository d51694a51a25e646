//! Where the sun stands at a place, a day and an hour.

use glam::DVec3;
use solar_positioning::time::{DeltaT, JulianDate};
use solar_positioning::{RefractionCorrection, spa};

use super::concrete::Location;
use super::draw::Limits;
use super::error::RandomizeError;
use super::rotation::direction;
use super::stream::Cursor;
use crate::scene::{self, limits};

/// Draws where and when a scene is.
pub(super) fn location(cursor: &Cursor, location: &scene::Location) -> Result<Location, RandomizeError> {
    let within = |name, number, (low, high)| cursor.child(name).number_in(number, Limits::Between(low, high));
    let whole = |name, count, (low, high): (f64, f64)| {
        let place = cursor.child(name);
        let drawn = place.count(count)?;
        let outside = || place.out_of_range(format!("a whole number from {low} to {high}"), f64::from(drawn));
        if (low..=high).contains(&f64::from(drawn)) { Ok(drawn) } else { Err(outside()) }
    };
    Ok(Location {
        latitude_deg: within("latitude_deg", &location.latitude_deg, limits::LATITUDE)?,
        longitude_deg: within("longitude_deg", &location.longitude_deg, limits::LONGITUDE)?,
        year: whole("year", &location.year, limits::YEAR)?,
        day_of_year: whole("day_of_year", &location.day_of_year, limits::DAY_OF_YEAR)?,
        hour: within("hour", &location.hour, limits::HOUR)?,
        utc_offset_h: within("utc_offset_h", &location.utc_offset_h, limits::UTC_OFFSET)?,
        north_deg: cursor.child("north_deg").number(&location.north_deg)?,
        hours_per_s: within("hours_per_s", &location.hours_per_s, limits::HOURS_PER_S)?,
    })
}

/// Unit vector towards where the sun is seen from, at sea level and with the refraction of the standard atmosphere.
///
/// Reda and Andreas 2004, "Solar position algorithm for solar radiation applications", good to 0.0003°. `None` where a
/// value is beyond its limits.
pub(super) fn towards_sun(location: &Location) -> Option<DVec3> {
    let moment = moment(location)?;
    let air = Some(RefractionCorrection::standard());
    let (latitude, longitude) = (location.latitude_deg, location.longitude_deg);
    let sun = spa::solar_position_from_julian(moment, latitude, longitude, 0.0, air).ok()?;
    // Bearings go from north by east.
    Some(direction(location.north_deg - sun.azimuth(), sun.elevation_angle()))
}

/// When a scene is, in universal and in dynamical time. `None` where a value is beyond its limits.
pub(super) fn moment(location: &Location) -> Option<JulianDate> {
    // Whole days and seconds apart, so that nothing is lost.
    let hours = location.hour - location.utc_offset_h;
    let days = libm::floor(hours / 24.0);
    let seconds = ((hours - 24.0 * days) * 3600.0).clamp(0.0, 86_399.999);
    let (year, month, day) = date(location.year as i32, i64::from(location.day_of_year) - 1 + days as i64);
    let (hour, minute) = ((seconds / 3600.0) as u32, (seconds / 60.0) as u32 % 60);
    let second = seconds - 3600.0 * f64::from(hour) - 60.0 * f64::from(minute);
    let delta_t = DeltaT::estimate_from_date(year, month).ok()?;
    JulianDate::from_utc(year, month, day, hour, minute, second.clamp(0.0, 59.999), delta_t).ok()
}

/// Year, month and day of the month; `day` counts from 0 for 1 January of `year` and may be beyond its ends.
fn date(mut year: i32, mut day: i64) -> (i32, u32, u32) {
    let is_leap = |year: i32| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of = |year| if is_leap(year) { 366 } else { 365 };
    while day < 0 {
        year -= 1;
        day += days_of(year);
    }
    while day >= days_of(year) {
        day -= days_of(year);
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    (year, month, day as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_through_months_and_years() {
        assert_eq!(date(2023, 0), (2023, 1, 1));
        assert_eq!(date(2023, 58), (2023, 2, 28));
        assert_eq!(date(2023, 59), (2023, 3, 1));
        assert_eq!(date(2024, 59), (2024, 2, 29));
        assert_eq!(date(2024, 365), (2024, 12, 31));
        assert_eq!(date(2023, 365), (2024, 1, 1));
        assert_eq!(date(2024, -1), (2023, 12, 31));
        assert_eq!(date(1900, 59), (1900, 3, 1));
        assert_eq!(date(2000, 59), (2000, 2, 29));
    }

    fn at(latitude: f64, longitude: f64, (year, day, hour): (u32, u32, f64), utc_offset: f64) -> (f64, f64) {
        let location = Location {
            latitude_deg: latitude,
            longitude_deg: longitude,
            year,
            day_of_year: day,
            hour,
            utc_offset_h: utc_offset,
            north_deg: 180.0,
            hours_per_s: 0.0,
        };
        let sun = towards_sun(&location).unwrap();
        assert!((sun.length() - 1.0).abs() < 1e-12);
        // East is +x, north −z.
        (sun.y.asin().to_degrees(), sun.x.atan2(-sun.z).to_degrees().rem_euclid(360.0))
    }

    /// The worked example of Reda and Andreas: 17 October 2003, 12:30:30, seven hours behind UTC, 39.742476° N,
    /// 105.1786° W, zenith angle 50.11162°, azimuth 194.34024°. It is at 1,830 m and 820 hPa, not at sea level: parallax
    /// and refraction differ by a few thousandths of a degree.
    #[test]
    fn the_sun_is_where_the_published_example_has_it() {
        let (elevation, azimuth) = at(39.742476, -105.1786, (2003, 290, 12.0 + 30.5 / 60.0), -7.0);
        assert!((elevation - (90.0 - 50.11162)).abs() < 0.005, "{elevation}");
        assert!((azimuth - 194.34024).abs() < 0.0005, "{azimuth}");
    }

    /// Solstices and equinox at solar noon: 90° less latitude, plus the sun's declination of 23.44°, 0° and −23.44°.
    #[test]
    fn noon_is_as_high_as_the_season_has_it() {
        for (latitude, day, expected) in [(50.0, 172, 63.44), (50.0, 355, 16.56), (0.0, 79, 90.0), (-35.0, 355, 78.44)]
        {
            let highest = (0..240).map(|step| at(latitude, 0.0, (2025, day, 10.0 + f64::from(step) / 60.0), 0.0).0);
            let highest = highest.fold(-90.0, f64::max);
            assert!((highest - expected).abs() < 0.25, "{latitude} on day {day}: {highest}");
        }
    }

    /// Sunrise and sunset, when the upper limb is seen on the horizon, of Greenwich on 21 June 2024: 04:43 and 21:21 by
    /// a clock one hour ahead of UTC.
    #[test]
    fn the_sun_rises_and_sets_by_the_almanac() {
        for (hour, bearing) in [(4.0 + 43.0 / 60.0, 49.0), (21.0 + 21.0 / 60.0, 311.0)] {
            let (elevation, azimuth) = at(51.4779, 0.0, (2024, 173, hour), 1.0);
            // Half a minute of the sun's way is 0.07°; its radius is 0.27°. The refraction formula ends at −0.83°.
            assert!((elevation + 0.27).abs() < 0.15 || (elevation + 0.83).abs() < 0.15, "{elevation}");
            assert!((azimuth - bearing).abs() < 1.0, "{azimuth}");
        }
    }

    #[test]
    fn north_may_lie_anywhere() {
        let mut location = Location {
            latitude_deg: 52.0,
            longitude_deg: 13.0,
            year: 2025,
            day_of_year: 100,
            hour: 9.0,
            utc_offset_h: 1.0,
            north_deg: 180.0,
            hours_per_s: 0.0,
        };
        let sun = towards_sun(&location).unwrap();
        assert!(sun.x > 0.5 && sun.y > 0.3, "in the morning the sun is in the east: {sun}");
        location.north_deg = 90.0;
        let turned = towards_sun(&location).unwrap();
        // North is +x now, so that east is +z.
        assert!((turned - DVec3::new(-sun.z, sun.y, sun.x)).length() < 1e-12, "{turned} of {sun}");
    }
}
