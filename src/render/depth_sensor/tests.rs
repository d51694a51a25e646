//! The laws that depth sensors' noise and blind spots follow.

mod flight;

mod air;

use super::*;

const SIZE: (usize, usize) = (320, 240);
const FOCAL: f64 = 300.0;
const BASELINE: f32 = 0.05;

/// What is seen, kept.
struct Scene {
    depth: Vec<f32>,
    normal: Vec<[f16; 3]>,
    reflectance: Vec<f32>,
    light: Vec<[f32; 3]>,
}

impl Scene {
    fn seen(&self) -> Seen<'_> {
        Seen {
            size: SIZE,
            intrinsics: Intrinsics { fx: FOCAL, fy: FOCAL, cx: SIZE.0 as f64 / 2.0, cy: SIZE.1 as f64 / 2.0 },
            depth: &self.depth,
            normal: &self.normal,
            reflectance: &self.reflectance,
            light: &self.light,
            air: None,
        }
    }

    fn measured(&self, sensor: &DepthSensor) -> Vec<f32> {
        measured(sensor, &self.seen(), 1, 2)
    }
}

/// Of places of the picture, a depth.
fn scene(depth: impl Fn(usize, usize) -> f32) -> Scene {
    let count = SIZE.0 * SIZE.1;
    let speckle = |place: usize| 0.1 + 0.8 * unit(hash(place as u32));
    Scene {
        depth: (0..count).map(|place| depth(place % SIZE.0, place / SIZE.0)).collect(),
        normal: vec![[f16::ZERO, f16::ZERO, f16::NEG_ONE]; count],
        reflectance: vec![1.0; count],
        light: (0..count).map(|place| [speckle(place); 3]).collect(),
    }
}

const BOX: std::ops::Range<usize> = 130..190;
const BOX_ROWS: std::ops::Range<usize> = 60..180;

/// A box before a wall.
fn boxed(near: f32, far: f32) -> Scene {
    scene(|x, y| if BOX.contains(&x) && BOX_ROWS.contains(&y) { near } else { far })
}

/// Of a stereo sensor, what most tests change.
#[derive(Clone, Copy)]
struct Stereo {
    baseline_m: f32,
    range_m: [f32; 2],
    noise_px: f32,
    step_px: f32,
    window_px: u32,
    active: bool,
    drop_out: f32,
}

/// Without any fault.
const STEREO: Stereo = Stereo {
    baseline_m: BASELINE,
    range_m: [0.2, 20.0],
    noise_px: 0.0,
    step_px: 0.0,
    window_px: 1,
    active: true,
    drop_out: 0.0,
};

impl Stereo {
    fn sensor(self) -> DepthSensor {
        let Stereo { baseline_m, range_m, noise_px, step_px, window_px, active, drop_out } = self;
        DepthSensor::Stereo { baseline_m, range_m, noise_px, step_px, window_px, active, drop_out }
    }
}

/// Without any fault but those.
fn clock(modulation_mhz: f32, far: f32, noise_m: f32, wiggling_m: f32, flying_pixels: f32) -> DepthSensor {
    DepthSensor::TimeOfFlight { modulation_mhz, range_m: [0.1, far], noise_m, wiggling_m, flying_pixels, drop_out: 0.0 }
}

fn distance(place: usize, depth: f32) -> f32 {
    depth * Rays::new(&scene(|_, _| 1.0).seen()).length(place % SIZE.0, place / SIZE.0)
}

/// Of what was measured.
fn mean_and_deviation(values: impl Iterator<Item = f32>) -> (f64, f64) {
    let values: Vec<f64> = values.filter(|value| *value > 0.0).map(f64::from).collect();
    assert!(values.len() > 1000, "only {} values", values.len());
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64;
    (mean, variance.sqrt())
}

fn holes(depth: &[f32]) -> usize {
    depth.iter().filter(|depth| **depth == 0.0).count()
}

#[test]
fn noise_of_a_wall_grows_with_the_square_of_depth() {
    for (window_px, active) in [(1, true), (9, true), (9, false)] {
        for z in [0.5_f32, 1.0, 2.0, 3.0] {
            let sensor = Stereo { noise_px: 0.05, window_px, active, ..STEREO };
            let wall = scene(|_, _| z);
            // Where lines of sight meet the wall about at right angles.
            let middle = |at: &usize| (at % SIZE.0).abs_diff(160) < 60 && (at / SIZE.0).abs_diff(120) < 60;
            let seen = wall.measured(&sensor.sensor());
            let (mean, deviation) = mean_and_deviation((0..seen.len()).filter(middle).map(|at| seen[at]));
            let expected = f64::from(z * z * sensor.noise_px) / (FOCAL * f64::from(BASELINE));
            assert!((deviation / expected - 1.0).abs() < 0.1, "{window_px} at {z} m: {deviation}, expected {expected}");
            assert!((mean / f64::from(z) - 1.0).abs() < 0.01, "{window_px} at {z} m: {mean}");
        }
    }
}

#[test]
fn neighbours_share_the_noise_of_their_windows() {
    let correlation = |window_px: u32, apart: usize| {
        let seen = scene(|_, _| 1.0).measured(&Stereo { noise_px: 0.05, window_px, ..STEREO }.sensor());
        let errors: Vec<f32> = seen.iter().map(|depth| if *depth > 0.0 { depth - 1.0 } else { 0.0 }).collect();
        let product: f32 = errors.iter().zip(&errors[apart..]).map(|(a, b)| a * b).sum();
        product / errors.iter().map(|error| error * error).sum::<f32>()
    };
    // Two boxes that overlap by so much.
    for (window_px, apart, expected) in [(1, 1, 0.0), (9, 3, 6.0 / 9.0), (9, 9, 0.0), (9, 6 * SIZE.0, 3.0 / 9.0)] {
        let found = correlation(window_px, apart);
        assert!((found - expected).abs() < 0.1, "{window_px}, {apart} apart: {found}, expected {expected}");
    }
}

#[test]
fn disparities_are_multiples_of_the_step() {
    for step_px in [1.0_f32 / 32.0, 0.125, 1.0] {
        let sensor = Stereo { noise_px: 0.2, step_px, window_px: 5, ..STEREO };
        let slope = scene(|x, _| 1.0 + x as f32 * 0.005);
        let seen = slope.measured(&sensor.sensor());
        let mut steps: Vec<i32> = Vec::new();
        for depth in seen.iter().filter(|depth| **depth > 0.0) {
            let step = FOCAL as f32 * BASELINE / depth / step_px;
            assert!((step - step.round()).abs() < 1e-3, "{depth} m is {step} steps");
            steps.push(step.round() as i32);
        }
        steps.sort_unstable();
        steps.dedup();
        assert!(steps.len() > 5 && steps.len() < 500, "{} levels", steps.len());
    }
}

#[test]
fn the_other_eye_has_a_shadow() {
    let (near, far) = (0.6, 1.5);
    let scene = boxed(near, far);
    for baseline_m in [0.05_f32, -0.05, 0.1, -0.1] {
        let seen = scene.measured(&Stereo { baseline_m, ..STEREO }.sensor());
        let width = FOCAL as f32 * baseline_m.abs() * (1.0 / near - 1.0 / far);
        let beside = (FOCAL as f32 * baseline_m.abs() / far).round() as usize;
        for y in [70, 120, 170] {
            let row = &seen[y * SIZE.0..][..SIZE.0];
            let (left, right) = (holes(&row[beside + 1..BOX.start]), holes(&row[BOX.end..SIZE.0 - beside - 1]));
            let (shadow, other) = if baseline_m > 0.0 { (left, right) } else { (right, left) };
            assert!((shadow as f32 - width).abs() <= 1.5, "{baseline_m}: {shadow} pixels, expected {width}");
            assert_eq!(other, 0, "{baseline_m}");
            // Next to the box, without a gap.
            let edge = if baseline_m > 0.0 { BOX.start - shadow..BOX.start } else { BOX.end..BOX.end + shadow };
            assert_eq!(holes(&row[edge]), shadow, "{baseline_m}");
            assert_eq!(holes(&row[BOX]), 0, "{baseline_m}");
            // What the other eye's picture ends before.
            let (first, last) = (holes(&row[..beside]), holes(&row[SIZE.0 - beside..]));
            let (outside, inside) = if baseline_m > 0.0 { (first, last) } else { (last, first) };
            assert!(outside + 1 >= beside && inside == 0, "{baseline_m}: {outside} of {beside}, {inside}");
        }
        // None above and below.
        assert_eq!(holes(&seen[30 * SIZE.0..][beside + 1..SIZE.0 - beside - 1]), 0);
    }
}

/// A pole is narrower than its shadow is far away from it: what is between is seen by both.
#[test]
fn the_shadow_of_a_pole_is_as_wide_as_the_pole() {
    let scene = scene(|x, _| if (200..206).contains(&x) { 0.5 } else { 2.0 });
    let seen = scene.measured(&STEREO.sensor());
    let shift = (FOCAL as f32 * BASELINE * (1.0 / 0.5 - 1.0 / 2.0)).round() as usize;
    let row = &seen[100 * SIZE.0..][..SIZE.0];
    let shadow = holes(&row[20..200]);
    assert!((5..=8).contains(&shadow), "{shadow} pixels");
    assert!(holes(&row[200 - shift..206 - shift]) >= 5);
    assert_eq!(holes(&row[200..310]), 0);
}

#[test]
fn what_is_near_grows_by_half_a_window() {
    let (near, far, half) = (0.6_f32, 1.5_f32, 4);
    let scene = boxed(near, far);
    for baseline_m in [0.05_f32, -0.05] {
        let seen = scene.measured(&Stereo { baseline_m, window_px: 9, ..STEREO }.sensor());
        let is_near = |x: usize, y: usize| (seen[y * SIZE.0 + x] - near).abs() < 0.01;
        let mut others = [0_usize; 2];
        for y in BOX_ROWS {
            let row: Vec<usize> = (0..SIZE.0).filter(|x| is_near(*x, y)).collect();
            let grown = [BOX.start - row[0], row[row.len() - 1] + 1 - BOX.end];
            let [hidden, other] = if baseline_m > 0.0 { grown } else { [grown[1], grown[0]] };
            assert_eq!(hidden, half, "row {y}");
            assert!(other <= half, "row {y}: {other}");
            others[usize::from(other > half / 2)] += 1;
        }
        // At its other edges now more and now less.
        assert!(others.iter().all(|count| *count > 10), "{others:?}");
        // Never farther, and the box does not shrink.
        for y in 0..SIZE.1 {
            for x in 0..SIZE.0 {
                let inside = BOX.contains(&x) && BOX_ROWS.contains(&y);
                let about = x + half >= BOX.start && x < BOX.end + half;
                let about = about && y + half >= BOX_ROWS.start && y < BOX_ROWS.end + half;
                assert!(!inside || is_near(x, y), "{x}, {y}");
                assert!(about || !is_near(x, y), "{x}, {y}");
            }
        }
    }
}

/// The other eye sees more of a surface that turns towards it, and no gaps in it.
#[test]
fn a_surface_that_turns_to_the_other_eye_hides_all_behind_it() {
    let disparity = |x: usize| if (160..220).contains(&x) { 60.0 - 0.9 * (x - 160) as f32 } else { 5.0 };
    let scene = scene(|x, _| FOCAL as f32 * BASELINE / disparity(x));
    let row = &scene.measured(&STEREO.sensor())[..SIZE.0];
    // It is seen from 100 to 213, and the wall 5 beside where it is here.
    assert_eq!(holes(&row[106..160]), 54);
    assert_eq!(holes(&row[6..104]) + holes(&row[160..]), 0);
}

#[test]
fn a_gap_is_filled_by_the_nearer_side_and_not_beyond() {
    let (left, right) = (0.6_f32, 0.7_f32);
    let scene = scene(|x, _| if (160..162).contains(&x) { 1.5 } else { [left, right][usize::from(x > 161)] });
    let seen = scene.measured(&Stereo { window_px: 9, ..STEREO }.sensor());
    let rows = || seen.chunks(SIZE.0);
    assert!(rows().all(|row| (row[162] - right).abs() < 1e-3 && (row[159] - left).abs() < 1e-3));
    assert!(rows().all(|row| row[160..162].iter().all(|depth| *depth < right + 1e-3)));
    let to_the_left = rows().filter(|row| row[160] < left + 1e-3).count();
    assert!(to_the_left > SIZE.1 / 2 && to_the_left < SIZE.1, "{to_the_left} rows");
}

#[test]
fn nothing_is_measured_out_of_range() {
    let clock = clock(10.0, 4.0, 0.0, 0.0, 0.0);
    let stereo = Stereo { range_m: [0.5, 4.0], ..STEREO }.sensor();
    for (z, wanted) in [(0.05_f32, false), (1.0, true), (3.5, true), (4.5, false), (14.0, false)] {
        let wall = scene(|_, _| z);
        for sensor in [&clock, &stereo] {
            let middle = wall.measured(sensor)[120 * SIZE.0 + 200];
            assert!(if wanted { (middle - z).abs() < 1e-3 * z } else { middle == 0.0 }, "{z}: {middle}, {sensor:?}");
        }
    }
}

#[test]
fn as_many_values_are_lost_as_was_said() {
    let wall = scene(|_, _| 1.0);
    for drop_out in [0.0, 0.03, 0.5, 1.0] {
        let clock = DepthSensor::TimeOfFlight {
            modulation_mhz: 20.0,
            range_m: [0.1, 5.0],
            noise_m: 0.0,
            wiggling_m: 0.0,
            flying_pixels: 0.0,
            drop_out,
        };
        let stereo = Stereo { drop_out, ..STEREO }.sensor();
        for sensor in [clock, stereo] {
            let seen = wall.measured(&sensor);
            // Not where the other eye sees nothing.
            let inner: Vec<f32> = seen.chunks(SIZE.0).flat_map(|row| row[20..].to_vec()).collect();
            let share = holes(&inner) as f32 / inner.len() as f32;
            assert!((share - drop_out).abs() < 0.01, "{share} of {drop_out}");
        }
    }
}

#[test]
fn passive_stereo_needs_texture() {
    let sensor = Stereo { active: false, noise_px: 0.05, window_px: 7, ..STEREO }.sensor();
    let mut wall = scene(|_, _| 1.0);
    let textured = wall.measured(&sensor);
    assert!(holes(&textured) < 20 * SIZE.1, "{} holes", holes(&textured));
    for light in [0.0, 0.4, 1.0, 7.0, f32::NAN] {
        wall.light.fill([light; 3]);
        assert_eq!(holes(&wall.measured(&sensor)), wall.depth.len(), "light {light}");
    }
    // Stripes along rows are no help.
    for (place, light) in wall.light.iter_mut().enumerate() {
        *light = [0.2 + 0.6 * (place / SIZE.0 % 2) as f32; 3];
    }
    assert_eq!(holes(&wall.measured(&sensor)), wall.depth.len());
    // A projected pattern is.
    assert!(holes(&wall.measured(&Stereo { active: true, ..STEREO }.sensor())) < 20 * SIZE.1);
}

#[test]
fn weak_and_oblique_surfaces_are_noisier_until_they_are_lost() {
    let sensor = Stereo { noise_px: 0.05, range_m: [0.2, 4.0], ..STEREO }.sensor();
    let mut wall = scene(|_, _| 2.0);
    let row = |seen: &[f32]| mean_and_deviation(seen.chunks(SIZE.0).flat_map(|row| row[150..170].to_vec())).1;
    let good = row(&wall.measured(&sensor));
    // A facing surface that is just bright enough at 4 m is 4 times so at 2 m.
    wall.reflectance.fill(0.1);
    let weak = row(&wall.measured(&sensor)) / good;
    let expected = (1.0_f64 + 9.0 / 16.0).sqrt();
    assert!((weak / expected - 1.0).abs() < 0.1, "{weak}, expected {expected}");
    wall.reflectance.fill(0.015);
    assert_eq!(holes(&wall.measured(&sensor)), wall.depth.len());
    wall.reflectance.fill(1.0);
    for (degrees, least, most) in [(30.0_f64, 0.95, 1.1), (60.0, 1.1, 1.4), (75.0, 2.0, 3.5)] {
        let (sin, cos) = libm::sincos(degrees.to_radians());
        wall.normal.fill([f16::ZERO, f16::from_f64(sin), f16::from_f64(-cos)]);
        // In the middle of the picture, where that is the angle.
        let seen = wall.measured(&sensor);
        let noise =
            mean_and_deviation(seen[112 * SIZE.0..128 * SIZE.0].chunks(SIZE.0).flat_map(|row| row[110..210].to_vec()))
                .1
                / good;
        assert!(noise > least && noise < most, "{degrees}°: {noise}");
    }
    let (sin, cos) = libm::sincos(84.0_f64.to_radians());
    wall.normal.fill([f16::from_f64(sin), f16::ZERO, f16::from_f64(-cos)]);
    assert_eq!(wall.measured(&sensor)[120 * SIZE.0 + 160], 0.0);
}

/// A plane that slopes aside, as wide as the picture, has no holes but at the other eye's edge.
#[test]
fn slopes_do_not_shade_themselves() {
    for slope in [-0.6_f32, -0.2, 0.3, 0.6] {
        let tangent = |x: usize| (x as f32 + 0.5 - 160.0) / FOCAL as f32;
        let mut plane = scene(|x, _| 1.0 / (1.0 - slope * tangent(x)));
        let length = (1.0 + slope * slope).sqrt();
        plane.normal.fill([f16::from_f32(slope / length), f16::ZERO, f16::from_f32(-1.0 / length)]);
        let seen = plane.measured(&Stereo { window_px: 9, ..STEREO }.sensor());
        for row in seen.chunks(SIZE.0).zip(plane.depth.chunks(SIZE.0)) {
            for x in 32..SIZE.0 {
                assert!((row.0[x] - row.1[x]).abs() < 1e-3, "{slope}, {x}: {} of {}", row.0[x], row.1[x]);
            }
        }
    }
}

#[test]
fn the_same_numbers_give_the_same_depth_and_others_another() {
    let scene = boxed(0.7, 1.4);
    let stereo = Stereo { noise_px: 0.05, window_px: 5, drop_out: 0.01, ..STEREO }.sensor();
    for sensor in [stereo, clock(20.0, 5.0, 0.003, 0.002, 1.0)] {
        let look = |fixed, moment| measured(&sensor, &scene.seen(), fixed, moment);
        assert_eq!(look(1, 2), look(1, 2));
        assert_ne!(look(1, 2), look(1, 3));
        assert_ne!(look(1, 2), look(2, 2));
    }
    // Part of the noise of stereo stays.
    let sensor = Stereo { noise_px: 0.05, ..STEREO }.sensor();
    let wall = self::scene(|_, _| 1.0);
    let look = |fixed: u32, moment: u32| measured(&sensor, &wall.seen(), fixed, moment);
    let together = |a: &[f32], b: &[f32]| {
        let both = a.iter().zip(b).filter(|(a, b)| **a > 0.0 && **b > 0.0).map(|(a, b)| (a - 1.0, b - 1.0));
        let sums = both.fold((0.0, 0.0), |(product, square), (a, b)| (product + a * b, square + a * a));
        sums.0 / sums.1
    };
    let (same, other) = (together(&look(1, 2), &look(1, 3)), together(&look(1, 2), &look(2, 3)));
    assert!((same - FIXED_SHARE).abs() < 0.03 && other.abs() < 0.03, "{same} and {other}");
    assert!(together(&look(0, 0), &look(0, 1)) < 0.3, "equal numbers");
}

#[test]
fn bad_sizes_give_no_depth() {
    let wall = scene(|_, _| 1.0);
    let passive = Stereo { active: false, ..STEREO }.sensor();
    let sensors = [STEREO.sensor(), passive, clock(20.0, 5.0, 0.0, 0.0, 2.0)];
    for sensor in &sensors {
        let look = |seen: Seen| measured(sensor, &seen, 1, 2);
        let zeros = |depth: Vec<f32>, count: usize| assert!(depth.len() == count && holes(&depth) == count);
        let count = wall.depth.len();
        zeros(look(Seen { depth: &wall.depth[1..], ..wall.seen() }), count);
        zeros(look(Seen { normal: &[], ..wall.seen() }), count);
        zeros(look(Seen { size: (0, 4), ..wall.seen() }), 0);
        zeros(look(Seen { size: (4, 0), ..wall.seen() }), 0);
        zeros(look(Seen { size: (usize::MAX, 2), ..wall.seen() }), 0);
        // More than enough is, and so are single rows, columns and pixels.
        for size in [(1, 1), (1, 240), (320, 1), (2, 2), (3, 40)] {
            assert_eq!(look(Seen { size, ..wall.seen() }).len(), size.0 * size.1);
        }
    }
    // Only what is needed has to be there.
    let none = holes(&measured(&sensors[0], &Seen { reflectance: &[], ..wall.seen() }, 1, 2));
    assert_eq!(none, wall.depth.len());
    assert!(holes(&measured(&sensors[0], &Seen { light: &[], ..wall.seen() }, 1, 2)) < none);
    assert!(holes(&measured(&sensors[1], &Seen { reflectance: &[], ..wall.seen() }, 1, 2)) < none);
    assert_eq!(holes(&measured(&sensors[1], &Seen { light: &[], ..wall.seen() }, 1, 2)), none);
    assert!(holes(&measured(&sensors[2], &Seen { light: &[], ..wall.seen() }, 1, 2)) < none);
}

#[test]
fn depth_is_always_a_number() {
    const ODD: [f32; 12] =
        [0.0, -0.0, -1.0, 1e-30, 1e-9, 0.5, 1.0, 1e9, f32::MAX, f32::INFINITY, f32::NEG_INFINITY, f32::NAN];
    let odd = |place: usize, salt: u32| ODD[hash(place as u32 ^ (salt << 20)) as usize % ODD.len()];
    let wild = |share: f32| {
        let mut scene = boxed(0.7, 1.4);
        for place in (0..scene.depth.len()).filter(|place| unit(hash(*place as u32 ^ 77)) < share) {
            scene.depth[place] = odd(place, 1);
            scene.normal[place] = [2, 3, 4].map(|salt| f16::from_f32(odd(place, salt)));
            scene.reflectance[place] = odd(place, 5);
            scene.light[place] = [6, 7, 8].map(|salt| odd(place, salt));
        }
        scene
    };
    let mut dark = boxed(0.7, 1.4);
    dark.reflectance.fill(0.0);
    dark.normal.fill([f16::ZERO; 3]);
    let ordinary = [
        Stereo { noise_px: 0.1, window_px: 9, step_px: 0.03, ..STEREO }.sensor(),
        Stereo { noise_px: 0.1, window_px: 31, active: false, ..STEREO }.sensor(),
        clock(60.0, 5.0, 0.01, 0.01, 2.0),
        clock(20.0, 5.0, 0.01, 0.01, 0.5),
    ];
    for sensor in &ordinary[..] {
        for scene in [wild(1.0), wild(0.05), boxed(0.7, 1.4)] {
            let seen = scene.measured(sensor);
            assert!(seen.iter().all(|depth| depth.is_finite() && *depth >= 0.0), "{sensor:?}");
        }
        assert_eq!(holes(&dark.measured(sensor)), dark.depth.len(), "nothing comes back: {sensor:?}");
    }
    let scene = boxed(0.7, 1.4);
    for value in ODD {
        for sensor in [
            Stereo { baseline_m: value, ..STEREO }.sensor(),
            Stereo { noise_px: value, step_px: value, window_px: value as u32, drop_out: value, ..STEREO }.sensor(),
            Stereo { range_m: [value, 9.0], ..STEREO }.sensor(),
            Stereo { range_m: [0.1, value], ..STEREO }.sensor(),
            clock(value, 5.0, 0.01, 0.01, 2.0),
            clock(20.0, value, 0.01, 0.01, 2.0),
            clock(20.0, 5.0, value, 0.01, 2.0),
            clock(20.0, 5.0, 0.01, value, 2.0),
            clock(20.0, 5.0, 0.01, 0.01, value),
        ] {
            let seen = scene.measured(&sensor);
            assert!(seen.iter().all(|depth| depth.is_finite() && *depth >= 0.0), "{sensor:?}");
        }
    }
}
