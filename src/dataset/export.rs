//! From a finished dataset to the formats of other tools, without rendering again.

use std::path::{Path, PathBuf};

use super::formats::{Format, Picture, Writer};
use super::identity::Identity;
use super::layout::{EXPORT, FRAMES, shard_folder};
use super::manifest::Manifest;
use super::ranges::from_ranges;
use super::read::{Key, Keys, Reader};
use super::temporary::TemporaryFolder;
use super::{DatasetError, files};

/// Exports a finished dataset to each of `formats`, in one pass over its records. Gives the folders: each format has
/// one of its own in `output`, which is `export` in the dataset where nothing else is said. An earlier export that is
/// there is replaced when the new one is whole; anything else is refused. `progress` is told how many of how many
/// records are done.
///
/// # Errors
/// [`DatasetError::Damaged`] where the dataset is not finished, changes meanwhile, or a record cannot be read;
/// [`DatasetError::Settings`] where a format cannot hold it, or where it may not be written; [`DatasetError::Io`].
pub fn export(
    dataset: &Path,
    formats: &[&Format],
    output: Option<&Path>,
    progress: &dyn Fn(u64, u64),
) -> Result<Vec<PathBuf>, DatasetError> {
    let reader = Reader::open(dataset)?;
    let manifest = reader.finished()?;
    let mut distinct: Vec<&Format> = Vec::with_capacity(formats.len());
    for format in formats {
        if distinct.iter().all(|known| known.name != format.name) {
            distinct.push(format);
        }
    }
    let drafts =
        distinct.iter().map(|format| Draft::begin(dataset, output, format.name)).collect::<Result<Vec<_>, _>>()?;
    let mut writers = Vec::with_capacity(distinct.len());
    for (format, draft) in distinct.iter().zip(&drafts) {
        writers.push(format.open(&draft.folder, dataset, manifest)?);
    }
    let frames = from_ranges(&manifest.frames).map_or(0, |frames| frames.len() as u64);
    let records = frames * u64::from(manifest.steps.unwrap_or(1));
    show(dataset, &mut writers, &|done| progress(done, records))?;
    writers.into_iter().try_for_each(|writer| writer.finish())?;
    reader.unchanged()?;
    drafts.into_iter().map(Draft::finish).collect()
}

/// Says which of `formats` a dataset of this kind could not be exported to, before there is one.
///
/// # Errors
/// As for [`export`].
pub fn check_formats(identity: &Identity, formats: &[&Format]) -> Result<(), DatasetError> {
    let manifest = Manifest::new(identity);
    let scratch = TemporaryFolder::new()?;
    formats.iter().try_for_each(|format| {
        let folder = scratch.path().join(format.name);
        format.open(&folder, scratch.path(), &manifest).map(drop)
    })
}

/// The folder of an export while it grows. It goes where it is not finished.
pub struct Draft {
    /// Where to write.
    pub folder: PathBuf,
    place: PathBuf,
    /// Outside the dataset: lies beside the export and says which folders are exports, so that the next one may
    /// replace them.
    mark: Option<PathBuf>,
}

impl Draft {
    /// Makes the folder for an export of this name in `output`, which is `export` in the dataset where nothing else is
    /// said. That one is the program's own, so that whatever is in it may be replaced.
    ///
    /// # Errors
    /// [`DatasetError::Settings`] where something stands in its place that is no export, or its place is within the
    /// dataset, but not in `export`; [`DatasetError::Io`].
    pub fn begin(dataset: &Path, output: Option<&Path>, name: &str) -> Result<Draft, DatasetError> {
        let output = output.map_or_else(|| dataset.join(EXPORT), Path::to_path_buf);
        let place = output.join(name);
        let refuse = |why: &str, expected| {
            let found = format!("`{}`, {why}", place.display());
            Err(DatasetError::Settings { what: "the folder of an export".to_owned(), found, expected })
        };
        let (dataset, found) = (files::resolved(dataset)?, files::resolved(&output)?);
        let own = found == dataset.join(EXPORT);
        if (found.starts_with(&dataset) && !own) || dataset.starts_with(found.join(name)) {
            return refuse("which is among the dataset's own files", "a folder elsewhere");
        }
        let mark = output.join(format!(".{name}.maquette"));
        // In this order: another export says so in the mark before it puts its folder there.
        if let (false, Some(which)) = (own, files::which(&place)?) {
            let said = files::read_if_there(&mark)?.unwrap_or_default();
            let known = which.is_some_and(|which| String::from_utf8_lossy(&said).lines().any(|line| line == which));
            if !known {
                let expected = "a folder that is not there, or an export";
                return refuse("which is there and was not made by an export", expected);
            }
        }
        let folder = output.join(format!(".{name}.{}.draft", files::unique()));
        files::make_folder(&folder)?;
        Ok(Draft { folder, place, mark: (!own).then_some(mark) })
    }

    /// Puts it in its place, instead of an earlier export. Gives that.
    ///
    /// # Errors
    /// [`DatasetError::Io`].
    pub fn finish(self) -> Result<PathBuf, DatasetError> {
        if let (Some(mark), Some(Some(which))) = (&self.mark, files::which(&self.folder)?) {
            files::add_line(mark, &which)?;
        }
        files::replace(&self.folder, &self.place)?;
        Ok(self.place.clone())
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
    show_keys(Keys::open(dataset)?, writers, progress)
}

/// Shows the pictures of some records, in order.
pub(super) fn show_keys(
    keys: impl Iterator<Item = Result<Key, DatasetError>>,
    writers: &mut [Box<dyn Writer>],
    progress: &dyn Fn(u64),
) -> Result<(), DatasetError> {
    let mut id = 0;
    for (key, done) in keys.zip(1..) {
        let key = key?;
        let (shard, stored) = (key.shard, key.read()?);
        let several = stored.record.cameras.len() > 1;
        for camera in &stored.record.cameras {
            id += 1;
            let name = &stored.record.key;
            let stem = if several { format!("{name}-{}", camera.name) } else { name.clone() };
            let file = camera.planes.get("rgb").ok_or_else(|| DatasetError::Damaged {
                path: stored.folder.join(format!("{name}.json")),
                reason: format!("camera `{}` has no plane `rgb`", camera.name),
            })?;
            let file = format!("{FRAMES}/{}/{file}", shard_folder(shard));
            let picture = Picture { id, stored: &stored, camera, stem, file };
            for writer in writers.iter_mut() {
                writer.picture(&picture)?;
            }
        }
        progress(done);
    }
    Ok(())
}
