//! Whether quotas are met, after how many frames, whether they are irregular and independent, and what becomes of
//! shares that cannot be had.

use super::super::{below, hash};
use super::{Pair, QuotaError, Quotas};

/// Events whose keys follow from one.
fn quotas(shares: &[f64], joint: &[Pair], key: u64) -> Result<Quotas, QuotaError> {
    Quotas::new(shares, joint, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(|event| hash(key, event)))
}

/// Of the first frames those with all the events of one group that a set names, without going through them.
fn count(quotas: &Quotas, frames: u64, bits: u32) -> u64 {
    let lone = quotas.lone.iter().find_map(|lone| lone.count(frames, bits));
    lone.unwrap_or_else(|| quotas.linked.iter().map(|linked| linked.count(frames, bits)).sum())
}

/// The bits of each event and of each pair with a joint share, and their shares.
fn stated(shares: &[f64], joint: &[Pair]) -> Vec<(u32, f64)> {
    let own = shares.iter().enumerate().map(|(event, share)| (1 << event, *share));
    own.chain(joint.iter().map(|(i, j, both)| (1 << i | 1 << j, *both))).collect()
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

/// The correlation of what is so or not in the same frames (the phi coefficient).
fn phi(one: &[bool], other: &[bool]) -> f64 {
    let share = |of: &[bool]| of.iter().filter(|so| **so).count() as f64 / of.len() as f64;
    let both: Vec<bool> = one.iter().zip(other).map(|(one, other)| *one && *other).collect();
    let (first, second) = (share(one), share(other));
    (share(&both) - first * second) / (first * (1.0 - first) * second * (1.0 - second)).sqrt()
}

/// In which of the first frames all the events of a set happen.
fn happens(quotas: &Quotas, frames: u64, bits: u32) -> Vec<bool> {
    (0..frames).map(|frame| quotas.events(frame) & bits == bits).collect()
}

/// Groups of linked events as scenes have them: shares and joint shares.
fn groups() -> Vec<(Vec<f64>, Vec<Pair>)> {
    vec![
        (vec![0.2, 0.1], vec![(0, 1, 0.02)]),
        (vec![0.5, 0.25], vec![(0, 1, 0.125)]),
        (vec![0.5, 0.5], vec![(1, 0, 0.25)]),
        (vec![0.25, 0.2], vec![(0, 1, 0.1)]),
        (vec![0.75, 0.6], vec![(0, 1, 0.4)]),
        (vec![0.2, 0.1, 0.05], vec![(0, 1, 0.02), (0, 2, 0.01), (1, 2, 0.005)]),
        (vec![0.25, 0.2, 0.4], vec![(0, 1, 0.1), (1, 2, 0.04)]),
        (vec![0.2, 0.1, 0.25, 0.15], vec![(0, 1, 0.05), (1, 2, 0.02), (2, 3, 0.03)]),
        // Two groups, and an event by itself.
        (vec![0.2, 0.1, 0.2, 0.1, 0.3], vec![(0, 1, 0.05), (2, 3, 0.02)]),
    ]
}

#[test]
fn the_closed_form_counts_what_happens() {
    let joint = [(0, 2, 0.1), (3, 4, 0.3), (1, 3, 0.05)];
    let quotas = quotas(&[0.2, 0.1, 0.37, 0.8, 0.35, 0.73], &joint, 5).unwrap();
    assert_eq!((quotas.lone.len(), quotas.linked.len()), (1, 2));
    let sets = [0b1, 0b10, 0b100, 0b1000, 0b1_0000, 0b10_0000, 0b101, 0b1010, 0b1_1000, 0b1_1010];
    let mut counts = [0; 10];
    for frame in 0..20_000 {
        for (set, expected) in sets.iter().zip(&mut counts) {
            assert!(frame % 100 > 2 || count(&quotas, frame, *set) == *expected, "{set:b} before frame {frame}");
            *expected += u64::from(quotas.events(frame) & set == *set);
        }
    }
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

/// Two events with a joint share: each and the pair are exact wherever their count is whole, and within 1 everywhere.
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
                    off == 0 || frames * part % parts != 0,
                    "{first}, {second}, both {both} of {parts}: {bits:b} after {frames} frames is off by {off}"
                );
                *worst = worst.max(off as f64 / parts as f64);
            }
        }
    }
    println!("two events with a joint share: worst prefix of first, second and both {worst:?}");
    assert!(worst.iter().all(|worst| *worst < 1.0), "{worst:?}");
}

/// The example of the design. An event in one of each ten frames, all ten equally likely, is up to 0.9 off.
#[test]
fn an_example_keeps_within_a_frame() {
    let mut worst = [(0.0_f64, 0.0_f64); 3];
    for key in 0..100 {
        let quotas = quotas(&[0.2, 0.1], &[(0, 1, 0.02)], hash(key, 0)).unwrap();
        for ((bits, share), worst) in [(1, 0.2), (2, 0.1), (3, 0.02)].into_iter().zip(&mut worst) {
            let (prefix, window) = deviation(&quotas, 1000, bits, share);
            *worst = (worst.0.max(prefix), worst.1.max(window));
        }
    }
    println!("0.2, 0.1, both 0.02: worst (prefix, window) of 100 keys {worst:.3?}");
    for ((prefix, window), most) in worst.iter().zip([0.8, 0.9, 0.98]) {
        assert!(*prefix < most + 1e-6 && *window < 2.0 * most + 1e-6);
    }
}

/// Every event and every pair with a joint share keeps within 1, in every group and for every key.
#[test]
fn linked_events_are_within_one_after_any_frame() {
    for (shares, joint) in groups() {
        for key in 0..4 {
            let quotas = quotas(&shares, &joint, hash(key, 2)).unwrap();
            for (bits, share) in stated(&shares, &joint) {
                let (prefix, _) = deviation(&quotas, 2000, bits, share);
                assert!(prefix < 1.0 - 1e-6, "{shares:?} {bits:b}, key {key}: {prefix}");
                let exact = |frames: u64| count(&quotas, frames, bits) as f64 - share * frames as f64;
                assert!([1000, 2000, 100_000].map(exact).iter().all(|off| off.abs() < 1e-6));
            }
        }
    }
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
    assert!(worst < 1.0);
}

/// Many linked events: each by itself keeps within 1, and pairs near their shares (independent draws would be 9.5
/// frames off at the end in the mean square, and more on the way).
#[test]
fn twelve_linked_events_keep_near_their_shares() {
    let all: Vec<Pair> = (0..12).flat_map(|i| (i + 1..12).map(move |j| (i, j, 0.01))).collect();
    let row: Vec<Pair> = (1..12).map(|event| (event - 1, event, 0.03)).collect();
    for (joint, most) in [(all, 3.0), (row, 1.5)] {
        let quotas = quotas(&[0.1; 12], &joint, 2).unwrap();
        let of = |(bits, share): &(u32, f64)| deviation(&quotas, 1000, *bits, *share).0;
        let worst: Vec<f64> = stated(&[0.1; 12], &joint).iter().map(of).collect();
        println!("12 events of 0.1 with {} pairs: worst prefix {worst:.2?}", joint.len());
        let (own, pairs) = worst.split_at(12);
        assert!(own.iter().all(|worst| *worst < 1.0) && pairs.iter().all(|worst| *worst < most));
    }
}

/// What is never or always so together never fails to be, even where counts are pressed.
#[test]
fn what_excludes_or_includes_does_so_in_every_frame() {
    for key in 0..5 {
        let quotas = quotas(
            &[0.3, 0.2, 0.1, 0.5, 0.3, 0.1],
            &[(0, 1, 0.0), (0, 2, 0.0), (1, 2, 0.0), (3, 4, 0.3), (4, 5, 0.1), (3, 5, 0.1)],
            key,
        );
        let quotas = quotas.unwrap();
        for frame in 0..20_000 {
            let events = quotas.events(frame);
            assert!((events & 0b111).count_ones() <= 1, "frame {frame}: {events:b}");
            assert!([0, 0b1, 0b11, 0b111].contains(&(events >> 3)), "frame {frame}: {events:b}");
        }
    }
    // Always one of four.
    let pairs: Vec<Pair> = (0..4).flat_map(|i| (i + 1..4).map(move |j| (i, j, 0.0))).collect();
    for key in 0..5 {
        let quotas = quotas(&[0.4, 0.3, 0.2, 0.1], &pairs, key).unwrap();
        assert!((0..20_000).all(|frame| quotas.events(frame).count_ones() == 1));
    }
    // One in two of three events each, one in six of each pair: always one or two of them happen.
    let sixth = 1.0 / 6.0;
    let quotas = quotas(&[0.5; 3], &[(0, 1, sixth), (0, 2, sixth), (1, 2, sixth)], 1).unwrap();
    assert!((0..20_000).all(|frame| ![0, 0b111].contains(&quotas.events(frame))));
}

/// Other keys give other frames: those with an event have no more in common than by chance.
#[test]
fn frames_differ_from_key_to_key() {
    for (shares, joint) in groups() {
        let of = |key| quotas(&shares, &joint, hash(key, 3)).unwrap();
        for (one, other) in [(0, 1), (2, 3)].map(|(one, other)| (of(one), of(other))) {
            for (bits, _) in stated(&shares, &joint) {
                let phi = phi(&happens(&one, 2000, bits), &happens(&other, 2000, bits));
                assert!(phi.abs() < 0.12, "{shares:?} {bits:b}: {phi}");
            }
        }
    }
}

/// Linked events do not keep step with what goes through few values in turn, as grids and sequences do, though their
/// periods go into its length or the other way round.
#[test]
fn no_pattern_of_frames_goes_with_linked_events() {
    let (mut squares, mut number) = (0.0, 0.0);
    for (shares, joint) in groups() {
        for key in 0..4 {
            let quotas = quotas(&shares, &joint, hash(key, 4)).unwrap();
            for (bits, _) in stated(&shares, &joint) {
                let events = happens(&quotas, 2000, bits);
                for (length, step) in
                    [2, 4, 5].into_iter().flat_map(|length| (0..length).map(move |step| (length, step)))
                {
                    let pattern: Vec<bool> = (0..2000).map(|frame| frame % length == step).collect();
                    let phi = phi(&events, &pattern);
                    assert!(phi.abs() < 0.1, "{shares:?} {bits:b}, key {key}, {step} of {length}: {phi}");
                    (squares, number) = (squares + phi * phi * 2000.0, number + 1.0);
                }
            }
        }
    }
    println!("patterns of frames: mean square of phi relative to independent draws {:.2}", squares / number);
    assert!(squares / number < 1.5);
}

/// A frame can be asked for at any time and in any order.
#[test]
fn frames_do_not_depend_on_others() {
    for (shares, joint) in groups() {
        let (one, other) = (quotas(&shares, &joint, 9).unwrap(), quotas(&shares, &joint, 9).unwrap());
        let forward: Vec<u32> = (0..5000).map(|frame| one.events(frame)).collect();
        let backward: Vec<u32> = (0..5000).rev().map(|frame| other.events(frame)).collect();
        assert!(forward.iter().eq(backward.iter().rev()));
        let far = (1 << 63) + 12_345;
        assert_eq!(one.events(far), other.events(far));
    }
}

/// Shares that are parts of no unit of frames are rounded by little.
#[test]
fn shares_that_are_no_fractions_are_nearly_met() {
    let (shares, joint) = ([0.5_f64.sqrt(), 0.123_456_789], [(0, 1, 0.08)]);
    for key in 0..3 {
        let quotas = quotas(&shares, &joint, key).unwrap();
        for (bits, share) in stated(&shares, &joint) {
            assert!(deviation(&quotas, 3000, bits, share).0 < 1.01);
            let off = count(&quotas, 1_000_000, bits) as f64 - share * 1_000_000.0;
            assert!(off.abs() < 1.5, "{bits:b}: {off}");
        }
    }
}

/// An event in company has its own share to the last bit.
#[test]
fn independence_is_exact() {
    let quotas = quotas(&[0.3, 0.123_456_78], &[], 2).unwrap();
    assert_eq!(count(&quotas, 50_000_000, 2), 6_172_839);
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
    // A linked share is a whole part of few frames, or near to one; one by itself may be as rare as it likes.
    let rare = error(&[0.5, 0.000_001_3, 0.2], &[(0, 1, 0.000_000_5), (0, 2, 0.1)]);
    assert!(matches!(rare, Some(QuotaError::Rounded { event: 1, other: None, nearest: 0.0, .. })), "{rare:?}");
    assert!(rare.is_some_and(|error| error.told(&["a", "b", "c"]).contains("0.0000013 of `b`")));
    let rare = error(&[0.2, 0.3, 0.5], &[(1, 2, 0.000_001)]);
    assert!(matches!(rare, Some(QuotaError::Rounded { event: 1, other: Some(2), .. })), "{rare:?}");
    assert_eq!(error(&[0.5, 0.000_001_3], &[]), None);
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

/// Two groups of linked events and an event by itself do not go with each other over a thousand frames.
#[test]
fn groups_do_not_go_with_each_other() {
    for (shares, joint) in [
        (vec![0.2, 0.1, 0.2, 0.1, 0.1], vec![(0, 1, 0.02), (2, 3, 0.02)]),
        (vec![0.5, 0.25, 0.5, 0.25, 0.5], vec![(0, 1, 0.125), (2, 3, 0.125)]),
        (vec![0.3, 0.2, 0.4, 0.1, 0.25], vec![(0, 1, 0.1), (2, 3, 0.05)]),
    ] {
        for key in 0..4 {
            let quotas = quotas(&shares, &joint, hash(key, 6)).unwrap();
            let of = |bits| happens(&quotas, 1000, bits);
            let groups = [[0b1, 0b10, 0b11].map(of), [0b100, 0b1000, 0b1100].map(of)];
            let alone = of(0b1_0000);
            let apart = groups[0].iter().flat_map(|one| groups[1].iter().map(move |other| (one, other)));
            for (one, other) in apart.chain(groups.iter().flatten().map(|one| (one, &alone))) {
                let phi = phi(one, other);
                assert!(phi.abs() < 0.1, "{shares:?}, key {key}: {phi}");
            }
        }
    }
}

/// Every group has exact counts.
#[test]
fn all_groups_are_exact() {
    let quotas = quotas(&[0.2, 0.1, 0.3, 0.25], &[(0, 1, 0.05), (2, 3, 0.15)], 8).unwrap();
    let mut counts = [0; 6];
    for frame in 0..2000 {
        for (bits, count) in [0b0001, 0b0010, 0b0011, 0b0100, 0b1000, 0b1100].into_iter().zip(&mut counts) {
            *count += u32::from(quotas.events(frame) & bits == bits);
        }
        let frames = frame as u32 + 1;
        let expected = [frames / 5, frames / 10, frames / 20, frames * 3 / 10, frames / 4, frames * 3 / 20];
        assert!(!frames.is_multiple_of(20) || counts == expected, "{frames}");
    }
}

#[test]
fn the_last_frame_and_no_events_have_an_answer() {
    let quotas = quotas(&[1.0, 0.5, 1.0, 0.37, 1e-18, 0.999_999_999_9], &[(0, 1, 0.5)], 3).unwrap();
    assert_eq!(quotas.events(u64::MAX) & 0b101, 0b101);
    assert_eq!(Quotas::new(&[], &[], &[]).unwrap().events(7), 0);
}
