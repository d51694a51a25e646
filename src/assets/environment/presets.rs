//! Ready-made surroundings, varied by a seed.

use glam::{Vec3, vec3};

use super::EnvironmentSpec;
use super::maths::Dice;
use super::room::{CeilingLamps, Room, Side, Window};
use super::studio::SoftBox;

/// Colours of paint for walls, linear RGB.
const PAINTS: [[f32; 3]; 5] =
    [[0.74, 0.73, 0.70], [0.70, 0.64, 0.52], [0.60, 0.66, 0.68], [0.66, 0.68, 0.58], [0.78, 0.76, 0.74]];
/// Colours of floors, linear RGB.
const FLOORS: [[f32; 3]; 4] = [[0.32, 0.21, 0.12], [0.24, 0.22, 0.20], [0.45, 0.36, 0.26], [0.34, 0.34, 0.33]];

fn side(dice: &mut Dice) -> Side {
    [Side::PositiveX, Side::NegativeX, Side::PositiveZ, Side::NegativeZ][dice.below(4)]
}

/// A window that fits a wall of a room.
fn window(half: Vec3, luminance: f32, dice: &mut Dice) -> Window {
    let side = side(dice);
    let wall = if matches!(side, Side::PositiveX | Side::NegativeX) { half.z } else { half.x };
    let width = dice.range(0.5, 1.3) * wall;
    let height = dice.range(1.1, 1.5);
    Window {
        side,
        centre_m: [dice.range(-0.9, 0.9) * (wall - 0.5 * width - 0.1).max(0.0), 0.85 + 0.5 * height],
        size_m: [width, height],
        luminance_cd_per_m2: luminance,
        colour: [0.92, 0.98, dice.range(1.0, 1.15)],
    }
}

impl Room {
    /// An office with panels in the ceiling and mostly a window; 300–800 lux on the desk.
    pub fn office(seed: u32) -> Self {
        let mut dice = Dice::new(seed, 4);
        let half = vec3(dice.range(2.2, 5.0), dice.range(1.3, 1.6), dice.range(2.0, 4.0));
        let mut windows = Vec::new();
        if dice.next() < 0.75 {
            let luminance = dice.range(500.0, 2500.0);
            windows.push(window(half, luminance, &mut dice));
        }
        let warm = dice.range(0.0, 1.0);
        Room {
            half_extents_m: half,
            viewpoint_m: vec3(dice.range(-0.4, 0.4) * half.x, 0.85 - half.y, dice.range(-0.4, 0.4) * half.z),
            wall_albedo: PAINTS[dice.below(5)],
            floor_albedo: FLOORS[dice.below(4)],
            ceiling_albedo: [0.82, 0.82, 0.80],
            windows,
            lamps: Some(CeilingLamps {
                columns: (half.x / dice.range(0.9, 1.4)) as u32 + 1,
                rows: (half.z / dice.range(0.9, 1.4)) as u32 + 1,
                size_m: if dice.next() < 0.5 { [0.6, 0.6] } else { [1.2, 0.3] },
                luminance_cd_per_m2: 4000.0,
                colour: [1.0, 0.97 - 0.1 * warm, 0.94 - 0.22 * warm],
            }),
            illuminance_lux: Some(dice.range(300.0, 800.0)),
            seed,
        }
    }

    /// A living room by day, lit by its windows; 100–500 lux in the middle.
    pub fn living_room(seed: u32) -> Self {
        let mut dice = Dice::new(seed, 5);
        let half = vec3(dice.range(1.8, 3.2), dice.range(1.25, 1.45), dice.range(1.8, 3.2));
        let windows = (0..1 + dice.below(3)).map(|_| window(half, 3000.0, &mut dice)).collect();
        Room {
            half_extents_m: half,
            viewpoint_m: vec3(dice.range(-0.4, 0.4) * half.x, 0.75 - half.y, dice.range(-0.4, 0.4) * half.z),
            wall_albedo: PAINTS[dice.below(5)],
            floor_albedo: FLOORS[dice.below(4)],
            ceiling_albedo: [0.80, 0.79, 0.77],
            windows,
            lamps: None,
            illuminance_lux: Some(dice.range(100.0, 500.0)),
            seed,
        }
    }
}

impl EnvironmentSpec {
    /// A photographer's studio: a grey or white backdrop, two or three soft boxes; about 1000–6000 lux.
    pub fn studio(seed: u32) -> Self {
        let mut dice = Dice::new(seed, 6);
        let backdrop = dice.range(60.0, 500.0);
        let shade = |factor: f32| [backdrop * factor; 3];
        let first = dice.range(0.0, std::f32::consts::TAU);
        let soft_boxes = (0..2 + dice.below(2))
            .map(|i| {
                let around = first + i as f32 * dice.range(1.6, 2.6);
                let lift = dice.range(0.3, 1.4);
                let warm = dice.range(-0.06, 0.10);
                SoftBox {
                    direction: vec3(libm::cosf(around), lift, libm::sinf(around)),
                    size: [dice.range(0.5, 1.4), dice.range(0.5, 1.2)],
                    roll: dice.range(-0.25, 0.25),
                    luminance_cd_per_m2: dice.range(2500.0, 7000.0) / (1.0 + i as f32),
                    colour: [1.0 + warm, 1.0, 1.0 - warm],
                    softness: dice.range(0.08, 0.3),
                }
            })
            .collect();
        EnvironmentSpec::Gradient {
            zenith: shade(0.4),
            horizon: shade(1.0),
            ground: shade(dice.range(0.4, 0.9)),
            soft_boxes,
        }
    }
}
