//! Against closed forms and draws.

use super::super::drops::fall_speed_m_per_s;
use super::super::tests::*;
use super::*;

#[test]
fn streaks_are_as_long_as_speed_times_exposure() {
    for exposure in [0.0, 0.001, 1.0 / 60.0, 0.03] {
        for (wind, diameter) in [(0.0, 1.0), (5.0, 2.0), (12.0, 4.0)] {
            let fall = fall_speed_m_per_s(diameter);
            let velocity = velocity_m_per_s(DVec3::new(wind, 0.0, 0.0), fall);
            let streak = streak_m(velocity, DVec3::ZERO, exposure);
            assert_close(streak.length(), wind.hypot(fall) * exposure, 1e-14, "length");
            assert!(streak.y <= 0.0);
        }
    }
    // A drop of 1 mm in still air and a sixtieth of a second: 6.7 cm.
    let streak = streak_m(velocity_m_per_s(DVec3::ZERO, fall_speed_m_per_s(1.0)), DVec3::ZERO, 1.0 / 60.0);
    assert_close(streak.length(), 0.067, 0.01, "1 mm");
    // A camera that falls along sees it at rest.
    let velocity = velocity_m_per_s(DVec3::new(3.0, 0.5, -1.0), 6.5);
    assert_eq!(streak_m(velocity, velocity, 0.02), DVec3::ZERO);
}

#[test]
fn small_drops_lean_more() {
    let lean = |diameter: f64| {
        let velocity = velocity_m_per_s(DVec3::new(5.0, 0.0, 0.0), fall_speed_m_per_s(diameter));
        libm::atan2(velocity.x, -velocity.y).to_degrees()
    };
    // In a wind of 5 m/s, from the speeds of Gunn and Kinzer.
    for (diameter, degrees) in [(0.5, 68.0), (1.0, 51.0), (2.0, 38.0), (4.0, 30.0)] {
        assert!((lean(diameter) - degrees).abs() < 1.0, "{diameter}: {}", lean(diameter));
    }
}

#[test]
fn wind_grows_with_the_logarithm_of_height() {
    for roughness in [0.0002, 0.03, 0.5, 1.0] {
        assert_close(wind_share(10.0, roughness), 1.0, 1e-15, "where it is told");
        assert_eq!(wind_share(roughness, roughness), 0.0);
        assert_eq!(wind_share(0.0, roughness), 0.0);
        let gain = wind_share(20.0, roughness) - wind_share(10.0, roughness);
        assert_close(wind_share(5.0, roughness), 1.0 - gain, 1e-12, "twice as high");
        let shares: Vec<f64> = (0..100).map(|step| wind_share(0.3 * f64::from(step), roughness)).collect();
        assert_rising(&shares, "share");
    }
    // ln(2 / 0.03) / ln(10 / 0.03).
    assert_close(wind_share(2.0, OPEN_COUNTRY_M), 0.722_9, 1e-3, "2 m");
}

#[test]
fn a_drop_is_a_pixel_wide_at_twice_focal_length_times_radius() {
    // z = 2 f a of Garg and Nayar (2007), for drops of 1 mm and a focal length of 960 pixels.
    assert_close(resolved_diameter_m(0.96, 960.0, 1.0), 0.001, 1e-15, "a pixel");
    assert_close(resolved_diameter_m(3.84, 960.0, 0.25), 0.001, 1e-15, "a quarter");
    assert_eq!(resolved_diameter_m(0.0, 960.0, 0.0), 0.0);
}

#[test]
fn odd_numbers_give_no_nonsense() {
    for one in ODD {
        for other in ODD {
            assert!(wind_share(one, other).is_finite() && wind_share(one, other) >= 0.0, "{one}, {other}");
            assert!(velocity_m_per_s(DVec3::splat(one), 1.0).is_finite());
            assert!(streak_m(DVec3::splat(one), DVec3::splat(other), 1.0).is_finite());
            assert!(streak_m(DVec3::ONE, DVec3::splat(one), other).is_finite());
            for third in ODD {
                assert!(resolved_diameter_m(one, other, third) >= 0.0, "{one}, {other}, {third}");
            }
        }
    }
}
