//! Tests of panoramas: files, orientation, energy, the sun, and files that are none.

use std::f32::consts::PI;
use std::io::Cursor;

use exr::prelude::{
    AnyChannel, AnyChannels, Blocks, Compression, Encoding, FlatSamples, Image, Layer, LayerAttributes, LineOrder,
    WritableImage, f16,
};
use glam::{Vec3, vec3};

use super::super::cube::{CubeMap, direction_texel, solid_angles, texel_direction};
use super::*;

const ALL: &dyn Fn(Vec3, f32) -> bool = &|_, _| true;

fn centre(width: usize, x: usize, y: usize) -> Vec3 {
    direction(width, width / 2, x as f64 + 0.5, Some(y as f64 + 0.5))
}

/// A picture of what is seen in each direction.
fn seen(width: usize, mut light: impl FnMut(Vec3) -> [f32; 3]) -> Panorama {
    let height = width / 2;
    let data = (0..width * height).map(|i| light(centre(width, i % width, i / width))).collect();
    Panorama { width: width as u32, height: height as u32, data, sun: None }
}

/// A Radiance file with plain rows.
fn hdr(panorama: &Panorama, header: &str) -> Vec<u8> {
    let Panorama { width, height, data, .. } = panorama;
    let mut file = format!("{header}FORMAT=32-bit_rle_rgbe\n\n-Y {height} +X {width}\n").into_bytes();
    for texel in data {
        let most = texel.iter().fold(0.0_f32, |most, value| most.max(*value));
        let (_, exponent) = libm::frexpf(most);
        let bytes = texel.map(|value| libm::ldexpf(value, 8 - exponent) as u8);
        file.extend(bytes);
        file.push(if most > 0.0 { (exponent + 128) as u8 } else { 0 });
    }
    file
}

fn exr(panorama: &Panorama, names: [&'static str; 3], half: bool, compression: Compression, blocks: Blocks) -> Vec<u8> {
    let channel = |c: usize| {
        let values = panorama.data.iter().map(|texel| texel[c]);
        let samples = match half {
            true => FlatSamples::F16(values.map(f16::from_f32).collect()),
            false => FlatSamples::F32(values.collect()),
        };
        AnyChannel::new(names[c], samples)
    };
    let alpha = AnyChannel::new("A", FlatSamples::F16(vec![f16::ONE; panorama.data.len()]));
    let channels = AnyChannels::sort([channel(0), channel(1), channel(2), alpha].into_iter().collect());
    let encoding = Encoding { compression, blocks, line_order: LineOrder::Increasing };
    let size = (panorama.width as usize, panorama.height as usize);
    let mut file = Vec::new();
    let image = Image::from_layer(Layer::new(size, LayerAttributes::default(), encoding, channels));
    image.write().non_parallel().to_buffered(Cursor::new(&mut file)).unwrap();
    file
}

/// Noise in 0..1, the same every time.
fn noise() -> impl FnMut() -> f32 {
    let mut count = 0;
    move || {
        count += 1;
        super::super::maths::unit(super::super::maths::hash(count))
    }
}

fn irradiance(map: &CubeMap, normal: Vec3) -> f32 {
    let angles = solid_angles(map.size);
    let mut sum = 0.0_f64;
    for (face, texels) in map.faces.iter().enumerate() {
        for (i, texel) in texels.iter().enumerate() {
            let towards = texel_direction(map.size, face, i as u32 % map.size, i as u32 / map.size);
            sum += light(*texel) * f64::from(angles[i] * towards.dot(normal).max(0.0));
        }
    }
    sum as f32
}

/// As [`irradiance`], summed over the picture itself.
fn direct(panorama: &Panorama, normal: Vec3) -> f32 {
    let width = panorama.width as usize;
    let angle = |i: usize| solid_angle(width, width / 2, i / width);
    let cosine = |i: usize| f64::from(centre(width, i % width, i / width).dot(normal).max(0.0));
    panorama.data.iter().enumerate().map(|(i, texel)| light(*texel) * angle(i) * cosine(i)).sum::<f64>() as f32
}

fn energy(panorama: &Panorama) -> [f64; 3] {
    let width = panorama.width as usize;
    let mut sum = [0.0; 3];
    for (i, texel) in panorama.data.iter().enumerate() {
        let angle = solid_angle(width, width / 2, i / width);
        (0..3).for_each(|c| sum[c] += f64::from(texel[c]) * angle);
    }
    let sun = panorama.sun.map_or([0.0; 3], |sun| sun.irradiance);
    std::array::from_fn(|c| sum[c] + f64::from(sun[c]))
}

fn brightest(map: &CubeMap) -> (usize, u32, u32) {
    let texels = map.faces.iter().enumerate().flat_map(|(face, texels)| {
        texels.iter().enumerate().map(move |(i, texel)| (light(*texel), face, i as u32 % map.size, i as u32 / map.size))
    });
    let (_, face, x, y) = texels.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
    (face, x, y)
}

/// A sky with a disc of this radius in degrees; 5 × 5 points a texel.
fn sky_with_disc(width: usize, towards: Vec3, radius: f32, disc: [f32; 3]) -> Panorama {
    let least = libm::cosf(radius * PI / 180.0);
    let mut panorama = seen(width, |d| if d.y > 0.0 { [0.5, 0.7, 1.0 + 0.2 * d.y] } else { [0.2, 0.2, 0.1] });
    for (i, texel) in panorama.data.iter_mut().enumerate() {
        if centre(width, i % width, i / width).dot(towards) < 0.998 {
            continue;
        }
        let point = |k: usize, from: usize| (from as f64) + (k as f64 + 0.5) / 5.0;
        let inside = (0..25).filter(|k| {
            let (x, y) = (point(k % 5, i % width), point(k / 5, i / width));
            direction(width, width / 2, x, Some(y)).dot(towards) > least
        });
        let share = inside.count() as f32 / 25.0;
        *texel = std::array::from_fn(|c| texel[c] + share * (disc[c] - texel[c]));
    }
    panorama
}

#[test]
fn files_give_back_what_was_written() {
    let mut next = noise();
    // What eight bits of mantissa hold.
    let picture = seen(64, |_| [1.0, 0.5, (next() * 128.0).floor() / 128.0]);
    assert_eq!(Panorama::read(&hdr(&picture, "#?RADIANCE\n")), Ok(picture.clone()));
    assert_eq!(Panorama::read(&hdr(&picture, "#?RGBE\n# made by hand\n")), Ok(picture.clone()));
    let mut runs = Vec::new();
    let pixels: Vec<_> = picture.data.iter().map(|texel| image::Rgb(*texel)).collect();
    image::codecs::hdr::HdrEncoder::new(&mut runs).encode(&pixels, 64, 32).unwrap();
    assert_eq!(Panorama::read(&runs), Ok(picture.clone()), "compressed rows");
    for half in [true, false] {
        for compression in [Compression::Uncompressed, Compression::ZIP16, Compression::PIZ, Compression::RLE] {
            for blocks in [Blocks::ScanLines, Blocks::Tiles((24, 10).into())] {
                let file = exr(&picture, ["R", "G", "B"], half, compression, blocks);
                assert_eq!(Panorama::read(&file), Ok(picture.clone()), "{half} {compression:?} {blocks:?}");
            }
        }
    }
    let named = |names| exr(&picture, names, true, Compression::RLE, Blocks::ScanLines);
    assert_eq!(Panorama::read(&named(["r", "g", "b"])), Ok(picture.clone()));
    assert_eq!(Panorama::read(&named(["Sky.Combined.R", "Sky.Combined.G", "Sky.Combined.B"])), Ok(picture.clone()));
    let error = Panorama::read(&named(["Sky.R", "Sun.G", "Sky.B"])).unwrap_err();
    assert_eq!(error, "it has no layer with channels R, G and B");
}

#[test]
fn exposure_is_divided_out_and_other_primaries_are_refused() {
    let picture = seen(16, |_| [1.0, 0.5, 0.25]);
    let read = |header: &str| Panorama::read(&hdr(&picture, &format!("#?RADIANCE\n{header}\n")));
    let exposed = read("EXPOSURE=2.0\nEXPOSURE=2.0\nCOLORCORR=1 0.5 1").unwrap();
    assert_eq!(exposed.data[7], [0.25, 0.25, 0.0625]);
    assert!(read("PRIMARIES= 0.64 0.33 0.29 0.6 0.15 0.06 0.333 0.333").is_ok());
    let error = read("PRIMARIES= 0.713 0.293 0.165 0.83 0.128 0.044 0.32168 0.33767").unwrap_err();
    assert!(error.starts_with("its primaries are [0.713"), "{error}");
    for wrong in ["EXPOSURE=0", "EXPOSURE=-1", "EXPOSURE=nan"] {
        assert!(read(wrong).unwrap_err().starts_with("its exposure is"), "{wrong}");
    }
}

#[test]
fn right_is_right_and_up_is_up() {
    for (column, row, towards) in [
        (64, 32, Vec3::NEG_Z),
        (96, 32, Vec3::X),
        (32, 32, Vec3::NEG_X),
        (0, 32, Vec3::Z),
        (64, 0, Vec3::Y),
        (64, 63, Vec3::NEG_Y),
    ] {
        let (x, y): (usize, usize) = (column, row);
        let mut picture = seen(128, |_| [0.1; 3]);
        // At the poles all columns meet.
        let columns = if row % 63 == 0 { 0..128 } else { x + 127..x + 129 };
        columns.for_each(|x| picture.data[y * 128 + x % 128] = [9.0; 3]);
        assert!(centre(128, x, y).dot(towards) > 0.998, "{column} {row}");
        for size in [8, 32, 128] {
            let (face, ..) = direction_texel(size, towards);
            let map = picture.render(size, 0.0, 1.0, ALL);
            let (bright_face, x, y) = brightest(&map);
            let found = texel_direction(size, bright_face, x, y);
            assert!(found.dot(towards) > 1.0 - 1.5 / size as f32, "{towards} on face {face}: {found}");
        }
    }
    // Further up and to the right of where the camera looks.
    let map = seen(256, |d| [if d.dot(vec3(0.5, 0.3, -1.0).normalize()) > 0.99 { 1.0 } else { 0.0 }; 3]);
    let (face, x, y) = brightest(&map.render(16, 0.0, 1.0, ALL));
    assert!(face == 4 && (11..13).contains(&x) && (5..7).contains(&y), "{face} {x} {y}");
}

#[test]
fn constant_light_stays_constant() {
    let picture = seen(128, |_| [2.0, 1.0, 0.5]);
    assert!((picture.level_irradiance() / (PI * luminance(vec3(2.0, 1.0, 0.5))) - 1.0).abs() < 1e-5);
    for size in [0, 1, 3, 8, 32, 33, 64, 200] {
        for texel in picture.render(size, 33.0, 3.0, ALL).faces.iter().flatten() {
            let error = (Vec3::from_array(*texel) / vec3(6.0, 3.0, 1.5) - 1.0).abs().max_element();
            assert!(error < 1e-5, "size {size}: {texel:?}");
        }
    }
}

#[test]
fn maps_keep_the_energy() {
    let mut next = noise();
    // Very uneven: one texel in fifty is a hundred times as bright.
    let mut uneven = |width| seen(width, |d| [next(), (if next() > 0.98 { 100.0 } else { 1.0 }) * next(), 1.5 + d.x]);
    let lamp = |towards: Vec3| seen(1024, |d| [if d.dot(towards) > 0.9998 { 5e4 } else { 0.3 }; 3]);
    let lamps = [vec3(0.3, 0.9, 0.1), vec3(0.7, 0.7, 0.02), vec3(-0.6, -0.5, 0.6), vec3(0.01, 0.999, 0.01)];
    let pictures = [uneven(1024), uneven(512), uneven(360)];
    let axes = [Vec3::X, Vec3::NEG_X, Vec3::Y, Vec3::NEG_Y, Vec3::Z, Vec3::NEG_Z];
    let arriving = pictures.each_ref().map(|picture| axes.map(|axis| direct(picture, axis)));
    let lamps = lamps.map(|towards| lamp(towards.normalize()));
    for (size, most) in [(16, 0.005), (32, 0.005), (64, 0.005), (128, 0.01), (200, 0.01), (300, 0.01)] {
        for (which, (picture, arriving)) in pictures.iter().zip(&arriving).enumerate() {
            let map = picture.render(size, 0.0, 1.0, ALL);
            for (axis, expected) in axes.into_iter().zip(arriving) {
                let found = irradiance(&map, axis);
                assert!((found / expected - 1.0).abs() < most, "{which}, size {size}, {axis}: {found} {expected}");
            }
        }
        // Where a lamp is in its texel is lost, but not what it sends.
        for (which, picture) in lamps.iter().enumerate() {
            let found = light(picture.render(size, 0.0, 1.0, ALL).mean()) * 4.0 * std::f64::consts::PI;
            let expected = energy(picture)[1];
            assert!((found / expected - 1.0).abs() < f64::from(most), "lamp {which}, size {size}: {found} {expected}");
        }
    }
    let up = arriving[0][2];
    assert!((pictures[0].level_irradiance() / up - 1.0).abs() < 1e-4, "the level irradiance is that of +Y");
}

#[test]
fn maps_turn_as_directions_do() {
    assert!((turned(Vec3::NEG_Z, 90.0) - Vec3::NEG_X).length() < 1e-6, "counter-clockwise seen from above");
    assert!((turned(vec3(0.2, 0.5, 0.4), 360.0) - vec3(0.2, 0.5, 0.4)).length() < 1e-6);
    for towards in [vec3(0.4, 0.3, -0.8), vec3(-0.7, -0.2, 0.1), vec3(0.1, 0.9, 0.25)].map(Vec3::normalize) {
        let picture = seen(512, |d| [1.0 / (1.0 + 1e4 * d.distance_squared(towards)); 3]);
        for yaw in [0.0, 37.0, 90.0, -130.0, 500.0] {
            // Each of the three ways: spread, sampled at four points, sampled.
            for size in [32, 128, 150, 300] {
                let map = picture.render(size, yaw, 2.0, ALL);
                let expected = turned(towards, yaw);
                let (face, x, y) = brightest(&map);
                let found = texel_direction(size, face, x, y);
                assert!(found.distance(expected) < 1.42 / size as f32 + 0.01, "{yaw} {size}: {found} {expected}");
            }
        }
    }
}

#[test]
fn what_nobody_looks_at_is_black_and_the_rest_as_ever() {
    let mut next = noise();
    let picture = seen(256, |_| [0.1 + next(); 3]);
    for size in [32, 64, 128] {
        let whole = picture.render(size, 20.0, 1.0, ALL);
        let ahead = |axis: Vec3, angle: f32| axis.z < libm::sinf(angle) - 0.5;
        let part = picture.render(size, 20.0, 1.0, &ahead);
        let mut black = 0;
        for (face, texels) in part.faces.iter().enumerate() {
            for (i, texel) in texels.iter().enumerate() {
                let towards = texel_direction(size, face, i as u32 % size, i as u32 / size);
                if *texel == [0.0; 3] {
                    assert!(towards.z > -0.5, "size {size}: {towards} is looked at");
                    black += 1;
                } else {
                    assert_eq!(*texel, whole.faces[face][i]);
                }
            }
        }
        assert!(size == 32 || black > size * size, "{black} of {size}");
    }
}

#[test]
fn the_sun_is_found_and_its_energy_kept() {
    for towards in [
        vec3(0.5, 0.6, -0.4),
        vec3(0.0, 0.5, 1.0),
        vec3(-0.001, 0.4, 1.0),
        vec3(0.01, 1.0, -0.02),
        vec3(0.03, 1.0, 0.03),
        vec3(-1.0, 0.06, 0.2),
    ] {
        let towards = towards.normalize();
        for (width, disc) in [(256, [9e3, 8e3, 6e3]), (720, [9e3, 8e3, 6e3]), (1024, [2500.0, 2500.0, 2400.0])] {
            let mut picture = sky_with_disc(width, towards, 0.5, disc);
            let without = sky_with_disc(width, towards, 0.0, disc);
            let (before, level) = (energy(&picture), picture.level_irradiance());
            picture.sun = picture.take_sun();
            let sun = picture.sun.expect("there is a sun");
            let off = sun.direction.angle_between(towards) * 180.0 / PI;
            assert!(off < 0.05 + 180.0 / width as f32, "{towards} at {width}: {off}° off");
            let after = energy(&picture);
            assert!((0..3).all(|c| (after[c] / before[c] - 1.0).abs() < 1e-5), "{before:?} {after:?}");
            assert!((picture.level_irradiance() / level - 1.0).abs() < 0.01, "{level}");
            let added = before[1] - energy(&without)[1];
            let ratio = f64::from(sun.irradiance[1]) / added;
            assert!((ratio - 1.0).abs() < 0.05, "{towards} at {width}: {ratio}");
            for (own, sky) in picture.data.iter().zip(&without.data) {
                assert!((0..3).all(|c| own[c] < 1.3 * sky[c].max(0.5)), "{own:?} instead of {sky:?}");
            }
            assert_eq!(picture.take_sun(), None, "there is but one sun");
        }
    }
    let file = hdr(&sky_with_disc(256, vec3(0.6, 0.8, 0.0), 0.5, [4e4; 3]), "#?RADIANCE\n");
    assert!(Panorama::read(&file).unwrap().sun.is_some(), "files are searched");
}

#[test]
fn what_is_large_or_faint_or_below_is_no_sun() {
    let none = |what: &str, mut picture: Panorama| {
        let before = picture.clone();
        assert_eq!(picture.take_sun(), None, "{what}");
        assert_eq!(picture, before, "{what}");
    };
    none("a uniform sky", seen(512, |_| [1.0; 3]));
    none("a smooth sky", seen(512, |d| [2.0 + d.y + d.x, 2.0, 2.0 - d.z]));
    none("a black sky", seen(512, |d| [(-d.y).max(0.0); 3]));
    let mut next = noise();
    none("noise", seen(512, |_| [next(); 3]));
    let sized = |half: f32| {
        move |d: Vec3| {
            [if d.z < -0.5 && (d.x / d.z).abs().max((d.y / d.z + 0.5).abs()) < half { 900.0 } else { 0.1 }; 3]
        }
    };
    for half in [0.04, 0.06, 0.1, 0.3, 0.8] {
        none("a soft box", seen(512, sized(half)));
    }
    let up = vec3(0.3, 0.7, 0.5).normalize();
    none("a faint disc", sky_with_disc(512, up, 0.5, [60.0; 3]));
    none("a glint below", sky_with_disc(512, -up, 0.5, [9e4; 3]));
    none("a coarse picture", sky_with_disc(128, up, 0.5, [9e4; 3]));
}

#[test]
fn wrong_files_are_refused_in_a_sentence() {
    let wrong = |bytes: &[u8], with: &str| {
        let error = Panorama::read(bytes).expect_err(with);
        assert!(error.starts_with(with), "{error}, expected {with}");
    };
    for bytes in [&b""[..], b"#?", b"Not a picture", b"\x89PNG\r\n", b"v/1"] {
        wrong(bytes, "it is neither a Radiance (.hdr) nor an OpenEXR (.exr) file");
    }
    let header = |size: &str| format!("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n{size}\n").into_bytes();
    wrong(&header("-Y 50000 +X 100000"), "it has 100000 × 50000 pixels; at most 16384 × 8192 are read");
    wrong(&header("-Y 512 +X 512"), "it has 512 × 512 pixels; a panorama is twice as wide as high");
    wrong(&header("-Y 0 +X 0"), "it has 0 × 0 pixels");
    wrong(&header("-Y 8192 +X 16384"), "it ends before its last row");
    for size in ["-Y 4294967295 +X 4294967294", "+Y 8 +X 16", "-Y 8", "", "-Y x +X y"] {
        wrong(&header(size), "it cannot be read as Radiance");
    }
    let picture = seen(32, |d| [2.0 + d.x, 2.0 + d.y, 1.0]);
    let radiance = hdr(&picture, "#?RADIANCE\n");
    let open = exr(&picture, ["R", "G", "B"], false, Compression::ZIP16, Blocks::ScanLines);
    for file in [radiance, open] {
        assert!(Panorama::read(&file).is_ok());
        for end in (0..file.len()).step_by(7) {
            assert!(Panorama::read(&file[..end]).is_err(), "cut at {end} of {}", file.len());
        }
    }
    let open = |value: f32| {
        let mut picture = picture.clone();
        picture.data[32 * 3 + 5][1] = value;
        Panorama::read(&exr(&picture, ["R", "G", "B"], false, Compression::RLE, Blocks::ScanLines))
    };
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 2e30] {
        let error = open(value).unwrap_err();
        assert!(error.starts_with("its pixel at (5, 3) is [") && error.contains("finite"), "{error}");
    }
    assert_eq!(open(-0.5).unwrap().data[32 * 3 + 5][1], 0.0, "negative values become 0");
    wrong(&hdr(&seen(16, |_| [0.0; 3]), "#?RADIANCE\n"), "it is black");
}

/// The width and the height of an OpenEXR file are found where its data window says.
#[test]
fn large_sizes_are_refused_before_there_is_room_for_them() {
    let picture = seen(32, |_| [1.0; 3]);
    let mut file = exr(&picture, ["R", "G", "B"], false, Compression::Uncompressed, Blocks::ScanLines);
    let after = |name: &[u8]| file.windows(name.len()).position(|bytes| bytes == name).unwrap() + name.len() + 4;
    let (window, chunks) = (after(b"dataWindow\0box2i\0"), after(b"chunkCount\0int\0"));
    for (width, height) in [(100_000_i32, 50_000_i32), (32_768, 16_384), (16, 16)] {
        file[window + 8..window + 12].copy_from_slice(&(width - 1).to_le_bytes());
        file[window + 12..window + 16].copy_from_slice(&(height - 1).to_le_bytes());
        file[chunks..chunks + 4].copy_from_slice(&height.to_le_bytes());
        let error = Panorama::read(&file).unwrap_err();
        assert!(error.starts_with(&format!("it has {width} × {height} pixels; ")), "{error}");
    }
}

/// DWA loses a little, and its blocks say how much memory they want.
#[test]
fn blocks_that_ask_for_too_much_are_refused() {
    let picture = seen(64, |d| [2.0 + d.x, 2.0 + d.y, 2.0 + d.z]);
    for blocks in [Blocks::ScanLines, Blocks::Tiles((60, 20).into()), Blocks::Tiles((5, 3).into())] {
        let file = exr(&picture, ["R", "G", "B"], false, Compression::DWAA(None), blocks);
        let read = Panorama::read(&file).unwrap();
        for (own, expected) in read.data.iter().zip(&picture.data) {
            assert!(Vec3::from_array(*own).distance(Vec3::from_array(*expected)) < 0.1, "{own:?} {expected:?}");
        }
        // In each place in turn, so in that of each of the sizes.
        for place in (file.len() / 4..file.len() - 8).step_by(if blocks == Blocks::ScanLines { 1 } else { 13 }) {
            let mut damaged = file.clone();
            damaged[place..place + 8].copy_from_slice(&(1_u64 << 44).to_le_bytes());
            let _ = Panorama::read(&damaged);
        }
    }
}
