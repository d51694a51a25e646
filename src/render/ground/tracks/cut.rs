//! Level ground cut along the outlines of tracks into convex pieces without gaps.
//!
//! Every cut is a straight line. What lies on a line is known to the line, so that the pieces on both sides of it get
//! the same points: first where they are cut, and in the end all others between their corners. A point on an edge that
//! two triangles share is made once. Thus no piece has a corner within an edge of another.

use std::collections::HashMap;

use glam::DVec2;

use super::Track;
use crate::assets::MeshData;

/// Points that are nearer to each other, or to a line, are one, or on it.
const NEAR_M: f64 = 1e-5;

const LEAST_M: f64 = 1e-3;
/// No track reaches farther than this from the origin, but for half its width.
pub(super) const FARTHEST_M: f64 = 1e6;
/// In place of a line that nothing but its ends is on.
const NO_LINE: u32 = u32::MAX;

/// A track that has an area.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rect {
    from: DVec2,
    along: DVec2,
    length_m: f64,
    width_m: f64,
}

impl Rect {
    pub fn of(track: &Track) -> Option<Rect> {
        let (from, to, width_m) = (track.from.as_dvec2(), track.to.as_dvec2(), f64::from(track.width_m));
        let farthest = from.abs().max(to.abs()).max_element().max(width_m);
        let length_m = from.distance(to);
        let sound =
            farthest <= FARTHEST_M && length_m >= LEAST_M && width_m >= LEAST_M && from.is_finite() && to.is_finite();
        sound.then(|| Rect { from, along: (to - from) / length_m, length_m, width_m })
    }

    /// Towards +u: as x is to z when it goes along z.
    pub fn across(&self) -> DVec2 {
        -self.along.perp()
    }

    /// Across it from 0 to its width, and along it.
    pub fn place_m(&self, point: DVec2) -> DVec2 {
        let way = point - self.from;
        DVec2::new(way.dot(self.across()) + 0.5 * self.width_m, way.dot(self.along))
    }

    pub fn holds(&self, point: DVec2) -> bool {
        let place = self.place_m(point);
        place.min_element() > 0.0 && place.x < self.width_m && place.y < self.length_m
    }

    /// Whether it may be within a distance of a straight line between two points.
    pub fn may_be_near(&self, one: DVec2, other: DVec2, distance_m: f64) -> bool {
        let [one, other] = [one, other].map(|point| self.place_m(point));
        let size = DVec2::new(self.width_m, self.length_m);
        one.max(other).min_element() > -distance_m && (size - one.min(other)).min_element() > -distance_m
    }

    pub fn narrower_m(&self) -> f64 {
        self.width_m.min(self.length_m)
    }

    /// The corners of its bounding box.
    pub fn bounds(&self) -> [DVec2; 2] {
        let (half, end) = (0.5 * self.width_m * self.along.perp().abs(), self.from + self.length_m * self.along);
        [self.from.min(end) - half, self.from.max(end) + half]
    }

    /// Those along it, then those at its ends. It is on their left.
    fn sides(&self) -> [Line; 4] {
        let (half, end) = (0.5 * self.width_m * self.across(), self.from + self.length_m * self.along);
        let side = |from, along| Line { from, along, points: Vec::new() };
        [
            side(self.from - half, -self.along),
            side(self.from + half, self.along),
            side(self.from, self.across()),
            side(end, -self.across()),
        ]
    }
}

#[derive(Debug)]
struct Line {
    from: DVec2,
    along: DVec2,
    /// What is on it: how far along and which, in this order.
    points: Vec<(f64, u32)>,
}

impl Line {
    fn left_m(&self, point: DVec2) -> f64 {
        self.along.perp_dot(point - self.from)
    }

    fn way_m(&self, point: DVec2) -> f64 {
        self.along.dot(point - self.from)
    }

    /// Which of its points is where this one is.
    fn known(&self, point: DVec2) -> Option<u32> {
        let way = self.way_m(point);
        let next = self.points.partition_point(|(other, _)| *other < way - NEAR_M);
        self.points.get(next).filter(|(other, _)| *other <= way + NEAR_M).map(|(_, id)| *id)
    }

    fn add(&mut self, point: DVec2, id: u32) {
        let entry = (self.way_m(point), id);
        let order = |other: &(f64, u32)| other.0.total_cmp(&entry.0).then(other.1.cmp(&id));
        if let Err(index) = self.points.binary_search_by(order) {
            self.points.insert(index, entry);
        }
    }
}

/// A point, and the line to the next corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    pub point: u32,
    pub line: u32,
}

/// Convex; its corners may be in line.
pub(super) type Polygon = Vec<Corner>;

/// What is untouched is on the left of it as seen from above, and what is in a track on the right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub from: u32,
    pub to: u32,
    /// The same for all on one line that go the same way.
    pub along: DVec2,
    pub track: usize,
}

#[derive(Debug)]
pub(super) struct Cut {
    /// x and z, those of the ground first.
    pub points: Vec<DVec2>,
    /// What is in no track, and then what is in each track and in none before it.
    pub pieces: Vec<Vec<Polygon>>,
    /// First the four of each track.
    lines: Vec<Line>,
    /// The lines of edges of the ground, by their ends.
    edges: HashMap<[u32; 2], u32>,
}

/// Its corners, each with the next.
fn sides_of(polygon: &Polygon) -> impl Iterator<Item = [&Corner; 2]> {
    polygon.iter().zip(polygon.iter().cycle().skip(1)).map(|(corner, next)| [corner, next])
}

/// The lines of a track.
fn sides(track: usize) -> [u32; 4] {
    [0, 1, 2, 3].map(|side| (4 * track + side) as u32)
}

impl Cut {
    /// Triangles whose corners are not finite, or do not exist, are left out.
    pub fn new(ground: &MeshData, rects: &[Option<Rect>]) -> Cut {
        let points =
            ground.positions.iter().map(|position| position.as_dvec3()).map(|p| DVec2::new(p.x, p.z)).collect();
        let nowhere = || [0; 4].map(|_| Line { from: DVec2::ZERO, along: DVec2::ZERO, points: Vec::new() });
        let lines = rects.iter().flat_map(|rect| rect.map_or_else(nowhere, |rect| rect.sides())).collect();
        let pieces = vec![Vec::new(); rects.len() + 1];
        let mut cut = Cut { points, pieces, lines, edges: HashMap::new() };
        let boxes: Vec<(usize, [DVec2; 2])> =
            rects.iter().enumerate().filter_map(|(track, rect)| Some((track, rect.as_ref()?.bounds()))).collect();
        for triangle in ground.indices.as_chunks::<3>().0 {
            let [Some(a), Some(b), Some(c)] = triangle.map(|id| cut.points.get(id as usize).copied()) else { continue };
            if !(a + b + c).is_finite() {
                continue;
            }
            let (low, high) = (a.min(b).min(c), a.max(b).max(c));
            let meets = |[from, to]: &[DVec2; 2]| low.cmplt(*to).all() && high.cmpgt(*from).all();
            let tracks: Vec<usize> =
                boxes.iter().filter(|(_, bounds)| meets(bounds)).map(|(track, _)| *track).collect();
            cut.divide(*triangle, &tracks);
        }
        let mut is_on_line = vec![false; cut.points.len()];
        // In any order.
        cut.edges.keys().flatten().for_each(|point| is_on_line[*point as usize] = true);
        let mut pieces = std::mem::take(&mut cut.pieces);
        pieces.iter_mut().flatten().for_each(|polygon| cut.complete(polygon, &is_on_line));
        Cut { pieces, ..cut }
    }

    /// The outline of all tracks together but for where the ground ends, in such an order that those on one line that go
    /// the same way follow each other as they go.
    pub fn outline(&self) -> Vec<Side> {
        let [untouched, floors] = [self.pieces.get(..1), self.pieces.get(1..)].map(Option::unwrap_or_default);
        let [is_high, is_low] = [untouched, floors].map(|kinds| {
            let mut is_here = vec![false; self.points.len()];
            kinds.iter().flatten().flatten().for_each(|corner| is_here[corner.point as usize] = true);
            is_here
        });
        let may_be =
            |side: &[&Corner; 2]| side.iter().all(|end| is_high[end.point as usize] && is_low[end.point as usize]);
        let mut beneath = HashMap::new();
        for (track, pieces) in floors.iter().enumerate() {
            let sides = pieces.iter().flat_map(sides_of).filter(may_be);
            beneath.extend(sides.map(|[corner, next]| ([next.point, corner.point], track)));
        }
        let ends_of = |from: u32, to: u32| ([from.min(to), from.max(to)], if from < to { 1 } else { -1 });
        let mut totals = HashMap::new();
        let mut outline = Vec::new();
        for [corner, next] in untouched.iter().flatten().flat_map(sides_of).filter(may_be) {
            let (from, to) = (corner.point, next.point);
            let (ends, sign) = ends_of(from, to);
            *totals.entry(ends).or_insert(0) += sign;
            let (Some(track), Some(line)) = (beneath.get(&[from, to]), self.lines.get(corner.line as usize)) else {
                continue;
            };
            let [start, end] = [from, to].map(|end| line.way_m(self.points[end as usize]));
            let sign = if start < end { 1.0 } else { -1.0 };
            let side = Side { from, to, along: sign * line.along, track: *track };
            outline.push((corner.line, start < end, sign * start, side));
        }
        outline.sort_by(|one, other| (one.0, one.1).cmp(&(other.0, other.1)).then(one.2.total_cmp(&other.2)));
        // Pieces that are nowhere wide may have sides on each other, of which those that go the other way are taken off.
        let is_left = |side: &Side| {
            let (ends, sign) = ends_of(side.from, side.to);
            totals.get_mut(&ends).filter(|total| sign * **total > 0).map(|total| *total -= sign).is_some()
        };
        outline.into_iter().map(|(.., side)| side).filter(is_left).collect()
    }

    /// Cuts a triangle of the ground along the sides of the tracks that may meet it.
    fn divide(&mut self, triangle: [u32; 3], tracks: &[usize]) {
        let whole = triangle.map(|point| Corner { point, line: NO_LINE }).to_vec();
        if tracks.iter().all(|track| self.is_beside(&whole, *track)) {
            self.pieces[0].push(whole);
            return;
        }
        let [a, b, c] = triangle;
        let edges = [(a, b), (b, c), (c, a)];
        let mut outside = vec![edges.map(|(point, next)| Corner { point, line: self.edge(point, next) }).to_vec()];
        for track in tracks {
            for polygon in std::mem::take(&mut outside) {
                if self.is_beside(&polygon, *track) {
                    outside.push(polygon);
                    continue;
                }
                let (mut inside, mut others) = (polygon.clone(), Vec::new());
                for side in sides(*track) {
                    let [left, right] = self.parts(inside, side);
                    inside = left;
                    others.extend(Some(right).filter(|part| part.len() > 2));
                }
                // What is near a corner of the track may be cut by all its lines and still not be in it.
                if inside.len() > 2 {
                    self.pieces[track + 1].push(inside);
                    outside.extend(others);
                } else {
                    outside.push(polygon);
                }
            }
        }
        self.pieces[0].extend(outside);
    }

    fn is_beside(&self, polygon: &[Corner], track: usize) -> bool {
        sides(track).into_iter().any(|side| polygon.iter().all(|corner| self.side(*corner, side) <= 0))
    }

    /// The line of an edge of the ground.
    fn edge(&mut self, from: u32, to: u32) -> u32 {
        let (low, high) = (from.min(to), from.max(to));
        let line = *self.edges.entry([low, high]).or_insert(self.lines.len() as u32);
        if line as usize == self.lines.len() {
            let [a, b] = [low, high].map(|id| self.points[id as usize]);
            let along = (b - a).normalize_or_zero();
            self.lines.push(Line { from: a, along, points: Vec::new() });
        }
        line
    }

    /// 1 on the left of a line, −1 on the right, 0 on it.
    fn side(&self, corner: Corner, line: u32) -> i8 {
        let left_m = self.lines[line as usize].left_m(self.points[corner.point as usize]);
        i8::from(left_m > NEAR_M) - i8::from(left_m < -NEAR_M)
    }

    /// What of a polygon is on the left of a line and what is on the right; nothing or a bare edge where there is none.
    fn parts(&mut self, polygon: Polygon, line: u32) -> [Polygon; 2] {
        if polygon.iter().all(|corner| self.side(*corner, line) >= 0) {
            return [polygon, Vec::new()];
        }
        let mut parts = [Vec::with_capacity(polygon.len() + 1), Vec::with_capacity(polygon.len() + 1)];
        for [corner, next] in sides_of(&polygon) {
            let (here, there) = (self.side(*corner, line), self.side(*next, line));
            let crossing = (here * there < 0).then(|| self.crossing(*corner, *next, line));
            for (part, sign) in parts.iter_mut().zip([1, -1]) {
                if here == sign {
                    part.push(*corner);
                } else if here == 0 {
                    part.push(Corner { line: if there == -sign { line } else { corner.line }, ..*corner });
                }
                if let Some(point) = crossing {
                    part.push(Corner { point, line: if here == sign { line } else { corner.line } });
                }
            }
        }
        // A crossing may have been found where a corner is.
        for part in &mut parts {
            part.dedup_by(|corner, before| {
                let same = corner.point == before.point;
                before.line = if same { corner.line } else { before.line };
                same
            });
            if part.len() > 1 && part.first().map(|corner| corner.point) == part.last().map(|corner| corner.point) {
                part.pop();
            }
        }
        parts
    }

    /// Where the edge from a corner to the next crosses a line.
    fn crossing(&mut self, corner: Corner, next: Corner, line: u32) -> u32 {
        let [a, b] = [corner, next].map(|corner| self.points[corner.point as usize]);
        let [edge, other] = [corner.line, line].map(|line| &self.lines[line as usize]);
        let (from, to) = (other.left_m(a), other.left_m(b));
        let point = a + (b - a) * (from / (from - to));
        let known = edge.known(point);
        let id = known.unwrap_or(self.points.len() as u32);
        if known.is_none() {
            self.points.push(point);
        }
        for line in [corner.line, line] {
            self.lines[line as usize].add(self.points[id as usize], id);
        }
        id
    }

    /// Gives a polygon all points that are on its edges.
    fn complete(&self, polygon: &mut Polygon, is_on_line: &[bool]) {
        // An edge of a triangle that was not cut has a line if the triangle beside it was.
        for index in 0..polygon.len() {
            let [from, to] = [index, (index + 1) % polygon.len()].map(|index| polygon[index].point);
            if polygon[index].line == NO_LINE && is_on_line[from as usize] && is_on_line[to as usize] {
                polygon[index].line = self.edges.get(&[from.min(to), from.max(to)]).copied().unwrap_or(NO_LINE);
            }
        }
        if sides_of(polygon).all(|side| self.between(side).0.is_empty()) {
            return;
        }
        let mut all = Vec::with_capacity(2 * polygon.len());
        for [corner, next] in sides_of(polygon) {
            let (between, is_forward) = self.between([corner, next]);
            all.push(*corner);
            let start = all.len();
            all.extend(between.iter().map(|(_, point)| Corner { point: *point, ..*corner }));
            if !is_forward {
                all[start..].reverse();
            }
        }
        *polygon = all;
    }

    /// The points between the ends of an edge, as they are on its line, and whether it goes as that does.
    fn between(&self, [corner, next]: [&Corner; 2]) -> (&[(f64, u32)], bool) {
        let Some(line) = self.lines.get(corner.line as usize) else { return (&[], true) };
        let [from, to] = [corner, next].map(|end| line.way_m(self.points[end.point as usize]));
        let first = line.points.partition_point(|(way, _)| *way <= from.min(to));
        let end = line.points.partition_point(|(way, _)| *way < from.max(to));
        (line.points.get(first..end).unwrap_or_default(), from < to)
    }
}
