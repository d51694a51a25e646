//! The language of scene files, RON, read into a tree that knows where every value stands.
//!
//! [`parse`] turns text into a [`Tree`], going on after an error so that several can be told at once;
//! [`deserialize`] turns a tree into any type that serde can fill, again with every error at its place.
//! Nothing here knows what a scene is.

mod access;
mod cursor;
mod de;
mod describe;
mod lexer;
mod literal;
mod parser;
mod recover;
mod repair;
mod stand_in;
mod text;
mod tree;
mod value;
mod variant;

#[cfg(test)]
mod tests;

pub use cursor::Cursor;
pub use de::deserialize;
pub use describe::{describe, listed, suggest};
pub use parser::parse;
pub use repair::Repairs;
pub use text::{Lines, Position, Span};
pub use tree::{Entry, Field, Kind, Name, Node, Path, Tree};

/// Brackets may stand in one another this deep.
pub const DEEPEST: usize = 64;
