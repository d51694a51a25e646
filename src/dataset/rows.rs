//! OpenEXR files without compression, as fast as memory: the library writes the beginning of a file once for each shape
//! of picture, and rows follow it as they are.

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
    let row_bytes = width * N * sample_bytes;
    let mut file = beginning::<T>(what, &shape, row_bytes)?;
    let begins = file.len();
    file.resize(begins + height * (HEAD + row_bytes), 0);
    let blocks = file[begins..].chunks_exact_mut(HEAD + row_bytes);
    for (y, (block, row)) in blocks.zip(pixels.chunks_exact(width)).enumerate() {
        block[..HEAD].copy_from_slice(&head(y, row_bytes));
        for (channel, (_, place)) in block[HEAD..].chunks_exact_mut(width * sample_bytes).zip(names) {
            for (bytes, pixel) in channel.chunks_exact_mut(sample_bytes).zip(row) {
                bytes.copy_from_slice(pixel[place].bytes().as_ref());
            }
        }
    }
    Ok(file)
}

/// Bytes before the samples of a scan line: its y and how many bytes follow.
const HEAD: usize = 8;

fn head(y: usize, row_bytes: usize) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&(y as i32).to_le_bytes());
    head[4..].copy_from_slice(&(row_bytes as i32).to_le_bytes());
    head
}

/// All that comes before the first scan line, with room for the rest.
fn beginning<T: Sample>(what: &str, shape: &Shape, row_bytes: usize) -> Result<Vec<u8>, DatasetError> {
    let length = shape.size.1 * (HEAD + row_bytes);
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
    let begins = file.len().checked_sub(length).filter(|begins| {
        let rows = file[*begins..].chunks(HEAD + row_bytes);
        rows.enumerate().all(|(y, row)| row.starts_with(&head(y, row_bytes)))
    });
    let reason = "scan lines are not where they should be".to_owned();
    file.truncate(begins.ok_or(DatasetError::Plane { action: "encode", what: what.into(), reason })?);
    if known.len() >= MOST_KNOWN {
        known.remove(0);
    }
    let with_room = with_room(&file);
    known.push((shape.clone(), file));
    Ok(with_room)
}

/// A file of zeros, by the library.
fn blank<T: Sample>(what: &str, shape: &Shape) -> Result<Vec<u8>, DatasetError> {
    let (width, height) = shape.size;
    let encoding = Encoding {
        compression: Compression::Uncompressed,
        blocks: Blocks::ScanLines,
        line_order: LineOrder::Increasing,
    };
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
    use super::*;

    #[test]
    fn files_are_those_of_the_library() {
        for size in [(3usize, 2usize), (1, 1), (5, 4), (3, 2)] {
            let count = size.0 * size.1;
            let pixels: Vec<[f32; 3]> = (0..count).map(|at| [at as f32, -0.5, 1e9 + at as f32]).collect();
            let channel = |name, place: usize| {
                AnyChannel::new(name, FlatSamples::F32(pixels.iter().map(|pixel| pixel[place]).collect()))
            };
            let channels = [channel("R", 0), channel("G", 1), channel("B", 2)];
            let encoding = Encoding {
                compression: Compression::Uncompressed,
                blocks: Blocks::ScanLines,
                line_order: LineOrder::Increasing,
            };
            let channels = AnyChannels::sort(channels.into_iter().collect());
            let layer = Layer::new(size, LayerAttributes::default(), encoding, channels);
            let mut expected = Cursor::new(Vec::new());
            Image::from_layer(layer).write().non_parallel().to_buffered(&mut expected).unwrap();
            let found = encode("a plane", size, [("B", 2), ("G", 1), ("R", 0)], &pixels).unwrap();
            assert_eq!(found, expected.into_inner(), "{size:?}");
        }
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
