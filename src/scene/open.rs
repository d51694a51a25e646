//! How plain values and distributions are read, and what the schema says about them.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::EnumAccessDeserializer;
use serde::de::{Deserialize, Deserializer, EnumAccess, Visitor};

use super::{Count, Number, Pick, Weighted};

/// A distribution of numbers.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
        #[serde(default)]
        min: Option<f64>,
        /// Highest value, if there is one.
        #[serde(default)]
        max: Option<f64>,
    },
    /// One of several numbers or distributions.
    Choice(Vec<Weighted<Number>>),
}

impl From<Distribution> for Number {
    fn from(distribution: Distribution) -> Self {
        match distribution {
            Distribution::Constant(value) => Number::Constant(value),
            Distribution::Uniform(low, high) => Number::Uniform(low, high),
            Distribution::LogUniform(low, high) => Number::LogUniform(low, high),
            Distribution::Normal { mean, std_dev, min, max } => {
                let (min, max) = (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY));
                Number::Normal { mean, std_dev, min, max }
            }
            Distribution::Choice(entries) => Number::Choice(entries),
        }
    }
}

/// The ways to pick one of several values.
#[derive(serde::Deserialize, JsonSchema)]
#[schemars(rename = "Picking_{T}")]
enum Picking<T> {
    /// Always this value.
    Constant(T),
    /// One of several.
    Choice(Vec<Weighted<T>>),
}

/// An entry with a weight.
#[derive(serde::Deserialize, JsonSchema)]
#[schemars(rename = "Weighing_{T}")]
enum Weighing<T> {
    /// Weight above 0, and the value.
    Weighted(f64, T),
}

/// Reads an open enum (see [`super::syntax`]): a plain `T`, or a named `D`, either turned into an `O`.
struct Open<T, D, O> {
    expected: &'static str,
    plain: fn(T) -> O,
    named: fn(D) -> O,
    types: PhantomData<fn() -> (T, D)>,
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
        const NAMES: &[&str] = &["Constant", "Uniform", "LogUniform", "Normal", "Choice"];
        let open: Open<f64, Distribution, Number> = Open {
            expected: "a number or a distribution",
            plain: Number::Constant,
            named: Number::from,
            types: PhantomData,
        };
        deserializer.deserialize_enum("$number", NAMES, open)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        Number::deserialize(deserializer).map(Count)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pick<T> {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let open: Open<T, Picking<T>, Pick<T>> = Open {
            expected: "a value or `Choice([…])`",
            plain: Pick::Constant,
            named: |picking| match picking {
                Picking::Constant(value) => Pick::Constant(value),
                Picking::Choice(entries) => Pick::Choice(entries),
            },
            types: PhantomData,
        };
        deserializer.deserialize_enum("$pick", &["Constant", "Choice"], open)
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
fn either(plain: Schema, named: Schema, description: &str) -> Schema {
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
