//! The part of a support's top in which things are placed.

use std::cell::RefCell;

use glam::{DVec2, DVec3};

use super::super::draw::Limits;
use super::super::error::RandomizeError;
use super::super::extent::Top;
use super::super::points::{self, Grid, PoissonDisk};
use super::super::rotation::sin_cos_deg;
use super::super::stream::{Cursor, Stream};
use super::{Support, grid_cell};
use crate::scene::{Number, Region};

/// A margin takes no more than this share of a support's edge on either side.
const WIDEST_MARGIN: f64 = 0.4;

/// A region with its sizes drawn, the same for all instances of an object; x and z along the support's axes from its
/// centre, in metres.
#[derive(Debug)]
pub(in super::super) enum Area {
    /// All of the top.
    Top,
    /// A rectangle, or the ellipse within it.
    Plain {
        middle: DVec2,
        half: DVec2,
        round: bool,
    },
    Ring {
        middle: DVec2,
        inner: f64,
        outer: f64,
    },
    Path {
        path: points::Path,
        width: f64,
    },
    Grid {
        middle: DVec2,
        grid: Grid,
        jitter: f64,
        shuffle: Option<u64>,
    },
    Apart {
        within: Box<Area>,
        points: Box<RefCell<(PoissonDisk, Stream)>>,
    },
}

/// A point of an area, and where the way goes there, if it is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) point: DVec2,
    pub(super) forward: Option<DVec2>,
}

/// For what a point is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'t> {
    pub(super) top: &'t Top,
    pub(super) support: Support,
    /// How far the thing reaches from the point, seen from above.
    pub(super) reach: f64,
    /// Which instance of its object it is, from 0.
    pub(super) number: usize,
    /// How many points were drawn for it before.
    pub(super) tries: usize,
    /// Whether it may have one of the points that keep their distance.
    pub(super) first_place: bool,
}

impl Area {
    /// Draws what a region leaves open.
    pub(super) fn draw(cursor: &Cursor, region: &Region) -> Result<Area, RandomizeError> {
        let pair = |name: &str, [x, z]: &[Number; 2], limits| {
            let place = cursor.child(name);
            Ok(DVec2::new(place.child("x").number_in(x, limits)?, place.child("z").number_in(z, limits)?))
        };
        let length = |name: &str, number: &Number, limits| cursor.child(name).number_in(number, limits);
        Ok(match region {
            Region::Top => Area::Top,
            Region::Rectangle { center_m, size_m } => Area::Plain {
                middle: pair("center_m", center_m, Limits::Any)?,
                half: pair("size_m", size_m, Limits::NotNegative)? / 2.0,
                round: false,
            },
            Region::Disk { center_m, radius_m } => Area::Plain {
                middle: pair("center_m", center_m, Limits::Any)?,
                half: DVec2::splat(length("radius_m", radius_m, Limits::NotNegative)?),
                round: true,
            },
            Region::Ring { center_m, inner_radius_m, outer_radius_m } => {
                let inner = length("inner_radius_m", inner_radius_m, Limits::NotNegative)?;
                let outer = length("outer_radius_m", outer_radius_m, Limits::NotNegative)?;
                if outer < inner {
                    let expected = format!("at least the inner radius, {inner} m");
                    return Err(cursor.child("outer_radius_m").out_of_range(expected, outer));
                }
                Area::Ring { middle: pair("center_m", center_m, Limits::Any)?, inner, outer }
            }
            Region::Path { points_m, closed, smooth, width_m } => {
                let points = points_m.iter().map(|[x, z]| DVec3::new(*x, 0.0, *z)).collect();
                let path = super::path(cursor, points, *closed, *smooth)?;
                Area::Path { path, width: length("width_m", width_m, Limits::NotNegative)? }
            }
            Region::Grid { center_m, spacing_m, cells: [x, z], jitter_m, shuffled } => {
                let spacing = pair("spacing_m", spacing_m, Limits::NotNegative)?;
                let grid = Grid { spacing: DVec3::new(spacing.x, 0.0, spacing.y), counts: [*x, 1, *z] };
                let key = || cursor.child("order").stream().bits();
                Area::Grid {
                    middle: pair("center_m", center_m, Limits::Any)?,
                    grid,
                    jitter: length("jitter_m", jitter_m, Limits::NotNegative)?,
                    shuffle: shuffled.then(key),
                }
            }
            Region::PoissonDisk { within, distance_m } => {
                let within = Box::new(Area::draw(&cursor.child("within"), within)?);
                let distance = length("distance_m", distance_m, Limits::Positive)?;
                let points = (PoissonDisk::new(distance), cursor.child("points").stream());
                Area::Apart { within, points: Box::new(RefCell::new(points)) }
            }
        })
    }

    /// A point of the area, uniform unless it is one of several.
    pub(super) fn point(&self, cursor: &Cursor, asked: &Asked) -> Spot {
        match self {
            Area::Grid { middle, grid, jitter, shuffle } => {
                let mut stream = cursor.stream();
                let cell = grid_cell(grid.cells(), asked.number, asked.tries, *shuffle, &mut stream);
                Spot { point: *middle + about(grid, cell, *jitter, &mut stream), forward: None }
            }
            Area::Apart { within, points } if asked.first_place => {
                let (disk, stream) = &mut *points.borrow_mut();
                let candidate = |spot: Spot| (DVec3::new(spot.point.x, 0.0, spot.point.y), spot);
                disk.grow(|| candidate(within.uniform(stream, asked))).1
            }
            Area::Apart { within, .. } => within.uniform(&mut cursor.stream(), asked),
            _ => self.uniform(&mut cursor.stream(), asked),
        }
    }

    /// A point uniform in the area.
    fn uniform(&self, stream: &mut Stream, asked: &Asked) -> Spot {
        let plain = |point| Spot { point, forward: None };
        match self {
            Area::Top => {
                let Top { middle, half, round, .. } = *asked.top;
                let margin = |half: f64| {
                    if asked.support == Support::Ground { 0.0 } else { asked.reach.min(2.0 * half * WIDEST_MARGIN) }
                };
                let half = DVec2::new(half.x - margin(half.x), half.y - margin(half.y));
                plain(within(stream, middle, half, round))
            }
            Area::Plain { middle, half, round } => plain(within(stream, *middle, *half, *round)),
            Area::Ring { middle, inner, outer } => {
                let (first, second) = (stream.unit(), stream.unit());
                let (sin, cos) = sin_cos_deg(360.0 * second);
                let radius = (inner * inner * (1.0 - first) + outer * outer * first).sqrt();
                plain(*middle + DVec2::new(cos, sin) * radius)
            }
            Area::Path { path, width } => {
                let (at, direction) = path.at(stream.unit() * path.length());
                let forward = DVec2::new(direction.x, direction.z);
                let aside = DVec2::new(forward.y, -forward.x) * (width * (stream.unit() - 0.5));
                Spot { point: DVec2::new(at.x, at.z) + aside, forward: Some(forward) }
            }
            Area::Grid { middle, grid, jitter, .. } => {
                let cell = grid_cell(grid.cells(), 0, 1, None, stream);
                plain(*middle + about(grid, cell, *jitter, stream))
            }
            Area::Apart { within, .. } => within.uniform(stream, asked),
        }
    }
}

/// A point about a cell of a grid.
fn about(grid: &Grid, cell: u64, jitter: f64, stream: &mut Stream) -> DVec2 {
    let at = grid.at(cell);
    DVec2::new(at.x, at.z) + DVec2::new(2.0 * stream.unit() - 1.0, 2.0 * stream.unit() - 1.0) * jitter
}

/// A point uniform in a rectangle or the ellipse within it.
fn within(stream: &mut Stream, middle: DVec2, half: DVec2, round: bool) -> DVec2 {
    let (first, second) = (stream.unit(), stream.unit());
    let within = if round {
        let (sin, cos) = sin_cos_deg(360.0 * second);
        DVec2::new(cos, sin) * first.sqrt()
    } else {
        DVec2::new(2.0 * first - 1.0, 2.0 * second - 1.0)
    };
    middle + half * within
}
