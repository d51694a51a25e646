//! What every set must hold to.

use super::mip::Curve;
use super::*;

/// Small enough that all sets of all variants are made in seconds.
const SIDE: u32 = 64;

fn all() -> impl Iterator<Item = (&'static str, u32, TextureSet)> {
    let pairs = NAMES.iter().flat_map(|(name, _)| (0..VARIANTS).map(move |v| (*name, v)));
    pairs.map(|(name, v)| (name, v, build(name, v, SIDE).expect("every listed name is known")))
}

fn tinted(name: &str) -> bool {
    let names = ["painted_metal", "plastic", "ceramic", "fabric", "rubber", "paper", "leather", "fruit_skin", "glass"];
    names.contains(&name) || name == "plaster"
}

#[test]
fn names_are_unique_and_described() {
    assert_eq!(NAMES.len(), 34);
    for (i, (name, about)) in NAMES.iter().enumerate() {
        assert!(NAMES[..i].iter().all(|(other, _)| other != name), "{name} is listed twice");
        assert!(about.ends_with('.') && about.len() > 20, "{name} lacks a sentence");
    }
    assert!(build("unobtainium", 0, 64).is_none());
    assert!(build("", 0, 64).is_none());
}

#[test]
fn sizes_and_levels() {
    for (name, v, set) in all() {
        assert!((0.05..=3.0).contains(&set.size_m), "{name} {v}: {} m", set.size_m);
        assert!(set.base_color.srgb && !set.orm.srgb && !set.normal.srgb, "{name} {v}");
        for texture in [&set.base_color, &set.orm, &set.normal] {
            assert_eq!((texture.width, texture.height), (SIDE, SIDE), "{name} {v}");
            assert_eq!(texture.levels.len(), 7, "{name} {v}");
            for (l, level) in texture.levels.iter().enumerate() {
                let side = (SIDE >> l) as usize;
                assert_eq!(level.len(), side * side * 4, "{name} {v} level {l}");
                assert!(level.chunks_exact(4).all(|p| p[3] == 255), "{name} {v} level {l}");
            }
        }
    }
}

#[test]
fn odd_and_extreme_resolutions() {
    for (asked, got, levels) in [(0, 16, 5), (1, 16, 5), (45, 45, 6), (100, 100, 7)] {
        for (name, _) in NAMES {
            let set = build(name, 1, asked).expect("a known name");
            assert_eq!((set.normal.width, set.normal.levels.len()), (got, levels), "{name} at {asked}");
            assert_eq!(set.orm.levels.last().map(Vec::len), Some(4), "{name} at {asked}");
        }
    }
}

#[test]
fn values_are_plausible() {
    let curve = Curve::get();
    for (name, v, set) in all() {
        let (low, high, least_mean) = if tinted(name) { (0.25, 1.0, 0.72) } else { (0.0175, 0.91, 0.02) };
        let mut sum = 0.0;
        for p in set.base_color.levels[0].chunks_exact(4) {
            for byte in &p[..3] {
                let albedo = curve.decode(*byte);
                assert!((low..=high).contains(&albedo), "{name} {v}: albedo {albedo}");
                sum += albedo;
            }
        }
        let mean = sum / (SIDE * SIDE * 3) as f32;
        assert!(mean >= least_mean, "{name} {v}: mean albedo {mean}");
        for p in set.orm.levels.iter().flat_map(|l| l.chunks_exact(4)) {
            assert!(f32::from(p[1]) / 255.0 > 0.04, "{name} {v}: roughness {}", p[1]);
        }
        let open: u32 = set.orm.levels[0].chunks_exact(4).map(|p| u32::from(p[0])).sum();
        assert!(open / (SIDE * SIDE) > 110, "{name} {v}: mean occlusion {}", open / (SIDE * SIDE));
    }
}

#[test]
fn metals_are_metal() {
    let metal = |name, variant| {
        let set = build(name, variant, 128).expect("a known name");
        let sum: u32 = set.orm.levels[0].chunks_exact(4).map(|p| u32::from(p[2])).sum();
        sum as f32 / (255.0 * 128.0 * 128.0)
    };
    assert!(metal("brushed_steel", 0) > 0.99);
    assert!(metal("galvanised_steel", 0) > 0.9);
    assert!((0.001..0.3).contains(&metal("painted_metal", 2)));
    assert!(metal("rusty_metal", 0) > metal("rusty_metal", 3));
    assert_eq!(metal("oak", 0), 0.0);
}

#[test]
fn normals_are_unit_length_and_face_outwards() {
    for (name, v, set) in all() {
        let mut mean = [0.0_f32; 3];
        for (l, level) in set.normal.levels.iter().enumerate() {
            for p in level.chunks_exact(4) {
                let n = [p[0], p[1], p[2]].map(|b| (f32::from(b) - 128.0) / 127.0);
                let length = n.iter().map(|x| x * x).sum::<f32>().sqrt();
                assert!((length - 1.0).abs() < 0.02, "{name} {v} level {l}: length {length}");
                assert!(n[2] > 0.0, "{name} {v} level {l}: a normal faces inwards");
                if l == 0 {
                    mean.iter_mut().zip(n).for_each(|(m, n)| *m += n / (SIDE * SIDE) as f32);
                }
            }
        }
        // A field that tiles leans nowhere on average.
        assert!(mean[0].abs() < 0.06 && mean[1].abs() < 0.06, "{name} {v}: leans by {mean:?}");
    }
}

/// The mean difference between neighbouring columns or rows `a` and `b`, over the colour, ORM and normal maps.
fn step(set: &TextureSet, rows: bool, a: u32, b: u32) -> f32 {
    let n = set.normal.width;
    let mut sum = 0;
    for texture in [&set.base_color, &set.orm, &set.normal] {
        for i in 0..n {
            let at = |line: u32| (if rows { line * n + i } else { i * n + line }) as usize * 4;
            let pixels = &texture.levels[0];
            sum += (0..3).map(|c| u32::from(pixels[at(a) + c].abs_diff(pixels[at(b) + c]))).sum::<u32>();
        }
    }
    sum as f32 / (n * 9) as f32
}

#[test]
fn borders_meet() {
    for (name, _) in NAMES {
        for v in 0..VARIANTS {
            let set = build(name, v, 128).expect("a known name");
            for rows in [false, true] {
                let across = step(&set, rows, 127, 0);
                let mut inside: Vec<f32> = (0..127).map(|l| step(&set, rows, l, l + 1)).collect();
                inside.sort_by(f32::total_cmp);
                // Joints and grout may lie on the border, and are as steep inside.
                assert!(across <= 1.25 * inside[126] + 0.5, "{name} {v}: {across} against {:?}", inside[126]);
            }
        }
    }
}

#[test]
fn same_every_time_and_different_every_variant() {
    for (name, _) in NAMES {
        let sets: Vec<TextureSet> = (0..VARIANTS + 1).filter_map(|v| build(name, v, 32)).collect();
        assert_eq!(Some(&sets[1]), build(name, 1, 32).as_ref(), "{name} differs from itself");
        for (i, a) in sets.iter().enumerate() {
            assert!(sets[..i].iter().all(|b| a.base_color != b.base_color), "{name}: variant {i} repeats another");
        }
    }
}

/// The standard library's transcendental functions differ from machine to machine; `libm`'s do not.
#[test]
fn only_exact_arithmetic() {
    let sources = [
        include_str!("earth.rs"),
        include_str!("fibre.rs"),
        include_str!("field.rs"),
        include_str!("label.rs"),
        include_str!("label/lettering.rs"),
        include_str!("label/print.rs"),
        include_str!("label/qr.rs"),
        include_str!("label/symbol.rs"),
        include_str!("layer.rs"),
        include_str!("layer/coat.rs"),
        include_str!("layer/oklch.rs"),
        include_str!("layer/relief.rs"),
        include_str!("metal.rs"),
        include_str!("mip.rs"),
        include_str!("noise.rs"),
        include_str!("paint.rs"),
        include_str!("pattern.rs"),
        include_str!("plant.rs"),
        include_str!("polymer.rs"),
        include_str!("sheet.rs"),
        include_str!("stone.rs"),
        include_str!("wall.rs"),
        include_str!("wood.rs"),
    ];
    for call in [
        "sin(", "cos(", "sin_cos(", "tan(", "atan2(", "exp(", "exp2(", "ln(", "log2(", "powf(", "powi(", "cbrt(",
        "hypot(", "mul_add(",
    ] {
        for source in sources {
            let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or(source);
            assert!(!source.contains(&format!(".{call}")), ".{call} is not exact");
        }
    }
}

#[test]
fn curve_inverts_itself() {
    let curve = Curve::get();
    for byte in 0..=255 {
        assert_eq!(curve.encode(curve.decode(byte)), byte);
    }
    assert_eq!(curve.encode(f32::NAN), 0);
    assert_eq!(curve.encode(7.0), 255);
}

#[test]
fn levels_of_a_constant_are_constant() {
    for (w, h) in [(8, 8), (7, 5), (16, 1), (1, 1), (3, 12), (33, 64)] {
        for (srgb, pixel) in [(true, [200, 13, 77, 255]), (true, [200, 13, 77, 90]), (false, [1, 128, 250, 3])] {
            let pixels = pixel.repeat((w * h) as usize);
            let texture = Texture::from_rgba8(w, h, srgb, pixels);
            let count = 32 - w.max(h).leading_zeros();
            assert_eq!(texture.levels.len(), count as usize, "{w} × {h}");
            for (l, level) in texture.levels.iter().enumerate() {
                let size = (w >> l).max(1) * (h >> l).max(1) * 4;
                assert_eq!(level.len(), size as usize, "{w} × {h} level {l}");
                assert!(level.chunks_exact(4).all(|p| p == pixel), "{w} × {h} level {l} srgb {srgb}");
            }
        }
    }
}

#[test]
fn light_is_averaged_not_bytes() {
    let black_and_white = [[0, 0, 0, 255], [255, 255, 255, 255]].concat();
    let average = |srgb| Texture::from_rgba8(2, 1, srgb, black_and_white.clone()).levels[1].clone();
    assert_eq!(average(true), [188, 188, 188, 255]);
    assert_eq!(average(false), [128, 128, 128, 255]);
    // What cannot be seen lends no colour.
    let cut_out = [[250, 0, 0, 255], [0, 255, 0, 0]].concat();
    let level = &Texture::from_rgba8(2, 1, true, cut_out).levels[1];
    assert!(level[0] >= 249 && level[1] <= 3 && level[3] == 128, "{level:?}");
}

#[test]
fn misfitting_buffers_are_fitted() {
    assert_eq!(Texture::from_rgba8(2, 2, false, vec![9; 3]).levels[0].len(), 16);
    assert_eq!(Texture::from_rgba8(2, 2, false, vec![9; 99]).levels[0].len(), 16);
    assert_eq!(Texture::from_normals(0, 0, Vec::new()).levels.len(), 1);
}

#[test]
fn normal_levels_are_unit_length() {
    let pixels = [[255, 128, 128, 255], [128, 255, 128, 255], [128, 128, 255, 255], [128, 128, 255, 255]].concat();
    let texture = Texture::from_normals(4, 1, pixels);
    for level in &texture.levels {
        for p in level.chunks_exact(4) {
            let square: f32 = p[..3].iter().map(|b| (f32::from(*b) - 128.0) / 127.0).map(|x| x * x).sum();
            assert!((square - 1.0).abs() < 0.02, "{p:?}");
        }
    }
    assert_eq!(texture.levels[1][4..8], [128, 128, 255, 255]);
}

#[test]
fn roughness_rises_where_normals_differ() {
    let orm = vec![[255, 80, 0, 255]; 16];
    let flat = vec![[128, 128, 255, 255]; 16];
    let (_, smooth) = mip::normals_and_orm(4, flat, orm.clone());
    assert!(smooth.levels.iter().all(|l| l[1].abs_diff(80) <= 1), "{:?}", smooth.levels);
    let bumpy = (0..16).map(|i| if i % 2 == 0 { [64, 128, 238, 255] } else { [192, 128, 238, 255] }).collect();
    let (_, rough) = mip::normals_and_orm(4, bumpy, orm);
    assert!(rough.levels[1][1] > 150, "{:?}", rough.levels[1]);
    assert_eq!(rough.levels[0][1], 80);
}
