//! What all vehicles share: wheels, number plates, and how a body is put together.

use std::f32::consts::TAU;

use glam::{Quat, Vec2, Vec3, vec3};

use super::glyphs;
use super::kit::{Kit, Look, Rng, along_z, both_sides, hoop, look, slab};
use super::shell::{GLASS, PAINT, Shell, TRIM, UNDER};
use crate::assets::MeshData;
use crate::assets::mesh::{CREASE_DEG, cone, lathe, merge};

/// Tyre, rim and hub of a wheel along Z whose outer side faces +Z, centred on the origin.
pub(super) fn wheel(r: f32, width: f32, spokes: usize) -> [MeshData; 3] {
    let (h, rim) = (width * 0.5, r * 0.66);
    let tread = [
        [0.0, -h * 0.5],
        [rim, -h * 0.85],
        [r * 0.9, -h],
        [r, -h * 0.66],
        [r, h * 0.66],
        [r * 0.965, h * 0.9],
        [r * 0.88, h],
        [rim * 1.02, h * 0.88],
        [rim, h * 0.2],
        [0.0, h * 0.2],
    ];
    let tyre = lathe(&tread.map(Vec2::from), 19, 50.0);
    let ring = [[rim * 0.9, h * 0.4, 0.0], [rim, h * 0.4, 0.0], [rim, h * 0.93, 0.0], [rim * 0.93, h * 0.93, 0.0]];
    let mut metal = vec![along_z(hoop(&ring, 16))];
    for k in 0..spokes {
        let spoke = slab([rim * 0.78, r * 0.8 / spokes as f32, h * 0.3], [rim * 0.53, 0.0, 0.0], 0.0).deformed(
            CREASE_DEG,
            |p| {
                let t = p.x / rim;
                vec3(p.x, p.y * (0.75 + 0.5 * t), p.z + h * (0.62 + 0.14 * t))
            },
        );
        metal.push(spoke.rotated(Quat::from_rotation_z(TAU * k as f32 / spokes as f32)));
    }
    let hub = along_z(cone(rim * 0.27, rim * 0.2, h * 0.5, 9)).translated(Vec3::Z * h * 0.62);
    [along_z(tyre), merge(metal), hub]
}

/// Adds four wheels (or more) at `x` and a half track, and their hulls.
pub(super) fn wheels(kit: &mut Kit, axles: &[f32], track: f32, r: f32, width: f32, spokes: usize, rim: u32) {
    let [tyre, metal, hub] = wheel(r, width, spokes);
    let all = |m: &MeshData| -> Vec<MeshData> {
        axles.iter().flat_map(|x| both_sides([m.clone().translated(vec3(*x, r, track))])).collect()
    };
    kit.add("tyres", &look("rubber", 0x1a1a1b), all(&tyre));
    kit.add("rims", &look("brushed_steel", rim).metal(0.8).rough(0.35), all(&metal));
    kit.add("hubs", &look("brushed_steel", 0x9a9a9a), all(&hub));
    for x in axles {
        for s in [-1.0, 1.0] {
            kit.hull_wheel(r, width, vec3(*x, r, s * track));
        }
    }
}

/// A number plate that faces +Z, centred on the origin: plate and signs.
pub(super) fn plate(rng: &mut Rng) -> [MeshData; 2] {
    let sign = |set: &str| set.as_bytes()[(rng.range(0.0, set.len() as f32) as usize).min(set.len() - 1)] as char;
    let line: String =
        ["ABCDEFGHKLMNPRSTUVXYZ", "ABCDEFGHKLMNPRSTUVXYZ", " ", "0123456789", "0123456789", "0123456789"]
            .map(sign)
            .iter()
            .collect();
    [slab([0.46, 0.105, 0.012], [0.0; 3], 0.003), glyphs::text(&line, 0.062, 0.0095).translated(Vec3::Z * 0.0075)]
}

/// A sheet moved outwards along its normals (m).
pub(super) fn lifted(mut mesh: MeshData, by: f32) -> MeshData {
    mesh.positions.iter_mut().zip(&mesh.normals).for_each(|(p, n)| *p += *n * by);
    mesh
}

/// Adds the skin of a vehicle, a dark block between its wheels, and two convex hulls: below and above the belt.
pub(super) fn body(kit: &mut Kit, shell: &Shell, paint: &Look, trim: &Look, h: f32) {
    let mut groups = shell.build();
    let split = shell.belt.iter().map(|p| p[1]).fold(0.0, f32::max);
    let points: Vec<Vec3> = groups.iter().flat_map(|m| m.positions.iter().copied()).collect();
    let cabin = |p: &&Vec3| p.x > shell.rear[0] - 0.01 && p.x < shell.screen[0] + 0.01 && p.y >= split * 0.96;
    let lower: Vec<Vec3> = points.iter().filter(|p| p.y <= split * 1.02 || !cabin(p)).copied().collect();
    let upper: Vec<Vec3> = points.iter().filter(cabin).copied().collect();
    kit.hull_around(&lower, 90);
    kit.hull_around(&upper, 70);
    let mut take = |g: usize| std::mem::take(&mut groups[g]);
    kit.add("shell", paint, [take(PAINT)]);
    kit.add("glass_windows", &look("glass", 0x11161a).rough(0.06), [take(GLASS)]);
    kit.add("shell_trim", trim, [take(TRIM)]);
    kit.add("shell_under", &look("rubber", 0x101011), [take(UNDER)]);
    let (a, b) = (shell.axles[0] - shell.arch, shell.axles[1] + shell.arch);
    let low = shell.sill.iter().map(|p| p[1]).fold(f32::MAX, f32::min);
    let core = slab([b - a - 0.04, h * 0.3, shell.width - 0.56], [(a + b) * 0.5, low + 0.02 + h * 0.15, 0.0], 0.02);
    kit.add("chassis", &look("rubber", 0x0d0d0e), [core]);
}
