//! Half-precision bytes of cube maps, in the order that wgpu uploads.

use half::f16;
use half::slice::HalfFloatSliceExt;

use super::cube::CubeMap;

/// Texels that are converted at a time.
const RUN: usize = 256;
/// The largest finite half: brighter texels are clamped to it.
const LARGEST: f32 = 65_504.0;

/// Bytes of a cube texture in `Rgba16Float`, alpha 1, little-endian, layer by layer with all levels of a layer
/// together (`TextureDataOrder::LayerMajor`).
///
/// `levels` are the mip levels from the largest on; luminances in cd/m² are stored as they are, clamped to
/// 65504.
pub fn rgba16f_bytes(levels: &[CubeMap]) -> Vec<u8> {
    let texels: usize = levels.iter().map(|map| map.faces.iter().map(Vec::len).sum::<usize>()).sum();
    let mut bytes = Vec::with_capacity(texels * 8);
    let (mut values, mut halves) = ([[0.0; 4]; RUN], [f16::ZERO; 4 * RUN]);
    let black = [[f16::ZERO, f16::ZERO, f16::ZERO, f16::ONE].map(f16::to_le_bytes); RUN];
    for run in (0..6).flat_map(|face| levels.iter().flat_map(move |level| level.faces[face].chunks(RUN))) {
        // What nobody sees of a backdrop, which is most of it.
        if run.iter().all(|texel| *texel == [0.0; 3]) {
            bytes.extend_from_slice(black[..run.len()].as_flattened().as_flattened());
            continue;
        }
        for (value, texel) in values.iter_mut().zip(run) {
            let [r, g, b] = texel.map(|channel| channel.clamp(-LARGEST, LARGEST));
            *value = [r, g, b, 1.0];
        }
        halves.convert_from_f32_slice(values.as_flattened());
        bytes.extend(halves[..4 * run.len()].iter().flat_map(|half| half.to_le_bytes()));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(value: f32) -> u16 {
        let map = CubeMap { size: 1, faces: std::array::from_fn(|_| vec![[value; 3]]) };
        let bytes = rgba16f_bytes(&[map]);
        u16::from_le_bytes([bytes[2], bytes[3]])
    }

    #[test]
    fn values_out_of_range_become_the_largest() {
        assert_eq!(stored(0.5), 0x3800);
        assert_eq!(stored(-2.0), 0xc000);
        assert_eq!(stored(65519.9), 0x7bff);
        assert_eq!(stored(1e9), 0x7bff);
        assert_eq!(stored(f32::INFINITY), 0x7bff);
        assert_eq!(stored(-1e9), 0xfbff);
        assert_eq!(stored(1e-12), 0);
        assert_eq!(stored(0.0), 0);
        assert_eq!(stored(f32::NAN) & 0x7c00, 0x7c00);
    }

    #[test]
    fn black_is_opaque_too() {
        let face = |face: usize| (0..300).map(|i| [if face == 2 && i == 299 { 1.0 } else { 0.0 }; 3]).collect();
        let bytes = rgba16f_bytes(&[CubeMap { size: 0, faces: std::array::from_fn(face) }]);
        assert_eq!(bytes.len(), 6 * 300 * 8);
        for (place, texel) in bytes.as_chunks::<8>().0.iter().enumerate() {
            let grey = if place == 3 * 300 - 1 { [0x00, 0x3c] } else { [0; 2] };
            assert_eq!(*texel, [grey[0], grey[1], grey[0], grey[1], grey[0], grey[1], 0x00, 0x3c], "texel {place}");
        }
    }

    #[test]
    fn long_runs_are_converted_whole() {
        let size = 33;
        let face = |face: usize| (0..size * size).map(|i| [i as f32, face as f32, 0.25]).collect();
        let bytes = rgba16f_bytes(&[CubeMap { size: size as u32, faces: std::array::from_fn(face) }]);
        let texels: Vec<[f16; 4]> = bytes
            .as_chunks::<8>()
            .0
            .iter()
            .map(|texel| std::array::from_fn(|i| f16::from_le_bytes([texel[2 * i], texel[2 * i + 1]])))
            .collect();
        assert_eq!(texels.len(), 6 * size * size);
        for (index, texel) in texels.iter().enumerate() {
            let expected = [(index % (size * size)) as f32, (index / (size * size)) as f32, 0.25, 1.0];
            assert_eq!(*texel, expected.map(f16::from_f32), "{index}");
        }
    }

    #[test]
    fn layers_come_one_after_the_other_with_all_their_levels() {
        let level = |size: u32, base: f32| CubeMap {
            size,
            faces: std::array::from_fn(|face| vec![[base + face as f32, 0.0, 0.5]; (size * size) as usize]),
        };
        let bytes = rgba16f_bytes(&[level(2, 0.0), level(1, 8.0)]);
        assert_eq!(bytes.len(), 6 * 5 * 8);
        let red = |texel: usize| u16::from_le_bytes([bytes[texel * 8], bytes[texel * 8 + 1]]);
        assert_eq!(red(0), stored(0.0));
        assert_eq!(red(4), stored(8.0), "the small level follows within the layer");
        assert_eq!(red(5), stored(1.0), "then the next layer");
        assert_eq!(red(9), stored(9.0));
        assert_eq!(&bytes[4..8], &[0x00, 0x38, 0x00, 0x3c], "blue 0.5, alpha 1");
    }
}
