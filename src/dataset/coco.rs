//! The COCO index of the whole dataset, made from its records one at a time.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::layout::{FRAMES, shard_folder};
use super::manifest::Manifest;
use super::read::Keys;
use super::record::MaskRecord;
use super::{DatasetError, files};

/// How much stands in a COCO index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub images: u64,
    pub annotations: u64,
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
struct Image<'a> {
    id: u64,
    file_name: String,
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
    segmentation: &'a MaskRecord,
    iscrowd: u8,
    instance_id: u32,
}

/// As much of a record as the index needs.
#[derive(Deserialize)]
struct Seen {
    frame: u64,
    #[serde(default)]
    step: Option<u32>,
    cameras: Vec<SeenBy>,
}

#[derive(Deserialize)]
struct SeenBy {
    name: String,
    width: u32,
    height: u32,
    planes: Planes,
    annotations: Vec<SeenInstance>,
}

#[derive(Deserialize)]
struct Planes {
    rgb: String,
}

#[derive(Deserialize)]
struct SeenInstance {
    instance_id: u32,
    category_id: u32,
    bbox_visible: [f64; 4],
    pixels: u64,
    mask: MaskRecord,
}

/// Writes the index of the dataset in `dir` to `draft` and lets it appear at `path`. Ids of images and annotations
/// run from 1 in order of frame, step, camera and instance. Annotations wait in `spool` until all images are
/// written, so that memory does not grow with the dataset.
pub(super) fn write(
    dir: &Path,
    manifest: &Manifest,
    [draft, spool]: [&Path; 2],
    path: &Path,
) -> Result<Counts, DatasetError> {
    let mut counts = Counts { images: 0, annotations: 0 };
    let create = |path: &Path| File::create(path).map(BufWriter::new).map_err(DatasetError::io("create", path));
    let (mut file, mut waiting) = (create(draft)?, create(spool)?);
    head(&mut file, manifest).map_err(DatasetError::io("write", draft))?;
    for key in Keys::open(dir)? {
        let key = key?;
        let record: Seen = key.read_record()?;
        for camera in &record.cameras {
            counts.images += 1;
            let image = Image {
                id: counts.images,
                file_name: format!("{FRAMES}/{}/{}", shard_folder(key.shard), camera.planes.rgb),
                width: camera.width,
                height: camera.height,
                frame: record.frame,
                step: record.step,
                camera: &camera.name,
            };
            line(&mut file, counts.images == 1, &image).map_err(DatasetError::io("write", draft))?;
            for instance in &camera.annotations {
                counts.annotations += 1;
                let object = Object {
                    id: counts.annotations,
                    image_id: counts.images,
                    category_id: instance.category_id,
                    bbox: instance.bbox_visible,
                    area: instance.pixels,
                    segmentation: &instance.mask,
                    iscrowd: 0,
                    instance_id: instance.instance_id,
                };
                line(&mut waiting, counts.annotations == 1, &object).map_err(DatasetError::io("write", spool))?;
            }
        }
    }
    waiting.flush().map_err(DatasetError::io("write", spool))?;
    let waited = File::open(spool).map_err(DatasetError::io("read", spool))?;
    tail(&mut file, waited).map_err(DatasetError::io("write", draft))?;
    files::rename(draft, path)?;
    Ok(counts)
}

fn head(file: &mut impl Write, manifest: &Manifest) -> io::Result<()> {
    let info = Info {
        description: format!("{}, seed {}", manifest.scene.given_as, manifest.seed),
        version: format!("{} {}", manifest.program.name, manifest.program.version),
    };
    let info = serde_json::to_string(&info)?;
    let licences = manifest.licences.iter().zip(1..);
    let licences: Vec<_> = licences.map(|(licence, id)| Terms { id, name: &licence.name, url: &licence.url }).collect();
    write!(file, "{{\n\"info\": {info},\n\"licenses\": [")?;
    list(file, &licences)?;
    write!(file, "\n],\n\"categories\": [")?;
    list(file, &manifest.categories)?;
    write!(file, "\n],\n\"images\": [")
}

fn tail(file: &mut BufWriter<File>, annotations: File) -> io::Result<()> {
    write!(file, "\n],\n\"annotations\": [")?;
    io::copy(&mut BufReader::new(annotations), file)?;
    writeln!(file, "\n]\n}}")?;
    file.flush()?;
    files::flush(file.get_ref())
}

fn list<T: Serialize>(file: &mut impl Write, entries: &[T]) -> io::Result<()> {
    entries.iter().enumerate().try_for_each(|(place, entry)| line(file, place == 0, entry))
}

/// One entry of a list on a line of its own.
fn line<T: Serialize>(file: &mut impl Write, first: bool, entry: &T) -> io::Result<()> {
    file.write_all(if first { b"\n" } else { b",\n" })?;
    serde_json::to_writer(&mut *file, entry).map_err(io::Error::from)
}
