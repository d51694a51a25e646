//! Reads a dataset back and says what it thinks of it.
//!
//! [`verify`] checks the annotations of every picture against each other and against the planes, and every file
//! against the manifest. It uses nothing of what the dataset was made with: whoever has the folder can check it.
//! [`collect`] says what is in a dataset, [`collect_sweep`] what is in those of a sweep, and [`plot`] draws that.

mod checks;
mod clouds;
mod findings;
mod flow;
mod geometry;
mod masks;
mod picture;
mod planes;
mod plot;
mod statistics;
mod verify;

pub use plot::plot;
pub use statistics::{
    MEASURES, Measure, PlotRow, Statistic, StatisticsError, Summary, SweepStatistics, collect, collect_sweep,
};
pub use verify::{Report, Row, verify};
