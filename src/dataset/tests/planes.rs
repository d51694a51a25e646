//! Planes as files and back.

use proptest::prelude::*;

use super::*;

#[test]
fn planes_come_back() {
    let identity = identity();
    let view = &frame(&identity, 3, None).views[0];
    assert_eq!(decode_rgb(&encode_rgb(&view.rgb).unwrap()).unwrap(), view.rgb);
    assert_eq!(decode_instance(&encode_instance(&view.instance).unwrap()).unwrap(), view.instance);
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
        prop_assert_eq!(decode_instance(&encode_instance(&ids).unwrap()).unwrap(), ids);
        prop_assert_eq!(decode_depth(&encode_depth(&depth).unwrap()).unwrap(), depth);
    }
}

#[test]
fn formats_are_as_promised_and_hold_nothing_else() {
    let view = &frame(&identity(), 3, None).views[0];
    // Bit depth and colour type stand at fixed places in a PNG's first chunk.
    let rgb = encode_rgb(&view.rgb).unwrap();
    assert_eq!((rgb[24], rgb[25]), (8, 2));
    let instance = encode_instance(&view.instance).unwrap();
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
        "cannot encode the depth plane: the depth at (1, 1) is NaN, expected metres, 0 for none"
    );
    let plane = Plane { width: 3, height: 2, data: vec![1u16] };
    assert_eq!(
        encode_instance(&plane).unwrap_err().to_string(),
        "cannot encode the instance plane: it is 3×2 but holds 1 values"
    );
    let empty = Plane { width: 0, height: 2, data: vec![] };
    assert!(encode_rgb(&empty).is_err());
    let ids = encode_instance(&Plane { width: 1, height: 1, data: vec![7u16] }).unwrap();
    assert_eq!(
        decode_rgb(&ids).unwrap_err().to_string(),
        "cannot decode an RGB plane: it has L16 pixels, expected Rgb8"
    );
    assert!(decode_instance(&ids[..20]).is_err());
    assert!(decode_instance(b"").is_err());
    assert!(decode_depth(b"not an EXR file").is_err());
    let depth = encode_depth(&Plane { width: 4, height: 4, data: vec![1.0; 16] }).unwrap();
    for length in (0..depth.len()).step_by(7) {
        assert!(decode_depth(&depth[..length]).is_err(), "{length}");
    }
}
