//! Pictures that are the mean of many: what they show, and that labels stay those of the pixel's centre.

use super::look::look;

/// A white plate 10 m before a camera with 10 pixels a metre; its left edge lies 20.25 pixels from that of the image.
const PLATE: &str = r#"Scene(
    categories: ["plate"], resolution: (64, 48), HEAD
    cameras: {"main": (pose: LookAt(eye_m: (0, 0, 10), target_m: (0, 0, 0)), lens: Intrinsics(fx: 100, fy: 100))},
    environment: Ambient(illuminance_lux: 1000),
    objects: {"plate": (
        category: "plate", shape: Box(size_m: (2.35, 2, 0.0002)), place: At(position_m: (0, 0, 0)), body: (kind: Static),
        material: (base_color: Linear(0, 0, 0), roughness: 1),
    )},
)"#;

/// A plate that hangs 8 m over level ground under a high sun, seen from above.
const SHADE: &str = r#"Scene(
    categories: ["plate"], resolution: (160, 120), HEAD
    cameras: {"main": (pose: LookAt(eye_m: (0, 3, 0), target_m: (0, 0, 0)), lens: Fov(vertical_deg: 20))},
    environment: Ambient(illuminance_lux: 1),
    lights: {"sun": Sun(elevation_deg: 89.9, azimuth_deg: 90, illuminance_lux: 100000)},
    ground: Ground(size_m: 20, material: Material(base_color: Linear(0.5, 0.5, 0.5), roughness: 1)),
    objects: {"plate": (
        category: "plate", shape: Box(size_m: (4, 0.01, 4)), place: At(position_m: (-2, 8, 0)), body: (kind: Static),
    )},
)"#;

/// Level ground under an even sky, a black plate of 4 by 4 m hanging 1 m over it; the camera looks at the ground under its
/// middle, and past it at the open.
const ROOF: &str = r#"Scene(
    categories: ["plate"], resolution: (160, 120), HEAD
    cameras: {"main": (pose: LookAt(eye_m: (0, 0.9, 6), target_m: (0, 0, 0)), lens: Fov(vertical_deg: 4), exposure_ev100: 8)},
    environment: Ambient(illuminance_lux: 1000),
    ground: Ground(size_m: 60, material: Material(base_color: Linear(GREY, GREY, GREY), roughness: 1)),
    objects: {"plate": (
        category: "plate", shape: Box(size_m: (4, 0.002, 4)), place: At(position_m: (0, 1.001, Z)), body: (kind: Static),
        material: (base_color: Linear(0, 0, 0), roughness: 1),
    )},
)"#;

fn with(scene: &str, head: &str) -> String {
    scene.replace("HEAD", head)
}

/// Light of a byte of sRGB.
fn linear(byte: u8) -> f64 {
    let value = f64::from(byte) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[test]
fn samples_that_are_all_alike_make_the_same_picture() {
    let frames = look(&[with(SHADE, "smooth_edges: false,"), with(SHADE, "smooth_edges: false, samples: 3,")]);
    let [one, many] = [0, 1].map(|frame| &frames[frame].views[0].rgb.data);
    // Away from the edge of the shade every sample sees all of the sun.
    for place in (0..one.len()).filter(|place| place % 160 >= 120) {
        assert!(one[place][0] > 60, "{:?} in full sun", one[place]);
        let off = one[place].iter().zip(many[place]).map(|(one, many)| one.abs_diff(many)).max().unwrap();
        assert!(off <= 1, "pixel {place}: {:?} and {:?}", one[place], many[place]);
    }
}

#[test]
fn edges_are_as_bright_as_pixels_are_covered() {
    let frames = look(&[with(PLATE, "samples: 64,")]);
    let view = &frames[0].views[0];
    let row: Vec<f64> = (15..49).map(|x| linear(view.rgb.data[24 * 64 + x][0])).collect();
    // The plate covers the pixels from 20.25 to 43.75.
    let (dark, bright) = (row[20 - 15 + 6], row[0]);
    let share = |x: usize| (row[x - 15] - dark) / (bright - dark);
    for (x, wanted) in [(19, 1.0), (20, 0.25), (21, 0.0), (42, 0.0), (43, 0.25), (44, 1.0)] {
        assert!((share(x) - wanted).abs() < 0.04, "column {x} is open by {}, expected {wanted}", share(x));
    }
}

#[test]
fn labels_are_those_of_a_single_picture() {
    let frames = look(&[with(PLATE, ""), with(PLATE, "samples: 16,"), with(PLATE, "")]);
    let [one, many, again] = [0, 1, 2].map(|frame| &frames[frame].views[0]);
    assert_ne!(one.rgb, many.rgb);
    assert_eq!((&one.instance, &one.depth), (&many.instance, &many.depth));
    assert_eq!(one.silhouettes, many.silhouettes);
    // And what was drawn before leaves no trace.
    assert_eq!(one, again);
}

#[test]
fn the_suns_disc_softens_shadows_by_its_size_and_the_distance() {
    let frames = look(&[with(SHADE, ""), with(SHADE, "samples: 256,")]);
    let metres_a_pixel = 2.0 * 3.0 * 10.0_f64.to_radians().tan() / 120.0;
    let widths = [0, 1].map(|frame| {
        let data = &frames[frame].views[0].rgb.data;
        let column = |x: usize| (40..80).map(|y| linear(data[y * 160 + x][0])).sum::<f64>() / 40.0;
        let (shade, sun) = (column(2), column(157));
        assert!(shade < 0.05 * sun, "{shade} in the shade, {sun} in the sun");
        let part = |x: usize| (column(x) - shade) / (sun - shade);
        let between = (0..160).filter(|x| (0.02..0.98).contains(&part(*x))).count();
        between as f64 * metres_a_pixel
    });
    // 8 m under an edge the disc of 0.533° blurs 74 mm; 2 % of the disc's area is left in the outer 6 % at each side.
    let wanted = 8.0 * 2.0 * 0.266_6_f64.to_radians().tan() * 0.88;
    assert!((widths[1] - wanted).abs() < 0.012, "{:.4} m, expected {wanted:.4} m", widths[1]);
    assert!(widths[0] < 0.6 * widths[1], "a single picture: {:.4} m", widths[0]);
}

#[test]
fn the_same_scene_gives_the_same_pixels() {
    let scene = with(SHADE, "samples: 9,");
    let frames = look(&[scene.clone(), with(PLATE, "samples: 2,"), scene]);
    assert_eq!(frames[0], frames[2]);
}

#[test]
fn a_sun_without_light_changes_nothing() {
    let ball = |lights: &str| {
        format!(
            r#"Scene(
                categories: ["ball"], resolution: (64, 48), samples: 16,
                cameras: {{"main": (pose: LookAt(eye_m: (0, 2, 4), target_m: (0, 0.5, 0)), exposure_ev100: 8)}},
                environment: Ambient(illuminance_lux: 1000), {lights}
                ground: Ground(size_m: 20, material: Material(base_color: Linear(0.5, 0.5, 0.5), roughness: 0.6)),
                objects: {{"ball": (
                    category: "ball", shape: Sphere(radius_m: 0.5), place: At(position_m: (0, 0.5, 0)),
                    body: (kind: Static), material: (base_color: Linear(0.9, 0.6, 0.3), metallic: 1, roughness: 0.3),
                )}},
            )"#
        )
    };
    let sun = |lux: &str| ball(&format!(r#"lights: {{"sun": Sun(elevation_deg: 40, illuminance_lux: {lux})}},"#));
    let frames = look(&[ball(""), sun("0"), sun("0.001")]);
    let pictures = [0, 1, 2].map(|frame| &frames[frame].views[0].rgb.data);
    for other in [1, 2] {
        for (place, (without, with)) in pictures[0].iter().zip(pictures[other]).enumerate() {
            let off = without.iter().zip(with).map(|(one, other)| one.abs_diff(*other)).max().unwrap();
            assert!(off <= 1, "picture {other}, pixel {place}: {with:?}, without a sun {without:?}");
        }
    }
}

/// Light before the tone curve, of a grey below its shoulder.
fn exposed(byte: u8) -> f64 {
    let value = linear(byte);
    if value < 0.04 { (value / 6.25).sqrt() } else { value + 0.04 }
}

#[test]
fn what_hides_the_sky_hides_its_share_of_the_light() {
    let scene = |grey: &str, z: &str| with(&ROOF.replace("GREY", grey).replace('Z', z), "samples: 256,");
    let frames = look(&[scene("0.6", "0"), scene("0", "0"), scene("0.6", "-40"), scene("0", "-40")]);
    let middle = |frame: usize| exposed(frames[frame].views[0].rgb.data[60 * 160 + 80][1]);
    // What is mirrored goes out in the difference of white and black ground.
    let open = (middle(0) - middle(1)) / (middle(2) - middle(3));
    // A point under the middle of a parallel rectangle: four times the form factor of a quarter of 2 by 2 over 1.
    let part = 2.0 / 5.0_f64.sqrt();
    let hidden = 4.0 / (2.0 * std::f64::consts::PI) * 2.0 * part * part.atan();
    assert!((open - (1.0 - hidden)).abs() < 0.015, "{open:.4} of the light, expected {:.4}", 1.0 - hidden);
}

#[test]
fn light_before_the_tone_curve_is_that_of_the_picture() {
    let linear_light = |samples: &str| {
        let head = format!("smooth_edges: false, {samples} labels: (planes: [Linear]),");
        look(&[with(&ROOF.replace("GREY", "0.6").replace('Z', "0"), &head)]).pop().unwrap()
    };
    for samples in ["", "samples: 4,"] {
        let frame = linear_light(samples);
        let view = &frame.views[0];
        let light = view.linear.as_ref().unwrap();
        let mut seen = 0;
        for (light, stored) in light.data.iter().zip(&view.rgb.data) {
            let [light, _, _] = light.map(f64::from);
            // Greys below the shoulder of the curve.
            if (0.05..0.7).contains(&light) {
                assert!((exposed(stored[1]) / light - 1.0).abs() < 0.02, "{light} is stored as {}", stored[1]);
                seen += 1;
            }
        }
        assert!(seen > 1000, "{seen} pixels");
    }
    let frame = look(&[with(PLATE, "")]).pop().unwrap();
    assert!(frame.views[0].linear.is_none());
}
