//! A square that labels are printed on: shapes, text, bar codes and icons, in dots of which 512 go side by side.

use super::super::field::Field;
use super::super::noise::Cx;
use super::super::paint::{Rgb, mix};
use super::lettering;
use super::qr;
use super::symbol::{Bars, is_guard};

/// Dots along a side of the square.
pub(super) const DOTS: f32 = 512.0;

/// A point in dots, from the upper left corner.
pub(super) type Point = (f32, f32);

/// The square.
pub(super) struct Print<'a> {
    cx: &'a Cx,
    /// Linear.
    pub(super) color: Vec<Rgb>,
    /// Where a label sticks.
    pub(super) paper: Field,
    /// Where ink is.
    pub(super) ink: Field,
    /// What the bar codes say.
    #[cfg(test)]
    pub(super) codes: Vec<String>,
    /// Where square codes begin and how long their modules are, in pixels.
    #[cfg(test)]
    pub(super) squares: Vec<(f32, f32, f32)>,
}

/// How a line of text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Face {
    /// Of the capitals, in dots.
    pub(super) height: f32,
    /// Width of a stroke, as a share of the height.
    pub(super) weight: f32,
    /// Width of the characters, as a share of the usual.
    pub(super) width: f32,
    pub(super) color: Rgb,
}

impl Face {
    /// How long a line is, in dots.
    pub(super) fn length(&self, line: &str) -> f32 {
        let sum: f32 = line.chars().map(|c| self.step(c)).sum();
        (sum - 0.3 * self.height * self.width).max(0.0)
    }

    fn step(&self, c: char) -> f32 {
        (lettering::advance(c) * self.width + 0.6 * self.weight) * self.height
    }

    /// The same, small enough for a line to fit.
    pub(super) fn fitting(self, line: &str, width: f32) -> Face {
        let length = self.length(line);
        if length <= width { self } else { Face { height: self.height * width / length, ..self } }
    }
}

impl<'a> Print<'a> {
    /// Bare ground of one colour a pixel.
    pub(super) fn new(cx: &'a Cx, color: Vec<Rgb>) -> Print<'a> {
        Print {
            cx,
            color,
            paper: cx.flat(0.0),
            ink: cx.flat(0.0),
            #[cfg(test)]
            codes: Vec::new(),
            #[cfg(test)]
            squares: Vec::new(),
        }
    }

    fn scale(&self) -> f32 {
        self.cx.n as f32 / DOTS
    }

    /// Calls `put` for every pixel of a box, with the share of it that `cover` says at its middle (in pixels).
    fn each(
        &mut self,
        (left, top): Point,
        (right, bottom): Point,
        cover: impl Fn(f32, f32) -> f32,
        put: impl Fn(&mut Self, usize, f32),
    ) {
        let n = self.cx.n;
        let end = |x: f32| (x.max(0.0) as usize).min(n);
        for y in end(top)..end(bottom + 1.0) {
            for x in end(left)..end(right + 1.0) {
                let share = cover(x as f32 + 0.5, y as f32 + 0.5);
                if share > 0.0 {
                    put(self, y * n + x, share.min(1.0));
                }
            }
        }
    }

    fn mark(&mut self, place: usize, share: f32, color: Rgb) {
        self.color[place] = mix(self.color[place], color, share);
        self.ink[place] = self.ink[place].max(share);
    }

    /// A rectangle in pixels, its edges as sharp as pixels allow.
    fn pixels(&mut self, (left, top): Point, (right, bottom): Point, color: Rgb) {
        let overlap = |at: f32, from: f32, to: f32| ((at + 0.5).min(to) - (at - 0.5).max(from)).max(0.0);
        let cover = |x, y| overlap(x, left, right) * overlap(y, top, bottom);
        self.each((left, top), (right, bottom), cover, |print, i, share| print.mark(i, share, color));
    }

    /// A filled rectangle.
    pub(super) fn block(&mut self, (left, top): Point, (right, bottom): Point, color: Rgb) {
        let s = self.scale();
        self.pixels((left * s, top * s), (right * s, bottom * s), color);
    }

    /// The outline of a rectangle, its line inside.
    pub(super) fn frame(&mut self, (left, top): Point, (right, bottom): Point, width: f32, color: Rgb) {
        self.block((left, top), (right, top + width), color);
        self.block((left, bottom - width), (right, bottom), color);
        self.block((left, top), (left + width, bottom), color);
        self.block((right - width, top), (right, bottom), color);
    }

    /// A label of a colour, with round corners: bare paper, whatever was there before.
    pub(super) fn stick(&mut self, (left, top): Point, (right, bottom): Point, radius: f32, color: Rgb) {
        let s = self.scale();
        let (left, top, right, bottom, radius) = (left * s, top * s, right * s, bottom * s, (radius * s).max(0.5));
        let cover = |x: f32, y: f32| {
            let across = (left + radius - x).max(x - right + radius).max(0.0);
            let down = (top + radius - y).max(y - bottom + radius).max(0.0);
            radius + 0.5 - (across * across + down * down).sqrt()
        };
        self.each((left, top), (right, bottom), cover, |print, i, share| {
            print.color[i] = mix(print.color[i], color, share);
            print.paper[i] = print.paper[i].max(share);
            print.ink[i] *= 1.0 - share;
        });
    }

    /// A path drawn with a round pen of a width.
    pub(super) fn line(&mut self, path: &[Point], width: f32, color: Rgb) {
        let s = self.scale();
        let half = (0.5 * width * s).max(0.35);
        let points: Vec<Point> = path.iter().map(|p| (p.0 * s, p.1 * s)).collect();
        let bound =
            |f: fn(f32, f32) -> f32, pick: fn(&Point) -> f32, start: f32| points.iter().map(pick).fold(start, f);
        let reach = half + 1.0;
        let low = (bound(f32::min, |p| p.0, 1e9) - reach, bound(f32::min, |p| p.1, 1e9) - reach);
        let high = (bound(f32::max, |p| p.0, -1e9) + reach, bound(f32::max, |p| p.1, -1e9) + reach);
        let cover = |x: f32, y: f32| {
            let nearest = points.windows(2).map(|pair| {
                let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
                let (dx, dy) = (bx - ax, by - ay);
                let t = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy).max(1e-6)).clamp(0.0, 1.0);
                let (ox, oy) = (x - ax - t * dx, y - ay - t * dy);
                ox * ox + oy * oy
            });
            half + 0.5 - nearest.fold(1e9, f32::min).sqrt()
        };
        self.each(low, high, cover, |print, i, share| print.mark(i, share, color));
    }

    /// A filled polygon; what it encloses twice is outside.
    pub(super) fn fill(&mut self, corners: &[Point], color: Rgb) {
        const SUB: usize = 4;
        let s = self.scale();
        let corners: Vec<Point> = corners.iter().map(|p| (p.0 * s, p.1 * s)).collect();
        let Some(last) = corners.last().copied() else { return };
        let inside = |x: f32, y: f32| {
            let mut previous = last;
            let mut odd = false;
            for corner in &corners {
                if (corner.1 > y) != (previous.1 > y) {
                    let t = (y - corner.1) / (previous.1 - corner.1);
                    odd ^= x < corner.0 + t * (previous.0 - corner.0);
                }
                previous = *corner;
            }
            odd
        };
        let cover = |x: f32, y: f32| {
            let at = |k: usize| (k as f32 + 0.5) / SUB as f32 - 0.5;
            let hits = (0..SUB * SUB).filter(|k| inside(x + at(k % SUB), y + at(k / SUB))).count();
            hits as f32 / (SUB * SUB) as f32
        };
        let fold = |f: fn(f32, f32) -> f32| corners.iter().copied().fold(last, |a, b| (f(a.0, b.0), f(a.1, b.1)));
        let (low, high) = (fold(f32::min), fold(f32::max));
        self.each(low, high, cover, |print, i, share| print.mark(i, share, color));
    }

    /// A line of text from the left end of its base line.
    pub(super) fn text(&mut self, (left, base): Point, face: Face, line: &str) {
        let mut x = left;
        for c in line.chars() {
            for path in lettering::paths(c) {
                let point = |p: &Point| (x + p.0 * face.height * face.width, base - p.1 * face.height);
                let path: Vec<Point> = match path.as_slice() {
                    [only] => vec![point(only); 2],
                    path => path.iter().map(point).collect(),
                };
                self.line(&path, face.height * face.weight, face.color);
            }
            x += face.step(c);
        }
    }

    /// A bar code of a height, its quiet zone beginning at the upper left corner, with modules of `module` dots or a
    /// little less, so that they are whole pixels. With its text below, set as is usual for its kind. What it takes
    /// up, in dots.
    pub(super) fn bars(&mut self, (left, top): Point, bars: &Bars, module: f32, height: f32, ink: Rgb) -> Point {
        let s = self.scale();
        let whole = (module * s + 1e-3) as usize;
        // Too few pixels for the code: it is then a texture of grey lines.
        let step = if whole > 0 { whole as f32 } else { module * s };
        let x0 = (left * s + 0.5) as usize as f32 + bars.quiet.0 as f32 * step;
        let (y0, y1) = ((top * s + 0.5) as usize as f32, ((top + height) * s + 0.5) as usize as f32);
        #[cfg(test)]
        self.codes.push(bars.text.clone());
        let retail = bars.modules.len() == 95;
        let mut from = 0;
        for run in bars.modules.chunk_by(|a, b| a == b) {
            if run.first() == Some(&true) {
                let (a, b) = (x0 + from as f32 * step, x0 + (from + run.len()) as f32 * step);
                let longer = if retail && is_guard(from) { 5.0 * step } else { 0.0 };
                self.pixels((a, y0), (b, y1 + longer), ink);
            }
            from += run.len();
        }
        let count = bars.modules.len() + bars.quiet.0 + bars.quiet.1;
        let dots = step / s;
        let size = 9.0 * dots;
        let face = Face { height: size.clamp(9.0, 14.0), weight: 0.13, width: 0.8, color: ink };
        let below = top + height + face.height + 3.0;
        let bars_left = x0 / s;
        if retail {
            // The first digit stands in the quiet zone, the others below the two halves.
            let mut digit = |k: usize, x: f32| {
                let text: String = bars.text.chars().skip(k).take(1).collect();
                self.text((x - 0.5 * face.length(&text), below), face, &text);
            };
            digit(0, bars_left - 5.5 * dots);
            for k in 0..6 {
                digit(k + 1, bars_left + (3.0 + 7.0 * k as f32 + 3.5) * dots);
                digit(k + 7, bars_left + (50.0 + 7.0 * k as f32 + 3.5) * dots);
            }
        } else {
            let middle = bars_left + 0.5 * bars.modules.len() as f32 * dots;
            self.text((middle - 0.5 * face.length(&bars.text), below), face, &bars.text);
        }
        (count as f32 * dots, height + face.height + 3.0)
    }

    /// A QR code, its quiet zone beginning at the upper left corner, with modules as of [`Print::bars`]. How long its
    /// side is, in dots.
    pub(super) fn square_code(&mut self, (left, top): Point, grid: &qr::Grid, module: f32, ink: Rgb) -> f32 {
        let s = self.scale();
        let whole = (module * s + 1e-3) as usize;
        let step = if whole > 0 { whole as f32 } else { module * s };
        let corner = |at: f32| (at * s + 0.5) as usize as f32 + qr::QUIET as f32 * step;
        let (x0, y0) = (corner(left), corner(top));
        #[cfg(test)]
        self.squares.push((x0, y0, step));
        for (i, row) in grid.iter().enumerate() {
            for (j, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
                let (x, y) = (x0 + j as f32 * step, y0 + i as f32 * step);
                self.pixels((x, y), (x + step, y + step), ink);
            }
        }
        (qr::SIDE + 2 * qr::QUIET) as f32 * step / s
    }
}

/// What the icons of ISO 780 and the like say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Icon {
    ThisWayUp,
    Fragile,
    KeepDry,
    Recycle,
}

impl Print<'_> {
    /// An icon in a square of `size` dots.
    pub(super) fn icon(&mut self, icon: Icon, (left, top): Point, size: f32, ink: Rgb) {
        let at = |x: f32, y: f32| (left + x * size, top + y * size);
        let arc = |x: f32, y: f32, r: f32, from: f32, to: f32| {
            (0..=12).map(move |k| {
                let (sin, cos) = libm::sincosf((from + (to - from) * k as f32 / 12.0) * core::f32::consts::PI);
                at(x + r * cos, y - r * sin)
            })
        };
        match icon {
            Icon::ThisWayUp => {
                for x in [0.3, 0.7] {
                    self.fill(&[at(x, 0.08), at(x + 0.17, 0.36), at(x - 0.17, 0.36)], ink);
                    self.block(at(x - 0.06, 0.3), at(x + 0.06, 0.76), ink);
                }
                self.block(at(0.08, 0.84), at(0.92, 0.93), ink);
            }
            Icon::Fragile => {
                let mut bowl = vec![at(0.24, 0.07), at(0.42, 0.07), at(0.47, 0.2), at(0.41, 0.27), at(0.5, 0.38)];
                // A crack runs down from the rim.
                bowl.extend([at(0.46, 0.26), at(0.53, 0.2), at(0.49, 0.07), at(0.76, 0.07), at(0.74, 0.3)]);
                bowl.extend(arc(0.5, 0.32, 0.24, 0.0, -1.0));
                self.fill(&bowl, ink);
                self.block(at(0.465, 0.5), at(0.535, 0.86), ink);
                self.fill(&[at(0.5, 0.8), at(0.74, 0.93), at(0.26, 0.93)], ink);
            }
            Icon::KeepDry => {
                let mut cloth: Vec<Point> = arc(0.5, 0.56, 0.38, 0.0, 1.0).collect();
                for k in 0..4 {
                    cloth
                        .extend(arc(0.215 + 0.19 * k as f32, 0.56, 0.095, 1.0, 0.0).map(|(x, y)| (x, y + 0.02 * size)));
                }
                self.fill(&cloth, ink);
                let handle: Vec<Point> =
                    [at(0.5, 0.4), at(0.5, 0.84)].into_iter().chain(arc(0.42, 0.84, 0.08, 0.0, -1.0)).collect();
                self.line(&handle, 0.05 * size, ink);
                for (x, y) in [(0.16, 0.08), (0.36, 0.02), (0.64, 0.02), (0.84, 0.08)] {
                    self.line(&[at(x, y), at(x - 0.03, y + 0.09)], 0.045 * size, ink);
                }
            }
            Icon::Recycle => {
                for k in 0..3 {
                    let (sin, cos) = libm::sincosf(core::f32::consts::TAU / 3.0 * k as f32);
                    let turned = |(x, y): Point| at(0.5 + x * cos - y * sin, 0.55 + x * sin + y * cos);
                    // A third of a triangle of folded arrows: round one corner, with a head at its end.
                    let shaft = [(-0.3, -0.02), (-0.1, -0.36), (0.06, -0.36), (0.13, -0.24)];
                    self.line(&shaft.map(turned), 0.12 * size, ink);
                    self.fill(&[(0.01, -0.2), (0.3, -0.31), (0.26, -0.01)].map(turned), ink);
                }
            }
        }
    }
}
