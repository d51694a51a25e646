//! Whatever a scene or a dataset names, nothing outside of its folder is read, and not more is kept than fits.

use super::*;
use crate::scene::{Asset, Entry, Library};

/// A folder `scene` with a picture and a model, and a file beside it.
fn there() -> (tempfile::TempDir, AssetStore) {
    let outer = tempfile::tempdir().unwrap();
    let scene = outer.path().join("scene");
    std::fs::create_dir(&scene).unwrap();
    image::RgbaImage::from_pixel(4, 2, image::Rgba([255, 0, 0, 255])).save(scene.join("red.png")).unwrap();
    for name in ["red.png", "speeds.csv", "sky.hdr", "duck.glb"] {
        std::fs::copy(scene.join("red.png"), outer.path().join(name)).unwrap();
    }
    let store = AssetStore::new(&scene);
    (outer, store)
}

/// What is said when a file is used in every way there is.
fn refused(store: &AssetStore, file: &str) -> Vec<String> {
    let texture = Material { texture: Some(TextureName::Image(file.to_owned())), ..Material::default() };
    let results = [
        store.hash(file).map(drop),
        store.hash_once(file).map(drop),
        store.surface(&texture).map(drop),
        store.model(&Shape::Model { file: file.to_owned() }).map(drop),
        store.panorama(file).map(drop),
        store.table(file).map(drop),
        store.with_beside(&format!("{file}.gltf")).map(drop),
    ];
    results.into_iter().map(|result| result.unwrap_err().to_string()).collect()
}

#[test]
fn nothing_outside_of_the_folder_is_read() {
    let (outer, store) = there();
    assert!(store.hash("red.png").is_ok() && store.check_image("red.png").is_ok());
    for name in ["red.png", "speeds.csv", "sky.hdr", "duck.glb"] {
        let absolute = outer.path().join(name).to_string_lossy().into_owned();
        for file in [&absolute, &format!("../{name}")] {
            for told in refused(&store, file) {
                let why = ["the path must be relative", "may not leave the scene's folder"];
                assert!(why.iter().any(|why| told.contains(why)), "{told}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn links_out_devices_and_pipes_are_not_opened() {
    let (_outer, store) = there();
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, store.root().join(name)).unwrap();
    link("../red.png", "out.png");
    link("/dev/zero", "zero.png");
    link("red.png", "in.png");
    let pipe = store.root().join("pipe.png");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(store.hash("in.png").unwrap(), store.hash("red.png").unwrap());
    assert!(store.check_image("in.png").is_ok());
    for (file, why) in [
        ("out.png", "a link leads out of the scene's folder"),
        ("zero.png", "a link leads out of the scene's folder"),
        ("pipe.png", "it is not a file"),
    ] {
        let told = refused(&store, file);
        assert!(told.iter().take(6).all(|told| told.contains(why)), "{told:?}");
        // Pools are divided by what is in their files, before these are looked at more closely.
        assert!(store.fingerprint(&Entry::File(file.to_owned())).unwrap_err().contains(why));
        assert!(store.file(file, Asset::Image).unwrap_err().contains(why));
    }
}

#[test]
fn of_many_pictures_the_last_are_kept() {
    let (_outer, mut store) = there();
    store.pictures = Mutex::new(Latest::of(100));
    for name in ["a.png", "b.png", "c.png"] {
        std::fs::copy(store.root().join("red.png"), store.root().join(name)).unwrap();
        store.check_image(name).unwrap();
        assert!(store.pictures.lock().unwrap().get(name).is_none());
        store.image(name).unwrap();
    }
    // Each is 4 × 2, 2 × 1 and 1 × 1 pixels of four bytes.
    let kept = |name: &str| store.pictures.lock().unwrap().get(name).is_some();
    assert_eq!(["a.png", "b.png", "c.png"].map(kept), [false, true, true]);
    assert!(store.image("a.png").is_ok());
}

#[test]
fn of_many_models_the_last_are_kept() {
    let triangle = r#"{"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],
        "meshes":[{"primitives":[{"attributes":{"POSITION":0},"indices":1}]}],
        "buffers":[{"byteLength":44,"uri":"data:application/octet-stream;base64,
        AAAAAAAAAAAAAAAAAACAPwAAAAAAAAAAAAAAAAAAgD8AAAAAAAABAAIAAAA="}],
        "bufferViews":[{"buffer":0,"byteLength":36},{"buffer":0,"byteOffset":36,"byteLength":6}],
        "accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[1,1,0]},
        {"bufferView":1,"componentType":5123,"count":3,"type":"SCALAR"}]}"#;
    let triangle: String = triangle.split("\n        ").collect();
    let (_outer, mut store) = there();
    store.models = Mutex::new(Latest::of(1));
    for file in ["one.gltf", "two.gltf"] {
        std::fs::write(store.root().join(file), &triangle).unwrap();
    }
    let model = |file: &str| store.model(&Shape::Model { file: file.to_owned() });
    let kept = |file: &str| store.models.lock().unwrap().get(&(format!("/{file}"), 0)).is_some();
    let first = model("one.gltf").unwrap();
    assert!(kept("one.gltf") && Arc::ptr_eq(&first, &model("one.gltf").unwrap()));
    // Three corners of 48 bytes and as many indices.
    assert_eq!((first.mesh_bytes(), first.texture_bytes()), (3 * 48 + 3 * 4, 0));
    model("two.gltf").unwrap();
    assert_eq!(["one.gltf", "two.gltf"].map(kept), [false, true]);
    assert_eq!(model("one.gltf").unwrap(), first);
    // What is read again is what it was, or refused.
    model("two.gltf").unwrap();
    std::fs::write(store.root().join("one.gltf"), triangle.replace("\"mesh\":0", "\"mesh\":0,\"name\":\"new\""))
        .unwrap();
    let told = model("one.gltf").unwrap_err().to_string();
    assert!(told.contains("it was changed during the run"), "{told}");
}
