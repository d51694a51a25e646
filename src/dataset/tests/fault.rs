//! Lets a run die at its n-th deed on the disk, half-way through it, and do nothing from then on.

use std::cell::Cell;
use std::io;

thread_local! {
    /// Deeds left before the end; `None` where the run is not to die.
    static LEFT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Calls `run`, which dies at deed number `after` (from 1). Gives whether it came to that.
pub(super) fn dies_after<T>(after: u64, run: impl FnOnce() -> T) -> (T, bool) {
    LEFT.set(Some(after));
    let result = run();
    let died = LEFT.take() == Some(0);
    (result, died)
}

/// Called before each deed.
pub(in super::super) fn strike(half: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    match LEFT.get() {
        None => Ok(()),
        Some(0) => Err(io::Error::other("dead")),
        Some(1) => {
            // The last deed is done in half. Whether even that works does not matter.
            let _ = half();
            LEFT.set(Some(0));
            Err(io::Error::other("killed"))
        }
        Some(left) => {
            LEFT.set(Some(left - 1));
            Ok(())
        }
    }
}
