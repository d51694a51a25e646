//! What keeps rain and snow from falling somewhere: things that stand in their way.

use glam::{Mat4, Quat, Vec3};

use super::rays::Standing;
use crate::assets::Hull;

/// All things, by the boxes around the hulls that physics has of them.
pub(super) struct Shelter {
    things: Vec<Roofs>,
}

/// A thing's boxes in its own frame, and one around all of them.
struct Roofs {
    local_from_world: Mat4,
    around: [Vec3; 2],
    hulls: Vec<[Vec3; 2]>,
}

impl Shelter {
    pub fn of<'s>(standing: impl Iterator<Item = Standing<'s>>) -> Shelter {
        let things = standing.filter_map(|thing| {
            let hulls: Vec<[Vec3; 2]> = thing.model.hulls.iter().filter_map(bounds).collect();
            let around = hulls.iter().copied().reduce(|[low, high], [l, h]| [low.min(l), high.max(h)])?;
            let scale = Vec3::splat(thing.scale);
            let world_from_local =
                Mat4::from_scale_rotation_translation(scale, thing.pose.rotation, thing.pose.position_m);
            Some(Roofs { local_from_world: world_from_local.inverse(), around, hulls })
        });
        Shelter { things: things.collect() }
    }

    /// Whether something is in the way of what comes to a place, against this way.
    pub fn is_before(&self, place: Vec3, against: Vec3) -> bool {
        self.things.iter().any(|thing| {
            let from = thing.local_from_world.transform_point3(place);
            let along = thing.local_from_world.transform_vector3(against);
            meets(thing.around, from, along) && thing.hulls.iter().any(|hull| meets(*hull, from, along))
        })
    }
}

/// The box around a hull, its lowest and its highest corner.
pub(super) fn bounds(hull: &Hull) -> Option<[Vec3; 2]> {
    let turned = |half: Vec3, position: Vec3, rotation: Quat| {
        let [x, y, z] = [Vec3::X, Vec3::Y, Vec3::Z].map(|axis| (rotation * axis).abs());
        let half = x * half.x + y * half.y + z * half.z;
        [position - half, position + half]
    };
    Some(match hull {
        Hull::Cuboid { half_extents, position, rotation } => turned(*half_extents, *position, *rotation),
        Hull::Ball { radius, position } => turned(Vec3::splat(*radius), *position, Quat::IDENTITY),
        Hull::Cylinder { half_height, radius, position, rotation }
        | Hull::Cone { half_height, radius, position, rotation } => {
            turned(Vec3::new(*radius, *half_height, *radius), *position, *rotation)
        }
        Hull::Capsule { half_height, radius, position, rotation } => {
            turned(Vec3::new(*radius, half_height + radius, *radius), *position, *rotation)
        }
        Hull::Convex { points } => {
            let (low, high) = crate::assets::mesh::bounds_of(points.iter().copied())?;
            [low, high]
        }
    })
}

/// Whether a ray meets a box ahead of where it begins (slabs: Kay and Kajiya 1986).
fn meets([low, high]: [Vec3; 2], from: Vec3, along: Vec3) -> bool {
    let (one, other) = ((low - from) / along, (high - from) / along);
    let (enters, leaves) = (one.min(other).max_element(), one.max(other).min_element());
    leaves > 0.0 && enters <= leaves
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Model;
    use crate::randomize::concrete::Pose;
    use crate::simulate::Motion;

    #[test]
    fn roofs_keep_off_what_falls_and_walls_what_the_wind_brings() {
        let half_extents = Vec3::new(2.0, 0.1, 1.0);
        let roof = Hull::Cuboid { half_extents, position: Vec3::ZERO, rotation: Quat::IDENTITY };
        let model = Model { hulls: vec![roof], ..Model::default() };
        let pose = Pose { position_m: Vec3::new(5.0, 3.0, 0.0), rotation: Quat::from_rotation_y(1.570_796_4) };
        let standing = Standing { model: &model, pose, motion: Motion::default(), scale: 1.0, label: 0 };
        let shelter = Shelter::of(std::iter::once(standing));
        // Turned: 1 m to either side along x, 2 m along z.
        for (place, against, kept) in [
            (Vec3::new(5.0, 0.0, 0.0), Vec3::Y, true),
            (Vec3::new(5.9, 0.0, 1.9), Vec3::Y, true),
            (Vec3::new(6.1, 0.0, 0.0), Vec3::Y, false),
            (Vec3::new(5.0, 0.0, 2.1), Vec3::Y, false),
            (Vec3::new(5.0, 3.5, 0.0), Vec3::Y, false),
            (Vec3::new(8.0, 0.0, 0.0), Vec3::new(-1.0, 1.0, 0.0), true),
            (Vec3::new(5.0, 0.0, 0.0), Vec3::new(-1.0, 1.0, 0.0), false),
        ] {
            assert_eq!(shelter.is_before(place, against), kept, "{place} {against}");
        }
    }
}
