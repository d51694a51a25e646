//! Light of a concrete scene: what surrounds it as cube maps, the sun, the lamps.
//!
//! Units are physical throughout: cd/m² for maps, lux for the sun, lumen for lamps.

mod indoors;

use std::sync::Arc;

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::render::render_resource::{
    Extent3d, TextureDimension, TextureFormat, TextureViewDescriptor, TextureViewDimension,
};
use glam::Vec3;

use super::air::{Veil, veils};
use super::dome::Dome;
use super::faces::Faces;
use super::lamps::{cone, cone_share};
use super::occluders::AROUND;
use super::suns::{Sun, panorama, suns};
use super::views::Views;
use crate::assets::environment::{self, CubeMap, EnvironmentSpec, Prepared, Shown};
use crate::color::luminance;
use crate::randomize::concrete::{ConcreteScene, Environment, Light, Weather};
use indoors::indoors;

/// Texels along the edge of a face of the light.
const LIGHT_SIZE: u32 = 32;
/// The same of what is seen behind everything, at least and at most, and for each pixel of focal length.
const BACKDROP_SIZES: (u32, u32) = (64, 512);
const BACKDROP_TEXELS: f64 = 0.6;
/// Surroundings that are kept.
const KEEP: usize = 8;
/// Texels along an edge of maps by which light is measured.
const MEASURE_SIZE: u32 = 16;

/// All light of one scene but its lamps: plain data, made without the device.
#[derive(Clone)]
pub(super) struct Lighting {
    /// The first of them in keeping with the sky.
    pub suns: Vec<Sun>,
    pub around: Arc<Around>,
    /// What lies behind everything, in cd/m², where a camera may see it.
    pub backdrop: Option<Arc<Image>>,
    /// What shines from all around, direction by direction, where pictures are the mean of many.
    pub dome: Option<Dome>,
    /// Lux on a level surface, and suns, without the lightning that there is.
    steady: Option<(f32, Vec<Sun>)>,
}

impl Lighting {
    /// What exposure meters see of it, lux on a level surface and suns: they are too slow for lightning.
    pub fn metered(&self) -> (f32, &[Sun]) {
        self.steady.as_ref().map_or((self.around.ambient_lux, &self.suns), |(lux, suns)| (*lux, suns))
    }
}

/// Light that comes from no direction of its own.
#[derive(Clone)]
pub(super) struct Around {
    spec: EnvironmentSpec,
    veil: Option<Veil>,
    /// In cd/m².
    radiance: CubeMap,
    /// Radiance as a cube map in cd/m², the blurrier the higher the level.
    pub reflections: Arc<Image>,
    /// Levels of it, the sharpest first.
    pub levels: u32,
    /// Lux on a level surface, without the sun.
    pub ambient_lux: f32,
    /// Irradiance / π over the normal, see [`super::occluders::Around`].
    pub harmonics: [[f32; 3]; AROUND],
    /// Mean irradiance from all sides / π, cd/m² in linear RGB: what a white neighbour sends.
    pub bounce: [f32; 3],
}

/// Makes light, and keeps what it made lately.
#[derive(Default)]
pub(super) struct Maker {
    recent: Vec<Arc<Around>>,
    backdrop: Option<Backdrop>,
}

/// The last backdrop, and for what it was made.
struct Backdrop {
    spec: EnvironmentSpec,
    veil: Option<Veil>,
    size: u32,
    views: Views,
    image: Arc<Image>,
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

/// Makes all but windows and lamps, which are far brighter than most, so many times as bright.
fn dim_walls(map: &mut CubeMap, share: f32) {
    let mut sorted: Vec<f32> = map.faces.iter().flatten().map(|texel| luminance(*texel)).collect();
    sorted.sort_by(f32::total_cmp);
    let bright = 4.0 * sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    for texel in map.faces.iter_mut().flatten().filter(|texel| luminance(**texel) < bright) {
        *texel = texel.map(|channel| channel * share);
    }
}

/// Makes the tables that all light needs, on a thread of its own: there is time while the device comes up.
pub(super) fn prepare() {
    std::thread::spawn(|| environment::prepare_tables(LIGHT_SIZE));
}

impl Maker {
    /// The light of a scene over a ground and between walls of these reflectances, with these lamps and the panorama that
    /// it names.
    pub fn light(
        &mut self,
        scene: &ConcreteScene,
        faces: &[Arc<Faces>],
        (albedo, wall_albedo): ([f32; 3], [f32; 3]),
        lamps: &[Light],
        shown: Option<Shown>,
    ) -> Lighting {
        let (mut suns, sky) = suns(scene, albedo);
        let panorama = shown.and_then(|shown| panorama(scene, shown, &mut suns));
        let surroundings = sky.or(panorama).unwrap_or_else(|| Prepared::new(indoors(scene, albedo, wall_albedo)));
        let mut steady = None;
        let veil = scene.weather.as_ref().filter(|weather| veils(weather)).map(|weather| {
            let clear = clear_lux(&surroundings, &suns);
            let sky = surroundings.render(MEASURE_SIZE);
            if weather.flash.is_some() {
                let (mut suns, mut sky) = (suns.clone(), sky.clone());
                Veil::of(&Weather { flash: None, ..*weather }, &mut suns, &sky, clear).cover(&mut sky);
                steady = Some((environment::horizontal_illuminance(&sky), suns));
            }
            Veil::of(weather, &mut suns, &sky, clear)
        });
        let surroundings = Surroundings { behind: surroundings, veil };
        let around = self.around(&surroundings, &|harmonics| room_share(scene, harmonics, albedo, wall_albedo));
        let around = match bounced_lux(scene, lamps, albedo, wall_albedo) {
            0.0 => around,
            lux => Arc::new(around.brighter(lux)),
        };
        // Walls hide what is around a room.
        let is_open = !matches!(scene.environment, Environment::Room { .. });
        let dome = (scene.samples > 1 && is_open).then(|| {
            let ground = scene.ground.as_ref().map(|_| sent_back(&around.radiance, &suns, albedo));
            Dome::of(&around.radiance, ground)
        });
        Lighting { suns, around, backdrop: self.backdrop(scene, faces, &surroundings), dome, steady }
    }

    /// `share` says how many times what a room's harmonics bring is there.
    fn around(&mut self, surroundings: &Surroundings, share: &dyn Fn(&[[f32; 3]; AROUND]) -> f32) -> Arc<Around> {
        let (spec, veil) = (surroundings.behind.spec(), surroundings.veil);
        if let Some(index) = self.recent.iter().position(|known| known.spec == *spec && known.veil == veil) {
            let found = self.recent.remove(index);
            self.recent.push(found.clone());
            return found;
        }
        let mut seen = surroundings.render(LIGHT_SIZE);
        let of = |filtered: environment::FilteredEnvironment, light: CubeMap, harmonics| Around {
            reflections: Arc::new(cube_image(&filtered.specular)),
            levels: filtered.specular.len() as u32,
            ambient_lux: environment::horizontal_illuminance(&light),
            bounce: light.mean(),
            harmonics,
            spec: spec.clone(),
            veil,
            radiance: light,
        };
        let made = Arc::new(if matches!(spec, EnvironmentSpec::Room(_)) {
            let light = without_lamps(&seen);
            let harmonics = harmonics(&environment::filter(&light).diffuse);
            let share = share(&harmonics);
            dim_walls(&mut seen, share);
            of(environment::filter(&seen), light, harmonics).times(share)
        } else {
            let filtered = environment::filter(&seen);
            let harmonics = harmonics(&filtered.diffuse);
            of(filtered, seen, harmonics)
        });
        // Of panoramas, which are large, one is held and no more.
        if let EnvironmentSpec::Panorama { shown, .. } = spec {
            let other = |known: &EnvironmentSpec| matches!(known, EnvironmentSpec::Panorama { shown: held, .. } if held != shown);
            self.recent.retain(|known| !other(&known.spec));
            if self.backdrop.as_ref().is_some_and(|backdrop| other(&backdrop.spec)) {
                self.backdrop = None;
            }
        }
        if self.recent.len() >= KEEP {
            self.recent.remove(0);
        }
        self.recent.push(made.clone());
        made
    }

    fn backdrop(
        &mut self,
        scene: &ConcreteScene,
        faces: &[Arc<Faces>],
        surroundings: &Surroundings,
    ) -> Option<Arc<Image>> {
        if matches!(scene.environment, Environment::Room { .. }) {
            // Walls all around.
            return None;
        }
        let views = Views::of(scene, faces);
        // Parallel rays see one colour.
        let faces = faces.iter().filter(|faces| !faces.is_parallel()).flat_map(|faces| &faces.faces);
        let longest = faces.map(|face| face.intrinsics.fx.max(face.intrinsics.fy)).fold(0.0, f64::max);
        let (least, most) = BACKDROP_SIZES;
        let size = ((longest * BACKDROP_TEXELS) as u32).clamp(least, most).next_power_of_two();
        let (spec, veil) = (surroundings.behind.spec(), surroundings.veil);
        if let Some(known) = &self.backdrop
            && (known.size, &known.spec, known.veil, &known.views) == (size, spec, veil, &views)
        {
            return Some(known.image.clone());
        }
        let seen = std::cell::Cell::new(false);
        let map = surroundings.render_where(size, &|axis, half_angle| {
            let wanted = views.see(axis, half_angle);
            seen.set(seen.get() || wanted);
            wanted
        });
        if !seen.get() && matches!(spec, EnvironmentSpec::Sky { .. }) {
            return None;
        }
        let image = Arc::new(cube_image(std::slice::from_ref(&map)));
        self.backdrop = Some(Backdrop { spec: spec.clone(), veil, size, views, image: image.clone() });
        Some(image)
    }
}

/// What is around, through the air before it.
struct Surroundings {
    behind: Prepared,
    veil: Option<Veil>,
}

impl Surroundings {
    fn render(&self, size: u32) -> CubeMap {
        self.render_where(size, &|_, _| true)
    }

    fn render_where(&self, size: u32, wanted: &dyn Fn(Vec3, f32) -> bool) -> CubeMap {
        let mut map = self.behind.render_where(size, wanted);
        if let Some(veil) = &self.veil {
            veil.cover(&mut map);
        }
        map
    }
}

/// What a level surface would get of a sky, and of the sun that goes with it, were there no clouds, in lux; `None` where it
/// is no sky.
fn clear_lux(surroundings: &Prepared, suns: &[Sun]) -> Option<f32> {
    let EnvironmentSpec::Sky { turbidity, sun_direction, .. } = surroundings.spec() else { return None };
    let mut clear = surroundings.spec().clone();
    if let EnvironmentSpec::Sky { cloud_cover, .. } = &mut clear {
        *cloud_cover = 0.0;
    }
    let sky = environment::horizontal_illuminance(&environment::render(&clear, MEASURE_SIZE));
    let sine = sun_direction.y.clamp(-1.0, 1.0);
    let is_there = suns.iter().any(|sun| sun.to_sun == *sun_direction);
    let sun = if is_there { environment::sun_light(*turbidity, libm::asinf(sine)).0 * sine.max(0.0) } else { 0.0 };
    Some(sky + sun)
}

/// Radiance of level ground of a reflectance, in cd/m², under these lights.
fn sent_back(sky: &CubeMap, suns: &[Sun], albedo: [f32; 3]) -> [f32; 3] {
    let mut lux = environment::irradiance(sky, Vec3::Y);
    for sun in suns {
        let level = sun.illuminance_lux * sun.to_sun.y.max(0.0);
        lux.iter_mut().zip(sun.color).for_each(|(lux, color)| *lux += level * color);
    }
    std::array::from_fn(|channel| lux[channel] * albedo[channel] / std::f32::consts::PI)
}

/// Illuminance of all surfaces of a room by what its point and spot lights send back and forth between them, in lux:
/// that of an integrating sphere, Φ ρ / (A (1 − ρ)). 0 outdoors.
fn bounced_lux(scene: &ConcreteScene, lamps: &[Light], floor: [f32; 3], walls: [f32; 3]) -> f32 {
    let Environment::Room { size_m, .. } = &scene.environment else { return 0.0 };
    let flux_lm: f32 = lamps
        .iter()
        .map(|light| match light {
            Light::Sun { .. } | Light::Moon { .. } => 0.0,
            Light::Point { flux_lm, .. } => *flux_lm,
            Light::Spot { flux_lm, half_angle_deg, .. } => flux_lm * cone_share(cone(*half_angle_deg)),
        })
        .sum();
    let (level, upright) = (size_m.x * size_m.z, 2.0 * (size_m.x + size_m.z) * size_m.y);
    let area = 2.0 * level + upright;
    let sent_back =
        luminance(floor) * level + luminance(super::room::CEILING_ALBEDO) * level + luminance(walls) * upright;
    let reflectance = (sent_back / area).clamp(0.0, 0.9);
    flux_lm * reflectance / (area * (1.0 - reflectance))
}

/// Share of what a point sends as a matt surface does that falls on a rectangle parallel to it, over its middle: of half
/// these edges over the distance.
fn seen_of_rectangle(a: f32, b: f32) -> f32 {
    let (across, along) = ((1.0 + a * a).sqrt(), (1.0 + b * b).sqrt());
    let sum = a / across * libm::atanf(b / across) + b / along * libm::atanf(a / along);
    2.0 / std::f32::consts::PI * sum
}

/// How many times the light that harmonics bring to the surfaces of a room is there: as seen from its middle its windows
/// are as bright everywhere, but what its surfaces take in is what windows and the panel in its ceiling give off, less
/// what the panel sends to them directly, which is a light of its own.
fn room_share(scene: &ConcreteScene, harmonics: &[[f32; 3]; AROUND], floor: [f32; 3], walls: [f32; 3]) -> f32 {
    let Environment::Room { size_m, .. } = &scene.environment else { return 1.0 };
    let taken = |albedo: [f32; 3]| 1.0 - luminance(albedo).clamp(0.0, 0.98);
    let (level, along_x, along_z) = (size_m.x * size_m.z, size_m.x * size_m.y, size_m.y * size_m.z);
    let (mut given, mut from_panel, mut panes) = (0.0, 0.0, [0.0; 2]);
    for panel in super::room::panels(scene) {
        let [u, v] = panel.edges;
        let area = 4.0 * u.length() * v.length();
        let flux = luminance(panel.luminance_cd_per_m2) * std::f32::consts::PI * area;
        if panel.normal.y < -0.5 {
            from_panel += flux;
        } else {
            given += flux;
            panes[usize::from(panel.normal.z.abs() > 0.5)] += area;
        }
    }
    // What the panel sends falls on the floor as it sees it, and on walls.
    let to_floor = seen_of_rectangle(0.5 * size_m.x / size_m.y, 0.5 * size_m.z / size_m.y);
    given += from_panel * (to_floor * (1.0 - taken(floor)) + (1.0 - to_floor) * (1.0 - taken(walls)));
    let sides = [
        (Vec3::Y, level, floor),
        (Vec3::NEG_Y, level, super::room::CEILING_ALBEDO),
        (Vec3::X, along_z, walls),
        (Vec3::NEG_X, along_z, walls),
        (Vec3::Z, along_x, walls),
        (Vec3::NEG_Z, along_x, walls),
    ];
    let onto = |normal: Vec3, area: f32| {
        let light = polynomials(normal).into_iter().zip(harmonics);
        let light = light.map(|((value, _), coefficients)| value * luminance(*coefficients)).sum::<f32>();
        std::f32::consts::PI * light.max(0.0) * area
    };
    let brought: f32 = sides.into_iter().map(|(normal, area, albedo)| onto(normal, area) * taken(albedo)).sum();
    // Panes take in what walls in their places would send back, too; which of two walls has them changes little.
    let of_panes = [(Vec3::X, panes[0]), (Vec3::Z, panes[1])];
    let of_panes = of_panes.map(|(normal, area)| 0.5 * (onto(normal, area) + onto(-normal, area)));
    let brought = brought + of_panes.into_iter().sum::<f32>() * (1.0 - taken(walls));
    if brought > 0.0 { given / brought } else { 1.0 }
}

impl Around {
    /// So many times as bright, but for what is mirrored of it.
    fn times(&self, share: f32) -> Around {
        Around {
            ambient_lux: self.ambient_lux * share,
            harmonics: self.harmonics.map(|coefficients| coefficients.map(|value| value * share)),
            bounce: self.bounce.map(|value| value * share),
            ..self.clone()
        }
    }

    /// With a further illuminance from all sides.
    fn brighter(&self, lux: f32) -> Around {
        let luminance = lux / std::f32::consts::PI;
        let mut harmonics = self.harmonics;
        harmonics[0] = harmonics[0].map(|value| value + luminance);
        Around {
            ambient_lux: self.ambient_lux + lux,
            harmonics,
            bounce: self.bounce.map(|value| value + luminance),
            ..self.clone()
        }
    }
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

/// Each polynomial of a normal with the integral of its square over the sphere, in units of 4π.
fn polynomials(n: Vec3) -> [(f32, f32); AROUND] {
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
}

/// Irradiance / π on what faces a direction, by the coefficients of [`Around::harmonics`].
pub(super) fn irradiance_over_pi(harmonics: &[[f32; 3]; AROUND], normal: Vec3) -> Vec3 {
    let terms = polynomials(normal).into_iter().zip(harmonics);
    terms.map(|((value, _), coefficients)| value * Vec3::from_array(*coefficients)).sum::<Vec3>().max(Vec3::ZERO)
}

/// A map of irradiance / π as coefficients of nine polynomials of the normal, by projection. Such maps are smooth:
/// harmonics to the second order hold all but a hundredth of them (Ramamoorthi and Hanrahan 2001).
fn harmonics(irradiance: &CubeMap) -> [[f32; 3]; AROUND] {
    let weights = environment::solid_angles(irradiance.size);
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
