//! Changing one value in the text of a file: everything around it, comments too, stays as it is written.

use super::syntax::{self, Kind, Node, Span};

/// One value to be set: `lights.sun.elevation_deg`, and what to write there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The way to the value, from the root: names of fields and keys joined by dots, keys also as `["a key"]`, places
    /// in lists as `[0]`.
    pub path: String,
    /// The value as a file would say it.
    pub value: String,
}

/// Why a value cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot set `{path}`: {reason}")]
pub struct EditError {
    /// The path as it was given.
    pub path: String,
    /// What was expected, what was found, and what would do.
    pub reason: String,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// A field or key.
    Name(String),
    /// A place in a list, from 0.
    Place(usize),
}

/// Fields of a scene whose values go by names of their own, and so stand in `{…}`.
const MAPS: &[&str] = &["variables", "pools", "splits", "cameras", "lidars", "lights", "objects", "groups", "kept"];

impl std::str::FromStr for Edit {
    type Err = EditError;

    /// Reads `path=value`.
    fn from_str(text: &str) -> Result<Self, EditError> {
        let failed = |reason: &str| EditError { path: text.to_owned(), reason: reason.to_owned() };
        // A key may hold `=`, but only in quotes.
        let mut quoted = false;
        let equals = text.char_indices().find(|(_, letter)| {
            quoted ^= *letter == '"';
            *letter == '=' && !quoted
        });
        let (at, _) = equals.ok_or_else(|| failed("expected `path=value`, found no `=`"))?;
        let (path, value) = (text[..at].trim(), text[at + 1..].trim());
        let edit = Edit { path: path.to_owned(), value: value.to_owned() };
        edit.steps()?;
        edit.check_value()?;
        Ok(edit)
    }
}

impl Edit {
    /// The text with the value set: what stands there is replaced; a field or key that is not there is added.
    ///
    /// # Errors
    ///
    /// Where text or value cannot be read, or the path leads nowhere.
    pub fn apply(&self, text: &str) -> Result<String, EditError> {
        Ok(self.change(text)?.applied(text))
    }

    /// What has to be written where, so that the value is set.
    ///
    /// # Errors
    ///
    /// As [`Edit::apply`].
    pub(super) fn change(&self, text: &str) -> Result<Change, EditError> {
        let steps = self.steps()?;
        self.check_value()?;
        let (tree, errors) = syntax::parse(text);
        if !errors.is_empty() {
            return Err(self.failed("the file itself cannot be read"));
        }
        let mut node = &tree.root;
        for (place, step) in steps.iter().enumerate() {
            node = unwrapped(node);
            match (self.child(node, step)?, step) {
                (Some(child), _) => node = child,
                (None, Step::Name(name)) => {
                    if let (Kind::Map(entries), true) = (&node.kind, place + 1 < steps.len()) {
                        return Err(self.nowhere(name, entries.iter().filter_map(|entry| entry.key.key_text())));
                    }
                    return self.added(text, node, &steps[place..], place == 0);
                }
                (None, Step::Place(index)) => {
                    let items = items(node).unwrap_or_default();
                    if *index == items.len() && place + 1 == steps.len() {
                        let (at, comma) = match items.last() {
                            Some(last) => (last.span.end, ", "),
                            None => (node.span.end.saturating_sub(1), ""),
                        };
                        let with = format!("{comma}{}", self.value);
                        return Ok(Change { span: Span::point(at), with, value: comma.len() });
                    }
                    let most = items.len();
                    return Err(self.failed(&format!("expected a place up to {most}, which adds one, found {index}")));
                }
            }
        }
        Ok(Change { span: node.span, with: self.value.clone(), value: 0 })
    }

    fn failed(&self, reason: &str) -> EditError {
        EditError { path: self.path.clone(), reason: reason.to_owned() }
    }

    /// That a name leads to nothing in which something could be set.
    fn nowhere<'n>(&self, name: &str, known: impl Iterator<Item = &'n str>) -> EditError {
        let known: Vec<&str> = known.collect();
        let meant = syntax::suggest(name, known.iter().copied());
        let meant = meant.map_or(String::new(), |meant| format!("; did you mean {meant:?}?"));
        self.failed(&format!("there is no {name:?}, only {known:?}{meant}"))
    }

    /// Whether one of two leads to the other, or to a part of it.
    pub(super) fn meets(&self, other: &Edit) -> bool {
        match (self.steps(), other.steps()) {
            (Ok(one), Ok(other)) => one.iter().zip(&other).all(|(one, other)| one == other),
            _ => false,
        }
    }

    fn check_value(&self) -> Result<(), EditError> {
        if self.value.is_empty() {
            return Err(self.failed("expected a value after `=`, found nothing"));
        }
        let (tree, errors) = syntax::parse(&self.value);
        match errors.first() {
            // One that ends with the line would swallow what follows.
            None if !tree.comments.is_empty() => Err(self.failed("expected a value without comments")),
            None => Ok(()),
            Some(error) => {
                let reason =
                    format!("expected a value such as `0.5`, `\"text\"` or `Uniform(0, 1)`, found `{}`", self.value);
                Err(self.failed(&format!("{reason}: {}", error.message)))
            }
        }
    }

    fn steps(&self) -> Result<Vec<Step>, EditError> {
        let mut steps = Vec::new();
        let mut rest = self.path.as_str();
        loop {
            if let Some(after) = rest.strip_prefix("[\"") {
                let (key, after) = after.split_once("\"]").ok_or_else(|| self.failed("expected `\"]` after a key"))?;
                steps.push(Step::Name(key.to_owned()));
                rest = after;
            } else if let Some(after) = rest.strip_prefix('[') {
                let (index, after) = after.split_once(']').ok_or_else(|| self.failed("expected `]` after a place"))?;
                let index = index.trim().parse();
                steps.push(Step::Place(
                    index.map_err(|_| self.failed("expected a whole number or a key in quotes in `[…]`"))?,
                ));
                rest = after;
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                if name.trim().is_empty() {
                    return Err(self.failed("expected names joined by dots, such as `lights.sun.elevation_deg`"));
                }
                steps.push(Step::Name(name.trim().to_owned()));
                rest = after;
            }
            if rest.is_empty() {
                return Ok(steps);
            }
            if !rest.starts_with('[') {
                rest = rest.strip_prefix('.').ok_or_else(|| self.failed("expected a dot after `]`"))?;
            }
        }
    }

    /// What a step leads to; `None` where it is not there but may be.
    fn child<'n>(&self, node: &'n Node, step: &Step) -> Result<Option<&'n Node>, EditError> {
        match (&node.kind, step) {
            (Kind::Struct(fields), Step::Name(name)) => {
                Ok(fields.iter().find(|field| field.name.text == *name).map(|field| &field.value))
            }
            (Kind::Map(entries), Step::Name(name)) => {
                Ok(entries.iter().find(|entry| entry.key.key_text() == Some(name)).map(|entry| &entry.value))
            }
            (Kind::Tuple(items), Step::Name(_)) if items.is_empty() => Ok(None),
            (Kind::Tuple(items) | Kind::List(items), Step::Place(index)) => Ok(items.get(*index)),
            (_, Step::Name(name)) => Err(self
                .failed(&format!("expected something with a field `{name}` before it, found a value without fields"))),
            (_, Step::Place(index)) => {
                Err(self.failed(&format!("expected a list before `[{index}]`, found something else")))
            }
        }
    }

    /// A field or key, and what it holds, put at the beginning of a value.
    fn added(&self, text: &str, node: &Node, steps: &[Step], at_root: bool) -> Result<Change, EditError> {
        let mut value = self.value.clone();
        let mut begins_at = 0;
        for (place, step) in steps.iter().enumerate().rev() {
            let Step::Name(name) = step else {
                return Err(self.failed("expected a list that is there before a place in it"));
            };
            let in_map = match place.checked_sub(1).and_then(|before| steps.get(before)) {
                None => matches!(node.kind, Kind::Map(_)),
                Some(Step::Name(above)) => at_root && place == 1 && MAPS.contains(&above.as_str()),
                Some(Step::Place(_)) => false,
            };
            let key = if in_map { format!("{name:?}") } else { name.clone() };
            let (open, close) = match (place, in_map) {
                (0, _) => ("", ""),
                (_, true) => ("{", "}"),
                (_, false) => ("(", ")"),
            };
            let before = format!("{open}{key}: ");
            begins_at += before.len();
            value = format!("{before}{value}{close}");
        }
        let begins = node.span.of(text).find(['(', '{']).map(|bracket| node.span.start + bracket + 1);
        let Some(begins) = begins else {
            return Err(self.failed("expected brackets to put it into"));
        };
        let empty = match &node.kind {
            Kind::Struct(fields) => fields.is_empty(),
            Kind::Map(entries) => entries.is_empty(),
            _ => true,
        };
        let with = if empty { value } else { format!("{value}, ") };
        Ok(Change { span: Span::point(begins), with, value: begins_at })
    }
}

/// What has to be written where, so that a value is set.
pub(super) struct Change {
    /// What is replaced.
    pub(super) span: Span,
    /// What takes its place.
    pub(super) with: String,
    /// At which byte of that the value itself begins; brackets may follow it.
    pub(super) value: usize,
}

impl Change {
    /// The text after the change.
    pub(super) fn applied(&self, text: &str) -> String {
        let before = text.get(..self.span.start).unwrap_or(text);
        let after = text.get(self.span.end..).unwrap_or("");
        format!("{before}{}{after}", self.with)
    }
}

/// What is in `Some(…)`, or the value itself.
fn unwrapped(node: &Node) -> &Node {
    node.wrapped_in("Some").unwrap_or(node)
}

fn items(node: &Node) -> Option<&[Node]> {
    match &node.kind {
        Kind::Tuple(items) | Kind::List(items) => Some(items),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"// A table.
(
    resolution: (640, 480), // small
    lights: { "sun": Sun(elevation_deg: Uniform(10, 60)), "a b": Point(position_m: [0, 1, 2], flux_lm: 100) },
    objects: { "mug": (shape: Some(Sphere(radius_m: 0.1)), place: On(support: "ground")), "empty": () },
)
"#;

    fn set(edit: &str) -> Result<String, String> {
        let edit: Edit = edit.parse().map_err(|error: EditError| error.to_string())?;
        edit.apply(TEXT).map_err(|error| error.to_string())
    }

    fn changed(edit: &str, from: &str, to: &str) {
        assert!(TEXT.contains(from));
        assert_eq!(set(edit).unwrap(), TEXT.replacen(from, to, 1), "{edit}");
    }

    #[test]
    fn a_value_is_replaced_and_nothing_else() {
        changed("resolution=(320, 240)", "(640, 480)", "(320, 240)");
        changed("lights.sun.elevation_deg = 30", "Uniform(10, 60)", "30");
        changed("lights.sun.elevation_deg[1]=70", "60", "70");
        changed("lights[\"a b\"].position_m[2]=5", "1, 2]", "1, 5]");
        changed(
            "lights[\"sun\"]=Sun(elevation_deg: 1)",
            "Sun(elevation_deg: Uniform(10, 60))",
            "Sun(elevation_deg: 1)",
        );
        changed("objects.mug.shape.radius_m=0.2", "radius_m: 0.1", "radius_m: 0.2");
        changed("objects.mug.place.support=\"a=b\"", "\"ground\"", "\"a=b\"");
    }

    #[test]
    fn what_is_not_there_is_added() {
        changed("samples=4", "(\n    res", "(samples: 4, \n    res");
        changed("objects.mug.count=3", "(shape", "(count: 3, shape");
        changed("objects.empty.count=3", "\"empty\": ()", "\"empty\": (count: 3)");
        changed("lights.lamp=Point(flux_lm: 1)", "{ \"sun\"", "{\"lamp\": Point(flux_lm: 1),  \"sun\"");
        changed("variables.storm=0.5", "(\n    res", "(variables: {\"storm\": 0.5}, \n    res");
        changed("physics.gravity_m_per_s2=3", "(\n    res", "(physics: (gravity_m_per_s2: 3), \n    res");
        changed("objects.mug.body.friction=1", "(shape", "(body: (friction: 1), shape");
        changed("lights[\"a b\"].position_m[3]=9", "1, 2]", "1, 2, 9]");
    }

    #[test]
    fn what_leads_nowhere_is_answered() {
        for (bad, why) in [
            ("samples", "expected `path=value`"),
            ("=3", "expected names joined by dots"),
            ("a..b=3", "expected names joined by dots"),
            ("samples=", "expected a value after"),
            ("samples=(", "found `(`"),
            ("samples=1 2", "found `1 2`"),
            ("resolution.x=1", "found a value without fields"),
            ("resolution[3]=1", "expected a place up to 2, which adds one, found 3"),
            ("samples=3 // more", "expected a value without comments"),
            ("objects.mgu.count=3", "there is no \"mgu\", only [\"mug\", \"empty\"]; did you mean \"mug\"?"),
            ("lights[0]=1", "expected a list"),
            ("lights[x]=1", "expected a whole number"),
            ("lights[\"sun=1", "expected `path=value`"),
            ("objects.mug.new[0]=1", "expected a list that is there"),
        ] {
            let error = set(bad).unwrap_err();
            assert!(error.contains(why), "{bad}: {error}");
        }
    }
}
