//! Lidars: rays sent out ring by ring, and what comes back of their light.
//!
//! The light that a surface sends back to where it came from follows from the same reflectance model that pictures are
//! drawn with (GGX, Walter et al. 2007), but for matt ones that of Oren and Nayar (1994), and its power falls with the square of the range. Where it is
//! too little nothing is measured; where it is little ranges are noisier, as the Cramér–Rao bound has it.

mod air;

use std::sync::Arc;

use glam::{DMat4, DVec2, DVec3};

use super::RenderError;
use super::normal::normal;
use super::rays::{Hit, Meshes, Rays};
use super::samples::{hash, unit};
use super::sensor::seeds;
use super::stage::Stage;
use crate::assets::Surface;
use crate::frame::{self, Cloud, Point, SCATTERED};
use crate::randomize::concrete::{ConcreteScene, Lidar};
use crate::simulate::{Moment, world_from_rig};
use crate::station::Station;
use air::Scattering;

/// Standard deviation of the power that comes back, as share of it: about what is just seen some rays are lost.
const SPECKLE: f32 = 0.1;
/// How far a beam spreads, in radian.
const DIVERGENCE: f64 = 0.003;

/// What the lidars of a scene that stands on a stage measure at a moment.
pub(super) fn clouds(
    scene: &ConcreteScene,
    stage: &Stage,
    moment: &Moment,
    meshes: &mut Meshes,
) -> Result<Vec<Cloud>, RenderError> {
    if scene.lidars.is_empty() {
        return Ok(Vec::new());
    }
    let _at = Station::Sensor.work(scene.frame);
    let span_s = scene.lidars.iter().map(|lidar| lidar.sweep_s).fold(0.0, f32::max);
    let rays = Rays::new(stage.standing(moment), span_s, meshes);
    let progress = scene.progress(moment.step);
    let measured = |lidar: &Lidar| {
        let height_m = described(lidar, progress).world_from_lidar.w_axis.y;
        let air = scene.weather.as_ref().map(|weather| Scattering::of(weather, lidar, height_m));
        cloud(lidar, progress, (&rays, air.as_ref()), seeds(&lidar.name, scene, moment.step).1)
    };
    scene.lidars.iter().map(measured).collect()
}

/// The lidar at one moment, after so much of the sequence.
pub(super) fn described(lidar: &Lidar, progress: f64) -> frame::Lidar {
    // From right, up and forward, and left, up and clockwise.
    let [right, up, forward] = lidar.velocity_m_per_s.as_dvec3().to_array();
    let [to_left, upwards, clockwise] = lidar.turn_deg_per_s.as_dvec3().to_array().map(f64::to_radians);
    frame::Lidar {
        name: lidar.name.clone(),
        world_from_lidar: world_from_rig(lidar, progress) * rig_from_lidar(),
        range_m: lidar.range_m.map(f64::from),
        range_noise_m: f64::from(lidar.range_noise_m),
        sweep_s: f64::from(lidar.sweep_s),
        velocity_m_per_s: DVec3::new(forward, -right, up),
        spin_rad_per_s: DVec3::new(clockwise, -upwards, to_left),
    }
}

/// From forward, left and up to right, down and forward.
fn rig_from_lidar() -> DMat4 {
    DMat4::from_cols(DVec3::Z.extend(0.0), DVec3::NEG_X.extend(0.0), DVec3::NEG_Y.extend(0.0), DVec3::ZERO.extend(1.0))
}

/// What a lidar measures. Columns are shared out among threads; each ray has random numbers of its own.
fn cloud(lidar: &Lidar, progress: f64, world: (&Rays, Option<&Scattering>), moment: u32) -> Result<Cloud, RenderError> {
    let stands = described(lidar, progress);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(lidar.steps as usize).max(1);
    let share = lidar.steps.div_ceil(threads as u32).max(1);
    let parts: Vec<_> = std::thread::scope(|scope| {
        let sweep = |first: u32| {
            let (last, stands) = ((first + share).min(lidar.steps), &stands);
            let swept = move |column| swept((lidar, stands), world, moment, column);
            scope.spawn(move || (first..last).flat_map(swept).collect::<Vec<Point>>())
        };
        let threads: Vec<_> = (0..lidar.steps).step_by(share as usize).map(sweep).collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    let mut points = Vec::new();
    for part in parts {
        let ended = |_| RenderError::Device(format!("a thread of lidar `{}` ended before its time", lidar.name));
        points.extend(part.map_err(ended)?);
    }
    Ok(Cloud { lidar: stands, points })
}

/// What comes back of the rays of all rings that are sent at once.
fn swept(
    (lidar, stands): (&Lidar, &frame::Lidar),
    (rays, air): (&Rays, Option<&Scattering>),
    moment: u32,
    column: u32,
) -> Vec<Point> {
    let along = (f64::from(column) + 0.5) / f64::from(lidar.steps) - 0.5;
    let time_s = along * f64::from(lidar.sweep_s);
    let world_from_lidar = stands.world_from_lidar * stands.later(time_s);
    let origin = world_from_lidar.transform_point3(DVec3::ZERO);
    let azimuth = -(along * f64::from(lidar.horizontal_deg)).to_radians();
    let (sin, cos) = (libm::sin(azimuth), libm::cos(azimuth));
    let mut points = Vec::new();
    for (ring, elevation) in lidar.elevations_deg.iter().enumerate() {
        let elevation = f64::from(*elevation).to_radians();
        let level = libm::cos(elevation);
        let direction = DVec3::new(level * cos, level * sin, libm::sin(elevation));
        let seed = hash(moment ^ hash(column * lidar.elevations_deg.len() as u32 + ring as u32));
        if unit(hash(seed ^ 0xd209)) < lidar.drop_out {
            continue;
        }
        let sent = world_from_lidar.transform_vector3(direction);
        let farthest = lidar.range_m[1] * 1.1;
        let hit = rays.cast(origin, sent, time_s as f32, farthest);
        let through =
            |hit: &Hit| air.map_or(1.0, |air| air.left(origin.y, origin.y + sent.y * hit.distance_m, hit.distance_m));
        let echo = hit.as_ref().map(|hit| echo(lidar, hit, through(hit)));
        let before = air.and_then(|air| {
            let (power, range) = echo.as_ref().map_or((1.0, f64::INFINITY), |echo| (echo.power.max(1.0), echo.range_m));
            let mut turn = seed ^ 0x7a_11;
            let mut units = || {
                turn = hash(turn);
                f64::from(unit(turn))
            };
            air.before(&mut units, f64::from(power), range)
        });
        let (echo, instance) = match (before, echo, hit) {
            (Some(scattered), ..) => (Echo::scattered(lidar, &scattered), SCATTERED),
            (None, Some(echo), Some(hit)) => (echo, hit.label),
            (None, ..) => continue,
        };
        let Some((range, intensity)) = measured(lidar, &echo, seed) else { continue };
        points.push(Point {
            position_m: (direction * range).as_vec3().to_array(),
            intensity,
            time_s: time_s as f32,
            ring: ring as u16,
            instance,
        });
    }
    points
}

/// Light that comes back.
struct Echo {
    range_m: f64,
    /// Share of it, as a white matt surface that faces the lidar there sends back all.
    back: f32,
    /// 1 for what is just noticed.
    power: f32,
}

impl Echo {
    fn of(lidar: &Lidar, range_m: f64, back: f32) -> Echo {
        let nearness = lidar.range_m[1] / range_m as f32;
        Echo { range_m, back, power: back / lidar.weakest_reflectance * nearness * nearness }
    }

    fn scattered(lidar: &Lidar, scattered: &air::Scattered) -> Echo {
        let nearness = f64::from(lidar.range_m[1]) / scattered.range_m;
        let back = scattered.power * f64::from(lidar.weakest_reflectance) / (nearness * nearness);
        Echo { range_m: scattered.range_m, back: back as f32, power: scattered.power as f32 }
    }
}

/// What a surface sends back, of which the air leaves such a share.
fn echo(lidar: &Lidar, hit: &Hit, left: f64) -> Echo {
    let back = sent_back(hit.surface, hit.uv, hit.cosine as f32, hit.distance_m);
    Echo::of(lidar, hit.distance_m, back * (hit.through * hit.through * left) as f32)
}

/// Range and intensity, where enough light comes back from within the range.
fn measured(lidar: &Lidar, echo: &Echo, seed: u32) -> Option<(f64, f32)> {
    if echo.power * (1.0 + SPECKLE * normal(hash(seed ^ 0x5e_ec))) < 1.0 {
        return None;
    }
    // Twice the noise for what is just seen.
    let noise = lidar.range_noise_m * (1.0 + 3.0 / echo.power.max(1.0)).sqrt();
    let range = echo.range_m + f64::from(noise * normal(hash(seed ^ 0x4a_95)));
    let within = (f64::from(lidar.range_m[0])..=f64::from(lidar.range_m[1])).contains(&range);
    within.then_some((range, echo.back.min(1.0)))
}

/// Reflectance in the near infrared, of what eyes see of colours: there pigments absorb less than where they have their colour, so that the brightest channel stands for
/// it.
pub(super) fn infrared(albedo: [f32; 3]) -> f32 {
    albedo.into_iter().fold(0.0, f32::max).clamp(0.0, 1.0)
}

/// Share of light that a surface sends back to where it came from, 1 for a white matt one that faces it.
fn sent_back(surface: &Surface, uv: DVec2, cosine: f32, distance_m: f64) -> f32 {
    let uv = uv / f64::from(surface.texture_size_m.max(1e-6));
    // Texels as large as the beam is wide there.
    let level = |width: u32| {
        let texels = DIVERGENCE * distance_m / f64::from(surface.texture_size_m.max(1e-6)) * f64::from(width);
        (0..16).find(|level| f64::from(1u32 << level) >= texels).unwrap_or(16)
    };
    let look = |texture: &Option<Arc<crate::assets::Texture>>| {
        texture.as_ref().map_or([1.0; 4], |texture| texture.texel(uv.to_array(), level(texture.width)))
    };
    let color = look(&surface.base_color_texture);
    let albedo = infrared([0, 1, 2].map(|channel| surface.base_color[channel] * color[channel]));
    let [_, rough, metal, _] = look(&surface.orm_texture);
    let (roughness, metallic) =
        ((surface.roughness * rough).clamp(0.03, 1.0), (surface.metallic * metal).clamp(0.0, 1.0));
    reflected(albedo, roughness, metallic, cosine)
}

/// What is rough sends back by the law of Oren and Nayar (1994), which at grazing angles is more than by Lambert's where
/// one looks along the light; what is mirrored comes back by GGX. Of a perceptual roughness, at the cosine of the angle to
/// the normal.
fn reflected(albedo: f32, roughness: f32, metallic: f32, cosine: f32) -> f32 {
    /// Standard deviation of the facets' slopes where the roughness is 1, in radian.
    const SLOPES: f32 = 0.5;
    let cosine = cosine.clamp(1e-3, 1.0);
    let (cosine2, sine2) = (cosine * cosine, 1.0 - cosine * cosine);
    let variance = (SLOPES * roughness) * (SLOPES * roughness);
    let (a, b) = (1.0 - 0.5 * variance / (variance + 0.33), 0.45 * variance / (variance + 0.09));
    let matt = (1.0 - metallic) * albedo * (a * cosine + b * sine2);
    let alpha = (roughness * roughness).max(1e-3);
    let alpha2 = alpha * alpha;
    let spread = cosine2 * (alpha2 - 1.0) + 1.0;
    // π D, where the half vector is the light's own direction.
    let facets = alpha2 / (spread * spread);
    let unshadowed = 1.0 / (1.0 + alpha2 * sine2 / cosine2).sqrt();
    let mirror = 0.04 * (1.0 - metallic) + albedo * metallic;
    matt + facets * unshadowed * mirror / (4.0 * cosine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matt_surfaces_follow_oren_and_nayar() {
        for cosine in [1.0, 0.7, 0.3] {
            let back = reflected(0.6, 1.0, 0.0, cosine);
            // σ = 0.5: A = 0.784, B = 0.331; what is mirrored adds a hundredth or two.
            let expected = 0.6 * (0.7845 * cosine + 0.3309 * (1.0 - cosine * cosine));
            assert!((0.0..0.02).contains(&(back - expected)), "{cosine}: {back}, {expected}");
        }
        assert!((reflected(0.6, 0.03, 0.0, 0.5) - 0.3).abs() < 0.01, "smooth ones follow Lambert's law");
    }

    #[test]
    fn smooth_metal_sends_back_only_what_it_faces() {
        let facing = reflected(0.9, 0.3, 1.0, 1.0);
        assert!(facing > 5.0, "{facing}");
        assert!(reflected(0.9, 0.3, 1.0, 0.7) < 0.02);
    }

    #[test]
    fn axes_are_forward_left_up() {
        let rig = rig_from_lidar();
        assert_eq!(rig.transform_vector3(DVec3::X), DVec3::Z);
        assert_eq!(rig.transform_vector3(DVec3::Y), DVec3::NEG_X);
        assert_eq!(rig.transform_vector3(DVec3::Z), DVec3::NEG_Y);
        assert!((rig.determinant() - 1.0).abs() < 1e-12);
    }
}
