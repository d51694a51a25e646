//! What was drawn over many frames: of each place in the scene its distribution and what came of it.

use indexmap::IndexMap;

/// From what numbers come that nobody says and that follow from others.
pub(super) const FOLLOWS: &str = "as the weather has it";

/// What was drawn, by place in the scene; the instances of an object are one place.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// In the order in which they were first drawn.
    pub entries: IndexMap<String, Entry>,
}

/// What was drawn at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// From what, as a scene file says it.
    pub from: String,
    /// What came of it.
    pub drawn: Drawn,
}

/// Values that were drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Drawn {
    /// Numbers.
    Numbers(Vec<f64>),
    /// How often each of several values was drawn, in the order of the scene, those that never were included.
    Picks(IndexMap<String, u64>),
}

impl Ledger {
    /// Notes a number.
    pub(super) fn number(&mut self, path: &str, from: impl FnOnce() -> String, value: f64) {
        let Some(place) = place(path) else { return };
        let entry =
            self.entries.entry(place).or_insert_with(|| Entry { from: from(), drawn: Drawn::Numbers(Vec::new()) });
        if let Drawn::Numbers(numbers) = &mut entry.drawn {
            numbers.push(value);
        }
    }

    /// Notes which of several values was picked.
    pub(super) fn pick(&mut self, path: &str, from: &str, labels: impl FnOnce() -> Vec<String>, picked: usize) {
        let Some(place) = place(path) else { return };
        let entry = self.entries.entry(place).or_insert_with(|| {
            let mut picks = IndexMap::new();
            for label in labels() {
                // Two entries that read alike are told apart by their places.
                let taken = picks.contains_key(&label);
                let label = if taken { format!("{label} ({})", picks.len()) } else { label };
                picks.insert(label, 0);
            }
            Entry { from: from.to_owned(), drawn: Drawn::Picks(picks) }
        });
        if let Drawn::Picks(picks) = &mut entry.drawn
            && let Some((_, count)) = picks.get_index_mut(picked)
        {
            *count += 1;
        }
    }
}

/// The place without numbers of instances; `None` for tries and spare places.
fn place(path: &str) -> Option<String> {
    let mut place = String::with_capacity(path.len());
    for step in path.split('/') {
        let (name, number) = step.split_once('#').map_or((step, None), |(name, number)| (name, Some(number)));
        if number.is_some() && matches!(name, "spare" | "try") && number != Some("0") {
            return None;
        }
        if number.is_some() && name == "try" {
            continue;
        }
        if !place.is_empty() {
            place.push('/');
        }
        place.push_str(name);
    }
    Some(place)
}

/// Lowest, mean and highest of numbers, and how many fall into each of several equal bins between.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// Lowest.
    pub low: f64,
    /// Mean.
    pub mean: f64,
    /// Highest.
    pub high: f64,
    /// From the lowest to the highest.
    pub bins: Vec<u64>,
}

impl Spread {
    /// Of at least one number.
    #[must_use]
    pub fn of(numbers: &[f64], bins: usize) -> Option<Spread> {
        let low = numbers.iter().copied().reduce(f64::min)?;
        let high = numbers.iter().copied().reduce(f64::max)?;
        let mean = numbers.iter().map(|number| number / numbers.len() as f64).sum();
        let mut counts = vec![0; bins.max(1)];
        for number in numbers {
            let share = if high > low { (number - low) / (high - low) } else { 0.0 };
            let bin = (share * counts.len() as f64) as usize;
            let last = counts.len() - 1;
            counts[bin.min(last)] += 1;
        }
        Some(Spread { low, mean, high, bins: counts })
    }
}

/// Two quantities that go together, and Spearman's coefficient of rank correlation.
pub type Together<'l> = (&'l str, &'l str, f64);

impl Ledger {
    /// Which numbers below a place go together, the closest first: those whose ranks have at least such a correlation,
    /// either way.
    #[must_use]
    pub fn together(&self, below: &str, least: f64) -> Vec<Together<'_>> {
        let ranked = self.entries.iter().filter_map(|(place, entry)| {
            let name = place.strip_prefix(below)?.strip_prefix('/')?;
            let Drawn::Numbers(numbers) = &entry.drawn else { return None };
            Some((name, ranks(numbers)))
        });
        let ranked: Vec<(&str, Vec<f64>)> = ranked.collect();
        let mut pairs = Vec::new();
        for (index, (one, ranks)) in ranked.iter().enumerate() {
            for (other, others) in ranked.iter().skip(index + 1) {
                let found = correlation(ranks, others).filter(|found| found.abs() >= least);
                pairs.extend(found.map(|found| (*one, *other, found)));
            }
        }
        pairs.sort_by(|one, other| other.2.abs().total_cmp(&one.2.abs()));
        pairs
    }

    /// What to warn of: what is drawn and yet always the same, and what never or always happens.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for (place, entry) in self.entries.iter().filter(|(_, entry)| entry.from != FOLLOWS) {
            match &entry.drawn {
                Drawn::Numbers(numbers) => {
                    let Some(first) = numbers.first() else { continue };
                    if numbers.len() > 1 && numbers.iter().all(|number| number == first) {
                        warnings.push(format!("{place}: {} is always {first}", entry.from));
                    }
                }
                Drawn::Picks(picks) => {
                    let total: u64 = picks.values().sum();
                    for (label, count) in picks {
                        if *count == 0 {
                            warnings.push(format!("{place}: {label} never happens"));
                        } else if *count == total && picks.len() > 1 {
                            warnings.push(format!("{place}: {label} always happens"));
                        }
                    }
                }
            }
        }
        warnings
    }
}

/// The place of each number in ascending order; equal ones share the mean of theirs.
fn ranks(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|one, other| numbers[*one].total_cmp(&numbers[*other]));
    let mut ranks = vec![0.0; numbers.len()];
    let mut first = 0;
    for group in order.chunk_by(|one, other| numbers[*one] == numbers[*other]) {
        let mean = first as f64 + (group.len() as f64 - 1.0) / 2.0;
        group.iter().for_each(|place| ranks[*place] = mean);
        first += group.len();
    }
    ranks
}

/// Pearson's coefficient; `None` where one of the two never varies, or they were not drawn together.
fn correlation(one: &[f64], other: &[f64]) -> Option<f64> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (mine, theirs) = (mean(one), mean(other));
    let product = |a: &[f64], m: f64, b: &[f64], n: f64| a.iter().zip(b).map(|(a, b)| (a - m) * (b - n)).sum::<f64>();
    let scale = (product(one, mine, one, mine) * product(other, theirs, other, theirs)).sqrt();
    (one.len() == other.len() && scale > 0.0).then(|| product(one, mine, other, theirs) / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_together_is_told() {
        let mut ledger = Ledger::default();
        for step in 0..100 {
            let x = f64::from(step * 37 % 100);
            for (name, value) in [("a", x), ("b", 10.0 - x * x), ("c", f64::from(step % 3)), ("d", 1.0)] {
                ledger.number(&format!("weather/{name}"), String::new, value);
            }
            ledger.number("elsewhere/a", String::new, x);
        }
        assert_eq!(ledger.together("weather", 0.5), [("a", "b", -1.0)]);
        let all = ledger.together("weather", 0.0);
        assert_eq!(all.len(), 3, "what never varies goes with nothing: {all:?}");
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [2.5, 0.0, 2.5, 1.0]);
    }
}
