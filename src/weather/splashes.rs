//! What flies up where raindrops hit level ground.
//!
//! As in [`shower`](super::shower) nothing is stored and whoever looks sees the same: impacts of drops of nearly the
//! same diameter are a class, and each class has cells of place and time. Which impacts are in a cell, and what each
//! throws up, is hashed from its place in that grid.
//!
//! What a splash is made of follows the model of Bai and Gosman (1996, "Mathematical modelling of wall films formed by
//! impinging sprays", SAE 960626; Bai, Rusche and Gosman 2002) for ground that is wet, or rough as asphalt or soil:
//! when a drop splashes, into how many droplets, how large they are and how steeply they leave. Theirs are sprays of
//! engines; for a drop of 3 mm that has fallen 1 m it has 22 droplets, and Hobbs and Kezweeny (1967, "Splashing of a
//! water drop") counted about 25 over deep water.

#[cfg(test)]
mod tests;

use std::f64::consts::{PI, TAU};

use glam::{DVec3, I64Vec2};

use super::chance::{chained, mixed, poisson, unit};
use super::shower::{DISTANCES_M, Eye, MOST, MOST_TIME_S, Streak, View, least_width_px, widest};
use super::{Falling, Kind, bounded, positive, share, towards};

/// Water at 20 °C.
const DENSITY_KG_PER_M3: f64 = 998.0;
const SURFACE_TENSION_N_PER_M: f64 = 0.0728;
const VISCOSITY_PA_S: f64 = 1.0e-3;
const GRAVITY_M_PER_S2: f64 = 9.81;

/// A drop splashes from the Weber number 1320 La^−0.183 on, La being the Laplace number; that many times 5 beyond it
/// are its droplets.
const CRITICAL_WEBER: f64 = 1320.0;
const LAPLACE_POWER: f64 = 0.183;
const NUMBER_PER_EXCESS: f64 = 5.0;
/// Mass that flies up, in that of the drop: from the first to the second, all as frequent, on ground without and with
/// a film of water, which gives some of its own.
const MASSES: [[f64; 2]; 2] = [[0.2, 0.8], [0.2, 1.1]];
/// The largest droplet, in multiples of the diameter of the mass that flies up.
const LARGEST: f64 = 0.9;
/// Angle between the ground and the way that droplets leave, in degrees, all as frequent. The second is for a film, in
/// which a crown rises; that they leave flatter without one is measured, but how flat is a guess.
const ANGLES_DEG: [[f64; 2]; 2] = [[20.0, 60.0], [40.0, 85.0]];
/// From this thickness on a film is one, which is a guess: as thick as asphalt is rough.
const FILM_MM: f64 = 0.1;
/// How fast droplets leave, in multiples of the speed of the drop, all as frequent: what is measured is of this order
/// (Mundo, Sommerfeld and Tropea 1995; Samenfink et al. 1999). It takes some 5 % of the drop's energy; in the model of
/// Bai and Gosman it is up to 20 %.
const SPEEDS: [f64; 2] = [0.1, 0.4];

/// The largest drop of a class is at most so many times the smallest.
const DIAMETER_RATIO: f64 = 1.2;
/// So many times the least width droplets have to be in the mean, or else some of them stand for all: of those that are
/// so wide, the ones below the least width have 3 % of the cross section.
const TOLD_WELL: f64 = 2.0;
/// Impacts in a cell in the mean.
const MEAN_NUMBER: f64 = 4.0;
/// Farther from the world's origin nobody sees anything.
const MOST_PLACE_M: f64 = 1e9;
/// By so much the farthest distance falls, step by step, until there are few enough splashes.
const NEARER: f64 = 1.1;
const MOST_STEPS: usize = 400;
/// No more splashes than this are looked at for a picture, in the mean. What a droplet takes of the time that a splash
/// does is the second.
const MOST_SPLASHES: f64 = 40_000.0;
const DROPLET: f64 = 0.07;
/// Random numbers of an impact: when, where (2), diameter, whether it is there, mass and number of droplets.
const UNITS: u64 = 7;

/// Rain that hits level ground.
#[derive(Debug, Clone)]
pub struct Splashes {
    classes: Vec<Class>,
    ground_m: f64,
}

impl Splashes {
    /// Rain that falls straight down on rough ground at a height, with so much water on it. Snow and hail don't splash.
    /// A height that is not finite counts as 0.
    pub fn new(rain: Falling, ground_m: f64, water_film_mm: f64, seed: u64) -> Splashes {
        let ground_m = if ground_m.is_finite() { ground_m.clamp(-MOST_PLACE_M, MOST_PLACE_M) } else { 0.0 };
        Splashes { classes: classes(rain, share(water_film_mm / FILM_MM), mixed(seed)), ground_m }
    }

    /// The droplets that at least one of the eyes can tell while the shutter is open, with `time_s` in the middle of
    /// the exposure; `most` of them at most, the widest ones. Their [`Streak::kind`] is 0; all are drops of water.
    ///
    /// An eye tells what [`Shower::seen`](super::shower::Shower::seen) says, at the distance of the impact. Where the
    /// droplets of a splash are too narrow for that, a half, a quarter and so on of them stand for all, each with the
    /// same share of the cross section of all, and far away one with the whole of it. Beyond the distance at which that
    /// is told nothing is drawn.
    ///
    /// Where more than 40,000 splashes would have to be looked at, counted for each eye by itself, they are drawn less
    /// far. How far does not depend on where the eyes are or when.
    pub fn seen(&self, eyes: &[Eye], time_s: f64, exposure_s: f64, most: usize) -> Vec<Streak> {
        let most = most.min(MOST);
        let time_s = if time_s.is_finite() { time_s.clamp(-MOST_TIME_S, MOST_TIME_S) } else { 0.0 };
        // Longer than any droplet flies.
        let exposure_s = positive(exposure_s).min(1.0);
        let steps = std::iter::successors(Some(1.0), |times| Some(NEARER * times)).take(MOST_STEPS);
        let fits = |times: &f64| {
            let expected = self.classes.iter().map(|class| class.expected(eyes, exposure_s, *times));
            expected.sum::<f64>() <= MOST_SPLASHES
        };
        let Some(times) = steps.into_iter().find(fits) else { return Vec::new() };
        let mut found = Vec::new();
        for class in &self.classes {
            let (velocity, most_m) = (DVec3::Y * class.fastest(), class.most_m / times);
            let view = |eye| View::new(eye, velocity, exposure_s, most_m, least_width_px(Kind::Rain));
            let views: Vec<View> = eyes.iter().filter_map(view).collect();
            Gathering { class, views: &views, ground_m: self.ground_m, time_s, exposure_s, found: &mut found }.all();
        }
        widest(found, most)
    }
}

/// How many droplets a drop splashes into in the mean; 0 for drops that don't splash.
fn droplets(diameter_mm: f64, speed_m_per_s: f64) -> f64 {
    let diameter_m = 1e-3 * diameter_mm;
    let weber = DENSITY_KG_PER_M3 * speed_m_per_s * speed_m_per_s * diameter_m / SURFACE_TENSION_N_PER_M;
    let laplace = DENSITY_KG_PER_M3 * SURFACE_TENSION_N_PER_M * diameter_m / (VISCOSITY_PA_S * VISCOSITY_PA_S);
    (NUMBER_PER_EXCESS * (weber * libm::pow(laplace, LAPLACE_POWER) / CRITICAL_WEBER - 1.0)).max(0.0)
}

/// Diameters of the droplets of a splash: N(d) falls exponentially, up to a largest one.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    scale_mm: f64,
    largest_mm: f64,
}

impl Sizes {
    /// So that this number of droplets has that mass (in that of the drop), but for what is beyond the largest.
    fn new(diameter_mm: f64, number: f64, mass: f64) -> Sizes {
        let whole_mm = diameter_mm * libm::cbrt(mass);
        Sizes { scale_mm: whole_mm / libm::cbrt(6.0 * number), largest_mm: LARGEST * whole_mm }
    }

    /// The mean square, or a little more.
    fn square_mm2(&self) -> f64 {
        (2.0 * self.scale_mm * self.scale_mm).min(self.largest_mm * self.largest_mm / 3.0)
    }

    /// Share that is smaller; all where none is larger.
    fn share_below(&self, diameter_mm: f64) -> f64 {
        if diameter_mm < self.largest_mm { 1.0 - libm::exp(-diameter_mm / self.scale_mm) } else { 1.0 }
    }

    /// The inverse of that.
    fn diameter_mm(&self, share: f64) -> f64 {
        (-self.scale_mm * libm::log(1.0 - share)).min(self.largest_mm)
    }
}

/// A droplet on its way.
#[derive(Debug, Clone, Copy)]
struct Droplet {
    diameter_mm: f64,
    /// When it leaves.
    velocity_m_per_s: DVec3,
}

impl Droplet {
    /// How far it has come and its velocity, after a time. Drag is taken to be in proportion to speed, and such that
    /// its terminal speed is the right one.
    fn flight(&self, age_s: f64, terminal_m_per_s: f64) -> (DVec3, DVec3) {
        let relaxation_s = terminal_m_per_s / GRAVITY_M_PER_S2;
        let left = libm::exp(-age_s / relaxation_s);
        let terminal = DVec3::NEG_Y * terminal_m_per_s;
        let beyond = self.velocity_m_per_s - terminal;
        (beyond * (relaxation_s * (1.0 - left)) + terminal * age_s, beyond * left + terminal)
    }
}

/// A drop that hits the ground.
#[derive(Debug, Clone, Copy)]
struct Impact {
    age_s: f64,
    /// x and z.
    at_m: [f64; 2],
    diameter_mm: f64,
    speed_m_per_s: f64,
    /// Droplets that a drop like it has in the mean, and those that it has.
    mean: f64,
    number: u64,
    /// That flies up, in that of the drop.
    mass: f64,
    key: u64,
}

/// Impacts of drops of nearly the same diameter.
#[derive(Debug, Clone)]
struct Class {
    rain: Falling,
    /// How much of a film there is, 0 to 1.
    film: f64,
    diameters_mm: [f64; 2],
    /// Those of the class, of all that are at least as large as the smallest.
    share: f64,
    /// Of the smallest and the largest, and how many droplets each has.
    speeds_m_per_s: [f64; 2],
    droplets: [f64; 2],
    /// Impacts, if all were as fast as the fastest.
    rate_per_m2_s: f64,
    cell_m: f64,
    /// Impacts in a cell in the mean, and how often there are none.
    mean: f64,
    none: f64,
    /// Longer than any droplet flies.
    life_s: f64,
    /// No droplet flies farther.
    spread_m: f64,
    /// Diameter of the largest cross section of a splash.
    most_m: f64,
    key: u64,
}

/// The classes of the drops that splash, from small to large.
fn classes(rain: Falling, film: f64, key: u64) -> Vec<Class> {
    let (mut least, largest) = (rain.diameter_mm(0.0, 0.0), rain.largest_mm());
    let splashes = |diameter: f64| droplets(diameter, rain.fall_speed_m_per_s(diameter)) > 0.0;
    if rain.kind() != Kind::Rain || !splashes(largest) {
        return Vec::new();
    }
    let mut splashing = largest;
    for _ in 0..50 {
        let middle = 0.5 * (least + splashing);
        if splashes(middle) { splashing = middle } else { least = middle }
    }
    let next = |end: f64| (DIAMETER_RATIO * end).min(largest);
    let ends = std::iter::successors(Some(splashing), |end| Some(next(*end))).take_while(|end| *end < largest);
    ends.zip(0..).filter_map(|(end, index)| Class::new(rain, [end, next(end)], film, chained(key, index))).collect()
}

impl Class {
    fn new(rain: Falling, diameters_mm: [f64; 2], film: f64, key: u64) -> Option<Class> {
        let [above, beyond] = diameters_mm.map(|diameter| rain.number_per_m3(diameter));
        let speeds_m_per_s = diameters_mm.map(|diameter| rain.fall_speed_m_per_s(diameter));
        let (fall_speed, largest_mm) = (speeds_m_per_s[1], diameters_mm[1]);
        let rate_per_m2_s = (above - beyond) * fall_speed;
        if rate_per_m2_s.is_nan() || rate_per_m2_s <= 0.0 {
            return None;
        }
        // What is thrown from level ground is back before, and nearer.
        let fastest = SPEEDS[1] * fall_speed;
        let life_s = 2.0 * fastest / GRAVITY_M_PER_S2;
        let droplets = [0, 1].map(|end| droplets(diameters_mm[end], speeds_m_per_s[end]));
        let sizes = Sizes::new(largest_mm, droplets[1], MASSES[1][1]);
        let cell_m = (MEAN_NUMBER / (rate_per_m2_s * life_s)).sqrt().min(DISTANCES_M[1]);
        let mean = rate_per_m2_s * life_s * cell_m * cell_m;
        Some(Class {
            rain,
            film,
            diameters_mm,
            share: 1.0 - beyond / above,
            speeds_m_per_s,
            droplets,
            rate_per_m2_s,
            cell_m,
            mean,
            none: libm::exp(-mean),
            life_s,
            spread_m: fastest * fastest / GRAVITY_M_PER_S2,
            most_m: 1e-3 * (droplets[1].ceil() * sizes.square_mm2()).sqrt(),
            key,
        })
    }

    /// The speed of the fastest droplets.
    fn fastest(&self) -> f64 {
        SPEEDS[1] * self.speeds_m_per_s[1]
    }

    /// A range that depends on the film.
    fn range(&self, [dry, wet]: [[f64; 2]; 2], unit: f64) -> f64 {
        towards(towards(dry[0], wet[0], self.film), towards(dry[1], wet[1], self.film), unit)
    }

    /// Splashes that are looked at before these eyes, more or less, where they are drawn so many times less far than
    /// they are told; so many of their droplets count as one more.
    fn expected(&self, eyes: &[Eye], exposure_s: f64, times: f64) -> f64 {
        let margin_m = 0.25 * self.spread_m + self.fastest() * exposure_s;
        let number = self.droplets[1].max(1.0);
        let before = |eye: &Eye| {
            let told = self.most_m * bounded(eye.focal_px) / least_width_px(Kind::Rain);
            let reach = (told / times).min(DISTANCES_M[1]);
            if reach < DISTANCES_M[0] {
                return 0.0;
            }
            let wedge = positive(eye.half_angle).min(PI) * reach * reach;
            let area_m2 = (wedge + 2.0 * margin_m * reach).min(PI * reach * reach);
            // All of them where they are told well, beyond that fewer by the square of the distance: the mean over all.
            let well = told / (TOLD_WELL * reach);
            let share = (well * well).min(number);
            area_m2 * (1.0 + DROPLET * share * (1.0 + libm::log(number / share)))
        };
        self.rate_per_m2_s * self.life_s * eyes.iter().map(before).sum::<f64>()
    }

    /// The impacts in a cell of x, z and time whose droplets may be in the air at a moment.
    fn impacts(&self, cell: I64Vec2, slice: i64, time_s: f64) -> impl Iterator<Item = Impact> {
        let key = [cell.x, cell.y, slice].into_iter().fold(self.key, |key, place| chained(key, place as u64));
        (0..poisson(unit(key, 0), self.mean, self.none)).filter_map(move |impact| {
            let number = |which: u64| unit(key, 1 + UNITS * impact + which);
            let age_s = time_s - (slice as f64 + number(0)) * self.life_s;
            if age_s <= 0.0 || age_s >= self.life_s {
                return None;
            }
            let [from, to] = self.diameters_mm;
            let diameter_mm = from - libm::log(1.0 - number(3) * self.share) / self.rain.spectrum.slope_per_mm();
            let place = (diameter_mm - from) / (to - from);
            let speed_m_per_s = towards(self.speeds_m_per_s[0], self.speeds_m_per_s[1], place);
            // As many as there are of the fastest.
            if number(4) * self.speeds_m_per_s[1] >= speed_m_per_s {
                return None;
            }
            let mean = towards(self.droplets[0], self.droplets[1], place);
            Some(Impact {
                age_s,
                at_m: [(cell.x as f64 + number(1)) * self.cell_m, (cell.y as f64 + number(2)) * self.cell_m],
                diameter_mm,
                speed_m_per_s,
                mean,
                number: (mean + number(6)) as u64,
                mass: self.range(MASSES, number(5)),
                key: chained(key, impact),
            })
        })
    }

    /// One of the droplets of an impact, and its look, if it may still be in the air and its size, from 0 to 1, is at
    /// least this.
    fn droplet(&self, impact: &Impact, sizes: &Sizes, index: u64, least: f64) -> Option<(Droplet, f64)> {
        let key = chained(impact.key, index);
        let size = unit(key, 0);
        if size < least {
            return None;
        }
        let speed = towards(SPEEDS[0], SPEEDS[1], unit(key, 1)) * impact.speed_m_per_s;
        let sine = libm::sin(self.range(ANGLES_DEG, unit(key, 2)).to_radians());
        // Without drag it would fly longer.
        if impact.age_s * GRAVITY_M_PER_S2 >= 2.0 * speed * sine {
            return None;
        }
        let (level, turn) = (speed * (1.0 - sine * sine).sqrt(), TAU * unit(key, 3));
        let velocity_m_per_s = DVec3::new(level * libm::cos(turn), speed * sine, level * libm::sin(turn));
        Some((Droplet { diameter_mm: sizes.diameter_mm(size), velocity_m_per_s }, unit(key, 4)))
    }
}

/// A walk through the cells of a class.
struct Gathering<'a> {
    class: &'a Class,
    views: &'a [View],
    ground_m: f64,
    time_s: f64,
    exposure_s: f64,
    found: &'a mut Vec<(f64, Streak)>,
}

impl Gathering<'_> {
    /// Adds all that is seen.
    fn all(&mut self) {
        let spread = self.class.spread_m;
        let cell = |place: DVec3| (place / self.class.cell_m).floor().as_i64vec3();
        let corners = self.views.iter().map(|view| view.corners());
        let around = |[from, to]: [DVec3; 2], [first, last]: [DVec3; 2]| [from.min(first), to.max(last)];
        let Some([first, last]) = corners.reduce(around) else { return };
        let (first, last) = (cell(first - spread), cell(last + spread));
        self.block(I64Vec2::new(first.x, first.z), I64Vec2::new(last.x + 1, last.z + 1));
    }

    /// Goes through cells from the first up to, but without, the end, half by half, and leaves out what nobody sees.
    fn block(&mut self, first: I64Vec2, end: I64Vec2) {
        let cells = end - first;
        let half = 0.5 * self.class.cell_m * cells.as_dvec2();
        let middle = first.as_dvec2() * self.class.cell_m + half;
        let middle = DVec3::new(middle.x, self.ground_m, middle.y);
        let radius = half.length() + self.class.spread_m;
        if !self.views.iter().any(|view| view.meets(middle, radius)) {
            return;
        }
        if cells.max_element() <= 1 {
            return self.cell(first);
        }
        let cut = if cells.x >= cells.y { I64Vec2::X } else { I64Vec2::Y };
        let (lower, upper) = (cells.max_element() / 2, cells.max_element() - cells.max_element() / 2);
        self.block(first, end - cut * upper);
        self.block(first + cut * lower, end);
    }

    fn cell(&mut self, cell: I64Vec2) {
        let now = (self.time_s / self.class.life_s).floor() as i64;
        for slice in [now - 1, now] {
            for impact in self.class.impacts(cell, slice, self.time_s) {
                self.splash(&impact);
            }
        }
    }

    /// Adds those droplets of a splash that are seen.
    fn splash(&mut self, impact: &Impact) {
        let place = DVec3::new(impact.at_m[0], self.ground_m, impact.at_m[1]);
        let spread_m = self.class.spread_m.min(self.class.fastest() * impact.age_s);
        if !self.views.iter().any(|view| view.meets(place, spread_m)) {
            return;
        }
        let resolution = self.views.iter().map(|view| view.resolution_about(place)).fold(0.0, f64::max);
        let least_mm = 1e3 / resolution;
        // How many of them stand for all, each then with the same cross section.
        let sizes = Sizes::new(impact.diameter_mm, impact.mean, impact.mass);
        let each_mm = |drawn: u64| (sizes.square_mm2() * impact.number as f64 / drawn as f64).sqrt();
        let mut drawn = impact.number;
        while drawn > 1 && each_mm(drawn) < TOLD_WELL * least_mm {
            drawn /= 2;
        }
        if drawn == 0 || each_mm(drawn) < least_mm {
            return;
        }
        let is_whole = drawn == impact.number;
        let least = if is_whole { sizes.share_below(least_mm) } else { 0.0 };
        for (droplet, look) in (0..drawn).filter_map(|index| self.class.droplet(impact, &sizes, index, least)) {
            let (way, velocity) = droplet.flight(impact.age_s, self.class.rain.fall_speed_m_per_s(droplet.diameter_mm));
            let middle_m = place + way;
            let resolution = self.views.iter().map(|view| view.resolution(middle_m)).fold(0.0, f64::max);
            if way.y <= 0.0 || resolution == 0.0 {
                continue;
            }
            // Not into the ground.
            let open_s = self.exposure_s.min(2.0 * way.y / velocity.y.abs());
            let diameter_m = 1e-3 * if is_whole { droplet.diameter_mm } else { each_mm(drawn) };
            let streak = Streak { middle_m, way_m: velocity * open_s, diameter_m, look, kind: 0 };
            self.found.push((diameter_m * resolution, streak));
        }
    }
}
