//! What the randomizer has to know of models and textures: their extents and how many variants there are.

use std::sync::Arc;

use glam::{Vec2, Vec3};

use super::concrete::Shape;

/// Knows the models and textures that scenes name.
///
/// Its answers are part of what fixes a concrete scene: they must be the same on every machine.
/// Only [`Shape::Library`] and [`Shape::Model`] are asked for but where it says otherwise; primitives are known here.
pub trait Catalog {
    /// The box that encloses a model, in its own frame, before any scale.
    fn bounds(&self, shape: &Shape) -> Result<Bounds, CatalogError>;

    /// How many variants a library model has, at least 1.
    fn variants(&self, name: &str) -> Result<u32, CatalogError>;

    /// How many variants a library texture has, at least 1.
    fn texture_variants(&self, name: &str) -> Result<u32, CatalogError>;

    /// The numbers in a column of a table, ascending, at least one.
    fn column(&self, file: &str, column: &str) -> Result<Arc<[f64]>, CatalogError> {
        let reason = format!("there are no tables, and so no column `{column}`");
        Err(CatalogError::UnusableTable { file: file.to_owned(), reason })
    }

    /// The level surface on which others stand; the top of the bounds if there is nothing better to say.
    fn support_surface(&self, shape: &Shape) -> Result<Surface, CatalogError> {
        Ok(Surface::top_of(self.bounds(shape)?))
    }

    /// The triangles of a shape, primitives too, in its own frame, before any scale, counter-clockwise as seen from
    /// outside; those of the bounds if there is nothing better to say.
    fn triangles(&self, shape: &Shape) -> Result<Vec<[Vec3; 3]>, CatalogError> {
        Ok(self.bounds(shape)?.triangles())
    }

    /// How far a model reaches from its origin along a unit vector, both in its own frame, before any scale.
    ///
    /// The corners of the bounds give a limit; a model that knows its points can be exact.
    fn reach_m(&self, shape: &Shape, direction: Vec3) -> Result<f32, CatalogError> {
        let Bounds { min, max } = self.bounds(shape)?;
        let axis = |low: f32, high: f32, along: f32| (low * along).max(high * along);
        Ok(axis(min.x, max.x, direction.x) + axis(min.y, max.y, direction.y) + axis(min.z, max.z, direction.z))
    }
}

/// A box along the axes of a shape's own frame, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lowest x, y and z.
    pub min: Vec3,
    /// Highest x, y and z.
    pub max: Vec3,
}

impl Bounds {
    /// Two for each face.
    pub(super) fn triangles(&self) -> Vec<[Vec3; 3]> {
        let corner = |axes: [f32; 3]| self.min + (self.max - self.min) * Vec3::from(axes);
        let mut triangles = Vec::with_capacity(12);
        for axis in 0..3 {
            for side in [0.0, 1.0] {
                let at = |along: f32, across: f32| {
                    let mut axes = [side; 3];
                    (axes[(axis + 1) % 3], axes[(axis + 2) % 3]) =
                        if side > 0.0 { (along, across) } else { (across, along) };
                    corner(axes)
                };
                triangles.push([at(0.0, 0.0), at(1.0, 0.0), at(1.0, 1.0)]);
                triangles.push([at(0.0, 0.0), at(1.0, 1.0), at(0.0, 1.0)]);
            }
        }
        triangles
    }
}

/// A level surface of a shape that others can stand on, in the shape's own frame, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// Its height, y.
    pub top_m: f32,
    /// Lowest x and z.
    pub min: Vec2,
    /// Highest x and z.
    pub max: Vec2,
    /// Whether it is the ellipse within that rectangle rather than all of it.
    pub round: bool,
}

impl Surface {
    /// The upper face of a box.
    #[must_use]
    pub fn top_of(bounds: Bounds) -> Self {
        let Bounds { min, max } = bounds;
        Surface { top_m: max.y, min: Vec2::new(min.x, min.z), max: Vec2::new(max.x, max.z), round: false }
    }
}

/// Why a catalog has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// No such model in the library.
    #[error("expected the name of a library model, found `{name}`")]
    UnknownModel {
        /// The name asked for.
        name: String,
    },
    /// No such texture in the library.
    #[error("expected the name of a library texture, found `{name}`")]
    UnknownTexture {
        /// The name asked for.
        name: String,
    },
    /// A table that cannot be used.
    #[error("expected a usable table, found `{file}`: {reason}")]
    UnusableTable {
        /// Its path as the scene gives it.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A model file that cannot be used.
    #[error("expected a usable model file, found `{file}`: {reason}")]
    Unusable {
        /// Its path as the scene gives it.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
}
