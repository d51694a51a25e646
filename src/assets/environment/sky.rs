//! Daylight: the clear sky, its clouds, and the ground that both light.

use std::sync::OnceLock;

use glam::{Vec3, vec3};

use super::atmosphere::{Atmosphere, sunlight_at};
use super::clouds::Clouds;
use super::cube::{Block, CubeMap, solid_angles, texel_direction};
use super::maths::{Dice, exp, luminance, mix, saturate};
use super::noise::tile;

/// Height of the eye over the plain around, in km, for the haze before the horizon.
const EYE_KM: f32 = 0.012;

/// Texels along an edge of the map whose light falls on the ground.
const IRRADIANCE_SIZE: u32 = 32;

/// What a daylight sky is made of; see [`super::EnvironmentSpec::Sky`].
pub(super) struct Sky {
    sun: Vec3,
    pub(super) sun_lux: f32,
    turbidity: f32,
    cover: f32,
    ground: Vec3,
    seed: u32,
    clear: Atmosphere,
    /// Irradiance of level ground by the sky alone, linear RGB in lux.
    from_sky: OnceLock<Vec3>,
}

impl Sky {
    /// `sun` is a unit vector towards it; turbidity and cover are brought within their bounds.
    pub(super) fn new(sun: Vec3, sun_lux: f32, turbidity: f32, cover: f32, ground: Vec3, seed: u32) -> Self {
        let turbidity = turbidity.clamp(1.2, 12.0);
        let clear = Atmosphere::new(turbidity, sun);
        Sky { sun, sun_lux, turbidity, cover: cover.clamp(0.0, 1.0), ground, seed, clear, from_sky: OnceLock::new() }
    }

    /// Black where nobody looks, see [`super::Prepared::render_where`].
    pub(super) fn render(&self, size: u32, wanted: &dyn Fn(Vec3, f32) -> bool) -> CubeMap {
        let clouds = self.clouds(&self.clear, size);
        let mut map = CubeMap::black(size);
        let blocks = map.blocks(wanted);
        map.fill(&blocks, |direction| self.above(&clouds, direction));
        let from_sky = self.arriving(&map, blocks.len() == map.all_blocks());
        let sun = Vec3::from_array(super::sun_light(self.turbidity, libm::asinf(self.sun.y)).1);
        let from_sun = sun * (self.sun_lux.max(0.0) / luminance(sun).max(1e-6) * self.sun.y.max(0.0));
        let arriving = (from_sky + from_sun) / std::f32::consts::PI;
        self.fill_ground(&mut map, &blocks, &clouds, arriving);
        map
    }

    fn above(&self, clouds: &Clouds, direction: Vec3) -> Option<Vec3> {
        (direction.y > 0.0).then(|| clouds.over(self.clear.luminance(direction), direction))
    }

    /// What the sky sends to level ground. Depends on the size of the map alone, not on what was asked for before:
    /// smaller ones go by themselves, all others by one of [`IRRADIANCE_SIZE`].
    fn arriving(&self, map: &CubeMap, whole: bool) -> Vec3 {
        if whole && map.size < IRRADIANCE_SIZE {
            return sky_irradiance(map);
        }
        *self.from_sky.get_or_init(|| {
            if whole && map.size == IRRADIANCE_SIZE {
                return sky_irradiance(map);
            }
            let clouds = self.clouds(&self.clear, IRRADIANCE_SIZE);
            let above = |direction| self.above(&clouds, direction).unwrap_or(Vec3::ZERO);
            sky_irradiance(&CubeMap::from_fn(IRRADIANCE_SIZE, above))
        })
    }

    /// Share of direct sunlight that passes the clouds in front of the sun.
    pub(super) fn sun_share(&self) -> f32 {
        self.clouds(&self.clear, 256).sun_share()
    }

    fn clouds(&self, sky: &Atmosphere, size: u32) -> Clouds {
        // Cosine-weighted mean of the clear sky: rings at the Gauss–Legendre nodes of sin²θ.
        let mut above = Vec3::ZERO;
        for (squared, weight) in
            [(0.069_432, 0.173_927), (0.330_009, 0.326_073), (0.669_991, 0.326_073), (0.930_568, 0.173_927_f32)]
        {
            let (sine, flat) = (libm::sqrtf(squared), libm::sqrtf(1.0 - squared));
            for (x, z) in [(0.924, 0.383), (-0.383, 0.924), (-0.924, -0.383), (0.383, -0.924)] {
                above += sky.luminance(vec3(flat * x, sine, flat * z)) * (0.25 * weight);
            }
        }
        let sunlight = sunlight_at(self.turbidity, self.sun.y, 0.0) * self.sun.y.max(0.0);
        let below = self.ground * (above + sunlight / std::f32::consts::PI);
        Clouds::new(sky, self.turbidity, self.cover, [below, above], self.seed, size)
    }

    /// Fills the directions below the horizon with ground lit by `arriving` (irradiance over π).
    fn fill_ground(&self, map: &mut CubeMap, blocks: &[Block], clouds: &Clouds, arriving: Vec3) {
        let mut dice = Dice::new(self.seed, 2);
        let offset = vec3(dice.next(), 0.0, dice.next());
        let haze = 0.05 + 0.03 * (self.turbidity - 1.0).max(0.0);
        map.fill(blocks, |direction| {
            if direction.y > 0.0 {
                return None;
            }
            let far = EYE_KM / (-direction.y).max(1e-4);
            let p = direction * far + offset;
            // Fields and paths, fainter the farther they are.
            let field = tile().at(p.x / 1.7, p.z / 1.7)[0] - 0.5;
            let patch = tile().at(p.z / 0.19, p.x / 0.19)[1] - 0.5;
            let clear = exp(-far * haze);
            let relief = 1.0 + clear * (0.22 * field + 0.12 * patch * exp(-far * 6.0));
            let lit = self.ground * arriving * relief;
            let horizon = vec3(direction.x, 0.004, direction.z);
            let veil = clouds.over(self.clear.luminance(horizon), horizon);
            // The haze before the ground is as bright as the sky at the horizon, but never outshines noon.
            Some(lit.lerp(veil, saturate(1.0 - clear) * mix(0.9, 0.6, saturate(self.cover))))
        });
    }
}

/// ∫ L cos θ dω over the upper half, linear RGB in lux.
fn sky_irradiance(map: &CubeMap) -> Vec3 {
    let angles = solid_angles(map.size);
    let mut sum = Vec3::ZERO;
    let mut cosines = 0.0;
    for (face, texels) in map.faces.iter().enumerate() {
        for (i, texel) in texels.iter().enumerate() {
            let cosine = texel_direction(map.size, face, i as u32 % map.size, i as u32 / map.size).y.max(0.0);
            sum += Vec3::from_array(*texel) * (cosine * angles[i]);
            cosines += cosine * angles[i];
        }
    }
    sum * (std::f32::consts::PI / cosines.max(1e-12))
}
