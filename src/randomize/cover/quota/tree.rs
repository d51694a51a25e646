//! The decision tree of a group of events: a frame is counted down a binary tree of balanced sequences.

#[cfg(test)]
mod tests;

use super::super::strata::permuted;
use super::super::{below, hash, unit};
use super::cells::{ACCURACY, cells};
use super::{Pair, QuotaError};

/// How many sets of phases are tried for a group of several events, and over how many frames.
const TRIALS: u64 = 64;
const TRIAL_FRAMES: u64 = 1000;
/// The least and the largest size of a block of permuted frames.
const BLOCK: (u64, u64) = (10, 100);
/// Phases keep this far from 0 and 1: further than errors of shares move a count within 10^8 frames.
const MARGIN: f64 = 0.01;
const GOLDEN_RATIO: f64 = 0.618_033_988_749_894_9;
const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

/// A balanced (Sturmian) sequence: of the first n frames of a node floor((n * numerator + offset) / denominator) have
/// its event. With an offset below the denominator any n * share that is whole is met exactly, and any stretch of
/// frames within 1.
#[derive(Clone, Copy, Debug)]
struct Node {
    numerator: u64,
    denominator: u64,
    offset: u64,
}

impl Node {
    fn new(share: f64, tolerance: f64) -> Self {
        let (numerator, denominator) = fraction(share, tolerance);
        Self { numerator, denominator, offset: 0 }
    }

    /// How often the event has happened in `count` frames, and whether it does in the next one.
    fn step(&self, count: u64) -> (u64, bool) {
        let (numerator, denominator) = (u128::from(self.numerator), u128::from(self.denominator));
        let sum = u128::from(count) * numerator + u128::from(self.offset);
        let rest = sum % denominator;
        (((sum - rest) / denominator) as u64, rest + numerator >= denominator)
    }

    /// The same at irregular places: time is cut into stretches of 1 / share from frame 0 on, and the event comes once
    /// in each, at a uniform place. Above a share of one half what comes once is that the event does not happen.
    fn spread(&self, count: u64, key: u64) -> (u64, bool) {
        let rare = self.numerator <= self.denominator / 2;
        let numerator = if rare { self.numerator } else { self.denominator - self.numerator };
        let (before, now) = if numerator == 0 {
            (0, false)
        } else {
            let stretch = (u128::from(count) * u128::from(numerator) / u128::from(self.denominator)) as u64;
            let place = |stretch| u128::from(count).cmp(&self.place(stretch, numerator, key));
            // The next stretch may begin within this frame.
            let (this, next) = (place(stretch), place(stretch.saturating_add(1)));
            (stretch + u64::from(this.is_gt()), this.is_eq() || next.is_eq())
        };
        if rare { (before, now) } else { (count - before, !now) }
    }

    /// The frame of the event of one stretch. Where the next one falls into the same frame, which then belongs to both
    /// stretches, it goes to one that belongs to this stretch alone.
    fn place(&self, stretch: u64, numerator: u64, key: u64) -> u128 {
        let (numerator, denominator) = (u128::from(numerator), u128::from(self.denominator));
        let start = u128::from(stretch) * denominator;
        let within = |stretch| u128::from(below(hash(key, stretch), self.denominator));
        let place = (start + within(stretch)) / numerator;
        if place != (start + denominator + within(stretch.wrapping_add(1))) / numerator {
            return place;
        }
        let first = start.div_ceil(numerator);
        let own = (start + denominator) / numerator - first;
        first + u128::from(below(hash(hash(key, stretch), 0), own as u64))
    }
}

/// The tree of one group of events.
#[derive(Debug)]
pub(super) struct Tree {
    /// The bits of the events in the order in which they are decided.
    events: Vec<u32>,
    /// Node n decides at depth floor(log2(n + 1)); 2n + 1 follows where the event does not happen, 2n + 2 where it
    /// does, each counting the frames that come to it.
    nodes: Vec<Node>,
    order: Order,
}

/// How the frames come to the root of a tree. Only one tree of a set takes them evenly, so that none keeps step with
/// another.
#[derive(Clone, Copy, Debug)]
enum Order {
    /// As they are.
    Even,
    /// For one event: as `Node::spread` says, by a key.
    Spread(u64),
    /// For several events: permuted within each block of so many frames, by a key.
    Blocks(u64, u64),
}

impl Tree {
    /// The tree of the events `group` of all those with `shares`. Of several sets of phases it has the one whose
    /// counts of events and pairs over the first frames stay nearest to their shares.
    pub(super) fn new(
        group: Vec<usize>,
        shares: &[f64],
        joint: &[Pair],
        key: u64,
        even: bool,
    ) -> Result<Self, QuotaError> {
        let own: Vec<f64> = group.iter().filter_map(|event| shares.get(*event).copied()).collect();
        let position = |event: &usize| group.iter().position(|other| other == event);
        let inside = joint.iter().filter_map(|(i, j, both)| Some((position(i)?, position(j)?, *both)));
        let pairs: Vec<Pair> = inside.collect();
        let cells = cells(&own, &pairs).map_err(|error| error.renumbered(&group))?;
        let masses = masses(&cells);
        let events: Vec<u32> = group.iter().map(|event| 1 << event).collect();
        let quotas = quotas(&cells, &events);
        let mut nodes = Vec::with_capacity(cells.len() - 1);
        for (depth, event) in own.iter().enumerate() {
            for position in (1 << depth) - 1..(2 << depth) - 1 {
                let share = conditional(&masses, position);
                let tolerance = ACCURACY / masses[position];
                // Where the events before make no difference it is the event's own share, to the last bit.
                let same = (share - event).abs() <= tolerance;
                nodes.push(if same { Node::new(*event, 0.0) } else { Node::new(share, tolerance) });
            }
        }
        let order = match own.len() {
            _ if even => Order::Even,
            1 => Order::Spread(hash(key, 0)),
            _ => Order::Blocks(block(own.iter().copied().chain(pairs.iter().map(|pair| pair.2))), key),
        };
        let mut tree = Self { events, nodes, order };
        let mut best = (f64::INFINITY, key, 1.0);
        for trial in 1..=if own.len() > 1 { TRIALS } else { 0 } {
            // The last first phase is one half, with which there is always one for the second event.
            let (phases, width) = (hash(key, trial), (TRIALS - trial) as f64 / (TRIALS - 1) as f64);
            if tree.set_phases(&masses, phases, width) {
                let worst = tree.worst(&quotas, best.0);
                best = if worst < best.0 { (worst, phases, width) } else { best };
            }
        }
        tree.set_phases(&masses, best.1, best.2);
        Ok(tree)
    }

    /// Which events of the group happen in a frame, as bits.
    pub(super) fn events(&self, frame: u64) -> u32 {
        let (mut count, mut position, mut mask) = (frame, 0, 0);
        if let Order::Blocks(size, key) = self.order {
            let place = frame % size;
            count = (frame - place).saturating_add(permuted(place, size, hash(hash(key, 0), frame / size)));
        }
        for event in &self.events {
            let Some(node) = self.nodes.get(position) else { break };
            let (before, happens) = match self.order {
                Order::Spread(key) => node.spread(count, key),
                _ => node.step(count),
            };
            count = if happens { before } else { count - before };
            position = 2 * position + 1 + usize::from(happens);
            mask |= if happens { *event } else { 0 };
        }
        mask
    }

    /// Draws the phases, the first one from the middle `width` of 0..1. Those of two nodes of one parent add up to 1:
    /// where their shares are equal the sum of their counts is floor(x) + floor(y - x + 1), which is y where that is
    /// whole and within 1 of it elsewhere. Those of the second event are such that the counts of all four combinations
    /// of the first two keep within 1 of their shares; the answer is whether there are such. Those of later events are
    /// spread evenly by the golden ratio, as many nodes to which a frame rarely comes have to take turns.
    fn set_phases(&mut self, masses: &[f64], key: u64, width: f64) -> bool {
        let first = 0.5 + (0.5 - MARGIN) * width * (2.0 * unit(hash(key, 0)) - 1.0);
        let mut possible = true;
        let mut phase = first;
        for (position, node) in self.nodes.iter_mut().enumerate() {
            if position == 1 {
                // So many frames more than their share come to the two nodes.
                let without = window(conditional(masses, 1), -first, 1.0 - first);
                let with = window(conditional(masses, 2), first - 1.0, first);
                let least = without.0.max(1.0 - with.1).max(MARGIN);
                let most = without.1.min(1.0 - with.0).min(1.0 - MARGIN);
                possible = least <= most;
                phase = least + (most - least) * (0.05 + 0.9 * unit(hash(key, 1)));
            } else if position % 2 == 1 {
                let turn = (unit(hash(key, 2)) + (position / 2) as f64 * GOLDEN_RATIO).fract();
                phase = MARGIN + (1.0 - 2.0 * MARGIN) * turn;
            }
            // Odd in its last place the fixed-point phase times the denominator is never whole.
            let fixed = u128::from((phase * TWO_TO_64) as u64 | 1);
            let offset = ((fixed * u128::from(node.denominator)) >> 64) as u64;
            let second = position > 0 && position % 2 == 0;
            node.offset = if second { node.denominator - 1 - offset } else { offset };
        }
        possible
    }

    /// How far the counts of events and pairs (bits, share) are off at most within the first frames; a tree that is
    /// worse than `limit` is not followed to the end.
    fn worst(&self, quotas: &[(u32, f64)], limit: f64) -> f64 {
        let mut counts = vec![0.0; quotas.len()];
        let mut worst = 0.0_f64;
        for frame in 0..TRIAL_FRAMES {
            let mask = self.events(frame);
            for ((bits, share), count) in quotas.iter().zip(&mut counts) {
                *count += if mask & bits == *bits { 1.0 } else { 0.0 };
                worst = worst.max((*count - (frame + 1) as f64 * share).abs());
            }
            if worst >= limit {
                break;
            }
        }
        worst
    }
}

/// The shares of all nodes and, behind them, of the combinations at the leaves: each the sum of its two children.
fn masses(cells: &[f64]) -> Vec<f64> {
    let inner = cells.len() - 1;
    let mut masses = vec![0.0; inner];
    masses.extend(cells);
    for node in (0..inner).rev() {
        masses[node] = masses[2 * node + 1] + masses[2 * node + 2];
    }
    masses
}

/// The share of the frames that come to a node in which its event happens; 0 where none come.
fn conditional(masses: &[f64], node: usize) -> f64 {
    if masses[node] > 0.0 { (masses[2 * node + 2] / masses[node]).min(1.0) } else { 0.0 }
}

/// The shares of the events and pairs of a group, each with its bits.
fn quotas(cells: &[f64], events: &[u32]) -> Vec<(u32, f64)> {
    let mut quotas = Vec::new();
    for (first, one) in events.iter().enumerate() {
        for (second, other) in events.iter().enumerate().skip(first) {
            let bits = 1 << (events.len() - 1 - first) | 1 << (events.len() - 1 - second);
            let within = cells.iter().enumerate().filter(|(combination, _)| combination & bits == bits);
            quotas.push((one | other, within.map(|(_, cell)| cell).sum()));
        }
    }
    quotas
}

/// The phases with which the counts of both outcomes of a node lie within 1 of their shares of all frames, by its
/// share and the bounds of the frames that come to it beyond its own share; the first is above the second where there
/// are none.
fn window(share: f64, low: f64, high: f64) -> (f64, f64) {
    if share <= 0.0 || share >= 1.0 {
        return (0.0, 1.0);
    }
    let other = 1.0 - share;
    ((-low * share).max(high * other), (1.0 - high * share).min(1.0 + low * other))
}

/// A block size for a group with these shares: a divisor of the least number of frames with whole counts, as these
/// are then exact after each block; without one that is fit, a size that most counts do not need.
fn block(shares: impl Iterator<Item = f64>) -> u64 {
    let whole = shares.fold(1_u64, |whole, share| {
        let denominator = fraction(share, 0.0).1;
        let (mut divisor, mut rest) = (whole, denominator);
        while rest != 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        whole.saturating_mul(denominator / divisor)
    });
    let largest = (1..=BLOCK.1).rev().find(|size| whole.is_multiple_of(*size)).unwrap_or(1);
    if largest >= BLOCK.0.min(whole) { largest } else { BLOCK.1 }
}

/// The convergent of smallest denominator within `tolerance` of a number from 0 to 1 (continued fractions).
fn fraction(number: f64, tolerance: f64) -> (u64, u64) {
    let one = 1_u64 << 62;
    let (mut above, mut below) = ((number * one as f64) as u64, one);
    let (mut before, mut current) = ((0, 1), (1, 0));
    while below != 0 {
        let whole = above / below;
        (before, current) = (current, (whole * current.0 + before.0, whole * current.1 + before.1));
        (above, below) = (below, above % below);
        if (current.0 as f64 / current.1 as f64 - number).abs() <= tolerance {
            break;
        }
    }
    current
}
