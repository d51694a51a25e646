//! Lenses: what part of the world a camera sees, and how it is bent.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Number;

/// The projection of a camera.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Lens {
    /// By its vertical field of view; square pixels, principal point in the middle.
    Fov {
        /// From the top edge of the image to the bottom edge, 1 to 170, before distortion.
        vertical_deg: Number,
        /// How straight lines are bent; not at all if left out.
        #[serde(default)]
        distortion: Distortion,
    },
    /// As data sheets and photographers have it: square pixels, principal point in the middle, and the largest part of
    /// the sensor that has the image's aspect.
    Physical {
        /// In millimetres, focused at infinity.
        focal_length_mm: Number,
        /// Width and height of the sensor, in millimetres; 36 × 24, a full frame, if left out.
        #[serde(default = "full_frame")]
        sensor_mm: [Number; 2],
        /// How straight lines are bent; not at all if left out.
        #[serde(default)]
        distortion: Distortion,
    },
    /// By its intrinsic parameters, in pixels.
    Intrinsics {
        /// Focal length along x.
        fx: Number,
        /// Focal length along y.
        fy: Number,
        /// Principal point; the middle of the image if left out.
        #[serde(default)]
        cx: Option<Number>,
        /// Principal point; the middle of the image if left out.
        #[serde(default)]
        cy: Option<Number>,
        /// How straight lines are bent; not at all if left out.
        #[serde(default)]
        distortion: Distortion,
        /// Where (0, 0) is.
        #[serde(default)]
        origin: PixelOrigin,
    },
    /// A fisheye lens by its field of view: angles from the optical axis are distances from the middle (equidistant).
    Fisheye {
        /// From the left edge of the image to the right edge, 1 to 360. Where the image reaches farther than the lens
        /// sees it is black.
        horizontal_deg: Number,
    },
    /// A fisheye lens by its intrinsic parameters (Kannala and Brandt 2006), as OpenCV's `fisheye` has them: what is
    /// at the angle θ from the optical axis is seen at f · θ (1 + k1 θ² + k2 θ⁴ + k3 θ⁶ + k4 θ⁸).
    KannalaBrandt {
        /// Pixels a radian along x, in the middle.
        fx: Number,
        /// Pixels a radian along y, in the middle.
        fy: Number,
        /// Principal point; the middle of the image if left out.
        #[serde(default)]
        cx: Option<Number>,
        /// Principal point; the middle of the image if left out.
        #[serde(default)]
        cy: Option<Number>,
        /// Of θ².
        #[serde(default = "zero")]
        k1: Number,
        /// Of θ⁴.
        #[serde(default = "zero")]
        k2: Number,
        /// Of θ⁶.
        #[serde(default = "zero")]
        k3: Number,
        /// Of θ⁸.
        #[serde(default = "zero")]
        k4: Number,
        /// Where (0, 0) is.
        #[serde(default)]
        origin: PixelOrigin,
    },
    /// Parallel rays: things are as large far away as near by.
    Orthographic {
        /// From the top edge of the image to the bottom edge, in metres.
        height_m: Number,
    },
    /// A panorama: longitude across, latitude down.
    Equirectangular {
        /// From the left edge of the image to the right edge, 1 to 360. As many degrees a pixel from top to bottom, which
        /// must be no more than 180: a whole panorama is twice as wide as high.
        #[serde(default = "all_around")]
        horizontal_deg: Number,
    },
}

/// Radial and tangential distortion (Brown 1971) with OpenCV's coefficients, each 0 if left out. Below 0, `k1` makes a
/// barrel, above 0 a cushion.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Distortion {
    /// Radial, of r².
    pub k1: Number,
    /// Radial, of r⁴.
    pub k2: Number,
    /// Tangential.
    pub p1: Number,
    /// Tangential.
    pub p2: Number,
    /// Radial, of r⁶.
    pub k3: Number,
    /// Below the fraction, of r².
    pub k4: Number,
    /// Below the fraction, of r⁴.
    pub k5: Number,
    /// Below the fraction, of r⁶.
    pub k6: Number,
}

/// Where pixels are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
pub enum PixelOrigin {
    /// (0, 0) is the top-left corner of the top-left pixel.
    #[default]
    Corner,
    /// (0, 0) is the middle of the top-left pixel, as OpenCV has it.
    Center,
}

impl Distortion {
    /// Its coefficients and their names, in OpenCV's order.
    pub fn coefficients(&self) -> [(&'static str, &Number); 8] {
        let Distortion { k1, k2, p1, p2, k3, k4, k5, k6 } = self;
        [("k1", k1), ("k2", k2), ("p1", p1), ("p2", p2), ("k3", k3), ("k4", k4), ("k5", k5), ("k6", k6)]
    }

    /// Whether there is none, whatever is drawn.
    pub fn is_none(&self) -> bool {
        self.coefficients().iter().all(|(_, number)| **number == zero())
    }
}

impl Default for Distortion {
    fn default() -> Self {
        Distortion { k1: zero(), k2: zero(), p1: zero(), p2: zero(), k3: zero(), k4: zero(), k5: zero(), k6: zero() }
    }
}

fn zero() -> Number {
    0.0.into()
}
fn full_frame() -> [Number; 2] {
    [36.0.into(), 24.0.into()]
}
fn all_around() -> Number {
    360.0.into()
}
