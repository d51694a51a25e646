//! Dried dirt: a film, dust, rims that dried drops have left, and streaks.

use super::Glass;
use super::layer::Layer;
use super::pyramid::Pyramid;
use super::random::{Draws, noise, rough};

/// Light of the mean that dirt of albedo 1 sends on to the camera.
const VEIL: f32 = 0.55;
/// Halvings of the interval in which the density is sought.
const HALVINGS: u32 = 24;

/// Spots of a kind: at most one in each cell.
struct Spots {
    cell_m: f32,
    /// Smallest and largest, of which there are few.
    radius_m: [f32; 2],
    /// Density against that of the film.
    density: f32,
    /// Width of the rim that is left where only that is.
    rim_m: Option<f32>,
}

const KINDS: [Spots; 4] = [
    Spots { cell_m: 0.0022, radius_m: [0.00008, 0.0006], density: 1.8, rim_m: None },
    Spots { cell_m: 0.013, radius_m: [0.0003, 0.002], density: 1.2, rim_m: None },
    Spots { cell_m: 0.009, radius_m: [0.0008, 0.0024], density: 1.6, rim_m: Some(0.0003) },
    Spots { cell_m: 0.05, radius_m: [0.0012, 0.004], density: 2.0, rim_m: None },
];

/// Puts it over the layer.
pub(super) fn draw(layer: &mut Layer, picture: &Pyramid, glass: &Glass, size: [usize; 2], px_per_m: f32) {
    let pixel_m = layer.step / px_per_m;
    let mut density = Vec::with_capacity(layer.pixels.len());
    for y in 0..layer.height {
        for x in 0..layer.width {
            let place = layer.place(x, y);
            let at = [0, 1].map(|axis| (place[axis] - 0.5 * size[axis] as f32) / px_per_m);
            let film = 0.5
                * (rough(at.map(|at| at / 0.09), glass.seed ^ 0xd1)
                    + rough(at.map(|at| at / 0.011), glass.seed ^ 0xd4));
            let streak = noise([at[0] / 0.004, at[1] / 0.12], glass.seed ^ 0xd2)
                * noise([at[0] / 0.02, at[1] / 0.2], glass.seed ^ 0xd3);
            density.push(0.1 + 2.2 * film * film * film + 1.6 * (streak - 0.35).max(0.0));
        }
    }
    for (number, kind) in KINDS.iter().enumerate() {
        // Finer ones are of one grey.
        if kind.radius_m[1] > 0.4 * pixel_m {
            scatter(&mut density, layer, kind, glass.seed.wrapping_add(number as u32), size, px_per_m);
        }
    }
    let share = |density: f32| 1.0 - libm::expf(-density);
    let mean = |scale: f32| {
        let some = density.iter().step_by(7);
        let count = some.len().max(1) as f32;
        some.map(|density| share(scale * density)).sum::<f32>() / count
    };
    let (mut low, mut high) = (0.0, 100.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if mean(middle) < glass.dirt_share { low = middle } else { high = middle }
    }
    let color = std::array::from_fn(|c| VEIL * glass.dirt_color[c] * picture.mean[c]);
    for (index, density) in density.iter().enumerate() {
        layer.cover(index, color, share(high * density));
    }
}

fn scatter(density: &mut [f32], layer: &Layer, kind: &Spots, seed: u32, size: [usize; 2], px_per_m: f32) {
    let scale = px_per_m / layer.step;
    let half = [layer.width, layer.height].map(|side| 0.5 * side as f32 / scale + kind.radius_m[1]);
    let cells = |half: f32| (-half / kind.cell_m).floor() as i64..=(half / kind.cell_m).floor() as i64;
    for cell_y in cells(half[1]) {
        for cell_x in cells(half[0]) {
            let mut draws = Draws::new(seed, 6, [cell_x, cell_y, 0]);
            let place = [cell_x, cell_y].map(|cell| (cell as f32 + draws.unit()) * kind.cell_m);
            let rare = draws.unit() * draws.unit() * draws.unit();
            let radius = (kind.radius_m[0] + (kind.radius_m[1] - kind.radius_m[0]) * rare) * scale;
            let strong = kind.density * draws.between(0.2, 1.0);
            let (stretch, turn) = (draws.between(0.0, 0.22), draws.between(0.0, std::f32::consts::TAU));
            let [x, y] = layer.within([0, 1].map(|axis| 0.5 * size[axis] as f32 + place[axis] * px_per_m));
            let reach = radius * 1.25 + 0.7;
            let range = |at: f32, count: usize| {
                let to = (at + reach + 1.0).clamp(0.0, count as f32) as usize;
                (at - reach + 1.0).max(0.0) as usize..to
            };
            let (sin, cos) = (libm::sinf(turn), libm::cosf(turn));
            for row in range(y, layer.height) {
                for column in range(x, layer.width) {
                    let [dx, dy] = [column as f32 - x, row as f32 - y];
                    let from = (dx * dx + dy * dy).sqrt().max(1e-6);
                    let (c, s) = (dx / from, dy / from);
                    let (c2, s2) = (c * c - s * s, 2.0 * c * s);
                    let c3 = c * c2 - s * s2;
                    let edge = radius * (1.0 + stretch * (c2 * cos + s2 * sin) + 0.5 * stretch * c3);
                    let inside = (edge - from + 0.5).clamp(0.0, 1.0).min(4.0 * radius * radius);
                    let share = match kind.rim_m {
                        None => inside,
                        Some(rim_m) => {
                            let rim = (rim_m * scale).max(0.5);
                            inside * (0.15 + (rim_m * scale / rim) * (1.0 - (edge - from) / rim).clamp(0.0, 1.0))
                        }
                    };
                    if let Some(known) = density.get_mut(row * layer.width + column) {
                        *known += strong * share;
                    }
                }
            }
        }
    }
}
