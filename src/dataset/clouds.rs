//! Clouds of points as PLY files (Turk 1994), binary, little endian.

use super::DatasetError;
use super::manifest::CloudInfo;
use crate::frame::{Cloud, Instance, Point};

/// What the names of clouds end with.
pub(super) const CLOUD_END: &str = "lidar.ply";

/// Everything before the points but how many there are.
const HEAD: [&str; 2] = [
    "ply\nformat binary_little_endian 1.0\ncomment metres in the frame of the lidar: x forward, y left, z up\n\
     element vertex ",
    "\nproperty float x\nproperty float y\nproperty float z\nproperty float intensity\nproperty float time\n\
     property ushort ring\nproperty ushort instance\nproperty ushort category\nend_header\n",
];
/// Of a point.
const BYTES: usize = 5 * 4 + 3 * 2;

/// For the manifest.
pub(super) fn described(name: &str) -> CloudInfo {
    CloudInfo {
        name: name.to_owned(),
        file: format!("KEY.{name}.{CLOUD_END}"),
        format: "PLY, binary, little endian: float32 x, y, z, intensity, time, uint16 ring, instance, category".into(),
        meaning: "a point for each ray that comes back, in the order in which they were sent: metres in the frame of \
                  the lidar when that ray was sent (x forward, y left, z up), share of light sent back, seconds after \
                  the middle of the sweep, ring from 0, instance id and category id, 0 for none; instance 65535 for \
                  rain, snow, hail and fog"
            .into(),
    }
}

/// A cloud as PLY.
///
/// # Errors
/// [`DatasetError::Plane`] where a number is infinite or none.
pub fn encode_cloud(cloud: &Cloud, instances: &[Instance]) -> Result<Vec<u8>, DatasetError> {
    let [before, after] = HEAD;
    let mut file = format!("{before}{}{after}", cloud.points.len()).into_bytes();
    file.reserve(cloud.points.len() * BYTES);
    for (place, point) in cloud.points.iter().enumerate() {
        let [x, y, z] = point.position_m;
        let values = [x, y, z, point.intensity, point.time_s];
        if !values.iter().all(|value| value.is_finite()) {
            let what = format!("the cloud of lidar `{}`", cloud.lidar.name);
            let reason = format!("point {place} is {values:?}, expected finite numbers");
            return Err(DatasetError::Plane { action: "encode", what, reason });
        }
        values.iter().for_each(|value| file.extend_from_slice(&value.to_le_bytes()));
        let of = instances.binary_search_by_key(&u32::from(point.instance), |instance| instance.id).ok();
        let category = of.and_then(|place| instances[place].category_id).unwrap_or(0) as u16;
        for id in [point.ring, point.instance, category] {
            file.extend_from_slice(&id.to_le_bytes());
        }
    }
    Ok(file)
}

/// Reads what [`encode_cloud`] wrote: each point with the category of its instance, 0 for none.
///
/// # Errors
/// [`DatasetError::Plane`] where the bytes are no such file.
pub fn decode_cloud(file: &[u8]) -> Result<Vec<(Point, u16)>, DatasetError> {
    let wrong = |reason: String| DatasetError::Plane { action: "decode", what: "a cloud of points".to_owned(), reason };
    let [before, after] = HEAD.map(str::as_bytes);
    let head = file.strip_prefix(before).and_then(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let count: usize = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
        Some((count, rest[digits..].strip_prefix(after)?))
    });
    let Some((count, body)) = head else { return Err(wrong("its head is not that of this program's clouds".into())) };
    let (points, rest) = body.as_chunks::<BYTES>();
    if points.len() != count || !rest.is_empty() {
        return Err(wrong(format!(
            "it has {} bytes after its head, expected {BYTES} for each of {count} points",
            body.len()
        )));
    }
    let read = |bytes: &[u8; BYTES]| {
        let float = |at: usize| f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let id = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let point = Point {
            position_m: [float(0), float(4), float(8)],
            intensity: float(12),
            time_s: float(16),
            ring: id(20),
            instance: id(22),
        };
        (point, id(24))
    };
    Ok(points.iter().map(read).collect())
}

#[cfg(test)]
mod tests {
    use glam::DMat4;

    use super::*;
    use crate::frame::Lidar;

    fn cloud() -> Cloud {
        let point = |index: u16| Point {
            position_m: [1.5 + f32::from(index), -2.0, 0.25],
            intensity: 0.5,
            time_s: -0.01,
            ring: index,
            instance: 0,
        };
        let lidar = Lidar {
            name: "top".into(),
            world_from_lidar: DMat4::IDENTITY,
            range_m: [1.0, 100.0],
            range_noise_m: 0.0,
            sweep_s: 0.1,
            velocity_m_per_s: Default::default(),
            spin_rad_per_s: Default::default(),
        };
        Cloud { lidar, points: (0..3).map(point).collect() }
    }

    #[test]
    fn clouds_are_read_as_they_were_written() {
        let cloud = cloud();
        let read = decode_cloud(&encode_cloud(&cloud, &[]).unwrap()).unwrap();
        assert_eq!(read, cloud.points.iter().map(|point| (*point, 0)).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_no_cloud_is_refused() {
        let good = encode_cloud(&cloud(), &[]).unwrap();
        for bad in [&good[..good.len() - 1], &good[1..], &[], b"ply\n"] {
            assert!(decode_cloud(bad).is_err());
        }
        let huge = String::from_utf8_lossy(&good).replace("vertex 3", "vertex 99999999999999999999999");
        assert!(decode_cloud(huge.as_bytes()).is_err());
        let mut longer = good.clone();
        longer.push(0);
        assert!(decode_cloud(&longer).unwrap_err().to_string().contains("expected 26 for each of 3 points"));
    }

    #[test]
    fn numbers_that_are_none_are_not_written() {
        let mut cloud = cloud();
        cloud.points[1].intensity = f32::NAN;
        assert!(encode_cloud(&cloud, &[]).unwrap_err().to_string().contains("point 1"));
    }
}
