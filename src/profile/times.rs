//! How long something took each time, in bins that are a 64th of an octave's beginning wide: bounded memory, however
//! often it is asked, and no lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Bins of an octave, as a power of two. A bin is at most 1/64 = 1.6 % of its lower edge wide.
const FINE_BITS: u32 = 6;
/// Times of 2^43 ns, two and a half hours, and more are in the last bin.
const MOST_BITS: u32 = 43;
/// Times below 2^6 ns have a bin each; then there are 64 an octave.
const BINS: usize = ((MOST_BITS - FINE_BITS + 1) << FINE_BITS) as usize;

/// Times that something took; told of from any thread.
#[derive(Debug)]
pub(super) struct Times {
    count: AtomicU64,
    total_ns: AtomicU64,
    longest_ns: AtomicU64,
    bins: Vec<AtomicU64>,
}

impl Default for Times {
    fn default() -> Self {
        let mut bins = Vec::new();
        bins.resize_with(BINS, AtomicU64::default);
        Times { count: AtomicU64::new(0), total_ns: AtomicU64::new(0), longest_ns: AtomicU64::new(0), bins }
    }
}

impl Times {
    /// Counts one more.
    pub fn add(&self, time: Duration) {
        let time_ns = nanoseconds(time);
        self.count.fetch_add(1, Ordering::Relaxed);
        self.total_ns.fetch_add(time_ns, Ordering::Relaxed);
        self.longest_ns.fetch_max(time_ns, Ordering::Relaxed);
        if let Some(bin) = self.bins.get(bin_of(time_ns)) {
            bin.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    pub fn total(&self) -> Duration {
        Duration::from_nanos(self.total_ns.load(Ordering::Relaxed))
    }

    pub fn longest(&self) -> Duration {
        Duration::from_nanos(self.longest_ns.load(Ordering::Relaxed))
    }

    /// The time that this share of all are no longer than, off by less than 1 %; 0 where there are none.
    ///
    /// It is the nearest rank: of 100 times, 0.99 asks for the 99th.
    pub fn quantile(&self, share: f64) -> Duration {
        let counts: Vec<u64> = self.bins.iter().map(|bin| bin.load(Ordering::Relaxed)).collect();
        let total: u64 = counts.iter().sum();
        let rank = ((total as f64 * share).ceil() as u64).clamp(1, total.max(1));
        let mut passed = 0;
        let reached = counts.iter().position(|count| {
            passed += count;
            passed >= rank
        });
        let middle_ns = reached.map_or(0, |bin| {
            let (low_ns, width_ns) = edges_ns(bin);
            low_ns + width_ns / 2
        });
        Duration::from_nanos(middle_ns).min(self.longest())
    }
}

/// The longest duration that can be said lasts 584 years.
pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn bin_of(time_ns: u64) -> usize {
    let time_ns = time_ns.min((1 << MOST_BITS) - 1);
    let octave = (u64::BITS - time_ns.leading_zeros()).saturating_sub(FINE_BITS + 1);
    // The highest bit stays in: each octave begins where the one before it ends.
    ((u64::from(octave) << FINE_BITS) + (time_ns >> octave)) as usize
}

/// Where a bin begins, and how wide it is.
fn edges_ns(bin: usize) -> (u64, u64) {
    let octave = (bin >> FINE_BITS).saturating_sub(1);
    (((bin - (octave << FINE_BITS)) as u64) << octave, 1 << octave)
}

#[cfg(test)]
mod tests;
