//! How plain values and distributions are read, and what the schema says about them.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::EnumAccessDeserializer;
use serde::de::{Deserialize, Deserializer, EnumAccess, Visitor};

use super::{Count, Cover, Expression, Flag, Number, Pick, Weighted};

/// A distribution of numbers, as a file names it.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(remote = "Number", deny_unknown_fields)]
enum Distribution {
    /// Always this number.
    Constant(f64),
    /// Every number from the first to the second equally likely.
    Uniform(f64, f64),
    /// The logarithm is uniform: every factor equally likely. Both limits are above 0.
    LogUniform(f64, f64),
    /// A normal distribution, cut off at its limits.
    Normal {
        /// Of the uncut distribution.
        mean: f64,
        /// Of the uncut distribution, at least 0.
        std_dev: f64,
        /// Lowest value, if there is one.
        #[serde(default = "no_min", deserialize_with = "min")]
        #[schemars(with = "Option<f64>")]
        min: f64,
        /// Highest value, if there is one.
        #[serde(default = "no_max", deserialize_with = "max")]
        #[schemars(with = "Option<f64>")]
        max: f64,
    },
    /// A beta distribution on 0 to 1 of these parameters, α and β.
    Beta(f64, f64),
    /// Lowest, likeliest and highest value; the density falls linearly to both sides.
    Triangular(f64, f64, f64),
    /// An exponential distribution, cut off at its limit.
    Exponential {
        /// Of the uncut distribution, above 0.
        mean: f64,
        /// Highest value, if there is one.
        #[serde(default = "no_max", deserialize_with = "max")]
        #[schemars(with = "Option<f64>")]
        max: f64,
    },
    /// How many of independent events happen that do so this often in the mean.
    Poisson(f64),
    /// Uniform within each bin, each as likely as its weight.
    Histogram {
        /// Ascending, one more than there are bins.
        edges: Vec<f64>,
        /// At least 0.
        weights: Vec<f64>,
    },
    /// One of the numbers in a column of a table, each as likely.
    Column {
        /// A CSV file whose first line names its columns, relative to the scene's folder.
        file: String,
        /// Name of the column.
        column: String,
    },
    /// One of several numbers or distributions.
    Choice(Vec<Weighted<Number>>),
    /// One after the other, frame by frame, over and over.
    Sequence(Vec<Number>),
    /// The value that a share (0 to 1) of the way from the first to the second.
    Between(f64, f64, Box<Number>),
    /// What a formula over the scene's variables gives.
    Expr(Expression),
    /// A formula, and points (input, output) by which its value is carried over along straight lines.
    Curve(Expression, Vec<(f64, f64)>),
    /// A condition over the scene's variables, the number where it holds, and the one where it does not.
    When(Expression, Box<Number>, Box<Number>),
    /// Name of a variable, and the number for each of its texts.
    Match(String, IndexMap<String, Number>),
    /// Distributions by frame number; in between they are mixed.
    Curriculum(Vec<(u64, Number)>),
    /// A name, and what is drawn once a frame for all that have it.
    Shared(String, Box<Number>),
    /// Drawn so that its rank goes with that of a variable.
    Correlated {
        /// Name of a variable that is drawn from a distribution of numbers.
        variable: String,
        /// −1 to 1.
        correlation: f64,
        /// From which it is drawn.
        value: Box<Number>,
    },
    /// How the frames cover it, and what is drawn.
    Covered(Cover, Box<Number>),
}

pub(super) const DISTRIBUTIONS: &[&str] = &[
    "Constant",
    "Uniform",
    "LogUniform",
    "Normal",
    "Beta",
    "Triangular",
    "Exponential",
    "Poisson",
    "Histogram",
    "Column",
    "Choice",
    "Sequence",
    "Between",
    "Expr",
    "Curve",
    "When",
    "Match",
    "Curriculum",
    "Shared",
    "Correlated",
    "Covered",
];

/// A number that a file names as a distribution.
pub(super) struct Named(pub(super) Number);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        Distribution::deserialize(deserializer).map(Named)
    }
}

fn no_min() -> f64 {
    f64::NEG_INFINITY
}

fn no_max() -> f64 {
    f64::INFINITY
}

fn min<'de, S: Deserializer<'de>>(deserializer: S) -> Result<f64, S::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NEG_INFINITY))
}

fn max<'de, S: Deserializer<'de>>(deserializer: S) -> Result<f64, S::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
}

/// The ways to pick one of several values.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(remote = "Pick")]
#[schemars(rename = "Picking_{T}")]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
enum Picking<T> {
    /// Always this value.
    Constant(T),
    /// One of several.
    Choice(Vec<Weighted<Pick<T>>>),
    /// One after the other, frame by frame, over and over.
    Sequence(Vec<Pick<T>>),
    /// A condition over the scene's variables, the value where it holds, and the one where it does not.
    When(Expression, Box<Pick<T>>, Box<Pick<T>>),
    /// Name of a variable, and the value for each of its texts.
    Match(String, IndexMap<String, Pick<T>>),
    /// A name, and what is drawn once a frame for all that have it.
    Shared(String, Box<Pick<T>>),
    /// Name of a pool.
    Pool(String),
}

const PICKS: &[&str] = &["Constant", "Choice", "Sequence", "When", "Match", "Shared", "Pool"];

/// A value that a file names as a way to pick one.
struct Picked<T>(Pick<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Picked<T> {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        Picking::deserialize(deserializer).map(Picked)
    }
}

/// The ways to say whether something is so.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(remote = "Flag")]
enum Likelihood {
    /// Always or never.
    Constant(bool),
    /// With this probability.
    Chance(f64),
    /// Where a formula over the scene's variables is other than 0.
    Expr(Expression),
    /// A name, and what is drawn once a frame for all that have it.
    Shared(String, Box<Flag>),
}

const LIKELIHOODS: &[&str] = &["Constant", "Chance", "Expr", "Shared"];

/// A flag that a file names.
struct Likely(Flag);

impl<'de> Deserialize<'de> for Likely {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        Likelihood::deserialize(deserializer).map(Likely)
    }
}

/// An entry with a weight.
#[derive(serde::Deserialize, JsonSchema)]
#[schemars(rename = "Weighing_{T}")]
enum Weighing<T> {
    /// Weight above 0, and the value.
    Weighted(f64, T),
}

/// Reads an open enum (see [`super::syntax`]): a plain `T`, or a named `D`, either turned into an `O`.
pub(super) struct Open<T, D, O> {
    pub(super) expected: &'static str,
    pub(super) plain: fn(T) -> O,
    pub(super) named: fn(D) -> O,
    pub(super) types: PhantomData<fn() -> (T, D)>,
}

impl<'de, T: Deserialize<'de>, D: Deserialize<'de>, O> Visitor<'de> for Open<T, D, O> {
    type Value = O;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_newtype_struct<S: Deserializer<'de>>(self, deserializer: S) -> Result<O, S::Error> {
        T::deserialize(deserializer).map(self.plain)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<O, A::Error> {
        D::deserialize(EnumAccessDeserializer::new(data)).map(self.named)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let open: Open<f64, Named, Number> = Open {
            expected: "a number or a distribution",
            plain: Number::Constant,
            named: |Named(number)| number,
            types: PhantomData,
        };
        deserializer.deserialize_enum("$number", DISTRIBUTIONS, open)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let open: Open<bool, Likely, Flag> = Open {
            expected: "`true`, `false` or how likely it is",
            plain: Flag::Constant,
            named: |Likely(flag)| flag,
            types: PhantomData,
        };
        deserializer.deserialize_enum("$flag", LIKELIHOODS, open)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        Number::deserialize(deserializer).map(Count)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pick<T> {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let open: Open<T, Picked<T>, Pick<T>> = Open {
            expected: "a value or a way to pick one, such as `Choice([…])`",
            plain: Pick::Constant,
            named: |Picked(pick)| pick,
            types: PhantomData,
        };
        deserializer.deserialize_enum("$pick", PICKS, open)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Weighted<T> {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let open: Open<T, Weighing<T>, Weighted<T>> = Open {
            expected: "a value or `Weighted(…, …)`",
            plain: |value| Weighted { weight: 1.0, value },
            named: |Weighing::Weighted(weight, value)| Weighted { weight, value },
            types: PhantomData,
        };
        deserializer.deserialize_enum("$weighted", &["Weighted"], open)
    }
}

/// Either of two schemas.
pub(super) fn either(plain: Schema, named: Schema, description: &str) -> Schema {
    json_schema!({ "description": description, "anyOf": [plain, named] })
}

impl JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<f64>();
        let named = generator.subschema_for::<Distribution>();
        either(plain, named, "A number, or a distribution to draw it from.")
    }
}

impl JsonSchema for Count {
    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<u32>();
        let named = generator.subschema_for::<Distribution>();
        either(plain, named, "A whole number of at least 0, or a distribution to draw it from.")
    }
}

impl JsonSchema for Flag {
    fn schema_name() -> Cow<'static, str> {
        "Flag".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<bool>();
        let named = generator.subschema_for::<Likelihood>();
        either(plain, named, "Whether something is so, or how likely that is.")
    }
}

impl<T: JsonSchema> JsonSchema for Pick<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Pick_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<T>();
        let named = generator.subschema_for::<Picking<T>>();
        either(plain, named, "A value, or a choice between several.")
    }
}

impl<T: JsonSchema> JsonSchema for Weighted<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Entry_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<T>();
        let named = generator.subschema_for::<Weighing<T>>();
        either(plain, named, "A value, or a value with its weight.")
    }
}
