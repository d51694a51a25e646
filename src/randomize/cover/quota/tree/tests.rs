//! Whether quotas are met, after how many frames, and what becomes of shares that cannot be had.

use super::super::super::hash;
use super::super::{Pair, QuotaError, Quotas};
use super::*;

/// Events whose keys follow from one.
fn quotas(shares: &[f64], joint: &[Pair], key: u64) -> Result<Quotas, QuotaError> {
    Quotas::new(shares, joint, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(|event| hash(key, event)))
}

/// Of the first frames of a node those with all the events of a set, from the closed form at each node.
fn counted(tree: &Tree, position: usize, depth: usize, count: u64, bits: u32) -> u64 {
    let Some(event) = tree.events.get(depth) else { return if bits == 0 { count } else { 0 } };
    let node = tree.nodes[position];
    let before = match tree.order {
        Order::Spread(key) => node.spread(count, key).0,
        _ => node.step(count).0,
    };
    let with = counted(tree, 2 * position + 2, depth + 1, before, bits & !event);
    with + if bits & event == 0 { counted(tree, 2 * position + 1, depth + 1, count - before, bits) } else { 0 }
}

/// Of the first frames those with all the events of one group that a set names.
fn count(quotas: &Quotas, frames: u64, bits: u32) -> u64 {
    let group = |tree: &&Tree| tree.events.iter().any(|event| bits & event != 0);
    let tree = quotas.trees.iter().find(group).unwrap();
    counted(tree, 0, 0, frames, bits)
}

/// How far counts of frames with a set of events are off their share: at most after any frame, and at most in any
/// window of the first frames.
fn deviation(quotas: &Quotas, frames: u64, bits: u32, share: f64) -> (f64, f64) {
    let (mut count, mut worst, mut low, mut high) = (0.0, 0.0_f64, 0.0_f64, 0.0_f64);
    for frame in 0..frames {
        count += if quotas.events(frame) & bits == bits { 1.0 } else { 0.0 };
        let off = count - (frame + 1) as f64 * share;
        (worst, low, high) = (worst.max(off.abs()), low.min(off), high.max(off));
    }
    (worst, high - low)
}

#[test]
fn the_closed_form_counts_what_happens() {
    let joint = [(0, 2, 0.1), (3, 4, 0.3), (1, 3, 0.05)];
    let quotas = quotas(&[0.2, 0.1, 0.37, 0.8, 0.35, 0.73], &joint, 5).unwrap();
    assert_eq!(quotas.trees.len(), 3);
    // The second group is permuted in blocks of 20 frames: counts are compared at their ends.
    assert!(matches!(quotas.trees[1].order, Order::Blocks(20, _)));
    let sets = [0b1, 0b10, 0b100, 0b1000, 0b1_0000, 0b10_0000, 0b101, 0b1010, 0b1_1000, 0b1_1010];
    let mut counts = [0; 10];
    for frame in 0..20_000 {
        for (set, expected) in sets.iter().zip(&mut counts) {
            let known = set & 0b1_1010 == 0 || frame % 20 == 0;
            assert!(!known || count(&quotas, frame, *set) == *expected, "{set:b} before frame {frame}");
            *expected += u64::from(quotas.events(frame) & set == *set);
        }
    }
}

#[test]
fn fractions_are_those_meant() {
    for denominator in (1..=300_u64).chain([9973, 1_000_000, 9_999_991, 1 << 26, 67_108_859]) {
        for numerator in (0..=denominator).step_by(1 + denominator as usize / 300) {
            let (above, below) = fraction(numerator as f64 / denominator as f64, 0.0);
            assert_eq!(
                u128::from(above) * u128::from(denominator),
                u128::from(numerator) * u128::from(below),
                "{numerator} / {denominator}"
            );
            assert!(below <= denominator);
        }
    }
    assert_eq!(fraction(0.02 / 0.2, 1e-12), (1, 10));
    let number = 0.5_f64.sqrt();
    let (above, below) = fraction(number, 0.0);
    assert_eq!(above as f64 / below as f64, number);
}

#[test]
fn one_event_alone_is_within_one_after_any_frame() {
    for share in [0.1, 0.02, 1.0 / 3.0, 0.37, 0.5, 0.999, 0.123_456_789, 0.5_f64.sqrt()] {
        for key in 0..5 {
            let quotas = quotas(&[share], &[], key).unwrap();
            let (prefix, _) = deviation(&quotas, 3000, 1, share);
            assert!(prefix < 1.0, "{share} {key}: {prefix}");
        }
    }
}

/// Every event without a joint share is exact wherever its count is whole, in any company, and within 1 elsewhere.
#[test]
fn events_alone_are_exact_wherever_their_count_is_whole() {
    let shares = [(3, 10), (1, 10), (1, 50), (1, 3), (37, 100), (0, 1), (1, 1), (999, 1000), (1, 2), (2, 3), (7, 9)];
    let numbers: Vec<f64> = shares.iter().map(|(above, below)| *above as f64 / *below as f64).collect();
    for key in 0..2 {
        let quotas = quotas(&numbers, &[], key).unwrap();
        for (event, (above, below)) in shares.iter().enumerate() {
            let bits = 1 << event;
            let many = (0..3000).chain((0..3000).map(|step| 100_000_000 - step));
            for frames in many {
                let (happened, expected) = (count(&quotas, frames, bits) * below, frames * above);
                assert!(happened.abs_diff(expected) < *below, "{event} {frames}");
                assert!(expected % below != 0 || happened == expected, "{event} {frames}");
            }
        }
    }
}

/// Two events with a joint share: all exact where whole, the first and the pair within 1 everywhere.
#[test]
fn a_pair_and_its_events_are_exact() {
    // Parts of a whole number of parts.
    let hard = [(60, 16, 21, 12), (100, 81, 80, 78), (997, 993, 905, 904), (1000, 796, 679, 659)];
    let chosen = [(10, 2, 1, 0), (20, 4, 2, 1), (20, 18, 17, 16)].into_iter().chain([hard; 8].into_iter().flatten());
    let random = (0..40).map(|trial| {
        let number = |place, count| below(hash(hash(trial, 1), place), count);
        let parts = [10, 20, 60, 100, 997, 1000][number(0, 6) as usize];
        let (first, second) = (number(1, parts + 1), number(2, parts + 1));
        let least = (first + second).saturating_sub(parts);
        (parts, first, second, least + number(3, first.min(second) - least + 1))
    });
    let mut worst = [0.0_f64; 3];
    for (trial, (parts, first, second, both)) in chosen.chain(random).enumerate() {
        let share = |part: u64| part as f64 / parts as f64;
        let quotas = quotas(&[share(first), share(second)], &[(1, 0, share(both))], trial as u64).unwrap();
        for frames in (0..1500).chain((0..100).map(|step| (100_000_000 / parts - step) * parts)) {
            for ((bits, part), worst) in [(1, first), (2, second), (3, both)].into_iter().zip(&mut worst) {
                let off = (count(&quotas, frames, bits) * parts).abs_diff(frames * part);
                assert!(
                    off == 0 || frames * part % parts != 0 || bits == 2 && frames % parts != 0,
                    "{first}, {second}, both {both} of {parts}: {bits:b} after {frames} frames is off by {off}"
                );
                *worst = worst.max(off as f64 / parts as f64);
            }
        }
    }
    println!("two events with a joint share: worst prefix of first, second and both {worst:?}");
    assert!(worst[0] < 1.0 && worst[1] < 1.5 && worst[2] < 1.0, "{worst:?}");
}

/// The example of the design: all of 0.2, 0.1 and 0.02 stay within 0.9 of a frame.
#[test]
fn phases_keep_an_example_within_a_frame() {
    let mut worst = [(0.0_f64, 0.0_f64); 3];
    for key in 0..200 {
        let quotas = quotas(&[0.2, 0.1], &[(0, 1, 0.02)], hash(key, 0)).unwrap();
        for ((bits, share), worst) in [(1, 0.2), (2, 0.1), (3, 0.02)].into_iter().zip(&mut worst) {
            let (prefix, window) = deviation(&quotas, 1000, bits, share);
            *worst = (worst.0.max(prefix), worst.1.max(window));
        }
    }
    println!("0.2, 0.1, both 0.02: worst (prefix, window) of 200 keys {worst:?}");
    assert!(worst.iter().all(|(prefix, window)| *prefix < 0.95 && *window < 1.75));
}

#[test]
fn three_linked_events_are_exact_where_all_their_combinations_are() {
    let (shares, joint) = ([0.2, 0.1, 0.05], [(0, 1, 0.02), (0, 2, 0.01), (1, 2, 0.005)]);
    let mut worst = 0.0_f64;
    for key in 0..20 {
        let quotas = quotas(&shares, &joint, key).unwrap();
        let sets = [(1, 200), (2, 100), (4, 50), (3, 20), (5, 10), (6, 5), (7, 1)];
        for (bits, thousandths) in sets {
            for frames in (0..=100_000_000).step_by(1_000_000).chain([1000, 2000, 3000]) {
                assert_eq!(count(&quotas, frames, bits) * 1000, frames * thousandths);
            }
            worst = worst.max(deviation(&quotas, 3000, bits, thousandths as f64 / 1000.0).0);
        }
    }
    println!("0.2, 0.1, 0.05 with independent pairs stated: worst prefix of 20 keys {worst}");
    assert!(worst < 2.0);
}

/// Many linked events: where no combination has a whole count the events still keep near their shares (independent
/// draws would be 9.5 frames off at the end in the mean square, and more on the way).
#[test]
fn twelve_linked_events_keep_near_their_shares() {
    let pairs: Vec<Pair> = (0..12).flat_map(|i| (i + 1..12).map(move |j| (i, j, 0.01))).collect();
    let quotas = quotas(&[0.1; 12], &pairs, 2).unwrap();
    let worst: Vec<f64> = (0..12).map(|event| deviation(&quotas, 1000, 1 << event, 0.1).0).collect();
    println!("12 events of 0.1 with independent pairs stated: worst prefix {worst:.1?}");
    assert!(worst.iter().all(|worst| *worst < 6.0));
}

/// An event that does not depend on the one before has its own share to the last bit in both nodes.
#[test]
fn independence_is_exact() {
    let quotas = quotas(&[0.3, 0.123_456_78], &[], 2).unwrap();
    let nodes = &quotas.trees[0].nodes;
    assert!(nodes[1..].iter().all(|node| (node.numerator, node.denominator) == (6_172_839, 50_000_000)));
    assert_eq!(count(&quotas, 50_000_000, 2), 6_172_839);
}

/// The shares of combinations fit what was asked for, and without need nothing departs from independence.
#[test]
fn combinations_have_the_shares_asked_for() {
    let shares = [0.3, 0.4, 0.5, 0.2];
    let pairs = [(0, 1, 0.2), (2, 1, 0.1), (0, 2, 0.12)];
    let cells = cells(&shares, &pairs).unwrap();
    let sum = |bits: usize| -> f64 { (0..16).filter(|cell| cell & bits == bits).map(|cell| cells[cell]).sum() };
    let expected =
        [(8, 0.3), (4, 0.4), (2, 0.5), (1, 0.2), (12, 0.2), (6, 0.1), (10, 0.12), (9, 0.06), (5, 0.08), (3, 0.1)];
    for (bits, share) in expected {
        assert!((sum(bits) - share).abs() < 1e-12, "{bits:b}: {} {share}", sum(bits));
    }
    // A fourth event of which nothing is said is independent of all combinations of the others.
    for cell in (0..16).step_by(2) {
        assert!((cells[cell + 1] * 0.8 - cells[cell] * 0.2).abs() < 1e-13);
    }
}

/// One in two of three events each, one in six of each pair: as 3 / 2 - 3 / 6 = 1 always one or two of them happen.
#[test]
fn combinations_without_room_vanish() {
    let cells = cells(&[0.5; 3], &[(0, 1, 1.0 / 6.0), (0, 2, 1.0 / 6.0), (1, 2, 1.0 / 6.0)]).unwrap();
    assert!(cells[0] == 0.0 && cells[7] == 0.0);
    assert!(cells[1..7].iter().all(|cell| (cell - 1.0 / 6.0).abs() < 1e-12), "{cells:?}");
}

#[test]
fn impossible_shares_are_named() {
    let error = |shares: &[f64], joint: &[Pair]| quotas(shares, joint, 1).err();
    assert_eq!(error(&[0.1; 13], &[]), Some(QuotaError::Events(13)));
    assert_eq!(error(&[0.1, 1.5], &[]), Some(QuotaError::Share(1)));
    assert_eq!(error(&[f64::NAN], &[]), Some(QuotaError::Share(0)));
    assert_eq!(error(&[0.1, 0.2], &[(0, 2, 0.1)]), Some(QuotaError::Pair(0, 2)));
    assert_eq!(error(&[0.1, 0.2], &[(1, 1, 0.1)]), Some(QuotaError::Pair(1, 1)));
    assert_eq!(error(&[0.1, 0.2], &[(0, 1, 0.1), (1, 0, 0.1)]), Some(QuotaError::Pair(1, 0)));
    let both = error(&[0.5, 0.1, 0.2], &[(1, 2, 0.11)]);
    assert_eq!(both, Some(QuotaError::Joint { first: 1, second: 2, lowest: 0.0, highest: 0.1 }));
    assert!(both.is_some_and(|error| error.told(&["a", "b", "c"]).contains("`b` and `c`")));
    assert!(matches!(error(&[0.75, 0.5], &[(0, 1, 0.2)]), Some(QuotaError::Joint { lowest: 0.25, .. })));
    assert!(error(&[0.1, 0.2], &[(0, 1, f64::NAN)]).is_some());
    // Of three halves at least two happen together in a sixth of the frames on average.
    let three = |i: usize, j: usize| if [1, 3, 4].contains(&i) && [1, 3, 4].contains(&j) { 0.1 } else { 0.3 };
    let pairs: Vec<Pair> = (0..5).flat_map(|i| (i + 1..5).map(move |j| (i, j, three(i, j)))).collect();
    assert_eq!(error(&[0.5; 5], &pairs), Some(QuotaError::Together(vec![1, 3, 4])));
    // Four events, each the same as the next but the last the opposite of the first: no three of them contradict.
    let four = [(0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5), (0, 3, 0.0)];
    assert_eq!(error(&[0.5; 4], &four), Some(QuotaError::Together(vec![0, 1, 2, 3])));
}

/// Events of different groups meet as often as independent ones do, and no more irregularly than independent draws.
#[test]
fn groups_are_independent() {
    for (shares, joint) in [
        (vec![0.5; 4], vec![]),
        (vec![0.1; 5], vec![]),
        (vec![0.2, 0.1, 0.3, 0.25, 0.15, 0.35], vec![]),
        (vec![0.2, 0.1, 0.2, 0.1], vec![(0, 1, 0.05), (2, 3, 0.05)]),
    ] {
        let (keys, frames) = (200, 1000);
        let linked =
            |i: usize, j: usize| joint.iter().any(|(a, b, _)| (*a, *b) == (i, j)) || joint.is_empty() && j == 1;
        let mut sums = vec![(0.0, 0.0); shares.len() * shares.len()];
        for key in 0..keys {
            let quotas = quotas(&shares, &joint, hash(key, 1)).unwrap();
            let masks: Vec<u32> = (0..frames).map(|frame| quotas.events(frame)).collect();
            for (place, sum) in sums.iter_mut().enumerate() {
                let (i, j) = (place / shares.len(), place % shares.len());
                let both = 1 << i | 1 << j;
                let count = masks.iter().filter(|mask| *mask & both == both).count() as f64;
                let off = count - frames as f64 * shares[i] * shares[j];
                *sum = (sum.0 + off, sum.1 + off * off);
            }
        }
        for i in 0..shares.len() {
            for j in (i + 1..shares.len()).filter(|j| !linked(i, *j)) {
                let share = shares[i] * shares[j];
                let independent = frames as f64 * share * (1.0 - share);
                let (mean, square) = sums[i * shares.len() + j];
                let (mean, square) = (mean / keys as f64, square / keys as f64);
                assert!(mean.abs() < 4.5 * (independent / keys as f64).sqrt(), "{shares:?} {i} {j}: {mean}");
                assert!(square < 1.3 * independent, "{shares:?} {i} {j}: {square} {independent}");
            }
        }
    }
}

/// Groups after the first, too, have exact counts.
#[test]
fn permuted_groups_are_exact() {
    let quotas = quotas(&[0.2, 0.1, 0.3, 0.25], &[(0, 1, 0.05), (2, 3, 0.15)], 8).unwrap();
    let mut counts = [0; 3];
    for frame in 0..2000 {
        for (bits, count) in [0b0100, 0b1000, 0b1100].into_iter().zip(&mut counts) {
            *count += u32::from(quotas.events(frame) & bits == bits);
        }
        let frames = frame as u32 + 1;
        assert!(!frames.is_multiple_of(20) || counts == [frames * 3 / 10, frames / 4, frames * 3 / 20], "{frames}");
    }
}

#[test]
fn the_last_frame_and_no_events_have_an_answer() {
    let quotas = quotas(&[1.0, 0.5, 1.0, 0.37, 1e-18, 0.999_999_999_9], &[(0, 1, 0.5)], 3).unwrap();
    assert_eq!(quotas.events(u64::MAX) & 0b101, 0b101);
    assert_eq!(Quotas::new(&[], &[], &[]).unwrap().events(7), 0);
}
