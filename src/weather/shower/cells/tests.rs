//! That classes share out the spectrum, and that what is hashed follows its laws.

use super::super::super::drops::Drops;
use super::super::super::tests::*;
use super::*;

fn some() -> [Falling; 6] {
    [
        Falling::rain(0.01, Drops::Drizzle),
        Falling::rain(20.0, Drops::MarshallPalmer),
        Falling::rain(1000.0, Drops::Thunderstorm),
        Falling::snow(0.1, 0.0),
        Falling::snow(5.0, 1.0),
        Falling::hail(8.0),
    ]
}

#[test]
fn classes_share_out_the_spectrum() {
    for falling in some() {
        let classes: Vec<Class> = classes(falling, 0, DVec3::X, 9).collect();
        assert!((8..MOST_CLASSES).contains(&classes.len()), "{}", classes.len());
        for pair in classes.windows(2) {
            assert_eq!(pair[0].diameters_mm[1], pair[1].diameters_mm[0]);
            assert_ne!(pair[0].key, pair[1].key);
        }
        assert_eq!(classes[0].diameters_mm[0], falling.diameter_mm(0.0, 0.0));
        let number: f64 = classes.iter().map(|class| class.number_per_m3).sum();
        assert_close(number, falling.number_per_m3(0.0), 1e-9, "number");
        for class in &classes {
            let [least, most] = class.diameters_mm;
            assert!(most <= least * DIAMETER_RATIO * (1.0 + 1e-12), "{least} {most}");
            for diameter in [least, 0.5 * (least + most), most] {
                let speed = falling.fall_speed_m_per_s(diameter);
                assert_close(-class.velocity_m_per_s.y, speed, 0.05, "speed");
            }
            assert_eq!(class.velocity_m_per_s.x, 1.0);
            let mean = class.number_per_m3 * class.cell_m.powi(3);
            assert!(mean <= MEAN_NUMBER * (1.0 + 1e-12) && class.cell_m > 0.01, "{mean} {}", class.cell_m);
        }
    }
    assert_eq!(classes(Falling::rain(0.0, Drops::Drizzle), 0, DVec3::X, 9).count(), 0);
}

#[test]
fn pieces_of_a_class_do_not_show() {
    for falling in some() {
        let all = falling.number_per_m3(0.0);
        for class in classes(falling, 0, DVec3::ZERO, 9) {
            let [least, most] = class.diameters_mm;
            let mut last = 0.0;
            for step in 0..=200 {
                let unit = f64::from(step) / 200.0;
                let diameter = 1e3 * class.diameter_m(unit);
                assert!(diameter > last && diameter > 0.999_999 * least && diameter < 1.000_001 * most, "{diameter}");
                let below = (falling.number_per_m3(least) - falling.number_per_m3(diameter)) / all;
                let error = below - unit * class.number_per_m3 / all;
                assert!(error.abs() < 2e-4, "{falling:?} {diameter}: {error}");
                last = diameter;
            }
        }
    }
}

#[test]
fn numbers_of_a_cell_follow_poissons_law() {
    for mean in [0.05, 1.0, MEAN_NUMBER] {
        let none = libm::exp(-mean);
        let mut chance = none;
        let mut below = 0.0;
        for number in 0..12 {
            // Just within both ends.
            assert_eq!(poisson(below + 1e-9, mean, none), number, "{mean}");
            below += chance;
            assert!(poisson(below - 1e-9, mean, none) <= number, "{mean}");
            chance *= mean / (number + 1) as f64;
            if chance < 1e-6 {
                break;
            }
        }
    }
    assert_eq!(poisson(1.0, 0.0, 1.0), 64);
    assert_eq!(poisson(0.0, 0.0, 1.0), 0);
}

#[test]
fn cells_are_filled_evenly() {
    let world_from_camera = glam::DMat4::IDENTITY;
    let velocity_m_per_s = DVec3::ZERO;
    let eye = Eye { world_from_camera, focal_px: 900.0, half_angle: std::f64::consts::PI, velocity_m_per_s };
    let mut within = [Vec::new(), Vec::new(), Vec::new()];
    for class in classes(Falling::rain(20.0, Drops::MarshallPalmer), 0, DVec3::X, 9) {
        let mut found = Vec::new();
        class.collect(&class.views(&[eye], 0.0), 4.0, 0.0, &mut found);
        // As far as the largest are told, 4.5 m for each mm, there have to be many cells.
        let wide = 4.5 * class.diameters_mm[1] > 8.0 * class.cell_m;
        for (_, streak) in found.iter().filter(|_| wide) {
            let place = (streak.middle_m - 4.0 * class.velocity_m_per_s) / class.cell_m;
            within.iter_mut().zip(place.to_array()).for_each(|(within, place)| within.push(place - place.floor()));
        }
    }
    for mut places in within {
        assert!(places.len() > 10_000, "{}", places.len());
        places.sort_by(f64::total_cmp);
        assert_uniform(&places, |place| place, "within a cell");
    }
}

#[test]
fn units_are_those_of_splitmix() {
    let wanted = random_units(77);
    assert!(wanted.iter().zip(0..).all(|(wanted, which)| unit(77, which) == *wanted));
}

#[test]
fn neighbours_have_nothing_in_common() {
    let key = |x: u64, y: u64, z: u64| [x, y, z].into_iter().fold(5, chained);
    let mut firsts = Vec::new();
    for x in 0..22_u64 {
        for y in 0..22_u64 {
            firsts.extend((0..22_u64).map(|z| unit(key(x.wrapping_sub(9), y.wrapping_sub(9), z.wrapping_sub(9)), 0)));
        }
    }
    let shift = |by: usize| -> f64 {
        let products = firsts.iter().zip(firsts.iter().skip(by)).map(|(one, other)| (one - 0.5) * (other - 0.5));
        12.0 * products.sum::<f64>() / (firsts.len() - by) as f64
    };
    for by in [1, 22, 22 * 22] {
        assert!(shift(by).abs() < 3.5 / (firsts.len() as f64).sqrt(), "{by}: {}", shift(by));
    }
    firsts.sort_by(f64::total_cmp);
    assert_uniform(&firsts, |first| first, "firsts");
    assert!(firsts.windows(2).all(|pair| pair[0] < pair[1]));
}
