//! What lidars measured, in records.

use std::collections::BTreeMap;

use glam::{DMat4, DVec3};
use serde::{Deserialize, Serialize};

use super::{corner, rounded, rows};
use crate::frame::{Cloud, Lidar, SCATTERED};

/// One lidar and what it measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LidarRecord {
    /// Unique in the scene.
    pub name: String,
    /// Row by row; lidar axes x forward, y left, z up; metres. Of the middle of the sweep.
    pub world_from_lidar: [[f64; 4]; 4],
    /// Nearest and farthest range in metres.
    pub range_m: [f64; 2],
    /// Standard deviation of ranges where much light comes back; twice as much where little does.
    pub range_noise_m: f64,
    /// How long a sweep takes, in seconds.
    pub sweep_s: f64,
    /// How it moves meanwhile, along its own axes.
    pub velocity_m_per_s: [f64; 3],
    /// How it turns meanwhile: axis times angle a second, in its own axes. A point that was measured `time` after the
    /// middle of the sweep is, in the frame of the middle, turned by this times `time`, then moved by the velocity times
    /// `time`.
    pub spin_rad_per_s: [f64; 3],
    /// Name of the file that holds the points, in the record's folder.
    pub cloud: String,
    /// How many points there are.
    pub points: u64,
    /// How many of them are of each instance that has any, by ascending id.
    pub instances: Vec<PointCount>,
}

/// How many points of a cloud are of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointCount {
    /// From 1.
    pub instance_id: u32,
    /// At least 1.
    pub points: u64,
}

impl LidarRecord {
    /// The lidar as it was before it was written.
    pub fn to_lidar(&self) -> Lidar {
        Lidar {
            name: self.name.clone(),
            world_from_lidar: DMat4::from_cols_array_2d(&self.world_from_lidar).transpose(),
            range_m: self.range_m,
            range_noise_m: self.range_noise_m,
            sweep_s: self.sweep_s,
            velocity_m_per_s: DVec3::from(self.velocity_m_per_s),
            spin_rad_per_s: DVec3::from(self.spin_rad_per_s),
        }
    }

    pub(super) fn of(cloud: &Cloud, file: String) -> LidarRecord {
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        for point in cloud.points.iter().filter(|point| !matches!(point.instance, 0 | SCATTERED)) {
            *counts.entry(u32::from(point.instance)).or_default() += 1;
        }
        let Lidar { name, world_from_lidar, range_m, range_noise_m, sweep_s, velocity_m_per_s, spin_rad_per_s } =
            &cloud.lidar;
        LidarRecord {
            name: name.clone(),
            world_from_lidar: rows(*world_from_lidar),
            range_m: range_m.map(rounded),
            range_noise_m: rounded(*range_noise_m),
            sweep_s: rounded(*sweep_s),
            velocity_m_per_s: corner(*velocity_m_per_s),
            spin_rad_per_s: corner(*spin_rad_per_s),
            cloud: file,
            points: cloud.points.len() as u64,
            instances: counts.into_iter().map(|(instance_id, points)| PointCount { instance_id, points }).collect(),
        }
    }
}
