//! Ways to damage an input so that much of it still makes sense.

pub mod archive;
pub mod bytes;
pub mod grammar;
pub mod picture;
pub mod text;
