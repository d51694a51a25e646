//! Looks at settled scenes through simulated cameras: concrete scenes in, [`Frame`]s out.
//!
//! [`Engine`] is the seam. [`Renderer`] is the real one: a headless Bevy app that draws the colour image with
//! its PBR pipeline and all geometric truth in one further pass of our own ([`truth`]). [`Team`] is several of them.
//! [`Painter`] paints discs without any of that, so that what lies behind the seam can be tested in milliseconds.

mod accumulate;
mod air;
mod app;
mod cameras;
mod depth_sensor;
mod develop;
mod doctor;
mod dome;
mod faces;
mod fake;
mod falling;
mod fixtures;
mod full_screen;
mod glass;
mod ground;
mod label;
mod lamps;
mod lidar;
mod light;
mod limit;
mod lying;
mod metering;
mod normal;
mod occluders;
mod order;
mod pending;
mod photons;
mod pin_hole;
mod pools;
mod rays;
mod readback;
mod ready;
mod renderer;
mod room;
mod samples;
mod sensor;
mod shelter;
mod snow;
mod stage;
mod suns;
mod surface;
mod team;
mod truth;
mod views;
mod warp;

pub use doctor::{Adapter, SelfTest, adapter, adapters, self_test};
pub use fake::Painter;
pub use ground::surroundings;
pub use lamps::{INNER_CONE, carried};
pub use renderer::{Options, Renderer};
pub use room::lamps as room_lamps;
pub use team::{Open, Team};

use std::sync::Arc;

use crate::assets::AssetError;
use crate::frame::Frame;
use crate::randomize::ConcreteScene;

/// Log levels of the engine: what it finds worth a warning and its users do not, such as that a processor draws
/// slowly, is left out.
pub const LOG_FILTER: &str =
    "bevy_render::renderer=error,bevy_light=error,bevy_pbr::ssao=error,bevy_pbr::atmosphere=error,wgpu_hal=error";

/// Turns concrete scenes into frames.
pub trait Engine {
    /// Renders every scene that `scenes` gives, and hands each frame to `sink`, those of one scene in their order.
    ///
    /// Several scenes may be on their way at once; a frame does not depend on what was rendered before it.
    /// Stops at the first error, the sink's included; what was under way is then dropped.
    fn render(
        &mut self,
        scenes: &mut dyn Iterator<Item = ConcreteScene>,
        sink: &mut Sink<'_>,
    ) -> Result<(), RenderError>;

    /// How many such engines, side by side in a [`Team`], draw a long run soonest on this machine.
    fn side_by_side(&self) -> usize {
        1
    }
}

/// Takes frames, each with the scene that it is of.
pub type Sink<'s> = dyn FnMut(Frame, Arc<ConcreteScene>) -> Result<(), Stop> + 's;

/// A sink's wish to stop; why is the sink's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop;

/// Why no further frame came.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// There is nothing to render with.
    #[error("{0}")]
    NoAdapter(String),
    /// The device was lost, ran out of memory, or answered too late.
    #[error("{0}")]
    Device(String),
    /// Something that the scene shows could not be had.
    #[error(transparent)]
    Asset(#[from] AssetError),
    /// The sink wished so.
    #[error("stopped")]
    Stopped,
}
