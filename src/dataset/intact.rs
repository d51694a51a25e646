//! Whether a finished dataset is what its manifest says: every file there, every byte as it was written, and every
//! index what the records give.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::formats::{self, Format};
use super::layout::{self, EXPORT, Layout, SCENES};
use super::manifest::{Manifest, ShardEntry};
use super::planes::TABLE;
use super::ranges::from_ranges;
use super::temporary::TemporaryFolder;
use super::{DatasetError, SCHEMA_VERSION, export, files};

/// What is wrong with the files of a shard: those that are missing or too many, or bytes that are not those that were
/// written. Nothing where all is well.
///
/// # Errors
/// [`DatasetError::Io`] where a file cannot be read for another reason than that it is missing.
pub fn faults_of_shard(dataset: &Path, manifest: &Manifest, entry: &ShardEntry) -> Result<Vec<String>, DatasetError> {
    let Some(frames) = from_ranges(&entry.frames) else {
        return Ok(vec![format!("the manifest says that the frames of shard {} are `{}`", entry.index, entry.frames)]);
    };
    let layout = Layout::of(manifest);
    let folder = dataset.join(layout::FRAMES).join(layout::shard_folder(entry.index));
    let shown = |name: &str| format!("{}/{}/{name}", layout::FRAMES, layout::shard_folder(entry.index));
    let mut expected: Vec<String> = frames.iter().flat_map(|&frame| layout.frame_files(frame)).collect();
    expected.sort_unstable();
    let found = files::names_in(&folder)?;
    let mut faults = Vec::new();
    for name in expected.iter().filter(|name| found.binary_search(name).is_err()) {
        faults.push(format!("{} is missing", shown(name)));
    }
    for name in found.iter().filter(|name| expected.binary_search(name).is_err()) {
        faults.push(format!("{} is no file of this dataset", shown(name)));
    }
    for name in &found {
        if fs::symlink_metadata(folder.join(name)).is_ok_and(|about| !about.is_file()) {
            faults.push(format!("{} is not a file", shown(name)));
        }
    }
    if !faults.is_empty() {
        return Ok(faults);
    }
    let mut lines = String::new();
    for name in &found {
        lines.push_str(&format!("{}  {name}\n", files::sha256_of_file(&folder.join(name))?));
    }
    if files::sha256(lines.as_bytes()) != entry.sha256 {
        let folder = format!("{}/{}", layout::FRAMES, layout::shard_folder(entry.index));
        faults.push(format!("a file in {folder} is not as it was written: the SHA-256 of the folder differs"));
    }
    Ok(faults)
}

/// What is wrong with the manifest, the copy of the scene and the list of shards.
///
/// # Errors
/// [`DatasetError::Io`].
pub fn faults_of_manifest(dataset: &Path, manifest: &Manifest) -> Result<Vec<String>, DatasetError> {
    let mut faults = Vec::new();
    match files::read_if_there(&dataset.join(layout::SCENE))? {
        None => faults.push(format!("{} is missing", layout::SCENE)),
        Some(text) if files::sha256(&text) != manifest.scene.sha256 => {
            faults.push(format!("{} is not the scene that the dataset was made from", layout::SCENE));
        }
        Some(_) => {}
    }
    if manifest.schema_version != SCHEMA_VERSION {
        faults.push(format!("the manifest's schema_version is {}", manifest.schema_version));
    }
    let of_shards: Option<Vec<Vec<u64>>> = manifest.shards.iter().map(|entry| from_ranges(&entry.frames)).collect();
    if of_shards.map(|frames| frames.concat()) != from_ranges(&manifest.frames) {
        faults.push(format!("the manifest says that its frames are `{}`, its shards say otherwise", manifest.frames));
    }
    let known: Vec<String> = manifest.shards.iter().map(|entry| layout::shard_folder(entry.index)).collect();
    for name in files::names_in(&dataset.join(layout::FRAMES))? {
        if !known.contains(&name) {
            faults.push(format!("{}/{name} is not in the manifest", layout::FRAMES));
        }
    }
    for plane in &manifest.planes {
        if TABLE.iter().all(|format| format.name != plane.name || !plane.file.ends_with(&format!(".{}", format.end))) {
            faults.push(format!(
                "the manifest names a plane `{}` in `{}`, which this program does not know",
                plane.name, plane.file
            ));
        }
    }
    Ok(faults)
}

/// Makes the COCO index and every export that is there once more, in a scratch folder, and says where what is there
/// differs. The number is how many were looked at.
///
/// # Errors
/// [`DatasetError::Io`] and [`DatasetError::Damaged`], as [`export`] has them.
pub fn faults_of_formats(dataset: &Path, manifest: &Manifest) -> Result<(u64, Vec<String>), DatasetError> {
    let scratch = TemporaryFolder::new()?;
    let mut there: Vec<(PathBuf, &Format)> = vec![(PathBuf::from(layout::COCO), &formats::coco::FORMAT)];
    let mut faults = Vec::new();
    for name in files::names_in(&dataset.join(EXPORT))? {
        // An export that is under way, or was when it was killed; and scenes, which take more than a dataset has.
        if name.starts_with('.') || name == SCENES {
            continue;
        }
        match Format::find(&name) {
            Some(format) => there.push((Path::new(EXPORT).join(&name), format)),
            None => faults.push(format!("{EXPORT}/{name} is no export of this program")),
        }
    }
    let mut writers = Vec::with_capacity(there.len());
    for (place, (_, format)) in there.iter().enumerate() {
        writers.push(format.open(&scratch.path().join(place.to_string()), dataset, manifest)?);
    }
    export::show(dataset, &mut writers, &|_| ())?;
    writers.into_iter().try_for_each(|writer| writer.finish())?;
    for (place, (folder, _)) in there.iter().enumerate() {
        let expected = tree(&scratch.path().join(place.to_string()))?;
        let found = tree(&dataset.join(folder))?;
        let shown = |name: &str| format!("{}/{name}", folder.display());
        for (name, path) in &expected {
            match found.get(name) {
                None => faults.push(format!("{} is missing", shown(name))),
                Some(other) if files::expect_file(other).is_err() || !same(path, other)? => {
                    faults.push(format!("{} is not what the records give", shown(name)));
                }
                Some(_) => {}
            }
        }
        // Trainers leave caches beside labels that they have read.
        let strange = |name: &&String| !expected.contains_key(*name) && !name.ends_with(".cache");
        for name in found.keys().filter(strange) {
            faults.push(format!("{} is not what the records give: there should be none", shown(name)));
        }
    }
    Ok((there.len() as u64, faults))
}

/// Every file under a folder, by its path from there.
fn tree(folder: &Path) -> Result<BTreeMap<String, PathBuf>, DatasetError> {
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), folder.to_path_buf())];
    while let Some((prefix, folder)) = open.pop() {
        for name in files::names_in(&folder)? {
            let (shown, path) = (format!("{prefix}{name}"), folder.join(&name));
            // A link to a folder is a thing by itself: it may lead anywhere, and round.
            if path.is_dir() && !path.is_symlink() {
                open.push((format!("{shown}/"), path));
            } else {
                found.insert(shown, path);
            }
        }
    }
    Ok(found)
}

/// Whether two files hold the same bytes. Links to one file do.
pub(super) fn same(one: &Path, other: &Path) -> Result<bool, DatasetError> {
    let about = |path: &Path| fs::metadata(path).map_err(DatasetError::io("look at", path));
    let (a, b) = (about(one)?, about(other)?);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (a.dev(), a.ino()) == (b.dev(), b.ino()) {
            return Ok(true);
        }
    }
    Ok(a.len() == b.len() && files::sha256_of_file(one)? == files::sha256_of_file(other)?)
}
