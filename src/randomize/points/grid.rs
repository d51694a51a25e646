//! Points of a regular grid.

use glam::{DVec3, U64Vec3};

/// A grid of points about the origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Grid {
    /// Between neighbours along each axis, in metres.
    pub(in super::super) spacing: DVec3,
    /// How many points there are along each axis.
    pub(in super::super) counts: [u32; 3],
}

impl Grid {
    /// How many points there are.
    pub(in super::super) fn cells(&self) -> u64 {
        self.counts.iter().fold(1, |cells: u64, count| cells.saturating_mul(u64::from(*count)))
    }

    /// A point by its number from 0: along x, row by row along z, layer by layer upwards. Past the last one it begins
    /// again; an axis without points is taken as one with a single point.
    pub(in super::super) fn at(&self, index: u64) -> DVec3 {
        let [along, up, back] = self.counts.map(|count| u64::from(count.max(1)));
        let place = U64Vec3::new(index % along, index / (along * back) % up, index / along % back);
        let last = U64Vec3::new(along, up, back) - U64Vec3::ONE;
        self.spacing * (place.as_dvec3() - last.as_dvec3() / 2.0)
    }
}
