//! How much room for snow there is: less towards where a surface ends, and on what is narrow.

use super::at;
use super::grid::{Axis, Grid};
use super::seams::{Cut, Seams};
use super::surface::Surface;

/// How far from an end snow is felt to be short of room, in depths: 1/√8, so that something narrow carries about as
/// much in height as it is wide.
const LENGTH_DEPTHS: f32 = 0.353_553_4;
/// Snow is taken to end so far beyond the end of its surface, in cells, so that its rim stands up: how steep it is
/// there is not for triangles to show.
const LIP_CELLS: f32 = 0.3;
/// Of the change at which solving ends, against what is changed and that little.
const ACCURACY: f32 = 2e-3;
const LITTLE: f32 = 0.01;
/// Steps of solving at most.
const STEPS: usize = 120;

/// The square of the share of its full depth that snow reaches, at every node: the solution φ of φ − L² ∇²φ = 1 that is
/// 0 where the surface ends and level against walls.
///
/// At a straight end that is 1 − exp(−d / L) at the distance d, whose root is near a quarter circle as high as the snow
/// is deep; it takes 0.217 of the square of the depth off each metre of it, a quarter circle 0.215. On a strip of half
/// width a it is 1 − cosh(x / L) / cosh(a / L): snow on what is narrow gets as high as half a circle drawn to twice its
/// height, which is as high as the strip is wide. Corners are round.
///
/// On narrow boards crystals that bounce off the rim are lost (R. Pfister & M. Schneebeli, "Snow accumulation on boards
/// of different sizes and shapes", Hydrological Processes 13 (1999) 2345–2355); that height ends at the width is what
/// one sees on rails and branches.
#[derive(Debug)]
pub(super) struct Room {
    /// φ.
    squares: Vec<f32>,
    /// Those of every other node like squares of a chessboard, then the others: a node does not meet its like.
    rows: Vec<Row>,
    blacks: usize,
    shores: Vec<Shore>,
    /// Spectral radius of Jacobi's method.
    radius: f32,
    /// Between a node and the next along z.
    stride: usize,
}

/// The equation of a node, by the cut-cell scheme of G. H. Shortley & R. Weller, "The numerical solution of Laplace's
/// equation", Journal of Applied Physics 9 (1938) 334–348.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    node: usize,
    /// Of the neighbours before and after along x, then z.
    weights: [f32; 4],
    source: f32,
    inverse: f32,
}

/// An end of a surface at a step down to another one, whose snow may reach up to it.
#[derive(Debug)]
struct Shore {
    row: usize,
    weight: f32,
    /// The nodes on both sides.
    upper: usize,
    lower: usize,
    drop_m: f32,
    /// What the source has of it.
    given: f32,
}

/// What is beside a node: its distance in cells, how much of the way there belongs to the node, and what it does.
#[derive(Debug, Clone, Copy)]
struct Side {
    distance: f32,
    share: f32,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Node,
    End,
    Wall,
}

impl Room {
    /// On a surface for snow of such a depth.
    pub(super) fn of(surface: &Surface, seams: &Seams, depth_m: f32) -> Room {
        let grid = &surface.grid;
        let length = LENGTH_DEPTHS * depth_m / grid.cell_m;
        let square = length * length;
        let held: Vec<usize> = (0..grid.len()).filter(|node| surface.hold(*node) > 0.0).collect();
        let around =
            |node: &usize| [Axis::X, Axis::Z].map(|axis| edges(grid, *node, axis).map(|edge| side(seams, edge)));
        let around: Vec<[[Side; 2]; 2]> = held.iter().map(around).collect();
        let mut room = Room {
            squares: first_guess(grid, &held, &around, square),
            rows: Vec::with_capacity(held.len()),
            blacks: 0,
            shores: Vec::new(),
            radius: radius(grid, square),
            stride: grid.stride(Axis::Z),
        };
        let blacks: Vec<bool> = held.iter().map(|node| grid.is_black(*node)).collect();
        for black in [true, false] {
            let nodes = held.iter().zip(&around).zip(&blacks).filter(|(_, is_black)| **is_black == black);
            for ((node, around), _) in nodes {
                room.add(surface, seams, *node, around, square);
            }
            room.blacks = if black { room.rows.len() } else { room.blacks };
        }
        room
    }

    /// Adds the equation of a node.
    fn add(&mut self, surface: &Surface, seams: &Seams, node: usize, around: &[[Side; 2]; 2], square: f32) {
        let (mut weights, mut total) = ([0.0; 4], 1.0);
        let mut slots = weights.iter_mut();
        for (axis, sides) in [Axis::X, Axis::Z].into_iter().zip(around) {
            let width = sides[0].share + sides[1].share;
            for ((side, edge), slot) in sides.iter().zip(edges(&surface.grid, node, axis)).zip(&mut slots) {
                let weight = square / (side.distance * width);
                match side.kind {
                    Kind::Node => *slot = weight,
                    Kind::End => {
                        if let Some((lower, drop_m)) = seams.below(surface, edge.0, edge.1) {
                            let row = self.rows.len();
                            self.shores.push(Shore { row, weight, upper: node, lower, drop_m, given: 0.0 });
                        }
                    }
                    Kind::Wall => continue,
                }
                total += weight;
            }
        }
        self.rows.push(Row { node, weights, source: 1.0, inverse: 1.0 / total });
    }

    /// Share of its full depth that snow reaches at a node.
    pub(super) fn share(&self, node: usize) -> f32 {
        at(&self.squares, node).clamp(0.0, 1.0).sqrt()
    }

    /// The same at the cut of a node: in between it and 0.
    pub(super) fn lip(&self, node: usize, cut: &Cut) -> f32 {
        let beyond = lip_cells(cut);
        self.share(node) * (beyond / (beyond + cut.reach)).sqrt()
    }

    /// Solves for it, given the full depths in metres, by over-relaxation that sets in bit by bit (G. H. Golub & R. S.
    /// Varga, "Chebyshev semi-iterative methods, successive overrelaxation iterative methods, and second order
    /// Richardson iterative methods", Numerische Mathematik 3 (1961) 147–168).
    pub(super) fn solve(&mut self, full_m: &[f32]) {
        let square = self.radius * self.radius;
        let mut ahead = 1.0;
        for step in 0..STEPS {
            if step % 4 == 3 {
                self.reach_up(full_m);
            }
            let mut change: f32 = 0.0;
            for black in [true, false] {
                change = change.max(self.step(black, ahead));
                let share = if step == 0 && black { 0.5 } else { 0.25 };
                ahead = 1.0 / (1.0 - share * square * ahead);
            }
            if change < ACCURACY && step > 4 {
                break;
            }
        }
    }

    /// Updates all nodes of a colour; the largest change, against what is changed.
    fn step(&mut self, black: bool, ahead: f32) -> f32 {
        let mut most: f32 = 0.0;
        let rows = if black { self.rows.get(..self.blacks) } else { self.rows.get(self.blacks..) };
        for row in rows.unwrap_or_default() {
            let value = |node: usize| at(&self.squares, node);
            let [left, right, back, front] = row.weights;
            let sum = left * value(row.node.wrapping_sub(1))
                + right * value(row.node + 1)
                + back * value(row.node.wrapping_sub(self.stride))
                + front * value(row.node + self.stride);
            let change = ahead * ((row.source + sum) * row.inverse - value(row.node));
            most = most.max(change.abs() / (value(row.node).abs() + LITTLE));
            if let Some(square) = self.squares.get_mut(row.node) {
                *square += change;
            }
        }
        most
    }

    /// Where the snow on a lower surface reaches beyond a step, that on the upper one goes on from there.
    fn reach_up(&mut self, full_m: &[f32]) {
        for shore in &mut self.shores {
            let root = |node: usize| at(&self.squares, node).clamp(0.0, 1.0).sqrt();
            let above_m = at(full_m, shore.lower) * root(shore.lower) - shore.drop_m;
            let full_m = at(full_m, shore.upper);
            let share = if above_m > 0.0 && full_m > 0.0 { (above_m / full_m).min(1.0) } else { 0.0 };
            let given = shore.weight * share * share;
            if let Some(row) = self.rows.get_mut(shore.row) {
                row.source += given - shore.given;
            }
            shore.given = given;
        }
    }
}

/// About the spectral radius of Jacobi's method on a grid as wide.
fn radius(grid: &Grid, square: f32) -> f32 {
    let cells = grid.place(grid.len() - 1).into_iter().fold(f32::MAX, f32::min);
    let bend = std::f32::consts::PI / cells;
    (1.0 - 0.25 * bend * bend).max(0.5) * 4.0 * square / (1.0 + 4.0 * square)
}

/// Near the solution where the surface is about as wide along one axis as it is on the whole.
fn first_guess(grid: &Grid, held: &[usize], around: &[[[Side; 2]; 2]], square: f32) -> Vec<f32> {
    let mut least = vec![f32::MAX; grid.len()];
    for (axis, number) in [(Axis::X, 0), (Axis::Z, 1)] {
        let mut ways = [vec![0.0_f32; grid.len()], vec![0.0_f32; grid.len()]];
        let mut go = |(node, around): (&usize, &[[Side; 2]; 2]), after: usize| {
            let next = if after == 0 { node.wrapping_sub(grid.stride(axis)) } else { node + grid.stride(axis) };
            let (Some(beside), Some(way)) = (around.as_flattened().get(2 * number + after), ways.get_mut(after)) else {
                return;
            };
            let distance = match beside.kind {
                Kind::Node => 1.0 + at(way, next),
                Kind::End => beside.distance,
                Kind::Wall => f32::INFINITY,
            };
            if let Some(slot) = way.get_mut(*node) {
                *slot = distance;
            }
        };
        held.iter().zip(around).for_each(|node| go(node, 0));
        held.iter().zip(around).rev().for_each(|node| go(node, 1));
        let [before, after] = &ways;
        for (least, (before, after)) in least.iter_mut().zip(before.iter().zip(after)) {
            // The parabola that it is on a narrow strip.
            *least = least.min(before.min(1e6) * after.min(1e6) / (2.0 * square));
        }
    }
    least.into_iter().map(|square| square / (1.0 + square)).collect()
}

/// The edges before and after a node along an axis, and which of their ends it is.
fn edges(grid: &Grid, node: usize, axis: Axis) -> [(usize, usize); 2] {
    [(grid.edge(node.wrapping_sub(grid.stride(axis)), axis), 1), (grid.edge(node, axis), 0)]
}

/// What is along an edge, seen from one of its ends.
fn side(seams: &Seams, (edge, end): (usize, usize)) -> Side {
    let Some(cut) = seams.cut(edge, end) else { return Side { distance: 1.0, share: 0.5, kind: Kind::Node } };
    if cut.is_free() {
        let distance = cut.reach + lip_cells(&cut);
        Side { distance, share: 0.5 * distance, kind: Kind::End }
    } else {
        Side { distance: cut.reach, share: cut.reach, kind: Kind::Wall }
    }
}

/// How far beyond a cut snow would end, in cells.
fn lip_cells(cut: &Cut) -> f32 {
    LIP_CELLS / cut.along.max(0.25)
}
