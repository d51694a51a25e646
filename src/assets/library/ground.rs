//! A patch of gently rolling ground that ends level at its border.

use std::f32::consts::TAU;

use glam::{Vec2, Vec3, vec2, vec3};

use super::kit::{Kit, Rng, cycle, look};
use super::rocks::{layers, noise, painted};
use crate::assets::mesh::{Builder, Corner, Soup, uv_sphere};
use crate::assets::{Hull, MeshData, Model};

/// Length of a side (m), and into how many cells it is cut.
const SIDE: f32 = 8.0;
const CELLS: usize = 40;
/// How many convex pieces stand for it at most.
const PIECES: usize = 84;
/// Pieces lower than this are left to the ground below (m).
const THIN: f32 = 0.004;

/// The hills of a variant.
struct Hills {
    seed: u32,
    tall: f32,
    /// Metres from hill to hill, and how much smaller bumps add.
    wide: f32,
    bumps: f32,
    at: Vec3,
}

impl Hills {
    /// Height over the ground (m): 0 and level at the border.
    fn height(&self, p: Vec2) -> f32 {
        let inside = (Vec2::splat(SIDE * 0.5) - p.abs()).max(Vec2::ZERO) / 1.9;
        let ease = |t: f32| {
            let t = t.min(1.0);
            t * t * (3.0 - 2.0 * t)
        };
        let q = vec3(p.x, 0.0, p.y);
        let roll = 0.5 + 0.9 * noise(q / self.wide + self.at, self.seed);
        let small = layers(q * 0.9 + self.at, 3, false, self.seed ^ 11);
        ease(inside.x) * ease(inside.y) * (self.tall * (0.12 + roll.max(0.0)) + self.bumps * (0.5 + small).max(0.0))
    }

    fn normal(&self, p: Vec2) -> Vec3 {
        let e = 0.03;
        let slope = |d: Vec2| (self.height(p + d) - self.height(p - d)) / (2.0 * e);
        vec3(-slope(vec2(e, 0.0)), 1.0, -slope(vec2(0.0, e))).normalize_or(Vec3::Y)
    }
}

/// Where a corner of the cells lies (m).
fn corner(i: usize, k: usize) -> Vec2 {
    (vec2(i as f32, k as f32) / CELLS as f32 - Vec2::splat(0.5)) * SIDE
}

/// The turf: rolling above, flat below.
fn turf(hills: &Hills) -> MeshData {
    let mut b = Builder::default();
    let top = |i: usize, k: usize| -> Corner {
        let p = corner(i, k);
        let rim = i == 0 || k == 0 || i == CELLS || k == CELLS;
        let (y, n) = if rim { (0.0, Vec3::Y) } else { (hills.height(p), hills.normal(p)) };
        (vec3(p.x, y, p.y), n, [p.x, p.y])
    };
    for i in 0..CELLS {
        for k in 0..CELLS {
            let q = [top(i, k), top(i + 1, k), top(i + 1, k + 1), top(i, k + 1)];
            // along the shorter diagonal
            if q[0].0.distance_squared(q[2].0) <= q[1].0.distance_squared(q[3].0) {
                b.poly(&q);
            } else {
                b.poly(&[q[1], q[2], q[3], q[0]]);
            }
        }
    }
    let under = |i: usize, k: usize| -> Corner {
        let p = corner(i, k);
        (vec3(p.x, 0.0, p.y), Vec3::NEG_Y, [p.x, -p.y])
    };
    let middle = under(CELLS / 2, CELLS / 2);
    for j in 0..CELLS {
        for pair in
            [[(j, 0), (j + 1, 0)], [(j, CELLS), (j + 1, CELLS)], [(0, j), (0, j + 1)], [(CELLS, j), (CELLS, j + 1)]]
        {
            b.poly(&[middle, under(pair[0].0, pair[0].1), under(pair[1].0, pair[1].1)]);
        }
    }
    b.finish()
}

/// A rectangle of cells: from and to, of columns and of rows.
type Block = [[usize; 2]; 2];

/// How far the convex hull over a block rises above the ground at most (m), as seen along its rows and columns.
fn gap(heights: &impl Fn(usize, usize) -> f32, block: &Block) -> f32 {
    let [[i0, i1], [k0, k1]] = *block;
    let over = |line: Vec<f32>| {
        let mut worst = 0.0f32;
        for a in 0..line.len() {
            for c in a + 2..line.len() {
                for m in a + 1..c {
                    let t = (m - a) as f32 / (c - a) as f32;
                    worst = worst.max(line[a] + (line[c] - line[a]) * t - line[m]);
                }
            }
        }
        worst
    };
    let rows = (k0..=k1).map(|k| over((i0..=i1).map(|i| heights(i, k)).collect()));
    let columns = (i0..=i1).map(|i| over((k0..=k1).map(|k| heights(i, k)).collect()));
    rows.chain(columns).fold(0.0, f32::max)
}

/// Blocks that hug the ground as closely as so many can: the worst is halved, again and again.
fn blocks(heights: &impl Fn(usize, usize) -> f32) -> Vec<Block> {
    let start: Vec<Block> =
        (0..5).flat_map(|i| (0..5).map(move |k| [[i * 8, i * 8 + 8], [k * 8, k * 8 + 8]])).collect();
    let mut all: Vec<(f32, Block)> = start.into_iter().map(|b| (gap(heights, &b), b)).collect();
    while all.len() < PIECES {
        let worst = (0..all.len()).reduce(|a, b| if all[b].0 > all[a].0 { b } else { a });
        let Some((_, block)) = worst.map(|w| all.swap_remove(w)) else { break };
        let halves = [0, 1].map(|axis| {
            let [from, to] = block[axis];
            let middle = (from + to) / 2;
            let (mut low, mut high) = (block, block);
            low[axis] = [from, middle];
            high[axis] = [middle, to];
            let pair = [low, high].map(|b| (gap(heights, &b), b));
            let fits = middle > from && middle < to;
            (if fits { pair[0].0.max(pair[1].0) + 0.2 * pair[0].0.min(pair[1].0) } else { f32::MAX }, pair)
        });
        let [a, b] = halves;
        let (score, pair) = if a.0 <= b.0 { a } else { b };
        if score == f32::MAX {
            all.push((0.0, block));
            break;
        }
        all.extend(pair);
    }
    all.into_iter().map(|(_, b)| b).collect()
}

/// An 8 by 8 m patch of hills, of grass and soil.
pub(super) fn terrain(variant: u32) -> Model {
    let mut rng = Rng::new("terrain", variant);
    let hills = Hills {
        seed: 0x7e44 ^ variant.wrapping_mul(0x9e37),
        tall: cycle(&[0.45, 0.3, 0.6, 0.22, 0.38, 0.7, 0.26, 0.52], variant),
        wide: rng.range(2.9, 4.2),
        bumps: rng.range(0.03, 0.09),
        at: rng.jitter() * 9.0,
    };
    let mut kit = Kit::default();
    let body = turf(&hills);
    let seed = hills.seed;
    let bare = cycle(&[-0.1, -0.2, 0.02, -0.28, -0.05, 0.0, -0.16, -0.08], variant);
    let soil = move |p: Vec2, steep: f32| {
        let q = vec3(p.x, 0.0, p.y);
        let rim = (SIDE * 0.5 - p.abs().max_element() - 0.35).min(0.6) - 0.6;
        layers(q * 0.55, 2, false, seed ^ 3) + 0.5 * layers(q * 2.6, 2, false, seed ^ 4) + bare + steep * 0.7 + rim
    };
    let bald = |p: Vec2| soil(p, 1.0 - hills.normal(p).y);
    let earth = painted(&body, 0.005, |p| if p.y > 0.01 { bald(vec2(p.x, p.z)) } else { -1.0 });
    let (mut tufts, mut dry) = (Soup::default(), Soup::default());
    for n in 0..260 {
        let p = vec2(rng.range(-3.75, 3.75), rng.range(-3.75, 3.75));
        let edge = bald(p);
        // most where grass meets soil
        if edge > 0.03 || (edge < -0.3 && n % 4 != 0) {
            continue;
        }
        let root = vec3(p.x, (hills.height(p) - 0.006).max(0.0), p.y);
        let tall = rng.range(0.07, 0.2);
        for k in 0..8 {
            let (sin, cos) = libm::sincosf(TAU * (k as f32 / 8.0 + rng.range(0.0, 0.2)));
            let (out, side) = (vec3(cos, 0.0, sin), vec3(-sin, 0.0, cos));
            let tip = root + out * (rng.range(0.2, 0.85) * tall) + Vec3::Y * (tall * rng.range(0.55, 1.0));
            let (foot, half) = (root + out * 0.012, side * rng.range(0.006, 0.011));
            let which = if (n + k) % 3 == 0 { &mut dry } else { &mut tufts };
            which.triangle_flat([foot + half, foot - half, tip], 0);
        }
    }
    let stones = (0..20).filter_map(|_| {
        let p = vec2(rng.range(-3.4, 3.4), rng.range(-3.4, 3.4));
        let (r, turn) = (rng.range(0.02, 0.07), rng.range(0.0, 180.0));
        let (a, b) = (rng.range(0.0, 9.0), rng.range(0.55, 0.85));
        (bald(p) > 0.02 && hills.height(p) > r).then(|| {
            let m = uv_sphere(1.0, 7, 5).deformed(40.0, |q| {
                let bump = 1.0 + 0.3 * noise(q * 1.4 + Vec3::splat(a), seed);
                vec3(q.x, q.y * b * 0.8, q.z * b) * (r * bump)
            });
            super::kit::yaw(m, turn).translated(vec3(p.x, hills.height(p) + r * 0.15, p.y))
        })
    });
    let stones: Vec<MeshData> = stones.collect();
    let heights = |i: usize, k: usize| {
        let rim = i == 0 || k == 0 || i == CELLS || k == CELLS;
        if rim { 0.0 } else { hills.height(corner(i, k)) }
    };
    for [[i0, i1], [k0, k1]] in blocks(&heights) {
        let cells = (i0..=i1).flat_map(|i| (k0..=k1).map(move |k| (i, k)));
        let mut points: Vec<Vec3> = cells.map(|(i, k)| vec3(corner(i, k).x, heights(i, k), corner(i, k).y)).collect();
        if points.iter().any(|p| p.y > THIN) {
            let raised = [(i0, k0), (i0, k1), (i1, k0), (i1, k1)].into_iter().filter(|(i, k)| heights(*i, *k) > 0.0);
            points.extend(raised.map(|(i, k)| vec3(corner(i, k).x, 0.0, corner(i, k).y)));
            kit.hull(Hull::Convex { points });
        }
    }
    kit.add("grass", &look("grass", cycle(&[0xffffff, 0xfff8e8, 0xffffff, 0xf0f4e0], variant)), [body]);
    let brown = cycle(&[0xb89a7c, 0xa89484, 0x9c8064, 0xffe4c8], variant);
    kit.add("open_soil", &look("gravel", brown), [earth]);
    kit.add(
        "leaves",
        &look("plaster", cycle(&[0x7f9c48, 0x94a854, 0xb2a464, 0x5c8f4a], variant)).double_sided(),
        [tufts.smooth(60.0)],
    );
    kit.add(
        "leaves_dry",
        &look("plaster", cycle(&[0xa9ad60, 0xb4a868, 0xc4b47c, 0x84a45c], variant)).double_sided(),
        [dry.smooth(60.0)],
    );
    kit.add("stones", &look("concrete", cycle(&[0xffffff, 0xe4d8c8, 0xd0ccc8], variant)), stones);
    kit.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_is_level_and_on_the_ground() {
        for variant in 0..super::super::VARIANTS {
            let model = terrain(variant);
            let (low, high) = model.bounds();
            assert!((high.x - low.x - SIDE).abs() < 1e-4 && (high.z - low.z - SIDE).abs() < 1e-4);
            let grass = model.parts.iter().find(|p| p.plain_name() == "grass").expect("it has grass");
            for (p, n) in grass.mesh.positions.iter().zip(&grass.mesh.normals) {
                let rim = p.x.abs().max(p.z.abs()) > SIDE * 0.5 - 1e-3;
                assert!(!rim || ((p.y - low.y).abs() < 1e-6 && n.y.abs() == 1.0), "{variant} {p} {n}");
                assert!(p.y > low.y - 1e-6);
            }
        }
    }

    #[test]
    fn pieces_hug_the_ground() {
        for variant in 0..super::super::VARIANTS {
            let model = terrain(variant);
            let low = model.bounds().0.y;
            let hills = model.parts.iter().find(|p| p.plain_name() == "grass").map(|p| p.mesh.clone()).expect("grass");
            let mut worst = 0.0f32;
            for hull in &model.hulls {
                let Hull::Convex { points } = hull else { panic!("a piece is not convex") };
                // the hull over the middle of a chord between any two of its points is at least as high as the chord
                for a in points {
                    for b in points {
                        let m = (*a + *b) * 0.5;
                        let near =
                            hills.positions.iter().filter(|p| p.y > low + 1e-6 || p.x.abs() > 3.99 || p.z.abs() > 3.99);
                        let at = near
                            .map(|p| (vec2(p.x - m.x, p.z - m.z).length_squared(), p.y))
                            .fold((9.0, 0.0), |x, y| if y.0 < x.0 { y } else { x });
                        if at.0 < 1e-6 {
                            worst = worst.max(m.y - at.1);
                        }
                    }
                }
            }
            assert!(worst < 0.055, "{variant}: {worst}");
        }
    }
}
