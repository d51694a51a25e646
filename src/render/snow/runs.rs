//! The corners of a cell that are on one surface.

use super::grid::{Axis, Cell, Grid};

/// Corners of a cell in a row that are on one surface: the first, and how many. A run of four has either no ends, where
/// `closed`, or both at one edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) first: usize,
    pub(super) length: usize,
    pub(super) closed: bool,
}

impl Run {
    /// The corner that is so many after the first.
    pub(super) fn corner(&self, number: usize) -> usize {
        (self.first + number) % 4
    }

    /// The last corner.
    pub(super) fn last(&self) -> usize {
        self.corner(self.length - 1)
    }
}

/// All runs, given which corners count and which edges to the next corner join them.
pub(super) fn runs(counts: [bool; 4], joined: [bool; 4]) -> impl Iterator<Item = Run> {
    let linked = move |corner: usize| {
        let of = |flags: [bool; 4], corner: usize| flags.get(corner % 4).copied().unwrap_or_default();
        (of(counts, corner), of(counts, corner) && of(counts, corner + 1) && of(joined, corner))
    };
    let whole = (0..4).all(|corner| linked(corner).1);
    (0..4).filter_map(move |first| {
        let starts = if whole { first == 0 } else { linked(first).0 && !linked(first + 3).1 };
        let length = 1 + (first..first + 3).take_while(|&corner| linked(corner).1).count();
        starts.then_some(Run { first, length, closed: whole })
    })
}

/// Where a cut is that is made from a corner of a cell along one of its edges.
pub(super) fn cut_place(grid: &Grid, edge: usize, end: usize, reach: f32) -> [f32; 2] {
    let ([one, _], axis) = grid.ends(edge);
    let [x, z] = grid.place(one);
    let along = if end == 0 { reach } else { 1.0 - reach };
    match axis {
        Axis::X => [x + along, z],
        Axis::Z => [x, z + along],
    }
}

impl Cell {
    /// The edges before and after a run, and which of their ends its corners are.
    pub(super) fn sides(&self, run: Run) -> [(usize, usize); 2] {
        let edge = |corner: usize| self.edges.get(corner).copied().unwrap_or_default();
        let end = |corner: usize| self.ends.get(corner).copied().unwrap_or_default();
        let [[_, before], [after, _]] = [end(run.first), end(run.last())];
        [(edge((run.first + 3) % 4), before), (edge(run.last()), after)]
    }
}
