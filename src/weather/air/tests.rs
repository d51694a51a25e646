//! Against closed forms, sums along the way and the international visibility code.

use super::super::tests::*;
use super::*;

#[test]
fn contrast_falls_to_a_fiftieth_at_the_visibility() {
    for visibility in [5.0, 50.0, 1000.0, 23_000.0] {
        let extinction = extinction_per_m(visibility);
        for distance in [0.0, 1.0, 0.5 * visibility, visibility, 3.0 * visibility] {
            let found = transmittance(optical_depth(extinction, distance));
            assert_close(found, libm::exp(-distance * 50.0_f64.ln() / visibility), 1e-14, "contrast");
            assert_close(found + airlight_share(optical_depth(extinction, distance)), 1.0, 1e-15, "airlight");
        }
        assert_close(transmittance(optical_depth(extinction, visibility)), 0.02, 1e-14, "at the visibility");
        assert_close(visibility_m(extinction), visibility, 1e-15, "inverse");
        // The optical range of 5 % is 1.31 times shorter (ITU-R P.1814-1).
        assert_close(visibility / optical_range_m(extinction), 1.31, 4e-3, "5 %");
    }
    assert_eq!(extinction_per_m(f64::INFINITY), 0.0);
    assert_eq!(visibility_m(0.0), f64::INFINITY);
    assert_eq!(transmittance(optical_depth(0.0, f64::INFINITY)), 1.0);
}

#[test]
fn visibilities_combine_by_their_inverses() {
    let both = total_extinction_per_m(&[extinction_per_m(300.0), extinction_per_m(600.0), f64::NAN, -1.0]);
    assert_close(visibility_m(both), 200.0, 1e-14, "two veils");
    assert_eq!(total_extinction_per_m(&[]), 0.0);
}

#[test]
fn fog_is_what_is_summed_along_the_way() {
    for (scale, from, to, distance) in [
        (30.0, 1.5, 1.5, 100.0),
        (30.0, 1.5, 80.0, 120.0),
        (30.0, 80.0, 1.5, 120.0),
        (5.0, 0.0, 400.0, 1000.0),
        (200.0, -20.0, 10.0, 50.0),
        (1e12, 3.0, 90.0, 100.0),
        (f64::INFINITY, 3.0, 90.0, 100.0),
    ] {
        let fog = Fog { extinction_per_m: 0.02, scale_height_m: scale };
        let wanted = integral(0.0, distance, |along| fog.extinction_at(from + (to - from) * along / distance));
        let found = fog.optical_depth(from, to, distance);
        assert_close(found, wanted, 1e-7, &format!("scale {scale} from {from} to {to}"));
        assert_eq!(found, fog.optical_depth(to, from, distance));
    }
}

#[test]
fn fog_is_smooth_where_a_ray_turns_level() {
    let fog = Fog { extinction_per_m: 0.05, scale_height_m: 40.0 };
    let level = fog.optical_depth(2.0, 2.0, 70.0);
    assert_close(level, 0.05 * libm::exp(-0.05) * 70.0, 1e-14, "level");
    for rise in [1e-12, 1e-9, 1e-6, 1e-3] {
        for rise in [rise, -rise] {
            let near = fog.optical_depth(2.0, 2.0 + rise, 70.0);
            assert_close(near, level * (1.0 - rise / 80.0), 1e-6 * rise.abs() + 1e-14, &format!("{rise}"));
        }
    }
    // Nothing of fog without height, all of fog without a top.
    assert_eq!(Fog { extinction_per_m: 0.05, scale_height_m: 0.0 }.optical_depth(1.0, 1.0, 70.0), 0.0);
    let endless = Fog { extinction_per_m: 0.05, scale_height_m: f64::INFINITY };
    assert_eq!(endless.optical_depth(-7.0, 900.0, 70.0), optical_depth(0.05, 70.0));
}

#[test]
fn the_sky_is_seen_through_what_is_above() {
    let fog = Fog { extinction_per_m: 0.01, scale_height_m: 50.0 };
    for sine in [1.0, 0.5, 0.05] {
        let far = fog.optical_depth(2.0, 2.0 + 1e5 * sine, 1e5);
        assert_close(fog.optical_depth_to_sky(2.0, sine), far, 1e-12, "far up");
    }
    assert_eq!(fog.optical_depth_to_sky(2.0, 0.0), f64::INFINITY);
    assert_eq!(fog.optical_depth_to_sky(2.0, -0.5), f64::INFINITY);
    let clear = Fog { extinction_per_m: 0.0, scale_height_m: f64::INFINITY };
    assert_eq!(clear.optical_depth_to_sky(2.0, 0.0), 0.0);
}

#[test]
fn rain_has_the_visibility_of_the_international_code() {
    // ITU-R P.1817-1, rain in mm/h and visibility in m; its optical ranges are those of 5 %.
    for (rate, wanted) in [(2.5, 5900.0), (12.5, 2800.0), (25.0, 1900.0), (100.0, 770.0)] {
        assert_close(optical_range_m(rain_extinction_per_m(rate)), wanted, 0.2, &format!("{rate} mm/h"));
    }
    assert_eq!(rain_extinction_per_m(0.0), 0.0);
    // Two thirds of what the drops' cross sections give.
    assert_close(rain_extinction_per_m(7.0) / (0.365e-3 * 7.0_f64.powf(0.63)), 0.685, 1e-3, "share");
}

#[test]
fn snow_hides_more_than_rain_and_most_where_dry() {
    // Equation 13 of Rasmussen et al. (1999) at 2 mm/h: 0.40 km dry and 3.4 km wet.
    assert_close(visibility_m(snow_extinction_per_m(2.0, 0.0)), 400.0, 0.01, "dry");
    assert_close(visibility_m(snow_extinction_per_m(2.0, 1.0)), 3380.0, 0.01, "wet");
    let shares: Vec<f64> = (0..=10).map(|tenth| snow_extinction_per_m(2.0, 1.0 - f64::from(tenth) / 10.0)).collect();
    assert_rising(&shares, "extinction");
    assert!(snow_extinction_per_m(2.0, 1.0) > rain_extinction_per_m(2.0));
}

#[test]
fn odd_numbers_give_no_nonsense() {
    let sound = |value: f64| value >= 0.0;
    for one in ODD {
        assert!(sound(extinction_per_m(one)) && sound(visibility_m(one)) && sound(optical_range_m(one)));
        assert!((0.0..=1.0).contains(&transmittance(one)) && (0.0..=1.0).contains(&airlight_share(one)));
        for other in ODD {
            assert!(sound(optical_depth(one, other)) && sound(snow_extinction_per_m(one, other)), "{one}, {other}");
            let fog = Fog { extinction_per_m: one, scale_height_m: other };
            for height in ODD {
                assert!(sound(fog.extinction_at(height)), "{fog:?} at {height}");
                for third in ODD {
                    assert!(sound(fog.optical_depth(height, third, 10.0)), "{fog:?} from {height} to {third}");
                    assert!(sound(fog.optical_depth(1.0, height, third)), "{fog:?} to {height} over {third}");
                    assert!(sound(fog.optical_depth_to_sky(height, third)), "{fog:?} from {height} by {third}");
                }
            }
        }
    }
}
