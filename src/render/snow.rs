//! The snow that lies on a thing, as a mesh.
//!
//! The thing is seen from above through a square grid of nodes. What is highest there holds snow: all of it where it is
//! level, less where it slopes, rounded off where it ends, and not much higher than it is wide. Snow that stands up to
//! the next step buries it; a wall has snow up against it; the ground beneath a table has none.
//!
//! After P. Fearing, "Computer modelling of fallen snow", SIGGRAPH 2000, 37–46, who lets snow that finds no hold slide
//! on to what is beneath; here that is lost.

#[cfg(test)]
mod tests;

mod depth;

mod grid;

mod laid;

mod mesh;

mod noise;

mod room;

mod runs;

mod seams;

mod surface;

use glam::Vec3;

use depth::Depths;
pub(super) use laid::{Laid, laid};
pub(super) use noise::noise;
use seams::Seams;
use surface::Surface;

/// More than anything here is made to carry; deeper snow is taken for it.
const MOST_M: f32 = 10.0;

/// A mesh: counter-clockwise as seen from outside.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Cap {
    /// In metres, in the frame of the thing.
    pub positions: Vec<Vec3>,
    /// Of unit length; smooth over the top.
    pub normals: Vec<Vec3>,
    /// x and z in metres; down a side they go on outwards.
    pub uvs: Vec<[f32; 2]>,
    /// Three for each triangle.
    pub indices: Vec<u32>,
}

/// The snow on a thing; `None` where none stays.
///
/// The triangles are those of the thing as it stands or lies, in metres in a frame whose y is up, counter-clockwise as
/// seen from outside; those without an area, with corners that are not finite or more than a kilometre away are left
/// out. `depth_m` is the depth of snow on level open ground, above 0. `seed` is for unevenness.
///
/// The mesh is open beneath, where it lies on the thing, and its rim is a fraction of a millimetre to a few millimetres
/// within it.
pub(super) fn cap(triangles: &[[Vec3; 3]], depth_m: f32, seed: u64) -> Option<Cap> {
    if !(depth_m > 0.0 && depth_m.is_finite()) {
        return None;
    }
    let depth_m = depth_m.min(MOST_M);
    let surface = Surface::from_above(triangles)?;
    let seams = Seams::of(&surface, depth_m);
    let depths = Depths::of(&surface, &seams, depth_m, seed);
    mesh::build(&surface, &seams, &depths, depth_m)
}

#[inline]
/// What a field says of a node; nothing of one that there isn't.
fn at<T: Copy + Default>(field: &[T], node: usize) -> T {
    field.get(node).copied().unwrap_or_default()
}
