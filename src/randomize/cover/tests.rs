//! Whether covers have the properties that their papers prove, and keep them apart from each other.

use super::sobol::{DIMENSIONS, GENERATORS};
use super::strata::permuted;
use super::*;
use std::collections::HashSet;

/// Fails where counts are not those of equally likely cells: the limit is passed once in some million times.
fn assert_equal_shares(counts: &[u32], what: &str) {
    let expected = counts.iter().sum::<u32>() as f64 / counts.len() as f64;
    let square: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    let degrees = (counts.len() - 1) as f64;
    // Wilson & Hilferty's normal approximation of the cube root.
    let normal = ((square / degrees).cbrt() - 1.0 + 2.0 / (9.0 * degrees)) / (2.0 / (9.0 * degrees)).sqrt();
    assert!(normal.abs() < 5.0, "{what}: chi-squared {square} with {degrees} degrees of freedom");
}

/// Which of `count` equal intervals of 0..1 a value lies in.
fn interval(value: f64, count: u64) -> u64 {
    assert!((0.0..1.0).contains(&value), "{value}");
    (value * count as f64) as u64
}

/// Fails where not every interval is there once.
fn assert_once(intervals: impl Iterator<Item = u64>, count: u64, what: &str) {
    let mut seen = vec![false; count as usize];
    let mut total = 0;
    for interval in intervals {
        assert!(!std::mem::replace(&mut seen[interval as usize], true), "{what}: twice in interval {interval}");
        total += 1;
    }
    assert_eq!(total, count, "{what}");
}

#[test]
fn every_stratum_comes_once_in_every_block() {
    for (count, blocks) in [(1, 50), (2, 50), (7, 50), (16, 20), (17, 20), (100, 10), (1000, 4), (1_000_000, 1)] {
        for key in 0..3 {
            for block in (0..blocks).map(|block| block * 7_919) {
                let values = (0..count).map(|place| stratified(block * count + place, count, key));
                assert_once(values.map(|value| interval(value, count)), count, &format!("{count} {key} {block}"));
            }
        }
    }
    // A bijection too large to go through: no two of many positions meet.
    let count = (1 << 49) - 1;
    let strata: HashSet<u64> = (0..100_000).map(|frame| interval(stratified(frame, count, 3), count)).collect();
    assert_eq!(strata.len(), 100_000);
    let expected: HashSet<u64> = (0..100_000).map(|frame| permuted(frame, count, hash(hash(3, 0), 0))).collect();
    assert_eq!(strata, expected);
}

#[test]
fn blocks_and_keys_have_orders_of_their_own() {
    for count in [7_u64, 100, 1000] {
        let order = |block: u64, key: u64| -> Vec<u64> {
            (0..count).map(|place| interval(stratified(block * count + place, count, key), count)).collect()
        };
        let orders: Vec<Vec<u64>> = (0..20).flat_map(|key| (0..20).map(move |block| order(block, key))).collect();
        // Two random orders agree in one place on average: of 399 neighbours 399 places, give or take 20.
        let agree = |pair: &[Vec<u64>]| pair[0].iter().zip(&pair[1]).filter(|(one, other)| one == other).count();
        let agreements: usize = orders.windows(2).map(agree).sum();
        assert!((300..500).contains(&agreements), "{count}: {agreements}");
    }
}

#[test]
fn permutations_are_equally_likely() {
    for count in [2_u64, 3, 4, 5] {
        let mut seen = std::collections::BTreeMap::new();
        for key in 0..12_000 {
            let order: Vec<u64> = (0..count).map(|place| permuted(place, count, hash(1, key))).collect();
            *seen.entry(order).or_insert(0) += 1;
        }
        assert_eq!(seen.len() as u64, (1..=count).product::<u64>());
        assert_equal_shares(&seen.into_values().collect::<Vec<_>>(), &format!("orders of {count}"));
    }
    // For larger ones where a pair of places goes: neighbours in a row and in a column of the grid, and the ends.
    for count in [16_u64, 17, 20, 23] {
        for (first, second) in [(0, 1), (0, count - 1), (2, 2 + count.isqrt()), (7, 8), (count - 2, count - 1)] {
            let mut counts = vec![0; (count * count) as usize];
            for key in 0..30_000 {
                let key = hash(first, hash(second, key));
                counts[(permuted(first, count, key) * count + permuted(second, count, key)) as usize] += 1;
            }
            let together = |cell: &usize| cell / count as usize == cell % count as usize;
            assert!((0..counts.len()).filter(together).all(|cell| counts[cell] == 0));
            let apart: Vec<u32> = (0..counts.len()).filter(|cell| !together(cell)).map(|cell| counts[cell]).collect();
            assert_equal_shares(&apart, &format!("places {first} and {second} of {count}"));
        }
    }
}

/// For one frame all values are equally likely over the keys: the scrambling and the strata are unbiased.
#[test]
fn values_of_a_frame_are_uniform_over_keys() {
    type Value = fn(u64, u64) -> f64;
    let values: [(&str, Value); 9] = [
        ("strata of 1000", |frame, key| stratified(frame, 1000, key)),
        ("strata of 7", |frame, key| stratified(frame, 7, key)),
        ("one stratum", |frame, key| stratified(frame, 1, key)),
        ("sobol", |frame, key| sobol(frame, key, 17)),
        ("padded 0", |frame, key| padded(frame, key, 0)),
        ("padded 3", |frame, key| padded(frame, key, 3)),
        ("padded 4", |frame, key| padded(frame, key, 4)),
        ("halton 2", |frame, key| halton(frame, 2, key, 17)),
        ("halton 311", |frame, key| halton(frame, 311, key, 17)),
    ];
    for (name, value) in values {
        for frame in [0, 1, 2, 1000, 123_456_789] {
            let (mut high, mut low) = (vec![0; 64], vec![0; 64]);
            for key in 0..6400 {
                let value = value(frame, hash(key, 3));
                high[interval(value, 64) as usize] += 1;
                // The lowest of 46 binary digits.
                low[((value * (1_u64 << 46) as f64) as u64 % 64) as usize] += 1;
            }
            assert_equal_shares(&high, &format!("{name} of frame {frame}"));
            assert_equal_shares(&low, &format!("{name} of frame {frame}, low digits"));
        }
    }
}

#[test]
fn one_coordinate_covers_every_interval_once() {
    for key in 0..6 {
        for digits in 0..=10 {
            for block in [0, 1, 5, 1 << 40, u64::MAX >> digits] {
                let frames = || (0..1 << digits).map(move |place| (block << digits) + place);
                let what = format!("key {key}, 2^{digits} frames, block {block}");
                let own = frames().map(|frame| interval(sobol(frame, key, key / 2), 1 << digits));
                assert_once(own, 1 << digits, &what);
                for dimension in 0..4 {
                    let own = frames().map(|frame| interval(padded(frame, key, dimension), 1 << digits));
                    assert_once(own, 1 << digits, &format!("{what}, dimension {dimension}"));
                }
            }
        }
    }
}

/// Dimensions 0 and 1 are a (0, 2)-sequence: each block of 2^m frames has one point in every interval of 2^-a by 2^-b,
/// a + b = m; among them are the squares of a grid of 2^k by 2^k.
#[test]
fn two_coordinates_cover_every_elementary_interval_once() {
    for key in 0..6 {
        for digits in 0..=10_u32 {
            for block in [0, 3, 1 << 33] {
                for wide in 0..=digits {
                    let cell = |frame: u64| {
                        let column = interval(padded(frame, key, 0), 1 << wide);
                        (column << (digits - wide)) + interval(padded(frame, key, 1), 1 << (digits - wide))
                    };
                    let cells = (0..1 << digits).map(|place| cell((block << digits) + place));
                    assert_once(cells, 1 << digits, &format!("key {key}, {digits} digits, {wide} in the first"));
                }
            }
        }
    }
}

/// A scrambled pair of values that differ first in one digit have all later digits independent of each other, not
/// shifted by the same ones.
#[test]
fn scrambling_is_nested_and_uniform() {
    type Value = fn(u64, u64) -> f64;
    let values: [(&str, Value); 4] = [
        ("sobol", |frame, key| sobol(frame, key, 5)),
        ("padded", |frame, key| padded(frame, key, 0)),
        ("padded", |frame, key| padded(frame, key, 2)),
        ("halton", |frame, key| halton(frame, 2, key, 0)),
    ];
    for (name, value) in values {
        for (first, second) in [(0, 1), (6, 7)] {
            let mut counts = [0; 64];
            for key in 0..20_000 {
                let key = hash(key, 8);
                let (one, other) = (interval(value(first, key), 8), interval(value(second, key), 8));
                counts[(one * 8 + other) as usize] += 1;
            }
            // Neighbouring frames lie in different halves.
            let apart = |cell: &usize| (cell / 32) != (cell % 8 / 4);
            assert!((0..64).all(|cell| apart(&cell) || counts[cell] == 0), "{name}");
            let counts: Vec<u32> = (0..64).filter(apart).map(|cell| counts[cell]).collect();
            assert_equal_shares(&counts, &format!("{name} {first} {second}"));
        }
    }
    // The same in base 3, where also the permutation of the digits is any of the six.
    let mut counts = std::collections::BTreeMap::new();
    for key in 0..30_000 {
        let digits: Vec<u64> = [0, 1, 2, 3].map(|frame| interval(halton(frame, 3, hash(key, 8), 0), 9)).to_vec();
        *counts.entry(digits).or_insert(0) += 1;
    }
    // Six orders of the first digit, a second digit for each of frames 0, 1, 2, another than that of 0 for 3.
    assert_eq!(counts.len(), 6 * 27 * 2);
    assert_equal_shares(&counts.into_values().collect::<Vec<_>>(), "halton in base 3");
}

/// No pattern of the frame number's binary digits (every second frame, pairs, halves) goes with a coordinate.
#[test]
fn patterns_in_the_frame_number_do_not_show() {
    for key in 0..8 {
        for name in ["sobol", "padded"] {
            let value = |frame| if name == "sobol" { sobol(frame, key, hash(key, 6)) } else { padded(frame, key, 0) };
            let halves: Vec<f64> = (0..1024).map(|frame| (value(frame) * 2.0).floor() * 2.0 - 1.0).collect();
            for pattern in 1..1024_u64 {
                let sign = |frame: u64| if (frame & pattern).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
                let sum: f64 = (0..1024).zip(&halves).map(|(frame, half)| sign(frame) * half).sum();
                assert!(sum.abs() / 1024.0 < 0.25, "{name} key {key}, pattern {pattern:b}: {}", sum / 1024.0);
            }
        }
    }
}

/// The places within the strata of one key are uniform, and those of neighbouring frames independent.
#[test]
fn places_within_strata_are_independent() {
    let place = |frame| (stratified(frame, 100, 9) * 100.0).fract();
    let mut counts = vec![0; 64];
    for frame in 0..40_000 {
        counts[(interval(place(frame), 8) * 8 + interval(place(frame + 1), 8)) as usize] += 1;
    }
    assert_equal_shares(&counts, "places of neighbours");
}

/// Different choices are independent of each other: pairs of their values are as uneven over a grid as those of
/// independent draws with one value in each stratum.
#[test]
fn choices_are_independent() {
    for dimensions in [(0, 0), (0, 1), (2, 3), (4, 5)] {
        let mut counts = vec![0; 64];
        for key in 0..4000 {
            // Two dimensions of one choice or one dimension of two.
            let keys = (hash(key, 1), hash(key, 1 + u64::from(dimensions == (0, 0))));
            for frame in [0, 1, 2, 3, 100] {
                let one = interval(padded(frame, keys.0, dimensions.0), 8);
                counts[(one * 8 + interval(padded(frame, keys.1, dimensions.1), 8)) as usize] += 1;
            }
        }
        assert_equal_shares(&counts, &format!("dimensions {dimensions:?}"));
    }
    let total: f64 = (0..400)
        .map(|key| {
            let keys = [hash(key, 1), hash(key, 2)];
            let halves = |frame| keys.map(|key| if padded(frame, key, 0) < 0.5 { 1.0 } else { -1.0 });
            let sum: f64 = (0..64).map(|frame| halves(frame)[0] * halves(frame)[1]).sum();
            sum * sum / 64.0
        })
        .sum();
    assert!((0.5..2.2).contains(&(total / 400.0)), "{}", total / 400.0);
}

/// The polynomials of the four dimensions are primitive: x has the order 2^degree - 1 modulo each.
#[test]
fn polynomials_are_primitive() {
    for (degree, coefficients, initial) in &DIMENSIONS[1..] {
        let polynomial = (1_u64 << degree) | (coefficients << 1) | 1;
        let times_x = |power: u64| {
            let product = power << 1;
            if product >> degree == 1 { product ^ polynomial } else { product }
        };
        // The powers 1, x, x^2, ... up to the first that is 1 again.
        let order = std::iter::successors(Some(times_x(1)), |power| Some(times_x(*power)));
        let order = 1 + order.take(100).take_while(|power| *power != 1).count();
        assert_eq!(order, (1 << degree) - 1, "{polynomial:b}");
        assert!(initial[..*degree].iter().enumerate().all(|(place, number)| number % 2 == 1 && *number < 2 << place));
    }
}

/// The direction numbers m_1, m_2, ... of the four dimensions, by the recurrence in whole numbers done by hand.
#[test]
fn direction_numbers_are_those_of_sobol() {
    let expected = [[1, 1, 1, 1, 1, 1], [1, 3, 5, 15, 17, 51], [1, 3, 3, 9, 29, 23], [1, 3, 1, 5, 31, 29]];
    for (columns, numbers) in GENERATORS.iter().zip(expected) {
        let found: Vec<u64> =
            columns.iter().take(6).enumerate().map(|(place, column)| column >> (63 - place)).collect();
        assert_eq!(found, numbers);
    }
}

#[test]
fn halton_covers_every_interval_once() {
    for (base, most) in [(2_u64, 11), (3, 7), (5, 5), (7, 4), (13, 3), (17, 3), (19, 2), (311, 1)] {
        for key in 0..4 {
            for digits in 0..=most {
                let count = base.pow(digits);
                for (block, order) in [(0, 0), (5, 0), (1 << 30, 0), (77, 12_345), (0, (7 << 32) | 5)] {
                    // The first frame from which on the index is in the block.
                    let first = (block + 13_000) * count - (order & 0xFFFF_FFFF);
                    let values = (first..first + count).map(|frame| halton(frame, base as u32, key, order));
                    let what = format!("base {base}, {digits} digits, key {key}, block {block}");
                    assert_once(values.map(|value| interval(value, count)), count, &what);
                }
            }
        }
    }
    assert_eq!(halton(10, 7, 3, 32), halton(42, 7, 3, 1 << 32));
}

#[test]
fn bases_are_different_primes() {
    let keys: Vec<u64> = (0..130).map(|name| hash(name, 4)).collect();
    let bases = halton_bases(&keys);
    for bases in [&bases[..64], &bases[64..128]] {
        let mut sorted = bases.to_vec();
        sorted.sort_unstable();
        assert_eq!((sorted[0], sorted[5], sorted[63]), (2, 13, 311));
        assert!(sorted.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(sorted.iter().all(|base| (2..*base).all(|divisor| base % divisor != 0)));
    }
    // Later variables change nothing, and an earlier one only what it takes.
    assert!((0..130).all(|count| halton_bases(&keys[..count]) == bases[..count]));
    let alone: Vec<u32> = keys.iter().flat_map(|key| halton_bases(&[*key])).collect();
    assert!(alone[..4].iter().collect::<HashSet<_>>().len() == 4 && bases[..4] == alone[..4]);
    assert!(alone.iter().collect::<HashSet<_>>().len() > 45);
}

/// The mean squared and the median L2 discrepancy on a torus (Hickernell 1998), relative to the expectation of the
/// squared one for independent draws.
fn discrepancy(sets: impl Iterator<Item = Vec<Vec<f64>>>) -> (f64, f64) {
    let mut squares: Vec<f64> = sets
        .map(|points| {
            let (count, dimensions) = (points.len() as f64, points[0].len() as i32);
            let apart = |one: &f64, other: &f64| 1.5 - (one - other).abs() * (1.0 - (one - other).abs());
            let pair =
                |one: &Vec<f64>, other: &Vec<f64>| one.iter().zip(other).map(|(a, b)| apart(a, b)).product::<f64>();
            let distinct = |(place, one)| points[..place].iter().map(|other| pair(one, other)).sum::<f64>();
            let sum = 2.0 * points.iter().enumerate().map(distinct).sum::<f64>() + count * 1.5_f64.powi(dimensions);
            let uniform = (4.0_f64 / 3.0).powi(dimensions);
            (sum / count / count - uniform) / ((1.5_f64.powi(dimensions) - uniform) / count)
        })
        .collect();
    squares.sort_unstable_by(f64::total_cmp);
    (squares.iter().sum::<f64>() / squares.len() as f64, squares[squares.len() / 2].sqrt())
}

/// Several variables cover their space more evenly than independent draws. (Variables whose generators know nothing of
/// each other cannot do so in the mean square by more than Latin hypercubes, but they can in most cases.)
#[test]
fn variables_cover_their_space() {
    println!("mean square and median (root) of the L2 discrepancy relative to independent draws");
    for dimensions in [2_u64, 3, 5] {
        for (count, runs) in [(64, 100), (256, 20), (1024, 6)] {
            type Value = fn(u64, &[(u64, u32)], usize, u64) -> f64;
            let kinds: [(&str, Value); 5] = [
                ("independent", |frame, keys, place, _| unit(hash(keys[place].0, frame))),
                ("stratified", |frame, keys, place, count| stratified(frame, count, keys[place].0)),
                ("sobol", |frame, keys, place, _| sobol(frame, keys[place].0, hash(keys[0].0, 1))),
                ("padded", |frame, keys, place, _| padded(frame, keys[0].0, place as u32)),
                ("halton", |frame, keys, place, _| halton(frame, keys[place].1, keys[place].0, hash(keys[0].0, 2))),
            ];
            let found = kinds.map(|(name, value)| {
                let sets = (0..runs).map(|run| {
                    let keys: Vec<u64> = (0..dimensions).map(|name| hash(hash(run, 5), name)).collect();
                    let keys: Vec<(u64, u32)> = keys.iter().copied().zip(halton_bases(&keys)).collect();
                    let point = |frame| (0..keys.len()).map(|place| value(frame, &keys, place, count)).collect();
                    (0..count).map(point).collect()
                });
                let (square, median) = discrepancy(sets);
                println!("{dimensions} variables, {count:4} frames, {name:11} {square:.4} {median:.3}");
                (square, median)
            });
            let [independent, strata, sobol, padded, halton] = found;
            assert!((0.8..1.25).contains(&independent.0));
            assert!(strata.0 < 0.3 && sobol.0 < 0.45 && padded.0 < 0.4 && halton.0 < 0.7);
            assert!(sobol.1 < 0.55 && halton.1 < 0.8 && (count < 1024 || sobol.1 < 0.9 * strata.1));
            assert!(dimensions > 3 || padded.1 < [0.3, 0.2, 0.1][(count.ilog2() / 2 - 3) as usize]);
        }
    }
}

#[test]
fn odd_arguments_have_an_answer() {
    for frame in [0, 1, u64::MAX - 1, u64::MAX] {
        for key in [0, 1, u64::MAX] {
            let strata = [0, 1, 2, 1 << 49, u64::MAX].map(|count| stratified(frame, count, key));
            let inverses = [0, 1, 2, 311, u32::MAX].map(|base| halton(frame, base, key, u64::MAX));
            let others = [sobol(frame, key, key), padded(frame, key, 3), padded(frame, key, u32::MAX)];
            let values = strata.iter().chain(&inverses).chain(&others);
            assert!(values.copied().all(|value| (0.0..1.0).contains(&value)));
        }
    }
    assert!(halton_bases(&[]).is_empty());
}
