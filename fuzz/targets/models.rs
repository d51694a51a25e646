//! Small models and pictures to begin with.

use serde_json::{Value, json};

/// A binary glTF file.
pub fn glb(json: &[u8], binary: &[u8]) -> Vec<u8> {
    let padded = |bytes: &[u8], with: u8| {
        let mut bytes = bytes.to_vec();
        bytes.resize(bytes.len().next_multiple_of(4), with);
        bytes
    };
    let (json, binary) = (padded(json, b' '), padded(binary, 0));
    let chunk = |kind: &[u8], bytes: &[u8]| [&(bytes.len() as u32).to_le_bytes(), kind, bytes].concat();
    let chunks = [chunk(b"JSON", &json), chunk(b"BIN\0", &binary)].concat();
    [b"glTF", &2u32.to_le_bytes()[..], &(12 + chunks.len() as u32).to_le_bytes(), &chunks].concat()
}

/// The JSON and the binary part of a binary glTF file, if it has both.
pub fn parts(glb: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u32::from_le_bytes(glb.get(12..16)?.try_into().ok()?) as usize;
    let json = glb.get(20..20usize.checked_add(length)?)?;
    Some((json, glb.get(20 + length + 8..)?))
}

/// A picture of 4 × 4 pixels.
pub fn png() -> Vec<u8> {
    let mut picture = std::io::Cursor::new(Vec::new());
    let pixels =
        image::RgbaImage::from_fn(4, 4, |x, y| image::Rgba([x as u8 * 60, y as u8 * 60, 90, 255 - x as u8 * 50]));
    pixels.write_to(&mut picture, image::ImageFormat::Png).unwrap();
    picture.into_inner()
}

/// The same in 16 bits of grey.
pub fn deep_png() -> Vec<u8> {
    let mut picture = std::io::Cursor::new(Vec::new());
    let pixels = image::ImageBuffer::<image::Luma<u16>, _>::from_fn(4, 4, |x, y| image::Luma([(x * 4000 + y) as u16]));
    pixels.write_to(&mut picture, image::ImageFormat::Png).unwrap();
    picture.into_inner()
}

/// The same with a loss.
pub fn jpeg() -> Vec<u8> {
    let mut picture = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_fn(8, 8, |x, y| image::Rgb([x as u8 * 30, y as u8 * 30, 90]));
    pixels.write_to(&mut picture, image::ImageFormat::Jpeg).unwrap();
    picture.into_inner()
}

/// A panorama of 8 × 4 pixels without compression.
pub fn hdr() -> Vec<u8> {
    let head = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 4 +X 8\n".to_vec();
    (0..32u8).fold(head, |file, pixel| [file, vec![100 + pixel, 120, 90 + pixel, 129]].concat())
}

/// A line for each view of a buffer.
struct Buffer {
    bytes: Vec<u8>,
    views: Vec<Value>,
}

impl Buffer {
    fn view(&mut self, bytes: &[u8]) -> usize {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self.views.push(json!({"buffer": 0, "byteOffset": self.bytes.len(), "byteLength": bytes.len()}));
        self.bytes.extend_from_slice(bytes);
        self.views.len() - 1
    }
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn shorts(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// The JSON and the bytes of a model that has everything that is read.
fn everything() -> (Value, Vec<u8>) {
    let mut buffer = Buffer { bytes: Vec::new(), views: Vec::new() };
    let corners = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.5];
    let positions = buffer.view(&floats(&corners));
    let normals = buffer.view(&floats(&[0.0, 0.0, 1.0].repeat(4)));
    let coordinates = buffer.view(&floats(&[0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]));
    let order = buffer.view(&shorts(&[0, 1, 2, 0, 2, 3]));
    let strip = buffer.view(&[0, 1, 3, 2]);
    let places = buffer.view(&[1, 3]);
    let values = buffer.view(&floats(&[2.0, 0.0, 0.0, 0.0, 2.0, 0.5]));
    let picture = buffer.view(&png());
    let deep = buffer.view(&deep_png());
    let lossy = buffer.view(&jpeg());
    let vec3 = |view: usize| json!({"bufferView": view, "componentType": 5126, "count": 4, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 0.5]});
    let json = json!({
        "asset": {"version": "2.0", "copyright": "CC0-1.0"},
        "extensionsUsed": ["KHR_texture_transform", "KHR_materials_transmission", "KHR_materials_emissive_strength", "KHR_materials_ior"],
        "scene": 0,
        "scenes": [{"nodes": [0, 3]}],
        "nodes": [
            {"name": "body", "mesh": 0, "children": [1, 2], "translation": [0.1, 0, 0], "rotation": [0, 0.6, 0, 0.8], "scale": [1, 2, -1]},
            {"name": "kp_tip", "translation": [0, 0, 1]},
            {"name": "lid", "mesh": 1, "matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0.5, 0, 0, 1]},
            {"name": "fan", "mesh": 2},
        ],
        "meshes": [
            {"name": "quad", "primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2}, "indices": 3, "material": 0}]},
            {"primitives": [{"attributes": {"POSITION": 5}, "indices": 4, "mode": 5, "material": 1}]},
            {"primitives": [{"attributes": {"POSITION": 0}, "mode": 6}, {"attributes": {"POSITION": 0}, "mode": 1}]},
        ],
        "accessors": [
            vec3(positions), vec3(normals),
            {"bufferView": coordinates, "componentType": 5126, "count": 4, "type": "VEC2"},
            {"bufferView": order, "componentType": 5123, "count": 6, "type": "SCALAR"},
            {"bufferView": strip, "componentType": 5121, "count": 4, "type": "SCALAR"},
            {"componentType": 5126, "count": 4, "type": "VEC3", "min": [0, 0, 0], "max": [2, 2, 0.5], "sparse": {
                "count": 2, "indices": {"bufferView": places, "componentType": 5121}, "values": {"bufferView": values}
            }},
        ],
        "materials": [
            {
                "name": "painted", "alphaMode": "MASK", "alphaCutoff": 0.4, "doubleSided": true,
                "pbrMetallicRoughness": {
                    "baseColorFactor": [1, 0.5, 0.2, 0.9], "metallicFactor": 0.3, "roughnessFactor": 0.7,
                    "baseColorTexture": {"index": 0, "texCoord": 0, "extensions": {"KHR_texture_transform": {"offset": [0.1, 0.2], "rotation": 0.3, "scale": [2, 2]}}},
                    "metallicRoughnessTexture": {"index": 1},
                },
                "normalTexture": {"index": 2, "scale": 0.5}, "emissiveFactor": [1, 1, 1], "emissiveTexture": {"index": 0},
                "extensions": {"KHR_materials_emissive_strength": {"emissiveStrength": 3}},
            },
            {"alphaMode": "BLEND", "extensions": {"KHR_materials_transmission": {"transmissionFactor": 0.8}, "KHR_materials_ior": {"ior": 1.4}}},
        ],
        "textures": [{"source": 0, "sampler": 0}, {"source": 1}, {"source": 2}],
        "samplers": [{"magFilter": 9729, "wrapS": 33071}],
        "images": [
            {"bufferView": picture, "mimeType": "image/png"},
            {"bufferView": deep, "mimeType": "image/png"},
            {"bufferView": lossy, "mimeType": "image/jpeg"},
        ],
        "buffers": [{"byteLength": buffer.bytes.len()}],
        "bufferViews": buffer.views,
    });
    (json, buffer.bytes)
}

/// A triangle that needs nothing else.
fn least(uri: &str) -> Value {
    json!({
        "asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 0]}],
        "bufferViews": [{"buffer": 0, "byteLength": 36}],
        "buffers": [{"uri": uri, "byteLength": 36}],
    })
}

/// Bytes of the triangle, for a file beside it.
pub fn triangle() -> Vec<u8> {
    floats(&[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
}

/// A model with everything that is read.
pub fn whole() -> Vec<u8> {
    let (json, bytes) = everything();
    glb(json.to_string().as_bytes(), &bytes)
}

/// Files of every kind that a scene can name.
pub fn seeds() -> Vec<Vec<u8>> {
    let inline = "data:application/octet-stream;base64,AAAAAAAAAAAAAAAAAACAPwAAAAAAAAAAAAAAAAAAgD8AAAAA";
    let mut beside = least("beside.bin");
    beside["images"] = json!([{"uri": "beside.png"}]);
    beside["textures"] = json!([{"source": 0}]);
    beside["materials"] = json!([{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]);
    beside["meshes"][0]["primitives"][0]["material"] = json!(0);
    let table = "width,height,name\n0.1,2,a\n0.2,3e0,\"b, c\"\n-1,4,d\n";
    vec![
        whole(),
        glb(&serde_json::to_vec_pretty(&least("beside.bin")).unwrap(), &triangle()),
        serde_json::to_vec_pretty(&least(inline)).unwrap(),
        serde_json::to_vec_pretty(&beside).unwrap(),
        hdr(),
        png(),
        deep_png(),
        jpeg(),
        table.as_bytes().to_vec(),
    ]
}
