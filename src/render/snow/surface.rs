//! What of a thing is seen from straight above.

use glam::Vec3;

use super::at;
use super::grid::{Axis, Grid, height_on, sections};

/// Corners farther away are not taken for real.
const FARTHEST_M: f32 = 1000.0;
/// Parallelograms of less are taken for lines, in m².
const LEAST_AREA_M2: f32 = 1e-12;
/// What is steeper shows its rim only.
const UPRIGHT: f32 = 1000.0;
/// Rise per run that no slope is taken to exceed, where surfaces are foretold by their slopes.
const STEEPEST: f32 = 6.0;

/// The highest surface over the nodes of a grid.
#[derive(Debug)]
pub(super) struct Surface {
    pub(super) grid: Grid,
    /// Of the thing, x and z in cells.
    pub(super) triangles: Vec<[Vec3; 3]>,
    /// Heights in metres; where nothing is, −∞.
    pub(super) heights_m: Vec<f32>,
    /// Rises along x and z, in metres per cell.
    pub(super) rises_m: Vec<[f32; 2]>,
    /// As [`held`] has it; −1 where nothing is.
    holds: Vec<f32>,
}

/// Share of the snow of level ground that a slope of this tangent holds: all up to 30°, then less and less to none at
/// 60°, as the shape coefficient µ₁ of EN 1991-1-3:2003, table 5.2, for roofs from which snow can slide (against 0.8,
/// which it has for level roofs). Below 0 for what is steeper, as if the line went on.
pub(super) fn held(tangent: f32) -> f32 {
    const TANGENT_30: f32 = 0.577_350_26;
    if tangent <= TANGENT_30 { 1.0 } else { (60.0 - libm::atanf(tangent).to_degrees()) / 30.0 }
}

impl Surface {
    /// `None` where there is nothing.
    pub(super) fn from_above(triangles: &[[Vec3; 3]]) -> Option<Surface> {
        let real = || triangles.iter().filter(|triangle| is_real(triangle));
        let corners = || real().flatten();
        let low = corners().copied().reduce(Vec3::min)?;
        let high = corners().copied().reduce(Vec3::max)?;
        let grid = Grid::over(low, high);
        let triangles: Vec<[Vec3; 3]> = real().map(|triangle| triangle.map(|corner| grid.to_cells(corner))).collect();
        let (heights_m, owners) = highest(&grid, &triangles);
        let rise = |owner: &u32| triangles.get(*owner as usize).map_or([0.0; 2], |triangle| rise_m(triangle, &grid));
        let rises_m: Vec<[f32; 2]> = owners.iter().map(rise).collect();
        let hold = |(height, rise): (&f32, &[f32; 2])| if height.is_finite() { hold(*rise, &grid) } else { -1.0 };
        let holds = heights_m.iter().zip(&rises_m).map(hold).collect();
        Some(Surface { grid, triangles, heights_m, rises_m, holds })
    }

    /// Height at a node; −∞ where nothing is.
    pub(super) fn height_m(&self, node: usize) -> f32 {
        self.heights_m.get(node).copied().unwrap_or(f32::NEG_INFINITY)
    }

    /// Rise at a node in metres per cell along an axis.
    pub(super) fn rise_m(&self, node: usize, axis: Axis) -> f32 {
        let [x, z] = at(&self.rises_m, node);
        match axis {
            Axis::X => x,
            Axis::Z => z,
        }
    }

    /// Share of the snow of level ground that one of the triangles holds.
    pub(super) fn hold_of(&self, triangle: &[Vec3; 3]) -> f32 {
        if normal(triangle).y > 0.0 { hold(rise_m(triangle, &self.grid), &self.grid) } else { -1.0 }
    }

    /// Share of the snow of level ground that is held at a node; not above 0 where there is none.
    pub(super) fn hold(&self, node: usize) -> f32 {
        self.holds.get(node).copied().unwrap_or(-1.0)
    }
}

/// Whether a triangle has an area, and corners at places that things have.
fn is_real(triangle: &[Vec3; 3]) -> bool {
    let [a, b, c] = *triangle;
    let near = |corner: &Vec3| corner.abs().max_element() <= FARTHEST_M && corner.is_finite();
    triangle.iter().all(near) && (b - a).cross(c - a).length() > LEAST_AREA_M2
}

/// The plane of a triangle as its normal, not of unit length, whose second component is not below 0.
fn normal(triangle: &[Vec3; 3]) -> Vec3 {
    let [a, b, c] = *triangle;
    let normal = (b - a).cross(c - a);
    if normal.y < 0.0 { -normal } else { normal }
}

/// How a triangle rises along x and z, in metres per cell, no more than what is [`STEEPEST`].
fn rise_m(triangle: &[Vec3; 3], grid: &Grid) -> [f32; 2] {
    let normal = normal(triangle);
    let rise = [-normal.x, -normal.z].map(|side| if normal.y > 0.0 { side / normal.y } else { 0.0 });
    let most = STEEPEST * grid.cell_m;
    let length = (rise[0] * rise[0] + rise[1] * rise[1]).sqrt();
    if length > most { rise.map(|rise| rise * (most / length)) } else { rise }
}

/// As [`held`] has it for something that rises so.
fn hold([x, z]: [f32; 2], grid: &Grid) -> f32 {
    held((x * x + z * z).sqrt() / grid.cell_m)
}

/// Heights over the nodes, and the numbers of the triangles that have them.
fn highest(grid: &Grid, triangles: &[[Vec3; 3]]) -> (Vec<f32>, Vec<u32>) {
    let mut heights = vec![f32::NEG_INFINITY; grid.len()];
    let mut owners = vec![u32::MAX; grid.len()];
    for (triangle, owner) in triangles.iter().zip(0..) {
        let normal = normal(triangle);
        if normal.y * grid.cell_m * UPRIGHT < normal.x.abs().max(normal.z.abs()) {
            continue;
        }
        sections(triangle, Axis::X, |row, section| {
            let [[from, _], [to, _]] = section;
            let columns = from.ceil() as usize..to.floor() as usize + 1;
            let nodes = grid.node(columns.start, row)..grid.node(columns.end, row);
            let Some(heights) = heights.get_mut(nodes.clone()) else { return };
            let Some(owners) = owners.get_mut(nodes) else { return };
            for ((column, height), holder) in columns.zip(heights).zip(owners) {
                let here = height_on(&section, column as f32);
                if here > *height {
                    (*height, *holder) = (here, owner);
                }
            }
        });
    }
    (heights, owners)
}
