//! Statistics of a finished dataset, from its records alone: what is in the pictures, how large, how well seen.

mod sweep;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::Serialize;

use crate::dataset::{AnnotationRecord, CameraRecord, DatasetError, Reader, Record};
pub use sweep::{PlotRow, SweepStatistics, collect_sweep};

/// What can be known of a dataset with nothing but its records, besides variables and categories of its own.
#[derive(Debug)]
pub struct Measure {
    /// By which it is asked for.
    pub name: &'static str,
    /// What it is, of one sample.
    pub sentence: &'static str,
    /// Empty for shares and ratios.
    pub unit: &'static str,
    sample: Sample,
}

/// What one sample is of. `None` is no sample.
#[derive(Debug, Clone, Copy)]
enum Sample {
    /// An annotation that is no crowd.
    Annotation(fn(&AnnotationRecord) -> Option<f64>),
    /// What a camera saw in a frame, or in a step of a take.
    Picture(fn(&CameraRecord) -> Option<f64>),
    /// A frame, or a whole take.
    Frame(fn(&Record) -> Option<f64>),
}

/// All of them. What is marked as crowd is to be counted against nobody, so it counts nowhere here. A volume has no
/// pixel to be seen: it counts as an instance and has a box, but no share of seen pixels.
pub const MEASURES: &[Measure] = &[
    Measure {
        name: "instances",
        sentence: "annotated instances, those marked as crowd left out",
        unit: "per picture",
        sample: Sample::Picture(|camera| Some(labels(camera).count() as f64)),
    },
    Measure {
        name: "visible_fraction",
        sentence: "visible share of an instance's silhouette within the image",
        unit: "",
        sample: Sample::Annotation(|label| {
            label.amodal.as_ref().filter(|_| !label.volume).map(|amodal| amodal.visible_fraction)
        }),
    },
    Measure {
        name: "truncation",
        sentence: "share of an instance's silhouette outside the image",
        unit: "",
        sample: Sample::Annotation(|label| label.amodal.as_ref().map(|amodal| amodal.truncation)),
    },
    Measure {
        name: "box_width_px",
        sentence: "width of the box around an instance's visible mask",
        unit: "px",
        sample: Sample::Annotation(|label| Some(label.bbox_visible[2])),
    },
    Measure {
        name: "box_height_px",
        sentence: "height of the box around an instance's visible mask",
        unit: "px",
        sample: Sample::Annotation(|label| Some(label.bbox_visible[3])),
    },
    Measure {
        name: "pixels",
        sentence: "visible pixels of an instance",
        unit: "px",
        sample: Sample::Annotation(|label| (!label.volume).then_some(label.pixels as f64)),
    },
    Measure {
        name: "distance_m",
        sentence: "from the camera to the centre of an instance's 3D box",
        unit: "m",
        sample: Sample::Annotation(|label| {
            let [x, y, z] = label.box_3d.center_m;
            Some((x * x + y * y + z * z).sqrt())
        }),
    },
    Measure {
        name: "exposure_ev100",
        sentence: "exposure value of a picture at ISO 100",
        unit: "EV",
        sample: Sample::Picture(|camera| Some(camera.exposure_ev100)),
    },
    Measure {
        name: "attempts",
        sentence: "draws of a frame that did not meet the scene's constraints",
        unit: "per frame",
        sample: Sample::Frame(|record| Some(f64::from(record.attempt))),
    },
    Measure {
        name: "importance_weight",
        sentence: "how much more often a frame happens in the world than here",
        unit: "",
        sample: Sample::Frame(|record| Some(record.importance_weight)),
    },
];

/// Begins the name of a category's instances.
const CATEGORY: &str = "instances.";
/// Begins the name of a variable.
const VARIABLE: &str = "variables.";

/// Annotations that count.
fn labels(camera: &CameraRecord) -> impl Iterator<Item = &AnnotationRecord> {
    camera.annotations.iter().filter(|label| !label.crowd)
}

/// Something to be known of a dataset; read from its name.
#[derive(Debug, Clone)]
pub enum Statistic {
    /// What every dataset has.
    Measure(&'static Measure),
    /// Annotated instances a picture of the category of this name, those marked as crowd left out.
    Category(String),
    /// The named variable of this name, in the frames where it is a number.
    Variable(String),
}

impl Statistic {
    /// As [`FromStr`] reads it.
    pub fn name(&self) -> String {
        match self {
            Statistic::Measure(measure) => measure.name.to_owned(),
            Statistic::Category(name) => format!("{CATEGORY}{name}"),
            Statistic::Variable(name) => format!("{VARIABLE}{name}"),
        }
    }

    /// What it is, of one sample.
    pub fn sentence(&self) -> String {
        match self {
            Statistic::Measure(measure) => measure.sentence.to_owned(),
            Statistic::Category(name) => format!("annotated instances of category `{name}`"),
            Statistic::Variable(name) => format!("named variable `{name}` of a frame"),
        }
    }

    /// Empty for shares and ratios, and for variables, whose names may say theirs.
    pub fn unit(&self) -> &'static str {
        match self {
            Statistic::Measure(measure) => measure.unit,
            Statistic::Category(_) => "per picture",
            Statistic::Variable(_) => "",
        }
    }
}

impl PartialEq for Statistic {
    fn eq(&self, other: &Statistic) -> bool {
        self.name() == other.name()
    }
}

impl FromStr for Statistic {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Statistic, StatisticsError> {
        let name = text.trim();
        if let Some(measure) = MEASURES.iter().find(|measure| measure.name == name) {
            return Ok(Statistic::Measure(measure));
        }
        match (name.strip_prefix(CATEGORY), name.strip_prefix(VARIABLE)) {
            (Some(category), _) if !category.is_empty() => Ok(Statistic::Category(category.to_owned())),
            (_, Some(variable)) if !variable.is_empty() => Ok(Statistic::Variable(variable.to_owned())),
            _ => Err(unknown(name, [format!("{CATEGORY}CATEGORY"), format!("{VARIABLE}NAME")])),
        }
    }
}

/// Of something that is not there, while `more` is besides the measures.
fn unknown(name: &str, more: impl IntoIterator<Item = String>) -> StatisticsError {
    let measures = MEASURES.iter().map(|measure| measure.name.to_owned());
    let known: Vec<String> = measures.chain(more).collect();
    let near = |known: &&String| strsim::damerau_levenshtein(name, known) <= 1 + name.len() / 4;
    let meant = known.iter().filter(near).min_by_key(|known| strsim::damerau_levenshtein(name, known)).cloned();
    StatisticsError::Unknown { name: name.to_owned(), meant, known }
}

/// Why there are no statistics.
#[derive(Debug, thiserror::Error)]
pub enum StatisticsError {
    /// A name that is none.
    #[error(
        "expected the name of a statistic, found `{name}`{}; there are {}",
        meant.as_ref().map_or(String::new(), |meant| format!(", did you mean `{meant}`?")),
        known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// What that may be a misspelling of.
        meant: Option<String>,
        /// All that there is.
        known: Vec<String>,
    },
    /// A variable that is a text wherever it is anything.
    #[error("expected a variable that is a number, found `{name}`, which is always a text; {}", numbers_of(numbers))]
    Text {
        /// What was asked for.
        name: String,
        /// The variables that are numbers.
        numbers: Vec<String>,
    },
    /// A folder that is not a sweep's.
    #[error("`{}` holds no sweep; expected the folder that `maquette sweep` has written", dir.display())]
    NoSweep {
        /// Which folder.
        dir: std::path::PathBuf,
    },
    /// A dataset that cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
}

fn numbers_of(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if quoted.is_empty() { "none is a number".to_owned() } else { format!("numbers are {}", quoted.join(", ")) }
}

/// What the samples of a statistic come to. Each counts the same, whatever its frame's importance weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Summary {
    /// How many samples there are.
    pub count: u64,
    /// Of all samples; NaN where there is none, as all that follows.
    pub mean: f64,
    /// That of the population, estimated from the samples; NaN where there are fewer than two.
    pub standard_deviation: f64,
    /// The lowest sample.
    pub minimum: f64,
    /// The highest sample.
    pub maximum: f64,
}

/// Mean and squared deviations as samples come in. B. P. Welford, "Note on a method for calculating corrected sums of
/// squares and products", Technometrics 4(3), 1962.
#[derive(Debug, Clone, Copy)]
struct Running {
    count: u64,
    mean: f64,
    squares: f64,
    minimum: f64,
    maximum: f64,
}

impl Running {
    const EMPTY: Running =
        Running { count: 0, mean: 0.0, squares: 0.0, minimum: f64::INFINITY, maximum: f64::NEG_INFINITY };

    fn add(&mut self, sample: f64) {
        self.count += 1;
        let before = sample - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (sample - self.mean);
        self.minimum = self.minimum.min(sample);
        self.maximum = self.maximum.max(sample);
    }

    fn summary(&self) -> Summary {
        let &Running { count, mean, squares, minimum, maximum } = self;
        if count == 0 {
            let none = f64::NAN;
            return Summary { count, mean: none, standard_deviation: none, minimum: none, maximum: none };
        }
        let standard_deviation = if count > 1 { (squares / (count - 1) as f64).sqrt() } else { f64::NAN };
        Summary { count, mean, standard_deviation, minimum, maximum }
    }
}

/// What a dataset comes to, and which names there are in it.
struct Tally {
    summaries: Vec<Summary>,
    pictures: u64,
    /// Whether there was a frame to name variables.
    any: bool,
    categories: BTreeSet<String>,
    /// With whether it was a number in any frame.
    variables: BTreeMap<String, bool>,
}

/// Goes over the records once. A category or variable that is not there has no sample.
fn tally(reader: &Reader, statistics: &[Statistic]) -> Result<Tally, DatasetError> {
    let manifest = reader.finished()?;
    let id_of = |name: &str| manifest.categories.iter().find(|category| category.name == name).map(|known| known.id);
    let mut running: Vec<(&Statistic, Option<u32>, Running)> = Vec::with_capacity(statistics.len());
    for statistic in statistics {
        let category = if let Statistic::Category(name) = statistic { id_of(name) } else { None };
        running.push((statistic, category, Running::EMPTY));
    }
    let categories = manifest.categories.iter().map(|category| category.name.clone()).collect();
    let mut tally = Tally { summaries: Vec::new(), pictures: 0, any: false, categories, variables: BTreeMap::new() };
    for stored in reader.records()? {
        let record = stored?.record;
        tally.any = true;
        tally.pictures += record.cameras.len() as u64;
        for (name, value) in &record.variables {
            match tally.variables.get_mut(name) {
                Some(number) => *number |= value.is_number(),
                None => drop(tally.variables.insert(name.clone(), value.is_number())),
            }
        }
        for (statistic, category, running) in &mut running {
            samples(statistic, *category, &record, |sample| {
                if sample.is_finite() {
                    running.add(sample);
                }
            });
        }
    }
    tally.summaries = running.iter().map(|(_, _, running)| running.summary()).collect();
    Ok(tally)
}

/// Gives every sample that a record has.
fn samples(statistic: &Statistic, category: Option<u32>, record: &Record, mut give: impl FnMut(f64)) {
    // What a take draws is drawn once, and stands in the record of each of its steps.
    let first = record.step.is_none_or(|step| step == 0);
    match statistic {
        Statistic::Measure(Measure { sample: Sample::Annotation(of), .. }) => {
            record.cameras.iter().flat_map(labels).filter_map(of).for_each(give);
        }
        Statistic::Measure(Measure { sample: Sample::Picture(of), .. }) => {
            record.cameras.iter().filter_map(of).for_each(give);
        }
        Statistic::Measure(Measure { sample: Sample::Frame(of), .. }) if first => of(record).into_iter().for_each(give),
        Statistic::Category(_) => {
            let Some(id) = category else { return };
            let count = |camera| labels(camera).filter(|label| label.category_id == id).count() as f64;
            record.cameras.iter().map(count).for_each(give);
        }
        Statistic::Variable(name) if first => {
            if let Some(number) = record.variables.get(name).and_then(serde_json::Value::as_f64) {
                give(number);
            }
        }
        Statistic::Measure(_) | Statistic::Variable(_) => {}
    }
}

/// Whether every category and variable that is asked for is in at least one of some datasets.
fn check(statistics: &[Statistic], tallies: &[&Tally]) -> Result<(), StatisticsError> {
    let categories: BTreeSet<&String> = tallies.iter().flat_map(|tally| &tally.categories).collect();
    let mut variables: BTreeMap<&String, bool> = BTreeMap::new();
    for (name, number) in tallies.iter().flat_map(|tally| &tally.variables) {
        *variables.entry(name).or_default() |= number;
    }
    for statistic in statistics {
        let absent = match statistic {
            Statistic::Measure(_) => false,
            Statistic::Category(name) => !tallies.is_empty() && !categories.contains(name),
            // Without frames nobody knows.
            Statistic::Variable(name) => match variables.get(name) {
                Some(false) => {
                    let numbers = variables.iter().filter(|(_, number)| **number);
                    let numbers = numbers.map(|(name, _)| format!("{VARIABLE}{name}"));
                    return Err(StatisticsError::Text { name: statistic.name(), numbers: numbers.collect() });
                }
                Some(true) => false,
                None => tallies.iter().any(|tally| tally.any),
            },
        };
        if absent {
            let named = variables.iter().filter(|(_, number)| **number).map(|(name, _)| format!("{VARIABLE}{name}"));
            let kinds = categories.iter().map(|name| format!("{CATEGORY}{name}"));
            return Err(unknown(&statistic.name(), kinds.chain(named)));
        }
    }
    Ok(())
}

/// The statistics of a finished dataset, in the order in which they are asked for: one pass over its records, of which
/// it holds one at a time.
///
/// # Errors
///
/// [`StatisticsError::Unknown`] and [`StatisticsError::Text`] for a category or variable that the dataset does not
/// have so, and [`StatisticsError::Dataset`] where it is not finished or cannot be read.
pub fn collect(reader: &Reader, statistics: &[Statistic]) -> Result<Vec<Summary>, StatisticsError> {
    let tally = tally(reader, statistics)?;
    check(statistics, &[&tally])?;
    Ok(tally.summaries)
}
