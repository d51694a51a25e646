//! Which branches of the library were taken, as far as it was built to count them (`fuzz/instrumented`).

use std::sync::{Mutex, PoisonError};

/// Where the counters of the library lie: address and length.
static REGIONS: Mutex<Vec<(usize, usize)>> = Mutex::new(Vec::new());

/// Called before `main`, by each unit of the library that counts.
///
/// # Safety
/// LLVM calls it with the two ends of an array of bytes that lives as long as the program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __sanitizer_cov_8bit_counters_init(start: *mut u8, stop: *mut u8) {
    let region = (start as usize, stop as usize - start as usize);
    let mut regions = REGIONS.lock().unwrap_or_else(PoisonError::into_inner);
    // All units share one array where the linker has put them together.
    if region.1 > 0 && !regions.contains(&region) {
        regions.push(region);
    }
}

/// What was reached so far, and by which input best.
pub struct Coverage {
    counters: &'static mut [u8],
    /// By counter, how often it was reached: a bit for each order of magnitude.
    seen: Vec<u8>,
    /// By counter, the cheapest input that reaches it, and its cost.
    best: Vec<(u32, u64)>,
}

/// What an input has reached.
#[derive(Debug, Default, Clone, Copy)]
pub struct Reached {
    /// Branches that none reached before, or not as often.
    pub new: usize,
}

impl Coverage {
    /// Takes the counters over; there are none where the library does not count. Only one may be alive.
    pub fn new() -> Coverage {
        let regions = REGIONS.lock().unwrap_or_else(PoisonError::into_inner);
        let region = regions.iter().max_by_key(|(_, length)| *length).copied();
        let counters: &mut [u8] = match region {
            // SAFETY: the array lives as long as the program; who else writes to it only adds to single bytes, whose
            // values are of no consequence to memory.
            Some((start, length)) => unsafe { std::slice::from_raw_parts_mut(start as *mut u8, length) },
            None => &mut [],
        };
        let (seen, best) = (vec![0; counters.len()], vec![(u32::MAX, u64::MAX); counters.len()]);
        Coverage { counters, seen, best }
    }

    /// Whether the library counts.
    pub fn is_there(&self) -> bool {
        !self.counters.is_empty()
    }

    /// Begins to count for the next input.
    pub fn begin(&mut self) {
        self.counters.fill(0);
    }

    /// What was reached since.
    pub fn end(&mut self) -> Reached {
        let mut reached = Reached::default();
        for (counts, seen) in self.counters.chunks(64).zip(self.seen.chunks_mut(64)) {
            if counts.iter().all(|count| *count == 0) {
                continue;
            }
            for (count, seen) in counts.iter().zip(seen) {
                let bit = order(*count);
                if bit & !*seen != 0 {
                    *seen |= bit;
                    reached.new += 1;
                }
            }
        }
        reached
    }

    /// Notes what was reached last as what `input` reaches at a `cost`.
    pub fn credit(&mut self, input: u32, cost: u64) {
        for (count, best) in self.counters.iter().zip(&mut self.best) {
            if *count > 0 && cost < best.1 {
                *best = (input, cost);
            }
        }
    }

    /// Inputs that together reach everything at the least cost.
    pub fn favoured(&self) -> Vec<u32> {
        let mut favoured: Vec<u32> =
            self.best.iter().map(|(input, _)| *input).filter(|input| *input != u32::MAX).collect();
        favoured.sort_unstable();
        favoured.dedup();
        favoured
    }

    /// How many branches were reached, and how many there are.
    pub fn branches(&self) -> (usize, usize) {
        (self.seen.iter().filter(|seen| **seen != 0).count(), self.seen.len())
    }
}

/// A bit for each order of magnitude.
fn order(count: u8) -> u8 {
    match count {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        4..=7 => 8,
        8..=15 => 16,
        16..=31 => 32,
        32..=127 => 64,
        _ => 128,
    }
}
