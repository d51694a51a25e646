//! What snow on things has to be.

use super::*;
use shapes::*;

mod parts;
mod shapes;

const DEPTH_M: f32 = 0.1;

fn v(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3::new(x, y, z)
}

fn block() -> Vec<[Vec3; 3]> {
    cuboid(v(-0.5, 0.0, -0.5), v(0.5, 0.4, 0.5))
}

#[test]
fn a_box_carries_its_area_times_the_depth_less_what_its_round_edges_lack() {
    let volumes = (0..16).map(|seed| volume_over(&cap(&block(), DEPTH_M, seed).unwrap(), 0.4));
    // A quarter circle along every edge.
    let expected = DEPTH_M - 4.0 * (1.0 - std::f32::consts::FRAC_PI_4) * DEPTH_M * DEPTH_M;
    let mean = volumes.sum::<f32>() / 16.0;
    assert!((mean / expected - 1.0).abs() < 0.03, "{mean} against {expected}");
}

#[test]
fn snow_in_the_middle_of_a_box_is_as_deep_as_on_the_ground_within_8_percent() {
    for (depth_m, seed) in [(0.02, 1), (0.1, 2), (0.1, 3), (0.2, 4)] {
        let middle = top_at(&cap(&block(), depth_m, seed).unwrap(), 0.03, -0.02).unwrap() - 0.4;
        assert!((middle / depth_m - 1.0).abs() < 0.085, "{middle} of {depth_m}");
    }
}

#[test]
fn a_box_is_covered_up_to_its_edges_and_no_farther() {
    for degrees in [0.0, 27.0, 45.0] {
        let snow = cap(&turned(block(), degrees), DEPTH_M, 1).unwrap();
        let back = Mat3::from_rotation_y(-degrees.to_radians());
        let places: Vec<Vec3> = snow.positions.iter().map(|position| back * *position).collect();
        let farthest = places.iter().map(|place| place.x.abs().max(place.z.abs())).fold(0.0, f32::max);
        assert!((farthest - 0.5).abs() < 2e-4, "{farthest}");
        // Corners are cut within a cell.
        let covered: f32 = top_triangles(&snow).map(|[a, b, c]| 0.5 * (b - a).cross(c - a).y).sum();
        assert!((0.9995..1.0005).contains(&covered), "{covered}");
        let rim = snow.positions.iter().filter(|place| place.y > 0.4 && place.y < 0.4 + 0.6 * DEPTH_M).count();
        assert!(rim > 200, "the edge is round: {rim}");
    }
}

#[test]
fn the_outline_of_snow_on_a_disc_is_within_a_fifth_of_a_millimetre_of_it() {
    let snow = cap(&disc(0.5, 720), DEPTH_M, 1).unwrap();
    let edges = border(&snow);
    let off = |place: Vec3| (libm::hypotf(place.x, place.z) - 0.5).abs();
    let ends = edges.iter().flatten().map(|place| off(*place)).fold(0.0, f32::max);
    let middles = edges.iter().map(|[from, to]| off(0.5 * (*from + *to))).fold(0.0, f32::max);
    assert!(edges.len() > 200 && ends < 1e-4 && middles < 2e-4, "{ends} {middles}");
}

#[test]
fn a_roof_of_40_degrees_holds_two_thirds_and_one_of_70_none() {
    let depth_of = |degrees: f32| {
        let rise = libm::tanf(degrees.to_radians());
        let plane = |x: f32, z: f32| v(x, rise * (1.0 - z), z);
        let [a, b, c, d] = [plane(0.0, 0.0), plane(0.0, 1.0), plane(1.0, 1.0), plane(1.0, 0.0)];
        let snow = cap(&[[a, b, c], [a, c, d]], 0.05, 3)?;
        Some(top_at(&snow, 0.51, 0.52)? - rise * 0.48)
    };
    let level = depth_of(0.0).unwrap();
    for (degrees, share) in [(20.0, 1.0), (30.0, 1.0), (40.0, 2.0 / 3.0), (50.0, 1.0 / 3.0), (57.0, 0.1)] {
        let depth = depth_of(degrees).unwrap();
        assert!((depth / level - share).abs() < 0.01, "{degrees}°: {depth} of {level}");
    }
    assert_eq!(depth_of(61.0), None);
    assert_eq!(depth_of(70.0), None);
}

#[test]
fn nothing_lies_beneath_a_table() {
    let mut table = cuboid(v(-0.5, 0.7, -0.3), v(0.5, 0.74, 0.3));
    table.extend(cuboid(v(-0.4, 0.0, -0.2), v(-0.35, 0.7, -0.15)));
    // A shelf, which reaches out beyond the top on one side.
    table.extend(cuboid(v(-0.4, 0.1, -0.2), v(0.8, 0.13, 0.2)));
    let snow = cap(&table, DEPTH_M, 1).unwrap();
    let low: Vec<Vec3> = snow.positions.iter().filter(|position| position.y < 0.6).copied().collect();
    assert!(!low.is_empty() && low.iter().all(|position| position.x > 0.5 - 1e-3));
    // It is round towards what it lies beneath, where no wall holds it.
    assert!(top_at(&snow, 0.505, 0.0).unwrap() < 0.13 + 0.5 * DEPTH_M);
    assert!(top_at(&snow, 0.65, 0.0).unwrap() > 0.13 + 0.8 * DEPTH_M);
}

#[test]
fn a_rail_carries_about_as_much_as_it_is_wide() {
    for (width, degrees) in [(0.02_f32, 0.0), (0.05, 0.0), (0.05, 30.0), (0.1, 70.0)] {
        let half = 0.5 * width;
        let rail = turned(cuboid(v(-0.5, 0.9, -half), v(0.5, 0.95, half)), degrees);
        let snow = cap(&rail, 0.4, 1).unwrap();
        let highest = snow.positions.iter().map(|position| position.y - 0.95).fold(0.0, f32::max);
        assert!((0.75 * width..1.25 * width).contains(&highest), "{width}: {highest}");
    }
}

#[test]
fn a_sphere_wears_a_cap() {
    let snow = cap(&sphere(v(2.0, 0.5, 1.0), 0.5, [96, 48]), DEPTH_M, 1).unwrap();
    let middle = snow.positions.iter().sum::<Vec3>() / snow.positions.len() as f32;
    assert!((middle.x - 2.0).abs() < 0.01 && (middle.z - 1.0).abs() < 0.01, "{middle}");
    // It ends where the sphere is inclined by 60°.
    let lowest = snow.positions.iter().map(|position| position.y).fold(f32::MAX, f32::min);
    assert!((lowest - 0.75).abs() < 0.03, "{lowest}");
    // Snow is uneven by a tenth or so; in the mean it is hardly less deep, for the top is round.
    let highest = |seed| {
        let snow = cap(&sphere(v(2.0, 0.5, 1.0), 0.5, [96, 48]), DEPTH_M, seed).unwrap();
        top_at(&snow, 2.0, 1.0).unwrap() - 1.0
    };
    let depths: Vec<f32> = (0..16).map(highest).collect();
    let mean = depths.iter().sum::<f32>() / depths.len() as f32;
    assert!((0.93..1.0).contains(&(mean / DEPTH_M)), "{depths:?}");
}

#[test]
fn no_snow_bridges_the_steps_of_stairs() {
    let snow = cap(&stairs(3), 0.05, 1).unwrap();
    let step = |place: Vec3| (place.z / 0.3).floor();
    for triangle in top_triangles(&snow) {
        let number = step((triangle[0] + triangle[1] + triangle[2]) / 3.0);
        let tread = 0.17 * (3.0 - number);
        assert!(triangle.iter().all(|place| place.y > tread - 1e-3 && place.y < tread + 0.06), "{triangle:?}");
    }
    for number in [0.0, 1.0, 2.0] {
        let middle = top_at(&snow, 0.01, 0.3 * number + 0.15).unwrap() - 0.17 * (3.0 - number);
        assert!((middle / 0.05 - 1.0).abs() < 0.1, "{middle}");
    }
}

#[test]
fn deep_snow_buries_steps() {
    let snow = cap(&stairs(3), 0.4, 1).unwrap();
    // On both sides of a step, which is 17 cm high, it is as high.
    for number in [1.0, 2.0] {
        let [upper, lower] = [-2e-3, 2e-3].map(|off| top_at(&snow, 0.01, 0.3 * number + off).unwrap());
        assert!((upper - lower).abs() < 0.02, "{upper} {lower}");
    }
}

#[test]
fn snow_lies_up_against_walls_but_falls_off_edges() {
    let mut corner = block();
    corner.extend(cuboid(v(-0.6, 0.0, -0.5), v(-0.5, 1.0, 0.5)));
    let snow = cap(&corner, DEPTH_M, 1).unwrap();
    let depth = |x: f32| top_at(&snow, x, 0.0).unwrap() - 0.4;
    assert!(depth(-0.495) > 0.9 * DEPTH_M, "{}", depth(-0.495));
    assert!(depth(0.495) < 0.5 * DEPTH_M, "{}", depth(0.495));
    // It goes on over the foot of one that leans back.
    let leaning = sheet([1, 1], |a, b| v(0.5 + 0.2 * b, 0.4 + b, 0.5 - a));
    let snow = cap(&[block(), leaning].concat(), DEPTH_M, 1).unwrap();
    let farthest = snow.positions.iter().map(|position| position.x).fold(0.0, f32::max);
    assert!((0.507..0.5 + 0.2 * 1.1 * DEPTH_M).contains(&farthest), "{farthest}");
}

#[test]
fn snow_is_never_beneath_what_it_lies_on() {
    let things = [
        block(),
        turned(block(), 33.0),
        stairs(3),
        disc(0.5, 90),
        sphere(Vec3::ZERO, 0.5, [40, 20]),
        sphere(Vec3::ZERO, 0.3, [200, 100]),
        turned(waves(), 20.0),
    ];
    let mut random = Random(5);
    for (number, thing) in things.iter().enumerate() {
        for depth_m in [0.004, 0.03, 0.1] {
            let snow = cap(thing, depth_m, 7).unwrap();
            let triangles: Vec<[Vec3; 3]> = top_triangles(&snow).collect();
            for _ in 0..400 {
                let [a, b, c] = triangles[random.below(triangles.len())];
                let (s, t) = (random.unit().sqrt(), random.unit());
                let point = a * (1.0 - s) + b * (s * (1.0 - t)) + c * (s * t);
                let beneath = surface_near(thing, point, 3e-4);
                assert!(point.y > beneath - 1e-3, "thing {number} under {depth_m}: {point} below {beneath}");
            }
        }
    }
}

#[test]
fn the_mesh_is_closed_down_to_the_surface() {
    let things = [block(), turned(block(), 33.0), stairs(3), disc(0.5, 90), sphere(Vec3::ZERO, 0.5, [96, 48])];
    for (number, thing) in things.iter().enumerate() {
        for depth_m in [0.004, 0.1, 0.3] {
            let snow = cap(thing, depth_m, 7).unwrap();
            for place in border(&snow).into_iter().flatten() {
                let highest = highest_near(thing, place, 1e-3);
                assert!(place.y < highest + 1e-3, "thing {number} under {depth_m}: {place} above {highest}");
            }
        }
    }
}

#[test]
fn every_edge_has_at_most_one_triangle_on_each_side() {
    for thing in [turned(block(), 10.0), stairs(3), turned(stairs(4), 40.0), sphere(Vec3::ZERO, 0.1, [32, 16])] {
        let snow = cap(&thing, DEPTH_M, 1).unwrap();
        let mut edges: Vec<[u32; 2]> = snow.indices.as_chunks::<3>().0.iter().flat_map(sides).collect();
        let count = edges.len();
        edges.sort_unstable();
        edges.dedup();
        assert_eq!(edges.len(), count);
    }
}

#[test]
fn normals_are_unit_and_point_up_and_out() {
    for thing in [block(), stairs(3), sphere(Vec3::ZERO, 0.5, [96, 48]), waves()] {
        let snow = cap(&thing, DEPTH_M, 1).unwrap();
        assert!(snow.normals.iter().all(|normal| (normal.length() - 1.0).abs() < 1e-5 && normal.y > -1e-6));
        for triangle in snow.indices.as_chunks::<3>().0 {
            let [a, b, c] = triangle.map(|corner| snow.positions[corner as usize]);
            let face = (b - a).cross(c - a);
            let normal: Vec3 = triangle.iter().map(|corner| snow.normals[*corner as usize]).sum();
            assert!(face.length() > 0.0 && face.dot(normal) > 0.0, "{face} {normal}");
        }
    }
    // Level snow has them straight up, within its unevenness.
    let snow = cap(&block(), DEPTH_M, 1).unwrap();
    let middle = |(position, _): &(&Vec3, &Vec3)| position.x.abs().max(position.z.abs()) < 0.3;
    let normals = snow.positions.iter().zip(&snow.normals).filter(middle);
    assert!(normals.map(|(_, normal)| normal.y).fold(1.0, f32::min) > 0.99);
}

#[test]
fn uvs_are_metres() {
    let snow = cap(&block(), DEPTH_M, 1).unwrap();
    let tops = snow.positions.iter().zip(&snow.uvs).filter(|(position, _)| position.y > 0.4);
    assert!(tops.clone().count() > 2000 && tops.into_iter().all(|(p, uv)| *uv == [p.x, p.z]));
}

#[test]
fn snow_levels_bumps() {
    let thing = waves();
    let roughness = |depth_m: f32| {
        let snow = cap(&thing, depth_m, 1).unwrap();
        let height = |k: i16| top_at(&snow, 0.01 * f32::from(k), 0.013).unwrap();
        (-20..20).map(|k| height(k) - 0.5 * (height(k - 4) + height(k + 4))).fold(0.0, f32::max)
    };
    // From crest to hollow it is 2 cm.
    assert!(roughness(0.003) > 0.012, "{}", roughness(0.003));
    assert!(roughness(0.1) < 0.004, "{}", roughness(0.1));
}

#[test]
fn a_thin_coat_is_one_too() {
    for depth_m in [1e-4, 1e-3, 3e-3] {
        let snow = cap(&block(), depth_m, 1).unwrap();
        let volume = volume_over(&snow, 0.4);
        assert!((volume / depth_m - 1.0).abs() < 0.1, "{volume} of {depth_m}");
    }
}

#[test]
fn the_same_seed_gives_the_same_snow_and_another_one_other_snow() {
    let [one, same, other] = [1, 1, 2].map(|seed| cap(&stairs(3), DEPTH_M, seed).unwrap());
    assert_eq!(one, same);
    assert_ne!(one.positions, other.positions);
}

#[test]
fn it_does_not_matter_how_high_or_where_a_thing_is() {
    let mut thing = stairs(3);
    thing.extend(sheet([1, 1], |a, b| v(0.5 + 0.2 * b, b, 0.9 * (1.0 - a))));
    let away = v(3.0, -5.0, 2.0);
    let moved: Vec<[Vec3; 3]> = thing.iter().map(|triangle| triangle.map(|corner| corner + away)).collect();
    let [here, there] = [&thing, &moved].map(|thing| cap(thing, DEPTH_M, 1).unwrap());
    for (x, z) in [(0.01, 0.1), (0.45, 0.31), (-0.4, 0.62), (0.2, 0.59), (0.49, 0.8)] {
        let [one, other] = [top_at(&here, x, z).unwrap(), top_at(&there, x + away.x, z + away.z).unwrap()];
        assert!((one - other - 5.0).abs() < 2e-3, "{one} {other}");
    }
}

#[test]
fn no_depth_and_no_thing_give_no_snow() {
    for depth_m in [0.0, -0.1, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert_eq!(cap(&block(), depth_m, 1), None);
    }
    assert_eq!(cap(&[], DEPTH_M, 1), None);
    let bad = [[v(f32::NAN, 0.0, 0.0), Vec3::X, Vec3::Z], [Vec3::ZERO, v(1e30, 0.0, 0.0), Vec3::Z], [Vec3::ONE; 3]];
    assert_eq!(cap(&bad, DEPTH_M, 1), None);
    let line = [Vec3::ZERO, Vec3::X, 2.0 * Vec3::X];
    assert_eq!(cap(&[line], DEPTH_M, 1), None);
    // A wall alone, and a needle, hold none.
    assert_eq!(cap(&[[Vec3::ZERO, Vec3::X, Vec3::Y]], DEPTH_M, 1), None);
    // What is bad among good things is as if it were not there.
    assert_eq!(cap(&[&block()[..], &bad].concat(), DEPTH_M, 1), cap(&block(), DEPTH_M, 1));
}

#[test]
fn whatever_the_triangles_the_mesh_is_sound() {
    let mut random = Random(11);
    let mut snowy = 0;
    for round in 0..300 {
        let (size, flat) = (libm::exp2f(8.0 * random.unit() - 5.0), random.unit());
        let count = 1 + random.below(60);
        let place = |random: &mut Random| {
            let [x, y, z] = [0, 1, 2].map(|_| random.unit() - 0.5);
            size * v(x, y * flat, z)
        };
        let triangle = |random: &mut Random| {
            let first = place(random);
            [first, first + 0.5 * place(random), first + 0.5 * place(random)]
        };
        let soup: Vec<[Vec3; 3]> = (0..count).map(|_| triangle(&mut random)).collect();
        let Some(snow) = cap(&soup, libm::exp2f(-12.0 * random.unit()), round) else { continue };
        snowy += 1;
        let count = snow.positions.len();
        assert!(snow.normals.len() == count && snow.uvs.len() == count && snow.indices.len() % 3 == 0);
        assert!(
            snow.positions
                .iter()
                .all(|position| position.is_finite() && position.abs().max_element() < 8.0 * size + 2.0)
        );
        assert!(snow.normals.iter().all(|normal| (normal.length() - 1.0).abs() < 1e-4));
        assert!(snow.uvs.iter().flatten().all(|uv| uv.is_finite()));
        assert!(snow.indices.iter().all(|index| (*index as usize) < count));
        for [a, b, c] in snow.indices.as_chunks::<3>().0 {
            assert!(a != b && b != c && c != a);
        }
    }
    assert!(snowy > 250, "{snowy}");
}
