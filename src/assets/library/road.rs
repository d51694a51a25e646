//! Pieces of a road that join end to end along X: two lanes between kerbs, with or without a zebra crossing.

use std::f32::consts::FRAC_PI_2;

use glam::{Vec2, Vec3, vec2, vec3};

use super::glyphs;
use super::kit::{Kit, Look, Rng, along, cycle, look, slab};
use super::rocks::layers;
use crate::assets::mesh::{Builder, cone, cuboid, loft};
use crate::assets::{Hull, MeshData, Model};

/// Length along X, and width between the kerbs (m).
const LONG: f32 = 8.0;
const WIDE: f32 = 6.0;
/// Height of the road's surface over the ground (m): hardly a step, and yet not in the same plane.
const TOP: f32 = 0.012;
/// How far the kerb stands over the road, how wide it is, and the verge behind it that falls to the ground (m).
const KERB: f32 = 0.12;
const STONE: f32 = 0.14;
const VERGE: f32 = 0.5;

/// A flat face that looks up, its uvs in metres.
fn face(b: &mut Builder, points: &[[f32; 2]], y: f32) {
    let corners: Vec<_> = points.iter().map(|p| (vec3(p[0], y, p[1]), Vec3::Y, [p[0], p[1]])).collect();
    b.poly(&corners);
}

/// Paint or another thin layer in the rectangle from `low` to `high` (x, z), where `field` is positive: cut into
/// cells of about `cell` metres whose border follows the field.
fn layer(b: &mut Builder, low: Vec2, high: Vec2, cell: f32, y: f32, field: impl Fn(Vec2) -> f32) {
    let size = high - low;
    let count = (size / cell).ceil().max(Vec2::ONE);
    let (nx, nz) = (count.x as usize, count.y as usize);
    let place = |i: usize, k: usize| low + size * vec2(i as f32 / nx as f32, k as f32 / nz as f32);
    let values: Vec<f32> =
        (0..=nz).flat_map(|k| (0..=nx).map(move |i| (i, k))).map(|(i, k)| field(place(i, k))).collect();
    let value = |i: usize, k: usize| values.get(k * (nx + 1) + i).copied().unwrap_or(-1.0);
    let full = |i: usize, k: usize| {
        i < nx && [(0, 0), (1, 0), (0, 1), (1, 1)].iter().all(|(di, dk)| value(i + di, k + dk) > 0.0)
    };
    for k in 0..nz {
        let mut start = None;
        for i in 0..=nx {
            if full(i, k) {
                start.get_or_insert(i);
                continue;
            }
            if let Some(from) = start.take() {
                let (p, q) = (place(from, k), place(i, k + 1));
                face(b, &[[p.x, p.y], [q.x, p.y], [q.x, q.y], [p.x, q.y]], y);
            }
            if i == nx {
                continue;
            }
            let corners = [(i, k), (i + 1, k), (i + 1, k + 1), (i, k + 1)];
            let mut kept: Vec<[f32; 2]> = Vec::new();
            for side in 0..4 {
                let (p, q) = (corners[side], corners[(side + 1) % 4]);
                let (a, c) = (value(p.0, p.1), value(q.0, q.1));
                if a > 0.0 {
                    kept.push(place(p.0, p.1).into());
                }
                if (a > 0.0) != (c > 0.0) {
                    let share = (a / (a - c)).clamp(0.15, 0.85);
                    kept.push(place(p.0, p.1).lerp(place(q.0, q.1), share).into());
                }
            }
            if kept.len() > 2 {
                face(b, &kept, y);
            }
        }
    }
}

/// How much of the paint is left at a place (m): wheels and time wear it, in patches.
fn wear(seed: u32, amount: f32) -> impl Fn(Vec2) -> f32 {
    move |p: Vec2| {
        let q = vec3(p.x, 0.37, p.y);
        let from_wheels = [-2.25, -0.75, 0.75, 2.25].map(|z: f32| 1.0 - ((p.y - z).abs() / 0.35).min(1.0));
        let wheels = from_wheels.into_iter().fold(0.0, f32::max);
        let grain = layers(q * 5.0, 2, false, seed) + 0.5 * layers(q * 17.0, 2, false, seed ^ 7);
        0.58 - amount * (0.5 + 0.6 * wheels) - grain
    }
}

/// The height of the kerb's top over the ground at a place along the road; a crossing dips it.
fn kerb_top(dipped: bool, x: f32) -> f32 {
    let low = 0.022;
    TOP + if dipped { along(&[[1.5, low], [2.25, KERB]], x.abs()) } else { KERB }
}

/// The road without its markings, on the ground at 0.
fn bare(kit: &mut Kit, variant: u32, rng: &mut Rng, dipped: bool) {
    let tar = look("asphalt", cycle(&[0xffffff, 0xf2f0ee, 0xffffff, 0xe8e8ec], variant));
    kit.add("road", &tar, [cuboid(vec3(LONG, TOP, WIDE)).translated(Vec3::Y * TOP * 0.5)]);
    kit.hull_box(vec3(LONG, TOP, WIDE), Vec3::Y * TOP * 0.5);
    let concrete = cycle(&[0xffffff, 0xe2ddd2, 0xf2ece2, 0xd2d0cc], variant);
    let gap = 0.005;
    let edge = WIDE * 0.5;
    let (mut stones, mut verges, mut gutters) = (Vec::new(), Vec::new(), Vec::new());
    for side in [1.0, -1.0f32] {
        let flip = |m: MeshData| if side > 0.0 { m } else { m.scaled(vec3(1.0, 1.0, -1.0)) };
        let ring = |x: f32| {
            let h = kerb_top(dipped, x);
            let r = (h * 0.3).min(0.022);
            let near = edge + 0.012 * (h / (TOP + KERB));
            let shape = [
                [edge, 0.0],
                [edge + STONE, 0.0],
                [edge + STONE, h - 0.004],
                [edge + STONE - 0.004, h],
                [near + r, h],
                [near + r * 0.38, h - r * 0.3],
                [near, h - r],
            ];
            shape.map(|[z, y]| vec3(x, y, z))
        };
        let lay = |mut rings: Vec<Vec<Vec3>>| {
            rings.iter_mut().for_each(|r| r.reverse());
            loft(&rings, 40.0)
        };
        for k in 0..8 {
            let (a, b) = (k as f32 - 4.0, k as f32 - 3.0);
            // the dip's bends lie within stones
            let bends = [-2.25, -1.5, 1.5, 2.25].into_iter().filter(|x| dipped && *x > a + 0.05 && *x < b - 0.05);
            let xs = [vec![a + gap * 0.5], bends.collect(), vec![b - gap * 0.5]].concat();
            let m = lay(xs.iter().map(|x| ring(*x).to_vec()).collect());
            stones.push(flip(m).uv_shifted(rng.range(0.0, 1.2), rng.range(0.0, 1.2)));
        }
        let back = edge + STONE;
        let fall = [[0.0, 1.0], [0.12, 0.93], [0.26, 0.7], [0.38, 0.35], [0.46, 0.1], [VERGE, 0.0]];
        let slope = |x: f32| {
            let h = kerb_top(dipped, x) - 0.006;
            let mut points = vec![vec3(x, 0.0, back)];
            points.extend(fall.iter().rev().map(|[out, share]| vec3(x, h * share, back + out * VERGE / 0.5)));
            points
        };
        let cuts: &[f32] = if dipped { &[-4.0, -2.25, -1.5, 1.5, 2.25, 4.0] } else { &[-4.0, 4.0] };
        verges.push(flip(lay(cuts.iter().map(|x| slope(*x)).collect())));
        for pair in cuts.windows(2) {
            for points in pair.iter().map(|x| ring(*x).to_vec()).collect::<Vec<_>>().chunks(2) {
                let points = points.concat().iter().map(|p| *p * vec3(1.0, 1.0, side)).collect();
                kit.hull(Hull::Convex { points });
            }
            let under = pair.iter().flat_map(|x| slope(*x)).map(|p| p * vec3(1.0, 1.0, side)).collect();
            kit.hull(Hull::Convex { points: under });
        }
        if variant % 3 != 2 {
            // a row of flat stones along the kerb
            let n = 8;
            for k in 0..n {
                let (l, x) = (LONG / n as f32, (k as f32 + 0.5) * LONG / n as f32 - LONG * 0.5);
                let m = slab([l - gap, 0.008, 0.19], [x, TOP - 0.0025, side * (edge - 0.097)], 0.002);
                gutters.push(m.uv_shifted(rng.range(0.0, 1.2), rng.range(0.0, 1.2)));
            }
        }
    }
    kit.add("kerb", &look("concrete", concrete), stones);
    let green = cycle(&[("grass", 0xffffff), ("gravel", 0xffffff), ("grass", 0xf0ecd8)], variant);
    kit.add("verge", &look(green.0, green.1), verges);
    kit.add("gutter", &look("concrete", cycle(&[0xd8d4cc, 0xc8c4bc, 0xb8b6b2], variant)), gutters);
    drain(
        kit,
        vec3(rng.range(2.6, 3.4) * cycle(&[1.0, -1.0], variant), TOP, (edge - 0.2) * cycle(&[1.0, 1.0, -1.0], variant)),
    );
    repairs(kit, variant, rng);
}

/// A grate over a drain.
fn drain(kit: &mut Kit, at: Vec3) {
    let iron = look("galvanised_steel", 0xb8b4b0).rough(0.7);
    let y = 0.0025;
    let (w, d) = (0.44, 0.3);
    let frame = [
        slab([w, 0.006, 0.028], [0.0, y, (d - 0.028) * 0.5], 0.0015),
        slab([w, 0.006, 0.028], [0.0, y, (0.028 - d) * 0.5], 0.0015),
        slab([0.028, 0.006, d - 0.056], [(w - 0.028) * 0.5, y, 0.0], 0.0015),
        slab([0.028, 0.006, d - 0.056], [(0.028 - w) * 0.5, y, 0.0], 0.0015),
    ];
    let bars = (0..9).map(|k| slab([0.02, 0.005, d - 0.05], [(k as f32 - 4.0) * 0.041, y, 0.0], 0.0015));
    kit.add("drain", &iron, frame.into_iter().chain(bars).map(|m| m.translated(at)));
    let pit = slab([w - 0.03, 0.003, d - 0.03], [0.0, 0.0005, 0.0], 0.0).translated(at);
    kit.add("drain_pit", &look("rubber", 0x060606).rough(1.0), [pit]);
}

/// Patches of newer tar, and cracks that were sealed with bitumen.
fn repairs(kit: &mut Kit, variant: u32, rng: &mut Rng) {
    let mut patches = Builder::default();
    for _ in 0..variant % 3 {
        let (w, d) = (rng.range(0.6, 1.9), rng.range(0.5, 1.1));
        let (x, z) = (rng.range(-2.6, 2.6), rng.range(0.9, 1.9) * if rng.chance(0.5) { 1.0 } else { -1.0 });
        let (a, b) = (vec2(x - w * 0.5, z - d * 0.5), vec2(x + w * 0.5, z + d * 0.5));
        let ragged = |p: Vec2| {
            let inside = (p - a).min(b - p).min_element();
            inside - 0.02 - 0.025 * layers(vec3(p.x, 0.0, p.y) * 6.0, 2, false, variant)
        };
        layer(&mut patches, a, b, 0.08, TOP + 0.0012, ragged);
    }
    let patches = patches.finish();
    kit.add("open_patch", &look("asphalt", cycle(&[0x77777c, 0xa8a6a4, 0x8c8c90], variant)), [patches]);
    let mut seals = Builder::default();
    for k in 0..1 + variant % 3 {
        let across = (variant + k).is_multiple_of(2);
        let (mut at, n) = (vec2(rng.range(-3.0, 3.0), rng.range(-2.2, 2.2)), 16);
        if across {
            at.y = -2.72;
        } else {
            at.x = rng.range(-3.7, -2.0);
        }
        let (mut heading, mut path) = (if across { 0.0 } else { FRAC_PI_2 }, Vec::new());
        for _ in 0..n {
            path.push(vec2(at.x, -at.y));
            let (sin, cos) = libm::sincosf(heading + rng.range(-0.55, 0.55));
            let step = if across { 5.44 / n as f32 } else { 0.27 };
            at += vec2(sin, cos) * step;
            at = at.clamp(vec2(-3.9, -2.75), vec2(3.9, 2.75));
            heading += rng.range(-0.06, 0.06);
        }
        path.dedup();
        glyphs::ribbon(&mut seals, &path, rng.range(0.022, 0.04));
    }
    let flat = seals.finish().rotated(glam::Quat::from_rotation_x(-FRAC_PI_2)).translated(Vec3::Y * (TOP + 0.0017));
    kit.add("open_seal", &look("rubber", 0x17171a).rough(0.45), [flat]);
}

/// A line along the road at `z`, from x to x, as wide as `wide` (m).
fn line(b: &mut Builder, from: f32, to: f32, z: f32, wide: f32, worn: &impl Fn(Vec2) -> f32) {
    let half = wide * 0.5;
    layer(b, vec2(from, z - half), vec2(to, z + half), 0.045, TOP + 0.0026, worn);
}

fn white(variant: u32) -> Look {
    look("plaster", cycle(&[0xe4e2da, 0xdcd8cc, 0xeceae4, 0xd4d0c6], variant)).rough(0.8)
}

/// A straight piece of road.
pub(super) fn road_straight(variant: u32) -> Model {
    let mut rng = Rng::new("road_straight", variant);
    let mut kit = Kit::default();
    bare(&mut kit, variant, &mut rng, false);
    let worn = wear(0x70ad ^ variant, rng.range(0.25, 0.75));
    let (mut paint, mut yellow) = (Builder::default(), Builder::default());
    match variant % 4 {
        // dashes two metres long, twice a piece
        0 => [-3.0, 1.0].iter().for_each(|x| line(&mut paint, *x, x + 2.0, 0.0, 0.12, &worn)),
        // no overtaking
        1 => [-0.12, 0.12].iter().for_each(|z| line(&mut yellow, -4.0, 4.0, *z, 0.1, &worn)),
        2 => line(&mut paint, -1.5, 1.5, 0.0, 0.15, &worn),
        _ => {
            line(&mut paint, -4.0, 4.0, -0.11, 0.1, &worn);
            [-3.5, -1.5, 0.5, 2.5].iter().for_each(|x| line(&mut paint, *x, x + 1.0, 0.11, 0.1, &worn));
        }
    }
    for side in [1.0, -1.0f32] {
        match variant % 5 {
            0 | 3 => line(&mut paint, -4.0, 4.0, side * 2.62, 0.1, &worn),
            1 => [2.55, 2.72].iter().for_each(|z| line(&mut yellow, -4.0, 4.0, side * z, 0.06, &worn)),
            _ => {}
        }
    }
    kit.add("label_lines", &white(variant), [paint.finish()]);
    kit.add("label_yellow_lines", &look("plaster", 0xc99a1c).rough(0.8), [yellow.finish()]);
    kit.finish()
}

/// A piece of road with a zebra crossing in its middle, where the kerbs dip.
pub(super) fn road_crossing(variant: u32) -> Model {
    let mut rng = Rng::new("road_crossing", variant);
    let mut kit = Kit::default();
    bare(&mut kit, variant, &mut rng, true);
    let worn = wear(0x2eb2a ^ variant, rng.range(0.2, 0.6));
    let mut paint = Builder::default();
    let (wide, pitch) = cycle(&[(0.5, 1.0), (0.5, 1.0), (0.6, 1.2), (0.4, 0.8)], variant);
    let half = cycle(&[1.5, 1.3, 1.45, 1.2], variant / 2);
    let count = ((WIDE - 0.3 + pitch - wide) / pitch) as usize;
    for k in 0..count {
        let z = (k as f32 - (count as f32 - 1.0) * 0.5) * pitch;
        layer(&mut paint, vec2(-half, z - wide * 0.5), vec2(half, z + wide * 0.5), 0.085, TOP + 0.0026, &worn);
    }
    for side in [1.0, -1.0f32] {
        // where traffic on the right, or on the left, stops
        let lane = side * cycle(&[1.0, 1.0, -1.0], variant);
        let (x, z) = (side * (half + 0.75), [0.1, 2.75].map(|z| z * lane));
        let (low, high) = (vec2(x - 0.15, z[0].min(z[1])), vec2(x + 0.15, z[0].max(z[1])));
        layer(&mut paint, low, high, 0.06, TOP + 0.0026, &worn);
        let (from, to) = if side > 0.0 { (x + 0.15, 4.0) } else { (-4.0, x - 0.15) };
        line(&mut paint, from, to, 0.0, 0.12, &worn);
    }
    kit.add("label_lines", &white(variant), [paint.finish()]);
    kit.add("studs", &look("concrete", cycle(&[0xd9b85a, 0xb0604a, 0xd8d4cc, 0xc9a85a], variant)), tactile(variant));
    kit.finish()
}

/// Paving with knobs where the kerb is low, on the slope behind it.
fn tactile(variant: u32) -> Vec<MeshData> {
    let mut all = Vec::new();
    let deep = 0.2;
    let low = kerb_top(true, 0.0);
    for side in [1.0, -1.0f32] {
        let z = WIDE * 0.5 + STONE + deep * 0.5 + 0.004;
        for k in 0..6 {
            let x = (k as f32 - 2.5) * 0.4;
            all.push(slab([0.394, 0.012, deep], [x, low - 0.007, side * z], 0.003));
            for i in 0..4 {
                for j in 0..2 {
                    let at = vec3(x + (i as f32 - 1.5) * 0.095, low + 0.0005, side * (z + (j as f32 - 0.5) * 0.095));
                    let knob = cone(0.0165, 0.0105, 0.006, if variant.is_multiple_of(2) { 6 } else { 5 });
                    all.push(knob.translated(at + Vec3::Y * 0.0005));
                }
            }
        }
    }
    all
}

#[cfg(test)]
mod tests;
