//! Light from all around as directions that are drawn one after the other: each shines as a sun does, with shadows, so
//! that the mean of many hides from every corner just what the corner does not see.

use glam::Vec3;

use super::occluders::AROUND;
use super::suns::Sun;
use crate::assets::environment::CubeMap;
use crate::color::{luminance, of_luminance_one};

/// Directions, each as likely as its share of the light (Pharr, Jakob and Humphreys, "Physically based rendering", on
/// infinite area lights), from cells of equal solid angle: Lambert's cylindrical projection.
#[derive(Clone)]
pub(super) struct Dome {
    /// Rows of cells, the lowest first: colours of luminance 1.
    colors: Vec<[[f32; 3]; COLUMNS]>,
    /// Share of all light up to and with each row.
    until_row: Vec<f32>,
    /// Of a row's light, the share up to and with each of its cells.
    until_cell: Vec<[f32; COLUMNS]>,
    /// Height of the lowest row's lower edge, as a sine.
    lowest: f32,
    /// Illuminance of all of it on surfaces that face it, in lux.
    total_lux: f32,
    /// Irradiance / π of what is left out, over the normal, see [`super::occluders::Around`].
    pub rest: [[f32; 3]; AROUND],
}

/// Cells around, and from the horizon to the zenith.
const COLUMNS: usize = 128;
const ROWS: usize = 32;

impl Dome {
    /// Of a map of radiance in cd/m²; over a ground only what is above the horizon, the rest being what the ground sends
    /// back, of this radiance.
    pub fn of(map: &CubeMap, ground: Option<[f32; 3]>) -> Dome {
        let (lowest, rows) = if ground.is_some() { (0.0, ROWS) } else { (-1.0, 2 * ROWS) };
        let mut dome = Dome {
            colors: Vec::with_capacity(rows),
            until_row: Vec::with_capacity(rows),
            until_cell: Vec::with_capacity(rows),
            lowest,
            total_lux: 0.0,
            rest: [[0.0; 3]; AROUND],
        };
        let (mut sum, mut sums) = (0.0_f64, Vec::with_capacity(rows));
        for row in 0..rows {
            let light = |column: usize| map.sample(dome.direction(row as f32 + 0.5, column as f32 + 0.5));
            let light: [[f32; 3]; COLUMNS] = std::array::from_fn(light);
            let mut until = 0.0;
            let mut cells = light.map(|light| {
                until += luminance(light);
                until
            });
            cells.iter_mut().for_each(|cell| *cell /= until.max(f32::MIN_POSITIVE));
            sum += f64::from(until);
            sums.push(sum);
            dome.colors.push(light.map(of_luminance_one));
            dome.until_cell.push(cells);
        }
        dome.until_row = sums.into_iter().map(|until| (until / sum.max(f64::MIN_POSITIVE)) as f32).collect();
        let solid_angle = (1.0 - lowest) * std::f32::consts::TAU;
        dome.total_lux = sum as f32 / (rows * COLUMNS) as f32 * solid_angle;
        if let Some(radiance) = ground {
            // From an even lower half a surface gets the more, the more it faces it: (1 − n.y) / 2 of it all.
            dome.rest[0] = radiance.map(|channel| 0.5 * channel);
            dome.rest[1] = radiance.map(|channel| -0.5 * channel);
        }
        dome
    }

    /// Whether there is any direction that light comes from.
    pub fn shines(&self) -> bool {
        self.total_lux > 0.0
    }

    /// The direction of a place among rows and columns.
    fn direction(&self, row: f32, column: f32) -> Vec3 {
        let y = self.lowest + row / ROWS as f32;
        let (across, angle) = ((1.0 - y * y).max(0.0).sqrt(), std::f32::consts::TAU * column / COLUMNS as f32);
        Vec3::new(across * libm::sinf(angle), y, across * libm::cosf(angle))
    }

    /// The light of one direction, chosen by a point of the unit square, in place of all.
    pub fn draw(&self, [across, up]: [f32; 2]) -> Sun {
        let (row, part) = chosen(&self.until_row, up);
        let (column, along) = chosen(&self.until_cell[row], across);
        let to_sun = self.direction(row as f32 + part, column as f32 + along);
        Sun { to_sun, illuminance_lux: self.total_lux, color: self.colors[row][column] }
    }
}

/// Which of several has a share of what they have together, and how far within it that lies.
fn chosen(until: &[f32], share: f32) -> (usize, f32) {
    let place = until.partition_point(|until| *until <= share).min(until.len().saturating_sub(1));
    let before = place.checked_sub(1).map_or(0.0, |before| until[before]);
    (place, ((share - before) / (until[place] - before).max(1e-12)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Effect, Sample};
    use super::*;
    use crate::assets::environment;

    /// Light on a surface that faces a way, in lux, by so many draws.
    fn illuminance(dome: &Dome, normal: Vec3, of: u32) -> [f32; 3] {
        let mut sum = [0.0; 3];
        for index in 0..of {
            let light = dome.draw(Sample { index, of, seed: 5 }.point(Effect::Dome));
            let share = light.illuminance_lux * light.to_sun.dot(normal).max(0.0) / of as f32;
            sum.iter_mut().zip(light.color).for_each(|(sum, color)| *sum += share * color);
        }
        sum
    }

    #[test]
    fn draws_bring_as_much_light_as_the_map() {
        let (sky, ground) =
            (|d: Vec3| Vec3::new(1.0, 2.0, 3.0) * (0.2 + d.y) + Vec3::splat(d.x.max(0.0)), [0.3, 0.2, 0.1]);
        let map = CubeMap::from_fn(16, |d| if d.y > 0.0 { sky(d) } else { Vec3::from(ground) });
        let sides = [Vec3::Y, Vec3::X, Vec3::NEG_X, Vec3::new(0.0, 0.6, -0.8)];
        for (over, normals) in [(None, [sides[0], sides[1], sides[3], Vec3::NEG_Y]), (Some(ground), sides)] {
            let dome = Dome::of(&map, over);
            for normal in normals {
                let drawn = illuminance(&dome, normal, 1024);
                let all = environment::irradiance(&map, normal);
                for channel in 0..3 {
                    let rest = (dome.rest[0][channel] + dome.rest[1][channel] * normal.y) * std::f32::consts::PI;
                    let (found, wanted) = (drawn[channel] + rest, all[channel]);
                    let off = (found - wanted).abs() / wanted;
                    assert!(off < 0.03, "{over:?}, {normal}, {channel}: {found} lux, expected {wanted}");
                }
            }
        }
    }

    #[test]
    fn sixteen_draws_are_spread_well() {
        let map = CubeMap::from_fn(32, |_| Vec3::ONE);
        let dome = Dome::of(&map, None);
        for normal in [Vec3::X, Vec3::Y, Vec3::Z] {
            let [lux, ..] = illuminance(&dome, normal, 16);
            assert!((lux / std::f32::consts::PI - 1.0).abs() < 0.2, "{normal}: {lux} lux, expected π");
        }
    }

    #[test]
    fn under_a_dark_sky_the_ground_still_sends_light_back() {
        assert!(!Dome::of(&CubeMap::from_fn(8, |_| Vec3::ZERO), None).shines());
        let dome = Dome::of(&CubeMap::from_fn(8, |_| Vec3::ZERO), Some([3.0, 2.0, 1.0]));
        assert!(!dome.shines());
        assert_eq!((dome.rest[0], dome.rest[1]), ([1.5, 1.0, 0.5], [-1.5, -1.0, -0.5]));
        let drawn = dome.draw([0.5; 2]);
        assert!(drawn.to_sun.is_finite() && drawn.illuminance_lux == 0.0);
    }
}
