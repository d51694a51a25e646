//! What a frame has to show to be kept; one that does not is drawn again.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Expression;

/// What every frame has to show, and what becomes of those that do not.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Constraints {
    /// Conditions by name; all have to be met. Of a sequence the first picture counts.
    pub require: IndexMap<String, Constraint>,
    /// How often a frame is drawn at most. Its variables stay as they are, all else is drawn anew.
    pub attempts: u32,
    /// What becomes of a frame that never meets them.
    pub unmet: Unmet,
}

impl Default for Constraints {
    fn default() -> Self {
        Constraints { require: IndexMap::new(), attempts: 20, unmet: Unmet::default() }
    }
}

/// What becomes of a frame that does not meet the constraints however often it is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Unmet {
    /// The run ends and says which constraint is to blame.
    #[default]
    Stop,
    /// The last one drawn is kept; its record says what it lacks.
    Keep,
}

/// Which things a constraint is about: all labelled ones, or those of one object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Of {
    /// Name of an object, whose instances are meant; all labelled ones if left out.
    pub object: Option<String>,
    /// Name of a camera; each of them if left out.
    pub camera: Option<String>,
}

/// A condition on what cameras see.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Constraint {
    /// Each thing meant is seen, by so many pixels and such a share of its silhouette within the image.
    Visible {
        /// Which things and cameras.
        #[serde(default)]
        of: Of,
        /// Least visible fraction, 0 to 1.
        #[serde(default)]
        fraction_at_least: f64,
        /// Least number of visible pixels.
        #[serde(default = "one")]
        pixels_at_least: u64,
    },
    /// Of each thing meant no more than such a share of its silhouette is outside the image.
    InFrame {
        /// Which things and cameras.
        #[serde(default)]
        of: Of,
        /// Highest truncation, 0 to 1.
        #[serde(default)]
        truncation_at_most: f64,
    },
    /// Each thing meant is so far away, from the camera's centre to the centre of its box.
    Distance {
        /// Which things and cameras.
        #[serde(default)]
        of: Of,
        /// Metres.
        #[serde(default)]
        at_least_m: f64,
        /// Metres; as far as can be if left out.
        #[serde(default)]
        at_most_m: Option<f64>,
    },
    /// So many of the things meant are seen.
    Count {
        /// Which things and cameras.
        #[serde(default)]
        of: Of,
        /// Fewest.
        #[serde(default)]
        at_least: u64,
        /// Most; any number if left out.
        #[serde(default)]
        at_most: Option<u64>,
        /// What a thing has to show of itself to count: its visible fraction, 0 to 1.
        #[serde(default)]
        fraction_at_least: f64,
    },
    /// The boxes of any two things meant overlap by no more than such a share: intersection over union of the boxes of
    /// their whole silhouettes, or of what is visible where those are not known.
    Apart {
        /// Which things and cameras.
        #[serde(default)]
        of: Of,
        /// 0 to 1.
        #[serde(default)]
        overlap_at_most: f64,
    },
    /// Nothing is between the camera and the centre of the box of each thing meant, which is within the image.
    LineOfSight {
        /// Which things and cameras.
        #[serde(default)]
        of: Of,
    },
    /// A formula over variables and what the first camera sees is other than 0: `visible` things, and of an object
    /// `visible.mug` (how many), `pixels.mug`, `visible_fraction.mug` (least), `truncation.mug` (highest) and
    /// `distance_m.mug` (least); `visible.'bay/mug'` where the object's name is more than a word.
    Expr(Expression),
}

impl Constraint {
    /// Which things and cameras it is about; `None` where a formula says so.
    pub fn of(&self) -> Option<&Of> {
        match self {
            Constraint::Visible { of, .. }
            | Constraint::InFrame { of, .. }
            | Constraint::Distance { of, .. }
            | Constraint::Count { of, .. }
            | Constraint::Apart { of, .. }
            | Constraint::LineOfSight { of } => Some(of),
            Constraint::Expr(_) => None,
        }
    }
}

/// What a formula of a constraint can ask of an object: `pixels.mug`.
pub const MEASURES: &[&str] = &["visible", "pixels", "visible_fraction", "truncation", "distance_m"];

/// A name in a formula of a constraint: the measure, and the object if it is of one.
pub fn measured(name: &str) -> (&str, Option<&str>) {
    let Some((measure, object)) = name.split_once('.') else { return (name, None) };
    let quoted = ['\'', '"'].into_iter().find_map(|quote| object.strip_prefix(quote)?.strip_suffix(quote));
    (measure, Some(quoted.unwrap_or(object)))
}

fn one() -> u64 {
    1
}
