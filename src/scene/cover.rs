//! How the frames of a run cover what may be drawn.

use schemars::JsonSchema;
use serde::Deserialize;

/// How the draws of a run's frames are spread over what may be drawn.
///
/// Each is had by random access from the frame number, so that any frame alone is what it is in the whole run.
/// Quasi-random covers follow the joint space of the named variables; every other choice covers its own range by
/// itself, and independently of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Cover {
    /// Each draw by itself.
    #[default]
    Independent,
    /// In any so many frames from a multiple of that number on, each such part of the range is met once.
    Stratified(u32),
    /// The same: several stratified variables together are a Latin hypercube (McKay, Beckman and Conover 1979).
    LatinHypercube(u32),
    /// Sobol's sequence (1967), scrambled as Owen (1995) has it: best over a power of two frames.
    Sobol,
    /// Halton's sequence (1960), scrambled likewise: for any number of frames.
    Halton,
}
