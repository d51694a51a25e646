//! Against the laws of impacts and flights, and against each other.

use std::collections::BTreeMap;

use glam::DMat4;

use super::super::drops::Drops;
use super::super::tests::*;
use super::*;

const EXPOSURE_S: f64 = 0.01;
const ALL: usize = 500_000;

/// At a place, looking along −z and a little down.
fn eye_at(place: DVec3, focal_px: f64, half_angle: f64) -> Eye {
    let z_axis = DVec3::new(0.0, -0.2, -1.0).normalize();
    let y_axis = z_axis.cross(DVec3::X);
    let columns = [DVec3::X.extend(0.0), y_axis.extend(0.0), z_axis.extend(0.0), place.extend(1.0)];
    let world_from_camera = DMat4::from_cols(columns[0], columns[1], columns[2], columns[3]);
    Eye { world_from_camera, focal_px, half_angle, velocity_m_per_s: DVec3::ZERO }
}

fn eye() -> Eye {
    eye_at(DVec3::new(2.0, 1.5, -7.0), 600.0, 0.6)
}

fn rain() -> Falling {
    Falling::rain(3.0, Drops::MarshallPalmer)
}

fn wet(seed: u64) -> Splashes {
    Splashes::new(rain(), 0.0, 1.0, seed)
}

fn by_look(streaks: &[Streak]) -> BTreeMap<u64, Streak> {
    let map: BTreeMap<u64, Streak> = streaks.iter().map(|streak| (streak.look.to_bits(), *streak)).collect();
    assert_eq!(map.len(), streaks.len(), "some are there twice");
    map
}

/// All impacts on some ground whose droplets may be in the air at a moment, with how often they come (per m² and s).
fn impacts(splashes: &Splashes, time_s: f64, side_m: f64) -> Vec<(Impact, f64)> {
    let mut all = Vec::new();
    for class in &splashes.classes {
        let cells = (side_m / class.cell_m).ceil() as i64;
        let each = 1.0 / (class.life_s * (cells as f64 * class.cell_m).powi(2));
        let now = (time_s / class.life_s).floor() as i64;
        for cell in 0..cells * cells {
            let cell = I64Vec2::new(cell % cells - 40, cell / cells);
            let both = [now - 1, now].into_iter().flat_map(|slice| class.impacts(cell, slice, time_s));
            all.extend(both.map(|impact| (impact, each)));
        }
    }
    all
}

#[test]
fn impacts_are_as_frequent_as_drops_arrive() {
    for (law, rate) in [(Drops::MarshallPalmer, 50.0), (Drops::Thunderstorm, 20.0), (Drops::Widespread, 3.0)] {
        let rain = Falling::rain(rate, law);
        let all = impacts(&Splashes::new(rain, 0.0, 1.0, 5), 1234.5, 12.0);
        let spectrum = law.spectrum(rate);
        let least = all.iter().map(|(impact, _)| impact.diameter_mm).fold(f64::INFINITY, f64::min);
        for (from, to) in [(least, 6.0), (least, 1.3), (1.3, 2.0), (2.0, 3.0)] {
            let within = all.iter().filter(|(impact, _)| (from..to).contains(&impact.diameter_mm));
            let found: f64 = within.map(|(_, each)| each).sum();
            let wanted = integral(from, to, |d| spectrum.density_per_m3_mm(d) * rain.fall_speed_m_per_s(d));
            assert_close(found, wanted, 0.05, "impacts");
        }
    }
}

#[test]
fn only_large_drops_splash() {
    let speed = |diameter: f64| rain().fall_speed_m_per_s(diameter);
    // Drizzle is of drops below 0.5 mm.
    assert!((1..=50).all(|step| droplets(0.01 * f64::from(step), speed(0.01 * f64::from(step))) == 0.0));
    // Nor do large ones that fall slowly.
    assert_eq!(droplets(3.0, 1.0), 0.0);
    let least_mm = wet(0).classes[0].diameters_mm[0];
    assert_eq!(droplets(0.999 * least_mm, speed(0.999 * least_mm)), 0.0);
    assert!(droplets(1.001 * least_mm, speed(1.001 * least_mm)) > 0.0);
    // We Oh^−0.4 > 2100 on a thin film (Cossali, Coghe and Marengo 1997).
    let cossali = |diameter: f64| {
        let (weber, ohnesorge) = (
            998.0 * speed(diameter).powi(2) * 1e-3 * diameter / 0.0728,
            1e-3 / (998.0 * 0.0728 * 1e-3 * diameter).sqrt(),
        );
        weber / libm::pow(ohnesorge, 0.4)
    };
    assert!(cossali(0.9 * least_mm) < 2100.0 && cossali(1.1 * least_mm) > 2100.0, "{least_mm}");
    // And all of these are beyond the least of Mundo, Sommerfeld and Tropea (1995) for dry ground, 57.7.
    let weber = 998.0 * speed(least_mm).powi(2) * 1e-3 * least_mm / 0.0728;
    assert!(weber.sqrt() * libm::pow(998.0 * speed(least_mm) * least_mm, 0.25) > 57.7);
    let splashing = |falling: Falling| Splashes::new(falling, 0.0, 1.0, 1).seen(&[eye()], 0.0, EXPOSURE_S, ALL).len();
    assert!(splashing(rain()) > 100);
    let drizzle = Falling::rain(0.2, Drops::Drizzle);
    let found: f64 = impacts(&Splashes::new(drizzle, 0.0, 1.0, 1), 0.0, 9.0).iter().map(|(_, each)| each).sum();
    let spectrum = Drops::Drizzle.spectrum(0.2);
    let all = integral(0.1, 6.0, |d| spectrum.density_per_m3_mm(d) * drizzle.fall_speed_m_per_s(d));
    assert!(found < 0.01 * all, "{found} of {all}");
    for still in [Falling::snow(2.0, 1.0), Falling::hail(8.0), Falling::rain(0.0, Drops::MarshallPalmer)] {
        assert_eq!(splashing(still), 0);
    }
}

#[test]
fn droplets_are_as_many_and_large_as_measured() {
    // A drop of 3 mm that has fallen 1 m, and linearly from 10 to 200 cm (Hobbs and Kezweeny 1967).
    let fallen = |height: f64| droplets(3.0, (2.0 * 9.81 * height).sqrt());
    assert_close(fallen(1.0), 25.0, 0.2, "number");
    assert_close(fallen(2.0) - fallen(1.5), fallen(1.5) - fallen(1.0), 1e-9, "linear");
    let all = impacts(&wet(3), 9.0, 20.0);
    for (from, to) in [(2.0, 2.2), (3.0, 3.5)] {
        let (mut number, mut mean, mut volume, mut drops) = (0.0, 0.0, 0.0, 0.0);
        for (impact, _) in all.iter().filter(|(impact, _)| (from..to).contains(&impact.diameter_mm)) {
            let sizes = Sizes::new(impact.diameter_mm, impact.mean, impact.mass);
            let diameter_of = |index: u64| sizes.diameter_mm(unit(chained(impact.key, index), 0));
            for part in (0..impact.number).map(|index| diameter_of(index) / impact.diameter_mm) {
                (number, mean, volume) = (number + 1.0, mean + part, volume + part.powi(3));
                assert!(part <= 0.95, "{part}");
            }
            drops += 1.0;
        }
        assert!(drops > 50.0 && (15.0..130.0).contains(&(number / drops)), "{drops} {number}");
        assert!((0.08..0.2).contains(&(mean / number)), "{}", mean / number);
        // The tail beyond the largest is cut.
        assert!((0.8 * 0.65..1.05 * 0.65).contains(&(volume / drops)), "{}", volume / drops);
    }
    let sizes = Sizes::new(3.0, 60.0, 0.5);
    for share in [0.0, 0.3, 0.9] {
        assert!((sizes.share_below(sizes.diameter_mm(share)) - share).abs() < 1e-12);
    }
}

#[test]
fn droplets_leave_as_fast_and_steeply_as_told() {
    let mean_angle = |film_mm: f64| {
        let splashes = Splashes::new(rain(), 0.0, film_mm, 1);
        let (mut sum, mut number) = (0.0, 0.0);
        for class in &splashes.classes {
            for (mut impact, _) in impacts(&Splashes { classes: vec![class.clone()], ground_m: 0.0 }, 3.0, 1.0) {
                impact.age_s = 0.0;
                let sizes = Sizes::new(impact.diameter_mm, impact.mean, impact.mass);
                for (droplet, _) in (0..impact.number).filter_map(|index| class.droplet(&impact, &sizes, index, 0.0)) {
                    let velocity = droplet.velocity_m_per_s;
                    let part = velocity.length() / impact.speed_m_per_s;
                    assert!((0.1..=0.4).contains(&part), "{part}");
                    let angle = libm::asin(velocity.y / velocity.length()).to_degrees();
                    assert!((20.0 - 1e-9..=85.0 + 1e-9).contains(&angle), "{angle}");
                    (sum, number) = (sum + angle, number + 1.0);
                }
            }
        }
        sum / number
    };
    assert_close(mean_angle(0.0), 40.0, 0.02, "dry");
    assert_close(mean_angle(1.0), 62.5, 0.02, "wet");
}

#[test]
fn flights_are_those_of_a_thrown_body_with_drag() {
    let velocity = DVec3::new(1.2, 1.9, -0.4);
    let droplet = Droplet { diameter_mm: 0.5, velocity_m_per_s: velocity };
    // Hardly any drag: height v² / 2 g, and back after 2 v / g.
    let (top, _) = droplet.flight(velocity.y / 9.81, 1e4);
    assert_close(top.y, velocity.y.powi(2) / (2.0 * 9.81), 1e-3, "height");
    let (back, falling) = droplet.flight(2.0 * velocity.y / 9.81, 1e4);
    assert!(back.y.abs() < 1e-3 && (falling.y + velocity.y).abs() < 1e-2, "{back} {falling}");
    assert_close(back.x, 2.0 * velocity.x * velocity.y / 9.81, 1e-3, "range");
    // Against small steps of the equation of motion.
    let terminal = rain().fall_speed_m_per_s(0.5);
    let (mut place, mut moving, steps, age) = (DVec3::ZERO, velocity, 20_000, 0.25);
    let step = age / f64::from(steps);
    for _ in 0..steps {
        let pulled = |moving: DVec3| DVec3::NEG_Y * 9.81 - moving * (9.81 / terminal);
        let half = moving + pulled(moving) * (0.5 * step);
        place += half * step;
        moving += pulled(half) * step;
    }
    let (way, velocity) = droplet.flight(age, terminal);
    assert!(way.distance(place) < 1e-6 && velocity.distance(moving) < 1e-6, "{way} {place}");
    let (_, long) = droplet.flight(30.0, terminal);
    assert!(long.distance(DVec3::NEG_Y * terminal) < 1e-9, "terminal");
}

#[test]
fn droplets_stay_above_ground_and_below_what_their_speed_allows() {
    // The fastest drop is one of 6 mm.
    let highest = (0.4 * rain().fall_speed_m_per_s(6.0)).powi(2) / (2.0 * 9.81);
    for ground in [0.0, -3.25, 120.0] {
        let place = DVec3::new(0.0, ground + 1.0, 0.0);
        let splashes = Splashes::new(Falling::rain(50.0, Drops::MarshallPalmer), ground, 1.0, 2);
        for exposure in [0.0, 0.005, 0.2, 30.0] {
            let streaks = splashes.seen(&[eye_at(place, 500.0, PI)], 7.0, exposure, 30_000);
            assert!(streaks.len() > 1000, "{}", streaks.len());
            let heights = || streaks.iter().map(|one| one.middle_m.y - ground);
            for (one, height) in streaks.iter().zip(heights()) {
                assert!(height > 0.0 && height < highest && one.kind == 0, "{one:?}");
                assert!(0.5 * one.way_m.y.abs() <= height + 1e-9, "{one:?}");
                assert!(one.way_m.length() < 1e-9 + 4.0 * exposure, "{one:?}");
            }
            assert!(heights().fold(0.0, f64::max) > 0.3 * highest);
        }
    }
}

#[test]
fn droplets_fly_on_from_picture_to_picture() {
    let (splashes, eye, step) = (wet(8), eye_at(DVec3::new(0.0, 1.5, 0.0), 600.0, PI), 0.033);
    let see = |time: f64| by_look(&splashes.seen(&[eye], time, EXPOSURE_S, ALL));
    let (before, after) = (see(50.0), see(50.0 + step));
    let mut moved = 0;
    for (look, one) in &before {
        let velocity = one.way_m / EXPOSURE_S;
        let Some(later) = after.get(look) else {
            // It is down, or farther away than its splash is told.
            let height = one.middle_m.y + step * (velocity.y - step * 9.81);
            let far = one.middle_m + velocity * step - eye.world_from_camera.w_axis.truncate();
            let mut reaches = splashes.classes.iter().map(|class| class.most_m * eye.focal_px / 0.2);
            assert!(height < 0.01 || reaches.any(|reach| (far.length() / reach - 1.0).abs() < 0.01), "lost {one:?}");
            continue;
        };
        // What was shortened at the ground is no measure of speed, and the smallest are slowed down within a picture.
        let slowed = (later.way_m - one.way_m).length() > 0.5 * one.way_m.length();
        if one.middle_m.y > 0.05 && later.middle_m.y > 0.05 && !slowed {
            let way = 0.5 * (one.way_m + later.way_m) / EXPOSURE_S * step;
            let missed = (later.middle_m - one.middle_m).distance(way);
            assert!(missed < 0.03 * way.length(), "{missed} {one:?} {later:?}");
            assert!(later.way_m.y < one.way_m.y, "it rises faster: {one:?}");
            moved += 1;
        }
        assert_eq!(later.diameter_m, one.diameter_m);
    }
    assert!(moved > 100, "{moved} of {}", before.len());
}

#[test]
fn two_cameras_see_the_same_droplets() {
    let (splashes, left) = (wet(5), eye());
    let mut right = left;
    right.world_from_camera.w_axis.x += 0.1;
    let see = |eyes: &[Eye]| by_look(&splashes.seen(eyes, 4.2, EXPOSURE_S, ALL));
    let (one, other, both) = (see(&[left]), see(&[right]), see(&[left, right]));
    assert_eq!(see(&[right, left]), both);
    for alone in [&one, &other] {
        let middle = |look: &u64| both.get(look).map(|streak| streak.middle_m);
        let same = alone.iter().filter(|(look, streak)| middle(look) == Some(streak.middle_m)).count();
        // Which stand for how many follows the nearer eye.
        assert!(same * 100 > alone.len() * 97, "{same} of {}", alone.len());
    }
    assert!(one.keys().any(|look| !other.contains_key(look)));
}

#[test]
fn far_splashes_have_the_cross_section_of_all_their_droplets() {
    let mut splashes = Splashes::new(Falling::rain(8.0, Drops::Thunderstorm), 0.0, 1.0, 7);
    // Those that are told there even where little water flies up.
    splashes.classes.retain(|class| class.most_m * 500.0 / 0.2 > 8.0);
    let (mut coarse, mut fine) = ((0.0, 0), (0.0, 0));
    for time in 0..24 {
        for (focal, sum) in [(500.0, &mut coarse), (2000.0, &mut fine)] {
            let seen = splashes.seen(&[eye_at(DVec3::Y, focal, PI)], f64::from(time), EXPOSURE_S, ALL);
            let ring = seen.iter().filter(|one| (3.0..4.0).contains(&one.middle_m.with_y(0.0).length()));
            ring.for_each(|one| *sum = (sum.0 + one.diameter_m.powi(2), sum.1 + 1));
        }
    }
    assert!(4 * coarse.1 < fine.1, "{coarse:?} {fine:?}");
    assert_close(coarse.0, fine.0, 0.06, "cross section");
}

#[test]
fn no_more_than_asked_for_are_drawn() {
    // A cloudburst before lenses that tell all of it: no more is looked at than there is time for.
    let splashes = Splashes::new(Falling::rain(1000.0, Drops::MarshallPalmer), 0.0, 1.0, 1);
    for focal in [500.0, 5000.0, 1e12] {
        let seen = splashes.seen(&[eye_at(DVec3::Y * 0.3, focal, PI), eye()], 2.0, EXPOSURE_S, ALL);
        assert!(seen.len() < 150_000, "{}", seen.len());
        assert!(seen.iter().all(|one| one.middle_m.length() < 3.0 || one.middle_m.z < -5.0));
    }
    assert_eq!(wet(1).seen(&[eye()], 2.0, EXPOSURE_S, 0), []);
    // The widest of all, in the same order.
    let all = wet(1).seen(&[eye()], 2.0, EXPOSURE_S, ALL);
    let some = wet(1).seen(&[eye()], 2.0, EXPOSURE_S, all.len() / 3);
    let width = |one: &Streak| one.diameter_m / one.middle_m.distance(eye().world_from_camera.w_axis.truncate());
    let narrowest = some.iter().map(width).fold(f64::INFINITY, f64::min);
    assert!(some.len() == all.len() / 3 && some.len() > 30, "{}", some.len());
    let wide: Vec<Streak> = all.iter().filter(|one| width(one) >= narrowest).copied().collect();
    assert_eq!(wide, some);
}

#[test]
fn a_seed_gives_one_rain_and_another_seed_another() {
    let first = wet(4).seen(&[eye()], 3.0, EXPOSURE_S, ALL);
    assert_eq!(first, wet(4).seen(&[eye()], 3.0, EXPOSURE_S, ALL));
    let looks = by_look(&first);
    assert!(wet(5).seen(&[eye()], 3.0, EXPOSURE_S, ALL).iter().all(|one| !looks.contains_key(&one.look.to_bits())));
}

#[test]
fn odd_numbers_give_no_nonsense() {
    let sound = |splashes: &Splashes, eyes: &[Eye], time: f64, exposure: f64| {
        let seen = splashes.seen(eyes, time, exposure, 500);
        assert!(seen.len() <= 500);
        for one in &seen {
            assert!(one.middle_m.is_finite() && one.way_m.is_finite() && (0.0..1.0).contains(&one.look), "{one:?}");
            assert!(one.diameter_m > 0.0 && one.diameter_m < 0.03, "{one:?}");
        }
        seen.len()
    };
    let calm = Splashes::new(Falling::rain(3.0, Drops::MarshallPalmer), 0.0, 1.0, 1);
    assert!(sound(&calm, &[eye()], 0.0, 0.01) > 0);
    for one in ODD {
        sound(&Splashes::new(rain(), one, one, 3), &[eye()], 0.0, 0.01);
        sound(&Splashes::new(Falling::rain(one, Drops::Thunderstorm), 0.0, one, 3), &[eye()], 0.0, 0.01);
        assert!(sound(&calm, &[eye()], one, 0.01) > 0, "time {one}");
        sound(&calm, &[eye()], 0.0, one);
        sound(&calm, &[Eye { focal_px: one, ..eye() }], 0.0, 0.01);
        sound(&calm, &[Eye { half_angle: one, ..eye() }], 0.0, 0.01);
        sound(&calm, &[Eye { velocity_m_per_s: DVec3::splat(one), ..eye() }], 0.0, one);
        sound(&calm, &[eye_at(DVec3::splat(one), 500.0, 1.0), eye()], one, one);
    }
    assert_eq!(calm.seen(&[], 0.0, 0.01, 500), []);
}
