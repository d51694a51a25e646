//! Hugging Face `imagefolder` (huggingface.co/docs/datasets/image_dataset): pictures with a line of JSON for each, and
//! a dataset card.
//!
//! ```text
//! README.md                   the card: names of categories and types of columns for `load_dataset("FOLDER")`
//! train/metadata.jsonl        boxes and camera of each picture
//! train/00000012.png
//! ```
//!
//! `load_dataset("imagefolder", data_dir="FOLDER")` works too, but does not read the card, so that categories stay
//! numbers. The reader cannot bear columns that are null throughout: in pictures alone there is no column `step`, and
//! where whole silhouettes are not known the visible fraction is 1 and the truncation 0.

use serde::Serialize;

use super::{Format, Output, Picture, Target, Writer};
use crate::dataset::DatasetError;
use crate::dataset::manifest::Manifest;
use crate::dataset::record::{AnnotationRecord, Intrinsics, Lens};

pub(super) const FORMAT: Format = Format {
    name: "huggingface",
    summary: "Hugging Face imagefolder: boxes as JSON lines, with a dataset card",
    open: |target| Ok(Box::new(HuggingFace::new(target)?)),
};

struct HuggingFace {
    target: Target,
    lines: Output,
}

#[derive(Serialize)]
struct Line<'a> {
    file_name: &'a str,
    image_id: u64,
    width: u32,
    height: u32,
    frame: u64,
    /// In a sequence.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<u32>,
    camera: &'a str,
    objects: Objects,
    intrinsics: Intrinsics,
    lens: LensColumn,
    world_from_camera: [[f64; 4]; 4],
}

/// Columns of one type for every lens.
#[derive(Serialize)]
struct LensColumn {
    model: &'static str,
    /// k1, k2, p1, p2, k3, k4, k5, k6 or k1 to k4.
    coefficients: Vec<f64>,
}

impl LensColumn {
    fn of(lens: &Lens) -> LensColumn {
        let coefficients = lens.coefficients().into_iter().map(|(_, value)| value).collect();
        LensColumn { model: lens.name(), coefficients }
    }
}

/// One entry an annotation in each list.
#[derive(Serialize)]
struct Objects {
    /// The instance's, not the annotation's: it is the same in all pictures of a take.
    id: Vec<u32>,
    bbox: Vec<[f64; 4]>,
    /// From 0.
    category: Vec<u32>,
    /// Pixels of the visible mask.
    area: Vec<u64>,
    visible_fraction: Vec<f64>,
    truncation: Vec<f64>,
    is_crowd: Vec<bool>,
}

impl HuggingFace {
    fn new(target: Target) -> Result<HuggingFace, DatasetError> {
        target.write("README.md", card(&target.manifest).as_bytes())?;
        Ok(HuggingFace { lines: target.create("train/metadata.jsonl")?, target })
    }
}

impl Writer for HuggingFace {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        let (record, camera) = (&picture.stored.record, picture.camera);
        let file_name = picture.file_name();
        self.target.link(picture, &format!("train/{file_name}"))?;
        self.lines.json(&Line {
            file_name: &file_name,
            image_id: picture.id,
            width: camera.width,
            height: camera.height,
            frame: record.frame,
            step: record.step,
            camera: &camera.name,
            objects: objects(&camera.annotations),
            intrinsics: camera.intrinsics,
            lens: LensColumn::of(&camera.lens),
            world_from_camera: camera.world_from_camera,
        })?;
        self.lines.text("\n")
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        self.lines.close()
    }
}

fn objects(annotations: &[AnnotationRecord]) -> Objects {
    let all = || annotations.iter();
    Objects {
        id: all().map(|annotation| annotation.instance_id).collect(),
        bbox: all().map(|annotation| annotation.bbox_visible).collect(),
        category: all().map(|annotation| annotation.category_id.saturating_sub(1)).collect(),
        area: all().map(|annotation| annotation.pixels).collect(),
        visible_fraction: all()
            .map(|annotation| annotation.amodal.as_ref().map_or(1.0, |amodal| amodal.visible_fraction))
            .collect(),
        truncation: all()
            .map(|annotation| annotation.amodal.as_ref().map_or(0.0, |amodal| amodal.truncation))
            .collect(),
        is_crowd: all().map(|annotation| annotation.crowd).collect(),
    }
}

/// The dataset card: YAML for programs, then a text for people.
///
/// Readers of different ages look for the columns' types in different places, so they stand there twice.
fn card(manifest: &Manifest) -> String {
    let Manifest { program, scene, seed, .. } = manifest;
    let (licences, columns) = (licences(manifest), columns(manifest));
    let mut card = format!(
        "---\n{licences}task_categories:\n- object-detection\ndataset_info:\n  features:\n{columns}\
         configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: train/**\n  features:\n{columns}\
         ---\n\n# {}\n\nPictures of a simulated scene, made by {} {} with seed {seed}.\n\n",
        scene.given_as, program.name, program.version
    );
    card.push_str(
        "Boxes are `[x, y, width, height]` in pixels around what is visible, with (0, 0) at the top-left corner of \
         the image; `area` is the number of visible pixels. What is a crowd is neither to be learnt from nor to be \
         counted against anyone. `visible_fraction` is the visible share of what lies within the image, \
         `truncation` the share outside the image; they are 1 and 0 where this is not known. `world_from_camera` \
         takes camera coordinates (x right, y down, z forward, metres) to world coordinates (Y up).\n",
    );
    for terms in &manifest.licences {
        card.push_str(&format!("\nTerms for {}: {} ({})\n", terms.covers, terms.name, terms.url));
    }
    card
}

/// Licences that the hub knows by the names of SPDX in small letters.
const KNOWN: [&str; 24] = [
    "apache-2.0",
    "bsd-2-clause",
    "bsd-3-clause",
    "cc0-1.0",
    "cc-by-2.0",
    "cc-by-2.5",
    "cc-by-3.0",
    "cc-by-4.0",
    "cc-by-nc-2.0",
    "cc-by-nc-3.0",
    "cc-by-nc-4.0",
    "cc-by-nc-nd-3.0",
    "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-2.0",
    "cc-by-nc-sa-3.0",
    "cc-by-nc-sa-4.0",
    "cc-by-nd-4.0",
    "cc-by-sa-3.0",
    "cc-by-sa-4.0",
    "gpl-3.0",
    "isc",
    "mit",
    "unlicense",
    "zlib",
];

/// Each once, those that the hub does not know as `other`; nothing where there are none.
fn licences(manifest: &Manifest) -> String {
    let mut names: Vec<&str> = Vec::new();
    for terms in &manifest.licences {
        let known = KNOWN.into_iter().find(|known| terms.name.eq_ignore_ascii_case(known)).unwrap_or("other");
        if !names.contains(&known) {
            names.push(known);
        }
    }
    let list: String = names.iter().map(|name| format!("- {name}\n")).collect();
    if list.is_empty() { list } else { format!("license:\n{list}") }
}

/// Names and types of the columns, the picture first.
fn columns(manifest: &Manifest) -> String {
    let column = |name: &str, kind: &str| format!("  - name: {name}\n    {kind}\n");
    let part = |name: &str, kind: &str| format!("    - name: {name}\n      {kind}\n");
    let mut text = column("image", "dtype: image");
    for name in ["image_id", "width", "height", "frame"] {
        text += &column(name, "dtype: int64");
    }
    if manifest.steps.is_some() {
        text += &column("step", "dtype: int64");
    }
    text += &column("camera", "dtype: string");
    text += &column("objects", "struct:");
    text += &part("id", "sequence: int64");
    text += &part("bbox", "sequence:\n        sequence: float64");
    text += &part("category", &category(manifest));
    text += &part("area", "sequence: int64");
    text += &part("visible_fraction", "sequence: float64");
    text += &part("truncation", "sequence: float64");
    text += &part("is_crowd", "sequence: bool");
    text += &column("intrinsics", "struct:");
    for name in ["fx", "fy", "cx", "cy"] {
        text += &part(name, "dtype: float64");
    }
    text += &column("lens", "struct:");
    text += &part("model", "dtype: string");
    text += &part("coefficients", "sequence: float64");
    text + &column("world_from_camera", "sequence:\n      sequence: float64")
}

/// Numbers that have names, where there are any.
fn category(manifest: &Manifest) -> String {
    let mut text = "sequence:\n        class_label:\n          names:".to_owned();
    for category in &manifest.categories {
        // JSON's texts are YAML's, too.
        let name = serde_json::Value::from(category.name.as_str());
        text += &format!("\n            '{}': {name}", category.id.saturating_sub(1));
    }
    if manifest.categories.is_empty() { "sequence: int64".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, files_in, mug, volume};
    use super::*;
    use crate::annotate::Policy;
    use crate::dataset::identity::Licence;
    use crate::dataset::tests::{exported, identity, sequence_identity, text_of};

    const COLUMNS: &str = r#"  - name: image
    dtype: image
  - name: image_id
    dtype: int64
  - name: width
    dtype: int64
  - name: height
    dtype: int64
  - name: frame
    dtype: int64
  - name: camera
    dtype: string
  - name: objects
    struct:
    - name: id
      sequence: int64
    - name: bbox
      sequence:
        sequence: float64
    - name: category
      sequence:
        class_label:
          names:
            '0': "mug"
            '1': "box"
    - name: area
      sequence: int64
    - name: visible_fraction
      sequence: float64
    - name: truncation
      sequence: float64
    - name: is_crowd
      sequence: bool
  - name: intrinsics
    struct:
    - name: fx
      dtype: float64
    - name: fy
      dtype: float64
    - name: cx
      dtype: float64
    - name: cy
      dtype: float64
  - name: lens
    struct:
    - name: model
      dtype: string
    - name: coefficients
      sequence: float64
  - name: world_from_camera
    sequence:
      sequence: float64
"#;

    #[test]
    fn a_picture_has_its_line() {
        let tree = exported(&identity(), &[0], "huggingface");
        assert_eq!(
            tree.keys().collect::<Vec<_>>(),
            ["README.md", "train/", "train/00000000.png", "train/metadata.jsonl"]
        );
        assert_eq!(
            text_of(&tree, "train/metadata.jsonl"),
            "{\"file_name\":\"00000000.png\",\"image_id\":1,\"width\":12,\"height\":8,\"frame\":0,\"camera\":\"main\",\
             \"objects\":{\"id\":[1,300],\"bbox\":[[0.0,2.0,3.0,3.0],[4.0,3.0,3.0,5.0]],\"category\":[0,1],\
             \"area\":[9,15],\"visible_fraction\":[0.5,1.0],\"truncation\":[0.166666667,0.0],\
             \"is_crowd\":[false,false]},\"intrinsics\":{\"fx\":10.5,\"fy\":10.5,\"cx\":6.0,\"cy\":4.0},\
             \"lens\":{\"model\":\"pinhole\",\"coefficients\":[]},\
             \"world_from_camera\":[[1.0,0.0,0.0,0.1],[0.0,1.0,0.0,1.0],[0.0,0.0,1.0,2.0],[0.0,0.0,0.0,1.0]]}\n"
        );
    }

    #[test]
    fn a_card_names_the_columns() {
        let card = text_of(&exported(&identity(), &[], "huggingface"), "README.md");
        let (head, text) = card.strip_prefix("---\n").unwrap().split_once("---\n").unwrap();
        assert_eq!(
            head,
            format!(
                "license:\n- cc0-1.0\ntask_categories:\n- object-detection\ndataset_info:\n  features:\n{COLUMNS}\
                 configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: train/**\n  \
                 features:\n{COLUMNS}"
            )
        );
        let version = env!("CARGO_PKG_VERSION");
        let made = format!(
            "\n# table.ron\n\nPictures of a simulated scene, made by maquette {version} with seed 1.\n\nBoxes "
        );
        assert!(text.starts_with(&made), "{text}");
        assert!(text.ends_with("\n\nTerms for all: CC0-1.0 (https://example.org)\n"), "{text}");
    }

    #[test]
    fn names_and_licences_are_as_the_hub_wants_them() {
        let mut manifest = Manifest::new(&identity());
        manifest.categories[0].name = "a \"b\": c".into();
        assert!(columns(&manifest).contains("\n            '0': \"a \\\"b\\\": c\"\n"));
        manifest.categories.clear();
        assert!(columns(&manifest).contains("- name: category\n      sequence: int64\n"));
        let licence = |name: &str| Licence { name: name.into(), url: String::new(), covers: String::new() };
        manifest.licences = ["Mine", "CC-BY-4.0", "Theirs", "MIT", "CC-BY-4.0"].map(licence).into();
        assert_eq!(licences(&manifest), "license:\n- other\n- cc-by-4.0\n- mit\n");
        manifest.licences.clear();
        assert_eq!(licences(&manifest), "");
    }

    #[test]
    fn steps_and_cameras_are_told_apart() {
        let tree = exported(&sequence_identity(), &[4], "huggingface");
        let text = text_of(&tree, "train/metadata.jsonl");
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 6);
        let last = &lines[5];
        assert_eq!(last["file_name"], "00000004_0002-right.png");
        assert_eq!([&last["image_id"], &last["frame"], &last["step"]].map(|value| value.as_u64().unwrap()), [6, 4, 2]);
        assert_eq!(last["camera"], "right");
        assert!(tree.contains_key("train/00000004_0002-right.png"));
        assert_eq!(text_of(&tree, "README.md").matches("  - name: step\n    dtype: int64\n").count(), 2);
    }

    #[test]
    fn crowd_and_volumes_are_written() {
        let mut identity = identity();
        identity.settings.policy = Policy { minimum_pixels: 10, rejected_as_crowd: true, ..Policy::default() };
        let tree = exported(&identity, &[0], "huggingface");
        assert!(text_of(&tree, "train/metadata.jsonl").contains("\"is_crowd\":[true,false]"));
        let sample = Sample::new(1.0, vec![mug(1, [1, 2, 3, 4]), volume(2, [5, 6, 7, 8])]);
        let folder = sample.show((FORMAT.open)(sample.target()).unwrap(), 1);
        assert_eq!(files_in(&folder), ["README.md", "train/00000000.png", "train/metadata.jsonl"]);
        let text = std::fs::read_to_string(folder.join("train/metadata.jsonl")).unwrap();
        let expected = "\"area\":[12,0],\"visible_fraction\":[1.0,1.0],\"truncation\":[0.0,0.0]";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn an_empty_dataset_has_no_lines() {
        let tree = exported(&identity(), &[], "huggingface");
        assert_eq!(text_of(&tree, "train/metadata.jsonl"), "");
    }
}
