//! What grows: grass, bark, leaves.

use super::TextureSet;
use super::field::Field;
use super::noise::{Cx, Rng, floor, hash, lerp, smooth, unit, wave};
use super::paint::{Finish, Pixel, Rgb, Stroke, mix, render, signed, srgb, stamp_turned, stroke, times};

/// A picture painted back to front: what lies on top at each pixel.
struct Layers {
    color: Vec<Rgb>,
    height: Field,
    shine: Field,
}

/// What all blades of a lawn share.
struct Lawn {
    /// Two greens, the tips, straw.
    palette: [Rgb; 4],
    length: f32,
    /// How many blades are dry.
    straw: f32,
    /// Where few are.
    lush: Field,
}

/// One blade, from its root outwards.
fn blade(cx: &Cx, layers: &mut Layers, rng: &mut Rng, lawn: &Lawn, level: f32) {
    let palette = &lawn.palette;
    let (s, c) = rng.direction();
    let reach = lawn.length * rng.range(0.45, 1.0);
    let from = (rng.unit(), rng.unit());
    let pixel = |t: f32| ((t * cx.n as f32) as usize).min(cx.n - 1);
    let here = lawn.lush[pixel(from.1) * cx.n + pixel(from.0)];
    let dry = rng.unit() < lawn.straw * (1.0 - 0.8 * here);
    let base = if dry { palette[3] } else { mix(palette[0], palette[1], rng.unit()) };
    let tip = if dry { times(palette[3], 1.2) } else { mix(base, palette[2], rng.range(0.3, 1.0)) };
    let tone = rng.range(0.8, 1.2) * (0.6 + 0.4 * level);
    let (lift, rise) = (level * 9.0, rng.range(2.0, 9.0));
    let fold = rng.range(-0.5, 0.5);
    let line = Stroke {
        from,
        along: (c * reach, s * reach),
        bend: rng.range(-0.22, 0.22) * reach,
        half: rng.range(0.0022, 0.0046),
    };
    let highest = lift + 0.65 * rise + 0.6;
    stroke(cx.n, &line, |i, t, d| {
        if layers.height[i] >= highest {
            return;
        }
        let width = (1.25 - t).min(1.0);
        let x = d / width.max(0.15);
        if x.abs() > 1.0 {
            return;
        }
        let height = lift + rise * t * (1.6 - t) + 0.6 * (1.0 - x.abs());
        if height < layers.height[i] {
            return;
        }
        layers.height[i] = height;
        let crease = 1.0 - 0.22 * smooth(0.35, 0.0, x.abs()) + 0.12 * fold * x;
        let shade = tone * crease * (0.68 + 0.32 * t.min(0.5) / 0.5);
        layers.color[i] = times(mix(base, tip, t), shade);
        layers.shine[i] = 1.0;
    });
}

/// Grass: lawn, meadow, parched, mown short.
pub(super) fn grass(cx: &Cx) -> TextureSet {
    let palettes: [[u32; 4]; 4] = [
        [0x4f7a2c, 0x3f6826, 0x86ab4a, 0xb7a86a],
        [0x5b7f34, 0x47692d, 0x9ab35a, 0xc3b277],
        [0x7d7f42, 0x8f8a4e, 0xaaa562, 0xcbb681],
        [0x3f7a35, 0x336b30, 0x69a04a, 0xa59c5e],
    ];
    let palette = palettes[cx.variant].map(srgb);
    let (straw, length) = ([0.06, 0.14, 0.62, 0.03][cx.variant], [0.11, 0.17, 0.12, 0.065][cx.variant]);
    let cloud = cx.fbm(1, 3, 3, 4, 0.55);
    let lush = Field::of(cloud.len(), cloud.iter().map(|c| smooth(-0.6, 0.7, *c)));
    let soil_noise = cx.fbm(2, 50, 50, 3, 0.8);
    let thatch = mix(palette[0], palette[3], 0.25 + 0.4 * straw);
    let soil = mix(srgb(0x4a3b2a), times(thatch, 0.6), 0.7);
    let color = soil_noise.iter().map(|s| times(soil, 0.85 + 0.4 * s)).collect();
    let height = Field::of(soil_noise.len(), soil_noise.iter().map(|s| 0.6 * s));
    let mut layers = Layers { color, height, shine: cx.flat(0.0) };
    let lawn = Lawn { palette, length, straw, lush };
    let mut rng = cx.rng(3);
    let count = [5200, 3600, 4300, 8200][cx.variant];
    for b in 0..count {
        let level = 1.0 - b as f32 / count as f32;
        blade(cx, &mut layers, &mut rng, &lawn, level);
    }
    let fine = cx.white(4);
    render(cx, &Finish::natural(0.4, 0.006), |i, _, _| {
        let color = times(layers.color[i], 1.0 + 0.12 * cloud[i] + 0.06 * fine[i]);
        let deep = smooth(9.0, 1.0, layers.height[i]);
        Pixel {
            open: 1.0 - 0.5 * deep,
            ..Pixel::new(times(color, 1.0 - 0.22 * deep), 0.5 * layers.height[i], lerp(0.95, 0.55, layers.shine[i]))
        }
    })
}

/// Bark: furrowed oak, plated pine, mossy, birch.
pub(super) fn bark(cx: &Cx) -> TextureSet {
    if cx.variant == 3 {
        return birch(cx);
    }
    let palettes = [
        [0x7d6a57, 0x9a8871, 0x2f251d, 0x6f7a4a],
        [0x8a5f43, 0xb08a6c, 0x33231b, 0x7b7f5a],
        [0x6a5c4d, 0x85786a, 0x261f19, 0x66793a],
    ];
    let [ground, light, deep, moss] = palettes[cx.variant].map(srgb);
    let plated = cx.variant == 1;
    let (a, b) = (cx.fbm(1, 6, 3, 4, 0.55), cx.fbm(2, 8, 4, 4, 0.55));
    let counts = if plated { (10, 5) } else { (15, 5) };
    let large = cx.cells(3, counts.0, counts.1, 1.0);
    let small = cx.cells(4, counts.0 * 2 + 3, counts.1 * 3, 1.0);
    let (reach, wide) = if plated { (0.035, 0.15) } else { (0.05, 0.28) };
    let edge = cx.warp(&large.edge, &a, &b, reach);
    let crack = cx.warp(&small.edge, &b, &a, reach * 0.7);
    let fibre = cx.fbm(5, 60, 10, 3, 0.7);
    let rough_noise = cx.fbm(6, 36, 24, 4, 0.75);
    let layers = cx.fbm(7, 8, 30, 3, 0.6);
    let cloud = cx.fbm(8, 2, 2, 4, 0.55);
    let green = [0.12, 0.05, 0.9][cx.variant];
    render(cx, &Finish::natural(0.5, 0.012), |i, _, _| {
        let far = edge[i] + 0.045 * rough_noise[i];
        let ridge = smooth(0.01, wide, far);
        let minor = smooth(0.0, 0.1, crack[i] + 0.04 * rough_noise[i]);
        // Flakes: the body falls to the crack in steps with torn edges.
        let terrace = 4.0 * far.min(0.5) + 0.55 * layers[i] + 0.2 * rough_noise[i];
        let flake = floor(terrace) as f32 + smooth(0.0, 0.3, terrace - floor(terrace) as f32);
        let step = if plated { 0.5 * flake } else { 0.4 * layers[i] };
        let body = ridge * (0.72 + 0.28 * minor);
        let tone = 0.45 + 0.35 * rough_noise[i] + 0.25 * fibre[i] + 0.2 * step;
        let mut color = mix(ground, light, tone.clamp(-0.2, 1.2) * (0.35 + 0.65 * ridge));
        color = mix(color, deep, 0.85 * (1.0 - ridge) + 0.35 * (1.0 - minor) * ridge);
        color = times(color, 1.0 + 0.14 * cloud[i]);
        let grown = green * smooth(0.0, 0.9, cloud[i] + 0.35 * rough_noise[i] + 0.25 * (ridge - 0.5));
        let mossy = mix(moss, times(moss, 1.7), (0.5 + 0.6 * rough_noise[i]).clamp(0.0, 1.0));
        color = mix(color, mossy, (grown * (0.4 + 0.6 * ridge)).min(0.92));
        let height = 6.0 * body + 0.7 * rough_noise[i] + 0.5 * fibre[i] + 0.8 * step * ridge + 0.8 * grown;
        Pixel { open: 0.4 + 0.6 * ridge, ..Pixel::new(color, height, 0.9 + 0.05 * rough_noise[i]) }
    })
}

/// Birch: white, peeling across, with dark lenticels.
fn birch(cx: &Cx) -> TextureSet {
    let n = cx.n as f32;
    let cloud = cx.fbm(1, 2, 3, 4, 0.55);
    let band = cx.fbm(2, 3, 40, 4, 0.6);
    let fine = cx.fbm(3, 20, 90, 2, 0.8);
    let ragged = cx.fbm(4, 12, 24, 4, 0.65);
    let mut mark = cx.flat(0.0);
    let mut rng = cx.rng(5);
    for m in 0..170 {
        let wide = if m < 14 { rng.range(0.05, 0.13) } else { rng.range(0.008, 0.045) } * n;
        let tall = if m < 14 { rng.range(0.006, 0.02) } else { rng.range(0.0015, 0.003) } * n;
        let tall = tall.max(0.9);
        let (x, y) = (rng.unit() * n, rng.unit() * n);
        let line =
            Stroke { from: ((x - wide) / n, y / n), along: (2.0 * wide / n, 0.0), bend: 0.0, half: tall * 2.2 / n };
        stroke(cx.n, &line, |i, t, d| {
            let lens = 1.0 - (2.0 * t - 1.0) * (2.0 * t - 1.0) - (d * 2.2).abs() + 0.35 * ragged[i];
            mark[i] = mark[i].max(smooth(-0.05, 0.3, lens));
        });
    }
    let (white, cream, dark) = (srgb(0xd9d5cb), srgb(0xc9a98a), srgb(0x2b2622));
    render(cx, &Finish::natural(0.4, 0.004), |i, _, _| {
        let peel = smooth(0.45, 1.0, band[i] + 0.3 * cloud[i]);
        let lip = smooth(0.3, 0.47, band[i] + 0.3 * cloud[i]) * (1.0 - peel);
        let mut color = times(white, 1.0 + 0.07 * fine[i] + 0.07 * cloud[i] + 0.05 * band[i]);
        color = mix(color, cream, 0.6 * peel);
        color = times(color, 1.0 - 0.18 * lip);
        color = mix(color, dark, 0.88 * mark[i]);
        let height = 0.35 * lip - 0.25 * peel + 0.07 * fine[i] + 0.45 * mark[i] * (1.0 + ragged[i]) + 0.3 * cloud[i];
        Pixel { open: 1.0 - 0.25 * mark[i], ..Pixel::new(color, height, 0.62 + 0.15 * peel + 0.2 * mark[i]) }
    })
}

/// The outline and tints of a kind of leaf.
struct Leaf {
    /// Width by length.
    slim: f32,
    /// How many waves its edge has, and how deep they are.
    lobes: (f32, f32),
    length: f32,
    curl: f32,
}

/// Lays one leaf on top of the picture.
fn lay(cx: &Cx, layers: &mut Layers, rng: &mut Rng, kind: &Leaf, palette: &[Rgb], blotch: &Field, level: f32) {
    let n = cx.n as f32;
    let length = kind.length * n * rng.range(0.65, 1.15);
    let (x, y) = (rng.unit() * n, rng.unit() * n);
    let (s, c) = rng.direction();
    let color = mix(palette[rng.below(palette.len())], palette[rng.below(palette.len())], 0.35);
    let color = times(color, rng.range(0.78, 1.15) * (0.5 + 0.5 * level));
    let second = mix(color, palette[rng.below(palette.len())], 0.5);
    let vein = mix(color, [0.5, 0.48, 0.3], 0.35);
    let (curl, tilt, twist) = (rng.range(-1.0, 1.0) * kind.curl, rng.range(-3.0, 3.0), rng.range(-2.0, 2.0));
    let half = 0.5 * length;
    let wide = half * (kind.slim * 1.02 * (1.0 + kind.lobes.1) + 0.1 * curl.abs());
    let phase = rng.unit();
    let scale = 1.0 / half;
    let lift = 26.0 * level;
    let highest = lift + tilt.abs() + 0.7 * twist.abs() + 4.5 * curl.max(0.0);
    stamp_turned(cx.n, (x, y), (s, c), (half, wide), |i, along, aside| {
        if layers.height[i] >= highest {
            return;
        }
        let along = along * scale;
        let aside = aside * scale + 0.1 * curl * (1.0 - along * along);
        let t = 0.5 + 0.5 * along;
        if !(0.0..=1.0).contains(&t) {
            return;
        }
        // Broad near the stalk, pointed at the tip.
        let body = 3.1 * t * (1.0 - t) * (1.35 - 0.7 * t);
        let lobe = 1.0 + kind.lobes.1 * wave(t * kind.lobes.0 + phase * 0.2);
        let width = kind.slim * body * lobe;
        let x = aside.abs();
        let stalk = t < 0.07 && x < 0.018;
        if x > width && !stalk {
            return;
        }
        let rib = smooth(0.03, 0.012, x);
        let side = wave((t - 0.55 * x) * 9.0);
        let branch = smooth(0.86, 0.98, side) * smooth(1.0, 0.6, x / width.max(0.01));
        let height = lift + tilt * along + twist * aside + curl * 9.0 * x * x - 0.9 * rib - 0.35 * branch;
        if height < layers.height[i] {
            return;
        }
        layers.height[i] = height;
        let rim = smooth(0.75, 1.0, x / width.max(0.01));
        let mut tint = mix(color, second, smooth(-0.2, 0.9, blotch[i] + 0.8 * rim - 0.3));
        tint = mix(tint, vein, 0.75 * rib + 0.4 * branch);
        layers.color[i] = times(tint, 1.0 + 0.07 * side * (1.0 - branch) - 0.12 * rim);
        layers.shine[i] = 1.0;
    });
}

/// Leaves: green foliage, autumn litter, dry brown litter, dark broad leaves.
pub(super) fn leaves(cx: &Cx) -> TextureSet {
    let palettes: [[u32; 5]; 4] = [
        [0x5c8a34, 0x47752c, 0x76a044, 0x3c6628, 0x8db152],
        [0xb5552a, 0xd08a2e, 0x8f3324, 0xc9a63c, 0x7a5a2c],
        [0x8a6541, 0x70503a, 0xa5815a, 0x5c4433, 0x94795a],
        [0x2f5a35, 0x26492d, 0x3d6b3c, 0x2c5240, 0x54803f],
    ];
    let palette = palettes[cx.variant].map(srgb);
    let kind = [
        Leaf { slim: 0.42, lobes: (9.0, 0.03), length: 0.13, curl: 0.7 },
        Leaf { slim: 0.5, lobes: (4.0, 0.22), length: 0.15, curl: 1.2 },
        Leaf { slim: 0.4, lobes: (5.0, 0.16), length: 0.14, curl: 1.6 },
        Leaf { slim: 0.6, lobes: (2.5, 0.12), length: 0.2, curl: 0.6 },
    ];
    let kind = &kind[cx.variant];
    let blotch = cx.fbm(1, 16, 16, 4, 0.6);
    let cloud = cx.fbm(2, 2, 2, 3, 0.5);
    let fine = cx.fbm(3, 90, 90, 2, 0.9);
    // What shows through the gaps: more leaves, deep in shade.
    let shade =
        |b: &f32| times(mix(mix(palette[1], palette[3], smooth(-0.6, 0.6, *b)), srgb(0x3a2f24), 0.4), 0.4 + 0.12 * b);
    let mut layers = Layers { color: blotch.iter().map(shade).collect(), height: cx.flat(-2.0), shine: cx.flat(0.0) };
    let mut rng = cx.rng(4);
    let area = kind.length * kind.length * kind.slim;
    let count = ([5.4, 5.4, 5.4, 8.0][cx.variant] / area) as usize;
    for l in 0..count {
        lay(cx, &mut layers, &mut rng, kind, &palette, &blotch, 1.0 - l as f32 / count as f32);
    }
    let gloss = [0.42, 0.6, 0.75, 0.34][cx.variant];
    render(cx, &Finish::natural(0.5, 0.012), |i, _, _| {
        let deep = smooth(20.0, 2.0, layers.height[i]);
        let soft = unit(hash(i as u32)) * 0.04;
        let color = times(layers.color[i], (1.0 + 0.07 * fine[i] + 0.1 * cloud[i] + soft) * (1.0 - 0.35 * deep));
        let leaf = layers.shine[i];
        Pixel {
            open: 1.0 - 0.5 * deep,
            ..Pixel::new(
                color,
                layers.height[i] * 0.75 + 0.12 * blotch[i] + 0.05 * fine[i],
                lerp(0.95, gloss, leaf) + 0.06 * signed(floor(blotch[i] * 3.0) as u32, 1) * 0.3,
            )
        }
    })
}
