//! The drops that are on the glass at a moment.
//!
//! They arrive as a Poisson process and stay until something clears them: a large drop that runs down and takes along
//! what it meets, or a wiper. A drop that runs leaves small ones behind. Nothing is stored: what arrives in a cell of
//! the glass in a slot of time is hashed.
//!
//! Time is counted in ages: as long as it takes until a place is cleared in the mean. With drops that cover η of the
//! glass in an age and are cleared by chance, η / (1 + η) of it is covered in the long run, so that the share that is
//! asked for tells η, and how fast drops arrive tells how long an age is.

use std::f32::consts::{LN_2, PI};

use super::Glass;
use super::random::{Draws, floor};
use super::wiper::Sweep;

/// The largest drop that stays where it is on upright glass, by the retention force 24/π³ γ D (cos θr − cos θa) of
/// ElSherbini and Jacobi (2006) for a contact line that recedes below 20° and advances above 58°.
pub(super) const STICKS_M: f32 = 0.004;
/// How much wider a drop is on the glass than in the air: a cap of the same volume that meets it at 40°.
pub(super) const SPREAD: f32 = 1.52;
/// Weibull's exponent of diameters: many small ones (that of Best 1950 for the water in the air is 2.25).
const SHAPE: f32 = 1.6;
/// Sines of contact angles: 30–45° on glass as it is (Hao et al. 2019).
const CONTACT: [f32; 2] = [0.5, 0.71];
/// Older drops are all cleared.
const AGES: f64 = 3.0;
/// Slots in that time.
const SLOTS: f64 = 6.0;

/// How far down one runs, in the mean.
const RUN_M: f32 = 0.2;
/// How wide one is at first, and wipes, and how wide over all its run: the mean of the root.
const RUNNER_M: f32 = 0.004;
const MEAN_WIDTH: f32 = 2.0 / 3.0;
/// Fastest and slowest.
const SPEEDS_M_PER_S: [f32; 2] = [0.02, 0.12];
/// Share of what drops cover that those are which others left behind.
const LEFT_SHARE: f32 = 0.15;
/// Mean area of one of them.
const LEFT_M2: f32 = 0.54e-6;
/// Parts of the sizes.
const PIECES: u16 = 256;
/// Where no smaller drops than of this radius would be drawn, none are.
const COARSE_M: f32 = 0.0016;
/// Drops that run are told apart as long as drops of this radius are drawn.
const FINE_M: f32 = 0.0005;
/// Side of the cells in which it is known when they were last cleared.
const CLEARED_M: f32 = 0.002;

/// A drop on the glass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drop {
    /// From the middle of the picture, to the right and down.
    pub(super) place_m: [f32; 2],
    pub(super) radius_m: f32,
    /// Sine of its contact angle.
    pub(super) contact: f32,
    /// Sines and cosines of two angles that tell its outline.
    pub(super) turns: [[f32; 2]; 2],
}

impl Drop {
    fn new(place_m: [f32; 2], radius_m: f32, draws: &mut Draws) -> Drop {
        let contact = draws.between(CONTACT[0], CONTACT[1]);
        let turn = |turns: f32| [wave(turns), wave(turns + 0.25)];
        Drop { place_m, radius_m, contact, turns: [turn(draws.unit()), turn(draws.unit())] }
    }
}

/// All that is drawn, and what isn't.
pub(super) struct Field {
    pub(super) drops: Vec<Drop>,
    /// Share of the glass under drops that are too small or too many to be drawn by themselves.
    pub(super) mist: f32,
}

/// Diameters of drops on the glass, by Weibull's law up to the largest that stays.
struct Sizes {
    median_m: f32,
    /// Those that equal shares of all drops are between.
    steps_m: Vec<f32>,
}

impl Sizes {
    fn new(median_m: f32) -> Sizes {
        let mut sizes = Sizes { median_m, steps_m: Vec::new() };
        let all = sizes.share_below(STICKS_M);
        let step = |number: u16| {
            let scaled = -libm::logf(1.0 - all * f32::from(number) / f32::from(PIECES)) / LN_2;
            (median_m * libm::powf(scaled, 1.0 / SHAPE)).min(STICKS_M)
        };
        sizes.steps_m = (0..=PIECES).map(step).collect();
        sizes
    }

    /// By inverse transform.
    fn diameter_m(&self, unit: f32) -> f32 {
        let place = unit * f32::from(PIECES);
        let (low, high) = (place as usize, place as usize + 1);
        let at = |index: usize| self.steps_m.get(index).copied().unwrap_or(STICKS_M);
        at(low) + (place - low as f32) * (at(high) - at(low))
    }

    /// The share of all that are below a diameter, of those too that do not stay.
    fn share_below(&self, diameter_m: f32) -> f32 {
        1.0 - libm::expf(-LN_2 * libm::powf(diameter_m / self.median_m, SHAPE))
    }

    /// The mean area of drops, of those counted that are in the first share.
    fn mean_m2(&self, share: f32) -> f32 {
        let area = |piece: u16| {
            let diameter = self.diameter_m((f32::from(piece) + 0.5) / f32::from(PIECES));
            0.25 * PI * diameter * diameter / f32::from(PIECES)
        };
        (0..PIECES).take((share * f32::from(PIECES)) as usize).map(area).sum()
    }
}

/// How drops come.
struct Law {
    sizes: Sizes,
    /// Share of drops that are too small to be drawn, or their number too great.
    least: f32,
    /// No smaller ones are drawn.
    least_m: f32,
    /// Arrivals on a square metre in an age that are drawn.
    per_m2: f64,
    /// How long an age is, and now, counted in them.
    age_s: f64,
    now: f64,
    /// How many ages back to look.
    back: f64,
}

/// The drops on a part of the glass that reaches so far from its middle, those of at least a radius and at most a
/// number, or a little more.
pub(super) fn field(
    glass: &Glass,
    half_m: [f32; 2],
    least_m: f32,
    most: usize,
    sweep: Option<&Sweep>,
    time_s: f64,
) -> Field {
    let water = glass.water_share;
    let ratio = (1.0 - LEFT_SHARE * water) / (1.0 - water) - 1.0;
    let sizes = Sizes::new((1e-3 * glass.drop_mm * SPREAD).clamp(1e-5, 0.02));
    let mean_m2 = sizes.mean_m2(1.0);
    let all_per_m2 = f64::from(ratio / mean_m2);
    let age_s = (all_per_m2 / f64::from(glass.arrivals_per_m2_s).max(1e-12)).min(1e12);
    let back = sweep.map_or(AGES, |sweep| (sweep.period_s() / age_s).min(AGES));
    let view_m2 = 4.0 * f64::from(half_m[0]) * f64::from(half_m[1]);
    let candidates = all_per_m2 * view_m2 * back * (1.0 + 1.0 / SLOTS);
    let small = (sizes.share_below(2.0 * least_m) / sizes.share_below(STICKS_M)).min(1.0);
    let least = if least_m > COARSE_M { 1.0 } else { small.max((1.0 - most as f64 / candidates) as f32) };
    let aged = (0.5 * back as f32).min(1.0);
    let mist = sizes.mean_m2(least) / mean_m2 * (1.0 - libm::expf(-ratio * aged)).min(water);
    let per_m2 = all_per_m2 * f64::from(1.0 - least);
    let law = Law { sizes, least, least_m, per_m2, age_s, now: time_s / age_s, back };
    let mut drops = Vec::new();
    if least < 1.0 {
        let cleared = (least_m <= FINE_M).then(|| run(&law, glass, half_m, sweep, &mut drops));
        rest(&law, glass.seed, half_m, cleared.as_ref(), sweep, &mut drops);
    }
    Field { drops, mist }
}

/// Calls for all that arrives within a part of the glass, where there are so many on a square metre in an age: with
/// where and when (in ages), and draws for more about it.
fn arrivals(
    law: &Law,
    [from_m, to_m]: [[f32; 2]; 2],
    per_m2: f64,
    (seed, salt): (u32, u64),
    mut each: impl FnMut([f32; 2], f64, Draws),
) {
    let slot = law.back / SLOTS;
    // One in each cell and slot, in the mean.
    let side = (1.0 / (per_m2 * slot)).sqrt();
    if !side.is_normal() {
        return;
    }
    let cells = |from: f32, to: f32| (f64::from(from) / side).floor() as i64..=(f64::from(to) / side).floor() as i64;
    for time in ((law.now - law.back) / slot).floor() as i64..=(law.now / slot).floor() as i64 {
        for y in cells(from_m[1], to_m[1]) {
            for x in cells(from_m[0], to_m[0]) {
                let mut draws = Draws::new(seed, salt, [x, y, time]);
                for number in 0..draws.about_one() {
                    let mut own = Draws::new(seed, salt ^ 0x55 ^ (u64::from(number) << 8), [x, y, time]);
                    let place = [x, y].map(|cell| ((cell as f64 + f64::from(own.unit())) * side) as f32);
                    let arrived = (time as f64 + f64::from(own.unit())) * slot;
                    if arrived <= law.now && arrived > law.now - law.back {
                        each(place, arrived, own);
                    }
                }
            }
        }
    }
}

/// Drops that stay where they fell, until they are cleared: by chance where it isn't known by what.
fn rest(
    law: &Law,
    seed: u32,
    half_m: [f32; 2],
    cleared: Option<&Cleared>,
    sweep: Option<&Sweep>,
    drops: &mut Vec<Drop>,
) {
    arrivals(law, [half_m.map(|half| -half), half_m], law.per_m2, (seed, 2), |place, arrived, mut draws| {
        let runs = draws.unit();
        let gone = match cleared {
            Some(cleared) => cleared.at(place) >= arrived,
            None => law.now - arrived > -f64::from(libm::logf(1.0 - runs)),
        };
        if !gone && stays(law, sweep, place, arrived) {
            let radius = 0.5 * law.sizes.diameter_m(draws.between(law.least, 1.0));
            drops.push(Drop::new(place, radius, &mut draws));
        }
    });
}

/// Whether no wiper has been there since.
fn stays(law: &Law, sweep: Option<&Sweep>, place: [f32; 2], arrived: f64) -> bool {
    sweep.is_none_or(|sweep| sweep.passed_s(place) < arrived * law.age_s)
}

/// A drop that runs down.
struct Runner {
    start_m: [f32; 2],
    began: f64,
    /// How far it gets, and how far it is.
    full_m: f32,
    run_m: f32,
    /// Of which it is seen.
    seen_m: [f32; 2],
    /// Its radius at first.
    radius_m: f32,
    speed_m_per_s: f32,
    /// Two waves of its path: how far to the side, how many in a metre, and where in one it starts.
    bends: [[f32; 3]; 2],
    draws: Draws,
}

impl Runner {
    fn new(law: &Law, half_m: [f32; 2], start_m: [f32; 2], began: f64, mut draws: Draws) -> Runner {
        let full_m = RUN_M * draws.between(0.4, 1.6);
        let speed_m_per_s = draws.between(SPEEDS_M_PER_S[0], SPEEDS_M_PER_S[1]);
        let run_m = (((law.now - began) * law.age_s).min(1e6) as f32 * speed_m_per_s).min(full_m);
        let bends = [[0.0016, 14.0, 35.0], [0.0007, 48.0, 95.0]]
            .map(|[most, from, to]| [draws.between(0.2, 1.0) * most, draws.between(from, to), draws.unit()]);
        let seen = |edge: f32| (edge - start_m[1]).clamp(0.0, run_m);
        Runner {
            start_m,
            began,
            full_m,
            run_m,
            seen_m: [seen(-half_m[1] - RUNNER_M), seen(half_m[1] + RUNNER_M)],
            radius_m: 0.5 * RUNNER_M * draws.between(0.8, 1.2),
            speed_m_per_s,
            bends,
            draws,
        }
    }

    fn place_m(&self, down_m: f32) -> [f32; 2] {
        let aside = |[wide, often, turn]: [f32; 3]| wide * (wave(often * down_m + turn) - wave(turn));
        [self.start_m[0] + aside(self.bends[0]) + aside(self.bends[1]), self.start_m[1] + down_m]
    }

    fn when(&self, law: &Law, down_m: f32) -> f64 {
        self.began + f64::from(down_m / self.speed_m_per_s) / law.age_s
    }

    /// It loses its water on the way: as much of its area on each metre.
    fn radius_m(&self, down_m: f32) -> f32 {
        self.radius_m * (1.0 - down_m / self.full_m).max(0.02).sqrt()
    }

    /// Itself, with a tail that tapers off: drops that touch each other.
    fn draw(&mut self, drops: &mut Vec<Drop>) {
        let taper = if self.run_m < self.full_m { 0.84 } else { 0.5 };
        let (mut size, mut up) = (self.radius_m(self.run_m), 0.0);
        while size > 0.3 * self.radius_m && up <= self.run_m {
            drops.push(Drop::new(self.place_m(self.run_m - up), size, &mut self.draws));
            up += 0.45 * size;
            size *= taper;
        }
    }
}

/// Drops that run, what they leave behind, and what they have cleared.
fn run(law: &Law, glass: &Glass, half_m: [f32; 2], sweep: Option<&Sweep>, drops: &mut Vec<Drop>) -> Cleared {
    let mut cleared = Cleared::new(half_m);
    let view = [[-half_m[0] - RUNNER_M, -half_m[1] - 1.6 * RUN_M], half_m];
    // In an age all is cleared once.
    let per_m2 = 1.0 / f64::from(MEAN_WIDTH * RUNNER_M * RUN_M);
    let mut runners = Vec::new();
    arrivals(law, view, per_m2, (glass.seed, 3), |start_m, began, draws| {
        let runner = Runner::new(law, half_m, start_m, began, draws);
        let [mut down, to] = runner.seen_m;
        if down < to {
            while down <= to {
                cleared.clear(runner.place_m(down), runner.radius_m(down), runner.when(law, down));
                down += CLEARED_M;
            }
            runners.push(runner);
        }
    });
    let spacing = LEFT_M2 / (MEAN_WIDTH * RUNNER_M * LEFT_SHARE * glass.water_share.max(0.02));
    for runner in &mut runners {
        let gone = runner.when(law, runner.run_m);
        if stays(law, sweep, runner.place_m(runner.run_m), gone) && stays(law, sweep, runner.start_m, runner.began) {
            runner.draw(drops);
        }
        let [first, last] = runner.seen_m.map(|down| (down / spacing) as i64);
        for left in first..=last {
            let mut own = Draws::new(glass.seed, 4, [runner.began.to_bits().cast_signed(), left, 0]);
            let radius = 0.00018 + 0.00062 * own.unit() * own.unit().max(own.unit());
            let down = (left as f32 + own.unit()) * spacing;
            if radius < law.least_m || down > runner.run_m {
                continue;
            }
            let [x, y] = runner.place_m(down);
            let place = [x + runner.radius_m * own.between(-0.7, 0.7), y];
            let at = runner.when(law, down);
            // Not by the drop that left it.
            let since = (cleared.at(place) - at) * law.age_s;
            if since < 0.01 / f64::from(runner.speed_m_per_s) && stays(law, sweep, place, at) {
                drops.push(Drop::new(place, radius, &mut own));
            }
        }
    }
    cleared
}

/// Between -1 and 1, about the sine of so many turns.
fn wave(turns: f32) -> f32 {
    let half = 2.0 * (turns - floor(turns)) - 1.0;
    -4.0 * half * (1.0 - half.abs())
}

/// When something last ran over each place, counted in ages.
struct Cleared {
    half_m: [f32; 2],
    size: [usize; 2],
    when: Vec<f64>,
}

impl Cleared {
    fn new(half_m: [f32; 2]) -> Cleared {
        let size = half_m.map(|half| (2.0 * half / CLEARED_M) as usize + 1);
        Cleared { half_m, size, when: vec![f64::NEG_INFINITY; size[0] * size[1]] }
    }

    fn cell(&self, place_m: [f32; 2]) -> [isize; 2] {
        [0, 1].map(|axis| floor((place_m[axis] + self.half_m[axis]) / CLEARED_M) as isize)
    }

    fn index(&self, [x, y]: [isize; 2]) -> Option<usize> {
        let [x, y] = [usize::try_from(x).ok()?, usize::try_from(y).ok()?];
        (x < self.size[0] && y < self.size[1]).then_some(y * self.size[0] + x)
    }

    fn clear(&mut self, [x, y]: [f32; 2], radius_m: f32, when: f64) {
        let [[from, row], [to, _]] = [-1.0, 1.0].map(|side| self.cell([x + side * (radius_m - 0.5 * CLEARED_M), y]));
        for column in from..=to {
            if let Some(known) = self.index([column, row]).and_then(|index| self.when.get_mut(index)) {
                *known = known.max(when);
            }
        }
    }

    fn at(&self, place_m: [f32; 2]) -> f64 {
        let index = self.index(self.cell(place_m));
        index.and_then(|index| self.when.get(index)).copied().unwrap_or(f64::NEG_INFINITY)
    }
}
