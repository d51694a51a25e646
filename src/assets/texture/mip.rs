//! Mip levels: colours averaged in linear light, normals made unit length again, roughness raised where normals differ.

use std::sync::OnceLock;

use crate::assets::Texture;

/// Steps of linear light for which [`Curve::encode`] holds the sRGB byte.
const STEPS: usize = 8192;

/// sRGB's transfer curve as tables.
pub(super) struct Curve {
    /// Linear light of each byte.
    decode: [f32; 256],
    encode: Vec<u8>,
}

impl Curve {
    /// The tables, made on first use.
    pub(super) fn get() -> &'static Curve {
        static CURVE: OnceLock<Curve> = OnceLock::new();
        CURVE.get_or_init(|| {
            let mut decode = [0.0; 256];
            for (byte, out) in decode.iter_mut().enumerate() {
                let c = byte as f32 / 255.0;
                *out = if c <= 0.040_45 { c / 12.92 } else { libm::powf((c + 0.055) / 1.055, 2.4) };
            }
            let to_byte = |step: usize| {
                let c = step as f32 / STEPS as f32;
                let s = if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * libm::powf(c, 1.0 / 2.4) - 0.055 };
                (s * 255.0 + 0.5) as u8
            };
            Curve { decode, encode: (0..=STEPS).map(to_byte).collect() }
        })
    }

    /// Linear light of an sRGB byte.
    #[inline]
    pub(super) fn decode(&self, byte: u8) -> f32 {
        self.decode[byte as usize]
    }

    /// The sRGB byte of linear light.
    #[inline]
    pub(super) fn encode(&self, linear: f32) -> u8 {
        self.encode[((linear * STEPS as f32 + 0.5) as usize).min(STEPS)]
    }
}

/// A number in 0–1 as a byte.
#[inline]
pub(super) fn byte(x: f32) -> u8 {
    (x * 255.0 + 0.5) as u8
}

/// A part of a unit vector as a byte, so that 0 is stored as 128 rather than between two bytes.
#[inline]
fn signed_byte(x: f32) -> u8 {
    (x * 127.0 + 128.5) as u8
}

/// Which source pixels a pixel of the next level averages along one axis: the first, and three weights.
fn taps(from: usize) -> Vec<(usize, [f32; 3])> {
    let to = (from / 2).max(1);
    let m = to as f32;
    (0..to)
        .map(|i| match from {
            1 => (0, [1.0, 0.0, 0.0]),
            _ if from.is_multiple_of(2) => (2 * i, [0.5, 0.5, 0.0]),
            _ => (2 * i, [m - i as f32, m, i as f32 + 1.0].map(|w| w / from as f32)),
        })
        .collect()
}

/// Halves an image of some numbers a pixel, read by `get`; `weigh` averages all but the last by the last.
fn halve<const N: usize>(width: usize, height: usize, weigh: bool, get: impl Fn(usize) -> [f32; N]) -> Vec<[f32; N]> {
    let mut out = Vec::with_capacity((width / 2).max(1) * (height / 2).max(1));
    if !weigh && width.is_multiple_of(2) && height.is_multiple_of(2) {
        for y in 0..height / 2 {
            let row = 2 * y * width;
            out.extend((0..width / 2).map(|x| {
                let i = row + 2 * x;
                let (a, b, c, d) = (get(i), get(i + 1), get(i + width), get(i + width + 1));
                std::array::from_fn::<f32, N, _>(|k| ((a[k] + b[k]) + (c[k] + d[k])) * 0.25)
            }));
        }
        return out;
    }
    let (across, down) = (taps(width), taps(height));
    for (y, wy) in &down {
        for (x, wx) in &across {
            let (mut sum, mut total, mut alpha) = ([0.0_f32; N], 0.0_f32, 0.0_f32);
            for (j, wy) in wy.iter().enumerate().filter(|(_, w)| **w > 0.0) {
                for (i, wx) in wx.iter().enumerate().filter(|(_, w)| **w > 0.0) {
                    let p = get((y + j) * width + x + i);
                    let area = wx * wy;
                    alpha += area * p[N - 1];
                    // A trace of weight keeps the colour of what is wholly transparent.
                    let w = if weigh { area * (p[N - 1] + 1e-4) } else { area };
                    total += w;
                    for (s, p) in sum.iter_mut().zip(p) {
                        *s += w * p;
                    }
                }
            }
            let mut mean = sum.map(|s| s / total);
            mean[N - 1] = alpha;
            out.push(mean);
        }
    }
    out
}

/// All levels, given level 0 as bytes, how its pixels become numbers, and how numbers become bytes.
fn levels(
    (width, height): (u32, u32),
    first: Vec<u8>,
    weigh: bool,
    decode: impl Fn([u8; 4]) -> [f32; 4],
    encode: impl Fn([f32; 4]) -> [u8; 4],
) -> Vec<Vec<u8>> {
    let (mut w, mut h) = (width as usize, height as usize);
    if w == 1 && h == 1 {
        return vec![first];
    }
    let (pixels, _) = first.as_chunks::<4>();
    let mut numbers = halve(w, h, weigh, |i| decode(pixels[i]));
    let mut out = vec![first];
    loop {
        (w, h) = ((w / 2).max(1), (h / 2).max(1));
        out.push(numbers.iter().map(|p| encode(*p)).collect::<Vec<_>>().into_flattened());
        if w == 1 && h == 1 {
            return out;
        }
        numbers = halve(w, h, weigh, |i| numbers[i]);
    }
}

/// The stored form of a vector of any length.
#[inline]
pub(super) fn encode_normal([x, y, z]: [f32; 3]) -> [u8; 3] {
    let square = x * x + y * y + z * z;
    if square < 1e-12 {
        return [128, 128, 255];
    }
    let inverse = 1.0 / square.sqrt();
    [signed_byte(x * inverse), signed_byte(y * inverse), signed_byte(z * inverse)]
}

/// The vector that a pixel stores, nearly unit length.
#[inline]
fn decode_normal([x, y, z, _]: [u8; 4]) -> [f32; 3] {
    [x, y, z].map(|b| (f32::from(b) - 128.0) * (1.0 / 127.0))
}

/// Makes the buffer hold exactly one image.
fn fitted(width: u32, height: u32, mut pixels: Vec<u8>) -> (u32, u32, Vec<u8>) {
    let (width, height) = (width.max(1), height.max(1));
    pixels.resize(width as usize * height as usize * 4, 255);
    (width, height, pixels)
}

impl Texture {
    /// Builds the mip levels of an image of 8 bits a channel, RGBA, rows from the top.
    ///
    /// sRGB colours are averaged in linear light and by their alpha, so that the edge of a cut-out keeps its
    /// colour. A buffer that does not fit the size is cut, or filled up with white.
    pub fn from_rgba8(width: u32, height: u32, srgb: bool, pixels: Vec<u8>) -> Texture {
        let (width, height, pixels) = fitted(width, height, pixels);
        let curve = Curve::get();
        let scale = 1.0 / 255.0;
        let size = (width, height);
        let levels = if srgb {
            let weigh = pixels.chunks_exact(4).any(|p| p[3] < 255);
            let decode =
                |[r, g, b, a]: [u8; 4]| [curve.decode(r), curve.decode(g), curve.decode(b), f32::from(a) * scale];
            let encode = |[r, g, b, a]: [f32; 4]| [curve.encode(r), curve.encode(g), curve.encode(b), byte(a)];
            levels(size, pixels, weigh, decode, encode)
        } else {
            levels(size, pixels, false, |p| p.map(|b| f32::from(b) * scale), |p| p.map(byte))
        };
        Texture { width, height, srgb, levels }
    }

    /// Mean over all of it, linear, each channel 0–1.
    pub fn mean(&self) -> [f32; 4] {
        let texel = self.levels.last().and_then(|level| level.first_chunk::<4>()).copied().unwrap_or([255; 4]);
        self.linear(texel)
    }

    /// The texel at a place of the texture, which repeats, at a level: as [`Texture::mean`] has it.
    pub fn texel(&self, uv: [f64; 2], level: usize) -> [f32; 4] {
        let level = level.min(self.levels.len().saturating_sub(1));
        let (width, height) = ((self.width >> level).max(1) as usize, (self.height >> level).max(1) as usize);
        let place = |t: f64, length: usize| (((t - t.floor()) * length as f64) as usize).min(length - 1);
        let at = 4 * (place(uv[1], height) * width + place(uv[0], width));
        let texel = self.levels.get(level).and_then(|texels| texels.get(at..)?.first_chunk::<4>());
        self.linear(texel.copied().unwrap_or([255; 4]))
    }

    fn linear(&self, texel: [u8; 4]) -> [f32; 4] {
        std::array::from_fn(|channel| match self.srgb && channel < 3 {
            true => Curve::get().decode(texel[channel]),
            false => f32::from(texel[channel]) / 255.0,
        })
    }

    /// Builds the mip levels of a tangent-space normal map; every level's normals are unit length.
    pub fn from_normals(width: u32, height: u32, pixels: Vec<u8>) -> Texture {
        let (width, height, pixels) = fitted(width, height, pixels);
        let decode = |p: [u8; 4]| {
            let [x, y, z] = decode_normal(p);
            [x, y, z, f32::from(p[3]) * (1.0 / 255.0)]
        };
        let levels = levels((width, height), pixels, false, decode, |[x, y, z, a]| {
            let [x, y, z] = encode_normal([x, y, z]);
            [x, y, z, byte(a)]
        });
        Texture { width, height, srgb: false, levels }
    }
}

/// The normal map and the ORM map of a square, their levels made together.
///
/// Where a level averages normals that differ, its roughness rises by what was lost: the average's length gives
/// the spread of a von Mises–Fisher lobe, whose width adds to that of the microfacets.
pub(super) fn normals_and_orm(n: usize, normals: Vec<[u8; 4]>, orm: Vec<[u8; 4]>) -> (Texture, Texture) {
    // The square of the microfacets' width is the fourth power of perceptual roughness.
    let powers: [f32; 256] = std::array::from_fn(|b| {
        let square = (b as f32 / 255.0) * (b as f32 / 255.0);
        square * square
    });
    let mut numbers = halve(n, n, false, |i| {
        let ([x, y, z], o) = (decode_normal(normals[i]), orm[i]);
        let inverse = 1.0 / (x * x + y * y + z * z).sqrt();
        let (open, metal) = (f32::from(o[0]) * (1.0 / 255.0), f32::from(o[2]) * (1.0 / 255.0));
        [x * inverse, y * inverse, z * inverse, open, powers[o[1] as usize], metal]
    });
    let mut normal_levels = vec![normals.into_flattened()];
    let mut orm_levels = vec![orm.into_flattened()];
    let mut w = n;
    while w > 1 {
        w /= 2;
        let (mut normal, mut orm) = (Vec::with_capacity(w * w), Vec::with_capacity(w * w));
        for [x, y, z, open, power, metal] in &numbers {
            let [nx, ny, nz] = encode_normal([*x, *y, *z]);
            normal.push([nx, ny, nz, 255]);
            let square = (x * x + y * y + z * z).min(1.0);
            let lost = 2.0 * (1.0 - square).max(1e-6) / (square.sqrt() * (3.0 - square)).max(1e-3);
            orm.push([byte(*open), byte((power + lost).sqrt().sqrt().min(1.0)), byte(*metal), 255]);
        }
        normal_levels.push(normal.into_flattened());
        orm_levels.push(orm.into_flattened());
        if w > 1 {
            numbers = halve(w, w, false, |i| numbers[i]);
        }
    }
    let size = n as u32;
    let wrap = |levels| Texture { width: size, height: size, srgb: false, levels };
    (wrap(normal_levels), wrap(orm_levels))
}
