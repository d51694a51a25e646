//! What cannot be composed, and what is said about it.

use super::*;

/// "file:line:column code message" of everything that is wrong, sorted by place.
fn told(main: &str, others: &[(&str, &str)]) -> Vec<String> {
    match composed(main, others) {
        Ok(composed) => panic!("{}", composed.text()),
        Err(all) => list(&all),
    }
}

fn list(all: &Diagnostics) -> Vec<String> {
    assert!(all.errors() > 0);
    let line = |one: &Diagnostic| {
        let at = all.position(one);
        format!("{}:{}:{} {} {}", all.file(one), at.line, at.column, one.code, one.message)
    };
    all.iter().map(line).collect()
}

fn one(main: &str, others: &[(&str, &str)], expected: &str) {
    assert_eq!(told(main, others), [expected], "{main}");
}

#[test]
fn values_of_the_wrong_type_are_answered() {
    for (main, expected) in [
        ("(include: 3)", "1:11 scene::wrong_type expected a list of files, `[\"…\"]`, found the number 3"),
        ("(include: \"a.ron\")", "1:11 scene::wrong_type expected a list of files, `[\"…\"]`, found \"a.ron\""),
        (
            "(include: (a: 1))",
            "1:11 scene::wrong_type expected a list of files, `[\"…\"]`, found fields in round brackets",
        ),
        ("(include: [3])", "1:12 scene::wrong_type expected the path of a file in quotes, found the number 3"),
        ("(include: [a])", "1:12 scene::wrong_type expected the path of a file in quotes, found `a`"),
        ("(presets: [])", "1:11 scene::wrong_type expected a map of presets, `{ \"name\": (…) }`, found a list of 0"),
        (
            "(presets: (a: ()))",
            "1:11 scene::wrong_type expected a map of presets, `{ \"name\": (…) }`, found fields in round brackets",
        ),
        ("(presets: {3: ()})", "1:12 scene::wrong_type expected the name of a preset in quotes, found the number 3"),
        (
            "(presets: {\"a\": 3})",
            "1:17 scene::wrong_type expected a struct, `(…)` or `Name(…)`, as a preset, found the number 3",
        ),
        (
            "(presets: {\"a\": {}})",
            "1:17 scene::wrong_type expected a struct, `(…)` or `Name(…)`, as a preset, found a map, `{ … }`",
        ),
        (
            "(presets: {\"a\": Rgb(1)})",
            "1:17 scene::wrong_type expected a struct, `(…)` or `Name(…)`, as a preset, found `Rgb(…)`",
        ),
        (
            "(a: (extends: 4))",
            "1:15 scene::wrong_type expected the name of a preset in quotes, or a list of them, found the number 4",
        ),
        (
            "(a: (extends: a))",
            "1:15 scene::wrong_type expected the name of a preset in quotes, or a list of them, found `a`",
        ),
        ("(a: (extends: [4]))", "1:16 scene::wrong_type expected the name of a preset in quotes, found the number 4"),
        ("(a: (extends: [[]]))", "1:16 scene::wrong_type expected the name of a preset in quotes, found a list of 0"),
    ] {
        one(main, &[], &format!("main.ron:{expected}"));
    }
    let help = composed("(include: \"a.ron\")", &[]).unwrap_err();
    assert_eq!(help.iter().next().unwrap().help.as_deref(), Some("write `[\"a.ron\"]`"));
    let help = composed("(a: (extends: crate))", &[]).unwrap_err();
    assert_eq!(help.iter().next().unwrap().help.as_deref(), Some("write \"crate\""));
    assert_eq!(help.iter().next().unwrap().path, "a.extends");
}

#[test]
fn what_is_given_twice_is_answered() {
    let file = [("f.ron", "(b: 1, b: 2)")];
    one("(include: [], include: [])", &[], "main.ron:1:15 scene::duplicate_field the field `include` is given twice");
    one("(presets: {\"a\": (), \"a\": ()})", &[], "main.ron:1:21 scene::duplicate_key the key `a` is given twice");
    one("(include: [\"f.ron\"])", &file, "f.ron:1:8 scene::duplicate_field the field `b` is given twice");
    one(
        "(presets: {\"a\": ()}, b: (extends: \"a\", extends: \"a\"))",
        &[],
        "main.ron:1:40 scene::duplicate_field the field `extends` is given twice",
    );
    // That other fields are given twice is for the reader to say.
    means("(presets: {}, b: (c: 1, c: 2))", &[], "(b: (c: 1, c: 2))");
    means("(include: [\"g.ron\"])", &[("g.ron", "(o: {\"a\": 1, \"a\": 2})")], "(o: {\"a\": 1, \"a\": 2})");
}

#[test]
fn files_that_cannot_be_read_are_answered() {
    assert_eq!(
        told("(include: [\"no.ron\",\n\"a.ron\"])", &[("a.ron", "(include: [\"b.ron\", \"\"])"), ("b.ron", "3")]),
        [
            "main.ron:1:12 scene::file \"no.ron\": there is no such file",
            "a.ron:1:21 scene::file \"\": there is no such file",
            "b.ron:1:1 scene::wrong_type expected `Scene(…)` or `(…)` in a file that is included, found the number 3",
        ]
    );
    let sweep = [("a.ron", "Sweep(a: 1)")];
    let expected =
        "a.ron:1:1 scene::wrong_type expected `Scene(…)` or `(…)` in a file that is included, found `Sweep(…)`";
    one("(include: [\"a.ron\"])", &sweep, expected);
    let rendered = composed("(include: [\"a.ron\"])", &sweep).unwrap_err().render(false);
    assert!(rendered.contains(" --> main.ron:1:12\n"), "{rendered}");
}

#[test]
fn mistakes_in_writing_are_all_told_in_their_files() {
    assert_eq!(
        told("(include: [\"a.ron\", \"b.ron\"])", &[("a.ron", "\n(a: )"), ("b.ron", "(b: 1")]),
        [
            "a.ron:2:5 scene::syntax expected a value, found `)`",
            "b.ron:1:6 scene::syntax expected `)`, found the end of the file",
        ]
    );
    one("(include: [\"a.ron\", ", &[], "main.ron:1:21 scene::syntax expected `]`, found the end of the file");
    let all = compose("dir/main.ron", "(include: [\"b/a.ron\"])", &mut |_| Ok("(".to_owned())).unwrap_err();
    assert_eq!(list(&all), ["dir/b/a.ron:1:2 scene::syntax expected `)`, found the end of the file"]);
}

#[test]
fn circles_of_files_are_shown() {
    one(
        "(include: [\"main.ron\"])",
        &[],
        "main.ron:1:12 scene::include_circle files include one another in a circle: main.ron → main.ron",
    );
    let (a, b) = ("(include: [\"b.ron\"])", "(include: [\"./a.ron\"])");
    one(
        "(include: [\"a.ron\"])",
        &[("a.ron", a), ("b.ron", b)],
        "b.ron:1:12 scene::include_circle files include one another in a circle: a.ron → b.ron → a.ron",
    );
}

#[test]
fn there_are_only_so_many_files() {
    let list: Vec<String> = (0..MOST_FILES).map(|number| format!("\"{number}.ron\"")).collect();
    let mut opened = 0;
    let main = format!("(include: [{}])", list.join(", "));
    let all = compose("main.ron", &main, &mut |_| {
        opened += 1;
        Ok("()".to_owned())
    });
    assert_eq!(all.unwrap_err().iter().map(|one| one.code).collect::<Vec<_>>(), ["scene::too_many"]);
    assert_eq!(opened, MOST_FILES - 1);
    let main = format!("(include: [{}])", list[1..].join(", "));
    assert!(compose("main.ron", &main, &mut |_| Ok("()".to_owned())).is_ok());
}

#[test]
fn files_include_one_another_only_so_deep() {
    let chain = |deepest: usize| {
        let mut open = |path: &str| {
            let number: usize = path.parse().unwrap();
            Ok(if number < deepest { format!("(include: [\"{}\"])", number + 1) } else { "(a: 1)".to_owned() })
        };
        compose("main.ron", "(include: [\"1\"])", &mut open)
    };
    assert_eq!(meaning(chain(DEEPEST_INCLUDE).unwrap().text()), "(a:1,)");
    let all = chain(DEEPEST_INCLUDE + 1).unwrap_err();
    assert_eq!(list(&all), ["16:1:12 scene::too_deep files include one another more than 16 deep"]);
}

#[test]
fn a_scene_is_only_so_long() {
    let half = format!("(a: \"{}\")", "x".repeat(MOST_BYTES / 2));
    let all = compose("main.ron", "(include: [\"a\", \"b\"])", &mut |_| Ok(half.clone())).unwrap_err();
    assert_eq!(list(&all), ["main.ron:1:17 scene::too_large with this file the scene is longer than 8 MB"]);
    // Ten objects with a megabyte each.
    let main = format!(
        "(presets: {{\"a\": (a: \"{}\")}}, objects: [{}])",
        "x".repeat(1 << 20),
        "(extends: \"a\"), ".repeat(10)
    );
    let all = composed(&main, &[]).unwrap_err();
    assert_eq!(all.iter().map(|one| one.code).collect::<Vec<_>>(), ["scene::too_large"]);
}

#[test]
fn no_more_is_told_than_is_of_use() {
    for main in [
        format!("(include: [{}])", "\"x\", ".repeat(100_000)),
        format!("(include: [{}])", "3, ".repeat(100_000)),
        format!("({})", "a: 1, ".repeat(100_000) + "include: []"),
        format!("(presets: {{{}}})", "3: (), ".repeat(100_000)),
        format!("(presets: {{{}}})", "\"a\": (), ".repeat(100_000)),
        format!("(a: [{}])", "(extends: \"x\"), ".repeat(100_000)),
        format!("(a: [{}])", "(extends: 3), ".repeat(100_000)),
    ] {
        let all = composed(&main, &[]).unwrap_err();
        assert!(all.errors() <= MOST_ERRORS, "{}", all.errors());
    }
}

#[test]
fn presets_that_are_not_there_are_answered() {
    let all = composed("(presets: {\"crate\": (), \"box\": ()}, a: {\"b\": (extends: [\"box\", \"crat\"])})", &[]);
    assert_eq!(
        all.unwrap_err().render(false),
        "main.ron:1:68: error: there is no preset \"crat\"
  |
1 | (presets: {\"crate\": (), \"box\": ()}, a: {\"b\": (extends: [\"box\", \"crat\"])})
  |                                                                ^^^^^^ expected \"crate\", \"box\"
  = in: a[\"b\"].extends[1]
  = help: did you mean \"crate\"?
"
        .replace(":68:", ":64:")
    );
    one("(a: (extends: \"b\"))", &[], "main.ron:1:15 scene::unknown_preset there is no preset \"b\"");
}

#[test]
fn presets_of_another_kind_are_answered() {
    let presets = "presets: {\"p\": Point(a: 1), \"s\": (extends: \"t\"), \"t\": Sun(b: 1)}";
    one(
        &format!("({presets},\na: Spot(extends: \"p\"))"),
        &[],
        "main.ron:2:18 scene::preset_kind a `Spot` cannot extend a preset that is a `Point`",
    );
    one(
        &format!("({presets},\na: (extends: [\"p\", \"s\"]))"),
        &[],
        "main.ron:2:20 scene::preset_kind a `Point` cannot extend a preset that is a `Sun`",
    );
}

#[test]
fn circles_of_presets_are_shown() {
    one(
        "(presets: {\"a\": (extends: \"a\")})",
        &[],
        "main.ron:1:27 scene::preset_circle presets extend one another in a circle: \"a\" → \"a\"",
    );
    one(
        "(include: [\"f.ron\"], presets: {\"a\": (extends: \"b\"), \"c\": (x: [(extends: \"a\")])})",
        &[("f.ron", "(presets: {\n\"b\": (y: {\"z\": (extends: [\"c\"])}), \"a\": ()})")],
        "main.ron:1:73 scene::preset_circle presets extend one another in a circle: \"a\" → \"b\" → \"c\" → \"a\"",
    );
}

/// A chain of presets, of which each says something about the next.
fn chain(length: usize, link: impl Fn(usize) -> String) -> String {
    let link = |number: usize| format!("\"{number}\": {},", link(number));
    format!("(presets: {{ {} \"{length}\": (a: 1) }}, a: (extends: \"0\"))", (0..length).map(link).collect::<String>())
}

#[test]
fn long_chains_of_presets_are_followed() {
    let long = chain(20_000, |number| format!("(extends: \"{}\")", number + 1));
    assert_eq!(meaning(&text(&long, &[])), "(a:(a:1,),)");
    let circle = long.replace("(a: 1)", "(extends: \"0\")");
    let all = composed(&circle, &[]).unwrap_err();
    assert_eq!(all.iter().map(|one| one.code).collect::<Vec<_>>(), ["scene::preset_circle"]);
    assert!(all.render(false).len() < 1000);
}

#[test]
fn presets_nest_only_so_deep() {
    let nested = |length| chain(length, |number| format!("(a: (extends: \"{}\"))", number + 1));
    // One bracket is the root's.
    let deepest = super::super::super::syntax::DEEPEST - 2;
    assert_eq!(text(&nested(deepest), &[]).matches('(').count(), deepest + 2);
    let all = composed(&nested(deepest + 1), &[]).unwrap_err();
    assert_eq!(
        all.iter().map(|one| (one.code, one.path.as_str())).collect::<Vec<_>>(),
        [("scene::too_deep", "a.extends")]
    );
    for length in [deepest + 2, 20_000] {
        let all = composed(&nested(length), &[]).unwrap_err();
        assert_eq!(all.iter().map(|one| one.code).collect::<Vec<_>>(), ["scene::too_deep"]);
    }
}

#[test]
fn what_doubles_with_each_preset_is_stopped() {
    let doubled =
        |length: usize| chain(length, |number| format!("(x: (extends: \"{0}\"), y: (extends: \"{0}\"))", number + 1));
    assert!(composed(&doubled(10), &[]).is_ok());
    let all = composed(&doubled(60), &[]).unwrap_err();
    assert_eq!(all.iter().map(|one| one.code).collect::<Vec<_>>(), ["scene::too_large"]);
    // Two such chains, of which every part is merged with one of the other, and all of it is left out in the end.
    let link = |name: &str, number: usize| {
        let next = number + 1;
        format!("\"{name}{number}\": (x: (extends: \"{name}{next}\"), y: (extends: \"{name}{next}\")), ")
    };
    let links: String = (0..50).map(|number| link("p", number) + &link("q", number)).collect();
    let last = r#""p50": (), "q50": (), "m": (m: (extends: ["p0", "q0"]))"#;
    let main = format!("(presets: {{ {links} {last} }}, a: (extends: \"m\", m: 3))");
    let all = composed(&main, &[]).unwrap_err();
    assert_eq!(all.iter().map(|one| one.code).collect::<Vec<_>>(), ["scene::too_large"]);
}

#[test]
fn large_scenes_take_little_time() {
    // On one line, so that beginnings of lines are far away; with much to take, and with long lists of presets.
    let objects: String = (0..20_000).map(|number| format!("\"{number}\": (extends: \"a\", b: 1), ")).collect();
    let long = "x".repeat(100);
    let main = format!("(presets: {{\"a\": (a: \"{long}\")}}, objects: {{ {objects} }})");
    assert!(composed(&main, &[]).is_ok());
    let fields: String = (0..10_000).map(|number| format!("f{number}: 1, ")).collect();
    let main = format!("(presets: {{\"a\": ({fields}), \"b\": ({fields})}}, a: (extends: [\"a\", \"b\"], {fields}))");
    assert!(composed(&main, &[]).is_ok());
    let names = "\"a\", ".repeat(100_000);
    let main = format!("(presets: {{\"a\": ({fields})}}, a: (extends: [{names}]))");
    let all = composed(&main, &[]).unwrap_err();
    assert_eq!(all.iter().map(|one| one.code).collect::<Vec<_>>(), ["scene::too_large"]);
}
