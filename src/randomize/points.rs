//! Drawing points: inside solids and on their boundaries, along paths, within a camera's view, on meshes, on grids and
//! apart from each other.
//!
//! Units (numbers from 0, included, to 1, excluded) come from the caller. Where a draw takes units it takes three,
//! whatever is drawn, and turns them into a point without rejection, so that units which cover a space evenly give
//! points that cover theirs. Lengths are in metres, and y points up.

mod frame;
mod frustum;
mod grid;
mod path;
mod poisson;
mod solid;
mod surface;
#[cfg(test)]
mod tests;

pub(super) use frame::frame_from;
pub(super) use frustum::Frustum;
pub(super) use grid::Grid;
pub(super) use path::Path;
pub(super) use poisson::PoissonDisk;
pub(super) use solid::Solid;
pub(super) use surface::Surface;

/// The units of one draw.
fn three(unit: &mut dyn FnMut() -> f64) -> [f64; 3] {
    [unit(), unit(), unit()]
}

/// The value from `low` to `high`, both at least 0, below which a share of `unit` lies when the cube of the value is
/// uniform: a radius within a ball, or a depth within a pyramid.
fn cubic(low: f64, high: f64, unit: f64) -> f64 {
    if low >= high {
        return high;
    }
    let ratio = low / high;
    let cube = ratio * ratio * ratio;
    (high * libm::cbrt(cube + unit * (1.0 - cube))).max(low).min(high)
}
