//! Groups: things that are placed together.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Count, Object, Place};

/// Several things that are placed together, such as a shelf with its boxes.
///
/// What is in it is placed in a frame of its own, as if that were the world: `"ground"` is the level on which the group
/// stands, and supports are objects of the same group. Then the group is placed as a whole. Its instances are named after
/// it: `bay#1/box#3`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// How many there are; what each holds is drawn anew.
    #[serde(default = "one")]
    pub count: Count,
    /// Where its origin begins, `At` or `On`, upright.
    #[serde(default = "Place::standing")]
    pub place: Place,
    /// Things by name.
    #[serde(default)]
    pub objects: IndexMap<String, Object>,
    /// Groups within it, by name.
    #[serde(default)]
    pub groups: IndexMap<String, Group>,
}

/// Objects and groups that share a frame: those of the scene, or of one group.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'s> {
    /// Things by name.
    pub objects: &'s IndexMap<String, Object>,
    /// Groups by name.
    pub groups: &'s IndexMap<String, Group>,
}

impl Group {
    /// What is in it.
    pub fn scope(&self) -> Scope<'_> {
        Scope { objects: &self.objects, groups: &self.groups }
    }
}

/// An object of a scope or of a group within it.
#[derive(Debug, Clone)]
pub struct Member<'s> {
    /// The names that lead to it, joined by `/`.
    pub path: String,
    /// The object.
    pub object: &'s Object,
    /// How many groups hold it at most; 1 where it is in none.
    pub groups: f64,
}

impl<'s> Scope<'s> {
    /// All objects, those of groups too.
    pub fn all(self) -> Vec<Member<'s>> {
        let member = |(name, object): (&String, &'s Object)| Member { path: name.clone(), object, groups: 1.0 };
        let mut all: Vec<Member> = self.objects.iter().map(member).collect();
        for (name, group) in self.groups {
            let most = group.count.0.range().map_or(1.0, |(_, most)| most.max(0.0));
            all.extend(group.scope().all().into_iter().map(|member| Member {
                path: format!("{name}/{}", member.path),
                groups: most * member.groups,
                ..member
            }));
        }
        all
    }
}

/// Whether a name means an object that stands at the end of a path of groups: `box` and `bay/box` mean `bay/box`.
pub fn is_meant(name: &str, path: &str) -> bool {
    path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

fn one() -> Count {
    Count(1.0.into())
}
