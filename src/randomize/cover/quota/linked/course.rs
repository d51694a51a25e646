//! Random courses of linked events through the frames. Several are followed at once (a particle filter: Gordon, Salmond
//! & Smith 1993): each goes on in all ways that its events allow, those that come to the same counts become one, and
//! those of which a joint count goes astray are given up. So none has to foresee what it needs later.

use super::super::super::{hash, unit};
use super::chances::{Chances, Outlook};

/// How many courses are followed: the first number divided by that of the events, but at least the second and at most
/// the third.
const FOLLOWED: (usize, usize, usize) = (96, 8, 32);
/// How many ways to go on are followed for each course within a frame.
const WAYS: usize = 4;
/// How likely a course remains of which one joint count is off by one.
const ASTRAY: f64 = 1e-12;
/// How much the square of an error counts where its share was not asked for.
const UNSTATED: f64 = 0.1;
/// What has less than this part of all weight is given up.
const FAINT: f64 = 1e-9;
/// Rounds of fitting.
const ROUNDS: usize = 4;

/// A course up to a frame.
struct Course {
    weight: f64,
    /// Tells counts apart.
    counts: u64,
    /// By how many parts of a unit of frames each count is above its share.
    errors: Vec<i64>,
    /// The number of its last step.
    step: usize,
}

/// A way to go on.
#[derive(Clone, Copy)]
struct Way {
    weight: f64,
    /// Tells the counts apart to which it leads.
    counts: u64,
    /// The place of the course that goes on.
    course: usize,
    /// The events that happen, as bits.
    events: usize,
}

/// The courses that are followed.
pub(super) struct Courses<'a> {
    chances: &'a Chances,
    courses: Vec<Course>,
    /// Of all steps the number of the one before and the events.
    steps: Vec<(usize, usize)>,
    followed: usize,
    /// Whether no way was left out for want of room.
    complete: bool,
    key: u64,
    drawn: u64,
}

impl<'a> Courses<'a> {
    pub(super) fn new(chances: &'a Chances, key: u64) -> Self {
        let start = Course { weight: 1.0, counts: 0, errors: vec![0; chances.counts.len()], step: usize::MAX };
        let (all, least, most) = FOLLOWED;
        let followed = (all / chances.events).clamp(least, most);
        Self { chances, courses: vec![start], steps: Vec::new(), followed, complete: true, key, drawn: 0 }
    }

    /// The events of each frame of a period, at least so many. It ends where all counts are whole numbers, the stated
    /// ones those asked for if this can be had within a unit of frames, and else as near to it as it can.
    pub(super) fn period(mut self, least: i64) -> Vec<usize> {
        let mut best = ([i64::MAX; 2], None);
        for frames in 1..=least + self.chances.unit {
            self.go_on();
            let whole = |share: i64| (share * frames).rem_euclid(self.chances.unit) == 0;
            if frames >= least && self.chances.counts.iter().all(|count| whole(count.share)) {
                let nearest = self.nearest();
                best = if nearest.0 < best.0 { nearest } else { best };
                if best.0 == [0; 2] {
                    break;
                }
            }
        }
        let step = |number: usize| self.steps.get(number);
        let back = std::iter::successors(best.1.and_then(step), |(before, _)| step(*before));
        let mut period: Vec<usize> = back.map(|(_, events)| *events).collect();
        period.reverse();
        period
    }

    /// The least sums of errors of counts, stated and other, and the last step of one of the courses that have them.
    fn nearest(&mut self) -> ([i64; 2], Option<usize>) {
        let off = |course: &Course| {
            let mut sums = [0; 2];
            let errors = self.chances.counts.iter().zip(&course.errors);
            errors.for_each(|(count, error)| sums[usize::from(!count.stated)] += error.abs());
            sums
        };
        let least = self.courses.iter().map(off).min().unwrap_or([i64::MAX; 2]);
        let nearest = self.courses.iter().filter(|course| off(course) == least);
        let mut nearest: Vec<(f64, usize)> = nearest.map(|course| (course.weight, course.step)).collect();
        self.thin(&mut nearest, 1, |course| &mut course.0);
        (least, nearest.first().map(|course| course.1))
    }

    /// Follows the courses through the next frame.
    fn go_on(&mut self) {
        let mut ways: Vec<Way> = Vec::new();
        for way in self.ways() {
            if let Some(same) = ways.iter_mut().find(|other| other.counts == way.counts) {
                let weight = same.weight + way.weight;
                *same = Way { weight, ..if self.random() * weight < way.weight { way } else { *same } };
            } else {
                ways.push(way);
            }
        }
        self.thin(&mut ways, self.followed, |way| &mut way.weight);
        let gone = |way: &Way| {
            let course = &self.courses[way.course];
            self.steps.push((course.step, way.events));
            let errors = self.chances.errors(&course.errors, way.events).collect();
            Course { weight: way.weight, counts: way.counts, errors, step: self.steps.len() - 1 }
        };
        self.courses = ways.iter().map(gone).collect();
    }

    /// The ways in which the courses go on.
    fn ways(&mut self) -> Vec<Way> {
        let chances = self.chances;
        let outlooks: Vec<Outlook> = self.courses.iter().map(|course| chances.outlook(&course.errors)).collect();
        let start = |(place, course): (usize, &Course)| Way {
            weight: course.weight,
            counts: course.counts,
            course: place,
            events: 0,
        };
        let mut ways: Vec<Way> = self.courses.iter().enumerate().map(start).collect();
        for event in 0..chances.events {
            let apart = |way: Way| {
                let [without, with] = chances.ways(&outlooks[way.course], event, way.events);
                let go =
                    |(happens, chance)| Way { weight: way.weight * chance, events: way.events << 1 | happens, ..way };
                [(0, without), (1, with)].map(go)
            };
            ways = ways.into_iter().flat_map(apart).filter(|way| way.weight > 0.0).collect();
            self.thin(&mut ways, WAYS * self.followed, |way| &mut way.weight);
        }
        for way in &mut ways {
            let mut off = 0.0;
            let errors = chances.errors(&self.courses[way.course].errors, way.events);
            for (place, (count, error)) in chances.counts.iter().zip(errors).enumerate() {
                if count.has(way.events) {
                    way.counts = way.counts.wrapping_add(hash(0, place as u64));
                }
                if error.abs() >= chances.unit {
                    let error = error as f64 / chances.unit as f64;
                    off += error * error * if count.stated { 1.0 } else { UNSTATED };
                }
            }
            if off > 0.0 {
                // The eighth power of the sum of squares, so that the largest errors go first.
                let fourth = off * off * (off * off);
                way.weight *= ASTRAY / (fourth * fourth);
            }
        }
        let whole: f64 = ways.iter().map(|way| way.weight).sum();
        ways.retain(|way| way.weight >= whole * FAINT);
        ways.iter_mut().for_each(|way| way.weight /= whole);
        if self.complete {
            self.fit(&mut ways);
        }
        ways
    }

    /// Fits the weights of all ways so that each count grows in its share of them and each course keeps its weight, by
    /// iterative proportional fitting: or events would be likelier in some frames than in others.
    fn fit(&self, ways: &mut [Way]) {
        let sums = |ways: &[Way]| {
            let mut sums = vec![0.0; self.courses.len()];
            ways.iter().for_each(|way| sums[way.course] += way.weight);
            sums
        };
        let weights = sums(ways);
        for _ in 0..ROUNDS {
            for count in &self.chances.counts {
                let share = count.share as f64 / self.chances.unit as f64;
                let with: f64 = ways.iter().filter(|way| count.has(way.events)).map(|way| way.weight).sum();
                if share.min(1.0 - share).min(with).min(1.0 - with) > FAINT {
                    let scales = [(1.0 - share) / (1.0 - with), share / with];
                    ways.iter_mut().for_each(|way| way.weight *= scales[usize::from(count.has(way.events))]);
                }
            }
            let now = sums(ways);
            ways.iter_mut().for_each(|way| way.weight *= weights[way.course] / now[way.course]);
        }
    }

    /// Draws so many of what has weights, none of them twice, and gives these the weight of all in the mean: priority
    /// sampling (Duffield, Lund & Thorup 2007).
    fn thin<T>(&mut self, items: &mut Vec<T>, most: usize, weight: impl Fn(&mut T) -> &mut f64) {
        if items.len() <= most {
            return;
        }
        self.complete = false;
        let priorities: Vec<f64> = items.iter_mut().map(|item| *weight(item) / self.random()).collect();
        let mut sorted = priorities.clone();
        let (_, threshold, _) = sorted.select_nth_unstable_by(most, |one, other| other.total_cmp(one));
        let mut priorities = priorities.into_iter();
        items.retain(|_| priorities.next().is_some_and(|priority| priority > *threshold));
        for item in items {
            let weight = weight(item);
            *weight = weight.max(*threshold);
        }
    }

    /// The next random number.
    fn random(&mut self) -> f64 {
        self.drawn += 1;
        unit(hash(self.key, self.drawn))
    }
}
