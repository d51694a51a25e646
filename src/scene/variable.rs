//! Named variables: drawn once a frame, used anywhere.

use std::borrow::Cow;
use std::marker::PhantomData;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

use super::open::{DISTRIBUTIONS, Named, Open, either};
use super::{Number, Value, Weighted};

/// What a named variable is: a number, a text, or what it is drawn from.
///
/// In a file: `Beta(0.5, 2)`, `Choice(["summer", Weighted(3, "winter")])`, `Quota(share: 0.2)`, `Expr("storm > 0.5")`.
#[derive(Debug, Clone, PartialEq)]
pub enum Variable {
    /// A number, or a distribution of numbers.
    Number(Number),
    /// Always this text.
    Text(String),
    /// One of several, texts too.
    Choice(Vec<Biased>),
    /// 1 in an exact share of the frames, 0 in the others.
    Quota(Quota),
    /// In turn, so that together with the scene's other grids every combination comes once: from the first to the
    /// second in so many steps.
    Grid(f64, f64, u32),
    /// The same with the values of a list.
    GridOf(Vec<Value>),
}

/// An entry of a variable's choice, which may come more often than in the world.
#[derive(Debug, Clone, PartialEq)]
pub struct Biased {
    /// What is drawn, in proportion to its weight here.
    pub entry: Weighted<Variable>,
    /// Its weight in the world, above 0, if that differs: frames then carry an importance weight.
    pub natural: Option<f64>,
}

/// An event that happens in an exact share of the frames.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// Of the frames in which it happens, 0 to 1.
    pub share: f64,
    /// Shares of the frames in which it happens together with other variables that have a quota, by name; otherwise
    /// they are independent.
    pub with: IndexMap<String, f64>,
    /// How often it happens in the world, between 0 and 1, if that differs: frames then carry an importance weight.
    pub natural: Option<f64>,
}

impl Variable {
    /// Whether it is drawn from a distribution of numbers, by whose ranks others can be correlated with it.
    pub fn is_ranked(&self) -> bool {
        matches!(self, Variable::Number(number) if number.is_ranked())
    }
}

impl Variable {
    /// The texts that it may have, where it has nothing but texts.
    pub fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Variable::Text(text) => Some(vec![text]),
            Variable::Choice(entries) => {
                let all = entries.iter().map(|entry| entry.entry.value.texts()).collect::<Option<Vec<_>>>()?;
                Some(all.concat())
            }
            Variable::GridOf(values) => values
                .iter()
                .map(|value| if let Value::Text(text) = value { Some(text.as_str()) } else { None })
                .collect(),
            Variable::Number(_) | Variable::Quota(_) | Variable::Grid(..) => None,
        }
    }
}

/// The ways to say what a variable is, besides distributions of numbers.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
enum Form {
    /// One of several numbers, distributions or texts.
    Choice(Vec<Biased>),
    /// 1 in an exact share of the frames, 0 in the others.
    Quota {
        /// Of the frames in which it happens, 0 to 1.
        share: f64,
        /// Shares of the frames in which it happens together with other variables that have a quota, by name;
        /// otherwise they are independent.
        #[serde(default)]
        with: IndexMap<String, f64>,
        /// How often it happens in the world, between 0 and 1, if that differs.
        #[serde(default)]
        natural: Option<f64>,
    },
    /// From the first number to the second in so many steps, every combination with other grids once.
    Grid(f64, f64, u32),
    /// Each of these in turn, every combination with other grids once.
    GridOf(Vec<Value>),
}

impl<'de> Deserialize<'de> for Variable {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let open: Open<Plain, Form, Variable> = Open {
            expected: "a number, a text or a distribution",
            plain: |Plain(variable)| variable,
            named: |form| match form {
                Form::Choice(entries) => Variable::Choice(entries),
                Form::Quota { share, with, natural } => Variable::Quota(Quota { share, with, natural }),
                Form::Grid(first, last, steps) => Variable::Grid(first, last, steps),
                Form::GridOf(values) => Variable::GridOf(values),
            },
            types: PhantomData,
        };
        deserializer.deserialize_enum("$variable", &["Choice", "Quota", "Grid", "GridOf"], open)
    }
}

/// A variable that is a number, a text, or a distribution of numbers.
struct Plain(Variable);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let open: Open<Value, Named, Plain> = Open {
            expected: "a number, a text or a distribution",
            plain: |value| {
                Plain(match value {
                    Value::Number(number) => Variable::Number(number.into()),
                    Value::Text(text) => Variable::Text(text),
                })
            },
            named: |Named(number)| Plain(Variable::Number(number)),
            types: PhantomData,
        };
        deserializer.deserialize_enum("$number", DISTRIBUTIONS, open)
    }
}

/// An entry with weights.
#[derive(Deserialize, JsonSchema)]
enum Weighing {
    /// Weight above 0, and the value.
    Weighted(f64, Variable),
    /// Weight above 0, weight in the world above 0, and the value.
    Biased(f64, f64, Variable),
}

impl<'de> Deserialize<'de> for Biased {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let open: Open<Variable, Weighing, Biased> = Open {
            expected: "a value, `Weighted(…, …)` or `Biased(…, …, …)`",
            plain: |value| Biased { entry: Weighted { weight: 1.0, value }, natural: None },
            named: |weighing| match weighing {
                Weighing::Weighted(weight, value) => Biased { entry: Weighted { weight, value }, natural: None },
                Weighing::Biased(weight, natural, value) => {
                    Biased { entry: Weighted { weight, value }, natural: Some(natural) }
                }
            },
            types: PhantomData,
        };
        deserializer.deserialize_enum("$biased", &["Weighted", "Biased"], open)
    }
}

impl JsonSchema for Variable {
    fn schema_name() -> Cow<'static, str> {
        "Variable".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<Value>();
        let number = generator.subschema_for::<Number>();
        let form = generator.subschema_for::<Form>();
        let named = either(number, form, "What it is drawn from.");
        either(value, named, "A number, a text, or what it is drawn from.")
    }
}

impl JsonSchema for Biased {
    fn schema_name() -> Cow<'static, str> {
        "Entry_Variable".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<Variable>();
        let named = generator.subschema_for::<Weighing>();
        either(plain, named, "A value, or a value with its weights.")
    }
}
