//! Large things that were read from files: those that were asked for last are kept, as many as fit.

/// Things by their files, the last one that was asked for last.
#[derive(Debug)]
pub(super) struct Latest<T> {
    /// Each with its size.
    kept: Vec<(String, T, usize)>,
    most: usize,
}

impl<T: Clone> Latest<T> {
    /// With nothing in it yet; sizes of what is kept add up to `most` at most, or it is one thing.
    pub(super) fn of(most: usize) -> Self {
        Latest { kept: Vec::new(), most }
    }

    /// What is kept of a file, which is then the last that was asked for.
    pub(super) fn get(&mut self, file: &str) -> Option<T> {
        let place = self.kept.iter().position(|(known, ..)| known == file)?;
        let found = self.kept.remove(place);
        let thing = found.1.clone();
        self.kept.push(found);
        Some(thing)
    }

    /// Keeps one more, and lets go of the oldest where there is no room.
    pub(super) fn keep(&mut self, file: &str, thing: T, size: usize) {
        self.kept.push((file.to_owned(), thing, size));
        while self.kept.len() > 1 && self.kept.iter().map(|(.., size)| size).sum::<usize>() > self.most {
            self.kept.remove(0);
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
        latest.keep("d", 4, 100);
        assert_eq!((latest.get("a"), latest.get("c"), latest.get("d")), (None, None, Some(4)));
    }
}
