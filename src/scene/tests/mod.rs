//! Whole scenes: good ones, every kind of value in them, and what becomes of them when they are damaged.

mod examples;
mod mutation;
mod strangers;

use examples::{DROP, TABLETOP, YARD};

use super::*;

/// A library with a few names, and no files but `duck.glb` and `label.png`.
pub(super) struct Shelf;

impl Library for Shelf {
    fn model_names(&self) -> Vec<&str> {
        vec!["mug", "bowl", "table", "cone"]
    }

    fn texture_names(&self) -> Vec<&str> {
        vec!["oak", "concrete"]
    }

    fn variants(&self, model: &str) -> Option<u32> {
        (model == "mug").then_some(3)
    }

    fn column(&self, file: &str, column: &str) -> Result<(f64, f64), String> {
        match (file, column) {
            ("speeds.csv", "kmh") => Ok((0.5, 130.0)),
            _ => Err(format!("there is no column {column:?}")),
        }
    }

    fn file(&self, path: &str, _: Asset) -> Result<(), String> {
        if ["speeds.csv", "duck.glb", "label.png"].contains(&path) {
            Ok(())
        } else {
            Err("there is no such file".to_owned())
        }
    }
}

fn good(text: &str) -> Scene {
    match read("test.ron", text, &Shelf) {
        Ok(loaded) => {
            assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
            loaded.scene
        }
        Err(all) => panic!("{all}"),
    }
}

/// What is said about a scene: "error path: message".
fn told(text: &str) -> Vec<String> {
    let all = match read("test.ron", text, &Shelf) {
        Ok(loaded) => loaded.warnings,
        Err(all) => all,
    };
    all.iter().map(|one| format!("{:?} {}: {}", one.severity, one.path, one.message)).collect()
}

#[test]
fn good_scenes_are_read_without_a_word() {
    let scene = good(TABLETOP);
    assert_eq!(scene.objects.keys().collect::<Vec<_>>(), ["table", "mug", "duck", "marble", "post"]);
    assert_eq!(scene.objects["mug"].count, Count(Number::Uniform(2.0, 5.0)));
    assert_eq!(
        scene.objects["post"].place,
        Place::On {
            support: "table".to_owned(),
            region: Region::Disk { center_m: [0.0.into(), 0.0.into()], radius_m: 0.3.into() },
            orientation: Pick::Constant(Orientation::Upright { yaw_deg: Number::Uniform(0.0, 360.0) }),
        }
    );
    let Pick::Choice(colors) = scene.objects["mug"].material.base_color.as_ref().unwrap() else { panic!() };
    assert_eq!(colors[1].weight, 3.0);
    assert_eq!(scene.sequence.as_ref().unwrap().frames, 24);
    assert!(good(YARD).ground.is_some());
    let scene = good(DROP);
    assert_eq!(scene.resolution, [640, 480]);
    assert_eq!(scene.cameras.keys().collect::<Vec<_>>(), ["main"]);
    assert_eq!(scene.environment, Pick::Constant(Environment::default()));
    assert_eq!(scene.physics, Physics::default());
}

#[test]
fn a_name_before_the_whole_and_some_around_values_change_nothing() {
    assert_eq!(good(DROP), good(&format!("Scene{}", DROP.trim_start())));
    assert_eq!(good(DROP), good(&DROP.replace("ground: ()", "ground: Some(())")));
    assert_eq!(good(DROP), good(&DROP.replace("ground: ()", "ground: Ground()")));
    assert_eq!(good(DROP), good(&DROP.replace("radius_m: 0.1", "radius_m: Constant(0.1)")));
    assert_eq!(good(DROP), good(&DROP.replace("category: \"ball\"", "category: Some(Constant(\"ball\"))")));
    assert_eq!(good(DROP), good(&DROP.replace('\n', "\r\n")));
    assert_eq!(good(DROP), good(&format!("\u{feff}#![enable(implicit_some)]{DROP}")));
}

#[test]
fn every_range_of_a_room_makes_a_ground() {
    let room = DROP.replace("ground: ()", "cameras: {\"main\": (pose: Orbit(distance_m: 1))}, environment: Room()");
    good(&room);
    let either = DROP.replace("ground: ()", "environment: Choice([Room(size_m: (9, 9, 9)), Sky()])");
    assert!(told(&either).iter().any(|one| one.contains("the scene has none")), "{:?}", told(&either));
}

#[test]
fn stand_ins_are_not_talked_about() {
    // The categories cannot be read, so nobody knows whether "ball" is one.
    let unread = DROP.replace("[\"ball\"]", "7");
    assert_eq!(told(&unread), ["Error categories: expected a list, `[…]`, found the number 7"]);
    let unread = DROP.replace("\"ball\": (", "\"ball\": (place: On(support: 3), ");
    assert_eq!(told(&unread), ["Error objects[\"ball\"].place.support: expected text in quotes, found the number 3"]);
    let unread = DROP.replace("ground: ()", "ground: true");
    assert_eq!(told(&unread).len(), 1, "{:?}", told(&unread));
}

#[test]
fn a_file_is_opened_once() {
    use std::cell::Cell;
    struct Counting(Cell<u32>);
    impl Library for Counting {
        fn model_names(&self) -> Vec<&str> {
            Vec::new()
        }
        fn texture_names(&self) -> Vec<&str> {
            Vec::new()
        }
        fn variants(&self, _: &str) -> Option<u32> {
            None
        }
        fn column(&self, _: &str, _: &str) -> Result<(f64, f64), String> {
            Ok((0.0, 1.0))
        }
        fn file(&self, _: &str, _: Asset) -> Result<(), String> {
            self.0.set(self.0.get() + 1);
            Ok(())
        }
    }
    let library = Counting(Cell::new(0));
    let ducks = "Choice([Model(file: \"duck.glb\"), Model(file: \"duck.glb\"), Model(file: \"../duck.glb\")])";
    let _ = read("test.ron", &DROP.replace("Sphere(radius_m: 0.1)", ducks), &library);
    assert_eq!(library.0.get(), 1);
}

#[test]
fn what_is_no_text_is_told_so() {
    let all = decode("a.ron", b"(\n  a: \xff,\n)".to_vec()).unwrap_err();
    assert!(all.render(false).starts_with("a.ron:2:6: error: expected UTF-8, found bytes that are no text\n"), "{all}");
    let all = decode("a.ron", vec![0xff, 0xfe, b'(', 0]).unwrap_err();
    assert!(all.render(false).contains("found UTF-16"), "{all}");
    assert_eq!(decode("a.ron", b"()".to_vec()).unwrap(), "()");
}

#[test]
fn the_schema_says_what_may_stand_where() {
    let schema = schema();
    let text = serde_json::to_string(&schema).unwrap();
    for word in ["Uniform", "std_dev", "Weighted", "density_kg_per_m3", "Turned about the vertical only."] {
        assert!(text.contains(word), "{word}");
    }
    assert_eq!(schema["required"], serde_json::Value::Null);
    assert_eq!(schema["additionalProperties"], serde_json::json!(false));
    let number = &schema["$defs"]["Number"]["anyOf"];
    assert_eq!(number[0]["type"], "number");
    let reference = number[1]["$ref"].as_str().unwrap();
    let distribution = schema.pointer(&reference[1..]).unwrap();
    assert_eq!(distribution["oneOf"].as_array().unwrap().len(), 21);
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(schema.pointer(pointer).is_some(), "{pointer}");
    }
}
