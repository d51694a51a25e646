//! What was drawn over many frames: of each place in the scene its distribution and what came of it.

use indexmap::IndexMap;

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

impl Ledger {
    /// What to warn of: what is drawn and yet always the same, and what never or always happens.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for (place, entry) in &self.entries {
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
