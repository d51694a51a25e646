//! Checks of the pieces of road: that they join, and where things stand on them.

use super::*;

/// Heights and places across the road (tenths of millimetres) at one of its ends.
fn profile(model: &Model, end: f32) -> Vec<(i32, i32)> {
    let solid = model.parts.iter().filter(|p| ["road", "kerb", "verge"].contains(&p.plain_name()));
    let points = solid.flat_map(|p| p.mesh.positions.iter()).filter(|p| p.x * end > LONG * 0.5 - 0.01);
    let mut all: Vec<(i32, i32)> = points.map(|p| ((p.y * 1e4).round() as i32, (p.z * 1e4).round() as i32)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[test]
fn pieces_join_end_to_end() {
    let first = profile(&road_straight(0), 1.0);
    assert!(first.len() > 20);
    for variant in 0..super::super::VARIANTS {
        for model in [road_straight(variant), road_crossing(variant)] {
            let (low, high) = model.bounds();
            assert!((high.x - low.x - LONG).abs() < 1e-4);
            for end in [1.0, -1.0] {
                assert_eq!(profile(&model, end), first, "{variant}");
            }
        }
    }
}

#[test]
fn wheels_stand_on_the_road_not_on_the_kerb() {
    for model in [road_straight(3), road_crossing(3)] {
        let low = model.bounds().0;
        let Some(Hull::Cuboid { half_extents, position, .. }) = model.hulls.first() else { panic!("no slab") };
        assert!((position.y + half_extents.y - low.y - TOP).abs() < 1e-5);
        assert_eq!((half_extents.x, half_extents.z), (LONG * 0.5, WIDE * 0.5));
    }
}

#[test]
fn a_crossing_dips_its_kerbs_and_slopes_them_back_up() {
    let top = |model: &Model, from: f32, to: f32| {
        let kerb = model.parts.iter().find(|p| p.plain_name() == "kerb").expect("a kerb");
        let within = kerb.mesh.positions.iter().filter(|p| (from..to).contains(&p.x));
        within.map(|p| p.y).fold(f32::MIN, f32::max) - model.bounds().0.y
    };
    let (plain, dipped) = (road_straight(0), road_crossing(0));
    assert!((top(&plain, -1.4, 1.4) - TOP - KERB).abs() < 1e-5);
    assert!(top(&dipped, -1.4, 1.4) < TOP + 0.03);
    assert!((top(&dipped, 2.3, 4.0) - TOP - KERB).abs() < 1e-5);
}

#[test]
fn layers_follow_their_field() {
    let mut b = Builder::default();
    layer(&mut b, vec2(-1.0, -1.0), vec2(1.0, 1.0), 0.05, 0.5, |p| 0.8 - p.length());
    let mesh = b.finish();
    let area: f32 = mesh.triangles().map(|[a, b, c]| (b - a).cross(c - a).y * 0.5).sum();
    let disc = std::f32::consts::PI * 0.64;
    assert!((area / disc - 1.0).abs() < 0.02, "{area}");
    assert!(mesh.positions.iter().all(|p| p.y == 0.5));
}
