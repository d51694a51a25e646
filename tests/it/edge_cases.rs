//! Instances at the edges of what can be labelled, each with the exact answer that a pencil gives.
//!
//! The camera looks along −z from z = 10. Plates a little less than 10 m away are flat as paper; 10 pixels are 1 m.

use std::fmt::Write;

use maquette::annotate::{Annotation, Policy, annotate};
use maquette::farm::Source;
use maquette::frame::Frame;
use maquette::render::{Engine, Options, Renderer};

const SIZE: (u32, u32) = (100, 80);

/// A plate whose face spans these pixels: left, top, width, height.
fn plate(name: &str, [left, top, width, height]: [f64; 4], behind_m: f64) -> String {
    // A pixel is 0.1 m in the plane of faces, and in proportion behind it.
    let pixel_m = 0.1 * (1.0 + behind_m / 10.0);
    let x = (left + width / 2.0 - f64::from(SIZE.0) / 2.0) * pixel_m;
    let y = (f64::from(SIZE.1) / 2.0 - top - height / 2.0) * pixel_m;
    let thick = 0.0002;
    let z = -behind_m - thick / 2.0;
    let (width, height) = (width * pixel_m, height * pixel_m);
    body(name, &format!("Box(size_m: ({width}, {height}, {thick}))"), [x, y, z], "")
}

fn body(name: &str, shape: &str, [x, y, z]: [f64; 3], more: &str) -> String {
    format!(
        "\"{name}\": (category: \"thing\", shape: {shape}, place: At(position_m: ({x}, {y}, {z})), \
         {more}{}),",
        if more.contains("volume") { "" } else { "body: (kind: Static)" }
    )
}

fn scene(objects: &str, labels: &str) -> String {
    format!(
        "Scene(
            categories: [\"thing\"], resolution: (100, 80), smooth_edges: false,
            cameras: {{\"main\": (pose: LookAt(eye_m: (0, 0, 10), target_m: (0, 0, 0)), lens: Intrinsics(fx: 100, fy: 100))}},
            environment: Ambient(illuminance_lux: 100),
            labels: ({labels}),
            objects: {{{objects}}},
        )"
    )
}

/// The one frame of a scene, and its annotations.
fn look(text: &str) -> (Frame, Vec<Annotation>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.ron");
    std::fs::write(&path, text).unwrap();
    let source = Source::open(&path, None).unwrap_or_else(|error| panic!("{error}"));
    let mut renderer = Renderer::new(source.assets.clone(), Options::default()).unwrap();
    let mut frames = Vec::new();
    renderer
        .render(&mut std::iter::once(source.concrete(0, 0).unwrap()), &mut |frame, _| {
            frames.push(frame);
            Ok(())
        })
        .unwrap();
    let frame = frames.pop().unwrap();
    let mut annotations = annotate(&frame, &source.policy()).unwrap();
    let annotations = annotations.views.pop().unwrap();
    (frame, annotations)
}

fn amodal(annotation: &Annotation) -> &maquette::annotate::Amodal {
    annotation.amodal.as_ref().unwrap()
}

#[test]
fn nothing_is_labelled_where_there_is_nothing() {
    let empty = body("none", "Sphere(radius_m: 1)", [0.0; 3], "count: 0, ");
    let (frame, annotations) = look(&scene(&empty, "planes: [Normal, ObjectCoordinates, Part, Distance]"));
    assert!(annotations.is_empty() && frame.instances.is_empty());
    let view = &frame.views[0];
    assert!(view.instance.data.iter().all(|id| *id == 0) && view.depth.data.iter().all(|depth| *depth == 0.0));
    assert!(view.silhouettes.as_ref().unwrap().ids.is_empty());
}

#[test]
fn what_is_wholly_hidden_is_not_annotated_and_hides_nothing() {
    let objects = plate("behind", [45.0, 35.0, 10.0, 10.0], 1.0) + &plate("before", [40.0, 30.0, 20.0, 20.0], 0.0);
    let (frame, annotations) = look(&scene(&objects, ""));
    assert_eq!(annotations.len(), 1);
    let before = &annotations[0];
    assert_eq!((before.instance_id, before.pixels, before.bbox_visible), (2, 400, [40.0, 30.0, 20.0, 20.0]));
    assert_eq!((amodal(before).pixels, amodal(before).visible_fraction), (400, 1.0));
    assert!(amodal(before).occluded_by.is_empty());
    // Its silhouette is known all the same.
    let silhouettes = frame.views[0].silhouettes.as_ref().unwrap();
    assert_eq!(silhouettes.ids, [1, 2]);
    assert_eq!(silhouettes.bits[0].iter().filter(|bits| **bits & 1 == 1).count(), 100);
}

#[test]
fn what_is_hidden_in_part_says_how_much_and_by_whom() {
    let objects = plate("behind", [30.0, 35.0, 20.0, 10.0], 1.0) + &plate("before", [45.0, 30.0, 20.0, 20.0], 0.0);
    let (_, annotations) = look(&scene(&objects, ""));
    let behind = &annotations[0];
    assert_eq!((behind.pixels, behind.bbox_visible), (150, [30.0, 35.0, 15.0, 10.0]));
    assert_eq!((amodal(behind).pixels, amodal(behind).bbox), (200, [30.0, 35.0, 20.0, 10.0]));
    assert_eq!((amodal(behind).visible_fraction, amodal(behind).truncation), (0.75, 0.0));
    let hidden: Vec<_> = amodal(behind).occluded_by.iter().map(|by| (by.instance_id, by.pixels)).collect();
    assert_eq!(hidden, [(2, 50)]);
}

#[test]
fn what_is_outside_or_behind_the_camera_is_not_annotated() {
    let objects = plate("left", [-40.0, 30.0, 20.0, 20.0], 0.0)
        + &plate("below", [40.0, 100.0, 20.0, 20.0], 0.0)
        + &body("behind", "Box(size_m: (2, 2, 2))", [0.0, 0.0, 20.0], "");
    let (frame, annotations) = look(&scene(&objects, ""));
    assert!(annotations.is_empty());
    assert!(frame.views[0].instance.data.iter().all(|id| *id == 0));
    assert!(frame.views[0].silhouettes.as_ref().unwrap().ids.is_empty());
    assert_eq!(frame.instances.len(), 3);
}

#[test]
fn what_an_edge_of_the_image_cuts_knows_its_other_part() {
    // Left, top, right, bottom, and a corner: what is inside, and which share is outside.
    for (face, inside, truncation) in [
        ([-10.0, 30.0, 40.0, 20.0], [0.0, 30.0, 30.0, 20.0], 0.25),
        ([40.0, -10.0, 20.0, 20.0], [40.0, 0.0, 20.0, 10.0], 0.5),
        ([90.0, 30.0, 40.0, 20.0], [90.0, 30.0, 10.0, 20.0], 0.75),
        ([40.0, 76.0, 20.0, 20.0], [40.0, 76.0, 20.0, 4.0], 0.8),
        ([-10.0, -10.0, 20.0, 20.0], [0.0, 0.0, 10.0, 10.0], 0.75),
        // Wider than three images: counted in larger cells.
        ([-400.0, 32.0, 416.0, 16.0], [0.0, 32.0, 16.0, 16.0], 400.0 / 416.0),
    ] {
        let (_, annotations) = look(&scene(&plate("cut", face, 0.0), ""));
        let cut = &annotations[0];
        assert_eq!((cut.bbox_visible, amodal(cut).bbox), (inside, inside), "{face:?}");
        assert_eq!(cut.pixels as f64, inside[2] * inside[3]);
        assert_eq!(amodal(cut).visible_fraction, 1.0);
        let whole = amodal(cut).bbox_whole;
        let far = whole.iter().zip(face).map(|(found, expected)| (found - expected).abs()).fold(0.0, f64::max);
        assert!(far < 1e-9 || face[0] < -100.0 && far < 8.0, "{face:?}: {whole:?}");
        let off = (amodal(cut).truncation - truncation).abs();
        assert!(off < 1e-12 || face[0] < -100.0 && off < 0.01, "{face:?}: {}", amodal(cut).truncation);
    }
}

#[test]
fn what_crosses_the_near_plane_is_labelled_where_it_is_seen() {
    // A slab under the camera, from behind it to the horizon: all rows below the middle.
    let (_, annotations) = look(&scene(&body("slab", "Box(size_m: (4000, 2, 2000))", [0.0, -2.0, -900.0], ""), ""));
    let slab = &annotations[0];
    assert_eq!((slab.pixels, slab.bbox_visible), (4000, [0.0, 40.0, 100.0, 40.0]));
    assert_eq!(amodal(slab).visible_fraction, 1.0);
    assert!(amodal(slab).truncation > 0.9, "{}", amodal(slab).truncation);
    // Its far edge is 1910 m away and 1 m below the camera.
    let [x, y, width, height] = slab.bbox_loose;
    assert_eq!((x, width), (0.0, 100.0));
    assert!((y - 40.0 - 100.0 / 1910.0).abs() < 1e-6 && (y + height - 80.0).abs() < 1e-9, "{:?}", slab.bbox_loose);
}

#[test]
fn two_thousand_instances_have_four_pixels_each() {
    let mut objects = String::new();
    for number in 0..2000u32 {
        let (column, row) = (number % 50, number / 50);
        let face = [f64::from(column * 2), f64::from(row * 2), 2.0, 2.0];
        write!(objects, "{}", plate(&format!("plate_{number}"), face, 0.0)).unwrap();
    }
    let (frame, annotations) = look(&scene(&objects, "planes: [ObjectCoordinates]"));
    assert_eq!(annotations.len(), 2000);
    for annotation in &annotations {
        let number = annotation.instance_id - 1;
        let (x, y) = (f64::from(number % 50 * 2), f64::from(number / 50 * 2));
        assert_eq!((annotation.pixels, annotation.bbox_visible), (4, [x, y, 2.0, 2.0]));
        assert_eq!((amodal(annotation).pixels, amodal(annotation).truncation), (4, 0.0), "{}", annotation.instance_id);
        assert!(amodal(annotation).occluded_by.is_empty());
    }
    assert!(frame.views[0].instance.data.iter().all(|id| *id > 0), "they cover the image");
    assert_eq!(frame.views[0].silhouettes.as_ref().unwrap().bits.len(), 63);
}

#[test]
fn a_single_pixel_is_an_instance() {
    let (_, annotations) = look(&scene(&plate("dot", [50.0, 40.0, 1.0, 1.0], 0.0), ""));
    assert_eq!((annotations[0].pixels, annotations[0].bbox_visible), (1, [50.0, 40.0, 1.0, 1.0]));
    assert_eq!(annotations[0].bbox_oriented.size, [1.0, 1.0]);
    let (_, annotations) = look(&scene(&plate("dot", [50.0, 40.0, 1.0, 1.0], 0.0), "minimum_pixels: 2"));
    assert!(annotations.is_empty());
}

#[test]
fn limits_decide_what_is_annotated_or_crowd() {
    let objects = plate("hidden", [30.0, 35.0, 20.0, 10.0], 1.0)
        + &plate("before", [35.0, 30.0, 20.0, 20.0], 0.0)
        + &plate("cut", [90.0, 30.0, 40.0, 20.0], 0.0);
    let ids = |labels: &str| -> Vec<(u32, bool)> {
        let (_, annotations) = look(&scene(&objects, labels));
        annotations.iter().map(|annotation| (annotation.instance_id, annotation.crowd)).collect()
    };
    assert_eq!(ids(""), [(1, false), (2, false), (3, false)]);
    assert_eq!(ids("minimum_visible_fraction: 0.25"), [(1, false), (2, false), (3, false)]);
    assert_eq!(ids("minimum_visible_fraction: 0.26"), [(2, false), (3, false)]);
    assert_eq!(ids("maximum_truncation: 0.75"), [(1, false), (2, false), (3, false)]);
    assert_eq!(ids("maximum_truncation: 0.7, minimum_visible_fraction: 0.3"), [(2, false)]);
    assert_eq!(ids("maximum_truncation: 0.7, rejected: Crowd"), [(1, false), (2, false), (3, true)]);
}

#[test]
fn a_volume_is_labelled_but_not_there() {
    let volume = body("bay", "Box(size_m: (2, 2, 0.0002))", [0.0, 0.0, -0.0001], "volume: true");
    let objects = plate("thing", [45.0, 35.0, 10.0, 10.0], 1.0) + &volume;
    let (frame, annotations) = look(&scene(&objects, ""));
    let (thing, bay) = (&annotations[0], &annotations[1]);
    assert_eq!((thing.pixels, amodal(thing).visible_fraction), (100, 1.0), "it hides nothing");
    assert!(bay.volume && !thing.volume);
    assert_eq!((bay.pixels, bay.mask.pixels(), bay.bbox_visible), (0, 0, [40.0, 30.0, 20.0, 20.0]));
    assert_eq!((amodal(bay).pixels, amodal(bay).visible_fraction), (400, 1.0));
    assert!(amodal(bay).occluded_by.is_empty());
    assert!(frame.views[0].instance.data.iter().all(|id| *id != 2));
    assert!(frame.views[0].depth.data.iter().all(|depth| *depth == 0.0 || *depth > 10.9));
    let default = annotate(&frame, &Policy { minimum_pixels: 401, ..Policy::default() }).unwrap();
    assert!(default.views[0].is_empty(), "its silhouette decides");
}

#[test]
fn keypoints_are_seen_hidden_or_absent() {
    use maquette::annotate::Visibility::{Absent, Occluded, Visible};
    let points = "keypoints: {\"front\": (-0.7, 0, 1), \"back\": (0, 0, -1), \"side\": (0.9, 0, 1), \"far\": (90, 0, 0)}, \
                  skeleton: [(\"front\", \"back\")], attributes: {\"fragile\": true, \"load\": 3, \"note\": \"a b\"}, ";
    // Its front face is 9 m away.
    let objects = body("box", "Box(size_m: (2, 2, 2))", [0.0, 0.0, 0.0], points)
        + &body("screen", "Box(size_m: (0.4, 2, 0.0002))", [0.7, 0.0, 2.0], "");
    let (frame, annotations) = look(&scene(&objects, ""));
    let seen = &annotations[0].keypoints;
    let found: Vec<_> = seen.iter().map(|point| (point.name.as_str(), point.visibility)).collect();
    assert_eq!(found, [("front", Visible), ("back", Occluded), ("side", Occluded), ("far", Absent)]);
    let expected = 50.0 - 100.0 * 0.7 / 9.0;
    assert!((seen[0].position[0] - expected).abs() < 1e-5, "{}", seen[0].position[0]);
    assert!((seen[0].position_m[2] - 9.0).abs() < 1e-6);
    let attributes = serde_json::to_string(&*frame.instances[0].attributes).unwrap();
    assert_eq!(attributes, r#"{"fragile":true,"load":3,"note":"a b"}"#);
}

/// Spokes about the axis of the camera, each with a side in a plane that passes the camera by a hair, and the centres of
/// pixels by as little: it is narrower than the grid that corners of triangles are put on, and goes from 10 m to 12 m.
#[test]
fn what_is_seen_along_its_face_has_depths_of_its_own() {
    const SLOPES: [(f64, f64); 7] =
        [(1.0, 5.0), (1.0, 3.0), (3.0, 5.0), (1.0, 1.0), (5.0, 3.0), (3.0, 1.0), (5.0, 1.0)];
    let mut objects = String::new();
    for number in 0..4 * SLOPES.len() {
        let (up, across) = SLOPES[number % SLOPES.len()];
        let roll = up.atan2(across) + std::f64::consts::FRAC_PI_2 * (number / SLOPES.len()) as f64;
        let (along, aside) = (2.25, -0.05 - 0.00002 * (1 + number % 16) as f64);
        let (sin, cos) = roll.sin_cos();
        let place = format!(
            "position_m: ({}, {}, -1), orientation: Angles(yaw_deg: 0, pitch_deg: 0, roll_deg: {})",
            along * cos - aside * sin,
            along * sin + aside * cos,
            roll.to_degrees()
        );
        write!(
            objects,
            "\"spoke_{number}\": (category: \"thing\", shape: Box(size_m: (2.5, 0.1, 2)), place: At({place}), \
             body: (kind: Static)),"
        )
        .unwrap();
    }
    let (frame, annotations) = look(&scene(&objects, "planes: [ObjectCoordinates]"));
    assert_eq!(annotations.len(), 4 * SLOPES.len());
    let view = &frame.views[0];
    let seen = view.instance.data.iter().zip(&view.depth.data).enumerate().filter(|(_, (id, _))| **id > 0);
    assert!(seen.clone().count() > 500, "{} pixels", seen.count());
    for (place, (id, depth)) in seen {
        let (x, y) = (place % SIZE.0 as usize, place / SIZE.0 as usize);
        assert!((9.998..12.002).contains(depth), "instance {id}, pixel ({x}, {y}): {depth} m");
    }
}

#[test]
fn what_runs_past_the_camera_has_the_depth_of_its_sides() {
    // A rail along the axis, from 20 m before the camera to 40 m behind it, above it and to the right of it.
    let rail = body("rail", "Box(size_m: (0.05, 0.05, 60))", [0.1, 0.1, 20.0], "");
    let wide = scene(&rail, "planes: [ObjectCoordinates]").replace("fx: 100, fy: 100", "fx: 10, fy: 10");
    let (frame, annotations) = look(&wide);
    assert_eq!(annotations.len(), 1);
    let view = &frame.views[0];
    let seen = view.instance.data.iter().zip(&view.depth.data).enumerate().filter(|(_, (id, _))| **id == 1);
    let (mut off, mut count) = (0.0, 0);
    for (place, (_, depth)) in seen {
        let (x, y) = (place % SIZE.0 as usize, place / SIZE.0 as usize);
        let (u, v) = ((x as f64 + 0.5 - 50.0) / 10.0, (40.0 - y as f64 - 0.5) / 10.0);
        // Where the ray has come to both of the near sides.
        off += (f64::from(*depth) * u.min(v) / 0.075 - 1.0).abs();
        count += 1;
    }
    let off = off / f64::from(count);
    assert!(count > 50 && off < 1e-3, "{off} of depth on the mean of {count} pixels");
}
