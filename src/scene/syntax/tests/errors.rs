//! Mistakes in the writing: where they are told, what is said, and that reading goes on.

use super::super::{Lines, parse};

/// "line:column message" of each error.
fn told(text: &str) -> Vec<String> {
    let lines = Lines::new(text);
    let (_, errors) = parse(text);
    let at = |error: &crate::scene::Diagnostic| lines.position(error.primary.span.start);
    errors.iter().map(|error| format!("{}:{} {}", at(error).line, at(error).column, error.message)).collect()
}

#[test]
fn what_was_expected_and_what_was_found() {
    let table: &[(&str, &[&str])] = &[
        ("", &["1:1 expected a value, found the end of the file"]),
        ("// nothing\n", &["2:1 expected a value, found the end of the file"]),
        ("(a: 1) b", &["1:8 expected the end of the file, found `b`"]),
        ("a: 1", &["1:2 expected the end of the file, found `:`"]),
        ("(a: )", &["1:5 expected a value, found `)`"]),
        ("(a: 1,, b: 2)", &["1:7 expected the name of a field, found `,`"]),
        (
            "(a = 1, b: 2, c = 3)",
            &[
                "1:4 expected `:` after the field name `a`, found `=`",
                "1:17 expected `:` after the field name `c`, found `=`",
            ],
        ),
        ("(a: 1, 2)", &["1:8 expected the name of a field, found the number 2"]),
        ("(1, a: 2)", &["1:6 expected `,` or `)`, found `:`"]),
        ("(a: 1\n b: 2)", &["1:6 expected `,` or `)`, found `b`"]),
        ("[1 2, @, 3]", &["1:4 expected `,` or `]`, found the number 2", "1:7 expected a value, found `@`"]),
        ("{\"a\" 1, \"b\": 2}", &["1:6 expected `:` after a key, found the number 1"]),
        ("{\"a\", \"b\": 2}", &["1:5 expected `:` after a key, found `,`"]),
        ("(\"a\": 1, b: 2)", &["1:2 names of fields stand without quotes"]),
        ("(a: 1, b: [1, 2)", &["1:16 expected `]`, found `)`"]),
        ("(a: 1]", &["1:6 expected `)`, found `]`"]),
        ("[(]", &["1:3 expected `)`, found `]`"]),
        (")", &["1:1 expected a value, found `)`"]),
        ("(a: Choice[1, 2])", &["1:11 expected `,` or `)`, found `[`"]),
        ("(a: \"x)", &["1:5 a text is never closed"]),
        ("(a: r#\"x\")", &["1:5 a text is never closed"]),
        ("(a: 1) /* /* */", &["1:8 a comment is never closed"]),
        ("(a: 'mug', b: 1)", &["1:5 single quotes hold one character"]),
        ("(a: 'mug, b: 1)", &["1:5 single quotes hold one character"]),
        ("(a: 'mug's, b: 1)", &["1:5 single quotes hold one character", "1:10 expected `,` or `)`, found `s`"]),
        ("(\n  a: \"x,\n  b: \"y\",\n)", &["2:6 a quote is missing on this line"]),
        ("(a: ')", &["1:5 single quotes hold one character"]),
        ("(a: \"C:\\Users\")", &["1:8 `\\U` stands for nothing"]),
        (
            "(a: 1.2.3, b: 0xG, c: 5kg)",
            &["1:5 `1.2.3` is not a number", "1:15 `0xG` is not a hexadecimal number", "1:23 `5kg` is not a number"],
        ),
        ("#![allow(x)]\n1", &["1:4 only `#![enable(…)]` may stand before the value"]),
        ("(a: 1 #![enable(x)])", &["1:7 expected `,` or `)`, found `#!`"]),
    ];
    for (text, expected) in table {
        assert_eq!(told(text), *expected, "{text}");
    }
}

#[test]
fn an_open_bracket_is_pointed_at() {
    let (_, errors) = parse("(\n  a: [1,\n  b: 2,\n)\n");
    let places: Vec<usize> = errors.iter().flat_map(|error| &error.secondary).map(|label| label.span.start).collect();
    assert!(places.contains(&7), "{errors:#?}");
}

#[test]
fn the_bracket_with_the_odd_indent_is_suspected() {
    let text = "(\n  a: (\n    b: Box(1,\n    c: 2,\n  ),\n  d: 3,\n)\n";
    let (_, errors) = parse(text);
    let suspected = errors.iter().flat_map(|error| &error.secondary).any(|label| label.text.contains("line 5"));
    assert!(suspected, "{errors:#?}");
}

#[test]
fn a_text_over_several_lines_is_suspected() {
    let (_, errors) = parse("(\n  a: \"x,\n  b: \"y,\n)");
    assert!(errors[0].help.as_deref().is_some_and(|help| help.contains("closing quote")), "{errors:#?}");
}

#[test]
fn not_more_errors_than_anyone_reads() {
    assert_eq!(told(&format!("[{}]", "@, ".repeat(30))).len(), 20);
}
