//! Pictures through an opening and over a while: what is out of focus or moves is as blurred as it should be, and labels
//! are those of the middle.

use maquette::frame::View;

use super::look::look;

/// A black plate 10 m before a camera with 10 pixels a metre, and light all around.
const PLATE: &str = r#"Scene(
    categories: ["plate"], resolution: (64, 48), samples: SAMPLES,
    cameras: {"main": (pose: LookAt(eye_m: (0, 0, 10), target_m: (0, 0, 0)), lens: Intrinsics(fx: 100, fy: 100), CAMERA)},
    environment: Ambient(illuminance_lux: 1000), labels: Labels(planes: [Linear, Normal, ObjectCoordinates, Part]),
    objects: {"plate": (
        category: "plate", shape: Box(size_m: (2.35, 2, 0.0002)), place: At(position_m: (0, 0, 0)), body: (kind: Static),
        material: (base_color: Linear(0, 0, 0), roughness: 1),
    )},
)"#;

/// A black box that falls past a camera with 50 pixels a metre; pictures every fifth of a second.
const FALL: &str = r#"Scene(
    categories: ["box"], resolution: (64, 192), samples: 128,
    cameras: {"main": (
        pose: LookAt(eye_m: (0, 2.6, 10), target_m: (0, 2.6, 0)), lens: Intrinsics(fx: 500, fy: 500),
        shutter: Shutter(exposure_s: 0.1),
    )},
    environment: Ambient(illuminance_lux: 1000), labels: Labels(planes: [Linear]),
    objects: {"box": (
        category: "box", shape: Box(size_m: (0.4, 0.8, 0.0002)), place: At(position_m: (0, 3, 0)),
        material: (base_color: Linear(0, 0, 0), roughness: 1),
    )},
    sequence: Sequence(frames: 2, fps: 5, settle_first: false),
)"#;

fn plate(samples: u32, camera: &str) -> View {
    let scene = PLATE.replace("SAMPLES", &samples.to_string()).replace("CAMERA", camera);
    look(&[scene]).remove(0).views.remove(0)
}

/// Light along a row or a column, from the background (1) to the plate (0).
fn profile(view: &View, places: impl Iterator<Item = (u32, u32)>) -> Vec<f64> {
    let light = view.linear.as_ref().unwrap();
    let values: Vec<f64> = places.map(|(x, y)| light.data[(y * light.width + x) as usize][1].to_f64()).collect();
    let (open, dark) = (values[0], *values.last().unwrap());
    values.iter().map(|value| (value - dark) / (open - dark)).collect()
}

/// Where an edge that goes from 1 to 0 is, in pixels from the middle of the first one, and its variance.
fn edge(profile: &[f64]) -> (f64, f64) {
    let steps = profile.windows(2).enumerate().map(|(place, pair)| (place as f64 + 0.5, pair[0] - pair[1]));
    let mean: f64 = steps.clone().map(|(place, step)| place * step).sum();
    let variance: f64 = steps.map(|(place, step)| (place - mean).powi(2) * step).sum();
    // What pixels that are wide and values between them add.
    (mean, variance - 1.0 / 12.0)
}

fn same_labels(one: &View, other: &View) {
    assert_eq!(one.instance, other.instance);
    assert_eq!(one.depth, other.depth);
    assert_eq!(one.normal, other.normal);
    assert_eq!(one.object_coordinates, other.object_coordinates);
    assert_eq!(one.part, other.part);
    assert_eq!(one.silhouettes, other.silhouettes);
}

#[test]
fn what_is_out_of_focus_is_as_blurred_as_a_thin_lens_says() {
    let sharp = plate(1, "");
    for (focus_m, f_number, blades) in [(5.0, 1.0, 0), (20.0, 0.5, 0), (5.0, 1.0, 6), (10.0, 0.5, 0)] {
        let opening = format!(
            "focus: Focus(distance_m: {focus_m}, f_number: {f_number}, focal_length_mm: 1000, blades: {blades})"
        );
        let view = plate(256, &opening);
        let (place, variance) = edge(&profile(&view, (4..32).map(|x| (x, 24))));
        // The circle of confusion, in pixels: aperture times focal length times the difference of the inverse distances.
        let circle = 1.0 / f_number * 100.0 * (1.0_f64 / focus_m - 0.1).abs();
        // A disc's variance along a line is a sixteenth of its diameter's square; a hexagon's is 5/96 of that around it.
        let expected = circle * circle * if blades == 6 { 5.0 / 96.0 } else { 1.0 / 16.0 };
        let (found, expected) = (variance.max(0.0).sqrt(), expected.sqrt());
        // What is sharp still has the step of its pixels.
        let slack = if circle == 0.0 { 0.35 } else { 0.05 };
        assert!((found - expected).abs() < 0.03 * expected + slack, "{opening}: {found}, expected {expected}");
        // The plate's edge is 20.25 pixels from the image's.
        assert!((place + 4.5 - 20.25).abs() < 0.1, "{opening}: the edge is at {}", place + 4.5);
        same_labels(&view, &sharp);
    }
}

#[test]
fn a_camera_that_moves_smears_its_picture_along_its_way() {
    let sharp = plate(1, "");
    for (velocity, exposure_s) in [(1.0, 1.0), (-2.0, 0.5)] {
        let shutter = format!("shutter: Shutter(exposure_s: {exposure_s}, velocity_m_per_s: ({velocity}, 0, 0))");
        let view = plate(256, &shutter);
        let (place, variance) = edge(&profile(&view, (4..36).map(|x| (x, 24))));
        let length: f64 = velocity * exposure_s * 10.0;
        let (found, expected) = (variance.max(0.0).sqrt(), (length * length / 12.0).sqrt());
        assert!((found - expected).abs() < 0.03 * expected, "{shutter}: {found}, expected {expected}");
        assert!((place + 4.5 - 20.25).abs() < 0.1, "{shutter}: the edge is at {}", place + 4.5);
        same_labels(&view, &sharp);
    }
    // Turning by an angle whose tangent is 0.1, from left to right, is as far.
    let view = plate(256, "shutter: Shutter(exposure_s: 1, turn_deg_per_s: (5.71, 0, 0))");
    let (_, variance) = edge(&profile(&view, (4..36).map(|x| (x, 24))));
    assert!((variance.sqrt() - 10.0 / 12.0_f64.sqrt()).abs() < 0.15, "{}", variance.sqrt());
}

#[test]
fn a_rolling_shutter_slants_what_moves() {
    let sharp = plate(1, "");
    let view = plate(256, "shutter: Shutter(exposure_s: 0.1, readout_s: 1, velocity_m_per_s: (2, 0, 0))");
    let at = |y: u32| edge(&profile(&view, (2..36).map(|x| (x, y)))).0 + 2.5;
    // Two metres, which are 20 pixels, to the left from the first of 48 rows to the last; the middle one is where it is.
    for y in [16, 20, 24, 28, 32] {
        let expected = 20.25 - 20.0 * ((f64::from(y) + 0.5) / 48.0 - 0.5);
        assert!((at(y) - expected).abs() < 0.35, "row {y}: {}, expected {expected}", at(y));
    }
    same_labels(&view, &sharp);
}

#[test]
fn what_falls_is_smeared_by_its_speed() {
    let frame = &look(&[FALL.to_owned()])[1];
    let view = &frame.views[0];
    let fallen = 3.0 - frame.instances[0].position_m.y;
    assert!((fallen - 0.5 * 9.81 * 0.04).abs() < 0.03, "{fallen}");
    let (_, variance) = edge(&profile(view, (20..96).map(|y| (32, y))));
    // 1.96 m/s for a tenth of a second, at 50 pixels a metre.
    let expected = 0.2 * 9.81 * 0.1 * 50.0 / 12.0_f64.sqrt();
    assert!((variance.sqrt() - expected).abs() < 0.04 * expected, "{}, expected {expected}", variance.sqrt());
    // Labels are of the middle: the box's upper edge is as high as its pose says.
    let top = 96.0 - (frame.instances[0].position_m.y + 0.4 - 2.6) * 50.0;
    let first = (0..192).find(|y| view.instance.data[(y * 64 + 32) as usize] > 0).unwrap();
    assert!((f64::from(first) - top).abs() <= 0.5, "{first}, {top}");
}

#[test]
fn a_sensor_changes_the_picture_and_nothing_else() {
    let plain = plate(1, "");
    let view = plate(1, "sensor: Sensor(preset: NightSurveillance)");
    same_labels(&view, &plain);
    // The plane of light is what there was before it.
    assert_eq!(view.linear, plain.linear);
    assert_ne!(view.rgb, plain.rgb);
    assert_eq!(view.rgb, plate(1, "sensor: Sensor(preset: NightSurveillance)").rgb);
    assert_eq!(plate(1, "sensor: Sensor()").rgb, plain.rgb);
}

#[test]
fn the_same_exposure_gives_the_same_pixels() {
    let camera = "focus: Focus(distance_m: 5, f_number: 1, focal_length_mm: 500), \
                  shutter: Shutter(exposure_s: 0.1, readout_s: 0.2, velocity_m_per_s: (1, 0.5, 0))";
    assert_eq!(plate(8, camera), plate(8, camera));
}
