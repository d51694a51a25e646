//! Integration tests, one binary: each one would link the engine again.

mod amodal;
mod check;
mod command_line;
mod constraints;
mod edge_cases;
mod exposure;
mod lidar;
mod lights;
mod look;
mod mutations;
mod repeatable;
mod samples;
mod sweep;
mod truth;
mod verify;
mod walls;
