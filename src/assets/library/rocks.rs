//! Stones from the size of a fist to that of a table: granite, sandstone, limestone, basalt and slate.

use glam::{Vec2, Vec3, vec3};

use super::kit::{Kit, Look, Rng, cycle, look};
use crate::assets::mesh::{Builder, Soup, box_uv};
use crate::assets::{MeshData, Model};

/// A number that stands for a place of an integer lattice.
fn hash(x: i32, y: i32, z: i32, seed: u32) -> u32 {
    let mut h = seed ^ (x as u32).wrapping_mul(0x8da6_b343) ^ (y as u32).wrapping_mul(0xd816_3841);
    h ^= (z as u32).wrapping_mul(0xcb1a_b31f);
    h = (h ^ (h >> 16)).wrapping_mul(0x7feb_352d);
    h = (h ^ (h >> 15)).wrapping_mul(0x846c_a68b);
    h ^ (h >> 16)
}

/// Gradient noise after Perlin (2002), about −1 to 1, with one feature per unit of length.
pub(super) fn noise(p: Vec3, seed: u32) -> f32 {
    let cell = p.floor();
    let f = p - cell;
    let fade = f * f * f * (f * (f * 6.0 - Vec3::splat(15.0)) + Vec3::splat(10.0));
    let corner = |dx: i32, dy: i32, dz: i32| {
        let h = hash(cell.x as i32 + dx, cell.y as i32 + dy, cell.z as i32 + dz, seed) % 12;
        let d = f - vec3(dx as f32, dy as f32, dz as f32);
        let (a, b) = if h < 4 {
            (d.x, d.y)
        } else if h < 8 {
            (d.x, d.z)
        } else {
            (d.y, d.z)
        };
        (if h & 1 == 0 { a } else { -a }) + (if h & 2 == 0 { b } else { -b })
    };
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
    let row = |dy: i32, dz: i32| mix(corner(0, dy, dz), corner(1, dy, dz), fade.x);
    let sheet = |dz: i32| mix(row(0, dz), row(1, dz), fade.y);
    mix(sheet(0), sheet(1), fade.z)
}

/// Some octaves of noise; `ridged` folds them to sharp crests. About −1 to 1.
pub(super) fn layers(p: Vec3, octaves: u32, ridged: bool, seed: u32) -> f32 {
    let (mut sum, mut size, mut q) = (0.0, 0.5, p);
    for octave in 0..octaves {
        let n = noise(q, seed.wrapping_add(octave.wrapping_mul(0x9e37)));
        let crest = 1.0 - (2.0 * n).abs().min(1.0);
        sum += size * if ridged { 2.0 * crest * crest - 0.9 } else { n };
        size *= 0.5;
        q = q * 2.03 + vec3(17.1, 3.7, 9.2);
    }
    sum
}

/// The corners of the triangles of a unit icosahedron whose faces are halved `halvings` times along every edge.
fn icosphere(halvings: usize) -> Vec<[Vec3; 3]> {
    let t = 1.618_034;
    let corners = [
        [-1.0, t, 0.0],
        [1.0, t, 0.0],
        [-1.0, -t, 0.0],
        [1.0, -t, 0.0],
        [0.0, -1.0, t],
        [0.0, 1.0, t],
        [0.0, -1.0, -t],
        [0.0, 1.0, -t],
        [t, 0.0, -1.0],
        [t, 0.0, 1.0],
        [-t, 0.0, -1.0],
        [-t, 0.0, 1.0],
    ]
    .map(|c| Vec3::from(c).normalize());
    const FACES: [[usize; 3]; 20] = [
        [0, 11, 5],
        [0, 5, 1],
        [0, 1, 7],
        [0, 7, 10],
        [0, 10, 11],
        [1, 5, 9],
        [5, 11, 4],
        [11, 10, 2],
        [10, 7, 6],
        [7, 1, 8],
        [3, 9, 4],
        [3, 4, 2],
        [3, 2, 6],
        [3, 6, 8],
        [3, 8, 9],
        [4, 9, 5],
        [2, 4, 11],
        [6, 2, 10],
        [8, 6, 7],
        [9, 8, 1],
    ];
    let mut faces: Vec<[Vec3; 3]> = FACES.iter().map(|f| f.map(|i| corners[i])).collect();
    for _ in 0..halvings {
        let halved = |&[a, b, c]: &[Vec3; 3]| {
            let middle = |p: Vec3, q: Vec3| (p + q).normalize();
            let (ab, bc, ca) = (middle(a, b), middle(b, c), middle(c, a));
            [[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]]
        };
        faces = faces.iter().flat_map(halved).collect();
    }
    faces
}

/// The part of a surface where `field` is positive, lifted off it by `lift` (m): stains, seams and growth.
pub(super) fn painted(mesh: &MeshData, lift: f32, field: impl Fn(Vec3) -> f32) -> MeshData {
    let mut b = Builder::default();
    for t in mesh.indices.as_chunks::<3>().0 {
        let corners = t.map(|i| i as usize).map(|i| (mesh.positions[i], mesh.normals[i], mesh.uvs[i]));
        let values = corners.map(|c| field(c.0));
        let mut kept = Vec::new();
        for k in 0..3 {
            let next = (k + 1) % 3;
            let (p, q) = (corners[k], corners[next]);
            if values[k] > 0.0 {
                kept.push(p);
            }
            if (values[k] > 0.0) != (values[next] > 0.0) {
                // near a corner it is the corner, to spare slivers
                let share = values[k] / (values[k] - values[next]);
                let share = if share < 0.12 {
                    0.0
                } else if share > 0.88 {
                    1.0
                } else {
                    share
                };
                let uv = Vec2::from(p.2).lerp(q.2.into(), share);
                kept.push((p.0.lerp(q.0, share), p.1.lerp(q.1, share).normalize_or(p.1), uv.into()));
            }
        }
        for k in 1..kept.len().saturating_sub(1) {
            let piece = [kept[0], kept[k], kept[k + 1]].map(|(p, n, uv)| (p + n * lift, n, uv));
            let (e, f) = (piece[1].0 - piece[0].0, piece[2].0 - piece[0].0);
            let longest = e.length_squared().max(f.length_squared()).max((f - e).length_squared());
            if e.cross(f).length() > 0.01 * longest {
                b.poly(&piece);
            }
        }
    }
    b.finish()
}

/// What a stone is made of.
#[derive(Clone, Copy, PartialEq)]
enum Stone {
    Granite,
    Basalt,
    Sandstone,
    Limestone,
    Slate,
}

/// How a stone is shaped: lengths are shares of its greatest.
struct Shape {
    stone: Stone,
    /// Height and depth.
    flat: [f32; 2],
    /// How many planes cut it, and how near the middle the nearest of them passes.
    cuts: usize,
    near: f32,
    /// How far the edges between planes are worn: 0 sharp, 1 a pebble.
    worn: f32,
    /// Height of bumps and of grains.
    rough: [f32; 2],
}

/// A stone whose greatest length is `size` (m).
fn stone(name: &str, variant: u32, shape: &Shape, size: f32, fine: usize) -> Model {
    let mut rng = Rng::new(name, variant);
    let seed = 0x51ed ^ variant.wrapping_mul(0x2545_f491) ^ name.len() as u32;
    let axes = vec3(0.5, 0.5 * shape.flat[0], 0.5 * shape.flat[1]);
    let planes: Vec<(Vec3, f32)> = (0..shape.cuts)
        .map(|k| {
            let y = 1.0 - (2.0 * k as f32 + 1.0) / shape.cuts as f32;
            let (sin, cos) = libm::sincosf(k as f32 * 2.399_963 + rng.range(-0.5, 0.5));
            let r = (1.0 - y * y).max(0.0).sqrt();
            let n = (vec3(r * cos, y, r * sin) + rng.jitter() * 0.28).normalize_or(Vec3::Y);
            (n, rng.range(shape.near, 1.0))
        })
        .collect();
    let tilt = (Vec3::Y + rng.jitter() * 0.16).normalize_or(Vec3::Y);
    let strata = |q: Vec3| {
        let bend = 0.05 * noise(q * 2.3, seed ^ 77);
        (q.dot(tilt) + bend) * if shape.stone == Stone::Slate { 15.0 } else { 9.0 }
    };
    let at = |d: Vec3| {
        // a soft minimum over the planes
        let sharp = 5.0 + 60.0 * (1.0 - shape.worn) * (1.0 - shape.worn);
        let reach = planes.iter().map(|(n, far)| far / n.dot(d).max(0.05));
        let soft: f32 = reach.map(|x| libm::expf(-sharp * (x - 0.8))).sum::<f32>() + libm::expf(-sharp * 0.2);
        let radius = (0.8 - libm::logf(soft) / sharp) * (1.0 - 0.25 * shape.worn) + 0.22 * shape.worn;
        let q = d * radius;
        let bumps = layers(q * 1.7, 2, false, seed) * 0.6 + layers(q * 1.9, 4, true, seed ^ 5) * 0.5;
        let mut r = radius * (1.0 + shape.rough[0] * bumps + shape.rough[1] * layers(q * 7.0, 3, true, seed ^ 9));
        if matches!(shape.stone, Stone::Slate | Stone::Sandstone) {
            let level = strata(d * r * axes * 2.0);
            let step = hash(level.floor() as i32, 3, 5, seed) as f32 / u32::MAX as f32 - 0.5;
            let side = 1.0 - d.y * d.y;
            r *= 1.0 + side * step * if shape.stone == Stone::Slate { 0.11 } else { 0.035 };
        }
        let p = d * r * axes;
        // its foot is worn flat
        let foot = -0.74 * axes.y;
        vec3(p.x, if p.y < foot { foot + (p.y - foot) * 0.22 } else { p.y }, p.z)
    };
    let faces: Vec<[Vec3; 3]> = icosphere(fine).iter().map(|f| f.map(at)).collect();
    let (low, high) =
        crate::assets::mesh::bounds_of(faces.iter().flatten().copied()).unwrap_or((Vec3::ZERO, Vec3::ONE));
    let scale = size / (high - low).max_element();
    let (uv_scale, main) = surface_of(shape.stone, variant, size);
    let mut soup = Soup::default();
    for f in faces {
        let p = f.map(|p| p * scale);
        let n = (p[1] - p[0]).cross(p[2] - p[0]);
        soup.triangle(p, p.map(|q| box_uv(q, n).map(|x| x * uv_scale)), 0);
    }
    let body = soup.smooth(if shape.worn > 0.6 { 75.0 } else { 38.0 });
    let mut kit = Kit::default();
    let local = |p: Vec3| p / size;
    let lift = 0.0011 * size.max(0.25);
    let vein = (vec3(0.4, 0.9, 0.2) + rng.jitter() * 0.6).normalize_or(Vec3::Y);
    let (paint, extra): (Look, MeshData) = match shape.stone {
        Stone::Granite | Stone::Basalt => {
            let amount = rng.range(-0.34, -0.22);
            let grown = painted(&body, lift, |p| {
                let q = local(p);
                layers(q * 4.5, 3, false, seed ^ 21) + 0.35 * noise(q * 17.0, seed ^ 22) + amount + 0.22 * q.y
            });
            let tint = cycle(&[0x76765f, 0x8b8977, 0x66684f, 0x807d6e], variant / 2);
            (look("plaster", tint).rough(0.95), grown)
        }
        Stone::Sandstone | Stone::Limestone => {
            let tint =
                if shape.stone == Stone::Sandstone { cycle(&[0x93714b, 0x8a634a], variant / 4) } else { 0xa79c84 };
            let bands = painted(&body, lift * 0.5, |p| {
                let level = strata(local(p) * 2.0);
                let within = level - level.floor();
                let on = hash(level.floor() as i32, 1, 1, seed ^ 3) % 7 < 2;
                let edge = 0.24 - (within - 0.5).abs() + 0.25 * noise(local(p) * 9.0, seed ^ 4);
                if on { edge } else { -edge.abs() - 0.05 }
            });
            (look("plaster", tint).rough(0.9), bands)
        }
        Stone::Slate => {
            let far = rng.range(-0.04, 0.04);
            let quartz = painted(&body, lift * 0.5, |p| {
                let q = local(p);
                let wander = 0.03 * noise(q * 6.0, seed ^ 31);
                0.011 + 0.012 * noise(q * 8.0, seed ^ 32) - (q.dot(vein) + wander - far).abs()
            });
            (look("plaster", 0xd8d5cc).rough(0.6), quartz)
        }
    };
    kit.hull_around(&body.positions, 110);
    kit.add("stone", &main, [body]);
    let name = match shape.stone {
        Stone::Granite | Stone::Basalt => "open_lichen",
        Stone::Sandstone | Stone::Limestone => "open_bands",
        Stone::Slate => "open_vein",
    };
    // nothing grows on what rolls about
    if name != "open_lichen" || size > 0.17 {
        kit.add(name, &paint, [extra]);
    }
    kit.finish()
}

/// How finely the texture of a kind of stone is laid, and its look.
///
/// The stones of the gravel texture, many times smaller, are the crystals of granite.
fn surface_of(stone: Stone, variant: u32, size: f32) -> (f32, Look) {
    let (second, fine) = (variant / 4, (0.45 / size).clamp(1.0, 4.5));
    match stone {
        Stone::Granite => (8.0 * fine, look("gravel", cycle(&[0xffffff, 0xf4e4da, 0xf2f4ff], variant)).rough(0.85)),
        Stone::Basalt => (2.0, look("plaster", 0x5b5955).rough(0.8)),
        Stone::Sandstone => (1.4, look("plaster", cycle(&[0xb0956a, 0xa88462], second)).rough(0.95)),
        Stone::Limestone => (1.4, look("plaster", cycle(&[0xb9b09b, 0xc2baa8], second)).rough(0.95)),
        Stone::Slate => (1.2, look("plaster", cycle(&[0x4d535c, 0x4c5752], second)).rough(0.6)),
    }
}

/// The shape of a variant; `round` is how worn the roundest are.
fn shape_of(variant: u32, rng: &mut Rng) -> Shape {
    let [stone, near] = [(); 2].map(|()| variant as usize % 8);
    let stone = [
        Stone::Granite,
        Stone::Granite,
        Stone::Sandstone,
        Stone::Slate,
        Stone::Basalt,
        Stone::Granite,
        Stone::Limestone,
        Stone::Slate,
    ][stone];
    let worn = [0.35, 0.8, 0.5, 0.12, 0.95, 0.15, 0.62, 0.2][near];
    let flat = if stone == Stone::Slate {
        [rng.range(0.26, 0.4), rng.range(0.6, 0.85)]
    } else {
        [rng.range(0.55, 0.82), rng.range(0.68, 0.95)]
    };
    let cuts = if stone == Stone::Slate { 16 } else { 11 + variant as usize % 4 * 2 };
    let rough = 0.04 + 0.1 * (1.0 - worn);
    Shape { stone, flat, cuts, near: 0.62 + 0.2 * worn, worn, rough: [rough, 0.012 * (1.2 - worn)] }
}

/// A stone of 5 to 30 cm.
pub(super) fn rock(variant: u32) -> Model {
    let mut rng = Rng::new("rock", variant);
    let size = cycle(&[0.15, 0.085, 0.21, 0.19, 0.062, 0.28, 0.12, 0.26], variant) * rng.range(0.94, 1.06);
    stone("rock", variant, &shape_of(variant, &mut rng), size, 4)
}

/// A boulder of 0.6 to 1.8 m.
pub(super) fn boulder(variant: u32) -> Model {
    let mut rng = Rng::new("boulder", variant);
    let size = cycle(&[1.15, 0.85, 1.45, 1.0, 0.7, 1.7, 0.95, 1.3], variant) * rng.range(0.94, 1.06);
    stone("boulder", variant, &shape_of(variant, &mut rng), size, 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::mesh::tests::fault;
    use crate::assets::mesh::uv_sphere;

    #[test]
    fn stones_have_their_size_and_a_worn_foot() {
        for variant in 0..super::super::VARIANTS {
            for (model, least, most) in [(rock(variant), 0.05, 0.3), (boulder(variant), 0.6, 1.8)] {
                let (low, high) = model.bounds();
                let size = (high - low).max_element();
                assert!((least..=most).contains(&size), "{variant}: {size}");
                let body = model.parts.first().expect("a body");
                let solid = body.mesh.volume() / (high - low).element_product();
                // a ball fills 0.52 of its box, a box all of it
                assert!((0.35..0.8).contains(&solid), "{variant}: {solid}");
                let near = body.mesh.positions.iter().filter(|p| p.y < low.y + 0.06 * (high.y - low.y)).count();
                assert!(near * 60 > body.mesh.positions.len(), "{variant}: it stands on a tip");
            }
        }
    }

    #[test]
    fn noise_is_smooth_and_within_its_range() {
        let (mut least, mut most) = (0.0f32, 0.0f32);
        for k in 0..4000 {
            let p = vec3(k as f32 * 0.137, k as f32 * -0.071, k as f32 * 0.043);
            let n = noise(p, 7);
            assert!((n - noise(p + Vec3::splat(1e-3), 7)).abs() < 0.01, "a step at {p}");
            (least, most) = (least.min(n), most.max(n));
        }
        assert!(least < -0.6 && most > 0.6 && least > -1.1 && most < 1.1, "{least} {most}");
    }

    #[test]
    fn what_is_painted_is_where_the_field_is_positive() {
        let ball = uv_sphere(1.0, 32, 20);
        let cap = painted(&ball, 0.01, |p| p.y - 0.5);
        assert_eq!(fault(&cap), None);
        let area = |m: &MeshData| m.triangles().map(|[a, b, c]| (b - a).cross(c - a).length() * 0.5).sum::<f32>();
        // Archimedes: a cap as high as half the radius has a quarter of the sphere
        let share = area(&cap) / area(&ball);
        assert!((share - 0.25).abs() < 0.02, "{share}");
        assert!(cap.positions.iter().all(|p| p.y > 0.45 && p.length() > 1.0));
        assert!(painted(&ball, 0.01, |_| -1.0).indices.is_empty());
    }
}
