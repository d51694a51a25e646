//! Where the surface seen from above ends, drops or rises between two nodes.

use super::at;
use super::grid::{Axis, Grid, Section, height_on, sections};
use super::runs::{cut_place, runs};
use super::surface::Surface;

/// Steps up to this share of a cell are not told from slopes.
const STEP_CELLS: f32 = 0.4;
/// Steps up to this share of the snow's depth are buried, whatever they are.
const STEP_SHARE: f32 = 0.25;
/// Rise per run of what carries no snow (65°), which is the end of a surface.
const STEEP: f32 = 2.14;
/// What stands out between nodes by more than this share of a cell sticks out of the snow.
pub(super) const STICKING: f32 = 0.5;
/// Halvings of an edge in search of the end of a surface: to 1/512 of a cell.
const HALVINGS: usize = 9;
/// Ends are so far from nodes, in cells, so that no triangle is too thin.
pub(super) const CLEAR: f32 = 0.01;

/// The place between two nodes up to which the surface of one of them holds snow.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cut {
    /// From the node, in cells.
    pub(super) reach: f32,
    /// Of the surface there, in metres.
    pub(super) height_m: f32,
    /// How high a wall stands there, in metres; 0 where the surface drops or ends.
    pub(super) wall_m: f32,
    /// By how many cells the wall leans back for each metre.
    pub(super) lean: f32,
    /// Share of the snow on the node that is held there.
    pub(super) hold: f32,
    /// Cosine of the angle between the edge and the way straight out.
    pub(super) along: f32,
    /// How much higher the node has to be for straight lines from there to the cut to be above the surface, in metres.
    lift_m: f32,
}

impl Cut {
    /// Whether snow falls off here.
    pub(super) fn is_free(&self) -> bool {
        self.wall_m == 0.0
    }
}

/// What is between two neighbouring nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Link {
    /// Nothing: neither holds snow.
    #[default]
    Void,
    /// One surface.
    Joined,
    /// An end, with the number of its cuts.
    Broken(usize),
}

/// All that is between neighbours.
#[derive(Debug)]
pub(super) struct Seams {
    links: Vec<Link>,
    /// For each break how far both sides reach.
    cuts: Vec<[Cut; 2]>,
    /// For each break its edge.
    breaks: Vec<usize>,
    /// How far the surface between nodes is above the straight lines between them at most, in metres.
    pub(super) lifts_m: Vec<f32>,
}

impl Seams {
    /// Of a surface under so much snow.
    pub(super) fn of(surface: &Surface, depth_m: f32) -> Seams {
        let nodes = surface.grid.len();
        let mut seams = Seams {
            links: vec![Link::Void; 2 * nodes],
            cuts: Vec::new(),
            breaks: Vec::new(),
            lifts_m: vec![0.0; nodes],
        };
        let step_m = (STEP_CELLS * surface.grid.cell_m).max(STEP_SHARE * depth_m);
        for edge in 0..2 * nodes {
            let link = seams.between(surface, edge, step_m);
            if let Some(slot) = seams.links.get_mut(edge) {
                *slot = link;
            }
        }
        let found = seams.look_closer(surface, step_m);
        let most_m = step_m.max(STICKING * surface.grid.cell_m);
        let cuts = |(&edge, spans): (&usize, &Vec<Span>)| {
            [0, 1].map(|end| Reach { surface, spans, edge, end, step_m, most_m, depth_m }.cut())
        };
        seams.cuts = seams.breaks.iter().zip(&found).map(cuts).collect();
        for (edge, cuts) in seams.breaks.iter().zip(&seams.cuts) {
            for (end, cut) in cuts.iter().enumerate() {
                lift(&mut seams.lifts_m, &[surface.grid.end(*edge, end)], cut.lift_m);
            }
        }
        seams.face(surface);
        seams
    }

    /// What is at an edge.
    pub(super) fn link(&self, edge: usize) -> Link {
        at(&self.links, edge)
    }

    /// How far the surface of one of an edge's nodes reaches, where it does not reach the other.
    pub(super) fn cut(&self, edge: usize, end: usize) -> Option<Cut> {
        match self.link(edge) {
            Link::Broken(number) => self.cuts.get(number)?.get(end).copied(),
            _ => None,
        }
    }

    /// Where one end of an edge is above another surface that it touches, and both hold snow: the node there, and how
    /// far it is down.
    pub(super) fn below(&self, surface: &Surface, edge: usize, end: usize) -> Option<(usize, f32)> {
        let [upper, lower] = [end, 1 - end].map(|end| surface.grid.end(edge, end));
        let (upper_cut, lower_cut) = (self.cut(edge, end)?, self.cut(edge, 1 - end)?);
        let both = surface.hold(upper) > 0.0 && surface.hold(lower) > 0.0;
        let touch = both && upper_cut.reach + lower_cut.reach > 0.9;
        let drop_m = upper_cut.height_m - lower_cut.height_m;
        (touch && drop_m > 0.0).then_some((lower, drop_m))
    }

    /// Whether nothing is joined to a node.
    pub(super) fn is_alone(&self, grid: &Grid, node: usize) -> bool {
        let joined = |node: usize, axis: Axis| self.link(grid.edge(node, axis)) == Link::Joined;
        [Axis::X, Axis::Z].into_iter().all(|axis| {
            let before = node.checked_sub(grid.stride(axis));
            !joined(node, axis) && !before.is_some_and(|before| joined(before, axis))
        })
    }

    /// All edges with cuts.
    pub(super) fn broken_edges(&self) -> impl Iterator<Item = usize> {
        self.breaks.iter().copied()
    }

    /// The number of the break at an edge.
    pub(super) fn number(&self, edge: usize) -> Option<usize> {
        if let Link::Broken(number) = self.link(edge) { Some(number) } else { None }
    }

    fn between(&mut self, surface: &Surface, edge: usize, step_m: f32) -> Link {
        let (ends, axis) = surface.grid.ends(edge);
        let holds = ends.map(|node| surface.hold(node) > 0.0);
        if holds == [false; 2] {
            return Link::Void;
        }
        let [near_m, far_m] = ends.map(|node| surface.height_m(node));
        let [low, high] = ends.map(|node| surface.rise_m(node, axis));
        let rise_m = far_m - near_m;
        // Two planes that meet in between rise by something between their rises.
        let one_surface = (rise_m - low.max(high)).max(low.min(high) - rise_m) <= step_m;
        if one_surface && holds == [true; 2] {
            return Link::Joined;
        }
        self.breaks.push(edge);
        Link::Broken(self.breaks.len() - 1)
    }

    /// Finds which way out is at all cuts.
    fn face(&mut self, surface: &Surface) {
        let grid = &surface.grid;
        let mut ways = vec![[[0.0_f32; 2]; 2]; self.cuts.len()];
        for cell in grid.cells() {
            let joined = cell.edges.map(|edge| self.link(edge) == Link::Joined);
            if joined == [true; 4] {
                continue;
            }
            for run in runs(cell.corners.map(|node| surface.hold(node) > 0.0), joined) {
                let sides = cell.sides(run);
                let place = |(edge, end)| self.cut(edge, end).map(|cut| cut_place(grid, edge, end, cut.reach));
                let [Some(first), Some(last)] = sides.map(place) else { continue };
                for (edge, end) in sides {
                    let way = self.number(edge).and_then(|number| ways.get_mut(number)?.get_mut(end));
                    if let Some([x, z]) = way {
                        (*x, *z) = (*x + last[1] - first[1], *z + first[0] - last[0]);
                    }
                }
            }
        }
        for ((cuts, ways), edge) in self.cuts.iter_mut().zip(ways).zip(&self.breaks) {
            let (_, axis) = grid.ends(*edge);
            for (cut, [x, z]) in cuts.iter_mut().zip(ways) {
                let length = (x * x + z * z).sqrt();
                let along = if axis == Axis::X { x } else { z };
                cut.along = if length > 0.0 { along.abs() / length } else { 1.0 };
            }
        }
    }

    /// All that is seen at each break, and how far what is joined rises between its nodes.
    fn look_closer(&mut self, surface: &Surface, step_m: f32) -> Vec<Vec<Span>> {
        let grid = &surface.grid;
        let mut found = vec![Vec::new(); self.breaks.len()];
        let most_m = step_m.max(STICKING * grid.cell_m);
        for triangle in &surface.triangles {
            for axis in [Axis::X, Axis::Z] {
                sections(triangle, axis, |line, section| {
                    let node = |along: usize| match axis {
                        Axis::X => grid.node(along, line),
                        Axis::Z => grid.node(line, along),
                    };
                    let [[from, _], [to, _]] = section;
                    for along in (from - 0.02).max(0.0) as usize..=(to + 0.02) as usize {
                        if let Link::Broken(number) = self.link(grid.edge(node(along), axis))
                            && let Some(spans) = found.get_mut(number)
                        {
                            spans.push(Span { section, hold: surface.hold_of(triangle) });
                        }
                    }
                    for [along, height_m] in section {
                        let one = node(along as usize);
                        if self.link(grid.edge(one, axis)) == Link::Joined {
                            let other = one + grid.stride(axis);
                            let [low, high] = [one, other].map(|node| surface.height_m(node));
                            let over_m = height_m - low - (high - low) * along.fract();
                            lift(&mut self.lifts_m, &[one, other], if over_m < most_m { over_m } else { 0.0 });
                        }
                    }
                });
            }
        }
        found
    }
}

fn lift(lifts_m: &mut [f32], nodes: &[usize], lift_m: f32) {
    for node in nodes {
        if let Some(lift) = lifts_m.get_mut(*node) {
            *lift = lift.max(lift_m);
        }
    }
}

/// A piece of a triangle along an edge, and the share of the snow of level ground that it holds.
#[derive(Debug, Clone, Copy)]
struct Span {
    section: Section,
    hold: f32,
}

/// A search for how far the surface of one end of an edge reaches.
struct Reach<'a> {
    surface: &'a Surface,
    spans: &'a [Span],
    edge: usize,
    end: usize,
    step_m: f32,
    most_m: f32,
    depth_m: f32,
}

impl Reach<'_> {
    /// The last place with snow, and whether a wall is there.
    fn cut(&self) -> Cut {
        let own = self.surface.grid.end(self.edge, self.end);
        let hold = self.surface.hold(own);
        if hold <= 0.0 {
            return Cut::default();
        }
        let (mut reach, mut height_m, mut last, mut beyond) = (0.0, self.surface.height_m(own), hold, 1.0);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (reach + beyond);
            let most_m = self.step_m + STEEP * self.surface.grid.cell_m * (middle - reach);
            match self.top(middle) {
                Some((top_m, hold)) if hold > 0.0 && (top_m - height_m).abs() <= most_m => {
                    (reach, height_m, last) = (middle, top_m, hold);
                }
                _ => beyond = middle,
            }
        }
        let (wall_m, lean) = self.wall(reach, height_m);
        let lift_m = self.lift_m(reach, height_m);
        let reach = reach.clamp(CLEAR, 1.0 - CLEAR);
        Cut { reach, height_m, wall_m, lean, hold: (last / hold).min(1.0), along: 1.0, lift_m }
    }

    /// Where something is along its line, in cells, so far from the node.
    fn place(&self, reach: f32) -> f32 {
        let ([low, _], axis) = self.surface.grid.ends(self.edge);
        let [x, z] = self.surface.grid.place(low);
        let along = if self.end == 0 { reach } else { 1.0 - reach };
        along + if axis == Axis::X { x } else { z }
    }

    /// The highest surface so far from the node, and what it holds.
    fn top(&self, reach: f32) -> Option<(f32, f32)> {
        let along = self.place(reach);
        let over = |span: &&Span| {
            let [[from, _], [to, _]] = span.section;
            from <= along && along <= to && to - from > 1e-6
        };
        let heights = self.spans.iter().filter(over).map(|span| (height_on(&span.section, along), span.hold));
        heights.reduce(|one, other| if other.0 > one.0 { other } else { one })
    }

    /// How much higher the node has to be for a straight line to a cut to be above the surface.
    fn lift_m(&self, reach: f32, height_m: f32) -> f32 {
        let (start, own_m) = (self.place(0.0), self.surface.height_m(self.surface.grid.end(self.edge, self.end)));
        let lifts = self.spans.iter().flat_map(|span| span.section).map(|[along, top_m]| {
            let share = (along - start).abs() / reach.max(CLEAR);
            let over_m = top_m - own_m - (height_m - own_m) * share;
            let beyond = self.place(reach) - start;
            let between = (along - start) * beyond > 0.0 && share < 0.95 && over_m < self.most_m;
            if between { (over_m / (1.0 - share)).min(self.most_m) } else { 0.0 }
        });
        lifts.fold(0.0, f32::max)
    }

    /// How high a wall stands right beyond such a place, and how far it leans back.
    fn wall(&self, reach: f32, height_m: f32) -> (f32, f32) {
        let other = self.surface.grid.end(self.edge, 1 - self.end);
        let next_m = self.top((reach + 0.1).min(1.0)).map_or(f32::NEG_INFINITY, |(top_m, _)| top_m);
        let rise_m = self.surface.height_m(other).max(next_m) - height_m;
        if rise_m <= 0.0 {
            return (0.0, 0.0);
        }
        let test_m = height_m + (0.5 * rise_m.min(self.depth_m)).min(0.3 * self.surface.grid.cell_m);
        let (near, far) = (self.place(reach - 0.02), self.place(reach + 0.2));
        let stands = |[[from, low], [to, high]]: Section| {
            let beside = from <= near.max(far) && near.min(far) <= to;
            let way = if near < far { 1.0 } else { -1.0 };
            let run = way * (to - from) / (high - low);
            let upright = beside && low.min(high) <= test_m && test_m <= low.max(high);
            upright.then_some(if run.is_finite() { run.max(0.0) } else { 0.0 })
        };
        let walls = self.spans.iter().filter_map(|span| stands(span.section));
        walls.reduce(f32::min).map_or((0.0, 0.0), |lean| (rise_m, lean))
    }
}
