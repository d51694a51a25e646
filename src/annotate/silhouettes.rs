//! Whole silhouettes, hidden parts included: their masks, and who hides whom.

use std::collections::BTreeMap;

use super::Rle;
use super::instances::{Region, region_of_runs, transposed};
use crate::frame::{Outside, Plane, Silhouettes};

/// What an instance would cover were it alone in the scene.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Whole {
    /// Within the image; `None` where it covers no pixel.
    pub region: Option<Region>,
    /// What of the silhouette is outside the image.
    pub outside: Outside,
    /// Pixels of the silhouette that each other instance owns, by its id.
    pub hidden_by: BTreeMap<u32, u64>,
}

/// The whole silhouettes of a view, by id.
pub(super) fn wholes(silhouettes: &Silhouettes, owners: &Plane<u16>) -> BTreeMap<u32, Whole> {
    let (width, height) = (owners.width as usize, owners.height as usize);
    let owner_columns = transposed(owners);
    let mut found = BTreeMap::new();
    for (columns, ids) in silhouettes.bits.iter().zip(silhouettes.ids.chunks(32)) {
        let runs = runs_of_bits(columns, ids.len());
        for (runs, &id) in runs.iter().zip(ids) {
            let region = region_of_runs(id as u16, runs, width, height);
            let outside = silhouettes.outside.get(found.len()).copied().unwrap_or_default();
            let hidden_by = hiders(runs, &owner_columns, id);
            found.insert(id, Whole { region, outside, hidden_by });
        }
    }
    found
}

/// For each of the lowest `count` bits the runs of values that have it.
fn runs_of_bits(columns: &[u32], count: usize) -> Vec<Vec<(usize, usize)>> {
    let mut runs: Vec<Vec<(usize, usize)>> = vec![Vec::new(); count];
    let mut before = 0;
    let mut place = 0;
    while place < columns.len() {
        let now = columns[place];
        if now == before {
            // Long runs of the same value are the rule: eight at a time.
            let (blocks, _) = columns[place..].as_chunks::<8>();
            let same = blocks.iter().take_while(|block| **block == [before; 8]).count() * 8;
            place += same.max(1);
            continue;
        }
        let mut changed = now ^ before;
        while changed != 0 {
            let bit = changed.trailing_zeros() as usize;
            changed &= changed - 1;
            let Some(runs) = runs.get_mut(bit) else { break };
            if now >> bit & 1 == 1 {
                runs.push((place, columns.len()));
            } else if let Some(last) = runs.last_mut() {
                last.1 = place;
            }
        }
        before = now;
        place += 1;
    }
    runs
}

/// How many pixels of `runs` belong to each other id than `id` and background.
fn hiders(runs: &[(usize, usize)], owners: &[u16], id: u32) -> BTreeMap<u32, u64> {
    let mut hidden_by = BTreeMap::new();
    for &(start, end) in runs {
        let mut place = start;
        while place < end {
            let owner = owners[place];
            let length = owners[place..end].iter().take_while(|&&other| other == owner).count();
            if owner != 0 && u32::from(owner) != id {
                *hidden_by.entry(u32::from(owner)).or_default() += length as u64;
            }
            place += length;
        }
    }
    hidden_by
}

/// Whether every pixel of the one mask is in the other, of the same size.
pub fn is_within(inner: &Rle, outer: &Rle) -> bool {
    let mut outers = outer.set_runs().peekable();
    inner.set_runs().all(|(start, end)| {
        while outers.next_if(|&(_, outer_end)| outer_end <= start).is_some() {}
        outers.peek().is_some_and(|&(outer_start, outer_end)| outer_start <= start && end <= outer_end)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn wholes_are_what_a_plain_count_finds(
            (width, height) in (1u32..20, 1u32..20),
            ids in prop::collection::btree_set(1u32..60, 1..40),
            noise in prop::collection::vec((any::<u32>(), any::<u32>(), any::<prop::sample::Index>()), 400),
        ) {
            let ids: Vec<u32> = ids.into_iter().collect();
            let count = (width * height) as usize;
            let bits: Vec<Plane<u32>> = (0..ids.len().div_ceil(32))
                .map(|word| {
                    // Fewer bits, so that runs are long now and then.
                    let data = noise[..count].iter().map(|(a, b, _)| if word == 0 { a & b } else { a & !b }).collect();
                    Plane { width, height, data }
                })
                .collect();
            let owners: Vec<u16> = noise[..count].iter().map(|(.., pick)| if pick.index(3) == 0 { 0 } else { *pick.get(&ids) as u16 }).collect();
            let owners = Plane { width, height, data: owners };
            let outside = |id: &u32| Outside { pixels: f64::from(*id), ..Outside::default() };
            let outside: Vec<Outside> = ids.iter().map(outside).collect();
            let silhouettes = Silhouettes { ids: ids.clone(), bits: bits.iter().map(transposed).collect(), outside };
            let found = wholes(&silhouettes, &owners);
            prop_assert_eq!(found.len(), ids.len());
            for (place, id) in ids.iter().enumerate() {
                let whole = &found[id];
                let set = |at: usize| bits[place / 32].data[at] >> (place % 32) & 1 == 1;
                let mask = Plane { width, height, data: (0..count).map(set).collect() };
                let pixels = mask.data.iter().filter(|&&set| set).count() as u64;
                prop_assert_eq!(whole.outside.pixels, f64::from(*id));
                prop_assert_eq!(whole.region.as_ref().map_or(0, |region| region.pixels), pixels);
                if let Some(region) = &whole.region {
                    prop_assert_eq!(&region.mask, &Rle::of_value(&mask, &true));
                }
                for other in &ids {
                    let hidden = (0..count).filter(|&at| set(at) && u32::from(owners.data[at]) == *other).count() as u64;
                    let expected = if other == id { 0 } else { hidden };
                    prop_assert_eq!(whole.hidden_by.get(other).copied().unwrap_or(0), expected);
                }
            }
        }

        #[test]
        fn within_is_what_a_plain_comparison_says(pairs in prop::collection::vec((any::<bool>(), any::<bool>()), 1..60), clean in any::<bool>()) {
            let height = pairs.len() as u32;
            let inner: Vec<bool> = pairs.iter().map(|(a, b)| if clean { *a && *b } else { *a }).collect();
            let outer: Vec<bool> = pairs.iter().map(|(_, b)| *b).collect();
            let expected = inner.iter().zip(&outer).all(|(a, b)| !a || *b);
            let rle = |data| Rle::of_value(&Plane { width: 1, height, data }, &true);
            prop_assert_eq!(is_within(&rle(inner), &rle(outer)), expected);
        }
    }
}
