//! Against the laws of sizes and speeds, and against each other.

use std::collections::BTreeMap;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::super::drops::Drops;
use super::super::tests::*;
use super::*;

const WIND: DVec3 = DVec3::new(4.0, 0.0, -2.0);
const EXPOSURE_S: f64 = 0.01;
const ALL: usize = 500_000;

/// At a place, towards a direction.
fn eye_at(place: DVec3, forward: DVec3, focal_px: f64, half_angle: f64) -> Eye {
    let z_axis = forward.normalize();
    let x_axis = z_axis.any_orthonormal_vector();
    let y_axis = z_axis.cross(x_axis);
    let columns = [x_axis.extend(0.0), y_axis.extend(0.0), z_axis.extend(0.0), place.extend(1.0)];
    let world_from_camera = DMat4::from_cols(columns[0], columns[1], columns[2], columns[3]);
    Eye { world_from_camera, focal_px, half_angle, velocity_m_per_s: DVec3::ZERO }
}

fn ahead() -> Eye {
    eye_at(DVec3::new(3.0, 1.5, -2.0), DVec3::new(0.3, -0.1, -1.0), 800.0, 0.6)
}

fn place(eye: &Eye) -> DVec3 {
    eye.world_from_camera.w_axis.truncate()
}

fn distance(eye: &Eye, streak: &Streak) -> f64 {
    streak.middle_m.distance(place(eye))
}

fn angle(eye: &Eye, point: DVec3) -> f64 {
    let (way, axis) = (point - place(eye), eye.world_from_camera.z_axis.truncate());
    libm::atan2(way.cross(axis).length(), way.dot(axis))
}

fn rain() -> Falling {
    Falling::rain(20.0, Drops::MarshallPalmer)
}

fn snow() -> Falling {
    Falling::snow(0.3, 0.2)
}

fn shower(falling: &[Falling], seed: u64) -> Shower {
    Shower::new(falling, WIND, 2.0, seed)
}

fn by_look(streaks: &[Streak]) -> BTreeMap<u64, Streak> {
    let map: BTreeMap<u64, Streak> = streaks.iter().map(|streak| (streak.look.to_bits(), *streak)).collect();
    assert_eq!(map.len(), streaks.len(), "some are there twice");
    map
}

/// Fails unless counts of what is equally frequent pass at the 0.1 % level, by Wilson and Hilferty's approximation.
fn assert_even(counts: &[u32], name: &str) {
    let total: u32 = counts.iter().sum();
    let wanted = f64::from(total) / counts.len() as f64;
    assert!(wanted > 20.0, "{name}: too few, {total}");
    let chi_squared: f64 = counts.iter().map(|count| (f64::from(*count) - wanted).powi(2) / wanted).sum();
    let (freedom, spread) = (counts.len() as f64 - 1.0, 2.0 / (9.0 * (counts.len() as f64 - 1.0)));
    let normal = (libm::cbrt(chi_squared / freedom) - (1.0 - spread)) / spread.sqrt();
    assert!(normal.abs() < 3.3, "{name}: {chi_squared} for {freedom}");
}

fn bin(unit: f64, bins: usize) -> usize {
    ((unit * bins as f64) as usize).min(bins - 1)
}

#[test]
fn numbers_and_diameters_are_those_of_the_spectrum() {
    let late = (DVec3::new(-8e5, 900.0, 6e5), 2e6);
    let cases = [
        (rain(), 400.0, PI, [0.2, 1.0], late),
        (rain(), 1500.0, 0.2, [1.0, 4.0], (DVec3::ZERO, -50.0)),
        (rain(), 1500.0, 0.2, [10.0, 14.0], (DVec3::ZERO, 0.0)),
        (Falling::rain(1.0, Drops::Drizzle), 1000.0, 0.7, [1.0, 3.0], (DVec3::ONE, 7.0)),
        (snow(), 400.0, PI, [0.3, 1.5], (DVec3::ONE, 1e4)),
        (snow(), 900.0, 0.6, [8.0, 12.0], late),
        (Falling::hail(10.0), 2000.0, 0.4, [20.0, 60.0], (DVec3::ONE, 3.0)),
    ];
    for (case, (falling, focal, half_angle, [near, far], (place, time))) in cases.into_iter().enumerate() {
        let eye = eye_at(place, DVec3::X, focal, half_angle);
        let least_mm = 1e3 * far * least_width_px(falling.kind()) / focal;
        let mut diameters = Vec::new();
        let repeats = 6;
        for seed in 0..repeats {
            let seen = shower(&[falling], seed).seen(&[eye], time, EXPOSURE_S, ALL);
            assert_eq!(seen.coarseness, 1.0, "case {case}");
            let is_in =
                |one: &&Streak| (near..far).contains(&distance(&eye, one)) && angle(&eye, one.middle_m) <= half_angle;
            diameters.extend(seen.streaks.iter().filter(is_in).map(|one| 1e3 * one.diameter_m));
        }
        diameters.retain(|diameter| *diameter >= least_mm);
        let solid_angle = TAU * (1.0 - libm::cos(half_angle));
        let volume = repeats as f64 * solid_angle / 3.0 * (far.powi(3) - near.powi(3));
        let number = falling.number_per_m3(least_mm);
        let wanted = volume * number;
        assert!(wanted > 1000.0, "case {case}: {wanted}");
        assert!((diameters.len() as f64 - wanted).abs() < 3.5 * wanted.sqrt(), "{case}: {} {wanted}", diameters.len());
        diameters.sort_by(f64::total_cmp);
        let share_below = |diameter: f64| 1.0 - falling.number_per_m3(diameter) / number;
        assert_uniform(&diameters, share_below, &format!("case {case}"));
    }
}

#[test]
fn places_are_uniform_in_the_cone() {
    let (near, far): (f64, f64) = (0.3, 6.0);
    let eye = ahead();
    let least_m = far * least_width_px(Kind::Rain) / eye.focal_px;
    let mut counts = vec![0; 6 * 5 * 8];
    for seed in 0..6 {
        let streaks = shower(&[rain()], seed).seen(&[eye], 11.0, EXPOSURE_S, ALL).streaks;
        for one in streaks.iter().filter(|one| one.diameter_m >= least_m) {
            let way = eye.world_from_camera.inverse().transform_point3(one.middle_m);
            let depth = (way.length().powi(3) - near.powi(3)) / (far.powi(3) - near.powi(3));
            let cosine = (1.0 - way.z / way.length()) / (1.0 - libm::cos(eye.half_angle));
            if (0.0..1.0).contains(&depth) && cosine < 1.0 {
                let turn = libm::atan2(way.y, way.x) / TAU + 0.5;
                counts[(bin(depth, 6) * 5 + bin(cosine, 5)) * 8 + bin(turn, 8)] += 1;
            }
        }
    }
    assert_even(&counts, "places");
}

#[test]
fn numbers_follow_poissons_law() {
    let eye = eye_at(DVec3::ZERO, DVec3::Z, 60.0, PI);
    let rounds = 2000;
    let numbers: Vec<f64> = (0..rounds)
        .map(|round| shower(&[rain()], 3).seen(&[eye], 10.0 * f64::from(round), 0.01, ALL).streaks.len() as f64)
        .collect();
    let mean = numbers.iter().sum::<f64>() / f64::from(rounds);
    let variance = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / f64::from(rounds - 1);
    assert!(mean > 5.0, "{mean}");
    assert_close(variance / mean, 1.0, 3.5 * (2.0 / f64::from(rounds)).sqrt(), "dispersion");
}

#[test]
fn looks_are_uniform_and_independent() {
    let eye = eye_at(DVec3::ZERO, DVec3::Z, 800.0, 1.0);
    let streaks = shower(&[snow()], 8).seen(&[eye], 0.0, EXPOSURE_S, ALL).streaks;
    let mut looks: Vec<f64> = streaks.iter().map(|one| one.look).collect();
    looks.sort_by(f64::total_cmp);
    assert_uniform(&looks, |look| look, "looks");
    let ranked = |of: &dyn Fn(&Streak) -> f64, name: &str| {
        let mut sorted = streaks.clone();
        sorted.sort_by(|one, other| of(one).total_cmp(&of(other)));
        let mut counts = vec![0; 100];
        for (rank, one) in sorted.iter().enumerate() {
            counts[10 * bin(rank as f64 / sorted.len() as f64, 10) + bin(one.look, 10)] += 1;
        }
        assert_even(&counts, name);
    };
    ranked(&|one| one.diameter_m, "diameter");
    ranked(&|one| one.middle_m.x, "x");
    ranked(&|one| one.middle_m.y, "y");
    ranked(&|one| one.middle_m.z, "z");
}

#[test]
fn two_cameras_see_the_same_particles() {
    let falling = [rain(), snow()];
    let shower = shower(&falling, 5);
    let left = ahead();
    let mut right = left;
    right.world_from_camera.w_axis += 0.1 * left.world_from_camera.x_axis;
    let see = |eyes: &[Eye]| shower.seen(eyes, 4.2, EXPOSURE_S, ALL).streaks;
    let (one, other, both) = (by_look(&see(&[left])), by_look(&see(&[right])), by_look(&see(&[left, right])));
    let shared = one.iter().filter(|(look, streak)| other.get(look) == Some(streak)).count();
    assert!(shared > one.len() / 2 && shared < one.len(), "{shared} of {}", one.len());
    assert_eq!(one.keys().filter(|look| other.contains_key(look)).count(), shared, "not quite the same");
    assert!((0..2).all(|kind| one.values().any(|streak| streak.kind == kind)));
    let mut union = one.clone();
    union.extend(other);
    assert_eq!(union, both);
}

#[test]
fn the_order_of_the_eyes_makes_no_difference() {
    let eyes = [ahead(), eye_at(DVec3::X, DVec3::NEG_Z, 500.0, 0.4), eye_at(DVec3::splat(500.0), DVec3::X, 900.0, 1.0)];
    let [first, second, third] = eyes;
    let shower = shower(&[rain()], 5);
    for most in [ALL, 2000] {
        let seen = shower.seen(&eyes, 0.7, EXPOSURE_S, most);
        assert!(!seen.streaks.is_empty());
        assert_eq!(shower.seen(&[third, first, second], 0.7, EXPOSURE_S, most), seen);
        assert_eq!(shower.seen(&[second, third, first], 0.7, EXPOSURE_S, most), seen);
    }
}

#[test]
fn particles_move_on_from_picture_to_picture() {
    let shower = shower(&[rain(), snow()], 21);
    let eye = eye_at(DVec3::new(0.0, 2.0, 0.0), DVec3::X, 700.0, PI);
    let told = |one: &Streak, middle: DVec3| {
        let kind = [rain(), snow()][one.kind].kind();
        let far = one.diameter_m * eye.focal_px / least_width_px(kind);
        let distance = middle.distance(place(&eye));
        // Rounding decides what is just at an end.
        (distance > DISTANCES_M[0] + 1e-6 && distance < far.min(DISTANCES_M[1]) - 1e-6, distance)
    };
    let (time, step) = (100.0, 1.0 / 30.0);
    let before = by_look(&shower.seen(&[eye], time, EXPOSURE_S, ALL).streaks);
    let after = by_look(&shower.seen(&[eye], time + step, EXPOSURE_S, ALL).streaks);
    let mut moved = 0;
    for (look, one) in &before {
        let middle = one.middle_m + one.way_m / EXPOSURE_S * step;
        match after.get(look) {
            Some(later) => {
                assert!(later.middle_m.distance(middle) < 1e-9, "{} {middle}", later.middle_m);
                assert_eq!((later.diameter_m, later.way_m, later.kind), (one.diameter_m, one.way_m, one.kind));
                moved += 1;
            }
            None => assert!(!told(one, middle).0, "lost {:?}", told(one, middle)),
        }
    }
    for (look, one) in after.iter().filter(|(look, _)| !before.contains_key(look)) {
        let middle = one.middle_m - one.way_m / EXPOSURE_S * step;
        assert!(!told(one, middle).0, "{look} from nowhere: {:?}", told(one, middle));
    }
    assert!(moved > before.len() / 2 && moved < before.len(), "{moved} of {}", before.len());
}

#[test]
fn streaks_are_as_long_as_particles_are_fast() {
    let falling = [rain(), snow(), Falling::hail(9.0)];
    let share = wind_share(2.0, OPEN_COUNTRY_M);
    let eye = eye_at(DVec3::ZERO, DVec3::X, 1500.0, 0.5);
    for exposure in [0.001, 1.0 / 60.0] {
        let streaks = shower(&falling, 2).seen(&[eye], 0.0, exposure, ALL).streaks;
        assert!((0..3).all(|kind| streaks.iter().any(|one| one.kind == kind)));
        let mut mean_error = 0.0;
        for one in &streaks {
            let fall = falling[one.kind].fall_speed_m_per_s(1e3 * one.diameter_m);
            let drop = -one.way_m.y / exposure;
            assert_close(drop, fall, 0.05, "fall");
            mean_error += (drop / fall - 1.0) / streaks.len() as f64;
            assert!((one.way_m.with_y(0.0) - WIND * share * exposure).length() < 1e-12, "wind");
        }
        assert!(mean_error.abs() < 0.01, "{mean_error}");
    }
    let still = shower(&falling, 2).seen(&[eye], 0.0, 0.0, ALL).streaks;
    assert!(!still.is_empty() && still.iter().all(|one| one.way_m == DVec3::ZERO));
}

#[test]
fn what_is_wide_and_near_enough_is_drawn_and_nothing_else() {
    let falling = [rain(), snow(), Falling::hail(9.0)];
    let shower = shower(&falling, 2);
    let eye = eye_at(DVec3::new(1.0, 2.0, 3.0), DVec3::X, 400.0, PI);
    let sharp = Eye { focal_px: 800.0, ..eye };
    let streaks = by_look(&shower.seen(&[eye], 5.0, EXPOSURE_S, ALL).streaks);
    let wide = |one: &&Streak| {
        let least_px = least_width_px(falling[one.kind].kind());
        one.diameter_m * eye.focal_px / distance(&eye, one) >= least_px
    };
    let [near, far] = DISTANCES_M;
    assert!(streaks.values().all(|one| wide(&one) && (near..=far).contains(&distance(&eye, one))));
    assert!(streaks.values().any(|one| distance(&eye, one) < near + 0.05), "none near");
    assert!(streaks.values().any(|one| distance(&eye, one) > far - 2.0), "none far");
    let more = shower.seen(&[sharp], 5.0, EXPOSURE_S, ALL).streaks;
    assert!(more.len() > 2 * streaks.len());
    let chosen: Vec<Streak> = more.iter().filter(wide).copied().collect();
    assert_eq!(by_look(&chosen), streaks);
}

#[test]
fn what_comes_into_view_while_the_shutter_is_open_is_drawn() {
    let shower = shower(&[rain()], 13);
    for (half_angle, speed) in [(0.3, 0.0), (0.3, 30.0), (FRAC_PI_2, 10.0), (2.2, 15.0)] {
        let velocity_m_per_s = DVec3::new(speed, 0.0, 0.2 * speed);
        let eye = Eye { half_angle, velocity_m_per_s, focal_px: 250.0, ..ahead() };
        let round = shower.seen(&[Eye { half_angle: PI, ..eye }], 9.0, 0.02, ALL).streaks;
        let seen = by_look(&shower.seen(&[eye], 9.0, 0.02, ALL).streaks);
        let mut from_outside = 0;
        for one in &round {
            let way = one.way_m - velocity_m_per_s * 0.02;
            let comes = (0..=20).any(|step| {
                let point = one.middle_m + way * (f64::from(step) / 20.0 - 0.5);
                angle(&eye, point) <= half_angle
            });
            let drawn = seen.contains_key(&one.look.to_bits());
            assert!(drawn || !comes, "{half_angle}: {one:?}");
            from_outside += u32::from(drawn && angle(&eye, one.middle_m) > half_angle);
            // As far beside the cone as half its way.
            let beside = (angle(&eye, one.middle_m) - half_angle).clamp(0.0, FRAC_PI_2);
            let margin = 0.5 * (way.length() + 0.006);
            assert!(!drawn || distance(&eye, one) * libm::sin(beside) <= margin, "{half_angle}: {one:?}");
        }
        assert!(from_outside > 0 && seen.len() < round.len(), "{half_angle}");
    }
}

#[test]
fn no_more_than_asked_for_are_drawn() {
    let heavy = [Falling::snow(4.0, 0.0), Falling::rain(50.0, Drops::MarshallPalmer)];
    let shower = shower(&heavy, 6);
    let eyes = [Eye { focal_px: 1500.0, ..ahead() }];
    let mut last = 1.0;
    for most in [300_000, 20_000, 1000, 50, 1, 0] {
        let seen = shower.seen(&eyes, 3.0, EXPOSURE_S, most);
        let number = seen.streaks.len();
        assert!(number <= most, "{number} of {most}");
        assert!(most < 1000 || number as f64 > 0.9 * most as f64, "{number} of {most}");
        assert!(seen.coarseness > last, "{most}: {}", seen.coarseness);
        let width =
            |one: &Streak| one.diameter_m * 1500.0 / distance(&eyes[0], one) / least_width_px(heavy[one.kind].kind());
        let narrowest = seen.streaks.iter().map(width).fold(f64::INFINITY, f64::min) / seen.coarseness;
        assert!(narrowest >= 0.999_999, "{narrowest} {most}");
        // It is the coarseness that keeps the number down.
        assert!(most < 1000 || narrowest < 1.03, "{narrowest} {most}");
        // The same wherever and whenever.
        let turned = [Eye { focal_px: 1500.0, ..eye_at(DVec3::splat(70.0), DVec3::Z, 1.0, 0.6) }];
        assert_eq!(shower.seen(&turned, 8.0, EXPOSURE_S, most).coarseness, seen.coarseness);
        last = seen.coarseness;
    }
    let streak = |look: f64| Streak { middle_m: DVec3::X, way_m: DVec3::Y, diameter_m: 1.0, look, kind: 0 };
    let found = [2.0, 5.0, 1.0, 4.0].map(|width| (width, streak(width)));
    let looks = |most: usize| -> Vec<f64> { widest(found.to_vec(), most).iter().map(|one| one.look).collect() };
    assert_eq!(looks(2), [5.0, 4.0]);
    assert_eq!(looks(4), [2.0, 5.0, 1.0, 4.0]);
    assert!(looks(0).is_empty());
}

#[test]
fn a_seed_gives_one_field_and_another_seed_another() {
    let see = |seed: u64, falling: &[Falling]| shower(falling, seed).seen(&[ahead()], 3.0, EXPOSURE_S, ALL).streaks;
    let first = see(4, &[rain()]);
    assert_eq!(first, see(4, &[rain()]));
    let looks = by_look(&first);
    for seed in [0, 5, 4 + (1 << 63)] {
        assert!(see(seed, &[rain()]).iter().all(|one| !looks.contains_key(&one.look.to_bits())), "{seed}");
    }
    // What falls besides leaves the first as it is, and is a field of its own.
    let (same, besides): (Vec<Streak>, Vec<Streak>) = see(4, &[rain(), rain()]).iter().partition(|one| one.kind == 0);
    assert_eq!(same, first);
    assert!(!besides.is_empty() && besides.iter().all(|one| !looks.contains_key(&one.look.to_bits())));
}

#[test]
fn the_veil_is_what_is_not_drawn() {
    let eye = Eye { half_angle: PI, focal_px: 300.0, ..ahead() };
    let falling = [rain(), snow()];
    let shower = shower(&falling, 1);
    assert_eq!(shower.seen(&[eye], 0.0, 0.0, ALL).coarseness, 1.0);
    // The integral of D² e^−ΛD, without its upper end, where there is next to nothing.
    let slope = 4.1 * libm::pow(20.0, -0.21);
    let tail = |d: f64| libm::exp(-slope * d) * (d * d / slope + 2.0 * d / slope.powi(2) + 2.0 / slope.powi(3));
    let area = |d: f64| tail(d) - tail(6.0);
    for (distance, coarseness) in [(0.5, 1.0), (2.0, 1.0), (2.0, 2.5), (9.0, 1.0)] {
        let least_mm: f64 = 1e3 * distance * coarseness * 0.2 / 300.0;
        let share = shower.drawn_share(0, &eye, distance, coarseness);
        assert_close(share, area(least_mm.max(0.1)) / area(0.1), 1e-6, "share");
    }
    // What is drawn in a shell has the cross sections that the veil lacks.
    for (kind, one) in falling.iter().enumerate() {
        let (mut drawn, mut squares) = (0.0, 0.0);
        for time in 0..8 {
            let streaks = shower.seen(&[eye], 50.0 * f64::from(time), 0.0, ALL).streaks;
            for one in streaks.iter().filter(|one| one.kind == kind && (3.9..4.1).contains(&distance(&eye, one))) {
                let taken = FRAC_PI_2 * one.diameter_m.powi(2);
                (drawn, squares) = (drawn + taken, squares + taken * taken);
            }
        }
        let volume = 8.0 * 2.0 / 3.0 * TAU * (4.1_f64.powi(3) - 3.9_f64.powi(3));
        let wanted = one.extinction_per_m(0.0) * shower.drawn_share(kind, &eye, 4.0, 1.0) * volume;
        assert!((drawn - wanted).abs() < 3.5 * squares.sqrt() && squares.sqrt() < 0.05 * wanted, "{drawn} {wanted}");
    }
    let shares: Vec<f64> = (0..80).map(|step| -shower.drawn_share(0, &eye, f64::from(step), 1.0)).collect();
    assert!(shares.is_sorted());
    let sharp = Eye { focal_px: 2e4, ..eye };
    assert_eq!(shower.drawn_share(0, &sharp, 60.1, 1.0), 0.0);
    assert!(shower.drawn_share(0, &sharp, 59.9, 1.0) > 0.5);
    assert_eq!(shower.drawn_share(2, &eye, 1.0, 1.0), 0.0);
}

#[test]
fn odd_numbers_give_no_nonsense() {
    let falling = [rain(), Falling::rain(f64::NAN, Drops::Drizzle), Falling::snow(1e300, f64::NAN)];
    let sound = |shower: &Shower, eyes: &[Eye], time: f64, exposure: f64| {
        let seen = shower.seen(eyes, time, exposure, 500);
        assert!(seen.streaks.len() <= 500 && seen.coarseness >= 1.0 && seen.coarseness.is_finite());
        for one in &seen.streaks {
            assert!(one.middle_m.is_finite() && one.way_m.is_finite() && (0.0..1.0).contains(&one.look), "{one:?}");
            assert!(one.diameter_m > 0.0 && one.diameter_m < 0.1, "{one:?}");
        }
        seen.streaks.len()
    };
    let calm = shower(&falling, 0);
    for one in ODD {
        let shower = Shower::new(&falling, DVec3::new(one, 0.0, one), one, 3);
        assert!(sound(&shower, &[ahead()], 0.0, 0.01) > 0, "{one}");
        assert!(sound(&calm, &[ahead()], one, 0.01) > 0, "time {one}");
        assert!(sound(&calm, &[ahead()], 0.0, one) > 0, "exposure {one}");
        sound(&calm, &[Eye { focal_px: one, ..ahead() }], 0.0, 0.01);
        sound(&calm, &[Eye { half_angle: one, ..ahead() }], 0.0, 0.01);
        sound(&calm, &[Eye { velocity_m_per_s: DVec3::splat(one), ..ahead() }], 0.0, 0.01);
        sound(&calm, &[Eye { world_from_camera: ahead().world_from_camera * one, ..ahead() }], 0.0, 0.01);
        sound(&calm, &[eye_at(DVec3::splat(one), DVec3::X, 500.0, 1.0), ahead()], one, one);
        for other in ODD {
            let eye = Eye { focal_px: other, ..ahead() };
            assert!((0.0..=1.0).contains(&calm.drawn_share(0, &eye, one, 1.0)), "{one} {other}");
            assert!((0.0..=1.0).contains(&calm.drawn_share(2, &ahead(), one, other)), "{one} {other}");
        }
    }
    // One who sees nothing takes nothing from the others.
    let blind = Eye { world_from_camera: DMat4::from_cols_array(&[f64::NAN; 16]), ..ahead() };
    assert_eq!(sound(&calm, &[blind], 0.0, 0.01), 0);
    assert_eq!(calm.seen(&[blind, ahead()], 0.0, 0.01, 500), calm.seen(&[ahead()], 0.0, 0.01, 500));
    assert_eq!(calm.seen(&[Eye { focal_px: 0.0, ..ahead() }], 0.0, 0.01, 500).streaks, []);
    assert_eq!(calm.seen(&[], 0.0, 0.01, 500), Seen { streaks: Vec::new(), coarseness: 1.0 });
    assert_eq!(shower(&[], 0).seen(&[ahead()], 0.0, 0.01, 500).streaks, []);
    assert_eq!(shower(&falling[1..2], 0).seen(&[ahead()], 0.0, 0.01, 500).streaks, []);
}
