//! How often linked events happen in many frames.

use super::*;

impl Linked {
    /// How often all these events happened in the first frames.
    pub(in super::super) fn count(&self, frames: u64, bits: u32) -> u64 {
        let has = |events: &&u16| u32::from(**events) & bits == bits;
        let length = self.period.len() as u64;
        let all = self.period.iter().filter(has).count() as u64;
        frames / length * all + self.period.iter().take((frames % length) as usize).filter(has).count() as u64
    }
}

#[test]
fn units_are_those_of_the_shares() {
    assert_eq!(unit(&[0.2, 0.1, 0.02], 50_000), 1000);
    assert_eq!(unit(&[1.0 / 3.0, 0.1], 50_000), 1020);
    assert_eq!(unit(&[0.1234, 0.1], 50_000), 5000);
    assert_eq!(unit(&[0.12345, 0.5], 50_000), 20_000);
    assert_eq!(unit(&[1.0 / 997.0, 0.0, 1.0], 50_000), 1994);
    // No unit: one that makes counts whole to a hundredth.
    let (shares, found) = ([0.5_f64.sqrt(), 0.123_456_789], unit(&[0.5_f64.sqrt(), 0.123_456_789], 50_000));
    assert!(shares.iter().all(|share| (share * found as f64 - (share * found as f64).round()).abs() < 0.01), "{found}");
}

/// A period begins with all shares met and ends so, and is no shorter than said.
#[test]
fn periods_end_where_all_counts_are_whole() {
    for (shares, joint, least) in [
        (vec![0.5, 0.25], vec![(0, 1, 0.125)], 8192),
        (vec![0.2, 0.1, 0.05], vec![(0, 1, 0.02), (0, 2, 0.01), (1, 2, 0.005)], 2427),
        (vec![0.3, 0.4, 0.5, 0.2], vec![(0, 1, 0.2), (2, 1, 0.1), (2, 3, 0.1)], 2000),
        (vec![0.1; 12], (1..12).map(|event| (event - 1, event, 0.02)).collect(), 2000),
    ] {
        let group: Vec<usize> = (0..shares.len()).collect();
        for key in 0..3 {
            let linked = Linked::new(&group, &shares, &joint, key).unwrap();
            let length = linked.period.len() as u64;
            assert!((least..=least + 1000).contains(&length), "{shares:?}: {length}");
            let own = shares.iter().enumerate().map(|(event, share)| (1 << event, *share));
            for (bits, share) in own.chain(joint.iter().map(|(i, j, share)| (1 << i | 1 << j, *share))) {
                let off = linked.count(length, bits) as f64 - share * length as f64;
                assert!(off.abs() < 1e-6, "{shares:?} {bits:b}: {off} of {length}");
            }
        }
    }
}

/// Where not all joint shares can be met at the end of a period, it is the events' own shares that are, and the others
/// are off by little.
#[test]
fn periods_end_where_events_are_met_at_least() {
    let joint: Vec<Pair> = (0..12).flat_map(|i| (i + 1..12).map(move |j| (i, j, 0.01))).collect();
    let linked = Linked::new(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], &[0.1; 12], &joint, 1).unwrap();
    let length = linked.period.len() as u64;
    assert!((0..12).all(|event| linked.count(length, 1 << event) * 10 == length));
    let off = |(i, j, _): &Pair| (linked.count(length, 1 << i | 1 << j) * 100).abs_diff(length);
    println!("{length} frames, pairs off by {:?}", joint.iter().map(off).collect::<Vec<_>>());
    assert!(joint.iter().all(|pair| off(pair) <= 200));
}
