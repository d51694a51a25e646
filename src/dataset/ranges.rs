//! Frame numbers as a short text: `0-99,200`.

/// Ascending, distinct numbers as ranges, both ends included: `0-99,200`. No numbers give an empty text.
pub fn to_ranges(numbers: impl IntoIterator<Item = u64>) -> String {
    let mut text = String::new();
    let mut open: Option<(u64, u64)> = None;
    for number in numbers {
        match &mut open {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => {
                close(&mut text, open);
                open = Some((number, number));
            }
        }
    }
    close(&mut text, open);
    text
}

/// No dataset has more frames.
const MOST: u64 = 100_000_000;

/// The numbers that [`to_ranges`] wrote; `None` where the text is not one of its own, or there are more than 10⁸.
pub fn from_ranges(text: &str) -> Option<Vec<u64>> {
    let mut numbers: Vec<u64> = Vec::new();
    for part in text.split(',').filter(|_| !text.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        if last < first || numbers.last().is_some_and(|&before| before >= first) {
            return None;
        }
        if last - first >= MOST.saturating_sub(numbers.len() as u64) {
            return None;
        }
        numbers.extend(first..=last);
    }
    Some(numbers)
}

fn close(text: &mut String, range: Option<(u64, u64)>) {
    let Some((first, last)) = range else { return };
    if !text.is_empty() {
        text.push(',');
    }
    text.push_str(&first.to_string());
    if last > first {
        text.push_str(&format!("-{last}"));
    }
}

/// Frame numbers, ascending, as the runs that they come in: those of a whole shard are two numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Frames(Box<[(u64, u64)]>);

impl Frames {
    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().flat_map(|&(first, last)| first..=last)
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one is among them.
    pub fn has(&self, frame: u64) -> bool {
        let place = self.0.partition_point(|&(_, last)| last < frame);
        self.0.get(place).is_some_and(|&(first, _)| first <= frame)
    }
}

impl FromIterator<u64> for Frames {
    /// From distinct numbers, ascending.
    fn from_iter<I: IntoIterator<Item = u64>>(numbers: I) -> Frames {
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for number in numbers {
            match runs.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
                _ => runs.push((number, number)),
            }
        }
        Frames(runs.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_the_numbers_they_were_made_of() {
        for numbers in [vec![], vec![7], vec![0, 1, 2, 5, 7, 8], vec![3, u64::MAX - 1, u64::MAX]] {
            let frames: Frames = numbers.iter().copied().collect();
            assert_eq!(frames.iter().collect::<Vec<_>>(), numbers);
            assert_eq!((frames.count(), frames.is_empty()), (numbers.len() as u64, numbers.is_empty()));
            for frame in (0..12).chain([u64::MAX - 2, u64::MAX]) {
                assert_eq!(frames.has(frame), numbers.contains(&frame), "{frame} of {numbers:?}");
            }
        }
    }

    #[test]
    fn more_numbers_than_a_dataset_can_have_are_none() {
        assert_eq!(from_ranges("0-2,18446744073709551615"), Some(vec![0, 1, 2, u64::MAX]));
        for text in ["0-18446744073709551615", "0-99999999999", "0-1,5-100000003", "1-", "3-2", "1,1"] {
            assert_eq!(from_ranges(text), None, "{text}");
        }
    }
}
