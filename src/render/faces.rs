//! Lenses that bend straight lines: pictures are drawn through pin-holes, one or a few, and each pixel is taken from
//! where its ray meets one of them.

use std::sync::Arc;

use glam::{DMat3, DMat4, DVec2, DVec3};

use crate::lens::{Intrinsics, Lens, Optics};
use crate::randomize::concrete::ConcreteScene;

/// A picture that is drawn through a pin-hole, or of parallel rays.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Face {
    /// Its axes in the camera's frame, both x right, y down, z forward.
    pub camera_from_face: DMat3,
    pub intrinsics: Intrinsics,
    /// Pixels.
    pub size: [u32; 2],
}

/// What is drawn for one camera.
#[derive(Debug, PartialEq)]
pub(super) struct Faces {
    pub optics: Optics,
    /// Of the image, in pixels.
    pub size: [u32; 2],
    /// At least one.
    pub faces: Vec<Face>,
    /// How many times as fine truth is drawn: ids cannot be blended, so that a pixel takes those of the nearest place that
    /// is known, and with it an edge that is off by half of what lies between two of them.
    pub fineness: u32,
    /// Whether they are sides of a cube, rather than one pin-hole's picture.
    pub wide: bool,
    /// For each pixel, where in which face it is taken from; none where the face is the image.
    pub map: Option<Vec<Place>>,
}

/// A place in a face: its number in the highest three bits and then x, in pixels times 2¹⁶; y likewise.
pub(super) type Place = [u32; 2];
/// Where the lens sees nothing.
pub(super) const NOWHERE: Place = [u32::MAX; 2];

/// Pixels around what is taken from a face, for what lies between two of them.
const MARGIN: f64 = 2.0;
/// Finer than the image, a face is no more than this many times.
const FINEST: f64 = 2.5;
/// Along an edge of a face.
const MOST_PIXELS: f64 = 8192.0;
/// Of truth.
const FINENESS: u32 = 2;
/// At most so far apart rays are compared to tell how densely they lie.
const STRIDE: u32 = 8;

impl Faces {
    pub fn of(optics: Optics, size: [u32; 2]) -> Faces {
        if optics.lens.is_straight() {
            let face = Face { camera_from_face: DMat3::IDENTITY, intrinsics: optics.intrinsics, size };
            return Faces { optics, size, faces: vec![face], fineness: 1, wide: false, map: None };
        }
        let [width, height] = size;
        let rays: Vec<Option<DVec3>> = (0..height)
            .flat_map(|y| (0..width).map(move |x| DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5)))
            .map(|pixel| optics.ray(pixel))
            .collect();
        let sides: &[DMat3] = if optics.is_narrow(size) { &CUBE[..1] } else { &CUBE };
        let focal = focal(&optics, size, &rays, sides);

        // Where each ray meets a face whose principal point is at the origin.
        let mut extents = vec![(DVec2::INFINITY, DVec2::NEG_INFINITY); sides.len()];
        let met: Vec<Option<(usize, DVec2)>> = rays
            .iter()
            .map(|ray| {
                let (side, at) = meet(sides, (*ray)?);
                let (low, high) = &mut extents[side];
                (*low, *high) = (low.min(at * focal), high.max(at * focal));
                Some((side, at * focal))
            })
            .collect();
        let mut faces = Vec::new();
        let mut numbers = vec![None; sides.len()];
        for (side, (low, high)) in extents.iter().enumerate().filter(|(_, (low, high))| low.x <= high.x) {
            let first = (*low - MARGIN).floor();
            let pixels = ((*high + MARGIN).ceil() - first).clamp(DVec2::ONE, DVec2::splat(MOST_PIXELS));
            numbers[side] = Some((faces.len() as u32, first));
            faces.push(Face {
                camera_from_face: sides[side],
                intrinsics: Intrinsics { fx: focal, fy: focal, cx: -first.x, cy: -first.y },
                size: [pixels.x as u32, pixels.y as u32],
            });
        }
        let place = |met: &Option<(usize, DVec2)>| {
            let Some((side, at)) = met else { return NOWHERE };
            let Some((number, first)) = numbers[*side] else { return NOWHERE };
            let [x, y] = ((at - first) * 65536.0).round().to_array().map(|value| value.max(0.0) as u32);
            [number << 29 | x.min((1 << 29) - 1), y]
        };
        let map = Some(met.iter().map(place).collect());
        let largest = faces.iter().flat_map(|face| face.size).max().unwrap_or(1);
        let fineness = if FINENESS * largest <= MOST_PIXELS as u32 { FINENESS } else { 1 };
        Faces { optics, size, faces, fineness, wide: sides.len() > 1, map }
    }

    /// All of a scene's cameras, those that were made for it before again.
    pub fn of_scene(scene: &ConcreteScene, before: &[Arc<Faces>]) -> Vec<Arc<Faces>> {
        let of_camera = |camera: &crate::randomize::concrete::Camera| {
            let optics = Optics::new(camera.intrinsics, camera.lens);
            let known = before.iter().find(|faces| faces.optics == optics && faces.size == scene.resolution);
            known.cloned().unwrap_or_else(|| Arc::new(Faces::of(optics, scene.resolution)))
        };
        scene.cameras.iter().map(of_camera).collect()
    }

    /// What truth is drawn for.
    pub fn truth(&self) -> impl Iterator<Item = Face> {
        self.faces.iter().map(|face| face.finer(self.fineness))
    }

    /// Whether all rays have one direction.
    pub fn is_parallel(&self) -> bool {
        matches!(self.optics.lens, Lens::Orthographic)
    }

    pub fn is_bent(&self) -> bool {
        self.map.is_some()
    }
}

impl Face {
    /// The same with pixels that are smaller by that factor.
    pub fn finer(&self, factor: u32) -> Face {
        let (k, times) = (self.intrinsics, f64::from(factor));
        let intrinsics = Intrinsics { fx: k.fx * times, fy: k.fy * times, cx: k.cx * times, cy: k.cy * times };
        Face { intrinsics, size: self.size.map(|edge| edge * factor), ..*self }
    }

    /// The pose of the face's frame, for that of its camera.
    pub fn pose(&self, world_from_camera: &DMat4) -> DMat4 {
        *world_from_camera * DMat4::from_mat3(self.camera_from_face)
    }
}

/// Ahead, right, left, down, up, back.
pub(super) const CUBE: [DMat3; 6] = [
    DMat3::IDENTITY,
    DMat3::from_cols(DVec3::NEG_Z, DVec3::Y, DVec3::X),
    DMat3::from_cols(DVec3::Z, DVec3::Y, DVec3::NEG_X),
    DMat3::from_cols(DVec3::X, DVec3::NEG_Z, DVec3::Y),
    DMat3::from_cols(DVec3::X, DVec3::Z, DVec3::NEG_Y),
    DMat3::from_cols(DVec3::NEG_X, DVec3::Y, DVec3::NEG_Z),
];

/// The side that a ray meets first, and where, at depth 1.
fn meet(sides: &[DMat3], ray: DVec3) -> (usize, DVec2) {
    let mut best = (0, f64::NEG_INFINITY);
    for (side, axes) in sides.iter().enumerate() {
        let ahead = axes.z_axis.dot(ray);
        if ahead > best.1 {
            best = (side, ahead);
        }
    }
    let (side, ahead) = best;
    (side, DVec2::new(sides[side].x_axis.dot(ray), sides[side].y_axis.dot(ray)) / ahead)
}

/// The least focal length of the faces, in pixels, with which no detail of the image is lost in them.
fn focal(optics: &Optics, [width, height]: [u32; 2], rays: &[Option<DVec3>], sides: &[DMat3]) -> f64 {
    let k = &optics.intrinsics;
    let coarse = (k.fx * k.fy).sqrt();
    // Close to its poles every panorama is finer than anybody needs.
    let counts = |ray: &DVec3| !matches!(optics.lens, Lens::Equirectangular) || ray.y.abs() < 0.7;
    let at = |x: u32, y: u32| rays[(y * width + x) as usize];
    let mut needed = 0.0_f64;
    let stride = (width.min(height) / 16).clamp(1, STRIDE) as usize;
    for y in (0..height - 1).step_by(stride) {
        for x in (0..width - 1).step_by(stride) {
            let (Some(here), Some(right), Some(below)) = (at(x, y), at(x + 1, y), at(x, y + 1)) else { continue };
            let (side, place) = meet(sides, here);
            if !counts(&here) {
                continue;
            }
            let on_it = |ray: DVec3| {
                let axes = &sides[side];
                DVec2::new(axes.x_axis.dot(ray), axes.y_axis.dot(ray)) / axes.z_axis.dot(ray) - place
            };
            needed = needed.max(1.0 / shortest(on_it(right), on_it(below)));
        }
    }
    let focal = if needed > 0.0 { needed } else { coarse };
    focal.clamp(0.1 * coarse, FINEST * coarse)
}

/// The smaller singular value of the matrix with these columns.
fn shortest(a: DVec2, b: DVec2) -> f64 {
    let (square, area) = (a.length_squared() + b.length_squared(), a.perp_dot(b));
    let rest = (square * square - 4.0 * area * area).max(0.0).sqrt();
    (0.5 * (square - rest)).max(1e-24).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: [u32; 2] = [160, 120];

    fn optics(focal: f64, lens: Lens) -> Optics {
        Optics::new(Intrinsics { fx: focal, fy: focal, cx: 80.0, cy: 60.0 }, lens)
    }

    fn barrel() -> Lens {
        Lens::BrownConrady { k1: -0.25, k2: 0.05, p1: 0.001, p2: -0.002, k3: 0.0, k4: 0.0, k5: 0.0, k6: 0.0 }
    }

    fn fisheye() -> Lens {
        Lens::KannalaBrandt { k1: 0.0, k2: 0.0, k3: 0.0, k4: 0.0 }
    }

    #[test]
    fn a_straight_lens_needs_no_map() {
        let faces = Faces::of(optics(100.0, Lens::Pinhole), SIZE);
        assert!(!faces.is_bent() && faces.faces.len() == 1 && faces.faces[0].size == SIZE);
    }

    #[test]
    fn every_pixel_is_taken_from_where_its_ray_meets_a_face() {
        for (optics, most) in [
            (optics(100.0, barrel()), 1),
            (optics(55.0, fisheye()), 5),
            (optics(40.0, fisheye()), 6),
            (optics(25.5, Lens::Equirectangular), 6),
        ] {
            let faces = Faces::of(optics, SIZE);
            assert!(faces.faces.len() <= most && (most == 1 || faces.faces.len() > 1), "{}", faces.faces.len());
            for (place, [x, y]) in faces.map.as_ref().unwrap().iter().enumerate() {
                let pixel = DVec2::new((place % 160) as f64 + 0.5, (place / 160) as f64 + 0.5);
                let Some(ray) = optics.ray(pixel) else {
                    assert_eq!([*x, *y], NOWHERE);
                    continue;
                };
                let face = &faces.faces[(x >> 29) as usize];
                let at = DVec2::new(f64::from(x & 0x1fff_ffff), f64::from(*y)) / 65536.0;
                let inside = at.cmpge(DVec2::ONE).all() && at.x <= f64::from(face.size[0]) - 1.0;
                assert!(inside && at.y <= f64::from(face.size[1]) - 1.0, "{at} of {:?}", face.size);
                let k = face.intrinsics;
                let back = face.camera_from_face * DVec3::new((at.x - k.cx) / k.fx, (at.y - k.cy) / k.fy, 1.0);
                assert!(back.normalize().distance(ray.normalize()) < 1e-5, "{pixel}");
            }
        }
    }

    #[test]
    fn faces_are_as_fine_as_the_image() {
        // In the middle of a barrel a pixel is as long as without it, towards its edge longer.
        let face = &Faces::of(optics(100.0, barrel()), SIZE).faces[0];
        assert!((face.intrinsics.fx - 100.0).abs() < 1.5, "{}", face.intrinsics.fx);
        assert!(face.size[0] > 200 && face.size[0] < 240, "{:?}", face.size);
        let cushion = Lens::BrownConrady { k1: 0.2, k2: 0.0, p1: 0.0, p2: 0.0, k3: 0.0, k4: 0.0, k5: 0.0, k6: 0.0 };
        let face = &Faces::of(optics(100.0, cushion), SIZE).faces[0];
        assert!(face.intrinsics.fx > 120.0 && face.size[0] < 240, "{face:?}");
    }

    #[test]
    fn axes_of_sides_are_right_handed() {
        assert!(CUBE.iter().all(|axes| (axes.determinant() - 1.0).abs() < 1e-12));
    }
}
