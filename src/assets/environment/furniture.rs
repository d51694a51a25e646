//! What stands and hangs in a room: blocks like tables and shelves, pictures, a door, and the look of the walls.

use glam::{Vec3, vec3};

use super::maths::{Dice, exp, hash2, mix, saturate, smoothstep, tinted, unit};
use super::room::{Hit, LitRoom, axes, inward};

/// A box with the light on its faces.
#[derive(Clone, Debug)]
struct Block {
    low: Vec3,
    high: Vec3,
    albedo: Vec3,
    /// Shelves whose front (this face) shows rows of books.
    books: Option<usize>,
    /// Irradiance over π at the four corners of each face +X −X +Y −Y +Z −Z.
    light: [[Vec3; 4]; 6],
    salt: u32,
}

/// A framed picture, or a door, on a wall.
#[derive(Clone, Debug)]
struct Panel {
    wall: usize,
    centre: [f32; 2],
    half: [f32; 2],
    frame: Vec3,
    tints: [Vec3; 3],
    door: bool,
    salt: u32,
}

/// Everything in a room besides its walls.
#[derive(Clone, Debug, Default)]
pub(super) struct Furnishing {
    blocks: Vec<Block>,
    panels: Vec<Panel>,
    lamps: Vec<([f32; 2], [f32; 2])>,
    lamp_light: Vec3,
    /// Centre and half size of a rug, and its colour.
    rug: Option<([f32; 2], [f32; 2], Vec3)>,
    planks: bool,
    salt: u32,
}

const WOODS: [Vec3; 5] = [
    vec3(0.30, 0.17, 0.085),
    vec3(0.16, 0.085, 0.045),
    vec3(0.46, 0.31, 0.18),
    vec3(0.62, 0.60, 0.56),
    vec3(0.09, 0.09, 0.10),
];
const ACCENTS: [Vec3; 6] = [
    vec3(0.38, 0.07, 0.05),
    vec3(0.06, 0.14, 0.30),
    vec3(0.10, 0.24, 0.12),
    vec3(0.55, 0.36, 0.08),
    vec3(0.20, 0.20, 0.22),
    vec3(0.50, 0.46, 0.40),
];

impl Furnishing {
    pub(super) fn new(lit: &LitRoom<'_>, eye: Vec3) -> Self {
        let room = lit.room;
        let half = lit.half;
        let mut dice = Dice::new(room.seed, 3);
        let mut own = Furnishing {
            lamps: room.panels(half),
            lamp_light: room.lamps.as_ref().map_or(Vec3::ZERO, |l| tinted(l.luminance_cd_per_m2.max(0.0), l.colour)),
            planks: dice.next() < 0.6,
            salt: room.seed,
            ..Furnishing::default()
        };
        if dice.next() < 0.6 {
            let spread = [half.x * dice.range(0.25, 0.5), half.z * dice.range(0.25, 0.5)];
            own.rug = Some((
                [dice.range(-0.3, 0.3) * half.x, dice.range(-0.3, 0.3) * half.z],
                spread,
                ACCENTS[dice.below(6)],
            ));
        }
        let door_wall = [0, 1, 4, 5][dice.below(4)];
        for wall in [0, 1, 4, 5] {
            let glazed = room.windows.iter().any(|w| w.side.wall() == wall);
            own.along_wall(lit, wall, glazed, wall == door_wall && !glazed, &mut dice);
        }
        if dice.next() < 0.7 {
            own.table(half, &mut dice);
        }
        // Nothing may stand where the eye is.
        own.blocks.retain(|block| {
            let near = eye.clamp(block.low, block.high);
            (near - eye).length() > 0.35
        });
        for block in &mut own.blocks {
            block.lit(lit);
        }
        own
    }

    /// Blocks and pictures along one wall.
    fn along_wall(&mut self, lit: &LitRoom<'_>, wall: usize, glazed: bool, door: bool, dice: &mut Dice) {
        let half = lit.half;
        let (axis, a, _) = axes(wall);
        let length = half[a];
        let mut from = -length + dice.range(0.0, 0.5);
        if door {
            let middle = dice.range(-0.6, 0.6) * length;
            let tint = WOODS[dice.below(4)];
            self.panels.push(Panel {
                wall,
                centre: [middle, -half.y + 1.02],
                half: [0.45, 1.02],
                frame: vec3(0.7, 0.69, 0.66),
                tints: [tint; 3],
                door: true,
                salt: self.salt,
            });
        }
        while from < length - 0.5 {
            let width = dice.range(0.6, 1.9).min(length - from);
            let kind = dice.next();
            let to = from + width;
            let blocked =
                door && self.panels.iter().any(|p| p.door && from < p.centre[0] + 0.6 && to > p.centre[0] - 0.6);
            let tall = if glazed { 0.8 } else { dice.range(0.7, 2.1) };
            if kind < 0.55 && !blocked {
                let depth = dice.range(0.3, 0.6);
                let (mut low, mut high) = (-half, -half);
                (low[a], high[a]) = (from, to);
                high.y = (-half.y + tall).min(half.y - 0.1);
                let side = inward(wall)[axis];
                (low[axis], high[axis]) =
                    if side < 0.0 { (half[axis] - depth, half[axis]) } else { (-half[axis], -half[axis] + depth) };
                let front = if side < 0.0 { 2 * axis + 1 } else { 2 * axis };
                let books = (tall > 1.2 && dice.next() < 0.7).then_some(front);
                self.push(low, high, WOODS[dice.below(5)], books, dice);
            } else if kind < 0.9 && !glazed && !blocked {
                let size = [dice.range(0.2, 0.55).min(0.45 * width), dice.range(0.2, 0.5)];
                self.panels.push(Panel {
                    wall,
                    centre: [0.5 * (from + to), -half.y + dice.range(1.45, 1.75)],
                    half: size,
                    frame: [vec3(0.05, 0.05, 0.05), vec3(0.35, 0.22, 0.10), vec3(0.75, 0.74, 0.70)][dice.below(3)],
                    tints: [ACCENTS[dice.below(6)], ACCENTS[dice.below(6)] * 1.4, vec3(0.7, 0.68, 0.62)],
                    door: false,
                    salt: self.salt.wrapping_add(self.panels.len() as u32),
                });
            }
            from = to + dice.range(0.1, 0.9);
        }
    }

    /// A table somewhere in the room, with a few things on it.
    fn table(&mut self, half: Vec3, dice: &mut Dice) {
        let size = vec3(dice.range(0.5, 0.9), 0.0, dice.range(0.35, 0.5));
        let centre = vec3(
            dice.range(-0.6, 0.6) * (half.x - 1.0).max(0.0),
            -half.y,
            dice.range(-0.6, 0.6) * (half.z - 1.0).max(0.0),
        );
        let wood = WOODS[dice.below(5)];
        let top = vec3(0.0, 0.74, 0.0);
        self.push(centre - size + top - Vec3::Y * 0.03, centre + size + top, wood, None, dice);
        for (x, z) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
            let leg = centre + vec3(x * (size.x - 0.05), 0.0, z * (size.z - 0.05));
            self.push(leg - vec3(0.03, 0.0, 0.03), leg + vec3(0.03, 0.71, 0.03), wood * 0.8, None, dice);
        }
        for _ in 0..dice.below(4) {
            let foot = centre + top + vec3(dice.range(-0.7, 0.7) * size.x, 0.0, dice.range(-0.7, 0.7) * size.z);
            let extent = vec3(dice.range(0.04, 0.15), 0.0, dice.range(0.04, 0.12));
            let tint = ACCENTS[dice.below(6)];
            self.push(foot - extent, foot + extent + Vec3::Y * dice.range(0.05, 0.3), tint, None, dice);
        }
    }

    fn push(&mut self, low: Vec3, high: Vec3, albedo: Vec3, books: Option<usize>, dice: &mut Dice) {
        let salt = (dice.next() * 16_777_216.0) as u32;
        self.blocks.push(Block { low, high, albedo, books, light: [[Vec3::ZERO; 4]; 6], salt });
    }

    /// Luminance of the nearest block before `limit` metres, if a ray meets one.
    pub(super) fn block_in_front(&self, eye: Vec3, direction: Vec3, limit: f32) -> Option<Vec3> {
        let inverse = Vec3::ONE / direction.map(|d| if d.abs() < 1e-7 { 1e-7 } else { d });
        let mut best: Option<(&Block, f32)> = None;
        for block in &self.blocks {
            let (a, b) = ((block.low - eye) * inverse, (block.high - eye) * inverse);
            let (enter, leave) = (a.min(b).max_element(), a.max(b).min_element());
            if enter > 0.0 && enter < leave && enter < best.map_or(limit, |found| found.1) {
                best = Some((block, enter));
            }
        }
        best.map(|(block, t)| block.seen(eye + direction * t))
    }

    /// Luminance of a point of the room's own surfaces.
    pub(super) fn surface(&self, lit: &LitRoom<'_>, hit: Hit) -> Vec3 {
        let (_, a, b) = axes(hit.wall);
        let point = [hit.at[a], hit.at[b]];
        for window in lit.room.windows.iter().filter(|w| w.side.wall() == hit.wall) {
            let middle = [window.centre_m[0], window.centre_m[1] - lit.half.y];
            if let Some((glass, height)) = glazing(point, middle, window.size_m.map(|s| 0.5 * s), hit.width) {
                let mean = tinted(window.luminance_cd_per_m2.max(0.0), window.colour);
                let frame = Vec3::splat(0.7) * lit.on_wall(hit.wall, hit.at);
                return frame.lerp(view(mean, height), glass);
            }
        }
        let mut albedo = lit.room.albedo(hit.wall);
        for panel in self.panels.iter().filter(|p| p.wall == hit.wall) {
            if let Some(tint) = panel.tint(point) {
                albedo = tint;
            }
        }
        let mut light = lit.on_wall(hit.wall, hit.at);
        match hit.wall {
            2 => return (albedo * light).lerp(self.lamp_light, self.lamp(point, hit.width)),
            3 => albedo = self.floor(point, albedo),
            _ => {
                let height = hit.at.y + lit.half.y;
                if height < 0.08 {
                    albedo = albedo.lerp(Vec3::splat(0.6), 0.7);
                } else if height < 0.09 {
                    albedo *= 0.5;
                }
            }
        }
        // Blocks near a surface keep light from it.
        for block in &self.blocks {
            let gap = (hit.at - hit.at.clamp(block.low, block.high)).length();
            if gap < 0.6 {
                light *= 1.0 - 0.45 * exp(-gap * 7.0);
            }
        }
        albedo * light
    }

    /// How much of a texel `width` metres wide is lamp.
    fn lamp(&self, point: [f32; 2], width: f32) -> f32 {
        let inside = |i: usize, centre: &[f32; 2], half: &[f32; 2]| {
            covered(half[i] - (point[i] - centre[i]).abs(), width, half[i])
        };
        self.lamps.iter().map(|(centre, half)| inside(0, centre, half) * inside(1, centre, half)).sum::<f32>().min(1.0)
    }

    fn floor(&self, point: [f32; 2], albedo: Vec3) -> Vec3 {
        if let Some((centre, half, tint)) = self.rug {
            let (x, y) = ((point[0] - centre[0]).abs() / half[0], (point[1] - centre[1]).abs() / half[1]);
            let far = x.max(y);
            if far < 1.0 {
                return if far > 0.86 && far < 0.93 { tint.lerp(Vec3::splat(0.6), 0.5) } else { tint };
            }
        }
        let (across, along) = if self.planks { (0.16, 1.4) } else { (0.6, 0.6) };
        let row = (point[1] / across).floor();
        let shift = if self.planks { unit(hash2(row as i32, 0, self.salt)) * along } else { 0.0 };
        let (x, y) = ((point[0] + shift) / along, point[1] / across);
        let tone = unit(hash2(x.floor() as i32, row as i32, self.salt ^ 7));
        let gap = ((x - x.floor()) * along).min((y - y.floor()) * across);
        let seam = mix(0.6, 1.0, smoothstep(0.0, 0.012, gap));
        albedo * (seam * if self.planks { mix(0.75, 1.2, tone) } else { mix(0.93, 1.05, tone) })
    }
}

impl Block {
    fn lit(&mut self, lit: &LitRoom<'_>) {
        for face in 0..6 {
            let (axis, a, b) = axes(face);
            let normal = -inward(face);
            for (i, light) in self.light[face].iter_mut().enumerate() {
                let mut at = self.low;
                at[axis] = if face % 2 == 0 { self.high[axis] } else { self.low[axis] };
                at[a] = if i % 2 == 0 { self.low[a] } else { self.high[a] };
                at[b] = if i / 2 == 0 { self.low[b] } else { self.high[b] };
                let at = (at + normal * 0.02).clamp(-lit.half * 0.98, lit.half * 0.98);
                // The floor and the wall behind keep some of the light off.
                let height = (at.y + lit.half.y) * 2.5;
                *light = lit.at_point(at, normal) * (0.55 + 0.45 * saturate(height));
            }
        }
    }

    /// Luminance of a point on the block.
    fn seen(&self, at: Vec3) -> Vec3 {
        let (mut face, mut least) = (0, f32::MAX);
        for axis in 0..3 {
            for (candidate, gap) in [(2 * axis, self.high[axis] - at[axis]), (2 * axis + 1, at[axis] - self.low[axis])]
            {
                if gap.abs() < least {
                    (face, least) = (candidate, gap.abs());
                }
            }
        }
        let (_, a, b) = axes(face);
        let part = |i: usize| saturate((at[i] - self.low[i]) / (self.high[i] - self.low[i]).max(1e-4));
        let (x, y) = (part(a), part(b));
        let corners = &self.light[face];
        let light = corners[0].lerp(corners[1], x).lerp(corners[2].lerp(corners[3], x), y);
        let albedo = if self.books == Some(face) { self.shelf(at[a], at.y - self.low.y) } else { self.albedo };
        albedo * light
    }

    /// Rows of books of many colours between boards.
    fn shelf(&self, along: f32, height: f32) -> Vec3 {
        const ROW: f32 = 0.34;
        let row = (height / ROW).floor();
        let above = height - row * ROW;
        if above < 0.025 {
            return self.albedo;
        }
        let book = (along / 0.045).floor() as i32;
        let h = hash2(book, row as i32, self.salt);
        if above > 0.20 + 0.09 * unit(h) || h.is_multiple_of(11) {
            return self.albedo * 0.15;
        }
        ACCENTS[(h >> 8) as usize % ACCENTS.len()] * (0.5 + unit(h.wrapping_mul(0x9e37_79b9)))
    }
}

impl Panel {
    fn tint(&self, point: [f32; 2]) -> Option<Vec3> {
        let (x, y) = ((point[0] - self.centre[0]) / self.half[0], (point[1] - self.centre[1]) / self.half[1]);
        if x.abs() > 1.0 || y.abs() > 1.0 {
            return None;
        }
        let rim = ((1.0 - x.abs()) * self.half[0]).min((1.0 - y.abs()) * self.half[1]);
        if rim < if self.door { 0.06 } else { 0.025 } {
            return Some(self.frame);
        }
        if self.door {
            let handle = (x - 0.72).abs() < 0.12 && (y + 0.02).abs() < 0.02;
            return Some(if handle { Vec3::splat(0.5) } else { self.tints[0] });
        }
        if rim < 0.07 {
            return Some(self.tints[2]);
        }
        // A landscape of sorts: land, sky and a disc.
        let hill = -0.2 + 0.25 * (unit(self.salt) - 0.5) + 0.18 * x * (unit(self.salt ^ 77) * 4.0 - 2.0);
        let disc = (x - 0.3).abs() + (y - 0.35).abs() < 0.25;
        Some(if y < hill {
            self.tints[0]
        } else if disc {
            self.tints[2]
        } else {
            self.tints[1]
        })
    }
}

/// Share of a texel of a `width` whose middle lies `inside` metres within an edge of something `half` as wide.
fn covered(inside: f32, width: f32, half: f32) -> f32 {
    saturate(0.5 + inside / width.max(1e-6)).min(2.0 * half / width.max(1e-6))
}

/// How much of a texel in a window is glass rather than frame, and its height in the window; none outside.
fn glazing(point: [f32; 2], centre: [f32; 2], half: [f32; 2], width: f32) -> Option<(f32, f32)> {
    let (x, y) = (point[0] - centre[0], point[1] - centre[1]);
    if x.abs() > half[0] || y.abs() > half[1] {
        return None;
    }
    let rim = (half[0] - x.abs()).min(half[1] - y.abs()) - 0.05;
    let panes = (half[0] / 0.5).ceil().max(1.0);
    let pitch = 2.0 * half[0] / panes;
    let pane = (x + half[0]) / pitch;
    let bar = (pane - (pane + 0.5).floor()).abs() * pitch - 0.025;
    let blur = width.max(0.01);
    Some((saturate(0.5 + rim / blur).min(saturate(0.5 + bar / blur)), (y / half[1] + 1.0) * 0.5))
}

/// What is seen through a window at a height (0 sill – 1 lintel): land, trees and sky of a given mean.
fn view(mean: Vec3, height: f32) -> Vec3 {
    let sky = mean * vec3(1.28, 1.30, 1.36) * mix(1.1, 0.92, height);
    let land = mean * vec3(0.44, 0.46, 0.30);
    land.lerp(sky, smoothstep(0.30, 0.42, height))
}
