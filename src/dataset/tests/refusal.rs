//! What else may be in the folder, and what is said about it.

use super::*;

fn refused(dir: &Path, identity: &Identity, overwrite: bool) -> String {
    let seen =
        |dir| tree(dir).into_iter().filter(|(name, _)| !name.starts_with(".maquette")).collect::<BTreeMap<_, _>>();
    let before = seen(dir);
    let error = Dataset::open(dir, identity.clone(), overwrite).unwrap_err();
    assert_same(&seen(dir), &before, "refusing changes nothing");
    error.to_string().replace(dir.to_str().unwrap(), "OUT")
}

/// What is said when `change` was made to what the dataset is made from.
fn difference(change: impl FnOnce(&mut Identity)) -> String {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &identity(), &[0]).unwrap();
    let mut other = identity();
    change(&mut other);
    let said = refused(dir.path(), &other, false);
    assert!(!dir.path().join(".maquette").exists());
    run_with(dir.path(), &other, &[0], true).unwrap();
    let head = "`OUT` holds another dataset:\n  ";
    let end = "\nchoose another folder, or replace this one with --overwrite";
    let middle = said.strip_prefix(head).and_then(|rest| rest.strip_suffix(end));
    middle.unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn differences_are_named() {
    assert_eq!(difference(|id| id.seed = 2), "seed: the folder has 1, this run 2");
    assert_eq!(
        difference(|id| id.scene_text = id.scene_text.replace("lamps: 1", "lamps: 2")),
        "scene, line 3: the folder has `lamps: 1,`, this run `lamps: 2,`"
    );
    assert_eq!(
        difference(|id| id.scene_text.push_str("// end\n")),
        "scene, line 5: the folder has no such line, this run `// end`"
    );
    assert_eq!(
        difference(|id| id.scene_text = id.scene_text.replace('\n', "\r\n")),
        "scene: the folder has the same lines, this run other line ends or an end without a newline"
    );
    assert_eq!(difference(|id| id.shard_frames = 10), "shard_frames: the folder has 4, this run 10");
    assert_eq!(
        difference(|id| id.settings.policy.minimum_pixels = 9),
        "labels.minimum_pixels: the folder has 1, this run 9"
    );
    assert_eq!(
        difference(|id| id.assets[0].sha256 = "cd".repeat(32)),
        format!("assets `models/mug.glb`.sha256: the folder has `{}`, this run `{}`", "ab".repeat(32), "cd".repeat(32))
    );
    assert_eq!(difference(|id| id.assets.clear()), "assets: the folder has 1 entries, this run 0");
    assert_eq!(
        difference(|id| {
            id.seed = 3;
            id.settings.categories[1].name = "crate".into();
        }),
        "categories `crate`.name: the folder has `box`, this run `crate`\n  seed: the folder has 1, this run 3"
    );
}

#[test]
fn a_changed_camera_is_named_and_a_sequence_is_another_dataset() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &identity(), &[0]).unwrap();
    let mut other = identity();
    other.settings.cameras[0].width = 99;
    other.settings.steps = Some(7);
    let said = refused(dir.path(), &other, false);
    assert!(said.contains("\n  cameras `main`.width: the folder has 12, this run 99"), "{said}");
    assert!(said.contains("\n  steps: the folder has none, this run 7"), "{said}");
}

#[test]
fn a_run_that_made_nothing_binds_nobody() {
    let dir = tempfile::tempdir().unwrap();
    drop(Dataset::open(dir.path(), identity(), false).unwrap());
    assert!(dir.path().join("scene.ron").exists());
    let mut other = identity();
    other.seed = 5;
    run(dir.path(), &other, &[0]).unwrap();
    assert_same(&tree(dir.path()), &fresh(&other, &[0]), "the second run");
}

#[test]
fn an_unfinished_dataset_binds_too() {
    let dir = tempfile::tempdir().unwrap();
    let identity = identity();
    run(dir.path(), &identity, &[0]).unwrap();
    fs::create_dir(dir.path().join(".maquette")).unwrap();
    fs::rename(dir.path().join("manifest.json"), dir.path().join(".maquette/identity.json")).unwrap();
    let mut other = identity.clone();
    other.seed = 5;
    assert!(refused(dir.path(), &other, false).contains("seed: the folder has 1, this run 5"));
}

#[test]
fn strangers_are_refused_and_never_removed() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "thesis.tex", "years of work");
    put(dir.path(), "a/b.txt", "");
    put(dir.path(), ".gitkeep", "");
    assert_eq!(
        refused(dir.path(), &identity(), false),
        "`OUT` is not empty and holds no maquette dataset: found `a`, `thesis.tex`; \
         choose another folder, or --overwrite to write the dataset beside these"
    );
    assert!(!dir.path().join(".maquette").exists());
    run_with(dir.path(), &identity(), &[0], true).unwrap();
    run_with(dir.path(), &identity(), &[0], true).unwrap();
    assert_eq!(fs::read_to_string(dir.path().join("thesis.tex")).unwrap(), "years of work");

    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "frames/holiday.jpg", "sun");
    for overwrite in [false, true] {
        assert_eq!(
            refused(dir.path(), &identity(), overwrite),
            "`OUT` is not empty and holds no maquette dataset: found `frames`; \
             choose another folder, or delete them yourself: --overwrite replaces datasets only"
        );
    }
    for manifest in ["{}", "{\"program\":{\"name\":\"other\"}}", "[", "\u{0}"] {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "manifest.json", manifest);
        assert!(refused(dir.path(), &identity(), true).contains("holds no maquette dataset"));
    }
    let dir = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c", "d", "e"] {
        put(dir.path(), name, "");
    }
    assert!(refused(dir.path(), &identity(), false).contains("found `a`, `b`, `c` and 2 more;"));
}

#[test]
fn strangers_among_the_shards_are_refused() {
    for name in [
        "frames/notes.txt",
        "frames/00000/notes.txt",
        "frames/00000/00000000.left.rgb.png",
        "frames/00000/00000000_0001.json",
        "frames/00000/00000004.json",
        "frames/00000/0.json",
        "frames/0/00000000.json",
    ] {
        let dir = tempfile::tempdir().unwrap();
        run(dir.path(), &identity(), &[0]).unwrap();
        put(dir.path(), name, "mine");
        let said = refused(dir.path(), &identity(), false);
        assert!(
            said.ends_with("does not belong to the dataset; move it away, or start the dataset again with --overwrite")
        );
        run_with(dir.path(), &identity(), &[0], true).unwrap();
        assert_same(&tree(dir.path()), &fresh(&identity(), &[0]), name);
    }
}

#[test]
fn files_beside_a_dataset_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &identity(), &[0]).unwrap();
    put(dir.path(), "sheet.png", "a picture");
    run(dir.path(), &identity(), &[1]).unwrap();
    run_with(dir.path(), &identity(), &[2], true).unwrap();
    assert_eq!(fs::read_to_string(dir.path().join("sheet.png")).unwrap(), "a picture");
    fs::remove_file(dir.path().join("sheet.png")).unwrap();
    assert_same(&tree(dir.path()), &fresh(&identity(), &[2]), "overwritten");
}

#[test]
fn a_manifest_of_another_version_is_not_read_but_can_be_replaced() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &identity(), &[0]).unwrap();
    let path = dir.path().join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"schema_version\": 3", "\"schema_version\": 9")).unwrap();
    let said = refused(dir.path(), &identity(), false);
    assert!(said.contains("its schema_version is 9, this program reads 3"), "{said}");
    assert!(said.contains("--overwrite"), "{said}");
    run_with(dir.path(), &identity(), &[0], true).unwrap();
    fs::write(&path, text.replace("maquette\",\"version\":\"", "maquette\",\"version\":\"9.")).unwrap();
    let said = refused(dir.path(), &identity(), false);
    assert!(said.contains("program: the folder has maquette 9."), "{said}");
}

#[test]
fn one_process_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let first = Dataset::open(dir.path(), identity(), false).unwrap();
    for overwrite in [false, true] {
        let error = Dataset::open(dir.path(), identity(), overwrite).unwrap_err();
        let expected = format!(
            "another process is writing to `{}`; wait until it is done, or choose another folder",
            dir.path().display()
        );
        assert_eq!(error.to_string(), expected);
    }
    drop(first);
    // The file that a killed run leaves is no lock.
    put(dir.path(), ".maquette/lock", "");
    Dataset::open(dir.path(), identity(), false).unwrap().finish().unwrap();
    assert!(!dir.path().join(".maquette").exists());
}

#[test]
fn many_at_once_take_turns() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for number in 0..4u64 {
            let dir = dir.path();
            scope.spawn(move || {
                loop {
                    match run(dir, &identity(), &[number, number + 4]) {
                        Err(DatasetError::Locked { .. }) => std::thread::yield_now(),
                        other => break other.map(drop).unwrap(),
                    }
                }
            });
        }
    });
    assert_same(&tree(dir.path()), &fresh(&identity(), &[0, 1, 2, 3, 4, 5, 6, 7]), "all");
}

#[test]
fn what_the_system_refuses_is_said_with_its_path() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "file", "");
    let error = Dataset::open(dir.path().join("file"), identity(), false).unwrap_err();
    assert!(
        error.to_string().starts_with(&format!("cannot create the folder `{}/file`: ", dir.path().display())),
        "{error}"
    );
    let error = Reader::open(&dir.path().join("nothing")).unwrap_err();
    assert!(error.to_string().starts_with("cannot look into `"), "{error}");
    let mut at = Dataset::open(dir.path().join("new"), identity(), false).unwrap();
    let plan = at.plan(&[0]).remove(0);
    let shard = at.begin(&plan).unwrap();
    fs::remove_dir_all(dir.path().join("new/.maquette/building")).unwrap();
    let error = shard.write(encoded(&identity(), &at, 0, None)).unwrap_err();
    assert!(error.to_string().starts_with("cannot write `"), "{error}");
    at = Dataset::open(dir.path().join("newer"), identity(), false).unwrap();
    assert!(at.finish().is_ok());
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let said = |change: fn(&mut Identity)| {
        let mut other = identity();
        change(&mut other);
        let dir = tempfile::tempdir().unwrap();
        Dataset::open(dir.path().join("new"), other, false).unwrap_err().to_string()
    };
    assert_eq!(said(|id| id.shard_frames = 0), "the number of frames in a shard is 0, expected at least 1");
    assert_eq!(said(|id| id.settings.cameras.clear()), "the number of cameras is 0, expected at least 1");
    assert_eq!(
        said(|id| id.settings.cameras[0].name = "../up".into()),
        "the name of a camera is `../up`, expected letters, digits, `-` and `_`"
    );
    assert_eq!(
        said(|id| id.settings.cameras.push(camera("main"))),
        "the name of a camera is `main` twice, expected a name of its own"
    );
    assert_eq!(said(|id| id.settings.steps = Some(0)), "the number of pictures in a take is 0, expected at least 1");
    assert_eq!(
        said(|id| id.settings.categories[1].id = 1),
        "the id of category `box` is 1, expected a number of its own from 1"
    );
}
