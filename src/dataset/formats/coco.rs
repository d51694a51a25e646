//! COCO (cocodataset.org/#format-data): boxes, masks as RLE, and keypoints, in one index over the dataset's own images.

use serde::Serialize;

use super::{Format, Output, Picture, Target, Writer};
use crate::annotate::{SeenKeypoint, Visibility};
use crate::dataset::DatasetError;
use crate::dataset::identity::Category;
use crate::dataset::layout::COCO_INSTANCES;
use crate::dataset::record::{AnnotationRecord, MaskRecord};

/// The index that every dataset has.
pub(in crate::dataset) const FORMAT: Format = Format {
    name: "coco",
    summary: "COCO instances and keypoints: one index over the dataset's own images",
    open: |target| {
        let contents =
            Contents { file: COCO_INSTANCES, own_images: true, keypoints: Keypoints::Beside, segmentation: rle };
        Ok(Box::new(Coco::new(&target, contents)?))
    },
};

/// What stands in an index.
#[derive(Clone, Copy)]
pub(super) struct Contents {
    /// Name of its file.
    pub file: &'static str,
    /// Whether it is over the dataset's own images, by their paths. An index of a COCO folder has the folder's images, by
    /// their stems.
    pub own_images: bool,
    pub keypoints: Keypoints,
    pub segmentation: Segment,
}

/// Which keypoints stand in an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keypoints {
    /// Those of categories that have any.
    Beside,
    /// None.
    Without,
    /// Those of categories that have any, and nothing of other categories.
    Only,
}

/// How a mask is written.
pub(super) type Segment = for<'a> fn(&Picture, &'a AnnotationRecord) -> Result<Segmentation<'a>, DatasetError>;

/// A mask as it stands in an index.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Segmentation<'a> {
    Rle(&'a MaskRecord),
    /// x and y of each corner of each piece, in pixels.
    Polygons(Vec<Vec<u32>>),
}

/// Writes masks as they stand in the records.
pub(super) fn rle<'a>(_: &Picture, annotation: &'a AnnotationRecord) -> Result<Segmentation<'a>, DatasetError> {
    Ok(Segmentation::Rle(&annotation.mask))
}

#[derive(Serialize)]
struct Info {
    description: String,
    version: String,
}

#[derive(Serialize)]
struct Terms<'a> {
    id: u64,
    name: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct Kind<'a> {
    id: u32,
    name: &'a str,
    supercategory: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    keypoints: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    skeleton: Option<&'a [[u32; 2]]>,
}

#[derive(Serialize)]
struct Image<'a> {
    id: u64,
    file_name: &'a str,
    width: u32,
    height: u32,
    frame: u64,
    /// In a sequence.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<u32>,
    camera: &'a str,
}

#[derive(Serialize)]
struct Object<'a> {
    id: u64,
    image_id: u64,
    category_id: u32,
    bbox: [f64; 4],
    area: u64,
    segmentation: Segmentation<'a>,
    iscrowd: u8,
    /// x, y and visibility of each keypoint of the category, where it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    keypoints: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_keypoints: Option<usize>,
    instance_id: u32,
}

/// A file in COCO's form while it grows, images first, then annotations.
pub(super) struct Index {
    file: Output,
    /// Annotations wait here until all images are written, so that memory does not grow with the dataset.
    waiting: Output,
    images: u64,
    annotations: u64,
}

impl Index {
    /// Writes what stands before the images.
    pub fn new<C: Serialize>(target: &Target, name: &str, categories: &[C]) -> Result<Index, DatasetError> {
        let mut file = target.create(name)?;
        let manifest = &target.manifest;
        let info = Info {
            description: format!("{}, seed {}", manifest.scene.given_as, manifest.seed),
            version: format!("{} {}", manifest.program.name, manifest.program.version),
        };
        file.text("{\n\"info\": ")?;
        file.json(&info)?;
        let terms = manifest.licences.iter().zip(1..);
        let terms: Vec<_> = terms.map(|(terms, id)| Terms { id, name: &terms.name, url: &terms.url }).collect();
        file.text(",\n\"licenses\": [")?;
        file.entries(&terms)?;
        file.text("\n],\n\"categories\": [")?;
        file.entries(categories)?;
        file.text("\n],\n\"images\": [")?;
        Ok(Index { waiting: target.create(&format!("{name}.draft"))?, file, images: 0, annotations: 0 })
    }

    /// Adds an image.
    pub fn image(&mut self, picture: &Picture, file_name: &str) -> Result<(), DatasetError> {
        let Picture { id, stored, camera, .. } = *picture;
        let image = Image {
            id,
            file_name,
            width: camera.width,
            height: camera.height,
            frame: stored.record.frame,
            step: stored.record.step,
            camera: &camera.name,
        };
        self.images += 1;
        self.file.entry(self.images == 1, &image)
    }

    /// Adds an annotation.
    pub fn annotation<T: Serialize>(&mut self, annotation: &T) -> Result<(), DatasetError> {
        self.annotations += 1;
        self.waiting.entry(self.annotations == 1, annotation)
    }

    /// Writes what stands after the images.
    pub fn finish(mut self) -> Result<(), DatasetError> {
        self.file.text("\n],\n\"annotations\": [")?;
        self.file.swallow(self.waiting)?;
        self.file.text("\n]\n}\n")?;
        self.file.close()
    }
}

/// Ids of images and annotations run from 1 in order of frame, step, camera and instance.
pub(super) struct Coco {
    contents: Contents,
    categories: Vec<Category>,
    index: Index,
    /// Id of the last annotation; those of other categories are counted where only some are written, so that an
    /// annotation has the same id in every index.
    last: u64,
}

impl Coco {
    pub fn new(target: &Target, contents: Contents) -> Result<Coco, DatasetError> {
        let mut categories = target.manifest.categories.clone();
        match contents.keypoints {
            Keypoints::Beside => {}
            Keypoints::Without => categories.iter_mut().for_each(|category| category.keypoints.clear()),
            Keypoints::Only => categories.retain(|category| !category.keypoints.is_empty()),
        }
        let index = Index::new(target, contents.file, &categories.iter().map(kind).collect::<Vec<_>>())?;
        Ok(Coco { contents, categories, index, last: 0 })
    }
}

impl Writer for Coco {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        let Contents { own_images, segmentation, .. } = self.contents;
        if own_images {
            self.index.image(picture, &picture.file)?;
        } else {
            self.index.image(picture, &picture.file_name())?;
        }
        for annotation in picture.camera.annotations.iter().filter(|annotation| !annotation.volume) {
            self.last += 1;
            let category = self.categories.iter().find(|category| category.id == annotation.category_id);
            if category.is_none() && self.contents.keypoints == Keypoints::Only {
                continue;
            }
            let points = category.map(|category| keypoints(category, annotation)).filter(|points| !points.is_empty());
            let object = Object {
                id: self.last,
                image_id: picture.id,
                category_id: annotation.category_id,
                bbox: annotation.bbox_visible,
                area: annotation.pixels,
                segmentation: segmentation(picture, annotation)?,
                iscrowd: u8::from(annotation.crowd),
                num_keypoints: points.as_ref().map(|points| points.iter().filter(|point| point[2] > 0.0).count()),
                keypoints: points.map(Vec::into_flattened),
                instance_id: annotation.instance_id,
            };
            self.index.annotation(&object)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        self.index.finish()
    }
}

fn kind(category: &Category) -> Kind<'_> {
    Kind {
        id: category.id,
        name: &category.name,
        supercategory: &category.supercategory,
        keypoints: &category.keypoints,
        skeleton: (!category.keypoints.is_empty()).then_some(&category.skeleton[..]),
    }
}

/// Those of the category, in its order: x and y in pixels, and 0 for absent, 1 for occluded, 2 for visible.
pub(super) fn keypoints(category: &Category, annotation: &AnnotationRecord) -> Vec<[f64; 3]> {
    let point = |name: &String| -> [f64; 3] {
        match annotation.keypoints.iter().find(|point| point.name == *name) {
            None | Some(SeenKeypoint { visibility: Visibility::Absent, .. }) => [0.0; 3],
            Some(SeenKeypoint { visibility: Visibility::Occluded, position: [x, y], .. }) => [*x, *y, 1.0],
            Some(SeenKeypoint { visibility: Visibility::Visible, position: [x, y], .. }) => [*x, *y, 2.0],
        }
    };
    category.keypoints.iter().map(point).collect()
}
