//! The shares of all combinations of events that have given shares, alone and in pairs.

#[cfg(test)]
mod tests;

use super::{Pair, QuotaError};

/// The largest error of a share that counts as none.
const ACCURACY: f64 = 1e-12;
/// An error that further fitting does not reduce.
const SETTLED: f64 = 1e-14;
/// The most rounds of fitting.
const ROUNDS: usize = 3000;

/// The share of each of the 2^n combinations of n events, the first event in the highest bit of its number, by
/// iterative proportional fitting (Deming & Stephan 1940) from independent events: of all with these shares those
/// nearest to independence (Ireland & Kullback 1968). Events that no shares can have are named by their positions.
pub(super) fn cells(shares: &[f64], pairs: &[Pair]) -> Result<Vec<f64>, QuotaError> {
    let mut cells = vec![1.0];
    for share in shares {
        cells = cells.iter().flat_map(|cell| [cell * (1.0 - share), cell * share]).collect();
    }
    let tables = pairs.iter().map(|pair| Table::new(shares, *pair)).collect::<Result<Vec<_>, _>>()?;
    if let Some(events) = contradiction(shares, pairs) {
        return Err(QuotaError::Together(events));
    }
    let mut before = Vec::new();
    for round in 0..ROUNDS {
        if tables.iter().fold(0.0_f64, |worst, table| worst.max(table.fit(&mut cells))) <= SETTLED {
            break;
        }
        // A combination that the shares leave no room for vanishes as 1 / round only: what still shrinks goes at once.
        if round == ROUNDS / 3 {
            before.clone_from(&cells);
        } else if round == ROUNDS / 3 * 2 {
            let shrinking = |(cell, before): (&f64, &f64)| if *cell < 0.6 * before { 0.0 } else { *cell };
            cells = cells.iter().zip(&before).map(shrinking).collect();
        }
    }
    let off: Vec<&Table> = tables.iter().filter(|table| table.error(&table.sums(&cells)) > ACCURACY).collect();
    if off.is_empty() {
        return Ok(cells);
    }
    let mut events: Vec<usize> = off.iter().flat_map(|table| [table.pair.0, table.pair.1]).collect();
    events.sort_unstable();
    events.dedup();
    Err(QuotaError::Together(events))
}

/// Three events of which the three joint shares leave no share for all three together, if there are such.
fn contradiction(shares: &[f64], pairs: &[Pair]) -> Option<Vec<usize>> {
    let both = |i: usize, j: usize| {
        let said = |pair: &&Pair| (pair.0.min(pair.1), pair.0.max(pair.1)) == (i, j);
        pairs.iter().find(said).map(|pair| pair.2)
    };
    for (i, first) in shares.iter().enumerate() {
        for (j, second) in shares.iter().enumerate().skip(i + 1) {
            for (k, third) in shares.iter().enumerate().skip(j + 1) {
                let (Some(ij), Some(ik), Some(jk)) = (both(i, j), both(i, k), both(j, k)) else { continue };
                let lowest = (ij + ik - first).max(ij + jk - second).max(ik + jk - third).max(0.0);
                let highest = ij.min(ik).min(jk).min(1.0 - first - second - third + ij + ik + jk);
                if lowest > highest + ACCURACY {
                    return Some(vec![i, j, k]);
                }
            }
        }
    }
    None
}

/// The shares of neither, only the second, only the first and both of two events.
struct Table {
    pair: Pair,
    /// The bits of the two events in the numbers of combinations.
    bits: (usize, usize),
    shares: [f64; 4],
}

impl Table {
    fn new(shares: &[f64], pair: Pair) -> Result<Self, QuotaError> {
        let (first, second, both) = pair;
        let (Some(one), Some(other)) = (shares.get(first), shares.get(second)) else {
            return Err(QuotaError::Pair(first, second));
        };
        let (lowest, highest) = ((one + other - 1.0).max(0.0), one.min(*other));
        if !(lowest - ACCURACY..=highest + ACCURACY).contains(&both) {
            return Err(QuotaError::Joint { first, second, lowest, highest });
        }
        let table = [1.0 - one - other + both, other - both, one - both, both];
        // What differs from zero by rounding only is zero.
        let table = table.map(|share| if share < ACCURACY / 10.0 { 0.0 } else { share });
        let bit = |event: usize| 1_usize << (shares.len() - 1 - event);
        Ok(Self { pair, bits: (bit(first), bit(second)), shares: table })
    }

    /// Which of its four shares a combination belongs to.
    fn place(&self, combination: usize) -> usize {
        2 * usize::from(combination & self.bits.0 != 0) + usize::from(combination & self.bits.1 != 0)
    }

    /// The four sums of the shares of combinations.
    fn sums(&self, cells: &[f64]) -> [f64; 4] {
        let mut sums = [0.0; 4];
        cells.iter().enumerate().for_each(|(combination, cell)| sums[self.place(combination)] += cell);
        sums
    }

    /// How far four sums are off at most.
    fn error(&self, sums: &[f64; 4]) -> f64 {
        self.shares.iter().zip(sums).fold(0.0, |worst, (share, sum)| (share - sum).abs().max(worst))
    }

    /// Scales the combinations so that their sums are these shares; returns how far they were off.
    fn fit(&self, cells: &mut [f64]) -> f64 {
        let sums = self.sums(cells);
        let scale = |place: usize| if sums[place] > 0.0 { self.shares[place] / sums[place] } else { 0.0 };
        let scales = [scale(0), scale(1), scale(2), scale(3)];
        cells.iter_mut().enumerate().for_each(|(combination, cell)| *cell *= scales[self.place(combination)]);
        self.error(&sums)
    }
}
