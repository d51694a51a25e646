//! From a finished dataset to the formats of other tools, without rendering again.

use std::path::{Path, PathBuf};

use super::formats::{Format, Picture, Writer};
use super::layout::{EXPORT, FRAMES, MANIFEST, shard_folder};
use super::manifest::Manifest;
use super::read::{Keys, Stored};
use super::{DatasetError, files};

/// Exports a finished dataset to each of `formats`, in one pass over its records. Gives the folders: each format has
/// one of its own in `output`, which is `export` in the dataset where nothing else is said. One that is there is
/// replaced when the new one is whole. `progress` is told how many records are done.
///
/// # Errors
/// [`DatasetError::Damaged`] where the dataset is not finished or a record cannot be read, [`DatasetError::Io`].
pub fn export(
    dataset: &Path,
    formats: &[&Format],
    output: Option<&Path>,
    progress: &dyn Fn(u64),
) -> Result<Vec<PathBuf>, DatasetError> {
    let path = dataset.join(MANIFEST);
    let manifest = Manifest::read(&path)?.ok_or_else(|| DatasetError::Damaged {
        path,
        reason: "it is not there; expected a finished dataset, so run `maquette render` to its end first".to_owned(),
    })?;
    let output = output.map_or_else(|| dataset.join(EXPORT), Path::to_path_buf);
    files::make_folder(&output)?;
    let draft = |format: &Format| output.join(format!(".{}.draft", format.name));
    let mut writers = Vec::with_capacity(formats.len());
    for format in formats {
        writers.push(format.open(&draft(format), dataset, &manifest)?);
    }
    show(dataset, &mut writers, progress)?;
    let mut folders = Vec::with_capacity(formats.len());
    for (format, writer) in formats.iter().zip(writers) {
        writer.finish()?;
        let folder = output.join(format.name);
        files::remove(&folder)?;
        files::rename(&draft(format), &folder)?;
        folders.push(folder);
    }
    Ok(folders)
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
