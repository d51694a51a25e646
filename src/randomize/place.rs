//! Where things begin: at a pose, standing on a support, or in the air above it, clear of what is there already.

mod area;
mod position;

use glam::{DVec2, DVec3, Quat, Vec3Swizzles};

use super::catalog::Catalog;
use super::concrete::Pose;
use super::cover::permuted;
use super::draw::Limits;
use super::error::RandomizeError;
use super::extent::{Extent, Stand, Top};
use super::points::{self, frame_from};
use super::rotation::Turned;
use super::stream::{Cursor, Stream};
use crate::scene::{Number, Orientation, Pick, Place};
use area::{Area, Asked};
pub(super) use position::Cameras;
use position::Spots;

/// Places tried until a thing is clear of the others; then the best of them has to do.
const TRIES: usize = 200;
/// Between a thing that stands and its support.
const GAP_M: f64 = 0.0005;
/// Between things that are clear of each other.
const CLEARANCE_M: f64 = 0.001;
/// A failed try raises the ceiling of the volume by this, as a heap needs room.
const RAISE_M: f64 = 0.02;

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

/// The part of a place that is the same for all instances of an object.
#[derive(Debug)]
pub(super) enum Layout<'p> {
    Spots(Spots<'p>),
    Area(Area),
}

/// What has to be known of a thing to find a place for it.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// Where its choices are made.
    pub(super) cursor: Cursor<'a>,
    pub(super) place: &'a Place,
    pub(super) layout: &'a Layout<'a>,
    pub(super) extent: Extent,
    /// Whether it is a group, which is placed by its origin and stays upright.
    pub(super) is_group: bool,
    pub(super) support: Support,
    /// On whose surfaces it is.
    pub(super) touched: &'a [usize],
    /// Whether it stays where it is put.
    pub(super) is_static: bool,
    /// Whether it is not there, so that nothing keeps clear of it.
    pub(super) is_volume: bool,
    /// How many further places it gets should it fall off.
    pub(super) spares: usize,
}

/// A thing that has its place.
#[derive(Debug)]
pub(super) struct Placed {
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

/// Looking for a place, once for the start and once for each spare.
struct Search<'a> {
    candidate: &'a Candidate<'a>,
    cursor: Cursor<'a>,
    round: usize,
    turned: Turned,
    /// Radius of an upright cylinder about it.
    circle: f64,
    what: Sought<'a>,
    /// What to keep clear of, and where that is.
    others: Vec<(&'a Placed, &'a Stand)>,
}

/// Where a place is looked for.
enum Sought<'a> {
    /// At a position, its underside there if it is to touch.
    At { spots: &'a Spots<'a>, catalog: &'a dyn Catalog },
    /// On a support or above it.
    Over {
        area: &'a Area,
        top: Top,
        /// How far the lowest point lies below the centre.
        depth: f64,
        /// Of the lowest point above the top; `None` if it stands.
        height: Option<&'a Number>,
    },
}

/// What a try has led to.
struct Try {
    pose: Pose,
    /// The least distance to anything in place; below 0 where something may overlap.
    clearance: f64,
}

impl<'p> Layout<'p> {
    /// Draws it at the place of an object, whose surfaces are `surfaces`.
    pub(super) fn draw(
        cursor: &Cursor,
        place: &'p Place,
        cameras: &Cameras,
        surfaces: &mut dyn FnMut(f64) -> Result<Vec<points::Surface>, RandomizeError>,
    ) -> Result<Self, RandomizeError> {
        Ok(match place {
            Place::At { position_m, .. } => {
                Layout::Spots(Spots::draw(&cursor.child("position_m"), position_m, Some(cameras), Some(surfaces))?)
            }
            Place::On { region, .. } | Place::Above { region, .. } => {
                Layout::Area(Area::draw(&cursor.child("region"), region)?)
            }
        })
    }
}

impl Layout<'_> {
    /// Whether it has no place for anything: no part of a surface is as level as was asked.
    pub(super) fn is_nowhere(&self) -> bool {
        matches!(self, Layout::Spots(Spots::Surface(surfaces)) if surfaces.is_empty())
    }
}

impl<'c> Placing<'c> {
    /// With nothing in place.
    pub(super) fn new(catalog: &'c dyn Catalog) -> Self {
        Placing { catalog, placed: Vec::new() }
    }

    /// Finds a place for a thing and puts it there; gives its number too, by which others can stand on it.
    pub(super) fn put(&mut self, candidate: Candidate<'_>) -> Result<(usize, Placement), RandomizeError> {
        let placement = self.find(&candidate)?;
        let number = self.placed.len();
        let poses = std::iter::once(&placement.start).chain(&placement.spares);
        let rounds: Vec<Stand> = poses.map(|pose| candidate.extent.stand(pose)).collect();
        self.placed.push(Placed {
            circle: candidate.extent.circle(rounds[0].rotation),
            rounds,
            extent: candidate.extent,
            support: candidate.support,
            is_static: candidate.is_static,
            is_volume: candidate.is_volume,
            stands: matches!(candidate.place, Place::On { .. }),
        });
        Ok((number, placement))
    }

    /// Takes in what was placed in a group's own frame; `group` is its pose, which leaves it upright, and `support` what
    /// the group stands on.
    pub(super) fn take_in(&mut self, members: Vec<Placed>, group: &Pose, support: Support) {
        let before = self.placed.len();
        let (rotation, position) = (group.rotation.as_dquat().normalize(), group.position_m.as_dvec3());
        let moved =
            |stand: Stand| Stand { centre: position + rotation * stand.centre, rotation: rotation * stand.rotation };
        self.placed.extend(members.into_iter().map(|member| Placed {
            rounds: member.rounds.into_iter().map(moved).collect(),
            support: match member.support {
                Support::None => Support::None,
                Support::Ground => support,
                Support::Thing(number) => Support::Thing(before + number),
            },
            ..member
        }));
    }

    /// What was placed.
    pub(super) fn into_placed(self) -> Vec<Placed> {
        self.placed
    }

    /// The surface of a placed thing, in the world, as far as it is no steeper than that.
    pub(super) fn surface(
        &self,
        number: usize,
        slope_at_most_deg: f64,
        path: &str,
    ) -> Result<Option<points::Surface>, RandomizeError> {
        let Placed { extent, rounds, .. } = &self.placed[number];
        let triangles = (self.catalog.triangles(extent.shape()))
            .map_err(|source| RandomizeError::Catalog { path: path.to_owned(), source })?;
        let steepest = super::rotation::sin_cos_deg(slope_at_most_deg).1 - 1e-9;
        let in_world = triangles.iter().map(|corners| corners.map(|corner| extent.world(&rounds[0], corner)));
        Ok(points::Surface::new(in_world, |normal| normal.y >= steepest))
    }

    /// Finds a place for a thing.
    pub(super) fn find(&self, candidate: &Candidate<'_>) -> Result<Placement, RandomizeError> {
        let cursor = candidate.cursor.child("place");
        let mut spares = Vec::new();
        let start = match candidate.place {
            Place::At { position_m, orientation, clear } => {
                let start = self.search(candidate, 0, orientation, None)?.best(if *clear { TRIES } else { 1 })?;
                if !matches!(candidate.layout, Layout::Spots(Spots::Coordinates(_))) {
                    cursor.child("position_m").note_point(position_m, candidate.extent.stand(&start).centre);
                }
                start
            }
            Place::On { orientation, .. } => self.search(candidate, 0, orientation, None)?.best(TRIES)?,
            Place::Above { height_m, orientation, .. } => {
                let search = |round| self.search(candidate, round, orientation, Some(height_m))?.best(TRIES);
                for round in 1..=candidate.spares {
                    spares.push(search(round)?);
                }
                search(0)?
            }
        };
        let mut poses = std::iter::once(&start).chain(&spares);
        if let Some(pose) = poses.find(|pose| !pose.position_m.is_finite()) {
            let expected = "coordinates that single precision can hold";
            return Err(cursor.out_of_range(expected, pose.position_m.length().into()));
        }
        let support_top = (candidate.support != Support::None).then(|| self.top(candidate.support).height);
        Ok(Placement { start, spares, support_top })
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
        orientation: &Pick<Orientation>,
        height: Option<&'a Number>,
    ) -> Result<Search<'a>, RandomizeError> {
        let start = candidate.cursor.child("place");
        let cursor = if round == 0 { start } else { start.numbered("spare", round) };
        let turned = cursor.child("orientation").orientation(orientation)?;
        let rotation = turned.rotation.as_dquat().normalize();
        let what = match candidate.layout {
            Layout::Spots(spots) => Sought::At { spots, catalog: self.catalog },
            Layout::Area(area) => {
                let depth = (candidate.extent.depth(rotation, DVec3::NEG_Y, self.catalog))
                    .map_err(|source| RandomizeError::Catalog { path: cursor.path().to_owned(), source })?;
                Sought::Over { area, top: self.top(candidate.support), depth, height }
            }
        };
        let circle = candidate.extent.circle(rotation);

        // Not of what it stands on, nor of what that stands on.
        let mut below = vec![false; self.placed.len()];
        for number in candidate.touched {
            below[*number] = true;
        }
        let mut support = candidate.support;
        while let Support::Thing(number) = support {
            below[number] = true;
            support = self.placed[number].support;
        }
        let others = self.placed.iter().zip(below);
        let others = others.filter(|(other, below)| !below && !other.is_volume && !candidate.is_volume);
        let others = others.map(|(other, _)| (other, &other.rounds[round.min(other.rounds.len() - 1)])).collect();
        Ok(Search { candidate, cursor, round, turned, circle, what, others })
    }
}

impl Search<'_> {
    /// Tries places until one is clear; the best of them if none is.
    fn best(&self, tries: usize) -> Result<Pose, RandomizeError> {
        if tries == 1 {
            return self.pose(0);
        }
        let mut best = self.attempt(0, f64::NEG_INFINITY)?;
        for number in 1..tries {
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
        let pose = self.pose(number)?;
        let stand = self.candidate.extent.stand(&pose);
        let mut clearance = f64::INFINITY;
        for (other, there) in &self.others {
            clearance = clearance.min(self.distance(&stand, other, there));
            if clearance <= to_beat {
                break;
            }
        }
        Ok(Try { pose, clearance })
    }

    /// Where it would be at a try.
    fn pose(&self, tries: usize) -> Result<Pose, RandomizeError> {
        let Candidate { extent, cursor: instance, is_group, .. } = self.candidate;
        let is_group = *is_group;
        let number = instance.number.unwrap_or(0);
        match &self.what {
            Sought::At { spots, catalog } => {
                let first = self.cursor.child("position_m");
                let cursor = if tries == 0 { first } else { self.cursor.numbered("try", tries).child("position_m") };
                let point = spots.point(&cursor, number, tries)?;
                let rotation = self.turned.at(point.normal.filter(|_| !is_group), point.forward);
                let mut centre = point.at;
                if let (true, Some(normal)) = (spots.touches(), point.normal) {
                    let depth = extent.depth(rotation.as_dquat().normalize(), -normal, *catalog);
                    let failed = |source| RandomizeError::Catalog { path: cursor.path().to_owned(), source };
                    centre += normal * (depth.map_err(failed)? + GAP_M);
                }
                Ok(if is_group {
                    Pose { position_m: centre.as_vec3(), rotation }
                } else {
                    extent.pose(centre, rotation)
                })
            }
            Sought::Over { area, top, depth, height } => {
                let cursor = self.cursor.numbered("try", tries);
                let asked = Asked {
                    top,
                    support: self.candidate.support,
                    reach: if is_group { self.circle + extent.centre.xz().length() } else { self.circle },
                    number,
                    tries,
                    first_place: self.round == 0,
                };
                let spot = area.point(&cursor.child("at"), &asked);
                let at = top.world(spot.point);
                let height = match height {
                    None => GAP_M,
                    Some(height) => {
                        let raised = RAISE_M * tries as f64 * cursor.child("raise").stream().unit();
                        cursor.child("height_m").number_in(height, Limits::NotNegative)? + raised
                    }
                };
                let forward = top.direction(spot.forward.unwrap_or(DVec2::Y));
                let rotation = self.turned.at(None, Some(DVec3::new(forward.x, 0.0, forward.y)));
                if is_group {
                    return Ok(Pose { position_m: DVec3::new(at.x, top.height, at.y).as_vec3(), rotation });
                }
                Ok(extent.pose(DVec3::new(at.x, top.height + height + depth, at.y), rotation))
            }
        }
    }

    /// Distance between the candidate and another thing.
    fn distance(&self, stand: &Stand, other: &Placed, there: &Stand) -> f64 {
        let extent = &self.candidate.extent;
        let apart = stand.centre - there.centre;
        let stands = matches!(self.what, Sought::Over { height: None, .. });
        if stands && other.stands && other.support == self.candidate.support {
            let level = (apart.x * apart.x + apart.z * apart.z).sqrt() - self.circle - other.circle;
            let is_long = self.candidate.is_static || other.is_static;
            return if is_long && level < CLEARANCE_M { level.max(gap(extent, stand, other, there)) } else { level };
        }
        // Balls about both; a static thing may be large and flat, so for it the box counts too.
        let mut distance = apart.length() - extent.radius - other.extent.radius;
        if other.is_static {
            distance = distance.max(other.extent.distance_to_box(there, stand.centre) - extent.radius);
        }
        if self.candidate.is_static {
            distance = distance.max(extent.distance_to_box(stand, there.centre) - other.extent.radius);
        }
        if other.is_static && self.candidate.is_static && distance < CLEARANCE_M {
            distance = distance.max(gap(extent, stand, other, there));
        }
        distance
    }
}

/// The widest gap between two bounding boxes as seen from above, along an edge of either; below 0 where they overlap.
fn gap(extent: &Extent, stand: &Stand, other: &Placed, there: &Stand) -> f64 {
    let mut widest = f64::NEG_INFINITY;
    for rotation in [stand.rotation, there.rotation] {
        for edge in [DVec3::X, DVec3::Y, DVec3::Z] {
            let Some(axis) = ((rotation * edge) * DVec3::new(1.0, 0.0, 1.0)).try_normalize() else { continue };
            let reach = |corners: &mut dyn Iterator<Item = DVec3>| {
                corners
                    .map(|corner| corner.dot(axis))
                    .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), along| (low.min(along), high.max(along)))
            };
            let (low, high) = reach(&mut extent.corners(stand));
            let (from, to) = reach(&mut other.extent.corners(there));
            widest = widest.max(from - high).max(low - to);
        }
    }
    widest
}

/// The box around things in a group's own frame; `None` if there is nothing that takes up room.
pub(super) fn around(members: &[Placed]) -> Option<Extent> {
    let there = |solid: bool| members.iter().filter(move |member| !(solid && member.is_volume));
    let bounds = |solid: bool| {
        let corners = there(solid).flat_map(|member| member.extent.corners(&member.rounds[0]));
        corners.map(|corner| (corner, corner)).reduce(|(low, high), (corner, _)| (low.min(corner), high.max(corner)))
    };
    bounds(true).or_else(|| bounds(false)).map(|(low, high)| Extent::of_box(low, high))
}

/// A line through points of a scene.
fn path(cursor: &Cursor, points: Vec<DVec3>, closed: bool, smooth: bool) -> Result<points::Path, RandomizeError> {
    let count = points.len();
    let path = if smooth { points::Path::smooth(points, closed) } else { points::Path::new(points, closed) };
    path.ok_or_else(|| RandomizeError::Malformed {
        path: cursor.child("points_m").path().to_owned(),
        expected: "a path of at least two different points",
        found: format!("{count} points without a length"),
    })
}

/// Which cell of a grid an instance gets that had so many before: its own first, in a shuffled order if there is a key
/// for it, then any.
fn grid_cell(cells: u64, number: usize, tries: usize, shuffle: Option<u64>, stream: &mut Stream) -> u64 {
    if tries > 0 {
        return stream.index(cells as usize) as u64;
    }
    let Some(turn) = (number as u64).checked_rem(cells) else { return 0 };
    shuffle.map_or(turn, |key| permuted(turn, cells, key))
}

impl Turned {
    /// The rotation of a thing where up and forward are these, as far as it goes by them.
    fn at(&self, up: Option<DVec3>, forward: Option<DVec3>) -> Quat {
        if !self.aligned {
            return self.rotation;
        }
        (frame_from(up.unwrap_or(DVec3::Y), forward) * self.rotation.as_dquat()).normalize().as_quat()
    }
}
