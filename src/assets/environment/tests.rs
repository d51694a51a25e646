//! Tests of the surroundings: orientation, energy, physical bands, determinism.

use std::f32::consts::PI;

use glam::{Vec3, vec3};

use super::maths::luminance;
use super::*;

fn radians(degrees: f32) -> f32 {
    degrees * PI / 180.0
}

fn towards(elevation: f32, azimuth: f32) -> Vec3 {
    let (e, a) = (radians(elevation), radians(azimuth));
    vec3(libm::cosf(e) * libm::sinf(a), libm::sinf(e), -libm::cosf(e) * libm::cosf(a))
}

fn sky(elevation: f32, turbidity: f32, cloud_cover: f32, seed: u32) -> EnvironmentSpec {
    EnvironmentSpec::Sky {
        sun_direction: towards(elevation, 40.0),
        sun_illuminance_lux: sun_light(turbidity, radians(elevation)).0,
        turbidity,
        cloud_cover,
        ground_albedo: [0.2, 0.2, 0.15],
        seed,
        moon: None,
        glow_cd_per_m2: 0.0,
    }
}

fn light(map: &CubeMap, direction: Vec3) -> f32 {
    luminance(Vec3::from_array(map.sample(direction)))
}

/// A bit of everything.
fn surroundings() -> Vec<EnvironmentSpec> {
    vec![
        sky(60.0, 2.5, 0.0, 1),
        sky(25.0, 3.0, 0.5, 2),
        sky(4.0, 4.0, 0.3, 3),
        sky(-3.0, 3.0, 0.2, 4),
        sky(40.0, 3.0, 1.0, 5),
        EnvironmentSpec::Room(Room::office(7)),
        EnvironmentSpec::Room(Room::living_room(8)),
        EnvironmentSpec::studio(9),
        EnvironmentSpec::Uniform { luminance_cd_per_m2: 250.0, colour: [1.0, 0.5, 0.25] },
    ]
}

#[test]
fn texels_and_directions_are_inverse() {
    for size in [1, 2, 8, 13, 32] {
        for face in 0..6 {
            for y in 0..size {
                for x in 0..size {
                    let direction = texel_direction(size, face, x, y);
                    assert!((direction.length() - 1.0).abs() < 1e-6);
                    assert_eq!(direction_texel(size, direction), (face, x, y));
                    let (f, u, v) = face_coordinates(direction * 3.0);
                    assert!(f == face && (face_direction(f, u, v) - direction).length() < 1e-6);
                }
            }
        }
    }
}

/// What the shaders do: negate z, then look up as the hardware does (Vulkan 1.3, table of cube map faces).
#[test]
fn directions_are_those_that_the_engine_looks_up() {
    fn engine(world: Vec3) -> (usize, f32, f32) {
        let d = vec3(world.x, world.y, -world.z);
        let a = d.abs();
        let (face, u, v) = if a.x >= a.y && a.x >= a.z {
            if d.x > 0.0 { (0, -d.z / d.x, -d.y / d.x) } else { (1, d.z / a.x, -d.y / a.x) }
        } else if a.y >= a.x && a.y >= a.z {
            if d.y > 0.0 { (2, d.x / d.y, d.z / d.y) } else { (3, d.x / a.y, -d.z / a.y) }
        } else if d.z > 0.0 {
            (4, d.x / d.z, -d.y / d.z)
        } else {
            (5, -d.x / a.z, -d.y / a.z)
        };
        (face, u * 0.5 + 0.5, v * 0.5 + 0.5)
    }
    let size = 16;
    for face in 0..6 {
        for y in 0..size {
            for x in 0..size {
                let (f, u, v) = engine(texel_direction(size, face, x, y));
                assert_eq!((f, (u * size as f32) as u32, (v * size as f32) as u32), (face, x, y));
            }
        }
    }
    assert_eq!(direction_texel(8, vec3(0.1, 0.1, -1.0)), (4, 4, 3), "forward is the fifth layer, right is right");
}

#[test]
fn solid_angles_close_the_sphere() {
    for size in [1, 2, 7, 32, 64] {
        let sum: f32 = solid_angles(size).iter().sum();
        assert!((6.0 * sum / (4.0 * PI) - 1.0).abs() < 1e-5);
    }
}

#[test]
fn constant_light_stays_constant() {
    for size in [1, 2, 8, 32, 64, 24] {
        let map = render(&EnvironmentSpec::Uniform { luminance_cd_per_m2: 250.0, colour: [1.0, 0.5, 0.25] }, size);
        let value = Vec3::from_array(map.texel(0, 0, 0));
        assert!((luminance(value) - 250.0).abs() < 0.01);
        let filtered = filter(&map);
        for level in filtered.specular.iter().chain([&filtered.diffuse]) {
            for texel in level.faces.iter().flatten() {
                assert!((Vec3::from_array(*texel) / value - 1.0).abs().max_element() < 1e-4, "size {size}");
            }
        }
        let lux = Vec3::from_array(irradiance(&map, towards(20.0, 70.0)));
        assert!((lux / (value * PI) - 1.0).abs().max_element() < 1e-4);
    }
}

#[test]
fn levels_halve_down_to_one_texel_and_start_with_the_map() {
    let map = render(&sky(30.0, 3.0, 0.4, 1), 32);
    let filtered = filter(&map);
    assert_eq!(filtered.specular.iter().map(|level| level.size).collect::<Vec<_>>(), [32, 16, 8, 4, 2, 1]);
    assert_eq!(filtered.specular[0], map);
    assert_eq!(filtered.diffuse.size, 8);
    assert_eq!(rgba16f_bytes(&filtered.specular).len(), 6 * (1024 + 256 + 64 + 16 + 4 + 1) * 8);
}

#[test]
fn filtering_keeps_the_energy() {
    for spec in surroundings() {
        let map = render(&spec, 32);
        let mean = Vec3::from_array(map.mean());
        let filtered = filter(&map);
        for level in filtered.specular.iter().chain([&filtered.diffuse]) {
            let ratio = Vec3::from_array(level.mean()) / mean;
            assert!((ratio - 1.0).abs().max_element() < 0.01, "size {} of {spec:?}: {ratio}", level.size);
        }
    }
}

#[test]
fn the_diffuse_map_is_irradiance_over_pi() {
    for spec in surroundings() {
        let map = render(&spec, 32);
        let diffuse = filter(&map).diffuse;
        for (face, x, y) in [(2, 3, 3), (3, 4, 4), (0, 1, 2), (1, 6, 3), (4, 4, 0), (5, 2, 7)] {
            let own = Vec3::from_array(diffuse.texel(face, x, y));
            let lux = Vec3::from_array(irradiance(&map, texel_direction(8, face, x, y)));
            assert!((own * PI / lux - 1.0).abs().max_element() < 0.04, "{spec:?} {face} {x} {y}: {own} {lux}");
        }
    }
}

/// A lobe of roughness 1 seen face-on is the cosine (D is constant), so the last level is nearly the diffuse map.
#[test]
fn the_roughest_level_agrees_with_the_diffuse_map() {
    let map = render(&sky(50.0, 3.0, 0.3, 2), 32);
    let filtered = filter(&map);
    for face in 0..6 {
        let rough = luminance(Vec3::from_array(filtered.specular[5].texel(face, 0, 0)));
        let diffuse = light(&filtered.diffuse, texel_direction(1, face, 0, 0));
        assert!((rough / diffuse - 1.0).abs() < 0.12, "face {face}: {rough} {diffuse}");
    }
}

#[test]
fn a_lamp_is_blurred_more_by_each_level_and_stays_in_place() {
    let toward = towards(25.0, 130.0);
    let map = CubeMap::from_fn(32, |d| Vec3::splat(if d.dot(toward) > 0.99 { 1000.0 } else { 0.0 }));
    let filtered = filter(&map);
    let peaks: Vec<f32> = filtered.specular.iter().map(|level| light(level, toward)).collect();
    assert!(peaks.windows(2).all(|pair| pair[1] < pair[0]), "{peaks:?}");
    for level in &filtered.specular[..4] {
        assert!(light(level, toward) > 5.0 * light(level, -toward));
        assert!(light(level, toward) > light(level, vec3(toward.x, toward.y, -toward.z)));
    }
}

#[test]
fn the_sun_is_as_bright_as_the_sun() {
    let (noon, white) = sun_light(2.5, radians(90.0));
    assert!((85_000.0..110_000.0).contains(&noon), "{noon}");
    assert!(white[0] == 1.0 && white[1] > 0.8 && white[2] > 0.6, "{white:?}");
    let mut before = noon;
    let mut red = white[2];
    for elevation in [60.0, 30.0, 15.0, 8.0, 4.0, 2.0, 1.0, 0.0, -0.5, -1.0] {
        let (lux, colour) = sun_light(2.5, radians(elevation));
        assert!(lux < before || lux == 0.0, "{elevation}: {lux}");
        assert!(colour[2] <= red || lux == 0.0);
        (before, red) = (lux, colour[2]);
    }
    assert_eq!(before, 0.0, "the sun has set");
    assert!(sun_light(8.0, radians(30.0)).0 < 0.6 * sun_light(2.0, radians(30.0)).0, "haze takes sunlight");
}

/// Horizontal illuminance by the clear sky without the sun: 0.8 + 15.5 √sin h klux and the like
/// (IES Lighting Handbook), and the usual values of twilight.
#[test]
fn clear_skies_are_as_bright_as_clear_skies() {
    let bands = [
        (70.0, 10_000.0, 24_000.0),
        (40.0, 9_000.0, 20_000.0),
        (20.0, 6_000.0, 14_000.0),
        (10.0, 4_000.0, 9_000.0),
        (5.0, 2_000.0, 6_000.0),
        (0.0, 250.0, 1_200.0),
        (-3.0, 20.0, 200.0),
        (-6.0, 1.0, 12.0),
    ];
    for (elevation, low, high) in bands {
        let lux = horizontal_illuminance(&render(&sky(elevation, 2.5, 0.0, 1), 32));
        assert!((low..high).contains(&lux), "{elevation}°: {lux}");
    }
    let map = render(&sky(45.0, 2.5, 0.0, 1), 32);
    let zenith = map.sample(Vec3::Y);
    assert!((1_500.0..6_000.0).contains(&luminance(Vec3::from_array(zenith))), "{zenith:?}");
    assert!(zenith[2] > 1.6 * zenith[0], "the zenith is blue: {zenith:?}");
    let low = render(&sky(3.0, 3.0, 0.0, 1), 32).sample(towards(3.0, 40.0));
    assert!(low[0] > low[2] * 1.5, "the sky by the low sun is warm: {low:?}");
}

#[test]
fn overcast_skies_follow_the_standard() {
    for (elevation, low, high) in [(60.0, 15_000.0, 22_000.0), (30.0, 8_000.0, 13_000.0), (10.0, 3_000.0, 5_000.0)] {
        for seed in 0..4 {
            let map = render(&sky(elevation, 3.0, 1.0, seed), 32);
            let lux = horizontal_illuminance(&map);
            assert!((low..high).contains(&lux), "{elevation}°: {lux}");
            let ring = |height: f32| (0..36).map(|i| light(&map, towards(height, i as f32 * 10.0))).sum::<f32>() / 36.0;
            let ratio = ring(80.0) / ring(3.0);
            assert!((2.2..3.6).contains(&ratio), "zenith to horizon {ratio}");
        }
    }
}

#[test]
fn clouds_cover_and_shade() {
    let through: Vec<f32> = (0..40).map(|seed| Prepared::new(sky(50.0, 3.0, 0.5, seed)).sun_through_clouds()).collect();
    let mean = through.iter().sum::<f32>() / 40.0;
    assert!((0.2..0.85).contains(&mean), "half the seeds or so have a cloud before the sun: {mean}");
    assert!(through.iter().all(|t| (0.0..=1.0).contains(t)));
    assert_eq!(Prepared::new(sky(50.0, 3.0, 0.0, 1)).sun_through_clouds(), 1.0);
    assert!(Prepared::new(sky(50.0, 3.0, 1.0, 1)).sun_through_clouds() < 0.01);
    assert_eq!(Prepared::new(EnvironmentSpec::studio(1)).sun_through_clouds(), 1.0);
    assert_ne!(render(&sky(50.0, 3.0, 0.5, 1), 16), render(&sky(50.0, 3.0, 0.5, 2), 16));
}

#[test]
fn the_ground_sends_back_what_falls_on_it() {
    let map = render(&sky(45.0, 2.5, 0.0, 1), 32);
    let lux = horizontal_illuminance(&map) + sun_light(2.5, radians(45.0)).0 * libm::sinf(radians(45.0));
    let ground = irradiance(&map, Vec3::NEG_Y)[1] / PI;
    assert!((ground / (0.2 * lux / PI) - 1.0).abs() < 0.2, "{ground} {lux}");
}

/// A closed room of one albedo: light that n reflections send on adds up to Φ / (A (1 − ρ)).
#[test]
fn rooms_are_as_bright_as_their_lamps_make_them() {
    let half = vec3(2.0, 1.5, 2.0);
    let mut room = Room {
        half_extents_m: half,
        viewpoint_m: Vec3::ZERO,
        wall_albedo: [0.5; 3],
        floor_albedo: [0.5; 3],
        ceiling_albedo: [0.5; 3],
        windows: Vec::new(),
        lamps: Some(CeilingLamps {
            columns: 2,
            rows: 2,
            size_m: [0.5, 0.5],
            luminance_cd_per_m2: 4000.0,
            colour: [1.0; 3],
        }),
        illuminance_lux: None,
        seed: 1,
    };
    let surface = 8.0 * (half.x * half.y + half.y * half.z + half.x * half.z);
    let expected = PI * 4000.0 / surface / (1.0 - 0.5);
    let mean = luminance(Vec3::from_array(render(&EnvironmentSpec::Room(room.clone()), 32).mean())) * PI;
    assert!((0.5..1.6).contains(&(mean / expected)), "{mean} lux, expected about {expected}");
    room.illuminance_lux = Some(640.0);
    let lux = horizontal_illuminance(&render(&EnvironmentSpec::Room(room), 32));
    assert!((lux / 640.0 - 1.0).abs() < 1e-3, "{lux}");
}

#[test]
fn rooms_of_all_seeds_are_lit_and_finite() {
    for seed in 0..24 {
        for (room, low, high) in [(Room::office(seed), 299.0, 801.0), (Room::living_room(seed), 99.0, 501.0)] {
            let map = render(&EnvironmentSpec::Room(room), 16);
            let lux = horizontal_illuminance(&map);
            assert!((low..high).contains(&lux), "{seed}: {lux}");
            assert!(map.faces.iter().flatten().flatten().all(|value| value.is_finite() && *value >= 0.0));
        }
        let lux = horizontal_illuminance(&render(&EnvironmentSpec::studio(seed), 32));
        assert!((500.0..9_000.0).contains(&lux), "{seed}: {lux}");
    }
}

#[test]
fn odd_values_are_survived() {
    let mut specs = vec![sky(90.0, 0.0, 0.5, 1), sky(-90.0, 99.0, 7.0, 1), sky(0.0, 3.0, -1.0, 1)];
    specs.push(EnvironmentSpec::Uniform { luminance_cd_per_m2: 100.0, colour: [0.0; 3] });
    specs.push(EnvironmentSpec::Room(Room {
        half_extents_m: Vec3::ZERO,
        viewpoint_m: Vec3::splat(9.0),
        ..Room::office(1)
    }));
    for spec in specs {
        for size in [0, 1, 5, 8] {
            let filtered = filter(&render(&spec, size));
            for map in filtered.specular.iter().chain([&filtered.diffuse]) {
                assert!(
                    map.faces.iter().flatten().flatten().all(|value| value.is_finite() && *value >= 0.0),
                    "{spec:?}"
                );
            }
        }
    }
}

/// The light just before and just after an edge of the cube is nearly the same, for smooth surroundings.
#[test]
fn faces_join_without_seams() {
    let map = render(&sky(35.0, 3.0, 0.0, 1), 64);
    let levels = filter(&map).specular;
    for level in &levels {
        for i in 0..50 {
            let along = -0.98 + 1.96 * i as f32 / 49.0;
            for (a, b) in [
                (vec3(1.0, 0.999, along), vec3(0.999, 1.0, along)),
                (vec3(0.999, along, 1.0), vec3(1.0, along, 0.999)),
                (vec3(along, 1.0, -0.999), vec3(along, 0.999, -1.0)),
                (vec3(-1.0, along, 0.999), vec3(-0.999, along, 1.0)),
            ] {
                let (here, there) = (light(level, a), light(level, b));
                assert!((here / there - 1.0).abs() < 0.01, "size {}: {here} {there}", level.size);
            }
        }
    }
}

/// The same bits every time, and on every machine: the digest was taken on x86-64 Linux.
#[test]
fn light_is_the_same_everywhere() {
    let digest = |spec: &EnvironmentSpec| {
        let filtered = filter(&render(spec, 16));
        let mut bytes = rgba16f_bytes(&filtered.specular);
        bytes.extend(rgba16f_bytes(std::slice::from_ref(&filtered.diffuse)));
        bytes
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let digests: Vec<u64> = surroundings().iter().map(digest).collect();
    assert_eq!(digests, surroundings().iter().map(digest).collect::<Vec<_>>());
    let all = digests.iter().fold(0_u64, |sum, digest| sum.rotate_left(7) ^ digest);
    assert_eq!(all, 0x26a5_ead1_a2b3_7d73, "light has changed: {all:#x}");
}
