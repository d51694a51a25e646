//! Colour pictures as files and back. The same picture gives the same bytes.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::FilterType;
use image::{DynamicImage, ExtendedColorType, ImageFormat};
use image_webp::{ColorType, WebPDecoder, WebPEncoder};

use super::DatasetError;
use super::png::{check_size, encode_png, not_decoded};
use crate::frame::Plane;

/// How colour pictures are stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColorFormat {
    /// Exactly.
    #[default]
    Png,
    /// With a loss, colour as finely as brightness.
    Jpeg {
        /// 1 to 100.
        quality: u8,
    },
    /// Exactly.
    WebP,
}

const WHAT: &str = "the RGB plane";

/// A colour plane as PNG, 8 bit RGB.
///
/// # Errors
/// [`DatasetError::Plane`] where the plane is empty or not as large as it says.
pub fn encode_rgb(plane: &Plane<[u8; 3]>) -> Result<Vec<u8>, DatasetError> {
    check_size(WHAT, plane)?;
    encode_png(WHAT, plane, plane.data.as_flattened(), ExtendedColorType::Rgb8, FilterType::Paeth)
}

/// A colour plane as JPEG, without subsampling; `quality` from 1 to 100.
///
/// # Errors
/// As for [`encode_rgb`], and where a side has more than 65,535 pixels.
pub fn encode_jpeg(plane: &Plane<[u8; 3]>, quality: u8) -> Result<Vec<u8>, DatasetError> {
    check_size(WHAT, plane)?;
    let mut file = Vec::with_capacity(plane.data.len() / 2);
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(plane.data.as_flattened(), plane.width, plane.height, ExtendedColorType::Rgb8)
        .map_err(not_encoded)?;
    Ok(file)
}

/// A colour plane as WebP, without loss.
///
/// # Errors
/// As for [`encode_rgb`], and where a side has more than 16,384 pixels.
pub fn encode_webp(plane: &Plane<[u8; 3]>) -> Result<Vec<u8>, DatasetError> {
    check_size(WHAT, plane)?;
    let mut file = Vec::with_capacity(plane.data.len());
    WebPEncoder::new(&mut file)
        .encode(plane.data.as_flattened(), plane.width, plane.height, ColorType::Rgb8)
        .map_err(not_encoded)?;
    Ok(file)
}

/// Reads what one of these wrote; JPEG as near as it is.
///
/// # Errors
/// [`DatasetError::Plane`] where the bytes are no such file.
pub fn decode_rgb(file: &[u8]) -> Result<Plane<[u8; 3]>, DatasetError> {
    const WHAT: &str = "an RGB plane";
    let failed = |reason: &dyn std::fmt::Display| not_decoded(WHAT, reason.to_string());
    let format = image::guess_format(file).map_err(|error| failed(&error))?;
    if format == ImageFormat::WebP {
        let mut decoder = WebPDecoder::new(std::io::Cursor::new(file)).map_err(|error| failed(&error))?;
        let (width, height) = decoder.dimensions();
        let size = decoder.output_buffer_size().filter(|_| !decoder.has_alpha());
        let mut bytes = vec![0; size.ok_or_else(|| failed(&"it is not RGB"))?];
        decoder.read_image(&mut bytes).map_err(|error| failed(&error))?;
        return Ok(Plane { width, height, data: bytes.as_chunks::<3>().0.to_vec() });
    }
    match image::load_from_memory_with_format(file, format).map_err(|error| failed(&error))? {
        DynamicImage::ImageRgb8(image) => {
            let (width, height) = image.dimensions();
            Ok(Plane { width, height, data: image.as_raw().as_chunks::<3>().0.to_vec() })
        }
        other => Err(failed(&format!("it has {:?} pixels, expected Rgb8", other.color()))),
    }
}

fn not_encoded(error: impl std::fmt::Display) -> DatasetError {
    DatasetError::Plane { action: "encode", what: WHAT.into(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A smooth picture, with an odd size.
    fn picture() -> Plane<[u8; 3]> {
        let (width, height) = (37, 21);
        let color = |place: u32| [(place % width * 6) as u8, (place / width * 12) as u8, 90];
        Plane { width, height, data: (0..width * height).map(color).collect() }
    }

    #[test]
    fn what_is_exact_comes_back_as_it_was() {
        for encode in [encode_rgb, encode_webp] {
            assert_eq!(decode_rgb(&encode(&picture()).unwrap()).unwrap(), picture());
        }
    }

    #[test]
    fn jpeg_is_near_and_the_nearer_the_better() {
        let off = |quality: u8| {
            let found = decode_rgb(&encode_jpeg(&picture(), quality).unwrap()).unwrap();
            assert_eq!((found.width, found.height), (37, 21));
            let pairs = found.data.as_flattened().iter().zip(picture().data.into_flattened());
            pairs.map(|(found, expected)| found.abs_diff(expected)).max().unwrap()
        };
        assert!(off(100) <= 3, "{}", off(100));
        assert!(off(100) < off(5), "{} {}", off(100), off(5));
        let size = |quality| encode_jpeg(&picture(), quality).unwrap().len();
        assert!(size(30) < size(95));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let empty = Plane { width: 0, height: 3, data: Vec::new() };
        let said = |error: DatasetError| error.to_string();
        assert!(said(encode_jpeg(&empty, 90).unwrap_err()).contains("0×3"));
        assert!(said(encode_webp(&empty).unwrap_err()).contains("0×3"));
        let wide = Plane { width: 16_385, height: 1, data: vec![[0; 3]; 16_385] };
        assert!(encode_webp(&wide).is_err());
        for file in [encode_jpeg(&picture(), 90).unwrap(), encode_webp(&picture()).unwrap()] {
            for length in [0, 1, 12, 30] {
                assert!(decode_rgb(&file[..length]).is_err(), "{length}");
            }
        }
        let grey = encode_png("", &picture(), &[0; 37 * 21], ExtendedColorType::L8, FilterType::Up).unwrap();
        assert!(said(decode_rgb(&grey).unwrap_err()).contains("expected Rgb8"));
    }
}
