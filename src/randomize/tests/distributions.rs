//! Whether what is drawn has the distribution that the scene asks for. Seeds are fixed, so nothing here is chance.

use std::f64::consts::PI;

use glam::DVec3;

use super::super::concrete::Shape;
use super::super::normal;
use super::super::rotation;
use super::super::stream::Cursor;
use super::*;

const SAMPLES: usize = 20_000;

/// One draw for each frame.
fn sample<T>(draw: impl Fn(&Cursor) -> T) -> Vec<T> {
    (0..SAMPLES as u64).map(|frame| draw(&Cursor::new(7, frame).child("value"))).collect()
}

fn numbers(number: &Number) -> Vec<f64> {
    sample(|cursor| cursor.number(number).unwrap())
}

/// Kolmogorov and Smirnov's test against a distribution function, at a level of 0.1 %.
pub(super) fn assert_follows(mut values: Vec<f64>, below: impl Fn(f64) -> f64) {
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let widest = (values.iter().enumerate())
        .map(|(rank, value)| {
            let expected = below(*value);
            (expected - rank as f64 / count).abs().max((expected - (rank + 1) as f64 / count).abs())
        })
        .fold(0.0, f64::max);
    assert!(widest * count.sqrt() < 1.95, "distance {widest} of {count} values");
}

/// Pearson's test of counts against shares; the limit is about the 99.9th percentile for up to ten shares.
fn assert_shares(counts: &[usize], shares: &[f64]) {
    let total: usize = counts.iter().sum();
    let chi_squared: f64 = (counts.iter().zip(shares))
        .map(|(count, share)| {
            let expected = share * total as f64;
            (*count as f64 - expected) * (*count as f64 - expected) / expected
        })
        .sum();
    assert!(chi_squared < 28.0, "χ² = {chi_squared}: {counts:?}");
}

/// The share of the standard normal distribution below `z`.
fn phi(z: f64) -> f64 {
    0.5 * libm::erfc(-z / 2_f64.sqrt())
}

#[test]
fn unit_is_uniform_and_so_is_every_bit() {
    let units = sample(|cursor| cursor.stream().unit());
    assert!(units.iter().all(|unit| (0.0..1.0).contains(unit)));
    assert_follows(units, |unit| unit);
    let mut stream = Cursor::new(1, 2).stream();
    assert_follows((0..SAMPLES).map(|_| stream.unit()).collect(), |unit| unit);
    let words = sample(|cursor| cursor.stream().bits());
    for bit in 0..64 {
        let ones = words.iter().filter(|word| *word >> bit & 1 == 1).count();
        assert!(ones.abs_diff(SAMPLES / 2) < 280, "bit {bit}: {ones}");
    }
}

#[test]
fn neighbouring_frames_seeds_and_names_are_unrelated() {
    let at = |seed, frame, name: &str| Cursor::new(seed, frame).child(name).stream().unit() - 0.5;
    let correlation = |other: &dyn Fn(u64) -> f64| {
        12.0 / SAMPLES as f64 * (0..SAMPLES as u64).map(|frame| at(3, frame, "a") * other(frame)).sum::<f64>()
    };
    for other in [&|frame| at(3, frame + 1, "a"), &|frame| at(4, frame, "a"), &|frame| at(3, frame, "b")]
        as [&dyn Fn(u64) -> f64; 3]
    {
        assert!(correlation(other).abs() < 0.025, "{}", correlation(other));
    }
}

#[test]
fn uniform() {
    let values = numbers(&Number::Uniform(-3.0, 5.0));
    assert!(values.iter().all(|value| (-3.0..=5.0).contains(value)));
    assert_follows(values, |value| (value + 3.0) / 8.0);
    assert!(numbers(&Number::Uniform(0.1, 0.1)).iter().all(|value| *value == 0.1));
    assert!(numbers(&Number::Uniform(-f64::MAX, f64::MAX)).iter().all(|value| value.is_finite()));
}

#[test]
fn log_uniform() {
    let values = numbers(&Number::LogUniform(0.01, 100.0));
    assert!(values.iter().all(|value| (0.01..=100.0).contains(value)));
    assert_follows(values, |value| (value / 0.01).ln() / 1e4_f64.ln());
    assert!(numbers(&Number::LogUniform(0.03, 0.03)).iter().all(|value| *value == 0.03));
}

#[test]
fn normal_without_limits() {
    let number = Number::Normal { mean: 2.0, std_dev: 0.5, min: f64::NEG_INFINITY, max: f64::INFINITY };
    assert_follows(numbers(&number), |value| phi((value - 2.0) / 0.5));
}

#[test]
fn normal_between_limits() {
    for (min, max) in [(-1.0, 0.5), (0.2, 3.0), (-9.0, -2.0), (1.0, f64::INFINITY), (4.0, 4.5), (-8.0, 8.0)] {
        let values = numbers(&Number::Normal { mean: 0.0, std_dev: 1.0, min, max });
        assert!(values.iter().all(|value| (min..=max).contains(value)), "{min} to {max}");
        // From the upper tail, so that the difference is exact on that side.
        let above = |value: f64| phi(-value);
        assert_follows(values, |value| (above(min) - above(value)) / (above(min) - above(max)));
    }
}

#[test]
fn normal_far_in_a_tail() {
    for start in [5.5, 12.0, 30.0] {
        let values = numbers(&Number::Normal { mean: 0.0, std_dev: 1.0, min: start, max: f64::INFINITY });
        assert_follows(values, |value| 1.0 - phi(-value) / phi(-start));
        let values =
            numbers(&Number::Normal { mean: 1.0, std_dev: 2.0, min: f64::NEG_INFINITY, max: 1.0 - 2.0 * start });
        assert!(values.iter().all(|value| *value <= 1.0 - 2.0 * start));
        assert_follows(values, |value| phi((value - 1.0) / 2.0) / phi(-start));
        let max = start + 0.05;
        let values = numbers(&Number::Normal { mean: 0.0, std_dev: 1.0, min: start, max });
        assert_follows(values, |value| (phi(-start) - phi(-value)) / (phi(-start) - phi(-max)));
    }
    // Beyond what a distribution function can tell, the tail is exponential with the limit as its rate.
    for start in [100.0, 1e4, 1e6] {
        let values = numbers(&Number::Normal { mean: 0.0, std_dev: 1.0, min: start, max: f64::INFINITY });
        let beyond = values.iter().map(|value| (value - start) * start).collect();
        assert_follows(beyond, |value| 1.0 - (-value).exp());
    }
}

#[test]
fn normal_at_its_extremes() {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    let last = 1.0 - 2_f64.powi(-53);
    for unit in [0.0, 0.3, last] {
        assert_eq!(normal::truncated(unit, 0.4, 0.0, 0.0, 1.0), 0.4);
        assert_eq!(normal::truncated(unit, 2.0, 0.0, 0.0, 1.0), 1.0);
        assert_eq!(normal::truncated(unit, 2.0, 1e-320, 0.0, 1.0), 1.0);
        assert_eq!(normal::truncated(unit, -2.0, 1e-320, 0.0, high), 0.0);
        assert_eq!(normal::truncated(unit, 0.0, 1.0, 0.7, 0.7), 0.7);
        assert_eq!(normal::truncated(unit, 0.0, 1.0, 70.0, 70.0), 70.0);
        assert!(normal::truncated(unit, 0.0, 1.0, low, high).abs() < 8.4);
        assert!((1e300..1.0001e300).contains(&normal::truncated(unit, 0.0, 1.0, 1e300, high)));
        let far = normal::truncated(unit, 0.0, 1.0, low, -40.0);
        assert!((-41.0..=-40.0).contains(&far), "{far}");
    }
}

#[test]
fn normal_rises_with_the_unit() {
    for (min, max) in [(-1.0, 2.0), (4.9, 9.0), (5.1, 9.0), (40.0, f64::INFINITY), (f64::NEG_INFINITY, -6.0)] {
        let values: Vec<f64> =
            (0..1000).map(|step| normal::truncated(f64::from(step) / 1000.0, 0.0, 1.0, min, max)).collect();
        assert!(values.is_sorted(), "{min} to {max}");
    }
    // No jump where one method hands over to the other.
    for unit in [0.01, 0.5, 0.99] {
        let (near, far) = (5.0, 5.0 + 1e-12);
        let jump = normal::truncated(unit, 0.0, 1.0, far, 9.0) - normal::truncated(unit, 0.0, 1.0, near, 9.0);
        assert!(jump.abs() < 1e-8, "{jump}");
    }
}

#[test]
fn choices_respect_weights_and_nest() {
    let number = Number::Choice(choice([
        (1.0, constant(1.0)),
        (3.0, constant(2.0)),
        (0.5, Number::Choice(choice([(1.0, constant(3.0)), (1.0, constant(4.0))]))),
        (5.5, Number::Uniform(5.0, 6.0)),
    ]));
    let values = numbers(&number);
    let count = |low: f64, high: f64| values.iter().filter(|value| (low..high).contains(*value)).count();
    let counts = [count(1.0, 2.0), count(2.0, 3.0), count(3.0, 4.0), count(4.0, 5.0), count(5.0, 7.0)];
    assert_shares(&counts, &[0.1, 0.3, 0.025, 0.025, 0.55]);
    assert_follows(values.into_iter().filter(|value| *value >= 5.0).collect(), |value| value - 5.0);
}

#[test]
fn picks_respect_weights() {
    let pick = picking([(2.0, "a"), (1.0, "b"), (7.0, "c")]);
    let values = sample(|cursor| *cursor.pick(&pick).unwrap().1);
    let counts = ["a", "b", "c"].map(|name| values.iter().filter(|value| **value == name).count());
    assert_shares(&counts, &[0.2, 0.1, 0.7]);
}

#[test]
fn counts_are_inclusive_and_equally_often() {
    let counts = sample(|cursor| cursor.count(&Count(Number::Uniform(2.0, 5.0))).unwrap());
    let often = [2, 3, 4, 5].map(|count| counts.iter().filter(|drawn| **drawn == count).count());
    assert_eq!(often.iter().sum::<usize>(), SAMPLES);
    assert_shares(&often, &[0.25; 4]);
}

#[test]
fn counts_of_other_distributions_are_rounded_and_never_below_0() {
    let count = |number: Number| sample(|cursor| cursor.count(&Count(number.clone())).unwrap());
    let normal = count(Number::Normal { mean: 1.0, std_dev: 2.0, min: f64::NEG_INFINITY, max: f64::INFINITY });
    assert_eq!(normal.iter().min(), Some(&0));
    let often = [0, 1, 2].map(|count| normal.iter().filter(|drawn| **drawn == count).count());
    let shares = [phi(-0.25), phi(0.25) - phi(-0.25), phi(0.75) - phi(0.25)];
    for (often, share) in often.into_iter().zip(shares) {
        assert!((often as f64 / SAMPLES as f64 - share).abs() < 0.012);
    }
    assert!(count(constant(2.4)).iter().all(|count| *count == 2));
    assert!(count(constant(-3.0)).iter().all(|count| *count == 0));
    assert!(count(Number::Uniform(2.6, 3.0)).iter().all(|count| *count == 3));
    assert!(count(Number::Uniform(2.6, 2.9)).iter().all(|count| *count == 3));
    assert!(count(Number::Uniform(-5.0, -2.0)).iter().all(|count| *count == 0));
    let nested = count(Number::Choice(choice([(1.0, Number::Uniform(0.0, 1.0)), (1.0, constant(7.0))])));
    let often = [0, 1, 7].map(|count| nested.iter().filter(|drawn| **drawn == count).count());
    assert_shares(&often, &[0.25, 0.25, 0.5]);
}

#[test]
fn free_rotations_are_uniform() {
    let rotations = sample(|cursor| cursor.orientation(&free()).unwrap().rotation.as_dquat());
    assert!(rotations.iter().all(|rotation| (rotation.length() - 1.0).abs() < 1e-6));
    // The angle of a uniform rotation has the density (1 − cos φ) / π from 0 to π.
    let angles = rotations.iter().map(|rotation| 2.0 * rotation.w.abs().min(1.0).acos()).collect();
    assert_follows(angles, |angle: f64| (angle - angle.sin()) / PI);
    // Whatever is turned points everywhere equally; each coordinate of a point on a sphere is uniform.
    for vector in [DVec3::X, DVec3::Y, DVec3::new(0.6, 0.0, -0.8)] {
        let turned: Vec<DVec3> = rotations.iter().map(|rotation| *rotation * vector).collect();
        for axis in DVec3::AXES {
            assert_follows(turned.iter().map(|turned| turned.dot(axis)).collect(), |value| (value + 1.0) / 2.0);
        }
        let around = turned.iter().map(|turned| turned.y.atan2(turned.x)).collect();
        assert_follows(around, |angle: f64| (angle + PI) / (2.0 * PI));
    }
    assert_eq!(rotation::uniform([0.0, 0.0, 0.0]), glam::DQuat::from_xyzw(0.0, 1.0, 0.0, 0.0));
}

#[test]
fn regions_are_filled_uniformly() {
    let points = |region: Region| -> Vec<(f64, f64)> {
        let mut point = thing(cube(0.001));
        point.place =
            Place::Above { support: "table".to_owned(), region, height_m: constant(1.0), orientation: any_yaw() };
        let mut table = fixed(at(2.0, 0.5, 3.0, thing(cube(1.0))));
        if let Place::At { orientation, .. } = &mut table.place {
            *orientation = Pick::Constant(Orientation::Upright { yaw_deg: constant(90.0) });
        }
        let scene = scene_of([("table", table), ("point", point)]);
        // At a yaw of 90° the table's x axis points along −z, its z axis along x.
        let local = |position: Vec3| (f64::from(3.0 - position.z), f64::from(position.x - 2.0));
        (0..4000).map(|frame| local(instance(&drawn(&scene, 5, frame), "point").start.position_m)).collect()
    };
    let rectangle =
        points(Region::Rectangle { center_m: [0.1.into(), (-0.2).into()], size_m: [0.4.into(), 0.8.into()] });
    assert_follows(rectangle.iter().map(|(x, _)| *x).collect(), |x| ((x + 0.1) / 0.4).clamp(0.0, 1.0));
    assert_follows(rectangle.iter().map(|(_, z)| *z).collect(), |z| ((z + 0.6) / 0.8).clamp(0.0, 1.0));

    let disk = points(Region::Disk { center_m: [0.1.into(), (-0.2).into()], radius_m: 0.3.into() });
    let polar = |(x, z): &(f64, f64)| ((x - 0.1).hypot(z + 0.2), (z + 0.2).atan2(x - 0.1));
    assert_follows(disk.iter().map(|point| polar(point).0).collect(), |r| (r * r / 0.09).min(1.0));
    assert_follows(disk.iter().map(|point| polar(point).1).collect(), |angle| (angle + PI) / (2.0 * PI));
}

#[test]
fn variants_are_equally_often() {
    let scene = scene_of([("mug", thing(mug()))]);
    let mut often = [0; 5];
    for frame in 0..3000 {
        let Shape::Library { variant, .. } = instance(&drawn(&scene, 2, frame), "mug").shape else { panic!() };
        often[variant as usize] += 1;
    }
    assert_shares(&often, &[0.2; 5]);
}

#[test]
fn every_distribution_is_the_one_that_it_says() {
    let between = |low: f64, high: f64| move |value: f64| ((value - low) / (high - low)).clamp(0.0, 1.0);
    // Of beta distributions with whole parameters, sums of binomial terms.
    assert_follows(numbers(&Number::Beta(2.0, 3.0)), |x| {
        (2..=4).map(|k| [1.0, 4.0, 6.0, 4.0, 1.0][k as usize] * x.powi(k) * (1.0 - x).powi(4 - k)).sum()
    });
    assert_follows(numbers(&Number::Beta(0.5, 0.5)), |x| 2.0 / PI * x.sqrt().asin());
    assert_follows(numbers(&Number::Between(10.0, 30.0, Box::new(Number::Beta(1.0, 2.0)))), |x| {
        1.0 - (1.0 - (x - 10.0) / 20.0).powi(2)
    });
    assert_follows(numbers(&Number::Triangular(-1.0, 0.0, 3.0)), |x| {
        if x < 0.0 { (x + 1.0).powi(2) / 4.0 } else { 1.0 - (3.0 - x).powi(2) / 12.0 }
    });
    assert_follows(numbers(&Number::Exponential { mean: 2.0, max: 5.0 }), |x| {
        (1.0 - (-x / 2.0).exp()) / (1.0 - (-2.5_f64).exp())
    });
    assert_follows(numbers(&Number::Exponential { mean: 0.1, max: f64::INFINITY }), |x| 1.0 - (-x / 0.1).exp());
    let histogram = Number::Histogram { edges: vec![0.0, 1.0, 1.5, 4.0], weights: vec![1.0, 0.0, 3.0] };
    assert_follows(numbers(&histogram), |x| 0.25 * between(0.0, 1.0)(x) + 0.75 * between(1.5, 4.0)(x));
    let counts = numbers(&Number::Poisson(3.0));
    let mut shares = vec![(-3.0_f64).exp()];
    (1..8).for_each(|k| shares.push(shares[k - 1] * 3.0 / k as f64));
    shares.push(1.0 - shares.iter().sum::<f64>());
    let count =
        |k: usize| counts.iter().filter(|drawn| if k < 8 { **drawn == k as f64 } else { **drawn >= 8.0 }).count();
    assert_shares(&(0..9).map(count).collect::<Vec<_>>(), &shares);
    let covered = Number::Covered(scene::Cover::Sobol, Box::new(super::uniform(3.0, 5.0)));
    assert_follows(numbers(&covered), between(3.0, 5.0));
}

#[test]
fn a_cone_is_uniform_on_its_cap_and_an_axis_stays() {
    let cone = Pick::Constant(Orientation::Cone { half_angle_deg: constant(30.0) });
    let ups: Vec<DVec3> = sample(|cursor| cursor.orientation(&cone).unwrap().rotation.as_dquat() * DVec3::Y);
    let cap = 1.0 - 30_f64.to_radians().cos();
    assert_follows(ups.iter().map(|up| (1.0 - up.y) / cap).collect(), |share| share.clamp(0.0, 1.0));
    assert_follows(ups.iter().map(|up| up.z.atan2(up.x) / (2.0 * PI) + 0.5).collect(), |share| share);
    let axis = Orientation::About { axis: [1.0, 2.0, -2.0], angle_deg: super::uniform(0.0, 360.0) };
    let axis = Pick::Constant(axis);
    let along = DVec3::new(1.0, 2.0, -2.0) / 3.0;
    for turned in sample(|cursor| cursor.orientation(&axis).unwrap().rotation.as_dquat()).into_iter().take(100) {
        assert!((turned * along - along).length() < 1e-6);
    }
}

#[test]
fn colours_by_lightness_and_temperature() {
    let color = |color| Cursor::new(0, 0).color(&Pick::Constant(color)).unwrap();
    // Ottosson's values for red: L 0.628, a 0.225, b 0.126.
    let chroma = (0.2249_f64 * 0.2249 + 0.1258 * 0.1258).sqrt();
    let hue = 0.1258_f64.atan2(0.2249).to_degrees();
    let red = color(scene::Color::Oklch(constant(0.628), constant(chroma), constant(hue)));
    assert!((red[0] - 1.0).abs() < 5e-3 && red[1] < 5e-3 && red[2] < 5e-3, "{red:?}");
    assert_eq!(
        color(scene::Color::Oklch(constant(1.0), constant(0.0), constant(0.0))).map(|c| (c * 1000.0).round()),
        [1000.0; 3]
    );
    // Beyond sRGB chroma gives way.
    let green = color(scene::Color::Oklch(constant(0.5), constant(0.4), constant(140.0)));
    assert!(green.iter().all(|component| (0.0..=1.0).contains(component)) && green[1] > 3.0 * green[0], "{green:?}");
    let [bulb, shade] = [2700.0, 12_000.0].map(|kelvin| color(scene::Color::Kelvin(constant(kelvin))));
    assert!(bulb[0] == 1.0 && bulb[2] < 0.15 && shade[2] == 1.0 && shade[0] < 0.8, "{bulb:?} {shade:?}");
}
