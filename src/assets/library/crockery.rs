//! Tableware: mug, bowl, plate, teapot, fork and spoon.

use glam::{Vec2, Vec3, vec2, vec3};

use super::kit::{Kit, Rng, along, curve, curve2, cycle, look, painted_band};
use crate::assets::mesh::{CREASE_DEG, lathe, loft, rounded_outline, sweep};
use crate::assets::{MeshData, Model};

const GLAZES: [u32; 8] = [0xe9e4d8, 0x3f5d73, 0x8c3b2e, 0x59684b, 0xd9b26a, 0x2f3136, 0xb9c6c9, 0xc98f7a];

/// An ellipse as a section for a handle.
fn oval(a: f32, b: f32, n: usize) -> Vec<Vec2> {
    crate::assets::mesh::circle(1.0, n).into_iter().map(|p| vec2(p.x * a, p.y * b)).collect()
}

/// A mug with a handle, hollow.
pub(super) fn mug(variant: u32) -> Model {
    let mut rng = Rng::new("mug", variant);
    let (r, h, t) = (rng.range(0.037, 0.044), rng.range(0.085, 0.108), 0.0035);
    let taper = cycle(&[0.0, 0.003, 0.0, 0.006], variant);
    let (foot, top) = (r - taper, r + taper * 0.3);
    let glaze = look("ceramic", cycle(&GLAZES, variant));
    let mut kit = Kit::default();
    let outside =
        [[0.0, 0.003, 0.0], [foot - 0.008, 0.003, 0.001], [foot - 0.006, 0.0, 0.0008], [foot - 0.003, 0.0, 0.0008]];
    let wall = [[foot, 0.004, 0.004], [r, h * 0.5, 0.0], [top, h, 0.0016], [top - t, h, 0.0016]];
    let inside = [[r - t, h * 0.5, 0.0], [foot - t, 0.0075, 0.008], [0.0, 0.0075, 0.0]];
    let profile = [&outside[..], &wall, &inside].concat();
    let body = lathe(&rounded_outline(&profile, 3, false), 32, CREASE_DEG);
    let (low, high, reach) = (h * rng.range(0.18, 0.26), h * rng.range(0.74, 0.84), rng.range(0.024, 0.031));
    let x = r - 0.0018;
    let path = if variant % 3 == 1 {
        curve(
            &[
                vec3(x, high, 0.0),
                vec3(x + reach * 0.75, high, 0.0),
                vec3(x + reach, high - 0.012, 0.0),
                vec3(x + reach, low + 0.012, 0.0),
                vec3(x + reach * 0.75, low, 0.0),
                vec3(x, low, 0.0),
            ],
            3,
        )
    } else {
        curve(
            &[
                vec3(x - taper * 0.2, high, 0.0),
                vec3(x + reach * 0.7, high - 0.002, 0.0),
                vec3(x + reach, (high * 2.0 + low) / 3.0, 0.0),
                vec3(x + reach * 0.75, low + 0.014, 0.0),
                vec3(x - taper * 0.6, low, 0.0),
            ],
            4,
        )
    };
    let flare = |t: f32| 1.0 + 0.35 * (2.0 * t - 1.0) * (2.0 * t - 1.0);
    kit.add("body", &glaze, [body]);
    kit.add("handle", &glaze, [sweep(&oval(0.0052, 0.0034, 10), &path, vec3(0.0, 1.0, 0.0), 70.0, flare)]);
    if variant.is_multiple_of(2) {
        let (y0, y1) = (h * 0.5, h * rng.range(0.62, 0.9));
        let at = |y: f32| r + (top - r) * (y - h * 0.5) / (h * 0.5);
        let ring = painted_band([at(y0) + 0.0003, y0], [at(y1) + 0.0003, y1], 40);
        kit.add("label_band", &look("ceramic", cycle(&GLAZES, variant / 2 + 3)).rough(0.35), [ring]);
    }
    kit.hull_wall(&[[0.0, foot - 0.002, foot - t], [h * 0.5, r, r - t], [h, top, top - t]], 10);
    kit.hull_cylinder(foot - 0.003, 0.0, 0.0075);
    handle_hulls(&mut kit, &path, 0.0034, 0.0052, 3);
    kit.finish()
}

/// Convex pieces along a handle that lies in the XY plane.
fn handle_hulls(kit: &mut Kit, path: &[Vec3], thick: f32, wide: f32, pieces: usize) {
    let n = path.len() - 1;
    for k in 0..pieces {
        let piece = &path[n * k / pieces..=n * (k + 1) / pieces];
        let around = |p: &Vec3| {
            [-1.0, 1.0f32].map(|s| {
                [vec3(thick, 0.0, 0.0), vec3(0.0, thick, 0.0)]
                    .map(|d| [-1.0, 1.0].map(|q: f32| *p + d * q + Vec3::Z * wide * 0.8 * s))
            })
        };
        let points: Vec<Vec3> = piece.iter().flat_map(around).flatten().flatten().collect();
        kit.hull_around(&points, 16);
    }
}

/// A bowl on a foot ring.
pub(super) fn bowl(variant: u32) -> Model {
    let mut rng = Rng::new("bowl", variant);
    let (r, t) = (rng.range(0.065, 0.105), 0.0042);
    let h = r * rng.range(0.5, 0.78);
    let foot = r * rng.range(0.4, 0.5);
    let belly = cycle(&[0.78, 0.86, 0.72], variant);
    let curve_out = curve2(&[[foot, 0.006], [r * belly, h * 0.34], [r * 0.95, h * 0.7], [r, h - 0.001]], 5);
    let curve_in = curve2(
        &[[r - t, h - 0.001], [r * 0.95 - t, h * 0.7 + 0.001], [r * belly - t, h * 0.34 + 0.003], [foot * 0.8, 0.0105]],
        5,
    );
    let mut profile = vec![
        vec2(0.0, 0.003),
        vec2(foot - 0.006, 0.003),
        vec2(foot - 0.005, 0.0),
        vec2(foot - 0.0015, 0.0),
        vec2(foot - 0.0005, 0.001),
    ];
    profile.extend(curve_out);
    profile.extend([vec2(r - 0.0006, h - 0.0002), vec2(r - t * 0.5, h + 0.0006), vec2(r - t + 0.0006, h - 0.0002)]);
    profile.extend(curve_in);
    profile.push(vec2(0.0, 0.009));
    let mut kit = Kit::default();
    kit.add("body", &look("ceramic", cycle(&GLAZES, variant + 1)), [lathe(&profile, 36, CREASE_DEG)]);
    if variant % 2 == 1 {
        let y = h * 0.93;
        let at = |y: f32| r * along(&[[0.7 * h, 0.95], [h, 1.0]], y);
        let ring = painted_band([at(y) + 0.0006, y - 0.002], [at(y + 0.003) + 0.0006, y + 0.003], 44);
        kit.add("label_band", &look("ceramic", cycle(&[0x2d4a78, 0x7a3326, 0xc9a14b], variant)).rough(0.3), [ring]);
    }
    let bands = [
        [0.004, foot, 0.0],
        [h * 0.34, r * belly, r * belly - t],
        [h * 0.7, r * 0.95, r * 0.95 - t],
        [h + 0.0006, r, r - t],
    ];
    kit.hull_wall(&bands[1..], 12);
    // the floor: one solid piece up to where the inside begins, then a ring of wedges
    kit.hull_wall(&[[0.004, foot, foot * 0.75], bands[1]], 12);
    kit.hull_cylinder(foot - 0.001, 0.0, 0.009);
    kit.finish()
}

/// A plate with a rim.
pub(super) fn plate(variant: u32) -> Model {
    let mut rng = Rng::new("plate", variant);
    let r = cycle(&[0.135, 0.105, 0.12, 0.09], variant) * rng.range(0.96, 1.04);
    let (h, foot) = (rng.range(0.018, 0.026), r * 0.58);
    let well = r * rng.range(0.66, 0.72);
    let coupe = variant % 3 == 2;
    let lip = if coupe { [well, h * 0.28] } else { [well, h * 0.52] };
    let corners = [
        [0.0, 0.0025, 0.0],
        [foot - 0.006, 0.0025, 0.001],
        [foot - 0.005, 0.0, 0.0008],
        [foot - 0.001, 0.0, 0.0008],
        [foot + 0.002, 0.0035, 0.002],
        [lip[0], lip[1] - 0.001, 0.012],
        [r, h - 0.0035, 0.0015],
        [r, h, 0.0015],
        [r - 0.004, h, 0.0015],
        [lip[0] - 0.002, lip[1] + 0.0032, 0.012],
        [well * 0.9, 0.0075, 0.012],
        [0.0, 0.007, 0.0],
    ];
    let glaze = look(
        "ceramic",
        cycle(&[0xf0ede5, 0xdfe3e2, 0x4d6378, 0xe8dcc4, 0x6d7a66, 0xf0ede5, 0x2e2f33, 0xc78d74], variant),
    );
    let mut kit = Kit::default();
    kit.add("body", &glaze, [lathe(&rounded_outline(&corners, 2, false), 40, CREASE_DEG)]);
    if variant.is_multiple_of(4) {
        let at = |q: f32| {
            let (a, b) = (lip[1] + 0.0032, h);
            let t = (q - (lip[0] - 0.002)) / (r - 0.004 - lip[0] + 0.002);
            a + (b - a) * t
        };
        let (q0, q1) = (r * 0.9, r * 0.925);
        let ring = painted_band([q1, at(q1) + 0.0003], [q0, at(q0) + 0.0003], 40);
        kit.add("label_line", &look("ceramic", cycle(&[0x2d4a78, 0x9c7a3a], variant / 4)).rough(0.3), [ring]);
    }
    kit.hull_cylinder(well * 0.93, 0.002, 0.0072);
    kit.hull_cylinder(foot - 0.001, 0.0, 0.003);
    kit.hull_wall(&[[0.0055, well * 0.95, well * 0.85], [lip[1] + 0.002, lip[0] + 0.003, lip[0] - 0.003]], 12);
    kit.hull_wall(&[[lip[1] + 0.001, lip[0] + 0.003, lip[0] - 0.004], [h, r, r - 0.004]], 12);
    kit.finish()
}

/// A teapot with spout, handle and lid.
pub(super) fn teapot(variant: u32) -> Model {
    let mut rng = Rng::new("teapot", variant);
    let (r, h) = (rng.range(0.068, 0.082), rng.range(0.1, 0.125));
    let belly = rng.range(0.38, 0.5);
    let glaze = look(
        "ceramic",
        cycle(&[0x7b2f26, 0x334e5c, 0xe6dfd0, 0x2d2e31, 0x6c7d5a, 0xc59a5d, 0x8fa5ad, 0x5a3f57], variant),
    )
    .rough(0.18);
    let mut kit = Kit::default();
    let mut profile = vec![vec2(0.0, 0.002), vec2(r * 0.56, 0.002), vec2(r * 0.58, 0.0), vec2(r * 0.62, 0.0)];
    profile.extend(curve2(
        &[[r * 0.64, 0.003], [r * 0.93, h * belly * 0.5], [r, h * belly], [r * 0.84, h * 0.8], [r * 0.52, h]],
        5,
    ));
    profile.extend([
        vec2(r * 0.5, h + 0.0015),
        vec2(r * 0.46, h + 0.001),
        vec2(r * 0.46, h - 0.006),
        vec2(0.0, h - 0.006),
    ]);
    kit.add("body", &glaze, [lathe(&profile, 28, CREASE_DEG)]);
    let mut lid = vec![vec2(0.0, h - 0.004), vec2(r * 0.45, h - 0.004), vec2(r * 0.45, h + 0.001)];
    lid.extend(curve2(&[[r * 0.49, h + 0.003], [r * 0.36, h + 0.012], [r * 0.09, h + 0.017]], 4));
    lid.extend(curve2(&[[r * 0.08, h + 0.02], [r * 0.16, h + 0.029], [r * 0.1, h + 0.036], [0.0, h + 0.038]], 3));
    kit.add("lid", &glaze, [lathe(&lid, 22, CREASE_DEG)]);
    let spout = curve(
        &[
            vec3(-r * 0.82, h * 0.36, 0.0),
            vec3(-r * 1.25, h * 0.46, 0.0),
            vec3(-r * 1.42, h * 0.72, 0.0),
            vec3(-r * 1.72, h * 0.98, 0.0),
        ],
        4,
    );
    kit.add("spout", &glaze, [sweep(&oval(0.0165, 0.0185, 14), &spout, Vec3::Y, 70.0, |t| 1.0 - 0.55 * t)]);
    let (x, reach) = (r * 0.8, rng.range(0.045, 0.055));
    let path = curve(
        &[
            vec3(x, h * 0.82, 0.0),
            vec3(r + reach * 0.6, h * 0.9, 0.0),
            vec3(r + reach, h * 0.62, 0.0),
            vec3(r + reach * 0.55, h * 0.3, 0.0),
            vec3(r * 0.93, h * 0.24, 0.0),
        ],
        4,
    );
    kit.add("handle", &glaze, [sweep(&oval(0.0062, 0.0045, 10), &path, Vec3::Y, 70.0, |_| 1.0)]);
    let outer: Vec<Vec3> = profile
        .iter()
        .flat_map(|p| crate::assets::mesh::circle(p.x, 12).into_iter().map(|q| vec3(q.x, p.y, q.y)))
        .collect();
    kit.hull_around(&outer, 90);
    kit.hull_cylinder(r * 0.3, h, h + 0.014);
    kit.hull_cylinder(r * 0.15, h + 0.014, h + 0.038);
    handle_hulls(&mut kit, &path, 0.0045, 0.006, 3);
    for k in 0..2 {
        let piece = &spout[k * 6..=k * 6 + 6];
        let ring = |(i, p): (usize, &Vec3)| {
            let s = (1.0 - 0.55 * (i + k * 6) as f32 / 12.0) * 0.0165;
            [
                vec3(s, 0.0, 0.0),
                vec3(-s, 0.0, 0.0),
                vec3(0.0, s, 0.0),
                vec3(0.0, -s * 0.6, 0.0),
                vec3(0.0, 0.0, s),
                vec3(0.0, 0.0, -s),
            ]
            .map(|d| *p + d)
        };
        let points: Vec<Vec3> = piece.iter().enumerate().flat_map(ring).collect();
        kit.hull_around(&points, 20);
    }
    kit.finish()
}

/// A strip along X, lofted from `[x, half width, height, sag of the middle]` and a thickness (m).
fn strip(rows: &[[f32; 4]], thick: f32, z: f32) -> MeshData {
    let across = [-1.0f32, -0.75, -0.4, 0.0, 0.4, 0.75, 1.0];
    let ring = |row: &[f32; 4]| {
        let [x, w, y, sag] = *row;
        let at = |s: f32, up: f32| {
            let rim = 1.0 - s * s * s * s * 0.55;
            vec3(x, y - sag * (1.0 - s * s) + up * thick * 0.5 * rim, z + s * w)
        };
        let top = across.iter().map(|s| at(*s, 1.0));
        let bottom = across.iter().rev().map(|s| at(*s, -1.0));
        bottom.chain(top).collect::<Vec<_>>()
    };
    let rings: Vec<_> = rows.iter().map(ring).collect();
    loft(&rings, 65.0)
}

fn cutlery(kit: &mut Kit, name: &str, variant: u32, meshes: Vec<MeshData>) {
    let steel = cycle(&["brushed_steel", "brushed_steel", "oak", "brushed_steel"], variant);
    let tint = if steel == "oak" { 0xffffff } else { cycle(&[0xffffff, 0xf2f2f2, 0xffffff, 0xe8c98a], variant) };
    kit.add(name, &look(steel, tint), meshes);
}

fn handle_rows(rng: &mut Rng, len: f32, neck: f32, lift: f32) -> Vec<[f32; 4]> {
    let (w, end) = (rng.range(0.0075, 0.0105), -len * 0.62);
    let keys = [
        [end, 0.004],
        [end + 0.003, w * 0.8],
        [end + 0.012, w],
        [end * 0.6, w * 0.72],
        [-0.02, 0.0032],
        [neck, 0.0031],
    ];
    let arch = [[end, 0.004], [end * 0.55, 0.009], [0.0, lift], [neck, lift]];
    let steps = 14;
    let mut xs: Vec<f32> = (0..=steps).map(|i| end + (neck - end) * i as f32 / steps as f32).collect();
    xs.splice(1..1, [end + 0.003, end + 0.0075]);
    xs.iter().map(|x| [*x, along(&keys, *x), along(&arch, *x), 0.0]).collect()
}

/// A table spoon.
pub(super) fn spoon(variant: u32) -> Model {
    let mut rng = Rng::new("spoon", variant);
    let len = rng.range(0.15, 0.2);
    let (size, wide) = (len * rng.range(0.28, 0.33), len * rng.range(0.1, 0.118));
    let thick = 0.0022;
    let mut rows = handle_rows(&mut rng, len, 0.0, 0.0095);
    let n = 10;
    for i in 1..=n {
        let back = 1.0 - i as f32 / n as f32;
        let t = 1.0 - back * back * (0.6 + 0.4 * back);
        let w = wide * (t.min(1.0) * (1.0 - t * 0.997)).sqrt() * (1.9 + 0.25 * t);
        let sag = 0.0075 * (4.0 * t * (1.0 - t)).max(0.0).sqrt();
        rows.push([size * t, w.max(0.0028), 0.0095 - 0.001 * t, sag]);
    }
    let mut kit = Kit::default();
    let mesh = strip(&rows, thick, 0.0);
    hulls_along(&mut kit, &mesh, 4);
    cutlery(&mut kit, "spoon", variant, vec![mesh]);
    kit.finish()
}

/// A fork with four tines.
pub(super) fn fork(variant: u32) -> Model {
    let mut rng = Rng::new("fork", variant);
    let len = rng.range(0.155, 0.2);
    let (palm, wide, thick) = (0.022, rng.range(0.0105, 0.0125), 0.0022);
    let mut rows = handle_rows(&mut rng, len, 0.0, 0.008);
    for i in 1..=6 {
        let t = i as f32 / 6.0;
        rows.push([palm * t, 0.0031 + (wide - 0.0031) * t * t * (3.0 - 2.0 * t), 0.008 - 0.005 * t, 0.001 * t]);
    }
    let mut meshes = vec![strip(&rows, thick, 0.0)];
    let tine = len * 0.27;
    for k in 0..4 {
        let z = wide * 0.8 * (k as f32 / 1.5 - 1.0);
        let row = |i: usize| {
            let t = i as f32 / 6.0;
            [palm - 0.002 + tine * t, wide * 0.19 * (1.0 - 0.6 * t * t), 0.003 - 0.0018 * t + 0.006 * t * t, 0.0]
        };
        meshes.push(strip(&(0..=6).map(row).collect::<Vec<_>>(), thick * 0.95, z));
    }
    let mut kit = Kit::default();
    hulls_along(&mut kit, &crate::assets::mesh::merge(meshes.clone()), 4);
    cutlery(&mut kit, "fork", variant, meshes);
    kit.finish()
}

/// Cuts a long thing into convex pieces along X.
fn hulls_along(kit: &mut Kit, mesh: &MeshData, pieces: usize) {
    let (low, high) = mesh.bounds();
    for k in 0..pieces {
        let at = |k: usize| low.x + (high.x - low.x) * k as f32 / pieces as f32;
        let reach = (high.x - low.x) * 0.035;
        let inside = |p: &&Vec3| p.x >= at(k) - reach && p.x <= at(k + 1) + reach;
        let points: Vec<Vec3> = mesh.positions.iter().filter(inside).copied().collect();
        kit.hull_around(&points, 24);
    }
}
