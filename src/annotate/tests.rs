//! Tests: masks against pycocotools, boxes and counts against a plain count.

use glam::{DMat4, DQuat, DVec3};
use proptest::prelude::*;

use super::overlay::{colour_of, contact_sheet, draw_annotations, draw_text, text_size};
use super::*;
use crate::frame::{Camera, Plane};
use crate::lens::{Intrinsics, Lens, Optics};

/// Masks as rows of `#` and `.`.
fn mask(rows: &[&str]) -> Plane<bool> {
    let data = rows.iter().flat_map(|row| row.bytes().map(|pixel| pixel == b'#')).collect();
    Plane { width: rows[0].len() as u32, height: rows.len() as u32, data }
}

/// What pycocotools 2.0.11 makes of these masks: compressed string and run lengths.
#[test]
fn masks_are_those_of_pycocotools() {
    let cases: [(&[&str], &str, &[u32]); 5] = [
        (&[".....", ".###.", ".###.", "....."], "5220003", &[5, 2, 2, 2, 2, 2, 5]),
        (&["...", "...", "..."], "9", &[9]),
        (&["###", "###", "###"], "09", &[0, 9]),
        (&["#.", "..", ".#"], "0140", &[0, 1, 4, 1]),
        (
            &["...##.#", "..#####", "......#", "#.##.#.", "..####.", "###.##."],
            "311040L0040M0010OO052",
            &[3, 1, 1, 1, 5, 1, 1, 1, 1, 5, 1, 2, 1, 2, 2, 2, 1, 1, 1, 6, 3],
        ),
    ];
    for (rows, text, counts) in cases {
        let plane = mask(rows);
        let rle = Rle::of_value(&plane, &true);
        assert_eq!(rle.counts, counts, "{rows:?}");
        assert_eq!(rle.to_coco_string(), text, "{rows:?}");
        assert_eq!(Rle::from_coco_string(plane.width, plane.height, text).unwrap(), rle);
        assert_eq!(rle.to_plane(), plane);
    }
}

#[test]
fn long_runs_are_those_of_pycocotools() {
    let inside = |x: u32, y: u32| (x >= 600 && (100..400).contains(&y)) || (x == 0 && y < 3) || (x == 300 && y >= 470);
    let data = (0..640 * 480).map(|place| inside(place % 640, place / 640)).collect();
    let rle = Rle::of_value(&Plane { width: 640, height: 480, data }, &true);
    let text = format!("03cR]47aUOR9`mcK{}lL", "0".repeat(77));
    assert_eq!(rle.to_coco_string(), text);
    assert_eq!(rle.pixels(), 12013);
    assert_eq!(Rle::from_coco_string(640, 480, &text).unwrap(), rle);
}

#[test]
fn texts_that_are_no_masks_are_refused() {
    let error = |text: &str| Rle::from_coco_string(5, 4, text).unwrap_err().to_string();
    assert_eq!(error("52p"), "byte 2 of the compressed mask is 0x70, expected one of `0` to `o`");
    assert_eq!(error("5R"), "the compressed mask ends in the middle of a run length");
    assert_eq!(error("52"), "the runs of the mask cover 7 pixels, the image of 5×4 has 20");
    assert_eq!(error("5L"), "run 1 of the mask has the length -4, expected 0 to 4294967295");
    assert_eq!(error("oooooooo0"), "byte 7 of the compressed mask is 0x6f, expected one of `0` to `o`");
    assert_eq!(error(""), "the runs of the mask cover 0 pixels, the image of 5×4 has 20");
    assert!(Rle::from_counts(2, 2, vec![1, 2]).is_err());
}

proptest! {
    #[test]
    fn regions_are_what_a_plain_count_finds(
        (width, height) in (1u32..24, 1u32..24),
        palette in prop::collection::vec(0u16..6, 1..4),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 576),
    ) {
        let count = (width * height) as usize;
        let data: Vec<u16> = picks[..count].iter().map(|pick| *pick.get(&palette) * 13_000).collect();
        let plane = Plane { width, height, data };
        let found = regions(&plane);
        let mut ids: Vec<u16> = plane.data.iter().copied().filter(|&id| id != 0).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(found.iter().map(|region| region.id).collect::<Vec<_>>(), ids);
        let mut covered = vec![0u16; count];
        for region in &found {
            let mine: Vec<(u32, u32)> = (0..width * height)
                .map(|place| (place % width, place / width))
                .filter(|&(x, y)| plane.data[(y * width + x) as usize] == region.id)
                .collect();
            prop_assert_eq!(region.pixels, mine.len() as u64);
            let xs = || mine.iter().map(|pixel| pixel.0);
            let ys = || mine.iter().map(|pixel| pixel.1);
            let extent = [xs().min(), ys().min(), xs().max(), ys().max()].map(Option::unwrap);
            prop_assert_eq!(region.extent, extent);
            prop_assert_eq!(&region.mask, &Rle::of_value(&plane, &region.id));
            prop_assert_eq!(region.mask.pixels(), region.pixels);
            for (pixel, set) in covered.iter_mut().zip(region.mask.to_plane().data) {
                *pixel += u16::from(set);
            }
        }
        // Masks and background are the whole image, once.
        let expected: Vec<u16> = plane.data.iter().map(|&id| u16::from(id != 0)).collect();
        prop_assert_eq!(covered, expected);
    }

    #[test]
    fn compressed_masks_come_back(counts in prop::collection::vec(0u32..5_000_000, 1..60)) {
        let total: u64 = counts.iter().map(|&count| u64::from(count)).sum();
        let rle = Rle::from_counts(total as u32, 1, counts).unwrap();
        prop_assert_eq!(Rle::from_coco_string(total as u32, 1, &rle.to_coco_string()).unwrap(), rle);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[0-p]{0,40}") {
        let _ = Rle::from_coco_string(7, 5, &text);
    }
}

fn frame(data: Vec<u16>, width: u32) -> Frame {
    let height = data.len() as u32 / width;
    let instance = |id: u32, labelled: bool| Instance {
        id,
        name: format!("thing_{id}"),
        category_id: (id != 9).then_some(id % 2 + 1),
        labelled,
        position_m: DVec3::ZERO,
        rotation: DQuat::IDENTITY,
        bounds_min_m: DVec3::ZERO,
        bounds_max_m: DVec3::ONE,
        parts: [].into(),
        volume: false,
        keypoints: [].into(),
        attributes: Default::default(),
    };
    let camera = Camera {
        name: "main".into(),
        width,
        height,
        optics: Optics::new(Intrinsics { fx: 1.0, fy: 1.0, cx: 0.0, cy: 0.0 }, Lens::Pinhole),
        world_from_camera: DMat4::IDENTITY,
        exposure_ev100: 0.0,
    };
    let view = View {
        camera,
        rgb: Plane { width, height, data: vec![[90; 3]; data.len()] },
        linear: None,
        depth: Plane { width, height, data: vec![1.0; data.len()] },
        normal: None,
        object_coordinates: None,
        part: None,
        owner: None,
        silhouettes: None,
        measured_depth: None,
        instance: Plane { width, height, data },
    };
    let instances = vec![instance(1, true), instance(2, false), instance(7, true), instance(9, true)];
    Frame {
        index: 3,
        step: None,
        time_s: 0.0,
        views: vec![view],
        clouds: Vec::new(),
        instances,
        light: serde_json::Value::Null,
        weather: None,
        drawn: Default::default(),
    }
}

#[test]
fn the_policy_is_obeyed() {
    let frame = frame(vec![7, 7, 0, 1, 7, 0, 0, 0], 4);
    let ids = |minimum_pixels| {
        let annotations = annotate(&frame, &Policy { minimum_pixels, ..Policy::default() }).unwrap();
        annotations.views[0].iter().map(|annotation| annotation.instance_id).collect::<Vec<_>>()
    };
    assert_eq!(ids(0), [1, 7]);
    assert_eq!(ids(1), [1, 7]);
    assert_eq!(ids(2), [7]);
    assert!(ids(4).is_empty());
    let annotations = annotate(&frame, &Policy::default()).unwrap();
    let seven = &annotations.views[0][1];
    assert_eq!((seven.category_id, seven.pixels, seven.bbox_visible), (2, 3, [0.0, 0.0, 2.0, 2.0]));
}

#[test]
fn contradictions_are_named() {
    let error = |data| annotate(&frame(data, 2), &Policy::default()).unwrap_err().to_string();
    assert_eq!(error(vec![0, 5]), "camera `main` sees instance 5, which is not in the frame's table of instances");
    for (id, name) in [(2, "thing_2"), (9, "thing_9")] {
        let expected = format!(
            "camera `main` sees instance {id} (`{name}`) in its instance plane, but it is not labelled or has no category"
        );
        assert_eq!(error(vec![0, id]), expected);
    }
    let mut cut = frame(vec![0, 0], 2);
    cut.views[0].instance.data.pop();
    let error = annotate(&cut, &Policy::default()).unwrap_err().to_string();
    assert_eq!(error, "the instance plane of camera `main` is 2×1 with 1 values, its image 2×1");
}

#[test]
fn drawings_stay_within_the_picture() {
    let (width, height) = (60u32, 40u32);
    let ids: Vec<u16> = (0..width * height).map(|place| if place % width < 30 { 1 } else { 7 }).collect();
    let frame = frame(ids, width);
    let annotations = annotate(&frame, &Policy::default()).unwrap();
    let mut picture = frame.views[0].rgb.clone();
    for name in ["mug", "", "a name that is far too long for this picture", "Ä"] {
        draw_annotations(&mut picture, &annotations.views[0], |_| name.to_owned());
    }
    assert_eq!(picture.data[(20 * width) as usize], colour_of(1), "the left edge of the left box");
    assert_ne!(picture.data, frame.views[0].rgb.data);
    draw_text(&mut picture, (-3, -4), "corner", 3, [255; 3]);
    draw_text(&mut picture, (55, 38), "corner", 3, [255; 3]);
    assert_eq!(text_size("abc", 2), (34, 18));
    assert_eq!(text_size("", 2), (0, 18));
}

#[test]
fn neighbours_have_colours_of_their_own() {
    for id in 0..200u32 {
        for other in id + 1..id + 6 {
            let distance: i32 =
                colour_of(id).iter().zip(colour_of(other)).map(|(&a, b)| (i32::from(a) - i32::from(b)).abs()).sum();
            assert!(distance > 40, "{id} and {other}: {distance}");
        }
    }
}

#[test]
fn sheets_hold_every_picture() {
    let picture =
        |width: u32, height: u32, value: u8| Plane { width, height, data: vec![[value; 3]; (width * height) as usize] };
    let sheet = contact_sheet(&[picture(4, 2, 1), picture(2, 2, 2), picture(4, 2, 3)], 2, 1);
    assert_eq!((sheet.width, sheet.height), (11, 7));
    for (value, pixels) in [(1, 8), (2, 4), (3, 8)] {
        assert_eq!(sheet.data.iter().filter(|&&pixel| pixel == [value; 3]).count(), pixels);
    }
    assert_eq!(sheet.data[11 + 1], [1; 3]);
    assert_eq!(sheet.data[11 + 7], [2; 3]);
    let empty = contact_sheet(&[], 3, 0);
    assert_eq!((empty.width, empty.height, empty.data.len()), (1, 1, 1));
    assert_eq!(contact_sheet(&[picture(4, 2, 1)], 0, 0).data, picture(4, 2, 1).data);
}

#[test]
fn what_is_beyond_the_image_is_no_more_than_its_box_has_there() {
    assert_eq!(super::beyond([10.0, 10.0, 20.0, 20.0], [100, 100]), 0.0);
    assert_eq!(super::beyond([-5.0, 10.0, 20.0, 20.0], [100, 100]), 100.0);
    assert_eq!(super::beyond([90.0, 90.0, 20.0, 20.0], [100, 100]), 300.0);
    assert_eq!(super::beyond([-50.0, -50.0, 20.0, 20.0], [100, 100]), 400.0);
}
