//! Words about values, and suggestions for misspelt names.

use super::{Kind, Node};

/// Says what a value is, for "expected …, found …".
pub fn describe(node: &Node) -> String {
    match (&node.kind, node.name()) {
        (Kind::Bool(value), _) => format!("`{value}`"),
        (Kind::Integer(value), _) => format!("the number {value}"),
        (Kind::Float(value), _) if !value.is_finite() => format!("{value}"),
        (Kind::Float(value), _) => format!("the number {value:?}"),
        (Kind::Char(c), _) => format!("the character {c:?}"),
        (Kind::Text(text), _) => quoted(text),
        (Kind::Bytes(_), _) => "bytes".to_owned(),
        (Kind::List(items), _) => format!("a list of {}", items.len()),
        (Kind::Map(_), _) => "a map, `{ … }`".to_owned(),
        (Kind::Bare, name) => format!("`{}`", name.unwrap_or("")),
        (Kind::Tuple(items), None) if items.is_empty() => "`()`".to_owned(),
        (Kind::Tuple(items), None) => format!("{} in round brackets", values(items.len())),
        (Kind::Struct(_), None) => "fields in round brackets".to_owned(),
        (Kind::Tuple(_) | Kind::Struct(_), Some(name)) => format!("`{name}(…)`"),
        (Kind::Hole, _) => "nothing".to_owned(),
    }
}

/// What to write instead of a value of the wrong type; empty if nothing comes to mind.
pub(super) fn help(node: &Node, expected: &str, source: &str, besides: &[&str]) -> String {
    let texts = |items: &[Node]| -> Vec<String> { items.iter().map(|item| item.span.of(source).to_owned()).collect() };
    let is_number = |node: &Node| matches!(node.kind, Kind::Integer(_) | Kind::Float(_));
    let wants_number = expected.contains("number");
    match (&node.kind, node.name()) {
        (Kind::Text(text), _) if wants_number && text.trim().parse::<f64>().is_ok() => {
            format!("numbers stand without quotes: `{}`", text.trim())
        }
        (Kind::Text(text), _) if expected.contains(&format!("`{text}`")) => {
            format!("names stand without quotes: `{text}`")
        }
        (Kind::Float(value), _) if expected.contains("whole number from") && value.fract() == 0.0 => {
            format!("write `{value}`")
        }
        (Kind::Tuple(items) | Kind::List(items), None)
            if wants_number && besides.contains(&"Uniform") && items.len() == 2 && items.iter().all(is_number) =>
        {
            format!("any number between two is written `Uniform({})`", texts(items).join(", "))
        }
        (Kind::Bare, Some(name)) if expected.contains("`true`") => match name.to_lowercase().as_str() {
            "true" | "yes" | "on" => "write `true`".to_owned(),
            "false" | "no" | "off" => "write `false`".to_owned(),
            _ => String::new(),
        },
        (Kind::Bare, Some(name)) if ["null", "nil", "none", "undefined"].contains(&name.to_lowercase().as_str()) => {
            "to leave a value open, leave its field out".to_owned()
        }
        (Kind::Integer(_) | Kind::Float(_), _) if expected.starts_with("3 values") => {
            let value = node.span.of(source);
            format!("write `({value}, {value}, {value})`")
        }
        (Kind::Text(_), _) if expected.contains("list") => format!("write `[{}]`", node.span.of(source)),
        _ => String::new(),
    }
}

/// "1 value" or "3 values".
pub(super) fn values(count: usize) -> String {
    if count == 1 { "1 value".to_owned() } else { format!("{count} values") }
}

/// A text in quotes, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{:?}", start + "…")
}

/// Names in a row: "`a`, `b` or `c`".
pub(super) fn names(names: &[&str], last: &str) -> String {
    const MOST_NAMES: usize = 18;
    const FIRST_NAMES: usize = 8;
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        many if many.len() > MOST_NAMES => format!("{}, … ({} in all)", many[..FIRST_NAMES].join(", "), many.len()),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// The known names of something that the file itself names, where they are few: "expected "a", "b"".
pub fn listed(known: &[&str]) -> String {
    const MOST: usize = 12;
    match known {
        [] => "there are none".to_owned(),
        _ if known.len() > MOST => format!("expected one of {}", known.len()),
        _ => {
            let names: Vec<String> = known.iter().map(|name| quoted(name)).collect();
            format!("expected {}", names.join(", "))
        }
    }
}

/// The known name that a misspelt one most likely means. Of very long names, and after very many, nothing is said: to
/// compare them takes as long as both are.
pub fn suggest<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    const LONGEST: usize = 100;
    const MOST: usize = 1000;
    if wrong.len() > LONGEST {
        return None;
    }
    let known = known.into_iter().take(MOST).filter(|name| name.len() <= LONGEST);
    let plain = |name: &str| name.to_lowercase().replace(['_', '-', ' '], "");
    let wrong_plain = plain(wrong);
    let stem_of = |name: &str| name.split('_').next().map(plain).filter(|stem| stem.len() > 2);
    let score = |name: &str| {
        let name_plain = plain(name);
        if name_plain == wrong_plain {
            return 1.0;
        }
        // A field whose unit was left out: `radius` for `radius_m`.
        let prefix = wrong_plain.len() > 2 && name_plain.starts_with(&wrong_plain);
        let stem = stem_of(name).is_some_and(|stem| stem_of(wrong).is_some_and(|other| other == stem));
        let near = strsim::normalized_damerau_levenshtein(&wrong_plain, &name_plain);
        near.max(if prefix { 0.8 } else { 0.0 }).max(if stem && wrong.contains('_') { 0.7 } else { 0.0 })
    };
    let mut best: Option<(f64, &str)> = None;
    for name in known {
        let score = score(name);
        if score >= 0.6 && best.is_none_or(|(other, _)| score > other) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        let fields = ["roughness", "metallic", "base_color", "radius_m", "mass_kg"];
        for (wrong, right) in [
            ("roughnes", "roughness"),
            ("Metallic", "metallic"),
            ("basecolor", "base_color"),
            ("base_colour", "base_color"),
            ("radius", "radius_m"),
            ("mass_g", "mass_kg"),
        ] {
            assert_eq!(suggest(wrong, fields), Some(right), "{wrong}");
        }
        assert_eq!(suggest("temperature", fields), None);
        assert_eq!(suggest("x", []), None);
    }
}
