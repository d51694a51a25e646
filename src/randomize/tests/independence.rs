//! Same in, same out; and a stream for each choice: what is added somewhere moves nothing elsewhere.

use proptest::prelude::*;

use super::super::stream::Cursor;
use super::*;

#[test]
fn same_seed_and_frame_give_the_same_scene_and_others_do_not() {
    let scene = tabletop();
    assert_eq!(drawn(&scene, 0, 0), drawn(&scene, 0, 0));
    let scenes = [drawn(&scene, 0, 0), drawn(&scene, 0, 1), drawn(&scene, 1, 0), drawn(&scene, u64::MAX, u64::MAX)];
    for (index, one) in scenes.iter().enumerate() {
        for other in &scenes[index + 1..] {
            assert_ne!(one.cameras, other.cameras);
            assert_ne!(one.instances[2].start, other.instances[2].start);
        }
    }
}

#[test]
fn every_part_of_the_key_counts() {
    let first = |seed, frame, path: &[&str]| {
        path.iter().fold(Cursor::new(seed, frame), |cursor, step| cursor.child(step)).stream().bits()
    };
    let streams = [
        first(0, 0, &[]),
        first(0, 1, &[]),
        first(1, 0, &[]),
        first(0, 1 << 32, &[]),
        first(1 << 32, 0, &[]),
        first(0, 0, &["a"]),
        first(0, 0, &["b"]),
        first(0, 0, &["a", "b"]),
        first(0, 0, &["a/b"]),
        first(0, 0, &["ab"]),
        first(0, 0, &["a~1b"]),
        Cursor::new(0, 0).numbered("a", 1).stream().bits(),
        first(0, 0, &["a#1"]),
    ];
    for (index, stream) in streams.iter().enumerate() {
        assert!(!streams[index + 1..].contains(stream), "{index}");
    }
}

#[test]
fn paths_read_as_the_scene_does() {
    let root = Cursor::new(0, 0);
    let cursor = root.child("objects").numbered("mug", 2).child("material").child("roughness");
    assert_eq!(cursor.path(), "objects/mug#2/material/roughness");
    assert_eq!(root.child("a/b#c~d").path(), "a~1b~2c~0d");
}

#[test]
fn a_stream_does_not_know_what_was_drawn_before() {
    let cursor = Cursor::new(3, 4).child("a");
    let fresh = cursor.child("b").stream().bits();
    let mut other = cursor.child("c").stream();
    for _ in 0..100 {
        other.bits();
    }
    assert_eq!(cursor.child("b").stream().bits(), fresh);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn names_never_share_a_stream(one in "[a/#~0-2]{0,6}", other in "[a/#~0-2]{0,6}", below in "[a/#~0-2]{1,4}") {
        let root = Cursor::new(0, 0).child("x");
        let (one, other) = (root.child(&one), root.child(&other));
        prop_assert_eq!(one.path() == other.path(), one == other);
        let nested = one.child(&below);
        prop_assert_ne!(nested.path(), one.path());
        prop_assert!(nested.path() != other.path());
    }

    #[test]
    fn any_seed_and_frame_will_do(seed: u64, frame: u64) {
        let scene = drawn(&tabletop(), seed, frame);
        prop_assert_eq!(scene.seed, seed);
        prop_assert_eq!(scene.frame, frame);
        let ids: Vec<u32> = scene.instances.iter().map(|instance| instance.id).collect();
        prop_assert_eq!(ids, (1..=scene.instances.len() as u32).collect::<Vec<_>>());
    }
}

#[test]
fn an_object_at_the_end_changes_no_other() {
    let mut physics_again = tabletop();
    physics_again.physics.fallen = scene::Fallen::DrawAgain;
    for base in [tabletop(), physics_again] {
        let additions = [
            several(constant(4.0), above("table", thing(cube(0.1)))),
            several(constant(4.0), on("tray", thing(cube(0.1)))),
            fixed(at(0.0, 0.5, 0.0, thing(cube(2.0)))),
            above("ground", thing(mug())),
        ];
        for addition in additions {
            let mut more = base.clone();
            more.objects.insert("zzz".to_owned(), addition);
            for frame in 0..20 {
                let (before, after) = (drawn(&base, 11, frame), drawn(&more, 11, frame));
                let kept = before.instances.len();
                assert!(after.instances.len() > kept);
                assert_eq!(before.instances[..], after.instances[..kept]);
                assert_eq!(ConcreteScene { instances: before.instances.clone(), ..after }, before);
            }
        }
    }
}

#[test]
fn a_pair_of_support_and_thing_at_the_end_changes_no_other() {
    let base = tabletop();
    let mut more = base.clone();
    more.objects.insert("yyy".to_owned(), on("zzz", thing(cube(0.1))));
    more.objects.insert("zzz".to_owned(), fixed(on("ground", thing(cube(0.5)))));
    let (before, after) = (drawn(&base, 1, 2), drawn(&more, 1, 2));
    assert_eq!(before.instances[..], after.instances[..before.instances.len()]);
}

#[test]
fn an_object_in_the_middle_changes_no_other_s_looks() {
    let base = tabletop();
    let mut more = base.clone();
    more.objects.shift_insert(1, "new".to_owned(), several(constant(3.0), above("table", thing(cube(0.2)))));
    let (before, after) = (drawn(&base, 11, 3), drawn(&more, 11, 3));
    for one in &before.instances {
        let other = instance(&after, &one.name);
        let looks = Instance { id: one.id, start: one.start, spares: one.spares.clone(), ..other };
        assert_eq!(*one, looks);
    }
}

#[test]
fn one_more_of_a_kind_changes_none_of_the_others() {
    let with = |count: f64| {
        let mut scene = tabletop();
        scene.objects["ball"].count = Count(constant(count));
        drawn(&scene, 5, 5)
    };
    let (two, three, one) = (with(2.0), with(3.0), with(1.0));
    assert_eq!(two.instances[..], three.instances[..two.instances.len()]);
    // Even where the name changes, as there can only be one.
    assert_eq!(instance(&one, "ball").start, instance(&two, "ball#0").start);
}

#[test]
fn a_lamp_or_camera_anywhere_moves_nothing() {
    let mut base = tabletop();
    let sun = || scene::Light::Sun {
        elevation_deg: Some(uniform(10.0, 80.0)),
        azimuth_deg: Some(uniform(0.0, 360.0)),
        illuminance_lux: None,
        temperature_kelvin: Some(uniform(3000.0, 6000.0)),
    };
    base.lights.insert("one".to_owned(), sun());
    base.lights.insert("two".to_owned(), sun());
    base.cameras.insert("second".to_owned(), Camera::default());
    let before = drawn(&base, 9, 9);
    assert_ne!(before.cameras[0].position_m, before.cameras[1].position_m);
    for place in 0..=2 {
        let mut more = base.clone();
        more.lights.shift_insert(place, "new".to_owned(), sun());
        more.cameras.shift_insert(place, "new".to_owned(), Camera::default());
        let mut after = drawn(&more, 9, 9);
        after.lights.remove(place);
        after.cameras.remove(place);
        assert_eq!(before, after);
    }
}

#[test]
fn where_a_support_stands_in_the_file_does_not_matter_to_what_it_bears() {
    let table = || fixed(at(0.0, 0.4, 0.0, thing(cube(0.8))));
    let cup = || several(constant(3.0), above("table", thing(mug())));
    let before = drawn(&scene_of([("table", table()), ("cup", cup())]), 3, 3);
    let after = drawn(&scene_of([("cup", cup()), ("table", table())]), 3, 3);
    assert_eq!(
        after.instances.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["cup#0", "cup#1", "cup#2", "table"]
    );
    assert_eq!(after.instances.iter().map(|one| one.id).collect::<Vec<_>>(), [1, 2, 3, 4]);
    for one in &before.instances {
        assert_eq!(Instance { id: 0, ..one.clone() }, instance(&after, &one.name));
    }
}
