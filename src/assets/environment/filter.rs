//! Light from an environment: irradiance, and the pre-filtered maps that shaders look up.

use std::sync::OnceLock;

use glam::Vec3;

use super::cube::{CubeMap, solid_angles, taps, texel_direction};
use super::maths::luminance;

/// Texels along an edge of a face of the diffuse map, and of the map that it is gathered from.
const DIFFUSE_SIZE: u32 = 8;
/// Kernels of maps up to 2^7 texels an edge are kept; larger ones are worked out as they are used.
const CACHED: usize = 8;

/// A diffuse and a specular cube map, in cd/m².
#[derive(Clone, Debug, PartialEq)]
pub struct FilteredEnvironment {
    /// Irradiance divided by π (cd/m²): the luminance of a white matt surface that faces the texel's direction.
    pub diffuse: CubeMap,
    /// Mip levels for `textureSampleLevel(…, perceptual_roughness * (levels - 1))`: level `i` of `n` is
    /// filtered for a perceptual roughness of `i / (n − 1)`, from the map itself down to 1 × 1.
    pub specular: Vec<CubeMap>,
}

/// Sums over texels that one texel of a filtered map consists of, as rows of a sparse matrix.
struct Kernel {
    /// First entry of each row, and the end.
    starts: Vec<u32>,
    /// Texel of the concatenated mip chain, and weight; the weights of a row add up to 1.
    entries: Vec<(u32, f32)>,
}

/// Pre-filters a map for image-based light.
///
/// The specular levels are the split-sum approximation of Karis, "Real Shading in Unreal Engine 4" (2013):
/// the map is averaged with the GGX lobe of a surface seen face-on. The lobe is importance-sampled, each
/// sample looks into the mip level whose texels are as large as its share of the sphere (Křivánek & Colbert,
/// "Real-time Shading with Filtered Importance Sampling", 2008), and since neither depends on the map, the
/// sums are worked out once for each size and kept.
///
/// Maps whose size is not a power of two are first brought to the next smaller one.
pub fn filter(map: &CubeMap) -> FilteredEnvironment {
    let power = map.size.max(1).ilog2() as usize;
    let base = map.resized(1 << power);
    let mut chain = vec![base];
    for level in 0..power {
        let next = chain[level].halved();
        chain.push(next);
    }
    let texels: Vec<Vec3> =
        chain.iter().flat_map(|level| level.faces.iter().flatten().map(|texel| Vec3::from_array(*texel))).collect();
    let mean = Vec3::from_array(chain[power].mean());
    let diffuse = diffuse(&chain[power.saturating_sub(3)].resized(DIFFUSE_SIZE), mean);
    let mut specular: Vec<CubeMap> = Vec::with_capacity(power + 1);
    for level in 1..=power {
        specular.push(convolved(power, level, &texels, mean));
    }
    specular.insert(0, chain.swap_remove(0));
    FilteredEnvironment { diffuse, specular }
}

/// Illuminance of a surface with a given normal, linear RGB in lux: ∫ L cos θ dω over its hemisphere.
pub fn irradiance(map: &CubeMap, normal: Vec3) -> [f32; 3] {
    let small = map.resized(map.size.min(32));
    let angles = solid_angles(small.size);
    let mut sum = Vec3::ZERO;
    let mut cosines = 0.0;
    for (face, texels) in small.faces.iter().enumerate() {
        for (i, texel) in texels.iter().enumerate() {
            let (x, y) = (i as u32 % small.size, i as u32 / small.size);
            let cosine = texel_direction(small.size, face, x, y).dot(normal).max(0.0);
            sum += Vec3::from_array(*texel) * (cosine * angles[i]);
            cosines += cosine * angles[i];
        }
    }
    // The cosines of a hemisphere integrate to π; dividing by their sum takes the error of the grid out.
    (sum * (std::f32::consts::PI / cosines.max(1e-12))).to_array()
}

/// Illuminance of a level table under the open map, in lux.
pub fn horizontal_illuminance(map: &CubeMap) -> f32 {
    luminance(Vec3::from_array(irradiance(map, Vec3::Y)))
}

/// The map with each channel scaled towards a mean over the sphere, by a factor of at most `most`.
fn rescaled(mut map: CubeMap, mean: Vec3, most: f32) -> CubeMap {
    let own = Vec3::from_array(map.mean());
    let factor = Vec3::from_array(std::array::from_fn(|c| if own[c] > 0.0 { mean[c] / own[c] } else { 1.0 }));
    let factor = factor.clamp(Vec3::splat(1.0 / most), Vec3::splat(most));
    for texel in map.faces.iter_mut().flatten() {
        *texel = (Vec3::from_array(*texel) * factor).to_array();
    }
    map
}

/// Cosine-weighted mean around each direction, from a map of 8 × 8.
fn diffuse(source: &CubeMap, mean: Vec3) -> CubeMap {
    static WEIGHTS: OnceLock<Vec<f32>> = OnceLock::new();
    let weights = WEIGHTS.get_or_init(cosine_weights);
    let texels: Vec<Vec3> = source.faces.iter().flatten().map(|texel| Vec3::from_array(*texel)).collect();
    let mut rows = weights.chunks_exact(texels.len());
    let map = CubeMap::from_fn(DIFFUSE_SIZE, |_| {
        let row = rows.next().unwrap_or_default();
        row.iter().zip(&texels).fold(Vec3::ZERO, |sum, (weight, texel)| sum + *texel * *weight)
    });
    rescaled(map, mean, 1.02)
}

/// For each texel of the diffuse map the share of each source texel; rows add up to 1.
fn cosine_weights() -> Vec<f32> {
    const FINE: u32 = 4 * DIFFUSE_SIZE;
    let angles = solid_angles(FINE);
    let mut parts = Vec::new();
    for face in 0..6 {
        for y in 0..FINE {
            for x in 0..FINE {
                let coarse = ((face as u32 * DIFFUSE_SIZE + y / 4) * DIFFUSE_SIZE + x / 4) as usize;
                parts.push((coarse, texel_direction(FINE, face, x, y), angles[(y * FINE + x) as usize]));
            }
        }
    }
    let count = (6 * DIFFUSE_SIZE * DIFFUSE_SIZE) as usize;
    let mut weights = vec![0.0_f32; count * count];
    let mut rows = weights.chunks_exact_mut(count);
    CubeMap::from_fn(DIFFUSE_SIZE, |normal| {
        if let Some(row) = rows.next() {
            for (coarse, direction, angle) in &parts {
                row[*coarse] += normal.dot(*direction).max(0.0) * angle;
            }
            let sum: f32 = row.iter().sum();
            row.iter_mut().for_each(|weight| *weight /= sum);
        }
        Vec3::ZERO
    });
    weights
}

/// One specular level.
fn convolved(power: usize, level: usize, texels: &[Vec3], mean: Vec3) -> CubeMap {
    static KERNELS: [[OnceLock<Kernel>; CACHED]; CACHED] = [const { [const { OnceLock::new() }; CACHED] }; CACHED];
    let size = 1_u32 << (power - level);
    let lobe = Lobe::new(power, level);
    let apply = |entries: &[(u32, f32)]| {
        entries.iter().fold(Vec3::ZERO, |sum, (index, weight)| sum + texels[*index as usize] * *weight)
    };
    let map = match KERNELS.get(power).and_then(|row| row.get(level)) {
        Some(slot) => {
            let kernel = slot.get_or_init(|| Kernel::new(&lobe, size));
            let mut row = 0;
            CubeMap::from_fn(size, |_| {
                row += 1;
                apply(&kernel.entries[kernel.starts[row - 1] as usize..kernel.starts[row] as usize])
            })
        }
        None => {
            let mut entries = Vec::new();
            CubeMap::from_fn(size, |normal| {
                lobe.row(normal, &mut entries);
                apply(&entries)
            })
        }
    };
    rescaled(map, mean, 1.2)
}

impl Kernel {
    fn new(lobe: &Lobe, size: u32) -> Self {
        let mut kernel = Kernel { starts: vec![0], entries: Vec::new() };
        let mut row = Vec::new();
        CubeMap::from_fn(size, |normal| {
            lobe.row(normal, &mut row);
            kernel.entries.extend_from_slice(&row);
            kernel.starts.push(kernel.entries.len() as u32);
            Vec3::ZERO
        });
        kernel
    }
}

/// Samples of the GGX lobe around +Z.
struct Lobe {
    /// Direction, weight, and the mip level (size, offset in the chain) to look into.
    samples: Vec<(Vec3, f32, u32, u32)>,
}

impl Lobe {
    fn new(power: usize, level: usize) -> Self {
        // As `lobes` in brdf.wgsl.
        let perceptual = (level as f32 / power.max(1) as f32).clamp(0.05, 1.0);
        let alpha = perceptual * perceptual;
        let count = if level == 1 { 64 } else { 128_u32 };
        let texel = 4.0 * std::f32::consts::PI / (6.0 * (1_u32 << (2 * power)) as f32);
        let mut samples = Vec::new();
        let mut sum = 0.0;
        for i in 0..count {
            // Hammersley points, mapped to half vectors with density D cos θ (Walter et al. 2007).
            let (a, b) = ((i as f32 + 0.5) / count as f32, i.reverse_bits() as f32 / 4_294_967_296.0);
            let cos_h = ((1.0 - a) / (1.0 + (alpha * alpha - 1.0) * a)).sqrt();
            let sin_h = (1.0 - cos_h * cos_h).max(0.0).sqrt();
            let phi = 2.0 * std::f32::consts::PI * b;
            let half = Vec3::new(sin_h * libm::cosf(phi), sin_h * libm::sinf(phi), cos_h);
            let light = 2.0 * cos_h * half - Vec3::Z;
            if light.z <= 1e-4 {
                continue;
            }
            let k = alpha / (1.0 - cos_h * cos_h + cos_h * cos_h * alpha * alpha);
            let density = k * k * (0.25 / std::f32::consts::PI);
            let share = 1.0 / (count as f32 * density);
            let wanted = 0.5 * libm::log2f(share / texel) + 0.5;
            let mip = (wanted.max(0.0) + 0.5).min(power as f32) as u32;
            let offset: u32 = (0..mip).map(|m| 6 << (2 * (power as u32 - m))).sum();
            sum += light.z;
            samples.push((light, light.z, 1 << (power as u32 - mip), offset));
        }
        samples.iter_mut().for_each(|sample| sample.1 /= sum);
        Lobe { samples }
    }

    /// The texels of the mip chain and their weights that make up the lobe around a direction.
    fn row(&self, normal: Vec3, entries: &mut Vec<(u32, f32)>) {
        let (tangent, bitangent) = normal.any_orthonormal_pair();
        entries.clear();
        for (local, weight, size, offset) in &self.samples {
            let direction = tangent * local.x + bitangent * local.y + normal * local.z;
            entries.extend(taps(*size, direction).iter().map(|(index, share)| (index + offset, share * weight)));
        }
        entries.sort_unstable_by_key(|entry| entry.0);
        entries.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
    }
}
