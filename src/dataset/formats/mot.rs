//! MOTChallenge (motchallenge.net, arXiv:1603.00831): the boxes of each sequence as one text file of tracks.
//!
//! ```text
//! train/00000012/seqinfo.ini       with several cameras 00000012-left
//! train/00000012/img1/000001.png
//! train/00000012/gt/gt.txt
//! train/00000012/gt/labels.txt     names of the classes from 1, one a line
//! ```
//!
//! A track keeps its instance's id. Boxes and frames are counted from 1. Visibility is the visible fraction.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::checked::damaged;
use super::{Format, Output, Picture, Target, Writer};
use crate::dataset::DatasetError;
use crate::dataset::layout::key;
use crate::dataset::record::AnnotationRecord;

pub(super) const FORMAT: Format = Format {
    name: "mot",
    summary: "MOTChallenge: the tracks of each take of a sequence as text",
    open: |target| Ok(Box::new(Mot::new(target)?)),
};

/// The take in hand, of which pictures of several cameras come in turn.
struct Mot {
    target: Target,
    take: u64,
    /// By camera.
    sequences: BTreeMap<String, Sequence>,
}

/// One camera's pictures of one take.
struct Sequence {
    folder: String,
    truth: Output,
    /// Pixels.
    size: [u32; 2],
    /// How its pictures are stored.
    extension: String,
    first: Moment,
    last: Moment,
}

#[derive(Clone, Copy)]
struct Moment {
    step: u32,
    time_s: f64,
}

impl Mot {
    fn new(target: Target) -> Result<Mot, DatasetError> {
        match target.manifest.steps {
            Some(_) => Ok(Mot { target, take: 0, sequences: BTreeMap::new() }),
            None => Err(DatasetError::Settings {
                what: "the dataset to be written as `mot`".to_owned(),
                found: "one of single pictures".to_owned(),
                expected: "a sequence, because MOT is about tracks",
            }),
        }
    }

    fn end_take(&mut self) -> Result<(), DatasetError> {
        let ended = std::mem::take(&mut self.sequences);
        ended.into_values().try_for_each(|sequence| sequence.end(&self.target))
    }
}

impl Writer for Mot {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        let record = &picture.stored.record;
        let step = record.step.ok_or_else(|| {
            damaged(picture, "it has no step, the manifest says that it is part of a sequence".to_owned())
        })?;
        let moment = Moment { step, time_s: record.time_s };
        if record.frame != self.take {
            self.end_take()?;
            self.take = record.frame;
        }
        let sequence = match self.sequences.entry(picture.camera.name.clone()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Sequence::begin(&self.target, picture, moment)?),
        };
        sequence.last = moment;
        let number = u64::from(step) + 1;
        self.target.link(picture, &format!("{}/img1/{number:06}.{}", sequence.folder, picture.extension()))?;
        picture.camera.annotations.iter().try_for_each(|annotation| sequence.truth.text(&line(number, annotation)))
    }

    fn finish(mut self: Box<Self>) -> Result<(), DatasetError> {
        self.end_take()
    }
}

impl Sequence {
    fn begin(target: &Target, picture: &Picture, first: Moment) -> Result<Sequence, DatasetError> {
        let (record, camera) = (&picture.stored.record, picture.camera);
        let mut folder = format!("train/{}", key(record.frame, None));
        if record.cameras.len() > 1 {
            folder = format!("{folder}-{}", camera.name);
        }
        let classes = target.manifest.categories.iter();
        let classes: String = classes.map(|category| category.name.replace(['\n', '\r'], " ") + "\n").collect();
        target.write(&format!("{folder}/gt/labels.txt"), classes.as_bytes())?;
        let truth = target.create(&format!("{folder}/gt/gt.txt"))?;
        let extension = picture.extension().to_owned();
        Ok(Sequence { folder, truth, size: [camera.width, camera.height], extension, first, last: first })
    }

    fn end(self, target: &Target) -> Result<(), DatasetError> {
        let Sequence { folder, size: [width, height], extension, .. } = &self;
        let name = folder.trim_start_matches("train/");
        let (rate, length) = (self.rate(), u64::from(self.last.step) + 1);
        let info = format!(
            "[Sequence]\nname={name}\nimDir=img1\nframeRate={rate}\nseqLength={length}\n\
             imWidth={width}\nimHeight={height}\nimExt=.{extension}\n"
        );
        target.write(&format!("{folder}/seqinfo.ini"), info.as_bytes())?;
        self.truth.close()
    }

    /// Pictures a second as a whole number, which the format demands; 1 where there is one picture only.
    fn rate(&self) -> u64 {
        let steps = f64::from(self.last.step) - f64::from(self.first.step);
        let rate = steps / (self.last.time_s - self.first.time_s);
        if rate.is_finite() { rate.round().max(1.0) as u64 } else { 1 }
    }
}

/// Frame, id, left, top, width, height, whether it counts, class, visibility.
fn line(frame: u64, annotation: &AnnotationRecord) -> String {
    let AnnotationRecord { instance_id, category_id, bbox_visible: [x, y, width, height], .. } = annotation;
    let counts = u8::from(!annotation.crowd);
    let visibility = annotation.amodal.as_ref().map_or(1.0, |amodal| amodal.visible_fraction);
    let (left, top) = (x + 1.0, y + 1.0);
    format!("{frame},{instance_id},{left},{top},{width},{height},{counts},{category_id},{visibility}\n")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{mug, volume};
    use super::*;
    use crate::annotate::Policy;
    use crate::dataset::manifest::Manifest;
    use crate::dataset::tests::{exported, identity, sequence_identity, text_of};

    #[test]
    fn each_take_and_camera_is_a_sequence() {
        let tree = exported(&sequence_identity(), &[0, 4], "mot");
        assert_eq!(
            text_of(&tree, "train/00000000-left/gt/gt.txt"),
            "1,1,1,3,3,3,1,1,0.5\n\
             1,300,5,4,3,5,1,2,1\n\
             2,1,1,3,3,3,1,1,0.5\n\
             2,300,6,4,3,5,1,2,1\n\
             3,1,1,3,3,3,1,1,0.5\n\
             3,300,7,4,3,5,1,2,1\n"
        );
        assert!(text_of(&tree, "train/00000000-right/gt/gt.txt").ends_with("3,300,8,4,3,5,1,2,1\n"));
        assert_eq!(
            text_of(&tree, "train/00000004-right/seqinfo.ini"),
            "[Sequence]\nname=00000004-right\nimDir=img1\nframeRate=30\nseqLength=3\n\
             imWidth=12\nimHeight=8\nimExt=.png\n"
        );
        assert_eq!(text_of(&tree, "train/00000004-left/gt/labels.txt"), "mug\nbox\n");
        let below = |name: &&String| name.starts_with("train/00000004-left/") && !name.ends_with('/');
        let files: Vec<_> =
            tree.keys().filter(below).map(|name| name.trim_start_matches("train/00000004-left/")).collect();
        let expected =
            ["gt/gt.txt", "gt/labels.txt", "img1/000001.png", "img1/000002.png", "img1/000003.png", "seqinfo.ini"];
        assert_eq!(files, expected);
        assert_eq!(tree.keys().filter(|name| name.ends_with("seqinfo.ini")).count(), 4);
    }

    #[test]
    fn crowd_does_not_count() {
        let mut identity = identity();
        identity.settings.steps = Some(1);
        identity.settings.policy = Policy { minimum_pixels: 10, rejected_as_crowd: true, ..Policy::default() };
        let tree = exported(&identity, &[12], "mot");
        assert_eq!(
            text_of(&tree, "train/00000012/gt/gt.txt"),
            "1,1,1,3,3,3,0,1,0.5\n1,300,6,4,3,5,1,2,1\n",
            "one camera"
        );
        assert!(text_of(&tree, "train/00000012/seqinfo.ini").contains("frameRate=1\nseqLength=1\n"));
    }

    #[test]
    fn what_nobody_knows_is_taken_for_visible() {
        assert_eq!(line(7, &mug(3, [10, 20, 30, 15])), "7,3,11,21,30,15,1,1,1\n");
        assert_eq!(line(7, &volume(3, [0, 0, 2, 4])), "7,3,1,1,2,4,1,1,1\n");
    }

    #[test]
    fn only_sequences_can_be_written() {
        let dir = tempfile::tempdir().unwrap();
        let open = |manifest: Manifest| FORMAT.open(&dir.path().join("mot"), dir.path(), &manifest);
        let refused = open(Manifest::new(&identity())).err().unwrap();
        assert_eq!(
            refused.to_string(),
            "the dataset to be written as `mot` is one of single pictures, expected a sequence, \
             because MOT is about tracks"
        );
        assert!(exported(&sequence_identity(), &[], "mot").is_empty());
    }
}
