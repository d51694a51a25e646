//! Clouds of points, as lidars measure them.

use glam::{DMat4, DQuat, DVec3};

/// In place of an instance's id: a drop, flake, stone or fog sent the light back.
pub const SCATTERED: u16 = u16::MAX;

/// What one lidar measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Cloud {
    /// Who measured it.
    pub lidar: Lidar,
    /// What came back, in the order in which it was sent: sweeping from left to right, each time from the first ring to
    /// the last.
    pub points: Vec<Point>,
}

/// A lidar at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Lidar {
    /// Unique in the scene.
    pub name: String,
    /// Lidar axes x forward, y left, z up; world Y up; metres. Of the middle of the sweep.
    pub world_from_lidar: DMat4,
    /// Nearest and farthest range.
    pub range_m: [f64; 2],
    /// Standard deviation of ranges where much light comes back; twice as much where little does.
    pub range_noise_m: f64,
    /// How long a sweep takes.
    pub sweep_s: f64,
    /// How it moves meanwhile, along its own axes.
    pub velocity_m_per_s: DVec3,
    /// How it turns meanwhile: axis times angle a second, in its own axes.
    pub spin_rad_per_s: DVec3,
}

impl Lidar {
    /// Takes what it measured that long after the middle of the sweep, before it below 0, to its frame in the middle.
    pub fn later(&self, seconds: f64) -> DMat4 {
        DMat4::from_rotation_translation(
            DQuat::from_scaled_axis(self.spin_rad_per_s * seconds),
            self.velocity_m_per_s * seconds,
        )
    }
}

/// Where a ray was sent back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// In the frame of the lidar as it was when the ray was sent, x forward, y left, z up, metres.
    pub position_m: [f32; 3],
    /// Share of the light that is sent back, as a white matt surface that faces the lidar sends back all: 0 to 1.
    pub intensity: f32,
    /// Seconds after the middle of the sweep, before it below 0.
    pub time_s: f32,
    /// From 0.
    pub ring: u16,
    /// Id of the labelled surface that sent it back, [`SCATTERED`] for what is in the air, 0 for all else.
    pub instance: u16,
}
