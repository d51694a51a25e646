//! Water that neither comes from nor goes to nowhere, and the tables of the papers.

use super::super::tests::*;
use super::*;

#[test]
fn no_water_is_lost() {
    for drainage in
        [Drainage::default(), Drainage { held_mm: 0.0, time_s: 900.0 }, Drainage { held_mm: 3.0, time_s: 5.0 }]
    {
        for film in [0.0, 0.3, 0.5, 2.0, 12.0] {
            for (rain, drying) in [(0.0, 0.0), (0.0, 0.4), (10.0, 0.0), (10.0, 0.4), (0.2, 0.4), (0.4, 0.4)] {
                for seconds in [0.0, 1.0, 60.0, 3600.0, 1e6] {
                    let balance = drainage.after(film, rain, drying, seconds);
                    let Balance { film_mm, drained_mm, dried_mm } = balance;
                    let came = film + rain * seconds / 3600.0;
                    let name = format!("{drainage:?}, {film} mm, {rain} and {drying} mm/h, {seconds} s");
                    assert!(
                        (film_mm + drained_mm + dried_mm - came).abs() <= 1e-12 * (1.0 + came),
                        "{name}: {balance:?}"
                    );
                    assert!(film_mm >= 0.0 && drained_mm >= 0.0 && dried_mm >= 0.0, "{name}: {balance:?}");
                    assert!(dried_mm <= drying * seconds / 3600.0 * (1.0 + 1e-12), "{name}: {balance:?}");
                }
            }
        }
    }
}

#[test]
fn many_short_steps_are_one_long_one() {
    let drainage = Drainage::default();
    for (film, rain, drying, seconds) in
        [(0.0, 12.0, 0.1, 900.0), (3.0, 0.0, 0.4, 7200.0), (0.2, 0.5, 0.3, 36_000.0), (1.0, 0.3, 0.6, 30_000.0)]
    {
        let whole = drainage.after(film, rain, drying, seconds);
        let mut parts = Balance { film_mm: film, ..Balance::default() };
        for _ in 0..97 {
            let step = drainage.after(parts.film_mm, rain, drying, seconds / 97.0);
            parts.film_mm = step.film_mm;
            parts.drained_mm += step.drained_mm;
            parts.dried_mm += step.dried_mm;
        }
        for (one, many) in
            [(whole.film_mm, parts.film_mm), (whole.drained_mm, parts.drained_mm), (whole.dried_mm, parts.dried_mm)]
        {
            assert!((one - many).abs() < 1e-9, "{whole:?}, {parts:?}");
        }
    }
}

#[test]
fn a_road_wets_drains_and_dries() {
    let road = Drainage::default();
    // Heavy rain leaves a millimetre.
    assert_close(road.after(0.0, 15.0, 0.0, 7200.0).film_mm, 1.0, 1e-6, "heavy rain");
    // Minutes after it half a millimetre is left, which dries in an hour or two.
    assert_close(road.after(1.0, 0.0, 0.0, 600.0).film_mm, 0.5, 0.01, "drained");
    assert_eq!(road.after(0.5, 0.0, 0.4, 1.3 * 3600.0).film_mm, 0.0);
    assert!(road.after(0.5, 0.0, 0.4, 1.2 * 3600.0).film_mm > 0.0);
    let films: Vec<f64> = (0..60).map(|step| road.after(0.0, f64::from(step), 0.2, 1000.0).film_mm).collect();
    assert_rising(&films, "film");
    // What falls on dry ground and dries faster than it falls never wets it.
    assert_eq!(
        road.after(0.0, 0.1, 0.2, 3600.0),
        Balance { film_mm: 0.0, drained_mm: 0.0, dried_mm: 0.1 / 3600.0 * 3600.0 }
    );
}

#[test]
fn sun_dries_in_an_hour_and_shade_in_several() {
    let sunny = drying_mm_per_h(20.0, 0.6, 2.0, 400.0);
    let shady = drying_mm_per_h(20.0, 0.6, 2.0, 30.0);
    assert!((0.35..0.6).contains(&sunny) && (0.06..0.15).contains(&shady), "{sunny}, {shady}");
    // Penman's equation by hand: 0.6108 exp(17.27 · 20 / 257.3) = 2.338 kPa, slope 0.1447 kPa/K, deficit 0.935 kPa.
    let by_hand = (0.1447 * 34.56 + 0.066 * 6.43 * 2.072 * 0.9352) / (2.45 * 0.2107) / 24.0;
    assert_close(sunny, by_hand, 1e-3, "by hand");
    assert_eq!(drying_mm_per_h(20.0, 1.0, 2.0, -50.0), 0.0);
    let by_humidity: Vec<f64> =
        (0..=10).map(|tenth| drying_mm_per_h(10.0, 1.0 - 0.1 * f64::from(tenth), 3.0, 100.0)).collect();
    assert_rising(&by_humidity, "drying");
}

#[test]
fn hollows_fill_before_water_runs() {
    // Kamphorst et al. (2000) for a roughness of 1 and 2 cm, level and at 5 %.
    for (roughness, slope, wanted) in [(10.0, 0.0, 2.53), (20.0, 0.0, 5.26), (10.0, 0.05, 1.93), (20.0, 0.05, 4.06)] {
        assert_close(depression_storage_mm(roughness, slope), wanted, 1e-12, &format!("{roughness} mm, {slope}"));
    }
    assert_eq!(depression_storage_mm(10.0, 0.5), 0.0);
    assert_eq!((puddle_share(0.0, 0.0), puddle_share(0.1, 0.0), puddle_share(0.0, 5.0)), (0.0, 1.0, 0.0));
    assert_close(puddle_share(2.0, 5.0), 1.0 - (-0.75_f64).exp(), 1e-14, "2 mm");
    let shares: Vec<f64> = (0..100).map(|step| puddle_share(0.2 * f64::from(step), 4.0)).collect();
    assert_rising(&shares, "share");
}

#[test]
fn snow_lies_deeper_the_colder_it_fell() {
    for (celsius, density) in
        [(-20.0, 67.94), (-5.0, 75.36), (-1.0, 102.75), (0.0, 119.17), (2.0, 159.17), (6.0, 200.0)]
    {
        assert_close(fresh_snow_kg_per_m3(celsius), density, 1e-3, &format!("{celsius} °C"));
    }
    let densities: Vec<f64> = (-40..=10).map(|celsius| fresh_snow_kg_per_m3(f64::from(celsius))).collect();
    assert_rising(&densities, "density");
    // 2 mm of water an hour for five hours at −5 °C: 10 kg/m².
    assert_close(snow_depth_m(2.0, -5.0, 18_000.0), 10.0 / 75.36, 1e-3, "depth");
    assert_close(snow_to_liquid_ratio(0.0), 8.39, 1e-3, "ratio");
    assert_eq!(snow_depth_m(0.0, -5.0, f64::INFINITY), 0.0);
}

#[test]
fn snow_hides_ground_and_slips_off_slopes() {
    assert_eq!([0.0, 30.0, 45.0, 60.0, 90.0].map(held_snow_share), [1.0, 1.0, 0.5, 0.0, 0.0]);
    // Niu and Yang (2007), z₀ = 1 cm: three quarters at 2.5 cm.
    assert_close(snow_cover_share(0.025, 0.01), 0.761_6, 1e-4, "2.5 cm");
    assert_eq!((snow_cover_share(0.0, 0.0), snow_cover_share(0.001, 0.0)), (0.0, 1.0));
    let shares: Vec<f64> = (0..100).map(|step| snow_cover_share(0.001 * f64::from(step), 0.01)).collect();
    assert_rising(&shares, "share");
}

#[test]
fn odd_numbers_give_no_nonsense() {
    let finite = |value: f64| value.is_finite() && value >= 0.0;
    for one in ODD {
        assert!(fresh_snow_kg_per_m3(one) >= 67.0 && (5.0..15.0).contains(&snow_to_liquid_ratio(one)), "{one}");
        assert!((0.0..=1.0).contains(&held_snow_share(one)), "{one}");
        for other in ODD {
            assert!(finite(depression_storage_mm(one, other)), "{one}, {other}");
            assert!((0.0..=1.0).contains(&puddle_share(one, other)), "{one}, {other}");
            assert!((0.0..=1.0).contains(&snow_cover_share(one, other)), "{one}, {other}");
            for third in ODD {
                assert!(snow_depth_m(one, other, third) >= 0.0, "{one}, {other}, {third}");
                assert!(drying_mm_per_h(one, other, third, 100.0) >= 0.0, "{one}, {other}, {third}");
                assert!(drying_mm_per_h(20.0, one, other, third) >= 0.0, "{one}, {other}, {third}");
                for seconds in ODD {
                    for drainage in [Drainage::default(), Drainage { held_mm: third, time_s: one }] {
                        let Balance { film_mm, drained_mm, dried_mm } = drainage.after(one, other, third, seconds);
                        assert!(finite(film_mm) && finite(drained_mm) && finite(dried_mm), "{one}, {other}, {third}");
                    }
                }
            }
        }
    }
}
