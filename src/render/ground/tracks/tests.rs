//! Against areas, and against gaps: every edge must have its partner.

use std::collections::HashMap;
use std::time::Instant;

use glam::vec2;

use super::*;

const LEVEL_M: f32 = 0.25;
const DEPTH_M: f32 = 0.12;

/// A square of 100 m, of 0.2 m cells in its middle and of 8 m cells at its edge.
fn ground() -> MeshData {
    let cells = 64;
    let warp = |index: u32| {
        let t = (2 * index) as f32 / cells as f32 - 1.0;
        6.0 * t + 44.0 * t * t * t * t * t
    };
    let mut mesh = MeshData::default();
    for j in 0..=cells {
        for i in 0..=cells {
            mesh.positions.push(Vec3::new(warp(i), LEVEL_M, warp(j)));
            mesh.uvs.push([warp(i), warp(j)]);
            if i < cells && j < cells {
                let a = j * (cells + 1) + i;
                mesh.indices.extend([a, a + cells + 1, a + cells + 2, a, a + cells + 2, a + 1]);
            }
        }
    }
    mesh.normals = vec![Vec3::Y; mesh.positions.len()];
    mesh.tangents = vec![[1.0, 0.0, 0.0, -1.0]; mesh.positions.len()];
    mesh
}

fn track(from: Vec2, to: Vec2, width_m: f32) -> Track {
    Track { from, to, width_m }
}

/// Uniform in 0..1, by the finaliser of splitmix64.
fn uniform(seed: u64, index: u64) -> f32 {
    let mut bits = seed.wrapping_mul(1 << 20).wrapping_add(index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 40) as f32 / 16_777_216.0
}

/// Tracks anywhere, also beyond the ground; some along its grid, some nearly where another is, some end to end.
fn random_tracks(count: u64, seed: u64) -> Vec<Track> {
    let mut tracks: Vec<Track> = Vec::new();
    for index in 0..count {
        let at = |k: u64, reach: f32| (2.0 * uniform(seed, 8 * index + k) - 1.0) * reach;
        let reach = if index % 5 == 0 { 70.0 } else { 6.0 };
        let (from, to) = (vec2(at(0, reach), at(1, reach)), vec2(at(2, reach), at(3, reach)));
        let width_m = 0.05 + 0.6 * uniform(seed, 8 * index + 4);
        tracks.push(match (index % 7, tracks.last().copied()) {
            (3, Some(last)) => {
                let by = |k| Vec2::splat(at(k, 1e-4));
                track(last.from + by(5), last.to + by(6), last.width_m + at(7, 1e-4))
            }
            (4, Some(last)) => track(last.to, 2.0 * last.to - last.from, last.width_m),
            (5, _) => track(vec2(-4.0, from.y.round()), vec2(from.x, from.y.round()), 1.0),
            (6, Some(last)) => track(last.to, from, last.width_m),
            _ => track(from, to, width_m),
        });
    }
    tracks
}

fn triangles(mesh: &MeshData) -> Vec<[Vec3; 3]> {
    mesh.indices.as_chunks::<3>().0.iter().map(|t| t.map(|corner| mesh.positions[corner as usize])).collect()
}

/// As seen from above; what faces down counts less than nothing.
fn area(mesh: &MeshData) -> f64 {
    let twice = |[a, b, c]: [Vec3; 3]| {
        let (a, b, c) = (a.as_dvec3(), b.as_dvec3(), c.as_dvec3());
        (b - a).cross(c - a).y
    };
    0.5 * triangles(mesh).into_iter().map(twice).sum::<f64>()
}

type Key = [u32; 3];

fn key(p: Vec3) -> Key {
    [p.x, p.y, p.z].map(|x| (x + 0.0).to_bits())
}

/// The edges that have none the other way, and how many there are of each.
fn unpaired(triangles: impl IntoIterator<Item = [Vec3; 3]>) -> Vec<[Vec3; 2]> {
    let mut edges: HashMap<[Key; 2], (i32, [Vec3; 2])> = HashMap::new();
    for [a, b, c] in triangles {
        for [a, b] in [[a, b], [b, c], [c, a]].into_iter().filter(|[a, b]| key(*a) != key(*b)) {
            let sign = if key(a) < key(b) { 1 } else { -1 };
            let entry = edges.entry(if sign > 0 { [key(a), key(b)] } else { [key(b), key(a)] }).or_insert((0, [a, b]));
            entry.0 += sign;
        }
    }
    edges.into_values().filter(|(number, _)| *number != 0).map(|(_, edge)| edge).collect()
}

fn on_border([a, b]: [Vec3; 2]) -> bool {
    [a.x, a.z].into_iter().zip([b.x, b.z]).any(|(a, b)| a.abs() == 50.0 && a == b)
}

/// What is wrong with how it lies, or nothing.
fn fault(ground: &MeshData, tracks: &[Track], rutted: &Rutted) -> Option<String> {
    for mesh in rutted.floors.iter().chain([&rutted.untouched, &rutted.walls]) {
        let count = mesh.positions.len();
        if [mesh.normals.len(), mesh.uvs.len(), mesh.tangents.len()] != [count; 3] {
            return Some("lengths differ".into());
        }
        for (normal, tangent) in mesh.normals.iter().zip(&mesh.tangents) {
            let along = Vec3::new(tangent[0], tangent[1], tangent[2]);
            let is_unit = |v: Vec3| (v.length() - 1.0).abs() < 1e-3;
            if !is_unit(*normal) || !is_unit(along) || along.dot(*normal).abs() > 1e-3 || tangent[3] != -1.0 {
                return Some(format!("normal {normal}, tangent {tangent:?}"));
            }
        }
    }
    for mesh in rutted.floors.iter().chain([&rutted.untouched, &rutted.walls]) {
        for t in mesh.indices.as_chunks::<3>().0 {
            let [a, b, c] = t.map(|corner| Vec2::from(mesh.uvs[corner as usize]));
            // The rows of a picture run downwards: counter-clockwise in space is clockwise in it.
            if (b - a).perp_dot(c - a) > 1e-4 {
                return Some(format!("pictures are mirrored at {a}"));
            }
        }
    }
    let floors: f64 = rutted.floors.iter().map(area).sum();
    let (sum, all) = (area(&rutted.untouched) + floors, area(ground));
    if (sum / all - 1.0).abs() > 1e-6 {
        return Some(format!("{sum} of {all} m²"));
    }
    // Without gaps, of the right area and nowhere face down, no two pieces overlap.
    let flat = |mesh: &MeshData| triangles(mesh).into_iter().map(|t| t.map(|p| p.with_y(0.0))).collect::<Vec<_>>();
    let pieces: Vec<[Vec3; 3]> = rutted.floors.iter().chain([&rutted.untouched]).flat_map(flat).collect();
    if let Some(edge) = unpaired(pieces.iter().copied()).into_iter().find(|edge| !on_border(*edge)) {
        return Some(format!("a gap at {edge:?}"));
    }
    let down = |[a, b, c]: &&[Vec3; 3]| (*b - *a).cross(*c - *a).y < -1e-4;
    if let Some(triangle) = pieces.iter().find(down) {
        return Some(format!("{triangle:?} faces down"));
    }
    let rects: Vec<Option<Rect>> = tracks.iter().map(Rect::of).collect();
    let within = |p: Vec3, rect: &Option<Rect>| rect.is_some_and(|rect| rect.holds(DVec2::new(p.x.into(), p.z.into())));
    for (index, floor) in rutted.floors.iter().chain([&rutted.untouched]).enumerate() {
        for [a, b, c] in triangles(floor).into_iter().filter(|[a, b, c]| (b - a).cross(c - a).length() > 1e-4) {
            let middle = (a + b + c) / 3.0;
            let first = rects.iter().take(MOST).position(|rect| within(middle, rect)).unwrap_or(tracks.len());
            if first != index {
                return Some(format!("{middle} is in {index} and not in {first}"));
            }
        }
    }
    None
}

/// What is open where it should not be, or nothing.
fn opening(rutted: &Rutted) -> Option<String> {
    let inside = |edge: &[Vec3; 2]| !on_border(*edge);
    let outline: Vec<[Vec3; 2]> = unpaired(triangles(&rutted.untouched)).into_iter().filter(inside).collect();
    let known: HashMap<Key, Vec3> = rutted.walls.positions.iter().map(|p| (key(*p), *p)).collect();
    if let Some(edge) = outline.iter().find(|edge| edge.iter().any(|end| !known.contains_key(&key(*end)))) {
        return Some(format!("no wall at {edge:?}"));
    }
    // Walls are open above on the ground, below on the floor, and where the ground ends.
    let (above, below) = (LEVEL_M, LEVEL_M - DEPTH_M);
    let ends = |edge: &[Vec3; 2]| {
        let is_at = |y: f32| edge.iter().all(|end| (end.y - y).abs() < 1e-6);
        let is_out = edge.iter().any(|end| end.x.abs().max(end.z.abs()) > 49.5);
        is_at(above) || is_at(below) || is_out
    };
    let holes = unpaired(triangles(&rutted.walls));
    holes.into_iter().find(|edge| !ends(edge)).map(|edge| format!("a hole at {edge:?}"))
}

#[test]
fn pieces_fit() {
    let ground = ground();
    for seed in (0..18).chain([1366, 1649]) {
        let tracks = random_tracks(2 + seed % 60, seed);
        let rutted = rutted(&ground, &tracks, DEPTH_M, seed);
        assert_eq!(fault(&ground, &tracks, &rutted), None, "seed {seed}");
        assert_eq!(opening(&rutted), None, "seed {seed}");
    }
}

#[test]
fn floors_are_as_large_as_tracks() {
    let ground = ground();
    let along = track(vec2(-3.0, 0.4), vec2(4.0, 1.3), 0.3);
    let length_m = f64::from(along.from.distance(along.to));
    let one = rutted(&ground, &[along], DEPTH_M, 1);
    let whole = 0.3 * length_m;
    assert!((area(&one.floors[0]) / whole - 1.0).abs() < 1e-4);
    assert!(one.floors[0].positions.iter().all(|p| p.y == LEVEL_M - DEPTH_M));
    let (us, vs): (Vec<f32>, Vec<f32>) = one.floors[0].uvs.iter().map(|[u, v]| (*u, *v)).unzip();
    let range = |all: &[f32]| all.iter().fold([f32::MAX, f32::MIN], |[low, high], x| [low.min(*x), high.max(*x)]);
    let close = |[a, b]: [f32; 2], c: f32| a.abs() < 1e-4 && (b - c).abs() < 1e-4;
    assert!(close(range(&us), 0.3) && close(range(&vs), length_m as f32), "{:?} {:?}", range(&us), range(&vs));
    // The second has what the first leaves: two parts, as the middle is the first's.
    let across = track(vec2(1.3, -3.0), vec2(0.4, 4.0), 0.2);
    let two = rutted(&ground, &[along, across], DEPTH_M, 1);
    assert!((area(&two.floors[0]) / whole - 1.0).abs() < 1e-4);
    let rest = 0.2 * (length_m - 0.3);
    assert!((area(&two.floors[1]) / rest - 1.0).abs() < 1e-4, "{} {rest}", area(&two.floors[1]));
    // A third within both has nothing; half of one beyond the edge of the ground is not there.
    let third = rutted(&ground, &[along, across, along, track(vec2(40.0, 9.0), vec2(60.0, 9.0), 0.5)], DEPTH_M, 1);
    assert!(area(&third.floors[2]).abs() < 1e-3);
    assert!((area(&third.floors[3]) - 5.0).abs() < 1e-3);
}

#[test]
fn what_no_track_meets_stays() {
    let ground = ground();
    let rutted = rutted(&ground, &[track(vec2(-1.0, -1.0), vec2(1.0, 1.5), 0.2)], DEPTH_M, 1);
    let kept: Vec<[Key; 3]> = triangles(&rutted.untouched).into_iter().map(|t| t.map(key)).collect();
    let far = |t: &[Vec3; 3]| t.iter().any(|p| p.x.abs().max(p.z.abs()) > 3.0);
    assert!(triangles(&ground).iter().filter(|t| far(t)).all(|t| kept.contains(&t.map(key))));
    assert!(rutted.untouched.positions.len() < ground.positions.len() + 200);
    assert!(super::rutted(&ground, &[], DEPTH_M, 1).untouched == ground);
}

fn place(p: &Vec3) -> DVec2 {
    DVec2::new(p.x.into(), p.z.into())
}

#[test]
fn walls_lean_and_look_into_the_track() {
    let one = track(vec2(-3.0, 0.4), vec2(4.0, 1.3), 0.3);
    let rutted = rutted(&ground(), &[one, track(vec2(1.3, -3.0), vec2(0.4, 4.0), 0.2)], DEPTH_M, 1);
    let walls = &rutted.walls;
    let heights = walls.positions.iter().map(|p| p.y - LEVEL_M);
    let [low, high] = heights.fold([f32::MAX, f32::MIN], |[low, high], y| [low.min(y), high.max(y)]);
    assert!((low + DEPTH_M).abs() < 1e-6 && (0.005..0.02).contains(&high), "{low} {high}");
    let (mut all, mut wrong) = (0.0, 0.0);
    for t in walls.indices.as_chunks::<3>().0 {
        let [a, b, c] = t.map(|corner| walls.positions[corner as usize]);
        let cross = (b - a).cross(c - a);
        all += cross.length();
        let is_wrong = cross.y < 0.0 || t.iter().any(|corner| walls.normals[*corner as usize].dot(cross) <= 0.0);
        wrong += if is_wrong { cross.length() } else { 0.0 };
    }
    assert!(wrong < 5e-4 * all, "{wrong} of {all}");
    // The ridge begins smoothly.
    let rect = Rect::of(&one).unwrap();
    let aside_m = |p: &Vec3| (rect.place_m(place(p)).x - 0.15).abs() - 0.15;
    let begins = |(p, _): &(&Vec3, &Vec3)| p.y == LEVEL_M && p.x < 0.0 && aside_m(p) > 0.01;
    let begin: Vec<_> = walls.positions.iter().zip(&walls.normals).filter(begins).collect();
    assert!(begin.len() > 50 && begin.iter().all(|(_, normal)| **normal == Vec3::Y));
}

#[test]
fn walls_find_room() {
    // Narrow, across a narrower one at a small angle, and one that meets the first at a corner only.
    let tracks = [
        track(vec2(-3.0, 0.0), vec2(3.0, 0.0), 0.06),
        track(vec2(-3.0, -0.1), vec2(3.0, 0.1), 0.05),
        track(vec2(3.0, 0.08), vec2(4.0, 0.08), 0.1),
    ];
    let rutted = rutted(&ground(), &tracks, DEPTH_M, 1);
    assert_eq!((fault(&ground(), &tracks, &rutted), opening(&rutted)), (None, None));
    let rects = tracks.map(|track| Rect::of(&track).unwrap());
    let is_in = |p: &Vec3| rects.iter().any(|rect| rect.holds(place(p)));
    let feet = || rutted.walls.positions.iter().filter(|p| p.y == LEVEL_M - DEPTH_M);
    // Upright where they meet at the corner.
    let corner = Vec3::new(3.0, LEVEL_M - DEPTH_M, 0.03);
    assert!(feet().count() > 200 && feet().all(|p| is_in(p) || p.distance(corner) < 1e-4));
    assert_eq!(feet().filter(|p| p.distance(corner) < 1e-4).count(), 4);
    let high = |p: &&Vec3| p.y > LEVEL_M + 1e-3;
    assert!(rutted.walls.positions.iter().filter(high).count() > 50);
    assert!(!rutted.walls.positions.iter().filter(high).any(is_in));
    // In a track by itself walls leave most of the floor.
    let alone = super::rutted(&ground(), &tracks[..1], DEPTH_M, 1);
    let aside_m = |p: &Vec3| 0.03 - (rects[0].place_m(place(p)).x - 0.03).abs();
    let mut feet = alone.walls.positions.iter().filter(|p| p.y < LEVEL_M - 0.5 * DEPTH_M);
    assert!(feet.all(|p| aside_m(p) < 0.2 * 0.06 + 1e-5 || rects[0].place_m(place(p)).y.min(6.0) < 0.02 || p.x > 2.98));
    let longest = |t: [Vec3; 3]| (t[0] - t[1]).length().max((t[1] - t[2]).length()).max((t[2] - t[0]).length());
    assert!(triangles(&rutted.walls).into_iter().all(|t| longest(t) < 0.3));
}

#[test]
fn nothing_comes_of_nothing() {
    let ground = ground();
    let nan = f32::NAN;
    let none = [
        track(Vec2::ZERO, Vec2::ZERO, 0.2),
        track(Vec2::ZERO, Vec2::X, 0.0),
        track(Vec2::ZERO, Vec2::X, -1.0),
        track(Vec2::ZERO, Vec2::X, nan),
        track(vec2(nan, 0.0), Vec2::X, 0.2),
        track(Vec2::ZERO, Vec2::splat(f32::INFINITY), 0.2),
        track(Vec2::splat(-3e38), Vec2::splat(3e38), 3e38),
        track(vec2(60.0, 0.0), vec2(70.0, 0.0), 0.2),
        track(Vec2::ZERO, Vec2::X, 5e-4),
        track(Vec2::ZERO, 5e-4 * Vec2::X, 0.2),
    ];
    let same = rutted(&ground, &none, DEPTH_M, 1);
    assert!(same.untouched == ground);
    assert_eq!((same.floors, same.walls), (vec![MeshData::default(); none.len()], MeshData::default()));
    let wide = track(vec2(-2e5, 0.0), vec2(9e5, 3.0), 9e5);
    for depth_m in [0.0, nan, -1.0, f32::INFINITY] {
        let flat = rutted(&ground, &[wide, none[6]], depth_m, 1);
        assert_eq!((flat.untouched.indices.len(), flat.walls.indices.len()), (0, 0));
        assert!((area(&flat.floors[0]) - 1e4).abs() < 1e-2 && flat.floors[0].positions.iter().all(|p| p.y == LEVEL_M));
    }
    let mut many = vec![none[7]; MOST - 1];
    many.extend([track(-Vec2::X, Vec2::X, 0.2), track(-Vec2::Y, Vec2::Y, 0.2)]);
    let floors = rutted(&ground, &many, f32::MAX, 1).floors;
    assert_eq!((floors.len(), floors.iter().position(|floor| area(floor) > 0.0)), (MOST + 1, Some(MOST - 1)));
    assert!(floors[MOST].indices.is_empty());
    // Grounds that are none.
    let mut torn = ground.clone();
    torn.positions[0] = Vec3::NAN;
    torn.positions[99] = Vec3::splat(3e38);
    torn.indices.extend([1, 2, u32::MAX, 3, 3, 3, 1, 2]);
    torn.normals.truncate(5);
    for ground in [torn, MeshData::default()] {
        let rutted = rutted(&ground, &random_tracks(20, 3), DEPTH_M, 1);
        assert_eq!(rutted.untouched.normals.len(), rutted.untouched.positions.len());
        assert!(rutted.untouched.positions.iter().all(|p| p.is_finite()));
    }
    // The whole of a huge square in two triangles, with all that it can have.
    let mut huge = MeshData { indices: vec![0, 1, 2, 0, 2, 3], ..MeshData::default() };
    huge.positions =
        [(-1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (1.0, -1.0)].map(|(x, z)| 1e6 * Vec3::new(x, 0.0, z)).into();
    let tracks: Vec<Track> = random_tracks(64, 5).iter().map(|t| track(1e5 * t.from, 1e5 * t.to, t.width_m)).collect();
    let rutted = rutted(&huge, &tracks, DEPTH_M, 1);
    assert!(rutted.walls.positions.len() < 400_000, "{}", rutted.walls.positions.len());
}

#[test]
fn the_seed_is_for_walls() {
    let (ground, tracks) = (ground(), random_tracks(12, 4));
    let one = rutted(&ground, &tracks, DEPTH_M, 1);
    assert!(one == rutted(&ground, &tracks, DEPTH_M, 1));
    let other = rutted(&ground, &tracks, DEPTH_M, 2);
    assert!(one.untouched == other.untouched && one.floors == other.floors);
    assert!(one.walls.positions != other.walls.positions);
}

#[test]
fn thirty_tracks_take_no_time() {
    let ground = ground();
    let place = |index: u64| 6.0 * vec2(uniform(8, 4 * index) - 0.5, uniform(8, 4 * index + 1) - 0.5);
    let heading = |index: u64| vec2(uniform(8, 4 * index + 2) - 0.5, uniform(8, 4 * index + 3) - 0.5).normalize();
    let tracks: Vec<Track> = (0..15).flat_map(|i| behind(place(i), heading(i), 1.75, 4.5, 15.0)).collect();
    assert_eq!(tracks.len(), 30);
    let time_s = |_| {
        let start = Instant::now();
        assert!(!rutted(&ground, &tracks, DEPTH_M, 1).walls.indices.is_empty());
        start.elapsed().as_secs_f64()
    };
    // 0.01 s where nothing else runs.
    let least_s = (0..10).map(time_s).fold(f64::MAX, f64::min);
    assert!(cfg!(debug_assertions) || least_s < 0.03, "{least_s} s");
}

#[test]
fn vehicles_leave_the_tracks_of_their_tyres() {
    let car = behind(vec2(10.0, 5.0), Vec2::Y, 1.75, 4.5, 20.0);
    let [left, right] = [car[0], car[1]];
    assert_eq!(car.len(), 2);
    assert!((left.to.distance(right.to) - 1.5).abs() < 0.03 && (left.width_m - 0.2).abs() < 0.02);
    assert!(car.iter().all(|t| (t.to.y - 6.35).abs() < 1e-5 && (t.from.y + 13.65).abs() < 1e-5));
    assert!((0.5 * (left.to.x + right.to.x) - 10.0).abs() < 1e-5 && left.from.x == left.to.x);
    let outer_m = |width_m: f32| {
        let tracks = behind(Vec2::ZERO, Vec2::X, width_m, 8.0, 9.0);
        (tracks.len(), tracks[0].width_m, 2.0 * tracks[0].to.y.abs() + tracks[0].width_m)
    };
    let (rows, tyre_m, truck_m) = outer_m(2.5);
    assert!(rows == 2 && (0.3..=0.7).contains(&tyre_m) && truck_m < 2.5, "{tyre_m} {truck_m}");
    assert!([0.6, 0.9].map(outer_m).iter().all(|(rows, tyre_m, _)| *rows == 1 && (0.05..=0.12).contains(tyre_m)));
    assert!((100..350).map(|cm| 0.01 * cm as f32).all(|width_m| outer_m(width_m).2 < width_m));
    let far = behind(Vec2::ZERO, Vec2::X, 1.75, 4.5, f32::MAX)[0];
    assert!((far.from.distance(far.to) - 1e4).abs() < 1.0);
    let nan = f32::NAN;
    for (place, heading, width_m, length_m) in [
        (Vec2::splat(nan), Vec2::X, 2.0, 5.0),
        (Vec2::ZERO, Vec2::ZERO, 2.0, 5.0),
        (Vec2::ZERO, Vec2::X, nan, 5.0),
        (Vec2::ZERO, Vec2::X, 2.0, -1.0),
    ] {
        assert!(behind(place, heading, width_m, length_m, 9.0).is_empty());
    }
}
