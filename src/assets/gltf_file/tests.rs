//! Small models written here, whole and broken.

use std::path::PathBuf;

use glam::{Vec3, vec3};

use super::*;
use crate::assets::AssetStore;

/// A folder that vanishes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("maquette-gltf-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn put(&self, name: &str, contents: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, contents).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Positions of one triangle, then its indices.
fn triangle(indices: [u16; 3]) -> Vec<u8> {
    let corners = [[0.0_f32, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 4.0, 0.0]];
    let positions = corners.as_flattened().iter().flat_map(|v| v.to_le_bytes());
    positions.chain(indices.iter().flat_map(|i| i.to_le_bytes())).chain([0, 0]).collect()
}

/// A model of one triangle whose node is moved by (10, 0, 0) and scaled by `scale`.
fn model(uri: &str, scale: [f32; 3]) -> String {
    format!(
        r#"{{"asset":{{"version":"2.0","copyright":"CC0"}},"scene":0,"scenes":[{{"nodes":[0]}}],
        "nodes":[{{"mesh":0,"name":"sail","translation":[10,0,0],"scale":{scale:?}}}],
        "meshes":[{{"primitives":[{{"attributes":{{"POSITION":0}},"indices":1,"material":0}}]}}],
        "materials":[{{"pbrMetallicRoughness":{{"baseColorFactor":[0.5,0.25,0.125,1],"metallicFactor":0.3,
        "roughnessFactor":0.6}},"doubleSided":true,"alphaMode":"MASK","alphaCutoff":0.4}}],
        "buffers":[{{"uri":"{uri}","byteLength":44}}],
        "bufferViews":[{{"buffer":0,"byteLength":36}},{{"buffer":0,"byteOffset":36,"byteLength":6}}],
        "accessors":[{{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[2,4,0]}},
        {{"bufferView":1,"componentType":5123,"count":3,"type":"SCALAR"}}]}}"#
    )
}

#[test]
fn a_triangle_is_read_centred_and_dressed() {
    let folder = Folder::new("whole");
    folder.put("parts/tri angle.bin", &triangle([0, 1, 2]));
    let path = folder.put("sail.gltf", model("parts/tri%20angle.bin", [1.0; 3]).as_bytes());
    let model = read(&path).unwrap();
    assert_eq!(model.bounds(), (vec3(-1.0, -2.0, 0.0), vec3(1.0, 2.0, 0.0)));
    assert_eq!(model.licence, "CC0");
    let part = &model.parts[0];
    assert_eq!(part.name, "sail");
    assert!(part.mesh.normals.iter().all(|n| n.distance(Vec3::Z) < 1e-6), "{:?}", part.mesh.normals);
    assert_eq!(part.surface.base_color, [0.5, 0.25, 0.125, 1.0]);
    assert_eq!((part.surface.metallic, part.surface.roughness), (0.3, 0.6));
    assert_eq!(part.surface.cutoff, None, "opaque enough everywhere");
    assert!(!part.surface.blended && part.surface.double_sided && !part.surface.seen_through);
    assert_eq!(beside(&path).unwrap(), ["parts/tri angle.bin"]);
}

#[test]
fn normals_have_unit_length_however_short_they_were() {
    for length in [1e30, 1.0, 1e-15, 1e-20, 1e-22, 1e-38, 1e-44] {
        let normal = unit(vec3(0.0, 0.6, -0.8) * length);
        assert!((normal.length() - 1.0).abs() < 1e-6, "{normal} of {length}");
    }
    assert!(unit(vec3(0.0, 3e-22, -4e-22)).distance(vec3(0.0, 0.6, -0.8)) < 1e-6);
    assert_eq!([Vec3::ZERO, Vec3::NAN].map(unit), [Vec3::Y; 2]);
}

#[test]
fn a_mirrored_node_keeps_its_front() {
    let folder = Folder::new("mirrored");
    folder.put("a.bin", &triangle([0, 1, 2]));
    let path = folder.put("sail.gltf", model("a.bin", [-1.0, 1.0, 1.0]).as_bytes());
    let mesh = &read(&path).unwrap().parts[0].mesh;
    let corners: Vec<Vec3> = mesh.indices.iter().map(|&i| mesh.positions[i as usize]).collect();
    let winding = (corners[1] - corners[0]).cross(corners[2] - corners[0]).normalize();
    assert!(winding.distance(Vec3::Z) < 1e-6, "{winding}");
}

#[test]
fn bytes_may_be_within_the_file() {
    let folder = Folder::new("within");
    // The triangle above with indices 0, 1, 2, in base 64.
    let data = "AAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAgEAAAAAAAAABAAIAAAA=";
    let path = folder.put("sail.gltf", model(&format!("data:;base64,{data}"), [1.0; 3]).as_bytes());
    assert_eq!(read(&path).unwrap().bounds().1, vec3(1.0, 2.0, 0.0));
    assert!(beside(&path).unwrap().is_empty());
}

#[test]
fn what_a_model_refers_to_counts_with_it() {
    let folder = Folder::new("counted");
    folder.put("sub/a.bin", &triangle([0, 1, 2]));
    folder.put("sub/sail.gltf", model("a.bin", [1.0; 3]).as_bytes());
    let store = AssetStore::new(&folder.0);
    assert_eq!(store.with_beside("sub/sail.gltf").unwrap(), ["sub/sail.gltf", "sub/a.bin"]);
    assert_eq!(store.with_beside("picture.png").unwrap(), ["picture.png"]);
}

#[test]
fn what_is_cut_out_everywhere_is_not_there() {
    let folder = Folder::new("nothing");
    folder.put("a.bin", &triangle([0, 1, 2]));
    let clear = model("a.bin", [1.0; 3]).replace("0.125,1]", "0.125,0.2]");
    let path = folder.put("sail.gltf", clear.as_bytes());
    assert!(read(&path).unwrap_err().to_string().contains("no triangles"));
}

#[test]
fn a_cutout_stays_one_when_it_is_made_see_through() {
    use crate::randomize::concrete::{Material, Shape, Texture};
    let folder = Folder::new("cutout");
    folder.put("a.bin", &triangle([0, 1, 2]));
    image::RgbaImage::from_pixel(2, 2, image::Rgba([255, 0, 0, 128])).save(folder.0.join("leaf.png")).unwrap();
    let textured = model("a.bin", [1.0; 3])
        .replace("\"metallicFactor\"", "\"baseColorTexture\":{\"index\":0},\"metallicFactor\"")
        .replace("\"buffers\"", "\"textures\":[{\"source\":0}],\"images\":[{\"uri\":\"leaf.png\"}],\"buffers\"");
    folder.put("leaf.gltf", textured.as_bytes());
    let store = AssetStore::new(&folder.0);
    assert_eq!(store.with_beside("leaf.gltf").unwrap(), ["leaf.gltf", "a.bin", "leaf.png"]);
    let shape = Shape::Model { file: "leaf.gltf".to_owned() };
    let dressed = |material: Material| store.dress(&shape, &material).unwrap().parts[0].surface.clone();
    let plain = dressed(Material::default());
    assert_eq!((plain.cutoff, plain.blended), (Some(0.4), false));
    let clear = dressed(Material { opacity: Some(0.5), ..Material::default() });
    assert_eq!((clear.cutoff, clear.blended), (Some(0.4), true));
    let bare = dressed(Material { texture: Some(Texture::Plain), ..Material::default() });
    assert_eq!((bare.cutoff, bare.blended), (None, false));
    assert!(bare.base_color[0] > bare.base_color[1] && bare.base_color_texture.is_none(), "the texture's mean colour");
}

#[test]
fn strips_and_fans_are_triangles() {
    let folder = Folder::new("strip");
    folder.put("a.bin", &triangle([0, 1, 2]));
    for mode in [4, 5, 6] {
        let text = model("a.bin", [1.0; 3]).replace("\"indices\":1", &format!("\"mode\":{mode},\"indices\":1"));
        let path = folder.put("sail.gltf", text.as_bytes());
        assert_eq!(read(&path).unwrap().parts[0].mesh.indices.len(), 3, "mode {mode}");
    }
}

#[test]
fn numbers_that_lie_are_answered() {
    let folder = Folder::new("lies");
    folder.put("a.bin", &triangle([0, 1, 2]));
    let cases = [
        ("\"mesh\":0,", "\"mesh\":0,\"children\":[0],", "lies in two nodes"),
        ("\"byteLength\":36", "\"byteLength\":3600", "beyond its buffer"),
        ("\"count\":3,\"type\":\"VEC3\"", "\"count\":4,\"type\":\"VEC3\"", "beyond its buffer view"),
        ("\"count\":3,\"type\":\"VEC3\"", "\"count\":4000000000,\"type\":\"VEC3\"", "elements"),
        ("\"byteOffset\":36", "\"byteOffset\":18446744073709551615", ""),
        ("\"POSITION\":0", "\"POSITION\":7", ""),
        ("\"scale\":[1.0, 1.0, 1.0]", "\"scale\":[1e38, 1e38, 1e38]", "finite"),
    ];
    for (old, new, expected) in cases {
        let text = model("a.bin", [1.0; 3]);
        assert!(text.contains(old), "{old}");
        let path = folder.put("lies.gltf", text.replace(old, new).as_bytes());
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains(expected), "{new}: {error}");
    }
}

#[test]
fn what_the_reader_takes_for_granted_is_looked_at() {
    let folder = Folder::new("granted");
    folder.put("a.bin", &triangle([0, 1, 2]));
    let cases = [
        ("\"materials\"", "\"images\":[{}],\"materials\"", "image 0 has neither a `uri` nor a buffer view"),
        (
            "\"materials\"",
            "\"images\":[{\"bufferView\":0}],\"materials\"",
            "image 0 has a buffer view, but no `mimeType`",
        ),
        ("\"indices\":1", "\"indices\":0", "expected Scalar"),
        ("{\"POSITION\":0}", "{\"POSITION\":0,\"NORMAL\":1}", "expected Vec3"),
        ("{\"POSITION\":0}", "{\"POSITION\":0,\"TEXCOORD_0\":0}", "expected Vec2"),
        ("\"roughnessFactor\":0.6", "\"roughnessFactor\":1e39", "a factor that is not a finite number"),
        ("[0.5,0.25,0.125,1]", "[0.5,0.25,-1e39,1]", "a factor that is not a finite number"),
    ];
    for (old, new, expected) in cases {
        let text = model("a.bin", [1.0; 3]);
        assert!(text.contains(old), "{old}");
        let path = folder.put("granted.gltf", text.replace(old, new).as_bytes());
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains(expected), "{new}: {error}");
    }
}

#[test]
fn broken_models_are_answered() {
    let folder = Folder::new("broken");
    folder.put("a.bin", &triangle([0, 1, 7]));
    folder.put("short.bin", &[0; 8]);
    let cases = [
        ("a.bin", "point outside its 3 vertices"),
        ("short.bin", ""),
        ("missing.bin", "No such file"),
        ("../a.bin", "expected a file in its own folder"),
        ("/etc/hostname", "expected a file in its own folder"),
        ("%2e%2e/a.bin", "expected a file in its own folder"),
        ("file:///etc/hostname", "expected a file in its own folder"),
        ("http://example.org/a.bin", "expected a file in its own folder"),
        ("%ff.bin", "expected a file in its own folder"),
        ("data:;base64,????", ""),
    ];
    for (uri, expected) in cases {
        let path = folder.put("broken.gltf", model(uri, [1.0; 3]).as_bytes());
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("broken.gltf"), "{uri}: {error}");
    }
    for contents in ["", "{}", "{\"asset\":{\"version\":\"2.0\"}}", "glTF\u{2}\0\0\0"] {
        let path = folder.put("broken.gltf", contents.as_bytes());
        assert!(read(&path).is_err(), "{contents:?}");
    }
}

/// Sixty nodes, each with the next one twice, are 2^60 places.
#[test]
fn a_node_has_one_place() {
    let folder = Folder::new("doubling");
    folder.put("a.bin", &triangle([0, 1, 2]));
    let node = |at: usize| format!("{{\"children\":[{0},{0}]}}", at + 1);
    let nodes = (0..60).map(node).chain(["{\"mesh\":0}".to_owned()]).collect::<Vec<_>>().join(",");
    let text = model("a.bin", [1.0; 3]);
    let (start, end) = (text.find("\"nodes\":[{").unwrap(), text.find("\"meshes\"").unwrap());
    let path = folder.put("deep.gltf", format!("{}\"nodes\":[{nodes}],{}", &text[..start], &text[end..]).as_bytes());
    let error = read(&path).unwrap_err().to_string();
    assert!(error.contains("expected one place"), "{error}");
}

/// One accessor of many elements takes no bytes where it is sparse, and can be drawn any number of times.
#[test]
fn vertices_are_counted_in_all() {
    let folder = Folder::new("many");
    folder.put("a.bin", &triangle([0, 1, 2]));
    let one = "{\"attributes\":{\"POSITION\":0},\"mode\":1,\"indices\":1,\"material\":0}";
    let text = model("a.bin", [1.0; 3]);
    let (start, end) = (text.find("[{\"attributes\"").unwrap(), text.find("}],\n        \"materials\"").unwrap());
    let primitives = [one; 3].join(",");
    let text = format!("{}[{primitives}]{}", &text[..start], &text[end..]);
    let sparse = concat!(
        "{\"sparse\":{\"count\":1,\"indices\":{\"bufferView\":1,\"componentType\":5123},",
        "\"values\":{\"bufferView\":1}},\"componentType\":5123,\"count\":9000000,"
    );
    let corners = "{\"bufferView\":1,\"componentType\":5123,\"count\":3,";
    assert!(text.contains(corners));
    let text = text.replace(corners, sparse);
    let path = folder.put("many.gltf", text.as_bytes());
    let error = read(&path).unwrap_err().to_string();
    assert!(error.contains("20000000 vertices"), "{error}");
}

#[test]
fn pictures_that_nothing_wears_are_left_alone() {
    let folder = Folder::new("unused");
    folder.put("a.bin", &triangle([0, 1, 2]));
    folder.put("unused.png", b"no picture");
    let images = "\"images\":[{\"uri\":\"unused.png\"}],\"textures\":[{\"source\":0}],\"buffers\"";
    let text = model("a.bin", [1.0; 3]).replace("\"buffers\"", images);
    let path = folder.put("plain.gltf", text.as_bytes());
    assert_eq!(read(&path).unwrap().parts.len(), 1);
    let worn = text.replace("\"metallicFactor\"", "\"baseColorTexture\":{\"index\":0},\"metallicFactor\"");
    let path = folder.put("worn.gltf", worn.as_bytes());
    let error = read(&path).unwrap_err().to_string();
    assert!(error.contains("image 0"), "{error}");
}

#[cfg(unix)]
#[test]
fn links_and_devices_beside_a_model_are_refused() {
    use std::os::unix::fs::symlink;
    let (folder, other) = (Folder::new("links"), Folder::new("elsewhere"));
    let secret = other.put("a.bin", &triangle([0, 1, 2]));
    symlink(&secret, folder.0.join("out.bin")).unwrap();
    symlink("/dev/zero", folder.0.join("zero.bin")).unwrap();
    std::fs::create_dir(folder.0.join("folder.bin")).unwrap();
    folder.put("b.bin", &triangle([0, 1, 2]));
    symlink("b.bin", folder.0.join("in.bin")).unwrap();
    let cases = [("out.bin", "leads out"), ("zero.bin", "leads out"), ("folder.bin", "not a file")];
    for (uri, expected) in cases {
        let path = folder.put("links.gltf", model(uri, [1.0; 3]).as_bytes());
        for error in [read(&path).err(), beside(&path).err()] {
            let error = error.unwrap().to_string();
            assert!(error.contains(expected), "{uri}: {error}");
        }
    }
    let path = folder.put("links.gltf", model("in.bin", [1.0; 3]).as_bytes());
    assert!(read(&path).is_ok());
    symlink("/dev/zero", folder.0.join("zero.gltf")).unwrap();
    let error = read(&folder.0.join("zero.gltf")).unwrap_err().to_string();
    assert!(error.contains("not a file"), "{error}");
}
