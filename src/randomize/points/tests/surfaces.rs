//! Points on meshes.

use super::super::Surface;
use super::*;

/// Two triangles on the level, one looking up and one looking down, of areas 0.5 and 6, and one upright, of area 3.
fn triangles() -> [[DVec3; 3]; 3] {
    [
        [DVec3::ZERO, DVec3::Z, DVec3::X],
        [DVec3::new(5.0, 0.0, 0.0), DVec3::new(9.0, 0.0, 0.0), DVec3::new(5.0, 0.0, 3.0)],
        [DVec3::new(0.0, 7.0, 2.0), DVec3::new(3.0, 7.0, 2.0), DVec3::new(4.0, 9.0, 2.0)],
    ]
}

/// Where each corner counts in a point of a triangle.
fn weights([a, b, c]: [DVec3; 3], point: DVec3) -> [f64; 3] {
    let area = |a: DVec3, b: DVec3, c: DVec3| (b - a).cross(c - a);
    let whole = area(a, b, c);
    [area(point, b, c), area(a, point, c), area(a, b, point)].map(|part| part.dot(whole) / whole.length_squared())
}

#[test]
fn triangles_come_by_their_areas() {
    let surface = Surface::new(triangles(), |_| true).unwrap();
    let points = drawn(1, |unit| surface.at(unit));
    let class = |point: DVec3| if point.y > 6.0 { 2 } else { usize::from(point.x > 4.0) };
    assert_shares(points.iter().map(|(point, _)| class(*point)), &[0.5, 6.0, 3.0]);
    for (point, normal) in points {
        assert_eq!(normal, [DVec3::Y, DVec3::NEG_Y, DVec3::Z][class(point)]);
    }
}

#[test]
fn a_triangle_is_filled_uniformly() {
    let [_, _, triangle] = triangles();
    let surface = Surface::new([triangle], |_| true).unwrap();
    let points: Vec<[f64; 3]> = drawn(2, |unit| weights(triangle, surface.at(unit).0));
    assert!(points.iter().flatten().all(|weight| *weight > -1e-12));
    for corner in 0..3 {
        assert_follows(points.iter().map(|weights| weights[corner]), |weight| 1.0 - (1.0 - weight) * (1.0 - weight));
    }
    // The lines between the middles of the edges cut a triangle into four that are equal.
    let quarter = |weights: &[f64; 3]| weights.iter().position(|weight| *weight > 0.5).unwrap_or(3);
    assert_shares(points.iter().map(quarter), &[1.0; 4]);
    // The medians cut it into six that are equal.
    let sixth = |[a, b, c]: &[f64; 3]| usize::from(a > b) + 2 * usize::from(b > c) + 4 * usize::from(c > a);
    assert_shares(points.iter().map(|weights| sixth(weights) - 1), &[1.0; 6]);
    for (point, _) in drawn_at_extremes(|unit| surface.at(unit)).into_iter().filter(|(point, _)| point.is_finite()) {
        assert!(weights(triangle, point).iter().all(|weight| (-1e-15..1.0 + 1e-15).contains(weight)), "{point}");
    }
}

#[test]
fn only_what_is_kept_and_has_an_area_is_drawn() {
    let surface = Surface::new(triangles(), |normal| normal.y > 0.5).unwrap();
    assert!(drawn(3, |unit| surface.at(unit)).iter().all(|(point, normal)| point.x <= 1.0 && *normal == DVec3::Y));
    assert!(Surface::new(triangles(), |_| false).is_none());
    assert!(Surface::new([], |_| true).is_none());
    let far = DVec3::splat(1e300);
    let without = [
        [DVec3::X; 3],
        [DVec3::ZERO, DVec3::X, 2.0 * DVec3::X],
        [DVec3::ZERO, DVec3::NAN, DVec3::X],
        [DVec3::ZERO, DVec3::X * 1e-200, DVec3::Z * 1e-200],
        [DVec3::ZERO, far * DVec3::X, far * DVec3::Z],
    ];
    assert!(Surface::new(without, |_| true).is_none());
    let surface = Surface::new(without.into_iter().chain(triangles()).chain(without), |normal| normal.z > 0.5).unwrap();
    assert!(drawn(4, |unit| surface.at(unit)).iter().all(|(point, normal)| point.y > 6.9 && *normal == DVec3::Z));
    drawn_at_extremes(|unit| surface.at(unit));
}
