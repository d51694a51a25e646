//! A square grid of nodes seen from above, and where its lines cut triangles.

use glam::Vec3;

/// Nodes as a square thing has them along each side.
const CELLS: f32 = 56.0;
/// Cells along a long thing at most.
const MOST_CELLS: f32 = 158.0;
/// Finest and coarsest cell, in metres; only what is too long for the grid has coarser ones.
const CELL_M: [f32; 2] = [0.004, 0.1];

/// Axis of the grid: along x or along z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    X,
    Z,
}

/// A grid. Its unit of length from above is a cell, and its first node is at 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    /// Of the first node, x and z in metres.
    origin_m: [f32; 2],
    /// Between neighbours, in metres.
    pub(super) cell_m: f32,
    /// Nodes along x and z.
    counts: [usize; 2],
}

/// A cell of the grid: its corners, counter-clockwise as seen from above, and the edges from each to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) corners: [usize; 4],
    pub(super) edges: [usize; 4],
    /// Which end of the edge to the next corner a corner is, and which end of the edge from the one before.
    pub(super) ends: [[usize; 2]; 4],
}

impl Grid {
    /// Over a box, such that its sides are a quarter to three quarters of a cell away from the nodes next to them: no
    /// outermost node is over it.
    pub(super) fn over(low: Vec3, high: Vec3) -> Grid {
        let size = [high.x - low.x, high.z - low.z];
        let longest = size[0].max(size[1]);
        let even = (size[0] * size[1]).sqrt() / CELLS;
        let cell_m = even.clamp(CELL_M[0], CELL_M[1]).max(longest / MOST_CELLS);
        let cells = size.map(|size| (size / cell_m + 0.5).floor().max(1.0) + 1.0);
        let first = |middle: f32, cells: f32| middle - 0.5 * cells * cell_m;
        let origin_m = [first(0.5 * (low.x + high.x), cells[0]), first(0.5 * (low.z + high.z), cells[1])];
        Grid { origin_m, cell_m, counts: cells.map(|cells| cells as usize + 1) }
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.counts[0] * self.counts[1]
    }

    /// The node at whole numbers of cells; those beyond the grid are not looked for.
    pub(super) fn node(&self, column: usize, row: usize) -> usize {
        row * self.counts[0] + column
    }

    /// x and z of a node, in cells.
    pub(super) fn place(&self, node: usize) -> [f32; 2] {
        [(node % self.counts[0]) as f32, (node / self.counts[0]) as f32]
    }

    /// Whether a node is one of every other, as squares of a chessboard are.
    pub(super) fn is_black(&self, node: usize) -> bool {
        (node % self.counts[0] + node / self.counts[0]).is_multiple_of(2)
    }

    /// How much higher the number of the next node along an axis is.
    pub(super) fn stride(&self, axis: Axis) -> usize {
        match axis {
            Axis::X => 1,
            Axis::Z => self.counts[0],
        }
    }

    /// The edge from a node to the next one along an axis.
    pub(super) fn edge(&self, node: usize, axis: Axis) -> usize {
        match axis {
            Axis::X => node,
            Axis::Z => self.len() + node,
        }
    }

    /// An edge's lower node, upper node and axis.
    pub(super) fn ends(&self, edge: usize) -> ([usize; 2], Axis) {
        let (node, axis) = if edge < self.len() { (edge, Axis::X) } else { (edge - self.len(), Axis::Z) };
        ([node, node + self.stride(axis)], axis)
    }

    /// One end of an edge: the lower node (0) or the upper one.
    pub(super) fn end(&self, edge: usize, end: usize) -> usize {
        let ([low, high], _) = self.ends(edge);
        if end == 0 { low } else { high }
    }

    /// The cell whose lowest corner is a node.
    pub(super) fn cell(&self, node: usize) -> Cell {
        let (right, front) = (node + 1, node + self.counts[0]);
        Cell {
            corners: [node, front, front + 1, right],
            edges: [
                self.edge(node, Axis::Z),
                self.edge(front, Axis::X),
                self.edge(right, Axis::Z),
                self.edge(node, Axis::X),
            ],
            ends: [[0, 0], [0, 1], [1, 1], [1, 0]],
        }
    }

    /// All cells.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        let [columns, rows] = self.counts;
        let row = move |row: usize| (0..columns - 1).map(move |column| self.cell(row * columns + column));
        (0..rows - 1).flat_map(row)
    }

    /// A point in cells, its height in metres.
    pub(super) fn to_cells(self, point: Vec3) -> Vec3 {
        let [x, z] = self.origin_m;
        Vec3::new((point.x - x) / self.cell_m, point.y, (point.z - z) / self.cell_m)
    }

    /// A point in metres.
    pub(super) fn to_metres(self, place: [f32; 2], height_m: f32) -> Vec3 {
        let [x, z] = self.origin_m;
        Vec3::new(x + place[0] * self.cell_m, height_m, z + place[1] * self.cell_m)
    }
}

/// Where a line of the grid runs over a triangle: its two ends along the line, in cells, and their heights. The first
/// is not beyond the second.
pub(super) type Section = [[f32; 2]; 2];

/// Shows all sections of a triangle with lines along an axis, each with the number of its line.
///
/// Triangles that share a side have the same ends there to the last bit.
pub(super) fn sections(triangle: &[Vec3; 3], axis: Axis, mut see: impl FnMut(usize, Section)) {
    let [mut low, mut middle, mut high] = triangle.map(|corner| match axis {
        Axis::X => [corner.z, corner.x, corner.y],
        Axis::Z => [corner.x, corner.z, corner.y],
    });
    for _ in 0..2 {
        if middle[0] < low[0] {
            (low, middle) = (middle, low);
        }
        if high[0] < middle[0] {
            (middle, high) = (high, middle);
        }
    }
    if low[0] < high[0] {
        let lines = low[0].ceil() as usize..=high[0].floor() as usize;
        for number in lines {
            let line = number as f32;
            let one = crossing(low, high, line);
            let other = if line < middle[0] || middle[0] == high[0] {
                crossing(low, middle, line)
            } else {
                crossing(middle, high, line)
            };
            see(number, if one[0] <= other[0] { [one, other] } else { [other, one] });
        }
    }
}

/// Where a side crosses a line: along it, and how high.
fn crossing(low: [f32; 3], high: [f32; 3], line: f32) -> [f32; 2] {
    let share = ((line - low[0]) / (high[0] - low[0])).clamp(0.0, 1.0);
    [low[1] + (high[1] - low[1]) * share, low[2] + (high[2] - low[2]) * share]
}

/// Height of a section at a place along it, its higher end where it is upright.
pub(super) fn height_on(section: &Section, along: f32) -> f32 {
    let [[from, low], [to, high]] = *section;
    let width = to - from;
    if width > 1e-6 { low + (high - low) * ((along - from) / width).clamp(0.0, 1.0) } else { low.max(high) }
}
