//! Light from all around: procedural skies, rooms and studios as cube maps, filtered for image-based light.
//!
//! [`Prepared`] turns an [`EnvironmentSpec`] into a [`CubeMap`] of luminances, [`filter`] into the maps that
//! shaders look up, and [`rgba16f_bytes`] into the bytes of a texture. A map can also be drawn as the visible
//! background; see [`CubeMap`] for what a texel means as a direction.
//!
//! Everything here is a pure function of its arguments: no engine, no clock, and no transcendental function
//! but those of `libm`, so that a seed gives the same light on every machine. Luminances are cd/m² and
//! illuminances lux, in linear RGB relative to D65 (channels weighted by BT.709 make the photometric value).

use glam::Vec3;

mod atmosphere;
mod clouds;
mod cube;
mod filter;
mod furniture;
mod half;
mod maths;
mod noise;
mod presets;
mod room;
mod sky;
mod studio;
#[cfg(test)]
mod tests;

pub use atmosphere::sun_light;
pub use cube::{CubeMap, direction_texel, face_coordinates, face_direction, solid_angles, texel_direction};
pub use filter::{FilteredEnvironment, filter, horizontal_illuminance, irradiance};
pub use half::{f16_bits, rgba16f_bytes};
pub use room::{CeilingLamps, Room, Side, Window};
pub use studio::SoftBox;

use maths::tinted;

/// What surrounds a scene, infinitely far away.
#[derive(Clone, Debug, PartialEq)]
pub enum EnvironmentSpec {
    /// Daylight outdoors over open ground. The disc of the sun is not part of the map: it is a directional
    /// light, see [`sun_light`]; the glow of the haze around it is.
    Sky {
        /// Towards the sun, any length but zero; from the zenith to some degrees below the horizon (dusk).
        sun_direction: Vec3,
        /// Illuminance in lux, on a plane that faces it, of the directional light that stands for the sun.
        /// It only lights the ground of the map; the sky is as bright as the sun's height makes it.
        sun_illuminance_lux: f32,
        /// Haze: 2 very clear, 3 clear, 6 hazy, 10 very hazy.
        turbidity: f32,
        /// Share of the sky that clouds cover: 0 none, 0.4 scattered cumulus, 1 closed grey.
        cloud_cover: f32,
        /// Share of light that the ground sends back, linear RGB.
        ground_albedo: [f32; 3],
        /// Which clouds.
        seed: u32,
    },
    /// A furnished box room.
    Room(Room),
    /// The same luminance from everywhere.
    Uniform {
        /// cd/m².
        luminance_cd_per_m2: f32,
        /// Tint, linear RGB; only its hue counts.
        colour: [f32; 3],
    },
    /// A studio: a smooth backdrop with soft boxes in front of it.
    Gradient {
        /// Straight up, linear RGB in cd/m².
        zenith: [f32; 3],
        /// All around, linear RGB in cd/m².
        horizon: [f32; 3],
        /// Straight down, linear RGB in cd/m².
        ground: [f32; 3],
        /// Area lights; later ones cover earlier ones.
        soft_boxes: Vec<SoftBox>,
    },
}

/// An environment with what all its maps share worked out.
pub struct Prepared {
    spec: EnvironmentSpec,
    sky: Option<sky::Sky>,
}

impl Prepared {
    /// Takes a description; any values will do.
    pub fn new(spec: EnvironmentSpec) -> Prepared {
        let sky = daylight(&spec);
        Prepared { spec, sky }
    }

    /// The description.
    pub fn spec(&self) -> &EnvironmentSpec {
        &self.spec
    }

    /// Share of the direct sun that the clouds of a sky let through, 0–1; 1 for everything but a sky.
    ///
    /// Multiply the illuminance of [`sun_light`] by it, so that light and visible clouds agree.
    pub fn sun_through_clouds(&self) -> f32 {
        self.sky.as_ref().map_or(1.0, sky::Sky::sun_share)
    }

    /// The same sky with another [`EnvironmentSpec::Sky::sun_illuminance_lux`].
    pub fn with_sun(mut self, lux: f32) -> Prepared {
        if let EnvironmentSpec::Sky { sun_illuminance_lux, .. } = &mut self.spec {
            *sun_illuminance_lux = lux;
        }
        if let Some(sky) = self.sky.as_mut() {
            sky.sun_lux = lux;
        }
        self
    }

    /// The light as a cube map of `size` texels along an edge of a face.
    pub fn render(&self, size: u32) -> CubeMap {
        self.render_where(size, &|_, _| true)
    }

    /// As [`Prepared::render`], but black where nobody looks: `wanted` is asked of cones (axis, half angle in
    /// radian) that together cover the sphere.
    pub fn render_where(&self, size: u32, wanted: &dyn Fn(Vec3, f32) -> bool) -> CubeMap {
        match &self.spec {
            EnvironmentSpec::Sky { .. } => match &self.sky {
                Some(sky) => sky.render(size, wanted),
                None => CubeMap::from_fn(size, |_| Vec3::ZERO),
            },
            EnvironmentSpec::Room(room) => room.render(size),
            EnvironmentSpec::Uniform { luminance_cd_per_m2, colour } => {
                let light = tinted(luminance_cd_per_m2.max(0.0), *colour);
                CubeMap::from_fn(size, |_| light)
            }
            EnvironmentSpec::Gradient { zenith, horizon, ground, soft_boxes } => {
                let [zenith, horizon, ground] = [zenith, horizon, ground].map(|c| Vec3::from_array(*c).max(Vec3::ZERO));
                let boxes: Vec<_> = soft_boxes.iter().map(SoftBox::placed).collect();
                CubeMap::from_fn(size, |direction| {
                    boxes.iter().fold(studio::backdrop(direction, zenith, horizon, ground), |behind, soft_box| {
                        let (light, cover) = soft_box.seen(direction);
                        behind.lerp(light, cover)
                    })
                })
            }
        }
    }
}

/// The light of an environment as a cube map of `size` texels along an edge of a face.
pub fn render(spec: &EnvironmentSpec, size: u32) -> CubeMap {
    Prepared::new(spec.clone()).render(size)
}

/// Works out the tables that all environments share, which are otherwise made when first needed.
pub fn prepare_tables(size: u32) {
    let spec = EnvironmentSpec::Sky {
        sun_direction: Vec3::Y,
        sun_illuminance_lux: 0.0,
        turbidity: 3.0,
        cloud_cover: 0.0,
        ground_albedo: [0.0; 3],
        seed: 0,
    };
    noise::tile();
    filter(&render(&spec, size));
}

fn daylight(spec: &EnvironmentSpec) -> Option<sky::Sky> {
    match spec {
        EnvironmentSpec::Sky { sun_direction, sun_illuminance_lux, turbidity, cloud_cover, ground_albedo, seed } => {
            let length = sun_direction.length();
            let sun = if length > 1e-6 { *sun_direction / length } else { Vec3::Y };
            let ground = Vec3::from_array(*ground_albedo).clamp(Vec3::ZERO, Vec3::ONE);
            Some(sky::Sky::new(sun, *sun_illuminance_lux, *turbidity, *cloud_cover, ground, *seed))
        }
        _ => None,
    }
}
