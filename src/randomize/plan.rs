//! What is the same in all frames of a scene and seed, worked out once: quotas, grids, and bases of sequences.

use std::collections::BTreeMap;

use super::cover::{self, Quotas};
use super::error::RandomizeError;
use super::stream::{Cursor, cover_key};
use crate::scene::{Scene, Variable};

/// Prepared draws of a scene and seed.
#[derive(Debug)]
pub struct Plan {
    /// As the user gave it.
    pub(super) seed: u64,
    /// From which everything is drawn: of each split of a seed frames of its own.
    pub(super) streams: u64,
    /// The key that the joint coordinates of all variables share.
    pub(super) order: u64,
    quotas: Option<Quotas>,
    /// Which of the quotas belongs to a variable.
    events: BTreeMap<String, usize>,
    /// By variable: frames for which it stays at a step, and its steps.
    grids: BTreeMap<String, (u64, u64)>,
    /// By path of a variable.
    bases: BTreeMap<String, u32>,
}

impl Plan {
    /// Of a scene and seed.
    ///
    /// # Errors
    ///
    /// Where quotas contradict each other.
    pub fn new(scene: &Scene, seed: u64) -> Result<Plan, RandomizeError> {
        let streams = scene.split.as_ref().map_or(seed, |split| cover_key(seed, &format!("splits/{split}")));
        let paths: Vec<String> = (scene.variables.keys())
            .map(|name| Cursor::new(streams, 0).child("variables").child(name).path().to_owned())
            .collect();
        let keys: Vec<u64> = paths.iter().map(|path| cover_key(streams, path)).collect();
        let bases = paths.into_iter().zip(cover::halton_bases(&keys)).collect();
        let mut grids = BTreeMap::new();
        let mut stays = 1_u64;
        for (name, variable) in &scene.variables {
            let steps = match variable {
                Variable::Grid(_, _, steps) => u64::from((*steps).max(1)),
                Variable::GridOf(values) => (values.len() as u64).max(1),
                _ => continue,
            };
            grids.insert(name.clone(), (stays, steps));
            stays = stays.saturating_mul(steps);
        }
        let (quotas, events) = quotas(scene, streams)?;
        Ok(Plan { seed, streams, order: cover_key(streams, ""), quotas, events, grids, bases })
    }

    /// Whether the event of a variable's quota happens in a frame.
    pub(super) fn happens(&self, name: &str, frame: u64) -> bool {
        match (&self.quotas, self.events.get(name)) {
            (Some(quotas), Some(event)) => quotas.events(frame) >> event & 1 == 1,
            _ => false,
        }
    }

    /// At which step, from 0, the grid of a variable is in a frame.
    pub(super) fn grid_step(&self, name: &str, frame: u64) -> u64 {
        self.grids.get(name).map_or(0, |(stays, steps)| frame / stays % steps)
    }

    pub(super) fn halton_base(&self, path: &str) -> u32 {
        self.bases.get(path).copied().unwrap_or(2)
    }
}

/// The scene's quotas, and which of them belongs to which variable.
fn quotas(scene: &Scene, seed: u64) -> Result<(Option<Quotas>, BTreeMap<String, usize>), RandomizeError> {
    let mut all = Vec::new();
    for (name, variable) in &scene.variables {
        if let Variable::Quota(quota) = variable {
            all.push((name, quota));
        }
    }
    if all.is_empty() {
        return Ok((None, BTreeMap::new()));
    }
    let events: BTreeMap<String, usize> =
        all.iter().enumerate().map(|(event, (name, _))| ((*name).clone(), event)).collect();
    let mut joint = Vec::new();
    for (event, (name, quota)) in all.iter().enumerate() {
        for (other, share) in &quota.with {
            let Some(with) = events.get(other) else {
                return Err(RandomizeError::UnknownName {
                    path: format!("variables/{name}/with"),
                    expected: "the name of another variable with a quota",
                    found: other.clone(),
                    known: super::error::list(events.keys().map(String::as_str)),
                });
            };
            joint.push((event, *with, *share));
        }
    }
    let shares: Vec<f64> = all.iter().map(|(_, quota)| quota.share).collect();
    let keys: Vec<u64> = all.iter().map(|(name, _)| cover_key(seed, &format!("quotas/{name}"))).collect();
    let quotas = Quotas::new(&shares, &joint, &keys).map_err(|error| {
        let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        RandomizeError::Quotas { reason: error.told(&names) }
    })?;
    Ok((Some(quotas), events))
}
