//! How often each category is seen, and which share of its instances to keep so that all are seen equally often.

use std::collections::BTreeMap;

use super::{RunError, Source, kept_frames};
use crate::annotate::annotate;
use crate::render::{Engine, Stop};

/// What was seen in a number of pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many pictures.
    pub pictures: u64,
    /// By category id, from 1: how many annotated instances there were in all of them.
    pub instances: BTreeMap<u32, u64>,
}

impl Seen {
    /// Adds what was seen in more pictures.
    pub fn add(&mut self, more: &Seen) {
        self.pictures += more.pictures;
        for (category, count) in &more.instances {
            *self.instances.entry(*category).or_insert(0) += count;
        }
    }
}

/// Renders frames and counts the instances that a dataset would annotate.
///
/// # Errors
///
/// As a run.
pub fn count_seen(
    engine: &mut dyn Engine,
    source: &Source,
    seed: u64,
    frames: u64,
    stop: &dyn Fn() -> bool,
    progress: &dyn Fn(),
) -> Result<Seen, RunError> {
    let policy = source.policy();
    let mut seen = Seen::default();
    let mut fault = None;
    kept_frames(engine, source, seed, &mut (0..frames), stop, &mut |frame, _| {
        let annotations = annotate(&frame, &policy).map_err(|source| {
            fault = Some(RunError::Annotate { frame: frame.index, source });
            Stop
        })?;
        for annotation in annotations.views.iter().flatten().filter(|annotation| !annotation.crowd) {
            *seen.instances.entry(annotation.category_id).or_insert(0) += 1;
        }
        seen.pictures += annotations.views.len() as u64;
        progress();
        Ok(())
    })?;
    match fault {
        Some(fault) => Err(fault),
        None => Ok(seen),
    }
}

/// The share of each category's instances to keep, given how many were seen in all rounds and the shares that were kept,
/// summed over these; in the order of the categories. The category seen least keeps all, and so do those that the scene
/// has no objects of: not among `had`.
///
/// # Errors
///
/// The names of categories that were not seen at all, though there are objects of them.
pub fn evened(categories: &[String], had: &[String], kept: &[f64], seen: &Seen) -> Result<Vec<f64>, Vec<String>> {
    let count = |index: usize| seen.instances.get(&(index as u32 + 1)).copied().unwrap_or(0);
    let unseen = (0..categories.len()).filter(|index| count(*index) == 0).map(|index| categories[index].clone());
    let unseen: Vec<String> = unseen.filter(|name| had.contains(name)).collect();
    if !unseen.is_empty() {
        return Err(unseen);
    }
    // Were all kept, so many would be seen; hiding one another changes little.
    let whole: Vec<f64> = kept.iter().enumerate().map(|(index, kept)| count(index) as f64 / kept).collect();
    let least = whole.iter().copied().filter(|whole| *whole > 0.0).fold(f64::INFINITY, f64::min);
    Ok(whole.iter().map(|whole| if *whole > 0.0 { least / whole } else { 1.0 }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rarest_keeps_all() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let seen = |counts: [u64; 3]| Seen { pictures: 1, instances: (1..).zip(counts).collect() };
        let evened = |kept: [f64; 3], counts| evened(&names, &names, &kept, &seen(counts));
        assert_eq!(evened([1.0, 1.0, 1.0], [30, 10, 20]), Ok(vec![1.0 / 3.0, 1.0, 0.5]));
        assert_eq!(evened([0.5, 1.0, 1.0], [10, 10, 20]), Ok(vec![0.5, 1.0, 0.5]));
        assert_eq!(evened([1.0, 1.0, 1.0], [0, 10, 0]), Err(vec!["a".to_owned(), "c".to_owned()]));
    }

    #[test]
    fn what_there_are_no_objects_of_does_not_count() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let seen = Seen { pictures: 1, instances: [(2, 10), (3, 20)].into() };
        assert_eq!(evened(&names, &names[1..], &[1.0; 3], &seen), Ok(vec![1.0, 1.0, 0.5]));
        assert_eq!(evened(&names, &[], &[1.0; 3], &Seen::default()), Ok(vec![1.0; 3]));
        assert_eq!(evened(&[], &[], &[], &Seen::default()), Ok(Vec::new()));
    }
}
