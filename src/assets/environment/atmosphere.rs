//! The clear sky: sunlight scattered by air and haze in a spherical atmosphere.
//!
//! Single scattering is integrated along view rays and scattering of higher orders added as in Hillaire,
//! "A Scalable and Production Ready Sky and Atmosphere Rendering Technique" (2020), with the atmosphere of
//! Bruneton & Neyret, "Precomputed Atmospheric Scattering" (2008). Per sky the rays of a small table over
//! elevation and azimuth from the sun are integrated; phase functions are applied per texel.

use std::sync::OnceLock;

use glam::{Vec3, vec3};

use super::maths::{exp, exp3, luminance, mix, saturate, smoothstep};

/// Radius of the earth and of the top of the atmosphere, in km.
const GROUND_KM: f32 = 6360.0;
const TOP_KM: f32 = 6460.0;
/// Rayleigh scattering at sea level, per km, for about 655, 550 and 447 nm: nearer together than the usual
/// three lines, since the channels of sRGB are broad bands that overlap.
const RAYLEIGH: Vec3 = Vec3::new(0.006_74, 0.013_56, 0.031_0);
/// Ozone absorption where it is densest, per km: the Chappuis band lies over red and green, which is what
/// keeps the zenith blue after sunset (Hulburt 1953).
const OZONE: Vec3 = Vec3::new(0.001_65, 0.001_88, 0.000_12);
/// Scale heights of air and haze, in km.
const AIR_SCALE_KM: f32 = 8.0;
const HAZE_SCALE_KM: f32 = 1.2;
/// Spectral shape of haze: (λ / 550 nm)^−1.3 (Ångström 1929).
const HAZE_TINT: Vec3 = Vec3::new(0.797, 1.0, 1.309);
/// Share of the light that haze scatters rather than absorbs.
const HAZE_ALBEDO: f32 = 0.93;
/// Sunlight above the atmosphere: lux, and its colour relative to D65 white (about 5900 K).
const SOLAR_LUX: f32 = 128_000.0;
const SOLAR_TINT: Vec3 = Vec3::new(1.050, 0.993, 0.921);
/// Airglow and stars: what is left of the sky at night, in cd/m².
const NIGHT: Vec3 = Vec3::new(0.000_25, 0.000_3, 0.000_5);
/// Table of columns of air, haze and ozone: heights × cosines.
const HEIGHTS: usize = 24;
const COSINES: usize = 32;
/// Table of the sky: elevations × azimuths.
const ELEVATIONS: usize = 22;
const AZIMUTHS: usize = 9;
/// Heights at which light of higher orders is worked out.
const ORDERS: usize = 6;
const ORDERS_TOP_KM: f32 = 60.0;

/// What a view ray meets per unit of sunlight: scattered by air, by haze (both without their phase
/// functions), and more than once.
#[derive(Clone, Copy, Default)]
struct Scattered {
    air: Vec3,
    haze: Vec3,
    multiple: Vec3,
}

/// A clear sky for one position of the sun.
pub(super) struct Atmosphere {
    /// Towards the sun.
    pub(super) sun: Vec3,
    /// Horizontal direction towards the sun.
    azimuth: Vec3,
    /// Haze extinction at sea level, per km.
    haze: Vec3,
    /// Isotropic radiance from scattering of all higher orders, by height.
    higher: [Vec3; ORDERS],
    table: Vec<Scattered>,
}

/// Relative amounts of air, haze and ozone at a height in km.
fn densities(height: f32) -> Vec3 {
    let h = height.max(0.0);
    vec3(exp(-h / AIR_SCALE_KM), exp(-h / HAZE_SCALE_KM), (1.0 - (h - 25.0).abs() / 15.0).max(0.0))
}

/// Height in km at the distance `t` from a point at height `h`, along a ray with cosine `mu` to the zenith.
fn height_at(h: f32, mu: f32, t: f32) -> f32 {
    let r = GROUND_KM + h;
    // √(r² + 2rtμ + t²) − r without cancellation.
    let excess = t * (t + 2.0 * r * mu);
    h + excess / ((r * r + excess).max(0.0).sqrt() + r)
}

/// Distance in km to the top of the atmosphere.
fn to_top(h: f32, mu: f32) -> f32 {
    let r = GROUND_KM + h;
    (-r * mu + (r * r * (mu * mu - 1.0) + TOP_KM * TOP_KM).max(0.0).sqrt()).max(0.0)
}

/// Distance in km to the ground, where a ray meets it.
fn to_ground(h: f32, mu: f32) -> Option<f32> {
    let r = GROUND_KM + h;
    let inside = r * r * (mu * mu - 1.0) + GROUND_KM * GROUND_KM;
    (mu < 0.0 && inside > 0.0).then(|| (-r * mu - inside.sqrt()).max(0.0))
}

/// Cosine to the zenith of the horizon at a height.
fn horizon(h: f32) -> f32 {
    let ratio = GROUND_KM / (GROUND_KM + h);
    -(1.0 - ratio * ratio).max(0.0).sqrt()
}

/// Columns of air, haze and ozone (km at their reference density) from a height to space.
fn columns(h: f32, mu: f32) -> Vec3 {
    static TABLE: OnceLock<Vec<Vec3>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = Vec::with_capacity(HEIGHTS * COSINES);
        for i in 0..HEIGHTS {
            let part = i as f32 / (HEIGHTS - 1) as f32;
            let h = part * part * (TOP_KM - GROUND_KM);
            for j in 0..COSINES {
                let part = j as f32 / (COSINES - 1) as f32;
                table.push(integrated_columns(h, mix(horizon(h), 1.0, part * part)));
            }
        }
        table
    });
    let low = horizon(h);
    let y = saturate(h / (TOP_KM - GROUND_KM)).sqrt() * (HEIGHTS - 1) as f32;
    let x = saturate((mu - low) / (1.0 - low)).sqrt() * (COSINES - 1) as f32;
    let (i, j) = ((y as usize).min(HEIGHTS - 2), (x as usize).min(COSINES - 2));
    let (fy, fx) = (y - i as f32, x - j as f32);
    let at = |i: usize, j: usize| table[i * COSINES + j];
    at(i, j).lerp(at(i, j + 1), fx).lerp(at(i + 1, j).lerp(at(i + 1, j + 1), fx), fy)
}

fn integrated_columns(h: f32, mu: f32) -> Vec3 {
    const STEPS: usize = 48;
    let length = to_top(h, mu);
    let mut sum = Vec3::ZERO;
    let mut before = 0.0;
    for i in 1..=STEPS {
        let part = i as f32 / STEPS as f32;
        let t = length * part * part;
        sum += densities(height_at(h, mu, 0.5 * (before + t))) * (t - before);
        before = t;
    }
    sum
}

/// Share of sunlight that reaches a height, per channel; `mu` is the cosine of the sun's distance from the zenith.
fn transmittance(haze: Vec3, h: f32, mu: f32) -> Vec3 {
    let low = horizon(h);
    // The disc is half a degree wide, and refraction lifts it by as much.
    let disc = smoothstep(low - 0.0135, low - 0.004, mu);
    if disc <= 0.0 {
        return Vec3::ZERO;
    }
    let columns = columns(h, mu);
    disc * exp3(-(RAYLEIGH * columns.x + haze * columns.y + OZONE * columns.z))
}

/// Haze extinction at sea level per km, from the turbidity (air and haze over air, Preetham et al. 1999).
fn haze_extinction(turbidity: f32) -> Vec3 {
    HAZE_TINT * (RAYLEIGH.y * AIR_SCALE_KM * (turbidity - 1.0).clamp(0.0, 30.0) / HAZE_SCALE_KM)
}

/// Illuminance by the direct sun of a surface that faces it, in lux, and the colour of that light.
///
/// `elevation` is the sun's height over the horizon in radian, `turbidity` the ratio of all scattering to
/// that of pure air (2 very clear, 3 clear, 6 hazy, 10 very hazy). The colour is linear RGB relative to D65
/// with the largest channel 1: nearly white when the sun is high and red when it is low. The sun sets when its
/// elevation falls from −0.2° to −0.8°.
pub fn sun_light(turbidity: f32, elevation: f32) -> (f32, [f32; 3]) {
    let light = sunlight_at(turbidity, libm::sinf(elevation), 0.0);
    let lux = luminance(light);
    let largest = light.max_element();
    if largest > 0.0 { (lux, (light / largest).to_array()) } else { (0.0, [1.0, 0.25, 0.05]) }
}

/// Direct sunlight at a height in km, linear RGB in lux, for the sine of the sun's elevation.
pub(super) fn sunlight_at(turbidity: f32, sine: f32, height: f32) -> Vec3 {
    SOLAR_TINT * SOLAR_LUX * transmittance(haze_extinction(turbidity), height, sine)
}

impl Atmosphere {
    pub(super) fn new(turbidity: f32, sun: Vec3) -> Self {
        let flat = vec3(sun.x, 0.0, sun.z);
        let azimuth = if flat.length() > 1e-5 { flat / flat.length() } else { Vec3::X };
        let mut sky = Atmosphere {
            sun,
            azimuth,
            haze: haze_extinction(turbidity),
            higher: [Vec3::ZERO; ORDERS],
            table: Vec::with_capacity(ELEVATIONS * AZIMUTHS),
        };
        sky.higher = std::array::from_fn(|i| {
            let part = i as f32 / (ORDERS - 1) as f32;
            sky.higher_orders((part * part * ORDERS_TOP_KM).max(0.05))
        });
        for i in 0..ELEVATIONS {
            let part = i as f32 / (ELEVATIONS - 1) as f32;
            let sine = part * part;
            let flat = (1.0 - sine * sine).max(0.0).sqrt();
            for j in 0..AZIMUTHS {
                // Sine of half the azimuth from the sun.
                let half = j as f32 / (AZIMUTHS - 1) as f32;
                let (cos, sin) = (1.0 - 2.0 * half * half, 2.0 * half * (1.0 - half * half).max(0.0).sqrt());
                let across = vec3(-azimuth.z, 0.0, azimuth.x);
                let direction = azimuth * (flat * cos) + across * (flat * sin) + Vec3::Y * sine;
                let ray = sky.march(0.05, direction, to_top(0.05, sine), 18);
                sky.table.push(ray);
            }
        }
        sky
    }

    /// Integrates the light scattered into a view ray that starts at height `h` (km).
    fn march(&self, h: f32, direction: Vec3, length: f32, steps: usize) -> Scattered {
        let mut light = Scattered::default();
        let mut through = Vec3::ONE;
        let mut before = 0.0;
        for i in 1..=steps {
            let part = i as f32 / steps as f32;
            let t = length * part * part;
            let (step, middle) = (t - before, 0.5 * (t + before));
            before = t;
            let height = height_at(h, direction.y, middle);
            // The sun's height over the local horizon, tilted along the way by the curvature of the earth.
            let mu = ((GROUND_KM + h) * self.sun.y + middle * direction.dot(self.sun)) / (GROUND_KM + height);
            let amounts = densities(height);
            let (air, haze) = (RAYLEIGH * amounts.x, self.haze * amounts.y);
            let extinction = air + haze + OZONE * amounts.z;
            let kept = exp3(-extinction * step);
            // What the segment adds if light and density are constant in it.
            let gathered = through * (Vec3::ONE - kept) / extinction.max(Vec3::splat(1e-9));
            let sunlit = gathered * transmittance(self.haze, height, mu);
            light.air += sunlit * air;
            light.haze += sunlit * haze * HAZE_ALBEDO;
            light.multiple += gathered * (air + haze * HAZE_ALBEDO) * self.higher_at(height);
            through *= kept;
        }
        light
    }

    /// Radiance of higher orders at a height, per unit of sunlight.
    fn higher_at(&self, height: f32) -> Vec3 {
        let x = saturate(height / ORDERS_TOP_KM).sqrt() * (ORDERS - 1) as f32;
        let i = (x as usize).min(ORDERS - 2);
        self.higher[i].lerp(self.higher[i + 1], x - i as f32)
    }

    /// Second-order scattering and the geometric series of all later ones (Hillaire 2020, section 5.5).
    fn higher_orders(&self, h: f32) -> Vec3 {
        const ISOTROPIC: f32 = 0.25 / std::f32::consts::PI;
        // Gauss–Legendre nodes for the zenith, the azimuths 0°, 90° (twice, by symmetry) and 180° around.
        const ZENITHS: [(f32, f32); 4] =
            [(-0.861_136, 0.173_927), (-0.339_981, 0.326_073), (0.339_981, 0.326_073), (0.861_136, 0.173_927)];
        let across = vec3(-self.azimuth.z, 0.0, self.azimuth.x);
        let ground_albedo = 0.25;
        let (mut second, mut again) = (Vec3::ZERO, Vec3::ZERO);
        for (mu, share) in ZENITHS {
            let flat = (1.0 - mu * mu).sqrt();
            for (side, part) in [(self.azimuth, 0.25), (across, 0.5), (-self.azimuth, 0.25)] {
                let direction = side * flat + Vec3::Y * mu;
                let ground = to_ground(h, mu);
                let length = ground.unwrap_or_else(|| to_top(h, mu));
                let ray = self.march(h, direction, length, 8);
                let mut light = (ray.air + ray.haze) * ISOTROPIC;
                let columns = self.optical_depth(h, mu, length);
                if ground.is_some() {
                    let sine = self.sun.y.max(0.0);
                    light += exp3(-columns)
                        * transmittance(self.haze, 0.0, self.sun.y)
                        * (sine * ground_albedo / std::f32::consts::PI);
                }
                second += light * (share * part);
                // Nearly all that is taken from the ray is scattered on, only haze and ozone absorb some.
                again += (Vec3::ONE - exp3(-columns)) * (0.95 * share * part);
            }
        }
        second / (Vec3::ONE - again).max(Vec3::splat(0.05))
    }

    fn optical_depth(&self, h: f32, mu: f32, length: f32) -> Vec3 {
        const STEPS: usize = 8;
        let mut depth = Vec3::ZERO;
        let mut before = 0.0;
        for i in 1..=STEPS {
            let part = i as f32 / STEPS as f32;
            let t = length * part * part;
            let amounts = densities(height_at(h, mu, 0.5 * (t + before)));
            depth += (RAYLEIGH * amounts.x + self.haze * amounts.y) * (t - before);
            before = t;
        }
        depth
    }

    /// Luminance of the sky in a direction (linear RGB, cd/m²), without the disc of the sun; below the horizon
    /// that of the horizon.
    pub(super) fn luminance(&self, direction: Vec3) -> Vec3 {
        let sine = direction.y.clamp(0.01, 1.0);
        let flat = vec3(direction.x, 0.0, direction.z);
        let length = flat.length();
        let cos = if length > 1e-5 { flat.dot(self.azimuth) / length } else { 0.0 };
        let y = sine.sqrt() * (ELEVATIONS - 1) as f32;
        let x = saturate(0.5 - 0.5 * cos).sqrt() * (AZIMUTHS - 1) as f32;
        let (i, j) = ((y as usize).min(ELEVATIONS - 2), (x as usize).min(AZIMUTHS - 2));
        let (fy, fx) = (y - i as f32, x - j as f32);
        let mut light = Scattered::default();
        for (i, j, weight) in [
            (i, j, (1.0 - fy) * (1.0 - fx)),
            (i, j + 1, (1.0 - fy) * fx),
            (i + 1, j, fy * (1.0 - fx)),
            (i + 1, j + 1, fy * fx),
        ] {
            let entry = &self.table[i * AZIMUTHS + j];
            light.air += entry.air * weight;
            light.haze += entry.haze * weight;
            light.multiple += entry.multiple * weight;
        }
        let cosine = direction.dot(self.sun);
        let air = 3.0 / (16.0 * std::f32::consts::PI) * (1.0 + cosine * cosine);
        // A broad lobe, and a narrow one for the aureole around the sun.
        let haze = 0.9 * henyey_greenstein(0.74, cosine) + 0.1 * henyey_greenstein(0.93, cosine);
        SOLAR_TINT * SOLAR_LUX * (light.air * air + light.haze * haze + light.multiple) + NIGHT
    }
}

/// Phase function of Henyey & Greenstein (1941), per steradian.
pub(super) fn henyey_greenstein(g: f32, cosine: f32) -> f32 {
    let d = (1.0 + g * g - 2.0 * g * cosine).max(1e-6);
    (1.0 - g * g) / (4.0 * std::f32::consts::PI * d * d.sqrt())
}
