//! Whatever is composed.

use proptest::prelude::*;

use super::super::super::syntax::Span;
use super::*;

/// A scene's fields: maps with their entries, and others.
#[derive(Debug, Clone)]
struct Whole {
    maps: Vec<(String, Vec<(String, String)>)>,
    others: Vec<(String, String)>,
    categories: Vec<String>,
}

fn value() -> impl Strategy<Value = String> {
    let leaf =
        prop::sample::select(vec!["1", "\"// , ) \"", "Free", "()", "'('", "[1, 2]", "r\"x\n\"", "-2.5", "/* ( */ 3"]);
    leaf.prop_map(str::to_owned).prop_recursive(2, 8, 3, |inner| {
        let field = (prop::sample::select(vec!["x", "y", "z"]), inner.clone(), blank());
        prop::collection::vec(field, 0..3).prop_flat_map(|fields| {
            let fields: Vec<String> =
                fields.iter().map(|(name, value, blank)| format!("{blank}{name}: {value}{blank}")).collect();
            prop::sample::select(vec![format!("({})", fields.join(",")), format!("Box({})", fields.join(","))])
        })
    })
}

fn blank() -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(vec!["", "", " ", "\n    ", "\r\n\t", " // note, [\n", "/* ) */"])
}

fn whole() -> impl Strategy<Value = Whole> {
    let entries =
        || prop::collection::btree_map("[a-e]", value(), 0..4).prop_map(|map| map.into_iter().collect::<Vec<_>>());
    let maps = prop::collection::btree_map("m[0-3]", entries(), 0..3);
    let others = prop::collection::btree_map("f[0-3]", value(), 0..4);
    (maps, others, prop::collection::btree_set("[a-e]", 0..4)).prop_map(|(maps, others, categories)| Whole {
        maps: maps.into_iter().collect(),
        others: others.into_iter().collect(),
        categories: categories.into_iter().collect(),
    })
}

/// The text of the parts that belong to a file. `owner` says whose each part is; parts of no file are everyone's.
fn file(whole: &Whole, number: usize, owners: &[usize], include: &str, blank: &str, comma: &str) -> String {
    let mut owner = owners.iter().cycle();
    let mut is_own = || owner.next() == Some(&number);
    let mut fields: Vec<String> = Vec::new();
    if !include.is_empty() {
        fields.push(format!("include: [{include}]"));
    }
    for (name, entries) in &whole.maps {
        let own: Vec<String> = entries
            .iter()
            .filter(|_| is_own())
            .map(|(key, value)| format!("{blank}\"{key}\":{blank}{value}{blank}"))
            .collect();
        fields.push(format!("{name}: {{{}{}}}", own.join(","), if own.is_empty() { "" } else { comma }));
    }
    for (name, value) in &whole.others {
        if is_own() {
            fields.push(format!("{name}:{value}"));
        }
    }
    let own: Vec<String> = whole.categories.iter().filter(|_| is_own()).map(|name| format!("\"{name}\"")).collect();
    fields.push(format!("categories: [{}]", own.join(", ")));
    format!("{blank}({}{comma}{blank})", fields.join(&format!("{blank},{blank}")))
}

/// A meaning in which the order of names does not matter.
fn sorted(text: &str) -> String {
    fn sort(node: &Node, text: &str) -> String {
        let mut parts: Vec<String> = match &node.kind {
            Kind::Struct(fields) => {
                fields.iter().map(|field| format!("{}:{}", field.name.text, sort(&field.value, text))).collect()
            }
            Kind::Map(entries) => entries
                .iter()
                .map(|entry| format!("{}:{}", entry.key.span.of(text), sort(&entry.value, text)))
                .collect(),
            Kind::Tuple(items) if items.is_empty() => Vec::new(),
            Kind::List(items) => items.iter().map(|item| sort(item, text)).collect(),
            _ => return node.span.of(text).to_owned(),
        };
        parts.sort();
        format!("{}<{}>", node.name().unwrap_or(""), parts.join(","))
    }
    let (tree, errors) = parse(text);
    assert!(errors.is_empty(), "{text}\n{errors:#?}");
    sort(&tree.root, text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_scene_cut_into_files_is_put_together_again(
        whole in whole(),
        owners in prop::collection::vec(0_usize..3, 1..20),
        blank in blank(),
        comma in prop::sample::select(vec!["", ","]),
        nested in any::<bool>(),
    ) {
        let part = |number, include: &str| file(&whole, number, &owners, include, blank, comma);
        let (main, a, b) = if nested {
            (part(0, "\"a.ron\""), part(1, "\"b.ron\""), part(2, ""))
        } else {
            (part(0, "\"a.ron\", \"b.ron\""), part(1, ""), part(2, ""))
        };
        let composed = good(&main, &[("a.ron", &a), ("b.ron", &b)]);
        prop_assert_eq!(sorted(composed.text()), sorted(&file(&whole, 0, &[0], "", " ", "")), "{}", composed.text());
        for (at, letter) in composed.text().char_indices() {
            let place = composed.sources.place(Span::new(at, at + letter.len_utf8()));
            let there = place.span.of(composed.sources.text(place.file));
            prop_assert!(there.is_empty() || there == letter.to_string());
        }
    }

    #[test]
    fn a_struct_cut_into_presets_is_put_together_again(
        fields in prop::collection::btree_map("f[0-9]", value(), 0..8),
        owners in prop::collection::vec(0_usize..3, 1..10),
        blank in blank(),
        comma in prop::sample::select(vec!["", ","]),
        in_a_row in any::<bool>(),
    ) {
        let part = |number: usize, extends: &str| {
            let owner = owners.iter().cycle();
            let own = fields.iter().zip(owner).filter(|(_, owner)| **owner == number);
            let own = own.map(|((name, value), _)| format!("{name}: {value}{blank}"));
            let mut all: Vec<String> = own.collect();
            if !extends.is_empty() {
                all.insert(all.len() / 2, format!("{blank}extends: {extends}{blank}"));
            }
            format!("({}{})", all.join(","), if all.is_empty() { "" } else { comma })
        };
        let (a, b, own) = if in_a_row {
            (part(0, ""), part(1, "\"a\""), part(2, "[\"b\"]"))
        } else {
            (part(0, ""), part(1, ""), part(2, "[\"b\", \"a\"]"))
        };
        let composed = text(&format!("(presets: {{\"b\": {b}, \"a\": {a}}}, value: {own})"), &[]);
        let all: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let expected = if all.is_empty() { "(value: ())".to_owned() } else { format!("(value: ({}))", all.join(", ")) };
        prop_assert_eq!(sorted(&composed), sorted(&expected), "{}", composed);
    }

    #[test]
    fn anything_at_all_is_answered(
        words in prop::collection::vec(prop::sample::select(vec![
            "include:", "presets:", "extends:", "[", "]", "{", "}", "(", ")", "\"a\"", "\"b\"", "\"a\":", ",", "1",
            "x:", "Box(", "//\n",
        ]), 0..30),
        file in prop::collection::vec(prop::sample::select(vec![
            "include: [\"b\"]", "presets: {\"a\": (x: 1)}", "extends: \"a\"", ",", ",", "x: (extends: \"a\")",
            "o: {\"a\": Box(extends: [\"a\", \"b\"])}",
        ]), 0..8),
    ) {
        let file = format!("({})", file.join(","));
        for main in [format!("({})", words.join(" ")), file.replace("\"b\"", "\"a\"")] {
            match composed(&main, &[("a", &file), ("b", &main)]) {
                Ok(composed) => {
                    prop_assert!(parse(composed.text()).1.is_empty(), "{main}\n{}", composed.text());
                    prop_assert!(!extends_anything(&parse(composed.text()).0.root), "{main}\n{}", composed.text());
                    composed.diagnostics(Vec::new()).render(true);
                }
                Err(all) => {
                    prop_assert!(all.errors() > 0);
                    all.render(false);
                }
            }
        }
    }
}
