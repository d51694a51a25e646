//! What weather does to the ground: how it looks and how it holds.

pub mod grip;

pub mod look;
