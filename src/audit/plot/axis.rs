//! An axis of a sweep as the picture has it: numbers, or values that stand beside each other, and which datasets are at
//! each of them.

use indexmap::IndexSet;

use super::scale::{Scale, number};
use super::{Summary, SweepIndex};

/// An axis of a sweep.
pub struct Axis<'a> {
    /// The way to the value in the scene.
    pub path: &'a str,
    /// How its values are shown.
    pub kind: Kind,
    /// Its values in order, or what it is divided into where they are scattered.
    pub stops: Vec<Stop>,
    /// The stop of each dataset; `None` where the axis has no value.
    of: Vec<Option<usize>>,
}

/// How the values of an axis are shown.
pub enum Kind {
    /// Numbers, joined by a line.
    Numbers(Scale),
    /// Numbers that are other ones in each dataset, which has its own mark at its own value.
    Scattered(Scale, Vec<Option<f64>>),
    /// Whatever else, side by side.
    Marks,
}

/// A value of an axis, or a part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// The value, or the middle of the part; for marks its number from 0.
    pub place: f64,
    /// The whole value.
    pub label: String,
}

/// What the datasets at a stop come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Mean of the datasets' means.
    pub mean: f64,
    /// Lowest mean.
    pub low: f64,
    /// Highest mean.
    pub high: f64,
    /// How many datasets.
    pub datasets: u32,
}

/// Beyond this size doubles are at their end, and so are scales.
const LARGEST: f64 = 1e290;
/// Ratios are nearly equal where the largest is no greater than this power of the smallest: 1, 2, 5, 10 are.
const NEARLY: f64 = 1.4;
/// Axes whose values differ by a smaller factor are linear all the same.
const LEAST_RATIO: f64 = 4.0;
/// The same where there are but two values.
const LEAST_RATIO_OF_TWO: f64 = 100.0;

/// A value that can be shown.
pub fn shown(value: f64) -> Option<f64> {
    (value.abs() < LARGEST).then_some(value)
}

/// A number as a scene file has it.
fn read(text: &str) -> Option<f64> {
    // Never −0, which would be another value than 0.
    text.trim().replace('_', "").parse::<f64>().ok().and_then(shown).map(|value| value + 0.0)
}

/// A value as a person reads it: on one line, and a text without its quotes.
fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let inside = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.filter(|inside| !inside.is_empty() && !inside.contains(['"', '\\'])).map_or(line.clone(), str::to_owned)
}

impl<'a> Axis<'a> {
    /// All axes of a sweep.
    pub fn all(index: &'a SweepIndex) -> Vec<Axis<'a>> {
        index.axes.iter().map(|(path, listed)| Axis::new(index, path, listed)).collect()
    }

    fn new(index: &'a SweepIndex, path: &'a str, listed: &[String]) -> Axis<'a> {
        let set: Vec<Option<&String>> = index.points.iter().map(|point| point.values.get(path)).collect();
        let numbers = || -> Option<(Vec<f64>, Vec<Option<f64>>)> {
            let listed = listed.iter().map(|value| read(value)).collect::<Option<Vec<f64>>>()?;
            let set = set.iter().map(|value| value.map_or(Some(None), |value| read(value).map(Some)));
            Some((listed, set.collect::<Option<_>>()?))
        };
        numbers().and_then(|(listed, set)| Axis::of_numbers(path, listed, set)).unwrap_or_else(|| {
            let values: IndexSet<&String> = listed.iter().chain(set.iter().copied().flatten()).collect();
            let of = set.iter().map(|value| values.get_index_of((*value)?)).collect();
            let stop = |(place, value): (usize, &&String)| Stop { place: place as f64, label: plain(value) };
            Axis { path, kind: Kind::Marks, stops: values.iter().enumerate().map(stop).collect(), of }
        })
    }

    /// `None` where there are no two numbers to span an axis.
    fn of_numbers(path: &'a str, mut listed: Vec<f64>, set: Vec<Option<f64>>) -> Option<Axis<'a>> {
        ascending(&mut listed);
        let mut all: Vec<f64> = listed.iter().copied().chain(set.iter().copied().flatten()).collect();
        ascending(&mut all);
        let (&[low, ..], &[.., high]) = (all.as_slice(), all.as_slice()) else { return None };
        if low == high {
            return None;
        }
        let logarithmic = low > 0.0 && has_equal_ratios(&listed);
        let scale = Scale::around(low, high, logarithmic);
        if all.len() == listed.len() {
            let stop = |value: f64| listed.binary_search_by(|known| known.total_cmp(&value)).ok();
            let of = set.iter().map(|value| value.and_then(stop)).collect();
            let stops = listed.iter().map(|&place| Stop { place, label: format!("{place}") }).collect();
            return Some(Axis { path, kind: Kind::Numbers(scale), stops, of });
        }
        let found = set.iter().flatten().count();
        // As many parts as points in each, though few enough to be told apart.
        let parts = (found as f64).sqrt().round().clamp(2.0, 10.0);
        let (begins, ends) = (scale.share(low), scale.share(high));
        let part = |value: &f64| {
            let share = (scale.share(*value) - begins) / (ends - begins);
            (share * parts).floor().clamp(0.0, parts - 1.0) as usize
        };
        let edge = |share: f64| match logarithmic {
            true => libm::exp(libm::log(low) * (1.0 - share) + libm::log(high) * share),
            false => low * (1.0 - share) + high * share,
        };
        let stop = |number: usize| {
            let [begin, middle, end] = [0.0, 0.5, 1.0].map(|more| edge((number as f64 + more) / parts));
            Stop { place: middle, label: format!("{} to {}", self::number(begin), self::number(end)) }
        };
        let of = set.iter().map(|value| value.as_ref().map(part)).collect();
        Some(Axis { path, kind: Kind::Scattered(scale, set), stops: (0..parts as usize).map(stop).collect(), of })
    }

    /// What the datasets at each stop come to; `None` where there is none that has a mean.
    pub fn spots(&self, summaries: &[Option<Summary>]) -> Vec<Option<Spot>> {
        let mut spots: Vec<Option<Spot>> = vec![None; self.stops.len()];
        for (stop, summary) in self.of.iter().zip(summaries) {
            let spot = stop.and_then(|stop| spots.get_mut(stop));
            let mean = summary.as_ref().and_then(|summary| shown(summary.mean));
            let (Some(spot), Some(mean)) = (spot, mean) else { continue };
            let before = spot.unwrap_or(Spot { mean, low: mean, high: mean, datasets: 0 });
            let datasets = before.datasets + 1;
            *spot = Some(Spot {
                mean: before.mean + (mean - before.mean) / f64::from(datasets),
                low: before.low.min(mean),
                high: before.high.max(mean),
                datasets,
            });
        }
        spots
    }
}

fn ascending(values: &mut Vec<f64>) {
    values.sort_by(f64::total_cmp);
    values.dedup();
}

/// Whether ascending values are better told by their ratios than by their differences.
fn has_equal_ratios(values: &[f64]) -> bool {
    let (Some(&first), Some(&last)) = (values.first(), values.last()) else { return false };
    let least = if values.len() > 2 { LEAST_RATIO } else { LEAST_RATIO_OF_TWO };
    if first <= 0.0 || last / first < least {
        return false;
    }
    let steps = values.windows(2).filter_map(|pair| match pair {
        [one, other] => Some(libm::log(other / one)),
        _ => None,
    });
    let (shortest, longest) =
        steps.fold((f64::INFINITY, 0.0_f64), |(shortest, longest), step| (shortest.min(step), longest.max(step)));
    longest <= NEARLY * shortest
}

#[cfg(test)]
mod tests {
    use super::super::tests::{index, summary};
    use super::*;

    fn kind(values: &[&str]) -> &'static str {
        let index = index(&[("a", values)], &[&[]]);
        let axis = Axis::all(&index).into_iter().next().unwrap();
        match (axis.kind, axis.stops.as_slice()) {
            (Kind::Marks, _) => "marks",
            (Kind::Numbers(scale), [low, .., high]) => {
                let around = Scale::around(low.place, high.place, true);
                if low.place > 0.0 && scale == around { "logarithmic" } else { "linear" }
            }
            _ => "scattered",
        }
    }

    #[test]
    fn kinds_follow_from_values() {
        for (values, kind) in [
            (&["1", "5", "9"][..], "linear"),
            (&["0", "1"], "linear"),
            (&["1", "10", "100"], "logarithmic"),
            (&["1", "2", "5", "10", "20"], "logarithmic"),
            (&["1", "3", "10"], "logarithmic"),
            (&["1", "1000"], "logarithmic"),
            (&["1", "10"], "linear"),
            (&["100", "101", "102"], "linear"),
            (&["1", "2", "4", "32"], "linear"),
            (&["1_000.0", "2000", "4e3"], "logarithmic"),
            (&["0", "-0"], "marks"),
            (&["5"], "marks"),
            (&["5", "5.0"], "marks"),
            (&["0", "Uniform(0, 1)"], "marks"),
            (&["inf", "1"], "marks"),
            (&["true", "false"], "marks"),
            (&[], "marks"),
        ] {
            assert_eq!(self::kind(values), kind, "{values:?}");
        }
        let index = index(&[("a", &["1_000.0", "4e3", "2000", "2e3"])], &[&[]]);
        let stops: Vec<f64> = Axis::all(&index)[0].stops.iter().map(|stop| stop.place).collect();
        assert_eq!(stops, [1000.0, 2000.0, 4000.0]);
    }

    #[test]
    fn spots_are_of_the_datasets_at_a_value() {
        let index = index(&[("a", &["2", "1.0", "3"])], &[&["1"], &["2"], &["1.0"], &[], &["3"], &["2"]]);
        let axes = Axis::all(&index);
        let means = [4.0, 7.0, 5.0, 100.0, f64::NAN].map(|mean| Some(summary(mean)));
        let spots = axes[0].spots(&[&means[..], &[None]].concat());
        let spot = |mean, low, high, datasets| Some(Spot { mean, low, high, datasets });
        assert_eq!(spots, [spot(4.5, 4.0, 5.0, 2), spot(7.0, 7.0, 7.0, 1), None]);
    }

    #[test]
    fn scattered_values_are_put_together() {
        let values = ["1", "2", "3", "4.5", "8", "9"];
        let points: Vec<[&str; 1]> = values.iter().map(|value| [*value]).collect();
        let points: Vec<&[&str]> = points.iter().map(|point| &point[..]).collect();
        let index = index(&[("a", &["0", "10"])], &points);
        let axes = Axis::all(&index);
        assert!(matches!(&axes[0].kind, Kind::Scattered(_, set) if set[3] == Some(4.5)));
        // √6 is nearly 2.
        let stop = |place, label: &str| Stop { place, label: label.to_owned() };
        assert_eq!(axes[0].stops, [stop(2.5, "0 to 5"), stop(7.5, "5 to 10")]);
        let spots = axes[0].spots(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(|mean| Some(summary(mean))));
        assert_eq!(spots.iter().map(|spot| spot.unwrap().mean).collect::<Vec<_>>(), [2.5, 5.5]);
    }

    #[test]
    fn texts_stand_without_quotes() {
        let told = ["\"summer\"", " Uniform(0,\n  1) ", "\"a \\\" b\"", "\"\"", "None"].map(plain);
        assert_eq!(told, ["summer", "Uniform(0, 1)", "\"a \\\" b\"", "\"\"", "None"]);
    }
}
