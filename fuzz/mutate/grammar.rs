//! Values that a JSON schema allows, written as RON: what damage alone would never put together.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::random::Random;

/// Values within values, at most.
const DEEPEST: usize = 7;
/// Numbers that many fields take.
const NUMBERS: &[&str] = &[
    "0", "1", "2", "3", "0.1", "0.5", "0.9", "5", "10", "30", "45", "90", "-30", "-1", "300", "1000", "5000", "100000",
    "1e-3",
];
/// Formulas and names.
const TEXTS: &[&str] = &[
    "a",
    "b",
    "main",
    "sun",
    "x",
    "mug",
    "oak",
    "crate",
    "a + 1",
    "2 * b",
    "a > 0.5",
    "b == \\\"x\\\"",
    "frame",
    "thing.glb",
    "wood.png",
    "sizes.csv",
    "sky.hdr",
    "part.ron",
    "things",
    "width",
    "",
];

/// What a schema says about names.
pub struct Grammar {
    schema: Value,
    /// By name of a field, ways to the structs that have it.
    structs: BTreeMap<String, Vec<String>>,
}

impl Grammar {
    /// Of a schema with all its definitions in `$defs`.
    pub fn new(schema: Value) -> Grammar {
        let mut structs: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut ways = vec![String::new()];
        while let Some(way) = ways.pop() {
            let Some(node) = schema.pointer(&way) else { continue };
            let step = |name: &str| format!("{way}/{}", name.replace('~', "~0").replace('/', "~1"));
            match node {
                Value::Object(entries) => ways.extend(entries.keys().map(|name| step(name))),
                Value::Array(items) => ways.extend((0..items.len()).map(|place| step(&place.to_string()))),
                _ => {}
            }
            for name in node.get("properties").and_then(Value::as_object).into_iter().flat_map(|fields| fields.keys()) {
                structs.entry(name.clone()).or_default().push(way.clone());
            }
        }
        Grammar { schema, structs }
    }

    /// Every name that the schema knows.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.structs.keys().map(String::as_str)
    }

    /// A value for a field; or, where it is to stand `beside` it, another field of the same struct with its value.
    pub fn field(&self, name: &str, beside: bool, random: &mut Random) -> Option<String> {
        let node = self.schema.pointer(random.pick(self.structs.get(name)?)?)?;
        let fields = node.get("properties")?.as_object()?;
        if !beside {
            return Some(self.value(fields.get(name)?, 1, random));
        }
        let (name, node) = fields.iter().nth(random.below(fields.len()))?;
        Some(format!("{name}: {}, ", self.value(node, 1, random)))
    }

    fn value(&self, node: &Value, depth: usize, random: &mut Random) -> String {
        let text = |of: &Value| of.as_str().map_or_else(|| of.to_string(), str::to_owned);
        if let Some(name) = node.get("$ref").and_then(Value::as_str) {
            let target = name.strip_prefix('#').and_then(|way| self.schema.pointer(way));
            return target.map_or_else(String::new, |target| self.value(target, depth, random));
        }
        if let Some(constant) = node.get("const") {
            return text(constant);
        }
        if let Some(values) = node.get("enum").and_then(Value::as_array) {
            return random.pick(values).map_or_else(String::new, text);
        }
        if let Some(ways) = ["anyOf", "oneOf"].iter().find_map(|key| node.get(key)?.as_array())
            && node.get("properties").is_none()
        {
            // Plain values stand first; deep down nothing else ends.
            let way = if depth >= DEEPEST || random.once_in(4) { ways.first() } else { random.pick(ways) };
            return way.map_or_else(String::new, |way| self.value(way, depth + 1, random));
        }
        match node.get("type").map(|kind| kind.get(0).unwrap_or(kind)).and_then(Value::as_str) {
            Some("object") => self.object(node, depth, random),
            Some("array") => self.array(node, depth, random),
            Some("string") => format!("\"{}\"", random.pick(TEXTS).copied().unwrap_or_default()),
            Some("boolean") => if random.once_in(2) { "true" } else { "false" }.to_owned(),
            Some("null") => "None".to_owned(),
            _ => random.pick(NUMBERS).copied().unwrap_or_default().to_owned(),
        }
    }

    fn object(&self, node: &Value, depth: usize, random: &mut Random) -> String {
        let Some(fields) = node.get("properties").and_then(Value::as_object) else {
            let Some(inner) = node.get("additionalProperties") else { return "{}".to_owned() };
            let entries = (0..1 + random.small(3)).map(|_| {
                let name = random.pick(TEXTS).copied().unwrap_or_default();
                format!("\"{name}\": {}", self.value(inner, depth + 1, random))
            });
            return format!("{{{}}}", entries.collect::<Vec<_>>().join(", "));
        };
        let is_variant = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
        if let (1, Some((name, inner))) = (fields.len(), fields.iter().next().filter(|(name, _)| is_variant(name))) {
            let inner = self.value(inner, depth + 1, random);
            return if inner.starts_with('(') { format!("{name}{inner}") } else { format!("{name}({inner})") };
        }
        let required: Vec<&str> = [node.get("required"), node.pointer("/anyOf/0/required")]
            .iter()
            .flatten()
            .filter_map(|names| names.as_array())
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let some = 2 + fields.len() / 3 + depth;
        let chosen = fields.iter().filter(|(name, _)| {
            !matches!(name.as_str(), "extends" | "include" | "presets")
                && (required.contains(&name.as_str()) || (depth < DEEPEST && random.once_in(some)))
        });
        let chosen: Vec<_> = chosen.collect();
        let written =
            chosen.into_iter().map(|(name, inner)| format!("{name}: {}", self.value(inner, depth + 1, random)));
        format!("({})", written.collect::<Vec<_>>().join(", "))
    }

    fn array(&self, node: &Value, depth: usize, random: &mut Random) -> String {
        if let Some(items) = node.get("prefixItems").and_then(Value::as_array) {
            let items: Vec<String> = items.iter().map(|item| self.value(item, depth + 1, random)).collect();
            return format!("({})", items.join(", "));
        }
        let Some(item) = node.get("items") else { return "[]".to_owned() };
        let bound = |key: &str| node.get(key).and_then(Value::as_u64);
        let (least, most) = (bound("minItems").unwrap_or(0), bound("maxItems"));
        let count = if most == Some(least) { least as usize } else { least as usize + 1 + random.small(3) };
        let items: Vec<String> = (0..count).map(|_| self.value(item, depth + 1, random)).collect();
        if most == Some(least) { format!("({})", items.join(", ")) } else { format!("[{}]", items.join(", ")) }
    }
}
