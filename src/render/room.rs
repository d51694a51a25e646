//! The geometry and the lamps of a closed room.

use std::sync::Arc;

use glam::{Quat, Vec3};

use crate::assets::{AssetError, AssetStore, MeshData, Model, Part, Surface, mesh};
use crate::color::blackbody;
use crate::randomize::concrete::{ConcreteScene, Environment, Light, Material, Texture};

/// Half the opening of the cone that a panel in the ceiling lights; beyond it little light goes.
const LAMP_HALF_ANGLE_DEG: f32 = 75.0;
pub(super) const CEILING_ALBEDO: [f32; 3] = [0.82, 0.82, 0.80];
/// Tint of what windows show.
pub(super) const DAYLIGHT: [f32; 3] = [0.92, 0.97, 1.0];
/// Width of a window's frame, half of it over the pane, and of the bar in its middle.
const FRAME_M: f32 = 0.06;
const MIDDLE_BAR_M: f32 = 0.04;
/// Cells along an edge of the floor.
const CELLS: usize = 20;
const QUARTER: f32 = std::f32::consts::FRAC_PI_2;

/// A model of one mesh that nothing collides with.
pub(super) fn single(name: &str, mesh: MeshData, surface: Surface) -> Model {
    let part = Part { name: name.to_owned(), mesh: Arc::new(mesh), surface };
    Model { parts: vec![part], ..Model::default() }
}

/// What a room has, and where.
pub(super) struct Plan {
    pub size_m: Vec3,
    /// Of the walls at −z, −x, +z, +x, in this order.
    pub windows: [Option<Window>; 4],
    pub window_luminance_cd_per_m2: f32,
    /// Along x and z; the panel is in the middle of the ceiling.
    pub lamp_size_m: [f32; 2],
    pub lamp_flux_lm: f32,
    pub lamp_temperature_kelvin: f32,
    pub seed: u64,
}

/// A window in the middle of its wall.
pub(super) struct Window {
    pub size_m: [f32; 2],
    pub center_height_m: f32,
}

impl Plan {
    /// Of a scene in a room; empty for any other.
    pub fn of(scene: &ConcreteScene) -> Plan {
        let Environment::Room {
            size_m,
            windows,
            window_luminance_cd_per_m2,
            lamp_flux_lm,
            lamp_temperature_kelvin,
            seed,
            ..
        } = &scene.environment
        else {
            return Plan {
                size_m: Vec3::ONE,
                windows: [const { None }; 4],
                window_luminance_cd_per_m2: 0.0,
                lamp_size_m: [1.0; 2],
                lamp_flux_lm: 0.0,
                lamp_temperature_kelvin: 4000.0,
                seed: 0,
            };
        };
        let widths = [size_m.x, size_m.z, size_m.x, size_m.z];
        let has_window = |wall: usize| (wall + (*seed % 4) as usize) % 4 < *windows as usize;
        let window = |wall: usize| {
            let size_m = [widths[wall] * 0.4, size_m.y * 0.5];
            has_window(wall).then_some(Window { size_m, center_height_m: size_m[1] * 1.1 })
        };
        Plan {
            size_m: *size_m,
            windows: std::array::from_fn(window),
            window_luminance_cd_per_m2: *window_luminance_cd_per_m2,
            lamp_size_m: [1.2_f32.min(size_m.x * 0.4), 0.6_f32.min(size_m.z * 0.3)],
            lamp_flux_lm: *lamp_flux_lm,
            lamp_temperature_kelvin: *lamp_temperature_kelvin,
            seed: *seed,
        }
    }

    /// Of the panel, in cd/m².
    pub fn lamp_luminance(&self) -> f32 {
        self.lamp_flux_lm / (std::f32::consts::PI * self.lamp_size_m[0] * self.lamp_size_m[1])
    }
}

/// Reflectance of floor and walls.
pub(super) fn albedos(scene: &ConcreteScene, assets: &AssetStore) -> Result<Option<(Surface, Surface)>, AssetError> {
    let Environment::Room { walls, floor, .. } = &scene.environment else { return Ok(None) };
    Ok(Some((assets.surface(&or_texture(floor, "oak"))?, assets.surface(&or_texture(walls, "plaster"))?)))
}

/// Floor, ceiling, walls with their windows, and lamp, each with the surface that counts for its colour.
pub(super) fn models(scene: &ConcreteScene, assets: &AssetStore) -> Result<Vec<(Model, Surface)>, AssetError> {
    let Some((floor, wall)) = albedos(scene, assets)? else { return Ok(Vec::new()) };
    let plan = Plan::of(scene);
    let Vec3 { x: w, y: h, z: l } = plan.size_m;
    let [r, g, b] = CEILING_ALBEDO;
    let white = Surface { base_color: [r, g, b, 1.0], roughness: 0.9, ..Surface::default() };
    let turned = |mesh: MeshData, rotation: Quat, at: Vec3| mesh.rotated(rotation).translated(at);
    let down = Quat::from_rotation_x(2.0 * QUARTER);
    let mut models = vec![
        ("floor", mesh::grid(w, l, CELLS, CELLS), floor),
        ("ceiling", turned(mesh::grid(w, l, 1, 1), down, Vec3::Y * h), white.clone()),
    ];
    // Each wall is a level grid stood up, facing the middle of the room, then turned about the vertical.
    let sides = [(w, l), (l, w), (w, l), (l, w)];
    for (index, (width, away)) in sides.into_iter().enumerate() {
        let turn = Quat::from_rotation_y(index as f32 * QUARTER);
        let stand = turn * Quat::from_rotation_x(QUARTER);
        let at = |inset: f32, y: f32| turn * Vec3::new(0.0, 0.0, inset - away * 0.5) + Vec3::Y * y;
        let face =
            |w: f32, h: f32, y: f32, inset: f32| turned(mesh::grid(w, h, CELLS / 2, CELLS / 4), stand, at(inset, y));
        models.push(("wall", face(width, h, h * 0.5, 0.0), wall.clone()));
        let skirting = mesh::rounded_box(Vec3::new(width, 0.08, 0.015), 0.003, 1);
        models.push(("skirting", turned(skirting, turn, at(0.0075, 0.04)), white.clone()));
        let Some(window) = &plan.windows[index] else { continue };
        let [width, height] = window.size_m;
        let pane = glowing(DAYLIGHT.map(|c| c * plan.window_luminance_cd_per_m2));
        models.push(("window", face(width, height, window.center_height_m, PANE_M), pane));
        let bars = [
            (Vec3::new(0.0, height * 0.5, 0.0), Vec3::new(width + 0.12, FRAME_M, 0.05)),
            (Vec3::new(0.0, -height * 0.5, 0.0), Vec3::new(width + 0.12, FRAME_M, 0.09)),
            (Vec3::new(width * 0.5, 0.0, 0.0), Vec3::new(FRAME_M, height, 0.05)),
            (Vec3::new(-width * 0.5, 0.0, 0.0), Vec3::new(FRAME_M, height, 0.05)),
            (Vec3::ZERO, Vec3::new(MIDDLE_BAR_M, height, 0.04)),
        ];
        let frame = mesh::merge(bars.map(|(at, size)| mesh::rounded_box(size, 0.005, 1).translated(at)));
        models.push(("window_frame", turned(frame, turn, at(0.02, window.center_height_m)), white.clone()));
    }
    if plan.lamp_flux_lm > 0.0 {
        let [panel_w, panel_l] = plan.lamp_size_m;
        let light = blackbody(plan.lamp_temperature_kelvin).map(|c| c * plan.lamp_luminance());
        models.push(("lamp", turned(mesh::grid(panel_w, panel_l, 1, 1), down, Vec3::Y * (h - 0.02)), glowing(light)));
    }
    Ok(models.into_iter().map(|(name, mesh, surface)| (single(name, mesh, surface.clone()), surface)).collect())
}

/// A black surface that gives off light, cd/m².
fn glowing(emissive: [f32; 3]) -> Surface {
    Surface { base_color: [0.0, 0.0, 0.0, 1.0], emissive, ..Surface::default() }
}

/// Whether it is a room whose windows, lamps and walls shine point by point.
pub(super) fn is_lit_by_points(scene: &ConcreteScene) -> bool {
    scene.samples > 1 && matches!(scene.environment, Environment::Room { .. })
}

/// Of floor, ceiling and walls.
pub(super) fn area_m2(scene: &ConcreteScene) -> f32 {
    let Vec3 { x, y, z } = Plan::of(scene).size_m;
    2.0 * (x * y + y * z + z * x)
}

/// A rectangle that glows towards the room.
pub(super) struct Panel {
    pub middle: Vec3,
    /// From the middle to the middles of two of its sides.
    pub edges: [Vec3; 2],
    pub normal: Vec3,
    /// Linear RGB.
    pub luminance_cd_per_m2: [f32; 3],
}

/// How far from the wall a window's pane is, and its light: between the bars of its frame.
const PANE_M: f32 = 0.004;
const PANE_LIGHT_M: f32 = 0.01;

/// What glows in a room: windows and the panel in the ceiling.
pub(super) fn panels(scene: &ConcreteScene) -> Vec<Panel> {
    let plan = Plan::of(scene);
    let Vec3 { x: w, y: h, z: l } = plan.size_m;
    let away = [l, w, l, w];
    let windows = plan.windows.iter().zip(away).enumerate().flat_map(|(wall, (window, away))| {
        let turn = Quat::from_rotation_y(wall as f32 * QUARTER);
        // What the frame leaves free: a pane on either side of its middle bar.
        window.iter().flat_map(move |Window { size_m: [width, height], center_height_m }| {
            let (width, height) = (0.5 * (width - FRAME_M - MIDDLE_BAR_M), height - FRAME_M);
            [-1.0, 1.0].map(|side| {
                let across = side * 0.5 * (width + MIDDLE_BAR_M);
                Panel {
                    middle: turn * Vec3::new(across, 0.0, PANE_LIGHT_M - away * 0.5) + Vec3::Y * *center_height_m,
                    edges: [turn * Vec3::X * (width * 0.5), Vec3::Y * (height * 0.5)],
                    normal: turn * Vec3::Z,
                    luminance_cd_per_m2: DAYLIGHT.map(|channel| channel * plan.window_luminance_cd_per_m2),
                }
            })
        })
    });
    let [panel_w, panel_l] = plan.lamp_size_m;
    let lamp = (plan.lamp_flux_lm > 0.0).then(|| Panel {
        middle: Vec3::Y * (h - 0.03),
        edges: [Vec3::X * (panel_w * 0.5), Vec3::Z * (panel_l * 0.5)],
        normal: Vec3::NEG_Y,
        luminance_cd_per_m2: blackbody(plan.lamp_temperature_kelvin).map(|channel| channel * plan.lamp_luminance()),
    });
    windows.chain(lamp).collect()
}

/// The lights that the lamps of a room are.
pub fn lamps(scene: &ConcreteScene) -> Vec<Light> {
    let plan = Plan::of(scene);
    if plan.lamp_flux_lm <= 0.0 {
        return Vec::new();
    }
    // A flat panel has F / π candela straight down; a lamp that shone so all round would give 4 F.
    vec![Light::Spot {
        name: "room_lamp".to_owned(),
        position_m: Vec3::new(0.0, plan.size_m.y - 0.03, 0.0),
        target_m: Vec3::ZERO,
        flux_lm: 4.0 * plan.lamp_flux_lm,
        temperature_kelvin: plan.lamp_temperature_kelvin,
        half_angle_deg: LAMP_HALF_ANGLE_DEG,
        shadows: true,
        radius_m: 0.0,
    }]
}

/// A material that says nothing of its texture and colour wears this one.
fn or_texture(material: &Material, name: &str) -> Material {
    let mut material = material.clone();
    if material.texture.is_none() && material.base_color.is_none() {
        material.texture = Some(Texture::Library { name: name.to_owned(), variant: 0 });
    }
    material
}
