//! Damaged scene files are answered, never survived by luck: no damage makes the way from text to frame panic.

use std::path::Path;

use maquette::annotate::{Policy, annotate};
use maquette::assets::AssetStore;
use maquette::randomize::{ConcreteScene, randomize};
use maquette::render::{Engine, Options, Painter, Renderer};
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
    assert_eq!(concrete.faults(), Vec::<String>::new(), "drawn, and yet not sound");
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

/// What is put in place of a number: scenes that pass the check, and yet are nothing that anybody would write.
const NUMBERS: &[&str] = &["0", "1", "-1", "0.001", "0.5", "3", "17", "60", "90", "-89", "200", "1000", "15000", "1e6"];
/// Damaged scenes that the engine draws, and how many damages are tried to get them.
const DRAWN: usize = 40;
const TRIED: u64 = 4000;

/// The places of numbers in a text.
fn numbers(text: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let part = |b: u8| b.is_ascii_digit() || b == b'.';
    let begins = |i: usize| bytes[i].is_ascii_digit() && (i == 0 || b"(:, [-".contains(&bytes[i - 1]));
    let end = |i: usize| (i..bytes.len()).find(|&j| !part(bytes[j])).unwrap_or(bytes.len());
    (0..bytes.len()).filter(|&i| begins(i)).map(|i| i..end(i)).collect()
}

/// Scenes with up to three other numbers than they were written with, small enough to be drawn by the dozen.
fn odd_scenes(assets: &AssetStore) -> Vec<ConcreteScene> {
    let mut odd = Vec::new();
    for attempt in 0..TRIED {
        let mut text = text(attempt as usize);
        // A multiplicative generator (Lehmer) is dice enough.
        let mut state = (attempt + 1).wrapping_mul(48_271);
        let mut roll = |sides: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % sides
        };
        for _ in 0..=roll(3) {
            let places = numbers(&text);
            text.replace_range(places[roll(places.len())].clone(), NUMBERS[roll(NUMBERS.len())]);
        }
        let Ok(loaded) = scene::read("odd.ron", &text, assets) else { continue };
        if loaded.scene.objects.values().any(|object| object.count.0.range().is_none_or(|(_, most)| most > 30.0)) {
            continue;
        }
        let Ok(mut concrete) = randomize(&loaded.scene, attempt, 0, assets) else { continue };
        if concrete.instances.len() > 60 {
            continue;
        }
        for camera in &mut concrete.cameras {
            let k = &mut camera.intrinsics;
            let (x, y) = (64.0 / f64::from(concrete.resolution[0]), 48.0 / f64::from(concrete.resolution[1]));
            (k.fx, k.fy, k.cx, k.cy) = (k.fx * x, k.fy * y, k.cx * x, k.cy * y);
        }
        concrete.resolution = [64, 48];
        concrete.physics.time_limit_s = concrete.physics.time_limit_s.min(1.0);
        if let Some(sequence) = &mut concrete.sequence {
            sequence.frames = sequence.frames.min(3);
        }
        odd.push(concrete);
        if odd.len() == DRAWN {
            break;
        }
    }
    odd
}

#[test]
fn odd_scenes_are_drawn_without_panic() {
    let assets = std::sync::Arc::new(AssetStore::new("scenes"));
    let scenes = odd_scenes(&assets);
    assert_eq!(scenes.len(), DRAWN, "too few of them pass the check");
    let wanted: usize = scenes.iter().map(|s| s.sequence.as_ref().map_or(1, |sequence| sequence.frames as usize)).sum();
    let mut renderer = Renderer::new(assets, Options::default()).unwrap();
    let mut frames = 0;
    let result = renderer.render(&mut scenes.into_iter(), &mut |frame, scene| {
        let seen = annotate(&frame, &Policy::default());
        assert!(seen.is_ok(), "frame of seed {}: {:?}", scene.seed, seen.err());
        frames += 1;
        Ok(())
    });
    assert!(result.is_ok(), "{:?}", result.err());
    assert_eq!(frames, wanted);
}

#[test]
fn the_scenes_themselves_go_through() {
    let assets = AssetStore::new("scenes");
    for index in 0..SCENES.len() {
        go_through(text(index).into_bytes(), &assets);
    }
}
