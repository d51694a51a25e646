//! Frost: ferns of ice that grow from the border inwards and scatter what is behind them.

use super::Glass;
use super::layer::Layer;
use super::pyramid::Pyramid;
use super::random::{Draws, noise, rough};

/// Distance between the roots of ferns, and the shortest and longest of these, of the picture's shorter side.
const ROOTS: f32 = 0.07;
const LENGTHS: [f32; 2] = [0.14, 0.34];
/// Ice branches at 60°.
const BRANCH_COS: f32 = 0.5;
const BRANCH_SIN: f32 = 0.866_025_4;
/// How far it spreads light, as a tangent.
const SPREAD: f32 = 0.09;
/// How much of what it sends on is the mean of the picture.
const WHITE: f32 = 0.45;

/// Puts it over the layer.
pub(super) fn draw(layer: &mut Layer, picture: &Pyramid, glass: &Glass, size: [usize; 2], focal_px: f32) {
    let [width, height] = size.map(|side| side as f32);
    let short = width.min(height);
    // How late a place freezes over.
    let late = |[x, y]: [f32; 2]| {
        let from_border = x.min(width - x).min(y).min(height - y) / (0.5 * short);
        from_border + 0.9 * (rough([3.0 * x / short, 3.0 * y / short], glass.seed ^ 0x51) - 0.5)
    };
    let mut when: Vec<f32> = (0..layer.pixels.len()).map(|index| late(place(layer, index))).collect();
    let Some(bound) = quantile(&when, glass.frost_share) else { return };
    let mut ice = Ice { width: layer.width, height: layer.height, thickness: vec![0.0; layer.pixels.len()] };
    let scale = short / layer.step;
    let cells = [width, height].map(|side| (side / short / ROOTS).ceil().min(1e4) as i64);
    for y in -1..=cells[1] {
        for x in -1..=cells[0] {
            let mut draws = Draws::new(glass.seed, 5, [x, y, 0]);
            let root = [x, y].map(|cell| (cell as f32 + draws.unit()) * ROOTS * short);
            if late(root) < bound + 0.05 {
                // Towards the middle, more or less.
                let turn = libm::atan2f(0.5 * height - root[1], 0.5 * width - root[0]) + draws.between(-0.9, 0.9);
                let length = draws.between(LENGTHS[0], LENGTHS[1]) * scale;
                ice.fern(layer.within(root), turn, length, &mut draws);
            }
        }
    }
    // Tips of ferns are ahead.
    for (when, thickness) in when.iter_mut().zip(&ice.thickness) {
        *when -= 0.22 * thickness;
    }
    let Some(front) = quantile(&when, glass.frost_share) else { return };
    for (index, when) in when.into_iter().enumerate() {
        let depth = front - when;
        if depth < 0.0 {
            continue;
        }
        let at = place(layer, index);
        let grain = noise(at.map(|at| 0.45 * at / layer.step), glass.seed ^ 0x52);
        let thickness = ice.thickness.get(index).map_or(0.0, |thickness| thickness * (0.8 + 0.4 * grain));
        let share = (depth / 0.015).min(1.0) * (0.22 + 0.33 * (depth / 0.4).min(1.0) + 0.45 * thickness + 0.08 * grain);
        let [aside, down] = ice.slope(index);
        let off = [at[0] + SPREAD * focal_px * aside, at[1] + SPREAD * focal_px * down];
        let behind = picture.at(off, SPREAD * focal_px);
        // Facets towards the light from above are brighter.
        let bright = (0.8 + 0.3 * thickness + 0.25 * down).max(0.3);
        let color = std::array::from_fn(|c| bright * ((1.0 - WHITE) * behind[c] + WHITE * picture.mean[c]));
        layer.cover(index, color, share.min(0.96));
    }
}

fn place(layer: &Layer, index: usize) -> [f32; 2] {
    layer.place(index % layer.width, index / layer.width)
}

/// The value that this share of the others is below.
fn quantile(values: &[f32], share: f32) -> Option<f32> {
    let mut values = values.to_vec();
    let count = (share * values.len() as f32) as usize;
    if count >= values.len() {
        return Some(f32::INFINITY);
    }
    let (_, value, _) = values.select_nth_unstable_by(count, f32::total_cmp);
    Some(*value)
}

/// How thick ice is, 0–1, for each pixel of a layer.
struct Ice {
    width: usize,
    height: usize,
    thickness: Vec<f32>,
}

impl Ice {
    /// A stem that bends, its branches to both sides, and theirs.
    fn fern(&mut self, root: [f32; 2], turn: f32, length: f32, draws: &mut Draws) {
        let bend = draws.between(-1.1, 1.1) / length;
        let spacing = (0.035 * length).max(2.5);
        let (mut at, mut along) = (root, 0.0);
        while along < length {
            let step = spacing * draws.between(0.6, 1.4);
            let angle = turn + bend * along;
            let ahead = [libm::cosf(angle), libm::sinf(angle)];
            let next = [at[0] + step * ahead[0], at[1] + step * ahead[1]];
            let left = 1.0 - along / length;
            self.needle(at, next, 0.012 * length * (0.3 + left), 0.9);
            for side in [-1.0, 1.0] {
                let reach = 0.42 * length * left.min(0.25 + 2.5 * along / length) * draws.between(0.5, 1.1);
                self.branch(at, turned(ahead, side), side, reach, draws);
            }
            (at, along) = (next, along + step);
        }
    }

    fn branch(&mut self, root: [f32; 2], ahead: [f32; 2], side: f32, length: f32, draws: &mut Draws) {
        let value = draws.between(0.45, 0.85);
        let on = |root: [f32; 2], ahead: [f32; 2], by: f32| [root[0] + by * ahead[0], root[1] + by * ahead[1]];
        self.needle(root, on(root, ahead, length), (0.03 * length).max(0.5), value);
        let mut along = 0.15 * length;
        while along < length {
            let from = on(root, ahead, along);
            // The one along the stem, and its mirror image, which is shorter.
            for (turn, part) in [(-side, 0.34), (side, 0.2)] {
                let short = part * (length - along) * draws.between(0.6, 1.2);
                if short > 1.0 {
                    self.needle(from, on(from, turned(ahead, turn), short), 0.6, 0.8 * value);
                }
            }
            along += (0.09 * length).max(2.0) * draws.between(0.7, 1.3);
        }
    }

    /// From one place to another, where it is thin.
    fn needle(&mut self, from: [f32; 2], to: [f32; 2], width: f32, value: f32) {
        let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
        let norm = 1.0 / (dx * dx + dy * dy).max(1e-6);
        let reach = width + 0.6;
        let range = |axis: usize, count: usize| {
            let first = (from[axis].min(to[axis]) - reach + 1.0).max(0.0) as usize;
            first..(from[axis].max(to[axis]) + reach + 1.0).clamp(0.0, count as f32) as usize
        };
        for y in range(1, self.height) {
            for x in range(0, self.width) {
                let [px, py] = [x as f32 - from[0], y as f32 - from[1]];
                let along = ((px * dx + py * dy) * norm).clamp(0.0, 1.0);
                let [off_x, off_y] = [px - along * dx, py - along * dy];
                let off = (off_x * off_x + off_y * off_y).sqrt();
                let within = ((width * (1.0 - 0.7 * along) + 0.5 - off) / (0.5 * width + 0.5)).clamp(0.0, 1.0);
                if let Some(known) = self.thickness.get_mut(y * self.width + x) {
                    *known = known.max(value * within * (1.0 - 0.3 * along));
                }
            }
        }
    }

    /// How thickness changes from pixel to pixel.
    fn slope(&self, index: usize) -> [f32; 2] {
        let at = |index: usize| self.thickness.get(index).copied().unwrap_or(0.0);
        let here = at(index);
        [at(index + 1) - here, at(index + self.width) - here]
    }
}

/// By 60° to a side.
fn turned([x, y]: [f32; 2], side: f32) -> [f32; 2] {
    let sin = side * BRANCH_SIN;
    [x * BRANCH_COS - y * sin, x * sin + y * BRANCH_COS]
}
