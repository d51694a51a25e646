//! Tests of draws by the thousand: distributions, correlations, rules. Those of single relations and of what is said
//! are in files of their own.

mod relations;
mod said;

use super::regime::{Climate, Veil};
use super::*;

const DRAWS: usize = 10_000;

/// Units from SplitMix64 (Steele, Lea and Flood 2014).
pub(super) fn units(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / 9_007_199_254_740_992.0
    }
}

pub(super) fn draws(regime: Regime, seed: u64) -> Vec<Weather> {
    let mut unit = units(seed);
    (0..DRAWS).map(|_| draw(regime, &mut unit)).collect()
}

pub(super) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

/// Spearman's coefficient.
pub(super) fn rank_correlation(pairs: &[(f64, f64)]) -> f64 {
    let ranks = |values: Vec<f64>| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&one, &other| values[one].total_cmp(&values[other]));
        let mut ranks = vec![0.0; values.len()];
        order.iter().enumerate().for_each(|(rank, &place)| ranks[place] = rank as f64);
        ranks
    };
    let one = ranks(pairs.iter().map(|pair| pair.0).collect());
    let other = ranks(pairs.iter().map(|pair| pair.1).collect());
    let count = pairs.len() as f64;
    let squares: f64 = one.iter().zip(&other).map(|(one, other)| (one - other) * (one - other)).sum();
    1.0 - 6.0 * squares / (count * (count * count - 1.0))
}

/// What must hold for every state that was drawn without anything said.
pub(super) fn assert_sound(state: &Weather, name: &str) {
    let Weather { extinction, visibility_m, .. } = *state;
    let shares =
        [state.relative_humidity, state.cloud_cover, state.cloud_transmittance, state.puddle_share, state.ice_share];
    assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{name}: {state:?}");
    let parts = [
        extinction.air_per_m,
        extinction.haze_per_m,
        extinction.fog_per_m,
        extinction.rain_per_m,
        extinction.snow_per_m,
        extinction.drifting_snow_per_m,
        extinction.dust_per_m,
        extinction.smoke_per_m,
    ];
    assert!(parts.iter().all(|part| *part >= 0.0), "{name}: {state:?}");
    let total: f64 = parts.iter().sum();
    assert!((total * visibility_m / LOG_50 - 1.0).abs() < 1e-12, "{name}: {state:?}");
    assert!((1.5..=10.0).contains(&state.turbidity), "{name}: {state:?}");
    let haze = Extinction::hazy(state.turbidity).haze_per_m;
    assert!((haze / extinction.haze_per_m - 1.0).abs() < 1e-12, "{name}: {state:?}");
    assert!((state.dust_mg_per_m3 * 0.6e-3 - extinction.dust_per_m).abs() < 1e-12, "{name}: {state:?}");
    assert!((state.smoke_mg_per_m3 * 4e-3 - extinction.smoke_per_m).abs() < 1e-12, "{name}: {state:?}");
    let falls = state.rain_mm_per_h + state.snow_mm_per_h + state.hail_mm_per_h > 0.0;
    assert!(!falls || (state.cloud_cover >= 0.7 && state.relative_humidity >= 0.6), "{name}: {state:?}");
    assert!(state.snow_mm_per_h == 0.0 || state.temperature_celsius <= 4.0, "{name}: {state:?}");
    assert!(state.hail_mm_per_h == 0.0 || state.lightning_per_min > 0.0, "{name}: {state:?}");
    assert!(state.ice_share == 0.0 || state.temperature_celsius < 0.0, "{name}: {state:?}");
    let is_fog = extinction.fog_per_m > 0.0 && visibility_m < 1e3;
    assert!(!is_fog || state.relative_humidity >= 0.95, "{name}: {state:?}");
    assert!(state.rain_mm_per_h < 0.5 || state.temperature_celsius <= 0.0 || state.water_film_mm > 0.0, "{name}");
    assert!(state.gust_factor >= 1.2 && (0.0..=360.0).contains(&state.wind_azimuth_deg), "{name}: {state:?}");
    assert!((0.0..=3.0).contains(&state.water_film_mm) && state.snow_depth_m >= 0.0, "{name}: {state:?}");
}

#[test]
fn the_same_units_give_the_same_state_and_all_weather_takes_as_many() {
    for regime in Regime::ALL {
        let mut taken = 0;
        let mut unit = units(7);
        let first = draw(regime, &mut || {
            taken += 1;
            unit()
        });
        assert_eq!(taken, UNITS, "{regime:?}");
        assert_eq!(first, draw(regime, &mut units(7)));
        assert_ne!(first, draw(regime, &mut units(8)));
    }
}

#[test]
fn no_draw_breaks_a_rule() {
    for regime in Regime::ALL {
        for state in draws(regime, 11) {
            assert_sound(&state, &format!("{regime:?}"));
        }
        // Neither do units at their ends.
        for end in [0.0, 1e-16, 0.5, 1.0 - f64::EPSILON / 2.0] {
            assert_sound(&draw(regime, &mut || end), &format!("{regime:?} at {end}"));
        }
    }
}

/// Where the kinds of weather end, as observers have it.
#[test]
fn every_kind_is_within_its_definition() {
    for regime in Regime::ALL {
        for state in draws(regime, 13) {
            let (rain, snow) = (state.rain_mm_per_h, state.snow_mm_per_h);
            let (visibility, wind) = (state.visibility_m, state.wind_m_per_s);
            let fits = match regime {
                Regime::Clear => state.cloud_cover <= 0.25 && rain + snow == 0.0 && visibility > 5e3,
                Regime::Scattered => (0.25..=0.875).contains(&state.cloud_cover) && rain + snow == 0.0,
                Regime::Overcast => state.cloud_cover >= 0.875 && rain + snow == 0.0,
                Regime::Drizzle => (0.05..=0.8).contains(&rain) && snow == 0.0 && visibility > 800.0,
                Regime::Rain => (0.5..=12.0).contains(&rain) && snow == 0.0 && visibility > 1e3,
                Regime::Downpour => (8.0..=120.0).contains(&rain) && snow == 0.0 && visibility < 5e3,
                Regime::Thunderstorm => rain >= 2.0 && (0.2..=60.0).contains(&state.lightning_per_min),
                Regime::Mist => (1e3..=5e3).contains(&visibility) && state.relative_humidity >= 0.88 && wind <= 5.0,
                Regime::Fog => visibility <= 1e3 && state.relative_humidity >= 0.95 && wind <= 4.0,
                Regime::Snowfall => snow >= 0.1 && rain == 0.0 && state.temperature_celsius <= 1.5 && wind <= 7.7,
                Regime::Blizzard => visibility <= 400.0 && wind >= 15.65 && snow > 0.0 && state.snow_depth_m > 0.0,
                Regime::Sleet => rain > 0.0 && snow > 0.0 && (0.0..=3.0).contains(&state.temperature_celsius),
                Regime::DustStorm => visibility <= 1e3 && wind >= 10.0 && state.dust_mg_per_m3 > 2.0,
                Regime::Smoke => visibility <= 8e3 && state.smoke_mg_per_m3 >= 0.0,
                Regime::HeatHaze => state.temperature_celsius >= 28.0 && wind <= 5.0 && state.cloud_cover <= 0.25,
            };
            assert!(fits, "{regime:?}: {state:?}");
        }
    }
}

/// The Kolmogorov-Smirnov distance from even shares passes at the 0.1 % level.
fn assert_even(mut shares: Vec<f64>, name: &str) {
    shares.sort_by(f64::total_cmp);
    let count = shares.len() as f64;
    let distance = shares.iter().enumerate().fold(0.0_f64, |worst, (rank, share)| {
        worst.max(share - rank as f64 / count).max((rank + 1) as f64 / count - share)
    });
    assert!(distance * count.sqrt() < 1.95, "{name}: {}", distance * count.sqrt());
}

/// A quantity with its law.
type Marginal = (&'static str, fn(&Climate) -> Law, fn(&Weather) -> f64);

const MARGINALS: [Marginal; 6] = [
    ("wind", |climate| climate.wind_m_per_s, |state| state.wind_m_per_s),
    ("temperature", |climate| climate.temperature_celsius, |state| state.temperature_celsius),
    ("humidity", |climate| climate.relative_humidity, |state| state.relative_humidity),
    ("cloud", |climate| climate.cloud_cover, |state| state.cloud_cover),
    ("precipitation", |climate| climate.precipitation_mm_per_h, |state| state.rain_mm_per_h + state.snow_mm_per_h),
    ("gust", |climate| climate.gust_factor, |state| state.gust_factor),
];

#[test]
fn quantities_are_distributed_as_their_laws_have_it() {
    for regime in Regime::ALL {
        let (climate, states) = (regime.climate(), draws(regime, 17));
        for (name, law, quantity) in MARGINALS {
            let law = law(&climate);
            if law != Law::Nothing {
                let shares = states.iter().map(|state| law.share(quantity(state))).collect();
                assert_even(shares, &format!("{regime:?} {name}"));
            }
        }
    }
}

/// For scores that have a correlation of r, that of their ranks is 6/π asin(r/2).
#[test]
fn ranks_correlate_as_stated() {
    let expected = |correlation: f64| 6.0 / std::f64::consts::PI * (correlation / 2.0).asin();
    let found = |regime, one: fn(&Weather) -> f64, other: fn(&Weather) -> f64| {
        rank_correlation(&draws(regime, 19).iter().map(|state| (one(state), other(state))).collect::<Vec<_>>())
    };
    // Three standard deviations of the coefficient are 0.03.
    let close = |found: f64, correlation: f64| (found - expected(correlation)).abs() < 0.03;
    let own = 0.75_f64.sqrt();
    for regime in Regime::ALL {
        let humid = found(regime, |state| state.temperature_celsius, |state| state.relative_humidity);
        assert!(close(humid, -0.5), "{regime:?} temperature and humidity: {humid}");
        let cloudy = found(regime, |state| state.relative_humidity, |state| state.cloud_cover);
        assert!(close(cloudy, 0.45 * own), "{regime:?} humidity and cloud: {cloudy}");
        let climate = regime.climate();
        if climate.precipitation_mm_per_h != Law::Nothing {
            let stormy = found(regime, |state| state.wind_m_per_s, |state| state.rain_mm_per_h + state.snow_mm_per_h);
            assert!(close(stormy, 0.3), "{regime:?} wind and precipitation: {stormy}");
        }
        let gusty = found(regime, |state| state.wind_m_per_s, |state| state.gust_factor);
        assert!(close(gusty, -0.35), "{regime:?} wind and gusts: {gusty}");
        if climate.veil != Veil::Nothing && regime != Regime::Drizzle && regime != Regime::Smoke {
            let veiled = found(regime, |state| state.wind_m_per_s, |state| -state.visibility_m);
            assert!((veiled - expected(climate.veil_with.0)).abs() < 0.05, "{regime:?} wind and veil: {veiled}");
        }
    }
    let seen = |regime, one| found(regime, one, |state| state.visibility_m);
    let moist = seen(Regime::Clear, |state| state.relative_humidity);
    assert!(moist < -0.12, "{moist}");
    assert!(seen(Regime::Clear, |state| state.wind_m_per_s) > 0.15);
    assert!(seen(Regime::Rain, |state| state.rain_mm_per_h) < -0.75);
    assert!(seen(Regime::Downpour, |state| state.rain_mm_per_h) < -0.9);
    assert!(seen(Regime::Snowfall, |state| state.snow_mm_per_h) < -0.75);
    assert!(seen(Regime::DustStorm, |state| state.dust_mg_per_m3) < -0.99);
    assert!(seen(Regime::Smoke, |state| state.smoke_mg_per_m3) < -0.9);
    let flashes = found(Regime::Thunderstorm, |state| state.rain_mm_per_h, |state| state.lightning_per_min);
    assert!(close(flashes, 0.5), "{flashes}");
    let wet = found(Regime::Rain, |state| state.rain_mm_per_h, |state| state.water_film_mm);
    assert!(wet > 0.8, "{wet}");
}

#[test]
fn rare_things_are_as_rare_as_stated() {
    let share = |regime, is: fn(&Weather) -> bool| mean(draws(regime, 23).iter().map(|state| f64::from(is(state))));
    assert!((share(Regime::Thunderstorm, |state| state.hail_mm_per_h > 0.0) - 0.2).abs() < 0.02);
    assert!(share(Regime::Clear, |state| state.water_film_mm > 0.3) < 0.2);
    let wet = share(Regime::Overcast, |state| state.water_film_mm + state.ice_share > 0.1);
    assert!((0.2..0.6).contains(&wet), "{wet}");
    assert!(share(Regime::Fog, |state| state.water_film_mm > 0.1 || state.ice_share > 0.0) > 0.8);
    assert!(share(Regime::HeatHaze, |state| state.water_film_mm > 0.0) < 0.01);
    assert!(share(Regime::Clear, |state| state.snow_depth_m > 0.0) < 0.1);
    assert!(share(Regime::Snowfall, |state| state.snow_depth_m > 0.005) > 0.8);
}
