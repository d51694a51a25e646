//! Sweeps: one scene over and over, with some of its values changed on purpose.

use std::marker::PhantomData;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::diagnostic::{Diagnostic, Diagnostics};
use super::open::Open;
use super::syntax::{self, Cursor, Tree};
use super::{Edit, EditError, limits};

/// A scene, the values that are changed in it, and how many frames each of the results gets.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The scene file, relative to the sweep's.
    pub scene: String,
    /// Frames of each point.
    pub frames: u64,
    /// Seeds; each point is drawn with each of them.
    pub seeds: Vec<u64>,
    /// By the way to the value, as `--set` takes it: the values that it has.
    pub axes: IndexMap<String, Axis>,
    /// Which combinations of values are points.
    pub design: Design,
}

/// The values of one axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Axis {
    /// As a scene file would say them.
    Values(Vec<String>),
    /// From the first number to the second in equal steps, both included.
    Linear(f64, f64, u32),
    /// From the first number to the second by equal factors, both included.
    Logarithmic(f64, f64, u32),
}

/// Which combinations of values are points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Design {
    /// All of them; the last axis changes first.
    #[default]
    Grid,
    /// The scene as it is, and then each value of each axis alone.
    OneAtATime,
    /// So many points of Sobol's sequence in the space that the axes span.
    Sobol(u32),
}

/// One point of a sweep: what is set, by axis; an axis that is not named stays as the scene has it.
pub type Point = IndexMap<String, String>;

/// A sweep as a file says it; values are looked up in its text.
#[derive(Deserialize)]
#[serde(rename = "Sweep", deny_unknown_fields)]
struct Said {
    scene: String,
    frames: u64,
    #[serde(default = "first_seed")]
    seeds: Vec<u64>,
    axes: IndexMap<String, SaidAxis>,
    #[serde(default)]
    design: Design,
}

fn first_seed() -> Vec<u64> {
    vec![0]
}

enum SaidAxis {
    Values(usize),
    Spaced(Axis),
}

#[derive(Deserialize)]
enum Spaced {
    Linear(f64, f64, u32),
    Logarithmic(f64, f64, u32),
}

impl<'de> Deserialize<'de> for SaidAxis {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let open: Open<Vec<IgnoredAny>, Spaced, SaidAxis> = Open {
            expected: "a list of values, `Linear(from, to, steps)` or `Logarithmic(from, to, steps)`",
            plain: |values| SaidAxis::Values(values.len()),
            named: |spaced| match spaced {
                Spaced::Linear(from, to, steps) => SaidAxis::Spaced(Axis::Linear(from, to, steps)),
                Spaced::Logarithmic(from, to, steps) => SaidAxis::Spaced(Axis::Logarithmic(from, to, steps)),
            },
            types: PhantomData,
        };
        deserializer.deserialize_enum("$axis", &["Linear", "Logarithmic"], open)
    }
}

/// Most points that a sweep may have.
const MOST_POINTS: usize = 100_000;
/// Most axes that it may have.
const MOST_AXES: usize = 64;

impl Sweep {
    /// Reads and checks a sweep file. Whether its paths and values suit the scene shows when they are set.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn read(source_name: &str, text: &str) -> Result<Sweep, Diagnostics> {
        let (tree, errors) = syntax::parse(text);
        if !errors.is_empty() {
            return Err(Diagnostics::new(source_name, text, errors));
        }
        let (said, repairs, mut found) = syntax::deserialize::<Said>(&tree);
        let root = Cursor::new(&tree, &repairs);
        let sweep = said.map(|said| sweep(&root, &tree, said, &mut found));
        let diagnostics = Diagnostics::new(source_name, text, found);
        match sweep {
            Some(sweep) if diagnostics.errors() == 0 => Ok(sweep),
            _ => Err(diagnostics),
        }
    }

    /// All points, in order. `coordinate` gives the place (0 to 1) of a point on an axis where the design is Sobol's.
    pub fn points(&self, coordinate: &dyn Fn(&str, u64) -> f64) -> Vec<Point> {
        let values: Vec<(&String, Vec<String>)> = self.axes.iter().map(|(path, axis)| (path, axis.values())).collect();
        match self.design {
            Design::Grid => {
                let mut points = vec![Point::new()];
                for (path, values) in &values {
                    let longer = |point: &Point| {
                        let with = |value: &String| {
                            let mut point = point.clone();
                            point.insert((*path).clone(), value.clone());
                            point
                        };
                        values.iter().map(with).collect::<Vec<_>>()
                    };
                    points = points.iter().flat_map(longer).collect();
                }
                points
            }
            Design::OneAtATime => {
                let alone = values.iter().flat_map(|(path, values)| {
                    values.iter().map(|value| Point::from_iter([((*path).clone(), value.clone())]))
                });
                std::iter::once(Point::new()).chain(alone).collect()
            }
            Design::Sobol(count) => {
                let point = |number: u32| {
                    let value =
                        |(path, axis): (&String, &Axis)| (path.clone(), axis.at(coordinate(path, u64::from(number))));
                    self.axes.iter().map(value).collect()
                };
                (0..count).map(point).collect()
            }
        }
    }

    fn count(&self) -> usize {
        let lengths = self.axes.values().map(Axis::count);
        match self.design {
            Design::Grid => lengths.fold(1, usize::saturating_mul),
            Design::OneAtATime => lengths.fold(1, usize::saturating_add),
            Design::Sobol(count) => count as usize,
        }
    }
}

impl Axis {
    /// All values, in order.
    pub fn values(&self) -> Vec<String> {
        match self {
            Axis::Values(values) => values.clone(),
            Axis::Linear(_, _, steps) | Axis::Logarithmic(_, _, steps) => {
                let last = f64::from(steps.saturating_sub(1).max(1));
                (0..*steps).map(|step| self.at(f64::from(step) / last)).collect()
            }
        }
    }

    /// How many values there are.
    fn count(&self) -> usize {
        match self {
            Axis::Values(values) => values.len(),
            Axis::Linear(_, _, steps) | Axis::Logarithmic(_, _, steps) => *steps as usize,
        }
    }

    /// The value at a place from 0 to 1.
    fn at(&self, place: f64) -> String {
        match self {
            Axis::Values(values) => {
                let index = (place * values.len() as f64) as usize;
                values.get(index.min(values.len().saturating_sub(1))).cloned().unwrap_or_default()
            }
            Axis::Linear(from, to, _) => written(from * (1.0 - place) + to * place),
            Axis::Logarithmic(from, to, _) => {
                written(libm::exp(libm::log(*from) * (1.0 - place) + libm::log(*to) * place))
            }
        }
    }
}

/// A number with twelve digits that count: 0.3, and not 0.30000000000000004.
fn written(number: f64) -> String {
    let rounded = format!("{number:.11e}").parse::<f64>().unwrap_or(number);
    format!("{rounded}")
}

/// The edits of a point.
///
/// # Errors
///
/// Where a path or a value cannot be read.
pub fn edits(point: &Point) -> Result<Vec<Edit>, EditError> {
    point.iter().map(|(path, value)| format!("{path}={value}").parse()).collect()
}

fn sweep(root: &Cursor, tree: &Tree, said: Said, found: &mut Vec<Diagnostic>) -> Sweep {
    let mut tell = |at: &Cursor, message: String, label: &str| {
        if !at.is_unknown() {
            found.push(Diagnostic::error("sweep::out_of_range", message, at.span()).label(label).path(at.path()));
        }
    };
    let at_axes = root.field("axes");
    let (mut axes, mut ways) = (IndexMap::new(), Vec::<Edit>::new());
    if said.axes.len() > MOST_AXES {
        tell(&at_axes, format!("a sweep of {} axes", said.axes.len()), "expected at most 64");
    }
    for (path, axis) in said.axes.into_iter().take(MOST_AXES) {
        let at = at_axes.key(&path);
        let axis = match axis {
            SaidAxis::Values(count) => {
                let text = |index| at.index(index).span().of(&tree.text).to_owned();
                Axis::Values((0..count).map(text).collect())
            }
            SaidAxis::Spaced(axis) => axis,
        };
        match format!("{path}=0").parse::<Edit>() {
            Err(error) => tell(
                &at,
                error.to_string(),
                "expected the way to a value before this, such as \"lights.sun.elevation_deg\"",
            ),
            Ok(edit) => {
                if let Some(other) = ways.iter().find(|other| edit.meets(other)) {
                    let message = format!("two axes set the same value: {:?} and {path:?}", other.path);
                    tell(&at, message, "expected an axis of its own for each value");
                }
                ways.push(edit);
            }
        }
        if axis.count() == 0 {
            tell(&at, "an axis without values".to_owned(), "expected at least one value");
        }
        if axis.count() > MOST_POINTS {
            tell(&at, format!("an axis of {} values", axis.count()), "expected at most 100,000");
        }
        if let Axis::Linear(from, to, _) | Axis::Logarithmic(from, to, _) = axis
            && (!from.is_finite()
                || !to.is_finite()
                || matches!(axis, Axis::Logarithmic(..)) && (from <= 0.0 || to <= 0.0))
        {
            tell(
                &at,
                "an axis that has no such steps".to_owned(),
                "expected finite numbers, above 0 where they are logarithmic",
            );
        }
        axes.insert(path, axis);
    }
    if axes.is_empty() {
        tell(&at_axes, "a sweep without axes".to_owned(), "expected at least one, such as {\"samples\": [1, 4]}");
    }
    let (fewest, most) = limits::SWEEP_FRAMES;
    if !(fewest..=most).contains(&(said.frames as f64)) {
        tell(&root.field("frames"), format!("{} frames a point", said.frames), "expected 1 to 100,000,000");
    }
    if said.seeds.is_empty() {
        tell(&root.field("seeds"), "a sweep without seeds".to_owned(), "expected at least one");
    }
    let mut seeds = said.seeds.clone();
    seeds.sort_unstable();
    seeds.dedup();
    if seeds.len() < said.seeds.len() {
        tell(&root.field("seeds"), "a seed that comes twice".to_owned(), "expected seeds that differ");
    }
    let sweep = Sweep { scene: said.scene, frames: said.frames, seeds: said.seeds, axes, design: said.design };
    let points = sweep.count().saturating_mul(sweep.seeds.len());
    let is_empty = sweep.seeds.is_empty() || sweep.axes.values().any(|axis| axis.count() == 0);
    if points > MOST_POINTS || points == 0 && !is_empty && !sweep.axes.is_empty() {
        tell(&root.field("design"), format!("a sweep of {points} points"), "expected 1 to 100,000");
    }
    sweep
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"Sweep(
    scene: "table.ron", frames: 5,
    axes: {
        "lights.sun.elevation_deg": Linear(10, 70, 3),
        "variables.storm": [0, Uniform(0, 1)],
    },
)"#;

    fn points(design: &str) -> Vec<Vec<String>> {
        let text = GOOD.replace("frames: 5", &format!("frames: 5, design: {design}"));
        let sweep = Sweep::read("sweep.ron", &text).unwrap();
        let coordinate =
            |path: &str, number: u64| (number as f64 + if path.starts_with('l') { 0.5 } else { 0.0 }) / 4.0;
        let points = sweep.points(&coordinate);
        points.iter().map(|point| edits(point).unwrap().into_iter().map(|edit| edit.value).collect()).collect()
    }

    #[test]
    fn designs_have_their_points() {
        let grid = points("Grid");
        assert_eq!(grid.len(), 6);
        assert_eq!(grid[1], ["10", "Uniform(0, 1)"]);
        assert_eq!(grid[4], ["70", "0"]);
        assert_eq!(
            points("OneAtATime"),
            [vec![], vec!["10"], vec!["40"], vec!["70"], vec!["0"], vec!["Uniform(0, 1)"]]
        );
        assert_eq!(points("Sobol(2)"), [["17.5", "0"], ["32.5", "0"]]);
    }

    #[test]
    fn steps_are_spaced() {
        assert_eq!(Axis::Linear(0.0, 0.4, 5).values(), ["0", "0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(Axis::Logarithmic(0.01, 100.0, 5).values(), ["0.01", "0.1", "1", "10", "100"]);
        assert_eq!(Axis::Linear(3.0, 4.0, 1).values(), ["3"]);
    }

    #[test]
    fn bad_sweeps_are_answered() {
        let told = |from: &str, to: &str| {
            assert!(GOOD.contains(from));
            Sweep::read("sweep.ron", &GOOD.replace(from, to)).unwrap_err().to_string()
        };
        for (from, to, why) in [
            ("frames: 5", "frames: 0", "0 frames a point"),
            ("frames: 5", "frames: 5, seeds: []", "without seeds"),
            ("frames: 5", "frames: 5, seeds: [1, 1]", "comes twice"),
            ("frames: 5", "frames: 5, design: Sobol(0)", "a sweep of 0 points"),
            ("frames: 5", "frames: 5, design: Gird", "did you mean `Grid`"),
            ("frames: 5,", "", "missing"),
            ("Linear(10, 70, 3)", "Linear(10, 70, 0)", "without values"),
            ("Linear(10, 70, 3)", "Logarithmic(0, 70, 3)", "no such steps"),
            ("Linear(10, 70, 3)", "Linear(10, 70, 4000000)", "a sweep of 8000000 points"),
            // Nothing is made of so many before they are counted.
            ("Linear(10, 70, 3)", "Linear(10, 70, 4294967295)", "an axis of 4294967295 values"),
            ("frames: 5", "frames: 5, design: Sobol(4294967295)", "a sweep of 4294967295 points"),
            ("variables.storm", "variables..storm", "names joined by dots"),
            ("variables.storm", "lights[\\\"sun\\\"].elevation_deg", "two axes set the same value"),
            ("variables.storm", "lights.sun", "two axes set the same value"),
        ] {
            let error = told(from, to);
            assert!(error.contains(why), "{to}: {error}");
        }
    }
}
