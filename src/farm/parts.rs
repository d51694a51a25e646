//! Parts of a run: which of its shards a process makes, so that many make all of them.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Some of the parts that a run is cut into: `3/8` is the one with number 3 of eight, from 0; `2-5/8` are four of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    chosen: RangeInclusive<u64>,
    all: u64,
}

/// More parts than a run is cut into.
const MOST: u64 = 1_000_000;

impl Parts {
    /// All of them, as one.
    pub fn all() -> Parts {
        Parts { chosen: 0..=0, all: 1 }
    }

    /// Those of things in these parts: they are shared out in order, as evenly as can be.
    pub fn of<'a, T>(&self, things: &'a [T]) -> &'a [T] {
        // In 128 bits, so that no product is too large.
        let begin = |part: u64| (things.len() as u128 * u128::from(part) / u128::from(self.all)) as usize;
        &things[begin(*self.chosen.start())..begin(*self.chosen.end() + 1)]
    }

    /// Those of the frames, ascending, that are in these parts. The shards that the run touches are shared out in order,
    /// as evenly as can be; no shard is cut.
    pub fn frames(&self, frames: &[u64], shard_frames: u64) -> Vec<u64> {
        let shard_of = |frame: &u64| frame / shard_frames.max(1);
        let shards: Vec<&[u64]> = frames.chunk_by(|one, other| shard_of(one) == shard_of(other)).collect();
        self.of(&shards).concat()
    }
}

impl FromStr for Parts {
    type Err = String;

    fn from_str(text: &str) -> Result<Parts, String> {
        let expected =
            || format!("expected `3/8` (the part with number 3, from 0, of eight) or `2-5/8`, found `{text}`");
        let (chosen, of) = text.split_once('/').ok_or_else(expected)?;
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| expected());
        let (first, last) = chosen.split_once('-').unwrap_or((chosen, chosen));
        let (first, last, of) = (number(first)?, number(last)?, number(of)?);
        if !(1..=MOST).contains(&of) {
            return Err(format!("{of} parts; expected 1 to {MOST}"));
        }
        if last >= of {
            return Err(format!("part {last} of {of}: expected 0 to {}", of - 1));
        }
        if first > last {
            return Err(format!("parts {first} to {last}: expected the lower number first"));
        }
        Ok(Parts { chosen: first..=last, all: of })
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.chosen.start(), self.chosen.end());
        if first == last { write!(out, "{first}/{}", self.all) } else { write!(out, "{first}-{last}/{}", self.all) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_shared_out_whole() {
        let things: Vec<u32> = (0..11).collect();
        let all: Vec<u32> =
            (0..4).flat_map(|part| format!("{part}/4").parse::<Parts>().unwrap().of(&things).to_vec()).collect();
        assert_eq!(all, things);
        assert_eq!("1-2/4".parse::<Parts>().unwrap().of(&things), &things[2..8]);
        assert!("3/20".parse::<Parts>().unwrap().of(&things[..1]).is_empty());
    }

    #[test]
    fn parts_together_are_all_frames_and_cut_no_shard() {
        let every_third: Vec<u64> = (0..1000).step_by(3).collect();
        for frames in [vec![], vec![7], (0..950).collect(), every_third, vec![u64::MAX - 1, u64::MAX]] {
            for (of, shard_frames) in [(1, 100), (3, 100), (8, 10), (7, 1), (1000, 100), (1_000_000, 1)] {
                let part = |number: u64| Parts { chosen: number..=number, all: of }.frames(&frames, shard_frames);
                let parts: Vec<Vec<u64>> = (0..of.min(2000)).map(part).collect();
                let last = if of > 2000 {
                    Parts { chosen: 2000..=of - 1, all: of }.frames(&frames, shard_frames)
                } else {
                    vec![]
                };
                assert_eq!([parts.concat(), last].concat(), frames);
                let whole: Vec<u64> =
                    parts.iter().flat_map(|part| part.first().map(|frame| frame / shard_frames)).collect();
                let mut distinct = whole.clone();
                distinct.dedup();
                assert_eq!(whole, distinct, "{of} {shard_frames}");
                let sizes = parts.iter().map(|part| part.chunk_by(|a, b| a / shard_frames == b / shard_frames).count());
                assert!(sizes.clone().max() <= sizes.min().map(|least| least + 1));
            }
        }
    }

    #[test]
    fn parts_are_read_as_they_are_written() {
        for text in ["0/1", "3/8", "2-5/8", "0-999999/1000000"] {
            assert_eq!(text.parse::<Parts>().unwrap().to_string(), text);
        }
        assert_eq!("2-5/8".parse::<Parts>().unwrap().frames(&[0, 1, 2, 3, 4, 5, 6, 7], 1), [2, 3, 4, 5]);
        for (text, told) in [
            ("", "expected `3/8`"),
            ("3", "expected `3/8`"),
            ("-1/8", "expected `3/8`"),
            ("1/8/2", "expected `3/8`"),
            ("8/8", "expected 0 to 7"),
            ("0/0", "expected 1 to"),
            ("0/1000001", "expected 1 to"),
            ("5-2/8", "lower number first"),
            ("18446744073709551615/18446744073709551615", "expected 1 to"),
        ] {
            let error = text.parse::<Parts>().unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
