//! Air that takes light and gives some back: what fog, rain, snow, dust and smoke make of sun and sky, and of the way
//! between a thing and the eye.
//!
//! The haze of clear days is part of the sky already. What is in the air besides lies as a level layer over the scene.
//! How much light passes it is the two-stream solution for a layer that scatters forward, after the forward peak has been
//! taken for light that goes straight on (J. H. Joseph, W. J. Wiscombe and J. A. Weinman 1976, "The delta-Eddington
//! approximation for radiative flux transfer"; C. F. Bohren 1987, "Multiple scattering of light and some of its
//! observable consequences"). What goes through it scattered comes from everywhere, and more from about the sun.

mod mirror;

use glam::Vec3;

use super::lying;
use super::suns::Sun;
use crate::assets::environment::{CubeMap, irradiance, solid_angles, texel_direction};
use crate::color::{blackbody, luminance, of_luminance_one};
use crate::randomize::concrete::Weather;
use crate::weather::Falling;
use crate::weather::air::{Air, Fog};
use crate::weather::lightning::Flash;
use mirror::{Mirror, WARM, mirage_angle};

/// Mean cosine of scattering by droplets, flakes and grains, which are large against the wavelength.
const ASYMMETRY: f32 = 0.85;
/// Of light that goes on scattered, the part in the forward peak.
const FORWARD: f32 = ASYMMETRY * ASYMMETRY;
/// Mean cosine of the rest.
const REST: f32 = ASYMMETRY / (1.0 + ASYMMETRY);
/// Share of light that is scattered and not swallowed, linear RGB: desert dust is reddish (O. Dubovik et al. 2002,
/// "Variability of absorption and optical properties of key aerosol types observed in worldwide locations", who have 0.92
/// to 0.98 from blue to red for it, and for smoke 0.88 of savannas to 0.94 of forests at blue, less at red: that of forests
/// here).
const BY_DUST: Vec3 = Vec3::new(0.975, 0.95, 0.91);
const BY_SMOKE: Vec3 = Vec3::new(0.93, 0.935, 0.94);
/// Extinction over that at 550 nm, linear RGB: that of smoke, whose grains are small, goes with the power −1.5 of the
/// wavelength, that of all else is the same for all.
const OF_SMOKE: Vec3 = Vec3::new(0.86, 1.0, 1.29);
/// Mean diameter of hailstones.
const HAIL_MM: f64 = 9.0;
/// Height of eyes over what hides below the horizon, for backdrops without ground.
const EYE_M: f32 = 2.0;
/// Least sine of an elevation: beyond it the way through a layer bends with the earth.
const LOWEST: f32 = 0.01;

/// A level layer of air before everything that is far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Veil {
    /// How much brighter the sky behind is than it was thought.
    gain: f32,
    /// The same of the ground below it, linear RGB.
    ground: Vec3,
    /// Optical depth straight up.
    depth: f32,
    /// Extinction at the ground.
    per_m: f32,
    /// Luminance that comes from everywhere in it, linear RGB in cd/m².
    everywhere: Vec3,
    /// The same from about each of its suns, times the phase function.
    glows: [(Vec3, Vec3); 2],
    /// From everywhere above, of lightning in the clouds, and what ground sends back of all of it.
    flash: [Vec3; 2],
    /// What far ground mirrors.
    mirror: Mirror,
}

/// What the air is like.
pub(super) fn air(weather: &Weather) -> Air {
    let veil_per_m = weather.veil_per_m() - weather.extinction.rain_per_m - weather.extinction.snow_per_m;
    Air {
        even_per_m: weather.extinction.total_per_m() - veil_per_m,
        veil: Fog { extinction_per_m: veil_per_m, scale_height_m: weather.fog_scale_height_m },
    }
}

/// What `lighting.wgsl` knows of it where no sun heats the ground.
pub(super) fn shade(weather: &Weather) -> [f32; 4] {
    let Air { even_per_m, veil } = air(weather);
    [even_per_m, veil.extinction_per_m, 1.0 / veil.scale_height_m, 0.0].map(|value| value as f32)
}

/// The same under suns.
pub(super) fn values(weather: &Weather, suns: &[Sun]) -> [f32; 4] {
    let [even, veil, thinning, _] = shade(weather);
    [even, veil, thinning, mirage_angle(weather, suns)]
}

/// What falls.
pub(super) fn falling(weather: &Weather) -> Vec<Falling> {
    let (rain, snow, hail) = (weather.rain_mm_per_h, weather.snow_mm_per_h, weather.hail_mm_per_h);
    let wetness = crate::weather::flakes::wetness(weather.temperature_celsius);
    let all = [
        (Falling::rain(rain, weather.drops()), rain),
        (Falling::snow(snow, wetness), snow),
        (Falling::hail(HAIL_MM), hail),
    ];
    all.into_iter().filter(|(_, rate)| *rate > 0.0).map(|(falling, _)| falling).collect()
}

/// How likely light is scattered by such an angle, over 4π (L. G. Henyey and J. L. Greenstein 1941).
fn phase(cosine: f32) -> f32 {
    let base = 1.0 + REST * REST - 2.0 * REST * cosine;
    (1.0 - REST * REST) / (base * base.sqrt())
}

/// Cloud covers from which on and up to which the sky takes the light that its clouds let through: thick ones are not seen
/// in a sky's picture.
const CLOSED: (f32, f32) = (0.6, 0.9);

/// Whether a weather changes anything of suns and sky as seen in clear air.
pub(super) fn veils(weather: &Weather) -> bool {
    let is_hot = weather.temperature_celsius as f32 > WARM;
    let is_closed = weather.cloud_cover as f32 > CLOSED.0;
    weather.veil_depth() > 0.0 || is_closed || is_hot || weather.flash.is_some() || lying::mirrors(weather) > 0.0
}

/// Least sine of an elevation at which far ground mirrors the sky: lower texels hold some of the ground.
const MIRRORED: f32 = 0.03;

/// Less than this share of what is mirrored is not seen.
const FAINTEST: f32 = 0.02;

/// Reflectance of the ground that a map shows under so many lux, linear RGB.
fn ground_albedo(map: &CubeMap, lux: f32) -> Vec3 {
    let below = texels(map).filter(|(direction, ..)| direction.y < -0.3);
    let (light, angles) =
        below.fold((Vec3::ZERO, 0.0), |(light, all), (_, texel, angle)| (light + texel * angle, all + angle));
    (light / f32::max(angles, 1e-6) * std::f32::consts::PI / lux.max(1e-9)).clamp(Vec3::ZERO, Vec3::ONE)
}

/// Colour temperature of lightning, as pictures of it are usually balanced; its plasma is far hotter.
pub(super) const FLASH_KELVIN: f32 = 9000.0;

/// What comes from a flash as from a sun, if it goes to the ground.
fn flash_sun(flash: &Flash) -> Option<Sun> {
    let illuminance_lux = flash.channel_lux() as f32;
    let to_sun = flash.direction().as_vec3();
    (illuminance_lux > 0.0).then_some(Sun { to_sun, illuminance_lux, color: blackbody(FLASH_KELVIN) })
}

impl Veil {
    /// The layer that a weather lays over a scene, below suns and a sky as seen in clear air; dims the suns, and puts
    /// lightning beside them. `clear_lux` is what a level surface would get without clouds.
    pub fn of(weather: &Weather, suns: &mut Vec<Sun>, sky: &CubeMap, clear_lux: Option<f32>) -> Veil {
        let depth = weather.veil_depth() as f32;
        let (scattered, colours) = scattered_share(weather);
        let from_sky = Vec3::from_array(irradiance(sky, Vec3::Y));
        let sun_lux = |suns: &[Sun]| -> Vec3 {
            suns.iter().map(|sun| Vec3::from_array(sun.color) * (sun.illuminance_lux * sun.to_sun.y.max(0.0))).sum()
        };
        // Closed cloud lets as much through as the weather has it.
        let now = luminance((from_sky + sun_lux(suns)).to_array());
        let wanted = clear_lux.map_or(now, |clear| clear * weather.cloud_transmittance as f32);
        let closed = ((weather.cloud_cover as f32 - CLOSED.0) / (CLOSED.1 - CLOSED.0)).clamp(0.0, 1.0);
        let gain = if now > 0.0 { (wanted / now).clamp(0.02, 1.0).powf(closed) } else { 1.0 };
        suns.iter_mut().for_each(|sun| sun.illuminance_lux *= gain);
        let steady = suns.len();
        suns.extend(weather.flash.as_ref().and_then(flash_sun));
        let in_clouds = weather.flash.map_or(0.0, |flash| flash.cloud_lux() as f32) / std::f32::consts::PI;
        let in_clouds = Vec3::from_array(blackbody(FLASH_KELVIN)) * in_clouds;
        let channel = suns.get(steady..).into_iter().flatten().map(|sun| {
            Vec3::from_array(sun.color) * (sun.illuminance_lux * sun.to_sun.y.max(0.0) / std::f32::consts::PI)
        });
        let flash = [in_clouds, ground_albedo(sky, now) * (in_clouds + channel.sum::<Vec3>())];
        let arriving = gain * from_sky + sun_lux(suns);
        let mirror = Mirror::of(weather, suns, sky, gain);

        let mut glows = [(Vec3::Y, Vec3::ZERO); 2];
        for (sun, glow) in suns.iter_mut().zip(glows.iter_mut().map(Some).chain(std::iter::repeat_with(|| None))) {
            if depth > 0.0 {
                let rate = (Vec3::ONE - scattered * FORWARD) * colours * (depth / sun.to_sun.y.max(LOWEST));
                let straight =
                    Vec3::from_array(sun.color) * Vec3::from_array(rate.to_array().map(|depth| libm::expf(-depth)));
                sun.illuminance_lux *= luminance(straight.to_array());
                sun.color = of_luminance_one(straight.to_array());
            }
            if let Some(glow) = glow {
                let light = Vec3::from_array(sun.color) * sun.illuminance_lux;
                *glow = (sun.to_sun, scattered * light / (4.0 * std::f32::consts::PI));
            }
        }
        let per_m = weather.veil_per_m() as f32;
        let mut veil =
            Veil { gain, ground: Vec3::splat(gain), depth, per_m, everywhere: Vec3::ZERO, glows, flash, mirror };
        if depth <= 0.0 {
            return veil;
        }
        // What passes, less what is swallowed on the way.
        let passed = Vec3::ONE / (Vec3::ONE + colours * (0.75 * (1.0 - ASYMMETRY) * depth));
        let swallowed = (Vec3::ONE - scattered) * (Vec3::ONE - scattered * ASYMMETRY) * 3.0 * colours * colours;
        let left = swallowed.to_array().map(|rate| libm::expf(-depth * rate.sqrt()));
        let passed = passed * Vec3::from_array(left);
        veil.ground = gain * passed;
        let diffuse = (passed * arriving - sun_lux(suns)).max(Vec3::ZERO);
        // As bright everywhere as makes it so much.
        let (mut behind, mut glowing, mut open) = (Vec3::ZERO, Vec3::ZERO, 0.0);
        for (direction, texel, angle) in texels(sky) {
            let share = veil.transmittance(direction);
            let weight = direction.y.max(0.0) * angle;
            behind += weight * gain * share * texel;
            glowing += weight * (1.0 - share) * veil.light(direction);
            open += weight * (1.0 - share);
        }
        // About the sun there is no more of it than there is at all.
        let left = (diffuse - behind).max(Vec3::ZERO);
        let glow = (luminance(left.to_array()) / luminance(glowing.to_array()).max(1e-6)).min(1.0);
        veil.glows.iter_mut().for_each(|(_, light)| *light *= glow);
        veil.everywhere = ((left - glow * glowing) / open.max(1e-6)).max(Vec3::ZERO);
        veil
    }

    /// Lays it over a map of what is behind.
    pub fn cover(&self, map: &mut CubeMap) {
        let size = map.size;
        let sky = self.mirror.is_there().then(|| map.clone());
        for (face, texels) in map.faces.iter_mut().enumerate() {
            for (index, texel) in texels.iter_mut().enumerate() {
                // What nobody looks at is not there.
                if *texel == [0.0; 3] {
                    continue;
                }
                let direction = texel_direction(size, face, index as u32 % size, index as u32 / size);
                let share = self.transmittance(direction);
                let behind = if direction.y < 0.0 {
                    let ground = Vec3::from_array(*texel) * self.ground;
                    match &sky {
                        Some(sky) => self.mirrored(ground, direction, sky),
                        None => ground,
                    }
                } else {
                    Vec3::from_array(*texel) * self.gain
                };
                let flash = self.flash[usize::from(direction.y < 0.0)];
                let light = share * behind + (1.0 - share) * self.light(direction) + flash;
                *texel = light.to_array();
            }
        }
    }

    /// What far ground shows with what it mirrors of the sky.
    fn mirrored(&self, ground: Vec3, direction: Vec3, sky: &CubeMap) -> Vec3 {
        let share = self.mirror.share(direction);
        if share < FAINTEST {
            return ground;
        }
        let seen = Vec3::from_array(sky.sample(Vec3::new(direction.x, MIRRORED.max(-direction.y), direction.z)));
        let seen = if seen == Vec3::ZERO { self.mirror.horizon } else { seen * self.gain };
        ground * (1.0 - share) + seen * share
    }

    /// Share of the light from so far that arrives from a direction.
    fn transmittance(&self, direction: Vec3) -> f32 {
        let above = direction.y >= 0.0;
        let (depth, sine) =
            if above { (self.depth, direction.y.max(LOWEST)) } else { (self.per_m * EYE_M, -direction.y) };
        if self.depth > 0.0 { libm::expf(-depth / sine) } else { 1.0 }
    }

    /// What the layer itself sends from a direction.
    fn light(&self, direction: Vec3) -> Vec3 {
        self.glows.iter().fold(self.everywhere, |light, (towards, glow)| light + *glow * phase(direction.dot(*towards)))
    }
}

/// Of the light that is taken, the share that goes on in another direction, and how much more of a colour is taken than of
/// green; linear RGB.
fn scattered_share(weather: &Weather) -> (Vec3, Vec3) {
    let parts = weather.extinction;
    let (dust, smoke) = (parts.dust_per_m as f32, parts.smoke_per_m as f32);
    let white = weather.veil_per_m() as f32 - dust - smoke;
    let all = white + dust + smoke;
    if all <= 0.0 {
        return (Vec3::ONE, Vec3::ONE);
    }
    let scattered = (Vec3::splat(white) + BY_DUST * dust + BY_SMOKE * smoke) / all;
    (scattered, (Vec3::splat(white + dust) + OF_SMOKE * smoke) / all)
}

/// Direction, light and solid angle of each texel.
fn texels(map: &CubeMap) -> impl Iterator<Item = (Vec3, Vec3, f32)> {
    let (size, angles) = (map.size, solid_angles(map.size));
    let all =
        map.faces.iter().enumerate().flat_map(|(face, texels)| texels.iter().enumerate().map(move |at| (face, at)));
    all.map(move |(face, (index, texel))| {
        let direction = texel_direction(size, face, index as u32 % size, index as u32 / size);
        (direction, Vec3::from_array(*texel), angles[index])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomize::concrete::Extinction;
    use crate::randomize::weather::{Regime, draw};

    fn weather(change: impl FnOnce(&mut Weather)) -> Weather {
        let clear = Extinction { air_per_m: 1e-5, haze_per_m: 1e-4, ..Extinction::default() };
        let mut weather = Weather { extinction: clear, fog_scale_height_m: 100.0, ..draw(Regime::Clear, &mut || 0.5) };
        weather.cloud_cover = 0.0;
        change(&mut weather);
        weather
    }

    fn sky() -> CubeMap {
        CubeMap::from_fn(16, |direction| Vec3::splat(if direction.y > 0.0 { 3000.0 } else { 500.0 }))
    }

    fn sun(elevation_deg: f32) -> Sun {
        let (y, z) = (libm::sinf(elevation_deg.to_radians()), libm::cosf(elevation_deg.to_radians()));
        Sun { to_sun: Vec3::new(0.0, y, z), illuminance_lux: 80_000.0, color: [1.0; 3] }
    }

    /// What arrives on a level surface, of sun and of all else, in lux.
    fn below(weather: &Weather) -> (f32, f32) {
        let mut suns = vec![sun(40.0)];
        let mut map = sky();
        Veil::of(weather, &mut suns, &map, None).cover(&mut map);
        (suns[0].illuminance_lux * suns[0].to_sun.y, luminance(irradiance(&map, Vec3::Y)))
    }

    #[test]
    fn clear_air_changes_nothing() {
        let mut suns = vec![sun(40.0)];
        let mut map = sky();
        Veil::of(&weather(|_| {}), &mut suns, &map, None).cover(&mut map);
        assert_eq!((suns[0], map), (sun(40.0), sky()));
    }

    #[test]
    fn fog_turns_sunlight_into_light_from_everywhere() {
        let (clear_sun, clear_sky) = below(&weather(|_| {}));
        let mut before = (clear_sun, clear_sun + clear_sky);
        for per_m in [0.002, 0.01, 0.04, 0.2] {
            let (sun, sky) = below(&weather(|weather| weather.extinction.fog_per_m = per_m));
            let passed = 1.0 / (1.0 + 0.75 * 0.15 * per_m as f32 * 100.0);
            assert!(((sun + sky) / (clear_sun + clear_sky) / passed - 1.0).abs() < 0.03, "{per_m}: {sun} {sky}");
            assert!(sun < before.0 && sun + sky < before.1);
            before = (sun, sun + sky);
        }
        assert!(before.0 < 1e-3 * before.1, "no sun through thick fog: {before:?}");
    }

    #[test]
    fn the_horizon_is_lost_before_the_zenith() {
        let thin = weather(|weather| weather.extinction.fog_per_m = 0.01);
        let veil = Veil::of(&thin, &mut vec![sun(40.0)], &sky(), None);
        assert!((veil.transmittance(Vec3::Y) - libm::expf(-1.0)).abs() < 1e-3);
        assert!(veil.transmittance(Vec3::new(1.0, 0.05, 0.0)) < 1e-6);
        let (towards, away) = (veil.light(Vec3::new(0.0, 0.1, 1.0)), veil.light(Vec3::new(0.0, 0.1, -1.0)));
        assert!(towards.x > 1.1 * away.x, "it is brighter about the sun: {towards} {away}");
    }

    #[test]
    fn dust_is_yellow_and_smoke_is_dark() {
        let light = |change: &dyn Fn(&mut Weather)| {
            let mut map = sky();
            Veil::of(&weather(|weather| change(weather)), &mut vec![sun(40.0)], &map, None).cover(&mut map);
            Vec3::from_array(irradiance(&map, Vec3::Y))
        };
        let dust = light(&|weather| weather.extinction.dust_per_m = 0.05);
        let smoke = light(&|weather| weather.extinction.smoke_per_m = 0.05);
        let fog = light(&|weather| weather.extinction.fog_per_m = 0.05);
        assert!(dust.x > 1.2 * dust.z && dust.x < fog.x, "{dust} {fog}");
        assert!(smoke.y < 0.6 * fog.y, "{smoke} {fog}");
        assert!((fog.x / fog.z - 1.0).abs() < 0.01);
    }

    #[test]
    fn closed_cloud_lets_through_what_the_weather_has() {
        let overcast = weather(|weather| (weather.cloud_cover, weather.cloud_transmittance) = (1.0, 0.1));
        let mut map = sky();
        let mut suns = vec![Sun { illuminance_lux: 0.0, ..sun(40.0) }];
        Veil::of(&overcast, &mut suns, &map, Some(60_000.0)).cover(&mut map);
        let found = luminance(irradiance(&map, Vec3::Y));
        assert!((found / 6000.0 - 1.0).abs() < 0.01, "{found}");
    }
}
