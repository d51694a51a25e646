//! What the scene reader and the randomizer ask of the assets.

use std::sync::Arc;

use glam::Vec3;

use super::store::Extents;
use super::{AssetStore, Hull, Model, library, texture};
use crate::randomize::concrete::Shape;
use crate::randomize::{Bounds, Catalog, CatalogError, Surface};
use crate::scene::{Asset, Entry, Library, files_below, find_asset};

/// Share of a model's footprint that a face takes up at least to be what things are put on.
const SUPPORT_SHARE: f32 = 0.3;

impl Catalog for AssetStore {
    fn bounds(&self, shape: &Shape) -> Result<Bounds, CatalogError> {
        Ok(self.extents_of(shape)?.0)
    }

    fn support_surface(&self, shape: &Shape) -> Result<Surface, CatalogError> {
        Ok(self.extents_of(shape)?.1)
    }

    fn reach_m(&self, shape: &Shape, direction: Vec3) -> Result<f32, CatalogError> {
        let bounds = self.bounds(shape)?;
        // What stands upright, as most things do, has its lowest point at the bottom of its box.
        if direction.y < -1.0 + f32::EPSILON {
            return Ok(-bounds.min.y);
        }
        let reach = |model: &Model| {
            let points = model.parts.iter().flat_map(|part| &part.mesh.positions);
            points.map(|p| p.dot(direction)).fold(f32::NEG_INFINITY, f32::max)
        };
        Ok(self.geometry(shape).map_or(0.0, |model| reach(&model)))
    }

    fn triangles(&self, shape: &Shape) -> Result<Vec<[Vec3; 3]>, CatalogError> {
        self.bounds(shape)?;
        let corners = |model: &Model| model.parts.iter().flat_map(|part| part.mesh.triangles()).collect();
        Ok(self.geometry(shape).map_or(Vec::new(), |model| corners(&model)))
    }

    fn variants(&self, name: &str) -> Result<u32, CatalogError> {
        let known = library::NAMES.iter().any(|entry| entry.name == name);
        known.then_some(library::VARIANTS).ok_or_else(|| CatalogError::UnknownModel { name: name.to_owned() })
    }

    fn column(&self, file: &str, column: &str) -> Result<Arc<[f64]>, CatalogError> {
        let unusable = |reason: String| CatalogError::UnusableTable { file: file.to_owned(), reason };
        let table = self.table(file).map_err(|error| match error {
            super::AssetError::Unreadable { reason, .. } => unusable(reason),
            other => unusable(other.to_string()),
        })?;
        table.column(column).map_err(unusable)
    }

    fn texture_variants(&self, name: &str) -> Result<u32, CatalogError> {
        let known = texture::NAMES.iter().any(|(known, _)| *known == name);
        known.then_some(texture::VARIANTS).ok_or_else(|| CatalogError::UnknownTexture { name: name.to_owned() })
    }
}

impl AssetStore {
    /// The bounds of a model and what others stand on, worked out once.
    fn extents_of(&self, shape: &Shape) -> Result<Extents, CatalogError> {
        self.extents(shape, extents).map_err(|error| match shape {
            Shape::Library { name, .. } => CatalogError::UnknownModel { name: name.clone() },
            Shape::Model { file } => CatalogError::Unusable { file: file.clone(), reason: error.to_string() },
            _ => CatalogError::Unusable { file: String::new(), reason: error.to_string() },
        })
    }
}

/// The bounds of a model, and the highest level face that takes up a good part of its footprint: a table's top, a
/// chair's seat, the upper deck of a rack between its uprights.
fn extents(model: &Model) -> Extents {
    let (min, max) = model.bounds();
    let bounds = Bounds { min, max };
    let whole = Surface::top_of(bounds);
    let area = |s: &Surface| (s.max.x - s.min.x) * (s.max.y - s.min.y);
    let tops = model.hulls.iter().filter_map(|hull| {
        let Hull::Cuboid { rotation, .. } = hull else { return None };
        // Level or turned by quarters: its top is then a rectangle along the axes.
        let square = [Vec3::X, Vec3::Y, Vec3::Z].iter().all(|axis| (*rotation * *axis).abs().max_element() > 0.999);
        let (min, max) = hull.bounds();
        let top = Surface::top_of(Bounds { min, max });
        (square && area(&top) >= SUPPORT_SHARE * area(&whole)).then_some(top)
    });
    (bounds, tops.max_by(|a, b| a.top_m.total_cmp(&b.top_m)).unwrap_or(whole))
}

impl Library for AssetStore {
    fn column(&self, file: &str, column: &str) -> Result<(f64, f64), String> {
        let values = Catalog::column(self, file, column).map_err(|error| match error {
            CatalogError::UnusableTable { reason, .. } => reason,
            other => other.to_string(),
        })?;
        match values[..] {
            [low, .., high] => Ok((low, high)),
            [only] => Ok((only, only)),
            [] => Err(format!("column `{column}` has no numbers")),
        }
    }

    fn model_names(&self) -> Vec<&str> {
        library::NAMES.iter().map(|entry| entry.name).collect()
    }

    fn texture_names(&self) -> Vec<&str> {
        texture::NAMES.iter().map(|(name, _)| *name).collect()
    }

    fn variants(&self, model: &str) -> Option<u32> {
        Catalog::variants(self, model).ok()
    }

    fn folder(&self, path: &str) -> Result<Vec<String>, String> {
        files_below(self.root(), path)
    }

    fn fingerprint(&self, entry: &Entry) -> Result<u64, String> {
        let hash = match entry {
            Entry::File(file) => self.hash_once(file).map_err(|error| error.to_string())?,
            Entry::Model(name, variant) => super::store::hex(format!("model/{name}/{variant}").as_bytes()),
            Entry::Texture(name) => super::store::hex(format!("texture/{name}").as_bytes()),
        };
        hash.get(..16)
            .and_then(|digits| u64::from_str_radix(digits, 16).ok())
            .ok_or_else(|| "its hash cannot be read".to_owned())
    }

    fn file(&self, path: &str, asset: Asset) -> Result<(), String> {
        find_asset(self.root(), path, asset)?;
        let usable = match asset {
            Asset::Model => self.model(&Shape::Model { file: path.to_owned() }).map(drop),
            Asset::Image => self.check_image(path),
            Asset::Panorama => self.panorama(path).map(drop),
            Asset::Table => self.table(path).map(drop),
            Asset::Scene => Ok(()),
        };
        usable.map_err(|error| match error {
            super::AssetError::Unreadable { reason, .. } => reason,
            other => other.to_string(),
        })
    }
}
