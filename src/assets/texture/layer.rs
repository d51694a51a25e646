//! Layers over any material, textured or flat: dust, dirt, scratches, rust and stains; and changes of its look.
//!
//! Pure functions of plain data. Patterns depend on the seed and on the size of the square alone, repeat without seams
//! and grow with their amount: what a little dirt covers, more dirt covers too.

mod coat;
mod oklch;
mod relief;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::TextureSet;
use super::field::Field;
use super::mip::{self, Curve};
use super::noise::{Cx, hash, lerp};
use super::paint::Rgb;
use crate::assets::{Surface, Texture};
use coat::{Coat, Ground};
pub(in crate::assets) use oklch::Shift;

pub use crate::randomize::concrete::Adjust as Adjustment;

/// What lies over a surface; amounts from 0 (nothing) to 1 (most there is).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Layer {
    /// A bright matte film that collects in hollows.
    Dust(f32),
    /// Dark rough blotches and streaks.
    Dirt(f32),
    /// Light rough lines along a few directions.
    Scratches(f32),
    /// Orange-brown rough patches that are not metal.
    Rust(f32),
    /// Rings, dried drops and drips.
    Stains(f32),
    /// White rough blotches and streaks.
    Salt(f32),
}

impl Layer {
    /// How much of it there is, within 0–1; 0 for what is no number.
    pub fn amount(self) -> f32 {
        let (Layer::Dust(amount)
        | Layer::Dirt(amount)
        | Layer::Scratches(amount)
        | Layer::Rust(amount)
        | Layer::Stains(amount)
        | Layer::Salt(amount)) = self;
        if amount > 0.0 { amount.min(1.0) } else { 0.0 }
    }
}

impl Adjustment {
    /// What it does to colours; nothing where that is no change.
    fn shift(&self) -> Option<Shift> {
        let same = (self.hue_deg, self.saturation, self.brightness) == (0.0, 1.0, 1.0);
        (!same).then(|| Shift::new(self.hue_deg, self.saturation, self.brightness))
    }
}

/// The textures of a material, each of which it may lack.
#[derive(Debug, Clone, Copy, Default)]
pub struct Maps<'a> {
    /// sRGB colour and alpha.
    pub base_color: Option<&'a Texture>,
    /// Linear: red occlusion, green roughness, blue metalness.
    pub orm: Option<&'a Texture>,
    /// Linear, tangent space, +Y towards the top row.
    pub normal: Option<&'a Texture>,
}

/// What holds for the whole of a material: factors of its textures, or its values where it has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlatValues {
    /// Linear RGB.
    pub base_color: [f32; 3],
    /// Of a material that is seen through: its alpha, which layers raise. Alpha stays as it is else.
    pub alpha: Option<f32>,
    /// Perceptual, 0–1.
    pub roughness: f32,
    /// 0 dielectric – 1 metal.
    pub metallic: f32,
    /// Metres that one repeat of the textures covers.
    pub size_m: f32,
}

impl Default for FlatValues {
    /// Factors that change nothing, on half a metre, a scale at which layers look right on things held in a hand and
    /// on furniture.
    fn default() -> Self {
        FlatValues { base_color: [1.0; 3], alpha: None, roughness: 1.0, metallic: 1.0, size_m: 0.5 }
    }
}

/// Pixels along a side of layers over flat materials.
const FLAT_RESOLUTION: usize = 512;

/// Fewest and most pixels along a side of the patterns; smaller textures are made as large as the patterns.
const RESOLUTIONS: (usize, usize) = (256, 1024);

/// A set with layers over it, the first of them lowest. Without textures of its own the material is flat.
///
/// Flat values are baked in: their factors become 1. What nothing changes is the same bit for bit. The maps of a set
/// may differ in size.
pub fn layered(base: Maps, flat: FlatValues, layers: &[Layer], adjustment: &Adjustment, seed: u64) -> TextureSet {
    let made = Work::new(base, flat, layers, adjustment, seed).make();
    let [base_color, orm, normal] = [base.base_color, base.orm, base.normal].map(Option::<&Texture>::cloned);
    let level = |srgb, pixel: [u8; 4]| Texture::from_rgba8(1, 1, srgb, pixel.to_vec());
    TextureSet {
        base_color: made.base_color.or(base_color).unwrap_or_else(|| level(true, [255; 4])),
        orm: made.orm.or(orm).unwrap_or_else(|| level(false, [255; 4])),
        normal: made.normal.or(normal).unwrap_or_else(|| level(false, [128, 128, 255, 255])),
        size_m: flat.size_m,
    }
}

/// A surface with layers over it: as [`layered`], its factors and textures put back into a surface. Textures that do
/// not change are shared, and without any change it is the same surface.
pub fn worn(surface: &Surface, layers: &[Layer], adjustment: &Adjustment, seed: u64) -> Surface {
    let base = Maps {
        base_color: surface.base_color_texture.as_deref(),
        orm: surface.orm_texture.as_deref(),
        normal: surface.normal_texture.as_deref(),
    };
    let [r, g, b, alpha] = surface.base_color;
    let flat = FlatValues {
        base_color: [r, g, b],
        alpha: surface.blended.then_some(alpha),
        roughness: surface.roughness,
        metallic: surface.metallic,
        size_m: surface.texture_size_m,
    };
    if layers.iter().all(|layer| layer.amount() == 0.0) && *adjustment == Adjustment::default() {
        return surface.clone();
    }
    let made = Work::new(base, flat, layers, adjustment, seed).make();
    let mut out = surface.clone();
    if let Some(texture) = made.base_color {
        out.base_color_texture = Some(Arc::new(texture));
        out.base_color = [1.0, 1.0, 1.0, if surface.blended { 1.0 } else { alpha }];
    }
    if let Some(texture) = made.orm {
        out.orm_texture = Some(Arc::new(texture));
        (out.roughness, out.metallic) = (1.0, 1.0);
    }
    if let Some(texture) = made.normal {
        out.normal_texture = Some(Arc::new(texture));
    }
    out
}

/// The maps that had to be made.
struct Made {
    base_color: Option<Texture>,
    orm: Option<Texture>,
    normal: Option<Texture>,
}

/// A coat with the slopes of its relief, towards +x and the top row.
struct Film {
    coat: Coat,
    slopes: Vec<[f32; 2]>,
}

/// What all maps are made from.
struct Work<'a> {
    base: Maps<'a>,
    flat: FlatValues,
    adjustment: &'a Adjustment,
    /// Pixels along a side of the films, a power of two.
    n: usize,
    films: Vec<Film>,
}

/// Where a pixel of a map lies among those of the films: four of them and their weights.
#[derive(Clone, Copy)]
struct Place {
    at: [usize; 4],
    weight: [f32; 4],
}

impl Place {
    fn of(self, field: &[f32]) -> f32 {
        let [a, b, c, d] = self.at.map(|at| field[at]);
        let [p, q, r, s] = self.weight;
        a * p + b * q + c * r + d * s
    }

    fn vector<const N: usize>(self, field: &[[f32; N]]) -> [f32; N] {
        let [a, b, c, d] = self.at.map(|at| field[at]);
        let [p, q, r, s] = self.weight;
        std::array::from_fn(|k| a[k] * p + b[k] * q + c[k] * r + d[k] * s)
    }
}

/// The pixels of a texture that lie below one of a map of another size.
struct Below<'a> {
    texture: Option<&'a Texture>,
    pixels: &'a [[u8; 4]],
    else_pixel: [u8; 4],
}

impl<'a> Below<'a> {
    fn new(texture: Option<&'a Texture>, else_pixel: [u8; 4]) -> Below<'a> {
        let level = texture.and_then(|texture| texture.levels.first());
        Below { texture, pixels: level.map_or(&[], |level| level.as_chunks::<4>().0), else_pixel }
    }

    /// Of the pixel at a place of a map of `width` × `height`: the nearest.
    fn at(&self, (x, y): (usize, usize), (width, height): (usize, usize)) -> [u8; 4] {
        let Some(texture) = self.texture else { return self.else_pixel };
        let (w, h) = (texture.width as usize, texture.height as usize);
        self.pixels.get(y * h / height * w + x * w / width).copied().unwrap_or(self.else_pixel)
    }
}

impl<'a> Work<'a> {
    fn new(base: Maps<'a>, flat: FlatValues, layers: &[Layer], adjustment: &'a Adjustment, seed: u64) -> Work<'a> {
        let maps = [base.base_color, base.orm, base.normal];
        let longest = maps.iter().flatten().map(|map| map.width.max(map.height) as usize).max();
        let (fewest, most) = RESOLUTIONS;
        let n = longest.unwrap_or(FLAT_RESOLUTION).next_power_of_two().clamp(fewest, most);
        let mut work = Work { base, flat, adjustment, n, films: Vec::new() };
        let lying: Vec<Layer> = layers.iter().copied().filter(|layer| layer.amount() > 0.0).collect();
        if !lying.is_empty() {
            work.films = work.lay(&lying, seed);
        }
        work
    }

    fn lay(&self, layers: &[Layer], seed: u64) -> Vec<Film> {
        let size_m = if self.flat.size_m > 1e-3 { self.flat.size_m } else { 1e-3 };
        let seed = hash(seed as u32 ^ hash((seed >> 32) as u32 ^ 0x6c61_7965));
        let cx = |seed| Cx { n: self.n, variant: 0, seed };
        let n = self.n;
        let hollow = {
            let cx = cx(hash(seed));
            let below = Below::new(self.base.normal, [128, 128, 255, 255]);
            let normal = |i: usize| unpack(below.at((i % n, i / n), (n, n)));
            let heights = self.base.normal.map(|_| relief::heights(n, (0..n * n).map(normal)));
            let cells = ((size_m / 0.04) as usize).clamp(3, n / 16);
            relief::hollows(&cx, heights.as_ref(), cx.fbm(0, cells, cells, 4, 0.6))
        };
        let mut films: Vec<Film> = Vec::with_capacity(layers.len());
        for (place, layer) in layers.iter().enumerate() {
            let kind = |layer: &Layer| std::mem::discriminant(layer);
            // A second layer of a kind has a pattern of its own; those of other kinds do not change it.
            let before = layers[..place].iter().filter(|other| kind(other) == kind(layer)).count() as u32;
            let salt = |kind: u32| hash(seed ^ hash(kind + 16 * before));
            let ground = |kind| Ground { cx: cx(salt(kind)), size_m, hollow: &hollow };
            let amount = layer.amount();
            let coat = match layer {
                Layer::Dust(_) => ground(1).dust(amount),
                Layer::Dirt(_) => ground(2).spray(amount, coat::DIRT),
                Layer::Scratches(_) => ground(3).scratches(amount),
                Layer::Rust(_) => ground(4).rust(amount),
                Layer::Stains(_) => ground(5).stains(amount),
                Layer::Salt(_) => ground(6).spray(amount, coat::SALT),
            };
            films.push(Film { slopes: slopes(n, &coat.relief, size_m), coat });
        }
        films
    }

    fn make(&self) -> Made {
        let covered = !self.films.is_empty();
        let shift = self.adjustment.shift();
        let colored = self.flat.base_color != [1.0; 3] || self.flat.alpha.is_some_and(|alpha| alpha != 1.0);
        let finished = (self.flat.roughness, self.flat.metallic, self.adjustment.roughness) != (1.0, 1.0, 1.0);
        let bent = covered || (self.base.normal.is_some() && self.adjustment.normal_strength != 1.0);
        let normal = bent.then(|| self.normal());
        // The roughness of smaller levels rises with the normals that they average.
        let orm = (covered || finished || (bent && self.base.orm.is_some())).then(|| self.orm());
        let (normal, orm) = self.with_levels(normal, orm);
        let base_color = (covered || colored || shift.is_some()).then(|| self.base_color(shift));
        Made { base_color, orm, normal }
    }

    /// The levels of a normal map and an ORM map; made together where they have the same size.
    fn with_levels(&self, normal: Option<Image>, orm: Option<Image>) -> (Option<Texture>, Option<Texture>) {
        let had = self.base.normal.and_then(|map| {
            let pixels = map.levels.first()?.as_chunks::<4>().0.to_vec();
            Some(Image { width: map.width as usize, height: map.height as usize, pixels })
        });
        let new = normal.is_some();
        match (normal.or(had), orm) {
            (Some(normal), Some(orm)) if normal.is_square_of(&orm) => {
                let (normal, orm) = mip::normals_and_orm(orm.width, normal.pixels, orm.pixels);
                (new.then_some(normal), Some(orm))
            }
            (normal, orm) => {
                let normal = normal.filter(|_| new).map(|image| {
                    let pixels = image.pixels.into_flattened();
                    Texture::from_normals(image.width as u32, image.height as u32, pixels)
                });
                (normal, orm.map(|image| image.texture(false)))
            }
        }
    }

    /// The size of a map that is made over another one, or over none.
    fn size(&self, below: Option<&Texture>) -> (usize, usize) {
        let (width, height) = below.map_or((1, 1), |map| (map.width as usize, map.height as usize));
        let fine = width.min(height) >= RESOLUTIONS.0 || (self.films.is_empty() && below.is_some());
        match (fine, self.films.is_empty()) {
            (true, _) => (width, height),
            (false, true) => (1, 1),
            (false, false) => (self.n, self.n),
        }
    }

    /// Walks over all pixels of a map: what is below them, and where they lie on the films.
    fn image(
        &self,
        texture: Option<&Texture>,
        else_pixel: [u8; 4],
        mut f: impl FnMut([u8; 4], Place) -> [u8; 4],
    ) -> Image {
        let (width, height) = self.size(texture);
        let below = Below::new(texture, else_pixel);
        let mut pixels = Vec::with_capacity(width * height);
        let (columns, rows) = (spans(width, self.n), spans(height, self.n));
        for (y, (top, bottom, down)) in rows.iter().enumerate() {
            for (x, (left, right, across)) in columns.iter().enumerate() {
                let (top, bottom) = (top * self.n, bottom * self.n);
                let place = Place {
                    at: [top + left, top + right, bottom + left, bottom + right],
                    weight: [
                        (1.0 - across) * (1.0 - down),
                        across * (1.0 - down),
                        (1.0 - across) * down,
                        across * down,
                    ],
                };
                pixels.push(f(below.at((x, y), (width, height)), place));
            }
        }
        Image { width, height, pixels }
    }

    fn base_color(&self, shift: Option<Shift>) -> Texture {
        let curve = Curve::get();
        let own = self.flat.base_color;
        // Neighbours are often of one colour, and flat materials are all over.
        let mut last = ([0_u8; 4], None::<Rgb>);
        let mut bare = |pixel: [u8; 4]| match last {
            (known, Some(color)) if known == pixel => color,
            _ => {
                let [r, g, b, _] = pixel;
                let color = [curve.decode(r) * own[0], curve.decode(g) * own[1], curve.decode(b) * own[2]];
                let color = shift.map_or(color, |shift| shift.apply(color.map(|c| c.clamp(0.0, 1.0))));
                last = (pixel, Some(color));
                color
            }
        };
        let image = self.image(self.base.base_color, [255; 4], |pixel, place| {
            let mut color = bare(pixel);
            let alpha = f32::from(pixel[3]) * (1.0 / 255.0) * self.flat.alpha.unwrap_or(1.0);
            let mut clear = 1.0 - alpha;
            for Film { coat, .. } in &self.films {
                let cover = place.of(&coat.cover);
                let over = place.vector(&coat.color);
                for (color, over) in color.iter_mut().zip(over) {
                    let over = if coat.lightens { lerp(over, *color, 0.4).max(0.82 * *color) } else { over };
                    *color = lerp(*color, over, cover);
                }
                clear *= 1.0 - cover * coat.alpha;
            }
            let alpha = if self.flat.alpha.is_some() { mip::byte((1.0 - clear).clamp(0.0, 1.0)) } else { pixel[3] };
            let [r, g, b] = color.map(|c| curve.encode(c.clamp(0.0, 1.0)));
            [r, g, b, alpha]
        });
        image.texture(true)
    }

    fn orm(&self) -> Image {
        let scale = 1.0 / 255.0;
        let roughness = self.flat.roughness * self.adjustment.roughness.max(0.0);
        self.image(self.base.orm, [255; 4], |[open, rough, metal, alpha], place| {
            let mut rough = (f32::from(rough) * scale * roughness).min(1.0);
            let mut metal = f32::from(metal) * scale * self.flat.metallic;
            for Film { coat, .. } in &self.films {
                let cover = place.of(&coat.cover);
                rough = lerp(rough, coat.rough.over(rough), cover);
                metal = lerp(metal, coat.metal.unwrap_or(metal), cover);
            }
            [open, mip::byte(rough.clamp(0.0, 1.0)), mip::byte(metal.clamp(0.0, 1.0)), alpha]
        })
    }

    fn normal(&self) -> Image {
        let strength = if self.base.normal.is_some() { self.adjustment.normal_strength.max(0.0) } else { 0.0 };
        self.image(self.base.normal, [128, 128, 255, 255], |pixel, place| {
            let [x, y, z] = unpack(pixel);
            // Never level with the surface, so that slopes are finite.
            let inverse = strength / z.max(0.02);
            let mut slope = [x * inverse, y * inverse];
            for Film { coat, slopes } in &self.films {
                let left = 1.0 - coat.levels * place.of(&coat.cover);
                let added = place.vector(slopes);
                slope = [slope[0] * left + added[0], slope[1] * left + added[1]];
            }
            let [x, y, z] = mip::encode_normal([slope[0], slope[1], 1.0]);
            [x, y, z, pixel[3]]
        })
    }
}

/// Level 0 of a texture.
struct Image {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
}

impl Image {
    fn is_square_of(&self, other: &Image) -> bool {
        self.width == self.height && (self.width, self.height) == (other.width, other.height)
    }

    fn texture(self, srgb: bool) -> Texture {
        Texture::from_rgba8(self.width as u32, self.height as u32, srgb, self.pixels.into_flattened())
    }
}

/// For each of `to` pixels along an axis: the two of `n` that it lies between, and how far it is from the first.
fn spans(to: usize, n: usize) -> Vec<(usize, usize, f32)> {
    let scale = n as f32 / to as f32;
    let one = |i: usize| {
        // Half a pixel and a whole turn to the side, so that all numbers are positive.
        let at = (i as f32 + 0.5) * scale + (n as f32 - 0.5);
        let first = at as usize;
        (first % n, (first + 1) % n, at - first as f32)
    };
    (0..to).map(one).collect()
}

/// The vector that a pixel of a normal map stores, its length about 1.
fn unpack([x, y, z, _]: [u8; 4]) -> [f32; 3] {
    [x, y, z].map(|b| (f32::from(b) - 128.0) * (1.0 / 127.0))
}

/// By how much the normals of a relief in millimetres lean, towards +x and the top row.
fn slopes(n: usize, relief: &Field, size_m: f32) -> Vec<[f32; 2]> {
    let scale = 0.5 * 0.001 * n as f32 / size_m;
    let mut out = Vec::with_capacity(n * n);
    for y in 0..n {
        let row = &relief[y * n..][..n];
        let above = &relief[(y + n - 1) % n * n..][..n];
        let below = &relief[(y + 1) % n * n..][..n];
        for x in 0..n {
            let across = row[(x + n - 1) % n] - row[(x + 1) % n];
            out.push([across * scale, (below[x] - above[x]) * scale]);
        }
    }
    out
}
