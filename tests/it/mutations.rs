//! Damaged scene files are answered, never survived by luck: no damage makes the way from text to frame panic.

use std::path::Path;

use maquette::annotate::{Policy, annotate};
use maquette::assets::AssetStore;
use maquette::randomize::{ConcreteScene, randomize};
use maquette::render::{Engine, Painter};
use maquette::scene;
use proptest::prelude::*;

const SCENES: &[&str] = &["tabletop.ron", "shapes.ron", "bench/drop.ron", "bench/sequence.ron"];
/// What is put in place of a piece of text: syntax, extreme numbers, names of the language.
const PIECES: &[&str] = &[
    "",
    "(",
    ")",
    "[",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "-",
    "0",
    "1e300",
    "-1",
    "NaN",
    "inf",
    "Uniform(1, 0)",
    "Choice([])",
    "Free",
    "Box",
    "None",
    "Some(",
    "\u{0}",
    "é",
    "/*",
    "//",
    "99999999999999999999",
    "\"../x.glb\"",
    "Normal(mean: 0)",
];
/// More things than these are not drawn here, for time's sake.
const MOST_THINGS: usize = 200;

fn text(index: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes").join(SCENES[index % SCENES.len()]);
    std::fs::read_to_string(path).unwrap()
}

/// From text to annotated frame, as `check`, `preview` and `render` go, with discs for pictures.
fn go_through(bytes: Vec<u8>, assets: &AssetStore) {
    let Ok(text) = scene::decode("damaged.ron", bytes) else { return };
    let loaded = match scene::read("damaged.ron", &text, assets) {
        Ok(loaded) => loaded,
        Err(diagnostics) => {
            assert!(diagnostics.errors() > 0 && !diagnostics.render(false).is_empty());
            return;
        }
    };
    let many = loaded.scene.objects.values().any(|o| !matches!(&o.count.0, scene::Number::Constant(n) if *n < 20.0));
    let large = loaded.scene.resolution.iter().product::<u32>() > 4_000_000;
    let long = loaded.scene.sequence.as_ref().is_some_and(|s| s.frames > 50);
    let Ok(concrete) = randomize(&loaded.scene, 1, 0, assets) else { return };
    if large || long || (many && concrete.instances.len() > MOST_THINGS) {
        return;
    }
    let again: ConcreteScene = ron::from_str(&ron::to_string(&concrete).unwrap()).unwrap();
    assert!(again == concrete, "a concrete scene changes when it is written and read");
    let mut frames = 0;
    let result = Painter::default().render(&mut std::iter::once(concrete), &mut |frame, _| {
        annotate(&frame, &Policy::default()).unwrap();
        frames += 1;
        Ok(())
    });
    assert!(result.is_ok() && frames > 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_panics(index in 0..SCENES.len(), places in prop::collection::vec((0.0..1.0f64, 0..12usize, 0..PIECES.len()), 1..4)) {
        thread_local!(static ASSETS: AssetStore = AssetStore::new("scenes"));
        let mut bytes = text(index).into_bytes();
        for (place, length, piece) in places {
            let start = (place * bytes.len() as f64) as usize;
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, PIECES[piece].bytes());
        }
        ASSETS.with(|assets| go_through(bytes, assets));
    }
}

#[test]
fn the_scenes_themselves_go_through() {
    let assets = AssetStore::new("scenes");
    for index in 0..SCENES.len() {
        go_through(text(index).into_bytes(), &assets);
    }
}
