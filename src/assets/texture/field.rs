//! Fields: one number a pixel, in memory that is used again.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

/// Most numbers that a thread keeps for its next fields: 32 MiB.
const KEPT: usize = 8 << 20;

thread_local! {
    /// Buffers of fields that are no longer needed. A set takes a dozen of them, and fresh memory costs more time,
    /// page by page, than the noise that goes into it.
    static SPARE: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// One number a pixel, rows from the top; its memory is used again.
pub(super) struct Field(Vec<f32>);

impl Field {
    /// Nothing yet, with room for `len` numbers.
    pub(super) fn with_room(len: usize) -> Field {
        let found = SPARE.with_borrow_mut(|spare| {
            let fits = spare.iter().rposition(|v| v.capacity() >= len && v.capacity() <= 2 * len);
            fits.map(|i| spare.swap_remove(i))
        });
        let mut numbers = found.unwrap_or_else(|| Vec::with_capacity(len));
        numbers.clear();
        Field(numbers)
    }

    /// What an iterator gives, `len` numbers.
    pub(super) fn of(len: usize, numbers: impl Iterator<Item = f32>) -> Field {
        let mut out = Field::with_room(len);
        out.extend(numbers);
        out
    }

    /// The same numbers once more.
    pub(super) fn copy(field: &[f32]) -> Field {
        let mut out = Field::with_room(field.len());
        out.extend_from_slice(field);
        out
    }
}

impl Drop for Field {
    fn drop(&mut self) {
        let numbers = std::mem::take(&mut self.0);
        // A thread that is ending has no use for the buffer, and neither has one that keeps enough of them.
        let _ = SPARE.try_with(|spare| {
            if let Ok(mut spare) = spare.try_borrow_mut() {
                let mut kept: usize = spare.iter().map(Vec::capacity).sum();
                while kept + numbers.capacity() > KEPT && !spare.is_empty() {
                    kept -= spare.remove(0).capacity();
                }
                if kept + numbers.capacity() <= KEPT {
                    spare.push(numbers);
                }
            }
        });
    }
}

impl Deref for Field {
    type Target = Vec<f32>;

    fn deref(&self) -> &Vec<f32> {
        &self.0
    }
}

impl DerefMut for Field {
    fn deref_mut(&mut self) -> &mut Vec<f32> {
        &mut self.0
    }
}
