//! Which instances' whole silhouettes are drawn, and on what grid those that reach out of the image are counted.

use std::sync::Arc;

use bevy::render::renderer::RenderDevice;
use glam::{DMat3, DMat4};

use super::super::RenderError;
use super::super::faces::{CUBE, Face, Faces};
use super::super::pin_hole::{NEAR_M, PinHole};
use super::passes::{push, push_words};
use super::{Eye, flipped};
use crate::frame::{Box3d, Camera, Instance, camera_from_object};
use crate::lens::{Intrinsics, Lens, Optics};
use crate::randomize::ConcreteScene;

/// Grids are at most this many times as wide and high as the image; what reaches farther has larger cells.
const WIDEST: f64 = 3.0;
/// Cells along an edge of a grid.
const MOST_CELLS: f64 = 4096.0;
/// Edges of the largest cells are no longer than this share of the image's shorter side, so that what is beside the
/// image never falls between their middles; what lies beyond a grid of these is not counted. A box that reaches behind
/// the camera has no end on the image, whatever is in it.
const LARGEST_CELL: f64 = 1.0 / 16.0;

/// The instances of a view whose silhouettes are wanted.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::render) struct Wanted {
    /// Those whose box is within the image, at least in part; ascending.
    pub ids: Vec<u32>,
    /// Those of them that may reach out of the image: place in `ids`, and edge of a cell in pixels.
    pub beyond: Vec<(usize, u32)>,
    /// Cells across and down.
    pub grid: (u32, u32),
    /// Whether the lens bends straight lines, so that what is outside is counted in the pixels of a larger sensor.
    pub bent: bool,
}

impl Wanted {
    /// `instances` by ascending id.
    pub fn of(camera: &Camera, faces: &Faces, instances: &[Instance]) -> Wanted {
        if faces.wide {
            return Wanted::all_around(camera, instances);
        }
        let Some(face) = faces.truth().next() else { return Wanted::default() };
        let (width, height) = (f64::from(face.size[0]), f64::from(face.size[1]));
        let straight = if faces.is_bent() { Optics::new(face.intrinsics, Lens::Pinhole) } else { camera.optics };
        let mut ids = Vec::new();
        let mut reaches = Vec::new();
        for instance in instances.iter().filter(|instance| instance.labelled) {
            let seen = Box3d::of(camera_from_object(camera, instance), instance);
            let Some((low, high)) = seen.extent(&straight, f64::from(NEAR_M)) else { continue };
            // A pixel more, for rounding.
            if high.x < -1.0 || high.y < -1.0 || low.x > width + 1.0 || low.y > height + 1.0 {
                continue;
            }
            // How many times the image must grow about its middle to hold all of it.
            let along = |low: f64, high: f64, size: f64| (1.0 - low / size * 2.0).max(high / size * 2.0 - 1.0);
            let reach = along(low.x, high.x, width).max(along(low.y, high.y, height));
            // What is within a face may be outside the image.
            if reach > 1.0 || faces.is_bent() {
                reaches.push((ids.len(), reach));
            }
            ids.push(instance.id);
        }
        let widest = reaches.iter().map(|(_, reach)| *reach).fold(1.0, f64::max).min(WIDEST);
        // Finer than a pixel is no use; so many cells are no longer than that many pixels.
        let coarse = ((widest * width.max(height) / MOST_CELLS).max(1.0).log2().ceil()).exp2();
        // As many cells on either side, so that cells and pixels lie on each other.
        let cells = |size: f64| {
            let side = ((widest - 1.0) * size / 2.0).ceil();
            if coarse > 1.0 { 2.0 * (widest * size / coarse / 2.0).ceil() } else { size + 2.0 * side }
        };
        let grid = (cells(width), cells(height));
        let beyond = reaches.into_iter().map(|(place, reach)| {
            let needed = (reach / widest).max(1.0).log2().ceil().exp2() * coarse;
            let most = (LARGEST_CELL * width.min(height)).max(1.0).log2().floor().exp2().max(coarse);
            (place, needed.min(most) as u32)
        });
        Wanted { beyond: beyond.collect(), ids, grid: (grid.0 as u32, grid.1 as u32), bent: faces.is_bent() }
    }

    /// Of a lens that may see anything: the grid is that of each side of a cube.
    fn all_around(camera: &Camera, instances: &[Instance]) -> Wanted {
        let ids: Vec<u32> = instances.iter().filter(|instance| instance.labelled).map(|instance| instance.id).collect();
        let k = camera.optics.intrinsics;
        let edge = (k.fx.max(k.fy) as u32).clamp(LEAST_EDGE, MOST_EDGE);
        Wanted { beyond: (0..ids.len()).map(|place| (place, 1)).collect(), ids, grid: (edge, edge), bent: true }
    }

    /// Words of 32 bits that each pixel has.
    pub fn words(&self) -> usize {
        self.ids.len().div_ceil(32)
    }

    /// The same for each cell of the grid.
    pub fn words_beyond(&self) -> usize {
        self.beyond.len().div_ceil(32)
    }

    /// Bit, bit beyond and cell of an instance, `NONE` where it has none.
    pub fn mark(&self, instance: u16) -> [u32; 4] {
        let Ok(bit) = self.ids.binary_search(&u32::from(instance)) else { return [NONE, NONE, 1, 0] };
        match self.beyond.binary_search_by_key(&bit, |(place, _)| *place) {
            Ok(beyond) => [bit as u32, beyond as u32, self.beyond[beyond].1, 0],
            Err(_) => [bit as u32, NONE, 1, 0],
        }
    }
}

/// Says where a device cannot draw the silhouettes of a scene, as its pictures are too large.
///
/// # Errors
/// [`RenderError::Device`], with what would fit.
pub fn fits(scene: &ConcreteScene, faces: &[Arc<Faces>], device: &RenderDevice) -> Result<(), RenderError> {
    if !scene.labels.amodal {
        return Ok(());
    }
    // A pixel has a word of four bytes for every 32 instances, of which one at least is drawn at once.
    fit(scene.resolution, faces, device.limits().max_storage_buffer_binding_size / 4)
}

fn fit(resolution: [u32; 2], faces: &[Arc<Faces>], most: u64) -> Result<(), RenderError> {
    let [width, height] = resolution;
    let drawn = faces.iter().flat_map(|faces| faces.truth().map(|face| face.size)).chain([resolution]);
    let largest = drawn.map(|[width, height]| u64::from(width) * u64::from(height)).fold(0, u64::max);
    if largest <= most {
        return Ok(());
    }
    Err(RenderError::Device(format!(
        "pictures of {width} × {height} pixels are too large for whole silhouettes on this device: they would be drawn \
         on {largest} pixels, and {most} fit; make `resolution` smaller, or say `labels: (amodal: false)`"
    )))
}

/// Cells along an edge of a cube.
const LEAST_EDGE: u32 = 64;
const MOST_EDGE: u32 = 1024;

/// A direction in which silhouettes outside an image are looked for.
pub(super) struct Around {
    pub eye: Eye,
    /// What the grid is laid around, in pixels.
    pub size: (u32, u32),
    /// `Bent` of `truth.wgsl`, where the lens bends straight lines.
    pub lens: Option<Vec<u8>>,
}

/// Bytes of `Bent` in `truth.wgsl`.
pub(super) const LENS_BYTES: usize = 128;

/// In which directions silhouettes outside an image are looked for; `eye` is that of the camera's last face.
pub(super) fn around(faces: &Faces, eye: &Eye, wanted: &Wanted) -> Vec<Around> {
    let Some(last) = &faces.truth().last() else { return Vec::new() };
    let size = (last.size[0], last.size[1]);
    if !faces.wide {
        return vec![Around { eye: *eye, size, lens: faces.is_bent().then(|| lens_bytes(faces, last)) }];
    }
    let (edge, half) = (wanted.grid.0, f64::from(wanted.grid.0) / 2.0);
    let world_from_camera = eye.world_from_camera(last);
    let side = |camera_from_face: &DMat3| {
        let intrinsics = Intrinsics { fx: half, fy: half, cx: half, cy: half };
        let face = Face { camera_from_face: *camera_from_face, intrinsics, size: [edge, edge] };
        let world_from_view = world_from_camera * DMat4::from_mat3(*camera_from_face) * flipped();
        let clip_from_view =
            PinHole::new(&Optics::new(intrinsics, Lens::Pinhole), face.size, f64::INFINITY).clip_from_view();
        let eye = Eye { clip_from_view, world_from_view: world_from_view.as_mat4() };
        Around { eye, size: wanted.grid, lens: Some(lens_bytes(faces, &face)) }
    };
    CUBE.iter().map(side).collect()
}

fn lens_bytes(faces: &Faces, face: &Face) -> Vec<u8> {
    let optics = &faces.optics;
    let (model, [a, b]) = match optics.lens {
        Lens::BrownConrady { k1, k2, p1, p2, k3, k4, k5, k6 } => (1, [[k1, k2, p1, p2], [k3, k4, k5, k6]]),
        Lens::KannalaBrandt { k1, k2, k3, k4 } => (2, [[k1, k2, k3, k4], [0.0; 4]]),
        Lens::Equirectangular | Lens::Pinhole | Lens::Orthographic => (3, [[0.0; 4]; 2]),
    };
    let of = |k: Intrinsics| [k.fx, k.fy, k.cx, k.cy];
    let mut bytes = Vec::with_capacity(LENS_BYTES);
    for four in [a, b, of(optics.intrinsics), of(face.intrinsics)] {
        push(&mut bytes, &four.map(|value| value as f32));
    }
    for [x, y, z] in face.camera_from_face.to_cols_array_2d() {
        push(&mut bytes, &[x as f32, y as f32, z as f32, 0.0]);
    }
    push(&mut bytes, &[faces.size[0] as f32, faces.size[1] as f32, optics.limit() as f32]);
    push_words(&mut bytes, &[model]);
    bytes
}

/// No bit.
pub(super) const NONE: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use glam::{DMat4, DQuat, DVec3};

    use super::*;

    /// At the origin, looking along +z with y down; 90° wide.
    fn camera(width: u32, height: u32) -> Camera {
        Camera {
            name: "main".to_owned(),
            width,
            height,
            optics: Optics::new(
                Intrinsics {
                    fx: f64::from(width) / 2.0,
                    fy: f64::from(width) / 2.0,
                    cx: f64::from(width) / 2.0,
                    cy: f64::from(height) / 2.0,
                },
                Lens::Pinhole,
            ),
            world_from_camera: DMat4::IDENTITY,
            exposure_ev100: 0.0,
        }
    }

    fn cube(id: u32, position_m: DVec3, half_m: f64) -> Instance {
        Instance {
            id,
            name: format!("cube_{id}"),
            category_id: Some(1),
            labelled: true,
            position_m,
            rotation: DQuat::IDENTITY,
            bounds_min_m: DVec3::splat(-half_m),
            bounds_max_m: DVec3::splat(half_m),
            parts: [].into(),
            volume: false,
            keypoints: [].into(),
            attributes: Default::default(),
        }
    }

    fn of(camera: &Camera, instances: &[Instance]) -> Wanted {
        Wanted::of(camera, &Faces::of(camera.optics, [camera.width, camera.height]), instances)
    }

    #[test]
    fn who_is_out_of_sight_has_no_bit() {
        let instances = [
            cube(1, DVec3::new(0.0, 0.0, 5.0), 0.5),
            cube(2, DVec3::new(0.0, 0.0, -5.0), 0.5),
            cube(3, DVec3::new(50.0, 0.0, 5.0), 0.5),
            cube(4, DVec3::new(4.5, 0.0, 5.0), 0.5),
            Instance { labelled: false, ..cube(5, DVec3::new(0.0, 0.0, 5.0), 0.5) },
        ];
        let wanted = of(&camera(640, 480), &instances);
        assert_eq!(wanted.ids, [1, 4]);
        assert_eq!(wanted.beyond, [(1, 1)]);
        // The near face of the fourth ends at x = 5 / 4.5 · 320 + 320 = 675.6: 36 pixels on either side.
        assert_eq!(wanted.grid, (640 + 2 * 36, 480 + 2 * 27));
        assert_eq!(wanted.mark(1), [0, NONE, 1, 0]);
        assert_eq!(wanted.mark(4), [1, 0, 1, 0]);
        assert_eq!(wanted.mark(3)[0], NONE);
    }

    #[test]
    fn what_reaches_far_is_counted_in_larger_cells() {
        // Crosses the plane of the camera: it reaches as far as can be counted.
        let through = cube(1, DVec3::new(1.0, 0.0, 0.0), 0.9);
        // Ends at x = 2.6 / 0.4 · 320 + 320, which is 6.5 half images from the middle.
        let near = cube(2, DVec3::new(2.5, 0.0, 0.5), 0.1);
        let wanted = of(&camera(640, 480), &[through]);
        assert_eq!(wanted.beyond, [(0, 16)], "1.9 / 0.02 half images, and no more than 480 / 16 pixels");
        let wanted = of(&camera(640, 480), &[near]);
        assert_eq!(wanted.ids.len(), 0, "its own lowest x is 2.4 / 0.6 half images from the middle");
        let wide = cube(2, DVec3::new(1.5, 0.0, 0.5), 1.1);
        assert!(of(&camera(640, 480), &[wide]).beyond[0].1 > 1);
        let large = of(&camera(8192, 4096), &[cube(1, DVec3::new(4.5, 0.0, 5.0), 0.5)]);
        assert!(large.grid.0 <= 4096 && large.beyond[0].1 == 4, "{large:?}");
        // Ends of cells lie on the image's edges where its half is a multiple of them.
        for (width, height) in [(1920, 1080), (1366, 768), (8192, 16)] {
            let grid = of(&camera(width, height), &[cube(1, DVec3::new(1.5, 0.0, 0.9), 0.8)]).grid;
            assert!(grid.0.is_multiple_of(2) && grid.1.is_multiple_of(2), "{grid:?}");
        }
    }

    #[test]
    fn pictures_that_are_too_large_for_a_device_are_refused() {
        let told = |size: [u32; 2], most: u64| {
            let optics = Optics::new(Intrinsics { fx: 100.0, fy: 100.0, cx: 50.0, cy: 50.0 }, Lens::Pinhole);
            fit(size, &[Arc::new(Faces::of(optics, size))], most).err().map(|error| error.to_string())
        };
        assert_eq!(told([100, 50], 5000), None);
        let error = told([100, 51], 5000).unwrap();
        assert!(error.contains("100 × 51") && error.contains("5100 pixels, and 5000 fit"), "{error}");
    }
}
