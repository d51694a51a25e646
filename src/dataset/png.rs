//! PNG files in memory, and what is wrong with planes that are not as large as they say.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat};

use super::DatasetError;
use crate::frame::{LONGEST_SIDE_PX, Plane};

/// Bytes of pixels as a file; quick rather than small.
pub(super) fn encode_png<T>(
    what: &str,
    plane: &Plane<T>,
    bytes: &[u8],
    colour: ExtendedColorType,
    filter: FilterType,
) -> Result<Vec<u8>, DatasetError> {
    let mut file = Vec::with_capacity(bytes.len() / 2);
    PngEncoder::new_with_quality(&mut file, CompressionType::Fast, filter)
        .write_image(bytes, plane.width, plane.height, colour)
        .map_err(|error| DatasetError::Plane { action: "encode", what: what.into(), reason: error.to_string() })?;
    Ok(file)
}

/// Reads it.
pub(super) fn decode_png(what: &str, file: &[u8]) -> Result<DynamicImage, DatasetError> {
    image::load_from_memory_with_format(file, ImageFormat::Png).map_err(|error| not_decoded(what, error.to_string()))
}

/// An error about a file.
pub(super) fn not_decoded(what: &str, reason: String) -> DatasetError {
    DatasetError::Plane { action: "decode", what: what.into(), reason }
}

/// Whether a picture is no larger than those of this program; else how large it is.
pub(super) fn check_pixels(width: u64, height: u64) -> Result<(), String> {
    if width.max(height) <= LONGEST_SIDE_PX {
        return Ok(());
    }
    Err(format!("it is {width}×{height} pixels large, expected at most {} a side", LONGEST_SIDE_PX))
}

/// Says where a plane is empty, or not as large as it says.
pub(super) fn check_size<T>(what: &str, plane: &Plane<T>) -> Result<(), DatasetError> {
    let expected = u64::from(plane.width) * u64::from(plane.height);
    if expected == 0 || plane.data.len() as u64 != expected {
        let reason = format!("it is {}×{} but holds {} values", plane.width, plane.height, plane.data.len());
        return Err(DatasetError::Plane { action: "encode", what: what.into(), reason });
    }
    Ok(())
}
