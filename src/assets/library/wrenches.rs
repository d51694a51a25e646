//! Tools that grip, lying flat, their length along X: wrenches and pliers.

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use glam::{Quat, Vec2, Vec3, vec2, vec3};

use super::kit::{Kit, Look, Rng, along, curve2, cycle, look, slab, turn};
use super::tools::{bar, lying_text, stick};
use crate::assets::mesh::{CREASE_DEG, Soup, circle, cylinder, extrude, loft, merge};
use crate::assets::{MeshData, Model};

/// A slab that lies flat: an outline of `(x, −z)`, counter-clockwise from above, `thick` (m) about the level of 0.
fn lying(outline: &[Vec2], thick: f32, bevel: f32) -> MeshData {
    extrude(outline, thick, bevel).rotated(Quat::from_rotation_x(-FRAC_PI_2))
}

/// A lying ring with a star of twelve notches inside, about the origin.
fn ring_end(outer: f32, inner: f32, thick: f32) -> MeshData {
    let (n, h, c) = (48, thick * 0.5, thick * 0.14);
    let circle = |r: f32, y: f32, notched: bool| -> Vec<Vec3> {
        let point = |k: usize| {
            let (sin, cos) = libm::sincosf(TAU * k as f32 / n as f32);
            let r = if notched && k.is_multiple_of(4) { r * 1.08 } else { r };
            vec3(r * cos, y, -r * sin)
        };
        (0..n).map(point).collect()
    };
    let loops = [
        circle(outer, -h + c, false),
        circle(outer, h - c, false),
        circle(outer - c, h, false),
        circle(inner + c, h, true),
        circle(inner, h - c, true),
        circle(inner, -h + c, true),
        circle(inner + c, -h, true),
        circle(outer - c, -h, false),
    ];
    let mut soup = Soup::default();
    for (i, low) in loops.iter().enumerate() {
        let high = &loops[(i + 1) % loops.len()];
        for k in 0..n {
            let next = (k + 1) % n;
            soup.quad_flat([low[k], low[next], high[next], high[k]], 0);
        }
    }
    soup.smooth(40.0)
}

/// The outline of an open jaw about the origin that opens towards −x: a disc with a slot `gap` wide.
fn open_jaw(radius: f32, gap: f32, turned: f32) -> Vec<Vec2> {
    let half = gap * 0.5;
    let reach = 2.35;
    let mut points: Vec<Vec2> = (0..=22)
        .map(|k| {
            let a = -reach + 2.0 * reach * k as f32 / 22.0;
            let (sin, cos) = libm::sincosf(a);
            vec2(cos * radius * 1.06, sin * radius)
        })
        .collect();
    let lip = -radius * 0.98;
    let (deep, slant) = (gap * 0.28, gap * 0.24);
    points.extend([
        vec2(lip, half * 1.42),
        vec2(lip, half * 1.06),
        vec2(lip + gap * 0.12, half),
        vec2(deep - slant, half),
        vec2(deep, half * 0.48),
        vec2(deep, -half * 0.48),
        vec2(deep - slant, -half),
        vec2(lip + gap * 0.12, -half),
        vec2(lip, -half * 1.06),
        vec2(lip, -half * 1.42),
    ]);
    let (sin, cos) = libm::sincosf(turned);
    points.iter().map(|p| vec2(p.x * cos - p.y * sin, p.x * sin + p.y * cos)).collect()
}

/// A forged handle of I section along X, from `[x, half width, half height]` (m).
fn forged(stations: &[[f32; 3]], groove: f32) -> MeshData {
    let ring = |s: &[f32; 3]| {
        let [x, w, h] = *s;
        let (q, deep) = (w * 0.4, h * (1.0 - groove));
        let half = [
            [w, -h * 0.45],
            [w, h * 0.45],
            [w * 0.9, h * 0.86],
            [w * 0.8, h],
            [w * 0.66, h],
            [q, deep],
            [-q, deep],
            [-w * 0.66, h],
            [-w * 0.8, h],
            [-w * 0.9, h * 0.86],
        ];
        let under = half.iter().map(|p| [-p[0], -p[1]]);
        half.iter().copied().chain(under).map(|[u, v]| vec3(x, v, -u)).collect::<Vec<_>>()
    };
    loft(&stations.iter().map(ring).collect::<Vec<_>>(), 42.0)
}

/// A combination wrench, or an adjustable one; the open jaw is at −X.
pub(super) fn wrench(variant: u32) -> Model {
    let mut rng = Rng::new("wrench", variant);
    let steel = cycle(&[0xffffff, 0xd0d0d4, 0xf0ece6, 0xb4b4ba, 0x8a8b90, 0xe8e8ec, 0xffffff, 0x9a9a9e], variant);
    let steel = look("brushed_steel", steel).rough(cycle(&[0.22, 0.34, 0.3, 0.4], variant));
    if variant % 4 == 1 || variant % 4 == 3 {
        adjustable(variant, &mut rng, &steel)
    } else {
        combination(variant, &mut rng, &steel)
    }
}

fn combination(variant: u32, rng: &mut Rng, steel: &Look) -> Model {
    let (size, word) = cycle(&[(0.013, "13"), (0.017, "17"), (0.010, "10"), (0.022, "22")], variant / 2);
    let long = 0.058 + size * rng.range(7.6, 8.8);
    let (thick, jaw) = (size * 0.42 + 0.0014, size * 1.06);
    let (ring, wide) = (size * 0.79 + 0.0012, size * 0.36 + 0.0012);
    let mut kit = Kit::default();
    let turned = 15f32.to_radians() * if variant.is_multiple_of(4) { 1.0 } else { -1.0 };
    let outline = open_jaw(jaw, size, turned);
    let head = lying(&outline, thick, thick * 0.16);
    let end = long - jaw - ring;
    let tilt = Quat::from_rotation_z(rng.range(0.1, 0.18));
    let eye = ring_end(ring, size * 0.55, thick * 1.35).rotated(tilt).translated(vec3(end, thick * 0.35, 0.0));
    let (from, to) = (jaw * 0.62, end - ring * 0.72);
    let at = |t: f32, w: f32, h: f32| [from + (to - from) * t, wide * w, thick * h];
    let shank = forged(
        &[
            at(0.0, 1.7, 0.4),
            at(0.04, 1.42, 0.41),
            at(0.1, 1.14, 0.41),
            at(0.2, 1.0, 0.4),
            at(0.5, 0.93, 0.38),
            at(0.82, 0.98, 0.4),
            at(0.93, 1.1, 0.44),
            at(1.0, 1.3, 0.44),
        ],
        0.42,
    );
    for side in [1.0, -1.0f32] {
        let (sin, cos) = libm::sincosf(-turned);
        let local = |p: &Vec3| vec2(p.x * cos + p.z * sin, -p.x * sin + p.z * cos);
        let prong: Vec<Vec3> = head
            .positions
            .iter()
            .filter(|p| {
                let q = local(p);
                q.y * side > size * 0.45 && q.x < size * 0.35
            })
            .copied()
            .collect();
        kit.hull_around(&prong, 24);
    }
    let back: Vec<Vec3> = head.positions.iter().filter(|p| p.x > size * 0.05).copied().collect();
    kit.hull_around(&back, 30);
    kit.hull_around(&shank.positions, 30);
    for k in 0..8 {
        let near = |a: f32| (a - TAU * k as f32 / 8.0 + PI).rem_euclid(TAU) - PI;
        let flat = |p: &Vec3| libm::atan2f(p.z, p.x - end);
        let piece = eye.positions.iter().filter(|p| near(flat(p)).abs() < 0.42).copied().collect::<Vec<_>>();
        kit.hull_around(&piece, 20);
    }
    kit.add("jaw", steel, [head]);
    kit.add("shank", steel, [shank]);
    kit.add("ring", steel, [eye]);
    let text = |side: f32| {
        let m = lying_text(word, wide * 0.8, wide * 0.13).translated(vec3((from + to) * 0.5, thick * 0.235, 0.0));
        if side > 0.0 { m } else { m.rotated(Quat::from_rotation_x(PI)) }
    };
    kit.add("label_size", &look("paper", 0x2b2b2d).rough(0.5), [text(1.0), text(-1.0)]);
    kit.finish()
}

fn adjustable(variant: u32, rng: &mut Rng, steel: &Look) -> Model {
    let s = cycle(&[1.0, 0.8, 1.24, 0.9], variant / 2) * rng.range(0.96, 1.04);
    let (thick, long) = (0.0115 * s, 0.185 * s);
    let open = cycle(&[0.012, 0.004, 0.02, 0.008], variant / 2) * s;
    let mut kit = Kit::default();
    // the fixed jaw and the body of the head; y of the outlines is −z of the world
    let curve = |points: &[[f32; 2]]| curve2(&points.iter().map(|p| [p[0] * s, p[1] * s]).collect::<Vec<_>>(), 3);
    let mut fixed = curve(&[[0.03, 0.0095], [0.014, 0.0185], [-0.004, 0.0205], [-0.02, 0.0165], [-0.0315, 0.0105]]);
    fixed.extend([vec2(-0.0325, 0.0065) * s, vec2(-0.0125, 0.0045) * s, vec2(-0.0105, 0.002) * s]);
    fixed.extend([vec2(-0.0095, -0.0175) * s, vec2(-0.006, -0.0195) * s]);
    fixed.extend(curve(&[[0.004, -0.02], [0.016, -0.0165], [0.03, -0.0095]]));
    let angle = cycle(&[0.38, 0.28], variant / 2);
    let tilt = Quat::from_rotation_y(angle);
    let place = |m: MeshData| m.rotated(tilt).translated(Vec3::X * -0.006 * s);
    let head = place(lying(&fixed, thick, 0.0013 * s));
    let low = 0.0045 * s - open;
    let bottom = [[-0.0305, -0.0075], [-0.021, -0.013], [-0.0108, -0.0165]].map(|p| vec2(p[0] * s, low + p[1] * s));
    let edge = [vec2(-0.0108 * s, low), vec2(-0.0325 * s, low), vec2(-0.0325 * s, low - 0.0028 * s)];
    let moving = [edge, bottom].concat();
    let jaw = place(lying(&moving, thick * 0.93, 0.0012 * s));
    let rail = place(slab([0.0075 * s, thick * 0.62, 0.026 * s], [-0.0085 * s, 0.0, (0.0115 * s - low) * 0.6], 0.001));
    let (sin, cos) = libm::sincosf(angle);
    let local = |p: &Vec3| {
        let x = p.x + 0.006 * s;
        vec2(x * cos - p.z * sin, x * sin + p.z * cos)
    };
    let of_head = |keep: &dyn Fn(Vec2) -> bool| -> Vec<Vec3> {
        head.positions.iter().filter(|p| keep(local(p))).copied().collect()
    };
    kit.hull_around(&of_head(&|q| -q.y > 0.0035 * s), 30);
    kit.hull_around(&of_head(&|q| q.x > -0.0125 * s), 36);
    kit.hull_around(&jaw.positions, 24);
    // the worm looks out of a window on both faces
    let window = [1.0, -1.0f32]
        .map(|side| place(slab([0.0105 * s, 0.0006, 0.017 * s], [0.0025 * s, side * thick * 0.5, 0.004 * s], 0.0)));
    let mut profile = vec![vec2(0.0, -0.0066 * s)];
    for k in 0..=10u8 {
        let r = if k.is_multiple_of(2) { 0.0052 } else { 0.0064 };
        profile.push(vec2(r * s, (-0.0066 + 0.00132 * f32::from(k)) * s));
    }
    profile.push(vec2(0.0, 0.0066 * s));
    let worm = crate::assets::mesh::lathe(&profile, 22, 30.0).rotated(Quat::from_rotation_x(FRAC_PI_2));
    let worm = place(worm.translated(vec3(0.0025 * s, 0.0, 0.004 * s)));
    let dark = look("painted_metal", 0x19191a).rough(0.6);
    kit.add("head", steel, [head]);
    kit.add("jaw", steel, [jaw, rail]);
    kit.add("window", &dark, window);
    kit.add("worm", &look("brushed_steel", 0xa0a0a4), [worm]);
    let at = |t: f32, w: f32, h: f32| [(0.013 + t * 0.158) * s, w * s, h * s];
    let grip = variant % 8 >= 3;
    let shank = forged(
        &[
            at(0.0, 0.0102, 0.0046),
            at(0.12, 0.0086, 0.0044),
            at(0.35, 0.0078, 0.004),
            at(0.75, 0.0092, 0.0039),
            at(0.93, 0.0104, 0.0039),
            at(0.985, 0.0088, 0.0037),
            at(1.0, 0.006, 0.0032),
        ],
        0.36,
    );
    kit.hull_around(&shank.positions, 30);
    kit.add("shank", steel, [shank]);
    let tail = long * 0.885;
    if grip {
        let rings: Vec<[f32; 3]> = (0..=24)
            .map(|k| {
                let t = k as f32 / 24.0;
                let wave = if k % 4 == 2 && k > 4 && k < 22 { 0.94 } else { 1.0 };
                let w = along(&[[0.0, 0.0086], [0.05, 0.0108], [0.5, 0.0112], [0.9, 0.0128], [1.0, 0.0085]], t);
                let h = along(&[[0.0, 0.0052], [0.05, 0.0064], [0.9, 0.007], [1.0, 0.0046]], t);
                [(0.082 + 0.093 * t) * s, w * s * wave, h * s * wave]
            })
            .collect();
        let colour = cycle(&[0x1f5fa8, 0xb8281e, 0x222325, 0xd9651a], variant / 2);
        let sleeve = stick(&rings, 18);
        kit.hull_around(&sleeve.positions, 40);
        kit.add("grip", &look("plastic", colour).rough(0.6), [sleeve]);
    } else {
        let hole = [1.0, -1.0f32].map(|side| {
            let m = cylinder(0.0042 * s, 0.0006, 22, 0.0).translated(vec3(tail, side * 0.0039 * s, 0.0));
            let lip = super::kit::hoop(
                &[
                    [0.0041 * s, -0.0005, 0.0],
                    [0.0058 * s, -0.0005, 0.0],
                    [0.0054 * s, 0.0006, 0.0003],
                    [0.0044 * s, 0.0006, 0.0003],
                ],
                22,
            );
            (m, lip.translated(vec3(tail, side * 0.0039 * s, 0.0)))
        });
        let [(a, b), (c, d)] = hole;
        kit.add("hole", &dark, [a, c]);
        kit.add("eye", steel, [b, d]);
        let text = lying_text(cycle(&["200", "150", "250", "200"], variant / 2), 0.0062 * s, 0.0009 * s);
        kit.add("label_size", &look("paper", 0x2b2b2d).rough(0.5), [text.translated(vec3(0.085 * s, 0.0028 * s, 0.0))]);
    }
    kit.finish()
}

/// Pliers a little open, their jaws at +X: combination, long nose, cutters or a water pump.
pub(super) fn pliers(variant: u32) -> Model {
    let mut rng = Rng::new("pliers", variant);
    let kind = variant % 4;
    let s = rng.range(0.94, 1.08) * if kind == 2 { 0.88 } else { 1.0 };
    let open = rng.range(0.05, 0.13);
    let thick = 0.0105 * s;
    let mut kit = Kit::default();
    let steel = look("brushed_steel", cycle(&[0xd8d8dc, 0x8c8d92, 0x6f7074, 0xb8b8be, 0xffffff], variant)).rough(0.35);
    // the upper jaw (towards −z) of one half; its handle is the lower
    let nose: &[[f32; 2]] = match kind {
        0 => &[[0.0, 0.0115], [0.01, 0.0118], [0.022, 0.0102], [0.034, 0.0075], [0.042, 0.005], [0.0435, 0.0008]],
        1 => &[[0.0, 0.011], [0.01, 0.0105], [0.025, 0.007], [0.045, 0.0045], [0.066, 0.0026], [0.067, 0.0005]],
        2 => &[[0.0, 0.0125], [0.008, 0.0135], [0.016, 0.0125], [0.024, 0.0085], [0.03, 0.0025], [0.0302, 0.0005]],
        _ => &[[0.0, 0.0115], [0.012, 0.013], [0.024, 0.0125], [0.036, 0.0095], [0.046, 0.005], [0.0465, 0.0008]],
    };
    let mut outline: Vec<Vec2> = vec![vec2(-0.006, 0.0004)];
    if kind == 0 || kind == 3 {
        // the bite for round things
        outline.extend(
            [[0.011, 0.0004], [0.0125, 0.0016], [0.016, 0.0027], [0.0195, 0.0025], [0.0225, 0.0008]].map(Vec2::from),
        );
    }
    outline.push(vec2(nose.last().map_or(0.04, |p| p[0]), 0.0004));
    outline.extend(curve2(nose, 2).into_iter().rev().skip(1));
    outline.push(vec2(-0.006, 0.0095));
    let outline: Vec<Vec2> = outline.into_iter().map(|p| p * s).collect();
    let jaw = lying(&outline, thick * if kind == 1 { 0.9 } else { 1.0 }, 0.0014 * s);
    let long = cycle(&[0.118, 0.112, 0.1, 0.135], kind) * s;
    let bow = cycle(&[0.0, 0.003, -0.001, -0.004], variant / 2) * s;
    let spread = |t: f32| {
        let line = [[0.0, 0.0052], [0.14, 0.0098], [0.4, 0.0185], [0.7, 0.0215], [0.9, 0.0205], [1.0, 0.021]];
        along(&line, t) * s + bow * 4.0 * t * (1.0 - t)
    };
    let centre = |t: f32| vec2(-0.004 * s - long * t, spread(t));
    let smooth = curve2(&[0.0, 0.12, 0.3, 0.5, 0.7, 0.86, 1.0].map(|t| <[f32; 2]>::from(centre(t))), 3);
    let n = smooth.len() - 1;
    let station = |k: usize, half: f32, high: f32| {
        let p = smooth[k.min(n)];
        [p.x, p.y, half, 0.0, high]
    };
    let tang: Vec<[f32; 5]> = (0..=n / 2)
        .map(|k| station(k, (0.0062 - 0.0018 * (k as f32 / n as f32 * 4.0).min(1.0)) * s, thick * 0.44))
        .collect();
    let tang = bar(&tang, 0.0015);
    let start = n / 4;
    let sleeve_half = |k: usize| {
        let t = (k - start) as f32 / (n - start) as f32;
        let w = along(
            &[
                [0.0, 0.0052],
                [0.06, 0.0072],
                [0.12, 0.0066],
                [0.55, 0.0068],
                [0.9, 0.006],
                [0.97, 0.0052],
                [1.0, 0.0028],
            ],
            t,
        );
        let h = along(
            &[
                [0.0, 0.0058],
                [0.06, 0.0082],
                [0.12, 0.0074],
                [0.55, 0.0078],
                [0.9, 0.0068],
                [0.97, 0.0058],
                [1.0, 0.003],
            ],
            t,
        );
        (w * s, h * s)
    };
    let rings: Vec<Vec<Vec3>> = (start..=n)
        .map(|k| {
            let ahead = (smooth[(k + 1).min(n)] - smooth[k - 1]).normalize_or_zero();
            let (w, h) = sleeve_half(k);
            let side = Vec3::Y.cross(vec3(ahead.x, 0.0, ahead.y));
            let at = vec3(smooth[k].x, 0.0, smooth[k].y);
            circle(1.0, 12).into_iter().map(|p| at + side * (w * p.x) + Vec3::Y * (h * p.y)).collect()
        })
        .collect();
    let sleeve = loft(&rings, CREASE_DEG);
    let guard = (kind != 3).then(|| {
        let k = start + 1;
        let at = vec3(smooth[k].x, 0.0, smooth[k].y + 0.0045 * s);
        crate::assets::mesh::uv_sphere(1.0, 12, 8).scaled(vec3(0.0036, 0.0062, 0.0062) * s).translated(at)
    });
    let half = |m: &MeshData, upper: bool| {
        let m = m.clone().rotated(Quat::from_rotation_y(open));
        if upper { m } else { m.scaled(vec3(1.0, 1.0, -1.0)) }
    };
    let both = |m: &MeshData| [half(m, true), half(m, false)];
    // jaws splay with the handles: mirror images about the middle
    let (jaws, tangs, sleeves) = (both(&jaw), both(&tang), both(&sleeve));
    for m in jaws.iter().chain(&tangs) {
        kit.hull_around(&m.positions, 30);
    }
    for m in [true, false] {
        for (low, high) in [(0.0, 0.36), (0.33, 0.7), (0.66, 1.0)] {
            let (from, to) = (-0.004 * s - long * low, -0.004 * s - long * high);
            let piece: Vec<Vec3> =
                sleeve.positions.iter().filter(|p| p.x <= from && p.x >= to - 1e-5).copied().collect();
            let piece = MeshData { positions: piece, ..MeshData::default() };
            kit.hull_around(&half(&piece, m).positions, 30);
        }
    }
    kit.add("jaws", &steel, jaws);
    kit.add("tangs", &steel, tangs);
    let boss = cylinder(0.0122 * s, thick * 1.02, 30, 0.0012);
    let rivet = turn(
        &[
            [0.0, -thick * 0.6, 0.0],
            [0.0042 * s, -thick * 0.6, 0.0008],
            [0.005 * s, -thick * 0.48, 0.0],
            [0.005 * s, thick * 0.48, 0.0],
            [0.0042 * s, thick * 0.6, 0.0008],
            [0.0, thick * 0.6, 0.0],
        ],
        18,
    );
    kit.hull_cylinder(0.0122 * s, -thick * 0.51, thick * 0.51);
    kit.hull_cylinder(0.0046 * s, -thick * 0.6, thick * 0.6);
    kit.add("joint", &steel, [boss]);
    kit.add("rivet", &look("brushed_steel", 0xffffff), [rivet]);
    let colour = cycle(&[0xb3201b, 0x1f5fa8, 0xd9a516, 0x2b2c2f, 0x2d8a4a, 0xd4611a, 0x1b5f7a, 0xc22a20], variant);
    let rubber = look("plastic", colour).rough(0.55);
    let mut covers = sleeves.to_vec();
    covers.extend(guard.iter().flat_map(both));
    kit.add("grips", &rubber, covers);
    if variant >= 4 {
        // a second colour around the ends
        let tips: Vec<Vec<Vec3>> = (start + (n - start) * 3 / 5..=n)
            .map(|k| {
                let at = vec3(smooth[k].x, 0.0, smooth[k].y);
                let beyond = Vec3::X * if k == n { -0.0006 } else { 0.0 };
                rings[k - start].iter().map(|p| at + (*p - at) * 1.06 + beyond).collect()
            })
            .collect();
        let tip = loft(&tips, CREASE_DEG);
        kit.add("grip_ends", &look("plastic", cycle(&[0x1b1c1e, 0xe6e2d8], variant)).rough(0.6), both(&tip));
    }
    let grooves: Vec<MeshData> = match kind {
        2 => Vec::new(),
        _ => (0..7)
            .map(|k| {
                let end = nose.last().map_or(0.04, |p| p[0]);
                let x = (end - 0.0022 - 0.0021 * k as f32) * s;
                slab([0.0008 * s, thick * 0.7, 0.0009 * s], [x, 0.0, 0.0002 * s], 0.0002)
            })
            .collect(),
    };
    let teeth: Vec<MeshData> =
        grooves.iter().map(|m| m.clone().scaled(vec3(1.0, 1.0, -1.0))).flat_map(|m| both(&m)).collect();
    kit.add("teeth", &look("brushed_steel", 0x55565a), [merge(teeth)]);
    kit.finish()
}
