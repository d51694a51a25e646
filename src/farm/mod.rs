//! Plans a run, drives it through all rooms, and keeps every queue bounded.
//!
//! Scenes are drawn, simulated and rendered in order on one side; on the other a few threads annotate, encode
//! and write. What a run leaves behind does not depend on their number or order.

mod categories;
mod files;
mod gltf;
mod plan;
mod run;

pub use gltf::{GltfError, export_scenes};
pub use plan::{Source, SourceError, parse_frames};
pub use run::{Outcome, Progress, Run, RunError, run};
