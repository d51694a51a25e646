//! Dice that fall the same way every time (SplitMix64, Steele et al. 2014).

/// A stream of numbers, fixed by its seed.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// One of its own for each number of a seed, so that any of them can be thrown again alone.
    pub fn of(seed: u64, number: u64) -> Random {
        let mut random = Random(seed);
        Random(random.next() ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    /// 64 random bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Below `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }

    /// Small numbers far more often than large ones; below `end`.
    pub fn small(&mut self, end: usize) -> usize {
        let bits = self.below(usize::BITS as usize - end.max(1).leading_zeros() as usize + 1);
        self.below((1 << bits).min(end.max(1)))
    }

    /// Once in so many.
    pub fn once_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

/// What the standard library asks the system for to seed its hash maps: the same in every run, so that what is looked up
/// in them takes the same branches.
///
/// # Safety
/// The caller gives a buffer of so many bytes, as the system's own function wants it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getrandom(buffer: *mut u8, length: usize, _flags: u32) -> isize {
    // SAFETY: as the caller promises.
    unsafe { buffer.write_bytes(0x5a, length) };
    length as isize
}
