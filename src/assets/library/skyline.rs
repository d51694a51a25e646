//! What stands at the far end of a street: tower blocks, and rows of trees with lamps. Seen from a hundred metres on they
//! are what they should be, and they take few triangles.

use std::f32::consts::TAU;

use glam::{Vec3, vec3};

use super::kit::{Kit, Rng, cycle, hex, look, slab};
use crate::assets::mesh::{Builder, cylinder, uv_sphere};
use crate::assets::{MeshData, Model};

/// Height of a storey, and of what is over the last (m).
const STOREY: f32 = 3.1;
const ATTIC: f32 = 1.0;
/// Panes stand so far before the wall (m).
const PROUD: f32 = 0.03;
/// Share of windows in which there is light.
const LIT: f32 = 0.16;
/// Luminance of those (cd/m²): a lit room as seen from outside.
const ROOM: f32 = 45.0;

/// A flat pane in a wall whose outward normal and rightward axis these are.
fn pane(b: &mut Builder, middle: Vec3, (normal, right): (Vec3, Vec3), [wide, high]: [f32; 2]) {
    let corner = |u: f32, v: f32| (middle + right * (u * wide) + Vec3::Y * (v * high), normal, [u * wide, -v * high]);
    b.poly(&[corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)]);
}

/// A tower block of eight to twenty-one storeys.
pub(super) fn tower_block(variant: u32) -> Model {
    let mut rng = Rng::new("tower_block", variant);
    let floors = cycle(&[9usize, 14, 11, 18, 8, 16, 12, 21], variant);
    let (w, d, h) = (rng.range(19.0, 32.0), rng.range(12.0, 16.0), floors as f32 * STOREY + ATTIC);
    // Windows apart in flats, bands of them in offices.
    let bands = variant % 3 == 1;
    let (share, tall) = if bands { (0.97, 1.7) } else { (rng.range(0.45, 0.6), rng.range(1.35, 1.6)) };
    let (mut dark, mut lit) = (Builder::default(), Builder::default());
    for (turn, long, away) in [(0.0f32, w, d), (90.0, d, w), (180.0, w, d), (270.0, d, w)] {
        let (sine, cosine) = libm::sincosf(turn.to_radians());
        let (normal, right) = (vec3(sine, 0.0, cosine), vec3(cosine, 0.0, -sine));
        let bays = (long / 3.2).floor().max(2.0);
        let bay = (long - 1.2) / bays;
        for floor in 0..floors {
            for k in 0..bays as usize {
                let aside = (k as f32 + 0.5) * bay - 0.5 * (long - 1.2);
                let up = (floor as f32 + 0.55) * STOREY;
                let middle = normal * (0.5 * away + PROUD) + right * aside + Vec3::Y * up;
                let b = if rng.chance(LIT) { &mut lit } else { &mut dark };
                pane(b, middle, (normal, right), [bay * share, tall]);
            }
        }
    }
    let wall = look(
        cycle(&["plaster", "concrete", "brick", "plaster", "concrete"], variant),
        cycle(&[0xd8cfbd, 0xd4d6d6, 0xd2b8a6, 0xb9bfc2, 0xe6dccb, 0xc8a58c, 0xdfe0dc, 0xa9a6a0], variant),
    );
    let glass = look("glass", cycle(&[0x28323a, 0x35464f, 0x20282e], variant)).rough(0.1);
    let plant = [w * rng.range(0.2, 0.4), 2.6, d * 0.5];
    kit_of_tower(&wall, &glass, [w, h, d], plant, [dark.finish(), lit.finish()])
}

fn kit_of_tower(
    wall: &super::kit::Look,
    glass: &super::kit::Look,
    [w, h, d]: [f32; 3],
    plant: [f32; 3],
    [dark, lit]: [MeshData; 2],
) -> Model {
    let mut kit = Kit::default();
    let top = h + 0.5 * plant[1];
    kit.add("walls", wall, [slab([w, h, d], [0.0, 0.5 * h, 0.0], 0.0), slab(plant, [0.0, top, 0.0], 0.0)]);
    kit.add("glass", glass, [dark]);
    kit.add("glass_lit", &glass.clone().glowing(hex(0xffd6a0).map(|c| c * ROOM)), [lit]);
    kit.hull_box(vec3(w, h, d), Vec3::Y * (0.5 * h));
    kit.hull_box(plant.into(), Vec3::Y * top);
    kit.finish()
}

/// Length of a row, and how much of it a tree and a lamp have (m).
const LONG: f32 = 54.0;
const TREES: usize = 4;
const LAMPS: usize = 2;
/// Pavement below it: height and width (m).
const PAVED: [f32; 2] = [0.14, 6.0];
/// How far lamps reach out over the street (m).
const REACH: f32 = 3.875;

/// 54 m of pavement with a row of trees and lamps; the street is at +Z.
pub(super) fn avenue(variant: u32) -> Model {
    let mut rng = Rng::new("avenue", variant);
    let mut kit = Kit::default();
    let (mut wood, mut light, mut dark) = (Vec::new(), Vec::new(), Vec::new());
    for tree in 0..TREES {
        let x = ((tree as f32 + 0.5) / TREES as f32 - 0.5) * LONG + rng.range(-1.2, 1.2);
        let (z, high, wide) = (rng.range(0.3, 0.7), rng.range(5.5, 8.0), rng.range(1.7, 2.2));
        let stem = 0.42 * high;
        wood.push(cylinder(0.022 * high, stem, 6, 0.0).translated(vec3(x, PAVED[0] + 0.5 * stem, z)));
        let crowns: &mut Vec<MeshData> = if tree % 2 == 0 { &mut light } else { &mut dark };
        let first = crowns.len();
        for clump in 0..3 {
            let (sine, cosine) = libm::sincosf(TAU * (clump as f32 / 3.0 + 0.13 * tree as f32));
            let up = [0.52, 0.66, 0.8][clump];
            let size = vec3(wide, 0.2 * high, wide) * [1.0, 0.92, 0.62][clump];
            let middle = vec3(x + 0.3 * wide * cosine, PAVED[0] + up * high, z + 0.3 * wide * sine);
            let [a, b, c] = rng.jitter().to_array().map(|turn| turn * TAU);
            crowns.push(uv_sphere(1.0, 10, 7).deformed(180.0, |p| {
                let bump = 0.1 * libm::sinf(7.0 * p.x + a) + 0.09 * libm::sinf(8.0 * p.y + b);
                let place = middle + p * size * (1.0 + bump + 0.1 * libm::sinf(7.5 * p.z + c));
                // No farther than the pavement behind and the lamps before it, so that all variants lie alike.
                place.with_z(place.z.clamp(-0.5 * PAVED[1], REACH))
            }));
        }
        let points: Vec<Vec3> = crowns.iter().skip(first).flat_map(|crown| crown.positions.iter().copied()).collect();
        kit.hull_around(&points, 60);
        kit.hull_rod(vec3(x, PAVED[0], z), vec3(x, PAVED[0] + stem, z), 0.02 * high);
    }
    let (mut posts, mut heads) = (Vec::new(), Vec::new());
    let tall = rng.range(6.2, 7.4);
    for lamp in 0..LAMPS {
        let x = ((lamp as f32 + 0.5) / LAMPS as f32 - 0.5) * LONG + 2.7;
        posts.push(cylinder(0.07, tall, 6, 0.0).translated(vec3(x, PAVED[0] + 0.5 * tall, 2.5)));
        kit.hull_rod(vec3(x, PAVED[0], 2.5), vec3(x, PAVED[0] + tall, 2.5), 0.06);
        kit.hull_rod(vec3(x, PAVED[0] + tall, 2.5), vec3(x, PAVED[0] + tall, REACH), 0.03);
        posts.push(slab([0.06, 0.06, 1.3], [x, PAVED[0] + tall, 3.1], 0.0));
        heads.push(slab([0.2, 0.07, 0.55], [x, PAVED[0] + tall - 0.06, REACH - 0.275], 0.0));
    }
    let [a, b] = cycle(
        &[[0x6c8a3c, 0x4d6c2e], [0x7f9442, 0x5c8446], [0x5f7f3a, 0x45652f], [0x8f9a3e, 0x6a7a30], [0x5c8446, 0x3f6248]],
        variant,
    );
    let paved = vec3(LONG, PAVED[0], PAVED[1]);
    kit.add("pavement", &look("concrete", 0xffffff), [slab(paved.into(), [0.0, 0.5 * PAVED[0], 0.0], 0.0)]);
    kit.add("stems", &look("bark", cycle(&[0xffffff, 0xe0d8cc], variant)), wood);
    kit.add("crowns", &look("leaves", a).rough(0.9), light);
    kit.add("crowns_dark", &look("leaves", b).rough(0.9), dark);
    kit.add("posts", &look("painted_metal", 0x4a5054), posts);
    kit.add("lamps", &look("glass", 0xfff2d8).glowing(hex(0xffdca8).map(|c| c * 4000.0)), heads);
    kit.hull_box(paved, Vec3::Y * (0.5 * PAVED[0]));
    kit.finish()
}
