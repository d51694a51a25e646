//! OpenEXR files as fast as memory: the library writes the beginning of a file once for each shape of picture, and rows
//! follow it, as they are or with runs of equal bytes cut short, which files of vectors have many of.

use std::io::Cursor;
use std::sync::{Mutex, PoisonError};

use exr::prelude::{
    AnyChannel, AnyChannels, Blocks, Compression, Encoding, FlatSamples, Image, Layer, LayerAttributes, LineOrder,
    WritableImage,
};

use super::DatasetError;
use crate::frame::f16;

/// A number that a file can hold.
pub(super) trait Sample: Copy {
    type Bytes: AsRef<[u8]>;

    fn bytes(self) -> Self::Bytes;

    /// So many zeros, for the library.
    fn zeros(count: usize) -> FlatSamples;
}

impl Sample for f32 {
    type Bytes = [u8; 4];

    fn bytes(self) -> [u8; 4] {
        self.to_le_bytes()
    }

    fn zeros(count: usize) -> FlatSamples {
        FlatSamples::F32(vec![0.0; count])
    }
}

impl Sample for f16 {
    type Bytes = [u8; 2];

    fn bytes(self) -> [u8; 2] {
        self.to_le_bytes()
    }

    fn zeros(count: usize) -> FlatSamples {
        FlatSamples::F16(vec![f16::ZERO; count])
    }
}

/// What decides how a file begins.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    size: (usize, usize),
    names: Vec<&'static str>,
    sample_bytes: usize,
}

impl Shape {
    fn row_bytes(&self) -> usize {
        self.size.0 * self.names.len() * self.sample_bytes
    }

    /// Numbers that vary everywhere, such as depths, have no runs to cut.
    fn compression(&self) -> Compression {
        if self.names.len() > 1 { Compression::RLE } else { Compression::Uncompressed }
    }
}

/// Beginnings that are known, the latest last.
static KNOWN: Mutex<Vec<(Shape, Vec<u8>)>> = Mutex::new(Vec::new());
/// Shapes that are remembered; a dataset has few.
const MOST_KNOWN: usize = 32;

/// A file of `N` channels, scan lines from the top. `names` in the order of the alphabet, in which channels are stored,
/// each with the place of its value in those of a pixel.
///
/// # Errors
/// [`DatasetError::Plane`] where the library cannot write such a file.
pub(super) fn encode<T: Sample, const N: usize>(
    what: &str,
    (width, height): (usize, usize),
    names: [(&'static str, usize); N],
    pixels: &[[T; N]],
) -> Result<Vec<u8>, DatasetError> {
    let sample_bytes = size_of::<T::Bytes>();
    let shape = Shape { size: (width, height), names: names.map(|(name, _)| name).to_vec(), sample_bytes };
    let mut file = beginning::<T>(what, &shape)?;
    let offsets = file.len();
    file.resize(offsets + OFFSET * height, 0);
    let (mut row, mut before) = (vec![0; shape.row_bytes()], Vec::new());
    let mut runs = Runs::default();
    for (y, pixels) in pixels.chunks_exact(width).enumerate() {
        for (channel, (_, place)) in row.chunks_exact_mut(width * sample_bytes).zip(names) {
            for (bytes, pixel) in channel.chunks_exact_mut(sample_bytes).zip(pixels) {
                bytes.copy_from_slice(pixel[place].bytes().as_ref());
            }
        }
        let stored = match shape.compression() {
            // Where there is nothing but background, one row is like another.
            Compression::RLE if row == before => runs.again(&row),
            Compression::RLE => runs.cut(&row),
            _ => &row,
        };
        let offset = file.len() as u64;
        file[offsets + OFFSET * y..][..OFFSET].copy_from_slice(&offset.to_le_bytes());
        file.extend_from_slice(&(y as i32).to_le_bytes());
        file.extend_from_slice(&(stored.len() as i32).to_le_bytes());
        file.extend_from_slice(stored);
        std::mem::swap(&mut row, &mut before);
        row.resize(before.len(), 0);
    }
    Ok(file)
}

/// Bytes that say where a scan line is in the file.
const OFFSET: usize = 8;
/// Bytes before the samples of a scan line: its y and how many bytes follow.
const HEAD: usize = 8;

/// OpenEXR's RLE: the even bytes of a scan line and then the odd ones, each less the one before it, in runs of equal
/// bytes and stretches of others.
#[derive(Default)]
struct Runs {
    apart: Vec<u8>,
    steps: Vec<u8>,
    stored: Vec<u8>,
}

impl Runs {
    /// Fewer equal bytes are no run.
    const SHORTEST: usize = 3;
    const LONGEST: usize = 128;
    const LONGEST_OTHERS: usize = 127;

    /// What [`Runs::cut`] gave last, for the same `row`.
    fn again<'a>(&'a self, row: &'a [u8]) -> &'a [u8] {
        if self.stored.len() < row.len() { &self.stored } else { row }
    }

    /// What the file has for `row`; the row itself where that is no shorter.
    fn cut<'a>(&'a mut self, row: &'a [u8]) -> &'a [u8] {
        self.apart.resize(row.len(), 0);
        self.steps.resize(row.len(), 0);
        // Loops that compilers make wide.
        let (pairs, rest) = row.as_chunks::<2>();
        let (even, odd) = self.apart.split_at_mut(row.len().div_ceil(2));
        even.iter_mut().zip(pairs).for_each(|(even, pair)| *even = u16::from_le_bytes(*pair) as u8);
        odd.iter_mut().zip(pairs).for_each(|(odd, pair)| *odd = (u16::from_le_bytes(*pair) >> 8) as u8);
        if let ([last], Some(even)) = (rest, even.last_mut()) {
            *even = *last;
        }
        for ((step, now), before) in self.steps.iter_mut().zip(&self.apart).skip(1).zip(&self.apart) {
            *step = now.wrapping_sub(*before).wrapping_add(128);
        }
        if let (Some(step), Some(first)) = (self.steps.first_mut(), self.apart.first()) {
            *step = *first;
        }
        self.stored.clear();
        let mut left = &self.steps[..];
        while let Some(&byte) = left.first() {
            let run = run_length(&left[..left.len().min(Self::LONGEST)], byte);
            if run >= Self::SHORTEST {
                self.stored.extend_from_slice(&[(run - 1) as u8, byte]);
                left = &left[run..];
            } else {
                let others = until_run(left);
                self.stored.push((others as u8).wrapping_neg());
                self.stored.extend_from_slice(&left[..others]);
                left = &left[others..];
            }
            if self.stored.len() >= row.len() {
                break;
            }
        }
        self.again(row)
    }
}

/// How many bytes at the beginning equal `byte`; looks at sixteen at a time.
fn run_length(bytes: &[u8], byte: u8) -> usize {
    let whole = bytes.as_chunks::<16>().0.iter().take_while(|block| **block == [byte; 16]).count() * 16;
    whole + bytes[whole..].iter().take_while(|&&other| other == byte).count()
}

/// How many bytes come before three equal ones; no more than may stand together.
fn until_run(bytes: &[u8]) -> usize {
    const BLOCK: usize = 16;
    let begins = |bytes: &[u8], at: usize| (bytes[at] == bytes[at + 1]) & (bytes[at + 1] == bytes[at + 2]);
    let most = bytes.len().min(Runs::LONGEST_OTHERS);
    let last = most.min(bytes.len().saturating_sub(Runs::SHORTEST - 1));
    let mut at = 0;
    // Whether any place of a block begins a run is asked of all of them at once.
    while at < last
        && let Some(block) = bytes.get(at..at + BLOCK + 2)
        && !(0..BLOCK).fold(false, |any, place| any | begins(block, place))
    {
        at += BLOCK;
    }
    (at..last).find(|&at| begins(bytes, at)).unwrap_or(most)
}

/// All that comes before the places of scan lines, with room for the rest.
fn beginning<T: Sample>(what: &str, shape: &Shape) -> Result<Vec<u8>, DatasetError> {
    let length = shape.size.1 * (OFFSET + HEAD + shape.row_bytes());
    let with_room = |bytes: &[u8]| {
        let mut file = Vec::with_capacity(bytes.len() + length);
        file.extend_from_slice(bytes);
        file
    };
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, bytes)) = known.iter().find(|(other, _)| other == shape) {
        return Ok(with_room(bytes));
    }
    let mut file = blank::<T>(what, shape)?;
    // The place of the first scan line stands where all of them end.
    let offsets = OFFSET * shape.size.1;
    let begins = (offsets..file.len()).find(|&end| {
        let places = file[end - offsets..end].as_chunks().0.iter().map(|place| u64::from_le_bytes(*place));
        places.clone().next() == Some(end as u64) && places.is_sorted()
    });
    let reason = "scan lines are not where they should be".to_owned();
    let begins = begins.ok_or(DatasetError::Plane { action: "encode", what: what.into(), reason })?;
    file.truncate(begins - offsets);
    let with_room = with_room(&file);
    if known.len() >= MOST_KNOWN {
        known.remove(0);
    }
    known.push((shape.clone(), file));
    Ok(with_room)
}

/// A file of zeros, by the library.
fn blank<T: Sample>(what: &str, shape: &Shape) -> Result<Vec<u8>, DatasetError> {
    let (width, height) = shape.size;
    let encoding =
        Encoding { compression: shape.compression(), blocks: Blocks::ScanLines, line_order: LineOrder::Increasing };
    let channels = shape.names.iter().map(|name| AnyChannel::new(*name, T::zeros(width * height)));
    let layer =
        Layer::new((width, height), LayerAttributes::default(), encoding, AnyChannels::sort(channels.collect()));
    let mut file = Cursor::new(Vec::new());
    Image::from_layer(layer).write().non_parallel().to_buffered(&mut file).map_err(|error| DatasetError::Plane {
        action: "encode",
        what: what.into(),
        reason: error.to_string(),
    })?;
    Ok(file.into_inner())
}

#[cfg(test)]
mod tests {
    use exr::prelude::{ReadChannels, ReadLayers, read};

    use super::*;

    /// The same picture by the library.
    fn expected(size: (usize, usize), compression: Compression, channels: Vec<(&'static str, FlatSamples)>) -> Vec<u8> {
        let encoding = Encoding { compression, blocks: Blocks::ScanLines, line_order: LineOrder::Increasing };
        let channels = channels.into_iter().map(|(name, samples)| AnyChannel::new(name, samples)).collect();
        let layer = Layer::new(size, LayerAttributes::default(), encoding, AnyChannels::sort(channels));
        let mut file = Cursor::new(Vec::new());
        Image::from_layer(layer).write().non_parallel().to_buffered(&mut file).unwrap();
        file.into_inner()
    }

    /// The channels of a file, in the order of the alphabet.
    fn channels(file: &[u8]) -> Vec<FlatSamples> {
        let image = read()
            .no_deep_data()
            .largest_resolution_level()
            .all_channels()
            .first_valid_layer()
            .all_attributes()
            .non_parallel()
            .from_buffered(Cursor::new(file))
            .unwrap();
        image.layer_data.channel_data.list.into_iter().map(|channel| channel.sample_data).collect()
    }

    #[test]
    fn files_of_one_channel_are_those_of_the_library() {
        for size in [(3usize, 2usize), (1, 1), (5, 4), (3, 2)] {
            let pixels: Vec<[f32; 1]> = (0..size.0 * size.1).map(|at| [1e9 - 0.5 * at as f32]).collect();
            let samples = FlatSamples::F32(pixels.iter().map(|pixel| pixel[0]).collect());
            let expected = expected(size, Compression::Uncompressed, vec![("Z", samples)]);
            assert_eq!(encode("a plane", size, [("Z", 0)], &pixels).unwrap(), expected, "{size:?}");
        }
    }

    /// Numbers of a kind: equal ones in stretches of all lengths, then others.
    fn numbers(count: usize, seed: u64) -> Vec<f32> {
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let mut numbers = Vec::new();
        while numbers.len() < count {
            let length = [1, 2, 3, 5, 127, 128, 129, 130, 300][next() % 9];
            if next() % 2 == 0 {
                numbers.extend(std::iter::repeat_n((next() % 7) as f32 - 3.0, length));
            } else {
                numbers.extend((0..length).map(|_| next() as f32 / 1e6 - 500.0));
            }
        }
        numbers.truncate(count);
        numbers
    }

    #[test]
    fn runs_are_read_back_as_they_were() {
        for (seed, width) in [1usize, 2, 3, 7, 64, 129, 640, 1000].into_iter().enumerate() {
            for height in [1usize, 3] {
                let count = width * height;
                let [x, y, z] = [0, 1, 2].map(|channel| numbers(count, 3 * seed as u64 + channel));
                let flow: Vec<_> = (0..count).map(|at| [x[at], y[at], z[at]]).collect();
                let file = encode("a plane", (width, height), [("B", 2), ("G", 1), ("R", 0)], &flow).unwrap();
                let read = channels(&file);
                assert_eq!(read, [&z, &y, &x].map(|values| FlatSamples::F32(values.clone())), "{width}");
                let half = |values: &[f32]| values.iter().map(|value| f16::from_f32(*value)).collect::<Vec<_>>();
                let halves = [half(&x), half(&y), half(&z)];
                let vectors: Vec<_> = (0..count).map(|at| [0, 1, 2].map(|axis: usize| halves[axis][at])).collect();
                let file = encode("a plane", (width, height), [("B", 2), ("G", 1), ("R", 0)], &vectors).unwrap();
                let [x, y, z] = halves;
                assert_eq!(channels(&file), [z, y, x].map(FlatSamples::F16), "{width}");
            }
        }
    }

    #[test]
    fn files_with_runs_are_about_as_small_as_those_of_the_library() {
        let size = (640, 480);
        let values = numbers(size.0 * size.1, 9);
        let pixels: Vec<_> = values.iter().map(|value| [*value, 0.0]).collect();
        let zeros = FlatSamples::F32(vec![0.0; values.len()]);
        let theirs = expected(size, Compression::RLE, vec![("X", FlatSamples::F32(values)), ("Y", zeros)]);
        let ours = encode("a plane", size, [("X", 0), ("Y", 1)], &pixels).unwrap();
        assert!(ours.len() <= theirs.len() + theirs.len() / 100, "{} bytes, theirs {}", ours.len(), theirs.len());
        let flat =
            encode("a plane", size, [("X", 0), ("Y", 1)], &vec![[f16::ONE, f16::ZERO]; size.0 * size.1]).unwrap();
        assert!(flat.len() < size.1 * 128, "{} bytes", flat.len());
    }

    #[test]
    fn more_shapes_than_are_remembered_are_no_trouble() {
        let first = encode("a plane", (1, 1), [("Z", 0)], &[[0.25_f32]]).unwrap();
        for width in 1..MOST_KNOWN + 9 {
            encode("a plane", (width, 1), [("Z", 0)], &vec![[f16::ONE]; width]).unwrap();
        }
        assert_eq!(encode("a plane", (1, 1), [("Z", 0)], &[[0.25_f32]]).unwrap(), first);
    }
}
