//! What formats take from a record, with an answer where a damaged one does not have it.

use std::path::PathBuf;

use super::Picture;
use crate::annotate::Rle;
use crate::dataset::DatasetError;
use crate::dataset::identity::Category;
use crate::dataset::layout::record_file;
use crate::dataset::manifest::Manifest;
use crate::dataset::record::AnnotationRecord;

/// The visible mask of an annotation, as large as its picture.
///
/// # Errors
/// [`DatasetError::Mask`] where it is none, [`DatasetError::Damaged`] where it has another size.
pub(super) fn mask(picture: &Picture, annotation: &AnnotationRecord) -> Result<Rle, DatasetError> {
    let (width, height) = (picture.camera.width, picture.camera.height);
    let [mask_height, mask_width] = annotation.mask.size;
    if (mask_width, mask_height) != (width, height) {
        let id = annotation.instance_id;
        let reason = format!("the mask of instance {id} is {mask_width}×{mask_height}, its image {width}×{height}");
        return Err(damaged(picture, reason));
    }
    annotation.mask.to_rle().map_err(|source| DatasetError::Mask {
        path: record_path(picture),
        instance_id: annotation.instance_id,
        source,
    })
}

/// The category of an annotation, and its place in the manifest from 0.
///
/// # Errors
/// [`DatasetError::Damaged`] where the manifest has no such category.
pub(super) fn category<'a>(
    manifest: &'a Manifest,
    picture: &Picture,
    annotation: &AnnotationRecord,
) -> Result<(usize, &'a Category), DatasetError> {
    let AnnotationRecord { instance_id, category_id, .. } = annotation;
    let found = manifest.categories.iter().enumerate().find(|(_, category)| category.id == *category_id);
    found.ok_or_else(|| {
        let reason = format!("instance {instance_id} has category {category_id}, which the manifest does not know");
        damaged(picture, reason)
    })
}

/// An error about the record of a picture.
pub(super) fn damaged(picture: &Picture, reason: String) -> DatasetError {
    DatasetError::Damaged { path: record_path(picture), reason }
}

fn record_path(picture: &Picture) -> PathBuf {
    picture.stored.folder.join(record_file(&picture.stored.record.key))
}

/// Datasets of one picture made by hand, for the tests of formats.
#[cfg(test)]
pub(super) mod sample {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::annotate::{OrientedBox, regions};
    use crate::dataset::formats::Format;
    use crate::dataset::record::{Box3dRecord, CameraRecord, Intrinsics, MaskRecord, Record};
    use crate::dataset::{Identity, SCHEMA_VERSION, Stored, encode_ids};
    use crate::frame::Plane;

    /// Of an instance that is seen where rows of the picture have `#`.
    pub fn annotation(instance_id: u32, category_id: u32, rows: &[&str]) -> AnnotationRecord {
        let (width, height) = (rows[0].len() as u32, rows.len() as u32);
        let data = rows.iter().flat_map(|row| row.bytes().map(|pixel| u16::from(pixel == b'#'))).collect();
        let region = regions(&Plane { width, height, data }).pop().unwrap();
        let pose = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 2.0], [0.0, 0.0, 0.0, 1.0]];
        let rotation = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        AnnotationRecord {
            instance_id,
            category_id,
            crowd: false,
            bbox_visible: region.bbox(),
            bbox_oriented: OrientedBox::of(&region.mask),
            bbox_loose: region.bbox(),
            box_3d: Box3dRecord { center_m: [0.0, 0.0, 2.0], size_m: [0.1; 3], rotation },
            camera_from_object: pose,
            pixels: region.pixels,
            mask: MaskRecord { size: [height, width], counts: region.mask.to_coco_string() },
            amodal: None,
            volume: false,
            keypoints: Vec::new(),
            transmittance: None,
        }
    }

    /// The same of a volume, which has boxes but no pixels.
    pub fn volume(instance_id: u32, category_id: u32, rows: &[&str]) -> AnnotationRecord {
        let seen = annotation(instance_id, category_id, rows);
        let [height, width] = seen.mask.size;
        let counts = Rle { width, height, counts: vec![width * height] }.to_coco_string();
        AnnotationRecord { volume: true, pixels: 0, mask: MaskRecord { size: [height, width], counts }, ..seen }
    }

    /// What a format makes of a picture with these annotations, at least one, in the folder `out`.
    pub fn written(
        format: &Format,
        identity: &Identity,
        annotations: Vec<AnnotationRecord>,
    ) -> Result<TempDir, DatasetError> {
        let [height, width] = annotations[0].mask.size;
        let mut ids = Plane { width, height, data: vec![0; (width * height) as usize] };
        for annotation in &annotations {
            let Ok(mask) = annotation.mask.to_rle() else { continue };
            for (start, end) in mask.set_runs() {
                for place in start..end {
                    let (x, y) = (place / height as usize, place % height as usize);
                    ids.data[y * width as usize + x] = annotation.instance_id as u16;
                }
            }
        }
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("frames/00000");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("00000000.rgb.png"), "picture").unwrap();
        fs::write(folder.join("00000000.instance.png"), encode_ids("ids", &ids).unwrap()).unwrap();
        let planes = ["rgb", "instance"].map(|name| (name.to_owned(), format!("00000000.{name}.png")));
        let camera = CameraRecord {
            name: "main".into(),
            width,
            height,
            intrinsics: Intrinsics { fx: 10.0, fy: 10.0, cx: 3.0, cy: 2.0 },
            lens: Default::default(),
            world_from_camera: [[0.0; 4]; 4],
            exposure_ev100: 9.0,
            planes: planes.into(),
            annotations,
        };
        let record = Record {
            schema_version: SCHEMA_VERSION,
            frame: 0,
            step: None,
            time_s: 0.0,
            key: "00000000".into(),
            cameras: vec![camera.clone()],
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
        let picture = Picture {
            id: 1,
            stored: &Stored { record, folder },
            camera: &camera,
            stem: "00000000".into(),
            file: "frames/00000/00000000.rgb.png".into(),
        };
        let mut writer = format.open(&dir.path().join("out"), dir.path(), &Manifest::new(identity))?;
        writer.picture(&picture)?;
        writer.finish()?;
        Ok(dir)
    }

    /// A text file of what was written.
    pub fn text(dir: &TempDir, name: &str) -> String {
        fs::read_to_string(dir.path().join("out").join(name)).unwrap()
    }
}
