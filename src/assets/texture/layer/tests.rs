//! What every layer must hold to.

use super::*;
use crate::assets::texture::build;

const KINDS: [fn(f32) -> Layer; 6] =
    [Layer::Dust, Layer::Dirt, Layer::Scratches, Layer::Rust, Layer::Stains, Layer::Salt];
const NONE: Adjustment =
    Adjustment { hue_deg: 0.0, saturation: 1.0, brightness: 1.0, roughness: 1.0, normal_strength: 1.0 };

fn maps(set: &TextureSet) -> Maps<'_> {
    Maps { base_color: Some(&set.base_color), orm: Some(&set.orm), normal: Some(&set.normal) }
}

fn factors(set: &TextureSet) -> FlatValues {
    FlatValues { size_m: set.size_m, ..FlatValues::default() }
}

fn red() -> FlatValues {
    FlatValues { base_color: [0.5, 0.02, 0.02], roughness: 0.3, metallic: 0.0, ..FlatValues::default() }
}

fn over_red(layers: &[Layer], seed: u64) -> TextureSet {
    layered(Maps::default(), red(), layers, &NONE, seed)
}

fn first(texture: &Texture) -> &[[u8; 4]] {
    texture.levels[0].as_chunks::<4>().0
}

/// Mean luminance, roughness and metalness.
fn means(set: &TextureSet) -> [f32; 3] {
    let [r, g, b, _] = set.base_color.mean();
    let pixels = first(&set.orm);
    let mean = |k: usize| pixels.iter().map(|p| f32::from(p[k]) / 255.0).sum::<f32>() / pixels.len() as f32;
    [0.2126 * r + 0.7152 * g + 0.0722 * b, mean(1), mean(2)]
}

#[test]
fn nothing_changes_nothing() {
    let set = build("oak", 0, 64).unwrap();
    let nothing: Vec<Layer> = KINDS.iter().flat_map(|kind| [kind(0.0), kind(-1.0), kind(f32::NAN)]).collect();
    for layers in [&nothing[..], &[]] {
        assert_eq!(layered(maps(&set), factors(&set), layers, &NONE, 3), set);
    }
    // Maps that an adjustment does not touch stay, levels and all.
    let greyer = layered(maps(&set), factors(&set), &[], &Adjustment { saturation: 0.5, ..NONE }, 3);
    assert_eq!((&greyer.orm, &greyer.normal), (&set.orm, &set.normal));
    assert_ne!(greyer.base_color, set.base_color);
    let smoother = layered(maps(&set), factors(&set), &[], &Adjustment { roughness: 0.5, ..NONE }, 3);
    assert_eq!((&smoother.base_color, &smoother.normal), (&set.base_color, &set.normal));
    assert!((means(&smoother)[1] - 0.5 * means(&set)[1]).abs() < 0.004);
    let surface = Surface { texture_size_m: set.size_m, ..Surface::default() };
    assert_eq!(worn(&surface, &nothing, &NONE, 3), surface);
}

#[test]
fn same_seed_same_bytes_and_other_seed_other_bytes() {
    for (number, kind) in KINDS.into_iter().enumerate() {
        let one = over_red(&[kind(0.6)], 5);
        assert_eq!(one, over_red(&[kind(0.6)], 5));
        for other in [6, 5 + (1 << 40)] {
            assert_ne!(one.base_color, over_red(&[kind(0.6)], other).base_color, "{:?}", kind(0.6));
        }
        // A second coat of the same is not the first one once more.
        let twice = over_red(&[kind(0.6), kind(0.6)], 5);
        let pixels = |set: &TextureSet| first(&set.base_color).to_vec();
        let (one, twice) = (pixels(&one), pixels(&twice));
        let bare = Curve::get().encode(0.5);
        let changed = one.iter().zip(&twice).filter(|(a, b)| a[0] == bare && b[0] != bare).count();
        assert!(number < 2 || changed > 200, "{:?}: {changed}", kind(0.6));
    }
}

#[test]
fn more_covers_what_less_covered() {
    let cx = |seed| Cx { n: 256, variant: 0, seed };
    let hollow = cx(9).fbm(0, 12, 12, 4, 0.6);
    let ground = || Ground { cx: cx(3), size_m: 0.5, hollow: &hollow };
    let coat = |kind: usize, amount: f32| match kind {
        0 => ground().dust(amount),
        1 => ground().spray(amount, coat::DIRT),
        2 => ground().scratches(amount),
        3 => ground().rust(amount),
        _ => ground().stains(amount),
    };
    for (kind, wanted) in [0.75..1.0, 0.45..0.9, 0.02..0.3, 0.8..1.0, 0.04..0.4].into_iter().enumerate() {
        let mut last = ground().cx.flat(0.0);
        let mut mean = 0.0;
        for amount in [0.02, 0.25, 0.5, 0.75, 1.0] {
            let cover = coat(kind, amount).cover;
            assert!(cover.iter().all(|c| (0.0..=1.0).contains(c)), "{kind} {amount}");
            let sunk = last.iter().zip(cover.iter()).map(|(a, b)| a - b).fold(0.0, f32::max);
            assert!(sunk < 1e-4, "{kind} {amount}: {sunk}");
            let now = cover.iter().sum::<f32>() / cover.len() as f32;
            assert!(now > mean, "{kind} {amount}: {now} after {mean}");
            assert!(amount > 0.02 || now < 0.03, "{kind}: {now} at a trace");
            (last, mean) = (cover, now);
        }
        assert!(wanted.contains(&mean), "{kind}: {mean}");
    }
}

#[test]
fn layers_look_like_what_they_are() {
    let bare = [0.2126 * 0.5 + 0.7874 * 0.02, 0.3, 0.0];
    let [dust, dirt, scratches, rust, stains, salt] = KINDS.map(|kind| means(&over_red(&[kind(1.0)], 1)));
    assert!(dust[0] > 2.5 * bare[0] && dust[1] > 0.8, "{dust:?}");
    assert!(dirt[0] < 0.75 * bare[0] && dirt[1] > 0.65, "{dirt:?}");
    assert!(scratches[0] > 1.02 * bare[0] && scratches[1] > 0.31, "{scratches:?}");
    assert!(rust[1] > 0.8, "{rust:?}");
    assert!(salt[0] > 2.0 * bare[0] && salt[1] > 0.65, "{salt:?}");
    assert!(stains[0] < bare[0] && stains[1] > 0.3, "{stains:?}");
    // Steel under rust is no metal any more, under scratches it is.
    let steel = FlatValues { base_color: [0.6; 3], metallic: 1.0, ..red() };
    let on_steel = |layer| layered(Maps::default(), steel, &[layer], &NONE, 1);
    assert!(means(&on_steel(Layer::Rust(1.0)))[2] < 0.1);
    assert!(means(&on_steel(Layer::Scratches(1.0)))[2] > 0.999);
    let [r, g, b, _] = on_steel(Layer::Rust(1.0)).base_color.mean();
    assert!(r > 1.8 * g && g > 1.2 * b, "no orange-brown: {r} {g} {b}");
    // Nothing is blown out or pitch black, and roughness stays physical.
    for kind in KINDS {
        let set = over_red(&[kind(1.0)], 2);
        assert!(first(&set.base_color).iter().all(|p| p[..3].iter().all(|c| (8..=250).contains(c))), "{:?}", kind(1.0));
        assert!(first(&set.orm).iter().all(|p| p[1] > 10 && p[3] == 255), "{:?}", kind(1.0));
    }
}

#[test]
fn dust_collects_in_hollows() {
    let set = build("brick", 0, 512).unwrap();
    let heights = relief::heights(512, first(&set.normal).iter().map(|p| unpack(*p)));
    let cx = Cx { n: 512, variant: 0, seed: 1 };
    let hollow = relief::hollows(&cx, Some(&heights), cx.flat(0.0));
    let bumpy = Maps { normal: Some(&set.normal), ..Maps::default() };
    let dusty = layered(bumpy, red(), &[Layer::Dust(0.4)], &NONE, 1);
    let mean = |inside: &dyn Fn(f32) -> bool| {
        let chosen = first(&dusty.orm).iter().zip(hollow.iter()).filter(|(_, h)| inside(**h));
        let all: Vec<f32> = chosen.map(|(p, _)| (f32::from(p[1]) / 255.0 - 0.3) / 0.66).collect();
        assert!(all.len() > 2000);
        all.iter().sum::<f32>() / all.len() as f32
    };
    let (low, high) = (mean(&|h| h > 0.8), mean(&|h| h < -0.3));
    assert!(low > 1.5 * high, "{low} in hollows, {high} outside");
}

#[test]
fn scratches_run_along_few_directions() {
    let mut mean = 0.0;
    for seed in 0..8 {
        let set = over_red(&[Layer::Scratches(1.0)], seed);
        // The normals across a groove lean along its width: half the directions of the plane in 18 bins.
        let mut bins = [0.0_f32; 18];
        for p in first(&set.normal) {
            let [x, y, _] = unpack(*p);
            let lean = x.hypot(y);
            if lean > 0.04 {
                let angle = y.atan2(x).rem_euclid(std::f32::consts::PI);
                bins[((angle / std::f32::consts::PI * 18.0) as usize).min(17)] += lean;
            }
        }
        let sum: f32 = bins.iter().sum();
        assert!(sum > 100.0, "{seed}: no relief: {sum}");
        bins.sort_by(f32::total_cmp);
        mean += bins[12..].iter().sum::<f32>() / sum / 8.0;
    }
    assert!(mean > 0.68, "evenly spread: {mean} in a third of the directions");
}

/// The mean difference between neighbouring columns or rows.
fn step(set: &TextureSet, rows: bool, a: usize, b: usize) -> f32 {
    let n = set.normal.width as usize;
    let mut sum = 0;
    for texture in [&set.base_color, &set.orm, &set.normal] {
        for i in 0..n {
            let at = |line: usize| first(texture)[if rows { line * n + i } else { i * n + line }];
            sum += (0..3).map(|c| u32::from(at(a)[c].abs_diff(at(b)[c]))).sum::<u32>();
        }
    }
    sum as f32 / (n * 9) as f32
}

#[test]
fn borders_meet() {
    for kind in KINDS {
        for seed in 0..3 {
            let set = over_red(&[kind(0.5)], seed);
            let n = set.normal.width as usize;
            for rows in [false, true] {
                let across = step(&set, rows, n - 1, 0);
                let mut inside: Vec<f32> = (0..n - 1).step_by(5).map(|l| step(&set, rows, l, l + 1)).collect();
                inside.sort_by(f32::total_cmp);
                let usual = inside[inside.len() - 1];
                assert!(across <= 1.15 * usual + 0.1, "{:?} {seed}: {across} against {usual}", kind(0.5));
            }
        }
    }
}

#[test]
fn flat_values_are_baked() {
    let set = layered(Maps::default(), red(), &[], &NONE, 1);
    assert_eq!((set.base_color.width, set.orm.width, set.normal.width), (1, 1, 1));
    let curve = Curve::get();
    assert_eq!(first(&set.base_color)[0], [curve.encode(0.5), curve.encode(0.02), curve.encode(0.02), 255]);
    assert_eq!(first(&set.orm)[0], [255, 77, 0, 255]);
    assert_eq!(first(&set.normal)[0], [128, 128, 255, 255]);
    let white = layered(Maps::default(), FlatValues::default(), &[], &NONE, 1);
    assert_eq!(first(&white.base_color)[0], [255; 4]);
}

#[test]
fn maps_of_any_size_keep_their_detail() {
    // An image of 300 × 420 without other maps, half of it cut out.
    let pixels: Vec<u8> = (0..300 * 420).flat_map(|i| [200, 40, 40, if i % 300 < 150 { 0 } else { 255 }]).collect();
    let image = Texture::from_rgba8(300, 420, true, pixels);
    let base = Maps { base_color: Some(&image), ..Maps::default() };
    let flat = FlatValues { metallic: 0.0, roughness: 0.5, ..FlatValues::default() };
    let all = KINDS.map(|kind| kind(0.5));
    let set = layered(base, flat, &all, &NONE, 1);
    assert_eq!((set.base_color.width, set.base_color.height), (300, 420));
    assert_eq!((set.orm.width, set.normal.width), (512, 512));
    assert!(first(&set.base_color).iter().enumerate().all(|(i, p)| p[3] == if i % 300 < 150 { 0 } else { 255 }));
    // A single pixel is a flat colour, and one of four is as large as its layers.
    let dot = Texture::from_rgba8(2, 2, true, [[200, 40, 40, 255], [0, 0, 90, 255]].concat().repeat(2));
    let set = layered(Maps { base_color: Some(&dot), ..base }, flat, &[Layer::Stains(0.2)], &NONE, 1);
    assert_eq!(set.base_color.width, 256);
    let [left, right] = [first(&set.base_color)[128 * 256 + 5], first(&set.base_color)[128 * 256 + 250]];
    assert!(left[0] > 2 * left[2] && right[2] > 2 * right[0], "{left:?} {right:?}");
}

#[test]
fn adjustments_change_what_they_say() {
    let set = build("painted_metal", 1, 64).unwrap();
    let adjusted = |adjustment| {
        layered(maps(&set), FlatValues { base_color: [0.5, 0.1, 0.1], ..factors(&set) }, &[], &adjustment, 1)
    };
    let [r, g, b, _] = adjusted(Adjustment { hue_deg: 120.0, ..NONE }).base_color.mean();
    assert!(g > 1.5 * r && g > 1.5 * b, "{r} {g} {b}");
    let bright = |factor| adjusted(Adjustment { brightness: factor, ..NONE }).base_color.mean()[0];
    assert!((bright(0.5) / bright(1.0) - 0.5).abs() < 0.01);
    let slope = |strength| {
        let normal = adjusted(Adjustment { normal_strength: strength, ..NONE }).normal;
        first(&normal).iter().map(|p| unpack(*p)).map(|[x, y, z]| (x.hypot(y) / z).min(5.0)).sum::<f32>()
    };
    assert_eq!(slope(0.0), 0.0);
    assert!((slope(2.0) / slope(1.0) - 2.0).abs() < 0.15, "{}", slope(2.0) / slope(1.0));
}

#[test]
fn a_worn_surface_has_no_factors_left() {
    let glass = Surface { base_color: [0.9, 0.95, 0.9, 0.2], roughness: 0.1, blended: true, ..Surface::default() };
    let dusty = worn(&glass, &[Layer::Dust(0.8)], &NONE, 1);
    assert_eq!((dusty.base_color, dusty.roughness, dusty.metallic), ([1.0; 4], 1.0, 1.0));
    let alpha = dusty.base_color_texture.as_ref().unwrap().mean()[3];
    assert!((0.5..0.95).contains(&alpha), "dust makes glass opaque to {alpha}");
    assert!(dusty.blended && dusty.normal_texture.is_some() && dusty.texture_size_m == glass.texture_size_m);
    let solid = Surface { base_color: [0.9, 0.9, 0.9, 0.2], blended: false, ..glass.clone() };
    assert_eq!(worn(&solid, &[Layer::Dust(0.8)], &NONE, 1).base_color, [1.0, 1.0, 1.0, 0.2]);
    // An adjustment of colour alone leaves the rest of a flat surface as it is.
    let tinted = worn(&glass, &[], &Adjustment { hue_deg: 30.0, ..NONE }, 1);
    assert!(tinted.normal_texture.is_none() && tinted.base_color_texture.as_ref().unwrap().width == 1);
}

#[test]
fn relief_leans_as_steeply_as_it_is() {
    let (n, size_m) = (64, 0.2);
    let turn = |i: usize| (i as f32 / n as f32 * std::f32::consts::TAU).sin_cos();
    for rows in [false, true] {
        let along = |i: usize| if rows { i / n } else { i % n };
        // A wave of 2 mm: its slope is 2 mm × 2π / 200 mm times the cosine, the border included.
        let relief = Field::of(n * n, (0..n * n).map(|i| 2.0 * turn(along(i)).0));
        for (i, slope) in slopes(n, &relief, size_m).iter().enumerate() {
            let wanted = 0.01 * std::f32::consts::TAU * turn(along(i)).1;
            let wanted = if rows { [0.0, wanted] } else { [-wanted, 0.0] };
            assert!((slope[0] - wanted[0]).hypot(slope[1] - wanted[1]) < 2e-4, "{i}: {slope:?}, not {wanted:?}");
        }
    }
}
