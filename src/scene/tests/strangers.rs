//! Scenes from strangers: whatever their size, they are answered soon, in few words, and without using up the memory.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::*;

/// What is said about a scene with these fields, of one object if they name none.
fn answered(fields: &str) -> Diagnostics {
    let object = "objects: {\"a\": (category: \"a\", shape: Sphere(radius_m: 0.1))}";
    let object = if fields.contains("objects:") { "" } else { object };
    let text = format!("(categories: [\"a\"], ground: (), {fields} {object})");
    let start = Instant::now();
    let all = match read("test.ron", &text, &Shelf) {
        Ok(loaded) => loaded.warnings,
        Err(all) => all,
    };
    let told = all.render(false);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?} for {} bytes", start.elapsed(), text.len());
    assert!(told.len() < 500_000, "{} bytes of messages", told.len());
    all
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = write!(text, "{}, ", one(number));
        text
    })
}

/// The codes of what is said, each once.
fn codes(all: &Diagnostics) -> Vec<&'static str> {
    let mut codes: Vec<_> = all.iter().map(|one| one.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn very_many_mistakes_are_told_in_part() {
    for (fields, code) in [
        (many(20_000, |n| format!("field_{n}: 1")), "scene::unknown_field"),
        (many(100_000, |_| "samples: 1".to_owned()), "scene::duplicate_field"),
        (
            format!("variables: {{{}}},", many(5_000, |n| format!("\"v{n}\": Expr(\"w{n}\")"))),
            "scene::unknown_variable",
        ),
        (format!("variables: {{{}}},", many(20_000, |_| "\"v\": 1".to_owned())), "scene::duplicate_key"),
    ] {
        let all = answered(&fields);
        assert_eq!((all.errors(), codes(&all)), (100, vec![code]));
        assert!(all.summary().ends_with("there are more"), "{}", all.summary());
    }
}

#[test]
fn very_many_things_are_looked_at_one_by_one() {
    let object = |n: usize| format!("\"o{n}\": (category: \"a\", shape: Sphere(radius_m: 0.1), count: 0)");
    let all = answered(&format!("objects: {{{}}},", many(9_000, object)));
    assert_eq!(all.errors(), 0, "{all}");
    let all = answered(&format!("objects: {{{}}},", many(10_100, object)));
    assert_eq!(codes(&all), ["scene::too_many"], "{all}");
    let on =
        |n: usize| format!("\"o{n}\": (category: \"a\", shape: Sphere(radius_m: 0.1), place: On(support: \"p{n}\"))");
    let all = answered(&format!("objects: {{{}}},", many(9_000, on)));
    assert_eq!((all.errors(), codes(&all)), (100, vec!["scene::unknown_support"]));
    for (fields, code) in [
        (format!("variables: {{{}}},", many(10_100, |n| format!("\"v{n}\": 1"))), "scene::too_many"),
        (format!("cameras: {{{}}},", many(300, |n| format!("\"c{n}\": ()"))), "scene::too_many"),
        (
            format!("lidars: {{{}}},", many(300, |n| format!("\"l{n}\": (pose: Orbit(distance_m: 2))"))),
            "scene::too_many",
        ),
    ] {
        let all = answered(&fields);
        assert!(codes(&all).contains(&code), "{all}");
    }
}

#[test]
fn chains_of_variables_are_not_too_long() {
    let chain = |length: usize, last: &str| {
        let one = |n: usize| format!("\"v{n}\": Expr(\"v{} + v{}\")", n + 1, n + 1);
        answered(&format!("variables: {{{}\"v{length}\": {last}}},", many(length, one)))
    };
    assert_eq!(chain(31, "1").errors(), 0);
    let all = chain(9_000, "1");
    assert_eq!((all.errors(), codes(&all)), (1, vec!["scene::variable_circle"]));
    assert!(all.to_string().contains("\"v8968\" needs a variable that needs another one, and so on 33 deep"), "{all}");
    let all = chain(9_000, "Expr(\"v4000\")");
    assert_eq!(all.errors(), 100, "{all}");
    assert!(all.to_string().contains("needs its own value, by way of"), "{all}");
    // What only leads into a circle is none.
    let all = answered("variables: {\"a\": Expr(\"b\"), \"b\": Expr(\"c\"), \"c\": Expr(\"b\"), \"d\": Expr(\"d\")},");
    let told: Vec<&str> = all.iter().map(|one| one.message.as_str()).collect();
    let by = |name: &str, way: &str| format!("{name:?} needs its own value, by way of {way:?}");
    assert_eq!(told, [by("b", "c"), by("c", "b"), "\"d\" needs its own value".to_owned()]);
}

#[test]
fn records_stay_small() {
    let object = |count: u32, what: &str| {
        answered(&format!(
            "objects: {{\"a\": (category: \"a\", shape: Sphere(radius_m: 0.1), count: {count}, {what})}},"
        ))
    };
    let points = |count| format!("keypoints: {{{}}}", many(count, |n| format!("\"k{n}\": (0, 0, 0)")));
    assert_eq!(object(10, &points(1_000)).errors(), 0);
    assert!(object(1, &points(20_000)).to_string().contains("an object of 20000 keypoints"));
    let name = format!("(categories: [\"{}\"], ground: ())", "c".repeat(101));
    assert!(told(&name).iter().any(|one| one.contains("is longer than 100 characters")), "{:?}", told(&name));
    let text = format!("attributes: {{\"x\": \"{}\"}}", "y".repeat(1_000_000));
    assert_eq!(object(60, &text).errors(), 0);
    let all = object(2_000, &text);
    assert!(all.to_string().contains("expected at most 64 MB, found 1908 MB"), "{all}");
}

#[test]
fn pictures_fit_into_memory() {
    let cameras = |resolution: &str, count| {
        answered(&format!("resolution: {resolution}, cameras: {{{}}},", many(count, |n| format!("\"c{n}\": ()"))))
    };
    assert_eq!(cameras("(8192, 8192)", 1).errors(), 0);
    assert_eq!(cameras("(2048, 2048)", 16).errors(), 0);
    let all = cameras("(2048, 2048)", 200);
    assert!(all.to_string().contains("200 cameras of 2048 × 2048 have 838860800 pixels together"), "{all}");
}

#[test]
fn what_is_quoted_is_short() {
    let digits = "9".repeat(1_000_000);
    for fields in [
        format!("samples: {digits},"),
        format!("samples: \"{digits}\","),
        format!("f{digits}: 1,"),
        format!("environment: F{digits}(a: 1),"),
        format!("variables: {{\"{digits}\": {{\"{digits}\": 1}}}},"),
        format!("variables: {{\"v\": Expr(\"w{digits}\")}},"),
    ] {
        let told = answered(&fields).to_string();
        assert!(!told.is_empty() && told.len() < 10_000, "{} bytes", told.len());
    }
}

#[test]
fn paths_do_not_grow_with_the_names_in_them() {
    let (name, points) = ("n".repeat(1_000_000), many(1_000, |n| format!("\"k{n}\": (0, 0, x)")));
    let fields = format!("objects: {{\"{name}\": (shape: Sphere(radius_m: 0.1), keypoints: {{{points}}})}},");
    assert_eq!(answered(&fields).errors(), 100);
}
