//! Where things begin: at a pose, standing on a support, or in the air above it, clear of what is there already.

use glam::{DVec2, DVec3, Quat};

use super::catalog::Catalog;
use super::concrete::Pose;
use super::draw::Limits;
use super::error::RandomizeError;
use super::extent::{Extent, Stand, Top};
use super::rotation::sin_cos_deg;
use super::stream::Cursor;
use crate::scene::{Number, Orientation, Pick, Place, Region};

/// Places tried until a thing is clear of the others; then the best of them has to do.
const TRIES: usize = 200;
/// Between a thing that stands and its support.
const GAP_M: f64 = 0.0005;
/// Between things that are clear of each other.
const CLEARANCE_M: f64 = 0.001;
/// A failed try raises the ceiling of the volume by this, as a heap needs room.
const RAISE_M: f64 = 0.02;
/// A margin takes no more than this share of a support's edge on either side.
const WIDEST_MARGIN: f64 = 0.4;

/// What a thing stands on or falls to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Support {
    /// None: it is where the scene says.
    None,
    /// The level at height 0.
    Ground,
    /// Another thing, by its number in [`Placing`].
    Thing(usize),
}

/// What has to be known of a thing to find a place for it.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// Where its choices are made.
    pub(super) cursor: Cursor<'a>,
    pub(super) place: &'a Place,
    pub(super) extent: Extent,
    pub(super) support: Support,
    /// Whether it stays where it is put.
    pub(super) is_static: bool,
    /// Whether it is not there, so that nothing keeps clear of it.
    pub(super) is_volume: bool,
    /// How many further places it gets should it fall off.
    pub(super) spares: usize,
}

/// A thing that has its place.
#[derive(Debug)]
struct Placed {
    extent: Extent,
    support: Support,
    is_static: bool,
    is_volume: bool,
    stands: bool,
    /// Radius of an upright cylinder about it at its start.
    circle: f64,
    /// The start and the spare places.
    rounds: Vec<Stand>,
}

/// Where a thing begins, and begins again.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placement {
    pub(super) start: Pose,
    pub(super) spares: Vec<Pose>,
    /// Height of the top of its support.
    pub(super) support_top: Option<f64>,
}

/// The things placed so far, in the order in which they were.
pub(super) struct Placing<'c> {
    catalog: &'c dyn Catalog,
    placed: Vec<Placed>,
}

/// The part of a support's top in which centres are drawn.
#[derive(Debug, Clone, Copy)]
struct Area {
    middle: DVec2,
    half: DVec2,
    round: bool,
}

/// Looking for a place, once for the start and once for each spare.
struct Search<'a> {
    candidate: &'a Candidate<'a>,
    cursor: Cursor<'a>,
    top: Top,
    area: Area,
    rotation: Quat,
    /// How far the lowest point lies below the centre.
    depth: f64,
    /// Radius of an upright cylinder about it.
    circle: f64,
    /// Of the lowest point above the top; `None` if it stands.
    height: Option<&'a Number>,
    /// What to keep clear of, and where that is.
    others: Vec<(&'a Placed, &'a Stand)>,
}

/// What a try has led to.
struct Try {
    pose: Pose,
    /// The least distance to anything in place; below 0 where something may overlap.
    clearance: f64,
}

impl<'c> Placing<'c> {
    /// With nothing in place.
    pub(super) fn new(catalog: &'c dyn Catalog) -> Self {
        Placing { catalog, placed: Vec::new() }
    }

    /// Finds a place for a thing; gives its number too, by which others can stand on it.
    pub(super) fn put(&mut self, candidate: Candidate<'_>) -> Result<(usize, Placement), RandomizeError> {
        let cursor = candidate.cursor.child("place");
        let mut spares = Vec::new();
        let start = match candidate.place {
            Place::At { position_m, orientation } => {
                let position = cursor.vector("position_m", position_m, Limits::Any)?.as_dvec3();
                let rotation = cursor.child("orientation").orientation(orientation)?;
                candidate.extent.pose(position, rotation)
            }
            Place::On { region, orientation, .. } => self.search(&candidate, 0, region, orientation, None)?.best()?,
            Place::Above { region, height_m, orientation, .. } => {
                let search = |round| self.search(&candidate, round, region, orientation, Some(height_m))?.best();
                for round in 1..=candidate.spares {
                    spares.push(search(round)?);
                }
                search(0)?
            }
        };
        let poses = || std::iter::once(&start).chain(&spares);
        if let Some(pose) = poses().find(|pose| !pose.position_m.is_finite()) {
            let expected = "coordinates that single precision can hold";
            return Err(cursor.out_of_range(expected, pose.position_m.length().into()));
        }
        let support_top = (candidate.support != Support::None).then(|| self.top(candidate.support).height);
        let number = self.placed.len();
        let rounds: Vec<Stand> = poses().map(|pose| candidate.extent.stand(pose)).collect();
        self.placed.push(Placed {
            circle: candidate.extent.circle(rounds[0].rotation),
            rounds,
            extent: candidate.extent,
            support: candidate.support,
            is_static: candidate.is_static,
            is_volume: candidate.is_volume,
            stands: matches!(candidate.place, Place::On { .. }),
        });
        Ok((number, Placement { start, spares, support_top }))
    }

    fn top(&self, support: Support) -> Top {
        match support {
            Support::Thing(number) => {
                let thing = &self.placed[number];
                thing.extent.top(&thing.rounds[0])
            }
            Support::Ground | Support::None => Top::GROUND,
        }
    }

    /// The search for the start (round 0) or a spare.
    fn search<'a>(
        &'a self,
        candidate: &'a Candidate<'a>,
        round: usize,
        region: &Region,
        orientation: &Pick<Orientation>,
        height: Option<&'a Number>,
    ) -> Result<Search<'a>, RandomizeError> {
        let start = candidate.cursor.child("place");
        let cursor = if round == 0 { start } else { start.numbered("spare", round) };
        let rotation = cursor.child("orientation").orientation(orientation)?;
        let turned = rotation.as_dquat().normalize();
        let depth = (candidate.extent.depth(turned, self.catalog))
            .map_err(|source| RandomizeError::Catalog { path: cursor.path().to_owned(), source })?;
        let circle = candidate.extent.circle(turned);
        let top = self.top(candidate.support);
        let area = area(region, &top, candidate.support, circle);

        // Not of what it stands on, nor of what that stands on.
        let mut below = vec![false; self.placed.len()];
        let mut support = candidate.support;
        while let Support::Thing(number) = support {
            below[number] = true;
            support = self.placed[number].support;
        }
        let others = self.placed.iter().zip(below);
        let others = others.filter(|(other, below)| !below && !other.is_volume && !candidate.is_volume);
        let others = others.map(|(other, _)| (other, &other.rounds[round.min(other.rounds.len() - 1)])).collect();
        Ok(Search { candidate, cursor, top, area, rotation, depth, circle, height, others })
    }
}

impl Search<'_> {
    /// Tries places until one is clear; the best of them if none is.
    fn best(&self) -> Result<Pose, RandomizeError> {
        let mut best = self.attempt(0, f64::NEG_INFINITY)?;
        for number in 1..TRIES {
            if best.clearance >= CLEARANCE_M {
                break;
            }
            let next = self.attempt(number, best.clearance)?;
            if next.clearance > best.clearance {
                best = next;
            }
        }
        Ok(best.pose)
    }

    /// One try; gives up on it as soon as it is seen to be no better than `to_beat`.
    fn attempt(&self, number: usize, to_beat: f64) -> Result<Try, RandomizeError> {
        let extent = &self.candidate.extent;
        let cursor = self.cursor.numbered("try", number);
        let at = self.top.world(self.area.draw(&cursor.child("at")));
        let height = match self.height {
            None => GAP_M,
            Some(height) => {
                let raised = RAISE_M * number as f64 * cursor.child("raise").stream().unit();
                cursor.child("height_m").number_in(height, Limits::NotNegative)? + raised
            }
        };
        let pose = extent.pose(DVec3::new(at.x, self.top.height + height + self.depth, at.y), self.rotation);
        let stand = extent.stand(&pose);
        let mut clearance = f64::INFINITY;
        for (other, there) in &self.others {
            clearance = clearance.min(self.distance(&stand, other, there));
            if clearance <= to_beat {
                break;
            }
        }
        Ok(Try { pose, clearance })
    }

    /// Distance between the candidate and another thing.
    fn distance(&self, stand: &Stand, other: &Placed, there: &Stand) -> f64 {
        let extent = &self.candidate.extent;
        let apart = stand.centre - there.centre;
        if self.height.is_none() && other.stands && other.support == self.candidate.support {
            let level = (apart.x * apart.x + apart.z * apart.z).sqrt();
            return level - self.circle - other.circle;
        }
        // Balls about both; a static thing may be large and flat, so for it the box counts too.
        let mut distance = apart.length() - extent.radius - other.extent.radius;
        if other.is_static {
            distance = distance.max(other.extent.distance_to_box(there, stand.centre) - extent.radius);
        }
        if self.candidate.is_static {
            distance = distance.max(extent.distance_to_box(stand, there.centre) - other.extent.radius);
        }
        distance
    }
}

/// The part of a support's top that a region means, for a thing that reaches `circle` from its centre.
fn area(region: &Region, top: &Top, support: Support, circle: f64) -> Area {
    match *region {
        Region::Top => {
            let margin =
                |half: f64| if support == Support::Ground { 0.0 } else { circle.min(2.0 * half * WIDEST_MARGIN) };
            let half = DVec2::new(top.half.x - margin(top.half.x), top.half.y - margin(top.half.y));
            Area { middle: top.middle, half, round: top.round }
        }
        Region::Rectangle { center_m, size_m } => {
            Area { middle: DVec2::from_array(center_m), half: DVec2::from_array(size_m) / 2.0, round: false }
        }
        Region::Disk { center_m, radius_m } => {
            Area { middle: DVec2::from_array(center_m), half: DVec2::splat(radius_m), round: true }
        }
    }
}

impl Area {
    /// A point uniform in the area.
    fn draw(&self, cursor: &Cursor) -> DVec2 {
        let mut stream = cursor.stream();
        let (first, second) = (stream.unit(), stream.unit());
        let within = if self.round {
            let (sin, cos) = sin_cos_deg(360.0 * second);
            DVec2::new(cos, sin) * first.sqrt()
        } else {
            DVec2::new(2.0 * first - 1.0, 2.0 * second - 1.0)
        };
        self.middle + self.half * within
    }
}
