//! What a scene may refer to outside of its file: models and textures by name, and files beside it.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::Entry;

/// What a file that a scene names is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asset {
    /// A glTF 2.0 file.
    Model,
    /// A picture.
    Image,
    /// A picture of all directions in linear light.
    Panorama,
    /// Columns of numbers.
    Table,
    /// A scene file that another one includes.
    Scene,
}

impl Asset {
    /// The endings that a file of this kind may have, in lower case.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Asset::Model => &["gltf", "glb"],
            Asset::Image => &["png", "jpg", "jpeg"],
            Asset::Panorama => &["hdr", "exr"],
            Asset::Table => &["csv"],
            Asset::Scene => &["ron"],
        }
    }
}

/// What a scene may refer to; implemented where the assets are.
pub trait Library {
    /// Names of the models that the program makes itself.
    fn model_names(&self) -> Vec<&str>;

    /// Names of the texture sets that the program makes itself.
    fn texture_names(&self) -> Vec<&str>;

    /// How many variants a model has, if there is such a model and it has a fixed number of them.
    fn variants(&self, model: &str) -> Option<u32>;

    /// Whether the file at a path relative to the scene's folder exists there and can be read as what it is for.
    /// The text says what is wrong: "there is no such file". [`find_asset`] does the first half.
    fn file(&self, path: &str, asset: Asset) -> Result<(), String>;

    /// The files in a folder of the scene's folder and in folders within, by their paths from it, sorted; else what is
    /// wrong.
    fn folder(&self, _path: &str) -> Result<Vec<String>, String> {
        Err("there is no such folder".to_owned())
    }

    /// A number that goes with the content of an asset: the same for copies, random otherwise. Else what is wrong.
    fn fingerprint(&self, _entry: &Entry) -> Result<u64, String> {
        Err("nothing is known of its content".to_owned())
    }

    /// The lowest and the highest number in a column of a table that has been found; else what is wrong.
    fn column(&self, file: &str, column: &str) -> Result<(f64, f64), String>;

    /// Whether there is a model of this name.
    fn has_model(&self, name: &str) -> bool {
        self.model_names().contains(&name)
    }

    /// Whether there is a texture set of this name.
    fn has_texture(&self, name: &str) -> bool {
        self.texture_names().contains(&name)
    }
}

/// The file that a scene names, if it lies in the scene's folder, links followed; else what is wrong.
pub fn find_asset(folder: &Path, relative: &str, asset: Asset) -> Result<PathBuf, String> {
    well_formed(relative, asset)?;
    find_file(folder, relative)
}

/// The same of a file of any kind.
pub fn find_file(folder: &Path, relative: &str) -> Result<PathBuf, String> {
    if relative.trim().is_empty() {
        return Err("the path is empty".to_owned());
    }
    inner_path(relative)?;
    let folder = folder.canonicalize().map_err(|error| format!("the scene's folder cannot be read: {error}"))?;
    let file = folder.join(relative).canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => format!("it cannot be read: {error}"),
    })?;
    if !file.starts_with(&folder) {
        return Err("a link leads out of the scene's folder".to_owned());
    }
    if !file.is_file() {
        return Err("it is not a file".to_owned());
    }
    Ok(file)
}

/// The bytes of a plain file that has no more than `most`; a device or a pipe might never end.
///
/// # Errors
///
/// Where there is no such file.
pub fn read_file(file: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let about = std::fs::metadata(file)?;
    if !about.is_file() {
        return Err(std::io::Error::other("it is not a file, but a folder, a device or a pipe"));
    }
    let too_long = || std::io::Error::other(format!("it has more than {most} bytes, the most that are read"));
    if about.len() > most {
        return Err(too_long());
    }
    // It may grow while it is read.
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default());
    std::fs::File::open(file)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_long()) } else { Ok(bytes) }
}

/// The files below a folder of the scene's folder by their paths from it, sorted, links followed as far as they stay in
/// the scene's folder; else what is wrong.
pub fn files_below(folder: &Path, relative: &str) -> Result<Vec<String>, String> {
    const MOST: usize = 100_000;
    const DEEPEST: usize = 64;
    // Folders that are linked to each other may be gone through in more ways than there is time for.
    const MOST_WAYS: usize = 100;
    if relative.trim().is_empty() {
        return Err("the path is empty".to_owned());
    }
    inner_path(relative)?;
    let root = folder.canonicalize().map_err(|error| format!("the scene's folder cannot be read: {error}"))?;
    let start = folder.join(relative);
    let mut files = Vec::new();
    // Folders yet to be looked into, each with those that led there, so that no link goes round.
    let mut waiting = vec![(start.clone(), Vec::new())];
    // How often each was looked into, by where it really is.
    let (mut ways, mut folders) = (HashMap::<PathBuf, usize>::new(), 0);
    while let Some((next, above)) = waiting.pop() {
        let real = next.canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such folder".to_owned(),
            _ => format!("it cannot be read: {error}"),
        })?;
        if !real.starts_with(&root) {
            return Err("a link leads out of the scene's folder".to_owned());
        }
        if above.contains(&real) {
            continue;
        }
        if above.len() >= DEEPEST {
            return Err(format!("its folders stand more than {DEEPEST} deep"));
        }
        folders += 1;
        let ways = ways.entry(real.clone()).or_default();
        *ways += 1;
        if *ways > MOST_WAYS {
            return Err(format!("links lead to one of its folders in more than {MOST_WAYS} ways"));
        }
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotADirectory => "it is not a folder".to_owned(),
            _ => format!("it cannot be read: {error}"),
        };
        let above: Vec<PathBuf> = above.into_iter().chain([real]).collect();
        for entry in std::fs::read_dir(&next).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            // What systems hide is theirs: thumbnails, forks, indexes.
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                waiting.push((path, above.clone()));
            } else if let Some(name) = path.strip_prefix(&start).ok().and_then(Path::to_str) {
                files.push(name.replace(std::path::MAIN_SEPARATOR, "/"));
            }
            if files.len() + waiting.len() + folders > MOST {
                return Err(format!("it holds more than {MOST} files and folders"));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// What can be said about a path without looking at any disk.
pub(super) fn well_formed(relative: &str, asset: Asset) -> Result<(), String> {
    if relative.trim().is_empty() {
        return Err("the path is empty".to_owned());
    }
    inner_path(relative)?;
    let path = Path::new(relative);
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("").to_lowercase();
    if !asset.extensions().contains(&extension.as_str()) {
        let known: Vec<String> = asset.extensions().iter().map(|known| format!(".{known}")).collect();
        return Err(format!("the file must end in {}", known.join(" or ")));
    }
    Ok(())
}

/// That a path stays in the scene's folder.
fn inner_path(relative: &str) -> Result<(), String> {
    let path = Path::new(relative);
    let drive = relative.as_bytes().get(1) == Some(&b':');
    if relative.contains('\0') {
        return Err("the path holds a zero byte".to_owned());
    }
    if relative.contains('\\') {
        return Err("folders are divided by `/`, on every system".to_owned());
    }
    if path.is_absolute() || drive {
        return Err("the path must be relative to the scene file".to_owned());
    }
    if path.components().any(|part| part == Component::ParentDir) {
        return Err("the path may not leave the scene's folder".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_in_the_folder_are_found() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("scene");
        std::fs::create_dir_all(folder.join("models/dir.glb")).unwrap();
        for file in ["scene/duck.glb", "scene/models/Mug.GLTF", "secret.glb"] {
            std::fs::write(outer.path().join(file), "x").unwrap();
        }
        let find = |path| find_asset(&folder, path, Asset::Model);
        assert!(find("duck.glb").is_ok());
        assert!(find("./models/Mug.GLTF").is_ok());
        for wrong in ["goose.glb", "models/dir.glb", "../secret.glb", "models/../../secret.glb", "/etc/passwd", "", " "]
        {
            assert!(find(wrong).is_err(), "{wrong}");
        }
        for wrong in ["duck", "duck.obj", "duck.glb\0", "models\\Mug.gltf", "C:/duck.glb", "duck.png", ".glb"] {
            assert!(find(wrong).is_err(), "{wrong}");
        }
        assert!(find_asset(&folder.join("nowhere"), "duck.glb", Asset::Model).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out_of_the_folder() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("scene");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(outer.path().join("secret.glb"), "x").unwrap();
        std::fs::write(folder.join("duck.glb"), "x").unwrap();
        std::os::unix::fs::symlink("../secret.glb", folder.join("out.glb")).unwrap();
        std::os::unix::fs::symlink("duck.glb", folder.join("in.glb")).unwrap();
        std::os::unix::fs::symlink("..", folder.join("up")).unwrap();
        std::os::unix::fs::symlink("round.glb", folder.join("round.glb")).unwrap();
        assert!(find_asset(&folder, "in.glb", Asset::Model).is_ok());
        for wrong in ["out.glb", "up/secret.glb", "round.glb"] {
            assert!(find_asset(&folder, wrong, Asset::Model).is_err(), "{wrong}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn folders_that_are_linked_to_each_other_many_times_are_not_looked_into_for_ever() {
        let outer = tempfile::tempdir().unwrap();
        for number in 0..40 {
            let folder = outer.path().join(format!("pool/{number}"));
            std::fs::create_dir_all(&folder).unwrap();
            for name in ["a", "b"] {
                std::os::unix::fs::symlink(format!("../{}", number + 1), folder.join(name)).unwrap();
            }
        }
        std::fs::create_dir(outer.path().join("pool/40")).unwrap();
        let error = files_below(outer.path(), "pool").unwrap_err();
        assert!(error.contains("more than 100 ways"), "{error}");
    }

    #[test]
    fn only_plain_files_of_a_sensible_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.ron");
        std::fs::write(&file, "12345").unwrap();
        assert_eq!(read_file(&file, 5).unwrap(), b"12345");
        assert!(read_file(&file, 4).unwrap_err().to_string().contains("more than 4 bytes"));
        assert!(read_file(folder.path(), 5).unwrap_err().to_string().contains("not a file"));
        #[cfg(unix)]
        assert!(read_file(Path::new("/dev/zero"), 5).unwrap_err().to_string().contains("not a file"));
        assert_eq!(read_file(&folder.path().join("b.ron"), 5).unwrap_err().kind(), std::io::ErrorKind::NotFound);
    }
}
