//! What can be wrong with a scene so that no choice can be made.

use super::catalog::CatalogError;

/// A scene that cannot be drawn. Each says where: the path of the value in the scene.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RandomizeError {
    /// A drawn value outside of what makes sense there.
    #[error("{path}: expected {expected}, drew {found}")]
    OutOfRange {
        /// Where in the scene.
        path: String,
        /// What would do.
        expected: String,
        /// What was drawn.
        found: f64,
    },
    /// A distribution from which nothing can be drawn.
    #[error("{path}: expected {expected}, found {found}")]
    Malformed {
        /// Where in the scene.
        path: String,
        /// What would do.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A lens that cannot be used so.
    #[error("{path}: {what}")]
    Blind {
        /// Where in the scene.
        path: String,
        /// Why, and what would do.
        what: String,
    },
    /// A name that the scene doesn't have.
    #[error("{path}: expected {expected}, found `{found}`; the scene has {known}")]
    UnknownName {
        /// Where in the scene.
        path: String,
        /// What the name should be of.
        expected: &'static str,
        /// The name.
        found: String,
        /// The names that would do.
        known: String,
    },
    /// A formula that has no value.
    #[error("{path}: `{text}`: {reason}")]
    Formula {
        /// Where in the scene.
        path: String,
        /// The formula.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Variables that need each other's values.
    #[error("variables/{name}: expected variables that do not lead back to themselves, found a circle")]
    VariableCircle {
        /// One of them.
        name: String,
    },
    /// Quotas that contradict each other.
    #[error("variables: {reason}")]
    Quotas {
        /// Which, and why.
        reason: String,
    },
    /// A scene with a value that nothing can be made of.
    #[error("{}", faults.join("; "))]
    Unsound {
        /// What and why.
        faults: Vec<String>,
    },
    /// Objects that stand on each other in a circle.
    #[error("{path}: expected supports that lead down to the ground, found a circle: {circle}")]
    SupportCircle {
        /// Where in the scene.
        path: String,
        /// The names along it.
        circle: String,
    },
    /// More things than there are instance ids.
    #[error("{path}: expected at most {limit} instances in a scene, drew {found}")]
    TooMany {
        /// The object that is one too many.
        path: String,
        /// How many there may be.
        limit: usize,
        /// How many there would be.
        found: usize,
    },
    /// Two things of one name.
    #[error("{path}: expected a name of its own, found `{name}`, which another object's instance has")]
    NameTaken {
        /// Where in the scene.
        path: String,
        /// The name.
        name: String,
    },
    /// What the catalog of models and textures has to say.
    #[error("{path}: {source}")]
    Catalog {
        /// Where in the scene.
        path: String,
        /// Why.
        source: CatalogError,
    },
}

/// Names for a message: `a, b, c`, or `none`.
pub(super) fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
