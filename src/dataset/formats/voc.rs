//! Pascal VOC 2012 (host.robots.ox.ac.uk/pascal/VOC): boxes as XML, masks of categories and of objects as PNG.
//!
//! Masks are indexed PNGs in VOC's colours: a category's id, or the place of an object in its picture's XML from 1.
//! They are exact, without VOC's border of void around each object; void, 255, is what crowds cover. `labelmap.txt`
//! names the colours as datumaro and CVAT want it.

use image::ImageEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};

use super::{Format, Output, Picture, Target, Writer, checked};
use crate::annotate::Rle;
use crate::dataset::DatasetError;
use crate::dataset::record::{AmodalRecord, AnnotationRecord};
use crate::frame::Plane;

pub(super) const FORMAT: Format = Format {
    name: "voc",
    summary: "Pascal VOC: boxes, masks of categories and of objects",
    open: |target| Ok(Box::new(Voc::new(target)?)),
};

const BACKGROUND: &str = "background";
const IGNORED: &str = "ignored";
/// What is neither background nor anything that can be named.
const VOID: u8 = 255;

struct Voc {
    target: Target,
    /// Names of the pictures that have boxes.
    boxes: Output,
    /// Names of the pictures that have masks.
    masks: Output,
}

impl Voc {
    fn new(target: Target) -> Result<Voc, DatasetError> {
        let manifest = &target.manifest;
        let mut labels = format!("# label:color_rgb:parts:actions\n{}", label(BACKGROUND, 0));
        for category in &manifest.categories {
            let name = &category.name;
            if !is_plain(name) {
                return Err(DatasetError::Settings {
                    what: "the name of a category".to_owned(),
                    found: format!("`{name}`"),
                    expected: "one that VOC's `labelmap.txt` can hold: without `:`, `#` or spaces at its ends, \
                               and not `background` or `ignored`",
                });
            }
            value_of(category.id, "the id of a category")?;
            labels.push_str(&label(name, category.id));
        }
        if manifest.labels.rejected_as_crowd {
            labels.push_str(&label(IGNORED, VOID.into()));
        }
        target.write("labelmap.txt", labels.as_bytes())?;
        let list = |task: &str| target.create(&format!("ImageSets/{task}/train.txt"));
        Ok(Voc { boxes: list("Main")?, masks: list("Segmentation")?, target })
    }
}

impl Writer for Voc {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        let Picture { camera, ref stem, .. } = *picture;
        let name = picture.file_name();
        let mut objects = String::new();
        let mut masks = [Mask::new(camera.width, camera.height), Mask::new(camera.width, camera.height)];
        for (annotation, place) in camera.annotations.iter().zip(1..) {
            let (_, category) = checked::category(&self.target.manifest, picture, annotation)?;
            objects.push_str(&object(annotation, &category.name));
            if annotation.volume {
                continue;
            }
            let values = if annotation.crowd {
                [VOID; 2]
            } else {
                [
                    value_of(category.id, "the id of a category")?,
                    value_of(place, &format!("the place of an object in picture `{stem}`"))?,
                ]
            };
            let seen = checked::mask(picture, annotation)?;
            masks.iter_mut().zip(values).for_each(|(mask, value)| mask.paint(&seen, value));
        }
        let manifest = &self.target.manifest;
        let database = escaped(&format!("{}, seed {}", manifest.scene.given_as, manifest.seed));
        let (width, height) = (camera.width, camera.height);
        let xml = format!(
            "<annotation>\n  <folder>JPEGImages</folder>\n  <filename>{name}</filename>\n  \
             <source>\n    <database>{database}</database>\n  </source>\n  \
             <size>\n    <width>{width}</width>\n    <height>{height}</height>\n    <depth>3</depth>\n  </size>\n  \
             <segmented>1</segmented>\n{objects}</annotation>\n"
        );
        self.target.write(&format!("Annotations/{stem}.xml"), xml.as_bytes())?;
        for (mask, folder) in masks.iter().zip(["SegmentationClass", "SegmentationObject"]) {
            let png = mask.to_png().map_err(|error| error.of_frame(&picture.stored.record.key))?;
            self.target.write(&format!("{folder}/{stem}.png"), &png)?;
        }
        self.target.link(picture, &format!("JPEGImages/{}", picture.file_name()))?;
        self.boxes.text(&format!("{stem}\n"))?;
        self.masks.text(&format!("{stem}\n"))
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        self.boxes.close()?;
        self.masks.close()
    }
}

/// Whether a category can have this name in `labelmap.txt`.
fn is_plain(name: &str) -> bool {
    let held = !name.is_empty() && name.trim() == name && !name.starts_with('#') && !name.contains([':', '\n', '\r']);
    held && name != BACKGROUND && name != IGNORED
}

/// A line of `labelmap.txt`.
fn label(name: &str, id: u32) -> String {
    let [red, green, blue] = colour(id);
    format!("{name}:{red},{green},{blue}::\n")
}

/// A number as it stands in a mask.
fn value_of(number: u32, what: &str) -> Result<u8, DatasetError> {
    u8::try_from(number).ok().filter(|value| *value < VOID).ok_or_else(|| DatasetError::Settings {
        what: what.to_owned(),
        found: number.to_string(),
        expected: "at most 254, which is what VOC's masks can hold",
    })
}

/// The XML element of an annotation. Boxes have the first and the last column and row that they hold, from 1.
fn object(annotation: &AnnotationRecord, name: &str) -> String {
    let known = |holds: fn(&AmodalRecord) -> bool| u8::from(annotation.amodal.as_ref().is_some_and(holds));
    let truncated = known(|amodal| amodal.truncation > 0.0);
    let occluded = known(|amodal| amodal.visible_fraction < 1.0);
    let difficult = u8::from(annotation.crowd);
    let name = escaped(name);
    let [x, y, width, height] = annotation.bbox_visible;
    let (x_min, y_min, x_max, y_max) = (x + 1.0, y + 1.0, x + width, y + height);
    format!(
        "  <object>\n    <name>{name}</name>\n    <pose>Unspecified</pose>\n    \
         <truncated>{truncated}</truncated>\n    <occluded>{occluded}</occluded>\n    \
         <difficult>{difficult}</difficult>\n    <bndbox>\n      \
         <xmin>{x_min}</xmin>\n      <ymin>{y_min}</ymin>\n      <xmax>{x_max}</xmax>\n      <ymax>{y_max}</ymax>\n    \
         </bndbox>\n  </object>\n"
    )
}

/// As a text may stand in XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// VOC's colour for an id: red, green and blue.
pub(super) fn colour(id: u32) -> [u8; 3] {
    // The bits of the id from the lowest go to red, green and blue in turn, into the highest bit that is left.
    let channel = |first: u32| (0..8).fold(0, |value, bit| value | ((id >> (first + 3 * bit) & 1) as u8) << (7 - bit));
    [channel(0), channel(1), channel(2)]
}

/// A value a pixel.
struct Mask {
    plane: Plane<u8>,
}

impl Mask {
    /// Of background.
    fn new(width: u32, height: u32) -> Mask {
        Mask { plane: Plane { width, height, data: vec![0; width as usize * height as usize] } }
    }

    /// Gives the pixels of a mask of the same size a value.
    fn paint(&mut self, seen: &Rle, value: u8) {
        let (width, height) = (self.plane.width as usize, self.plane.height as usize);
        for position in seen.set_runs().flat_map(|(start, end)| start..end) {
            if let Some(pixel) = self.plane.data.get_mut(position % height * width + position / height) {
                *pixel = value;
            }
        }
    }

    /// An indexed PNG with VOC's colours.
    fn to_png(&self) -> Result<Vec<u8>, DatasetError> {
        let Plane { width, height, data } = &self.plane;
        let refused = |reason: String| DatasetError::Plane { action: "encode", what: "a VOC mask".to_owned(), reason };
        let mut grey = Vec::new();
        PngEncoder::new_with_quality(&mut grey, CompressionType::Fast, FilterType::Up)
            .write_image(data, *width, *height, image::ExtendedColorType::L8)
            .map_err(|error| refused(error.to_string()))?;
        // The encoder has no indexed colour. Its grey file needs but another header, and the colours behind that.
        let (Some(signature), Some(pixels)) = (grey.get(..8), grey.get(33..)) else {
            return Err(refused("the encoder gave no PNG".to_owned()));
        };
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, INDEXED, 0, 0, 0]].concat();
        let colours: Vec<u8> = (0..256).flat_map(colour).collect();
        Ok([signature, &chunk(*b"IHDR", &header), &chunk(*b"PLTE", &colours), pixels].concat())
    }
}

/// PNG's number for a picture of indexes into a list of colours.
const INDEXED: u8 = 3;

/// A piece of a PNG file.
fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [&name[..], data].concat();
    let step = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    let sum = !checked.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step));
    [&(data.len() as u32).to_be_bytes()[..], &checked, &sum.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::checked::sample::{annotation, text, volume, written};
    use super::*;
    use crate::dataset::tests::{exported, identity, sequence_identity, text_of};

    const LABELS: &str = "# label:color_rgb:parts:actions\nbackground:0,0,0::\nmug:128,0,0::\nbox:0,128,0::\n";

    /// The colours of a mask.
    fn decoded(png: &[u8]) -> image::RgbImage {
        assert_eq!(png[25], INDEXED);
        image::load_from_memory(png).unwrap().to_rgb8()
    }

    #[test]
    fn a_folder_has_its_shape() {
        let tree = exported(&identity(), &[0], "voc");
        let files: Vec<&str> = tree.keys().map(String::as_str).filter(|name| !name.ends_with('/')).collect();
        assert_eq!(
            files,
            [
                "Annotations/00000000.xml",
                "ImageSets/Main/train.txt",
                "ImageSets/Segmentation/train.txt",
                "JPEGImages/00000000.png",
                "SegmentationClass/00000000.png",
                "SegmentationObject/00000000.png",
                "labelmap.txt",
            ]
        );
        assert_eq!(text_of(&tree, "labelmap.txt"), LABELS);
        assert_eq!(text_of(&tree, "ImageSets/Main/train.txt"), "00000000\n");
        assert_eq!(text_of(&tree, "ImageSets/Segmentation/train.txt"), "00000000\n");
        assert_eq!(
            text_of(&tree, "Annotations/00000000.xml"),
            "<annotation>
  <folder>JPEGImages</folder>
  <filename>00000000.png</filename>
  <source>
    <database>table.ron, seed 1</database>
  </source>
  <size>
    <width>12</width>
    <height>8</height>
    <depth>3</depth>
  </size>
  <segmented>1</segmented>
  <object>
    <name>mug</name>
    <pose>Unspecified</pose>
    <truncated>1</truncated>
    <occluded>1</occluded>
    <difficult>0</difficult>
    <bndbox>
      <xmin>1</xmin>
      <ymin>3</ymin>
      <xmax>3</xmax>
      <ymax>5</ymax>
    </bndbox>
  </object>
  <object>
    <name>box</name>
    <pose>Unspecified</pose>
    <truncated>0</truncated>
    <occluded>0</occluded>
    <difficult>0</difficult>
    <bndbox>
      <xmin>5</xmin>
      <ymin>4</ymin>
      <xmax>7</xmax>
      <ymax>8</ymax>
    </bndbox>
  </object>
</annotation>
"
        );
        for folder in ["SegmentationClass", "SegmentationObject"] {
            let image = decoded(&tree[&format!("{folder}/00000000.png")]);
            assert_eq!(image.dimensions(), (12, 8));
            for (x, y, pixel) in image.enumerate_pixels() {
                let id = match (x, y) {
                    (0..=2, 2..=4) => 1,
                    (4..=6, 3..=7) => 2,
                    _ => 0,
                };
                assert_eq!(pixel.0, colour(id), "{folder} at {x}, {y}");
            }
        }
    }

    #[test]
    fn colours_are_those_of_voc() {
        let first = [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0], [0, 0, 128]];
        assert_eq!([0, 1, 2, 3, 4].map(colour), first);
        assert_eq!([20, 255].map(colour), [[0, 64, 128], [224, 224, 192]]);
    }

    #[test]
    fn crowds_are_void_and_volumes_have_boxes_only() {
        let mut identity = identity();
        identity.settings.policy.rejected_as_crowd = true;
        identity.settings.categories[1].name = "<b> & c".into();
        let crowd = AnnotationRecord { crowd: true, ..annotation(1, 1, &["#...", "...."]) };
        let fog = volume(2, 1, &["####", "####"]);
        let dir = written(&FORMAT, &identity, vec![crowd, fog, annotation(9, 2, &["....", "..##"])]).unwrap();
        assert_eq!(text(&dir, "labelmap.txt"), LABELS.replace("box", "<b> & c") + "ignored:224,224,192::\n");
        let xml = text(&dir, "Annotations/00000000.xml");
        let found = |tag: &str| -> Vec<String> {
            let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
            xml.lines()
                .filter_map(|line| Some(line.trim().strip_prefix(&*open)?.strip_suffix(&*close)?.into()))
                .collect()
        };
        assert_eq!(found("name"), ["mug", "mug", "&lt;b&gt; &amp; c"]);
        assert_eq!(found("difficult"), ["1", "0", "0"]);
        assert_eq!(found("truncated"), ["0", "0", "0"]);
        assert_eq!(found("occluded"), ["0", "0", "0"]);
        assert_eq!(found("xmin"), ["1", "1", "3"]);
        assert_eq!(found("xmax"), ["1", "4", "4"]);
        let pixels = |folder: &str| {
            let image = decoded(&fs::read(dir.path().join(format!("out/{folder}/00000000.png"))).unwrap());
            [(0, 0), (1, 0), (2, 1), (3, 1)].map(|(x, y)| image.get_pixel(x, y).0)
        };
        assert_eq!(pixels("SegmentationClass"), [255, 0, 2, 2].map(colour));
        assert_eq!(pixels("SegmentationObject"), [255, 0, 3, 3].map(colour));
    }

    #[test]
    fn what_masks_cannot_hold_is_refused() {
        let many = |count: usize| -> Vec<AnnotationRecord> {
            let pixel = |id: usize| {
                let mut row = ".".repeat(255);
                row.replace_range(id - 1..id, "#");
                annotation(id as u32, 1, &[&row])
            };
            (1..=count).map(pixel).collect()
        };
        written(&FORMAT, &identity(), many(254)).unwrap();
        let error = written(&FORMAT, &identity(), many(255)).unwrap_err().to_string();
        assert_eq!(
            error,
            "the place of an object in picture `00000000` is 255, \
             expected at most 254, which is what VOC's masks can hold"
        );
        for (id, name) in [(255, "cup"), (3, "a:b"), (3, "background"), (3, " cup"), (3, "#cup")] {
            let mut identity = identity();
            identity.settings.categories[1].id = id;
            identity.settings.categories[1].name = name.into();
            let error = written(&FORMAT, &identity, many(1)).unwrap_err().to_string();
            assert!(error.contains(if id == 255 { "is 255, expected at most 254" } else { name }), "{error}");
        }
    }

    #[test]
    fn names_tell_steps_and_cameras_apart() {
        let tree = exported(&sequence_identity(), &[0], "voc");
        let list = text_of(&tree, "ImageSets/Main/train.txt");
        let step = |step: u32| ["left", "right"].map(|camera| format!("00000000_{step:04}-{camera}"));
        assert_eq!(list.lines().collect::<Vec<_>>(), [step(0), step(1), step(2)].concat());
        for name in list.lines() {
            assert!(text_of(&tree, &format!("Annotations/{name}.xml")).contains(&format!("<filename>{name}.png<")));
            assert!(tree.contains_key(&format!("JPEGImages/{name}.png")));
        }
    }

    #[test]
    fn an_empty_dataset_has_lists_and_labels() {
        let tree = exported(&identity(), &[], "voc");
        assert_eq!(text_of(&tree, "labelmap.txt"), LABELS);
        assert_eq!(text_of(&tree, "ImageSets/Main/train.txt"), "");
        assert_eq!(text_of(&tree, "ImageSets/Segmentation/train.txt"), "");
    }
}
