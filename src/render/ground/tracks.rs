//! Straight tracks of wheels in the snow on level ground.
//!
//! The ground is cut along the outlines of the tracks. What is in a track is its floor and lies deeper; walls of pressed
//! snow go down to it, all along the outline of all tracks together. y is up.

mod cut;

#[cfg(test)]
mod tests;

mod walls;

use glam::{DVec2, Vec2, Vec3};

use crate::assets::MeshData;
use cut::{Cut, Rect};
use walls::walls;

/// No more tracks than this are used.
pub const MOST: usize = 64;

/// Deeper tracks are taken for so deep.
const MOST_DEPTH_M: f32 = 10.0;
/// Tracks behind vehicles are not longer.
const MOST_LENGTH_M: f32 = 10_000.0;

/// A straight track of one row of wheels on level ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Track {
    /// Where it begins, x and z in metres.
    pub from: Vec2,
    /// Where it ends, x and z in metres.
    pub to: Vec2,
    /// How wide it is.
    pub width_m: f32,
}

impl Track {
    /// Whether a place, x and z, is within its outline.
    pub fn holds(&self, place: Vec2) -> bool {
        Rect::of(self).is_some_and(|rect| rect.holds(place.as_dvec2()))
    }
}

/// Ground with tracks in it, uvs in metres.
#[derive(Debug, Clone, PartialEq)]
pub struct Rutted {
    /// The ground but for the tracks, at the height it had. uvs are x and z where triangles were cut.
    pub untouched: MeshData,
    /// For each track, in order, what of the ground is in it and in none before it. v runs along it from 0 and u across
    /// it from 0 to its width, so that a tread can be put on it.
    pub floors: Vec<MeshData>,
    /// From the untouched ground down to the floors, with a low ridge of snow pressed out on the ground beside them.
    /// They lean into the tracks; the ground and the floors go on beneath them to the outline.
    pub walls: MeshData,
}

/// Level ground with tracks so deep in it. Its triangles share their corners and face up.
///
/// A track that is not finite, is shorter or narrower than a millimetre, reaches farther than 1000 km from the origin or
/// comes after the first [`MOST`] has an empty floor. A depth that is not finite or below 0 is taken for 0, for which
/// there are no walls. The seed makes the walls uneven.
pub fn rutted(ground: &MeshData, tracks: &[Track], depth_m: f32, seed: u64) -> Rutted {
    let depth_m = if depth_m.is_finite() { depth_m.clamp(0.0, MOST_DEPTH_M) } else { 0.0 };
    let rects: Vec<Option<Rect>> = tracks.iter().take(MOST).map(Rect::of).collect();
    let cut = Cut::new(ground, &rects);
    let level_m = ground.positions.iter().map(|position| position.y).find(|y| y.is_finite()).unwrap_or(0.0);
    let facing = ground.tangents.first().map_or(1.0, |tangent| tangent[3]);
    let untouched = sheet(&cut, 0, |point, id| {
        let [position, normal] = [&ground.positions, &ground.normals].map(|all| all.get(id).copied());
        let (uv, tangent) = (ground.uvs.get(id).copied(), ground.tangents.get(id).copied());
        let new = Vertex::level(point, level_m, point, DVec2::X, facing);
        Vertex {
            position: position.unwrap_or(new.position),
            normal: normal.unwrap_or(new.normal),
            uv: uv.unwrap_or(new.uv),
            tangent: tangent.unwrap_or(new.tangent),
        }
    });
    let floor = |track: usize| match rects.get(track) {
        Some(Some(rect)) => sheet(&cut, track + 1, |point, _| {
            Vertex::level(point, level_m - depth_m, rect.place_m(point), rect.across(), facing)
        }),
        _ => MeshData::default(),
    };
    let floors = (0..tracks.len()).map(floor).collect();
    let walls = if depth_m > 0.0 { walls(&cut, &rects, [level_m, depth_m], facing, seed) } else { MeshData::default() };
    Rutted { untouched, floors, walls }
}

/// Where the wheels of a vehicle of this footprint went to get where it stands: two rows of wheels, one if it is narrow
/// like a bicycle, straight back from its front axle for `length_m`. Nothing where an argument is not finite or a
/// length not positive.
///
/// `position` is the middle of the footprint and `heading` where its front is, both x and z.
pub fn behind(position: Vec2, heading: Vec2, width_m: f32, vehicle_length_m: f32, length_m: f32) -> Vec<Track> {
    let forwards = heading.normalize_or_zero();
    let lengths_m = [width_m, vehicle_length_m, length_m];
    let told = position.is_finite() && forwards != Vec2::ZERO && lengths_m.iter().all(|m| m.is_finite() && *m > 0.0);
    if !told {
        return Vec::new();
    }
    // Cars have a fifth of their length before the front axle, trucks 1.4 m. Buses have more: a track that goes on
    // under a front is not seen, but a wheel on snow that it has not pressed is.
    let axle = position + forwards * (0.5 * vehicle_length_m - (0.2 * vehicle_length_m).min(1.4));
    let row = |beside_m: f32| {
        let to = axle + forwards.perp() * beside_m;
        Track { from: to - forwards * length_m.min(MOST_LENGTH_M), to, width_m: tyre_m(width_m) }
    };
    match gauge_m(width_m) {
        0.0 => vec![row(0.0)],
        gauge_m => vec![row(-0.5 * gauge_m), row(0.5 * gauge_m)],
    }
}

/// How wide the track of the tyres on one side of a vehicle is: from a bicycle's 0.05 m to a motorcycle's 0.12 m, 0.21 m
/// for a car 1.75 m wide, and twin tyres from 2.2 m on, 0.35 m apart (315/80 R 22.5: 13.8 inches) and 0.3 m wide.
fn tyre_m(width_m: f32) -> f32 {
    match width_m {
        ..1.0 => (0.05 + 0.35 * (width_m - 0.6)).clamp(0.05, 0.12),
        ..2.2 => 0.12 * width_m,
        _ => 0.26 * width_m,
    }
}

/// From the middle of the left tyres to that of the right ones; 0 for one row. 1.51 m for a car 1.75 m wide; twin tyres
/// reach as far out as the sides do.
fn gauge_m(width_m: f32) -> f32 {
    match width_m {
        ..1.0 => 0.0,
        ..2.2 => 0.865 * width_m,
        _ => 0.99 * width_m - tyre_m(width_m),
    }
}

struct Vertex {
    position: Vec3,
    normal: Vec3,
    uv: [f32; 2],
    tangent: [f32; 4],
}

impl Vertex {
    fn level(point: DVec2, height_m: f32, uv: DVec2, along_u: DVec2, facing: f32) -> Vertex {
        let ([x, z], [u, w]) = (point.as_vec2().to_array(), along_u.as_vec2().to_array());
        let position = Vec3::new(x, height_m, z);
        Vertex { position, normal: Vec3::Y, uv: uv.as_vec2().into(), tangent: [u, 0.0, w, facing] }
    }
}

/// The pieces of one kind as a mesh, its vertices made of points and their numbers, in the order of these.
fn sheet(cut: &Cut, kind: usize, vertex: impl Fn(DVec2, usize) -> Vertex) -> MeshData {
    let mut mesh = MeshData::default();
    let pieces = || cut.pieces.get(kind).into_iter().flatten();
    let mut numbers = vec![None; cut.points.len()];
    for corner in pieces().flatten() {
        numbers[corner.point as usize] = Some(0);
    }
    for (id, number) in numbers.iter_mut().enumerate().filter(|(_, number)| number.is_some()) {
        *number = Some(mesh.positions.len() as u32);
        let Vertex { position, normal, uv, tangent } = vertex(cut.points[id], id);
        mesh.positions.push(position);
        mesh.normals.push(normal);
        mesh.uvs.push(uv);
        mesh.tangents.push(tangent);
    }
    for polygon in pieces() {
        // Where corners are in line, triangles without area close what rounding may open.
        let corners: Vec<u32> = polygon.iter().filter_map(|corner| numbers[corner.point as usize]).collect();
        if let Some((first, others)) = corners.split_first() {
            mesh.indices.extend(others.windows(2).flat_map(|pair| [*first, pair[0], pair[1]]));
        }
    }
    mesh
}
