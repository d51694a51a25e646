//! Light that panels and surfaces send into a room, as lights that stand one by one for all of it (Keller 1997, "Instant
//! radiosity"): every picture of those that make one is lit by one point of what glows and by one point of what sends
//! light back, each with shadows.

use bevy_rapier3d::rapier::parry::query::{Ray, RayCast};
use bevy_rapier3d::rapier::parry::shape::TriMesh;
use glam::Vec3;

use super::lamps::{cone, cone_share};
use super::room;
use super::samples::{Effect, Sample, Stream, on_disc};
use crate::assets::Model;
use crate::assets::mesh::bounds_of;
use crate::color::{blackbody, luminance};
use crate::randomize::concrete::{ConcreteScene, Light, Pose};

/// A flat light: so much flux from one side of a disc, as a matt surface sends it. Each stands for its share of all
/// surfaces, and so is as large as that (after Hašan et al. 2009, "Virtual spherical lights"): few lights make no spots,
/// and the more there are, the finer the light is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FlatLight {
    pub position_m: Vec3,
    /// The way it faces.
    pub normal: Vec3,
    pub radius_m: f32,
    /// Lumen, in linear RGB.
    pub flux_lm: [f32; 3],
}

/// The lights of each of the pictures that make one.
#[derive(Debug, Clone, Default)]
pub(super) struct FlatLights {
    /// What glows.
    pub glowing: Vec<FlatLight>,
    /// What sends light back.
    pub bounced: Vec<FlatLight>,
}

/// What light falls on.
pub(super) struct Hall {
    meshes: Vec<Mesh>,
}

struct Mesh {
    shape: TriMesh,
    pose: Pose,
    /// Reflectance, linear RGB 0–1.
    albedo: [f32; 3],
}

/// What hits a surface.
struct Hit {
    position_m: Vec3,
    /// Towards where the ray came from.
    normal: Vec3,
    albedo: [f32; 3],
    distance_m: f32,
}

/// Paths for each light that is kept: many, of which those are drawn that carry the mean.
const PATHS: u32 = 16;
const FEWEST_PATHS: u32 = 2048;
/// Surfaces that a path meets at most.
const LONGEST_PATH: usize = 32;
/// How far a ray goes.
const FARTHEST_M: f32 = 1e4;
/// Lights stand so far before the surface.
const BEFORE_M: f32 = 1e-3;

impl Hall {
    /// Of models where they are, each with its factor of size. What is seen through lets light through.
    pub fn of<'m>(models: impl Iterator<Item = (&'m Model, Pose, f32)>) -> Hall {
        let mut meshes = Vec::new();
        for (model, pose, scale) in models {
            for part in model.parts.iter().filter(|part| !part.surface.seen_through) {
                let vertices: Vec<Vec3> = part.mesh.positions.iter().map(|position| *position * scale).collect();
                let triangles = part.mesh.indices.as_chunks::<3>().0.to_vec();
                let Ok(shape) = TriMesh::new(vertices, triangles) else { continue };
                meshes.push(Mesh { shape, pose, albedo: part.surface.albedo() });
            }
        }
        Hall { meshes }
    }

    fn cast(&self, from: Vec3, towards: Vec3) -> Option<Hit> {
        let mut nearest: Option<(f32, &Mesh, Vec3)> = None;
        for mesh in &self.meshes {
            let turned = mesh.pose.rotation.inverse();
            let local = Ray::new(turned * (from - mesh.pose.position_m), turned * towards);
            let limit = nearest.as_ref().map_or(FARTHEST_M, |(distance, ..)| *distance);
            if let Some(hit) = mesh.shape.cast_local_ray_and_get_normal(&local, limit, false) {
                nearest = Some((hit.time_of_impact, mesh, mesh.pose.rotation * hit.normal));
            }
        }
        let (distance, mesh, normal) = nearest?;
        let normal = if normal.dot(towards) > 0.0 { -normal } else { normal };
        Some(Hit {
            position_m: from + towards * distance + normal * BEFORE_M,
            normal,
            albedo: mesh.albedo,
            distance_m: distance,
        })
    }
}

/// A direction about a normal, as likely as its cosine (Malley's method).
fn about(normal: Vec3, point: [f32; 2]) -> Vec3 {
    let [x, y] = on_disc(point);
    let side = normal.any_orthonormal_vector();
    let up = (1.0 - x * x - y * y).max(0.0).sqrt();
    side * x + normal.cross(side) * y + normal * up
}

/// What sends light out first.
enum Emitter {
    /// A panel that glows on one side: its middle and half its edges.
    Panel { middle: Vec3, edges: [Vec3; 2], normal: Vec3 },
    /// A lamp, that shines by itself within a cone: cosines of where it is full and where it ends.
    Lamp { position_m: Vec3, axis: Vec3, cone: [f32; 2] },
}

struct Source {
    emitter: Emitter,
    /// In linear RGB.
    flux_lm: [f32; 3],
}

fn sources(scene: &ConcreteScene, lamps: &[Light]) -> Vec<Source> {
    let panels = room::panels(scene).into_iter().map(|panel| {
        let [u, v] = panel.edges;
        let area = 4.0 * u.length() * v.length();
        Source {
            flux_lm: panel.luminance_cd_per_m2.map(|channel| channel * std::f32::consts::PI * area),
            emitter: Emitter::Panel { middle: panel.middle, edges: panel.edges, normal: panel.normal },
        }
    });
    let lamps = lamps.iter().filter_map(|light| {
        let (position_m, axis, cone, flux_lm, kelvin) = match light {
            Light::Sun { .. } | Light::Moon { .. } => return None,
            Light::Point { position_m, flux_lm, temperature_kelvin, .. } => {
                (*position_m, Vec3::NEG_Y, [-1.0; 2], *flux_lm, *temperature_kelvin)
            }
            Light::Spot { position_m, target_m, flux_lm, temperature_kelvin, half_angle_deg, .. } => {
                let cone = cone(*half_angle_deg);
                let axis = (*target_m - *position_m).normalize_or(Vec3::NEG_Y);
                (*position_m, axis, cone, flux_lm * cone_share(cone), *temperature_kelvin)
            }
        };
        let flux_lm = blackbody(kelvin).map(|channel| channel * flux_lm);
        Some(Source { emitter: Emitter::Lamp { position_m, axis, cone }, flux_lm })
    });
    panels.chain(lamps).filter(|source| source.light() > 0.0).collect()
}

impl Source {
    fn is_panel(&self) -> bool {
        matches!(self.emitter, Emitter::Panel { .. })
    }

    /// In lumen.
    fn light(&self) -> f32 {
        luminance(self.flux_lm)
    }

    fn area_m2(&self) -> f32 {
        match &self.emitter {
            Emitter::Panel { edges: [u, v], .. } => 4.0 * u.length() * v.length(),
            Emitter::Lamp { .. } => 0.0,
        }
    }

    /// A point of it.
    fn point(&self, [u, v]: [f32; 2]) -> Vec3 {
        match &self.emitter {
            Emitter::Panel { middle, edges, .. } => *middle + edges[0] * (2.0 * u - 1.0) + edges[1] * (2.0 * v - 1.0),
            Emitter::Lamp { position_m, .. } => *position_m,
        }
    }

    /// A direction in which it sends light.
    fn direction(&self, [u, v]: [f32; 2]) -> Vec3 {
        match &self.emitter {
            Emitter::Panel { normal, .. } => about(*normal, [u, v]),
            Emitter::Lamp { axis, cone: [full, ends], .. } => {
                // How much of the light is where it is full, and how far to there it has faded.
                let inner = (1.0 - full) / (1.0 - full + (full - ends) / 3.0);
                let z = if v < inner {
                    1.0 - v / inner * (1.0 - full)
                } else {
                    ends + libm::cbrtf((v - inner) / (1.0 - inner)) * (full - ends)
                };
                let (across, angle) = ((1.0 - z * z).max(0.0).sqrt(), std::f32::consts::TAU * u);
                let side = axis.any_orthonormal_vector();
                (side * libm::cosf(angle) + axis.cross(side) * libm::sinf(angle)) * across + *axis * z
            }
        }
    }
}

/// Of a disc.
fn radius(area_m2: f32) -> f32 {
    (area_m2 / std::f32::consts::PI).sqrt()
}

/// Which of several, as likely as their light, and how many times its light all have together.
fn choose<T>(all: &[T], light: impl Fn(&T) -> f32, share: f32) -> Option<(&T, f32, f32)> {
    let total: f32 = all.iter().map(&light).sum();
    let mut left = share * total;
    for (index, one) in all.iter().enumerate() {
        let own = light(one);
        if left < own || index + 1 == all.len() {
            return Some((one, total / own, (left / own).clamp(0.0, 0.999_999)));
        }
        left -= own;
    }
    None
}

/// The lights of all samples of a scene whose things and lamps stand so.
pub(super) fn flat_lights(scene: &ConcreteScene, lamps: &[Light], hall: &Hall) -> FlatLights {
    let sources = sources(scene, lamps);
    let traced = traced(scene, hall, &sources);
    let total: f32 = sources.iter().filter(|source| source.is_panel()).map(Source::light).sum();
    let panels = sources.iter().filter_map(|source| {
        let Emitter::Panel { normal, .. } = &source.emitter else { return None };
        // Of all samples it has its share of the light.
        let samples = (scene.samples as f32 * source.light() / total).max(1.0);
        let radius_m = radius(source.area_m2() / samples);
        Some((source, *normal, radius_m, traced.from_panels.gain(radius_m)))
    });
    let panels: Vec<_> = panels.collect();
    let glowing = Sample::all(scene).filter_map(|sample| {
        let [share, v] = sample.point(Effect::Panel);
        let ((source, normal, radius_m, gain), times, u) = choose(&panels, |panel| panel.0.light(), share)?;
        let flux_lm = source.flux_lm.map(|channel| channel * times * gain);
        Some(FlatLight { position_m: source.point([u, v]), normal: *normal, radius_m: *radius_m, flux_lm })
    });
    let glowing = glowing.collect();
    let radius_m = radius(room::area_m2(scene) / scene.samples as f32);
    let gain = traced.from_surfaces.gain(radius_m);
    let mut bounced = kept(traced.lights, scene.samples as usize);
    for light in &mut bounced {
        light.radius_m = radius_m;
        light.flux_lm = light.flux_lm.map(|channel| channel * gain);
    }
    FlatLights { glowing, bounced }
}

/// Follows light from all sources to and fro.
fn traced(scene: &ConcreteScene, hall: &Hall, sources: &[Source]) -> Traced {
    let mut traced = Traced::default();
    let paths = (scene.samples * PATHS).max(FEWEST_PATHS);
    let seed = Sample::seed(scene);
    for index in 0..paths {
        let path = Sample { index, of: paths, seed };
        let [share, v] = path.point(Effect::PathOrigin);
        let Some((source, times, u)) = choose(sources, Source::light, share) else { break };
        let carried = source.flux_lm.map(|channel| channel * times / paths as f32);
        let first = (source.point([u, v]), source.direction(path.point(Effect::PathDirection)));
        traced.follow(hall, first, carried, source.is_panel(), &mut Stream::new(seed, index));
    }
    traced
}

/// How far light goes: with each distance how much of it.
#[derive(Default)]
struct Ways(Vec<(f32, f32)>);

impl Ways {
    /// How many times the light of a disc makes up for what does not arrive: one of radius r brings to what is d away
    /// d² / (d² + r²) of what a point would. So there is less of it nearby, and more elsewhere.
    fn gain(&self, radius_m: f32) -> f32 {
        let all: f32 = self.0.iter().map(|(_, light)| light).sum();
        let left = |(way, light): &(f32, f32)| light * way * way / (way * way + radius_m * radius_m);
        let left: f32 = self.0.iter().map(left).sum();
        if left > 0.0 { all / left } else { 1.0 }
    }
}

/// What paths have met.
#[derive(Default)]
struct Traced {
    lights: Vec<FlatLight>,
    from_panels: Ways,
    from_surfaces: Ways,
}

impl Traced {
    /// Leaves a light wherever the path meets a surface.
    fn follow(
        &mut self,
        hall: &Hall,
        (mut from, mut towards): (Vec3, Vec3),
        mut carried: [f32; 3],
        from_panel: bool,
        chance: &mut Stream,
    ) {
        for length in 0..LONGEST_PATH {
            let Some(Hit { position_m, normal, albedo, distance_m }) = hall.cast(from, towards) else { return };
            match length {
                0 if from_panel => self.from_panels.0.push((distance_m, luminance(carried))),
                // A lamp is a point.
                0 => {}
                _ => self.from_surfaces.0.push((distance_m, luminance(carried))),
            }
            carried.iter_mut().zip(albedo).for_each(|(channel, albedo)| *channel *= albedo);
            if luminance(carried) <= 0.0 {
                return;
            }
            self.lights.push(FlatLight { position_m, normal, radius_m: 0.0, flux_lm: carried });
            // Goes on as likely as light comes back, and then carries as much as came (Russian roulette).
            let goes_on = albedo[0].max(albedo[1]).max(albedo[2]).min(0.95);
            if chance.next() >= goes_on {
                return;
            }
            carried = carried.map(|channel| channel / goes_on);
            from = position_m;
            towards = about(normal, [chance.next(), chance.next()]);
        }
    }
}

/// So many of the lights, as likely as they are bright, each standing for all: systematic resampling, neighbours in turn,
/// so that every corner of the room has its share.
fn kept(mut all: Vec<FlatLight>, count: usize) -> Vec<FlatLight> {
    let Some((low, high)) = bounds_of(all.iter().map(|light| light.position_m)) else { return Vec::new() };
    let size = (high - low).max(Vec3::splat(1e-6));
    all.sort_by_cached_key(|light| along_curve((light.position_m - low) / size));
    let total: f64 = all.iter().map(|light| f64::from(luminance(light.flux_lm))).sum();
    let (mut before, mut chosen) = (0.0, Vec::with_capacity(count));
    for light in &all {
        let own = luminance(light.flux_lm);
        before += f64::from(own) / total * count as f64;
        while (chosen.len() as f64) + 0.5 < before && chosen.len() < count {
            chosen.push(FlatLight { flux_lm: light.flux_lm.map(|channel| channel / own * total as f32), ..*light });
        }
    }
    chosen
}

/// The place of a point of the unit cube on a curve that passes neighbours mostly one after the other (Morton 1966).
fn along_curve(point: Vec3) -> u32 {
    let spread = |value: f32| {
        let cell = ((value * 1024.0) as u32).min(1023);
        (0..10).fold(0, |bits, bit| bits | (((cell >> bit) & 1) << (3 * bit)))
    };
    spread(point.x) | (spread(point.y) << 1) | (spread(point.z) << 2)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::assets::{Part, Surface, mesh};
    use crate::randomize::concrete::{Environment, Material};

    const SIZE: Vec3 = Vec3::new(4.0, 3.0, 5.0);

    /// A room of 4 by 3 by 5 m with one window and no lamp.
    fn scene(samples: u32) -> ConcreteScene {
        let mut scene = crate::render::doctor::test_scene();
        scene.environment = Environment::Room {
            size_m: SIZE,
            walls: Material::default(),
            floor: Material::default(),
            windows: 1,
            window_luminance_cd_per_m2: 1000.0,
            lamp_flux_lm: 0.0,
            lamp_temperature_kelvin: 4000.0,
            seed: 0,
        };
        scene.lights.clear();
        scene.samples = samples;
        scene
    }

    /// Walls of one reflectance all around.
    fn hall(albedo: f32) -> Hall {
        let surface = Surface { base_color: [albedo, albedo, albedo, 1.0], ..Surface::default() };
        let mesh = mesh::rounded_box(SIZE, 0.001, 1).translated(Vec3::Y * SIZE.y * 0.5);
        let part = Part { name: "walls".to_owned(), mesh: Arc::new(mesh), surface };
        let model = Model { parts: vec![part], ..Model::default() };
        Hall::of([(&model, Pose { position_m: Vec3::ZERO, rotation: glam::Quat::IDENTITY }, 1.0)].into_iter())
    }

    fn flux(lights: &[FlatLight]) -> f32 {
        lights.iter().map(|light| luminance(light.flux_lm)).sum::<f32>() / lights.len() as f32
    }

    #[test]
    fn light_goes_to_and_fro_as_in_an_integrating_sphere() {
        for albedo in [0.2, 0.5, 0.8] {
            for samples in [16, 64] {
                let lights = flat_lights(&scene(samples), &[], &hall(albedo));
                assert_eq!((lights.glowing.len(), lights.bounced.len()), (samples as usize, samples as usize));
                // 40 % of the wall's width and half its height, without the frame; daylight is a little darker than white.
                let area = (0.4 * 4.0 - 0.06 - 0.04) * (0.5 * 3.0 - 0.06);
                let sent = std::f32::consts::PI * 1000.0 * luminance(room::DAYLIGHT) * area;
                // Of all that is sent ρ comes back once, ρ² twice, and so on.
                let back = traced(&scene(samples), &hall(albedo), &sources(&scene(samples), &[])).lights;
                let back: f32 = back.iter().map(|light| luminance(light.flux_lm)).sum();
                let (found, wanted) = (back / sent, albedo / (1.0 - albedo));
                assert!((found / wanted - 1.0).abs() < 0.05, "{albedo}: {found} of it, expected {wanted}");
                // Discs send more, which they then do not bring to what is near; few are larger and send more still.
                let (glowing, bounced) = (flux(&lights.glowing) / sent, flux(&lights.bounced) / back);
                assert!(glowing > 1.0 && glowing < 1.1, "{glowing}");
                assert!(bounced > 1.02 && bounced < 32.0 / samples as f32 + 1.0, "{bounced}");
            }
        }
    }

    #[test]
    fn what_discs_do_not_bring_to_what_is_near_they_bring_elsewhere() {
        let ways = Ways(vec![(1.0, 3.0), (2.0, 1.0)]);
        assert_eq!(ways.gain(0.0), 1.0);
        // Of 4, 3 · 1/2 + 1 · 4/5 are left.
        assert!((ways.gain(1.0) - 4.0 / 2.3).abs() < 1e-5, "{}", ways.gain(1.0));
        assert_eq!(Ways::default().gain(1.0), 1.0, "where nothing is known nothing is changed");
    }

    #[test]
    fn lights_stand_on_the_walls_and_face_the_room() {
        let lights = flat_lights(&scene(64), &[], &hall(0.5));
        let inside = |light: &FlatLight| {
            let ahead = light.position_m + light.normal * 0.01;
            ahead.x.abs() < 2.0 && ahead.y > 0.0 && ahead.y < 3.0 && ahead.z.abs() < 2.5
        };
        assert!(lights.bounced.iter().chain(&lights.glowing).all(inside), "{lights:?}");
        // Most light falls on the floor and on the wall across from the window, and every surface has some.
        for normal in [Vec3::Y, Vec3::NEG_Y, Vec3::X, Vec3::NEG_X, Vec3::NEG_Z] {
            assert!(lights.bounced.iter().any(|light| light.normal.dot(normal) > 0.99), "{normal}");
        }
    }

    #[test]
    fn without_light_or_walls_there_are_none() {
        let lights = flat_lights(&scene(16), &[], &Hall::of(std::iter::empty()));
        assert_eq!((lights.glowing.len(), lights.bounced.len()), (16, 0));
        let mut dark = scene(16);
        dark.environment = Environment::Ambient { illuminance_lux: 0.0, color: [1.0; 3] };
        let lights = flat_lights(&dark, &[], &hall(0.5));
        assert!(lights.glowing.is_empty() && lights.bounced.is_empty());
        assert!(flat_lights(&scene(4), &[], &hall(0.0)).bounced.is_empty(), "black walls");
    }

    #[test]
    fn a_lamp_shines_as_shaders_see_it() {
        let of = 4096;
        for half_angle_deg in [10.0, 60.0, 80.0] {
            let [full, ends] = cone(half_angle_deg);
            let emitter = Emitter::Lamp { position_m: Vec3::ZERO, axis: Vec3::NEG_Y, cone: [full, ends] };
            let source = Source { emitter, flux_lm: [1.0; 3] };
            let way = |index| source.direction(Sample { index, of, seed: 1 }.point(Effect::PathDirection));
            let ways: Vec<f32> = (0..of).map(|index| way(index).dot(Vec3::NEG_Y)).collect();
            assert!(ways.iter().all(|cosine| (ends - 1e-4..1.0001).contains(cosine)), "{half_angle_deg}");
            // The square of a line from where it is full to where it ends.
            let light = |cosine: f32| ((cosine - ends) / (full - ends)).clamp(0.0, 1.0).powi(2);
            let steps = 100_000;
            let all: Vec<f32> = (0..steps).map(|i| ends + (i as f32 + 0.5) / steps as f32 * (1.0 - ends)).collect();
            let total: f64 = all.iter().map(|cosine| f64::from(light(*cosine))).sum();
            for share in [0.25_f32, 0.5, 0.75] {
                let limit = ends + share * (1.0 - ends);
                let wanted: f64 = all.iter().filter(|c| **c < limit).map(|c| f64::from(light(*c))).sum::<f64>() / total;
                let found = ways.iter().filter(|cosine| **cosine < limit).count() as f64 / f64::from(of);
                assert!((found - wanted).abs() < 0.005, "{half_angle_deg}, {share}: {found}, expected {wanted}");
            }
            let wanted = total / f64::from(steps) * f64::from(1.0 - ends) / 2.0;
            assert!((f64::from(cone_share([full, ends])) / wanted - 1.0).abs() < 1e-3, "{half_angle_deg}: {wanted}");
        }
    }
}
