//! For the tests of formats: a dataset of one picture, put together by hand, and a reader of tar files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::annotate::{OrientedBox, Rle};
use crate::dataset::formats::{Picture, Target, Writer};
use crate::dataset::manifest::Manifest;
use crate::dataset::read::Stored;
use crate::dataset::record::{AnnotationRecord, Box3dRecord, CameraRecord, Intrinsics, MaskRecord, Record};
use crate::dataset::tests::identity;
use crate::dataset::{DatasetError, SCHEMA_VERSION, encode_depth, encode_rgb};
use crate::frame::Plane;

/// Pixels.
pub(super) const WIDTH: u32 = 100;
/// Pixels.
pub(super) const HEIGHT: u32 = 60;

/// A dataset of one picture.
pub(super) struct Sample {
    dir: tempfile::TempDir,
    stored: Stored,
}

impl Sample {
    /// 100 × 60 pixels, (x, y, 7) in each, all of it as deep as it is said.
    pub fn new(depth_m: f32, annotations: Vec<AnnotationRecord>) -> Sample {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("frames/00000");
        fs::create_dir_all(&folder).unwrap();
        let colours = (0..WIDTH * HEIGHT).map(|place| [(place % WIDTH) as u8, (place / WIDTH) as u8, 7]);
        let rgb = Plane { width: WIDTH, height: HEIGHT, data: colours.collect() };
        fs::write(folder.join("00000000.rgb.png"), encode_rgb(&rgb).unwrap()).unwrap();
        let depth = Plane { width: WIDTH, height: HEIGHT, data: vec![depth_m; (WIDTH * HEIGHT) as usize] };
        fs::write(folder.join("00000000.depth.exr"), encode_depth(&depth).unwrap()).unwrap();
        let file = |plane: &str, file: &str| (plane.to_owned(), file.to_owned());
        let camera = CameraRecord {
            name: "main".to_owned(),
            width: WIDTH,
            height: HEIGHT,
            intrinsics: Intrinsics { fx: 80.0, fy: 80.0, cx: 50.0, cy: 30.0 },
            lens: Default::default(),
            world_from_camera: UNMOVED,
            exposure_ev100: 0.0,
            planes: [file("rgb", "00000000.rgb.png"), file("depth", "00000000.depth.exr")].into(),
            annotations,
        };
        let record = Record {
            schema_version: SCHEMA_VERSION,
            frame: 0,
            step: None,
            time_s: 0.0,
            key: "00000000".to_owned(),
            cameras: vec![camera],
            lidars: Vec::new(),
            instances: Vec::new(),
            light: serde_json::Value::Null,
            weather: None,
            variables: Default::default(),
            importance_weight: 1.0,
            attempt: 0,
            rejected: Default::default(),
            unmet: Vec::new(),
        };
        Sample { dir, stored: Stored { record, folder } }
    }

    /// Where a writer can write to, with the categories `mug` and `box`.
    pub fn target(&self) -> Target {
        let folder = self.dir.path().join("export");
        fs::create_dir_all(&folder).unwrap();
        Target { folder, dataset: self.dir.path().to_path_buf(), manifest: Manifest::new(&identity()) }
    }

    /// Shows the picture so often, each time as the next one, and gives the folder that was written to.
    pub fn show(&self, mut writer: Box<dyn Writer>, times: u64) -> PathBuf {
        for id in 1..=times {
            writer.picture(&self.picture(id)).unwrap();
        }
        writer.finish().unwrap();
        self.dir.path().join("export")
    }

    /// Shows the picture to a writer that cannot take it.
    pub fn refused(&self, mut writer: Box<dyn Writer>) -> DatasetError {
        writer.picture(&self.picture(1)).unwrap_err()
    }

    fn picture(&self, id: u64) -> Picture<'_> {
        Picture {
            id,
            stored: &self.stored,
            camera: &self.stored.record.cameras[0],
            stem: format!("{:08}", id - 1),
            file: "frames/00000/00000000.rgb.png".to_owned(),
        }
    }
}

const UNMOVED: [[f64; 4]; 4] = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];

/// A mug that fills this box `[x, y, width, height]` of the sample, without a known silhouette; in the camera frame it
/// is a box of 4 × 1.5 × 2 m, 10 m ahead, its axes those of the camera.
pub(super) fn mug(instance_id: u32, [x, y, width, height]: [u32; 4]) -> AnnotationRecord {
    let inside = |place: u32| (x..x + width).contains(&(place % WIDTH)) && (y..y + height).contains(&(place / WIDTH));
    let plane = Plane { width: WIDTH, height: HEIGHT, data: (0..WIDTH * HEIGHT).map(inside).collect() };
    let bbox = [x, y, width, height].map(f64::from);
    let mut pose = UNMOVED;
    pose[2][3] = 10.0;
    AnnotationRecord {
        instance_id,
        category_id: 1,
        crowd: false,
        bbox_visible: bbox,
        bbox_oriented: OrientedBox { center: [0.0; 2], size: [0.0; 2], angle_deg: 0.0 },
        bbox_loose: bbox,
        box_3d: Box3dRecord {
            center_m: [0.0, 0.0, 10.0],
            size_m: [4.0, 1.5, 2.0],
            rotation: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        },
        camera_from_object: pose,
        pixels: u64::from(width) * u64::from(height),
        mask: MaskRecord { size: [HEIGHT, WIDTH], counts: Rle::of_value(&plane, &true).to_coco_string() },
        amodal: None,
        volume: false,
        keypoints: Vec::new(),
        transmittance: None,
    }
}

/// The same as a volume that is labelled but not there.
pub(super) fn volume(instance_id: u32, bbox: [u32; 4]) -> AnnotationRecord {
    let empty = Rle { width: WIDTH, height: HEIGHT, counts: vec![WIDTH * HEIGHT] };
    let mask = MaskRecord { size: [HEIGHT, WIDTH], counts: empty.to_coco_string() };
    AnnotationRecord { volume: true, pixels: 0, mask, ..mug(instance_id, bbox) }
}

/// Names of all files below a folder with `/`, sorted.
pub(super) fn files_in(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match path.is_dir() {
            true => names.extend(files_in(&path).into_iter().map(|below| format!("{name}/{below}"))),
            false => names.push(name),
        }
    }
    names.sort();
    names
}

/// Names and contents of the files in a tar.
pub(super) fn untar(mut tar: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    while tar[0] != 0 {
        let name = tar[..100].split(|byte| *byte == 0).next().unwrap();
        let size = std::str::from_utf8(&tar[124..135]).unwrap();
        let size = usize::from_str_radix(size, 8).unwrap();
        files.push((String::from_utf8(name.to_vec()).unwrap(), tar[512..512 + size].to_vec()));
        tar = &tar[512 + size.next_multiple_of(512)..];
    }
    assert_eq!(tar, [0; 1024], "two empty blocks end a tar");
    files
}
