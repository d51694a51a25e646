//! The chances of linked events in the next frame, by how far their counts are from their shares.

/// How likely a course remains in which an event has to happen, or not to, beside others with which it never does.
const NEVER: f64 = 1e-30;

/// A count of frames to watch.
pub(super) struct Count {
    /// The events that happen in them, as bits: the first event of the group is the highest one.
    pub(super) events: usize,
    /// In how many frames of a unit they do.
    pub(super) share: i64,
    /// Whether this share was asked for.
    pub(super) stated: bool,
}

impl Count {
    /// Whether a frame with these events is one of them.
    pub(super) fn has(&self, events: usize) -> bool {
        events & self.events == self.events
    }
}

/// Chances of an earlier event, that it does not happen and that it does, each without and with a later one.
type Pairing = [[f64; 2]; 2];

/// The counts of a group of events and what their chances follow from.
pub(super) struct Chances {
    pub(super) events: usize,
    /// First those of each event, then of each pair, then others.
    pub(super) counts: Vec<Count>,
    /// Of each pair the earlier and the later event.
    pairs: Vec<(usize, usize)>,
    /// A number of frames; errors of counts are whole multiples of one part of it.
    pub(super) unit: i64,
    /// The shares of all nodes of the binary tree in which one event after the other is decided and, behind them, of
    /// the combinations at its leaves: node n has the children 2n + 1, without the event, and 2n + 2, with it.
    masses: Vec<f64>,
    /// The pairings of all pairs over all frames.
    usual: Vec<Pairing>,
}

/// The chances in one frame.
pub(super) struct Outlook {
    /// That each count grows.
    grow: Vec<f64>,
    /// By what factor each pairing differs from the usual one.
    pairs: Vec<Pairing>,
}

impl Chances {
    /// Of events with these shares of all their combinations.
    pub(super) fn new(cells: &[f64], events: usize, pairs: Vec<(usize, usize)>, counts: Vec<Count>, unit: i64) -> Self {
        let inner = cells.len() - 1;
        let mut masses = vec![0.0; inner];
        masses.extend(cells);
        for node in (0..inner).rev() {
            masses[node] = masses[2 * node + 1] + masses[2 * node + 2];
        }
        let shares: Vec<f64> = counts.iter().map(|count| count.share as f64 / unit as f64).collect();
        let usual = pairings(&pairs, &shares[..events], &shares[events..]);
        Self { events, counts, pairs, unit, masses, usual }
    }

    /// The errors of the counts after a frame with these events.
    pub(super) fn errors(&self, before: &[i64], events: usize) -> impl Iterator<Item = i64> {
        let after =
            move |(count, error): (&Count, &i64)| error - count.share + if count.has(events) { self.unit } else { 0 };
        self.counts.iter().zip(before).map(after)
    }

    /// The chances of a frame before which the counts have these errors.
    pub(super) fn outlook(&self, errors: &[i64]) -> Outlook {
        let grow = self.counts.iter().zip(errors).map(|(count, error)| self.grows(count.share, *error));
        let grow: Vec<f64> = grow.collect();
        let (own, others) = grow.split_at(self.events);
        let mut pairs = pairings(&self.pairs, own, others);
        for (now, usual) in pairs.iter_mut().flatten().flatten().zip(self.usual.iter().flatten().flatten()) {
            *now = ratio(*now, *usual);
        }
        Outlook { grow, pairs }
    }

    /// The chance that a count grows. Of a share s the count after n frames is to be one of the whole numbers next to
    /// n * s, and each frame to be equally likely; so it is the upper one with the fraction of n * s as its chance,
    /// and from one frame to the next this leaves one way.
    fn grows(&self, share: i64, error: i64) -> f64 {
        if error <= share - self.unit {
            1.0
        } else if error >= share {
            0.0
        } else if error <= 0 {
            share as f64 / (self.unit + error) as f64
        } else {
            (share - error) as f64 / (self.unit - error) as f64
        }
    }

    /// The chances that an event does not happen and that it does in a frame with those of the events before it that
    /// are given as bits: what is usual with them, corrected for each by what is different in this frame as by Bayes'
    /// rule.
    pub(super) fn ways(&self, outlook: &Outlook, event: usize, before: usize) -> [f64; 2] {
        let node = (1 << event) - 1 + before;
        let masses = [self.masses[2 * node + 1], self.masses[2 * node + 2]];
        let own = outlook.grow[event];
        let share = self.counts[event].share as f64 / self.unit as f64;
        let mut ways = [masses[0] * (1.0 - own) * share, masses[1] * own * (1.0 - share)];
        for ((earlier, later), pairing) in self.pairs.iter().zip(&outlook.pairs) {
            if *later == event {
                let factors = pairing[before >> (event - 1 - earlier) & 1];
                ways = [ways[0] * factors[0], ways[1] * factors[1]];
            }
        }
        let whole = ways[0] + ways[1];
        if whole > 0.0 {
            return ways.map(|way| way / whole);
        }
        // Pairs ask for what cannot be: the event does what it has to.
        let possible = masses.map(|mass| if mass > 0.0 { 1.0 } else { NEVER });
        [(1.0 - own) * possible[0], own * possible[1]]
    }
}

/// The pairings of pairs of events by the chances of events and of both of each pair, or the nearest possible to it.
fn pairings(pairs: &[(usize, usize)], events: &[f64], both: &[f64]) -> Vec<Pairing> {
    let pairing = |((earlier, later), both): (&(usize, usize), &f64)| {
        let (earlier, later) = (events[*earlier], events[*later]);
        let both = both.max(earlier + later - 1.0).min(earlier.min(later)).max(0.0);
        let (without, with) = (ratio(earlier - both, 1.0 - later), ratio(both, later));
        [[1.0 - without, 1.0 - with], [without, with]]
    };
    pairs.iter().zip(both).map(pairing).collect()
}

/// A quotient, or 0 where there is none.
fn ratio(above: f64, below: f64) -> f64 {
    if below > 0.0 { (above / below).max(0.0) } else { 0.0 }
}
