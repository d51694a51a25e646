//! The parts that snow is made of.

use super::super::grid::{Axis, Grid, sections};
use super::super::noise::noise;
use super::super::room::Room;
use super::super::runs::runs;
use super::super::surface::held;
use super::*;

#[test]
fn slopes_hold_what_the_code_for_roofs_says() {
    for (degrees, share) in [(0.0_f32, 1.0), (29.9, 1.0), (30.1, 0.997), (45.0, 0.5), (59.9, 0.003), (75.0, -0.5)] {
        let held = held(libm::tanf(degrees.to_radians()));
        assert!((held - share).abs() < 1e-3, "{degrees}°: {held}");
    }
}

#[test]
fn a_grid_has_its_nodes_clear_of_the_sides_of_what_it_is_over() {
    let mut random = Random(3);
    for _ in 0..2000 {
        let size = [0, 1].map(|_| libm::exp2f(16.0 * random.unit() - 10.0));
        let low = v(random.unit(), 0.0, -random.unit());
        let high = low + v(size[0], 0.0, size[1]);
        let grid = Grid::over(low, high);
        let [from, to] = [low, high].map(|corner| grid.to_cells(corner));
        let last = grid.place(grid.len() - 1);
        for (from, to, last) in [(from.x, to.x, last[0]), (from.z, to.z, last[1])] {
            let clear = from > 0.2 && last - to > 0.2 && (from - from.round()).abs() > 0.1;
            assert!(clear || to - from < 0.6, "{from} {to} {last}");
            assert!(last <= 161.0);
        }
    }
}

#[test]
fn triangles_with_a_common_side_meet_on_every_line() {
    let mut random = Random(9);
    for _ in 0..500 {
        let [a, b, c, d] = [0, 1, 2, 3].map(|_| 50.0 * v(random.unit(), random.unit(), random.unit()));
        for axis in [Axis::X, Axis::Z] {
            let mut ends = Vec::new();
            for triangle in [[a, b, c], [b, a, d]] {
                sections(&triangle, axis, |line, section| {
                    ends.extend(section.map(|[along, _]| (line, along.to_bits())))
                });
            }
            let [from, to] = [a, b].map(|corner| if axis == Axis::X { corner.z } else { corner.x });
            for line in from.min(to).ceil() as usize..=from.max(to).floor() as usize {
                let here: Vec<u32> = ends.iter().filter(|(number, _)| *number == line).map(|(_, bits)| *bits).collect();
                let mut different = here.clone();
                different.sort_unstable();
                different.dedup();
                assert!(here.len() == 4 && different.len() < 4, "{here:?}");
            }
        }
    }
}

#[test]
fn corners_fall_into_runs() {
    let found = |counts: [u8; 4], joined: [u8; 4]| -> Vec<(usize, usize, bool)> {
        let flags = |bits: [u8; 4]| bits.map(|bit| bit == 1);
        runs(flags(counts), flags(joined)).map(|run| (run.first, run.length, run.closed)).collect()
    };
    assert_eq!(found([0; 4], [1; 4]), []);
    assert_eq!(found([1; 4], [1; 4]), [(0, 4, true)]);
    assert_eq!(found([1; 4], [1, 1, 0, 1]), [(3, 4, false)]);
    assert_eq!(found([1; 4], [1, 0, 1, 0]), [(0, 2, false), (2, 2, false)]);
    assert_eq!(found([1, 0, 1, 0], [1; 4]), [(0, 1, false), (2, 1, false)]);
    assert_eq!(found([1, 0, 1, 1], [1; 4]), [(2, 3, false)]);
    assert_eq!(found([1; 4], [0; 4]), [(0, 1, false), (1, 1, false), (2, 1, false), (3, 1, false)]);
}

#[test]
fn room_on_a_strip_is_that_of_the_closed_form() {
    for (width, depth_m) in [(0.4_f32, 0.1_f32), (0.2, 0.3)] {
        let thing = cuboid(v(-2.0, 0.0, -0.5 * width), v(2.0, 0.1, 0.5 * width));
        let surface = Surface::from_above(&thing).unwrap();
        let seams = Seams::of(&surface, depth_m);
        let mut room = Room::of(&surface, &seams, depth_m);
        room.solve(&vec![depth_m; surface.grid.len()]);
        // It is as if the strip were wider by a fifth of a cell or two on both sides.
        let (length, half) = (depth_m / 8.0_f32.sqrt(), 0.5 * width + 0.3 * surface.grid.cell_m);
        let node = |node: &usize| surface.hold(*node) > 0.0 && surface.grid.place(*node)[0] == 80.0;
        let nodes: Vec<usize> = (0..surface.grid.len()).filter(node).collect();
        assert!(nodes.len() > 5);
        for node in nodes {
            let z = surface.grid.to_metres(surface.grid.place(node), 0.0).z;
            let exact = (1.0 - libm::coshf(z / length) / libm::coshf(half / length)).sqrt();
            assert!((room.share(node) - exact).abs() < 0.02, "{z}: {} {exact}", room.share(node));
        }
    }
}

#[test]
fn noise_is_smooth_and_within_its_bounds() {
    let at = |step: usize| noise([0.01 * step as f32, 3.3], 5);
    let values: Vec<f32> = (0..5000).map(at).collect();
    assert!(values.iter().all(|value| value.abs() <= 1.0));
    assert!(values.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.08));
    let mean = values.iter().sum::<f32>() / 5000.0;
    let spread = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / 5000.0;
    assert!(mean.abs() < 0.15 && (0.05..0.3).contains(&spread), "{mean} {spread}");
}
