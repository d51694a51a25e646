//! Finer triangles where what varies over a surface is worked out at its vertices.

use std::collections::HashMap;

use super::MeshData;

/// Passes, each of which halves the longest edges.
const MOST_PASSES: usize = 10;
/// A mesh with more triangles is left as it is: a pass may make four of each, and a model may be as large as it likes.
const MOST_TRIANGLES: usize = 1_000_000;

impl MeshData {
    /// The same surface with no edge longer than `longest_m`, unless that took more than ten halvings or some million
    /// triangles.
    ///
    /// Whether an edge is halved depends on its ends alone, so that neighbours agree and no cracks open.
    #[must_use]
    pub fn subdivided(mut self, longest_m: f32) -> Self {
        for _ in 0..MOST_PASSES {
            if self.triangle_count() > MOST_TRIANGLES || !self.halve_edges(longest_m) {
                break;
            }
        }
        self
    }

    /// One pass; false where nothing was too long.
    fn halve_edges(&mut self, longest_m: f32) -> bool {
        let long = |mesh: &MeshData, a: u32, b: u32| {
            mesh.positions[a as usize].distance_squared(mesh.positions[b as usize]) > longest_m * longest_m
        };
        let mut middles: HashMap<(u32, u32), u32> = HashMap::new();
        let mut indices = Vec::with_capacity(self.indices.len() * 2);
        let triangles: Vec<[u32; 3]> = self.indices.chunks_exact(3).map(|t| [t[0], t[1], t[2]]).collect();
        for [a, b, c] in triangles {
            let mut middle = |mesh: &mut MeshData, from: u32, to: u32| {
                let is_long = long(mesh, from, to);
                is_long
                    .then(|| *middles.entry((from.min(to), from.max(to))).or_insert_with(|| mesh.add_middle(from, to)))
            };
            let (ab, bc, ca) = (middle(self, a, b), middle(self, b, c), middle(self, c, a));
            match (ab, bc, ca) {
                (None, None, None) => indices.extend([a, b, c]),
                (Some(ab), None, None) => indices.extend([a, ab, c, ab, b, c]),
                (None, Some(bc), None) => indices.extend([a, b, bc, a, bc, c]),
                (None, None, Some(ca)) => indices.extend([a, b, ca, ca, b, c]),
                (Some(ab), Some(bc), None) => indices.extend([a, ab, c, ab, bc, c, ab, b, bc]),
                (None, Some(bc), Some(ca)) => indices.extend([a, b, ca, b, bc, ca, bc, c, ca]),
                (Some(ab), None, Some(ca)) => indices.extend([a, ab, ca, ab, b, ca, b, c, ca]),
                (Some(ab), Some(bc), Some(ca)) => indices.extend([a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca]),
            }
        }
        self.indices = indices;
        !middles.is_empty()
    }

    fn add_middle(&mut self, a: u32, b: u32) -> u32 {
        let (a, b) = (a as usize, b as usize);
        self.positions.push((self.positions[a] + self.positions[b]) * 0.5);
        self.normals.push((self.normals[a] + self.normals[b]).normalize_or(self.normals[a]));
        let (p, q) = (self.uvs[a], self.uvs[b]);
        self.uvs.push([(p[0] + q[0]) * 0.5, (p[1] + q[1]) * 0.5]);
        let (p, q) = (glam::Vec4::from(self.tangents[a]), glam::Vec4::from(self.tangents[b]));
        let along = (p.truncate() + q.truncate()).normalize_or(p.truncate());
        self.tangents.push(along.extend(p.w).to_array());
        self.positions.len() as u32 - 1
    }
}

#[cfg(test)]
mod tests {
    use glam::Vec3;

    use super::super::{cuboid, rounded_box};

    #[test]
    fn no_edge_is_longer_and_nothing_moves() {
        let before = rounded_box(Vec3::new(1.6, 0.04, 0.9), 0.01, 2);
        let after = before.clone().subdivided(0.1);
        for t in after.triangles() {
            assert!((t[0].distance(t[1])).max(t[1].distance(t[2])).max(t[2].distance(t[0])) <= 0.1 + 1e-6);
        }
        assert!((after.volume() - before.volume()).abs() < 1e-6);
        assert_eq!(after.bounds(), before.bounds());
        assert!(after.is_closed(), "a crack has opened");
        assert!((1000..8000).contains(&after.triangle_count()), "{}", after.triangle_count());
    }

    #[test]
    fn what_is_huge_does_not_fill_the_memory() {
        let after = cuboid(Vec3::splat(1e6)).subdivided(0.1);
        assert!((1_000_000..=4_000_000).contains(&after.triangle_count()), "{}", after.triangle_count());
    }

    #[test]
    fn what_is_fine_enough_stays() {
        let cube = cuboid(Vec3::splat(0.05));
        assert_eq!(cube.clone().subdivided(0.1), cube);
    }
}
