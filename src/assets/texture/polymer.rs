//! Moulded and glazed things, near white for a tint: rubber, plastic, ceramic.

use super::TextureSet;
use super::noise::{Cx, floor, fract, smooth, wave};
use super::paint::{Finish, Pixel, render, scratches, stamp};

/// Rubber: plain, ribbed along u, studded, diamond tread.
pub(super) fn rubber(cx: &Cx) -> TextureSet {
    let cloud = cx.fbm(1, 3, 3, 5, 0.6);
    let grain = cx.fbm(2, 100, 100, 2, 0.9);
    let grit = cx.white(3);
    let mut scuff = cx.flat(0.0);
    scratches(cx, 4, &mut scuff, [50, 25, 40, 60][cx.variant], 0.2, 0.0009);
    render(cx, &Finish::tinted(0.2, 0.003), |i, u, v| {
        let raised = match cx.variant {
            0 => 0.0,
            1 => smooth(-0.55, -0.1, wave(v * 32.0)),
            2 => {
                let (x, y) = (u * 10.0, v * 10.0);
                let row = floor(y);
                let x = fract(x + if row & 1 == 1 { 0.5 } else { 0.0 }) - 0.5;
                let y = fract(y) - 0.5;
                smooth(0.36, 0.29, (x * x + y * y).sqrt())
            }
            _ => {
                // Bars that lean left and right by turns, as on a tread plate.
                let (x, y) = (u * 12.0, v * 12.0);
                let turn = (floor(x) + floor(y)) & 1 == 1;
                let (x, y) = (fract(x) - 0.5, fract(y) - 0.5);
                let (along, aside) = if turn { (x + y, x - y) } else { (x - y, x + y) };
                let (along, aside) = (along * 0.707, aside * 0.707);
                smooth(1.0, 0.6, (along * along * 3.6 + aside * aside * 42.0).sqrt())
            }
        };
        let bloom = smooth(0.1, 1.0, cloud[i]);
        let dust = if cx.variant == 0 { 0.0 } else { (1.0 - raised) * 0.04 };
        let tone = 0.93 + 0.035 * cloud[i] + 0.02 * grain[i] + 0.012 * grit[i] + 0.03 * scuff[i] - 1.3 * dust;
        let height = [0.0, 0.9, 1.1, 1.2][cx.variant] * raised + 0.016 * grain[i] + 0.01 * grit[i] - 0.015 * scuff[i];
        let rough = 0.78 + 0.08 * bloom + 0.04 * grain[i] - 0.1 * raised * (1.0 - bloom) + 0.08 * scuff[i];
        Pixel::new([tone; 3], height, rough)
    })
}

/// Plastic: glossy, satin, fine grain, coarse leather-like grain.
pub(super) fn plastic(cx: &Cx) -> TextureSet {
    let cloud = cx.fbm(1, 2, 2, 4, 0.5);
    let satin = cx.fbm(2, 128, 128, 2, 0.8);
    let spark = cx.fbm(3, 72, 72, 2, 0.6);
    let cells = cx.cells(4, 40, 40, 1.0);
    let wobble = cx.fbm(5, 40, 40, 2, 0.6);
    let mut hair = cx.flat(0.0);
    scratches(cx, 6, &mut hair, [60, 40, 18, 14][cx.variant], 0.25, 0.0004);
    let n = cx.n as f32;
    let mut dust = cx.flat(0.0);
    let mut rng = cx.rng(7);
    for _ in 0..[60, 30, 20, 20][cx.variant] {
        let (x, y, strength) = (rng.unit() * n, rng.unit() * n, rng.range(0.2, 0.9));
        stamp(cx.n, x, y, 1.5, |i, dx, dy| {
            dust[i] = dust[i].max(strength * (1.4 - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0));
        });
    }
    render(cx, &Finish::tinted(0.2, 0.001), |i, _, _| {
        let (mut tone, height, rough) = match cx.variant {
            0 => (0.965, 0.02 * cloud[i], 0.16),
            1 => (0.955 + 0.006 * satin[i], 0.005 * satin[i] + 0.015 * cloud[i], 0.4),
            2 => {
                let bump = smooth(-0.7, 0.9, spark[i]);
                (0.93 + 0.04 * bump, 0.055 * bump + 0.005 * satin[i], 0.52 - 0.06 * bump)
            }
            _ => {
                let bump = smooth(0.02, 0.38, cells.edge[i] + 0.05 * wobble[i]);
                (0.9 + 0.06 * bump, 0.15 * bump + 0.004 * satin[i], 0.56 - 0.12 * bump)
            }
        };
        let film = smooth(0.0, 1.1, cloud[i]);
        tone += 0.01 * cloud[i] - 0.03 * dust[i] + 0.015 * hair[i];
        let rough = rough + 0.05 * film + 0.16 * hair[i] + 0.25 * dust[i];
        Pixel::new([tone; 3], height - 0.004 * hair[i], rough)
    })
}

/// Glaze: plain with pinholes, speckled stoneware, crackled, thrown on a wheel.
pub(super) fn ceramic(cx: &Cx) -> TextureSet {
    let cloud = cx.fbm(1, 2, 2, 4, 0.5);
    let wavy = cx.fbm(2, 7, 7, 3, 0.45);
    let fine = cx.fbm(3, 70, 70, 3, 0.7);
    let n = cx.n as f32;
    let mut speck = cx.flat(0.0);
    let mut rng = cx.rng(4);
    for _ in 0..[24, 950, 40, 260][cx.variant] {
        let small = rng.unit();
        let r = n * 0.0045 * (0.2 + small * small * small);
        let (x, y, strength) = (rng.unit() * n, rng.unit() * n, rng.range(0.25, 1.0));
        stamp(cx.n, x, y, r * 1.8 + 1.5, |i, dx, dy| {
            let d = (dx * dx + dy * dy).sqrt() - r * (1.0 + 0.6 * fine[i]);
            speck[i] = speck[i].max(strength * (0.6 - d).clamp(0.0, 1.0));
        });
    }
    let crackled = cx.variant == 2;
    let (mut crack, mut hair) = (cx.flat(1.0), cx.flat(1.0));
    if crackled {
        let (a, b) = (cx.fbm(6, 9, 9, 2, 0.5), cx.fbm(7, 9, 9, 2, 0.5));
        crack = cx.warp(&cx.cells(8, 7, 7, 1.0).edge, &a, &b, 0.02);
        hair = cx.warp(&cx.cells(9, 16, 16, 1.0).edge, &b, &a, 0.012);
    }
    let (bend, rings) = (cx.fbm(10, 3, 3, 2, 0.5), 26.0);
    render(cx, &Finish::tinted(0.15, 0.0), |i, _, v| {
        let spotted = speck[i];
        let mut tone = 0.955 + 0.02 * wavy[i] + 0.012 * cloud[i];
        let mut height = 0.05 * wavy[i] - 0.03 * spotted;
        if cx.variant == 3 {
            let groove = wave(v * rings + 0.25 * bend[i]) + 0.4 * wave(v * 61.0 + 0.5 * bend[i]);
            height += 0.08 * groove;
            tone += 0.02 * groove - 0.01;
        }
        let line = smooth(0.022, 0.006, crack[i]).max(0.45 * smooth(0.03, 0.01, hair[i]));
        tone -= 0.3 * line;
        height -= 0.012 * line;
        let dark = [0.35, 0.62, 0.3, 0.5][cx.variant] * spotted;
        let color = [tone * (1.0 - 0.8 * dark), tone * (1.0 - 0.9 * dark), tone * (0.985 - dark)];
        let rough =
            [0.08, 0.26, 0.12, 0.2][cx.variant] + 0.05 * smooth(0.0, 1.0, cloud[i]) + 0.12 * spotted + 0.2 * line;
        Pixel::new(color, height, rough)
    })
}
