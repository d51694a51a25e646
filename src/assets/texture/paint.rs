//! From what a recipe says about each pixel to the three textures, and shapes stamped on fields.

use super::TextureSet;
use super::field::Field;
use super::mip::{self, Curve};
use super::noise::{Cx, floor, lerp, unit};
use crate::assets::Texture;

/// Linear RGB.
pub(super) type Rgb = [f32; 3];

/// What a recipe says about one pixel.
pub(super) struct Pixel {
    /// Linear albedo, or the reflectance of a metal.
    pub(super) color: Rgb,
    /// Millimetres.
    pub(super) height: f32,
    /// Perceptual roughness.
    pub(super) rough: f32,
    /// 0 or 1, in between at borders.
    pub(super) metal: f32,
    /// Occlusion besides that which follows from the heights; 1 is open.
    pub(super) open: f32,
}

impl Pixel {
    /// Nothing metallic, nothing occluded.
    #[inline]
    pub(super) fn new(color: Rgb, height: f32, rough: f32) -> Pixel {
        Pixel { color, height, rough, metal: 0.0, open: 1.0 }
    }
}

/// What holds for the whole of a set.
pub(super) struct Finish {
    /// Metres that one repeat covers.
    pub(super) size_m: f32,
    /// Whether a model's own colour multiplies the base colour, which then may reach 1.
    pub(super) tinted: bool,
    /// How far hollows reach, metres; 0 for no occlusion from heights.
    pub(super) hollow_m: f32,
}

impl Finish {
    /// A material with its own albedo.
    pub(super) fn natural(size_m: f32, hollow_m: f32) -> Finish {
        Finish { size_m, tinted: false, hollow_m }
    }

    /// A near-white material that models tint.
    pub(super) fn tinted(size_m: f32, hollow_m: f32) -> Finish {
        Finish { size_m, tinted: true, hollow_m }
    }
}

/// Makes the textures; `shade` gets the pixel's index and its place in 0–1.
pub(super) fn render(cx: &Cx, finish: &Finish, mut shade: impl FnMut(usize, f32, f32) -> Pixel) -> TextureSet {
    let n = cx.n;
    let curve = Curve::get();
    let (low, high) = if finish.tinted { (0.3, 1.0) } else { (0.02, 0.9) };
    let step = 1.0 / n as f32;
    let mut base = Vec::with_capacity(n * n);
    let mut heights = Field::with_room(n * n);
    let mut orm = Vec::with_capacity(n * n);
    for y in 0..n {
        for x in 0..n {
            let p = shade(y * n + x, (x as f32 + 0.5) * step, (y as f32 + 0.5) * step);
            let [r, g, b] = p.color.map(|c| curve.encode(c.clamp(low, high)));
            base.push([r, g, b, 255]);
            heights.push(p.height * 0.001);
            let unit = [p.open.clamp(0.0, 1.0), p.rough.clamp(0.045, 1.0), p.metal.clamp(0.0, 1.0)];
            let [o, r, m] = unit.map(mip::byte);
            orm.push([o, r, m, 255]);
        }
    }
    if finish.hollow_m > 0.0 {
        let around = cx.blur(&heights, finish.hollow_m / finish.size_m);
        let scale = 1.6 / finish.hollow_m;
        for ((o, h), a) in orm.iter_mut().zip(heights.iter()).zip(around.iter()) {
            o[0] = (f32::from(o[0]) / (1.0 + ((a - h) * scale).max(0.0)) + 0.5) as u8;
        }
    }
    let normals = normals(n, &heights, finish.size_m);
    let base_color = Texture::from_rgba8(n as u32, n as u32, true, base.into_flattened());
    let (normal, orm) = mip::normals_and_orm(n, normals, orm);
    TextureSet { base_color, orm, normal, size_m: finish.size_m }
}

/// Unit normals of a height field in metres; +Y points to the top row.
fn normals(n: usize, heights: &[f32], size_m: f32) -> Vec<[u8; 4]> {
    let scale = 0.5 * n as f32 / size_m;
    let mut out = Vec::with_capacity(n * n);
    for y in 0..n {
        let row = &heights[y * n..][..n];
        let above = &heights[(y + n - 1) % n * n..][..n];
        let below = &heights[(y + 1) % n * n..][..n];
        for x in 0..n {
            let left = row[if x == 0 { n - 1 } else { x - 1 }];
            let right = row[if x + 1 == n { 0 } else { x + 1 }];
            let [x, y, z] = mip::encode_normal([(left - right) * scale, (below[x] - above[x]) * scale, 1.0]);
            out.push([x, y, z, 255]);
        }
    }
    out
}

/// A colour written as in a paint program, as linear RGB.
pub(super) fn srgb(hex: u32) -> Rgb {
    let curve = Curve::get();
    [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8].map(|b| curve.decode(b))
}

/// Straight mix of two colours.
#[inline]
pub(super) fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    [lerp(a[0], b[0], t), lerp(a[1], b[1], t), lerp(a[2], b[2], t)]
}

/// A colour made lighter or darker.
#[inline]
pub(super) fn times(c: Rgb, f: f32) -> Rgb {
    [c[0] * f, c[1] * f, c[2] * f]
}

/// A saturated colour from hue, saturation and value, each 0–1.
pub(super) fn hsv(hue: f32, saturation: f32, value: f32) -> Rgb {
    let channel = |shift: f32| {
        let t = (hue + shift) * 6.0;
        let t = t - 6.0 * floor(t / 6.0) as f32;
        let ramp = ((t - 3.0).abs() - 1.0).clamp(0.0, 1.0);
        value * (1.0 - saturation * (1.0 - ramp))
    };
    let c = [channel(0.0), channel(2.0 / 3.0), channel(1.0 / 3.0)];
    // The mix is made in sRGB, where hues are spread more evenly.
    let curve = Curve::get();
    c.map(|c| curve.decode(mip::byte(c)))
}

/// A number in −1–1 from some of a hash's bits.
#[inline]
pub(super) fn signed(id: u32, salt: u32) -> f32 {
    unit(super::noise::hash(id ^ salt.wrapping_mul(0x9e37_79b1))) * 2.0 - 1.0
}

/// Calls `f` with the index and the offset from the centre, in pixels, of every pixel within `radius` of a place;
/// all in pixels, wrapping at the borders.
pub(super) fn stamp(n: usize, x: f32, y: f32, radius: f32, mut f: impl FnMut(usize, f32, f32)) {
    let reach = radius.min(n as f32 * 0.5 - 1.0).max(0.5);
    let (y0, y1) = (floor(y - reach), floor(y + reach));
    let size = n as i32;
    for py in y0..=y1 {
        let dy = py as f32 + 0.5 - y;
        let row = py.rem_euclid(size) as usize * n;
        let half = (reach * reach - dy * dy).max(0.0).sqrt() + 0.5;
        let (x0, x1) = (floor(x - half), floor(x + half));
        let mut px_wrapped = x0.rem_euclid(size) as usize;
        for px in x0..=x1 {
            f(row + px_wrapped, px as f32 + 0.5 - x, dy);
            px_wrapped += 1;
            if px_wrapped == n {
                px_wrapped = 0;
            }
        }
    }
}

/// Like [`stamp`], for a rectangle of the given half sides whose first axis points along `(c, s)`; `f` gets the
/// offsets along and across.
pub(super) fn stamp_turned(
    n: usize,
    (x, y): (f32, f32),
    (s, c): (f32, f32),
    (length, width): (f32, f32),
    mut f: impl FnMut(usize, f32, f32),
) {
    let most = n as f32 * 0.5 - 1.0;
    let (length, width) = (length.min(most * 0.7), width.min(most * 0.7));
    let tall = length * s.abs() + width * c.abs();
    let size = n as i32;
    for py in floor(y - tall)..=floor(y + tall) {
        let dy = py as f32 + 0.5 - y;
        // Where the row enters and leaves the strip along each axis.
        let (mut low, mut high) = (-most, most);
        for (slope, offset, half) in [(c, dy * s, length), (-s, dy * c, width)] {
            if slope.abs() > 1e-4 {
                let (a, b) = ((-half - offset) / slope, (half - offset) / slope);
                low = low.max(a.min(b));
                high = high.min(a.max(b));
            }
        }
        if low > high {
            continue;
        }
        let row = py.rem_euclid(size) as usize * n;
        let first = floor(x + low);
        let mut wrapped = first.rem_euclid(size) as usize;
        for px in first..=floor(x + high) {
            let dx = px as f32 + 0.5 - x;
            f(row + wrapped, dx * c + dy * s, dy * c - dx * s);
            wrapped += 1;
            if wrapped == n {
                wrapped = 0;
            }
        }
    }
}

/// A thin curved line, in tiles.
pub(super) struct Stroke {
    /// Where it begins.
    pub(super) from: (f32, f32),
    /// Where it ends, from its beginning.
    pub(super) along: (f32, f32),
    /// How far its middle is pushed aside.
    pub(super) bend: f32,
    /// Half its width.
    pub(super) half: f32,
}

/// Calls `f` with the index of every pixel near a line, how far along it lies (0–1), and its signed distance from
/// the line in units of the half width, which is at least three quarters of a pixel.
pub(super) fn stroke(n: usize, s: &Stroke, mut f: impl FnMut(usize, f32, f32)) {
    let scale = n as f32;
    let (dx, dy) = (s.along.0 * scale, s.along.1 * scale);
    let length = (dx * dx + dy * dy).sqrt().max(1e-3);
    let half = (s.half * scale).max(0.75);
    let steep = dy.abs() > dx.abs();
    // `a` is the axis that the line follows more closely.
    let (a0, b0, da, db) =
        if steep { (s.from.1 * scale, s.from.0 * scale, dy, dx) } else { (s.from.0 * scale, s.from.1 * scale, dx, dy) };
    if da.abs() < 1e-3 {
        return;
    }
    let cosine = da.abs() / length;
    let reach = (half + 1.0) / cosine;
    let size = n as i32;
    let (first, last) = (floor(a0.min(a0 + da)), floor(a0.max(a0 + da)));
    for a in first..=last {
        let t = ((a as f32 + 0.5 - a0) / da).clamp(0.0, 1.0);
        let centre = b0 + db * t + s.bend * scale * 4.0 * t * (1.0 - t);
        let pa = a.rem_euclid(size) as usize;
        for b in floor(centre - reach)..=floor(centre + reach) {
            let d = (b as f32 + 0.5 - centre) * cosine / half;
            let pb = b.rem_euclid(size) as usize;
            let i = if steep { pa * n + pb } else { pb * n + pa };
            f(i, t, d);
        }
    }
}

/// How much of a pixel a line covers, given its distance from the line in half widths.
#[inline]
pub(super) fn cover(d: f32) -> f32 {
    (1.5 - d.abs()).clamp(0.0, 1.0)
}

/// How far each place is from where a field crosses 0, in tiles; lines drawn by it keep their width.
pub(super) fn crossing(cx: &Cx, field: &[f32]) -> Field {
    let n = cx.n;
    let scale = 0.5 * n as f32;
    let mut out = Field::with_room(n * n);
    for y in 0..n {
        let row = &field[y * n..][..n];
        let above = &field[(y + n - 1) % n * n..][..n];
        let below = &field[(y + 1) % n * n..][..n];
        for x in 0..n {
            let dx = row[if x + 1 == n { 0 } else { x + 1 }] - row[if x == 0 { n - 1 } else { x - 1 }];
            let dy = below[x] - above[x];
            out.push(row[x].abs() / (scale * (dx * dx + dy * dy).sqrt()).max(0.5));
        }
    }
    out
}

/// Adds random scratches to a field, which they raise to at most 1: `count` of them, up to `length` tiles; many
/// lie beside the one before, as where something was dragged.
pub(super) fn scratches(cx: &Cx, k: u32, out: &mut Field, count: usize, length: f32, half: f32) {
    let mut rng = cx.rng(k);
    let mut last = (rng.unit(), rng.unit(), rng.range(0.0, core::f32::consts::TAU));
    for _ in 0..count {
        last = if rng.unit() < 0.45 {
            (last.0 + rng.range(-0.03, 0.03), last.1 + rng.range(-0.03, 0.03), last.2 + rng.range(-0.12, 0.12))
        } else {
            (rng.unit(), rng.unit(), rng.range(0.0, core::f32::consts::TAU))
        };
        let (s, c) = libm::sincosf(last.2);
        let reach = length * (0.15 + 0.85 * rng.unit() * rng.unit());
        let strength = rng.range(0.3, 1.0);
        let line = Stroke {
            from: (last.0, last.1),
            along: (c * reach, s * reach),
            bend: rng.range(-0.03, 0.03) * reach,
            half: half * rng.range(0.5, 1.3),
        };
        stroke(cx.n, &line, |i, t, d| {
            let value = cover(d) * strength * smooth_ends(t);
            out[i] = out[i].max(value);
        });
    }
}

/// 0 at both ends of a line, 1 for most of it.
#[inline]
pub(super) fn smooth_ends(t: f32) -> f32 {
    (8.0 * t * (1.0 - t)).min(1.0)
}
