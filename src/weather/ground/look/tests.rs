//! Against the papers' own numbers and what was measured.

use super::super::super::tests::*;
use super::*;

/// Mean reflectance of a surface that light meets from all sides, by Fresnel's equations.
fn mean_reflectance(index: f64) -> f64 {
    let at = |angle: f64| {
        let (cosine, sine) = (angle.cos(), angle.sin() / index);
        let within = (1.0 - sine * sine).sqrt();
        let across = (cosine - index * within) / (cosine + index * within);
        let along = (within - index * cosine) / (within + index * cosine);
        0.5 * (across * across + along * along) * 2.0 * angle.sin() * angle.cos()
    };
    integral(0.0, std::f64::consts::FRAC_PI_2, at)
}

#[test]
fn constants_are_those_of_lekner_and_dorf() {
    let water = 4.0 / 3.0;
    let thrown_back = 1.0 - (1.0 - mean_reflectance(water)) / (water * water);
    assert_close(THROWN_BACK, thrown_back, 1e-6, "thrown back");
    // They print 0.475 and 1.07.
    assert_close(THROWN_BACK, 0.475, 1e-3, "as printed");
    let let_in = (1.0 - mean_reflectance(1.5 / water)) / (1.0 - mean_reflectance(1.5));
    assert_close(LET_IN, let_in, 1e-6, "let in");
    assert_close(LET_IN, 1.07, 3e-3, "as printed");
    assert_close(WATER_REFLECTANCE, ((water - 1.0) / (water + 1.0)).powi(2), 1e-14, "mirrored");
}

#[test]
fn wet_things_are_as_dark_as_was_measured() {
    // The worked example of Twomey, Bohren and Mergenthaler (1986): 0.30 becomes 0.12.
    assert_close(wet_albedo(0.30, 1.0), 0.12, 0.06, "grains");
    // Dry and wet: clay, sand and rich soil (Penndorf 1956), sand and black mould (Ångström 1925). With what the film
    // mirrors they lie between the two laws.
    for (dry, wet) in [(0.15, 0.075), (0.31, 0.18), (0.072, 0.055), (0.182, 0.091), (0.141, 0.084)] {
        let film = WATER_REFLECTANCE + (1.0 - WATER_REFLECTANCE) * wet_albedo(dry, 0.0);
        assert!(wet_albedo(dry, 1.0) < wet && wet < film, "{dry}: {wet}");
    }
}

#[test]
fn water_darkens_what_is_neither_black_nor_white() {
    for porosity in [0.0, 0.3, 1.0] {
        assert!(wet_albedo(0.0, porosity).abs() < 1e-15);
        assert_close(wet_albedo(1.0, porosity), 1.0, 1e-12, "white");
        let albedos: Vec<f64> = (0..=100).map(|step| f64::from(step) / 100.0).collect();
        let wet: Vec<f64> = albedos.iter().map(|dry| wet_albedo(*dry, porosity)).collect();
        assert_rising(&wet, "albedo");
        assert!(albedos.iter().zip(&wet).all(|(dry, wet)| *wet <= dry + 1e-12));
    }
    assert!(wet_albedo(0.3, 1.0) < wet_albedo(0.3, 0.5) && wet_albedo(0.3, 0.5) < wet_albedo(0.3, 0.0));
}

#[test]
fn the_first_water_darkens_most() {
    for (dry, porosity) in [(0.1, 0.0), (0.3, 0.5), (0.6, 1.0)] {
        assert_close(damp_albedo(dry, porosity, 0.0), dry, 1e-12, "dry");
        assert_close(damp_albedo(dry, porosity, 1.0), wet_albedo(dry, porosity), 1e-12, "wet");
        let half = damp_albedo(dry, porosity, 0.5);
        assert!(half < 0.5 * (dry + wet_albedo(dry, porosity)), "{half}");
    }
}

#[test]
fn odd_numbers_give_shares() {
    for one in ODD {
        for other in ODD {
            assert!((0.0..=1.0).contains(&wet_albedo(one, other)), "{one}, {other}");
            for third in ODD {
                assert!((0.0..=1.0).contains(&damp_albedo(one, other, third)), "{one}, {other}, {third}");
            }
        }
    }
}
