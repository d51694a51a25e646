//! What a scene says of a thing that the program itself does not use.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A value that is written to the records as it is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Attribute {
    /// `true` or `false`.
    Truth(bool),
    /// A whole number.
    Whole(i64),
    /// Any other number.
    Number(f64),
    /// A text in quotes.
    Text(String),
}

impl<'de> Deserialize<'de> for Attribute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl Visitor<'_> for Any {
            type Value = Attribute;

            fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
                text.write_str("`true`, `false`, a number or a text in quotes")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Attribute, E> {
                Ok(Attribute::Truth(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Attribute, E> {
                Ok(Attribute::Whole(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Attribute, E> {
                match i64::try_from(value) {
                    Ok(value) => self.visit_i64(value),
                    Err(_) => self.visit_f64(value as f64),
                }
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Attribute, E> {
                if value.is_finite() {
                    Ok(Attribute::Number(value))
                } else {
                    Err(E::custom(format!("expected a finite number, found {value}")))
                }
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Attribute, E> {
                Ok(Attribute::Text(value.to_owned()))
            }

            /// Stands for a value that could not be read, which has been told of already.
            fn visit_unit<E: Error>(self) -> Result<Attribute, E> {
                Ok(Attribute::Truth(false))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_come_back() {
        for value in [
            Attribute::Truth(true),
            Attribute::Whole(-3),
            Attribute::Number(0.5),
            Attribute::Number(2.0),
            Attribute::Text("a \"label\"".to_owned()),
        ] {
            let text = ron::to_string(&value).unwrap();
            assert_eq!(ron::from_str::<Attribute>(&text).unwrap(), value, "{text}");
        }
    }
}
