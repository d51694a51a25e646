//! WebDataset (github.com/webdataset/webdataset): tar files of about a thousand pictures each.
//!
//! ```text
//! shard-000000.tar
//!   00000012.depth.exr        every plane as it is in the dataset
//!   00000012.instance.png     16 bit: take it as it is, the readers' picture decoders cut it to 8
//!   00000012.rgb.png
//!   00000012.json             what the record says of this picture
//! ```
//!
//! A sample's key is the name up to its first dot; in a sequence with several cameras `00000012_0007-left`. The
//! `datasets` library guesses what JSON holds from the first five samples, and stops where a later one holds more; the
//! `webdataset` library takes them all.

use serde::Serialize;
use serde_json::Value;

use super::checked::damaged;
use super::tar::Tar;
use super::{Format, Picture, Target, Writer};
use crate::dataset::DatasetError;
use crate::dataset::record::{CameraRecord, InstanceRecord};

pub(super) const FORMAT: Format = Format {
    name: "webdataset",
    summary: "WebDataset: tar files of all planes and records, for reading in one stream",
    open: |target| Ok(Box::new(Shards::new(target, SHARD_PICTURES))),
};

/// How many pictures a tar holds.
const SHARD_PICTURES: u64 = 1000;

struct Shards {
    target: Target,
    /// How many pictures a tar holds.
    most: u64,
    /// The one that is being filled.
    tar: Option<Tar>,
    /// How many it has.
    pictures: u64,
    /// How many there are.
    tars: u64,
}

/// The record of one camera.
#[derive(Serialize)]
struct Sample<'a> {
    schema_version: u32,
    /// As in the names of the files.
    key: &'a str,
    frame: u64,
    step: Option<u32>,
    time_s: f64,
    /// As in the record, with the planes' names in the tar.
    camera: &'a CameraRecord,
    instances: &'a [InstanceRecord],
    light: &'a Value,
    variables: &'a std::collections::BTreeMap<String, Value>,
    importance_weight: f64,
}

impl Shards {
    fn new(target: Target, most: u64) -> Shards {
        Shards { target, most, tar: None, pictures: 0, tars: 0 }
    }
}

impl Writer for Shards {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        if self.pictures == self.most
            && let Some(full) = self.tar.take()
        {
            full.close()?;
            self.pictures = 0;
        }
        let tar = match &mut self.tar {
            Some(tar) => tar,
            none => {
                let output = self.target.create(&format!("shard-{:06}.tar", self.tars))?;
                self.tars += 1;
                none.insert(Tar::new(output))
            }
        };
        self.pictures += 1;
        let Picture { stored, stem, .. } = picture;
        let record = &stored.record;
        let mut camera = picture.camera.clone();
        for file in camera.planes.values_mut() {
            let end = plane_end(picture, file).ok_or_else(|| damaged(picture, format!("it names a plane `{file}`")))?;
            let name = format!("{stem}.{end}");
            tar.add_file(&name, &stored.folder.join(&*file))?;
            *file = name;
        }
        let sample = Sample {
            schema_version: record.schema_version,
            key: stem,
            frame: record.frame,
            step: record.step,
            time_s: record.time_s,
            camera: &camera,
            instances: &record.instances,
            light: &record.light,
            variables: &record.variables,
            importance_weight: record.importance_weight,
        };
        let text = serde_json::to_vec(&sample).map_err(|error| damaged(picture, error.to_string()))?;
        tar.add(&format!("{stem}.json"), &text)
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        self.tar.map_or(Ok(()), Tar::close)
    }
}

/// What follows key and camera in the name of a plane: `rgb.png`.
fn plane_end<'a>(picture: &Picture, file: &'a str) -> Option<&'a str> {
    let record = &picture.stored.record;
    let end = file.strip_prefix(&record.key)?.strip_prefix('.')?;
    if record.cameras.len() > 1 { end.strip_prefix(&picture.camera.name)?.strip_prefix('.') } else { Some(end) }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, files_in, mug, untar};
    use super::*;
    use crate::annotate::Policy;
    use crate::dataset::identity::Identity;
    use crate::dataset::tests::{exported, identity, sequence_identity};
    use crate::dataset::{decode_depth, decode_ids, decode_rgb};

    fn tar(identity: &Identity, frames: &[u64]) -> Vec<(String, Vec<u8>)> {
        let tree = exported(identity, frames, "webdataset");
        assert_eq!(tree.keys().collect::<Vec<_>>(), ["shard-000000.tar"]);
        untar(&tree["shard-000000.tar"])
    }

    fn json(files: &[(String, Vec<u8>)], name: &str) -> Value {
        let (_, bytes) = files.iter().find(|(file, _)| file == name).unwrap();
        serde_json::from_slice(bytes).unwrap()
    }

    #[test]
    fn a_sample_has_its_files() {
        let files = tar(&identity(), &[0, 5]);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let expected = ["00000000", "00000005"]
            .map(|key| ["depth.exr", "instance.png", "rgb.png", "json"].map(|end| format!("{key}.{end}")));
        assert_eq!(names, expected.as_flattened());
        assert_eq!(decode_depth(&files[0].1).unwrap().data[7], 7.0);
        assert_eq!(decode_ids(&files[1].1).unwrap().data[24], 1);
        assert_eq!(decode_rgb(&files[2].1).unwrap().data[1], [7, 14, 255]);
        let record = json(&files, "00000005.json");
        assert_eq!(record["key"], "00000005");
        assert_eq!(record["frame"], 5);
        assert!(record["step"].is_null());
        assert_eq!(record["camera"]["planes"]["depth"], "00000005.depth.exr");
        assert_eq!(record["camera"]["annotations"][1]["instance_id"], 300);
        assert_eq!(record["instances"].as_array().unwrap().len(), 3);
        assert_eq!(record["light"]["environment"], "Sky");
    }

    #[test]
    fn each_camera_is_a_sample() {
        let files = tar(&sequence_identity(), &[4]);
        assert_eq!(files.len(), 3 * 2 * 4);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).skip(4).take(4).collect();
        let expected = ["depth.exr", "instance.png", "rgb.png", "json"].map(|end| format!("00000004_0000-right.{end}"));
        assert_eq!(names, expected);
        let record = json(&files, "00000004_0002-left.json");
        assert_eq!(record["step"], 2);
        assert_eq!(record["camera"]["name"], "left");
        assert_eq!(record["camera"]["planes"]["rgb"], "00000004_0002-left.rgb.png");
    }

    #[test]
    fn crowd_is_said_to_be_one() {
        let mut identity = identity();
        identity.settings.policy = Policy { minimum_pixels: 10, rejected_as_crowd: true, ..Policy::default() };
        let record = json(&tar(&identity, &[0]), "00000000.json");
        let crowd: Vec<_> =
            record["camera"]["annotations"].as_array().unwrap().iter().map(|a| a["crowd"].as_bool().unwrap()).collect();
        assert_eq!(crowd, [true, false]);
    }

    #[test]
    fn tars_are_of_bounded_length() {
        assert!(exported(&identity(), &[], "webdataset").is_empty());
        let sample = sample::Sample::new(1.0, vec![mug(1, [1, 1, 5, 5])]);
        let folder = sample.show(Box::new(Shards::new(sample.target(), 2)), 5);
        assert_eq!(files_in(&folder), ["shard-000000.tar", "shard-000001.tar", "shard-000002.tar"]);
        let count = |name: &str| untar(&std::fs::read(folder.join(name)).unwrap()).len();
        assert_eq!([count("shard-000000.tar"), count("shard-000001.tar"), count("shard-000002.tar")], [6, 6, 3]);
    }
}
