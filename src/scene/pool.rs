//! Pools: assets to pick from, files of a folder or models and textures of the library, divided among splits.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Asset, Environment, Group, Library, Material, Object, Pick, Scene, Shape, TextureSource, Weighted};

/// Assets to pick from: `shape: Pool("mugs")` picks a model, `texture: Pool("posters")` a texture, and
/// `Panorama(file: Pool("skies"))` a panorama.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pool {
    /// A folder below that of the scene; it holds all files of the kind that is picked, those of folders in it too.
    pub folder: Option<String>,
    /// Models or textures of the program's own. Of a model each variant is one of the pool.
    pub library: Vec<String>,
    /// How often some are picked in comparison with others, by path below `folder` or by name; 1 if not said, 0 never.
    pub weights: IndexMap<String, f64>,
    /// To which split some belong, by path below `folder` or by name; of the others their content decides.
    pub splits: IndexMap<String, String>,
    /// Under which terms its files stand that do not say so themselves, such as `"CC-BY-4.0"`.
    pub licence: Option<String>,
}

/// One asset of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file, by its path from the scene's folder.
    File(String),
    /// A variant of a library model.
    Model(String, u32),
    /// A texture of the library.
    Texture(String),
}

/// What can come from a pool.
pub trait Pooled: Sized {
    /// The kind of file that it is made from; `None` where nothing of it comes from pools.
    const KIND: Option<Asset> = None;

    /// What an entry stands for.
    fn pooled(_entry: &Entry) -> Option<Self> {
        None
    }
}

impl Pooled for Shape {
    const KIND: Option<Asset> = Some(Asset::Model);

    fn pooled(entry: &Entry) -> Option<Self> {
        match entry {
            Entry::File(file) => Some(Shape::Model { file: file.clone() }),
            Entry::Model(name, variant) => {
                let variant = Some(super::Count(f64::from(*variant).into()));
                Some(Shape::Library { name: name.clone(), variant })
            }
            Entry::Texture(_) => None,
        }
    }
}

impl Pooled for TextureSource {
    const KIND: Option<Asset> = Some(Asset::Image);

    fn pooled(entry: &Entry) -> Option<Self> {
        match entry {
            Entry::File(file) => Some(TextureSource::Image(file.clone())),
            Entry::Texture(name) => Some(TextureSource::Library(name.clone())),
            Entry::Model(..) => None,
        }
    }
}

/// A panorama's path from the scene's folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PanoramaFile(pub String);

impl Pooled for PanoramaFile {
    const KIND: Option<Asset> = Some(Asset::Panorama);

    fn pooled(entry: &Entry) -> Option<Self> {
        match entry {
            Entry::File(file) => Some(PanoramaFile(file.clone())),
            _ => None,
        }
    }
}

impl Pooled for Environment {}
impl Pooled for super::Color {}
impl Pooled for super::Orientation {}
impl Pooled for String {}

/// An entry with what the pool says of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stocked {
    pub entry: Entry,
    /// Path below the folder, or name.
    pub name: String,
    pub weight: f64,
    /// Of the scene's splits; `None` where it has none.
    pub split: Option<String>,
}

impl Pool {
    /// What of a kind is in it, in a fixed order; else what is wrong.
    pub(super) fn stock(
        &self,
        kind: Asset,
        splits: &IndexMap<String, f64>,
        library: &dyn Library,
    ) -> Result<Vec<Stocked>, String> {
        let mut entries = Vec::new();
        if let Some(folder) = &self.folder {
            for file in library.folder(folder)? {
                let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
                if kind.extensions().contains(&ending.as_str()) {
                    let from_scene = format!("{}/{file}", folder.trim_end_matches('/'));
                    entries.push((Entry::File(from_scene), file, 1.0));
                }
            }
        }
        for name in &self.library {
            match kind {
                Asset::Model if library.has_model(name) => {
                    let variants = library.variants(name).unwrap_or(1);
                    let share = 1.0 / f64::from(variants);
                    entries.extend(
                        (0..variants).map(|variant| (Entry::Model(name.clone(), variant), name.clone(), share)),
                    );
                }
                Asset::Image if library.has_texture(name) => {
                    entries.push((Entry::Texture(name.clone()), name.clone(), 1.0));
                }
                _ => {}
            }
        }
        let mut stock = Vec::new();
        for (entry, name, share) in entries {
            let weight = share * self.weights.get(&name).copied().unwrap_or(1.0);
            let split = match self.splits.get(&name) {
                Some(split) => Some(split.clone()),
                None if splits.is_empty() => None,
                None => Some(drawn_split(splits, library.fingerprint(&entry)?)),
            };
            if weight > 0.0 {
                stock.push(Stocked { entry, name, weight, split });
            }
        }
        Ok(stock)
    }
}

/// The split of an asset with that fingerprint: whatever else is in the pool, it stays in it.
fn drawn_split(splits: &IndexMap<String, f64>, fingerprint: u64) -> String {
    let total: f64 = splits.values().sum();
    let mut left = fingerprint as f64 / 18_446_744_073_709_551_616.0 * total;
    for (name, share) in splits {
        if left < *share {
            return name.clone();
        }
        left -= share;
    }
    splits.keys().last().cloned().unwrap_or_default()
}

impl Scene {
    /// The scene with its pools written out as choices, of its split if it says one. Pools that cannot be had stay.
    pub(super) fn with_pools(mut self, library: &dyn Library) -> Scene {
        if self.pools.is_empty() {
            return self;
        }
        let (pools, splits) = (std::mem::take(&mut self.pools), self.splits.clone());
        let split = self.split.clone();
        let shelf = Shelf { pools: &pools, splits: &splits, library, split: split.as_deref() };
        shelf.members(&mut self.objects, &mut self.groups);
        if let Some(ground) = &mut self.ground {
            shelf.material(&mut ground.material);
        }
        shelf.environment(&mut self.environment);
        self.pools = pools;
        self
    }
}

/// Everything needed to write a pool out.
struct Shelf<'s> {
    pools: &'s IndexMap<String, Pool>,
    splits: &'s IndexMap<String, f64>,
    library: &'s dyn Library,
    split: Option<&'s str>,
}

impl Shelf<'_> {
    fn members(&self, objects: &mut IndexMap<String, Object>, groups: &mut IndexMap<String, Group>) {
        for object in objects.values_mut() {
            self.pick(&mut object.shape);
            self.material(&mut object.material);
        }
        for group in groups.values_mut() {
            self.members(&mut group.objects, &mut group.groups);
        }
    }

    fn material(&self, material: &mut Material) {
        if let Some(texture) = &mut material.texture {
            self.pick(texture);
        }
    }

    fn environment(&self, environment: &mut Pick<Environment>) {
        environment.each_mut(&mut |environment| match environment {
            Environment::Panorama { file, .. } => self.pick(file),
            Environment::Room { walls, floor, .. } => {
                self.material(walls);
                self.material(floor);
            }
            _ => {}
        });
    }

    fn pick<T: Pooled>(&self, pick: &mut Pick<T>) {
        pick.replace_pools(&mut |name| {
            let stock = self.pools.get(name)?.stock(T::KIND?, self.splits, self.library).ok()?;
            let here = stock.into_iter().filter(|stocked| match (self.split, &stocked.split) {
                (Some(split), Some(its)) => split == its,
                _ => true,
            });
            let entries: Vec<Weighted<Pick<T>>> = here
                .filter_map(|Stocked { entry, weight, .. }| {
                    Some(Weighted { weight, value: Pick::Constant(T::pooled(&entry)?) })
                })
                .collect();
            (!entries.is_empty()).then_some(Pick::Choice(entries))
        });
    }
}

impl<T> Pick<T> {
    /// Every value that it may give, to be changed.
    fn each_mut(&mut self, change: &mut dyn FnMut(&mut T)) {
        match self {
            Pick::Constant(value) => change(value),
            Pick::Choice(entries) => entries.iter_mut().for_each(|entry| entry.value.each_mut(change)),
            Pick::Sequence(entries) => entries.iter_mut().for_each(|entry| entry.each_mut(change)),
            Pick::When(_, one, other) => {
                one.each_mut(change);
                other.each_mut(change);
            }
            Pick::Match(_, entries) => entries.values_mut().for_each(|entry| entry.each_mut(change)),
            Pick::Shared(_, inner) => inner.each_mut(change),
            Pick::Pool(_) => {}
        }
    }

    /// Puts what `with` gives for the name of a pool in its place.
    fn replace_pools(&mut self, with: &mut dyn FnMut(&str) -> Option<Pick<T>>) {
        match self {
            Pick::Constant(_) => {}
            Pick::Choice(entries) => entries.iter_mut().for_each(|entry| entry.value.replace_pools(with)),
            Pick::Sequence(entries) => entries.iter_mut().for_each(|entry| entry.replace_pools(with)),
            Pick::When(_, one, other) => {
                one.replace_pools(with);
                other.replace_pools(with);
            }
            Pick::Match(_, entries) => entries.values_mut().for_each(|entry| entry.replace_pools(with)),
            Pick::Shared(_, inner) => inner.replace_pools(with),
            Pick::Pool(name) => {
                if let Some(written_out) = with(name) {
                    *self = written_out;
                }
            }
        }
    }
}
