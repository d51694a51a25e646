//! Pools: assets are picked by weight and split, no two splits share one, and the manifest tells their terms.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use maquette::farm::{self, EngineOnce, Outcome, Progress, Run, Source};
use maquette::randomize::concrete::Texture;
use maquette::render::{Engine, Painter};
use maquette::scene::Edit;
use tempfile::TempDir;

struct Silent;
impl Progress for Silent {}

const SCENE: &str = r#"(
    categories: ["poster"], resolution: (64, 48), ground: (),
    pools: { "posters": (
        folder: "art/posters", weights: {"heavy/0.png": 0, "1.png": 8}, splits: {"2.png": "test"}, licence: "CC-BY-4.0",
    ) },
    splits: {"train": 0.6, "validation": 0.2, "test": 0.2},
    objects: { "poster": (
        category: "poster", shape: Box(size_m: [0.4, 0.6, 0.01]),
        material: (texture: Choice([Pool("posters"), Weighted(0.5, Plain)])),
        place: At(position_m: [0, 1, 0]),
    ) },
)"#;

/// A folder with thirty pictures of different colours, one of them once more under another name.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let posters = folder.path().join("art/posters");
    std::fs::create_dir_all(posters.join("heavy")).unwrap();
    for number in 0..30_u8 {
        let picture = image::RgbImage::from_pixel(4, 4, image::Rgb([number * 8, 255 - number, 7]));
        let name = if number % 5 == 0 { format!("heavy/{number}.png") } else { format!("{number}.png") };
        picture.save(posters.join(name)).unwrap();
    }
    std::fs::copy(posters.join("3.png"), posters.join("copy of 3.png")).unwrap();
    std::fs::write(posters.join("readme.txt"), "not a picture").unwrap();
    std::fs::write(folder.path().join("scene.ron"), SCENE).unwrap();
    folder
}

fn open(folder: &Path, split: Option<&str>) -> Source {
    let edits: Vec<Edit> = split.iter().map(|split| format!("split={split:?}").parse().unwrap()).collect();
    Source::edited(&folder.join("scene.ron"), None, &edits).unwrap_or_else(|error| panic!("{error}"))
}

/// How often each picture is picked.
fn picked(source: &Source, frames: u64) -> BTreeMap<String, u32> {
    let mut often = BTreeMap::new();
    for frame in 0..frames {
        let name = match &source.concrete(0, frame).unwrap().instances[0].material.texture {
            Some(Texture::Image(file)) => file.clone(),
            Some(Texture::Plain) => "plain".to_owned(),
            other => panic!("{other:?}"),
        };
        *often.entry(name).or_insert(0) += 1;
    }
    often
}

#[test]
fn splits_share_no_asset_and_weights_count() {
    let folder = folder();
    let all = picked(&open(folder.path(), None), 3000);
    assert_eq!(all.len(), 31, "{all:?}");
    assert!(!all.contains_key("art/posters/heavy/0.png"));
    let share = |name: &str| f64::from(all[name]) / 3000.0;
    assert!((share("plain") - 1.0 / 3.0).abs() < 0.04);
    assert!((share("art/posters/1.png") - 2.0 / 3.0 * 8.0 / 37.0).abs() < 0.03);

    let of = |split: &str| -> BTreeSet<String> {
        picked(&open(folder.path(), Some(split)), 3000).into_keys().filter(|name| name != "plain").collect()
    };
    let splits = ["train", "validation", "test"].map(of);
    let [train, validation, test] = &splits;
    assert!(train.is_disjoint(validation) && train.is_disjoint(test) && validation.is_disjoint(test));
    assert_eq!(splits.iter().map(BTreeSet::len).sum::<usize>(), 30);
    assert!(test.contains("art/posters/2.png"));
    // What looks alike is one asset, whatever its name.
    let with = |name: &str| splits.iter().position(|split| split.contains(name));
    assert_eq!(with("art/posters/3.png"), with("art/posters/copy of 3.png"));
    // One more moves none of the others.
    let mut other = image::RgbImage::new(4, 4);
    other.put_pixel(1, 1, image::Rgb([1, 2, 3]));
    other.save(folder.path().join("art/posters/a new one.png")).unwrap();
    let again = ["train", "validation", "test"].map(of);
    for (before, after) in splits.iter().zip(&again) {
        assert!(before.is_subset(after));
    }
}

/// What is trained on one split can be tested on another: their annotations mean the same.
#[test]
fn splits_have_the_keypoints_of_all() {
    let folder = TempDir::new().unwrap();
    let models = folder.path().join("models");
    std::fs::create_dir_all(&models).unwrap();
    for number in 0..8 {
        let points = (0..=number).map(|point| format!(r#"{{"name":"kp_{point}","translation":[0,0.1,0]}}"#));
        let nodes: Vec<String> = points.chain([r#"{"mesh":0}"#.to_owned()]).collect();
        let all: Vec<String> = (0..nodes.len()).map(|node| node.to_string()).collect();
        let corners: Vec<u8> = [[0_f32, 0.0, 0.0], [0.1, 0.0, 0.0], [0.0, 0.1, 0.1]]
            .as_flattened()
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect();
        std::fs::write(models.join(format!("{number}.bin")), corners).unwrap();
        let text = format!(
            r#"{{"asset":{{"version":"2.0"}},"scene":0,"scenes":[{{"nodes":[{}]}}],"nodes":[{}],
                "meshes":[{{"primitives":[{{"attributes":{{"POSITION":0}}}}]}}],
                "accessors":[{{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[0.1,0.1,0.1]}}],
                "bufferViews":[{{"buffer":0,"byteLength":36}}],"buffers":[{{"uri":"{number}.bin","byteLength":36}}]}}"#,
            all.join(","),
            nodes.join(",")
        );
        std::fs::write(models.join(format!("{number}.gltf")), text).unwrap();
    }
    let scene = r#"(
        categories: ["thing"], ground: (), pools: { "things": (folder: "models") },
        splits: {"train": 0.6, "test": 0.4},
        objects: { "thing": (category: "thing", shape: Pool("things"), place: At(position_m: [0, 1, 0])) },
    )"#;
    std::fs::write(folder.path().join("scene.ron"), scene).unwrap();
    let points = |split: Option<&str>| {
        open(folder.path(), split).identity(0, 1).unwrap().settings.categories[0].keypoints.clone()
    };
    assert_eq!(points(None), ["0", "1", "2", "3", "4", "5", "6", "7"]);
    assert_eq!(points(Some("train")), points(None));
    assert_eq!(points(Some("test")), points(None));
}

#[test]
fn splits_of_a_seed_have_frames_of_their_own() {
    let folder = folder();
    let place = |split: Option<&str>| {
        let text = SCENE.replace("[0, 1, 0]", "[Uniform(0, 1), 1, 0]");
        std::fs::write(folder.path().join("scene.ron"), text).unwrap();
        open(folder.path(), split).concrete(0, 0).unwrap().instances[0].start.position_m.x
    };
    let all = [place(None), place(Some("train")), place(Some("test"))];
    assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2], "{all:?}");
    assert_eq!(place(Some("test")), all[2]);
}

#[test]
fn the_manifest_has_the_terms_of_what_may_be_seen() {
    let folder = folder();
    let source = open(folder.path(), Some("test"));
    let run = Run {
        frames: vec![0, 1],
        seed: 0,
        output: folder.path().join("data").into(),
        workers: 1,
        shard_frames: 10,
        overwrite: false,
        parts: None,
        skip: Vec::new(),
        flight: std::sync::Arc::new(maquette::farm::Flight::new(None)),
    };
    let mut open_engine = || Ok(Box::new(Painter::default()) as Box<dyn Engine>);
    let stop = std::sync::atomic::AtomicBool::new(false);
    let outcome = farm::run(&mut EngineOnce::new(&mut open_engine), &source, &run, &Silent, &stop).unwrap();
    assert!(matches!(outcome, Outcome::Done(_)));
    let manifest = std::fs::read_to_string(folder.path().join("data/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let assets: BTreeSet<&str> =
        manifest["assets"].as_array().unwrap().iter().map(|asset| asset["asset"].as_str().unwrap()).collect();
    let test: BTreeSet<String> = picked(&source, 3000).into_keys().filter(|name| name != "plain").collect();
    assert_eq!(assets, test.iter().map(String::as_str).collect());
    for file in &test {
        let licences = manifest["licences"].as_array().unwrap();
        let of_file = licences.iter().find(|licence| licence["covers"] == file.as_str()).unwrap();
        assert_eq!(of_file["name"], "CC-BY-4.0");
    }
    let kept = std::fs::read_to_string(folder.path().join("data/scene.ron")).unwrap();
    assert!(kept.contains(r#"split: "test""#));
}

#[test]
fn bad_pools_are_answered() {
    let folder = folder();
    let posters = folder.path().join("art/posters");
    std::fs::create_dir_all(folder.path().join("empty")).unwrap();
    std::fs::create_dir_all(folder.path().join("broken")).unwrap();
    std::fs::write(folder.path().join("broken/a.png"), "no picture").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", folder.path().join("away")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("..", posters.join("round")).unwrap();
    for (from, to, why) in [
        (r#""art/posters""#, r#""art/postres""#, "there is no such folder"),
        (r#""art/posters""#, r#""..""#, "may not leave the scene's folder"),
        (r#""art/posters""#, r#""/etc""#, "must be relative"),
        (r#""art/posters""#, r#""away""#, "a link leads out of the scene's folder"),
        (r#""art/posters""#, r#""scene.ron""#, "it is not a folder"),
        (
            r#"folder: "art/posters", weights: {"heavy/0.png": 0, "1.png": 8}, splits: {"2.png": "test"}"#,
            r#"folder: "empty""#,
            "has no textures",
        ),
        (
            r#"folder: "art/posters", weights: {"heavy/0.png": 0, "1.png": 8}, splits: {"2.png": "test"}"#,
            r#"folder: "broken""#,
            "broken/a.png",
        ),
        (r#""1.png": 8"#, r#""1.jpg": 8"#, "there is no member of the pool \"1.jpg\""),
        (r#""1.png": 8"#, r#""1.png": -8"#, "a weight of -8 is below 0"),
        (r#""2.png": "test""#, r#""2.png": "tset""#, "did you mean \"test\"?"),
        (r#"Pool("posters")"#, r#"Pool("poster")"#, "did you mean \"posters\"?"),
        (r#"category: "poster""#, r#"category: Pool("posters")"#, "nothing of this kind comes from pools"),
        (r#"splits: {"train""#, r#"split: "trian", splits: {"train""#, "did you mean \"train\"?"),
        (r#""train": 0.6"#, r#""train": 0"#, "a share of 0 is not above 0"),
        (
            r#"folder: "art/posters", weights: {"heavy/0.png": 0, "1.png": 8}, splits: {"2.png": "test"}, "#,
            "",
            "a pool of nothing",
        ),
        (r#"folder: "art/posters","#, r#"folder: "art/posters", library: ["oka"],"#, "did you mean \"oak\"?"),
    ] {
        assert!(SCENE.contains(from), "{from}");
        std::fs::write(folder.path().join("scene.ron"), SCENE.replacen(from, to, 1)).unwrap();
        let told = match Source::open(&folder.path().join("scene.ron"), None) {
            Ok(_) => panic!("{to}: accepted"),
            Err(error) => error.to_string(),
        };
        assert!(told.contains(why), "{to}: {told}");
    }
}
