//! Against closed forms and 10,000 draws.

use super::super::tests::*;
use super::*;

fn spectra() -> [Spectrum; 5] {
    [
        Spectrum::new(8000.0, 4.1, [0.1, 6.0]),
        Spectrum::new(8000.0, 4.1 * 100.0_f64.powf(-0.21), [0.1, 6.0]),
        Spectrum::new(8000.0, 60.0, [0.1, 6.0]),
        Spectrum::new(10.0, 1e-9, [1.0, 3.0]),
        Spectrum::new(115.0, 0.1, [5.0, 75.0]),
    ]
}

#[test]
fn quantiles_follow_the_density() {
    for (seed, spectrum) in spectra().into_iter().enumerate() {
        for above in [0.0, 0.7, 2.0] {
            let draws = sorted_draws(seed as u64 + 11, |unit| spectrum.quantile_mm(unit, above));
            let all = spectrum.number_per_m3(above);
            assert_uniform(&draws, |d| 1.0 - spectrum.number_per_m3(d) / all, &format!("{spectrum:?} above {above}"));
        }
    }
}

#[test]
fn quantiles_end_where_the_spectrum_does() {
    for spectrum in spectra() {
        for above in [0.0, spectrum.least_mm(), 0.5 * (spectrum.least_mm() + spectrum.most_mm())] {
            let least = above.max(spectrum.least_mm());
            assert_eq!(spectrum.quantile_mm(0.0, above), least);
            assert_close(spectrum.quantile_mm(1.0, above), spectrum.most_mm(), 1e-12, "the end");
            let units = (0..=1000).map(|step| f64::from(step) / 1000.0);
            assert_rising(&units.map(|unit| spectrum.quantile_mm(unit, above)).collect::<Vec<_>>(), "quantile");
        }
        assert_eq!(spectrum.quantile_mm(0.5, 1e9), spectrum.most_mm());
        assert_eq!(spectrum.number_per_m3(1e9), 0.0);
    }
}

#[test]
fn sums_agree_with_closed_forms() {
    for spectrum in spectra() {
        for above in [0.0, 0.4, 2.5] {
            let found = spectrum.sum(above, |_| 1.0);
            assert_close(found, spectrum.number_per_m3(above), 1e-9, "number");
        }
        // ∫ D³ exp(−Λ D) from a to infinity is exp(−Λ a) (a³ / Λ + 3 a² / Λ² + 6 a / Λ³ + 6 / Λ⁴).
        let cubes = |from: f64| {
            let (slope, density) = (spectrum.slope_per_mm(), spectrum.density_per_m3_mm(from));
            let terms = from.powi(3) / slope + 3.0 * from.powi(2) / slope.powi(2);
            density * (terms + 6.0 * from / slope.powi(3) + 6.0 / slope.powi(4))
        };
        let wanted = cubes(spectrum.least_mm()) - cubes(spectrum.most_mm());
        // The closed form cancels where the spectrum is flat.
        let accuracy = if spectrum.slope_per_mm() < 1e-3 { continue } else { 1e-8 };
        assert_close(spectrum.sum(0.0, |d| d * d * d), wanted, accuracy, "cubes");
    }
}

#[test]
fn what_makes_no_sense_is_nothing() {
    for bad in [f64::NAN, -1.0, f64::INFINITY] {
        assert_eq!(Spectrum::new(bad, 1.0, [0.0, 1.0]), Spectrum::NONE);
        assert_eq!(Spectrum::new(1.0, bad, [0.0, 1.0]), Spectrum::NONE);
        assert_eq!(Spectrum::new(1.0, 1.0, [bad, 1.0]), Spectrum::NONE);
        assert_eq!(Spectrum::new(1.0, 1.0, [0.0, bad]), Spectrum::NONE);
    }
    assert_eq!(Spectrum::new(1.0, 0.0, [0.0, 1.0]), Spectrum::NONE);
    assert_eq!(Spectrum::new(1.0, 1.0, [2.0, 1.0]), Spectrum::NONE);
    assert_eq!(Spectrum::NONE.number_per_m3(0.0), 0.0);
    assert_eq!(Spectrum::NONE.sum(0.0, |_| f64::NAN.max(1.0)), 0.0);
}
