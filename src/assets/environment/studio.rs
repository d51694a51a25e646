//! Even light, and a photographer's studio: a soft backdrop with bright rectangular soft boxes.

use glam::Vec3;

use super::maths::{mix, smoothstep, tinted};

/// A flat rectangular light, infinitely far away, that faces the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct SoftBox {
    /// Towards the middle of the box; any length but zero.
    pub direction: Vec3,
    /// Full width and height as seen from the scene, as a ratio to its distance (metres at one metre).
    pub size: [f32; 2],
    /// Turn around the line of sight in radian; at 0 the width is horizontal.
    pub roll: f32,
    /// Luminance of the middle in cd/m².
    pub luminance_cd_per_m2: f32,
    /// Tint, linear RGB; only its hue counts.
    pub colour: [f32; 3],
    /// Share of the half size over which the edge fades, 0 sharp – 1 all of it.
    pub softness: f32,
}

/// A soft box with its frame worked out.
pub(super) struct Placed {
    toward: Vec3,
    right: Vec3,
    up: Vec3,
    half: [f32; 2],
    light: Vec3,
    softness: f32,
}

impl SoftBox {
    pub(super) fn placed(&self) -> Placed {
        let length = self.direction.length();
        let toward = if length > 1e-6 { self.direction / length } else { Vec3::Y };
        let side = if toward.y.abs() > 0.999 { Vec3::X } else { toward.cross(Vec3::Y) };
        let side = side / side.length();
        let above = side.cross(toward);
        let (sin, cos) = (libm::sinf(self.roll), libm::cosf(self.roll));
        Placed {
            toward,
            right: side * cos + above * sin,
            up: above * cos - side * sin,
            half: self.size.map(|s| (s * 0.5).max(1e-3)),
            light: tinted(self.luminance_cd_per_m2.max(0.0), self.colour),
            softness: self.softness.clamp(0.01, 1.0),
        }
    }
}

impl Placed {
    /// Light of the box in a direction and how much it covers what lies behind, 0–1.
    pub(super) fn seen(&self, direction: Vec3) -> (Vec3, f32) {
        let ahead = direction.dot(self.toward);
        if ahead < 0.05 {
            return (Vec3::ZERO, 0.0);
        }
        let x = (direction.dot(self.right) / ahead / self.half[0]).abs();
        let y = (direction.dot(self.up) / ahead / self.half[1]).abs();
        let edge = |t: f32| 1.0 - smoothstep(1.0 - self.softness, 1.0, t);
        let cover = edge(x) * edge(y);
        // The lamp sits behind the middle of the cloth.
        let falloff = mix(1.0, 0.72, ((x * x + y * y) * 0.5).min(1.0));
        (self.light * falloff, cover)
    }
}

/// The backdrop: from `ground` straight down over `horizon` to `zenith` straight up (linear RGB, cd/m²).
pub(super) fn backdrop(direction: Vec3, zenith: Vec3, horizon: Vec3, ground: Vec3) -> Vec3 {
    let y = direction.y.clamp(-1.0, 1.0);
    if y >= 0.0 {
        horizon.lerp(zenith, smoothstep(0.0, 1.0, y))
    } else {
        // A floor that runs into the backdrop without an edge.
        horizon.lerp(ground, smoothstep(0.0, 0.55, -y))
    }
}
