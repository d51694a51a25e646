//! Against the tables of the papers.

use super::super::tests::*;
use super::*;

/// Gunn and Kinzer (1949), table 2: diameter in mm and speed in cm/s at sea level and 20 °C.
const GUNN_KINZER: [(f64, f64); 34] = [
    (0.1, 27.0),
    (0.2, 72.0),
    (0.3, 117.0),
    (0.4, 162.0),
    (0.5, 206.0),
    (0.6, 247.0),
    (0.7, 287.0),
    (0.8, 327.0),
    (0.9, 367.0),
    (1.0, 403.0),
    (1.2, 464.0),
    (1.4, 517.0),
    (1.6, 565.0),
    (1.8, 609.0),
    (2.0, 649.0),
    (2.2, 690.0),
    (2.4, 727.0),
    (2.6, 757.0),
    (2.8, 782.0),
    (3.0, 806.0),
    (3.2, 826.0),
    (3.4, 844.0),
    (3.6, 860.0),
    (3.8, 872.0),
    (4.0, 883.0),
    (4.2, 892.0),
    (4.4, 898.0),
    (4.6, 903.0),
    (4.8, 907.0),
    (5.0, 909.0),
    (5.2, 912.0),
    (5.4, 914.0),
    (5.6, 916.0),
    (5.8, 917.0),
];

#[test]
fn drops_fall_as_fast_as_was_measured() {
    for (diameter, cm_per_s) in GUNN_KINZER {
        assert_close(fall_speed_m_per_s(diameter), cm_per_s / 100.0, 0.022, &format!("{diameter} mm"));
    }
    let speeds: Vec<f64> = (0..=700).map(|step| fall_speed_m_per_s(f64::from(step) * 0.01)).collect();
    assert_rising(&speeds, "speed");
    assert_eq!(fall_speed_m_per_s(0.0), 0.0);
    // The fit itself, and no jump where it begins.
    assert_eq!(fall_speed_m_per_s(2.0), 9.65 - 10.3 * libm::exp(-1.2));
    for edge in [0.1, 0.6] {
        assert!((fall_speed_m_per_s(edge) - fall_speed_m_per_s(edge - 1e-9)).abs() < 1e-7);
    }
}

#[test]
fn spectra_are_those_of_the_papers() {
    // Drops of 1 mm by Marshall and Palmer: 8000 exp(−Λ).
    for (rate, slope) in [(1.0, 4.1_f64), (5.0, 2.924_2), (25.0, 2.085_5)] {
        let spectrum = Drops::MarshallPalmer.spectrum(rate);
        assert_close(spectrum.slope_per_mm(), slope, 1e-4, "slope");
        assert_close(spectrum.density_per_m3_mm(1.0), 8000.0 * (-slope).exp(), 1e-3, "density");
    }
    for (drops, intercept, slope) in
        [(Drops::Drizzle, 30_000.0, 5.7_f64), (Drops::Widespread, 7000.0, 4.1), (Drops::Thunderstorm, 1400.0, 3.0)]
    {
        let spectrum = drops.spectrum(1.0);
        assert_eq!(spectrum.slope_per_mm(), slope);
        assert_close(spectrum.density_per_m3_mm(0.5), intercept * (-0.5 * slope).exp(), 1e-12, "density");
    }
    // At one rate drizzle has more and smaller drops than a thunderstorm.
    let above = |drops: Drops, diameter| drops.spectrum(3.0).number_per_m3(diameter);
    assert!(above(Drops::Drizzle, 0.0) > 4.0 * above(Drops::Thunderstorm, 0.0));
    assert!(above(Drops::Drizzle, 3.0) < 0.1 * above(Drops::Thunderstorm, 3.0));
}

#[test]
fn more_rain_has_more_drops_of_every_size() {
    for diameter in [0.1, 0.5, 2.0, 5.0] {
        let rates = (0..200).map(|step| 0.01 * 1.06_f64.powi(step));
        let numbers: Vec<f64> =
            rates.map(|rate| Drops::MarshallPalmer.spectrum(rate).number_per_m3(diameter)).collect();
        assert_rising(&numbers, "number");
    }
}

#[test]
fn odd_numbers_give_numbers() {
    for value in ODD {
        assert!((0.0..10.0).contains(&fall_speed_m_per_s(value)), "{value}");
    }
}
