//! Against the tables of the papers.

use super::super::tests::*;
use super::*;

#[test]
fn snow_has_the_spectrum_of_gunn_and_marshall() {
    for (rate, intercept, slope) in [(1.0, 3800.0, 2.55_f64), (0.5, 6945.2, 3.5567), (2.5, 1712.3, 1.6426)] {
        let spectrum = snow(rate);
        assert_close(spectrum.slope_per_mm(), slope, 1e-4, "slope");
        assert_close(spectrum.density_per_m3_mm(1.0), intercept * (-slope).exp(), 1e-3, "density");
    }
    // Where nothing was measured there are more of the same.
    assert_eq!(snow(20.0).slope_per_mm(), snow(5.0).slope_per_mm());
    assert_close(snow(20.0).number_per_m3(0.0), 4.0 * snow(5.0).number_per_m3(0.0), 1e-12, "number");
}

#[test]
fn dry_flakes_weigh_as_much_as_brandes_found() {
    // m = 0.1597 D^2.078 in kg and m: the mass of their density law.
    for diameter in [2.0_f64, 5.0, 10.0, 20.0] {
        let volume = std::f64::consts::PI / 6.0 * (1e-3 * diameter).powi(3);
        let mass = 1000.0 * density(diameter, 0.0) * volume;
        assert_close(mass, 0.1597 * (1e-3 * diameter).powf(2.078), 2e-3, &format!("{diameter} mm"));
    }
    // Wet flakes of Rogers (1974), 0.072 g/cm² over the diameter, within the difference of the exponents.
    assert_close(density(3.0, 1.0), 0.72 / 3.0, 0.1, "wet");
}

#[test]
fn melting_and_swelling_are_inverses() {
    for wetness in [0.0, 0.4, 1.0] {
        let sizes: Vec<f64> = (1..=120).map(|step| 0.05 * f64::from(step)).collect();
        let flakes: Vec<f64> = sizes.iter().map(|melted| diameter_mm(*melted, wetness)).collect();
        assert_rising(&flakes, "diameter");
        for (melted, flake) in sizes.iter().zip(&flakes) {
            assert_close(melted_mm(*flake, wetness), *melted, 1e-12, "melted");
            // As much water in the flake as in the drop.
            assert_close(density(*flake, wetness) * flake.powi(3), melted.powi(3), 1e-9, "mass");
            assert!(*flake > *melted);
        }
    }
    assert_eq!((diameter_mm(0.0, 0.5), melted_mm(0.0, 0.5)), (0.0, 0.0));
}

#[test]
fn flakes_fall_at_about_a_metre_a_second() {
    // Locatelli and Hobbs (1974), table 1, aggregates of unrimed dendrites.
    for (diameter, speed) in [(2.0, 0.894), (5.0, 1.035), (10.0, 1.156)] {
        assert_close(fall_speed_m_per_s(diameter, 0.0), speed, 1e-3, "dry");
        assert_close(fall_speed_m_per_s(diameter, 1.0), 2.0 * speed, 1e-3, "wet");
    }
}

#[test]
fn warm_snow_is_wet_and_then_rain() {
    assert_eq!((wetness(-2.0), wetness(-1.0), wetness(0.0)), (0.0, 0.5, 1.0));
    // Half and half at (10.04 − 0.09 RH) / 1.41.
    for (humidity, celsius) in [(1.0, 0.737_588_65), (0.8, 2.014_184_4), (0.5, 3.929_078)] {
        assert_close(snow_share(celsius, humidity), 0.5, 1e-6, "threshold");
    }
    let shares: Vec<f64> = (-20..=20).map(|celsius| snow_share(-f64::from(celsius), 0.9)).collect();
    assert_rising(&shares, "share");
    assert!(snow_share(-10.0, 1.0) > 0.99 && snow_share(10.0, 0.6) < 0.001);
}

#[test]
fn hail_has_the_mean_that_was_asked_for() {
    for (seed, mean) in [(1, 7.0), (2, 10.0), (3, 13.0)] {
        let spectrum = hail(mean);
        let draws = sorted_draws(seed, |unit| spectrum.quantile_mm(unit, 0.0));
        let found = draws.iter().sum::<f64>() / 10_000.0;
        assert_close(found, mean, 0.03, "mean");
        assert!(draws[0] >= 5.0);
    }
    // Cheng and English (1983): the more large ones, the fewer in all.
    assert_close(hail(10.0).density_per_m3_mm(6.0), 115.0 * 0.2_f64.powf(3.63) * (-1.2_f64).exp(), 1e-12, "density");
    assert!(hail(14.0).number_per_m3(0.0) < 0.2 * hail(7.0).number_per_m3(0.0));
    // Matson and Huggins (1980), a tenth less in the air of sea level.
    assert_close(hail_speed_m_per_s(10.0), 10.29, 1e-3, "1 cm");
    assert_close(hail_speed_m_per_s(25.0), 16.27, 1e-3, "2.5 cm");
}

#[test]
fn odd_numbers_give_numbers() {
    for one in ODD {
        assert!((0.0..=1.0).contains(&wetness(one)) && hail_speed_m_per_s(one).is_finite());
        for other in ODD {
            assert!((0.0..=1.0).contains(&snow_share(one, other)), "{one}, {other}");
            assert!((0.0..=1.0).contains(&density(one, other)), "{one}, {other}");
            assert!((0.0..5.0).contains(&fall_speed_m_per_s(one, other)), "{one}, {other}");
            assert!(diameter_mm(one, other) >= 0.0 && melted_mm(one, other) >= 0.0, "{one}, {other}");
        }
    }
}
