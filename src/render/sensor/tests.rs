//! The photon transfer curve and its kin.

use super::sites::filter;
use super::*;

const SIZE: (usize, usize) = (256, 192);

fn grey(level: f32) -> Light {
    vec![[level; 3]; SIZE.0 * SIZE.1]
}

fn mean_and_variance(values: impl Iterator<Item = f32> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().map(f64::from).sum::<f64>() / count;
    (mean, values.map(|value| (f64::from(value) - mean).powi(2)).sum::<f64>() / count)
}

fn noisy() -> Sensor {
    Sensor { full_well_e: 8000.0, read_noise_e: 3.0, dark_e: 5.0, ..Sensor::default() }
}

/// Variance grows with the signal by the gain, from that of reading and dark current.
#[test]
fn noise_follows_the_photon_transfer_curve() {
    for (iso, bayer) in [(100.0, false), (400.0, true), (1600.0, false)] {
        let sensor = Sensor { iso, bayer, ..noisy() };
        let white_e = f64::from(sensor.full_well_e) / 2.0 * 100.0 / f64::from(iso);
        let measured: Vec<(f64, f64)> = [0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0]
            .into_iter()
            .enumerate()
            .map(|(moment, level)| {
                if bayer {
                    // Green sites alone: their filter lets everything through.
                    let raw = mosaic(&grey(level), SIZE, &sensor, 1, moment as u32);
                    let green = (0..raw.len()).filter(|place| filter(place % SIZE.0, place / SIZE.0) == 1);
                    mean_and_variance(green.map(|place| raw[place]).collect::<Vec<_>>().into_iter())
                } else {
                    let mut light = grey(level);
                    expose(&mut light, &sensor, 1, moment as u32);
                    mean_and_variance(light.iter().map(|pixel| pixel[1]))
                }
            })
            .collect();
        let count = measured.len() as f64;
        let (x, y) =
            measured.iter().fold((0.0, 0.0), |(a, b), (mean, variance)| (a + mean / count, b + variance / count));
        let slope = measured.iter().map(|(mean, variance)| (mean - x) * (variance - y)).sum::<f64>()
            / measured.iter().map(|(mean, _)| (mean - x).powi(2)).sum::<f64>();
        let gain = 1.0 / white_e;
        assert!((slope / gain - 1.0).abs() < 0.05, "ISO {iso}: {slope}, the gain is {gain}");
        // Without light what reading and dark current add is left.
        let mut dark = grey(0.0);
        expose(&mut dark, &sensor, 1, 99);
        let (mean, floor) = mean_and_variance(dark.iter().map(|pixel| pixel[1]));
        let expected = (9.0 + 5.0) * gain * gain;
        assert!((floor / expected - 1.0).abs() < 0.03, "ISO {iso}: {floor}, expected {expected}");
        assert!(mean.abs() < 0.1 * gain, "ISO {iso}: {mean} of black");
        for ((mean, _), level) in measured.iter().zip([0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0]) {
            assert!((mean / level - 1.0).abs() < 0.02, "ISO {iso}: {mean} of {level}");
        }
    }
}

#[test]
fn a_sensor_without_faults_changes_nothing() {
    let light: Light = (0..SIZE.0 * SIZE.1).map(|i| [i as f32 / 6e4, 0.3, (i % 97) as f32 / 97.0]).collect();
    let plain = developed(&light);
    assert_eq!(captured(light, SIZE, &Sensor::default(), 1, 2), plain);
}

#[test]
fn the_same_numbers_give_the_same_picture_and_others_another() {
    let sensor = Sensor { bayer: true, bits: 10, hot_pixels: 0.001, ..noisy() };
    let look = |fixed, moment| captured(grey(0.3), SIZE, &sensor, fixed, moment);
    assert_eq!(look(1, 2), look(1, 2));
    assert_ne!(look(1, 2), look(1, 3));
    // Hot pixels stay.
    let hot = |fixed, moment| {
        let mut light = grey(0.0);
        expose(&mut light, &sensor, fixed, moment);
        (0..light.len()).filter(|&place| light[place][1] > 1.0).collect::<Vec<_>>()
    };
    assert_eq!(hot(1, 2), hot(1, 3));
    assert_ne!(hot(1, 2), hot(2, 2));
    let share = hot(1, 2).len() as f64 / (SIZE.0 * SIZE.1) as f64;
    assert!((share - 0.001).abs() < 0.0005, "{share}");
}

#[test]
fn corners_lose_as_much_light_as_was_said() {
    let mut light = grey(1.0);
    vignette(&mut light, SIZE, 0.4);
    assert!((light[0][1] - 0.6).abs() < 0.005, "{}", light[0][1]);
    let middle = light[SIZE.1 / 2 * SIZE.0 + SIZE.0 / 2][1];
    assert!((middle - 1.0).abs() < 1e-3, "{middle}");
    // At half the way cos⁴ with a quarter of the corner's squared tangent.
    let half = light[SIZE.1 / 4 * SIZE.0 + SIZE.0 / 4][1];
    let expected = (1.0 + 0.25 * (0.6_f32.powf(-0.5) - 1.0)).powi(-2);
    assert!((half - expected).abs() < 0.005, "{half}, expected {expected}");
}

#[test]
fn scattered_light_is_neither_lost_nor_won() {
    let mut light = grey(0.0);
    light[SIZE.1 / 2 * SIZE.0 + SIZE.0 / 2] = [900.0, 600.0, 300.0];
    scatter(&mut light, SIZE, 0.2, 0.0);
    let sum: f64 = light.iter().map(|pixel| f64::from(pixel[1])).sum();
    assert!((sum - 600.0).abs() < 3.0, "{sum}");
    let left = light[SIZE.1 / 2 * SIZE.0 + SIZE.0 / 2][1];
    assert!((left / 600.0 - 0.8).abs() < 0.01, "{left}");
    assert!(light[SIZE.1 / 2 * SIZE.0 + SIZE.0 / 2 + 6][1] > 0.0, "around it");
}

#[test]
fn red_is_farther_out_and_blue_farther_in() {
    // A bright dot near the right edge.
    let mut light = grey(0.0);
    light[SIZE.1 / 2 * SIZE.0 + 240] = [1.0; 3];
    let seen = aberrate(&light, SIZE, 3.0);
    let centre = |channel: usize| {
        let (sum, moment) = seen.iter().enumerate().fold((0.0, 0.0), |(sum, moment), (place, pixel)| {
            (sum + pixel[channel], moment + pixel[channel] * (place % SIZE.0) as f32)
        });
        moment / sum
    };
    // 112.5 of 160 pixels from the middle.
    let expected = 3.0 * 112.5 / 160.0;
    assert!((centre(0) - 240.0 - expected).abs() < 0.1, "{}", centre(0));
    assert!((centre(1) - 240.0).abs() < 1e-3);
    assert!((centre(2) - 240.0 + expected).abs() < 0.1, "{}", centre(2));
}

#[test]
fn colours_come_back_from_the_mosaic() {
    let color = [0.6, 0.3, 0.1];
    let light = vec![color; SIZE.0 * SIZE.1];
    let mut back = light.clone();
    demosaic(&mosaic(&light, SIZE, &Sensor::default(), 0, 0), SIZE, &mut back);
    for pixel in &back {
        assert!(pixel.iter().zip(color).all(|(found, expected)| (found - expected).abs() < 1e-5), "{pixel:?}");
    }
    // A slope stays one.
    let slope: Light = (0..light.len()).map(|place| [(place % SIZE.0) as f32 / 256.0; 3]).collect();
    demosaic(&mosaic(&slope, SIZE, &Sensor::default(), 0, 0), SIZE, &mut back);
    let inner = (2..SIZE.0 - 2).map(|x| SIZE.0 * 50 + x);
    assert!(inner.clone().all(|place| (0..3).all(|c| (back[place][c] - slope[place][c]).abs() < 1e-5)));
}

#[test]
fn a_converter_has_steps() {
    let sensor = Sensor { bits: 6, ..Sensor::default() };
    let mut light: Light = (0..SIZE.0 * SIZE.1).map(|place| [place as f32 / 5e4; 3]).collect();
    expose(&mut light, &sensor, 0, 0);
    let mut levels: Vec<i64> = light.iter().map(|pixel| (pixel[0] * 1e6).round() as i64).collect();
    levels.dedup();
    // White is half of 59 steps above black.
    assert!((29..=31).contains(&levels.len()), "{}", levels.len());
}

#[test]
fn compression_and_sharpening_do_what_they_say() {
    let edge: Vec<[u8; 3]> =
        (0..SIZE.0 * SIZE.1).map(|place| if place % SIZE.0 < 101 { [60; 3] } else { [180; 3] }).collect();
    let sharp = sharpened(&edge, SIZE, 1.0);
    let row = &sharp[SIZE.0 * 20..][..SIZE.0];
    assert!(row[100][0] < 40 && row[101][0] > 200 && row[50] == [60; 3], "{:?}", &row[98..104]);
    let small = compressed(edge.clone(), SIZE, 20);
    assert_eq!(small.len(), edge.len());
    assert_ne!(small, edge);
    let off = small.iter().zip(&edge).map(|(a, b)| f64::from(a[0].abs_diff(b[0]))).sum::<f64>() / edge.len() as f64;
    assert!(off < 4.0, "{off}");
}

#[test]
fn ghosts_lie_opposite_to_what_is_bright() {
    let (width, height) = SIZE;
    let mut light = vec![[0.0; 3]; width * height];
    // A lamp up and to the left of the middle.
    let lamp = (width / 4, height / 4);
    for y in lamp.1 - 2..lamp.1 + 2 {
        for x in lamp.0 - 2..lamp.0 + 2 {
            light[y * width + x] = [1000.0; 3];
        }
    }
    let before: f32 = light.iter().map(|pixel| pixel[1]).sum();
    scatter(&mut light, SIZE, 0.0, 0.1);
    // The first ghost is mirrored, and 0.45 times as far from the middle.
    let (x, y) = (width / 2 + width * 45 / 400, height / 2 + height * 45 / 400);
    let ghost = light[y * width + x][1];
    let aside = light[y * width + width / 2 - width * 45 / 400][1];
    assert!(ghost > 1.0 && aside < 0.01 * ghost, "{ghost} {aside}");
    // Places are rounded to those of the small picture.
    let after: f32 = light.iter().map(|pixel| pixel[1]).sum();
    assert!((0.9 * before..=1.02 * before).contains(&after), "{before} {after}");
    // What is as bright as white everywhere stays even.
    let mut even = vec![[0.9; 3]; width * height];
    scatter(&mut even, SIZE, 0.0, 0.1);
    assert!(even.iter().all(|pixel| (pixel[1] - even[0][1]).abs() < 1e-4));
}
