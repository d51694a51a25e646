//! Points that keep apart.

use super::super::{PoissonDisk, Solid};
use super::*;

/// One more point and its clearance.
fn grow(disk: &mut PoissonDisk, mut candidate: impl FnMut() -> DVec3) -> (DVec3, f64) {
    let (point, _, clearance) = disk.grow(|| (candidate(), ()));
    (point, clearance)
}

/// Points and their clearances.
fn grown(seed: u64, solid: Solid, distance: f64, count: usize) -> Vec<(DVec3, f64)> {
    let (mut unit, mut disk) = (units(seed), PoissonDisk::new(distance));
    (0..count).map(|_| grow(&mut disk, || solid.inside(&mut unit))).collect()
}

/// Distance from a point to the nearest of the points before it.
fn nearest(points: &[(DVec3, f64)], number: usize) -> f64 {
    points[..number].iter().map(|(before, _)| before.distance(points[number].0)).fold(f64::INFINITY, f64::min)
}

#[test]
fn points_keep_apart_and_clearances_are_true() {
    let half = DVec3::new(1.0, 0.7, 0.8);
    for (solid, distance, count) in [
        (Solid::Disk { radius: 1.0 }, 0.1, 300),
        (Solid::Sphere { radius: 1.0 }, 0.3, 200),
        (Solid::Box { half }, 0.25, 300),
        (Solid::Disk { radius: 1e-6 }, 1e-7, 300),
    ] {
        let points = grown(1, solid, distance, count);
        for (number, (_, clearance)) in points.iter().enumerate() {
            assert_eq!(*clearance, nearest(&points, number).min(distance), "{solid:?}: point {number}");
        }
        // There is room for more than half of them, and not for all.
        let clear = points.iter().filter(|(_, clearance)| *clearance == distance).count();
        assert!(clear > count / 2 && clear < count, "{solid:?}: {clear}");
    }
}

#[test]
fn points_far_out_keep_apart() {
    let mut unit = units(2);
    let mut disk = PoissonDisk::new(0.01);
    let points: Vec<(DVec3, f64)> = (0..100)
        .map(|_| grow(&mut disk, || DVec3::new(-1e7, 1e6, 3e5) + Solid::Disk { radius: 0.04 }.inside(&mut unit)))
        .collect();
    assert!((0..100).all(|number| points[number].1 == nearest(&points, number).min(0.01)));
}

#[test]
fn without_room_the_best_candidate_has_to_do() {
    let (mut unit, mut disk) = (units(3), PoissonDisk::new(0.5));
    assert_eq!(grow(&mut disk, || DVec3::ZERO), (DVec3::ZERO, 0.5));
    let mut tried = Vec::new();
    let (point, clearance) = grow(&mut disk, || {
        tried.push(Solid::Sphere { radius: 0.4 }.inside(&mut unit));
        *tried.last().unwrap()
    });
    assert_eq!(tried.len(), 100);
    let best = tried.iter().copied().max_by(|one, other| one.length().total_cmp(&other.length())).unwrap();
    assert_eq!((point, clearance), (best, best.length()));
}

#[test]
fn a_clear_candidate_is_taken_at_once() {
    let mut disk = PoissonDisk::new(0.5);
    let mut calls = 0;
    for number in 0..20 {
        let place = DVec3::X * 0.5 * f64::from(number);
        let found = grow(&mut disk, || {
            calls += 1;
            place
        });
        assert_eq!(found, (place, 0.5));
    }
    assert_eq!(calls, 20);
}

#[test]
fn points_spread_evenly() {
    // Of as many independent points two thirds would be too near to another one.
    let points = grown(4, Solid::Box { half: DVec3::new(1.0, 0.0, 1.0) }, 0.1, 150);
    assert!(points.iter().all(|(_, clearance)| *clearance == 0.1));
    let quarter = |point: DVec3| usize::from(point.x > 0.0) + 2 * usize::from(point.z > 0.0);
    assert_shares(points.iter().map(|(point, _)| quarter(*point)), &[1.0; 4]);
}

#[test]
fn any_distance_ends() {
    let sphere = Solid::Sphere { radius: 1.0 };
    for distance in [0.0, -1.0, 1e-300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let points = grown(5, sphere, distance, 20);
        assert!(points.iter().all(|(point, _)| point.length() <= 1.0), "{distance}");
    }
    let apart = grown(5, sphere, f64::INFINITY, 20);
    assert!((1..20).all(|number| apart[number].1 == nearest(&apart, number)));
    let mut disk = PoissonDisk::new(1.0);
    for place in [DVec3::NAN, DVec3::INFINITY, DVec3::MAX, DVec3::MIN, DVec3::ZERO] {
        grow(&mut disk, || place);
    }
    assert_eq!(grow(&mut disk, || DVec3::ZERO), (DVec3::ZERO, 0.0));
}

#[test]
fn a_full_region_is_not_searched_for_ever() {
    let (mut unit, mut disk) = (units(5), PoissonDisk::new(100.0));
    // As many as two thousand things that find no place ask for.
    let start = std::time::Instant::now();
    for number in 0..400_000 {
        let (point, clearance) = grow(&mut disk, || Solid::Disk { radius: 0.01 }.inside(&mut unit));
        assert!(point.length() <= 0.01 && (number == 0 || clearance < 100.0));
    }
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
