//! Cube maps: what a texel means as a direction, seamless lookups, solid angles and down-sampling.

use glam::Vec3;

/// A cube map of linear RGB luminance.
///
/// # Orientation
///
/// Faces come in wgpu's layer order +X −X +Y −Y +Z −Z **of the cube's own, left-handed frame**. The shaders
/// negate z of every world direction before they sample (`lighting.wgsl`, `backdrop.wgsl`), so for a
/// world that is right-handed with Y up the texel at column `x`, row `y` (rows from the top) with
/// `u = (2x + 1) / size − 1` and `v = (2y + 1) / size − 1` shows the world direction
///
/// | layer | cube face | world direction (not normalised) | seen when looking along |
/// | ----- | --------- | -------------------------------- | ----------------------- |
/// | 0     | +X        | ( 1, −v,  u)                     | world +X                |
/// | 1     | −X        | (−1, −v, −u)                     | world −X                |
/// | 2     | +Y        | ( u,  1, −v)                     | up, world −Z at the bottom edge |
/// | 3     | −Y        | ( u, −1,  v)                     | down, world −Z at the top edge  |
/// | 4     | +Z        | ( u, −v, −1)                     | world **−Z** (forward)  |
/// | 5     | −Z        | (−u, −v,  1)                     | world **+Z** (backward) |
///
/// Every face is therefore the picture that a camera at the centre would take, not mirrored.
#[derive(Clone, Debug, PartialEq)]
pub struct CubeMap {
    /// Texels along an edge of a face.
    pub size: u32,
    /// Linear RGB in cd/m², rows from the top, `size * size` texels for each face.
    pub faces: [Vec<[f32; 3]>; 6],
}

/// World direction (unit length) at `u`, `v` in −1..1 on layer `face`; see [`CubeMap`] for the table.
///
/// Values beyond ±1 continue the plane of the face over its edge.
pub fn face_direction(face: usize, u: f32, v: f32) -> Vec3 {
    let direction = match face {
        0 => Vec3::new(1.0, -v, u),
        1 => Vec3::new(-1.0, -v, -u),
        2 => Vec3::new(u, 1.0, -v),
        3 => Vec3::new(u, -1.0, v),
        4 => Vec3::new(u, -v, -1.0),
        _ => Vec3::new(-u, -v, 1.0),
    };
    direction / direction.length()
}

/// Layer and `u`, `v` in −1..1 where a world direction (any length but zero) meets the cube.
pub fn face_coordinates(direction: Vec3) -> (usize, f32, f32) {
    let Vec3 { x, y, z } = direction;
    let (ax, ay, az) = (x.abs(), y.abs(), z.abs());
    if ax >= ay && ax >= az {
        if x > 0.0 { (0, z / ax, -y / ax) } else { (1, -z / ax, -y / ax) }
    } else if ay >= az {
        if y > 0.0 { (2, x / ay, -z / ay) } else { (3, x / ay, z / ay) }
    } else if z < 0.0 {
        (4, x / az, -y / az)
    } else {
        (5, -x / az, -y / az)
    }
}

/// World direction (unit length) of the centre of a texel of a map of `size` texels an edge.
pub fn texel_direction(size: u32, face: usize, x: u32, y: u32) -> Vec3 {
    let scale = 2.0 / size as f32;
    face_direction(face, (x as f32 + 0.5) * scale - 1.0, (y as f32 + 0.5) * scale - 1.0)
}

/// The texel (layer, column, row) of a map of `size` texels an edge that holds a world direction.
pub fn direction_texel(size: u32, direction: Vec3) -> (usize, u32, u32) {
    let (face, u, v) = face_coordinates(direction);
    let last = size.saturating_sub(1);
    let cell = |t: f32| (((t + 1.0) * 0.5 * size as f32) as u32).min(last);
    (face, cell(u), cell(v))
}

/// Solid angles in steradian of the texels of one face, rows from the top; all six faces together make 4π.
///
/// Exact, by the antiderivative atan(uv / √(1 + u² + v²)) at the corners of the texels.
pub fn solid_angles(size: u32) -> Vec<f32> {
    let n = size.max(1) as usize;
    let corner = |i: usize| 2.0 * i as f64 / n as f64 - 1.0;
    let row = |j: usize| -> Vec<f64> {
        let v = corner(j);
        (0..=n).map(|i| (corner(i), v)).map(|(u, v)| libm::atan2(u * v, (1.0 + u * u + v * v).sqrt())).collect()
    };
    let mut above = row(0);
    let mut angles = Vec::with_capacity(n * n);
    for j in 1..=n {
        let below = row(j);
        angles.extend((0..n).map(|i| (below[i + 1] - below[i] - above[i + 1] + above[i]) as f32));
        above = below;
    }
    angles
}

/// Four texels (index over all faces, layer-major) and weights that a seamless bilinear lookup mixes.
pub(super) fn taps(size: u32, direction: Vec3) -> [(u32, f32); 4] {
    let (face, u, v) = face_coordinates(direction);
    let n = size as f32;
    let (px, py) = ((u + 1.0) * 0.5 * n - 0.5, (v + 1.0) * 0.5 * n - 0.5);
    let (fx, fy) = (px.floor(), py.floor());
    let (wx, wy) = (px - fx, py - fy);
    let (x, y) = (fx as i32, fy as i32);
    let mut found = [(0, (1.0 - wx) * (1.0 - wy)), (0, wx * (1.0 - wy)), (0, (1.0 - wx) * wy), (0, wx * wy)];
    let mut missing = None;
    for (i, (dx, dy)) in [(0, 0), (1, 0), (0, 1), (1, 1)].into_iter().enumerate() {
        match neighbour(size, face, x + dx, y + dy) {
            Some(index) => found[i].0 = index,
            None => missing = Some(i),
        }
    }
    // At a corner three texels meet; they share the weight of the fourth, as Vulkan's implementations do.
    if let Some(i) = missing {
        let share = found[i].1 / 3.0;
        found.iter_mut().for_each(|tap| tap.1 += share);
        found[i] = (found[3 - i].0, 0.0);
    }
    found
}

/// Index over all faces of a texel that may lie one step over an edge of its face; none over a corner.
///
/// The plane of a face, continued by half a texel, projects into the row of texels beyond the edge and
/// shifts along it by less than half a texel, so that rounding finds the true neighbour.
fn neighbour(size: u32, face: usize, x: i32, y: i32) -> Option<u32> {
    let inside = 0..size as i32;
    let (face, x, y) = match (inside.contains(&x), inside.contains(&y)) {
        (true, true) => (face, x as u32, y as u32),
        (false, false) => return None,
        _ => {
            let centre = |t: i32| (2 * t + 1) as f32 / size as f32 - 1.0;
            direction_texel(size, face_direction(face, centre(x), centre(y)))
        }
    };
    Some((face as u32 * size + y) * size + x)
}

/// A square of texels of one face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    face: usize,
    x: u32,
    y: u32,
}

/// Texels along an edge of a block.
const BLOCK: u32 = 16;

impl CubeMap {
    /// A map without light.
    pub(super) fn black(size: u32) -> Self {
        let size = size.max(1);
        CubeMap { size, faces: std::array::from_fn(|_| vec![[0.0; 3]; (size * size) as usize]) }
    }

    /// The blocks that a cone which is `wanted` (axis, half angle in radian) may touch.
    pub(super) fn blocks(&self, wanted: &dyn Fn(Vec3, f32) -> bool) -> Vec<Block> {
        let mut blocks = Vec::new();
        let edge = BLOCK.min(self.size);
        let centre = |start: u32| (2.0 * start as f32 + edge as f32) / self.size as f32 - 1.0;
        // Half the diagonal, at the middle of a face where it looks largest, and a texel that is mixed in.
        let half_angle = std::f32::consts::SQRT_2 * (edge + 2) as f32 / self.size as f32;
        for face in 0..6 {
            for y in (0..self.size).step_by(BLOCK as usize) {
                for x in (0..self.size).step_by(BLOCK as usize) {
                    if wanted(face_direction(face, centre(x), centre(y)), half_angle) {
                        blocks.push(Block { face, x, y });
                    }
                }
            }
        }
        blocks
    }

    /// How many blocks there are.
    pub(super) fn all_blocks(&self) -> usize {
        let edge = self.size.div_ceil(BLOCK) as usize;
        6 * edge * edge
    }

    /// Sets the texels of blocks for which `light` gives a value for the direction of their centre.
    pub(super) fn fill(&mut self, blocks: &[Block], mut light: impl FnMut(Vec3) -> Option<Vec3>) {
        for block in blocks {
            for y in block.y..(block.y + BLOCK).min(self.size) {
                for x in block.x..(block.x + BLOCK).min(self.size) {
                    if let Some(value) = light(texel_direction(self.size, block.face, x, y)) {
                        self.faces[block.face][(y * self.size + x) as usize] = value.to_array();
                    }
                }
            }
        }
    }

    /// A map whose texels hold `light` of the direction of their centres.
    pub fn from_fn(size: u32, mut light: impl FnMut(Vec3) -> Vec3) -> Self {
        let size = size.max(1);
        let faces = std::array::from_fn(|face| {
            let mut texels = Vec::with_capacity((size * size) as usize);
            for y in 0..size {
                texels.extend((0..size).map(|x| light(texel_direction(size, face, x, y)).to_array()));
            }
            texels
        });
        CubeMap { size, faces }
    }

    /// Luminance (linear RGB, cd/m²) of one texel.
    pub fn texel(&self, face: usize, x: u32, y: u32) -> [f32; 3] {
        self.faces[face][(y * self.size + x) as usize]
    }

    /// Luminance (linear RGB, cd/m²) in a world direction, interpolated as the hardware does.
    pub fn sample(&self, direction: Vec3) -> [f32; 3] {
        let texels = (self.size * self.size) as usize;
        let mut sum = Vec3::ZERO;
        for (index, weight) in taps(self.size, direction) {
            let index = index as usize;
            sum += Vec3::from_array(self.faces[index / texels][index % texels]) * weight;
        }
        sum.to_array()
    }

    /// Adds a share of another map of the same size.
    pub(super) fn add(&mut self, other: &CubeMap, share: f32) {
        for (face, other) in self.faces.iter_mut().zip(&other.faces) {
            for (texel, other) in face.iter_mut().zip(other) {
                texel.iter_mut().zip(other).for_each(|(sum, other)| *sum += share * other);
            }
        }
    }

    /// Adds to every direction.
    pub(super) fn light_up(&mut self, light: impl Fn(Vec3) -> Vec3) {
        let size = self.size;
        for (face, texels) in self.faces.iter_mut().enumerate() {
            for (index, texel) in texels.iter_mut().enumerate() {
                let more = light(texel_direction(size, face, index as u32 % size, index as u32 / size));
                texel.iter_mut().zip(more.to_array()).for_each(|(sum, more)| *sum += more);
            }
        }
    }

    /// Mean luminance (linear RGB, cd/m²) over the whole sphere, weighted by solid angle.
    pub fn mean(&self) -> [f32; 3] {
        let angles = solid_angles(self.size);
        let mut sum = [0.0_f64; 3];
        for face in &self.faces {
            for (texel, angle) in face.iter().zip(&angles) {
                for (total, value) in sum.iter_mut().zip(texel) {
                    *total += f64::from(value * angle);
                }
            }
        }
        sum.map(|total| (total / (4.0 * std::f64::consts::PI)) as f32)
    }

    /// The map at half the resolution (at least one texel); the light that each texel sends is kept.
    pub fn halved(&self) -> Self {
        let size = (self.size / 2).max(1);
        if self.size < 2 {
            return self.clone();
        }
        let angles = solid_angles(self.size);
        let faces = std::array::from_fn(|face| {
            let source = &self.faces[face];
            let mut texels = Vec::with_capacity((size * size) as usize);
            for y in 0..size {
                for x in 0..size {
                    let first = (2 * y * self.size + 2 * x) as usize;
                    let mut sum = Vec3::ZERO;
                    let mut angle = 0.0;
                    for i in [first, first + 1, first + self.size as usize, first + self.size as usize + 1] {
                        sum += Vec3::from_array(source[i]) * angles[i];
                        angle += angles[i];
                    }
                    texels.push((sum / angle).to_array());
                }
            }
            texels
        });
        CubeMap { size, faces }
    }

    /// The map at another resolution: halved as often as that fits, then interpolated if need be.
    pub fn resized(&self, size: u32) -> Self {
        let size = size.max(1);
        let mut map = self.clone();
        while map.size >= 2 * size {
            map = map.halved();
        }
        if map.size == size { map } else { CubeMap::from_fn(size, |direction| Vec3::from_array(map.sample(direction))) }
    }

    /// All luminances times a factor.
    pub fn scaled(mut self, factor: f32) -> Self {
        for value in self.faces.iter_mut().flatten().flatten() {
            *value *= factor;
        }
        self
    }
}
