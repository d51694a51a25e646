//! Events that joint shares link: which of them happen in each frame of a period is drawn in advance.

mod chances;
mod course;
#[cfg(test)]
mod tests;

use super::cells::cells;
use super::{Pair, QuotaError};
use chances::{Chances, Count};
use course::Courses;

/// The least frames of a period: the first number divided by the third power of the number of events, as their counts
/// take more work, but not below the second.
const PERIOD: (u64, u64) = (1 << 16, 2000);
/// Shares are parts of a unit of frames of at least the first number and at most the second divided by the square of
/// the number of events or the third, whichever is larger.
const UNIT: (u64, u64, u64) = (1000, 200_000, 10_000);
/// How much of itself a share, or what it lacks of 1, may be off by rounding.
const ROUNDED: f64 = 0.01;
/// A count of frames that is no further from a whole number is one.
const WHOLE: f64 = 1e-9;

/// A group of linked events.
#[derive(Debug)]
pub(super) struct Linked {
    /// The bits of the events that happen in each frame of the period.
    period: Vec<u16>,
}

impl Linked {
    /// The events `group` of all those with these shares and joint shares.
    pub(super) fn new(group: &[usize], shares: &[f64], joint: &[Pair], key: u64) -> Result<Self, QuotaError> {
        let own: Vec<f64> = group.iter().filter_map(|event| shares.get(*event).copied()).collect();
        let position = |event: &usize| group.iter().position(|other| other == event);
        let inside = joint.iter().filter_map(|(i, j, both)| Some((position(i)?, position(j)?, *both)));
        let pairs: Vec<Pair> = inside.map(|(i, j, both)| (i.min(j), i.max(j), both)).collect();
        let cells = cells(&own, &pairs).map_err(|error| error.renumbered(group))?;
        let events = own.len();
        let asked: Vec<f64> = own.into_iter().chain(pairs.iter().map(|pair| pair.2)).collect();
        let unit = unit(&asked, (UNIT.1 / events.pow(2) as u64).max(UNIT.2));
        for (place, share) in asked.iter().enumerate() {
            let nearest = (share * unit as f64).round() / unit as f64;
            if (nearest - share).abs() > ROUNDED * share.min(1.0 - share) + WHOLE {
                let pair = place.checked_sub(events).and_then(|pair| pairs.get(pair));
                let (event, other) = pair.map_or((place, None), |pair| (pair.0, Some(pair.1)));
                return Err(QuotaError::Rounded { event, other, share: *share, nearest }.renumbered(group));
            }
        }
        let bit = |event: usize| 1_usize << (events - 1 - event);
        let stated = (0..events).map(bit).chain(pairs.iter().map(|(first, second, _)| bit(*first) | bit(*second)));
        // That all of three events happen is kept near its share, too: it costs little.
        let all = (events == 3).then_some((0b111, false));
        let count = |(set, stated)| {
            let within = cells.iter().enumerate().filter(|(combination, _)| combination & set == set);
            let share: f64 = within.map(|(_, cell)| cell).sum();
            Count { events: set, share: (share * unit as f64).round() as i64, stated }
        };
        let counts = stated.map(|set| (set, true)).chain(all).map(count).collect();
        let pairs = pairs.iter().map(|(first, second, _)| (*first, *second)).collect();
        let chances = Chances::new(&cells, events, pairs, counts, unit as i64);
        let least = (PERIOD.0 / events.pow(3) as u64).max(PERIOD.1);
        let named = |combination: usize| {
            let happens = group.iter().enumerate().filter(|(place, _)| combination & bit(*place) != 0);
            happens.fold(0, |bits, (_, event)| bits | 1 << event)
        };
        Ok(Self { period: Courses::new(&chances, key).period(least as i64).into_iter().map(named).collect() })
    }

    /// Which events of the group happen in a frame, as bits.
    pub(super) fn events(&self, frame: u64) -> u32 {
        let place = frame % (self.period.len() as u64).max(1);
        self.period.get(place as usize).copied().map_or(0, u32::from)
    }
}

/// A number of frames up to a largest of which these shares are whole numbers; without one that of which they are
/// nearest to it.
fn unit(shares: &[f64], most: u64) -> u64 {
    let mut best = (f64::INFINITY, UNIT.0);
    for unit in UNIT.0..=most {
        let off = |share: &f64| (share * unit as f64 - (share * unit as f64).round()).abs();
        let worst = shares.iter().map(off).fold(0.0, f64::max);
        best = if worst < best.0 { (worst, unit) } else { best };
        if worst <= WHOLE {
            break;
        }
    }
    best.1
}
