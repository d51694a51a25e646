//! Where the parts of a composed text stand.

use super::super::super::syntax::Span;
use super::*;

const MAIN: &str = r#"(
    include: ["sub/parts.ron"],
    presets: { "lamp": Point(flux_lm: 30, at: (x: 1, y: 2)) },
    lights: {
        "near": (extends: "lamp", at: (x: 5)),
        "far": (extends: "lamp"),
    },
)"#;
const PARTS: &str = "(\n    lights: { \"own\": Sun(lux: 7) },\n    ground: (height: 8),\n)";

fn example() -> Composed {
    compose("dir/main.ron", MAIN, &mut |_| Ok(PARTS.to_owned())).unwrap()
}

/// "file:line:column" of a part of the composed text; it must stand there in the file, too.
fn place(composed: &Composed, part: &str, nth: usize) -> String {
    let (start, _) = composed.text().match_indices(part).nth(nth).unwrap();
    let error = Diagnostic::error("scene::test", "wrong", Span::new(start, start + part.len()));
    let all = composed.diagnostics(vec![error]);
    let one = all.iter().next().unwrap();
    let at = all.position(one);
    let source = match all.file(one) {
        "dir/main.ron" => MAIN,
        "dir/sub/parts.ron" => PARTS,
        other => other,
    };
    let line = source.lines().nth(at.line - 1).unwrap_or("");
    let there: String = line.chars().skip(at.column - 1).take(part.len()).collect();
    assert_eq!(there, part);
    format!("{}:{}:{}", all.file(one), at.line, at.column)
}

#[test]
fn every_part_is_found_where_it_stands() {
    let composed = example();
    assert_eq!(
        meaning(composed.text()),
        meaning(
            r#"(lights: {"near": Point(at: (x: 5, y: 2), flux_lm: 30),
        "far": Point(flux_lm: 30, at: (x: 1, y: 2)), "own": Sun(lux: 7)}, ground: (height: 8))"#
        )
    );
    assert_eq!(place(&composed, "x: 5", 0), "dir/main.ron:5:40");
    assert_eq!(place(&composed, "y: 2", 0), "dir/main.ron:3:54");
    assert_eq!(place(&composed, "30", 1), "dir/main.ron:3:39");
    assert_eq!(place(&composed, "lux: 7", 0), "dir/sub/parts.ron:2:26");
    assert_eq!(place(&composed, "height: 8", 0), "dir/sub/parts.ron:3:14");
    let whole =
        composed.diagnostics(vec![Diagnostic::error("scene::test", "wrong", Span::new(0, composed.text().len()))]);
    assert_eq!(whole.position(whole.iter().next().unwrap()).line, 1);
}

#[test]
fn each_byte_that_comes_from_a_file_is_the_same_there() {
    let composed = example();
    let mut from_files = 0;
    for (at, letter) in composed.text().char_indices() {
        let place = composed.sources.place(Span::new(at, at + letter.len_utf8()));
        let there = place.span.of(composed.sources.text(place.file));
        if !there.is_empty() {
            assert_eq!(there, letter.to_string());
            from_files += 1;
        }
    }
    assert!(from_files > composed.text().len() / 2);
}

#[test]
fn a_struct_that_took_its_name_is_told_where_it_stands_itself() {
    let composed = example();
    let (tree, _) = parse(composed.text());
    let lights = &fields(&tree.root)[0].value;
    let Kind::Map(entries) = &lights.kind else { panic!() };
    let all = composed.diagnostics(vec![
        Diagnostic::error("scene::test", "far", entries[1].value.head()),
        Diagnostic::error("scene::test", "near", entries[0].value.span).also(entries[2].key.span, "there"),
        Diagnostic::error("scene::test", "ground", fields(&tree.root)[1].value.span),
    ]);
    let expected = r#"dir/main.ron:5:17: error: near
  |
5 |         "near": (extends: "lamp", at: (x: 5)),
  |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 --> dir/sub/parts.ron:2:15
  |
2 |     lights: { "own": Sun(lux: 7) },
  |               ----- there

dir/main.ron:6:16: error: far
  |
6 |         "far": (extends: "lamp"),
  |                ^

dir/sub/parts.ron:3:13: error: ground
  |
3 |     ground: (height: 8),
  |             ^^^^^^^^^^^
"#;
    assert_eq!(all.render(false), expected);
}

#[test]
fn what_several_took_is_told_once() {
    let composed = example();
    let part = "flux_lm: 30";
    let told = composed.text().match_indices(part).flat_map(|(at, _)| {
        ["a", "b"].map(|message| Diagnostic::error("scene::test", message, Span::new(at, at + part.len())))
    });
    let all = composed.diagnostics(told.collect());
    assert_eq!(all.len(), 2);
}

fn edited(composed: &Composed, edit: &str) -> Composed {
    composed.set(&edit.parse().unwrap()).unwrap()
}

#[test]
fn a_value_that_is_set_is_shown_by_itself() {
    let composed = edited(&example(), "lights.far.flux_lm=2000");
    let composed = edited(&composed, "lights.near.range.most=40");
    assert_eq!(
        meaning(composed.text()),
        meaning(
            r#"(lights: {"near": Point(range: (most: 40), at: (x: 5, y: 2), flux_lm: 30),
        "far": Point(flux_lm: 2000, at: (x: 1, y: 2)), "own": Sun(lux: 7)}, ground: (height: 8))"#
        )
    );
    assert_eq!(place(&composed, "lux: 7", 0), "dir/sub/parts.ron:2:26");
    assert_eq!(place(&composed, "y: 2", 1), "dir/main.ron:3:54");
    let at = |part: &str| {
        let start = composed.text().find(part).unwrap();
        Diagnostic::error("scene::test", part, Span::new(start, start + part.len()))
    };
    let all = composed.diagnostics(vec![at("2000"), at("40"), at("most")]);
    let expected = "(set):1:20: error: 2000
  |
1 | lights.far.flux_lm=2000
  |                    ^^^^

(set):1:1: error: most
  |
1 | lights.near.range.most=40
  | ^

(set):1:24: error: 40
  |
1 | lights.near.range.most=40
  |                        ^^
";
    assert_eq!(all.render(false), expected);
    assert_eq!(composed.included().count(), 1);
    assert!(example().set(&"lights.far[1]=2".parse().unwrap()).is_err());
}

#[test]
fn a_value_that_is_set_in_a_single_file_is_shown_in_it() {
    let composed = edited(&Composed::plain("a.ron", "(\n    b: 1,\n)"), "b=200");
    assert_eq!(composed, Composed::plain("a.ron", "(\n    b: 200,\n)"));
}
