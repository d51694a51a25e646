//! Light from panoramas and lamps: as bright as was said, from where it should come, and as soft.

use std::path::Path;

use maquette::frame::{Frame, View};

use super::look::look_in;

/// Grey ground seen from above, 20 pixels a metre; left is −x, the top −z. A black plate hangs 1 m over its middle.
const GROUND: &str = r#"Scene(
    categories: ["plate"], resolution: (160, 120), labels: (planes: [Linear]), HEAD
    cameras: {"main": (pose: LookAt(eye_m: (0, 9, 0), target_m: (0, 0, 0)), lens: Orthographic(height_m: 6), exposure_ev100: 8)},
    ground: Ground(size_m: 40, material: Material(base_color: Linear(0.5, 0.5, 0.5), roughness: 1)),
    objects: {"plate": (
        category: "plate", shape: Box(size_m: (0.8, 0.002, 0.8)), place: At(position_m: (0, 1.001, 0)), body: (kind: Static),
        material: (base_color: Linear(0, 0, 0), roughness: 1), MORE
    )},
    SEQUENCE
)"#;

/// A panorama of 256 by 128 pixels as a Radiance file.
fn panorama(path: &Path, light: impl Fn(usize, usize) -> [f32; 3]) {
    let mut file = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 128 +X 256\n".to_vec();
    for y in 0..128 {
        for x in 0..256 {
            let light = light(x, y);
            let most = light.into_iter().fold(0.0, f32::max);
            if most < 1e-20 {
                file.extend([0; 4]);
                continue;
            }
            // The mantissa of the largest is from 128 to 255.
            let exponent = most.log2().floor() as i32 + 1;
            let byte = |value: f32| (value / 2.0_f32.powi(exponent) * 256.0) as u8;
            file.extend([byte(light[0]), byte(light[1]), byte(light[2]), (exponent + 128) as u8]);
        }
    }
    std::fs::write(path, file).unwrap();
}

/// Each scene's frames, with `sky.hdr` beside it.
fn look(light: impl Fn(usize, usize) -> [f32; 3], scenes: &[String]) -> Vec<Frame> {
    let folder = tempfile::tempdir().unwrap();
    panorama(&folder.path().join("sky.hdr"), light);
    look_in(folder.path(), scenes)
}

fn scene(head: &str, more: &str, sequence: &str) -> String {
    GROUND.replace("HEAD", head).replace("MORE", more).replace("SEQUENCE", sequence)
}

fn green(view: &View, x: usize, y: usize) -> f64 {
    view.linear.as_ref().unwrap().data[y * 160 + x][1].to_f64()
}

/// Where the ground is brightest, or darkest, weighted by how much: x and z in metres.
fn middle(view: &View, weight: impl Fn(f64) -> f64) -> (f64, f64) {
    let (mut x_sum, mut z_sum, mut all) = (0.0, 0.0, 0.0);
    for y in 0..120 {
        for x in 0..160 {
            // The plate hides what is under it.
            if view.instance.data[y * 160 + x] == 0 {
                let w = weight(green(view, x, y));
                (x_sum, z_sum, all) = (x_sum + w * (x as f64 - 79.5), z_sum + w * (y as f64 - 59.5), all + w);
            }
        }
    }
    (x_sum / all / 20.0, z_sum / all / 20.0)
}

#[test]
fn an_even_panorama_is_even_light() {
    for samples in ["", "samples: 16,"] {
        let even = format!("{samples} environment: Ambient(illuminance_lux: 1000),");
        let shown = format!("{samples} environment: Panorama(file: \"sky.hdr\", illuminance_lux: 1000),");
        let frames = look(|_, _| [0.25; 3], &[scene(&even, "", ""), scene(&shown, "", "")]);
        for (x, y) in [(5, 5), (150, 60), (60, 80), (80, 60)] {
            let [even, shown] = [0, 1].map(|frame| green(&frames[frame].views[0], x, y));
            assert!((shown - even).abs() < 0.01 * even + 0.002, "{samples} ({x}, {y}): {shown}, expected {even}");
        }
    }
}

#[test]
fn the_sun_of_a_panorama_casts_shadows_and_turns_with_it() {
    // 45° high, to the right of the middle column: at +x. Three texels of 1.4°.
    let light =
        |x: usize, y: usize| if (191..193).contains(&x) && (31..33).contains(&y) { [5000.0; 3] } else { [0.1; 3] };
    let head = |yaw: f64| format!("environment: Panorama(file: \"sky.hdr\", illuminance_lux: 1000, yaw_deg: {yaw}),");
    let frames = look(light, &[scene(&head(0.0), "", ""), scene(&head(90.0), "", "")]);
    // The shadow of what is 1 m up falls 1 m away from the sun; turned counter-clockwise, +x comes to −z.
    for (frame, expected) in frames.iter().zip([(-1.0, 0.0), (0.0, 1.0)]) {
        let open = green(&frame.views[0], 3, 3);
        let (x, z) = middle(&frame.views[0], |light| if light < 0.5 * open { 1.0 } else { 0.0 });
        // The plate hides nothing of it.
        assert!((x - expected.0).abs() < 0.06 && (z - expected.1).abs() < 0.06, "({x}, {z}), expected {expected:?}");
        // What falls on the level is as said: ρ E / π, 1.2 · 2⁸ cd/m² being white; rough ground mirrors a little.
        let wanted = 0.5 * 1000.0 / std::f64::consts::PI / (1.2 * 256.0);
        assert!((0.98..1.1).contains(&(open / wanted)), "{open}, expected {wanted}");
    }
}

#[test]
fn lamps_go_where_their_things_go() {
    let lamp = "lights: {\"under\": Spot(position_m: (1.6, 0, 0), target_m: (1.6, -1, 0), flux_lm: 4000, half_angle_deg: 20, shadows: false)},";
    let dark = "environment: Ambient(illuminance_lux: 0.01),";
    let sequence = "sequence: (frames: 2, fps: 4), physics: (gravity_m_per_s2: 0),";
    let turned = scene(dark, lamp, sequence)
        .replace("position_m: (0, 1.001, 0)", "position_m: (1, 2, 0.5), orientation: Upright(yaw_deg: 90)");
    let frames = look(|_, _| [1.0; 3], &[scene(dark, lamp, ""), turned]);
    let bright = |frame: &Frame| middle(&frame.views[0], |light| light);
    let (x, z) = bright(&frames[0]);
    assert!((x - 1.6).abs() < 0.05 && z.abs() < 0.05, "({x}, {z})");
    // A quarter turn takes +x to −z.
    let (x, z) = bright(&frames[1]);
    assert!((x - 1.0).abs() < 0.05 && (z + 1.1).abs() < 0.05, "({x}, {z})");
    assert_eq!(frames.len(), 3);
}

#[test]
fn large_lamps_have_soft_shadows() {
    let lamp = |radius: f64| {
        let lamp =
            format!("\"lamp\": Point(position_m: (0, 3.001, 0), flux_lm: 20000, radius_m: {radius}, shadows: true)");
        scene(&format!("samples: 128, environment: Ambient(illuminance_lux: 0.01), lights: {{{lamp}}},"), "", "")
    };
    let frames = look(|_, _| [1.0; 3], &[lamp(0.0), lamp(0.2)]);
    // Along the row through the middle, how far it is from 5 % to 95 % of the light, in metres.
    let width = |frame: &Frame| {
        let open = green(&frame.views[0], 110, 60);
        (90..110).filter(|x| (0.05..0.95).contains(&(green(&frame.views[0], *x, 60) / open))).count() as f64 / 20.0
    };
    // The plate is 2 m under the lamp and 1 m over the ground, so that a ball 0.4 m wide blurs 0.2 m.
    let (sharp, soft) = (width(&frames[0]), width(&frames[1]));
    assert!(sharp < 0.11, "{sharp}");
    assert!((0.1..0.25).contains(&soft) && soft > sharp + 0.05, "{sharp} {soft}");
}

#[test]
fn lamps_of_what_was_taken_out_light_nothing() {
    let scene = |lights: &str| {
        format!(
            "Scene(
                categories: [\"ball\"], resolution: (160, 120), labels: (planes: [Linear]),
                cameras: {{\"main\": (pose: LookAt(eye_m: (0, 1.5, 3), target_m: (0, 0.4, 0)))}},
                environment: Room(windows: 0, lamp_flux_lm: 20),
                objects: {{
                    \"table\": (shape: Box(size_m: (0.4, 0.4, 0.4)), place: At(position_m: (0, 0.2, 0)), body: (kind: Static)),
                    \"ball\": (
                        category: \"ball\", shape: Sphere(radius_m: 0.1), body: (friction: 0),
                        place: Above(support: \"table\", region: Rectangle(center_m: (0.21, 0), size_m: (0.01, 0.01))),
                        lights: {{{lights}}},
                    ),
                }},
            )"
        )
    };
    let frames = look(|_, _| [1.0; 3], &[scene("\"in\": Point(position_m: (0, 0.2, 0), flux_lm: 5000)"), scene("")]);
    assert!(frames.iter().all(|frame| frame.instances.len() == 1), "the ball has slid off and was taken out");
    let mean = |frame: &Frame| (0..120).map(|y| green(&frame.views[0], 80, y)).sum::<f64>();
    let (fallen, dark) = (mean(&frames[0]), mean(&frames[1]));
    assert!((fallen / dark - 1.0).abs() < 0.01, "{fallen} {dark}");
}
