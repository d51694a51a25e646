//! Sweeps: a dataset for each point, all from one scene, so that nothing differs but what is swept.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Source, SourceError};
use crate::assets::AssetStore;
use crate::dataset::{SweepIndex, SweepPoint};
use crate::randomize::sweep_coordinate;
use crate::scene::{self, Diagnostics, Point, Sweep};

/// A sweep file of which every point has been read and checked.
pub struct Planned {
    /// What the sweep's folder says of it.
    pub index: SweepIndex,
    scene: PathBuf,
    assets: Arc<AssetStore>,
}

/// Why a sweep cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The sweep file cannot be read at all.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// As it was given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no sweep.
    #[error("{0}")]
    Invalid(Box<Diagnostics>),
    /// Its scene is not one of its own folder.
    #[error("{path}: `scene` is `{scene}`: {reason}; expected a file in the sweep's folder or below")]
    Elsewhere {
        /// The sweep file, as it was given.
        path: PathBuf,
        /// What it names.
        scene: String,
        /// What is wrong with that.
        reason: String,
    },
    /// A scene with the values of a point cannot be rendered.
    #[error("{}{source}", of_point(values))]
    Point {
        /// What was set.
        values: Point,
        /// Why not.
        source: Box<SourceError>,
    },
}

fn of_point(values: &Point) -> String {
    let set: Vec<String> = values.iter().map(|(path, value)| format!("{path}={value}")).collect();
    if set.is_empty() { String::new() } else { format!("with {}: ", set.join(" ")) }
}

impl Planned {
    /// Reads a sweep file and checks its scene at every point. Assets are found relative to `assets`, or to the scene's
    /// own folder.
    ///
    /// # Errors
    ///
    /// What is wrong with the sweep file, or with the scene at the first point that cannot be rendered.
    pub fn open(path: &Path, assets: Option<&Path>) -> Result<Planned, SweepError> {
        let unreadable = |source| SweepError::Unreadable { path: path.to_owned(), source };
        let name = path.display().to_string();
        let text = scene::decode(&name, scene::read_file(path, scene::MOST_TEXT as u64).map_err(unreadable)?);
        let text = text.map_err(|diagnostics| SweepError::Invalid(Box::new(diagnostics)))?;
        let sweep = Sweep::read(&name, &text).map_err(|diagnostics| SweepError::Invalid(Box::new(diagnostics)))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let scene = folder.join(&sweep.scene);
        // One that is not there is told of where it is read.
        if let Some(reason) = scene::find_file(folder, &sweep.scene).err().filter(|_| scene.exists()) {
            return Err(SweepError::Elsewhere { path: path.to_owned(), scene: sweep.scene, reason });
        }
        let beside = scene.parent().unwrap_or(Path::new("."));
        let assets = Arc::new(AssetStore::new(assets.unwrap_or(beside)));
        let points = sweep.points(&sweep_coordinate);
        let digits = points.len().saturating_sub(1).to_string().len().max(3);
        let mut planned = Vec::new();
        for (point, values) in points.iter().enumerate() {
            let Source { text, .. } = source(&scene, &assets, values)?;
            for seed in &sweep.seeds {
                let with = if sweep.seeds.len() > 1 { format!("_seed{seed}") } else { String::new() };
                let folder = format!("points/{point:0digits$}{with}");
                planned.push(SweepPoint::new((point, *seed), folder, values.clone(), &text));
            }
        }
        let axes: IndexMap<String, Vec<String>> =
            sweep.axes.iter().map(|(path, axis)| (path.clone(), axis.values())).collect();
        let file_name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let as_it_is = source(&scene, &assets, &Point::new())?.text;
        let index = SweepIndex::new((&file_name, &sweep.scene, &as_it_is), sweep.frames, axes, planned);
        Ok(Planned { index, scene, assets })
    }

    /// What all points take their models and textures from.
    pub fn assets(&self) -> Arc<AssetStore> {
        self.assets.clone()
    }

    /// The scene with a point's values set.
    ///
    /// # Errors
    ///
    /// Where it cannot be rendered any more: the file has been changed.
    pub fn source(&self, point: &SweepPoint) -> Result<Source, SweepError> {
        source(&self.scene, &self.assets, &point.values)
    }
}

fn source(scene: &Path, assets: &Arc<AssetStore>, values: &Point) -> Result<Source, SweepError> {
    let failed = |source| SweepError::Point { values: values.clone(), source: Box::new(source) };
    let edits = scene::edits(values).map_err(|error| failed(error.into()))?;
    Source::with_assets(scene, assets.clone(), &edits).map_err(failed)
}
