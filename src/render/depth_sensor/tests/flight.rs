//! Of time of flight.

use super::*;

#[test]
fn time_of_flight_noise_follows_the_light() {
    let noise_m = 0.002;
    let sensor = clock(15.0, 9.0, noise_m, 0.0, 0.0);
    let law = |signal: f64| f64::from(noise_m) * ((signal + 0.01) / 1.01).sqrt() / signal;
    for (z, reflectance) in [(1.0_f32, 1.0_f32), (2.0, 1.0), (4.0, 1.0), (1.0, 0.25), (2.0, 0.1), (6.0, 0.5)] {
        let mut wall = scene(|_, _| z);
        wall.reflectance.fill(reflectance);
        let seen = wall.measured(&sensor);
        let middle = |at: &usize| (at % SIZE.0).abs_diff(160) < 40 && (at / SIZE.0).abs_diff(120) < 40;
        let (mean, deviation) = mean_and_deviation((0..seen.len()).filter(middle).map(|at| seen[at]));
        let expected = law(f64::from(reflectance / (z * z)));
        assert!((deviation / expected - 1.0).abs() < 0.06, "{z} m, {reflectance}: {deviation}, expected {expected}");
        assert!((mean / f64::from(z) - 1.0).abs() < 0.01, "{z} m: {mean}");
    }
    // Four times as far with much light is four times as noisy, with little light sixteen times.
    assert!((law(1.0 / 16.0) / law(1.0) - 4.0).abs() < 0.4);
    assert!((law(1e-5 / 16.0) / law(1e-5) - 16.0).abs() < 0.1);
    // Too little light: at the end of the range a tenth.
    for (reflectance, wanted) in [(0.11, true), (0.09, false)] {
        let mut wall = scene(|_, _| 8.999);
        wall.reflectance.fill(reflectance);
        let middle = wall.measured(&clock(15.0, 9.0, 0.0, 0.0, 0.0))[120 * SIZE.0 + 160];
        assert_eq!(middle > 0.0, wanted, "{reflectance}: {middle}");
    }
}

#[test]
fn farther_things_come_out_nearer_by_whole_multiples() {
    let ambiguity = (299.792_458 / (2.0 * 75.0)) as f32;
    let wall = scene(|_, _| 5.0);
    // A range that goes on beyond it wraps.
    let seen = wall.measured(&clock(75.0, 10.0, 0.0, 0.0, 0.0));
    for at in (0..seen.len()).step_by(97) {
        let expected = distance(at, 5.0).rem_euclid(ambiguity);
        let found = distance(at, seen[at]);
        // Next to nothing is nearer than the range.
        let near = expected < 0.13 || expected > ambiguity - 1e-3;
        assert!(near || (found - expected).abs() < 1e-3, "{at}: {found}, expected {expected}");
    }
    assert!(seen.iter().all(|depth| *depth < ambiguity) && holes(&seen) < seen.len() / 4);
    // One that ends before does not.
    let seen = wall.measured(&clock(20.0, 7.0, 0.0, 0.0, 0.0));
    assert!(seen.iter().all(|depth| (depth - 5.0).abs() < 1e-3));
    assert_eq!(holes(&scene(|_, _| 9.0).measured(&clock(20.0, 7.0, 0.0, 0.0, 0.0))), seen.len());
}

#[test]
fn the_wave_wiggles_four_times_in_the_ambiguity_range() {
    let (ambiguity, wiggling) = ((299.792_458 / (2.0 * 30.0)) as f32, 0.01_f32);
    let sensor = clock(30.0, 4.9, 0.0, wiggling, 0.0);
    let at = 120 * SIZE.0 + 160;
    let error = |z: f32, fixed: u32| measured(&sensor, &scene(|_, _| z).seen(), fixed, 2)[at] - z;
    let errors: Vec<f32> = (0..40).map(|step| error(0.5 + ambiguity * step as f32 / 160.0, 1)).collect();
    let most = errors.iter().fold(0.0_f32, |most, error| most.max(error.abs()));
    assert!((most - wiggling).abs() < 0.05 * wiggling, "{most}");
    assert!(errors.iter().sum::<f32>().abs() < 0.05 * wiggling * 40.0);
    for step in 0..5 {
        let z = 0.5 + ambiguity * step as f32 / 160.0;
        let (one, half, next) = (error(z, 1), error(z + ambiguity / 8.0, 1), error(z + ambiguity / 4.0, 1));
        assert!((one - next).abs() < 1e-4 && (one + half).abs() < 1e-4, "{one} {half} {next}");
    }
    assert!((error(1.0, 1) - error(1.0, 5)).abs() > 1e-4, "another sensor");
}

#[test]
fn flying_pixels_are_between_what_is_mixed() {
    let (near, far) = (1.0_f32, 2.0_f32);
    let scene = boxed(near, far);
    let mut flying = [0; 3];
    for (more, flying) in [0.0_f32, 1.0, 3.0].into_iter().zip(&mut flying) {
        let seen = scene.measured(&clock(20.0, 7.0, 0.0, 0.0, more));
        let reach = (more / 2.0).ceil() as usize;
        for (at, depth) in seen.iter().enumerate() {
            let (x, y) = (at % SIZE.0, at / SIZE.0);
            // The outermost mix with nothing on one side, and so say what is a little farther in.
            if x.min(y) < reach || x + reach >= SIZE.0 || y + reach >= SIZE.1 {
                continue;
            }
            assert!(*depth > near - 2e-3 && *depth < far + 2e-3, "{x}, {y}: {depth}");
            if (depth - scene.depth[at]).abs() > 2e-3 {
                *flying += 1;
                let aside = [BOX.start, BOX.end].into_iter().any(|edge| x + reach >= edge && x < edge + reach);
                let down = [BOX_ROWS.start, BOX_ROWS.end].into_iter().any(|edge| y + reach >= edge && y < edge + reach);
                assert!(aside || down, "{x}, {y}: {depth}");
            }
        }
    }
    let around = 2 * (BOX.len() + BOX_ROWS.len());
    assert!(flying[0] == 0 && flying[1] > around && flying[2] > 2 * around, "{flying:?} about {around}");
    // So it is beside nothing, where only one thing is seen.
    let alone = self::scene(|x, _| if x < 150 { 5.0 } else { 0.0 });
    let row = &alone.measured(&clock(20.0, 7.0, 0.0, 0.0, 1.0))[120 * SIZE.0..][..SIZE.0];
    assert!((row[150] - 5.0).abs() < 0.01 && holes(&row[151..]) == SIZE.0 - 151, "{}", row[150]);
    // What is brighter weighs more.
    let mut scene = boxed(near, far);
    let edge = 120 * SIZE.0 + BOX.start;
    let look = |scene: &Scene| scene.measured(&clock(20.0, 7.0, 0.0, 0.0, 1.0))[edge];
    let white = look(&scene);
    for (reflectance, depth) in scene.reflectance.iter_mut().zip(&scene.depth) {
        *reflectance = if *depth == near { 0.1 } else { 1.0 };
    }
    assert!(look(&scene) > white + 0.1, "{} and {white}", look(&scene));
}
