//! `maquette balance`.

use std::path::PathBuf;

use clap::Args;

use super::given::{self, Given};
use super::render::{Signals, explain};
use super::schema::print;
use super::{Exit, Failure, Verdict};
use crate::farm;
use crate::render::{Options, Renderer};
use crate::scene::Edit;

/// Find how many of each category to keep, so that all are seen equally often
///
/// Renders frames, counts what a dataset would annotate, and says what to put into the scene as `kept`. What things hide
/// of each other changes with it, so this is done in rounds, each with what those before it have found.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette balance scenes/tabletop.ron --frames 500")]
pub(super) struct Balance {
    /// Scene file
    scene: PathBuf,
    /// Frames a round
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    frames: u64,
    /// Rounds
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=20))]
    rounds: u64,
    /// Seed of the first round; the others have those after it
    #[arg(long, env = "MAQUETTE_SEED", default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    given: Given,
}

impl Balance {
    pub fn run(self) -> Verdict {
        let source = self.given.open(&self.scene, false)?;
        if source.fixed().is_some() {
            return Err(Failure::new(Exit::Usage, "expected a scene description, found a concrete scene"));
        }
        let categories = source.categories().to_vec();
        if categories.is_empty() {
            return Err(Failure::new(Exit::BadData, format!("{} has no categories", self.scene.display())));
        }
        let had = source.had_categories();
        if had.is_empty() {
            let reason = format!("{} has no objects that are of a category and annotated", self.scene.display());
            return Err(Failure::new(Exit::BadData, reason));
        }
        let signals = Signals::listen()?;
        let stop = || signals.stop.load(std::sync::atomic::Ordering::Relaxed);
        let mut engine =
            Renderer::new(source.assets.clone(), Options::default()).map_err(|error| explain(error.into()))?;
        let mut kept = vec![1.0; categories.len()];
        // Over all rounds.
        let (mut exposure, mut all) = (vec![0.0; categories.len()], farm::Seen::default());
        for round in 0..self.rounds {
            let edit = Edit { path: "kept".to_owned(), value: written(&categories, &kept) };
            let source = self.given.read_with(&self.scene, &[edit]).map_err(given::explain)?;
            let seed = self.seed.wrapping_add(round);
            let seen = farm::count_seen(&mut engine, &source, seed, self.frames, &stop, &|| {}).map_err(explain)?;
            if stop() {
                return Ok(signals.exit());
            }
            print(&format!("round {} of {}, {} pictures:", round + 1, self.rounds, seen.pictures))?;
            let width = categories.iter().map(|name| name.chars().count()).max().unwrap_or(0);
            for ((name, kept), id) in categories.iter().zip(&kept).zip(1..) {
                let count = seen.instances.get(&id).copied().unwrap_or(0);
                let often = count as f64 / seen.pictures.max(1) as f64;
                print(&format!("  {name:<width$}  kept {kept:.3}  seen {count} times, {often:.3} a picture"))?;
            }
            all.add(&seen);
            exposure.iter_mut().zip(&kept).for_each(|(exposure, kept)| *exposure += kept);
            kept = farm::evened(&categories, &had, &exposure, &all).map_err(|unseen| {
                let told = format!("never seen in {} pictures: {}", all.pictures, unseen.join(", "));
                Failure::new(
                    Exit::BadData,
                    format!("{told}; ask for more --frames, or see to it that they are in view"),
                )
            })?;
        }
        print(&format!("kept: {},", written(&categories, &kept)))?;
        Ok(Exit::Done)
    }
}

/// Shares as a scene file says them.
fn written(categories: &[String], kept: &[f64]) -> String {
    let entries = categories.iter().zip(kept).map(|(name, kept)| format!("{name:?}: {kept:.4}"));
    format!("{{{}}}", entries.collect::<Vec<String>>().join(", "))
}
