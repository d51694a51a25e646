//! Texels of panoramas in Radiance (.hdr) and OpenEXR (.exr) files.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use exr::block::UncompressedBlock;
use exr::block::chunk::CompressedBlock;
use exr::block::lines::LineRef;
use exr::block::reader::ChunksReader;
use exr::error::Error;
use exr::meta::{attribute::ChannelList, header::Header};
use exr::prelude::{Compression, SampleType, Vec2, f16};
use image::codecs::hdr::HdrDecoder;
use image::{DynamicImage, ImageError};

/// The widest picture that is read.
const WIDEST: u64 = 16_384;
/// Chromaticities of the primaries and the white of BT.709.
const BT_709: [f32; 8] = [0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329];

/// What is said where there is nothing better to say.
const DAMAGED: &str = "it is damaged";

/// Width, height and texels.
type Texels = (u32, u32, Vec<[f32; 3]>);

/// The texels of a file, whatever values it holds, or a sentence about what is wrong with it.
pub(super) fn decoded(bytes: &[u8]) -> Result<Texels, String> {
    let decode = if bytes.starts_with(b"#?RADIANCE") || bytes.starts_with(b"#?RGBE") {
        radiance
    } else if bytes.starts_with(&[0x76, 0x2f, 0x31, 0x01]) {
        open_exr
    } else {
        return Err("it is neither a Radiance (.hdr) nor an OpenEXR (.exr) file".into());
    };
    // Neither library promises not to panic whatever a damaged file says.
    catch_unwind(AssertUnwindSafe(|| decode(bytes))).unwrap_or_else(|_| Err(DAMAGED.into()))
}

/// Refuses what is no panorama, or too large.
fn checked(width: u64, height: u64) -> Result<(u32, u32), String> {
    match () {
        () if height == 0 || height.checked_mul(2) != Some(width) => {
            Err(format!("it has {width} × {height} pixels; a panorama is twice as wide as high"))
        }
        () if width > WIDEST => {
            Err(format!("it has {width} × {height} pixels; at most {WIDEST} × {} are read", WIDEST / 2))
        }
        () => Ok((width as u32, height as u32)),
    }
}

/// Refuses primaries of another colour space. The white may differ: what is white is up to who took the picture.
fn check_primaries(found: &[f32]) -> Result<(), String> {
    // Radiance's own primaries differ by 0.01.
    let near = found.iter().zip(BT_709).take(6).all(|(own, expected)| (own - expected).abs() < 0.02);
    if near { Ok(()) } else { Err(format!("its primaries are {found:?}; expected those of BT.709, {BT_709:?}")) }
}

/// Reads a Radiance file.
fn radiance(bytes: &[u8]) -> Result<Texels, String> {
    let fault = |error: ImageError| format!("it cannot be read as Radiance: {error}");
    // The strict reader does not take `#?RGBE`, which is as common.
    let decoder = HdrDecoder::new_nonstrict(bytes).map_err(fault)?;
    let header = decoder.metadata();
    let (width, height) = checked(header.width.into(), header.height.into())?;
    // The shortest row is a pixel and a run, of four bytes each.
    if bytes.len() < 8 * height as usize {
        return Err("it ends before its last row".into());
    }
    if let Some((_, primaries)) = header.custom_attributes.iter().find(|(name, _)| name == "PRIMARIES") {
        check_primaries(&primaries.split_whitespace().filter_map(|number| number.parse().ok()).collect::<Vec<_>>())?;
    }
    let exposure = header.exposure.unwrap_or(1.0);
    let (r, g, b) = header.color_correction.unwrap_or((1.0, 1.0, 1.0));
    let divisor = [r, g, b].map(|correction| correction * exposure);
    if !divisor.iter().all(|divisor| (1e-20..1e20).contains(divisor)) {
        return Err(format!("its exposure is {divisor:?}; expected numbers above 0"));
    }
    let values = DynamicImage::from_decoder(decoder).map_err(fault)?.into_rgb32f().into_raw();
    let texels = values.as_chunks::<3>().0.iter();
    Ok((width, height, texels.map(|texel| std::array::from_fn(|c| texel[c] / divisor[c])).collect()))
}

/// Where the channels R, G and B are among those of a layer.
fn colours(layer: &Header) -> Option<[usize; 3]> {
    let names: Vec<_> = layer.channels.list.iter().map(|channel| channel.name.to_string().to_lowercase()).collect();
    let found = |before: &str, end: &str| names.iter().position(|name| name.strip_suffix(end) == Some(before));
    let befores = names.iter().filter_map(|name| name.strip_suffix('r')).filter(|n| n.is_empty() || n.ends_with('.'));
    let sets = befores.filter_map(|n| Some([found(n, "r")?, found(n, "g")?, found(n, "b")?]));
    sets.min_by_key(|set| names[set[0]].len() > 1)
}

/// Reads an OpenEXR file.
fn open_exr(bytes: &[u8]) -> Result<Texels, String> {
    let fault = |error: Error| format!("it cannot be read as OpenEXR: {error}");
    let reader = exr::block::read(Cursor::new(bytes), false).map_err(fault)?;
    let mut flat = reader.headers().iter().enumerate().filter(|(_, header)| !header.deep);
    let found = flat.find_map(|(layer, header)| Some((layer, header, colours(header)?)));
    let (layer, header, colours) = found.ok_or("it has no layer with channels R, G and B")?;
    let (width, height) = checked(header.layer_size.x() as u64, header.layer_size.y() as u64)?;
    if let Some(own) = header.shared_attributes.chromaticities {
        check_primaries(&[own.red, own.green, own.blue, own.white].map(|place| [place.x(), place.y()]).concat())?;
    }
    let first = |layer_of: usize, level: Vec2<usize>| layer_of == layer && level == Vec2(0, 0);
    let chunks = reader.filter_chunks(false, |_, _, block| first(block.layer, block.level)).map_err(fault)?;
    let meta = chunks.meta_data().clone();
    let header = &meta.headers[layer];
    // Not before the table of blocks has been read, which a file without data does not have.
    let mut data = vec![[0.0_f32; 3]; width as usize * height as usize];
    for chunk in chunks {
        let chunk = chunk.map_err(fault)?;
        // The offsets of a damaged file may lead to blocks of another layer or level.
        if chunk.layer_index != layer || !modest(header, &chunk.compressed_block).map_err(fault)? {
            return Err(DAMAGED.into());
        }
        let block = UncompressedBlock::decompress_chunk(chunk, &meta, false).map_err(fault)?;
        let first = first(block.index.layer, block.index.level);
        if !first || fill(&mut data, width as usize, &block, &header.channels, colours).is_none() {
            return Err(DAMAGED.into());
        }
    }
    Ok((width, height, data))
}

/// Whether a block asks for no more memory than it can need.
///
/// The decoder of DWA makes room for what a block says that it holds, and to ask for more than there is ends the
/// process. Those blocks begin with a version and eight sizes, in bytes or in numbers of two bytes.
fn modest(header: &Header, block: &CompressedBlock) -> exr::error::Result<bool> {
    let bytes = match block {
        CompressedBlock::ScanLine(block) => &block.compressed_pixels_le,
        CompressedBlock::Tile(block) => &block.compressed_pixels_le,
        _ => return Ok(false),
    };
    let Vec2(width, height) = header.get_absolute_block_pixel_coordinates(header.get_block_data_indices(block)?)?.size;
    let pixel = header.channels.bytes_per_pixel;
    let dwa = matches!(header.compression, Compression::DWAA(_) | Compression::DWAB(_));
    if !dwa || bytes.len() == width.saturating_mul(height).saturating_mul(pixel) {
        return Ok(true);
    }
    // It works in squares of 8 × 8 pixels.
    let squares = width.div_ceil(8).saturating_mul(height.div_ceil(8)) as u64;
    let most = squares.saturating_mul(4 * 64 * pixel as u64);
    Ok(bytes.as_chunks().0.iter().take(10).all(|size| u64::from_le_bytes(*size) <= most))
}

/// Puts the colours of a block where they belong.
fn fill(
    data: &mut [[f32; 3]],
    width: usize,
    block: &UncompressedBlock,
    channels: &ChannelList,
    colours: [usize; 3],
) -> Option<()> {
    for LineRef { location, value } in block.lines(channels) {
        let Some(colour) = colours.iter().position(|place| *place == location.channel) else { continue };
        let (Vec2(x, y), count) = (location.position, location.sample_count);
        let row = data.chunks_exact_mut(width).nth(y).and_then(|row| row.get_mut(x..x + count));
        let own = row?.iter_mut().map(|texel| &mut texel[colour]);
        match channels.list[location.channel].sample_type {
            SampleType::F16 => own.zip(value.as_chunks().0).for_each(|(to, of)| *to = f16::from_ne_bytes(*of).to_f32()),
            SampleType::F32 => own.zip(value.as_chunks().0).for_each(|(to, of)| *to = f32::from_ne_bytes(*of)),
            SampleType::U32 => own.zip(value.as_chunks().0).for_each(|(to, of)| *to = u32::from_ne_bytes(*of) as f32),
        }
    }
    Some(())
}
