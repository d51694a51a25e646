//! Finds what a concrete scene names, makes or reads it once, and dresses shapes in their materials.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::environment::{Panorama, Shown};
use super::latest::Latest;
use super::texture::TextureSet;
use super::worn::Wardrobe;
use super::{MeshData, Model, Part, Surface, Table, gltf_file, library, primitive, texture};
use crate::randomize::concrete::{Material, Shape, Texture as TextureName};
use crate::randomize::{Bounds, Surface as SupportSurface};
use crate::scene::{find_file, read_file};

/// Why an asset could not be had.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// No model of this name.
    #[error("the library has no model `{0}`; `maquette library` lists them")]
    UnknownModel(String),
    /// No texture of this name.
    #[error("the library has no texture `{0}`; `maquette library` lists them")]
    UnknownTexture(String),
    /// The file is not there, cannot be read, or is not what it should be.
    #[error("cannot use {path}: {reason}")]
    Unreadable {
        /// As it was opened.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// Of all panoramas that are kept: four of 4096 × 2048, 400 MB.
const MOST_TEXELS: usize = 4 * 4096 * 2048;

/// Of a file that is read whole.
const MOST_BYTES: u64 = 2 << 30;

/// Of the pictures that are kept, in memory: three of the largest. The same of models.
const MOST_KEPT: usize = 1 << 30;

/// Extents that are kept, of some hundred bytes each.
const MOST_EXTENTS: usize = 100_000;

/// Pixels along an edge of the textures that the program makes.
const TEXTURE_RESOLUTION: u32 = 512;

/// Edges along the longest side of a fine model, and limits to the length of one.
const EDGES_ALONG: f32 = 24.0;
const SHORTEST_EDGE_M: f32 = 0.04;
const LONGEST_EDGE_M: f32 = 1.0;
/// From this height on things are looked at from afar, and have so many edges up.
const TALL_M: f32 = 24.0;
const EDGES_UP: f32 = 12.0;

/// All assets of one run. Cheap to share; what was made or read is kept, as far as there may be room: a run may draw from
/// any number of files and variants.
pub struct AssetStore {
    root: PathBuf,
    /// Of the library, before textures.
    geometries: Mutex<Latest<Key, Arc<Model>>>,
    extents: Mutex<Latest<Key, Extents>>,
    models: Mutex<Latest<Key, Arc<Model>>>,
    /// Of the library, which are few.
    textures: Mutex<HashMap<Key, Arc<Set>>>,
    pictures: Mutex<Latest<String, Arc<Set>>>,
    panoramas: Mutex<Latest<String, Shown>>,
    wardrobe: Wardrobe,
    tables: Mutex<BTreeMap<String, Arc<Table>>>,
    /// Of files that were read or hashed, in hexadecimal.
    hashes: Mutex<HashMap<String, String>>,
    /// By the identity of the coarse model, which is held so that it stays its own.
    fine: Mutex<HashMap<usize, CoarseAndFine>>,
}

/// Name and variant; the name of a file begins with `/`.
type Key = (String, u32);

/// Of a model: its bounds, and what others stand on.
pub(super) type Extents = (Bounds, SupportSurface);

type CoarseAndFine = (Arc<Model>, Arc<Model>);

/// By which a model is known; `None` for primitives.
fn key(shape: &Shape) -> Option<Key> {
    match shape {
        Shape::Library { name, variant } => Some((name.clone(), *variant)),
        Shape::Model { file } => Some((format!("/{file}"), 0)),
        _ => None,
    }
}

/// The shared textures of a set.
struct Set {
    base_color: Option<Arc<super::Texture>>,
    orm: Option<Arc<super::Texture>>,
    normal: Option<Arc<super::Texture>>,
    size_m: f32,
}

impl From<TextureSet> for Set {
    fn from(set: TextureSet) -> Self {
        Set {
            base_color: Some(Arc::new(set.base_color)),
            orm: Some(Arc::new(set.orm)),
            normal: Some(Arc::new(set.normal)),
            size_m: set.size_m,
        }
    }
}

impl AssetStore {
    /// A store whose files are found relative to `root`, the folder of the scene file.
    pub fn new(root: impl Into<PathBuf>) -> AssetStore {
        AssetStore {
            root: root.into(),
            geometries: Mutex::new(Latest::of(MOST_KEPT)),
            extents: Mutex::new(Latest::of(MOST_EXTENTS)),
            models: Mutex::new(Latest::of(MOST_KEPT)),
            textures: Mutex::default(),
            pictures: Mutex::new(Latest::of(MOST_KEPT)),
            panoramas: Mutex::new(Latest::of(MOST_TEXELS)),
            wardrobe: Wardrobe::default(),
            tables: Mutex::default(),
            hashes: Mutex::default(),
            fine: Mutex::default(),
        }
    }

    /// The folder that asset files are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The bare model of a shape, with the surfaces that it brings.
    pub fn model(&self, shape: &Shape) -> Result<Arc<Model>, AssetError> {
        let Some(key) = key(shape) else { return Ok(Arc::new(primitive::model(shape).unwrap_or_default())) };
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = models.get(&key) {
            return Ok(found);
        }
        let (model, textures) = match shape {
            Shape::Library { name, variant } => {
                let mut model = Model::clone(&*self.library_geometry(name, *variant)?);
                for part in &mut model.parts {
                    self.wear_library_texture(part, *variant)?;
                }
                // Its textures are others', too.
                (model, 0)
            }
            _ => {
                let model = self.read_model(&key.0[1..])?;
                let textures = model.texture_bytes();
                (model, textures)
            }
        };
        let size = model.mesh_bytes() + textures;
        let model = Arc::new(model);
        models.keep(key, model.clone(), size);
        Ok(model)
    }

    /// A model from its file, which may have been read before and is the same still.
    fn read_model(&self, file: &str) -> Result<Model, AssetError> {
        for file in self.with_beside(file)? {
            self.hash(&file)?;
        }
        gltf_file::read(&self.found(file)?)
    }

    /// The model of a shape as far as its extents go: one of the library has no textures yet, which take longest.
    pub fn geometry(&self, shape: &Shape) -> Result<Arc<Model>, AssetError> {
        match shape {
            Shape::Library { name, variant } => self.library_geometry(name, *variant),
            other => self.model(other),
        }
    }

    /// What `of` finds out about the geometry of a shape, found out once for each model.
    pub(super) fn extents(&self, shape: &Shape, of: impl FnOnce(&Model) -> Extents) -> Result<Extents, AssetError> {
        let Some(key) = key(shape) else { return Ok(of(&*self.geometry(shape)?)) };
        let known = self.extents.lock().unwrap_or_else(PoisonError::into_inner).get(&key);
        if let Some(known) = known {
            return Ok(known);
        }
        let found = of(&*self.geometry(shape)?);
        self.extents.lock().unwrap_or_else(PoisonError::into_inner).keep(key, found, 1);
        Ok(found)
    }

    fn library_geometry(&self, name: &str, variant: u32) -> Result<Arc<Model>, AssetError> {
        let mut geometries = self.geometries.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (name.to_owned(), variant);
        if let Some(found) = geometries.get(&key) {
            return Ok(found);
        }
        let model = library::build(name, variant).ok_or_else(|| AssetError::UnknownModel(name.to_owned()))?;
        let model = Arc::new(model);
        geometries.keep(key, model.clone(), model.mesh_bytes());
        Ok(model)
    }

    /// As [`AssetStore::dress`], in finer triangles: for what others stand on, since the light that neighbours take
    /// and give is worked out at vertices.
    pub fn dress_finely(&self, shape: &Shape, material: &Material) -> Result<Arc<Model>, AssetError> {
        let coarse = self.dress(shape, material)?;
        let key = Arc::as_ptr(&coarse) as usize;
        let mut fine = self.fine.lock().unwrap_or_else(PoisonError::into_inner);
        // Those of models that nothing else holds go, and with them their keys.
        fine.retain(|_, (coarse, _)| Arc::strong_count(coarse) > 1);
        Ok(fine.entry(key).or_insert_with(|| (coarse.clone(), Arc::new(refined(&coarse)))).1.clone())
    }

    /// The model of a shape wearing a material. Colour and texture go to its first part, which is its body;
    /// everything else to all parts.
    pub fn dress(&self, shape: &Shape, material: &Material) -> Result<Arc<Model>, AssetError> {
        let bare = self.model(shape)?;
        if *material == Material::default() {
            return Ok(bare);
        }
        let mut model = Model::clone(&bare);
        for (index, part) in model.parts.iter_mut().enumerate() {
            self.apply(&mut part.surface, material, index == 0)?;
            part.surface = self.wardrobe.worn(&part.surface, material.wear.as_ref(), material.adjust.as_ref());
        }
        Ok(Arc::new(model))
    }

    /// A plain surface wearing a material.
    pub fn surface(&self, material: &Material) -> Result<Surface, AssetError> {
        let mut surface = Surface::default();
        self.apply(&mut surface, material, true)?;
        Ok(self.wardrobe.worn(&surface, material.wear.as_ref(), material.adjust.as_ref()))
    }

    /// Mass in kg that a shape usually has, or its density in kg/m³, where the library knows.
    pub fn weight(&self, shape: &Shape) -> Option<library::Weight> {
        let Shape::Library { name, .. } = shape else { return None };
        library::NAMES.iter().find(|entry| entry.name == name).map(|entry| entry.weight)
    }

    fn wear_library_texture(&self, part: &mut Part, variant: u32) -> Result<(), AssetError> {
        let Some(name) = library::texture_of(part) else { return Ok(()) };
        let plain = library::plain_color(name);
        let set = self.texture_set(name, variant % texture::VARIANTS)?;
        let surface = &mut part.surface;
        for (color, plain) in surface.base_color.iter_mut().zip(plain) {
            *color = if plain > 0.0 { (*color / plain).min(1.0) } else { 1.0 };
        }
        wear(surface, &set);
        Ok(())
    }

    fn apply(&self, surface: &mut Surface, material: &Material, body: bool) -> Result<(), AssetError> {
        if body {
            match &material.texture {
                None => {}
                Some(TextureName::Plain) => *surface = surface.flattened(),
                Some(TextureName::Library { name, variant }) => {
                    let set = self.texture_set(name, *variant)?;
                    *surface = surface.flattened();
                    surface.base_color = [1.0, 1.0, 1.0, surface.base_color[3]];
                    wear(surface, &set);
                }
                Some(TextureName::Image(file)) => {
                    let set = self.image(file)?;
                    *surface = surface.flattened();
                    surface.base_color = [1.0, 1.0, 1.0, surface.base_color[3]];
                    surface.base_color_texture = set.base_color.clone();
                    surface.texture_size_m = set.size_m;
                }
            }
            if let Some([r, g, b]) = material.base_color {
                surface.base_color = [r, g, b, surface.base_color[3]];
            }
            if let Some(size) = material.texture_size_m {
                surface.texture_size_m = size;
            }
            if let Some(luminance) = material.luminance_cd_per_m2 {
                let [r, g, b, _] = surface.base_color;
                surface.emissive = [r * luminance, g * luminance, b * luminance];
            }
        }
        if let Some(roughness) = material.roughness {
            surface.roughness = roughness;
        }
        if let Some(metallic) = material.metallic {
            surface.metallic = metallic;
        }
        if let Some(seen_through) = material.seen_through {
            surface.seen_through = seen_through;
        }
        if let Some(opacity) = material.opacity {
            surface.base_color[3] = opacity;
            surface.blended |= opacity < 1.0;
        }
        Ok(())
    }

    fn texture_set(&self, name: &str, variant: u32) -> Result<Arc<Set>, AssetError> {
        self.kept((name.to_owned(), variant), || {
            texture::build(name, variant, TEXTURE_RESOLUTION)
                .map(Set::from)
                .ok_or_else(|| AssetError::UnknownTexture(name.to_owned()))
        })
    }

    fn image(&self, file: &str) -> Result<Arc<Set>, AssetError> {
        let mut pictures = self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = pictures.get(file) {
            return Ok(found);
        }
        let rgba = self.decoded(file)?.into_rgba8();
        let (width, height) = rgba.dimensions();
        let texture = super::Texture::from_rgba8(width, height, true, rgba.into_raw());
        let bytes = texture.levels.iter().map(Vec::len).sum();
        let set = Arc::new(Set { base_color: Some(Arc::new(texture)), orm: None, normal: None, size_m: 1.0 });
        pictures.keep(file.to_owned(), set.clone(), bytes);
        Ok(set)
    }

    fn decoded(&self, file: &str) -> Result<image::DynamicImage, AssetError> {
        let path = self.found(file)?;
        let unreadable = |reason: String| AssetError::Unreadable { path: path.clone(), reason };
        let reader = image::ImageReader::open(&path).map_err(|e| unreadable(e.to_string()))?;
        let reader = reader.with_guessed_format().map_err(|e| unreadable(e.to_string()))?;
        let size = image::image_dimensions(&path).map_err(|e| unreadable(e.to_string()))?;
        super::check_size(size).map_err(unreadable)?;
        reader.decode().map_err(|e| unreadable(e.to_string()))
    }

    /// A picture of all directions. They are large: the last few are kept.
    ///
    /// # Errors
    /// [`AssetError::Unreadable`] where the file is none, or lights nothing from above.
    pub fn panorama(&self, file: &str) -> Result<Shown, AssetError> {
        let mut kept = self.panoramas.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.get(file) {
            return Ok(found);
        }
        let unreadable = |reason: String| AssetError::Unreadable { path: self.root.join(file), reason };
        let bytes = self.bytes(file)?;
        self.same(file, &bytes)?;
        let panorama = Shown(Arc::new(Panorama::read(&bytes).map_err(unreadable)?));
        if panorama.0.level_irradiance() <= 0.0 {
            return Err(unreadable("no light comes from its upper half".to_owned()));
        }
        kept.keep(file.to_owned(), panorama.clone(), panorama.0.data.len());
        Ok(panorama)
    }

    /// A table, read once.
    ///
    /// # Errors
    /// [`AssetError::Unreadable`] where the file is none.
    pub fn table(&self, file: &str) -> Result<Arc<Table>, AssetError> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(file) {
            return Ok(table.clone());
        }
        let unreadable = |reason: String| AssetError::Unreadable { path: self.root.join(file), reason };
        let bytes = self.bytes(file)?;
        self.same(file, &bytes)?;
        let table = Arc::new(Table::read(&bytes).map_err(unreadable)?);
        tables.insert(file.to_owned(), table.clone());
        Ok(table)
    }

    /// The tables that were read so far.
    pub fn tables(&self) -> Vec<String> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// Says where a file is not the one that it was when it was first read or hashed.
    fn same(&self, file: &str, bytes: &[u8]) -> Result<String, AssetError> {
        let hash = hex(bytes);
        let mut hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        let known = hashes.entry(file.to_owned()).or_insert_with(|| hash.clone());
        if *known == hash {
            return Ok(hash);
        }
        let reason = "it was changed during the run; run again with --overwrite".to_owned();
        Err(AssetError::Unreadable { path: self.root.join(file), reason })
    }

    /// The hash of a file that may have been read before: it is then not read again.
    pub(super) fn hash_once(&self, file: &str) -> Result<String, AssetError> {
        let known = self.hashes.lock().unwrap_or_else(PoisonError::into_inner).get(file).cloned();
        known.map_or_else(|| self.hash(file), Ok)
    }

    /// Whether an image file can be used. It is not kept: of a large pool few are, in the end.
    pub(super) fn check_image(&self, file: &str) -> Result<(), AssetError> {
        self.decoded(file).map(drop)
    }

    fn kept(&self, key: Key, make: impl FnOnce() -> Result<Set, AssetError>) -> Result<Arc<Set>, AssetError> {
        let mut textures = self.textures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = textures.get(&key) {
            return Ok(found.clone());
        }
        let set = Arc::new(make()?);
        textures.insert(key, set.clone());
        Ok(set)
    }

    /// A file that a scene names, and those that a model takes in from beside it.
    pub fn with_beside(&self, file: &str) -> Result<Vec<String>, AssetError> {
        let mut files = vec![file.to_owned()];
        if file.to_lowercase().ends_with(".gltf") {
            let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
            let below = |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
            files.extend(gltf_file::beside(&self.found(file)?)?.into_iter().map(below));
        }
        Ok(files)
    }

    /// SHA-256 of a file that a scene names, in hexadecimal.
    pub fn hash(&self, file: &str) -> Result<String, AssetError> {
        self.same(file, &self.bytes(file)?)
    }

    /// Where a file is that a scene names. All that is read is found here, so that nothing outside of the folder is.
    fn found(&self, file: &str) -> Result<PathBuf, AssetError> {
        let path = self.root.join(file);
        match find_file(&self.root, file) {
            // By its own name: what lies beside a link lies beside the link.
            Ok(_) => Ok(path),
            Err(reason) => Err(AssetError::Unreadable { path, reason }),
        }
    }

    fn bytes(&self, file: &str) -> Result<Vec<u8>, AssetError> {
        let path = self.found(file)?;
        read_file(&path, MOST_BYTES).map_err(|error| AssetError::Unreadable { path, reason: error.to_string() })
    }
}

/// The SHA-256 of bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn refined(model: &Model) -> Model {
    let mut model = model.clone();
    let (min, max) = model.bounds();
    let size = max - min;
    let most_m = if size.y > TALL_M { size.y / EDGES_UP } else { LONGEST_EDGE_M };
    let longest_m = (size.max_element() / EDGES_ALONG).clamp(SHORTEST_EDGE_M, most_m);
    for part in &mut model.parts {
        let longer = |t: [glam::Vec3; 3]| (0..3).any(|i| t[i].distance(t[(i + 1) % 3]) > longest_m);
        if part.mesh.triangles().any(longer) {
            part.mesh = Arc::new(MeshData::clone(&part.mesh).subdivided(longest_m));
        }
    }
    model
}

fn wear(surface: &mut Surface, set: &Set) {
    surface.base_color_texture = set.base_color.clone();
    if set.orm.is_some() {
        surface.orm_texture = set.orm.clone();
        surface.roughness = 1.0;
        surface.metallic = 1.0;
    }
    surface.normal_texture = set.normal.clone();
    surface.texture_size_m = set.size_m;
}
