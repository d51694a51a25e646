//! Brings what was drawn of a view back to the processor, all in one buffer.
//!
//! Buffers come from a pool. A result carries its ticket; it is matched by that, never by order of arrival.

use std::sync::mpsc::{Receiver, Sender, channel};

use bevy::prelude::Resource;
use bevy::render::render_resource::{
    Buffer, BufferDescriptor, BufferUsages, CommandEncoder, Extent3d, MapMode, Origin3d, TexelCopyBufferInfo,
    TexelCopyBufferLayout, TexelCopyTextureInfo, Texture, TextureAspect,
};
use bevy::render::renderer::RenderDevice;

use super::develop::developed;
use super::truth::{Extra, OUTSIDE_WORDS, Wanted};
use crate::frame::{Outside, Silhouettes, f16};
use crate::station::Station;

/// Rows in a buffer begin at multiples of this many bytes.
const ROW_ALIGNMENT: u32 = 256;
/// Sizes of buffers are multiples of this, so that few are in use.
const SIZE_STEP: u64 = 1 << 20;
/// Bytes of a pixel of light, in half floats.
const LIGHT_BYTES: u32 = 8;
/// The same of a sum of light, in floats.
const SUM_BYTES: u32 = 16;
/// Idle buffers that are kept.
const MOST_FREE: usize = 8;

/// Which frame, and which of its cameras.
pub(super) type Ticket = (u64, u32);

/// What is copied.
pub(super) enum Source<'a> {
    /// All of a texture.
    Texture(&'a Texture),
    /// So many bytes of a buffer.
    Buffer(Buffer, u64),
}

/// The planes of one view, rows without padding.
#[derive(Debug, Default)]
pub(super) struct Planes {
    pub rgb: Vec<[u8; 3]>,
    pub linear: Option<Vec<[f16; 3]>>,
    /// In place of `rgb`, where a sensor has to make that of it first.
    pub light: Option<Vec<[f32; 3]>>,
    pub instance: Vec<u16>,
    pub depth: Vec<f32>,
    pub normal: Option<Vec<[f16; 3]>>,
    pub object_coordinates: Option<Vec<[f16; 3]>>,
    pub part: Option<Vec<u16>>,
    /// Instance id, labelled or not.
    pub owner: Option<Vec<u16>>,
    pub silhouettes: Option<Silhouettes>,
}

/// A view under way.
struct Copied {
    ticket: Ticket,
    layout: Layout,
    buffer: Buffer,
}

/// What is under way. Lives in the render world.
#[derive(Resource)]
pub(super) struct Readbacks {
    free: Vec<Buffer>,
    encoded: Vec<Copied>,
    incomplete: Vec<u64>,
    sender: Sender<(Ticket, bool)>,
    receiver: std::sync::Mutex<Receiver<(Ticket, bool)>>,
    mapping: Vec<Copied>,
}

impl Default for Readbacks {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Readbacks {
            free: Vec::new(),
            encoded: Vec::new(),
            incomplete: Vec::new(),
            sender,
            receiver: std::sync::Mutex::new(receiver),
            mapping: Vec::new(),
        }
    }
}

impl Readbacks {
    /// Says that a draw of this ticket found something missing: the scene has to be drawn once more.
    pub fn incomplete(&mut self, ticket: u64) {
        self.incomplete.push(ticket);
    }

    /// Records the copies of what was drawn of a view: colour (the picture, its light, or the sum of several), instance,
    /// depth, then all else, if wanted, then, where silhouettes are wanted, their bits and how much of them lies outside.
    pub fn copy(
        &mut self,
        device: &RenderDevice,
        encoder: &mut CommandEncoder,
        ticket: Ticket,
        size: (u32, u32),
        sources: &[Source],
        (extra, wanted): (Extra, Option<&Wanted>),
    ) {
        let textures = sources.iter().filter_map(|source| match source {
            Source::Texture(texture) => texture.format().block_copy_size(None),
            Source::Buffer(..) => None,
        });
        let buffers = sources.iter().filter_map(|source| match source {
            Source::Texture(_) => None,
            Source::Buffer(_, bytes) => Some(*bytes),
        });
        let layout = Layout::of(size, textures, buffers, (extra, wanted.cloned()));
        let total = layout.total.next_multiple_of(SIZE_STEP);
        let buffer = match self.free.iter().position(|b| b.size() == total) {
            Some(index) => self.free.swap_remove(index),
            None => device.create_buffer(&BufferDescriptor {
                label: Some("readback"),
                size: total,
                usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
                mapped_at_creation: false,
            }),
        };
        let mut textures = layout.textures.iter();
        let mut buffers = layout.buffers.iter();
        for source in sources {
            match source {
                Source::Texture(texture) => {
                    let Some(segment) = textures.next() else { continue };
                    let layout = TexelCopyBufferLayout {
                        offset: segment.offset,
                        bytes_per_row: Some(segment.row_bytes),
                        rows_per_image: None,
                    };
                    let from = TexelCopyTextureInfo {
                        texture,
                        mip_level: 0,
                        origin: Origin3d::ZERO,
                        aspect: TextureAspect::All,
                    };
                    let size = Extent3d { width: size.0, height: size.1, depth_or_array_layers: 1 };
                    encoder.copy_texture_to_buffer(from, TexelCopyBufferInfo { buffer: &buffer, layout }, size);
                }
                Source::Buffer(from, bytes) => {
                    let Some(&(offset, _)) = buffers.next() else { continue };
                    encoder.copy_buffer_to_buffer(from, 0, &buffer, offset, *bytes);
                }
            }
        }
        self.encoded.push(Copied { ticket, layout, buffer });
    }

    /// After submission: asks for the encoded buffers to be mapped. Gives how many views were drawn whole, or
    /// `None` if anything of the ticket was incomplete (its buffers are then dropped).
    pub fn submitted(&mut self, ticket: u64) -> Option<usize> {
        let incomplete = self.incomplete.contains(&ticket);
        self.incomplete.clear();
        let encoded = std::mem::take(&mut self.encoded);
        if incomplete {
            self.free.extend(encoded.into_iter().map(|copied| copied.buffer));
            return None;
        }
        let count = encoded.len();
        for copied in encoded {
            let (sender, ticket) = (self.sender.clone(), copied.ticket);
            copied.buffer.slice(..).map_async(MapMode::Read, move |result| {
                // The receiver is gone only when the renderer is.
                let _ = sender.send((ticket, result.is_ok()));
            });
            self.mapping.push(copied);
        }
        Some(count)
    }

    /// A view that has arrived, if any; `Err` if the device could not give it.
    pub fn take(&mut self) -> Option<(Ticket, Result<Planes, ()>)> {
        let (ticket, ok) = self.receiver.get_mut().ok()?.try_recv().ok()?;
        let index = self.mapping.iter().position(|copied| copied.ticket == ticket)?;
        let Copied { ticket, layout, buffer } = self.mapping.swap_remove(index);
        if !ok {
            return Some((ticket, Err(())));
        }
        let _at = Station::Readback.work_on_any();
        let planes = layout.unpack(&buffer.slice(..).get_mapped_range());
        buffer.unmap();
        if self.free.len() >= MOST_FREE {
            self.free.remove(0);
        }
        self.free.push(buffer);
        Some((ticket, Ok(planes)))
    }
}

/// Where a texture lies in a buffer.
struct Segment {
    offset: u64,
    row_bytes: u32,
    pixel_bytes: u32,
}

/// Where everything lies in a buffer.
struct Layout {
    size: (u32, u32),
    textures: Vec<Segment>,
    /// Offset and length of what was a buffer.
    buffers: Vec<(u64, u64)>,
    total: u64,
    extra: Extra,
    wanted: Option<Wanted>,
}

impl Layout {
    /// Of textures with so many bytes a pixel and buffers of so many bytes.
    fn of(
        size: (u32, u32),
        textures: impl Iterator<Item = u32>,
        buffers: impl Iterator<Item = u64>,
        (extra, wanted): (Extra, Option<Wanted>),
    ) -> Layout {
        let mut total = 0;
        let textures = textures.map(|pixel_bytes| {
            let row_bytes = (size.0 * pixel_bytes).next_multiple_of(ROW_ALIGNMENT);
            let offset = total;
            total += u64::from(row_bytes) * u64::from(size.1);
            Segment { offset, row_bytes, pixel_bytes }
        });
        let textures = textures.collect();
        let buffers = buffers.map(|bytes| {
            let offset = total;
            total += bytes;
            (offset, bytes)
        });
        let buffers = buffers.collect();
        Layout { size, textures, buffers, total, extra, wanted }
    }

    fn unpack(&self, bytes: &[u8]) -> Planes {
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        let rows = |segment: &Segment| {
            let used = width * segment.pixel_bytes as usize;
            let (start, stride) = (segment.offset as usize, segment.row_bytes as usize);
            bytes[start..].chunks(stride).take(height).map(move |row| &row[..used])
        };
        let mut planes = Planes::default();
        let mut textures = self.textures.iter();
        if let Some(segment) = textures.next() {
            let pixels = width * height;
            let light = match segment.pixel_bytes {
                SUM_BYTES => Some(gathered(rows(segment), pixels, mean)),
                LIGHT_BYTES => Some(gathered(rows(segment), pixels, of_halves)),
                _ => None,
            };
            if let Some(light) = light {
                planes.linear = self.extra.linear.then(|| match segment.pixel_bytes {
                    LIGHT_BYTES => gathered(rows(segment), pixels, halves),
                    _ => light.iter().map(|light| light.map(f16::from_f32)).collect(),
                });
                if self.extra.light {
                    planes.light = Some(light);
                } else {
                    planes.rgb = developed(&light);
                }
            } else {
                planes.rgb = gathered(rows(segment), pixels, |[r, g, b, _]: [u8; 4]| [r, g, b]);
            }
        }
        if let Some(segment) = textures.next() {
            planes.instance = gathered(rows(segment), width * height, u16::from_le_bytes);
        }
        if let Some(segment) = textures.next() {
            planes.depth = gathered(rows(segment), width * height, f32::from_le_bytes);
        }
        if let Some(segment) = textures.next() {
            fn room<T>(wanted: bool, pixels: usize) -> Option<Vec<T>> {
                wanted.then(|| Vec::with_capacity(pixels))
            }
            let (extra, count) = (self.extra, width * height);
            let (mut normal, mut coordinates) = (room(extra.normal, count), room(extra.object_coordinates, count));
            let (mut part, mut owner) = (room(extra.part, count), room(extra.owner, count));
            // Row after row, so that each is read once from memory.
            for (row, depth) in rows(segment).zip(planes.depth.chunks(width.max(1))) {
                // Eight halves a pixel: normal, object coordinates, part, owner. Where nothing is they are older ones.
                let seen = |z: &f32| if *z > 0.0 { u16::MAX } else { 0 };
                let pixels = || row.as_chunks().0.iter().zip(depth).map(move |(pixel, z)| (pixel, seen(z)));
                let vector = |first: usize| {
                    move |(pixel, seen)| [0, 1, 2].map(|axis| f16::from_bits(number(pixel, first + axis) & seen))
                };
                let single = |place: usize| move |(pixel, seen)| number(pixel, place) & seen;
                normal.iter_mut().for_each(|plane| plane.extend(pixels().map(vector(0))));
                coordinates.iter_mut().for_each(|plane| plane.extend(pixels().map(vector(3))));
                part.iter_mut().for_each(|plane| plane.extend(pixels().map(single(6))));
                owner.iter_mut().for_each(|plane| plane.extend(pixels().map(single(7))));
            }
            planes.normal = normal;
            planes.object_coordinates = coordinates;
            planes.part = part;
            planes.owner = owner;
        }
        planes.silhouettes = self.wanted.as_ref().map(|wanted| self.silhouettes(bytes, wanted));
        planes
    }

    fn silhouettes(&self, bytes: &[u8], wanted: &Wanted) -> Silhouettes {
        let (width, height) = self.size;
        let pixels = width as usize * height as usize;
        let Some(((counts, _), batches)) = self.buffers.split_last() else { return Silhouettes::default() };
        let sheets = batches
            .iter()
            .flat_map(|&(offset, length)| bytes[offset as usize..(offset + length) as usize].chunks_exact(4 * pixels));
        let bits = sheets.map(|sheet| gathered(std::iter::once(sheet), pixels, u32::from_le_bytes)).collect();
        let mut outside = vec![Outside::default(); wanted.ids.len()];
        let counts = bytes[*counts as usize..].as_chunks::<{ 4 * OUTSIDE_WORDS }>().0;
        for (&(place, cell), count) in wanted.beyond.iter().zip(counts) {
            let words = gathered(std::iter::once(&count[..]), OUTSIDE_WORDS, u32::from_le_bytes);
            if let [cells, ref reach @ ..] = words[..]
                && cells > 0
            {
                outside[place] =
                    if wanted.bent { beside(cells, reach) } else { beyond(cells, reach, cell, wanted.grid, self.size) };
            }
        }
        Silhouettes { ids: wanted.ids.clone(), bits, outside }
    }
}

/// What lies outside, from how many cells it has and how far it reaches: to the left and up from the far ends of the
/// grid, to the right and down from the near ones.
fn beyond(cells: u32, reach: &[u32], cell: u32, grid: (u32, u32), size: (u32, u32)) -> Outside {
    let cell = f64::from(cell);
    // The middle of the grid is that of the image.
    let at = |cells: f64, grid: u32, size: u32| (cells - f64::from(grid) / 2.0) * cell + f64::from(size) / 2.0;
    let reach = |side: usize| reach.get(side).copied().map_or(0.0, f64::from);
    Outside {
        pixels: f64::from(cells) * cell * cell,
        low: [at(f64::from(grid.0) - reach(0), grid.0, size.0), at(f64::from(grid.1) - reach(1), grid.1, size.1)],
        high: [at(reach(2), grid.0, size.0), at(reach(3), grid.1, size.1)],
    }
}

/// What lies outside of an image whose lens bends straight lines, all in 16ths of a pixel: from how many pixels a larger
/// sensor would see of it, and how far it reaches, from 65536 pixels off on either side.
fn beside(pixels: u32, reach: &[u32]) -> Outside {
    let at = |side: usize| reach.get(side).copied().map_or(0.0, f64::from) / 16.0;
    Outside {
        pixels: f64::from(pixels) / 16.0,
        low: [65_536.0 - at(0), 65_536.0 - at(1)],
        high: [at(2) - 65_536.0, at(3) - 65_536.0],
    }
}

/// One of the eight numbers of a pixel.
#[inline(always)]
fn number(pixel: &[u8; 16], place: usize) -> u16 {
    u16::from_le_bytes([pixel[2 * place], pixel[2 * place + 1]])
}

/// The mean of pictures, of their sum and their number.
fn mean(pixel: [u8; SUM_BYTES as usize]) -> [f32; 3] {
    let [r, g, b, count] = pixel.as_chunks::<4>().0 else { return [0.0; 3] };
    let count = f32::from_le_bytes(*count).max(1.0);
    [r, g, b].map(|channel| f32::from_le_bytes(*channel) / count)
}

/// Red, green and blue of light, which is never below 0.
fn halves(pixel: [u8; LIGHT_BYTES as usize]) -> [f16; 3] {
    let [r0, r1, g0, g1, b0, b1, ..] = pixel;
    [[r0, r1], [g0, g1], [b0, b1]].map(|half| f16::from_bits(u16::from_le_bytes(half) & 0x7fff))
}

/// The same in floats. Those from 0 to what is finite, which light is, come out exactly.
fn of_halves(pixel: [u8; LIGHT_BYTES as usize]) -> [f32; 3] {
    // The exponent of a float is biased by 112 more.
    halves(pixel).map(|half| f32::from_bits(u32::from(half.to_bits()) << 13) * f32::from_bits((127 + 112) << 23))
}

/// The values of all pixels, each of `N` bytes.
fn gathered<'b, const N: usize, T>(
    rows: impl Iterator<Item = &'b [u8]>,
    pixels: usize,
    value: impl Fn([u8; N]) -> T,
) -> Vec<T> {
    let mut values = Vec::with_capacity(pixels);
    for row in rows {
        values.extend(row.as_chunks::<N>().0.iter().map(|bytes| value(*bytes)));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padded_rows_are_cut() {
        let wanted = Wanted { ids: vec![4, 9], beyond: vec![(1, 2)], grid: (3, 2), bent: false };
        let layout = Layout::of((3, 2), [4, 2, 4].into_iter(), [24, 20].into_iter(), (Extra::default(), Some(wanted)));
        assert!(layout.textures.iter().all(|segment| segment.row_bytes == 256));
        let mut bytes = vec![0xAA; layout.total as usize];
        for y in 0..2usize {
            for x in 0..3usize {
                let value = (y * 3 + x) as u8;
                bytes[y * 256 + x * 4..][..4].copy_from_slice(&[value, value + 1, value + 2, 255]);
                bytes[512 + y * 256 + x * 2..][..2].copy_from_slice(&u16::from(value).to_le_bytes());
                bytes[1024 + y * 256 + x * 4..][..4].copy_from_slice(&f32::from(value).to_le_bytes());
                bytes[1536 + (y * 3 + x) * 4..][..4].copy_from_slice(&u32::from(value).to_le_bytes());
            }
        }
        for (place, word) in [7u32, 3, 1, 2, 2].into_iter().enumerate() {
            bytes[1560 + 4 * place..][..4].copy_from_slice(&word.to_le_bytes());
        }
        let planes = layout.unpack(&bytes);
        assert_eq!(planes.instance, [0, 1, 2, 3, 4, 5]);
        assert_eq!(planes.depth, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(planes.rgb[5], [5, 6, 7]);
        assert!(planes.normal.is_none() && planes.part.is_none());
        let silhouettes = planes.silhouettes.unwrap();
        assert_eq!(silhouettes.bits[0], [0, 1, 2, 3, 4, 5]);
        // Cells of two pixels from the first column to the second, and in the second row, about the middle (1.5, 1).
        let second = Outside { pixels: 28.0, low: [-1.5, 1.0], high: [2.5, 3.0] };
        assert_eq!(silhouettes.outside, [Outside::default(), second]);
    }

    #[test]
    fn light_is_that_of_its_halves_and_of_means() {
        for bits in 0..0x7c00_u16 {
            let [low, high] = bits.to_le_bytes();
            assert_eq!(
                of_halves([low, high, 0, 0, low, high, 0, 0]),
                [f16::from_bits(bits).to_f32(), 0.0, f16::from_bits(bits).to_f32()]
            );
        }
        let sum = [3.0_f32, 6.0, 0.75, 3.0].map(f32::to_le_bytes);
        assert_eq!(
            sum.as_flattened().as_chunks().0.iter().map(|pixel| mean(*pixel)).collect::<Vec<_>>(),
            [[1.0, 2.0, 0.25]]
        );
    }

    #[test]
    fn what_is_wanted_is_unpacked() {
        let extra = Extra { normal: true, part: true, owner: true, ..Extra::default() };
        let layout = Layout::of((1, 1), [4, 2, 4, 16].into_iter(), [].into_iter(), (extra, None));
        let mut bytes = vec![0; layout.total as usize];
        let halves = [0.5, -1.0, 0.25, 0.1, 0.2, 0.3].map(|value| f16::from_f32(value).to_le_bytes());
        bytes[768..780].copy_from_slice(halves.as_flattened());
        bytes[780..784].copy_from_slice(&[7, 0, 1, 2]);
        // What stands there where no surface is seen is of an earlier picture.
        let planes = layout.unpack(&bytes);
        assert_eq!(
            (planes.normal, planes.part, planes.owner),
            (Some(vec![[f16::ZERO; 3]]), Some(vec![0]), Some(vec![0]))
        );
        bytes[512..516].copy_from_slice(&0.1_f32.to_le_bytes());
        let planes = layout.unpack(&bytes);
        assert_eq!(planes.normal, Some(vec![[0.5, -1.0, 0.25].map(f16::from_f32)]));
        assert_eq!((planes.part, planes.owner), (Some(vec![7]), Some(vec![513])));
        assert!(planes.object_coordinates.is_none());
    }
}
