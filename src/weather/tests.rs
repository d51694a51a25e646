//! What the tests of this folder share, what falls as a whole, and that nothing fails whatever it is given.

use super::*;

/// Numbers that come up when something went wrong, and some that are right.
pub(super) const ODD: [f64; 14] = [
    f64::NAN,
    f64::NEG_INFINITY,
    -1e300,
    -1.0,
    -0.0,
    0.0,
    f64::MIN_POSITIVE,
    1e-12,
    0.3,
    1.0,
    25.0,
    1e6,
    1e300,
    f64::INFINITY,
];

/// 10,000 units from SplitMix64 (Steele, Lea and Flood 2014).
pub(super) fn random_units(seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / 9_007_199_254_740_992.0
    };
    (0..10_000).map(|_| next()).collect()
}

pub(super) fn sorted_draws(seed: u64, quantile: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut draws: Vec<f64> = random_units(seed).into_iter().map(quantile).collect();
    draws.sort_by(f64::total_cmp);
    draws
}

/// Fails unless the Kolmogorov–Smirnov distance of sorted draws passes at the 0.1 % level.
pub(super) fn assert_uniform(draws: &[f64], share_below: impl Fn(f64) -> f64, name: &str) {
    let count = draws.len() as f64;
    let distance = draws.iter().enumerate().fold(0.0_f64, |worst, (rank, draw)| {
        let share = share_below(*draw);
        worst.max(share - rank as f64 / count).max((rank + 1) as f64 / count - share)
    });
    assert!(distance * count.sqrt() < 1.95, "{name}: {}", distance * count.sqrt());
}

pub(super) fn assert_close(found: f64, wanted: f64, relative: f64, name: &str) {
    assert!((found - wanted).abs() <= relative * wanted.abs(), "{name}: {found} is not {wanted}");
}

/// Simpson's rule.
pub(super) fn integral(from: f64, to: f64, of: impl Fn(f64) -> f64) -> f64 {
    const PANELS: u32 = 2000;
    let width = (to - from) / f64::from(PANELS);
    let inner: f64 = (1..PANELS).map(|at| f64::from(2 + 2 * (at % 2)) * of(from + width * f64::from(at))).sum();
    (of(from) + inner + of(to)) * width / 3.0
}

/// Fails where values that belong to ascending places are not in order.
pub(super) fn assert_rising(values: &[f64], name: &str) {
    for pair in values.windows(2) {
        assert!(pair[1] >= pair[0], "{name}: {} after {}", pair[1], pair[0]);
    }
}

fn all_kinds() -> [Falling; 6] {
    [
        Falling::rain(0.3, Drops::Drizzle),
        Falling::rain(5.0, Drops::MarshallPalmer),
        Falling::rain(80.0, Drops::Thunderstorm),
        Falling::snow(1.0, 0.0),
        Falling::snow(2.5, 1.0),
        Falling::hail(9.0),
    ]
}

#[test]
fn sizes_seen_follow_their_numbers() {
    for (seed, falling) in all_kinds().into_iter().enumerate() {
        for above in [0.0, 0.5 * falling.largest_mm().min(4.0), 0.3 * falling.largest_mm()] {
            let draws = sorted_draws(seed as u64 + 2, |unit| falling.diameter_mm(unit, above));
            let all = falling.number_per_m3(above);
            let share = |diameter: f64| 1.0 - falling.number_per_m3(diameter) / all;
            assert_uniform(&draws, share, &format!("{:?} above {above}", falling.kind()));
            assert!(draws[0] >= above * (1.0 - 1e-12) && draws[9_999] <= falling.largest_mm());
        }
    }
}

#[test]
fn as_much_falls_as_was_asked_for() {
    // The spectra of the literature with the speeds of the literature: none gives its rate exactly.
    for rate in [0.5, 1.0, 5.0, 25.0, 50.0] {
        for (drops, least, most) in [
            (Drops::MarshallPalmer, 1.05, 1.2),
            (Drops::Drizzle, 0.8, 0.95),
            (Drops::Widespread, 0.9, 1.05),
            (Drops::Thunderstorm, 0.7, 0.95),
        ] {
            let ratio = Falling::rain(rate, drops).rate_mm_per_h() / rate;
            assert!((least..most).contains(&ratio), "{drops:?} at {rate}: {ratio}");
        }
    }
    for rate in [0.3, 1.0, 2.5, 5.0, 20.0] {
        let ratio = Falling::snow(rate, 0.0).rate_mm_per_h() / rate;
        assert!((0.8..1.25).contains(&ratio), "snow at {rate}: {ratio}");
    }
    let hail = Falling::hail(10.0).rate_mm_per_h();
    assert!((1.0..60.0).contains(&hail), "{hail}");
}

#[test]
fn rain_takes_as_much_light_as_mie_theory_says() {
    // Mie theory over the same spectrum at 0.85 µm, per km.
    for (rate, wanted) in [(1.0, 0.366), (10.0, 1.562), (25.0, 2.780), (100.0, 6.63)] {
        let found = Falling::rain(rate, Drops::MarshallPalmer).extinction_per_m(0.0) * 1e3;
        assert_close(found, wanted, 0.02, &format!("{rate} mm/h"));
        // π N₀ / Λ³, as LOWTRAN 7 has it.
        assert_close(found, 0.365 * rate.powf(0.63), 0.02, &format!("{rate} mm/h"));
    }
}

#[test]
fn snow_takes_about_as_much_light_as_was_measured() {
    for rate in [0.5, 1.0, 2.5, 5.0] {
        let found = Falling::snow(rate, 0.0).extinction_per_m(0.0);
        // 3 S / (C v) for dry flakes, whatever their sizes (Rasmussen et al. 1999).
        assert_close(found, 3.0 * rate / 3600.0 / 0.17, 0.25, &format!("{rate} mm/h"));
    }
}

#[test]
fn a_veil_is_left_of_what_is_not_drawn() {
    for falling in all_kinds() {
        let places: Vec<f64> = (0..50).map(|step| f64::from(step) / 49.0 * falling.largest_mm()).collect();
        let veil = |above: f64| falling.extinction_per_m(0.0) - falling.extinction_per_m(above);
        assert_rising(&places.iter().map(|above| veil(*above)).collect::<Vec<_>>(), "veil");
        assert_eq!(veil(0.0), 0.0);
        assert_eq!(falling.extinction_per_m(falling.largest_mm() * 1.001), 0.0);
    }
}

#[test]
fn nothing_falls_where_there_is_nothing() {
    for falling in [Falling::rain(0.0, Drops::Drizzle), Falling::snow(0.0, 1.0), Falling::hail(0.0)] {
        assert_eq!(falling.number_per_m3(0.0), 0.0);
        assert_eq!(falling.extinction_per_m(0.0), 0.0);
        assert_eq!(falling.rate_mm_per_h(), 0.0);
        assert_eq!(falling.diameter_mm(0.5, 0.0), 0.0);
    }
}

#[test]
fn tables_are_straight_between_their_rows() {
    let rows = [(1.0, 10.0), (2.0, 20.0), (4.0, 0.0)];
    for (at, wanted) in [(-1.0, 10.0), (1.0, 10.0), (1.5, 15.0), (2.0, 20.0), (3.0, 10.0), (4.0, 0.0), (9.0, 0.0)] {
        assert_eq!(table(&rows, at), wanted);
    }
    assert_eq!(table(&[], 1.0), 0.0);
}

#[test]
fn odd_numbers_give_numbers() {
    for one in ODD {
        for other in ODD {
            for falling in [
                Falling::rain(one, Drops::MarshallPalmer),
                Falling::rain(one, Drops::Thunderstorm),
                Falling::snow(one, other),
                Falling::hail(one),
            ] {
                let values = [
                    falling.number_per_m3(other),
                    falling.diameter_mm(one, other),
                    falling.diameter_mm(other, one),
                    falling.largest_mm(),
                    falling.fall_speed_m_per_s(other),
                    falling.extinction_per_m(other),
                    falling.rate_mm_per_h(),
                ];
                for value in values {
                    assert!(value.is_finite() && value >= 0.0, "{one}, {other}: {values:?}");
                }
            }
        }
    }
}
