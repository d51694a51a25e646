//! Categories are seen equally often once the shares that were found are kept.

use maquette::farm::{self, Source};
use maquette::render::Painter;
use maquette::scene::Edit;
use tempfile::TempDir;

const SCENE: &str = r#"(
    categories: ["many", "few", "never in view"], resolution: (64, 48), ground: (),
    cameras: {"main": (pose: Orbit(distance_m: 4, azimuth_deg: 0), lens: Fov(vertical_deg: 40))},
    objects: {
        "many": (category: "many", count: 6, shape: Sphere(radius_m: 0.2), place: At(position_m: In(Box(size_m: [3, 1, 3])))),
        "few": (category: "few", count: 2, shape: Sphere(radius_m: 0.2), place: At(position_m: In(Box(size_m: [5, 1, 5])))),
    },
)"#;

fn open(folder: &TempDir, edits: &[&str]) -> Source {
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().unwrap()).collect();
    Source::edited(&folder.path().join("scene.ron"), None, &edits).unwrap_or_else(|error| panic!("{error}"))
}

fn seen(source: &Source, seed: u64) -> farm::Seen {
    farm::count_seen(&mut Painter::default(), source, seed, 600, &|| false, &|| ()).unwrap()
}

#[test]
fn what_is_kept_is_seen_equally_often() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("scene.ron"), SCENE).unwrap();
    let source = open(&folder, &["categories=[\"many\", \"few\"]"]);
    let names = source.categories().to_vec();
    let before = seen(&source, 0);
    assert!(before.instances[&1] > 3 * before.instances[&2], "{before:?}");
    let kept = farm::evened(&names, &names, &[1.0, 1.0], &before).unwrap();
    assert_eq!(kept[1], 1.0);
    let edit = format!("kept={{\"many\": {}}}", kept[0]);
    let after = seen(&open(&folder, &["categories=[\"many\", \"few\"]", &edit]), 9);
    let ratio = after.instances[&1] as f64 / after.instances[&2] as f64;
    assert!((0.85..1.15).contains(&ratio), "{after:?}");
    // What is kept stays where it was.
    let (all, thinned) = (
        source.concrete(3, 5).unwrap(),
        open(&folder, &["kept={\"many\": 0.5}", "categories=[\"many\", \"few\"]"]).concrete(3, 5).unwrap(),
    );
    assert!(thinned.instances.len() < all.instances.len());
    for instance in &thinned.instances {
        assert!(all.instances.iter().any(|other| other.name == instance.name && other.start == instance.start));
    }
}

#[test]
fn what_is_never_seen_is_said() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("scene.ron"), SCENE).unwrap();
    let source = open(&folder, &[]);
    let unseen = farm::evened(source.categories(), source.categories(), &[1.0; 3], &seen(&source, 0)).unwrap_err();
    assert_eq!(unseen, ["never in view"]);
    for (edit, why) in
        [("kept={\"mnay\": 0.5}", "did you mean \"many\"?"), ("kept={\"many\": 1.5}", "a share of 1.5 is above 1")]
    {
        let wrong = Source::edited(&folder.path().join("scene.ron"), None, &[edit.parse().unwrap()]);
        let told = wrong.err().unwrap_or_else(|| panic!("{edit}")).to_string();
        assert!(told.contains(why), "{told}");
    }
}
