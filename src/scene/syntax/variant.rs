//! The variants of an enum, as serde asks for them.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor};

use super::access::{self, Pairs};
use super::stand_in::StandIn;
use super::value::{Error, Value};
use super::{Kind, describe};

/// A value that is the named variant.
pub(super) struct Variant<'a> {
    pub(super) value: Value<'a>,
    pub(super) name: &'static str,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Error;
    type Variant = Variant<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Variant<'a>), Error> {
        let name: StrDeserializer<Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match &self.value.node().kind {
            Kind::Bare => {}
            Kind::Tuple(items) if items.is_empty() => {}
            _ => {
                let help = format!("write `{}`", self.name);
                self.value.wrong_shape(&format!("`{}` takes no values", self.name), "expected no brackets", &help);
            }
        }
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        if let Kind::Tuple(items) = &self.value.node().kind
            && let [item] = items.as_slice()
        {
            return seed.deserialize(self.value.child(item, self.value.path().clone()));
        }
        let found = match &self.value.node().kind {
            Kind::Tuple(items) => items.len().to_string(),
            Kind::Struct(_) => "named ones".to_owned(),
            _ => "none".to_owned(),
        };
        // The one variant of the language that holds a list.
        let inside = if self.name == "Choice" { "[…]" } else { "…" };
        let message = format!("`{}` takes 1 value, found {found}", self.name);
        self.value.wrong_shape(&message, "expected 1 value", &format!("write `{}({inside})`", self.name));
        seed.deserialize(StandIn::default())
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        let value = &self.value;
        let path = || value.path().clone();
        let blanks = vec!["…"; len].join(", ");
        match &value.node().kind {
            Kind::Tuple(items) => {
                let children = items.iter().map(|item| value.child(item, path())).collect();
                let sample = format!("`{}({blanks})`", self.name);
                value.located(visitor.visit_seq(access::exactly(value, children, len, &sample)))
            }
            Kind::Struct(fields) => {
                let values: Vec<&str> = fields.iter().map(|field| field.value.span.of(value.text())).collect();
                let message = format!("the {} of `{}` have no names", describe::values(len), self.name);
                let help = format!("write `{}({})`", self.name, values.join(", "));
                value.wrong_shape(&message, "expected no names", &help);
                let children = fields.iter().map(|field| value.child(&field.value, path())).collect();
                value.located(visitor.visit_seq(access::exactly(value, children, len, "")))
            }
            _ => {
                let message = format!("`{}` takes {}, found none", self.name, describe::values(len));
                let expected = format!("expected {}", describe::values(len));
                value.wrong_shape(&message, &expected, &format!("write `{}({blanks})`", self.name));
                StandIn::default().deserialize_tuple(len, visitor)
            }
        }
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        let value = &self.value;
        match &value.node().kind {
            Kind::Struct(given) => value.located(visitor.visit_map(access::fields(value, given, fields))),
            Kind::Bare => value.located(visitor.visit_map(access::fields(value, &[], fields))),
            Kind::Tuple(items) if items.is_empty() => {
                value.located(visitor.visit_map(access::fields(value, &[], fields)))
            }
            Kind::Tuple(items) => {
                let values: Vec<String> = std::iter::zip(fields, items)
                    .map(|(field, item)| format!("{field}: {}", item.span.of(value.text())))
                    .collect();
                let message = format!("the values of `{}` need their names", self.name);
                let label = format!("expected {}", describe::names(fields, "and"));
                value.wrong_shape(&message, &label, &format!("write `{}({})`", self.name, values.join(", ")));
                StandIn::default().deserialize_struct("", fields, visitor)
            }
            _ => value.located(visitor.visit_map(Pairs::new(Vec::new()))),
        }
    }
}
