//! Tests of single relations against integrals, balances and published values.

use super::super::ground::{Air, Past};
use super::super::*;

fn close(found: f64, wanted: f64, relative: f64) -> bool {
    (found - wanted).abs() <= relative * wanted.abs()
}

fn never_falls(function: impl Fn(f64) -> f64, from: f64, to: f64) {
    let mut before = f64::NEG_INFINITY;
    for step in 0..=400 {
        let at = from + (to - from) * f64::from(step) / 400.0;
        let value = function(at);
        assert!(value >= before - 1e-12 * before.abs(), "at {at}: {value} after {before}");
        before = value;
    }
}

/// Twice the cross-sections of an exponential distribution, summed.
#[test]
fn rain_takes_what_its_drops_cover() {
    for (drops, number, slope) in
        [(Drops::Drizzle, 3e7, 5.7e3), (Drops::Widespread, 7e6, 4.1e3), (Drops::Thunderstorm, 1.4e6, 3e3)]
    {
        for rate in [0.1_f64, 1.0, 10.0, 100.0] {
            let slope = slope * rate.powf(-0.21);
            let step = 1e-6;
            let covered: f64 = (0..20_000)
                .map(|place| (f64::from(place) + 0.5) * step)
                .map(|diameter| std::f64::consts::FRAC_PI_2 * diameter * diameter * number * (-slope * diameter).exp())
                .sum();
            let found = air::rain_per_m(rate, drops);
            assert!(close(found, covered * step, 1e-3), "{drops:?} {rate}: {found}");
        }
    }
    // Between what Joss's three have at 1 mm/h lies Marshall and Palmer's 0.365 per km.
    assert!(air::rain_per_m(1.0, Drops::Thunderstorm) < 0.365e-3 && 0.365e-3 < air::rain_per_m(1.0, Drops::Drizzle));
    assert!(close(air::rain_per_m(1.0, Drops::Widespread), 0.319e-3, 0.01));
}

/// Snow is light, moderate and heavy by visibilities above 1 km, to half of that and below; rates of 1 and 2.5 mm/h.
#[test]
fn snow_takes_the_view_as_observers_class_it() {
    let visibility = |rate| LOG_50 / air::snow_per_m(rate, 1.0);
    assert!(close(visibility(1.0), 1e3, 0.05), "{}", visibility(1.0));
    assert!(close(visibility(2.5), 500.0, 0.05), "{}", visibility(2.5));
    never_falls(|rate| air::snow_per_m(rate, 1.0), 0.0, 10.0);
    assert_eq!(air::snow_per_m(0.0, 1.0), 0.0);
}

#[test]
fn turbidity_and_haze_are_inverse() {
    for turbidity in [1.5, 2.0, 3.0, 6.0, 10.0] {
        assert!(close(air::turbidity(Extinction::hazy(turbidity).haze_per_m), turbidity, 1e-12));
    }
    // From extremely clear to hazy.
    let visibility = |turbidity| LOG_50 / Extinction::hazy(turbidity).total_per_m();
    assert!((60e3..90e3).contains(&visibility(1.5)) && (4e3..8e3).contains(&visibility(10.0)));
    // Four times nearer to saturation doubles what haze takes.
    let (dry, moist) = (air::haze_turbidity(30e3, 0.6) - 1.0, air::haze_turbidity(30e3, 0.9) - 1.0);
    assert!(close(moist, 2.0 * dry, 1e-9));
    never_falls(|humidity| air::haze_turbidity(30e3, humidity), 0.0, 1.0);
    never_falls(|visibility| -air::haze_turbidity(visibility, 0.5), 1e3, 200e3);
}

#[test]
fn clouds_let_through_what_kasten_and_czeplak_found() {
    assert_eq!(air::cloud_transmittance(0.0, 1.0), 1.0);
    assert!(close(air::cloud_transmittance(1.0, 1.0), 0.25, 1e-12));
    assert!(close(air::cloud_transmittance(0.5, 1.0), 0.929, 1e-3));
    never_falls(|cover| -air::cloud_transmittance(cover, 0.4), 0.0, 1.0);
}

/// Dai's shares: half at 1.2 °C, little at 3.8 °C.
#[test]
fn warm_air_makes_rain_of_snow() {
    assert!(close(ground::snow_share(1.2), 0.5, 0.02));
    assert!(ground::snow_share(3.8) < 0.05 && ground::snow_share(3.8) > 0.0);
    assert_eq!(ground::snow_share(-2.0), 1.0);
    assert_eq!(ground::snow_share(4.0), 0.0);
    never_falls(|celsius| -ground::snow_share(celsius), -10.0, 10.0);
}

#[test]
fn new_snow_is_eight_to_fifteen_times_as_deep_as_its_water() {
    for celsius in [-20.0, -10.0, -5.0, -1.0, 0.0] {
        assert!((0.008..0.015).contains(&ground::snow_depth_m(1.0, celsius)), "{celsius}");
    }
    never_falls(|celsius| -ground::snow_depth_m(1.0, celsius), -20.0, 6.0);
}

const MILD: Air = Air { temperature_celsius: 12.0, relative_humidity: 0.9, wind_m_per_s: 3.0 };
const DRY: Past = Past { falling_h: 1.0, dry_h: 500.0, earlier_mm_per_h: 2.0 };

#[test]
fn water_gathers_and_goes() {
    let film = |rate, air: &Air, past: &Past| ground::water_mm(rate, air, past);
    never_falls(|rate| film(rate, &MILD, &DRY), 0.1, 100.0);
    never_falls(|hours| film(5.0, &MILD, &Past { falling_h: hours, ..DRY }), 0.0, 3.0);
    never_falls(|hours| -film(0.0, &MILD, &Past { dry_h: hours, ..DRY }), 0.0, 40.0);
    never_falls(
        |humidity| film(0.0, &Air { relative_humidity: humidity, ..MILD }, &Past { dry_h: 5.0, ..DRY }),
        0.0,
        1.0,
    );
    never_falls(|wind| -film(0.0, &Air { wind_m_per_s: wind, ..MILD }, &Past { dry_h: 3.0, ..DRY }), 0.0, 20.0);
    assert_eq!(film(0.0, &MILD, &DRY), 0.0);
    // Rain leaves about a millimetre, and a breeze dries a road within hours.
    assert!((0.8..1.2).contains(&film(5.0, &MILD, &DRY)));
    let dried = Past { dry_h: 4.0, ..DRY };
    assert_eq!(film(0.0, &Air { relative_humidity: 0.5, ..MILD }, &dried), 0.0);
    assert!(film(0.0, &Air { relative_humidity: 0.97, ..MILD }, &dried) > 0.5);
    // What has fallen is not exceeded.
    assert!(film(1.0, &MILD, &Past { falling_h: 0.1, ..DRY }) <= 0.1);
}

/// The closed form of running off against its equation in small steps: dW/dt = −R (W / W₀)³.
#[test]
fn sheets_run_off_as_their_equation_has_it() {
    let saturated = Air { relative_humidity: 1.0, ..MILD };
    let at = |hours| ground::water_mm(0.0, &saturated, &Past { falling_h: 1.0, dry_h: hours, earlier_mm_per_h: 4.0 });
    let start = at(0.0) - 0.6;
    let mut sheet = start;
    for step in 0..10_000 {
        if step % 1000 == 0 {
            assert!(close(at(f64::from(step) * 1e-4) - 0.6, sheet, 2e-3), "{step}");
        }
        sheet -= 1e-4 * 4.0 * (sheet / start).powi(3);
    }
}

#[test]
fn puddles_hold_the_water_that_made_them() {
    never_falls(ground::puddle_share, 0.0, 5.0);
    assert_eq!(ground::puddle_share(0.3), 0.0);
    // σ (z Φ(z) + φ(z)), by summing the depth over heights.
    for water in [0.31, 0.4, 0.6, 1.0, 2.0] {
        let level = 3.0 * normal::quantile(ground::puddle_share(water));
        let held: f64 = (0..40_000)
            .map(|step| -20.0 + f64::from(step) * 1e-3)
            .map(|height| (level - height).max(0.0) * (-height * height / 18.0).exp())
            .sum::<f64>()
            * 1e-3
            / (18.0 * std::f64::consts::PI).sqrt();
        assert!((held - (water - 0.3)).abs() < 1e-4, "{water}: {held}");
    }
}

#[test]
fn laws_are_the_inverse_of_their_shares() {
    for regime in Regime::ALL {
        let climate = regime.climate();
        for law in [
            climate.temperature_celsius,
            climate.relative_humidity,
            climate.cloud_cover,
            climate.haze_visibility_m,
            climate.precipitation_mm_per_h,
            climate.falling_h,
            climate.dry_h,
            climate.wind_m_per_s,
            climate.gust_factor,
            climate.veiled_visibility_m,
            climate.veil_height_m,
            climate.lightning_per_min,
            climate.hail_mm_per_h,
        ] {
            never_falls(|share| law.value(share), 0.0, 1.0);
            for share in [0.0, 1e-6, 0.1, 0.5, 0.9, 0.999] {
                let value = law.value(share);
                assert!(value.is_finite() && value <= law.value(1.0), "{law:?}");
                assert!(law == Law::Nothing || (law.share(value) - share).abs() < 1e-9, "{law:?} at {share}: {value}");
            }
        }
    }
}
