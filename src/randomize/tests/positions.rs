//! Whether points lie where positions and regions say.

use glam::{DVec2, DVec3};

use super::distributions::assert_follows;
use super::*;

/// A scene with a ball placed so, `count` times.
fn balls(place: &str, count: u32) -> Scene {
    said(&format!(
        r#"(
            ground: (),
            cameras: {{ "main": (
                pose: LookAt(eye_m: [1, 2, 3], target_m: [1, 2, 2], roll_deg: 90),
                lens: Fov(vertical_deg: 90),
            ) }},
            objects: {{
                "block": (
                    shape: Box(size_m: [2, 1, 4]), body: (kind: Static),
                    place: At(position_m: [5, 0.5, 5], orientation: Upright(yaw_deg: 90)),
                ),
                "ball": (
                    count: {count}, shape: Sphere(radius_m: 0.01), body: (kind: Static), place: {place},
                ),
            }},
        )"#
    ))
}

/// Where the balls' centres are, over so many frames.
fn centres(place: &str, count: u32, frames: u64) -> Vec<Vec<DVec3>> {
    let scene = balls(place, count);
    let of = |frame| {
        let scene = drawn(&scene, 4, frame);
        let balls = scene.instances.iter().filter(|instance| instance.name.starts_with("ball"));
        balls.map(|ball| ball.start.position_m.as_dvec3()).collect()
    };
    (0..frames).map(of).collect()
}

fn points(place: &str) -> Vec<DVec3> {
    centres(place, 1, 3000).concat()
}

fn share(points: &[DVec3], of: impl Fn(&DVec3) -> f64) -> Vec<f64> {
    points.iter().map(of).collect()
}

#[test]
fn points_are_in_and_on_solids() {
    let middle = DVec3::new(1.0, 2.0, 3.0);
    let ball = points("At(position_m: In(Sphere(center_m: [1, 2, 3], radius_m: 2)))");
    assert_follows(share(&ball, |point| point.distance(middle)), |r| (r / 2.0).powi(3).min(1.0));
    let sphere = points("At(position_m: On(Sphere(center_m: [1, 2, 3], radius_m: 2)))");
    assert!(sphere.iter().all(|point| (point.distance(middle) - 2.0).abs() < 1e-5));
    assert_follows(share(&sphere, |point| point.y), |y| (y / 4.0).clamp(0.0, 1.0));
    let shell = points("At(position_m: In(Shell(inner_radius_m: 1, outer_radius_m: 2)))");
    assert_follows(share(&shell, |point| point.length()), |r| ((r.powi(3) - 1.0) / 7.0).clamp(0.0, 1.0));
    let column = points("At(position_m: In(Cylinder(center_m: [0, 2, 0], radius_m: 1, height_m: 2)))");
    assert_follows(share(&column, |point| point.y), |y| ((y - 1.0) / 2.0).clamp(0.0, 1.0));
    let disk = points("At(position_m: In(Disk(center_m: [0, 2, 0], radius_m: 1)))");
    assert!(disk.iter().all(|point| point.y == 2.0));
    let carton = points("At(position_m: On(Box(center_m: [0, 2, 0], size_m: [2, 2, 2])))");
    assert!(carton.iter().all(|point| ((*point - DVec3::Y * 2.0).abs().max_element() - 1.0).abs() < 1e-6));
}

#[test]
fn a_frustum_is_what_a_camera_sees() {
    // Rolled by a quarter: what is 640 pixels wide stands upright; it looks along −z from (1, 2, 3).
    let seen = points(r#"At(position_m: Frustum(camera: "main", near_m: 1, far_m: 3, margin: 0.25))"#);
    let depth = share(&seen, |point| 3.0 - point.z);
    assert_follows(depth, |z| ((z.powi(3) - 1.0) / 26.0).clamp(0.0, 1.0));
    let across = |high: f64| move |tangent: f64| ((tangent / high + 1.0) / 2.0).clamp(0.0, 1.0);
    assert_follows(share(&seen, |point| (point.y - 2.0) / (3.0 - point.z)), across(0.5 * 640.0 / 480.0));
    assert_follows(share(&seen, |point| (point.x - 1.0) / (3.0 - point.z)), across(0.5));
}

#[test]
fn things_lie_on_surfaces_as_these_slope() {
    let place = r#"At(position_m: Surface(object: "block", slope_at_most_deg: 10), orientation: Aligned())"#;
    // The block is turned: 4 m along x, 2 along z; a ball of 1 cm touches its top at a height of 1 m.
    let top = points(place);
    assert!(top.iter().all(|point| (point.y - 1.0105).abs() < 1e-5));
    assert_follows(share(&top, |point| point.x), |x| ((x - 3.0) / 4.0).clamp(0.0, 1.0));
    assert_follows(share(&top, |point| point.z), |z| ((z - 4.0) / 2.0).clamp(0.0, 1.0));
    let all = points(r#"At(position_m: Surface(object: "block"))"#);
    let sides = all.iter().filter(|point| point.y > 0.0 && point.y < 1.0).count() as f64 / all.len() as f64;
    assert!((sides - 12.0 / 28.0).abs() < 0.04, "{sides}");
}

#[test]
fn up_and_forward_are_those_of_the_place() {
    let turned = |place: &str| {
        let scene = balls(place, 1);
        drawn(&scene, 1, 0).instances[1].start.rotation.as_dquat()
    };
    let wall = turned(r#"At(position_m: On(Disk(radius_m: 1)), orientation: Aligned(yaw_deg: 30))"#);
    let outwards = wall * DVec3::Y;
    let point = points("At(position_m: On(Disk(radius_m: 1)))")[0];
    assert!(outwards.y.abs() < 1e-6 && outwards.length() > 0.99 && point.length() > 0.99);
    let along = turned("On(region: Path(points_m: [[0, 0], [3, 0]]), orientation: Aligned(yaw_deg: 0))") * DVec3::Z;
    assert!(along.distance(DVec3::X) < 1e-6, "{along}");
    let climbing = turned("At(position_m: Path(points_m: [[0, 0, 0], [0, 5, 0]]), orientation: Aligned())");
    assert!((climbing * DVec3::Y).distance(DVec3::Y) < 1e-6);
    // On what is turned by a quarter its own z axis points along the world's x.
    let on = turned(r#"On(support: "block", orientation: Aligned(yaw_deg: 90))"#) * DVec3::Z;
    assert!(on.distance(DVec3::NEG_Z) < 1e-6, "{on}");
}

#[test]
fn every_cell_of_a_grid_is_taken_once() {
    for (place, step) in [
        ("On(region: Grid(center_m: [1, 2], spacing_m: [0.5, 1], cells: [3, 4]))", DVec2::new(0.5, 1.0)),
        ("At(position_m: Grid(center_m: [1, 5, 2], spacing_m: [0.5, 0, 1], cells: [3, 1, 4]))", DVec2::new(0.5, 1.0)),
    ] {
        let mut orders = std::collections::BTreeSet::new();
        for frame in centres(place, 12, 20) {
            let cell = |point: &DVec3| (DVec2::new(point.x - 1.0, point.z - 2.0) / step + DVec2::new(1.0, 1.5)).round();
            let cells: Vec<[i32; 2]> = frame.iter().map(|point| cell(point).as_ivec2().to_array()).collect();
            let mut sorted = cells.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), 12, "{cells:?}");
            assert!(cells.iter().all(|[x, z]| (0..3).contains(x) && (0..4).contains(z)), "{cells:?}");
            orders.insert(cells);
        }
        assert_eq!(orders.len(), 20);
    }
    let rows = centres("At(position_m: Grid(spacing_m: [1, 1, 1], cells: [2, 1, 2], shuffled: false))", 4, 1);
    let expected = [[-0.5, 0.0, -0.5], [0.5, 0.0, -0.5], [-0.5, 0.0, 0.5], [0.5, 0.0, 0.5]];
    assert_eq!(rows[0].iter().map(DVec3::to_array).collect::<Vec<_>>(), expected);
}

/// On a path things look along it, up and down too; so they do where they keep their distance on it.
#[test]
fn what_is_aligned_follows_the_path() {
    let ways = |place: &str| -> Vec<Vec3> {
        let along = balls(place, 4);
        let frames = (0..10).flat_map(|frame| drawn(&along, 4, frame).instances);
        let balls = frames.filter(|instance| instance.name.starts_with("ball"));
        balls.map(|ball| ball.start.rotation * Vec3::Z).collect()
    };
    let path = "Path(points_m: [[0, 0], [9, 0]], width_m: 1)";
    for region in [path.to_owned(), format!("PoissonDisk(within: {path}, distance_m: 0.5)")] {
        let ways = ways(&format!("On(region: {region}, orientation: Aligned(yaw_deg: 0))"));
        assert!(ways.len() == 40 && ways.iter().all(|way| way.x > 0.9999), "{region}: {ways:?}");
    }
    let ways = ways("At(position_m: Path(points_m: [[0, 0, 0], [3, 4, 0]]), orientation: Aligned(yaw_deg: 0))");
    assert!(ways.len() == 40 && ways.iter().all(|way| way.dot(Vec3::new(0.6, 0.8, 0.0)) > 0.9999), "{ways:?}");
}

#[test]
fn where_no_surface_is_level_enough_nothing_is_placed() {
    let count = |slope: f64, angle: &str| {
        let place = format!("At(position_m: Surface(object: \"block\", slope_at_most_deg: {slope}))");
        let mut scene = balls(&place, 3);
        let tilted = said(&format!(
            r#"(objects: {{ "block": (shape: Box(size_m: [2, 1, 4]), body: (kind: Static),
                place: At(position_m: [5, 3, 5], orientation: About(axis: [1, 0, 0], angle_deg: {angle}))) }})"#
        ));
        scene.objects["block"] = tilted.objects["block"].clone();
        (0..10).map(|frame| drawn(&scene, 4, frame).instances.len()).collect::<Vec<_>>()
    };
    assert_eq!(count(30.0, "0"), [4; 10]);
    assert_eq!(count(30.0, "40"), [1; 10]);
    let some = count(30.0, "Uniform(0, 45)");
    assert!(some.contains(&1) && some.contains(&4), "{some:?}");
}

#[test]
fn points_keep_their_distance() {
    for place in [
        "On(region: PoissonDisk(within: Disk(radius_m: 2), distance_m: 0.5))",
        "At(position_m: PoissonDisk(within: Box(size_m: [2, 2, 2]), distance_m: 0.5))",
    ] {
        for frame in centres(place, 20, 10) {
            for (index, one) in frame.iter().enumerate() {
                assert!(frame[..index].iter().all(|other| one.distance(*other) > 0.4999));
            }
        }
    }
}

#[test]
fn a_ring_and_a_strip_are_even() {
    let ring = points("On(region: Ring(inner_radius_m: 1, outer_radius_m: 2))");
    assert_follows(share(&ring, |point| DVec2::new(point.x, point.z).length()), |r| {
        ((r * r - 1.0) / 3.0).clamp(0.0, 1.0)
    });
    let strip = points("On(region: Path(points_m: [[0, 0], [4, 0], [4, 4]], width_m: 1))");
    let first: Vec<DVec3> = strip.iter().copied().filter(|point| point.x < 3.5 && point.z < 0.5).collect();
    assert_follows(share(&first, |point| point.x), |x| (x / 3.5).clamp(0.0, 1.0));
    assert_follows(share(&first, |point| point.z), |z| (z + 0.5).clamp(0.0, 1.0));
}

#[test]
fn what_is_to_be_clear_is() {
    let scene = said(
        r#"(objects: { "ball": (
            count: 30, shape: Sphere(radius_m: 0.2), body: (kind: Static),
            place: At(position_m: In(Box(size_m: [3, 3, 3])), clear: true),
        ) })"#,
    );
    for frame in 0..5 {
        let balls: Vec<Vec3> = drawn(&scene, 0, frame).instances.iter().map(|ball| ball.start.position_m).collect();
        for (index, one) in balls.iter().enumerate() {
            assert!(balls[..index].iter().all(|other| one.distance(*other) >= 0.4));
        }
    }
}

#[test]
fn a_region_is_drawn_once_for_all() {
    let place = "On(region: Rectangle(center_m: [Uniform(-100, 100), 0], size_m: [1, 1]))";
    let mut middles = Vec::new();
    for frame in centres(place, 8, 5) {
        let (low, high) = frame.iter().fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(at.x), high.max(at.x)));
        assert!(high - low <= 1.0);
        middles.push(low);
    }
    assert!(middles.windows(2).all(|pair| (pair[0] - pair[1]).abs() > 1.0), "{middles:?}");
}

#[test]
fn cameras_and_lights_have_positions_too() {
    let scene = said(
        r#"(
            cameras: { "main": (pose: LookAt(eye_m: On(Shell(inner_radius_m: 3, outer_radius_m: 3)),
                                             target_m: In(Sphere(radius_m: 0.1)))) },
            ground: (),
            lights: { "lamp": Point(position_m: In(Box(center_m: [0, 9, 0], size_m: [1, 1, 1])), flux_lm: 100) },
            objects: { "ball": (shape: Sphere(radius_m: 0.2), place: At(position_m: [0, 1, 0])) },
        )"#,
    );
    let drawn = drawn(&scene, 0, 3);
    assert!((drawn.cameras[0].position_m.length() - 3.0).abs() < 1e-5);
    assert!(drawn.cameras[0].target_m.length() < 0.1);
    let crate::randomize::concrete::Light::Point { position_m, .. } = &drawn.lights[0] else { panic!() };
    assert!((position_m.y - 9.0).abs() < 0.5);
}
