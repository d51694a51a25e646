//! Tests of flashes: how often they come, how bright they are, and how their channels bend.

use super::*;

const EXPOSURE_S: f64 = 0.01;

#[test]
fn flashes_are_as_frequent_as_said() {
    // Looked at so often that each flash, which lasts a twentieth of a second at least, is met.
    for rate in [2.0, 12.0, 60.0] {
        let (mut seen, mut last) = (Vec::new(), None);
        for step in 0..(3600 * 25) {
            let found = flash(rate, 7, f64::from(step) / 25.0, EXPOSURE_S).map(|flash| flash.seed);
            if found.is_some() && found != last && !seen.contains(&found) {
                seen.push(found);
            }
            last = found;
        }
        let expected = rate * 60.0;
        assert!(
            (seen.len() as f64 - expected).abs() < 4.0 * expected.sqrt() + 0.05 * expected,
            "{rate}: {}",
            seen.len()
        );
    }
    assert_eq!(flash(0.0, 7, 1.0, EXPOSURE_S), None);
}

fn some(to_ground: bool) -> impl Iterator<Item = Flash> {
    (0..20_000)
        .filter_map(|step| flash(60.0, 3, f64::from(step) * 0.1, EXPOSURE_S))
        .filter(move |f| f.to_ground == to_ground)
}

#[test]
fn strokes_near_by_outshine_the_moon_and_not_the_day() {
    let lux: Vec<f64> = some(true).map(|flash| flash.channel_lux() + flash.cloud_lux()).collect();
    let most = lux.iter().copied().fold(0.0, f64::max);
    // A first stroke at 1 km: 52 million lm s over 10 ms and 4π km².
    assert!((20.0..1000.0).contains(&most), "{most}");
    // The full moon has a quarter of a lux; most of what is caught is the glow between strokes, far away.
    assert!(lux.iter().filter(|lux| **lux > 0.25).count() * 4 > lux.len());
    assert!(some(false).all(|flash| flash.channel_lux() == 0.0 && flash.channels().is_empty()));
}

#[test]
fn light_is_the_same_however_it_is_cut() {
    let whole = sent(9, true, -1.0, 3.0);
    let pieces: f64 = (0..300).map(|piece| sent(9, true, -1.0 + f64::from(piece) * 0.01, 0.01)).sum();
    assert!((pieces / whole - 1.0).abs() < 1e-6, "{pieces} {whole}");
}

#[test]
fn channels_end_on_the_ground_and_bend_as_measured() {
    let flash = some(true).next().unwrap();
    let channels = flash.channels();
    let main = &channels[0];
    assert!(main[main.len() - 1].y.abs() < 1e-9 && (main[0].y - BASE_M).abs() < 1e-9);
    let foot = main[main.len() - 1];
    assert!((foot.length() - flash.distance_m).abs() < 1e-6);
    assert!(flash.direction().dot(foot.normalize()) > 0.7);
    let (mut sum, mut count) = (0.0, 0.0);
    for flash in some(true).take(40) {
        for piece in flash.channels()[0].windows(3) {
            // As a picture from far away shows it.
            let flat = |way: DVec3| (way - way.project_onto(DVec3::Z)).truncate();
            sum += flat(piece[1] - piece[0]).angle_to(flat(piece[2] - piece[1])).abs().to_degrees();
            count += 1.0;
        }
    }
    // Hill (1968).
    let mean = sum / count;
    assert!((13.0..19.0).contains(&mean), "{mean}");
}

#[test]
fn odd_numbers_give_no_flash_or_a_sound_one() {
    for one in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 1e300] {
        for found in [flash(one, 1, 0.0, EXPOSURE_S), flash(5.0, 1, one, EXPOSURE_S), flash(5.0, 1, 0.0, one)] {
            assert!(found.is_none_or(|flash| flash.flux_lm.is_finite() && flash.distance_m > 0.0));
        }
    }
}
