//! Large things that were made or read: those that were asked for last are kept, as many as fit.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Things by what they are known by.
#[derive(Debug)]
pub(super) struct Latest<K, T> {
    kept: HashMap<K, Kept<T>>,
    /// Sum of their sizes.
    size: usize,
    most: usize,
    /// How often anything was asked for.
    asked: u64,
}

#[derive(Debug)]
struct Kept<T> {
    thing: T,
    size: usize,
    /// When it was last asked for.
    asked: u64,
}

impl<K: Eq + Hash + Clone, T: Clone> Latest<K, T> {
    /// With nothing in it yet; sizes of what is kept add up to `most` at most, or it is one thing.
    pub(super) fn of(most: usize) -> Self {
        Latest { kept: HashMap::new(), size: 0, most, asked: 0 }
    }

    /// What is kept, which is then the last that was asked for.
    pub(super) fn get<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<T>
    where
        K: Borrow<Q>,
    {
        let found = self.kept.get_mut(key)?;
        self.asked += 1;
        found.asked = self.asked;
        Some(found.thing.clone())
    }

    /// Keeps one more, and lets go of the oldest where there is no room.
    pub(super) fn keep(&mut self, key: K, thing: T, size: usize) {
        self.asked += 1;
        let before = self.kept.insert(key, Kept { thing, size, asked: self.asked });
        self.size = self.size - before.map_or(0, |before| before.size) + size;
        while self.size > self.most && self.kept.len() > 1 {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.asked).map(|(key, _)| key.clone());
            let gone = oldest.and_then(|key| self.kept.remove(&key));
            self.size -= gone.map_or(0, |gone| gone.size);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_last_stays_as_far_as_it_fits() {
        let mut latest = Latest::of(10);
        latest.keep("a", 1, 4);
        latest.keep("b", 2, 4);
        assert_eq!((latest.get("a"), latest.get("c")), (Some(1), None));
        latest.keep("c", 3, 4);
        assert_eq!((latest.get("b"), latest.get("a"), latest.get("c")), (None, Some(1), Some(3)));
        // Said again it has the new size.
        latest.keep("c", 5, 6);
        assert_eq!((latest.get("a"), latest.get("c")), (Some(1), Some(5)));
        latest.keep("d", 4, 100);
        assert_eq!((latest.get("a"), latest.get("c"), latest.get("d")), (None, None, Some(4)));
    }
}
