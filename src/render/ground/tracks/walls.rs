//! The walls between untouched snow and the floors of tracks.

use std::collections::HashMap;

use glam::{DVec2, DVec3, Vec3};

use super::cut::{Cut, FARTHEST_M, Rect, Side};
use crate::assets::MeshData;
use crate::render::snow::noise;

/// The parts of a wall along it are no longer than the first, unless there would be about so many of them.
const STEP_M: f64 = 0.15;
const MOST_STEPS: f64 = 30_000.0;
/// How far into the track the foot of a wall is: a share of the depth (70° steep), at most one of the width.
const LEAN: f64 = 0.35;
const MOST_LEAN: f64 = 0.2;
/// How wide and how high a ridge is in the mean: a share of the depth, and at most.
const RIDGE_WIDTH: (f64, f64) = (0.6, 0.08);
const RIDGE_HEIGHT: (f64, f64) = (0.15, 0.0105);
/// Where there is no room for a ridge, it is smaller or is not.
const RIDGE_SIZES: [f64; 3] = [1.0, 0.5, 0.25];
/// Places across a ridge that have to be in no track: no track of a tyre is so narrow that it is between two of them.
const REACHES: [f64; 3] = [1.0, 2.0 / 3.0, 1.0 / 3.0];
/// What is uneven has waves of these lengths.
const WAVES_M: [f64; 3] = [0.17, 0.11, 0.43];
/// At a corner everything moves by no more than so many times as much as beside it.
const MOST_MITRE: f64 = 2.0;
/// Points of a wall from the outer foot of the ridge to the foot in the track.
const PROFILE: usize = 5;
/// No ridge is wider, nor at a corner.
const RIDGE_ROOM_M: f64 = 0.3;

/// A straight part of the outline, with the untouched ground on the left as seen from above.
struct Run {
    points: Vec<u32>,
    along: DVec2,
    most_lean_m: f64,
}

impl Run {
    fn ends(&self) -> [u32; 2] {
        [self.points.first(), self.points.last()].map(|end| end.copied().unwrap_or_default())
    }

    /// Towards the floor.
    fn inward(&self) -> DVec2 {
        self.along.perp()
    }

    /// All its points and steps between them.
    fn stations(&self, points: &[DVec2], step_m: f64) -> Vec<DVec2> {
        let mut stations = Vec::new();
        for pair in self.points.windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|point| points[point as usize]);
            let count = (from.distance(to) / step_m).ceil().max(1.0);
            stations.extend((0..count as u32).map(|step| from + (to - from) * (f64::from(step) / count)));
        }
        stations.extend(self.points.last().map(|point| points[*point as usize]));
        stations
    }
}

/// Where runs end.
struct Joint {
    /// How many begin and how many end here.
    numbers: [usize; 2],
    inward: DVec2,
    most_lean_m: f64,
}

impl Joint {
    /// How to go in order to get 1 m inward of both runs. Where more than two meet, the walls are upright.
    fn mitre(&self) -> DVec2 {
        let length = self.inward.length().max(1e-6);
        match self.numbers {
            [1, 1] => self.inward / length * (2.0 / length).min(MOST_MITRE),
            [1, 0] | [0, 1] => self.inward,
            _ => DVec2::ZERO,
        }
    }
}

/// What makes a wall.
struct Snow<'a> {
    near: Vec<&'a Rect>,
    /// No point has less.
    low: DVec2,
    depth_m: f64,
    seed: u64,
}

impl Snow<'_> {
    /// How far inward and how high above the ground the points of a wall are, at a point of the outline. `moved` says
    /// where that gets when it goes so far inward.
    fn profile(&self, point: DVec2, most_lean_m: f64, moved: impl Fn(f64) -> DVec2) -> [[f64; 2]; PROFILE] {
        let waves = [0, 1, 2].map(|index| {
            let place = (point - self.low) / WAVES_M[index];
            f64::from(noise(place.as_vec2().to_array(), self.seed.wrapping_add(index as u64)))
        });
        let lean = (LEAN * self.depth_m * (1.0 + 0.9 * waves[0])).min(most_lean_m);
        let limited = |(share, most): (f64, f64)| (share * self.depth_m).min(most);
        let width = limited(RIDGE_WIDTH) * (1.0 + 0.6 * waves[2]);
        let height = limited(RIDGE_HEIGHT) * (1.0 + 0.9 * waves[1]);
        let is_in_track = |place: DVec2| self.near.iter().any(|rect| rect.holds(place));
        let is_free = |size: &f64| !REACHES.iter().any(|reach| is_in_track(moved(-reach * width * size)));
        let size = RIDGE_SIZES.into_iter().find(is_free).unwrap_or(0.0);
        // Rounded, so that the outline itself does not show as a straight edge.
        [
            [-size * width, 0.0],
            [size * width * (0.2 * waves[0] - 0.4), size * height],
            [0.0, 0.0],
            [lean * (0.45 + 0.4 * waves[1]), self.depth_m * (0.1 * waves[2] - 0.2)],
            [lean, -self.depth_m],
        ]
    }
}

/// The walls on level ground at a height, down to a depth.
pub(super) fn walls(
    cut: &Cut,
    rects: &[Option<Rect>],
    [level_m, depth_m]: [f32; 2],
    facing: f32,
    seed: u64,
) -> MeshData {
    let outline = cut.outline();
    let total_m: f64 =
        outline.iter().map(|side| cut.points[side.from as usize].distance(cut.points[side.to as usize])).sum();
    let step_m = STEP_M.max(total_m / MOST_STEPS);
    let count = PROFILE * ((total_m / step_m) as usize + 2 * outline.len());
    let runs = runs(outline, rects);
    let joints = joints(&runs);
    let finite = cut.points.iter().copied().filter(|point| point.is_finite());
    let low = finite.fold(DVec2::splat(FARTHEST_M), DVec2::min).max(DVec2::splat(-FARTHEST_M));
    let mut mesh = MeshData {
        positions: Vec::with_capacity(count),
        normals: Vec::with_capacity(count),
        uvs: Vec::with_capacity(count),
        tangents: Vec::with_capacity(count),
        indices: Vec::with_capacity(6 * count),
    };
    for run in &runs {
        let stations = run.stations(&cut.points, step_m);
        let (&[start, .., end], [Some(first), Some(last)]) =
            (stations.as_slice(), run.ends().map(|end| joints.get(&end)))
        else {
            continue;
        };
        let near = rects.iter().flatten().filter(|rect| rect.may_be_near(start, end, RIDGE_ROOM_M)).collect();
        let snow = Snow { near, low, depth_m: f64::from(depth_m), seed };
        let length_m = run.along.dot(end - start);
        let gains = [first, last].map(|joint| joint.mitre().dot(run.along));
        let base = mesh.positions.len();
        for (index, point) in stations.iter().copied().enumerate() {
            let joint = if index == 0 { Some(first) } else { Some(last).filter(|_| index + 1 == stations.len()) };
            let way = run.along.dot(point - start);
            let mitre = joint.map(Joint::mitre);
            let moved = |inward: f64| {
                if let Some(mitre) = mitre {
                    return point + mitre * inward;
                }
                // No farther along than the ends go.
                let (least, most) = (inward * gains[0], length_m + inward * gains[1]);
                let at = if least < most { way.clamp(least, most) } else { 0.5 * (least + most) };
                point + run.along * (at - way) + run.inward() * inward
            };
            let most_lean_m = joint.map_or(run.most_lean_m, |joint| joint.most_lean_m);
            let (mut down, mut above) = (0.0, None);
            for [inward, height] in snow.profile(point, most_lean_m, moved) {
                let place = moved(inward).extend(height);
                down += above.replace(place).map_or(0.0, |above: DVec3| above.distance(place));
                let [x, z, y] = place.as_vec3().to_array();
                mesh.positions.push(Vec3::new(x, level_m + y, z));
                mesh.uvs.push([way as f32, down as f32]);
            }
        }
        clothe(&mut mesh, base, run, facing);
    }
    mesh
}

/// Adds the triangles, normals and tangents of the wall whose points begin at `base`.
fn clothe(mesh: &mut MeshData, base: usize, run: &Run, facing: f32) {
    let along = Vec3::new(run.along.x as f32, 0.0, run.along.y as f32);
    let inward = Vec3::new(-along.z, 0.0, along.x);
    let points = &mesh.positions[base..];
    let mut sums = vec![Vec3::ZERO; points.len()];
    for corner in (0..points.len().saturating_sub(PROFILE)).filter(|corner| corner % PROFILE + 1 < PROFILE) {
        let (below, next, across) = (corner + 1, corner + PROFILE, corner + PROFILE + 1);
        for triangle in [[corner, below, across], [corner, across, next]] {
            let [a, b, c] = triangle.map(|corner| points[corner]);
            if a == b || b == c || c == a {
                continue;
            }
            let normal = (b - a).cross(c - a);
            triangle.into_iter().for_each(|corner| sums[corner] += normal);
            mesh.indices.extend(triangle.map(|corner| (base + corner) as u32));
        }
    }
    for (corner, sum) in sums.iter().enumerate() {
        // A ridge begins as the ground ends.
        let is_ridge = corner % PROFILE == 0 && sum.length_squared() > 0.0;
        let normal = if is_ridge { Vec3::Y } else { sum.normalize_or((inward + Vec3::Y).normalize()) };
        let flat = along - normal * normal.dot(along);
        let tangent = if flat.length() > 0.01 { flat.normalize() } else { normal.any_orthonormal_vector() };
        mesh.normals.push(normal);
        mesh.tangents.push([tangent.x, tangent.y, tangent.z, facing]);
    }
}

/// By their points.
fn joints(runs: &[Run]) -> HashMap<u32, Joint> {
    let mut joints = HashMap::new();
    for run in runs {
        for (end, point) in run.ends().into_iter().enumerate() {
            let none = Joint { numbers: [0, 0], inward: DVec2::ZERO, most_lean_m: f64::INFINITY };
            let joint = joints.entry(point).or_insert(none);
            joint.numbers[end] += 1;
            joint.inward += run.inward();
            joint.most_lean_m = joint.most_lean_m.min(run.most_lean_m);
        }
    }
    joints
}

/// Puts together what is in line.
fn runs(outline: Vec<Side>, rects: &[Option<Rect>]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for side in outline {
        let narrower_m = rects.get(side.track).copied().flatten().map_or(0.0, |rect| rect.narrower_m());
        let follows = |run: &&mut Run| run.along == side.along && run.points.last() == Some(&side.from);
        match runs.last_mut().filter(follows) {
            Some(run) => {
                run.points.push(side.to);
                run.most_lean_m = run.most_lean_m.min(MOST_LEAN * narrower_m);
            }
            None => {
                let points = vec![side.from, side.to];
                runs.push(Run { points, along: side.along, most_lean_m: MOST_LEAN * narrower_m });
            }
        }
    }
    runs
}
