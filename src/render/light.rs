//! Light of a concrete scene: what surrounds it as cube maps, the sun, the lamps.
//!
//! Units are physical throughout: cd/m² for maps, lux for the sun, lumen for lamps.

use bevy::asset::{Assets, Handle, RenderAssetUsages};
use bevy::image::{Image, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::prelude::World;
use bevy::render::render_resource::{
    Extent3d, TextureDimension, TextureFormat, TextureViewDescriptor, TextureViewDimension,
};
use glam::Vec3;

use super::occluders::AROUND;
use super::temperature::{blackbody, luminance, of_luminance_one};
use crate::assets::environment::{self, CubeMap, EnvironmentSpec};
use crate::randomize::concrete::{ConcreteScene, Environment, Light};

/// Texels along the edge of a face: of the light, and of what is seen behind everything.
const LIGHT_SIZE: u32 = 32;
const BACKDROP_SIZE: u32 = 96;
/// Towards the sun where the scene has none but the sky needs one.
const DEFAULT_TO_SUN: Vec3 = Vec3::new(0.0, 0.64, 0.77);
/// Sine of the height at which the ground ends and what lies behind it begins.
const LOWEST_SKY: f64 = -0.08;
/// Surroundings kept on the device.
const KEEP: usize = 8;

/// The light of one scene that comes from no lamp.
#[derive(Clone)]
pub(super) struct Surroundings {
    spec: EnvironmentSpec,
    /// Whether the backdrop is made to be looked at.
    seen_behind: bool,
    pub diffuse: Handle<Image>,
    pub specular: Handle<Image>,
    pub backdrop: Handle<Image>,
    /// Lux on a level surface, without the sun.
    pub ambient_lux: f32,
    /// How often the app had been updated when these were made.
    pub made_before_update: u64,
    /// Irradiance / π over the normal, see [`super::occluders::Around`].
    pub harmonics: [[f32; 3]; AROUND],
    /// Mean irradiance from all sides / π, cd/m² in linear RGB: what a white neighbour sends.
    pub bounce: [f32; 3],
}

/// The sun as a directional light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sun {
    pub to_sun: Vec3,
    pub illuminance_lux: f32,
    pub color: [f32; 3],
}

/// Surroundings that were made lately.
#[derive(Default)]
pub(super) struct Cache {
    recent: Vec<Surroundings>,
}

/// The suns of a scene, the first of them in keeping with its sky.
pub(super) fn suns(scene: &ConcreteScene) -> Vec<Sun> {
    let sun = |light: &Light| {
        let Light::Sun { direction_to_sun, illuminance_lux, temperature_kelvin, .. } = light else { return None };
        let (turbidity, through) = match sky(scene, *direction_to_sun, 0.0, [0.0; 3]) {
            Some(spec @ EnvironmentSpec::Sky { turbidity, .. }) => (turbidity, environment::sun_through_clouds(&spec)),
            _ => (3.0, 1.0),
        };
        let elevation = libm::asinf(direction_to_sun.y.clamp(-1.0, 1.0));
        let (clear_lux, clear_color) = environment::sun_light(turbidity, elevation);
        Some(Sun {
            to_sun: *direction_to_sun,
            illuminance_lux: illuminance_lux.unwrap_or(clear_lux * through),
            color: temperature_kelvin.map_or_else(|| of_luminance_one(clear_color), blackbody),
        })
    };
    scene.lights.iter().filter_map(sun).collect()
}

/// The sky of a scene that has one.
fn sky(scene: &ConcreteScene, to_sun: Vec3, sun_lux: f32, ground_albedo: [f32; 3]) -> Option<EnvironmentSpec> {
    let Environment::Sky { turbidity, cloud_cover, seed } = scene.environment else { return None };
    Some(EnvironmentSpec::Sky {
        sun_direction: to_sun,
        sun_illuminance_lux: sun_lux,
        turbidity,
        cloud_cover,
        ground_albedo,
        seed: fold(seed),
    })
}

fn fold(seed: u64) -> u32 {
    (seed ^ (seed >> 32)) as u32
}

/// What surrounds the scene, as the light module of the assets describes it.
fn spec(scene: &ConcreteScene, albedo: [f32; 3], wall_albedo: [f32; 3]) -> EnvironmentSpec {
    match &scene.environment {
        Environment::Sky { .. } => {
            let sun = suns(scene).first().copied();
            let to_sun = sun.map_or(DEFAULT_TO_SUN, |sun| sun.to_sun);
            let black = EnvironmentSpec::Uniform { luminance_cd_per_m2: 0.0, colour: [1.0; 3] };
            sky(scene, to_sun, sun.map_or(0.0, |sun| sun.illuminance_lux), albedo).unwrap_or(black)
        }
        Environment::Ambient { illuminance_lux, color } => {
            EnvironmentSpec::Uniform { luminance_cd_per_m2: illuminance_lux / std::f32::consts::PI, colour: *color }
        }
        Environment::Studio { illuminance_lux, backdrop, seed } => studio(*illuminance_lux, *backdrop, *seed),
        Environment::Room { .. } => room(scene, albedo, wall_albedo),
    }
}

/// Three soft boxes: a key, a fill, and a large one overhead.
fn studio(illuminance_lux: f32, backdrop: [f32; 3], seed: u64) -> EnvironmentSpec {
    let base = illuminance_lux / std::f32::consts::PI;
    let turn = (seed % 360) as f32;
    let towards = |azimuth_deg: f32, elevation_deg: f32| {
        let (a, e) = ((azimuth_deg + turn).to_radians(), elevation_deg.to_radians());
        Vec3::new(libm::sinf(a) * libm::cosf(e), libm::sinf(e), libm::cosf(a) * libm::cosf(e))
    };
    let soft_box = |direction, size, gain: f32| environment::SoftBox {
        direction,
        size,
        roll: 0.0,
        luminance_cd_per_m2: base * gain,
        colour: [1.0; 3],
        softness: 0.3,
    };
    let shade = |gain: f32| backdrop.map(|c| c * base * gain);
    EnvironmentSpec::Gradient {
        zenith: shade(0.5),
        horizon: shade(0.9),
        ground: shade(0.5),
        soft_boxes: vec![
            soft_box(Vec3::Y, [1.4, 1.4], 4.0),
            soft_box(towards(40.0, 40.0), [0.9, 0.9], 6.0),
            soft_box(towards(-70.0, 25.0), [0.7, 1.0], 2.5),
        ],
    }
}

/// The room seen from where its things stand.
fn room(scene: &ConcreteScene, floor_albedo: [f32; 3], wall_albedo: [f32; 3]) -> EnvironmentSpec {
    let plan = super::room::Plan::of(scene);
    let half = plan.size_m * 0.5;
    let side = [
        environment::Side::NegativeZ,
        environment::Side::NegativeX,
        environment::Side::PositiveZ,
        environment::Side::PositiveX,
    ];
    let windows = plan.windows.iter().zip(side).filter_map(|(window, side)| {
        window.as_ref().map(|window| environment::Window {
            side,
            centre_m: [0.0, window.center_height_m],
            size_m: window.size_m,
            luminance_cd_per_m2: plan.window_luminance_cd_per_m2,
            colour: super::room::DAYLIGHT,
        })
    });
    let lamps = (plan.lamp_luminance() > 0.0).then(|| environment::CeilingLamps {
        columns: 1,
        rows: 1,
        size_m: plan.lamp_size_m,
        luminance_cd_per_m2: plan.lamp_luminance(),
        colour: blackbody(plan.lamp_temperature_kelvin),
    });
    EnvironmentSpec::Room(environment::Room {
        half_extents_m: half,
        viewpoint_m: Vec3::new(0.0, 0.9 - half.y, 0.0),
        wall_albedo,
        floor_albedo,
        ceiling_albedo: super::room::CEILING_ALBEDO,
        windows: windows.collect(),
        lamps,
        illuminance_lux: None,
        seed: fold(plan.seed),
    })
}

/// The map without the lamps of a ceiling, which shine as lights of their own: what is brighter than the
/// ceiling beside them takes its luminance.
fn without_lamps(map: &CubeMap) -> CubeMap {
    let mut map = map.clone();
    let up = &mut map.faces[2];
    let mut sorted: Vec<f32> = up.iter().map(|texel| luminance(*texel)).collect();
    sorted.sort_by(f32::total_cmp);
    let ceiling = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    for texel in up.iter_mut() {
        let over = luminance(*texel) / (1.5 * ceiling).max(1e-6);
        if over > 1.0 {
            *texel = texel.map(|c| c / over);
        }
    }
    map
}

impl Cache {
    /// The surroundings of a scene, made if they are not among the last ones.
    pub fn surroundings(
        &mut self,
        world: &mut World,
        scene: &ConcreteScene,
        albedo: [f32; 3],
        wall_albedo: [f32; 3],
        updates: u64,
    ) -> Surroundings {
        let seen_behind = sees_behind(scene);
        let spec = spec(scene, albedo, wall_albedo);
        if let Some(index) = self.recent.iter().position(|known| known.spec == spec && known.seen_behind == seen_behind)
        {
            let found = self.recent.remove(index);
            self.recent.push(found.clone());
            return found;
        }
        let seen = environment::render(&spec, LIGHT_SIZE);
        let filtered = environment::filter(&seen);
        let is_room = matches!(spec, EnvironmentSpec::Room(_));
        let light = if is_room { without_lamps(&seen) } else { seen };
        let diffuse = if is_room { environment::filter(&light).diffuse } else { filtered.diffuse };
        let backdrop = seen_behind.then(|| environment::render(&spec, BACKDROP_SIZE));
        let mean: [f32; 3] = light.mean();
        let mut images = world.resource_mut::<Assets<Image>>();
        let made = Surroundings {
            diffuse: images.add(cube_image(std::slice::from_ref(&diffuse))),
            specular: images.add(cube_image(&filtered.specular)),
            backdrop: images.add(cube_image(backdrop.as_ref().map_or(&filtered.specular[..1], std::slice::from_ref))),
            seen_behind,
            ambient_lux: environment::horizontal_illuminance(&light),
            bounce: mean,
            harmonics: harmonics(&diffuse),
            made_before_update: updates,
            spec,
        };
        if self.recent.len() >= KEEP {
            self.recent.remove(0);
        }
        self.recent.push(made.clone());
        made
    }
}

/// Whether a camera may see what lies behind everything: not over a level ground that all of them look down
/// on, nor in a room.
fn sees_behind(scene: &ConcreteScene) -> bool {
    if matches!(scene.environment, Environment::Room { .. }) || scene.ground.is_none() {
        return scene.ground.is_none() && !matches!(scene.environment, Environment::Room { .. });
    }
    let [width, height] = scene.resolution.map(f64::from);
    scene.cameras.iter().any(|camera| {
        let k = camera.intrinsics;
        // A camera that goes round its target stays as high: its first pose tells.
        let pose = crate::simulate::world_from_camera(camera, 0.0);
        [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)].iter().any(|(u, v)| {
            let ray = glam::DVec3::new((u - k.cx) / k.fx, (v - k.cy) / k.fy, 1.0).normalize();
            pose.transform_vector3(ray).y > LOWEST_SKY
        })
    })
}

fn cube_image(levels: &[CubeMap]) -> Image {
    let size = levels.first().map_or(1, |level| level.size);
    let mut image = Image::new_uninit(
        Extent3d { width: size, height: size, depth_or_array_layers: 6 },
        TextureDimension::D2,
        TextureFormat::Rgba16Float,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.texture_descriptor.mip_level_count = levels.len() as u32;
    image.data = Some(environment::rgba16f_bytes(levels));
    image.texture_view_descriptor =
        Some(TextureViewDescriptor { dimension: Some(TextureViewDimension::Cube), ..Default::default() });
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        ..Default::default()
    });
    image
}

/// A map of irradiance / π as coefficients of nine polynomials of the normal, by projection. Such maps are smooth:
/// harmonics to the second order hold all but a hundredth of them (Ramamoorthi and Hanrahan 2001).
fn harmonics(irradiance: &CubeMap) -> [[f32; 3]; AROUND] {
    let weights = environment::solid_angles(irradiance.size);
    // Each polynomial with the integral of its square over the sphere, in units of 4π.
    let polynomials = |n: Vec3| {
        [
            (1.0, 1.0),
            (n.y, 1.0 / 3.0),
            (n.z, 1.0 / 3.0),
            (n.x, 1.0 / 3.0),
            (n.x * n.y, 1.0 / 15.0),
            (n.y * n.z, 1.0 / 15.0),
            (3.0 * n.z * n.z - 1.0, 4.0 / 5.0),
            (n.x * n.z, 1.0 / 15.0),
            (n.x * n.x - n.y * n.y, 4.0 / 15.0),
        ]
    };
    let mut sums = [[0.0; 3]; AROUND];
    let size = irradiance.size;
    for (face, texels) in irradiance.faces.iter().enumerate() {
        for (index, texel) in texels.iter().enumerate() {
            let normal = environment::texel_direction(size, face, index as u32 % size, index as u32 / size);
            let share = weights[index] / (4.0 * std::f32::consts::PI);
            for (sum, (value, square)) in sums.iter_mut().zip(polynomials(normal)) {
                for (channel, light) in sum.iter_mut().zip(texel) {
                    *channel += light * value * share / square;
                }
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmonics_give_back_smooth_light() {
        let light = |n: Vec3| Vec3::splat(3.0 + n.y - 0.5 * n.x * n.z + 0.25 * (n.x * n.x - n.y * n.y));
        let map = CubeMap::from_fn(16, light);
        let h = harmonics(&map);
        let expected = [3.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.5, 0.25];
        for (index, (found, expected)) in h.iter().zip(expected).enumerate() {
            assert!((found[0] - expected).abs() < 0.02, "{index}: {found:?}, expected {expected}");
        }
    }
}
