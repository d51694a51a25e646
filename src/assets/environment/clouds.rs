//! Clouds: a layer of cumulus that rays march through, wisps of cirrus above, and a closed grey cover.

use glam::{Vec3, vec3};

use super::atmosphere::{Atmosphere, henyey_greenstein, sunlight_at};
use super::maths::{Dice, exp, hash2, luminance, saturate, smoothstep, unit};
use super::noise::{Tile, tile};

/// Base and thickness of the layer of cumulus, in km.
const BASE_KM: f32 = 1.3;
const DEPTH_KM: f32 = 1.0;
/// Height of the cirrus, in km.
const CIRRUS_KM: f32 = 8.0;
/// Radius that the layers curve with, in km; less than the earth's, so that the horizon stays near.
const CURVE_KM: f32 = 1800.0;
/// Extinction within a cloud, per km.
const EXTINCTION: f32 = 22.0;
/// Side of the noise tile for shapes, for their edges, and for fields of clouds, in km.
const SHAPE_KM: f32 = 13.0;
const EDGE_KM: f32 = 2.9;
const FIELD_KM: f32 = 61.0;

/// The clouds of one sky.
pub(super) struct Clouds {
    cover: f32,
    offset: Vec3,
    sun: Vec3,
    /// Sunlight at the height of the clouds, linear RGB in lux.
    sunlight: Vec3,
    /// Mean luminance of the clear sky above, and light from the ground below, linear RGB in cd/m².
    above: Vec3,
    below: Vec3,
    /// Luminance of a closed cover at the zenith.
    grey: Vec3,
    /// How much of the sky is the closed cover.
    closed: f32,
    cirrus: f32,
    haze_per_km: f32,
    /// Steps through the layer straight up; slanted rays take up to twice as many.
    steps: f32,
    tile: &'static Tile,
}

/// Illuminance of the ground under a closed cover in lux, linear in the sine of the sun's elevation
/// (IES Lighting Handbook: 300 + 21 000 sin h), fading with the twilight.
fn overcast_lux(sine: f32, clear_lux: f32) -> f32 {
    let day = 300.0 + 21_000.0 * sine.max(0.0);
    day.min(clear_lux * 0.6)
}

impl Clouds {
    /// `above` is the cosine-weighted mean luminance of the clear sky, `below` the luminance of the ground, and
    /// `size` the texels along an edge of the map that is drawn: small ones show no fine structure.
    pub(super) fn new(
        sky: &Atmosphere,
        turbidity: f32,
        cover: f32,
        [below, above]: [Vec3; 2],
        seed: u32,
        size: u32,
    ) -> Self {
        let mut dice = Dice::new(seed, 1);
        let sunlight = sunlight_at(turbidity, sky.sun.y, BASE_KM + DEPTH_KM);
        let sky_lux = luminance(above) * std::f32::consts::PI;
        let lux = overcast_lux(sky.sun.y, sky_lux + luminance(sunlight) * sky.sun.y.max(0.0));
        // The colour of what comes in from above, mostly evened out.
        let incoming = above * std::f32::consts::PI + sunlight * sky.sun.y.max(0.0);
        let hue = incoming / luminance(incoming).max(1e-9);
        let grey = hue.lerp(vec3(0.97, 1.0, 1.06), 0.6) * (lux * 9.0 / (7.0 * std::f32::consts::PI));
        Clouds {
            cover,
            offset: vec3(dice.range(0.0, 500.0), 0.0, dice.range(0.0, 500.0)),
            sun: sky.sun,
            sunlight,
            above,
            below,
            grey,
            closed: smoothstep(0.72, 1.0, cover),
            cirrus: dice.next() * saturate(cover * 4.0),
            haze_per_km: 0.02 + 0.01 * (turbidity - 1.0).max(0.0),
            steps: if size <= 32 {
                6.0
            } else if size <= 64 {
                7.0
            } else {
                16.0
            },
            tile: tile(),
        }
    }

    /// The sky with its clouds in a direction above the horizon (linear RGB, cd/m²).
    pub(super) fn over(&self, sky: Vec3, direction: Vec3) -> Vec3 {
        if self.cover <= 0.0 {
            return sky;
        }
        let mut light = sky;
        if self.closed < 1.0 {
            light = self.cirrus_over(light, direction);
            let (cloud, through, distance) = self.march(direction);
            // Towards the horizon clouds are smaller than a texel, and sink into the haze.
            let clear = smoothstep(0.012, 0.12, direction.y);
            let (cloud, through) = (cloud * clear, 1.0 - (1.0 - through) * clear);
            let near = exp(-distance * self.haze_per_km);
            light = light * through + cloud * near + sky * ((1.0 - near) * (1.0 - through));
        }
        if self.closed > 0.0 {
            light = light.lerp(self.closed_cover(direction), self.closed);
        }
        light
    }

    /// Share of direct sunlight that the clouds let through towards the eye, 0–1.
    pub(super) fn sun_share(&self) -> f32 {
        if self.cover <= 0.0 || self.sun.y <= 0.0 {
            return 1.0;
        }
        let (_, through, _) = self.march(self.sun);
        through * (1.0 - self.closed)
    }

    /// CIE standard overcast sky (Moon & Spencer 1942): (1 + 2 sin θ) / 3 of the zenith, with soft folds.
    fn closed_cover(&self, direction: Vec3) -> Vec3 {
        let sine = direction.y.max(0.0);
        let p = direction * distance(0.9, sine) + self.offset;
        let broad = self.tile.at(p.x / 9.0, p.z / 9.0)[0];
        let fine = self.tile.at(p.z / 4.1 + 0.3, p.x / 4.1)[0];
        let folds = (0.65 * broad + 0.35 * fine - 0.5) * 0.42 * smoothstep(0.0, 0.25, sine);
        self.grey * ((1.0 + 2.0 * sine) / 3.0 * (1.0 + folds))
    }

    fn cirrus_over(&self, sky: Vec3, direction: Vec3) -> Vec3 {
        if self.cirrus <= 0.02 || direction.y < 0.02 {
            return sky;
        }
        let far = distance(CIRRUS_KM, direction.y);
        let p = direction * far + self.offset;
        // Drawn out along one direction, and bent by the large field.
        let bend = self.tile.at(p.x / 170.0, p.z / 170.0)[0];
        let field = self.tile.at(p.x / 71.0, p.z / 43.0)[0];
        let strands = self.tile.at(p.x / 57.0 + 0.7 * bend, p.z / 13.0 + 0.4 * bend)[0];
        let amount = smoothstep(0.45, 1.0, field) * smoothstep(0.2, 1.0, strands) * 0.5 * self.cirrus;
        let amount = amount * exp(-far * self.haze_per_km * 0.5);
        let cosine = direction.dot(self.sun);
        let phase = 0.7 * henyey_greenstein(0.6, cosine) + 0.3 * 0.08;
        sky.lerp(self.sunlight * phase + self.above, amount)
    }

    /// The value of the shape field above which there is cloud, around a point.
    fn threshold(&self, p: Vec3) -> f32 {
        let field = self.tile.at(p.z / FIELD_KM, p.x / FIELD_KM)[0];
        1.1 - 1.22 * self.cover - 0.3 * (field - 0.5)
    }

    /// Whether there can be cloud at a point; quicker than [`Self::solid`], which it bounds.
    fn may_be_solid(&self, p: Vec3, part: f32, threshold: f32) -> bool {
        let highest = self.tile.highest(p.x / SHAPE_KM, p.z / SHAPE_KM);
        (highest - threshold) / 0.38 > part * part.sqrt()
    }

    /// How much cloud is at a point before its edges are frayed: at most 0 outside, up to about 1 inside.
    ///
    /// `part` is the height within the layer. Also gives how high the cloud towers at all, up to 1.2.
    fn solid(&self, p: Vec3, part: f32, threshold: f32) -> (f32, f32) {
        let shape = self.tile.at(p.x / SHAPE_KM, p.z / SHAPE_KM)[0];
        let swell = (shape - threshold) / 0.38;
        let swell = if swell < 0.7 { swell } else { 0.7 + 0.5 * (swell - 0.7) / (swell - 0.2) };
        // Flat below, domed above.
        (swell - part * part.sqrt() - 0.25 * (1.0 - smoothstep(0.0, 0.12, part)), swell)
    }

    /// Frays the edges of [`Self::solid`] with small cells, and gives a density of 0–1.
    fn frayed(&self, solid: f32, p: Vec3, part: f32, far: f32) -> f32 {
        if solid <= 0.0 {
            return 0.0;
        }
        let mut d = solid;
        if d < 0.75 {
            let lift = 0.35 * part;
            let coarse = self.tile.at(p.x / EDGE_KM + lift, p.z / EDGE_KM - lift)[1];
            let fine = if self.steps > 8.0 && far < 12.0 {
                self.tile.at((p.z + p.x) * 0.9 - lift, (p.z - p.x) * 0.9)[1]
            } else {
                coarse
            };
            d -= (1.0 - (0.62 * coarse + 0.38 * fine)) * 0.5 * exp(-far * 0.04);
        }
        saturate(d * 3.2)
    }

    /// Light from the cumulus along a ray, the share of light that passes it, and how far away it is (km).
    fn march(&self, direction: Vec3) -> (Vec3, f32, f32) {
        let sine = direction.y;
        if sine < 0.012 {
            return (Vec3::ZERO, 1.0, 0.0);
        }
        let steps = (self.steps * (2.0 - sine)) as usize;
        let (near, far) = (distance(BASE_KM, sine), distance(BASE_KM + DEPTH_KM, sine));
        let step = (far - near) / steps as f32;
        let cosine = direction.dot(self.sun);
        let phases = [
            0.65 * henyey_greenstein(0.75, cosine) + 0.35 * henyey_greenstein(-0.25, cosine),
            henyey_greenstein(0.3, cosine),
            0.25 / std::f32::consts::PI,
        ];
        let threshold = self.threshold(direction * (0.7 * near + 0.3 * far) + self.offset);
        // Rays start their steps at different heights, so that no layers show.
        let shift = unit(hash2((direction.x * 65_536.0) as i32, (direction.z * 65_536.0) as i32, 5));
        let (mut light, mut through) = (Vec3::ZERO, 1.0_f32);
        let (mut weight, mut weighted) = (0.0, 0.0);
        for i in 0..steps {
            let at = i as f32 + shift;
            let (part, t) = (at / steps as f32, near + at * step);
            let p = direction * t + self.offset;
            if !self.may_be_solid(p, part, threshold) {
                continue;
            }
            let (solid, swell) = self.solid(p, part, threshold);
            let density = self.frayed(solid, p, part, t);
            if density <= 0.0 {
                continue;
            }
            let kept = exp(-EXTINCTION * density * step);
            let share = through * (1.0 - kept);
            let depth = self.towards_sun(p, part, density, threshold);
            // Light scattered once, and softer and deeper for each of two further orders (Wrenninge 2013).
            let scattered =
                phases[0] * exp(-depth) + 0.55 * phases[1] * exp(-0.3 * depth) + 0.42 * phases[2] * exp(-0.09 * depth);
            // Less sky reaches the underside of tall clouds.
            let ambient = self.above * (0.30 + 0.55 * part - 0.2 * swell * (1.0 - part)).max(0.08)
                + self.below * (0.22 * (1.0 - part));
            light += (self.sunlight * (scattered * 2.0) + ambient) * share;
            weight += share;
            weighted += share * t;
            through *= kept;
            if through < 0.01 {
                through = 0.0;
                break;
            }
        }
        (light, through, if weight > 0.0 { weighted / weight } else { 0.0 })
    }

    /// Optical depth between a point in the layer and the sun.
    fn towards_sun(&self, p: Vec3, part: f32, density: f32, threshold: f32) -> f32 {
        // Low sun shines along the layer, through more of it.
        let stretch = 1.7 - 0.7 * saturate(self.sun.y * 2.0);
        let mut depth = density * 0.03;
        let mut before = 0.03;
        for reach in [0.09, 0.25, 0.6] {
            let lifted = part + self.sun.y * reach * stretch / DEPTH_KM;
            if !(0.0..1.0).contains(&lifted) {
                break;
            }
            let solid = self.solid(p + self.sun * (reach * stretch), lifted, threshold).0;
            depth += saturate((solid + 0.05) * 1.2) * (reach * stretch - before);
            before = reach * stretch;
        }
        depth * EXTINCTION * 0.8
    }
}

/// Distance in km along a ray with the given sine of elevation to a layer at a height in km.
fn distance(height: f32, sine: f32) -> f32 {
    let rise = CURVE_KM * sine;
    let span = (2.0 * CURVE_KM + height) * height;
    span / ((rise * rise + span).sqrt() + rise)
}
