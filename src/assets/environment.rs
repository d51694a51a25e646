//! Light from all around: procedural skies, rooms and studios as cube maps, filtered for image-based light.
//!
//! [`Prepared`] turns an [`EnvironmentSpec`] into a [`CubeMap`] of luminances, [`filter`] into the maps that
//! shaders look up, and [`rgba16f_bytes`] into the bytes of a texture. A map can also be drawn as the visible
//! background; see [`CubeMap`] for what a texel means as a direction.
//!
//! Everything here is a pure function of its arguments: no engine, no clock, and no transcendental function
//! but those of `libm`, so that a seed gives the same light on every machine. Luminances are cd/m² and
//! illuminances lux, in linear RGB relative to D65 (channels weighted by BT.709 make the photometric value).

use std::sync::Arc;

use glam::Vec3;

mod atmosphere;
mod clouds;
mod cube;
mod filter;
mod furniture;
mod half;
mod maths;
mod noise;
mod panorama;
mod presets;
mod room;
mod sky;
mod studio;
#[cfg(test)]
mod tests;

pub use atmosphere::sun_light;
pub use cube::{CubeMap, direction_texel, face_coordinates, face_direction, solid_angles, texel_direction};
pub use filter::{FilteredEnvironment, filter, horizontal_illuminance, irradiance};
pub use half::rgba16f_bytes;
pub use panorama::{Panorama, Spot, turned};
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
        /// Another light that the same sky scatters, as share of what it would be by day: the moon's.
        moon: Option<(Vec3, f32)>,
        /// Light of cities, in cd/m².
        glow_cd_per_m2: f32,
    },
    /// A picture of all directions.
    Panorama {
        /// What it shows.
        shown: Shown,
        /// See [`turned`].
        yaw_deg: f32,
        /// From its unit to cd/m².
        gain: f32,
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

/// A panorama that is shared, and the same as itself only.
#[derive(Clone)]
pub struct Shown(pub Arc<Panorama>);

impl PartialEq for Shown {
    fn eq(&self, other: &Shown) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, text: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(text, "Panorama {} × {}", self.0.width, self.0.height)
    }
}

/// An environment with what all its maps share worked out.
pub struct Prepared {
    spec: EnvironmentSpec,
    sky: Option<sky::Sky>,
    /// The same under the moon, and how much of it there is.
    by_moon: Option<(sky::Sky, f32)>,
}

impl Prepared {
    /// Takes a description; any values will do.
    pub fn new(spec: EnvironmentSpec) -> Prepared {
        let sky = daylight(&spec, None);
        let by_moon = match &spec {
            EnvironmentSpec::Sky { moon: Some((direction, share)), .. } => {
                daylight(&spec, Some(*direction)).map(|sky| (sky, *share))
            }
            _ => None,
        };
        Prepared { spec, sky, by_moon }
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

    /// The same of the moon.
    pub fn moon_through_clouds(&self) -> f32 {
        self.by_moon.as_ref().map_or(1.0, |(sky, _)| sky.sun_share())
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
            EnvironmentSpec::Sky { ground_albedo, glow_cd_per_m2, .. } => {
                let Some(sky) = &self.sky else { return CubeMap::from_fn(size, |_| Vec3::ZERO) };
                let mut map = sky.render(size, wanted);
                // Light adds up.
                if let Some((by_moon, share)) = &self.by_moon {
                    map.add(&by_moon.render(size, wanted), *share);
                }
                if *glow_cd_per_m2 > 0.0 {
                    let ground = Vec3::from_array(*ground_albedo);
                    map.light_up(|direction| glow(direction, *glow_cd_per_m2, ground));
                }
                map
            }
            EnvironmentSpec::Panorama { shown, yaw_deg, gain } => shown.0.render(size, *yaw_deg, *gain, wanted),
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
        moon: None,
        glow_cd_per_m2: 0.0,
    };
    noise::tile();
    filter(&render(&spec, size));
}

/// Of a sky, under its sun or what stands elsewhere in its stead.
fn daylight(spec: &EnvironmentSpec, instead: Option<Vec3>) -> Option<sky::Sky> {
    match spec {
        EnvironmentSpec::Sky {
            sun_direction,
            sun_illuminance_lux,
            turbidity,
            cloud_cover,
            ground_albedo,
            seed,
            ..
        } => {
            let towards = instead.unwrap_or(*sun_direction);
            let length = towards.length();
            let sun = if length > 1e-6 { towards / length } else { Vec3::Y };
            let ground = Vec3::from_array(*ground_albedo).clamp(Vec3::ZERO, Vec3::ONE);
            let lux = match instead {
                None => *sun_illuminance_lux,
                Some(_) => sun_light(*turbidity, libm::asinf(sun.y.clamp(-1.0, 1.0))).0,
            };
            Some(sky::Sky::new(sun, lux, *turbidity, *cloud_cover, ground, *seed))
        }
        _ => None,
    }
}

/// Light of cities: three times as bright near the horizon as overhead (Garstang 1989 has two to four), of lamps' colour;
/// the ground has its share of it.
fn glow(direction: Vec3, zenith_cd_per_m2: f32, ground: Vec3) -> Vec3 {
    const SODIUM_AND_LED: [f32; 3] = [1.25, 0.96, 0.62];
    let lamp = tinted(zenith_cd_per_m2, SODIUM_AND_LED);
    if direction.y > 0.0 {
        lamp * (1.0 + 2.0 * (1.0 - direction.y) * (1.0 - direction.y))
    } else {
        // ∫ of the above over the upper half, times the cosine, over π.
        lamp * ground * (4.0 / 3.0)
    }
}
