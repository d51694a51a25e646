//! Filling types from a tree.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::{Cursor, deserialize};
use super::tree;
use crate::scene::{Number, Pick};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct All {
    whole: u8,
    signed: i64,
    single: f32,
    yes: bool,
    letter: char,
    #[serde(default)]
    maybe: Option<String>,
    #[serde(default)]
    bare: Option<u32>,
    pair: (u8, String),
    list: Vec<Shape>,
    map: BTreeMap<String, Wrapped>,
    unit: (),
}

#[derive(Debug, PartialEq, Deserialize)]
enum Shape {
    Unit,
    Wrapping(u8),
    Two(u8, f64),
    Named {
        a: u8,
        #[serde(default)]
        b: u8,
    },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Wrapped(u8);

fn told<T: for<'de> Deserialize<'de>>(text: &str) -> (Option<T>, Vec<String>) {
    let (value, _, errors) = deserialize(&tree(text));
    (value, errors.into_iter().map(|error| format!("{}: {}", error.path, error.message)).collect())
}

#[test]
fn all_kinds_of_types() {
    let text = "All(whole: 255, signed: -3, single: 2, yes: true, letter: 'x', maybe: Some(\"m\"), bare: 7, \
                pair: (1, \"p\"), list: [Unit, Unit(), Wrapping(3), Two(4, 5), Named(a: 6), Named(a: 7, b: 8)], \
                map: {\"a\": 1, \"b\": Wrapped(2)}, unit: ())";
    let expected = All {
        whole: 255,
        signed: -3,
        single: 2.0,
        yes: true,
        letter: 'x',
        maybe: Some("m".to_owned()),
        bare: Some(7),
        pair: (1, "p".to_owned()),
        list: vec![
            Shape::Unit,
            Shape::Unit,
            Shape::Wrapping(3),
            Shape::Two(4, 5.0),
            Shape::Named { a: 6, b: 0 },
            Shape::Named { a: 7, b: 8 },
        ],
        map: BTreeMap::from([("a".to_owned(), Wrapped(1)), ("b".to_owned(), Wrapped(2))]),
        unit: (),
    };
    assert_eq!(told::<All>(text), (Some(expected), vec![]));
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = "(whole: 256, signed: 1.5, single: 1e300, yes: 1, letter: \"x\", bare: \"7\", pair: (1,), \
                list: [Unit(1), Wrapping, Two(1), Named(1), Named(b: 1), Nmaed(a: 1), Far], \
                map: {\"a\": 1, \"a\": 2, \"b\": true}, unit: (1), yess: true)";
    let (value, errors) = told::<All>(text);
    assert!(value.is_some());
    let expected = [
        ": there is no field `yess`",
        "whole: expected a whole number from 0 to 255, found the number 256",
        "signed: expected a whole number from -9223372036854775808 to 9223372036854775807, found the number 1.5",
        "single: expected a finite number, found the number 1e300",
        "yes: expected `true` or `false`, found the number 1",
        "letter: expected a character in single quotes, found \"x\"",
        "bare: expected a whole number from 0 to 4294967295, found \"7\"",
        "pair: expected 2 values, found 1",
        "list[0]: `Unit` takes no values",
        "list[1]: `Wrapping` takes 1 value, found none",
        "list[2]: expected 2 values, found 1",
        "list[3]: the values of `Named` need their names",
        "list[4]: the field `a` of `Named` is missing",
        "list[5]: `Nmaed` means nothing here",
        "list[6]: `Far` means nothing here",
        "map: the key `a` is given twice",
        "map[\"b\"]: expected a whole number from 0 to 255, found `true`",
        "unit: expected `()`, found 1 value in round brackets",
    ];
    for expected in expected {
        assert!(errors.iter().any(|error| error == expected), "{expected}\n{errors:#?}");
    }
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
}

#[test]
fn missing_fields_are_all_told() {
    let (value, errors) = told::<All>("()");
    assert!(value.is_some());
    assert_eq!(errors.len(), 9, "{errors:#?}");
}

#[test]
fn a_misspelt_name_is_looked_into() {
    let (_, errors) = told::<Vec<Shape>>("[Naemd(a: 1, c: 2), named(a: true)]");
    let expected = [
        "[0]: `Naemd` means nothing here",
        "[0]: there is no field `c` in `Named`",
        "[1]: `named` means nothing here",
        "[1].a: expected a whole number from 0 to 255, found `true`",
    ];
    for expected in expected {
        assert!(errors.iter().any(|error| error == expected), "{expected}\n{errors:#?}");
    }
}

#[test]
fn types_without_end_do_not_end_the_program() {
    #[derive(Debug, PartialEq, Deserialize)]
    enum Endless {
        More(Box<Endless>),
    }
    let (value, errors) = told::<Endless>("More(More(1))");
    assert_eq!(value, None);
    assert!(!errors.is_empty());
}

#[test]
fn open_enums_take_plain_and_named_values() {
    let (value, errors) = told::<Number>("Choice([1, Weighted(2, Uniform(0, 1)), Constant(3), Choice([4])])");
    assert!(errors.is_empty(), "{errors:?}");
    let Some(Number::Choice(entries)) = value else { panic!("{value:?}") };
    assert_eq!(entries[1].weight, 2.0);
    assert_eq!(entries[1].value, Number::Uniform(0.0, 1.0));
    let normal = told::<Number>("Normal(mean: 1, std_dev: 2, max: Some(3))").0;
    assert_eq!(normal, Some(Number::Normal { mean: 1.0, std_dev: 2.0, min: f64::NEG_INFINITY, max: 3.0 }));
    let (value, errors) = told::<Pick<String>>("Choice([\"a\", Weighted(2, \"b\")])");
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(value.map(|pick| pick.values().count()), Some(2));
    assert_eq!(told::<Pick<String>>("\"a\"").0, Some(Pick::Constant("a".to_owned())));
    assert_eq!(told::<Pick<Option<u8>>>("None").0, Some(Pick::Constant(None)));
}

#[test]
fn choices_may_nest_as_deep_as_brackets() {
    let text = format!("{}1{}", "Choice([".repeat(32), "])".repeat(32));
    let (value, errors) = told::<Number>(&text);
    assert!(value.is_some() && errors.is_empty(), "{errors:?}");
}

#[test]
fn cursors_find_what_was_meant() {
    let text = "(whole: 1, list: [Nmaed(a: 5)], maybe: Some(\"m\"), map: {\"k\": 3})";
    let tree = tree(text);
    let (_, repairs, _) = deserialize::<All>(&tree);
    let root = Cursor::new(&tree, &repairs);
    let five = root.field("list").index(0).field("a");
    assert_eq!((five.span().of(text), five.path().to_string()), ("5", "list[0].a".to_owned()));
    assert_eq!(root.field("list").index(0).name(), Some("Named"));
    assert_eq!(root.field("maybe").inside("Some").span().of(text), "\"m\"");
    assert_eq!(root.field("map").key("k").span().of(text), "3");
    assert_eq!(root.field("map").key_span("k").of(text), "\"k\"");
    assert!(root.field("yes").is_unknown(), "it was missing");
    assert!(!root.field("whole").is_unknown());
    assert_eq!(root.field("yes").span().of(text), "(", "the nearest there is");
}
