//! What shelters and what does not.

use super::*;

#[test]
fn a_triangle_is_over_what_is_straight_below_it() {
    let roof = [Vec3::new(-1.0, 2.0, -1.0), Vec3::new(3.0, 2.0, -1.0), Vec3::new(-1.0, 2.0, 3.0)];
    assert!(is_over(&roof, Vec3::ZERO));
    assert!(is_over(&[roof[0], roof[2], roof[1]], Vec3::ZERO), "whichever way round");
    assert!(!is_over(&roof, Vec3::new(0.0, 2.5, 0.0)), "it is below");
    assert!(!is_over(&roof, Vec3::new(2.5, 0.0, 2.5)) && !is_over(&roof, Vec3::new(-2.0, 0.0, 0.0)));
    let flat = [Vec3::ZERO, Vec3::X, Vec3::X * 2.0];
    assert!(!is_over(&flat, Vec3::new(0.5, -1.0, 0.0)), "nothing is below what has no area");
}
