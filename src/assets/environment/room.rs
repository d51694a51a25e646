//! A furnished box room: windows and lamps as emitters, walls lit by radiosity, and details to reflect.

use glam::Vec3;

use super::cube::CubeMap;
use super::furniture::Furnishing;
use super::maths::{exp, saturate, tinted};

/// A wall of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The wall at +X.
    PositiveX,
    /// The wall at −X.
    NegativeX,
    /// The wall at +Z.
    PositiveZ,
    /// The wall at −Z.
    NegativeZ,
}

impl Side {
    pub(super) fn wall(self) -> usize {
        match self {
            Side::PositiveX => 0,
            Side::NegativeX => 1,
            Side::PositiveZ => 4,
            Side::NegativeZ => 5,
        }
    }
}

/// A window in a wall of a room.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// The wall it is in.
    pub side: Side,
    /// Centre on the wall in metres: along world X (or Z, for walls at ±X) from the middle, and above the floor.
    pub centre_m: [f32; 2],
    /// Full width and height in metres.
    pub size_m: [f32; 2],
    /// Mean luminance of what is seen through it, in cd/m².
    pub luminance_cd_per_m2: f32,
    /// Tint of its light, linear RGB; only its hue counts.
    pub colour: [f32; 3],
}

/// Rectangular panels in the ceiling, in rows and columns of equal distance.
#[derive(Clone, Debug, PartialEq)]
pub struct CeilingLamps {
    /// Panels along X.
    pub columns: u32,
    /// Panels along Z.
    pub rows: u32,
    /// Full size of a panel along X and Z in metres.
    pub size_m: [f32; 2],
    /// Luminance of a panel in cd/m².
    pub luminance_cd_per_m2: f32,
    /// Tint of their light, linear RGB; only its hue counts.
    pub colour: [f32; 3],
}

/// A box room; see [`super::EnvironmentSpec::Room`].
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// Half the inner width (X), height (Y) and depth (Z) in metres.
    pub half_extents_m: Vec3,
    /// The point that the room is seen from, in metres from its centre; kept off the walls.
    pub viewpoint_m: Vec3,
    /// Share of light that walls, floor and ceiling send back, linear RGB.
    pub wall_albedo: [f32; 3],
    /// See `wall_albedo`.
    pub floor_albedo: [f32; 3],
    /// See `wall_albedo`.
    pub ceiling_albedo: [f32; 3],
    /// Windows, any number.
    pub windows: Vec<Window>,
    /// Panels in the ceiling, if any.
    pub lamps: Option<CeilingLamps>,
    /// If given, all emitters are dimmed or boosted alike until the viewpoint has this horizontal
    /// illuminance in lux.
    pub illuminance_lux: Option<f32>,
    /// Which furniture, pictures and doors.
    pub seed: u32,
}

/// Patches along an edge of a wall.
const GRID: usize = 6;
const WALL: usize = GRID * GRID;
/// Reflections that are followed; with ordinary walls 1 % of the light is left after them.
const BOUNCES: usize = 6;

/// Surfaces, all in the order +X −X +Y −Y +Z −Z: the wall that a ray hits and where.
#[derive(Clone, Copy)]
pub(super) struct Hit {
    pub(super) wall: usize,
    pub(super) distance: f32,
    pub(super) at: Vec3,
    /// Width of the wall that a texel shows, in metres.
    pub(super) width: f32,
}

/// Axis that a wall is perpendicular to, and the two axes along it (the second is Y for upright walls).
pub(super) fn axes(wall: usize) -> (usize, usize, usize) {
    match wall / 2 {
        0 => (0, 2, 1),
        1 => (1, 0, 2),
        _ => (2, 0, 1),
    }
}

/// Towards the inside of the room.
pub(super) fn inward(wall: usize) -> Vec3 {
    let mut normal = [0.0; 3];
    normal[wall / 2] = if wall.is_multiple_of(2) { -1.0 } else { 1.0 };
    Vec3::from_array(normal)
}

#[derive(Clone, Copy)]
struct Patch {
    at: Vec3,
    normal: Vec3,
    area: f32,
    albedo: Vec3,
    emitted: Vec3,
}

/// A room whose light has been worked out.
pub(super) struct LitRoom<'a> {
    pub(super) room: &'a Room,
    pub(super) half: Vec3,
    eye: Vec3,
    patches: Vec<Patch>,
    /// Luminance of each patch, and irradiance over π.
    luminances: Vec<Vec3>,
    gathered: Vec<Vec3>,
    furnishing: Furnishing,
}

impl Room {
    pub(super) fn render(&self, size: u32) -> CubeMap {
        let lit = LitRoom::new(self);
        let map = CubeMap::from_fn(size, |direction| lit.seen(direction, 1.8 / size as f32));
        match self.illuminance_lux {
            Some(wanted) => {
                let own = super::horizontal_illuminance(&map);
                map.scaled(if own > 1e-6 { wanted.max(0.0) / own } else { 1.0 })
            }
            None => map,
        }
    }

    /// Light of a lamp panel, and its edges along X and Z as (centre, half size) pairs.
    pub(super) fn panels(&self, half: Vec3) -> Vec<([f32; 2], [f32; 2])> {
        let Some(lamps) = &self.lamps else { return Vec::new() };
        let spots = |count: u32, half: f32| -> Vec<f32> {
            (0..count.min(64)).map(|i| ((2 * i + 1) as f32 / count as f32 - 1.0) * half).collect()
        };
        let (columns, rows) = (spots(lamps.columns, half.x), spots(lamps.rows, half.z));
        let extent = lamps.size_m.map(|s| (0.5 * s).max(0.0));
        columns.iter().flat_map(|x| rows.iter().map(move |z| ([*x, *z], extent))).collect()
    }
}

/// Length that two intervals, given by centre and half size, have in common.
fn overlap(a: f32, half_a: f32, b: f32, half_b: f32) -> f32 {
    ((a + half_a).min(b + half_b) - (a - half_a).max(b - half_b)).max(0.0)
}

impl<'a> LitRoom<'a> {
    fn new(room: &'a Room) -> Self {
        let half = room.half_extents_m.max(Vec3::splat(0.5));
        let eye = room.viewpoint_m.clamp(-half + 0.2, half - 0.2);
        let panels = room.panels(half);
        let mut patches = Vec::with_capacity(6 * WALL);
        for wall in 0..6 {
            let (axis, a, b) = axes(wall);
            let size = [half[a] / GRID as f32, half[b] / GRID as f32];
            for i in 0..WALL {
                let along = |i: usize, half: f32| ((2 * i + 1) as f32 / GRID as f32 - 1.0) * half;
                let centre = [along(i % GRID, half[a]), along(i / GRID, half[b])];
                let mut at = Vec3::ZERO;
                at[axis] = if wall % 2 == 0 { half[axis] } else { -half[axis] };
                (at[a], at[b]) = (centre[0], centre[1]);
                let area = 4.0 * size[0] * size[1];
                let covered = |middle: [f32; 2], extent: [f32; 2]| {
                    overlap(centre[0], size[0], middle[0], extent[0])
                        * overlap(centre[1], size[1], middle[1], extent[1])
                        / area
                };
                let (mut emitted, mut cover) = (Vec3::ZERO, 0.0);
                for window in room.windows.iter().filter(|w| w.side.wall() == wall) {
                    let share =
                        covered([window.centre_m[0], window.centre_m[1] - half.y], window.size_m.map(|s| 0.5 * s));
                    emitted += tinted(window.luminance_cd_per_m2.max(0.0), window.colour) * share;
                    cover += share;
                }
                if let (2, Some(lamps)) = (wall, &room.lamps) {
                    let share: f32 = panels.iter().map(|(middle, extent)| covered(*middle, *extent)).sum();
                    emitted += tinted(lamps.luminance_cd_per_m2.max(0.0), lamps.colour) * share;
                    cover += share;
                }
                // Glass reflects little of what falls on it.
                let albedo = room.albedo(wall) * (1.0 - 0.85 * saturate(cover));
                patches.push(Patch { at, normal: inward(wall), area, albedo, emitted });
            }
        }
        let (luminances, gathered) = radiosity(&patches);
        let mut lit = LitRoom { room, half, eye, patches, luminances, gathered, furnishing: Furnishing::default() };
        lit.furnishing = Furnishing::new(&lit, eye);
        lit
    }

    /// Luminance seen from the viewpoint in a direction; `texel` is the width of a texel in radian.
    fn seen(&self, direction: Vec3, texel: f32) -> Vec3 {
        let hit = self.wall_hit(direction, texel);
        match self.furnishing.block_in_front(self.eye, direction, hit.distance) {
            Some(light) => light,
            None => self.furnishing.surface(self, hit),
        }
    }

    fn wall_hit(&self, direction: Vec3, texel: f32) -> Hit {
        let mut best = (2, f32::MAX);
        for axis in 0..3 {
            let d = direction[axis];
            if d.abs() > 1e-7 {
                let t = (self.half[axis] * d.signum() - self.eye[axis]) / d;
                if t < best.1 {
                    best = (2 * axis + usize::from(d < 0.0), t);
                }
            }
        }
        Hit { wall: best.0, distance: best.1, at: self.eye + direction * best.1, width: best.1 * texel }
    }

    /// Irradiance over π of a point on a wall, interpolated between patches, darker in the corners.
    pub(super) fn on_wall(&self, wall: usize, at: Vec3) -> Vec3 {
        let (_, a, b) = axes(wall);
        let position = |t: f32, half: f32| ((t / half + 1.0) * 0.5 * GRID as f32 - 0.5).clamp(0.0, (GRID - 1) as f32);
        let (x, y) = (position(at[a], self.half[a]), position(at[b], self.half[b]));
        let (i, j) = ((x as usize).min(GRID - 2), (y as usize).min(GRID - 2));
        let row = |j: usize| {
            let first = wall * WALL + j * GRID + i;
            self.gathered[first].lerp(self.gathered[first + 1], x - i as f32)
        };
        let light = row(j).lerp(row(j + 1), y - j as f32);
        let gap = (self.half[a] - at[a].abs()).min(self.half[b] - at[b].abs()).max(0.0);
        light * (1.0 - 0.22 * exp(-gap * 6.0))
    }

    /// Irradiance over π of a free point that faces `normal`.
    pub(super) fn at_point(&self, at: Vec3, normal: Vec3) -> Vec3 {
        let mut sum = Vec3::ZERO;
        let mut total = 0.0;
        for (patch, luminance) in self.patches.iter().zip(&self.luminances) {
            let share = transfer(at, normal, patch);
            sum += *luminance * share;
            total += share;
        }
        sum / total.max(1e-6)
    }
}

impl Room {
    pub(super) fn albedo(&self, wall: usize) -> Vec3 {
        let albedo = match wall {
            2 => self.ceiling_albedo,
            3 => self.floor_albedo,
            _ => self.wall_albedo,
        };
        Vec3::from_array(albedo).clamp(Vec3::ZERO, Vec3::splat(0.95))
    }
}

/// Form factor from a point to a patch, as if it were a disc (Wallace et al. 1989).
fn transfer(at: Vec3, normal: Vec3, patch: &Patch) -> f32 {
    let way = patch.at - at;
    let squared = way.length_squared();
    let (here, there) = (way.dot(normal), -way.dot(patch.normal));
    if here <= 0.0 || there <= 0.0 {
        return 0.0;
    }
    here * there * patch.area / (squared * (std::f32::consts::PI * squared + patch.area))
}

/// Luminance and irradiance over π of each patch (Goral et al. 1984).
///
/// The patches close the room, so the form factors of each add up to 1: normalising them keeps all light in.
fn radiosity(patches: &[Patch]) -> (Vec<Vec3>, Vec<Vec3>) {
    let count = patches.len();
    let mut factors = vec![0.0_f32; count * count];
    for (row, from) in factors.chunks_exact_mut(count).zip(patches) {
        for (factor, to) in row.iter_mut().zip(patches) {
            *factor = transfer(from.at, from.normal, to);
        }
        let sum: f32 = row.iter().sum();
        let scale = 1.0 / sum.max(1e-9);
        row.iter_mut().for_each(|factor| *factor *= scale);
    }
    let mut luminances: Vec<Vec3> = patches.iter().map(|patch| patch.emitted).collect();
    let mut gathered = vec![Vec3::ZERO; count];
    for _ in 0..BOUNCES {
        for (i, row) in factors.chunks_exact(count).enumerate() {
            let light = row.iter().zip(&luminances).fold(Vec3::ZERO, |sum, (factor, light)| sum + *light * *factor);
            gathered[i] = light;
            luminances[i] = patches[i].emitted + patches[i].albedo * light;
        }
    }
    (luminances, gathered)
}
