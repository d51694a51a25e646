//! Ground made of stones: asphalt and gravel.

use super::TextureSet;
use super::field::Field;
use super::noise::{Cx, Rng, hash, smooth, unit};
use super::paint::{Finish, Pixel, Rgb, mix, render, signed, srgb, stamp, times};

/// Asphalt: worn grey, fresh black, coarse, patched and cracked.
pub(super) fn asphalt(cx: &Cx) -> TextureSet {
    let binder = srgb([0x4a4947, 0x2a2a2b, 0x3d3c3b, 0x53514e][cx.variant]);
    let bare = [0.75, 0.3, 0.6, 0.85][cx.variant];
    let tones = [
        [0x8f8b84, 0x6d6a66, 0xaaa498],
        [0x5c5b5a, 0x474646, 0x6e6b68],
        [0x84807a, 0x615f5d, 0x9e958a],
        [0x999388, 0x77736c, 0xb1a998],
    ];
    let tones = tones[cx.variant].map(srgb);
    let counts = [(58, 104), (64, 110), (38, 84), (58, 100)][cx.variant];
    let large = cx.cells(1, counts.0, counts.0, 1.0);
    let small = cx.cells(2, counts.1, counts.1, 1.0);
    let cloud = cx.fbm(3, 2, 2, 5, 0.55);
    let fine = cx.fbm(4, 110, 110, 2, 0.9);
    let grit = cx.white(5);
    let cracked = cx.variant == 3;
    let crack = if cracked {
        let edges = cx.cells(6, 4, 4, 1.0).edge;
        cx.warp(&edges, &cx.fbm(7, 7, 7, 5, 0.65), &cx.fbm(8, 7, 7, 5, 0.65), 0.02)
    } else {
        cx.flat(1.0)
    };
    let stone_color = |id: u32| {
        let t = unit(id);
        let c = if t < 0.5 { mix(tones[0], tones[1], t * 2.0) } else { mix(tones[0], tones[2], t * 2.0 - 1.0) };
        let warm = 0.07 * signed(id, 4);
        [c[0] * (1.0 + warm), c[1], c[2] * (1.0 - warm)]
    };
    render(cx, &Finish::natural(0.6, 0.006), |i, _, _| {
        let grow = 0.1 + 0.2 * unit(hash(large.id[i]));
        let stone = smooth(0.02, 0.12, large.edge[i] - grow * 0.55 + 0.05 * fine[i]);
        let shown = smooth(0.15, 0.5, bare + 0.25 * cloud[i] + 0.7 * signed(large.id[i], 1));
        let chip = smooth(0.04, 0.2, small.edge[i] - 0.1 * unit(hash(small.id[i])));
        let chip_shown = smooth(0.2, 0.55, bare + 0.25 * cloud[i] + 0.8 * signed(small.id[i], 2));
        let mut color = times(binder, 1.0 + 0.22 * fine[i] + 0.15 * grit[i] + 0.12 * cloud[i]);
        color = mix(color, times(stone_color(small.id[i]), 0.75), 0.75 * chip * chip_shown);
        let face = times(stone_color(large.id[i]), 1.0 + 0.1 * fine[i] + 0.06 * grit[i]);
        color = mix(color, face, 0.88 * stone * shown);
        color = times(color, 1.0 + 0.1 * cloud[i]);
        let dome = smooth(0.0, 0.45, large.edge[i]);
        let mut height =
            0.9 * stone * (0.55 + 0.45 * unit(large.id[i])) * (0.7 + 0.3 * dome) + 0.45 * chip * (1.0 - stone);
        height += 0.1 * fine[i] + 0.06 * grit[i] + 0.4 * cloud[i];
        let split = smooth(0.024, 0.006, crack[i] + 0.01 * fine[i]) * smooth(-0.4, 0.0, cloud[i]);
        color = times(color, 1.0 - 0.75 * split);
        height -= 3.0 * split;
        let rough = 0.9 - 0.16 * stone * shown + 0.05 * fine[i];
        Pixel {
            open: (1.0 - 0.3 * (1.0 - stone) * (1.0 - chip)) * (1.0 - 0.6 * split),
            ..Pixel::new(color, height, rough)
        }
    })
}

/// Stones heaped on each other: the highest at each pixel.
struct Heap {
    height: Field,
    id: Vec<u32>,
    /// How steep the stone is there: 0 at its top, 1 at its rim.
    rim: Field,
}

/// Drops one stone on the heap; lengths in pixels, heights in radii.
fn drop_stone(cx: &Cx, heap: &mut Heap, rng: &mut Rng, lumps: &Field, radius: f32, broken: bool, lift: f32) {
    let n = cx.n as f32;
    let (x, y) = (rng.unit() * n, rng.unit() * n);
    let (s, c) = rng.direction();
    let (long, tilt) = (rng.range(1.0, 1.55), rng.direction());
    let lean = rng.range(0.0, 0.35);
    let id = rng.bits();
    // Broken faces: planes that cut the ellipsoid.
    let mut cuts = [(0.0, 0.0, 0.0); 5];
    for cut in &mut cuts {
        let (s, c) = rng.direction();
        let steep = rng.range(0.25, 1.1);
        *cut = (c * steep, s * steep, rng.range(0.62, 0.95) + 0.12 * steep);
    }
    let flat = rng.range(0.55, 0.85);
    let scale = 1.0 / radius;
    let highest = (flat + lean) * radius + lift;
    stamp(cx.n, x, y, radius * 1.06, |i, dx, dy| {
        if heap.height[i] > highest {
            return;
        }
        let (dx, dy) = (dx * scale, dy * scale);
        let (a, b) = (dx * c + dy * s, (dy * c - dx * s) * long);
        let d = a * a + b * b + 0.16 * lumps[i];
        if d >= 1.0 {
            return;
        }
        let mut top = (1.0 - d).sqrt();
        if broken {
            for (gx, gy, h) in &cuts {
                let plane = h - gx * a - gy * b;
                top = top.min(plane);
            }
        }
        let height = (top.max(0.0) * flat + lean * (dx * tilt.0 + dy * tilt.1)) * radius + lift;
        if height > heap.height[i] {
            heap.height[i] = height;
            heap.id[i] = id;
            heap.rim[i] = d.max(0.0);
        }
    });
}

/// Gravel: grey river stones, crushed granite, warm pea gravel, dark slate chips.
pub(super) fn gravel(cx: &Cx) -> TextureSet {
    let palettes: [[u32; 5]; 4] = [
        [0x8d8b86, 0x6f706f, 0xb2aea5, 0x9a8a76, 0x595a5b],
        [0x9b9894, 0x85827f, 0xb7b2ac, 0xa08f86, 0x6e6c6a],
        [0xb79a6e, 0x93734c, 0xd3be98, 0x8c8275, 0xa5734d],
        [0x4d5257, 0x3d4145, 0x666a6d, 0x5b5450, 0x2f3235],
    ];
    let palette: [Rgb; 5] = palettes[cx.variant].map(srgb);
    let broken = cx.variant % 2 == 1;
    let size_m = [0.5, 0.6, 0.35, 0.6][cx.variant];
    let n = cx.n as f32;
    let lumps = cx.fbm(1, 18, 18, 3, 0.55);
    let mut heap = Heap { height: cx.flat(-n), id: vec![0; cx.n * cx.n], rim: cx.flat(1.0) };
    let mut rng = cx.rng(2);
    let scale = [1.0, 0.85, 0.9, 0.95][cx.variant];
    for (count, radius, lift) in [(420, 0.013, 0.022), (340, 0.036, 0.0), (900, 0.024, -0.004), (1500, 0.016, -0.012)] {
        let radius: f32 = radius * scale;
        let count = (count as f32 / (scale * scale)) as usize;
        for _ in 0..count {
            let r = n * radius * rng.range(0.6, 1.25);
            drop_stone(cx, &mut heap, &mut rng, &lumps, r.max(1.0), broken, n * lift * scale);
        }
    }
    let fine = cx.fbm(3, 90, 90, 2, 0.9);
    let grain = cx.fbm(4, 36, 36, 4, 0.7);
    let bands = cx.fbm(5, 10, 50, 2, 0.6);
    let cloud = cx.fbm(6, 2, 2, 3, 0.5);
    let grit = cx.white(7);
    let to_millimetres = size_m * 1000.0 / n;
    let soil = srgb([0x6a5f52, 0x6b6660, 0x7d6548, 0x3a3632][cx.variant]);
    let floor = -0.02 * n;
    render(cx, &Finish::natural(size_m, size_m * 0.016), |i, _, _| {
        let id = heap.id[i];
        let height = heap.height[i].max(floor);
        let t = unit(hash(id));
        let a = palette[(unit(id) * 5.0) as usize % 5];
        let b = palette[(t * 5.0) as usize % 5];
        let mut color = mix(a, b, 0.35 * t);
        let vein = smooth(0.12, 0.0, (bands[i] + signed(id, 3)).abs()) * smooth(0.2, 0.8, signed(id, 4));
        color = times(
            color,
            1.0 + 0.13 * grain[i] + 0.1 * fine[i] + 0.06 * grit[i] + 0.12 * signed(id, 5) + 0.05 * cloud[i],
        );
        color = mix(color, [0.6, 0.58, 0.54], 0.5 * vein);
        let buried = smooth(0.01 * n, floor, height);
        color = mix(color, times(soil, 0.6 + 0.2 * fine[i]), 0.55 * buried + if height <= floor { 0.4 } else { 0.0 });
        let rough = 0.72 + 0.08 * fine[i] + 0.1 * signed(id, 6) + 0.1 * buried;
        let open = (1.0 - 0.45 * buried) * (1.0 - 0.3 * smooth(0.75, 1.0, heap.rim[i]));
        Pixel { open, ..Pixel::new(color, 0.8 * height * to_millimetres + 0.1 * grain[i] + 0.05 * fine[i], rough) }
    })
}
