//! What a run is made from: a scene file, read and checked, or a concrete scene.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{categories, files};
use crate::annotate::Policy;
use crate::assets::{AssetError, AssetStore};
use crate::dataset::{AssetHash, CameraSettings, ColorFormat, Identity, Licence, Settings};
use crate::frame::{LONGEST_SIDE_PX, PlaneKind};
use crate::randomize::concrete::{ConcreteScene, Environment, Shape as ConcreteShape};
use crate::randomize::{Ledger, Plan, RandomizeError};
use crate::scene::{
    self, Asset, Constraints, Diagnostics, Edit, EditError, LabelPlane, Labels, Library as _, Pictures, Pool, Rejected,
    Scene, Sequence, limits,
};

// What is rendered can be read back.
const _: () = assert!(limits::RESOLUTION.1 as u64 == LONGEST_SIDE_PX);

/// Most bytes of a concrete scene, which is long where it holds many things.
const MOST_CONCRETE: u64 = 256 << 20;

/// A scene file that can be rendered.
pub struct Source {
    /// File name without its folder.
    pub name: String,
    /// The scene as it is read: one text, put together from the files that it includes.
    pub text: String,
    /// Its assets.
    pub assets: Arc<AssetStore>,
    /// What the reader is not happy with but accepts.
    pub warnings: Option<Diagnostics>,
    kind: Kind,
    /// With what all splits hold, where one is chosen.
    of_all_splits: Option<Box<Scene>>,
    plan: Mutex<Option<(u64, Arc<Plan>)>>,
}

enum Kind {
    Description(Box<Scene>),
    Concrete(Box<ConcreteScene>),
}

/// Why a scene file cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It cannot be read at all.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// As it was given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not a scene.
    #[error("{0}")]
    Invalid(Box<Diagnostics>),
    /// A value of it cannot be set.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// It says it is a concrete scene but is none.
    #[error("{path}: not a concrete scene: {reason}")]
    Concrete {
        /// As it was given.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
}

impl Source {
    /// Reads and checks a scene file. Assets are found relative to `assets`, or to the file's own folder.
    pub fn open(path: &Path, assets: Option<&Path>) -> Result<Source, SourceError> {
        Source::edited(path, assets, &[])
    }

    /// The same with some values set before, one after the other; the text is then the edited one.
    pub fn edited(path: &Path, assets: Option<&Path>, edits: &[Edit]) -> Result<Source, SourceError> {
        Source::with_assets(path, Arc::new(AssetStore::new(assets.unwrap_or(folder_of(path)))), edits)
    }

    /// The same with assets that others use as well.
    pub fn with_assets(path: &Path, store: Arc<AssetStore>, edits: &[Edit]) -> Result<Source, SourceError> {
        let unreadable = |source| SourceError::Unreadable { path: path.to_owned(), source };
        let bytes = scene::read_file(path, MOST_CONCRETE).map_err(unreadable)?;
        let text = scene::decode(&path.display().to_string(), bytes)
            .map_err(|diagnostics| SourceError::Invalid(Box::new(diagnostics)))?;
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        if without_comments(&text).starts_with("ConcreteScene") {
            let text = edits.iter().try_fold(text, |text, edit| edit.apply(&text))?;
            let concrete = |reason: String| SourceError::Concrete { path: path.to_owned(), reason };
            let scene: ConcreteScene = ron::from_str(&text).map_err(|error| concrete(error.to_string()))?;
            let mut faults = scene.faults();
            for file in files::of_concrete(&scene) {
                let asset = match &scene.environment {
                    Environment::Panorama { file: shown, .. } if *shown == file => Asset::Panorama,
                    _ => kind_of(&file),
                };
                faults.extend(store.file(&file, asset).err().map(|reason| format!("{file}: {reason}")));
            }
            if !faults.is_empty() {
                return Err(concrete(faults.join("; ")));
            }
            let kind = Kind::Concrete(Box::new(scene));
            let (of_all_splits, plan) = (None, Mutex::default());
            return Ok(Source { name, text, assets: store, warnings: None, kind, of_all_splits, plan });
        }
        if text.len() > scene::MOST_TEXT {
            let message = format!("it has {} bytes, expected at most {}", text.len(), scene::MOST_TEXT);
            return Err(unreadable(std::io::Error::other(message)));
        }
        let invalid = |diagnostics| SourceError::Invalid(Box::new(diagnostics));
        let folder = folder_of(path);
        let mut open = |included: &str| included_text(folder, included);
        let composed = scene::compose(&path.display().to_string(), &text, &mut open).map_err(invalid)?;
        let composed = edits.iter().try_fold(composed, |composed, edit| composed.set(edit))?;
        let loaded = scene::read_composed(&composed, &*store).map_err(invalid)?;
        let text = composed.text().to_owned();
        let warnings = (!loaded.warnings.is_empty()).then_some(loaded.warnings);
        let kind = Kind::Description(Box::new(loaded.scene));
        let of_all_splits = loaded.of_all_splits.map(Box::new);
        Ok(Source { name, text, assets: store, warnings, kind, of_all_splits, plan: Mutex::default() })
    }

    /// The scene of a frame number. A concrete scene is the same for every number.
    pub fn concrete(&self, seed: u64, frame: u64) -> Result<ConcreteScene, RandomizeError> {
        self.drawn_again(seed, frame, 0)
    }

    /// The same where it has been drawn so many times before.
    pub fn drawn_again(&self, seed: u64, frame: u64, attempt: u32) -> Result<ConcreteScene, RandomizeError> {
        match &self.kind {
            Kind::Description(scene) => self.plan(scene, seed)?.draw(scene, frame, attempt, &*self.assets),
            Kind::Concrete(scene) => Ok(ConcreteScene::clone(scene)),
        }
    }

    /// Draws frames of a description, from 0, and notes what was drawn. Of a concrete scene there is nothing to note.
    pub fn explain(&self, seed: u64, frames: u64) -> Result<Ledger, (u64, RandomizeError)> {
        match &self.kind {
            Kind::Description(scene) => {
                let plan = self.plan(scene, seed).map_err(|error| (0, error))?;
                plan.explain(scene, 0..frames, &*self.assets)
            }
            Kind::Concrete(_) => Ok(Ledger::default()),
        }
    }

    /// What is the same in all frames of a seed; that of the last seed is kept.
    fn plan(&self, scene: &Scene, seed: u64) -> Result<Arc<Plan>, RandomizeError> {
        let mut kept = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, plan)) = &*kept
            && *known == seed
        {
            return Ok(plan.clone());
        }
        let plan = Arc::new(Plan::new(scene, seed)?);
        *kept = Some((seed, plan.clone()));
        Ok(plan)
    }

    /// What every frame has to show, where something is asked for.
    pub fn constraints(&self) -> Option<&Constraints> {
        match &self.kind {
            Kind::Description(scene) => Some(&scene.constraints).filter(|constraints| !constraints.require.is_empty()),
            Kind::Concrete(_) => None,
        }
    }

    /// The only frame and seed that can be rendered, where it is a concrete scene.
    pub fn fixed(&self) -> Option<(u64, u64)> {
        match &self.kind {
            Kind::Description(_) => None,
            Kind::Concrete(scene) => Some((scene.frame, scene.seed)),
        }
    }

    /// Pictures a take, where the scene is a sequence.
    pub fn steps(&self) -> Option<u32> {
        self.sequence().map(|s| s.frames)
    }

    /// Pictures that one frame number stands for: time steps × cameras.
    pub fn images_per_frame(&self) -> u64 {
        u64::from(self.steps().unwrap_or(1)) * self.cameras().len() as u64
    }

    fn sequence(&self) -> Option<&Sequence> {
        match &self.kind {
            Kind::Description(scene) => scene.sequence.as_ref(),
            Kind::Concrete(scene) => scene.sequence.as_ref(),
        }
    }

    fn labels(&self) -> &Labels {
        match &self.kind {
            Kind::Description(scene) => &scene.labels,
            Kind::Concrete(scene) => &scene.labels,
        }
    }

    fn cameras(&self) -> Vec<CameraSettings> {
        let (cameras, [width, height]): (Vec<(&String, bool)>, _) = match &self.kind {
            Kind::Description(scene) => {
                let cameras = scene.cameras.iter();
                (cameras.map(|(name, camera)| (name, camera.depth_sensor.is_some())).collect(), scene.resolution)
            }
            Kind::Concrete(scene) => {
                let cameras = scene.cameras.iter();
                (cameras.map(|camera| (&camera.name, camera.depth_sensor.is_some())).collect(), scene.resolution)
            }
        };
        let settings =
            |(name, depth_sensor): (&String, bool)| CameraSettings { name: name.clone(), width, height, depth_sensor };
        cameras.into_iter().map(settings).collect()
    }

    fn lidars(&self) -> Vec<String> {
        match &self.kind {
            Kind::Description(scene) => scene.lidars.keys().cloned().collect(),
            Kind::Concrete(scene) => scene.lidars.iter().map(|lidar| lidar.name.clone()).collect(),
        }
    }

    /// The categories of which the scene has objects that are annotated; all, where it is a concrete one.
    pub fn had_categories(&self) -> Vec<String> {
        match &self.kind {
            Kind::Description(scene) => categories::had(scene),
            Kind::Concrete(scene) => scene.categories.clone(),
        }
    }

    /// Category names, in the order of their ids.
    pub fn categories(&self) -> &[String] {
        match &self.kind {
            Kind::Description(scene) => &scene.categories,
            Kind::Concrete(scene) => &scene.categories,
        }
    }

    /// What is annotated.
    pub fn policy(&self) -> Policy {
        let labels = self.labels();
        Policy {
            minimum_pixels: labels.minimum_pixels,
            minimum_visible_fraction: labels.minimum_visible_fraction,
            maximum_truncation: labels.maximum_truncation,
            minimum_transmittance: labels.minimum_transmittance,
            rejected_as_crowd: labels.rejected == Rejected::Crowd,
        }
    }

    /// Image planes of the dataset, in a fixed order.
    fn planes(&self) -> Vec<PlaneKind> {
        let mut planes = vec![PlaneKind::Rgb, PlaneKind::Instance, PlaneKind::Depth];
        for plane in &self.labels().planes {
            match plane {
                LabelPlane::Distance => planes.push(PlaneKind::Distance),
                LabelPlane::DepthMillimetres => planes.push(PlaneKind::DepthMillimetres),
                LabelPlane::Normal => planes.push(PlaneKind::Normal),
                LabelPlane::ObjectCoordinates => planes.push(PlaneKind::ObjectCoordinates),
                LabelPlane::Part => planes.push(PlaneKind::Part),
                LabelPlane::Category => planes.push(PlaneKind::Category),
                LabelPlane::Linear => planes.push(PlaneKind::Linear),
                LabelPlane::Flow => planes.extend([PlaneKind::ForwardFlow, PlaneKind::BackwardFlow]),
            }
        }
        if self.cameras().iter().any(|camera| camera.depth_sensor) {
            planes.push(PlaneKind::MeasuredDepth);
        }
        planes.sort_unstable();
        planes
    }

    /// How colour pictures are stored.
    fn color(&self) -> ColorFormat {
        let pictures = match &self.kind {
            Kind::Description(scene) => scene.pictures,
            Kind::Concrete(scene) => scene.pictures,
        };
        match pictures {
            Pictures::Png => ColorFormat::Png,
            Pictures::Jpeg { quality } => ColorFormat::Jpeg { quality },
            Pictures::WebP => ColorFormat::WebP,
        }
    }

    /// What a dataset of this scene is made from.
    pub fn identity(&self, seed: u64, shard_frames: u64) -> Result<Identity, AssetError> {
        let files = self.files();
        let mut all = Vec::new();
        for file in &files {
            all.extend(self.assets.with_beside(file)?);
        }
        all.sort();
        all.dedup();
        let assets = all
            .iter()
            .map(|file| Ok(AssetHash { path: file.clone(), sha256: self.assets.hash(file)? }))
            .collect::<Result<_, AssetError>>()?;
        let categories = match &self.kind {
            // The same in all splits, so that what is trained on one can be tested on another.
            Kind::Description(scene) => {
                categories::of_scene(self.of_all_splits.as_deref().unwrap_or(scene), &self.assets)?
            }
            Kind::Concrete(scene) => categories::of_concrete(scene, &self.assets)?,
        };
        Ok(Identity {
            scene_name: self.name.clone(),
            scene_text: self.text.clone(),
            assets,
            seed,
            settings: Settings {
                cameras: self.cameras(),
                lidars: self.lidars(),
                categories,
                steps: self.steps(),
                policy: self.policy(),
                planes: self.planes(),
                color: self.color(),
                licences: self.licences(&files)?,
            },
            shard_frames,
        })
    }

    /// Files that the scene takes in, sorted.
    fn files(&self) -> Vec<String> {
        match &self.kind {
            Kind::Description(scene) => {
                let mut files = files::of_scene(scene);
                // Every table that the description names was read when it was checked.
                files.extend(self.assets.tables());
                files
            }
            Kind::Concrete(scene) => files::of_concrete(scene),
        }
    }

    fn licences(&self, files: &[String]) -> Result<Vec<Licence>, AssetError> {
        let mut licences = vec![Licence {
            name: "CC0-1.0".to_owned(),
            url: "https://creativecommons.org/publicdomain/zero/1.0/".to_owned(),
            covers: "models, textures and surroundings that the program makes itself".to_owned(),
        }];
        for file in files.iter().filter(|file| kind_of(file) != Asset::Table) {
            let own = match kind_of(file) {
                Asset::Model => self.assets.model(&ConcreteShape::Model { file: file.clone() })?.licence.clone(),
                _ => String::new(),
            };
            let stated = Some(own).filter(|own| !own.is_empty()).or_else(|| self.licence_of_pool(file));
            let name = stated.unwrap_or_else(|| "not stated in the file".to_owned());
            licences.push(Licence { name, url: String::new(), covers: file.clone() });
        }
        Ok(licences)
    }
}

impl Source {
    /// Under which terms a file stands by the pool that it is in.
    fn licence_of_pool(&self, file: &str) -> Option<String> {
        let Kind::Description(scene) = &self.kind else { return None };
        let holds = |pool: &&Pool| {
            let rest = pool.folder.as_ref().and_then(|folder| file.strip_prefix(folder.trim_end_matches('/')));
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        scene.pools.values().filter(holds).find_map(|pool| pool.licence.clone())
    }
}

/// The folder of a file.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The text of a file that a scene includes, if it lies in the scene's folder; else what is wrong.
fn included_text(folder: &Path, relative: &str) -> Result<String, String> {
    let file = scene::find_asset(folder, relative, Asset::Scene)?;
    let length = std::fs::metadata(&file).map_err(|error| format!("it cannot be read: {error}"))?.len();
    if length > scene::MOST_BYTES as u64 {
        return Err(format!("it has {length} bytes, expected at most {}", scene::MOST_BYTES));
    }
    let bytes = std::fs::read(&file).map_err(|error| format!("it cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|_| "expected UTF-8, found bytes that are no text".to_owned())
}

/// A text from its first character that is neither blank nor in a comment.
fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let after = match rest.get(..2) {
            Some("//") => rest.split_once('\n'),
            Some("/*") => rest.split_once("*/"),
            _ => return rest,
        };
        rest = after.map_or("", |(_, after)| after).trim_start();
    }
}

/// What a file is for, by its name.
fn kind_of(file: &str) -> Asset {
    let file = file.to_lowercase();
    let is = |asset: &Asset| asset.extensions().iter().any(|end| file.ends_with(&format!(".{end}")));
    [Asset::Model, Asset::Panorama, Asset::Table].into_iter().find(is).unwrap_or(Asset::Image)
}

/// Frame numbers from the command line: `100` is 0 to 99; `0-99`, `1-3,5,7-20:2` are what they say.
pub fn parse_frames(text: &str) -> Result<Vec<u64>, String> {
    const MOST: u64 = 100_000_000;
    let expected = |found: &str| {
        format!(
            "expected a number of frames such as `100`, or frame numbers such as `0-99` or `1-3,5,7-20:2`, found `{found}`"
        )
    };
    let number = |part: &str| part.trim().parse::<u64>().map_err(|_| expected(part.trim()));
    if let Ok(count) = text.trim().parse::<u64>() {
        if count == 0 {
            return Err("expected at least one frame, found 0".to_owned());
        }
        if count > MOST {
            return Err(format!("at most {MOST} frames can be asked for at once, found {count}"));
        }
        return Ok((0..count).collect());
    }
    let mut frames = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once(':') {
            Some((range, step)) => (range, number(step)?),
            None => (part, 1),
        };
        let (first, last) = match range.split_once('-') {
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(range)?, number(range)?),
        };
        if step == 0 {
            return Err(format!("expected a step of at least 1, found `{part}`"));
        }
        if last < first {
            return Err(format!("expected the lower number first, found `{part}`"));
        }
        if last > 99_999_999 {
            return Err(format!("the highest frame number is 99999999, found `{part}`"));
        }
        if (last - first) / step >= MOST.saturating_sub(frames.len() as u64) {
            return Err(format!("at most {MOST} frames can be asked for at once, found more by `{part}`"));
        }
        frames.extend((first..=last).step_by(usize::try_from(step).unwrap_or(usize::MAX)));
    }
    frames.sort_unstable();
    frames.dedup();
    Ok(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read() {
        assert_eq!(parse_frames("3").unwrap(), [0, 1, 2]);
        assert_eq!(parse_frames("0-2").unwrap(), [0, 1, 2]);
        assert_eq!(parse_frames("1-3,5,7-12:2").unwrap(), [1, 2, 3, 5, 7, 9, 11]);
        assert_eq!(parse_frames("5,1-3,2").unwrap(), [1, 2, 3, 5]);
        assert_eq!(parse_frames("7-7").unwrap(), [7]);
    }

    #[test]
    fn bad_frames_are_answered() {
        for bad in ["", "0", "a", "3-1", "1-4:0", "-3", "1,,2", "1-", "99999999999", "0-100000000", "1.5"] {
            let error = parse_frames(bad).unwrap_err();
            assert!(
                error.contains("expected") || error.contains("at most") || error.contains("highest"),
                "{bad}: {error}"
            );
        }
    }
}
