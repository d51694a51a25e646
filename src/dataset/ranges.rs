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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_numbers_than_a_dataset_can_have_are_none() {
        assert_eq!(from_ranges("0-2,18446744073709551615"), Some(vec![0, 1, 2, u64::MAX]));
        for text in ["0-18446744073709551615", "0-99999999999", "0-1,5-100000003", "1-", "3-2", "1,1"] {
            assert_eq!(from_ranges(text), None, "{text}");
        }
    }
}
