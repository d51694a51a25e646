//! What the ground-truth pass draws into.

use bevy::render::render_resource::{
    Buffer, BufferDescriptor, BufferUsages, Extent3d, Texture, TextureDescriptor, TextureDimension, TextureFormat,
    TextureUsages, TextureView, TextureViewDescriptor,
};
use bevy::render::renderer::RenderDevice;

/// Instance id, depth, and all else in one.
pub(in crate::render) const FORMATS: [TextureFormat; 3] =
    [TextureFormat::R16Uint, TextureFormat::R32Float, TextureFormat::Rgba32Uint];
/// Depth and how its inverse grows across and down, in place of depth, for lenses that bend straight lines.
const SLOPING: TextureFormat = TextureFormat::Rg32Uint;
/// How many of them every scene has.
pub(super) const FEW: usize = 2;
pub(super) const Z_FORMAT: TextureFormat = TextureFormat::Depth32Float;
pub(in crate::render) const EMPTY_FORMAT: TextureFormat = TextureFormat::R8Unorm;

/// [`FORMATS`], for such a lens or another.
pub(super) fn formats(bent: bool) -> [TextureFormat; 3] {
    let [ids, depth, more] = FORMATS;
    [ids, if bent { SLOPING } else { depth }, more]
}

/// Sizes that are kept.
const MOST_SIZES: usize = 16;

/// Textures of one size; kept, since few sizes are ever in use.
pub(super) struct Targets {
    pub size: (u32, u32),
    bent: bool,
    /// In the order of `FORMATS`; the first two, or all.
    pub colors: Vec<(Texture, TextureView)>,
    pub z: TextureView,
}

fn texture(device: &RenderDevice, size: (u32, u32), format: TextureFormat, usage: TextureUsages) -> Texture {
    device.create_texture(&TextureDescriptor {
        label: Some("truth"),
        size: Extent3d { width: size.0, height: size.1, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: TextureDimension::D2,
        format,
        usage: TextureUsages::RENDER_ATTACHMENT | usage,
        view_formats: &[],
    })
}

fn view(texture: &Texture) -> TextureView {
    texture.create_view(&TextureViewDescriptor::default())
}

impl Targets {
    /// Those of a size among `made`, with the first `count` colours, made if need be.
    pub fn of<'t>(
        made: &'t mut Vec<Targets>,
        device: &RenderDevice,
        size: (u32, u32),
        count: usize,
        bent: bool,
    ) -> &'t Targets {
        let fits = |targets: &Targets| targets.size == size && targets.bent == bent;
        let place = made.iter().position(fits).unwrap_or_else(|| {
            if made.len() >= MOST_SIZES {
                made.remove(0);
            }
            let z = view(&texture(device, size, Z_FORMAT, TextureUsages::empty()));
            made.push(Targets { size, bent, colors: Vec::new(), z });
            made.len() - 1
        });
        let targets = &mut made[place];
        for format in formats(bent).into_iter().take(count).skip(targets.colors.len()) {
            let usage = TextureUsages::COPY_SRC | TextureUsages::TEXTURE_BINDING;
            let texture = texture(device, size, format, usage);
            let view = view(&texture);
            targets.colors.push((texture, view));
        }
        targets
    }
}

/// A buffer that grows when more is asked of it.
#[derive(Default)]
pub(in crate::render) struct Grown(Option<Buffer>);

impl Grown {
    pub fn of(&mut self, device: &RenderDevice, bytes: u64) -> &Buffer {
        let too_small = self.0.as_ref().is_none_or(|buffer| buffer.size() < bytes);
        if too_small {
            self.0 = None;
        }
        self.0.get_or_insert_with(|| {
            device.create_buffer(&BufferDescriptor {
                label: Some("truth_silhouettes"),
                size: bytes,
                usage: BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        })
    }
}

/// A target that nothing is written to, at least of some size.
#[derive(Default)]
pub(super) struct Empty(Option<((u32, u32), TextureView)>);

impl Empty {
    pub fn of(&mut self, device: &RenderDevice, (width, height): (u32, u32)) -> &TextureView {
        let too_small = self.0.as_ref().is_none_or(|((w, h), _)| *w < width || *h < height);
        if too_small {
            self.0 = None;
        }
        let make = || ((width, height), view(&texture(device, (width, height), EMPTY_FORMAT, TextureUsages::empty())));
        &self.0.get_or_insert_with(make).1
    }
}
