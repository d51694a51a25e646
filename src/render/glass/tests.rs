//! What the glass does to pictures: shares, places, blur, and time.

use super::drops::{Drop, SPREAD, STICKS_M};
use super::*;

const SIZE: (usize, usize) = (320, 240);
const SHARP: Through = Through { focal_px: 900.0, opening_m: 0.0, focus_m: f32::INFINITY };

fn dry() -> Glass {
    Glass {
        distance_m: 0.1,
        water_share: 0.0,
        frost_share: 0.0,
        dirt_share: 0.0,
        dirt_color: [0.0; 3],
        arrivals_per_m2_s: 1000.0,
        drop_mm: 0.9,
        wiper: None,
        seed: 3,
    }
}

fn rain(share: f32) -> Glass {
    Glass { water_share: share, ..dry() }
}

/// Bright and dark pixels in turn: what is seen through anything but clear glass is of an even grey.
fn board() -> Vec<[f32; 3]> {
    (0..SIZE.0 * SIZE.1).map(|index| [((index % SIZE.0 + index / SIZE.0) % 2) as f32; 3]).collect()
}

fn seen(mut light: Vec<[f32; 3]>, glass: &Glass, through: &Through, time_s: f64) -> Vec<[f32; 3]> {
    look(&mut light, SIZE, glass, through, time_s);
    light
}

/// How much of the contrast of the board is gone: the share that is covered.
fn covered(glass: &Glass, through: &Through, time_s: f64) -> f64 {
    let contrast = |light: &[[f32; 3]]| {
        let signs = board().into_iter().map(|pixel| f64::from(2.0 * pixel[0] - 1.0));
        signs.zip(light).map(|(sign, pixel)| sign * f64::from(pixel[0])).sum::<f64>()
    };
    1.0 - contrast(&seen(board(), glass, through, time_s)) / contrast(&board())
}

fn street() -> Vec<[f32; 3]> {
    let at = |index: usize| {
        let (x, y) = (index % SIZE.0, index / SIZE.0);
        let sky = if y < 100 { 1.0 } else { 0.2 };
        [sky, sky + 0.1 * (x % 40) as f32 / 40.0, if (x / 30) % 3 == 0 { 0.1 } else { sky }]
    };
    (0..SIZE.0 * SIZE.1).map(at).collect()
}

fn mean(light: &[[f32; 3]]) -> f64 {
    light.iter().flatten().map(|value| f64::from(*value)).sum::<f64>() / (3 * light.len()) as f64
}

fn difference(one: &[[f32; 3]], other: &[[f32; 3]]) -> f64 {
    let off = one.iter().flatten().zip(other.iter().flatten()).map(|(one, other)| f64::from((one - other).abs()));
    off.sum::<f64>() / (3 * one.len()) as f64
}

#[test]
fn a_bare_glass_changes_nothing() {
    let light: Vec<[f32; 3]> = street().into_iter().map(|pixel| pixel.map(|value| value * 1e12 - 0.1)).collect();
    assert_eq!(seen(light.clone(), &dry(), &SHARP, 5.0), light);
}

#[test]
fn drops_stick_and_spread_as_their_volume_has_it() {
    // A cap's volume against the cube of the diameter of its foot.
    let tangent = 20_f64.to_radians().tan();
    let cap = std::f64::consts::PI / 24.0 * tangent * (3.0 + tangent * tangent);
    let spread = (std::f64::consts::PI / 6.0 / cap).cbrt();
    assert!((f64::from(SPREAD) / spread - 1.0).abs() < 0.01, "{spread}");
    let hysteresis = 20_f64.to_radians().cos() - 58_f64.to_radians().cos();
    let held = 24.0 / std::f64::consts::PI.powi(3) * 0.0728 * hysteresis;
    let sticks = (held / (1000.0 * 9.81 * cap)).sqrt();
    assert!((f64::from(STICKS_M) / sticks - 1.0).abs() < 0.05, "{sticks}");
}

#[test]
fn drops_cover_the_share_that_is_asked_for() {
    for share in [0.05, 0.3] {
        for through in [SHARP, Through { opening_m: 0.001, ..SHARP }] {
            // Some 4 cm are in view, so that many moments and glasses are needed.
            let times = 40_u16;
            let one = |time: u16| {
                let glass = Glass { seed: u32::from(time), ..rain(share) };
                covered(&glass, &through, 1e4 * f64::from(time) + 77.0)
            };
            let mean = (0..times).map(one).sum::<f64>() / f64::from(times);
            assert!((mean / f64::from(share) - 1.0).abs() < 0.2, "{share} {mean}");
        }
    }
}

#[test]
fn a_drop_turns_the_scene_over() {
    let size = [200, 200];
    let mut light = vec![[0.0; 3]; size[0] * size[1]];
    for y in 20..30 {
        for x in 95..105 {
            light[y * size[0] + x] = [1.0; 3];
        }
    }
    let picture = Pyramid::new(&light, size);
    let mut layer = Layer::new(size, 0.0);
    let drop = Drop { place_m: [0.0; 2], radius_m: 0.001, contact: 0.64, turns: [[0.0, 1.0]; 2] };
    Relief::new(&layer, &[drop], size, 40_000.0).refract(&mut layer, &picture, 300.0);
    let lit = |rows: std::ops::Range<usize>| {
        let pixels = rows.flat_map(|y| (0..size[0]).map(move |x| (x, y)));
        pixels.map(|(x, y)| layer.at(x, y)[0]).sum::<f32>()
    };
    let (above, below) = (lit(60..100), lit(100..140));
    assert!(below > 3.0 && above < 0.01 * below, "{above} {below}");
}

#[test]
fn a_point_is_blurred_to_the_circle_of_confusion() {
    let lens = Through { focal_px: 600.0, opening_m: 0.002, focus_m: f32::INFINITY };
    assert!((lens.blur_px(0.02) - 60.0).abs() < 1e-3 && (lens.blur_px(0.6) - 2.0).abs() < 1e-4);
    assert!((Through { focus_m: 1.0, ..lens }.blur_px(0.02) - 58.8).abs() < 1e-3);
    assert_eq!(Through { focus_m: 0.6, ..lens }.blur_px(0.6), 0.0);
    let size = [201, 201];
    for blur in [4.0_f32, 9.0, 20.0, 60.0] {
        let mut layer = Layer::new(size, blur);
        let middle = layer.within([100.5, 100.5]).map(|at| at.round() as usize);
        let index = middle[1] * layer.width + middle[0];
        layer.cover(index, [1.0; 3], 1.0);
        layer.defocus();
        let pixels = || (0..size[0] * size[1]).map(|index| (index, f64::from(layer.at(index % 201, index / 201)[3])));
        let sum: f64 = pixels().map(|(_, value)| value).sum();
        // As much of it as before.
        assert!((sum / f64::from(layer.step * layer.step) - 1.0).abs() < 0.02, "{blur} {sum}");
        let at = pixels().map(|(index, value)| (index % 201) as f64 * value).sum::<f64>() / sum;
        let spread = pixels().map(|(index, value)| ((index % 201) as f64 - at).powi(2) * value).sum::<f64>() / sum;
        // A disc of radius r has a variance of r²/4 along an axis; pixels of the layer add theirs.
        let wanted = f64::from(blur * blur) / 16.0;
        assert!((spread / wanted - 1.0).abs() < 0.12, "{blur} {spread} {wanted}");
    }
}

#[test]
fn water_gathers_between_passes_of_the_wiper() {
    let wiper = Some(Wiper { period_s: 4.0, phase: 0.0 });
    let glass = Glass { wiper, arrivals_per_m2_s: 20_000.0, drop_mm: 0.6, ..rain(0.6) };
    let at = |since: f64| {
        let cycles = 12_u16;
        (0..cycles).map(|cycle| covered(&glass, &SHARP, 4.0 * f64::from(100 + cycle) + since)).sum::<f64>()
            / f64::from(cycles)
    };
    // By Weibull's law the mean area is π/4 · 1.791 · (1.52 · 0.6 mm)²; a place is wiped 0.7 s after the beginning in
    // the mean, and again as the blade comes back.
    let wanted = 1.0 - (-20_000.0 * 1.17e-6 * 3.3_f64).exp();
    let before = at(3.99);
    assert!((before / wanted - 1.0).abs() < 0.2, "{before} {wanted}");
    assert!(at(1.41) < 0.35 * before, "{}", at(1.41));
    // The blade is in the picture halfway.
    let white = vec![[1.0; 3]; SIZE.0 * SIZE.1];
    let dark = |since: f64| {
        seen(white.clone(), &Glass { water_share: 0.0, ..glass }, &SHARP, since)
            .iter()
            .filter(|pixel| pixel[0] < 0.1)
            .count()
    };
    assert!(dark(0.35) > 500 && dark(2.0) == 0, "{} {}", dark(0.35), dark(2.0));
}

#[test]
fn the_next_picture_shows_the_same_drops() {
    let glass = Glass { arrivals_per_m2_s: 20_000.0, ..rain(0.3) };
    let [now, next, later] = [500.0, 500.033, 900.0].map(|time| seen(street(), &glass, &SHARP, time));
    assert_eq!(now, seen(street(), &glass, &SHARP, 500.0));
    let (step, all) = (difference(&now, &next), difference(&now, &later));
    assert!(step > 0.0 && step < 0.06 * all, "{step} {all}");
    let other = seen(street(), &Glass { seed: 4, ..glass }, &SHARP, 500.0);
    assert!(difference(&now, &other) > 0.5 * all);
}

#[test]
fn drops_that_no_rain_disturbs_stay() {
    let glass = Glass { arrivals_per_m2_s: 0.0, ..rain(0.3) };
    assert!(covered(&glass, &SHARP, 0.0) > 0.1);
    assert_eq!(seen(street(), &glass, &SHARP, 0.0), seen(street(), &glass, &SHARP, 1e6));
}

#[test]
fn frost_covers_its_share_from_the_border() {
    for share in [0.1, 0.3, 0.7] {
        let light = seen(board(), &Glass { frost_share: share, ..dry() }, &SHARP, 0.0);
        let changed: Vec<bool> = light.iter().zip(board()).map(|(one, other)| *one != other).collect();
        let all = changed.iter().filter(|changed| **changed).count() as f32 / changed.len() as f32;
        assert!((all - share).abs() < 0.03, "{share} {all}");
        let within = |from: f32| {
            let inside = |index: usize| {
                let (x, y) = (index % SIZE.0, index / SIZE.0);
                let near = x.min(SIZE.0 - 1 - x).min(y).min(SIZE.1 - 1 - y) as f32;
                near >= from && near < from + 40.0
            };
            let band: Vec<usize> = (0..changed.len()).filter(|index| inside(*index)).collect();
            band.iter().filter(|index| changed[**index]).count() as f32 / band.len() as f32
        };
        assert!(within(0.0) > 1.5 * within(80.0), "{share} {} {}", within(0.0), within(80.0));
    }
    let whole = seen(board(), &Glass { frost_share: 1.0, ..dry() }, &SHARP, 0.0);
    assert!(whole.iter().zip(board()).all(|(one, other)| *one != other));
}

#[test]
fn dirt_takes_its_share_and_stays() {
    let white = vec![[1.0; 3]; SIZE.0 * SIZE.1];
    for share in [0.05, 0.2, 0.5] {
        for distance_m in [0.02, 0.6] {
            let glass = Glass { dirt_share: share, distance_m, ..dry() };
            let black = seen(white.clone(), &glass, &SHARP, 0.0);
            let lost = 1.0 - mean(&black);
            assert!((lost / f64::from(share) - 1.0).abs() < 0.1, "{share} {distance_m} {lost}");
            assert_eq!(black, seen(white.clone(), &glass, &SHARP, 1000.0));
            let bright = seen(white.clone(), &Glass { dirt_color: [1.0; 3], ..glass }, &SHARP, 0.0);
            assert!(mean(&bright) > mean(&black) + 0.3 * lost && mean(&bright) < 1.0);
        }
    }
}

#[test]
fn clear_drops_keep_light() {
    let lens = Through { opening_m: 0.001, ..SHARP };
    let kept: Vec<f64> = (0..6_u16)
        .map(|time| mean(&seen(street(), &rain(0.4), &lens, 1e4 * f64::from(time))) / mean(&street()))
        .collect();
    let mean = kept.iter().sum::<f64>() / 6.0;
    assert!((0.92..1.03).contains(&mean), "{kept:?}");
    // Of an even light no drop makes more.
    let even = seen(vec![[2.0; 3]; SIZE.0 * SIZE.1], &rain(0.4), &SHARP, 3.0);
    assert!(even.iter().flatten().all(|value| *value < 2.001));
}

#[test]
fn nothing_fails() {
    let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0, 0.0, 1e-30, 1e30];
    for size in [(0, 0), (0, 5), (1, 1), (1, 7), (33, 2), (usize::MAX, 2)] {
        let mut light = vec![[0.5; 3]; if size.0 > 99 { 9 } else { size.0 * size.1 }];
        look(&mut light, size, &Glass { frost_share: 0.5, dirt_share: 0.3, ..rain(0.5) }, &SHARP, 1.0);
        assert!(light.iter().flatten().all(|value| value.is_finite() && *value >= 0.0));
    }
    let size = (24, 16);
    for value in odd {
        for at in 0..13 {
            let pick = |index: usize, usual: f32| if at == index { value } else { usual };
            let glass = Glass {
                distance_m: pick(0, 0.1),
                water_share: pick(1, 0.4),
                frost_share: pick(2, 0.2),
                dirt_share: pick(3, 0.2),
                dirt_color: [pick(4, 0.3); 3],
                arrivals_per_m2_s: pick(5, 1000.0),
                drop_mm: pick(6, 1.0),
                wiper: Some(Wiper { period_s: pick(7, 2.0), phase: pick(8, 0.1) }),
                seed: 1,
            };
            let lens = Through { focal_px: pick(9, 40.0), opening_m: pick(10, 0.002), focus_m: pick(11, 5.0) };
            let mut light = vec![[pick(12, 0.5), 0.5, 2.0]; size.0 * size.1];
            for time in [0.0, f64::NAN, -3.0, 1e300] {
                look(&mut light, size, &glass, &lens, time);
                let untouched = lens.focal_px.is_nan() || lens.focal_px < 1.0;
                assert!(
                    untouched || light.iter().flatten().all(|value| value.is_finite() && *value >= 0.0),
                    "{value} {at}"
                );
            }
        }
    }
}
