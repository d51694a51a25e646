//! How lenses take directions to pixels and back: mathematics that several rooms share.
//!
//! Camera frame: x right, y down, z forward. Pixel (0, 0) is the top-left one, its centre is (0.5, 0.5).

#[cfg(test)]
mod tests;

use glam::{DVec2, DVec3};
use serde::{Deserialize, Serialize};

/// Focal lengths and principal point in pixels; (0, 0) is the top-left corner of the top-left pixel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intrinsics {
    /// Focal length along x; pixels a metre for an orthographic lens, pixels a radian for an equirectangular one.
    pub fx: f64,
    /// Focal length along y.
    pub fy: f64,
    /// Principal point.
    pub cx: f64,
    /// Principal point.
    pub cy: f64,
}

/// The kind of projection, with what it needs besides intrinsics.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Lens {
    /// Straight lines stay straight.
    #[default]
    Pinhole,
    /// A pin-hole lens with radial and tangential distortion (Brown 1971), as OpenCV has it with 8 coefficients: with
    /// x = X/Z, y = Y/Z and r² = x² + y², the pixel is at `f · x' + c`, where
    /// x' = x · (1 + k1 r² + k2 r⁴ + k3 r⁶) / (1 + k4 r² + k5 r⁴ + k6 r⁶) + 2 p1 x y + p2 (r² + 2 x²), and
    /// y' = y · (…) + p1 (r² + 2 y²) + 2 p2 x y.
    BrownConrady {
        /// Radial, of r².
        k1: f64,
        /// Radial, of r⁴.
        k2: f64,
        /// Tangential.
        p1: f64,
        /// Tangential.
        p2: f64,
        /// Radial, of r⁶.
        k3: f64,
        /// Below the fraction, of r².
        k4: f64,
        /// Below the fraction, of r⁴.
        k5: f64,
        /// Below the fraction, of r⁶.
        k6: f64,
    },
    /// A fisheye lens (Kannala and Brandt 2006), as OpenCV has it: a direction at the angle θ from the optical axis is
    /// seen at the distance `f · θ (1 + k1 θ² + k2 θ⁴ + k3 θ⁶ + k4 θ⁸)` from the principal point. All zeros: equidistant.
    KannalaBrandt {
        /// Of θ².
        k1: f64,
        /// Of θ⁴.
        k2: f64,
        /// Of θ⁶.
        k3: f64,
        /// Of θ⁸.
        k4: f64,
    },
    /// All rays run along the optical axis: the pixel is at `f · X + c`.
    Orthographic,
    /// Longitude across, latitude down: the pixel is at `f · (atan2(X, Z), asin(Y / |P|)) + c`.
    Equirectangular,
}

impl Lens {
    /// Whether depth is the distance from the camera's centre, rather than the coordinate along the optical axis: where
    /// a lens may see what is beside or behind it, the latter says nothing.
    pub fn depth_is_distance(&self) -> bool {
        matches!(self, Lens::KannalaBrandt { .. } | Lens::Equirectangular)
    }

    /// Whether straight lines stay straight.
    pub fn is_straight(&self) -> bool {
        matches!(self, Lens::Pinhole | Lens::Orthographic)
    }

    /// Its name, as field and files have it.
    pub fn name(&self) -> &'static str {
        match self {
            Lens::Pinhole => "pinhole",
            Lens::BrownConrady { .. } => "brown_conrady",
            Lens::KannalaBrandt { .. } => "kannala_brandt",
            Lens::Orthographic => "orthographic",
            Lens::Equirectangular => "equirectangular",
        }
    }

    /// All its coefficients, by name, in OpenCV's order.
    pub fn coefficients(&self) -> Vec<(&'static str, f64)> {
        match *self {
            Lens::Pinhole | Lens::Orthographic | Lens::Equirectangular => Vec::new(),
            Lens::BrownConrady { k1, k2, p1, p2, k3, k4, k5, k6 } => {
                vec![("k1", k1), ("k2", k2), ("p1", p1), ("p2", p2), ("k3", k3), ("k4", k4), ("k5", k5), ("k6", k6)]
            }
            Lens::KannalaBrandt { k1, k2, k3, k4 } => vec![("k1", k1), ("k2", k2), ("k3", k3), ("k4", k4)],
        }
    }
}

/// A lens with its intrinsics, ready to project.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optics {
    /// Of the image.
    pub intrinsics: Intrinsics,
    /// Of the camera.
    pub lens: Lens,
    /// As far from the optical axis as the lens sees anything: beyond it, what is farther out would be seen farther in.
    /// A tangent for a Brown–Conrady lens, an angle for a fisheye lens.
    limit: f64,
}

/// A place of the image at which a lens sees nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlindSpot {
    lens: Lens,
    /// Where.
    pub pixel: DVec2,
}

impl std::fmt::Display for BlindSpot {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let DVec2 { x, y } = self.pixel;
        match self.lens {
            Lens::BrownConrady { .. } => write!(
                f,
                "the lens sees nothing at ({x:.0}, {y:.0}): under its distortion what is farther out would be seen farther in; \
                 expected coefficients that were fitted up to the corners of the image"
            ),
            Lens::Equirectangular => write!(
                f,
                "a panorama has nothing at ({x:.0}, {y:.0}), more than 90° up or down; expected an image that is no higher than \
                 180° at its degrees a pixel"
            ),
            _ => write!(f, "the lens sees nothing within the image; expected a principal point nearer to it"),
        }
    }
}

/// How fine the limit of a lens is sought.
const STEPS: u32 = 16_384;
/// Tangent beyond which a distorted pin-hole lens sees nothing, 89°.
const WIDEST: f64 = 60.0;
/// What nobody sees who is not nearer to the limit than this share.
const CLOSE: f64 = 1.0 - 1e-6;
/// Directions around the edge of what a fisheye lens sees.
const RIM_STEPS: u32 = 720;
/// Tangent of what one plane still holds, about 60°.
const NARROW: f64 = 1.75;
/// Places along each edge of an image.
const NARROW_STEPS: u32 = 64;
/// Of a solution, in units of the focal length.
const PRECISION: f64 = 1e-13;

impl Optics {
    /// Prepares a lens.
    pub fn new(intrinsics: Intrinsics, lens: Lens) -> Optics {
        let limit = match &lens {
            Lens::BrownConrady { .. } => CLOSE * first_fold(&|r| radial(&lens, r).1, WIDEST),
            Lens::KannalaBrandt { .. } => CLOSE * first_fold(&|angle| radial(&lens, angle).1, std::f64::consts::PI),
            _ => f64::INFINITY,
        };
        Optics { intrinsics, lens, limit }
    }

    /// What keeps the lens from being used for images of so many pixels: a place of theirs at which it sees nothing. Only
    /// fisheye lenses may have some, as long as they see anything.
    pub fn blind_spot(&self, [width, height]: [u32; 2]) -> Option<BlindSpot> {
        let size = DVec2::new(f64::from(width), f64::from(height));
        let steps = |length: f64| (length / 8.0).ceil().max(1.0) as u32;
        let (columns, rows) = (steps(size.x), steps(size.y));
        let places = (0..=rows).flat_map(|row| (0..=columns).map(move |column| (column, row)));
        let places = places.map(|(column, row)| {
            size * DVec2::new(f64::from(column) / f64::from(columns), f64::from(row) / f64::from(rows))
        });
        let blind = |pixel: DVec2| BlindSpot { lens: self.lens, pixel };
        match self.lens {
            Lens::Pinhole | Lens::Orthographic => None,
            Lens::KannalaBrandt { .. } => {
                let sees = { places }.any(|pixel| self.ray(pixel).is_some());
                (!sees).then(|| blind(size * 0.5))
            }
            // A hair within, for rounding.
            _ => { places }
                .map(|at| at.clamp(DVec2::splat(1e-6), size - 1e-6))
                .find(|at| self.ray(*at).is_none())
                .map(blind),
        }
    }

    /// Whether all that is seen at the edge of an image of so many pixels, and so all that is seen within, is no farther
    /// than about 60° from the optical axis: one plane holds it.
    pub fn is_narrow(&self, [width, height]: [u32; 2]) -> bool {
        let (width, height) = (f64::from(width), f64::from(height));
        let near = |x: f64, y: f64| {
            let ray = self.ray(DVec2::new(x, y));
            ray.is_some_and(|ray| ray.z > 0.0 && ray.x.abs().max(ray.y.abs()) <= NARROW * ray.z)
        };
        (0..=NARROW_STEPS).map(|step| f64::from(step) / f64::from(NARROW_STEPS)).all(|share| {
            let (x, y) = (share * width, share * height);
            near(x, 0.0) && near(x, height) && near(0.0, y) && near(width, y)
        })
    }

    /// Where a point of the camera frame is seen, in pixels, within the image or not; `None` where the lens can't see
    /// it.
    pub fn project(&self, p: DVec3) -> Option<DVec2> {
        let at = match &self.lens {
            Lens::Pinhole => (p.z > 0.0).then(|| p.truncate() / p.z)?,
            Lens::BrownConrady { .. } => {
                let at = (p.z > 0.0).then(|| p.truncate() / p.z)?;
                (at.length() <= self.limit).then(|| self.distorted(at))?
            }
            Lens::KannalaBrandt { .. } => {
                let aside = p.truncate().length();
                let angle = libm::atan2(aside, p.z);
                if angle > self.limit || p == DVec3::ZERO {
                    return None;
                }
                let unit = if aside > 0.0 { p.truncate() / aside } else { DVec2::ZERO };
                unit * radial(&self.lens, angle).0
            }
            Lens::Orthographic => (p.z > 0.0).then(|| p.truncate())?,
            Lens::Equirectangular => {
                let length = p.length();
                (length > 0.0)
                    .then(|| DVec2::new(libm::atan2(p.x, p.z), libm::asin((p.y / length).clamp(-1.0, 1.0))))?
            }
        };
        let k = &self.intrinsics;
        Some(DVec2::new(k.fx * at.x + k.cx, k.fy * at.y + k.cy))
    }

    /// The point of the camera frame that is seen at a place in the image, in pixels, at that depth in metres; `None`
    /// where the lens sees nothing. [`Lens::depth_is_distance`] says what depth means.
    pub fn point(&self, pixel: DVec2, depth_m: f64) -> Option<DVec3> {
        if matches!(self.lens, Lens::Orthographic) {
            return Some(self.plane(pixel).extend(depth_m));
        }
        self.ray(pixel).map(|ray| ray * depth_m)
    }

    /// The direction that is seen at a place in the image, at depth 1; `None` where the lens sees nothing. All
    /// directions of an orthographic lens are the same, but not where its rays begin: see [`Self::point`].
    pub fn ray(&self, pixel: DVec2) -> Option<DVec3> {
        let at = self.plane(pixel);
        match &self.lens {
            Lens::Pinhole => Some(at.extend(1.0)),
            Lens::BrownConrady { .. } => self.undistorted(at).map(|at| at.extend(1.0)),
            Lens::KannalaBrandt { .. } => {
                let aside = at.length();
                let angle = self.inverse(aside)?;
                let unit = if aside > 0.0 { at / aside } else { DVec2::ZERO };
                Some((unit * libm::sin(angle)).extend(libm::cos(angle)))
            }
            Lens::Orthographic => Some(DVec3::Z),
            Lens::Equirectangular => {
                use std::f64::consts::{FRAC_PI_2, PI};
                if at.x.abs() > PI || at.y.abs() > FRAC_PI_2 {
                    return None;
                }
                let level = libm::cos(at.y);
                Some(DVec3::new(level * libm::sin(at.x), libm::sin(at.y), level * libm::cos(at.x)))
            }
        }
    }

    /// As far from the optical axis as the lens sees anything: a tangent for a Brown–Conrady lens, an angle for a fisheye
    /// lens, infinity for all others.
    pub fn limit(&self) -> f64 {
        self.limit
    }

    /// Directions at the edge of what the lens can see at all, where that may be within the image.
    pub fn rim(&self) -> Vec<DVec3> {
        let around = |step: u32| std::f64::consts::TAU * f64::from(step) / f64::from(RIM_STEPS);
        let (sin, cos) = match &self.lens {
            Lens::KannalaBrandt { .. } => (libm::sin(self.limit), libm::cos(self.limit)),
            _ => return Vec::new(),
        };
        // A hair within, for rounding.
        let (sin, cos) = (sin, cos + 1e-12);
        (0..RIM_STEPS)
            .map(|step| DVec3::new(sin * libm::cos(around(step)), sin * libm::sin(around(step)), cos))
            .collect()
    }

    /// Of a point of the camera frame, as [`Lens::depth_is_distance`] says.
    pub fn depth(&self, p: DVec3) -> f64 {
        if self.lens.depth_is_distance() { p.length() } else { p.z }
    }

    fn plane(&self, pixel: DVec2) -> DVec2 {
        let k = &self.intrinsics;
        DVec2::new((pixel.x - k.cx) / k.fx, (pixel.y - k.cy) / k.fy)
    }

    /// Where a Brown–Conrady lens sees the direction (x, y, 1).
    fn distorted(&self, at: DVec2) -> DVec2 {
        let squared = at.length_squared();
        let scale = if squared > 0.0 { radial(&self.lens, squared.sqrt()).0 / squared.sqrt() } else { 1.0 };
        let (p1, p2) = self.tangential();
        let (xy, xx, yy) = (at.x * at.y, at.x * at.x, at.y * at.y);
        at * scale + DVec2::new(2.0 * p1 * xy + p2 * (squared + 2.0 * xx), p1 * (squared + 2.0 * yy) + 2.0 * p2 * xy)
    }

    fn undistorted(&self, wanted: DVec2) -> Option<DVec2> {
        let aside = wanted.length();
        let (p1, p2) = self.tangential();
        if p1 == 0.0 && p2 == 0.0 {
            return self.inverse(aside).map(|r| if aside > 0.0 { wanted * (r / aside) } else { wanted });
        }
        // Tangential distortion is small: Newton's method from what would be seen without it.
        let mut at = wanted * (self.inverse(aside).unwrap_or(self.limit) / aside.max(f64::MIN_POSITIVE));
        for _ in 0..30 {
            let off = self.distorted(at) - wanted;
            if off.length() < PRECISION * (1.0 + aside) {
                break;
            }
            let (x, y, r) = (at.x, at.y, at.length());
            let (value, slope) = radial(&self.lens, r);
            let (scale, bend) = if r > 1e-9 { (value / r, (slope - value / r) / (r * r)) } else { (1.0, 0.0) };
            let xx = scale + bend * x * x + 2.0 * p1 * y + 6.0 * p2 * x;
            let xy = bend * x * y + 2.0 * p1 * x + 2.0 * p2 * y;
            let yy = scale + bend * y * y + 6.0 * p1 * y + 2.0 * p2 * x;
            let determinant = xx * yy - xy * xy;
            if determinant <= 0.0 {
                return None;
            }
            at -= DVec2::new(yy * off.x - xy * off.y, xx * off.y - xy * off.x) / determinant;
        }
        let found = at.length() <= self.limit && (self.distorted(at) - wanted).length() < 1e-9 * (1.0 + aside);
        found.then_some(at)
    }

    fn tangential(&self) -> (f64, f64) {
        match self.lens {
            Lens::BrownConrady { p1, p2, .. } => (p1, p2),
            _ => (0.0, 0.0),
        }
    }

    /// What distance from the axis is seen at this distance from the principal point, in focal lengths.
    fn inverse(&self, wanted: f64) -> Option<f64> {
        let (mut low, mut high) = (0.0, self.limit);
        if wanted > radial(&self.lens, high).0 {
            return None;
        }
        let mut at = wanted.min(high);
        for _ in 0..100 {
            let (value, slope) = radial(&self.lens, at);
            let off = value - wanted;
            if off.abs() <= PRECISION * (1.0 + wanted) {
                break;
            }
            if off > 0.0 {
                high = at
            } else {
                low = at
            }
            // Newton's method, and halving where it leaves what is known.
            let next = at - off / slope;
            at = if next > low && next < high { next } else { 0.5 * (low + high) };
        }
        Some(at)
    }
}

/// How far from the principal point, in focal lengths, what is that far from the axis is seen, and how fast that grows.
fn radial(lens: &Lens, aside: f64) -> (f64, f64) {
    let s = aside * aside;
    match *lens {
        Lens::BrownConrady { k1, k2, k3, k4, k5, k6, .. } => {
            let (above, below) = (1.0 + s * (k1 + s * (k2 + s * k3)), 1.0 + s * (k4 + s * (k5 + s * k6)));
            if below <= 0.0 {
                return (f64::INFINITY, -1.0);
            }
            let above_slope = 2.0 * aside * (k1 + s * (2.0 * k2 + 3.0 * s * k3));
            let below_slope = 2.0 * aside * (k4 + s * (2.0 * k5 + 3.0 * s * k6));
            let scale = above / below;
            (aside * scale, scale + aside * (above_slope - scale * below_slope) / below)
        }
        Lens::KannalaBrandt { k1, k2, k3, k4 } => (
            aside * (1.0 + s * (k1 + s * (k2 + s * (k3 + s * k4)))),
            1.0 + s * (3.0 * k1 + s * (5.0 * k2 + s * (7.0 * k3 + s * 9.0 * k4))),
        ),
        _ => (aside, 1.0),
    }
}

/// The first place where `slope` is not positive any more; `end` where there is none.
fn first_fold(slope: &dyn Fn(f64) -> f64, end: f64) -> f64 {
    let at = |step: u32| end * f64::from(step) / f64::from(STEPS);
    let Some(step) = (1..=STEPS).find(|step| slope(at(*step)) <= 0.0) else { return end };
    let (mut low, mut high) = (at(step - 1), at(step));
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if slope(middle) > 0.0 { low = middle } else { high = middle }
    }
    low
}
