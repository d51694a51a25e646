//! Brings a concrete scene to life: Rapier lets it settle or play, and its cameras go along.
//!
//! Each scene gets a fresh physics world of its own, filled in the order of the instance ids and stepped at a
//! fixed rate. What comes out is poses, [`Moment`] by [`Moment`]; two equal scenes give equal poses whatever
//! was simulated before or is simulated beside them.

mod physics;
mod rig;
mod weathered;

pub use physics::{Moment, Motion, Player};
pub use rig::{moved, world_from_camera, world_from_rig};
