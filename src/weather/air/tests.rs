//! Against closed forms and sums along the way.

use super::super::tests::*;
use super::*;

#[test]
fn contrast_falls_to_a_fiftieth_at_the_visibility() {
    for visibility in [5.0, 50.0, 1000.0, 23_000.0] {
        let extinction = LOG_50 / visibility;
        for distance in [0.0, 1.0, 0.5 * visibility, visibility, 3.0 * visibility] {
            let found = transmittance(optical_depth(extinction, distance));
            assert_close(found, libm::exp(-distance * 50.0_f64.ln() / visibility), 1e-14, "contrast");
        }
        assert_close(transmittance(optical_depth(extinction, visibility)), 0.02, 1e-14, "at the visibility");
        // The optical range of 5 % is 1.31 times shorter.
        assert_close(LOG_50 / LOG_20, 1.31, 4e-3, "5 %");
    }
    assert_eq!(transmittance(optical_depth(0.0, f64::INFINITY)), 1.0);
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
fn odd_numbers_give_no_nonsense() {
    let sound = |value: f64| value >= 0.0;
    for one in ODD {
        assert!((0.0..=1.0).contains(&transmittance(one)));
        for other in ODD {
            assert!(sound(optical_depth(one, other)), "{one}, {other}");
            let fog = Fog { extinction_per_m: one, scale_height_m: other };
            for height in ODD {
                assert!(sound(fog.extinction_at(height)), "{fog:?} at {height}");
                for third in ODD {
                    assert!(sound(fog.optical_depth(height, third, 10.0)), "{fog:?} from {height} to {third}");
                    assert!(sound(fog.optical_depth(1.0, height, third)), "{fog:?} to {height} over {third}");
                }
            }
        }
    }
}
