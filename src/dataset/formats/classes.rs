//! Image classification as torchvision's ImageFolder reads it: one folder of pictures for each category.
//!
//! ```text
//! train/mug/00000012_7.png        instance 7 of picture 00000012
//! ```
//!
//! A picture is the box of an instance's visible mask with a tenth of its size added on each side, as far as the
//! image reaches. Crowd, volumes, and instances whose box has no side of 32 pixels are left out. Readers number
//! classes by the order of the folders' names, not by ids.

use super::names::Names;
use super::{Format, Picture, Target, Writer};
use crate::dataset::record::AnnotationRecord;
use crate::dataset::{DatasetError, encode_rgb};
use crate::frame::Plane;

pub(super) const FORMAT: Format = Format {
    name: "classification",
    summary: "image folders for classification: each instance of 32 pixels or more cut out, by category",
    open: |target| Ok(Box::new(Classes::new(target))),
};

/// Pixels; the longer side of a box has as many at least.
const LEAST_SIDE: f64 = 32.0;

struct Classes {
    target: Target,
    folders: Names,
}

impl Classes {
    fn new(target: Target) -> Classes {
        let kept = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
        Classes { folders: Names::new(&target.manifest.categories, kept), target }
    }
}

impl Writer for Classes {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        let camera = picture.camera;
        let mut wanted = camera.annotations.iter().filter(|annotation| is_wanted(annotation)).peekable();
        if wanted.peek().is_none() {
            return Ok(());
        }
        let rgb = picture.stored.rgb(camera)?;
        wanted.try_for_each(|annotation| {
            let folder = self.folders.of(picture, annotation)?;
            let name = format!("train/{folder}/{}_{}.png", picture.stem, annotation.instance_id);
            match cut_out(&rgb, annotation.bbox_visible) {
                Some(cut) => self.target.write(&name, &encode_rgb(&cut)?),
                None => Ok(()),
            }
        })
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        Ok(())
    }
}

fn is_wanted(annotation: &AnnotationRecord) -> bool {
    let [_, _, width, height] = annotation.bbox_visible;
    !annotation.crowd && !annotation.volume && width.max(height) >= LEAST_SIDE
}

/// A box `[x, y, width, height]` in pixels with a tenth more on each side, to whole pixels and to the image's edges;
/// `None` where it is outside.
fn cut_out(image: &Plane<[u8; 3]>, [x, y, width, height]: [f64; 4]) -> Option<Plane<[u8; 3]>> {
    let range = |from: f64, size: f64, most: u32| {
        let (low, high) = ((from - size / 10.0).floor(), (from + size + size / 10.0).ceil());
        // Numbers below 0 become 0.
        (low as u32, (high as u32).min(most))
    };
    let (left, right) = range(x, width, image.width);
    let (top, bottom) = range(y, height, image.height);
    if left >= right || top >= bottom {
        return None;
    }
    let rows = image.data.chunks(image.width as usize).take(bottom as usize).skip(top as usize);
    let data = rows.flat_map(|row| row.iter().take(right as usize).skip(left as usize).copied()).collect();
    Some(Plane { width: right - left, height: bottom - top, data })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, files_in, mug, volume};
    use super::*;
    use crate::dataset::decode_rgb;
    use crate::dataset::identity::Category;
    use crate::dataset::tests::{exported, identity, sequence_identity};

    #[test]
    fn instances_are_cut_out() {
        let mut annotations = vec![mug(7, [10, 20, 40, 30]), mug(8, [60, 0, 40, 32]), mug(300, [50, 0, 3, 32])];
        annotations[1].category_id = 2;
        let sample = Sample::new(1.0, annotations);
        let folder = sample.show((FORMAT.open)(sample.target()).unwrap(), 2);
        let expected = [
            "train/box/00000000_8.png",
            "train/box/00000001_8.png",
            "train/mug/00000000_300.png",
            "train/mug/00000000_7.png",
            "train/mug/00000001_300.png",
            "train/mug/00000001_7.png",
        ];
        assert_eq!(files_in(&folder), expected);
        let cut = |name: &str| decode_rgb(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        let mug = cut("train/mug/00000000_7.png");
        assert_eq!((mug.width, mug.height), (48, 36));
        assert_eq!((mug.data[0], mug.data[48], mug.data[48 * 36 - 1]), ([6, 17, 7], [6, 18, 7], [53, 52, 7]));
        let at_the_corner = cut("train/box/00000001_8.png");
        assert_eq!((at_the_corner.width, at_the_corner.height), (44, 36));
        assert_eq!((at_the_corner.data[0], at_the_corner.data[44 * 36 - 1]), ([56, 0, 7], [99, 35, 7]));
        let thin = cut("train/mug/00000000_300.png");
        assert_eq!((thin.width, thin.height, thin.data[0]), (5, 36, [49, 0, 7]));
    }

    #[test]
    fn small_ones_crowd_and_volumes_are_left_out() {
        let mut annotations = vec![mug(1, [0, 0, 31, 31]), volume(2, [0, 0, 50, 50]), mug(3, [0, 0, 50, 50])];
        annotations[2].crowd = true;
        let sample = Sample::new(1.0, annotations);
        let folder = sample.show((FORMAT.open)(sample.target()).unwrap(), 1);
        assert!(files_in(&folder).is_empty());
        for identity in [identity(), sequence_identity()] {
            assert!(exported(&identity, &[0], "classification").is_empty(), "nothing is as large");
            assert!(exported(&identity, &[], "classification").is_empty());
        }
    }

    #[test]
    fn folders_have_names_that_any_file_system_bears() {
        let sample = Sample::new(
            1.0,
            vec![mug(1, [0, 0, 40, 40]), AnnotationRecord { category_id: 2, ..mug(2, [0, 0, 40, 40]) }],
        );
        let mut target = sample.target();
        let names = ["tea/cup", "Tea cup"].into_iter().zip(&target.manifest.categories);
        target.manifest.categories = names.map(|(name, kind)| Category { name: name.into(), ..kind.clone() }).collect();
        let folder = sample.show(Box::new(Classes::new(target)), 1);
        assert_eq!(files_in(&folder), ["train/Tea_cup_2/00000000_2.png", "train/tea_cup/00000000_1.png"]);
    }

    #[test]
    fn a_category_that_nobody_knows_is_damage() {
        let sample = Sample::new(1.0, vec![mug(1, [0, 0, 40, 40])]);
        let mut target = sample.target();
        target.manifest.categories.clear();
        let said = sample.refused(Box::new(Classes::new(target))).to_string();
        assert!(said.ends_with("instance 1 has category 1, which the manifest does not know"), "{said}");
    }

    #[test]
    fn what_is_outside_is_not_cut_out() {
        let image = Plane { width: 4, height: 2, data: vec![[1, 2, 3]; 8] };
        assert_eq!(cut_out(&image, [1.0, 0.0, 2.0, 1.0]).map(|cut| (cut.width, cut.height)), Some((4, 2)));
        for outside in [[5.0, 0.0, 2.0, 1.0], [-5.0, 0.0, 2.0, 1.0], [0.0, 9.0, 1.0, 1.0], [0.0, 0.0, f64::NAN, 1.0]] {
            assert!(cut_out(&image, outside).is_none(), "{outside:?}");
        }
    }
}
