//! A serde deserialiser over the tree that tells everything that is wrong, not only the first.
//!
//! What it finds itself, such as a wrong type, it tells at once and goes on with a stand-in. What a type raises,
//! such as a missing field, ends the pass; the place is repaired and the next pass begins, until none fails.
//!
//! An enum whose name begins with `$` is *open*: a named value that is one of its variants is given as that variant,
//! any other as a newtype struct around itself. So a plain value may stand where a distribution may.

use serde::de::{Deserialize, Deserializer, Visitor};

use super::super::diagnostic::Diagnostic;
use super::access::{self, Child, Items};
use super::stand_in::StandIn;
use super::value::{Error, State, Value};
use super::variant::Variant;
use super::{Kind, Path, Repairs, Tree, describe};

/// The first character of an open enum's name.
pub(super) const OPEN_ENUM: char = '$';

/// Every pass repairs at least one place; a file with more mistakes than this is not worth more.
const MOST_PASSES: usize = 100;
/// Bytes that all passes go over: of a large file fewer mistakes are told at a time.
const MOST_BYTES: usize = 64 << 20;

/// Fills a type from a tree. Gives the value, in which stand-ins may take the place of mistakes (where, the repairs
/// tell), and all errors; the value can be trusted where there are none, and is there in all but hopeless cases.
pub fn deserialize<T: for<'de> Deserialize<'de>>(tree: &Tree) -> (Option<T>, Repairs, Vec<Diagnostic>) {
    let state = State { text: &tree.text, ..State::default() };
    let mut value = None;
    let passes = (MOST_BYTES / tree.text.len().max(1)).clamp(2, MOST_PASSES);
    for _ in 0..passes {
        state.again.set(false);
        let root = Value { node: &tree.root, path: Path::default(), state: &state, besides: Vec::new() };
        match T::deserialize(root) {
            Ok(read) => value = Some(read),
            Err(error) => state.repair(error),
        }
        if !state.again.get() {
            break;
        }
    }
    (value, state.repairs.into_inner(), state.diagnostics.into_inner().into_list())
}

macro_rules! integers {
    ($($method:ident, $visit:ident, $type:ty;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.integer(<$type>::MIN as i128, <$type>::MAX as i128) {
                Some(value) => self.located(visitor.$visit(value as $type)),
                None => StandIn::default().$method(visitor),
            }
        })*
    };
}

/// Methods that stand in for others.
macro_rules! forward {
    ($($method:ident => $other:ident;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.$other(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Error;

    integers! {
        deserialize_i8, visit_i8, i8;
        deserialize_i16, visit_i16, i16;
        deserialize_i32, visit_i32, i32;
        deserialize_i64, visit_i64, i64;
        deserialize_i128, visit_i128, i128;
        deserialize_u8, visit_u8, u8;
        deserialize_u16, visit_u16, u16;
        deserialize_u32, visit_u32, u32;
        deserialize_u64, visit_u64, u64;
    }

    forward! {
        deserialize_u128 => deserialize_u64;
        deserialize_string => deserialize_str;
        deserialize_identifier => deserialize_str;
        deserialize_byte_buf => deserialize_bytes;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            _ if self.is_unknown() => visitor.visit_unit(),
            Kind::Bool(value) => self.located(visitor.visit_bool(*value)),
            Kind::Integer(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => self.located(visitor.visit_i64(value)),
                (_, Ok(value)) => self.located(visitor.visit_u64(value)),
                _ => self.located(visitor.visit_i128(*value)),
            },
            Kind::Float(value) => self.located(visitor.visit_f64(*value)),
            Kind::Char(c) => self.located(visitor.visit_char(*c)),
            Kind::Text(text) => self.located(visitor.visit_str(text)),
            Kind::Bytes(bytes) => self.located(visitor.visit_bytes(bytes)),
            Kind::Bare if self.node.is_none() => visitor.visit_none(),
            Kind::Bare | Kind::Hole => visitor.visit_unit(),
            Kind::Tuple(items) if items.is_empty() => visitor.visit_unit(),
            Kind::Tuple(items) => self.clone().deserialize_tuple(items.len(), visitor),
            Kind::List(_) => self.deserialize_seq(visitor),
            Kind::Struct(_) | Kind::Map(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.kind {
            Kind::Bool(value) => self.located(visitor.visit_bool(value)),
            _ => self.wrong_type("`true` or `false`").deserialize_bool(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.number(f64::from(f32::MAX)) {
            Some(value) => self.located(visitor.visit_f32(value as f32)),
            None => StandIn::default().deserialize_f32(visitor),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.number(f64::MAX) {
            Some(value) => self.located(visitor.visit_f64(value)),
            None => StandIn::default().deserialize_f64(visitor),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.kind {
            Kind::Char(c) => self.located(visitor.visit_char(c)),
            _ => self.wrong_type("a character in single quotes").deserialize_char(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.string() {
            Some(text) => self.located(visitor.visit_str(text)),
            None => StandIn::default().deserialize_str(visitor),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Bytes(bytes) => self.located(visitor.visit_bytes(bytes)),
            _ => self.wrong_type("bytes, `b\"…\"`").deserialize_bytes(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_unknown() || self.node.is_none() {
            return visitor.visit_none();
        }
        match self.node.wrapped_in("Some") {
            Some(inner) => visitor.visit_some(self.child(inner, self.path.clone())),
            None => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Tuple(items) if items.is_empty() => visitor.visit_unit(),
            _ => self.wrong_type("`()`").deserialize_unit(visitor),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if self.node.kind == Kind::Bare && self.node.name() == Some(name) {
            return visitor.visit_unit();
        }
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        let inner = self.node.wrapped_in(name).map(|inner| self.child(inner, self.path.clone()));
        visitor.visit_newtype_struct(inner.unwrap_or(self))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let items = match &self.node.kind {
            _ if self.is_unknown() => return StandIn::default().deserialize_seq(visitor),
            Kind::List(items) => items,
            Kind::Tuple(items) if self.node.name.is_none() => {
                let message = format!("expected a list, found {}", describe::describe(self.node));
                let error = Diagnostic::error("scene::wrong_type", message, self.node.span).path(&self.path);
                self.report(error.label("expected square brackets").help("lists are written `[…, …]`"));
                items
            }
            _ => return self.wrong_type("a list, `[…]`").deserialize_seq(visitor),
        };
        let items = self.items(items).into_iter().map(Child::Read).collect();
        self.located(visitor.visit_seq(Items::new(items)))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        let blanks = vec!["…"; len].join(", ");
        match &self.node.kind {
            _ if self.is_unknown() => StandIn::default().deserialize_tuple(len, visitor),
            Kind::Tuple(items) | Kind::List(items) if self.node.name.is_none() => {
                let items = access::exactly(&self, self.items(items), len, &format!("`({blanks})`"));
                self.located(visitor.visit_seq(items))
            }
            _ => {
                let expected = format!("{}, `({blanks})`", describe::values(len));
                self.wrong_type(&expected).deserialize_tuple(len, visitor)
            }
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.node.name() == Some(name) {
            return serde::de::VariantAccess::tuple_variant(Variant { value: self, name }, len, visitor);
        }
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            _ if self.is_unknown() => StandIn::default().deserialize_map(visitor),
            Kind::Map(given) => self.located(visitor.visit_map(access::entries(&self, given))),
            Kind::Struct(given) => {
                let first = given.first().map_or("name", |field| field.name.text.as_str());
                let message = format!("expected a map, found {}", describe::describe(self.node));
                let error = Diagnostic::error("scene::wrong_type", message, self.node.head()).path(&self.path);
                let error = error.label("expected `{`").help(format!("names go in quotes: `{{ \"{first}\": … }}`"));
                self.report(error);
                self.located(visitor.visit_map(access::fields_as_entries(&self, given)))
            }
            _ => self.wrong_type("a map, `{ \"name\": … }`").deserialize_map(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let is_own = self.node.name().is_none_or(|given| given == name);
        match &self.node.kind {
            _ if self.is_unknown() => return StandIn::default().deserialize_struct(name, fields, visitor),
            Kind::Struct(_) if !is_own => {
                if !self.besides.is_empty() {
                    return self.wrong_type("fields").deserialize_struct(name, fields, visitor);
                }
                let message = format!("expected `{name}(…)` or `(…)`, found {}", describe::describe(self.node));
                let error = Diagnostic::error("scene::wrong_type", message, self.node.head()).path(&self.path);
                self.report(error.label(format!("expected `{name}` or nothing before the bracket")));
            }
            _ => {}
        }
        match &self.node.kind {
            Kind::Struct(given) => self.located(visitor.visit_map(access::fields(&self, given, fields))),
            Kind::Bare if is_own => self.located(visitor.visit_map(access::fields(&self, &[], fields))),
            Kind::Tuple(items) if items.is_empty() && is_own => {
                self.located(visitor.visit_map(access::fields(&self, &[], fields)))
            }
            Kind::Map(given) => {
                let message = "expected fields in round brackets, found a map";
                let error = Diagnostic::error("scene::wrong_type", message, self.node.head()).path(&self.path);
                let first = fields.first().copied().unwrap_or("name");
                self.report(error.label("expected `(`").help(format!("write `({first}: …)`, names without quotes")));
                self.located(visitor.visit_map(access::entries_as_fields(&self, given, fields)))
            }
            _ => {
                let first = fields.first().copied().unwrap_or("…");
                self.wrong_type(&format!("fields, `({first}: …)`")).deserialize_struct(name, fields, visitor)
            }
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.is_unknown() {
            return StandIn::default().deserialize_enum(name, variants, visitor);
        }
        let given = self.meant_name();
        let variant = given.as_ref().and_then(|given| variants.iter().find(|variant| *variant == given));
        match (variant, given) {
            (Some(variant), _) => {
                let value = self.clone();
                self.located(visitor.visit_enum(Variant { value, name: variant }))
            }
            (None, _) if name.starts_with(OPEN_ENUM) => {
                self.besides.extend(variants);
                visitor.visit_newtype_struct(self)
            }
            (None, Some(given)) => self.unknown_name(&given, "", variants).deserialize_enum(name, variants, visitor),
            (None, None) => {
                let known: Vec<&str> = variants.iter().chain(&self.besides).copied().collect();
                let expected = describe::names(&known, "or");
                self.wrong_type(&expected).deserialize_enum(name, variants, visitor)
            }
        }
    }
}
