//! Points in the world: what a scene says about where they lie, and drawing them.

use std::cell::RefCell;

use glam::{DMat4, DVec3, Vec3};

use super::super::concrete::Camera;
use super::super::draw::Limits;
use super::super::error::{RandomizeError, list};
use super::super::points::{self, Frustum, Grid, PoissonDisk, Surface};
use super::super::pose::looking;
use super::super::stream::{Cursor, Stream};
use super::grid_cell;
use crate::lens::Lens;
use crate::scene::{Number, Position, Solid};

/// A position with its sizes drawn, the same for all instances of an object.
#[derive(Debug)]
pub(in super::super) enum Spots<'p> {
    Coordinates(&'p [Number; 3]),
    Solid { solid: points::Solid, centre: DVec3, outside: bool },
    Path(points::Path),
    Grid { centre: DVec3, grid: Grid, jitter: f64, shuffle: Option<u64> },
    Apart { solid: points::Solid, centre: DVec3, points: Box<RefCell<(PoissonDisk, Stream)>> },
    Frustum { frustum: Frustum, world_from_camera: DMat4 },
    Surface(Vec<Surface>),
}

/// Cameras that have been drawn.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Cameras<'c> {
    pub(in super::super) drawn: &'c [Camera],
    /// Of their images, in pixels.
    pub(in super::super) resolution: [u32; 2],
}

/// A drawn point and what directions it has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) at: DVec3,
    /// Out of the surface that it lies on, or upward square to the path.
    pub(super) normal: Option<DVec3>,
    /// Along the path that it lies on.
    pub(super) forward: Option<DVec3>,
}

impl<'p> Spots<'p> {
    /// Draws what a position leaves open, for things that may be in a camera's view or on a surface, if these are given.
    pub(super) fn draw(
        cursor: &Cursor,
        position: &'p Position,
        cameras: Option<&Cameras>,
        surfaces: Option<&mut dyn FnMut(f64) -> Result<Vec<Surface>, RandomizeError>>,
    ) -> Result<Self, RandomizeError> {
        let length = |name: &str, number: &Number, limits| cursor.child(name).number_in(number, limits);
        let only_objects = |found: &str| RandomizeError::Malformed {
            path: cursor.path().to_owned(),
            expected: "a position that does not depend on cameras or objects, but where an object is placed",
            found: found.to_owned(),
        };
        Ok(match position {
            Position::Coordinates(coordinates) => Spots::Coordinates(coordinates),
            Position::In(within) => {
                let (solid, centre) = solid(cursor, within)?;
                Spots::Solid { solid, centre, outside: false }
            }
            Position::On(within) => {
                let (solid, centre) = solid(cursor, within)?;
                Spots::Solid { solid, centre, outside: true }
            }
            Position::Path { points_m, closed, smooth } => {
                Spots::Path(super::path(cursor, points_m.iter().copied().map(DVec3::from).collect(), *closed, *smooth)?)
            }
            Position::Grid { center_m, spacing_m, cells, jitter_m, shuffled } => {
                let spacing = cursor.vector("spacing_m", spacing_m, Limits::NotNegative)?.as_dvec3();
                let key = || cursor.child("order").stream().bits();
                Spots::Grid {
                    centre: cursor.vector("center_m", center_m, Limits::Any)?.as_dvec3(),
                    grid: Grid { spacing, counts: *cells },
                    jitter: length("jitter_m", jitter_m, Limits::NotNegative)?,
                    shuffle: shuffled.then(key),
                }
            }
            Position::PoissonDisk { within, distance_m } => {
                let (solid, centre) = solid(&cursor.child("within"), within)?;
                let distance = length("distance_m", distance_m, Limits::Positive)?;
                let points = (PoissonDisk::new(distance), cursor.child("points").stream());
                let points = Box::new(RefCell::new(points));
                Spots::Apart { solid, centre, points }
            }
            Position::Frustum { camera, near_m, far_m, margin } => {
                let cameras = cameras.ok_or_else(|| only_objects("`Frustum`"))?;
                let Some(seeing) = cameras.drawn.iter().find(|known| known.name == *camera) else {
                    return Err(RandomizeError::UnknownName {
                        path: cursor.child("camera").path().to_owned(),
                        expected: "the name of a camera",
                        found: camera.clone(),
                        known: list(cameras.drawn.iter().map(|known| known.name.as_str())),
                    });
                };
                let near = length("near_m", near_m, Limits::NotNegative)?;
                let far = length("far_m", far_m, Limits::Positive)?;
                if far < near {
                    return Err(cursor.child("far_m").out_of_range(format!("at least `near_m`, {near}"), far));
                }
                let Some(frustum) = frustum(seeing, cameras.resolution, *margin, [near, far]) else {
                    return Err(RandomizeError::Malformed {
                        path: cursor.child("camera").path().to_owned(),
                        expected: "a camera with a pin-hole's lens, distorted or not",
                        found: format!("`{camera}`, whose lens is none"),
                    });
                };
                let Camera { position_m, target_m, roll_deg, .. } = *seeing;
                Spots::Frustum { frustum, world_from_camera: looking(position_m, target_m, f64::from(roll_deg), 0.0) }
            }
            Position::Surface { slope_at_most_deg, .. } => {
                let surfaces = surfaces.ok_or_else(|| only_objects("`Surface`"))?;
                Spots::Surface(surfaces(*slope_at_most_deg)?)
            }
        })
    }

    /// A point, for the instance of this number that had so many before.
    pub(super) fn point(&self, cursor: &Cursor, number: usize, tries: usize) -> Result<Point, RandomizeError> {
        let plain = |at| Point { at, normal: None, forward: None };
        let mut stream = cursor.child("at").stream();
        let mut unit = || stream.unit();
        Ok(match self {
            Spots::Coordinates([x, y, z]) => {
                let along = |name: &str, number| Ok(f64::from(cursor.value(name, number, Limits::Any)?));
                plain(DVec3::new(along("x", x)?, along("y", y)?, along("z", z)?))
            }
            Spots::Solid { solid, centre, outside: false } => plain(*centre + solid.inside(&mut unit)),
            Spots::Solid { solid, centre, outside: true } => {
                let (at, normal) = solid.surface(&mut unit);
                Point { normal: Some(normal), ..plain(*centre + at) }
            }
            Spots::Path(path) => {
                let (at, forward) = path.at(unit() * path.length());
                Point { normal: forward.cross(DVec3::Y).cross(forward).try_normalize(), forward: Some(forward), at }
            }
            Spots::Grid { centre, grid, jitter, shuffle } => {
                let at = grid.at(grid_cell(grid.cells(), number, tries, *shuffle, &mut stream));
                let mut aside = || 2.0 * stream.unit() - 1.0;
                plain(*centre + at + DVec3::new(aside(), aside(), aside()) * *jitter)
            }
            Spots::Apart { solid, centre, points } => {
                let (disk, stream) = &mut *points.borrow_mut();
                let (grown, ..) = disk.grow(|| (solid.inside(&mut || stream.unit()), ()));
                plain(*centre + grown)
            }
            Spots::Frustum { frustum, world_from_camera } => {
                plain(world_from_camera.transform_point3(frustum.inside(&mut unit)))
            }
            Spots::Surface(surfaces) => {
                let which = (unit() * surfaces.len() as f64) as usize;
                match surfaces.get(which.min(surfaces.len().saturating_sub(1))) {
                    Some(surface) => {
                        let (at, normal) = surface.at(&mut unit);
                        Point { normal: Some(normal), ..plain(at) }
                    }
                    None => plain(DVec3::ZERO),
                }
            }
        })
    }

    /// Whether it is on the surface of an object, so that things touch it.
    pub(super) fn touches(&self) -> bool {
        matches!(self, Spots::Surface(_))
    }
}

impl Cursor<'_> {
    /// Draws a position that depends on nothing else, at the child of that name.
    pub(in super::super) fn position(&self, name: &str, position: &Position) -> Result<Vec3, RandomizeError> {
        let place = self.child(name);
        if let Position::Coordinates(coordinates) = position {
            return self.vector(name, coordinates, Limits::Any);
        }
        let drawn = Spots::draw(&place, position, None, None)?.point(&place, self.number.unwrap_or(0), 0)?.at;
        if !drawn.as_vec3().is_finite() {
            return Err(place.out_of_range("coordinates that single precision can hold", drawn.length()));
        }
        place.note_point(position, drawn);
        Ok(drawn.as_vec3())
    }

    /// Notes a point that was drawn otherwise than by its coordinates.
    pub(super) fn note_point(&self, from: &Position, point: DVec3) {
        let Some(ledger) = &self.context.ledger else { return };
        for (name, value) in [("x", point.x), ("y", point.y), ("z", point.z)] {
            ledger.borrow_mut().number(self.child(name).path(), || from.to_string(), value);
        }
    }
}

/// A solid and its middle.
fn solid(cursor: &Cursor, solid: &Solid) -> Result<(points::Solid, DVec3), RandomizeError> {
    let length = |name: &str, number: &Number| cursor.child(name).number_in(number, Limits::NotNegative);
    let centre = |numbers: &[Number; 3]| Ok(cursor.vector("center_m", numbers, Limits::Any)?.as_dvec3());
    Ok(match solid {
        Solid::Box { center_m, size_m } => {
            let half = cursor.vector("size_m", size_m, Limits::NotNegative)?.as_dvec3() / 2.0;
            (points::Solid::Box { half }, centre(center_m)?)
        }
        Solid::Sphere { center_m, radius_m } => {
            (points::Solid::Sphere { radius: length("radius_m", radius_m)? }, centre(center_m)?)
        }
        Solid::Shell { center_m, inner_radius_m, outer_radius_m } => {
            let inner = length("inner_radius_m", inner_radius_m)?;
            let outer = length("outer_radius_m", outer_radius_m)?;
            if outer < inner {
                let expected = format!("at least the inner radius, {inner} m");
                return Err(cursor.child("outer_radius_m").out_of_range(expected, outer));
            }
            (points::Solid::Shell { inner, outer }, centre(center_m)?)
        }
        Solid::Disk { center_m, radius_m } => {
            (points::Solid::Disk { radius: length("radius_m", radius_m)? }, centre(center_m)?)
        }
        Solid::Cylinder { center_m, radius_m, height_m } => {
            let (radius, height) = (length("radius_m", radius_m)?, length("height_m", height_m)?);
            (points::Solid::Cylinder { radius, height }, centre(center_m)?)
        }
    })
}

/// What a camera sees between two depths; `None` where its lens is no pin-hole's.
fn frustum(camera: &Camera, [width, height]: [u32; 2], margin: f64, [near, far]: [f64; 2]) -> Option<Frustum> {
    if !matches!(camera.lens, Lens::Pinhole | Lens::BrownConrady { .. }) {
        return None;
    }
    let crate::lens::Intrinsics { fx, fy, cx, cy } = camera.intrinsics;
    let (width, height) = (f64::from(width), f64::from(height));
    let tangent = |pixel: f64, centre: f64, focal: f64| (pixel - centre) / focal;
    Some(Frustum {
        left: -tangent(width * margin, cx, fx),
        right: tangent(width * (1.0 - margin), cx, fx),
        top: -tangent(height * margin, cy, fy),
        bottom: tangent(height * (1.0 - margin), cy, fy),
        near,
        far,
    })
}
