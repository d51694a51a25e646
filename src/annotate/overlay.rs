//! Pictures for people: annotations drawn over an image, text, and contact sheets.

use std::cmp::Reverse;

use super::{Annotation, font};
use crate::frame::Plane;

/// An sRGB image.
pub type Picture = Plane<[u8; 3]>;

/// Background of contact sheets.
const SHEET: [u8; 3] = [24, 25, 28];
/// Background of a label.
const PLATE: [u8; 3] = [18, 19, 22];
/// How much of the colour lies over the pixels of a mask, of 256.
const FILL: u16 = 96;
/// How much of the dark plate covers what is under it, of 256.
const PLATE_COVER: u16 = 208;
/// Shorter side of the smallest box that gets a name, in pixels of the font.
const SMALLEST_NAMED: u32 = 5;
/// Around the text on its plate, in pixels of the font.
const PADDING: u32 = 2;

/// Draws masks, boxes and names over a picture. `name` gives the text for an annotation.
///
/// Large things are drawn first and small ones over them. A name for which there is no free place beside or in its
/// box is left out, so that names never lie over one another; so is that of a speck.
pub fn draw_annotations<'a>(
    picture: &mut Picture,
    annotations: &'a [Annotation],
    name: impl Fn(&'a Annotation) -> String,
) {
    let scale = text_scale(picture);
    let mut order: Vec<&Annotation> = annotations.iter().collect();
    order.sort_by_key(|annotation| (Reverse(annotation.pixels), annotation.instance_id));
    for annotation in &order {
        fill_mask(picture, annotation, FILL);
    }
    for annotation in &order {
        outline_mask(picture, annotation);
    }
    for annotation in &order {
        draw_box(picture, annotation.bbox_visible, colour_of(annotation.instance_id));
    }
    let mut taken: Vec<Rectangle> = Vec::new();
    for annotation in order {
        let [_, _, width, height] = annotation.bbox_visible;
        if width.min(height) < f64::from(SMALLEST_NAMED * scale) {
            continue;
        }
        let text = name(annotation);
        let size = plate_size(&text, scale);
        let Some(place) = free_place(picture, annotation.bbox_visible, size, &taken) else { continue };
        draw_plate(picture, place, &text, scale, colour_of(annotation.instance_id));
        taken.push(place);
    }
}

/// A colour for an instance: bright, and far from those of its neighbours in number.
pub fn colour_of(instance_id: u32) -> [u8; 3] {
    // Steps of the golden angle never come near to where they were; three levels of lightness part the rest.
    const GOLDEN_TURN: f64 = 0.618_033_988_749_895;
    let turn = (f64::from(instance_id) * GOLDEN_TURN).fract();
    let lightness = [0.78, 0.70, 0.86][instance_id as usize % 3];
    oklch(lightness, 0.17, turn * std::f64::consts::TAU)
}

/// Lays the colour of the instance over the pixels of its mask; `cover` of 256 hides what is under it.
pub fn fill_mask(picture: &mut Picture, annotation: &Annotation, cover: u16) {
    let colour = colour_of(annotation.instance_id);
    for_mask(picture, annotation, |pixel, _| blend(pixel, colour, cover));
}

/// Draws the pixels of a mask that have a neighbour outside it in the colour of the instance.
pub fn outline_mask(picture: &mut Picture, annotation: &Annotation) {
    let inside = annotation.mask.to_plane();
    let (width, height) = (inside.width as usize, inside.height as usize);
    let colour = colour_of(annotation.instance_id);
    for_mask(picture, annotation, |pixel, (x, y)| {
        let set = |x: usize, y: usize| inside.data[y * width + x];
        let edge = (x > 0 && !set(x - 1, y))
            || (y > 0 && !set(x, y - 1))
            || (x + 1 < width && !set(x + 1, y))
            || (y + 1 < height && !set(x, y + 1));
        if edge {
            *pixel = colour;
        }
    });
}

/// Draws a box `[x, y, width, height]` in pixels as a line of one pixel within it, with a faint dark line around it
/// that lets it stand out on a bright ground.
pub fn draw_box(picture: &mut Picture, bbox: [f64; 4], colour: [u8; 3]) {
    let [x, y, width, height] = bbox.map(|value| value.round() as i64);
    frame(picture, [x - 1, y - 1, x + width, y + height], [0, 0, 0], 110);
    frame(picture, [x, y, x + width - 1, y + height - 1], colour, 256);
}

/// Writes a line of text with its top-left corner at (x, y); `scale` pixels a pixel of the font.
pub fn draw_text(picture: &mut Picture, (x, y): (i64, i64), text: &str, scale: u32, colour: [u8; 3]) {
    let scale = i64::from(scale.max(1));
    let advance = i64::from(font::WIDTH + 1) * scale;
    for (place, letter) in (0i64..).zip(text.chars()) {
        for (column, row) in font::ink(letter) {
            let left = x + place * advance + i64::from(column) * scale;
            let top = y + i64::from(row) * scale;
            fill(picture, [left, top, left + scale - 1, top + scale - 1], colour, 256);
        }
    }
}

/// Width and height that [`draw_text`] takes, in pixels.
pub fn text_size(text: &str, scale: u32) -> (u32, u32) {
    let letters = text.chars().count() as u32;
    ((letters * (font::WIDTH + 1)).saturating_sub(1) * scale, font::HEIGHT * scale)
}

/// Pictures side by side in rows of `columns`, `margin` pixels apart, each in the middle of a cell that fits the
/// largest. No pictures give one of 1×1.
pub fn contact_sheet(pictures: &[Picture], columns: u32, margin: u32) -> Picture {
    let columns = columns.clamp(1, (pictures.len() as u32).max(1));
    let rows = (pictures.len() as u32).div_ceil(columns);
    let cell_width = pictures.iter().map(|picture| picture.width).max().unwrap_or(0);
    let cell_height = pictures.iter().map(|picture| picture.height).max().unwrap_or(0);
    let width = (columns * (cell_width + margin) + margin).max(1);
    let height = (rows * (cell_height + margin) + margin).max(1);
    let mut sheet = Plane { width, height, data: vec![SHEET; width as usize * height as usize] };
    for (place, picture) in (0u32..).zip(pictures) {
        let left = margin + place % columns * (cell_width + margin) + (cell_width - picture.width) / 2;
        let top = margin + place / columns * (cell_height + margin) + (cell_height - picture.height) / 2;
        for (row, pixels) in picture.data.chunks_exact(picture.width.max(1) as usize).enumerate() {
            let start = (top as usize + row) * width as usize + left as usize;
            sheet.data[start..start + pixels.len()].copy_from_slice(pixels);
        }
    }
    sheet
}

/// Left, top, right and bottom, all inclusive.
type Rectangle = [i64; 4];

/// Larger letters on larger pictures, so that they can still be read on a contact sheet.
fn text_scale(picture: &Picture) -> u32 {
    (picture.height / 540 + 1).min(4)
}

fn plate_size(text: &str, scale: u32) -> (i64, i64) {
    let (width, height) = text_size(text, scale);
    // The bar in the instance's colour takes two pixels of the font on the left.
    (i64::from(width + (2 * PADDING + 2) * scale), i64::from(height + (PADDING + 1) * scale))
}

/// Where a plate of this size can stand: over the box, under it, in its corners, beside it.
fn free_place(
    picture: &Picture,
    bbox: [f64; 4],
    (width, height): (i64, i64),
    taken: &[Rectangle],
) -> Option<Rectangle> {
    let [x, y, box_width, box_height] = bbox.map(|value| value.round() as i64);
    let (right, bottom) = (x + box_width, y + box_height);
    let (image_width, image_height) = (i64::from(picture.width), i64::from(picture.height));
    let corners = [
        (x, y - height),
        (right - width, y - height),
        (x, bottom),
        (right - width, bottom),
        (x, y),
        (x, bottom - height),
        (right, y),
        (x - width, y),
    ];
    let clear = |place: &Rectangle| {
        let overlaps = |other: &Rectangle| {
            place[0] <= other[2] && other[0] <= place[2] && place[1] <= other[3] && other[1] <= place[3]
        };
        place[1] >= 0 && place[3] < image_height && !taken.iter().any(overlaps)
    };
    if width > image_width {
        return None;
    }
    corners
        .into_iter()
        .map(|(left, top)| {
            let left = left.clamp(0, image_width - width);
            [left, top, left + width - 1, top + height - 1]
        })
        .find(clear)
}

fn draw_plate(picture: &mut Picture, place: Rectangle, text: &str, scale: u32, colour: [u8; 3]) {
    let [left, top, _, bottom] = place;
    let unit = i64::from(scale);
    fill(picture, place, PLATE, PLATE_COVER);
    fill(picture, [left, top, left + 2 * unit - 1, bottom], colour, 256);
    let padding = i64::from(PADDING) * unit;
    draw_text(picture, (left + 2 * unit + padding, top + padding), text, scale, [245, 246, 248]);
}

/// The line around a rectangle, one pixel wide.
fn frame(picture: &mut Picture, [left, top, right, bottom]: Rectangle, colour: [u8; 3], cover: u16) {
    fill(picture, [left, top, right, top], colour, cover);
    fill(picture, [left, bottom, right, bottom], colour, cover);
    fill(picture, [left, top + 1, left, bottom - 1], colour, cover);
    fill(picture, [right, top + 1, right, bottom - 1], colour, cover);
}

/// Lays a colour over what of a rectangle is within the picture.
fn fill(picture: &mut Picture, [left, top, right, bottom]: Rectangle, colour: [u8; 3], cover: u16) {
    let (width, height) = (i64::from(picture.width), i64::from(picture.height));
    let (left, right) = (left.max(0), right.min(width - 1));
    for y in top.max(0)..=bottom.min(height - 1) {
        for x in left..=right {
            blend(&mut picture.data[(y * width + x) as usize], colour, cover);
        }
    }
}

/// Calls `paint` with every pixel of the mask and its column and row. A mask of another size is left alone.
fn for_mask(picture: &mut Picture, annotation: &Annotation, mut paint: impl FnMut(&mut [u8; 3], (usize, usize))) {
    let mask = &annotation.mask;
    if (mask.width, mask.height) != (picture.width, picture.height) {
        return;
    }
    let (width, height) = (mask.width as usize, mask.height as usize);
    for (start, end) in mask.set_runs() {
        for position in start..end {
            let (x, y) = (position / height, position % height);
            paint(&mut picture.data[y * width + x], (x, y));
        }
    }
}

/// Moves a pixel towards a colour: not at all for a cover of 0, the whole way for 256.
fn blend(pixel: &mut [u8; 3], colour: [u8; 3], cover: u16) {
    for (value, target) in pixel.iter_mut().zip(colour) {
        let mixed = u32::from(*value) * u32::from(256 - cover) + u32::from(target) * u32::from(cover);
        *value = (mixed >> 8) as u8;
    }
}

/// A colour of equal steps to the eye (OKLCh: lightness 0 to 1, chroma, hue in radians) as sRGB.
fn oklch(lightness: f64, chroma: f64, hue: f64) -> [u8; 3] {
    let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    let linear = [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
    ];
    linear.map(|value| {
        let value = value.clamp(0.0, 1.0);
        let encoded = if value <= 0.003_130_8 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
        (encoded * 255.0).round() as u8
    })
}
