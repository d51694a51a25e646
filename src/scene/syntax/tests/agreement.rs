//! Our reader against that of the `ron` crate.

use proptest::prelude::*;
use ron::Value;

use super::super::{Field, Kind, Node, parse};

/// Whether a node is the value that `ron` reads; `ron` forgets names.
fn same(node: &Node, value: &Value) -> bool {
    if let Some(inner) = node.wrapped_in("Some") {
        return matches!(value, Value::Option(Some(value)) if same(inner, value));
    }
    match (&node.kind, value) {
        (Kind::Bare, Value::Option(None)) => node.is_none(),
        (Kind::Bare, Value::Unit) => !node.is_none(),
        (Kind::Bool(a), Value::Bool(b)) => a == b,
        (Kind::Char(a), Value::Char(b)) => a == b,
        (Kind::Text(a), Value::String(b)) => a == b,
        (Kind::Bytes(a), Value::Bytes(b)) => a == b,
        (Kind::Integer(a), Value::Number(b)) => *a as f64 == b.into_f64(),
        (Kind::Float(a), Value::Number(b)) => {
            let b = b.into_f64();
            *a == b || (*a as f32) == (b as f32) || (a.is_nan() && b.is_nan())
        }
        (Kind::Tuple(items), Value::Unit) => items.is_empty(),
        (Kind::Tuple(items) | Kind::List(items), Value::Seq(values)) => {
            items.len() == values.len() && std::iter::zip(items, values).all(|(item, value)| same(item, value))
        }
        // Of doubled keys `ron` keeps the last.
        (Kind::Struct(fields), Value::Map(map)) => map.iter().all(|(key, value)| {
            let named = |field: &&Field| matches!(key, Value::String(key) if *key == field.name.text);
            fields.iter().rfind(named).is_some_and(|field| same(&field.value, value))
        }),
        (Kind::Map(entries), Value::Map(map)) => map.iter().all(|(key, value)| {
            entries.iter().rfind(|entry| same(&entry.key, key)).is_some_and(|entry| same(&entry.value, value))
        }),
        _ => false,
    }
}

/// What `ron` accepts we must accept, and read the same.
fn agree(text: &str) -> Result<(), TestCaseError> {
    let (tree, errors) = parse(text);
    if let Ok(value) = ron::from_str::<Value>(text) {
        prop_assert!(errors.is_empty(), "{text}\n{errors:#?}");
        prop_assert!(same(&tree.root, &value), "{text}\n{:#?}\n{value:#?}", tree.root);
    }
    Ok(())
}

fn blank() -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(vec!["", "", " ", "\n", "\r\n\t", "// note, [\n", "/* a /* b ( */ \" */", "\u{2028}"])
}

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i32>().prop_map(|value| value.to_string()),
        any::<u64>().prop_map(|value| format!("{:#x}", value >> 1)),
        any::<u8>().prop_map(|value| format!("{value:#b}")),
        any::<u16>().prop_map(|value| format!("{value:#o}")),
        any::<u16>().prop_map(|value| format!("1_{value}")),
        any::<f32>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| format!("{value:?}")),
        "[+-]?[0-9]{1,3}\\.[0-9]{0,3}([eE][+-]?[0-9])?",
        "[+-]?\\.[0-9]{1,3}",
        any::<String>().prop_map(|text| format!("{text:?}")),
        any::<char>().prop_map(|c| format!("'{}'", c.escape_unicode())),
        "[a-z\"\\\\\n]{0,8}".prop_map(|text| format!("r##\"{text}\"##")),
        "[ -!#-\\[\\]-~]{0,8}".prop_map(|text| format!("b\"{text}\"")),
        prop::sample::select(vec!["true", "false", "None", "inf", "-inf", "NaN", "()", "Free", "b'x'", "r#Free"])
            .prop_map(str::to_owned),
    ]
}

fn document() -> impl Strategy<Value = String> {
    let nested = leaf().prop_recursive(4, 40, 5, |inner| {
        let item = (blank(), inner, blank()).prop_map(|(a, value, b)| format!("{a}{value}{b}")).boxed();
        let items = prop::collection::vec(item.clone(), 0..5).boxed();
        let comma = prop::sample::select(vec!["", ","]);
        let joined = move |items: &[String], comma: &str| {
            if items.is_empty() { String::new() } else { items.join(",") + comma }
        };
        let names = prop::collection::btree_map("[a-z][a-z0-9_]{0,5}", item.clone(), 0..5).boxed();
        let fields = (names.clone(), blank()).prop_map(|(names, blank)| {
            names.into_iter().map(|(name, value)| format!("{blank}{name}{blank}:{value}")).collect::<Vec<_>>()
        });
        let entries = (names, blank()).prop_map(|(names, blank)| {
            names.into_iter().map(|(name, value)| format!("{blank}\"{name}\"{blank}:{value}")).collect::<Vec<_>>()
        });
        prop_oneof![
            (items.clone(), comma.clone()).prop_map(move |(items, comma)| format!("[{}]", joined(&items, comma))),
            (items, comma.clone()).prop_map(move |(items, comma)| format!("({})", joined(&items, comma))),
            (fields, comma.clone(), prop::sample::select(vec!["", "Name"]))
                .prop_map(move |(fields, comma, name)| format!("{name}({})", joined(&fields, comma))),
            (entries, comma).prop_map(move |(entries, comma)| format!("{{{}}}", joined(&entries, comma))),
            item.prop_map(|item| format!("Some({item})")),
        ]
    });
    (blank(), nested, blank()).prop_map(|(a, value, b)| format!("{a}{value}{b}"))
}

/// A change of a text: where (as a share of its length), what to take away, what to put there.
fn change() -> impl Strategy<Value = (f64, usize, String)> {
    let put = prop_oneof![
        Just(String::new()),
        "[\\]\\[(){},:\"'#/*\\\\ r0-9a.+-]{1,3}",
        // Which rare letters may be in names is a matter of Unicode's version.
        prop::sample::select(vec!["é", "中", "😀", "\0", "\u{feff}", "\u{85}", "\r", "\t"]).prop_map(str::to_owned),
    ];
    (0.0..1.0, 0_usize..4, put)
}

fn changed(text: &str, changes: &[(f64, usize, String)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (place, take, put) in changes {
        let at = (characters.len() as f64 * place) as usize;
        let end = (at + take).min(characters.len());
        characters.splice(at..end, put.chars());
    }
    characters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whole_documents_are_read_as_ron_reads_them(text in document()) {
        prop_assert!(ron::from_str::<Value>(&text).is_ok(), "{text}: {:?}", ron::from_str::<Value>(&text));
        agree(&text)?;
    }

    #[test]
    fn broken_documents_are_accepted_where_ron_accepts_them(
        text in document(),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let text = changed(&text, &changes);
        // `ron` takes `0..0` for a number.
        prop_assume!(!text.contains(".."));
        agree(&text)?;
    }
}
