//! Plans a run, drives it through all rooms, and keeps every queue bounded.
//!
//! Scenes are drawn, simulated and rendered in order on one side; on the other a few threads annotate, encode
//! and write. What a run leaves behind does not depend on their number or order.

mod balance;
mod categories;
mod constraints;
mod files;
mod flight;
mod frames;
mod gltf;
mod pairing;
mod parts;
mod plan;
mod run;
mod supervise;
mod sweep;
pub mod templates;

pub use balance::{Seen, count_seen, evened};
pub use flight::{Flight, Note};
pub use frames::kept_frames;
pub use gltf::{GltfError, export_scenes};
pub use parts::Parts;
pub use plan::{Source, SourceError, parse_frames};
pub use run::{EngineOnce, Outcome, Progress, Run, RunError, blamed, run};
pub use supervise::{Supervised, Verdict, dies_with_us};
pub use sweep::{Planned, SweepError};
