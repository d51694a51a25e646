//! Points that keep apart from each other.

use std::collections::BTreeMap;

use glam::{DVec3, I64Vec3};

/// Candidates tried for a point until one is clear of the others; then the best of them has to do.
const CANDIDATES: usize = 100;
/// Points within reach of a candidate. Balls as wide as the least distance that do not overlap are far fewer there, so
/// that where this many are the region is full, and to go on looking would take ever longer.
const MOST_NEAR: usize = 256;

/// A sequence of random points, each at a least distance from all before it as long as there is room.
///
/// R. L. Cook, "Stochastic sampling in computer graphics", ACM Transactions on Graphics 5(1) (1986) 51–72.
#[derive(Debug, Clone)]
pub(in super::super) struct PoissonDisk {
    distance: f64,
    /// The points by the cell that they are in, of a grid whose cells are as long as the least distance.
    cells: BTreeMap<[i64; 3], Vec<DVec3>>,
    /// From then on any candidate has to do.
    is_full: bool,
}

impl PoissonDisk {
    /// Without points; `distance` is the least one in metres.
    pub(in super::super) fn new(distance: f64) -> Self {
        PoissonDisk { distance, cells: BTreeMap::new(), is_full: false }
    }

    /// Adds a point: the first of a hundred candidates that is clear of all points before, or the one farthest from
    /// them; `candidate` draws from the region to be filled, and what belongs to the point with it. Gives also the
    /// distance to the nearest point before, counted up to the least distance: less says that no candidate was clear.
    ///
    /// Taking the best candidate is from D. P. Mitchell, "Spectrally optimal sampling for distribution ray tracing",
    /// Computer Graphics 25(4) (1991) 157–164.
    pub(in super::super) fn grow<T>(&mut self, mut candidate: impl FnMut() -> (DVec3, T)) -> (DVec3, T, f64) {
        let mut best = candidate();
        if self.is_full {
            return (best.0, best.1, 0.0);
        }
        let mut clearance = self.clearance(best.0);
        for _ in 1..CANDIDATES {
            if clearance >= self.distance || self.is_full {
                break;
            }
            let next = candidate();
            let next_clearance = self.clearance(next.0);
            if next_clearance > clearance {
                (best, clearance) = (next, next_clearance);
            }
        }
        let (best, with) = best;
        self.cells.entry(self.cell(best).to_array()).or_default().push(best);
        (best, with, clearance)
    }

    /// Distance to the nearest of the points, up to the least distance.
    fn clearance(&mut self, point: DVec3) -> f64 {
        let cell = self.cell(point);
        let (low, high) = (cell.saturating_sub(I64Vec3::ONE), cell.saturating_add(I64Vec3::ONE));
        let mut clearance = self.distance;
        let mut near = 0;
        for x in low.x..=high.x {
            for y in low.y..=high.y {
                for other in self.cells.range([x, y, low.z]..=[x, y, high.z]).flat_map(|(_, points)| points) {
                    clearance = clearance.min(point.distance(*other));
                    near += 1;
                }
            }
        }
        self.is_full |= near > MOST_NEAR;
        clearance
    }

    fn cell(&self, point: DVec3) -> I64Vec3 {
        (point / self.distance).floor().as_i64vec3()
    }
}
