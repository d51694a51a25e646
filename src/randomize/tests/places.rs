//! Whether things begin where they should: touching, in the air, on their support, clear of each other.

use glam::{DQuat, DVec3, Quat};

use super::super::RandomizeError;
use super::super::concrete::{Pose, Shape};
use super::super::extent::Extent;
use super::*;
use crate::scene::Fallen;

/// Points on the surface of a shape, in its own frame, as many as the test needs.
fn surface(shape: &Shape) -> Vec<DVec3> {
    let turn = |step: u32| f64::from(step) * std::f64::consts::TAU / 240.0;
    let ring = move |radius: f64, y: f64| {
        (0..240).map(move |step| DVec3::new(radius * turn(step).sin(), y, radius * turn(step).cos()))
    };
    let arc = move |ring_radius: f64, radius: f64, y: f64| {
        (0..240).flat_map(move |step| ring(ring_radius + radius * turn(step).cos(), y + radius * turn(step).sin()))
    };
    match *shape {
        Shape::Box { size_m } => {
            let sign = |bit: bool| if bit { 0.5 } else { -0.5 };
            let corner = |number: u32| DVec3::new(sign(number & 1 > 0), sign(number & 2 > 0), sign(number & 4 > 0));
            (0..8).map(|number| corner(number) * size_m.as_dvec3()).collect()
        }
        Shape::Sphere { radius_m } => arc(0.0, radius_m.into(), 0.0).collect(),
        Shape::Cylinder { radius_m, height_m } => {
            let (radius, half) = (f64::from(radius_m), f64::from(height_m) / 2.0);
            ring(radius, half).chain(ring(radius, -half)).collect()
        }
        Shape::Cone { radius_m, height_m } => {
            let half = f64::from(height_m) / 2.0;
            ring(radius_m.into(), -half).chain([DVec3::new(0.0, half, 0.0)]).collect()
        }
        Shape::Capsule { radius_m, height_m } => {
            let (radius, half) = (f64::from(radius_m), f64::from(height_m) / 2.0);
            arc(0.0, radius, half - radius).chain(arc(0.0, radius, radius - half)).collect()
        }
        Shape::Torus { ring_radius_m, tube_radius_m } => arc(ring_radius_m.into(), tube_radius_m.into(), 0.0).collect(),
        Shape::Library { .. } => surface(&Shape::Box { size_m: Vec3::new(0.08, 0.1, 0.12) }),
        Shape::Model { .. } => {
            let centred = surface(&Shape::Box { size_m: Vec3::new(0.2, 0.3, 0.1) });
            centred.into_iter().map(|point| point + DVec3::new(0.1, 0.15, 0.05)).collect()
        }
    }
}

fn points(instance: &Instance, pose: &Pose) -> impl Iterator<Item = DVec3> {
    let Pose { position_m, rotation } = *pose;
    let scale = f64::from(instance.scale);
    let place = move |point: DVec3| position_m.as_dvec3() + rotation.as_dquat().normalize() * (point * scale);
    surface(&instance.shape).into_iter().map(place)
}

fn lowest(instance: &Instance, pose: &Pose) -> f64 {
    points(instance, pose).map(|point| point.y).fold(f64::INFINITY, f64::min)
}

/// Centre and radius of the ball about an instance.
fn ball(instance: &Instance, pose: &Pose) -> (DVec3, f64) {
    let extent = Extent::new(&instance.shape, instance.scale, &Cupboard).unwrap();
    let centre = pose.position_m.as_dvec3() + pose.rotation.as_dquat() * extent.centre;
    (centre, extent.radius)
}

fn every_shape() -> Vec<scene::Shape> {
    vec![
        slab(0.1, 0.2, 0.3),
        scene::Shape::Sphere { radius_m: constant(0.1) },
        scene::Shape::Cylinder { radius_m: constant(0.05), height_m: constant(0.3) },
        scene::Shape::Cone { radius_m: constant(0.1), height_m: constant(0.15) },
        scene::Shape::Capsule { radius_m: constant(0.05), height_m: constant(0.3) },
        scene::Shape::Torus { ring_radius_m: constant(0.1), tube_radius_m: constant(0.03) },
        mug(),
        scene::Shape::Model { file: "chair.glb".to_owned() },
    ]
}

#[test]
fn what_stands_touches_its_support() {
    let turned = |support: &str, object: Object| {
        let angles = Orientation::Angles {
            yaw_deg: uniform(0.0, 360.0),
            pitch_deg: uniform(-90.0, 90.0),
            roll_deg: uniform(0.0, 360.0),
        };
        let orientation = picking([(1.0, Orientation::Free), (1.0, angles)]);
        Object { place: Place::On { support: support.to_owned(), region: Region::Top, orientation }, ..object }
    };
    for shape in every_shape() {
        let scale = |object: Object| Object { scale: uniform(0.5, 1.5), ..object };
        let scene = scene_of([
            ("table", fixed(at(0.3, 0.4, 0.0, thing(slab(3.0, 0.8, 3.0))))),
            ("upright", scale(on("table", thing(shape.clone())))),
            ("turned", scale(turned("table", thing(shape.clone())))),
            ("floor", scale(turned("ground", thing(shape)))),
        ]);
        for frame in 0..30 {
            let scene = drawn(&scene, 3, frame);
            for (name, top) in [("upright", 0.8), ("turned", 0.8), ("floor", 0.0)] {
                let one = instance(&scene, name);
                let gap = lowest(&one, &one.start) - top;
                assert!((0.0..0.001).contains(&gap), "{:?}: {gap}", one.shape);
                assert_eq!(one.support_top_m, Some(top as f32));
            }
        }
    }
}

#[test]
fn what_falls_begins_at_the_height_that_was_drawn() {
    for shape in every_shape() {
        let scene = scene_of([("thing", above("ground", thing(shape)))]);
        let heights = (0..50).map(|frame| {
            let one = instance(&drawn(&scene, 3, frame), "thing");
            lowest(&one, &one.start)
        });
        let (low, high) =
            heights.fold((1.0, 0.0), |(low, high): (f64, f64), height| (low.min(height), high.max(height)));
        assert!((0.0499..0.1).contains(&low) && (0.4..0.502).contains(&high), "{low} to {high}");
    }
}

#[test]
fn extents_enclose_what_they_are_of_and_no_more() {
    for shape in every_shape() {
        let scene = scene_of([("thing", above("ground", thing(shape)))]);
        for frame in 0..50 {
            let one = instance(&drawn(&scene, 8, frame), "thing");
            let extent = Extent::new(&one.shape, one.scale, &Cupboard).unwrap();
            let (centre, radius) = ball(&one, &one.start);
            let circle = extent.circle(one.start.rotation.as_dquat());
            let (mut reach, mut level) = (0.0_f64, 0.0_f64);
            for point in points(&one, &one.start) {
                let offset = point - centre;
                (reach, level) = (reach.max(offset.length()), level.max(offset.x.hypot(offset.z)));
            }
            assert!(reach <= radius + 1e-6 && radius < reach + 1e-4, "{:?}: {reach} {radius}", one.shape);
            assert!(level <= circle + 1e-6 && circle < 1.3 * level, "{:?}: {level} {circle}", one.shape);
        }
    }
}

#[test]
fn falling_things_begin_clear_of_each_other() {
    for frame in 0..100 {
        let scene = drawn(&tabletop(), 1, frame);
        let falling: Vec<_> = scene.instances.iter().filter(|one| one.body.kind == BodyKind::Dynamic).collect();
        for (index, one) in falling.iter().enumerate() {
            for other in &falling[index + 1..] {
                let ((a, a_radius), (b, b_radius)) = (ball(one, &one.start), ball(other, &other.start));
                assert!(a.distance(b) > a_radius + b_radius, "{} and {} in frame {frame}", one.name, other.name);
            }
            // Nor do they begin within the tray.
            let tray = instance(&scene, "tray");
            let extent = Extent::new(&tray.shape, 1.0, &Cupboard).unwrap();
            let (centre, radius) = ball(one, &one.start);
            assert!(extent.distance_to_box(&extent.stand(&tray.start), centre) > radius);
        }
    }
}

#[test]
fn a_heap_grows_upwards_when_there_is_no_room() {
    let heap = several(constant(60.0), above("post", thing(cube(0.2))));
    let scene = drawn(&scene_of([("post", fixed(at(0.0, 0.5, 0.0, thing(cube(0.3))))), ("heap", heap)]), 1, 1);
    let heights = scene.instances[1..].iter().map(|one| lowest(one, &one.start));
    let highest = heights.fold(0.0, f64::max);
    assert!((1.5..6.0).contains(&highest), "{highest}");
}

#[test]
fn standing_things_keep_clear_of_each_other_until_there_is_no_room() {
    let plates = |count: f64| {
        let plate = scene::Shape::Cylinder { radius_m: constant(0.1), height_m: constant(0.02) };
        let table = fixed(at(0.0, 0.4, 0.0, thing(slab(1.0, 0.8, 1.0))));
        drawn(&scene_of([("table", table), ("plate", several(constant(count), on("table", thing(plate))))]), 4, 4)
    };
    let least = |scene: &ConcreteScene| {
        let places: Vec<Vec3> = scene.instances[1..].iter().map(|one| one.start.position_m).collect();
        let pairs = places.iter().enumerate().flat_map(|(index, one)| {
            places[index + 1..].iter().map(move |other| (one.x - other.x).hypot(one.z - other.z))
        });
        pairs.fold(f32::INFINITY, f32::min)
    };
    assert!(least(&plates(8.0)) > 0.2);
    let crowded = plates(60.0);
    assert_eq!(crowded.instances.len(), 61);
    assert!((0.01..0.2).contains(&least(&crowded)));
}

#[test]
fn things_stay_over_their_support() {
    // A table turned by 45°: seen from above its edges run along the diagonals.
    let mut table = fixed(at(5.0, 0.4, -3.0, thing(slab(1.0, 0.8, 0.4))));
    if let Place::At { orientation, .. } = &mut table.place {
        *orientation = Pick::Constant(Orientation::Upright { yaw_deg: constant(45.0) });
    }
    let round = scene::Shape::Cylinder { radius_m: constant(0.5), height_m: constant(0.8) };
    let scene = scene_of([
        ("table", table),
        ("round", fixed(at(0.0, 0.4, 0.0, thing(round)))),
        ("cup", several(constant(3.0), on("table", thing(cube(0.05))))),
        ("pot", several(constant(3.0), on("round", thing(scene::Shape::Sphere { radius_m: constant(0.1) })))),
    ]);
    for frame in 0..200 {
        let scene = drawn(&scene, 6, frame);
        for number in 0..3 {
            let cup = instance(&scene, &format!("cup#{number}")).start.position_m - Vec3::new(5.0, 0.0, -3.0);
            let (along_x, along_z) = ((cup.x - cup.z) * 0.5_f32.sqrt(), (cup.x + cup.z) * 0.5_f32.sqrt());
            let margin = 0.025 * 2_f32.sqrt();
            assert!(along_x.abs() < 0.501 - margin && along_z.abs() < 0.201 - margin, "{along_x} {along_z}");
            let pot = instance(&scene, &format!("pot#{number}")).start.position_m;
            assert!(pot.x.hypot(pot.z) < 0.401);
        }
    }
}

#[test]
fn a_support_that_lies_on_its_side_bears_on_the_side_that_is_up() {
    let mut crate_on_its_side = fixed(at(0.0, 0.5, 0.0, thing(slab(0.2, 2.0, 1.0))));
    if let Place::At { orientation, .. } = &mut crate_on_its_side.place {
        let angles = Orientation::Angles { yaw_deg: constant(0.0), pitch_deg: constant(90.0), roll_deg: constant(0.0) };
        *orientation = Pick::Constant(angles);
    }
    let scene = scene_of([("crate", crate_on_its_side), ("cup", on("crate", thing(cube(0.1))))]);
    let mut furthest = 0.0_f32;
    for frame in 0..50 {
        let cup = instance(&drawn(&scene, 6, frame), "cup");
        assert!((cup.start.position_m.y - 1.05).abs() < 0.001);
        assert!(cup.start.position_m.x.abs() < 0.1);
        furthest = furthest.max(cup.start.position_m.z.abs());
    }
    assert!((0.7..1.0).contains(&furthest));
}

#[test]
fn the_centre_of_the_box_is_what_is_put_at_a_place() {
    let mut chair = at(1.0, 2.0, 3.0, thing(scene::Shape::Model { file: "chair.glb".to_owned() }));
    chair.scale = constant(2.0);
    if let Place::At { orientation, .. } = &mut chair.place {
        *orientation = Pick::Constant(Orientation::Upright { yaw_deg: constant(90.0) });
    }
    let chair = instance(&drawn(&scene_of([("chair", chair)]), 0, 0), "chair");
    // Half the box is (0.2, 0.3, 0.1); its x axis points along −z now, its z axis along x.
    assert!((chair.start.position_m - Vec3::new(0.9, 1.7, 3.2)).length() < 1e-6);
    assert_eq!((chair.scale, chair.support_top_m), (2.0, None));
}

#[test]
fn spares_are_for_what_can_fall_and_only_when_asked_for() {
    let mut scene = tabletop();
    scene.objects.insert("lamp".to_owned(), fixed(above("table", thing(cube(0.1)))));
    scene.objects.insert("book".to_owned(), on("table", thing(cube(0.1))));
    assert!(drawn(&scene, 1, 1).instances.iter().all(|one| one.spares.is_empty()));
    scene.physics.fallen = Fallen::DrawAgain;
    let again = drawn(&scene, 1, 1);
    for one in &again.instances {
        let falls = ["cup", "brick", "ball"].iter().any(|name| one.name.starts_with(name));
        assert_eq!(one.spares.len(), if falls { 4 } else { 0 }, "{}", one.name);
        assert_eq!(one.support_top_m.is_some(), one.body.kind == BodyKind::Dynamic);
        for (index, spare) in one.spares.iter().enumerate() {
            let top = f64::from(one.support_top_m.unwrap());
            assert!(lowest(one, spare) > top + 0.049);
            assert!(*spare != one.start && !one.spares[index + 1..].contains(spare));
        }
    }
    // Things that fall again at the same time are clear of each other too.
    let falling: Vec<_> = again.instances.iter().filter(|one| !one.spares.is_empty()).collect();
    for (index, one) in falling.iter().enumerate() {
        for other in &falling[index + 1..] {
            for round in 0..4 {
                let (a, b) = (ball(one, &one.spares[round]), ball(other, &other.spares[round]));
                assert!(a.0.distance(b.0) > a.1 + b.1);
            }
        }
    }
}

#[test]
fn one_of_several_supports_is_picked_and_none_bears_nothing() {
    let scene = |count: f64| {
        let mut posts = several(constant(count), fixed(on("ground", thing(slab(0.2, 0.5, 0.2)))));
        posts.scale = uniform(0.5, 1.5);
        scene_of([
            ("post", posts),
            ("cup", several(constant(12.0), above("post", thing(cube(0.05))))),
            ("lid", on("post", thing(cube(0.05)))),
            ("ball", thing(cube(0.1))),
        ])
    };
    let three = drawn(&scene(3.0), 1, 1);
    let tops = |one: &Instance| {
        three.instances[..3].iter().position(|post| {
            let Shape::Box { size_m } = post.shape else { panic!() };
            (post.start.position_m.y + size_m.y / 2.0 - one.support_top_m.unwrap()).abs() < 1e-5
        })
    };
    let used: std::collections::BTreeSet<_> = three.instances[3..15].iter().map(|cup| tops(cup).unwrap()).collect();
    assert_eq!(used.len(), 3);
    let none = drawn(&scene(0.0), 1, 1);
    assert_eq!(none.instances.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["ball"]);
    assert_eq!(none.instances[0].id, 1);
}

#[test]
fn supports_that_make_no_sense_are_named() {
    let error = |scene: Scene| randomize(&scene, 0, 0, &Cupboard).unwrap_err();
    let missing = error(scene_of([("table", fixed(thing(cube(1.0)))), ("cup", on("tabel", thing(mug())))]));
    assert_eq!(
        missing.to_string(),
        "objects/cup/place/support: expected the name of a static object or `ground`, found `tabel`; \
         the scene has ground, table"
    );
    let moving = error(scene_of([("cart", thing(cube(1.0))), ("cup", on("cart", thing(mug())))]));
    assert!(matches!(moving, RandomizeError::UnknownName { .. }));
    let circle = error(scene_of([
        ("cup", on("a", thing(mug()))),
        ("a", fixed(on("b", thing(cube(1.0))))),
        ("b", fixed(on("a", thing(cube(1.0))))),
    ]));
    assert!(circle.to_string().ends_with("found a circle: cup on a on b on a"), "{circle}");
}

#[test]
fn poses_come_back_from_where_things_stand() {
    let extent = Extent::new(&Shape::Model { file: String::new() }, 1.5, &Cupboard).unwrap();
    let rotation = Quat::from_xyzw(0.5, 0.5, -0.5, 0.5);
    let centre = DVec3::new(1.0, 2.0, 3.0);
    let stand = extent.stand(&extent.pose(centre, rotation));
    assert!((stand.centre - centre).length() < 1e-6);
    assert!(stand.rotation.angle_between(DQuat::from_xyzw(0.5, 0.5, -0.5, 0.5)) < 1e-6);
}
