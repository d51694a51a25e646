//! How to turn a thing that stands on something.

use glam::{DMat3, DQuat, DVec3};

/// The sine of the angle to `up` below which `forward` says nothing about where to turn.
const PARALLEL: f64 = 1e-9;

/// The rotation that takes +y to `up`, and +z as near to `forward` as that leaves it; the shortest one to `up` without
/// a `forward`, or where it points along `up`. Neither needs to be of length 1; an `up` without a direction is +y.
pub(in super::super) fn frame_from(up: DVec3, forward: Option<DVec3>) -> DQuat {
    let up = up.try_normalize().unwrap_or(DVec3::Y);
    let forward = forward.and_then(DVec3::try_normalize);
    let across = forward.map(|forward| up.cross(forward)).filter(|across| across.length() > PARALLEL);
    // Where `forward` is nearly along `up`, rounding tilts this product; one more with `up` is level with it again.
    match across.and_then(DVec3::try_normalize).map(|across| across.cross(up)) {
        Some(z_axis) => DQuat::from_mat3(&DMat3::from_cols(up.cross(z_axis), up, z_axis)).normalize(),
        None => shortest(up),
    }
}

/// The shortest rotation that takes +y to a unit vector; about x where that is −y.
fn shortest(up: DVec3) -> DQuat {
    let level = up.x * up.x + up.z * up.z;
    // 1 + y in the form that keeps its accuracy near −y.
    let above = if up.y < 0.0 { level / (1.0 - up.y) } else { 1.0 + up.y };
    // The half-way vector between +y and `up`: the rotation turns twice as far as from +y to there.
    match DVec3::new(up.x, above, up.z).try_normalize() {
        Some(half) => DQuat::from_xyzw(half.z, 0.0, -half.x, half.y),
        None => DQuat::from_xyzw(1.0, 0.0, 0.0, 0.0),
    }
}
