//! Points inside solids and on their boundaries.

use glam::Vec3Swizzles;

use super::super::Solid;
use super::*;

const BOX: Solid = Solid::Box { half: DVec3::new(0.5, 2.0, 1.0) };
const SPHERE: Solid = Solid::Sphere { radius: 3.0 };
const SHELL: Solid = Solid::Shell { inner: 1.0, outer: 1.5 };
const DISK: Solid = Solid::Disk { radius: 2.0 };
const CYLINDER: Solid = Solid::Cylinder { radius: 0.5, height: 3.0 };

fn inside(seed: u64, solid: Solid) -> Vec<DVec3> {
    drawn(seed, |unit| solid.inside(unit))
}

fn surface(seed: u64, solid: Solid) -> Vec<(DVec3, DVec3)> {
    drawn(seed, |unit| solid.surface(unit))
}

/// How far out of a solid a point lies; below 0 within. Of a disk, in its plane.
fn distance(solid: Solid, point: DVec3) -> f64 {
    let beside = |radius: f64| point.xz().length() - radius;
    match solid {
        Solid::Box { half } => (point.abs() - half).max_element(),
        Solid::Sphere { radius } => point.length() - radius,
        Solid::Shell { inner, outer } => (point.length() - outer).max(inner - point.length()),
        Solid::Disk { radius } => beside(radius),
        Solid::Cylinder { radius, height } => beside(radius).max(point.y.abs() - height / 2.0),
    }
}

#[test]
fn a_box_is_filled_uniformly() {
    let points = inside(1, BOX);
    assert_follows(points.iter().map(|point| point.x), |x| x + 0.5);
    assert_follows(points.iter().map(|point| point.y), |y| y / 4.0 + 0.5);
    assert_follows(points.iter().map(|point| point.z), |z| z / 2.0 + 0.5);
    assert_shares(points.into_iter().map(octant), &[1.0; 8]);
}

#[test]
fn spheres_and_shells_are_filled_uniformly() {
    for (seed, solid, inner, outer) in [(2, SPHERE, 0.0, 3.0), (3, SHELL, 1.0, 1.5)] {
        let points = inside(seed, solid);
        let cube = |radius: f64| radius * radius * radius;
        let below = |radius| (cube(radius) - cube(inner)) / (cube(outer) - cube(inner));
        assert_follows(points.iter().map(|point| point.length()), below);
        // Each coordinate of a point on a sphere is uniform.
        for axis in DVec3::AXES {
            assert_follows(points.iter().map(|point| point.normalize().dot(axis)), |share| (share + 1.0) / 2.0);
        }
        assert_follows(points.iter().map(|point| turn(*point)), |share| share);
        assert_shares(points.into_iter().map(octant), &[1.0; 8]);
    }
}

#[test]
fn disks_and_cylinders_are_filled_uniformly() {
    for (seed, solid, radius, height) in [(4, DISK, 2.0, 0.0), (5, CYLINDER, 0.5, 3.0)] {
        let points = inside(seed, solid);
        assert_follows(points.iter().map(|point| point.xz().length()), |r| r * r / (radius * radius));
        assert_follows(points.iter().map(|point| turn(*point)), |share| share);
        if height == 0.0 {
            assert!(points.iter().all(|point| point.y == 0.0));
        } else {
            assert_follows(points.iter().map(|point| point.y), |y| y / height + 0.5);
            assert_shares(points.into_iter().map(octant), &[1.0; 8]);
        }
    }
}

#[test]
fn boundaries_are_boundaries_and_normals_point_away() {
    for (seed, solid) in (10..).zip([BOX, SPHERE, SHELL, DISK, CYLINDER]) {
        for (point, normal) in surface(seed, solid) {
            assert!(distance(solid, point).abs() < 1e-12, "{solid:?}: {point}");
            assert!((normal.length() - 1.0).abs() < 1e-15, "{solid:?}: {normal}");
            let (out, within) = (distance(solid, point + 1e-6 * normal), distance(solid, point - 1e-6 * normal));
            assert!((out - 1e-6).abs() < 1e-10 && within < 0.0, "{solid:?}: {point}, {normal}");
        }
    }
}

#[test]
fn faces_of_a_box_come_by_their_areas() {
    let points = surface(20, BOX);
    let face = |normal: &DVec3| DVec3::AXES.iter().position(|axis| axis.dot(*normal) != 0.0).unwrap();
    let class = |normal: &DVec3| 2 * face(normal) + usize::from(normal.element_sum() > 0.0);
    assert_shares(points.iter().map(|(_, normal)| class(normal)), &[2.0, 2.0, 0.5, 0.5, 1.0, 1.0]);
    for (axis, half) in DVec3::AXES.into_iter().zip([0.5, 2.0, 1.0]) {
        let off_face = points.iter().filter(|(_, normal)| normal.dot(axis) == 0.0);
        assert_follows(off_face.map(|(point, _)| point.dot(axis)), |place| place / (2.0 * half) + 0.5);
    }
    assert_shares(points.iter().map(|(point, _)| octant(*point)), &[1.0; 8]);
}

#[test]
fn spheres_come_by_their_areas() {
    for (seed, solid, shares) in [(21, SPHERE, [0.0, 9.0]), (22, SHELL, [1.0, 2.25])] {
        let points = surface(seed, solid);
        assert_shares(points.iter().map(|(point, normal)| usize::from(point.dot(*normal) > 0.0)), &shares);
        for axis in DVec3::AXES {
            assert_follows(points.iter().map(|(_, normal)| normal.dot(axis)), |share| (share + 1.0) / 2.0);
        }
        assert_shares(points.iter().map(|(point, _)| octant(*point)), &[1.0; 8]);
    }
}

#[test]
fn caps_and_side_of_a_cylinder_come_by_their_areas() {
    for (seed, radius, height) in [(23, 0.5, 3.0), (24, 2.0, 0.5)] {
        let points = surface(seed, Solid::Cylinder { radius, height });
        let shares = [radius * radius, 2.0 * radius * height, radius * radius];
        assert_shares(points.iter().map(|(_, normal)| (normal.y + 1.0) as usize), &shares);
        let (side, caps): (Vec<_>, Vec<_>) = points.into_iter().partition(|(_, normal)| normal.y == 0.0);
        assert_follows(side.iter().map(|(point, _)| point.y), |y| y / height + 0.5);
        assert_follows(caps.iter().map(|(point, _)| point.xz().length()), |r| r * r / (radius * radius));
        assert!(caps.iter().all(|(point, _)| point.y.abs() == height / 2.0));
        for points in [side, caps] {
            assert_follows(points.iter().map(|(point, _)| turn(*point)), |share| share);
            assert_shares(points.iter().map(|(point, _)| octant(*point)), &[1.0; 8]);
        }
    }
}

#[test]
fn the_rim_of_a_disk_comes_by_its_length() {
    let points = surface(25, DISK);
    assert_follows(points.iter().map(|(point, _)| turn(*point)), |share| share);
    assert!(points.iter().all(|(point, normal)| (*point - 2.0 * *normal).length() < 1e-15 && normal.y == 0.0));
}

#[test]
fn solids_without_a_volume_are_what_is_left_of_them() {
    let thin = Solid::Shell { inner: 2.0, outer: 2.0 };
    assert!(inside(30, thin).iter().all(|point| (point.length() - 2.0).abs() < 1e-14));
    assert_shares(surface(31, thin).iter().map(|(point, normal)| usize::from(point.dot(*normal) > 0.0)), &[1.0; 2]);
    let flat = Solid::Cylinder { radius: 2.0, height: 0.0 };
    assert_shares(surface(32, flat).iter().map(|(_, normal)| usize::from(normal.y > 0.0)), &[1.0; 2]);
    assert!(surface(32, flat).iter().all(|(point, normal)| point.y == 0.0 && normal.y.abs() == 1.0));
    let line = Solid::Cylinder { radius: 0.0, height: 2.0 };
    assert_follows(surface(33, line).iter().map(|(point, _)| point.y), |y| y / 2.0 + 0.5);
    let edge = Solid::Box { half: DVec3::new(0.0, 0.0, 2.0) };
    assert_follows(surface(34, edge).iter().map(|(point, _)| point.z), |z| z / 4.0 + 0.5);
    let plate = Solid::Box { half: DVec3::new(1.0, 0.0, 2.0) };
    assert!(surface(35, plate).iter().all(|(point, normal)| point.y == 0.0 && normal.y.abs() == 1.0));
    for point in [Solid::Box { half: DVec3::ZERO }, Solid::Sphere { radius: 0.0 }, Solid::Disk { radius: 0.0 }] {
        assert!(inside(36, point).iter().all(|point| *point == DVec3::ZERO));
        assert!(surface(37, point).iter().all(|(at, normal)| *at == DVec3::ZERO && normal.is_normalized()));
    }
}

#[test]
fn solids_hold_their_points_at_the_ends_of_the_units() {
    for solid in [BOX, SPHERE, SHELL, DISK, CYLINDER] {
        for point in drawn_at_extremes(|unit| solid.inside(unit)).into_iter().filter(|point| point.is_finite()) {
            assert!(distance(solid, point) < 1e-15, "{solid:?}: {point}");
        }
        for (point, _) in drawn_at_extremes(|unit| solid.surface(unit)).into_iter().filter(|point| point.0.is_finite())
        {
            assert!(distance(solid, point).abs() < 1e-15, "{solid:?}: {point}");
        }
    }
    // What is no number gives no point, but no harm either.
    for solid in [
        Solid::Box { half: DVec3::NAN },
        Solid::Shell { inner: f64::NAN, outer: 1.0 },
        Solid::Shell { inner: 2.0, outer: f64::NAN },
        Solid::Cylinder { radius: f64::NAN, height: f64::NAN },
        Solid::Sphere { radius: f64::INFINITY },
    ] {
        drawn_at_extremes(|unit| solid.inside(unit));
        drawn_at_extremes(|unit| solid.surface(unit));
    }
}
