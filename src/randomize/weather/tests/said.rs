//! Tests of draws of which something is known.

use super::super::regime::Veil;
use super::super::*;
use super::{assert_sound, draws, mean, rank_correlation, units};

const EACH: usize = 3_000;

fn completed(regime: Regime, said: Said, seed: u64) -> Vec<Weather> {
    let mut unit = units(seed);
    (0..EACH).map(|_| complete(regime, &said, &mut unit)).collect()
}

#[test]
fn what_is_said_stays() {
    let said = Said {
        temperature_celsius: Some(-7.0),
        relative_humidity: Some(0.31),
        cloud_cover: Some(0.99),
        turbidity: Some(4.0),
        visibility_m: Some(700.0),
        fog_scale_height_m: Some(33.0),
        rain_mm_per_h: Some(1.0),
        snow_mm_per_h: Some(2.0),
        hail_mm_per_h: Some(3.0),
        wind_m_per_s: Some(9.0),
        wind_azimuth_deg: Some(123.0),
        gust_factor: Some(1.5),
        dust_mg_per_m3: Some(1.0),
        smoke_mg_per_m3: Some(0.1),
        water_film_mm: Some(0.7),
        puddle_share: Some(0.2),
        snow_depth_m: Some(0.4),
        ice_share: Some(0.3),
        lightning_per_min: Some(1.0),
    };
    for regime in Regime::ALL {
        let state = complete(regime, &said, &mut units(3));
        let back = Said {
            temperature_celsius: Some(state.temperature_celsius),
            relative_humidity: Some(state.relative_humidity),
            cloud_cover: Some(state.cloud_cover),
            turbidity: Some(state.turbidity),
            visibility_m: Some(state.visibility_m),
            fog_scale_height_m: Some(state.fog_scale_height_m),
            rain_mm_per_h: Some(state.rain_mm_per_h),
            snow_mm_per_h: Some(state.snow_mm_per_h),
            hail_mm_per_h: Some(state.hail_mm_per_h),
            wind_m_per_s: Some(state.wind_m_per_s),
            wind_azimuth_deg: Some(state.wind_azimuth_deg),
            gust_factor: Some(state.gust_factor),
            dust_mg_per_m3: Some(state.dust_mg_per_m3),
            smoke_mg_per_m3: Some(state.smoke_mg_per_m3),
            water_film_mm: Some(state.water_film_mm),
            puddle_share: Some(state.puddle_share),
            snow_depth_m: Some(state.snow_depth_m),
            ice_share: Some(state.ice_share),
            lightning_per_min: Some(state.lightning_per_min),
        };
        assert_eq!(back, said, "{regime:?}");
    }
}

#[test]
fn saying_what_would_be_drawn_changes_nothing() {
    for regime in Regime::ALL {
        for seed in 0..200 {
            let drawn = draw(regime, &mut units(seed));
            let said = Said {
                wind_m_per_s: Some(drawn.wind_m_per_s),
                temperature_celsius: Some(drawn.temperature_celsius),
                gust_factor: Some(drawn.gust_factor),
                ..Said::default()
            };
            let again = complete(regime, &said, &mut units(seed));
            let near = |one: f64, other: f64| (one - other).abs() <= 1e-6 * (1e-3 + one.abs());
            // Scores beyond three standard deviations are moved to there.
            let share = |law: Law, value| (1e-3..1.0 - 1e-3).contains(&law.share(value));
            let climate = regime.climate();
            if share(climate.wind_m_per_s, drawn.wind_m_per_s)
                && share(climate.temperature_celsius, drawn.temperature_celsius)
                && share(climate.gust_factor, drawn.gust_factor)
            {
                assert!(near(drawn.relative_humidity, again.relative_humidity), "{regime:?}: {drawn:?} {again:?}");
                assert!(near(drawn.visibility_m, again.visibility_m), "{regime:?}: {drawn:?} {again:?}");
                assert!(near(drawn.water_film_mm, again.water_film_mm), "{regime:?}: {drawn:?} {again:?}");
            }
        }
    }
}

/// Humidities that are drawn first and then said give the same joint distribution as drawing both.
#[test]
fn what_is_conditional_is_exactly_so() {
    let others = draws(Regime::Clear, 31);
    let mut unit = units(37);
    let pairs: Vec<(Weather, Weather)> = (others.iter())
        .map(|other| {
            let said = Said { relative_humidity: Some(other.relative_humidity), ..Said::default() };
            (*other, complete(Regime::Clear, &said, &mut unit))
        })
        .collect();
    let of = |quantity: fn(&Weather) -> f64| {
        let drawn = rank_correlation(
            &others.iter().map(|state| (state.relative_humidity, quantity(state))).collect::<Vec<_>>(),
        );
        let said = rank_correlation(
            &pairs.iter().map(|pair| (pair.0.relative_humidity, quantity(&pair.1))).collect::<Vec<_>>(),
        );
        assert!((drawn - said).abs() < 0.04, "{drawn} {said}");
        let means = (mean(others.iter().map(quantity)), mean(pairs.iter().map(|pair| quantity(&pair.1))));
        let width =
            others.iter().map(quantity).map(|value| (value - means.0).powi(2)).sum::<f64>() / others.len() as f64;
        assert!((means.0 - means.1).abs() < 0.06 * width.sqrt(), "{means:?}");
    };
    of(|state| state.temperature_celsius);
    of(|state| state.cloud_cover);
    of(|state| state.turbidity);
    of(|state| state.wind_m_per_s);
}

#[test]
fn the_rest_follows_what_is_said() {
    let average =
        |regime, said: Said, quantity: fn(&Weather) -> f64| mean(completed(regime, said, 41).iter().map(quantity));
    let rain = |rate| Said { rain_mm_per_h: Some(rate), ..Said::default() };
    let storm = |rate, quantity| average(Regime::Thunderstorm, rain(rate), quantity);
    assert!(storm(80.0, |state| state.lightning_per_min) > 1.5 * storm(5.0, |state| state.lightning_per_min));
    assert!(storm(80.0, |state| state.wind_m_per_s) > 1.2 * storm(5.0, |state| state.wind_m_per_s));
    assert!(storm(80.0, |state| state.visibility_m) < 0.5 * storm(5.0, |state| state.visibility_m));
    assert!(storm(80.0, |state| state.water_film_mm) > 1.2 * storm(5.0, |state| state.water_film_mm));
    let foggy = |visibility, quantity| {
        average(Regime::Fog, Said { visibility_m: Some(visibility), ..Said::default() }, quantity)
    };
    assert!(foggy(60.0, |state| state.wind_m_per_s) < 0.8 * foggy(900.0, |state| state.wind_m_per_s));
    let cold = Said { temperature_celsius: Some(-12.0), ..Said::default() };
    assert!(average(Regime::Clear, cold, |state| state.snow_depth_m) > 0.1);
    assert!(average(Regime::Rain, cold, |state| state.ice_share) > 0.9, "freezing rain");
    assert!(average(Regime::Rain, cold, |state| state.water_film_mm) < 1e-9);
    // It is too warm for the snow, so it rains.
    let warm = Said { temperature_celsius: Some(9.0), ..Said::default() };
    assert!(average(Regime::Snowfall, warm, |state| state.snow_mm_per_h) < 1e-9);
    assert!(average(Regime::Snowfall, warm, |state| state.rain_mm_per_h) > 0.3);
    // Snow in weather that has none brings the cold and the cloud with it.
    let snow = completed(Regime::Clear, Said { snow_mm_per_h: Some(1.0), ..Said::default() }, 43);
    snow.iter().for_each(|state| {
        assert_sound(state, "snow");
        assert!(state.temperature_celsius <= 1.5 && state.cloud_cover >= 0.7 && state.visibility_m < 4e3);
    });
}

#[test]
fn a_said_visibility_is_met_by_something() {
    for regime in Regime::ALL {
        for visibility in [30.0, 300.0, 3e3, 30e3, 100e3] {
            for state in completed(regime, Said { visibility_m: Some(visibility), ..Said::default() }, 47) {
                let total = state.extinction.total_per_m();
                assert!((total * visibility / LOG_50 - 1.0).abs() < 1e-9, "{regime:?} {visibility}");
                if visibility < 50e3 {
                    assert_sound(&state, &format!("{regime:?} {visibility}"));
                }
                let thick = visibility < 250.0;
                match regime.climate().veil {
                    Veil::Nothing | Veil::Fog => assert!(!thick || state.extinction.fog_per_m > 0.0, "{regime:?}"),
                    Veil::Dust => assert!(!thick || state.dust_mg_per_m3 > 10.0, "{regime:?}"),
                    Veil::Smoke => assert!(!thick || state.smoke_mg_per_m3 > 1.0, "{regime:?}"),
                    Veil::DriftingSnow => assert!(visibility > 50.0 || state.extinction.drifting_snow_per_m > 0.0),
                }
            }
        }
    }
    // Haze is what takes the view on a clear day, as far as haze goes.
    for state in completed(Regime::Clear, Said { visibility_m: Some(12e3), ..Said::default() }, 53) {
        assert_eq!(state.extinction.fog_per_m, 0.0);
        assert!((4.0..6.0).contains(&state.turbidity), "{state:?}");
    }
    // Dust and smoke that are said take their share.
    for state in completed(Regime::DustStorm, Said { dust_mg_per_m3: Some(30.0), ..Said::default() }, 59) {
        assert_sound(&state, "dust");
        assert!((150.0..230.0).contains(&state.visibility_m), "{state:?}");
    }
}

#[test]
fn single_quantities_speak_of_a_kind_of_weather() {
    let none = Said::default();
    assert_eq!(Regime::of(&none), Regime::Clear);
    assert_eq!(Regime::of(&Said { cloud_cover: Some(0.5), ..none }), Regime::Scattered);
    assert_eq!(Regime::of(&Said { cloud_cover: Some(1.0), ..none }), Regime::Overcast);
    assert_eq!(Regime::of(&Said { rain_mm_per_h: Some(0.2), ..none }), Regime::Drizzle);
    assert_eq!(Regime::of(&Said { rain_mm_per_h: Some(3.0), visibility_m: Some(800.0), ..none }), Regime::Rain);
    assert_eq!(Regime::of(&Said { rain_mm_per_h: Some(30.0), ..none }), Regime::Downpour);
    assert_eq!(Regime::of(&Said { lightning_per_min: Some(2.0), ..none }), Regime::Thunderstorm);
    assert_eq!(Regime::of(&Said { snow_mm_per_h: Some(2.0), ..none }), Regime::Snowfall);
    assert_eq!(Regime::of(&Said { snow_mm_per_h: Some(2.0), wind_m_per_s: Some(20.0), ..none }), Regime::Blizzard);
    assert_eq!(Regime::of(&Said { snow_mm_per_h: Some(2.0), rain_mm_per_h: Some(1.0), ..none }), Regime::Sleet);
    assert_eq!(Regime::of(&Said { visibility_m: Some(200.0), ..none }), Regime::Fog);
    assert_eq!(Regime::of(&Said { visibility_m: Some(2e3), ..none }), Regime::Mist);
    assert_eq!(Regime::of(&Said { dust_mg_per_m3: Some(5.0), visibility_m: Some(2e3), ..none }), Regime::DustStorm);
    assert_eq!(Regime::of(&Said { smoke_mg_per_m3: Some(1.0), ..none }), Regime::Smoke);
}

/// Anything may be said of any weather: the rest stays finite and within its bounds.
#[test]
fn odd_sayings_give_states() {
    let mut dice = units(61);
    for regime in Regime::ALL {
        for _ in 0..1_000 {
            let mut maybe = |low: f64, high: f64| {
                let (whether, place) = (dice(), dice());
                (whether < 0.3).then_some(low + (high - low) * place)
            };
            let said = Said {
                temperature_celsius: maybe(-40.0, 50.0),
                relative_humidity: maybe(0.0, 1.0),
                cloud_cover: maybe(0.0, 1.0),
                visibility_m: maybe(10.0, 100e3),
                turbidity: maybe(1.5, 10.0),
                rain_mm_per_h: maybe(0.0, 200.0),
                snow_mm_per_h: maybe(0.0, 10.0),
                wind_m_per_s: maybe(0.0, 40.0),
                dust_mg_per_m3: maybe(0.0, 100.0),
                ..Said::default()
            };
            let state = complete(regime, &said, &mut dice);
            let total = state.extinction.total_per_m();
            assert!((total * state.visibility_m / LOG_50 - 1.0).abs() < 1e-9, "{said:?} {state:?}");
            assert!((0.0..=3.5).contains(&state.water_film_mm), "{said:?} {state:?}");
            assert!((0.0..=1.0).contains(&state.puddle_share) && (0.0..=1.0).contains(&state.ice_share));
            assert!(state.snow_depth_m.is_finite() && (0.0..=1.0).contains(&state.relative_humidity));
        }
    }
}
