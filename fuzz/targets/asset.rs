//! Files that scenes name: models (glTF, with their pictures), panoramas, pictures, tables.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use glam::Vec3;
use maquette::assets::{AssetStore, Model};
use maquette::randomize::Catalog;
use maquette::randomize::concrete::{Material, Shape, Texture};
use maquette::scene::{Asset, Library};

use super::models;
use crate::engine::{Kept, Target};
use crate::mutate::{bytes, picture, text};
use crate::random::Random;

/// Reads them from a folder.
pub struct Assets {
    folder: PathBuf,
    words: Vec<Vec<u8>>,
}

impl Assets {
    /// In a folder that is there.
    pub fn new(scratch: &Path) -> Assets {
        let folder = scratch.join("assets");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("beside.bin"), models::triangle()).unwrap();
        fs::write(folder.join("beside.png"), models::png()).unwrap();
        let mut words = Default::default();
        for seed in models::seeds() {
            text::words(models::parts(&seed).map_or(&seed, |(json, _)| json), &mut words);
        }
        Assets { folder, words: words.into_iter().filter(|word| word.is_ascii()).collect() }
    }

    fn mutate_text(&self, json: &mut Vec<u8>, others: &[Kept], random: &mut Random) {
        let texts: Vec<&[u8]> =
            others.iter().filter_map(|kept| models::parts(&kept.bytes).map(|(json, _)| json)).collect();
        text::mutate(json, &texts, &self.words, &|_, _, _| None, random);
    }
}

impl Target for Assets {
    fn seeds(&mut self) -> Vec<Vec<u8>> {
        [models::seeds(), super::kept("asset")].concat()
    }

    fn mutate(&self, input: &mut Vec<u8>, others: &[Kept], random: &mut Random) {
        match models::parts(input).map(|(json, binary)| (json.to_vec(), binary.to_vec())) {
            Some((mut json, mut binary)) if input.starts_with(b"glTF") && !random.once_in(10) => {
                match random.below(5) {
                    0 => bytes::mutate(&mut binary, 0, random),
                    1 => {
                        // One of the pictures within.
                        let from = binary.windows(8).position(|w| w.starts_with(b"\x89PNG")).unwrap_or(0);
                        let mut end = binary.split_off(from);
                        picture::mutate(&mut end, random);
                        binary.append(&mut end);
                    }
                    _ => self.mutate_text(&mut json, others, random),
                }
                *input = models::glb(&json, &binary);
            }
            _ if input.starts_with(b"{") => self.mutate_text(input, others, random),
            _ => picture::mutate(input, random),
        }
    }

    fn run(&mut self, input: &[u8]) {
        let (name, asset) = match input {
            [b'g', b'l', b'T', b'F', ..] => ("a.glb", Asset::Model),
            [b'{', ..] => ("a.gltf", Asset::Model),
            [b'#', b'?', ..] => ("a.hdr", Asset::Panorama),
            [0x89, b'P', ..] => ("a.png", Asset::Image),
            [0xff, 0xd8, ..] => ("a.jpg", Asset::Image),
            _ => ("a.csv", Asset::Table),
        };
        fs::write(self.folder.join(name), input).unwrap();
        let store = AssetStore::new(&self.folder);
        let usable = store.file(name, asset);
        assert!(usable.as_ref().err().is_none_or(|reason| !reason.is_empty()), "no reason is given");
        match asset {
            Asset::Model => {
                let shape = Shape::Model { file: name.to_owned() };
                let _ = store.with_beside(name);
                let model = store.model(&shape);
                assert_eq!(model.is_ok(), usable.is_ok(), "usable at one time, and not at another");
                if let Ok(model) = model {
                    sound(&model);
                    used(&store, &shape);
                }
            }
            Asset::Image => {
                let texture = Some(Texture::Image(name.to_owned()));
                let worn = store.surface(&Material { texture, ..Material::default() });
                assert_eq!(worn.is_ok(), usable.is_ok(), "usable at one time, and not at another");
                if let Ok(surface) = worn {
                    assert!(surface.albedo().iter().all(|part| (0.0..=1.0).contains(part)));
                }
            }
            Asset::Panorama => {
                let panorama = store.panorama(name);
                assert_eq!(panorama.is_ok(), usable.is_ok(), "usable at one time, and not at another");
            }
            _ => {
                for column in ["width", "height", "name", ""] {
                    if let Ok(values) = Catalog::column(&store, name, column) {
                        assert!(!values.is_empty() && values.iter().all(|value| value.is_finite()));
                        assert!(values.is_sorted());
                    }
                }
            }
        }
    }

    fn pieces(&self, input: &[u8]) -> Vec<Range<usize>> {
        match input {
            [b'{', ..] => text::pieces(input),
            _ => (0..input.len()).map(|at| at..at + 1).collect(),
        }
    }

    fn most_bytes(&self) -> usize {
        64 << 10
    }
}

/// What [`maquette::assets`] says of every mesh.
fn sound(model: &Model) {
    assert!(!model.parts.is_empty() && model.parts.len() == model.hulls.len());
    for part in &model.parts {
        let mesh = &part.mesh;
        let count = mesh.positions.len();
        assert_eq!([mesh.normals.len(), mesh.uvs.len(), mesh.tangents.len()], [count; 3], "lists of unequal length");
        assert!(mesh.indices.len().is_multiple_of(3), "a triangle without three corners");
        assert!(mesh.indices.iter().all(|index| (*index as usize) < count), "a corner that is not there");
        assert!(mesh.positions.iter().all(|position| position.is_finite()), "a position that is not finite");
        assert!(mesh.normals.iter().all(|normal| (normal.length() - 1.0).abs() < 1e-2), "a normal without length 1");
        assert!(mesh.uvs.iter().flatten().all(|part| part.is_finite()), "a texture coordinate that is not finite");
        assert!(mesh.tangents.iter().flatten().all(|part| part.is_finite()), "a tangent that is not finite");
        let surface = &part.surface;
        let numbers = [surface.metallic, surface.roughness, surface.cutoff.unwrap_or(0.0)];
        assert!(numbers.iter().chain(&surface.emissive).chain(&surface.base_color).all(|number| number.is_finite()));
    }
    assert!(model.keypoints.iter().all(|(_, position)| position.is_finite()), "a keypoint that is not finite");
}

/// What is asked of a model until it is drawn.
fn used(store: &AssetStore, shape: &Shape) {
    let bounds = store.bounds(shape).unwrap();
    assert!(bounds.min.is_finite() && bounds.max.is_finite() && bounds.min.cmple(bounds.max).all());
    let top = store.support_surface(shape).unwrap();
    assert!(top.top_m.is_finite());
    for direction in [Vec3::NEG_Y, Vec3::new(0.6, 0.8, 0.0)] {
        assert!(store.reach_m(shape, direction).unwrap().is_finite());
    }
    store.triangles(shape).unwrap();
    let material = Material { base_color: Some([0.5; 3]), opacity: Some(0.5), ..Material::default() };
    let model = store.dress_finely(shape, &material).unwrap();
    sound(&model);
    let _ = model.part_ids();
}
