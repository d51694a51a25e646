//! Reads a dataset back and says what it thinks of it.
//!
//! [`verify`] checks the annotations of every picture against each other and against the planes, and every file
//! against the manifest. It uses nothing of what the dataset was made with: whoever has the folder can check it.

mod checks;
mod clouds;
mod findings;
mod flow;
mod geometry;
mod masks;
mod picture;
mod planes;
mod verify;

pub use verify::{Report, Row, verify};
