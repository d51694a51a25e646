//! The mesh over a grid of depths: marching squares, cut where the surface or the snow ends.

use glam::{Vec2, Vec3};

use super::depth::Depths;
use super::grid::{Axis, Cell};
use super::runs::{Run, cut_place, runs};
use super::seams::{CLEAR, Cut, Link, STICKING, Seams};
use super::surface::Surface;
use super::{Cap, at};

/// Less snow is left out, in metres and as shares of the depth: so much at least, but no more than that.
const LEAST_M: f32 = 1e-3;
const LEAST_SHARE: [f32; 2] = [0.02, 0.25];
/// The rim lies so far within the surface, in metres.
const SUNK_M: f32 = 2e-4;
/// So far where a side goes down to it.
const SIDE_SUNK_M: f32 = 3e-3;
/// Rims that stand up higher have a side, in metres.
const SIDE_M: f32 = 5e-4;

/// Points along sides of triangles, per cell, that are made sure to be beneath the top.
const SAMPLES: f32 = 3.0;

/// The snow as a mesh; `None` where there is none.
pub(super) fn build(surface: &Surface, seams: &Seams, depths: &Depths, depth_m: f32) -> Option<Cap> {
    let least_m = LEAST_M.max(LEAST_SHARE[0] * depth_m).min(LEAST_SHARE[1] * depth_m);
    let nodes = surface.grid.len();
    let mut top = Top {
        surface,
        seams,
        depths,
        least_m,
        positions: Vec::new(),
        indices: Vec::new(),
        nodes: vec![None; nodes],
        cuts: vec![[None; 2]; 2 * nodes],
        edges: Vec::new(),
        pieces: vec![[0; 2]; nodes],
    };
    for cell in surface.grid.cells() {
        let counts = cell.corners.map(|node| top.carries(node));
        if counts != [false; 4] {
            let joined = cell.edges.map(|edge| seams.link(edge) == Link::Joined);
            runs(counts, joined).for_each(|run| top.add(&cell, run));
        }
    }
    top.raise();
    top.finish()
}

/// A vertex at the rim.
#[derive(Debug, Clone, Copy)]
struct Rim {
    vertex: u32,
    /// The surface beneath it, in metres.
    height_m: f32,
}

/// The top of the snow.
struct Top<'a> {
    surface: &'a Surface,
    seams: &'a Seams,
    depths: &'a Depths,
    least_m: f32,
    positions: Vec<Vec3>,
    indices: Vec<u32>,
    /// Vertices at nodes.
    nodes: Vec<Option<u32>>,
    /// Vertices between them, by edge and end.
    cuts: Vec<[Option<Rim>; 2]>,
    /// Pieces of the rim; the top is on their left.
    edges: Vec<[Rim; 2]>,
    /// Where in the indices those of a cell begin and end, by its first node.
    pieces: Vec<[usize; 2]>,
}

impl Top<'_> {
    /// Whether there is snow at a node.
    fn carries(&self, node: usize) -> bool {
        at(&self.depths.snow_m, node) > self.least_m
    }

    /// The top over a run of a cell's corners.
    fn add(&mut self, cell: &Cell, run: Run) {
        let corners = [0, 1, 2, 3].map(|number| at(&cell.corners, run.corner(number)));
        let [a, b, c, d] = corners.map(|node| if self.carries(node) { self.node(node) } else { 0 });
        let begin = self.indices.len();
        if run.closed {
            self.quad([a, b, c, d]);
            if self.bulges(&corners) {
                self.piece(cell, begin);
            }
            return;
        }
        let [before, after] = cell.sides(run);
        let (Some(start), Some(end)) = (self.rim(before), self.rim(after)) else { return };
        let (first, last) = (start.vertex, end.vertex);
        match run.length {
            1 => self.triangle([first, a, last]),
            2 => self.quad([first, a, b, last]),
            3 => self.fan([[first, a, b], [first, b, last], [last, b, c]]),
            _ => self.fan([[first, a, b], [first, b, last], [last, b, c], [last, c, d]]),
        }
        self.piece(cell, begin);
        self.edges.push([end, start]);
    }

    /// Whether the surface between nodes may stand out of the snow.
    fn bulges(&self, nodes: &[usize; 4]) -> bool {
        let [x, z] = [Axis::X, Axis::Z].map(|axis| {
            let rises = nodes.map(|node| self.surface.rise_m(node, axis));
            rises.into_iter().fold(f32::MIN, f32::max) - rises.into_iter().fold(f32::MAX, f32::min)
        });
        // Two planes that meet between nodes are highest where they do.
        nodes.iter().any(|&node| 0.5 * (x + z) > at(&self.depths.tops_m, node))
    }

    /// Notes that a cell has all indices from here on, and those that it had before.
    fn piece(&mut self, cell: &Cell, begin: usize) {
        let end = self.indices.len();
        if let Some(piece) = self.pieces.get_mut(at(&cell.corners, 0)) {
            *piece = if piece[1] == 0 { [begin, end] } else { [piece[0], end] };
        }
    }

    fn vertex(&mut self, place: [f32; 2], height_m: f32) -> u32 {
        self.positions.push(self.surface.grid.to_metres(place, height_m));
        self.positions.len() as u32 - 1
    }

    /// The vertex at a node.
    fn node(&mut self, node: usize) -> u32 {
        if let Some(vertex) = at(&self.nodes, node) {
            return vertex;
        }
        let height_m = self.surface.height_m(node) + at(&self.depths.tops_m, node);
        let vertex = self.vertex(self.surface.grid.place(node), height_m);
        if let Some(slot) = self.nodes.get_mut(node) {
            *slot = Some(vertex);
        }
        vertex
    }

    /// The vertex between a node that carries snow and one to which it does not reach.
    fn rim(&mut self, (edge, end): (usize, usize)) -> Option<Rim> {
        if let Some(rim) = at(&self.cuts, edge).get(end).copied().flatten() {
            return Some(rim);
        }
        let (reach, height_m, top_m) = match self.seams.cut(edge, end) {
            Some(cut) => self.against(edge, end, cut),
            None => self.fading(edge, end),
        };
        let vertex = self.vertex(cut_place(&self.surface.grid, edge, end, reach), top_m);
        let rim = Rim { vertex, height_m };
        *self.cuts.get_mut(edge)?.get_mut(end)? = Some(rim);
        Some(rim)
    }

    /// How far snow reaches from a node towards where its surface ends; heights of the surface and of the snow there.
    fn against(&self, edge: usize, end: usize, cut: Cut) -> (f32, f32, f32) {
        let number = self.seams.number(edge).unwrap_or_default();
        let deep_m = at(&self.depths.rims_m, number).get(end).copied().unwrap_or_default();
        let reach = (cut.reach + cut.lean * deep_m).min(1.0 - CLEAR);
        let climbed_m = if cut.lean > 0.0 { ((reach - cut.reach) / cut.lean).max(0.0) } else { 0.0 };
        let height_m = cut.height_m + climbed_m;
        (reach, height_m, (cut.height_m + deep_m).max(height_m) - SUNK_M)
    }

    /// How far snow reaches from a node towards another on the same surface that has none; heights as before.
    fn fading(&self, edge: usize, end: usize) -> (f32, f32, f32) {
        let (_, axis) = self.surface.grid.ends(edge);
        let nodes = [end, 1 - end].map(|end| self.surface.grid.end(edge, end));
        let [snow_m, beyond_m] = nodes.map(|node| at(&self.depths.snow_m, node));
        let [own_m, other_m] = nodes.map(|node| self.surface.height_m(node));
        let way = if end == 0 { 1.0 } else { -1.0 };
        let rises_m = nodes.map(|node| way * self.surface.rise_m(node, axis));
        let reach = ((snow_m - self.least_m) / (snow_m - beyond_m).max(f32::MIN_POSITIVE)).clamp(CLEAR, 1.0 - CLEAR);
        let height_m = own_m + hermite(other_m - own_m, rises_m, reach);
        (reach, height_m, height_m - SUNK_M)
    }

    fn position(&self, vertex: u32) -> Vec3 {
        at(&self.positions, vertex as usize)
    }

    /// Two triangles, along the shorter diagonal.
    fn quad(&mut self, [a, b, c, d]: [u32; 4]) {
        let [p, q, r, s] = [a, b, c, d].map(|vertex| self.position(vertex));
        if p.distance_squared(r) <= q.distance_squared(s) * 1.000_1 {
            self.triangle([a, b, c]);
            self.triangle([a, c, d]);
        } else {
            self.triangle([a, b, d]);
            self.triangle([b, c, d]);
        }
    }

    fn fan<const N: usize>(&mut self, triangles: [[u32; 3]; N]) {
        for corners in triangles {
            self.triangle(corners);
        }
    }

    fn triangle(&mut self, corners: [u32; 3]) {
        let [a, b, c] = corners.map(|vertex| self.position(vertex));
        if (b - a).cross(c - a).length_squared() > 0.0 {
            self.indices.extend(corners);
        }
    }

    /// Raises the top where the surface stands out of it between nodes.
    fn raise(&mut self) {
        let grid = &self.surface.grid;
        let mut raised_m = vec![0.0_f32; self.positions.len()];
        let mut test = |point: Vec3| {
            let [begin, end] = at(&self.pieces, grid.node(point.x as usize, point.z as usize));
            if begin == end {
                return;
            }
            let point = grid.to_metres([point.x, point.z], point.y);
            for triangle in self.indices.get(begin..end).unwrap_or_default().as_chunks::<3>().0 {
                let over_m = above(point, triangle.map(|vertex| self.position(vertex)));
                if over_m > 0.0 && over_m < STICKING * grid.cell_m {
                    for vertex in triangle {
                        if let Some(raised_m) = raised_m.get_mut(*vertex as usize) {
                            *raised_m = raised_m.max(over_m);
                        }
                    }
                }
            }
        };
        for triangle in self.surface.triangles.iter().filter(|triangle| self.surface.hold_of(triangle) > 0.0) {
            let [a, b, c] = *triangle;
            for (from, to) in [(a, b), (b, c), (c, a)] {
                let way = to - from;
                // Most sides belong to two triangles, there and back; once is enough.
                let there = (way.x, way.z) > (0.0, 0.0);
                let pieces = if there { (way.x.abs().max(way.z.abs()) * SAMPLES).ceil().max(1.0) } else { 1.0 };
                (0..pieces as usize).for_each(|piece| test(from + way * (piece as f32 / pieces)));
            }
        }
        for (position, raised_m) in self.positions.iter_mut().zip(raised_m) {
            position.y += raised_m;
        }
    }

    /// The mesh, with sides where the rim stands above the surface.
    fn finish(self) -> Option<Cap> {
        // By area as seen from above, so that this is the slope of the top.
        let mut leans = vec![Vec3::ZERO; self.positions.len()];
        for triangle in self.indices.as_chunks::<3>().0 {
            let [a, b, c] = triangle.map(|vertex| self.position(vertex));
            gather(&mut leans, triangle, (b - a).cross(c - a));
        }
        let stands = |rim: &Rim| self.position(rim.vertex).y > rim.height_m + SIDE_M;
        let sides: Vec<[Rim; 2]> = self.edges.iter().filter(|edge| edge.iter().any(stands)).copied().collect();
        let mut outward = vec![Vec3::ZERO; self.positions.len()];
        for side in &sides {
            let rims = side.map(|rim| rim.vertex);
            let [left, right] = rims.map(|vertex| self.position(vertex));
            gather(&mut outward, &rims, (right - left).with_y(0.0).cross(Vec3::Y).normalize_or_zero());
        }
        // Halfway between the top and the side at a rim.
        let normal =
            |(lean, out): (&Vec3, &Vec3)| (lean.normalize_or(Vec3::Y) + out.normalize_or_zero()).normalize_or(Vec3::Y);
        let normals = leans.iter().zip(&outward).map(normal).collect();
        let uvs = self.positions.iter().map(|position| [position.x, position.z]).collect();
        let mut cap = Cap { positions: self.positions, normals, uvs, indices: self.indices };
        let mut feet = vec![None; outward.len()];
        for side in sides {
            let [left, right] = side.map(|rim| cap.foot(rim, &outward, &mut feet));
            let [from, to] = side.map(|rim| rim.vertex);
            cap.indices.extend([to, from, left, to, left, right]);
        }
        (!cap.indices.is_empty()).then_some(cap)
    }
}

impl Cap {
    /// The vertex at the foot of a side, beneath one of its rim.
    fn foot(&mut self, rim: Rim, outward: &[Vec3], feet: &mut [Option<u32>]) -> u32 {
        let number = rim.vertex as usize;
        if let Some(foot) = at(feet, number) {
            return foot;
        }
        let (top, out) = (at(&self.positions, number), at(outward, number).normalize_or(Vec3::Y));
        let foot = top.with_y((rim.height_m - SIDE_SUNK_M).min(top.y - SUNK_M));
        let down = out * (top.y - foot.y);
        let vertex = self.positions.len() as u32;
        self.positions.push(foot);
        self.normals.push(out);
        self.uvs.push([foot.x + down.x, foot.z + down.z]);
        if let Some(slot) = feet.get_mut(number) {
            *slot = Some(vertex);
        }
        vertex
    }
}

/// Adds something to the sums of vertices.
fn gather(sums: &mut [Vec3], vertices: &[u32], what: Vec3) {
    for vertex in vertices {
        if let Some(sum) = sums.get_mut(*vertex as usize) {
            *sum += what;
        }
    }
}

/// How far a point is above a triangle, if it is straight above or beneath it; otherwise 0.
fn above(point: Vec3, [a, b, c]: [Vec3; 3]) -> f32 {
    let flat = |from: Vec3, to: Vec3| Vec2::new(to.x - from.x, to.z - from.z);
    let area = flat(a, c).perp_dot(flat(a, b));
    let [to_b, to_c] = [flat(a, c).perp_dot(flat(a, point)) / area, flat(a, point).perp_dot(flat(a, b)) / area];
    let inside = area > 0.0 && to_b >= 0.0 && to_c >= 0.0 && to_b + to_c <= 1.0;
    if inside { point.y - a.y - (b.y - a.y) * to_b - (c.y - a.y) * to_c } else { 0.0 }
}

/// How high a cubic is that rises by so much from 0 to 1, and at both ends at these rates.
fn hermite(rise_m: f32, [from, to]: [f32; 2], gone: f32) -> f32 {
    let left = 1.0 - gone;
    rise_m * (gone * gone * (3.0 - 2.0 * gone)) + gone * left * (from * left - to * gone)
}
