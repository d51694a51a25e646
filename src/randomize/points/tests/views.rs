//! Points in a camera's view, and on grids.

use super::super::{Frustum, Grid};
use super::*;

const VIEW: Frustum = Frustum { left: 0.5, right: 0.9, top: 0.2, bottom: 0.7, near: 2.0, far: 7.0 };

fn assert_fills(seed: u64, view: Frustum) {
    let points = drawn(seed, |unit| view.inside(unit));
    let cube = |depth: f64| depth * depth * depth;
    let below = |depth: f64| (cube(depth) - cube(view.near)) / (cube(view.far) - cube(view.near));
    assert_follows(points.iter().map(|point| point.z), below);
    let across = |share: f64| (share + view.left) / (view.left + view.right);
    assert_follows(points.iter().map(|point| point.x / point.z), across);
    let down = |share: f64| (share + view.top) / (view.top + view.bottom);
    assert_follows(points.iter().map(|point| point.y / point.z), down);
    let halves = points.iter().map(|point| {
        let deep = usize::from(below(point.z) > 0.5);
        deep + 2 * usize::from(across(point.x / point.z) > 0.5) + 4 * usize::from(down(point.y / point.z) > 0.5)
    });
    assert_shares(halves, &[1.0; 8]);
}

#[test]
fn a_frustum_is_filled_uniformly() {
    assert_fills(1, VIEW);
    assert_fills(2, Frustum { near: 0.0, ..VIEW });
    // The optical axis may miss the image.
    assert_fills(3, Frustum { left: -0.3, ..VIEW });
}

#[test]
fn a_frustum_may_be_flat_or_nothing() {
    let flat = Frustum { near: 4.0, far: 4.0, ..VIEW };
    let points = drawn(4, |unit| flat.inside(unit));
    assert!(points.iter().all(|point| point.z == 4.0));
    assert_follows(points.iter().map(|point| point.x), |x| (x / 4.0 + 0.5) / 1.4);
    let tip = Frustum { near: 0.0, far: 0.0, ..VIEW };
    assert!(drawn(5, |unit| tip.inside(unit)).iter().all(|point| *point == DVec3::ZERO));
    for point in drawn_at_extremes(|unit| VIEW.inside(unit)) {
        assert!(point.z.is_nan() || (2.0..=7.0).contains(&point.z), "{point}");
    }
    for view in
        [Frustum { far: f64::NAN, ..VIEW }, Frustum { near: f64::NAN, ..VIEW }, Frustum { left: f64::NAN, ..VIEW }]
    {
        drawn_at_extremes(|unit| view.inside(unit));
    }
}

#[test]
fn a_grid_is_regular_and_centred() {
    let grid = Grid { spacing: DVec3::new(0.5, 2.0, 1.0), counts: [4, 2, 3] };
    assert_eq!(grid.cells(), 24);
    let points: Vec<DVec3> = (0..24).map(|index| grid.at(index)).collect();
    assert_eq!(points.iter().sum::<DVec3>(), DVec3::ZERO);
    assert_eq!(points[0], DVec3::new(-0.75, -1.0, -1.0));
    assert_eq!(points[1] - points[0], DVec3::new(0.5, 0.0, 0.0));
    assert_eq!(points[4] - points[0], DVec3::new(0.0, 0.0, 1.0));
    assert_eq!(points[12] - points[0], DVec3::new(0.0, 2.0, 0.0));
    assert_eq!(points[23], DVec3::new(0.75, 1.0, 1.0));
    let distinct = |index: usize| points[..index].iter().all(|point| *point != points[index]);
    assert!((0..24).all(distinct));
}

#[test]
fn a_grid_never_ends() {
    let grid = Grid { spacing: DVec3::ONE, counts: [3, 2, 2] };
    assert_eq!(grid.at(12 + 5), grid.at(5));
    assert_eq!(Grid { spacing: DVec3::ONE, counts: [7, 0, 1] }.cells(), 0);
    assert_eq!(Grid { spacing: DVec3::ONE, counts: [0; 3] }.at(9), DVec3::ZERO);
    let huge = Grid { spacing: DVec3::ONE, counts: [u32::MAX; 3] };
    assert_eq!(huge.cells(), u64::MAX);
    assert!(huge.at(u64::MAX).is_finite());
}
