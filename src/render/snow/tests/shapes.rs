//! Things to try snow on, and what is asked of it.

pub(super) use glam::Mat3;

use super::*;

pub(super) fn cuboid(low: Vec3, high: Vec3) -> Vec<[Vec3; 3]> {
    let corner = |bits: usize| {
        let pick = |bit: usize, low: f32, high: f32| if bits & bit == 0 { low } else { high };
        Vec3::new(pick(1, low.x, high.x), pick(2, low.y, high.y), pick(4, low.z, high.z))
    };
    let quads = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
    quads.iter().flat_map(|q| [[q[0], q[1], q[2]], [q[0], q[2], q[3]]]).map(|t| t.map(corner)).collect()
}

/// A grid of quads over the unit square.
pub(super) fn sheet(counts: [usize; 2], place: impl Fn(f32, f32) -> Vec3) -> Vec<[Vec3; 3]> {
    let at = |i: usize, j: usize| place(i as f32 / counts[0] as f32, j as f32 / counts[1] as f32);
    let quad = |i: usize, j: usize| {
        let [a, b, c, d] = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
        [[a, b, c], [a, c, d]]
    };
    (0..counts[0]).flat_map(|i| (0..counts[1]).map(move |j| (i, j))).flat_map(|(i, j)| quad(i, j)).collect()
}

pub(super) fn sphere(middle: Vec3, radius: f32, counts: [usize; 2]) -> Vec<[Vec3; 3]> {
    sheet(counts, |u, w| {
        let (s, c) = libm::sincosf(u * std::f32::consts::TAU);
        let (t, k) = libm::sincosf((w - 0.5) * std::f32::consts::PI);
        middle + radius * Vec3::new(c * k, t, -s * k)
    })
}

/// A disc 10 cm thick about the origin.
pub(super) fn disc(radius: f32, sides: usize) -> Vec<[Vec3; 3]> {
    let rim = |number: usize, height: f32| {
        let (s, c) = libm::sincosf(std::f32::consts::TAU * (number % sides) as f32 / sides as f32);
        Vec3::new(radius * c, height, -radius * s)
    };
    let slice = |number: usize| {
        let [a, b, c, d] = [rim(number, 0.0), rim(number + 1, 0.0), rim(number + 1, 0.1), rim(number, 0.1)];
        [[a, b, c], [a, c, d], [Vec3::new(0.0, 0.1, 0.0), d, c], [Vec3::ZERO, b, a]]
    };
    (0..sides).flat_map(slice).collect()
}

/// Steps of 17 cm and treads of 30 cm.
pub(super) fn stairs(steps: usize) -> Vec<[Vec3; 3]> {
    let step = |number: usize| {
        let (from, height) = (0.3 * number as f32, 0.17 * (steps - number) as f32);
        cuboid(Vec3::new(-0.5, 0.0, from), Vec3::new(0.5, height, from + 0.3))
    };
    (0..steps).flat_map(step).collect()
}

/// Ground with bumps 2 cm high and 8 cm apart.
pub(super) fn waves() -> Vec<[Vec3; 3]> {
    sheet([160, 1], |u, w| Vec3::new(u - 0.5, 0.01 * libm::sinf(78.54 * u), 0.5 - w))
}

pub(super) fn turned(triangles: Vec<[Vec3; 3]>, degrees: f32) -> Vec<[Vec3; 3]> {
    let turn = Mat3::from_rotation_y(degrees.to_radians());
    triangles.into_iter().map(|triangle| triangle.map(|corner| turn * corner)).collect()
}

/// Where a triangle is above a place, if it is not upright.
fn height(triangle: &[Vec3; 3], x: f32, z: f32) -> Option<f32> {
    let [a, b, c] = triangle.map(|corner| [f64::from(corner.x), f64::from(corner.y), f64::from(corner.z)]);
    let (x, z) = (f64::from(x), f64::from(z));
    let area = (b[2] - a[2]) * (c[0] - a[0]) - (b[0] - a[0]) * (c[2] - a[2]);
    let to_b = ((z - a[2]) * (c[0] - a[0]) - (x - a[0]) * (c[2] - a[2])) / area;
    let to_c = ((b[2] - a[2]) * (x - a[0]) - (b[0] - a[0]) * (z - a[2])) / area;
    let inside = area.abs() > 1e-14 && to_b >= 0.0 && to_c >= 0.0 && to_b + to_c <= 1.0;
    inside.then_some((a[1] + (b[1] - a[1]) * to_b + (c[1] - a[1]) * to_c) as f32)
}

/// The highest of the triangles above a place.
pub(super) fn surface_at(triangles: &[[Vec3; 3]], x: f32, z: f32) -> Option<f32> {
    triangles.iter().filter_map(|triangle| height(triangle, x, z)).reduce(f32::max)
}

fn around(triangles: &[[Vec3; 3]], point: Vec3, off: f32) -> impl Iterator<Item = Option<f32>> {
    let places = [[0.0, 0.0], [off, 0.0], [-off, 0.0], [0.0, off], [0.0, -off]];
    places.into_iter().map(move |[x, z]| surface_at(triangles, point.x + x, point.z + z))
}

/// The lowest of the surface at a place and around it, so that places at a step are not taken to be on it.
pub(super) fn surface_near(triangles: &[[Vec3; 3]], point: Vec3, off: f32) -> f32 {
    around(triangles, point, off).map(|height| height.unwrap_or(f32::MIN)).fold(f32::MAX, f32::min)
}

/// The highest of the surface at a place and around it.
pub(super) fn highest_near(triangles: &[[Vec3; 3]], point: Vec3, off: f32) -> f32 {
    around(triangles, point, off).flatten().fold(f32::MIN, f32::max)
}

/// The triangles that look up.
pub(super) fn top_triangles(snow: &Cap) -> impl Iterator<Item = [Vec3; 3]> + '_ {
    let corners = |triangle: &[u32; 3]| triangle.map(|corner| snow.positions[corner as usize]);
    let up = |[a, b, c]: &[Vec3; 3]| (*b - *a).cross(*c - *a).y > 1e-12;
    snow.indices.as_chunks::<3>().0.iter().map(corners).filter(up)
}

pub(super) fn top_at(snow: &Cap, x: f32, z: f32) -> Option<f32> {
    surface_at(&top_triangles(snow).collect::<Vec<_>>(), x, z)
}

/// Volume between the top and a height.
pub(super) fn volume_over(snow: &Cap, height: f32) -> f32 {
    top_triangles(snow).map(|[a, b, c]| 0.5 * (b - a).cross(c - a).y * ((a.y + b.y + c.y) / 3.0 - height)).sum()
}

pub(super) fn sides([a, b, c]: &[u32; 3]) -> [[u32; 2]; 3] {
    [[*a, *b], [*b, *c], [*c, *a]]
}

/// Edges with a triangle on one side only.
pub(super) fn border(snow: &Cap) -> Vec<[Vec3; 2]> {
    let mut edges: Vec<[u32; 2]> = snow.indices.as_chunks::<3>().0.iter().flat_map(sides).collect();
    edges.sort_unstable();
    let alone = |edge: &&[u32; 2]| edges.binary_search(&[edge[1], edge[0]]).is_err();
    edges.iter().filter(alone).map(|edge| edge.map(|corner| snow.positions[corner as usize])).collect()
}

/// Random numbers (xorshift).
pub(super) struct Random(pub(super) u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 16_777_216.0
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        (self.bits() % count as u64) as usize
    }
}
