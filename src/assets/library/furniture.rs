//! Furniture: table, chair and shelf.

use glam::{Vec3, vec3};

use super::kit::{Kit, Look, Rng, cycle, look, rod, slab, soft};
use crate::assets::mesh::{CREASE_DEG, rounded_box};
use crate::assets::{MeshData, Model};

/// A wood, by variant.
fn wood(variant: u32) -> Look {
    let (kind, tint) = cycle(
        &[
            ("oak", 0xffffff),
            ("walnut", 0xffffff),
            ("oak", 0xf2e2cc),
            ("pine_planks", 0xffffff),
            ("walnut", 0xe8d8cc),
            ("oak", 0xd8c4ae),
            ("plywood", 0xffffff),
            ("oak", 0xfff2e0),
        ],
        variant,
    );
    look(kind, tint)
}

/// A square leg that narrows to `foot` of its width, from the floor to `h`, around `at`.
fn leg(w: f32, h: f32, foot: f32, at: Vec3, lean: Vec3) -> MeshData {
    rounded_box(vec3(w, h, w), w * 0.1, 1).deformed(CREASE_DEG, |p| {
        let t = 0.5 - p.y / h;
        let s = 1.0 + (foot - 1.0) * t;
        vec3(p.x * s, p.y + h * 0.5, p.z * s) + at + lean * t
    })
}

/// A table with a rounded top on four legs.
pub(super) fn table(variant: u32) -> Model {
    let mut rng = Rng::new("table", variant);
    let (l, d) = (cycle(&[1.6, 1.4, 1.8, 1.2], variant) + rng.range(-0.05, 0.05), rng.range(0.75, 0.92));
    let (h, t, w) = (rng.range(0.73, 0.76), rng.range(0.026, 0.04), rng.range(0.05, 0.075));
    let wood = wood(variant);
    let metal = variant % 4 == 2;
    let frame = if metal { look("painted_metal", 0x26282b).rough(0.5) } else { wood.clone() };
    let mut kit = Kit::default();
    kit.add("top", &wood, [rounded_box(vec3(l, t, d), t * 0.28, 3).translated(Vec3::Y * (h - t * 0.5))]);
    let (x, z) = (l * 0.5 - w * 0.5 - 0.04, d * 0.5 - w * 0.5 - 0.04);
    let (foot, lean) = if metal { (1.0, 0.0) } else { (rng.range(0.55, 0.95), cycle(&[0.0, 0.02], variant)) };
    let mut legs = Vec::new();
    for (sx, sz) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0f32)] {
        let m = leg(w, h - t - 0.0005, foot, vec3(x * sx, 0.0, z * sz), vec3(sx, 0.0, sz) * lean);
        kit.hull_around(&m.positions, 26);
        legs.push(m);
    }
    kit.add("legs", &frame, legs);
    let (a, y) = (rng.range(0.07, 0.1), h - t);
    let long = [-1.0, 1.0].map(|s: f32| ([2.0 * x - w, a, 0.02], [0.0, y - a * 0.5, s * (z + 0.004)]));
    let short = [-1.0, 1.0].map(|s: f32| ([0.02, a, 2.0 * z - w], [s * (x + 0.004), y - a * 0.5, 0.0]));
    let rails: Vec<_> = long.into_iter().chain(short).collect();
    kit.add(
        "apron",
        &frame,
        rails.iter().enumerate().map(|(i, (size, at))| slab(*size, *at, 0.002).uv_shifted(i as f32 * 0.37, 0.2)),
    );
    for (size, at) in rails {
        kit.hull_box(size.into(), at.into());
    }
    kit.hull_box(vec3(l, t, d), Vec3::Y * (h - t * 0.5));
    kit.finish()
}

/// A chair; it faces +Z.
pub(super) fn chair(variant: u32) -> Model {
    let mut rng = Rng::new("chair", variant);
    let (w, d) = (rng.range(0.4, 0.46), rng.range(0.4, 0.44));
    let (seat, top, t) = (rng.range(0.44, 0.47), rng.range(0.82, 0.95), 0.024);
    let wood = wood(variant + 3);
    let mut kit = Kit::default();
    let padded = variant % 2 == 1;
    let pad = look(
        if variant % 4 == 1 { "leather" } else { "fabric" },
        cycle(&[0x4a5a63, 0x7c4a32, 0x8a8577, 0x2e3a44], variant / 2),
    )
    .rough(0.8);
    let board = rounded_box(vec3(w, t, d), 0.009, 2).translated(Vec3::Y * (seat - t * 0.5));
    if padded {
        let cushion = rounded_box(vec3(w - 0.012, 0.045, d - 0.012), 0.02, 3).translated(Vec3::Y * (seat + 0.014));
        kit.add("cushion", &pad, [cushion]);
    }
    kit.add("seat", &wood, [board]);
    let (x, z) = (w * 0.5 - 0.026, d * 0.5 - 0.026);
    let mut frame = Vec::new();
    for s in [-1.0, 1.0f32] {
        let front = leg(0.034, seat - t, 0.7, vec3(x * s, 0.0, z), vec3(0.012 * s, 0.0, 0.012));
        let back = leg(0.034, seat - t + 0.001, 0.75, vec3(x * s, 0.0, -z), vec3(0.012 * s, 0.0, -0.03));
        let stile = rounded_box(vec3(0.03, top - seat + t, 0.022), 0.005, 1).deformed(CREASE_DEG, |p| {
            let up = p.y + (top - seat + t) * 0.5;
            vec3(p.x + x * s, p.y + (top + seat - t) * 0.5, p.z - z - up * 0.17 * up / 0.4)
        });
        for m in [&front, &back, &stile] {
            kit.hull_around(&m.positions, 26);
        }
        frame.extend([front, back, stile]);
        let rail = rod(vec3(x * s, seat * 0.45, z), vec3(x * s, seat * 0.45, -z - 0.01), 0.009, 8);
        frame.push(rail);
    }
    frame.push(slab([2.0 * x, 0.02, 0.016], [0.0, seat - t - 0.02, z], 0.003));
    frame.push(slab([2.0 * x, 0.02, 0.016], [0.0, seat - t - 0.02, -z], 0.003));
    kit.add("frame", &wood, frame);
    let at = |y: f32| {
        let up = y - seat + t;
        -z - up * up * 0.17 / 0.4
    };
    let mut slats = Vec::new();
    let bow = |m: MeshData, y: f32| {
        m.deformed(CREASE_DEG, |p| vec3(p.x, p.y + y, p.z + at(p.y + y) - 0.03 * (1.0 - (p.x / x) * (p.x / x))))
    };
    let pieces = |h: f32| {
        let cut = 6;
        let ring = |i: usize| {
            let px = x * (2.0 * i as f32 / cut as f32 - 1.0);
            [[-h, -0.5], [h, -0.5], [h, 0.5], [-h, 0.5]].map(|q: [f32; 2]| vec3(px, q[0] * 0.5, q[1] * 0.014)).to_vec()
        };
        crate::assets::mesh::loft(&(0..=cut).map(ring).collect::<Vec<_>>(), CREASE_DEG)
    };
    if variant % 3 == 2 {
        let n = 5;
        for k in 0..n {
            let px = x * (2.0 * (k as f32 + 1.0) / (n + 1) as f32 - 1.0);
            let dip = 0.03 * (1.0 - (px / x) * (px / x));
            slats.push(rod(
                vec3(px, seat - t * 0.5, -z + 0.004),
                vec3(px, top - 0.03, at(top - 0.03) - dip),
                0.0075,
                8,
            ));
        }
        slats.push(bow(pieces(0.07), top - 0.04));
    } else {
        let n = cycle(&[3, 2], variant);
        for k in 0..n {
            let y = top - 0.045 - (top - seat - 0.1) * k as f32 / n as f32;
            slats.push(bow(pieces(if n == 2 { 0.11 } else { 0.062 }), y));
        }
    }
    for m in &slats {
        let (low, high) = m.bounds();
        kit.hull_box(high - low, (low + high) * 0.5);
    }
    kit.add("back", &wood, slats);
    kit.hull_box(vec3(w, t, d), Vec3::Y * (seat - t * 0.5));
    if padded {
        kit.hull_box(vec3(w - 0.03, 0.036, d - 0.03), Vec3::Y * (seat + 0.018));
    }
    kit.finish()
}

/// A bookshelf, open to +Z.
pub(super) fn shelf(variant: u32) -> Model {
    let mut rng = Rng::new("shelf", variant);
    let (w, h, d) =
        (rng.range(0.7, 0.95), cycle(&[1.8, 1.2, 2.0, 0.85], variant) + rng.range(-0.04, 0.04), rng.range(0.26, 0.34));
    let t = rng.range(0.018, 0.026);
    let white = variant % 4 == 1;
    let body = if white { look("painted_metal", 0xe9e7e1).rough(0.5) } else { wood(variant + 1) };
    let mut kit = Kit::default();
    let mut boards = vec![([t, h, d], [(t - w) * 0.5, h * 0.5, 0.0]), ([t, h, d], [(w - t) * 0.5, h * 0.5, 0.0])];
    let levels = (h / 0.36).max(2.0) as usize;
    let plinth = 0.06;
    for k in 0..=levels {
        let y = plinth + (h - plinth - t) * k as f32 / levels as f32 + t * 0.5;
        boards.push(([w - 2.0 * t, t, d - 0.012], [0.0, y, 0.004]));
    }
    boards.push(([w - 2.0 * t, plinth, t], [0.0, plinth * 0.5, d * 0.5 - 0.03]));
    kit.add(
        "boards",
        &body,
        boards
            .iter()
            .enumerate()
            .map(|(i, (size, at))| slab(*size, *at, 0.0018).uv_shifted(i as f32 * 0.41, i as f32 * 0.23)),
    );
    let back = ([w - 2.0 * t, h - plinth, 0.006], [0.0, (h + plinth) * 0.5, 0.004 - d * 0.5]);
    kit.add("back", &look("plywood", if white { 0xffffff } else { 0xe6d6c2 }), [soft(back.0, back.1, 0.001)]);
    boards.push(back);
    for (size, at) in boards {
        kit.hull_box(size.into(), at.into());
    }
    kit.finish()
}
