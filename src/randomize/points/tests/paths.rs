//! Points along paths.

use super::super::Path;
use super::*;

const CORNERS: [DVec3; 4] =
    [DVec3::ZERO, DVec3::new(3.0, 0.0, 0.0), DVec3::new(3.0, 4.0, 0.0), DVec3::new(3.0, 4.0, 5.0)];

/// A winding line with short and long ways between its points, at which other splines make loops.
fn winding() -> Vec<DVec3> {
    let flat = [(0.0, 0.0), (10.0, 1.0), (10.3, 1.5), (10.2, 2.0), (0.0, 2.5), (-4.0, 9.0), (-4.0, 9.1), (20.0, 12.0)];
    flat.iter().enumerate().map(|(number, (x, z))| DVec3::new(*x, 0.3 * number as f64, *z)).collect()
}

#[test]
fn a_path_goes_from_point_to_point() {
    let path = Path::new(CORNERS.to_vec(), false).unwrap();
    assert_eq!(path.length(), 12.0);
    for (distance, point, heading) in [
        (0.0, CORNERS[0], DVec3::X),
        (1.5, DVec3::new(1.5, 0.0, 0.0), DVec3::X),
        (3.0, CORNERS[1], DVec3::Y),
        (11.0, DVec3::new(3.0, 4.0, 4.0), DVec3::Z),
        (12.0, CORNERS[3], DVec3::Z),
        (99.0, CORNERS[3], DVec3::Z),
        (f64::INFINITY, CORNERS[3], DVec3::Z),
        (-1.0, CORNERS[0], DVec3::X),
        (f64::NAN, CORNERS[0], DVec3::X),
    ] {
        assert_eq!(path.at(distance), (point, heading), "{distance}");
    }
}

#[test]
fn a_closed_path_goes_round() {
    let square = [DVec3::ZERO, DVec3::Z, DVec3::new(1.0, 0.0, 1.0), DVec3::X];
    let path = Path::new(square.to_vec(), true).unwrap();
    assert_eq!(path.length(), 4.0);
    for round in [-8.0, -4.0, 0.0, 4.0, 400.0] {
        assert_eq!(path.at(round), (DVec3::ZERO, DVec3::Z));
        assert_eq!(path.at(round + 3.25), (DVec3::new(0.75, 0.0, 0.0), DVec3::NEG_X));
    }
    for distance in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(path.at(distance), (DVec3::ZERO, DVec3::Z));
    }
    assert!(path.at(-1e-300).0.length() < 1e-15 && path.at(1e300).0.is_finite());
    // It makes no difference whether the first point is given again.
    let again: Vec<DVec3> = square.into_iter().chain([DVec3::ZERO]).collect();
    assert_eq!(Path::new(again, true).unwrap().length(), 4.0);
}

#[test]
fn a_path_needs_a_length() {
    let far = 1e308 * DVec3::X;
    for make in [Path::new, Path::smooth] {
        for closed in [false, true] {
            assert!(make(Vec::new(), closed).is_none());
            assert!(make(vec![DVec3::ONE], closed).is_none());
            assert!(make(vec![DVec3::ONE; 5], closed).is_none());
            for odd in [DVec3::NAN, DVec3::INFINITY] {
                assert!(make(vec![odd, DVec3::ZERO], closed).is_none());
                assert!(make(vec![DVec3::X, DVec3::ZERO, odd], closed).is_none());
            }
            assert!(make(vec![far, -far, far], closed).is_none());
        }
    }
}

#[test]
fn points_given_twice_change_nothing() {
    let twice: Vec<DVec3> = CORNERS.iter().flat_map(|corner| [*corner; 3]).collect();
    for make in [Path::new, Path::smooth] {
        for closed in [false, true] {
            let (once, twice) = (make(CORNERS.to_vec(), closed).unwrap(), make(twice.clone(), closed).unwrap());
            assert_eq!(once.length(), twice.length());
            for step in 0..=130 {
                let distance = 0.1 * f64::from(step);
                assert_eq!(once.at(distance), twice.at(distance));
            }
        }
    }
}

#[test]
fn legs_that_add_nothing_to_the_length_do_no_harm() {
    let far = 1e16 * DVec3::X;
    let path = Path::new(vec![DVec3::ZERO, far, far + 0.5 * DVec3::Y], false).unwrap();
    assert_eq!(path.at(f64::INFINITY), (far, DVec3::X));
}

#[test]
fn points_come_by_length() {
    let path = Path::new(CORNERS.to_vec(), false).unwrap();
    let mut unit = units(1);
    let points: Vec<DVec3> = (0..DRAWS).map(|_| path.at(unit() * path.length()).0).collect();
    let leg = |point: &DVec3| if point.z > 0.0 { 2 } else { usize::from(point.y > 0.0) };
    assert_shares(points.iter().map(leg), &[3.0, 4.0, 5.0]);
    assert_follows(points.iter().filter(|point| leg(point) == 1).map(|point| point.y), |y| y / 4.0);

    // A curve is followed at an even pace too, whatever the distances between its points.
    let path = Path::smooth(winding(), false).unwrap();
    let count = 20_000;
    let step = path.length() / f64::from(count);
    for number in 0..count {
        let (here, there) = (path.at(step * f64::from(number)).0, path.at(step * f64::from(number + 1)).0);
        assert!((here.distance(there) / step - 1.0).abs() < 0.02, "step {number}: {}", here.distance(there) / step);
    }
}

/// A point of the centripetal spline at a share of the way between the middle two of four points, by the recursion of
/// P. J. Barry & R. N. Goldman (1988).
fn between([a, b, c, d]: [DVec3; 4], share: f64) -> DVec3 {
    let t1 = a.distance(b).sqrt();
    let t2 = t1 + b.distance(c).sqrt();
    let t3 = t2 + c.distance(d).sqrt();
    let t = t1 + (t2 - t1) * share;
    let mix = |from: DVec3, to: DVec3, start: f64, end: f64| from.lerp(to, (t - start) / (end - start));
    let (ab, bc, cd) = (mix(a, b, 0.0, t1), mix(b, c, t1, t2), mix(c, d, t2, t3));
    mix(mix(ab, bc, 0.0, t2), mix(bc, cd, t1, t3), t1, t2)
}

/// Many points of the spline in order.
fn spline(points: &[DVec3], closed: bool) -> Vec<DVec3> {
    let count = points.len();
    let padded: Vec<DVec3> = if closed {
        (0..count + 3).map(|number| points[(number + count - 1) % count]).collect()
    } else {
        let (first, last) = (2.0 * points[0] - points[1], 2.0 * points[count - 1] - points[count - 2]);
        [first].into_iter().chain(points.iter().copied()).chain([last]).collect()
    };
    let spans = padded.windows(4).map(|four| [four[0], four[1], four[2], four[3]]);
    spans.flat_map(|four| (0..=1000).map(move |step| between(four, f64::from(step) / 1000.0))).collect()
}

#[test]
fn a_smooth_path_stays_by_its_spline() {
    let small: Vec<DVec3> = winding().into_iter().map(|point| 0.001 * point).collect();
    for (points, closed, error) in
        [(winding(), false, 1e-3), (winding(), true, 1e-3), (small.clone(), false, 7e-6), (small, true, 1e-5)]
    {
        let path = Path::smooth(points.clone(), closed).unwrap();
        let curve = spline(&points, closed);
        let measured: f64 = curve.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        assert!((path.length() / measured - 1.0).abs() < 5e-4, "{} instead of {measured}", path.length());
        // Following the curve, the path is never further away than allowed.
        let (mut distance, step) = (0.0, path.length() / 200_000.0);
        for point in curve {
            let away = |distance: f64| path.at(distance.min(path.length() * (1.0 - 1e-12))).0.distance(point);
            while away(distance + step) < away(distance) {
                distance += step;
            }
            assert!(away(distance) < error + step, "{point}: {}", away(distance));
        }
        assert!(distance > 0.999 * path.length());
    }
}

#[test]
fn a_smooth_path_has_no_kinks() {
    for closed in [false, true] {
        let path = Path::smooth(winding(), closed).unwrap();
        let (count, reach) = (50_000, 1e-4);
        let mut before = path.at(0.0).1;
        for number in 0..count {
            let distance = path.length() * f64::from(number) / f64::from(count);
            let (point, heading) = path.at(distance);
            assert!((heading.length() - 1.0).abs() < 1e-15);
            assert!(heading.dot(before) > 0.9995, "{number}: {heading} after {before}");
            before = heading;
            let along = (path.at(distance + reach).0 - point).normalize_or(heading);
            assert!(heading.dot(along) > 0.97, "{number}: {heading} along {along}");
        }
        if closed {
            assert!(before.dot(path.at(0.0).1) > 0.999);
        }
    }
}

#[test]
fn a_ring_of_points_makes_a_circle() {
    let ring: Vec<DVec3> = (0..12)
        .map(|number| f64::from(number) / 12.0 * TAU)
        .map(|angle| 50.0 * DVec3::new(angle.sin(), 0.0, angle.cos()))
        .collect();
    let path = Path::smooth(ring, true).unwrap();
    assert!((path.length() / (50.0 * TAU) - 1.0).abs() < 1e-3, "{}", path.length());
    for number in 0..1000 {
        let (point, heading) = path.at(path.length() * f64::from(number) / 1000.0);
        assert!((point.length() / 50.0 - 1.0).abs() < 2e-3, "{point}");
        assert!(heading.cross(point.normalize()).dot(DVec3::NEG_Y) > 0.999, "{point}, {heading}");
    }
}

#[test]
fn two_points_make_a_straight_line() {
    let ends = vec![DVec3::ONE, DVec3::new(1.0, 4.0, 5.0)];
    let path = Path::smooth(ends.clone(), false).unwrap();
    assert_eq!(path.length(), 5.0);
    assert!((path.at(2.5).0 - DVec3::new(1.0, 2.5, 3.0)).length() < 1e-15);
    let there_and_back = Path::smooth(ends, true).unwrap();
    assert!((there_and_back.length() - 10.0).abs() < 1e-12);
    assert!((there_and_back.at(7.5).0 - DVec3::new(1.0, 2.5, 3.0)).length() < 1e-12);
    assert!((there_and_back.at(7.5).1 - DVec3::new(0.0, -0.6, -0.8)).length() < 1e-12);
}
