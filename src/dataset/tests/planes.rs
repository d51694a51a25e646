//! Planes as files and back.

use proptest::prelude::*;

use super::*;

#[test]
fn planes_come_back() {
    let identity = identity();
    let view = &frame(&identity, 3, None).views[0];
    assert_eq!(decode_rgb(&encode_rgb(&view.rgb).unwrap()).unwrap(), view.rgb);
    assert_eq!(decode_ids(&encode_ids("ids", &view.instance).unwrap()).unwrap(), view.instance);
    let normal = view.normal.clone().unwrap();
    assert_eq!(decode_vectors(&encode_vectors("normals", &normal).unwrap()).unwrap(), normal);
    assert_eq!(decode_depth(&encode_depth(&view.depth).unwrap()).unwrap(), view.depth);
}

proptest! {
    #[test]
    fn any_plane_comes_back(width in 1u32..40, height in 1u32..40, seed in any::<u64>()) {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as u32
        };
        let count = width * height;
        let rgb = Plane { width, height, data: (0..count).map(|_| [next() as u8, next() as u8, 7]).collect() };
        let ids = Plane { width, height, data: (0..count).map(|_| next() as u16).collect() };
        let depth = Plane { width, height, data: (0..count).map(|_| f32::from_bits(next() >> 2)).collect() };
        prop_assert_eq!(decode_rgb(&encode_rgb(&rgb).unwrap()).unwrap(), rgb);
        prop_assert_eq!(decode_ids(&encode_ids("ids", &ids).unwrap()).unwrap(), ids);
        prop_assert_eq!(decode_depth(&encode_depth(&depth).unwrap()).unwrap(), depth);
    }
}

#[test]
fn formats_are_as_promised_and_hold_nothing_else() {
    let view = &frame(&identity(), 3, None).views[0];
    // Bit depth and colour type stand at fixed places in a PNG's first chunk.
    let rgb = encode_rgb(&view.rgb).unwrap();
    assert_eq!((rgb[24], rgb[25]), (8, 2));
    let instance = encode_ids("ids", &view.instance).unwrap();
    assert_eq!((instance[24], instance[25]), (16, 0));
    for file in [&rgb, &instance] {
        assert_eq!(chunks(file), ["IHDR", "IDAT", "IEND"]);
    }
    let depth = encode_depth(&view.depth).unwrap();
    let head = String::from_utf8_lossy(&depth[..400]).into_owned();
    for word in ["time", "Time", "Date", "software", "owner", "host"] {
        assert!(!head.contains(word), "{word}");
    }
    assert!(head.contains("channels\0chlist\0"));
    // The same plane again.
    assert_eq!(depth, encode_depth(&view.depth.clone()).unwrap());
    assert_eq!(rgb, encode_rgb(&view.rgb.clone()).unwrap());
}

fn chunks(png: &[u8]) -> Vec<String> {
    let (mut position, mut names) = (8, Vec::new());
    while position < png.len() {
        let length = u32::from_be_bytes(png[position..position + 4].try_into().unwrap());
        names.push(String::from_utf8_lossy(&png[position + 4..position + 8]).into_owned());
        position += 12 + length as usize;
    }
    names.dedup();
    names
}

#[test]
fn what_cannot_be_written_or_read_is_said() {
    let plane = Plane { width: 3, height: 2, data: vec![1.0, 2.0, 3.0, 4.0, f32::NAN, 6.0] };
    assert_eq!(
        encode_depth(&plane).unwrap_err().to_string(),
        "cannot encode the depth plane: the value at (1, 1) is NaN, expected metres, 0 for none"
    );
    let plane = Plane { width: 3, height: 2, data: vec![1u16] };
    assert_eq!(
        encode_ids("the instance plane", &plane).unwrap_err().to_string(),
        "cannot encode the instance plane: it is 3×2 but holds 1 values"
    );
    let empty = Plane { width: 0, height: 2, data: vec![] };
    assert!(encode_rgb(&empty).is_err());
    let ids = encode_ids("ids", &Plane { width: 1, height: 1, data: vec![7u16] }).unwrap();
    assert_eq!(
        decode_rgb(&ids).unwrap_err().to_string(),
        "cannot decode an RGB plane: it has L16 pixels, expected Rgb8"
    );
    assert!(decode_ids(&ids[..20]).is_err());
    assert!(decode_ids(b"").is_err());
    assert!(decode_vectors(b"").is_err());
    assert!(decode_depth(b"not an EXR file").is_err());
    let vectors = Plane { width: 2, height: 1, data: vec![[f16::ZERO; 3], [f16::ZERO, f16::INFINITY, f16::ZERO]] };
    assert_eq!(
        encode_vectors("the normal plane", &vectors).unwrap_err().to_string(),
        "cannot encode the normal plane: the vector at (1, 0) is [0.0, inf, 0.0], expected finite numbers"
    );
    let depth = encode_depth(&Plane { width: 4, height: 4, data: vec![1.0; 16] }).unwrap();
    for length in (0..depth.len()).step_by(7) {
        assert!(decode_depth(&depth[..length]).is_err(), "{length}");
    }
}

#[test]
fn planes_that_would_fill_the_memory_are_refused() {
    let depth = encode_depth(&Plane { width: 4, height: 4, data: vec![1.0; 16] }).unwrap();
    let window = b"dataWindow\0box2i\0";
    let at = depth.windows(window.len()).position(|bytes| bytes == window).unwrap() + window.len() + 4;
    for (right, bottom, told) in
        [(99_999_i32, 99_999_i32, "100000×100000 pixels"), (8192, 3, "8193×4 pixels"), (8191, 3, "")]
    {
        let mut bomb = depth.clone();
        bomb[at + 8..at + 12].copy_from_slice(&right.to_le_bytes());
        bomb[at + 12..at + 16].copy_from_slice(&bottom.to_le_bytes());
        let error = decode_depth(&bomb).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn the_table_has_every_plane_in_order() {
    let mut identity = identity();
    use PlaneKind::{
        BackwardFlow, Category, Depth, DepthMillimetres, Distance, ForwardFlow, Instance, Linear, MeasuredDepth,
        Normal, ObjectCoordinates, Part, Rgb,
    };
    identity.settings.planes =
        vec![Rgb, Instance, Depth, Distance, DepthMillimetres, Normal, ObjectCoordinates, Part, Category, Linear];
    // Colour has several formats.
    let mut all: Vec<_> = super::super::planes::TABLE.iter().map(|format| format.kind).collect();
    all.dedup();
    assert_eq!(all, [&identity.settings.planes[..], &[MeasuredDepth, ForwardFlow, BackwardFlow]].concat());
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &identity, &[0]).unwrap();
    let stored = Reader::open(dir.path()).unwrap().records().unwrap().next().unwrap().unwrap();
    let camera = &stored.record.cameras[0];
    let view = &frame(&identity, 0, None).views[0];
    assert_eq!(camera.planes.len(), 10);
    let millimetres = view.depth.data.iter().map(|z| (z * 1000.0).round() as u16);
    assert_eq!(stored.ids(camera, DepthMillimetres).unwrap().data, millimetres.collect::<Vec<_>>());
    let categories = view.instance.data.iter().map(|id| [0, 1, 0, 2][usize::from((*id).min(3))]);
    assert_eq!(stored.ids(camera, Category).unwrap().data, categories.collect::<Vec<u16>>());
    assert_eq!(&stored.vectors(camera, Normal).unwrap(), view.normal.as_ref().unwrap());
    assert_eq!(&stored.vectors(camera, ObjectCoordinates).unwrap(), view.object_coordinates.as_ref().unwrap());
    assert_eq!(&stored.vectors(camera, Linear).unwrap(), view.linear.as_ref().unwrap());
    assert_eq!(&stored.ids(camera, Part).unwrap(), view.part.as_ref().unwrap());
    let found = stored.metres(camera, Distance).unwrap();
    for (place, distance) in found.data.iter().enumerate() {
        let (x, y) = ((place % 12) as f64 + 0.5, (place / 12) as f64 + 0.5);
        let ray = DVec3::new((x - 6.0) / 10.5, (y - 4.0) / 10.5, 1.0);
        let expected = f64::from(view.depth.data[place]) * ray.length();
        assert!((f64::from(*distance) - expected).abs() < 1e-5 * expected.max(1.0));
    }
}

#[test]
fn a_plane_that_the_frame_lacks_is_said() {
    let mut identity = identity();
    identity.settings.planes.push(PlaneKind::Normal);
    let dir = tempfile::tempdir().unwrap();
    let dataset = Dataset::open(dir.path(), identity.clone(), false).unwrap();
    let mut frame = frame(&identity, 7, None);
    frame.views[0].normal = None;
    let annotations = annotate(&frame, &identity.settings.policy).unwrap();
    assert_eq!(
        encode(&frame, &annotations, "", &dataset.context()).unwrap_err().to_string(),
        "cannot encode the plane `normal` of frame 00000007: the frame does not have it"
    );
}

#[test]
fn depths_that_are_too_far_for_millimetres_are_none() {
    let depth = Plane { width: 6, height: 1, data: vec![0.0, 0.0004, 0.0006, 65.535, 65.5356, f32::MAX] };
    assert_eq!(millimetres(&depth).data, [0, 0, 1, 65_535, 0, 0]);
}

#[test]
fn pictures_are_stored_as_asked() {
    for (color, name) in [(ColorFormat::Jpeg { quality: 100 }, "rgb.jpg"), (ColorFormat::WebP, "rgb.webp")] {
        let mut identity = identity();
        identity.settings.color = color;
        let dir = tempfile::tempdir().unwrap();
        run(dir.path(), &identity, &[0]).unwrap();
        let stored = Reader::open(dir.path()).unwrap().records().unwrap().next().unwrap().unwrap();
        let camera = &stored.record.cameras[0];
        assert_eq!(camera.planes["rgb"], format!("00000000.{name}"));
        let (found, expected) = (stored.rgb(camera).unwrap(), &frame(&identity, 0, None).views[0].rgb);
        assert_eq!((found.width, found.height), (expected.width, expected.height));
        assert_eq!(found.data == expected.data, color == ColorFormat::WebP);
        let manifest = Manifest::read(&dir.path().join("manifest.json")).unwrap().unwrap();
        assert_eq!(manifest.planes[0].file, format!("KEY.{name}"));
        assert_eq!(crate::dataset::faults_of_manifest(dir.path(), &manifest).unwrap(), Vec::<String>::new());
        for entry in &manifest.shards {
            assert_eq!(crate::dataset::faults_of_shard(dir.path(), &manifest, entry).unwrap(), Vec::<String>::new());
        }
        // Formats take them as they are; KITTI knows PNG only.
        let formats = ["coco", "yolo", "voc", "kitti", "bop", "huggingface", "coco-panoptic", "webdataset"];
        let formats = formats.map(|name| crate::dataset::formats::Format::find(name).unwrap());
        crate::dataset::export(dir.path(), &formats, None, &|_, _| ()).unwrap();
        let export = dir.path().join("export");
        let end = name.trim_start_matches("rgb.");
        for file in ["coco/images/train/00000000", "yolo/images/train/00000000", "voc/JPEGImages/00000000"] {
            assert!(export.join(format!("{file}.{end}")).is_file(), "{file}");
        }
        let panoptic = std::fs::read_to_string(export.join("coco-panoptic/annotations/panoptic_train.json")).unwrap();
        assert!(panoptic.contains(&format!("\"file_name\":\"00000000.{end}\"")), "{panoptic}");
        assert!(panoptic.contains("\"file_name\":\"00000000.png\""), "{panoptic}");
        assert!(export.join(format!("bop/train_pbr/000000/rgb/000000.{end}")).is_file());
        let kitti = std::fs::read(export.join("kitti/training/image_2/000000.png")).unwrap();
        assert_eq!(decode_rgb(&kitti).unwrap(), found);
        assert_eq!(image::guess_format(&kitti).unwrap(), image::ImageFormat::Png);
        assert_eq!(crate::dataset::faults_of_formats(dir.path(), &manifest).unwrap(), (9, Vec::new()));
    }
}
