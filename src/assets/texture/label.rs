//! Printed labels on a box or a plain ground: made-up senders and goods, signs, and bar codes that can be read.

mod lettering;
mod print;
mod qr;
mod symbol;
#[cfg(test)]
mod tests;

use super::TextureSet;
use super::noise::{Cx, Rng, smooth, wave};
use super::paint::{Finish, Pixel, Rgb, mix, render, srgb, times};
use print::{Face, Icon, Point, Print};
use symbol::{Bars, code128, ean13};

/// Metres that a square covers: a label is about 13 cm wide, and two dots are the 0.66 mm that the widest modules of
/// EAN-13 may have.
const SIZE_M: f32 = 0.165;

/// Dots of a module: 0.65 mm.
const MODULE: f32 = 2.0;

/// Black ink.
const INK: Rgb = [0.03, 0.03, 0.032];

/// A parcel's label, a product's, a warning, or the label of a bin.
pub(super) fn label(cx: &Cx) -> TextureSet {
    let (print, ground) = drawn(cx);
    let cloud = cx.fbm(1, 3, 3, 4, 0.55);
    let mottle = cx.fbm(2, 40, 28, 3, 0.8);
    let grain = cx.white(3);
    let (edge, depth) = (cx.blur(&print.paper, 0.002), if ground.flutes > 0.0 { 0.04 } else { 0.0 });
    let wear = cx.fbm(4, 90, 90, 2, 0.7);
    let wrinkle = cx.fbm(5, 3, 4, 3, 0.5);
    render(cx, &Finish::natural(SIZE_M, 0.0008), |i, u, _| {
        let (paper, ink) = (print.paper[i], print.ink[i]);
        let flute = wave((u + 0.0006 * cloud[i]) * ground.flutes);
        let bare = 1.0 + 0.05 * cloud[i] + 0.05 * mottle[i] + 0.02 * grain[i] + 0.02 * flute * (1.0 - ground.plain);
        let tone = 1.0 + 0.012 * cloud[i] + 0.01 * grain[i];
        let color = times(print.color[i], bare + (tone - bare) * paper);
        // Ink that the roll did not press on everywhere.
        let color = mix(color, [0.3; 3], 0.25 * ink * smooth(1.1, 1.7, wear[i]));
        let below = depth * flute + 0.012 * mottle[i];
        let height = below * (1.0 - 0.75 * paper) + 0.1 * edge[i] + 0.025 * paper * wrinkle[i];
        let rough = ground.rough + 0.04 * mottle[i] + (0.52 + 0.02 * cloud[i] - ground.rough) * paper;
        Pixel::new(color, height, rough - 0.08 * ink)
    })
}

/// What a label sticks on.
struct Ground {
    /// Flutes of cardboard to a side, or none.
    flutes: f32,
    /// 1 where it is plain and no cardboard.
    plain: f32,
    rough: f32,
}

/// Everything that is printed.
fn drawn(cx: &Cx) -> (Print<'_>, Ground) {
    let mut rng = cx.rng(20);
    let board = [0xb58a5c, 0xa67c52, 0xc49c6d, 0x9d7f60];
    let plain = [0x8d9499, 0x2f4d6e, 0xc9c4ba, 0x4c5b49, 0xa33a2b, 0xd9d7d0, 0x3b3d40];
    let on_board = match cx.variant {
        0 | 2 => rng.unit() < 0.85,
        _ => rng.unit() < 0.4,
    };
    let (color, ground) = if on_board {
        (srgb(board[rng.below(4)]), Ground { flutes: 33.0, plain: 0.0, rough: 0.84 })
    } else {
        (srgb(plain[rng.below(7)]), Ground { flutes: 0.0, plain: 1.0, rough: 0.45 })
    };
    let mut print = Print::new(cx, vec![color; cx.n * cx.n]);
    match cx.variant {
        0 => parcel(&mut print, &mut rng),
        1 => product(&mut print, &mut rng),
        2 => warning(&mut print, &mut rng),
        _ => bin(&mut print, &mut rng),
    }
    (print, ground)
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.below(from.len())]
}

/// A name of three or four syllables that nobody bears, to the best of our knowledge.
fn name(rng: &mut Rng) -> String {
    let starts = ["B", "D", "F", "G", "K", "L", "M", "N", "P", "R", "S", "T", "V", "Z", "BR", "DR", "KL", "PR", "TR"];
    let vowels = ["A", "E", "I", "O", "U", "A", "E", "O", "AU", "EI"];
    let ends = ["N", "R", "X", "L", "S", "", "", "T", "M", "K"];
    let mut out = String::new();
    let most = 5 + rng.below(4);
    while out.len() < most {
        out += pick(rng, &starts);
        out += pick(rng, &vowels);
    }
    out + pick(rng, &ends)
}

/// So many random digits.
fn digits(rng: &mut Rng, count: usize) -> String {
    (0..count).map(|_| char::from(b'0' + rng.below(10) as u8)).collect()
}

fn letter(rng: &mut Rng) -> char {
    char::from(b'A' + rng.below(26) as u8)
}

/// The number of a lot.
fn lot(rng: &mut Rng) -> String {
    format!("{}{}", letter(rng), digits(rng, 5))
}

/// An EAN-13 that no product bears: numbers from 20 to 29 are for use within one shop.
fn retail_number(rng: &mut Rng) -> Bars {
    let mut all = [2_u8; 12];
    for digit in &mut all[1..] {
        *digit = rng.below(10) as u8;
    }
    ean13(&all)
}

/// A number of goods on their way, at most 12 characters.
fn parcel_number(rng: &mut Rng) -> Bars {
    let text = match rng.below(3) {
        0 => format!("{}{}{}", letter(rng), letter(rng), digits(rng, 9)),
        1 => format!("{}-{}", digits(rng, 6), digits(rng, 4)),
        _ => format!("{}{}-{}", letter(rng), digits(rng, 4), digits(rng, 5)),
    };
    code128(&text)
}

/// Street and town.
fn address(rng: &mut Rng) -> [String; 2] {
    let kind = pick(rng, &["STREET", "ROAD", "LANE", "WAY", "PARK", "DOCK", "SQUARE"]);
    let street = format!("{} {} {kind}", 1 + rng.below(240), name(rng));
    let town = format!("{} {}{}", digits(rng, 5), name(rng), pick(rng, &["", "BURG", "TON", "HAVEN", "STAD"]));
    [street, town]
}

fn company(rng: &mut Rng) -> String {
    let kind = pick(rng, &["LOGISTICS", "GOODS", "SUPPLY", "TRADING", "WORKS", "PARTS", "FOODS", "TOOLS"]);
    format!("{} {kind}", name(rng))
}

fn goods(rng: &mut Rng) -> String {
    let kinds = ["VALVE", "BISCUITS", "SCREWS", "TONER", "COFFEE", "LAMP", "FILTER", "CABLE", "SOAP", "TILES", "PUMP"];
    pick(rng, &kinds).to_owned()
}

/// A dark colour of a header.
fn accent(rng: &mut Rng) -> Rgb {
    srgb(pick(rng, &[0x14375e, 0x8c1d18, 0x1d5136, 0x232323, 0x5a2a63, 0xa0490c, 0x0f5a66]))
}

/// Type of a height, in black.
fn face(height: f32) -> Face {
    Face { height, weight: 0.13, width: 0.82, color: INK }
}

/// The same, heavier.
fn bold(height: f32) -> Face {
    Face { weight: 0.21, ..face(height) }
}

/// Prints lines below each other that fit a width; where the next one would stand.
fn lines(print: &mut Print, (left, top): Point, width: f32, face: Face, all: &[String]) -> f32 {
    let mut y = top;
    for line in all {
        y += face.height;
        print.text((left, y), face.fitting(line, width), line);
        y += 0.55 * face.height;
    }
    y
}

/// How wide a bar code is with its quiet zones, in dots.
fn width_of(bars: &Bars) -> f32 {
    (bars.modules.len() + bars.quiet.0 + bars.quiet.1) as f32 * MODULE
}

/// From whom, to whom, and a number to follow it by.
fn parcel(print: &mut Print, rng: &mut Rng) {
    let (left, right) = (40.0 + rng.range(0.0, 12.0), 472.0 - rng.range(0.0, 12.0));
    let (top, bottom) = (26.0 + rng.range(0.0, 14.0), 486.0 - rng.range(0.0, 14.0));
    let paper = srgb(pick(rng, &[0xf2f1ec, 0xeeece4, 0xf4f4f2, 0xf3ecc9]));
    print.stick((left, top), (right, bottom), 5.0, paper);
    let (x, wide) = (left + 14.0, right - left - 28.0);
    let head = accent(rng);
    let sender = company(rng);
    if rng.unit() < 0.5 {
        print.block((left + 8.0, top + 8.0), (right - 8.0, top + 52.0), head);
        let white = Face { color: paper, ..bold(24.0) };
        print.text((x, top + 42.0), white.fitting(&sender, wide - 70.0), &sender);
        let class = letter(rng).to_string();
        print.block((right - 62.0, top + 12.0), (right - 12.0, top + 48.0), paper);
        print.text((right - 48.0, top + 44.0), bold(28.0), &class);
    } else {
        print.text((x, top + 42.0), bold(26.0).fitting(&sender, wide - 80.0), &sender);
        print.frame((right - 66.0, top + 10.0), (right - 10.0, top + 54.0), 3.0, INK);
        print.text((right - 54.0, top + 45.0), bold(26.0), &digits(rng, 2));
    }
    let [street, town] = address(rng);
    let from = [format!("FROM: {sender}"), street, town];
    let y = lines(print, (x, top + 62.0), wide * 0.62, face(11.0), &from);
    print.block((left + 8.0, y + 2.0), (right - 8.0, y + 4.0), INK);
    let [street, town] = address(rng);
    let to = [format!("{}. {}", letter(rng), name(rng)), street, town, name(rng)];
    print.text((x, y + 22.0), face(11.0), "TO:");
    let grid = qr::encode(&format!("{}/{}", lot(rng), digits(rng, 8)));
    let module = 3.0;
    let side = (qr::SIDE + 2 * qr::QUIET) as f32 * module;
    let end = lines(print, (x + 30.0, y + 12.0), wide - side - 36.0, bold(17.0), &to);
    print.square_code((right - side - 4.0, y + 8.0), &grid, module, INK);
    let y = end.max(y + side + 10.0);
    print.block((left + 8.0, y), (right - 8.0, y + 4.0), INK);
    let bars = parcel_number(rng);
    let middle = 0.5 * (left + right - width_of(&bars));
    let height = (bottom - y - 98.0).clamp(40.0, 110.0);
    let (_, used) = print.bars((middle, y + 14.0), &bars, MODULE, height, INK);
    let y = y + 14.0 + used + 8.0;
    print.block((left + 8.0, y), (right - 8.0, y + 2.0), INK);
    let weight = format!("{}.{} KG   {}/{}", 1 + rng.below(29), rng.below(10), 1, 1 + rng.below(4));
    print.text((x, y + 32.0), bold(17.0), &weight);
    let size = 40.0;
    for (k, icon) in [Icon::ThisWayUp, Icon::Fragile, Icon::KeepDry].into_iter().enumerate() {
        if rng.unit() < 0.75 {
            print.icon(icon, (right - 12.0 - (k as f32 + 1.0) * (size + 6.0), y + 5.0), size, INK);
        }
    }
}

/// Brand, goods and a number for the till.
fn product(print: &mut Print, rng: &mut Rng) {
    let (left, right) = (46.0 + rng.range(0.0, 20.0), 466.0 - rng.range(0.0, 20.0));
    let (top, bottom) = (60.0 + rng.range(0.0, 40.0), 452.0 - rng.range(0.0, 30.0));
    let paper = srgb(pick(rng, &[0xf4f3ef, 0xf0e3b8, 0xdfe8ea, 0xf1f1f1, 0xe6dcc8]));
    let radius = pick(rng, &[4.0, 10.0, 16.0]);
    print.stick((left, top), (right, bottom), radius, paper);
    let (x, wide) = (left + 18.0, right - left - 36.0);
    let head = accent(rng);
    let brand = name(rng);
    let banner = rng.unit() < 0.6;
    if banner {
        print.block((left + 2.0, top + 16.0), (right - 2.0, top + 88.0), head);
    } else {
        print.block((x, top + 84.0), (right - 18.0, top + 90.0), head);
    }
    let title = Face { color: if banner { paper } else { head }, ..bold(46.0) }.fitting(&brand, wide);
    print.text((x, top + 52.0 + 0.5 * title.height), title, &brand);
    let sort = format!("{} {}{}", goods(rng), letter(rng), digits(rng, 2));
    print.text((x, top + 128.0), bold(23.0).fitting(&sort, wide), &sort);
    let [street, town] = address(rng);
    let facts = [
        format!("ART. {}-{}", digits(rng, 4), digits(rng, 3)),
        format!("LOT {}", lot(rng)),
        format!("NET {} G", 50 * (1 + rng.below(38))),
        format!("{}/20{}", 1 + rng.below(12), 26 + rng.below(6)),
    ];
    let bars = retail_number(rng);
    let code = (width_of(&bars), 84.0 + rng.range(0.0, 26.0));
    // A white field keeps the quiet zone on coloured paper.
    let place = (right - 12.0 - code.0, bottom - code.1 - 34.0);
    print.block((place.0 - 4.0, place.1 - 8.0), (right - 8.0, bottom - 8.0), srgb(0xf4f4f2));
    print.bars(place, &bars, MODULE, code.1, INK);
    let side = place.0 - x - 12.0;
    let y = lines(print, (x, top + 142.0), side.max(100.0), face(13.0), &facts);
    lines(print, (x + side.max(100.0) + 14.0, top + 142.0), wide - side.max(100.0) - 14.0, face(10.0), &[street, town]);
    let size = (bottom - y - 16.0).clamp(24.0, 58.0).min(0.48 * side);
    print.icon(Icon::Recycle, (x, bottom - size - 12.0), size, head);
    let second = pick(rng, &[Icon::KeepDry, Icon::Fragile, Icon::ThisWayUp]);
    print.icon(second, (x + size + 8.0, bottom - size - 12.0), size, INK);
}

/// Large signs and a word.
fn warning(print: &mut Print, rng: &mut Rng) {
    let (left, right) = (48.0 + rng.range(0.0, 16.0), 464.0 - rng.range(0.0, 16.0));
    let (top, bottom) = (56.0 + rng.range(0.0, 40.0), 456.0 - rng.range(0.0, 40.0));
    let red = srgb(0xb3231b);
    let styles = [(srgb(0xe8541f), INK), (srgb(0xf3f2ee), red), (srgb(0xe9c22a), INK), (red, srgb(0xf2f1ec))];
    let (paper, ink) = pick(rng, &styles);
    print.stick((left, top), (right, bottom), 8.0, paper);
    print.frame((left + 9.0, top + 9.0), (right - 9.0, bottom - 9.0), 5.0, ink);
    let (x, wide) = (left + 26.0, right - left - 52.0);
    let word = pick(rng, &["FRAGILE", "HANDLE WITH CARE", "THIS SIDE UP", "DO NOT DROP", "KEEP DRY", "GLASS"]);
    let centred = |print: &mut Print, base: f32, face: Face, line: &str| {
        let face = Face { color: ink, ..face }.fitting(line, wide);
        print.text((x + 0.5 * (wide - face.length(line)), base), face, line);
    };
    centred(print, top + 78.0, bold(48.0), word);
    let mut icons = [Icon::Fragile, Icon::ThisWayUp, Icon::KeepDry];
    icons.rotate_left(rng.below(3));
    let count = 2 + rng.below(2);
    let size = (0.92 * wide / count as f32).min(124.0);
    let gap = (wide - size * count as f32) / (count + 1) as f32;
    for (k, icon) in icons.into_iter().take(count).enumerate() {
        let place = (x + gap + k as f32 * (size + gap), top + 96.0);
        if rng.unit() < 0.5 {
            print.frame(place, (place.0 + size, place.1 + size), 3.0, ink);
        }
        print.icon(icon, (place.0 + 0.06 * size, place.1 + 0.06 * size), 0.88 * size, ink);
    }
    let inside = format!("{} X {} {}{}", 1 + rng.below(48), goods(rng), letter(rng), digits(rng, 2));
    let gap = bottom - top - 44.0 - 96.0 - size - 78.0;
    if gap > 34.0 {
        centred(print, top + 96.0 + size + 0.5 * gap + 10.0, bold(20.0), &inside);
    }
    // Scanners see red as white: the code stands on white paper, in black.
    let bars = parcel_number(rng);
    let code = (width_of(&bars), bottom - top - 310.0);
    let height = code.1.clamp(34.0, 70.0);
    let place = (0.5 * (left + right - code.0), bottom - height - 44.0);
    print.block((place.0 - 6.0, place.1 - 8.0), (place.0 + code.0 + 6.0, bottom - 18.0), srgb(0xf4f4f2));
    print.bars(place, &bars, MODULE, height, INK);
}

/// Two labels of a shelf or a bin: what, where, how many.
fn bin(print: &mut Print, rng: &mut Rng) {
    let (left, right) = (36.0 + rng.range(0.0, 14.0), 476.0 - rng.range(0.0, 14.0));
    let top = 34.0 + rng.range(0.0, 14.0);
    let paper = srgb(pick(rng, &[0xf3f2ee, 0xf2d74a, 0xbfdcc4, 0xf4f4f2, 0xe9b9a6]));
    let white = srgb(0xf4f4f2);
    let (x, wide) = (left + 16.0, right - left - 32.0);
    print.stick((left, top), (right, top + 214.0), 6.0, paper);
    let grid = qr::encode(&format!("{} {}-{}", goods(rng), lot(rng), digits(rng, 4)));
    let module = 4.0;
    let side = (qr::SIDE + 2 * qr::QUIET) as f32 * module;
    print.block((right - side - 10.0, top + 10.0), (right - 10.0, top + 10.0 + side), white);
    print.square_code((right - side - 10.0, top + 10.0), &grid, module, INK);
    let place = format!("{}{}-{}", letter(rng), rng.below(10), digits(rng, 2));
    let narrow = wide - side - 10.0;
    print.text((x, top + 66.0), bold(48.0).fitting(&place, narrow), &place);
    let what = goods(rng);
    let facts = [
        format!("{} {}", what, digits(rng, 3)),
        format!("QTY {}", 4 * (1 + rng.below(60))),
        format!("LOT {}", lot(rng)),
        company(rng),
    ];
    lines(print, (x, top + 84.0), narrow, face(16.0), &facts);
    print.block((left + 8.0, top + 196.0), (right - 8.0, top + 202.0), accent(rng));
    // The second one, somewhat aside.
    let top = top + 244.0 + rng.range(0.0, 10.0);
    let (left, right) = (left + rng.range(0.0, 24.0), right - rng.range(0.0, 24.0));
    let bottom = top + 160.0 + rng.range(0.0, 16.0);
    print.stick((left, top), (right, bottom), 6.0, white);
    let retail = rng.unit() < 0.5;
    let bars = if retail { retail_number(rng) } else { parcel_number(rng) };
    let code = width_of(&bars);
    let x = if retail { left + 12.0 } else { 0.5 * (left + right - code) };
    let height = bottom - top - 74.0;
    print.bars((x, top + 42.0), &bars, MODULE, height, INK);
    let sender = company(rng);
    print.text((left + 16.0, top + 32.0), bold(17.0).fitting(&sender, right - left - 32.0), &sender);
    if retail {
        let x = x + code + 10.0;
        let size = (right - x - 12.0).min(height - 34.0);
        print.icon(Icon::Recycle, (x, top + 46.0), size.min(80.0), INK);
        let price = format!("{}.{}9", 1 + rng.below(80), rng.below(10));
        print.text((x, bottom - 22.0), bold(26.0).fitting(&price, right - x - 14.0), &price);
    }
}
