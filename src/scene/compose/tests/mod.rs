//! Scenes of several files and with presets: what becomes of them, where each part of them stands, and what is said
//! about bad ones.

mod bad;
mod places;
mod property;

use std::collections::HashMap;

use super::super::syntax::{Kind, Node, Path, parse};
use super::*;

/// Composes `main.ron` with other files.
fn composed(main: &str, others: &[(&str, &str)]) -> Result<Composed, Diagnostics> {
    let others: HashMap<&str, &str> = others.iter().copied().collect();
    let mut open =
        |path: &str| others.get(path).map(|text| (*text).to_owned()).ok_or("there is no such file".to_owned());
    compose("main.ron", main, &mut open)
}

fn good(main: &str, others: &[(&str, &str)]) -> Composed {
    let composed = composed(main, others).unwrap_or_else(|all| panic!("{all}"));
    let told = composed.diagnostics(Vec::new());
    assert!(told.is_empty(), "{told}");
    composed
}

fn text(main: &str, others: &[(&str, &str)]) -> String {
    good(main, others).text().to_owned()
}

/// What a text says, without blanks, comments and the last commas.
fn meaning(text: &str) -> String {
    let (tree, errors) = parse(text);
    assert!(errors.is_empty(), "{text}\n{errors:#?}");
    let mut out = String::new();
    say(&tree.root, text, &mut out);
    out
}

fn say(node: &Node, text: &str, out: &mut String) {
    let name = node.name().unwrap_or("");
    match &node.kind {
        Kind::Struct(fields) => {
            out.push_str(&format!("{name}("));
            for field in fields {
                out.push_str(&format!("{}:", field.name.text));
                say(&field.value, text, out);
                out.push(',');
            }
            out.push(')');
        }
        Kind::Map(entries) => {
            out.push('{');
            for entry in entries {
                say(&entry.key, text, out);
                out.push(':');
                say(&entry.value, text, out);
                out.push(',');
            }
            out.push('}');
        }
        Kind::Tuple(items) | Kind::List(items) => {
            let (open, close) = if matches!(node.kind, Kind::List(_)) { ('[', ']') } else { ('(', ')') };
            out.push_str(&format!("{name}{open}"));
            for item in items {
                say(item, text, out);
                out.push(',');
            }
            out.push(close);
        }
        _ => out.push_str(node.span.of(text)),
    }
}

fn means(main: &str, others: &[(&str, &str)], expected: &str) {
    assert_eq!(meaning(&text(main, others)), meaning(expected), "{main}");
}

#[test]
fn a_text_without_any_of_it_stays_as_it_is() {
    for plain in [
        "",
        "\u{feff}#![enable(implicit_some)]\n// head\nScene( objects: {\"a\": (b: 1)}, ) // tail",
        "[1, 2]",
        "(objects: {\"extends\": 1, \"include\": 2}, a: (include: [\"x\"], presets: 3))",
        "()",
    ] {
        let composed = composed(plain, &[]);
        if plain.is_empty() {
            assert!(composed.is_err());
            continue;
        }
        let composed = composed.unwrap();
        assert_eq!(composed, Composed::plain("main.ron", plain));
        assert_eq!(composed.text(), plain);
        assert_eq!(composed.included().count(), 0);
    }
}

#[test]
fn what_is_taken_in_is_laid_out_as_people_do() {
    let main = r#"// A yard.
Scene(
    // Lamps and such.
    include: ["common/lights.ron", "props.ron"],
    categories: ["crate"], // one
    presets: {
        "crate": (
            category: "crate",
            shape: Box(size_m: (1, 1, 1)), // a cube
            body: (mass_kg: 3, friction: 0.5),
        ),
        "worn": (roughness: 0.4),
    },
    objects: {
        "big": (extends: "crate", scale: 2),
        // The small one.
        "small": Object(
            extends: "crate", // light
            body: (mass_kg: 1),
            material: (base_color: Hex("ffffff"), extends: ["worn"]) // shiny
        )
    },
    environment: Room(),
)
// end
"#;
    let lights = r#"// lamps
(
    lights: {
        // noon
        "sun": Sun(
            elevation_deg: 60, // high
        ),
    },
    environment: Sky(),
)
"#;
    let props = r#"Scene(
        include: ["./common/lights.ron"],
        categories: ["crate", "post"],
        objects: { "post": (category: "post"), "small": () },
    )"#;
    let composed = good(main, &[("common/lights.ron", lights), ("props.ron", props)]);
    let expected = r#"// A yard.
Scene(
    // Lamps and such.
    categories: ["crate", "post"], // one
    objects: {
        "big": (scale: 2, category: "crate", shape: Box(size_m: (1, 1, 1)), body: (mass_kg: 3, friction: 0.5)),
        // The small one.
        "small": Object(
            // light
            body: (mass_kg: 1, friction: 0.5),
            material: (base_color: Hex("ffffff"), roughness: 0.4), // shiny
            category: "crate",
            shape: Box(size_m: (1, 1, 1)),
        ),
        "post": (category: "post"),
    },
    environment: Room(),
    lights: {
        // noon
        "sun": Sun(
            elevation_deg: 60, // high
        ),
    },
)
// end
"#;
    assert_eq!(composed.text(), expected);
    let included: Vec<(&str, &str)> = composed.included().collect();
    assert_eq!(included, [("common/lights.ron", lights), ("props.ron", props)]);
}

#[test]
fn files_are_united_in_their_order_and_the_later_wins() {
    let a = r#"(include: ["c.ron"], objects: {"x": 1, "a": 1}, categories: ["p", "a"], ground: 1, sky: 1)"#;
    let b = r#"(include: ["c.ron"], objects: {"x": 2, "b": 2}, categories: ["p", "b"], ground: 2)"#;
    let c =
        r#"(objects: {"x": 3, "a": 3, "c": 3}, categories: ["c", "p"], ground: 3, sky: 3, sea: 3, lidars: {"l": 3})"#;
    let files = [("a.ron", a), ("b.ron", b), ("c.ron", c)];
    means(
        r#"(include: ["a.ron", "b.ron"], objects: {"m": 0}, categories: ["m"])"#,
        &files,
        // `a.ron` wins over `c.ron`, which it includes, although `b.ron` does so later.
        r#"(objects: {"m": 0, "a": 1, "c": 3, "x": 2, "b": 2}, categories: ["m", "p", "a", "c", "b"],
            ground: 2, sky: 1, sea: 3, lidars: {"l": 3})"#,
    );
    // Where the main file has nothing of the kind, the first that has gives the brackets.
    let all = r#"(objects: {"a": 1, "c": 3, "x": 2, "b": 2}, categories: ["p", "a", "c", "b"],
            ground: 2, sky: 1, sea: 3, lidars: {"l": 3})"#;
    means(r#"(include: ["a.ron", "b.ron"])"#, &files, all);
    means(r#"(include: ["a.ron", "b.ron", "c.ron"])"#, &files, all);
    means(
        r#"(include: ["a.ron"], objects: {"x": 9})"#,
        &[("a.ron", r#"(objects: {"x": 1, "y": 1,})"#)],
        r#"(objects: {"x": 9, "y": 1})"#,
    );
    // What is no map or list in the winning file stands alone.
    let (main, expected) = (r#"(include: ["a.ron"], objects: 3, categories: "x")"#, r#"(objects: 3, categories: "x")"#);
    means(main, &[("a.ron", r#"(objects: {"x": 1}, categories: ["x"])"#)], expected);
}

#[test]
fn the_same_file_by_any_name_counts_once() {
    let mut opened = Vec::new();
    let mut open = |path: &str| {
        opened.push(path.to_owned());
        let text = if path == "d.ron" { r#"(include: ["a/b.ron", "./c.ron"], a: 1)"# } else { "(b: 2)" };
        if path.contains("..") || path.starts_with('/') { Err("not there".to_owned()) } else { Ok(text.to_owned()) }
    };
    let main = r#"(include: ["d.ron", "./a//b.ron", "d.ron", "a/./b.ron", "c.ron"])"#;
    let composed = compose("some/where/main.ron", main, &mut open).unwrap();
    assert_eq!(meaning(composed.text()), "(a:1,b:2,)");
    // What may not be opened is asked for, although a file like it is known.
    for path in ["a/../c.ron", "/c.ron"] {
        let main = format!("(include: [\"c.ron\", {path:?}])");
        assert_eq!(compose("main.ron", &main, &mut open).unwrap_err().errors(), 1);
    }
    assert_eq!(opened, ["d.ron", "a/b.ron", "./c.ron", "c.ron", "a/../c.ron", "c.ron", "/c.ron"]);
}

#[test]
fn nothing_to_take_leaves_no_trace() {
    means("(include: [], a: 1)", &[], "(a: 1)");
    means("Scene(include: [])", &[], "Scene()");
    means("(a: 1, include: [\"e.ron\"])", &[("e.ron", "()")], "(a: 1)");
    means("(a: (extends: []), b: [(extends: [],)])", &[], "(a: (), b: [()])");
    means("(presets: {})", &[], "()");
    assert_eq!(text("(\n    include: [],\n    presets: {},\n    a: 1,\n)", &[]), "(\n    a: 1,\n)");
    assert_eq!(text("(\r\n  a: 1,\r\n  include: []\r\n)", &[]), "(\r\n  a: 1,\r\n)");
    assert_eq!(text("(a: 1, include: [] /* x */ , b: 2)", &[]), "(a: 1, b: 2)");
}

#[test]
fn commas_and_comments_do_not_stand_in_the_way() {
    let file = [("b.ron", "(b: 1 // one\n, // two\n c // three\n : /* four */ [2] // five\n)")];
    for main in [
        "(include: [\"b.ron\"])",
        "(include: [\"b.ron\"],)",
        "(include: [\"b.ron\"], // x\n)",
        "(include: [\"b.ron\"] // , x\n)",
        "( // x\ninclude: [\"b.ron\"])",
        "(/* ( */ include: [\"b.ron\"] /* , */, /* ) */)",
        "Scene // x (\n (include: [\"b.ron\"])",
    ] {
        let composed = text(main, &file);
        assert!(meaning(&composed).ends_with("(b:1,c:[2,],)"), "{composed}");
    }
    for main in [
        "(a: 0, include: [\"b.ron\"])",
        "(include: [\"b.ron\"], a: 0)",
        "(include: [\"b.ron\"], a: 0 // x\n)",
        "(include: [\"b.ron\"], a: 0 // x\n,)",
        "(include: [\"b.ron\"], a: 0, // x",
        "(include: [\"b.ron\"], a: 0, /* , */ // x\n\n // y\n)",
        "(a: 0 /* , */, include: [\"b.ron\"] // x\n, // y\n)",
    ] {
        let main = if main.ends_with(')') { main.to_owned() } else { format!("{main}\n)") };
        let composed = text(&main, &file);
        assert_eq!(meaning(&composed), "(a:0,b:1,c:[2,],)", "{composed}");
        assert_eq!(main.contains("// y"), composed.contains("// y"), "{composed}");
    }
}

const PRESETS_OF_ALL_KINDS: &str = r#"presets: {
    "plain": (a: 1, in: (x: 1, y: 1), map: {"k": (x: 1, y: 1), "l": 1}, list: [1]),
    "more": (extends: "plain", a: 2, in: (y: 2, z: 2), b: 2),
    "other": (a: 3, in: 3, map: {"m": 3}),
    "lamp": Point(flux_lm: 3, at: At(x: 3)),
    "bare": (),
},"#;

fn extended(value: &str, expected: &str) {
    let all = r#"{"all": (extends: ["plain", "more", "other", "bare"]), "lamp": (extends: "lamp")}"#;
    let main = format!("({PRESETS_OF_ALL_KINDS} value: {value}, used: {all})");
    let composed = text(&main, &[]);
    let (tree, _) = parse(&composed);
    let value = fields(&tree.root).iter().find(|field| field.name.text == "value").unwrap();
    assert_eq!(meaning(value.value.span.of(&composed)), meaning(expected), "{main}");
}

#[test]
fn structs_take_the_fields_that_they_lack() {
    let plain = r#"in: (x: 1, y: 1), map: {"k": (x: 1, y: 1), "l": 1}, list: [1]"#;
    extended(r#"(extends: "plain")"#, &format!("(a: 1, {plain})"));
    extended(r#"Named(a: 9, extends: "plain")"#, &format!("Named(a: 9, {plain})"));
    extended(r#"(extends: "bare", a: 9)"#, "(a: 9)");
    extended(r#"(extends: ["bare"])"#, "()");
    extended(
        r#"[(extends: "bare"), Some((extends: "bare")), (1, (extends: "bare", q: 1))]"#,
        "[(), Some(()), (1, (q: 1))]",
    );
}

#[test]
fn structs_and_maps_are_merged_in_depth() {
    extended(
        r#"(extends: "plain", in: (y: 9, w: 9), map: {"k": (y: 9), "n": 9}, list: [9])"#,
        r#"(in: (y: 9, w: 9, x: 1), map: {"k": (y: 9, x: 1), "n": 9, "l": 1}, list: [9], a: 1)"#,
    );
    extended(r#"(extends: "plain", in: 9, map: (a: 9), list: {})"#, "(in: 9, map: (a: 9), list: {}, a: 1)");
    extended(
        r#"(extends: "plain", in: (), map: {})"#,
        r#"(in: (x: 1, y: 1), map: {"k": (x: 1, y: 1), "l": 1}, a: 1, list: [1])"#,
    );
    // What a part extends itself comes before what the whole does.
    extended(
        r#"(extends: "plain", in: (extends: "other"))"#,
        r#"(in: (a: 3, in: 3, map: {"m": 3}, x: 1, y: 1), a: 1, map: {"k": (x: 1, y: 1), "l": 1}, list: [1])"#,
    );
}

#[test]
fn presets_extend_presets_and_the_later_wins() {
    extended(
        r#"(extends: "more")"#,
        r#"(a: 2, in: (y: 2, z: 2, x: 1), b: 2, map: {"k": (x: 1, y: 1), "l": 1}, list: [1])"#,
    );
    extended(
        r#"(extends: ["more", "other"], in: (v: 9))"#,
        // The last preset says that `in` is no struct, so that there is nothing to take for it.
        r#"(in: (v: 9), a: 3, map: {"m": 3, "k": (x: 1, y: 1), "l": 1}, b: 2, list: [1])"#,
    );
    extended(
        r#"(extends: ["other", "plain"])"#,
        r#"(a: 1, in: (x: 1, y: 1), map: {"k": (x: 1, y: 1), "l": 1, "m": 3}, list: [1])"#,
    );
}

#[test]
fn names_are_taken_but_not_changed() {
    extended(r#"(extends: "lamp", flux_lm: 9)"#, "Point(flux_lm: 9, at: At(x: 3))");
    extended(r#"Point(extends: "lamp")"#, "Point(flux_lm: 3, at: At(x: 3))");
    extended(r#"(extends: ["bare", "lamp"], at: (y: 9))"#, "Point(at: At(y: 9, x: 3), flux_lm: 3)");
    extended(r#"(extends: "lamp", at: At())"#, "Point(at: At(x: 3), flux_lm: 3)");
    extended(r#"(extends: "lamp", at: On(y: 9))"#, "Point(at: On(y: 9), flux_lm: 3)");
    extended(r#"(extends: "lamp", at: At)"#, "Point(at: At, flux_lm: 3)");
    assert_eq!(text("(presets: {\"a\": r#B(c: 1)}, d: (extends: \"a\"))", &[]), "(d: r#B(c: 1))");
}

#[test]
fn presets_are_united_over_files_and_used_in_all() {
    let file = r#"(
        presets: {"a": (x: 1), "b": (extends: "a", y: 1), "unused": (extends: "a")},
        objects: {"f": (extends: "b")},
    )"#;
    means(
        r#"(include: ["f.ron"], presets: {"a": (x: 2)}, objects: {"m": (extends: "b")})"#,
        &[("f.ron", file)],
        r#"(objects: {"m": (y: 1, x: 2), "f": (y: 1, x: 2)})"#,
    );
    let (a, b) = (r#"(presets: {"p": (x: 1), "q": (x: 1)})"#, r#"(presets: {"p": (x: 2)}, include: ["a.ron"])"#);
    for list in ["\"a.ron\", \"b.ron\"", "\"b.ron\", \"a.ron\""] {
        means(
            &format!("(include: [{list}], o: (extends: \"p\"), s: (extends: \"q\"))"),
            &[("a.ron", a), ("b.ron", b)],
            "(o: (x: 2), s: (x: 1))",
        );
    }
}

#[test]
fn the_root_can_extend_a_preset() {
    means(
        r#"Scene(
            extends: "base",
            presets: {"base": (resolution: (1, 2), objects: {"a": (x: 1), "b": ()})},
            objects: {"a": (y: 1)},
        )"#,
        &[],
        r#"Scene(objects: {"a": (y: 1, x: 1), "b": ()}, resolution: (1, 2))"#,
    );
    means(
        r#"(include: ["f.ron"], objects: {"a": (y: 1)})"#,
        &[("f.ron", r#"(extends: "base", presets: {"base": Scene(objects: {"a": (x: 1)})})"#)],
        r#"Scene(objects: {"a": (y: 1, x: 1)})"#,
    );
}

#[test]
fn a_preset_that_nothing_extends_is_told_in_the_main_file_only() {
    let main = "(\n    include: [\"f.ron\"],\n    presets: {\"a\": (), \"b\": (extends: \"c\"), \"c\": ()},\n)";
    let composed = composed(main, &[("f.ron", "(presets: {\"d\": ()})")]).unwrap();
    let told = composed.diagnostics(Vec::new());
    let codes: Vec<(&str, String, usize)> =
        told.iter().map(|one| (one.code, one.path.clone(), told.position(one).column)).collect();
    let path = |name: &str| Path::default().field("presets").key(name).to_string();
    assert_eq!(codes, [("scene::unused_preset", path("a"), 15), ("scene::unused_preset", path("b"), 24)]);
    assert_eq!(told.errors(), 0);
}
