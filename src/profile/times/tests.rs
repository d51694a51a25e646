//! How well the sums of times keep what they were given.

use proptest::prelude::*;

use super::*;

const SEVERAL_NS: [u64; 9] = [0, 1, 63, 64, 65, 127, 128, 1_000_000, (1 << MOST_BITS) - 1];

#[test]
fn bins_follow_one_another_without_a_gap() {
    let mut next_ns = 0;
    for bin in 0..BINS {
        let (low_ns, width_ns) = edges_ns(bin);
        assert_eq!(low_ns, next_ns, "{bin}");
        assert_eq!((bin_of(low_ns), bin_of(low_ns + width_ns - 1)), (bin, bin));
        assert!(width_ns == 1 || width_ns as f64 <= 0.02 * low_ns as f64, "{bin}");
        next_ns = low_ns + width_ns;
    }
    assert_eq!(next_ns, 1 << MOST_BITS);
    assert_eq!(bin_of(u64::MAX), BINS - 1);
}

#[test]
fn one_time_is_all_its_quantiles() {
    for time_ns in SEVERAL_NS {
        let times = Times::default();
        times.add(Duration::from_nanos(time_ns));
        for share in [0.0, 0.5, 0.99, 1.0] {
            let found_ns = nanoseconds(times.quantile(share));
            assert!(found_ns <= time_ns && time_ns - found_ns <= time_ns / 100, "{found_ns} of {time_ns}");
        }
        assert_eq!((times.count(), times.total(), times.longest()), (1, times.total(), times.total()));
        assert_eq!(nanoseconds(times.total()), time_ns);
    }
}

#[test]
fn nothing_takes_no_time() {
    let times = Times::default();
    assert_eq!((times.count(), times.total(), times.quantile(0.99)), (0, Duration::ZERO, Duration::ZERO));
}

#[test]
fn what_takes_for_ever_is_told_as_long() {
    let times = Times::default();
    times.add(Duration::MAX);
    assert_eq!(times.longest(), Duration::from_nanos(u64::MAX));
    assert!(times.quantile(0.5) > Duration::from_hours(2));
}

proptest! {
    #[test]
    fn quantiles_are_those_of_sorted_times(
        mut several_ns in prop::collection::vec(0_u64..10_000_000_000, 1..300),
        share in 0.0_f64..=1.0,
    ) {
        let times = Times::default();
        for time_ns in &several_ns {
            times.add(Duration::from_nanos(*time_ns));
        }
        several_ns.sort_unstable();
        let rank = ((several_ns.len() as f64 * share).ceil() as usize).max(1);
        let exact_ns = several_ns[rank - 1] as f64;
        let found_ns = nanoseconds(times.quantile(share)) as f64;
        prop_assert!((found_ns - exact_ns).abs() <= 0.01 * exact_ns, "{found_ns} for {exact_ns}");
        prop_assert_eq!(nanoseconds(times.total()), several_ns.iter().sum::<u64>());
    }
}
