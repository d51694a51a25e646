//! Brings rendered textures back to the processor: colour, ids and depth of a view in one buffer.
//!
//! Buffers come from a pool. A result carries its ticket; it is matched by that, never by order of arrival.

use std::sync::mpsc::{Receiver, Sender, channel};

use bevy::prelude::Resource;
use bevy::render::render_resource::{
    Buffer, BufferDescriptor, BufferUsages, CommandEncoder, Extent3d, MapMode, Origin3d, TexelCopyBufferInfo,
    TexelCopyBufferLayout, TexelCopyTextureInfo, Texture, TextureAspect,
};
use bevy::render::renderer::RenderDevice;

/// Rows in a buffer begin at multiples of this many bytes.
const ROW_ALIGNMENT: u32 = 256;

/// Bytes a pixel of the planes in a buffer: RGBA, instance id, depth.
const PIXEL_BYTES: [u32; 3] = [4, 2, 4];

/// Which frame, and which of its cameras.
pub(super) type Ticket = (u64, u32);

/// The planes of one view, rows without padding.
pub(super) struct Planes {
    pub rgb: Vec<[u8; 3]>,
    pub instance: Vec<u16>,
    pub depth: Vec<f32>,
}

/// What is under way. Lives in the render world.
#[derive(Resource)]
pub(super) struct Readbacks {
    free: Vec<Buffer>,
    encoded: Vec<(Ticket, (u32, u32), Buffer)>,
    incomplete: Vec<u64>,
    sender: Sender<(Ticket, bool)>,
    receiver: std::sync::Mutex<Receiver<(Ticket, bool)>>,
    mapping: Vec<(Ticket, (u32, u32), Buffer)>,
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

    /// Records the copies of a view's textures (colour, instance, depth) into a buffer.
    pub fn copy(
        &mut self,
        device: &RenderDevice,
        encoder: &mut CommandEncoder,
        ticket: Ticket,
        size: (u32, u32),
        textures: [&Texture; 3],
    ) {
        let layout = Layout::of(size);
        let buffer = match self.free.iter().position(|b| b.size() == layout.total) {
            Some(index) => self.free.swap_remove(index),
            None => device.create_buffer(&BufferDescriptor {
                label: Some("readback"),
                size: layout.total,
                usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
                mapped_at_creation: false,
            }),
        };
        for (plane, texture) in textures.into_iter().enumerate() {
            encoder.copy_texture_to_buffer(
                TexelCopyTextureInfo { texture, mip_level: 0, origin: Origin3d::ZERO, aspect: TextureAspect::All },
                TexelCopyBufferInfo {
                    buffer: &buffer,
                    layout: TexelCopyBufferLayout {
                        offset: layout.offsets[plane],
                        bytes_per_row: Some(layout.row_bytes[plane]),
                        rows_per_image: None,
                    },
                },
                Extent3d { width: size.0, height: size.1, depth_or_array_layers: 1 },
            );
        }
        self.encoded.push((ticket, size, buffer));
    }

    /// After submission: asks for the encoded buffers to be mapped. Gives how many views were drawn whole, or
    /// `None` if anything of the ticket was incomplete (its buffers are then dropped).
    pub fn submitted(&mut self, ticket: u64) -> Option<usize> {
        let incomplete = self.incomplete.contains(&ticket);
        self.incomplete.clear();
        let encoded = std::mem::take(&mut self.encoded);
        if incomplete {
            self.free.extend(encoded.into_iter().map(|(_, _, buffer)| buffer));
            return None;
        }
        let count = encoded.len();
        for (ticket, size, buffer) in encoded {
            let sender = self.sender.clone();
            buffer.slice(..).map_async(MapMode::Read, move |result| {
                // The receiver is gone only when the renderer is.
                let _ = sender.send((ticket, result.is_ok()));
            });
            self.mapping.push((ticket, size, buffer));
        }
        Some(count)
    }

    /// A view that has arrived, if any; `Err` if the device could not give it.
    pub fn take(&mut self) -> Option<(Ticket, Result<Planes, ()>)> {
        let (ticket, ok) = self.receiver.get_mut().ok()?.try_recv().ok()?;
        let index = self.mapping.iter().position(|(t, ..)| *t == ticket)?;
        let (ticket, size, buffer) = self.mapping.swap_remove(index);
        if !ok {
            return Some((ticket, Err(())));
        }
        let planes = unpack(&buffer.slice(..).get_mapped_range(), size);
        buffer.unmap();
        self.free.push(buffer);
        Some((ticket, Ok(planes)))
    }
}

/// Where the planes lie in a buffer.
struct Layout {
    row_bytes: [u32; 3],
    offsets: [u64; 3],
    total: u64,
}

impl Layout {
    fn of((width, height): (u32, u32)) -> Layout {
        let row_bytes = PIXEL_BYTES.map(|bytes| (width * bytes).next_multiple_of(ROW_ALIGNMENT));
        let mut offsets = [0; 3];
        let mut total = 0;
        for plane in 0..3 {
            offsets[plane] = total;
            total += u64::from(row_bytes[plane]) * u64::from(height);
        }
        Layout { row_bytes, offsets, total }
    }
}

fn unpack(bytes: &[u8], size: (u32, u32)) -> Planes {
    let layout = Layout::of(size);
    let (width, height) = (size.0 as usize, size.1 as usize);
    let rows = |plane: usize| {
        let start = layout.offsets[plane] as usize;
        let used = width * PIXEL_BYTES[plane] as usize;
        bytes[start..].chunks_exact(layout.row_bytes[plane] as usize).take(height).map(move |row| &row[..used])
    };
    let mut planes = Planes {
        rgb: Vec::with_capacity(width * height),
        instance: Vec::with_capacity(width * height),
        depth: Vec::with_capacity(width * height),
    };
    for row in rows(0) {
        planes.rgb.extend(row.chunks_exact(4).map(|p| [p[0], p[1], p[2]]));
    }
    for row in rows(1) {
        planes.instance.extend(row.chunks_exact(2).map(|p| u16::from_le_bytes([p[0], p[1]])));
    }
    for row in rows(2) {
        planes.depth.extend(row.chunks_exact(4).map(|p| f32::from_le_bytes([p[0], p[1], p[2], p[3]])));
    }
    planes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padded_rows_are_cut() {
        let size = (3, 2);
        let layout = Layout::of(size);
        assert_eq!(layout.row_bytes, [256, 256, 256]);
        let mut bytes = vec![0xAA; layout.total as usize];
        for y in 0..2usize {
            for x in 0..3usize {
                let value = (y * 3 + x) as u8;
                bytes[y * 256 + x * 4..][..4].copy_from_slice(&[value, value + 1, value + 2, 255]);
                bytes[512 + y * 256 + x * 2..][..2].copy_from_slice(&u16::from(value).to_le_bytes());
                bytes[1024 + y * 256 + x * 4..][..4].copy_from_slice(&f32::from(value).to_le_bytes());
            }
        }
        let planes = unpack(&bytes, size);
        assert_eq!(planes.instance, [0, 1, 2, 3, 4, 5]);
        assert_eq!(planes.depth, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(planes.rgb[5], [5, 6, 7]);
    }
}
