//! Run-length encoded masks as COCO defines them: column by column, the first run counts zeros.

use crate::frame::Plane;

/// A binary mask of `height × width` pixels as the lengths of its runs.
///
/// Pixels are taken column by column, each from the top. Runs alternate between unset and set pixels and the
/// first one counts unset pixels, so it is 0 where the top-left pixel is set. A last run of unset pixels is
/// written, one of set pixels is not followed by an empty run: the same counts as pycocotools makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rle {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Lengths in pixels, unset and set in turn; they add up to `width * height`.
    pub counts: Vec<u32>,
}

/// Why a text or a list of runs is no mask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RleError {
    /// The compressed string holds a byte that is not part of its alphabet `0` to `o`.
    #[error("byte {offset} of the compressed mask is {byte:#04x}, expected one of `0` to `o`")]
    Byte {
        /// Position in the string, from 0.
        offset: usize,
        /// What stands there.
        byte: u8,
    },
    /// The compressed string ends in the middle of a number.
    #[error("the compressed mask ends in the middle of a run length")]
    CutShort,
    /// A run length is negative or does not fit 32 bits.
    #[error("run {run} of the mask has the length {length}, expected 0 to {}", u32::MAX)]
    Length {
        /// Number of the run, from 0.
        run: usize,
        /// What it says.
        length: i64,
    },
    /// No picture is so large.
    #[error("the mask is of an image of {width}×{height}, which is too large for any")]
    Size {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The runs do not cover the image.
    #[error("the runs of the mask cover {found} pixels, the image of {width}×{height} has {expected}")]
    Sum {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// `width * height`.
        expected: u64,
        /// Sum of all runs.
        found: u64,
    },
}

impl Rle {
    /// The mask of all pixels of `plane` that equal `value`, by the plain definition: one scan of the plane.
    pub fn of_value<T: PartialEq>(plane: &Plane<T>, value: &T) -> Rle {
        let (width, height) = (plane.width as usize, plane.height as usize);
        let mut counts = Vec::new();
        let (mut run, mut set) = (0, false);
        for x in 0..width {
            for y in 0..height {
                if (plane.data[y * width + x] == *value) != set {
                    counts.push(run);
                    (run, set) = (0, !set);
                }
                run += 1;
            }
        }
        counts.push(run);
        Rle { width: plane.width, height: plane.height, counts }
    }

    /// A mask from run lengths as they stand in an uncompressed COCO file.
    ///
    /// # Errors
    /// [`RleError::Sum`] where they do not cover the image exactly.
    pub fn from_counts(width: u32, height: u32, counts: Vec<u32>) -> Result<Rle, RleError> {
        let expected = u64::from(width) * u64::from(height);
        let found = counts.iter().map(|&count| u64::from(count)).sum();
        if found != expected {
            return Err(RleError::Sum { width, height, expected, found });
        }
        Ok(Rle { width, height, counts })
    }

    /// How many pixels are set.
    pub fn pixels(&self) -> u64 {
        self.counts.iter().skip(1).step_by(2).map(|&count| u64::from(count)).sum()
    }

    /// The mask as a plane of one `bool` a pixel, rows from the top.
    pub fn to_plane(&self) -> Plane<bool> {
        let (width, height) = (self.width as usize, self.height as usize);
        let mut data = vec![false; width * height];
        for (start, end) in self.set_runs() {
            for position in start..end {
                data[(position % height) * width + position / height] = true;
            }
        }
        Plane { width: self.width, height: self.height, data }
    }

    /// The runs of set pixels as positions `start..end` in column order: pixel (x, y) is at `x * height + y`.
    pub fn set_runs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let mut position = 0;
        self.counts.chunks(2).filter_map(move |pair| {
            let start = position + pair[0] as usize;
            let end = start + pair.get(1).copied().unwrap_or(0) as usize;
            position = end;
            (end > start).then_some((start, end))
        })
    }

    /// COCO's compressed `counts` string: each run from the fourth on as its difference to the run two before,
    /// in groups of five bits from the lowest, each group one character from `0`.
    pub fn to_coco_string(&self) -> String {
        let mut text = String::with_capacity(self.counts.len() * 2);
        for (run, &count) in self.counts.iter().enumerate() {
            let base = if run > 2 { i64::from(self.counts[run - 2]) } else { 0 };
            let mut rest = i64::from(count) - base;
            loop {
                let group = (rest & 0x1f) as u8;
                rest >>= 5;
                // The highest bit of the last group is the sign of all above it.
                let last = if group & 0x10 == 0 { rest == 0 } else { rest == -1 };
                let more = if last { 0 } else { 0x20 };
                text.push(char::from(b'0' + (group | more)));
                if last {
                    break;
                }
            }
        }
        text
    }

    /// Reads COCO's compressed `counts` string of an image of `width × height` pixels.
    ///
    /// # Errors
    /// [`RleError`] where the text is none, or does not cover the image exactly.
    pub fn from_coco_string(width: u32, height: u32, text: &str) -> Result<Rle, RleError> {
        let mut counts: Vec<u32> = Vec::with_capacity(text.len());
        let (mut value, mut shift) = (0i64, 0u32);
        for (offset, byte) in text.bytes().enumerate() {
            // Seven groups hold 35 bits, more than any run length of 32 bits with its sign.
            if !(b'0'..b'0' + 64).contains(&byte) || shift >= 35 {
                return Err(RleError::Byte { offset, byte });
            }
            let group = i64::from(byte - b'0');
            value |= (group & 0x1f) << shift;
            shift += 5;
            if group & 0x20 != 0 {
                continue;
            }
            if group & 0x10 != 0 {
                value -= 1 << shift;
            }
            let run = counts.len();
            let base = if run > 2 { i64::from(counts[run - 2]) } else { 0 };
            let length = base + value;
            counts.push(u32::try_from(length).map_err(|_| RleError::Length { run, length })?);
            (value, shift) = (0, 0);
        }
        if shift != 0 {
            return Err(RleError::CutShort);
        }
        Rle::from_counts(width, height, counts)
    }
}
