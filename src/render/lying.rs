//! What the weather leaves on surfaces, for `wet.wgsl`: water, and snow that is too thin to be a thing of its own.

use super::surface::Lies;
use crate::randomize::concrete::{Material, Weather};
use crate::weather::ground::look::damp_albedo;

/// Water that makes a surface as dark as water can.
const SOAKED_MM: f64 = 0.15;
/// Reflectance of fresh snow, as in `wet.wgsl`.
const SNOW: [f64; 3] = [0.88, 0.89, 0.9];
/// Thinner snow is a coat of paint, thicker snow lies on things.
const THICK_SNOW_M: f32 = 0.02;
/// Snow that leaves nothing bare.
const COVERING_M: f64 = 0.01;
/// Rain in which there is a ring in every place.
const FULL_RINGS_MM_PER_H: f64 = 12.0;
/// Rings at a place within a second.
const RINGS_PER_S: f64 = 2.5;
/// Heights of the unevenness in `wet.wgsl`, from 0 to 1, below which such shares of the ground lie.
const UNEVEN: [(f64, f64); 13] = [
    (0.0, 0.017),
    (0.05, 0.2394),
    (0.1, 0.2901),
    (0.2, 0.3578),
    (0.3, 0.41),
    (0.4, 0.4562),
    (0.5, 0.5001),
    (0.6, 0.5438),
    (0.7, 0.59),
    (0.8, 0.6418),
    (0.9, 0.7094),
    (0.95, 0.7603),
    (1.0, 0.9771),
];
/// Share of rough ground that a film of water makes smooth.
const FILM: f64 = 0.5;
/// Half the width of the shore of a puddle there.
const SHORE: f64 = 0.03;

/// What has to be compiled in.
pub(super) fn lies(weather: &Weather) -> Lies {
    let snow = weather.snow_depth_m > 0.0;
    Lies {
        anything: snow || weather.water_film_mm > 0.0 || smooth_share(weather) > 0.0,
        ripples: weather.rain_mm_per_h > 0.0 && weather.puddle_share > 0.0,
        snow,
        trodden: false,
    }
}

/// `ground` and `covered` of `lighting.wgsl`.
pub(super) fn values(weather: &Weather, time_s: f64) -> [f32; 8] {
    let wetness = (weather.water_film_mm / SOAKED_MM).min(1.0);
    let share = smooth_share(weather);
    // Where the unevenness is lower, so much of the ground lies; below the lowest there is none.
    let height = if share > 0.0 { below(share) + SHORE } else { -1.0 };
    let rings = (weather.rain_mm_per_h / FULL_RINGS_MM_PER_H).sqrt().min(1.0);
    let snow = (weather.snow_depth_m / COVERING_M).min(1.0);
    let shift = |bits: u64| (bits % 4096) as f64 * 0.25;
    let values =
        [wetness, height, rings, RINGS_PER_S * time_s, snow, 0.0, shift(weather.seed), shift(weather.seed >> 20)];
    values.map(|value| value as f32)
}

/// How deep the snow is where it is a thing of its own.
pub(super) fn thick_snow_m(weather: &Weather) -> Option<f32> {
    Some(weather.snow_depth_m as f32).filter(|depth| *depth >= THICK_SNOW_M)
}

/// What it is made of.
pub(super) fn snow() -> Material {
    Material { base_color: Some(SNOW.map(|value| value as f32)), roughness: Some(0.95), ..Material::default() }
}

/// Reflectance of level ground of such a reflectance with what lies on it, linear RGB.
pub(super) fn albedo(weather: &Weather, bare: [f32; 3]) -> [f32; 3] {
    let wetness = (weather.water_film_mm / SOAKED_MM).min(1.0);
    let covered = (weather.snow_depth_m / COVERING_M).min(1.0);
    let channel = |(bare, snow): (f32, f64)| {
        let wet = damp_albedo(f64::from(bare), 1.0, wetness);
        (wet + (snow - wet) * covered) as f32
    };
    let [r, g, b] = bare;
    let [fresh_r, fresh_g, fresh_b] = SNOW;
    [channel((r, fresh_r)), channel((g, fresh_g)), channel((b, fresh_b))]
}

/// How much of level ground is as smooth as water: puddles, and a film that fills what is rough.
pub(super) fn mirrors(weather: &Weather) -> f32 {
    if thick_snow_m(weather).is_some() {
        return 0.0;
    }
    let film = FILM * (weather.water_film_mm / SOAKED_MM).min(1.0);
    let smooth = smooth_share(weather);
    (smooth + (1.0 - smooth) * film) as f32
}

/// Share of level ground under standing water, or under ice: where that has frozen it is as smooth and as clear.
fn smooth_share(weather: &Weather) -> f64 {
    weather.puddle_share.max(weather.ice_share)
}

/// The height below which a share of the ground lies.
fn below(share: f64) -> f64 {
    let next = UNEVEN.iter().position(|(known, _)| *known >= share).unwrap_or(UNEVEN.len() - 1).max(1);
    let ((from, low), (to, high)) = (UNEVEN[next - 1], UNEVEN[next]);
    low + (high - low) * ((share - from) / (to - from)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_are_between_those_of_the_table() {
        assert_eq!((below(0.0), below(1.0), below(0.5)), (UNEVEN[0].1, UNEVEN[12].1, UNEVEN[6].1));
        assert!((below(0.25) - 0.5 * (UNEVEN[3].1 + UNEVEN[4].1)).abs() < 1e-12);
        assert!((0..100).all(|step| below(f64::from(step) / 100.0) < below(f64::from(step + 1) / 100.0)));
    }
}
