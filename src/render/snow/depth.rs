//! How deep snow lies on a surface.

use super::at;
use super::grid::{Axis, Grid};
use super::noise::noise;
use super::room::Room;
use super::seams::{Link, Seams};
use super::surface::Surface;

/// Share of the depth by which snow is uneven at most.
const UNEVEN: f32 = 0.08;
/// Waves of it, in metres at least and in depths.
const WAVE_M: f32 = 0.15;
const WAVE_DEPTHS: f32 = 6.0;
/// Share of its depth that snow gives up on a bump.
const BUMP: f32 = 0.65;
/// Steps of levelling at least and at most.
const LEVELLING: [usize; 2] = [3, 24];

/// How deep snow is at the nodes.
#[derive(Debug)]
pub(super) struct Depths {
    /// In metres.
    pub(super) snow_m: Vec<f32>,
    /// From the surface to the top of the snow in metres, which is smoother.
    pub(super) tops_m: Vec<f32>,
    /// At the cuts of each break, from the surface to the top of the snow in metres.
    pub(super) rims_m: Vec<[f32; 2]>,
}

impl Depths {
    /// Of snow that would be so deep on level ground.
    pub(super) fn of(surface: &Surface, seams: &Seams, depth_m: f32, seed: u64) -> Depths {
        let grid = &surface.grid;
        let wave_cells = WAVE_M.max(WAVE_DEPTHS * depth_m) / grid.cell_m;
        let load = |node: usize| {
            if surface.hold(node) <= 0.0 {
                return 0.0;
            }
            let uneven = 1.0 + UNEVEN * noise(grid.place(node).map(|place| place / wave_cells), seed);
            depth_m * surface.hold(node) * uneven
        };
        let cells = depth_m / grid.cell_m;
        // So many steps that the mean is taken over half a depth.
        let steps = ((0.625 * cells * cells) as usize).clamp(LEVELLING[0], LEVELLING[1]);
        let loads_m = Level::of(grid, seams, false).relax((0..grid.len()).map(load).collect(), steps);
        let bare_m = Level::of(grid, seams, true)
            .relax(surface.heights_m.iter().map(|height| height.max(-1e6)).collect(), steps);
        let mut room = Room::of(surface, seams, depth_m);
        room.solve(&loads_m);
        // What is as narrow as this is not resolved.
        let snow = |node: usize| if seams.is_alone(grid, node) { 0.0 } else { at(&loads_m, node) * room.share(node) };
        let snow_m: Vec<f32> = (0..grid.len()).map(snow).collect();
        let top = |node: usize| {
            let snow_m = at(&snow_m, node);
            let smoother_m = at(&bare_m, node) - surface.height_m(node);
            let lift_m = at(&seams.lifts_m, node);
            if snow_m > 0.0 {
                (snow_m + smoother_m.clamp(-BUMP * snow_m, snow_m)).max(lift_m + snow_m.min(5e-4))
            } else {
                snow_m
            }
        };
        let tops_m: Vec<f32> = (0..grid.len()).map(top).collect();
        let rim = |edge: usize, end: usize| {
            let node = surface.grid.end(edge, end);
            let (own_m, cut) = (at(&tops_m, node), seams.cut(edge, end).unwrap_or_default());
            let lip_m = at(&loads_m, node) * room.lip(node, &cut) * cut.hold;
            match [end, 1 - end].map(|end| seams.below(surface, edge, end)) {
                // Over the step to a lower surface, whose snow may reach up here.
                [Some((lower, drop_m)), _] if cut.is_free() => lip_m.max((at(&tops_m, lower) - drop_m).min(own_m)),
                // At the foot of one, whose snow may go on up there.
                [_, Some((_, drop_m))] if !cut.is_free() => {
                    own_m.min(drop_m + at(&tops_m, surface.grid.end(edge, 1 - end)))
                }
                _ if cut.is_free() => lip_m.min(own_m),
                _ => own_m.min(cut.wall_m),
            }
        };
        let rims_m = seams.broken_edges().map(|edge| [rim(edge, 0), rim(edge, 1)]).collect();
        Depths { snow_m, tops_m, rims_m }
    }
}

/// Steps of a Laplacian within one surface.
struct Level {
    stride: usize,
    /// What of the differences to the neighbours before and after along x, then z, each node takes on in a step.
    weights: [Vec<f32>; 4],
}

impl Level {
    /// With `pairs` a node takes on nothing along an axis where it has but one neighbour, so that slopes stay.
    fn of(grid: &Grid, seams: &Seams, pairs: bool) -> Level {
        let sides = |axis: Axis| {
            let joined: Vec<bool> =
                (0..grid.len()).map(|node| seams.link(grid.edge(node, axis)) == Link::Joined).collect();
            let before = vec![false; grid.stride(axis)].into_iter().chain(joined.iter().copied());
            let weight = |one: bool, other: bool| if one && (other || !pairs) { 0.2 } else { 0.0 };
            before.zip(&joined).map(|(one, other)| (weight(one, *other), weight(*other, one))).unzip()
        };
        let [(left, right), (back, front)] = [Axis::X, Axis::Z].map(sides);
        Level { stride: grid.stride(Axis::Z), weights: [left, right, back, front] }
    }

    fn relax(&self, mut field: Vec<f32>, steps: usize) -> Vec<f32> {
        let mut next = field.clone();
        let stride = self.stride;
        let [left, right, back, front] =
            self.weights.each_ref().map(|weights| weights.get(stride..).unwrap_or_default());
        for _ in 0..steps {
            // The outermost nodes are over nothing and stay.
            let from = |skip: usize| field.get(skip..).unwrap_or_default();
            let weights = left.iter().zip(right).zip(back).zip(front);
            let values = from(stride - 1).iter().zip(from(stride + 1)).zip(from(0)).zip(from(2 * stride));
            let targets = next.get_mut(stride..).unwrap_or_default().iter_mut().zip(from(stride));
            for (((target, here), (((a, b), c), d)), (((left, right), back), front)) in targets.zip(weights).zip(values)
            {
                *target = here + a * (left - here) + b * (right - here) + c * (back - here) + d * (front - here);
            }
            std::mem::swap(&mut field, &mut next);
        }
        field
    }
}
