//! Groups: whether what is in them stays together and keeps clear of everything else.

use glam::{DQuat, DVec3};

use super::super::concrete::Pose;
use super::*;

const SHELVES: &str = r#"(
    categories: ["box"],
    ground: (size_m: 60),
    objects: {
        "pillar": (shape: Cylinder(radius_m: 0.2, height_m: 3), body: (kind: Static), place: On(region: Top)),
        "table": (shape: Box(size_m: [3, 0.7, 3]), body: (kind: Static), place: On(region: Disk(center_m: [12, 0], radius_m: 0.1))),
    },
    groups: {
        "bay": (
            count: 4,
            place: On(region: Disk(radius_m: 4)),
            objects: {
                "shelf": (shape: Box(size_m: [2, 1, 0.5]), body: (kind: Static), place: At(position_m: [0, 0.5, 1])),
                "box": (
                    category: "box", count: 3, shape: Box(size_m: [0.1, Expr("0.1 + 0.01 * number + 0.001 * group_number"), 0.1]),
                    place: On(support: "shelf"),
                ),
            },
        ),
        "setting": (
            count: 2,
            place: On(support: "table", orientation: Aligned(yaw_deg: 0)),
            objects: {
                "plate": (shape: Cylinder(radius_m: 0.1, height_m: 0.02), place: On(region: Disk(radius_m: 0.001))),
            },
            groups: {
                "glasses": (
                    count: 2,
                    place: At(position_m: [Expr("0.4 * number - 0.2"), 0, 0.3], orientation: Upright(yaw_deg: 0)),
                    objects: { "glass": (shape: Library(name: "mug"), place: On(region: Disk(radius_m: 0.001))) },
                ),
            },
        ),
    },
)"#;

/// The pose of a thing seen from another.
fn seen_from(other: &Pose, pose: &Pose) -> (DVec3, DQuat) {
    let back = other.rotation.as_dquat().normalize().inverse();
    (back * (pose.position_m - other.position_m).as_dvec3(), back * pose.rotation.as_dquat().normalize())
}

#[test]
fn members_are_named_and_placed_after_their_group() {
    let scene = said(SHELVES);
    let mut yaws = Vec::new();
    for frame in 0..20 {
        let concrete = drawn(&scene, 3, frame);
        let ids: Vec<u32> = concrete.instances.iter().map(|instance| instance.id).collect();
        assert_eq!(ids, (1..=ids.len() as u32).collect::<Vec<_>>());
        assert_eq!(ids.len(), 2 + 4 * 4 + 2 * 3);
        for bay in 0..4 {
            let shelf = instance(&concrete, &format!("bay#{bay}/shelf"));
            // The shelf is a metre along z from the group's origin, which stands on the ground.
            let up = shelf.start.rotation * Vec3::Y;
            assert!((shelf.start.position_m.y - 0.5).abs() < 1e-5 && up.y > 0.9999);
            let (sin, cos) = (shelf.start.rotation.y, shelf.start.rotation.w);
            yaws.push(2.0 * sin.atan2(cos));
            for number in 0..3 {
                let member = instance(&concrete, &format!("bay#{bay}/box#{number}"));
                let Shape::Box { size_m } = member.shape else { panic!() };
                assert!((f64::from(size_m.y) - (0.1 + 0.01 * f64::from(number) + 0.001 * f64::from(bay))).abs() < 1e-6);
                let (at, _) = seen_from(&shelf.start, &member.start);
                assert!(at.x.abs() <= 1.0 && at.z.abs() <= 0.25, "{at}");
                assert!((at.y - 0.5 - f64::from(size_m.y) / 2.0 - 0.0005).abs() < 1e-4, "{at}");
                assert_eq!(member.support_top_m, Some(1.0));
            }
        }
        let table = instance(&concrete, "table");
        for setting in 0..2 {
            let plate = instance(&concrete, &format!("setting#{setting}/plate"));
            let one = instance(&concrete, &format!("setting#{setting}/glasses#0/glass"));
            let other = instance(&concrete, &format!("setting#{setting}/glasses#1/glass"));
            assert!((one.start.position_m.distance(other.start.position_m) - 0.4).abs() < 0.01);
            assert!((plate.start.position_m.y - 0.7005 - 0.0105).abs() < 1e-4);
            assert!((one.support_top_m.unwrap() - 0.7005).abs() < 1e-5);
            // Along the table: from glass to glass is its x axis.
            let along = (other.start.position_m - one.start.position_m).normalize();
            assert!(along.dot(table.start.rotation * Vec3::X) > 0.98);
        }
    }
    let turned = yaws.iter().filter(|yaw| yaw.sin().abs() > 0.1).count();
    assert!(turned > yaws.len() / 2);
}

/// Both ways of placing a group are about its origin, not about the middle of what happens to be in it.
#[test]
fn a_group_is_placed_by_its_origin() {
    let shelf = |place: &str| {
        let scene = said(&format!(
            r#"(ground: (), groups: {{ "bay": (place: {place}, objects: {{
                "shelf": (shape: Box(size_m: [2, 1, 0.5]), body: (kind: Static), place: At(position_m: [0, 0.5, 1])),
            }}) }})"#
        ));
        instance(&drawn(&scene, 0, 0), "bay/shelf").start.position_m
    };
    let on = shelf("On(region: Disk(center_m: [3, 4], radius_m: 0.001), orientation: Upright(yaw_deg: 90))");
    assert!(on.distance(Vec3::new(4.0, 0.5, 4.0)) < 2e-3, "{on}");
    let at = shelf("At(position_m: [3, 0, 4], orientation: Upright(yaw_deg: 90))");
    assert!(at.distance(on) < 2e-3, "{at}");
}

#[test]
fn groups_keep_clear_of_each_other_and_of_what_stands_there() {
    let scene = said(SHELVES);
    for frame in 0..20 {
        let concrete = drawn(&scene, 5, frame);
        let pillar = instance(&concrete, "pillar").start.position_m;
        let shelves: Vec<&Instance> =
            concrete.instances.iter().filter(|instance| instance.name.ends_with("/shelf")).collect();
        let inside = |shelf: &Instance, point: Vec3, margin: f32| {
            let at = shelf.start.rotation.inverse() * (point - shelf.start.position_m);
            at.x.abs() < 1.0 + margin && at.z.abs() < 0.25 + margin
        };
        for (index, shelf) in shelves.iter().enumerate() {
            assert!(!inside(shelf, Vec3::new(pillar.x, 0.5, pillar.z), 0.14), "frame {frame}");
            for other in &shelves[..index] {
                for corner in [[-1.0, 0.25], [1.0, 0.25], [1.0, -0.25], [-1.0, -0.25], [0.0, 0.0]] {
                    let [x, z] = corner;
                    let point = other.start.rotation * Vec3::new(x, 0.0, z) + other.start.position_m;
                    assert!(!inside(shelf, point, 0.0), "frame {frame}");
                }
            }
        }
    }
}

#[test]
fn a_group_does_not_move_what_is_outside_of_it() {
    let scene = said(SHELVES);
    let mut without = scene.clone();
    without.groups.clear();
    for frame in 0..5 {
        let (one, other) = (drawn(&scene, 1, frame), drawn(&without, 1, frame));
        assert_eq!(one.instances[..2], other.instances[..]);
    }
}

#[test]
fn rows_of_shelves_stand_on_a_grid() {
    let scene = said(&SHELVES.replace("count: 4,", "count: 6,").replace(
        "On(region: Disk(radius_m: 4)),",
        "On(region: Grid(center_m: [-20, 0], spacing_m: [2.1, 1.5], cells: [2, 3]), orientation: Upright(yaw_deg: 0)),",
    ));
    for frame in 0..10 {
        let concrete = drawn(&scene, 1, frame);
        let mut cells: Vec<[i32; 2]> = (0..6)
            .map(|bay| {
                let at = instance(&concrete, &format!("bay#{bay}/shelf")).start.position_m - Vec3::new(-20.0, 0.0, 1.0);
                [(at.x / 1.05).round() as i32, (at.z / 1.5).round() as i32]
            })
            .collect();
        cells.sort_unstable();
        cells.dedup();
        assert_eq!(cells.len(), 6, "{cells:?}");
    }
}

#[test]
fn what_groups_may_not_do_is_said() {
    let wrong = |from: &str, to: &str| {
        assert!(SHELVES.contains(from), "{from}");
        scene::read("scene.ron", &SHELVES.replacen(from, to, 1), &Cupboard).unwrap_err().to_string()
    };
    for (from, to, why) in [
        ("place: On(region: Disk(radius_m: 4)),", "place: Above(),", "a group does not fall as a whole"),
        ("orientation: Aligned(yaw_deg: 0)", "orientation: Free", "a group stands upright"),
        (r#"support: "shelf""#, r#"support: "table""#, "there is no support \"table\""),
        (r#"On(support: "table","#, r#"On(support: "bay","#, "there is no support \"bay\""),
        (r#""glasses": ("#, r#""plate": ("#, "both an object and a group"),
        (r#""glasses": ("#, r#""a/b": ("#, "leads into groups"),
        (
            "At(position_m: [0, 0.5, 1])",
            "At(position_m: Frustum(camera: \"main\", near_m: 1, far_m: 2))",
            "knows no camera",
        ),
        ("count: 4,", "count: 4000,", "the scene may hold 16002 objects"),
        ("number + 0.001", "numbr + 0.001", "there is no variable \"numbr\""),
        (r#"Disk(radius_m: 4)"#, r#"Disk(radius_m: Expr("4 + number"))"#, "`number` is not known here"),
        (r#"count: 3, shape"#, r#"count: Expr("number"), shape"#, "`number` is not known here"),
        ("count: 4,", r#"count: Expr("group_number"),"#, "`group_number` is not known here"),
        (r#"Expr("0.4 * number - 0.2")"#, r#"Expr("0.4 * group - 0.2")"#, "there is no variable \"group\""),
    ] {
        let told = wrong(from, to);
        assert!(told.contains(why), "{to}: {told}");
    }
}
