//! maquette: a physics-based 3D scene simulator for vision data.
//!
//! ```text
//! scene.ron ─▶ Scene ─▶ ConcreteScene ─▶ settled world ─▶ Frame ─▶ Annotations ─▶ dataset
//!   scene/     scene/    randomize/       simulate/        render/   annotate/      dataset/
//! ```
//!
//! A scene description may leave values open; `randomize` makes every random choice, once; `simulate` lets
//! physics settle or play the result; `render` looks at it through simulated cameras; `annotate` derives what
//! is known about every pixel and instance; `dataset` writes it down. Beside the flow, `lens` has the mathematics of
//! projections, `color` that of colours and `weather` that of air, rain, snow and wet ground, `station` the words by which
//! rooms say what they are at; `assets` makes or reads what a concrete scene names, `audit` reads datasets back and checks
//! them, `profile` listens to where the time goes, `farm` drives a whole run through all rooms, and `cli` is the program's
//! face.
//! Only `simulate` and `render` know the engine.

pub mod color;

pub mod lens;

pub mod weather;

pub mod station;

pub mod scene;

pub mod randomize;

pub mod assets;

pub mod simulate;

pub mod render;

pub mod frame;

pub mod annotate;

pub mod dataset;

pub mod audit;

pub mod profile;

pub mod farm;

pub mod cli;
