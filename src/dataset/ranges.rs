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

/// The numbers that [`to_ranges`] wrote; `None` where the text is not one of its own.
pub fn from_ranges(text: &str) -> Option<Vec<u64>> {
    let mut numbers: Vec<u64> = Vec::new();
    for part in text.split(',').filter(|_| !text.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        if last < first || numbers.last().is_some_and(|&before| before >= first) {
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
