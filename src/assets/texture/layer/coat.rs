//! What each layer puts over a surface: where, in which colour, how rough, and in what relief.

use super::super::field::Field;
use super::super::noise::{Cx, Rng, floor, lerp, smooth, wave};
use super::super::paint::{Rgb, Stroke, cover, mix, smooth_ends, srgb, stamp, stroke, times};

/// Colours of what is sprayed on: mostly, in patches, and in runs.
pub(super) const DIRT: [u32; 3] = [0x4a3b2c, 0x66553f, 0x2a2520];
pub(super) const SALT: [u32; 3] = [0xbdbcb8, 0xd8d7d3, 0xa6a5a1];

/// One layer over a square of pixels.
pub(super) struct Coat {
    /// How much of the surface it hides, 0–1.
    pub(super) cover: Field,
    /// Its own colour, linear.
    pub(super) color: Vec<Rgb>,
    /// Whether its colour is mixed with what is below and hardly makes it darker.
    pub(super) lightens: bool,
    /// Roughness where it covers wholly.
    pub(super) rough: Rough,
    /// Metalness where it covers wholly; what is below stays metal or not where there is none.
    pub(super) metal: Option<f32>,
    /// Alpha where it covers wholly a surface that is seen through.
    pub(super) alpha: f32,
    /// How far it levels the relief below where it covers wholly, 0–1.
    pub(super) levels: f32,
    /// Height that it adds, in millimetres.
    pub(super) relief: Field,
}

/// What becomes of roughness.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rough {
    /// It becomes this.
    To(f32),
    /// It goes this share of the way from what it is to 1.
    Up(f32),
}

impl Rough {
    /// The roughness of a surface that is covered wholly.
    pub(super) fn over(self, below: f32) -> f32 {
        match self {
            Rough::To(rough) => rough,
            Rough::Up(share) => below + (1.0 - below) * share,
        }
    }
}

/// The square that a layer is made for.
pub(super) struct Ground<'a> {
    /// Pixels and seed of this layer.
    pub(super) cx: Cx,
    /// Metres along a side.
    pub(super) size_m: f32,
    /// See [`super::relief::hollows`].
    pub(super) hollow: &'a Field,
}

impl Ground<'_> {
    /// How many features of a size in metres go side by side, within what looks right and the pixels can show.
    fn count(&self, feature_m: f32) -> usize {
        let most = (self.cx.n / 4).max(2);
        ((self.size_m / feature_m + 0.5) as usize).clamp(2, most)
    }

    /// A length in metres as a share of the side, kept in limits.
    fn share(&self, length_m: f32, most: f32) -> f32 {
        (length_m / self.size_m).min(most)
    }

    /// Noise with features of a size in metres along u and v.
    fn noise(&self, k: u32, (u_m, v_m): (f32, f32), octaves: u32, gain: f32) -> Field {
        self.cx.fbm(k, self.count(u_m), self.count(v_m), octaves, gain)
    }

    fn fields(&self, value: impl Fn(usize) -> f32) -> Field {
        let len = self.cx.n * self.cx.n;
        Field::of(len, (0..len).map(value))
    }

    fn colors(&self, color: impl Fn(usize) -> Rgb) -> Vec<Rgb> {
        (0..self.cx.n * self.cx.n).map(color).collect()
    }

    /// A bright matte film of particles that fall at random: what they leave free falls off exponentially with their
    /// number, and more of them stay in hollows.
    pub(super) fn dust(&self, amount: f32) -> Coat {
        let cloud = self.noise(1, (0.15, 0.15), 5, 0.6);
        let fine = self.noise(2, (0.008, 0.008), 2, 0.8);
        let grain = self.cx.white(3);
        let mut lint = self.cx.flat(0.0);
        self.lint(&mut lint, amount);
        let number = 2.6 * amount * amount.sqrt();
        // Where it lies thick, little of what stands out stays free.
        let least = 0.1 + 0.4 * amount;
        let hidden = |i: usize| {
            let share = 1.0 + 0.45 * cloud[i] + 0.55 * self.hollow[i] + 0.18 * fine[i] + 0.14 * grain[i];
            let film = 1.0 - libm::expf(-number * share.max(least));
            film + (1.0 - film) * 0.75 * lint[i]
        };
        let (pale, dark, thread) = (srgb(0xc6beb1), srgb(0xaca294), srgb(0xd2cec8));
        let tone = |i: usize| {
            let dust = mix(dark, pale, smooth(-1.0, 1.0, cloud[i] + 0.5 * fine[i] + 0.35 * grain[i]));
            mix(dust, thread, lint[i])
        };
        let cover = self.fields(hidden);
        let relief = self.fields(|i| cover[i] * (0.012 * fine[i] + 0.006 * grain[i]));
        Coat {
            color: self.colors(tone),
            cover,
            lightens: false,
            rough: Rough::To(0.96),
            metal: Some(0.0),
            alpha: 0.85,
            levels: 0.65,
            relief,
        }
    }

    /// Fibres that lie in dust.
    fn lint(&self, out: &mut Field, amount: f32) {
        let mut rng = self.cx.rng(4);
        let area = (self.size_m * self.size_m).min(1.0);
        let count = (140.0 * amount * area + 0.5) as usize;
        for _ in 0..count {
            let (s, c) = rng.direction();
            let reach = self.share(rng.range(0.004, 0.016), 0.1);
            let strength = rng.range(0.25, 0.8);
            let line = Stroke {
                from: (rng.unit(), rng.unit()),
                along: (c * reach, s * reach),
                bend: rng.range(-0.35, 0.35) * reach,
                half: 0.0,
            };
            stroke(self.cx.n, &line, |i, t, d| out[i] = out[i].max(0.7 * strength * cover(d) * smooth_ends(t)));
        }
    }

    /// Blotches, runs along v and filth in hollows, of these colours.
    pub(super) fn spray(&self, amount: f32, colors: [u32; 3]) -> Coat {
        let push = self.noise(1, (0.1, 0.1), 3, 0.6);
        let other = self.noise(2, (0.1, 0.1), 3, 0.6);
        let blotch = self.cx.warp(&self.noise(3, (0.17, 0.17), 6, 0.62), &push, &other, self.share(0.05, 0.1));
        let run = self.noise(4, (0.02, 0.5), 4, 0.6);
        let run = self.cx.warp(&run, &push, &other, self.share(0.006, 0.02));
        let fine = self.noise(5, (0.012, 0.012), 3, 0.7);
        let grain = self.cx.white(6);
        // The threshold sinks with the amount, from where there is nothing above it to where all is.
        let threshold = lerp(1.0, -1.2, libm::powf(amount, 0.4));
        // The first traces are faint.
        let first = (8.0 * amount).min(1.0);
        let hidden = |i: usize| {
            let streak = run[i] * smooth(-0.6, 0.7, blotch[i] + 0.5 * push[i]);
            let level = 0.75 * blotch[i] + 0.45 * streak + 0.26 * self.hollow[i] + 0.22 * fine[i];
            let film = 0.25 * amount * (1.0 + 0.4 * fine[i] + 0.3 * grain[i]);
            (film + 0.85 * first * smooth(threshold, threshold + 1.9, level + 0.08 * grain[i])).clamp(0.0, 0.96)
        };
        let [soil, mud, soot] = colors.map(srgb);
        let tone = |i: usize| {
            let color = mix(soil, mud, smooth(-0.4, 1.1, other[i] + 0.4 * fine[i]));
            let color = mix(color, soot, 0.75 * smooth(-0.2, 1.2, run[i] - 0.3 * other[i]));
            times(color, 1.0 + 0.12 * grain[i] + 0.1 * fine[i])
        };
        let cover = self.fields(hidden);
        let relief = self.fields(|i| cover[i] * (0.05 * fine[i] + 0.012 * grain[i]));
        Coat {
            color: self.colors(tone),
            cover,
            lightens: false,
            rough: Rough::To(0.92),
            metal: Some(0.0),
            alpha: 0.9,
            levels: 0.4,
            relief,
        }
    }

    /// Grooves with raised edges, most of them along a few directions.
    pub(super) fn scratches(&self, amount: f32) -> Coat {
        let mut mark = self.cx.flat(0.0);
        let mut relief = self.cx.flat(0.0);
        let mut rng = self.cx.rng(1);
        let turn = rng.range(0.0, core::f32::consts::TAU);
        let mains = [turn, turn + rng.range(0.35, 0.8), turn + rng.range(1.2, 1.9)];
        let area = (self.size_m * self.size_m).clamp(0.15, 1.0);
        // The first so many of one sequence: more of them leave those in place that there were.
        let count = (1600.0 * amount * amount.sqrt() * area + 2.0 * amount) as usize + 1;
        let pixel_m = self.size_m / self.cx.n as f32;
        let mut last = (0.0, 0.0, turn);
        for _ in 0..count {
            let angle = mains[rng.below(5) % 3] + rng.range(-0.1, 0.1);
            let free = rng.range(0.0, core::f32::consts::TAU);
            let beside = (last.0 + rng.range(-0.02, 0.02), last.1 + rng.range(-0.02, 0.02), last.2);
            let elsewhere = (rng.unit(), rng.unit());
            last = match rng.unit() {
                pick if pick < 0.4 => (beside.0, beside.1, beside.2 + rng.range(-0.06, 0.06)),
                pick if pick < 0.9 => (elsewhere.0, elsewhere.1, angle),
                _ => (elsewhere.0, elsewhere.1, free),
            };
            let long = rng.unit() * rng.unit();
            let reach = self.share(lerp(0.012, 0.22, long * long), 0.45);
            let width_m = rng.range(0.0002, 0.0009) * lerp(0.7, 1.4, long);
            let bend = rng.range(-0.04, 0.04) * reach;
            // A scratch narrower than a pixel takes up a share of it.
            let strength = rng.range(0.4, 1.0) * (width_m / pixel_m).clamp(0.4, 1.0);
            let (s, c) = libm::sincosf(last.2);
            let line = Stroke {
                from: (last.0, last.1),
                along: (c * reach, s * reach),
                bend,
                half: 0.5 * width_m / self.size_m,
            };
            stroke(self.cx.n, &line, |i, t, d| {
                let ends = smooth_ends(t);
                let cut = strength * cover(d) * ends;
                mark[i] = mark[i].max(cut);
                let burr = (1.0 - (d.abs() - 1.6).abs() * 2.0).max(0.0);
                relief[i] = (relief[i] - 0.14 * cut + 0.035 * strength * burr * ends).clamp(-0.2, 0.08);
            });
        }
        let grain = self.cx.white(2);
        let tone = |i: usize| times([0.58, 0.57, 0.56], 1.0 + 0.1 * grain[i]);
        mark.iter_mut().for_each(|m| *m *= 0.85);
        Coat {
            color: self.colors(tone),
            cover: mark,
            lightens: true,
            rough: Rough::Up(0.5),
            metal: None,
            alpha: 0.6,
            levels: 0.0,
            relief,
        }
    }

    /// Patches of scale, bright at their fringes, dark where they are thick, that bleed into what is around them.
    pub(super) fn rust(&self, amount: f32) -> Coat {
        let push = self.noise(1, (0.12, 0.12), 4, 0.6);
        let other = self.noise(2, (0.1, 0.1), 4, 0.6);
        let patch = self.cx.warp(&self.noise(3, (0.2, 0.2), 6, 0.66), &push, &other, self.share(0.05, 0.1));
        let fine = self.noise(4, (0.012, 0.012), 3, 0.8);
        let grit = self.cx.white(5);
        let run = self.noise(6, (0.02, 0.5), 4, 0.6);
        let threshold = lerp(1.7, -1.25, libm::powf(amount, 0.6));
        let level = self.fields(|i| patch[i] + 0.28 * fine[i] + 0.1 * run[i] + 0.18 * self.hollow[i] - threshold);
        let tones = [0xa5562a, 0x6f3a22, 0xc77b3d, 0x37241d].map(srgb);
        let [orange, brown, bright, black] = tones;
        let core = |i: usize| smooth(0.0, 0.22, level[i]);
        let thick = |i: usize| smooth(0.25, 1.3, level[i]);
        let tone = |i: usize| {
            let mut color = mix(orange, brown, smooth(-0.5, 0.9, other[i] + 0.5 * fine[i] + 0.8 * thick(i)));
            color = mix(color, bright, 0.6 * smooth(0.15, 1.1, fine[i] + 0.4 * run[i] - 0.8 * thick(i)));
            color = mix(color, black, 0.65 * thick(i) * smooth(-0.2, 1.0, push[i] - 0.4 * fine[i]));
            let color = times(color, 1.0 + 0.14 * grit[i] + 0.14 * fine[i]);
            mix(mix(orange, bright, 0.4), color, core(i))
        };
        let bleed =
            |i: usize| smooth(-0.42, 0.05, level[i] + 0.12 * run[i]) * lerp(0.2, 0.45, smooth(-1.0, 1.0, run[i]));
        let first = (8.0 * amount).min(1.0);
        let hidden = |i: usize| first * core(i).max(bleed(i)) * 0.985;
        let raised = |i: usize| {
            first * core(i) * (0.1 + 0.1 * fine[i] + 0.035 * grit[i] + 0.14 * thick(i) * (1.0 + 0.5 * other[i]))
        };
        Coat {
            cover: self.fields(hidden),
            color: self.colors(tone),
            lightens: false,
            rough: Rough::To(0.9),
            metal: Some(0.0),
            alpha: 1.0,
            levels: 0.7,
            relief: self.fields(raised),
        }
    }

    /// Rings from wet cups, dried drops and drips down v. What dries leaves most of what it held at its rim (Deegan
    /// et al. 1997).
    pub(super) fn stains(&self, amount: f32) -> Coat {
        // On a square metre or more; on less there is less room.
        let most = (48.0 * self.size_m * self.size_m).clamp(14.0, 40.0);
        let n = self.cx.n as f32;
        let wobble = self.noise(1, (0.03, 0.03), 4, 0.6);
        let fine = self.noise(2, (0.008, 0.008), 2, 0.7);
        let colors = [0x4a2f19, 0x5b4022, 0x3d3122, 0x6a5a3a, 0x50281c].map(srgb);
        let mut marks = (self.cx.flat(0.0), vec![colors[0]; self.cx.n * self.cx.n]);
        let mut rng = self.cx.rng(3);
        for k in 0..most as u32 {
            let seed = rng.bits();
            // They come one after the other; the one that is coming is still faint.
            let strength = (amount * most - k as f32).clamp(0.0, 1.0);
            if strength <= 0.0 {
                break;
            }
            let mut rng = Rng::new(seed);
            let (x, y) = (rng.unit() * n, rng.unit() * n);
            let (color, strength) = (colors[rng.below(colors.len())], strength * rng.range(0.55, 1.0));
            let mut put = |i: usize, value: f32| {
                if value * strength > marks.0[i] {
                    marks.0[i] = value * strength;
                    marks.1[i] = color;
                }
            };
            match k % 4 {
                0 | 2 => self.ring(&mut rng, (x, y), &wobble, &mut put),
                1 => self.drip(&mut rng, (x, y), &wobble, &mut put),
                _ => self.drop(&mut rng, (x, y), &wobble, &mut put),
            }
        }
        let (mut mark, color) = marks;
        for (mark, fine) in mark.iter_mut().zip(fine.iter()) {
            *mark = (*mark * (1.0 + 0.16 * fine)).clamp(0.0, 0.9);
        }
        let relief = self.fields(|i| 0.006 * mark[i]);
        Coat {
            cover: mark,
            color,
            lightens: false,
            rough: Rough::To(0.48),
            metal: Some(0.0),
            alpha: 0.7,
            levels: 0.15,
            relief,
        }
    }

    /// The ring of a cup, fainter on one side.
    fn ring(&self, rng: &mut Rng, (x, y): (f32, f32), wobble: &Field, put: &mut impl FnMut(usize, f32)) {
        let n = self.cx.n as f32;
        let radius = n * self.share(rng.range(0.032, 0.045), 0.2);
        let width = (n * self.share(rng.range(0.0022, 0.0045), 0.02)).max(1.2);
        let (s, c) = rng.direction();
        let gap = rng.range(0.1, 1.0);
        stamp(self.cx.n, x, y, radius + 4.0 * width, |i, dx, dy| {
            let far = (dx * dx + dy * dy).sqrt();
            let off = (far - radius + 0.7 * width * wobble[i]) / width;
            let around = (dx * c + dy * s) / far.max(1.0);
            let whole = lerp(1.0, smooth(-1.0, 0.1, around + 0.35 * wobble[i]), gap);
            // A line that is sharper and darker outside, and what was below the cup.
            let line = if off > 0.0 { smooth(1.0, 0.1, off) } else { lerp(0.3, 1.0, smooth(-1.6, 0.1, off)) };
            let line = if off < -1.6 { 0.3 * smooth(-4.0, -1.6, off) } else { line };
            let inside = 0.06 * smooth(0.0, -2.0, off);
            put(i, (line * whole).max(inside * whole));
        });
    }

    /// A drop of any outline that dried, with a dark rim.
    fn drop(&self, rng: &mut Rng, (x, y): (f32, f32), wobble: &Field, put: &mut impl FnMut(usize, f32)) {
        let n = self.cx.n as f32;
        let radius = n * self.share(rng.range(0.01, 0.045), 0.16);
        let rim = (n * self.share(0.002, 0.01)).max(1.0);
        let (long, ragged) = (rng.range(0.6, 1.0), rng.range(0.12, 0.35));
        let (s, c) = rng.direction();
        stamp(self.cx.n, x, y, radius * 1.9 + 2.0, |i, dx, dy| {
            let (a, b) = (dx * c + dy * s, (dy * c - dx * s) / long);
            let off = ((a * a + b * b).sqrt() - radius * (1.0 + ragged * wobble[i])) / rim;
            let edge = if off > 0.0 { smooth(1.0, 0.0, off) } else { smooth(-3.5, -0.2, off) };
            put(i, (0.85 * edge).max(0.3 * smooth(0.4, -1.0, off) * (1.0 + 0.4 * wobble[i])));
        });
    }

    /// A drip down v: a run that narrows and ends in a bead.
    fn drip(&self, rng: &mut Rng, (x, y): (f32, f32), wobble: &Field, put: &mut impl FnMut(usize, f32)) {
        let n = self.cx.n as f32;
        let runs = 1 + rng.below(3);
        for _ in 0..runs {
            let x = x + n * self.share(rng.range(-0.035, 0.035), 0.06);
            let y = y + n * self.share(rng.range(-0.01, 0.01), 0.02);
            let length = n * self.share(rng.range(0.05, 0.26), 0.6);
            let half = (n * self.share(rng.range(0.0018, 0.004), 0.012)).max(1.2);
            let (sway, phase) = (rng.range(0.3, 1.2) * half, rng.unit());
            let size = self.cx.n as i32;
            for row in 0..(length + 3.0 * half) as i32 {
                let t = row as f32 / length;
                // Half the width: wide where it began, thin on its way, and a bead of 1.5 times that at the end.
                let bead = 1.0 - ((row as f32 - length) / (1.9 * half)).abs().min(1.0);
                let round = (1.0 - (1.0 - bead) * (1.0 - bead)).max(0.0).sqrt();
                let run = if t < 1.0 { lerp(0.95, 0.55, smooth(0.0, 0.5, t)) } else { 0.0 };
                let width = half * run.max(1.45 * round) + 0.3 * half * wobble_at(wobble, self.cx.n, x, y, row);
                if width < 0.3 {
                    continue;
                }
                let centre = x + sway * (wave(t * 1.3 + phase) - wave(phase));
                let line = (floor(y) + row).rem_euclid(size) as usize * self.cx.n;
                let reach = width + 1.5;
                for column in floor(centre - reach)..=floor(centre + reach) {
                    let off = (column as f32 + 0.5 - centre).abs() - width;
                    let inside = (0.5 - off).clamp(0.0, 1.0);
                    let rim = 0.55 + 0.45 * smooth(-0.55 * width, 0.0, off);
                    let fresh = lerp(0.5, 1.0, t.min(1.0)) * (row as f32 / (4.0 * half)).min(1.0);
                    put(line + column.rem_euclid(size) as usize, inside * rim * fresh);
                }
            }
        }
    }
}

/// The noise that widens a drip at a row below its beginning.
fn wobble_at(wobble: &Field, n: usize, x: f32, y: f32, row: i32) -> f32 {
    let size = n as i32;
    wobble[(floor(y) + row).rem_euclid(size) as usize * n + floor(x).rem_euclid(size) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_crosses_the_border_comes_in_on_the_other_side() {
        let n = 256;
        let level = Cx { n, variant: 0, seed: 1 }.flat(0.0);
        let ground = Ground { cx: Cx { n, variant: 0, seed: 1 }, size_m: 0.5, hollow: &level };
        for (kind, seed) in (0..3).flat_map(|kind| (0..6).map(move |seed| (kind, seed))) {
            let stain = |x: f32, y: f32| {
                let mut out = vec![0.0_f32; n * n];
                let mut put = |i: usize, value: f32| out[i] = value.max(out[i]);
                let mut rng = Rng::new(seed);
                match kind {
                    0 => ground.ring(&mut rng, (x, y), &level, &mut put),
                    1 => ground.drip(&mut rng, (x, y), &level, &mut put),
                    _ => ground.drop(&mut rng, (x, y), &level, &mut put),
                }
                out
            };
            let (middle, corner) = (stain(128.25, 128.25), stain(0.25, 0.25));
            assert!(middle.iter().sum::<f32>() > 20.0);
            for (i, value) in corner.iter().enumerate() {
                let moved = middle[(i / n + 128) % n * n + (i % n + 128) % n];
                assert!((value - moved).abs() < 0.01, "{kind} {seed} at {} {}: {value}, not {moved}", i % n, i / n);
            }
        }
    }
}
