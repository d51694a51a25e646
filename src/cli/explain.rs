//! `maquette explain`.

use std::path::PathBuf;

use clap::Args;

use super::given::Given;
use super::schema::print;
use super::{Exit, Failure, Verdict};
use crate::randomize::ledger::{Drawn, Entry, Ledger, Spread};

/// Say what varies in a scene: by which distribution, and what is drawn from it
///
/// Nothing is rendered. Warnings tell what never or always happens.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  maquette explain scenes/tabletop.ron --frames 10000")]
pub(super) struct Explain {
    /// Scene file
    scene: PathBuf,
    /// How many frames are drawn
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    frames: u64,
    /// Seed of every random choice
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    given: Given,
}

/// Letters of a place and of a distribution in the table.
const WIDEST_PLACE: usize = 46;
const WIDEST_FROM: usize = 44;
/// Pairs that go together, and how closely they have to.
const MOST_TOGETHER: usize = 16;
const LEAST_CORRELATION: f64 = 0.3;
/// Bins of a histogram.
const BINS: usize = 16;
/// From none to the most.
const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

impl Explain {
    pub fn run(self) -> Verdict {
        let source = self.given.open(&self.scene, false)?;
        let ledger = source.explain(self.seed, self.frames).map_err(|(frame, error)| {
            Failure::new(Exit::BadData, format!("frame {frame} of seed {}: {error}", self.seed))
        })?;
        if ledger.entries.is_empty() {
            print("nothing varies: every frame is the same")?;
            return Ok(Exit::Done);
        }
        print(&table(&ledger))?;
        let together = ledger.together("weather", LEAST_CORRELATION);
        if !together.is_empty() {
            print("\nin the weather, by rank correlation:")?;
            for (one, other, correlation) in together.iter().take(MOST_TOGETHER) {
                print(&format!("  {correlation:>5.2}  {one} with {other}"))?;
            }
        }
        for warning in ledger.warnings() {
            say!("warning: {warning} in {} frames", self.frames);
        }
        Ok(Exit::Done)
    }
}

/// One line a number, and one a value of each choice.
fn table(ledger: &Ledger) -> String {
    let width = |texts: &mut dyn Iterator<Item = usize>, most: usize| texts.max().unwrap_or(0).min(most);
    let place = width(&mut ledger.entries.keys().map(|place| place.chars().count()), WIDEST_PLACE);
    let from = width(&mut ledger.entries.values().map(|entry| entry.from.chars().count()), WIDEST_FROM).max(4);
    let mut lines =
        vec![format!("{:<place$}  {:<from$}  {:>9} {:>9} {:>9}  drawn", "what", "from", "lowest", "mean", "highest")];
    for (what, entry) in sorted(ledger) {
        let (what, named) = (cut(what, place), cut(&entry.from, from));
        match &entry.drawn {
            Drawn::Numbers(numbers) => {
                let Some(spread) = Spread::of(numbers, BINS) else { continue };
                let [low, mean, high] = [spread.low, spread.mean, spread.high].map(brief);
                lines.push(format!(
                    "{what:<place$}  {named:<from$}  {low:>9} {mean:>9} {high:>9}  {}",
                    histogram(&spread)
                ));
            }
            Drawn::Picks(picks) => {
                lines.push(format!("{what:<place$}  {named}"));
                let total = picks.values().sum::<u64>().max(1) as f64;
                for (label, count) in picks {
                    let share = *count as f64 / total;
                    let bar = "█".repeat((share * BINS as f64).round() as usize);
                    let label = cut(label, from + place);
                    let (indent, wide) = ("", place + from);
                    lines.push(format!("{indent:2}{label:<wide$}  {:>8.1}%  {bar}", 100.0 * share));
                }
            }
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// Variables first, then in the order in which they are drawn.
fn sorted(ledger: &Ledger) -> Vec<(&String, &Entry)> {
    let mut entries: Vec<_> = ledger.entries.iter().collect();
    entries.sort_by_key(|(place, _)| !place.starts_with("variables/"));
    entries
}

/// A text that is no longer than so many letters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// Four digits that count.
fn brief(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e6).contains(&size) {
        format!("{number:.2e}")
    } else {
        let digits = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
        let text = format!("{number:.digits$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }
}

fn histogram(spread: &Spread) -> String {
    let most = spread.bins.iter().copied().max().unwrap_or(0).max(1);
    let bar = |count: &u64| {
        let level = (*count as f64 / most as f64 * 8.0).round() as usize;
        BARS[if *count > 0 { level.max(1) } else { 0 }]
    };
    if spread.low < spread.high { spread.bins.iter().map(bar).collect() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_brief() {
        for (number, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.123_456, "0.1235"),
            (-12.345_6, "-12.35"),
            (123_456.7, "123457"),
            (1e-5, "1.00e-5"),
            (2.5e7, "2.50e7"),
        ] {
            assert_eq!(brief(number), text);
        }
    }

    #[test]
    fn histograms_show_what_is_rare() {
        let mut numbers = vec![0.0; 1000];
        numbers.push(1.0);
        let spread = Spread::of(&numbers, 4).unwrap();
        assert_eq!(histogram(&spread), "█  ▁");
        assert_eq!(cut("abcdef", 4), "abc…");
    }
}
