//! From a finished dataset to the formats of other tools, without rendering again.

use std::path::{Path, PathBuf};

use super::formats::{Format, Picture, Writer};
use super::layout::{EXPORT, FRAMES, MANIFEST, shard_folder};
use super::manifest::Manifest;
use super::ranges::from_ranges;
use super::read::{Keys, Stored};
use super::{DatasetError, files};

/// Exports a finished dataset to each of `formats`, in one pass over its records. Gives the folders: each format has
/// one of its own in `output`, which is `export` in the dataset where nothing else is said. An earlier export that is
/// there is replaced when the new one is whole; anything else is refused. `progress` is told how many of how many records are done.
///
/// # Errors
/// [`DatasetError::Damaged`] where the dataset is not finished or a record cannot be read, [`DatasetError::Io`].
pub fn export(
    dataset: &Path,
    formats: &[&Format],
    output: Option<&Path>,
    progress: &dyn Fn(u64, u64),
) -> Result<Vec<PathBuf>, DatasetError> {
    let path = dataset.join(MANIFEST);
    let manifest = Manifest::read(&path)?.ok_or_else(|| DatasetError::Damaged {
        path,
        reason: "it is not there; expected a finished dataset, so run `maquette render` to its end first".to_owned(),
    })?;
    let inside = output.is_none();
    let output = output.map_or_else(|| dataset.join(EXPORT), Path::to_path_buf);
    let mut distinct: Vec<&Format> = Vec::with_capacity(formats.len());
    for format in formats {
        if distinct.iter().all(|known| known.name != format.name) {
            distinct.push(format);
        }
    }
    let drafts: Vec<Draft> = distinct.iter().map(|format| Draft::of(&output, format)).collect();
    for Draft { place, mark, .. } in &drafts {
        if !inside && files::is_there(place) && !files::is_there(mark) {
            return Err(DatasetError::Settings {
                what: "the folder of an export".to_owned(),
                found: format!("`{}`, which is there and was not made by an export", place.display()),
                expected: "a folder that is not there, or an earlier export",
            });
        }
    }
    files::make_folder(&output)?;
    let mut writers = Vec::with_capacity(distinct.len());
    for (format, draft) in distinct.iter().zip(&drafts) {
        writers.push(format.open(&draft.folder, dataset, &manifest)?);
    }
    let frames = from_ranges(&manifest.frames).map_or(0, |frames| frames.len() as u64);
    let records = frames * u64::from(manifest.steps.unwrap_or(1));
    show(dataset, &mut writers, &|done| progress(done, records))?;
    let mut folders = Vec::with_capacity(distinct.len());
    for (draft, writer) in drafts.iter().zip(writers) {
        writer.finish()?;
        if !inside {
            files::write(&draft.mark, b"")?;
        }
        files::remove(&draft.place)?;
        files::rename(&draft.folder, &draft.place)?;
        folders.push(draft.place.clone());
    }
    Ok(folders)
}

/// A format's folder while it grows; it goes where the export fails.
struct Draft {
    folder: PathBuf,
    place: PathBuf,
    /// Lies beside an export outside the dataset, so that the next one may replace it.
    mark: PathBuf,
}

impl Draft {
    fn of(output: &Path, format: &Format) -> Draft {
        let folder = output.join(format!(".{}.{}.draft", format.name, std::process::id()));
        let mark = output.join(format!(".{}.maquette", format.name));
        Draft { folder, place: output.join(format.name), mark }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed does no harm.
        let _ = files::remove(&self.folder);
    }
}

/// Shows every picture of a dataset to writers, in order.
pub(super) fn show(
    dataset: &Path,
    writers: &mut [Box<dyn Writer>],
    progress: &dyn Fn(u64),
) -> Result<(), DatasetError> {
    let mut id = 0;
    for (key, done) in Keys::open(dataset)?.zip(1..) {
        let key = key?;
        let stored = Stored { record: key.read_record()?, folder: key.folder.clone() };
        let several = stored.record.cameras.len() > 1;
        for camera in &stored.record.cameras {
            id += 1;
            let name = &stored.record.key;
            let stem = if several { format!("{name}-{}", camera.name) } else { name.clone() };
            let file = camera.planes.get("rgb").ok_or_else(|| DatasetError::Damaged {
                path: key.folder.join(format!("{name}.json")),
                reason: format!("camera `{}` has no plane `rgb`", camera.name),
            })?;
            let file = format!("{FRAMES}/{}/{file}", shard_folder(key.shard));
            let picture = Picture { id, stored: &stored, camera, stem, file };
            for writer in writers.iter_mut() {
                writer.picture(&picture)?;
            }
        }
        progress(done);
    }
    Ok(())
}
