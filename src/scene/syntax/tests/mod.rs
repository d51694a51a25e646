//! What the reader must hold to, whatever it is given.

mod agreement;
mod errors;
mod fill;

use super::*;

/// The tree of a text without mistakes.
fn tree(text: &str) -> Tree {
    let (tree, errors) = parse(text);
    assert!(errors.is_empty(), "{text}\n{errors:#?}");
    tree
}

#[test]
fn every_value_knows_its_place() {
    let text = "\u{feff}#![enable(implicit_some, unwrap_newtypes)]\r\n// head\r\nScene(a: [1, Box( é: \"x\" )], /* in /* in */ */ \
                b: {'k': -1.5e3, Free: ()},)\r\n// tail";
    let tree = tree(text);
    let extensions: Vec<&str> = tree.extensions.iter().map(|name| name.text.as_str()).collect();
    assert_eq!(extensions, ["implicit_some", "unwrap_newtypes"]);
    let comments: Vec<&str> = tree.comments.iter().map(|span| span.of(text)).collect();
    assert_eq!(comments, ["// head", "/* in /* in */ */", "// tail"]);
    assert_eq!(
        tree.root.span.of(text),
        text[text.find("Scene").unwrap()..text.find("\r\n// tail").unwrap()].to_owned()
    );
    let Kind::Struct(fields) = &tree.root.kind else { panic!("{:?}", tree.root) };
    assert_eq!(fields[0].name.span.of(text), "a");
    assert_eq!(fields[0].value.span.of(text), "[1, Box( é: \"x\" )]");
    let Kind::List(items) = &fields[0].value.kind else { panic!("{:?}", fields[0]) };
    assert_eq!((items[0].span.of(text), &items[0].kind), ("1", &Kind::Integer(1)));
    assert_eq!((items[1].span.of(text), items[1].head().of(text)), ("Box( é: \"x\" )", "Box"));
    let Kind::Map(entries) = &fields[1].value.kind else { panic!("{:?}", fields[1]) };
    assert_eq!(entries[0].key.kind, Kind::Char('k'));
    assert_eq!((entries[0].value.span.of(text), &entries[0].value.kind), ("-1.5e3", &Kind::Float(-1500.0)));
    assert_eq!((entries[1].key.name(), &entries[1].key.kind), (Some("Free"), &Kind::Bare));
    assert_eq!(entries[1].value.kind, Kind::Tuple(vec![]));
}

#[test]
fn texts_in_every_spelling() {
    let spellings = [
        (r#""a\n\t\\\"\x41\u{e9}\'\0""#, "a\n\t\\\"Aé'\0"),
        ("\"two\nlines\"", "two\nlines"),
        (r##"r"a\n""##, r"a\n"),
        (r###"r##"a"#b"##"###, r##"a"#b"##),
    ];
    for (text, value) in spellings {
        assert_eq!(tree(text).root.kind, Kind::Text(value.to_owned()), "{text}");
    }
    assert_eq!(tree(r#"b"a\xff""#).root.kind, Kind::Bytes(vec![b'a', 255]));
    assert_eq!(tree("br#\"\\x\"#").root.kind, Kind::Bytes(b"\\x".to_vec()));
    assert_eq!(tree("'\\''").root.kind, Kind::Char('\''));
    assert_eq!(tree("b'a'").root.kind, Kind::Integer(97));
    assert_eq!(tree("r#type").root.name(), Some("type"));
}

#[test]
fn brackets_nest_up_to_the_limit() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    tree(&nested(DEEPEST));
    for text in [nested(DEEPEST + 1), "(".repeat(1_000_000), "{a:".repeat(100_000), "Some(".repeat(100_000)] {
        let (_, errors) = parse(&text);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].message.contains("more than 64 deep"), "{errors:?}");
    }
}

#[test]
fn long_texts_take_linear_time() {
    let begun = std::time::Instant::now();
    for text in ["'", "\"", "b", "(a:1),", "/*", "-", "[],", "r#", "1 ", "{\"a\":"] {
        parse(&text.repeat(200_000));
    }
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}
