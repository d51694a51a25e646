//! Far ground that mirrors the sky: wet roads, and mirages over hot ones.

use glam::Vec3;

use super::texels;
use crate::assets::environment::CubeMap;
use crate::randomize::concrete::Weather;
use crate::render::lying;
use crate::render::suns::Sun;

/// Air on dry ground in the sun may be so much hotter than above, where it is warm, calm and sunny: an assumption of the
/// size that mirages on roads need.
const HOTTER: f32 = 25.0;
pub(super) const WARM: f32 = 25.0;
const CLOUDY: f64 = 0.4;
/// How much farther down it reaches at most where its border is wavy.
const WAVES: f32 = 1.4;
/// Refractive index of air at 0 °C, less 1.
const REFRACTIVITY: f32 = 2.92e-4;

/// Far ground as a mirror of the sky above the horizon: wet, or under air so hot that light turns back in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mirror {
    /// Of the sky there, linear RGB in cd/m².
    pub(super) horizon: Vec3,
    /// How much of the ground is a mirror by being wet.
    wet: f32,
    /// See [`mirage_angle`].
    hot: f32,
}

/// Below this angle under the horizon, in radian, hot air over the ground mirrors all: √(2 Δn) by Snell's law, for a
/// difference of refractive indices. 0 where there is none.
pub(super) fn mirage_angle(weather: &Weather, suns: &[Sun]) -> f32 {
    let sun = suns.iter().map(|sun| sun.to_sun.y).fold(0.0, f32::max);
    let (celsius, calm) = (weather.temperature_celsius as f32, 1.0 - 0.1 * weather.wind_m_per_s as f32);
    let dry = weather.water_film_mm == 0.0 && weather.snow_depth_m == 0.0 && weather.cloud_cover < CLOUDY;
    let hotter = if dry && celsius > WARM { HOTTER * sun * calm.clamp(0.0, 1.0) } else { 0.0 };
    let kelvin = celsius + 273.15;
    (2.0 * REFRACTIVITY * (273.15 / kelvin) * (hotter / kelvin)).sqrt()
}

impl Mirror {
    pub(super) fn of(weather: &Weather, suns: &[Sun], sky: &CubeMap, gain: f32) -> Mirror {
        let (mut horizon, mut weight) = (Vec3::ZERO, 0.0);
        for (_, texel, angle) in texels(sky).filter(|(direction, ..)| (0.0..0.3).contains(&direction.y)) {
            horizon += angle * gain * texel;
            weight += angle;
        }
        Mirror {
            horizon: horizon / f32::max(weight, 1e-6),
            wet: lying::mirrors(weather),
            hot: mirage_angle(weather, suns),
        }
    }

    /// Whether it mirrors anything.
    pub(super) fn is_there(&self) -> bool {
        self.wet > 0.0 || self.hot > 0.0
    }

    /// The share of the light from a direction below the horizon that is mirrored.
    pub(super) fn share(&self, direction: Vec3) -> f32 {
        let down = -direction.y;
        let grazing = (1.0 - down.clamp(0.0, 1.0)).powi(5);
        let wet = self.wet * (0.02 + 0.98 * grazing);
        if down >= WAVES * self.hot {
            return wet;
        }
        // The border of hot air is wavy, here as in `lighting.wgsl`.
        let along = libm::atan2f(direction.x, direction.z);
        let waves = 1.0 + 0.25 * libm::sinf(71.0 * along) + 0.15 * libm::sinf(173.0 * along + 1.0);
        wet.max((2.0 - 2.0 * down / (self.hot * waves)).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomize::weather::{Regime, draw};

    fn mirror(change: impl FnOnce(&mut Weather)) -> Mirror {
        let mut weather = draw(Regime::Clear, &mut || 0.5);
        change(&mut weather);
        let sky = CubeMap::from_fn(16, |direction| Vec3::splat(if direction.y > 0.0 { 3000.0 } else { 500.0 }));
        let sun = Sun { to_sun: Vec3::new(0.0, 0.8, 0.6), illuminance_lux: 80_000.0, color: [1.0; 3] };
        Mirror::of(&weather, &[sun], &sky, 1.0)
    }

    fn below(degrees: f32) -> Vec3 {
        Vec3::new(0.0, -libm::sinf(degrees.to_radians()), libm::cosf(degrees.to_radians()))
    }

    #[test]
    fn hot_ground_mirrors_what_is_less_than_half_a_degree_below_the_horizon() {
        let hot = mirror(|weather| (weather.temperature_celsius, weather.wind_m_per_s) = (36.0, 0.5));
        // 20 K make a difference of 17 millionths, which turns what comes in at 0.33°.
        let angle = hot.hot.to_degrees();
        assert!((0.28..0.4).contains(&angle), "{angle}");
        assert_eq!((hot.share(below(0.1)), hot.share(below(1.0))), (1.0, 0.0));
        assert!((hot.horizon.x - 3000.0).abs() < 1.0);
        for cold in [
            mirror(|weather| weather.temperature_celsius = 10.0),
            mirror(|weather| (weather.temperature_celsius, weather.cloud_cover) = (36.0, 0.9)),
            mirror(|weather| (weather.temperature_celsius, weather.wind_m_per_s) = (36.0, 20.0)),
        ] {
            assert_eq!(cold.share(below(0.1)), 0.0);
        }
    }

    #[test]
    fn wet_ground_mirrors_as_water_does() {
        let wet = mirror(|weather| (weather.puddle_share, weather.water_film_mm) = (1.0, 1.0));
        // Schlick's approximation of water: 2 % straight down, nearly all at the horizon.
        assert!((wet.share(Vec3::NEG_Y) - 0.02).abs() < 1e-6 && wet.share(below(1.0)) > 0.85);
        assert_eq!(mirror(|_| {}).share(below(1.0)), 0.0);
    }
}
