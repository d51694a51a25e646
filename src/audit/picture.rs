//! One picture of a dataset with its planes, read when they are first asked for.

use std::cell::OnceCell;

use glam::{DMat4, DVec2, DVec3};

use super::clouds::{Points, SeenPoint, seen};
use crate::annotate::{Policy, Region, regions};
use crate::dataset::{AnnotationRecord, CameraRecord, DatasetError, InstanceRecord, Manifest, Stored, WeatherRecord};
use crate::frame::{Camera, Plane, PlaneKind, f16};
use crate::lens::Lens;

/// A picture to be checked.
pub(super) struct Picture<'a> {
    pub manifest: &'a Manifest,
    pub stored: &'a Stored,
    pub record: &'a CameraRecord,
    pub camera: Camera,
    instance: OnceCell<Result<Plane<u16>, DatasetError>>,
    regions: OnceCell<Vec<Region>>,
    depth: OnceCell<Result<Plane<f32>, DatasetError>>,
    normals: OnceCell<Option<Plane<[f16; 3]>>>,
    parts: OnceCell<Option<Plane<u16>>>,
    clouds: OnceCell<Vec<Option<Points>>>,
    seen_points: OnceCell<Vec<(String, Vec<SeenPoint>)>>,
}

impl<'a> Picture<'a> {
    pub fn new(manifest: &'a Manifest, stored: &'a Stored, record: &'a CameraRecord) -> Picture<'a> {
        Picture {
            manifest,
            stored,
            record,
            camera: record.to_camera(),
            instance: OnceCell::new(),
            regions: OnceCell::new(),
            depth: OnceCell::new(),
            normals: OnceCell::new(),
            parts: OnceCell::new(),
            clouds: OnceCell::new(),
            seen_points: OnceCell::new(),
        }
    }

    pub fn policy(&self) -> &Policy {
        &self.manifest.labels
    }

    /// Ids of the nearest labelled surfaces; `None` where they cannot be read or have another size than the image.
    pub fn instance(&self) -> Option<&Plane<u16>> {
        let read = || self.stored.ids(self.record, PlaneKind::Instance);
        self.sized(self.instance.get_or_init(read).as_ref().ok())
    }

    /// What each id covers.
    pub fn regions(&self) -> &[Region] {
        self.regions.get_or_init(|| self.instance().map(regions).unwrap_or_default())
    }

    /// Depth in metres, as the lens has it.
    pub fn depth(&self) -> Option<&Plane<f32>> {
        let read = || self.stored.metres(self.record, PlaneKind::Depth);
        self.sized(self.depth.get_or_init(read).as_ref().ok())
    }

    /// Normals, where the dataset has them.
    pub fn normals(&self) -> Option<&Plane<[f16; 3]>> {
        self.normals.get_or_init(|| self.vectors(PlaneKind::Normal)).as_ref()
    }

    /// Parts, where the dataset has them.
    pub fn parts(&self) -> Option<&Plane<u16>> {
        let there = || self.stored.has(self.record, PlaneKind::Part);
        let read = || self.stored.ids(self.record, PlaneKind::Part).ok();
        self.sized(self.parts.get_or_init(|| there().then(read).flatten()).as_ref())
    }

    /// What each lidar of the record measured; `None` where it cannot be read.
    pub fn clouds(&self) -> &[Option<Points>] {
        let read = || self.stored.record.lidars.iter().map(|lidar| self.stored.cloud(lidar).ok()).collect();
        self.clouds.get_or_init(read)
    }

    /// The weather of the frame.
    pub fn weather(&self) -> Option<&WeatherRecord> {
        self.stored.record.weather.as_ref()
    }

    /// What this camera says of the points that each lidar measured in an instant.
    pub fn seen_points(&self) -> &[(String, Vec<SeenPoint>)] {
        self.seen_points.get_or_init(|| seen(self))
    }

    /// Whether another surface may begin at one of the eight pixels around: another instance or part, or one that faces
    /// elsewhere. Without normals nobody knows, and it may anywhere.
    pub fn is_edge(&self, place: usize) -> bool {
        let (Some(ids), Some(normals)) = (self.instance(), self.normals()) else { return true };
        let (width, height) = (ids.width as usize, ids.height as usize);
        let (x, y) = (place % width.max(1), place / width.max(1));
        let around = |dx: isize, dy: isize| {
            let (x, y) = (x.checked_add_signed(dx)?, y.checked_add_signed(dy)?);
            (x < width && y < height).then_some(y * width + x)
        };
        let parts = self.parts();
        let vector = |place: usize| DVec3::from(normals.data[place].map(f64::from));
        let differs = |other: usize| {
            ids.data[other] != ids.data[place]
                || parts.is_some_and(|parts| parts.data[other] != parts.data[place])
                || vector(other).dot(vector(place)) < SAME_FACE
        };
        let sides = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];
        sides.into_iter().filter_map(|(dx, dy)| around(dx, dy)).any(differs)
    }

    /// Vectors of a plane that not every dataset has.
    pub fn vectors(&self, kind: PlaneKind) -> Option<Plane<[f16; 3]>> {
        let plane = self.stored.has(self.record, kind).then(|| self.stored.vectors(self.record, kind).ok())??;
        (self.sized(Some(&plane)).is_some()).then_some(plane)
    }

    fn sized<'p, T>(&self, plane: Option<&'p Plane<T>>) -> Option<&'p Plane<T>> {
        plane.filter(|plane| (plane.width, plane.height) == (self.record.width, self.record.height))
    }

    pub fn instance_of(&self, id: u32) -> Option<&'a InstanceRecord> {
        let instances = &self.stored.record.instances;
        instances.binary_search_by_key(&id, |instance| instance.id).ok().map(|place| &instances[place])
    }

    /// Annotations of things that have pixels.
    pub fn seen(&self) -> impl Iterator<Item = &'a AnnotationRecord> {
        self.record.annotations.iter().filter(|annotation| !annotation.volume)
    }

    /// The point that is seen in the middle of the pixel at `place`, at that depth; zeros where the lens sees nothing.
    pub fn point(&self, place: usize, depth_m: f64) -> DVec3 {
        self.camera.optics.point(self.middle(place), depth_m).unwrap_or_default()
    }

    /// The direction that is seen there, at depth 1.
    pub fn ray(&self, place: usize) -> DVec3 {
        self.camera.optics.ray(self.middle(place)).unwrap_or_default()
    }

    /// The middle of the pixel at `place`.
    pub fn middle(&self, place: usize) -> DVec2 {
        let width = self.record.width.max(1) as usize;
        DVec2::new((place % width) as f64 + 0.5, (place / width) as f64 + 0.5)
    }

    /// How long a pixel is in metres, seen from straight ahead at that distance.
    pub fn pixel_m(&self, distance_m: f64) -> f64 {
        let k = &self.camera.optics.intrinsics;
        let away = if matches!(self.camera.optics.lens, Lens::Orthographic) { 1.0 } else { distance_m };
        away / k.fx.min(k.fy)
    }

    /// Names a pixel.
    pub fn pixel(&self, place: usize) -> String {
        let width = self.record.width.max(1) as usize;
        format!("pixel ({}, {})", place % width, place / width)
    }
}

/// Normals closer than this, 5°, are of one face.
const SAME_FACE: f64 = 0.996;

/// A matrix from its rows.
pub(super) fn matrix(rows: &[[f64; 4]; 4]) -> DMat4 {
    DMat4::from_cols_array_2d(rows).transpose()
}
