//! Against closed forms, published examples and draws.

use super::super::air::LOG_50;
use super::super::drops::Drops;
use super::super::tests::*;
use super::*;

const BEAM: Beam =
    Beam { aperture_m: 0.01, divergence: 0.003, range_m: [1.0, 100.0], full_gain_m: 5.0, weakest_reflectance: 0.1 };

/// Ray by ray, what [`Clutter::met`] has in a table.
impl Clutter {
    /// The nearest particle that sends back at least so much, from nearer than this, by inverse transform from a number
    /// in [0, 1): `None` where there is none, as is the case with the probability exp(−∫ density).
    ///
    /// For a sensor that tells the first echo the power is 1, and for one that tells the strongest it is that of the
    /// surface behind: in either case what is found is told in its place.
    fn nearest_m(&self, unit: f64, power: f64, before_m: f64) -> Option<f64> {
        let wanted = -libm::log1p(-crate::weather::share(unit));
        let mut met = 0.0;
        let found = self.walk(power, before_m, |from, length, density| {
            let next = met + length * density;
            if next > wanted {
                return Some(from + (wanted - met) / density);
            }
            met = next;
            None
        });
        found.filter(|range| *range < before_m)
    }

    /// How probable it is that there is such a particle.
    fn probability(&self, power: f64, before_m: f64) -> f64 {
        let mut met = 0.0;
        self.walk(power, before_m, |_, length, density| {
            met += length * density;
            None
        });
        -libm::expm1(-met)
    }
}

#[test]
fn light_is_lost_both_ways() {
    for (extinction, range) in [(0.0, 100.0), (0.01, 50.0), (0.06, 30.0)] {
        assert_close(two_way_transmittance(extinction, range), libm::exp(-2.0 * extinction * range), 1e-14, "lost");
    }
    // What is just noticed, and the law of inverse squares.
    assert_close(BEAM.power(0.1, 100.0, 0.0), 1.0, 1e-14, "just noticed");
    assert_close(BEAM.power(0.4, 50.0, 0.01), 16.0 * libm::exp(-1.0), 1e-14, "four times");
    assert_eq!(BEAM.power(0.4, 2.0, 0.0), BEAM.power(0.4, 5.0, 0.0));
}

#[test]
fn reach_is_where_power_is_just_enough() {
    let mut before = f64::INFINITY;
    for visibility in [f64::INFINITY, 1e6, 2000.0, 200.0, 50.0, 10.0, 1.0] {
        let extinction = LOG_50 / visibility;
        for reflectance in [0.05, 0.1, 0.9] {
            let clear = Beam { full_gain_m: 0.0, ..BEAM };
            let reach = clear.reach_m(reflectance, extinction);
            assert_close(clear.power(reflectance, reach, extinction), 1.0, 1e-9, &format!("{visibility} m"));
        }
        let reach = BEAM.reach_m(0.1, extinction);
        assert_close(BEAM.power(0.1, reach, extinction), 1.0, 1e-9, &format!("{visibility} m, less gain nearby"));
        assert!(reach < before || visibility == f64::INFINITY, "{visibility}: {reach}");
        before = reach;
    }
    assert_close(BEAM.reach_m(0.1, 0.0), 100.0, 1e-12, "clear air");
    // Not even at once where the gain is too small for it.
    assert_eq!(BEAM.reach_m(0.000_2, 0.01), 0.0);
    // Fog of 50 m leaves a lidar about a quarter of its range.
    assert!((20.0..30.0).contains(&BEAM.reach_m(0.1, 0.06)), "{}", BEAM.reach_m(0.1, 0.06));
}

#[test]
fn fog_scatters_back_what_the_papers_say() {
    // 0.046 / MOR at α = 0.06, where the optical range is 49.9 m.
    assert_close(backscatter_per_m_sr(0.06), 0.046 / 49.93, 1e-3, "backscatter");
}

#[test]
fn thick_fog_is_seen_itself() {
    // A pulse of 20 ns is 3 m long there and back at half its height, 6 m from end to end.
    let mut before = 0.0;
    for extinction in [0.0, 0.003, 0.01, 0.03, 0.06] {
        let echo = BEAM.fog_echo(extinction, 6.0);
        assert!(echo.power >= before && (1.0..12.0).contains(&echo.range_m), "{echo:?}");
        before = echo.power;
    }
    assert_eq!(BEAM.fog_echo(0.0, 6.0).power, 0.0);
    assert!(BEAM.fog_echo(0.06, 6.0).power > 1.0, "{:?}", BEAM.fog_echo(0.06, 6.0));
    // Of thin fog most sensors see nothing, as they are made less sensitive nearby.
    let dulled = Beam { full_gain_m: 10.0, ..BEAM };
    assert!(dulled.fog_echo(0.003, 6.0).power < 1.0, "{:?}", dulled.fog_echo(0.003, 6.0));
    assert!(dulled.fog_echo(0.06, 6.0).power > 1.0, "{:?}", dulled.fog_echo(0.06, 6.0));
    // In thin fog, where all of a short pulse is at one range beyond full gain, it is β · length / 2 at that range.
    let thin = Beam { range_m: [10.0, 100.0], full_gain_m: 10.0, ..BEAM };
    let just = 0.1 / std::f64::consts::PI / 1e4;
    let echo = thin.fog_echo(1e-6, 0.02);
    assert_close(echo.power, backscatter_per_m_sr(1e-6) * 0.01 / 100.0 / just, 0.01, "short pulse");
}

fn clutters() -> [Clutter; 4] {
    [
        (Falling::rain(10.0, Drops::MarshallPalmer), 0.0016),
        (Falling::rain(60.0, Drops::Thunderstorm), 0.003),
        (Falling::snow(1.0, 0.0), 0.005),
        (Falling::hail(10.0), 0.0),
    ]
    .map(|(falling, extinction_per_m)| Clutter { falling, beam: BEAM, extinction_per_m })
}

#[test]
fn a_particle_is_noticed_as_it_is_large_and_near() {
    for clutter in clutters() {
        for range in [1.0, 4.0, 9.0] {
            let Some(least) = clutter.least_mm(range, 1.0) else { continue };
            // The law itself: (D / w)² of what all the beam would send back.
            let share = least / (1e3 * BEAM.width_m(range));
            let full = BEAM.power(clutter.falling.reflectance(), range, clutter.extinction_per_m);
            assert_close(share * share * full, 1.0, 1e-12, "just noticed");
            assert_close(clutter.least_mm(range, 4.0).unwrap(), 2.0 * least, 1e-12, "four times");
        }
    }
    // Water that fills the beam sends back 2 %: less than what is just noticed from 44.7 m on.
    let rain = clutters()[0];
    assert!(Clutter { extinction_per_m: 0.0, ..rain }.least_mm(44.8, 1.0).is_none());
    assert!(Clutter { extinction_per_m: 0.0, ..rain }.least_mm(44.6, 1.0).is_some());
}

#[test]
fn the_nearest_particle_follows_the_law_of_rare_events() {
    for (seed, clutter) in clutters().into_iter().enumerate() {
        for (power, before) in [(1.0, 100.0), (1.0, 7.3), (6.0, 40.0)] {
            let name = format!("{:?}, power {power}, before {before}", clutter.falling.kind());
            let met = |to: f64| {
                // By pieces, as the density falls by orders of magnitude.
                let ends: Vec<f64> = (0..=6).map(|piece| to.powf(f64::from(piece) / 6.0)).collect();
                ends.windows(2)
                    .map(|ends| integral(ends[0], ends[1], |at| clutter.density_per_m(at, power)))
                    .sum::<f64>()
            };
            let probability = 1.0 - (-met(before)).exp();
            assert!((clutter.probability(power, before) - probability).abs() < 2e-3, "{name}");
            let units = random_units(seed as u64 + 31);
            let mut found: Vec<f64> = units.iter().filter_map(|u| clutter.nearest_m(*u, power, before)).collect();
            let share = found.len() as f64 / 10_000.0;
            assert!((share - probability).abs() < 0.02, "{name}: {share}, {probability}");
            found.sort_by(f64::total_cmp);
            assert!(found.iter().all(|range| (1.0..before).contains(range)), "{name}");
            if found.len() > 500 {
                // A sample of them, as the reference is slow.
                let sample: Vec<f64> = found.iter().step_by(found.len() / 120).copied().collect();
                let below = |range: f64| (1.0 - (-met(range)).exp()) / probability;
                assert_uniform(&sample, below, &name);
            }
        }
    }
}

#[test]
fn what_is_found_does_not_depend_on_what_is_behind() {
    for clutter in clutters() {
        for unit in random_units(3).into_iter().take(200) {
            let far = clutter.nearest_m(unit, 1.0, 100.0);
            let near = clutter.nearest_m(unit, 1.0, 6.0);
            assert_eq!(near, far.filter(|range| *range < 6.0));
        }
    }
}

#[test]
fn more_rain_and_less_power_give_more_echoes() {
    let rain =
        |rate| Clutter { falling: Falling::rain(rate, Drops::MarshallPalmer), beam: BEAM, extinction_per_m: 0.001 };
    let by_rate: Vec<f64> =
        [0.0, 1.0, 5.0, 20.0, 80.0].into_iter().map(|rate| rain(rate).probability(1.0, 50.0)).collect();
    assert_rising(&by_rate, "rate");
    assert_eq!(by_rate[0], 0.0);
    let by_power: Vec<f64> =
        [9.0, 4.0, 2.0, 1.0].into_iter().map(|power| rain(20.0).probability(power, 50.0)).collect();
    assert_rising(&by_power, "power");
    // A lidar in heavy rain has few false echoes, one in snow many.
    assert!((0.001..0.2).contains(&by_rate[3]), "{by_rate:?}");
    assert!(clutters()[2].probability(1.0, 50.0) > 3.0 * by_rate[3]);
}

#[test]
fn echoes_are_as_strong_as_their_particles() {
    // Not hail, whose least stones are more than just noticed.
    for clutter in clutters().into_iter().take(3) {
        for unit in [0.0, 0.5, 0.99] {
            let power = clutter.power(unit, 3.0, 1.0);
            assert!(power >= 1.0, "{power}");
        }
        assert_close(clutter.power(0.0, 3.0, 2.0), 2.0, 1e-9, "the least");
    }
}

#[test]
fn fog_makes_depths_too_small() {
    // Against a sum in fine steps.
    let (extinction, far, ambiguity) = (0.05, 4.0, 7.5);
    let last = |far: f64| fog_waves(extinction, [0.2, far], ambiguity).last().unwrap().1;
    let albedo = std::f64::consts::PI * backscatter_per_m_sr(extinction);
    let light = |range: f64| albedo * libm::exp(-2.0 * extinction * range) / (range * range);
    let turn = std::f64::consts::TAU / ambiguity;
    let wave = last(far);
    assert_close(wave[0], integral(0.2, far, |range| light(range) * (turn * range).cos()), 1e-5, "in phase");
    assert_close(wave[1], integral(0.2, far, |range| light(range) * (turn * range).sin()), 1e-5, "later");
    assert_close(wave[2], integral(0.2, far, light), 1e-5, "light");
    // A surface of 30 % at 3 m seems nearer through it.
    let amplitude = 0.3 / 9.0 * two_way_transmittance(extinction, 3.0);
    let wave = last(3.0);
    let sum = [wave[0] + amplitude * (turn * 3.0).cos(), wave[1] + amplitude * (turn * 3.0).sin()];
    let seems = libm::atan2(sum[1], sum[0]) / turn;
    assert!((0.5..2.9).contains(&seems), "{seems}");
    assert_eq!(fog_waves(0.0, [0.2, 4.0], 7.5).last().unwrap().1, [0.0; 3]);
    assert_eq!(fog_waves(0.1, [4.0, 4.0], 7.5), [(4.0, [0.0; 3])]);
}

#[test]
fn the_first_is_met_where_as_many_are_to_be_expected() {
    let met = Met(vec![(1.0, 0.0), (2.0, 0.5), (4.0, 0.5), (8.0, 1.5)]);
    let unit = |number: f64| 1.0 - (-number).exp();
    assert_eq!(met.first_m(0.0), Some(1.0));
    for (number, range) in [(0.25, 1.5), (1.0, 6.0)] {
        assert_close(met.first_m(unit(number)).unwrap(), range, 1e-9, "range");
    }
    assert_eq!((met.first_m(unit(1.6)), Met(Vec::new()).first_m(0.1)), (None, None));
}

#[test]
fn odd_numbers_give_no_nonsense() {
    for one in ODD {
        assert!(backscatter_per_m_sr(one) >= 0.0);
        for other in ODD {
            assert!((0.0..=1.0).contains(&two_way_transmittance(one, other)), "{one}, {other}");
            assert!(BEAM.reach_m(one, other) >= 0.0 && BEAM.fog_echo(one, other).power >= 0.0, "{one}, {other}");
            for waves in [fog_waves(one, [0.1, other], 5.0), fog_waves(0.1, [one, 5.0], other)] {
                assert!(waves.iter().flat_map(|(_, wave)| wave).all(|part| !part.is_nan()), "{one}, {other}");
            }
            let beams = [
                Beam { aperture_m: one, divergence: other, ..BEAM },
                Beam { range_m: [one, other], ..BEAM },
                Beam { full_gain_m: one, weakest_reflectance: other, ..BEAM },
            ];
            for beam in beams {
                assert!(beam.power(0.5, 10.0, 0.01) >= 0.0 && beam.reach_m(0.5, 0.01) >= 0.0, "{beam:?}");
                let falling = Falling::rain(10.0, Drops::MarshallPalmer);
                let clutter = Clutter { falling, beam, extinction_per_m: one };
                assert!((0.0..=1.0).contains(&clutter.probability(1.0, 50.0)), "{clutter:?}");
                assert!((0.0..=1.0).contains(&clutter.probability(one, other)), "{clutter:?}");
                assert!(clutter.nearest_m(0.5, one, other).is_none_or(|range| range > 0.0), "{clutter:?}");
                assert!(clutter.nearest_m(one, 1.0, 50.0).is_none_or(|range| range > 0.0), "{clutter:?}");
                assert!(clutter.power(one, other, 1.0) >= 0.0, "{clutter:?}");
            }
        }
    }
}
