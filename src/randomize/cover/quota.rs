//! Events that happen in exact shares of the frames, alone and in pairs: which of them happen in a frame follows from
//! its number alone.

mod cells;
mod linked;
mod lone;
#[cfg(test)]
mod tests;

use super::hash;
use linked::Linked;
use lone::Lone;

/// The most events of one set.
const EVENTS: usize = 12;

/// Two events and the share of the frames in which both happen.
type Pair = (usize, usize, f64);

/// Why there are no events with the shares asked for. Events are counted from 0.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum QuotaError {
    /// More events than one set can hold.
    Events(usize),
    /// The share of this event is not a number from 0 to 1.
    Share(usize),
    /// A joint share is not of two different events, or of two that have one already.
    Pair(usize, usize),
    /// The joint share of two events is not in the range that their own shares leave.
    Joint { first: usize, second: usize, lowest: f64, highest: f64 },
    /// The linked share of this event, or of both of these, is no whole part of few enough frames; the nearest is.
    Rounded { event: usize, other: Option<usize>, share: f64, nearest: f64 },
    /// Each joint share alone is possible, those of these events together are not.
    Together(Vec<usize>),
}

impl QuotaError {
    /// The same of events that have other numbers: event n is `events[n]`.
    fn renumbered(self, events: &[usize]) -> Self {
        let number = |event: usize| events.get(event).copied().unwrap_or(event);
        match self {
            Self::Events(count) => Self::Events(count),
            Self::Share(event) => Self::Share(number(event)),
            Self::Pair(first, second) => Self::Pair(number(first), number(second)),
            Self::Joint { first, second, lowest, highest } => {
                Self::Joint { first: number(first), second: number(second), lowest, highest }
            }
            Self::Rounded { event, other, share, nearest } => {
                Self::Rounded { event: number(event), other: other.map(number), share, nearest }
            }
            Self::Together(events) => Self::Together(events.into_iter().map(number).collect()),
        }
    }
}

impl QuotaError {
    /// The same in words, of events that have names.
    pub(in super::super) fn told(&self, names: &[&str]) -> String {
        let name = |event: &usize| format!("`{}`", names.get(*event).copied().unwrap_or("?"));
        match self {
            Self::Events(count) => format!("expected at most {EVENTS} quotas, found {count}"),
            Self::Share(event) => format!("expected a share from 0 to 1 of {}", name(event)),
            Self::Pair(first, second) => {
                format!(
                    "expected two different quotas with one share for both, found {} and {}",
                    name(first),
                    name(second)
                )
            }
            Self::Joint { first, second, lowest, highest } => {
                let (first, second) = (name(first), name(second));
                format!("expected {first} and {second} together in a share from {lowest} to {highest} of the frames")
            }
            Self::Rounded { event, other, share, nearest } => {
                let both = other.as_ref().map_or_else(String::new, |other| format!(" and {}", name(other)));
                format!(
                    "expected linked shares that are whole parts of some ten thousand frames, found {share} of {}{both}, \
                     which would become {nearest}",
                    name(event)
                )
            }
            Self::Together(events) => {
                let events: Vec<String> = events.iter().map(name).collect();
                format!("expected shares that can be had together, found those of {}", events.join(", "))
            }
        }
    }
}

/// Events by shares, in frames that are irregular and others for other keys. Events linked by joint shares form a
/// group; groups are independent of each other. After any number of frames from frame 0 on
/// - each event has happened within 1 of its share of them, and exactly so often where that is a whole number;
/// - so have two linked events together;
/// - so have pairs of more linked events, but for a few frames, as not all shares can be met at once everywhere (those
///   of three halves and their quarters cannot): by 1, and of six events or more that are all linked by up to 3 and,
///   in the long run, one in 2000 frames.
///
/// This holds for shares that are fractions: of an event by itself with a denominator up to 2^26 and over 10^8 frames;
/// of linked events with a common one up to 50,000 for two, 22,000 for three, 12,500 for four and 10,000 for more.
/// Other shares of these are rounded to such fractions, by a hundredth at most. Two linked events come in the same frames again after 8192
/// frames or more, others after 2000 or more. Where joint shares leave little room an event is somewhat likelier in
/// some frames of their denominator than in others.
#[derive(Debug)]
pub(in super::super) struct Quotas {
    lone: Vec<Lone>,
    linked: Vec<Linked>,
}

impl Quotas {
    /// Events with these shares of the frames, and joint shares of pairs of them (first, second, share of the frames
    /// in which both happen). Events are independent where nothing is said, or as near to it as the joint shares
    /// allow. Each has a key of its own, so that one more changes only those that it is linked with.
    pub(in super::super) fn new(shares: &[f64], joint: &[Pair], keys: &[u64]) -> Result<Self, QuotaError> {
        if shares.len() > EVENTS {
            return Err(QuotaError::Events(shares.len()));
        }
        if let Some(event) = shares.iter().position(|share| !(0.0..=1.0).contains(share)) {
            return Err(QuotaError::Share(event));
        }
        for (position, &(first, second, _)) in joint.iter().enumerate() {
            let known = first != second && first.max(second) < shares.len();
            let said = |&(i, j, _): &Pair| (i, j) == (first, second) || (j, i) == (first, second);
            if !known || joint.iter().take(position).any(said) {
                return Err(QuotaError::Pair(first, second));
            }
        }
        let mut quotas = Self { lone: Vec::new(), linked: Vec::new() };
        for group in groups(shares.len(), joint) {
            let own = group.iter().filter_map(|event| keys.get(*event));
            let key = hash(own.fold(0, |key, own| hash(key, *own)), 0);
            match group[..] {
                [event] => quotas.lone.extend(shares.get(event).map(|share| Lone::new(event, *share, key))),
                _ => quotas.linked.push(Linked::new(&group, shares, joint, key)?),
            }
        }
        Ok(quotas)
    }

    /// Which events happen in a frame: bit j is set where event j does.
    pub(in super::super) fn events(&self, frame: u64) -> u32 {
        let lone = self.lone.iter().fold(0, |mask, lone| mask | lone.events(frame));
        self.linked.iter().fold(lone, |mask, linked| mask | linked.events(frame))
    }
}

/// The groups of events that joint shares link, each in ascending order.
fn groups(count: usize, joint: &[Pair]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = (0..count).map(|event| vec![event]).collect();
    for &(first, second, _) in joint {
        let (mut linked, others): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.contains(&first) || group.contains(&second));
        groups = others;
        groups.extend((!linked.is_empty()).then(|| linked.drain(..).flatten().collect()));
    }
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups.sort_unstable();
    groups
}
