//! PLY (Turk 1994): each picture as a cloud of coloured, labelled points in the world.

use glam::{DMat4, DVec2, DVec3};

use super::checked::damaged;
use super::{Format, Picture, Target, Writer};
use crate::dataset::DatasetError;
use crate::frame::PlaneKind;

pub(super) const FORMAT: Format = Format {
    name: "ply",
    summary: "PLY: a cloud of coloured, labelled points in the world for each picture",
    open: |target| Ok(Box::new(Ply { target })),
};

/// `STEM.ply`: a point for each pixel with a depth, row by row from the top; binary, little endian.
struct Ply {
    target: Target,
}

impl Writer for Ply {
    fn picture(&mut self, picture: &Picture) -> Result<(), DatasetError> {
        let Picture { stored, camera, .. } = *picture;
        let (rgb, depth) = (stored.rgb(camera)?, stored.metres(camera, PlaneKind::Depth)?);
        let ids = stored.ids(camera, PlaneKind::Instance)?;
        let normals = match stored.has(camera, PlaneKind::Normal) {
            true => Some(stored.vectors(camera, PlaneKind::Normal)?),
            false => None,
        };
        let size = (camera.width, camera.height);
        let sizes = [(rgb.width, rgb.height), (depth.width, depth.height), (ids.width, ids.height)];
        let of_normals = normals.as_ref().map_or(size, |normals| (normals.width, normals.height));
        if sizes.iter().chain([&of_normals]).any(|other| *other != size) {
            return Err(damaged(
                picture,
                format!("a plane of camera `{}` has another size than its image", camera.name),
            ));
        }
        let seen = camera.to_camera();
        let world_from_camera: DMat4 = seen.world_from_camera;
        let points = depth.data.iter().filter(|z| **z > 0.0).count();
        let mut file = head(points, normals.is_some()).into_bytes();
        for (place, z) in depth.data.iter().enumerate().filter(|(_, z)| **z > 0.0) {
            let (x, y) = ((place as u32 % size.0) as f64 + 0.5, (place as u32 / size.0) as f64 + 0.5);
            // A pixel that has a depth has a place.
            let point = seen.optics.point(DVec2::new(x, y), f64::from(*z)).unwrap_or_default();
            let mut push = |vector: DVec3| {
                vector.to_array().iter().for_each(|value| file.extend_from_slice(&(*value as f32).to_le_bytes()));
            };
            push(world_from_camera.transform_point3(point));
            if let Some(normals) = &normals {
                let normal = DVec3::from(normals.data[place].map(f64::from));
                push(world_from_camera.transform_vector3(normal).normalize_or_zero());
            }
            file.extend_from_slice(&rgb.data[place]);
            let id = ids.data[place];
            let instances = &stored.record.instances;
            let instance = instances.binary_search_by_key(&u32::from(id), |instance| instance.id).ok();
            let category = instance.and_then(|place| instances[place].category_id).unwrap_or(0);
            file.extend_from_slice(&id.to_le_bytes());
            file.extend_from_slice(&(category as u16).to_le_bytes());
        }
        self.target.write(&format!("{}.ply", picture.stem), &file)
    }

    fn finish(self: Box<Self>) -> Result<(), DatasetError> {
        Ok(())
    }
}

fn head(points: usize, normals: bool) -> String {
    let normals = if normals { "property float nx\nproperty float ny\nproperty float nz\n" } else { "" };
    format!(
        "ply\nformat binary_little_endian 1.0\ncomment metres in the world, y up; instance and category 0 where there \
         is none\nelement vertex {points}\nproperty float x\nproperty float y\nproperty float z\n{normals}\
         property uchar red\nproperty uchar green\nproperty uchar blue\nproperty ushort instance\n\
         property ushort category\nend_header\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests::{exported, identity, sequence_identity};

    #[test]
    fn points_lie_where_depth_puts_them() {
        let tree = exported(&identity(), &[0], "ply");
        let file = &tree["00000000.ply"];
        let text = String::from_utf8_lossy(file).into_owned();
        let (head, _) = text.split_once("end_header\n").unwrap();
        // Depth is 0 at the top-left pixel only.
        assert!(head.contains("\nelement vertex 95\n") && !head.contains("nx"), "{head}");
        let body = &file[head.len() + "end_header\n".len()..];
        assert_eq!(body.len(), 95 * 19);
        // Row 2, column 0 is the 24th pixel, and so the 23rd point from 0: depth 10 / 7, of instance 1.
        let point = &body[23 * 19..24 * 19];
        let at = |place: usize| f32::from_le_bytes(point[place * 4..place * 4 + 4].try_into().unwrap());
        let z = 10.0 / 7.0;
        let expected = [0.1 + (0.5 - 6.0) / 10.5 * z, 1.0 + (2.5 - 4.0) / 10.5 * z, 2.0 + z];
        for (place, expected) in expected.into_iter().enumerate() {
            assert!((at(place) - expected).abs() < 1e-6, "{} {expected}", at(place));
        }
        assert_eq!(&point[12..], [10, 20, 255, 1, 0, 1, 0]);
    }

    #[test]
    fn normals_come_along_where_there_are_any() {
        let mut identity = sequence_identity();
        identity.settings.planes.push(PlaneKind::Normal);
        let tree = exported(&identity, &[0], "ply");
        assert_eq!(tree.len(), 6);
        let text = String::from_utf8_lossy(&tree["00000000_0001-left.ply"]).into_owned();
        assert!(text.contains("property float nz\nproperty uchar red\n"));
        assert!(exported(&identity, &[], "ply").is_empty());
    }
}
